// E-mails that wait to be sent: for what, and who may call them back.

import type { Row, SyncState } from "../../backend/types";

/** Whether the server cannot be reached now: what is written goes out later. */
export function unreachable(state: SyncState): boolean {
  return !["up_to_date", "syncing", "downloading"].includes(state);
}

/** Whether somebody may call an e-mail back: it waits, and it is theirs or they look after the workspace. */
export function recallable(email: Row<"emails">, me: string, administers: boolean): boolean {
  return email.fields.status === "waiting" && (administers || email.created_by === me);
}
