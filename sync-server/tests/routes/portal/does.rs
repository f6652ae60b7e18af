//! What somebody does in the portal reaches the workspace: the record, a note that says who did it, and a mail.

use axum::http::header;
use serde_json::json;
use zumodra_server::notifications;
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{ADA, ATS, GRACE, ME, World};
use crate::support::smtp::until;

/// The address of the workspace's owner.
const OWNER: &str = "acme@example.com";

async fn told(world: &World, subject: &str) -> Vec<String> {
    until(subject, async || {
        let mails = world.peer.to(OWNER).into_iter().filter(|mail| mail.header("Subject").contains(subject));
        Some(mails.map(|mail| mail.text().to_owned()).collect::<Vec<_>>()).filter(|mails| !mails.is_empty())
    })
    .await
}

#[tokio::test]
async fn who_steps_back_is_withdrawn_with_what_was_offered_and_the_team_is_told() {
    let world = World::new().await;
    let offer = json!({
        "application_id": world.application, "title": "Line cook", "salary": 5_250_000, "currency": "CAD",
        "employment": "full_time", "period": "yearly", "starts_on": "2030-01-07", "expires_on": "2029-12-24",
    });
    let offer = world.add("offers", offer).await;
    let command = format!("{ATS}/offers/{offer}/send/");
    world.server.post(&command, &world.owner, json!({"to": GRACE})).await.expect(200);
    let cookie = world.grace().await;
    let page = until("the offer", async || {
        let page = world.page(ME, Some(&cookie)).await.expect(200).text();
        Some(page).filter(|page| page.contains("An offer waits for your answer"))
    })
    .await;
    let letter = page
        .split("href=\"")
        .find_map(|part| part.split('"').next().filter(|href| href.contains("/offer/?token=")));
    let letter = letter.and_then(|href| href.split_once("/careers/")).expect("a link").1;
    world.page(&format!("/careers/{letter}"), None).await.expect(200);

    let talk = json!({
        "application_id": world.application, "starts_at": world.server.clock.now() + DAY_MS, "minutes": 45,
        "kind": "video", "time_zone": "UTC", "interviewer_ids": [world.owner.user_id],
    });
    let talk = world.add("interviews", talk).await;
    let ask = world.page(&format!("{ME}withdraw/?application={}", world.application), Some(&cookie)).await;
    assert!(
        ask.expect(200).text().contains("You step back from: Line cook. Interviews ahead are called off")
    );
    let form = world.form_token(&cookie).await;
    let fields = [
        ("form", form.as_str()),
        ("application", &world.application),
        ("reason", "Found\r\nanother\u{202e} job"),
    ];
    let without = [("application", world.application.as_str())];
    // Another site sends a form in her name: her browser may add the cookie, and what our forms carry it does not know.
    world.form("withdraw/", Some(&cookie), &without).await.expect(303);
    assert_eq!(world.record("applications", &world.application).await["stage_id"], "new");
    world.form("withdraw/", Some(&cookie), &fields).await.expect(303);
    assert_eq!(world.record("applications", &world.application).await["stage_id"], "gone");
    assert_eq!(world.record("offers", &offer).await["status"], "withdrawn");
    assert_eq!(world.record("interviews", &talk).await["status"], "cancelled");
    let notes = world.notes(&world.candidate).await;
    assert_eq!(
        notes,
        ["Withdrew this application on the candidates' page. In their words: Found another job"]
    );
    let mails = told(&world, "withdrew").await;
    assert!(mails[0].contains("Grace Hopper") && mails[0].contains("Found another job"), "{mails:?}");
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("You stepped back") && !page.contains("An offer waits"), "{page}");
    // Twice is once.
    world.form("withdraw/", Some(&cookie), &fields).await.expect(409);
    assert_eq!(world.notes(&world.candidate).await.len(), 1);
}

