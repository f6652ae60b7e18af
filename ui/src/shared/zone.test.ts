import { describe, expect, it } from "vitest";
import { clockIn, dayAfter, instantIn, isZone, weekdayOf } from "./zone";

const utc = (text: string): number => Date.parse(`${text}Z`);

describe("the clocks of other zones", () => {
  it("are read and set on usual days", () => {
    for (const [zone, day, minute, at] of [
      ["UTC", "2026-11-27", 600, "2026-11-27T10:00"], ["Europe/Paris", "2026-11-27", 600, "2026-11-27T09:00"], ["America/Toronto", "2026-11-26", 23 * 60, "2026-11-27T04:00"],
      ["Asia/Kathmandu", "2026-11-28", 30, "2026-11-27T18:45"], ["Pacific/Kiritimati", "2026-11-28", 0, "2026-11-27T10:00"],
    ] as const) {
      expect(clockIn(utc(at), zone), zone).toEqual({ day, minute });
      expect(instantIn(day, minute, zone), zone).toBe(utc(at));
    }
  });

  it("leave an hour out and show one twice", () => {
    // Paris is put forward at 2 on 29 March, and back at 3 on 25 October 2026.
    expect(instantIn("2026-03-29", 60, "Europe/Paris")).toBe(utc("2026-03-29T00:00"));
    expect(instantIn("2026-03-29", 150, "Europe/Paris")).toBe(utc("2026-03-29T01:30"));
    expect(clockIn(utc("2026-03-29T01:30"), "Europe/Paris")).toEqual({ day: "2026-03-29", minute: 210 });
    expect(instantIn("2026-10-25", 150, "Europe/Paris")).toBe(utc("2026-10-25T00:30"));
    expect(instantIn("2026-10-25", 180, "Europe/Paris")).toBe(utc("2026-10-25T02:00"));
    expect(instantIn("2026-10-26", 0, "Europe/Paris") - instantIn("2026-10-25", 0, "Europe/Paris")).toBe(25 * 3_600_000);
    // By half an hour, on the other side of the world.
    expect(instantIn("2026-10-05", 0, "Australia/Lord_Howe") - instantIn("2026-10-04", 0, "Australia/Lord_Howe")).toBe(23.5 * 3_600_000);
  });

  it("show again what they were set to, at many times of a year", () => {
    for (const zone of ["Europe/Paris", "America/Toronto", "America/St_Johns", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu"]) {
      for (let at = utc("2026-01-01T00:00"); at < utc("2027-01-01T00:00"); at += 5_400_000) {
        const { day, minute } = clockIn(at, zone);
        const again = instantIn(day, minute, zone);
        // Of a time that is shown twice it is the first.
        expect(again === at || (again < at && clockIn(again, zone).minute === minute), `${zone} ${new Date(at).toISOString()}`).toBe(true);
      }
    }
  });

  it("are those of this window where no zone has the name", () => {
    expect([isZone("Europe/Paris"), isZone("Europe/Nowhere"), isZone("")]).toEqual([true, false, false]);
    const at = new Date(2026, 10, 27, 10).getTime();
    expect(clockIn(at, "Europe/Nowhere")).toEqual({ day: "2026-11-27", minute: 600 });
    expect(instantIn("2026-11-27", 600, "Europe/Nowhere")).toBe(at);
  });

  it("count days", () => {
    expect([dayAfter("2026-02-28", 1), dayAfter("2028-02-28", 1), dayAfter("2026-12-31", 1), dayAfter("2026-03-01", -1)]).toEqual(["2026-03-01", "2028-02-29", "2027-01-01", "2026-02-28"]);
    expect([weekdayOf("2026-11-27"), weekdayOf("2026-11-29"), weekdayOf("2026-11-30")]).toEqual([5, 7, 1]);
  });
});
