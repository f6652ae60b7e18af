import { describe, expect, it } from "vitest";
import { blankInterview } from "../../backend/fake/blank";
import type { Row } from "../../backend/types";
import type { Interview } from "../../gen/records";
import { obstacle, takenBy, usualHours, type Hours } from "../hours/hours";
import { byDay, chosenOne, clock, createFields, decliners, draftOf, editsOf, freeTimes, instant, isAhead, isAnyway, isUnsettled, keepsTime, newDraft, offeredBy, panelOf, problems, spreadTimes, stepsFrom, wished, type Panel } from "./plan";

const HOUR_MS = 3_600_000;
/** A Friday, 10:00 on this machine's clock. */
const FRIDAY = new Date(2026, 10, 27, 10).getTime();

function interview(id: string, starts_at: number, interviewer_ids: string[], status = "scheduled"): Row<"interviews"> {
  const fields: Interview = {
    ...blankInterview(), candidate_id: "c", application_id: "a", job_id: "j", kind: "video", title: "", status, starts_at, minutes: 60, time_zone: "UTC", interviewer_ids,
  };
  return { id, kind: "interviews", created_at: 0, created_by: null, updated_at: 0, updated_by: null, deleted: false, pending: false, fields };
}

/** A panel of one person who is in these interviews, at the usual hours or others. */
function panel(busy: { starts_at: number; minutes: number }[], hours: Partial<Hours> = {}): Panel {
  return { people: [{ id: "ada", hours: { ...usualHours(), ...hours }, interviews: busy }], candidate: [], anyOf: [] };
}

describe("the clock", () => {
  it("reads what it writes, and takes no day or hour that there is not", () => {
    const { day, time } = clock(FRIDAY);
    expect([day, time]).toEqual(["2026-11-27", "10:00"]);
    expect(instant(day, time)).toBe(FRIDAY);
    for (const [wrongDay, wrongTime] of [["2026-02-30", "10:00"], ["2026-11-27", "24:30"], ["27.11.2026", "10:00"], ["2026-11-27", "10"], ["", ""]]) {
      expect(instant(wrongDay ?? "", wrongTime ?? ""), `${wrongDay} ${wrongTime}`).toBeNull();
    }
  });
});

