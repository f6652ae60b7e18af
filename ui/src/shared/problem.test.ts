import { afterEach, describe, expect, it } from "vitest";
import { PROBLEMS } from "../gen/problems";
import { setLanguage } from "./i18n/index.svelte";
import { said } from "./problem";

afterEach(() => setLanguage("en"));

describe("a refusal", () => {
  const code = "unknown-reference";
  const { en, fr } = PROBLEMS[code] ?? { en: "", fr: "" };

  it("is said in the person's language, with what exactly is meant", () => {
    expect(said({ code, message: `${en} The pipeline has no such stage.` })).toBe(`${en} The pipeline has no such stage.`);
    setLanguage("fr");
    expect(said({ code, message: en })).toBe(fr);
    expect(said({ code, message: `${en} The pipeline has no such stage.` })).toBe(`${fr} The pipeline has no such stage.`);
  });

  it("leaves out what is no sentence", () => {
    expect(said({ code: "transition-not-allowed", message: `${PROBLEMS["transition-not-allowed"]?.en} hired to offer` })).toBe(PROBLEMS["transition-not-allowed"]?.en);
  });

  it("is known by its sentence where no code comes with it", () => {
    setLanguage("fr");
    expect(said({ message: PROBLEMS["disk-full"]?.en ?? "" })).toBe(PROBLEMS["disk-full"]?.fr);
  });

  it("of a newer version is said as the engine says it", () => {
    setLanguage("fr");
    expect(said({ code: "of-tomorrow", message: "Not on a Sunday." })).toBe("Not on a Sunday.");
    expect(said({ code: "of-tomorrow", message: "" })).not.toBe("");
  });
});
