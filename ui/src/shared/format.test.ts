import { afterEach, describe, expect, it } from "vitest";
import { ago, calendarDay, date, daysUntil, inDays, initials, money, moneyInput, parseMoney, personName, salary } from "./format";
import { setLanguage } from "./i18n/index.svelte";

const NOON = Date.UTC(2026, 2, 3, 12);
/** Locales write no-break spaces of two kinds: the tests compare words. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

afterEach(() => setLanguage("en"));

describe("money", () => {
  it("is written as the locale writes it", () => {
    expect(money(8_500_000, "CAD")).toBe("CA$85,000");
    expect(money(8_500_050, "USD")).toBe("$85,000.50");
    setLanguage("fr");
    expect(plain(money(8_500_050, "EUR"))).toBe("85 000,50 €");
  });

  it("knows currencies without minor units", () => {
    expect(money(4_000_000, "JPY")).toBe("¥4,000,000");
    expect(parseMoney("4,000,000", "JPY")).toBe(4_000_000);
  });

  it("is read from what people type", () => {
    for (const typed of ["85000", "85,000", "85 000", "85.000", "85’000", "85\u202f000", "85000.00", "85,000.00"]) {
      expect(parseMoney(typed, "CAD"), typed).toBe(8_500_000);
    }
    expect(parseMoney("20,5", "CAD")).toBe(2050);
    expect(parseMoney("", "CAD")).toBeNull();
    for (const typed of ["abc", "-5", "1,2,3", "12e4", "99999999999"]) {
      expect(parseMoney(typed, "CAD"), typed).toBe("invalid");
    }
  });

  it("survives the way into a field and back in both languages", () => {
    for (const language of ["en", "fr"] as const) {
      setLanguage(language);
      for (const minor of [0, 5, 50, 1_999, 8_500_000, 123_456_789]) {
        expect(parseMoney(moneyInput(minor, "CAD"), "CAD"), `${language} ${minor}`).toBe(minor);
      }
    }
  });

  it("makes a range with its period", () => {
    expect(salary(8_000_000, 9_500_000, "USD", "yearly")).toBe("$80,000 – $95,000 a year");
    expect(salary(2_500, null, "USD", "hourly")).toBe("from $25 an hour");
    expect(salary(null, null, "USD", "yearly")).toBe("");
  });
});

describe("dates", () => {
  it("follow the locale", () => {
    expect(date(NOON)).toBe("Mar 3, 2026");
    setLanguage("fr");
    expect(date(NOON)).toBe("3 mars 2026");
  });

  it("keep a calendar day the same day in every time zone", () => {
    expect(calendarDay("2026-03-01")).toBe("Mar 1, 2026");
    expect(calendarDay("soon")).toBe("soon");
  });

  it("are whole days apart, whatever the clocks do in between", () => {
    expect(daysUntil("2026-03-30", "2026-03-28")).toBe(2);
    expect(daysUntil("2026-11-27", "2026-11-27")).toBe(0);
    expect(daysUntil("2026-11-20", "2026-11-27")).toBe(-7);
    expect(daysUntil("soon", "2026-11-27")).toBeNull();
  });

  it("say how far a day is", () => {
    expect([-2, -1, 0, 1, 5].map(inDays)).toEqual(["2 days ago", "yesterday", "today", "tomorrow", "in 5 days"]);
    setLanguage("fr");
    expect([0, 1, 5].map(inDays)).toEqual(["aujourd’hui", "demain", "dans 5 jours"]);
  });

  it("say how long ago, and beyond a week the day", () => {
    expect(ago(NOON - 20_000, NOON)).toBe("just now");
    expect(ago(NOON - 3 * 3_600_000, NOON)).toBe("3 hr. ago");
    expect(ago(NOON - 30 * 86_400_000, NOON)).toBe("Feb 1, 2026");
  });
});

describe("names", () => {
  it("are never empty, and have letters for every script", () => {
    expect(personName({ first_name: "", last_name: "" })).toBe("No name");
    expect(initials("عبد المنصوري")).toBe("عا");
    expect(initials("Mei")).toBe("M");
  });
});
