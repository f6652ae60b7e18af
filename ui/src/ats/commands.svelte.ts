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
  /** The status when it was asked; once it is another, that is the answer. */
  from: string;
}

/** A record that commands are about. */
interface Subject {
  id: string;
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
export async function askServer(kind: Commanded, command: string, { id, fields }: Subject, said: string, args: { [name: string]: unknown }): Promise<boolean> {
  try {
    await engine().command(command, id, args);
    waiting.set(id, { kind, command, from: fields.status });
    store();
    touched([kind]);
    toast(said);
    announce(said);
    return true;
  } catch (thrown) {
    sayError(asEngineError(thrown));
    return false;
  }
}

async function settle(): Promise<void> {
  const items = await engine().attention();
  const refused = new Set(items.filter((item) => item.type === "command").map((item) => item.record_id));
  for (const [id, entry] of [...waiting]) {
    const record = await engine().get(entry.kind, id);
    if (!record || record.fields.status !== entry.from || refused.has(id)) {
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
