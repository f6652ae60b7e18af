import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { PIPELINE_TEMPLATES } from "../../gen/pipeline_templates";
import { href, parse, route, type Route } from "../../shared/route.svelte";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import PipelineScreen from "./PipelineScreen.svelte";
import { advancesOf, createFields, draftFrom, draftOf, editsOf, hasRules, leadsOn, PLAIN, problems, warnings } from "./draft";
import PipelineList from "./PipelineList.svelte";

/** What a stage without rules holds. */
const NO_RULES = { description: "", email_template_id: "", advance: "never", warn_days: null, escalate_days: null, escalate_to_id: "" };

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow());
});

afterEach(() => {
  cleanup();
  close();
});

function first(): { id: string; fields: Parameters<typeof draftOf>[0] } {
  const found = [...fake.tables.pipelines.values()][0];
  if (!found) {
    throw new Error("no pipeline");
  }
  return found;
}

describe("a pipeline's form", () => {
  it("begins with each template in the person's language", () => {
    for (const template of PIPELINE_TEMPLATES) {
      const draft = draftFrom(template.key, "fr");
      expect([problems(draft), warnings(draft), draft.name]).toEqual([{}, [], template.name.fr]);
      expect(new Set(draft.stages.map((stage) => stage.id)).size).toBe(template.stages.length);
    }
    expect(createFields(draftFrom("intern", "en")).stages).toMatchObject([{ name: "Applied", kind: "new", target_days: 1 }, ...Array.from({ length: 8 }, () => ({}))]);
  });

  it("sends only what changed, stage by stage", () => {
    const { fields } = first();
    expect(editsOf(fields, draftOf(fields))).toEqual([]);
    const draft = draftOf(fields);
    const [one, two] = draft.stages;
    if (!one || !two) {
      throw new Error("no stages");
    }
    two.name = " Second look ";
    two.days = "";
    const added = { id: "new-stage", name: "Task", kind: "assessment", color: "", days: "4", ...PLAIN };
    draft.stages.splice(2, 0, added);
    const put = { op: "item_put", field: "stages" };
    expect(editsOf(fields, draft)).toEqual([
      { ...put, item: two.id, after: null, values: { name: "Second look", target_days: null } },
      { ...put, item: "new-stage", after: two.id, values: { name: "Task", kind: "assessment", color: "", target_days: 4, ...NO_RULES } },
    ]);
  });

  it("keeps the rules of a stage, and drops one that its kind cannot have", () => {
    const draft = draftFrom("standard", "en");
    const [fresh, , talk] = draft.stages;
    if (!fresh || !talk) {
      throw new Error("no stages");
    }
    expect(draft.stages.some(hasRules)).toBe(false);
    Object.assign(fresh, { advance: "answers", mail: "mail-1", warn: "1", escalate: "2", escalateTo: "member-2", description: " Look. " });
    Object.assign(talk, { advance: "answers" });
    const made = createFields(draft).stages as { [field: string]: unknown }[];
    expect(made[0]).toMatchObject({ advance: "answers", email_template_id: "mail-1", warn_days: 1, escalate_days: 2, escalate_to_id: "member-2", description: "Look." });
    expect(made[2]).toMatchObject({ kind: "interview", advance: "never" });
    expect([advancesOf("new").length, advancesOf("interview").length, advancesOf("offer").length]).toEqual([3, 2, 1]);
    // The last conversation leads to the offer, to which nobody goes by a rule.
    const places = draft.stages.map((_, index) => leadsOn(draft.stages, index));
    expect(places.slice(0, 5)).toEqual([true, true, true, true, false]);
  });

  it("needs a target to be near or over, and somebody to tell", () => {
    const wrong = (rules: object) => {
      const draft = draftFrom("standard", "en");
      Object.assign(draft.stages[0] ?? {}, rules);
      return Object.values(problems(draft));
    };
    expect(wrong({ days: "", warn: "1" })).toEqual(["stage_rule.needs_target"]);
    expect(wrong({ escalate: "2" })).toEqual(["stage_rule.escalate_who"]);
    expect(wrong({ escalate: "x", escalateTo: "member-2" })).toEqual(["pipeline.days_invalid"]);
    expect(wrong({ warn: "1", escalate: "2", escalateTo: "member-2" })).toEqual([]);
  });

  it("says what is wrong where it is wrong, and what will be missed", () => {
    const draft = draftFrom("standard", "en");
    draft.name = " ";
    draft.stages = draft.stages.filter((stage) => stage.kind === "hired" || stage.kind === "withdrawn");
    const [hired, gone] = draft.stages;
    Object.assign(hired ?? {}, { name: "" });
    Object.assign(gone ?? {}, { days: "400" });
    expect(problems(draft)).toEqual({
      name: "pipeline.name_needed",
      stages: "pipeline.open_needed",
      [hired?.id ?? ""]: "pipeline.stage_name_needed",
      [gone?.id ?? ""]: "pipeline.days_invalid",
    });
    expect(warnings(draft)).toEqual(["pipeline.no_rejected"]);
  });
});

