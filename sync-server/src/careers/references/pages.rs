//! The page on which a reference is given. It needs no script and no cookie, is never kept, and names itself to nobody: its
//! address is a secret.

use std::collections::HashMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use zumodra_shared::ats::reference::{MAX_ANSWER_CHARS, MAX_REASON_CHARS, ReferenceStatus, said};

use super::FOLDER;
use super::actions::{self, Asked};
use super::words::ReferenceWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::{count, query};
use crate::careers::show::day;
use crate::careers::site::Site;
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

type Sent = std::result::Result<Form<HashMap<String, String>>, FormRejection>;

/// What was sent and cannot be taken: it is on the page again, with what is wrong with it.
#[derive(Debug, Default)]
struct Refused {
    /// What was typed, by the name of the field.
    typed: HashMap<String, String>,
    /// What is wrong with the answers together; empty when nothing is.
    answers: &'static str,
    /// What is wrong with how somebody declines; empty when nothing is.
    decline: &'static str,
    /// Whether it was more than a form may have, so that nothing of it was read.
    is_large: bool,
}

impl Refused {
    fn status(&self) -> StatusCode {
        if self.is_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// A field for what somebody writes.
struct Area {
    label: String,
    typed: String,
    /// Why it cannot be taken; empty when it can.
    error: String,
}

impl Area {
    fn of(words: &ReferenceWords, label: &str, typed: &str, most: usize) -> Self {
        let (typed, mut error) = (said(typed), String::new());
        let chars = typed.chars().count();
        if chars > most {
            error = fill(words.error_long, &[&most.to_string(), &chars.to_string()]);
        }
        Self { label: label.to_owned(), typed, error }
    }
}

/// The questions, each as its field has it.
fn areas(words: &ReferenceWords, asked: &Asked, typed: &HashMap<String, String>) -> Vec<Area> {
    let questions = asked.reference.questions.0.iter().enumerate();
    questions
        .map(|(at, question)| Area::of(words, &question.item.text, field(typed, &name(at)), MAX_ANSWER_CHARS))
        .collect()
}

/// What the field of a question is called: they are counted from 1.
fn name(at: usize) -> String {
    format!("q{}", at + 1)
}

/// Why somebody declines, as its field has it.
fn reason(words: &ReferenceWords, typed: &HashMap<String, String>) -> Area {
    Area::of(words, words.decline_label, field(typed, "reason"), MAX_REASON_CHARS)
}

/// The questions, and the way to decline.
#[derive(Template)]
#[template(path = "careers/reference.html")]
struct ReferencePage {
    frame: Frame,
    words: &'static ReferenceWords,
    title: String,
    greeting: String,
    text: String,
    facts: Vec<String>,
    who_reads: String,
    token: String,
    action: String,
    decline: String,
    questions: Vec<Area>,
    reason: Area,
    /// What is wrong with how somebody declines; empty when nothing is.
    wrong_decline: &'static str,
    /// Everything that is wrong: the field, and what.
    errors: Vec<(String, String)>,
}

impl ReferencePage {
    fn of(site: &Site, token: &str, asked: &Asked, refused: &Refused) -> Self {
        let (words, reference) = (ReferenceWords::of(site.language), &asked.reference);
        let job = asked.job.trim();
        let job = if job.is_empty() { words.any_position } else { job };
        let by = (!asked.by.is_empty()).then(|| fill(words.asked_by, &[&asked.by]));
        let until = day(site.language, &reference.answer_by.0);
        let until = (!until.is_empty()).then(|| fill(words.until, &[&until]));
        // The addresses have the secret as well: what is too large to be read is answered with the page.
        let to = |form: &str| format!("{}/{FOLDER}/{form}{}", site.base, query(site, token));
        let mut page = Self {
            frame: Frame { feeds: Vec::new(), ..Frame::of(site) },
            words,
            title: fill(words.title, &[&asked.candidate]),
            greeting: fill(words.greeting, &[&reference.name]),
            text: fill(words.text, &[&asked.candidate, &site.tenant.name, job]),
            facts: [by, until].into_iter().flatten().collect(),
            who_reads: fill(words.who_reads, &[&site.tenant.name]),
            token: token.to_owned(),
            action: to(""),
            decline: to("decline/"),
            questions: areas(words, asked, &refused.typed),
            reason: reason(words, &refused.typed),
            wrong_decline: refused.decline,
            errors: Vec::new(),
        };
        page.errors = page.wrong(refused);
        page
    }

    fn wrong(&self, refused: &Refused) -> Vec<(String, String)> {
        let words = self.words;
        let large = if refused.is_large { words.error_large } else { "" };
        let whole = [("q1", large), ("q1", refused.answers), ("agree", refused.decline)];
        let whole = whole.map(|(field, error)| (field.to_owned(), error.to_owned())).into_iter();
        let most = MAX_ANSWER_CHARS.to_string();
        let long = self.questions.iter().enumerate().filter(|(_, question)| !question.error.is_empty());
        let long = long.map(|(at, _)| (name(at), fill(words.error_long_at, &[&(at + 1).to_string(), &most])));
        let reason = std::iter::once(("reason".to_owned(), self.reason.error.clone()));
        whole.chain(long).chain(reason).filter(|(_, error)| !error.is_empty()).collect()
    }
}

/// The page as the reference stands, with what was sent and could not be taken.
fn page(site: &Site, token: &str, asked: &Asked, refused: Option<&Refused>) -> Response {
    let words = ReferenceWords::of(site.language);
    if asked.is_open() {
        let status = refused.map_or(StatusCode::OK, Refused::status);
        let page = ReferencePage::of(site, token, asked, refused.unwrap_or(&Refused::default()));
        return pages::answer(status, &page);
    }
    let (heading, text) = match asked.reference.status {
        ReferenceStatus::Answered => (words.thanks_title, words.thanks_text),
        ReferenceStatus::Declined => (words.declined_title, words.declined_text),
        ReferenceStatus::Asked | ReferenceStatus::Expired | ReferenceStatus::Unknown => {
            (words.over_title, words.over_text)
        }
    };
    pages::answer(StatusCode::OK, &saying(site, heading, &fill(text, &[&site.tenant.name])))
}

/// A page that says one thing.
fn saying(site: &Site, title: &str, text: &str) -> Notice {
    Notice { title: title.to_owned(), texts: vec![text.to_owned()], ..Notice::bare(site) }
}

/// The answer to a form that is larger than one may be; none for every other one.
async fn too_large(app: &App, site: &Site, token: &str, sent: &Sent) -> Result<Option<Response>> {
    let Err(rejection) = sent else { return Ok(None) };
    if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return Ok(None);
    }
    if token.is_empty() {
        let words = ReferenceWords::of(site.language);
        let notice = saying(site, words.error_title, words.error_large);
        return Ok(Some(pages::answer(StatusCode::PAYLOAD_TOO_LARGE, &notice)));
    }
    let asked = actions::open(app, &site.tenant, token).await?;
    let refused = Refused { is_large: true, ..Refused::default() };
    Ok(Some(page(site, token, &asked, Some(&refused))))
}

/// What was sent. What cannot be read is an empty form, which names no reference.
fn typed(sent: Sent) -> HashMap<String, String> {
    sent.map(|Form(typed)| typed).unwrap_or_default()
}

fn field<'t>(typed: &'t HashMap<String, String>, name: &str) -> &'t str {
    typed.get(name).map(String::as_str).unwrap_or_default()
}

