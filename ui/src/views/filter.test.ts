import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { COLLEAGUE, ME } from "../backend/fake/data";
import { handleKey } from "../shared/keyboard";
import { leave } from "../shared/leave";
import { openBeforeEach, settled } from "../shared/testing/window";
import { testids } from "../shared/testids";
import JobScreen from "./JobScreen.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

type Shown = Awaited<ReturnType<typeof render<typeof JobScreen>>>;
const ID = "job-0";
const cards = (): HTMLElement[] => screen.queryAllByTestId(testids.card);
const rows = (): HTMLElement[] => screen.queryAllByTestId(testids.applicationRow);
const idsOf = (elements: HTMLElement[]): string[] => elements.map((each) => each.dataset.application ?? "").sort();
const fieldsOf = (element: HTMLElement | undefined) => fake.tables.applications.get(element?.dataset.application ?? "")?.fields;
const stageOf = (element: HTMLElement | undefined): string | undefined => fieldsOf(element)?.stage_id;
const asked = (assignee: string | null): string[] => [...fake.tables.applications.values()].filter(({ fields }) => fields.job_id === ID && fields.assigned_to_id === assignee).map(({ id }) => id).sort();

let screenOfJob: Shown;
beforeEach(async () => {
  leave();
  screenOfJob = render(JobScreen, { id: ID, view: "board" });
  await settled();
});

async function choose(testid: string, value: string): Promise<void> {
  await fireEvent.change(screen.getByTestId(testid), { target: { value } });
  await settled();
}

describe("the filter of a job", () => {
  it("narrows the board, counts its columns, and is the same in the list", async () => {
    const all = cards().length;
    await choose(testids.filterAssignee, "nobody");
    expect(idsOf(cards())).toEqual(asked(null));
    const counts = screen.getAllByTestId(testids.boardColumn).map((column) => Number(column.querySelector("h2 span.text-muted")?.textContent));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(asked(null).length);
    expect(screen.getByTestId(testids.filterCount).textContent).toBe(`${asked(null).length} of ${all}`);
    await screenOfJob.rerender({ id: ID, view: "list" });
    await settled();
    expect(idsOf(rows())).toEqual(asked(null));
  });

  it("finds cards beyond those that a column has without it", async () => {
    screenOfJob.unmount();
    const whole = fake.board;
    fake.board = async (id) => {
      const board = await whole(id);
      return { ...board, columns: board.columns.map((column) => ({ ...column, cards: column.cards.slice(0, 1) })) };
    };
    render(JobScreen, { id: ID, view: "board" });
    await settled();
    expect(idsOf(cards())).not.toEqual(expect.arrayContaining(asked(COLLEAGUE)));
    await choose(testids.filterAssignee, COLLEAGUE);
    expect(idsOf(cards())).toEqual(asked(COLLEAGUE));
  });

  it("lets go of what is chosen and filtered out, so that no action reaches it", async () => {
    window.addEventListener("keydown", handleKey);
    const [mine, free] = [ME, null].map((assignee) => cards().find((card) => fieldsOf(card)?.assigned_to_id === assignee && fieldsOf(card)?.stage_id === "stage-0"));
    await fireEvent.click(mine as HTMLElement, { ctrlKey: true });
    await fireEvent.click(free as HTMLElement, { ctrlKey: true });
    expect(screen.getByText("2 selected")).toBeTruthy();
    await choose(testids.filterAssignee, "nobody");
    expect(screen.getByText("1 selected")).toBeTruthy();
    await fireEvent.keyDown(document.body, { key: "m" });
    await settled();
    const before = stageOf(mine);
    await fireEvent.click(screen.getAllByRole("option").find((option) => option.closest("dialog") && option.textContent?.includes("Technical interview")) as HTMLElement);
    await settled();
    expect(stageOf(free)).toBe("stage-3");
    expect(stageOf(mine)).toBe(before);
    window.removeEventListener("keydown", handleKey);
  });

  it("asks for days, answers and words, and one click asks for nothing again", async () => {
    const all = cards().length;
    await fireEvent.input(screen.getByTestId(testids.filterDays), { target: { value: "12" } });
    await settled();
    const later = cards().length;
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThan(all);
    await choose(testids.filterKnockout, "yes");
    await fireEvent.input(screen.getByTestId(testids.filterText), { target: { value: "nobody is called that" } });
    await settled();
    expect(cards()).toHaveLength(0);
    await fireEvent.click(screen.getByTestId(testids.filterClear));
    await settled();
    expect(cards()).toHaveLength(all);
    expect(screen.queryByTestId(testids.filterCount)).toBeNull();
  });

  it("says in the list that nobody is like that, and shows all again from there", async () => {
    await screenOfJob.rerender({ id: ID, view: "list" });
    await settled();
    const all = rows().length;
    await fireEvent.input(screen.getByTestId(testids.filterText), { target: { value: "nobody is called that" } });
    await settled();
    await fireEvent.click(screen.getByText("Show all"));
    await settled();
    expect(rows()).toHaveLength(all);
  });

  it("is still there for who comes back, and gone for the next person", async () => {
    await choose(testids.filterAssignee, "nobody");
    screenOfJob.unmount();
    screenOfJob = render(JobScreen, { id: ID, view: "board" });
    await settled();
    expect(idsOf(cards())).toEqual(asked(null));
    leave();
    await settled();
    expect(screen.queryByTestId(testids.filterCount)).toBeNull();
  });
});
