import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../backend/fake";
import type { Row } from "../backend/types";
import { session } from "../shared/session.svelte";
import { testids } from "../shared/testids";
import { openBeforeEach, settled } from "../shared/testing/window";
import Attention from "../sync/Attention.svelte";
import JobScreen from "./JobScreen.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened), { jobs: 6 });

function aDraft(): Row<"jobs"> {
  const draft = [...fake.tables.jobs.values()].find(({ fields }) => fields.status === "draft");
  if (!draft) {
    throw new Error("no draft");
  }
  return draft;
}

async function opened(id: string): Promise<void> {
  cleanup();
  render(JobScreen, { id, view: "board" });
  await settled();
}

describe("a job that waits for agreement", () => {
  it("says whose turn it is, and is found by who is asked", async () => {
    const draft = aDraft();
    await fake.create({ kind: "approval_rules", fields: { name: "Pay above", about: "jobs", step: 1, approver_ids: [session().info?.user_id] } });
    await opened(draft.id);
    expect(screen.getByTestId(testids.approvalSteps).textContent).toContain("Pay above");
    expect(screen.queryByRole("button", { name: "Publish" })).toBeNull();
    expect(screen.getByRole("button", { name: "Ask for approval" })).toBeTruthy();
    Object.assign(fake.tables.jobs.get(draft.id)?.fields ?? {}, { status: "pending_approval" });
    cleanup();
    render(Attention);
    await settled();
    const waiting = screen.getAllByTestId(testids.awaited);
    expect(waiting.some((link) => within(link).queryByText(draft.fields.title) !== null)).toBe(true);
    await opened(draft.id);
    expect(screen.getByTestId(testids.approvalSteps).textContent).toContain("waits for");
    await fireEvent.click(screen.getByRole("button", { name: "Agree" }));
    await settled();
    expect(screen.queryByRole("button", { name: "Agree" })).toBeNull();
  });

  it("is published as before where no rule is", async () => {
    await opened(aDraft().id);
    expect(screen.queryByTestId(testids.approvalSteps)).toBeNull();
    expect(screen.getByRole("button", { name: "Publish" })).toBeTruthy();
  });
});