describe("the screens of pipelines", () => {
  it("have addresses", () => {
    const places: Route[] = [{ name: "pipelines" }, { name: "pipeline_new" }, { name: "pipeline", id: "a/b" }];
    expect(places.map((place) => parse(href(place)))).toEqual(places);
  });

  it("make one from a template, and use it for new jobs", async () => {
    render(PipelineScreen, { id: null });
    await settled();
    await fireEvent.change(screen.getByLabelText("Begin with"), { target: { value: "intern" } });
    expect(screen.getAllByTestId(testids.pipelineStage)).toHaveLength(9);
    await fireEvent.input(screen.getByTestId(testids.pipelineName), { target: { value: "Summer interns" } });
    await fireEvent.click(screen.getByTestId(testids.pipelineSave));
    await settled();
    expect(route()).toEqual({ name: "pipelines" });
    cleanup();
    render(PipelineList);
    await settled();
    const row = screen.getAllByTestId(testids.pipelineRow).find((each) => within(each).queryByText("Summer interns"));
    if (!row) {
      throw new Error("no row");
    }
    expect(within(row).getByText("0 jobs")).toBeTruthy();
    await fireEvent.click(within(row).getByRole("button", { name: "Use for new jobs" }));
    await settled();
    const defaults = [...fake.tables.pipelines.values()].filter((each) => each.fields.is_default);
    expect(defaults.map((each) => each.fields.name)).toEqual(["Summer interns"]);
  });

  it("keep a stage in which applications are, and say so", async () => {
    const { id } = first();
    render(PipelineScreen, { id });
    await settled();
    const stages = screen.getAllByTestId(testids.pipelineStage);
    const used = stages.find((stage) => within(stage).queryByText(/^\d+ applications$/));
    const button = used && within(used).getByRole("button", { name: "Remove" });
    expect(button).toHaveProperty("disabled", true);
    await fireEvent.click(screen.getByRole("button", { name: "Add a stage" }));
    const added = screen.getAllByTestId(testids.pipelineStage).find((stage) => !stages.includes(stage));
    expect(added && within(added).getByRole("button", { name: "Remove" })).toHaveProperty("disabled", false);
    await fireEvent.click(screen.getByTestId(testids.pipelineSave));
    expect(screen.getByText("The stage needs a name.")).toBeTruthy();
  });
});

describe("deleting a pipeline", () => {
  it("is offered where no job uses it and it is not the default, and can be undone", async () => {
    const { id } = await fake.create({ kind: "pipelines", fields: { ...first().fields, name: "Spare", is_default: false } });
    render(PipelineList);
    await settled();
    expect(screen.getAllByTestId(testids.pipelineDelete)).toHaveLength(1);
    await fireEvent.click(screen.getByTestId(testids.pipelineDelete));
    await settled();
    expect(fake.tables.pipelines.get(id)?.deleted).toBe(true);
    expect(screen.queryByText("Spare")).toBeNull();
    await undo();
    await settled();
    expect(screen.getByText("Spare")).toBeTruthy();
    // An application stayed in it when its job went another way.
    const [application] = [...fake.tables.applications.values()];
    fake.tables.applications.set("left", { ...application!, id: "left", fields: { ...application!.fields, pipeline_id: id } });
    await fireEvent.click(screen.getByTestId(testids.pipelineDelete));
    await settled();
    expect(fake.tables.pipelines.get(id)?.deleted).toBe(false);
    expect(toasts().at(-1)?.text).toContain("1 application is in it");
  });
});
