import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { blankTranslation } from "../../../backend/fake/blank";
import { blankJob, row } from "../../../backend/fake/data";
import type { FakeBackend } from "../../../backend/fake";
import { testids } from "../../../shared/testids";
import { openBeforeEach, settled } from "../../../shared/testing/window";
import { undo } from "../../../shared/writes.svelte";
import { missingIn, wordsIn } from "../check";
import { draftOf, editsOf, missing, standings, type TranslationRow } from "./languages";
import { canClose, wanted } from "./openings";
import PostingBar from "./PostingBar.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const posting = (id: string, language: string, description = "Vous cuisinez."): TranslationRow =>
  row("job_translations", id, { ...blankTranslation(), job_id: "job-1", language, title: "Cuisine", description }, 0, "member-1");

async function show(hired = 0): Promise<void> {
  const job = await fake.get("jobs", "job-1");
  if (!job) {
    throw new Error("no job");
  }
  render(PostingBar, { job, hired });
  await settled();
}

describe("the openings of a job", () => {
  const job = (positions_count: number, closed: number) => ({
    ...blankJob(), positions_count, closed_openings: Array.from({ length: closed }, (_, index) => ({ id: `${index}`, reason: "other", note: "", by: "", at: 0 })),
  });

  it("are those that were asked for without those that were closed, as the server counts", () => {
    expect([job(0, 0), job(3, 1), job(3, 3), job(1, 2)].map(wanted)).toEqual([1, 2, 0, 0]);
  });

  it("are closed by themselves while another one is left", () => {
    expect(canClose(job(3, 0), 0)).toBe(true);
    expect(canClose(job(3, 0), 2)).toBe(true);
    expect(canClose(job(3, 0), 3)).toBe(false);
    expect(canClose(job(3, 2), 0)).toBe(false);
    expect(canClose(job(1, 0), 0)).toBe(false);
  });

  it("are closed with a reason, by whom is kept, and opened again", async () => {
    Object.assign(fake.tables.jobs.get("job-1")?.fields ?? {}, { positions_count: 3 });
    await show(1);
    await fireEvent.click(screen.getByTestId(testids.openings));
    await fireEvent.change(screen.getByTestId(testids.openingReason), { target: { value: "no_budget" } });
    await fireEvent.input(screen.getByLabelText("In more words"), { target: { value: " Next year " } });
    await fireEvent.click(screen.getByTestId(testids.openingClose));
    await settled();
    const closed = fake.tables.jobs.get("job-1")?.fields.closed_openings ?? [];
    expect(closed).toMatchObject([{ reason: "no_budget", note: "Next year", by: "member-1" }]);
    await undo();
    expect(fake.tables.jobs.get("job-1")?.fields.closed_openings).toEqual([]);
  });
});

describe("the languages of a job", () => {
  it("are shown once they are written, and of two in one language the first", () => {
    const rows = [posting("c", "fr"), posting("b", "FR"), posting("a", "fr", " "), posting("d", "de")];
    expect(standings(rows).map(({ row: { id }, standing }) => `${id} ${standing}`)).toEqual(["a empty", "b shown", "c twice", "d shown"]);
  });

  it("can be those of the pages that are not there yet", () => {
    expect(missing({ ...blankJob(), language: "en" }, [])).toEqual(["fr"]);
    expect(missing({ ...blankJob(), language: "de" }, [posting("a", "fr-CA")])).toEqual(["en"]);
    expect(missing({ ...blankJob(), language: "fr-CA" }, [posting("a", "en")])).toEqual([]);
  });

  it("are looked at as the job's own text is, each by itself", () => {
    const job = { ...blankJob(), title: "Young cook", location_country: "Canada", location_state: "Ontario" };
    const draft = draftOf(job, { ...blankTranslation(), title: "Cuisine", description: "Une bonne présentation. L’IA ne prend pas part à la sélection." });
    expect(wordsIn(draft).map(({ field, text }) => `${field} ${text}`)).toEqual(["description bonne présentation"]);
    expect(missingIn(draft).map(({ need }) => need)).toEqual(["pay_range"]);
  });

  it("change by what changed alone", () => {
    const { fields } = posting("a", "fr");
    const draft = draftOf({ ...blankJob(), title: "Cook" }, fields);
    expect(editsOf(fields, draft)).toEqual([]);
    expect(editsOf(fields, { ...draft, title: " Chef ", benefits: "Repas" })).toEqual([
      { op: "set", field: "title", value: "Chef" },
      { op: "text", field: "benefits", value: "Repas" },
    ]);
  });

  it("are added, written and removed", async () => {
    Object.assign(fake.tables.jobs.get("job-1")?.fields ?? {}, { language: "en" });
    await show();
    await fireEvent.click(screen.getByTestId(testids.translations));
    expect(screen.getAllByTestId(testids.translationNew).map((button) => button.dataset.language)).toEqual(["fr"]);
    await fireEvent.click(screen.getByTestId(testids.translationNew));
    const texts = screen.getAllByTestId(testids.translationText);
    expect(texts[0]?.getAttribute("lang")).toBe("fr");
    await fireEvent.input(screen.getByTestId(testids.translationTitle), { target: { value: "Cuisine" } });
    await fireEvent.input(texts[0] as HTMLElement, { target: { value: "Pour un guru." } });
    expect(within(screen.getByTestId(testids.postingCheck)).getByText("guru")).toBeTruthy();
    await fireEvent.click(screen.getByTestId(testids.translationSave));
    await settled();
    const made = [...fake.tables.job_translations.values()].filter(({ fields }) => fields.job_id === "job-1");
    expect(made.map(({ fields }) => fields)).toMatchObject([{ job_id: "job-1", language: "fr", title: "Cuisine", description: "Pour un guru." }]);
    expect(screen.getByTestId(testids.translations).textContent).toContain("French");
    await fireEvent.click(screen.getByLabelText("Remove the posting in French"));
    await settled();
    expect(screen.queryByTestId(testids.translation)).toBeNull();
    await undo();
    await settled();
    expect(screen.getByTestId(testids.translation).dataset.language).toBe("fr");
  });
});

describe("the visits of a job's page", () => {
  it("are told by the day, and only with the server", async () => {
    Object.assign(fake.tables.jobs.get("job-1")?.fields ?? {}, { published_at: 0 });
    await show();
    await fireEvent.click(screen.getByTestId(testids.visits));
    await settled();
    const rows = within(screen.getByTestId(testids.jobViews)).getAllByRole("row");
    expect(rows[0]?.textContent).toBe("DayPage viewsForms openedApplications sent");
    expect(rows.length).toBe(32);
  });
});
