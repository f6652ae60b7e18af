import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../../backend/fake";
import type { AlertCheck, EditRequest } from "../../../backend/types";
import { testids } from "../../../shared/testids";
import { openWithPeople, settled } from "../../../shared/testing/window";
import { toasts } from "../../../shared/writes.svelte";
import CandidateList from "../CandidateList.svelte";
import { followAlerts, freshOf } from "./alerts.svelte";
import { current, nothing, writeSearch } from "./search.svelte";

/** How long arrivals are gathered here. */
const WAIT_MS = 60;
const SEARCH = "saved_searches-new-1";

let fake: FakeBackend;
let close: () => void;
let stop: () => void;
let checks: AlertCheck[];

async function gathered(): Promise<void> {
  await new Promise((done) => setTimeout(done, 2 * WAIT_MS));
  await settled();
}

const candidates = (count: number): string[] => [...fake.tables.candidates.keys()].slice(0, count);
const moves = (ids: string[], city: string): EditRequest[] => ids.map((id) => ({ kind: "candidates", id, edits: [{ op: "set", field: "city", value: city }] }));

/** What a colleague does to many: the server's pages bring it in parts. */
function arrive(ids: string[], city: string): void {
  for (let at = 0; at < ids.length; at += 100) {
    fake.remote(moves(ids.slice(at, at + 100), city));
  }
}

beforeEach(async () => {
  ({ fake, close } = await openWithPeople({ candidates: 1_100 }));
  const request = writeSearch({ ...nothing(), conditions: [{ what: "city", how: "is", value: "Reykjavík" }] });
  await fake.create({ kind: "saved_searches", fields: { name: "In Iceland", about: "candidates", request, is_private: false } });
  const [search] = [...fake.tables.saved_searches.keys()];
  expect(search).toBe(SEARCH);
  checks = [];
  const check = fake.checkAlerts.bind(fake);
  fake.checkAlerts = (asked) => {
    checks.push(asked);
    return check(asked);
  };
  current.show(nothing(), null);
  stop = followAlerts(WAIT_MS);
  render(CandidateList);
  await gathered();
});

afterEach(() => {
  cleanup();
  stop();
  close();
});

async function follow(): Promise<void> {
  await fireEvent.change(screen.getByTestId(testids.searchSaved), { target: { value: SEARCH } });
  await settled();
  await fireEvent.click(screen.getByTestId(testids.searchAlert));
  await gathered();
}

describe("an alert", () => {
  it("is off until somebody asks for it, and costs nothing then", async () => {
    arrive(candidates(3), "Reykjavík");
    await gathered();
    expect(checks).toEqual([]);
    await follow();
    expect(screen.getByTestId(testids.searchAlert).getAttribute("aria-pressed")).toBe("true");
    // Who matched before is no news.
    expect(freshOf(SEARCH)).toBe(0);
    expect(screen.queryByTestId(testids.searchNews)).toBeNull();
    await fireEvent.click(screen.getByTestId(testids.searchAlert));
    await gathered();
    expect(await fake.alerts()).toEqual([]);
    checks = [];
    arrive(candidates(5), "Reykjavík");
    await gathered();
    expect(checks).toEqual([]);
  });

  it("looks once at a thousand people who arrive together, and at them alone", async () => {
    await follow();
    checks = [];
    arrive(candidates(1_000), "Oslo");
    await gathered();
    expect(checks).toHaveLength(1);
    expect(checks[0]?.changed?.candidates).toHaveLength(1_000);
    expect(freshOf(SEARCH)).toBe(0);
    // What does not concern candidates is not looked at.
    fake.remote([{ kind: "jobs", id: "job-0", edits: [{ op: "set", field: "team", value: "x" }] }]);
    await gathered();
    expect(checks).toHaveLength(1);
  });

  it("tells who is new, shows them alone, and tells them once", async () => {
    await follow();
    await fireEvent.change(screen.getByTestId(testids.searchSaved), { target: { value: "" } });
    arrive(candidates(2), "Reykjavík");
    await gathered();
    expect(toasts().at(-1)?.text).toBe("2 new matches of “In Iceland”");
    expect(screen.getByTestId(testids.searchSaved).textContent).toContain("In Iceland: 2 new");
    await fireEvent.click(screen.getByText("Show"));
    await settled();
    await settled();
    expect(screen.queryByTestId(testids.searchNews)).toBeNull();
    expect(screen.getByTestId(testids.searchFresh).textContent).toContain("Only the 2 new matches are shown.");
    expect(screen.getAllByTestId(testids.candidateRow).map((row) => row.dataset.candidate).sort()).toEqual(candidates(2).sort());
    const before = toasts().length;
    // Another edit of the same people is no news, and who left and comes back is.
    fake.remote(candidates(2).map((id) => ({ kind: "candidates", id, edits: [{ op: "set", field: "headline", value: "x" }] })));
    await gathered();
    expect(freshOf(SEARCH)).toBe(0);
    expect(toasts()).toHaveLength(before);
    arrive(candidates(1), "Oslo");
    await gathered();
    arrive(candidates(1), "Reykjavík");
    await gathered();
    expect(freshOf(SEARCH)).toBe(1);
  });

  it("does not tell what the person did, nor what another search would have found", async () => {
    await follow();
    await fake.editMany(moves(candidates(3), "Reykjavík"));
    await gathered();
    expect(freshOf(SEARCH)).toBe(0);
    const request = writeSearch({ ...nothing(), conditions: [{ what: "city", how: "is", value: "Ottawa" }] });
    await fake.edit({ kind: "saved_searches", id: SEARCH, edits: [{ op: "set", field: "request", value: request }] });
    await gathered();
    expect(freshOf(SEARCH)).toBe(0);
    arrive(candidates(4), "Ottawa");
    await gathered();
    expect(freshOf(SEARCH)).toBe(4);
  });

  it("waits while the first download runs: who arrives with it is not new", async () => {
    await follow();
    fake.setSync({ state: "downloading", done: 5, total: 100 });
    checks = [];
    arrive(candidates(2), "Reykjavík");
    await gathered();
    expect(checks).toEqual([]);
    fake.setSync({ state: "up_to_date", done: 0, total: 0 });
    await gathered();
    expect(checks).toHaveLength(1);
  });
});
