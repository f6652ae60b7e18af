import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import type { Job, OfferTemplate } from "../../gen/records";
import { NO_PAY_BESIDE } from "../../backend/pay";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "../candidates/CandidateView.svelte";
import { newDraft } from "./offer";
import OfferTemplates from "./OfferTemplates.svelte";
import { band, isOutside, ranked, taken, templateDraft, templateEdits, templateFields, templateProblems } from "./template";

const TEMPLATE: OfferTemplate = {
  name: "Lead cook", teams: ["Kitchen"], levels: ["lead"], employment: "part_time", salary_min: 7_000_000, salary_max: 8_000_000, currency: "CAD", period: "yearly", bonus: null,
  signing_bonus: 100_000, equity: "", ...NO_PAY_BESIDE, days_off: 25, answer_days: 7, remind_candidate: false, benefits: "Meals", conditions: "", message: "Dear {{first_name}}, {{unknown}}",
};
const VALUES = { first_name: "Ada", last_name: "", job: "Cook", company: "Acme", sender: "Grace", portal: "" };

describe("a template of offers", () => {
  it("is typed, and only what changed is an edit", () => {
    expect(templateEdits(TEMPLATE, templateDraft(TEMPLATE, "EUR"))).toEqual([]);
    const draft = { ...templateDraft(TEMPLATE, "EUR"), salary_max: "", teams: "Bar", benefits: "Meals, bus" };
    expect(templateEdits(TEMPLATE, draft)).toEqual([
      { op: "set", field: "salary_max", value: null },
      { op: "text", field: "benefits", value: "Meals, bus" },
      { op: "add", field: "teams", value: "Bar" },
      { op: "remove", field: "teams", value: "Kitchen" },
    ]);
    expect(templateFields({ ...templateDraft(null, "CAD"), name: " Any " })).toMatchObject({ name: "Any", currency: "", salary_min: null, teams: [] });
  });

  it("says what is wrong with it", () => {
    const draft = { ...templateDraft(TEMPLATE, "CAD"), name: " ", salary_max: "1", bonus: "much", days_off: "400", answer_days: "0", currency: "CA" };
    expect(templateProblems(draft)).toEqual({
      name: "template.name_needed", salary_max: "job.money_order", bonus: "job.money_invalid", currency: "offer.currency_invalid", days_off: "offer.days_off_invalid",
      answer_days: "offer.days_off_invalid",
    });
  });

  it("gives an offer what it says, and leaves the rest", () => {
    const begun = { ...newDraft(null), equity: "1 %", conditions: "As always", bonus: "5" };
    const offer = taken(begun, TEMPLATE, VALUES, Date.UTC(2026, 10, 28));
    expect(offer).toMatchObject({
      employment: "part_time", salary: "70,000", signing_bonus: "1,000", bonus: "5", currency: "CAD", days_off: "25", expires_on: "2026-12-05", equity: "1 %", benefits: "Meals",
      conditions: "As always", message: "Dear Ada, {{unknown}}",
    });
    const other = taken({ ...begun, salary: "30", currency: "USD", period: "hourly" }, { ...TEMPLATE, salary_min: null, salary_max: null }, VALUES, 0);
    expect(other).toMatchObject({ salary: "30", currency: "USD", period: "hourly", signing_bonus: "" });
    expect(isOutside(offer, TEMPLATE)).toBe(false);
    expect(isOutside({ ...offer, salary: "80000.01" }, TEMPLATE)).toBe(true);
    expect(isOutside({ ...offer, salary: "80000.01", period: "hourly" }, TEMPLATE)).toBe(false);
    expect(band({ ...TEMPLATE, salary_max: null })).toContain("70,000");
  });

  it("comes first where it is made for the job", () => {
    const row = (id: string, fields: Partial<OfferTemplate>) => ({ id, fields: { ...TEMPLATE, ...fields } }) as Row<"offer_templates">;
    const rows = [row("any", { teams: [], levels: [] }), row("bar", { teams: ["Bar"], levels: [] }), row("kitchen", {})];
    const job = { team: " kitchen", experience_level: "lead" } as Job;
    expect(ranked(rows, job).map(({ id }) => id)).toEqual(["kitchen", "any", "bar"]);
    expect(ranked(rows, { ...job, experience_level: "mid" }).map(({ id }) => id)).toEqual(["any", "bar", "kitchen"]);
    expect(ranked(rows, null).map(({ id }) => id)[0]).toBe("any");
  });
});

describe("templates of offers", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("are made, and an offer begins with one", async () => {
    render(OfferTemplates);
    await settled();
    expect(screen.getByText("No offer templates yet")).toBeTruthy();
    await fireEvent.click(screen.getByTestId(testids.offerTemplateNew));
    await fireEvent.click(screen.getByTestId(testids.offerTemplateSave));
    expect(document.querySelector("dialog [aria-invalid]")).not.toBeNull();
    await fireEvent.input(screen.getByTestId(testids.offerTemplateName), { target: { value: "Engineers" } });
    await fireEvent.input(screen.getByTestId(testids.offerTemplateSalary), { target: { value: "91,000" } });
    await fireEvent.click(screen.getByTestId(testids.offerTemplateSave));
    await settled();
    const made = [...fake.tables.offer_templates.values()].at(-1);
    expect(made?.fields).toMatchObject({ name: "Engineers", salary_min: 9_100_000, currency: "CAD" });
    cleanup();
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.offerNew));
    await settled();
    await fireEvent.change(screen.getByTestId(testids.offerTemplateChoice), { target: { value: made?.id } });
    expect(screen.getByTestId<HTMLInputElement>(testids.offerSalary).value).toBe("91,000");
    await fireEvent.input(screen.getByTestId(testids.offerSalary), { target: { value: "90,000" } });
    expect(screen.getByText(/outside of what Engineers allows/)).toBeTruthy();
  });
});
