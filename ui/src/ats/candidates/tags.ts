// Making a tag: for one candidate, or for many.

import { engine } from "../../backend/engine";
import { t } from "../../shared/i18n/index.svelte";
import { write } from "../../shared/writes.svelte";
import { TAG_COLORS } from "./candidate";

/** Makes a tag of a name, in the colour that comes after those of the others; null where it was refused, and said. */
export async function makeTag(name: string, others: number): Promise<{ id: string; name: string } | null> {
  const color = TAG_COLORS[others % TAG_COLORS.length] ?? "";
  const made = await write(t("tag.created", { tag: name }), ["tags"], () => engine().create({ kind: "tags", fields: { name, color } }), { silent: true });
  return made.ok ? { id: made.id, name } : null;
}
