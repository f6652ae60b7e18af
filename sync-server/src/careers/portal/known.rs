//! What a workspace keeps under an address, as far as it is for who reads the mail of that address.
//!
//! What is confidential stays so until the person was told of it: a private job, or a private candidate, is there once
//! there was an invitation to an interview or an offer.

use std::collections::BTreeSet;

use sqlx::types::Json;
use zumodra_shared::ats::{
    Application, Candidate, CandidateContact, Interview, InterviewStatus, Job, OfferStatus, Pipeline, Room,
    StageKind, rules, whereabouts,
};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{HOUR_MS, Millis};
use zumodra_shared::schema::{Entity as _, Fields};

use super::store;
use crate::careers::letters;
use crate::db::TenantTx;
use crate::error::Result;

/// How long an interview that began is shown.
const INTERVIEW_SHOWN_MS: Millis = 2 * HOUR_MS;

/// A record of the person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The candidate.
    pub id: RecordId,
    /// The record of how they are reached.
    pub contact_id: RecordId,
    /// What everybody in the hiring team sees.
    pub candidate: Candidate,
    /// How they are reached.
    pub contact: CandidateContact,
    /// When they asked to be deleted.
    pub asked_at: Option<Millis>,
}

/// An application with what it is for.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Which one.
    pub id: RecordId,
    /// The application.
    pub application: Application,
    /// For what.
    pub job: Job,
    /// Through which stages it goes.
    pub pipeline: Pipeline,
    /// What its stage means.
    pub kind: StageKind,
    /// Where it belongs: who may see it.
    pub scope: String,
    /// When it was asked that people withdraw it.
    pub asked_at: Option<Millis>,
}

/// An interview.
#[derive(Debug, Clone)]
pub struct Met {
    /// Which one.
    pub id: RecordId,
    /// The interview.
    pub interview: Interview,
    /// Where, or an empty text.
    pub place: String,
}

impl Met {
    /// Whether it is of an application, and neither over nor called off.
    #[must_use]
    pub fn is_next(&self, sent: &Sent, now: Millis) -> bool {
        self.interview.application_id.record() == sent.id
            && self.interview.status.is_open()
            && self.interview.starts_at.0 > now - INTERVIEW_SHOWN_MS
    }

    /// Whether it is of an application, and the candidate is asked when it suits them.
    #[must_use]
    pub fn is_proposed(&self, sent: &Sent) -> bool {
        self.interview.application_id.record() == sent.id
            && self.interview.status == InterviewStatus::Proposed
    }
}

/// An offer that was sent.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Its letter.
    pub letter: letters::Sent,
    /// Whether it can be answered.
    pub is_open: bool,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The records of the person: more than one where they came more than once, or where two share an address.
    pub people: Vec<Person>,
    /// What they applied for, the newest first.
    pub applications: Vec<Sent>,
    /// Their interviews, the earliest first.
    pub interviews: Vec<Met>,
    /// What they were offered, the newest first.
    pub offers: Vec<Offered>,
}

impl Known {
    /// One of the applications.
    #[must_use]
    pub fn application(&self, id: &str) -> Option<&Sent> {
        let id: RecordId = id.parse().ok()?;
        self.applications.iter().find(|sent| sent.id == id)
    }

    /// An interview that the portal shows as one to come, with its application.
    #[must_use]
    pub fn next(&self, id: &str, now: Millis) -> Option<(&Met, &Sent)> {
        let id: RecordId = id.parse().ok()?;
        let met = self.interviews.iter().find(|met| met.id == id)?;
        let sent = self.applications.iter().find(|sent| met.is_next(sent, now))?;
        Some((met, sent))
    }

    /// One of the records.
    #[must_use]
    pub fn person(&self, id: RecordId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The ids of the records, as other records name them.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.people.iter().map(|person| person.id.to_string()).collect()
    }
}

