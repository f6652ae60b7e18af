import { describe, expect, it } from "vitest";
import { openWindow } from "../../shared/testing/window";
import { askedOf, blankQuestion, createFields, draftOf, editsOf, problems, rulesOut, toggled } from "./draft";
import { ask, commandsFor, waitingFor } from "./waiting.svelte";

const ADMIN = { id: "me", role: "admin" };

describe("a job's form", () => {
  it("turns typed major units into minor units", () => {
    const draft = { ...draftOf(null, "pipeline-1", "CAD"), title: "Cook", salary_min: "52,000", salary_max: "60 000.50" };
    expect(problems(draft)).toEqual({});
    expect(createFields(draft, ADMIN)).toMatchObject({ title: "Cook", salary_min: 5_200_000, salary_max: 6_000_050, pipeline_id: "pipeline-1" });
    expect(createFields(draft, ADMIN)).not.toHaveProperty("status");
  });

  it("says what is wrong, by field", () => {
    const draft = { ...draftOf(null, null, "CAD"), salary_min: "90000", salary_max: "80000", positions_count: "0", salary_currency: "C$" };
    expect(problems(draft)).toEqual({
      title: "job.title_needed",
      salary_max: "job.money_order",
      positions_count: "job.count_invalid",
      salary_currency: "job.currency_invalid",
    });
  });

  it("sends people elsewhere only by an address that the server takes", () => {
    const wrong = (external_apply_url: string): unknown => problems({ ...draftOf(null, null, "CAD"), title: "Cook", external_apply_url }).external_apply_url;
    for (const good of ["", " https://jobs.example.com ", "https://a-b.example:8443/apply?x=1#y"]) {
      expect(wrong(good), good).toBeUndefined();
    }
    for (const bad of ["http://example.com", "https://", "https://localhost/", "https://me:secret@example.com/", "https://example.com/a b", "javascript:alert(1)"]) {
      expect(wrong(bad), bad).toBe("job.apply_elsewhere_invalid");
    }
  });

  it("is carried everywhere unless somebody says otherwise", () => {
    const fields = createFields({ ...draftOf(null, null, "CAD"), title: "Cook", not_on_indeed: true, language: "fr" }, ADMIN);
    expect(fields).toMatchObject({ language: "fr", not_on_indeed: true, not_on_linkedin: false, not_on_rss: false, not_on_json: false, equity_offered: false });
    expect(fields).not.toHaveProperty("closed_openings");
  });

  it("sends only what changed, by its kind of merge", async () => {
    const { fake, close } = await openWindow();
    const job = fake.tables.jobs.get("job-0")?.fields;
    if (!job) {
      throw new Error("no job");
    }
    expect(editsOf(job, draftOf(job, null, "CAD"), ADMIN)).toEqual([]);
    const draft = draftOf(job, null, "CAD");
    draft.team = "Kitchen";
    draft.description = "New words";
    draft.required_skills = `${job.required_skills[0] ?? ""}, Baking`;
    draft.questions = [...draft.questions, { ...blankQuestion("q3"), label: "Why us?", answer: "long_text" }];
    expect(editsOf(job, draft, ADMIN)).toEqual([
      { op: "set", field: "team", value: "Kitchen" },
      { op: "text", field: "description", value: "New words" },
      { op: "add", field: "required_skills", value: "Baking" },
      { op: "remove", field: "required_skills", value: job.required_skills[1] },
      {
        op: "item_put", field: "questions", item: "q3", after: "q2",
        values: { label: "Why us?", answer: "long_text", required: false, options: "", knockout: "", knockout_below: null, knockout_above: null, knockout_without: "" },
      },
    ]);
    close();
  });

  it("asks standard questions as usual until somebody says otherwise", async () => {
    const { fake, close } = await openWindow();
    const job = fake.tables.jobs.get("job-0")?.fields;
    if (!job) {
      throw new Error("no job");
    }
    expect([askedOf(job, "ask_linkedin"), askedOf(job, "ask_salary"), askedOf(null, "ask_website")]).toEqual(["optional", "no", "optional"]);
    const draft = { ...draftOf(job, null, "CAD"), ask_linkedin: "no", ask_salary: "optional" };
    expect(editsOf(job, draft, ADMIN)).toEqual([
      { op: "set", field: "ask_salary", value: "optional" },
      { op: "set", field: "ask_linkedin", value: "no" },
    ]);
    expect(editsOf({ ...job, ask_linkedin: "optional" }, draftOf(job, null, "CAD"), ADMIN)).toEqual([]);
    expect(createFields(draftOf(null, null, "CAD"), ADMIN)).not.toHaveProperty("ask_linkedin");
    close();
  });

  it("names the options of several that rule out, and those of which one is needed", () => {
    const question = { ...blankQuestion("q"), answer: "several", options: "Days\nNights", knockout: "Days" };
    expect(rulesOut(question, "Nights", "knockout_without")).toBe(false);
    expect(toggled(question, "Nights", "knockout_without")).toBe("Nights");
    expect(toggled(question, "Days")).toBe("");
  });

  it("has a hiring team, in which whoever makes the job private stays", async () => {
    const { fake, close } = await openWindow();
    const fields = fake.tables.jobs.get("job-0")?.fields;
    if (!fields) {
      throw new Error("no job");
    }
    const job = { ...fields, hiring_team_ids: ["member-2", "member-3"] };
    const me = { id: "me", role: "recruiter" };
    const draft = { ...draftOf(job, null, "CAD"), hiring_team_ids: ["member-3", "member-4"] };
    const changed = [
      { op: "add", field: "hiring_team_ids", value: "member-4" },
      { op: "remove", field: "hiring_team_ids", value: "member-2" },
    ];
    expect(editsOf(job, draft, me)).toEqual(changed);
    expect(editsOf(job, { ...draft, is_private: true }, me)).toEqual([
      changed[0], { op: "add", field: "hiring_team_ids", value: "me" }, changed[1], { op: "set", field: "is_private", value: true },
    ]);
    // Of a job that is private already nobody shuts themselves out by naming another recruiter.
    const own = { ...job, is_private: true, recruiter_id: "me" };
    expect(editsOf(own, { ...draftOf(own, null, "CAD"), recruiter_id: "member-2" }, me)).toEqual([
      { op: "add", field: "hiring_team_ids", value: "me" }, { op: "set", field: "recruiter_id", value: "member-2" },
    ]);
    expect(createFields({ ...draft, is_private: true }, me)).toMatchObject({ is_private: true, hiring_team_ids: ["member-3", "member-4", "me"] });
    close();
  });

  it("keeps which answers rule out in the order of the options, without those that are gone", () => {
    const question = { ...blankQuestion("q1"), answer: "choice", options: "None\n Car \nLorry", knockout: "Bicycle" };
    question.knockout = toggled(question, "Car");
    expect([question.knockout, rulesOut(question, "Car"), rulesOut(question, "None")]).toEqual(["Car", true, false]);
    question.knockout = toggled(question, "None");
    expect(question.knockout).toBe("None\nCar");
    expect(toggled(question, "Car")).toBe("None");
  });

  it("asks for a whole number where a number rules out", () => {
    const draft = draftOf(null, null, "CAD");
    draft.title = "Baker";
    draft.questions = [{ ...blankQuestion("q1"), label: "Years?", answer: "number", knockout_below: 2 }];
    expect(problems(draft)).toEqual({});
    draft.questions = [{ ...blankQuestion("q1"), label: "Years?", answer: "number", knockout_below: 2.5 }];
    expect(problems(draft)).toEqual({ questions: "job.question_number" });
  });
});

describe("a command on a job", () => {
  it("is offered by status", () => {
    expect(commandsFor("draft")).toEqual(["publish_job", "submit_job", "cancel_job"]);
    expect(commandsFor("pending_approval")).toEqual(["approve_job", "publish_job", "return_job", "cancel_job"]);
    expect(commandsFor("open")).toEqual(["hold_job", "fill_job", "close_job", "cancel_job"]);
    expect(commandsFor("filled")).toEqual(["reopen_job"]);
    expect(commandsFor("from_the_future")).toEqual([]);
  });

  it("waits until the server's answer arrives, and never looks done before", async () => {
    const { fake, close } = await openWindow({ jobs: 6 });
    const job = await fake.get("jobs", "job-4");
    if (!job) {
      throw new Error("no job");
    }
    expect(waitingFor(job)).toBeNull();
    await ask("publish_job", job);
    expect(job.fields.status).toBe("draft");
    expect(waitingFor(job)).toBe("publish_job");
    fake.remote([{ kind: "jobs", id: "job-4", edits: [{ op: "set", field: "status", value: "open" }] }]);
    const answered = await fake.get("jobs", "job-4");
    expect(answered && waitingFor(answered)).toBeNull();
    close();
  });
});
