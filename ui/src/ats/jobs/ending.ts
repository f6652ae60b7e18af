// What becomes of the applications that are open when their job ends: a plan, and its carrying out as one step.

import { engine } from "../../backend/engine";
import type { CreateRequest, EditRequest, Row, Written } from "../../backend/types";
import { plural, t } from "../../shared/i18n/index.svelte";
import { write, writeParts } from "../../shared/writes.svelte";
import { followMany } from "../emails/sent";
import { BULK_MAX, callOffEdits, isClosed, rejectEdits, type Movable } from "../board/moves";
import { newApplication } from "../candidates/candidate";
import type { Opening } from "../candidates/adding";
import { namesOf, sortedFor } from "../candidates/bulk/bulk";

/** What can be done with them. */
export const DOINGS = ["leave", "move", "pool", "reject"] as const;
/** One of them. */
export type Doing = (typeof DOINGS)[number];
/** Applications of one step of the engine that are made: few enough to see them come. */
const PART = 25;

/** An application that is open, with the stage of its pipeline for rejected ones, if there is one. */
export type Open = Movable & { rejected: string | null };

/** What was chosen, with all that it takes. */
export type Chosen =
  | { what: "leave" }
  | { what: "move"; opening: Opening; why: string }
  | { what: "pool"; pool: string; name: string; why: string }
  | { what: "reject"; why: string; reasonId: string | null; mails: CreateRequest[] };

/** The applications of a job that are not over. */
export async function openOnes(job: string): Promise<Open[]> {
  const { cards } = await engine().cards({ job_id: job, assigned_to_id: null });
  const found = new Map<string, Row<"pipelines"> | null>();
  for (const { application } of cards) {
    const id = application.fields.pipeline_id;
    if (!found.has(id)) {
      found.set(id, await engine().get("pipelines", id));
    }
  }
  const open = cards.map(({ application, candidate_id, candidate_name }): Open => {
    const stages = found.get(application.fields.pipeline_id)?.fields.stages ?? [];
    const kind = stages.find(({ id }) => id === application.fields.stage_id)?.kind ?? "unknown";
    const rejected = stages.find((stage) => stage.kind === "rejected")?.id ?? null;
    return { id: application.id, candidateId: candidate_id, name: candidate_name ?? t("person.arriving"), stageId: application.fields.stage_id, kind, rejected };
  });
  return open.filter(({ kind }) => !isClosed(kind));
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** The edits that end applications for a reason. Those of a pipeline without a stage for it stay as they are. */
export function endEdits(open: readonly Open[], why: string, reasonId: string | null): EditRequest[] {
  return open.flatMap(({ rejected, ...each }) => (rejected === null ? [] : (rejectEdits([each], { stage_id: rejected, name: "", kind: "rejected" }, why, "", reasonId) ?? [])));
}

/** What is said once it is done: to whom it happened, the first few by name. */
function said(chosen: Exclude<Chosen, { what: "leave" }>, open: readonly Open[], also: string): string {
  const names = namesOf(open.map(({ candidateId: id, name }) => ({ id, name })));
  const done = chosen.what === "move" ? t("ending.moved", { names, job: chosen.opening.title }) : chosen.what === "pool" ? t("ending.pooled", { names, pool: chosen.name }) : t("ending.rejected", { names });
  const left = open.filter(({ rejected }) => rejected === null).length;
  return [done, also, left > 0 ? plural("ending.left", left) : ""].filter(Boolean).join(" ");
}

/** What is done before the applications end: applications for another job, or places in a pool. Also says what is left out. */
async function before(chosen: Exclude<Chosen, { what: "leave" }>, open: readonly Open[]): Promise<{ parts: (() => Promise<Written>)[]; also: string }> {
  const people = [...new Set(open.map(({ candidateId }) => candidateId))];
  if (chosen.what === "move") {
    const sorted = await Promise.all(inParts(people, BULK_MAX).map((some) => sortedFor(chosen.opening.id, some)));
    const applied = sorted.flatMap((each) => each.applied);
    const now = Date.now();
    const made = sorted.flatMap((each) => each.free).map(({ id }) => ({ kind: "applications" as const, fields: newApplication(id, chosen.opening.id, chosen.opening.pipeline, now) }));
    return { parts: inParts(made, PART).map((some) => () => engine().createMany(some, true)), also: applied.length > 0 ? t("chosen.applied", { names: namesOf(applied) }) : "" };
  }
  if (chosen.what === "pool") {
    const edits = people.map((id): EditRequest => ({ kind: "candidates", id, edits: [{ op: "add", field: "pool_ids", value: chosen.pool }] }));
    return { parts: inParts(edits, BULK_MAX).map((some) => () => engine().editMany(some)), also: "" };
  }
  return { parts: [], also: "" };
}

/**
 * Carries out what was chosen, as one step that can be taken back as long as no e-mail went out. Interviews are called off
 * besides, which cannot. Answers whether all of it was carried out.
 */
export async function carryOut(chosen: Chosen, open: readonly Open[], callOff: readonly string[]): Promise<boolean> {
  if (chosen.what === "leave" || open.length === 0) {
    return true;
  }
  const { parts, also } = await before(chosen, open);
  const edits = endEdits(open, chosen.why, chosen.what === "reject" ? chosen.reasonId : null);
  const ends = inParts(edits, BULK_MAX).map((some) => () => engine().editMany(some));
  const mails = chosen.what === "reject" ? chosen.mails : [];
  let undo = "";
  const sends = mails.length === 0 ? [] : [
    async (): Promise<Written> => {
      const written = await engine().createMany(mails, true);
      undo = written.undo;
      return written;
    },
  ];
  const done = await writeParts(said(chosen, open, also), ["applications", "candidates", "activities", "emails"], [...parts, ...ends, ...sends], () => undefined);
  if (done && undo !== "") {
    void followMany(mails, undo);
  }
  for (const some of done ? inParts(callOff, BULK_MAX) : []) {
    await write(plural("interview.cancelled_many", callOff.length), ["interviews", "activities"], () => engine().editMany(callOffEdits(some, chosen.why)), { silent: true });
  }
  return done;
}
