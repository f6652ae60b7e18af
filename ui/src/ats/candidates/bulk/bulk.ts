// Doing the same with many candidates: in parts, so that its progress shows, and as one step that can be taken back.

import { engine } from "../../../backend/engine";
import type { FieldEdit, ListRequest, Row, Written } from "../../../backend/types";
import { listed, personName } from "../../../shared/format";
import { plural, t } from "../../../shared/i18n/index.svelte";
import { toast, writeParts } from "../../../shared/writes.svelte";
import { BULK_MAX } from "../../board/moves";
import { newApplication } from "../candidate";
import type { Opening } from "../adding";

/** People that are put into a pool, or tagged, at once: as many as one list can be asked for. */
export const PEOPLE_MAX = 400;
/** Applications of one step of the engine: few enough to see them come. */
const PART = 25;
/** People who are named in a sentence; the others are counted. */
const NAMED_MAX = 3;

/** A set of a candidate that several can be put into. */
export type SetField = "pool_ids" | "tag_ids";
/** Hears how many people were done. */
export type Told = (done: number) => void;

/** Somebody who is chosen. */
export interface Person {
  id: string;
  name: string;
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Those of some people who do not answer a question any more: they are gone, hidden from this person, or otherwise than asked for. */
export async function leftOut(question: ListRequest & { kind: "candidates" }, people: readonly string[]): Promise<Set<string>> {
  const left = new Set(people);
  for (const some of inParts(people, PEOPLE_MAX)) {
    const { rows } = await engine().list({ ...question, filters: [...(question.filters ?? []), { field: "id", in: some }], limit: PEOPLE_MAX });
    rows.forEach(({ id }) => left.delete(id));
  }
  return left;
}

/** One step of the engine: those of some people who do not have it yet, or still have it. */
async function part(op: "add" | "remove", field: SetField, value: string, people: string[]): Promise<Written | null> {
  const filters = [{ field: "id", in: people }, op === "add" ? { field, lacks: value } : { field, has: value }];
  const { rows } = await engine().list({ kind: "candidates", filters, limit: BULK_MAX });
  const edits: FieldEdit[] = [{ op, field, value }];
  return rows.length === 0 ? null : engine().editMany(rows.map(({ id }) => ({ kind: "candidates" as const, id, edits })));
}

/**
 * Puts a value into a set of many people, or takes it out, as one step that can be taken back. `label` is the sentence of
 * what happened. Answers whether all of it was carried out.
 */
export function change(op: "add" | "remove", field: SetField, value: string, people: readonly string[], label: string, told: Told): Promise<boolean> {
  const steps = inParts(people, BULK_MAX).map((some) => () => part(op, field, value, some));
  return writeParts(label, ["candidates"], steps, (done) => told(Math.min(done * BULK_MAX, people.length)));
}

/** Those who are chosen and there, by whether they have applied for a job, under whichever of their records. */
export async function sortedFor(job: string, people: readonly string[]): Promise<{ free: Person[]; applied: Person[] }> {
  const { rows } = await engine().list({ kind: "candidates", filters: [{ field: "id", in: [...people] }], limit: BULK_MAX });
  const sorted: { free: Person[]; applied: Person[] } = { free: [], applied: [] };
  for (const { id, fields } of rows) {
    const { applications } = await engine().candidatePage(id);
    const isThere = applications.some(({ application }) => application.fields.job_id === job);
    sorted[isThere ? "applied" : "free"].push({ id, name: personName(fields) });
  }
  return sorted;
}

/** People in a sentence: the first few by name, the others counted. */
export function namesOf(people: readonly Person[]): string {
  const more = people.length - NAMED_MAX;
  const names = people.slice(0, NAMED_MAX).map(({ name }) => name);
  return listed(more > 0 ? [...names, plural("chosen.more", more)] : names);
}

/**
 * Makes an application for a job of everybody who has none yet, and says who has one. All of it is one step that can be
 * taken back. Answers whether all of it was carried out.
 */
export async function addAll(opening: Opening, people: readonly string[], told: Told): Promise<boolean> {
  const { free, applied } = await sortedFor(opening.id, people);
  const left = applied.length === 0 ? "" : ` ${t("chosen.applied", { names: namesOf(applied) })}`;
  if (free.length === 0) {
    toast(`${t("chosen.nobody_added", { job: opening.title })}${left}`);
    return true;
  }
  const now = Date.now();
  const request = ({ id }: Person) => ({ kind: "applications" as const, fields: newApplication(id, opening.id, opening.pipeline, now) });
  const steps = inParts(free, PART).map((some) => () => engine().createMany(some.map(request), true));
  const label = `${plural("chosen.added", free.length, { job: opening.title })}${left}`;
  return writeParts(label, ["applications", "activities"], steps, (done) => told(Math.min(done * PART, free.length)));
}

/** How many of those who are chosen have each tag. */
export async function tagCounts(people: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await engine().list({ kind: "candidates", filters: [{ field: "id", in: [...people] }], limit: PEOPLE_MAX });
  const counts = new Map<string, number>();
  rows.flatMap((row: Row<"candidates">) => row.fields.tag_ids).forEach((tag) => counts.set(tag, (counts.get(tag) ?? 0) + 1));
  return counts;
}
