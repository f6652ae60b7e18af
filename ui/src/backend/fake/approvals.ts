// Who has to agree, as the rules in memory say: by what they are about and in their order. Teams, levels and pay are not
// looked at here.

import type { ApprovalStep, Awaited, Row } from "../types";
import type { Tables } from "./data";

/** The steps of a job or an offer. */
export function approvalSteps(tables: Tables, kind: "jobs" | "offers", id: string): ApprovalStep[] {
  const job = tables.jobs.get(kind === "jobs" ? id : (tables.offers.get(id)?.fields.job_id ?? ""));
  const offer = tables.offers.get(id);
  const said = kind === "jobs" ? (job?.fields.approvals ?? []) : (offer?.fields.approvals ?? []).filter(({ agreed, version }) => agreed && version === offer?.fields.version);
  const rules = [...tables.approval_rules.values()].filter(({ deleted, fields }) => !deleted && fields.about === kind);
  const steps = rules.map(({ fields }) => {
    const manager = fields.with_hiring_manager && job?.fields.hiring_manager_id ? [job.fields.hiring_manager_id] : [];
    const people = [...new Set([...fields.approver_ids, ...manager])];
    return { name: fields.name, at: Math.max(1, fields.step), people, agreed: people.find((who) => said.some(({ by }) => by === who)) ?? null, in_place: null, is_due: false };
  });
  steps.sort((a, b) => a.at - b.at);
  const due = steps.find(({ agreed }) => agreed === null)?.at;
  return steps.map((step) => ({ ...step, is_due: step.agreed === null && step.at === due }));
}

/** What waits for somebody. */
export function awaitedBy(tables: Tables, who: string): Awaited[] {
  const asked = (kind: "jobs" | "offers", id: string): boolean => approvalSteps(tables, kind, id).some(({ is_due, people }) => is_due && people.includes(who));
  const named = ({ fields }: Row<"offers">): boolean => fields.approver_ids.includes(who) && !fields.approvals.some(({ by, agreed, version }) => by === who && agreed && version === fields.version);
  const jobs = [...tables.jobs.values()].filter(({ id, deleted, fields }) => !deleted && fields.status === "pending_approval" && asked("jobs", id));
  const offers = [...tables.offers.values()].filter((offer) => !offer.deleted && offer.fields.status === "pending_approval" && (named(offer) || asked("offers", offer.id)));
  return [
    ...jobs.map(({ id, fields }) => ({ kind: "jobs" as const, id, title: fields.title, candidate_id: null, candidate: "", instead_of: null })),
    ...offers.map(({ id, fields }) => {
      const candidate = tables.candidates.get(fields.candidate_id)?.fields;
      return { kind: "offers" as const, id, title: fields.title, candidate_id: fields.candidate_id, candidate: `${candidate?.first_name ?? ""} ${candidate?.last_name ?? ""}`.trim(), instead_of: null };
    }),
  ];
}
