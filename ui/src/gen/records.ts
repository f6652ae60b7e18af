// Written by `cargo xtask codegen` from the declarations in `shared/`. Do not edit.

/** A person of this workspace. The id is the person's user id; the server writes it from accounts and memberships. */
export interface Member {
  /** The full name. */ name: string;
  /** The address for sign-in and mail. */ email: string;
  /** The role in this workspace, by its wire name. */ role: string;
  /** What the person does. */ job_title: string;
  /** Whether the person may sign in here. */ is_active: boolean;
}

/** The ordered stages through which the applications to a job go. */
export interface Pipeline {
  /** What people call it. */ name: string;
  /** What it is for. */ description: string;
  /** Whether new jobs start with it. */ is_default: boolean;
  /** The stages, in order. */ stages: { id: string; name: string; kind: "new" | "screening" | "assessment" | "interview" | "reference" | "offer" | "hired" | "rejected" | "withdrawn" | "on_hold" | (string & {}); color: string; target_days: number | null; description: string; email_template_id: string; advance: "never" | "answers" | "scorecards" | (string & {}); warn_days: number | null; escalate_days: number | null; escalate_to_id: string }[];
}

/** A tag that a workspace puts on candidates. */
export interface Tag {
  /** What it says. Of those that are shown, one has it, whatever the case of its letters. */ name: string;
  /** Its colour, `#RRGGBB`. */ color: string;
  /** The tag that stands for it: whoever has this one has that one. */ merged_into_id: string | null;
}

/** A field of a workspace's own on candidates. */
export interface CustomField {
  /** By what programs know it: small letters, digits and `_`, a letter first. One field has it. */ key: string;
  /** What people call it. */ label: string;
  /** Of which type it is. */ kind: "text" | "long_text" | "number" | "money" | "date" | "yes_no" | "choice" | "choices" | "link" | "email" | "phone" | "person" | (string & {});
  /** What can be chosen. One that is taken out stays readable where it was chosen. */ options: { id: string; label: string }[];
  /** What to fill in. */ help: string;
  /** Its place among the others: the smallest comes first. */ place: number;
}

/** A rule that says who has to agree. One of its people is enough; every rule that applies has to have one. */
export interface ApprovalRule {
  /** What it is called. */ name: string;
  /** What it is about. */ about: "jobs" | "offers" | (string & {});
  /** When its people are asked: those of a lower step first, those of one step at once. 0 counts as 1. */ step: number;
  /** The teams of jobs that it is for, whatever their case; none is all of them. */ teams: string[];
  /** The levels of jobs that it is for, by their wire names; none is all of them. */ levels: string[];
  /** From which pay a year on, in minor units of `pay_currency`; nothing is for any pay. What is paid in another currency, or not said, is as much. */ pay_from: number | null;
  /** The currency of `pay_from`, by its ISO 4217 code. */ pay_currency: string;
  /** Whether the job's hiring manager can agree. */ with_hiring_manager: boolean;
  /** Who else can agree. */ approver_ids: string[];
  /** After how many hours without an answer an offer goes back to who wrote it; nothing is never. */ expires_hours: number | null;
}

/** Terms that an offer begins with. Every term may be left open. In the texts, `{{first_name}}`, `{{last_name}}`, `{{job}}`, `{{company}}` and `{{sender}}` stand for what they say; the window fills them in when an offer begins. Amounts are in minor units of the currency. */
export interface OfferTemplate {
  /** What it is called. */ name: string;
  /** The teams of jobs that it is for, whatever their case; none is all of them. */ teams: string[];
  /** The levels of jobs that it is for, by their wire names; none is all of them. */ levels: string[];
  /** The department or team, as the letter names it. */ department: string;
  /** The form of employment. */ employment: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  /** The time of work in a week, in minutes. */ weekly_minutes: number | null;
  /** The least salary that is offered by it. */ salary_min: number | null;
  /** The highest salary that is offered by it. */ salary_max: number | null;
  /** The currency of every amount, by its ISO 4217 code. */ currency: string;
  /** What the salary is per. */ period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {});
  /** A bonus a year, if everything goes as planned. */ bonus: number | null;
  /** A bonus for signing, once. */ signing_bonus: number | null;
  /** A share of the company, in words. */ equity: string;
  /** What a share of the company is given as, if there is one. */ equity_kind: "options" | "rsu" | "espp" | "phantom" | "other" | (string & {}) | null;
  /** How many shares. */ equity_shares: number | null;
  /** Months until all of them are the person's. */ vesting_months: number | null;
  /** Months before the first of them are. */ cliff_months: number | null;
  /** Parts of the pay beside salary and bonuses. */ components: { id: string; name: string; amount: number; paid: "yearly" | "monthly" | "once" | (string & {}); guaranteed: boolean }[];
  /** Days off a year. */ days_off: number | null;
  /** Days that somebody has to answer, from the day on which the offer is written. */ answer_days: number | null;
  /** Whether the candidate is reminded once before the last day, if they have not answered. */ remind_candidate: boolean;
  /** What else comes with it. */ benefits: string;
  /** On which conditions. */ conditions: string;
  /** What is written to the candidate. */ message: string;
}