/// Leads back to the page, so that loading it again sends nothing again.
fn back(site: &Site, token: &str) -> Response {
    Redirect::to(&format!("{}/{FOLDER}/{}", site.base, query(site, token))).into_response()
}

/// Shows the questions.
pub async fn show(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let asked = actions::open(&app, &site.tenant, &linked.token).await?;
        Ok(page(&site, &linked.token, &asked, None))
    };
    privately(&site, answer.await)
}

/// Takes the answers.
pub async fn answer(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
    sent: Sent,
) -> Response {
    privately(&site, answered(&app, &site, &from, &linked.token, sent).await)
}

/// A form that somebody sent about a reference that they can still answer.
struct Answerable {
    typed: HashMap<String, String>,
    token: String,
    asked: Asked,
    words: &'static ReferenceWords,
}

/// Takes a form up, or gives the page that is the answer to it already: it is too large, or the reference is over.
async fn take(
    app: &App,
    site: &Site,
    from: &ClientAddr,
    linked: &str,
    sent: Sent,
) -> Result<std::result::Result<Answerable, Response>> {
    count(app, from, Class::Auth)?;
    if let Some(large) = too_large(app, site, linked, &sent).await? {
        return Ok(Err(large));
    }
    let typed = typed(sent);
    let token = field(&typed, "token").to_owned();
    let asked = actions::open(app, &site.tenant, &token).await?;
    if !asked.is_open() {
        return Ok(Err(back(site, &token)));
    }
    Ok(Ok(Answerable { typed, token, asked, words: ReferenceWords::of(site.language) }))
}

async fn answered(app: &App, site: &Site, from: &ClientAddr, linked: &str, sent: Sent) -> Result<Response> {
    let Answerable { typed, token, asked, words } = match take(app, site, from, linked, sent).await? {
        Ok(answerable) => answerable,
        Err(page) => return Ok(page),
    };
    let areas = areas(words, &asked, &typed);
    let is_long = areas.iter().any(|area| !area.error.is_empty());
    let answers = answers(&asked, areas);
    if is_long || answers.is_empty() {
        let none = if answers.is_empty() { words.error_none } else { "" };
        let refused = Refused { typed, answers: none, ..Refused::default() };
        return Ok(page(site, &token, &asked, Some(&refused)));
    }
    actions::answer(app, &site.tenant, &asked, Value::Object(answers)).await?;
    Ok(back(site, &token))
}

/// What was typed to each question that was answered, by its id.
fn answers(asked: &Asked, areas: Vec<Area>) -> Map<String, Value> {
    let ids = asked.reference.questions.0.iter().map(|question| question.id.clone());
    let answers = ids.zip(areas).filter(|(_, area)| !area.typed.is_empty());
    answers.map(|(id, area)| (id, Value::from(area.typed))).collect()
}

/// Takes that somebody gives no reference.
pub async fn decline(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
    sent: Sent,
) -> Response {
    privately(&site, declined(&app, &site, &from, &linked.token, sent).await)
}

async fn declined(app: &App, site: &Site, from: &ClientAddr, linked: &str, sent: Sent) -> Result<Response> {
    let Answerable { typed, token, asked, words } = match take(app, site, from, linked, sent).await? {
        Ok(answerable) => answerable,
        Err(page) => return Ok(page),
    };
    let unsaid = if field(&typed, "agree") == "yes" { "" } else { words.error_decline };
    let why = reason(words, &typed);
    if !unsaid.is_empty() || !why.error.is_empty() {
        let refused = Refused { typed, decline: unsaid, ..Refused::default() };
        return Ok(page(site, &token, &asked, Some(&refused)));
    }
    actions::decline(app, &site.tenant, &asked, &why.typed).await?;
    Ok(back(site, &token))
}
