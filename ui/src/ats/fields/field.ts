// The workspace's own fields on candidates: what is typed, how a value is written, and how it is shown.

import type { FieldEdit, Row } from "../../backend/types";
import type { CustomField } from "../../gen/records";
import { DEFAULT_CURRENCY } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { itemEdits } from "../../shared/items";
import { ordered } from "../../shared/own";

/** The types of fields, the usual ones first. */
export const FIELD_KINDS = ["text", "long_text", "number", "money", "date", "yes_no", "choice", "choices", "link", "email", "phone", "person"] as const;
/** Options of a field. */
export const OPTIONS_MAX = 100;
/** Characters of a label, of a key, of the help, of a line. */
export const LABEL_MAX = 80;
export const KEY_MAX = 40;
export const HELP_MAX = 300;
export const LINE_MAX = 500;
/** Digits before and after the point of a number. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/;
/** The distance of two places, so that something fits between. */
const PLACE_STEP = 10;

/** The form's content. */
export interface Draft {
  label: string;
  key: string;
  kind: string;
  help: string;
  options: { id: string; label: string }[];
}

/** A form for a new field. */
export function newDraft(): Draft {
  return { label: "", key: "", kind: "text", help: "", options: [] };
}

/** The form of a field. */
export function draftOf({ label, key, kind, help, options }: CustomField): Draft {
  return { label, key, kind, help, options: options.map((option) => ({ ...option })) };
}

/** Whether a type lets people choose among options. */
export function hasOptions(kind: string): boolean {
  return kind === "choice" || kind === "choices";
}

/** The key that a label suggests: plain letters, digits and `_`, a letter first, one that no other field has. */
export function keyFor(label: string, taken: readonly string[]): string {
  const plain = label.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "");
  const base = (plain || "field").slice(0, KEY_MAX - 3).replace(/_+$/, "");
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? base : `${base}_${number}`;
    if (!taken.includes(key)) {
      return key;
    }
  }
}

/** What is wrong with the form: the keys of the sentences to show, by field or by option. */
export function problems(draft: Draft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (draft.label.trim() === "") {
    found.label = "own.label_needed";
  }
  if (hasOptions(draft.kind) && draft.options.length === 0) {
    found.options = "own.option_needed";
  }
  for (const { id, label } of hasOptions(draft.kind) ? draft.options : []) {
    if (label.trim() === "") {
      found[id] = "own.option_label_needed";
    }
  }
  return found;
}

/** A new option. */
export function newOption(): { id: string; label: string } {
  return { id: crypto.randomUUID().slice(0, 8), label: "" };
}

const options = (draft: Draft): Draft["options"] => (hasOptions(draft.kind) ? draft.options.map(({ id, label }) => ({ id, label: label.trim() })) : []);

/** The fields of a new field, at the end of the others. Keys of fields that were removed are taken as well. */
export function createFields(draft: Draft, others: readonly Row<"custom_fields">[], taken: readonly string[]): { [field: string]: unknown } {
  const key = keyFor(draft.label.trim(), taken);
  const place = Math.max(0, ...others.map(({ fields }) => fields.place)) + PLACE_STEP;
  return { key, label: draft.label.trim(), kind: draft.kind, help: draft.help.trim(), options: options(draft), place };
}

/** The edits that turn a field into what the form says. Key and type stay. */
export function editsOf(field: CustomField, draft: Draft): FieldEdit[] {
  const typed = { label: draft.label.trim(), help: draft.help.trim() };
  const edits = Object.entries(typed).filter(([name, value]) => field[name as "label" | "help"] !== value).map(([name, value]): FieldEdit => ({ op: "set", field: name, value }));
  return [...edits, ...itemEdits("options", field.options, options(draft))];
}

/** The edits, by field, that move one of the fields in their order up or down. */
export function moved(rows: readonly Row<"custom_fields">[], index: number, by: 1 | -1): { id: string; edits: FieldEdit[] }[] {
  const order = ordered(rows);
  const [one] = order.splice(index, 1);
  if (!one || index + by < 0 || index + by > order.length) {
    return [];
  }
  order.splice(index + by, 0, one);
  return order.flatMap(({ id, fields }, at) => {
    const place = (at + 1) * PLACE_STEP;
    return fields.place === place ? [] : [{ id, edits: [{ op: "set", field: "place", value: place } as const] }];
  });
}

