// What is written to a candidate before it is sent: placeholders that are filled in, and answers that quote.

import type { Email } from "../../gen/records";

/** What may stand in a template between double braces. */
export const PLACEHOLDERS = ["first_name", "last_name", "job", "company", "sender"] as const;
/** One of them. */
export type Placeholder = (typeof PLACEHOLDERS)[number];
/** What each stands for; an empty text where there is nothing to say. */
export type Values = { [P in Placeholder]: string };

const BRACES = /\{\{\s*([\w.-]{1,60})\s*\}\}/g;

/** A text with everything filled in that there is something for. What is left stands as it was. */
export function fill(text: string, values: Values): string {
  return text.replace(BRACES, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name as Placeholder] : "";
    return value === "" ? whole : value;
  });
}

/** The placeholders that a text still has, each once, as they stand there. */
export function unfilled(...texts: string[]): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(BRACES)].map(([, name = ""]) => `{{${name}}}`)))];
}

/** The subject of an answer. */
export function answerSubject(subject: string): string {
  return /^\s*re\s*:/i.test(subject) ? subject : `Re: ${subject}`;
}

/** The lines of an e-mail as an answer quotes them, below a line that says whose they are. */
export function quote(body: string, said: string): string {
  return `\n\n${said}\n${body.split("\n").map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`)).join("\n")}`;
}

/** An e-mail's text in two: what was written, and what it quotes at its end. */
export function parts(body: string): { own: string; quoted: string } {
  const lines = body.split("\n");
  let from = lines.length;
  while (from > 0 && (lines[from - 1]?.startsWith(">") || lines[from - 1]?.trim() === "")) {
    from -= 1;
  }
  if (!lines.slice(from).some((line) => line.startsWith(">"))) {
    return { own: body.trimEnd(), quoted: "" };
  }
  // The line above says whose words follow.
  if (lines[from - 1]?.trim().endsWith(":")) {
    from -= 1;
  }
  const own = lines.slice(0, from).join("\n").trimEnd();
  return own === "" ? { own: body.trimEnd(), quoted: "" } : { own, quoted: lines.slice(from).join("\n").trim() };
}

/** The names of files that came with an e-mail and are not kept. */
export function leftOut(email: Email): string[] {
  return email.left_out.split("\n").filter((name) => name !== "");
}
