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
use zumodra_shared::ats::ReferenceStatus;
use zumodra_shared::ats::reference::{MAX_ANSWER_CHARS, MAX_REASON_CHARS};

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

/// What is wrong with what was sent.
#[derive(Debug, Default, Clone, Copy)]
struct Wrong {
    answers: &'static str,
    decline: &'static str,
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
    questions: Vec<String>,
    wrong: Wrong,
    max_answer: usize,
    max_reason: usize,
}

impl ReferencePage {
    fn of(site: &Site, token: &str, asked: &Asked, wrong: Wrong) -> Self {
        let (words, reference) = (ReferenceWords::of(site.language), &asked.reference);
        let job = asked.job.trim();
        let job = if job.is_empty() { words.any_position } else { job };
        let by = (!asked.by.is_empty()).then(|| fill(words.asked_by, &[&asked.by]));
        let until = day(site.language, &reference.answer_by.0);
        let until = (!until.is_empty()).then(|| fill(words.until, &[&until]));
        Self {
            frame: Frame { feeds: Vec::new(), ..Frame::of(site) },
            words,
            title: fill(words.title, &[&asked.candidate]),
            greeting: fill(words.greeting, &[&reference.name]),
            text: fill(words.text, &[&asked.candidate, &site.tenant.name, job]),
            facts: [by, until].into_iter().flatten().collect(),
            who_reads: fill(words.who_reads, &[&site.tenant.name]),
            token: token.to_owned(),
            action: site.path(&format!("{FOLDER}/")),
            decline: site.path(&format!("{FOLDER}/decline/")),
            questions: reference.questions.0.iter().map(|question| question.item.text.clone()).collect(),
            wrong,
            max_answer: MAX_ANSWER_CHARS,
            max_reason: MAX_REASON_CHARS,
        }
    }
}

/// The page as the reference stands.
fn page(site: &Site, token: &str, asked: &Asked, wrong: Wrong) -> Response {
    let words = ReferenceWords::of(site.language);
    if asked.is_open() {
        let status = match wrong {
            Wrong { answers: "", decline: "" } => StatusCode::OK,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        return pages::answer(status, &ReferencePage::of(site, token, asked, wrong));
    }
    let (heading, text) = match asked.reference.status {
        ReferenceStatus::Answered => (words.thanks_title, words.thanks_text),
        ReferenceStatus::Declined => (words.declined_title, words.declined_text),
        ReferenceStatus::Asked | ReferenceStatus::Expired | ReferenceStatus::Unknown => {
            (words.over_title, words.over_text)
        }
    };
    let notice = Notice {
        title: heading.to_owned(),
        texts: vec![fill(text, &[&site.tenant.name])],
        ..Notice::bare(site)
    };
    pages::answer(StatusCode::OK, &notice)
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
        Ok(page(&site, &linked.token, &asked, Wrong::default()))
    };
    privately(&site, answer.await)
}

/// Takes the answers.
pub async fn answer(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    privately(&site, answered(&app, &site, &from, &typed(sent)).await)
}

async fn answered(
    app: &App,
    site: &Site,
    from: &ClientAddr,
    typed: &HashMap<String, String>,
) -> Result<Response> {
    count(app, from, Class::Auth)?;
    let token = field(typed, "token");
    let asked = actions::open(app, &site.tenant, token).await?;
    if !asked.is_open() {
        return Ok(back(site, token));
    }
    let answers = answers(&asked, typed);
    if answers.is_empty() {
        let wrong = Wrong { answers: ReferenceWords::of(site.language).error_none, ..Wrong::default() };
        return Ok(page(site, token, &asked, wrong));
    }
    actions::answer(app, &site.tenant, &asked, Value::Object(answers)).await?;
    Ok(back(site, token))
}

/// What was typed to each question that was answered, by its id. The fields of the form are counted from 1.
fn answers(asked: &Asked, typed: &HashMap<String, String>) -> Map<String, Value> {
    let questions = asked.reference.questions.0.iter().enumerate();
    let said =
        questions.map(|(at, question)| (question.id.clone(), field(typed, &format!("q{}", at + 1)).trim()));
    said.filter(|(_, answer)| !answer.is_empty()).map(|(id, answer)| (id, Value::from(answer))).collect()
}

/// Takes that somebody gives no reference.
pub async fn decline(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = typed(sent);
        let token = field(&typed, "token");
        let asked = actions::open(&app, &site.tenant, token).await?;
        if asked.is_open() && field(&typed, "agree") != "yes" {
            let wrong =
                Wrong { decline: ReferenceWords::of(site.language).error_decline, ..Wrong::default() };
            return Ok(page(&site, token, &asked, wrong));
        }
        if asked.is_open() {
            actions::decline(&app, &site.tenant, &asked, field(&typed, "reason")).await?;
        }
        Ok(back(&site, token))
    };
    privately(&site, answer.await)
}
