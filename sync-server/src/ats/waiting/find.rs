//! What of the records waits for whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use zumodra_shared::access::JOBS;
use zumodra_shared::ats::{
    Application, Interview, Job, JobStatus, Offer, OfferStatus, Pipeline, Scorecard, Stage, StageKind, rules,
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
/// For how long a form that was set apart is told of.
const SET_APART_MS: Millis = 14 * DAY_MS;

/// Something that waits for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub what: Waits,
    /// For whom.
    pub who: Vec<RecordId>,
    /// Whether they stand in for each other, in this order: it is of the first who is here and may see it.
    pub is_of_first: bool,
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
    found.extend(read.unsettled(tx).await?);
    found.extend(read.offers_and_agreements(tx).await?);
    found.extend(read.deadlines(today));
    found.extend(read.left_over(tx).await?);
    found.extend(read.follow_ups(tx, today).await?);
    Ok(found)
}

/// The forms of people that were set apart not long ago, for those who can let them in. A form names who sent it; this does
/// not.
///
/// # Errors
/// When the database cannot be read.
pub async fn set_apart(tx: &mut TenantTx, now: Millis, admins: &[RecordId]) -> Result<Vec<Found>> {
    let forms = store::set_apart(tx, now - SET_APART_MS).await?;
    let found = |form: store::SetApart| Found {
        what: Waits::SetApart,
        who: admins.to_vec(),
        is_of_first: false,
        job: form.job_id,
        title: form.job_title,
        days: 0,
        day: String::new(),
        scope: JOBS.to_owned(),
    };
    Ok(forms.into_iter().map(found).collect())
}

/// Who looks after a job: the recruiter, else the manager who hires.
fn looks_after(job: &Job) -> impl Iterator<Item = RecordId> {
    [&job.recruiter_id, &job.hiring_manager_id].into_iter().flatten().map(|member| member.record())
}

fn days_since(now: Millis, since: Millis) -> i64 {
    now.saturating_sub(since) / DAY_MS
}

/// What is told of who is in a stage for so many days.
fn how_late(stage: &Stage, days: i64) -> Waits {
    match stage.target_days {
        Some(target) if days <= target => Waits::Soon,
        _ if stage.kind == StageKind::New => Waits::New,
        _ => Waits::Late,
    }
}

