//! What becomes of mail on its way, and what administrators see and do.

use serde_json::json;
use zumodra_server::config::Secret;
use zumodra_server::notifications;
use zumodra_server::tenants::{State, actions};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{A_WHILE, MAIL, invite, mail_to, mails, once, sending_to, start};
use crate::careers::world::World;
use crate::support::TestServer;
use crate::support::smtp::SmtpPeer;

#[tokio::test]
async fn a_server_that_wants_it_later_gets_it_later_once() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "later@example.com").await;
    let mail = once(&server, &owner, "later@example.com", "deferred").await;
    assert_eq!((mail["tries"].as_i64(), mail["sent_at"].as_i64()), (Some(1), None));
    assert_eq!(mail["problem"], "451 4.7.1 Greylisted, please come again");
    let wait = mail["next_at"].as_i64().expect("a time") - server.clock.now();
    assert!((22_000..38_000).contains(&wait), "{wait}");
    // Not before its time.
    server.app.mail().ring();
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(mail_to(&server, &owner, "later@example.com").await["tries"], 1);
    for tries in 2..=3 {
        server.clock.advance(3 * 60_000);
        server.app.mail().ring();
        let state = if tries == 3 { "sent" } else { "deferred" };
        crate::support::smtp::until("the next try", async || {
            let mail = mail_to(&server, &owner, "later@example.com").await;
            (mail["tries"] == tries && mail["state"] == state).then_some(())
        })
        .await;
    }
    let mail = mail_to(&server, &owner, "later@example.com").await;
    assert_eq!((mail["problem"].as_str(), mail["next_at"].as_i64()), (Some(""), None));
    assert_eq!(peer.to("later@example.com").len(), 1);
}

#[tokio::test]
async fn a_server_that_never_wants_it_is_asked_once() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "never@example.com").await;
    invite(&server, &owner, "bob@example.com").await;
    let mail = once(&server, &owner, "never@example.com", "given_up").await;
    assert_eq!(
        (mail["tries"].as_i64(), mail["problem"].as_str()),
        (Some(1), Some("550 5.1.1 There is no such mailbox"))
    );
    // One that nobody wants does not hold up the others.
    peer.first("bob@example.com").await;
    let path = format!("{MAIL}{}/", mail["id"].as_str().expect("an id"));
    let again = server.post(&format!("{path}retry/"), &owner, json!({})).await.expect(200).json();
    assert_eq!((again["state"].as_str(), again["tries"].as_i64()), (Some("waiting"), Some(0)));
    once(&server, &owner, "never@example.com", "given_up").await;
    server.post(&format!("{path}cancel/"), &owner, json!({})).await.expect(409);
    let sent = once(&server, &owner, "bob@example.com", "sent").await;
    let path = format!("{MAIL}{}/", sent["id"].as_str().expect("an id"));
    for action in ["retry", "cancel"] {
        let refused = server.post(&format!("{path}{action}/"), &owner, json!({})).await.expect(409);
        assert_eq!(refused.code(), "wrong-state");
    }
}

#[tokio::test]
async fn a_server_that_hangs_costs_its_time_and_no_mail() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    for address in ["hang@example.com", "bob@example.com", "eve@example.com"] {
        invite(&server, &owner, address).await;
    }
    let mail = once(&server, &owner, "hang@example.com", "deferred").await;
    assert_eq!(mail["problem"], "the mail server did not take the mail in time");
    server.clock.advance(10 * 60_000);
    server.app.mail().ring();
    for address in ["hang@example.com", "bob@example.com", "eve@example.com"] {
        once(&server, &owner, address, "sent").await;
    }
    assert_eq!(peer.all().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_sent_in_time_is_given_up_and_old_texts_are_removed() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "bob@example.com").await;
    server.clock.advance(7 * DAY_MS);
    let owner = server.sign_in("acme@example.com").await;
    notifications::sweep(&server.app).await.expect("sweeps");
    let mail = mail_to(&server, &owner, "bob@example.com").await;
    assert_eq!(
        (mail["state"].as_str(), mail["tries"].as_i64(), owner.slug.as_str()),
        (Some("given_up"), Some(0), "acme")
    );
    let path = format!("{MAIL}{}/", mail["id"].as_str().expect("an id"));
    assert_eq!(
        server.post(&format!("{path}retry/"), &owner, json!({})).await.expect(409).code(),
        "wrong-state"
    );
    assert!(server.get(&path, &owner).await.expect(200).json()["text"].is_string());
    server.clock.advance(30 * DAY_MS + 1);
    let owner = server.sign_in("acme@example.com").await;
    notifications::sweep(&server.app).await.expect("sweeps");
    let kept = server.get(&path, &owner).await.expect(200).json();
    assert_eq!(
        (kept["text"].as_str(), kept["subject"].as_str(), kept["to"].as_str()),
        (None, None, Some("bob@example.com"))
    );
    server.clock.advance(365 * DAY_MS);
    let owner = server.sign_in("acme@example.com").await;
    notifications::sweep(&server.app).await.expect("sweeps");
    server.get(&path, &owner).await.expect(404);
}

