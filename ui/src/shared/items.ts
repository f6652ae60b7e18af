// The edits of an ordered list or of a set: only what changed, so that what somebody else does to other items meanwhile stays.

import type { FieldEdit } from "../backend/types";

/** The edits that turn a list into another one. */
export function itemEdits<Item extends { id: string }>(field: string, before: readonly Item[], after: readonly Item[]): FieldEdit[] {
  const gone = before.filter((old) => !after.some((item) => item.id === old.id));
  const order = (items: readonly Item[]): string => items.map((item) => item.id).join();
  const moved = order(before.filter((old) => !gone.includes(old))) !== order(after.filter((each) => before.some((old) => old.id === each.id)));
  const puts = after.flatMap((item, index): FieldEdit[] => {
    const old = before.find((candidate) => candidate.id === item.id);
    const values = changed(old, item);
    if (old && !moved && Object.keys(values).length === 0) {
      return [];
    }
    // No place keeps the place that an item has; an empty one is the first.
    const place = old && !moved ? null : (after[index - 1]?.id ?? "");
    return [{ op: "item_put", field, item: item.id, after: place, values }];
  });
  return [...puts, ...gone.map((old): FieldEdit => ({ op: "item_remove", field, item: old.id }))];
}

/** The values of an item that are others than before, whatever the order of its fields: the rest is not written again. */
function changed<Item extends { id: string }>(old: Item | undefined, item: Item): { [name: string]: unknown } {
  const { id: _, ...rest } = item;
  const before: { [name: string]: unknown } = { ...old };
  return Object.fromEntries(Object.entries(rest).filter(([name, value]) => old === undefined || before[name] !== value));
}

/** Moves an item of a list by some places. */
export function moveItem(items: unknown[], index: number, by: number): void {
  const [item] = items.splice(index, 1);
  if (item !== undefined) {
    items.splice(index + by, 0, item);
  }
}

/** Words with commas between them, each once. */
export function words(text: string): string[] {
  return [...new Set(text.split(",").map((word) => word.trim()).filter(Boolean))];
}

/** The edits that turn one set into another. */
export function setEdits(field: string, before: readonly string[], after: readonly string[]): FieldEdit[] {
  return [
    ...after.filter((value) => !before.includes(value)).map((value): FieldEdit => ({ op: "add", field, value })),
    ...before.filter((value) => !after.includes(value)).map((value): FieldEdit => ({ op: "remove", field, value })),
  ];
}
