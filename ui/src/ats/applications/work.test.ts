import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Card, Row } from "../../backend/types";
import type { FakeBackend } from "../../backend/fake";
import { ME } from "../../backend/fake/data";
import { handleKey } from "../../shared/keyboard";
import { leave } from "../../shared/leave";
import { go, href, parse, route, WORK_VIEWS, type WorkView } from "../../shared/route.svelte";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import Applications from "../candidates/Applications.svelte";
import { reminderEdits } from "./reminder";
import { isIn, isLate, placed, type Work } from "./work";
import WorkList from "./WorkList.svelte";

function card(stage_id: string, days_in_stage: number, assigned_to_id: string | null = null): Card {
  return { application: { id: `${stage_id}-${days_in_stage}`, fields: { stage_id, pipeline_id: "p", job_id: "j", assigned_to_id } } as unknown as Row<"applications">, days_in_stage } as Card;
}
const stages = [{ id: "s0", target_days: 3 }, { id: "s1", target_days: null }];
const pipeline = { id: "p", fields: { stages } } as unknown as Row<"pipelines">;
const job = { id: "j" } as Row<"jobs">;

describe("the views of all applications", () => {
  const works = placed([card("s0", 3, "me"), card("s0", 4), card("s1", 90, "other"), card("gone", 90)], [job], [pipeline]);
  const within = (view: WorkView): string[] => works.filter((work) => isIn(view, work, "me")).map((work) => work.card.application.id);

  it("hold what they say", () => {
    expect(within("mine")).toEqual(["s0-3"]);
    expect(within("new")).toEqual(["s0-3", "s0-4"]);
    expect(within("late")).toEqual(["s0-4"]);
    expect(within("open")).toHaveLength(4);
  });

  it("remind who is to be reminded, once the day is there", () => {
    const reminded = (fields: object): Work[] => {
      const one = card("s0", 1);
      Object.assign(one.application.fields, { follow_up_on: null, follow_up_for_id: null }, fields);
      return placed([one], [{ id: "j", fields: { recruiter_id: "rita", hiring_manager_id: "max" } } as Row<"jobs">], [pipeline]);
    };
    const due = (who: string, fields: object): boolean => reminded(fields).every((work) => isIn("reminders", work, who, "2026-03-02"));
    expect(due("me", { follow_up_on: "2026-03-02", follow_up_for_id: "me" })).toBe(true);
    expect(due("me", { follow_up_on: "2026-03-03", follow_up_for_id: "me" })).toBe(false);
    expect(due("me", { follow_up_on: "2026-03-01", follow_up_for_id: "other" })).toBe(false);
    expect(due("me", { follow_up_on: "2026-03-01", assigned_to_id: "me" })).toBe(true);
    expect(due("rita", { follow_up_on: "2026-03-01" })).toBe(true);
    expect(due("rita", {})).toBe(false);
    expect(reminderEdits(null).map((edit) => ("value" in edit ? edit.value : 0))).toEqual([null, "", null]);
  });

  it("call nobody late whose stage has no target or is gone", () => {
    expect(works.map(isLate)).toEqual([false, true, false, false]);
    expect([works[3]?.stage, works[3]?.job]).toEqual([null, job]);
    expect(placed([card("s0", 1)], [], [])[0]).toMatchObject({ job: null, stage: null, first: false });
  });

  it("have addresses of their own, and an unknown one is one's own work", () => {
    WORK_VIEWS.forEach((view) => expect(parse(href({ name: "work", view }))).toEqual({ name: "work", view }));
    expect(parse("#/my-work/whatever")).toEqual({ name: "work", view: "mine" });
    const place = { name: "candidate", id: "a b", application: "c/d" } as const;
    expect(parse(href(place))).toEqual(place);
  });
});

