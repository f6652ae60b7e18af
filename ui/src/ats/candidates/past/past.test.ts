import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import { blankCandidate } from "../../../backend/fake/data";
import { resumeSample } from "../../../backend/fake/blank";
import type { FakeBackend } from "../../../backend/fake";
import { testids } from "../../../shared/testids";
import { openBeforeEach, settled } from "../../../shared/testing/window";
import { undo } from "../../../shared/writes.svelte";
import CandidateView from "../CandidateView.svelte";
import { draftOf, entryEdits, entryPlace, monthText, pastFields, pastProposals, pastRead, problems, readMonth, shownEntries, timeText, valuesOf, type Entry } from "./past";

const job = (part: Partial<Entry<"experience">>): Entry<"experience"> => ({ id: "a", title: "Baker", company: "Mill", place: "", from: "", to: "", is_current: false, words: "", ...part });

describe("a month", () => {
  it("is read as people write it, and is a year where no more is known", () => {
    expect(["2021-03", "2021-3", "03/2021", "3.2021", " 2021 ", ""].map(readMonth)).toEqual(["2021-03", "2021-03", "2021-03", "2021-03", "2021", ""]);
    expect(["March 2021", "2021-13", "0/2021", "21", "2021-03-01", "-"].map(readMonth)).toEqual([null, null, null, null, null, null]);
    expect([monthText("2021-03"), monthText("2021"), monthText("")]).toEqual(["Mar 2021", "2021", ""]);
  });
});

describe("an entry", () => {
  it("says when it was", () => {
    const time = (part: Partial<Entry<"experience">>): string => timeText("experience", job(part));
    expect(time({ from: "2019-03", to: "2021" })).toBe("Mar 2019 – 2021");
    expect(time({ from: "2019", is_current: true, to: "2020" })).toBe("2019 – today");
    expect([time({ to: "2021" }), time({ from: "2019" }), time({ is_current: true }), time({})]).toEqual(["until 2021", "2019", "today", ""]);
    expect(timeText("certificates", { id: "a", name: "CPA", issuer: "", year: 2020 })).toBe("2020");
    expect(entryPlace("experience", job({ title: "", place: "Lyon" }))).toBe("Lyon");
  });

  it("stands after what is later, whatever the order in which it was written", () => {
    const all = [job({ id: "old", from: "2001", to: "2005" }), job({ id: "now", from: "2015", is_current: true }), job({ id: "last", from: "2010", to: "2015-06" }), job({ id: "undated" })];
    expect(shownEntries("experience", all).map(({ id }) => id)).toEqual(["now", "last", "old", "undated"]);
  });

  it("is wrong without a name and with times that are none", () => {
    const wrong = (part: { [name: string]: string | boolean }) => problems("experience", { ...draftOf("experience", null), ...part });
    expect(wrong({})).toEqual({ title: "past.nothing" });
    expect(wrong({ company: "Mill", from: "soon" })).toEqual({ from: "past.month_wrong" });
    expect(wrong({ title: "Baker", from: "2021-05", to: "2021-03" })).toEqual({ to: "past.order_wrong" });
    expect(wrong({ title: "Baker", from: "2021-05", to: "2021" })).toEqual({});
    expect(wrong({ title: "Baker", from: "2021-05", to: "2020", is_current: true })).toEqual({});
    expect(problems("certificates", { name: "CPA", issuer: "", year: "20" })).toEqual({ year: "past.year_wrong" });
  });

  it("is changed part by part, so that what others write into it stays", () => {
    const before = job({ from: "2019", to: "2021" });
    const draft = { ...draftOf("experience", before), title: "Head baker", is_current: true };
    expect(entryEdits("experience", before, draft)).toEqual([{ op: "item_put", field: "experience", item: "a", after: null, values: { title: "Head baker", to: "", is_current: true } }]);
    expect(entryEdits("experience", before, draftOf("experience", before))).toEqual([]);
    const [made] = entryEdits("certificates", null, { name: " CPA ", issuer: "", year: "2020" });
    expect(made).toMatchObject({ field: "certificates", values: { name: "CPA", issuer: "", year: 2020 } });
    expect(valuesOf("certificates", { name: "CPA", issuer: "", year: "" }).year).toBeNull();
  });
});

describe("what a résumé says of it", () => {
  it("is proposed once, and only what is not there already", () => {
    const { found } = pastProposals(resumeSample(), blankCandidate());
    expect(found.map(({ field, draft }) => [field, draft.title ?? draft.school ?? draft.name, draft.from ?? draft.year])).toEqual([
      ["experience", "Analyst", "2019-03"], ["experience", "Tutor", "2016"], ["education", "University of London", "2012"], ["certificates", "Chartered Analyst", "2018"],
    ]);
    expect(found[0]?.draft).toMatchObject({ is_current: true, to: "", words: "Wrote the first notes.\nCorrected the tables." });
    const known = { ...blankCandidate(), ...pastFields(pastRead(resumeSample())) };
    expect(pastProposals(resumeSample(), known).found).toEqual([]);
    const full = { ...blankCandidate(), experience: Array.from({ length: 39 }, (_, index) => job({ id: String(index), title: `Job ${index}` })) };
    expect(pastProposals(resumeSample(), full)).toMatchObject({ left: 1 });
  });
});

describe("the page", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));
  afterEach(cleanup);
  const fields = () => fake.tables.candidates.get("candidate-0")?.fields;

  it("adds, changes and removes an entry, which can be taken back", async () => {
    Object.assign(fields() ?? {}, { experience: [job({ from: "2019" })], education: [], certificates: [] });
    render(CandidateView, { id: "candidate-0" });
    await settled();
    const past = within(screen.getByTestId(testids.past));
    await fireEvent.click(past.getByText("Add a certificate"));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.pastSave));
    await settled();
    expect(screen.getByText("Something has to be said here.")).toBeTruthy();
    await fireEvent.input(screen.getByLabelText("Name"), { target: { value: "Hygiene" } });
    await fireEvent.click(screen.getByTestId(testids.pastSave));
    await settled();
    expect(fields()?.certificates).toMatchObject([{ name: "Hygiene", year: null }]);
    await fireEvent.click(past.getByLabelText("Change Baker"));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.pastRemove));
    await settled();
    expect(fields()?.experience).toEqual([]);
    await undo();
    await settled();
    expect(fields()?.experience).toMatchObject([{ id: "a", title: "Baker" }]);
  });
});
