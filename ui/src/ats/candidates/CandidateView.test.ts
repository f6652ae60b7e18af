import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { touched } from "../../shared/changes.svelte";
import { openWindow, settled } from "../../shared/testing/window";
import CandidateView from "./CandidateView.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow());
  render(CandidateView, { id: "candidate-0" });
  await settled();
});

afterEach(() => {
  cleanup();
  close();
});

describe("a candidate on the screen", () => {
  it("goes from the screen when it goes from this computer", async () => {
    const name = String(fake.tables.candidates.get("candidate-0")?.fields.first_name);
    expect(document.body.textContent).toContain(name);
    // Somebody took the job away from who looks at it: the copy has lost the record.
    fake.tables.candidates.delete("candidate-0");
    touched(["candidates"]);
    await settled();
    expect(screen.getByRole("alert").textContent).toContain("This candidate is not on this computer.");
    expect(document.body.textContent).not.toContain(name);
  });
});
