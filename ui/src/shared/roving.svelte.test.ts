import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { Roving, type RovingList } from "./roving.svelte";

function rows(count: number): HTMLElement {
  const element = document.createElement("div");
  for (let index = 0; index < count; index += 1) {
    const row = document.createElement("div");
    row.tabIndex = -1;
    row.dataset.index = String(index);
    element.append(row);
  }
  document.body.replaceChildren(element);
  return element;
}

function roving(list: Partial<RovingList>): Roving {
  const made = new Roving({ count: () => 3, pageRows: 2, ...list });
  made.element = rows(3);
  return made;
}

async function press(list: Roving, key: string, init: KeyboardEventInit = {}): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, ...init });
  list.onkeydown(event);
  await tick();
  return event;
}

function focused(): string | undefined {
  return document.activeElement instanceof HTMLElement ? document.activeElement.dataset.index : undefined;
}

describe("the row that has the focus", () => {
  it("is moved by arrows, J and K, within the ends of the list", async () => {
    const list = roving({});
    expect((await press(list, "ArrowDown")).defaultPrevented).toBe(true);
    expect([list.active, focused()]).toEqual([1, "1"]);
    await press(list, "End");
    list.shortcuts.find((each) => each.keys === "j")?.run();
    await tick();
    expect([list.active, focused()]).toEqual([2, "2"]);
    list.shortcuts.find((each) => each.keys === "k")?.run();
    await tick();
    expect(focused()).toBe("1");
  });

  it("waits for a row that is rendered once the list has scrolled, unless it went on meanwhile", async () => {
    const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
    const late = (list: Roving, index: number): void => {
      const row = document.createElement("div");
      row.tabIndex = -1;
      row.dataset.index = String(index);
      list.element?.append(row);
    };
    const list = roving({ count: () => 100 });
    list.focus(0);
    await tick();
    await press(list, "End");
    expect(focused()).toBe("0");
    late(list, 99);
    await frame();
    await frame();
    expect(focused()).toBe("99");
    list.focus(50);
    await tick();
    list.focus(1);
    await tick();
    late(list, 50);
    await frame();
    await frame();
    expect(focused()).toBe("1");
  });

  it("stays in reach when the list becomes shorter, and comes back with it", () => {
    let count = 100;
    const list = roving({ count: () => count });
    list.active = 60;
    count = 3;
    expect(list.active).toBe(2);
    count = 0;
    expect(list.active).toBe(0);
  });

  it("leaves to others what is theirs", async () => {
    const acted: string[] = [];
    const list = roving({
      act: (event, index) => event.key === "Enter" && acted.push(`${event.key} ${index}`) > 0,
    });
    expect((await press(list, "Enter")).defaultPrevented).toBe(true);
    for (const [key, init] of [["q", {}], ["ArrowDown", { ctrlKey: true }], ["j", {}]] as const) {
      expect((await press(list, key, init)).defaultPrevented).toBe(false);
    }
    expect([acted, list.active]).toEqual([["Enter 0"], 0]);
  });

  it("says where it goes before it moves", async () => {
    const moves: [number, number, boolean][] = [];
    const list = roving({ moving: (event, from, to) => moves.push([from, to, event.shiftKey]) });
    await press(list, "PageDown", { shiftKey: true });
    await press(list, "ArrowUp");
    expect(moves).toEqual([
      [0, 2, true],
      [2, 1, false],
    ]);
  });
});
