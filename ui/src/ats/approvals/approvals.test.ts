import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { ApprovalRule } from "../../gen/records";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { createFields, draftOf, editsOf, newDraft, problems } from "./rule";
import RuleList from "./RuleList.svelte";
import { allowed } from "./steps";

const RULE: ApprovalRule = { name: "Pay", about: "jobs", step: 0, teams: ["Sales"], levels: ["lead"], pay_from: 9_000_000, pay_currency: "CAD", with_hiring_manager: false, approver_ids: ["ada"], expires_hours: null };

describe("the form of a rule", () => {
  it("says what is missing", () => {
    expect(problems(newDraft("CAD"))).toEqual({ name: "approval.name_needed", approver_ids: "approval.people_needed" });
    const paid = { ...newDraft("CA"), name: "Pay", with_hiring_manager: true };
    expect(problems(paid)).toEqual({});
    expect(problems({ ...paid, pay_from: "90000" })).toEqual({ pay_currency: "offer.currency_invalid" });
    expect(problems({ ...paid, pay_from: "much", pay_currency: "CAD" })).toEqual({ pay_from: "job.money_invalid" });
  });

  it("becomes a rule, and only the edits that change one", () => {
    const draft = { ...newDraft("CAD"), name: " Pay ", pay_from: "90000", teams: "Sales, , Bar,Sales", approver_ids: ["ada"] };
    expect(createFields(draft)).toEqual({
      name: "Pay", about: "jobs", step: 1, teams: ["Sales", "Bar"], levels: [], pay_from: 9_000_000, pay_currency: "CAD", with_hiring_manager: false, approver_ids: ["ada"], expires_hours: null,
    });
    expect(createFields({ ...draft, about: "offers", expires_hours: "48" })).toMatchObject({ expires_hours: 48 });
    expect(createFields({ ...draft, expires_hours: "48" })).toMatchObject({ expires_hours: null });
    expect(problems({ ...draft, expires_hours: "0" })).toEqual({ expires_hours: "approval.expires_invalid" });
    expect(editsOf(RULE, draftOf(RULE, "EUR"))).toEqual([]);
    expect(editsOf(RULE, { ...draftOf(RULE, "EUR"), step: 2, teams: "Bar", pay_from: "", approver_ids: ["ada", "bob"] })).toEqual([
      { op: "set", field: "step", value: 2 },
      { op: "set", field: "pay_from", value: null },
      { op: "set", field: "pay_currency", value: "" },
      { op: "add", field: "teams", value: "Bar" },
      { op: "remove", field: "teams", value: "Sales" },
      { op: "add", field: "approver_ids", value: "bob" },
    ]);
  });
});

describe("what can be done with a job that rules are about", () => {
  const step = { name: "Pay", at: 1, people: ["ada"], agreed: null as string | null, in_place: null, is_due: true };
  const can = (status: string, me: string, role: string, mayPublish: boolean, steps = [step]) =>
    allowed(status === "draft" ? ["publish_job", "submit_job", "cancel_job"] : ["approve_job", "publish_job", "return_job", "cancel_job"], steps, { status, wasPublic: false, me, role, mayPublish });

  it("is asked for by recruiters, agreed to by who is named, and done by owners", () => {
    expect(can("draft", "me", "recruiter", true)).toEqual(["submit_job", "cancel_job"]);
    expect(can("draft", "me", "recruiter", true, [])).toEqual(["publish_job", "submit_job", "cancel_job"]);
    expect(can("draft", "me", "owner", true)).toEqual(["publish_job", "submit_job", "cancel_job"]);
    expect(can("pending_approval", "me", "recruiter", true)).toEqual(["return_job", "cancel_job"]);
    expect(can("pending_approval", "ada", "hiring_manager", false)).toEqual(["approve_job", "return_job"]);
    expect(can("pending_approval", "ada", "hiring_manager", false, [{ ...step, is_due: false }])).toEqual(["return_job"]);
    expect(can("pending_approval", "me", "owner", true)).toEqual(["approve_job", "return_job", "cancel_job"]);
    expect(can("pending_approval", "me", "recruiter", true, [])).toEqual(["publish_job", "return_job", "cancel_job"]);
    expect(can("pending_approval", "me", "viewer", false)).toEqual([]);
    expect(allowed(["approve_job", "publish_job", "return_job"], [step], { status: "pending_approval", wasPublic: false, me: "me", role: "hr_manager", mayPublish: false, standsIn: true })).toEqual(["approve_job", "return_job"]);
    expect(can("pending_approval", "ada", "owner", true)).toEqual(["approve_job", "return_job", "cancel_job"]);
    expect(can("pending_approval", "ada", "owner", true, [{ ...step, agreed: "ada", is_due: false }, { ...step, people: ["bob"] }])).toEqual(["publish_job", "return_job", "cancel_job"]);
    const reopened = (wasPublic: boolean, role: string) => allowed(["reopen_job"], [step], { status: "cancelled", wasPublic, me: "me", role, mayPublish: true });
    expect([reopened(true, "recruiter"), reopened(false, "recruiter"), reopened(false, "owner")]).toEqual([["reopen_job"], [], ["reopen_job"]]);
  });
});

describe("rules of approval", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("are made, changed and removed in the settings", async () => {
    render(RuleList);
    await settled();
    expect(screen.getByText(/Nobody has to agree/)).toBeTruthy();
    await fireEvent.click(screen.getByTestId(testids.approvalRuleNew));
    await fireEvent.click(screen.getByTestId(testids.approvalRuleSave));
    expect(screen.getByText("Choose at least one person.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.approvalRuleName), { target: { value: "Head of talent" } });
    await fireEvent.click(screen.getByLabelText("The job’s hiring manager"));
    await fireEvent.click(screen.getByTestId(testids.approvalRuleSave));
    await settled();
    expect([...fake.tables.approval_rules.values()].at(-1)?.fields).toMatchObject({ name: "Head of talent", about: "jobs", step: 1, with_hiring_manager: true, pay_from: null });
    await fireEvent.click(screen.getByText("Head of talent"));
    await fireEvent.input(screen.getByLabelText("From which pay a year"), { target: { value: "90000" } });
    await fireEvent.click(screen.getByTestId(testids.approvalRuleSave));
    await settled();
    expect(screen.getByTestId(testids.approvalRule).textContent).toContain("from CA$90,000");
    await fireEvent.click(screen.getByLabelText("Remove the rule Head of talent"));
    await settled();
    expect(screen.queryByTestId(testids.approvalRule)).toBeNull();
  });
});
