//! What is known of an interview that has to get its time, and what the candidate does about it.

use std::sync::Arc;

use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{
    CHOOSE_INTERVIEW_TIME, Candidate, Interview, InterviewStatus, Room, rules, whereabouts,
};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::sync::wire::Command;

use super::free::{Free, free as free_of};
use super::words::TimesWords;
use super::{SECRET, store};
use crate::accounts::directory;
use crate::app::App;
use crate::ats::calendar;
use crate::careers::portal::{self, Sent};
use crate::careers::secret::read;
use crate::careers::told;
use crate::careers::words::{Language, fill};
use crate::error::{Error, Result};
use crate::mail::Content;
use crate::sync::writer;
use crate::tenants::Tenant;

/// How often a time is tried to be booked when somebody is faster: for each of the people of whom any one is enough.
const CHOICE_TRIES: usize = 5;

/// An interview as its candidate may know it.
pub struct Asked {
    /// Which one.
    pub id: RecordId,
    /// The interview.
    pub interview: Interview,
    /// Whom it is with.
    pub candidate: Candidate,
    /// What it is about.
    pub sent: Sent,
    /// Who interviews, by name; not those of whom any one is enough, as long as nobody is chosen.
    pub with: Vec<String>,
    /// Where, or an empty text.
    pub place: String,
    /// The times that are offered, ahead, and hold.
    pub free: Vec<Free>,
    /// Whether the candidate said of these times that none suits.
    pub declined: bool,
    /// The note that says so.
    note: RecordId,
}

impl Asked {
    /// Whether there is something to choose.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.interview.status == InterviewStatus::Proposed && !self.sent.kind.is_closed()
    }

    /// Whether it has its time.
    #[must_use]
    pub fn is_booked(&self) -> bool {
        matches!(self.interview.status, InterviewStatus::Scheduled | InterviewStatus::Confirmed)
    }
}

/// The interview of a link.
///
/// # Errors
/// [`Code::NotFound`] for a link that is none, and for an interview that is gone.
pub async fn open(app: &App, tenant: &Tenant, token: &str) -> Result<Asked> {
    let id = read(app, SECRET, tenant.id, token).ok_or(Code::NotFound)?;
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let (interview, candidate) = store::interview(&mut tx, id).await?.ok_or(Code::NotFound)?;
    let interview: Interview = rules::read(&interview.0).ok_or(Code::NotFound)?;
    let candidate: Candidate = rules::read(&candidate.0).ok_or(Code::NotFound)?;
    let sent =
        portal::application(&mut tx, interview.candidate_id.record(), interview.application_id.record());
    let sent = sent.await?.ok_or(Code::NotFound)?;
    let free = free_of(&mut tx, id, &interview, app.now()).await?;
    let room = match &interview.room_id {
        Some(room) => store::room(&mut tx, room.record()).await?,
        None => None,
    };
    let room = room.and_then(|fields| rules::read::<Room>(&fields.0));
    let place = whereabouts(room.as_ref(), &interview.place);
    let round = calendar::round(&mut tx, id).await?;
    let note = note_id((id, round), &interview);
    let declined = store::has_note(&mut tx, note).await?;
    tx.commit().await?;
    let is_open = interview.status == InterviewStatus::Proposed;
    let people = interview.interviewer_ids.ids.iter().copied();
    let people: Vec<RecordId> =
        people.filter(|person| !is_open || !interview.any_of_ids.ids.contains(person)).collect();
    let with = directory::active(app, tenant.id, &people).await?;
    let with = with.into_iter().map(|person| person.name).collect();
    Ok(Asked { id, interview, candidate, sent, with, place, free, declined, note })
}

