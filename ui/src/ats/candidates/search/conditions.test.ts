import { describe, expect, it } from "vitest";
import { CONDITIONS_MAX, filtersOf, HOWS, isKnown, isWhole, offered, WHATS, type Condition, type Context } from "./conditions";
import { isSame, nothing, readSearch, writeSearch } from "./search.svelte";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 28, 12);
const context: Context = { now: NOW, stages: [{ id: "a", kind: "new" }, { id: "b", kind: "interview" }, { id: "c", kind: "interview" }], contacts: true,
  own: [
    { key: "rate", label: "Rate", kind: "money", options: [] }, { key: "visa", label: "Visa", kind: "date", options: [] }, { key: "drives", label: "Drives", kind: "yes_no", options: [] },
    { key: "level", label: "Level", kind: "choice", options: [{ id: "a", label: "A" }] }, { key: "areas", label: "Areas", kind: "choices", options: [] }, { key: "note", label: "Note", kind: "long_text", options: [] },
  ],
};
const condition = (what: string, how: string, value = ""): Condition => ({ what, how, value });
const one = (what: string, how: string, value = ""): unknown => filtersOf([condition(what, how, value)], context)[0];

describe("conditions", () => {
  it("are at least thirty, each with a key of its own and a way to compare", () => {
    expect(WHATS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(WHATS.map(({ key }) => key)).size).toBe(WHATS.length);
    expect(WHATS.every(({ sort }) => HOWS[sort].length > 0)).toBe(true);
  });

  it.each([
    ["city", "contains", " Lyon ", { field: "city", contains: "Lyon" }],
    ["headline", "is", "Baker", { field: "headline", is: "Baker" }],
    ["summary", "empty", "", { field: "summary", empty: true }],
    ["years_experience", "least", "5", { field: "years_experience", least: 5, most: null }],
    ["years_experience", "most", "5", { field: "years_experience", least: null, most: 5 }],
    ["skills", "has", "rust", { field: "skills", has: "rust" }],
    ["pool_ids", "has", "p", { field: "pool_ids", has: "p" }],
    ["tag_ids", "lacks", "t", { field: "tag_ids", lacks: "t" }],
    ["source", "not", "agency", { field: "source", not: "agency" }],
    ["consent_to_store", "no", "", { field: "consent_to_store", is: false }],
    ["created_at", "within", "7", { field: "created_at", least: NOW - 7 * DAY_MS, most: null }],
    ["updated_at", "before", "30", { field: "updated_at", least: null, most: NOW - 30 * DAY_MS }],
    ["data_retention_until", "within", "3", { field: "data_retention_until", least: null, most: "2026-12-01" }],
    ["resume_hash", "known", "", { field: "resume_hash", empty: false }],
    ["candidate_contacts.email", "contains", "@acme", { of: "candidate_contacts", where: [{ field: "email", contains: "@acme" }], none: false }],
    ["candidate_contacts.phone", "empty", "", { of: "candidate_contacts", where: [{ field: "phone", empty: false }], none: true }],
    ["applications.id", "no", "", { of: "applications", where: [], none: true }],
    ["applications.job_id", "not", "j", { of: "applications", where: [{ field: "job_id", is: "j" }], none: true }],
    ["applications.stage_id", "is", "interview", { of: "applications", where: [{ field: "stage_id", in: ["b", "c"] }], none: false }],
    ["applications.rating", "least", "4", { of: "applications", where: [{ field: "rating", least: 4, most: null }], none: false }],
    ["custom.rate", "least", "500", { field: "custom", item: "rate", value: { between: [500, null] }, none: false }],
    ["custom.rate", "most", "-0,5", { field: "custom", item: "rate", value: { between: [null, -0.5] }, none: false }],
    ["custom.visa", "within", "3", { field: "custom", item: "visa", value: { days: [null, "2026-12-01"] }, none: false }],
    ["custom.drives", "no", "", { field: "custom", item: "drives", value: { is: "no" }, none: false }],
    ["custom.level", "not", "a", { field: "custom", item: "level", value: { is: "a" }, none: true }],
    ["custom.areas", "lacks", "a", { field: "custom", item: "areas", value: { has: "a" }, none: true }],
    ["custom.note", "empty", "", { field: "custom", item: "note", value: "known", none: true }],
    ["custom.gone", "is", "x", { field: "id", in: [] }],
    ["notes.id", "yes", "", { of: "notes", where: [], none: false }],
  ])("%s %s %s asks the engine for it", (what, how, value, filter) => {
    expect(one(what, how, value)).toEqual(filter);
  });

  it("ask for nobody in contact by mail, interview and application alike", () => {
    expect(filtersOf([condition("contact", "none_within", "90")], context)).toEqual([
      { of: "emails", where: [{ field: "at", least: NOW - 90 * DAY_MS, most: null }], none: true },
      { of: "interviews", where: [{ field: "starts_at", least: NOW - 90 * DAY_MS, most: NOW }, { field: "status", not: "cancelled" }], none: true },
      { of: "applications", where: [{ field: "applied_at", least: NOW - 90 * DAY_MS, most: null }], none: true },
    ]);
    expect(filtersOf([condition("contact", "none_within", "soon")], context)).toEqual([]);
    expect(one("consent_until", "within", "30")).toEqual({ field: "consent_until", least: null, most: "2026-12-28" });
  });

  it("that say nothing yet narrow nothing", () => {
    const unfinished = [condition("city", "contains", " "), condition("years_experience", "least", "many"), condition("created_at", "within", "-1"), condition("tag_ids", "has")];
    expect(unfinished.map((each) => isWhole(each, context))).toEqual([false, false, false, false]);
    expect(filtersOf(unfinished, context)).toEqual([]);
  });

  it("that cannot be asked let nothing through", () => {
    const nothingAtAll = { field: "id", in: [] };
    expect(one("shoe_size", "is", "44")).toEqual(nothingAtAll);
    expect(one("city", "sounds_like", "x")).toEqual(nothingAtAll);
    expect(one("shoe_size", "is", "")).toEqual(nothingAtAll);
    const blind = { ...context, contacts: false };
    expect(filtersOf([condition("candidate_contacts.email", "known")], blind)).toEqual([nothingAtAll]);
    expect(isKnown(condition("candidate_contacts.email", "known"), blind)).toBe(false);
    expect(offered(blind).some(({ of }) => of === "candidate_contacts")).toBe(false);
    expect(CONDITIONS_MAX).toBeGreaterThan(0);
  });
});

