// Two candidates who may be one person, in words.

import type { DuplicatePair, DuplicateSide, Likeness } from "../../backend/types";
import { listed, personName } from "../../shared/format";
import { valueText } from "../../shared/history/words";
import { language, plural, t } from "../../shared/i18n/index.svelte";
import { fieldsOf, RESUME, type Line, type Which } from "./comparison";

/** From so many percent on. */
const CERTAIN = 95;
const LIKELY = 80;

/** The name of one of the two. */
export function nameOf(side: DuplicateSide): string {
  return personName(side.candidate.fields);
}

/** How sure it is that two are one. */
export function sureWords(score: number): string {
  return t(score >= CERTAIN ? "duplicates.sure_certain" : score >= LIKELY ? "duplicates.sure_likely" : "duplicates.sure_possible");
}

/** What two have in common, within a sentence. */
export function likenessWords(likenesses: Likeness[]): string {
  const words = likenesses.map((likeness) => t(`duplicates.likeness_${likeness}`)).map((text) => text.charAt(0).toLocaleLowerCase(language()) + text.slice(1));
  return listed(words);
}

/** How much belongs to one of the two. */
export function countWords({ applications, notes }: DuplicateSide): string {
  return `${plural("duplicates.applications", applications)} · ${plural("duplicates.notes", notes)}`;
}

/** The value of a field on one side; empty for none. `names` are those of members and tags by their ids. */
export function lineText(pair: DuplicatePair, line: Line, which: Which, names: { [id: string]: string }): string {
  const value = line[which];
  if (line.field === RESUME && value === "") {
    return t("resume.title");
  }
  if (line.field === "notice_period_days" && typeof value === "number") {
    return plural("days", value);
  }
  return valueText({ kind: line.kind, names, fields: fieldsOf(pair[which], line.kind), own: [] }, line.field, value);
}
