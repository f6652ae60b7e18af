// What whoever plans is told of a time: what stands against it for each of the panel, and what time it is for those elsewhere.

import { dateTime, timeIn, timeOfDay } from "../../shared/format";
import { plural, t } from "../../shared/i18n/index.svelte";
import { memberName } from "../../shared/people.svelte";
import { ownZone } from "../../shared/zone";
import { obstacle, takenBy, type Obstacle, type Person } from "../hours/hours";
import type { Panel } from "./plan";

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

/** What is to be said of a time: of the candidate, and of each of the panel. */
export function noticesOf({ people, candidate }: Panel, name: string, at: number, minutes: number): Notice[] {
  const taken = takenBy(candidate.map(({ fields }) => fields), at, minutes);
  const ofCandidate = taken ? [{ about: "candidate", text: t("interview.clash", { who: name, when: dateTime(taken.starts_at) }), warns: true }] : [];
  return [...ofCandidate, ...people.flatMap((person) => ofPerson(person, at, minutes))];
}
