import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateForm from "./CandidateForm.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const pick = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe("a new candidate", () => {
  it("is asked after what their source leaves open, and nothing else of it is kept", async () => {
    render(CandidateForm, { onclose: () => undefined });
    await settled();
    await fireEvent.input(screen.getByTestId(testids.candidateName), { target: { value: "Ada" } });
    expect(screen.queryByLabelText("Source detail")).toBeNull();
    await pick("Source", "agency");
    await fireEvent.input(screen.getByLabelText("Source detail"), { target: { value: "Northern Staffing" } });
    await pick("Source", "referral");
    expect(screen.queryByLabelText("Source detail")).toBeNull();
    await pick("Referred by", "member-2");
    await fireEvent.click(screen.getByTestId(testids.candidateSave));
    await settled();
    const made = [...fake.tables.candidates.values()].find(({ fields }) => fields.first_name === "Ada" && fields.last_name === "");
    expect(made?.fields).toMatchObject({ source: "referral", referred_by_id: "member-2", source_detail: "" });
  });
});
