import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { session } from "../../shared/session.svelte";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import CandidateView from "./CandidateView.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople());
  render(CandidateView, { id: "candidate-20" });
  await settled();
});

afterEach(() => {
  cleanup();
  close();
});

const input = (): HTMLTextAreaElement => screen.getByTestId(testids.noteInput);
const options = (): HTMLElement[] => {
  const list = screen.queryByTestId(testids.mentions);
  return list === null ? [] : within(list).getAllByRole("option");
};
const names = (): string[] => options().map((option) => option.textContent?.trim() ?? "");

async function type(text: string): Promise<void> {
  input().focus();
  await fireEvent.focus(input());
  input().value = text;
  input().setSelectionRange(text.length, text.length);
  await fireEvent.input(input());
}

function others(): { id: string; name: string }[] {
  const me = session().info?.user_id;
  const team = [...fake.tables.members.values()].filter(({ id, fields }) => id !== me && fields.is_active && ["owner", "admin", "hr_manager", "recruiter"].includes(fields.role));
  return team.map(({ id, fields }) => ({ id, name: fields.name }));
}

describe("a note", () => {
  it("mentions who is chosen after an @, by keys, and says so to nobody else", async () => {
    const meant = others()[0];
    const beginning = meant?.name.slice(0, 4).toLowerCase() ?? "";
    await type(`Please look, @${beginning}`);
    expect(names().some((name) => name.includes(meant?.name ?? "?"))).toBe(true);
    expect(input().getAttribute("aria-activedescendant")).toBe(options()[0]?.id);
    while (!(options().find((option) => option.ariaSelected === "true" || option.getAttribute("aria-selected") === "true")?.textContent ?? "").includes(meant?.name ?? "?")) {
      await fireEvent.keyDown(input(), { key: "ArrowDown" });
    }
    await fireEvent.keyDown(input(), { key: "Enter" });
    await settled();
    expect(input().value).toBe(`Please look, @${meant?.name} `);
    expect(names()).toEqual([]);
    await fireEvent.keyDown(input(), { key: "Enter", ctrlKey: true });
    await settled();
    const note = [...fake.tables.notes.values()].find(({ fields }) => fields.body.startsWith("Please look"));
    expect(note?.fields.mention_ids).toEqual([meant?.id]);
    expect(input().value).toBe("");
  });

  it("offers nobody once that was dismissed, and goes on", async () => {
    await type("@");
    expect(names().length).toBeGreaterThan(1);
    await fireEvent.keyDown(input(), { key: "Escape" });
    expect(names()).toEqual([]);
    await type("@ and so on");
    await type("@ and so on @");
    expect(names().length).toBeGreaterThan(1);
  });

  it("that is only for its author mentions nobody", async () => {
    await type(`@${others()[0]?.name} is in my way`);
    await fireEvent.click(screen.getByLabelText("Only for me"));
    await fireEvent.click(screen.getByTestId(testids.noteSubmit));
    await settled();
    const note = [...fake.tables.notes.values()].find(({ fields }) => fields.body.endsWith("is in my way"));
    expect(note?.fields).toMatchObject({ is_private: true, mention_ids: [] });
  });

  it("says to whom it mentions that it does", async () => {
    const me = session().info?.user_id ?? "";
    await fake.create({ kind: "notes", fields: { candidate_id: "candidate-20", body: "For you", mention_ids: [me] } });
    await settled();
    const note = screen.getAllByTestId(testids.note).find((shown) => shown.textContent?.includes("For you"));
    expect(within(note as HTMLElement).getByText("Mentions you")).toBeTruthy();
  });
});