/// Reads it.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(tx: &mut TenantTx, address: &str) -> Result<Known> {
    let people: Vec<Person> = store::people(tx, address).await?.into_iter().filter_map(person).collect();
    let mut known = Known { people, ..Known::default() };
    if known.people.is_empty() {
        return Ok(known);
    }
    let ids = known.ids();
    known.applications = store::applications(tx, &ids).await?.into_iter().filter_map(application).collect();
    let interviews = store::interviews(tx, &ids).await?;
    let read = |(id, fields): (RecordId, Json<Fields>)| Some((id, rules::read::<Interview>(&fields.0)?));
    let interviews: Vec<(RecordId, Interview)> = interviews.into_iter().filter_map(read).collect();
    let rooms = interviews.iter().filter_map(|(_, met)| met.room_id.as_ref().map(|room| room.record()));
    let rooms = store::rooms(tx, &rooms.collect::<Vec<_>>()).await?;
    let room = |met: &Interview| {
        let id = met.room_id.as_ref()?.record();
        rooms.iter().find(|(room, _)| *room == id).and_then(|(_, fields)| rules::read::<Room>(&fields.0))
    };
    let met = |(id, interview): (RecordId, Interview)| {
        let place = whereabouts(room(&interview).as_ref(), &interview.place);
        Met { id, interview, place }
    };
    known.interviews = interviews.into_iter().map(met).collect();
    known.interviews.sort_by_key(|met| met.interview.starts_at.0);
    let letters = letters::of_candidates(tx, &ids, address).await?;
    known.offers = letters.into_iter().map(offered).collect();
    conceal(&mut known);
    Ok(known)
}

/// Whether somebody who is reached at an address has an application for a job that is not over.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_open(tx: &mut TenantTx, address: &str, job: RecordId) -> Result<bool> {
    let people = store::people(tx, address).await?;
    let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    let mut sent = store::applications(tx, &ids).await?.into_iter().filter_map(application);
    Ok(sent.any(|sent| sent.application.job_id.record() == job && !sent.kind.is_closed()))
}

/// An application of a candidate.
///
/// # Errors
/// When the database cannot be read.
pub async fn application_of(tx: &mut TenantTx, candidate: RecordId, id: RecordId) -> Result<Option<Sent>> {
    let rows = store::applications(tx, &[candidate.to_string()]).await?;
    Ok(rows.into_iter().find(|row| row.id == id).and_then(application))
}

fn person(row: store::PersonRow) -> Option<Person> {
    let store::PersonRow { id, contact_id, candidate, contact, asked_at } = row;
    let (candidate, contact) = (rules::read(&candidate.0)?, rules::read(&contact.0)?);
    Some(Person { id, contact_id, candidate, contact, asked_at })
}

fn application(row: store::ApplicationRow) -> Option<Sent> {
    let application: Application = rules::read(&row.fields.0)?;
    let pipeline: Pipeline = rules::read(&row.pipeline.0)?;
    let kind = pipeline.kind_of(&application.stage_id).unwrap_or(StageKind::Unknown);
    let scope = Application::DEF.scope.scope(&row.fields.0, row.created_by, row.wall);
    let job = rules::read(&row.job.0)?;
    Some(Sent { id: row.id, application, job, pipeline, kind, scope, asked_at: row.asked_at })
}

fn offered(letter: letters::Sent) -> Offered {
    let is_open = matches!(letter.status, Some(OfferStatus::Sent | OfferStatus::Viewed));
    Offered { is_open: is_open && !letter.is_signed && letter.is_theirs, letter }
}

/// Takes out what the person was never told of.
fn conceal(known: &mut Known) {
    let interviewed = known.interviews.iter().map(|met| met.interview.application_id.record());
    let offered = known.offers.iter().map(|offer| offer.letter.application);
    let told: BTreeSet<RecordId> = interviewed.chain(offered).collect();
    let open: BTreeSet<RecordId> =
        known.people.iter().filter(|person| !person.candidate.is_private).map(|person| person.id).collect();
    known.applications.retain(|sent| {
        let is_open = !sent.job.is_private && open.contains(&sent.application.candidate_id.record());
        is_open || told.contains(&sent.id)
    });
    let seen: BTreeSet<RecordId> =
        known.applications.iter().map(|sent| sent.application.candidate_id.record()).collect();
    known.people.retain(|person| open.contains(&person.id) || seen.contains(&person.id));
}
