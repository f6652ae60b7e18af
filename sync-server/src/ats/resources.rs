//! The record kinds of hiring as REST resources, and what a creation of each may leave out.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use zumodra_shared::ats::{
    Activity, Application, ApprovalRule, Attachment, Candidate, CandidateContact, CustomField, Email,
    Interview, Job, JobTranslation, MailTemplate, Note, Offer, OfferTemplate, Pipeline, Pool, Reference,
    RejectionReason, Room, SavedSearch, Scorecard, ScorecardTemplate, StageKind, Tag, WorkingHours, rules,
};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Entity as _, Fields};

use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::http::resource::store::Row;
use crate::http::resource::{Resource, actions, query, resource};

/// Jobs.
pub const JOBS: Resource = resource!("ats", "jobs", Job, Some(complete_job));
/// Candidates.
pub const CANDIDATES: Resource = resource!("ats", "candidates", Candidate, None);
/// How to reach candidates.
pub const CONTACTS: Resource = resource!("ats", "candidate-contacts", CandidateContact, None);
/// Applications.
pub const APPLICATIONS: Resource = resource!("ats", "applications", Application, Some(complete_application));
/// Interviews.
pub const INTERVIEWS: Resource = resource!("ats", "interviews", Interview, Some(complete_about));
/// Offers.
pub const OFFERS: Resource = resource!("ats", "offers", Offer, Some(complete_offer));
/// What others say of candidates.
pub const REFERENCES: Resource = resource!("ats", "candidate-references", Reference, Some(complete_about));
/// What interviewers are asked to look at.
pub const SCORECARD_TEMPLATES: Resource = resource!("ats", "scorecard-templates", ScorecardTemplate, None);
/// What interviewers found.
pub const SCORECARDS: Resource = resource!("ats", "scorecards", Scorecard, Some(complete_about));
/// E-mails with candidates.
pub const EMAILS: Resource = resource!("ats", "emails", Email, Some(complete_about));
/// Texts that are written to candidates again and again.
pub const MAIL_TEMPLATES: Resource = resource!("ats", "mail-templates", MailTemplate, None);
/// Notes.
pub const NOTES: Resource = resource!("ats", "notes", Note, Some(complete_about));
/// Files beside résumés.
pub const ATTACHMENTS: Resource = resource!("ats", "attachments", Attachment, Some(complete_about));
/// Searches that are kept.
pub const SAVED_SEARCHES: Resource = resource!("ats", "saved-searches", SavedSearch, None);
/// Fields of a workspace's own on candidates.
pub const CUSTOM_FIELDS: Resource = resource!("ats", "custom-fields", CustomField, None);
/// Who has to agree to jobs and offers.
pub const APPROVAL_RULES: Resource = resource!("ats", "approval-rules", ApprovalRule, None);
/// Terms that offers begin with.
pub const OFFER_TEMPLATES: Resource = resource!("ats", "offer-templates", OfferTemplate, None);
/// Pipelines.
pub const PIPELINES: Resource = resource!("ats", "pipelines", Pipeline, None);
/// Talent pools.
pub const POOLS: Resource = resource!("ats", "pools", Pool, None);
/// What jobs say in further languages.
pub const JOB_TRANSLATIONS: Resource = resource!("ats", "job-translations", JobTranslation, None);
/// When people work.
pub const WORKING_HOURS: Resource = resource!("ats", "working-hours", WorkingHours, None);
/// Why applications end without a hire.
pub const REJECTION_REASONS: Resource = resource!("ats", "rejection-reasons", RejectionReason, None);
/// Rooms in which people are interviewed.
pub const ROOMS: Resource = resource!("ats", "rooms", Room, None);
/// Tags.
pub const TAGS: Resource = resource!("ats", "tags", Tag, None);
/// What happened.
pub const ACTIVITIES: Resource = resource!("ats", "activities", Activity, None);

/// Every resource of hiring.
pub const RESOURCES: [Resource; 25] = [
    CUSTOM_FIELDS,
    APPROVAL_RULES,
    OFFER_TEMPLATES,
    POOLS,
    WORKING_HOURS,
    REJECTION_REASONS,
    ROOMS,
    JOBS,
    JOB_TRANSLATIONS,
    CANDIDATES,
    CONTACTS,
    APPLICATIONS,
    INTERVIEWS,
    SCORECARD_TEMPLATES,
    SCORECARDS,
    OFFERS,
    REFERENCES,
    NOTES,
    ATTACHMENTS,
    EMAILS,
    MAIL_TEMPLATES,
    SAVED_SEARCHES,
    PIPELINES,
    TAGS,
    ACTIVITIES,
];

