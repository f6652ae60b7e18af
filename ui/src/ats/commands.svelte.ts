// Commands that the server has not answered yet. The window remembers them over a restart, so that a record never looks
// moved before it is, nor as if nobody had asked.

import { SvelteMap } from "svelte/reactivity";
import { asEngineError, engine } from "../backend/engine";
import { announce } from "../shared/announce.svelte";
import { onChanged, touched } from "../shared/changes.svelte";
import { sayError, toast } from "../shared/writes.svelte";

/** The kinds of which the server alone says where a record stands. */
type Commanded = "jobs" | "offers";

interface Waiting {
  kind: Commanded;
  command: string;
  /** The status and the last change when it was asked; once one is another, that is the answer. */
  from: string;
  changed: number;
  /** When it was asked: an earlier refusal is no answer to it. */
  at: number;
}

/** A record that commands are about. */
interface Subject {
  id: string;
  updated_at: number;
  fields: { status: string };
}

const STORED = "zumodra.waiting-commands";
const waiting = new SvelteMap<string, Waiting>(stored());

function stored(): [string, Waiting][] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(read) ? (read as [string, Waiting][]) : [];
  } catch {
    return [];
  }
}

function store(): void {
  localStorage.setItem(STORED, JSON.stringify([...waiting]));
}

/** The command that a record waits for, or null. */
export function commandOf({ id, fields }: Subject): string | null {
  const entry = waiting.get(id);
  return entry && entry.from === fields.status ? entry.command : null;
}

/** Queues a command. Its effect shows when the server's answer arrives, not before. */
export async function askServer(kind: Commanded, command: string, { id, updated_at, fields }: Subject, said: string, args: { [name: string]: unknown }): Promise<boolean> {
  if (waiting.get(id)?.from === fields.status) {
    return false;
  }
  // Before the engine has it: a second click asks for nothing.
  waiting.set(id, { kind, command, from: fields.status, changed: updated_at, at: Date.now() });
  try {
    await engine().command(command, id, args);
    store();
    touched([kind]);
    toast(said);
    announce(said);
    return true;
  } catch (thrown) {
    waiting.delete(id);
    sayError(asEngineError(thrown));
    return false;
  }
}

async function settle(): Promise<void> {
  const items = await engine().attention();
  for (const [id, entry] of [...waiting]) {
    const record = await engine().get(entry.kind, id);
    const refused = items.some((item) => item.type === "command" && item.record_id === id && item.at >= entry.at);
    if (!record || record.fields.status !== entry.from || record.updated_at !== entry.changed || refused) {
      waiting.delete(id);
    }
  }
  store();
}

/** Follows the answers; answers the function that stops it. */
export function followCommands(): () => void {
  const settleSafely = (): void => {
    if (waiting.size > 0) {
      // A read that fails changes nothing: the next change tries again.
      settle().catch(() => undefined);
    }
  };
  const stops = [onChanged((event) => ("jobs" in event.kinds || "offers" in event.kinds) && settleSafely()), engine().on("sync", settleSafely)];
  return () => stops.forEach((stop) => stop());
}
