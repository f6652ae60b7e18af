// The one row of a long list that has the focus: arrows, J and K move it, and Tab always finds it.

import { tick } from "svelte";
import { isTyping, type Shortcut } from "./keyboard";
import { movedIndex } from "./virtual";

/** Frames that a row may take until it is rendered. */
const FRAMES_MAX = 10;

/** What a list says of itself. */
export interface RovingList {
  count: () => number;
  /** Rows that Page Up and Page Down skip. */
  pageRows: number;
  /** What other keys do on the row in focus; true when one did something. */
  act?: (event: KeyboardEvent, index: number) => boolean;
  /** Told before the focus moves by an arrow. */
  moving?: (event: KeyboardEvent, from: number, to: number) => void;
}

/**
 * A roving tab stop (ARIA Authoring Practices, "Managing Focus Within Components Using a Roving tabindex"). The list
 * binds `element` around its rows, and each row bears its number in `data-index`.
 */
export class Roving {
  element = $state<HTMLElement>();
  #at = $state(0);

  constructor(private readonly list: RovingList) {}

  /** The row in focus. A list that became shorter keeps its last row in reach. */
  get active(): number {
    return Math.max(0, Math.min(this.#at, this.list.count() - 1));
  }

  set active(index: number) {
    this.#at = index;
  }

  /** Gives a row the focus, as soon as it is on the screen. */
  focus(index: number): void {
    this.#at = index;
    void tick().then(() => this.#take(index, FRAMES_MAX));
  }

  /** A row far away is rendered once the list has scrolled to it, which is a frame or two later. */
  #take(index: number, frames: number): void {
    const row = this.element?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (row) {
      row.focus();
    } else if (frames > 0) {
      requestAnimationFrame(() => this.#at === index && this.#take(index, frames - 1));
    }
  }

  /** Handles a key that was pressed within the list. */
  readonly onkeydown = (event: KeyboardEvent): void => {
    // J and K come as shortcuts, from wherever the focus is.
    const elsewhere = event.ctrlKey || event.metaKey || event.altKey || event.key === "j" || event.key === "k";
    if (elsewhere || isTyping(event.target)) {
      return;
    }
    const from = this.active;
    const to = movedIndex(event.key, from, this.list.count(), this.list.pageRows);
    if (to !== null) {
      event.preventDefault();
      this.list.moving?.(event, from, to);
      this.focus(to);
    } else if (this.list.act?.(event, from)) {
      event.preventDefault();
    }
  };

  /** The shortcuts that move the focus by one row. */
  readonly shortcuts: Shortcut[] = [
    { keys: "j", label: "keys.next", run: () => this.#step("j") },
    { keys: "k", label: "keys.previous", run: () => this.#step("k") },
  ];

  #step(key: "j" | "k"): void {
    this.focus(movedIndex(key, this.active, this.list.count(), this.list.pageRows) ?? 0);
  }
}
