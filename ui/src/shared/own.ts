// The workspace's own fields on candidates: which there are, and their values in words.

import { engine } from "../backend/engine";
import type { Row } from "../backend/types";
import type { CustomField } from "../gen/records";
import { calendarDay } from "./format";
import { t } from "./i18n/index.svelte";
import { Live } from "./live.svelte";
import { memberName } from "./people.svelte";

/** Fields of a workspace. */
export const FIELDS_MAX = 60;

/** The fields in their order. */
export function ordered(rows: readonly Row<"custom_fields">[]): Row<"custom_fields">[] {
  return [...rows].sort((a, b) => a.fields.place - b.fields.place || a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
}

/** The fields in their order, as they are now. */
export async function ownFields(): Promise<Row<"custom_fields">[]> {
  return ordered((await engine().list({ kind: "custom_fields", sort: "created_at", limit: FIELDS_MAX })).rows);
}

/** The fields in their order, as long as the screen is there; null before they were read. */
export function liveOwnFields(): Live<Row<"custom_fields">[]> {
  return new Live({ kinds: ["custom_fields"] }, ownFields);
}

/** The ids of a value of several options. */
export function chosen(value: string): string[] {
  return value.split(",").filter((id) => id !== "");
}

/** A value in words. */
export function shown({ kind, options: all }: Pick<CustomField, "kind" | "options">, value: string): string {
  const label = (id: string): string => all.find((option) => option.id === id)?.label ?? t("own.option_gone");
  switch (kind) {
    case "yes_no":
      return value === "" ? "" : t(value === "yes" ? "own.yes" : "own.no");
    case "choice":
    case "choices":
      return chosen(value).map(label).join(", ");
    case "person":
      return value === "" ? "" : (memberName(value) ?? "…");
    case "date":
      return value === "" ? "" : calendarDay(value);
    default:
      return value;
  }
}
