//! Submissions become records: a candidate with their contact, and an application, all new. Each submission knows the
//! ids of its records from the start, so that trying again after a crash makes nothing twice.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{
    Application, Attachment, AttachmentKind, Candidate, CandidateContact, CandidateSource, Pipeline,
};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Date, Problem, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, Entity, EntityDef, Fields};

use super::form::{Typed, TypedAnswer, TypedDocument};
use super::held::Reason;
use super::job::{PublicJob, Target};
use super::store::{self, Settled, Submission};
use super::{alerts, held, letters, places, portal, survey, views};
use crate::accounts::directory;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::{Error, Result};
use crate::files::{self, FileKind};
use crate::limits::APPLICATION_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::ServerEdit;
use crate::sync::writer::{self, After};
use crate::tenants::{self, State, Tenant};

/// How long an application waits for its résumé's text: people are to see it within a second.
const TEXT_PATIENCE: Duration = Duration::from_millis(400);
/// How often a submission is tried before it is left for later, and how long between two tries.
const MAX_TRIES: u32 = 4;
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Submissions of one workspace that are taken up at once.
const MAX_TAKEN_UP: i64 = 500;
/// A submission that waits for longer was left behind.
const LEFT_BEHIND_MS: Millis = 60_000;
/// The facts for the outside.
const CREATED: &str = "application.created";
const SPONTANEOUS: &str = "candidate.applied";
/// Where the applications come from that name nothing else.
const SOURCE: &str = "career_page";

/// Takes up what an earlier run of the server left waiting, and reads what the pages need.
pub fn start(app: &App) {
    app.tasks().spawn_blocking(places::warm);
    views::start(app);
    let starting = app.clone();
    app.tasks().spawn(async move {
        let now = starting.now();
        tokio::select! {
            () = starting.shutdown().cancelled() => {}
            done = async { take_up(&starting, now).await.and(letters::sweep(&starting).await) } => {
                if let Err(error) = done {
                    tracing::warn!(%error, "could not take up the applications and letters that wait");
                }
            }
        }
    });
}

/// Takes up submissions and letters that were left behind.
///
/// # Errors
/// When a workspace's data cannot be read.
pub async fn sweep(app: &App) -> Result<()> {
    take_up(app, app.now() - LEFT_BEHIND_MS).await?;
    letters::sweep(app).await
}

async fn take_up(app: &App, before: Millis) -> Result<()> {
    for tenant in tenants::actions::list(app).await? {
        if tenant.state == State::Suspended {
            continue;
        }
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let waiting = store::waiting(&mut tx, before, MAX_TAKEN_UP).await?;
        tx.commit().await?;
        let tenant = Arc::new(tenant);
        // What goes wrong in one workspace holds up no application and no other workspace.
        let swept = portal::sweep(app, &tenant).await.and(alerts::sweep(app, &tenant).await);
        let swept = swept.and(held::sweep(app, &tenant).await);
        let swept = swept.and(survey::sweep(app, &tenant).await);
        if let Err(error) = swept.and(views::sweep(app, &tenant).await) {
            tracing::warn!(tenant = %tenant.id, error = format!("{error:#}"), "a workspace was not swept");
        }
        for id in waiting {
            settle(app, &tenant, id).await;
        }
    }
    Ok(())
}

/// Processes a submission at once, beside the request that brought it.
pub fn spawn(app: &App, tenant: &Arc<Tenant>, id: RecordId) {
    let (app, tenant) = (app.clone(), Arc::clone(tenant));
    let tasks = app.tasks().clone();
    tasks.spawn(async move { settle(&app, &tenant, id).await });
}

/// Processes a submission before this returns; what fails for the moment is tried again beside.
pub async fn now(app: &App, tenant: &Arc<Tenant>, id: RecordId) {
    if process(app, tenant, id).await.is_err() {
        spawn(app, tenant, id);
    }
}

/// Processes a submission, trying again while the failure may pass.
async fn settle(app: &App, tenant: &Arc<Tenant>, id: RecordId) {
    for left in (0..MAX_TRIES).rev() {
        let Err(error) = process(app, tenant, id).await else { return };
        if left == 0 || app.shutdown().is_cancelled() {
            tracing::error!(tenant = %tenant.id, submission = %id, %error, "an application waits for the next start");
            return;
        }
        tokio::select! {
            () = app.shutdown().cancelled() => {}
            () = tokio::time::sleep(TRY_AGAIN_AFTER) => {}
        }
    }
}

