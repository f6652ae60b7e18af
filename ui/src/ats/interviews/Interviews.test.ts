import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "../candidates/CandidateView.svelte";
import Agenda from "./Agenda.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const interviews = () => [...fake.tables.interviews.values()];

describe("interviews of a candidate", () => {
  it("are planned with a warning where somebody's time is taken", async () => {
    render(CandidateView, { id: "candidate-20" });
    await settled();
    const before = interviews().length;
    await fireEvent.click(screen.getByTestId(testids.interviewNew));
    await settled();
    const taken = new Date(fake.tables.interviews.get("interview-6")?.fields.starts_at ?? 0);
    const two = (value: number): string => String(value).padStart(2, "0");
    await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: `${taken.getFullYear()}-${two(taken.getMonth() + 1)}-${two(taken.getDate())}` } });
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: `${two(taken.getHours())}:${two(taken.getMinutes())}` } });
    await settled();
    expect(document.body.textContent).toContain("Camille Fortin has another interview at that time");
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: "nonsense" } });
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(interviews()).toHaveLength(before);
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: "03:15" } });
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    const made = interviews().at(-1);
    expect(interviews()).toHaveLength(before + 1);
    expect(made?.fields).toMatchObject({ candidate_id: "candidate-20", application_id: "application-20", minutes: 60, interviewer_ids: ["member-1"] });
    expect(new Date(made?.fields.starts_at ?? 0).getHours()).toBe(3);
  });

  it("say when somebody is busy by a calendar of their own, and that nobody knows without the server", async () => {
    const busy = new Date(2099, 5, 3, 10);
    const [starts_at, ends_at] = [busy.toISOString(), new Date(busy.getTime() + 5_400_000).toISOString()];
    fake.busy = ({ members }) => Promise.resolve(members.map((member_id) => ({ member_id, starts_at, ends_at })));
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.interviewNew));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: "2099-06-03" } });
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: "10:30" } });
    await settled();
    expect(screen.getByTestId(testids.interviewNotice).textContent).toMatch(/is busy from 10:00.* to 11:30.*, by a calendar of their own/);
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: "11:30" } });
    await settled();
    expect(screen.queryByTestId(testids.interviewNotice)).toBeNull();
    expect(document.body.textContent).not.toContain("Without the server");
  });

  it("say of each of the panel what stands against a time, by their own clock", async () => {
    const week = [1, 2, 3, 4, 5].map((day) => ({ id: `${day}a`, begins: 540, minutes: 480 }));
    const holidays = [{ id: "a", starts_on: "2099-06-02", days: 1, label: "Trip" }];
    await fake.create({ kind: "working_hours", fields: { member_id: "member-1", zone: "America/Toronto", week, holidays } });
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.interviewNew));
    await settled();
    const told = (): (string | null)[] => screen.queryAllByTestId(testids.interviewNotice).map(({ textContent }) => textContent);
    const choose = async (day: string, time: string): Promise<void> => {
      await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: day } });
      await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: time } });
      await settled();
    };
    // This window's clock is that of UTC in tests: 9 in Toronto is 13 here in summer.
    await choose("2099-06-01", "09:00");
    expect(told()).toEqual([expect.stringMatching(/^Camille Fortin \(Mon, Jun 1, 5:00.AM (EDT|GMT-4)\): this is before their working hours, which begin at Mon, Jun 1, 9:00.AM/)]);
    await choose("2099-06-02", "15:00");
    expect(told()).toEqual([expect.stringContaining("has a day off: Trip.")]);
    await choose("2099-06-01", "15:00");
    expect(told()).toEqual([expect.stringMatching(/^For Camille Fortin it is Mon, Jun 1, 11:00.AM/)]);
    // Nobody is kept from it.
    await choose("2099-06-02", "15:00");
    const before = interviews().length;
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(interviews()).toHaveLength(before + 1);
  });

  it("propose more times at a click, and warn of those that are offered", async () => {
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.interviewNew));
    await settled();
    const chips = (): number => document.querySelectorAll(`dialog button.chip:not([data-testid="${testids.roomFree}"])`).length;
    expect(chips()).toBe(4);
    await fireEvent.click(screen.getByTestId(testids.interviewMore));
    expect(chips()).toBe(8);
    await fireEvent.click(screen.getByTestId(testids.interviewAsk));
    await fireEvent.input(screen.getByLabelText("Day"), { target: { value: "2099-06-06" } });
    await fireEvent.input(screen.getByLabelText("Time"), { target: { value: "10:00" } });
    await fireEvent.click(screen.getByText("Offer it"));
    expect(within(screen.getByTestId(testids.interviewOffered)).getByTestId(testids.interviewNotice).textContent).toBe("Camille Fortin does not work on that day.");
  });

  it("are not planned while the candidate is in another one without saying so", async () => {
    const planned = fake.tables.interviews.get("interview-8")?.fields;
    Object.assign(planned ?? {}, { interviewer_ids: ["member-2"], starts_at: Date.UTC(2099, 5, 1, 10) });
    render(CandidateView, { id: "candidate-8" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.interviewNew));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: "2099-06-01" } });
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: "10:30" } });
    await settled();
    const [notice] = screen.getAllByTestId(testids.interviewNotice);
    expect([notice?.dataset.about, notice?.textContent]).toEqual(["candidate", expect.stringContaining("has another interview at that time")]);
  });

  it("ask the candidate which of several times suits them, and say how that stands", async () => {
    render(CandidateView, { id: "candidate-20" });
    await settled();
    const before = interviews().length;
    await fireEvent.click(screen.getByTestId(testids.interviewNew));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.interviewAsk));
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(interviews()).toHaveLength(before);
    expect(document.body.textContent).toContain("Offer at least one time that is to come.");
    await fireEvent.click(screen.getAllByTestId(testids.interviewPropose)[0] as HTMLElement);
    await fireEvent.click(screen.getAllByTestId(testids.interviewPropose)[0] as HTMLElement);
    await fireEvent.click(screen.getAllByTestId(testids.interviewPropose)[0] as HTMLElement);
    await fireEvent.click(screen.getAllByLabelText(/^Do not offer/)[1] as HTMLElement);
    expect(screen.getAllByTestId(testids.interviewOffered)).toHaveLength(2);
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    const made = interviews().at(-1)?.fields;
    expect(made).toMatchObject({ candidate_id: "candidate-20", status: "proposed", starts_at: Number(made?.offered_times[0]) });
    expect(made?.offered_times).toHaveLength(2);
    expect(screen.getByText("2 times to choose from")).toBeTruthy();
    await fireEvent.click(screen.getByText("Change"));
    await fireEvent.click(screen.getByText("At a set time"));
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(interviews().at(-1)?.fields).toMatchObject({ status: "scheduled", starts_at: made?.starts_at });
  });

  it("say who was told and what they answered, and that without a network nobody knows", async () => {
    render(CandidateView, { id: "candidate-6" });
    await settled();
    const look = async (): Promise<void> => {
      const told = screen.getByTestId<HTMLDetailsElement>(testids.invitations);
      told.open = !told.open;
      await fireEvent(told, new Event("toggle"));
      await settled();
    };
    await look();
    expect(screen.getByTestId(testids.invitations).textContent).toMatch(/Mateo García\s+comes.*Marie-Ève Lalonde\s+may come.*Camille Roy\s+is told soon/s);
    await look();
    fake.setSync({ state: "offline" });
    await look();
    expect(screen.getByTestId(testids.invitations).textContent).toContain("cannot be reached");
  });

  it("are called off with a reason and stay off", async () => {
    render(CandidateView, { id: "candidate-6" });
    await settled();
    await fireEvent.click(screen.getByText("Call off"));
    await fireEvent.click(screen.getAllByText("Call off").at(-1) as HTMLElement);
    await settled();
    expect(fake.tables.interviews.get("interview-6")?.fields.status).toBe("scheduled");
    await fireEvent.input(screen.getByLabelText("Why?"), { target: { value: "Ill" } });
    await fireEvent.click(screen.getAllByText("Call off").at(-1) as HTMLElement);
    await settled();
    expect(fake.tables.interviews.get("interview-6")?.fields).toMatchObject({ status: "cancelled", cancel_reason: "Ill" });
    expect(screen.queryByText("Took place")).toBeNull();
  });
});

