//! What makes mail be sent, and what it says.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

use zumodra_server::Config;

use super::world::{A_WHILE, FROM, invite, mails, once, sending_to, start};
use crate::careers::world::{World, text};
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{PASSWORD, Signed, TestServer};

/// Sends a form of a page, as a browser does.
pub async fn send_form(server: &TestServer, path: &str, fields: &[(&str, &str)]) -> crate::support::Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, "localhost")
        .header(header::ACCEPT_LANGUAGE, "fr-CA,fr;q=0.9")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    server.send(request.body(Body::from(form.finish())).expect("a request")).await
}

#[tokio::test]
async fn an_invitation_goes_out_once_and_its_link_makes_a_member() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    let settings = json!({"mail_reply_to": "People@Acme.example"});
    server.patch("/api/v1/tenants/current/", &owner, settings).await.expect(200);
    let invited = invite(&server, &owner, "bob@example.com").await;
    let mail = peer.first("bob@example.com").await;
    assert_eq!(mail.0["from"], FROM);
    assert_eq!(mail.header("From"), format!("Acme <{FROM}>"));
    assert_eq!(mail.header("Reply-To"), "Acme <people@acme.example>");
    assert_eq!(mail.header("Subject"), "Ada Lovelace invites you to Acme");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Content-Language"), "en");
    assert_eq!(mail.header("Date"), "Sun, 22 Nov 2026 12:00:00 +0000");
    assert_eq!((&mail.0["defects"], &mail.0["bare_newlines"]), (&json!([]), &json!(0)));
    assert!(mail.text().contains("as recruiter") && mail.text().contains("until 29 November 2026"));
    // Who invites can pass the same link on.
    let link = mail.link("http");
    assert!(link.ends_with(invited["token"].as_str().expect("a token")), "{link}");
    assert!(mail.html().contains(&format!("href=\"{link}\"")), "{}", mail.html());

    let path = link.split_once("8084").expect("an address").1;
    let page = server.call(Method::GET, path, None, None).await.expect(200);
    assert!(page.text().contains("Join Acme") && page.headers[header::REFERRER_POLICY] == "no-referrer");
    let token = invited["token"].as_str().expect("a token");
    let fields = |name, password| [("token", token), ("name", name), ("password", password)];
    let weak = send_form(&server, "/account/invitation/", &fields("Bob", "short")).await.expect(422).text();
    assert!(weak.contains("trop court") && weak.contains("value=\"Bob\""), "{weak}");
    let joined =
        send_form(&server, "/account/invitation/", &fields("Bob", PASSWORD)).await.expect(201).text();
    assert!(joined.contains("Bienvenue dans Acme"), "{joined}");
    server.sign_in("bob@example.com").await;
    send_form(&server, "/account/invitation/", &fields("Eve", PASSWORD)).await.expect(409);
    server.call(Method::GET, path, None, None).await.expect(409);

    tokio::time::sleep(A_WHILE).await;
    assert_eq!(peer.all().len(), 1);
    let sent = once(&server, &owner, "bob@example.com", "sent").await;
    assert_eq!(sent["message_id"], mail.header("Message-ID"));
    let id = sent["id"].as_str().expect("an id");
    let shown = server.get(&format!("/api/v1/notifications/mail/{id}/"), &owner).await.expect(200);
    assert!(shown.json()["text"].as_str().is_some_and(|text| text.contains("invites you to join Acme")));
    // An administrator reads what was said, and not the secret that was sent.
    assert!(!shown.text().contains(token), "{}", shown.text());
}

#[tokio::test]
async fn a_newer_invitation_takes_back_the_mail_of_the_older_one() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let first = invite(&server, &owner, "bob@example.com").await;
    server.clock.advance(1);
    invite(&server, &owner, "bob@example.com").await;
    let states = async || -> Vec<String> {
        let mails = mails(&server, &owner).await;
        mails.iter().map(|mail| mail["state"].as_str().expect("a state").to_owned()).collect()
    };
    assert_eq!(states().await, ["waiting", "cancelled"]);
    let list = server.get("/api/v1/tenants/invitations/", &owner).await.expect(200).json();
    let open = list["results"].as_array().expect("a list").iter().find(|one| one["id"] != first["id"]);
    let path = format!("/api/v1/tenants/invitations/{}/", open.expect("one")["id"].as_str().expect("an id"));
    server.delete(&path, &owner).await.expect(204);
    assert_eq!(states().await, ["cancelled", "cancelled"]);
}

