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
