// Erasing several people for good, one after the other: who is not due any more is left, as is whom the server refuses, and the
// next one is erased.

import { asEngineError, engine } from "../../../backend/engine";
import type { DuePerson } from "../../../backend/retention";
import type { EngineError } from "../../../backend/types";

/** Somebody who was not erased. */
export interface Refused {
  person: DuePerson;
  /** What stood against it; null for who is not due any more: somebody kept them longer, or they applied again. */
  error: EngineError | null;
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
        await this.#erase(person);
      } catch (thrown) {
        const error = asEngineError(thrown);
        this.#leave(person, error);
        // Without the server nobody else can be erased either.
        this.#stopped = error.code === "offline";
      }
      this.done += 1;
    }
    this.state = "over";
  }

  /** Erases somebody, unless they are not due any more: nothing brings them back, so it is asked again before each. */
  async #erase(person: DuePerson): Promise<void> {
    const { id } = person.candidate;
    const { people } = await engine().dueForDeletion();
    if (!people.some(({ candidate }) => candidate.id === id)) {
      this.#leave(person, null);
      return;
    }
    await engine().eraseCandidate(id);
    this.erased += 1;
    this.gone(id);
  }

  #leave(person: DuePerson, error: EngineError | null): void {
    this.refused = [...this.refused, { person, error }];
  }
}
