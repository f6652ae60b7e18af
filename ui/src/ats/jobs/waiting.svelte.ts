// What only the server may do with a job, and what it was asked.

import type { Row } from "../../backend/types";
import { JOB_COMMANDS } from "../../gen/job_states";
import { t } from "../../shared/i18n/index.svelte";
import { askServer, commandOf } from "../commands.svelte";

/** What only the server may do with a job. */
export type JobCommand = keyof typeof JOB_COMMANDS;
const COMMANDS = Object.keys(JOB_COMMANDS) as JobCommand[];

/** The commands that a status allows, in the order in which they are offered. */
export function commandsFor(status: string): JobCommand[] {
  return COMMANDS.filter((command) => status in JOB_COMMANDS[command].leads);
}

/** Whether a job is over once a command was carried out. */
export function ends(command: JobCommand): boolean {
  return Object.values(JOB_COMMANDS[command].leads).some((status) => ["filled", "closed", "cancelled"].includes(status));
}

/** The command that a job waits for, or null. */
export function waitingFor(job: Row<"jobs">): JobCommand | null {
  const command = commandOf(job);
  return COMMANDS.find((each) => each === command) ?? null;
}

/** Queues a command on a job. */
export function ask(command: JobCommand, job: Row<"jobs">, args: { [name: string]: unknown } = {}): Promise<boolean> {
  return askServer("jobs", command, job, t(`command.asked_${command}`, { title: job.fields.title }), args);
}
