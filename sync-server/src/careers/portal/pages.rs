//! The pages of the portal. They need no script, are never kept, and name themselves to nobody.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use zumodra_shared::ats::{Attachment, StageKind, rules};
use zumodra_shared::kernel::time::{DAY_MS, Millis};
use zumodra_shared::kernel::{Code, RecordId};

use super::FOLDER;
use super::actions;
use super::consents::{self, Consent};
use super::documents::{self, DOCUMENT, KINDS};
use super::enter::{self, Entered, LANGUAGE_COOKIE};
use super::known::{self, Known, Offered, Person, Sent};
use super::meetings::ShownMeeting;
use super::messages::{self, Conversation, Draft, Unsent};
use super::store;
use super::words::PortalWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::letters;
use crate::careers::notice::Notice;
use crate::careers::pages::{self, Frame};
use crate::careers::secret::count;
use crate::careers::show::{day, day_of};
use crate::careers::site::Site;
use crate::careers::text::{blocks, html};
use crate::careers::times;
use crate::careers::told::MAX_REASON_CHARS;
use crate::careers::words::fill;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;
use crate::limits::MAX_EMAIL_BODY_CHARS;

/// How long a rejection stays with the people who decide: a slip is taken back meanwhile, and who writes to the candidate
/// writes first.
pub const REJECTION_SHOWN_AFTER_MS: Millis = DAY_MS;

/// What an address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The secret of a link.
    pub token: String,
    /// An application.
    pub application: String,
    /// A candidate.
    pub candidate: String,
    /// The application about which a message was sent just now.
    pub said: String,
    /// The application for which a document was handed in just now.
    pub handed: String,
    /// An interview.
    pub interview: String,
}

/// A path of the portal.
pub fn path(site: &Site, rest: &str) -> String {
    site.path(&format!("{FOLDER}/{rest}"))
}

/// A path of the portal with one value.
pub(super) fn path_of(site: &Site, rest: &str, name: &str, value: &str) -> String {
    let path = path(site, rest);
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{name}={value}")
}

fn both_languages(site: &Site) -> Frame {
    Frame { feeds: Vec::new(), ..Frame::of(site) }.switched(site, &format!("{FOLDER}/"), "")
}

/// The form that asks for a link.
#[derive(Template)]
#[template(path = "careers/portal_ask.html")]
pub struct AskPage {
    frame: Frame,
    words: &'static PortalWords,
    action: String,
    typed: String,
    error: &'static str,
}

impl AskPage {
    /// The form with what was typed, and what is wrong with it.
    #[must_use]
    pub fn of(site: &Site, typed: String, error: &'static str) -> Self {
        let words = PortalWords::of(site.language);
        Self { frame: both_languages(site), words, action: path(site, "link/"), typed, error }
    }
}

/// An offer as the page shows it.
struct ShownOffer {
    text: String,
    href: String,
    label: &'static str,
}

/// An application as the page shows it.
struct Shown {
    title: String,
    applied: String,
    /// Whose it is; empty where one person alone has the address.
    name: String,
    stands: (&'static str, &'static str),
    /// HTML in which everything that was written is escaped, as in `letter`.
    feedback: String,
    offers: Vec<ShownOffer>,
    meetings: Vec<ShownMeeting>,
    /// Where times for interviews are chosen.
    times: Vec<String>,
    answers: Vec<(String, String)>,
    letter: String,
    /// Which one.
    id: String,
    said: Conversation,
    /// Whether one was sent just now.
    is_said: bool,
    /// What tells the form for the next one from others.
    key: String,
    /// What was written and could not be sent, and why.
    draft: String,
    wrong: &'static str,
    /// The documents that they handed in.
    documents: Vec<String>,
    /// Whether one can be handed in, whether one was just now, and why one was not taken.
    is_open: bool,
    is_handed: bool,
    document_wrong: &'static str,
    /// When it was asked that people withdraw it, in words.
    asked: String,
    /// Where it is withdrawn; empty when it is over, or asked for.
    withdraw: String,
}

