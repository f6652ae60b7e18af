import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { go, href, parse, route } from "../../shared/route.svelte";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import { undo } from "../../shared/writes.svelte";
import CandidateView from "../candidates/CandidateView.svelte";
import { shownCandidate } from "../candidates/shown";
import Comparison from "./Comparison.svelte";
import DuplicateList from "./DuplicateList.svelte";

let fake: FakeBackend;
let close: () => void;

/** The two of the workspace in memory who are one person. */
const OLD = "candidate-12";
const NEW = "candidate-31";
const PAIR = `${OLD} ${NEW}`;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople());
});

afterEach(() => {
  cleanup();
  close();
  go({ name: "jobs" });
  vi.restoreAllMocks();
});

const fields = (id: string): { [field: string]: unknown } => fake.tables.candidates.get(id)?.fields as unknown as { [field: string]: unknown };
const cards = (): string[] => screen.queryAllByTestId(testids.duplicatePair).map((card) => card.dataset.pair ?? "");

function card(): HTMLElement {
  const found = screen.getAllByTestId(testids.duplicatePair).find(({ dataset }) => dataset.pair === PAIR);
  if (!found) {
    throw new Error("the pair is not shown");
  }
  return found;
}

function radio(testid: string, side: string, field?: string): HTMLInputElement {
  const found = screen.getAllByTestId<HTMLInputElement>(testid).find(({ dataset }) => dataset.side === side && dataset.field === field);
  if (!found) {
    throw new Error(`nothing to choose for ${field ?? side}`);
  }
  return found;
}

const stays = (side: string): Promise<boolean> => fireEvent.click(radio(testids.comparisonKeep, side));
const choose = (field: string, side: string): Promise<boolean> => fireEvent.click(radio(testids.comparisonChoice, side, field));
const lineOf = (field: string): HTMLElement | undefined => screen.getAllByTestId(testids.comparisonLine).find(({ dataset }) => dataset.field === field);

async function compare(): Promise<void> {
  const pair = (await fake.duplicatesOf(OLD))[0];
  if (!pair) {
    throw new Error("there is no pair");
  }
  render(Comparison, { pair, onclose: () => undefined });
  await settled();
}

async function press(testid: string, inside?: HTMLElement): Promise<void> {
  await fireEvent.click((inside ? within(inside) : screen).getByTestId(testid));
  await settled();
}

describe("the duplicates", () => {
  beforeEach(async () => {
    render(DuplicateList);
    await settled();
  });

  it("show who may be one person, the surest first, and why", () => {
    expect(cards()[0]).toBe(PAIR);
    expect(card().textContent).toContain("Almost certainly");
    expect(card().textContent).toContain("100%");
    expect(within(card()).getByText("Same e-mail")).toBeTruthy();
    expect(card().textContent).toContain("1 application · 1 note");
  });

  it("lose a pair that is told apart, and have it again when that is taken back", async () => {
    await press(testids.duplicateDistinct, card());
    expect(fields(OLD).distinct_from_ids).toEqual([NEW]);
    expect(cards()).not.toContain(PAIR);
    await undo();
    await settled();
    expect(cards()[0]).toBe(PAIR);
  });

  it("give the focus to the next pair when one is settled", async () => {
    fake.remote([{ kind: "candidate_contacts", id: "contact-2", edits: [{ op: "set", field: "email", value: "candidate1@example.net" }] }]);
    await settled();
    expect(cards()).toHaveLength(2);
    within(card()).getByTestId(testids.duplicateDistinct).focus();
    await press(testids.duplicateDistinct, card());
    expect(cards()).toHaveLength(1);
    expect(document.activeElement).toBe(screen.getAllByTestId(testids.duplicateCompare)[0]);
  });

  it("do not move while two are compared", async () => {
    await press(testids.duplicateCompare, card());
    fake.remote([{ kind: "candidates", id: OLD, edits: [{ op: "add", field: "distinct_from_ids", value: NEW }] }]);
    await settled();
    expect(cards()[0]).toBe(PAIR);
    await fireEvent.click(screen.getByText("Cancel"));
    await settled();
    expect(cards()).not.toContain(PAIR);
  });

  it("go when they are merged", async () => {
    await press(testids.duplicateCompare, card());
    await press(testids.merge);
    expect(screen.queryByTestId(testids.comparison)).toBeNull();
    expect(cards()).not.toContain(PAIR);
    expect(fields(NEW).merged_into_id).toBe(OLD);
  });
});

