// Erasing several people for good, one after the other: whom the server refuses is left, and the next one is erased.

import { asEngineError, engine } from "../../../backend/engine";
import type { DuePerson } from "../../../backend/retention";
import type { EngineError } from "../../../backend/types";

/** Somebody who was not erased. */
export interface Refused {
  person: DuePerson;
  error: EngineError;
}

/** An erasure of several that is about to begin, under way, or over. */
export class Erasing {
  /** How many were looked at. */
  done = $state(0);
  erased = $state(0);
  refused = $state.raw<Refused[]>([]);
  state = $state<"asked" | "running" | "over">("asked");
  #stopped = false;

  /** `gone` hears of each who was erased. */
  constructor(readonly people: readonly DuePerson[], private readonly gone: (id: string) => void) {}

  /** Ends after the one who is being erased. */
  stop(): void {
    this.#stopped = true;
  }

  async start(): Promise<void> {
    this.state = "running";
    for (const person of this.people) {
      if (this.#stopped) {
        break;
      }
      try {
        await engine().eraseCandidate(person.candidate.id);
        this.erased += 1;
        this.gone(person.candidate.id);
      } catch (thrown) {
        const error = asEngineError(thrown);
        this.refused = [...this.refused, { person, error }];
        // Without the server nobody else can be erased either.
        this.#stopped = error.code === "offline";
      }
      this.done += 1;
    }
    this.state = "over";
  }
}
