import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { undo } from "../../shared/writes.svelte";
import ReasonList from "./ReasonList.svelte";
import { createFields, editsOf, moved, newDraft, offeredAt, ordered, problems, type Reason } from "./reasons";

const row = (id: string, fields: object = {}): Reason => ({ id, created_at: 1, fields: { name: id, end: "rejected", email_template_id: null, place: 10, is_retired: false, ...fields } }) as unknown as Reason;

describe("reasons", () => {
  it("are in their order, and those that were put away are not offered", () => {
    const all = [row("c", { place: 30 }), row("a"), row("b", { is_retired: true }), row("w", { end: "withdrawn" })];
    expect(ordered(all).map(({ id }) => id)).toEqual(["a", "b", "w", "c"]);
    expect(offeredAt(all, "rejected").map(({ id }) => id)).toEqual(["c", "a"]);
    expect(offeredAt(all, "withdrawn").map(({ id }) => id)).toEqual(["w"]);
  });

  it("move by one place, and not beyond their ends", () => {
    const all = [row("a"), row("b", { place: 20 })];
    expect(moved(all, 0, 1)).toEqual([
      { id: "b", edits: [{ op: "set", field: "place", value: 10 }] },
      { id: "a", edits: [{ op: "set", field: "place", value: 20 }] },
    ]);
    expect([moved(all, 0, -1), moved(all, 1, 1), moved(all, 5, 1)]).toEqual([[], [], []]);
  });

  it("need words of their own, at their end", () => {
    const draft = { ...newDraft("rejected"), name: " A " };
    expect(problems({ ...draft, name: " " }, [])).toEqual({ name: "reasons.name_needed" });
    expect(problems(draft, [row("a")])).toEqual({ name: "reasons.name_taken" });
    expect(problems(draft, [row("a", { end: "withdrawn" })])).toEqual({});
    expect(createFields(draft, [row("z", { place: 40 })])).toEqual({ name: "A", end: "rejected", email_template_id: null, place: 50 });
    expect(editsOf(row("a").fields, { ...draft, name: "a", is_retired: true })).toEqual([{ op: "set", field: "is_retired", value: true }]);
  });
});

describe("the list of reasons", () => {
  let fake: FakeBackend;
  let close: () => void;

  beforeEach(async () => {
    ({ fake, close } = await openWindow());
    fake.tables.rejection_reasons.clear();
    render(ReasonList);
    await settled();
  });

  afterEach(() => {
    cleanup();
    close();
  });

  it("begins empty, and takes reasons that are put away and offered again", async () => {
    expect(screen.getByText(/There are no reasons yet/)).toBeTruthy();
    const [rejections] = screen.getAllByTestId(testids.reasonNew);
    await fireEvent.click(rejections as HTMLElement);
    await fireEvent.click(screen.getByTestId(testids.reasonSave));
    await settled();
    expect(screen.getByText("A reason needs words.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.reasonName), { target: { value: " Too far away " } });
    await fireEvent.click(screen.getByTestId(testids.reasonSave));
    await settled();
    const made = [...fake.tables.rejection_reasons.values()][0];
    expect(made?.fields).toMatchObject({ name: "Too far away", end: "rejected" });
    await fireEvent.click(within(screen.getByTestId(testids.reasonRow)).getByTestId(testids.reasonRetire));
    await settled();
    expect(fake.tables.rejection_reasons.get(made?.id ?? "")?.fields.is_retired).toBe(true);
    expect(within(screen.getByTestId(testids.reasonRow)).getByText("Offer again")).toBeTruthy();
    await undo();
    await settled();
    expect(within(screen.getByTestId(testids.reasonRow)).queryByText("Offer again")).toBeNull();
  });
});
