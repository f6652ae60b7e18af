// Moving applications, one or many: used by the board, the list and the candidate's page alike.

import { SvelteMap } from "svelte/reactivity";
import { engine } from "../../backend/engine";
import type { CreateRequest, EditRequest, Written } from "../../backend/types";
import { announce } from "../../shared/announce.svelte";
import { plural, t } from "../../shared/i18n/index.svelte";
import { go, route } from "../../shared/route.svelte";
import { may, session } from "../../shared/session.svelte";
import { standing, toast, write, writeParts } from "../../shared/writes.svelte";
import { offerTemplate } from "../emails/offered";
import { followMany } from "../emails/sent";
import { unreachable } from "../emails/waiting";
import { interviewsAhead } from "../interviews/ahead";
import { offeredAt, reasons } from "../reasons/reasons";
import { BULK_MAX, callOffEdits, isClosed, mayMove, moveEdits, rejectEdits, type Afterwards, type Movable, type Target } from "./moves";

/** A rejection, or a withdrawal, that waits for its reason. */
export interface Rejection {
  moving: Movable[];
  target: Target;
}

/** A rejection of several that waits for what is written to each. */
export interface Writing extends Rejection {
  reason: string;
  /** Rejects them, once. */
  ends: () => Promise<Written | null>;
  /** Whether they are rejected already, and what is written to them is tried again. */
  ended: boolean;
  callOff: string[];
  /** The template that is offered; an empty text for none. */
  template: string;
}

/** An e-mail that is offered because people came into a stage. */
export interface Offered {
  moving: Movable[];
  stage: string;
  template: string;
}

/** Whether who steps back can be noted with a reason of the workspace's list. What cannot be read is no reason to ask. */
async function asksWhyWithdrawn(): Promise<boolean> {
  return may("rejection_reasons", "read") && offeredAt(await reasons().catch(() => []), "withdrawn").length > 0;
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
  /** The rejection whose e-mails are being written, or null. */
  writing = $state.raw<Writing | null>(null);
  /** The e-mail that goes with the stage into which people came, or null. */
  offered = $state.raw<Offered | null>(null);
  /** Where cards are shown until the board was read again: a dropped card must not jump back for a frame. */
  placed = new SvelteMap<string, string>();
  #ending = false;
  #done: () => void;

  /** `done` is called after each move that was carried out. */
  constructor(done: () => void = () => undefined) {
    this.#done = done;
  }

  /** Moves to a stage, or asks for the reason first when the stage rejects. Answers whether it was carried out. */
  async move(moving: Movable[], target: Target): Promise<boolean> {
    this.offered = null;
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
    if (target.kind === "rejected" || (target.kind === "withdrawn" && (await asksWhyWithdrawn()))) {
      this.rejecting = { moving: stays, target };
      return false;
    }
    const moved = await this.#write(stays, target, moveEdits(stays, target));
    if (moved && target.email_template_id) {
      await this.#offer(stays, target.name, target.email_template_id);
    }
    return moved;
  }

  /** Offers the e-mail that goes with a stage, if it is there and this person may write. Nothing is sent by a move. */
  async #offer(moving: Movable[], stage: string, template: string): Promise<void> {
    if (!may("emails", "create")) {
      return;
    }
    const found = await engine().get("mail_templates", template).catch(() => null);
    if (found && !found.deleted) {
      this.offered = { moving, stage, template };
      announce(t("stage_mail.offered", { stage, name: found.fields.name }));
    }
  }

  /**
   * Carries out the rejection that waits for its reason; without a reason, and where it fails, it keeps asking. Interviews
   * are called off as a step of its own, because it cannot be taken back. With `writes` the candidate's page opens with an
   * e-mail to write, and several people are written to in the same step: then nothing is done before that was seen.
   */
  async reject(reason: string, feedback: string, after: Afterwards = { writes: false, callOff: [] }): Promise<boolean> {
    const { writes, callOff, reasonId = null, template = "" } = after;
    const asked = this.rejecting;
    const rejection = $state.snapshot(asked);
    if (!rejection || this.#ending) {
      return false;
    }
    const edits = rejectEdits(rejection.moving, rejection.target, reason, feedback, reasonId);
    if (!edits) {
      announce(t("reject.reason_needed"));
      return false;
    }
    if (writes && rejection.moving.length > 1) {
      this.writing = { ...rejection, reason, ends: standing(() => engine().editMany(edits)), ended: false, callOff, template };
      return false;
    }
    this.#ending = true;
    const done = await this.#write(rejection.moving, rejection.target, edits, callOff.length > 0);
    this.#ending = false;
    const [first] = rejection.moving;
    if (!done || !first) {
      return false;
    }
    if (this.rejecting === asked) {
      this.rejecting = null;
    }
    await this.#callOff(rejection.moving, callOff, reason);
    if (writes) {
      offerTemplate(first.id, template);
      goToWrite(first.candidateId, first.id);
    }
    // Who steps back is asked why instead of being moved at once, and is written to as after any other move.
    const goesWith = template || rejection.target.email_template_id;
    if (rejection.target.kind === "withdrawn" && goesWith) {
      await this.#offer(rejection.moving, rejection.target.name, goesWith);
    }
    return true;
  }

  /**
   * Carries out the rejection whose e-mails were seen, with them, as one step: it is taken back as long as nothing went out.
   * Where the e-mails alone fail, what is written stays to be sent again, and nobody is rejected twice.
   */
  async rejectAndWrite(mails: CreateRequest[]): Promise<boolean> {
    const writing = this.writing;
    if (!writing) {
      return false;
    }
    let undo = "";
    const send = async (): Promise<Written> => {
      const written = await engine().createMany(mails, true);
      undo = written.undo;
      return written;
    };
    const asked = plural(unreachable(session().sync.state) ? "bulk_mail.asked_offline" : "bulk_mail.asked", mails.length);
    const moved = plural("move.done_many", writing.moving.length, { stage: writing.target.name });
    writing.moving.forEach((each) => this.placed.set(each.id, writing.target.stage_id));
    const parts = [writing.ends, ...(mails.length > 0 ? [send] : [])];
    let carriedOut = 0;
    const done = await writeParts(mails.length > 0 ? `${moved} · ${asked}` : moved, ["applications", "activities", "emails"], parts, (count) => (carriedOut = count));
    if (carriedOut === 0) {
      writing.moving.forEach((each) => this.placed.delete(each.id));
      return false;
    }
    this.rejecting = null;
    // Closed meanwhile, it does not open again.
    if (this.writing === writing) {
      this.writing = done ? null : { ...writing, ended: true, callOff: [] };
    }
    if (done && mails.length > 0) {
      void followMany(mails, undo);
    }
    await this.#callOff(writing.moving, writing.callOff, writing.reason);
    this.#done();
    return done;
  }

  async #callOff(moving: Movable[], callOff: string[], reason: string): Promise<void> {
    const label = moving.length === 1 ? t("interview.cancelled", { name: moving[0]?.name ?? "" }) : plural("interview.cancelled_many", callOff.length);
    for (let from = 0; from < callOff.length; from += BULK_MAX) {
      await write(label, ["interviews", "activities"], () => engine().editMany(callOffEdits(callOff.slice(from, from + BULK_MAX), reason)));
    }
  }

  async #write(moving: Movable[], target: Target, edits: EditRequest[], callsOff = false): Promise<boolean> {
    const name = moving[0]?.name ?? "";
    const moved =
      moving.length === 1
        ? t(target.kind === "rejected" ? "reject.done" : target.kind === "withdrawn" ? "withdraw.done" : "move.done", { name, stage: target.name })
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
