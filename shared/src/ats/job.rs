//! A job: a position that is, was or will be open.

use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::accounts::Member;
use crate::choice;
use crate::kernel::{Date, Id, Timestamp};
use crate::schema::{Entity, IdSet, Item, Items, RichText, Set};

choice! {
    /// Where a job stands. Only the server moves it, by commands.
    pub enum JobStatus {
        /// Being written.
        Draft = "draft",
        /// Waits for an approval.
        PendingApproval = "pending_approval",
        /// Published: takes applications.
        Open = "open",
        /// Paused.
        OnHold = "on_hold",
        /// Ended without filling every opening.
        Closed = "closed",
        /// Every opening is filled.
        Filled = "filled",
        /// Called off.
        Cancelled = "cancelled",
    }
}

choice! {
    /// The form of employment.
    pub enum JobType {
        /// Full time.
        FullTime = "full_time",
        /// Part time.
        PartTime = "part_time",
        /// For a fixed piece of work.
        Contract = "contract",
        /// For learning.
        Internship = "internship",
        /// For a short time.
        Temporary = "temporary",
        /// Independent.
        Freelance = "freelance",
    }
}

choice! {
    /// How experienced somebody should be.
    pub enum ExperienceLevel {
        /// 2 to 5 years.
        Mid = "mid",
        /// No experience needed.
        Entry = "entry",
        /// 1 to 2 years.
        Junior = "junior",
        /// 5 to 8 years.
        Senior = "senior",
        /// 8 to 12 years.
        Lead = "lead",
        /// 10 years and more.
        Executive = "executive",
    }
}

choice! {
    /// Where the work is done.
    pub enum RemotePolicy {
        /// At the place.
        OnSite = "on_site",
        /// Anywhere.
        Remote = "remote",
        /// Some days at the place.
        Hybrid = "hybrid",
        /// As people like.
        Flexible = "flexible",
    }
}

choice! {
    /// What a salary figure is per.
    pub enum SalaryPeriod {
        /// A year.
        Yearly = "yearly",
        /// A month.
        Monthly = "monthly",
        /// A week.
        Weekly = "weekly",
        /// A day.
        Daily = "daily",
        /// An hour.
        Hourly = "hourly",
    }
}

impl SalaryPeriod {
    /// What an amount comes to in a year of 52 weeks, 260 working days, 2,080 hours; nothing where the period is of a newer
    /// version.
    #[must_use]
    pub const fn in_a_year(self, amount: i64) -> Option<i64> {
        let often = match self {
            Self::Yearly => 1,
            Self::Monthly => 12,
            Self::Weekly => 52,
            Self::Daily => 260,
            Self::Hourly => 2_080,
            Self::Unknown => return None,
        };
        Some(amount.saturating_mul(often))
    }
}

choice! {
    /// How a question of the application form is answered.
    pub enum AnswerKind {
        /// One line.
        ShortText = "short_text",
        /// Several lines.
        LongText = "long_text",
        /// A number.
        Number = "number",
        /// Yes or no.
        YesNo = "yes_no",
        /// One of the options.
        Choice = "choice",
        /// A day.
        Date = "date",
        /// Any number of the options.
        Several = "several",
        /// One document.
        File = "file",
    }
}

choice! {
    /// Whether the application form asks a question that every job may ask.
    pub enum Asked {
        /// As forms do of themselves: LinkedIn and a website may be given, and nothing else is asked.
        Usual = "usual",
        /// It is not asked.
        No = "no",
        /// It may be answered.
        Optional = "optional",
        /// It must be answered.
        Required = "required",
    }
}

impl Asked {
    /// What it comes to, for a question that is usually asked so.
    #[must_use]
    pub const fn or(self, usual: Self) -> Self {
        match self {
            Self::Usual | Self::Unknown => usual,
            Self::No | Self::Optional | Self::Required => self,
        }
    }
}

/// Documents that a form asks for beside the résumé: of more questions that are answered with a file, the first are asked.
pub const MAX_FILE_QUESTIONS: usize = 3;

