// A reference: what is typed before somebody is asked, and how it becomes a record. It is asked for by being written down.

import type { Row } from "../../backend/types";
import type { Reference } from "../../gen/records";
import { isAddress } from "../../shared/address";
import { DAY_MS, localDay } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";

/** How a referee may know the candidate. */
export const RELATIONS = ["manager", "colleague", "report", "client", "teacher", "other"];
/** In which language they may be asked. */
export const LANGUAGES = ["en", "fr"] as const;
/** Questions that can be asked, and characters of one, of a name, an address, a number and the consent. */
export const QUESTIONS_MAX = 12;
export const QUESTION_MAX = 300;
export const NAME_MAX = 200;
export const EMAIL_MAX = 254;
export const PHONE_MAX = 50;
export const CONSENT_MAX = 500;
/** Days that a referee has to answer, unless somebody says otherwise. */
const ANSWER_DAYS = 14;

/** What is asked unless somebody changes it, in the language of who is asked. */
const USUAL: { [language in (typeof LANGUAGES)[number]]: readonly string[] } = {
  en: [
    "In which role, and for how long, did you work together?",
    "What were they responsible for, and how did they do it?",
    "What are their greatest strengths?",
    "Where could they still grow?",
    "How do they work with others, also when it gets difficult?",
    "Would you work with them again? Why?",
  ],
  fr: [
    "Dans quel rôle et pendant combien de temps avez-vous travaillé ensemble ?",
    "De quoi cette personne était-elle responsable, et comment s’en est-elle acquittée ?",
    "Quels sont ses plus grands atouts ?",
    "Sur quoi peut-elle encore progresser ?",
    "Comment travaille-t-elle avec les autres, aussi quand c’est difficile ?",
    "Travailleriez-vous de nouveau avec elle ? Pourquoi ?",
  ],
};

/** The form's content. */
export interface Draft {
  /** For which application. */
  application_id: string;
  name: string;
  relation: string;
  company: string;
  email: string;
  phone: string;
  language: (typeof LANGUAGES)[number];
  questions: Reference["questions"];
  consent: string;
  answer_by: string;
}

/** A question to be written. */
export function newQuestion(text = ""): Reference["questions"][number] {
  return { id: crypto.randomUUID(), text };
}

/** The usual questions in a language. */
export function usualQuestions(language: Draft["language"]): Reference["questions"] {
  return USUAL[language].map((text) => newQuestion(text));
}

/** Whether the questions are the usual ones of a language still: then another language asks them in its words. */
export function areUsual(questions: Reference["questions"], language: Draft["language"]): boolean {
  return questions.map(({ text }) => text).join("\n") === USUAL[language].join("\n");
}

/** The form of a new reference. */
export function newDraft(application: string, language: Draft["language"], now: number): Draft {
  return {
    application_id: application, name: "", relation: "manager", company: "", email: "", phone: "", language, questions: usualQuestions(language), consent: "",
    answer_by: localDay(now + ANSWER_DAYS * DAY_MS),
  };
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function problems(draft: Draft, today: string): { [field: string]: Key } {
  return {
    ...(draft.name.trim() === "" ? { name: "reference.name_needed" } : {}),
    ...(isAddress(draft.email) ? {} : { email: "offer.address_invalid" }),
    ...(draft.consent.trim() === "" ? { consent: "reference.consent_needed" } : {}),
    ...(draft.questions.some(({ text }) => text.trim() !== "") ? {} : { questions: "reference.question_needed" }),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(draft.answer_by) && draft.answer_by >= today ? {} : { answer_by: "reference.day_ahead" }),
  };
}

/** The fields of a new reference. */
export function createFields(draft: Draft, application: Row<"applications">): { [field: string]: unknown } {
  const { candidate_id, job_id } = application.fields;
  const { name, relation, company, email, phone, language, questions, consent, answer_by } = draft;
  const asked = questions.map(({ id, text }) => ({ id, text: text.trim() })).filter(({ text }) => text !== "");
  return {
    candidate_id, job_id, application_id: application.id, name: name.trim(), relation, company: company.trim(), email: email.trim(), phone: phone.trim(), language,
    questions: asked, consent: consent.trim(), answer_by,
  };
}
