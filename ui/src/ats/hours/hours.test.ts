import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { openBeforeEach } from "../../shared/testing/window";
import { createFields, draftOf, editsOf, newHoliday, problems, WEEKDAYS, withAnother, type Draft } from "./draft";
import { allHours, commonHours, entered, hoursOf, obstacle, usualHours, workTimes, type Hours, type HoursRow, type Person } from "./hours";

const utc = (text: string): number => Date.parse(`${text}Z`);
const HOUR_MS = 3_600_000;

/** Hours on weekdays from 9 to 12 and from 13 to 17. */
function hours(zone: string, more: Partial<Hours> = {}): Hours {
  const week = [1, 2, 3, 4, 5].flatMap((day) => [{ id: `${day}a`, begins: 540, minutes: 180 }, { id: `${day}b`, begins: 780, minutes: 240 }]);
  return { zone, week, buffer_before: 0, buffer_after: 0, most_a_day: null, holidays: [], deputy_id: null, deputy_from: null, deputy_until: null, ...more };
}

function row(id: string, member_id: string | null, fields: Hours, created_at = 0): HoursRow {
  return { id, kind: "working_hours", created_at, created_by: null, updated_at: 0, updated_by: null, deleted: false, pending: false, fields: { member_id, ...fields } };
}

function person(of: Hours, ...interviews: [string, number][]): Person {
  return { id: "ana", hours: of, interviews: interviews.map(([at, minutes]) => ({ starts_at: utc(at), minutes })) };
}

describe("whose hours count", () => {
  it("are one's own, or the workspace's, or the usual ones, and of several those that were made last", () => {
    expect(hoursOf([], "ana")).toEqual(usualHours());
    const christmas = { id: "x", starts_on: "2026-12-25", days: 1, label: "Christmas" };
    const common = row("1", null, hours("Europe/Paris", { holidays: [christmas] }));
    const own = row("2", "ana", hours("America/Toronto", { holidays: [{ id: "y", starts_on: "2026-12-01", days: 2, label: "" }] }));
    const rows = [common, own, row("3", "ana", hours("UTC"), -5), row("4", "bob", hours("UTC"))];
    expect(commonHours(rows).zone).toBe("Europe/Paris");
    expect(hoursOf(rows, "cleo")).toBe(common.fields);
    expect(entered(rows, "ana")).toBe(own);
    // Everybody is off when the workspace is.
    expect(hoursOf(rows, "ana").holidays.map(({ starts_on }) => starts_on)).toEqual(["2026-12-01", "2026-12-25"]);
    expect(entered([row("5", "ana", hours("UTC")), own], "ana")?.id).toBe("5");
  });
});

describe("the records of everybody", () => {
  let fake: FakeBackend;
  openBeforeEach((opened) => (fake = opened));

  it("hold the workspace's, however many people entered theirs after it", async () => {
    const theirs = Array.from({ length: 510 }, (_, at) => row(`of-${at}`, `member-${at}`, hours("UTC"), 1_000 + at));
    for (const each of [row("all", null, hours("Europe/Paris")), ...theirs]) {
      fake.tables.working_hours.set(each.id, each);
    }
    const { rows } = await allHours();
    expect(commonHours(rows).zone).toBe("Europe/Paris");
    expect(entered(rows, "member-509")?.id).toBe("of-509");
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });
});

describe("times of work", () => {
  it("are on the clock of the zone, and what touches is one", () => {
    const spans = workTimes(hours("America/Toronto"), utc("2026-11-27T12:00"), utc("2026-11-30T12:00"));
    expect(spans.map(({ from, until }) => [from, until])).toEqual(
      [["2026-11-27T14:00", "2026-11-27T17:00"], ["2026-11-27T18:00", "2026-11-27T22:00"], ["2026-11-30T14:00", "2026-11-30T17:00"], ["2026-11-30T18:00", "2026-11-30T22:00"]].map((pair) => pair.map((each) => utc(each))),
    );
    const night = hours("UTC", { week: [{ id: "5a", begins: 1320, minutes: 600 }, { id: "6a", begins: 0, minutes: 120 }, { id: "6b", begins: 60, minutes: 120 }] });
    expect(workTimes(night, utc("2026-11-27T12:00"), utc("2026-11-28T12:00"))).toEqual([{ from: utc("2026-11-27T22:00"), until: utc("2026-11-28T03:00") }]);
    // What holds no time, and a day that no week has, is none.
    expect(workTimes(hours("UTC", { week: [{ id: "5a", begins: 540, minutes: 0 }, { id: "9a", begins: 540, minutes: 60 }] }), utc("2026-11-27T12:00"), utc("2026-11-27T12:00"))).toEqual([]);
  });

  it("keep to the clock on days on which it is put forward or back", () => {
    const all = hours("Europe/Paris", { week: [{ id: "7a", begins: 0, minutes: 1440 }, { id: "1a", begins: 540, minutes: 60 }] });
    const [spring] = workTimes(all, utc("2026-03-29T12:00"), utc("2026-03-29T12:00"));
    const [autumn] = workTimes(all, utc("2026-10-25T12:00"), utc("2026-10-25T12:00"));
    expect([spring, autumn].map((span) => ((span?.until ?? 0) - (span?.from ?? 0)) / HOUR_MS)).toEqual([23, 25]);
    for (const [monday, begins] of [["2026-03-23T12:00", "2026-03-23T08:00"], ["2026-03-30T12:00", "2026-03-30T07:00"], ["2026-10-26T12:00", "2026-10-26T08:00"]] as const) {
      expect(workTimes(all, utc(monday), utc(monday))[0]?.from).toBe(utc(begins));
    }
    // A time that begins in the hour that is left out, and one that is all in it.
    const gap = (begins: number, minutes: number) => workTimes(hours("Europe/Paris", { week: [{ id: "7a", begins, minutes }] }), utc("2026-03-29T12:00"), utc("2026-03-29T12:00"));
    expect(gap(120, 120)).toEqual([{ from: utc("2026-03-29T01:00"), until: utc("2026-03-29T02:00") }]);
    expect(gap(120, 60)).toEqual([]);
  });
});

