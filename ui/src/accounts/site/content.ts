// What can be said on career pages: how each part begins, the server's limits, and what to write instead of what it refused.

import type { Site, SiteItem, SitePage, SiteSection, SectionKind, SiteText, SocialPlace } from "../../backend/site";
import type { Key } from "../../shared/i18n/index.svelte";

/** The server's limits. */
export const MOST = {
  sections: 20, items: 20, pages: 20, in_navigation: 6, title: 200, label: 60, text: 5_000, item: 2_000, number: 20, subtitle: 500, meta_title: 60,
  meta_description: 160, alt: 200, consent: 1_000, link: 300, slug: 60, favicon_side: 512,
} as const;
/** Bytes of the largest picture. */
export const PICTURE_BYTES_MAX = 512 * 1_024;
/** Pixels of a picture's longest side. */
export const PICTURE_SIDE_MAX = 4_096;

/** The names of places, which are the same in every language. */
export const PLACE_NAMES: { readonly [place in SocialPlace]: string } = {
  linkedin: "LinkedIn", x: "X", facebook: "Facebook", instagram: "Instagram", glassdoor: "Glassdoor", youtube: "YouTube",
};

/** The kinds of sections that are made of several things. */
const WITH_ITEMS: readonly SectionKind[] = ["values", "benefits", "stats", "faq", "testimonials", "gallery"];

/** Whether a section is made of several things. */
export function hasItems(kind: SectionKind): boolean {
  return WITH_ITEMS.includes(kind);
}

/** Whether the things of a section may have a picture. */
export function hasPictures(kind: SectionKind): boolean {
  return kind === "gallery" || kind === "testimonials";
}

/** Nothing, in either language. */
export function blankText(): SiteText {
  return { en: "", fr: "" };
}

/** A new thing of a section. */
export function blankItem(): SiteItem {
  return { title: blankText(), text: blankText(), picture: null };
}

/** A new section. */
export function blankSection(kind: SectionKind): SiteSection {
  return {
    kind, is_hidden: false, title: blankText(), text: blankText(), items: hasItems(kind) ? [blankItem()] : [], picture: null, link: "", link_label: blankText(),
  };
}

/** A new page: a draft, which nobody sees yet. */
export function blankPage(): SitePage {
  return { slug: "", title: blankText(), meta_title: blankText(), meta_description: blankText(), in_navigation: true, is_published: false, sections: [blankSection("text")] };
}

/** A text in the person's language, or in the other one. */
export function readable(text: SiteText, language: string): string {
  const [own, other] = language === "fr" ? [text.fr, text.en] : [text.en, text.fr];
  return own === "" ? other : own;
}

/** The part of an address that a title asks for. */
export function slugOf(title: string): string {
  const plain = title.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").slice(0, MOST.slug).replace(/^-+|-+$/g, "");
}

/** Where the pages are seen with what is hidden and what is a draft, for a day. */
export function previewOf({ url, preview }: Site, slug = ""): string {
  return `${url}${slug === "" ? "" : `p/${slug}/`}?preview=${encodeURIComponent(preview)}`;
}

/** Whether something within a place was refused. */
export function isWrong(errors: { [field: string]: string }, place: string): boolean {
  return Object.keys(errors).some((field) => field === place || field.startsWith(`${place}.`));
}

/** What to write instead, by the end of the place that was refused. */
const INSTEAD: readonly [RegExp, Key][] = [
  [/\.slug$/, "site.wrong_slug"],
  [/\.alt\.\w+$/, "site.wrong_alt"],
  [/(\.picture|^cover|^share)$/, "site.wrong_picture"],
  [/^favicon$/, "site.wrong_favicon"],
  [/\.link$/, "workspace.wrong_policy"],
  [/^social\./, "site.wrong_social"],
  [/_color$/, "workspace.wrong_color"],
  [/\.in_navigation$/, "site.wrong_navigation"],
  [/\.items$/, "site.wrong_items"],
  [/(^|\.)sections$/, "site.wrong_sections"],
];

/** The sentence for what was refused at a place: a key where there are words for it, with its value. */
export function instead(field: string, message: string): { key: Key; most: number } | null {
  const key = INSTEAD.find(([end]) => end.test(field))?.[1];
  if (key) {
    return { key, most: key === "site.wrong_items" ? MOST.items : key === "site.wrong_navigation" ? MOST.in_navigation : key === "site.wrong_favicon" ? MOST.favicon_side : MOST.slug };
  }
  const most = /^Write at most (\d+) characters\.$/.exec(message)?.[1];
  if (most !== undefined) {
    return { key: "site.wrong_long", most: Number(most) };
  }
  return message === "This is needed." ? { key: "workspace.wrong_name", most: 0 } : null;
}
