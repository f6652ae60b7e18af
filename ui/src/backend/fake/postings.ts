// A job that can be read in two languages, of which one opening was given up.

import { blankTranslation } from "./blank";
import { COLLEAGUE, ME, row, type Tables } from "./data";

const JOB = "job-0";
const DAY_MS = 86_400_000;

/** Fills what belongs to the posting of the first job. */
export function fillPosting(tables: Tables, now: number): void {
  const job = tables.jobs.get(JOB);
  if (!job) {
    return;
  }
  const closed = { id: "opening-1", reason: "no_budget", note: "Asked for again next year", by: COLLEAGUE, at: now - DAY_MS };
  Object.assign(job.fields, { language: "en", positions_count: 3, closed_openings: [closed], equity_offered: true, equity_range: "0.05 – 0.1 %" });
  const french = {
    ...blankTranslation(), job_id: JOB, language: "fr", title: `${job.fields.title} (F/H)`,
    description: "Vous rejoignez une équipe de huit personnes qui fait tourner le service pour 40 000 personnes par jour.",
    benefits: "- Horaires souples\n- 25 jours de congé",
  };
  tables.job_translations.set("translation-1", row("job_translations", "translation-1", french, now - DAY_MS, ME));
}
