//! The page on which times are chosen. It needs no script and no cookie, is never kept, and names itself to nobody: its
//! address is a secret.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::FOLDER;
use super::actions::{self, Asked};
use super::words::TimesWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::portal;
use crate::careers::secret::{count, query};
use crate::careers::site::Site;
use crate::careers::text::{blocks, html};
use crate::careers::told::MAX_REASON_CHARS;
use crate::careers::when::when;
use crate::careers::words::fill;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;

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
    token: String,
    at: String,
    reason: String,
}

type Sent = std::result::Result<Form<Typed>, FormRejection>;

/// What is wrong with what was sent.
#[derive(Debug, Default, Clone, Copy)]
struct Wrong {
    at: &'static str,
    reason: &'static str,
}

/// The times, and the ways to answer.
#[derive(Template)]
#[template(path = "careers/times.html")]
struct TimesPage {
    frame: Frame,
    words: &'static TimesWords,
    greeting: String,
    text: String,
    /// HTML in which everything that was written is escaped.
    message: String,
    facts: Vec<String>,
    token: String,
    action: String,
    decline: String,
    /// The value and the words of each time.
    times: Vec<(String, String)>,
    told: bool,
    wrong: Wrong,
    max_reason: usize,
}

fn title(words: &'static TimesWords, asked: &Asked) -> String {
    let title = asked.sent.job.title.trim();
    if title.is_empty() { words.any_position.to_owned() } else { title.to_owned() }
}

fn place(words: &TimesWords, asked: &Asked) -> Option<String> {
    (!asked.place.is_empty()).then(|| fill(words.place, &[&asked.place]))
}

impl TimesPage {
    fn of(site: &Site, token: &str, asked: &Asked, wrong: Wrong) -> Self {
        let (words, interview) = (TimesWords::of(site.language), &asked.interview);
        let with = (!asked.with.is_empty()).then(|| fill(words.with, &[&asked.with.join(", ")]));
        let online = (!interview.meeting_url.is_empty()).then(|| words.online.to_owned());
        let facts = [with, place(words, asked), online].into_iter().flatten().collect();
        let shown =
            |at: &i64| (at.to_string(), when(site.language, *at, interview.minutes, &interview.time_zone));
        let minutes = interview.minutes.to_string();
        Self {
            frame: Frame { feeds: Vec::new(), ..Frame::of(site) },
            words,
            greeting: fill(words.greeting, &[&asked.candidate.first_name]),
            text: fill(words.text, &[&site.tenant.name, &title(words, asked), &minutes]),
            message: html(&blocks(&interview.message)),
            facts,
            token: token.to_owned(),
            action: site.path(&format!("{FOLDER}/")),
            decline: site.path(&format!("{FOLDER}/none/")),
            times: asked.free.iter().map(|time| shown(&time.at)).collect(),
            told: asked.declined,
            wrong,
            max_reason: MAX_REASON_CHARS,
        }
    }
}

/// The page as the interview stands.
fn page(site: &Site, token: &str, asked: &Asked, wrong: Wrong) -> Response {
    let words = TimesWords::of(site.language);
    let status = match wrong {
        Wrong { at: "", reason: "" } => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    if asked.is_open() {
        return pages::answer(status, &TimesPage::of(site, token, asked, wrong));
    }
    let interview = &asked.interview;
    let (heading, texts) = if asked.is_booked() {
        let at = when(site.language, interview.starts_at.0, interview.minutes, &interview.time_zone);
        let place = place(words, asked);
        let texts = [Some(at), place, Some(words.booked_text.to_owned())];
        (words.booked_title, texts.into_iter().flatten().collect())
    } else {
        (words.gone_title, vec![fill(words.gone_text, &[&site.tenant.name])])
    };
    let notice = Notice {
        title: heading.to_owned(),
        texts,
        link: (portal::path(site, ""), words.see_applications),
        ..Notice::bare(site)
    };
    pages::answer(StatusCode::OK, &notice)
}

/// What was sent. What cannot be read is an empty form, which names no interview.
fn typed(sent: Sent) -> Typed {
    sent.map(|Form(typed)| typed).unwrap_or_default()
}

/// Leads back to the page, so that loading it again sends nothing again.
fn back(site: &Site, token: &str) -> Response {
    Redirect::to(&format!("{}/{FOLDER}/{}", site.base, query(site, token))).into_response()
}

/// Shows the times.
pub async fn show(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let asked = actions::open(&app, &site.tenant, &linked.token).await?;
        Ok(page(&site, &linked.token, &asked, Wrong::default()))
    };
    privately(&site, answer.await)
}

/// Books a time.
pub async fn choose(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    privately(&site, booked(&app, &site, &from, typed(sent)).await)
}

async fn booked(app: &App, site: &Site, from: &ClientAddr, typed: Typed) -> Result<Response> {
    count(app, from, Class::Auth)?;
    let asked = actions::open(app, &site.tenant, &typed.token).await?;
    let words = TimesWords::of(site.language);
    if !asked.is_open() {
        return Ok(back(site, &typed.token));
    }
    let Ok(at) = typed.at.parse() else {
        let wrong = Wrong { at: words.error_none, ..Wrong::default() };
        return Ok(page(site, &typed.token, &asked, wrong));
    };
    if actions::choose(app, &site.tenant, &asked, at).await? {
        return Ok(back(site, &typed.token));
    }
    let asked = actions::open(app, &site.tenant, &typed.token).await?;
    let wrong = Wrong { at: words.error_taken, ..Wrong::default() };
    Ok(page(site, &typed.token, &asked, wrong))
}

/// Says that none of the times suits.
pub async fn decline(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = typed(sent);
        let asked = actions::open(&app, &site.tenant, &typed.token).await?;
        let words = TimesWords::of(site.language);
        if asked.is_open() && typed.reason.trim().is_empty() {
            let wrong = Wrong { reason: words.error_reason, ..Wrong::default() };
            return Ok(page(&site, &typed.token, &asked, wrong));
        }
        if asked.is_open() {
            actions::decline(&app, &site.tenant, &asked, &typed.reason).await?;
        }
        Ok(back(&site, &typed.token))
    };
    privately(&site, answer.await)
}
