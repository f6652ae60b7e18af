import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { ME } from "../../backend/fake/data";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { undo } from "../../shared/writes.svelte";
import Reminder from "./Reminder.svelte";
import { isDue, today } from "./reminder";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

function show(editable = true): void {
  const application = fake.tables.applications.get("application-0");
  if (!application) {
    throw new Error("no application");
  }
  cleanup();
  render(Reminder, { application: { ...application }, name: "Zoé", editable });
}

const fields = () => fake.tables.applications.get("application-0")?.fields;

describe("a reminder of an application", () => {
  it("needs a day, is of who sets it unless they choose, and is done with one click that is taken back", async () => {
    show();
    await fireEvent.click(screen.getByTestId(testids.followUp));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.followUpSave));
    await settled();
    expect(screen.getByText("Choose the day.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.followUpDay), { target: { value: today() } });
    await fireEvent.input(screen.getByRole("textbox"), { target: { value: " Call " } });
    await fireEvent.click(screen.getByTestId(testids.followUpSave));
    await settled();
    expect(fields()).toMatchObject({ follow_up_on: today(), follow_up_note: "Call", follow_up_for_id: ME });
    show();
    expect(screen.getByTestId(testids.followUp).textContent).toContain("· Call");
    await fireEvent.click(screen.getByTestId(testids.followUpDone));
    await settled();
    expect(fields()).toMatchObject({ follow_up_on: null, follow_up_note: "", follow_up_for_id: null });
    await undo();
    expect(fields()).toMatchObject({ follow_up_on: today(), follow_up_note: "Call" });
  });

  it("is for show where applications may not be edited, and absent where there is none", () => {
    show(false);
    expect(screen.queryByTestId(testids.followUp)).toBeNull();
    Object.assign(fields() ?? {}, { follow_up_on: "2026-01-02" });
    show(false);
    expect(screen.queryByTestId(testids.followUpDone)).toBeNull();
    expect(screen.getByTestId(testids.followUp).textContent).toContain("2026");
  });

  it("is due from its day on", () => {
    expect(["2026-01-01", "2026-01-02", "2026-01-03"].map((day) => isDue({ follow_up_on: "2026-01-02" }, day))).toEqual([false, true, true]);
    expect([null, ""].map((follow_up_on) => isDue({ follow_up_on }, "2026-01-02"))).toEqual([false, false]);
  });
});
