// What is written to a candidate before it is sent: placeholders that are filled in, and answers that quote.

import type { Email } from "../../gen/records";
import { careersAddress } from "../../shared/careers";

/** What may stand between double braces in every text to a candidate, an offer's as well. */
export const BASIC_PLACEHOLDERS = ["first_name", "last_name", "job", "company", "sender", "portal"] as const;
/** What may stand in a template of e-mails between double braces. */
export const PLACEHOLDERS = [...BASIC_PLACEHOLDERS, "board", "city", "stage", "recruiter", "hiring_manager", "interview_day", "interview_time"] as const;
/** One of them. */
export type Placeholder = (typeof PLACEHOLDERS)[number];
/** What each stands for; nothing, or an empty text, where there is nothing to say. */
export type Values = { [P in Placeholder]?: string };

/** Nothing to fill in. */
export const NO_VALUES: Values = {};

/** Where candidates see their applications and write to us; an empty text while nobody is signed in. */
export function portalAddress(server: string | null | undefined, workspace: string | null | undefined): string {
  return careersAddress(server, workspace, "me/");
}

const BRACES = /\{\{\s*([\w.-]{1,60})\s*\}\}/g;

/** A text with everything filled in that there is something for. What is left stands as it was. */
export function fill(text: string, values: Values): string {
  return text.replace(BRACES, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? (values[name as Placeholder] ?? "") : "";
    return value === "" ? whole : value;
  });
}

/** What a text asks for and does not get: what there is no value for, and what stands for nothing. Each once. */
export interface Lacking {
  empty: Placeholder[];
  unknown: string[];
}

/** What stays open in a text once everything is filled in that there is something for. */
export function lacking(text: string, values: Values): Lacking {
  const names = [...new Set([...fill(text, values).matchAll(BRACES)].map(([, name = ""]) => name))];
  const empty = PLACEHOLDERS.filter((known) => names.includes(known));
  return { empty, unknown: names.filter((name) => !(empty as string[]).includes(name)) };
}

/** Names as they stand in a text. */
export function braced(names: readonly string[]): string {
  return names.map((name) => `{{${name}}}`).join(", ");
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

/** Lines and characters that are shown of a long text at first. */
const SHORT = { lines: 6, chars: 500 } as const;

/** The beginning of a text; the whole of it when it is short. It ends between words where there is a gap to end at. */
export function beginning(text: string): string {
  const lines = text.split("\n").slice(0, SHORT.lines).join("\n").trimEnd();
  const letters = [...lines];
  if (letters.length <= SHORT.chars) {
    return lines.length < text.trimEnd().length ? `${lines}…` : text;
  }
  const cut = letters.slice(0, SHORT.chars).join("");
  const gap = cut.search(/\s\S*$/);
  return `${(gap > cut.length / 2 ? cut.slice(0, gap) : cut).trimEnd()}…`;
}

/** The names of files that came with an e-mail and are not kept. */
export function leftOut(email: Email): string[] {
  return email.left_out.split("\n").filter((name) => name !== "");
}
