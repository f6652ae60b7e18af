//! The pages of the survey. They need no script and no cookie, are never kept, and name themselves to nobody.

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use zumodra_shared::kernel::{Code, RecordId};

use super::forms::{Form, Question};
use super::key::{Key, month};
use super::words::SurveyWords;
use super::{FOLDER, store};
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::{count, query};
use crate::careers::site::Site;
use crate::careers::words::fill;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;

/// Of a form its fields, in the order in which they came.
type Fields = Vec<(String, String)>;

/// The field that carries the key.
const TOKEN: &str = "token";

/// What an address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Linked {
    token: String,
}

/// What the page that follows an application says of the survey.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// A heading; empty where there is no survey.
    pub title: &'static str,
    /// What it is.
    pub text: String,
    /// Where it is.
    pub href: String,
    /// What leads there.
    pub label: &'static str,
}

/// The form of a workspace that asks.
fn form_of(site: &Site) -> Option<&'static Form> {
    Form::named(&site.tenant.settings.careers_survey)
}

/// The token that the page after an application gets, where the workspace asks.
#[must_use]
pub fn link(app: &App, site: &Site, job: RecordId, once: Option<RecordId>) -> Option<String> {
    form_of(site)?;
    Some(Key::new(once?, job, app.now()).sealed(app, site.tenant.id))
}

/// What is offered after an application; nothing for a token that is none.
#[must_use]
pub fn offered(app: &App, site: &Site, token: &str) -> Option<Offer> {
    form_of(site)?;
    Key::read(app, site.tenant.id, token)?;
    let words = SurveyWords::of(site.language);
    Some(Offer {
        title: words.offer_title,
        text: fill(words.offer_text, &[&site.tenant.name]),
        href: format!("{}/{FOLDER}/{}", site.base, query(site, token)),
        label: words.offer_link,
    })
}

/// An answer as the page shows it.
struct Shown {
    value: &'static str,
    text: &'static str,
    hint: &'static str,
}

/// A question as the page shows it.
struct Asked {
    name: &'static str,
    text: &'static str,
    hint: &'static str,
    choices: Vec<Shown>,
}

/// The questions.
#[derive(Template)]
#[template(path = "careers/survey.html")]
struct SurveyPage {
    frame: Frame,
    words: &'static SurveyWords,
    title: String,
    action: String,
    token: String,
    questions: Vec<Asked>,
    home: String,
    error: &'static str,
}

impl SurveyPage {
    fn of(site: &Site, form: &Form, token: &str, error: &'static str) -> Self {
        let words = SurveyWords::of(site.language);
        let asked = |question: &Question| Asked {
            name: question.name,
            text: question.text.of(site.language),
            hint: question.hint.of(site.language),
            choices: question
                .choices
                .iter()
                .map(|choice| Shown {
                    value: choice.name,
                    text: choice.text.of(site.language),
                    hint: choice.hint.of(site.language),
                })
                .collect(),
        };
        let frame = Frame { feeds: Vec::new(), ..Frame::of(site) };
        Self {
            frame: frame.switched(site, &format!("{FOLDER}/"), &format!("{TOKEN}={token}")),
            words,
            title: fill(words.title, &[&site.tenant.name]),
            action: site.path(&format!("{FOLDER}/")),
            token: token.to_owned(),
            questions: form.questions.iter().map(asked).collect(),
            home: site.home(),
            error,
        }
    }
}

/// A note that there is nothing to answer.
fn used(site: &Site) -> Response {
    let words = SurveyWords::of(site.language);
    let back = (site.home(), site.words().back_to_jobs);
    let page = Notice::saying(site, words.used_title, words.used_text, back);
    pages::answer(StatusCode::GONE, &page)
}

/// The questions of a key.
pub async fn show(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let form = form_of(&site).ok_or(Code::NotFound)?;
        let Some(key) = Key::read(&app, site.tenant.id, &linked.token) else { return Ok(used(&site)) };
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        let is_taken = store::is_taken(&mut tx, key.id).await?;
        tx.commit().await?;
        if is_taken {
            return Ok(used(&site));
        }
        Ok(pages::answer(StatusCode::OK, &SurveyPage::of(&site, form, &linked.token, "")))
    };
    privately(&site, answer.await)
}

/// What of a form answers a question. What is no answer of it is none.
fn answers(form: &Form, fields: &[(String, String)]) -> Vec<(&'static str, &'static str)> {
    let chosen = |question: &Question| {
        let (_, value) = fields.iter().find(|(name, _)| name == question.name)?;
        let choice = question.choices.iter().find(|choice| choice.name == value)?;
        Some((question.name, choice.name))
    };
    form.questions.iter().filter_map(chosen).collect()
}

/// Counts the answers, once.
pub async fn answer(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    sent: std::result::Result<Sent<Fields>, FormRejection>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let form = form_of(&site).ok_or(Code::NotFound)?;
        let fields = sent.map(|Sent(fields)| fields).unwrap_or_default();
        let token = fields.iter().find(|(name, _)| name == TOKEN).map(|(_, value)| value.as_str());
        let token = token.unwrap_or_default();
        let Some(key) = Key::read(&app, site.tenant.id, token) else { return Ok(used(&site)) };
        let answers = answers(form, &fields);
        if answers.is_empty() {
            let error = SurveyWords::of(site.language).error_none;
            let page = SurveyPage::of(&site, form, token, error);
            return Ok(pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        keep(&app, &site, form, &key, &answers).await?;
        // A key that was used is answered alike: who presses twice is thanked.
        Ok(Redirect::to(&site.path(&format!("{FOLDER}/done/"))).into_response())
    };
    privately(&site, answer.await)
}

/// Adds to the counts, unless the key was used.
async fn keep(
    app: &App,
    site: &Site,
    form: &Form,
    key: &Key,
    answers: &[(&'static str, &'static str)],
) -> Result<()> {
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    if store::take(&mut tx, key.id, &key.until).await? {
        let month = month(app.now());
        for answer in answers {
            store::count(&mut tx, (form.name, key.job, &month), *answer).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Thanks.
pub async fn done(site: Site) -> Response {
    let words = SurveyWords::of(site.language);
    let page = Notice {
        title: words.done_title.to_owned(),
        texts: vec![words.done_text.to_owned()],
        link: (site.home(), site.words().back_to_jobs),
        ..Notice::bare(&site)
    };
    privately(&site, Ok(pages::answer(StatusCode::OK, &page)))
}
