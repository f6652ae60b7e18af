import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { undo } from "../../shared/writes.svelte";
import JobForm from "./JobForm.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const team = (id: string): string[] => fake.tables.jobs.get(id)?.fields.hiring_team_ids ?? [];

async function open(id: string): Promise<ReturnType<typeof within>> {
  render(JobForm, { job: await fake.get("jobs", id), pipelines: [...fake.tables.pipelines.values()], currency: "CAD" });
  return within(screen.getByRole("group", { name: "Hiring team" }));
}

describe("the hiring team in a job's form", () => {
  it("takes people by name and lets them go, and is saved with the form until that is undone", async () => {
    expect(team("job-1")).toEqual(["member-2"]);
    Object.assign(fake.tables.jobs.get("job-1")?.fields ?? {}, { hiring_manager_id: null });
    const group = await open("job-1");
    await fireEvent.click(screen.getByTestId(testids.jobTeamAdd));
    await fireEvent.input(screen.getByRole("combobox", { name: "Add a person" }), { target: { value: "lalo" } });
    await fireEvent.click(within(screen.getByRole("listbox", { name: "Add a person" })).getByText("Marie-Ève Lalonde"));
    // The recruiter and the hiring manager belong to it by their own fields.
    expect(group.getByText("Camille Fortin")).toBeTruthy();
    expect(group.queryByLabelText("Remove Camille Fortin")).toBeNull();
    expect(group.getByLabelText("Remove Marie-Ève Lalonde")).toBeTruthy();
    await fireEvent.click(group.getByLabelText("Remove Samuel Adeyemi"));
    expect(team("job-1")).toEqual(["member-2"]);
    await fireEvent.click(screen.getByTestId(testids.jobSave));
    await settled();
    expect(team("job-1")).toEqual(["member-3"]);
    await undo();
    expect(team("job-1")).toEqual(["member-2"]);
  });

  it("does not let go of who would shut themselves out of a private job", async () => {
    Object.assign(fake.tables.jobs.get("job-1")?.fields ?? {}, { is_private: true, recruiter_id: null, hiring_team_ids: ["member-1", "member-2"] });
    const group = await open("job-1");
    expect(group.queryByLabelText("Remove Camille Fortin")).toBeNull();
    expect(group.getByLabelText("Remove Samuel Adeyemi")).toBeTruthy();
  });
});
