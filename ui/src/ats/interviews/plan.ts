// Planning an interview: what is typed, how it becomes a record, when people are free, and what time it is elsewhere.

import type { BusyTime } from "../../backend/online";
import type { FieldEdit, Row } from "../../backend/types";
import { INTERVIEW_STEPS, MINUTES_MAX, MINUTES_MIN } from "../../gen/interview_states";
import type { Interview } from "../../gen/records";
import { DAY_MS, localDay } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { setEdits } from "../../shared/items";
import { ownZone } from "../../shared/zone";
import { COUNTED_MS, endOf, hoursOf, joined, obstacle, oneOf, oneUnbooked, takenBy, usualHours, workTimes, type HoursRow, type OneOfSeveral, type Person, type Planned } from "../hours/hours";

const MINUTE_MS = 60_000;
/** Times are proposed at every half hour of the planner's clock. */
const SLOT_MS = 30 * MINUTE_MS;
/** From which hour on a time is another part of the day. */
const AFTERNOON = 13;
/** Days on which times are offered. */
const OFFERED_DAYS = 4;
/** Times that a candidate can be asked about. */
export const OFFERED_MAX = 20;
/** Days ahead in which times are proposed. */
const HORIZON_DAYS = 21;
/** Characters of a title. */
export const TITLE_MAX = 200;
/** What kinds of conversation there are, the usual ones first. */
export const INTERVIEW_KINDS = ["video", "phone", "in_person", "technical", "panel", "assessment", "case_study", "behavioral", "culture_fit", "final"];
/** Lengths that are offered, in minutes. */
export const LENGTHS = [15, 30, 45, 60, 90, 120, 180, 240];

/** An application that an interview can be about. */
export interface About {
  application: { id: string; fields: { candidate_id: string; job_id: string } };
  job: Row<"jobs"> | null;
  stage: { kind: string } | null;
}

