//! Forms that were not taken: what is kept of them, who sees them, and that one is let in once.

use axum::http::Method;
use serde_json::{Value, json};
use zumodra_server::ats::waiting;
use zumodra_server::config::Rate;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{Part, TYPING_MS, World, hidden, text};
use crate::mail::world::{MAIL, mails};
use crate::support::config;

const HELD: &str = "/api/v1/careers/submissions/";
/// Of one reason so many are kept in a day.
const MOST_A_DAY: usize = 50;

impl World {
    /// The forms that were not taken.
    async fn held(&self) -> Vec<Value> {
        let list = self.server.get(&format!("{HELD}?page_size=100"), &self.owner).await.expect(200).json();
        let held = list["results"].as_array().expect("a list").clone();
        assert_eq!(list["count"], held.len(), "{list}");
        held
    }

    async fn admit(&self, form: &Value) -> Value {
        let path = format!("{HELD}{}/admit/", form["id"].as_str().expect("an id"));
        self.server.post(&path, &self.owner, json!({})).await.expect(200).json()
    }

    /// Waits until a form is listed.
    async fn until_held(&self, count: usize) -> Vec<Value> {
        for _ in 0..500 {
            let held = self.held().await;
            if held.len() >= count {
                return held;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{count} forms are listed");
    }
}

#[tokio::test]
async fn what_came_too_fast_is_listed_and_let_in_once() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    assert!(world.held().await.is_empty(), "nothing came");
    let page = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    let mut parts = world.grace(&hidden(&page, "token"));
    parts.push(text("cover_letter", "I write compilers."));
    world.send(&slug, &parts).await.expect(422);
    world.send(&slug, &parts).await.expect(422);
    let held = world.held().await;
    assert_eq!(held.len(), 1, "the same form is one: {held:?}");
    for (field, value) in [
        ("reason", "fast"),
        ("job_title", "Platform Engineer"),
        ("name", "Grace Hopper"),
        ("email", "grace@example.org"),
        ("text", "I write compilers."),
    ] {
        assert_eq!(held[0][field], value, "{field}");
    }
    assert_eq!(held[0]["removed_at"], world.server.clock.now() + 30 * DAY_MS);
    let admitted = world.admit(&held[0]).await;
    assert_eq!(admitted["state"], "processed", "{admitted}");
    let application = world.applications(1).await.remove(0);
    assert_eq!(
        [&admitted["application_id"], &admitted["candidate_id"]],
        [&application["id"], &application["candidate_id"]]
    );
    assert!(world.held().await.is_empty());
    let again = format!("{HELD}{}/admit/", held[0]["id"].as_str().expect("an id"));
    world.server.post(&again, &world.owner, json!({})).await.expect(404);
    // The person, who knows nothing of that, sends it again meanwhile.
    world.server.clock.advance(TYPING_MS);
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
}

#[tokio::test]
async fn a_form_that_is_sent_again_and_taken_is_listed_no_more() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let page = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    let parts = world.grace(&hidden(&page, "token"));
    world.send(&slug, &parts).await.expect(422);
    assert_eq!(world.held().await.len(), 1);
    world.server.clock.advance(TYPING_MS);
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
    assert!(world.held().await.is_empty());
    // What nobody agreed to is not kept at all.
    let page = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    let mut parts = world.grace(&hidden(&page, "token"));
    parts.retain(|part| part.name != "consent");
    world.send(&slug, &parts).await.expect(422);
    assert!(world.held().await.is_empty());
}

#[tokio::test]
async fn what_repeats_an_open_application_is_set_apart_and_let_in_as_somebody_s_own() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&token)).await.expect(303);
    world.applications(1).await;
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts[3] = text("email", "Grace@Example.org");
    world.send(&slug, &parts).await.expect(303);
    let held = world.until_held(1).await;
    assert_eq!(held[0]["reason"], "duplicate", "{held:?}");
    world.applications(1).await;
    assert_eq!(world.admit(&held[0]).await["state"], "processed");
    world.applications(2).await;
    // Once the first ones are over, another one is no repetition.
    for row in world.applications(2).await {
        let path = format!("/api/v1/ats/applications/{}/reject/", row["id"].as_str().expect("an id"));
        world.server.post(&path, &world.owner, json!({"reason": "No"})).await.expect(200);
    }
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&token)).await.expect(303);
    world.applications(3).await;
}

