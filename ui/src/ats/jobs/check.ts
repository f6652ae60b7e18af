// What had better not be said in a posting, and what must be said where: looked at as somebody writes. Help, not advice of
// a lawyer: nothing is refused for it.

import { AI_WORDS, CHOOSING, JURISDICTIONS, LOCAL_EXPERIENCE, PAY_HISTORY, WORDS, type Jurisdiction, type Need } from "../../gen/posting";
import type { Draft } from "./draft";

/** The fields that people read, in the order of the form. */
export const READ = ["title", "description", "responsibilities", "requirements", "nice_to_have", "benefits", "education_requirements"] as const;
export type ReadField = (typeof READ)[number];

/** A word that is pointed out in a field. */
export interface Said {
  field: ReadField;
  /** As it stands there. */
  text: string;
  concern: (typeof WORDS)[number]["concern"];
  instead: string;
}

/** Something that a place asks for, and that is not so. */
export interface Missing {
  place: Jurisdiction;
  need: Need;
  law: string;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Finds a word or phrase as a whole, whatever its case; a `*` at its end stands for any ending. */
function pattern(said: string): RegExp {
  const open = said.endsWith("*");
  const core = escaped(open ? said.slice(0, -1) : said).replace(/\s+/g, "\\s+");
  return new RegExp(`(?<![\\p{L}\\p{N}])${core}${open ? "\\p{L}*" : ""}(?![\\p{L}\\p{N}])`, "giu");
}

const PATTERNS = WORDS.map((word) => ({ ...word, found: pattern(word.said) }));

/** The words that are pointed out, each once a field. */
export function wordsIn(draft: Pick<Draft, ReadField>): Said[] {
  return READ.flatMap((field) => {
    const text = draft[field];
    return PATTERNS.flatMap(({ found, concern, instead }): Said[] => {
      const first = text.match(found)?.[0];
      return first === undefined ? [] : [{ field, text: first, concern, instead }];
    });
  });
}

/** A text with a word replaced wherever it stands, with a capital where it had one. */
export function replaced(text: string, said: string, instead: string): string {
  const capital = (word: string): string => (word.charAt(0) === word.charAt(0).toLowerCase() ? instead : instead.charAt(0).toUpperCase() + instead.slice(1));
  return text.replace(pattern(said), capital);
}

/** The places whose rules hold for a posting. */
export function placesOf(country: string, region: string): Jurisdiction[] {
  const plain = (text: string): string => text.trim().toLowerCase();
  const [there, in_] = [plain(country), plain(region)];
  return JURISDICTIONS.filter((place) => place.countries.includes(there) && (place.regions.length === 0 || place.regions.includes(in_)));
}

function has(texts: string[], phrases: readonly string[]): boolean {
  return phrases.some((phrase) => texts.some((text) => text.match(pattern(phrase)) !== null));
}

/** The short form is told from other words by its capitals alone. */
function isAboutAi(sentence: string): boolean {
  return has([sentence], AI_WORDS) || /\b(AI|IA)\b/.test(sentence);
}

function isSo(need: Need, draft: Draft): boolean {
  const texts = READ.map((field) => draft[field]);
  switch (need) {
    case "pay_range":
      return draft.show_salary && draft.salary_min.trim() !== "" && draft.salary_max.trim() !== "";
    case "ai_statement":
      return texts.flatMap((text) => text.split(/[.!?\n]/)).some((sentence) => isAboutAi(sentence) && has([sentence], CHOOSING));
    case "no_pay_history":
      return !has([...texts, ...draft.questions.map((question) => question.label)], PAY_HISTORY);
    case "no_local_experience":
      return !has([...texts, ...draft.questions.map((question) => question.label)], LOCAL_EXPERIENCE);
  }
}

/** What the place of a posting asks for and is not so. Who is looked for inside the company is not advertised to. */
export function missingIn(draft: Draft): Missing[] {
  const places = draft.is_internal_only ? [] : placesOf(draft.location_country, draft.location_state);
  return places.flatMap((place) => place.needs.filter(({ need }) => !isSo(need, draft)).map(({ need, law }) => ({ place, need, law })));
}
