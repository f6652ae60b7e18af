// Commands on jobs that the server has not answered yet. The window remembers them over a restart, so that a job
// never looks published before it is, nor as if nobody had asked.

import { SvelteMap } from "svelte/reactivity";
import { asEngineError, engine } from "../../backend/engine";
import type { Row } from "../../backend/types";
import { JOB_COMMANDS } from "../../gen/job_states";
import { announce } from "../../shared/announce.svelte";
import { onChanged, touched } from "../../shared/changes.svelte";
import { t } from "../../shared/i18n/index.svelte";
import { sayError, toast } from "../../shared/writes.svelte";

/** What only the server may do with a job. */
export type JobCommand = keyof typeof JOB_COMMANDS;
const COMMANDS = Object.keys(JOB_COMMANDS) as JobCommand[];

interface Waiting {
  command: JobCommand;
  /** The status when it was asked; once it is another, that is the answer. */
  from: string;
}

const STORED = "zumodra.waiting-job-commands";
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

/** The commands that a status allows, in the order in which they are offered. */
export function commandsFor(status: string): JobCommand[] {
  return COMMANDS.filter((command) => status in JOB_COMMANDS[command].leads);
}

/** The command that a job waits for, or null. */
export function waitingFor(job: Row<"jobs">): JobCommand | null {
  const entry = waiting.get(job.id);
  return entry && entry.from === job.fields.status ? entry.command : null;
}

/** Queues a command. Its effect shows when the server's answer arrives, not before. */
export async function ask(command: JobCommand, job: Row<"jobs">, args: { [name: string]: unknown } = {}): Promise<boolean> {
  try {
    await engine().command(command, job.id, args);
    waiting.set(job.id, { command, from: job.fields.status });
    store();
    touched(["jobs"]);
    const text = t(`command.asked_${command}`, { title: job.fields.title });
    toast(text);
    announce(text);
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
    const job = await engine().get("jobs", id);
    if (!job || job.fields.status !== entry.from || refused.has(id)) {
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
  const stops = [onChanged((event) => "jobs" in event.kinds && settleSafely()), engine().on("sync", settleSafely)];
  return () => stops.forEach((stop) => stop());
}
