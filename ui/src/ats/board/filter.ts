// What applications are narrowed to, those of one job and those of all jobs alike. Pure: who asks comes in as an argument.

import type { Board, Card } from "../../backend/types";
import { isEither, type Either } from "../../shared/list/asked";
import { matches } from "../../shared/parts/picker";
import type { Reason } from "../reasons/reasons";

/** Cards of one column: as many as the board has without a filter. */
const COLUMN_MAX = 200;
/** The longest time in a stage that can be asked for, in days. */
export const DAYS_MAX = 9_999;

/** What is asked of applications. */
export interface ApplicationFilter {
  /** Words of the name and the headline. */
  text: string;
  /** `me`, `nobody`, `somebody`, or the id of a member; empty is anybody or nobody. */
  assignee: string;
  /** At least this good; null is also unrated. */
  rating: number | null;
  /** In the present stage for more than so many days. */
  days: number | null;
  /** Whether an answer rules the person out. */
  knockout: Either;
  /** The way by which it came. */
  source: string;
  /** Whether an interview is planned. */
  interview: Either;
  /** Why it ended: an id of the workspace's list, `own` for other words; empty is whatever. */
  reason: string;
  /** The job; of use over all jobs. */
  job: string;
}

/** Asks for nothing. */
export const NO_FILTER: ApplicationFilter = { text: "", assignee: "", rating: null, days: null, knockout: "", source: "", interview: "", reason: "", job: "" };

function isAssigned(wanted: string, to: string | null, me: string): boolean {
  switch (wanted) {
    case "":
      return true;
    case "nobody":
      return to === null;
    case "somebody":
      return to !== null;
    default:
      return to === (wanted === "me" ? me : wanted);
  }
}

/**
 * For which reason an application ended: an id of the list, `own` for other words, an empty text for none. The words count:
 * where two windows end it at once, the entry may be that of the one and the words those of the other. Words that are no
 * entry's belong to theirs only where that was changed since, and may have been called so.
 */
export function reasonOf({ application: { fields } }: Card, listed: readonly Reason[]): string {
  const { rejection_reason: words, rejection_reason_id: id } = fields;
  const entry = listed.find((each) => each.id === id);
  if (words === "") {
    return "";
  }
  if (entry?.fields.name === words) {
    return entry.id;
  }
  const named = listed.find((each) => each.fields.name === words);
  if (named) {
    return named.id;
  }
  const endedAt = fields.stage_changed_at ?? fields.applied_at;
  return id && (!entry || entry.updated_at > endedAt) ? id : "own";
}

/** Whether an application is what is asked for; `me` is who asks, `listed` the workspace's reasons. */
export function passes(filter: ApplicationFilter, card: Card, me: string, listed: readonly Reason[]): boolean {
  const { assigned_to_id: assignee, source, job_id: job } = card.application.fields;
  return (
    isAssigned(filter.assignee, assignee, me) &&
    (filter.rating === null || (card.rating !== null && card.rating >= filter.rating)) &&
    (filter.days === null || card.days_in_stage > filter.days) &&
    isEither(filter.knockout, card.knockouts > 0) &&
    isEither(filter.interview, card.interview_at !== null) &&
    (filter.source === "" || source === filter.source) &&
    (filter.reason === "" || filter.reason === reasonOf(card, listed)) &&
    (filter.job === "" || job === filter.job) &&
    matches(filter.text.trim(), `${card.candidate_name ?? ""} ${card.headline}`)
  );
}

/** The board with these cards alone, and counted by them. */
export function boardWith(board: Board, cards: readonly Card[]): Board {
  const columns = board.columns.map((column) => {
    const here = cards.filter((card) => card.application.fields.stage_id === column.stage_id);
    return { ...column, total: here.length, cards: here.slice(0, COLUMN_MAX) };
  });
  return { ...board, columns };
}

/** What applications are sorted by; a `-` in front turns it round. */
export type SortField = "stage_id" | "stage_changed_at" | "rating" | "applied_at" | "updated_at";

/** What a card is sorted by; what is not known is least. */
function sortValue({ application }: Card, field: SortField): string | number {
  switch (field) {
    case "updated_at":
      return application.updated_at;
    case "stage_changed_at":
      return application.fields.stage_changed_at ?? application.fields.applied_at;
    default:
      return application.fields[field] ?? Number.NEGATIVE_INFINITY;
  }
}

/** The cards in the order of a field; equal ones stay in theirs. */
export function sortedBy(cards: readonly Card[], sort: string): Card[] {
  const field = sort.replace(/^-/, "") as SortField;
  const sign = sort.startsWith("-") ? -1 : 1;
  return cards.toSorted((one, other) => {
    const [a, b] = [sortValue(one, field), sortValue(other, field)];
    return a === b ? 0 : a < b ? -sign : sign;
  });
}