/// What becomes of a submission beside what was typed.
struct Made<'a> {
    /// From when until when they agreed.
    consent: Consent,
    submission: &'a Submission,
    typed: &'a Typed,
    found: &'a Found,
    /// The pools that somebody comes into who is to be kept in mind.
    pools: Vec<RecordId>,
    /// The sizes of the documents that are here, by hash.
    sizes: HashMap<String, i64>,
    /// The words of the résumé.
    resume_text: &'a str,
}

/// What the records are made of.
enum Found {
    /// An application for a job.
    Job { public: Box<PublicJob>, pipeline_id: RecordId, stage_id: String },
    /// Somebody who applies for no job in particular: a candidate without an application.
    AnyWork,
}

/// What somebody agrees to who applies: from that day on, for the workspace's period where it has one. Who did not agree has
/// no days.
#[derive(Debug, Default, PartialEq)]
struct Consent {
    on: Option<Date>,
    until: Option<Date>,
}

impl Consent {
    fn of(words: &str, at: Millis, months: i64) -> Self {
        if words.is_empty() {
            return Self::default();
        }
        let on = Date::of(at);
        let until = on.as_ref().filter(|_| months > 0).and_then(|day| day.after_months(months));
        Self { on, until }
    }
}

async fn process(app: &App, tenant: &Arc<Tenant>, id: RecordId) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let Some(submission) = store::pending(&mut tx, id).await? else { return Ok(()) };
    let found = find(&mut tx, &submission).await?;
    let typed: Typed = serde_json::from_value(submission.form.clone()).map_err(anyhow::Error::from)?;
    let is_again = submission.admitted_at.is_none() && has_open(&mut tx, &submission, &typed).await?;
    let pools =
        if typed.keep_in_mind.is_empty() { Vec::new() } else { store::pools_for_later(&mut tx).await? };
    let sizes = store::sizes(&mut tx, &submission.file_hashes).await?;
    tx.commit().await?;
    if is_again {
        return set_apart(app, tenant, id, &typed, &found).await;
    }
    let found = match found {
        Ok(found) => found,
        Err(problem) => return refuse(app, tenant, id, &problem).await,
    };
    let mut text = Extraction::start(app, tenant, &submission, &typed);
    let resume_text = text.soon().await;
    let server = Principal::server(tenant.id);
    let made = Made {
        consent: Consent::of(&typed.consent, submission.created_at, tenant.settings.retention_months.into()),
        submission: &submission,
        typed: &typed,
        found: &found,
        pools,
        sizes,
        resume_text: resume_text.as_deref().unwrap_or_default(),
    };
    let edits = made.records(&server);
    let mails = match &found {
        Found::Job { public, .. } => mails(app, tenant, &typed, public).await?,
        Found::AnyWork => vec![received(&typed, "")],
    };
    match writer::edit(app, tenant, edits, Some(settled(app, &submission, &typed, mails))).await {
        Ok(()) => app.mail().ring(),
        Err(Error::Refused(refusal)) if refusal.problem.code == Code::AlreadyExists => {
            // An earlier try was committed and its answer lost.
            return note(app, tenant, id, done(app, &submission, &typed)).await;
        }
        Err(Error::Refused(refusal)) if refusal.problem.code != Code::Unavailable => {
            return refuse(app, tenant, id, &refusal.problem).await;
        }
        Err(error) => return Err(error),
    }
    if resume_text.is_none()
        && let Some(late) = text.late().await
    {
        add_text(app, tenant, &typed, late, server).await;
    }
    Ok(())
}

