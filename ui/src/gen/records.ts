// Written by `cargo xtask codegen` from the declarations in `shared/`. Do not edit.

export interface Job {
  title: string;
  slug: string | null;
  reference_code: string | null;
  status: "draft" | "pending_approval" | "open" | "on_hold" | "closed" | "filled" | "cancelled" | (string & {});
  pipeline_id: string | null;
  description: string;
  responsibilities: string;
  requirements: string;
  nice_to_have: string;
  benefits: string;
  job_type: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  experience_level: "entry" | "junior" | "mid" | "senior" | "lead" | "executive" | (string & {});
  remote_policy: "on_site" | "remote" | "hybrid" | "flexible" | (string & {});
  location_city: string;
  location_state: string;
  location_country: string;
  salary_min: number | null;
  salary_max: number | null;
  salary_currency: string;
  salary_period: "hourly" | "daily" | "weekly" | "monthly" | "yearly" | (string & {});
  show_salary: boolean;
  required_skills: string[];
  preferred_skills: string[];
  languages_required: string[];
  certifications_required: string[];
  education_requirements: string;
  positions_count: number;
  hiring_manager_id: string | null;
  recruiter_id: string | null;
  team: string;
  reports_to: string;
  application_deadline: string | null;
  require_cover_letter: boolean;
  require_resume: boolean;
  questions: { id: string; label: string; answer: "short_text" | "long_text" | "number" | "yes_no" | "choice" | "date" | (string & {}); required: boolean; options: string }[];
  is_internal_only: boolean;
  is_featured: boolean;
  published_on_career_page: boolean;
  published_at: number | null;
  closed_at: number | null;
  close_reason: string;
}
export interface Pipeline {
  name: string;
  description: string;
  is_default: boolean;
  stages: { id: string; name: string; kind: "new" | "screening" | "assessment" | "interview" | "reference" | "offer" | "hired" | "rejected" | "withdrawn" | "on_hold" | (string & {}); color: string; target_days: number | null }[];
}
export interface Candidate {
  first_name: string;
  last_name: string;
  headline: string;
  summary: string;
  current_company: string;
  current_title: string;
  years_experience: number | null;
  city: string;
  state: string;
  country: string;
  willing_to_relocate: boolean;
  skills: string[];
  languages: string[];
  source: "career_page" | "linkedin" | "indeed" | "referral" | "agency" | "direct" | "imported" | "other" | (string & {});
  source_detail: string;
  referred_by_id: string | null;
  tag_ids: string[];
  consent_to_store: boolean;
  data_retention_until: string | null;
  resume_hash: string | null;
  resume_name: string;
  resume_type: string;
  resume_text: string;
}
export interface CandidateContact {
  candidate_id: string;
  email: string;
  phone: string;
  linkedin_url: string;
  github_url: string;
  portfolio_url: string;
  website_url: string;
  desired_salary_min: number | null;
  desired_salary_max: number | null;
  desired_salary_currency: string;
  notice_period_days: number | null;
  work_authorization: string;
}
export interface Application {
  candidate_id: string;
  job_id: string;
  pipeline_id: string;
  stage_id: string;
  rejection_reason: string;
  rejection_feedback: string;
  cover_letter: string;
  answers: { question: string; answer: string }[];
  rating: number | null;
  assigned_to_id: string | null;
  source: string;
  applied_at: number;
  stage_changed_at: number | null;
}
export interface Note {
  candidate_id: string;
  application_id: string | null;
  body: string;
  is_private: boolean;
  mention_ids: string[];
}
export interface Tag {
  name: string;
  color: string;
}
export interface Activity {
  candidate_id: string | null;
  application_id: string | null;
  job_id: string | null;
  action: string;
  from: string;
  to: string;
  detail: string;
  actor_id: string | null;
  at: number;
}
export interface Member {
  name: string;
  email: string;
  role: string;
  job_title: string;
  is_active: boolean;
}

export interface Records {
  jobs: Job;
  pipelines: Pipeline;
  candidates: Candidate;
  candidate_contacts: CandidateContact;
  applications: Application;
  notes: Note;
  tags: Tag;
  activities: Activity;
  members: Member;
}
export type KindName = keyof Records;
export type RecordOf<K extends KindName> = Records[K];
