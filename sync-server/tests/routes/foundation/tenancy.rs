//! Workspaces are apart: by address, by role of the database, and by migration.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;
use sqlx::AssertSqlSafe;
use zumodra_server::careers::domains::actions as domains;
use zumodra_server::db::migrate::{Migration, Migrator, TENANT_MIGRATIONS, TENANT_TABLES, behind};
use zumodra_server::db::{Db, SchemaName};
use zumodra_server::tenants::{State, actions};
use zumodra_shared::kernel::RecordId;

use crate::support::{PASSWORD, TestServer, database};

#[tokio::test]
async fn postgresql_itself_refuses_what_belongs_to_another_workspace() {
    let server = TestServer::start().await;
    let (acme, beta) = (server.workspace("Acme").await, server.workspace("Beta").await);
    let (acme, beta) = (server.tenant(&acme).await, server.tenant(&beta).await);
    for table in TENANT_TABLES {
        let mut tx = server.app.db().tenant(&acme.schema).await.expect("opens");
        let own: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&mut *tx)
            .await
            .expect("its own table");
        assert!(own >= 0);
        let foreign = format!("select count(*) from {}.{table}", beta.schema);
        let error = sqlx::query(AssertSqlSafe(foreign)).execute(&mut *tx).await.expect_err("refused");
        assert_eq!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"), "{table}");
    }
    for statement in ["select email from public.users", "create table x (y int)", "drop table records"] {
        let mut tx = server.app.db().tenant(&acme.schema).await.expect("opens");
        let error = sqlx::query(AssertSqlSafe(statement)).execute(&mut *tx).await.expect_err("refused");
        let code = error.as_database_error().and_then(|e| e.code()).map(std::borrow::Cow::into_owned);
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn a_connection_forgets_its_workspace_with_its_transaction() {
    let server = TestServer::start().await;
    let acme = server.workspace("Acme").await;
    let acme = server.tenant(&acme).await;
    let tx = server.app.db().tenant(&acme.schema).await.expect("opens");
    drop(tx);
    for _ in 0..8 {
        let mut tx = server.app.db().public().await.expect("opens");
        let path: String = sqlx::query_scalar("show search_path").fetch_one(&mut *tx).await.expect("shows");
        assert_eq!(path, "public");
        tx.commit().await.expect("commits");
    }
}

/// The bench's find: whoever went away while a transaction began left it open on a connection of the pool, and the next
/// one there went on in it: in an old snapshot that nothing could be written in.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_beginning_was_given_up_is_not_gone_on_with() {
    let server = TestServer::start().await;
    let acme = server.workspace("Acme").await;
    let acme = server.tenant(&acme).await;
    for round in 0..100 {
        let (db, schema) = (server.app.db().clone(), acme.schema.clone());
        let reader = tokio::spawn(async move { while db.tenant_snapshot(&schema).await.is_ok() {} });
        tokio::time::sleep(Duration::from_millis(3)).await;
        reader.abort();
        tokio::time::sleep(Duration::from_millis(3)).await;
        // Every connection that the pool has by now, and another one.
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut tx = server.app.db().tenant(&acme.schema).await.expect("opens");
            let read_only: String =
                sqlx::query_scalar("show transaction_read_only").fetch_one(&mut *tx).await.expect("shows");
            assert_eq!(read_only, "off", "in round {round}");
            open.push(tx);
        }
    }
}

#[tokio::test]
async fn a_transaction_that_could_not_begin_spoils_no_connection() {
    let server = TestServer::start().await;
    let nowhere = SchemaName::of(RecordId::from_u128(1));
    for _ in 0..20 {
        let error = server.app.db().tenant(&nowhere).await.expect_err("there is no such workspace");
        let code = error.as_database_error().and_then(|e| e.code()).map(std::borrow::Cow::into_owned);
        assert_eq!(code.as_deref(), Some("22023"), "{error}");
    }
}

