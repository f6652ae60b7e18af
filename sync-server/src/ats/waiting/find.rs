//! What of the records waits for whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use zumodra_shared::ats::{
    Application, Interview, Job, JobStatus, Offer, OfferStatus, Pipeline, Scorecard, StageKind, rules,
};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, Millis, rfc3339};
use zumodra_shared::schema::{Entity as _, Fields};

use super::store::{self, Stored};
use crate::ats::approvals;
use crate::db::TenantTx;
use crate::error::Result;
use crate::mail::Waits;
use crate::sync::approval_rules;

/// How long somebody may be new without anybody being reminded, where the stage has no target of its own.
const NEW_MS: Millis = 3 * DAY_MS;
/// How long after an interview a scorecard is asked for, and until when.
const SCORECARD_AFTER_MS: Millis = DAY_MS;
const SCORECARD_UNTIL_MS: Millis = 14 * DAY_MS;
/// How long before its last day an open offer is told of.
const OFFER_ENDS_MS: Millis = 2 * DAY_MS;
/// After how long an offer without an answer is told of.
const OFFER_OPEN_MS: Millis = 7 * DAY_MS;
/// After how long an agreement that nobody gave is asked for again.
const AGREEMENT_MS: Millis = DAY_MS;
/// For how long a deadline that is over is told of: a Friday's on Monday too.
const DEADLINE_DAYS: i64 = 3;
/// For how long after the end of a job its open applications are told of.
const LEFT_OVER_MS: Millis = 14 * DAY_MS;

/// Something that waits for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub what: Waits,
    /// For whom.
    pub who: Vec<RecordId>,
    /// For which job.
    pub job: RecordId,
    /// What the job is called.
    pub title: String,
    /// For how many days.
    pub days: i64,
    /// The day that it is about, or an empty text.
    pub day: String,
    /// Where the record is to be seen.
    pub scope: String,
}

/// What the records of a workspace are read into.
struct Read {
    now: Millis,
    jobs: HashMap<RecordId, (Stored, Job)>,
    pipelines: HashMap<String, Pipeline>,
}

/// Everything that waits at an instant, which is on the day `today` where the workspace is.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(tx: &mut TenantTx, now: Millis, today: &str) -> Result<Vec<Found>> {
    let mut read = Read { now, jobs: HashMap::new(), pipelines: HashMap::new() };
    for stored in store::pipelines(tx).await? {
        if let Some(pipeline) = rules::read::<Pipeline>(&stored.fields) {
            read.pipelines.insert(stored.doc.to_string(), pipeline);
        }
    }
    for stored in store::jobs(tx).await? {
        if let Some(job) = rules::read::<Job>(&stored.fields) {
            read.jobs.insert(stored.doc, (stored, job));
        }
    }
    let mut found = read.applications(tx).await?;
    found.extend(read.scorecards(tx).await?);
    found.extend(read.offers_and_agreements(tx).await?);
    found.extend(read.deadlines(today));
    found.extend(read.left_over(tx).await?);
    Ok(found)
}

/// Who looks after a job: the recruiter, else the manager who hires.
fn looks_after(job: &Job) -> Vec<RecordId> {
    let first = job.recruiter_id.as_ref().or(job.hiring_manager_id.as_ref());
    first.map(|member| member.record()).into_iter().collect()
}

fn days_since(now: Millis, since: Millis) -> i64 {
    now.saturating_sub(since) / DAY_MS
}

fn is_worked_on(job: &Job) -> bool {
    matches!(job.status, JobStatus::Open | JobStatus::OnHold)
}

impl Read {
    fn kind_of(&self, application: &Application) -> StageKind {
        let pipeline = self.pipelines.get(&application.pipeline_id.to_string());
        pipeline.and_then(|pipeline| pipeline.kind_of(&application.stage_id)).unwrap_or(StageKind::Unknown)
    }

