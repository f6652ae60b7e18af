// The fields of new records, before anything was typed: what the declarations say.

import type { RecordOf } from "../../gen/records";

/** The fields of a new interview. */
export function blankInterview(): RecordOf<"interviews"> {
  return {
    candidate_id: "", application_id: "", job_id: "", kind: "video", title: "", status: "scheduled", starts_at: 0, minutes: 0, time_zone: "", place: "",
    meeting_url: "", interviewer_ids: [], template_id: null, message: "", briefing: "", cancel_reason: "",
  };
}

/** The fields of a new offer. */
export function blankOffer(): RecordOf<"offers"> {
  return {
    candidate_id: "", application_id: "", job_id: "", pipeline_id: "", status: "draft", version: 0, title: "", employment: "full_time", salary: null, currency: "",
    period: "yearly", bonus: null, signing_bonus: null, equity: "", days_off: null, benefits: "", starts_on: null, place: "", conditions: "", expires_on: null,
    message: "", approver_ids: [], approvals: [], sent_at: null, closed_at: null, reason: "",
  };
}
