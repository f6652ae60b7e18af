//! The HTTP of resources.

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde_json::{Map, Value};
use zumodra_shared::schema::EntityDef;

use super::query::{self, Condition};
use super::store::Row;
use super::{Resource, actions, history};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::extract::{Actor, Body, PathId, Query};
use crate::http::page::{Page, PageQuery};

/// The routes of a resource, below its domain: the collection, the record, and the restoring of a deleted one.
pub fn router(resource: Resource) -> Router<App> {
    let base = format!("/{}/", resource.segment);
    let def = resource.def;
    let mut routes =
        Router::new().route(&base, collection(resource)).route(&format!("{base}{{id}}/"), record(resource));
    if !def.entry {
        routes = routes
            .route(&format!("{base}{{id}}/history/"), steps(def))
            .route(&format!("{base}{{id}}/history/stamps/"), stamps(def));
    }
    if def.server {
        return routes;
    }
    let restore = post(move |State(app): State<App>, actor: Actor, PathId(id): PathId| async move {
        let row = actions::set_deleted(&app, &actor, def, id, false).await?;
        answer(def, &row)
    });
    routes.route(&format!("{base}{{id}}/restore/"), restore)
}

fn collection(resource: Resource) -> MethodRouter<App> {
    let def = resource.def;
    let list = get(move |State(app): State<App>, actor: Actor, OriginalUri(uri): OriginalUri| async move {
        list(&app, &actor, def, &uri, Vec::new()).await
    });
    if def.server {
        return list;
    }
    list.post(move |State(app): State<App>, actor: Actor, Body(body): Body<Map<String, Value>>| async move {
        let row = actions::create(&app, &actor, &resource, body).await?;
        created(&resource, &row)
    })
}

fn record(resource: Resource) -> MethodRouter<App> {
    let def = resource.def;
    let read = get(
        move |State(app): State<App>, actor: Actor, PathId(id): PathId, OriginalUri(uri): OriginalUri| async move {
            // A log entry never changes.
            let at = if def.entry { None } else { query::as_of(uri.query().unwrap_or_default())? };
            match at {
                Some(at) => answer(def, &history::as_of(&app, &actor, def, id, at).await?),
                None => answer(def, &actions::read(&app, &actor, def, id).await?),
            }
        },
    );
    if def.server {
        return read;
    }
    read.patch(
        move |State(app): State<App>,
              actor: Actor,
              PathId(id): PathId,
              Body(body): Body<Map<String, Value>>| async move {
            answer(def, &actions::patch(&app, &actor, def, id, body).await?)
        },
    )
    .delete(move |State(app): State<App>, actor: Actor, PathId(id): PathId| async move {
        actions::set_deleted(&app, &actor, def, id, true).await?;
        Ok::<_, Error>(StatusCode::NO_CONTENT)
    })
}

/// The steps of a record's history.
pub fn steps(def: &'static EntityDef) -> MethodRouter<App> {
    get(
        move |State(app): State<App>,
              actor: Actor,
              PathId(id): PathId,
              Query(query): Query<PageQuery>,
              OriginalUri(uri): OriginalUri| async move {
            let page = Page::of(&query)?;
            let (count, steps) = history::page(&app, &actor, def, id, &page).await?;
            Ok::<_, Error>(Json(page.answer(&app, &uri, count, &steps)))
        },
    )
}

/// Who made which change of a record and when, in the form that replicas keep.
pub fn stamps(def: &'static EntityDef) -> MethodRouter<App> {
    get(move |State(app): State<App>, actor: Actor, PathId(id): PathId| async move {
        // A body of bytes goes out as application/octet-stream.
        history::stamps(&app, &actor, def, id).await
    })
}

/// The answer that is a record.
///
/// # Errors
/// Never; routes end with it.
pub fn answer(def: &EntityDef, row: &Row) -> Result<Json<Value>> {
    Ok(Json(row.shown(def)))
}

/// A list as the address asks for it, with the filters that the route adds by itself.
///
/// # Errors
/// For parameters that cannot be.
pub async fn list(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    uri: &Uri,
    fixed: Vec<Condition>,
) -> Result<Json<Value>> {
    let mut list = query::read(def, uri.query().unwrap_or_default())?;
    list.conditions.extend(fixed);
    let (count, rows) = actions::list(app, actor, def, &list).await?;
    Ok(Json(list.page.answer(app, uri, count, &actions::shown(def, &rows))))
}

/// The answer to a creation: the record, and where it is.
///
/// # Errors
/// Never: an address of an id is always a header.
pub fn created(resource: &Resource, row: &Row) -> Result<Response> {
    let place =
        HeaderValue::from_str(&format!("{}{}/", resource.address, row.doc)).map_err(anyhow::Error::from)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(row.shown(resource.def))).into_response())
}