/** A group of candidates for later. */
export interface Pool {
  /** What it is called. Of those that are not deleted, one has it, whatever the case of its letters (of ASCII). */ name: string;
  /** Who belongs in it. */ description: string;
  /** Whether it is put away: it is not offered any more, and who is in it stays. */ is_archived: boolean;
  /** Whether those who ask on the career page to be kept in mind for other jobs come into it. */ takes_kept_in_mind: boolean;
}

/** When somebody works, or the workspace does: those of the workspace count for whoever has none, and its days off for everybody. Of several that are about the same person, the one that was made last counts. */
export interface WorkingHours {
  /** Whose; none is the workspace's. */ member_id: string | null;
  /** On whose clocks, by the zone's IANA name: `Europe/Paris`. */ zone: string;
  /** The times of work in a week. */ week: { id: string; begins: number; minutes: number }[];
  /** Minutes that are kept free before an interview. */ buffer_before: number;
  /** Minutes that are kept free after an interview. Between two interviews it is both. */ buffer_after: number;
  /** The most interviews on one day, if there is a most. */ most_a_day: number | null;
  /** Days off. */ holidays: { id: string; starts_on: string; days: number; label: string }[];
  /** Who agrees to jobs and offers in their place, on the days that are named. */ deputy_id: string | null;
  /** From which day on. */ deputy_from: string | null;
  /** Until which day, that day included. */ deputy_until: string | null;
}

/** A reason that is offered when an application ends without a hire. */
export interface RejectionReason {
  /** What it says, and what an application is given as its reason. */ name: string;
  /** At which end it is offered. */ end: "rejected" | "withdrawn" | (string & {});
  /** The e-mail that is offered with it, if one is. */ email_template_id: string | null;
  /** Its place among the others: the smallest comes first. */ place: number;
  /** Whether it is put away: it is not offered any more, and applications that were given it keep it. */ is_retired: boolean;
}

/** A room of the workspace. */
export interface Room {
  /** What it is called. */ name: string;
  /** Where it is: a floor, an address. Candidates are told. */ place: string;
  /** How many people it seats, if that is known. */ seats: number | null;
  /** What is in it, and what else is to be known of it. Candidates are not told. */ equipment: string;
  /** Whether it is retired: it is not offered any more, and what is planned in it stays. */ is_archived: boolean;
}

