//! An offer: what somebody who applied would get, and what became of it.
//!
//! Its terms are fields that people write while it is a draft. Where it stands, and who said what to it, only the server
//! writes, by the commands of [`super::offer_states`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::approval::word;
use super::deputies::Word;
use super::{
    Application, Candidate, EquityKind, Job, JobType, PayComponent, Pipeline, RemotePolicy, SalaryPeriod,
    StageKind,
};
use crate::accounts::Member;
use crate::choice;
use crate::kernel::{Code, Date, Id, Problem, RecordId, Timestamp};
use crate::schema::{Entity, Fields, IdSet, Item, Items, RichText};

choice! {
    /// Where an offer stands. Only the server moves it, by commands.
    pub enum OfferStatus {
        /// Being written.
        Draft = "draft",
        /// Waits for those who have to agree.
        PendingApproval = "pending_approval",
        /// Everybody agreed: it can be sent.
        Approved = "approved",
        /// The candidate has it.
        Sent = "sent",
        /// The candidate looked at it.
        Viewed = "viewed",
        /// The candidate asked for something else.
        Countered = "countered",
        /// The candidate said yes.
        Accepted = "accepted",
        /// The candidate said no.
        Declined = "declined",
        /// The candidate said nothing in time.
        Expired = "expired",
        /// Called off.
        Withdrawn = "withdrawn",
    }
}

impl OfferStatus {
    /// Whether others have it: those who have to agree, or the candidate.
    #[must_use]
    pub const fn is_out(self) -> bool {
        match self {
            Self::PendingApproval
            | Self::Approved
            | Self::Sent
            | Self::Viewed
            | Self::Countered
            | Self::Accepted
            | Self::Unknown => true,
            Self::Draft | Self::Declined | Self::Expired | Self::Withdrawn => false,
        }
    }

    /// Whether there can be no other one for the same application.
    #[must_use]
    pub const fn counts(self) -> bool {
        self.is_open() || matches!(self, Self::Accepted)
    }

    /// Whether something can still come of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Draft
            | Self::PendingApproval
            | Self::Approved
            | Self::Sent
            | Self::Viewed
            | Self::Countered
            | Self::Unknown => true,
            Self::Accepted | Self::Declined | Self::Expired | Self::Withdrawn => false,
        }
    }
}

/// What one of those who have to agree said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Approval {
    /// Who, by the member's id.
    #[field(max = 40)]
    pub by: String,
    /// To which version.
    pub version: i64,
    /// Whether they agreed, or gave it back.
    pub agreed: bool,
    /// What they said to it.
    #[field(max = 500)]
    pub note: String,
    /// In whose place, by the member's id; empty for their own word.
    #[field(max = 40)]
    pub instead_of: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What the candidate asked for instead of what was offered. Each is a round: the offer is written anew after it, or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Counter {
    /// Of which version.
    pub version: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The salary that was asked for, in minor units of the currency.
    pub salary: Option<i64>,
    /// The currency that was offered then, by its ISO 4217 code.
    #[field(max = 3)]
    pub currency: String,
    /// What the salary is per, as it was offered then.
    pub period: SalaryPeriod,
    /// What was asked for, in words.
    #[field(max = 500)]
    pub reason: String,
}

