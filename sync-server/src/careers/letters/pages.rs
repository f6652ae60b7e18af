//! The page of a letter. It needs no script and no cookie, is never kept, and names itself to nobody: its address is a
//! secret. Looking at it changes nothing, because programs that guard mailboxes follow links: the candidate presses a
//! button to open the letter.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use zumodra_shared::ats::offer_states::MAX_ASKED;
use zumodra_shared::ats::{Offer, OfferStatus, SalaryPeriod};
use zumodra_shared::kernel::Code;

use super::answer::{self, From, Opened};
use super::store::Row;
use super::terms::{Letter, Piece};
use super::words::LetterWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::{count, query};
use crate::careers::show::minor_units;
use crate::careers::site::Site;
use crate::careers::text::html;
use crate::careers::words::{Language, choice, fill};
use crate::error::{Error, Result};
use crate::files;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;

/// Bytes of the largest form that a candidate sends here.
const MAX_ANSWER_BYTES: usize = 16 << 10;
/// Characters of what a candidate asks for, or says when declining.
const MAX_REASON_CHARS: usize = 500;

/// Adds the addresses of letters below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let limit = || DefaultBodyLimit::max(MAX_ANSWER_BYTES);
    router
        .route(&format!("{base}/offer/"), get(show))
        .route(&format!("{base}/offer/open/"), post(open).layer(limit()))
        .route(&format!("{base}/offer/sign/"), post(sign).layer(limit()))
        .route(&format!("{base}/offer/decline/"), post(decline).layer(limit()))
        .route(&format!("{base}/offer/counter/"), post(counter).layer(limit()))
        .route(&format!("{base}/offer/letter.pdf"), get(file))
}

/// What an address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Linked {
    token: String,
}

/// What a form sends.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Answer {
    token: String,
    name: String,
    agree: String,
    reason: String,
    salary: String,
}

type Sent = std::result::Result<Form<Answer>, FormRejection>;

/// What is wrong with an answer, by the form that it came from.
#[derive(Debug, Default, Clone)]
struct Wrong {
    name: &'static str,
    agree: &'static str,
    counter: &'static str,
    salary: &'static str,
    decline: &'static str,
}

impl Wrong {
    fn is_any(&self) -> bool {
        [self.name, self.agree, self.counter, self.salary, self.decline].iter().any(|text| !text.is_empty())
    }
}

/// A letter that the candidate opened: what it says, and the ways to answer it.
#[derive(Template)]
#[template(path = "careers/offer.html")]
struct LetterPage {
    frame: Frame,
    words: &'static LetterWords,
    letter: Letter,
    to_sign: String,
    to_counter: String,
    to_decline: String,
    pdf: String,
    token: String,
    agree: &'static str,
    counter_hint: String,
    counter_salary: String,
    typed: Answer,
    wrong: Wrong,
    max_reason: usize,
}

/// A piece of a letter as the template writes it: one of the three.
#[derive(Default)]
struct Shown<'l> {
    heading: &'l str,
    /// HTML in which everything that was written is escaped.
    text: String,
    facts: &'l [(String, String)],
}

impl LetterPage {
    fn pieces(&self) -> Vec<Shown<'_>> {
        fn shown(piece: &Piece) -> Shown<'_> {
            match piece {
                Piece::Heading(heading) => Shown { heading, ..Shown::default() },
                Piece::Text(block) => Shown { text: html(std::slice::from_ref(block)), ..Shown::default() },
                Piece::Facts(facts) => Shown { facts, ..Shown::default() },
            }
        }
        self.letter.pieces.iter().map(shown).collect()
    }
}

fn frame(site: &Site) -> Frame {
    Frame { feeds: Vec::new(), ..Frame::of(site) }
}

