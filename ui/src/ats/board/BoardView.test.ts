import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { announcement } from "../../shared/announce.svelte";
import { handleKey } from "../../shared/keyboard";
import { go, route } from "../../shared/route.svelte";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import BoardView from "./BoardView.svelte";
import { Mover } from "./mover.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow());
  window.addEventListener("keydown", handleKey);
  const board = await fake.board("job-0");
  const view = render(BoardView, { board, onchange: () => void fake.board("job-0").then((next) => view.rerender({ board: next })) });
  await settled();
});

afterEach(() => {
  cleanup();
  close();
  window.removeEventListener("keydown", handleKey);
});

const columns = (): HTMLElement[] => screen.getAllByTestId(testids.boardColumn);
const cardsOf = (stage: string): HTMLElement[] => {
  const column = columns().find((each) => each.dataset.stage === stage);
  return column ? within(column).queryAllByTestId(testids.card) : [];
};
const stageOf = (id: string | undefined): string | undefined => fake.tables.applications.get(id ?? "")?.fields.stage_id;

async function press(element: HTMLElement, ...keys: string[]): Promise<void> {
  let target = element;
  for (const key of keys) {
    await fireEvent.keyDown(target, { key });
    await settled();
    target = document.activeElement instanceof HTMLElement && document.activeElement !== document.body ? document.activeElement : target;
  }
}

function firstCard(stage: string): HTMLElement {
  const card = cardsOf(stage)[0];
  if (!card) {
    throw new Error(`no card in ${stage}`);
  }
  card.focus();
  return card;
}

