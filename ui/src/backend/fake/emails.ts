// What was written to candidates, in the workspace in memory: an answered e-mail, one that waits and one that failed.

import type { RecordOf } from "../../gen/records";
import { COLLEAGUE, ME, row, type Tables } from "./data";

const HOUR_MS = 3_600_000;

/** The fields of a new e-mail. */
export function blankEmail(): RecordOf<"emails"> {
  return {
    candidate_id: "", application_id: null, job_id: null, direction: "out", address: "", subject: "", body: "", answers_id: null, status: "waiting", at: null,
    problem: "", message_id: "", left_out: "", is_cut: false,
  };
}

const TEMPLATES: [string, string, string][] = [
  ["Invitation to talk", "{{job}}: let us talk", "Hello {{first_name}},\n\nWhen would half an hour suit you?\n\n{{sender}}\n{{company}}"],
  ["Rejection", "Your application: {{job}}", "Hello {{first_name}},\n\nWe have decided to go on with others.\n\n{{sender}}\n{{company}}"],
  ["We need more time", "Your application: {{job}}", "Hello {{first_name}},\n\nWe have not decided yet.\n\n{{sender}}"],
];

/** Fills in what was written to the candidates who have offers. */
export function fillEmails(tables: Tables, now: number): void {
  TEMPLATES.forEach(([name, subject, body], index) => {
    const id = `mail-template-${index}`;
    tables.mail_templates.set(id, row("mail_templates", id, { name, subject, body }, now - 500 * HOUR_MS, ME));
  });
  const about = (index: number): Partial<RecordOf<"emails">> => {
    const application = tables.applications.get(`application-${index}`);
    return { candidate_id: `candidate-${index}`, application_id: application?.id ?? null, job_id: application?.fields.job_id ?? null, address: `candidate${index}@example.com` };
  };
  const add = (id: string, fields: Partial<RecordOf<"emails">>, at: number, by: string): void => {
    tables.emails.set(id, row("emails", id, { ...blankEmail(), ...fields }, at, by));
  };
  const first = "Hello,\n\nwhen would half an hour suit you?\n\nCamille";
  add("email-1", { ...about(1), subject: "Backend engineer: let us talk", body: first, status: "sent", at: now - 30 * HOUR_MS }, now - 30 * HOUR_MS, ME);
  const answer = `Tomorrow at ten works well for me. I attach what I wrote about the migration, and can tell more when we talk.\n\nOn Nov 26, Camille wrote:\n${first.split("\n").map((line) => `> ${line}`).join("\n")}`;
  add("email-2", { ...about(1), direction: "in", status: "received", subject: "Re: Backend engineer: let us talk", body: answer, answers_id: "email-1", at: now - 5 * HOUR_MS, left_out: "migration.pdf" }, now - 5 * HOUR_MS, "");
  add("email-3", { ...about(1), subject: "Re: Backend engineer: let us talk", body: "Ten it is.", answers_id: "email-2" }, now - HOUR_MS / 2, COLLEAGUE);
  add("email-4", { ...about(2), subject: "Your application", body: "Hello.", status: "failed", problem: "550 5.1.1 There is no such mailbox", address: "nobody@old-company.example" }, now - 20 * HOUR_MS, ME);
}
