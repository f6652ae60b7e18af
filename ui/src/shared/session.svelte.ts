// Who works here, in what state the replica is, and how the window should look.

import { asEngineError, engine } from "../backend/engine";
import type { EngineError, SessionInfo, Settings, SyncStatus } from "../backend/types";
import { setLanguage } from "./i18n/index.svelte";
import { leave } from "./leave";

const NO_SYNC: SyncStatus = {
  state: "connecting",
  waiting: 0,
  attention: 0,
  done: 0,
  total: 0,
  last_contact: null,
  sealed: [],
  message: null,
};

interface Session {
  /** Null until the engine answered the first time. */
  info: SessionInfo | null;
  sync: SyncStatus;
  settings: Settings;
  /** Why the engine did not start, or null. */
  failure: EngineError | null;
}

const state = $state<Session>({
  info: null,
  sync: NO_SYNC,
  settings: { language: "en", theme: "system" },
  failure: null,
});
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** The session of this window. */
export function session(): Session {
  return state;
}

/** True when this person looks after the workspace itself. */
export function administers(): boolean {
  return ["owner", "admin"].includes(session().info?.role ?? "");
}

/** True when what others did is here, and what was done here is with the server. */
export function inStep(): boolean {
  return state.sync.state === "up_to_date";
}

/** True when this person's role may do the action on the kind. */
export function may(kind: string, action: string): boolean {
  return state.info?.may.includes(`${kind}:${action}`) ?? false;
}

/** Puts the chosen theme, or the system's, on the page. */
function applyTheme(): void {
  const theme = state.settings.theme;
  document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
}

function applySettings(settings: Settings): void {
  state.settings = settings;
  setLanguage(settings.language);
  applyTheme();
}

/** Takes over what the engine says about the session. */
export function enter(info: SessionInfo): void {
  if (state.info?.user_id !== info.user_id) {
    leave();
  }
  if (info.state === "signed_out") {
    state.sync = NO_SYNC;
  } else if (info.state === "ready" && state.info?.state !== "ready") {
    void readSync();
  }
  state.info = info;
}

/** What the engine told by itself, counted: an answer to an earlier question is older than that. */
let told = 0;

async function readSync(): Promise<void> {
  const before = told;
  // The engine tells each change by itself: after a failure the next one is shown.
  const status = await engine().syncStatus().catch(() => NO_SYNC);
  if (told === before) {
    state.sync = status;
  }
}

/** Stores new settings and shows them at once. */
export async function changeSettings(settings: Settings): Promise<void> {
  applySettings(settings);
  applySettings(await engine().setSettings(settings));
}

/** Reads the session and follows it; answers the function that stops following. */
export function followSession(): () => void {
  const stops = [
    engine().on("session", enter),
    engine().on("sync", (status) => {
      told += 1;
      state.sync = status;
    }),
  ];
  dark.addEventListener("change", applyTheme);
  void readSession();
  return () => {
    stops.forEach((stop) => stop());
    dark.removeEventListener("change", applyTheme);
  };
}

/** Asks the engine for everything that the shell shows. */
export async function readSession(): Promise<void> {
  try {
    state.failure = null;
    applySettings(await engine().settings());
    const info = await engine().session();
    await readSync();
    enter(info);
  } catch (thrown) {
    state.failure = asEngineError(thrown);
    applyTheme();
  }
}
