// Every text of the window, by key, in the person's language.

import { en } from "./en";
import { fr } from "./fr";

/** A key of the dictionary. */
export type Key = keyof typeof en;
/** A language that every text exists in. */
export type Language = "en" | "fr";
/** The languages, each by its own name. */
export const LANGUAGES: { value: Language; label: string; lang: Language }[] = [
  { value: "en", label: "English", lang: "en" },
  { value: "fr", label: "Français", lang: "fr" },
];
/** The stem of a key that has a singular (`.one`) and a plural (`.other`). */
export type PluralKey = Key extends infer K ? (K extends `${infer Stem}.one` ? Stem : never) : never;
/** Values for the `{name}` places of a text. */
export type Params = { [name: string]: string | number };

const DICTIONARIES: { [L in Language]: { [K in Key]: string } } = { en, fr };
const state = $state<{ language: Language }>({ language: "en" });

/** The language in use. Reading it in a component makes the component follow it. */
export function language(): Language {
  return state.language;
}

/** Switches the language of the window. */
export function setLanguage(next: Language): void {
  state.language = next;
  document.documentElement.lang = next;
}

function fill(text: string, params: Params | undefined): string {
  return params ? text.replace(/\{(\w+)\}/g, (place, name: string) => String(params[name] ?? place)) : text;
}

/** The text of a key. */
export function t(key: Key, params?: Params): string {
  return fill(DICTIONARIES[state.language][key], params);
}

/** The text of a key in the singular or plural that `count` asks for; `{count}` is written by the locale. */
export function plural(stem: PluralKey, count: number, params?: Params): string {
  const form = new Intl.PluralRules(state.language).select(count) === "one" ? "one" : "other";
  const key = `${stem}.${form}` as Key;
  return t(key, { count: new Intl.NumberFormat(state.language).format(count), ...params });
}

/** The word for one value of a choice. A value from a newer version has no word here and is shown as it is. */
export function choice(group: string, value: string): string {
  const key = `${group}.${value}`;
  return key in en ? t(key as Key) : value.replaceAll("_", " ");
}

/** The word for a field's name, or the name itself where a newer version sends one that is unknown here. */
export function fieldName(field: string): string {
  return choice("field", field);
}
