// What the screens read, put together from the rows in memory.

import type { KindName } from "../../gen/records";
import type { Board, BoardColumn, CandidatePage, Card, CardRequest, Cards, Hit, JobSummary, PoolSummary, TagSummary, Row } from "../types";
import type { Tables } from "./data";
import { contactOf } from "./duplicates";
import { hasWords, refusal, searchable, shownAs } from "./store";

const DAY_MS = 86_400_000;
const CARDS_MAX = 200;
const LISTED_MAX = 10_000;
const OVER = ["hired", "rejected", "withdrawn"];

function nameOf(candidate: Row<"candidates">): string {
  return `${candidate.fields.first_name} ${candidate.fields.last_name}`.trim();
}

function stageOf(tables: Tables, application: Row<"applications">): { name: string; kind: string; color: string } | null {
  const pipeline = tables.pipelines.get(application.fields.pipeline_id);
  return pipeline?.fields.stages.find((stage) => stage.id === application.fields.stage_id) ?? null;
}

/** The jobs with their counts, the newest first. */
export function jobSummaries(tables: Tables, filter: { text: string; status: string | null }): JobSummary[] {
  const counts = new Map<string, { active: number; total: number }>();
  for (const application of tables.applications.values()) {
    const count = counts.get(application.fields.job_id) ?? { active: 0, total: 0 };
    count.total += 1;
    count.active += OVER.includes(stageOf(tables, application)?.kind ?? "") ? 0 : 1;
    counts.set(application.fields.job_id, count);
  }
  return [...tables.jobs.values()]
    .filter((job) => !job.deleted && (filter.status === null || job.fields.status === filter.status))
    .filter((job) => filter.text === "" || hasWords(searchable(job), filter.text))
    .sort((a, b) => b.created_at - a.created_at)
    .map((job) => ({ job, ...(counts.get(job.id) ?? { active: 0, total: 0 }) }));
}

/** The talent pools by name, with how many people are in each. */
export function poolSummaries(tables: Tables): PoolSummary[] {
  const people = [...tables.candidates.values()].filter((each) => !each.deleted && shownAs(tables, each.id) === each.id);
  return [...tables.pools.values()]
    .filter((pool) => !pool.deleted)
    .sort((a, b) => a.fields.name.localeCompare(b.fields.name))
    .map((pool) => ({ pool, people: people.filter((each) => each.fields.pool_ids.includes(pool.id)).length }));
}

/** The tag that stands for another one. */
function tagShown(tables: Tables, id: string): string {
  const into = tables.tags.get(id)?.fields.merged_into_id ?? null;
  return into === null ? id : tagShown(tables, into);
}

/** The tags by name, with how many people have each. */
export function tagSummaries(tables: Tables): TagSummary[] {
  const people = [...tables.candidates.values()].filter((each) => !each.deleted && shownAs(tables, each.id) === each.id);
  const tags = [...tables.tags.values()].filter((tag) => !tag.deleted);
  return tags
    .filter((tag) => tag.fields.merged_into_id === null)
    .sort((a, b) => a.fields.name.localeCompare(b.fields.name))
    .map((tag) => ({
      tag,
      people: people.filter((each) => each.fields.tag_ids.some((id) => tagShown(tables, id) === tag.id)).length,
      merged: tags.filter((other) => other.id !== tag.id && tagShown(tables, other.id) === tag.id),
    }));
}

/** Applications as cards, the longest waiting first. */
function cardsFrom(tables: Tables, applications: Row<"applications">[], now: number): Card[] {
  const notes = new Map<string, number>();
  for (const note of tables.notes.values()) {
    notes.set(note.fields.candidate_id, (notes.get(note.fields.candidate_id) ?? 0) + 1);
  }
  const interviews = new Map<string, number>();
  for (const { fields, deleted } of tables.interviews.values()) {
    if (!deleted && ["scheduled", "confirmed"].includes(fields.status) && fields.starts_at > now) {
      interviews.set(fields.application_id, Math.min(fields.starts_at, interviews.get(fields.application_id) ?? fields.starts_at));
    }
  }
  const since = ({ fields }: Row<"applications">): number => fields.stage_changed_at ?? fields.applied_at;
  return applications
    .toSorted((a, b) => since(a) - since(b) || a.id.localeCompare(b.id))
    .map((application): Card => {
      const candidate = tables.candidates.get(shownAs(tables, application.fields.candidate_id));
      return {
        application: { ...application, fields: { ...application.fields, cover_letter: "", answers: [] } },
        candidate_id: application.fields.candidate_id,
        candidate_name: candidate ? nameOf(candidate) : null,
        headline: candidate?.fields.headline ?? "",
        city: candidate?.fields.city ?? "",
        tags: (candidate?.fields.tag_ids ?? []).map((id) => tables.tags.get(id)?.fields.name ?? "").filter(Boolean),
        days_in_stage: Math.max(0, Math.floor((now - since(application)) / DAY_MS)),
        notes: notes.get(application.fields.candidate_id) ?? 0,
        rating: application.fields.rating,
        knockouts: application.fields.answers.filter((answer) => answer.knocks_out).length,
        interview_at: interviews.get(application.id) ?? null,
      };
    });
}