describe("free times", () => {
  const monday = new Date(2026, 10, 30, 9).getTime();

  it("begin on the next working day, within working hours, around what is planned", () => {
    expect(freeTimes(panel([]), 60, FRIDAY, 2)).toEqual([monday, monday + HOUR_MS / 2]);
    const busy = [interview("1", monday, []).fields, interview("2", monday + 2 * HOUR_MS, []).fields];
    expect(freeTimes(panel(busy), 60, FRIDAY, 2)).toEqual([monday + HOUR_MS, monday + 3 * HOUR_MS]);
    const all = freeTimes(panel([]), 60, FRIDAY, 1_000).map((at) => new Date(at));
    expect(all.length).toBeGreaterThan(200);
    expect(all.every((at) => at.getDay() % 6 !== 0 && at.getHours() >= 9 && at.getHours() < 17)).toBe(true);
    expect(freeTimes(panel([{ starts_at: 0, minutes: 1e9 }]), 60, FRIDAY, 5)).toEqual([]);
    expect(freeTimes({ people: [], candidate: [], anyOf: [] }, 60, FRIDAY, 1)).toEqual([monday]);
    // Somebody else is in the room.
    const inRoom = [{ ...interview("1", monday, ["cleo"]).fields, room_id: "laurier" }, { ...interview("2", monday + HOUR_MS, ["cleo"]).fields, room_id: "other" }];
    const rows = inRoom.map((fields, at) => ({ ...interview(String(at), 0, []), fields }));
    const chosen = panelOf({ ...newDraft("a", ["ada"], FRIDAY), room_id: "laurier" }, "nobody", null, [], rows, [], FRIDAY);
    expect(freeTimes(chosen, 60, FRIDAY, 1)).toEqual([monday + HOUR_MS]);
    expect(freeTimes(panel([], { week: [] }), 60, FRIDAY, 5)).toEqual([]);
  });

  it("are where everybody works on their own clocks, and the candidate is in no other interview", () => {
    const at = (text: string): number => Date.parse(`${text}Z`);
    const nine = (zone: string) => ({ id: zone, hours: { ...usualHours(), zone }, interviews: [] });
    const both = { people: [nine("Europe/Paris"), nine("America/Toronto")], candidate: [], anyOf: [] };
    // From 9 in Toronto, which is 15 in Paris, to 17 there.
    const days = ["2026-11-30", "2026-12-01", "2026-12-02"];
    const expected = days.flatMap((day) => ["14:00", "14:30", "15:00"].map((time) => at(`${day}T${time}`)));
    expect(freeTimes(both, 60, at("2026-11-27T10:00"), expected.length)).toEqual(expected);
    const met = { ...both, candidate: [interview("1", at("2026-11-30T14:30"), ["cleo"])] };
    expect(freeTimes(met, 60, at("2026-11-27T10:00"), 1)).toEqual([at("2026-12-01T14:00")]);
    expect(freeTimes({ people: [nine("Europe/Paris"), nine("Pacific/Auckland")], candidate: [], anyOf: [] }, 60, at("2026-11-27T10:00"), 5)).toEqual([]);
    // Between the two days in March on which Toronto and Paris are put forward there is an hour more.
    const march = freeTimes(both, 60, at("2026-03-05T10:00"), 1_000).map((ms) => new Date(ms).toISOString().slice(0, 16));
    const of = (day: string): string[] => march.filter((each) => each.startsWith(day)).map((each) => each.slice(11));
    expect([of("2026-03-06"), of("2026-03-09"), of("2026-03-23")]).toEqual([["14:00", "14:30", "15:00"], ["13:00", "13:30", "14:00", "14:30", "15:00"], ["13:00", "13:30", "14:00", "14:30", "15:00"]]);
  });

  it("are exactly those half hours against which nothing stands", () => {
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const zones = ["UTC", "Europe/Paris", "America/Toronto", "Asia/Kathmandu"];
    for (let round = 0; round < 12; round += 1) {
      const someone = (id: string) => ({
        id,
        hours: {
          zone: zones[next(zones.length)] ?? "UTC", buffer_before: next(3) * 10, buffer_after: next(3) * 10, most_a_day: next(2) === 0 ? null : 1 + next(3),
          week: Array.from({ length: 7 }, (_, day) => ({ id: `${day + 1}a`, begins: next(20) * 60, minutes: next(14) * 60 })),
          holidays: [{ id: "h", starts_on: clock(FRIDAY + next(20) * 24 * HOUR_MS).day, days: next(4), label: "" }],
          deputy_id: null, deputy_from: null, deputy_until: null,
        },
        interviews: Array.from({ length: next(20) }, () => ({ starts_at: FRIDAY + next(1_000) * HOUR_MS / 2, minutes: 15 + next(90) })),
      });
      const people = [someone("ada"), someone("bob")].slice(0, 1 + next(2));
      const candidate = [interview("c", FRIDAY + next(1_000) * HOUR_MS / 2, [])];
      const minutes = 30 + next(4) * 15;
      const expected: number[] = [];
      const tomorrow = new Date(2026, 10, 28).getTime();
      for (let at = tomorrow; at < new Date(2026, 10, 28 + 21).getTime(); at += HOUR_MS / 2) {
        const free = !takenBy(candidate.map(({ fields }) => fields), at, minutes) && people.every((person) => obstacle(person, at, minutes) === null);
        expected.push(...(free ? [at] : []));
      }
      expect(freeTimes({ people, candidate, anyOf: [] }, minutes, FRIDAY, 10_000), `round ${round}`).toEqual(expected);
    }
  });
});