/// The page of a letter as it stands.
fn page(site: &Site, token: &str, opened: &Opened, typed: Answer, wrong: Wrong) -> Response {
    let words = LetterWords::of(site.language);
    let row = &opened.row;
    let pdf = format!("{}/offer/letter.pdf{}", site.base, query(site, token));
    if !opened.is_open() {
        return pages::answer(StatusCode::OK, &note(site, opened, pdf));
    }
    if row.opened_at.is_none() {
        let terms = &row.terms.0;
        let page = Notice {
            title: fill(words.greeting, &[&terms.first_name]),
            texts: vec![
                fill(words.waits, &[&terms.workspace, &terms.offer.title]),
                words.for_you_alone.to_owned(),
            ],
            action: site.path("offer/open/"),
            hidden: vec![("token", token.to_owned())],
            button: words.read_it,
            ..Notice::bare(site)
        };
        return pages::answer(StatusCode::OK, &page);
    }
    let language = Language::of_tag(&row.language).unwrap_or(Language::En);
    let status = if wrong.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = LetterPage {
        frame: frame(site),
        words,
        letter: Letter::of(&row.terms.0, language, row.sent_at, None),
        to_sign: site.path("offer/sign/"),
        to_counter: site.path("offer/counter/"),
        to_decline: site.path("offer/decline/"),
        pdf,
        token: token.to_owned(),
        // What the record of the signing quotes is what was read.
        agree: LetterWords::of(language).agree,
        counter_hint: fill(words.counter_hint, &[&row.terms.0.workspace]),
        counter_salary: counter_salary(words, site.language, &row.terms.0.offer),
        typed,
        wrong,
        max_reason: MAX_REASON_CHARS,
    };
    pages::answer(status, &page)
}

/// How the salary that is asked for is called: by its currency and what it is per.
fn counter_salary(words: &LetterWords, language: Language, offer: &Offer) -> String {
    let per = if offer.period == SalaryPeriod::Unknown {
        String::new()
    } else {
        choice(language, offer.period.name())
    };
    fill(words.counter_salary, &[&offer.currency, &per]).trim_end().to_owned()
}

/// What became of a letter that cannot be answered any more.
fn note(site: &Site, Opened { row, status }: &Opened, pdf: String) -> Notice {
    let words = LetterWords::of(site.language);
    let workspace = row.terms.0.workspace.as_str();
    let say = |title: &'static str, text: &str| Notice {
        title: title.to_owned(),
        texts: vec![fill(text, &[workspace])],
        ..Notice::bare(site)
    };
    match row.state.as_str() {
        "sealed" | "to_seal" => {
            let name = row.signed_name.clone().unwrap_or_default();
            let mut texts = vec![fill(words.signed_text, &[&name, workspace])];
            let is_ready = row.state == "sealed";
            if !is_ready {
                texts.push(words.signed_soon.to_owned());
            }
            let link = if is_ready { (pdf, words.signed_pdf) } else { (String::new(), "") };
            Notice { title: words.signed_title.to_owned(), texts, link, ..Notice::bare(site) }
        }
        _ => match status {
            Some(OfferStatus::Accepted) => say(words.accepted_title, words.accepted_text),
            Some(OfferStatus::Declined) => say(words.declined_title, words.declined_text),
            Some(OfferStatus::Countered) => say(words.countered_title, words.countered_text),
            Some(OfferStatus::Expired) => say(words.expired_title, words.expired_text),
            _ => say(words.gone_title, words.gone_text),
        },
    }
}

async fn show(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let opened = answer::open(&app, &site.tenant, &linked.token).await?;
        Ok(page(&site, &linked.token, &opened, Answer::default(), Wrong::default()))
    };
    privately(&site, answer.await)
}

/// Who sends an answer, and what it says. What cannot be read is an empty one, which names no letter.
fn sender(ClientAddr(addr): &ClientAddr, headers: &HeaderMap) -> From {
    let agent = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let agent = agent.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    From { addr: addr.to_string(), agent }
}

/// Leads back to the letter's page, so that loading it again sends nothing again.
fn back(site: &Site, token: &str) -> Response {
    Redirect::to(&format!("{}/offer/{}", site.base, query(site, token))).into_response()
}

/// The letter that an answer is about, while it can be answered; otherwise the page that says what became of it.
async fn answerable(
    app: &App,
    site: &Site,
    from: ClientAddr,
    sent: Sent,
) -> Result<std::result::Result<(Answer, Opened), Response>> {
    count(app, &from, Class::Auth)?;
    let typed = sent.map(|Form(typed)| typed).unwrap_or_default();
    let opened = answer::open(app, &site.tenant, &typed.token).await?;
    if opened.is_open() {
        return Ok(Ok((typed, opened)));
    }
    Ok(Err(back(site, &typed.token)))
}

