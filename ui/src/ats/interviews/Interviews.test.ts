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
    const chips = (): number => document.querySelectorAll("dialog button.chip").length;
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

describe("the agenda", () => {
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
