import { cleanup, render } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import type { Row } from "../../backend/types";
import { openWindow, settled } from "../../shared/testing/window";
import Timeline from "./Timeline.svelte";

afterEach(cleanup);

it("sets the reason of a rejection off from the sentence", async () => {
  const { close } = await openWindow();
  const fields = { action: "rejected", actor_id: null, application_id: "a", candidate_id: "c", at: 1, from: "", to: "", detail: "No answer" };
  render(Timeline, { activities: [{ id: "1", fields } as unknown as Row<"activities">] });
  await settled();
  expect(document.body.textContent).toMatch(/\S · No answer/);
  close();
});
