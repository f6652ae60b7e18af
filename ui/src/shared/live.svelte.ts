// Data on the screen that stays true: read once, and read again when something that it shows changes.

import { SvelteMap } from "svelte/reactivity";
import { asEngineError } from "../backend/engine";
import type { ChangedEvent, EngineError } from "../backend/types";
import type { KindName } from "../gen/records";
import { onChanged } from "./changes.svelte";

/** Changes within this time are one re-read: a catch-up of a thousand records must not re-read a thousand times. */
const COALESCE_MS = 16;

/** Which changes concern what is shown. */
export interface Concern {
  kinds: KindName[];
  /** Narrows to changes that may touch what is shown; an event without ids always does. */
  only?: (kind: string, ids: string[]) => boolean;
}

function concerns(concern: Concern, event: ChangedEvent): boolean {
  return Object.entries(event.kinds).some(([kind, ids]) => {
    const listed = (concern.kinds as string[]).includes(kind);
    return listed && (ids.length === 0 || !concern.only || concern.only(kind, ids));
  });
}

/** Calls `read` now and then whenever the concern changes, at most once at a time. */
function follow(concern: Concern, read: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    await read();
    running = false;
    if (again) {
      again = false;
      schedule();
    }
  };
  const schedule = (): void => {
    if (running) {
      again = true;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => void run(), COALESCE_MS);
  };
  const stop = onChanged((event) => concerns(concern, event) && schedule());
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** One answer of the engine, kept true. Make it while a component is set up: it lives as long as the component. */
export class Live<T> {
  /** The last answer; the old one stays until the new one is there, or is known to be gone. */
  value = $state.raw<T | null>(null);
  /** Why the last read failed, or null. */
  error = $state.raw<EngineError | null>(null);
  #turn = 0;
  #read: () => Promise<T>;

  /** `read` may use state: when that changes, it is called again at once. */
  constructor(concern: Concern, read: () => Promise<T>) {
    this.#read = read;
    $effect(() => {
      void this.refresh();
      return follow(concern, () => this.refresh());
    });
  }

  /** Reads again now. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const value = await this.#read();
      if (turn === this.#turn) {
        this.value = value;
        this.error = null;
      }
    } catch (thrown) {
      if (turn === this.#turn) {
        this.error = asEngineError(thrown);
        // What is not on this computer any more may not stay on its screen either.
        if (this.error.code === "not-found") {
          this.value = null;
        }
      }
    }
  }
}

/** Rows per page of a long list: a screen is two of them at most. */
const PAGE_ROWS = 100;

/** One page of rows, and how many there are in all. */
export interface Slice<T> {
  total: number;
  rows: T[];
}

/** A long list of which only the pages on the screen are read. */
export class Paged<T> {
  /** How many rows there are. */
  total = $state(0);
  /** True once the first page is there. */
  loaded = $state(false);
  /** Why the last read failed, or null. */
  error = $state.raw<EngineError | null>(null);
  #pages = new SvelteMap<number, T[]>();
  #asked = new Set<number>();
  #shown: [number, number] = [0, 0];
  #turn = 0;
  #fetch: ((offset: number, limit: number) => Promise<Slice<T>>) | null = null;

  /** `source` may use state: when that changes, the list starts anew with the fetch that it answers. */
  constructor(concern: Concern, source: () => (offset: number, limit: number) => Promise<Slice<T>>) {
    $effect(() => {
      this.#fetch = source();
      this.#turn += 1;
      this.#asked.clear();
      // The old rows stay on the screen until the first new page arrives: no flicker while a person types.
      void this.#load(0, true);
      return follow(concern, () => this.refresh());
    });
  }

  /** The row at a place, or undefined while its page is on the way. */
  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Tells which rows are on the screen, so that their pages are read. */
  show(first: number, last: number): void {
    this.#shown = [Math.floor(first / PAGE_ROWS), Math.floor(Math.max(first, last) / PAGE_ROWS)];
    for (let page = this.#shown[0]; page <= this.#shown[1]; page += 1) {
      if (!this.#asked.has(page)) {
        void this.#load(page, false);
      }
    }
  }

  /** Reads the rows from one place to another, that one included, wherever the screen is. */
  async range(first: number, last: number): Promise<T[]> {
    return (await this.#fetch?.(first, last - first + 1))?.rows ?? [];
  }

  /** Reads what is on the screen again. */
  async refresh(): Promise<void> {
    this.#asked.clear();
    const [first, last] = this.#shown;
    for (let page = first; page <= last; page += 1) {
      await this.#load(page, false);
    }
    // Pages out of sight are forgotten: they are read again when they come into view.
    for (const page of [...this.#pages.keys()]) {
      if (page < first || page > last) {
        this.#pages.delete(page);
      }
    }
  }

  async #load(page: number, anew: boolean): Promise<void> {
    const turn = this.#turn;
    this.#asked.add(page);
    try {
      const slice = await this.#fetch?.(page * PAGE_ROWS, PAGE_ROWS);
      if (!slice || turn !== this.#turn) {
        return;
      }
      if (anew) {
        this.#pages.clear();
      }
      this.total = slice.total;
      this.#pages.set(page, slice.rows);
      this.loaded = true;
      this.error = null;
    } catch (thrown) {
      if (turn === this.#turn) {
        this.#asked.delete(page);
        this.error = asEngineError(thrown);
      }
    }
  }
}
