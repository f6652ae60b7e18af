// What a list is narrowed to, whatever its records are. Pure.

/** Whether something is so, is not so, or may be either. */
export type Either = "" | "yes" | "no";
/** Each of them, the one that asks for nothing first. */
export const EITHER: readonly Either[] = ["", "yes", "no"];

/** Whether something is as it is asked for. */
export function isEither(wanted: Either, so: boolean): boolean {
  return wanted === "" || so === (wanted === "yes");
}

/** How many things a filter asks for; an empty text and null ask for nothing. */
export function narrowing<F extends { text: string }>(filter: F): number {
  return Object.values({ ...filter, text: filter.text.trim() }).filter((value: unknown) => value !== "" && value !== null).length;
}
