//! Who has to agree before a job is published or an offer is sent, as the workspace decided: rules by team, level and pay.
//!
//! Everything here is a pure function of the rules and of what they are about, so that the server judges by it, the desktop
//! asks it first, and the window shows by it whose turn it is. Rules are looked at when somebody acts, as they are then.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::deputies::{Asked, Word};
use super::rules::{currency_problem, read, text};
use super::{ExperienceLevel, JobApproval, Offer, SalaryPeriod};
use crate::access::{Principal, Role};
use crate::accounts::Member;
use crate::choice;
use crate::kernel::time::{HOUR_MS, Millis};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Entity, Fields, IdSet, Items, Set};

/// The last step that a rule may stand at.
const MAX_STEP: i64 = 9;

choice! {
    /// What a rule asks for agreement to.
    pub enum ApprovalSubject {
        /// Jobs, before they are published.
        Jobs = "jobs",
        /// Offers, before they are sent.
        Offers = "offers",
    }
}

/// A rule that says who has to agree. One of its people is enough; every rule that applies has to have one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "approval_rules", code = 22, title = "name")]
pub struct ApprovalRule {
    /// What it is called.
    #[field(required, max = 80)]
    pub name: String,
    /// What it is about.
    #[field(immutable)]
    pub about: ApprovalSubject,
    /// When its people are asked: those of a lower step first, those of one step at once. 0 counts as 1.
    #[field(min = 0, max = 9)]
    pub step: i64,
    /// The teams of jobs that it is for, whatever their case; none is all of them.
    #[field(items = 50)]
    pub teams: Set,
    /// The levels of jobs that it is for, by their wire names; none is all of them.
    #[field(items = 20)]
    pub levels: Set,
    /// From which pay a year on, in minor units of `pay_currency`; nothing is for any pay. What is paid in another
    /// currency, or not said, is as much.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub pay_from: Option<i64>,
    /// The currency of `pay_from`, by its ISO 4217 code.
    #[field(max = 3)]
    pub pay_currency: String,
    /// Whether the job's hiring manager can agree.
    pub with_hiring_manager: bool,
    /// Who else can agree.
    #[field(items = 20)]
    pub approver_ids: IdSet<Member>,
    /// After how many hours without an answer an offer goes back to who wrote it; nothing is never.
    #[field(min = 1, max = 2_160)]
    pub expires_hours: Option<i64>,
}

/// Checks a rule.
///
/// # Errors
/// [`Code::InvalidFields`] for one that nobody could follow.
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    let rule: ApprovalRule = read(after).unwrap_or_default();
    let mut problem = Problem::new(Code::InvalidFields);
    if rule.approver_ids.ids.is_empty() && !rule.with_hiring_manager {
        problem = problem.field("approver_ids", "Say who can agree.");
    }
    if let Some(message) = currency_problem(&rule.pay_currency, rule.pay_from.is_some()) {
        problem = problem.field("pay_currency", message);
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// By what rules are chosen.
#[derive(Debug, Clone, Default, PartialEq)]
struct Position {
    team: String,
    level: String,
    pay: Option<i64>,
    currency: String,
    hiring_manager: Option<RecordId>,
}

impl Position {
    /// What a job says: its highest pay counts.
    fn of_job(job: &Fields) -> Self {
        let amount = |name: &str| job.get(name).and_then(Value::as_i64);
        let pay = amount("salary_max").max(amount("salary_min"));
        Self::new(job, pay, text(job, "salary_period"), text(job, "salary_currency"))
    }

    /// What an offer says of the pay of the first year, with all that is paid beside the salary, and its job of the rest.
    fn of_offer(offer: &Fields, job: &Fields) -> Self {
        let amount = |name: &str| offer.get(name).and_then(Value::as_i64);
        let paid = Self::new(job, amount("salary"), text(offer, "period"), text(offer, "currency"));
        let known = read::<Offer>(offer).unwrap_or_default();
        // Whoever works for more hours than a full year of work has is paid for them.
        let pay = paid.pay.map(|pay| pay.max(known.salary_of_a_year().unwrap_or_default()));
        Self { pay: pay.map(|pay| pay.saturating_add(known.beside_salary())), ..paid }
    }

    fn new(job: &Fields, pay: Option<i64>, period: &str, currency: &str) -> Self {
        let level = match job.get("experience_level") {
            Some(Value::String(level)) => level.clone(),
            _ => ExperienceLevel::default().name().to_owned(),
        };
        Self {
            team: text(job, "team").trim().to_lowercase(),
            level,
            pay: pay.and_then(|pay| SalaryPeriod::from_name(period).in_a_year(pay)),
            currency: currency.to_owned(),
            hiring_manager: text(job, "hiring_manager_id").parse().ok(),
        }
    }

    fn is_under(&self, rule: &ApprovalRule) -> bool {
        let of_team = rule.teams.0.is_empty()
            || rule.teams.0.iter().any(|team| team.trim().to_lowercase() == self.team);
        let of_level = rule.levels.0.is_empty() || rule.levels.0.contains(&self.level);
        let is_paid = rule
            .pay_from
            .is_none_or(|from| self.currency != rule.pay_currency || self.pay.is_none_or(|pay| pay >= from));
        of_team && of_level && is_paid
    }
}

/// One rule that applies, and whether somebody agreed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// What the rule is called.
    pub name: String,
    /// At which step its people are asked.
    pub at: i64,
    /// Who can agree. Nobody is left where the hiring manager was meant and the job has none.
    pub people: Vec<RecordId>,
    /// Whose word was given.
    pub agreed: Option<RecordId>,
    /// Who gave it in their place.
    pub in_place: Option<RecordId>,
    /// Whether its people are asked now.
    pub is_due: bool,
    /// After how many hours without an answer it is over, if ever.
    #[serde(skip)]
    pub expires_hours: Option<i64>,
}

