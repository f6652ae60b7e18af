//! Whether somebody may be kept for longer: asked by mail once and once more, answered on a page, written by the server.

use axum::http::header;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{ADA, ATS, GRACE, World};
use crate::support::smtp::{Arrived, until};

const PAGE: &str = "/careers/acme/consent/";

async fn asked(world: &World, count: usize) -> Vec<Arrived> {
    until("the question", async || {
        let mails =
            world.peer.to(GRACE).into_iter().filter(|mail| mail.header("Subject").contains("keep your data"));
        Some(mails.collect::<Vec<_>>()).filter(|mails| mails.len() == count)
    })
    .await
}

fn token(mail: &Arrived) -> String {
    let link = mail.link("http");
    let (path, query) = link.split_once('?').expect("a query");
    assert!(path.ends_with(PAGE), "{path}");
    query.split('&').find_map(|pair| pair.strip_prefix("token=")).expect("a token").to_owned()
}

fn path(candidate: &str) -> String {
    format!("{ATS}/candidates/{candidate}/ask_consent/")
}

fn consent(record: &Value) -> [Value; 5] {
    ["consent_to_store", "consent_on", "consent_until", "consent_asked_on", "data_retention_until"]
        .map(|field| record[field].clone())
}

#[tokio::test]
async fn who_says_yes_is_kept_for_the_period_and_is_not_asked_again() {
    let mut world = World::new().await;
    let set = json!({"consent_until": "2020-01-01", "data_retention_until": "2020-01-01"});
    world.edit("candidates", &world.candidate, set).await;
    let first = world.server.post(&path(&world.candidate), &world.owner, json!({})).await.expect(200).json();
    assert_eq!(first["candidate_id"], json!(world.candidate));
    let again = world.server.post(&path(&world.candidate), &world.owner, json!({})).await;
    assert_eq!(again.expect(409).code(), "wrong-state");
    let mail = asked(&world, 1).await.remove(0);
    assert!(mail.text().contains("Hello Grace"), "{}", mail.text());
    let token = token(&mail);
    let question = format!("{PAGE}?token={token}");
    let page = world.page(&question, None).await.expect(200);
    assert!(!page.headers.contains_key(header::SET_COOKIE));
    let page = page.text();
    assert!(page.contains("May Acme keep"), "{page}");
    let french = world.page(&format!("{question}&lang=fr"), None).await.expect(200).text();
    assert!(french.contains("Oui, conservez-le"), "{french}");
    // Looking changes nothing, and neither does a link that nobody made.
    let record = world.record("candidates", &world.candidate).await;
    assert_eq!(record["consent_asked_on"], first["asked_on"]);
    world.send(PAGE, None, &[("token", "forged")]).await.expect(410);
    world.page(&format!("{PAGE}?token=forged"), None).await.expect(410);
    world.send(PAGE, None, &[("token", &token)]).await.expect(200);
    let record = world.record("candidates", &world.candidate).await;
    let [agrees, on, until, asked_on, retention] = consent(&record);
    assert_eq!(
        (agrees, on, asked_on, retention),
        (json!(true), first["asked_on"].clone(), json!(null), json!(null))
    );
    assert!(until.as_str().expect("a day") > first["asked_on"].as_str().expect("a day"));
    // One question has one answer; a week later nothing more comes.
    world.send(PAGE, None, &[("token", &token)]).await.expect(410);
    world.send(&format!("{PAGE}no/"), None, &[("token", &token)]).await.expect(410);
    world.server.clock.advance(8 * DAY_MS);
    world.server.app.mail().ring();
    world.owner = world.server.sign_in("acme@example.com").await;
    world.server.post(&path(&world.candidate), &world.owner, json!({})).await.expect(200);
    asked(&world, 2).await;
}

#[tokio::test]
async fn who_does_not_answer_is_asked_once_more_and_who_says_no_is_found_by_people() {
    let mut world = World::new().await;
    world.server.post(&path(&world.candidate), &world.owner, json!({})).await.expect(200);
    asked(&world, 1).await;
    world.server.clock.advance(8 * DAY_MS);
    world.server.app.mail().ring();
    let mails = asked(&world, 2).await;
    assert!(mails[1].header("Subject").contains("Once more"), "{}", mails[1].header("Subject"));
    assert_eq!(token(&mails[0]), token(&mails[1]));
    let token = token(&mails[1]);
    let page = world.page(&format!("{PAGE}no/?token={token}"), None).await.expect(200).text();
    assert!(page.contains("No, do not keep it"), "{page}");
    world.send(&format!("{PAGE}no/"), None, &[("token", &token)]).await.expect(200);
    world.owner = world.server.sign_in("acme@example.com").await;
    let record = world.record("candidates", &world.candidate).await;
    let [agrees, _, until, asked_on, retention] = consent(&record);
    assert_eq!((agrees, asked_on, &until), (json!(false), json!(null), &retention));
    assert!(retention.is_string());
}

#[tokio::test]
async fn who_has_no_address_or_is_not_there_is_not_asked() {
    let world = World::new().await;
    let nameless = world.add("candidates", json!({"first_name": "Bob"})).await;
    let refused = world.server.post(&path(&nameless), &world.owner, json!({})).await;
    assert_eq!(refused.expect(422).code(), "invalid-fields");
    world.server.post(&path(&uuid::Uuid::nil().to_string()), &world.owner, json!({})).await.expect(404);
    // The server alone says that somebody was asked.
    let patch = json!({"consent_asked_on": "2026-01-01"});
    let (other, _) = world.applies("Ada", ADA, &world.job).await;
    let patched = world.server.patch(&format!("{ATS}/candidates/{other}/"), &world.owner, patch).await;
    assert_eq!(patched.expect(403).code(), "field-not-writable");
}
