//! What candidates may change in the portal: documents that they hand in, corrections that they propose, a consent that they
//! take back, and the language that is remembered.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::world::{ADA, ME, World};
use crate::careers::world::{BOUNDARY, Part, body, pdf, text};
use crate::support::Answer;
use crate::support::smtp::until;

/// The address of the workspace's owner.
const OWNER: &str = "acme@example.com";

impl World {
    async fn hand_in(&self, cookie: Option<&str>, parts: &[Part]) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{ME}document/"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.server.send(request.body(Body::from(body(parts))).expect("a request")).await
    }

    async fn attachments(&self) -> Vec<Value> {
        let list = self.server.get("/api/v1/ats/attachments/", &self.owner).await.expect(200).json();
        list["results"].as_array().expect("a list").clone()
    }

    /// The record of how Grace is reached.
    async fn contact(&self) -> Value {
        let path = format!("/api/v1/ats/candidate-contacts/?candidate_id={}", self.candidate);
        self.server.get(&path, &self.owner).await.expect(200).json()["results"][0].clone()
    }
}

fn document(name: &str, bytes: Vec<u8>) -> Part {
    Part { name: "document".into(), file: Some(name.into()), bytes }
}

#[tokio::test]
async fn a_document_that_is_handed_in_stands_beside_the_resume_and_is_told_once() {
    let world = World::new().await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let parts = [
        text("form", &form),
        text("application", &world.application),
        text("key", "k1"),
        text("kind", "certificate"),
        document("diploma.pdf", pdf()),
    ];
    world.hand_in(None, &parts).await.expect(303);
    world.hand_in(Some(&cookie), &parts[1..]).await.expect(303);
    assert!(world.attachments().await.is_empty(), "neither a stranger nor another site hands in anything");
    for _ in 0..2 {
        let answer = world.hand_in(Some(&cookie), &parts).await.expect(303);
        let place = answer.headers[header::LOCATION].to_str().expect("text").to_owned();
        assert!(place.contains(&format!("handed={}", world.application)), "{place}");
    }
    let files = world.attachments().await;
    assert_eq!(files.len(), 1, "sent twice is handed in once");
    for (field, value) in [
        ("candidate_id", json!(world.candidate)),
        ("application_id", json!(world.application)),
        ("kind", json!("certificate")),
        ("name", json!("diploma.pdf")),
        ("by_candidate", json!(true)),
    ] {
        assert_eq!(files[0][field], value, "{field}");
    }
    let told = until("the mail", async || {
        let mails = world
            .peer
            .to(OWNER)
            .into_iter()
            .filter(|mail| mail.header("Subject").contains("sent a document"));
        Some(mails.collect::<Vec<_>>()).filter(|mails| !mails.is_empty())
    })
    .await;
    assert_eq!(told.len(), 1);
    assert!(told[0].text().contains("diploma.pdf"), "{}", told[0].text());
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("diploma.pdf"), "{page}");
}

#[tokio::test]
async fn what_is_no_document_or_for_nobody_of_theirs_is_refused_with_a_reason() {
    let world = World::new().await;
    let other = world.job("Gardener", false).await;
    let (_, ada) = world.applies("Ada", ADA, &other).await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let sent = async |application: &str, file: Option<Part>| {
        let mut parts = vec![text("form", &form), text("application", application)];
        parts.extend(file);
        world.hand_in(Some(&cookie), &parts).await
    };
    let mine = world.application.as_str();
    let none = sent(mine, None).await.expect(422).text();
    assert!(none.contains("Choose a file.") && none.contains("Line cook"), "{none}");
    let bad = sent(mine, Some(document("x.exe", b"MZ".to_vec()))).await.expect(422).text();
    assert!(bad.contains("This file was not taken"), "{bad}");
    let large = sent(mine, Some(document("x.pdf", vec![b'x'; (10 << 20) + 1]))).await.expect(422).text();
    assert!(large.contains("larger than 10 MB"), "{large}");
    sent(&ada, Some(document("x.pdf", pdf()))).await.expect(404);
    let gone = [("form", form.as_str()), ("application", mine), ("reason", "")];
    world.form("withdraw/", Some(&cookie), &gone).await.expect(303);
    sent(mine, Some(document("x.pdf", pdf()))).await.expect(409);
    assert!(world.attachments().await.is_empty());
}