/** The form of a new interview with a candidate, on a day and at a time of this window's clock. */
async function plan(candidate: string, day: string, time: string): Promise<void> {
  render(CandidateView, { id: candidate });
  await settled();
  await fireEvent.click(screen.getByTestId(testids.interviewNew));
  await settled();
  await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: day } });
  await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: time } });
  await settled();
}

const notice = (about: string): string | null | undefined => screen.getAllByTestId(testids.interviewNotice).find((each) => each.dataset.about === about)?.textContent;

describe("the room of an interview", () => {
  it("is offered where it is free, and what stands against it is said", async () => {
    Object.assign(fake.tables.interviews.get("interview-8")?.fields ?? {}, { room_id: "room-0", starts_at: Date.UTC(2099, 5, 1, 10), interviewer_ids: ["member-2"] });
    await plan("candidate-20", "2099-06-01", "10:30");
    const free = (): (string | null)[] => screen.queryAllByTestId(testids.roomFree).map(({ textContent }) => textContent);
    const options = (): string[] => [...screen.getByTestId<HTMLSelectElement>(testids.roomChoice).options].map(({ text }) => text);
    // One is taken, one is retired.
    expect([free(), options()]).toEqual([["Papineau"], ["No room", "Laurier: taken", "Papineau (2 seats)"]]);
    await fireEvent.change(screen.getByTestId(testids.roomChoice), { target: { value: "room-0" } });
    expect(notice("room")).toMatch(/^Laurier is taken at that time: there is an interview /);
    await fireEvent.input(screen.getByTestId(testids.interviewTime), { target: { value: "11:00" } });
    expect(screen.queryAllByTestId(testids.interviewNotice).some((each) => each.dataset.about === "room")).toBe(false);
    // Three people do not fit into a room for two.
    await fireEvent.click(screen.getAllByLabelText(/Lalonde/)[0] as HTMLElement);
    await fireEvent.change(screen.getByTestId(testids.roomChoice), { target: { value: "room-1" } });
    expect(notice("room")).toBe("Papineau seats 2, and 3 people are expected.");
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(interviews().at(-1)?.fields).toMatchObject({ room_id: "room-1", place: "" });
    expect(screen.getAllByTestId(testids.interview).some((each) => each.textContent?.includes("Papineau, 2nd floor"))).toBe(true);
  });
});

