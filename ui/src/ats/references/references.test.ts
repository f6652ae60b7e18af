import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { row } from "../../backend/fake/data";
import { blankReference } from "../../backend/fake/blank";
import type { Row } from "../../backend/types";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "../candidates/CandidateView.svelte";
import { areUsual, createFields, newDraft, problems, usualQuestions } from "./reference";

const TODAY = "2026-11-29";

describe("the form of a reference", () => {
  const draft = newDraft("a", "en", Date.UTC(2026, 10, 29, 12));

  it("says what is missing", () => {
    expect(problems(draft, TODAY)).toEqual({ name: "reference.name_needed", email: "offer.address_invalid", consent: "reference.consent_needed" });
    const whole = { ...draft, name: "Bob", email: "bob@example.org", consent: "By telephone" };
    expect(problems(whole, TODAY)).toEqual({});
    expect(problems({ ...whole, questions: [{ id: "a", text: " " }], answer_by: "2026-11-28" }, TODAY)).toEqual({ questions: "reference.question_needed", answer_by: "reference.day_ahead" });
  });

  it("asks the usual questions in the language of who is asked, until somebody writes their own", () => {
    expect(areUsual(draft.questions, "en")).toBe(true);
    expect(areUsual(draft.questions, "fr")).toBe(false);
    expect(usualQuestions("fr")).toHaveLength(draft.questions.length);
    expect(areUsual([...draft.questions.slice(1)], "en")).toBe(false);
  });

  it("becomes a record about the application's candidate and job, without empty questions", () => {
    const application = { id: "a", fields: { candidate_id: "c", job_id: "j" } } as Row<"applications">;
    const typed = { ...draft, name: " Bob ", email: " bob@example.org ", consent: " Yes ", questions: [{ id: "q", text: " How? " }, { id: "r", text: " " }] };
    expect(createFields(typed, application)).toMatchObject({
      candidate_id: "c", job_id: "j", application_id: "a", name: "Bob", email: "bob@example.org", consent: "Yes", questions: [{ id: "q", text: "How?" }],
    });
  });
});

describe("references", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("are asked for once consent is noted, and can be taken back", async () => {
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.referenceNew));
    await fireEvent.input(screen.getByTestId(testids.referenceName), { target: { value: "Bob Noyce" } });
    await fireEvent.input(screen.getByTestId(testids.referenceEmail), { target: { value: "bob@example.org" } });
    await fireEvent.click(screen.getByTestId(testids.referenceSave));
    expect(document.body.textContent).toContain("Say how the candidate agreed to it.");
    expect(fake.tables.candidate_references.size).toBe(0);
    await fireEvent.input(screen.getByTestId(testids.referenceConsent), { target: { value: "By telephone on Monday" } });
    await fireEvent.click(screen.getByTestId(testids.referenceSave));
    await settled();
    const made = [...fake.tables.candidate_references.values()][0];
    expect(made?.fields).toMatchObject({ name: "Bob Noyce", candidate_id: "candidate-20", application_id: "application-20", consent: "By telephone on Monday", status: "asked" });
    expect(screen.getByTestId(testids.reference).textContent).toContain("By telephone on Monday");
    await fireEvent.click(screen.getByTestId(testids.referenceTakeBack));
    await settled();
    expect(screen.queryByTestId(testids.reference)).toBeNull();
  });

  it("show what was answered", async () => {
    const answered = { ...blankReference(), candidate_id: "candidate-20", name: "Bob", status: "answered", closed_at: 5, answers: [{ id: "a", question: "How was it?", answer: "Very good" }] };
    fake.tables.candidate_references.set("r", row("candidate_references", "r", answered, 1, "m"));
    render(CandidateView, { id: "candidate-20" });
    await settled();
    expect(screen.getByTestId(testids.reference).textContent).toContain("Very good");
    expect(screen.queryByTestId(testids.referenceTakeBack)).toBeNull();
  });
});
