// What whoever plans is told of a time: what stands against it for each of the panel, and what time it is for those elsewhere.

import { dateTime, timeIn, timeOfDay } from "../../shared/format";
import { plural, t } from "../../shared/i18n/index.svelte";
import { memberName } from "../../shared/people.svelte";
import { ownZone } from "../../shared/zone";
import { endOf, obstacle, takenBy, type Obstacle, type Person } from "../hours/hours";
import type { RoomObstacle, RoomRow } from "../rooms/room";
import { chosenOne, type Panel } from "./plan";

/** A sentence about a time. */
export interface Notice {
  /** Whom it is about. */
  about: string;
  text: string;
  /** Whether something stands against the time. */
  warns: boolean;
}

/** What stands against a time, in a sentence. `who` is somebody, with their local time where they are elsewhere. */
function sentence(found: Obstacle, who: string, zone: string): string {
  const local = (ms: number): string => (zone === ownZone() ? timeOfDay(ms) : timeIn(ms, zone));
  switch (found.kind) {
    case "taken":
      return t("interview.clash", { who, when: dateTime(found.interview.starts_at) });
    case "busy":
      return t("hours.busy", { who, when: timeOfDay(found.interview.starts_at), until: timeOfDay(endOf(found.interview)) });
    case "buffer":
      return t("hours.buffer", { who, when: dateTime(found.interview.starts_at) });
    case "holiday":
      return found.label === "" ? t("hours.holiday", { who }) : t("hours.holiday_named", { who, label: found.label });
    case "before":
    case "after":
      return t(`hours.${found.kind}`, { who, when: local(found.at) });
    case "full":
      return plural("hours.full", found.most, { who });
    case "no_work":
    case "break":
      return t(`hours.${found.kind}`, { who });
  }
}

function ofPerson(person: Person, at: number, minutes: number): Notice[] {
  const { zone } = person.hours;
  const name = memberName(person.id) ?? "";
  const found = obstacle(person, at, minutes);
  const when = zone === ownZone() ? "" : timeIn(at, zone);
  if (found) {
    const who = when === "" ? name : t("hours.elsewhere", { name, when });
    return [{ about: person.id, text: sentence(found, who, zone), warns: true }];
  }
  return when === "" ? [] : [{ about: person.id, text: t("hours.their_time", { name, when }), warns: false }];
}

/**
 * What is to be said of those of whom any one is enough: who it is and why, what stands against whoever it is all the same, or
 * that nobody is free. `present` interview already, at a time that is `kept`.
 */
function ofSeveral(panel: Panel, at: number, minutes: number, present: readonly string[], kept: boolean): Notice[] {
  if (panel.anyOf.length === 0) {
    return [];
  }
  const one = chosenOne(panel, at, minutes, present, kept);
  if (!one) {
    return [{ about: "any_of", text: t("interview.none_of_them"), warns: true }];
  }
  const against = ofPerson(one, at, minutes).find(({ warns }) => warns);
  if (against) {
    return [{ ...against, about: "any_of" }];
  }
  const who = memberName(one.id) ?? "";
  const text = present.includes(one.id) ? t("interview.one_stays", { who }) : plural("interview.one_suggested", one.recent, { who });
  return [{ about: "any_of", text, warns: false }];
}

/** What is to be said of a time: of the candidate, of each of the panel, and of those of whom any one is enough. */
export function noticesOf(panel: Panel, name: string, at: number, minutes: number, present: readonly string[] = [], kept = false): Notice[] {
  const taken = takenBy(panel.candidate.map(({ fields }) => fields), at, minutes);
  const ofCandidate = taken ? [{ about: "candidate", text: t("interview.clash", { who: name, when: dateTime(taken.starts_at) }), warns: true }] : [];
  return [...ofCandidate, ...panel.people.flatMap((person) => ofPerson(person, at, minutes)), ...ofSeveral(panel, at, minutes, present, kept)];
}

/** What stands against a room, in a sentence. */
export function ofRoom(room: RoomRow, found: RoomObstacle | null): Notice[] {
  if (!found) {
    return [];
  }
  const { name } = room.fields;
  const text = found.kind === "taken"
    ? t("room.taken", { room: name, when: dateTime(found.interview.starts_at) })
    : t("room.too_small", { room: name, seats: found.seats, needed: found.needed });
  return [{ about: "room", text, warns: true }];
}
