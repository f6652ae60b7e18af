// The window's rule of hours, held to the table of cases that the server's is held to as well.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { obstacle, oneOf, type Hours, type Obstacle, type Planned } from "./hours";

type Time = [string, number];
interface Said {
  zone: string;
  days: string;
  times: [number, number][];
  holidays?: [string, number, string][];
  buffer_before?: number;
  buffer_after?: number;
  most_a_day?: number;
}
interface Cases {
  hours: { [name: string]: Said };
  obstacles: { name: string; hours: string; interviews: Time[]; busy?: Time[]; times: [string, number, string | null, string?][] }[];
  picks: { name: string; at: Time; people: { hours: string; recent: number; interviews?: Time[]; busy?: Time[] }[]; picks: number | null }[];
}

const cases = JSON.parse(readFileSync("../shared/tests/cases/hours.json", "utf8")) as Cases;
const utc = (text: string): number => Date.parse(`${text}Z`);
const planned = ([at, minutes]: Time): Planned => ({ starts_at: utc(at), minutes });

function hours(name: string): Hours {
  const said = cases.hours[name] as Said;
  const week = [...said.days].flatMap((day) => said.times.map(([begins, minutes], at) => ({ id: `${day}${"ab"[at]}`, begins, minutes })));
  const holidays = (said.holidays ?? []).map(([starts_on, days, label], at) => ({ id: String(at), starts_on, days, label }));
  return { zone: said.zone, week, holidays, buffer_before: said.buffer_before ?? 0, buffer_after: said.buffer_after ?? 0, most_a_day: said.most_a_day ?? null, deputy_id: null, deputy_from: null, deputy_until: null };
}

/** The instant of which an obstacle speaks. */
function instantOf(found: Obstacle): number | undefined {
  switch (found.kind) {
    case "taken":
    case "buffer":
    case "busy":
      return found.interview.starts_at;
    case "before":
    case "after":
      return found.at;
    default:
      return undefined;
  }
}

describe("the table of cases", () => {
  for (const { name, hours: of, interviews, busy, times } of cases.obstacles) {
    it(`says what stands against a time: ${name}`, () => {
      const person = { id: "ana", hours: hours(of), interviews: interviews.map(planned), busy: (busy ?? []).map(planned) };
      for (const [at, minutes, kind, instant] of times) {
        const found = obstacle(person, utc(at), minutes);
        expect([found?.kind ?? null, found ? instantOf(found) : undefined], at).toEqual([kind, instant === undefined ? undefined : utc(instant)]);
      }
    });
  }

  for (const { name, at, people, picks } of cases.picks) {
    it(`says who of several is picked: ${name}`, () => {
      const all = people.map((each, index) => ({ id: `member-${index}`, hours: hours(each.hours), interviews: (each.interviews ?? []).map(planned), busy: (each.busy ?? []).map(planned), recent: each.recent }));
      const wanted = picks === null ? null : `member-${picks}`;
      expect(oneOf(all, utc(at[0]), at[1])?.id ?? null).toBe(wanted);
      expect(oneOf(all.toReversed(), utc(at[0]), at[1])?.id ?? null).toBe(wanted);
    });
  }
});
