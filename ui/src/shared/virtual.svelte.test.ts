import { flushSync } from "svelte";
import { describe, expect, it } from "vitest";
import { createFake, usual } from "../backend/fake";
import { engine, useBackend } from "../backend/engine";
import { followChanges } from "./changes.svelte";
import { Paged } from "./live.svelte";
import { movedIndex, visibleRange } from "./virtual";

describe("a long list", () => {
  it("renders what is in sight and a little more, whatever its length", () => {
    const range = visibleRange({ count: 20_000, rowHeight: 36, scrollTop: 360_000, height: 720 });
    expect(range).toEqual({ first: 9_992, last: 10_028 });
    expect(visibleRange({ count: 3, rowHeight: 36, scrollTop: 0, height: 720 })).toEqual({ first: 0, last: 3 });
    expect(visibleRange({ count: 0, rowHeight: 36, scrollTop: 900, height: 720 })).toEqual({ first: 0, last: 0 });
  });

  it("moves by keys within its ends", () => {
    expect(movedIndex("j", 0, 3, 10)).toBe(1);
    expect(movedIndex("k", 0, 3, 10)).toBe(0);
    expect(movedIndex("PageDown", 0, 3, 10)).toBe(2);
    expect(movedIndex("End", 0, 20_000, 10)).toBe(19_999);
    expect(movedIndex("q", 0, 3, 10)).toBeNull();
  });

  it("reads only the pages in sight, and reads them again when one of its rows changes", async () => {
    const fake = createFake({ ...usual(1_790_000_000_000), candidates: 5_000, serverDelayMs: null });
    useBackend(fake);
    const stop = followChanges();
    const asked: number[] = [];
    let list: Paged<{ id: string; updated_by: string | null }> | undefined;
    const cleanup = $effect.root(() => {
      list = new Paged({ kinds: ["candidates"] }, () => (offset, limit) => {
        asked.push(offset);
        return engine().list({ kind: "candidates", sort: "-created_at", offset, limit });
      });
    });
    flushSync();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(list?.total).toBe(5_000);
    list?.show(4_210, 4_250);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toEqual([0, 4_200]);
    const shown = list?.at(4_220);
    expect(shown).toBeDefined();
    fake.remote([{ kind: "candidates", id: shown?.id ?? "", edits: [{ op: "set", field: "headline", value: "Changed elsewhere" }] }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toEqual([0, 4_200, 4_200]);
    expect(list?.at(4_220)?.updated_by).toBe("member-2");
    cleanup();
    stop();
  });
});