#[tokio::test]
async fn of_programs_so_much_is_kept_in_a_day_and_nothing_for_long() {
    let mut world = World::new().await;
    let slug = world.slug(json!({})).await;
    let mut parts = world.grace("anything");
    parts.push(text("fax_number", "12345"));
    // Who did not agree hears the same, and nothing of it is kept.
    let bare: Vec<Part> = parts.iter().filter(|part| part.name != "consent").cloned().collect();
    world.send(&slug, &bare).await.expect(303);
    assert!(world.held().await.is_empty());
    for _ in 0..MOST_A_DAY + 5 {
        world.send(&slug, &parts).await.expect(303);
    }
    let held = world.held().await;
    assert_eq!(held.len(), MOST_A_DAY);
    assert!(held.iter().all(|form| form["reason"] == "honeypot"));
    world.server.clock.advance(DAY_MS + 1);
    world.owner = world.server.sign_in("acme@example.com").await;
    world.send(&slug, &parts).await.expect(303);
    assert_eq!(world.held().await.len(), MOST_A_DAY + 1, "the next day counts anew");
    let path = format!("{HELD}{}/", held[0]["id"].as_str().expect("an id"));
    world.server.delete(&path, &world.owner).await.expect(204);
    world.server.delete(&path, &world.owner).await.expect(404);
    world.server.clock.advance(29 * DAY_MS);
    world.owner = world.server.sign_in("acme@example.com").await;
    // A node of an earlier version kept them without a reason.
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query("update submissions set reason = ''").execute(&mut *tx).await.expect("writes");
    tx.commit().await.expect("commits");
    zumodra_server::careers::sweep(&world.server.app).await.expect("sweeps");
    let held = world.held().await;
    assert_eq!(held.len(), 1, "what is older than thirty days is gone");
    assert_eq!(held[0]["reason"], "honeypot");
    assert_eq!(held[0]["removed_at"], held[0]["created_at"].as_i64().expect("a time") + 30 * DAY_MS);
}

/// What owners and admins are told in the morning of what was set apart, each as the address and the line.
async fn told_of(world: &mut World) -> Vec<String> {
    world.server.clock.advance(DAY_MS - world.server.clock.now().rem_euclid(DAY_MS) + 9 * HOUR_MS);
    world.owner = world.server.sign_in("acme@example.com").await;
    let before = mails(&world.server, &world.owner).await.len();
    waiting::sweep(&world.server.app).await.expect("sweeps");
    let all = mails(&world.server, &world.owner).await;
    let mut told = Vec::new();
    for mail in all.iter().take(all.len() - before).filter(|mail| mail["template"] == "waiting") {
        let path = format!("{MAIL}{}/", mail["id"].as_str().expect("an id"));
        let whole = world.server.get(&path, &world.owner).await.expect(200).json();
        let text = whole["text"].as_str().unwrap_or_default();
        assert!(!text.contains("Grace"), "it names nobody: {text}");
        let lines = text.lines().filter(|line| line.contains("set apart"));
        told.extend(lines.map(|line| format!("{} {line}", mail["to"].as_str().unwrap_or_default())));
    }
    told.sort();
    told
}

#[tokio::test]
async fn who_can_let_in_what_was_set_apart_is_told_each_morning_until_it_is() {
    let mut world = World::new().await;
    for (email, role) in [("amy@example.com", "admin"), ("rita@example.com", "recruiter")] {
        world.server.member(&world.owner, email, role).await;
    }
    let slug = world.slug(json!({})).await;
    // Somebody applies with Grace's address before she does.
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts[1] = text("first_name", "Mallory");
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
    assert_eq!(told_of(&mut world).await, [""; 0], "nothing was set apart");
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&token)).await.expect(303);
    let held = world.until_held(1).await;
    let told = told_of(&mut world).await;
    let begins = ["acme@example.com", "amy@example.com"].map(|to| {
        format!("{to} Platform Engineer: a form was set apart because it repeats an open application")
    });
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().zip(&begins).all(|(told, begins)| told.starts_with(begins)), "{told:?}");
    assert_eq!(told_of(&mut world).await, told, "and again the next day");
    assert_eq!(world.admit(&held[0]).await["state"], "processed");
    assert_eq!(told_of(&mut world).await, [""; 0], "it is let in");
}

#[tokio::test]
async fn too_many_from_one_address_are_kept_with_what_they_sent_and_other_workspaces_see_none() {
    let mut config = config();
    config.rates.apply = Rate::try_from("1/hour".to_owned()).expect("a rate");
    let world = World::with(config).await;
    let slug = world.slug(json!({})).await;
    for email in ["one@example.org", "two@example.org"] {
        let token = world.open(&slug).await;
        let mut parts = world.grace(&token);
        parts[3] = text("email", email);
        world.send(&slug, &parts).await;
    }
    let held = world.held().await;
    assert_eq!(
        (held.len(), &held[0]["reason"], &held[0]["email"]),
        (1, &json!("rate"), &json!("two@example.org"))
    );
    let other = world.server.workspace("Other").await;
    let theirs = world.server.get(HELD, &other).await.expect(200).json();
    assert_eq!(theirs["count"], 0);
    let path = format!("{HELD}{}/", held[0]["id"].as_str().expect("an id"));
    world.server.delete(&path, &other).await.expect(404);
    world.server.call(Method::GET, HELD, None, None).await.expect(401);
}