/// A record of the person as the page shows it.
struct ShownPerson {
    /// Whose it is; empty where one person alone has the address.
    name: String,
    /// Where it is corrected.
    correct: String,
    /// Whether what they would have corrected waits.
    is_proposed: bool,
}

/// The portal.
#[derive(Template)]
#[template(path = "careers/portal.html")]
struct PortalPage {
    frame: Frame,
    words: &'static PortalWords,
    signed_in: String,
    leave: String,
    form: String,
    /// Where messages are sent.
    message: String,
    /// Where another time is asked for.
    other_time: String,
    max_reason: usize,
    max_message: usize,
    /// Where documents are handed in, in which field, and what they can be.
    hand_in: String,
    document: &'static str,
    kinds: Vec<(&'static str, &'static str)>,
    applications: Vec<Shown>,
    people: Vec<ShownPerson>,
    consents: Vec<Consent>,
    /// Where being kept in mind is taken back.
    take_back: String,
    data_text: String,
    resumes: Vec<(String, String)>,
    data: String,
    asked: String,
    delete: String,
}

/// What the stage of an application means to the candidate by now. An offer, or an interview ahead, says more than a stage
/// that nobody moved it from; a rejection that is not shown yet leaves what was so before as far as it shows otherwise.
#[must_use]
pub fn shown_kind(known: &Known, sent: &Sent, now: Millis) -> StageKind {
    let since = sent.application.stage_changed_at.map_or(0, |at| at.0);
    let is_hidden = sent.kind == StageKind::Rejected && now - since < REJECTION_SHOWN_AFTER_MS;
    if sent.kind.is_closed() && !is_hidden {
        return sent.kind;
    }
    let mut offers = known.offers.iter().filter(|offer| offer.letter.application == sent.id);
    if offers.any(|offer| offer.is_open || is_hidden) {
        return StageKind::Offer;
    }
    let mut interviews =
        known.interviews.iter().filter(|met| met.interview.application_id.record() == sent.id);
    let is_early = matches!(sent.kind, StageKind::New | StageKind::Screening);
    if interviews.any(|met| is_hidden || is_early && met.is_next(sent, now)) {
        return StageKind::Interview;
    }
    if is_hidden { StageKind::Screening } else { sent.kind }
}

/// What an application is for, in words.
#[must_use]
pub fn title(words: &PortalWords, sent: &Sent) -> String {
    let title = sent.job.title.trim();
    if title.is_empty() { words.no_title.to_owned() } else { title.to_owned() }
}

fn shown(app: &App, site: &Site, known: &Known, sent: &Sent) -> Shown {
    let (words, now) = (PortalWords::of(site.language), app.now());
    let kind = shown_kind(known, sent, now);
    let candidate = sent.application.candidate_id.record();
    let person = known.person(candidate).filter(|_| known.people.len() > 1);
    let name = person.map(|person| person.candidate.name());
    // Once it shows that the application is over, nobody is expected any more, also where the interview was forgotten.
    let next = known.interviews.iter().filter(|met| !kind.is_closed() && met.is_next(sent, now));
    let is_offered = |offer: &&Offered| {
        offer.letter.application == sent.id
            && (offer.is_open || offer.letter.is_signed && offer.letter.is_theirs)
    };
    let feedback = if kind == StageKind::Rejected {
        html(&blocks(&sent.application.rejection_feedback))
    } else {
        String::new()
    };
    let answers = sent.application.answers.0.iter();
    Shown {
        title: title(words, sent),
        applied: fill(words.applied_on, &[&day(site.language, &day_of(sent.application.applied_at.0))]),
        name: name.unwrap_or_default(),
        stands: words.stands(kind),
        feedback,
        offers: known.offers.iter().filter(is_offered).map(|offer| shown_offer(app, site, offer)).collect(),
        meetings: next.map(|met| ShownMeeting::of(site, met, now)).collect(),
        times: known
            .interviews
            .iter()
            .filter(|met| met.is_proposed(sent) && !sent.kind.is_closed())
            .map(|met| {
                times::link(
                    app,
                    &site.tenant,
                    site.language.tag(),
                    &times::secret(app, site.tenant.id, met.id),
                )
            })
            .collect(),
        id: sent.id.to_string(),
        said: Conversation::default(),
        is_said: false,
        key: app.new_id().simple().to_string(),
        draft: String::new(),
        wrong: "",
        documents: Vec::new(),
        is_open: documents::is_open(app, known, sent),
        is_handed: false,
        document_wrong: "",
        answers: answers.map(|given| (given.item.question.clone(), given.item.answer.clone())).collect(),
        letter: html(&blocks(&sent.application.cover_letter)),
        asked: sent
            .asked_at
            .map_or_else(String::new, |at| fill(words.withdraw_asked, &[&day(site.language, &day_of(at))])),
        withdraw: if kind.is_closed() || sent.asked_at.is_some() {
            String::new()
        } else {
            path_of(site, "withdraw/", "application", &sent.id.to_string())
        },
    }
}

