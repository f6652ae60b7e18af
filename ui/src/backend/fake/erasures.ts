// Erasing, in memory: who asked, and what was erased on which computers.

import type { Erasure, Erasures } from "../online";
import type { Row } from "../types";
import { ME, type Tables } from "./data";
import { refusal } from "./store";

/** Kinds of which a record belongs to a candidate. */
const BELONGING = ["candidate_contacts", "applications", "notes", "attachments", "activities", "interviews", "scorecards", "offers", "candidate_references", "emails"] as const;

/** The requests and erasures of a workspace. */
export class Privacy {
  private done: Erasure[] = [];

  constructor(
    private readonly tables: Tables,
    private readonly now: () => number,
    private readonly offline: () => boolean,
  ) {}

  private check(): void {
    if (this.offline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  list(): Erasures {
    this.check();
    const [first] = this.tables.candidates.values();
    const asked = first ? [{ candidate_id: first.id, asked_at: this.now() - 3 * 86_400_000 }] : [];
    return { asked, done: this.done };
  }

  /** Removes the rows; gives them with what was done. */
  erase(id: string): { erasure: Erasure; rows: Row[] } {
    this.check();
    const candidate = this.tables.candidates.get(id);
    if (!candidate) {
      throw refusal("not-found", "There is nothing here.");
    }
    const ahead = [...this.tables.interviews.values()].some(({ fields }) => fields.candidate_id === id && fields.status === "scheduled" && fields.starts_at > this.now());
    if (ahead) {
      throw refusal("interview-ahead", "An interview is ahead. Call it off first.");
    }
    const rows: Row[] = [candidate];
    this.tables.candidates.delete(id);
    for (const kind of BELONGING) {
      for (const row of this.tables[kind].values()) {
        if (row.fields.candidate_id === id) {
          this.tables[kind].delete(row.id);
          rows.push(row);
        }
      }
    }
    const waiting = [{ device_id: "device-2", user_id: ME, name: "reception-desk", last_seen_at: this.now() - 9 * 86_400_000 }];
    const erasure = { candidate_id: id, asked_at: null, erased_at: this.now(), erased_by: ME, documents: rows.length, files: 1, devices: 2, waiting };
    this.done = [erasure, ...this.done];
    return { erasure, rows };
  }
}
