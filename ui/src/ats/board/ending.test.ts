import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { handleKey } from "../../shared/keyboard";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import { toasts, undo } from "../../shared/writes.svelte";
import EmailForm from "../emails/EmailForm.svelte";
import { takeOffered } from "../emails/offered";
import BoardView from "./BoardView.svelte";
import { Mover } from "./mover.svelte";
import { moveEdits, rejectEdits, type Movable } from "./moves";

let fake: FakeBackend;
let close: () => void;

async function show(prepare: () => void | Promise<void> = () => undefined): Promise<void> {
  await prepare();
  const board = await fake.board("job-0");
  const view = render(BoardView, { board, onchange: () => void fake.board("job-0").then((next) => view.rerender({ board: next })) });
  await settled();
}

beforeEach(async () => {
  ({ fake, close } = await openWindow());
  fake.tables.rejection_reasons.clear();
  window.addEventListener("keydown", handleKey);
});

afterEach(() => {
  cleanup();
  close();
  window.removeEventListener("keydown", handleKey);
});

const cardsOf = (stage: string): HTMLElement[] => {
  const column = screen.getAllByTestId(testids.boardColumn).find((each) => each.dataset.stage === stage);
  return column ? within(column).queryAllByTestId(testids.card) : [];
};
const fieldsOf = (card: HTMLElement | undefined) => fake.tables.applications.get(card?.dataset.application ?? "")?.fields;
const writtenTo = (card: HTMLElement | undefined): string[] => [...fake.tables.emails.values()].filter((email) => !email.deleted && email.fields.application_id === card?.dataset.application).map((email) => email.fields.subject);

async function reason(name: string, more: object = {}): Promise<string> {
  return (await fake.create({ kind: "rejection_reasons", fields: { name, end: "rejected", email_template_id: null, place: 10, is_retired: false, ...more } })).id;
}

async function reject(...cards: (HTMLElement | undefined)[]): Promise<void> {
  for (const card of cards) {
    await fireEvent.click(card as HTMLElement, { ctrlKey: true });
  }
  const last = cards.at(-1) as HTMLElement;
  last.focus();
  await fireEvent.keyDown(last, { key: "r" });
  await settled();
}

