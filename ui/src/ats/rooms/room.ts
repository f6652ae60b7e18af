// The rooms of the workspace: their form, what stands against one at a time, and where an interview is.

import { engine } from "../../backend/engine";
import type { FieldEdit, Row } from "../../backend/types";
import type { Room } from "../../gen/records";
import type { Key } from "../../shared/i18n/index.svelte";
import { Live } from "../../shared/live.svelte";
import { takenBy } from "../hours/hours";

/** Rooms that are read: as many as a workspace lists. */
const ROOMS_MAX = 500;
/** Characters of a name, of a place, and of what is in a room. */
export const NAME_MAX = 80;
export const PLACE_MAX = 200;
export const EQUIPMENT_MAX = 500;
/** The most people that a room seats. */
export const SEATS_MAX = 1000;

/** A room with its id. */
export type RoomRow = Row<"rooms">;

/** The rooms by name, kept true. */
export function liveRooms(): Live<RoomRow[]> {
  return new Live({ kinds: ["rooms"] }, async () => (await engine().list({ kind: "rooms", sort: "name", limit: ROOMS_MAX })).rows);
}

/** What stands against a room at a time. */
export type RoomObstacle = { kind: "taken"; interview: Row<"interviews">["fields"] } | { kind: "seats"; seats: number; needed: number };

/** What stands against a room for so many people, the gravest first, or null. `others` are the interviews that take their time. */
export function roomObstacle(room: RoomRow, others: readonly Row<"interviews">[], at: number, minutes: number, needed: number): RoomObstacle | null {
  const inside = others.filter(({ fields }) => fields.room_id === room.id).map(({ fields }) => fields);
  const taken = takenBy(inside, at, minutes);
  if (taken) {
    return { kind: "taken", interview: taken };
  }
  const { seats } = room.fields;
  return seats !== null && seats < needed ? { kind: "seats", seats, needed } : null;
}

/** The rooms that can be chosen: those in use, and the one that is chosen already. */
export function offered(rooms: readonly RoomRow[], chosen: string | null): RoomRow[] {
  return rooms.filter(({ id, fields }) => !fields.is_archived || id === chosen);
}

/** Where an interview is, in one line: the room, where that is, and what else is said of the place. */
export function whereabouts(room: Room | null, place: string): string {
  const parts = [room?.name ?? "", room?.place ?? "", place].map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ""))].join(", ");
}

/** What is typed of a room. */
export interface Draft {
  name: string;
  place: string;
  seats: number | null;
  equipment: string;
  is_archived: boolean;
}

/** The form of a room, or of a new one. */
export function draftOf(room: RoomRow | null): Draft {
  const { name = "", place = "", seats = null, equipment = "", is_archived = false } = room?.fields ?? {};
  return { name, place, seats, equipment, is_archived };
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function problems({ name, seats }: Draft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (name.trim() === "") {
    found.name = "room.name_needed";
  }
  if (seats !== null && (!Number.isInteger(seats) || seats < 1 || seats > SEATS_MAX)) {
    found.seats = "room.seats_invalid";
  }
  return found;
}

/** The fields of a room as they are typed. */
export function createFields(draft: Draft): { [field: string]: unknown } {
  return { ...draft, name: draft.name.trim(), place: draft.place.trim(), equipment: draft.equipment.trim() };
}

/** The edits that turn a room into what the form says. */
export function editsOf(fields: Room, draft: Draft): FieldEdit[] {
  const after = Object.entries(createFields(draft));
  return after.filter(([field, value]) => fields[field as keyof Room] !== value).map(([field, value]) => ({ op: "set", field, value }));
}
