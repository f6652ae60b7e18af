// A believable workspace, always the same for the same sizes: a seed, no clock of its own and no randomness.

import type { KindName, RecordOf } from "../../gen/records";
import type { Row } from "../types";
import { blankInterview } from "./blank";
import { fillDuplicate } from "./duplicates";
import { dayOf } from "./day";
import { fillEmails } from "./emails";
import { fillHires } from "./hires";
import { fillOffers } from "./offers";
import { fillPosting } from "./postings";
import { CITIES, COMPANIES, DESCRIPTION, FIRST_NAMES, JOBS, LAST_NAMES, NOTES, SKILLS, STAGES, TAGS, TITLES } from "./words";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Who works at this window. */
export const ME = "member-1";
/** The colleague whose edits arrive. */
export const COLLEAGUE = "member-2";
/** The candidate of whom every field has a value. */
const FULLY_KNOWN = 8;
/** Of so many candidates the last one should be gone by now. */
const DUE_EVERY = 46;
const LONG_NAME = "Maximiliano-Alejandro Featherstonehaugh-Cholmondeley de la Sainte-Trinité et Beauregard";
const RTL_NAME: [string, string] = ["عبد الرحمن", "المنصوري"];

/** How much there is, and when "now" is. */
export interface Sizes {
  candidates: number;
  jobs: number;
  /** Offers beside those to the first three candidates, which are always there. */
  offers: number;
  now: number;
}

/** Why applications end, and at which end that is offered. */
const REASONS: [string, string][] = [["Experience does not fit", "rejected"], ["Skills are missing", "rejected"], ["Others were closer to what is needed", "rejected"], ["Overqualified", "rejected"]];

/** What a stage says beyond its name and target, where nobody made a rule. */
export const PLAIN_STAGE = { description: "", email_template_id: "", advance: "never", warn_days: null, escalate_days: null, escalate_to_id: "" };

/** All rows by kind and id. */
export type Tables = { [K in KindName]: Map<string, Row<K>> };

/** An empty workspace. */
export function emptyTables(): Tables {
  return {
    jobs: new Map(),
    job_translations: new Map(),
    pipelines: new Map(),
    candidates: new Map(),
    candidate_contacts: new Map(),
    applications: new Map(),
    interviews: new Map(),
    scorecard_templates: new Map(),
    scorecards: new Map(),
    offers: new Map(),
    candidate_references: new Map(),
    emails: new Map(),
    mail_templates: new Map(),
    saved_searches: new Map(),
    custom_fields: new Map(),
    approval_rules: new Map(),
    offer_templates: new Map(),
    pools: new Map(),
    working_hours: new Map(),
    rejection_reasons: new Map(),
    rooms: new Map(),
    attachments: new Map(),
    onboarding_templates: new Map(),
    employees: new Map(),
    contracts: new Map(),
    onboardings: new Map(),
    notes: new Map(),
    tags: new Map(),
    activities: new Map(),
    members: new Map(),
  };
}

/** A generator of numbers from 0 to 1 that depends on its seed alone (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A row around its fields. */
export function row<K extends KindName>(kind: K, id: string, fields: RecordOf<K>, at: number, by: string): Row<K> {
  return { id, kind, created_at: at, created_by: by, updated_at: at, updated_by: by, deleted: false, pending: false, fields };
}

/** The fields of a new job, before anything was typed. */
export function blankJob(): RecordOf<"jobs"> {
  return {
    title: "", slug: null, reference_code: null, status: "draft", pipeline_id: null, language: "", description: "", responsibilities: "",
    requirements: "", nice_to_have: "", benefits: "", job_type: "full_time", experience_level: "mid", remote_policy: "on_site",
    location_city: "", location_state: "", location_country: "", salary_min: null, salary_max: null, salary_currency: "CAD",
    salary_period: "yearly", show_salary: true, equity_offered: false, equity_range: "", required_skills: [], preferred_skills: [], languages_required: [],
    certifications_required: [], education_requirements: "", positions_count: 1, closed_openings: [], hiring_manager_id: null, recruiter_id: null,
    hiring_team_ids: [], is_private: false,
    team: "", reports_to: "", application_deadline: null, require_cover_letter: false, require_resume: true, ask_linkedin: "usual", ask_github: "usual", ask_website: "usual",
    ask_salary: "usual", ask_notice: "usual", ask_start: "usual", ask_permit: "usual", ask_place: "usual", questions: [],
    external_apply_url: "", meta_title: "", meta_description: "", not_on_indeed: false, not_on_linkedin: false, not_on_rss: false, not_on_json: false,
    is_internal_only: false, is_featured: false, published_on_career_page: false, published_at: null, closed_at: null, close_reason: "", return_reason: "", approvals: [],
  };
}

