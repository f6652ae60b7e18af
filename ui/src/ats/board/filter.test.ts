import { describe, expect, it } from "vitest";
import type { Board, Card, Row } from "../../backend/types";
import type { RecordOf } from "../../gen/records";
import { narrowing } from "../../shared/list/asked";
import type { Reason } from "../reasons/reasons";
import { boardWith, NO_FILTER, passes, reasonOf, sortedBy, type ApplicationFilter } from "./filter";

const ME = "me-id";

function card(id: string, fields: Partial<RecordOf<"applications">> = {}, rest: Partial<Card> = {}): Card {
  const application = { id, updated_at: 0, fields: { assigned_to_id: null, source: "direct", job_id: "job-0", stage_id: "stage-0", stage_changed_at: null, rating: null, applied_at: 0, ...fields } } as unknown as Row<"applications">;
  return { application, candidate_id: id, candidate_name: "Zoë Müller", headline: "Baker", city: "", tags: [], days_in_stage: 0, notes: 0, rating: null, knockouts: 0, interview_at: null, ...rest };
}
const listed = (id: string, name: string, updated_at = 0): Reason => ({ id, updated_at, fields: { name } }) as Reason;
const REASONS = [listed("r1", "Far"), listed("r2", "Near")];
const passing = (filter: Partial<ApplicationFilter>, ...cards: Card[]): string[] => cards.filter((each) => passes({ ...NO_FILTER, ...filter }, each, ME, REASONS)).map((each) => each.application.id);

describe("a filter of applications", () => {
  it("lets everything pass that asks for nothing, and counts what it asks", () => {
    expect(passing({}, card("a"), card("b", { rating: 0 }))).toEqual(["a", "b"]);
    expect([narrowing(NO_FILTER), narrowing({ ...NO_FILTER, text: "  " }), narrowing({ ...NO_FILTER, text: "z", rating: 3, days: 0, knockout: "no" })]).toEqual([0, 0, 4]);
  });

  it("finds words of the name and of the title, whatever the accents and the order", () => {
    const cards = [card("zoe"), card("ada", {}, { candidate_name: "Ada Lovelace", headline: "Engineer" }), card("unseen", {}, { candidate_name: null })];
    expect(passing({ text: "muller zoe" }, ...cards)).toEqual(["zoe"]);
    expect(passing({ text: " engin " }, ...cards)).toEqual(["ada"]);
    expect(passing({ text: "baker" }, ...cards)).toEqual(["zoe", "unseen"]);
  });

  it("finds those of a reason of the list, and those of other words", () => {
    const ended = (rejection_reason: string, rejection_reason_id: string | null) => ({ rejection_reason, rejection_reason_id });
    const cards = [card("listed", ended("Far", "r1")), card("other", ended("Near", "r2")), card("own", ended("Something", null)), card("open", ended("", null))];
    expect(["", "r1", "own"].map((reason) => passing({ reason }, ...cards))).toEqual([["listed", "other", "own", "open"], ["listed"], ["own"]]);
  });

  it("goes by the words where two windows ended one at once, and knows an entry that was called otherwise", () => {
    const ended = (rejection_reason: string, rejection_reason_id: string | null) => card("a", { rejection_reason, rejection_reason_id, stage_changed_at: 10 });
    const found = (name: string, id: string | null, reasons = REASONS): string => reasonOf(ended(name, id), reasons);
    // The words of one window beside the entry of the other.
    expect([found("Near", "r1"), found("Something", "r1"), found("Far", null)]).toEqual(["r2", "own", "r1"]);
    // Called otherwise since the end; changed before it, the words cannot have been its name.
    expect(found("Far away", "r1", [listed("r1", "Far", 11)])).toBe("r1");
    expect(found("Far away", "r1", [listed("r1", "Far", 9)])).toBe("own");
    // One that is gone from the list is nobody else's, and without words there is no reason.
    expect([found("Far away", "gone"), found("", "r1")]).toEqual(["gone", ""]);
  });

  it("knows me, nobody, somebody, and one of the others", () => {
    const cards = [card("mine", { assigned_to_id: ME }), card("free"), card("theirs", { assigned_to_id: "other" })];
    const found = ["me", "nobody", "somebody", "other"].map((assignee) => passing({ assignee }, ...cards));
    expect(found).toEqual([["mine"], ["free"], ["mine", "theirs"], ["theirs"]]);
  });

  it("counts a rating from its edge on, and what is not rated as none", () => {
    const cards = [0, 2, 3, 5].map((rating) => card(String(rating), {}, { rating }));
    expect(passing({ rating: 3 }, ...cards, card("none"))).toEqual(["3", "5"]);
  });

  it("takes more than so many days as more", () => {
    expect(passing({ days: 7 }, card("seven", {}, { days_in_stage: 7 }), card("eight", {}, { days_in_stage: 8 }))).toEqual(["eight"]);
    expect(passing({ days: 0 }, card("today"), card("yesterday", {}, { days_in_stage: 1 }))).toEqual(["yesterday"]);
  });

  it("tells who is ruled out and who has an interview from who is not and has none", () => {
    const cards = [card("out", {}, { knockouts: 1 }), card("met", {}, { interview_at: 5 })];
    expect([passing({ knockout: "yes" }, ...cards), passing({ knockout: "no" }, ...cards)]).toEqual([["out"], ["met"]]);
    expect([passing({ interview: "yes" }, ...cards), passing({ interview: "no" }, ...cards)]).toEqual([["met"], ["out"]]);
  });

  it("compares the source and the job, and all that is asked must hold", () => {
    const cards = [card("a", { source: "referral" }), card("b", { source: "referral", job_id: "job-1" }), card("c", { job_id: "job-1" })];
    expect(passing({ source: "referral" }, ...cards)).toEqual(["a", "b"]);
    expect(passing({ source: "referral", job: "job-1" }, ...cards)).toEqual(["b"]);
  });
});

describe("what passed", () => {
  it("stands on the board in its stages and is counted there", () => {
    const column = (stage_id: string) => ({ stage_id, name: stage_id, kind: "new", color: "", target_days: null, total: 900, cards: [] });
    const board = { columns: ["stage-0", "stage-1", "stage-2"].map(column) } as unknown as Board;
    const cards = [...Array.from({ length: 201 }, (_, index) => card(`${index}`)), card("later", { stage_id: "stage-2" })];
    const shown = boardWith(board, cards).columns;
    expect(shown.map(({ total }) => total)).toEqual([201, 0, 1]);
    expect(shown.map(({ cards: here }) => here.length)).toEqual([200, 0, 1]);
  });

  it("is sorted as rows are: what is not known is least, and equal ones keep their order", () => {
    const cards = [card("a", { rating: 3 }), card("b"), card("c", { rating: 5 }), card("d", { rating: 3 })];
    const order = (sort: string): string => sortedBy(cards, sort).map((each) => each.application.id).join("");
    expect([order("rating"), order("-rating")]).toEqual(["badc", "cadb"]);
  });
});
