//! The candidates' portal in a real browser without scripts, with the link out of a real mail server: asked for, opened,
//! read, an application withdrawn. axe finds nothing serious on any of its pages, in both schemes, from a telephone on.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use serde_json::{Value, json};
use zumodra_tests::process::browser::Browser;
use zumodra_tests::process::eventually;

use super::pages::{PATIENCE, SCHEMES, SIZES, World, judge, text_of};
use super::smtp::SmtpPeer;

const GRACE: &str = "grace@portal.example";

/// A workspace in which Grace applied, has an interview ahead and an offer to answer.
async fn world(peer: &SmtpPeer) -> Result<World> {
    let settings =
        [("ZUMODRA_SMTP_URL", peer.url()), ("ZUMODRA_MAIL_FROM", "hello@portal.example".to_owned())];
    let settings: Vec<(&'static str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let world = World::with(&settings).await?;
    let (server, token) = (&world.server, Some(world.owner.access.as_str()));
    let add = async |kind: &str, body: Value| -> Result<String> {
        let made = server.call("POST", &format!("/api/v1/ats/{kind}/"), token, Some(body)).await?;
        made["id"].as_str().map(str::to_owned).context("an id")
    };
    let candidate = add("candidates", json!({"first_name": "Grace", "last_name": "Hopper"})).await?;
    add("candidate-contacts", json!({"candidate_id": candidate, "email": GRACE})).await?;
    for title in
        ["Dispatcher", "Conductor of trains that go far, by night and in winter, with a title that is long"]
    {
        let job = world.job(json!({"title": title})).await?;
        let applies = json!({
            "candidate_id": candidate, "job_id": job["id"], "cover_letter": "I like trains.\n\n- long ones\n- late ones",
            "answers": [{"id": "a1", "question": "Why here?", "answer": "The trains."}],
        });
        let application = add("applications", applies).await?;
        if title == "Dispatcher" {
            let talk = json!({
                "application_id": application, "starts_at": 1_900_000_000_000_i64, "minutes": 45, "kind": "video",
                "time_zone": "America/Toronto", "place": "Platform 2", "meeting_url": "https://meet.example/j/1",
                "interviewer_ids": [],
            });
            add("interviews", talk).await?;
            let offer = json!({
                "application_id": application, "title": title, "salary": 5_250_000, "currency": "CAD",
                "employment": "full_time", "period": "yearly", "starts_on": "2099-01-07", "expires_on": "2098-12-24",
            });
            let offer = add("offers", offer).await?;
            let send = format!("/api/v1/ats/offers/{offer}/send/");
            server.call("POST", &send, token, Some(json!({"to": GRACE}))).await?;
        }
    }
    Ok(world)
}

/// Asks for a link in a browser. Gives it, out of one of so many mails.
async fn link(world: &World, peer: &SmtpPeer, browser: &Browser, mails: usize) -> Result<String> {
    browser.client.goto(&world.page("me/")).await?;
    browser.client.find(Locator::Id("email")).await?.send_keys(GRACE).await?;
    browser.submit("main button[type=submit]").await?;
    ensure!(text_of(&browser.client, "h1").await? == "Look at your mail");
    let arrived = eventually("the link", PATIENCE, async || {
        let to_grace = peer.to(GRACE).into_iter();
        let links: Vec<_> = to_grace.filter(|mail| mail.header("Subject").contains("Your way")).collect();
        (links.len() == mails).then_some(links)
    })
    .await?;
    Ok(arrived.last().context("a mail")?.link("http"))
}

/// Follows a link. Gives where the portal is, at the host that the mail names.
async fn enter(browser: &Browser, link: &str) -> Result<String> {
    browser.client.goto(link).await?;
    browser.submit("main button[type=submit]").await?;
    ensure!(text_of(&browser.client, "h1").await? == "Your applications");
    Ok(link.split_once("open/").context("a link into the portal")?.0.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_sees_where_it_stands_and_steps_back_without_scripts_and_without_an_account() -> Result<()>
{
    let peer = SmtpPeer::start();
    let world = world(&peer).await?;
    let browser = Browser::open("light", false).await?;
    let link = link(&world, &peer, &browser, 1).await?;
    let portal = enter(&browser, &link).await?;
    eventually("the offer", PATIENCE, async || {
        browser.client.refresh().await.ok()?;
        let text = browser.client.find(Locator::Css("main")).await.ok()?.text().await.ok()?;
        let shown = [
            "Arrived",
            "Towards an offer",
            "An offer waits for your answer",
            "Platform 2",
            "America/Toronto",
            "Conductor of trains",
        ];
        shown.iter().all(|words| text.contains(words)).then_some(())
    })
    .await?;
    browser.client.find(Locator::LinkText("Read the offer")).await?.click().await?;
    ensure!(text_of(&browser.client, "h1").await?.contains("Grace"));
    browser.client.goto(&portal).await?;
    browser.client.find(Locator::LinkText("Withdraw this application")).await?.click().await?;
    ensure!(text_of(&browser.client, "h1").await? == "Withdraw your application?");
    browser.client.find(Locator::Id("reason")).await?.send_keys("Too far").await?;
    browser.submit("main button[type=submit]").await?;
    ensure!(text_of(&browser.client, "main").await?.contains("You stepped back from this application."));
    // The link works once.
    browser.client.goto(&link).await?;
    ensure!(text_of(&browser.client, "h1").await? == "This link does not work any more");
    browser.client.goto(&portal).await?;
    browser.submit("main .actions button").await?;
    ensure!(text_of(&browser.client, "h1").await? == "Where your application stands");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portals_pages_have_no_serious_finding_of_axe_in_any_scheme_and_size() -> Result<()> {
    let peer = SmtpPeer::start();
    let world = world(&peer).await?;
    let applications = world.applications(2).await?;
    let withdraw =
        format!("withdraw/?lang=en&application={}", applications[0]["id"].as_str().context("an id")?);
    let mut problems = Vec::new();
    for (number, scheme) in SCHEMES.into_iter().enumerate() {
        let browser = Browser::open(scheme, true).await?;
        browser.client.goto(&world.page("me/")).await?;
        judge(&browser, &format!("portal-ask-{scheme}"), scheme, &mut problems).await?;
        let link = link(&world, &peer, &browser, number + 1).await?;
        judge(&browser, &format!("portal-sent-{scheme}"), scheme, &mut problems).await?;
        browser.client.goto(&link).await?;
        judge(&browser, &format!("portal-open-{scheme}"), scheme, &mut problems).await?;
        let portal = enter(&browser, &link).await?;
        let pages = [
            ("home", "?lang=en", "Your applications"),
            ("home-fr", "?lang=fr", "Vos candidatures"),
            ("withdraw", &withdraw, "Withdraw your application?"),
            ("delete", "delete/?lang=en", "Ask Northwind to delete you?"),
        ];
        for (width, height) in SIZES {
            browser.size(width, height).await?;
            for (name, path, title) in pages {
                browser.client.goto(&format!("{portal}{path}")).await?;
                ensure!(text_of(&browser.client, "h1").await? == title, "{name}");
                judge(&browser, &format!("portal-{name}-{scheme}-{width}"), scheme, &mut problems).await?;
            }
        }
        browser.close().await?;
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}
