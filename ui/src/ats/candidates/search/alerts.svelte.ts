// Who comes to match a saved search, of which the person asked to be told: looked at on this computer, among what changed.

import { SvelteMap } from "svelte/reactivity";
import { engine } from "../../../backend/engine";
import type { Alert, Alerted, ChangedEvent, Row } from "../../../backend/types";
import { announce } from "../../../shared/announce.svelte";
import { onChanged } from "../../../shared/changes.svelte";
import { plural } from "../../../shared/i18n/index.svelte";
import { ownFields } from "../../../shared/own";
import { may, session } from "../../../shared/session.svelte";
import { toast } from "../../../shared/writes.svelte";
import { JOBS_MAX } from "../candidate";
import { WHATS, type Context } from "./conditions";
import { readSearch, requestOf } from "./search.svelte";

const SEARCHES = "saved_searches";
/** What arrives within this time is looked at together. */
const WAIT_MS = 1_500;
/** Searches of which one person is told. */
export const ALERTS_MAX = 20;
/** The kinds by which a candidate can come to match. */
const KINDS: readonly string[] = ["candidates", ...new Set(WHATS.flatMap(({ of }) => of ?? []))];

/** A search with new matches that nobody looked at yet. */
export interface News {
  search: Row<typeof SEARCHES>;
  fresh: number;
}

type Changes = { [kind: string]: string[] };

/** What waits to be looked at; null is everybody. */
interface Waiting {
  mine: Changes;
  theirs: Changes | null;
}

const searches = new SvelteMap<string, Row<typeof SEARCHES>>();
const fresh = new SvelteMap<string, number>();

/** Whether the person is told of who comes to match a search. */
export function isFollowed(search: string): boolean {
  return searches.has(search);
}

/** Whether one more search can be followed. */
export function hasRoom(): boolean {
  return searches.size < ALERTS_MAX;
}

/** How many new matches a search has. */
export function freshOf(search: string): number {
  return fresh.get(search) ?? 0;
}

/** The searches with new matches, by name. */
export function news(): News[] {
  const found = [...searches.values()].map((search) => ({ search, fresh: freshOf(search.id) }));
  return found.filter((each) => each.fresh > 0).sort((a, b) => a.search.fields.name.localeCompare(b.search.fields.name));
}

/** Begins to tell of a search, or ends it. */
export async function follow(search: Row<typeof SEARCHES>, on: boolean): Promise<void> {
  await engine().followSearch(search.id, on);
  if (on) {
    searches.set(search.id, search);
  } else {
    searches.delete(search.id);
    fresh.delete(search.id);
  }
}

/** The new matches of a search, which are no longer new then. */
export async function see(search: string): Promise<string[]> {
  if (freshOf(search) === 0) {
    return [];
  }
  const ids = await engine().seeAlert(search);
  fresh.delete(search);
  return ids;
}

async function contextNow(): Promise<Context> {
  const [pipelines, own] = await Promise.all([engine().list({ kind: "pipelines", limit: JOBS_MAX }), ownFields()]);
  const stages = pipelines.rows.flatMap((row) => row.fields.stages.map(({ id, kind }) => ({ id, kind })));
  return { now: Date.now(), stages, contacts: may("candidate_contacts", "read"), own: own.map((row) => row.fields) };
}

/** Reads of which searches the person is told: those that are gone, or are about something else, tell nothing. */
async function readFollowed(): Promise<void> {
  const ids = await engine().alerts();
  const filters = [{ field: "id", in: ids }, { field: "about", is: "candidates" }];
  const found = ids.length === 0 ? [] : (await engine().list({ kind: SEARCHES, filters, sort: "created_at", limit: ALERTS_MAX })).rows;
  searches.clear();
  found.forEach((search) => searches.set(search.id, search));
}

function alerts(context: Context): Alert[] {
  return [...searches.values()].map(({ id, fields }) => {
    const search = readSearch(fields.request);
    return { search: id, fingerprint: JSON.stringify({ ...search, sort: "" }), request: requestOf(search, context) };
  });
}

function tell(found: Alerted[]): void {
  fresh.clear();
  for (const { search, fresh: count, arrived } of found) {
    fresh.set(search, count);
    const name = searches.get(search)?.fields.name ?? "";
    if (arrived > 0) {
      const text = plural("search.arrived", arrived, { name });
      toast(text);
      announce(text);
    }
  }
}

/** By what the searches were judged at the last look. */
let judged = "";

/** What else than candidates decides who matches: the day, and what stages and fields there are. */
function judgedBy({ now, ...context }: Context): string {
  return JSON.stringify([new Date(now).toDateString(), context]);
}

async function look({ mine, theirs }: Waiting): Promise<void> {
  const context = await contextNow();
  const all = alerts(context);
  const by = judgedBy(context);
  // What the person did is no news to them.
  if (Object.keys(mine).length > 0) {
    await engine().checkAlerts({ alerts: all, changed: mine, silent: true });
  }
  tell(await engine().checkAlerts({ alerts: all, changed: by === judged ? theirs : null, silent: false }));
  judged = by;
}

/** Whether everything is here that the person may see: who comes with a download, or from behind a lock, is not new. */
function isReady(): boolean {
  const { state, done, total, last_contact, sealed } = session().sync;
  return last_contact !== null && state !== "connecting" && state !== "downloading" && done >= total && sealed.length === 0;
}

/** Puts a change to what waits. Answers whether it concerns an alert. */
function noted(waiting: Waiting, { kinds, remote }: ChangedEvent): boolean {
  let concerns = false;
  for (const [kind, ids] of Object.entries(kinds).filter(([each]) => KINDS.includes(each))) {
    if (ids.length > 0) {
      const to = remote ? waiting.theirs : waiting.mine;
      if (to) {
        to[kind] = [...(to[kind] ?? []), ...ids];
      }
      concerns = true;
    } else if (remote) {
      waiting.theirs = null;
      concerns = true;
    }
    // The window's own word of a write names nobody: the engine's comes with the ids.
  }
  return concerns;
}

/** Follows what arrives, and looks at it so long after the first of it; answers the function that ends it. */
export function followAlerts(waitMs = WAIT_MS): () => void {
  let waiting: Waiting = { mine: {}, theirs: null };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  /** Whether something is to be looked at, and whether the alerts themselves are to be read. */
  let wanted = true;
  let reread = true;

  const run = async (): Promise<void> => {
    timer = undefined;
    if (running || !wanted || !isReady()) {
      return;
    }
    running = true;
    wanted = false;
    const now = waiting;
    waiting = { mine: {}, theirs: {} };
    try {
      if (reread) {
        reread = false;
        await readFollowed();
      }
      if (searches.size > 0 || fresh.size > 0) {
        await look(now);
      }
    } catch {
      // The next change tries again, and looks at everybody.
      waiting.theirs = null;
      reread = true;
    }
    running = false;
    if (wanted) {
      schedule();
    }
  };
  const schedule = (): void => {
    wanted = true;
    timer ??= setTimeout(() => void run(), waitMs);
  };
  const stops = [
    onChanged((event) => {
      const alerted = SEARCHES in event.kinds;
      reread ||= alerted;
      if ((searches.size > 0 && noted(waiting, event)) || alerted) {
        schedule();
      }
    }),
    engine().on("sync", () => wanted && schedule()),
  ];
  schedule();
  return () => {
    clearTimeout(timer);
    stops.forEach((end) => end());
    [searches, fresh].forEach((map) => map.clear());
    judged = "";
  };
}
