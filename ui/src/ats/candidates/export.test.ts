import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import CandidateList from "./CandidateList.svelte";
import { current, nothing } from "./search/search.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople());
  current.show({ ...nothing(), conditions: [{ what: "city", how: "is", value: "Ottawa" }] }, null);
  render(CandidateList);
  await settled();
});

afterEach(() => {
  cleanup();
  close();
});

describe("saving the list", () => {
  it.each([["Workbook (XLSX), for spreadsheets", "xlsx"], ["Text with commas (CSV), for other programs", "csv"]])("writes what is shown as %s", async (label, ending) => {
    let asked: unknown;
    const write = fake.exportCandidates.bind(fake);
    fake.exportCandidates = (request, format) => {
      asked = [request.filters, format];
      return write(request, format);
    };
    const there = [...fake.tables.candidates.values()].filter(({ fields }) => fields.city === "Ottawa").length;
    await fireEvent.click(screen.getByTestId(testids.exportList));
    await fireEvent.click(screen.getByText(label));
    await settled();
    const said = toasts().at(-1)?.text ?? "";
    expect(asked).toEqual([[{ field: "city", is: "Ottawa" }], ending]);
    expect(there).toBeGreaterThan(0);
    expect(said).toMatch(new RegExp(`\\b${there} candidates.*candidates-2026-11-22\\.${ending}`, "u"));
  });
});