/// The job and the stage in which its applications begin.
async fn find(tx: &mut TenantTx, submission: &Submission) -> Result<Result<Found, Problem>> {
    if submission.job_id == Target::AnyWork.id() {
        return Ok(Ok(Found::AnyWork));
    }
    let refused = |detail: &str| Ok(Err(Problem::new(Code::UnknownReference).detail(detail)));
    let Some(public) = store::jobs(tx, &[submission.job_id]).await?.into_iter().next() else {
        return refused("The job is gone.");
    };
    let Some(pipeline_id) = public.job.pipeline_id.map(|id| id.record()) else {
        return refused("The job has no pipeline.");
    };
    let Some(pipeline) = store::pipeline(tx, pipeline_id).await? else {
        return refused("The job's pipeline is gone.");
    };
    let Some(stage_id) = first_stage(&pipeline) else { return refused("The pipeline has no open stage.") };
    Ok(Ok(Found::Job { public: Box::new(public), pipeline_id, stage_id }))
}

/// The first stage in which an application is not over.
fn first_stage(pipeline: &Pipeline) -> Option<String> {
    pipeline.stages.0.iter().find(|stage| !stage.item.kind.is_closed()).map(|stage| stage.id.clone())
}

/// Whether the address has an application for this job that is not over.
async fn has_open(tx: &mut TenantTx, submission: &Submission, typed: &Typed) -> Result<bool> {
    if submission.job_id == Target::AnyWork.id() {
        return Ok(false);
    }
    portal::has_open(tx, &typed.email.trim().to_lowercase(), submission.job_id).await
}

/// Sets apart what repeats an application that is not over: owners and admins hear of it in the morning and look at it, and
/// whoever sent it hears that it arrived.
async fn set_apart(
    app: &App,
    tenant: &Tenant,
    id: RecordId,
    typed: &Typed,
    found: &Result<Found, Problem>,
) -> Result<()> {
    let job_title = match found {
        Ok(Found::Job { public, .. }) => public.job.title.as_str(),
        _ => "",
    };
    let settled = Settled {
        state: "duplicate",
        reason: Reason::Duplicate.name(),
        application_id: None,
        problem: None,
        at: app.now(),
    };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::settle(&mut tx, id, &settled).await?;
    mail::enqueue(app, &mut tx, &received(typed, job_title)).await?;
    tx.commit().await?;
    app.mail().ring();
    tracing::info!(tenant = %tenant.id, submission = %id, "an application was set apart: there is an open one");
    Ok(())
}

fn created(def: &'static EntityDef, id: RecordId, fields: Value, server: &Principal) -> ServerEdit {
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    };
    ServerEdit { def, id, edits: edits_for(def, &fields), create: true, principal: server.clone() }
}

impl Made<'_> {
    fn records(&self, server: &Principal) -> Vec<ServerEdit> {
        let Self { submission, typed, found, .. } = self;
        let mut edits = vec![
            created(&Candidate::DEF, typed.candidate_id, self.candidate(), server),
            created(&CandidateContact::DEF, typed.contact_id, self.contact(), server),
        ];
        if let Found::Job { pipeline_id, stage_id, .. } = found {
            let application = application(submission, typed, *pipeline_id, stage_id);
            edits.push(created(&Application::DEF, typed.application_id, application, server));
            let documents = typed.documents.iter().filter(|document| self.sizes.contains_key(&document.hash));
            edits.extend(
                documents.map(|document| {
                    created(&Attachment::DEF, document.id, self.attachment(document), server)
                }),
            );
        }
        edits
    }

    fn candidate(&self) -> Value {
        let Self { submission, typed, found, .. } = self;
        let (source, source_detail) = match found {
            // Who sees the candidate need not see the job.
            Found::Job { public, .. } if public.job.is_private => (came_by(&typed.source), ""),
            Found::Job { public, .. } => (came_by(&typed.source), public.job.title.as_str()),
            Found::AnyWork => (CandidateSource::Spontaneous, ""),
        };
        let is_kept_in_mind = !typed.keep_in_mind.is_empty();
        json!({
            "first_name": typed.first_name,
            "last_name": typed.last_name,
            "headline": typed.headline,
            "summary": typed.summary,
            "city": typed.standard.city,
            "source": source.name(),
            "source_detail": source_detail,
            "consent_to_store": !typed.consent.is_empty(),
            "consent_on": self.consent.on,
            "consent_until": self.consent.until,
            "keep_in_mind_at": is_kept_in_mind.then_some(submission.created_at),
            "keep_in_mind_words": typed.keep_in_mind,
            "pool_ids": self.pools,
            "resume_hash": submission.resume_hash,
            "resume_name": typed.resume_name,
            "resume_type": typed.resume_type,
            "resume_text": self.resume_text,
        })
    }

    fn contact(&self) -> Value {
        let (typed, said) = (self.typed, &self.typed.standard);
        json!({
            "candidate_id": typed.candidate_id,
            "email": typed.email,
            "phone": typed.phone,
            "linkedin_url": typed.linkedin_url,
            "github_url": said.github_url,
            "website_url": typed.website_url,
            "desired_salary_min": said.salary,
            "desired_salary_currency": said.salary_currency,
            "desired_salary_period": said.salary_period,
            "notice_period_days": said.notice_period_days,
            "available_from": said.available_from,
            "work_authorization": said.work_authorization,
        })
    }

    fn attachment(&self, document: &TypedDocument) -> Value {
        json!({
            "candidate_id": self.typed.candidate_id,
            "application_id": self.typed.application_id,
            "job_id": self.submission.job_id,
            "kind": AttachmentKind::Other.name(),
            "name": document.name,
            "file_hash": document.hash,
            "media_type": document.media_type,
            "bytes": self.sizes.get(&document.hash),
            "label": document.question,
            "by_candidate": true,
        })
    }
}