fn shown_offer(app: &App, site: &Site, offer: &Offered) -> ShownOffer {
    let (words, letter) = (PortalWords::of(site.language), &offer.letter);
    let secret = letters::secret(app, site.tenant.id, letter.id);
    let (text, label) = if offer.is_open {
        (words.offer_waits, words.offer_read)
    } else {
        (words.offer_signed, words.offer_see)
    };
    ShownOffer { text: text.to_owned(), href: letters::link(app, &site.tenant, &secret), label }
}

impl PortalPage {
    /// The page with what was written to and fro.
    async fn of(app: &App, site: &Site, entered: &Entered) -> Result<Self> {
        let mut tx = app.db().tenant_snapshot(&site.tenant.schema).await?;
        let known = known::of(&mut tx, &entered.address).await?;
        let mut messages = messages::of(&mut tx, site, &entered.address, &known).await?;
        let consents = consents::of(&mut tx, site, &known).await?;
        let attachments = store::attachments(&mut tx, &known.ids()).await?;
        tx.commit().await?;
        let handed: Vec<Attachment> =
            attachments.iter().filter_map(|(_, fields)| rules::read(&fields.0)).collect();
        let mut page = Self::with(app, site, entered, &known);
        page.consents = consents;
        for (shown, sent) in page.applications.iter_mut().zip(&known.applications) {
            shown.said = messages.remove(&sent.id).unwrap_or_default();
            let theirs = handed.iter().filter(|file| {
                file.by_candidate && file.application_id.as_ref().is_some_and(|id| id.record() == sent.id)
            });
            shown.documents = theirs.map(|file| file.name.clone()).collect();
        }
        Ok(page)
    }

    fn with(app: &App, site: &Site, entered: &Entered, known: &Known) -> Self {
        let (words, workspace) = (PortalWords::of(site.language), site.tenant.name.as_str());
        let with_resume = known.people.iter().filter(|person| person.candidate.resume_hash.is_some());
        let asked = known.people.iter().filter_map(|person| person.asked_at).min();
        let asks_all = known.people.iter().all(|person| person.asked_at.is_some());
        Self {
            frame: both_languages(site),
            words,
            signed_in: fill(words.signed_in, &[&entered.address]),
            leave: path(site, "out/"),
            form: enter::form_token(app, entered),
            message: path(site, "message/"),
            other_time: path(site, "time/"),
            max_reason: MAX_REASON_CHARS,
            max_message: MAX_EMAIL_BODY_CHARS,
            hand_in: path(site, "document/"),
            document: DOCUMENT,
            kinds: KINDS.map(|kind| (kind.name(), words.kind_of(kind))).to_vec(),
            people: known.people.iter().map(|person| shown_person(site, known, person)).collect(),
            consents: Vec::new(),
            take_back: path(site, "keep-in-mind/"),
            applications: known.applications.iter().map(|sent| shown(app, site, known, sent)).collect(),
            data_text: fill(words.your_data_text, &[workspace]),
            resumes: with_resume
                .map(|person| {
                    let href = path_of(site, "resume/", "candidate", &person.id.to_string());
                    (href, fill(words.resume, &[&person.candidate.resume_name]))
                })
                .collect(),
            data: path(site, "data.json"),
            asked: asked.map_or_else(String::new, |at| {
                fill(words.delete_asked, &[&day(site.language, &day_of(at)), workspace])
            }),
            delete: if asks_all { String::new() } else { path(site, "delete/") },
        }
    }
}

