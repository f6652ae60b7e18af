import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "./CandidateView.svelte";
import { answer, changesOf } from "./proposal";

const ID = "candidate-0";

describe("what a candidate would have corrected", () => {
  it("is read field by field, and nothing else of it", () => {
    const read = (proposal: string): unknown => changesOf({ proposal });
    expect(read('{"phone":"+1 514 555 0199","city":""}')).toEqual([{ field: "city", value: "" }, { field: "phone", value: "+1 514 555 0199" }]);
    for (const wrong of ["", "no JSON", "[]", "null", '"x"', '{"tag_ids":"x","__proto__":"y"}', '{"phone":7}', '{"first_name":" "}', JSON.stringify({ phone: "x".repeat(31) })]) {
      expect(read(wrong), wrong).toEqual([]);
    }
  });

  it("is answered in one step, which empties it", () => {
    expect(answer("c", "k", [])).toEqual([{ kind: "candidate_contacts", id: "k", edits: [{ op: "set", field: "proposal", value: "" }] }]);
    expect(answer("c", "k", [{ field: "city", value: "Laval" }]).map(({ kind }) => kind)).toEqual(["candidates", "candidate_contacts"]);
  });

  describe("at the candidate", () => {
    let fake: FakeBackend;
    openBeforeEach((opened) => (fake = opened));
    const contact = () => [...fake.tables.candidate_contacts.values()].find(({ fields }) => fields.candidate_id === ID)?.fields;

    async function open(): Promise<void> {
      Object.assign(contact() ?? {}, { proposal: '{"city":"Laval","phone":"+1 514 555 0199"}' });
      render(CandidateView, { id: ID });
      await settled();
    }

    it("is taken over with one press", async () => {
      await open();
      expect(screen.getByTestId(testids.proposal).textContent).toContain("City: Laval");
      await fireEvent.click(screen.getByTestId(testids.proposalTake));
      await settled();
      expect(contact()).toMatchObject({ phone: "+1 514 555 0199", proposal: "" });
      expect(fake.tables.candidates.get(ID)?.fields.city).toBe("Laval");
      expect(screen.queryByTestId(testids.proposal)).toBeNull();
    });

    it("is left with another, and changes nothing", async () => {
      await open();
      const { phone } = contact() ?? {};
      await fireEvent.click(screen.getByTestId(testids.proposalLeave));
      await settled();
      expect(contact()).toMatchObject({ phone, proposal: "" });
    });
  });
});
