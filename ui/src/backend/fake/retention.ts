// Who is due for deletion, in memory: by a date of their own, or by the workspace's period.

import type { DueList, DuePerson } from "../retention";
import type { Row } from "../types";
import type { Tables } from "./data";
import { dayOf } from "./day";
import { shownAs } from "./store";

function monthsAfter(at: number, months: number): string {
  const day = new Date(at);
  return dayOf(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, day.getUTCDate()));
}

function stageKind(tables: Tables, application: Row<"applications">): string {
  const { pipeline_id, stage_id } = application.fields;
  return tables.pipelines.get(pipeline_id)?.fields.stages.find(({ id }) => id === stage_id)?.kind ?? "";
}

function dueOf(tables: Tables, candidate: Row<"candidates">, applications: Row<"applications">[], months: number, today: string): Omit<DuePerson, "candidate"> | null {
  const until = candidate.fields.data_retention_until;
  if (until !== null) {
    return until <= today ? { reason: "date", from: null, since: until } : null;
  }
  if (months === 0 || applications.some((each) => !["rejected", "withdrawn"].includes(stageKind(tables, each)))) {
    return null;
  }
  const ended = applications.map(({ fields }) => fields.stage_changed_at ?? fields.applied_at);
  const began = ended.length === 0 ? candidate.created_at : Math.max(...ended);
  const since = monthsAfter(began, months);
  return since <= today ? { reason: ended.length === 0 ? "never_applied" : "ended", from: dayOf(began), since } : null;
}

/** Who is due now, the longest due first. */
export function duePeople(tables: Tables, months: number, now: number): DueList {
  const today = dayOf(now);
  const applications = new Map<string, Row<"applications">[]>();
  for (const application of [...tables.applications.values()].filter(({ deleted }) => !deleted)) {
    const candidate = shownAs(tables, application.fields.candidate_id);
    applications.set(candidate, [...(applications.get(candidate) ?? []), application]);
  }
  const people = [...tables.candidates.values()]
    .filter((candidate) => !candidate.deleted && shownAs(tables, candidate.id) === candidate.id)
    .flatMap((candidate) => {
      const due = dueOf(tables, candidate, applications.get(candidate.id) ?? [], months, today);
      return due ? [{ candidate, ...due }] : [];
    });
  return { months, total: people.length, people: people.toSorted((one, other) => one.since.localeCompare(other.since) || one.candidate.id.localeCompare(other.candidate.id)) };
}