#[tokio::test]
async fn nobody_withdraws_what_is_another_persons_or_over() {
    let world = World::new().await;
    let (_, other) = world.applies("Ada", ADA, &world.job).await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let send = async |application: &str| {
        let fields = [("form", form.as_str()), ("application", application)];
        world.form("withdraw/", Some(&cookie), &fields).await
    };
    for none in ["", "x", &other, &world.job] {
        send(none).await.expect(404);
        world.page(&format!("{ME}withdraw/?application={none}"), Some(&cookie)).await.expect(404);
    }
    assert_eq!(world.record("applications", &other).await["stage_id"], "new");
    world.edit("applications", &world.application, json!({"stage_id": "hired"})).await;
    send(&world.application).await.expect(409);
    assert_eq!(world.record("applications", &world.application).await["stage_id"], "hired");
}

#[tokio::test]
async fn where_no_stage_is_for_it_people_are_told() {
    let world = World::new().await;
    let stages =
        json!([{"id": "new", "name": "New", "kind": "new"}, {"id": "h", "name": "Hired", "kind": "hired"}]);
    let pipeline = world.add("pipelines", json!({"name": "Short", "stages": stages})).await;
    let job = world.add("jobs", json!({"title": "Waiter", "pipeline_id": pipeline})).await;
    let (candidate, application) = world.applies("Ada", ADA, &job).await;
    let token = world.link(ADA, 1).await;
    let cookie = world.enter(&token).await;
    let form = world.form_token(&cookie).await;
    world
        .form("withdraw/", Some(&cookie), &[("form", &form), ("application", &application)])
        .await
        .expect(303);
    assert_eq!(world.record("applications", &application).await["stage_id"], "new");
    assert!(world.notes(&candidate).await[0].contains("no stage for that"));
    assert!(told(&world, "withdrew").await[0].contains("Waiter"));
    // Asked for once, and the page says so.
    world
        .form("withdraw/", Some(&cookie), &[("form", &form), ("application", &application)])
        .await
        .expect(409);
    assert_eq!(world.notes(&candidate).await.len(), 1);
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("You asked on") && !page.contains("me/withdraw/"), "{page}");
}

#[tokio::test]
async fn who_asks_to_be_deleted_is_noted_once_and_the_owner_is_told() {
    let world = World::new().await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    world.page(&format!("{ME}delete/"), Some(&cookie)).await.expect(200);
    world.form("delete/", Some(&cookie), &[("form", "forged")]).await.expect(303);
    assert_eq!(world.notes(&world.candidate).await, Vec::<String>::new());
    for _ in 0..2 {
        world.form("delete/", Some(&cookie), &[("form", &form)]).await.expect(303);
    }
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("You asked on") && !page.contains("me/delete/"), "{page}");
    assert!(told(&world, "asks to be deleted").await[0].contains("a month"));
    assert_eq!(world.notes(&world.candidate).await.len(), 1);
    let data = world.page(&format!("{ME}data.json"), Some(&cookie)).await.expect(200).json();
    assert!(data["people"][0]["asked_to_be_deleted_at"].is_string());
    // When it is done, nothing of the address is left.
    world.server.delete(&format!("{ATS}/candidates/{}/", world.candidate), &world.owner).await.expect(204);
    let tenant = world.server.tenant(&world.owner).await;
    notifications::actions::forget(&world.server.app, &tenant, "Grace@example.org").await.expect("forgets");
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    let left = "select (select count(*) from portal_keys) + (select count(*) from portal_requests)";
    assert_eq!(sqlx::query_scalar::<_, i64>(left).fetch_one(&mut *tx).await.expect("reads"), 0);
}

