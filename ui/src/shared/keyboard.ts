// The keys of the window: each screen registers its own, the newest first, and `?` lists those that work here.

import { onMount } from "svelte";
import type { Key } from "./i18n/index.svelte";

/** One shortcut: `keys` is a key's own name (`j`, `?`, `Escape`), with `mod+` in front for Ctrl or ⌘. */
export interface Shortcut {
  keys: string;
  label: Key;
  run: () => void;
  /** Works while typing and over a dialog as well. */
  always?: boolean;
}

const layers: (() => Shortcut[])[] = [];

/** True where letters are typed. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextInput(target);
}

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
}

/** The name of the key of an event, as shortcuts write it. */
export function keyOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  return mod + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

/** Every shortcut that works at this place, the nearest first, each key once. */
export function activeShortcuts(): Shortcut[] {
  const seen = new Set<string>();
  const all = layers.toReversed().flatMap((layer) => layer());
  return all.filter((shortcut) => !seen.has(shortcut.keys) && seen.add(shortcut.keys));
}

/** Runs the shortcut of an event, if there is one. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) {
    return;
  }
  const keys = keyOf(event);
  const shortcut = activeShortcuts().find((candidate) => candidate.keys === keys);
  if (!shortcut) {
    return;
  }
  const inDialog = document.querySelector("dialog[open]") !== null;
  if (!shortcut.always && (isTyping(event.target) || inDialog)) {
    return;
  }
  event.preventDefault();
  shortcut.run();
}

/** Registers a component's shortcuts for as long as it is on the screen. */
export function shortcuts(list: () => Shortcut[]): void {
  onMount(() => {
    layers.push(list);
    return () => {
      layers.splice(layers.indexOf(list), 1);
    };
  });
}

/** How a key is written on a Mac or elsewhere. */
export function keyLabel(keys: string): string {
  const mac = navigator.platform.startsWith("Mac");
  return keys
    .replace("mod+", mac ? "⌘ " : "Ctrl ")
    .replace("Escape", "Esc")
    .replace("Enter", "↵")
    .replace(/\b([a-z])$/, (letter) => letter.toUpperCase());
}
