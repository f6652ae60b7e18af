import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import { closable, endEdits, openOnes, type Open } from "./ending";
import JobActions from "./JobActions.svelte";
import { ends, waitingFor } from "./waiting.svelte";

/** A job of its own for each test: what waits for the server is remembered. */
const JOBS = 12;
let JOB = "";
let OTHER = "";
let tests = 0;
let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow({ jobs: JOBS, candidates: 120 }));
  [JOB, OTHER] = [`job-${tests % JOBS}`, `job-${(tests + 1) % JOBS}`];
  tests += 1;
  fake.tables.interviews.clear();
  Object.assign(fake.tables.jobs.get(JOB)?.fields ?? {}, { status: "open" });
  Object.assign(fake.tables.jobs.get(OTHER)?.fields ?? {}, { status: "open" });
  fake.tables.rejection_reasons.clear();
});

afterEach(() => {
  cleanup();
  close();
});

async function read(id: string): Promise<Row<"jobs">> {
  const job = await fake.get("jobs", id);
  if (!job) {
    throw new Error(`no job ${id}`);
  }
  return job;
}

/** Opens the form that ends the job. */
async function begin(command: string): Promise<void> {
  render(JobActions, { job: await read(JOB), steps: [] });
  await fireEvent.click(screen.getByTestId(testids.jobMore));
  await fireEvent.click(screen.getByText(command));
  await settled();
  await settled();
}

async function choose(what: string): Promise<void> {
  const radio = screen.getAllByTestId(testids.endDoing).find((each) => each.dataset.doing === what);
  await fireEvent.click(radio as HTMLElement);
  await settled();
}

async function submit(): Promise<void> {
  await fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Mark as filled" }));
  await settled();
  await settled();
}

const stageOf = (id: string): string | undefined => fake.tables.applications.get(id)?.fields.stage_id;
const reasonsOf = (open: Open[]): (string | undefined)[] => [...new Set(open.map(({ id }) => fake.tables.applications.get(id)?.fields.rejection_reason))];

