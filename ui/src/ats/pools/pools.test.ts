import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { handleKey } from "../../shared/keyboard";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import { toasts, undo } from "../../shared/writes.svelte";
import CandidateList from "../candidates/CandidateList.svelte";
import CandidateView from "../candidates/CandidateView.svelte";
import { current, nothing } from "../candidates/search/search.svelte";
import { poolOf, withPool } from "./pool";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople({ candidates: 330 }));
  current.show(nothing(), null);
  current.pools = true;
});

afterEach(() => {
  cleanup();
  close();
});

const poolsOf = (candidate: string): string[] => fake.tables.candidates.get(candidate)?.fields.pool_ids ?? [];
const peopleOf = (pool: string): number => [...fake.tables.candidates.values()].filter(({ fields }) => fields.pool_ids.includes(pool)).length;
const named = (name: string): string => [...fake.tables.pools.values()].find((row) => row.fields.name === name && !row.deleted)?.id ?? "";
const row = (pool: string): HTMLElement => screen.getAllByTestId(testids.poolRow).find((each) => each.dataset.pool === pool) as HTMLElement;
const count = (pool: string): number => Number(row(pool).textContent?.match(/(\d+)\s*$/)?.[1]);

async function pick(text: string): Promise<void> {
  await settled();
  const input = screen.getByTestId(testids.poolPicker);
  await fireEvent.input(input, { target: { value: text } });
  await fireEvent.keyDown(input, { key: "Enter" });
  await settled();
}

describe("the pools of a list", () => {
  it("are one condition, whatever else is asked", () => {
    const city = { what: "city", how: "is", value: "Rome" };
    const lacks = { what: "pool_ids", how: "lacks", value: "b" };
    const narrowed = withPool([city, lacks, { what: "pool_ids", how: "has", value: "a" }], "c");
    expect(narrowed).toEqual([city, lacks, { what: "pool_ids", how: "has", value: "c" }]);
    expect(poolOf(narrowed)).toBe("c");
    expect(withPool(narrowed, null)).toEqual([city, lacks]);
    expect([poolOf([city, lacks]), poolOf([...narrowed, { what: "pool_ids", how: "has", value: "d" }]), poolOf([{ what: "pool_ids", how: "has", value: "" }])]).toEqual([null, null, null]);
  });
});

describe("a candidate's pools", () => {
  beforeEach(async () => {
    render(CandidateView, { id: "candidate-3" });
    await settled();
  });

  it("are added, made on the spot and taken away, each with a way back", async () => {
    const section = within(screen.getByTestId(testids.pools));
    expect(section.getByText("Silver medalists 2026")).toBeTruthy();
    handleKey(new KeyboardEvent("keydown", { key: "p" }));
    await pick("Future");
    expect(poolsOf("candidate-3")).toEqual(["pool-1", "pool-0"]);
    await fireEvent.click(screen.getByTestId(testids.poolAdd));
    await pick("Speakers");
    expect(poolsOf("candidate-3")).toEqual(["pool-1", "pool-0", named("Speakers")]);
    await fireEvent.click(section.getByLabelText("Take out of Silver medalists 2026"));
    await settled();
    expect(poolsOf("candidate-3")).not.toContain("pool-1");
    await undo();
    expect(poolsOf("candidate-3")).toContain("pool-1");
  });

  it("leave out what was put away, unless somebody is in it", async () => {
    await fireEvent.click(screen.getByTestId(testids.poolAdd));
    await settled();
    const options = (): string[] => within(screen.getByRole("listbox")).getAllByRole("option").map((each) => each.textContent);
    const offered = options();
    expect(offered).toHaveLength(2);
    expect(offered.join()).not.toContain("Winter fair");
    cleanup();
    render(CandidateView, { id: "candidate-7" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.poolAdd));
    await settled();
    expect(options().join()).toContain("Winter fair");
  });
});