    /// The stages in which people can wait for too long, and since when that is.
    fn stages(&self) -> Vec<store::Waits> {
        let mut stages = Vec::new();
        for (id, pipeline) in &self.pipelines {
            for stage in &pipeline.stages.0 {
                let kind = stage.item.kind;
                let target = stage.item.target_days.map(|days| days.saturating_mul(DAY_MS));
                let wanted = target.or((kind == StageKind::New).then_some(NEW_MS));
                if let Some(wanted) = wanted.filter(|_| !kind.is_closed() && kind != StageKind::OnHold) {
                    // Over the target is who has been there a day longer.
                    let since = self.now - wanted - if target.is_some() { DAY_MS } else { 0 };
                    stages.push(store::Waits { pipeline: id.clone(), stage: stage.id.clone(), since });
                }
            }
        }
        stages
    }

    async fn applications(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for stored in store::applications(tx, &self.stages()).await? {
            let Some(application) = rules::read::<Application>(&stored.fields) else { continue };
            let job_id = application.job_id.record();
            let Some((_, job)) = self.jobs.get(&job_id).filter(|(_, job)| is_worked_on(job)) else {
                continue;
            };
            let is_new = self.kind_of(&application) == StageKind::New;
            let who = match &application.assigned_to_id {
                Some(member) => vec![member.record()],
                None => looks_after(job),
            };
            let since = application.stage_changed_at.map_or(application.applied_at.0, |at| at.0);
            found.push(Found {
                what: if is_new { Waits::New } else { Waits::Late },
                who,
                job: job_id,
                title: job.title.clone(),
                days: days_since(self.now, since),
                day: String::new(),
                scope: stored.scope(&Application::DEF),
            });
        }
        Ok(found)
    }

    /// The applications that are open though their job ended not long ago.
    async fn left_over(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let ended = store::ended_jobs(tx, self.now - LEFT_OVER_MS).await?;
        let ended: HashMap<RecordId, Job> = ended
            .into_iter()
            .filter_map(|stored| Some((stored.doc, rules::read::<Job>(&stored.fields)?)))
            .collect();
        let ids: Vec<RecordId> = ended.keys().copied().collect();
        let mut found = Vec::new();
        for stored in store::applications_for(tx, &ids).await? {
            let Some(application) = rules::read::<Application>(&stored.fields) else { continue };
            let job_id = application.job_id.record();
            let Some(job) = ended.get(&job_id).filter(|_| !self.kind_of(&application).is_closed()) else {
                continue;
            };
            found.push(Found {
                what: Waits::LeftOver,
                who: looks_after(job),
                job: job_id,
                title: job.title.clone(),
                days: days_since(self.now, job.closed_at.map_or(self.now, |at| at.0)),
                day: String::new(),
                scope: stored.scope(&Application::DEF),
            });
        }
        Ok(found)
    }

    /// Who interviewed and has not said how it was, as long as that can change anything.
    async fn scorecards(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let (from, until) = (self.now - SCORECARD_UNTIL_MS, self.now - SCORECARD_AFTER_MS);
        let held = store::interviews(tx, from, until).await?;
        let held: Vec<(Stored, Interview)> = held
            .into_iter()
            .filter_map(|stored| rules::read::<Interview>(&stored.fields).map(|held| (stored, held)))
            .collect();
        let ids: BTreeSet<RecordId> = held.iter().map(|(_, held)| held.application_id.record()).collect();
        let ids: Vec<RecordId> = ids.into_iter().collect();
        let mut open = BTreeSet::new();
        for stored in store::these(tx, &ids).await? {
            let application = rules::read::<Application>(&stored.fields);
            if application.is_some_and(|application| !self.kind_of(&application).is_closed()) {
                open.insert(stored.doc);
            }
        }
        let mut given: BTreeMap<(RecordId, RecordId), Millis> = BTreeMap::new();
        for stored in store::scorecards(tx, &ids).await? {
            let Some(card) = rules::read::<Scorecard>(&stored.fields) else { continue };
            let last = given.entry((card.application_id.record(), stored.created_by)).or_default();
            *last = stored.updated_at.max(*last);
        }
        let mut found = Vec::new();
        for (stored, held) in held.iter().filter(|(_, held)| open.contains(&held.application_id.record())) {
            let application = held.application_id.record();
            let owes = |who: &&RecordId| {
                given.get(&(application, **who)).is_none_or(|given| *given < held.starts_at.0)
            };
            let who: Vec<RecordId> = held.interviewer_ids.ids.iter().filter(owes).copied().collect();
            let Some((_, job)) = self.jobs.get(&held.job_id.record()).filter(|_| !who.is_empty()) else {
                continue;
            };
            found.push(Found {
                what: Waits::Scorecard,
                who,
                job: held.job_id.record(),
                title: job.title.clone(),
                days: days_since(self.now, held.starts_at.0),
                day: String::new(),
                scope: stored.scope(&Interview::DEF),
            });
        }
        Ok(found)
    }

