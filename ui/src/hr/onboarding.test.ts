import { describe, expect, it } from "vitest";
import { blankEmployee } from "../backend/fake/hires";
import { row } from "../backend/fake/data";
import { byOwner, isLate, people, progress, type Task } from "./onboarding";

const task = (id: string, patch: Partial<Task> = {}): Task => ({ id, title: id, details: "", category: "other", owner: "hr", due_on: null, required: false, done: false, ...patch });
const employee = (id: string, starts_on: string | null) => row("employees", id, { ...blankEmployee(), starts_on }, 0, "");

describe("the first weeks of somebody", () => {
  it("are counted, and late only where something is undone after its day", () => {
    expect(progress([])).toEqual({ done: 0, all: 0 });
    expect(progress([task("a", { done: true }), task("b")])).toEqual({ done: 1, all: 2 });
    const today = "2026-11-27";
    expect([task("a", { due_on: "2026-11-26" }), task("b", { due_on: today }), task("c"), task("d", { due_on: "2026-01-01", done: true })].map((each) => isLate(each, today))).toEqual([true, false, false, false]);
  });

  it("are shown by who sees to them, the earliest first, and nothing is left out", () => {
    const tasks = [task("a", { owner: "it" }), task("b", { due_on: "2026-12-02" }), task("c", { due_on: "2026-12-01" }), task("d"), task("e", { owner: "of_tomorrow" }), task("f", { owner: "new_hire" })];
    expect(byOwner(tasks).map(({ owner, tasks: own }) => [owner, own.map(({ id }) => id).join("")])).toEqual([["new_hire", "f"], ["hr", "cbd"], ["it", "a"], ["of_tomorrow", "e"]]);
  });

  it("come in the order in which somebody has to see to them", () => {
    const rows = [employee("began long ago", "2026-01-01"), employee("no day", null), employee("later", "2027-02-01"), employee("today", "2026-11-27"), employee("began", "2026-11-20")];
    expect(people(rows, [], [], "2026-11-27").map(({ employee: each }) => each.id)).toEqual(["today", "later", "began", "began long ago", "no day"]);
  });
});
