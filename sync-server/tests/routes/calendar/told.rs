//! Who is told what when people, plans and records come and go.

use serde_json::{Value, json};
use zumodra_server::sync::ServerEdit;
use zumodra_server::sync::writer;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::Interview;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};
use zumodra_shared::schema::{Edit, Entity as _};

use super::world::{AT, BOB, GRACE, INTERVIEWS, World, calendar_of, essence, invited};
use crate::mail::world::{A_WHILE, mails, sending_to};
use crate::support::config;
use crate::support::smtp::{SmtpPeer, until};

const ADA: &str = "acme@example.com";

/// Several edits of one commit, as an offline desktop brings them.
async fn at_once(world: &World, interview: &str, edits: Vec<Vec<Edit>>) {
    let tenant = world.server.tenant(&world.owner).await;
    let id = interview.parse().expect("an id");
    let edit = |edits| ServerEdit {
        def: &Interview::DEF,
        id,
        edits,
        create: false,
        principal: Principal::server(tenant.id),
    };
    let edits = edits.into_iter().map(edit).collect();
    writer::edit(&world.server.app, &tenant, edits, None).await.expect("is committed");
}

#[tokio::test]
async fn an_offline_batch_tells_once() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    invited(&peer, BOB, 1).await;
    let edits = vec![
        vec![Edit::set("starts_at", AT + DAY_MS)],
        vec![Edit::set("place", "Room 8")],
        vec![Edit::set("starts_at", AT + 2 * DAY_MS), Edit::set("minutes", 90)],
        vec![Edit::set("place", "Room 9")],
    ];
    at_once(&world, &interview, edits).await;
    for address in [GRACE, BOB] {
        let told = invited(&peer, address, 2).await;
        assert_eq!(essence(&told[1].1), ("REQUEST".into(), 1, "2026-11-29T14:00:00+00:00".into()));
        assert_eq!(told[1].1["events"][0]["location"], "Room 9");
    }
    // There and back again is nothing to tell.
    let there_and_back = vec![vec![Edit::set("place", "Room 10")], vec![Edit::set("place", "Room 9")]];
    at_once(&world, &interview, there_and_back).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((peer.to(GRACE).len(), peer.to(BOB).len()), (2, 3), "Bob has the invitation to join too");
}

#[tokio::test]
async fn who_is_added_is_invited_and_who_is_removed_is_released() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, BOB, 1).await;
    world.change(&interview, json!({"interviewer_ids": [world.owner.user_id]})).await;
    let released = invited(&peer, BOB, 2).await.swap_remove(1).1;
    assert_eq!(essence(&released), ("CANCEL".into(), 1, "2026-11-27T14:00:00+00:00".into()));
    assert_eq!(released["events"][0]["attendees"][0]["address"], BOB);
    let added = invited(&peer, ADA, 1).await.swap_remove(0).1;
    assert_eq!(essence(&added).0, "REQUEST");
    assert_eq!(added["events"][0]["uid"], released["events"][0]["uid"]);
    // Back again: a higher number than that of the release.
    world.change(&interview, json!({"interviewer_ids": [world.bob.user_id]})).await;
    let back = invited(&peer, BOB, 3).await.swap_remove(2).1;
    assert_eq!((essence(&back).0.as_str(), essence(&back).1), ("REQUEST", 2));
    assert_eq!(essence(&invited(&peer, ADA, 2).await.swap_remove(1).1).0, "CANCEL");
}

#[tokio::test]
async fn who_leaves_the_workspace_is_released() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, BOB, 1).await;
    let path = format!("/api/v1/tenants/members/{}/", world.bob.user_id);
    world.server.patch(&path, &world.owner, json!({"is_active": false})).await.expect(200);
    let released = invited(&peer, BOB, 2).await.swap_remove(1).1;
    assert_eq!(essence(&released).0, "CANCEL");
    assert_eq!(world.told(&interview).await[0]["state"], "cancelled");
    assert_eq!(world.addresses().await, [GRACE]);
}

