// What an import looks up and makes before its rows.

import { engine } from "../../backend/engine";
import { t } from "../../shared/i18n/index.svelte";
import { write } from "../../shared/writes.svelte";
import { TAG_COLORS, TAGS_MAX } from "../candidates/candidate";
import { makePool } from "../pools/pool";

/** Addresses that are asked for at once. */
const AT_ONCE = 250;

/** Which of some addresses somebody here has, in lower case. */
export async function knownAmong(emails: string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let at = 0; at < emails.length; at += AT_ONCE) {
    const filters = [{ field: "email", in: emails.slice(at, at + AT_ONCE), fold: true }];
    // Somebody may be here more than once.
    const { rows } = await engine().list({ kind: "candidate_contacts", filters, limit: 2 * AT_ONCE });
    rows.forEach((row) => known.add(row.fields.email.toLowerCase()));
  }
  return known;
}

/** The tags of some names, by name in lower case; those that are not there are made. */
export async function tagsFor(names: string[]): Promise<Map<string, string>> {
  const { rows, total } = await engine().list({ kind: "tags", limit: TAGS_MAX });
  const tags = new Map(rows.map((row) => [row.fields.name.toLowerCase(), row.id]));
  let made = total;
  for (const name of names) {
    if (tags.has(name.toLowerCase())) {
      continue;
    }
    const color = TAG_COLORS[made % TAG_COLORS.length] ?? "";
    const tag = await write(t("tag.created", { tag: name }), ["tags"], () => engine().create({ kind: "tags", fields: { name, color } }), { silent: true, quiet: true });
    // A name that is no tag (it is too long) leaves its people without it.
    if (tag.ok) {
      tags.set(name.toLowerCase(), tag.id);
      made += 1;
    }
  }
  return tags;
}

/** The pools of some names, by name in lower case; those that are not there are made. */
export async function poolsFor(names: string[]): Promise<Map<string, string>> {
  const pools = new Map((names.length > 0 ? await engine().pools() : []).map(({ pool }) => [pool.fields.name.toLowerCase(), pool.id]));
  for (const name of names.filter((each) => !pools.has(each.toLowerCase()))) {
    const pool = await makePool(name, { silent: true, quiet: true });
    // A name that is no pool (it is too long) leaves its people without it.
    if (pool.ok) {
      pools.set(name.toLowerCase(), pool.id);
    }
  }
  return pools;
}