/** The fields of a new candidate. */
export function blankCandidate(): RecordOf<"candidates"> {
  return {
    first_name: "", last_name: "", headline: "", summary: "", current_company: "", current_title: "", years_experience: null,
    city: "", state: "", country: "", willing_to_relocate: false, skills: [], languages: [], experience: [], education: [], certificates: [], source: "direct", source_detail: "",
    referred_by_id: null, tag_ids: [], pool_ids: [], custom: [], merged_into_id: null, distinct_from_ids: [], before_merge: "", is_private: false, visible_to_ids: [], consent_to_store: false, keep_in_mind_at: null, keep_in_mind_words: "", consent_on: null, consent_until: null, consent_asked_on: null, data_retention_until: null, resume_hash: null, resume_name: "",
    resume_type: "", resume_text: "",
  };
}

/** The fields of a new contact record. */
export function blankContact(candidateId: string): RecordOf<"candidate_contacts"> {
  return {
    candidate_id: candidateId, email: "", phone: "", linkedin_url: "", github_url: "", portfolio_url: "", website_url: "",
    desired_salary_min: null, desired_salary_max: null, desired_salary_currency: "CAD", desired_salary_period: "yearly", notice_period_days: null, available_from: null, work_authorization: "",
    before_merge: "", proposal: "",
  };
}

function fillBasics(tables: Tables, now: number): void {
  const people: [string, string, string][] = [
    ["Camille Fortin", "recruiter", "Recruiter"], ["Samuel Adeyemi", "hr_manager", "Head of people"],
    ["Marie-Ève Lalonde", "hiring_manager", "Engineering manager"],
  ];
  people.forEach(([name, role, title], index) => {
    const email = `${name.toLowerCase().normalize("NFD").replace(/[^a-z ]/g, "").replaceAll(" ", ".")}@example.com`;
    const id = `member-${index + 1}`;
    tables.members.set(id, row("members", id, { name, email, role, job_title: title, is_active: true }, now - 400 * DAY_MS, ME));
  });
  TAGS.forEach(([name, color], index) => {
    tables.tags.set(`tag-${index}`, row("tags", `tag-${index}`, { name, color, merged_into_id: null }, now - 300 * DAY_MS, ME));
  });
  const pools: [string, string, boolean][] = [["Future engineers", "Would join us for the right role.", false], ["Silver medalists 2026", "Second in a search of ours.", false], ["Winter fair 2024", "", true]];
  pools.forEach(([name, description, is_archived], index) => {
    tables.pools.set(`pool-${index}`, row("pools", `pool-${index}`, { name, description, is_archived, takes_kept_in_mind: false }, now - 200 * DAY_MS, ME));
  });
  REASONS.forEach(([name, end], index) => {
    tables.rejection_reasons.set(`reason-${index}`, row("rejection_reasons", `reason-${index}`, { name, end, email_template_id: index === 0 ? "mail-template-1" : null, place: (index + 1) * 10, is_retired: index === 3 }, now - 300 * DAY_MS, ME));
  });
  const stages = STAGES.map(([name, kind, color, target_days], index) => ({ id: `stage-${index}`, name, kind, color, target_days, ...PLAIN_STAGE }));
  const pipeline = { name: "Standard", description: "", is_default: true, stages };
  tables.pipelines.set("pipeline-1", row("pipelines", "pipeline-1", pipeline, now - 400 * DAY_MS, ME));
}

/** The last part of a job's public address. */
function slugOf(title: string, index: number): string {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return index < JOBS.length ? plain : `${plain}-${Math.floor(index / JOBS.length) + 1}`;
}