/** A position that is, was or will be open. */
export interface Job {
  /** What the position is called. */ title: string;
  /** The last part of its public address. */ slug: string | null;
  /** The number that people quote: `JOB-000001`. */ reference_code: string | null;
  /** Where it stands. */ status: "draft" | "pending_approval" | "open" | "on_hold" | "closed" | "filled" | "cancelled" | (string & {});
  /** The stages that its applications go through. */ pipeline_id: string | null;
  /** The language that its texts are in, by its BCP 47 tag: `fr`, `fr-CA`. Empty for the workspace's. */ language: string;
  /** What the work is. */ description: string;
  /** What the person will do. */ responsibilities: string;
  /** What the person must bring. */ requirements: string;
  /** What would help. */ nice_to_have: string;
  /** What the person gets. */ benefits: string;
  /** The form of employment. */ job_type: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  /** How experienced somebody should be. */ experience_level: "mid" | "entry" | "junior" | "senior" | "lead" | "executive" | (string & {});
  /** Where the work is done. */ remote_policy: "on_site" | "remote" | "hybrid" | "flexible" | (string & {});
  /** City of the place of work. */ location_city: string;
  /** State or province of the place of work. */ location_state: string;
  /** Country of the place of work. */ location_country: string;
  /** Lowest pay, in minor units (cents) of the currency. */ salary_min: number | null;
  /** Highest pay, in minor units (cents) of the currency. */ salary_max: number | null;
  /** ISO 4217 code. */ salary_currency: string;
  /** What the pay is per. */ salary_period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {});
  /** Whether the public sees the pay. */ show_salary: boolean;
  /** Whether a share in the company belongs to the pay. */ equity_offered: boolean;
  /** How large that share is, in words: `0.1 – 0.5 %`. */ equity_range: string;
  /** Skills that are needed. */ required_skills: string[];
  /** Skills that would help. */ preferred_skills: string[];
  /** Languages that are needed. */ languages_required: string[];
  /** Certificates that are needed. */ certifications_required: string[];
  /** Degrees that are asked for. */ education_requirements: string;
  /** Openings that were asked for; at least one (an untouched record shows 0, which counts as one). */ positions_count: number;
  /** Those of the openings that were closed by themselves: nobody is looked for any more for them. */ closed_openings: { id: string; reason: "not_needed" | "no_budget" | "moved" | "filled_otherwise" | "other" | (string & {}); note: string; by: string; at: number }[];
  /** Who the person will work for. */ hiring_manager_id: string | null;
  /** Who looks after the applications. */ recruiter_id: string | null;
  /** Who else hires for it: they see its applications and candidates. */ hiring_team_ids: string[];
  /** Only owners, admins and the people who hire for it see it and all that belongs to it. It is on no public page. */ is_private: boolean;
  /** The team. */ team: string;
  /** Title of the superior. */ reports_to: string;
  /** Last day for applications. */ application_deadline: string | null;
  /** Whether an application needs a cover letter. */ require_cover_letter: boolean;
  /** Whether an application needs a résumé. */ require_resume: boolean;
  /** Whether the form asks for an address on LinkedIn. */ ask_linkedin: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks for an address on GitHub. */ ask_github: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks for a website or portfolio. */ ask_website: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks what somebody would like to earn; never what they earned. */ ask_salary: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks for the notice period. */ ask_notice: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks for the first day at work. */ ask_start: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks for the right to work, in words. */ ask_permit: "usual" | "no" | "optional" | "required" | (string & {});
  /** Whether the form asks where somebody lives. */ ask_place: "usual" | "no" | "optional" | "required" | (string & {});
  /** Questions that the form asks. */ questions: { id: string; label: string; answer: "short_text" | "long_text" | "number" | "yes_no" | "choice" | "date" | "several" | "file" | (string & {}); required: boolean; options: string; knockout: string; knockout_below: number | null; knockout_above: number | null; knockout_without: string }[];
  /** Where people apply instead of by our form: an address that begins with `https://`. Empty for our form. */ external_apply_url: string;
  /** What search engines and those who share it show as its title; empty for its own. */ meta_title: string;
  /** What search engines and those who share it show below that; empty for the beginning of its description. */ meta_description: string;
  /** Whether the feed for Indeed leaves it out. */ not_on_indeed: boolean;
  /** Whether the feed for LinkedIn leaves it out. */ not_on_linkedin: boolean;
  /** Whether the RSS feed leaves it out. */ not_on_rss: boolean;
  /** Whether the JSON board leaves it out. */ not_on_json: boolean;
  /** Shown to members only. */ is_internal_only: boolean;
  /** Shown first. */ is_featured: boolean;
  /** Shown on the career page while open. */ published_on_career_page: boolean;
  /** First published. */ published_at: number | null;
  /** Closed, filled or cancelled. */ closed_at: number | null;
  /** Why it was closed or called off. */ close_reason: string;
  /** What was missing when it was given back instead of being published. */ return_reason: string;
  /** Who agreed since it was submitted. */ approvals: { id: string; by: string; terms: string; instead_of: string }[];
}

/** What a job says in a further language. Of several in one language for one job, the one that was made first is shown. */
export interface JobTranslation {
  /** Of which job. */ job_id: string;
  /** In which language, by its BCP 47 tag: `fr`, `fr-CA`. */ language: string;
  /** What the position is called. */ title: string;
  /** What the work is. Without it nothing of this is shown. */ description: string;
  /** What the person will do. */ responsibilities: string;
  /** What the person must bring. */ requirements: string;
  /** What would help. */ nice_to_have: string;
  /** What the person gets. */ benefits: string;
}

/** One candidate's way through one job's pipeline. The stage is the one state; its kind decides what is legal. */
export interface Application {
  /** Who applied. */ candidate_id: string;
  /** For what. */ job_id: string;
  /** The job's pipeline when the application was made. */ pipeline_id: string;
  /** The stage of that pipeline: the application's state. */ stage_id: string;
  /** Why it ended without a hire, in words: of a rejection always, of who stepped back where it is known. */ rejection_reason: string;
  /** The entry of the workspace's list of which the words are, for counting; none for words of one's own. */ rejection_reason_id: string | null;
  /** What the candidate may be told. */ rejection_feedback: string;
  /** The cover letter as it came. */ cover_letter: string;
  /** The form's answers as they came. */ answers: { id: string; question: string; answer: string; knocks_out: boolean }[];
  /** How good people here find it, 0 to 5. */ rating: number | null;
  /** Who works on it. */ assigned_to_id: string | null;
  /** The day from which on somebody wants to be reminded of it. */ follow_up_on: string | null;
  /** Of what. */ follow_up_note: string;
  /** Who is reminded; without anybody, who works on it. */ follow_up_for_id: string | null;
  /** The way by which it came. */ source: string;
  /** When it came. */ applied_at: number;
  /** When it came into the present stage, by the server's clock. */ stage_changed_at: number | null;
}