/// What an answer leads to: the page that says where the offer stands now. A refusal shows there too, unless the offer is
/// as open as it was.
async fn settled(app: &App, site: &Site, token: &str, done: Result<()>) -> Result<Response> {
    match done {
        Ok(()) => Ok(back(site, token)),
        Err(Error::Refused(refusal))
            if matches!(
                refusal.problem.code,
                Code::WrongState | Code::ApplicationIsOver | Code::NotFound
            ) =>
        {
            if answer::open(app, &site.tenant, token).await?.is_open() {
                tracing::error!(tenant = %site.tenant.id, problem = %refusal.problem, "a letter cannot be answered");
                return Err(Code::Internal.into());
            }
            Ok(back(site, token))
        }
        Err(error) => Err(error),
    }
}

async fn open(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        let from_where = sender(&from, &headers);
        let (typed, opened) = match answerable(&app, &site, from, sent).await? {
            Ok(found) => found,
            Err(page) => return Ok(page),
        };
        settled(&app, &site, &typed.token, answer::view(&app, &site.tenant, &opened, &from_where).await).await
    };
    privately(&site, answer.await)
}

async fn sign(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        let from_where = sender(&from, &headers);
        let (typed, opened) = match answerable(&app, &site, from, sent).await? {
            Ok(found) => found,
            Err(page) => return Ok(page),
        };
        let words = LetterWords::of(site.language);
        let mut wrong = Wrong::default();
        if typed.agree.is_empty() {
            wrong.agree = words.error_agree;
        }
        if !answer::is_name(&typed.name) {
            wrong.name = words.error_name;
        }
        if wrong.is_any() || opened.row.opened_at.is_none() {
            let token = typed.token.clone();
            return Ok(page(&site, &token, &opened, typed, wrong));
        }
        let done = answer::sign(&app, &site.tenant, &opened, &typed.name, &from_where).await;
        settled(&app, &site, &typed.token, done).await
    };
    privately(&site, answer.await)
}

async fn decline(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        let (typed, opened) = match answerable(&app, &site, from, sent).await? {
            Ok(found) => found,
            Err(page) => return Ok(page),
        };
        let words = LetterWords::of(site.language);
        if typed.agree.is_empty() {
            let (token, wrong) =
                (typed.token.clone(), Wrong { decline: words.error_decline, ..Wrong::default() });
            return Ok(page(&site, &token, &opened, typed, wrong));
        }
        let done = answer::decline(&app, &site.tenant, &opened, &typed.reason, words).await;
        settled(&app, &site, &typed.token, done).await
    };
    privately(&site, answer.await)
}

async fn counter(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        let (typed, opened) = match answerable(&app, &site, from, sent).await? {
            Ok(found) => found,
            Err(page) => return Ok(page),
        };
        let words = LetterWords::of(site.language);
        let mut wrong = Wrong::default();
        if typed.reason.trim().is_empty() {
            wrong.counter = words.error_reason;
        }
        let salary = minor_units(&typed.salary, &opened.row.terms.0.offer.currency);
        if salary.is_none_or(|minor| minor > MAX_ASKED) && !typed.salary.trim().is_empty() {
            wrong.salary = words.error_salary;
        }
        if wrong.is_any() {
            let token = typed.token.clone();
            return Ok(page(&site, &token, &opened, typed, wrong));
        }
        let done = answer::counter(&app, &site.tenant, &opened, (&typed.reason, salary)).await;
        settled(&app, &site, &typed.token, done).await
    };
    privately(&site, answer.await)
}

/// The certificate of the seal: with it, anybody can check a letter.
pub async fn certificate(State(app): State<App>) -> Result<Response> {
    let pem = app.seal().pem()?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file"))], pem).into_response())
}

/// The letter's file: the sealed one once it is there.
async fn file(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Opened { row, .. } = answer::open(&app, &site.tenant, &linked.token).await?;
        answered_with(&app, &site, &row).await
    };
    privately(&site, answer.await)
}

async fn answered_with(app: &App, site: &Site, row: &Row) -> Result<Response> {
    let hash = row.sealed_hash.as_ref().or(row.sent_hash.as_ref().filter(|_| row.state == "out"));
    let hash = hash.ok_or(Code::NotFound)?;
    let file = files::actions::find(app, &site.tenant, hash).await?;
    let bytes = files::actions::read(app, &site.tenant, &file, 0..file.size()).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"offer.pdf\"")),
    ];
    Ok((headers, bytes).into_response())
}