fn shown_person(site: &Site, known: &Known, person: &Person) -> ShownPerson {
    ShownPerson {
        name: if known.people.len() > 1 { person.candidate.name() } else { String::new() },
        correct: path_of(site, "contact/", "candidate", &person.id.to_string()),
        is_proposed: !person.contact.proposal.is_empty(),
    }
}

/// Leads to the portal, or to where a link is asked for.
pub fn to_start(site: &Site) -> Response {
    Redirect::to(&path(site, "")).into_response()
}

/// A note that a link does not work.
pub fn used(site: &Site) -> Response {
    let words = PortalWords::of(site.language);
    let page = Notice::saying(site, words.used_title, words.used_text, (path(site, ""), words.ask_again));
    pages::answer(StatusCode::GONE, &page)
}

/// A note that there is nothing to withdraw.
pub fn over(site: &Site) -> Response {
    let words = PortalWords::of(site.language);
    let page = Notice::saying(site, words.over_title, words.over_text, (path(site, ""), words.back));
    pages::answer(StatusCode::CONFLICT, &page)
}

/// A note that a message is far too long to be read.
pub fn too_long(site: &Site) -> Response {
    let words = PortalWords::of(site.language);
    let page = Notice::saying(site, words.message_unsent, words.message_long, (path(site, ""), words.back));
    pages::answer(StatusCode::PAYLOAD_TOO_LARGE, &page)
}

/// Where a message that was sent is seen.
pub fn said(site: &Site, application: RecordId) -> String {
    format!("{}#messages-{application}", path_of(site, "", "said", &application.to_string()))
}

/// Where a document that was handed in is seen.
pub fn handed(site: &Site, application: RecordId) -> String {
    format!("{}#documents-{application}", path_of(site, "", "handed", &application.to_string()))
}

/// The portal with why a document was not taken. The file has to be chosen again: it was not kept.
///
/// # Errors
/// [`Code::NotFound`] where the application is none that is shown; when the database cannot be read.
pub async fn undelivered(
    app: &App,
    site: &Site,
    entered: &Entered,
    application: RecordId,
    (status, wrong): (StatusCode, &'static str),
) -> Result<Response> {
    let mut page = PortalPage::of(app, site, entered).await?;
    let application = application.to_string();
    let shown = page.applications.iter_mut().find(|shown| shown.id == application);
    shown.ok_or(Code::NotFound)?.document_wrong = wrong;
    Ok(pages::answer(status, &page))
}

/// The portal with a message that could not be sent: what was written is there still.
///
/// # Errors
/// [`Code::NotFound`] where the application is none that is shown; when the database cannot be read.
pub async fn unsent(
    app: &App,
    site: &Site,
    entered: &Entered,
    draft: Draft,
    why: Unsent,
) -> Result<Response> {
    let words = PortalWords::of(site.language);
    let (status, wrong) = match why {
        Unsent::Empty => (StatusCode::UNPROCESSABLE_ENTITY, words.message_empty),
        Unsent::Long => (StatusCode::UNPROCESSABLE_ENTITY, words.message_long),
        Unsent::Often => (StatusCode::TOO_MANY_REQUESTS, words.message_often),
        Unsent::Again => (StatusCode::CONFLICT, words.message_again),
    };
    let mut page = PortalPage::of(app, site, entered).await?;
    let shown = page.applications.iter_mut().find(|shown| shown.id == draft.application);
    let shown = shown.ok_or(Code::NotFound)?;
    (shown.key, shown.draft, shown.wrong) = (draft.key, draft.text, wrong);
    Ok(pages::answer(status, &page))
}

/// What is known of who is in.
///
/// # Errors
/// When the database cannot be read.
pub async fn known_to(app: &App, site: &Site, entered: &Entered) -> Result<Known> {
    let mut tx = app.db().tenant_snapshot(&site.tenant.schema).await?;
    let known = known::of(&mut tx, &entered.address).await?;
    tx.commit().await?;
    Ok(known)
}

/// The portal of who is in; to others the form that asks for a link.
pub async fn show(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else {
            return Ok(pages::answer(StatusCode::OK, &AskPage::of(&site, String::new(), "")));
        };
        let mut page = PortalPage::of(&app, &site, &entered).await?;
        for shown in &mut page.applications {
            shown.is_said = shown.id == asked.said;
            shown.is_handed = shown.id == asked.handed;
        }
        let mut response = pages::answer(StatusCode::OK, &page);
        if site.is_asked {
            LANGUAGE_COOKIE.set(&site, site.language.tag(), &mut response);
        }
        Ok(response)
    };
    privately(&site, answer.await)
}

