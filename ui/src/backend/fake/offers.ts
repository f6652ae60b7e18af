// The offers of the workspace in memory: one in every state, and as many more as are asked for.

import type { RecordOf } from "../../gen/records";
import { blankOffer } from "./blank";
import { dayOf } from "./day";
import { COLLEAGUE, ME, row, type Sizes, type Tables } from "./data";

const DAY_MS = 86_400_000;
/** Where they stand, and the days from today until their last day; none where it is not said. */
const STATES: [string, number | null][] = [
  ["countered", 5], ["sent", 2], ["viewed", 12], ["approved", 9], ["draft", null], ["accepted", 6], ["pending_approval", 15],
  ["declined", -3], ["sent", -1], ["withdrawn", null], ["expired", -8], ["draft", 20], ["viewed", 0], ["sent", 25],
];
const OVER = ["accepted", "declined", "expired", "withdrawn"];
/** The stages in which somebody is no more, as the pipeline in memory has them. */
const ENDED = ["stage-6", "stage-7"];
/** From which application on there are more offers. */
const FIRST = 24;

/** The first three: a draft, one that waits for whoever is signed in, and one that was sent. */
function fillFirst(tables: Tables, now: number): void {
  for (let index = 0; index < 3; index += 1) {
    const application = tables.applications.get(`application-${index}`);
    if (!application) {
      continue;
    }
    const offer: RecordOf<"offers"> = {
      ...blankOffer(), candidate_id: `candidate-${index}`, application_id: application.id, job_id: application.fields.job_id,
      pipeline_id: "pipeline-1", status: ["draft", "pending_approval", "sent"][index] ?? "draft", version: index === 2 ? 1 : 0, title: "Engineer",
      salary: 9_500_000, currency: "CAD", bonus: 500_000, days_off: 25, starts_on: "2027-01-11", place: "Montréal",
      expires_on: "2026-12-15", approver_ids: index === 1 ? ["member-3", ME] : [], approvals: index === 1 ? [{ id: "a1", by: "member-3", version: 0, agreed: true, note: "", instead_of: "", at: 0 }] : [],
      sent_at: index === 2 ? now - DAY_MS : null, sent_to: index === 2 ? "candidate@example.com" : "",
    };
    tables.offers.set(`offer-${index}`, row("offers", `offer-${index}`, offer, now - 2 * DAY_MS, ME));
  }
}

/** Fills in the offers. */
export function fillOffers(tables: Tables, { offers, now }: Sizes): void {
  fillFirst(tables, now);
  const day = (days: number): string => dayOf(now + days * DAY_MS);
  const applications = [...tables.applications.values()].slice(FIRST).filter(({ fields }) => !ENDED.includes(fields.stage_id));
  applications.slice(0, offers).forEach((application, index) => {
    const [status, left] = STATES[index % STATES.length] ?? ["draft", null];
    const { candidate_id, job_id, pipeline_id } = application.fields;
    const hourly = index % 5 === 4;
    const moved = now - (index % 17) * DAY_MS - index * 60_000;
    const out = !["draft", "pending_approval", "approved", "withdrawn"].includes(status);
    const offer: RecordOf<"offers"> = {
      ...blankOffer(), candidate_id, job_id, pipeline_id, application_id: application.id, status, title: tables.jobs.get(job_id)?.fields.title ?? "", currency: "CAD",
      salary: status === "draft" && left === null ? null : hourly ? 4_250 : (62 + (index % 9) * 7) * 100_000, period: hourly ? "hourly" : "yearly",
      starts_on: index % 6 === 5 ? null : day(45 + index), expires_on: left === null ? null : day(left), approver_ids: status === "pending_approval" ? ["member-3"] : [],
      sent_at: out ? moved - DAY_MS : null, sent_to: out ? "candidate@example.com" : "", closed_at: OVER.includes(status) ? moved : null,
      reason: status === "countered" ? "Two more days at home, and five more days off a year." : "",
    };
    const made = row("offers", `offer-${index + 3}`, offer, moved - 3 * DAY_MS, index % 3 === 0 ? COLLEAGUE : ME);
    tables.offers.set(made.id, { ...made, updated_at: moved });
  });
}
