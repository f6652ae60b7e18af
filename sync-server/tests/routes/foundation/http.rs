//! What every request gets: problems, limits, headers, health.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;
use zumodra_server::config::{Config, Rate, Rates};

use crate::support::{TestServer, config};

#[tokio::test]
async fn health_says_whether_the_server_can_work() {
    let server = TestServer::start().await;
    for path in ["/health/", "/health/live/", "/health/ready/"] {
        let answer = server.call(Method::GET, path, None, None).await.expect(200);
        assert_eq!(answer.json()["status"], "ok", "{path}");
    }
    server.app.shutdown().cancel();
    server.call(Method::GET, "/health/live/", None, None).await.expect(200);
    server.call(Method::GET, "/health/ready/", None, None).await.expect(503);
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let server = TestServer::start().await;
    let missing = server.call(Method::GET, "/api/v1/nothing/", None, None).await.expect(404);
    assert_eq!(missing.code(), "not-found");
    let method = server.call(Method::PUT, "/api/v1/auth/token/", None, None).await.expect(405);
    assert_eq!(method.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(method.json()["status"], 405);
    assert!(method.headers[header::ALLOW].to_str().expect("text").contains("POST"));

    let post = |body: &'static str, kind: &'static str| {
        let request = Request::post("/api/v1/auth/token/").header(header::CONTENT_TYPE, kind);
        server.send(request.body(Body::from(body)).expect("a request"))
    };
    assert_eq!(post("{\"email\":", "application/json").await.expect(400).code(), "bad-request");
    assert_eq!(post("\u{feff}\u{0}", "application/json").await.expect(400).code(), "bad-request");
    assert_eq!(post("email=a", "application/x-www-form-urlencoded").await.expect(400).code(), "bad-request");
    assert_eq!(post("{\"email\": 5}", "application/json").await.expect(422).code(), "invalid-fields");
    assert_eq!(post("{}", "application/json").await.expect(422).code(), "invalid-fields");
    let large = json!({"email": "x".repeat(2 << 20)});
    assert_eq!(server.post_anon("/api/v1/auth/token/", large).await.expect(413).code(), "too-large");
    let no_id = server.workspace("Acme").await;
    assert_eq!(server.get("/api/v1/tenants/members/5/", &no_id).await.expect(404).code(), "not-found");
    assert_eq!(
        server.get("/api/v1/tenants/members/?page=0", &no_id).await.expect(422).code(),
        "invalid-fields"
    );
    assert_eq!(server.get("/api/v1/tenants/members/?page=x", &no_id).await.expect(400).code(), "bad-request");
}

#[tokio::test]
async fn a_problem_names_its_request_and_every_answer_has_safe_headers() {
    let server = TestServer::start().await;
    let answer = server.call(Method::GET, "/api/v1/accounts/profile/", None, None).await.expect(401);
    let id = answer.headers["x-request-id"].to_str().expect("text");
    assert_eq!(answer.json()["instance"], format!("urn:zumodra:request:{id}"));
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert!(answer.headers.contains_key(header::CONTENT_SECURITY_POLICY));
}

#[tokio::test]
async fn every_route_that_needs_a_sign_in_refuses_without_one() {
    let server = TestServer::start().await;
    let id = "01a20523-fed3-7e8e-bd07-59e1d95256b5";
    let hash = "a".repeat(64);
    let routes = [
        (Method::GET, "/api/v1/tenants/current/".to_owned()),
        (Method::PATCH, "/api/v1/tenants/current/".to_owned()),
        (Method::GET, "/api/v1/tenants/members/".to_owned()),
        (Method::GET, format!("/api/v1/tenants/members/{id}/")),
        (Method::PATCH, format!("/api/v1/tenants/members/{id}/")),
        (Method::GET, "/api/v1/tenants/invitations/".to_owned()),
        (Method::POST, "/api/v1/tenants/invitations/".to_owned()),
        (Method::DELETE, format!("/api/v1/tenants/invitations/{id}/")),
        (Method::GET, "/api/v1/accounts/profile/".to_owned()),
        (Method::PATCH, "/api/v1/accounts/profile/".to_owned()),
        (Method::POST, "/api/v1/accounts/password/".to_owned()),
        (Method::GET, "/api/v1/accounts/devices/".to_owned()),
        (Method::DELETE, format!("/api/v1/accounts/devices/{id}/")),
        (Method::POST, "/api/v1/files/".to_owned()),
        (Method::PATCH, format!("/api/v1/files/{hash}/")),
        (Method::GET, format!("/api/v1/files/{hash}/")),
        (Method::GET, format!("/api/v1/files/{hash}/link/")),
    ];
    for (method, path) in routes {
        let answer = server.call(method.clone(), &path, None, Some(json!({}))).await;
        assert_eq!(answer.expect(401).code(), "unauthenticated", "{method} {path}");
    }
}

fn rate(text: &str) -> Rate {
    Rate::try_from(text.to_owned()).expect("a rate")
}

#[tokio::test]
async fn an_address_signs_in_only_so_often() {
    let rates = Rates { auth: rate("5/minute"), ..Rates::generous() };
    let server = TestServer::with(Config { rates, trust_proxy: true, ..config() }).await;
    let try_from = |addr: &'static str| {
        let body = Body::from(json!({"email": format!("{}@x.com", addr.len()), "password": "x"}).to_string());
        let request = Request::post("/api/v1/auth/token/").header("x-forwarded-for", addr);
        server.send(request.header(header::CONTENT_TYPE, "application/json").body(body).expect("a request"))
    };
    for _ in 0..5 {
        try_from("9.9.9.9, 1.2.3.4").await.expect(401);
    }
    // What the client claims before the proxy's own entry changes nothing.
    let refused = try_from("8.8.8.8, 1.2.3.4").await.expect(429);
    assert_eq!(refused.code(), "too-many-requests");
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    try_from("1.2.3.5").await.expect(401);
}

#[tokio::test]
async fn a_person_calls_only_so_often_whatever_the_address() {
    let rates = Rates { user: rate("3/hour"), ..Rates::generous() };
    let server = TestServer::with(Config { rates, ..config() }).await;
    let owner = server.workspace("Acme").await;
    for _ in 0..3 {
        server.get("/api/v1/accounts/profile/", &owner).await.expect(200);
    }
    assert_eq!(server.get("/api/v1/accounts/profile/", &owner).await.expect(429).code(), "too-many-requests");
}

#[tokio::test]
async fn forwarded_addresses_count_only_behind_a_proxy() {
    let rates = Rates { registration: rate("1/hour"), ..Rates::generous() };
    let server = TestServer::with(Config { rates, ..config() }).await;
    let sign_up = |addr: &'static str| {
        let request = Request::post("/api/v1/tenants/").header("x-forwarded-for", addr);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        server.send(request.body(Body::from("{}")).expect("a request"))
    };
    sign_up("1.1.1.1").await.expect(422);
    sign_up("2.2.2.2").await.expect(429);
}
