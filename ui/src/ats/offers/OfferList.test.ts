import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blankOffer } from "../../backend/fake/blank";
import { ME, row } from "../../backend/fake/data";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import { DAY_MS, localDay } from "../../shared/format";
import { setLanguage } from "../../shared/i18n/index.svelte";
import { handleKey } from "../../shared/keyboard";
import { leave } from "../../shared/leave";
import { go, route } from "../../shared/route.svelte";
import { session } from "../../shared/session.svelte";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { askServer } from "../commands.svelte";
import OfferList from "./OfferList.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened), { offers: 0 });

const inDays = (days: number): string => localDay(Date.now() + days * DAY_MS);

/** An offer to a candidate; the fields that it does not have are those of a new one. */
function put(id: string, candidate: number, fields: Partial<ReturnType<typeof blankOffer>>, changed = 0): void {
  const about = { candidate_id: `candidate-${candidate}`, application_id: `application-${candidate}`, job_id: "job-1", pipeline_id: "pipeline-1", title: "Cook" };
  fake.tables.offers.set(id, { ...row("offers", id, { ...blankOffer(), ...about, ...fields }, Date.now() - 30 * DAY_MS, ME), updated_at: Date.now() - changed });
}

const ids = (): (string | undefined)[] => screen.queryAllByTestId(testids.offerRow).map(({ dataset }) => dataset.offer);
const filter = (): HTMLSelectElement => screen.getByTestId(testids.offerFilter);

async function open(): Promise<void> {
  cleanup();
  render(OfferList);
  await settled();
}

async function narrow(value: string): Promise<void> {
  await fireEvent.change(filter(), { target: { value } });
}

beforeEach(() => {
  leave();
  go({ name: "offers" });
  fake.tables.offers.clear();
});

afterEach(() => setLanguage("en"));

/** One offer of every kind that the list tells apart. */
function oneOfEach(): void {
  put("draft", 1, { status: "draft" });
  put("asks-me", 2, { status: "pending_approval", approver_ids: [ME] });
  put("asks-others", 3, { status: "pending_approval", approver_ids: ["member-3"] });
  put("agreed", 4, { status: "approved" });
  put("sent", 6, { status: "sent", expires_on: inDays(5), salary: 9_500_000, currency: "CAD", starts_on: "2027-03-01" });
  put("viewed", 7, { status: "viewed", expires_on: inDays(20) });
  put("countered", 8, { status: "countered", expires_on: inDays(1) });
  put("accepted", 9, { status: "accepted", expires_on: inDays(1), closed_at: Date.now() });
  put("declined", 10, { status: "declined", closed_at: Date.now() - DAY_MS });
}

