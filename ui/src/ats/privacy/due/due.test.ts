import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../../backend/fake";
import { personName } from "../../../shared/format";
import { handleKey } from "../../../shared/keyboard";
import { go, route } from "../../../shared/route.svelte";
import { testids } from "../../../shared/testids";
import { NOW, openBeforeEach, settled } from "../../../shared/testing/window";
import { toasts, undo } from "../../../shared/writes.svelte";
import DueLink from "./DueLink.svelte";
import DueList from "./DueList.svelte";
import { monthsLater, whyOf } from "./due";

let fake: FakeBackend;

const rows = (): HTMLElement[] => screen.queryAllByTestId(testids.dueRow);
const ids = (): (string | undefined)[] => rows().map((row) => row.dataset.candidate);
const until = (id: string): string | null | undefined => fake.tables.candidates.get(id)?.fields.data_retention_until;
const said = (): string => toasts().at(-1)?.text ?? "";
const press = async (key: string): Promise<void> => {
  handleKey(new KeyboardEvent("keydown", { key }));
  await settled();
};

async function show(): Promise<void> {
  render(DueList);
  await settled();
}

async function chooseAll(): Promise<void> {
  await fireEvent.click(screen.getByLabelText(/^Select the first/));
}

/** Opens the question whether all who are due are erased, and types a number. */
async function ask(typed: string): Promise<HTMLButtonElement> {
  await chooseAll();
  await fireEvent.click(screen.getByTestId(testids.dueErase));
  await fireEvent.input(screen.getByTestId(testids.eraseCount), { target: { value: typed } });
  return screen.getByTestId<HTMLButtonElement>(testids.eraseMany);
}

describe("twelve months more", () => {
  it("end on the same day, or on the last one of a shorter month", () => {
    expect(monthsLater(new Date(2027, 1, 28).getTime(), 12)).toBe("2028-02-28");
    expect(monthsLater(new Date(2028, 1, 29).getTime(), 12)).toBe("2029-02-28");
    expect(monthsLater(new Date(2026, 10, 30).getTime(), 3)).toBe("2027-02-28");
  });
});

describe("who is due for deletion", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 140, administers: true });
  beforeEach(() => {
    // Erasing is refused while an interview is ahead: here nobody has one.
    fake.tables.interviews.clear();
  });

  it("is listed with why and since when, the longest due first, and opened", async () => {
    await show();
    expect(ids()).toEqual(["candidate-137", "candidate-91", "candidate-45"]);
    expect(rows()[0]?.textContent).toContain("To be kept until");
    expect(document.querySelector("p[aria-live]")?.textContent).toContain("3 candidates are due for deletion");
    await fireEvent.click(rows()[1] as HTMLElement);
    expect(route()).toEqual({ name: "candidate", id: "candidate-91" });
  });

  it("is also whoever the workspace's period is over for, and known without the server", async () => {
    await fake.changeWorkspaceSettings({ retention_months: 1 });
    fake.setSync({ state: "offline" });
    const { people, months } = await fake.dueForDeletion();
    expect([months, new Set(people.map(({ reason }) => reason)).has("ended")]).toEqual([1, true]);
    await show();
    expect(rows().length).toBeGreaterThan(3);
    const ended = people.find(({ reason }) => reason === "ended");
    expect(ended && whyOf(ended)).toMatch(/^Last application ended /);
    expect(document.body.textContent).toContain("Candidates are kept for 1 month after");
    const open = new Set([...fake.tables.applications.values()].filter(({ fields }) => !["rejected", "withdrawn"].includes(fake.tables.pipelines.get(fields.pipeline_id)?.fields.stages.find(({ id }) => id === fields.stage_id)?.kind ?? "")).map(({ fields }) => fields.candidate_id));
    expect(people.filter(({ reason, candidate }) => reason !== "date" && open.has(candidate.id))).toEqual([]);
  });

  it("is kept for twelve months more, as one step to take back", async () => {
    await show();
    const before = until("candidate-45");
    await chooseAll();
    await press("u");
    expect(rows()).toEqual([]);
    const day = monthsLater(Date.now(), 12);
    expect(["candidate-45", "candidate-91", "candidate-137"].map(until)).toEqual([day, day, day]);
    expect(said()).toContain("3 people are kept until");
    expect(screen.getByText("Nobody is due for deletion")).toBeTruthy();
    await undo();
    await settled();
    expect([ids().length, until("candidate-45")]).toEqual([3, before]);
  });

  it("is erased once the number was typed, and nobody before", async () => {
    await show();
    expect((await ask("2")).disabled).toBe(true);
    await fireEvent.input(screen.getByTestId(testids.eraseCount), { target: { value: "3" } });
    const submit = screen.getByTestId<HTMLButtonElement>(testids.eraseMany);
    expect(submit.disabled).toBe(false);
    await fireEvent.click(submit);
    await settled();
    expect(["candidate-45", "candidate-91", "candidate-137"].map((id) => fake.tables.candidates.has(id))).toEqual([false, false, false]);
    expect(said()).toBe("3 people were erased");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("stays where the server refuses, by name and with the reason, and the others go", async () => {
    const interview = { id: "ahead", kind: "interviews", fields: { candidate_id: "candidate-91", status: "scheduled", starts_at: NOW + 3_600_000 } };
    fake.tables.interviews.set("ahead", interview as never);
    await show();
    await fireEvent.click(await ask("3"));
    await settled();
    expect(screen.getByTestId(testids.eraseRefused).textContent).toContain("An interview is ahead. Call it off first.");
    expect(said()).toBe("2 people were erased");
    await fireEvent.click(screen.getByText("Close"));
    await settled();
    expect(ids()).toEqual(["candidate-91"]);
  });

  it("is left, by name, where they are not due any more once it is their turn", async () => {
    await show();
    const name = personName(fake.tables.candidates.get("candidate-91")?.fields ?? { first_name: "", last_name: "" });
    const submit = await ask("3");
    const erase = fake.eraseCandidate.bind(fake);
    const erased: string[] = [];
    fake.eraseCandidate = (id) => {
      erased.push(id);
      // A colleague keeps another one longer in the meantime.
      fake.remote([{ kind: "candidates", id: "candidate-91", edits: [{ op: "set", field: "data_retention_until", value: "2030-01-01" }] }]);
      return erase(id);
    };
    await fireEvent.click(submit);
    await settled();
    expect(erased).toEqual(["candidate-137", "candidate-45"]);
    expect(screen.getByTestId(testids.eraseRefused).textContent.trim()).toBe(`${name}: not due any more`);
    expect([fake.tables.candidates.has("candidate-91"), said()]).toEqual([true, "2 people were erased"]);
  });

  it("is not erased before the computer is in step with the server", async () => {
    await show();
    const submit = await ask("3");
    for (const state of ["offline", "connecting", "downloading", "syncing"] as const) {
      fake.setSync({ state });
      await settled();
      expect([submit.disabled, screen.getByTestId<HTMLButtonElement>(testids.dueErase).disabled], state).toEqual([true, true]);
      expect(screen.getByRole("dialog").textContent).toContain("in step with the server");
      await fireEvent.submit(submit.form as HTMLFormElement);
    }
    expect(fake.tables.candidates.has("candidate-137")).toBe(true);
    fake.setSync({ state: "up_to_date" });
    await settled();
    expect(submit.disabled).toBe(false);
  });

  it("leads back by Escape, once nobody is chosen any more", async () => {
    go({ name: "due" });
    await show();
    await chooseAll();
    await press("Escape");
    expect([route().name, document.querySelectorAll("[aria-selected=true]").length]).toEqual(["due", 0]);
    await press("Escape");
    expect(route()).toEqual({ name: "candidates" });
  });

  it("is left as a whole where the server cannot be reached", async () => {
    await show();
    let asked = 0;
    const erase = fake.eraseCandidate.bind(fake);
    fake.eraseCandidate = (id) => {
      asked += 1;
      fake.setSync({ state: "offline" });
      return erase(id);
    };
    await fireEvent.click(await ask("3"));
    await settled();
    expect(screen.getByTestId(testids.eraseRefused).textContent).toContain("when you are online");
    expect([asked, ids().length]).toEqual([1, 3]);
  });

  it("is counted where privacy is looked after", async () => {
    render(DueLink);
    await settled();
    const link = screen.getByTestId(testids.dueOpen);
    expect([link.textContent, link.getAttribute("href")]).toEqual(["3 candidates are due for deletion", "#/candidates/due"]);
  });
});

