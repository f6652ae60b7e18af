import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { halfYears, inWords } from "./period";
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
    const period = screen.getByTestId<HTMLSelectElement>(testids.surveyPeriod);
    expect([period.value, period.options[1]?.text]).toEqual(["2026-H1", "July to December 2025"]);
    await fireEvent.change(period, { target: { value: "2025-H2" } });
    await settled();
    expect(screen.getByTestId(testids.surveyQuestion).textContent).not.toContain("64");
    expect(screen.getByTestId<HTMLSelectElement>(testids.surveyPeriod).value).toBe("2025-H2");
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

  it("is summed up over half-years that are over and do not overlap", () => {
    expect(halfYears("2026-H1").slice(0, 4)).toEqual(["2026-H1", "2025-H2", "2025-H1", "2024-H2"]);
    expect(new Set(halfYears("2026-H1")).size).toBe(8);
    expect([inWords("2026-H1"), inWords("2025-H2")]).toEqual(["January to June 2026", "July to December 2025"]);
  });
});