describe("the panel of pools", () => {
  beforeEach(async () => {
    render(CandidateList);
    await settled();
  });

  it("shows how many are in each, and who", async () => {
    expect(count("pool-1")).toBe(peopleOf("pool-1"));
    await fireEvent.click(row("pool-1"));
    await settled();
    expect(row("pool-1").getAttribute("aria-current")).toBe("true");
    expect(document.querySelector("p[aria-live]")?.textContent).toContain(String(peopleOf("pool-1")));
    await fireEvent.click(screen.getByTestId(testids.poolEverybody));
    await settled();
    expect(poolOf(current.search.conditions)).toBeNull();
  });

  it("makes a pool, refuses a name that is taken, and puts one away and deletes it", async () => {
    await fireEvent.click(screen.getByTestId(testids.poolNew));
    await fireEvent.click(screen.getByTestId(testids.poolSave));
    expect(screen.getByText("Give the pool a name.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.poolName), { target: { value: " future ENGINEERS " } });
    await fireEvent.click(screen.getByTestId(testids.poolSave));
    await settled();
    expect(screen.getByText("Another pool has this name.")).toBeTruthy();
    expect(screen.getByTestId(testids.poolName).getAttribute("aria-invalid")).toBe("true");
    await fireEvent.input(screen.getByTestId(testids.poolName), { target: { value: "Speakers" } });
    await fireEvent.click(screen.getByTestId(testids.poolSave));
    await settled();
    expect(poolOf(current.search.conditions)).toBe(named("Speakers"));

    const edit = (): HTMLElement => within(row("pool-0").parentElement as HTMLElement).getByTestId(testids.poolEdit);
    await fireEvent.click(edit());
    await fireEvent.click(screen.getByTestId(testids.poolArchive));
    await fireEvent.click(screen.getByTestId(testids.poolSave));
    await settled();
    expect(fake.tables.pools.get("pool-0")?.fields.is_archived).toBe(true);
    expect(screen.getByText("Put away (2)")).toBeTruthy();
    await fireEvent.click(edit());
    await fireEvent.click(screen.getByTestId(testids.poolDelete));
    await settled();
    expect(fake.tables.pools.get("pool-0")?.deleted).toBe(true);
    await undo();
    await settled();
    expect(fake.tables.pools.get("pool-0")?.deleted).toBe(false);
    expect(peopleOf("pool-0")).toBeGreaterThan(0);
  });

  it("takes many people at once, as one step to take back", async () => {
    await fireEvent.click(screen.getByLabelText("Select all"));
    await settled();
    expect(screen.getByText("330 selected")).toBeTruthy();
    const before = peopleOf("pool-1");
    let steps = 0;
    const editMany = fake.editMany.bind(fake);
    fake.editMany = (requests) => {
      steps += 1;
      expect(requests.every(({ id }) => !poolsOf(id).includes("pool-1"))).toBe(true);
      return editMany(requests);
    };
    await fireEvent.click(screen.getByTestId(testids.poolBulkAdd));
    await pick("Silver");
    await settled();
    expect(steps).toBe(4);
    expect(peopleOf("pool-1")).toBe(330);
    expect(toasts().at(-1)?.text).toBe("330 people are in Silver medalists 2026 now");
    expect(screen.queryByTestId(testids.poolBulkAdd)).toBeNull();
    await undo();
    expect(peopleOf("pool-1")).toBe(before);
  });

  it("keeps what was done where a part fails, to be taken back", async () => {
    await fireEvent.click(screen.getByLabelText("Select all"));
    await settled();
    let steps = 0;
    const before = peopleOf("pool-0");
    const editMany = fake.editMany.bind(fake);
    fake.editMany = (requests) => {
      steps += 1;
      return steps === 3 ? Promise.reject(Object.assign(new Error(), { code: "disk-full", message: "Full.", fields: {} })) : editMany(requests);
    };
    await fireEvent.click(screen.getByTestId(testids.poolBulkAdd));
    await pick("Future");
    await settled();
    expect(peopleOf("pool-0")).toBeGreaterThan(before);
    expect(peopleOf("pool-0")).toBeLessThan(330);
    expect(screen.getByText("330 selected")).toBeTruthy();
    await undo();
    expect(peopleOf("pool-0")).toBe(before);
  });

  it("takes people out of the pool that is shown", async () => {
    await fireEvent.click(row("pool-1"));
    await settled();
    const all = peopleOf("pool-1");
    const [first] = screen.getAllByTestId(testids.candidateRow);
    first?.focus();
    await fireEvent.keyDown(first as HTMLElement, { key: " " });
    expect(screen.getByText("1 selected")).toBeTruthy();
    await fireEvent.click(screen.getByTestId(testids.poolBulkRemove));
    await settled();
    expect(peopleOf("pool-1")).toBe(all - 1);
    expect(count("pool-1")).toBe(all - 1);
  });
});