#[tokio::test]
async fn mail_waits_while_no_server_is_set_and_goes_out_when_one_is() {
    let peer = SmtpPeer::start();
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "bob@example.com").await;
    let list = server.get(MAIL, &owner).await.expect(200).json();
    assert_eq!((&list["configured"], &list["results"][0]["state"]), (&json!(false), &json!("waiting")));
    assert_eq!(list["results"][0]["subject"], "Ada Lovelace invites you to Acme");
    let mut config = server.app.config().clone();
    config.smtp_url = Some(Secret::new(peer.url()));
    config.mail_from = Some(super::world::FROM.to_owned());
    let server = server.with_settings(config).await;
    assert_eq!(server.get(MAIL, &owner).await.expect(200).json()["configured"], true);
    peer.first("bob@example.com").await;
}

#[tokio::test]
async fn a_suspended_workspace_sends_nothing_until_it_is_let_in_again() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    let other = server.workspace("Other").await;
    let tenant = server.tenant(&owner).await;
    actions::set_state(&server.app, tenant.id, State::Suspended).await.expect("suspends");
    // It was written before: nobody gets in any more to do so.
    let by = zumodra_shared::access::Principal::server(tenant.id);
    let input = zumodra_server::accounts::invitations::Invite {
        email: "bob@example.com".into(),
        role: Some(zumodra_shared::access::Role::Viewer),
        job_title: String::new(),
    };
    zumodra_server::accounts::invitations::invite(&server.app, &by, &tenant, input).await.expect("invites");
    invite(&server, &other, "eve@example.com").await;
    peer.first("eve@example.com").await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(peer.all().len(), 1);
    actions::set_state(&server.app, tenant.id, State::Active).await.expect("lets in");
    server.clock.advance(2 * 60_000);
    server.app.mail().ring();
    peer.first("bob@example.com").await;
}

#[tokio::test]
async fn one_domain_gets_only_so_much_and_the_others_go_on() {
    let peer = SmtpPeer::start();
    let mut config = sending_to(&peer.url());
    config.mail_domain_rate = "2/hour".to_owned().try_into().expect("a rate");
    let server = TestServer::with(config).await;
    let owner = server.workspace("Acme").await;
    for at in 0..4 {
        invite(&server, &owner, &format!("a{at}@busy.example")).await;
    }
    invite(&server, &owner, "b@calm.example").await;
    peer.count(3).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((peer.all().len(), peer.to("b@calm.example").len()), (3, 1));
    let waiting: Vec<_> =
        mails(&server, &owner).await.into_iter().filter(|m| m["state"] == "waiting").collect();
    assert_eq!(waiting.len(), 2);
    for mail in waiting {
        let wait = mail["next_at"].as_i64().expect("a time") - server.clock.now();
        assert!(mail["tries"] == 0 && (1..=HOUR_MS).contains(&wait), "{mail}");
    }
}

#[tokio::test]
async fn the_list_has_pages_and_states_for_administrators_of_the_workspace_alone() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let other = server.workspace("Other").await;
    for at in 0..3 {
        invite(&server, &owner, &format!("a{at}@example.com")).await;
    }
    let id = mails(&server, &owner).await[0]["id"].as_str().expect("an id").to_owned();
    server.post(&format!("{MAIL}{id}/cancel/"), &owner, json!({})).await.expect(200);
    let page = server.get(&format!("{MAIL}?state=waiting&page_size=1"), &owner).await.expect(200).json();
    assert_eq!((page["count"].as_i64(), page["results"].as_array().map(Vec::len)), (Some(2), Some(1)));
    assert!(page["next"].as_str().is_some_and(|next| next.contains("state=waiting")));
    assert_eq!(server.get(&format!("{MAIL}?state=lost"), &owner).await.expect(422).code(), "invalid-fields");
    assert_eq!(server.get(MAIL, &other).await.expect(200).json()["count"], 0);
    server.get(&format!("{MAIL}{id}/"), &other).await.expect(404);
    server.post(&format!("{MAIL}{id}/retry/"), &other, json!({})).await.expect(404);
}

#[tokio::test]
async fn a_person_who_is_forgotten_leaves_nothing_in_the_mail() {
    let peer = SmtpPeer::start();
    let world = World::with(sending_to(&peer.url())).await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&token)).await.expect(303);
    peer.count(2).await;
    invite(&world.server, &world.owner, "later@example.com").await;
    once(&world.server, &world.owner, "acme@example.com", "sent").await;
    once(&world.server, &world.owner, "grace@example.org", "sent").await;
    let tenant = world.server.tenant(&world.owner).await;
    let forgotten = notifications::actions::forget(&world.server.app, &tenant, "Grace@example.org")
        .await
        .expect("forgets");
    assert_eq!(forgotten, 2);
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("opens");
    let rows: Vec<String> =
        sqlx::query_scalar("select to_jsonb(mail)::text from mail").fetch_all(&mut *tx).await.expect("reads");
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| !row.contains("Grace") && !row.contains("grace@example.org")), "{rows:?}");
    // What is not about the person stays.
    assert!(rows.iter().any(|row| row.contains("later@example.com")));
}
