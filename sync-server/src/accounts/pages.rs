//! The pages that links in mails lead to: accepting an invitation, and choosing a new password. They need no script and
//! no cookie, are never kept, and name themselves to nobody: their address is a secret.

use std::sync::LazyLock;

use anyhow::Context as _;
use askama::Template;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Form, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use zumodra_shared::kernel::Code;

use super::sign_in::DeviceClaim;
use super::words::Words;
use super::{invitations, refresh, reset};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::extract::{HostTenant, Query};
use crate::http::limit::{Class, Who};
use crate::http::observe::ClientAddr;

const STYLE: &str = include_str!("../../assets/account.css");
/// What the pages may do: show themselves in their own style, and be sent to this server.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).ok()
});

/// The pages' addresses.
pub fn router() -> Router<App> {
    Router::new()
        .route("/account/invitation/", get(show_invitation).post(accept_invitation))
        .route("/account/password/", get(show_password).post(choose_password))
        .route("/account/password/ask/", get(show_ask).post(ask_for_link))
}

/// A field to fill in.
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
}

/// One page: a text, and mostly a form.
#[derive(Template)]
#[template(path = "account/page.html")]
struct Page {
    words: &'static Words,
    style: &'static str,
    title: String,
    paragraphs: Vec<String>,
    problem: String,
    action: &'static str,
    token: String,
    fields: Vec<Field>,
    button: &'static str,
}

impl Page {
    fn new(words: &'static Words, title: String, paragraphs: Vec<String>) -> Self {
        Self {
            words,
            style: STYLE,
            title,
            paragraphs,
            problem: String::new(),
            action: "",
            token: String::new(),
            fields: Vec::new(),
            button: "",
        }
    }

    fn form(mut self, action: &'static str, token: &str, fields: Vec<Field>, button: &'static str) -> Self {
        (self.action, self.fields, self.button) = (action, fields, button);
        token.clone_into(&mut self.token);
        self
    }

    fn answer(self, status: StatusCode) -> Response {
        let text = match self.render().context("write a page") {
            Ok(text) => text,
            Err(error) => return Error::Failed(error).into_response(),
        };
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::VARY, HeaderValue::from_static("accept-language")),
        ];
        let mut response = (status, headers, text).into_response();
        if let Some(policy) = POLICY.clone() {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

fn words(headers: &HeaderMap) -> &'static Words {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Words::of_header(wanted.unwrap_or_default())
}

fn fill(text: &str, value: &str) -> String {
    text.replacen("{}", value, 1)
}

fn sentence(words: &Words, code: Code) -> String {
    if words.is_french() { code.french().to_owned() } else { code.english().to_owned() }
}

/// A refusal as a page, with the form again where there is one.
fn refused(words: &'static Words, error: Error, again: Option<Page>) -> Response {
    if let Error::Failed(cause) = &error {
        tracing::error!(error = format!("{cause:#}"), "failed");
    }
    let code = error.code();
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = sentence(words, code);
    match again {
        Some(mut page) => {
            page.problem = text;
            page.answer(status)
        }
        None => Page::new(words, words.refused_title.to_owned(), vec![text]).answer(status),
    }
}

fn password_field(words: &Words, autocomplete: &'static str) -> Field {
    Field { name: "password", label: words.password, kind: "password", autocomplete, value: String::new() }
}

/// A form that was sent. What cannot be read is an empty one.
type Sent<T> = std::result::Result<Form<T>, FormRejection>;

fn typed<T: Default>(sent: Sent<T>) -> T {
    sent.map(|Form(typed)| typed).unwrap_or_default()
}

/// What an address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Linked {
    token: String,
}

fn counted(app: &App, ClientAddr(addr): ClientAddr, class: Class) -> Result<()> {
    app.limiters().count(class, Who::address(addr))
}

async fn invitation_page(app: &App, words: &'static Words, token: &str, name: &str) -> Result<Page> {
    let (email, workspace) = invitations::opened(app, token).await?;
    let texts =
        vec![fill(words.join_text, &email), words.join_account.to_owned(), words.password_hint.to_owned()];
    let named =
        Field { name: "name", label: words.name, kind: "text", autocomplete: "name", value: name.to_owned() };
    let fields = vec![named, password_field(words, "new-password")];
    let page = Page::new(words, fill(words.join_title, &workspace), texts);
    Ok(page.form("/account/invitation/", token, fields, words.join_button))
}

async fn show_invitation(
    State(app): State<App>,
    from: ClientAddr,
    headers: HeaderMap,
    Query(linked): Query<Linked>,
) -> Response {
    let words = words(&headers);
    let page = match counted(&app, from, Class::Anon) {
        Ok(()) => invitation_page(&app, words, &linked.token, "").await,
        Err(refused) => Err(refused),
    };
    match page {
        Ok(page) => page.answer(StatusCode::OK),
        Err(error) => refused(words, error, None),
    }
}

