import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { blankJob, COLLEAGUE, ME } from "../../backend/fake/data";
import type { Row } from "../../backend/types";
import type { RecordOf } from "../../gen/records";
import { go, href, parse } from "../../shared/route.svelte";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { filterOf, NO_FILTER, passes, queryOf, SOON_DAYS, type Asking, type JobFilter } from "./filter";
import JobList from "./JobList.svelte";

const ASKING: Asking = { me: ME, today: "2026-11-22", found: null };

function job(id: string, fields: Partial<RecordOf<"jobs">> = {}): Row<"jobs"> {
  return { id, fields: { ...blankJob(), ...fields } } as unknown as Row<"jobs">;
}
const passing = (filter: Partial<JobFilter>, jobs: Row<"jobs">[], asking: Partial<Asking> = {}): string[] =>
  jobs.filter((each) => passes({ ...NO_FILTER, ...filter }, each, { ...ASKING, ...asking })).map(({ id }) => id);

describe("a filter of jobs", () => {
  it("lets everything pass that asks for nothing, and only what the engine found where there are words", () => {
    const jobs = [job("a"), job("b", { status: "closed" })];
    expect([passing({}, jobs), passing({}, jobs, { found: new Set(["b"]) }), passing({ status: "closed" }, jobs, { found: new Set(["a"]) })]).toEqual([["a", "b"], ["b"], []]);
  });

  it("asks for a team, a place, a form and a way of working", () => {
    const jobs = [job("a", { team: "Sales", location_city: "Lyon", remote_policy: "remote", job_type: "contract" }), job("b", { team: "Sales" })];
    const found = [{ team: "Sales" }, { place: "Lyon" }, { remote: "on_site" }, { type: "contract" }, { team: "Sales", remote: "remote" }].map((filter) => passing(filter, jobs));
    expect(found).toEqual([["a", "b"], ["a"], ["b"], ["a"], ["a"]]);
  });

  it("knows who hires, by whatever field", () => {
    const jobs = [job("recruiter", { recruiter_id: ME }), job("manager", { hiring_manager_id: ME }), job("team", { hiring_team_ids: [ME, COLLEAGUE] }), job("nobody")];
    expect([passing({ hirer: "me" }, jobs), passing({ hirer: COLLEAGUE }, jobs)]).toEqual([["recruiter", "manager", "team"], ["team"]]);
  });

  it("counts a last day from today up to its edge as near, and yesterday as past", () => {
    const on = (day: string | null): Row<"jobs"> => job(String(day), { application_deadline: day });
    const jobs = [on(null), on("2026-11-21"), on("2026-11-22"), on("2026-11-29"), on("2026-11-30")];
    expect(SOON_DAYS).toBe(7);
    expect([passing({ due: "soon" }, jobs), passing({ due: "past" }, jobs)]).toEqual([["2026-11-22", "2026-11-29"], ["2026-11-21"]]);
  });

  it("tells what is for members alone and what is shown first", () => {
    const jobs = [job("both", { is_internal_only: true, is_featured: true }), job("none")];
    expect([passing({ internal: "yes" }, jobs), passing({ internal: "no" }, jobs), passing({ featured: "yes" }, jobs)]).toEqual([["both"], ["none"], ["both"]]);
  });

  it("comes back from the address as it was, and takes from it nothing that nobody can ask for", () => {
    const filter: JobFilter = { ...NO_FILTER, text: "a & b/c?d=é", status: "open", place: "Saint-Jean sur / Richelieu", due: "soon", internal: "no" };
    const address = href({ name: "jobs", query: queryOf(filter) });
    const back = parse(address);
    expect(back.name === "jobs" && filterOf(back.query ?? "")).toEqual(filter);
    expect([queryOf(NO_FILTER), href({ name: "jobs", query: "" }), parse("#/jobs")]).toEqual(["", "#/jobs", { name: "jobs" }]);
    expect(filterOf("due=tomorrow&internal=1&featured=yes&other=x")).toEqual({ ...NO_FILTER, featured: "yes" });
    expect(filterOf(`team=${"x".repeat(500)}`).team).toHaveLength(200);
  });
});

describe("the list of jobs", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened), { jobs: 14 });
  beforeEach(() => go({ name: "jobs" }, true));

  const shown = (): (string | undefined)[] => screen.queryAllByTestId(testids.jobRow).map((row) => row.dataset.job).sort();
  const having = (is: (fields: RecordOf<"jobs">) => boolean): string[] => [...fake.tables.jobs.values()].filter(({ fields }) => is(fields)).map(({ id }) => id).sort();
  const control = (field: string): HTMLSelectElement => screen.getAllByTestId<HTMLSelectElement>(testids.jobFilter).find((each) => each.dataset.field === field) as HTMLSelectElement;
  const choose = async (field: string, value: string): Promise<void> => {
    await fireEvent.change(control(field), { target: { value } });
    await settled();
  };

  it("is narrowed, says so, and keeps it in the address for whoever comes back", async () => {
    render(JobList);
    await settled();
    await choose("status", "open");
    const open = having(({ status }) => status === "open");
    expect(shown()).toEqual(open);
    expect(screen.getByTestId(testids.filterCount).textContent).toBe(`${open.length} of 14`);
    const [first] = [...fake.tables.jobs.values()].filter(({ fields }) => fields.status === "open");
    await choose("team", first?.fields.team ?? "");
    const both = having(({ status, team }) => status === "open" && team === first?.fields.team);
    expect(shown()).toEqual(both);
    expect(location.hash).toContain("status=open");
    cleanup();
    render(JobList);
    await settled();
    expect([shown(), control("status").value]).toEqual([both, "open"]);
    await fireEvent.click(screen.getByTestId(testids.filterClear));
    await settled();
    expect([shown().length, location.hash]).toEqual([14, "#/jobs"]);
  });

  it("shows the rarer questions where one of them is asked, and teaches where nothing is left", async () => {
    go({ name: "jobs", query: "place=Nowhere" }, true);
    render(JobList);
    await settled();
    expect(screen.getByTestId(testids.filterMore).getAttribute("aria-expanded")).toBe("true");
    expect([shown(), control("place").value]).toEqual([[], "Nowhere"]);
    expect(screen.getByText("No job matches")).toBeTruthy();
    await fireEvent.click(screen.getByText("Show all"));
    await settled();
    expect(shown()).toHaveLength(14);
  });

  it("finds words together with everything else", async () => {
    render(JobList);
    await settled();
    const code = fake.tables.jobs.get("job-2")?.fields.reference_code ?? "";
    await fireEvent.input(screen.getByTestId(testids.filterText), { target: { value: code } });
    await settled();
    expect(shown()).toEqual(["job-2"]);
    await choose("hirer", "me");
    expect(shown()).toEqual(["job-2"]);
    await choose("hirer", "member-3");
    expect(shown()).toEqual(["job-2"]);
    await choose("internal", "yes");
    expect(shown()).toEqual([]);
  });
});
