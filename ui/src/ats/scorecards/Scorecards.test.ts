import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "../candidates/CandidateView.svelte";
import TemplateList from "./TemplateList.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const mine = () => [...fake.tables.scorecards.values()].filter((card) => card.created_by === "member-1" && !card.deleted);

describe("scorecards", () => {
  it("are kept as a draft, gone on with and given, and what others found stays folded until then", async () => {
    render(CandidateView, { id: "candidate-0" });
    await settled();
    const others = screen.getByText("What one other person found").closest("details");
    expect(others?.open).toBe(false);
    await fireEvent.click(screen.getByTestId(testids.scorecardNew));
    await settled();
    expect(document.body.textContent).toContain("Begin with what they are proud of.");
    expect(screen.getByText("Debugging", { selector: "p" })).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.scorecardSummary), { target: { value: "Half a thought" } });
    await fireEvent.click(screen.getByTestId(testids.scorecardKeep));
    await settled();
    expect(mine().map(({ fields }) => [fields.is_draft, fields.summary])).toEqual([[true, "Half a thought"]]);

    await fireEvent.click(screen.getByText("Go on writing"));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.scorecardGive));
    await settled();
    expect(screen.getByText("Say what you recommend, or that you cannot say.")).toBeTruthy();
    const recommendation = screen.getByTestId(testids.scorecardRecommendation);
    await fireEvent.click(recommendation.querySelector("input[value=strong_yes]") as HTMLElement);
    await fireEvent.click(screen.getByTestId(testids.scorecardGive));
    await settled();
    expect(mine().map(({ fields }) => [fields.is_draft, fields.recommendation])).toEqual([[false, "strong_yes"]]);
    expect(screen.getByText("What one other person found").closest("details")?.open).toBe(true);
    expect(document.body.textContent).toContain("1 × Strong yes");
  });
});

describe("templates of scorecards", () => {
  it("are made, changed and removed", async () => {
    render(TemplateList);
    await settled();
    await fireEvent.click(screen.getByTestId(testids.templateNew));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.templateSave));
    expect(screen.getByText("A name is needed.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.templateName), { target: { value: "Sales" } });
    await fireEvent.input(screen.getByLabelText("What is graded", { selector: "input" }), { target: { value: "Listens" } });
    await fireEvent.click(screen.getByTestId(testids.templateSave));
    await settled();
    const made = [...fake.tables.scorecard_templates.values()].find(({ fields }) => fields.name === "Sales");
    expect(made?.fields).toMatchObject({ job_id: null, stage_kind: null, attributes: [{ name: "Listens" }] });
    await fireEvent.click(screen.getByLabelText("Remove Sales"));
    await settled();
    expect(screen.getAllByTestId(testids.templateRow)).toHaveLength(1);
  });
});
