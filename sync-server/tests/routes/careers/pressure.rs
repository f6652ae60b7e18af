//! Forms that arrive in numbers: each is asked for a proof of work, or for patience where no script runs.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use zumodra_server::config::Rate;

use super::world::{Part, World, file, hidden, pdf, text};
use crate::support::config;

const WAIT_MS: i64 = 60_000;
const BITS: u32 = 17;

impl World {
    /// The files that the workspace keeps.
    async fn files(&self) -> i64 {
        let tenant = self.server.tenant(&self.owner).await;
        let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a connection");
        sqlx::query_scalar("select count(*) from files").fetch_one(&mut *tx).await.expect("reads")
    }
}

fn rate(text: &str) -> Rate {
    Rate::try_from(text.to_owned()).expect("a rate")
}

async fn pressed(patient: &str) -> (World, String) {
    let mut config = config();
    config.rates.alarm = rate("3/hour");
    config.rates.patient = rate(patient);
    let world = World::with(config).await;
    let slug = world.slug(json!({})).await;
    for number in 0..3 {
        let token = world.open(&slug).await;
        world.send(&slug, &somebody(&world, &token, number)).await.expect(303);
    }
    (world, slug)
}

fn somebody(world: &World, token: &str, number: u32) -> Vec<Part> {
    let mut parts = world.grace(token);
    parts.retain(|part| part.name != "email");
    parts.push(text("email", email(number)));
    parts
}

fn email(number: u32) -> String {
    format!("person{number}@example.org")
}

fn proof(token: &str, email: &str) -> String {
    let proves = |number: &u64| {
        let hash = Sha256::digest(format!("{token}:{email}:{number}"));
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]).leading_zeros() >= BITS
    };
    (0..u64::MAX).find(proves).expect("there is one").to_string()
}

#[tokio::test]
async fn while_people_apply_no_form_asks_for_work() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let page = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    assert!(!page.contains("proof"));
}

#[tokio::test]
async fn under_pressure_a_form_with_a_proof_is_taken_and_one_without_keeps_what_was_typed() {
    let (world, slug) = pressed("10/minute").await;
    let token = world.open(&slug).await;
    let refused = world.send(&slug, &somebody(&world, &token, 7)).await.expect(429);
    assert_eq!(refused.headers["retry-after"], "60");
    let page = refused.text();
    assert!(
        page.contains("data-proof-bits=\"17\"")
            && page.contains("value=\"Grace\"")
            && page.contains("press Send again")
    );
    assert_eq!(hidden(&page, "token"), token, "the form stays the same, and so does its proof");
    let parts = somebody(&world, &token, 7);
    for wrong in ["", "1", "abc", &proof(&token, &email(8))] {
        let mut parts = parts.clone();
        parts.push(text("proof", wrong));
        world.send(&slug, &parts).await.expect(429);
    }
    let with_file = [parts.clone(), vec![file("cv.pdf", pdf())]].concat();
    let page = world.send(&slug, &with_file).await.expect(429).text();
    assert!(page.contains("choose the file again") && hidden(&page, "resume_kept").is_empty());
    assert_eq!(world.files().await, 0, "nothing of a flood is stored");
    let mut parts = with_file;
    parts.push(text("proof", proof(&token, &email(7))));
    world.send(&slug, &parts).await.expect(303);
    world.applications(4).await;
    assert_eq!(world.files().await, 1);
    // Sent again without anything, what is there already is not asked for again.
    world.send(&slug, &somebody(&world, &token, 7)).await.expect(303);
}

#[tokio::test]
async fn without_scripts_somebody_waits_a_minute_and_is_taken() {
    let (world, slug) = pressed("1/hour").await;
    let token = world.open(&slug).await;
    let page = world.send(&slug, &somebody(&world, &token, 7)).await.expect(429).text();
    let mut patient = somebody(&world, &token, 7);
    patient.push(text("patience", hidden(&page, "patience")));
    world.server.clock.advance(WAIT_MS / 2);
    let early = world.send(&slug, &patient).await.expect(429);
    assert_eq!(early.headers["retry-after"], "30");
    assert_eq!(hidden(&early.text(), "patience"), hidden(&page, "patience"), "waiting does not begin anew");
    world.server.clock.advance(WAIT_MS / 2);
    let mut other = somebody(&world, &token, 8);
    other.push(text("patience", hidden(&page, "patience")));
    world.send(&slug, &other).await.expect(429);
    let mut forged = somebody(&world, &token, 7);
    forged.push(text("patience", "0.AAAA"));
    world.send(&slug, &forged).await.expect(429);
    world.send(&slug, &patient).await.expect(303);
    world.applications(4).await;

    // Programs can wait too: only so many are taken this way.
    let page = world.send(&slug, &somebody(&world, &token, 9)).await.expect(429).text();
    world.server.clock.advance(WAIT_MS);
    let mut next = somebody(&world, &token, 9);
    next.push(text("patience", hidden(&page, "patience")));
    let full = world.send(&slug, &next).await.expect(429);
    assert!(full.text().contains("value=\"Grace\""));
    world.applications(4).await;
}

#[tokio::test]
async fn pressure_passes() {
    let (world, slug) = pressed("10/minute").await;
    let token = world.open(&slug).await;
    world.send(&slug, &somebody(&world, &token, 7)).await.expect(429);
    world.server.clock.advance(2 * 3_600_000);
    let token = world.open(&slug).await;
    world.send(&slug, &somebody(&world, &token, 7)).await.expect(303);
}
