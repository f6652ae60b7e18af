// What a person can choose for each item of Needs attention, and how values are written out.

import type { AttentionChoice, AttentionItem } from "../backend/types";
import { t, type Key } from "../shared/i18n/index.svelte";
import { number } from "../shared/format";

/** A one-click choice with its words. */
export interface Offer {
  choice: AttentionChoice["choice"] | "copy";
  label: Key;
  primary: boolean;
}

/** What is offered for an item, the usual choice first. */
export function offers(item: AttentionItem): Offer[] {
  const copy: Offer = { choice: "copy", label: "attention.copy", primary: false };
  const discard: Offer = { choice: "discard", label: "attention.discard", primary: false };
  switch (item.type) {
    case "conflict":
      return [
        { choice: "keep_mine", label: "attention.keep_mine", primary: false },
        { choice: "keep_theirs", label: "attention.keep_theirs", primary: false },
      ];
    case "refused":
      if (isDropped(item)) {
        return [{ choice: "discard", label: "attention.put_away", primary: true }];
      }
      if (editable(item)) {
        return [{ choice: "edit", label: "attention.edit", primary: true }, copy, discard];
      }
      // A stage or a person was chosen and not typed: there is nothing to copy.
      return [{ choice: "retry", label: "attention.retry", primary: true }, ...(item.values.every(({ field }) => isReference(field)) ? [] : [copy]), discard];
    case "command":
      return [{ choice: "retry", label: "attention.retry", primary: true }, discard];
  }
}

/** Whether an edit went with its record, which may not be seen any more: then nothing is left of it to choose between. */
export function isDropped(item: AttentionItem): boolean {
  return item.code === "out-of-scope" && item.title === "" && item.values.length === 0;
}

/** Whether a field says which other record is meant: a stage, a member, tags. */
export function isReference(field: string): boolean {
  return /_ids?$/.test(field);
}

/** Whether the refused values can be typed anew right here: texts and numbers can, the rest is chosen on its record. */
export function editable(item: AttentionItem): boolean {
  return item.values.length > 0 && item.values.every(({ field, mine }) => !isReference(field) && (typeof mine === "string" || typeof mine === "number"));
}

/** Fields that merge letter by letter: they are sent as texts, every other one is set. */
const TEXTS: { [kind: string]: string[] } = {
  jobs: ["description", "responsibilities", "requirements", "nice_to_have", "benefits"],
  candidates: ["summary"],
  notes: ["body"],
};

/** Whether a field merges letter by letter. */
export function isText(kind: string, field: string): boolean {
  return TEXTS[kind]?.includes(field) ?? false;
}

/** The value of a field as text: what a reference points to may be gone, and then its id says nothing to anybody. */
export function shownField(field: string, value: unknown, named: (id: string) => string | undefined): string {
  const gone = (id: string): string => named(id) ?? t("attention.gone");
  return shownValue(value, isReference(field) ? gone : named) || t("value.none");
}

/** A value as text; `named` turns an id into what people call it. */
export function shownValue(value: unknown, named: (id: string) => string | undefined): string {
  if (value === null || value === undefined || value === "") {
    return "";
  }
  if (typeof value === "string") {
    return named(value) ?? value;
  }
  if (typeof value === "number") {
    return number(value);
  }
  return Array.isArray(value) ? value.map((each) => shownValue(each, named)).join(", ") : JSON.stringify(value);
}

/** Everything that was typed, as text to paste elsewhere. */
export function copied(item: AttentionItem, named: (id: string) => string | undefined): string {
  return item.values.map(({ field, mine }) => shownField(field, mine, named)).join("\n");
}
