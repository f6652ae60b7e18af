// What becomes of the applications that are open when their job ends: a plan, and its carrying out as one step.

import { asEngineError, engine } from "../../backend/engine";
import type { CreateRequest, EditRequest, Row, Written } from "../../backend/types";
import { plural, t } from "../../shared/i18n/index.svelte";
import { sayError, standing, write, writeParts } from "../../shared/writes.svelte";
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

/** One that can end: its pipeline has a stage for it. */
export type Closable = Open & { rejected: string };

/** What was chosen, with all that it takes; what is written to whom is beside it. */
export type Chosen =
  | { what: "leave" }
  | { what: "move"; opening: Opening; why: string }
  | { what: "pool"; pool: string; name: string; why: string }
  | { what: "reject"; why: string; reasonId: string | null };
type Deed = Exclude<Chosen, { what: "leave" }>;
type Part = () => Promise<Written | null>;

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

/** Those that can end. The others stay open, whatever is chosen: nobody is written to of them, or called off. */
export function closable(open: readonly Open[]): Closable[] {
  return open.filter((each): each is Closable => each.rejected !== null);
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** The edits that end applications for a reason. */
export function endEdits(ending: readonly Closable[], why: string, reasonId: string | null): EditRequest[] {
  return ending.flatMap(({ rejected, ...each }) => rejectEdits([each], { stage_id: rejected, name: "", kind: "rejected" }, why, "", reasonId) ?? []);
}

/** What is said once it is done: to whom it happened, the first few by name. */
function said(chosen: Deed, ending: readonly Closable[], left: number, also: string): string {
  const names = namesOf(ending.map(({ candidateId: id, name }) => ({ id, name })));
  const done = chosen.what === "move" ? t("ending.moved", { names, job: chosen.opening.title }) : chosen.what === "pool" ? t("ending.pooled", { names, pool: chosen.name }) : t("ending.rejected", { names });
  return [done, also, left > 0 ? plural("ending.left", left) : ""].filter(Boolean).join(" ");
}

/** What is done before the applications end: applications for another job, or places in a pool. Also says what is left out. */
async function before(chosen: Deed, ending: readonly Closable[]): Promise<{ parts: Part[]; also: string }> {
  const people = [...new Set(ending.map(({ candidateId }) => candidateId))];
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

/** What was chosen for applications, carried out as one step that may be tried again: what of it is done is not done twice. */
export class Ending {
  /** Whether they ended: what is left to do are the e-mails. */
  ended = false;
  /** The applications that end. */
  readonly ending: readonly Closable[];
  readonly #chosen: Deed;
  readonly #left: number;
  #callOff: readonly string[];
  #plan: { parts: Part[]; also: string } | null = null;

  /** `left` are the applications that stay open, and `callOff` the interviews that are called off. */
  constructor(chosen: Deed, ending: readonly Closable[], left: number, callOff: readonly string[]) {
    this.#chosen = chosen;
    this.ending = ending;
    this.#left = left;
    this.#callOff = callOff;
  }

  /** Whether this is what is chosen. */
  isOf(chosen: Chosen): boolean {
    return JSON.stringify(chosen) === JSON.stringify(this.#chosen);
  }

  /**
   * Carries it out with these e-mails. It can be taken back as long as none went out. Interviews are called off besides, once
   * the applications ended, which cannot. Answers whether all of it was carried out.
   */
  async run(mails: CreateRequest[]): Promise<boolean> {
    try {
      this.#plan ??= await this.#planned();
    } catch (thrown) {
      sayError(asEngineError(thrown));
      return false;
    }
    const { parts, also } = this.#plan;
    let undo = "";
    const send = async (): Promise<Written> => {
      const written = await engine().createMany(mails, true);
      undo = written.undo;
      return written;
    };
    let carriedOut = 0;
    const label = said(this.#chosen, this.ending, this.#left, also);
    const done = await writeParts(label, ["applications", "candidates", "activities", "emails"], [...parts, ...(mails.length > 0 ? [send] : [])], (count) => (carriedOut = count));
    if (done && undo !== "") {
      void followMany(mails, undo);
    }
    this.ended = carriedOut >= parts.length;
    if (this.ended) {
      await this.#callOffAll();
    }
    return done;
  }

  async #planned(): Promise<{ parts: Part[]; also: string }> {
    const { parts, also } = await before(this.#chosen, this.ending);
    const edits = endEdits(this.ending, this.#chosen.why, this.#chosen.what === "reject" ? this.#chosen.reasonId : null);
    const ends = inParts(edits, BULK_MAX).map((some) => () => engine().editMany(some));
    return { parts: [...parts, ...ends].map(standing), also };
  }

  async #callOffAll(): Promise<void> {
    const all = this.#callOff;
    this.#callOff = [];
    for (const some of inParts(all, BULK_MAX)) {
      await write(plural("interview.cancelled_many", all.length), ["interviews", "activities"], () => engine().editMany(callOffEdits(some, this.#chosen.why)), { silent: true });
    }
  }
}
