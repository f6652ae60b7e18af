// The rows in memory: reading with filters, typed edits, and steps that can be taken back.

import type { KindName } from "../../gen/records";
import type { EditRequest, EngineError, FieldEdit, Filter, ItemFilter, ListRequest, Row } from "../types";
import type { Tables } from "./data";

/** Edits that one bulk step may hold, as the engine has it. */
export const EDITS_MAX = 100;
const PAGE_MAX = 500;

type Fields = { [name: string]: unknown };

/** An error as the engine would answer it. */
export function refusal(code: string, message: string, fields: { [field: string]: string } = {}): EngineError {
  return { code, message, fields };
}

/** A table whose kind is only known while it runs. */
export function table(tables: Tables, kind: KindName): Map<string, Row> {
  return tables[kind] as Map<string, Row>;
}

function fieldsOf(row: Row): Fields {
  return row.fields as unknown as Fields;
}

function valueOf(row: Row, field: string): unknown {
  return field in row.fields ? fieldsOf(row)[field] : (row as unknown as Fields)[field];
}

/** Whether a record of another kind refers to this one and passes. */
function isReferredTo(tables: Tables, row: Row, { of, where, none }: Extract<Filter, { of: KindName }>): boolean {
  const others = [...table(tables, of).values()].filter((other) => !other.deleted && fieldsOf(other).candidate_id === row.id);
  return others.some((other) => where.every((filter) => passes(tables, other, filter))) !== (none ?? false);
}

function isWithin(value: unknown, least: number | string | null, most: number | string | null): boolean {
  return value !== null && value !== undefined && value !== "" && (least === null || value >= least) && (most === null || value <= most);
}

function holds(value: string, filter: ItemFilter): boolean {
  if (filter === "known") {
    return value !== "";
  }
  if ("is" in filter) {
    return value === filter.is;
  }
  if ("contains" in filter) {
    return value.toLowerCase().includes(filter.contains.toLowerCase());
  }
  if ("has" in filter) {
    return value.split(",").includes(filter.has);
  }
  return "between" in filter ? value !== "" && isWithin(Number.parseFloat(value), ...filter.between) : isWithin(value, ...filter.days);
}

function passes(tables: Tables, row: Row, filter: Filter): boolean {
  if ("of" in filter) {
    return isReferredTo(tables, row, filter);
  }
  const value = valueOf(row, filter.field);
  if ("item" in filter) {
    const items = Array.isArray(value) ? (value as { id: string; value: string }[]) : [];
    return items.some((item) => item.id === filter.item && holds(item.value, filter.value)) !== (filter.none ?? false);
  }
  if ("is" in filter) {
    return value === filter.is;
  }
  if ("not" in filter) {
    return value !== filter.not;
  }
  if ("empty" in filter) {
    return (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) === filter.empty;
  }
  if ("contains" in filter) {
    return typeof value === "string" && value.toLowerCase().includes(filter.contains.toLowerCase());
  }
  if ("least" in filter) {
    return isWithin(value, filter.least, filter.most);
  }
  if ("lacks" in filter) {
    return Array.isArray(value) && !value.includes(filter.lacks);
  }
  if ("in" in filter) {
    const same = (each: unknown): unknown => (filter.fold && typeof each === "string" ? each.toLowerCase() : each);
    return filter.in.some((each) => same(each) === same(value));
  }
  return Array.isArray(value) && value.includes(filter.has);
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The text of a row that a needle is looked for in. */
export function searchable(row: Row): string {
  return Object.values(fieldsOf(row))
    .filter((value) => typeof value === "string" || Array.isArray(value))
    .flat()
    .filter((value): value is string => typeof value === "string")
    .join(" ");
}

/** True when every word of the needle begins a word of the text. */
export function hasWords(text: string, needle: string): boolean {
  const split = (of: string): string[] => plain(of).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const words = split(text);
  return split(needle).every((part) => words.some((word) => word.startsWith(part)));
}

function compare(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") {
    return left - right;
  }
  return String(left ?? "").localeCompare(String(right ?? ""));
}

/** The candidate under whom one is shown: itself, or the one that it was merged into. */
export function shownAs(tables: Tables, id: string): string {
  const into = tables.candidates.get(id)?.fields.merged_into_id ?? null;
  return into === null || !tables.candidates.has(into) ? id : shownAs(tables, into);
}

function isMergedAway(tables: Tables, row: Row): boolean {
  return row.kind === "candidates" && shownAs(tables, row.id) !== row.id;
}