describe("the list of offers", () => {
  it("says of each what has to be known, what needs somebody first", async () => {
    oneOfEach();
    await open();
    expect(ids()).toEqual(["asks-me", "countered", "agreed", "sent", "draft", "asks-others", "viewed", "accepted", "declined"]);
    const candidate = fake.tables.candidates.get("candidate-6")?.fields;
    const said = screen.getAllByTestId(testids.offerRow)[3]?.textContent ?? "";
    for (const part of [candidate?.last_name ?? "?", fake.tables.jobs.get("job-1")?.fields.title ?? "?", "Sent", "CA$95,000 a year", "Mar 1, 2027", "in 5 days", "Camille Fortin", "just now"]) {
      expect(said).toContain(part);
    }
    expect(screen.getByText("9 offers")).toBeTruthy();
  });

  it.each([
    ["mine", ["asks-me"]],
    ["approval", ["asks-me", "asks-others"]],
    ["agreed", ["agreed"]],
    ["answer", ["sent", "viewed"]],
    ["expiring", ["sent"]],
    ["countered", ["countered"]],
    ["drafts", ["draft"]],
    ["accepted", ["accepted"]],
    ["over", ["declined"]],
  ])("is narrowed to %s", async (value, shown) => {
    oneOfEach();
    await open();
    await narrow(value);
    expect(ids()).toEqual(shown);
  });

  it("counts what there is to do in its filters, and not what is over", async () => {
    oneOfEach();
    await open();
    const options = within(filter()).getAllByRole("option").map(({ textContent }) => textContent);
    expect(options).toContain("Waiting for an answer (2)");
    expect(options).toContain("Accepted");
  });

  it("takes a last day as near within as many days as are chosen", async () => {
    oneOfEach();
    await open();
    expect(screen.queryByTestId(testids.offerDays)).toBeNull();
    await narrow("expiring");
    await fireEvent.change(screen.getByTestId(testids.offerDays), { target: { value: "3" } });
    expect(ids()).toEqual([]);
    await fireEvent.change(screen.getByTestId(testids.offerDays), { target: { value: "30" } });
    expect(ids()).toEqual(["sent", "viewed"]);
  });

  it("is narrowed by words of the candidate and the job, whatever the accents, and shows all again", async () => {
    oneOfEach();
    Object.assign(fake.tables.candidates.get("candidate-7")?.fields ?? {}, { first_name: "Zoé", last_name: "Quintal" });
    Object.assign(fake.tables.jobs.get("job-2")?.fields ?? {}, { title: "Pastry chef" });
    put("pastry", 11, { status: "draft", job_id: "job-2" });
    await open();
    await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "quintal zoe" } });
    expect(ids()).toEqual(["viewed"]);
    await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "pastry" } });
    expect(ids()).toEqual(["pastry"]);
    await narrow("accepted");
    expect(ids()).toEqual([]);
    expect(screen.getByText("No offer matches")).toBeTruthy();
    await fireEvent.click(screen.getByText("Show all"));
    expect(ids()).toHaveLength(10);
  });

  it("is found as it was left, and the next person begins anew", async () => {
    oneOfEach();
    await open();
    await narrow("drafts");
    await open();
    expect(filter().value).toBe("drafts");
    expect(ids()).toEqual(["draft"]);
    leave();
    await open();
    expect(filter().value).toBe("");
  });

  it("shows somebody who was merged under whom they are now, and an offer before its candidate arrived", async () => {
    put("merged", 12, { status: "draft" });
    put("early", 999, { status: "draft", job_id: "job-999", title: "Night cook" });
    Object.assign(fake.tables.candidates.get("candidate-12")?.fields ?? {}, { merged_into_id: "candidate-13" });
    await open();
    const of = (id: string): string => screen.getAllByTestId(testids.offerRow).find(({ dataset }) => dataset.offer === id)?.textContent ?? "";
    expect(of("merged")).toContain(fake.tables.candidates.get("candidate-13")?.fields.last_name);
    expect(of("early")).toContain("Candidate on the way");
    expect(of("early")).toContain("Night cook");
  });

  it("shows what waits for the server, and whose word it waits for", async () => {
    oneOfEach();
    await open();
    const rowOf = (id: string): HTMLElement => screen.getAllByTestId(testids.offerRow).find(({ dataset }) => dataset.offer === id) as HTMLElement;
    expect(rowOf("asks-me").textContent).toContain("Waits for you");
    expect(rowOf("asks-others").textContent).toContain("Waits for agreement");
    const agreed = fake.tables.offers.get("agreed");
    expect(within(rowOf("agreed")).queryByRole("img")).toBeNull();
    await askServer("offers", "send_offer", agreed as Row<"offers">, "", {});
    await settled();
    expect(within(rowOf("agreed")).getByRole("img").getAttribute("aria-label")).toBe("Waits for the server: Send");
  });

  it("follows what others do", async () => {
    oneOfEach();
    await open();
    fake.remote([{ kind: "offers", id: "viewed", edits: [{ op: "set", field: "status", value: "countered" }] }]);
    await settled();
    await narrow("countered");
    expect(ids()).toEqual(["countered", "viewed"]);
    fake.remote([{ kind: "offers", id: "countered", edits: [{ op: "set", field: "$deleted", value: true }] }]);
    await settled();
    expect(ids()).toEqual(["viewed"]);
  });

  it("holds more than the engine answers at once, of which a small part is in the page", async () => {
    for (let index = 0; index < 600; index += 1) {
      put(`open-${index}`, index % 60, { status: "sent" });
      put(`over-${index}`, index % 60, { status: "declined" });
    }
    await open();
    expect(document.body.textContent).toContain("1,100 offers");
    expect(document.body.textContent).toContain("100 that ended earlier");
    expect(ids().length).toBeLessThan(60);
  });

  it("teaches while there is none: those who write offers how, others what to expect", async () => {
    await open();
    expect(screen.getByText("No offers yet")).toBeTruthy();
    expect(screen.getByText("Go to the candidates").getAttribute("href")).toBe("#/candidates");
    const info = session().info;
    Object.assign(info ?? {}, { may: (info?.may ?? []).filter((action) => action !== "offers:create") });
    await open();
    expect(screen.queryByText("Go to the candidates")).toBeNull();
    expect(document.body.textContent).toContain("as soon as somebody writes one");
  });

  it("speaks French", async () => {
    oneOfEach();
    setLanguage("fr");
    await open();
    expect(document.body.textContent).toContain("dans 5 jours");
    expect(within(filter()).getByText("Contre-propositions (1)")).toBeTruthy();
  });
});

describe("an offer of the list", () => {
  beforeEach(() => {
    window.addEventListener("keydown", handleKey);
    return () => window.removeEventListener("keydown", handleKey);
  });

  it("is reached by J and K, and opened by Enter on its candidate's page", async () => {
    oneOfEach();
    await open();
    const rows = screen.getAllByTestId(testids.offerRow);
    rows[0]?.focus();
    const press = async (key: string): Promise<void> => {
      await fireEvent.keyDown(document.activeElement ?? document.body, { key });
      await settled();
    };
    await press("j");
    await press("j");
    expect((document.activeElement as HTMLElement).dataset.offer).toBe("agreed");
    await press("k");
    expect((document.activeElement as HTMLElement).dataset.offer).toBe("countered");
    await press("Enter");
    expect(route()).toEqual({ name: "candidate", id: "candidate-8", offer: "countered" });
    go({ name: "offers" });
    await press("f");
    expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  });
});
