import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { COLLEAGUE, ME } from "../../backend/fake/data";
import { activeShortcuts, handleKey } from "../../shared/keyboard";
import { openWithPeople, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import Applications from "../candidates/Applications.svelte";
import ApplicationList from "./ApplicationList.svelte";
import BoardView from "./BoardView.svelte";
import { BULK_MAX } from "./moves";
import { assign } from "./assign";

let fake: FakeBackend;
let close: () => void;
const assignee = (id: string | undefined): string | null | undefined => fake.tables.applications.get(id ?? "")?.fields.assigned_to_id;

async function open(contacts = true): Promise<void> {
  ({ fake, close } = await openWithPeople({ contacts }));
}

beforeEach(() => window.addEventListener("keydown", handleKey));
afterEach(() => {
  cleanup();
  close();
  window.removeEventListener("keydown", handleKey);
});

async function press(key: string, on: HTMLElement = document.body): Promise<void> {
  await fireEvent.keyDown(on, { key });
  await settled();
}

/** Picks in the list of people that is open. */
async function pick(label: RegExp): Promise<void> {
  const option = screen.getAllByRole("option").find((each) => each.closest("dialog") && label.test(each.textContent?.trim() ?? ""));
  await fireEvent.click(option as HTMLElement);
  await settled();
}

describe("who works on an application, on the board", () => {
  beforeEach(async () => {
    await open();
    const board = await fake.board("job-0");
    const view = render(BoardView, { board, onchange: () => void fake.board("job-0").then((next) => view.rerender({ board: next })) });
    await settled();
  });

  it("is shown on the card by name, and not where nobody does", () => {
    for (const card of screen.getAllByTestId(testids.card)) {
      const named = within(card).queryByText(/^Assigned to /) !== null;
      expect(named).toBe(assignee(card.dataset.application) !== null);
    }
    expect(screen.getAllByText("Assigned to Camille Fortin").length).toBeGreaterThan(0);
  });

  it("is set and cleared from the list of people", async () => {
    const card = screen.getAllByTestId(testids.card).find((each) => assignee(each.dataset.application) === null);
    const id = card?.dataset.application;
    card?.focus();
    await press("a", card);
    await pick(/^Me/);
    expect(assignee(id)).toBe(ME);
    await press("a");
    await pick(/^Nobody/);
    expect(assignee(id)).toBeNull();
    expect(toasts().at(-1)?.text).toContain("Nobody works on");
  });

  it("is oneself by one key for all that is chosen, as one step to take back", async () => {
    const cards = screen.getAllByTestId(testids.card).filter((each) => assignee(each.dataset.application) !== ME).slice(0, 3);
    const ids = cards.map((each) => each.dataset.application);
    const before = ids.map(assignee);
    for (const card of cards) {
      await fireEvent.click(card, { ctrlKey: true });
    }
    await press("i");
    expect(ids.map(assignee)).toEqual([ME, ME, ME]);
    expect(screen.queryByText("3 selected")).toBeNull();
    await undo();
    expect(ids.map(assignee)).toEqual(before);
  });

  it("asks first where nothing is chosen and nothing has the focus", async () => {
    const before = screen.getAllByTestId(testids.card).map((card) => assignee(card.dataset.application));
    (document.activeElement as HTMLElement | null)?.blur();
    await press("i");
    expect(screen.getAllByTestId(testids.card).map((card) => assignee(card.dataset.application))).toEqual(before);
    expect(document.querySelector("dialog")).not.toBeNull();
  });

  it("offers whoever hires and sees the job, and a hiring manager of other jobs not", async () => {
    await fake.edit({ kind: "jobs", id: "job-0", edits: [{ op: "set", field: "hiring_manager_id", value: null }] });
    cleanup();
    render(BoardView, { board: await fake.board("job-0"), onchange: () => undefined });
    await settled();
    screen.getAllByTestId(testids.card)[0]?.focus();
    await press("a");
    const offered = screen.getAllByRole("option").filter((each) => each.closest("dialog")).map((each) => each.textContent);
    expect(offered[0]).toContain("Me");
    expect(offered[1]).toContain("Nobody");
    expect(offered.some((each) => each?.includes("Marie-Ève Lalonde"))).toBe(false);
  });

  it("has its keys among those that the help lists", () => {
    expect(activeShortcuts().map(({ keys, label }) => `${keys} ${label}`)).toEqual(expect.arrayContaining(["a keys.assign", "i keys.assign_me"]));
  });

  it("refuses more than one step may change", async () => {
    const many = Array.from({ length: BULK_MAX + 1 }, (_, index) => ({ id: `application-${index}`, name: "x" }));
    expect(await assign(many, null)).toBe(false);
    expect(toasts().at(-1)).toMatchObject({ error: true });
    expect(assignee("application-0")).toBe(ME);
  });
});

describe("who works on an application, elsewhere", () => {
  it("is set for what is chosen in the list by the bar's button", async () => {
    await open();
    render(ApplicationList, { board: await fake.board("job-0") });
    await settled();
    const rows = screen.getAllByTestId(testids.applicationRow).slice(0, 2);
    for (const row of rows) {
      await fireEvent.click(within(row).getByRole("checkbox"));
    }
    await fireEvent.click(screen.getByTestId(testids.bulkAssign));
    await settled();
    await pick(/^Samuel Adeyemi/);
    expect(rows.map((row) => assignee(row.dataset.application))).toEqual([COLLEAGUE, COLLEAGUE]);
  });

  it("is set on the candidate's page, where it marks who it is now", async () => {
    await open();
    const page = await fake.candidatePage("candidate-1");
    render(Applications, { page, name: "Ada" });
    await settled();
    await fireEvent.click(screen.getAllByTestId(testids.assign)[0] as HTMLElement);
    await settled();
    await pick(/^Me/);
    expect(assignee(page.applications[0]?.application.id)).toBe(ME);
    expect(toasts().at(-1)?.text).toBe("Ada is assigned to Camille Fortin");
  });

  it("is for show where applications may not be edited", async () => {
    await open(false);
    render(BoardView, { board: await fake.board("job-0"), onchange: () => undefined });
    render(Applications, { page: await fake.candidatePage("candidate-0"), name: "Ada" });
    await settled();
    expect(screen.queryAllByTestId(testids.assign)).toEqual([]);
    expect(activeShortcuts().some(({ label }) => label === "keys.assign")).toBe(false);
  });
});
