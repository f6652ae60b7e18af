// Values of the workspace's own fields, in words.

import type { CustomField } from "../gen/records";
import { calendarDay } from "./format";
import { t } from "./i18n/index.svelte";
import { memberName } from "./people.svelte";

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