describe("a rejection", () => {
  it("takes the words of the workspace's list and remembers which they are; words of one's own are nobody's", async () => {
    let far = "";
    await show(async () => {
      far = await reason("Too far away");
      await reason("Not offered", { is_retired: true });
    });
    const [first, second] = cardsOf("stage-0");
    await reject(first);
    expect(screen.getAllByTestId(testids.rejectPreset).map((each) => each.textContent)).toEqual(["Too far away"]);
    await fireEvent.click(screen.getByTestId(testids.rejectPreset));
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(fieldsOf(first)).toMatchObject({ stage_id: "stage-6", rejection_reason: "Too far away", rejection_reason_id: far });
    await reject(second);
    await fireEvent.input(screen.getByTestId(testids.rejectReason), { target: { value: "Something else" } });
    expect(screen.queryAllByTestId(testids.rejectPreset)).toEqual([]);
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(fieldsOf(second)).toMatchObject({ stage_id: "stage-6", rejection_reason: "Something else", rejection_reason_id: null });
  });

  it("of several writes to each in the same step, with the e-mail of the reason, but to nobody who was left out", async () => {
    await show(async () => void (await reason("Too far away", { email_template_id: "mail-template-1" })));
    const [first, second, third] = cardsOf("stage-0");
    const before = fake.tables.emails.size;
    await reject(first, second, third);
    await fireEvent.click(screen.getByTestId(testids.rejectPreset));
    await fireEvent.click(screen.getByTestId(testids.rejectWrite));
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    // Nothing is done before what each gets was seen.
    expect([fieldsOf(first)?.stage_id, fake.tables.emails.size]).toEqual(["stage-0", before]);
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.bulkMailBody).value).toContain("We have decided to go on with others.");
    const boxes = within(screen.getByTestId(testids.bulkMailEach)).getAllByRole<HTMLInputElement>("checkbox");
    expect(boxes).toHaveLength(3);
    await fireEvent.click(boxes[2] as HTMLInputElement);
    expect(screen.getByTestId(testids.bulkMailSend).textContent).toBe("Reject 3 applications · Send 2 e-mails");
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    expect([first, second, third].map((card) => fieldsOf(card)?.stage_id)).toEqual(["stage-6", "stage-6", "stage-6"]);
    expect([first, second, third].map((card) => writtenTo(card).length)).toEqual([1, 1, 0]);
    expect(toasts().map(({ text }) => text).join()).toContain("2 e-mails are on their way");
    // As long as nothing went out, all of it is taken back at once.
    await undo();
    expect([first, second, third].map((card) => fieldsOf(card)?.stage_id)).toEqual(["stage-0", "stage-0", "stage-0"]);
    expect([first, second, third].map((card) => writtenTo(card).length)).toEqual([0, 0, 0]);
  });

  it("of several whose e-mails fail keeps what was written, and rejects nobody twice when it is sent again", async () => {
    await show(async () => void (await reason("Too far away", { email_template_id: "mail-template-1" })));
    const [first, second] = cardsOf("stage-0");
    await reject(first, second);
    await fireEvent.click(screen.getByTestId(testids.rejectPreset));
    await fireEvent.click(screen.getByTestId(testids.rejectWrite));
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    const { createMany, editMany } = fake;
    let edits = 0;
    fake.editMany = (requests) => {
      edits += requests.some(({ kind }) => kind === "applications") ? 1 : 0;
      return editMany(requests);
    };
    fake.createMany = () => Promise.reject({ code: "offline", title: "x", message: "Not now.", fields: {} });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "Dear {{first_name}}, we are sorry." } });
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    expect([first, second].map((card) => fieldsOf(card)?.stage_id)).toEqual(["stage-6", "stage-6"]);
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.bulkMailBody).value).toBe("Dear {{first_name}}, we are sorry.");
    expect(screen.getByTestId(testids.bulkMailSend).textContent).toBe("Send 2 e-mails");
    fake.createMany = createMany;
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    expect([edits, ...[first, second].map((card) => writtenTo(card).length)]).toEqual([1, 1, 1]);
    expect(screen.queryByTestId(testids.bulkMailSend)).toBeNull();
    await undo();
    expect([first, second].map((card) => [fieldsOf(card)?.stage_id, writtenTo(card).length])).toEqual([["stage-0", 0], ["stage-0", 0]]);
  });

  it("that fails keeps what was typed, alone and of several", async () => {
    await show();
    const { editMany } = fake;
    const [first, second] = cardsOf("stage-0");
    await reject(first, second);
    await fireEvent.input(screen.getByTestId(testids.rejectReason), { target: { value: "Too far away" } });
    fake.editMany = () => Promise.reject({ code: "offline", title: "x", message: "Not now.", fields: {} });
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    expect(screen.getByTestId<HTMLInputElement>(testids.rejectReason).value).toBe("Too far away");
    await fireEvent.click(screen.getByTestId(testids.rejectWrite));
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.bulkMailSubject), { target: { value: "Your application" } });
    await fireEvent.input(screen.getByTestId(testids.bulkMailBody), { target: { value: "We are sorry." } });
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.bulkMailBody).value).toBe("We are sorry.");
    expect(fieldsOf(first)?.stage_id).toBe("stage-0");
    fake.editMany = editMany;
    await fireEvent.click(screen.getByTestId(testids.bulkMailSend));
    await settled();
    expect(fieldsOf(first)).toMatchObject({ stage_id: "stage-6", rejection_reason: "Too far away" });
    expect(screen.queryByTestId(testids.rejectReason)).toBeNull();
  });

  it("of somebody alone leads to an e-mail that begins with that of the reason, once", async () => {
    await show(async () => void (await reason("Too far away", { email_template_id: "mail-template-1" })));
    const [first] = cardsOf("stage-0");
    const application = first?.dataset.application ?? "";
    await reject(first);
    await fireEvent.click(screen.getByTestId(testids.rejectPreset));
    await fireEvent.click(screen.getByTestId(testids.rejectWrite));
    await fireEvent.click(screen.getByTestId(testids.rejectSubmit));
    await settled();
    const page = await fake.candidatePage(fieldsOf(first)?.candidate_id ?? "");
    cleanup();
    render(EmailForm, { page, name: "Zoé", occasion: { answers: null, again: null, application }, onclose: () => undefined });
    await settled();
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.emailBody).value).toContain("We have decided to go on with others.");
    cleanup();
    expect(takeOffered(application)).toBe("");
  });

  it("that replaces an earlier end replaces its reason as well, and one that is taken up has none", () => {
    const one = (kind: string): Movable => ({ id: "a", candidateId: "c", name: "Zoé", stageId: kind, kind });
    const no = { stage_id: "no", name: "No", kind: "rejected" };
    const set = (value: unknown) => ({ op: "set", field: "rejection_reason_id", value });
    expect(rejectEdits([one("new")], no, "Far", "", "r1")?.[0]?.edits).toContainEqual(set("r1"));
    expect(rejectEdits([one("withdrawn")], no, "Far", "")?.[0]?.edits).toContainEqual(set(null));
    expect(moveEdits([one("withdrawn")], { stage_id: "new", name: "New", kind: "new" })[0]?.edits).toContainEqual(set(null));
    // Who steps back need not say why.
    expect(rejectEdits([one("new")], { ...no, kind: "withdrawn" }, "", "")).toHaveLength(1);
  });
});

