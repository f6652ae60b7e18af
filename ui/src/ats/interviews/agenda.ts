// What the agenda shows: the interviews to come, those that are over, and those of which a scorecard is missing.

import type { Row } from "../../backend/types";
import type { Key } from "../../shared/i18n/index.svelte";

/** One of the agenda's views. */
export type AgendaView = "coming" | "past" | "unrated";

/** The views, with what they are called. */
export const AGENDA_VIEWS: readonly [AgendaView, Key][] = [["coming", "interviews.coming"], ["past", "interviews.over"], ["unrated", "interviews.unrated"]];

/** The states of the interviews that a view reads. */
export function statusesOf(view: AgendaView): string[] {
  switch (view) {
    case "coming":
      return ["scheduled", "confirmed", "proposed"];
    case "past":
      return ["scheduled", "confirmed", "completed", "no_show", "cancelled"];
    case "unrated":
      return ["scheduled", "confirmed", "completed"];
  }
}

/** Who was in an interview and gave no scorecard on the application since it began, as far as that is seen here. */
export function unrated({ fields }: Row<"interviews">, cards: readonly Row<"scorecards">[]): string[] {
  const given = cards.filter((card) => card.fields.application_id === fields.application_id && !card.fields.is_draft && card.updated_at >= fields.starts_at);
  return fields.interviewer_ids.filter((id) => !given.some((card) => card.created_by === id));
}
