import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBackend } from "../../../backend/fake";
import { touched } from "../../../shared/changes.svelte";
import { enter, session } from "../../../shared/session.svelte";
import { testids } from "../../../shared/testids";
import { openWithPeople, settled } from "../../../shared/testing/window";
import { undo } from "../../../shared/writes.svelte";
import CandidateList from "../CandidateList.svelte";
import { current, nothing } from "./search.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople());
  current.show(nothing(), null);
  current.open = false;
  render(CandidateList);
  await settled();
});

afterEach(() => {
  cleanup();
  close();
});

it("is forgotten when somebody else signs in", () => {
  current.show({ ...nothing(), text: "secret" }, "kept", ["one"]);
  [current.open, current.pools] = [true, true];
  const info = session().info;
  if (!info) {
    throw new Error("signed in");
  }
  enter({ ...info });
  expect(current.search.text).toBe("secret");
  enter({ ...info, user_id: "somebody-else" });
  expect([current.search, current.from, current.fresh, current.open, current.pools]).toEqual([nothing(), null, null, false, false]);
});

const total = (): number => Number(/\d[\d,]*/.exec(document.querySelector("p[aria-live]")?.textContent ?? "")?.[0].replace(",", "") ?? 0);
const cities = (city: string): number => [...fake.tables.candidates.values()].filter(({ fields, deleted }) => !deleted && fields.city === city).length;
const saved = (): { name: string; request: string; is_private: boolean }[] => [...fake.tables.saved_searches.values()].filter(({ deleted }) => !deleted).map(({ fields }) => fields);

/** Waits longer than typing does. */
async function typed(): Promise<void> {
  await new Promise((done) => setTimeout(done, 80));
  await settled();
}

async function addCity(city: string): Promise<void> {
  await fireEvent.click(screen.getByTestId(testids.searchFilters));
  await fireEvent.click(screen.getByTestId(testids.searchAdd));
  const rows = screen.getAllByTestId(testids.searchCondition);
  const row = rows[rows.length - 1] as HTMLElement;
  const [what, how] = within(row).getAllByRole("combobox");
  await fireEvent.change(what as HTMLElement, { target: { value: "city" } });
  await fireEvent.change(how as HTMLElement, { target: { value: "is" } });
  await fireEvent.input(within(row).getByRole("textbox"), { target: { value: city } });
  await typed();
}

async function save(name: string, isPrivate: boolean): Promise<void> {
  await fireEvent.click(screen.getByTestId(testids.searchSave));
  await fireEvent.input(screen.getByTestId(testids.searchName), { target: { value: name } });
  if (isPrivate) {
    await fireEvent.click(screen.getByTestId(testids.searchPrivate));
  }
  await fireEvent.click(screen.getByTestId(testids.searchSaveNow));
  await settled();
}

describe("the list of candidates", () => {
  it("is narrowed by a condition, and widened by removing it", async () => {
    const all = total();
    await addCity("Ottawa");
    expect(total()).toBe(cities("Ottawa"));
    expect(total()).toBeLessThan(all);
    expect(screen.getByTestId(testids.searchFilters).textContent).toContain("1 filter");
    await fireEvent.click(screen.getByRole("button", { name: "Remove the condition" }));
    await settled();
    expect(total()).toBe(all);
  });

  it("keeps its conditions while somebody looks at a candidate", async () => {
    await addCity("Ottawa");
    cleanup();
    render(CandidateList);
    await typed();
    expect(total()).toBe(cities("Ottawa"));
  });

  it("gives the focus back when the conditions are closed by the keyboard", async () => {
    await addCity("Ottawa");
    await fireEvent.keyDown(screen.getByTestId(testids.searchAdd), { key: "Escape" });
    expect(screen.queryByTestId(testids.searchConditions)).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId(testids.searchFilters));
  });
});

describe("a saved search", () => {
  it("brings back what was searched for, for its author or for all", async () => {
    await addCity("Ottawa");
    await save("In Ottawa", true);
    expect(saved()).toMatchObject([{ name: "In Ottawa", is_private: true }]);
    const picker = screen.getByTestId<HTMLSelectElement>(testids.searchSaved);
    expect(picker.selectedOptions[0]?.textContent).toBe("In Ottawa (only me)");
    await fireEvent.change(picker, { target: { value: "" } });
    await typed();
    expect(total()).toBeGreaterThan(cities("Ottawa"));
    await fireEvent.change(picker, { target: { value: [...fake.tables.saved_searches.keys()][0] } });
    await typed();
    expect(total()).toBe(cities("Ottawa"));
  });

  it("that asks for contacts finds nobody for who may not see them", async () => {
    current.show({ ...nothing(), conditions: [{ what: "candidate_contacts.email", how: "known", value: "" }] }, null);
    await typed();
    expect(total()).toBeGreaterThan(0);
    cleanup();
    close();
    ({ fake, close } = await openWithPeople({ contacts: false }));
    render(CandidateList);
    current.open = true;
    await typed();
    expect(total()).toBe(0);
    expect(screen.getByTestId(testids.searchCondition).textContent).toContain("You may not see");
  });

  it("needs a name", async () => {
    await addCity("Ottawa");
    await save("  ", false);
    expect(saved()).toEqual([]);
    expect(screen.getByText("Give the search a name.")).toBeTruthy();
  });

  it("is changed where it was changed, and deleted until that is undone", async () => {
    await addCity("Ottawa");
    await save("A city", false);
    expect(screen.queryByTestId(testids.searchKeep)).toBeNull();
    await fireEvent.input(within(screen.getByTestId(testids.searchCondition)).getByRole("textbox"), { target: { value: "Halifax" } });
    await typed();
    await fireEvent.click(screen.getByTestId(testids.searchKeep));
    await settled();
    expect(saved()).toMatchObject([{ name: "A city", is_private: false }]);
    expect(saved()[0]?.request).toContain("Halifax");
    await fireEvent.click(screen.getByTestId(testids.searchEdit));
    await fireEvent.click(screen.getByTestId(testids.searchDelete));
    await settled();
    expect(saved()).toEqual([]);
    expect(total()).toBe(cities("Halifax"));
    await undo();
    await settled();
    expect(saved()).toHaveLength(1);
  });

  it("gets another name from its author, and not from anybody else", async () => {
    await addCity("Ottawa");
    await save("A city", false);
    await fireEvent.click(screen.getByTestId(testids.searchEdit));
    await fireEvent.input(screen.getByTestId(testids.searchName), { target: { value: "  " } });
    await fireEvent.click(screen.getByTestId(testids.searchSaveNow));
    expect(screen.getByText("Give the search a name.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.searchName), { target: { value: "The capital" } });
    await fireEvent.click(screen.getByTestId(testids.searchSaveNow));
    await settled();
    expect(saved().map(({ name }) => name)).toEqual(["The capital"]);
    expect(screen.getByTestId<HTMLSelectElement>(testids.searchSaved).selectedOptions[0]?.textContent).toBe("The capital");
    const [row] = [...fake.tables.saved_searches.values()];
    fake.tables.saved_searches.set(row?.id ?? "", { ...row!, created_by: "member-2" });
    touched(["saved_searches"]);
    await settled();
    expect(screen.queryByTestId(testids.searchEdit)).toBeNull();
  });
});