/// A question that the application form of a job asks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Question {
    /// The question.
    #[field(required, max = 300)]
    pub label: String,
    /// How it is answered.
    pub answer: AnswerKind,
    /// Whether it must be answered.
    pub required: bool,
    /// For a choice, and for several: the options, one a line.
    #[field(max = 2000)]
    pub options: String,
    /// For yes or no, for a choice and for several: the answers that rule somebody out, one a line (`yes` or `no`, or
    /// options). Of several each one of them does. Nobody outside is told, and nobody is rejected by it: the answer is marked for the people who decide.
    #[field(max = 2000)]
    pub knockout: String,
    /// For a number: what is below it rules somebody out.
    pub knockout_below: Option<i64>,
    /// For a number: what is above it rules somebody out.
    pub knockout_above: Option<i64>,
    /// For several: options, one a line, of which one at least is needed. Who chose others alone is ruled out.
    #[field(max = 2000)]
    pub knockout_without: String,
}

impl Question {
    /// Whether an answer rules somebody out, as the form sends it: `yes` or `no`, an option, options one a line, or a
    /// number. What was not answered rules nobody out.
    #[must_use]
    pub fn knocks_out(&self, answer: &str) -> bool {
        let answer = answer.trim();
        match self.answer {
            AnswerKind::YesNo | AnswerKind::Choice => !answer.is_empty() && has_line(&self.knockout, answer),
            AnswerKind::Number => answer.parse::<f64>().is_ok_and(|number| {
                self.knockout_below.is_some_and(|least| number < least as f64)
                    || self.knockout_above.is_some_and(|most| number > most as f64)
            }),
            AnswerKind::Several => {
                let names = |listed: &str| answer.lines().any(|chosen| has_line(listed, chosen.trim()));
                let lacks = !self.knockout_without.trim().is_empty() && !names(&self.knockout_without);
                !answer.is_empty() && (names(&self.knockout) || lacks)
            }
            AnswerKind::ShortText
            | AnswerKind::LongText
            | AnswerKind::Date
            | AnswerKind::File
            | AnswerKind::Unknown => false,
        }
    }
}

/// Whether a text has a line.
fn has_line(text: &str, wanted: &str) -> bool {
    text.lines().any(|line| line.trim() == wanted)
}

/// That somebody who has to agree to a job agreed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct JobApproval {
    /// Who, by the member's id.
    #[field(max = 40)]
    pub by: String,
    /// To what ([`super::approval::terms_of`]).
    #[field(max = 40)]
    pub terms: String,
    /// In whose place, by the member's id; empty for their own word.
    #[field(max = 40)]
    pub instead_of: String,
}

choice! {
    /// Why nobody is looked for any more for an opening.
    pub enum OpeningEnd {
        /// The work is not needed any more.
        NotNeeded = "not_needed",
        /// There is no money for it any more.
        NoBudget = "no_budget",
        /// It is looked for by another team, or with another job.
        Moved = "moved",
        /// Somebody does the work who did not apply here.
        FilledOtherwise = "filled_otherwise",
        /// Something else.
        Other = "other",
    }
}

