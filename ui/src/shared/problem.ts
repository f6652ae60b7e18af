// What a refusal says to the person, in the person's language.

import { PROBLEMS } from "../gen/problems";
import { language, t } from "./i18n/index.svelte";

/** A refusal as the engine tells it. Some tell only a sentence: then the sentence says which it is. */
interface Refusal {
  code?: string;
  message: string;
}

/** What is added to the sentence is for people only when it is a sentence itself. */
const SENTENCE = /^\p{Lu}/u;

/** The sentence for a refusal, with what exactly is meant. One of a newer version is said as the engine says it. */
export function said({ code = "", message }: Refusal): string {
  const known = PROBLEMS[code] ?? Object.values(PROBLEMS).find((problem) => message.startsWith(problem.en));
  if (!known) {
    return message === "" ? t("error.unexpected") : message;
  }
  if (message !== "" && !message.startsWith(known.en)) {
    // The engine says it in more precise words, which exist in English alone.
    return language() === "en" ? message : known[language()];
  }
  const exactly = message.slice(known.en.length).trim();
  return SENTENCE.test(exactly) ? `${known[language()]} ${exactly}` : known[language()];
}
