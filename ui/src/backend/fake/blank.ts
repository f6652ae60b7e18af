// The fields of new records, before anything was typed: what the declarations say.

import type { RecordOf } from "../../gen/records";
import { NO_PAY_BESIDE } from "../pay";
import type { ResumeFields } from "../types";

/** The fields of a new interview. */
export function blankInterview(): RecordOf<"interviews"> {
  return {
    candidate_id: "", application_id: "", job_id: "", kind: "video", title: "", status: "scheduled", starts_at: 0, offered_times: [], offered_anyway: [], minutes: 0, time_zone: "", room_id: null, place: "",
    meeting_url: "", meeting_id: "", meeting_password: "", interviewer_ids: [], any_of_ids: [], template_id: null, message: "", briefing: "", cancel_reason: "",
    moves: 0, wish: "", wish_of: null, declined: [], declined_of: null,
  };
}

/** The fields of a posting in a further language. */
export function blankTranslation(): RecordOf<"job_translations"> {
  return { job_id: "", language: "", title: "", description: "", responsibilities: "", requirements: "", nice_to_have: "", benefits: "" };
}

/** The fields of new working hours. */
export function blankHours(): RecordOf<"working_hours"> {
  return { member_id: null, zone: "", week: [], buffer_before: 0, buffer_after: 0, most_a_day: null, holidays: [], deputy_id: null, deputy_from: null, deputy_until: null };
}

/** The fields of a new reference. */
export function blankReference(): RecordOf<"candidate_references"> {
  return {
    candidate_id: "", application_id: "", job_id: "", name: "", relation: "manager", company: "", email: "", phone: "", language: "", questions: [], consent: "", answer_by: "",
    status: "asked", reminded_at: null, closed_at: null, answers: [], reason: "",
  };
}

/** The fields of a new room. */
export function blankRoom(): RecordOf<"rooms"> {
  return { name: "", place: "", seats: null, equipment: "", is_archived: false };
}

/** The fields of a new offer. */
export function blankOffer(): RecordOf<"offers"> {
  return {
    candidate_id: "", application_id: "", job_id: "", pipeline_id: "", status: "draft", version: 0, title: "", employment: "full_time", salary: null, currency: "",
    period: "yearly", bonus: null, signing_bonus: null, equity: "", ...NO_PAY_BESIDE, days_off: null, benefits: "", starts_on: null, ends_on: null, probation_months: null, place: "", remote_policy: null, reports_to: "", counters: [], conditions: "", expires_on: null, remind_candidate: false,
    message: "", approver_ids: [], approvals: [], asked_at: null, asked_by: null, sent_at: null, sent_by: null, sent_to: "", letter_hash: null, signed_name: "", signed_at: null, closed_at: null, reason: "",
  };
}

/** What is read in every résumé here. */
export function resumeSample(): ResumeFields {
  const found = <Value>(value: Value, line: number) => ({ value, lines: { first: line, last: line } });
  return {
    name: found("Ada Augusta King", 0), emails: [found("ada@new.example", 1)], phones: [found("+44 20 7946 0018", 1)], links: [found("linkedin.com/in/ada-king", 2)],
    location: found("London, UK", 2), headline: found("Mathematician", 3), summary: null,
    jobs: [
      found({ title: "Analyst", company: "Analytical Engines", place: "London", start: { year: 2019, month: 3 }, end: "present" as const, description: ["Wrote the first notes.", "Corrected the tables."] }, 5),
      found({ title: "Tutor", company: "Ockham Park", place: null, start: { year: 2016, month: null }, end: { at: { year: 2019, month: 2 } }, description: [] }, 6),
    ],
    education: [found({ school: "University of London", degree: "BSc Mathematics", start: { year: 2012, month: null }, end: { at: { year: 2015, month: null } } }, 7)],
    certifications: [found({ name: "Chartered Analyst", date: { year: 2018, month: null } }, 10)], skills: [found("Notes", 8), found("Rust", 8)],
    languages: [found({ name: "English" }, 9)],
  };
}
