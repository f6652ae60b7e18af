import { describe, expect, it } from "vitest";
import type { FieldStep, HistoryStep } from "../../backend/types";
import { compared } from "./prose";
import { byDay, dayValue, endOfDay, fieldWords, isRestorable, isShown, shownSteps, valueText, type Context } from "./words";

const context: Context = { kind: "candidates", names: { t1: "Strong yes" }, fields: {}, own: [] };
const value = (field: string, before: unknown, after: unknown): FieldStep => ({ field, before, after, type: "value" });
const step = (at: number, fields: FieldStep[], deed: HistoryStep["deed"] = "changed"): HistoryStep => ({ change: String(at), at, by: null, author: "server", source: "server", deed, fields });

describe("the sentence of a change", () => {
  it("says what was set, changed and emptied", () => {
    expect(fieldWords(context, value("city", "Paris", "Lyon"), "Anna")).toBe("Anna changed City from Paris to Lyon");
    expect(fieldWords(context, value("city", "", "Lyon"), "Anna")).toBe("Anna set City to Lyon");
    expect(fieldWords(context, value("city", "Paris", ""), "Anna")).toBe("Anna emptied City, which was Paris");
    expect(fieldWords(context, value("willing_to_relocate", false, true), "Anna")).toBe("Anna changed Willing to move from no to yes");
  });

  it("is a line where several fields have one author", () => {
    expect(fieldWords(context, value("city", "Paris", "Lyon"), null)).toBe("City: Paris → Lyon");
  });

  it("names what a reference points to, and says so when it is gone", () => {
    const tags: FieldStep = { field: "tag_ids", before: ["t2"], after: ["t1"], type: "set", added: ["t1"], removed: ["t2"] };
    expect(fieldWords(context, tags, "Anna")).toBe("Anna changed Tags: added Strong yes, removed Something that no longer exists");
  });

  it("says of an opening that was closed why, and by whom", () => {
    const who = "0192aaaa-0000-7000-8000-000000000001";
    const job: Context = { kind: "jobs", names: { [who]: "Anna" }, fields: {}, own: [] };
    const closed = [{ id: "1", reason: "no_budget", note: "Next year", by: who, at: 1 }, { id: "2", reason: "moved", note: "", by: who.replace("1", "2"), at: 1 }];
    expect(valueText(job, "closed_openings", closed)).toBe("No budget any more · Next year · Anna\nMoved to another team");
  });

  it("says of a stage what people call its parts, and no ids", () => {
    const stage = { id: "s", name: "New", kind: "new", color: "#64748b", target_days: 3, description: "", email_template_id: "0192", advance: "answers", warn_days: 1, escalate_days: null, escalate_to_id: "0193" };
    const of: Context = { ...context, kind: "pipelines" };
    expect(valueText(of, "stages", [stage])).toBe("New · New · goes on by its answers");
    expect(valueText(of, "stages", [{ ...stage, advance: "never" }])).toBe("New · New");
  });

  it("says whose value stayed when two wrote at the same time", () => {
    const lost: FieldStep = { ...value("city", "Lyon", "Lyon"), overruled: "Nice" };
    expect(fieldWords(context, lost, "Anna")).toBe("Anna wrote Nice for City at the same time as somebody else, whose value stayed");
  });

  it("says that two records were merged, separated and told apart", () => {
    expect(fieldWords(context, value("merged_into_id", null, "t1"), "Anna")).toBe("Anna merged this candidate into Strong yes");
    expect(fieldWords(context, value("merged_into_id", "t1", null), null)).toBe("Separated from Strong yes");
    const apart: FieldStep = { field: "distinct_from_ids", before: [], after: ["t1"], type: "set", added: ["t1"], removed: [] };
    expect(fieldWords(context, apart, "Anna")).toBe("Anna noted that this is not the same person as Strong yes");
    expect(["merged_into_id", "distinct_from_ids", "city"].map(isRestorable)).toEqual([false, false, true]);
    expect(["candidates", "candidate_contacts"].map((kind) => isShown(kind as "candidates", "before_merge"))).toEqual([false, false]);
  });

  it("writes amounts with the currency of the record", () => {
    const contact: Context = { kind: "candidate_contacts", names: {}, fields: { desired_salary_currency: "USD" }, own: [] };
    expect(valueText(contact, "desired_salary_min", 7_800_000)).toBe("$78,000");
    const rule: Context = { kind: "approval_rules", names: {}, fields: { pay_currency: "USD" }, own: [] };
    expect(valueText(rule, "pay_from", 7_800_000)).toBe("$78,000");
  });

  it("writes an offer's pay, its parts and what was asked for instead in words", () => {
    const offer: Context = { kind: "offers", names: {}, fields: { currency: "USD" }, own: [] };
    const parts = [{ id: "a", amount: 50_000, guaranteed: true, name: "Car", paid: "monthly" }, { id: "b", amount: 100_000, guaranteed: false, name: "Move", paid: "once" }];
    expect(valueText(offer, "components", parts)).toBe("Car: $500 per month\nMove: $1,000 once, not guaranteed");
    for (const kind of ["contracts", "offer_templates"] as const) {
      expect(valueText({ ...offer, kind }, "components", parts.slice(0, 1))).toBe("Car: $500 per month");
    }
    expect(["salary", "bonus", "signing_bonus"].map((field) => valueText(offer, field, 5_000_000))).toEqual(["$50,000", "$50,000", "$50,000"]);
    expect([valueText(offer, "period", "yearly"), valueText(offer, "employment", "full_time"), valueText(offer, "status", "pending_approval")]).toEqual(["a year", "Full time", "Waits for agreement"]);
    expect(valueText(offer, "counters", [{ id: "1", at: 1, currency: "USD", period: "yearly", reason: "The market", salary: 6_000_000, version: 0 }])).toBe("$60,000 a year · The market");
  });

  it("says which times were offered all the same, and who declined", () => {
    const interview: Context = { kind: "interviews", names: { m: "Anna", c: "Zoë" }, fields: {}, own: [] };
    const at = new Date(2026, 10, 27, 10).getTime();
    expect(valueText(interview, "offered_anyway", [String(at)])).toBe(valueText(interview, "starts_at", at));
    const declined: FieldStep = { field: "declined", before: [], after: ["c", "m"], type: "set", added: ["c", "m"], removed: [] };
    expect(fieldWords(interview, declined, null)).toContain("Zoë, Anna");
    expect(valueText(interview, "declined", ["gone"])).toBe("Something that no longer exists");
    expect([valueText(interview, "status", "no_show"), valueText(interview, "kind", "in_person")]).toEqual(["Did not come", "In person"]);
  });

  it("says how somebody knows a candidate", () => {
    const reference: Context = { kind: "candidate_references", names: {}, fields: {}, own: [] };
    expect([valueText(reference, "relation", "report"), valueText(reference, "status", "expired")]).toEqual(["Worked for the candidate", "Ran out"]);
  });

  it("says what somebody would have corrected by its fields", () => {
    const contact: Context = { kind: "candidate_contacts", names: {}, fields: {}, own: [] };
    const long = JSON.stringify({ city: "Laval", phone: "", website_url: "https://example.org/somebody/with/a/long/address" });
    expect(valueText(contact, "proposal", long)).toBe("City: Laval · Phone: (nothing) · Website: https://example.org/somebody/with/a/long/address");
    expect(fieldWords(contact, value("proposal", "", long), "Anna")).toMatch(/^Anna set Proposed changes to City: Laval · Phone: \(nothing\) · /);
    expect([valueText(contact, "proposal", "{"), valueText(contact, "proposal", "")]).toEqual(["{", ""]);
  });
});

