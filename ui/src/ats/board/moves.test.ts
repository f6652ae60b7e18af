import { describe, expect, it } from "vitest";
import { mayMove, moveEdits, rejectEdits, reopenTarget, targets, type Movable } from "./moves";

const KINDS = ["new", "screening", "assessment", "interview", "reference", "offer", "hired", "rejected", "withdrawn", "on_hold"];
const columns = KINDS.map((kind) => ({ stage_id: kind, name: kind, kind }));
const person = (kind: string): Movable => ({ id: `application-${kind}`, candidateId: "candidate", name: "Léa", stageId: kind, kind });

describe("moving an application", () => {
  it("never leads from rejected or withdrawn to an offer or a hire, by any path that is offered", () => {
    for (const from of ["rejected", "withdrawn"]) {
      expect(mayMove(from, "offer")).toBe(false);
      expect(mayMove(from, "hired")).toBe(false);
      const offered = targets(columns, [person(from)]).map((target) => target.kind);
      expect(offered).not.toContain("offer");
      expect(offered).not.toContain("hired");
      expect(offered).toContain("screening");
    }
  });

  it("leaves a hired one hired", () => {
    expect(targets(columns, [person("hired")])).toEqual([]);
  });

  it("offers to several only where all of them may go", () => {
    const offered = targets(columns, [person("new"), person("rejected")]).map((target) => target.kind);
    expect(offered).toEqual(["new", "screening", "assessment", "interview", "reference", "rejected", "withdrawn", "on_hold"]);
  });

  it("reopens to the first open stage and takes the reason away", () => {
    const target = reopenTarget(columns);
    expect(target?.kind).toBe("new");
    expect(target && moveEdits([person("rejected")], target)[0]?.edits).toContainEqual({ op: "set", field: "rejection_reason", value: "" });
  });

  it("rejects with a reason and never without", () => {
    const target = { stage_id: "rejected", name: "Rejected", kind: "rejected" };
    expect(rejectEdits([person("new")], target, "   ", "")).toBeNull();
    expect(rejectEdits([person("new")], target, " Too far ", "Thank you")?.[0]?.edits).toEqual([
      { op: "set", field: "stage_id", value: "rejected" },
      { op: "set", field: "rejection_reason", value: "Too far" },
      { op: "set", field: "rejection_reason_id", value: null },
      { op: "set", field: "rejection_feedback", value: "Thank you" },
    ]);
  });
});