describe("any one of several people", () => {
  const monday = new Date(2026, 10, 30, 9).getTime();
  const someone = (id: string, recent: number, busy: number[] = []) => ({ id, hours: usualHours(), recent, interviews: busy.map((starts_at) => ({ starts_at, minutes: 60 })) });

  it("makes a time free at which one of them is", () => {
    const several = { ...panel([]), people: [], anyOf: [someone("bob", 0, [monday]), someone("cleo", 0, [monday, monday + HOUR_MS])] };
    expect(freeTimes(several, 60, FRIDAY, 1)).toEqual([monday + HOUR_MS]);
    // Beside somebody who interviews in any case, and around the candidate.
    const beside = { ...several, people: panel([{ starts_at: monday + HOUR_MS, minutes: 60 }]).people, candidate: [interview("c", monday + 2 * HOUR_MS, [])] };
    expect(freeTimes(beside, 60, FRIDAY, 1)).toEqual([monday + 3 * HOUR_MS]);
    expect([isAnyway(several, monday, 60), isAnyway(several, monday + HOUR_MS, 60), isAnyway(several, monday - HOUR_MS, 60)]).toEqual([true, false, true]);
  });

  it("is who had the fewest interviews, and whoever it is already as long as they are free", () => {
    const several = { ...panel([]), anyOf: [someone("bob", 4), someone("cleo", 1), someone("dee", 1, [monday])] };
    const one = (at: number, present: string[] = []): string | undefined => chosenOne(several, at, 60, present)?.id;
    expect([one(monday), one(monday, ["bob"]), one(monday, ["dee", "ada"]), one(monday - HOUR_MS)]).toEqual(["cleo", "bob", "cleo", undefined]);
  });

  it("stays who it is where the time is kept, whatever stands against it", () => {
    const several = { ...panel([]), anyOf: [someone("bob", 4, [monday]), someone("cleo", 1), someone("dee", 0, [monday - HOUR_MS])] };
    const one = (at: number, present: string[], kept: boolean): string | undefined => chosenOne(several, at, 60, present, kept)?.id;
    // Before anybody's hours, and at a time that is taken.
    expect([one(monday - HOUR_MS, ["bob"], true), one(monday, ["bob"], true)]).toEqual(["bob", "bob"]);
    expect([one(monday - HOUR_MS, ["bob"], false), one(monday, ["bob"], false)]).toEqual([undefined, "dee"]);
    // Nobody of them interviews yet: whoever is in no other interview.
    expect(one(monday - HOUR_MS, ["ada"], true)).toBe("cleo");
    const planned = { ...interview("1", monday - HOUR_MS, ["ada", "bob"]).fields, any_of_ids: ["bob", "cleo"] };
    const draft = { ...draftOf(planned), title: "Second talk" };
    const asked = { ...draft, asks: true, offered: [monday] };
    expect([keepsTime(planned, draft), keepsTime(planned, { ...draft, time: "09:30" }), keepsTime(planned, { ...draft, minutes: 30 }), keepsTime(planned, asked), keepsTime(null, draft)]).toEqual([true, false, false, false, false]);
    expect(keepsTime({ ...planned, status: "proposed" }, draft)).toBe(false);
    expect(editsOf(planned, draft, { one: one(planned.starts_at, planned.interviewer_ids, true) ?? null })).toEqual([{ op: "set", field: "title", value: "Second talk" }]);
  });

  it("counts what took somebody's time in the last 30 days and what is ahead", () => {
    const day = 24 * HOUR_MS;
    const held = [
      interview("1", FRIDAY - 29 * day, ["ada"], "completed"), interview("2", FRIDAY - 31 * day, ["ada"], "completed"), interview("3", FRIDAY - day, ["ada"], "no_show"),
      interview("4", FRIDAY + 40 * day, ["ada", "bob"]), interview("5", FRIDAY + day, ["ada"], "cancelled"), interview("6", FRIDAY + day, ["ada"]),
    ];
    const draft = { ...newDraft("a", ["cleo"], FRIDAY), any_of_ids: ["ada", "bob", "cleo"] };
    const { people, anyOf } = panelOf(draft, "c", "6", [], held, [], FRIDAY);
    expect(people.map(({ id }) => id)).toEqual(["cleo"]);
    // Who interviews in any case is none of those of whom one is enough.
    expect(anyOf.map(({ id, recent, interviews }) => [id, recent, interviews.length])).toEqual([["ada", 3, 1], ["bob", 1, 1]]);
  });

  it("is written beside the others, and a reschedule does not double", () => {
    const application = { id: "a", fields: { candidate_id: "c", job_id: "j" } };
    const draft = { ...newDraft("a", ["ada"], FRIDAY), any_of_ids: ["bob", "cleo"] };
    expect(createFields(draft, application, { one: "bob" })).toMatchObject({ interviewer_ids: ["ada", "bob"], any_of_ids: ["bob", "cleo"] });
    const offered = { ...draft, asks: true, offered: [monday, monday + HOUR_MS] };
    expect(createFields(offered, application, { one: null, anyway: [monday] })).toMatchObject({ interviewer_ids: ["ada"], offered_anyway: [String(monday)] });
    expect(problems({ ...draft, interviewer_ids: [] }, FRIDAY)).toEqual({});
    const planned = { ...interview("1", FRIDAY, ["ada", "bob"]).fields, any_of_ids: ["bob", "cleo"] };
    expect(draftOf(planned)).toMatchObject({ interviewer_ids: ["ada"], any_of_ids: ["bob", "cleo"] });
    expect(editsOf(planned, draftOf(planned), { one: "bob" })).toEqual([]);
    const moved = editsOf(planned, { ...draftOf(planned), time: "11:30" }, { one: "cleo" });
    expect(moved).toEqual([
      { op: "set", field: "starts_at", value: FRIDAY + 1.5 * HOUR_MS },
      { op: "add", field: "interviewer_ids", value: "cleo" },
      { op: "remove", field: "interviewer_ids", value: "bob" },
    ]);
    // While the candidate chooses it is nobody yet.
    expect(editsOf(planned, { ...draftOf(planned), asks: true, offered: [monday] })).toContainEqual({ op: "remove", field: "interviewer_ids", value: "bob" });
  });
});

