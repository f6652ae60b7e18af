// Which rows or cards are chosen, with ranges by Shift as in any list.

import { SvelteSet } from "svelte/reactivity";

/** A set of chosen ids with the place from which a range is counted. */
export class Selection {
  /** What is chosen. */
  ids = new SvelteSet<string>();
  #anchor: string | null = null;
  #clearings = 0;

  /** What was chosen or let go of last: from there a range is counted. */
  get anchor(): string | null {
    return this.#anchor;
  }

  /** How often everything was let go of: an answer to what was asked before that comes too late. */
  get clearings(): number {
    return this.#clearings;
  }

  /** Chooses or unchooses one. */
  toggle(id: string): void {
    if (!this.ids.delete(id)) {
      this.ids.add(id);
    }
    this.#anchor = id;
  }

  /** Chooses everything between the last chosen and this one, in the order of `all`. */
  extend(id: string, all: string[]): void {
    const from = all.indexOf(this.#anchor ?? id);
    const to = all.indexOf(id);
    if (from < 0 || to < 0) {
      this.toggle(id);
      return;
    }
    this.take(all.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  /** Chooses each of these. */
  take(ids: readonly string[]): void {
    ids.forEach((id) => this.ids.add(id));
  }

  /** Lets go of what is not among these: nobody acts on what they do not see. */
  keep(shown: ReadonlySet<string>): void {
    [...this.ids].filter((id) => !shown.has(id)).forEach((id) => this.ids.delete(id));
  }

  /** Chooses nothing. */
  clear(): void {
    this.ids.clear();
    this.#anchor = null;
    this.#clearings += 1;
  }
}