/// How somebody came whose application names its source.
fn came_by(source: &str) -> CandidateSource {
    match source {
        "linkedin" => CandidateSource::Linkedin,
        "indeed" => CandidateSource::Indeed,
        _ => CandidateSource::CareerPage,
    }
}

fn application(submission: &Submission, typed: &Typed, pipeline_id: RecordId, stage_id: &str) -> Value {
    let answer = |(at, given): (usize, &TypedAnswer)| {
        json!({
            "id": format!("a{:02}", at + 1),
            "question": given.question,
            "answer": given.answer,
            "knocks_out": given.knocks_out,
        })
    };
    let answers: Vec<Value> = typed.answers.iter().enumerate().map(answer).collect();
    json!({
        "candidate_id": typed.candidate_id,
        "job_id": submission.job_id,
        "pipeline_id": pipeline_id,
        "stage_id": stage_id,
        "cover_letter": typed.cover_letter,
        "answers": answers,
        "source": if typed.source.is_empty() { SOURCE } else { &typed.source },
        "applied_at": submission.created_at,
    })
}

fn done(app: &App, submission: &Submission, typed: &Typed) -> Settled {
    let is_for_job = submission.job_id != Target::AnyWork.id();
    let application_id = is_for_job.then_some(typed.application_id);
    Settled { state: "processed", reason: "", application_id, problem: None, at: app.now() }
}

fn told(typed: &Typed, event_key: String, to: Recipient, language: String, content: Content) -> Mail {
    Mail {
        event_key,
        to,
        language,
        content,
        about: Some(typed.candidate_id),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: APPLICATION_MAIL_MS,
    }
}

/// The mail that tells somebody that what they sent is there, for a job or for none in particular.
fn received(typed: &Typed, job_title: &str) -> Mail {
    let content = Content::ApplicationReceived {
        first_name: typed.first_name.clone(),
        job_title: job_title.to_owned(),
    };
    let to = Recipient { address: typed.email.clone(), name: String::new() };
    told(typed, format!("application_received/{}", typed.application_id), to, typed.language.clone(), content)
}

/// The mails that go out: to the candidate, and to those who look after the job.
async fn mails(app: &App, tenant: &Tenant, typed: &Typed, public: &PublicJob) -> Result<Vec<Mail>> {
    let id = typed.application_id;
    let candidate = format!("{} {}", typed.first_name, typed.last_name);
    let job_title = public.job.title.clone();
    let mut mails = vec![received(typed, &job_title)];
    let after = [public.job.recruiter_id.as_ref(), public.job.hiring_manager_id.as_ref()];
    let after: Vec<RecordId> = after.into_iter().flatten().map(|member| member.record()).collect();
    for reached in directory::reached(app, tenant.id, &after).await? {
        let content =
            Content::ApplicationArrived { candidate: candidate.clone(), job_title: job_title.clone() };
        let key = format!("application_arrived/{id}/{}", reached.user_id);
        let to = Recipient { address: reached.email, name: reached.name };
        mails.push(told(typed, key, to, reached.language, content));
    }
    Ok(mails)
}