/// An opening that was closed by itself, while the job goes on for the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct ClosedOpening {
    /// Why.
    pub reason: OpeningEnd,
    /// More in words.
    #[field(max = 300)]
    pub note: String,
    /// Who closed it, by the member's id.
    #[field(max = 40)]
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A position that is, was or will be open.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "jobs",
    code = 3,
    title = "title",
    wall = "is_private",
    owners = "hiring_manager_id, recruiter_id, hiring_team_ids"
)]
pub struct Job {
    /// What the position is called.
    #[field(required, max = 200, search)]
    pub title: String,
    /// The last part of its public address.
    #[field(server, max = 220, index)]
    pub slug: Option<String>,
    /// The number that people quote: `JOB-000001`.
    #[field(server, max = 50, search)]
    pub reference_code: Option<String>,
    /// Where it stands.
    #[field(server, index)]
    pub status: JobStatus,
    /// The stages that its applications go through.
    pub pipeline_id: Option<Id<Pipeline>>,
    /// The language that its texts are in, by its BCP 47 tag: `fr`, `fr-CA`. Empty for the workspace's.
    #[field(max = 35)]
    pub language: String,
    /// What the work is.
    #[field(search)]
    pub description: RichText,
    /// What the person will do.
    pub responsibilities: RichText,
    /// What the person must bring.
    pub requirements: RichText,
    /// What would help.
    pub nice_to_have: RichText,
    /// What the person gets.
    pub benefits: RichText,
    /// The form of employment.
    pub job_type: JobType,
    /// How experienced somebody should be.
    pub experience_level: ExperienceLevel,
    /// Where the work is done.
    pub remote_policy: RemotePolicy,
    /// City of the place of work.
    #[field(max = 100, search)]
    pub location_city: String,
    /// State or province of the place of work.
    #[field(max = 100)]
    pub location_state: String,
    /// Country of the place of work.
    #[field(max = 100)]
    pub location_country: String,
    /// Lowest pay, in minor units (cents) of the currency.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub salary_min: Option<i64>,
    /// Highest pay, in minor units (cents) of the currency.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub salary_max: Option<i64>,
    /// ISO 4217 code.
    #[field(max = 3)]
    pub salary_currency: String,
    /// What the pay is per.
    pub salary_period: SalaryPeriod,
    /// Whether the public sees the pay.
    pub show_salary: bool,
    /// Whether a share in the company belongs to the pay.
    pub equity_offered: bool,
    /// How large that share is, in words: `0.1 – 0.5 %`.
    #[field(max = 50)]
    pub equity_range: String,
    /// Skills that are needed.
    pub required_skills: Set,
    /// Skills that would help.
    pub preferred_skills: Set,
    /// Languages that are needed.
    pub languages_required: Set,
    /// Certificates that are needed.
    pub certifications_required: Set,
    /// Degrees that are asked for.
    #[field(max = 2000)]
    pub education_requirements: String,
    /// Openings that were asked for; at least one (an untouched record shows 0, which counts as one).
    #[field(min = 0, max = 10_000)]
    pub positions_count: i64,
    /// Those of the openings that were closed by themselves: nobody is looked for any more for them.
    #[field(items = 200)]
    pub closed_openings: Items<ClosedOpening>,
    /// Who the person will work for.
    #[field(index)]
    pub hiring_manager_id: Option<Id<Member>>,
    /// Who looks after the applications.
    #[field(index)]
    pub recruiter_id: Option<Id<Member>>,
    /// Who else hires for it: they see its applications and candidates.
    #[field(items = 50)]
    pub hiring_team_ids: IdSet<Member>,
    /// Only owners, admins and the people who hire for it see it and all that belongs to it. It is on no public page.
    pub is_private: bool,
    /// The team.
    #[field(max = 100, search)]
    pub team: String,
    /// Title of the superior.
    #[field(max = 100)]
    pub reports_to: String,
    /// Last day for applications.
    pub application_deadline: Option<Date>,
    /// Whether an application needs a cover letter.
    pub require_cover_letter: bool,
    /// Whether an application needs a résumé.
    pub require_resume: bool,
    /// Whether the form asks for an address on LinkedIn.
    pub ask_linkedin: Asked,
    /// Whether the form asks for an address on GitHub.
    pub ask_github: Asked,
    /// Whether the form asks for a website or portfolio.
    pub ask_website: Asked,
    /// Whether the form asks what somebody would like to earn; never what they earned.
    pub ask_salary: Asked,
    /// Whether the form asks for the notice period.
    pub ask_notice: Asked,
    /// Whether the form asks for the first day at work.
    pub ask_start: Asked,
    /// Whether the form asks for the right to work, in words.
    pub ask_permit: Asked,
    /// Whether the form asks where somebody lives.
    pub ask_place: Asked,
    /// Questions that the form asks.
    #[field(items = 30)]
    pub questions: Items<Question>,
    /// Where people apply instead of by our form: an address that begins with `https://`. Empty for our form.
    #[field(max = 1000)]
    pub external_apply_url: String,
    /// What search engines and those who share it show as its title; empty for its own.
    #[field(max = 200)]
    pub meta_title: String,
    /// What search engines and those who share it show below that; empty for the beginning of its description.
    #[field(max = 500)]
    pub meta_description: String,
    /// Whether the feed for Indeed leaves it out.
    pub not_on_indeed: bool,
    /// Whether the feed for LinkedIn leaves it out.
    pub not_on_linkedin: bool,
    /// Whether the RSS feed leaves it out.
    pub not_on_rss: bool,
    /// Whether the JSON board leaves it out.
    pub not_on_json: bool,
    /// Shown to members only.
    pub is_internal_only: bool,
    /// Shown first.
    pub is_featured: bool,
    /// Shown on the career page while open.
    pub published_on_career_page: bool,
    /// First published.
    #[field(server)]
    pub published_at: Option<Timestamp>,
    /// Closed, filled or cancelled.
    #[field(server)]
    pub closed_at: Option<Timestamp>,
    /// Why it was closed or called off.
    #[field(server, max = 500)]
    pub close_reason: String,
    /// What was missing when it was given back instead of being published.
    #[field(server, max = 500)]
    pub return_reason: String,
    /// Who agreed since it was submitted.
    #[field(server)]
    pub approvals: Items<JobApproval>,
}

