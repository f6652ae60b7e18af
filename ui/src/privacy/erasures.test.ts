import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { testids } from "../shared/testids";
import { openWithPeople, settled } from "../shared/testing/window";
import Erasures from "./Erasures.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople({ administers: true }));
  fake.tables.interviews.clear();
});

afterEach(() => {
  cleanup();
  close();
});

describe("the erasures of a workspace", () => {
  it("show who asks, and which computers have not confirmed", async () => {
    await fake.eraseCandidate("candidate-7");
    render(Erasures);
    await settled();
    const asked = screen.getByTestId(testids.erasureAsked);
    const first = fake.tables.candidates.get(asked.dataset.candidate ?? "");
    expect(asked.textContent).toContain(first?.fields.first_name);
    const done = screen.getByTestId(testids.erasure);
    expect(done.dataset.waiting).toBe("1");
    expect(done.textContent).toContain("reception-desk");
    expect(done.textContent).toContain("Camille Fortin");
  });

  it("say that there are none", async () => {
    fake.tables.candidates.clear();
    render(Erasures);
    await settled();
    expect(document.body.textContent).toContain("Nobody asked");
  });
});
