// The calendar that the person keeps elsewhere, in memory: a server with two calendars, which takes one password.

import type { CalendarConnection, ConnectCalendar } from "../online";
import { refusal } from "./store";

const NONE: CalendarConnection = { connected: false, url: null, name: null, login: null, in_step_at: null, problem: null, refused: null, calendars: [] };
const THERE = [
  { url: "https://calendar.example/camille/office/", name: "Work" },
  { url: "https://calendar.example/camille/home/", name: "Home" },
];
/** Every other password is a wrong one. */
export const CALENDAR_PASSWORD = "app password";

/** The person's calendar, which the server knows and the window does not. */
export class Calendar {
  #state = NONE;
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

  connect({ url, login, password, calendar }: ConnectCalendar): CalendarConnection {
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
    this.#state = { ...NONE, ...chosen, connected: true, login };
    return this.#state;
  }

  compare(): CalendarConnection {
    this.state();
    this.#state = { ...this.#state, in_step_at: new Date(this.#now).toISOString(), problem: null };
    return this.#state;
  }

  disconnect(): CalendarConnection {
    this.state();
    this.#state = NONE;
    return this.#state;
  }
}