    async fn offers_and_agreements(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let in_force: Vec<Fields> = approval_rules(tx).await?.into_iter().map(|(_, rule)| rule.0).collect();
        let mut found = Vec::new();
        for stored in store::offers(tx).await? {
            let Some(offer) = rules::read::<Offer>(&stored.fields) else { continue };
            let job = self.jobs.get(&offer.job_id.record());
            if offer.status == OfferStatus::PendingApproval {
                let job = job.map(|(stored, _)| stored.fields.0.clone()).unwrap_or_default();
                let asked = approvals::asked(&Offer::DEF, &stored.fields, &job, &in_force);
                found.extend(self.agreement(&stored, offer.title.clone(), asked, stored.scope(&Offer::DEF)));
            } else {
                found.extend(self.open_offer(&stored, &offer, job.map(|(_, job)| job)));
            }
        }
        for (stored, job) in self.jobs.values().filter(|(_, job)| job.status == JobStatus::PendingApproval) {
            let asked = approvals::asked(&Job::DEF, &stored.fields, &stored.fields, &in_force);
            found.extend(self.agreement(stored, job.title.clone(), asked, stored.scope(&Job::DEF)));
        }
        Ok(found)
    }

    fn agreement(
        &self,
        stored: &Stored,
        title: String,
        asked: BTreeSet<RecordId>,
        scope: String,
    ) -> Option<Found> {
        let waits = self.now - stored.updated_at >= AGREEMENT_MS && !asked.is_empty();
        waits.then(|| Found {
            what: Waits::Agreement,
            who: asked.into_iter().collect(),
            job: stored.doc,
            title,
            days: days_since(self.now, stored.updated_at),
            day: String::new(),
            scope,
        })
    }

    fn open_offer(&self, stored: &Stored, offer: &Offer, job: Option<&Job>) -> Option<Found> {
        let sent_at = offer.sent_at?.0;
        let last_day = offer.expires_on.as_ref().map(|day| day.0.clone()).unwrap_or_default();
        let soon: String = rfc3339(self.now + OFFER_ENDS_MS).chars().take(10).collect();
        let ends = !last_day.is_empty() && last_day <= soon;
        if !ends && self.now - sent_at < OFFER_OPEN_MS {
            return None;
        }
        let who = match &offer.sent_by {
            Some(member) => vec![member.record()],
            None => job.map(looks_after).unwrap_or_default(),
        };
        Some(Found {
            what: if ends { Waits::OfferEnds } else { Waits::OfferOpen },
            who,
            job: offer.job_id.record(),
            title: job.map_or(&offer.title, |job| &job.title).clone(),
            days: days_since(self.now, sent_at),
            day: if ends { last_day } else { String::new() },
            scope: stored.scope(&Offer::DEF),
        })
    }

    /// The jobs for which nobody can apply any more since some days.
    fn deadlines(&self, today: &str) -> Vec<Found> {
        let from: String =
            rfc3339(self.now - DEADLINE_DAYS.saturating_mul(DAY_MS)).chars().take(10).collect();
        let is_over = |job: &Job| {
            let last = job.application_deadline.as_ref().map(|day| day.0.as_str());
            job.status == JobStatus::Open && last.is_some_and(|last| last < today && *last >= *from)
        };
        self.jobs
            .iter()
            .filter(|(_, (_, job))| is_over(job))
            .map(|(id, (stored, job))| Found {
                what: Waits::Deadline,
                who: looks_after(job),
                job: *id,
                title: job.title.clone(),
                days: 0,
                day: job.application_deadline.as_ref().map(|day| day.0.clone()).unwrap_or_default(),
                scope: stored.scope(&Job::DEF),
            })
            .collect()
    }
}
