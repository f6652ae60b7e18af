// Whose agreement is missing, as the workspace's rules say.

import type { ApprovalStep } from "../../backend/types";
import type { JobCommand } from "../jobs/waiting.svelte";

/** Whether somebody agrees for everybody. */
export function isAbove(role: string): boolean {
  return role === "owner" || role === "admin";
}

/** Whether somebody is asked now. */
export function asks(steps: readonly ApprovalStep[], who: string): boolean {
  return steps.some((step) => step.is_due && step.people.includes(who));
}

/** Whether a rule names somebody, whoever's turn it is. */
export function names(steps: readonly ApprovalStep[], who: string): boolean {
  return steps.some((step) => step.people.includes(who));
}

interface Asking {
  status: string;
  /** Whether it was public before. */
  wasPublic: boolean;
  /** Who is signed in. */
  me: string;
  role: string;
  /** Whether they may publish jobs. */
  mayPublish: boolean;
  /** Whether they may agree now in the place of who named them. */
  standsIn?: boolean;
}

/** Which of the commands that a job's status allows somebody can give, where rules ask for agreement. */
export function allowed(commands: readonly JobCommand[], steps: readonly ApprovalStep[], { status, wasPublic, me, role, mayPublish, standsIn = false }: Asking): JobCommand[] {
  const above = isAbove(role);
  const done = status === "draft" ? steps.length === 0 : steps.every(({ agreed }) => agreed !== null);
  return commands.filter((command) => {
    switch (command) {
      case "approve_job":
        return steps.length > 0 && (standsIn || asks(steps, me) || (above && !names(steps, me)));
      case "publish_job":
        // While others are asked, who is above them agrees for them, or publishes where they gave their own word.
        return mayPublish && (done || (above && (status === "draft" || (names(steps, me) && !asks(steps, me)))));
      case "return_job":
        return mayPublish || standsIn || names(steps, me);
      case "reopen_job":
        return mayPublish && (wasPublic || steps.length === 0 || above);
      default:
        return mayPublish;
    }
  });
}
