// Written by `cargo xtask codegen` from the declarations in `shared/`. Do not edit.

/** A person of this workspace. The id is the person's user id; the server writes it from accounts and memberships. */
export interface Member {
  /** The full name. */
  name: string;
  /** The address for sign-in and mail. */
  email: string;
  /** The role in this workspace, by its wire name. */
  role: string;
  /** What the person does. */
  job_title: string;
  /** Whether the person may sign in here. */
  is_active: boolean;
}

/** The ordered stages through which the applications to a job go. */
export interface Pipeline {
  /** What people call it. */
  name: string;
  /** What it is for. */
  description: string;
  /** Whether new jobs start with it. */
  is_default: boolean;
  /** The stages, in order. */
  stages: { id: string; name: string; kind: "new" | "screening" | "assessment" | "interview" | "reference" | "offer" | "hired" | "rejected" | "withdrawn" | "on_hold" | (string & {}); color: string; target_days: number | null }[];
}

/** A tag that a workspace puts on candidates. */
export interface Tag {
  /** What it says. */
  name: string;
  /** Its colour, `#RRGGBB`. */
  color: string;
}

/** A position that is, was or will be open. */
export interface Job {
  /** What the position is called. */
  title: string;
  /** The last part of its public address. */
  slug: string | null;
  /** The number that people quote: `JOB-000001`. */
  reference_code: string | null;
  /** Where it stands. */
  status: "draft" | "pending_approval" | "open" | "on_hold" | "closed" | "filled" | "cancelled" | (string & {});
  /** The stages that its applications go through. */
  pipeline_id: string | null;
  /** What the work is. */
  description: string;
  /** What the person will do. */
  responsibilities: string;
  /** What the person must bring. */
  requirements: string;
  /** What would help. */
  nice_to_have: string;
  /** What the person gets. */
  benefits: string;
  /** The form of employment. */
  job_type: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  /** How experienced somebody should be. */
  experience_level: "mid" | "entry" | "junior" | "senior" | "lead" | "executive" | (string & {});
  /** Where the work is done. */
  remote_policy: "on_site" | "remote" | "hybrid" | "flexible" | (string & {});
  /** City of the place of work. */
  location_city: string;
  /** State or province of the place of work. */
  location_state: string;
  /** Country of the place of work. */
  location_country: string;
  /** Lowest pay, in minor units (cents) of the currency. */
  salary_min: number | null;
  /** Highest pay, in minor units (cents) of the currency. */
  salary_max: number | null;
  /** ISO 4217 code. */
  salary_currency: string;
  /** What the pay is per. */
  salary_period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {});
  /** Whether the public sees the pay. */
  show_salary: boolean;
  /** Skills that are needed. */
  required_skills: string[];
  /** Skills that would help. */
  preferred_skills: string[];
  /** Languages that are needed. */
  languages_required: string[];
  /** Certificates that are needed. */
  certifications_required: string[];
  /** Degrees that are asked for. */
  education_requirements: string;
  /** Openings; at least one (an untouched record shows 0, which counts as one). */
  positions_count: number;
  /** Who the person will work for. */
  hiring_manager_id: string | null;
  /** Who looks after the applications. */
  recruiter_id: string | null;
  /** Who else hires for it: they see its applications and candidates. */
  hiring_team_ids: string[];
  /** Only owners, admins and the people who hire for it see it and all that belongs to it. It is on no public page. */
  is_private: boolean;
  /** The team. */
  team: string;
  /** Title of the superior. */
  reports_to: string;
  /** Last day for applications. */
  application_deadline: string | null;
  /** Whether an application needs a cover letter. */
  require_cover_letter: boolean;
  /** Whether an application needs a résumé. */
  require_resume: boolean;
  /** Questions that the form asks. */
  questions: { id: string; label: string; answer: "short_text" | "long_text" | "number" | "yes_no" | "choice" | "date" | (string & {}); required: boolean; options: string; knockout: string; knockout_below: number | null; knockout_above: number | null }[];
  /** Shown to members only. */
  is_internal_only: boolean;
  /** Shown first. */
  is_featured: boolean;
  /** Shown on the career page while open. */
  published_on_career_page: boolean;
  /** First published. */
  published_at: number | null;
  /** Closed, filled or cancelled. */
  closed_at: number | null;
  /** Why it was closed or called off. */
  close_reason: string;
  /** What was missing when it was given back instead of being published. */
  return_reason: string;
}

