// One place that knows what changed: the engine's events, and this window's own writes as soon as they return.

import { SvelteMap } from "svelte/reactivity";
import type { ChangedEvent } from "../backend/types";
import { engine } from "../backend/engine";
import type { KindName } from "../gen/records";

/** How long a row that somebody else changed stays marked. */
const FLASH_MS = 1_600;
/** A burst larger than this is a catch-up and no person's edit: nothing is marked. */
const FLASH_MAX = 40;

type Handler = (event: ChangedEvent) => void;
const handlers = new Set<Handler>();
const flashing = new SvelteMap<string, number>();

function deliver(event: ChangedEvent): void {
  for (const handler of handlers) {
    handler(event);
  }
}

function mark(event: ChangedEvent): void {
  const ids = Object.values(event.kinds).flat();
  if (ids.length > FLASH_MAX) {
    return;
  }
  for (const id of ids) {
    const turn = (flashing.get(id) ?? 0) + 1;
    flashing.set(id, turn);
    setTimeout(() => flashing.get(id) === turn && flashing.delete(id), FLASH_MS);
  }
}

/** Starts to listen to the engine; answers the function that stops it. */
export function followChanges(): () => void {
  return engine().on("changed", (event) => {
    if (event.remote) {
      mark(event);
    }
    deliver(event);
  });
}

/** Tells the window that records of these kinds were written here. */
export function touched(kinds: KindName[]): void {
  deliver({ kinds: Object.fromEntries(kinds.map((kind) => [kind, []])), remote: false });
}

/** Calls the handler on each change; answers the function that stops it. */
export function onChanged(handler: Handler): () => void {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

/** True for a moment after somebody else changed this record. */
export function flashes(id: string): boolean {
  return flashing.has(id);
}