describe("what stands against a time", () => {
  const at = (of: Person, time: string, minutes = 60) => obstacle(of, utc(time), minutes)?.kind ?? null;

  it("is said by the clock of whom it is about", () => {
    const paris = person(hours("Europe/Paris"));
    for (const [time, kind] of [
      ["2026-11-27T08:00", null], ["2026-11-27T07:30", "before"], ["2026-11-27T10:30", "break"], ["2026-11-27T11:00", "break"], ["2026-11-27T15:00", null], ["2026-11-27T15:30", "after"],
      ["2026-11-28T10:00", "no_work"], ["2026-11-27T23:30", "no_work"],
    ] as const) {
      expect(at(paris, time), time).toBe(kind);
    }
    expect(obstacle(person(hours("America/Toronto")), utc("2026-11-27T08:00"), 60)).toEqual({ kind: "before", at: utc("2026-11-27T14:00") });
    expect(obstacle(paris, utc("2026-11-27T16:00"), 60)).toEqual({ kind: "after", at: utc("2026-11-27T16:00") });
  });

  it("is a day off on the calendar of whom it is about", () => {
    const away = person(hours("Asia/Tokyo", { holidays: [{ id: "a", starts_on: "2026-11-26", days: 2, label: "Trip" }, { id: "b", starts_on: "", days: 3, label: "" }, { id: "c", starts_on: "2026-11-30", days: 0, label: "" }] }));
    // The 27th in Tokyo begins at 15:00 UTC on the 26th.
    expect([at(away, "2026-11-25T01:00"), at(away, "2026-11-26T01:00"), at(away, "2026-11-27T07:00"), at(away, "2026-11-30T01:00")]).toEqual([null, "holiday", "holiday", null]);
    expect(obstacle(away, utc("2026-11-27T01:00"), 60)).toEqual({ kind: "holiday", label: "Trip" });
  });

  it("is another interview, and what is kept free around each", () => {
    const busy = person(hours("UTC", { week: [{ id: "5a", begins: 0, minutes: 1440 }], buffer_before: 10, buffer_after: 5 }), ["2026-11-27T10:00", 60]);
    for (const [time, kind] of [
      ["2026-11-27T10:30", "taken"], ["2026-11-27T09:30", "taken"], ["2026-11-27T11:00", "buffer"], ["2026-11-27T11:14", "buffer"], ["2026-11-27T11:15", null],
      ["2026-11-27T09:00", "buffer"], ["2026-11-27T08:46", "buffer"], ["2026-11-27T08:45", null],
    ] as const) {
      expect(at(busy, time), time).toBe(kind);
    }
    const nothing = person(hours("UTC"), ["2026-11-27T10:00", 60]);
    expect([at(nothing, "2026-11-27T11:00"), at(nothing, "2026-11-27T09:00")]).toEqual([null, null]);
    // Nobody is told of a buffer at night.
    expect(at({ ...busy, hours: hours("UTC", { buffer_after: 30 }) }, "2026-11-28T10:00")).toBe("no_work");
  });

  it("is that there are as many on that day as somebody takes, by their own calendar", () => {
    const most = (zone: string) => person(hours(zone, { week: [1, 2, 3, 4, 5].map((day) => ({ id: `${day}a`, begins: 0, minutes: 1440 })), most_a_day: 1 }), ["2026-11-26T23:30", 30]);
    expect(at(most("UTC"), "2026-11-27T10:00")).toBeNull();
    expect(at(most("UTC"), "2026-11-26T10:00")).toBe("full");
    expect(at(most("Europe/Paris"), "2026-11-27T10:00")).toBe("full");
    expect(at(most("Europe/Paris"), "2026-11-26T10:00")).toBeNull();
  });
});