describe("any one of several people", () => {
  it("is who is free and had the fewest interviews, and one who is away is never picked", async () => {
    const week = [1, 2, 3, 4, 5].map((day) => ({ id: `${day}a`, begins: 540, minutes: 480 }));
    const off = [{ id: "a", starts_on: "2099-06-02", days: 1, label: "" }];
    await fake.create({ kind: "working_hours", fields: { member_id: "member-2", zone: "UTC", week, holidays: off } });
    await fake.create({ kind: "working_hours", fields: { member_id: "member-3", zone: "UTC", week } });
    // Member 3 has more ahead than member 2.
    for (const row of fake.tables.interviews.values()) {
      row.fields.interviewer_ids = row.fields.interviewer_ids.filter((id) => id !== "member-2");
    }
    Object.assign(fake.tables.interviews.get("interview-8")?.fields ?? {}, { interviewer_ids: ["member-3"], starts_at: Date.UTC(2099, 4, 1, 10) });
    await plan("candidate-20", "2099-06-01", "10:00");
    const name = (id: string): string => fake.tables.members.get(id)?.fields.name ?? "";
    const tick = async (id: string): Promise<void> => {
      await fireEvent.click(within(screen.getByTestId(testids.interviewAnyOf)).getByLabelText(new RegExp(name(id))));
      await settled();
    };
    await tick("member-2");
    await tick("member-3");
    expect(notice("any_of")).toContain(`${name("member-2")} interviews: free at that time, with 0 interviews`);
    // Round robin does not ignore absence.
    await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: "2099-06-02" } });
    expect(notice("any_of")).toContain(`${name("member-3")} interviews`);
    await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: "2099-06-06" } });
    expect(notice("any_of")).toContain("None of these people is free at that time.");
    const before = interviews().length;
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(interviews()).toHaveLength(before);
    await fireEvent.input(screen.getByTestId(testids.interviewDay), { target: { value: "2099-06-02" } });
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    const made = interviews().at(-1)?.fields;
    expect(made?.interviewer_ids).toEqual(["member-1", "member-3"]);
    expect([...(made?.any_of_ids ?? [])].sort()).toEqual(["member-2", "member-3"]);
  });
});

describe("an interview that keeps its time", () => {
  it("keeps whoever interviews of several when only its title is changed, and says what stands against it", async () => {
    const week = [1, 2, 3, 4, 5].map((day) => ({ id: `${day}a`, begins: 540, minutes: 480 }));
    for (const member_id of ["member-2", "member-3"]) {
      await fake.create({ kind: "working_hours", fields: { member_id, zone: "UTC", week } });
    }
    const row = fake.tables.interviews.get("interview-6");
    // A Saturday, agreed on all the same.
    Object.assign(row?.fields ?? {}, { status: "scheduled", starts_at: Date.UTC(2099, 5, 6, 10), interviewer_ids: ["member-1", "member-3"], any_of_ids: ["member-2", "member-3"] });
    render(CandidateView, { id: "candidate-6" });
    await settled();
    await fireEvent.click(screen.getByText("Change"));
    await settled();
    expect(notice("any_of")).toContain(fake.tables.members.get("member-3")?.fields.name);
    await fireEvent.input(screen.getByLabelText(/^Title/), { target: { value: "Second talk" } });
    await fireEvent.click(screen.getByTestId(testids.interviewSave));
    await settled();
    expect(fake.tables.interviews.get("interview-6")?.fields).toMatchObject({ title: "Second talk", interviewer_ids: ["member-1", "member-3"] });
  });
});

