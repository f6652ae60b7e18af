// What the placeholders of an e-mail stand for with somebody, about one of their applications.

import { engine } from "../../backend/engine";
import type { CandidatePage, Row } from "../../backend/types";
import { dayAt, timeAt } from "../../shared/format";
import { memberName } from "../../shared/people.svelte";
import { may } from "../../shared/session.svelte";
import { isOpen } from "../interviews/plan";
import type { Values } from "./merge";
import type { Ours } from "./ours";

/** Interviews that are looked at: a few for each application that one step may be about. */
const INTERVIEWS_MAX = 500;

/** The next interview of each application, those that have their time. */
export type Ahead = { readonly [application: string]: Row<"interviews"> | undefined };

/** The next interview of some applications; none for whoever sees none. */
export async function nextInterviews(applications: readonly string[]): Promise<Ahead> {
  const asked = applications.filter((id) => id !== "");
  if (asked.length === 0 || !may("interviews", "read")) {
    return {};
  }
  const filters = [{ field: "application_id", in: asked }];
  const { rows } = await engine().list({ kind: "interviews", filters, sort: "starts_at", limit: INTERVIEWS_MAX });
  const ahead = rows.filter(({ fields }) => isOpen(fields.status) && fields.starts_at > Date.now());
  return Object.fromEntries(ahead.toReversed().map((row) => [row.fields.application_id, row]));
}

/** Somebody's name, or nothing where they are not known here. */
function nameOf(member: string | null | undefined): string {
  return member ? (memberName(member) ?? "") : "";
}

/** What the placeholders stand for with somebody. */
export function valuesFor(page: CandidatePage, application: string, common: Ours, ahead: Ahead = {}): Values {
  const { first_name, last_name } = page.candidate.fields;
  const entry = page.applications.find((each) => each.application.id === application);
  const job = entry?.job?.fields;
  const next = ahead[application]?.fields;
  return {
    first_name, last_name, job: job?.title ?? "", city: job?.location_city ?? "", recruiter: nameOf(job?.recruiter_id), hiring_manager: nameOf(job?.hiring_manager_id),
    stage: entry?.stage?.name ?? "", interview_day: next ? dayAt(next.starts_at, next.time_zone) : "", interview_time: next ? timeAt(next.starts_at, next.time_zone) : "", ...common,
  };
}
