// Mentions in notes: who is meant while an @ is typed, and in the text that is kept.

import type { FieldEdit, Row } from "../../backend/types";
import { begins } from "../../shared/parts/picker";

type Member = Row<"members">;

/** Names that are offered at once. */
const OFFERED_MAX = 6;
/** A name that is being typed: after a gap, an @ and at most two words up to the caret. */
const TYPED = /(?:^|[\s([{])@((?:[\p{L}\p{M}\p{N}.'’-]{1,40}(?: [\p{L}\p{M}\p{N}.'’-]{1,40})?)?)$/u;
/** What may follow a name: not a letter that would make it another one. */
const GOES_ON = /^[\p{L}\p{M}\p{N}]/u;

/** A name that is being typed. */
export interface Typed {
  /** Where its @ stands. */
  at: number;
  /** What was typed of it. */
  text: string;
}

/** The name that is being typed before the caret. */
export function typed(text: string, caret: number): Typed | null {
  const found = TYPED.exec(text.slice(0, caret));
  const name = found?.[1];
  return name === undefined ? null : { at: caret - name.length - 1, text: name };
}

/** Whom a name that is being typed may mean. Nobody once it is whole. */
export function offered(name: string, people: Member[]): Member[] {
  if (people.some((member) => member.fields.name === name)) {
    return [];
  }
  return people.filter((member) => begins(name, member.fields.name)).slice(0, OFFERED_MAX);
}

/** A text with a name put in for what was typed of it, and where the caret stands then. */
export function put(text: string, caret: number, { at }: Typed, member: Member): { text: string; caret: number } {
  const before = `${text.slice(0, at)}@${member.fields.name} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}

/** Who is mentioned in a text, each once. The longer name is meant where one begins another. */
export function mentioned(text: string, people: Member[]): string[] {
  const byLength = people.filter(({ fields }) => fields.name !== "").sort((one, other) => other.fields.name.length - one.fields.name.length);
  const found = new Set<string>();
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const rest = text.slice(at + 1);
    const meant = byLength.find(({ fields }) => rest.startsWith(fields.name) && !GOES_ON.test(rest.slice(fields.name.length)));
    // Two people of one name are both meant: nobody can tell which.
    for (const member of meant ? people.filter(({ fields }) => fields.name === meant.fields.name) : []) {
      found.add(member.id);
    }
  }
  return [...found];
}

/** The edits that turn who was mentioned into who is. */
export function mentionEdits(before: readonly string[], after: readonly string[]): FieldEdit[] {
  return [
    ...after.filter((id) => !before.includes(id)).map((value) => ({ op: "add" as const, field: "mention_ids", value })),
    ...before.filter((id) => !after.includes(id)).map((value) => ({ op: "remove" as const, field: "mention_ids", value })),
  ];
}