/// The rules that apply, in the order in which people are asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Chain(pub Vec<Step>);

impl Chain {
    fn new(rules: &[Fields], about: ApprovalSubject, position: &Position, words: &[Word]) -> Self {
        let rules = rules.iter().filter_map(read::<ApprovalRule>);
        let applying = rules.filter(|rule| rule.about == about && position.is_under(rule));
        let mut steps: Vec<Step> = applying.map(|rule| step(rule, position, words)).collect();
        steps.sort_by(|a, b| (a.at, &a.name, &a.people).cmp(&(b.at, &b.name, &b.people)));
        // A deputy's word is one word: for the first step that still asks for it.
        for word in words.iter().filter(|word| word.of != word.by) {
            let open = |step: &&mut Step| step.agreed.is_none() && step.people.contains(&word.of);
            if let Some(step) = steps.iter_mut().find(open) {
                (step.agreed, step.in_place) = (Some(word.of), Some(word.by));
            }
        }
        let due = steps.iter().filter(|step| step.agreed.is_none()).map(|step| step.at).min();
        for step in &mut steps {
            step.is_due = step.agreed.is_none() && Some(step.at) == due;
        }
        Self(steps)
    }

    /// Whether nobody has to agree at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody agreed for every rule.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.0.iter().all(|step| step.agreed.is_some())
    }

    /// Whether somebody is asked now.
    #[must_use]
    pub fn asks(&self, who: RecordId) -> bool {
        self.0.iter().any(|step| step.is_due && step.people.contains(&who))
    }

    /// Whether a rule names somebody, whoever's turn it is.
    #[must_use]
    pub fn names(&self, who: RecordId) -> bool {
        self.0.iter().any(|step| step.people.contains(&who))
    }

    /// Who is asked now.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<RecordId> {
        self.0.iter().filter(|step| step.is_due).flat_map(|step| step.people.iter().copied()).collect()
    }
}

/// Who agreed to a job since it was submitted.
#[must_use]
pub fn given(job: &Fields) -> Items<JobApproval> {
    job.get("approvals").and_then(|said| serde_json::from_value(said.clone()).ok()).unwrap_or_default()
}

/// The chain of a job: who agreed to what it says now, and `also`, who is about to.
#[must_use]
pub fn of_job(rules: &[Fields], job: &Fields, also: Option<Word>) -> Chain {
    let words: Vec<Word> = words_on_job(job).into_iter().chain(also).collect();
    Chain::new(rules, ApprovalSubject::Jobs, &Position::of_job(job), &words)
}

fn words_on_job(job: &Fields) -> Vec<Word> {
    let terms = terms_of(job);
    let said = given(job).0.into_iter().map(|said| said.item);
    said.filter(|said| said.terms == terms).filter_map(|said| word(&said.by, &said.instead_of)).collect()
}

/// A word that was noted: of `instead_of`, or of who gave it where that is empty.
pub(super) fn word(by: &str, instead_of: &str) -> Option<Word> {
    let by = by.parse().ok()?;
    Some(Word { of: instead_of.parse().unwrap_or(by), by })
}