function fillJobs(tables: Tables, sizes: Sizes, next: () => number): void {
  const statuses = ["open", "open", "open", "open", "draft", "open", "on_hold", "open", "closed", "open", "filled", "open", "draft", "open"];
  for (let index = 0; index < sizes.jobs; index += 1) {
    const [title = "", team = "", remote = ""] = JOBS[index % JOBS.length] ?? [];
    const [city, state, country] = CITIES[index % CITIES.length] ?? ["", "", ""];
    const at = sizes.now - (index * 3 + 2) * DAY_MS;
    const status = statuses[index % statuses.length] ?? "open";
    const fields: RecordOf<"jobs"> = {
      ...blankJob(),
      title: index < JOBS.length ? title : `${title} ${Math.floor(index / JOBS.length) + 1}`,
      status,
      ...(status === "draft" ? {} : { slug: slugOf(title, index), reference_code: `JOB-${String(sizes.jobs - index).padStart(6, "0")}` }),
      pipeline_id: "pipeline-1",
      description: DESCRIPTION,
      remote_policy: remote,
      team,
      location_city: city,
      location_state: state,
      location_country: country,
      salary_min: (55 + Math.floor(next() * 30)) * 100_000,
      salary_max: (90 + Math.floor(next() * 40)) * 100_000,
      required_skills: [SKILLS[index % SKILLS.length] ?? "", SKILLS[(index + 5) % SKILLS.length] ?? ""],
      recruiter_id: ME,
      hiring_manager_id: "member-3",
      hiring_team_ids: index % 4 === 1 ? [COLLEAGUE] : [],
      published_at: status === "draft" ? null : at,
      published_on_career_page: status === "open",
      closed_at: status === "closed" || status === "filled" ? at + DAY_MS : null,
      close_reason: status === "closed" ? "Budget moved to next year" : "",
      questions: [
        { id: "q1", label: "When could you start?", answer: "date", required: true, options: "", knockout: "", knockout_below: null, knockout_above: null, knockout_without: "" },
        { id: "q2", label: "Years of practice", answer: "number", required: false, options: "", knockout: "", knockout_below: 2, knockout_above: null, knockout_without: "" },
      ],
    };
    tables.jobs.set(`job-${index}`, row("jobs", `job-${index}`, fields, at, ME));
  }
}

function candidateName(index: number, next: () => number): [string, string] {
  const pick = (words: string[]): string => words[Math.floor(next() * words.length)] ?? "";
  const name: [string, string] = [pick(FIRST_NAMES), pick(LAST_NAMES)];
  if (index === 3) {
    return [LONG_NAME.split(" ")[0] ?? "", LONG_NAME.split(" ").slice(1).join(" ")];
  }
  return index === 5 ? RTL_NAME : name;
}

function fillCandidates(tables: Tables, sizes: Sizes, next: () => number): void {
  const pick = (words: string[]): string => words[Math.floor(next() * words.length)] ?? "";
  const sources = ["career_page", "linkedin", "referral", "indeed", "direct", "agency"];
  for (let index = 0; index < sizes.candidates; index += 1) {
    const id = `candidate-${index}`;
    const [first_name, last_name] = candidateName(index, next);
    const [city, state, country] = CITIES[Math.floor(next() * CITIES.length)] ?? ["", "", ""];
    const title = pick(TITLES);
    const company = pick(COMPANIES);
    const at = sizes.now - Math.floor(next() * 120) * DAY_MS - index * 1000;
    const fields: RecordOf<"candidates"> = {
      ...blankCandidate(),
      first_name, last_name, city, state, country,
      headline: `${title} at ${company}`,
      summary: "Ten years between operations and people. Likes work that can be finished, and teams that say what they think.",
      current_company: company,
      current_title: title,
      years_experience: 1 + Math.floor(next() * 18),
      skills: [...new Set([pick(SKILLS), pick(SKILLS), pick(SKILLS)])],
      languages: ["English", "French"],
      source: sources[index % sources.length] ?? "direct",
      tag_ids: next() < 0.3 ? [`tag-${Math.floor(next() * TAGS.length)}`] : [],
      pool_ids: index % 11 === 3 ? ["pool-1"] : index % 40 === 7 ? ["pool-0", "pool-2"] : [],
      consent_to_store: true,
      resume_hash: index % 3 === 2 ? null : `resume-${index % 2 === 0 ? "pdf" : "text"}-${index}`,
      resume_name: index % 3 === 2 ? "" : index % 2 === 0 ? `${last_name}-resume.pdf` : `${last_name}-resume.txt`,
      resume_type: index % 3 === 2 ? "" : index % 2 === 0 ? "application/pdf" : "text/plain",
      resume_text: index % 3 === 2 ? "" : `${first_name} ${last_name}\n${title}, ${company}\n${city}`,
    };
    if (index === FULLY_KNOWN) {
      Object.assign(fields, { willing_to_relocate: true, source_detail: "Spring fair in Montréal", referred_by_id: COLLEAGUE, data_retention_until: "2027-11-30" });
    }
    if (index % DUE_EVERY === DUE_EVERY - 1) {
      fields.data_retention_until = dayOf(sizes.now - index * DAY_MS);
    }
    tables.candidates.set(id, row("candidates", id, fields, at, ME));
    const letters = `candidate${index}`;
    const contact = { ...blankContact(id), email: `${letters}@example.net`, phone: `+1 514 555 0${String(100 + (index % 100))}`, desired_salary_min: 7_800_000, desired_salary_max: index === FULLY_KNOWN ? 8_600_000 : null, notice_period_days: 30 };
    tables.candidate_contacts.set(`contact-${index}`, row("candidate_contacts", `contact-${index}`, contact, at, ME));
  }
}

