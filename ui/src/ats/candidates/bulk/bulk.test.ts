import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../../backend/fake";
import { handleKey } from "../../../shared/keyboard";
import { testids } from "../../../shared/testids";
import { openBeforeEach, settled } from "../../../shared/testing/window";
import { toasts, undo } from "../../../shared/writes.svelte";
import { BULK_MAX } from "../../board/moves";
import CandidateList from "../CandidateList.svelte";
import { current, nothing } from "../search/search.svelte";
import { namesOf, PEOPLE_MAX, sortedFor, tagCounts } from "./bulk";

let fake: FakeBackend;

async function show(): Promise<void> {
  current.show(nothing(), null);
  current.pools = false;
  render(CandidateList);
  await settled();
}

const press = async (key: string): Promise<void> => {
  handleKey(new KeyboardEvent("keydown", { key }));
  await settled();
};
const rows = (): HTMLElement[] => screen.getAllByTestId(testids.candidateRow);
const idOf = (row: HTMLElement | undefined): string => row?.dataset.candidate ?? "";
const boxOf = (row: HTMLElement | undefined): HTMLElement => within(row as HTMLElement).getByRole("checkbox");
const applied = (job: string): string[] => [...fake.tables.applications.values()].filter(({ fields }) => fields.job_id === job).map(({ fields }) => fields.candidate_id);
const tagged = (tag: string): number => [...fake.tables.candidates.values()].filter(({ fields }) => fields.tag_ids.includes(tag)).length;
const said = (): string => toasts().at(-1)?.text ?? "";

async function choose(count: number): Promise<string[]> {
  const chosen = rows().slice(0, count);
  for (const row of chosen) {
    await fireEvent.click(boxOf(row));
  }
  return chosen.map(idOf);
}

async function pick(testid: string, text: string): Promise<void> {
  await settled();
  const input = screen.getByTestId(testid);
  await fireEvent.input(input, { target: { value: text } });
  await fireEvent.keyDown(input, { key: "Enter" });
  await settled();
}

describe("names in a sentence", () => {
  const people = ["Ada", "Bob", "Cy", "Di", "Ed"].map((name) => ({ id: name, name }));

  it("are a few, and the others are counted", () => {
    expect([namesOf(people.slice(0, 1)), namesOf(people.slice(0, 3)), namesOf(people)]).toEqual(["Ada", "Ada, Bob, and Cy", "Ada, Bob, Cy, and 2 more"]);
  });
});

describe("many candidates for a job", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 130 });
  beforeEach(show);

  it("are added once each, without those who applied, as one step to take back", async () => {
    const chosen = await choose(28);
    const { free, applied: before } = await sortedFor("job-0", chosen);
    expect(free.length + before.length).toBe(28);
    expect(before.length).toBeGreaterThan(0);
    const all = fake.tables.applications.size;
    const parts: number[] = [];
    const createMany = fake.createMany.bind(fake);
    fake.createMany = (requests, undoable) => {
      parts.push(requests.length);
      return createMany(requests, undoable);
    };
    await press("a");
    await pick(testids.jobPicker, fake.tables.jobs.get("job-0")?.fields.title ?? "");
    await settled();
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(free.length);
    const now = applied("job-0");
    expect(chosen.map((id) => now.filter((each) => each === id).length)).toEqual(chosen.map(() => 1));
    expect(said()).toContain(`${free.length} people were added to`);
    expect(said()).toContain(`Applied already: ${namesOf(before)}.`);
    expect(screen.queryByTestId(testids.chosenJob)).toBeNull();
    await undo();
    expect(fake.tables.applications.size).toBe(all);
  });

  it("say so where all of them have applied", async () => {
    const [first] = applied("job-0");
    const { free, applied: before } = await sortedFor("job-0", [first ?? ""]);
    expect([free, before.map(({ id }) => id)]).toEqual([[], [first]]);
    current.search.conditions = [{ what: "applications.job_id", how: "is", value: "job-0" }];
    await settled();
    const all = fake.tables.applications.size;
    const row = rows().find((each) => applied("job-0").includes(idOf(each)));
    await fireEvent.click(boxOf(row));
    await fireEvent.click(screen.getByTestId(testids.chosenJob));
    await pick(testids.jobPicker, fake.tables.jobs.get("job-0")?.fields.title ?? "");
    expect(said()).toContain("Nobody was added to");
    expect(fake.tables.applications.size).toBe(all);
  });

  it("counts an application of whoever was merged into somebody as theirs", async () => {
    const [mine] = applied("job-0");
    const other = [...fake.tables.candidates.values()].find(({ id }) => !applied("job-0").includes(id));
    Object.assign(fake.tables.candidates.get(mine ?? "")?.fields ?? {}, { merged_into_id: other?.id });
    const { free, applied: before } = await sortedFor("job-0", [other?.id ?? ""]);
    expect([free, before.map(({ id }) => id)]).toEqual([[], [other?.id]]);
  });

  it("are no more at once than one step may change, and the one in focus where nobody is chosen", async () => {
    await fireEvent.click(screen.getByLabelText("Select all"));
    await settled();
    await press("a");
    expect(toasts().at(-1)).toMatchObject({ error: true, text: `At most ${BULK_MAX} can be changed at once. Select fewer.` });
    expect(screen.queryByTestId(testids.jobPicker)).toBeNull();
    await press("w");
    expect(screen.queryByTestId(testids.bulkMailSubject)).toBeNull();
    await press("Escape");
    rows()[1]?.focus();
    await press("a");
    expect(screen.getByTestId(testids.jobPicker)).toBeTruthy();
  });
});