describe("the board by keyboard", () => {
  it("picks a card up, carries it a stage further and puts it down, and says each step", async () => {
    const card = firstCard("stage-0");
    const id = card.dataset.application;
    await press(card, " ");
    expect(announcement().text).toContain("picked up in New");
    await press(card, "ArrowRight");
    expect(announcement().text).toContain("Over Screening");
    await press(card, " ");
    expect(stageOf(id)).toBe("stage-1");
    expect(announcement().text).toContain("moved to Screening");
    expect(cardsOf("stage-1").map((each) => each.dataset.application)).toContain(id);
  });

  it("leaves the card where it was on Escape", async () => {
    const card = firstCard("stage-0");
    await press(card, " ", "ArrowRight", "ArrowRight", "Escape");
    expect(stageOf(card.dataset.application)).toBe("stage-0");
    expect(announcement().text).toContain("stays where it was");
  });

  it("takes a move back", async () => {
    const card = firstCard("stage-0");
    const id = card.dataset.application;
    await press(card, " ", "ArrowRight", " ");
    expect(toasts()).toHaveLength(1);
    await undo();
    expect(stageOf(id)).toBe("stage-0");
    expect(announcement().text).toContain("Undone");
  });

  it("carries a rejected card past offer and hired: they are not offered", async () => {
    const card = firstCard("stage-6");
    const id = card.dataset.application;
    await press(card, " ", "ArrowLeft");
    expect(announcement().text).toContain("Over Technical interview");
    await press(card, "Escape");
    await press(card, "m");
    const options = screen.getAllByRole("option").filter((option) => option.closest("dialog"));
    expect(options.length).toBeGreaterThan(2);
    expect(options.every((option) => !/Offer|Hired/.test(option.textContent ?? ""))).toBe(true);
    expect(stageOf(id)).toBe("stage-6");
  });

  it("asks for the reason of a rejection, and rejects nothing without one", async () => {
    const card = firstCard("stage-0");
    const id = card.dataset.application;
    await press(card, "r");
    const reason = screen.getByTestId<HTMLInputElement>(testids.rejectReason);
    expect(document.activeElement).toBe(reason);
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(screen.getByText("A reason is needed to reject.")).toBeTruthy();
    expect(stageOf(id)).toBe("stage-0");
    await fireEvent.input(reason, { target: { value: "Too far away" } });
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(stageOf(id)).toBe("stage-6");
    expect(fake.tables.applications.get(id ?? "")?.fields.rejection_reason).toBe("Too far away");
  });

  it("calls the interview of who is rejected off with it, unless that is not wished", async () => {
    for (const wished of [true, false]) {
      const card = firstCard("stage-0");
      const application = card.dataset.application ?? "";
      const fields = { application_id: application, candidate_id: fake.tables.applications.get(application)?.fields.candidate_id, starts_at: Date.now() + 86_400_000, minutes: 45, status: "scheduled" };
      const { id } = await fake.create({ kind: "interviews", fields });
      await press(card, "r");
      await settled();
      await fireEvent.input(screen.getByTestId(testids.rejectReason), { target: { value: "Too far away" } });
      if (!wished) {
        await fireEvent.click(screen.getByTestId(testids.rejectCallOff));
      }
      await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
      await settled();
      expect(stageOf(application)).toBe("stage-6");
      expect(fake.tables.interviews.get(id)?.fields).toMatchObject(wished ? { status: "cancelled", cancel_reason: "Too far away" } : { status: "scheduled" });
    }
  });

  /** Plans interviews with the first cards of a column. Gives their ids. */
  async function plannedWith(cards: (HTMLElement | undefined)[]): Promise<string[]> {
    return Promise.all(
      cards.map(async (card) => {
        const application = card?.dataset.application ?? "";
        const fields = { application_id: application, candidate_id: fake.tables.applications.get(application)?.fields.candidate_id, starts_at: Date.now() + 86_400_000, minutes: 45, status: "scheduled" };
        return (await fake.create({ kind: "interviews", fields })).id;
      }),
    );
  }

  it("calls off what is planned with many who are rejected at once", async () => {
    const [first, second] = cardsOf("stage-0");
    const planned = await plannedWith([first, second]);
    await fireEvent.click(first as HTMLElement, { ctrlKey: true });
    await fireEvent.click(second as HTMLElement, { ctrlKey: true });
    await press(second as HTMLElement, "r");
    await settled();
    expect(document.body.textContent).toContain("Call off the 2 interviews that are planned with them");
    await fireEvent.input(screen.getByTestId(testids.rejectReason), { target: { value: "Too far away" } });
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(planned.map((id) => fake.tables.interviews.get(id)?.fields.status)).toEqual(["cancelled", "cancelled"]);
  });

  it("says what stays planned with whoever is put into another stage that ends", async () => {
    const card = firstCard("stage-0");
    const [planned] = await plannedWith([card]);
    const target = { stage_id: "stage-7", name: "Withdrawn", kind: "withdrawn" };
    const application = card.dataset.application ?? "";
    const one = { id: application, candidateId: fake.tables.applications.get(application)?.fields.candidate_id ?? "", name: "Zoé", stageId: "stage-0", kind: "new" };
    await new Mover().move([one], target);
    expect(toasts().map(({ text }) => text).join()).toContain("1 interview is still planned");
    expect(fake.tables.interviews.get(planned ?? "")?.fields.status).toBe("scheduled");
  });

  it("opens an e-mail to who was rejected where that is wished, and nowhere else", async () => {
    const card = firstCard("stage-0");
    const application = fake.tables.applications.get(card.dataset.application ?? "");
    await press(card, "r");
    await fireEvent.input(screen.getByTestId(testids.rejectReason), { target: { value: "Too far away" } });
    await fireEvent.click(screen.getByTestId(testids.rejectWrite));
    const here = route();
    expect(here.name).not.toBe("candidate");
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(route()).toEqual({ name: "candidate", id: application?.fields.candidate_id, write: application?.id });
    go(here, true);
  });

  it("chooses a range with Shift and moves it as one step", async () => {
    const before = cardsOf("stage-0").map((card) => card.dataset.application);
    const [first, second, third] = cardsOf("stage-0");
    await fireEvent.click(first as HTMLElement, { ctrlKey: true });
    await fireEvent.click(third as HTMLElement, { shiftKey: true });
    expect(screen.getByText("3 selected")).toBeTruthy();
    expect(second?.getAttribute("aria-selected")).toBe("true");
    await press(first as HTMLElement, " ", "ArrowRight", " ");
    expect(before.slice(0, 3).map(stageOf)).toEqual(["stage-1", "stage-1", "stage-1"]);
    await undo();
    expect(before.slice(0, 3).map(stageOf)).toEqual(["stage-0", "stage-0", "stage-0"]);
  });

  it("marks what is not yet on the server", async () => {
    const card = firstCard("stage-0");
    const id = card.dataset.application;
    await press(card, " ", "ArrowRight", " ");
    const moved = cardsOf("stage-1").find((each) => each.dataset.application === id);
    expect(moved && within(moved).getByTestId(testids.pending)).toBeTruthy();
  });
});
