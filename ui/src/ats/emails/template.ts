// A text that is written to candidates again and again, as it is typed.

import type { FieldEdit } from "../../backend/types";
import type { MailTemplate } from "../../gen/records";
import type { Key } from "../../shared/i18n/index.svelte";
import { lacking, NO_VALUES } from "./merge";

/** Characters of the longest name, subject and text. */
export const LONGEST = { name: 120, subject: 200, body: 20_000 } as const;

/** What is wrong with a template: the keys of the sentences to show, by field. */
export function problems(draft: MailTemplate): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  const needed: [keyof MailTemplate, Key][] = [["name", "template.name_needed"], ["subject", "email.subject_needed"], ["body", "email.body_needed"]];
  for (const [field, said] of needed) {
    if (draft[field].trim() === "") {
      found[field] = said;
    }
  }
  return found;
}

/** Names between braces that stand for nothing. */
export function unknown(draft: MailTemplate): string[] {
  return lacking(`${draft.subject}\n${draft.body}`, NO_VALUES).unknown;
}

/** The edits that turn a template into what was typed. */
export function editsOf(before: MailTemplate, draft: MailTemplate): FieldEdit[] {
  const edits: FieldEdit[] = [];
  for (const field of ["name", "subject"] as const) {
    if (before[field] !== draft[field].trim()) {
      edits.push({ op: "set", field, value: draft[field].trim() });
    }
  }
  return before.body === draft.body ? edits : [...edits, { op: "text", field: "body", value: draft.body }];
}
