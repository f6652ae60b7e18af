// Files beside the résumé: what can be chosen, and what a file's name says of it.

import { fileSize } from "../../../shared/format";
import { t } from "../../../shared/i18n/index.svelte";
import { toast } from "../../../shared/writes.svelte";
import { RESUME_MAX_BYTES, RESUME_TYPES } from "../candidate";

/** What a file can be, in the order in which it is offered. */
export const KINDS = ["resume", "cover_letter", "portfolio", "certificate", "reference", "other"] as const;
export type FileKind = (typeof KINDS)[number];

/** Words of names, in English and French, without accents; the first that is there says what the file is. */
const WORDS: readonly (readonly [FileKind, RegExp])[] = [
  ["reference", /reference|recommend|recommand/u],
  ["cover_letter", /cover|letter|lettre|motivation/u],
  ["certificate", /certif|diplom|degree|licen[cs]e|attestation|releve/u],
  ["portfolio", /portfolio|book|works/u],
  ["resume", /resume|\bcv\b|curriculum/u],
];

/** What a file is, as its name says. */
export function kindOf(name: string): FileKind {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[_.-]/gu, " ");
  return WORDS.find(([, word]) => word.test(plain))?.[0] ?? "other";
}

/** Whether a file can be taken; what cannot is said. */
export function taken(file: File): boolean {
  if (file.size > RESUME_MAX_BYTES) {
    toast(t("resume.too_large", { name: file.name, max: fileSize(RESUME_MAX_BYTES) }), { error: true });
    return false;
  }
  if (!RESUME_TYPES.split(",").some((ending) => file.name.toLowerCase().endsWith(ending))) {
    toast(t("resume.wrong_type", { name: file.name }), { error: true });
    return false;
  }
  return true;
}
