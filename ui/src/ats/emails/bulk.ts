// One text to several people: to whom it goes, who is left out and why, and the records that it becomes.

import type { CandidatePage, CreateRequest } from "../../backend/types";
import { isAddress } from "../../shared/address";
import { createFields, filled, FRESH, sendable, problems, type Draft } from "./draft";
import { lacking, NO_VALUES, type Placeholder } from "./merge";
import type { Ours } from "./ours";
import { valuesFor, type Ahead } from "./values";

/** Somebody to whom it is to go. */
export interface Recipient {
  /** The application that it is about; an empty text for none. */
  application: string;
  candidateId: string;
  /** The candidate, as people say it. */
  name: string;
  /** Null for who is not there any more. */
  page: CandidatePage | null;
}

/** Somebody who is there. */
export type Present = Recipient & { page: CandidatePage };

/** Why somebody gets nothing. */
export type Why = { why: "gone" } | { why: "no_address" } | { why: "same_address" } | { why: "empty"; which: Placeholder[] };

/** To whom a text goes, each with their own e-mail, and who gets nothing. */
export interface Sorted {
  sent: { recipient: Present; draft: Draft }[];
  left: { recipient: Recipient; why: Why }[];
}

/** Sorts people into those who get an e-mail and those who do not. One address gets one e-mail. */
export function sorted(text: { subject: string; body: string }, recipients: readonly Recipient[], common: Ours, ahead: Ahead = {}): Sorted {
  const result: Sorted = { sent: [], left: [] };
  const addresses = new Set<string>();
  for (const recipient of recipients) {
    const { page } = recipient;
    if (page === null) {
      result.left.push({ recipient, why: { why: "gone" } });
      continue;
    }
    const values = valuesFor(page, recipient.application, common, ahead);
    const address = page.contact?.fields.email ?? "";
    const draft = filled({ application: recipient.application, address, ...text }, values);
    const which = lacking(`${draft.subject}\n${draft.body}`, values).empty;
    if (!isAddress(address)) {
      result.left.push({ recipient, why: { why: "no_address" } });
    } else if (addresses.has(address.trim().toLowerCase())) {
      result.left.push({ recipient, why: { why: "same_address" } });
    } else if (which.length > 0) {
      result.left.push({ recipient, why: { why: "empty", which } });
    } else {
      addresses.add(address.trim().toLowerCase());
      result.sent.push({ recipient: { ...recipient, page }, draft });
    }
  }
  return result;
}

/** Names between braces that stand for nothing. */
export function unknownIn({ subject, body }: { subject: string; body: string }): string[] {
  return lacking(`${subject}\n${body}`, NO_VALUES).unknown;
}

/** The records that the e-mails become. */
export function requests({ sent }: Sorted): CreateRequest[] {
  return sent.map(({ recipient, draft }) => ({ kind: "emails", fields: createFields(draft, recipient.page, FRESH) }));
}

/** Whether each e-mail can be sent: a text may grow too long once it is filled in. */
export function allSendable({ sent }: Sorted): boolean {
  return sent.every(({ draft }) => sendable(problems(draft, NO_VALUES)));
}
