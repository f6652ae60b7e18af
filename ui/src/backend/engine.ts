// The one engine that this window talks to. Chosen once at start: the real one, or the one in memory.

import type { Backend, EngineError } from "./types";

let chosen: Backend | null = null;

/** Chooses the engine; called once before the first component is mounted. */
export function useBackend(backend: Backend): void {
  chosen = backend;
}

/** The engine of this window. */
export function engine(): Backend {
  if (!chosen) {
    throw new Error("no engine was chosen before the first use");
  }
  return chosen;
}

/** Brings whatever was thrown into the shape of an engine error, so that a screen can always say a sentence. */
export function asEngineError(thrown: unknown): EngineError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const { code, message } = thrown as { code: unknown; message: unknown };
    const fields = "fields" in thrown ? (thrown as { fields: unknown }).fields : {};
    return {
      code: String(code),
      message: String(message),
      fields: typeof fields === "object" && fields !== null ? (fields as { [field: string]: string }) : {},
    };
  }
  return { code: "unexpected", message: thrown instanceof Error ? thrown.message : String(thrown), fields: {} };
}