#[tokio::test]
async fn somebody_gets_back_the_file_that_they_sent_and_nobody_elses() {
    let world = World::new().await;
    let cookie = world.grace().await;
    let path = |candidate: &str| format!("{ME}resume/?candidate={candidate}");
    world.page(&path(&world.candidate), Some(&cookie)).await.expect(404);
    let text = "Grace Hopper\nCook since 1906\n";
    let hash = world.server.upload(&world.owner, "cv \"1\".txt", text).await;
    let file = json!({"resume_hash": hash, "resume_name": "cv \"1\".txt", "resume_type": "text/plain"});
    world.edit("candidates", &world.candidate, file.clone()).await;
    let (other, _) = world.applies("Ada", ADA, &world.job).await;
    world.edit("candidates", &other, file).await;
    let answer = world.page(&path(&world.candidate), Some(&cookie)).await.expect(200);
    assert_eq!(answer.text(), text);
    let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str().expect("text");
    assert!(disposition.starts_with("attachment; filename=\"cv _1_.txt\""), "{disposition}");
    world.page(&path(&other), Some(&cookie)).await.expect(404);
}

#[tokio::test]
async fn while_a_rejection_is_not_shown_who_steps_back_is_withdrawn() {
    let world = World::new().await;
    world
        .edit("applications", &world.application, json!({"stage_id": "no", "rejection_reason": "Slow"}))
        .await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let fields = [("form", form.as_str()), ("application", &world.application)];
    world.form("withdraw/", Some(&cookie), &fields).await.expect(303);
    assert_eq!(world.record("applications", &world.application).await["stage_id"], "gone");
}

#[tokio::test]
async fn who_may_not_see_the_candidate_hears_nothing_of_them() {
    let world = World::new().await;
    let rita = world.server.member(&world.owner, "rita@example.com", "recruiter").await;
    let recruiter = json!({"recruiter_id": rita.user_id});
    until("the directory", async || {
        let path = format!("{ATS}/jobs/{}/", world.job);
        let done = world.server.patch(&path, &world.owner, recruiter.clone()).await;
        done.status.is_success().then_some(())
    })
    .await;
    let at = world.server.clock.now() + DAY_MS;
    let talk = json!({"application_id": world.application, "starts_at": at, "minutes": 45, "kind": "video",
        "time_zone": "UTC", "interviewer_ids": []});
    world.add("interviews", talk).await;
    world.edit("candidates", &world.candidate, json!({"is_private": true, "visible_to_ids": []})).await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let fields = [("form", form.as_str()), ("application", &world.application)];
    world.form("withdraw/", Some(&cookie), &fields).await.expect(303);
    // Nobody who looks after the job may see it: the owner is told instead.
    told(&world, "withdrew").await;
    let to_rita = world.peer.to("rita@example.com");
    assert!(to_rita.iter().all(|mail| !mail.header("Subject").contains("withdrew")), "{to_rita:?}");
}

#[tokio::test]
async fn only_what_was_written_to_the_address_and_went_out_is_in_the_file() {
    let world = World::new().await;
    for (address, body) in [(GRACE, "FOR HER"), ("old@example.org", "FOR ANOTHER ADDRESS")] {
        let email =
            json!({"candidate_id": world.candidate, "address": address, "subject": "Hello", "body": body});
        world.add("emails", email).await;
    }
    let cookie = world.grace().await;
    let data = async || world.page(&format!("{ME}data.json"), Some(&cookie)).await.expect(200).text();
    until("what went out", async || {
        zumodra_server::ats::emails::sweep(&world.server.app).await.expect("sweeps");
        data().await.contains("FOR HER").then_some(())
    })
    .await;
    assert!(!data().await.contains("FOR ANOTHER ADDRESS"));
    // So are the names of her files, but for what others say of her.
    for (name, kind) in [("diploma.pdf", "certificate"), ("praise.pdf", "reference"), ("check.pdf", "other")]
    {
        let file = json!({
            "candidate_id": world.candidate, "name": name, "kind": kind, "file_hash": "0a".repeat(32),
            "media_type": "application/pdf",
        });
        world.add("attachments", file).await;
    }
    let data = data().await;
    assert!(
        data.contains("diploma.pdf") && !data.contains("praise.pdf") && !data.contains("check.pdf"),
        "{data}"
    );
}
