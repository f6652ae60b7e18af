//! A forgotten password.

use axum::http::Method;
use serde_json::json;

use super::causes::send_form;
use super::world::{A_WHILE, mails, start};
use crate::support::smtp::SmtpPeer;
use crate::support::{PASSWORD, TestServer};

const ASK: &str = "/api/v1/accounts/password/reset/";
const CONFIRM: &str = "/api/v1/accounts/password/reset/confirm/";
const NEW: &str = "marble kettle drifts 4";

async fn asked(server: &TestServer, peer: &SmtpPeer, email: &str) -> String {
    let before = peer.to(email).len();
    server.post_anon(ASK, json!({"email": email})).await.expect(202);
    let link = crate::support::smtp::until("a link", async || peer.to(email).get(before).cloned())
        .await
        .link("http");
    link.split_once("token=").expect("a token").1.to_owned()
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_ends_every_session() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    let token = asked(&server, &peer, "acme@example.com").await;
    let older = asked(&server, &peer, "acme@example.com").await;
    let mail = peer.first("acme@example.com").await;
    assert_eq!(mail.header("Subject"), "Choose a new password for Zumodra");
    let weak = server.post_anon(CONFIRM, json!({"token": token, "password": "short"})).await.expect(422);
    assert_eq!(weak.code(), "weak-password");
    server.post_anon(CONFIRM, json!({"token": token, "password": NEW})).await.expect(204);
    for used in [&token, &older] {
        let again = server.post_anon(CONFIRM, json!({"token": used, "password": PASSWORD})).await.expect(409);
        assert_eq!(again.code(), "link-used");
    }
    server.get("/api/v1/accounts/profile/", &owner).await.expect(401);
    let refresh = json!({"refresh": owner.refresh});
    server.post_anon("/api/v1/auth/token/refresh/", refresh).await.expect(401);
    server.try_sign_in("acme@example.com", PASSWORD).await.expect(401);
    server.try_sign_in("acme@example.com", NEW).await.expect(200);
}

#[tokio::test]
async fn a_link_works_for_an_hour_and_opens_a_locked_account() {
    let (server, peer) = start().await;
    server.workspace("Acme").await;
    let late = asked(&server, &peer, "acme@example.com").await;
    server.clock.advance(60 * 60_000);
    let path = format!("/account/password/?token={late}");
    server.call(Method::GET, &path, None, None).await.expect(409);
    server.post_anon(CONFIRM, json!({"token": late, "password": NEW})).await.expect(409);
    for _ in 0..6 {
        server.try_sign_in("acme@example.com", "wrong").await;
    }
    server.try_sign_in("acme@example.com", PASSWORD).await.expect(429);
    let token = asked(&server, &peer, "acme@example.com").await;
    let path = format!("/account/password/?token={token}");
    let page = server.call(Method::GET, &path, None, None).await.expect(200).text();
    assert!(page.contains("For the account of acme@example.com."), "{page}");
    let fields = [("token", token.as_str()), ("password", NEW)];
    let done = send_form(&server, "/account/password/", &fields).await.expect(200).text();
    assert!(done.contains("Votre mot de passe est changé"), "{done}");
    server.try_sign_in("acme@example.com", NEW).await.expect(200);
}

#[tokio::test]
async fn nobody_learns_whether_an_address_has_an_account() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    let known = server.post_anon(ASK, json!({"email": "acme@example.com"})).await.expect(202);
    let unknown = server.post_anon(ASK, json!({"email": "nobody@example.com"})).await.expect(202);
    assert_eq!(known.bytes, unknown.bytes);
    let page = async |email: &str| {
        send_form(&server, "/account/password/ask/", &[("email", email)]).await.expect(202).text()
    };
    assert_eq!(page("acme@example.com").await, page("nobody@example.com").await);
    // More than three in an hour are none.
    for _ in 0..3 {
        server.post_anon(ASK, json!({"email": "acme@example.com"})).await.expect(202);
    }
    peer.count(3).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(peer.all().len(), 3);
    assert!(peer.all().iter().all(|mail| mail.to() == "acme@example.com"));
    // The outbox has no secret, and so cannot be used to take over the account.
    let tokens: Vec<String> = peer.all().iter().map(|mail| mail.link("http")).collect();
    let kept = serde_json::to_string(&mails(&server, &owner).await).expect("JSON");
    assert!(tokens.iter().all(|link| !kept.contains(link.split_once("token=").expect("a token").1)));
}
