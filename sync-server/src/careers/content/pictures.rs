//! The pictures of career pages: judged by their bytes as the logo is, kept as they came, served from here.

use std::collections::HashMap;

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use zumodra_shared::kernel::time::{DAY_MS, Millis};
use zumodra_shared::kernel::{Code, Problem};

use super::model::Content;
use super::store;
use crate::app::App;
use crate::careers::assets::FOR_EVER;
use crate::careers::error::answered;
use crate::careers::site::Site;
use crate::error::Result;
use crate::tenants::Tenant;
use crate::tenants::logo::{Allowed, Logo};

/// Bytes of the largest picture: a telephone reads a page with some of them.
pub const MAX_PICTURE_BYTES: usize = 512 << 10;
/// Pictures of a workspace.
pub const MAX_PICTURES: usize = 100;
/// How long a picture is kept that is shown nowhere: somebody may be about to save what shows it.
const UNSHOWN_MS: Millis = DAY_MS;
const ALLOWED: Allowed = Allowed { field: "picture", max_bytes: MAX_PICTURE_BYTES };

/// The last part of a picture's address, which changes with it.
#[must_use]
pub fn file(picture: &Logo) -> String {
    format!("{}.{}", picture.version(), picture.kind.extension())
}

/// The pictures of a workspace by their hashes.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(connection: &mut sqlx::PgConnection, tenant: &Tenant) -> Result<HashMap<String, Logo>> {
    let found = store::pictures(connection, tenant.id).await?;
    Ok(found.into_iter().map(|picture| (picture.hash.clone(), picture)).collect())
}

/// Removes what is shown nowhere any more.
///
/// # Errors
/// When the database cannot be written.
pub async fn tidy(
    connection: &mut sqlx::PgConnection,
    tenant: &Tenant,
    content: &Content,
    now: Millis,
) -> Result<()> {
    let shown: Vec<&str> = content.images().map(|image| image.hash.as_str()).collect();
    store::forget_pictures(connection, tenant.id, &shown, now - UNSHOWN_MS).await?;
    Ok(())
}

/// Keeps a picture, to be shown by what is saved after it.
///
/// # Errors
/// For what is no picture that is taken, and beyond [`MAX_PICTURES`].
pub async fn keep(app: &App, tenant: &Tenant, bytes: Bytes) -> Result<Logo> {
    let picture = Logo::of(&bytes, ALLOWED)?;
    let mut tx = app.db().public().await?;
    let content = store::read(&mut tx, tenant.id).await?.map(|(_, content)| content.0).unwrap_or_default();
    tidy(&mut tx, tenant, &content, app.now()).await?;
    let held = all(&mut tx, tenant).await?;
    if held.len() >= MAX_PICTURES && !held.contains_key(&picture.hash) {
        let detail = format!("A workspace has up to {MAX_PICTURES} pictures. Remove one and save.");
        return Err(Problem::new(Code::InvalidFields).field(ALLOWED.field, detail).into());
    }
    store::keep(&mut tx, tenant.id, &picture, &bytes, app.now()).await?;
    tx.commit().await?;
    app.contents().forget(tenant.id);
    Ok(picture)
}

/// The bytes of a picture.
///
/// # Errors
/// [`Code::NotFound`] where there is none.
pub async fn bytes(app: &App, tenant: &Tenant, hash: &str) -> Result<Vec<u8>> {
    let mut tx = app.db().public().await?;
    let bytes = store::bytes(&mut tx, tenant.id, hash).await?;
    tx.commit().await?;
    bytes.ok_or_else(|| Code::NotFound.into())
}

/// A picture, as an answer for ever at its address.
///
/// # Errors
/// [`Code::NotFound`] where there is none.
pub async fn told(app: &App, tenant: &Tenant, picture: &Logo) -> Result<Response> {
    let bytes = bytes(app, tenant, &picture.hash).await?;
    let media_type = HeaderValue::from_static(picture.kind.media_type());
    Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, FOR_EVER)], bytes).into_response())
}

/// Gives a picture of the pages.
pub async fn shown(State(app): State<App>, site: Site, params: RawPathParams) -> Response {
    let answer = async {
        let name = params.iter().find(|(name, _)| *name == "name").map(|(_, name)| name).unwrap_or_default();
        let found = site.content.pictures.values().find(|picture| file(picture) == name);
        told(&app, &site.tenant, found.ok_or(Code::NotFound)?).await
    };
    answered(&site, answer.await)
}