impl Job {
    /// Openings for which people are looked for or were hired: those that were asked for, at least one, without those that
    /// were closed by themselves. None where all of them were, which ends no job by itself.
    #[must_use]
    pub fn wanted(&self) -> i64 {
        let closed = i64::try_from(self.closed_openings.0.len()).unwrap_or(i64::MAX);
        self.positions_count.max(1).saturating_sub(closed).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_that_was_closed_is_not_wanted_and_more_than_all_of_them_is_none() {
        for (count, closed, wanted) in [(0, 0, 1), (1, 0, 1), (3, 1, 2), (3, 3, 0), (1, 2, 0), (0, 1, 0)] {
            let closed = vec![crate::schema::Named::default(); closed];
            let job = Job { positions_count: count, closed_openings: Items(closed), ..Job::default() };
            assert_eq!(job.wanted(), wanted, "{count}");
        }
    }

    #[test]
    fn an_answer_rules_out_by_what_the_question_says() {
        let asked = |answer, knockout: &str, below, above| Question {
            answer,
            knockout: knockout.into(),
            knockout_below: below,
            knockout_above: above,
            ..Question::default()
        };
        for (question, out, stays) in [
            (asked(AnswerKind::YesNo, "no", None, None), vec!["no", " no "], vec!["yes", ""]),
            (asked(AnswerKind::Choice, "None\n A bit ", None, None), vec!["None", "A bit"], vec!["Much", ""]),
            (
                asked(AnswerKind::Number, "", Some(3), None),
                vec!["2", "2.99", "-1"],
                vec!["3", "100", "", "three"],
            ),
            (asked(AnswerKind::Number, "7", Some(3), Some(5)), vec!["2", "6"], vec!["3", "5", "4.5"]),
            (asked(AnswerKind::ShortText, "no", None, None), vec![], vec!["no", ""]),
            (asked(AnswerKind::YesNo, "", None, None), vec![], vec!["no", "yes", ""]),
            (
                asked(AnswerKind::Several, "Nights\nWeekends", None, None),
                vec!["Days\nNights"],
                vec!["Days", ""],
            ),
            (asked(AnswerKind::File, "cv.pdf", None, None), vec![], vec!["cv.pdf", ""]),
        ] {
            for answer in out {
                assert!(question.knocks_out(answer), "{question:?} {answer}");
            }
            for answer in stays {
                assert!(!question.knocks_out(answer), "{question:?} {answer}");
            }
        }
    }

    #[test]
    fn of_several_one_that_is_needed_is_enough() {
        let question = Question {
            answer: AnswerKind::Several,
            knockout: "None of these".into(),
            knockout_without: "Rust\n Go ".into(),
            ..Question::default()
        };
        for (answer, out) in
            [("Rust", false), ("PHP\nGo", false), ("PHP", true), ("Rust\nNone of these", true), ("", false)]
        {
            assert_eq!(question.knocks_out(answer), out, "{answer}");
        }
    }

    #[test]
    fn a_question_is_asked_as_usual_until_somebody_says_otherwise() {
        for (said, asked) in [
            (Asked::Usual, Asked::Optional),
            (Asked::Unknown, Asked::Optional),
            (Asked::No, Asked::No),
            (Asked::Required, Asked::Required),
        ] {
            assert_eq!(said.or(Asked::Optional), asked);
        }
    }
}
