import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { fr } from "./fr";
import { choice, plural, setLanguage, t } from "./index.svelte";

const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe("the dictionary", () => {
  it("has the same keys in both languages", () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  });

  it("has a text for every key, with the same places in both languages", () => {
    for (const [key, text] of Object.entries(en)) {
      const french = fr[key as keyof typeof en];
      expect(french.trim(), key).not.toBe("");
      expect(places(french), key).toEqual(places(text));
    }
  });

  it("has a plural for every singular", () => {
    const stems = Object.keys(en).filter((key) => key.endsWith(".one")).map((key) => key.slice(0, -4));
    expect(stems.length).toBeGreaterThan(10);
    stems.forEach((stem) => expect(Object.keys(en)).toContain(`${stem}.other`));
  });

  it("names every mail that the server writes", () => {
    const source = readFileSync("../sync-server/src/mail/content.rs", "utf8");
    const names = [...source.matchAll(/Self::\w+(?: \{ \.\. \})? => "(\w+)",/g)].map(([, name]) => `mail_template.${name ?? ""}`);
    expect(names.length).toBeGreaterThan(10);
    names.forEach((name) => expect(Object.keys(en)).toContain(name));
  });

  it("speaks of no machinery", () => {
    for (const text of [...Object.values(en), ...Object.values(fr)]) {
      expect(text).not.toMatch(/entity|crdt|document id|automerge|sqlite|error \d/i);
    }
  });
});

describe("texts", () => {
  it("follow the language, and count as it does", () => {
    setLanguage("en");
    expect([plural("days", 0), plural("days", 1), plural("days", 2)]).toEqual(["0 days", "1 day", "2 days"]);
    setLanguage("fr");
    expect([plural("days", 0), plural("days", 1), plural("days", 2)]).toEqual(["0 jour", "1 jour", "2 jours"]);
    expect(t("nav.jobs")).toBe("Postes");
    expect(document.documentElement.lang).toBe("fr");
    setLanguage("en");
  });

  it("show a value of a newer version as it is", () => {
    expect(choice("job_status", "under_review")).toBe("under review");
  });
});
