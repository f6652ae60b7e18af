// What the list of jobs is narrowed to, and how that stands in the address of the window. Pure: who asks, and on which day,
// comes in as an argument.

import type { Row } from "../../backend/types";
import { daysUntil } from "../../shared/format";
import { EITHER, isEither, type Either } from "../../shared/list/asked";
import { hirersOf } from "../../shared/people.svelte";

/** Days in which a last day for applications is near. */
export const SOON_DAYS = 7;
/** Characters of one thing that an address asks for. */
const VALUE_MAX = 200;

/** The last day for applications: near, past, or whatever. */
export type Due = "" | "soon" | "past";
/** Each of them, the one that asks for nothing first. */
export const DUE: readonly Due[] = ["", "soon", "past"];

/** What is asked of jobs; an empty text asks for nothing. */
export interface JobFilter {
  /** Words that the engine looks for. */
  text: string;
  status: string;
  team: string;
  /** Who hires: `me`, or the id of a member. */
  hirer: string;
  /** The city. */
  place: string;
  remote: string;
  type: string;
  due: Due;
  /** Whether it is for members only. */
  internal: Either;
  /** Whether it is shown first on the career page. */
  featured: Either;
}

/** Asks for nothing. */
export const NO_FILTER: JobFilter = { text: "", status: "", team: "", hirer: "", place: "", remote: "", type: "", due: "", internal: "", featured: "" };

/** Who asks, on which day, and which jobs have the words; null is all of them. */
export interface Asking {
  me: string;
  today: string;
  found: ReadonlySet<string> | null;
}

function isDue(wanted: Due, deadline: string | null, today: string): boolean {
  const left = deadline === null ? null : daysUntil(deadline, today);
  switch (wanted) {
    case "":
      return true;
    case "soon":
      return left !== null && left >= 0 && left <= SOON_DAYS;
    case "past":
      return left !== null && left < 0;
  }
}

/** Whether a job is what is asked for. */
export function passes(filter: JobFilter, { id, fields }: Row<"jobs">, { me, today, found }: Asking): boolean {
  const is = (wanted: string, value: string): boolean => wanted === "" || wanted === value;
  return (
    (found === null || found.has(id)) &&
    is(filter.status, fields.status) &&
    is(filter.team, fields.team) &&
    is(filter.place, fields.location_city) &&
    is(filter.remote, fields.remote_policy) &&
    is(filter.type, fields.job_type) &&
    (filter.hirer === "" || hirersOf(fields).includes(filter.hirer === "me" ? me : filter.hirer)) &&
    isDue(filter.due, fields.application_deadline, today) &&
    isEither(filter.internal, fields.is_internal_only) &&
    isEither(filter.featured, fields.is_featured)
  );
}

/** A filter as it stands in an address; an empty text where it asks for nothing. */
export function queryOf(filter: JobFilter): string {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")).toString();
}

/** The filter that an address asks for. What nobody can ask for is not asked. */
export function filterOf(query: string): JobFilter {
  const asked = new URLSearchParams(query);
  const read = (name: string): string => (asked.get(name) ?? "").slice(0, VALUE_MAX);
  const one = <T extends string>(name: string, of: readonly T[], otherwise: T): T => of.find((each) => each === read(name)) ?? otherwise;
  return {
    text: read("text"), status: read("status"), team: read("team"), hirer: read("hirer"), place: read("place"), remote: read("remote"), type: read("type"),
    due: one("due", DUE, ""), internal: one("internal", EITHER, ""), featured: one("featured", EITHER, ""),
  };
}