type Values = { custom: readonly { id: string; value: string }[] };

/** What a candidate has of a field; an empty text is nothing. */
export function valueOf({ custom }: Values, key: string): string {
  return custom.find(({ id }) => id === key)?.value ?? "";
}

/** The edit that gives a candidate a value, or takes it away. */
export function valueEdit(key: string, value: string): FieldEdit {
  // Nothing is a value like any other: what somebody else writes at the same time is not hidden by it.
  return { op: "item_put", field: "custom", item: key, after: null, values: { value } };
}

/** A number as people write it: groups of three are parted by spaces, commas or points, and what follows by the other one. */
function plainNumber(text: string): string | null {
  const typed = text.replace(/[\s\u00a0\u202f'’]/g, "");
  const byCommas = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(typed);
  const byPoints = /^-?\d{1,3}(\.\d{3})+,\d+$/.test(typed) || /^-?\d{1,3}(\.\d{3}){2,}$/.test(typed);
  const digits = byCommas ? typed.replaceAll(",", "") : byPoints ? typed.replaceAll(".", "") : typed;
  const bare = digits.replace(",", ".").replace(/^(-?)0+(?=\d)/, "$1");
  return NUMBER.test(bare) ? bare : null;
}

function money(text: string): string | null {
  const [, amount = "", currency = DEFAULT_CURRENCY] = /^(.*?)\s*([A-Za-z]{3})?$/.exec(text) ?? [];
  const number = plainNumber(amount);
  return number === null ? null : `${number} ${currency.toUpperCase()}`;
}

function link(text: string): string | null {
  const whole = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  return /\s/.test(whole) || !URL.canParse(whole) || !whole.includes(".") ? null : whole.replace(/^https?/i, (scheme) => scheme.toLowerCase());
}

/** What is typed as the type writes it; null for what is none of it. */
export function written(kind: string, typed: string): string | null {
  const text = typed.trim();
  if (text === "") {
    return "";
  }
  switch (kind) {
    case "number":
      return plainNumber(text);
    case "money":
      return money(text);
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
    case "link":
      return link(text);
    case "email":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text : null;
    case "phone":
      return /\d/.test(text) && /^[\d +\-().#/x]+$/.test(text) ? text : null;
    case "long_text":
      return text;
    default:
      return text.length <= LINE_MAX ? text.replace(/\s+/g, " ") : null;
  }
}

const YES = ["yes", "y", "true", "1", "x", "oui", "vrai"];
const NO = ["no", "n", "false", "0", "non", "faux"];

/** What stands in a table as the field's type writes it; null for what is none of it. Options and people go by what they are called. */
export function read({ kind, options: all }: Pick<CustomField, "kind" | "options">, cell: string, people: ReadonlyMap<string, string>): string | null {
  const text = cell.trim().toLowerCase();
  const option = (name: string): string | undefined => all.find(({ id, label }) => label.trim().toLowerCase() === name || id === name)?.id;
  switch (kind) {
    case "yes_no":
      return YES.includes(text) ? "yes" : NO.includes(text) ? "no" : null;
    case "choice":
      return option(text) ?? null;
    case "choices": {
      const parts = (separators: RegExp): (string | undefined)[] => text.split(separators).map((name) => name.trim()).filter(Boolean).map(option);
      // An option may have a comma in what it says: our own tables part them by semicolons.
      const ids = [parts(/[;|\n]/), parts(/[,;|\n]/)].find((each) => !each.includes(undefined));
      return ids ? [...new Set(ids)].join(",") : null;
    }
    case "person":
      return people.get(text) ?? null;
    default:
      return written(kind, cell);
  }
}

/** What a type says when something else is typed. */
export function complaint(kind: string): Key {
  const known: { [kind: string]: Key } = { number: "own.not_number", money: "own.not_money", date: "own.not_date", link: "own.not_link", email: "own.not_email", phone: "own.not_phone" };
  return known[kind] ?? "own.too_long";
}