/** The form's content: day and time are those of the planner's own zone. */
export interface Draft {
  application_id: string;
  kind: string;
  title: string;
  day: string;
  time: string;
  /** Whether the candidate chooses among several times. */
  asks: boolean;
  /** These times, in order. */
  offered: number[];
  minutes: number;
  time_zone: string;
  room_id: string | null;
  place: string;
  meeting_url: string;
  meeting_id: string;
  meeting_password: string;
  /** Who interviews in any case. */
  interviewer_ids: string[];
  /** Of whom any one is enough beside them. */
  any_of_ids: string[];
  template_id: string | null;
  message: string;
  briefing: string;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** An instant as day and time of the planner's clock. */
export function clock(ms: number): { day: string; time: string } {
  const at = new Date(ms);
  return {
    day: localDay(ms),
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

/** The instant of a day and a time of the planner's clock. Null for what is none: also an hour that the clocks leave out. */
export function instant(day: string, time: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) {
    return null;
  }
  const ms = new Date(`${day}T${time}`).getTime();
  const read = Number.isNaN(ms) ? null : clock(ms);
  return read?.day === day && read.time === time ? ms : null;
}

/** A new interview, at the first of the usual hours of the next working day. */
export function newDraft(applicationId: string, interviewers: string[], now: number): Draft {
  const { day, time } = clock(freeTimes({ people: [], candidate: [], anyOf: [] }, 60, now, 1)[0] ?? now + DAY_MS);
  return {
    application_id: applicationId, kind: "video", title: "", day, time, asks: false, offered: [], minutes: 60, time_zone: ownZone(), room_id: null, place: "", meeting_url: "",
    meeting_id: "", meeting_password: "", interviewer_ids: interviewers, any_of_ids: [], template_id: null, message: "", briefing: "",
  };
}

/** The form of an interview. */
export function draftOf(interview: Interview): Draft {
  const { application_id, kind, title, minutes, time_zone, room_id, place, meeting_url, meeting_id, meeting_password, any_of_ids, template_id, message, briefing } = interview;
  const interviewer_ids = interview.interviewer_ids.filter((id) => !any_of_ids.includes(id));
  const asks = interview.status === "proposed";
  // What was offered before it had its time is over: others are offered now.
  const times = { ...clock(interview.starts_at), asks, offered: asks ? offeredBy(interview) : [] };
  return { application_id, kind, title, minutes, time_zone, room_id, place, meeting_url, meeting_id, meeting_password, interviewer_ids, any_of_ids, template_id, message, briefing, ...times };
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function problems(draft: Draft, now: number): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (draft.asks && !draft.offered.some((at) => at > now)) {
    found.offered_times = "interview.times_needed";
  }
  if (!draft.asks && instant(draft.day, draft.time) === null) {
    found.starts_at = "interview.time_invalid";
  }
  if (!Number.isInteger(draft.minutes) || draft.minutes < MINUTES_MIN || draft.minutes > MINUTES_MAX) {
    found.minutes = "interview.minutes_invalid";
  }
  if (draft.meeting_url.trim() !== "" && !draft.meeting_url.trim().startsWith("https://")) {
    found.meeting_url = "interview.url_invalid";
  }
  if (draft.interviewer_ids.length === 0 && draft.any_of_ids.length === 0) {
    found.interviewer_ids = "interview.somebody_needed";
  }
  return found;
}

function values(draft: Draft): Partial<Interview> {
  const starts_at = (draft.asks ? draft.offered[0] : instant(draft.day, draft.time)) ?? 0;
  return {
    kind: draft.kind, title: draft.title.trim(), starts_at, minutes: draft.minutes, time_zone: draft.time_zone,
    room_id: draft.room_id, place: draft.place.trim(), meeting_url: draft.meeting_url.trim(), meeting_id: draft.meeting_id.trim(),
    meeting_password: draft.meeting_password.trim(), template_id: draft.template_id, message: draft.message.trim(),
  };
}

/** What the form works out beside what is typed. */
export interface WorkedOut {
  /** Who of those of whom any one is enough, at a set time. */
  one?: string | null;
  /** The times that are offered though something stands against them. */
  anyway?: readonly number[];
}

/** Who interviews: those who do in any case, and one of the others once the time is set. */
function interviewers({ asks, interviewer_ids }: Draft, { one = null }: WorkedOut): string[] {
  return asks || one === null ? interviewer_ids : [...interviewer_ids, one];
}

/** Of whom any one is enough: nobody who interviews in any case. */
export function severalOf({ interviewer_ids, any_of_ids }: Draft): string[] {
  return any_of_ids.filter((id) => !interviewer_ids.includes(id));
}

/** The fields of a new interview. */
export function createFields(draft: Draft, application: About["application"], worked: WorkedOut = {}): { [field: string]: unknown } {
  const { candidate_id, job_id } = application.fields;
  const asks = draft.asks ? { status: "proposed", offered_times: draft.offered.map(String), offered_anyway: (worked.anyway ?? []).map(String) } : {};
  return {
    ...values(draft), ...asks, candidate_id, job_id, application_id: application.id, interviewer_ids: interviewers(draft, worked), any_of_ids: severalOf(draft), briefing: draft.briefing,
  };
}

/** The edits that turn the interview into what the form says. */
export function editsOf(interview: Interview, draft: Draft, worked: WorkedOut = {}): FieldEdit[] {
  const edits: FieldEdit[] = [];
  // A time that was not touched stays as it is: an hour that the clocks repeat, and seconds, are not in the form.
  const { day, time } = clock(interview.starts_at);
  // What was told before stays written until another time is: whoever is told that it is off is told which it was.
  const isUntouched = draft.asks || (day === draft.day && time === draft.time);
  const typed = { ...values(draft), ...(isUntouched ? { starts_at: interview.starts_at } : {}), status: statusOf(interview, draft) };
  for (const [field, value] of Object.entries(typed)) {
    if (interview[field as keyof Interview] !== value) {
      edits.push({ op: "set", field, value });
    }
  }
  if (interview.briefing !== draft.briefing) {
    edits.push({ op: "text", field: "briefing", value: draft.briefing });
  }
  return [
    ...edits,
    ...setEdits("interviewer_ids", interview.interviewer_ids, interviewers(draft, worked)),
    ...setEdits("any_of_ids", interview.any_of_ids, severalOf(draft)),
    // Of one that has its time, what was offered once stays readable.
    ...(draft.asks ? setEdits("offered_times", interview.offered_times, draft.offered.map(String)) : []),
    ...(draft.asks ? setEdits("offered_anyway", interview.offered_anyway, (worked.anyway ?? []).map(String)) : []),
  ];
}

/** Where an interview stands that is saved with this form. */
function statusOf({ status }: Interview, { asks }: Draft): string {
  if (asks) {
    return "proposed";
  }
  return status === "proposed" ? "scheduled" : status;
}

/** The times that a candidate is or was asked about, in order. */
export function offeredBy({ offered_times }: { offered_times: readonly string[] }): number[] {
  return offered_times.map(Number).filter((at) => Number.isSafeInteger(at) && at > 0).sort((a, b) => a - b);
}

/** What the candidate says who asks for another time than the one that the interview has, or null. */
export function wished({ status, wish, wish_of, starts_at }: Interview): string | null {
  return isOpen(status) && wish_of === starts_at && wish.trim() !== "" ? wish.trim() : null;
}

/** Who declined the time that the interview has, of those who are still in it. */
export function decliners({ status, declined, declined_of, starts_at, interviewer_ids, candidate_id }: Interview): readonly string[] {
  return isOpen(status) && declined_of === starts_at ? declined.filter((id) => id === candidate_id || interviewer_ids.includes(id)) : [];
}

/** Whether somebody has to settle an interview that is to come. */
export function isUnsettled(interview: Interview, now: number): boolean {
  return interview.starts_at > now && (wished(interview) !== null || decliners(interview).length > 0);
}

/** Whether an interview is neither over nor called off. */
export function isAhead({ status, starts_at }: { status: string; starts_at: number }, now: number): boolean {
  return status === "proposed" || (isOpen(status) && starts_at > now);
}

/** Whether an interview has its time and is still to come, or waits to be said how it went. */
export function isOpen(status: string): boolean {
  return status === "scheduled" || status === "confirmed";
}

/** Where an interview may go from where it stands. */
export function stepsFrom(status: string): readonly string[] {
  return INTERVIEW_STEPS[status] ?? [];
}

/** Who is to be in an interview, and when they are in others. */
export interface Panel {
  people: Person[];
  /** The interviews of the candidate. */
  candidate: Row<"interviews">[];
  /** Of whom any one is enough beside them. */
  anyOf: OneOfSeveral[];
  /** The interviews in the room that is chosen. */
  inRoom?: readonly Interview[];
}

/** Whether an interview took or takes the time of its people. */
function tookTime({ status }: Interview): boolean {
  return status !== "proposed" && status !== "cancelled";
}

/** The interviews that take their time, without the one that is planned. */
export function othersThan(id: string | null, interviews: readonly Row<"interviews">[]): Row<"interviews">[] {
  return interviews.filter((other) => other.id !== id && isOpen(other.fields.status));
}

/** When somebody is busy by the calendar that they keep elsewhere. */
function busyOf(busy: readonly BusyTime[], id: string): Planned[] {
  const theirs = busy.filter(({ member_id }) => member_id === id).map((time) => ({ from: Date.parse(time.starts_at), until: Date.parse(time.ends_at) }));
  return theirs.map(({ from, until }) => ({ starts_at: from, minutes: Math.ceil((until - from) / MINUTE_MS) }));
}

/** The panel of an interview that is planned: what is known of everybody's hours and of all interviews but this one. */
export function panelOf(draft: Draft, candidate: string, id: string | null, hours: readonly HoursRow[], interviews: readonly Row<"interviews">[], busy: readonly BusyTime[] = [], now = Date.now()): Panel {
  const others = othersThan(id, interviews);
  const of = (person: string, rows: readonly Row<"interviews">[]): Interview[] => rows.map(({ fields }) => fields).filter(({ interviewer_ids }) => interviewer_ids.includes(person));
  const person = (each: string): Person => ({ id: each, hours: hoursOf(hours, each), interviews: of(each, others), busy: busyOf(busy, each) });
  const counted = interviews.filter((other) => other.id !== id && tookTime(other.fields) && other.fields.starts_at >= now - COUNTED_MS);
  return {
    people: draft.interviewer_ids.map(person),
    candidate: others.filter(({ fields }) => fields.candidate_id === candidate),
    anyOf: severalOf(draft).map((each) => ({ ...person(each), recent: of(each, counted).length })),
    inRoom: draft.room_id === null ? [] : others.map(({ fields }) => fields).filter(({ room_id }) => room_id === draft.room_id),
  };
}

/** Whether the form leaves an interview at the time and the length that it has. */
export function keepsTime(interview: Interview | null, draft: Draft): boolean {
  if (interview === null || interview.status === "proposed" || draft.asks) {
    return false;
  }
  const { day, time } = clock(interview.starts_at);
  return day === draft.day && time === draft.time && interview.minutes === draft.minutes;
}

/**
 * Who of those of whom any one is enough interviews at a time: whoever does already if they are free, else whoever had the fewest
 * interviews. At a time that is `kept` whoever does already stays in any case, and interviews alone stand against anybody.
 */
export function chosenOne({ anyOf }: Panel, at: number, minutes: number, present: readonly string[], kept = false): OneOfSeveral | null {
  const already = anyOf.filter(({ id }) => present.includes(id));
  const stays = already.find((person) => obstacle(person, at, minutes) === null) ?? (kept ? already[0] : undefined);
  return stays ?? oneOf(anyOf, at, minutes) ?? (kept ? oneUnbooked(anyOf, at, minutes) : null);
}

/** Whether hours or what is planned stand against a time that is offered: whoever offers it is told, and it holds all the same. */
export function isAnyway({ people, anyOf }: Panel, at: number, minutes: number): boolean {
  return people.some((person) => obstacle(person, at, minutes) !== null) || (anyOf.length > 0 && oneOf(anyOf, at, minutes) === null);
}

/** The first half hour of the planner's clock from an instant on. */
function halfHour(ms: number): number {
  const ahead = new Date(ms).getTimezoneOffset() * MINUTE_MS;
  return Math.ceil((ms - ahead) / SLOT_MS) * SLOT_MS + ahead;
}

/**
 * The next times, from tomorrow on, against which nothing stands: within everybody's hours, and at which neither they nor the
 * candidate are in another interview, and nobody else is in the room that is chosen. As long as nobody is chosen the usual hours count.
 */
export function freeTimes({ people, candidate, anyOf, inRoom = [] }: Panel, minutes: number, now: number, count: number): number[] {
  const day = new Date(now);
  const [from, until] = [1, 1 + HORIZON_DAYS].map((ahead) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + ahead).getTime()) as [number, number];
  const busy = [...candidate.map(({ fields }) => fields), ...inRoom];
  const needed = people.length + anyOf.length > 0 ? people : [{ id: "", hours: usualHours(), interviews: [] }];
  const panel = needed.map((person) => ({ person, work: workTimes(person.hours, from, until) }));
  const several = anyOf.map((person) => ({ ...person, work: workTimes(person.hours, from, until) }));
  const found: number[] = [];
  for (const span of panel[0]?.work ?? joined(several.flatMap(({ work }) => work))) {
    for (let at = halfHour(Math.max(span.from, from)); at < until && endOf({ starts_at: at, minutes }) <= span.until && found.length < count; at += SLOT_MS) {
      const isFree = panel.every(({ person, work }) => obstacle(person, at, minutes, work) === null) && (several.length === 0 || oneOf(several, at, minutes) !== null);
      if (isFree && !takenBy(busy, at, minutes)) {
        found.push(at);
      }
    }
  }
  return found;
}

/** Times to offer: of the free ones a few on each day, so that there is a choice of days as well. */
export function spreadTimes(panel: Panel, minutes: number, now: number): number[] {
  const days = new Map<string, number[]>();
  for (const at of freeTimes(panel, minutes, now, HORIZON_DAYS * DAY_MS / SLOT_MS)) {
    const { day } = clock(at);
    days.set(day, [...(days.get(day) ?? []), at]);
  }
  return [...days.values()].slice(0, OFFERED_DAYS).flatMap((times) => {
    const first = times[0];
    const later = times.find((at) => first !== undefined && new Date(at).getHours() >= AFTERNOON && at >= endOf({ starts_at: first, minutes }));
    return [first, later].filter((at) => at !== undefined);
  });
}

/** The interviews in order of time, by the day on the planner's clock. */
export function byDay<Entry extends { interview: Row<"interviews"> }>(entries: readonly Entry[]): { day: string; entries: Entry[] }[] {
  const days: { day: string; entries: Entry[] }[] = [];
  for (const entry of [...entries].sort((a, b) => a.interview.fields.starts_at - b.interview.fields.starts_at)) {
    const { day } = clock(entry.interview.fields.starts_at);
    const last = days.at(-1);
    if (last?.day === day) {
      last.entries.push(entry);
    } else {
      days.push({ day, entries: [entry] });
    }
  }
  return days;
}
