// What a picker offers, and how typing narrows it.

/** One choice of a picker. */
export interface PickerItem {
  id: string;
  label: string;
  /** A quieter second text. */
  hint?: string;
  /** Items of one group stand together under its name. */
  group?: string;
  color?: string;
  checked?: boolean;
  /** The shortcut that does the same. */
  keys?: string;
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** True when some words of a text begin with what was typed, whatever the accents. */
export function begins(typed: string, text: string): boolean {
  const words = (of: string) => ` ${plain(of).replace(/[^\p{L}\p{N}]+/gu, " ")}`;
  return words(text).includes(words(typed));
}

/** True when every word that was typed is somewhere in the text, whatever the accents. */
export function matches(typed: string, text: string): boolean {
  const haystack = plain(text);
  return plain(typed)
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
