import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { openWindow, settled } from "../shared/testing/window";
import { testids } from "../shared/testids";
import { toasts } from "../shared/writes.svelte";
import type { AttentionItem } from "../backend/types";
import Attention from "./Attention.svelte";
import AttentionCard from "./AttentionCard.svelte";
import { syncWords } from "./words";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWindow());
  render(Attention);
  await settled();
});

afterEach(() => {
  cleanup();
  close();
});

function item(id: string): HTMLElement {
  const found = screen.getAllByTestId(testids.attentionItem).find((each) => each.dataset.item === id);
  if (!found) {
    throw new Error(`no item ${id}`);
  }
  return found;
}

async function choose(id: string, choice: string): Promise<void> {
  const button = within(item(id)).getAllByTestId(testids.attentionChoice).find((each) => each.dataset.choice === choice);
  await fireEvent.click(button as HTMLElement);
  await settled();
}

describe("Needs attention", () => {
  it("shows both values of a conflict in words, with who and the choices", () => {
    const conflict = item("attention-1");
    expect(conflict.textContent).toContain("Technical interview");
    expect(conflict.textContent).toContain("Phone interview");
    expect(conflict.textContent).toContain("Nothing was lost.");
    expect(within(conflict).getAllByTestId(testids.attentionChoice).map((each) => each.dataset.choice)).toEqual(["keep_mine", "keep_theirs"]);
  });

  it("keeps mine with one click", async () => {
    await choose("attention-1", "keep_mine");
    expect(fake.tables.applications.get("application-0")?.fields.stage_id).toBe("stage-3");
    expect(screen.getAllByTestId(testids.attentionItem)).toHaveLength(2);
  });

  it("edits a refused value and sends it again", async () => {
    await choose("attention-2", "edit");
    const input = within(item("attention-2")).getByRole("textbox");
    await fireEvent.input(input, { target: { value: "Shorter headline" } });
    await choose("attention-2", "save");
    expect(fake.tables.candidates.get("candidate-1")?.fields.headline).toBe("Shorter headline");
    expect(screen.getAllByTestId(testids.attentionItem)).toHaveLength(2);
  });

  it("copies what was typed and leaves the item", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, platform: "Linux", clipboard: { writeText } });
    await choose("attention-2", "copy");
    expect(writeText).toHaveBeenCalledWith(expect.stringContaining("formerly of three agencies"));
    expect(screen.getAllByTestId(testids.attentionItem)).toHaveLength(3);
    vi.unstubAllGlobals();
  });

  it("leads to the record, on the page of the candidate whom it is about", async () => {
    await fireEvent.click(within(item("attention-1")).getByRole("heading", { level: 2 }).querySelector("button") as HTMLElement);
    await settled();
    const candidate = fake.tables.applications.get("application-0")?.fields.candidate_id;
    expect(location.hash).toBe(`#/candidates/${candidate}/application/application-0`);
  });

  it("says when the record has gone", async () => {
    fake.tables.applications.delete("application-0");
    await fireEvent.click(within(item("attention-1")).getByRole("heading", { level: 2 }).querySelector("button") as HTMLElement);
    await settled();
    expect(toasts().at(-1)?.text).toContain("not here any more");
  });

  it("is empty with words when all is settled", async () => {
    await choose("attention-1", "keep_theirs");
    await choose("attention-2", "discard");
    await choose("attention-3", "retry");
    expect(screen.getByTestId(testids.awaited).textContent).toContain("Engineer");
    expect(screen.getByTestId(testids.awaited).getAttribute("href")).toBe("#/candidates/candidate-1/offer/offer-1");
    fake.remote([{ kind: "offers", id: "offer-1", edits: [{ op: "set", field: "$deleted", value: true }] }]);
    await settled();
    expect(screen.getByText("Nothing needs your attention")).toBeTruthy();
  });
});

describe("a notice of what was dropped with a record that may not be seen any more", () => {
  const notice: AttentionItem = {
    id: "attention-9", type: "refused", kind: "notes", record_id: "note-9", title: "", code: "out-of-scope",
    message: "You can no longer see this record.", at: 0, values: [], command: null,
  };

  it("says that it is lost, and offers nothing but to put it away", () => {
    cleanup();
    render(AttentionCard, { item: notice, named: () => undefined, onopen: null });
    const shown = item("attention-9");
    expect(shown.textContent).toContain("What you had not sent of it was removed with it.");
    expect(shown.textContent).not.toContain("Nothing was lost.");
    expect(within(shown).getAllByTestId(testids.attentionChoice).map((each) => each.textContent?.trim())).toEqual(["Put away"]);
  });
});

describe("the sync indicator", () => {
  const status = { state: "up_to_date", waiting: 0, attention: 0, done: 0, total: 0, last_contact: null, sealed: [], message: null } as const;

  it("says one honest thing", () => {
    expect(syncWords(status)).toBe("Up to date");
    expect(syncWords({ ...status, state: "offline", waiting: 12 })).toBe("Offline, 12 changes waiting");
    expect(syncWords({ ...status, state: "syncing", done: 3_200, total: 20_000 })).toBe("Syncing 3,200 of 20,000");
    expect(syncWords({ ...status, waiting: 1 })).toBe("Syncing 1 change");
  });
});
