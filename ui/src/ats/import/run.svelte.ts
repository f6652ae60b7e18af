// Makes what was planned, row by row: each whole or not at all, and the next one whatever became of the last.

import { asEngineError, engine } from "../../backend/engine";
import type { EngineError } from "../../backend/types";
import { touched } from "../../shared/changes.svelte";
import type { Planned } from "./plan";

/** A row that the engine refused. */
export interface Refused {
  row: Planned;
  error: EngineError;
}

/** Rows after which the lists of the window look again. */
const TELL_EVERY = 50;

/** An import that is under way or over. */
export class Run {
  done = $state(0);
  made = $state(0);
  refused = $state<Refused[]>([]);
  over = $state(false);
  #stopped = false;

  /** `after` does what follows for a row, by the candidate that was made of it. */
  constructor(readonly rows: Planned[], private readonly after: (row: Planned, candidate: string) => Promise<void> = () => Promise.resolve()) {}

  /** The rows that were not reached, when it was stopped. */
  get left(): Planned[] {
    return this.over ? this.rows.slice(this.done) : [];
  }

  /** Ends after the row that is under way. What was made stays. */
  stop(): void {
    this.#stopped = true;
  }

  async start(): Promise<void> {
    for (const row of this.rows) {
      if (this.#stopped) {
        break;
      }
      try {
        const { id } = await engine().createMany(row.requests, false);
        this.made += 1;
        await this.after(row, id);
      } catch (thrown) {
        this.refused.push({ row, error: asEngineError(thrown) });
      }
      this.done += 1;
      if (this.done % TELL_EVERY === 0) {
        touched(["candidates"]);
      }
    }
    touched(["candidates", "candidate_contacts", "applications"]);
    this.over = true;
  }
}
