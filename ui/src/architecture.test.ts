import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = "src";
const LINES_MAX = 600;
/** What each layer may import beside itself; everything else is a domain. */
const MAY: { [layer: string]: string[] } = {
  gen: [],
  backend: ["gen"],
  shared: ["backend", "gen"],
  views: ["shared", "backend", "gen", "ats", "hr", "accounts", "notifications", "privacy", "sync"],
  "": ["views", "backend", "shared"],
};
const DOMAIN = ["shared", "backend", "gen"];

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(ts|svelte)$/.test(file))
  .map((file) => ({ path: file, text: readFileSync(join(ROOT, file), "utf8") }));
const layerOf = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : "");

describe("the house", () => {
  it.each(files)("$path imports only what its layer may", ({ path, text }) => {
    const layer = layerOf(path);
    const allowed = [layer, ...(MAY[layer] ?? DOMAIN)];
    const imports = [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) => relative(ROOT, join(ROOT, dirname(path), match[1] ?? "")));
    // Tests of a screen may use the in-memory engine, which is part of backend/.
    imports.forEach((target) => expect(allowed, `${path} imports ${target}`).toContain(layerOf(target)));
  });

  it.each(files)("$path is short, and typed", ({ path, text }) => {
    expect(text.split("\n").length).toBeLessThan(LINES_MAX);
    if (!path.endsWith("architecture.test.ts")) {
      expect(text).not.toMatch(/(:|as|<)\s*any\b|@ts-(ignore|expect-error|nocheck)|TO[D]O|FIX[M]E/);
    }
  });

  it("never ships the in-memory engine: only the fake mode imports it", () => {
    const users = files.filter(({ path, text }) => !path.endsWith(".test.ts") && !path.startsWith("backend/fake") && !path.startsWith("shared/testing") && text.includes("backend/fake"));
    expect(users.map(({ path }) => path)).toEqual(["main.ts"]);
    expect(users[0]?.text).toMatch(/import\.meta\.env\.MODE === "fake"\) \{\s*const \{[^}]+\} = await import/);
  });
});
