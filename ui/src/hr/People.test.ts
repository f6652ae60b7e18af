import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { testids } from "../shared/testids";
import { NOW, openWithPeople, settled } from "../shared/testing/window";
import People from "./People.svelte";
import Templates from "./Templates.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  ({ fake, close } = await openWithPeople());
});

afterEach(() => {
  cleanup();
  close();
  vi.useRealTimers();
});

const cards = (): string[] => screen.getAllByTestId(testids.person).map((card) => card.textContent ?? "");

describe("new hires", () => {
  it("stand in the order of their first days, with how far they are and what is late", async () => {
    render(People);
    await settled();
    expect(cards()[0]).toMatch(/Noor Haddad.*Begins in 9 days, Dec 1, 2026.*1\/6/s);
    expect(cards()[1]).toMatch(/Théo Marchand.*Began Nov 16, 2026.*4\/6/s);
    expect(cards()[2]).toMatch(/No first day yet/);
  });

  it("open to what they were promised and their tasks, and a tick writes that alone", async () => {
    render(People);
    await settled();
    const edited = vi.spyOn(fake, "edit");
    await fireEvent.click(screen.getByText("Noor Haddad"));
    expect(cards()[0]).toMatch(/95,000 a year/);
    const box = document.querySelector<HTMLInputElement>(`[data-testid="${testids.onboardingTask}"][data-task="task-1"]`) as HTMLInputElement;
    expect(box.checked).toBe(false);
    await fireEvent.click(box);
    await settled();
    expect(edited).toHaveBeenCalledWith({ kind: "onboardings", id: "onboarding-0", edits: [{ op: "item_put", field: "tasks", item: "task-1", after: null, values: { done: true } }] });
    expect(cards()[0]).toContain("2/6");
    expect(fake.tables.onboardings.get("onboarding-0")?.fields.tasks[1]).toMatchObject({ title: "Order a computer", done: true });
  });

  it("say nothing of pay to who does not see it", async () => {
    // Contracts are no part of what a hiring manager's window holds.
    fake.tables.contracts.clear();
    render(People);
    await settled();
    await fireEvent.click(screen.getByText("Noor Haddad"));
    expect(cards()[0]).not.toContain("95,000");
    expect(cards()[0]).toContain("Give bank and tax details");
  });

  it("are none to begin with, and then the place says what comes here", async () => {
    fake.tables.employees.clear();
    render(People);
    await settled();
    expect(document.body.textContent).toContain("Nobody was hired yet");
  });
});

describe("onboarding templates", () => {
  it("are made and changed, with what is wrong said beside it", async () => {
    render(Templates);
    await settled();
    await fireEvent.click(screen.getByTestId(testids.onboardingTemplateNew));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.onboardingTaskTitle), { target: { value: "Order knives" } });
    await fireEvent.click(screen.getByTestId(testids.onboardingTemplateSave));
    expect(document.querySelector("dialog [aria-invalid]")).not.toBeNull();
    await fireEvent.input(screen.getByTestId(testids.onboardingTemplateName), { target: { value: "Cooks" } });
    await fireEvent.click(screen.getByTestId(testids.onboardingTemplateSave));
    await settled();
    const made = [...fake.tables.onboarding_templates.values()].find(({ fields }) => fields.name === "Cooks");
    expect(made?.fields.tasks).toMatchObject([{ title: "Order knives", owner: "hr", due_days: 0 }]);
    expect(screen.getAllByTestId(testids.onboardingTemplate).map((name) => name.textContent)).toEqual(["Cooks", "For everybody"]);
  });
});