describe("what is to be settled", () => {
  it("is a wish or a no about the time that the interview has, as long as that is ahead", () => {
    const wanted = { ...interview("1", FRIDAY, ["ada"]).fields, wish: " Later ", wish_of: FRIDAY, declined: ["ada"], declined_of: FRIDAY };
    expect([wished(wanted), decliners(wanted), isUnsettled(wanted, FRIDAY - 1), isUnsettled(wanted, FRIDAY)]).toEqual(["Later", ["ada"], true, false]);
    const moved = { ...wanted, starts_at: FRIDAY + HOUR_MS };
    expect([wished(moved), decliners(moved), isUnsettled(moved, FRIDAY)]).toEqual([null, [], false]);
    expect(decliners({ ...wanted, interviewer_ids: ["bob"], declined: ["ada", "c"] })).toEqual(["c"]);
    const off = { ...wanted, status: "cancelled" };
    expect([wished(off), decliners(off), isUnsettled(off, FRIDAY - 1)]).toEqual([null, [], false]);
  });
});

describe("times to choose from", () => {
  it("are spread over days, the morning and the afternoon, and around what is planned", () => {
    const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();
    const monday = { starts_at: at(30, 9), minutes: 8 * 60 };
    expect(spreadTimes(panel([monday]), 60, FRIDAY)).toEqual([at(31, 9), at(31, 13), at(32, 9), at(32, 13), at(33, 9), at(33, 13), at(34, 9), at(34, 13)]);
    // What takes more than the morning leaves no second time on the day.
    expect(spreadTimes(panel([]), 300, FRIDAY).slice(0, 2)).toEqual([at(30, 9), at(31, 9)]);
  });

  it("make a proposal, become edits by time, and are gone once a time is set", () => {
    const draft = { ...newDraft("a", ["ada"], FRIDAY), asks: true };
    expect(problems(draft, FRIDAY)).toEqual({ offered_times: "interview.times_needed" });
    expect(problems({ ...draft, offered: [FRIDAY] }, FRIDAY)).toHaveProperty("offered_times");
    const offered = [FRIDAY + HOUR_MS, FRIDAY + 3 * HOUR_MS];
    expect(problems({ ...draft, day: "", offered }, FRIDAY)).toEqual({});
    const made = createFields({ ...draft, offered }, { id: "a", fields: { candidate_id: "c", job_id: "j" } });
    expect(made).toMatchObject({ status: "proposed", starts_at: offered[0], offered_times: offered.map(String) });

    const proposed = { ...interview("1", FRIDAY + HOUR_MS, ["ada"], "proposed").fields, offered_times: offered.map(String) };
    expect(editsOf(proposed, draftOf(proposed))).toEqual([]);
    expect(editsOf(proposed, { ...draftOf(proposed), offered: [FRIDAY + 3 * HOUR_MS, FRIDAY + 5 * HOUR_MS] })).toEqual([
      { op: "add", field: "offered_times", value: String(FRIDAY + 5 * HOUR_MS) },
      { op: "remove", field: "offered_times", value: String(FRIDAY + HOUR_MS) },
    ]);
    const fixed = editsOf(proposed, { ...draftOf(proposed), asks: false, ...clock(FRIDAY + 2 * HOUR_MS) });
    expect(fixed).toEqual([
      { op: "set", field: "starts_at", value: FRIDAY + 2 * HOUR_MS },
      { op: "set", field: "status", value: "scheduled" },
    ]);
    const scheduled = interview("2", FRIDAY, ["ada"], "confirmed").fields;
    expect(editsOf(scheduled, { ...draftOf(scheduled), asks: true, offered: [FRIDAY + HOUR_MS] })).toEqual([
      { op: "set", field: "status", value: "proposed" },
      { op: "add", field: "offered_times", value: String(FRIDAY + HOUR_MS) },
    ]);
    // What was offered the last time is not offered again by itself.
    expect(draftOf({ ...scheduled, offered_times: [String(FRIDAY)] }).offered).toEqual([]);
    expect(offeredBy({ offered_times: ["30", "x", "7", "-1", "1e400"] })).toEqual([7, 30]);
    expect(isAhead(proposed, FRIDAY + 9 * HOUR_MS)).toBe(true);
  });
});

