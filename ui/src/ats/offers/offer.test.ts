import { describe, expect, it } from "vitest";
import type { Row } from "../../backend/types";
import type { Offer } from "../../gen/records";
import { NO_PAY_BESIDE } from "../../backend/pay";
import { total } from "../../shared/pay";
import { newComponent } from "./compensation";
import { awaited, commandsFor, createFields, draftOf, editsOf, isRound, missing, newDraft, problems, rounds, totalOf } from "./offer";

const OFFER: Offer = {
  candidate_id: "c", application_id: "a", job_id: "j", pipeline_id: "p", status: "draft", version: 0, title: "Cook", employment: "full_time", salary: 5_000_000, currency: "CAD",
  period: "yearly", bonus: null, signing_bonus: null, equity: "", ...NO_PAY_BESIDE, days_off: 25, benefits: "Lunch", starts_on: "2026-09-01", ends_on: null, probation_months: 3, place: "Lyon", remote_policy: "hybrid", reports_to: "", counters: [], conditions: "", expires_on: null, remind_candidate: false,
  message: "", approver_ids: [], approvals: [], asked_at: null, asked_by: null, sent_at: null, sent_by: null, sent_to: "", letter_hash: null, signed_name: "", signed_at: null, closed_at: null, reason: "",
};

describe("an offer's form", () => {
  it("takes what it wrote back, and only what changed becomes an edit", () => {
    const draft = draftOf(OFFER);
    expect(problems(draft)).toEqual({});
    expect(editsOf(OFFER, draft)).toEqual([]);
    const changed = { ...draft, salary: "62,500.50", benefits: "Lunch and tea", approver_ids: ["m"], expires_on: "2026-08-01" };
    expect(editsOf(OFFER, changed)).toEqual([
      { op: "set", field: "salary", value: 6_250_050 },
      { op: "set", field: "expires_on", value: "2026-08-01" },
      { op: "text", field: "benefits", value: "Lunch and tea" },
      { op: "add", field: "approver_ids", value: "m" },
    ]);
  });

  it("says what is wrong", () => {
    const draft = { ...newDraft(null), salary: "a lot", currency: "dollars", starts_on: "2026-02-30", expires_on: "soon", days_off: "400" };
    expect(Object.keys(problems(draft)).sort()).toEqual(["currency", "days_off", "expires_on", "salary", "starts_on", "title"]);
    expect(problems({ ...draftOf(OFFER), ends_on: "2026-08-31", probation_months: "25" })).toEqual({ ends_on: "offer.ends_before", probation_months: "offer.probation_invalid" });
    expect(problems({ ...draftOf(OFFER), ends_on: "2026-09-01", probation_months: "24" })).toEqual({});
    expect(missing({ ...OFFER, salary: null, starts_on: null })).toEqual(["offer.salary_missing", "offer.start_missing"]);
  });

  it("is for the application's candidate, job and pipeline", () => {
    const application = { id: "a", fields: { candidate_id: "c", job_id: "j", pipeline_id: "p" } } as Row<"applications">;
    expect(createFields(draftOf(OFFER), application)).toMatchObject({ application_id: "a", candidate_id: "c", job_id: "j", pipeline_id: "p", salary: 5_000_000 });
  });
});