/// What somebody who applied would get. Amounts are in minor units of the currency.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "offers",
    code = 13,
    title = "title",
    by = "job_id",
    within = "candidate_id, application_id, job_id"
)]
pub struct Offer {
    /// To whom.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// For which application.
    #[field(required, immutable, index)]
    pub application_id: Id<Application>,
    /// For which job.
    #[field(required, immutable, index)]
    pub job_id: Id<Job>,
    /// The application's pipeline: what its stages mean.
    #[field(required, immutable)]
    pub pipeline_id: Id<Pipeline>,
    /// Where it stands.
    #[field(server, index)]
    pub status: OfferStatus,
    /// Which version of it this is: it grows whenever it is written anew after it was sent.
    #[field(server)]
    pub version: i64,
    /// What the position is called.
    #[field(required, max = 200)]
    pub title: String,
    /// The department or team, as the letter names it.
    #[field(max = 200)]
    pub department: String,
    /// The form of employment.
    pub employment: JobType,
    /// The time of work in a week, in minutes.
    #[field(min = 0, max = 10_080)]
    pub weekly_minutes: Option<i64>,
    /// The salary.
    #[field(min = 0)]
    pub salary: Option<i64>,
    /// The currency of every amount, by its ISO 4217 code.
    #[field(max = 3)]
    pub currency: String,
    /// What the salary is per.
    pub period: SalaryPeriod,
    /// A bonus a year, if everything goes as planned.
    #[field(min = 0)]
    pub bonus: Option<i64>,
    /// A bonus for signing, once.
    #[field(min = 0)]
    pub signing_bonus: Option<i64>,
    /// A share of the company, in words.
    #[field(max = 500)]
    pub equity: String,
    /// What a share of the company is given as, if there is one.
    pub equity_kind: Option<EquityKind>,
    /// How many shares.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub equity_shares: Option<i64>,
    /// Months until all of them are the person's.
    #[field(min = 0, max = 240)]
    pub vesting_months: Option<i64>,
    /// Months before the first of them are.
    #[field(min = 0, max = 240)]
    pub cliff_months: Option<i64>,
    /// Parts of the pay beside salary and bonuses.
    #[field(items = 20)]
    pub components: Items<PayComponent>,
    /// Days off a year.
    #[field(min = 0, max = 366)]
    pub days_off: Option<i64>,
    /// What else comes with it.
    pub benefits: RichText,
    /// The first day.
    pub starts_on: Option<Date>,
    /// The last day, if it has one.
    pub ends_on: Option<Date>,
    /// The trial from the first day on, in months.
    #[field(min = 0, max = 24)]
    pub probation_months: Option<i64>,
    /// Where the work is done.
    #[field(max = 200)]
    pub place: String,
    /// Whether it is done there; none where nothing is said.
    pub remote_policy: Option<RemotePolicy>,
    /// Who the person works for, as the letter names them.
    #[field(max = 200)]
    pub reports_to: String,
    /// On which conditions.
    pub conditions: RichText,
    /// Until when the candidate can say yes, that day included.
    pub expires_on: Option<Date>,
    /// Whether the candidate is reminded once before the last day, if they have not answered.
    pub remind_candidate: bool,
    /// What is written to the candidate.
    pub message: RichText,
    /// Who has to agree before it is sent.
    #[field(items = 10)]
    pub approver_ids: IdSet<Member>,
    /// What they said.
    #[field(server)]
    pub approvals: Items<Approval>,
    /// What the candidate asked for instead, one round after the other.
    #[field(server)]
    pub counters: Items<Counter>,
    /// When agreement was asked for last.
    #[field(server)]
    pub asked_at: Option<Timestamp>,
    /// Who asked for it.
    #[field(server)]
    pub asked_by: Option<Id<Member>>,
    /// When it was sent last.
    #[field(server)]
    pub sent_at: Option<Timestamp>,
    /// Who sent it last: who signs for the company.
    #[field(server)]
    pub sent_by: Option<Id<Member>>,
    /// The address that its letter went to; empty when it was given to the candidate in another way.
    #[field(server, max = 254)]
    pub sent_to: String,
    /// Its letter: the file's SHA-256. Once the candidate signed, the letter with the signatures.
    #[field(server, max = 64)]
    pub letter_hash: Option<String>,
    /// The name that the candidate signed with.
    #[field(server, max = 200)]
    pub signed_name: String,
    /// When the candidate signed.
    #[field(server)]
    pub signed_at: Option<Timestamp>,
    /// When the candidate answered, or it ended otherwise.
    #[field(server)]
    pub closed_at: Option<Timestamp>,
    /// Why it was given back, declined or withdrawn, or what the candidate asks for.
    #[field(server, max = 500)]
    pub reason: String,
}

impl Offer {
    /// The words by which this version was agreed to.
    pub fn words(&self) -> impl Iterator<Item = Word> {
        let said = self.approvals.0.iter().map(|said| &said.item);
        let agreed = said.filter(|said| said.agreed && said.version == self.version);
        agreed.filter_map(|said| word(&said.by, &said.instead_of))
    }

    /// Whose agreement to this version was given, by themselves or in their place.
    #[must_use]
    pub fn agreed(&self) -> BTreeSet<RecordId> {
        self.words().map(|word| word.of).collect()
    }

    /// Who is named as having to agree and did not yet.
    pub fn awaits(&self) -> impl Iterator<Item = RecordId> {
        let agreed = self.agreed();
        self.approver_ids.ids.iter().copied().filter(move |who| !agreed.contains(who))
    }
}

/// Checks an offer, given how it was before, and what it is for.
///
/// # Errors
/// The refusal that the rule calls for.
pub(super) fn check(
    before: Option<&Fields>,
    after: &Fields,
    deleted: bool,
    related: &dyn super::rules::Related,
) -> Result<(), Problem> {
    let text = super::rules::text;
    let was = before.map(|before| OfferStatus::from_name(text(before, "status")));
    let is_term = |name: &str| Offer::DEF.field(name).is_some_and(|field| !field.server);
    let changes_terms = before.is_some_and(|before| {
        after.iter().any(|(name, value)| is_term(name) && before.get(name) != Some(value))
    });
    // What a candidate holds, or agreed to, does not change under them, and does not go away.
    let is_out = OfferStatus::from_name(text(after, "status")).is_out();
    if (changes_terms && was != Some(OfferStatus::Draft)) || (deleted && is_out) {
        return Err(Problem::new(Code::OfferIsOut));
    }
    if let Some(message) = super::rules::currency_problem(text(after, "currency"), false) {
        return Err(Problem::new(Code::InvalidFields).field("currency", message));
    }
    if before.is_none() {
        is_for_an_open_application(after, related)?;
    }
    Ok(())
}

/// Nobody who was turned down, stepped back or has the job gets an offer.
fn is_for_an_open_application(offer: &Fields, related: &dyn super::rules::Related) -> Result<(), Problem> {
    let text = super::rules::text;
    let unknown = |field: &str| Problem::new(Code::UnknownReference).field(field, "There is no such record.");
    let application = super::rules::about(offer, related)?;
    let pipeline = text(offer, "pipeline_id").parse().ok().and_then(|id| related.fields("pipelines", id));
    let stage = stage_of(application, pipeline.ok_or_else(|| unknown("pipeline_id"))?);
    if stage.is_closed() { Err(Problem::new(Code::ApplicationIsOver)) } else { Ok(()) }
}

/// What the stage of an application means; unknown where the pipeline has no such stage any more.
#[must_use]
pub fn stage_of(application: &Fields, pipeline: &Fields) -> StageKind {
    let stage = super::rules::text(application, "stage_id");
    super::rules::read::<Pipeline>(pipeline).and_then(|p| p.kind_of(stage)).unwrap_or(StageKind::Unknown)
}
