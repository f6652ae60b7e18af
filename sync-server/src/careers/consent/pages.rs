//! The pages on which somebody answers. They need no script, and looking at one changes nothing.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::words::ConsentWords;
use super::{SECRET, actions};
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages;
use crate::careers::secret::{count, query, read};
use crate::careers::show;
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

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    token: String,
}

type Sent = std::result::Result<Form<Typed>, FormRejection>;

fn words(site: &Site) -> &'static ConsentWords {
    ConsentWords::of(site.language)
}

/// A page of some words, in which the first places are the workspace's name and a day.
fn said(site: &Site, title: &str, text: &str, day: &str) -> Notice {
    let name = site.tenant.name.as_str();
    let link = (site.home(), site.words().back_to_jobs);
    Notice::saying(site, &fill(title, &[name]), &fill(text, &[name, day]), link)
}

fn gone(site: &Site) -> Response {
    let words = words(site);
    pages::answer(StatusCode::GONE, &said(site, words.gone_title, words.gone_text, ""))
}

/// The day until which somebody agrees, in words.
fn until(app: &App, site: &Site) -> Result<String> {
    Ok(show::day(site.language, &actions::until(app, &site.tenant)?.0))
}

/// The page with a question, where there is one.
async fn asked(
    app: &App,
    site: &Site,
    from: &ClientAddr,
    token: &str,
    page: impl FnOnce(&'static ConsentWords) -> Result<Notice>,
) -> Result<Response> {
    count(app, from, Class::Anon)?;
    let Some(id) = read(app, SECRET, site.tenant.id, token) else { return Ok(gone(site)) };
    if !actions::waits(app, &site.tenant, id).await? {
        return Ok(gone(site));
    }
    Ok(pages::answer(StatusCode::OK, &page(words(site))?))
}

/// Asks.
pub async fn question(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let page = |words: &'static ConsentWords| {
        let no = format!("{}/consent/no/{}", site.base, query(&site, &linked.token));
        Ok(Notice {
            action: site.path("consent/"),
            hidden: vec![("token", linked.token.clone())],
            button: words.button,
            link: (no, words.no),
            ..said(&site, words.title, words.text, &until(&app, &site)?)
        })
    };
    privately(&site, asked(&app, &site, &from, &linked.token, page).await)
}

/// Asks whether a no is meant: programs that guard mailboxes follow links.
pub async fn doubt(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    Query(linked): Query<Linked>,
) -> Response {
    let page = |words: &'static ConsentWords| {
        let back = format!("{}/consent/{}", site.base, query(&site, &linked.token));
        Ok(Notice {
            action: site.path("consent/no/"),
            hidden: vec![("token", linked.token.clone())],
            button: words.no_button,
            link: (back, words.back),
            ..said(&site, words.no_title, words.no_text, "")
        })
    };
    privately(&site, asked(&app, &site, &from, &linked.token, page).await)
}

/// Takes the yes.
pub async fn agree(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let answer = async {
        let words = words(&site);
        let page = said(&site, words.yes_title, words.yes_text, &until(&app, &site)?);
        answered(&app, &site, &from, sent, true, page).await
    };
    privately(&site, answer.await)
}

/// Takes the no.
pub async fn decline(State(app): State<App>, site: Site, from: ClientAddr, sent: Sent) -> Response {
    let words = words(&site);
    let page = said(&site, words.no_done_title, words.no_done_text, "");
    privately(&site, answered(&app, &site, &from, sent, false, page).await)
}

async fn answered(
    app: &App,
    site: &Site,
    from: &ClientAddr,
    sent: Sent,
    agrees: bool,
    page: Notice,
) -> Result<Response> {
    count(app, from, Class::Auth)?;
    let token = sent.map(|Form(typed)| typed.token).unwrap_or_default();
    let Some(id) = read(app, SECRET, site.tenant.id, &token) else { return Ok(gone(site)) };
    let was_asked = actions::answer(app, &site.tenant, id, agrees).await?;
    Ok(if was_asked { pages::answer(StatusCode::OK, &page) } else { gone(site) })
}
