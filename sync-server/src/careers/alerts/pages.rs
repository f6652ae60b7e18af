//! The pages of job alerts. They need no script, and looking at one changes nothing.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::SECRET;
use super::store::{self, Asked};
use super::words::AlertWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::listing::{FACETS, Wanted};
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::{count, read};
use crate::careers::site::Site;
use crate::careers::words::{Language, choice, fill};
use crate::check::is_email;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;
use crate::limits::{ALERT_UNCONFIRMED_MS, MAX_ALERTS};
use crate::mail::{self, Content, Mail, Recipient};
use crate::tenants::Tenant;

/// What an address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Linked {
    token: String,
}

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    wanted: String,
    token: String,
}

type Sent = std::result::Result<Form<Typed>, FormRejection>;

/// The form that asks for an alert.
#[derive(Template)]
#[template(path = "careers/alert.html")]
struct AskPage {
    frame: Frame,
    words: &'static AlertWords,
    text: String,
    action: String,
    wanted: String,
    typed: String,
    error: &'static str,
}

/// Where an alert for a list is asked for.
#[must_use]
pub fn place(site: &Site, wanted: &Wanted) -> String {
    let path = site.path("alerts/");
    let query = kept(wanted);
    let joint = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() { path } else { format!("{path}{joint}{query}") }
}

/// A list without its page and its order, which are none of an alert's business.
fn kept(wanted: &Wanted) -> String {
    wanted.clone().unsorted().query(1, None)
}

/// A list in words: what was searched for, the filters, the place.
fn described(language: Language, wanted: &Wanted) -> String {
    let named = |(at, value): (usize, &String)| match FACETS[at].0 {
        "remote" | "type" => choice(language, value),
        _ => value.clone(),
    };
    let filters = wanted.filters.iter().enumerate().filter(|(_, value)| !value.is_empty()).map(named);
    let texts = [wanted.search.clone()].into_iter().chain(filters).chain([wanted.near.clone()]);
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn ask_page(site: &Site, wanted: &Wanted, typed: String, error: &'static str) -> AskPage {
    let (words, workspace) = (AlertWords::of(site.language), site.tenant.name.as_str());
    let text = if wanted.is_narrowed() {
        fill(words.narrowed, &[workspace, &described(site.language, wanted)])
    } else {
        fill(words.all, &[workspace])
    };
    let frame = Frame { feeds: Vec::new(), ..Frame::of(site) }.switched(site, "alerts/", &kept(wanted));
    AskPage { frame, words, text, action: site.path("alerts/"), wanted: kept(wanted), typed, error }
}

/// Asks for an address.
pub async fn form(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let page = ask_page(&site, &Wanted::read(uri.query()), String::new(), "");
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}

/// Takes an address up, and asks it. The answer is the same whatever is known of the address.
pub async fn ask(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let Typed { email, wanted, .. } = sent.map(|Form(typed)| typed).unwrap_or_default();
        let wanted = Wanted::read(Some(&wanted));
        let address = email.trim().to_lowercase();
        if !is_email(&address) {
            let page = ask_page(&site, &wanted, email, site.words().error_email);
            return Ok(pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        let (tenant, language) = (Arc::clone(&site.tenant), site.language);
        let tasks = app.tasks().clone();
        tasks.spawn(async move {
            if let Err(error) = take_up(&app, &tenant, &address, language, &kept(&wanted)).await {
                tracing::error!(tenant = %tenant.id, error = format!("{error:#}"), "an alert was not taken up");
            }
        });
        Ok(Redirect::to(&site.path("alerts/sent/")).into_response())
    };
    privately(&site, answer.await)
}

async fn take_up(app: &App, tenant: &Tenant, address: &str, language: Language, wanted: &str) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if store::count(&mut tx, address).await? >= MAX_ALERTS {
        return Ok(());
    }
    let asked = Asked { address, language: language.tag(), wanted };
    let now = app.now();
    let Some(id) = store::keep(&mut tx, app.new_id(), &asked, now).await? else { return Ok(()) };
    let told = Mail {
        event_key: format!("job_alert_asked/{id}/{now}"),
        to: Recipient { address: address.to_owned(), name: String::new() },
        language: language.tag().to_owned(),
        content: Content::JobAlertAsked { alert_id: id },
        about: None,
        attachments: Vec::new(),
        due_at: None,
        worth_ms: ALERT_UNCONFIRMED_MS,
    };
    mail::enqueue(app, &mut tx, &told).await?;
    tx.commit().await?;
    app.mail().ring();
    Ok(())
}

fn note(site: &Site, title: &str, text: &str) -> Notice {
    Notice::saying(site, title, &fill(text, &[&site.tenant.name]), (site.home(), site.words().back_to_jobs))
}

/// After an address was given: the same for every one.
pub async fn sent(site: Site) -> Response {
    let words = AlertWords::of(site.language);
    privately(&site, Ok(pages::answer(StatusCode::OK, &note(&site, words.sent_title, words.sent_text))))
}

fn gone(site: &Site) -> Response {
    let words = AlertWords::of(site.language);
    pages::answer(StatusCode::GONE, &note(site, words.gone_title, words.gone_text))
}

/// Asks whether it is meant.
async fn question(
    app: &App,
    site: &Site,
    token: &str,
    (what, title, text, button): (&str, &'static str, &'static str, &'static str),
) -> Result<Response> {
    let Some(id) = read(app, SECRET, site.tenant.id, token) else { return Ok(gone(site)) };
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let waits = store::waits(&mut tx, id).await?;
    tx.commit().await?;
    if waits.is_none() {
        return Ok(gone(site));
    }
    let page = Notice {
        action: site.path(&format!("alerts/{what}/")),
        hidden: vec![("token", token.to_owned())],
        button,
        link: (String::new(), ""),
        ..note(site, title, text)
    };
    Ok(pages::answer(StatusCode::OK, &page))
}

/// Asks whether an alert was asked for.
pub async fn confirm(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let words = AlertWords::of(site.language);
        question(&app, &site, &linked.token, ("on", words.on_title, words.on_text, words.on_button)).await
    };
    privately(&site, answer.await)
}

/// Takes the yes.
pub async fn confirmed(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let token = sent.map(|Form(typed)| typed.token).unwrap_or_default();
        let Some(id) = read(&app, SECRET, site.tenant.id, &token) else { return Ok(gone(&site)) };
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        let is_there = store::confirm(&mut tx, id, app.now()).await?;
        tx.commit().await?;
        let words = AlertWords::of(site.language);
        Ok(if is_there {
            pages::answer(StatusCode::OK, &note(&site, words.on_done_title, words.on_done_text))
        } else {
            gone(&site)
        })
    };
    privately(&site, answer.await)
}

/// Asks whether an alert is to end.
pub async fn leave(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let words = AlertWords::of(site.language);
        question(&app, &site, &linked.token, ("off", words.off_title, words.off_text, words.off_button)).await
    };
    privately(&site, answer.await)
}

/// Ends an alert. Programs that read mail do so with one request to the address of the link (RFC 8058).
pub async fn left(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
    sent: Sent,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = sent.map(|Form(typed)| typed.token).unwrap_or_default();
        let token = if typed.is_empty() { linked.token } else { typed };
        let Some(id) = read(&app, SECRET, site.tenant.id, &token) else { return Ok(gone(&site)) };
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        store::end(&mut tx, id).await?;
        tx.commit().await?;
        let words = AlertWords::of(site.language);
        Ok(pages::answer(StatusCode::OK, &note(&site, words.off_done_title, words.off_done_text)))
    };
    privately(&site, answer.await)
}
