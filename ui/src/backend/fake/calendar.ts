// The calendar that the person keeps elsewhere, in memory: a server with two calendars, which takes one password.

import type { BusyRequest, BusyTime, CalendarConnection, ConnectCalendar } from "../online";
import { refusal } from "./store";

const NONE: CalendarConnection = { connected: false, url: null, name: null, login: null, in_step_at: null, problem: null, refused: null, shows_busy: false, busy_at: null, busy_problem: null, calendars: [] };
const THERE = [
  { url: "https://calendar.example/camille/office/", name: "Work" },
  { url: "https://calendar.example/camille/home/", name: "Home" },
];
/** Every other password is a wrong one. */
export const CALENDAR_PASSWORD = "app password";

/** The person's calendar, which the server knows and the window does not. */
export class Calendar {
  #state = NONE;
  /** When others are busy, as a test or a picture has it. */
  busyTimes: BusyTime[] = [];
  readonly #now: number;
  readonly #isOffline: () => boolean;

  constructor(now: number, isOffline: () => boolean) {
    this.#now = now;
    this.#isOffline = isOffline;
  }

  state(): CalendarConnection {
    if (this.#isOffline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
    return this.#state;
  }

  connect({ url, login, password, calendar, shows_busy }: ConnectCalendar): CalendarConnection {
    this.state();
    if (!/^https:/.test(url)) {
      throw refusal("calendar-address", "This is no address of a calendar that the server may use. It begins with https:// and is reached from the internet.");
    }
    if (password !== CALENDAR_PASSWORD) {
      throw refusal("calendar-sign-in", "The calendar's server does not take this name and password.");
    }
    const chosen = THERE.find((one) => one.url === calendar || one.url === url);
    if (!chosen) {
      return { ...this.#state, calendars: THERE };
    }
    this.#state = { ...NONE, ...chosen, connected: true, login, shows_busy };
    return this.#state;
  }

  compare(): CalendarConnection {
    this.state();
    this.#state = { ...this.#state, in_step_at: new Date(this.#now).toISOString(), problem: null };
    return this.show(this.#state.shows_busy);
  }

  show(shows: boolean): CalendarConnection {
    this.state();
    this.#state = { ...this.#state, shows_busy: shows, busy_at: shows ? this.#state.in_step_at : null };
    return this.#state;
  }

  busy({ members, from, until }: BusyRequest): BusyTime[] {
    this.state();
    return this.busyTimes.filter((time) => members.includes(time.member_id) && Date.parse(time.starts_at) < until && Date.parse(time.ends_at) > from);
  }

  disconnect(): CalendarConnection {
    this.state();
    this.#state = NONE;
    return this.#state;
  }
}
