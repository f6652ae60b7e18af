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

/// What carries the keys: of the last applications, the newest first. A day is long enough for who answers at all.
const KEY_COOKIE: Cookie = Cookie { name: "zumodra_survey", folder: "", seconds: DAY_MS / MS_PER_SECOND };
const MS_PER_SECOND: i64 = 1_000;
/// What stands between two keys, and in none.
const BETWEEN: char = '~';
/// Keys that one browser carries.
const MAX_KEYS: usize = 5;
/// The field that says which key a form is for.
const KEY: &str = "key";

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

/// Gives who sent an application what lets them answer, where the workspace asks, beside what they have.
pub fn follow(app: &App, site: &Site, once: Option<RecordId>, headers: &HeaderMap, response: &mut Response) {
    let Some(once) = once.filter(|_| form_of(site).is_some()) else { return };
    let new = Key::new(once, app.now());
    let others = carried(app, site, headers).into_iter().filter(|key| key.id != new.id);
    let keys: Vec<Key> = [new.clone()].into_iter().chain(others).take(MAX_KEYS).collect();
    carry(app, site, &keys, response);
}

/// The keys that a request carries.
fn carried(app: &App, site: &Site, headers: &HeaderMap) -> Vec<Key> {
    let keys = KEY_COOKIE.carried(headers).flat_map(|carried| carried.split(BETWEEN).take(MAX_KEYS));
    keys.filter_map(|key| Key::read(app, site.tenant.id, key)).take(MAX_KEYS).collect()
}

/// Has a browser carry these keys, and no others.
fn carry(app: &App, site: &Site, keys: &[Key], response: &mut Response) {
    let keys: Vec<String> = keys.iter().map(|key| key.sealed(app, site.tenant.id)).collect();
    if keys.is_empty() {
        KEY_COOKIE.forget(site, response);
    } else {
        KEY_COOKIE.set(site, &keys.join(&BETWEEN.to_string()), response);
    }
}

/// What is offered after an application; nothing to who has no key.
#[must_use]
pub fn offered(app: &App, site: &Site, headers: &HeaderMap) -> Option<Offer> {
    form_of(site)?;
    carried(app, site, headers).first()?;
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
    /// Which key it is for.
    key: String,
    questions: Vec<Asked>,
    home: String,
    error: &'static str,
}

impl SurveyPage {
    fn of(site: &Site, form: &Form, key: &Key, error: &'static str) -> Self {
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
            key: key.id.simple().to_string(),
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
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        let mut open = None;
        for key in carried(&app, &site, &headers) {
            if !store::is_taken(&mut tx, key.id).await? {
                open = Some(key);
                break;
            }
        }
        tx.commit().await?;
        let Some(key) = open else { return Ok(used(&site)) };
        Ok(pages::answer(StatusCode::OK, &SurveyPage::of(&site, form, &key, "")))
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
        let asked =
            fields.iter().find(|(name, _)| name == KEY).and_then(|(_, id)| id.parse::<RecordId>().ok());
        let keys = carried(&app, &site, &headers);
        let Some(key) = keys.iter().find(|key| Some(key.id) == asked) else { return Ok(used(&site)) };
        let answers = answers(form, &fields);
        if answers.is_empty() {
            let error = SurveyWords::of(site.language).error_none;
            let page = SurveyPage::of(&site, form, key, error);
            return Ok(pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        keep(&app, &site, form, key, &answers).await?;
        // A key that was used is answered alike: who presses twice is thanked.
        let mut response = Redirect::to(&site.path(&format!("{FOLDER}/done/"))).into_response();
        let others: Vec<Key> = keys.iter().filter(|other| other.id != key.id).cloned().collect();
        carry(&app, &site, &others, &mut response);
        Ok(response)
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