function fillApplications(tables: Tables, sizes: Sizes, next: () => number): void {
  const weights = [0.3, 0.52, 0.66, 0.76, 0.8, 0.84, 0.96, 1];
  for (let index = 0; index < sizes.candidates; index += 1) {
    const id = `application-${index}`;
    const roll = next();
    const stage = index === 3 || index === 5 ? 0 : weights.findIndex((weight) => roll < weight);
    // Half of the people apply for the first job, so that one board is crowded.
    const job = next() < 0.45 ? 0 : Math.floor(next() * sizes.jobs);
    const applied = sizes.now - (2 + Math.floor(next() * 40)) * DAY_MS;
    const fields: RecordOf<"applications"> = {
      candidate_id: `candidate-${index}`, job_id: `job-${job}`, pipeline_id: "pipeline-1", stage_id: `stage-${stage}`,
      rejection_reason: stage === 6 ? "Experience does not fit" : "", rejection_reason_id: stage === 6 ? "reason-0" : null, rejection_feedback: "", cover_letter: "",
      answers: [
        { id: "start", question: "When could you start?", answer: "2026-12-01", knocks_out: false },
        ...(index % 7 === 0 ? [{ id: "years", question: "Years of practice", answer: "1", knocks_out: true }] : []),
      ], rating: next() < 0.4 ? 2 + Math.floor(next() * 4) : null,
      follow_up_on: null, follow_up_note: "", follow_up_for_id: null,
      assigned_to_id: [ME, null, COLLEAGUE, ME, null][index % 5] ?? null, source: "career_page", applied_at: applied, stage_changed_at: Math.min(sizes.now, applied + Math.floor(next() * 20) * DAY_MS),
    };
    tables.applications.set(id, row("applications", id, fields, applied, ME));
    if (index < 400 && index % 3 === 0) {
      const note = { candidate_id: `candidate-${index}`, application_id: id, job_id: null, body: NOTES[index % NOTES.length] ?? "", is_private: index % 6 === 0, mention_ids: [] };
      tables.notes.set(`note-${index}`, row("notes", `note-${index}`, note, applied + DAY_MS, index % 2 === 0 ? ME : COLLEAGUE));
    }
    if (index < 400) {
      const activity = { candidate_id: `candidate-${index}`, application_id: id, job_id: `job-${job}`, action: "created", from: "", to: "", detail: "", actor_id: null, at: applied };
      tables.activities.set(`activity-${index}-a`, row("activities", `activity-${index}-a`, activity, applied, ME));
      const moved = { ...activity, action: "stage_changed", from: "New", to: STAGES[Math.max(stage, 1)]?.[0] ?? "", actor_id: COLLEAGUE, at: applied + DAY_MS };
      tables.activities.set(`activity-${index}-b`, row("activities", `activity-${index}-b`, moved, applied + DAY_MS, COLLEAGUE));
    }
  }
}

