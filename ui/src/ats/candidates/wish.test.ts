import { describe, expect, it } from "vitest";
import { wishDraft, wishEdits, wishFields, wishProblems, wishText } from "./wish";

const NONE = { desired_salary_min: null, desired_salary_max: null, desired_salary_currency: "", desired_salary_period: "yearly" };

describe("a salary wish", () => {
  it("is typed in major units and kept in minor ones, with its currency", () => {
    const draft = { least: "70,000", most: "82 500.50", currency: "EUR", period: "yearly" };
    expect(wishProblems(draft)).toEqual({});
    const kept = { desired_salary_min: 7_000_000, desired_salary_max: 8_250_050, desired_salary_currency: "EUR", desired_salary_period: "yearly" };
    expect(wishFields(draft)).toEqual(kept);
    expect(wishDraft(kept)).toEqual({ least: "70,000", most: "82,500.5", currency: "EUR", period: "yearly" });
    expect([wishText(kept), wishText({ ...kept, desired_salary_max: null }), wishText(NONE)]).toEqual(["€70,000 – €82,500.50", "from €70,000", ""]);
    expect(wishText({ ...kept, desired_salary_min: 2_550, desired_salary_max: null, desired_salary_period: "hourly" })).toBe("from €25.50 an hour");
  });

  it("says what is wrong, by field", () => {
    expect(wishProblems({ least: "plenty", most: "", currency: "C$" })).toEqual({ least: "job.money_invalid", currency: "job.currency_invalid" });
    expect(wishProblems({ least: "90000", most: "80000", currency: "CAD" })).toEqual({ most: "job.money_order" });
    expect(wishProblems({ least: "", most: "", currency: "" })).toEqual({});
  });

  it("changes what was changed, and its currency goes with the last amount", () => {
    const before = { desired_salary_min: 7_000_000, desired_salary_max: null, desired_salary_currency: "EUR", desired_salary_period: "yearly" };
    expect(wishEdits(before, wishDraft(before))).toEqual([]);
    expect(wishEdits(before, { ...wishDraft(before), currency: "USD" })).toEqual([{ op: "set", field: "desired_salary_currency", value: "USD" }]);
    expect(wishEdits(before, { ...wishDraft(before), period: "monthly" })).toEqual([{ op: "set", field: "desired_salary_period", value: "monthly" }]);
    expect(wishEdits(before, { least: "", most: "", currency: "EUR", period: "yearly" })).toEqual([
      { op: "set", field: "desired_salary_min", value: null },
      { op: "set", field: "desired_salary_currency", value: "" },
    ]);
    expect(wishEdits({ ...NONE, desired_salary_currency: "CAD" }, wishDraft(null))).toEqual([]);
  });
});
