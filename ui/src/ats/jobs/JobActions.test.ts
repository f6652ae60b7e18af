import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import { COPIED_JOB_FIELDS } from "../../gen/job_states";
import { openWindow, settled } from "../../shared/testing/window";
import { route } from "../../shared/route.svelte";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import { copyOf } from "./copy";
import JobActions from "./JobActions.svelte";
import StatusNote from "./StatusNote.svelte";
import { waitingFor } from "./waiting.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow({ jobs: 6 }));
});

afterEach(() => {
  cleanup();
  close();
});

async function read(id: string): Promise<Row<"jobs">> {
  const job = await fake.get("jobs", id);
  if (!job) {
    throw new Error(`no job ${id}`);
  }
  return job;
}

async function offered(id: string): Promise<string[]> {
  render(JobActions, { job: await read(id), steps: [] });
  await fireEvent.click(screen.getByTestId(testids.jobMore));
  return screen.getAllByRole("option").map((option) => option.textContent.trim());
}

describe("the actions of a job", () => {
  it("offers what its status allows, and a copy", async () => {
    const labels = await offered("job-4");
    expect(labels.map((label) => label.split("  ")[0]?.trim())).toEqual([
      expect.stringContaining("Ask for approval"),
      expect.stringContaining("Call off"),
      expect.stringContaining("Copy"),
      expect.stringContaining("Delete the draft"),
    ]);
    expect(screen.getByRole("button", { name: "Publish" })).toBeTruthy();
  });

  it("deletes a draft until that is undone, and none for which somebody applied", async () => {
    for (const [id, row] of fake.tables.applications) {
      if (row.fields.job_id === "job-4") {
        fake.tables.applications.delete(id);
      }
    }
    await offered("job-4");
    await fireEvent.click(screen.getByText("Delete the draft"));
    await settled();
    expect((await read("job-4")).deleted).toBe(true);
    expect(route().name).toBe("jobs");
    await undo();
    expect((await read("job-4")).deleted).toBe(false);
    cleanup();
    const [application] = [...fake.tables.applications.values()];
    fake.tables.applications.set("applied", { ...application!, id: "applied", fields: { ...application!.fields, job_id: "job-4" } });
    await offered("job-4");
    await fireEvent.click(screen.getByText("Delete the draft"));
    await settled();
    expect((await read("job-4")).deleted).toBe(false);
    expect(toasts().at(-1)?.text).toContain("1 person has applied for it");
  });

  it("offers no deletion of what was published", async () => {
    expect((await offered("job-0")).join()).not.toContain("Delete");
  });

  it("asks why a job is called off, and waits for the server", async () => {
    await offered("job-4");
    await fireEvent.click(screen.getByText("Call off"));
    const dialog = within(screen.getByRole("dialog"));
    await fireEvent.click(dialog.getByRole("button", { name: "Call off" }));
    expect(dialog.getByText("A reason is needed.")).toBeTruthy();
    await fireEvent.input(dialog.getByRole("textbox"), { target: { value: " No budget " } });
    await fireEvent.click(dialog.getByRole("button", { name: "Call off" }));
    await settled();
    expect(waitingFor(await read("job-4"))).toBe("cancel_job");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("makes a draft of a copy, with what was written and nothing of what happened", async () => {
    const before = new Set(fake.tables.jobs.keys());
    await offered("job-0");
    await fireEvent.click(screen.getByText("Copy"));
    await settled();
    const made = [...fake.tables.jobs.values()].find((job) => !before.has(job.id));
    const original = await read("job-0");
    expect(made?.fields).toMatchObject({ title: `${original.fields.title} (copy)`, status: "draft", reference_code: null, published_at: null });
    expect(made?.fields.description).toBe(original.fields.description);
    expect(made?.fields.questions).toEqual(original.fields.questions);
    expect(made?.fields.closed_openings).toEqual([]);
    const french = [...fake.tables.job_translations.values()].filter(({ fields }) => fields.job_id === made?.id);
    expect(french.map(({ fields }) => fields.language)).toEqual(["fr"]);
  });

  it("copies no field that only the server writes", async () => {
    const original = await read("job-0");
    const copied = Object.keys(copyOf({ ...original.fields, close_reason: "Over", published_at: 1 }, "T"));
    expect(copied.filter((field) => !COPIED_JOB_FIELDS.includes(field))).toEqual([]);
    expect(copied).not.toContain("close_reason");
  });
});

describe("the note of a job", () => {
  it("says what is missing of a draft that was given back, and why one is over", async () => {
    const job = await read("job-4");
    const shown = async (fields: Partial<Row<"jobs">["fields"]>): Promise<string | undefined> => {
      cleanup();
      render(StatusNote, { job: { ...job, fields: { ...job.fields, ...fields } } });
      await settled();
      return screen.queryByTestId(testids.jobNote)?.textContent;
    };
    expect(await shown({ return_reason: "No pay range" })).toBe("Given back: No pay range");
    expect(await shown({ status: "cancelled", close_reason: "No budget" })).toBe("Why it is over: No budget");
    expect(await shown({ status: "open", close_reason: "" })).toBeUndefined();
  });
});
