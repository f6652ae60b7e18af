//! What the forms of the portal do. Each leads to a page of its own, so that loading it again sends nothing again.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use zumodra_shared::kernel::Code;

use super::actions;
use super::enter::{self, Entered};
use super::messages::{self, Draft};
use super::pages::{AskPage, known_to, over, path, said, to_start, too_long, unsent, used};
use crate::app::App;
use crate::careers::error::privately;
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

fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
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
        match enter::open(&app, &site, &typed(sent).token).await {
            Ok(cookie) => Ok(with_cookie(to_start(&site), cookie)),
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
        let cookie = enter::leave(&app, &site, &entered).await?;
        Ok(with_cookie(to_start(&site), cookie))
    };
    privately(&site, answer.await)
}

/// Sends a message about an application.
pub async fn message(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        if sent.as_ref().is_err_and(|rejection| rejection.status() == StatusCode::PAYLOAD_TOO_LARGE) {
            return Ok(too_long(&site));
        }
        let typed = typed(sent);
        let Some(entered) = sender(&app, &site, &headers, &typed).await? else { return Ok(to_start(&site)) };
        // What is sent twice at once is sent once, and each is counted before the next.
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let about = known.application(&typed.application).ok_or(Code::NotFound)?;
        let Typed { application, key, text, .. } = typed;
        let draft = Draft { application, key, text };
        match messages::write(&app, &site, (about, &entered.address), &draft).await? {
            Ok(()) => Ok(Redirect::to(&said(&site, about.id)).into_response()),
            Err(why) => unsent(&app, &site, &entered, draft, why).await,
        }
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
