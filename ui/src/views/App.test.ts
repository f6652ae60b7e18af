import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import { createFake, usual, type FakeBackend, type Scenario } from "../backend/fake";
import { useBackend } from "../backend/engine";
import { go, route } from "../shared/route.svelte";
import { NOW, settled } from "../shared/testing/window";
import { testids } from "../shared/testids";
import App from "./App.svelte";
import { parts } from "./results";

afterEach(() => {
  cleanup();
  go({ name: "jobs" });
});

async function start(patch: Partial<Scenario> = {}): Promise<FakeBackend> {
  const fake = createFake({ ...usual(NOW), candidates: 60, jobs: 3, serverDelayMs: null, ...patch });
  useBackend(fake);
  render(App);
  await settled();
  await settled();
  return fake;
}

async function type(testid: string, value: string): Promise<void> {
  await fireEvent.input(screen.getByTestId(testid), { target: { value } });
}

describe("signing in", () => {
  it("asks for a passphrase only where no keyring runs, and says what is missing", async () => {
    await start({ session: "signed_out", passphrase: true });
    await fireEvent.click(screen.getByTestId(testids.signInSubmit));
    expect(screen.getByText("Type the address of your server.")).toBeTruthy();
    expect(screen.getByTestId(testids.signInPassphrase)).toBeTruthy();
    cleanup();
    await start({ session: "signed_out" });
    expect(screen.queryByTestId(testids.signInPassphrase)).toBeNull();
  });

  it("says a refusal in words and keeps what was typed", async () => {
    await start({ session: "signed_out" });
    await type(testids.signInServer, "north.example");
    await type(testids.signInEmail, "camille@example.com");
    await type(testids.signInPassword, "wrong");
    await fireEvent.click(screen.getByTestId(testids.signInSubmit));
    await settled();
    expect(screen.getByRole("alert").textContent).toContain("The e-mail address or the password is wrong.");
    expect(screen.getByTestId<HTMLInputElement>(testids.signInEmail).value).toBe("camille@example.com");
    await type(testids.signInPassword, "right");
    await fireEvent.click(screen.getByTestId(testids.signInSubmit));
    await settled();
    expect(screen.getAllByTestId(testids.jobRow)).toHaveLength(3);
  });

  it("asks for the workspace of an account that has several", async () => {
    await start({ session: "signed_out" });
    await type(testids.signInServer, "north.example");
    await type(testids.signInEmail, "many@example.com");
    await type(testids.signInPassword, "right");
    await fireEvent.click(screen.getByTestId(testids.signInSubmit));
    await settled();
    expect(screen.getByTestId(testids.signInWorkspace)).toBeTruthy();
  });
});

describe("the first download", () => {
  it("lets a person in as soon as the jobs are there", async () => {
    await start({ state: "downloading" });
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("3200");
    await fireEvent.click(screen.getByTestId(testids.firstDownloadEnter));
    await settled();
    expect(screen.getByTestId(testids.navJobs)).toBeTruthy();
  });
});

