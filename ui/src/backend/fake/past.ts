// The past of the rows in memory: what was noted since the window opened, behind a believable one from before.

import { FIELDS } from "../../gen/fields";
import type { KindName } from "../../gen/records";
import type { FieldStep, HistoryPage, HistoryRequest, HistoryStep, ListItem, Past, Row } from "../types";
import { COLLEAGUE, ME, type Tables } from "./data";
import { table } from "./store";

type Fields = { [name: string]: unknown };

/** A record from a time on, and who made it so. */
interface State extends Pick<HistoryStep, "at" | "by" | "author" | "source"> {
  fields: Fields;
  deleted: boolean;
}

const HOUR_MS = 3_600_000;
const KEPT_MS = 730 * 24 * HOUR_MS;
const PAGE_STEPS = 50;
/** How long ago the earlier changes were made, in hours. */
const AGES = [290, 171, 50, 27.5, 26, 3.2];
const OLD_TEXT = "Looks after a small team. Likes work that can be finished.";

/** What some fields showed once, from the latest change to the earliest. */
function earlier(row: Row): Fields[] {
  const is = row.fields as unknown as Fields;
  switch (row.kind) {
    case "candidates":
      return [
        { summary: OLD_TEXT },
        { skills: [...(is.skills as string[]).slice(1), "Typing"] },
        { headline: "Looking for a new place", years_experience: null },
        { city: is.city === "Lyon" ? "Paris" : "Lyon" },
      ];
    case "jobs": {
      const questions = [{ id: "q0", label: "Do you have a car?", answer: "yes_no", required: false, options: "", knockout: "", knockout_below: null, knockout_above: null, knockout_without: "" }];
      return [
        { description: String(is.description).replace("40,000", "25,000").replace("a team of eight", "a team of six") },
        { salary_max: Number(is.salary_max) - 500_000 },
        { questions },
        { status: "draft", published_at: null, published_on_career_page: false },
      ];
    }
    case "applications":
      return [{ rating: is.rating === null ? 2 : null }, { stage_id: "stage-0", stage_changed_at: is.applied_at }];
    case "candidate_contacts":
      return [{ phone: "" }, { work_authorization: "Visitor" }];
    case "notes":
      return [{ body: String(is.body).split(". ")[0] ?? "" }];
    default:
      return [];
  }
}

function seeded(row: Row, now: number, offline: boolean): State[] {
  const states: State[] = [];
  let fields = row.fields as unknown as Fields;
  const changes = earlier(row);
  changes.forEach((change, index) => {
    const at = Math.max(row.created_at + (changes.length - index) * 60_000, now - (AGES[AGES.length - 1 - index] ?? 1) * HOUR_MS);
    const known = !offline || index !== 1;
    const status = "status" in change;
    states.unshift({
      at, fields, deleted: false,
      by: known && !status ? (index % 2 === 0 ? COLLEAGUE : ME) : null,
      author: status ? "server" : known ? "person" : "unknown",
      source: known ? "server" : "claimed",
    });
    fields = { ...fields, ...change };
  });
  states.unshift({ at: row.created_at, by: row.created_by, author: "person", source: "server", fields, deleted: false });
  return states;
}

function differences(kind: KindName, before: State | undefined, after: State): FieldStep[] {
  return Object.entries(FIELDS[kind] ?? {}).flatMap(([field, sort]): FieldStep[] => {
    const empty = sort === "set" || sort === "references" || sort === "list" ? [] : sort === "text" || sort === "long_text" ? "" : null;
    const [was, is] = [before ? before.fields[field] : empty, after.fields[field]];
    if (JSON.stringify(was) === JSON.stringify(is)) {
      return [];
    }
    const base = { field, before: was, after: is };
    if (sort === "set" || sort === "references") {
      const [old, now] = [was as string[], is as string[]];
      return [{ ...base, type: "set", added: now.filter((each) => !old.includes(each)), removed: old.filter((each) => !now.includes(each)) }];
    }
    if (sort === "list") {
      const [old, now] = [was as ListItem[], is as ListItem[]];
      const other = (list: ListItem[], item: ListItem): ListItem | undefined => list.find((each) => each.id === item.id);
      const changed = now.flatMap((item) => {
        const held = other(old, item);
        return held && JSON.stringify(held) !== JSON.stringify(item) ? [{ before: held, after: item }] : [];
      });
      return [{ ...base, type: "list", added: now.filter((item) => !other(old, item)), removed: old.filter((item) => !other(now, item)), changed, reordered: false }];
    }
    return [{ ...base, type: sort === "long_text" ? "text" : "value" }];
  });
}

