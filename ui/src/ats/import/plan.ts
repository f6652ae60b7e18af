// What a table becomes: for each row the records that are made together, or why it is left out.

import type { CreateRequest } from "../../backend/types";
import { t } from "../../shared/i18n/index.svelte";
import type { Opening } from "../candidates/adding";
import { newApplication } from "../candidates/candidate";
import { readDay, readNotice, readSource, readWish } from "./cells";
import type { Sheet } from "./sheet";
import type { CustomField } from "../../gen/records";
import { read } from "../fields/field";
import { ownTarget, type Target } from "./mapping";

/** Why a row is left out. */
export type Reason = "import.not_reached" | "import.no_name" | "import.bad_email" | "import.bad_own" | "import.too_long" | "import.bad_wish" | "import.bad_notice" | "import.bad_day" | "import.stage_hired" | "import.twice" | "import.known";

/** One of the workspace's own fields. */
type OwnField = Pick<CustomField, "key" | "label" | "kind" | "options">;

/** A row of the table and what becomes of it. */
export interface Planned {
  line: number;
  cells: string[];
  name: string;
  email: string;
  /** Empty for a row that is left out. */
  requests: CreateRequest[];
  reason: Reason | null;
  /** Whether it names a stage that the job's pipeline does not have: it begins in the first one. */
  strayed: boolean;
}

/** What a plan needs beside the table. */
export interface Around {
  /** Addresses of people who are here already, in lower case. */
  known: ReadonlySet<string>;
  /** Whether contact data may be written. */
  contacts: boolean;
  /** Whether notes may be written. */
  notes: boolean;
  /** Tags by their names in lower case. */
  tags: ReadonlyMap<string, string>;
  /** Talent pools by their names in lower case. */
  pools: ReadonlyMap<string, string>;
  /** The workspace's own fields. */
  own: readonly OwnField[];
  /** People of the workspace by their names and addresses in lower case. */
  people: ReadonlyMap<string, string>;
  /** The tag that everybody gets, if any. */
  tag: string | null;
  /** The job that they are for. */
  job: Opening | null;
  now: number;
}