describe("more duplicates than are shown, and none", () => {
  it("are counted, and said", async () => {
    const { pairs } = await fake.duplicates();
    vi.spyOn(fake, "duplicates").mockImplementation(() => Promise.resolve({ pairs: pairs.slice(0, 1), total: 512 }));
    render(DuplicateList);
    await settled();
    expect(screen.getByText(/^1 of 512 pairs/)).toBeTruthy();
    cleanup();
    vi.spyOn(fake, "duplicates").mockImplementation(() => Promise.resolve({ pairs: [], total: 0 }));
    render(DuplicateList);
    await settled();
    expect(screen.getByText("No duplicates")).toBeTruthy();
  });

  it("are only looked at by who may not edit candidates", async () => {
    close();
    ({ fake, close } = await openWithPeople({ contacts: false }));
    vi.spyOn(fake, "duplicates").mockImplementation(async () => {
      const pair = (await fake.duplicatesOf(OLD))[0];
      return { pairs: pair ? [pair] : [], total: pair ? 1 : 0 };
    });
    render(DuplicateList);
    await settled();
    expect(cards()).toEqual([PAIR]);
    expect(screen.queryByTestId(testids.duplicateCompare)).toBeNull();
    expect(screen.queryByTestId(testids.duplicateDistinct)).toBeNull();
  });
});

describe("a comparison", () => {
  beforeEach(compare);

  it("asks for a choice where the two differ, and takes the rest together", () => {
    expect(lineOf("current_title")?.dataset.state).toBe("differs");
    expect(lineOf("years_experience")?.dataset.state).toBe("only");
    expect(lineOf("referred_by_id")?.textContent).toContain("Samuel Adeyemi");
    expect(within(lineOf("tag_ids") as HTMLElement).getByText("Bilingual")).toBeTruthy();
    expect(within(lineOf("tag_ids") as HTMLElement).getByText("Referred by team, added")).toBeTruthy();
    expect(within(screen.getByTestId(testids.comparisonSame)).getByText("E-mail")).toBeTruthy();
    expect(lineOf("before_merge")).toBeUndefined();
  });

  it("asks the engine for what was chosen", async () => {
    const merge = vi.spyOn(fake, "merge");
    await choose("current_title", "second");
    await choose("source", "second");
    await choose("source", "first");
    await press(testids.merge);
    expect(merge).toHaveBeenCalledWith({ kept: OLD, merged: NEW, chosen: ["current_title"] });
    expect(fields(OLD)).toMatchObject({ current_title: fields(NEW).current_title, source: fields(OLD).source });
  });

  it("holds to what was chosen when the other record stays", async () => {
    const merge = vi.spyOn(fake, "merge");
    await choose("current_title", "second");
    await choose("source", "first");
    await stays("second");
    expect(radio(testids.comparisonChoice, "second", "current_title").checked).toBe(true);
    expect(radio(testids.comparisonChoice, "second", "phone").checked).toBe(true);
    await press(testids.merge);
    expect(merge).toHaveBeenCalledWith({ kept: NEW, merged: OLD, chosen: ["source"] });
  });

  it("stays open with the reason when the merge is refused", async () => {
    fake.remote([{ kind: "candidates", id: OLD, edits: [{ op: "set", field: "is_private", value: true }] }]);
    await choose("current_title", "second");
    await press(testids.merge);
    expect(screen.getByRole("alert").textContent).toContain("Nobody is merged into a private candidate.");
    expect(radio(testids.comparisonChoice, "second", "current_title").checked).toBe(true);
    expect(fields(NEW).merged_into_id).toBeNull();
  });
});

