import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Row } from "../../backend/types";
import { blankInterview, blankRoom } from "../../backend/fake/blank";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { createFields, draftOf, editsOf, offered, problems, roomObstacle, whereabouts, type RoomRow } from "./room";
import Rooms from "./Rooms.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const MINUTE_MS = 60_000;

function room(id: string, seats: number | null, is_archived = false): RoomRow {
  return { id, kind: "rooms", created_at: 0, created_by: null, updated_at: 0, updated_by: null, deleted: false, pending: false, fields: { ...blankRoom(), name: id, seats, is_archived } };
}

function interview(room_id: string | null, starts_at: number): Row<"interviews"> {
  return { id: `in ${room_id}`, kind: "interviews", created_at: 0, created_by: null, updated_at: 0, updated_by: null, deleted: false, pending: false, fields: { ...blankInterview(), room_id, starts_at, minutes: 60 } };
}

describe("a room", () => {
  it("has one interview at a time, and so many seats", () => {
    const others = [interview("laurier", 0), interview(null, 0), interview("papineau", 0)];
    const found = (at: number, seats: number | null, needed: number): string | null => roomObstacle(room("laurier", seats), others, at * MINUTE_MS, 30, needed)?.kind ?? null;
    expect([found(0, 6, 3), found(59, 6, 3), found(60, 6, 3), found(-30, 6, 3), found(60, 2, 3), found(60, null, 30)]).toEqual(["taken", "taken", null, null, "seats", null]);
  });

  it("is not offered once it is retired, unless an interview is in it", () => {
    const rooms = [room("a", null), room("b", null, true), room("c", null, true)];
    expect(offered(rooms, "c").map(({ id }) => id)).toEqual(["a", "c"]);
  });

  it("is said in one line with what else is said of the place", () => {
    const laurier = { ...blankRoom(), name: "Laurier", place: "3rd floor" };
    expect([whereabouts(laurier, ""), whereabouts(laurier, " Ask at the desk "), whereabouts(laurier, "3rd floor"), whereabouts(null, " here "), whereabouts(null, "")]).toEqual(
      ["Laurier, 3rd floor", "Laurier, 3rd floor, Ask at the desk", "Laurier, 3rd floor", "here", ""],
    );
  });

  it("becomes edits of what was changed alone", () => {
    const before = room("Laurier", 6);
    expect(editsOf(before.fields, draftOf(before))).toEqual([]);
    expect(editsOf(before.fields, { ...draftOf(before), seats: null, is_archived: true })).toEqual([{ op: "set", field: "seats", value: null }, { op: "set", field: "is_archived", value: true }]);
    expect(createFields({ ...draftOf(null), name: " Laurier " })).toMatchObject({ name: "Laurier", seats: null });
    expect([problems(draftOf(null)), problems({ ...draftOf(before), seats: 0 }), problems({ ...draftOf(before), seats: 1.5 })]).toEqual([{ name: "room.name_needed" }, { seats: "room.seats_invalid" }, { seats: "room.seats_invalid" }]);
  });
});

describe("the rooms of the workspace", () => {
  const rows = (): string[] => screen.queryAllByTestId(testids.roomRow).map(({ textContent }) => textContent?.replace(/\s+/g, " ").trim() ?? "");

  it("are added, changed and retired", async () => {
    render(Rooms);
    await settled();
    expect(rows()).toEqual(["Laurier 6 seats 3rd floor · Screen, whiteboard", "Papineau 2 seats 2nd floor", "Old library Retired"]);
    await fireEvent.click(screen.getByTestId(testids.roomNew));
    await fireEvent.click(screen.getByTestId(testids.roomSave));
    expect(screen.getByText("A name is needed.")).toBeTruthy();
    await fireEvent.input(screen.getByTestId(testids.roomName), { target: { value: "Attic" } });
    await fireEvent.input(screen.getByTestId(testids.roomSeats), { target: { value: "1" } });
    await fireEvent.click(screen.getByTestId(testids.roomSave));
    await settled();
    expect(rows()[0]).toBe("Attic 1 seat");
    await fireEvent.click(screen.getByText("Attic"));
    await fireEvent.click(screen.getByTestId(testids.roomRetire));
    await fireEvent.click(screen.getByTestId(testids.roomSave));
    await settled();
    expect(rows().filter((row) => row.startsWith("Attic"))).toEqual(["Attic Retired 1 seat"]);
  });

  it("are none at first, and say what they are for", async () => {
    fake.tables.rooms.clear();
    render(Rooms);
    await settled();
    expect(screen.getByText(/^No rooms yet\./)).toBeTruthy();
  });
});
