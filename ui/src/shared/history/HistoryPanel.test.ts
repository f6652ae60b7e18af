import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { followPeople } from "../people.svelte";
import { testids } from "../testids";
import { settled, openWindow } from "../testing/window";
import { toasts, undo } from "../writes.svelte";
import HistoryPanel from "./HistoryPanel.svelte";
import type { Subject } from "./open.svelte";
import { dayValue } from "./words";

let fake: FakeBackend;
let close: () => void;
let stopPeople: () => void;

async function show(subject: Subject, patch = {}): Promise<void> {
  ({ fake, close } = await openWindow({ serverDelayMs: 60_000, now: Date.now(), ...patch }));
  stopPeople = followPeople();
  render(HistoryPanel, { subject });
  await settled();
}

afterEach(() => {
  cleanup();
  stopPeople();
  close();
});

const PERSON: Subject = { kind: "candidates", id: "candidate-0", title: "Somebody" };
const sentences = (): string[] => screen.getAllByTestId(testids.historyStep).map((step) => (step.textContent ?? "").replace(/\s+/g, " ").trim());
const restorer = (field: string): HTMLElement => screen.getAllByTestId(testids.historyRestore).find((each) => each.dataset.field === field) as HTMLElement;
const city = (): string | undefined => fake.tables.candidates.get("candidate-0")?.fields.city;

describe("the history of a record", () => {
  beforeEach(() => show(PERSON));

  it("says who changed what, from what to what, the latest first", () => {
    const said = sentences();
    expect(said).toHaveLength(5);
    expect(said.some((each) => /^(Camille Fortin|Samuel Adeyemi) changed City from (Lyon|Paris) to /.test(each))).toBe(true);
    expect(said.find((each) => each.includes("Skills"))).toMatch(/changed Skills: added .+, removed Typing/);
    expect(said.some((each) => each.includes("changed 2 fields"))).toBe(true);
    expect(said.at(-1)).toContain("Camille Fortin created it");
  });

  it("shows a text as what went and what came", () => {
    const text = screen.getAllByTestId(testids.historyStep)[0] as HTMLElement;
    expect(text.querySelector("del")?.textContent).toContain("Looks");
    expect(text.querySelector("ins")?.textContent).toContain("Ten");
  });

  it("gives a field its earlier value again, with a way to take that back", async () => {
    const now = city();
    await fireEvent.click(restorer("city"));
    await settled();
    expect(city()).not.toBe(now);
    expect(["Lyon", "Paris"]).toContain(city());
    expect(toasts().at(-1)?.text).toBe("City has its earlier value again");
    // The restoring is a change like every other.
    expect(sentences()[0]).toMatch(/Camille Fortin changed City from .+ to (Lyon|Paris).*Not on the server yet/);
    await undo();
    expect(city()).toBe(now);
  });

  it("follows what somebody else changes meanwhile", async () => {
    fake.remote([{ kind: "candidates", id: "candidate-0", edits: [{ op: "set", field: "country", value: "BE" }] }]);
    await settled();
    expect(sentences()[0]).toMatch(/^Samuel Adeyemi changed Country from \w+ to BE/);
  });

  it("shows the record as it was on a day, which cannot be changed, and the way back to today", async () => {
    const created = fake.tables.candidates.get("candidate-0")?.created_at ?? 0;
    await fireEvent.input(screen.getByTestId(testids.historyDay), { target: { value: dayValue(created) } });
    await settled();
    expect(screen.getByTestId(testids.historyBanner).textContent).toContain("This is how it was at the end of");
    const value = screen.getAllByTestId(testids.historyValue).find((each) => each.dataset.field === "city") as HTMLElement;
    expect(value.textContent).toContain(`Now: ${city()}`);
    expect(value.querySelector("input, textarea")).toBeNull();
    await fireEvent.click(within(value).getByTestId(testids.historyRestore));
    await settled();
    expect(["Lyon", "Paris"]).toContain(city());
    await fireEvent.click(within(screen.getByTestId(testids.historyBanner)).getByRole("button"));
    await settled();
    expect(screen.queryByTestId(testids.historyBanner)).toBeNull();
    expect(sentences().length).toBeGreaterThan(5);
  });

  it("says that a record was not there yet", async () => {
    const before = (fake.tables.candidates.get("candidate-0")?.created_at ?? 0) - 3 * 86_400_000;
    await fireEvent.input(screen.getByTestId(testids.historyDay), { target: { value: dayValue(before) } });
    await settled();
    expect(screen.getByTestId(testids.historyBanner).textContent).toContain("It did not exist yet");
    expect(screen.queryAllByTestId(testids.historyValue)).toHaveLength(0);
  });
});

describe("the history of other records", () => {
  it("names stages, and leaves out the bookkeeping that goes with a move", async () => {
    await show({ kind: "applications", id: "application-0", title: "An application" });
    const moved = sentences().find((each) => each.includes("Stage")) ?? "";
    expect(moved).toMatch(/changed Stage from New to /);
    expect(sentences().join(" ")).not.toContain("stage_changed_at");
  });

  it("shows what of a list is different, and no way back for what only the server changes", async () => {
    await show({ kind: "jobs", id: "job-0", title: "A job" });
    const text = sentences().join("\n");
    expect(text).toContain("Do you have a car?");
    expect(text).toContain("When could you start?");
    expect(text).toMatch(/The system changed \d fields/);
    expect(restorer("status")).toBeUndefined();
    expect(restorer("salary_max")).toBeTruthy();
  });

  it("offers no way back to who may not change the record", async () => {
    await show(PERSON, { contacts: false });
    expect(sentences()).toHaveLength(5);
    expect(screen.queryAllByTestId(testids.historyRestore)).toHaveLength(0);
  });

  it("says honestly what is not known on this device", async () => {
    await show(PERSON, { state: "offline" });
    expect(screen.getByText(/Some names and times are not known/)).toBeTruthy();
    const claimed = sentences().filter((each) => each.includes("what their computer said"));
    expect(claimed).toHaveLength(1);
    expect(claimed[0]).toMatch(/^Somebody changed/);
  });
});
