import { describe, expect, it } from "vitest";
import { blankCandidate, blankJob } from "../../backend/fake/data";
import { insiders, privacyEdits, privateFields, removable, teamOf } from "./privacy";

const RECRUITER = { id: "me", role: "recruiter" };
const ADMIN = { id: "me", role: "admin" };

describe("a private record", () => {
  it("is made so by somebody who stays among those who see it", () => {
    expect(privacyEdits("jobs", blankJob(), true, RECRUITER)).toEqual([
      { op: "add", field: "hiring_team_ids", value: "me" },
      { op: "set", field: "is_private", value: true },
    ]);
    expect(privacyEdits("jobs", { ...blankJob(), recruiter_id: "me" }, true, RECRUITER)).toHaveLength(1);
    expect(privacyEdits("candidates", blankCandidate(), true, ADMIN)).toEqual([{ op: "set", field: "is_private", value: true }]);
    expect(privacyEdits("candidates", blankCandidate(), false, RECRUITER)).toEqual([{ op: "set", field: "is_private", value: false }]);
  });

  it("is made anew with its maker inside", () => {
    expect(privateFields(true, RECRUITER)).toEqual({ is_private: true, visible_to_ids: ["me"] });
    expect(privateFields(true, ADMIN)).toEqual({ is_private: true, visible_to_ids: [] });
    expect(privateFields(false, RECRUITER)).toEqual({});
  });

  it("keeps whoever writes a private job in its team, unless they are named otherwise", () => {
    const job = { ...blankJob(), hiring_team_ids: ["a"] };
    expect(teamOf(job, RECRUITER)).toEqual(["a"]);
    expect(teamOf({ ...job, is_private: true }, RECRUITER)).toEqual(["a", "me"]);
    expect(teamOf({ ...job, is_private: true, recruiter_id: "me" }, RECRUITER)).toEqual(["a"]);
    expect(teamOf({ ...job, is_private: true }, ADMIN)).toEqual(["a"]);
  });

  it("names its manager and recruiter as well", () => {
    expect(insiders("jobs", { ...blankJob(), hiring_manager_id: "a", hiring_team_ids: ["b"] })).toEqual(["a", "b"]);
  });

  it("lets nobody shut themselves out", () => {
    const job = { ...blankJob(), is_private: true, hiring_team_ids: ["me", "b"] };
    expect([removable(job, "me", RECRUITER), removable(job, "b", RECRUITER), removable(job, "me", ADMIN)]).toEqual([false, true, true]);
    expect(removable({ ...job, is_private: false }, "me", RECRUITER)).toBe(true);
  });
});
