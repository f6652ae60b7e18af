import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { blankJob } from "../../backend/fake/data";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openWindow, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import JobList from "./JobList.svelte";
import { publicAddress } from "./published";
import Reference from "./Reference.svelte";

const TODAY = "2026-11-22";

describe("the address of a job's public page", () => {
  const open = { ...blankJob(), slug: "line-cook", status: "open", published_on_career_page: true };
  const address = (patch: object): string => publicAddress({ ...open, ...patch }, TODAY, "https://north.example/", "north");

  it("is that of the workspace on its server", () => {
    expect(address({})).toBe("https://north.example/careers/north/jobs/line-cook/");
    expect(address({ application_deadline: TODAY })).not.toBe("");
    expect(publicAddress(open, TODAY, null, "north")).toBe("");
  });

  it.each([
    [{ status: "on_hold" }], [{ slug: null }], [{ published_on_career_page: false }], [{ is_internal_only: true }], [{ is_private: true }], [{ application_deadline: "2026-11-21" }],
  ])("is none with %j", (patch) => {
    expect(address(patch)).toBe("");
  });
});

describe("a job's reference", () => {
  let fake: FakeBackend;
  let close: () => void;
  beforeEach(async () => ({ fake, close } = await openWindow({ jobs: 6 })));
  afterEach(() => {
    cleanup();
    close();
    vi.unstubAllGlobals();
  });

  async function show(id: string): Promise<void> {
    const job = await fake.get("jobs", id);
    if (job) {
      render(Reference, { job });
    }
  }

  it("stands beside the page of a published job, whose address can be copied", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
    await show("job-0");
    const { slug, reference_code, title } = fake.tables.jobs.get("job-0")?.fields ?? blankJob();
    const line = within(screen.getByTestId(testids.jobReference));
    expect(line.getByText(reference_code ?? "")).toBeTruthy();
    const address = `https://north.example/careers/north/jobs/${slug ?? ""}/`;
    expect(line.getByRole("link").getAttribute("href")).toBe(`${address}?preview=1`);
    await fireEvent.click(line.getByText("Copy the address"));
    await settled();
    expect(writeText).toHaveBeenCalledWith(address);
    expect(toasts().at(-1)?.text).toBe(`The address of ${title} was copied`);
  });

  it("says when nothing could be copied", async () => {
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: () => Promise.reject(new Error("no")) } });
    await show("job-0");
    await fireEvent.click(screen.getByText("Copy the address"));
    await settled();
    expect(toasts().at(-1)?.text).toContain("The clipboard is not available.");
  });

  it("has no page while the job is on hold or a draft", async () => {
    Object.assign(fake.tables.jobs.get("job-0")?.fields ?? {}, { status: "on_hold" });
    await show("job-0");
    expect(screen.getByTestId(testids.jobReference).textContent).toContain("JOB-");
    expect(screen.queryByRole("link")).toBeNull();
    cleanup();
    await show("job-4");
    expect(screen.queryByTestId(testids.jobReference)).toBeNull();
  });

  it("is in the list of jobs, which is narrowed by it", async () => {
    render(JobList);
    await settled();
    const code = fake.tables.jobs.get("job-2")?.fields.reference_code ?? "";
    await fireEvent.input(screen.getByRole("searchbox"), { target: { value: code } });
    await settled();
    const rows = screen.getAllByTestId(testids.jobRow);
    expect(rows.map((row) => row.dataset.job)).toEqual(["job-2"]);
    expect(rows[0]?.textContent).toContain(code);
  });
});
