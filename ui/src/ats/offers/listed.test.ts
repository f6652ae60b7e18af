import { describe, expect, it } from "vitest";
import { blankOffer } from "../../backend/fake/blank";
import { row } from "../../backend/fake/data";
import type { Offer } from "../../gen/records";
import { OFFER_COMMANDS } from "../../gen/offer_states";
import { daysLeft, FILTERS, inOrder, passes, type Listed } from "./listed";
import { isOpen } from "./offer";

const TODAY = "2026-11-27";

function entry(id: string, status: string, { asksMe = false, changed = 0, ...fields }: Partial<Offer> & { asksMe?: boolean; changed?: number } = {}): Listed {
  return { offer: { ...row("offers", id, { ...blankOffer(), status, ...fields }, 0, "m"), updated_at: changed }, candidate: null, job: null, asksMe };
}

const order = (...entries: Listed[]): string[] => inOrder(entries, TODAY).map(({ offer }) => offer.id);

describe("the order of offers", () => {
  it("begins with what needs somebody and ends with what is over", () => {
    const entries = [
      entry("over", "withdrawn"), entry("of tomorrow", "of_tomorrow"), entry("with them", "sent", { expires_on: "2026-12-05" }), entry("asks others", "pending_approval"), entry("draft", "draft"),
      entry("last days", "viewed", { expires_on: "2026-12-04" }), entry("to be sent", "approved"), entry("countered", "countered"), entry("asks me", "pending_approval", { asksMe: true }),
    ];
    const expected = ["asks me", "countered", "to be sent", "last days", "draft", "asks others", "with them", "of tomorrow", "over"];
    expect(order(...entries)).toEqual(expected);
    expect(order(...entries.toReversed())).toEqual(expected);
  });

  it("takes the nearest last day first, then what has lain longest", () => {
    const drafts = [entry("c", "draft", { changed: 1 }), entry("b", "draft", { expires_on: "2026-12-24" }), entry("a", "draft", { expires_on: "2026-12-01", changed: 9 }), entry("d", "draft", { changed: 2 })];
    expect(order(...drafts)).toEqual(["a", "b", "c", "d"]);
    expect(order(entry("past", "sent", { expires_on: "2026-11-25" }), entry("today", "sent", { expires_on: TODAY }))).toEqual(["past", "today"]);
  });

  it("takes of what is over first what ended last", () => {
    expect(order(entry("a", "declined", { closed_at: 1 }), entry("b", "accepted", { closed_at: 3 }), entry("c", "expired", { changed: 2 }))).toEqual(["b", "c", "a"]);
  });

  it("leaves what it was given as it is", () => {
    const given = [entry("b", "withdrawn"), entry("a", "draft")];
    inOrder(given, TODAY);
    expect(given.map(({ offer }) => offer.id)).toEqual(["b", "a"]);
  });
});

describe("a last day", () => {
  it("is awaited as long as an answer can come by it", () => {
    const left = (status: string, expires_on: string | null): number | null => daysLeft(entry("a", status, { expires_on }).offer, TODAY);
    expect([left("sent", "2026-11-29"), left("draft", TODAY), left("viewed", "2026-11-20")]).toEqual([2, 0, -7]);
    expect([left("sent", null), left("countered", "2026-11-29"), left("accepted", "2026-11-29"), left("expired", "2026-11-20")]).toEqual([null, null, null, null]);
  });

  it("is near up to the day that is asked for, and once it is past", () => {
    const passesAt = (expires_on: string): boolean => passes("expiring", entry("a", "sent", { expires_on }), TODAY, 3);
    expect(["2026-11-01", "2026-11-30", "2026-12-01"].map(passesAt)).toEqual([true, true, false]);
  });
});

describe("the filters", () => {
  it("let every state through somewhere", () => {
    const states = Object.values(OFFER_COMMANDS).flatMap(({ leads }) => [...Object.keys(leads), ...Object.values(leads)]);
    const plain = FILTERS.filter((filter) => filter !== "mine" && filter !== "expiring");
    for (const status of new Set(states)) {
      expect(plain.filter((filter) => passes(filter, entry("a", status), TODAY, 7)), status).toHaveLength(1);
      expect(isOpen(status)).toBe(!["accepted", "over"].some((filter) => passes(filter as "over", entry("a", status), TODAY, 7)));
    }
  });

  it("tell what I am asked to agree to from what others are", () => {
    expect(passes("mine", entry("a", "pending_approval"), TODAY, 7)).toBe(false);
    expect(passes("mine", entry("a", "pending_approval", { asksMe: true }), TODAY, 7)).toBe(true);
  });
});