describe("the window", () => {
  it("shows the state of the sync as data and in words", async () => {
    await start({ state: "offline" });
    const indicator = screen.getByTestId(testids.syncIndicator);
    expect(indicator.dataset).toMatchObject({ state: "offline", waiting: "12", attention: "3" });
    expect(indicator.textContent).toContain("Offline, 12 changes waiting");
  });

  it("reaches a candidate by the palette and writes a note on them", async () => {
    const fake = await start();
    await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    const input = screen.getByTestId(testids.paletteInput);
    const name = fake.tables.candidates.get("candidate-7")?.fields;
    await fireEvent.input(input, { target: { value: `${name?.first_name} ${name?.last_name}` } });
    await settled();
    const option = within(screen.getByRole("dialog")).getAllByRole("option")[0] as HTMLElement;
    expect(option.textContent).toContain(name?.last_name);
    await fireEvent.click(option);
    await settled();
    await settled();
    await type(testids.noteInput, "Called back, very clear.");
    await fireEvent.click(screen.getByTestId(testids.noteSubmit));
    await settled();
    expect([...fake.tables.notes.values()].map((note) => note.fields.body)).toContain("Called back, very clear.");
    expect(screen.getAllByTestId(testids.note)[0]?.textContent).toContain("Called back, very clear.");
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    await settled();
    expect([...fake.tables.notes.values()].map((note) => note.fields.body)).not.toContain("Called back, very clear.");
  });

  it("leads to the offers those who may see them: at the left, by a key and by the palette", async () => {
    await start();
    expect(screen.getByTestId(testids.navOffers).getAttribute("href")).toBe("#/offers");
    await fireEvent.keyDown(document.body, { key: "6" });
    await settled();
    expect(screen.getAllByTestId(testids.offerRow).length).toBeGreaterThan(10);
    expect(screen.getByTestId(testids.navOffers).getAttribute("aria-current")).toBe("page");
    go({ name: "jobs" });
    await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    await fireEvent.click(within(screen.getByRole("dialog")).getByRole("option", { name: /^Offers/ }));
    await settled();
    expect(screen.getAllByTestId(testids.offerRow).length).toBeGreaterThan(10);
  });

  it("keeps the offers from who may not see them", async () => {
    await start({ contacts: false });
    expect(screen.queryByTestId(testids.navOffers)).toBeNull();
    await fireEvent.keyDown(document.body, { key: "6" });
    await settled();
    expect(screen.queryByTestId(testids.offerFilter)).toBeNull();
    await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    expect(within(screen.getByRole("dialog")).queryByRole("option", { name: /^Offers/ })).toBeNull();
  });

  it("leads to one's work by its key, by the way around and by the palette", async () => {
    await start();
    await fireEvent.keyDown(document.body, { key: "7" });
    await settled();
    expect(screen.getByTestId(testids.navWork).getAttribute("aria-current")).toBe("page");
    expect(screen.getAllByTestId(testids.workView)[0]?.getAttribute("aria-current")).toBe("true");
    go({ name: "jobs" });
    await settled();
    await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    await fireEvent.input(screen.getByTestId(testids.paletteInput), { target: { value: "my work" } });
    await settled();
    await fireEvent.click(within(screen.getByRole("dialog")).getAllByRole("option")[0] as HTMLElement);
    await settled();
    expect(route()).toEqual({ name: "work", view: "mine" });
    go({ name: "jobs" }, true);
  });

  it("hides contact data from who may not see it, with a sentence", async () => {
    await start({ contacts: false });
    go({ name: "candidate", id: "candidate-1" });
    await settled();
    await settled();
    expect(screen.getByTestId(testids.contactHidden).textContent).toContain("not on this computer");
    expect(screen.queryByTestId(testids.noteInput)).toBeNull();
  });

  it("locks contact data after too long without contact, and opens it again", async () => {
    const fake = await start();
    go({ name: "candidate", id: "candidate-1" });
    await settled();
    await settled();
    fake.setSync({ state: "offline", sealed: ["candidate_contacts"] });
    await settled();
    expect(screen.getByTestId(testids.contactHidden).textContent).toContain("open again with the next contact");
    expect(screen.getByTestId(testids.noteInput)).toBeTruthy();
    fake.setSync({ state: "up_to_date", sealed: [] });
    await settled();
    expect(screen.queryByTestId(testids.contactHidden)).toBeNull();
  });

  it("shows who changed a record that is being looked at", async () => {
    const fake = await start();
    go({ name: "candidate", id: "candidate-2" });
    await settled();
    await settled();
    fake.remote([{ kind: "candidates", id: "candidate-2", edits: [{ op: "set", field: "headline", value: "Changed elsewhere" }] }]);
    await settled();
    expect(screen.getByText("changed by Samuel Adeyemi")).toBeTruthy();
    expect(screen.getAllByText("Changed elsewhere").length).toBeGreaterThan(0);
  });

  it("renders a small part of 5,000 candidates", async () => {
    await start({ candidates: 5_000 });
    go({ name: "candidates" });
    await settled();
    await settled();
    expect(screen.getByText("5,000 candidates")).toBeTruthy();
    expect(screen.getAllByTestId(testids.candidateRow).length).toBeLessThan(60);
  });

  it("leads to each part of the settings, and names no part that is not there", async () => {
    await start({});
    go({ name: "settings" });
    await settled();
    const nav = screen.getByTestId(testids.settingsParts);
    const titles = [...nav.querySelectorAll("button")].map((button) => button.textContent);
    const headings = screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);
    expect(titles).toEqual(headings);
    await fireEvent.click(within(nav).getByText("Sign out"));
    expect(document.activeElement?.textContent).toBe("Sign out");
    expect(document.activeElement?.tagName).toBe("H2");
  });

  it("warns before a sign-out that would lose changes", async () => {
    const fake = await start({ state: "offline" });
    go({ name: "settings" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.signOut));
    await settled();
    expect(screen.getByRole("dialog").textContent).toContain("12 changes are not on the server yet");
    expect((await fake.session()).state).toBe("ready");
  });
});

describe("a search hit", () => {
  it("is cut into plain and matching parts, and no mark is left", () => {
    expect(parts("knows \u0001Rust\u0002 and \u0001rust\u0002y")).toEqual([
      { text: "knows ", match: false },
      { text: "Rust", match: true },
      { text: " and ", match: false },
      { text: "rust", match: true },
      { text: "y", match: false },
    ]);
  });
});