#[tokio::test]
async fn what_is_called_off_is_told_with_the_reason_to_the_team_alone() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    invited(&peer, BOB, 1).await;
    let reason = "Budget is frozen";
    world.change(&interview, json!({"status": "cancelled", "cancel_reason": reason})).await;
    let (mail, read) = invited(&peer, BOB, 2).await.swap_remove(1);
    assert_eq!((essence(&read).0.as_str(), essence(&read).1), ("CANCEL", 1));
    assert_eq!(read["events"][0]["status"], "CANCELLED");
    assert!(mail.text().contains(reason), "{}", mail.text());
    let (mail, read) = invited(&peer, GRACE, 2).await.swap_remove(1);
    assert_eq!((essence(&read).0.as_str(), essence(&read).1), ("CANCEL", 1));
    assert!(!mail.text().contains(reason) && mail.text().contains("does not take place"), "{}", mail.text());
    assert!(!calendar_of(&mail).expect("a calendar").contains(reason));
    assert_eq!(world.addresses().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_deleted_is_called_off_and_what_is_restored_is_told_again() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    let path = format!("{INTERVIEWS}{interview}/");
    world.server.delete(&path, &world.owner).await.expect(204);
    assert_eq!(essence(&invited(&peer, GRACE, 2).await.swap_remove(1).1).0, "CANCEL");
    assert_eq!(world.addresses().await, Vec::<String>::new());
    world.server.post(&format!("{path}restore/"), &world.owner, json!({})).await.expect(200);
    let again = invited(&peer, GRACE, 3).await.swap_remove(2).1;
    assert_eq!(essence(&again), ("REQUEST".into(), 2, "2026-11-27T14:00:00+00:00".into()));
}

#[tokio::test]
async fn who_was_never_told_is_told_of_no_cancellation() {
    let world = World::with(config()).await;
    let interview = world.plan(json!({})).await;
    world.change(&interview, json!({"place": "Elsewhere"})).await;
    world.change(&interview, json!({"status": "cancelled", "cancel_reason": "No"})).await;
    let mails = mails(&world.server, &world.owner).await;
    let about = |template: &str| -> Vec<&Value> {
        mails.iter().filter(|mail| mail["template"] == template).map(|mail| &mail["state"]).collect()
    };
    // Two people, told twice, all of which was taken back while it waited, with two reminders of each.
    let cancelled = json!("cancelled");
    assert_eq!(about("interview_planned"), vec![&cancelled; 4]);
    assert_eq!(about("interview_reminder"), vec![&cancelled; 8]);
    assert_eq!(about("interview_cancelled"), Vec::<&Value>::new());
    let told = world.told(&interview).await;
    assert!(told.iter().all(|one| one["state"] == "cancelled"), "{told:?}");
}

#[tokio::test]
async fn another_address_of_the_candidate_is_invited_and_the_old_one_released() {
    let (world, peer) = World::start().await;
    world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    let path = format!("/api/v1/ats/candidate-contacts/{}/", world.contact);
    world.server.patch(&path, &world.owner, json!({"phone": "+1 555 0199"})).await.expect(200);
    world.server.patch(&path, &world.owner, json!({"email": "hopper@example.org"})).await.expect(200);
    assert_eq!(essence(&invited(&peer, "hopper@example.org", 1).await.swap_remove(0).1).0, "REQUEST");
    let released = invited(&peer, GRACE, 2).await.swap_remove(1).1;
    assert_eq!((essence(&released).0.as_str(), essence(&released).1), ("CANCEL", 1));
    assert_eq!(world.addresses().await, [BOB, "hopper@example.org"]);
}