/** A person who might be hired, without the contact data that fewer may see. Who sees a job's applications sees its candidates. */
export interface Candidate {
  /** Given name. */ first_name: string;
  /** Family name. */ last_name: string;
  /** One line about the person. */ headline: string;
  /** A few lines about the person. */ summary: string;
  /** Where the person works. */ current_company: string;
  /** What the person does there. */ current_title: string;
  /** Years of experience. */ years_experience: number | null;
  /** City. */ city: string;
  /** State or province. */ state: string;
  /** Country. */ country: string;
  /** Whether the person would move. */ willing_to_relocate: boolean;
  /** What the person can do. */ skills: string[];
  /** Languages that the person speaks. */ languages: string[];
  /** Where the person works and worked. */ experience: { id: string; title: string; company: string; place: string; from: string; to: string; is_current: boolean; words: string }[];
  /** What the person learned, and where. */ education: { id: string; school: string; degree: string; field: string; from: string; to: string }[];
  /** What was certified of it. */ certificates: { id: string; name: string; issuer: string; year: number | null }[];
  /** How the person came to us. */ source: "direct" | "career_page" | "spontaneous" | "linkedin" | "indeed" | "referral" | "agency" | "imported" | "other" | (string & {});
  /** The same in words. */ source_detail: string;
  /** Who named the person. */ referred_by_id: string | null;
  /** Tags. */ tag_ids: string[];
  /** Talent pools that they are in. */ pool_ids: string[];
  /** What is known by fields of the workspace's own. */ custom: { id: string; value: string }[];
  /** The candidate that is the same person, where somebody found that: what belongs to this one is shown there. */ merged_into_id: string | null;
  /** Candidates that look alike and are somebody else, as somebody found. */ distinct_from_ids: string[];
  /** What stood in the other one before this one was merged into it, as JSON: what separating them puts back. */ before_merge: string;
  /** Whether the person agreed that we keep their data. */ consent_to_store: boolean;
  /** When the person agreed that we keep them in mind for other jobs; none where they did not, or took it back. */ keep_in_mind_at: number | null;
  /** What they agreed to then, word by word. */ keep_in_mind_words: string;
  /** The day on which they agreed, or agreed again. */ consent_on: string | null;
  /** The last day for which they agreed. */ consent_until: string | null;
  /** The day on which they were asked by mail whether they agree for longer, as long as they have not answered. */ consent_asked_on: string | null;
  /** The day on which the data has to go. */ data_retention_until: string | null;
  /** SHA-256 of the résumé file, in hexadecimal. */ resume_hash: string | null;
  /** The résumé's file name. */ resume_name: string;
  /** The résumé's media type. */ resume_type: string;
  /** The résumé's text. */ resume_text: string;
  /** Only owners, admins and the people named in `visible_to_ids` see them and all that belongs to them. */ is_private: boolean;
  /** Who sees them while they are private. */ visible_to_ids: string[];
}

/** How to reach a candidate, and what they wish to earn. Found by `candidate_id`. */
export interface CandidateContact {
  /** Whose it is. */ candidate_id: string;
  /** E-mail address. */ email: string;
  /** Telephone number. */ phone: string;
  /** Address of the LinkedIn profile. */ linkedin_url: string;
  /** Address of the GitHub profile. */ github_url: string;
  /** Address of a portfolio. */ portfolio_url: string;
  /** Another address on the web. */ website_url: string;
  /** Wished pay at least, in minor units. */ desired_salary_min: number | null;
  /** Wished pay at best, in minor units. */ desired_salary_max: number | null;
  /** ISO 4217 code of the wished pay. */ desired_salary_currency: string;
  /** What the wished pay is per. */ desired_salary_period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {});
  /** Days until the person could start. */ notice_period_days: number | null;
  /** The first day on which the person could start. */ available_from: string | null;
  /** The right to work, in words. */ work_authorization: string;
  /** What stood in the contact of the candidate that its own was merged into, as JSON. It stands here, not there: fewer may see it. */ before_merge: string;
  /** What the person would have changed of their name and their contact data, as JSON by field. Somebody here takes it over or leaves it, which empties this. */ proposal: string;
}

