//! What the forms of the portal do. Each leads to a page of its own, so that loading it again sends nothing again.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use zumodra_shared::kernel::Code;

use super::actions;
use super::enter::{self, Entered, SESSION_COOKIE};
use super::meetings;
use super::messages::{self, Draft, Unsent};
use super::pages::{AskPage, known_to, over, path, said, shown_kind, to_start, too_long, unsent, used};
use crate::app::App;
use crate::careers::error::{keeping, privately};
use crate::careers::pages;
use crate::careers::secret::count;
use crate::careers::site::Site;
use crate::check::is_email;
use crate::error::{Error, Result};
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    token: String,
    form: String,
    application: String,
    reason: String,
    key: String,
    text: String,
    interview: String,
}

type Sent = std::result::Result<Form<Typed>, FormRejection>;

/// What was sent. What cannot be read is an empty form, which does nothing.
fn typed(sent: Sent) -> Typed {
    sent.map(|Form(typed)| typed).unwrap_or_default()
}

/// Who sends a form of somebody who is in, if they are, and if it is one of theirs.
async fn sender(app: &App, site: &Site, headers: &HeaderMap, typed: &Typed) -> Result<Option<Entered>> {
    let entered = enter::entered(app, site, headers).await?;
    Ok(entered.filter(|entered| enter::is_theirs(app, entered, &typed.form)))
}

/// Asks for a link. The answer is the same whether the workspace knows the address or not.
pub async fn ask(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let email = typed(sent).email;
        let address = email.trim().to_lowercase();
        if !is_email(&address) {
            let page = AskPage::of(&site, email, site.words().error_email);
            return Ok(pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        enter::ask(&app, &site, address);
        Ok(Redirect::to(&path(&site, "sent/")).into_response())
    };
    privately(&site, answer.await)
}

/// Trades a link for a session.
pub async fn open(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        match enter::open(&app, &site.tenant, &typed(sent).token).await {
            Ok(session) => {
                let mut response = to_start(&site);
                SESSION_COOKIE.set(&site, &session, &mut response);
                Ok(response)
            }
            Err(Error::Refused(refusal)) if refusal.problem.code == Code::LinkUsed => Ok(used(&site)),
            Err(error) => Err(error),
        }
    };
    privately(&site, answer.await)
}

/// Ends a session.
pub async fn leave(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let Some(entered) = sender(&app, &site, &headers, &typed(sent)).await? else {
            return Ok(to_start(&site));
        };
        enter::leave(&app, &site.tenant, &entered).await?;
        let mut response = to_start(&site);
        SESSION_COOKIE.forget(&site, &mut response);
        Ok(response)
    };
    privately(&site, answer.await)
}

/// Sends a message about an application. What cannot be sent is given back.
pub async fn message(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    if sent.as_ref().is_err_and(|rejection| rejection.status() == StatusCode::PAYLOAD_TOO_LARGE) {
        return privately(&site, Ok(too_long(&site)));
    }
    let typed = typed(sent);
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else {
            return if typed.text.trim().is_empty() {
                Ok(to_start(&site))
            } else {
                Err(Code::TokenExpired.into())
            };
        };
        let draft = Draft {
            application: typed.application.clone(),
            key: typed.key.clone(),
            text: typed.text.clone(),
        };
        if !enter::is_theirs(&app, &entered, &typed.form) {
            return unsent(&app, &site, &entered, draft, Unsent::Again).await;
        }
        // What is sent twice at once is sent once, and each is counted before the next.
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let about = known.application(&draft.application).ok_or(Code::NotFound)?;
        match messages::write(&app, &site, (about, &entered.address), &draft).await? {
            Ok(()) => Ok(Redirect::to(&said(&site, about.id)).into_response()),
            Err(why) => unsent(&app, &site, &entered, draft, why).await,
        }
    };
    // What another site has a browser send is not shown as if somebody had written it here.
    let is_ours = headers.get("sec-fetch-site").is_none_or(|from| from == "same-origin" || from == "none");
    keeping(&site, answer.await, if is_ours { &typed.text } else { "" })
}

/// Asks for another time for an interview. What is asked for again, or of an interview that is over, changes nothing.
pub async fn other_time(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = typed(sent);
        let Some(entered) = sender(&app, &site, &headers, &typed).await? else { return Ok(to_start(&site)) };
        // What is sent twice is done once.
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let (met, about) = known.next(&typed.interview, app.now()).ok_or(Code::NotFound)?;
        if shown_kind(&known, about, app.now()).is_closed() {
            return Err(Code::NotFound.into());
        }
        if met.interview.wished().is_none() {
            match meetings::ask(&app, &site.tenant, (met, about), &typed.reason).await {
                Err(Error::Refused(refusal)) if refusal.problem.code == Code::ReasonRequired => {
                    return Ok(meetings::wordless(&site));
                }
                // It has begun, or was called off a moment ago: the page says how it stands.
                Err(Error::Refused(refusal)) if refusal.problem.code == Code::WrongState => {}
                done => done?,
            }
        }
        Ok(Redirect::to(&meetings::asked(&site, about.id)).into_response())
    };
    privately(&site, answer.await)
}

/// Withdraws an application.
pub async fn withdraw(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = typed(sent);
        let Some(entered) = sender(&app, &site, &headers, &typed).await? else { return Ok(to_start(&site)) };
        // What is sent twice is done once.
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let application = known.application(&typed.application).ok_or(Code::NotFound)?;
        match actions::withdraw(&app, &site.tenant, (&known, application), &typed.reason).await {
            Ok(()) => Ok(to_start(&site)),
            // Decided by somebody else meanwhile.
            Err(Error::Refused(refusal))
                if matches!(
                    refusal.problem.code,
                    Code::ApplicationIsOver | Code::TransitionNotAllowed | Code::OfferAccepted
                ) =>
            {
                Ok(over(&site))
            }
            Err(error) => Err(error),
        }
    };
    privately(&site, answer.await)
}

/// Asks to be deleted.
pub async fn delete(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let Some(entered) = sender(&app, &site, &headers, &typed(sent)).await? else {
            return Ok(to_start(&site));
        };
        // What is sent twice is done once.
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        actions::ask_deletion(&app, &site.tenant, &known).await?;
        Ok(to_start(&site))
    };
    privately(&site, answer.await)
}