/** The past of every row that was looked at or changed. */
export class Pasts {
  #states = new Map<string, State[]>();
  #tables: Tables;
  #now: () => number;
  #offline: () => boolean;

  constructor(tables: Tables, now: () => number, offline: () => boolean) {
    this.#tables = tables;
    this.#now = now;
    this.#offline = offline;
  }

  #of(row: Row): State[] {
    const key = `${row.kind}/${row.id}`;
    const states = this.#states.get(key) ?? seeded(row, this.#now(), this.#offline());
    this.#states.set(key, states);
    return states;
  }

  /** Notes what rows show now; `before` has them as they were. */
  note(before: Row[], by: string): void {
    for (const old of before) {
      const row = table(this.#tables, old.kind).get(old.id);
      if (row) {
        this.#of(old).push({ at: this.#now(), by, author: "person", source: row.pending ? "pending" : "server", fields: row.fields as unknown as Fields, deleted: row.deleted });
      }
    }
  }

  /** A page of a row's history. */
  page(request: HistoryRequest, mayEdit: boolean): HistoryPage | null {
    const row = table(this.#tables, request.kind).get(request.id);
    if (!row) {
      return null;
    }
    const states = this.#of(row);
    const steps = states.map((state, at): HistoryStep => {
      const old = states[at - 1];
      const deed = !old ? "created" : old.deleted === state.deleted ? "changed" : state.deleted ? "deleted" : "restored";
      // What was sent since is on the server.
      const source = state.source === "pending" && !row.pending ? "server" : state.source;
      return { change: `${row.id}-${at}`, at: state.at, by: state.by, author: state.author, source, deed, fields: differences(row.kind, old, state) };
    });
    const offset = request.offset ?? 0;
    const latest = steps.toReversed().slice(offset, offset + (request.limit ?? PAGE_STEPS));
    const closed = ["status", "published_at", "slug", "reference_code", "stage_changed_at", "candidate_id", "job_id", "pipeline_id", "answers", "applied_at"];
    return {
      total: steps.length,
      steps: latest,
      complete: steps.every(({ source }) => source !== "claimed"),
      since: this.#now() - KEPT_MS,
      restorable: mayEdit && !row.deleted ? Object.keys(row.fields).filter((field) => !closed.includes(field)) : [],
      names: this.#names(),
    };
  }

  /** A row as it was. */
  at(kind: KindName, id: string, at: number): Past | null {
    const row = table(this.#tables, kind).get(id);
    const state = row && this.#of(row).findLast((each) => each.at <= at);
    return row && state ? { record: { ...row, fields: state.fields as unknown as Row["fields"], deleted: state.deleted, updated_at: state.at, updated_by: state.by }, names: this.#names() } : null;
  }

  #names(): { [id: string]: string } {
    const names: { [id: string]: string } = {};
    const rows = [...this.#tables.tags.values(), ...this.#tables.pools.values(), ...this.#tables.members.values(), ...this.#tables.pipelines.values()];
    rows.forEach((each) => (names[each.id] = each.fields.name));
    [...this.#tables.pipelines.values()].flatMap((each) => each.fields.stages).forEach((stage) => (names[stage.id] = stage.name));
    this.#tables.jobs.forEach((each) => (names[each.id] = each.fields.title));
    this.#tables.candidates.forEach((each) => (names[each.id] = `${each.fields.first_name} ${each.fields.last_name}`.trim()));
    return names;
  }
}