/** One candidate's way through one job's pipeline. The stage is the one state; its kind decides what is legal. */
export interface Application {
  /** Who applied. */
  candidate_id: string;
  /** For what. */
  job_id: string;
  /** The job's pipeline when the application was made. */
  pipeline_id: string;
  /** The stage of that pipeline: the application's state. */
  stage_id: string;
  /** Why it was rejected. */
  rejection_reason: string;
  /** What the candidate may be told. */
  rejection_feedback: string;
  /** The cover letter as it came. */
  cover_letter: string;
  /** The form's answers as they came. */
  answers: { id: string; question: string; answer: string; knocks_out: boolean }[];
  /** How good people here find it, 0 to 5. */
  rating: number | null;
  /** Who works on it. */
  assigned_to_id: string | null;
  /** The way by which it came. */
  source: string;
  /** When it came. */
  applied_at: number;
  /** When it came into the present stage, by the server's clock. */
  stage_changed_at: number | null;
}

/** A person who might be hired, without the contact data that fewer may see. Who sees a job's applications sees its candidates. */
export interface Candidate {
  /** Given name. */
  first_name: string;
  /** Family name. */
  last_name: string;
  /** One line about the person. */
  headline: string;
  /** A few lines about the person. */
  summary: string;
  /** Where the person works. */
  current_company: string;
  /** What the person does there. */
  current_title: string;
  /** Years of experience. */
  years_experience: number | null;
  /** City. */
  city: string;
  /** State or province. */
  state: string;
  /** Country. */
  country: string;
  /** Whether the person would move. */
  willing_to_relocate: boolean;
  /** What the person can do. */
  skills: string[];
  /** Languages that the person speaks. */
  languages: string[];
  /** How the person came to us. */
  source: "direct" | "career_page" | "spontaneous" | "linkedin" | "indeed" | "referral" | "agency" | "imported" | "other" | (string & {});
  /** The same in words. */
  source_detail: string;
  /** Who named the person. */
  referred_by_id: string | null;
  /** Tags. */
  tag_ids: string[];
  /** Whether the person agreed that we keep their data. */
  consent_to_store: boolean;
  /** The day on which the data has to go. */
  data_retention_until: string | null;
  /** SHA-256 of the résumé file, in hexadecimal. */
  resume_hash: string | null;
  /** The résumé's file name. */
  resume_name: string;
  /** The résumé's media type. */
  resume_type: string;
  /** The résumé's text. */
  resume_text: string;
  /** Only owners, admins and the people named in `visible_to_ids` see them and all that belongs to them. */
  is_private: boolean;
  /** Who sees them while they are private. */
  visible_to_ids: string[];
}

/** How to reach a candidate, and what they wish to earn. Found by `candidate_id`. */
export interface CandidateContact {
  /** Whose it is. */
  candidate_id: string;
  /** E-mail address. */
  email: string;
  /** Telephone number. */
  phone: string;
  /** Address of the LinkedIn profile. */
  linkedin_url: string;
  /** Address of the GitHub profile. */
  github_url: string;
  /** Address of a portfolio. */
  portfolio_url: string;
  /** Another address on the web. */
  website_url: string;
  /** Wished pay at least, in minor units. */
  desired_salary_min: number | null;
  /** Wished pay at best, in minor units. */
  desired_salary_max: number | null;
  /** ISO 4217 code of the wished pay. */
  desired_salary_currency: string;
  /** Days until the person could start. */
  notice_period_days: number | null;
  /** The right to work, in words. */
  work_authorization: string;
}

/** A note on a candidate or on one of their applications. The author is `created_by`. */
export interface Note {
  /** About whom. */
  candidate_id: string;
  /** About which application, if about one. */
  application_id: string | null;
  /** That application's job. */
  job_id: string | null;
  /** What it says. */
  body: string;
  /** Whether only its author sees it. Decided when it is written. */
  is_private: boolean;
  /** Who is mentioned. */
  mention_ids: string[];
}

/** One fact about a candidate, an application or a job. */
export interface Activity {
  /** About which candidate. */
  candidate_id: string | null;
  /** About which application. */
  application_id: string | null;
  /** About which job. */
  job_id: string | null;
  /** What happened. */
  action: "created" | "stage_changed" | "rejected" | "reopened" | "rated" | "assigned" | "note_added" | "resume_attached" | "status_changed" | "deleted" | "restored" | (string & {});
  /** The value before: a stage's name, a status. */
  from: string;
  /** The value after. */
  to: string;
  /** More in words: a reason. */
  detail: string;
  /** Who did it; none for the public form and the server itself. */
  actor_id: string | null;
  /** When, by the server's clock. */
  at: number;
}

/** Every record kind by its wire name. */
export interface Records {
  members: Member;
  pipelines: Pipeline;
  tags: Tag;
  jobs: Job;
  applications: Application;
  candidates: Candidate;
  candidate_contacts: CandidateContact;
  notes: Note;
  activities: Activity;
}

export type KindName = keyof Records;
export type RecordOf<K extends KindName> = Records[K];
