import { describe, expect, it } from "vitest";
import type { KindName } from "../gen/records";
import type { Route } from "../shared/route.svelte";
import { hasPlace, placeOf, type Known } from "./place";

const CASES: [KindName, Known, Route | null][] = [
  ["jobs", null, { name: "job", id: "x", view: "board" }],
  ["candidates", null, { name: "candidate", id: "x" }],
  ["pipelines", null, { name: "pipeline", id: "x" }],
  ["offers", { candidate_id: "c", application_id: "a" }, { name: "candidate", id: "c", offer: "x" }],
  ["applications", { candidate_id: "c" }, { name: "candidate", id: "c", application: "x" }],
  ["interviews", { candidate_id: "c", application_id: "a" }, { name: "candidate", id: "c", application: "a" }],
  ["candidate_contacts", { candidate_id: "c" }, { name: "candidate", id: "c" }],
  ["notes", { candidate_id: null, job_id: "j" }, null],
  ["offers", null, null],
  ["mail_templates", null, { name: "mail_templates" }],
  ["working_hours", null, { name: "settings" }],
  ["tags", null, null],
];

describe("where a record is looked at", () => {
  it.each(CASES)("%s", (kind, known, place) => {
    expect(placeOf(kind, "x", known)).toEqual(place);
    expect(place === null || hasPlace(kind)).toBe(true);
  });

  it("has no place for what no screen shows", () => {
    expect(hasPlace("tags")).toBe(false);
    expect(hasPlace("activities")).toBe(false);
  });
});
