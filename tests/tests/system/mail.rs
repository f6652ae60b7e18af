//! The outbox of mail as a window asks for it, and the pages that links in mails lead to.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use serde_json::{Value, json};
use zumodra_tests::process::browser::Browser;
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{PASSWORD, Server};
use zumodra_tests::process::{eventually, temporary};

use super::pages::serious;

const OWNER: &str = "owner@mail.example";
const PATIENCE: Duration = Duration::from_secs(30);
const INVITATIONS: &str = "/api/v1/tenants/invitations/";

async fn mails(engine: &mut EngineProcess) -> Result<Value> {
    engine.ask("mails", json!({ "request": { "state": null, "page": 1 } })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_the_outbox_while_the_server_answers_and_nobody_else_does() -> Result<()> {
    let folder = temporary("mail")?;
    let mut server = Server::start(&folder.path().join("server")).await?;
    let owner = server.sign_up("Mail Works", OWNER).await?;
    server.add_member(&owner, "Rita Recruiter", "rita@mail.example", "recruiter").await?;
    let mut engine = EngineProcess::start(&folder.path().join("owner"))?;
    engine.enter(&server.url(), OWNER).await?;
    let page = mails(&mut engine).await?;
    let mail = &page["mails"][0];
    ensure!(page["configured"] == false && page["count"] == 1, "{page}");
    ensure!(mail["to"] == "rita@mail.example" && mail["state"] == "waiting", "{page}");
    let whole = engine.ask("mail", json!({ "id": mail["id"] })).await?;
    ensure!(whole["text"].as_str().is_some_and(|text| text.contains("Olive Owner invites you")), "{whole}");
    let cancelled = engine.ask("cancel_mail", json!({ "id": mail["id"] })).await?;
    ensure!(cancelled["state"] == "cancelled", "{cancelled}");
    let refused = engine.ask("retry_mail", json!({ "id": mail["id"] })).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("wrong-state")));

    let mut other = EngineProcess::start(&folder.path().join("recruiter"))?;
    other.enter(&server.url(), "rita@mail.example").await?;
    let refused = mails(&mut other).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("forbidden")));
    server.kill();
    let refused = mails(&mut engine).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("offline")));
    engine.end().await
}

/// Waits until the page that comes after a click says something.
async fn said(browser: &Browser, place: &'static str, words: &'static str) -> Result<()> {
    eventually(words, PATIENCE, async || {
        let text = browser.client.find(Locator::Css(place)).await.ok()?.text().await.ok()?;
        text.contains(words).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_in_a_browser_without_scripts() -> Result<()> {
    let folder = temporary("account-pages")?;
    let server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Mail Works", OWNER).await?;
    let invite = json!({ "email": "bob@mail.example", "role": "viewer" });
    let invited = server.call("POST", INVITATIONS, Some(&owner.access), Some(invite)).await?;
    let token = invited["token"].as_str().context("a token")?;
    let link = format!("{}/account/invitation/?token={token}", server.url());

    for scheme in ["light", "dark"] {
        let browser = Browser::open(scheme, true).await?;
        let ask = format!("{}/account/password/ask/", server.url());
        let gone = format!("{}/account/password/?token=nothing", server.url());
        for page in [&link, &ask, &gone] {
            for (width, height) in [(1440, 900), (320, 700)] {
                browser.size(width, height).await?;
                browser.client.goto(page).await?;
                let found = serious(&browser.client).await?;
                ensure!(found.is_empty(), "{page} {scheme} {width}: {found:?}");
                let wide = "return document.documentElement.scrollWidth - window.innerWidth;";
                let wide = browser.client.execute(wide, Vec::new()).await?;
                ensure!(
                    wide.as_i64().is_some_and(|pixels| pixels <= 0),
                    "{page} {width}: {wide} pixels too wide"
                );
            }
        }
        browser.close().await?;
    }

    let browser = Browser::open("light", false).await?;
    browser.client.goto(&link).await?;
    for (field, text) in [("name", "Bob Builder"), ("password", "short")] {
        browser.client.find(Locator::Id(field)).await?.send_keys(text).await?;
    }
    browser.submit("button").await?;
    said(&browser, "[role=alert]", "too short").await?;
    // What was typed is there still, but for the password.
    browser.client.find(Locator::Id("password")).await?.send_keys(PASSWORD).await?;
    browser.submit("button").await?;
    said(&browser, "h1", "Welcome to Mail Works").await?;
    browser.close().await?;
    server.sign_in("bob@mail.example").await?;
    Ok(())
}
