import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Domain } from "../../backend/online";
import { announcement } from "../../shared/announce.svelte";
import { setLanguage } from "../../shared/i18n/index.svelte";
import { testids } from "../../shared/testids";
import { NOW, openBeforeEach, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import { DOMAINS_MAX, isSettled, sentence } from "./domains";
import Workspace from "./Workspace.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened), { administers: true });

const typed = (): HTMLInputElement => screen.getByTestId<HTMLInputElement>(testids.domainHost);
const rows = (): HTMLElement[] => screen.queryAllByTestId(testids.domain);
const row = (host: string): HTMLElement => rows().find((shown) => shown.dataset.host === host) ?? document.createElement("li");
const page = (): string => screen.getByTestId<HTMLAnchorElement>(testids.careerPage).href;

async function open(): Promise<void> {
  render(Workspace);
  await settled();
}

async function claim(host: string): Promise<void> {
  await fireEvent.input(typed(), { target: { value: host } });
  await fireEvent.submit(screen.getByTestId(testids.domainForm));
  await settled();
}

async function press(host: string, testid: string): Promise<void> {
  await fireEvent.click(within(row(host)).getByTestId(testid));
  await settled();
}

function domain(patch: Partial<Domain>): Domain {
  return { id: "d", host: "jobs.acme.test", state: "waiting", seen: null, points_here: false, is_vouched: false, records: [], checked_at: null, ends_at: null, ...patch };
}

describe("a host of the workspace's own", () => {
  it("is added, found in the DNS, and taken away after a question", async () => {
    await open();
    expect(rows()).toEqual([]);
    expect(screen.getByText(/The career page can be at a host of your own/)).toBeTruthy();
    await claim(" Jobs.Acme.test ");
    const shown = row("jobs.acme.test");
    expect([shown.dataset.state, typed().value]).toEqual(["waiting", ""]);
    expect([...shown.querySelectorAll("code")].map((code) => code.textContent)).toEqual([
      "_zumodra.jobs.acme.test", expect.stringMatching(/^zumodra-verification=\w+$/), "jobs.acme.test", "zumodra.north.example",
    ]);
    expect(announcement().text).toContain("Enter these two records");
    await press("jobs.acme.test", testids.domainCheck);
    expect([row("jobs.acme.test").dataset.state, row("jobs.acme.test").querySelectorAll("code").length]).toEqual(["verified", 0]);
    expect(announcement().text).toContain("The career page is at jobs.acme.test");
    expect(page()).toBe("https://jobs.acme.test/careers/");
    await press("jobs.acme.test", testids.domainRemove);
    expect(rows()).toHaveLength(1);
    await fireEvent.click(screen.getByText("Cancel"));
    expect(rows()).toHaveLength(1);
    await press("jobs.acme.test", testids.domainRemove);
    await fireEvent.click(screen.getByTestId(testids.domainRemoveSure));
    await settled();
    expect(rows()).toEqual([]);
    expect(page()).toBe("https://north.example/careers/north/");
    expect(toasts().at(-1)?.text).toBe("jobs.acme.test is removed");
  });

  it("says what the DNS has, and leaves what is typed in the form above", async () => {
    await open();
    const title = document.querySelector<HTMLInputElement>('[data-field="careers_title"]');
    await fireEvent.input(title ?? document.body, { target: { value: "Typed" } });
    for (const [host, said] of [
      ["absent.acme.test", "is not there yet"],
      ["other.acme.test", "with another value"],
      ["silent.acme.test", "did not answer"],
      ["taken.acme.test", "another workspace has verified taken.acme.test"],
      ["away.acme.test", "does not lead here yet"],
    ] as const) {
      await claim(host);
      await press(host, testids.domainCheck);
      expect(row(host).textContent).toContain(said);
      // What is to be entered stays in sight until all is well.
      expect(row(host).querySelectorAll("code")).toHaveLength(4);
    }
    // One that leads nowhere goes without a question.
    await press("absent.acme.test", testids.domainRemove);
    expect(rows()).toHaveLength(4);
    expect(title?.value).toBe("Typed");
  });

  it("is copied record by record", async () => {
    const copied = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: copied } });
    await open();
    await claim("jobs.acme.test");
    await fireEvent.click(screen.getByLabelText("Copy _zumodra.jobs.acme.test"));
    await settled();
    expect(copied).toHaveBeenCalledExactlyOnceWith("_zumodra.jobs.acme.test");
    expect(toasts().at(-1)?.text).toBe("Copied");
    vi.unstubAllGlobals();
  });

  it("is refused at its field, in the person's language", async () => {
    await open();
    for (const [host, said] of [["no host", "Write a name"], ["theirs.acme.test", "Another workspace"], [" ", "Write a name"]] as const) {
      await claim(host);
      expect(document.getElementById(`${typed().id}-error`)?.textContent).toContain(said);
      expect([typed().value, document.activeElement]).toEqual([host, typed()]);
    }
    fake.claimDomain = () => Promise.reject({ code: "quota-reached", message: "x", fields: {} });
    await claim("jobs.acme.test");
    setLanguage("fr");
    await settled();
    expect(document.getElementById(`${typed().id}-error`)?.textContent).toContain(`peut avoir ${String(DOMAINS_MAX)} hôtes`);
    setLanguage("en");
    expect(rows()).toEqual([]);
  });

  it("keeps what is shown while the server is away", async () => {
    await open();
    await claim("jobs.acme.test");
    fake.setSync({ state: "offline" });
    await press("jobs.acme.test", testids.domainCheck);
    expect(row("jobs.acme.test").dataset.state).toBe("waiting");
    await claim("more.acme.test");
    expect([rows().length, typed().value]).toEqual([1, "more.acme.test"]);
  });
});

describe("what is said of a host", () => {
  it("is a sentence for each state", () => {
    const verified = domain({ state: "verified", seen: "found", points_here: true });
    expect(sentence({ ...verified, ends_at: NOW })).toContain("stays here until Nov 22, 2026");
    expect(sentence({ ...verified, is_vouched: true })).toContain("nothing need be entered");
    expect(sentence(domain({ state: "lost", seen: "absent" }))).toContain("no longer shown here");
    expect(sentence(domain({ state: "lost", seen: "taken" }))).toContain("another workspace");
    expect([verified, { ...verified, points_here: false }, { ...verified, ends_at: NOW }, domain({})].map(isSettled)).toEqual([true, false, false, false]);
  });

  it("is what the server has: how many a workspace may have", () => {
    const limits = readFileSync("../sync-server/src/limits.rs", "utf8");
    expect(/MAX_DOMAINS: i64 = (\d+);/.exec(limits)?.[1]).toBe(String(DOMAINS_MAX));
    const states = readFileSync("../sync-server/src/careers/domains/claim.rs", "utf8");
    for (const word of ["waiting", "verified", "lost", "found", "absent", "other", "silent", "taken"]) {
      expect(states).toContain(`=> "${word}"`);
    }
  });
});
