import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { TagSummary } from "../../backend/types";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import { undo } from "../../shared/writes.svelte";
import { sameName, tagNames } from "./tag";
import TagList from "./TagList.svelte";

const summary = (id: string, name: string, merged: string[] = []): TagSummary =>
  ({ tag: { id, fields: { name } }, people: 0, merged: merged.map((each) => ({ id: each, fields: { name: each } })) }) as unknown as TagSummary;

describe("tags", () => {
  it("are called as the one that stands for them", () => {
    expect(tagNames([summary("a", "Rust", ["b", "c"]), summary("d", "Go")])).toEqual({ a: "Rust", b: "Rust", c: "Rust", d: "Go" });
  });

  it("have one name, whatever the case of its letters", () => {
    const all = [summary("a", "Été"), summary("b", "Go")];
    expect([sameName(all, " éTÉ ", null)?.tag.id, sameName(all, "été", "a")?.tag.id, sameName(all, "Rust", null)?.tag.id]).toEqual(["a", undefined, undefined]);
  });
});

describe("the screen", () => {
  let fake: FakeBackend;
  let close: () => void;
  const fields = (id: string) => fake.tables.tags.get(id)?.fields;
  const row = (id: string) => within(document.querySelector(`[data-tag="${id}"]`) as HTMLElement);

  beforeEach(async () => {
    ({ fake, close } = await openWithPeople());
    render(TagList);
    await settled();
  });

  afterEach(() => {
    cleanup();
    close();
  });

  it("calls a tag otherwise, and offers to merge it where the name is taken", async () => {
    const [first, second] = [fields("tag-0")?.name ?? "", fields("tag-1")?.name ?? ""];
    await fireEvent.click(row("tag-0").getByLabelText(`Change tag ${first}`));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.tagName), { target: { value: second.toUpperCase() } });
    await fireEvent.click(screen.getByTestId(testids.tagSave));
    await settled();
    expect(screen.getByText("Another tag has this name.")).toBeTruthy();
    expect(fields("tag-0")?.name).toBe(first);
    await fireEvent.click(screen.getByTestId(testids.tagJoin));
    await settled();
    expect(fields("tag-0")?.merged_into_id).toBe("tag-1");
    expect(document.querySelector('[data-tag="tag-0"]')).toBeNull();
    await undo();
    await settled();
    expect(fields("tag-0")?.merged_into_id).toBeNull();
  });

  it("merges two, shows what the one stands for, and takes it apart", async () => {
    const people = (id: string): number => [...fake.tables.candidates.values()].filter((each) => !each.deleted && each.fields.tag_ids.includes(id)).length;
    const both = people("tag-0") + people("tag-1");
    await fireEvent.click(row("tag-0").getByTestId(testids.tagMerge));
    await settled();
    await fireEvent.click(screen.getByText(fields("tag-1")?.name ?? "", { selector: "dialog *" }));
    await settled();
    expect(row("tag-1").getByText(String(both))).toBeTruthy();
    expect(row("tag-1").getByText(fields("tag-0")?.name ?? "")).toBeTruthy();
    await fireEvent.click(row("tag-1").getByTestId(testids.tagPart));
    await settled();
    expect(row("tag-0").getByText(String(people("tag-0")))).toBeTruthy();
  });

  it("deletes a tag until that is taken back", async () => {
    await fireEvent.click(row("tag-0").getByTestId(testids.tagDelete));
    await settled();
    expect(document.querySelector('[data-tag="tag-0"]')).toBeNull();
    await undo();
    await settled();
    expect(row("tag-0")).toBeTruthy();
  });
});