describe("a move", () => {
  it("offers the e-mail of the stage, filled in, and sends nothing", async () => {
    await show(() => {
      const stage = fake.tables.pipelines.get("pipeline-1")?.fields.stages.find(({ id }) => id === "stage-1");
      Object.assign(stage ?? {}, { email_template_id: "mail-template-0" });
    });
    const before = fake.tables.emails.size;
    const [card] = cardsOf("stage-0");
    card?.focus();
    for (const key of [" ", "ArrowRight", " "]) {
      await fireEvent.keyDown(document.activeElement as HTMLElement, { key });
      await settled();
    }
    expect(fieldsOf(card)?.stage_id).toBe("stage-1");
    expect(screen.getByTestId(testids.stageMail).textContent).toContain("Screening");
    await fireEvent.click(screen.getByTestId(testids.stageMailWrite));
    await settled();
    expect(screen.queryByTestId(testids.stageMail)).toBeNull();
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.bulkMailBody).value).toContain("When would half an hour suit you?");
    expect(fake.tables.emails.size).toBe(before);
  });

  it("to where people step back asks why, where the workspace has reasons for it", async () => {
    const target = { stage_id: "stage-7", name: "Withdrawn", kind: "withdrawn" };
    const one: Movable = { id: "application-0", candidateId: "candidate-0", name: "Zoé", stageId: "stage-0", kind: "new" };
    await reason("Took another job", { end: "withdrawn" });
    const mover = new Mover();
    expect(await mover.move([one], target)).toBe(false);
    expect(mover.rejecting?.target.kind).toBe("withdrawn");
    expect(await mover.reject("", "")).toBe(true);
    expect(fake.tables.applications.get("application-0")?.fields.stage_id).toBe("stage-7");
    expect(mover.offered).toBeNull();
  });

  it("to where people step back offers the e-mail of the stage also after it asked why", async () => {
    const target = { stage_id: "stage-7", name: "Withdrawn", kind: "withdrawn", email_template_id: "mail-template-0" };
    const one: Movable = { id: "application-0", candidateId: "candidate-0", name: "Zoé", stageId: "stage-0", kind: "new" };
    await reason("Took another job", { end: "withdrawn" });
    const mover = new Mover();
    await mover.move([one], target);
    expect([mover.rejecting === null, mover.offered]).toEqual([false, null]);
    expect(await mover.reject("Took another job", "")).toBe(true);
    expect(mover.offered).toEqual({ moving: [one], stage: "Withdrawn", template: "mail-template-0" });
  });
});
