import { describe, expect, it } from "vitest";
import type { ResumeFields, Row } from "../../backend/types";
import { blankCandidate, blankContact } from "../../backend/fake/data";
import { nameParts, proposals, taken } from "./fill";

const found = <Value>(value: Value) => ({ value, lines: { first: 0, last: 0 } });
const READ: ResumeFields = {
  name: found("Ada Augusta King"), emails: [found("ada@new.example"), found("old@new.example")], phones: [found("+44 20")], links: [found("linkedin.com/in/ada"), found("https://ada.example")],
  location: found("London, UK"), headline: found("Mathematician"), summary: null,
  jobs: [
    found({ title: "Student", company: "Home", place: null, start: null, end: { at: { year: 1840, month: null } }, description: [] }),
    found({ title: "Analyst", company: "Engines", place: "London", start: { year: 1842, month: 3 }, end: "present" as const, description: ["Notes.", "Tables."] }),
  ],
  education: [], certifications: [],
  skills: [found("Notes"), found("rust"), found("C, C++")], languages: [found({ name: "English" })],
};

function row<K extends "candidates" | "candidate_contacts">(kind: K, fields: Row<K>["fields"]): Row<K> {
  return { id: kind, kind, created_at: 0, created_by: null, updated_at: 0, updated_by: null, deleted: false, pending: false, fields };
}

const candidate = row("candidates", { ...blankCandidate(), first_name: "Ada", last_name: "Lovelace", skills: ["Rust"] });

describe("what a résumé says", () => {
  it("is proposed where nothing is, and beside what is there", () => {
    const all = proposals(READ, candidate, null, true);
    expect(all.map(({ field, value, now, chosen }) => [field, value, now, chosen])).toEqual([
      ["first_name", "Ada Augusta", "Ada", false], ["last_name", "King", "Lovelace", false], ["headline", "Mathematician", "", true], ["current_title", "Analyst", "", true],
      ["current_company", "Engines", "", true], ["city", "London", "", true], ["skills", "Notes", "Rust", true], ["languages", "English", "", true],
      ["email", "ada@new.example", "", true], ["phone", "+44 20", "", true], ["linkedin_url", "https://linkedin.com/in/ada", "", true], ["website_url", "https://ada.example", "", true],
    ]);
    expect(proposals(READ, candidate, null, false).some(({ kind }) => kind === "candidate_contacts")).toBe(false);
    expect(nameParts("Cher")).toEqual(["Cher", ""]);
  });

  it("is taken over as edits of what is there, and as a record of what is not", () => {
    const chosen = proposals(READ, candidate, null, true).filter((each) => each.chosen);
    const { edits, creates } = taken(chosen, candidate, null);
    expect(edits).toHaveLength(1);
    expect(edits[0]?.edits).toContainEqual({ op: "add", field: "skills", value: "Notes" });
    expect(edits[0]?.edits.some(({ field }) => field === "first_name")).toBe(false);
    expect(creates).toEqual([{ kind: "candidate_contacts", fields: { candidate_id: "candidates", email: "ada@new.example", phone: "+44 20", linkedin_url: "https://linkedin.com/in/ada", website_url: "https://ada.example" } }]);
    const contact = row("candidate_contacts", { ...blankContact("candidates"), email: "ada@old.example" });
    const again = taken(proposals(READ, candidate, contact, true).filter((each) => each.chosen), candidate, contact);
    expect(again.creates).toEqual([]);
    expect(again.edits[1]?.edits.map(({ field }) => field)).toEqual(["phone", "linkedin_url", "website_url"]);
  });
});
