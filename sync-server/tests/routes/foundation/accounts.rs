//! Sign-up, sign-in, lockout, and refresh tokens.

use serde_json::json;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use crate::support::{PASSWORD, TestServer};

const WRONG: &str = "not the password 1";

#[tokio::test]
async fn a_sign_up_makes_a_workspace_whose_owner_can_sign_in() {
    let server = TestServer::start().await;
    let owner = server.workspace("Café Müller").await;
    assert_eq!(owner.slug, "cafe-muller");
    let profile = server.get("/api/v1/accounts/profile/", &owner).await.expect(200).json();
    assert_eq!(profile["role"], "owner");
    assert_eq!(profile["tenant"]["name"], "Café Müller");
    let again = server.try_sign_in("CAFÉ.MÜLLER@example.com", PASSWORD).await.expect(200).json();
    assert_eq!(again["user"]["id"], owner.user_id.as_str());
    assert_ne!(again["device_id"], owner.device_id.as_str());
}

#[tokio::test]
async fn the_access_token_carries_the_documented_fields() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let body = json!({"token": owner.access});
    let claims =
        server.post_anon("/api/v1/auth/token/verify/", body).await.expect(200).json()["claims"].clone();
    assert_eq!(claims["user_id"], owner.user_id.as_str());
    assert_eq!(claims["tenant_id"], owner.tenant_id.as_str());
    assert_eq!(claims["device_id"], owner.device_id.as_str());
    assert_eq!(claims["email"], "acme@example.com");
    assert_eq!(claims["role"], "owner");
    assert_eq!(claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat"), 15 * 60);
}

#[tokio::test]
async fn a_sign_up_names_every_field_that_needs_another_value() {
    let server = TestServer::start().await;
    let answer =
        server.post_anon("/api/v1/tenants/", json!({"email": "nobody", "language": "xx"})).await.expect(422);
    assert_eq!(answer.code(), "invalid-fields");
    let errors = answer.json()["errors"].as_object().expect("errors").keys().cloned().collect::<Vec<_>>();
    assert_eq!(errors, ["email", "language", "name", "workspace"]);
    let body =
        json!({"workspace": "Acme", "name": "Ada", "email": "ada@example.com", "password": "password1234"});
    assert_eq!(server.post_anon("/api/v1/tenants/", body).await.expect(422).code(), "weak-password");
}

#[tokio::test]
async fn an_account_is_locked_after_five_failures_for_an_hour() {
    let server = TestServer::start().await;
    server.workspace("Acme").await;
    for _ in 0..5 {
        assert_eq!(
            server.try_sign_in("acme@example.com", WRONG).await.expect(401).code(),
            "wrong-credentials"
        );
    }
    let locked = server.try_sign_in("acme@example.com", PASSWORD).await.expect(429);
    assert_eq!(locked.code(), "locked-out");
    assert_eq!(locked.headers["retry-after"], "3600");
    // Trying on does not move the hour.
    server.clock.advance(HOUR_MS / 2);
    assert_eq!(server.try_sign_in("acme@example.com", WRONG).await.expect(429).code(), "locked-out");
    server.clock.advance(HOUR_MS / 2);
    server.try_sign_in("acme@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_lockout_outlives_a_restart_and_four_failures_lock_nothing() {
    let server = TestServer::start().await;
    server.workspace("Acme").await;
    server.workspace("Beta").await;
    for _ in 0..4 {
        server.try_sign_in("beta@example.com", WRONG).await.expect(401);
    }
    server.try_sign_in("beta@example.com", PASSWORD).await.expect(200);
    server.try_sign_in("beta@example.com", WRONG).await.expect(401);
    for _ in 0..5 {
        server.try_sign_in("acme@example.com", WRONG).await.expect(401);
    }
    let server = server.restart().await;
    server.try_sign_in("acme@example.com", PASSWORD).await.expect(429);
    server.try_sign_in("beta@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn guesses_at_the_same_moment_do_not_slip_past_the_limit() {
    let server = TestServer::start().await;
    server.workspace("Acme").await;
    let tries = (0..12).map(|_| server.try_sign_in("acme@example.com", WRONG));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 7);
}

#[tokio::test]
async fn right_passwords_at_the_same_moment_all_get_in() {
    let server = TestServer::start().await;
    server.workspace("Acme").await;
    let tries = (0..8).map(|_| server.try_sign_in("acme@example.com", PASSWORD));
    let answers = futures_util::future::join_all(tries).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn an_address_without_an_account_is_answered_and_locked_like_one_with() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        assert_eq!(
            server.try_sign_in("ghost@example.com", WRONG).await.expect(401).code(),
            "wrong-credentials"
        );
    }
    assert_eq!(server.try_sign_in("ghost@example.com", WRONG).await.expect(429).code(), "locked-out");
}