#[tokio::test]
async fn names_become_subdomains_and_the_same_name_gets_a_number() {
    let server = TestServer::start().await;
    assert_eq!(server.workspace("Acme").await.slug, "acme");
    let body = json!({"workspace": "ACME!", "name": "Eve", "email": "eve@example.com", "password": PASSWORD});
    let second = server.post_anon("/api/v1/tenants/", body).await.expect(201).json();
    assert_eq!(second["tenant"]["slug"], "acme-2");
    assert_eq!(server.workspace("Admin").await.slug, "admin-2");
}

async fn profile_at(server: &TestServer, host: &str, access: &str) -> crate::support::Answer {
    let request = Request::get("/api/v1/accounts/profile/")
        .header(header::HOST, host)
        .header(header::AUTHORIZATION, format!("Bearer {access}"))
        .body(Body::empty())
        .expect("a request");
    server.send(request).await
}

#[tokio::test]
async fn the_address_names_the_workspace() {
    let server = TestServer::start().await;
    let (acme, beta) = (server.workspace("Acme").await, server.workspace("Beta").await);
    profile_at(&server, "acme.localhost:8084", &acme.access).await.expect(200);
    assert_eq!(
        profile_at(&server, "acme.localhost:8084", &beta.access).await.expect(403).code(),
        "forbidden"
    );
    assert_eq!(
        profile_at(&server, "gamma.localhost", &acme.access).await.expect(404).code(),
        "tenant-unknown"
    );
    profile_at(&server, "jobs.acme.org", &acme.access).await.expect(404);
    let tenant = server.tenant(&acme).await;
    domains::vouch(&server.app, tenant.id, "Jobs.Acme.org.").await.expect("adds");
    profile_at(&server, "jobs.acme.org", &acme.access).await.expect(200);
    let other = server.tenant(&beta).await;
    assert!(domains::vouch(&server.app, other.id, "jobs.acme.org").await.is_err());
    assert!(domains::vouch(&server.app, other.id, "no host").await.is_err());
}

#[tokio::test]
async fn a_suspended_workspace_lets_nobody_in_until_it_is_active_again() {
    let server = TestServer::start().await;
    let acme = server.workspace("Acme").await;
    let beta = server.workspace("Beta").await;
    let tenant = server.tenant(&acme).await;
    server.get("/api/v1/accounts/profile/", &acme).await.expect(200);
    actions::set_state(&server.app, tenant.id, State::Suspended).await.expect("suspends");
    assert_eq!(server.get("/api/v1/accounts/profile/", &acme).await.expect(403).code(), "tenant-suspended");
    assert_eq!(server.try_sign_in("acme@example.com", PASSWORD).await.expect(403).code(), "tenant-suspended");
    let body = json!({"refresh": acme.refresh});
    server.post_anon("/api/v1/auth/token/refresh/", body).await.expect(403);
    server.get("/api/v1/accounts/profile/", &beta).await.expect(200);
    actions::set_state(&server.app, tenant.id, State::Active).await.expect("activates");
    server.get("/api/v1/accounts/profile/", &acme).await.expect(200);
}

#[tokio::test]
async fn settings_are_changed_by_administrators_alone() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let viewer = server.member(&owner, "viewer@example.com", "viewer").await;
    let path = "/api/v1/tenants/current/";
    server.patch(path, &viewer, json!({"name": "Mine"})).await.expect(403);
    let wrong =
        server.patch(path, &owner, json!({"currency": "usd", "careers_color": "red"})).await.expect(422);
    assert_eq!(wrong.json()["errors"].as_object().map(serde_json::Map::len), Some(2));
    server
        .patch(path, &owner, json!({"careers_color": "#AABBCC", "timezone": "Europe/Paris"}))
        .await
        .expect(200);
    let shown = server.get(path, &viewer).await.expect(200).json();
    assert_eq!(shown["settings"]["careers_color"], "#aabbcc");
    assert_eq!(shown["settings"]["timezone"], "Europe/Paris");
}