describe("the open applications of a job that ends", () => {
  it("stay as they are where nothing else is chosen", async () => {
    const open = await openOnes(JOB);
    expect(open.length).toBeGreaterThan(2);
    await begin("Mark as filled");
    expect(screen.getByTestId(testids.endOpen).textContent).toContain(`${open.length} applications are still open`);
    await submit();
    expect(waitingFor(await read(JOB))).toBe("fill_job");
    expect(open.map(({ id }) => stageOf(id))).toEqual(open.map(({ stageId }) => stageId));
  });

  it("end with a reason, as one step that is taken back", async () => {
    const open = await openOnes(JOB);
    await begin("Mark as filled");
    await choose("reject");
    await submit();
    expect(screen.getByText("A reason is needed to reject.")).toBeTruthy();
    expect(waitingFor(await read(JOB))).toBeNull();
    await fireEvent.input(screen.getByTestId(testids.endWhy), { target: { value: "The position is taken" } });
    await submit();
    expect(waitingFor(await read(JOB))).toBe("fill_job");
    expect(open.every(({ id }) => stageOf(id) === "stage-6")).toBe(true);
    expect(reasonsOf(open)).toEqual(["The position is taken"]);
    expect(toasts().map(({ text }) => text).join()).toContain("Rejected: ");
    await undo();
    expect(open.map(({ id }) => stageOf(id))).toEqual(open.map(({ stageId }) => stageId));
  });

  it("are kept in mind in a pool, and say why they ended", async () => {
    const open = await openOnes(JOB);
    await begin("Mark as filled");
    await choose("pool");
    await submit();
    expect(screen.getByText("Choose the pool.")).toBeTruthy();
    await fireEvent.click(screen.getByTestId(testids.endPool));
    await settled();
    await fireEvent.click(screen.getByRole("option", { name: /Future engineers/ }));
    await settled();
    expect(screen.getByTestId<HTMLInputElement>(testids.endWhy).value).toBe("Kept in mind: Future engineers");
    await submit();
    expect(open.every(({ candidateId }) => fake.tables.candidates.get(candidateId)?.fields.pool_ids.includes("pool-0"))).toBe(true);
    expect(reasonsOf(open)).toEqual(["Kept in mind: Future engineers"]);
  });

  it("go on for another job, those who applied there already but once", async () => {
    const open = await openOnes(JOB);
    const there = (): string[] => [...fake.tables.applications.values()].filter(({ fields, deleted }) => fields.job_id === OTHER && !deleted).map(({ fields }) => fields.candidate_id);
    await begin("Mark as filled");
    await choose("move");
    await fireEvent.click(screen.getByTestId(testids.endJob));
    await settled();
    const title = (await read(OTHER)).fields.title;
    const option = screen.getAllByRole("option").find((each) => each.textContent.includes(title));
    await fireEvent.click(option as HTMLElement);
    await settled();
    expect(screen.getByTestId<HTMLInputElement>(testids.endWhy).value).toBe(`Goes on for ${title}`);
    await submit();
    const now = there();
    expect(open.every(({ candidateId }) => now.filter((each) => each === candidateId).length === 1)).toBe(true);
    expect(reasonsOf(open)).toEqual([`Goes on for ${title}`]);
  });

  it("each get an e-mail where that is wished, seen before anything is done", async () => {
    const open = await openOnes(JOB);
    const before = fake.tables.emails.size;
    await begin("Mark as filled");
    await choose("reject");
    await fireEvent.input(screen.getByTestId(testids.endWhy), { target: { value: "The position is taken" } });
    await fireEvent.click(screen.getByTestId(testids.endWrite));
    await submit();
    expect([waitingFor(await read(JOB)), fake.tables.emails.size]).toEqual([null, before]);
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Your application" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "Dear {{first_name}}, the position is taken." } });
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    await settled();
    expect(waitingFor(await read(JOB))).toBe("fill_job");
    expect(fake.tables.emails.size).toBeGreaterThan(before);
    expect(reasonsOf(open)).toEqual(["The position is taken"]);
  });

  /** Gives some of a job's open applications a pipeline that has no stage for rejected ones. */
  function withoutEnd(some: Open[]): void {
    const usual = fake.tables.pipelines.get(fake.tables.applications.get(some[0]?.id ?? "")?.fields.pipeline_id ?? "");
    if (!usual) {
      throw new Error("the workspace in memory has a pipeline");
    }
    fake.tables.pipelines.set("endless", { ...usual, id: "endless", fields: { ...usual.fields, stages: usual.fields.stages.filter(({ kind }) => kind !== "rejected") } });
    some.forEach(({ id }) => Object.assign(fake.tables.applications.get(id)?.fields ?? {}, { pipeline_id: "endless" }));
  }

  it("of a pipeline without a stage for it stay: nobody writes about them or calls them off, and the form says so", async () => {
    const open = await openOnes(JOB);
    const [stays, ends] = [open.slice(0, 1), open.slice(1)];
    withoutEnd(stays);
    const talk = (application: string): unknown => fake.create({ kind: "interviews", fields: { application_id: application, starts_at: Date.now() + 86_400_000, status: "scheduled", interviewer_ids: [] } });
    await Promise.all([talk(stays[0]?.id ?? ""), talk(ends[0]?.id ?? "")]);
    const before = new Set(fake.tables.emails.keys());
    await begin("Mark as filled");
    expect(screen.getByTestId(testids.endLeft).textContent).toContain("1 stays open");
    await choose("reject");
    expect(screen.getByTestId(testids.endOpen).textContent).toContain("Call off the 1 interview that");
    await fireEvent.input(screen.getByTestId(testids.endWhy), { target: { value: "The position is taken" } });
    await fireEvent.click(screen.getByTestId(testids.endWrite));
    await submit();
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Your application" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "The position is taken." } });
    expect(screen.getByTestId(testids.bulkMailSend).textContent).toContain(`Reject ${ends.length} applications`);
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    await settled();
    expect(stageOf(stays[0]?.id ?? "")).toBe(stays[0]?.stageId);
    const about = [...fake.tables.emails.values()].filter(({ id }) => !before.has(id)).map(({ fields }) => fields.application_id);
    expect([about.length > 0, about.includes(stays[0]?.id ?? "")]).toEqual([true, false]);
    const called = [...fake.tables.interviews.values()].map(({ fields }) => [fields.application_id === stays[0]?.id, fields.status]);
    expect(called).toEqual([[true, "scheduled"], [false, "cancelled"]]);
    expect(toasts().map(({ text }) => text).join()).toContain("1 stays open");
  });

  it("whose letters fail are tried again without ending the job or anybody twice", async () => {
    const open = await openOnes(JOB);
    const { createMany, editMany, command } = fake;
    let [asked, ended] = [0, 0];
    fake.command = (...all) => ((asked += 1), command(...all));
    fake.editMany = (requests) => ((ended += 1), editMany(requests));
    fake.createMany = () => Promise.reject({ code: "offline", title: "x", message: "Not now.", fields: {} });
    const before = fake.tables.emails.size;
    await begin("Mark as filled");
    await choose("reject");
    await fireEvent.input(screen.getByTestId(testids.endWhy), { target: { value: "The position is taken" } });
    await fireEvent.click(screen.getByTestId(testids.endWrite));
    await submit();
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Your application" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "The position is taken." } });
    const send = async (): Promise<void> => {
      await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
      await settled();
      await settled();
    };
    await send();
    expect([asked, ended, fake.tables.emails.size]).toEqual([1, 1, before]);
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.bulkMailBody).value).toBe("The position is taken.");
    fake.createMany = createMany;
    await send();
    expect([asked, ended, fake.tables.emails.size > before]).toEqual([1, 1, true]);
    expect(screen.queryByRole("dialog")).toBeNull();
    await undo();
    expect(open.map(({ id }) => stageOf(id))).toEqual(open.map(({ stageId }) => stageId));
  });

  it("that could not be ended keep the form, and the job is not asked twice", async () => {
    const open = await openOnes(JOB);
    const { editMany, command } = fake;
    let asked = 0;
    fake.command = (...all) => ((asked += 1), command(...all));
    fake.editMany = () => Promise.reject({ code: "offline", title: "x", message: "Not now.", fields: {} });
    await begin("Mark as filled");
    await choose("reject");
    await fireEvent.input(screen.getByTestId(testids.endWhy), { target: { value: "The position is taken" } });
    await submit();
    expect(screen.getByTestId<HTMLInputElement>(testids.endWhy).value).toBe("The position is taken");
    fake.editMany = editMany;
    await submit();
    expect([asked, screen.queryByRole("dialog")]).toEqual([1, null]);
    expect(reasonsOf(open)).toEqual(["The position is taken"]);
  });

  it("end where there is a stage for it, and only a job that is over asks", () => {
    const one = { id: "a", candidateId: "c", name: "Zoé", stageId: "new", kind: "new" };
    expect(endEdits(closable([{ ...one, rejected: null }, { ...one, id: "b", rejected: "no" }]), "Over", null).map(({ id }) => id)).toEqual(["b"]);
    expect((["close_job", "fill_job", "cancel_job", "hold_job", "reopen_job", "return_job", "publish_job"] as const).filter(ends)).toEqual(["close_job", "fill_job", "cancel_job"]);
  });
});