/// Waits until records can point to a member: the directory of a workspace follows its members.
async fn recorded(world: &World, member: &Signed) {
    let path = format!("/api/v1/tenants/members/{}/history/", member.user_id);
    until("the member's record", async || {
        let seen = world.server.get(&path, &world.owner).await;
        (seen.status == 200 && seen.json()["count"].as_i64() > Some(0)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_application_is_told_to_the_candidate_and_to_who_looks_after_the_job_once() {
    let peer = SmtpPeer::start();
    let world = World::with(sending_to(&peer.url())).await;
    let server = &world.server;
    let bob = server.member(&world.owner, "bob@example.com", "recruiter").await;
    server.patch("/api/v1/accounts/profile/", &bob, json!({"language": "fr"})).await.expect(200);
    recorded(&world, &bob).await;
    let fields = json!({"title": "Chef d'équipe “R&D”", "recruiter_id": bob.user_id});
    let slug = world.slug(fields).await;
    let token = world.open(&slug).await;
    let parts = world.grace(&token);
    world.send(&slug, &parts).await.expect(303);
    // The person goes back and sends it again.
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;

    let told = peer.first("grace@example.org").await;
    assert_eq!(told.header("Subject"), "We have your application: Chef d'équipe “R&D”");
    assert!(told.text().starts_with("Hello Grace,"), "{}", told.text());
    assert!(told.html().contains("R&#38;D"), "{}", told.html());
    let invited = peer.first("bob@example.com").await;
    assert_eq!(invited.header("Subject"), "Ada Lovelace invites you to Acme");
    peer.count(3).await;
    let told = peer.to("bob@example.com").swap_remove(1);
    assert_eq!(told.header("Subject"), "Nouvelle candidature : Grace Hopper, Chef d'équipe “R&D”");
    assert!(told.header("To").contains("<bob@example.com>"));
    assert_eq!(told.header("Content-Language"), "fr");
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(peer.all().len(), 3);
    assert_eq!(mails(server, &world.owner).await.len(), 3);
}

#[tokio::test]
async fn without_somebody_who_looks_after_the_job_the_owner_is_told() {
    let peer = SmtpPeer::start();
    let world = World::with(sending_to(&peer.url())).await;
    let gone = world.server.member(&world.owner, "gone@example.com", "recruiter").await;
    recorded(&world, &gone).await;
    let slug = world.slug(json!({"recruiter_id": gone.user_id})).await;
    let path = format!("/api/v1/tenants/members/{}/", gone.user_id);
    world.server.patch(&path, &world.owner, json!({"is_active": false})).await.expect(200);
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&token)).await.expect(303);
    let told = peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "New application: Grace Hopper, Platform Engineer");
    assert_eq!(peer.to("gone@example.com").len(), 1, "the invitation alone");
}

#[tokio::test]
async fn a_stranger_can_neither_write_the_mail_nor_flood_an_address() {
    let peer = SmtpPeer::start();
    // The clock runs while people type: leases have to last for longer.
    let world = World::with(Config { smtp_timeout_s: 60, ..sending_to(&peer.url()) }).await;
    let apply = async |first_name: &str| {
        // For another job each time: a second application for one is set apart.
        let slug = world.slug(json!({})).await;
        let token = world.open(&slug).await;
        let mut parts = world.grace(&token);
        parts[1] = text("first_name", first_name);
        world.send(&slug, &parts).await.expect(303);
    };
    apply("Win €100 at http://evil.example").await;
    apply("G\u{202e}race\u{2028}Bcc: victim@example.org").await;
    for _ in 0..6 {
        apply("Grace").await;
    }
    world.applications(8).await;
    // Each of the eight is told to the owner; the stranger's address gets five in a day.
    peer.count(13).await;
    tokio::time::sleep(A_WHILE).await;
    let told = peer.to("grace@example.org");
    assert_eq!((told.len(), peer.all().len()), (5, 13));
    let greeted = told.iter().filter(|mail| mail.text().starts_with("Hello Grace,")).count();
    assert!(told.iter().any(|mail| mail.text().starts_with("Hello,")) && greeted >= 3, "{greeted}");
    assert!(told.iter().all(|mail| !mail.text().contains("evil") && !mail.html().contains("evil")));
    for mail in peer.all() {
        let headers = mail.0["headers"].as_array().expect("headers").clone();
        assert_eq!(headers.len(), 10, "{headers:?}");
        assert_eq!((&mail.0["defects"], mail.0["to"].as_array().map(Vec::len)), (&json!([]), Some(1)));
    }
}
