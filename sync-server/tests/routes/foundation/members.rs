//! Invitations, roles, the last owner, and devices.

use serde_json::json;
use zumodra_server::DomainEvent;
use zumodra_server::accounts::directory;
use zumodra_server::signals;
use zumodra_shared::kernel::time::DAY_MS;

use crate::support::{PASSWORD, TestServer};

const INVITATIONS: &str = "/api/v1/tenants/invitations/";
const ACCEPT: &str = "/api/v1/tenants/invitations/accept";

#[tokio::test]
async fn an_invitation_makes_a_member_once() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let body = json!({"email": "Bob@Example.com", "role": "recruiter", "job_title": "Talent lead"});
    let invited = server.post(INVITATIONS, &owner, body).await.expect(201).json();
    assert_eq!(invited["email"], "bob@example.com");
    let list = server.get(INVITATIONS, &owner).await.expect(200).json();
    assert_eq!((list["count"].as_i64(), list["results"][0].get("token")), (Some(1), None));

    let accept = |password: &str| json!({"token": invited["token"], "name": "Bob", "password": password});
    assert_eq!(server.post_anon(ACCEPT, accept("short")).await.expect(422).code(), "weak-password");
    let mut events = server.app.events();
    let bob = server.post_anon(ACCEPT, accept(PASSWORD)).await.expect(201).json();
    assert_eq!((bob["role"].as_str(), bob["tenant"]["slug"].as_str()), (Some("recruiter"), Some("acme")));
    assert!(matches!(events.recv().await, Ok(DomainEvent::MemberChanged { .. })));
    assert_eq!(server.post_anon(ACCEPT, accept(PASSWORD)).await.expect(409).code(), "invitation-used");

    let tenant = server.tenant(&owner).await;
    let members = directory::entries(&server.app, tenant.id).await.expect("reads");
    let bob = members.iter().find(|member| member.email == "bob@example.com").expect("Bob");
    assert_eq!((bob.job_title.as_str(), bob.is_active), ("Talent lead", true));
    // The mail is asked for in the transaction that made the invitation.
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    let topics: Vec<String> =
        sqlx::query_scalar("select topic from outbox where topic = 'invitation.created'")
            .fetch_all(&mut *tx)
            .await
            .expect("reads");
    assert_eq!(topics, ["invitation.created"]);
}

#[tokio::test]
async fn an_invitation_runs_out_is_taken_back_and_gives_way_to_a_newer_one() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let invite = || server.post(INVITATIONS, &owner, json!({"email": "bob@example.com", "role": "viewer"}));
    let accept = |token: &serde_json::Value| {
        server.post_anon(ACCEPT, json!({"token": token, "name": "Bob", "password": PASSWORD}))
    };
    let first = invite().await.expect(201).json();
    let second = invite().await.expect(201).json();
    assert_eq!(accept(&first["token"]).await.expect(409).code(), "invitation-used");
    let path = format!("{INVITATIONS}{}/", second["id"].as_str().expect("an id"));
    server.delete(&path, &owner).await.expect(204);
    server.delete(&path, &owner).await.expect(404);
    assert_eq!(accept(&second["token"]).await.expect(409).code(), "invitation-used");
    let third = invite().await.expect(201).json();
    server.clock.advance(7 * DAY_MS);
    assert_eq!(accept(&third["token"]).await.expect(409).code(), "invitation-used");
    assert_eq!(accept(&json!("made-up")).await.expect(409).code(), "invitation-used");
}

#[tokio::test]
async fn an_invitation_does_not_change_the_password_of_an_account() {
    let server = TestServer::start().await;
    let acme = server.workspace("Acme").await;
    server.workspace("Beta").await;
    let body = json!({"email": "beta@example.com", "role": "viewer"});
    let token = server.post(INVITATIONS, &acme, body).await.expect(201).json()["token"].clone();
    let accept = |password: &str| json!({"token": token, "name": "Eve", "password": password});
    let wrong = server.post_anon(ACCEPT, accept("marble kettle drifts 4")).await.expect(401);
    assert_eq!(wrong.code(), "wrong-credentials");
    server.post_anon(ACCEPT, accept(PASSWORD)).await.expect(201);
    let body = json!({"email": "beta@example.com", "role": "viewer"});
    assert_eq!(server.post(INVITATIONS, &acme, body).await.expect(409).code(), "already-exists");
}

#[tokio::test]
async fn nobody_grants_a_role_above_their_own() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let admin = server.member(&owner, "admin@example.com", "admin").await;
    let recruiter = server.member(&admin, "recruiter@example.com", "recruiter").await;
    let member = |id: &str| format!("/api/v1/tenants/members/{id}/");

    let body = json!({"email": "x@example.com", "role": "owner"});
    server.post(INVITATIONS, &admin, body.clone()).await.expect(403);
    server
        .post(INVITATIONS, &recruiter, json!({"email": "x@example.com", "role": "viewer"}))
        .await
        .expect(403);
    server.get(INVITATIONS, &recruiter).await.expect(403);
    server.patch(&member(&recruiter.user_id), &recruiter, json!({"role": "admin"})).await.expect(403);
    server.patch(&member(&admin.user_id), &admin, json!({"role": "owner"})).await.expect(403);
    server.patch(&member(&owner.user_id), &admin, json!({"role": "viewer"})).await.expect(403);
    server.patch(&member(&recruiter.user_id), &admin, json!({"role": "hiring_manager"})).await.expect(200);
    // The role that counts is the one in the database, and it counts at once.
    let profile = server.get("/api/v1/accounts/profile/", &recruiter).await.expect(200).json();
    assert_eq!(profile["role"], "hiring_manager");
}

