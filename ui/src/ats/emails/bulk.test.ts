import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { CandidatePage } from "../../backend/types";
import { personName } from "../../shared/format";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { sorted, unknownIn, type Recipient } from "./bulk";
import BulkForm from "./BulkForm.svelte";
import { valuesFor, type Ahead } from "./values";

function recipient(id: string, first_name: string, last_name: string, email: string): Recipient {
  const page = {
    candidate: { id, fields: { first_name, last_name } }, contact: { fields: { email } },
    applications: [{ application: { id: `of-${id}`, fields: { candidate_id: id, job_id: "job" } }, job: { fields: { title: "Cook" } } }],
  } as unknown as CandidatePage;
  return { application: `of-${id}`, candidateId: id, name: `${first_name} ${last_name}`.trim(), page };
}

describe("one text to several people", () => {
  it("is filled in for each, and names who gets nothing and why", () => {
    const people = [recipient("1", "Ada", "Lovelace", "ada@example.org"), recipient("2", "Grace", "", "grace@example.org"), recipient("3", "Bob", "B", ""), recipient("4", "Ada", "Twice", " ADA@example.org")];
    const { sent, left } = sorted({ subject: "{{job}}", body: "Dear {{first_name}} {{last_name}}, {{sender}} of {{company}}" }, people, { company: "Acme", sender: "Zoe", portal: "" });
    expect(sent.map(({ draft }) => [draft.address, draft.subject, draft.body])).toEqual([["ada@example.org", "Cook", "Dear Ada Lovelace, Zoe of Acme"]]);
    expect(left.map(({ recipient: { name }, why }) => [name, why])).toEqual([
      ["Grace", { why: "empty", which: ["last_name"] }],
      ["Bob B", { why: "no_address" }],
      ["Ada Twice", { why: "same_address" }],
    ]);
    const gone: Recipient = { application: "", candidateId: "5", name: "Eve", page: null };
    expect(sorted({ subject: "Hi", body: "" }, [gone, ...people.slice(0, 1)], { company: "", sender: "", portal: "" }).left).toEqual([{ recipient: gone, why: { why: "gone" } }]);
    expect(unknownIn({ subject: "{{salary}}", body: "{{first_name}}" })).toEqual(["salary"]);
  });
});

describe("what placeholders stand for", () => {
  it("is said of the job, its people, the stage, and the next interview where it is held", () => {
    const { page, application } = recipient("1", "Ada", "Lovelace", "ada@example.org");
    Object.assign(page?.applications[0]?.job?.fields ?? {}, { location_city: "Lyon", recruiter_id: null, hiring_manager_id: null });
    Object.assign(page?.applications[0] ?? {}, { stage: { name: "Talk", kind: "interview", color: "" } });
    const starts_at = Date.UTC(2030, 0, 7, 9, 30);
    const ahead = { [application]: { fields: { application_id: application, starts_at, time_zone: "Europe/Paris" } } } as unknown as Ahead;
    const values = valuesFor(page as CandidatePage, application, { company: "Acme", sender: "Zoe", portal: "", board: "https://a.example/careers/acme/" }, ahead);
    expect(values).toMatchObject({ job: "Cook", city: "Lyon", stage: "Talk", recruiter: "", board: "https://a.example/careers/acme/" });
    expect(values.interview_day).toContain("Monday, January 7, 2030");
    expect(values.interview_time).toContain("10:30");
    // About another application nothing of it is known.
    expect(valuesFor(page as CandidatePage, "other", {}, ahead)).toMatchObject({ job: "", stage: "", interview_day: "" });
  });
});

describe("the form of an e-mail to several people", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("sends each their own, as one step that can be taken back", async () => {
    const to = [0, 1, 2].map((at) => ({ id: `application-${at}`, candidateId: `candidate-${at}` }));
    const before = fake.tables.emails.size;
    let done = 0;
    render(BulkForm, { to, onclose: () => undefined, ondone: () => (done += 1) });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    expect(screen.getByText("Say what it is about.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Your application" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "Dear {{first_name}}, {{nothing}}" } });
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    expect(fake.tables.emails.size).toBe(before);
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "Dear {{first_name}}" } });
    const name = fake.tables.candidates.get("candidate-0")?.fields.first_name ?? "";
    expect(screen.getByTestId(testids.bulkMailPreview).textContent).toBe(`Dear ${name}`);
    const sends = screen.getByTestId(testids.bulkMailSend).textContent;
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    expect(done).toBe(1);
    const made = [...fake.tables.emails.values()].slice(before);
    expect(sends).toContain(String(made.length));
    expect(made.length).toBeGreaterThan(1);
    expect(made[0]?.fields).toMatchObject({ subject: "Your application", body: `Dear ${name}`, candidate_id: "candidate-0", application_id: "application-0" });
  });

  const reachable = (): string[] => {
    const addressed = [...fake.tables.candidate_contacts.values()].filter(({ fields }) => fields.email !== "").map(({ fields }) => fields.candidate_id);
    return [...new Set(addressed)].slice(0, 4);
  };
  const nameOf = (id: string): string => personName(fake.tables.candidates.get(id)?.fields ?? { first_name: "", last_name: "" });
  const left = (): string => screen.getByTestId(testids.bulkMailLeft).textContent;

  async function write(people: readonly { candidateId: string; name?: string }[]): Promise<{ done: number }> {
    const told = { done: 0 };
    render(BulkForm, { to: people.map((each) => ({ id: null, ...each })), onclose: () => undefined, ondone: () => (told.done += 1) });
    await settled();
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Hello" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "Good day" } });
    return told;
  }

  async function send(): Promise<void> {
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
  }

  it("leaves out who was deleted or erased, by name, and goes to the others", async () => {
    const [deleted = "", erased = "", unknown = "", there = ""] = reachable();
    const [deletedName, erasedName] = [deleted, erased].map(nameOf);
    fake.remote([{ kind: "candidates", id: deleted, edits: [{ op: "set", field: "$deleted", value: true }] }]);
    [erased, unknown].forEach((id) => fake.tables.candidates.delete(id));
    const before = fake.tables.emails.size;
    const told = await write([{ candidateId: deleted }, { candidateId: erased, name: erasedName ?? "" }, { candidateId: unknown }, { candidateId: there }]);
    expect(left()).toContain("3 people get nothing");
    for (const name of [deletedName, erasedName, "Somebody"]) {
      expect(left()).toContain(`${name}: is not here any more`);
    }
    await send();
    expect(told.done).toBe(1);
    expect([...fake.tables.emails.values()].slice(before).map(({ fields }) => fields.candidate_id)).toEqual([there]);
  });

  it("names who went while it was written, before anything goes out", async () => {
    const [one = "", other = ""] = reachable();
    const name = nameOf(one);
    const before = fake.tables.emails.size;
    const told = await write([{ candidateId: one }, { candidateId: other }]);
    fake.tables.candidates.delete(one);
    await send();
    expect([told.done, fake.tables.emails.size]).toEqual([0, before]);
    expect(left()).toContain(`${name}: is not here any more`);
    expect(screen.getByTestId(testids.bulkMailSend).textContent).toBe("Send 1 e-mail");
    await send();
    expect(told.done).toBe(1);
    expect([...fake.tables.emails.values()].slice(before).map(({ fields }) => fields.candidate_id)).toEqual([other]);
  });
});