describe("a tag of many candidates", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 130 });
  beforeEach(show);

  const tag = (): { id: string; name: string } => {
    const [first] = fake.tables.tags.values();
    return { id: first?.id ?? "", name: first?.fields.name ?? "" };
  };

  it("is added to those who lack it and taken from those who have it, each as one step", async () => {
    const { id, name } = tag();
    await fireEvent.click(screen.getByLabelText("Select all"));
    await settled();
    const before = tagged(id);
    expect((await tagCounts([...fake.tables.candidates.keys()])).get(id)).toBe(before);
    await press("t");
    await pick(testids.tagsPicker, name);
    expect(tagged(id)).toBe(130);
    expect(said()).toBe(`130 people have the tag ${name} now`);
    await undo();
    expect(tagged(id)).toBe(before);
    await fireEvent.click(screen.getByLabelText("Select all"));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.chosenTags));
    await settled();
    const options = within(screen.getByRole("dialog")).getAllByRole("option").filter((each) => each.textContent.includes(name));
    expect(options).toHaveLength(2);
    await fireEvent.click(options[1] as HTMLElement);
    await settled();
    expect(tagged(id)).toBe(0);
  });

  it("is made on the spot", async () => {
    const chosen = await choose(3);
    await press("t");
    await pick(testids.tagsPicker, "Night shift");
    const made = [...fake.tables.tags.values()].find(({ fields }) => fields.name === "Night shift");
    expect(chosen.map((id) => fake.tables.candidates.get(id)?.fields.tag_ids.includes(made?.id ?? ""))).toEqual([true, true, true]);
  });
});

describe("an e-mail to many candidates", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 130 });
  beforeEach(show);

  it("goes to each with an address, about the application that it must be", async () => {
    const chosen = await choose(4);
    const before = fake.tables.emails.size;
    await press("w");
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Hello" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "Dear {{first_name}}" } });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    const made = [...fake.tables.emails.values()].slice(before);
    const reachable = chosen.filter((id) => [...fake.tables.candidate_contacts.values()].some(({ fields }) => fields.candidate_id === id && fields.email !== ""));
    expect(made.map(({ fields }) => fields.candidate_id).sort()).toEqual([...new Set(reachable)].sort());
    for (const { fields } of made) {
      const own = [...fake.tables.applications.values()].filter((each) => each.fields.candidate_id === fields.candidate_id);
      expect(fields.application_id === null || own.some(({ id }) => id === fields.application_id)).toBe(true);
    }
    expect(screen.queryByTestId(testids.bulkMail)).toBeNull();
  });
});

describe("who is chosen", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 260 });
  beforeEach(show);

  const chosen = (): string[] => rows().filter((row) => row.getAttribute("aria-selected") === "true").map(idOf);
  const count = (): string => screen.queryByRole("toolbar")?.querySelector("span")?.textContent ?? "";
  const box = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>("Select all");
  const edit = (id: string, field: string, value: unknown): void => fake.remote([{ kind: "candidates", id, edits: [{ op: "set", field, value }] }]);

  it("is let go of once they are not in the list any more, and the others stay", async () => {
    current.search.source = fake.tables.candidates.get(idOf(rows()[0]))?.fields.source ?? "";
    await settled();
    await settled();
    const [deleted = "", other = "", gone = "", stays = ""] = await choose(4);
    await settled();
    edit(deleted, "$deleted", true);
    edit(other, "source", "referral of somebody");
    fake.tables.candidates.delete(gone);
    await settled();
    await settled();
    expect([chosen(), count()]).toEqual([[stays], "1 selected"]);
    current.search.source = "";
    await settled();
    expect(count()).toBe("");
  });

  it("stays chosen when pipelines or own fields change elsewhere", async () => {
    const before = await choose(3);
    const [pipeline = ""] = fake.tables.pipelines.keys();
    fake.remote([{ kind: "pipelines", id: pipeline, edits: [{ op: "set", field: "name", value: "Another name" }] }]);
    await settled();
    expect(chosen()).toEqual(before);
  });

  it("is nobody where the list was narrowed before the answer to all of them came", async () => {
    const list = fake.list.bind(fake);
    let answer: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (answer = resolve));
    fake.list = (async (request: Parameters<typeof list>[0]) => {
      const page = await list(request);
      await (request.limit === PEOPLE_MAX ? waits : null);
      return page;
    }) as typeof list;
    await fireEvent.click(box());
    current.search.source = "referral";
    await settled();
    answer();
    await settled();
    expect([count(), box().checked]).toEqual(["", false]);
  });

  it("is everybody in a range, also those who were not read yet", async () => {
    rows()[0]?.focus();
    await fireEvent.keyDown(rows()[0] as HTMLElement, { key: "End", shiftKey: true });
    await settled();
    expect(count()).toBe("260 selected");
  });

  it("is what their box says, also after a range", async () => {
    await fireEvent.click(boxOf(rows()[1]));
    await fireEvent.click(boxOf(rows()[3]), { shiftKey: true });
    await fireEvent.click(boxOf(rows()[2]), { shiftKey: true });
    await settled();
    expect(chosen()).toHaveLength(3);
    expect([0, 1, 2, 3, 4].map((at) => (boxOf(rows()[at]) as HTMLInputElement).checked)).toEqual([false, true, true, true, false]);
  });
});

describe("whoever only reads", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 20, contacts: false });
  beforeEach(show);

  it("chooses nobody and is offered nothing, by no key", async () => {
    expect(within(rows()[0] as HTMLElement).queryByRole("checkbox")).toBeNull();
    rows()[0]?.focus();
    for (const key of ["x", "a", "t", "p", "w"]) {
      await press(key);
    }
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByRole("toolbar")).toBeNull();
  });
});