/// What is committed together with the records.
fn settled(app: &App, submission: &Submission, typed: &Typed, mails: Vec<Mail>) -> After {
    let app = app.clone();
    let (id, settled) = (submission.id, done(&app, submission, typed));
    let topic = if settled.application_id.is_some() { CREATED } else { SPONTANEOUS };
    let payload = json!({
        "application_id": settled.application_id,
        "candidate_id": typed.candidate_id,
        "job_id": settled.application_id.map(|_| submission.job_id),
        "submission_id": submission.id,
        "language": typed.language,
    });
    Box::new(move |tx| {
        Box::pin(async move {
            store::settle(tx, id, &settled).await?;
            store::enqueue(tx, topic, &payload, settled.at).await?;
            for told in &mails {
                mail::enqueue(&app, tx, told).await?;
            }
            Ok(())
        })
    })
}

async fn note(app: &App, tenant: &Tenant, id: RecordId, settled: Settled) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::settle(&mut tx, id, &settled).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes why a submission cannot become an application. It stays, for people to look at.
async fn refuse(app: &App, tenant: &Tenant, id: RecordId, problem: &Problem) -> Result<()> {
    tracing::warn!(tenant = %tenant.id, submission = %id, %problem, "an application could not be taken over");
    let problem = Some(problem.to_string());
    let reason = Reason::Failed.name();
    note(app, tenant, id, Settled { state: "error", reason, application_id: None, problem, at: app.now() })
        .await
}

/// The extraction of a résumé's text, which goes on beside.
struct Extraction(Option<JoinHandle<Option<String>>>);

impl Extraction {
    fn start(app: &App, tenant: &Arc<Tenant>, submission: &Submission, typed: &Typed) -> Self {
        let kind = FileKind::from_media_type(&typed.resume_type);
        let Some((hash, kind)) = submission.resume_hash.clone().zip(kind) else { return Self(None) };
        let (app, tenant) = (app.clone(), Arc::clone(tenant));
        Self(Some(tokio::spawn(async move {
            match files::text::read_file(&app, &tenant, &hash, kind).await {
                Ok(read) => Some(read.map(|reading| reading.text).unwrap_or_default()),
                Err(error) => {
                    tracing::warn!(tenant = %tenant.id, hash, error = format!("{error:#}"), "a résumé has no text");
                    None
                }
            }
        })))
    }

    /// The text, if it is there soon; a résumé without text has an empty one.
    async fn soon(&mut self) -> Option<String> {
        let Some(running) = &mut self.0 else { return Some(String::new()) };
        let text = tokio::time::timeout(TEXT_PATIENCE, running).await.ok()?;
        self.0 = None;
        Some(text.ok().flatten().unwrap_or_default())
    }

    /// The text that was not there soon.
    async fn late(self) -> Option<String> {
        self.0?.await.ok().flatten().filter(|text| !text.is_empty())
    }
}

/// Adds the text to a candidate who is there already. Without it the résumé is still there to read.
async fn add_text(app: &App, tenant: &Arc<Tenant>, typed: &Typed, text: String, server: Principal) {
    let edits = vec![Edit::set("resume_text", text)];
    let edit =
        ServerEdit { def: &Candidate::DEF, id: typed.candidate_id, edits, create: false, principal: server };
    if let Err(error) = writer::edit(app, tenant, vec![edit], None).await {
        tracing::warn!(tenant = %tenant.id, candidate = %typed.candidate_id, %error, "the text of a résumé is missing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_did_not_agree_has_no_days_of_a_consent() {
        let day = |text: &str| Some(Date(text.to_owned()));
        assert_eq!(Consent::of("", 0, 12), Consent { on: None, until: None });
        assert_eq!(
            Consent::of("I agree.", 0, 12),
            Consent { on: day("1970-01-01"), until: day("1971-01-01") }
        );
        assert_eq!(Consent::of("I agree.", 0, 0), Consent { on: day("1970-01-01"), until: None });
    }
}
