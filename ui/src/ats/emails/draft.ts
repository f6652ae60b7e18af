// What is being written to a candidate: how it begins, what is wrong with it, the record that it becomes. It is kept
// while the window is open, so that closing a form loses nothing.

import { SvelteMap } from "svelte/reactivity";
import type { CandidatePage, Row } from "../../backend/types";
import { isAddress } from "../../shared/address";
import { date } from "../../shared/format";
import { t, type Key } from "../../shared/i18n/index.svelte";
import { isOver } from "../board/moves";
import { answerSubject, fill, lacking, quote, type Lacking, type Values } from "./merge";

/** Characters of the longest address, subject and text. */
export const LONGEST = { address: 254, subject: 200, body: 20_000 } as const;

/** An e-mail that is not sent yet. */
export interface Draft {
  /** Which application it is about; an empty text for none. */
  application: string;
  address: string;
  subject: string;
  body: string;
}

/** Why the form is opened. */
export interface Occasion {
  /** The e-mail that is answered. */
  answers: Row<"emails"> | null;
  /** An e-mail that is written once more. */
  again: Row<"emails"> | null;
  /** The application that it is about, where that is known beforehand. */
  application: string | null;
}

/** Somebody writes of their own accord. */
export const FRESH: Occasion = { answers: null, again: null, application: null };

/** The one application that a new e-mail is about without asking: the only one, or the only one that is not over; else an empty text. */
export function obvious({ applications }: CandidatePage): string {
  const open = applications.filter(({ stage }) => !isOver(stage?.kind ?? ""));
  const only = applications.length === 1 ? applications : open.length === 1 ? open : [];
  return only[0]?.application.id ?? "";
}

/** As much of a text as there is room for, without half a letter at its end. */
function room(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}

/** The form as it opens. */
export function begin(page: CandidatePage, name: string, { answers, again, application }: Occasion): Draft {
  const known = (id: string | null): string => (page.applications.some((entry) => entry.application.id === id) ? (id ?? "") : "");
  if (again) {
    const { application_id, address, subject, body } = again.fields;
    return { application: known(application_id), address, subject, body };
  }
  if (answers) {
    const { application_id, address, subject, body, at } = answers.fields;
    const said = t("email.wrote", { when: date(at ?? answers.created_at), who: name });
    return {
      application: known(application_id), address, subject: room(answerSubject(subject), LONGEST.subject), body: room(quote(body, said), LONGEST.body / 2),
    };
  }
  return { application: application === null ? obvious(page) : known(application), address: page.contact?.fields.email ?? "", subject: "", body: "" };
}

/** What is wrong with an e-mail: the sentence for each place, and what cannot be filled in there. */
export interface Wrong {
  address: Key | null;
  subject: Key | null;
  body: Key | null;
  inSubject: Lacking;
  inBody: Lacking;
}

function lengthOf(text: string, most: number, needed: Key): Key | null {
  if (text.trim() === "") {
    return needed;
  }
  return text.length > most ? "email.too_long" : null;
}

/** What is wrong with an e-mail once everything is filled in that there is something for. */
export function problems(draft: Draft, values: Values): Wrong {
  const { subject, body } = filled(draft, values);
  return {
    address: isAddress(draft.address) ? null : "email.address_invalid",
    subject: lengthOf(subject, LONGEST.subject, "email.subject_needed"),
    body: lengthOf(body, LONGEST.body, "email.body_needed"),
    inSubject: lacking(subject, values),
    inBody: lacking(body, values),
  };
}

/** Whether an e-mail can be sent. */
export function sendable({ address, subject, body, inSubject, inBody }: Wrong): boolean {
  return !address && !subject && !body && [inSubject, inBody].every(({ empty, unknown }) => empty.length + unknown.length === 0);
}

/** An e-mail with what can be filled in. */
export function filled(draft: Draft, values: Values): Draft {
  return { ...draft, subject: fill(draft.subject, values), body: fill(draft.body, values) };
}

/** The fields of a new e-mail. */
export function createFields(draft: Draft, page: CandidatePage, { answers, again }: Occasion): { [field: string]: unknown } {
  const entry = page.applications.find(({ application }) => application.id === draft.application);
  return {
    // An application of somebody who was merged into this one stays theirs, and so does what is about it.
    candidate_id: entry?.application.fields.candidate_id ?? page.candidate.id, application_id: entry?.application.id ?? null, job_id: entry?.application.fields.job_id ?? null,
    address: draft.address.trim(), subject: draft.subject.trim(), body: draft.body.trimEnd(),
    // One that is written once more answers what the first one answered.
    answers_id: answers?.id ?? again?.fields.answers_id ?? null,
  };
}

const drafts = new SvelteMap<string, Draft>();
const key = (user: string, candidate: string, { answers, again }: Occasion): string => [user, candidate, (answers ?? again)?.id ?? ""].join("/");

/** What somebody began to write to a candidate on an occasion. */
export function keptDraft(user: string, candidate: string, occasion: Occasion): Draft | null {
  return drafts.get(key(user, candidate, occasion)) ?? null;
}

/** Keeps what was begun; null forgets it. */
export function keepDraft(user: string, candidate: string, occasion: Occasion, draft: Draft | null): void {
  if (draft === null) {
    drafts.delete(key(user, candidate, occasion));
  } else {
    drafts.set(key(user, candidate, occasion), draft);
  }
}
