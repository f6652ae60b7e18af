//! Hosts of a workspace's own: claimed, proved in a real DNS, served, lost and taken away.

use std::time::{Duration, Instant};

use axum::http::{Method, header};
use serde_json::{Value, json};
use zumodra_server::careers::domains::{actions, sweep};
use zumodra_server::limits::{DNS_PATIENCE, DOMAIN_ASK_AGAIN_MS, DOMAIN_GRACE_MS, MAX_DOMAINS};
use zumodra_server::{Config, signals};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::World;
use crate::support::dns::{DnsPeer, leads_to};
use crate::support::{Signed, TestServer, config};

const DOMAINS: &str = "/api/v1/tenants/current/domains/";
const HOST: &str = "jobs.acme.test";
const INSTALLATION: &str = "zumodra.test";

async fn start() -> (World, DnsPeer) {
    let peer = DnsPeer::start();
    let config = Config {
        dns: Some(peer.address()),
        base_domain: INSTALLATION.into(),
        public_url: Some(format!("https://{INSTALLATION}")),
        ..config()
    };
    (World::with(config).await, peer)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().expect("a text")
}

async fn claim(server: &TestServer, by: &Signed, host: &str) -> Value {
    server.post(DOMAINS, by, json!({"host": host})).await.expect(201).json()
}

/// Looks for a claim after the time in which the last answer is given again.
async fn check(server: &TestServer, by: &Signed, claim: &Value) -> Value {
    server.clock.advance(DOMAIN_ASK_AGAIN_MS);
    let path = format!("{DOMAINS}{}/check/", text(claim, "id"));
    server.post(&path, by, json!({})).await.expect(200).json()
}

fn proof(claim: &Value) -> &str {
    text(&claim["records"][0], "value")
}

/// A claim that is verified and leads here.
async fn verified(world: &World, peer: &DnsPeer) -> Value {
    let claim = claim(&world.server, &world.owner, HOST).await;
    peer.says(leads_to(INSTALLATION, HOST, &[proof(&claim)]));
    let found = check(&world.server, &world.owner, &claim).await;
    assert_eq!((&found["state"], &found["points_here"]), (&json!("verified"), &json!(true)), "{found}");
    found
}

async fn status_at(world: &World, host: &str) -> u16 {
    world.at(host, "/careers/", "en").await.status.as_u16()
}

async fn certificate(world: &World, host: &str) -> u16 {
    let path = format!("/.well-known/zumodra/certificate?domain={host}");
    world.server.call(Method::GET, &path, None, None).await.status.as_u16()
}

#[tokio::test]
async fn a_host_serves_the_pages_once_its_dns_proves_whose_it_is() {
    let (world, peer) = start().await;
    let slug = world.slug(json!({})).await;
    let made = claim(&world.server, &world.owner, " Jobs.ACME.test. ").await;
    assert_eq!(
        (&made["host"], &made["state"], &made["seen"]),
        (&json!(HOST), &json!("waiting"), &Value::Null)
    );
    let records = made["records"].as_array().expect("records");
    assert_eq!(
        (&records[0]["type"], &records[0]["name"]),
        (&json!("TXT"), &json!("_zumodra.jobs.acme.test"))
    );
    assert!(proof(&made).strip_prefix("zumodra-verification=").is_some_and(|token| token.len() == 32));
    assert_eq!(records[1], json!({"type": "CNAME", "name": HOST, "value": INSTALLATION}));
    assert_eq!(claim(&world.server, &world.owner, HOST).await, made, "claimed again it is the same");
    let nowhere = async |seen: &str| {
        let looked = check(&world.server, &world.owner, &made).await;
        assert_eq!((&looked["state"], &looked["seen"]), (&json!("waiting"), &json!(seen)));
        assert_eq!((status_at(&world, HOST).await, certificate(&world, HOST).await), (404, 404), "{seen}");
    };
    nowhere("absent").await;
    // The host leads here, which proves nothing.
    peer.says(leads_to(INSTALLATION, HOST, &[]));
    nowhere("absent").await;
    let stranger = format!("{}x", proof(&made));
    peer.says(leads_to(INSTALLATION, HOST, &["v=spf1 -all", &stranger, "zumodra-verification="]));
    nowhere("other").await;
    peer.says(json!({"_zumodra.jobs.acme.test": "fails"}));
    nowhere("silent").await;

    peer.says(json!({"_zumodra.jobs.acme.test": [["TXT", "v=spf1 -all"], ["TXT", proof(&made)]]}));
    let found = check(&world.server, &world.owner, &made).await;
    assert_eq!((&found["state"], &found["points_here"]), (&json!("verified"), &json!(false)));
    assert_eq!((status_at(&world, HOST).await, certificate(&world, HOST).await), (200, 200));
    let page = world.page("").await.expect(200).text();
    assert!(page.contains("rel=\"canonical\" href=\"https://zumodra.test/careers/acme/\""), "{page}");

    peer.says(leads_to(INSTALLATION, HOST, &[proof(&made)]));
    assert_eq!(check(&world.server, &world.owner, &made).await["points_here"], true);
    let page = world.page("").await.expect(200).text();
    assert!(page.contains("rel=\"canonical\" href=\"https://jobs.acme.test/careers/\""), "{page}");
    assert!(page.contains(&format!("/careers/acme/jobs/{slug}/")), "links stay where they are read: {page}");
    for path in ["sitemap.xml", "feed.xml", "indeed.xml", "linkedin.xml"] {
        let told = world.page(path).await.expect(200).text();
        assert!(told.contains(&format!("https://jobs.acme.test/careers/jobs/{slug}/")), "{path}: {told}");
        assert!(!told.contains("/careers/acme/"), "{path}: {told}");
    }
    let current = world.server.get("/api/v1/tenants/current/", &world.owner).await.expect(200).json();
    assert_eq!(current["careers_url"], "https://jobs.acme.test/careers/");
}