/// Who else is told of somebody who is in a stage for so many days.
fn escalated_to(stage: &Stage, days: i64) -> Option<RecordId> {
    let limit = stage.target_days?.saturating_add(stage.escalate_days?);
    stage.escalate_to_id.parse().ok().filter(|_| days > limit)
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
        let waits = |stage: &Stage| {
            let can = !stage.kind.is_closed() && stage.kind != StageKind::OnHold;
            can && (stage.target_days.is_some() || stage.kind == StageKind::New)
        };
        // Over the target is who has been there a day longer; near it, who has been there for as long as the stage says.
        let told_from = |stage: &Stage| {
            let target = stage.target_days?;
            let days = stage.warn_days.map_or(target.saturating_add(1), |warn| (target - warn).max(0));
            Some(days.saturating_mul(DAY_MS))
        };
        self.stages_where(waits, |stage| self.now - told_from(stage).unwrap_or(NEW_MS))
    }

    /// The stage of an application, if its pipeline has it still.
    fn stage_of(&self, application: &Application) -> Option<&Stage> {
        let pipeline = self.pipelines.get(&application.pipeline_id.to_string())?;
        let stage = pipeline.stages.0.iter().find(|stage| stage.id == application.stage_id)?;
        Some(&stage.item)
    }

    /// Some stages of every pipeline, each with a time.
    fn stages_where(
        &self,
        wanted: impl Fn(&Stage) -> bool,
        since: impl Fn(&Stage) -> Millis,
    ) -> Vec<store::Waits> {
        let mut stages = Vec::new();
        for (id, pipeline) in &self.pipelines {
            for stage in pipeline.stages.0.iter().filter(|stage| wanted(&stage.item)) {
                let since = since(&stage.item);
                stages.push(store::Waits { pipeline: id.clone(), stage: stage.id.clone(), since });
            }
        }
        stages
    }

    async fn applications(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let jobs = self.jobs.iter().filter(|(_, (_, job))| is_worked_on(job));
        let jobs: Vec<RecordId> = jobs.map(|(id, _)| *id).collect();
        for stored in store::applications(tx, &jobs, &self.stages()).await? {
            let Some(application) = rules::read::<Application>(&stored.fields) else { continue };
            let job_id = application.job_id.record();
            let Some((_, job)) = self.jobs.get(&job_id) else { continue };
            let Some(stage) = self.stage_of(&application) else { continue };
            let assigned = application.assigned_to_id.as_ref().map(|member| member.record());
            let who = assigned.into_iter().chain(looks_after(job)).collect();
            let since = application.stage_changed_at.map_or(application.applied_at.0, |at| at.0);
            let days = days_since(self.now, since);
            let told = Found {
                what: how_late(stage, days),
                who,
                is_of_first: true,
                job: job_id,
                title: job.title.clone(),
                days,
                day: String::new(),
                scope: stored.scope(&Application::DEF),
            };
            if let Some(other) = escalated_to(stage, days) {
                let what = Waits::Escalated;
                found.push(Found { what, who: vec![other], is_of_first: false, ..told.clone() });
            }
            found.push(told);
        }
        Ok(found)
    }

    /// The open applications of which somebody wanted to be reminded by today.
    async fn follow_ups(&self, tx: &mut TenantTx, today: &str) -> Result<Vec<Found>> {
        let closed = self.stages_where(|stage| stage.kind.is_closed(), |_| self.now);
        let due: Vec<(Stored, Application)> = store::follow_ups(tx, today, &closed)
            .await?
            .into_iter()
            .filter_map(|stored| rules::read::<Application>(&stored.fields).map(|read| (stored, read)))
            .collect();
        let ids: BTreeSet<RecordId> = due.iter().map(|(_, due)| due.job_id.record()).collect();
        let ids: Vec<RecordId> = ids.into_iter().collect();
        let jobs: HashMap<RecordId, Job> = store::these(tx, &Job::DEF, &ids)
            .await?
            .into_iter()
            .filter_map(|stored| Some((stored.doc, rules::read::<Job>(&stored.fields)?)))
            .collect();
        let mut found = Vec::new();
        for (stored, application) in due {
            let job_id = application.job_id.record();
            let Some(job) = jobs.get(&job_id) else { continue };
            let people = [&application.follow_up_for_id, &application.assigned_to_id];
            let people = people.into_iter().flatten().map(|member| member.record());
            found.push(Found {
                what: Waits::FollowUp,
                who: people.chain(looks_after(job)).collect(),
                is_of_first: true,
                job: job_id,
                title: job.title.clone(),
                days: 0,
                day: application.follow_up_on.as_ref().map(|day| day.0.clone()).unwrap_or_default(),
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
        let open = self.stages_where(|stage| !stage.kind.is_closed(), |_| self.now);
        let mut found = Vec::new();
        for stored in store::applications(tx, &ids, &open).await? {
            let Some(application) = rules::read::<Application>(&stored.fields) else { continue };
            let job_id = application.job_id.record();
            let Some(job) = ended.get(&job_id) else { continue };
            found.push(Found {
                what: Waits::LeftOver,
                who: looks_after(job).collect(),
                is_of_first: true,
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
        let mut open = BTreeMap::new();
        for stored in store::these(tx, &Application::DEF, &ids).await? {
            let application = rules::read::<Application>(&stored.fields);
            if let Some(application) = application.filter(|each| !self.kind_of(each).is_closed()) {
                open.insert(stored.doc, application.stage_id);
            }
        }
        let mut given: BTreeMap<(RecordId, RecordId), Millis> = BTreeMap::new();
        for stored in store::scorecards(tx, &ids).await? {
            let Some(card) = rules::read::<Scorecard>(&stored.fields) else { continue };
            let application = card.application_id.record();
            let last = given.entry((application, stored.created_by)).or_default();
            // There is one card for a stage: who met somebody twice in one has said how it was.
            let is_of_stage = open.get(&application) == Some(&card.stage_id);
            *last = if is_of_stage { self.now } else { stored.updated_at.max(*last) };
        }
        let mut found = Vec::new();
        for (stored, held) in held.iter().filter(|(_, held)| open.contains_key(&held.application_id.record()))
        {
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
                is_of_first: false,
                job: held.job_id.record(),
                title: job.title.clone(),
                days: days_since(self.now, held.starts_at.0),
                day: String::new(),
                scope: stored.scope(&Interview::DEF),
            });
        }
        Ok(found)
    }

    /// The interviews ahead that somebody has to settle: who planned them, else who looks after the job.
    async fn unsettled(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for stored in store::unsettled(tx, self.now).await? {
            let Some(held) = rules::read::<Interview>(&stored.fields) else { continue };
            let what = if held.wished().is_some() {
                Waits::OtherTime
            } else if held.decliners().is_empty() {
                continue;
            } else {
                Waits::Declined
            };
            let Some((_, job)) = self.jobs.get(&held.job_id.record()) else { continue };
            found.push(Found {
                what,
                who: [stored.created_by].into_iter().chain(looks_after(job)).collect(),
                is_of_first: true,
                job: held.job_id.record(),
                title: job.title.clone(),
                days: days_since(self.now, stored.updated_at),
                day: String::new(),
                scope: stored.scope(&Interview::DEF),
            });
        }
        Ok(found)
    }

    async fn offers_and_agreements(&self, tx: &mut TenantTx) -> Result<Vec<Found>> {
        let in_force: Vec<Fields> = approval_rules(tx).await?.into_iter().map(|(_, rule)| rule.0).collect();
        let deputies = approvals::deputies(tx, self.now).await?;
        let mut found = Vec::new();
        for stored in store::offers(tx).await? {
            let Some(offer) = rules::read::<Offer>(&stored.fields) else { continue };
            let job = self.jobs.get(&offer.job_id.record());
            if offer.status == OfferStatus::PendingApproval {
                let job = job.map(|(stored, _)| stored.fields.0.clone()).unwrap_or_default();
                let asked = approvals::asked(&Offer::DEF, &stored.fields, &job, &in_force);
                let asked = approvals::with_deputies(asked, &deputies);
                found.extend(self.agreement(&stored, offer.title.clone(), asked, stored.scope(&Offer::DEF)));
            } else {
                found.extend(self.open_offer(&stored, &offer, job.map(|(_, job)| job)));
            }
        }
        for (stored, job) in self.jobs.values().filter(|(_, job)| job.status == JobStatus::PendingApproval) {
            let asked = approvals::asked(&Job::DEF, &stored.fields, &stored.fields, &in_force);
            let asked = approvals::with_deputies(asked, &deputies);
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
            is_of_first: false,
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
        let sent_by = offer.sent_by.as_ref().map(|member| member.record());
        let who = sent_by.into_iter().chain(job.into_iter().flat_map(looks_after)).collect();
        Some(Found {
            what: if ends { Waits::OfferEnds } else { Waits::OfferOpen },
            who,
            is_of_first: true,
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
                who: looks_after(job).collect(),
                is_of_first: true,
                job: *id,
                title: job.title.clone(),
                days: 0,
                day: job.application_deadline.as_ref().map(|day| day.0.clone()).unwrap_or_default(),
                scope: stored.scope(&Job::DEF),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(kind: StageKind, target_days: Option<i64>) -> Stage {
        Stage { kind, target_days, ..Stage::default() }
    }

    #[test]
    fn a_stage_says_from_when_on_who_is_told() {
        let planned = stage(StageKind::Interview, Some(5));
        assert_eq!([3, 5, 6].map(|days| how_late(&planned, days)), [Waits::Soon, Waits::Soon, Waits::Late]);
        assert_eq!(how_late(&stage(StageKind::New, None), 3), Waits::New);
        assert_eq!(how_late(&stage(StageKind::New, Some(2)), 3), Waits::New);
    }

    #[test]
    fn somebody_else_is_told_once_it_is_over_by_more_days() {
        let boss = RecordId::from_u128(4);
        let told = Stage {
            escalate_days: Some(2),
            escalate_to_id: boss.to_string(),
            ..stage(StageKind::Interview, Some(5))
        };
        assert_eq!([6, 7, 8].map(|days| escalated_to(&told, days)), [None, None, Some(boss)]);
        let nobody = Stage { escalate_to_id: String::new(), ..told.clone() };
        let without_target = Stage { target_days: None, ..told.clone() };
        let never = Stage { escalate_days: None, ..told };
        for stage in [nobody, without_target, never] {
            assert_eq!(escalated_to(&stage, 300), None);
        }
    }
}
