// What is copied for somewhere else.

import { t } from "./i18n/index.svelte";
import { toast } from "./writes.svelte";

/** Copies a text and says `done`, or that it could not be copied. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(t("copy.failed"), { error: true });
  }
}
