// What a workspace says on its career pages besides its jobs, by the server's names.

import type { Logo } from "./online";

/** A text in each language of the pages; where one is empty the other stands for it. */
export interface SiteText {
  en: string;
  fr: string;
}

/** A picture where it is shown. */
export interface SiteImage {
  hash: string;
  /** What it shows, for those who do not see it. */
  alt: SiteText;
}

export const SECTION_KINDS = ["text", "values", "benefits", "stats", "faq", "testimonials", "image", "gallery", "cta", "video"] as const;
/** What a section is. */
export type SectionKind = (typeof SECTION_KINDS)[number];

/** One of several things of a section. */
export interface SiteItem {
  title: SiteText;
  text: SiteText;
  picture: SiteImage | null;
}

/** A part of a page. */
export interface SiteSection {
  kind: SectionKind;
  is_hidden: boolean;
  title: SiteText;
  text: SiteText;
  items: SiteItem[];
  picture: SiteImage | null;
  /** Where it leads; an empty text for the open positions. */
  link: string;
  link_label: SiteText;
}

/** A page of the workspace's own. */
export interface SitePage {
  slug: string;
  title: SiteText;
  meta_title: SiteText;
  meta_description: SiteText;
  in_navigation: boolean;
  is_published: boolean;
  sections: SiteSection[];
}

export const SOCIAL_PLACES = ["linkedin", "x", "facebook", "instagram", "glassdoor", "youtube"] as const;
/** Where else a workspace may be found. */
export type SocialPlace = (typeof SOCIAL_PLACES)[number];

/** Everything that is said. */
export interface SiteContent {
  hero_title: SiteText;
  hero_subtitle: SiteText;
  meta_title: SiteText;
  meta_description: SiteText;
  /** `#rrggbb`, or an empty text. */
  secondary_color: string;
  accent_color: string;
  cover: SiteImage | null;
  favicon: SiteImage | null;
  share: SiteImage | null;
  social: { [place in SocialPlace]: string };
  /** What those who apply agree to. */
  consent: SiteText;
  sections: SiteSection[];
  pages: SitePage[];
}

/** What is said, in which version, and where it is seen. */
export interface Site {
  version: number;
  content: SiteContent;
  /** Every picture that the server keeps. */
  pictures: Logo[];
  /** The address of the career pages. */
  url: string;
  /** What lets a link show what is hidden, for a day. */
  preview: string;
}

/** What the engine does with career pages; for administrators, and only with the server. */
export interface CareerPages {
  careerSite(): Promise<Site>;
  /** Says something else in the place of the version that was read; `conflict` when somebody else did meanwhile. A value that cannot be is refused at its place, as in `pages.0.slug`. */
  saveCareerSite(version: number, content: SiteContent): Promise<Site>;
  careerPicture(hash: string): Promise<Uint8Array>;
  /** Keeps a picture, to be shown by what is saved next. */
  keepCareerPicture(bytes: Uint8Array): Promise<Logo>;
}
