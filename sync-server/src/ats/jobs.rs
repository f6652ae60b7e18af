//! What happens to jobs beside their fields: commands, copies, boards.

use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use zumodra_shared::access::Action;
use zumodra_shared::ats::posting_check::{self, Advice};
use zumodra_shared::ats::{Job, JobTranslation, Pipeline, job_states, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};
use zumodra_shared::sync::wire::Command;

use super::resources::{APPLICATIONS, CANDIDATES, JOB_TRANSLATIONS, JOBS, PIPELINES};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::http::resource::store::{self, Row};
use crate::http::resource::{Resource, actions, body};
use crate::sync::writer::{self, ServerEdit};

/// Texts of one job in further languages that are looked at.
const MAX_TRANSLATIONS: i64 = 50;
/// The header with which a client sends a command again without doing it twice.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Bytes of an idempotency key.
const MAX_KEY_BYTES: usize = 200;
/// Cards of one stage that a board brings; the list of applications has them all.
const BOARD_CARDS: i64 = 50;

/// Runs a command on a record, once for each idempotency key, and gives the record as it then is.
///
/// # Errors
/// [`Code::NotFound`] for a record that the person does not see, and the refusals of the command.
pub async fn command(
    app: &App,
    actor: &Actor,
    of: &Resource,
    name: &str,
    id: RecordId,
    args: Value,
    headers: &HeaderMap,
) -> Result<Row> {
    actions::read(app, actor, of.def, id).await?;
    let key = match headers.get(IDEMPOTENCY_KEY) {
        Some(given) => key(actor, name, id, given.as_bytes())?,
        None => app.new_id(),
    };
    let command = Command { key, name: name.to_owned(), target: id, args: args.to_string() };
    let done = writer::run(app, actor.tenant(), command, (**actor).clone()).await?;
    match done.problem {
        Some(problem) => Err(Problem::from(problem).into()),
        None => actions::read(app, actor, of.def, id).await,
    }
}

/// The command's key: what a person's key stands for is theirs, and for one action on one record.
fn key(actor: &Actor, name: &str, id: RecordId, given: &[u8]) -> Result<RecordId> {
    if given.is_empty() || given.len() > MAX_KEY_BYTES || !given.iter().all(u8::is_ascii_graphic) {
        return Err(Problem::new(Code::BadRequest).detail("The Idempotency-Key cannot be read.").into());
    }
    Ok(RecordId::new_v5(&actor.user_id, &[name.as_bytes(), id.as_bytes(), given].concat()))
}

/// What a job says in further languages. Whoever sees the job sees them.
async fn translations(app: &App, actor: &Actor, job: RecordId) -> Result<Vec<Fields>> {
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let told: Vec<Json<Fields>> = sqlx::query_scalar(
        "select fields
         from records
         where kind = $1
           and not deleted
           and fields->>'job_id' = $2
         order by doc
         limit $3",
    )
    .bind(i32::from(JobTranslation::DEF.code))
    .bind(job.to_string())
    .bind(MAX_TRANSLATIONS)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(told.into_iter().map(|Json(fields)| fields).collect())
}

/// What is worth another look in a job that goes out, in each of its languages.
///
/// # Errors
/// When the database cannot be read.
pub async fn warnings(app: &App, actor: &Actor, row: &Row) -> Result<Vec<Value>> {
    let told = translations(app, actor, row.doc).await?;
    let job: Job = rules::read(&row.fields.0).unwrap_or_default();
    let told: Vec<JobTranslation> = told.iter().filter_map(rules::read).collect();
    let shown = posting_check::check(&job, &told).into_iter().map(|warning| {
        let kind = match warning.advice {
            Advice::Wording(word) => word.concern.name(),
            Advice::Law(_, need, _) => need.name(),
        };
        json!({
            "kind": kind,
            "language": warning.language,
            "field": warning.field,
            "text": warning.text,
            "message": warning.message(),
        })
    });
    Ok(shown.collect())
}

/// What a copy is to be called.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Copy {
    title: Option<String>,
}

/// Makes a draft with the content of a job, in all its languages.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::InvalidFields`].
pub async fn copy(app: &App, actor: &Actor, id: RecordId, copy: Copy) -> Result<Row> {
    let job = actions::read(app, actor, JOBS.def, id).await?;
    actor.require(JOBS.def.name, Action::Create, None, None)?;
    let mut fields = job.fields.0;
    fields.retain(|name, _| job_states::copied().any(|field| field.name == name));
    if let Some(title) = copy.title {
        fields.insert("title".to_owned(), title.into());
    }
    body::validated(JOBS.def, &fields)?;
    let id = app.new_id();
    let made = |def: &'static EntityDef, id, fields: &Fields| ServerEdit {
        def,
        id,
        edits: edits_for(def, fields),
        create: true,
        principal: (**actor).clone(),
    };
    let mut all = vec![made(JOBS.def, id, &fields)];
    for mut told in translations(app, actor, job.doc).await? {
        told.insert("job_id".to_owned(), json!(id));
        all.push(made(JOB_TRANSLATIONS.def, app.new_id(), &told));
    }
    writer::edit(app, actor.tenant(), all, None).await?;
    actions::written(app, actor, JOBS.def, id).await
}

/// The board of a job: its stages in order, each with its count and its latest cards.
///
/// # Errors
/// [`Code::NotFound`] for a job that the person does not see.
pub async fn board(app: &App, actor: &Actor, id: RecordId) -> Result<Value> {
    let grants = actor.grants();
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let job = store::one(&mut tx, JOBS.def, &grants, id).await?.ok_or(Code::NotFound)?;
    let pipeline = match job.reference("pipeline_id") {
        Some(pipeline) => store::one(&mut tx, PIPELINES.def, &grants, pipeline).await?,
        None => None,
    };
    let cards = store::board(&mut tx, APPLICATIONS.def, &grants, id, BOARD_CARDS).await?;
    let people: Vec<RecordId> = cards.iter().filter_map(|card| card.row.reference("candidate_id")).collect();
    let people = store::some(&mut tx, CANDIDATES.def, &grants, &people).await?;
    tx.commit().await?;
    let name_of = |id: Option<RecordId>| {
        let found = people.iter().find(|person| Some(person.doc) == id);
        found.map(|person| CANDIDATES.def.title(&person.fields.0))
    };
    let column = |stage_id: &str, mut column: Value| {
        let own = || cards.iter().filter(|card| card.row.text("stage_id") == stage_id);
        column["id"] = stage_id.into();
        column["count"] = own().next().map_or(0, |card| card.total).into();
        let shown = own().map(|card| {
            let mut shown = card.row.shown(APPLICATIONS.def);
            shown["candidate_name"] = json!(name_of(card.row.reference("candidate_id")));
            shown
        });
        column["applications"] = shown.collect();
        column
    };
    let stages = pipeline.and_then(|row| rules::read::<Pipeline>(&row.fields.0)).unwrap_or_default().stages.0;
    let mut columns: Vec<Value> = stages.iter().map(|stage| column(&stage.id, json!(stage.item))).collect();
    // An application may stand in a stage of another pipeline, or in one that was taken out: it is not lost from view.
    let mut others: Vec<&str> = cards.iter().map(|card| card.row.text("stage_id")).collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|id| !stages.iter().any(|stage| stage.id == *id));
    columns.extend(others.into_iter().map(|id| column(id, json!({"name": "", "kind": "unknown"}))));
    Ok(json!({ "job": job.shown(JOBS.def), "stages": columns }))
}
