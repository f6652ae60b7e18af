// What the list of candidates is narrowed by. It outlives the list: whoever opens a candidate and comes back finds it.

import type { Filter, ListRequest } from "../../../backend/types";
import { onLeave } from "../../../shared/leave";
import { filtersOf, type Condition, type Context } from "./conditions";

/** The usual order: who came last is first. */
export const USUAL_SORT = "-created_at";

/** Characters of the name of a search that is kept. */
export const NAME_MAX = 80;

/** What is searched for. */
export interface Search {
  text: string;
  tag: string;
  source: string;
  sort: string;
  conditions: Condition[];
}

/** Nothing in particular. */
export function nothing(): Search {
  return { text: "", tag: "", source: "", sort: USUAL_SORT, conditions: [] };
}

type Json = { [name: string]: unknown };

function objectOf(text: string): Json {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Json) : {};
  } catch {
    return {};
  }
}

/** Reads a search that was kept; what is of another shape counts as not said, and a condition that is none stays one. */
export function readSearch(request: string): Search {
  const { text, tag, source, sort, conditions } = objectOf(request);
  const string = (value: unknown, otherwise = ""): string => (typeof value === "string" ? value : otherwise);
  const isCondition = (each: unknown): each is Condition => typeof each === "object" && each !== null && ["what", "how", "value"].every((part) => typeof (each as Json)[part] === "string");
  const conditionOf = (each: unknown): Condition => (isCondition(each) ? each : { what: "?", how: "", value: "", kept: each });
  return {
    text: string(text), tag: string(tag), source: string(source), sort: string(sort, USUAL_SORT),
    conditions: Array.isArray(conditions) ? conditions.map(conditionOf) : [],
  };
}

/** Writes a search to be kept. What a later version put beside it stays. */
export function writeSearch(search: Search, before = "{}"): string {
  const conditions = search.conditions.map(({ kept, ...condition }) => kept ?? condition);
  return JSON.stringify({ ...objectOf(before), ...search, conditions });
}

/** Whether two searches ask for the same. */
export function isSame(one: Search, other: Search): boolean {
  return writeSearch(readSearch(writeSearch(one))) === writeSearch(readSearch(writeSearch(other)));
}

/** What the engine is asked for a search. What is said of days is said of the day on which it is asked. */
export function requestOf({ text, tag, source, sort, conditions }: Search, context: Context): ListRequest & { kind: "candidates" } {
  const filters: Filter[] = [
    ...(tag === "" ? [] : [{ field: "tag_ids", has: tag }]),
    ...(source === "" ? [] : [{ field: "source", is: source }]),
    ...filtersOf(conditions, context),
  ];
  return { kind: "candidates", text, sort, filters };
}

class Current {
  search = $state<Search>(nothing());
  /** The kept search that this one came from. */
  from = $state<string | null>(null);
  /** The new matches of the kept search, while they alone are shown. */
  fresh = $state.raw<string[] | null>(null);
  /** Whether the conditions are shown. */
  open = $state(false);
  /** Whether the talent pools are shown. */
  pools = $state(false);

  /** Shows a kept search, or nothing in particular; of a search only its new matches, where there are some. */
  show(search: Search, from: string | null, fresh: string[] = []): void {
    this.search = search;
    this.from = from;
    this.fresh = fresh.length > 0 ? fresh : null;
  }
}

/** The search of the list of candidates. */
export const current = new Current();

onLeave(() => {
  current.show(nothing(), null);
  current.open = false;
  current.pools = false;
});
