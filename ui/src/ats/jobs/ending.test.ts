import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import { endEdits, openOnes, type Open } from "./ending";
import JobActions from "./JobActions.svelte";
import { ends, waitingFor } from "./waiting.svelte";

/** A job of its own for each test: what waits for the server is remembered. */
let JOB = "";
let OTHER = "";
let tests = 0;
let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow({ jobs: 6, candidates: 120 }));
  [JOB, OTHER] = [`job-${tests % 6}`, `job-${(tests + 1) % 6}`];
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

  it("of a pipeline without a stage for it stay, and only a job that is over asks", () => {
    const one = { id: "a", candidateId: "c", name: "Zoé", stageId: "new", kind: "new" };
    expect(endEdits([{ ...one, rejected: null }, { ...one, id: "b", rejected: "no" }], "Over", null).map(({ id }) => id)).toEqual(["b"]);
    expect((["close_job", "fill_job", "cancel_job", "hold_job", "reopen_job", "return_job", "publish_job"] as const).filter(ends)).toEqual(["close_job", "fill_job", "cancel_job"]);
  });
});