/** One conversation between a candidate and some of the hiring team, about one application. */
export interface Interview {
  /** With whom. */ candidate_id: string;
  /** About which application. */ application_id: string;
  /** For which job. */ job_id: string;
  /** What kind of conversation it is. */ kind: "video" | "phone" | "in_person" | "technical" | "panel" | "assessment" | "case_study" | "behavioral" | "culture_fit" | "final" | (string & {});
  /** What it is called, if not by its kind. */ title: string;
  /** Where it stands. */ status: "scheduled" | "proposed" | "confirmed" | "completed" | "cancelled" | "no_show" | (string & {});
  /** When it begins. Of one that is proposed, the first of the times that were offered when it was written down. */ starts_at: number;
  /** When it may begin, while the candidate is to choose: milliseconds since 1970, as decimal text. */ offered_times: string[];
  /** Those of them that somebody offers though something stands against them: they hold whatever anybody's hours say. */ offered_anyway: string[];
  /** How long it is, in minutes. */ minutes: number;
  /** The candidate's time zone by its IANA name, so that both times can be shown: `America/Toronto`. */ time_zone: string;
  /** In which room of the workspace. */ room_id: string | null;
  /** Where, if in no room of the workspace, or what else is said of the place. */ place: string;
  /** Where, on the network. */ meeting_url: string;
  /** The number of the meeting, where the network asks for one. */ meeting_id: string;
  /** The word that lets people into the meeting. */ meeting_password: string;
  /** Who interviews. Of those of whom any one is enough, whoever it is. */ interviewer_ids: string[];
  /** Of whom any one interviews beside those who do: whoever is free at that time, and had the fewest interviews. */ any_of_ids: string[];
  /** What is graded. */ template_id: string | null;
  /** What the candidate is told beforehand. */ message: string;
  /** What the team should know; the candidate is not told. */ briefing: string;
  /** Why it was called off. */ cancel_reason: string;
  /** How often it was moved to another time since it was planned first. */ moves: number;
  /** What the candidate says who asks for another time. */ wish: string;
  /** Which time they do not want: what they said is over when the interview is at another one. */ wish_of: number | null;
  /** Who declined by mail: the ids of members, and that of the candidate. */ declined: string[];
  /** Which time they declined. */ declined_of: number | null;
}

/** What interviewers are asked to look at. Of those that fit an application the closest counts: that of the job and the kind of stage, of the job, of the kind of stage, of everything. */
export interface ScorecardTemplate {
  /** What it is called. */ name: string;
  /** For which job only. */ job_id: string | null;
  /** For which kind of stage only. */ stage_kind: "new" | "screening" | "assessment" | "interview" | "reference" | "offer" | "hired" | "rejected" | "withdrawn" | "on_hold" | (string & {}) | null;
  /** What to ask and how, for whoever interviews. */ guide: string;
  /** What is graded. */ attributes: { id: string; name: string; group: string; hint: string }[];
}

/** What one interviewer found in one candidate for one job. The interviewer is `created_by`.  A draft is its author's alone; giving it makes a new record, so that nobody can take back that they saw the others'. */
export interface Scorecard {
  /** About whom. */ candidate_id: string;
  /** About which application. */ application_id: string;
  /** For which job. */ job_id: string;
  /** By which template, if by one. */ template_id: string | null;
  /** The stage that the application was in. */ stage_id: string;
  /** Whether it is still being written: then only its author has it. */ is_draft: boolean;
  /** What should happen. */ recommendation: "not_given" | "strong_no" | "no" | "no_decision" | "yes" | "strong_yes" | (string & {});
  /** What counts most, in words. */ summary: string;
  /** The grades. */ grades: { id: string; name: string; group: string; grade: "not_graded" | "strong_no" | "no" | "mixed" | "yes" | "strong_yes" | (string & {}); note: string }[];
}

