import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import { go, href, parse, route } from "../../shared/route.svelte";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import CandidateView from "../candidates/CandidateView.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const button = (command: string): HTMLElement => document.querySelector<HTMLElement>(`[data-command="${command}"]`) as HTMLElement;

describe("offers", () => {
  it("are drafted, say what is missing, and wait for the server once they are to be sent", async () => {
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.offerNew));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.offerSalary), { target: { value: "a lot" } });
    await fireEvent.click(screen.getByTestId(testids.offerSave));
    expect(document.querySelector("dialog [aria-invalid]")).not.toBeNull();
    await fireEvent.input(screen.getByTestId(testids.offerSalary), { target: { value: "95,000" } });
    // The hiring manager of the job has to agree, unless somebody says otherwise.
    await fireEvent.click(screen.getByLabelText(/Marie-Ève Lalonde/));
    await fireEvent.click(screen.getByTestId(testids.offerSave));
    await settled();
    const made = [...fake.tables.offers.values()].find(({ fields }) => fields.candidate_id === "candidate-20");
    expect(made?.fields).toMatchObject({ salary: 9_500_000, application_id: "application-20", approver_ids: [] });
    expect(document.body.textContent).toContain("The first day is missing.");
    expect((button("send_offer") as HTMLButtonElement).disabled).toBe(true);
  });

  it("say what they come to while they are written, with parts of the pay that have a name", async () => {
    render(CandidateView, { id: "candidate-20" });
    await settled();
    await fireEvent.click(screen.getByTestId(testids.offerNew));
    await settled();
    await fireEvent.input(screen.getByTestId(testids.offerSalary), { target: { value: "90,000" } });
    await fireEvent.click(screen.getByTestId(testids.offerComponentAdd));
    const [name, amount] = [...screen.getByTestId(testids.offerComponent).querySelectorAll<HTMLInputElement>("input")];
    await fireEvent.input(amount as HTMLInputElement, { target: { value: "1,000" } });
    await fireEvent.click(screen.getByTestId(testids.offerSave));
    expect(document.body.textContent).toContain("Say what it is for.");
    await fireEvent.input(name as HTMLInputElement, { target: { value: "Pension plan" } });
    expect(screen.getByTestId(testids.offerTotal).textContent).toContain("91,000");
    await fireEvent.click(screen.getByTestId(testids.offerSave));
    await settled();
    const made = [...fake.tables.offers.values()].find(({ fields }) => fields.candidate_id === "candidate-20");
    expect(made?.fields.components).toMatchObject([{ name: "Pension plan", amount: 100_000, paid: "yearly", guaranteed: true }]);
  });

  it("go out by mail to an address that can be changed, or are given by hand", async () => {
    const offer = [...fake.tables.offers.values()].find(({ fields }) => fields.status === "sent");
    Object.assign(offer?.fields ?? {}, { status: "draft", approver_ids: [], sent_to: "" });
    const asked = vi.spyOn(fake, "command");
    render(CandidateView, { id: "candidate-2" });
    await settled();
    await fireEvent.click(button("send_offer"));
    const to = screen.getByTestId<HTMLInputElement>(testids.offerTo);
    expect(to.value).toContain("@");
    await fireEvent.input(to, { target: { value: "nobody" } });
    await fireEvent.click(screen.getByTestId(testids.offerSend));
    expect(document.body.textContent).toContain("Write an e-mail address");
    await fireEvent.input(to, { target: { value: " grace@example.org " } });
    await fireEvent.click(screen.getByTestId(testids.offerSend));
    await settled();
    expect(asked).toHaveBeenCalledWith("send_offer", offer?.id, { to: "grace@example.org" });
    expect(document.body.textContent).toContain("Waits for the server: Send");
  });

  it("show who signed them, and their letter", async () => {
    const offer = [...fake.tables.offers.values()].find(({ fields }) => fields.status === "sent");
    Object.assign(offer?.fields ?? {}, { status: "accepted", signed_name: "Grace B. Hopper", signed_at: Date.UTC(2026, 10, 27), letter_hash: "ab".repeat(32) });
    render(CandidateView, { id: "candidate-2" });
    await settled();
    expect(document.body.textContent).toContain("Signed by Grace B. Hopper");
    await fireEvent.click(screen.getByTestId(testids.offerLetter));
    await settled();
    expect(screen.getByRole("dialog").textContent).toContain("Signed letter");
  });

  it("are called off with a reason", async () => {
    render(CandidateView, { id: "candidate-2" });
    await settled();
    expect(screen.getByTestId(testids.offer).dataset.status).toBe("sent");
    expect(screen.queryByTestId(testids.offerNew)).toBeNull();
    await fireEvent.click(button("withdraw_offer"));
    await fireEvent.click(screen.getAllByText("Withdraw").at(-1) as HTMLElement);
    expect(document.body.textContent).toContain("A reason is needed.");
    await fireEvent.input(screen.getByLabelText("Why?"), { target: { value: "The budget is gone" } });
    await fireEvent.click(screen.getAllByText("Withdraw").at(-1) as HTMLElement);
    await settled();
    expect(document.body.textContent).toContain("Waits for the server: Withdraw");
    expect(button("accept_offer")).toBeNull();
  });

  it("are gone to once by their address, among the others of the candidate", async () => {
    const sent = fake.tables.offers.get("offer-2") as Row<"offers">;
    fake.tables.offers.set("earlier", { ...sent, id: "earlier", created_at: 0, fields: { ...sent.fields, status: "declined" } });
    go({ name: "candidate", id: "candidate-2", offer: "earlier" });
    render(CandidateView, { id: "candidate-2" });
    await settled();
    await settled();
    expect(screen.getAllByTestId(testids.offer)).toHaveLength(2);
    expect((document.activeElement as HTMLElement).dataset.offer).toBe("earlier");
    expect(route()).toEqual({ name: "candidate", id: "candidate-2" });
  });

  it("have an address", () => {
    const places = [{ name: "candidate", id: "a b", offer: "c/d" }, { name: "candidate", id: "a", write: "b" }, { name: "candidate", id: "a" }] as const;
    expect(places.map((place) => parse(href(place)))).toEqual(places);
  });
});