describe("a candidate's page", () => {
  const view = async (id: string): Promise<void> => {
    go({ name: "candidate", id });
    render(CandidateView, { id });
    await settled();
  };

  it("says who may be the same person, until they are told apart", async () => {
    await view(OLD);
    const banner = screen.getByTestId(testids.duplicateBanner);
    expect(banner.textContent).toContain(`Another ${fields(OLD).first_name} ${fields(OLD).last_name} may be the same person: same e-mail and same name and company, title or city`);
    await press(testids.duplicateDistinct, banner);
    expect(screen.queryByTestId(testids.duplicateBanner)).toBeNull();
    await undo();
    await settled();
    expect(screen.getByTestId(testids.duplicateBanner)).toBeTruthy();
  });

  it("says nothing of who is like nobody", async () => {
    await view("candidate-5");
    expect(screen.queryByTestId(testids.duplicateBanner)).toBeNull();
    expect(screen.queryByTestId(testids.merged)).toBeNull();
  });

  it("shows what belongs to who was merged into them, and separates the two", async () => {
    const title = fields(OLD).current_title;
    await fake.create({ kind: "emails", fields: { candidate_id: NEW, subject: "To the second address", body: "Hello" } });
    await fake.merge({ kept: OLD, merged: NEW, chosen: ["current_title"] });
    await view(OLD);
    expect(screen.queryByTestId(testids.duplicateBanner)).toBeNull();
    const line = screen.getByTestId(testids.merged);
    expect(line.dataset.candidate).toBe(NEW);
    expect(line.textContent).toMatch(/^Together with .+ \(created .+ 2026\)/);
    expect(screen.getByText("To the second address")).toBeTruthy();
    await press(testids.separate);
    expect(screen.queryByTestId(testids.merged)).toBeNull();
    expect(screen.queryByText("To the second address")).toBeNull();
    expect(fields(NEW)).toMatchObject({ merged_into_id: null, before_merge: "" });
    expect(fields(OLD).current_title).toBe(title);
    await undo();
    await settled();
    expect(screen.getByTestId(testids.merged).dataset.candidate).toBe(NEW);
  });

  it("of who was merged is that of the other one, and writes to the other one", async () => {
    await fake.merge({ kept: OLD, merged: NEW, chosen: [] });
    await view(NEW);
    expect(route()).toEqual({ name: "candidate", id: OLD });
    await fireEvent.input(screen.getByTestId(testids.noteInput), { target: { value: "Seen twice" } });
    await press(testids.noteSubmit);
    const note = [...fake.tables.notes.values()].find(({ fields }) => fields.body === "Seen twice");
    expect(note?.fields.candidate_id).toBe(OLD);
    expect((await shownCandidate(NEW))?.id).toBe(OLD);
    expect((await shownCandidate(OLD))?.id).toBe(OLD);
  });

  it("is left out of the list while it is another one's", async () => {
    const listed = async (): Promise<boolean> => (await fake.list({ kind: "candidates" })).rows.some(({ id }) => id === NEW);
    expect(await listed()).toBe(true);
    const { undo: token } = await fake.merge({ kept: OLD, merged: NEW, chosen: [] });
    expect(await listed()).toBe(false);
    await fake.undo(token);
    expect(await listed()).toBe(true);
  });
});

describe("the address of the duplicates", () => {
  it("leads there and back", () => {
    expect(parse(href({ name: "duplicates" }))).toEqual({ name: "duplicates" });
    expect(parse("#/candidates/candidate-1")).toEqual({ name: "candidate", id: "candidate-1" });
  });
});
