import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import { JURISDICTIONS, WORDS } from "../../gen/posting";
import { testids } from "../../shared/testids";
import { missingIn, placesOf, replaced, wordsIn } from "./check";
import { blankQuestion, draftOf, type Draft } from "./draft";
import PostingCheck from "./PostingCheck.svelte";

afterEach(cleanup);

const posting = (part: Partial<Draft>): Draft => ({ ...draftOf(null, null, "CAD"), title: "Cook", ...part });
const said = (description: string): string[] => wordsIn(posting({ description })).map(({ text }) => text);

describe("words that keep people away", () => {
  it("are each found alone, in whatever case, and never within another word", () => {
    for (const { said: word } of WORDS) {
      const plain = word.replace(/\*$/, "");
      expect(said(`We want a ${plain.toUpperCase()}.`), word).toContain(plain.toUpperCase());
      expect(said(`un${plain}`), word).not.toContain(plain);
    }
    expect(said("Ninjas and rock  stars, not a gurudom")).toEqual(["Ninjas", "rock  stars"]);
    expect(said("The foremanship of premature amateurs")).toEqual([]);
    expect(said("")).toEqual([]);
  });

  it("are replaced wherever they stand, with a capital where they had one", () => {
    expect(replaced("Salesman or salesman, no salesmanship", "Salesman", "salesperson")).toBe("Salesperson or salesperson, no salesmanship");
    expect(replaced("$& he/she", "he/she", "they")).toBe("$& they");
  });

  it("are not looked for with what somebody typed as a pattern", () => {
    expect(said("a+(b|c)*[d] \\ ".repeat(2_000))).toEqual([]);
  });
});

describe("what a place asks for", () => {
  const needs = (part: Partial<Draft>): string[] => missingIn(posting(part)).map(({ place, need }) => `${place.name.en}: ${need}`);

  it("follows the country and the region, however they are written", () => {
    expect(placesOf(" Canada ", "ON").map(({ name }) => name.en)).toEqual(["Ontario"]);
    expect(placesOf("USA", "california").map(({ name }) => name.en)).toEqual(["California"]);
    expect(placesOf("CA", "CA")).toEqual([]);
    expect(placesOf("france", "Bretagne").map(({ name }) => name.en)).toEqual(["the European Union"]);
    expect(placesOf("", "Ontario")).toEqual([]);
    expect(placesOf("FR", "").map(({ name }) => name.en)).toEqual(["the European Union"]);
    JURISDICTIONS.forEach((place) => expect(placesOf(place.countries[0] ?? "", place.regions[0] ?? "")).toContain(place));
  });

  it("is said until it is so", () => {
    const ontario = { location_country: "Canada", location_state: "Ontario" };
    expect(needs(ontario)).toEqual(["Ontario: pay_range", "Ontario: ai_statement"]);
    const paid = { ...ontario, show_salary: true, salary_min: "50000", salary_max: "60000" };
    expect(needs(paid)).toEqual(["Ontario: ai_statement"]);
    expect(needs({ ...paid, show_salary: false })).toEqual(["Ontario: pay_range", "Ontario: ai_statement"]);
    expect(needs({ ...paid, description: "You bake.\nWe use AI to sort applications." })).toEqual([]);
    expect(needs({ ...paid, title: "AI engineer", description: "You build AI. You select tools." })).toEqual(["Ontario: ai_statement"]);
    expect(needs({ ...paid, description: "L’IA ne prend pas part à la sélection." })).toEqual([]);
    expect(needs({ ...paid, description: "We said so, again." })).toEqual(["Ontario: ai_statement"]);
    expect(needs({ ...paid, benefits: "Artificial intelligence takes no part in hiring.", requirements: "Canadian experience" })).toEqual(["Ontario: no_local_experience"]);
    expect(needs({ ...ontario, is_internal_only: true })).toEqual([]);
  });

  it("looks at the questions of the form too", () => {
    const question = { ...blankQuestion("q"), label: "What is your current salary?", answer: "number" };
    const there = { location_country: "France", show_salary: true, salary_min: "1", salary_max: "2" };
    expect(needs({ ...there, questions: [question] })).toEqual(["the European Union: no_pay_history"]);
    expect(needs(there)).toEqual([]);
  });
});

describe("the panel", () => {
  it("is there when there is something to say, and replaces a word at once", async () => {
    const props = $state({ draft: posting({ description: "A rockstar cook", location_country: "Canada", location_state: "BC" }) });
    render(PostingCheck, { props });
    const panel = within(screen.getByTestId(testids.postingCheck));
    expect(panel.getByText(/In British Columbia, a posting shows the pay/)).toBeTruthy();
    await fireEvent.click(panel.getByRole("button", { name: "Say “skilled professional”" }));
    expect(props.draft.description).toBe("A skilled professional cook");
    expect(screen.queryByText("rockstar")).toBeNull();
  });

  it("is not there when nothing is worth another look", () => {
    render(PostingCheck, { draft: posting({ description: "You cook for forty people." }) });
    expect(screen.queryByTestId(testids.postingCheck)).toBeNull();
  });
});