describe("the agenda", () => {
  it("shows first what somebody has to settle, until the time is kept or moved", async () => {
    const row = fake.tables.interviews.get("interview-6");
    const starts_at = Date.UTC(2099, 5, 1, 10);
    Object.assign(row?.fields ?? {}, { starts_at, wish: "Mondays are full", wish_of: starts_at, declined: ["member-1"], declined_of: starts_at, moves: 2 });
    render(Agenda);
    await settled();
    const asks = within(screen.getByTestId(testids.agendaUnsettled));
    expect(asks.getByText(/asks for another time: “Mondays are full”/)).toBeTruthy();
    expect(asks.getByText("Camille Fortin declined this time.")).toBeTruthy();
    expect(asks.getByText("moved 2 times")).toBeTruthy();
    await fireEvent.click(asks.getByTestId(testids.interviewKeepTime));
    await settled();
    expect(fake.tables.interviews.get(row?.id ?? "")?.fields.wish).toBe("");
    // At another time nobody declined it yet.
    await fake.edit({ kind: "interviews", id: row?.id ?? "", edits: [{ op: "set", field: "starts_at", value: starts_at + 3_600_000 }] });
    await settled();
    expect(screen.queryByTestId(testids.agendaUnsettled)).toBeNull();
  });

  it("lists those that are over, and those of which a scorecard is missing", async () => {
    render(Agenda);
    await settled();
    const look = async (view: string): Promise<(string | undefined)[]> => {
      await fireEvent.click(screen.getAllByTestId(testids.agendaView).find((each) => each.dataset.view === view) as HTMLElement);
      await settled();
      return screen.queryAllByTestId(testids.interview).map((each) => each.dataset.interview);
    };
    const over = interviews().filter(({ fields }) => fields.status !== "proposed" && fields.starts_at + fields.minutes * 60_000 <= Date.now() && fields.interviewer_ids.includes("member-1"));
    expect(over.length).toBeGreaterThan(0);
    expect((await look("past")).sort()).toEqual(over.map(({ id }) => id).sort());
    expect((await look("unrated")).sort()).toEqual(over.map(({ id }) => id).sort());
    const [first] = over;
    const about = first?.fields;
    await fake.create({ kind: "scorecards", fields: { candidate_id: about?.candidate_id, application_id: about?.application_id, job_id: about?.job_id, is_draft: false, recommendation: "yes", grades: [] } });
    await settled();
    expect(await look("unrated")).not.toContain(first?.id);
  });

  it("points at those that were forgotten when the application ended", async () => {
    render(Agenda);
    await settled();
    await fireEvent.click(screen.getByText("Everybody’s"));
    expect(screen.queryByTestId(testids.agendaForgotten)).toBeNull();
    const planned = interviews().find(({ fields }) => fields.status === "scheduled" && fields.starts_at > Date.now());
    const application = fake.tables.applications.get(planned?.fields.application_id ?? "");
    const pipeline = fake.tables.pipelines.get(application?.fields.pipeline_id ?? "");
    const withdrawn = pipeline?.fields.stages.find((stage) => stage.kind === "withdrawn");
    await fake.edit({ kind: "applications", id: application?.id ?? "", edits: [{ op: "set", field: "stage_id", value: withdrawn?.id ?? "" }] });
    await settled();
    expect(within(screen.getByTestId(testids.agendaForgotten)).getAllByTestId(testids.interview)).toHaveLength(1);
  });

  it("asks how those went that are over, and shows one's own or everybody's", async () => {
    const asked = fake.tables.interviews.get("interview-7");
    Object.assign(asked?.fields ?? {}, { offered_times: [0, 1, 2, 3].map((days) => String(Date.now() + (days - 1) * 86_400_000 + 60_000)) });
    render(Agenda);
    await settled();
    expect(screen.getByText("How did these go?")).toBeTruthy();
    await fireEvent.click(screen.getByText("Everybody’s"));
    expect(screen.getByText("Waiting for the candidate")).toBeTruthy();
    expect(screen.getByText("3 times to choose from")).toBeTruthy();
    await fireEvent.click(screen.getByText("Mine"));
    const mine = screen.getAllByTestId(testids.interview).length;
    await fireEvent.click(screen.getAllByText("Took place")[0] as HTMLElement);
    await settled();
    expect(interviews().filter(({ fields }) => fields.status === "completed")).toHaveLength(1);
    expect(screen.getAllByTestId(testids.interview)).toHaveLength(mine - 1);
  });
});
