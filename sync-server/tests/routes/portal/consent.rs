//! Whether somebody may be kept for longer: asked by mail once and once more, answered on a page, written by the server.

use axum::http::header;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{ADA, ATS, GRACE, World, id};
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

/// Grace agrees that she is kept.
async fn agrees(world: &World, mut more: Value) {
    more["consent_to_store"] = json!(true);
    world.edit("candidates", &world.candidate, more).await;
}

fn consent(record: &Value) -> [Value; 5] {
    ["consent_to_store", "consent_on", "consent_until", "consent_asked_on", "data_retention_until"]
        .map(|field| record[field].clone())
}

#[tokio::test]
async fn who_says_yes_is_kept_for_the_period_and_is_not_asked_again() {
    let mut world = World::new().await;
    agrees(&world, json!({"consent_until": "2020-01-01", "data_retention_until": "2020-01-01"})).await;
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
    // Asked again, on the same day too, it is another question with mails of its own.
    for count in [2, 3] {
        world.server.post(&path(&world.candidate), &world.owner, json!({})).await.expect(200);
        asked(&world, count).await;
        world.send(PAGE, None, &[("token", &token)]).await.expect(200);
    }
}

#[tokio::test]
async fn who_does_not_answer_is_asked_once_more_and_who_says_no_is_found_by_people() {
    let mut world = World::new().await;
    let pools = [("Later", true), ("Before", true), ("Cooks", false)];
    let pools = pools.map(|(name, takes)| json!({"name": name, "takes_kept_in_mind": takes}));
    let mut ids = Vec::new();
    for pool in pools {
        ids.push(world.add("pools", pool).await);
    }
    agrees(&world, json!({"keep_in_mind_at": 5_000, "keep_in_mind_words": "Keep me.", "pool_ids": ids}))
        .await;
    world.edit("pools", &ids[1], json!({"is_archived": true})).await;
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
    // Nothing of it stands: neither that they are kept in mind, nor in the pools for that, nor a further question.
    assert_eq!((&record["keep_in_mind_at"], &record["keep_in_mind_words"]), (&json!(null), &json!("")));
    assert_eq!(record["pool_ids"], json!([ids[2]]));
    let again = world.server.post(&path(&world.candidate), &world.owner, json!({})).await;
    assert_eq!(again.expect(409).code(), "wrong-state");
}

#[tokio::test]
async fn an_answer_after_a_merge_is_that_of_both_records() {
    let world = World::new().await;
    agrees(&world, json!({})).await;
    world.server.post(&path(&world.candidate), &world.owner, json!({})).await.expect(200);
    let token = token(&asked(&world, 1).await[0]);
    let (ada, _) = world.applies("Ada", ADA, &world.job).await;
    world.edit("candidates", &ada, json!({"consent_to_store": true, "consent_until": "2030-01-01"})).await;
    world.edit("candidates", &world.candidate, json!({"merged_into_id": ada})).await;
    world.send(&format!("{PAGE}no/"), None, &[("token", &token)]).await.expect(200);
    for candidate in [&world.candidate, &ada] {
        let [agrees, _, until, asked_on, retention] = consent(&world.record("candidates", candidate).await);
        assert_eq!((agrees, asked_on, &until), (json!(false), json!(null), &retention));
        assert!(retention.is_string(), "{candidate}");
    }
}

#[tokio::test]
async fn of_two_answers_at_once_one_is_taken_and_of_two_questions_one_is_asked() {
    let world = World::new().await;
    agrees(&world, json!({})).await;
    let path = path(&world.candidate);
    let ask = || world.server.post(&path, &world.owner, json!({}));
    let (first, second) = tokio::join!(ask(), ask());
    let mut codes = [first.status.as_u16(), second.status.as_u16()];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409]);
    let token = token(&asked(&world, 1).await[0]);
    let no = format!("{PAGE}no/");
    let fields = [("token", token.as_str())];
    let (yes, no) = tokio::join!(world.send(PAGE, None, &fields), world.send(&no, None, &fields));
    let mut codes = [yes.status.as_u16(), no.status.as_u16()];
    codes.sort_unstable();
    assert_eq!(codes, [200, 410]);
    let record = world.record("candidates", &world.candidate).await;
    assert_eq!(record["consent_to_store"], json!(yes.status.as_u16() == 200), "what its page says");
}

#[tokio::test]
async fn a_question_that_went_to_another_address_is_asked_again() {
    let world = World::new().await;
    agrees(&world, json!({})).await;
    let ask = async || world.server.post(&path(&world.candidate), &world.owner, json!({})).await;
    ask().await.expect(200);
    asked(&world, 1).await;
    ask().await.expect(409);
    world.server.clock.advance(1_000);
    let contacts = format!("{ATS}/candidate-contacts/?candidate_id={}", world.candidate);
    let contacts = world.server.get(&contacts, &world.owner).await.expect(200).json();
    world.edit("candidate-contacts", &id(&contacts["results"][0]), json!({"email": ADA})).await;
    ask().await.expect(200);
    until("the question", async || world.peer.to(ADA).into_iter().next()).await;
    ask().await.expect(409);
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