describe("hours as they are typed", () => {
  const typed = (): Draft => draftOf(hours("UTC", { holidays: [{ id: "a", starts_on: "2026-12-24", days: 3, label: "Trip" }] }));

  it("become what they were", () => {
    const before = hours("Europe/Paris", {
      week: [{ id: "1a", begins: 0, minutes: 1440 }, { id: "5b", begins: 1380, minutes: 60 }], buffer_before: 5, most_a_day: 3,
      holidays: [{ id: "a", starts_on: "2026-12-24", days: 3, label: "Trip" }],
    });
    const draft = draftOf(before);
    expect(draft.week.map((times) => times.map(({ begins, ends }) => `${begins}-${ends}`).join())).toEqual(["00:00-00:00", "", "", "", "23:00-00:00", "", ""]);
    expect(draft.holidays).toEqual([{ id: "a", first: "2026-12-24", last: "2026-12-26", label: "Trip" }]);
    expect(problems(draft)).toEqual({});
    // The only time of a day is its first.
    expect(createFields(draft, "ana")).toEqual({ ...before, member_id: "ana", week: [before.week[0], { id: "5a", begins: 1380, minutes: 60 }] });
    const usual = hours("UTC");
    expect(editsOf(usual, draftOf(usual))).toEqual([]);
    expect(draftOf(usualHours()).week).toHaveLength(WEEKDAYS.length);
  });

  it("become edits of what was changed alone", () => {
    const before = hours("UTC");
    const draft = draftOf(before);
    draft.week[0] = [{ begins: "09:00", ends: "12:30" }];
    draft.buffer_after = 10;
    draft.holidays.push({ id: "n", first: "2026-12-24", last: "2026-12-24", label: " Trip " });
    expect(editsOf(before, draft)).toEqual([
      { op: "set", field: "buffer_after", value: 10 },
      { op: "item_put", field: "week", item: "1a", after: null, values: { minutes: 210 } },
      { op: "item_remove", field: "week", item: "1b" },
      { op: "item_put", field: "holidays", item: "n", after: "", values: { starts_on: "2026-12-24", days: 1, label: "Trip" } },
    ]);
  });

  it("have a break at noon where a second time is added", () => {
    const added = (begins: string, ends: string): string[] => withAnother([{ begins, ends }]).map((time) => `${time.begins}-${time.ends}`);
    expect(withAnother([])).toEqual([{ begins: "09:00", ends: "17:00" }]);
    expect([added("08:30", "16:00"), added("08:00", "12:00"), added("14:00", "22:00")]).toEqual([["08:30-12:00", "13:00-16:00"], ["08:00-12:00", "-"], ["14:00-22:00", "-"]]);
  });

  it("say what is wrong with them", () => {
    const wrong = (change: (draft: Draft) => void): string[] => {
      const draft = typed();
      change(draft);
      return Object.keys(problems(draft));
    };
    expect(wrong((draft) => (draft.zone = "Europe/Nowhere"))).toEqual(["zone"]);
    for (const [begins, ends] of [["12:00", "09:00"], ["09:00", "09:00"], ["", "10:00"], ["09:00", "24:30"]] as const) {
      expect(wrong((draft) => (draft.week[2] = [{ begins, ends }])), `${begins}-${ends}`).toEqual(["day-3"]);
    }
    for (const minutes of [-1, 121, 1.5, null]) {
      expect(wrong((draft) => (draft.buffer_before = minutes)), String(minutes)).toEqual(["buffer_before"]);
    }
    expect([wrong((draft) => (draft.most_a_day = 0)), wrong((draft) => (draft.most_a_day = null))]).toEqual([["most_a_day"], []]);
    for (const [first, last] of [["2026-12-24", "2026-12-23"], ["2026-12-24", "2027-12-25"], ["", "2026-12-24"]] as const) {
      expect(wrong((draft) => (draft.holidays = [{ id: "a", first, last, label: "" }])), `${first} ${last}`).toEqual(["a"]);
    }
    expect(problems({ ...typed(), holidays: [newHoliday("2026-12-24")] })).toEqual({});
  });
});

describe("a deputy", () => {
  it("is named from one day until another, and is gone with the name", () => {
    const before = hours("UTC", { deputy_id: "bob", deputy_from: "2026-12-01", deputy_until: "2026-12-05" });
    const draft = draftOf(before);
    expect(problems(draft)).toEqual({});
    expect(editsOf(before, draft)).toEqual([]);
    expect(problems({ ...draft, deputy_until: "2026-11-30" })).toEqual({ deputy_until: "hours.deputy_invalid" });
    expect(problems({ ...draft, deputy_from: "" })).toEqual({ deputy_until: "hours.deputy_invalid" });
    expect(editsOf(before, { ...draft, deputy_id: "" })).toEqual([
      { op: "set", field: "deputy_id", value: null },
      { op: "set", field: "deputy_from", value: null },
      { op: "set", field: "deputy_until", value: null },
    ]);
  });
});
