// The offers that somebody may see, with whom and what they are for: how they are read, narrowed and put in order.

import { engine } from "../../backend/engine";
import type { Filter, Row } from "../../backend/types";
import { daysUntil, localDay } from "../../shared/format";
import { shownCandidate } from "../candidates/shown";
import { isOpen, OVER } from "./offer";

/** Rows of one question, as the engine answers at most. */
const PAGE_MAX = 500;
/** Offers of which something can still come that are shown; nobody has as many at a time. */
const OPEN_MAX = 1_000;
/** Offers that are over and shown, the latest of them: they grow without end. */
const OVER_MAX = 500;
/** Days in which a last day is near. */
export const SOON_DAYS = 7;
/** Days that can be chosen for how near a last day is. */
export const WITHIN = [3, SOON_DAYS, 14, 30];

/** An offer with what a list shows of it. */
export interface Listed {
  offer: Row<"offers">;
  /** Under whom the candidate is shown; null while nobody has arrived. */
  candidate: Row<"candidates"> | null;
  job: Row<"jobs"> | null;
  /** Whether whoever is signed in is asked to agree to it. */
  asksMe: boolean;
}

/** The offers at a time, and how many there are in all. */
export interface Listing {
  entries: Listed[];
  total: number;
  /** The day on which they were read. */
  today: string;
}

/** What the states come to for whoever looks for something to do. */
const STATES = {
  approval: ["pending_approval"],
  agreed: ["approved"],
  answer: ["sent", "viewed"],
  countered: ["countered"],
  drafts: ["draft"],
  accepted: ["accepted"],
  over: OVER.filter((status) => status !== "accepted"),
} satisfies { [filter: string]: readonly string[] };

/** What the list can be narrowed to, what needs somebody first. */
export const FILTERS = ["mine", "approval", "countered", "agreed", "expiring", "answer", "drafts", "accepted", "over"] as const;
/** One of them. */
export type OfferFilter = (typeof FILTERS)[number];

/** Whether a filter is about what is over, of which not all are read: it cannot be counted. */
export function isPast(filter: OfferFilter): boolean {
  return filter === "accepted" || filter === "over";
}

/**
 * Days until an offer's last day, which is past where they are negative; null where none is awaited: it has no last day, it
 * is over, or the candidate answered by asking for something else. It also counts before the offer is sent, because it is
 * written in the letter.
 */
export function daysLeft({ fields }: Row<"offers">, today: string): number | null {
  const awaited = isOpen(fields.status) && fields.status !== "countered";
  return awaited && fields.expires_on !== null ? daysUntil(fields.expires_on, today) : null;
}

/** Whether a filter lets an offer through; `within` are the days in which a last day is near. */
export function passes(filter: OfferFilter, { offer, asksMe }: Listed, today: string, within: number): boolean {
  if (filter === "mine") {
    return asksMe;
  }
  if (filter === "expiring") {
    const left = daysLeft(offer, today);
    return left !== null && left <= within;
  }
  return (STATES[filter] as readonly string[]).includes(offer.fields.status);
}

/** How soon somebody has to do something about an offer: the smallest number first. */
function need({ offer, asksMe }: Listed, today: string): number {
  const left = daysLeft(offer, today);
  if (asksMe) {
    return 0;
  }
  switch (offer.fields.status) {
    case "countered":
      return 1;
    case "approved":
      return 2;
    case "sent":
    case "viewed":
      return left !== null && left <= SOON_DAYS ? 3 : 6;
    case "draft":
      return 4;
    case "pending_approval":
      return 5;
    default:
      // A state of a newer version counts as one in which something can still come of it.
      return isOpen(offer.fields.status) ? 6 : 7;
  }
}

/**
 * Puts first what needs somebody. The order: what I am asked to agree to; what a candidate asks to have changed; what is
 * agreed to and not sent; what a candidate has to answer by a day that is near or past; drafts; what others are asked to
 * agree to; what is with a candidate; what is over. Within each the nearest last day comes first, those without one after,
 * and then what has lain longest; of what is over, what ended last.
 */
export function inOrder(entries: readonly Listed[], today: string): Listed[] {
  const lastDay = ({ offer }: Listed): string => offer.fields.expires_on ?? "9999";
  const ended = ({ offer }: Listed): number => offer.fields.closed_at ?? offer.updated_at;
  return [...entries].sort((one, other) => {
    const needed = need(one, today) - need(other, today);
    const within = isOpen(one.offer.fields.status)
      ? lastDay(one).localeCompare(lastDay(other)) || one.offer.updated_at - other.offer.updated_at
      : ended(other) - ended(one);
    return needed || within || one.offer.id.localeCompare(other.offer.id);
  });
}

/** Records by their ids, many at once; those that a list leaves out, because they were merged or deleted, one by one. */
async function named<K extends "candidates" | "jobs">(kind: K, ids: string[], one: (id: string) => Promise<Row<K> | null>): Promise<Map<string, Row<K> | null>> {
  const wanted = [...new Set(ids)];
  const found = new Map<string, Row<K> | null>();
  for (let at = 0; at < wanted.length; at += PAGE_MAX) {
    const page = await engine().list({ kind, filters: [{ field: "id", in: wanted.slice(at, at + PAGE_MAX) }], limit: PAGE_MAX });
    page.rows.forEach((row) => found.set(row.id, row));
  }
  await Promise.all(wanted.filter((id) => !found.has(id)).map(async (id) => found.set(id, await one(id))));
  return found;
}

async function read(filters: Filter[], sort: string, most: number): Promise<{ rows: Row<"offers">[]; total: number }> {
  const rows: Row<"offers">[] = [];
  for (;;) {
    const page = await engine().list({ kind: "offers", filters, sort, offset: rows.length, limit: Math.min(PAGE_MAX, most - rows.length) });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= Math.min(most, page.total)) {
      return { rows, total: page.total };
    }
  }
}

/** Reads the offers: those of which something can still come, and the latest of those that are over. */
export async function readOffers(): Promise<Listing> {
  const [open, over, awaiting] = await Promise.all([
    // By what they are not: a state of a newer version is not lost.
    read(OVER.map((status) => ({ field: "status", not: status })), "-created_at", OPEN_MAX),
    read([{ field: "status", in: [...OVER] }], "-updated_at", OVER_MAX),
    engine().awaiting(),
  ]);
  const rows = [...open.rows, ...over.rows];
  const [candidates, jobs] = await Promise.all([
    named("candidates", rows.map(({ fields }) => fields.candidate_id), shownCandidate),
    named("jobs", rows.map(({ fields }) => fields.job_id), (id) => engine().get("jobs", id)),
  ]);
  const mine = new Set(awaiting.filter(({ kind }) => kind === "offers").map(({ id }) => id));
  const today = localDay(Date.now());
  const entries = rows.map((offer) => ({
    offer,
    candidate: candidates.get(offer.fields.candidate_id) ?? null,
    job: jobs.get(offer.fields.job_id) ?? null,
    asksMe: mine.has(offer.id),
  }));
  return { entries: inOrder(entries, today), total: open.total + over.total, today };
}
