import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { months, years } from "./period";
import Survey from "./Survey.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened), { administers: true });

describe("the equal-opportunity survey", () => {
  it("is off until a form is chosen, and then shows sums without the small ones", async () => {
    render(Survey);
    await settled();
    expect(screen.queryByTestId(testids.surveyQuestion)).toBeNull();
    await fireEvent.change(screen.getByTestId(testids.surveyForm), { target: { value: "ca" } });
    await settled();
    const question = screen.getByTestId(testids.surveyQuestion);
    expect([...question.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["64", "71", "fewer than 5", "withheld", "148"]);
    const [first] = fake.tables.jobs.values();
    await fireEvent.change(screen.getByTestId(testids.surveyJob), { target: { value: first?.id ?? "" } });
    await settled();
    expect(screen.getByTestId(testids.surveyQuestion).textContent).not.toContain("64");
    await fireEvent.change(screen.getByTestId(testids.surveyForm), { target: { value: "" } });
    await settled();
    expect(screen.queryByTestId(testids.surveyQuestion)).toBeNull();
  });

  it("says so when the server is not there", async () => {
    fake.survey = () => Promise.reject({ code: "offline", title: "x", message: "The server cannot be reached." });
    render(Survey);
    await settled();
    expect(screen.getByRole("status").textContent).toContain("Try again");
  });

  it("is summed up over whole years, or the last twelve months", () => {
    expect(months("")).toEqual({ from: null, to: null });
    expect(months("2025")).toEqual({ from: "2025-01", to: "2025-12" });
    expect(years(Date.UTC(2026, 10, 28))).toEqual(["2026", "2025", "2024", "2023"]);
  });
});