describe("a value of one of the workspace's own fields", () => {
  it("stands with the name of its field, and goes by its key when that is gone", () => {
    const level = { key: "level", label: "Level", kind: "choice", options: [{ id: "a", label: "High" }], help: "", place: 0 };
    const own = { ...context, own: [level] };
    expect(valueText(own, "custom", [{ id: "level", value: "a" }, { id: "badge", value: "12" }])).toBe("Level · High\nbadge · 12");
  });
});

describe("the steps", () => {
  it("leave out what is bookkeeping alone, and keep what this version does not know", () => {
    const only = step(1, [value("resume_hash", null, "x")]);
    const both = step(2, [value("resume_hash", null, "x"), value("resume_name", "", "cv.pdf")]);
    const unknown = step(3, []);
    const shown = shownSteps("candidates", [only, both, unknown]);
    expect(shown.map(({ change, fields }) => [change, fields.length])).toEqual([["2", 1], ["3", 0]]);
  });

  it("stand under their days", () => {
    const noon = new Date(2026, 10, 22, 12).getTime();
    const days = byDay([step(noon + 1, []), step(noon, []), step(noon - 86_400_000, [])]);
    expect(days.map(({ steps }) => steps.length)).toEqual([2, 1]);
  });
});

describe("a day", () => {
  it("ends a millisecond before the next one", () => {
    const end = endOfDay("2026-11-22") ?? 0;
    expect(dayValue(end)).toBe("2026-11-22");
    expect(dayValue(end + 1)).toBe("2026-11-23");
    expect(endOfDay("")).toBeNull();
  });
});

describe("two versions of a text", () => {
  it("are one text with what went and what came", () => {
    expect(compared("a quick brown fox", "a slow brown fox")).toEqual([
      { what: "same", text: "a " }, { what: "gone", text: "quick" }, { what: "new", text: "slow" }, { what: "same", text: " brown fox" },
    ]);
  });

  it("are two texts when hardly a word stayed", () => {
    expect(compared("Looks after a small team.", "Ten years between operations and people.").map(({ what }) => what)).toEqual(["gone", "same", "new"]);
  });

  it("show only the surroundings of a difference in a long text", () => {
    const long = "word ".repeat(200);
    const pieces = compared(`${long}end`, `${long}finish`);
    expect(pieces[0]?.text.length).toBeLessThan(70);
    expect(pieces[0]?.text.startsWith("…")).toBe(true);
    expect(pieces.map(({ what }) => what)).toEqual(["same", "gone", "new"]);
  });
});
