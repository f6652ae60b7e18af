import { describe, expect, it } from "vitest";
import { blankCandidate, blankContact, row } from "../../backend/fake/data";
import type { DuplicatePair, DuplicateSide } from "../../backend/types";
import type { RecordOf } from "../../gen/records";
import { choose, lines, picked, requestOf, united, usuallyKept, type Choices, type Line } from "./comparison";
import { likenessWords, lineText, sureWords } from "./words";

interface Parts {
  candidate?: Partial<RecordOf<"candidates">>;
  /** Null where there is no contact. */
  contact?: Partial<RecordOf<"candidate_contacts">> | null;
  applications?: number;
  notes?: number;
}

function side(id: string, { candidate = {}, contact = {}, applications = 0, notes = 0 }: Parts): DuplicateSide {
  return {
    candidate: row("candidates", id, { ...blankCandidate(), ...candidate }, 0, ""),
    contact: contact === null ? null : row("candidate_contacts", `contact of ${id}`, { ...blankContact(id), ...contact }, 0, ""),
    applications,
    notes,
  };
}

const pairOf = (first: Parts, second: Parts): DuplicatePair => ({ first: side("old", first), second: side("new", second), likenesses: [], score: 0 });
const fates = (pair: DuplicatePair): { [field: string]: string } => Object.fromEntries(lines(pair).map(({ field, fate }) => [field, fate]));
const lineOf = (pair: DuplicatePair, field: string): Line => {
  const found = lines(pair).find((line) => line.field === field);
  if (!found) {
    throw new Error(`no line for ${field}`);
  }
  return found;
};
const chosen = (pair: DuplicatePair, choices: Choices, kept: "first" | "second"): string[] => requestOf(pair, lines(pair), choices, kept).chosen;

describe("what is shown of two candidates", () => {
  it("is each field in which one of them has something", () => {
    const pair = pairOf(
      { candidate: { first_name: "Ada", city: "Paris", skills: ["Rust"], languages: ["English"], source: "referral" }, contact: { email: "ada@a.example" } },
      { candidate: { first_name: "Ada", city: "Lyon", headline: "Engineer", skills: ["SQL"], languages: ["English"], source: "agency" }, contact: { email: "ada@a.example", phone: "1" } },
    );
    expect(fates(pair)).toEqual({ first_name: "same", city: "differs", headline: "only", skills: "united", languages: "same", source: "differs", email: "same", phone: "only" });
  });

  it("is nothing of bookkeeping, and nothing of what is each one's own", () => {
    const own = { merged_into_id: "x", distinct_from_ids: ["x"], before_merge: "{}", is_private: true, visible_to_ids: ["x"], resume_type: "text/plain", resume_text: "Long" };
    expect(fates(pairOf({ candidate: own, contact: { before_merge: "{}" } }, {}))).toEqual({ source: "same" });
  });

  it("says no where one said yes, and nothing where both said no", () => {
    expect(fates(pairOf({ candidate: { willing_to_relocate: true } }, {}))).toEqual({ willing_to_relocate: "differs", source: "same" });
  });

  it("takes spaces for nothing", () => {
    expect(fates(pairOf({ candidate: { headline: "  " } }, { candidate: { headline: "Engineer" } })).headline).toBe("only");
  });

  it("has a résumé by its file and shows its name", () => {
    const file = (resume_hash: string, resume_name: string): Parts => ({ candidate: { resume_hash, resume_name } });
    const two = pairOf(file("aa", "cv.pdf"), file("bb", "cv.pdf"));
    expect(lineOf(two, "resume_name")).toMatchObject({ fate: "differs", first: "cv.pdf", second: "cv.pdf" });
    const unnamed = pairOf(file("aa", ""), {});
    expect(lineOf(unnamed, "resume_name").fate).toBe("only");
    expect(["first", "second"].map((which) => lineText(unnamed, lineOf(unnamed, "resume_name"), which as "first", {}))).toEqual(["Résumé", ""]);
  });

  it("is nothing of contacts that are not here, and all of the only one", () => {
    expect(fates(pairOf({ contact: null }, { contact: null }))).toEqual({ source: "same" });
    expect(fates(pairOf({ contact: null }, { contact: { email: "a@b.example" } }))).toEqual({ source: "same", email: "only" });
  });
});

describe("what becomes of the two", () => {
  const pair = pairOf({ candidate: { city: "Paris", headline: "One", resume_hash: "aa" }, notes: 1 }, { candidate: { city: "Lyon", headline: "Two", resume_hash: "bb" } });

  it("keeps the record with more to it, and of two alike the older one", () => {
    expect(usuallyKept(pairOf({ notes: 1 }, { applications: 1 }))).toBe("first");
    expect(usuallyKept(pairOf({ notes: 1 }, { applications: 2 }))).toBe("second");
    expect(usuallyKept(pairOf({ applications: 1 }, { notes: 2 }))).toBe("second");
  });

  it("takes nothing from the record that goes unless somebody said so", () => {
    expect(requestOf(pair, lines(pair), {}, "first")).toEqual({ kept: "old", merged: "new", chosen: [] });
    expect(requestOf(pair, lines(pair), { city: "second", resume_name: "second" }, "first")).toEqual({ kept: "old", merged: "new", chosen: ["city", "resume_hash"] });
  });

  it("holds to what was said when the other record stays", () => {
    const choices: Choices = { city: "second", headline: "first" };
    expect(chosen(pair, choices, "first")).toEqual(["city"]);
    expect(chosen(pair, choices, "second")).toEqual(["headline"]);
    expect(picked(lineOf(pair, "resume_name"), choices, "second")).toBe("second");
  });

  it("unites sets, whichever record stays", () => {
    const sets = lineOf(pairOf({ candidate: { skills: ["a", "b"] } }, { candidate: { skills: ["b", "c"] } }), "skills");
    expect(united(sets, "first")).toEqual([{ value: "a", added: false }, { value: "b", added: false }, { value: "c", added: true }]);
    expect(united(sets, "second")).toEqual([{ value: "b", added: false }, { value: "c", added: false }, { value: "a", added: true }]);
    expect(fates(pairOf({ candidate: { skills: ["a", "b"] } }, { candidate: { skills: ["b", "a"] } })).skills).toBe("same");
  });
});