#[tokio::test]
async fn an_own_host_is_a_front_of_its_own() {
    let (world, peer) = start().await;
    verified(&world, &peer).await;
    let slug = world.slug(json!({})).await;
    let front = world.at(&format!("{}:8443", HOST.to_uppercase()), "/", "en").await.expect(307);
    assert_eq!(front.headers[header::LOCATION], "/careers/");
    assert_eq!(world.at("localhost", "/", "en").await.expect(404).code(), "not-found");
    let job = world.at(HOST, &format!("/careers/jobs/{slug}/"), "fr").await.expect(200);
    assert!(job.text().contains(&format!("https://jobs.acme.test/careers/jobs/{slug}/")));
    // What is below somebody else's host is not for this server to speak of.
    assert_eq!(job.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    let ours = world.page("").await.expect(200);
    assert!(
        ours.headers[header::STRICT_TRANSPORT_SECURITY].to_str().expect("text").contains("includeSubDomains")
    );
    assert!(
        world
            .at(HOST, "/robots.txt", "en")
            .await
            .text()
            .contains("https://jobs.acme.test/careers/sitemap.xml")
    );
    world.at(HOST, "/careers/acme/", "en").await.expect(404);
    let links = [
        (HOST, 200),
        ("JOBS.acme.test.", 200),
        ("acme.zumodra.test", 200),
        ("nobody.zumodra.test", 404),
        ("other.acme.test", 404),
        ("zumodra.test", 404),
        ("127.0.0.1", 404),
        ("", 404),
    ];
    for (host, wanted) in links {
        assert_eq!(certificate(&world, host).await, wanted, "{host}");
    }
    let tenant = world.server.tenant(&world.owner).await;
    let suspended = zumodra_server::tenants::State::Suspended;
    zumodra_server::tenants::actions::set_state(&world.server.app, tenant.id, suspended)
        .await
        .expect("suspends");
    assert_eq!(certificate(&world, HOST).await, 404);
}

#[tokio::test]
async fn a_host_is_one_workspaces_and_an_unproved_claim_keeps_nobody_away() {
    let (world, peer) = start().await;
    let (server, acme) = (&world.server, &world.owner);
    let (beta, gamma) = (server.workspace("Beta").await, server.workspace("Gamma").await);
    let first = claim(server, acme, HOST).await;
    let second = claim(server, &beta, HOST).await;
    assert_ne!(proof(&first), proof(&second));
    // Beta's own text proves Beta's claim alone.
    peer.says(leads_to(INSTALLATION, HOST, &[proof(&second)]));
    assert_eq!(check(server, acme, &first).await["seen"], "other");
    assert_eq!(check(server, &beta, &second).await["state"], "verified");
    let refused = server.post(DOMAINS, &gamma, json!({"host": HOST})).await.expect(409);
    assert_eq!(
        (refused.code().as_str(), text(&refused.json(), "detail")),
        ("already-exists", "Another workspace has verified this host.")
    );

    peer.says(leads_to(INSTALLATION, HOST, &[proof(&second), proof(&first)]));
    let taken = check(server, acme, &first).await;
    assert_eq!((&taken["state"], &taken["seen"]), (&json!("waiting"), &json!("taken")));
    assert!(world.at(HOST, "/api/v1/careers/jobs/", "en").await.expect(200).json()["count"] == 0);
    let path = format!("{DOMAINS}{}/", text(&second, "id"));
    server.delete(&path, acme).await.expect(404);
    server.delete(&path, &beta).await.expect(204);
    assert_eq!(status_at(&world, HOST).await, 404);
    assert_eq!(check(server, acme, &first).await["state"], "verified");
    assert!(world.at(HOST, "/careers/", "en").await.expect(200).text().contains("Acme"));
    let none = server.get(DOMAINS, &beta).await.expect(200).json();
    assert_eq!(none, json!({"count": 0, "results": []}));
}

#[tokio::test]
async fn what_is_taken_away_is_served_by_no_node_any_more() {
    let (world, peer) = start().await;
    let claim = verified(&world, &peer).await;
    let other = World { server: world.server.beside().await, owner: world.owner.clone() };
    signals::listen(&other.server.app).await.expect("listens");
    assert_eq!((status_at(&world, HOST).await, status_at(&other, HOST).await), (200, 200));
    world.server.delete(&format!("{DOMAINS}{}/", text(&claim, "id")), &world.owner).await.expect(204);
    assert_eq!(status_at(&world, HOST).await, 404);
    // The clock stands: the other node does not wait until it believes itself no more.
    signals::listen(&other.server.app).await.expect("listens");
    assert_eq!(status_at(&other, HOST).await, 404);
    let page = other.page("").await.expect(200).text();
    assert!(page.contains("href=\"https://zumodra.test/careers/acme/\""), "{page}");
}

async fn templates(server: &TestServer, by: &Signed) -> Vec<String> {
    let mail = server.get("/api/v1/notifications/mail/", by).await.expect(200).json();
    let mails = mail["results"].as_array().expect("mails").clone();
    let mut templates: Vec<String> = mails.iter().map(|mail| text(mail, "template").to_owned()).collect();
    templates.sort();
    templates
}

#[tokio::test]
async fn a_host_whose_proof_is_gone_is_lost_after_a_warning_and_comes_back_with_it() {
    let (world, peer) = start().await;
    let server = &world.server;
    let made = verified(&world, &peer).await;
    let swept = async |ms: i64| {
        server.clock.advance(ms);
        sweep(&server.app).await.expect("sweeps");
        let by = server.sign_in("acme@example.com").await;
        let list = server.get(DOMAINS, &by).await.expect(200).json();
        (list["results"][0].clone(), templates(server, &by).await)
    };
    let (still, mails) = swept(DAY_MS).await;
    assert_eq!((&still["ends_at"], mails.len()), (&Value::Null, 0));
    peer.says(leads_to(INSTALLATION, HOST, &[]));
    let (missing, mails) = swept(DAY_MS).await;
    assert_eq!((&missing["state"], &missing["seen"]), (&json!("verified"), &json!("absent")));
    assert_eq!(missing["ends_at"], json!(server.clock.now() + DOMAIN_GRACE_MS));
    assert_eq!((mails.len(), status_at(&world, HOST).await), (0, 200), "it may be a matter of minutes");
    for _ in 0..3 {
        let (warned, mails) = swept(DAY_MS).await;
        assert_eq!((&warned["state"], mails), (&json!("verified"), vec!["host_missing".to_owned()]));
    }
    let (lost, mails) = swept(DOMAIN_GRACE_MS - 3 * DAY_MS).await;
    assert_eq!(
        (&lost["state"], mails),
        (&json!("lost"), vec!["host_lost".to_owned(), "host_missing".to_owned()])
    );
    assert_eq!((status_at(&world, HOST).await, certificate(&world, HOST).await), (404, 404));
    let owner = server.sign_in("acme@example.com").await;
    let mail = server.get("/api/v1/notifications/mail/", &owner).await.expect(200).json();
    assert!(mail["results"].as_array().expect("mails").iter().all(|mail| mail["to"] == "acme@example.com"));
    assert!(text(&mail["results"][0], "subject").contains(HOST), "{mail}");

    peer.says(leads_to(INSTALLATION, HOST, &[proof(&made)]));
    let (back, mails) = swept(HOUR_MS).await;
    assert_eq!((&back["state"], &back["ends_at"], mails.len()), (&json!("verified"), &Value::Null, 2));
    assert_eq!(status_at(&world, HOST).await, 200);
}

#[tokio::test]
async fn a_dns_that_fails_takes_nothing_away_and_is_not_waited_for_long() {
    let (world, peer) = start().await;
    let made = verified(&world, &peer).await;
    peer.says(json!({"_zumodra.jobs.acme.test": "fails", HOST: "fails"}));
    for _ in 0..20 {
        world.server.clock.advance(DAY_MS);
        sweep(&world.server.app).await.expect("sweeps");
    }
    assert_eq!(status_at(&world, HOST).await, 200);
    let by = world.server.sign_in("acme@example.com").await;
    peer.says(json!({"_zumodra.jobs.acme.test": "silent", HOST: "silent"}));
    let begun = Instant::now();
    let looked = check(&world.server, &by, &made).await;
    assert!(begun.elapsed() < DNS_PATIENCE + Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(
        (&looked["state"], &looked["seen"], &looked["points_here"]),
        (&json!("verified"), &json!("silent"), &json!(true))
    );
    assert_eq!(looked["ends_at"], Value::Null);
    // Asked again at once it is told again, and nobody is bothered.
    let questions = peer.asked().len();
    let path = format!("{DOMAINS}{}/check/", text(&made, "id"));
    assert_eq!(world.server.post(&path, &by, json!({})).await.expect(200).json(), looked);
    assert_eq!(peer.asked().len(), questions);
}

#[tokio::test]
async fn a_proof_is_found_among_many_and_in_parts() {
    let (world, peer) = start().await;
    let made = claim(&world.server, &world.owner, HOST).await;
    let filler = "x".repeat(200);
    let (start, end) = proof(&made).split_at(12);
    let mut texts: Vec<Value> = (0..20).map(|_| json!(["TXT", filler])).collect();
    texts.push(json!(["TXT", [start, end]]));
    peer.says(json!({"_zumodra.jobs.acme.test": texts}));
    assert_eq!(check(&world.server, &world.owner, &made).await["state"], "verified");
    let by_tcp = peer.asked().iter().any(|question| question == "tcp TXT _zumodra.jobs.acme.test");
    assert!(by_tcp, "so much is asked for again: {:?}", peer.asked());
    // A proof somewhere else is one too, as names in the DNS go.
    let other = claim(&world.server, &world.owner, "other.acme.test").await;
    peer.says(json!({
        "_zumodra.other.acme.test": [["CNAME", "proofs.example.test"]],
        "proofs.example.test": [["TXT", proof(&other)]],
    }));
    assert_eq!(check(&world.server, &world.owner, &other).await["state"], "verified");
}

#[tokio::test]
async fn what_is_no_host_of_ones_own_is_refused_at_its_field() {
    let (world, _peer) = start().await;
    for host in [
        "",
        "acme",
        "localhost",
        "127.0.0.1",
        "zumodra.test",
        "x.zumodra.test",
        "https://jobs.acme.test",
        "a b.test",
    ] {
        let refused = world.server.post(DOMAINS, &world.owner, json!({"host": host})).await.expect(422);
        assert_eq!(refused.code(), "invalid-fields", "{host}");
        assert!(refused.text().contains("\"host\""), "{host}: {}", refused.text());
    }
    let made = claim(&world.server, &world.owner, "Emplois.Café.test").await;
    assert_eq!(made["host"], "emplois.xn--caf-dma.test");
    for at in 1..MAX_DOMAINS {
        claim(&world.server, &world.owner, &format!("jobs{at}.acme.test")).await;
    }
    let full = world.server.post(DOMAINS, &world.owner, json!({"host": HOST})).await.expect(402);
    assert_eq!(full.code(), "quota-reached");
    let list = world.server.get(DOMAINS, &world.owner).await.expect(200).json();
    assert_eq!(list["count"], MAX_DOMAINS);
    assert_eq!(list["results"][0], made, "the oldest first");
}

#[tokio::test]
async fn a_host_that_the_operator_vouches_for_needs_no_dns() {
    let (world, peer) = start().await;
    let tenant = world.server.tenant(&world.owner).await;
    let beta = world.server.workspace("Beta").await;
    claim(&world.server, &beta, HOST).await;
    actions::vouch(&world.server.app, tenant.id, HOST).await.expect("vouches");
    let list = world.server.get(DOMAINS, &world.owner).await.expect(200).json();
    let vouched = &list["results"][0];
    assert_eq!(
        (&vouched["state"], &vouched["is_vouched"], &vouched["records"]),
        (&json!("verified"), &json!(true), &json!([]))
    );
    assert_eq!(status_at(&world, HOST).await, 200);
    assert_eq!(&check(&world.server, &world.owner, vouched).await, vouched);
    assert_eq!(peer.asked(), Vec::<String>::new());
    world.server.clock.advance(30 * DAY_MS);
    sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(status_at(&world, HOST).await, 200);
    let other = world.server.tenant(&beta).await;
    assert!(actions::vouch(&world.server.app, other.id, HOST).await.is_err());
}
