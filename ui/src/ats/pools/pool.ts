// Talent pools: what their screens share.

import { engine } from "../../backend/engine";
import type { PoolSummary } from "../../backend/types";
import { t } from "../../shared/i18n/index.svelte";
import { Live } from "../../shared/live.svelte";
import { write, type Outcome } from "../../shared/writes.svelte";
import type { Condition } from "../candidates/search/conditions";

/** Characters of a name. */
export const NAME_MAX = 80;
/** Characters of a description. */
export const DESCRIPTION_MAX = 500;
/** What a condition on pools is about. */
const WHAT = "pool_ids";

/** The pools by name, as long as the screen is there; null before they were read. */
export function livePools(): Live<PoolSummary[]> {
  return new Live({ kinds: ["pools", "candidates"] }, () => engine().pools());
}

/** The pools that people can be put into. */
export function offered(pools: readonly PoolSummary[]): PoolSummary[] {
  return pools.filter(({ pool }) => !pool.fields.is_archived);
}

/** Makes a pool of a name. */
export function makePool(name: string, options: { silent?: boolean; quiet?: boolean } = {}): Promise<Outcome> {
  return write(t("pool.created", { pool: name }), ["pools"], () => engine().create({ kind: "pools", fields: { name } }), options);
}

/** The pool that a list is narrowed to, if it is one. */
export function poolOf(conditions: readonly Condition[]): string | null {
  const [only, ...others] = conditions.filter(({ what, how }) => what === WHAT && how === "has");
  return only !== undefined && others.length === 0 && only.value !== "" ? only.value : null;
}

/** The conditions with this pool instead of the one that they asked for; null is none. */
export function withPool(conditions: readonly Condition[], pool: string | null): Condition[] {
  const others = conditions.filter(({ what, how }) => what !== WHAT || how !== "has");
  return pool === null ? others : [...others, { what: WHAT, how: "has", value: pool }];
}
