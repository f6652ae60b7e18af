// Talent pools: what their screens share, and putting many people into one at once.

import { engine } from "../../backend/engine";
import type { FieldEdit, PoolSummary, Row, Written } from "../../backend/types";
import { plural, t } from "../../shared/i18n/index.svelte";
import { Live } from "../../shared/live.svelte";
import { write, writeParts, type Outcome } from "../../shared/writes.svelte";
import type { Condition } from "../candidates/search/conditions";

/** Characters of a name. */
export const NAME_MAX = 80;
/** Characters of a description. */
export const DESCRIPTION_MAX = 500;
/** People that are put into a pool at once: as many as one step can take out again. */
export const PEOPLE_MAX = 400;
/** People of one step of the engine. */
const PART = 100;
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

/** One step of the engine: those of some people who are not in the pool yet, or are still in it. */
async function part(op: "add" | "remove", pool: string, people: string[]): Promise<Written | null> {
  const filters = [{ field: "id", in: people }, op === "add" ? { field: WHAT, lacks: pool } : { field: WHAT, has: pool }];
  const { rows } = await engine().list({ kind: "candidates", filters, limit: PART });
  const edits: FieldEdit[] = [{ op, field: WHAT, value: pool }];
  return rows.length === 0 ? null : engine().editMany(rows.map(({ id }) => ({ kind: "candidates" as const, id, edits })));
}

/**
 * Puts people into a pool, or takes them out of it, as one step that can be taken back. `told` hears how many were done.
 * Answers whether all of it was carried out.
 */
export function change(op: "add" | "remove", pool: Pick<Row<"pools">, "id" | "fields">, people: readonly string[], told: (done: number) => void = () => undefined): Promise<boolean> {
  const label = plural(op === "add" ? "pool.added_many" : "pool.removed_many", people.length, { pool: pool.fields.name });
  const parts = Array.from({ length: Math.ceil(people.length / PART) }, (_, at) => people.slice(at * PART, (at + 1) * PART));
  const steps = parts.map((some) => () => part(op, pool.id, some));
  return writeParts(label, ["candidates"], steps, (done) => told(Math.min(done * PART, people.length)));
}
