import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, openWithPeople, settled } from "../../shared/testing/window";
import { toasts, undo } from "../../shared/writes.svelte";
import CandidateView from "./CandidateView.svelte";

const ID = "candidate-0";

async function open(): Promise<{ facts: ReturnType<typeof within>; contact: ReturnType<typeof within> }> {
  render(CandidateView, { id: ID });
  await settled();
  const facts = document.querySelector<HTMLElement>("[data-facts]");
  return { facts: within(facts as HTMLElement), contact: within(screen.getByTestId(testids.contact)) };
}

/** Types into a field that stands in its line. */
async function type(section: ReturnType<typeof within>, label: string, text: string): Promise<void> {
  await fireEvent.click(section.getByLabelText(new RegExp(`^${label}: .*Edit$`)));
  await settled();
  const input = section.getByLabelText(label);
  await fireEvent.input(input, { target: { value: text } });
  await fireEvent.keyDown(input, { key: "Enter" });
  await settled();
}

describe("what is known of a candidate", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));
  const fields = () => fake.tables.candidates.get(ID)?.fields;
  const reach = () => [...fake.tables.candidate_contacts.values()].filter((row) => row.fields.candidate_id === ID && !row.deleted);

  it("shows fields without a value only when they are asked for, to be chosen", async () => {
    Object.assign(fields() ?? {}, { consent_to_store: false });
    const { facts } = await open();
    for (const label of ["Willing to move", "Source detail", "Referred by", "May be stored", "Kept until"]) {
      expect(facts.queryByText(label), label).toBeNull();
    }
    await fireEvent.click(facts.getByText("More fields"));
    await fireEvent.change(facts.getByLabelText("Willing to move"), { target: { value: "yes" } });
    await fireEvent.change(facts.getByLabelText("Source"), { target: { value: "referral" } });
    await fireEvent.change(facts.getByLabelText("May be stored"), { target: { value: "yes" } });
    await settled();
    expect(fields()).toMatchObject({ willing_to_relocate: true, source: "referral", consent_to_store: true });
  });

  it("takes lines and days as they are typed, and gives an earlier one back", async () => {
    const { facts } = await open();
    await fireEvent.click(facts.getByText("More fields"));
    await type(facts, "Source detail", "Spring fair");
    await type(facts, "State or province", "Ontario");
    await type(facts, "Kept until", "2027-11-30");
    expect(fields()).toMatchObject({ source_detail: "Spring fair", state: "Ontario", data_retention_until: "2027-11-30" });
    await type(facts, "Kept until", "");
    expect(fields()?.data_retention_until).toBeNull();
    await undo();
    expect(fields()?.data_retention_until).toBe("2027-11-30");
  });

  it("keeps a day of which only a part was typed as it was", async () => {
    Object.assign(fields() ?? {}, { data_retention_until: "2027-11-30" });
    const { facts } = await open();
    await fireEvent.click(facts.getByLabelText(/^Kept until: .*Edit$/));
    await settled();
    const input = facts.getByLabelText("Kept until");
    // What a browser holds of half a day: nothing, and that it could not be read.
    Object.defineProperty(input, "validity", { value: { badInput: true } });
    await fireEvent.input(input, { target: { value: "" } });
    await fireEvent.keyDown(input, { key: "Enter" });
    await settled();
    expect(fields()?.data_retention_until).toBe("2027-11-30");
    expect(toasts().map(({ text }) => text).join()).toContain("could not be read");
  });

  it("names who referred them by typing, and nobody again", async () => {
    const { facts } = await open();
    await fireEvent.click(facts.getByText("More fields"));
    await fireEvent.click(facts.getByLabelText(/^Referred by: .*Edit$/));
    await fireEvent.input(document.querySelector("dialog input") as HTMLElement, { target: { value: "samu" } });
    await fireEvent.click(within(document.querySelector("dialog") as HTMLElement).getByText("Samuel Adeyemi"));
    await settled();
    expect(fields()?.referred_by_id).toBe("member-2");
    await fireEvent.click(facts.getByLabelText("Referred by: Samuel Adeyemi. Edit"));
    await fireEvent.click(within(document.querySelector("dialog") as HTMLElement).getByText("Nobody"));
    await settled();
    expect(fields()?.referred_by_id).toBeNull();
  });

  it("does not take years that are no whole number of years", async () => {
    const { facts } = await open();
    const before = fields()?.years_experience;
    await type(facts, "Years", "140");
    expect(toasts().at(-1)?.text).toBe("Type a whole number from 0 to 80.");
    expect(fields()?.years_experience).toBe(before);
  });

  it("takes the salary wish and the notice, for somebody without contact data as well", async () => {
    fake.tables.candidate_contacts.delete("contact-0");
    const { contact } = await open();
    expect(contact.queryByText("Salary wish")).toBeNull();
    await fireEvent.click(contact.getByText("More fields"));
    await fireEvent.click(contact.getByLabelText(/^Salary wish: .*Edit$/));
    const save = () => fireEvent.click(screen.getByTestId(testids.wishSave));
    await fireEvent.input(screen.getByLabelText("Lowest salary wish"), { target: { value: "90,000" } });
    await fireEvent.input(screen.getByLabelText("Highest salary wish"), { target: { value: "80,000" } });
    await save();
    expect(screen.getByText("The highest pay is below the lowest.")).toBeTruthy();
    await fireEvent.input(screen.getByLabelText("Highest salary wish"), { target: { value: "" } });
    await save();
    await settled();
    expect(reach().map((row) => row.fields)).toEqual([expect.objectContaining({ desired_salary_min: 9_000_000, desired_salary_max: null, desired_salary_currency: "CAD" })]);
    expect(contact.getByText("from CA$90,000")).toBeTruthy();
    await type(contact, "Notice", "45");
    expect(reach()[0]?.fields.notice_period_days).toBe(45);
    expect(contact.getByText("45 days")).toBeTruthy();
    await type(contact, "Notice", "731");
    expect(reach()[0]?.fields.notice_period_days).toBe(45);
    await type(contact, "Notice", "");
    expect(reach()[0]?.fields.notice_period_days).toBeNull();
    await undo();
    expect(reach()[0]?.fields.notice_period_days).toBe(45);
  });
});

describe("what is known of a candidate, for who may not change it", () => {
  let close = (): void => undefined;
  afterEach(() => {
    cleanup();
    close();
  });

  it("is read, and nothing in it can be changed", async () => {
    const opened = await openWithPeople({ contacts: false });
    ({ close } = opened);
    Object.assign(opened.fake.tables.candidates.get(ID)?.fields ?? {}, { willing_to_relocate: true, referred_by_id: "member-2", source_detail: "Spring fair", data_retention_until: "2027-11-30" });
    render(CandidateView, { id: ID });
    await settled();
    const facts = document.querySelector<HTMLElement>("[data-facts]");
    for (const text of ["Willing to move", "Samuel Adeyemi", "Spring fair", "Nov 30, 2027", "Career page"]) {
      expect(facts?.textContent).toContain(text);
    }
    expect(facts?.querySelectorAll("button, select, input")).toHaveLength(0);
  });
});
