// Moving applications, one or many: used by the board, the list and the candidate's page alike.

import { SvelteMap } from "svelte/reactivity";
import { engine } from "../../backend/engine";
import type { EditRequest } from "../../backend/types";
import { announce } from "../../shared/announce.svelte";
import { plural, t } from "../../shared/i18n/index.svelte";
import { go, route } from "../../shared/route.svelte";
import { toast, write } from "../../shared/writes.svelte";
import { interviewsAhead } from "../interviews/ahead";
import { BULK_MAX, callOffEdits, isClosed, mayMove, moveEdits, rejectEdits, type Afterwards, type Movable, type Target } from "./moves";

/** A rejection that waits for its reason. */
export interface Rejection {
  moving: Movable[];
  target: Target;
}

function refuse(text: string): false {
  toast(text, { error: true });
  announce(text);
  return false;
}

/** Goes to an e-mail to a candidate about an application; on their own page no second step into the history is needed. */
function goToWrite(candidate: string, application: string): void {
  const here = route();
  go({ name: "candidate", id: candidate, write: application }, here.name === "candidate" && here.id === candidate);
}

/** Says besides how many interviews stay planned though their application is over: nothing else would point at them. */
async function withWhatIsPlanned(moved: string, moving: Movable[]): Promise<string> {
  // What cannot be read is no reason not to move.
  const ahead = await interviewsAhead(moving).catch(() => []);
  return ahead.length === 0 ? moved : `${moved} ${plural("move.still_planned", ahead.length)}`;
}

/** What may be done at once: all that is chosen, or null, and a word why, when that is more than `most`. */
export function atOnce<T>(chosen: T[], most = BULK_MAX): T[] | null {
  if (chosen.length > most) {
    refuse(t("bulk.max", { count: most }));
  }
  return chosen.length > 0 && chosen.length <= most ? chosen : null;
}

/** Moves applications, asks for a reason where one is needed, and says what it did. */
export class Mover {
  /** The rejection whose reason is being asked for, or null. */
  rejecting = $state<Rejection | null>(null);
  /** Where cards are shown until the board was read again: a dropped card must not jump back for a frame. */
  placed = new SvelteMap<string, string>();
  #done: () => void;

  /** `done` is called after each move that was carried out. */
  constructor(done: () => void = () => undefined) {
    this.#done = done;
  }

  /** Moves to a stage, or asks for the reason first when the stage rejects. Answers whether it was carried out. */
  async move(moving: Movable[], target: Target): Promise<boolean> {
    const stays = moving.filter((each) => each.stageId !== target.stage_id);
    const first = stays[0];
    if (!first) {
      return false;
    }
    if (stays.length > BULK_MAX) {
      return refuse(t("bulk.max", { count: BULK_MAX }));
    }
    const illegal = stays.find((each) => !mayMove(each.kind, target.kind));
    if (illegal) {
      const key = illegal.kind === "hired" ? "move.refused_hired" : "move.refused_over";
      return refuse(t(key, { name: illegal.name, stage: target.name }));
    }
    if (target.kind === "rejected") {
      this.rejecting = { moving: stays, target };
      return false;
    }
    return this.#write(stays, target, moveEdits(stays, target));
  }

  /**
   * Carries out the rejection that waits for its reason; without a reason it keeps asking. Interviews are called off as a
   * step of its own, because it cannot be taken back. With `writes` the candidate's page opens with an e-mail to write:
   * nothing is sent by a rejection.
   */
  async reject(reason: string, feedback: string, { writes, callOff }: Afterwards = { writes: false, callOff: [] }): Promise<boolean> {
    const rejection = $state.snapshot(this.rejecting);
    if (!rejection) {
      return false;
    }
    const edits = rejectEdits(rejection.moving, rejection.target, reason, feedback);
    if (!edits) {
      announce(t("reject.reason_needed"));
      return false;
    }
    this.rejecting = null;
    const done = await this.#write(rejection.moving, rejection.target, edits, callOff.length > 0);
    const [first] = rejection.moving;
    if (done && first) {
      const label = rejection.moving.length === 1 ? t("interview.cancelled", { name: first.name }) : plural("interview.cancelled_many", callOff.length);
      for (let from = 0; from < callOff.length; from += BULK_MAX) {
        await write(label, ["interviews", "activities"], () => engine().editMany(callOffEdits(callOff.slice(from, from + BULK_MAX), reason)));
      }
    }
    if (done && writes && first) {
      goToWrite(first.candidateId, first.id);
    }
    return done;
  }

  async #write(moving: Movable[], target: Target, edits: EditRequest[], callsOff = false): Promise<boolean> {
    const name = moving[0]?.name ?? "";
    const moved =
      moving.length === 1
        ? t(target.kind === "rejected" ? "reject.done" : "move.done", { name, stage: target.name })
        : plural("move.done_many", moving.length, { stage: target.name });
    moving.forEach((each) => this.placed.set(each.id, target.stage_id));
    const label = callsOff || !isClosed(target.kind) ? moved : await withWhatIsPlanned(moved, moving);
    const outcome = await write(label, ["applications", "activities"], () => engine().editMany(edits));
    if (!outcome.ok) {
      moving.forEach((each) => this.placed.delete(each.id));
      return false;
    }
    this.#done();
    return true;
  }
}
