// Tags: what their screen shows and does.

import { engine } from "../../backend/engine";
import type { FieldEdit, Row, TagSummary } from "../../backend/types";
import { t } from "../../shared/i18n/index.svelte";
import { Live } from "../../shared/live.svelte";
import { write, type Outcome } from "../../shared/writes.svelte";

/** Characters of a name. */
export const NAME_MAX = 50;

/** The tags by name, as long as the screen is there; null before they were read. */
export function liveTags(): Live<TagSummary[]> {
  return new Live({ kinds: ["tags", "candidates"] }, () => engine().tags());
}

/** What every tag is called, those that were merged as the one that stands for them. */
export function tagNames(tags: readonly TagSummary[]): { [id: string]: string } {
  return Object.fromEntries(tags.flatMap(({ tag, merged }) => [tag, ...merged].map(({ id }) => [id, tag.fields.name])));
}

/** The tag of a name, whatever the case of its letters, if it is another one. */
export function sameName(tags: readonly TagSummary[], name: string, id: string | null): TagSummary | undefined {
  const plain = (text: string): string => text.trim().toLowerCase();
  return tags.find(({ tag }) => tag.id !== id && plain(tag.fields.name) === plain(name));
}

function change(label: string, id: string, edits: FieldEdit[]): Promise<Outcome> {
  return write(label, ["tags", "candidates"], () => engine().edit({ kind: "tags", id, edits }));
}

/** Makes one tag stand for another: nobody's record is changed for it, and it can be taken back. */
export function mergeTags(goes: Row<"tags">, stays: Row<"tags">): Promise<Outcome> {
  return change(t("tags.merged", { tag: goes.fields.name, into: stays.fields.name }), goes.id, [{ op: "set", field: "merged_into_id", value: stays.id }]);
}

/** Makes a tag stand for itself again. */
export function partTag(tag: Row<"tags">): Promise<Outcome> {
  return change(t("tags.parted", { tag: tag.fields.name }), tag.id, [{ op: "set", field: "merged_into_id", value: null }]);
}

/** Deletes a tag: it is shown nowhere any more, and whoever had it has it again once that is taken back. */
export function deleteTag(tag: Row<"tags">): Promise<Outcome> {
  return change(t("tags.deleted", { tag: tag.fields.name }), tag.id, [{ op: "set", field: "$deleted", value: true }]);
}
