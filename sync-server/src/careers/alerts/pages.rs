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
use super::every::Every;
use super::store::{self, Asked, Standing};
use super::words::AlertWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::listing::{FACETS, Wanted, is_named};
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::{count, read};
use crate::careers::show::grouped;
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
    every: String,
    deed: String,
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
    everies: Vec<Often>,
}

/// A frequency that can be chosen: its name, its label, and whether it is chosen.
type Often = (&'static str, &'static str, bool);

fn everies(words: &AlertWords, chosen: Every) -> Vec<Often> {
    let label = |every| match every {
        Every::AtOnce => words.at_once,
        Every::Daily => words.daily,
        Every::Weekly => words.weekly,
    };
    Every::ALL.into_iter().map(|every| (every.name(), label(every), every == chosen)).collect()
}

/// The page on which an alert is ended, paused, or told less often.
#[derive(Template)]
#[template(path = "careers/alert_manage.html")]
struct ManagePage {
    frame: Frame,
    words: &'static AlertWords,
    text: String,
    token: String,
    off: String,
    change: String,
    is_on: bool,
    is_paused: bool,
    everies: Vec<Often>,
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
    let named = |(at, value): (usize, &String)| {
        if is_named(FACETS[at].0) { choice(language, value) } else { value.clone() }
    };
    let pay = fill(language.words().salary_told, &[&grouped(language, wanted.salary)]);
    let pay = Some(pay).filter(|_| wanted.salary > 0);
    let filters = wanted.filters.iter().enumerate().filter(|(_, value)| !value.is_empty()).map(named);
    let texts = [wanted.search.clone()].into_iter().chain(filters).chain(wanted.skills.clone());
    let texts = texts.chain(pay).chain([wanted.near.clone()]);
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn ask_page(site: &Site, wanted: &Wanted, (typed, every): (String, Every), error: &'static str) -> AskPage {
    let (words, workspace) = (AlertWords::of(site.language), site.tenant.name.as_str());
    let text = if wanted.is_narrowed() {
        fill(words.narrowed, &[workspace, &described(site.language, wanted)])
    } else {
        fill(words.all, &[workspace])
    };
    let frame = Frame { feeds: Vec::new(), ..Frame::of(site) }.switched(site, "alerts/", &kept(wanted));
    let (action, wanted, everies) = (site.path("alerts/"), kept(wanted), everies(words, every));
    AskPage { frame, words, text, action, wanted, typed, error, everies }
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
        let page = ask_page(&site, &Wanted::read(uri.query()), (String::new(), Every::Daily), "");
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}

/// Takes an address up, and asks it. The answer is the same whatever is known of the address.
pub async fn ask(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let Typed { email, wanted, every, .. } = sent.map(|Form(typed)| typed).unwrap_or_default();
        let every = Every::of(&every);
        let wanted = Wanted::read(Some(&wanted));
        let address = email.trim().to_lowercase();
        if !is_email(&address) {
            let page = ask_page(&site, &wanted, (email, every), site.words().error_email);
            return Ok(pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        let (tenant, language) = (Arc::clone(&site.tenant), site.language);
        let tasks = app.tasks().clone();
        tasks.spawn(async move {
            let wanted = kept(&wanted);
            let asked =
                Asked { address: &address, language: language.tag(), wanted: &wanted, every: every.name() };
            if let Err(error) = take_up(&app, &tenant, &asked).await {
                tracing::error!(tenant = %tenant.id, error = format!("{error:#}"), "an alert was not taken up");
            }
        });
        Ok(Redirect::to(&site.path("alerts/sent/")).into_response())
    };
    privately(&site, answer.await)
}

async fn take_up(app: &App, tenant: &Tenant, asked: &Asked<'_>) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if store::count(&mut tx, asked.address).await? >= MAX_ALERTS {
        return Ok(());
    }
    let now = app.now();
    let Some(id) = store::keep(&mut tx, app.new_id(), asked, now).await? else { return Ok(()) };
    let told = Mail {
        event_key: format!("job_alert_asked/{id}/{now}"),
        to: Recipient { address: asked.address.to_owned(), name: String::new() },
        language: asked.language.to_owned(),
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

/// How the alert of a link stands, if there is one.
async fn standing(app: &App, site: &Site, token: &str) -> Result<Option<Standing>> {
    let Some(id) = read(app, SECRET, site.tenant.id, token) else { return Ok(None) };
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let standing = store::standing(&mut tx, id).await?;
    tx.commit().await?;
    Ok(standing)
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
        if standing(&app, &site, &linked.token).await?.is_none() {
            return Ok(gone(&site));
        }
        let page = Notice {
            action: site.path("alerts/on/"),
            hidden: vec![("token", linked.token.clone())],
            button: words.on_button,
            link: (String::new(), ""),
            ..note(&site, words.on_title, words.on_text)
        };
        Ok(pages::answer(StatusCode::OK, &page))
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

/// Asks whether an alert is to end, to be paused, or to tell less.
pub async fn leave(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let words = AlertWords::of(site.language);
        let Some(standing) = standing(&app, &site, &linked.token).await? else { return Ok(gone(&site)) };
        let page = ManagePage {
            frame: Frame { feeds: Vec::new(), ..Frame::of(&site) },
            words,
            text: fill(words.off_text, &[&site.tenant.name]),
            token: linked.token,
            off: site.path("alerts/off/"),
            change: site.path("alerts/change/"),
            is_on: standing.is_confirmed,
            is_paused: standing.is_paused,
            everies: everies(words, Every::of(&standing.every)),
        };
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}

/// Pauses an alert, has it go on, or has it tell as often as was chosen.
pub async fn change(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = sent.map(|Form(typed)| typed).unwrap_or_default();
        let Some(id) = read(&app, SECRET, site.tenant.id, &typed.token) else { return Ok(gone(&site)) };
        let (words, now) = (AlertWords::of(site.language), app.now());
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        let (is_there, text) = match typed.deed.as_str() {
            "pause" => (store::set_paused(&mut tx, id, true, now).await?, words.pause_text),
            "resume" => (store::set_paused(&mut tx, id, false, now).await?, words.resume_text),
            _ => {
                let every = Every::of(&typed.every);
                (store::set_every(&mut tx, id, every.name(), now + every.ms()).await?, words.every_text)
            }
        };
        tx.commit().await?;
        let page = if is_there { note(&site, words.changed_title, text) } else { return Ok(gone(&site)) };
        Ok(pages::answer(StatusCode::OK, &page))
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