/** What somebody who applied would get. Amounts are in minor units of the currency. */
export interface Offer {
  /** To whom. */ candidate_id: string;
  /** For which application. */ application_id: string;
  /** For which job. */ job_id: string;
  /** The application's pipeline: what its stages mean. */ pipeline_id: string;
  /** Where it stands. */ status: "draft" | "pending_approval" | "approved" | "sent" | "viewed" | "countered" | "accepted" | "declined" | "expired" | "withdrawn" | (string & {});
  /** Which version of it this is: it grows whenever it is written anew after it was sent. */ version: number;
  /** What the position is called. */ title: string;
  /** The department or team, as the letter names it. */ department: string;
  /** The form of employment. */ employment: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  /** The time of work in a week, in minutes. */ weekly_minutes: number | null;
  /** The salary. */ salary: number | null;
  /** The currency of every amount, by its ISO 4217 code. */ currency: string;
  /** What the salary is per. */ period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {});
  /** A bonus a year, if everything goes as planned. */ bonus: number | null;
  /** A bonus for signing, once. */ signing_bonus: number | null;
  /** A share of the company, in words. */ equity: string;
  /** What a share of the company is given as, if there is one. */ equity_kind: "options" | "rsu" | "espp" | "phantom" | "other" | (string & {}) | null;
  /** How many shares. */ equity_shares: number | null;
  /** Months until all of them are the person's. */ vesting_months: number | null;
  /** Months before the first of them are. */ cliff_months: number | null;
  /** Parts of the pay beside salary and bonuses. */ components: { id: string; name: string; amount: number; paid: "yearly" | "monthly" | "once" | (string & {}); guaranteed: boolean }[];
  /** Days off a year. */ days_off: number | null;
  /** What else comes with it. */ benefits: string;
  /** The first day. */ starts_on: string | null;
  /** The last day, if it has one. */ ends_on: string | null;
  /** The trial from the first day on, in months. */ probation_months: number | null;
  /** Where the work is done. */ place: string;
  /** Whether it is done there; none where nothing is said. */ remote_policy: "on_site" | "remote" | "hybrid" | "flexible" | (string & {}) | null;
  /** Who the person works for, as the letter names them. */ reports_to: string;
  /** On which conditions. */ conditions: string;
  /** Until when the candidate can say yes, that day included. */ expires_on: string | null;
  /** Whether the candidate is reminded once before the last day, if they have not answered. */ remind_candidate: boolean;
  /** What is written to the candidate. */ message: string;
  /** Who has to agree before it is sent. */ approver_ids: string[];
  /** What they said. */ approvals: { id: string; by: string; version: number; agreed: boolean; note: string; instead_of: string; at: number }[];
  /** What the candidate asked for instead, one round after the other. */ counters: { id: string; version: number; at: number; salary: number | null; currency: string; period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {}); reason: string }[];
  /** When agreement was asked for last. */ asked_at: number | null;
  /** Who asked for it. */ asked_by: string | null;
  /** When it was sent last. */ sent_at: number | null;
  /** Who sent it last: who signs for the company. */ sent_by: string | null;
  /** The address that its letter went to; empty when it was given to the candidate in another way. */ sent_to: string;
  /** Its letter: the file's SHA-256. Once the candidate signed, the letter with the signatures. */ letter_hash: string | null;
  /** The name that the candidate signed with. */ signed_name: string;
  /** When the candidate signed. */ signed_at: number | null;
  /** When the candidate answered, or it ended otherwise. */ closed_at: number | null;
  /** Why it was given back, declined or withdrawn, or what the candidate asks for. */ reason: string;
}

/** What somebody who worked with a candidate says of them. What was asked stays as it was; who asked is `created_by`, which is also who noted the candidate's consent. */
export interface Reference {
  /** About whom. */ candidate_id: string;
  /** For which application. */ application_id: string;
  /** For which job. */ job_id: string;
  /** What the referee is called. */ name: string;
  /** How they know the candidate. */ relation: "manager" | "colleague" | "report" | "client" | "teacher" | "other" | (string & {});
  /** Where they worked together. */ company: string;
  /** The address that they are asked at. */ email: string;
  /** How to call them. */ phone: string;
  /** In which language they are asked: `en` or `fr`; empty for the workspace's. */ language: string;
  /** What they are asked. */ questions: { id: string; text: string }[];
  /** How and when the candidate agreed that this person is asked, in the words of who asks. */ consent: string;
  /** Until when they can answer, that day included. */ answer_by: string;
  /** What became of it. */ status: "asked" | "answered" | "declined" | "expired" | (string & {});
  /** When they were reminded. */ reminded_at: number | null;
  /** When it was answered, or ended otherwise. */ closed_at: number | null;
  /** What they answered. */ answers: { id: string; question: string; answer: string }[];
  /** Why they would rather not, in their words. */ reason: string;
}

/** A note on a candidate or on one of their applications. The author is `created_by`. */
export interface Note {
  /** About whom. */ candidate_id: string;
  /** About which application, if about one. */ application_id: string | null;
  /** That application's job. */ job_id: string | null;
  /** What it says. */ body: string;
  /** Whether only its author sees it. Decided when it is written. */ is_private: boolean;
  /** Who is mentioned. */ mention_ids: string[];
}