describe("who does not administer the workspace", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 60 });

  it("keeps people longer and erases nobody", async () => {
    await show();
    await chooseAll();
    expect([screen.queryByTestId(testids.dueErase), screen.queryByTestId(testids.dueKeep) === null]).toEqual([null, false]);
  });
});

describe("whose consent ends", () => {
  openBeforeEach((opened) => (fake = opened), { candidates: 140, administers: true });
  const people = (): HTMLElement[] => screen.queryAllByTestId(testids.consentRow);
  const fields = (id: string) => fake.tables.candidates.get(id)?.fields;

  async function showConsent(): Promise<void> {
    await show();
    await fireEvent.click(screen.getAllByTestId(testids.duePart).find((button) => button.dataset.part === "consent") as HTMLElement);
    await settled();
  }

  it("is listed, the soonest first, and asked by mail, once", async () => {
    const day = (days: number): string => new Date(NOW + days * 86_400_000).toISOString().slice(0, 10);
    Object.assign(fields("candidate-3") ?? {}, { consent_until: day(20) });
    Object.assign(fields("candidate-4") ?? {}, { consent_until: day(-3) });
    Object.assign(fields("candidate-5") ?? {}, { consent_until: day(60) });
    // Whoever said no is not asked again.
    Object.assign(fields("candidate-6") ?? {}, { consent_to_store: false, consent_until: day(-1) });
    await showConsent();
    expect(people().map((row) => row.dataset.candidate)).toEqual(["candidate-4", "candidate-3"]);
    const asked: string[] = [];
    fake.askConsent = (id) => {
      asked.push(id);
      return id === "candidate-4" ? Promise.reject(Object.assign(new Error(), { code: "invalid-fields", message: "", fields: {} })) : Promise.resolve({ candidate_id: id, asked_on: day(0) });
    };
    for (const row of people()) {
      await fireEvent.click(row.querySelector("input") as HTMLInputElement);
    }
    await fireEvent.click(screen.getByTestId(testids.consentAsk));
    await settled();
    expect(asked).toEqual(["candidate-4", "candidate-3"]);
    expect(said()).toContain("1 person was asked");
    expect(said()).toContain(personName(fields("candidate-4") ?? { first_name: "", last_name: "" }));
  });
});
