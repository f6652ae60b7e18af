// Who is due for deletion, as the engine finds them on this computer.

import type { Row } from "./types";

/** Somebody who is due. */
export interface DuePerson {
  /** Without the text of the résumé. */
  candidate: Row<"candidates">;
  /** A date of their own has come; or the workspace's period is over since their last application ended, or since they were added. */
  reason: "date" | "ended" | "never_applied";
  /** The day on which the period began; null for a date of their own. */
  from: string | null;
  /** The day from which on they are due. */
  since: string;
}

/** Who is due for deletion. */
export interface DueList {
  /** For how many months the workspace keeps people, as far as it is known here; 0 for no period. */
  months: number;
  /** How many are due, those that are not shown included. */
  total: number;
  /** The longest due first. */
  people: DuePerson[];
}