/** A file that is kept with a candidate, beside their résumé. Who sees it follows from the job that it names, as with notes. */
export interface Attachment {
  /** Whose it is. */ candidate_id: string;
  /** About which application, if about one. */ application_id: string | null;
  /** That application's job. */ job_id: string | null;
  /** What it is. */ kind: "resume" | "cover_letter" | "portfolio" | "certificate" | "reference" | "other" | (string & {});
  /** The file's name. */ name: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */ file_hash: string;
  /** The file's media type. */ media_type: string;
  /** The file's size in bytes. */ bytes: number;
  /** What the application form asked for, where this is the answer. */ label: string;
  /** Whether the candidate handed it in themselves. */ by_candidate: boolean;
}

/** A text that is written to candidates again and again. In subject and body, `{{first_name}}`, `{{last_name}}`, `{{job}}`, `{{company}}`, `{{sender}}`, `{{city}}`, `{{stage}}`, `{{recruiter}}` and `{{hiring_manager}}` stand for what they say, `{{interview_day}}` and `{{interview_time}}` for the next interview, `{{portal}}` for the page on which candidates see their applications and write, and `{{board}}` for the one with all positions; the window fills them in before anything is sent. */
export interface MailTemplate {
  /** What it is called. */ name: string;
  /** The subject. */ subject: string;
  /** What it says. */ body: string;
}

/** An e-mail between a candidate and the people who hire. What was written stays as it was; who wrote it is `created_by`. It names addresses, so it is seen by whoever sees how to reach candidates. */
export interface Email {
  /** To or from whom. */ candidate_id: string;
  /** About which application, if about one. */ application_id: string | null;
  /** That application's job. */ job_id: string | null;
  /** Which way it went. */ direction: "out" | "in" | (string & {});
  /** The address that it went to, or came from. */ address: string;
  /** What it is about. */ subject: string;
  /** What it says, as plain text. */ body: string;
  /** Which one it answers, by its id: a kind cannot name itself in its declaration. */ answers_id: string | null;
  /** What became of it. */ status: "waiting" | "sent" | "failed" | "received" | (string & {});
  /** When it was sent or received. */ at: number | null;
  /** Why it could not be sent, in the mail server's words. */ problem: string;
  /** The id of the message that was received, as in `<1@example.org>`: an answer names it. */ message_id: string;
  /** Names of files that came with it and are not kept here, one a line. */ left_out: string;
  /** Whether more came than there is room for. */ is_cut: boolean;
}

/** A search over a list that somebody keeps: for themselves, or for everybody. */
export interface SavedSearch {
  /** What it is called. */ name: string;
  /** The kind of record that is searched, by its wire name. */ about: string;
  /** What is searched for: an object in JSON with `text`, `conditions` and `sort`, as the desktop's screens write it. What a screen does not know of it, it leaves as it is. */ request: string;
  /** Whether only its author sees it. Decided when it is made. */ is_private: boolean;
}

/** What is to be done when somebody begins. Of those that fit who is hired the closest counts: that of the team and the form of employment, of the team, of the form of employment, of everybody. */
export interface OnboardingTemplate {
  /** What it is called. */ name: string;
  /** For which form of employment only. */ employment: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {}) | null;
  /** For which team only; empty for all. */ team: string;
  /** What to know about it. */ guide: string;
  /** The tasks, in order. */ tasks: { id: string; title: string; details: string; category: "documentation" | "it_setup" | "training" | "introductions" | "compliance" | "benefits" | "other" | (string & {}); owner: "hr" | "manager" | "it" | "new_hire" | (string & {}); due_days: number; required: boolean }[];
}

/** Somebody who works here, or will. What they are paid is in their contracts, which fewer people see. */
export interface Employee {
  /** Given name. */ first_name: string;
  /** Family name. */ last_name: string;
  /** The number that people quote: `EMP-202611-0001`, by the month of the hire. */ number: string | null;
  /** Where they stand with us. */ status: "pending" | "probation" | "active" | "on_leave" | "suspended" | "notice_period" | "terminated" | "resigned" | (string & {});
  /** What they do. */ job_title: string;
  /** The form of employment. */ employment: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  /** The team. */ team: string;
  /** Where they work. */ place: string;
  /** Who they work for. */ manager_id: string | null;
  /** The first day. */ starts_on: string | null;
  /** The last day of the trial. */ probation_ends_on: string | null;
  /** Who they were before. */ candidate_id: string | null;
  /** By which application they came. */ application_id: string | null;
  /** For which job. */ job_id: string | null;
  /** Which offer they accepted. */ offer_id: string | null;
}