describe("a salary wish", () => {
  const wish = (min: number | null, max: number | null, currency: string): Parts => ({ contact: { desired_salary_min: min, desired_salary_max: max, desired_salary_currency: currency } });

  it("has no currency without an amount", () => {
    expect(fates(pairOf(wish(null, null, "CAD"), wish(null, null, "EUR")))).toEqual({ source: "same" });
  });

  it("brings its currency along where only one of them has one", () => {
    const pair = pairOf(wish(null, null, "CAD"), wish(100, null, "EUR"));
    expect(lineOf(pair, "desired_salary_currency")).toMatchObject({ fate: "only", first: null, second: "EUR" });
    expect(chosen(pair, {}, "first")).toEqual(["desired_salary_min", "desired_salary_currency", "desired_salary_period"]);
    expect(chosen(pair, {}, "second")).toEqual([]);
  });

  it("is chosen as a whole where both have one", () => {
    const apart = pairOf(wish(100, 200, "CAD"), wish(110, 200, "EUR"));
    const choices = choose(lines(apart), { city: "first" }, lineOf(apart, "desired_salary_min"), "second");
    expect(choices).toEqual({ city: "first", desired_salary_min: "second", desired_salary_currency: "second" });
    const gaps = pairOf(wish(100, null, "CAD"), wish(null, 210, "CAD"));
    expect(lineOf(gaps, "desired_salary_max")).toMatchObject({ fate: "differs", first: null, second: 210 });
    expect(choose(lines(gaps), {}, lineOf(gaps, "desired_salary_max"), "second")).toEqual({ desired_salary_min: "second", desired_salary_max: "second" });
  });
});

describe("whether somebody may be kept", () => {
  const yes = (consent_on: string | null, consent_until: string | null): Parts => ({ candidate: { consent_to_store: true, consent_on, consent_until, keep_in_mind_at: 5, keep_in_mind_words: "Yes.", data_retention_until: "2028-01-01" } });
  const no: Parts = { candidate: { consent_on: null, consent_until: "2026-03-01", data_retention_until: "2026-03-01" } };

  it("is chosen with its days where both agreed", () => {
    const pair = pairOf(yes("2024-01-01", "2026-01-01"), yes("2025-01-01", null));
    expect(lineOf(pair, "consent_until")).toMatchObject({ fate: "differs", fixed: null });
    expect(choose(lines(pair), {}, lineOf(pair, "consent_on"), "second")).toEqual({ consent_on: "second", consent_until: "second" });
    expect(chosen(pair, { consent_on: "second", consent_until: "second" }, "first")).toEqual(["consent_on", "consent_until"]);
  });

  it("is what one of them said where the other was never asked", () => {
    const pair = pairOf({}, yes("2025-01-01", null));
    expect(lineOf(pair, "consent_to_store")).toMatchObject({ fate: "only", first: null, second: true, fixed: "second" });
    expect(lineOf(pair, "keep_in_mind_words")).toMatchObject({ fate: "only", first: null, second: "Yes.", fixed: "second" });
  });

  it("is no where one of them said no, whichever record stays", () => {
    for (const [pair, side] of [[pairOf(no, yes("2025-01-01", "2027-01-01")), "first"], [pairOf(yes("2025-01-01", "2027-01-01"), no), "second"]] as const) {
      for (const field of ["consent_to_store", "consent_on", "consent_until", "keep_in_mind_at", "keep_in_mind_words", "data_retention_until"]) {
        expect([field, lineOf(pair, field).fate, lineOf(pair, field).fixed]).toEqual([field, "only", side]);
      }
      expect([picked(lineOf(pair, "consent_to_store"), { consent_to_store: "first" }, "second"), picked(lineOf(pair, "consent_to_store"), {}, "first")]).toEqual([side, side]);
    }
  });

  it("ends on the earlier day where one of them said no", () => {
    const pair = pairOf(no, { candidate: { data_retention_until: "2026-01-01" } });
    expect(lineOf(pair, "data_retention_until").fixed).toBe("second");
  });
});

describe("the words", () => {
  it("format values by what they are", () => {
    const pair = pairOf(
      { candidate: { source: "career_page", referred_by_id: "m", tag_ids: ["t"], data_retention_until: "2027-03-01", willing_to_relocate: true }, contact: { desired_salary_min: 7_800_000, notice_period_days: 1 } },
      {},
    );
    const names = { m: "Samuel Adeyemi", t: "Bilingual" };
    const text = (field: string): string => lineText(pair, lineOf(pair, field), "first", names);
    const fields = ["source", "referred_by_id", "tag_ids", "data_retention_until", "willing_to_relocate", "desired_salary_min", "notice_period_days"];
    expect(fields.map(text)).toEqual(["Career page", "Samuel Adeyemi", "Bilingual", "Mar 1, 2027", "yes", "CA$78,000", "1 day"]);
  });

  it("say how sure it is and why", () => {
    expect([100, 95, 94, 80, 79, 50].map(sureWords)).toEqual(["Almost certainly", "Almost certainly", "Probably", "Probably", "Possibly", "Possibly"]);
    expect(likenessWords(["email", "resume", "name"])).toBe("same e-mail, same résumé, and same name");
  });
});