#[tokio::test]
async fn the_last_owner_stays() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let path = format!("/api/v1/tenants/members/{}/", owner.user_id);
    for change in [json!({"role": "admin"}), json!({"is_active": false})] {
        assert_eq!(server.patch(&path, &owner, change).await.expect(409).code(), "last-owner");
    }
    let second = server.member(&owner, "second@example.com", "owner").await;
    // Two owners who demote each other at the same moment: one of them stays.
    let other = format!("/api/v1/tenants/members/{}/", second.user_id);
    let (a, b) = tokio::join!(
        server.patch(&other, &owner, json!({"role": "admin"})),
        server.patch(&path, &second, json!({"role": "admin"})),
    );
    let mut answers = [a.status.as_u16(), b.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers[0], 200);
    assert!([403, 409].contains(&answers[1]), "{answers:?}");
}

#[tokio::test]
async fn a_member_who_is_deactivated_is_out_at_once_and_may_come_back() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let bob = server.member(&owner, "bob@example.com", "recruiter").await;
    server.get("/api/v1/accounts/profile/", &bob).await.expect(200);
    let path = format!("/api/v1/tenants/members/{}/", bob.user_id);
    server.patch(&path, &owner, json!({"is_active": false})).await.expect(200);
    assert_eq!(server.get("/api/v1/accounts/profile/", &bob).await.expect(401).code(), "device-revoked");
    let body = json!({"refresh": bob.refresh});
    assert_eq!(
        server.post_anon("/api/v1/auth/token/refresh/", body).await.expect(401).code(),
        "device-revoked"
    );
    server.try_sign_in("bob@example.com", PASSWORD).await.expect(404);
    server.patch(&path, &owner, json!({"is_active": true})).await.expect(200);
    server.sign_in("bob@example.com").await;
}

#[tokio::test]
async fn a_revoked_device_is_refused_at_once_and_others_are_not_touched() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let bob = server.member(&owner, "bob@example.com", "recruiter").await;
    let phone = server.sign_in("bob@example.com").await;
    let stranger = server.workspace("Beta").await;
    let path = format!("/api/v1/accounts/devices/{}/", phone.device_id);
    server.get("/api/v1/accounts/profile/", &phone).await.expect(200);

    server.delete(&path, &stranger).await.expect(404);
    let mine = format!("/api/v1/accounts/devices/{}/", owner.device_id);
    server.delete(&mine, &bob).await.expect(404);
    server.delete(&path, &bob).await.expect(204);
    assert_eq!(server.get("/api/v1/accounts/profile/", &phone).await.expect(401).code(), "device-revoked");
    server.get("/api/v1/accounts/profile/", &bob).await.expect(200);

    // A revoked device that signs in again is a new one: its copy was wiped.
    let body = json!({"email": "bob@example.com", "password": PASSWORD, "device_id": phone.device_id});
    let again = server.post_anon("/api/v1/auth/token/", body).await.expect(200).json();
    assert_ne!(again["device_id"], phone.device_id.as_str());

    let own = server.get("/api/v1/accounts/devices/", &bob).await.expect(200).json();
    assert_eq!(own["count"], 3);
    server.get("/api/v1/accounts/devices/?all=true", &bob).await.expect(403);
    let all = server.get("/api/v1/accounts/devices/?all=true&page_size=2", &owner).await.expect(200).json();
    assert_eq!((all["count"].as_i64(), all["results"].as_array().map(Vec::len)), (Some(4), Some(2)));
    assert_eq!(all["next"], "http://localhost:8084/api/v1/accounts/devices/?all=true&page_size=2&page=2");
    let by_admin = format!("/api/v1/accounts/devices/{}/", bob.device_id);
    server.delete(&by_admin, &owner).await.expect(204);
    server.get("/api/v1/accounts/profile/", &bob).await.expect(401);
}

#[tokio::test]
async fn a_profile_is_changed_by_its_person() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let body = json!({"name": "  Ada   King ", "language": "fr"});
    let profile = server.patch("/api/v1/accounts/profile/", &owner, body).await.expect(200).json();
    assert_eq!((profile["name"].as_str(), profile["language"].as_str()), (Some("Ada King"), Some("fr")));
    server.patch("/api/v1/accounts/profile/", &owner, json!({"language": "de"})).await.expect(422);
    let members = server.get("/api/v1/tenants/members/", &owner).await.expect(200).json();
    assert_eq!(members["results"][0]["name"], "Ada King");
}

#[tokio::test]
async fn what_another_process_did_is_heard_and_heard_once() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let bob = server.member(&owner, "bob@example.com", "recruiter").await;
    server.get("/api/v1/accounts/profile/", &bob).await.expect(200);
    let mut events = server.app.events();

    let other = server.beside().await;
    let path = format!("/api/v1/tenants/members/{}/", bob.user_id);
    other.patch(&path, &owner, json!({"is_active": false})).await.expect(200);
    signals::listen(&server.app).await.expect("listens");
    assert_eq!(server.get("/api/v1/accounts/profile/", &bob).await.expect(401).code(), "device-revoked");
    let mut heard = Vec::new();
    while let Ok(event) = events.try_recv() {
        heard.push(event);
    }
    assert!(matches!(heard[0], DomainEvent::MemberChanged { .. }), "{heard:?}");
    assert!(matches!(heard[1], DomainEvent::DeviceEnded { revoked: true, .. }), "{heard:?}");
    signals::listen(&server.app).await.expect("listens");
    assert!(events.try_recv().is_err(), "nothing is heard twice");
}
