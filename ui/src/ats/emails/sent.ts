// An e-mail that was just written can be called back as long as it waits. Once it went out there is nothing to take
// back any more, and neither the toast nor Ctrl Z offers it: to remove the record would not remove the letter.

import { engine } from "../../backend/engine";
import type { CreateRequest } from "../../backend/types";
import { onChanged } from "../../shared/changes.svelte";
import { settle } from "../../shared/writes.svelte";

/** Looks what becomes of an e-mail until it does not wait any more, and forgets then how it is taken back. */
export function followSent(id: string, undo: string): void {
  const stop = onChanged((event) => {
    const ids = event.kinds.emails;
    if (ids && (ids.length === 0 || ids.includes(id))) {
      void look();
    }
  });

  async function look(): Promise<void> {
    // Without an answer, as when nobody is signed in any more, nothing can be taken back either.
    const email = await engine().get("emails", id).catch(() => null);
    if (email === null || email.deleted || email.fields.status !== "waiting") {
      stop();
    }
    if (email !== null && !email.deleted && email.fields.status !== "waiting") {
      settle(undo);
    }
  }

  void look();
}

/** As soon as one of several e-mails went out, they are not taken back together any more. */
export async function followMany(asked: CreateRequest[], undo: string): Promise<void> {
  const filters = [{ field: "candidate_id", in: asked.map(({ fields }) => fields.candidate_id).filter((id) => typeof id === "string") }];
  const made = await engine().list({ kind: "emails", filters, sort: "-created_at", limit: asked.length }).catch(() => null);
  made?.rows.forEach(({ id }) => followSent(id, undo));
}
