//! The HTTP of hiring: the resources, and what can be done to them beside changing fields.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use zumodra_shared::access::{Action, Reach, reach};
use zumodra_shared::ats::{JobCommand, OfferCommand};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Edit;

use super::applications::{self, Step, member, text};
use super::resources::{ACTIVITIES, APPLICATIONS, CANDIDATES, JOBS, NOTES, OFFERS, PIPELINES, RESOURCES};
use super::{bulk, calendar, jobs};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body, PathId};
use crate::http::resource::query::{self, Condition};
use crate::http::resource::{Resource, actions, routes};
use crate::sync::writer::{self, ServerEdit};

type Object = Map<String, Value>;

/// Every route of hiring, below `/api/v1`.
pub fn router() -> Router<App> {
    let resources =
        RESOURCES.into_iter().fold(Router::new(), |all, resource| all.merge(routes::router(resource)));
    let commanded = JobCommand::ALL.into_iter().fold(resources, |all, by| {
        let verb = by.name().trim_end_matches("_job");
        let route = format!("/jobs/{{id}}/{verb}/");
        all.route(&route, if by.shows() { publishing(by.name()) } else { command(&JOBS, by.name()) })
    });
    let commanded = OfferCommand::ALL.into_iter().fold(commanded, |all, by| {
        let verb = by.name().trim_end_matches("_offer");
        all.route(&format!("/offers/{{id}}/{verb}/"), command(&OFFERS, by.name()))
    });
    let ats = commanded
        .route("/jobs/{id}/clone/", post(clone))
        .route("/jobs/{id}/applications/", nested(&JOBS, &APPLICATIONS, "job_id"))
        .route("/jobs/{id}/kanban/", get(board))
        .route("/candidates/{id}/applications/", nested(&CANDIDATES, &APPLICATIONS, "candidate_id"))
        .route("/candidates/{id}/add_tag/", post(add_tag))
        .route("/candidates/{id}/remove_tag/", post(remove_tag))
        .route("/applications/bulk/", post(bulk_step))
        .route(
            "/applications/{id}/move_stage/",
            step(|body| Ok(Step::Move { stage: text(body.get("stage"), "stage")? })),
        )
        .route(
            "/applications/{id}/reject/",
            step(|body| {
                let optional =
                    |name: &str| body.get(name).map_or(Ok(String::new()), |value| text(Some(value), name));
                Ok(Step::Reject { reason: optional("reason")?, feedback: optional("feedback")? })
            }),
        )
        .route(
            "/applications/{id}/reopen/",
            step(|body| {
                let stage = body.get("stage").filter(|stage| !stage.is_null());
                Ok(Step::Reopen { stage: stage.map(|stage| text(Some(stage), "stage")).transpose()? })
            }),
        )
        .route("/applications/{id}/advance/", step(|_| Ok(Step::Advance)))
        .route(
            "/applications/{id}/assign/",
            step(|body| Ok(Step::Assign { member: member(body.get("assigned_to_id"))? })),
        )
        .route(
            "/applications/{id}/rate/",
            step(|body| {
                Ok(Step::Rate { rating: body.get("rating").cloned().ok_or_else(|| required("rating"))? })
            }),
        )
        .route("/applications/{id}/notes/", nested(&APPLICATIONS, &NOTES, "application_id").post(add_note))
        .route("/applications/{id}/activities/", nested(&APPLICATIONS, &ACTIVITIES, "application_id"))
        .route("/interviews/{id}/invitations/", get(calendar::routes::invitations))
        .route("/pipelines/{id}/set_default/", post(set_default));
    Router::new().nest("/ats", ats)
}

fn required(field: &str) -> Problem {
    Problem::new(Code::InvalidFields).field(field, "This is required.")
}

/// A command on a record. The body is its arguments.
fn command(of: &'static Resource, name: &'static str) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              actor: Actor,
              PathId(id): PathId,
              headers: HeaderMap,
              Body(args): Body<Object>| async move {
            let row = jobs::command(&app, &actor, of, name, id, Value::Object(args), &headers).await?;
            routes::answer(of.def, &row)
        },
    )
}

/// A command by which a job goes out, or is about to: the answer says besides what is worth another look.
fn publishing(name: &'static str) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              actor: Actor,
              PathId(id): PathId,
              headers: HeaderMap,
              Body(args): Body<Object>| async move {
            let row = jobs::command(&app, &actor, &JOBS, name, id, Value::Object(args), &headers).await?;
            let warnings = jobs::warnings(&app, &actor, &row).await?;
            let mut shown = row.shown(JOBS.def);
            shown["warnings"] = Value::Array(warnings);
            Ok::<_, crate::error::Error>(Json(shown))
        },
    )
}

