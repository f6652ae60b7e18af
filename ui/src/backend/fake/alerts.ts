// What saved searches found, in memory: who matched when it was last looked, and who of them is new.

import type { AlertCheck, Alerted } from "../types";
import type { Tables } from "./data";
import { listRows, table } from "./store";
import type { KindName } from "../../gen/records";

interface Seen {
  /** Null before the first look. */
  fingerprint: string | null;
  /** Who matches, and whether that is news. */
  matches: Map<string, boolean>;
}

/** The state of the alerts of one replica. */
export class Alerts {
  #tables: Tables;
  #seen = new Map<string, Seen>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The candidates that some changed records are, or belong to. */
  #concerned(changed: { [kind: string]: string[] }): Set<string> {
    const ids = Object.entries(changed).flatMap(([kind, some]) =>
      kind === "candidates" ? some : some.map((id) => String((table(this.#tables, kind as KindName).get(id)?.fields as { candidate_id?: string } | undefined)?.candidate_id ?? "")),
    );
    return new Set(ids);
  }

  #look(seen: Seen, matching: Set<string>, among: Set<string> | null, isNews: boolean): number {
    for (const id of [...seen.matches.keys()].filter((each) => (among === null || among.has(each)) && !matching.has(each))) {
      seen.matches.delete(id);
    }
    const arrived = [...matching].filter((id) => (among === null || among.has(id)) && !seen.matches.has(id));
    arrived.forEach((id) => seen.matches.set(id, isNews));
    return isNews ? arrived.length : 0;
  }

  /** The searches of which the person is told. */
  followed(): string[] {
    return [...this.#seen.keys()];
  }

  /** Begins to tell of a search, or ends it. */
  follow(search: string, on: boolean): void {
    if (!on) {
      this.#seen.delete(search);
    } else if (!this.#seen.has(search)) {
      this.#seen.set(search, { fingerprint: null, matches: new Map() });
    }
  }

  /** Looks for new matches. */
  check({ alerts, changed, silent }: AlertCheck): Alerted[] {
    const followed = alerts.filter(({ search }) => this.#seen.has(search));
    return followed.map(({ search, fingerprint, request }) => {
      const matching = new Set(listRows(this.#tables, { ...request, limit: undefined, offset: undefined }).rows.map(({ id }) => id));
      const before = this.#seen.get(search);
      const known = before?.fingerprint === fingerprint;
      const seen = known ? before : { fingerprint, matches: new Map<string, boolean>() };
      this.#seen.set(search, seen);
      const arrived = this.#look(seen, matching, known && changed ? this.#concerned(changed) : null, known && !silent);
      return { search, fresh: this.#fresh(seen).length, arrived };
    });
  }

  #fresh(seen: Seen | undefined): string[] {
    return [...(seen?.matches ?? [])].filter(([, isNew]) => isNew).map(([id]) => id);
  }

  /** The new matches of a search, which are no longer new then. */
  see(search: string): string[] {
    const seen = this.#seen.get(search);
    const fresh = this.#fresh(seen);
    fresh.forEach((id) => seen?.matches.set(id, false));
    return fresh;
  }
}
