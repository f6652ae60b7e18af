// What can be done with two candidates who may be one person. Each is one step that can be taken back.

import { engine } from "../../backend/engine";
import type { DuplicatePair, MergeRequest, Row } from "../../backend/types";
import type { KindName } from "../../gen/records";
import { personName } from "../../shared/format";
import { t } from "../../shared/i18n/index.svelte";
import { write, type Outcome } from "../../shared/writes.svelte";
import { nameOf } from "./words";

const KINDS: KindName[] = ["candidates", "candidate_contacts"];

/** Merges two candidates; why it is refused is said by whoever asked. */
export function merge(request: MergeRequest, names: { kept: string; merged: string }): Promise<Outcome> {
  const label = t(names.kept === names.merged ? "duplicates.merged_namesakes" : "duplicates.merged", names);
  return write(label, KINDS, () => engine().merge(request), { quiet: true });
}

/** Separates a candidate from the one that it was merged into. */
export function separate(merged: Row<"candidates">): Promise<Outcome> {
  return write(t("duplicates.separated", { name: personName(merged.fields) }), KINDS, () => engine().separate(merged.id));
}

/** Notes that two candidates are two people. */
export function tellApart({ first, second }: DuplicatePair): Promise<Outcome> {
  const names = { first: nameOf(first), second: nameOf(second) };
  const label = t(names.first === names.second ? "duplicates.told_apart_namesakes" : "duplicates.told_apart", names);
  const edits = [{ op: "add" as const, field: "distinct_from_ids", value: second.candidate.id }];
  return write(label, ["candidates"], () => engine().edit({ kind: "candidates", id: first.candidate.id, edits }));
}
