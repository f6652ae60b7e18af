// What is typed into the form of a workspace, what it changes, and what cannot be.

import type { WorkspaceChoices } from "../../backend/online";
import type { Key } from "../../shared/i18n/index.svelte";

const TEXTS = [
  "name", "language", "currency", "timezone", "mail_reply_to", "careers_title", "careers_tagline", "careers_about", "careers_color", "careers_contact",
  "careers_email", "careers_linkedin_id", "careers_privacy_url", "careers_terms_url",
] as const;

/** A setting that is a text. */
export type TextField = (typeof TEXTS)[number];

/** The form: texts and numbers as they are typed, the origins a line each. */
export type Draft = { [field in TextField]: string } & { careers_spontaneous: boolean; careers_embed_origins: string; retention_months: string };

/** The server's limits, in characters. */
export const CHARS_MAX = { name: 120, careers_title: 120, careers_tagline: 200, careers_about: 5_000, careers_contact: 200, careers_linkedin_id: 20, careers_privacy_url: 300, careers_terms_url: 300 } as const;
/** Origins that may be named. */
export const ORIGINS_MAX = 20;
/** The longest period for which candidates can be kept, in months. */
export const RETENTION_MONTHS_MAX = 120;
/** Bytes of the largest logo. */
export const LOGO_BYTES_MAX = 60 * 1_024;
/** Pixels of a logo's longest side. */
export const LOGO_SIDE_MAX = 4_096;
/** The kinds of pictures that are taken as a logo. */
export const LOGO_TYPES = ["image/png", "image/jpeg", "image/webp"];

/** What to write instead, by the field that was refused. */
export const INSTEAD: { readonly [field: string]: Key } = {
  name: "workspace.wrong_name",
  currency: "workspace.wrong_currency",
  timezone: "workspace.wrong_timezone",
  mail_reply_to: "email.address_invalid",
  careers_title: "workspace.wrong_name",
  careers_color: "workspace.wrong_color",
  careers_email: "email.address_invalid",
  careers_linkedin_id: "workspace.wrong_linkedin",
  careers_privacy_url: "workspace.wrong_policy",
  careers_terms_url: "workspace.wrong_policy",
  careers_embed_origins: "workspace.wrong_origins",
  retention_months: "workspace.wrong_months",
};

/** The form of what was chosen. */
export function draftOf(chosen: WorkspaceChoices): Draft {
  const texts = Object.fromEntries(TEXTS.map((field) => [field, chosen[field]])) as { [field in TextField]: string };
  return { ...texts, careers_spontaneous: chosen.careers_spontaneous, careers_embed_origins: chosen.careers_embed_origins.join("\n"), retention_months: String(chosen.retention_months) };
}

/** What the form changes. What somebody else changed meanwhile stays, unless it is changed here too. */
export function changesOf(chosen: WorkspaceChoices, draft: Draft): Partial<WorkspaceChoices> {
  const before = draftOf(chosen);
  const { careers_embed_origins: lines, retention_months: months, ...typed } = draft;
  const changed = Object.entries(typed).filter(([field, value]) => before[field as keyof Draft] !== value);
  const origins = lines.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return {
    ...Object.fromEntries(changed),
    ...(lines === before.careers_embed_origins ? {} : { careers_embed_origins: origins }),
    ...(months === before.retention_months ? {} : { retention_months: Number(months) }),
  };
}

/** Whether a text is a period that candidates can be kept for; 0 is none. */
export function isPeriod(text: string): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) <= RETENTION_MONTHS_MAX;
}
