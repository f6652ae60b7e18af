//! What somebody agreed to, as they read it then, and taking back that they are kept in mind for other jobs.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::Candidate;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, Entity as _};

use super::enter;
use super::known::{Known, Person};
use super::pages::{known_to, path, to_start};
use super::store;
use super::words::PortalWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::secret::count;
use crate::careers::show::{day, day_of};
use crate::careers::site::Site;
use crate::careers::store as careers;
use crate::careers::told;
use crate::careers::words::{Language, fill};
use crate::db::TenantTx;
use crate::error::Result;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;
use crate::sync::ServerEdit;
use crate::sync::writer;

/// Something that somebody agreed to, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The words.
    pub words: String,
    /// Since when, in words.
    pub since: String,
    /// The candidate whose consent can be taken back here; empty for what ends with the application alone.
    pub candidate: String,
}

/// What somebody agreed to: to be kept in mind first, then what stood in the forms that they sent.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(tx: &mut TenantTx, site: &Site, known: &Known) -> Result<Vec<Consent>> {
    let words = PortalWords::of(site.language);
    let since = |at| fill(words.consent_since, &[&day(site.language, &day_of(at))]);
    let in_mind = known.people.iter().filter_map(|person| {
        let at = person.candidate.keep_in_mind_at?;
        Some(Consent {
            words: person.candidate.keep_in_mind_words.clone(),
            since: since(at.0),
            candidate: person.id.to_string(),
        })
    });
    let mut found: Vec<Consent> = in_mind.collect();
    let given = store::consents(tx, &known.ids()).await?;
    found.extend(given.into_iter().map(|(words, at)| Consent {
        words,
        since: since(at),
        candidate: String::new(),
    }));
    Ok(found)
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    form: String,
    candidate: String,
}

/// Takes back that somebody is kept in mind: the consent goes, and the pools that it brought them into.
pub async fn take_back(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    typed: std::result::Result<Form<Typed>, FormRejection>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
        let entered = enter::entered(&app, &site, &headers).await?;
        let Some(entered) = entered.filter(|entered| enter::is_theirs(&app, entered, &typed.form)) else {
            return Ok(to_start(&site));
        };
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let person = typed.candidate.parse().ok().and_then(|id| known.person(id)).ok_or(Code::NotFound)?;
        if person.candidate.keep_in_mind_at.is_some() {
            revoke(&app, &site, person).await?;
        }
        Ok(Redirect::to(&format!("{}#consents", path(&site, ""))).into_response())
    };
    privately(&site, answer.await)
}

/// What is done to somebody who is not to be kept in mind any more: the consent goes, and the pools that it may have brought
/// them into, also those that are put away by now. Nothing where they did not agree to it.
///
/// # Errors
/// When the database cannot be read.
pub async fn not_in_mind(tx: &mut TenantTx, candidate: &Candidate) -> Result<Vec<Edit>> {
    if candidate.keep_in_mind_at.is_none() {
        return Ok(Vec::new());
    }
    let theirs: Vec<RecordId> = candidate.pool_ids.ids.iter().copied().collect();
    let pools = careers::of_those_for_later(tx, &theirs).await?;
    let mut edits = vec![Edit::set("keep_in_mind_at", json!(null)), Edit::set("keep_in_mind_words", "")];
    edits.extend(pools.iter().map(|pool| Edit::remove("pool_ids", pool.to_string())));
    Ok(edits)
}

async fn revoke(app: &App, site: &Site, person: &Person) -> Result<()> {
    let tenant = &site.tenant;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let edits = not_in_mind(&mut tx, &person.candidate).await?;
    tx.commit().await?;
    let words = PortalWords::of(Language::of_tag(&tenant.settings.language).unwrap_or(Language::En));
    let about = json!({ "candidate_id": person.id, "body": words.note_not_in_mind });
    let edits = vec![
        ServerEdit {
            def: &Candidate::DEF,
            id: person.id,
            edits,
            create: false,
            principal: Principal::server(tenant.id),
        },
        told::note(tenant, app.new_id(), about),
    ];
    writer::edit(app, &Arc::clone(tenant), edits, None).await
}