fn id_in(fields: &Fields, name: &str) -> Option<RecordId> {
    fields.get(name)?.as_str()?.parse().ok()
}

/// A record that a creation names. What the person does not see is not there.
async fn named(
    app: &App,
    actor: &Actor,
    resource: &Resource,
    fields: &Fields,
    name: &str,
) -> Result<Option<Row>> {
    let Some(id) = id_in(fields, name) else { return Ok(None) };
    match actions::read(app, actor, resource.def, id).await {
        Ok(row) => Ok(Some(row)),
        Err(error) if error.code() == Code::NotFound => {
            Err(Problem::new(Code::UnknownReference).field(name, "There is no such record.").into())
        }
        Err(error) => Err(error),
    }
}

/// A job without a pipeline gets the default one.
fn complete_job(app: App, actor: Actor, mut fields: Fields) -> BoxFuture<'static, Result<Fields>> {
    async move {
        if !fields.contains_key("pipeline_id") {
            let defaults = query::read(PIPELINES.def, "is_default=true&ordering=created_at&page_size=1")?;
            let (_, rows) = actions::list(&app, &actor, PIPELINES.def, &defaults).await?;
            if let Some(row) = rows.first() {
                fields.insert("pipeline_id".to_owned(), json!(row.doc));
            }
        }
        Ok(fields)
    }
    .boxed()
}

/// An application without a pipeline gets its job's, without a stage the first open one, without a moment this one.
fn complete_application(app: App, actor: Actor, mut fields: Fields) -> BoxFuture<'static, Result<Fields>> {
    async move {
        fields.entry("applied_at").or_insert_with(|| json!(app.now()));
        if !fields.contains_key("pipeline_id")
            && let Some(job) = named(&app, &actor, &JOBS, &fields, "job_id").await?
            && let Some(pipeline) = job.reference("pipeline_id")
        {
            fields.insert("pipeline_id".to_owned(), json!(pipeline));
        }
        if !fields.contains_key("stage_id")
            && let Some(pipeline) = named(&app, &actor, &PIPELINES, &fields, "pipeline_id").await?
            && let Some(stage) = first_open(&pipeline.fields.0)
        {
            fields.insert("stage_id".to_owned(), stage.into());
        }
        Ok(fields)
    }
    .boxed()
}

/// What is about an application is about its candidate and its job, and about no other.
fn complete_about(app: App, actor: Actor, mut fields: Fields) -> BoxFuture<'static, Result<Fields>> {
    async move {
        let Some(application) = named(&app, &actor, &APPLICATIONS, &fields, "application_id").await? else {
            return Ok(fields);
        };
        for name in ["candidate_id", "job_id"] {
            let held = application.fields.0.get(name).cloned().unwrap_or(Value::Null);
            if *fields.entry(name).or_insert_with(|| held.clone()) != held {
                let problem = Problem::new(Code::InvalidFields);
                return Err(problem.field(name, "The application is about another one.").into());
            }
        }
        Ok(fields)
    }
    .boxed()
}

/// An offer is for what its application is for, and called as the job is.
fn complete_offer(app: App, actor: Actor, fields: Fields) -> BoxFuture<'static, Result<Fields>> {
    async move {
        let mut fields = complete_about(app.clone(), actor.clone(), fields).await?;
        let application = named(&app, &actor, &APPLICATIONS, &fields, "application_id").await?;
        if let Some(pipeline) = application.and_then(|row| row.reference("pipeline_id")) {
            fields.entry("pipeline_id").or_insert_with(|| json!(pipeline));
        }
        if !fields.contains_key("title")
            && let Some(job) = named(&app, &actor, &JOBS, &fields, "job_id").await?
        {
            fields.insert("title".to_owned(), job.text("title").into());
        }
        Ok(fields)
    }
    .boxed()
}

/// The stages of a pipeline in order: (id, kind).
#[must_use]
pub fn stages(pipeline: &Fields) -> Vec<(String, StageKind)> {
    let pipeline = rules::read::<Pipeline>(pipeline).unwrap_or_default();
    pipeline.stages.0.into_iter().map(|stage| (stage.id, stage.item.kind)).collect()
}

/// The first stage in which an application is not over.
#[must_use]
pub fn first_open(pipeline: &Fields) -> Option<String> {
    stages(pipeline).into_iter().find(|(_, kind)| !kind.is_closed()).map(|(id, _)| id)
}