/// Who is asked to agree to a job that `author` made.
#[must_use]
pub fn asked_on_job(rules: &[Fields], job: &Fields, author: Option<RecordId>) -> Asked {
    let spoke = words_on_job(job).into_iter().map(|word| word.by).collect();
    Asked {
        chain: of_job(rules, job, None),
        spoke,
        authors: author.into_iter().collect(),
        ..Asked::default()
    }
}

/// Who is asked to agree to an offer that `author` made.
#[must_use]
pub fn asked_on_offer(rules: &[Fields], offer: &Fields, job: &Fields, author: Option<RecordId>) -> Asked {
    let known: Offer = read(offer).unwrap_or_default();
    let asks = known.asked_by.as_ref().map(|member| member.record());
    Asked {
        chain: of_offer(rules, offer, job, None),
        awaited: known.awaits().collect(),
        spoke: known.words().map(|word| word.by).collect(),
        authors: author.into_iter().chain(asks).collect(),
        named: known.approver_ids.ids,
    }
}

/// When an offer that waits for agreement goes back to who wrote it, because a rule says that nobody waits for longer; none
/// where no rule that is asked now does.
#[must_use]
pub fn runs_out(rules: &[Fields], offer: &Fields, job: &Fields) -> Option<Millis> {
    let known: Offer = read(offer)?;
    let asked_at = known.asked_at.as_ref()?.0;
    let chain = of_offer(rules, offer, job, None);
    let due = || chain.0.iter().filter(|step| step.is_due);
    let at = due().map(|step| step.at).min()?;
    // Those of a later step are asked once those before them agreed. Who agrees at the same step asks nobody anew.
    let before = chain.0.iter().filter(|step| step.at < at);
    let since = before.filter_map(|step| agreed_at(&known, step)).fold(asked_at, Millis::max);
    let hours = due().filter_map(|step| step.expires_hours).min()?;
    Some(since.saturating_add(hours.saturating_mul(HOUR_MS)))
}

/// When the first word was given that a step needs.
fn agreed_at(offer: &Offer, step: &Step) -> Option<Millis> {
    let said = offer.approvals.0.iter().map(|said| &said.item);
    let agreed = said.filter(|said| said.agreed && said.version == offer.version);
    let counts = |word: Word| match step.in_place {
        Some(by) => Some(word.of) == step.agreed && word.by == by,
        None => word.of == word.by && step.people.contains(&word.of),
    };
    let counting = agreed.filter(|said| word(&said.by, &said.instead_of).is_some_and(counts));
    counting.map(|said| said.at).min()
}

/// The chain of an offer beside those whom it names: who agreed to this version, and `also`, who is about to.
#[must_use]
pub fn of_offer(rules: &[Fields], offer: &Fields, job: &Fields, also: Option<Word>) -> Chain {
    let known: Offer = read(offer).unwrap_or_default();
    let words: Vec<Word> = known.words().chain(also).collect();
    Chain::new(rules, ApprovalSubject::Offers, &Position::of_offer(offer, job), &words)
}

fn step(rule: ApprovalRule, position: &Position, words: &[Word]) -> Step {
    let mut people = rule.approver_ids.ids;
    people.extend(position.hiring_manager.filter(|_| rule.with_hiring_manager));
    let own = |who: RecordId| words.contains(&who.into());
    Step {
        name: rule.name,
        at: rule.step.clamp(1, MAX_STEP),
        agreed: people.iter().copied().find(|who| own(*who)),
        in_place: None,
        people: people.into_iter().collect(),
        is_due: false,
        expires_hours: rule.expires_hours,
    }
}

/// Whether somebody agrees for everybody: a company must not wait for who is away.
#[must_use]
pub const fn is_above(principal: &Principal) -> bool {
    matches!(principal.role, Role::Owner | Role::Admin)
}

/// What of a job is agreed to. Where one of these changes meanwhile, it is agreed to anew.
const TERMS: [&str; 8] = [
    "title",
    "team",
    "experience_level",
    "positions_count",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
];

/// What of a job is agreed to, as one short text: a name-based id (RFC 9562 section 5.5) of its fields.
#[must_use]
pub fn terms_of(job: &Fields) -> String {
    let terms: Value = TERMS.iter().map(|name| job.get(*name).cloned().unwrap_or_default()).collect();
    RecordId::new_v5(&RecordId::nil(), terms.to_string().as_bytes()).to_string()
}
