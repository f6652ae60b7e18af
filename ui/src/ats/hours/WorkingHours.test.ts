import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { undo } from "../../shared/writes.svelte";
import WorkingHours from "./WorkingHours.svelte";

let fake: FakeBackend;
const rows = () => [...fake.tables.working_hours.values()].filter(({ deleted }) => !deleted);

async function open(testid: string): Promise<void> {
  await fireEvent.click(screen.getByTestId(testid));
  await settled();
}

async function type(control: HTMLElement, value: string): Promise<void> {
  await fireEvent.input(control, { target: { value } });
}

async function save(): Promise<void> {
  await fireEvent.click(screen.getByTestId(testids.hoursSave));
  await settled();
}

const day = (number: number): HTMLElement => screen.getAllByTestId(testids.hoursDay)[number - 1] as HTMLElement;

describe("my working hours", () => {
  openBeforeEach((opened) => (fake = opened));

  it("say what counts as long as nothing is entered, and are entered by the day", async () => {
    render(WorkingHours);
    await settled();
    expect(screen.getByTestId(testids.hours).textContent).toMatch(/Nothing entered yet.*Mon–Fri 9:00.AM–5:00.PM/);
    expect(screen.queryByTestId(testids.hoursOfAll)).toBeNull();
    await open(testids.hoursEnter);
    await fireEvent.click(within(day(5)).getByRole("checkbox"));
    await fireEvent.click(within(day(1)).getByLabelText("Monday: add a second time"));
    await type(within(day(1)).getAllByLabelText("Monday, until")[0] as HTMLElement, "11:30");
    await type(screen.getByLabelText("Minutes after interviews"), "10");
    await fireEvent.click(screen.getByTestId(testids.hoursHolidayNew));
    await type(screen.getByLabelText("First day"), "2099-12-24");
    await type(screen.getByLabelText("Last day"), "2099-12-26");
    await type(screen.getByLabelText("What they are called"), "Trip");
    await save();
    expect(rows().map(({ fields }) => fields)).toMatchObject([
      { member_id: "member-1", buffer_after: 10, buffer_before: 0, most_a_day: null, holidays: [{ starts_on: "2099-12-24", days: 3, label: "Trip" }] },
    ]);
    expect(rows()[0]?.fields.week.map(({ id, begins, minutes }) => [id, begins, minutes])).toEqual([
      ["1a", 540, 150], ["1b", 780, 240], ["2a", 540, 480], ["3a", 540, 480], ["4a", 540, 480],
    ]);
    const said = screen.getByTestId(testids.hours).textContent;
    expect(said).toMatch(/Mon 9:00.AM–11:30.AM, 1:00.PM–5:00.PM · Tue–Thu 9:00.AM–5:00.PM/);
    expect(said).toContain("Trip, Dec 24, 2099 – Dec 26, 2099");
  });

  it("are not saved as long as something is wrong, and are changed where they were", async () => {
    render(WorkingHours);
    await settled();
    await open(testids.hoursEnter);
    await type(within(day(2)).getByLabelText("Tuesday, until"), "08:00");
    await save();
    expect(rows()).toHaveLength(0);
    expect(within(day(2)).getByRole("alert").textContent).toContain("A time ends after it begins");
    await type(within(day(2)).getByLabelText("Tuesday, until"), "16:00");
    await save();
    await open(testids.hoursEnter);
    await fireEvent.click(within(day(3)).getByRole("checkbox"));
    await save();
    expect(rows()).toHaveLength(1);
    expect(rows()[0]?.fields.week.map(({ id }) => id)).toEqual(["1a", "2a", "4a", "5a"]);
  });

  it("are removed, and come back", async () => {
    render(WorkingHours);
    await settled();
    await open(testids.hoursEnter);
    await save();
    await open(testids.hoursEnter);
    await open(testids.hoursRemove);
    expect(rows()).toHaveLength(0);
    expect(screen.getByTestId(testids.hours).textContent).toContain("Nothing entered yet");
    await undo();
    expect(rows()).toHaveLength(1);
  });

  it("show what days everybody is off", async () => {
    await fake.create({ kind: "working_hours", fields: { zone: "UTC", holidays: [{ id: "a", starts_on: "2099-12-25", days: 1, label: "Christmas" }, { id: "b", starts_on: "2001-12-25", days: 1, label: "Past" }] } });
    const { container } = render(WorkingHours);
    await settled();
    expect(container.textContent).toContain("Everybody is off: Christmas, Dec 25, 2099");
    expect(container.textContent).not.toContain("Past");
    expect(screen.getByTestId(testids.hours).textContent).toContain("On no day");
  });
});

describe("hours on another clock", () => {
  openBeforeEach((opened) => (fake = opened));

  it("begin as the workspace's on one's own clock, and say where they are when that is elsewhere", async () => {
    await fake.create({ kind: "working_hours", fields: { zone: "Europe/Paris", week: [{ id: "1a", begins: 600, minutes: 60 }] } });
    const { container } = render(WorkingHours);
    await settled();
    expect(screen.getByTestId(testids.hours).textContent).toContain("at the workspace’s hours: Mon 10:00");
    await open(testids.hoursEnter);
    const zone = screen.getByLabelText<HTMLSelectElement>("Time zone");
    expect(zone.value).toBe("UTC");
    await fireEvent.change(zone, { target: { value: "America/St_Johns" } });
    await save();
    expect(rows().at(-1)?.fields).toMatchObject({ member_id: "member-1", zone: "America/St_Johns", week: [{ id: "1a", begins: 600, minutes: 60 }] });
    expect(container.textContent).toContain("This computer’s clock is that of UTC, and your hours are in America/St Johns.");
  });
});

describe("everybody's working hours", () => {
  openBeforeEach((opened) => (fake = opened), { administers: true });

  it("are written down by whoever looks after the workspace", async () => {
    render(WorkingHours);
    await settled();
    await open(testids.hoursOfAll);
    await fireEvent.click(screen.getByTestId(testids.hoursHolidayNew));
    await save();
    expect(rows().map(({ fields }) => fields.member_id)).toEqual([null]);
    await fireEvent.click(screen.getByText("Enter somebody else’s hours"));
    await settled();
    await fireEvent.click(screen.getAllByRole("option")[0] as HTMLElement);
    await settled();
    await save();
    expect(rows()).toHaveLength(2);
    const whose = rows()[1]?.fields.member_id ?? "";
    expect([whose === "", whose === "member-1"]).toEqual([false, false]);
    // What counted before is what the form began with; the workspace's days off stay the workspace's.
    expect(rows()[1]?.fields).toMatchObject({ holidays: [], zone: "UTC" });
    expect(screen.getAllByTestId(testids.hoursOfOther)).toHaveLength(1);
  });
});
