// Goes to the screen of a search hit; a note or an application leads to its candidate.

import { asEngineError, engine } from "../backend/engine";
import type { Hit } from "../backend/types";
import { go } from "../shared/route.svelte";
import { sayError } from "../shared/writes.svelte";
import { placeOf } from "./results";

/** Opens the screen of a hit. */
export async function follow(hit: Pick<Hit, "kind" | "id">): Promise<void> {
  const place = placeOf(hit);
  if (place) {
    go(place);
    return;
  }
  try {
    const row = await engine().get(hit.kind, hit.id);
    if (row && "candidate_id" in row.fields && row.fields.candidate_id !== null) {
      go({ name: "candidate", id: row.fields.candidate_id });
    }
  } catch (thrown) {
    sayError(asEngineError(thrown));
  }
}
