import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import CandidateView from "../candidates/CandidateView.svelte";
import FieldList from "./FieldList.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const custom = () => fake.tables.candidates.get("candidate-3")?.fields.custom ?? [];

describe("own fields", () => {
  it("are filled in by their type, and what is none of it is not saved", async () => {
    render(CandidateView, { id: "candidate-3" });
    await settled();
    const section = within(screen.getByTestId(testids.ownFields));
    expect(section.getByText("650 CAD")).toBeTruthy();
    expect(section.queryByText("Drives")).toBeNull();
    await fireEvent.click(section.getByText("650 CAD"));
    const input = screen.getByLabelText("Day rate");
    await fireEvent.input(input, { target: { value: "plenty" } });
    await fireEvent.keyDown(input, { key: "Enter" });
    await settled();
    expect(toasts().at(-1)?.text).toContain("This is not an amount");
    expect(custom()).toContainEqual({ id: "rate", value: "650 CAD" });
    await fireEvent.click(section.getByText("More fields"));
    await fireEvent.change(section.getByLabelText("Drives"), { target: { value: "yes" } });
    await settled();
    expect(custom()).toContainEqual({ id: "drives", value: "yes" });
    await fireEvent.change(section.getByLabelText("Clearance"), { target: { value: "" } });
    await settled();
    expect(custom().find(({ id }) => id === "clearance")?.value).toBe("");
  });

  it("are made, moved and removed in the settings", async () => {
    render(FieldList);
    await settled();
    const rows = (): string[] => screen.getAllByTestId(testids.ownFieldRow).map((row) => row.querySelector("button")?.textContent ?? "");
    expect(rows()).toEqual(["Visa until", "Clearance", "Day rate", "Drives"]);
    await fireEvent.click(screen.getByTestId(testids.ownFieldNew));
    await fireEvent.click(screen.getByTestId(testids.ownFieldSave));
    expect(screen.getByText("A name is needed.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.ownFieldLabel), { target: { value: "Day rate" } });
    await fireEvent.click(screen.getByTestId(testids.ownFieldSave));
    await settled();
    const made = [...fake.tables.custom_fields.values()].at(-1)?.fields;
    expect(made).toMatchObject({ key: "day_rate", label: "Day rate", kind: "text", place: 50 });
    await fireEvent.click(screen.getByLabelText("Move Drives up"));
    await settled();
    expect(rows()).toEqual(["Visa until", "Clearance", "Drives", "Day rate", "Day rate"]);
    await fireEvent.click(screen.getByLabelText("Remove Visa until"));
    await settled();
    expect(rows()).toHaveLength(4);
    // One of the name of a field that was removed has a key of its own.
    await fireEvent.click(screen.getByTestId(testids.ownFieldNew));
    await fireEvent.input(screen.getByTestId(testids.ownFieldLabel), { target: { value: "Visa until" } });
    await fireEvent.click(screen.getByTestId(testids.ownFieldSave));
    await settled();
    expect([...fake.tables.custom_fields.values()].at(-1)?.fields.key).toBe("visa_until_2");
  });
});