#[tokio::test]
async fn candidates_are_kept_for_a_number_of_months_within_its_limits() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let recruiter = server.member(&owner, "recruiter@example.com", "recruiter").await;
    let path = "/api/v1/tenants/current/";
    let kept = async || {
        server.get(path, &recruiter).await.expect(200).json()["settings"]["retention_months"].clone()
    };
    assert_eq!(kept().await, json!(0), "nothing is said of it at first");
    server.patch(path, &recruiter, json!({"retention_months": 24})).await.expect(403);
    for months in [-1, 121, i32::MIN, i32::MAX] {
        let wrong = server.patch(path, &owner, json!({"retention_months": months})).await.expect(422);
        assert!(wrong.json()["errors"]["retention_months"].is_string(), "{months}: {}", wrong.text());
    }
    for months in [120, 24, 0] {
        let changed =
            server.patch(path, &owner, json!({"retention_months": months})).await.expect(200).json();
        assert_eq!(changed["settings"]["retention_months"], months);
        assert_eq!(kept().await, json!(months));
    }
    server.patch(path, &owner, json!({"careers_tagline": "x", "retention_months": 12})).await.expect(200);
    server.patch(path, &owner, json!({"careers_tagline": "y"})).await.expect(200);
    assert_eq!(kept().await, json!(12), "what is not named stays");
}

/// The present migrations and further ones.
fn later(more: [(&'static str, &'static str); 2]) -> &'static [Migration] {
    let present = TENANT_MIGRATIONS.len();
    let more = more.into_iter().enumerate().map(|(at, (name, sql))| {
        let version = i32::try_from(present + at + 1).expect("few");
        Migration { version, name, sql }
    });
    TENANT_MIGRATIONS.iter().copied().chain(more).collect::<Vec<_>>().leak()
}

#[tokio::test]
async fn a_migration_that_was_cut_leaves_a_whole_version_and_is_gone_on_with() {
    let server = TestServer::start().await;
    for name in ["One", "Two", "Three"] {
        server.workspace(name).await;
    }
    let db = server.app.db();
    let migrator = |tenant: &'static [Migration]| Migrator { tenant, ..Migrator::default() };
    let present = TENANT_MIGRATIONS.len();
    assert_eq!(behind(db, present).await.expect("reads"), []);
    let first = ("later_a.sql", "create table later_a (x int);");
    let broken = later([first, ("later_b.sql", "create table later_b (x int); select 1 / 0;")]);
    let error = migrator(broken).tenants(db).await.expect_err("the third file fails");
    assert!(error.to_string().contains("later_b.sql"), "{error}");
    let stuck = behind(db, present + 2).await.expect("reads");
    assert_eq!(stuck.len(), 3);
    for schema in &stuck {
        let mut tx = db.public().await.expect("opens");
        let made: Vec<bool> = sqlx::query_scalar(
            "select to_regclass($1 || '.' || name) is not null from unnest(array['later_a', 'later_b']) as name",
        )
        .bind(schema.as_str())
        .fetch_all(&mut *tx)
        .await
        .expect("reads");
        assert_eq!(made, [true, false], "whole files or nothing");
    }
    // Two nodes at once.
    let mended = migrator(later([first, ("later_b.sql", "create table later_b (x int);")]));
    let (a, b) = tokio::join!(mended.tenants(db), mended.tenants(db));
    a.expect("goes on");
    b.expect("goes on");
    assert_eq!(behind(db, present + 2).await.expect("reads"), []);
    assert!(
        migrator(TENANT_MIGRATIONS).tenants(db).await.is_err(),
        "an older program does not touch a newer schema"
    );
}

#[tokio::test]
async fn a_migration_file_that_was_altered_is_noticed() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let tenant = server.tenant(&owner).await;
    let mut altered = TENANT_MIGRATIONS.to_vec();
    altered[0].sql = "create table other (x int);";
    let error = Migrator { tenant: altered.leak(), ..Migrator::default() }
        .tenant(server.app.db(), &tenant.schema)
        .await
        .expect_err("altered");
    assert!(error.to_string().contains("is not the one that ran there"), "{error}");
}

#[tokio::test]
async fn many_nodes_can_start_on_an_empty_database_at_once() {
    let options = database().await;
    let db = Db::new(&options, 1, 8);
    let migrator = Migrator::default();
    let runs = futures_util::future::join_all((0..6).map(|_| migrator.public(&db))).await;
    assert!(runs.iter().all(Result::is_ok), "{runs:?}");
    db.close().await;
}
