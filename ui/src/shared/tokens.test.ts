import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast } from "./contrast";

const css = readFileSync("src/shared/tokens.css", "utf8");

function theme(name: string): Map<string, string> {
  const block = new RegExp(`data-theme="${name}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

const GROUNDS = ["bg", "surface", "sunken", "hover"];
const TEXTS = ["text", "muted", "faint", "accent-text", "danger", "warn", "ok"];
const PAIRS: [string, string][] = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground): [string, string] => [text, ground])),
  ["on-accent", "accent"], ["on-accent", "accent-hover"], ["text", "accent-soft"], ["muted", "accent-soft"], ["accent-text", "accent-soft"],
  ["danger", "danger-soft"], ["warn", "warn-soft"], ["ok", "ok-soft"], ["text", "flash"], ["muted", "flash"],
];

describe.each(["light", "dark"])("the %s theme", (name) => {
  const colors = theme(name);
  const color = (token: string): string => colors.get(token) ?? "#000000";

  it("defines every token", () => {
    expect([...theme("light").keys()].sort()).toEqual([...colors.keys()].sort());
    expect(colors.size).toBeGreaterThan(20);
  });

  it.each(PAIRS)("has readable %s on %s (4.5 to 1)", (text, ground) => {
    expect(contrast(color(text), color(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GROUNDS)("shows controls and focus on %s (3 to 1)", (ground) => {
    expect(contrast(color("line-strong"), color(ground))).toBeGreaterThanOrEqual(3);
    expect(contrast(color("accent"), color(ground))).toBeGreaterThanOrEqual(3);
  });
});