/// Books a time, with who of several people it is, and with the room where that is free. Says whether it holds still.
///
/// # Errors
/// Why it cannot be booked, other than that it is taken or over.
pub async fn choose(app: &App, tenant: &Arc<Tenant>, asked: &Asked, at: Millis) -> Result<bool> {
    let mut free = asked.free.clone();
    for _ in 0..CHOICE_TRIES {
        let Some(time) = free.iter().find(|time| time.at == at) else { return Ok(false) };
        match book(app, tenant, asked.id, *time).await? {
            None => return Ok(true),
            // Somebody else was faster: whoever is free now, or the time without the room.
            Some(Code::DoubleBooked) => {}
            // It was booked in another window: the page says how it stands now.
            Some(_) => return Ok(false),
        }
        let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
        let stored = store::interview(&mut tx, asked.id).await?;
        let interview = stored.and_then(|(interview, _)| rules::read::<Interview>(&interview.0));
        free = match interview.filter(|interview| interview.status == InterviewStatus::Proposed) {
            Some(interview) => free_of(&mut tx, asked.id, &interview, app.now()).await?,
            None => Vec::new(),
        };
        tx.commit().await?;
    }
    Ok(false)
}

/// Books a time. Says why it could not be, where somebody was faster.
async fn book(app: &App, tenant: &Arc<Tenant>, id: RecordId, time: Free) -> Result<Option<Code>> {
    let command = Command {
        key: app.new_id(),
        name: CHOOSE_INTERVIEW_TIME.to_owned(),
        target: id,
        args: json!({ "at": time.at, "interviewer_id": time.who, "without_room": time.without_room })
            .to_string(),
    };
    let done = writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    app.mail().ring();
    match done.problem.map(Problem::from) {
        None => Ok(None),
        Some(problem)
            if matches!(problem.code, Code::DoubleBooked | Code::InvalidFields | Code::WrongState) =>
        {
            Ok(Some(problem.code))
        }
        Some(problem) => Err(problem.into()),
    }
}

/// The note that says of just these times that none suits: whoever sends it again writes no second one.
fn note_id((id, round): (RecordId, i32), interview: &Interview) -> RecordId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(id.as_bytes()).update(&round.to_le_bytes());
    for at in interview.offered(0) {
        hasher.update(&at.to_le_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    // RFC 9562, section 5.8: version 8 is for ids made in a way of one's own.
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Tells the team that none of the times suits, once for just these.
///
/// # Errors
/// When it cannot be written.
pub async fn decline(app: &App, tenant: &Arc<Tenant>, asked: &Asked, reason: &str) -> Result<()> {
    let words = TimesWords::of(Language::of_tag(&tenant.settings.language).unwrap_or(Language::En));
    let (reason, sent) = (told::line(reason), &asked.sent);
    let candidate = asked.interview.candidate_id.record();
    let id = asked.note;
    let about = json!({
        "candidate_id": candidate, "application_id": sent.id, "job_id": sent.application.job_id.record(),
        "body": fill(words.note_declined, &[&reason]),
    });
    let content = Content::InterviewTimesDeclined {
        candidate: asked.candidate.name(),
        job_title: sent.job.title.clone(),
        reason,
    };
    let people = told::look_after(app, tenant, &sent.job, &sent.scope).await?;
    let event = (format!("interview_times_declined/{id}"), candidate);
    let mails = told::mails(app, tenant, &people, event, &content).await?;
    let own = app.clone();
    let post: writer::After = Box::new(move |tx| Box::pin(async move { told::post(&own, tx, &mails).await }));
    match writer::edit(app, tenant, vec![told::note(tenant, id, about)], Some(post)).await {
        Err(Error::Refused(refusal)) if refusal.problem.code == Code::AlreadyExists => {}
        done => done?,
    }
    app.mail().ring();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_other_times_it_can_be_said_again_that_none_suits() {
        let of = |id: u128, times: &[&str]| {
            let offered = zumodra_shared::schema::Set(times.iter().map(|text| (*text).to_owned()).collect());
            note_id(
                (RecordId::from_u128(id), 0),
                &Interview { offered_times: offered, ..Interview::default() },
            )
        };
        let first = of(1, &["5", "7"]);
        assert_eq!(first, of(1, &["7", "5"]));
        for other in [of(2, &["5", "7"]), of(1, &["5"]), of(1, &["5", "7", "9"])] {
            assert_ne!(first, other);
        }
    }
}
