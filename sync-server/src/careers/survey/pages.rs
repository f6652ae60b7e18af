//! The pages of the survey. They need no script, are never kept, and name themselves to nobody.

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::kernel::{Code, RecordId};

use super::forms::{Form, Question};
use super::half_year::HalfYear;
use super::key::Key;
use super::words::SurveyWords;
use super::{FOLDER, store};
use crate::app::App;
use crate::careers::cookie::Cookie;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::count;
use crate::careers::site::Site;
use crate::careers::words::fill;
use crate::error::Result;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;

/// Of a form its fields, in the order in which they came.
type Fields = Vec<(String, String)>;

/// What carries the key. A day is long enough for who answers at all.
const KEY_COOKIE: Cookie = Cookie { name: "zumodra_survey", folder: "", seconds: DAY_MS / MS_PER_SECOND };
const MS_PER_SECOND: i64 = 1_000;

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

/// Gives who sent an application what lets them answer, where the workspace asks; who sent none loses what they had.
pub fn follow(app: &App, site: &Site, once: Option<RecordId>, response: &mut Response) {
    if form_of(site).is_none() {
        return;
    }
    match once {
        Some(once) => KEY_COOKIE.set(site, &Key::new(once, app.now()).sealed(app, site.tenant.id), response),
        None => KEY_COOKIE.forget(site, response),
    }
}

/// The key that a request carries.
fn carried(app: &App, site: &Site, headers: &HeaderMap) -> Option<Key> {
    KEY_COOKIE.carried(headers).find_map(|key| Key::read(app, site.tenant.id, key))
}

/// What is offered after an application; nothing to who has no key.
#[must_use]
pub fn offered(app: &App, site: &Site, headers: &HeaderMap) -> Option<Offer> {
    form_of(site)?;
    carried(app, site, headers)?;
    let words = SurveyWords::of(site.language);
    Some(Offer {
        title: words.offer_title,
        text: fill(words.offer_text, &[&site.tenant.name]),
        href: site.path(&format!("{FOLDER}/")),
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
    questions: Vec<Asked>,
    home: String,
    error: &'static str,
}

impl SurveyPage {
    fn of(site: &Site, form: &Form, error: &'static str) -> Self {
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
            frame: frame.switched(site, &format!("{FOLDER}/"), ""),
            words,
            title: fill(words.title, &[&site.tenant.name]),
            action: site.path(&format!("{FOLDER}/")),
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
pub async fn show(State(app): State<App>, site: Site, from: ClientAddr, headers: HeaderMap) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let form = form_of(&site).ok_or(Code::NotFound)?;
        let Some(key) = carried(&app, &site, &headers) else { return Ok(used(&site)) };
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        let is_taken = store::is_taken(&mut tx, key.id).await?;
        tx.commit().await?;
        if is_taken {
            return Ok(used(&site));
        }
        Ok(pages::answer(StatusCode::OK, &SurveyPage::of(&site, form, "")))
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
    headers: HeaderMap,
    sent: std::result::Result<Sent<Fields>, FormRejection>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let form = form_of(&site).ok_or(Code::NotFound)?;
        let fields = sent.map(|Sent(fields)| fields).unwrap_or_default();
        let Some(key) = carried(&app, &site, &headers) else { return Ok(used(&site)) };
        let answers = answers(form, &fields);
        if answers.is_empty() {
            let error = SurveyWords::of(site.language).error_none;
            let page = SurveyPage::of(&site, form, error);
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
        let half_year = HalfYear::at(app.now());
        for answer in answers {
            store::count(&mut tx, (form.name, half_year), *answer).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Thanks.
pub async fn done(site: Site) -> Response {
    let words = SurveyWords::of(site.language);
    let back = (site.home(), site.words().back_to_jobs);
    let page = Notice::saying(&site, words.done_title, words.done_text, back);
    privately(&site, Ok(pages::answer(StatusCode::OK, &page)))
}
