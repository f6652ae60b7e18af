import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "../candidates/CandidateView.svelte";

describe("the other applications of who was hired", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("are named once somebody has a job, and closed for a reason when somebody says so", async () => {
    const page = await fake.candidatePage("candidate-20");
    const [first] = page.applications;
    const application = fake.tables.applications.get(first?.application.id ?? "");
    const pipeline = fake.tables.pipelines.get(application?.fields.pipeline_id ?? "");
    const stage = (kind: string): string => pipeline?.fields.stages.find((each) => each.kind === kind)?.id ?? "";
    const other = [...fake.tables.jobs.values()].find(({ id }) => id !== application?.fields.job_id && fake.tables.jobs.get(id)?.fields.pipeline_id === pipeline?.id);
    if (!application || !other) {
      throw new Error("the workspace in memory has an application and two jobs");
    }
    const open = { ...application, id: "application-elsewhere", fields: { ...application.fields, job_id: other.id, stage_id: stage("interview"), rejection_reason_id: "reason-0" } };
    fake.tables.applications.set(open.id, open);
    const { unmount } = render(CandidateView, { id: "candidate-20" });
    await settled();
    expect(screen.queryByTestId(testids.elsewhere)).toBeNull();
    unmount();
    application.fields.stage_id = stage("hired");
    render(CandidateView, { id: "candidate-20" });
    await settled();
    const section = screen.getByTestId(testids.elsewhere);
    expect(section.textContent).toContain(other.fields.title);
    expect(fake.tables.applications.get(open.id)?.fields.stage_id).toBe(stage("interview"));
    const box = section.querySelector<HTMLInputElement>("input[type=checkbox]") as HTMLInputElement;
    const button = section.querySelector<HTMLButtonElement>("button") as HTMLButtonElement;
    await fireEvent.click(box);
    expect(button.disabled).toBe(true);
    await fireEvent.click(box);
    await fireEvent.submit(section.querySelector("form") as HTMLFormElement);
    await settled();
    const closed = fake.tables.applications.get(open.id)?.fields;
    expect(["withdrawn", "rejected"].map(stage)).toContain(closed?.stage_id);
    expect(closed?.rejection_reason).toContain("Hired as");
    expect(closed?.rejection_reason_id).toBeNull();
    expect(screen.queryByTestId(testids.elsewhere)).toBeNull();
  });
});
