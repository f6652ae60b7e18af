import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { openBeforeEach, settled } from "../../shared/testing/window";
import JobPicker from "./JobPicker.svelte";

describe("the job that somebody is added to", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));
  afterEach(cleanup);

  it("is an open one first, and another that is not over once that is asked for", async () => {
    const jobs = [...fake.tables.jobs.values()];
    const [open, draft, closed, ...rest] = jobs;
    Object.assign(open?.fields ?? {}, { title: "The open one", status: "open" });
    Object.assign(draft?.fields ?? {}, { title: "The draft", status: "draft" });
    Object.assign(closed?.fields ?? {}, { title: "The closed one", status: "closed" });
    rest.forEach((job) => Object.assign(job.fields, { status: "closed" }));
    const picked: string[] = [];
    render(JobPicker, { onpick: (id: string) => picked.push(id), onclose: () => undefined });
    await settled();
    expect(screen.getByText("The open one")).toBeTruthy();
    expect(screen.queryByText("The draft")).toBeNull();
    await fireEvent.click(screen.getByText("1 more, not open"));
    await settled();
    expect(picked).toEqual([]);
    expect(screen.queryByText("The closed one")).toBeNull();
    await fireEvent.click(screen.getByText("The draft"));
    expect(picked).toEqual([draft?.id]);
  });
});
