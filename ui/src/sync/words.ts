// The one sentence that says how things stand with the server.

import type { SyncStatus } from "../backend/types";
import { number } from "../shared/format";
import { plural, t } from "../shared/i18n/index.svelte";

/** The indicator's words: what needs a person first, then what waits, then that all is well. */
export function syncWords(status: SyncStatus): string {
  switch (status.state) {
    case "offline":
      return status.waiting > 0 ? plural("sync.offline_waiting", status.waiting) : t("sync.offline");
    case "connecting":
      return t("sync.connecting");
    case "downloading":
      return t("sync.downloading", { done: number(status.done), total: number(status.total) });
    case "syncing":
      return status.total > 0 ? t("sync.syncing_of", { done: number(status.done), total: number(status.total) }) : plural("sync.syncing", status.waiting);
    case "up_to_date":
      return status.waiting > 0 ? plural("sync.syncing", status.waiting) : t("sync.up_to_date");
    case "locked":
      return t("sync.locked");
    case "needs_update":
      return t("sync.needs_update");
    case "signed_out":
      return t("sync.signed_out");
  }
}