/** Characters of the longest value of a field. */
const MAX: { readonly [field: string]: number } = {
  first_name: 100, last_name: 100, headline: 200, summary: 5_000, current_company: 200, current_title: 200, city: 100, state: 100, country: 100,
  source_detail: 200, notes: 20_000, email: 254, phone: 30, linkedin_url: 300, github_url: 300, portfolio_url: 300, website_url: 300,
};
const CANDIDATE = ["first_name", "last_name", "headline", "summary", "current_company", "current_title", "city", "state", "country", "source_detail"] as const;
const CONTACT = ["email", "phone", "linkedin_url", "github_url", "portfolio_url", "website_url"] as const;
/** Characters of a reason of a rejection: a longer one is cut, so that nobody is left out for it. */
const REASON_MAX = 200;
/** Words of a set. */
const WORDS_MAX = 200;
const EMAIL = /^[^\s@<>,;"()[\]\\]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u;

type Values = { [target in Exclude<Target, "">]?: string };

function values(columns: readonly Target[], cells: string[]): Values {
  const found: Values = {};
  columns.forEach((target, index) => {
    const cell = cells[index]?.trim() ?? "";
    if (target !== "" && cell !== "") {
      found[target] = cell;
    }
  });
  return found;
}

/** What stands behind a name and a comma and is no part of it. */
const DEGREES = new Set(["phd", "md", "mba", "jr", "sr", "ii", "iii", "cpa", "esq", "msc", "bsc", "ma", "ba", "rn", "peng"]);

/** What stands before a name and is no part of it. */
const TITLES = new Set(["dr", "prof", "mr", "mrs", "ms", "mx", "mme", "mlle"]);

/** The parts of a name that is written in one: "Ada Lovelace", or "Lovelace, Ada". */
export function nameParts(whole: string): { first: string; last: string } {
  const [before = "", after] = whole.split(",", 2).map((part) => part.trim());
  if (after && !DEGREES.has(after.toLowerCase().replaceAll(".", ""))) {
    return { first: after, last: before };
  }
  const parts = before.split(/\s+/);
  while (parts.length > 2 && TITLES.has((parts[0] ?? "").toLowerCase().replace(/\.$/, ""))) {
    parts.shift();
  }
  const [first = "", ...rest] = parts;
  return { first, last: rest.join(" ") };
}

/** The states and provinces of North America as they stand behind a city. */
const STATES = new Set(
  "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AB BC MB NB NL NS NT NU ON PE QC SK YT".split(" "),
);

/** A place that is written in one: city, state and country, or city and country. */
function placeParts(whole: string): Values {
  const parts = whole.split(",").map((part) => part.trim()).filter(Boolean);
  const [city = "", second, third] = parts.slice(-3);
  if (third !== undefined) {
    return { city, state: second ?? "", country: third };
  }
  if (second === undefined) {
    return { city };
  }
  // With or without a postal code.
  const [state = ""] = second.split(/\s+/);
  return STATES.has(state) ? { city, state } : { city, country: second };
}

function address(text: string): string {
  return /^https?:\/\//i.test(text) ? text : `https://${text}`;
}

/** The links of a cell, each where it belongs. */
function linkParts(cell: string): Values {
  const found: Values = {};
  for (const link of cell.split(/[\s,;|]+/).filter((each) => each.includes("."))) {
    const host = link.replace(/^https?:\/\//i, "").split("/")[0] ?? "";
    const field = /(^|\.)linkedin\./i.test(host) ? "linkedin_url" : /(^|\.)github\./i.test(host) ? "github_url" : "website_url";
    found[field] ??= address(link);
  }
  return found;
}

function words(cell: string | undefined): string[] {
  return [...new Set((cell ?? "").split(/[,;|\n]/).map((word) => word.trim()).filter(Boolean))].slice(0, WORDS_MAX);
}

/** The names of the tags, or of the pools, of some rows. */
export function namesIn(target: "tags" | "pools", rows: readonly Planned[], columns: readonly Target[]): string[] {
  const at = columns.indexOf(target);
  return at < 0 ? [] : [...new Set(rows.flatMap(({ cells }) => words(cells[at])))];
}

/** The addresses of a table, in lower case. */
export function emails(sheet: Sheet, columns: readonly Target[]): string[] {
  const at = columns.indexOf("email");
  return at < 0 ? [] : [...new Set(sheet.rows.map(({ cells }) => (cells[at] ?? "").trim().toLowerCase()).filter(Boolean))];
}

/** Everything that a row says, each where it belongs. A column of its own counts before one that says several things. */
function said(columns: readonly Target[], cells: string[]): Values {
  const cell = values(columns, cells);
  const name = cell.full_name === undefined ? null : nameParts(cell.full_name);
  const links = (["linkedin_url", "github_url", "portfolio_url", "website_url"] as const).filter((field) => cell[field] !== undefined);
  return {
    ...(name ? { first_name: name.first, last_name: name.last } : {}),
    ...placeParts(cell.location ?? ""),
    ...linkParts(cell.links ?? ""),
    ...cell,
    ...Object.fromEntries(links.map((field) => [field, address(cell[field] ?? "")])),
  };
}

/** What a row says of the workspace's own fields: null for what its field does not hold. */
function ownValues(row: Values, { own, people }: Around): { id: string; value: string | null }[] {
  return own.flatMap((field) => {
    const cell = row[ownTarget(field.key)];
    return cell === undefined ? [] : [{ id: field.key, value: read(field, cell, people) }];
  });
}

/** The stage of the job's pipeline that a row names. */
function stageOf(row: Values, { job }: Around): Opening["pipeline"]["fields"]["stages"][number] | undefined {
  const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
  const wanted = plain(row.stage ?? "");
  return wanted === "" ? undefined : job?.pipeline.fields.stages.find(({ name }) => plain(name) === wanted);
}

/** The application of a row, in the stage that it names. */
function applicationOf(row: Values, job: Opening, around: Around): CreateRequest {
  const fields = { ...newApplication("$0", job.id, job.pipeline, around.now), source: "imported" };
  const stage = stageOf(row, around);
  // Nobody is rejected without a reason.
  const reason = [...(row.rejection_reason ?? t("import.rejected_before"))].slice(0, REASON_MAX).join("");
  const why = stage?.kind === "rejected" ? { rejection_reason: reason } : {};
  return { kind: "applications", fields: { ...fields, ...(stage ? { stage_id: stage.id } : {}), ...why } };
}

function contactOf(row: Values, some: { [field: string]: unknown }): { [field: string]: unknown } {
  const wish = row.desired_salary === undefined ? null : readWish(row.desired_salary, row.desired_salary_currency ?? "");
  const notice = row.notice_period_days === undefined ? null : readNotice(row.notice_period_days);
  return { ...some, ...(wish ?? {}), ...(notice === null ? {} : { notice_period_days: notice }) };
}

function requestsOf(row: Values, around: Around, lists: { [field: string]: unknown[] }): CreateRequest[] {
  const some = (fields: readonly (keyof Values)[]): { [field: string]: unknown } => Object.fromEntries(fields.flatMap((field) => (row[field] ? [[field, row[field]]] : [])));
  const tags = words(row.tags).flatMap((name) => around.tags.get(name.toLowerCase()) ?? []);
  const pools = words(row.pools).flatMap((name) => around.pools.get(name.toLowerCase()) ?? []);
  const custom = ownValues(row, around);
  const candidate = {
    ...some(CANDIDATE),
    skills: words(row.skills),
    languages: words(row.languages),
    ...lists,
    source: readSource(row.source_detail ?? ""),
    ...(row.consent_on === undefined ? {} : { consent_on: readDay(row.consent_on), consent_to_store: true }),
    ...(custom.length > 0 ? { custom } : {}),
    ...(pools.length > 0 ? { pool_ids: pools } : {}),
    tag_ids: [...new Set(around.tag === null ? tags : [...tags, around.tag])],
  };
  const contact = around.contacts ? contactOf(row, some(CONTACT)) : {};
  return [
    { kind: "candidates", fields: candidate },
    ...(Object.keys(contact).length > 0 ? [{ kind: "candidate_contacts" as const, fields: { candidate_id: "$0", ...contact } }] : []),
    ...(around.job ? [applicationOf(row, around.job, around)] : []),
    ...(around.notes && row.notes ? [{ kind: "notes" as const, fields: { candidate_id: "$0", body: row.notes } }] : []),
  ];
}

function reasonAgainst(row: Values, seen: ReadonlySet<string>, around: Around): Reason | null {
  const email = row.email?.toLowerCase() ?? "";
  if (!row.first_name) {
    return "import.no_name";
  }
  if (email !== "" && !EMAIL.test(email)) {
    return "import.bad_email";
  }
  if (Object.entries(MAX).some(([field, max]) => [...(row[field as keyof Values] ?? "")].length > max)) {
    return "import.too_long";
  }
  if (ownValues(row, around).some(({ value }) => value === null)) {
    return "import.bad_own";
  }
  if (row.desired_salary !== undefined && around.contacts && readWish(row.desired_salary, row.desired_salary_currency ?? "") === null) {
    return "import.bad_wish";
  }
  if (row.notice_period_days !== undefined && around.contacts && readNotice(row.notice_period_days) === null) {
    return "import.bad_notice";
  }
  if (row.consent_on !== undefined && readDay(row.consent_on) === null) {
    return "import.bad_day";
  }
  if (stageOf(row, around)?.kind === "hired") {
    return "import.stage_hired";
  }
  if (email !== "" && around.known.has(email)) {
    return "import.known";
  }
  return seen.has(email) ? "import.twice" : null;
}

/** What becomes of each row. */
export function plan(sheet: Sheet, columns: readonly Target[], around: Around): Planned[] {
  const seen = new Set<string>();
  return sheet.rows.map(({ line, cells }) => {
    const row = said(columns, cells);
    const reason = reasonAgainst(row, seen, around);
    if (row.email && reason === null) {
      seen.add(row.email.toLowerCase());
    }
    const name = `${row.first_name ?? ""} ${row.last_name ?? ""}`.trim();
    const strayed = around.job !== null && row.stage !== undefined && stageOf(row, around) === undefined;
    return { line, cells, strayed, name, email: row.email ?? "", reason, requests: reason ? [] : requestsOf(row, around, sheet.lists?.get(line) ?? {}) };
  });
}