/** The applications of a job, or those of every job that are not over. */
export function cardsOf(tables: Tables, { job_id, assigned_to_id }: CardRequest, now: number): Cards {
  const wanted = [...tables.applications.values()].filter((each) => {
    const here = job_id === null ? tables.jobs.get(each.fields.job_id)?.deleted === false && !OVER.includes(stageOf(tables, each)?.kind ?? "") : each.fields.job_id === job_id;
    return here && !each.deleted && (assigned_to_id === null || each.fields.assigned_to_id === assigned_to_id);
  });
  return { cards: cardsFrom(tables, wanted, now).slice(0, LISTED_MAX), total: wanted.length };
}

/** A job's board. */
export function boardOf(tables: Tables, jobId: string, now: number): Board {
  const job = tables.jobs.get(jobId);
  if (!job) {
    throw refusal("not-found", "There is nothing here.");
  }
  const stages = tables.pipelines.get(job.fields.pipeline_id ?? "")?.fields.stages ?? [];
  const applications = [...tables.applications.values()].filter((each) => each.fields.job_id === jobId && !each.deleted);
  const columns = stages.map((stage): BoardColumn => {
    const here = applications.filter((each) => each.fields.stage_id === stage.id);
    const cards = cardsFrom(tables, here, now);
    return { stage_id: stage.id, name: stage.name, kind: stage.kind, color: stage.color, target_days: stage.target_days, warn_days: stage.warn_days, description: stage.description, email_template_id: stage.email_template_id, total: here.length, cards: cards.slice(0, CARDS_MAX) };
  });
  return { job, columns };
}

/** Everything that a candidate's page shows; of one that was merged into another it is the other's page. */
export function pageOf(tables: Tables, asked: string, mayContact: boolean): CandidatePage {
  const id = shownAs(tables, asked);
  const candidate = tables.candidates.get(id);
  if (!candidate) {
    throw refusal("not-found", "There is nothing here.");
  }
  const of = <R extends { fields: { candidate_id: string | null }; deleted: boolean }>(rows: Iterable<R>): R[] =>
    [...rows].filter((each) => each.fields.candidate_id !== null && shownAs(tables, each.fields.candidate_id) === id && !each.deleted);
  return {
    candidate,
    contact: mayContact ? contactOf(tables, id) : null,
    applications: of(tables.applications.values()).map((application) => ({
      application,
      job: tables.jobs.get(application.fields.job_id) ?? null,
      stage: stageOf(tables, application),
    })),
    notes: of(tables.notes.values()).sort((a, b) => b.created_at - a.created_at),
    attachments: of(tables.attachments.values()).sort((a, b) => b.created_at - a.created_at),
    activities: of(tables.activities.values()).sort((a, b) => b.fields.at - a.fields.at),
    tags: candidate.fields.tag_ids.map((tag) => tables.tags.get(tag)).filter((tag) => tag !== undefined),
    pools: candidate.fields.pool_ids.map((pool) => tables.pools.get(pool)).filter((pool) => pool !== undefined).filter((pool) => !pool.deleted),
    merged: [...tables.candidates.values()].filter((each) => each.id !== id && !each.deleted && shownAs(tables, each.id) === id),
  };
}

function snippet(text: string, needle: string): string {
  const word = needle.trim().split(/\s+/)[0] ?? "";
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (word === "" || at < 0) {
    return text.slice(0, 120);
  }
  const start = Math.max(0, at - 40);
  const end = at + word.length;
  return `${start > 0 ? "…" : ""}${text.slice(start, at)}\u0001${text.slice(at, end)}\u0002${text.slice(end, end + 70)}`;
}

/** What matches in all kinds: jobs first, then people, then notes. */
export function hits(tables: Tables, text: string, limit: number): Hit[] {
  const found: Hit[] = [];
  const add = (kind: KindName, id: string, title: string, subtitle: string, passage: string): void => {
    if (found.length < limit && hasWords(`${title} ${passage}`, text)) {
      found.push({ kind, id, title, subtitle, snippet: snippet(passage, text) });
    }
  };
  for (const job of tables.jobs.values()) {
    add("jobs", job.id, job.fields.title, job.fields.location_city, job.fields.description);
  }
  for (const candidate of tables.candidates.values()) {
    const fields = candidate.fields;
    if (shownAs(tables, candidate.id) !== candidate.id) {
      continue;
    }
    add("candidates", candidate.id, nameOf(candidate), fields.headline, `${fields.skills.join(", ")} ${fields.resume_text}`);
  }
  for (const note of tables.notes.values()) {
    const candidate = tables.candidates.get(shownAs(tables, note.fields.candidate_id));
    if (!note.deleted) {
      add("notes", note.id, candidate ? nameOf(candidate) : "", "", note.fields.body);
    }
  }
  return found;
}