/// What the form of an invitation sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Joining {
    token: String,
    name: String,
    password: String,
}

async fn accept_invitation(
    State(app): State<App>,
    from: ClientAddr,
    headers: HeaderMap,
    joining: Sent<Joining>,
) -> Response {
    let (words, joining) = (words(&headers), typed(joining));
    if let Err(error) = counted(&app, from, Class::Auth) {
        return refused(words, error, None);
    }
    let again = match invitation_page(&app, words, &joining.token, &joining.name).await {
        Ok(page) => page,
        Err(error) => return refused(words, error, None),
    };
    if joining.name.trim().is_empty() || joining.password.is_empty() {
        return Page { problem: words.needed.to_owned(), ..again }.answer(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let device = DeviceClaim { device_name: "web page".to_owned(), ..DeviceClaim::default() };
    let input =
        invitations::Accept { token: joining.token, name: joining.name, password: joining.password, device };
    let signed_in = match invitations::accept(&app, input).await {
        Ok(signed_in) => signed_in,
        Err(error) => return refused(words, error, Some(again)),
    };
    // Nobody uses this session: the person signs in with the program.
    if let Err(error) = refresh::sign_out(&app, Some(&signed_in.refresh), None).await {
        tracing::warn!(%error, "a session that nobody uses was left open");
    }
    let text = fill(words.joined_text, &app.config().public_url());
    Page::new(words, fill(words.joined_title, &signed_in.tenant.name), vec![text]).answer(StatusCode::CREATED)
}

async fn password_page(app: &App, words: &'static Words, token: &str) -> Result<Page> {
    let email = reset::opened(app, token).await?;
    let texts = vec![fill(words.choose_text, &email), words.password_hint.to_owned()];
    let page = Page::new(words, words.choose_title.to_owned(), texts);
    let fields = vec![password_field(words, "new-password")];
    Ok(page.form("/account/password/", token, fields, words.choose_button))
}

async fn show_password(
    State(app): State<App>,
    from: ClientAddr,
    headers: HeaderMap,
    Query(linked): Query<Linked>,
) -> Response {
    let words = words(&headers);
    let page = match counted(&app, from, Class::Anon) {
        Ok(()) => password_page(&app, words, &linked.token).await,
        Err(refused) => Err(refused),
    };
    match page {
        Ok(page) => page.answer(StatusCode::OK),
        Err(error) => refused(words, error, None),
    }
}

async fn choose_password(
    State(app): State<App>,
    from: ClientAddr,
    headers: HeaderMap,
    chosen: Sent<reset::Choose>,
) -> Response {
    let (words, chosen) = (words(&headers), typed(chosen));
    if let Err(error) = counted(&app, from, Class::Auth) {
        return refused(words, error, None);
    }
    let again = match password_page(&app, words, &chosen.token).await {
        Ok(page) => page,
        Err(error) => return refused(words, error, None),
    };
    match reset::choose(&app, &chosen).await {
        Ok(()) => {
            let texts = vec![words.chosen_text.to_owned()];
            Page::new(words, words.chosen_title.to_owned(), texts).answer(StatusCode::OK)
        }
        Err(error) => refused(words, error, Some(again)),
    }
}

fn ask_page(words: &'static Words, email: &str) -> Page {
    let field = Field {
        name: "email",
        label: words.email,
        kind: "email",
        autocomplete: "email",
        value: email.to_owned(),
    };
    Page::new(words, words.ask_title.to_owned(), vec![words.ask_text.to_owned()]).form(
        "/account/password/ask/",
        "",
        vec![field],
        words.ask_button,
    )
}

async fn show_ask(headers: HeaderMap) -> Response {
    ask_page(words(&headers), "").answer(StatusCode::OK)
}

async fn ask_for_link(
    State(app): State<App>,
    from: ClientAddr,
    HostTenant(here): HostTenant,
    headers: HeaderMap,
    asked: Sent<reset::Ask>,
) -> Response {
    let (words, asked) = (words(&headers), typed(asked));
    let done = counted(&app, from, Class::Password)
        .and_then(|()| reset::ask(&app, &asked, here.map(|tenant| tenant.id)));
    match done {
        Ok(()) => {
            let texts = vec![words.asked_text.to_owned()];
            Page::new(words, words.asked_title.to_owned(), texts).answer(StatusCode::ACCEPTED)
        }
        Err(error) => refused(words, error, Some(ask_page(words, &asked.email))),
    }
}
