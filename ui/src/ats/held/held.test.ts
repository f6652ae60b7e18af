import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import HeldForms from "./HeldForms.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople({ administers: true }));
});

afterEach(() => {
  cleanup();
  close();
});

function shown(): HTMLElement[] {
  return screen.queryAllByTestId(testids.heldForm);
}

function one(reason: string): HTMLElement {
  const found = shown().find((form) => form.dataset.reason === reason);
  if (!found) {
    throw new Error(`no form that is ${reason}`);
  }
  return found;
}

async function press(reason: string, testid: string): Promise<void> {
  await fireEvent.click(within(one(reason)).getByTestId(testid));
  await settled();
}

describe("forms that were not taken", () => {
  it("are shown with why, and what a person sent is let in once", async () => {
    render(HeldForms);
    await settled();
    expect(shown().length).toBe(4);
    expect(one("fast").textContent).toContain("faster than a person types");
    const before = fake.tables.candidates.size;
    await press("fast", testids.heldAdmit);
    expect(fake.tables.candidates.size).toBe(before + 1);
    expect(shown().map((form) => form.dataset.reason)).toEqual(["duplicate", "honeypot", "failed"]);
  });

  it("stay where they cannot be taken over, and go when they are dropped", async () => {
    render(HeldForms);
    await settled();
    await press("failed", testids.heldAdmit);
    expect(one("failed").textContent).toContain("The job is gone.");
    for (const reason of ["failed", "honeypot", "duplicate", "fast"]) {
      await press(reason, testids.heldDrop);
    }
    expect(shown()).toEqual([]);
    expect(document.body.textContent).toContain("Every form that came was taken.");
  });
});
