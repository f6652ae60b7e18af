// Forms that were not taken, in memory.

import type { AdmittedForm, HeldForm, HeldPage } from "../online";
import type { Row } from "../types";
import { blankCandidate, ME, row, type Tables } from "./data";
import { refusal } from "./store";

const DAY_MS = 86_400_000;
const PAGE = 20;

/** The forms at their server, which cannot be reached without a network. */
export class Held {
  #forms: HeldForm[];
  readonly #tables: Tables;
  readonly #now: () => number;
  readonly #isOffline: () => boolean;

  constructor(tables: Tables, now: () => number, isOffline: () => boolean) {
    this.#tables = tables;
    this.#now = now;
    this.#isOffline = isOffline;
    const [job] = tables.jobs.values();
    const form = (at: number, name: string, reason: HeldForm["reason"], more: Partial<HeldForm> = {}): HeldForm => ({
      id: `held-${String(at)}`, reason, problem: null, job_id: job?.id ?? null, job_title: job?.fields.title ?? null, name, email: `${name.split(" ")[0]?.toLowerCase() ?? ""}@example.net`, phone: "",
      text: "", files: [], created_at: now() - at * DAY_MS, removed_at: now() + (30 - at) * DAY_MS, ...more,
    });
    this.#forms = [
      form(1, "Grace Hopper", "fast", { text: "I write compilers." }),
      form(2, "Ada King", "duplicate", { files: ["ada-king.pdf"] }),
      form(3, "Win Prizes", "honeypot", { job_id: null, job_title: null, text: "Cheap watches." }),
      form(4, "Alan Turing", "failed", { problem: "The job is gone.", job_title: null }),
    ];
  }

  #reach(): void {
    if (this.#isOffline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  #take(id: string): HeldForm {
    this.#reach();
    const found = this.#forms.find((form) => form.id === id);
    if (!found) {
      throw refusal("not-found", "There is nothing here.");
    }
    return found;
  }

  page(page: number): HeldPage {
    this.#reach();
    return { count: this.#forms.length, forms: this.#forms.slice((page - 1) * PAGE, page * PAGE) };
  }

  /** What came of it, and the rows that it made. What failed fails again. */
  admit(id: string): { admitted: AdmittedForm; rows: Row[] } {
    const form = this.#take(id);
    if (form.reason === "failed") {
      return { admitted: { state: "error", candidate_id: null, application_id: null, problem: form.problem }, rows: [] };
    }
    this.#forms = this.#forms.filter((each) => each !== form);
    const [first_name = "", last_name = ""] = form.name.split(" ");
    const made = row("candidates", `candidate-${form.id}`, { ...blankCandidate(), first_name, last_name, source: "career_page", consent_to_store: true }, this.#now(), ME);
    this.#tables.candidates.set(made.id, made);
    return { admitted: { state: "processed", candidate_id: made.id, application_id: null, problem: null }, rows: [made] };
  }

  drop(id: string): null {
    const form = this.#take(id);
    this.#forms = this.#forms.filter((each) => each !== form);
    return null;
  }
}
