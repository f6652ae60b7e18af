// Whose consent comes to its end: who they are, and asking them whether they agree for longer.

import { asEngineError, engine } from "../../../backend/engine";
import type { Filter, Row } from "../../../backend/types";
import { DAY_MS, localDay } from "../../../shared/format";

/** Days in which a consent that ends is told of. */
export const SOON_DAYS = 30;
/** People who are shown at once, the soonest first. */
export const SHOWN_MAX = 500;

/** The list of those whose consent has ended, or ends soon. Who said no is not asked again: the day on which they did is no end of a consent. */
export async function ending(now: number): Promise<{ total: number; rows: Row<"candidates">[] }> {
  const filters: Filter[] = [
    { field: "consent_to_store", is: true },
    { field: "consent_until", least: null, most: localDay(now + SOON_DAYS * DAY_MS) },
  ];
  return engine().list({ kind: "candidates", filters, sort: "consent_until", limit: SHOWN_MAX });
}

/** What became of asking several. */
export interface Outcome {
  asked: number;
  /** Who was not asked, and the code of why. */
  left: { person: Row<"candidates">; code: string }[];
}

/** Asks people by mail, one after the other; `told` hears how many are done. Without the server nobody else is asked either. */
export async function askAll(people: readonly Row<"candidates">[], told: (done: number) => void): Promise<Outcome> {
  const outcome: Outcome = { asked: 0, left: [] };
  for (const [index, person] of people.entries()) {
    try {
      await engine().askConsent(person.id);
      outcome.asked += 1;
    } catch (thrown) {
      const { code } = asEngineError(thrown);
      outcome.left.push({ person, code });
      if (code === "offline") {
        break;
      }
    }
    told(index + 1);
  }
  return outcome;
}