/** One page of a kind. */
export function listRows(tables: Tables, request: ListRequest): { total: number; rows: Row[] } {
  const needle = request.text ?? "";
  const found = [...table(tables, request.kind).values()].filter(
    (row) =>
      row.deleted === (request.deleted ?? false) &&
      !isMergedAway(tables, row) &&
      !(row.kind === "tags" && !row.deleted && (row as Row<"tags">).fields.merged_into_id !== null) &&
      (request.filters ?? []).every((filter) => passes(tables, row, filter)) &&
      (needle === "" || hasWords(searchable(row), needle)),
  );
  const sort = request.sort ?? "created_at";
  const field = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  found.sort((a, b) => sign * compare(valueOf(a, field), valueOf(b, field)) || a.id.localeCompare(b.id));
  const offset = request.offset ?? 0;
  return { total: found.length, rows: found.slice(offset, offset + Math.min(request.limit ?? PAGE_MAX, PAGE_MAX)) };
}

function applyEdit(fields: Fields, edit: FieldEdit): void {
  const current = fields[edit.field];
  const list: unknown[] = Array.isArray(current) ? current : [];
  switch (edit.op) {
    case "set":
    case "text":
      fields[edit.field] = edit.value;
      return;
    case "add":
      fields[edit.field] = [...new Set([...list, edit.value])];
      return;
    case "remove":
      fields[edit.field] = list.filter((value) => value !== edit.value);
      return;
    case "increment":
      fields[edit.field] = Number(current ?? 0) + edit.by;
      return;
    case "item_remove":
      fields[edit.field] = list.filter((item) => (item as { id: string }).id !== edit.item);
      return;
    case "item_put": {
      const old = list.find((item) => (item as { id: string }).id === edit.item);
      const others = list.filter((item) => item !== old);
      const kept = old ? list.indexOf(old) : list.length;
      // No place keeps the item's own, or is the end; an empty one is the first.
      const at = edit.after === null ? kept : others.findIndex((item) => (item as { id: string }).id === edit.after) + 1;
      fields[edit.field] = [...others.slice(0, at), { ...(old as object), id: edit.item, ...edit.values }, ...others.slice(at)];
    }
  }
}

function stageKind(tables: Tables, pipeline: unknown, stage: unknown): string {
  const found = tables.pipelines.get(String(pipeline));
  return found?.fields.stages.find((candidate) => candidate.id === stage)?.kind ?? "";
}

/** The rules that the engine checks before it writes: the same sentences as the engine's. */
function check(tables: Tables, before: Fields, after: Fields): void {
  const from = stageKind(tables, before.pipeline_id, before.stage_id);
  const to = stageKind(tables, after.pipeline_id, after.stage_id);
  const over = from === "rejected" || from === "withdrawn";
  if (over && (to === "offer" || to === "hired")) {
    throw refusal("transition-not-allowed", "This application cannot go to that stage from where it is now.");
  }
  if (to === "rejected" && from !== "rejected" && !after.rejection_reason) {
    throw refusal("reason-required", "A reason is needed.", { rejection_reason: "A reason is needed." });
  }
}

/** Refuses a name that another pool has. */
export function checkPoolName(tables: Tables, id: string, name: string): void {
  const same = (other: string): boolean => other.trim().toLowerCase() === name.trim().toLowerCase();
  if ([...tables.pools.values()].some((each) => each.id !== id && !each.deleted && same(each.fields.name))) {
    throw refusal("already-exists", "There is one already.", { name: "Another pool has this name." });
  }
}

/** Applies edits as one step: all of them or none. Answers the rows as they were. */
export function editRows(tables: Tables, requests: EditRequest[], by: string, now: number, pending: boolean): Row[] {
  if (requests.length > EDITS_MAX) {
    throw refusal("too-large", "This is larger than the limit.");
  }
  const next = requests.map((request) => {
    const old = table(tables, request.kind).get(request.id);
    if (!old) {
      throw refusal("not-found", "There is nothing here.");
    }
    const fields = structuredClone(old.fields) as unknown as Fields;
    const removal = request.edits.find((edit) => edit.field === "$deleted");
    request.edits.filter((edit) => edit !== removal).forEach((edit) => applyEdit(fields, edit));
    const deleted = removal?.op === "set" ? removal.value === true : old.deleted;
    if (request.kind === "pools" && !deleted) {
      checkPoolName(tables, request.id, String(fields.name));
    }
    if (request.kind === "applications") {
      check(tables, fieldsOf(old), fields);
      if (fieldsOf(old).stage_id !== fields.stage_id) {
        fields.stage_changed_at = now;
      }
    }
    return { old, row: { ...old, deleted, fields: fields as unknown as Row["fields"], updated_at: now, updated_by: by, pending } };
  });
  for (const { row } of next) {
    table(tables, row.kind).set(row.id, row);
  }
  return next.map(({ old }) => old);
}
