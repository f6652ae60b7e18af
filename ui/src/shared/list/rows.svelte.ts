// The rows of a long list of records: one has the focus, several may be chosen, by the same keys and clicks in every list.

import { announce } from "../announce.svelte";
import { plural } from "../i18n/index.svelte";
import type { Shortcut } from "../keyboard";
import { Roving } from "../roving.svelte";
import { Selection } from "./selection.svelte";

/** What a list says of its rows. */
export interface RowSource {
  count: () => number;
  /** The record in a row, or undefined while it is on the way. */
  idAt: (index: number) => string | undefined;
  /** Rows that Page Up and Page Down skip. */
  pageRows: number;
  open: (index: number) => void;
  /** Whether this person chooses rows; left out where nothing is done with several. */
  choosable?: () => boolean;
}

/** Where the focus is in a list, and what is chosen of it. Clicks and keys open rows and choose them. */
export class Rows {
  readonly selection = new Selection();
  readonly roving: Roving;

  constructor(private readonly source: RowSource) {
    this.roving = new Roving({
      count: source.count,
      pageRows: source.pageRows,
      act: (event, index) => this.#act(event, index),
      moving: (event, ...places) => this.#moving(event, places),
    });
  }

  /** Whether the list has a column to choose rows by. */
  get chooses(): boolean {
    return this.source.choosable !== undefined;
  }

  /** Whether this person chooses rows. */
  get choosable(): boolean {
    return this.source.choosable?.() ?? false;
  }

  /** How many rows there are. */
  get count(): number {
    return this.source.count();
  }

  /** The record in a row, or undefined while it is on the way. */
  idAt(index: number): string | undefined {
    return this.source.idAt(index);
  }

  /** The record that has the focus. */
  get activeId(): string | undefined {
    return this.idAt(this.roving.active);
  }

  /** Chooses a record or lets go of it, and says how many are chosen then. */
  toggle(id: string | undefined): void {
    if (id !== undefined && this.choosable) {
      this.selection.toggle(id);
      announce(plural("bulk.selected", this.selection.ids.size));
    }
  }

  /** What a click on a row does: with Shift or Ctrl it chooses, else it opens. */
  readonly clicked = (event: MouseEvent, index: number): void => {
    const id = this.idAt(index);
    this.roving.active = index;
    if (id !== undefined && this.choosable && event.shiftKey) {
      this.#extend(id);
    } else if (this.choosable && (event.ctrlKey || event.metaKey)) {
      this.toggle(id);
    } else {
      this.source.open(index);
    }
  };

  /** What a click on the box of a row does. */
  readonly ticked = (event: MouseEvent, id: string): void => {
    event.stopPropagation();
    if (event.shiftKey) {
      this.#extend(id);
    } else {
      this.selection.toggle(id);
    }
  };

  /** The keys of the list. */
  get shortcuts(): Shortcut[] {
    return [
      ...this.roving.shortcuts,
      ...(this.choosable ? [{ keys: "x", label: "keys.select", run: () => this.toggle(this.activeId) } as const] : []),
      ...(this.chooses ? [{ keys: "Escape", label: "keys.clear", run: () => this.selection.clear() } as const] : []),
    ];
  }

  #extend(id: string): void {
    const all = Array.from({ length: this.count }, (_, index) => this.idAt(index));
    this.selection.extend(id, all.filter((each) => each !== undefined));
  }

  /** What a key does on a row itself; the buttons in it and above it have keys of their own. */
  #act(event: KeyboardEvent, index: number): boolean {
    if (!(event.target instanceof HTMLElement) || event.target.role !== "row") {
      return false;
    }
    if (event.key === " " && this.choosable) {
      this.toggle(this.idAt(index));
      return true;
    }
    return event.key === "Enter" && (this.source.open(index), true);
  }

  /** With Shift, a moving focus takes the rows that it leaves and reaches into the selection. */
  #moving(event: KeyboardEvent, places: number[]): void {
    const ids = event.shiftKey && this.choosable ? places.map((index) => this.idAt(index)) : [];
    ids.forEach((id) => id !== undefined && this.selection.ids.add(id));
  }
}