#[tokio::test]
async fn an_account_in_two_workspaces_says_which_one() {
    let server = TestServer::start().await;
    let body = json!({"workspace": "Acme", "name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    server.post_anon("/api/v1/tenants/", body).await.expect(201);
    let body = json!({"workspace": "Beta", "name": "Ada", "email": "ada@example.com", "password": WRONG});
    assert_eq!(server.post_anon("/api/v1/tenants/", body).await.expect(401).code(), "wrong-credentials");
    let body = json!({"workspace": "Beta", "name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    server.post_anon("/api/v1/tenants/", body).await.expect(201);

    // The list is only for who knows the password.
    assert_eq!(server.try_sign_in("ada@example.com", WRONG).await.expect(401).code(), "wrong-credentials");
    let choose = server.try_sign_in("ada@example.com", PASSWORD).await.expect(409);
    assert_eq!(choose.code(), "choose-workspace");
    assert_eq!(choose.json()["errors"], json!({"acme": "Acme", "beta": "Beta"}));
    assert_eq!(choose.json()["workspaces"][1]["slug"], "beta");
    let sign_in = |workspace: &'static str| {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "workspace": workspace});
        server.post_anon("/api/v1/auth/token/", body)
    };
    assert_eq!(sign_in("beta").await.expect(200).json()["tenant"]["slug"], "beta");
    assert_eq!(sign_in("gamma").await.expect(404).code(), "tenant-unknown");
}

#[tokio::test]
async fn a_device_keeps_its_id_when_it_signs_in_again_and_cannot_take_anothers() {
    let server = TestServer::start().await;
    let acme = server.workspace("Acme").await;
    let beta = server.workspace("Beta").await;
    let body = json!({"email": "acme@example.com", "password": PASSWORD, "device_id": acme.device_id});
    let again = server.post_anon("/api/v1/auth/token/", body).await.expect(200).json();
    assert_eq!(again["device_id"], acme.device_id.as_str());
    // The session before it has ended.
    assert_eq!(server.get("/api/v1/accounts/profile/", &acme).await.expect(401).code(), "unauthenticated");
    let body = json!({"email": "acme@example.com", "password": PASSWORD, "device_id": beta.device_id});
    let taken = server.post_anon("/api/v1/auth/token/", body).await.expect(200).json();
    assert_ne!(taken["device_id"], beta.device_id.as_str());
    server.get("/api/v1/accounts/profile/", &beta).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let refresh = |token: String| server.post_anon("/api/v1/auth/token/refresh/", json!({"refresh": token}));
    let second = refresh(owner.refresh.clone()).await.expect(200).json();
    let token = |body: &serde_json::Value, name: &str| body[name].as_str().expect("a token").to_owned();
    let third = refresh(token(&second, "refresh")).await.expect(200).json();
    assert_eq!(refresh(owner.refresh.clone()).await.expect(401).code(), "refresh-reused");
    // The chain and the device's session are over for whoever holds them.
    assert_eq!(refresh(token(&third, "refresh")).await.expect(401).code(), "unauthenticated");
    let access = token(&third, "access");
    let profile =
        server.call(axum::http::Method::GET, "/api/v1/accounts/profile/", Some(&access), None).await;
    assert_eq!(profile.expect(401).code(), "unauthenticated");
}

#[tokio::test]
async fn a_lost_answer_is_forgiven_at_once_and_only_while_its_successor_is_unused() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let refresh = |token: String| server.post_anon("/api/v1/auth/token/refresh/", json!({"refresh": token}));
    let token = |body: &serde_json::Value| body["refresh"].as_str().expect("a token").to_owned();
    let lost = token(&refresh(owner.refresh.clone()).await.expect(200).json());
    server.clock.advance(5_000);
    let arrived = token(&refresh(owner.refresh.clone()).await.expect(200).json());
    refresh(arrived).await.expect(200);
    // The answer that was lost turns up after the other was used: two hold the chain.
    assert_eq!(refresh(lost).await.expect(401).code(), "refresh-reused");

    let owner = server.sign_in("acme@example.com").await;
    refresh(owner.refresh.clone()).await.expect(200);
    server.clock.advance(10_001);
    assert_eq!(refresh(owner.refresh.clone()).await.expect(401).code(), "refresh-reused");
}

#[tokio::test]
async fn tokens_run_out() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    server.clock.advance(15 * 60_000);
    assert_eq!(server.get("/api/v1/accounts/profile/", &owner).await.expect(401).code(), "token-expired");
    server.clock.advance(14 * DAY_MS);
    let body = json!({"refresh": owner.refresh});
    assert_eq!(
        server.post_anon("/api/v1/auth/token/refresh/", body).await.expect(401).code(),
        "token-expired"
    );
}

#[tokio::test]
async fn forged_and_foreign_tokens_are_refused() {
    let server = TestServer::start().await;
    let other = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let stranger = other.workspace("Acme").await;
    let mut cut = owner.access.clone();
    cut.pop();
    let none = "eyJhbGciOiJub25lIn0.e30.";
    for token in [stranger.access.as_str(), cut.as_str(), none, "", "a.b.c", &"x".repeat(5_000)] {
        let answer =
            server.call(axum::http::Method::GET, "/api/v1/accounts/profile/", Some(token), None).await;
        assert_eq!(answer.expect(401).code(), "unauthenticated", "{token}");
    }
}

#[tokio::test]
async fn a_sign_out_ends_the_session_at_once_with_either_token() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    server.get("/api/v1/accounts/profile/", &owner).await.expect(200);
    server.post_anon("/api/v1/auth/logout/", json!({"refresh": owner.refresh})).await.expect(204);
    server.get("/api/v1/accounts/profile/", &owner).await.expect(401);
    server.post_anon("/api/v1/auth/token/refresh/", json!({"refresh": owner.refresh})).await.expect(401);
    let owner = server.sign_in("acme@example.com").await;
    server.post("/api/v1/auth/logout/", &owner, json!({})).await.expect(204);
    server.get("/api/v1/accounts/profile/", &owner).await.expect(401);
    server.post_anon("/api/v1/auth/logout/", json!({})).await.expect(401);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let elsewhere = server.sign_in("acme@example.com").await;
    server.get("/api/v1/accounts/profile/", &elsewhere).await.expect(200);
    let change = |current: &str, password: &str| {
        server.post("/api/v1/accounts/password/", &owner, json!({"current": current, "password": password}))
    };
    assert_eq!(change(WRONG, "marble kettle drifts 4").await.expect(401).code(), "wrong-credentials");
    assert_eq!(change(PASSWORD, "short").await.expect(422).code(), "weak-password");
    change(PASSWORD, "marble kettle drifts 4").await.expect(204);
    server.get("/api/v1/accounts/profile/", &owner).await.expect(200);
    server.get("/api/v1/accounts/profile/", &elsewhere).await.expect(401);
    server.try_sign_in("acme@example.com", PASSWORD).await.expect(401);
    server.try_sign_in("acme@example.com", "marble kettle drifts 4").await.expect(200);
}
