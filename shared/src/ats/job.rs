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
    }
}

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
    /// For a choice: the options, one a line.
    #[field(max = 2000)]
    pub options: String,
    /// For yes or no and for a choice: the answers that rule somebody out, one a line (`yes` or `no`, or options).
    /// Nobody outside is told, and nobody is rejected by it: the answer is marked for the people who decide.
    #[field(max = 2000)]
    pub knockout: String,
    /// For a number: what is below it rules somebody out.
    pub knockout_below: Option<i64>,
    /// For a number: what is above it rules somebody out.
    pub knockout_above: Option<i64>,
}

impl Question {
    /// Whether an answer rules somebody out, as the form sends it: `yes` or `no`, an option, or a number. What was not
    /// answered rules nobody out.
    #[must_use]
    pub fn knocks_out(&self, answer: &str) -> bool {
        let answer = answer.trim();
        match self.answer {
            AnswerKind::YesNo | AnswerKind::Choice => {
                !answer.is_empty() && self.knockout.lines().any(|line| line.trim() == answer)
            }
            AnswerKind::Number => answer.parse::<f64>().is_ok_and(|number| {
                self.knockout_below.is_some_and(|least| number < least as f64)
                    || self.knockout_above.is_some_and(|most| number > most as f64)
            }),
            AnswerKind::ShortText | AnswerKind::LongText | AnswerKind::Date | AnswerKind::Unknown => false,
        }
    }
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
    /// Openings; at least one (an untouched record shows 0, which counts as one).
    #[field(min = 0, max = 10_000)]
    pub positions_count: i64,
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
    /// Questions that the form asks.
    #[field(items = 30)]
    pub questions: Items<Question>,
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

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            for answer in out {
                assert!(question.knocks_out(answer), "{question:?} {answer}");
            }
            for answer in stays {
                assert!(!question.knocks_out(answer), "{question:?} {answer}");
            }
        }
    }
}
