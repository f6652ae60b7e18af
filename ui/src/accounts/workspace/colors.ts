// What the career page makes of a workspace's colour. The server does it for the page; here it is shown before it is saved.

import { channels, contrast } from "../../shared/contrast";

/** The least contrast of text. */
export const CONTRAST_MIN = 4.5;
/** How many steps a colour is from black or white at most. */
export const STEPS = 50;
/** The backgrounds on which the colour is hardest to read, by scheme. */
export const GROUNDS = { light: "#f3f5f7", dark: "#23282e" } as const;
export const NEAR_BLACK = "#101316";
const WHITE = "#ffffff";
const BLACK = "#000000";

/** A colour as it is used: for text, and below other text. */
export interface Accent {
  color: string;
  /** The colour of text on it. */
  on: string;
}

/** Whether a text is a colour that a workspace may choose. */
export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** The first mixture of a colour with black or white that has enough contrast to a background. */
function readable(color: string, towards: string, ground: string): string {
  const ends = channels(towards);
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = channels(color).map((from, at) => Math.trunc((from * (STEPS - step) + (ends[at] ?? 0) * step) / STEPS));
    const hex = `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
    if (contrast(hex, ground) >= CONTRAST_MIN) {
      return hex;
    }
  }
  return towards;
}

/** The workspace's colour in a scheme, darkened or lightened until it can be read. */
export function accent(color: string, scheme: keyof typeof GROUNDS): Accent {
  const mixed = readable(color, scheme === "light" ? BLACK : WHITE, GROUNDS[scheme]);
  return { color: mixed, on: contrast(mixed, WHITE) >= CONTRAST_MIN ? WHITE : NEAR_BLACK };
}