/// After a link was asked for: the same for every address.
pub async fn sent(site: Site) -> Response {
    let words = PortalWords::of(site.language);
    let page = Notice {
        title: words.ask_sent_title.to_owned(),
        texts: vec![fill(words.ask_sent_text, &[&site.tenant.name]), words.ask_sent_hint.to_owned()],
        link: (site.home(), site.words().back_to_jobs),
        ..Notice::bare(&site)
    };
    privately(&site, Ok(pages::answer(StatusCode::OK, &page)))
}

/// Where a link leads: a button, because programs that guard mailboxes follow links.
pub async fn opened(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        if !enter::works(&app, &site.tenant, &asked.token).await? {
            return Ok(used(&site));
        }
        let words = PortalWords::of(site.language);
        let page = Notice {
            title: words.open_title.to_owned(),
            texts: vec![fill(words.open_text, &[&site.tenant.name])],
            action: path(&site, "open/"),
            hidden: vec![("token", asked.token)],
            button: words.open_button,
            ..Notice::bare(&site)
        };
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}

/// Asks whether an application is to be withdrawn.
pub async fn withdraw(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else { return Ok(to_start(&site)) };
        let known = known_to(&app, &site, &entered).await?;
        let sent = known.application(&asked.application).ok_or(Code::NotFound)?;
        if !actions::is_withdrawable(&app, &known, sent) {
            return Ok(over(&site));
        }
        let words = PortalWords::of(site.language);
        let page = Notice {
            title: words.withdraw_title.to_owned(),
            texts: vec![fill(words.withdraw_text, &[&title(words, sent)])],
            action: path(&site, "withdraw/"),
            hidden: vec![("form", enter::form_token(&app, &entered)), ("application", sent.id.to_string())],
            area: words.withdraw_reason,
            max_area: MAX_REASON_CHARS,
            button: words.withdraw_done,
            link: (path(&site, ""), words.keep_it),
            ..Notice::bare(&site)
        };
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}

/// Asks whether somebody is to be deleted.
pub async fn delete(State(app): State<App>, site: Site, from: ClientAddr, headers: HeaderMap) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else { return Ok(to_start(&site)) };
        let (words, workspace) = (PortalWords::of(site.language), site.tenant.name.as_str());
        let page = Notice {
            title: fill(words.delete_title, &[workspace]),
            texts: vec![words.delete_text.to_owned()],
            action: path(&site, "delete/"),
            hidden: vec![("form", enter::form_token(&app, &entered))],
            button: words.delete_done,
            link: (path(&site, ""), words.back),
            ..Notice::bare(&site)
        };
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}
