import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { route } from "../../shared/route.svelte";
import { testids } from "../../shared/testids";
import { NOW, openWithPeople, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import Erase from "./Erase.svelte";

let fake: FakeBackend;
let close: () => void;

afterEach(() => {
  cleanup();
  close();
});

/** Opens the question about a candidate and types a name. */
async function ask(typed: string): Promise<HTMLButtonElement> {
  render(Erase, { id: "candidate-7", name: "Amélie  Ng" });
  await fireEvent.click(screen.getByTestId(testids.erase));
  await fireEvent.input(screen.getByTestId(testids.eraseName), { target: { value: typed } });
  return screen.getByTestId(testids.eraseSubmit);
}

describe("erasing for good", () => {
  beforeEach(async () => {
    ({ fake, close } = await openWithPeople({ administers: true }));
    for (const interview of [...fake.tables.interviews.values()]) {
      fake.tables.interviews.delete(interview.id);
    }
  });

  it("is done once the name was typed, and leaves the page", async () => {
    expect((await ask("Amélie")).disabled).toBe(true);
    cleanup();
    const submit = await ask(" amélie ng ");
    expect(submit.disabled).toBe(false);
    await fireEvent.click(submit);
    await settled();
    expect(fake.tables.candidates.has("candidate-7")).toBe(false);
    expect([...fake.tables.applications.values()].some(({ fields }) => fields.candidate_id === "candidate-7")).toBe(false);
    expect(route().name).toBe("candidates");
    expect(toasts().map(({ text }) => text)).toContain("Erased. One computer has not confirmed it yet.");
  });

  it("says what is in the way, and what needs the server", async () => {
    const interview = { id: "ahead", kind: "interviews", fields: { candidate_id: "candidate-7", status: "scheduled", starts_at: NOW + 3_600_000 } };
    fake.tables.interviews.set("ahead", interview as never);
    await fireEvent.click(await ask("Amélie Ng"));
    await settled();
    expect(screen.getByRole("alert").textContent).toBe("An interview is ahead. Call it off first.");
    fake.setSync({ state: "offline" });
    await fireEvent.click(screen.getByTestId(testids.eraseSubmit));
    await settled();
    expect(screen.getByRole("alert").textContent).toContain("when you are online");
    expect(fake.tables.candidates.has("candidate-7")).toBe(true);
  });
});

describe("who does not administer the workspace", () => {
  beforeEach(async () => {
    ({ fake, close } = await openWithPeople());
  });

  it("is not offered it", () => {
    render(Erase, { id: "candidate-7", name: "Amélie Ng" });
    expect(screen.queryByTestId(testids.erase)).toBeNull();
  });
});
