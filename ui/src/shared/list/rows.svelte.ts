// The rows of a long list of records: one has the focus, several may be chosen, by the same keys and clicks in every list.

import { asEngineError } from "../../backend/engine";
import { announce } from "../announce.svelte";
import { plural, t } from "../i18n/index.svelte";
import type { Shortcut } from "../keyboard";
import { Roving } from "../roving.svelte";
import { sayError, toast } from "../writes.svelte";
import { Selection } from "./selection.svelte";

/** Rows of a range that has to be read first: as many as the engine answers at once. */
export const RANGE_MAX = 500;

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
  /** Reads the records in the rows from one to another, that one included; left out where all of them are always there. */
  read?: (first: number, last: number) => Promise<string[]>;
}

/** One end of a range: the row, and the record that is to be in it, as far as it is known. */
interface End {
  index: number;
  id: string | undefined;
}

/** Where the focus is in a list, and what is chosen of it. Clicks and keys open rows and choose them. */
export class Rows {
  readonly selection = new Selection();
  readonly roving: Roving;
  /** The row in which the anchor of the selection was. */
  #anchored = 0;

  constructor(private readonly source: RowSource) {
    this.roving = new Roving({
      count: source.count,
      pageRows: source.pageRows,
      act: (event, index) => this.#act(event, index),
      moving: (event, from, to) => this.#moving(event, from, to),
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

  /** Chooses the record in a row or lets go of it, and says how many are chosen then. */
  toggle(index: number): void {
    const id = this.idAt(index);
    if (id !== undefined && this.choosable) {
      this.selection.toggle(id);
      this.#anchored = index;
      announce(plural("bulk.selected", this.selection.ids.size));
    }
  }

  /** What a click on a row does: with Shift or Ctrl it chooses, else it opens. */
  readonly clicked = (event: MouseEvent, index: number): void => {
    this.roving.active = index;
    if (this.idAt(index) !== undefined && this.choosable && event.shiftKey) {
      void this.#extend(index);
    } else if (this.choosable && (event.ctrlKey || event.metaKey)) {
      this.toggle(index);
    } else {
      this.source.open(index);
    }
  };

  /** What a click on the box of a row does. */
  readonly ticked = (event: MouseEvent & { currentTarget: HTMLInputElement }, index: number): void => {
    event.stopPropagation();
    if (event.shiftKey) {
      void this.#extend(index);
    } else {
      this.toggle(index);
    }
    // The browser ticks it by itself, also where it was chosen already, or is not chosen yet.
    event.currentTarget.checked = this.selection.ids.has(this.idAt(index) ?? "");
  };

  /** The keys of the list. */
  get shortcuts(): Shortcut[] {
    return [
      ...this.roving.shortcuts,
      ...(this.choosable ? [{ keys: "x", label: "keys.select", run: () => this.toggle(this.roving.active) } as const] : []),
      // Where nothing is chosen, the key belongs to whatever is around the list.
      ...(this.selection.ids.size > 0 ? [{ keys: "Escape", label: "keys.clear", run: () => this.selection.clear() } as const] : []),
    ];
  }

  /** Chooses everything from the record that was chosen last to the one in this row. */
  async #extend(index: number): Promise<void> {
    const [id, anchor] = [this.idAt(index), this.selection.anchor];
    if (id === undefined) {
      return;
    }
    const from = anchor === null ? index : this.#placeOf(anchor);
    if (from === null) {
      this.toggle(index);
    } else {
      await this.#take({ index: from, id: anchor ?? id }, { index, id });
    }
  }

  /** The row of a record: where it is, or else where it was when it was chosen, if that row is not here now. */
  #placeOf(id: string): number | null {
    for (let index = 0; index < this.count; index += 1) {
      if (this.idAt(index) === id) {
        return index;
      }
    }
    return this.#anchored < this.count && this.idAt(this.#anchored) === undefined ? this.#anchored : null;
  }

  /** Chooses the whole range between two rows. What was not read yet is read first; or nothing is chosen, and people hear why. */
  async #take(from: End, to: End): Promise<void> {
    const first = Math.min(from.index, to.index);
    const length = Math.max(from.index, to.index) - first + 1;
    const here = Array.from({ length }, (_, at) => this.idAt(first + at)).filter((id) => id !== undefined);
    const { clearings } = this.selection;
    const ids = here.length === length ? here : await this.#read(first, length);
    if (ids === null || clearings !== this.selection.clearings) {
      return;
    }
    const isSame = ({ index, id }: End): boolean => id === undefined || ids[index - first] === id;
    if (ids.length !== length || !isSame(from) || !isSame(to)) {
      refuse(t("bulk.range_changed"));
      return;
    }
    this.selection.take(ids);
    announce(plural("bulk.selected", this.selection.ids.size));
  }

  /** The records of a range, from the list itself; null, and a word why, where it cannot be read. */
  async #read(first: number, length: number): Promise<string[] | null> {
    if (length > RANGE_MAX) {
      refuse(t("bulk.range_max", { count: RANGE_MAX }));
      return null;
    }
    try {
      return (await this.source.read?.(first, first + length - 1)) ?? [];
    } catch (thrown) {
      sayError(asEngineError(thrown));
      return null;
    }
  }

  /** What a key does on a row itself; the buttons in it and above it have keys of their own. */
  #act(event: KeyboardEvent, index: number): boolean {
    if (!(event.target instanceof HTMLElement) || event.target.role !== "row") {
      return false;
    }
    if (event.key === " " && this.choosable) {
      this.toggle(index);
      return true;
    }
    return event.key === "Enter" && (this.source.open(index), true);
  }

  /** With Shift, a moving focus takes every row from the one that it leaves to the one that it reaches. */
  #moving(event: KeyboardEvent, from: number, to: number): void {
    if (event.shiftKey && this.choosable) {
      void this.#take({ index: from, id: this.idAt(from) }, { index: to, id: this.idAt(to) });
    }
  }
}

function refuse(text: string): void {
  toast(text, { error: true });
  announce(text);
}
