import { describe, expect, it } from "vitest";
import type { OnboardingTemplate } from "../gen/records";
import { createFields, draftOf, dueDays, editsOf, newTask, problems } from "./template";

const TEMPLATE: OnboardingTemplate = {
  name: "Cooks", employment: "part_time", team: "Kitchen", guide: "", tasks: [{ id: "1", title: "Order knives", details: "", category: "other", owner: "manager", due_days: -7, required: true }],
};

describe("a template of onboardings", () => {
  it("reads days before and after the first one", () => {
    expect([" -7 ", "−7", "+3", "0", "730"].map(dueDays)).toEqual([-7, -7, 3, 0, 730]);
    expect(["", "x", "1.5", "731", "-366", "1000"].map(dueDays)).toEqual([null, null, null, null, null, null]);
  });

  it("needs a name, and of each task that is one a title and a day; empty lines are none", () => {
    const draft = { ...draftOf(null), tasks: [newTask(), { ...newTask(), details: "how" }, { ...newTask(), title: "A", due: "soon" }] };
    expect(problems(draft)).toEqual({ name: "template.name_needed", [draft.tasks[1]?.id ?? ""]: "onboarding.title_needed", [draft.tasks[2]?.id ?? ""]: "onboarding.due_invalid" });
    expect(createFields({ ...draftOf(null), name: " A ", team: " B " })).toEqual({ name: "A", employment: null, team: "B", tasks: [] });
  });

  it("is changed by what was changed alone", () => {
    const draft = draftOf(TEMPLATE);
    expect(editsOf(TEMPLATE, draft)).toEqual([]);
    draft.employment = "";
    (draft.tasks[0] as { due: string }).due = "-3";
    expect(editsOf(TEMPLATE, draft)).toEqual([
      { op: "set", field: "employment", value: null },
      { op: "item_put", field: "tasks", item: "1", after: null, values: { due_days: -3 } },
    ]);
  });
});
