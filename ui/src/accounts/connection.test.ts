import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { CALENDAR_PASSWORD } from "../backend/fake/calendar";
import { PROBLEMS } from "../gen/problems";
import { testids } from "../shared/testids";
import { openBeforeEach, settled } from "../shared/testing/window";
import { toasts } from "../shared/writes.svelte";
import CalendarConnection from "./CalendarConnection.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

async function type(testid: string, value: string): Promise<void> {
  await fireEvent.input(screen.getByTestId(testid), { target: { value } });
}

async function submit(url: string, password: string): Promise<void> {
  await type(testids.calendarUrl, url);
  await type(testids.calendarLogin, "camille");
  await type(testids.calendarPassword, password);
  await fireEvent.click(screen.getByTestId(testids.calendarConnect));
  await settled();
}

describe("the connected calendar", () => {
  it("is chosen among several, compared and taken away", async () => {
    render(CalendarConnection);
    await settled();
    await submit("https://calendar.example", CALENDAR_PASSWORD);
    const choice = screen.getByTestId<HTMLSelectElement>(testids.calendarChoice);
    expect([...choice.options].map((option) => option.textContent)).toEqual(["Work", "Home"]);
    await fireEvent.change(choice, { target: { value: "https://calendar.example/camille/home/" } });
    await fireEvent.click(screen.getByTestId(testids.calendarConnect));
    await settled();
    const state = (): string => screen.getByTestId(testids.calendarState).textContent ?? "";
    expect(state()).toContain("Home");
    expect(state()).toContain("for the first time");
    await fireEvent.click(screen.getByTestId(testids.calendarCompare));
    await settled();
    expect(state()).toContain("In step: compared on");
    await fireEvent.click(screen.getByTestId(testids.calendarDisconnect));
    await settled();
    expect(screen.getByTestId<HTMLInputElement>(testids.calendarPassword).value).toBe("");
    // Nobody knows whether everything could be taken out of it.
    expect(toasts().at(-1)?.text).toBe("Disconnected. What could not be taken out of it stays there.");
  });

  it("shows when somebody is busy as long as they want that", async () => {
    render(CalendarConnection);
    await settled();
    const box = (): HTMLInputElement => screen.getByTestId<HTMLInputElement>(testids.calendarShowsBusy);
    expect(box().checked).toBe(true);
    await submit("https://calendar.example/camille/home/", CALENDAR_PASSWORD);
    expect([box().checked, (await fake.calendarConnection()).shows_busy]).toEqual([true, true]);
    await fireEvent.click(box());
    await settled();
    expect([box().checked, (await fake.calendarConnection()).shows_busy]).toEqual([false, false]);
    // What the server does not hear is not shown as done.
    fake.setSync({ state: "offline" });
    await fireEvent.click(box());
    await settled();
    expect(box().checked).toBe(false);
  });

  it("says what is missing and what is wrong, and keeps what was typed", async () => {
    render(CalendarConnection);
    await settled();
    await fireEvent.click(screen.getByTestId(testids.calendarConnect));
    await settled();
    for (const field of [testids.calendarUrl, testids.calendarLogin, testids.calendarPassword]) {
      expect(screen.getByTestId(field).getAttribute("aria-invalid")).toBe("true");
    }
    await submit("https://calendar.example", "wrong");
    expect(screen.getByRole("alert").textContent).toBe("The calendar's server does not take this name and password.");
    expect(screen.getByTestId<HTMLInputElement>(testids.calendarLogin).value).toBe("camille");
    await submit("http://10.0.0.1", CALENDAR_PASSWORD);
    expect(screen.getByRole("alert").textContent).toContain("begins with https://");
  });

  it("says why it is not in step, and what was put back", async () => {
    fake.calendarConnection = () =>
      Promise.resolve({
        connected: true, url: "https://calendar.example/camille/office/", name: "Work", login: "camille", in_step_at: "2026-11-22T09:42:00Z", problem: "calendar-unreachable",
        refused: { interview_id: "interview", problem: "double-booked", at: "2026-11-22T09:30:00Z" }, shows_busy: false, busy_at: null, busy_problem: null, calendars: [],
      });
    render(CalendarConnection);
    await settled();
    expect(screen.getByRole("alert").textContent).toBe("The calendar's server does not answer. Nothing is lost: it is tried again by itself.");
    expect(screen.getByTestId(testids.calendarState).textContent).toContain("In step: compared on");
    expect(screen.getByTestId(testids.calendarRefused).textContent).toContain(PROBLEMS["double-booked"]?.en);
  });

  it("is signed in to anew where waiting mends nothing, without being disconnected", async () => {
    await fake.connectCalendar({ url: "https://calendar.example/camille/office/", login: "camille", password: CALENDAR_PASSWORD, calendar: "", shows_busy: false });
    const state = await fake.calendarConnection();
    const read = fake.calendarConnection.bind(fake);
    fake.calendarConnection = () => Promise.resolve({ ...state, problem: "calendar-sign-in" });
    render(CalendarConnection);
    await settled();
    expect(screen.getByRole("alert").textContent).toContain("sign in anew here");
    expect(screen.getByRole("alert").textContent).not.toContain("tried again by itself");
    const value = (testid: string): string => screen.getByTestId<HTMLInputElement>(testid).value;
    expect([testids.calendarUrl, testids.calendarLogin, testids.calendarPassword].map(value)).toEqual(["https://calendar.example/camille/office/", "camille", ""]);
    await type(testids.calendarPassword, "wrong");
    await fireEvent.click(screen.getByTestId(testids.calendarConnect));
    await settled();
    expect(screen.getByTestId(testids.calendarState)).toBeDefined();
    expect(value(testids.calendarPassword)).toBe("wrong");
    await type(testids.calendarPassword, CALENDAR_PASSWORD);
    await fireEvent.click(screen.getByTestId(testids.calendarConnect));
    await settled();
    expect(screen.queryByTestId(testids.calendarPassword)).toBeNull();
    expect(screen.queryByRole("alert")).toBeNull();
    expect(await read()).toMatchObject({ connected: true, name: "Work", problem: null });
  });

  it("stays as it is until one of several was chosen, where it is signed in to anew by another address", async () => {
    await fake.connectCalendar({ url: "https://calendar.example/camille/home/", login: "camille", password: CALENDAR_PASSWORD, calendar: "", shows_busy: false });
    const state = await fake.calendarConnection();
    fake.calendarConnection = () => Promise.resolve({ ...state, problem: "calendar-not-found" });
    render(CalendarConnection);
    await settled();
    const connect = fake.connectCalendar.bind(fake);
    fake.connectCalendar = async (request) => ({ ...(await connect(request)), problem: request.calendar === "" ? "calendar-not-found" : null });
    await submit("https://calendar.example", CALENDAR_PASSWORD);
    expect(screen.getByTestId<HTMLSelectElement>(testids.calendarChoice).value).toBe("https://calendar.example/camille/home/");
    expect(toasts().map(({ text }) => text)).not.toContain("Home is connected");
    await fireEvent.click(screen.getByTestId(testids.calendarConnect));
    await settled();
    expect(toasts().at(-1)?.text).toBe("Home is connected");
  });

  it("forgets the choices of another address", async () => {
    render(CalendarConnection);
    await settled();
    await submit("https://calendar.example", CALENDAR_PASSWORD);
    await type(testids.calendarUrl, "https://elsewhere.example");
    expect(screen.queryByTestId(testids.calendarChoice)).toBeNull();
  });

  it("is not known without the server, and asked for again", async () => {
    fake.setSync({ state: "offline" });
    render(CalendarConnection);
    await settled();
    expect(document.body.textContent).toContain("cannot be reached");
    expect(screen.queryByTestId(testids.calendarConnect)).toBeNull();
    fake.setSync({ state: "up_to_date" });
    await fireEvent.click(screen.getByText("Try again"));
    await settled();
    expect(screen.getByTestId(testids.calendarConnect)).toBeDefined();
  });
});