describe("a plan", () => {
  it("says what is missing, and what an interview with somebody at the same time is", () => {
    const draft = { ...newDraft("a", [], FRIDAY), minutes: 3, meeting_url: "zoom.example", day: "x" };
    expect(Object.keys(problems(draft, FRIDAY)).sort()).toEqual(["interviewer_ids", "meeting_url", "minutes", "starts_at"]);
    const good = { ...newDraft("a", ["ada", "bob"], FRIDAY), ...clock(FRIDAY) };
    expect(problems(good, FRIDAY)).toEqual({});
    const others = [
      interview("before", FRIDAY - HOUR_MS, ["ada"]), interview("in it", FRIDAY + HOUR_MS / 2, ["ada", "cleo"]), interview("after", FRIDAY + HOUR_MS, ["bob"]),
      interview("off", FRIDAY, ["ada"], "cancelled"), interview("others", FRIDAY, ["cleo"]), interview("itself", FRIDAY, ["ada"]),
    ];
    const { people, candidate } = panelOf(good, "c", "itself", [], others);
    expect(people.map((person) => [person.id, obstacle(person, FRIDAY, 60)])).toEqual([["ada", { kind: "taken", interview: others[1]?.fields }], ["bob", null]]);
    expect(candidate.map(({ id }) => id)).toEqual(["before", "in it", "after", "others"]);
    expect(panelOf(good, "of another", "itself", [], others).candidate).toEqual([]);
  });

  it("knows when somebody is busy by a calendar of their own, and proposes other times", () => {
    const at = (hours: number): string => new Date(FRIDAY + hours * HOUR_MS).toISOString();
    const busy = [{ member_id: "ada", starts_at: at(0), ends_at: at(0.75) }, { member_id: "cleo", starts_at: at(1), ends_at: at(2) }];
    const panel = panelOf({ ...newDraft("a", ["ada", "bob"], FRIDAY), ...clock(FRIDAY) }, "c", null, [], [], busy);
    expect(panel.people.map((person) => obstacle(person, FRIDAY, 60))).toEqual([{ kind: "busy", interview: { starts_at: FRIDAY, minutes: 45 } }, null]);
    expect(panel.people.map((person) => obstacle(person, FRIDAY + HOUR_MS, 60))).toEqual([null, null]);
    const free = freeTimes(panel, 60, FRIDAY - 24 * HOUR_MS, 200);
    expect(free).not.toContain(FRIDAY);
    expect(free).toContain(FRIDAY + HOUR_MS);
  });

  it("becomes a record, and only what changed becomes an edit", () => {
    const before = interview("1", FRIDAY, ["ada", "bob"]).fields;
    expect(editsOf(before, draftOf(before))).toEqual([]);
    const moved = { ...draftOf(before), time: "11:30", interviewer_ids: ["bob", "cleo"], briefing: "Ask about Rust" };
    expect(editsOf(before, moved)).toEqual([
      { op: "set", field: "starts_at", value: FRIDAY + 1.5 * HOUR_MS },
      { op: "text", field: "briefing", value: "Ask about Rust" },
      { op: "add", field: "interviewer_ids", value: "cleo" },
      { op: "remove", field: "interviewer_ids", value: "ada" },
    ]);
    const application = { id: "a", fields: { candidate_id: "c", job_id: "j" } };
    expect(createFields(draftOf(before), application)).toMatchObject({ candidate_id: "c", job_id: "j", application_id: "a", starts_at: FRIDAY, minutes: 60 });
  });

  it("stays off once it was called off", () => {
    expect(stepsFrom("cancelled")).toEqual([]);
    expect(stepsFrom("scheduled")).toContain("completed");
  });

  it("is listed by day, in order", () => {
    const entries = [FRIDAY + HOUR_MS, FRIDAY + 26 * HOUR_MS, FRIDAY].map((at, index) => ({ interview: interview(String(index), at, []) }));
    expect(byDay(entries).map(({ day, entries: each }) => [day, each.map((entry) => entry.interview.id)])).toEqual([["2026-11-27", ["2", "0"]], ["2026-11-28", ["1"]]]);
  });
});
