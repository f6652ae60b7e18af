import { describe, expect, it } from "vitest";
import type { Row } from "../../backend/types";
import type { CustomField } from "../../gen/records";
import { ordered, shown } from "../../shared/own";
import { createFields, draftOf, editsOf, keyFor, moved, newDraft, problems, valueEdit, valueOf, written } from "./field";

function field(key: string, place: number, part: Partial<CustomField> = {}): Row<"custom_fields"> {
  const fields: CustomField = { key, label: key, kind: "text", options: [], help: "", place, ...part };
  return { id: key, kind: "custom_fields", created_at: place, created_by: null, updated_at: 0, updated_by: null, deleted: false, pending: false, fields };
}

describe("a field of one's own", () => {
  it("has a key that its name suggests and no other has", () => {
    expect(keyFor("Visa until", [])).toBe("visa_until");
    expect(keyFor("Échéance n° 2", [])).toBe("echeance_n_2");
    expect(keyFor("2nd ", ["nd"])).toBe("nd_2");
    expect(keyFor("日本", [])).toBe("field");
    expect(keyFor("x".repeat(99), []).length).toBeLessThanOrEqual(40);
    expect(keyFor("", ["field", "field_2"])).toBe("field_3");
  });

  it("says what is missing, becomes a record at the end, and only what changed becomes an edit", () => {
    expect(problems(newDraft())).toEqual({ label: "own.label_needed" });
    const draft = { ...newDraft(), label: " Level ", kind: "choice", options: [{ id: "a", label: "" }] };
    expect(problems(draft)).toEqual({ a: "own.option_label_needed" });
    expect(problems({ ...draft, options: [] })).toEqual({ options: "own.option_needed" });
    const made = createFields({ ...draft, options: [{ id: "a", label: " High " }] }, [field("level", 30)], ["level"]);
    expect(made).toEqual({ key: "level_2", label: "Level", kind: "choice", help: "", options: [{ id: "a", label: "High" }], place: 40 });
    expect(createFields({ ...draft, kind: "text" }, [], []).options).toEqual([]);
    const before = field("level", 10, { kind: "choice", options: [{ id: "a", label: "High" }] }).fields;
    expect(editsOf(before, draftOf(before))).toEqual([]);
    const changed = { ...draftOf(before), label: "Rank", options: [{ id: "a", label: "High" }, { id: "b", label: "Low" }] };
    expect(editsOf(before, changed)).toEqual([
      { op: "set", field: "label", value: "Rank" },
      { op: "item_put", field: "options", item: "b", after: "a", values: { label: "Low" } },
    ]);
  });

  it("moves among the others, and those that keep their place are left alone", () => {
    const rows = [field("b", 20), field("a", 10), field("c", 30)];
    expect(ordered(rows).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(moved(rows, 0, 1)).toEqual([
      { id: "b", edits: [{ op: "set", field: "place", value: 10 }] },
      { id: "a", edits: [{ op: "set", field: "place", value: 20 }] },
    ]);
    expect(moved(rows, 0, -1)).toEqual([]);
    expect(moved(rows, 2, 1)).toEqual([]);
  });
});

describe("a value", () => {
  it.each([
    ["number", " 1 250,5 ", "1250.5"], ["number", "007", "7"], ["number", "1,250", "1250"], ["number", "1,250.5", "1250.5"], ["number", "1.250,50", "1250.50"], ["number", "1,25", "1.25"], ["money", "120,000 CAD", "120000 CAD"], ["number", "1e9", null], ["number", "1.2.3", null], ["number", "-0.5", "-0.5"],
    ["money", "1250", "1250 CAD"], ["money", "1 250.50 eur", "1250.50 EUR"], ["money", "a lot", null],
    ["date", "2026-02-28", "2026-02-28"], ["date", "tomorrow", null],
    ["link", "acme.example/a", "https://acme.example/a"], ["link", "HTTP://x.example", "http://x.example"], ["link", "a b", null], ["link", "javascript:alert(1)", null],
    ["email", "a@b.co", "a@b.co"], ["email", "a@b", null], ["phone", "+1 (514) 555-0100", "+1 (514) 555-0100"], ["phone", "call", null],
    ["text", " two  words\n", "two words"], ["text", "x".repeat(501), null], ["long_text", " a\nb ", "a\nb"], ["number", " ", ""],
  ])("of a %s that is typed as %j is written %j", (kind, typed, value) => {
    expect(written(kind, typed)).toBe(value);
  });

  it("is read, given and taken away by its key, and shown in words", () => {
    const candidate = { custom: [{ id: "level", value: "a,gone" }] };
    expect([valueOf(candidate, "level"), valueOf(candidate, "other")]).toEqual(["a,gone", ""]);
    expect(valueEdit("level", "a")).toEqual({ op: "item_put", field: "custom", item: "level", after: null, values: { value: "a" } });
    expect(valueEdit("level", "")).toEqual({ op: "item_put", field: "custom", item: "level", after: null, values: { value: "" } });
    expect(shown({ kind: "choices", options: [{ id: "a", label: "High" }] }, "a,gone")).toBe("High, an option that was removed");
    expect(shown({ kind: "yes_no", options: [] }, "no")).toBe("No");
    expect(shown({ kind: "money", options: [] }, "5 CAD")).toBe("5 CAD");
  });
});