#[tokio::test]
async fn of_who_is_gone_no_address_stays() {
    let (world, peer) = World::start().await;
    let past = world.plan(json!({"interviewer_ids": []})).await;
    invited(&peer, GRACE, 1).await;
    world.server.clock.advance(10 * DAY_MS);
    let owner = world.server.sign_in(ADA).await;
    assert_eq!(world.addresses().await, [GRACE]);
    let path = format!("/api/v1/ats/candidate-contacts/{}/", world.contact);
    world.server.delete(&path, &owner).await.expect(204);
    assert_eq!(world.addresses().await, Vec::<String>::new());
    world.server.post(&format!("{path}restore/"), &owner, json!({})).await.expect(200);
    let body = json!({"starts_at": AT + 20 * DAY_MS});
    world.server.patch(&format!("{INTERVIEWS}{past}/"), &owner, body).await.expect(200);
    invited(&peer, GRACE, 2).await;
    assert_eq!(world.addresses().await, [GRACE]);
    let tenant = world.server.tenant(&owner).await;
    zumodra_server::notifications::actions::forget(&world.server.app, &tenant, GRACE).await.expect("forgets");
    assert_eq!(world.addresses().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_candidate_who_is_deleted_is_released() {
    let (world, peer) = World::start().await;
    world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    let path = format!("/api/v1/ats/candidates/{}/", world.candidate);
    world.server.delete(&path, &world.owner).await.expect(204);
    assert_eq!(essence(&invited(&peer, GRACE, 2).await.swap_remove(1).1).0, "CANCEL");
    assert_eq!(world.addresses().await, [BOB]);
    world.server.post(&format!("{path}restore/"), &world.owner, json!({})).await.expect(200);
    assert_eq!(essence(&invited(&peer, GRACE, 3).await.swap_remove(2).1).0, "REQUEST");
}

/// Nothing goes out here: what is told waits, until a test says that it went.
async fn went_out(world: &World) {
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    let sent = "update mail set state = 'sent' where state = 'waiting' and template like 'interview%' and next_at <= $1";
    sqlx::query(sent).bind(world.server.clock.now()).execute(&mut *tx).await.expect("writes");
    tx.commit().await.expect("commits");
}

/// The interview's mails to somebody but for its reminders, the oldest first: template and state.
async fn mails_to(world: &World, address: &str) -> Vec<String> {
    let mut mails = mails(&world.server, &world.owner).await;
    mails.reverse();
    let others = ["invitation", "interview_reminder"];
    let about = |mail: &&Value| {
        mail["to"] == address && mail["template"].as_str().is_some_and(|name| !others.contains(&name))
    };
    let said = |mail: &Value| {
        format!("{} {}", mail["template"].as_str().unwrap_or("?"), mail["state"].as_str().unwrap_or("?"))
    };
    mails.iter().filter(about).map(said).collect()
}

#[tokio::test]
async fn what_waits_is_taken_back_and_what_went_out_is_called_off() {
    let world = World::with(config()).await;
    let interview = world.plan(json!({})).await;
    // Mails are told apart by when they were written.
    let change = async |fields: Value| {
        world.server.clock.advance(1);
        world.change(&interview, fields).await;
    };
    went_out(&world).await;
    // Released and taken up again before the release went out: nobody hears of it twice.
    change(json!({"interviewer_ids": []})).await;
    change(json!({"interviewer_ids": [world.bob.user_id]})).await;
    let (planned, off) = ("interview_planned", "interview_cancelled");
    let sent = format!("{planned} sent");
    let taken_back = [sent.clone(), format!("{off} cancelled"), format!("{planned} waiting")];
    assert_eq!(mails_to(&world, BOB).await, taken_back);
    // And released for good: the first invitation is out there still.
    change(json!({"interviewer_ids": []})).await;
    let mut told = mails_to(&world, BOB).await;
    assert_eq!(told.split_off(2), [format!("{planned} cancelled"), format!("{off} waiting")]);
    went_out(&world).await;

    // Called off, invited again, and released while that waits: there is nothing to call off.
    change(json!({"interviewer_ids": [world.bob.user_id]})).await;
    change(json!({"interviewer_ids": []})).await;
    let mut told = mails_to(&world, BOB).await;
    assert_eq!(told.split_off(3), [format!("{off} sent"), format!("{planned} cancelled")]);

    // Another address was told nothing yet.
    let path = format!("/api/v1/ats/candidate-contacts/{}/", world.contact);
    let new = "hopper@example.org";
    world.server.clock.advance(1);
    world.server.patch(&path, &world.owner, json!({"email": new})).await.expect(200);
    world.server.clock.advance(1);
    world.server.delete(&format!("{INTERVIEWS}{interview}/"), &world.owner).await.expect(204);
    assert_eq!(mails_to(&world, new).await, [format!("{planned} cancelled")]);
    let last = mails_to(&world, GRACE).await.pop();
    assert_eq!(last, Some(format!("{off} waiting")));
}

/// A mail server that took a mail and gave no answer may have delivered it: then there is something to call off.
#[tokio::test]
async fn what_may_have_arrived_is_called_off_all_the_same() {
    let peer = SmtpPeer::start();
    let world = World::with(sending_to(&peer.url())).await;
    let contact = format!("/api/v1/ats/candidate-contacts/{}/", world.contact);
    world.server.patch(&contact, &world.owner, json!({"email": "lost@example.org"})).await.expect(200);
    let interview = world.plan(json!({"interviewer_ids": []})).await;
    until("the mail whose answer was lost", async || {
        let told = world.told(&interview).await;
        (told[0]["mail"] == "deferred" && peer.to("lost@example.org").len() == 1).then_some(())
    })
    .await;
    world.change(&interview, json!({"status": "cancelled", "cancel_reason": "Hired"})).await;
    let off = invited(&peer, "lost@example.org", 2).await.swap_remove(1).1;
    assert_eq!((essence(&off).0.as_str(), essence(&off).1), ("CANCEL", 1));
}

/// Both mails may be read in one mailbox, in any order: the invitation has the higher number, and the other address reads that
/// the interview goes on.
#[tokio::test]
async fn another_address_is_invited_by_a_higher_number_than_the_old_one_is_released_by() {
    let (world, peer) = World::start().await;
    world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    let contact = format!("/api/v1/ats/candidate-contacts/{}/", world.contact);
    world.server.patch(&contact, &world.owner, json!({"email": "new@example.org"})).await.expect(200);
    let (mail, released) = invited(&peer, GRACE, 2).await.swap_remove(1);
    let invited = invited(&peer, "new@example.org", 1).await.swap_remove(0).1;
    assert!(essence(&invited).1 > essence(&released).1, "{released} {invited}");
    assert!(
        mail.text().contains("takes place") && !mail.text().contains("does not take place"),
        "{}",
        mail.text()
    );
    // With a status, whoever shares the calendar would take the interview for cancelled (RFC 5546, 3.2.5).
    assert!(!calendar_of(&mail).expect("a calendar").contains("STATUS:"));
}

/// The reminders of an interview that reached an address.
fn reminders(peer: &SmtpPeer, address: &str) -> Vec<String> {
    let subjects = peer.to(address).into_iter().map(|mail| mail.header("Subject"));
    subjects.filter(|subject| subject.starts_with("Reminder")).collect()
}

/// Moves the clock, and has the outbox looked at.
fn later(world: &World, ms: i64) {
    world.server.clock.advance(ms);
    world.server.app.mail().ring();
}

#[tokio::test]
async fn everybody_is_reminded_a_day_and_an_hour_before_and_once_each() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    invited(&peer, BOB, 1).await;
    let ahead = AT - world.server.clock.now();
    later(&world, ahead - DAY_MS - 1_000);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((reminders(&peer, GRACE), reminders(&peer, BOB)), (vec![], vec![]), "not yet");
    later(&world, 2_000);
    until("the first reminders", async || {
        (reminders(&peer, GRACE).len() == 1 && reminders(&peer, BOB).len() == 1).then_some(())
    })
    .await;
    // A confirmation, a briefing and another look tell nobody again.
    let owner = world.server.sign_in(ADA).await;
    let sure = json!({"status": "confirmed", "briefing": "Other questions"});
    world.server.patch(&format!("{INTERVIEWS}{interview}/"), &owner, sure).await.expect(200);
    later(&world, DAY_MS - HOUR_MS);
    until("the second reminders", async || {
        (reminders(&peer, GRACE).len() == 2 && reminders(&peer, BOB).len() == 2).then_some(())
    })
    .await;
    later(&world, HOUR_MS / 2);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((reminders(&peer, GRACE).len(), reminders(&peer, BOB).len()), (2, 2));
    assert!(reminders(&peer, BOB)[0].contains("Grace Hopper"), "{:?}", reminders(&peer, BOB));
}

#[tokio::test]
async fn of_what_was_moved_or_is_off_nobody_is_reminded() {
    let (world, peer) = World::start().await;
    let moved = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    world.change(&moved, json!({"starts_at": AT + DAY_MS, "interviewer_ids": []})).await;
    let off = world.plan(json!({"starts_at": AT + 2 * HOUR_MS})).await;
    let early = world.plan(json!({"starts_at": AT + 4 * HOUR_MS})).await;
    invited(&peer, GRACE, 4).await;
    world.change(&off, json!({"status": "cancelled", "cancel_reason": "Budget"})).await;
    world.change(&early, json!({"status": "completed"})).await;
    invited(&peer, GRACE, 5).await;
    // Through the hour in which the first plans would have been, until an hour before the one that is left.
    let ahead = AT - world.server.clock.now();
    later(&world, ahead + HOUR_MS / 2);
    until("the reminder of what is left", async || (reminders(&peer, GRACE).len() == 1).then_some(())).await;
    later(&world, DAY_MS - HOUR_MS);
    until("its second one", async || (reminders(&peer, GRACE).len() == 2).then_some(())).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((reminders(&peer, GRACE).len(), reminders(&peer, BOB).len()), (2, 0));
}

/// Many are turned down at once, from a board or over REST, and nobody thinks of what was planned with them.
#[tokio::test]
async fn nobody_is_reminded_while_the_application_is_over() {
    let (world, peer) = World::start().await;
    world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    invited(&peer, BOB, 1).await;
    let step = async |step: &str, body: Value| {
        let owner = world.server.sign_in(ADA).await;
        let path = format!("/api/v1/ats/applications/{}/{step}/", world.application);
        world.server.post(&path, &owner, body).await.expect(200);
    };
    step("reject", json!({"reason": "Another one"})).await;
    later(&world, AT - world.server.clock.now() - DAY_MS + 1_000);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((reminders(&peer, GRACE), reminders(&peer, BOB)), (vec![], vec![]));
    // Taken up again, the hour before counts.
    step("reopen", json!({})).await;
    later(&world, DAY_MS - HOUR_MS);
    until("the second reminders", async || {
        (reminders(&peer, GRACE).len() == 1 && reminders(&peer, BOB).len() == 1).then_some(())
    })
    .await;
}
