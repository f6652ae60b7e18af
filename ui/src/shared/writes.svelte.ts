// Every write of the window goes through here: it is shown at once, it can be taken back, and a failure is said.

import { asEngineError, engine } from "../backend/engine";
import type { EngineError, Written } from "../backend/types";
import type { KindName } from "../gen/records";
import { announce } from "./announce.svelte";
import { touched } from "./changes.svelte";
import { t } from "./i18n/index.svelte";
import { onLeave } from "./leave";
import { said } from "./problem";

/** How long a toast stays; a pointer or the focus on it holds it. */
const TOAST_MS = 7_000;
/** A failure stays longer: it has to be read. */
const ERROR_TOAST_MS = 15_000;
/** Different failures on the screen at once, each once however often it happens; of what went well only the last is shown, and Ctrl Z takes the earlier ones back. */
const FAILURES_MAX = 2;
/** Steps that can be taken back. */
const UNDO_MAX = 100;

interface Step {
  token: string;
  /** The tokens of the parts before, of a step that was too large for one. */
  before: string[];
  label: string;
  kinds: KindName[];
}

/** A short message at the edge of the window. */
export interface Toast {
  id: number;
  text: string;
  error: boolean;
  /** The step that the toast's button takes back, or null. */
  token: string | null;
}

/** What a write answers to the screen that asked for it: the record, and the step that takes it back. */
export type Outcome = { ok: true; id: string; undo: string } | { ok: false; error: EngineError };

const state = $state<{ toasts: Toast[] }>({ toasts: [] });
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const steps: Step[] = [];
let nextToast = 1;

/** The toasts on the screen, oldest first. */
export function toasts(): Toast[] {
  return state.toasts;
}

/** Shows a message; with a token it has an Undo button. */
export function toast(text: string, options: { error?: boolean; token?: string } = {}): void {
  const id = nextToast;
  nextToast += 1;
  const shown: Toast = { id, text, error: options.error ?? false, token: options.token ?? null };
  const failures = state.toasts.filter((other) => other.error);
  const others = failures.filter((other) => other.text !== text);
  const staying = shown.error ? others.slice(-(FAILURES_MAX - 1)) : failures;
  const going = state.toasts.filter((other) => other.error === shown.error && !staying.includes(other));
  going.forEach((other) => dismiss(other.id));
  state.toasts = [...state.toasts, shown];
  release(id);
}

/** Takes a toast away. */
export function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  state.toasts = state.toasts.filter((shown) => shown.id !== id);
}

/** Keeps a toast on the screen while it is pointed at or has the focus. */
export function hold(id: number): void {
  clearTimeout(timers.get(id));
}

/** Lets a toast go away after its time. */
export function release(id: number): void {
  clearTimeout(timers.get(id));
  const error = state.toasts.find((shown) => shown.id === id)?.error ?? false;
  timers.set(id, setTimeout(() => dismiss(id), error ? ERROR_TOAST_MS : TOAST_MS));
}

/** Says a failure in a sentence. */
export function sayError(error: EngineError): void {
  const text = said(error);
  toast(text, { error: true });
  announce(text);
}

function remember(step: Step): void {
  steps.push(step);
  steps.splice(0, Math.max(0, steps.length - UNDO_MAX));
}

/**
 * Carries out a write. `label` is the sentence of what happened, shown with Undo. With `quiet` a failure is left to
 * the screen (a form that shows it beside its fields); otherwise it is said in a toast.
 */
export async function write(
  label: string,
  kinds: KindName[],
  action: () => Promise<Written>,
  options: { quiet?: boolean; silent?: boolean } = {},
): Promise<Outcome> {
  try {
    const written = await action();
    remember({ token: written.undo, before: [], label, kinds });
    if (!options.silent) {
      toast(label, { token: written.undo });
    }
    announce(label);
    touched(kinds);
    return { ok: true, id: written.id, undo: written.undo };
  } catch (thrown) {
    const error = asEngineError(thrown);
    if (!options.quiet) {
      sayError(error);
    }
    return { ok: false, error };
  }
}

/**
 * Carries out a write that is too large for one step of the engine, part after part, as one step to take back. A part that
 * has nothing to do answers null. `told` hears how many parts are done. Where a part fails, the rest is left, and what was
 * done can be taken back. Answers whether all parts were carried out.
 */
export async function writeParts(label: string, kinds: KindName[], parts: readonly (() => Promise<Written | null>)[], told: (done: number) => void): Promise<boolean> {
  const tokens: string[] = [];
  let failure: EngineError | null = null;
  for (const [at, part] of parts.entries()) {
    try {
      const written = await part();
      tokens.push(...(written ? [written.undo] : []));
      told(at + 1);
    } catch (thrown) {
      failure = asEngineError(thrown);
      break;
    }
  }
  const token = tokens.at(-1);
  if (token !== undefined) {
    remember({ token, before: tokens.slice(0, -1), label, kinds });
    touched(kinds);
  }
  if (failure) {
    sayError(failure);
  } else {
    toast(label, token === undefined ? {} : { token });
    announce(label);
  }
  return failure === null;
}

/**
 * A part of a step that may be tried again: once carried out it stands, and is not carried out twice. It becomes part of the
 * new try, so that all of it is taken back at once.
 */
export function standing(part: () => Promise<Written | null>): () => Promise<Written | null> {
  let done: { written: Written | null } | null = null;
  return async () => {
    if (done?.written) {
      settle(done.written.undo);
    }
    done ??= { written: await part() };
    return done.written;
  };
}

/** Takes a step back: the one with this token, or the last one. */
export async function undo(token?: string): Promise<void> {
  const at = token === undefined ? steps.length - 1 : steps.findIndex((step) => step.token === token);
  const step = steps[at];
  if (!step) {
    toast(t("undo.nothing"));
    announce(t("undo.nothing"));
    return;
  }
  steps.splice(at, 1);
  const shown = state.toasts.find((candidate) => candidate.token === step.token);
  if (shown) {
    dismiss(shown.id);
  }
  const tokens = [...step.before, step.token];
  try {
    for (let last = tokens.at(-1); last !== undefined; last = tokens.at(-1)) {
      await engine().undo(last);
      tokens.pop();
    }
    toast(t("undo.done", { what: step.label }));
    announce(t("undo.done", { what: step.label }));
  } catch (thrown) {
    // Of a step in parts what is left can be taken back yet.
    const left = tokens.at(-1);
    if (left !== undefined && tokens.length <= step.before.length) {
      steps.push({ ...step, token: left, before: tokens.slice(0, -1) });
    }
    sayError(asEngineError(thrown));
  }
  touched(step.kinds);
}

/** A step that cannot be taken back any more: what it did has left the building. What was said about it stays. */
export function settle(token: string): void {
  const at = steps.findIndex((step) => step.token === token);
  if (at >= 0) {
    steps.splice(at, 1);
  }
  state.toasts = state.toasts.map((shown) => (shown.token === token ? { ...shown, token: null } : shown));
}

/** Forgets every step and toast: when somebody leaves, and between tests. */
export function forgetSteps(): void {
  steps.length = 0;
  for (const shown of state.toasts) {
    clearTimeout(timers.get(shown.id));
  }
  timers.clear();
  state.toasts = [];
}

onLeave(forgetSteps);