#[tokio::test]
async fn a_correction_is_proposed_and_changes_nothing_by_itself() {
    let world = World::new().await;
    let cookie = world.grace().await;
    let page = world.page(&format!("{ME}contact/?candidate={}", world.candidate), Some(&cookie)).await;
    assert!(page.expect(200).text().contains("value=\"grace@example.org\""));
    let form = world.form_token(&cookie).await;
    let typed = |phone: &'static str, email: &'static str| {
        vec![
            ("form", form.clone()),
            ("candidate", world.candidate.clone()),
            ("first_name", "Grace".to_owned()),
            ("last_name", "Hopper".to_owned()),
            ("email", email.to_owned()),
            ("phone", phone.to_owned()),
        ]
    };
    let send = async |typed: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.form("contact/", Some(&cookie), &fields).await
    };
    let wrong = send(typed("call me", "grace@example.org")).await.expect(422).text();
    assert!(wrong.contains("value=\"call me\"") && wrong.contains("href=\"#phone\""), "{wrong}");
    send(typed("+1 514 555 0199", "grace@example.org")).await.expect(303);
    let contact = world.contact().await;
    assert_eq!(contact["phone"], "", "nothing from outside is written to somebody who is there");
    assert_eq!(contact["proposal"], "{\"phone\":\"+1 514 555 0199\"}");
    assert!(
        world
            .page(ME, Some(&cookie))
            .await
            .expect(200)
            .text()
            .contains("What you would change is with the team")
    );
    send(typed("+1 514 555 0198", "grace@example.org")).await.expect(303);
    assert_eq!(world.notes(&world.candidate).await.len(), 1, "the first one is noted");
    send(typed("", "grace@example.org")).await.expect(303);
    assert_eq!(world.contact().await["proposal"], "", "taken back");
    let mut theirs = typed("+1 514 555 0197", "grace@example.org");
    theirs[0].1 = "forged".to_owned();
    send(theirs).await.expect(303);
    assert_eq!(world.contact().await["proposal"], "", "another site proposes nothing");
    let (ada, _) = world.applies("Ada", ADA, &world.job).await;
    world.page(&format!("{ME}contact/?candidate={ada}"), Some(&cookie)).await.expect(404);
}

#[tokio::test]
async fn being_kept_in_mind_is_shown_with_its_words_and_taken_back() {
    let world = World::new().await;
    let pool = world.add("pools", json!({"name": "Later", "takes_kept_in_mind": true})).await;
    let other = world.add("pools", json!({"name": "Cooks"})).await;
    let put_away = world.add("pools", json!({"name": "Before", "takes_kept_in_mind": true})).await;
    let agreed = json!({
        "keep_in_mind_at": world.server.clock.now(), "keep_in_mind_words": "Acme may keep me in mind.",
        "pool_ids": [pool, other, put_away],
    });
    world.edit("candidates", &world.candidate, agreed).await;
    world.edit("pools", &put_away, json!({"is_archived": true})).await;
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Acme may keep me in mind.") && page.contains("Take this back"), "{page}");
    let form = world.form_token(&cookie).await;
    let fields = [("form", form.as_str()), ("candidate", world.candidate.as_str())];
    world.form("keep-in-mind/", Some(&cookie), &fields[1..]).await.expect(303);
    assert!(!world.record("candidates", &world.candidate).await["keep_in_mind_at"].is_null());
    for _ in 0..2 {
        world.form("keep-in-mind/", Some(&cookie), &fields).await.expect(303);
    }
    let candidate = world.record("candidates", &world.candidate).await;
    assert!(candidate["keep_in_mind_at"].is_null(), "{candidate}");
    assert_eq!((&candidate["keep_in_mind_words"], &candidate["pool_ids"]), (&json!(""), &json!([other])));
    assert_eq!(world.notes(&world.candidate).await.len(), 1, "taken back once");
    assert!(!world.page(ME, Some(&cookie)).await.expect(200).text().contains("Take this back"));
}

#[tokio::test]
async fn the_language_that_somebody_chose_is_remembered() {
    let world = World::new().await;
    let cookie = world.grace().await;
    let answer = world.page(&format!("{ME}?lang=fr"), Some(&cookie)).await.expect(200);
    let remembered = answer.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(remembered.contains("Path=/careers/acme/me/"), "{remembered}");
    let both = format!("{cookie}; {}", remembered.split(';').next().expect("a pair"));
    assert!(world.page(ME, Some(&both)).await.expect(200).text().contains("Vos candidatures"));
    assert!(world.page(ME, Some(&cookie)).await.expect(200).text().contains("Your applications"));
}