/** Interviews of this week and last, a template and what people found. */
function fillInterviews(tables: Tables, { candidates, now }: Sizes): void {
  const guide = "Begin with what they are proud of. Ask for what they did themselves.";
  const attributes = [["Craft", "Skills", "Explains choices and what they cost"], ["Debugging", "Skills", "Finds the cause before the cure"], ["Working with others", "Ways of working", ""]];
  const template = { name: "Engineers", job_id: null, stage_kind: null, guide, attributes: attributes.map(([name = "", group = "", hint = ""], index) => ({ id: `attribute-${index}`, name, group, hint })) };
  const own = (key: string, label: string, kind: string, place: number, options: { id: string; label: string }[] = [], help = ""): void => {
    tables.custom_fields.set(`own-${key}`, row("custom_fields", `own-${key}`, { key, label, kind, options, help, place }, now - 90 * DAY_MS, ME));
  };
  own("visa_until", "Visa until", "date", 10, [], "As on the permit");
  own("clearance", "Clearance", "choice", 20, [{ id: "none", label: "None" }, { id: "basic", label: "Basic" }, { id: "high", label: "High" }]);
  own("rate", "Day rate", "money", 30);
  own("drives", "Drives", "yes_no", 40);
  const known = tables.candidates.get("candidate-3");
  Object.assign(known?.fields ?? {}, { custom: [{ id: "visa_until", value: "2027-03-31" }, { id: "clearance", value: "basic" }, { id: "rate", value: "650 CAD" }] });
  Object.assign(known?.fields ?? {}, {
    experience: [
      { id: "job-1", title: "Lead engineer", company: "Boréal Systems", place: "Montréal", from: "2021-03", to: "", is_current: true, words: "Leads a team of six.\nMoved the billing to its own service." },
      { id: "job-2", title: "Engineer", company: "Atelier Nord", place: "", from: "2017", to: "2021-02", is_current: false, words: "" },
    ],
    education: [{ id: "school-1", school: "Université de Montréal", degree: "BSc", field: "Computer science", from: "2013", to: "2016" }],
    certificates: [{ id: "certificate-1", name: "Cloud architect", issuer: "Nimbus", year: 2022 }],
  });
  const rooms: [string, string, number | null, string, boolean][] = [["Laurier", "3rd floor", 6, "Screen, whiteboard", false], ["Papineau", "2nd floor", 2, "", false], ["Old library", "", null, "", true]];
  rooms.forEach(([name, place, seats, equipment, is_archived], index) => {
    tables.rooms.set(`room-${index}`, row("rooms", `room-${index}`, { name, place, seats, equipment, is_archived }, now - 200 * DAY_MS, ME));
  });
  tables.scorecard_templates.set("template-1", row("scorecard_templates", "template-1", template, now - 90 * DAY_MS, ME));
  for (let index = 0; index < Math.min(candidates, 12); index += 1) {
    const application = tables.applications.get(`application-${index}`);
    if (!application) {
      continue;
    }
    const about = { candidate_id: `candidate-${index}`, application_id: application.id, job_id: application.fields.job_id };
    const interview = {
      ...blankInterview(), ...about, kind: index % 3 === 0 ? "technical" : "video", title: "", status: index === 4 ? "confirmed" : index === 7 ? "proposed" : "scheduled", starts_at: now + (index - 2) * 20 * HOUR_MS, minutes: 60,
      offered_times: index === 7 ? [3, 4, 6].map((days) => String(now + days * DAY_MS)) : [],
      time_zone: index % 2 === 0 ? "Europe/Paris" : "America/Toronto", place: index === 5 ? "Room 3" : "", meeting_url: index === 5 ? "" : `https://meet.example.com/${index}`,
      interviewer_ids: index % 2 === 0 ? [ME] : [ME, COLLEAGUE], template_id: null, message: "", briefing: "", cancel_reason: "",
    };
    tables.interviews.set(`interview-${index}`, row("interviews", `interview-${index}`, interview, now - 3 * DAY_MS, ME));
    const grades = attributes.map(([name = "", group = ""], at) => ({ id: `grade-${at}`, name, group, grade: ["yes", "mixed", "strong_yes"][at] ?? "yes", note: at === 0 ? "Knew when not to be clever." : "" }));
    const card = { ...about, template_id: "template-1", stage_id: application.fields.stage_id, is_draft: false, recommendation: index % 2 === 0 ? "yes" : "strong_no", summary: NOTES[index % NOTES.length] ?? "", grades };
    tables.scorecards.set(`scorecard-${index}`, row("scorecards", `scorecard-${index}`, card, now - DAY_MS, COLLEAGUE));
  }
}

/** Fills a workspace of these sizes. */
export function fill(sizes: Sizes): Tables {
  const tables = emptyTables();
  const next = random(7);
  fillBasics(tables, sizes.now);
  fillJobs(tables, sizes, next);
  fillCandidates(tables, sizes, next);
  fillDuplicate(tables);
  if (sizes.jobs > 0) {
    fillApplications(tables, sizes, next);
    fillInterviews(tables, sizes);
    fillOffers(tables, sizes);
    fillHires(tables, sizes.now);
    fillPosting(tables, sizes.now);
    fillEmails(tables, sizes.now);
  }
  return tables;
}