describe("a kept search", () => {
  it("is read as it was written, and what a later version put there stays", () => {
    const search = { ...nothing(), text: "rust", tag: "t", conditions: [condition("city", "is", "Lyon")] };
    expect(readSearch(writeSearch(search))).toEqual(search);
    expect(JSON.parse(writeSearch(search, '{"columns":["city"],"text":"old"}'))).toEqual({ columns: ["city"], ...search });
  });

  it("of another shape asks for nothing in particular", () => {
    for (const strange of ["", "[]", "null", "{", '{"text":1,"conditions":7}']) {
      expect(readSearch(strange)).toEqual(nothing());
    }
  });

  it("keeps conditions of another shape, by which nothing is found", () => {
    const conditions = [{ what: "city", how: "is", value: "Lyon", weight: 2 }, { any: [{ what: "city" }] }, 7];
    const search = readSearch(JSON.stringify({ conditions }));
    expect(filtersOf(search.conditions, context)).toEqual([{ field: "city", is: "Lyon" }, { field: "id", in: [] }, { field: "id", in: [] }]);
    expect((JSON.parse(writeSearch(search)) as { conditions: unknown }).conditions).toEqual(conditions);
  });

  it("is the same when it asks for the same", () => {
    expect(isSame(nothing(), { ...nothing() })).toBe(true);
    expect(isSame(nothing(), { ...nothing(), sort: "city" })).toBe(false);
    expect(isSame(nothing(), { ...nothing(), conditions: [condition("city", "is", "Lyon")] })).toBe(false);
  });
});