describe("an offer", () => {
  it("tells what was asked for in rounds, and says it once", () => {
    const round = (version: number, salary: number | null, reason: string) => ({ id: `v${version}`, version, at: 1_000 + version, salary, currency: "CAD", period: "yearly", reason });
    const offer = { ...OFFER, status: "countered", version: 1, reason: "More days off", counters: [round(1, null, "More days off"), round(0, 9_000_000, "More")] };
    expect(rounds(offer).map(({ id }) => id)).toEqual(["v0", "v1"]);
    expect(isRound(offer)).toBe(true);
    expect(isRound({ ...offer, status: "declined", reason: "Another one" })).toBe(false);
    expect(isRound({ ...offer, counters: [] })).toBe(false);
  });

  it("comes to the salary of a year and both bonuses", () => {
    expect(total(OFFER)).toEqual({ first: 5_000_000, usual: 5_000_000 });
    expect(total({ ...OFFER, salary: 400_000, period: "monthly", bonus: 1, signing_bonus: 2 })).toEqual({ first: 4_800_003, usual: 4_800_001 });
    expect(total({ ...OFFER, salary: null })).toBeNull();
    const part = (paid: string, amount: number) => ({ id: paid, name: "Car", amount, paid, guaranteed: true });
    expect(total({ ...OFFER, components: [part("yearly", 5), part("monthly", 2), part("once", 300)] })).toEqual({ first: 5_000_329, usual: 5_000_029 });
  });

  it("by the hour comes to what its hours say, and to nothing that nobody said", () => {
    const hourly = { ...OFFER, salary: 2_000, period: "hourly" };
    expect(total(hourly)).toBeNull();
    expect(total({ ...hourly, weekly_minutes: 2_250 })).toEqual({ first: 3_900_000, usual: 3_900_000 });
    expect(total({ ...hourly, period: "daily", weekly_minutes: 2_250 })).toBeNull();
    expect(totalOf({ ...draftOf(OFFER), salary: "much" })).toBeNull();
    expect(totalOf({ ...draftOf(OFFER), bonus: "1" })).toEqual({ first: 5_000_100, usual: 5_000_100 });
  });

  it("has hours, shares and parts of the pay that can be read back", () => {
    const component = { id: "a", name: "Car", amount: 50_000, paid: "monthly", guaranteed: false };
    const offer = { ...OFFER, department: "Kitchen", weekly_minutes: 2_250, equity_kind: "rsu", equity_shares: 400, vesting_months: 48, cliff_months: 12, components: [component] };
    const draft = draftOf(offer);
    expect([draft.hours, draft.components[0]?.amount]).toEqual(["37.5", "500"]);
    expect(problems(draft)).toEqual({});
    expect(editsOf(offer, draft)).toEqual([]);
    expect(editsOf(offer, { ...draft, hours: "35,25", components: [] })).toEqual([
      { op: "set", field: "weekly_minutes", value: 2_115 },
      { op: "item_remove", field: "components", item: "a" },
    ]);
    const wrong = { ...draft, hours: "169", equity_shares: "-1", vesting_months: "", components: [{ ...newComponent(), id: "b", amount: "5" }, newComponent()] };
    expect(problems(wrong)).toEqual({ hours: "offer.hours_invalid", equity_shares: "offer.shares_invalid", cliff_months: "offer.cliff_late", b: "offer.component_name_needed" });
    const cliff = (vesting_months: string, cliff_months: string): string | undefined => problems({ ...draft, vesting_months, cliff_months }).cliff_months;
    expect([cliff("", "0"), cliff("", "12"), cliff("0", "0"), cliff("12", "12"), cliff("48", "")]).toEqual(["offer.cliff_late", "offer.cliff_late", undefined, undefined, undefined]);
  });

  it("waits for who did not agree to this version", () => {
    const said = (by: string, version: number, agreed: boolean) => ({ id: `${by}-${version}`, by, version, agreed, note: "", instead_of: "", at: 0 });
    const offer = { ...OFFER, version: 1, approver_ids: ["ada", "bob", "cleo"], approvals: [said("ada", 1, true), said("bob", 0, true), said("cleo", 1, false)] };
    expect(awaited(offer)).toEqual(["bob", "cleo"]);
    expect(awaited({ ...offer, approvals: [{ ...said("dora", 1, true), instead_of: "bob" }] })).toEqual(["ada", "cleo"]);
  });

  it("goes to those who have to agree, and otherwise to the candidate", () => {
    const agree = { ...OFFER, approver_ids: ["ada"] };
    expect(commandsFor(OFFER, [], "me", "recruiter", true)).toEqual(["send_offer", "withdraw_offer"]);
    expect(commandsFor(agree, [], "me", "recruiter", true)).toEqual(["submit_offer", "withdraw_offer"]);
    const waits = { ...agree, status: "pending_approval" };
    expect(commandsFor(waits, [], "ada", "hiring_manager", false)).toEqual(["approve_offer", "return_offer"]);
    expect(commandsFor(waits, [], "me", "recruiter", true)).toEqual(["return_offer", "withdraw_offer"]);
    const said = [{ id: "o", by: "own", version: OFFER.version, agreed: true, note: "", instead_of: "", at: 0 }];
    expect(commandsFor({ ...waits, approver_ids: ["own", "ada"], approvals: said }, [], "own", "owner", true)).toEqual(["return_offer", "withdraw_offer"]);
    expect(commandsFor(waits, [], "me", "owner", true)).toEqual(["approve_offer", "return_offer", "withdraw_offer"]);
    expect(commandsFor({ ...agree, status: "sent" }, [], "me", "recruiter", true)).not.toContain("expire_offer");
    expect(commandsFor({ ...agree, status: "accepted" }, [], "me", "owner", true)).toEqual([]);
    const step = { name: "Pay", at: 1, people: ["cleo"], agreed: null, in_place: null, is_due: true };
    expect(commandsFor(OFFER, [step], "me", "recruiter", true)).toEqual(["submit_offer", "withdraw_offer"]);
    const chained = { ...OFFER, status: "pending_approval" };
    expect(commandsFor(chained, [step], "cleo", "hr_manager", false)).toEqual(["approve_offer", "return_offer"]);
    expect(commandsFor(chained, [step], "dora", "hr_manager", false, true)).toEqual(["approve_offer", "return_offer"]);
    expect(commandsFor(chained, [{ ...step, is_due: false }], "cleo", "hr_manager", false)).toEqual(["return_offer"]);
  });
});