/// The records of one kind that point to a record of another, as a list.
fn nested(of: &'static Resource, what: &'static Resource, by: &'static str) -> MethodRouter<App> {
    get(
        move |State(app): State<App>, actor: Actor, PathId(id): PathId, OriginalUri(uri): OriginalUri| async move {
            actions::read(&app, &actor, of.def, id).await?;
            let fixed = what.def.field(by).map(|field| Condition::is(field, id.to_string()));
            routes::list(&app, &actor, what.def, &uri, fixed.into_iter().collect()).await
        },
    )
}

/// A step of an application, read from the body.
fn step(read: fn(&Object) -> Result<Step>) -> MethodRouter<App> {
    post(
        move |State(app): State<App>, actor: Actor, PathId(id): PathId, Body(body): Body<Object>| async move {
            // Who may not do it is told so, whatever the body says.
            actions::editable(&app, &actor, APPLICATIONS.def, id).await?;
            let row = applications::step(&app, &actor, id, &read(&body)?).await?;
            routes::answer(APPLICATIONS.def, &row)
        },
    )
}

async fn clone(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
    Body(copy): Body<jobs::Copy>,
) -> Result<Response> {
    let row = jobs::copy(&app, &actor, id, copy).await?;
    routes::created(&JOBS, &row)
}

async fn board(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Value>> {
    Ok(Json(jobs::board(&app, &actor, id).await?))
}

async fn bulk_step(State(app): State<App>, actor: Actor, Body(body): Body<Object>) -> Result<Json<Value>> {
    if reach(actor.role, APPLICATIONS.def.name, Action::Edit) == Reach::None {
        return Err(Code::Forbidden.into());
    }
    Ok(Json(bulk::run(&app, &actor, &body).await?))
}

async fn add_note(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
    Body(mut body): Body<Object>,
) -> Result<Response> {
    actions::read(&app, &actor, APPLICATIONS.def, id).await?;
    body.insert("application_id".to_owned(), json!(id));
    let row = actions::create(&app, &actor, &NOTES, body).await?;
    routes::created(&NOTES, &row)
}

async fn tag(
    app: &App,
    actor: &Actor,
    id: RecordId,
    body: &Object,
    edit: fn(&str, String) -> Edit,
) -> Result<Json<Value>> {
    actions::editable(app, actor, CANDIDATES.def, id).await?;
    let tag = text(body.get("tag"), "tag")?.parse::<RecordId>();
    let tag =
        tag.map_err(|_| Problem::new(Code::InvalidFields).field("tag", "This is not the id of a tag."))?;
    let edits = vec![edit("tag_ids", tag.to_string())];
    let row = actions::edit(app, actor, CANDIDATES.def, id, edits).await?;
    Ok(Json(row.shown(CANDIDATES.def)))
}

async fn add_tag(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
    Body(body): Body<Object>,
) -> Result<Json<Value>> {
    tag(&app, &actor, id, &body, Edit::add).await
}

async fn remove_tag(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
    Body(body): Body<Object>,
) -> Result<Json<Value>> {
    tag(&app, &actor, id, &body, Edit::remove).await
}

/// Makes a pipeline the default one, and no other, in one commit.
async fn set_default(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Value>> {
    let row = actions::editable(&app, &actor, PIPELINES.def, id).await?;
    let list = query::read(PIPELINES.def, "is_default=true&page_size=100")?;
    let (_, defaults) = actions::list(&app, &actor, PIPELINES.def, &list).await?;
    let edit = |id: RecordId, is_default: bool| ServerEdit {
        def: PIPELINES.def,
        id,
        edits: vec![Edit::set("is_default", is_default)],
        create: false,
        principal: (*actor).clone(),
    };
    let mut edits: Vec<ServerEdit> =
        defaults.iter().filter(|other| other.doc != id).map(|other| edit(other.doc, false)).collect();
    if row.fields.0.get("is_default") != Some(&Value::Bool(true)) {
        edits.push(edit(id, true));
    }
    if !edits.is_empty() {
        writer::edit(&app, actor.tenant(), edits, None).await?;
    }
    Ok(Json(actions::read(&app, &actor, PIPELINES.def, id).await?.shown(PIPELINES.def)))
}