/** What somebody who works here gets, from one day on. Only the server writes it: by a hire, from the offer that was accepted. Amounts are in minor units of the currency. */
export interface Contract {
  /** Whose. */ employee_id: string;
  /** The offer that it was made from. */ offer_id: string | null;
  /** The version of that offer that was accepted. */ offer_version: number;
  /** The first day that it is for. */ starts_on: string | null;
  /** The last day, if it has one. */ ends_on: string | null;
  /** What the position is called. */ title: string;
  /** The department or team, as the letter names it. */ department: string;
  /** The form of employment. */ employment: "full_time" | "part_time" | "contract" | "internship" | "temporary" | "freelance" | (string & {});
  /** The time of work in a week, in minutes. */ weekly_minutes: number | null;
  /** The salary. */ salary: number | null;
  /** The currency of every amount, by its ISO 4217 code. */ currency: string;
  /** What the salary is per. */ period: "yearly" | "monthly" | "weekly" | "daily" | "hourly" | (string & {});
  /** A bonus a year, if everything goes as planned. */ bonus: number | null;
  /** A bonus for signing, once. */ signing_bonus: number | null;
  /** A share of the company, in words. */ equity: string;
  /** What a share of the company is given as, if there is one. */ equity_kind: "options" | "rsu" | "espp" | "phantom" | "other" | (string & {}) | null;
  /** How many shares. */ equity_shares: number | null;
  /** Months until all of them are the person's. */ vesting_months: number | null;
  /** Months before the first of them are. */ cliff_months: number | null;
  /** Parts of the pay beside salary and bonuses. */ components: { id: string; name: string; amount: number; paid: "yearly" | "monthly" | "once" | (string & {}); guaranteed: boolean }[];
  /** Days off a year. */ days_off: number | null;
  /** What else comes with it. */ benefits: string;
  /** Where the work is done. */ place: string;
  /** Whether it is done there; none where nothing is said. */ remote_policy: "on_site" | "remote" | "hybrid" | "flexible" | (string & {}) | null;
  /** The trial from the first day on, in months. */ probation_months: number | null;
  /** Who the person works for, as the letter names them. */ reports_to: string;
  /** On which conditions. */ conditions: string;
}

/** The first weeks of somebody who begins. */
export interface Onboarding {
  /** Whose. */ employee_id: string;
  /** For which job they were hired. */ job_id: string | null;
  /** The template that it was made from. */ template_id: string | null;
  /** The first day. */ starts_on: string | null;
  /** What is to be done. */ tasks: { id: string; title: string; details: string; category: "documentation" | "it_setup" | "training" | "introductions" | "compliance" | "benefits" | "other" | (string & {}); owner: "hr" | "manager" | "it" | "new_hire" | (string & {}); due_on: string | null; required: boolean; done: boolean }[];
  /** What to know about it. */ notes: string;
}

/** One fact about a candidate, an application or a job. */
export interface Activity {
  /** About which candidate. */ candidate_id: string | null;
  /** About which application. */ application_id: string | null;
  /** About which job. */ job_id: string | null;
  /** What happened. */ action: "created" | "stage_changed" | "advanced_by_answers" | "advanced_by_scorecards" | "rejected" | "reopened" | "rated" | "assigned" | "note_added" | "resume_attached" | "file_attached" | "file_removed" | "interview_proposed" | "interview_scheduled" | "interview_moved" | "interview_status_changed" | "scorecard_given" | "offer_status_changed" | "email_sent" | "email_received" | "status_changed" | "deleted" | "restored" | (string & {});
  /** The value before: a stage's name, a status. */ from: string;
  /** The value after. */ to: string;
  /** More in words: a reason. */ detail: string;
  /** Who did it; none for the public form and the server itself. */ actor_id: string | null;
  /** When, by the server's clock. */ at: number;
}

/** Every record kind by its wire name. */
export interface Records {
  members: Member;
  pipelines: Pipeline;
  tags: Tag;
  custom_fields: CustomField;
  approval_rules: ApprovalRule;
  offer_templates: OfferTemplate;
  pools: Pool;
  working_hours: WorkingHours;
  rejection_reasons: RejectionReason;
  rooms: Room;
  jobs: Job;
  job_translations: JobTranslation;
  applications: Application;
  candidates: Candidate;
  candidate_contacts: CandidateContact;
  interviews: Interview;
  scorecard_templates: ScorecardTemplate;
  scorecards: Scorecard;
  offers: Offer;
  candidate_references: Reference;
  notes: Note;
  attachments: Attachment;
  mail_templates: MailTemplate;
  emails: Email;
  saved_searches: SavedSearch;
  onboarding_templates: OnboardingTemplate;
  employees: Employee;
  contracts: Contract;
  onboardings: Onboarding;
  activities: Activity;
}

export type KindName = keyof Records;
export type RecordOf<K extends KindName> = Records[K];
