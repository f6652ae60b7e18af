import { describe, expect, it } from "vitest";
import { settled } from "../testing/window";
import { toasts } from "../writes.svelte";
import { RANGE_MAX, Rows } from "./rows.svelte";

/** A list of which only the rows in `here` were read. */
function listed(count: number, here: (index: number) => boolean, read?: (first: number, last: number) => Promise<string[]>) {
  const asked: [number, number][] = [];
  const rows = new Rows({
    count: () => count, idAt: (index) => (here(index) ? `row-${index}` : undefined), pageRows: 10, open: () => undefined, choosable: () => true,
    read: (first, last) => {
      asked.push([first, last]);
      return read ? read(first, last) : Promise.resolve(ids(first, last));
    },
  });
  return { rows, asked };
}

const ids = (first: number, last: number): string[] => Array.from({ length: last - first + 1 }, (_, at) => `row-${first + at}`);
const click = (rows: Rows, index: number, keys: MouseEventInit): void => rows.clicked(new MouseEvent("click", keys), index);
const said = (): string => toasts().at(-1)?.text ?? "";
const edges = (index: number): boolean => index < 100 || index >= 200;

async function press(rows: Rows, key: string): Promise<void> {
  rows.roving.onkeydown(new KeyboardEvent("keydown", { key, shiftKey: true }));
  await settled();
}

describe("a range of rows", () => {
  it("is chosen at once where all of it is here", () => {
    const { rows, asked } = listed(300, edges);
    click(rows, 4, { ctrlKey: true });
    click(rows, 2, { shiftKey: true });
    expect([[...rows.selection.ids].sort(), asked]).toEqual([ids(2, 4), []]);
  });

  it("is read first where some of it is not, so that nobody is left out", async () => {
    const { rows, asked } = listed(300, edges);
    click(rows, 50, { ctrlKey: true });
    click(rows, 250, { shiftKey: true });
    await settled();
    expect(asked).toEqual([[50, 250]]);
    expect(rows.selection.ids.size).toBe(201);
    expect(rows.selection.ids.has("row-150")).toBe(true);
  });

  it("is counted from where it began, though that row is out of sight", async () => {
    let top = true;
    const { rows, asked } = listed(300, (index) => (top ? index < 100 : index >= 200));
    click(rows, 50, { ctrlKey: true });
    top = false;
    click(rows, 250, { shiftKey: true });
    await settled();
    expect([asked, rows.selection.ids.size]).toEqual([[[50, 250]], 201]);
  });

  it("is refused as a whole when it is too long to be read, or the list is another one by then", async () => {
    const { rows, asked } = listed(2_000, (index) => index < 100 || index >= 500);
    click(rows, 1, { ctrlKey: true });
    click(rows, RANGE_MAX + 1, { shiftKey: true });
    await settled();
    expect([asked, [...rows.selection.ids]]).toEqual([[], ["row-1"]]);
    expect(said()).toContain(`at most ${RANGE_MAX} rows`);
    click(rows, RANGE_MAX, { shiftKey: true });
    await settled();
    expect(rows.selection.ids.size).toBe(RANGE_MAX);
    const moved = listed(300, edges, (first, last) => Promise.resolve(["row-new", ...ids(first, last - 1)]));
    click(moved.rows, 50, { ctrlKey: true });
    click(moved.rows, 250, { shiftKey: true });
    await settled();
    expect([...moved.rows.selection.ids]).toEqual(["row-50"]);
    expect(said()).toContain("The list changed");
  });

  it("is not chosen when everything was let go of in the meantime, nor when it cannot be read", async () => {
    const { rows } = listed(300, edges);
    click(rows, 50, { ctrlKey: true });
    click(rows, 250, { shiftKey: true });
    rows.selection.clear();
    await settled();
    expect(rows.selection.ids.size).toBe(0);
    const broken = listed(300, edges, () => Promise.reject({ code: "internal", message: "Broken.", fields: {} }));
    click(broken.rows, 50, { ctrlKey: true });
    click(broken.rows, 250, { shiftKey: true });
    await settled();
    expect([[...broken.rows.selection.ids], toasts().at(-1)?.error]).toEqual([["row-50"], true]);
  });

  it("is all that Shift with End or Page Down passes over", async () => {
    const { rows } = listed(300, edges);
    await press(rows, "PageDown");
    expect([...rows.selection.ids]).toEqual(ids(0, 10));
    await press(rows, "End");
    expect(rows.selection.ids.size).toBe(300);
  });
});

describe("the key that lets go of everything", () => {
  it("is the list's only while something is chosen", () => {
    const { rows } = listed(3, () => true);
    const keys = (): string[] => rows.shortcuts.map((shortcut) => shortcut.keys);
    expect(keys()).not.toContain("Escape");
    rows.toggle(1);
    expect(keys()).toContain("Escape");
  });
});