describe("my work", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));
  const rows = (): HTMLElement[] => screen.queryAllByTestId(testids.workRow);
  const OVER = ["stage-5", "stage-6", "stage-7"];
  const open = (): Row<"applications">[] => [...fake.tables.applications.values()].filter(({ fields }) => !OVER.includes(fields.stage_id));
  const fieldsOf = (element: HTMLElement | undefined) => fake.tables.applications.get(element?.dataset.application ?? "")?.fields;

  async function show(view: WorkView): Promise<void> {
    leave();
    render(WorkList, { view });
    await settled();
  }
  beforeEach(() => window.addEventListener("keydown", handleKey));
  afterEach(() => window.removeEventListener("keydown", handleKey));

  it("is what is assigned to me over all jobs and not over, the longest waiting first", async () => {
    await show("mine");
    const mine = open().filter(({ fields }) => fields.assigned_to_id === ME);
    expect(rows().map((row) => row.dataset.application).sort()).toEqual(mine.map(({ id }) => id).sort());
    expect(new Set(mine.map(({ fields }) => fields.job_id)).size).toBeGreaterThan(1);
    const since = rows().map((row) => fieldsOf(row)?.stage_changed_at ?? 0);
    expect(since).toEqual(since.toSorted((a, b) => a - b));
  });

  it("reads of the engine no more than is mine", async () => {
    const asked: unknown[] = [];
    const cards = fake.cards;
    fake.cards = (request) => (asked.push(request), cards(request));
    await show("mine");
    expect(asked).toEqual([{ job_id: null, assigned_to_id: ME }]);
  });

  it("says what it is where nothing is assigned to me", async () => {
    fake.remote(open().map(({ id }) => ({ kind: "applications", id, edits: [{ op: "set", field: "assigned_to_id", value: null }] })));
    await show("mine");
    expect(screen.getByText("Nothing is assigned to you")).toBeTruthy();
  });

  it("opens the candidate at that application", async () => {
    await show("open");
    const [row] = rows();
    await fireEvent.click(row as HTMLElement);
    expect(route()).toEqual({ name: "candidate", id: fieldsOf(row)?.candidate_id, application: row?.dataset.application });
    const page = await fake.candidatePage(fieldsOf(row)?.candidate_id ?? "");
    render(Applications, { page, name: "Ada" });
    await settled();
    expect(document.activeElement?.getAttribute("data-application")).toBe(row?.dataset.application);
    go({ name: "jobs" }, true);
  });

  it("narrows to a job and to nobody's, and takes what is left with one key", async () => {
    await show("open");
    await fireEvent.change(screen.getByTestId(testids.filterJob), { target: { value: "job-1" } });
    await fireEvent.change(screen.getByTestId(testids.filterAssignee), { target: { value: "nobody" } });
    await settled();
    const free = open().filter(({ fields }) => fields.job_id === "job-1" && fields.assigned_to_id === null);
    expect(rows().map((row) => row.dataset.application).sort()).toEqual(free.map(({ id }) => id).sort());
    for (const row of rows()) {
      await fireEvent.click(row, { ctrlKey: true });
    }
    await fireEvent.keyDown(document.body, { key: "i" });
    await settled();
    expect(free.map(({ id }) => fake.tables.applications.get(id)?.fields.assigned_to_id)).toEqual(free.map(() => ME));
    expect(rows()).toHaveLength(0);
    expect(screen.getByText("No application is like that")).toBeTruthy();
  });
});

describe("saving the list", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("writes the applications that are shown, in their order", async () => {
    const asked: unknown[] = [];
    const write = fake.exportRecords.bind(fake);
    fake.exportRecords = (kind, wanted, format) => {
      asked.push(kind, "ids" in wanted ? wanted.ids : [], format);
      return write(kind, wanted, format);
    };
    render(WorkList, { view: "open" });
    await settled();
    const shown = screen.getAllByTestId(testids.workRow).map((row) => row.dataset.application);
    await fireEvent.click(screen.getByTestId(testids.exportList));
    await settled();
    await fireEvent.click(screen.getByText("Text with commas (CSV), for other programs"));
    await settled();
    expect(asked[0]).toBe("applications");
    expect((asked[1] as string[]).slice(0, shown.length)).toEqual(shown);
    expect(asked[2]).toBe("csv");
  });
});

describe("five thousand open applications", () => {
  openBeforeEach(() => undefined, { candidates: 8_000, jobs: 14 });

  it("are in the list, and a screen of them in the page", async () => {
    leave();
    render(WorkList, { view: "open" });
    await settled();
    await settled();
    expect(Number(screen.getByRole("grid").getAttribute("aria-rowcount"))).toBeGreaterThan(5_000);
    expect(screen.queryAllByTestId(testids.workRow).length).toBeLessThan(60);
  });
});
