//! A candidate chooses when an interview is: what is offered, who is told, and what happens when two choose at once.

use axum::http::header;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{ATS, GRACE, ME, World};
use crate::calendar::world::calendar_of;
use crate::support::smtp::{Arrived, until};

const OWNER: &str = "acme@example.com";
const TIMES: &str = "/careers/acme/times/";

/// A workspace whose owner interviews.
async fn world() -> World {
    let world = World::new().await;
    let path = format!("/api/v1/tenants/members/{}/history/", world.owner.user_id);
    until("the owner's record", async || {
        let seen = world.server.get(&path, &world.owner).await;
        (seen.status == 200 && seen.json()["count"].as_i64() > Some(0)).then_some(())
    })
    .await;
    world
}

/// So many hours from now.
fn at(world: &World, hours: i64) -> i64 {
    world.server.clock.now() + hours * HOUR_MS
}

fn texts(times: &[i64]) -> Vec<String> {
    times.iter().map(ToString::to_string).collect()
}

/// An interview that is offered at these times.
async fn propose(world: &World, times: &[i64]) -> String {
    let body = json!({
        "application_id": world.application, "status": "proposed", "starts_at": times[0], "minutes": 60,
        "offered_times": texts(times), "time_zone": "America/Toronto", "interviewer_ids": [world.owner.user_id],
        "message": "Bring <b>knives</b>.", "briefing": "Ask about Zorro",
    });
    world.add("interviews", body).await
}

async fn set(world: &World, interview: &str, fields: Value) {
    world.edit("interviews", interview, fields).await;
}

/// The mails to an address with a word in their subject, once there are so many.
async fn mails(world: &World, to: &str, subject: &str, count: usize) -> Vec<Arrived> {
    until(subject, async || {
        let found: Vec<Arrived> =
            world.peer.to(to).into_iter().filter(|mail| mail.header("Subject").contains(subject)).collect();
        Some(found).filter(|found| found.len() == count)
    })
    .await
}

/// The token in the last of so many mails that ask.
async fn token(world: &World, asked: usize) -> String {
    // What happens later stands later on the timeline.
    world.server.clock.advance(1_000);
    let arrived = mails(world, GRACE, "Choose a time", asked).await;
    let link = arrived.last().expect("a mail").link("http");
    let (path, query) = link.split_once('?').expect("a query");
    assert!(path.ends_with(TIMES), "{path}");
    query.split('&').find_map(|pair| pair.strip_prefix("token=")).expect("a token").to_owned()
}

async fn page(world: &World, token: &str) -> String {
    world.page(&format!("{TIMES}?token={token}&lang=en"), None).await.expect(200).text()
}

fn offers(page: &str, at: i64) -> bool {
    page.contains(&format!("value=\"{at}\""))
}

/// An instant as a mail to Grace names its hour.
fn hour(at: i64) -> String {
    zumodra_server::careers::when(zumodra_server::careers::Language::En, at, 60, "America/Toronto")[..20]
        .to_owned()
}

/// What the timeline says of interviews, the oldest first.
async fn timeline(world: &World) -> Vec<String> {
    let path = format!("{ATS}/activities/?candidate_id={}", world.candidate);
    let list = world.server.get(&path, &world.owner).await.expect(200).json();
    let mut told: Vec<&Value> = list["results"].as_array().expect("a list").iter().collect();
    told.sort_by_key(|entry| entry["at"].as_i64());
    let actions = told.iter().filter_map(|entry| entry["action"].as_str());
    actions.filter(|action| action.starts_with("interview")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_candidate_books_one_of_the_times_and_everybody_is_invited() {
    let world = world().await;
    let times = [at(&world, 30), at(&world, 50), at(&world, 54)];
    // At the second the owner meets somebody else.
    let (_, other) = world.applies("Ada", "lovelace@example.org", &world.job).await;
    let busy = json!({
        "application_id": other, "starts_at": times[1] + HOUR_MS / 2, "minutes": 30, "interviewer_ids": [world.owner.user_id],
    });
    world.add("interviews", busy).await;
    let interview = propose(&world, &times).await;
    let token = token(&world, 1).await;
    let asked = &mails(&world, GRACE, "Choose a time", 1).await[0];
    assert!(asked.text().contains("Line cook") && asked.text().contains("<b>knives</b>"), "{}", asked.text());
    assert!(calendar_of(asked).is_none(), "there is nothing to put into a calendar yet");

    let shown = page(&world, &token).await;
    assert!(offers(&shown, times[0]) && !offers(&shown, times[1]) && offers(&shown, times[2]), "{shown}");
    assert!(
        shown.contains("Hello Grace,") && shown.contains("America/Toronto") && shown.contains("60 minutes")
    );
    assert!(shown.contains("knives") && !shown.contains("<b>") && !shown.contains("Zorro"), "{shown}");
    // Looking is no answer.
    page(&world, &token).await;
    assert_eq!(world.record("interviews", &interview).await["status"], "proposed");

    for (wrong, says) in [
        (String::new(), "Choose one of these times."),
        (times[1].to_string(), "This time is not free any more."),
        ((times[0] + 1).to_string(), "This time is not free any more."),
        ("1e9".to_owned(), "Choose one of these times."),
    ] {
        let answer = world.send(TIMES, None, &[("token", &token), ("at", &wrong)]).await.expect(422).text();
        assert!(answer.contains(says) && offers(&answer, times[2]), "{wrong}: {answer}");
    }
    assert_eq!(world.record("interviews", &interview).await["status"], "proposed");

    let fields = [("token", token.as_str()), ("at", &times[2].to_string())];
    let answer = world.send(TIMES, None, &fields).await.expect(303);
    assert!(answer.headers[header::LOCATION].to_str().expect("text").starts_with(TIMES));
    let booked = world.record("interviews", &interview).await;
    assert_eq!(
        (booked["status"].as_str(), booked["starts_at"].as_i64()),
        (Some("scheduled"), Some(times[2]))
    );
    for to in [GRACE, OWNER] {
        let invited = mails(&world, to, "Interview", if to == GRACE { 1 } else { 2 }).await;
        let is_of_it = |mail: &Arrived| calendar_of(mail).is_some_and(|text| text.contains(&interview));
        assert_eq!(invited.iter().filter(|mail| is_of_it(mail)).count(), 1, "{to}");
    }
    let shown = page(&world, &token).await;
    assert!(shown.contains("Your interview is booked") && !shown.contains("type=\"radio\""), "{shown}");
    assert_eq!(timeline(&world).await, ["interview_proposed", "interview_scheduled"]);

    // Another window still has the form: what is booked stays booked.
    let again = [("token", token.as_str()), ("at", &times[0].to_string())];
    world.send(TIMES, None, &again).await.expect(303);
    assert_eq!(world.record("interviews", &interview).await["starts_at"], times[2]);
}

#[tokio::test]
async fn a_candidate_is_offered_no_time_at_which_they_are_in_another_interview() {
    let world = world().await;
    let (first, second) = (at(&world, 30), at(&world, 40));
    propose(&world, &[first, second]).await;
    let token = token(&world, 1).await;
    // Others meet Grace at the first of them.
    let other = json!({
        "application_id": world.application, "starts_at": first + HOUR_MS / 2, "minutes": 60, "interviewer_ids": [],
    });
    world.add("interviews", other).await;
    let shown = page(&world, &token).await;
    assert!(!offers(&shown, first) && offers(&shown, second), "{shown}");
    let fields = [("token", token.as_str()), ("at", &first.to_string())];
    let answer = world.send(TIMES, None, &fields).await.expect(422).text();
    assert!(answer.contains("This time is not free any more."), "{answer}");
}

#[tokio::test]
async fn of_two_who_choose_the_same_time_one_gets_it() {
    let world = world().await;
    let (first, second) = (at(&world, 30), at(&world, 40));
    let interview = propose(&world, &[first, second]).await;
    let token = token(&world, 1).await;
    let shown = page(&world, &token).await;
    assert!(offers(&shown, first));
    let (_, other) = world.applies("Ada", "lovelace@example.org", &world.job).await;
    let faster = json!({
        "application_id": other, "starts_at": first, "minutes": 60, "interviewer_ids": [world.owner.user_id],
    });
    world.add("interviews", faster).await;
    let fields = [("token", token.as_str()), ("at", &first.to_string())];
    let answer = world.send(TIMES, None, &fields).await.expect(422).text();
    assert!(
        answer.contains("This time is not free any more.")
            && !offers(&answer, first)
            && offers(&answer, second)
    );
    assert_eq!(world.record("interviews", &interview).await["status"], "proposed");

    // Two windows at once: one of them books, and both are told how it stands.
    let fields = [("token", token.as_str()), ("at", &second.to_string())];
    let (one, two) = tokio::join!(world.send(TIMES, None, &fields), world.send(TIMES, None, &fields));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert!(statuses == [303, 303] || statuses == [200, 303] || statuses == [303, 422], "{statuses:?}");
    assert_eq!(world.record("interviews", &interview).await["starts_at"], second);
    assert_eq!(timeline(&world).await, ["interview_proposed", "interview_scheduled"]);
}

#[tokio::test]
async fn the_team_is_told_once_that_no_time_suits_and_may_offer_others() {
    let world = world().await;
    let times = [at(&world, 30), at(&world, 40)];
    let interview = propose(&world, &times).await;
    let token = token(&world, 1).await;
    let none = format!("{TIMES}none/");
    let answer = world.send(&none, None, &[("token", &token), ("reason", " ")]).await.expect(422).text();
    assert!(answer.contains("Say when would suit you."), "{answer}");
    let says = [("token", token.as_str()), ("reason", "Only\r\nin the evening\u{202e}s")];
    world.send(&none, None, &says).await.expect(303);
    world.send(&none, None, &says).await.expect(303);
    let note =
        "None of the times that were offered for an interview suits. In their words: Only in the evenings";
    assert_eq!(world.notes(&world.candidate).await, [note]);
    let told = mails(&world, OWNER, "No time suits Grace Hopper", 1).await;
    assert!(told[0].text().contains("Only in the evenings"), "{}", told[0].text());
    let shown = page(&world, &token).await;
    assert!(
        shown.contains("You told the team") && offers(&shown, times[0]) && !shown.contains("name=\"reason\"")
    );

    // Other times: the candidate is asked again, and may say so again.
    let later = [at(&world, 60), at(&world, 70)];
    set(&world, &interview, json!({ "offered_times": texts(&later) })).await;
    mails(&world, GRACE, "Choose a time", 2).await;
    let shown = page(&world, &token).await;
    assert!(offers(&shown, later[0]) && !offers(&shown, times[0]) && !shown.contains("You told the team"));
    world.send(&none, None, &says).await.expect(303);
    mails(&world, OWNER, "No time suits Grace Hopper", 2).await;
    // What changes nothing for the candidate asks nobody.
    set(&world, &interview, json!({ "briefing": "Be kind", "title": "Talk" })).await;
    // All of it is over: the page says so, and still takes an answer.
    world.server.clock.advance(4 * DAY_MS);
    let shown = page(&world, &token).await;
    assert!(shown.contains("None of the times that were offered is left."), "{shown}");
    assert_eq!(
        world.peer.to(GRACE).iter().filter(|m| m.header("Subject").contains("Choose a time")).count(),
        2
    );
}

#[tokio::test]
async fn what_is_off_can_be_chosen_by_nobody() {
    let world = world().await;
    let times = [at(&world, 30), at(&world, 40)];
    let interview = propose(&world, &times).await;
    let token = token(&world, 1).await;
    for wrong in ["", "x", "x.y", &token[1..], &token[..token.len() - 1], &format!("{token}a")] {
        world.page(&format!("{TIMES}?token={wrong}"), None).await.expect(404);
        world.send(TIMES, None, &[("token", wrong), ("at", &times[0].to_string())]).await.expect(404);
        world.send(&format!("{TIMES}none/"), None, &[("token", wrong), ("reason", "x")]).await.expect(404);
    }
    // A secret of something else is none of this.
    let letter = world.page(&format!("/careers/acme/offer/?token={token}"), None).await;
    letter.expect(404);

    let fields = [("token", token.as_str()), ("at", &times[0].to_string())];
    let closed = async |what: &str| {
        let shown = page(&world, &token).await;
        assert!(shown.contains("nothing to choose here") && !offers(&shown, times[0]), "{what}: {shown}");
        world.send(TIMES, None, &fields).await.expect(303);
        assert_ne!(world.record("interviews", &interview).await["status"], "scheduled", "{what}");
    };
    world
        .edit("applications", &world.application, json!({ "stage_id": "no", "rejection_reason": "R" }))
        .await;
    closed("rejected").await;
    world.edit("applications", &world.application, json!({ "stage_id": "talk" })).await;
    assert!(offers(&page(&world, &token).await, times[0]));
    set(&world, &interview, json!({ "status": "cancelled", "cancel_reason": "Ill" })).await;
    closed("called off").await;
    world.server.delete(&format!("{ATS}/interviews/{interview}/"), &world.owner).await.expect(204);
    world.page(&format!("{TIMES}?token={token}"), None).await.expect(404);
    assert!(world.peer.to(GRACE).iter().all(|mail| calendar_of(mail).is_none()), "nothing was planned");
}

#[tokio::test]
async fn the_portal_leads_there_and_who_steps_back_is_asked_no_more() {
    let world = world().await;
    let times = [at(&world, 30), at(&world, 40)];
    let interview = propose(&world, &times).await;
    token(&world, 1).await;
    let cookie = world.grace().await;
    let shown = world.page(ME, Some(&cookie)).await.expect(200).text();
    let link = shown
        .split("href=\"")
        .find_map(|part| part.split('"').next().filter(|href| href.contains("/times/")));
    let link = link.and_then(|href| href.split_once("/careers/")).expect("a link").1.replace("&#38;", "&");
    assert!(shown.contains("can choose when"), "{shown}");
    let chosen = world.page(&format!("/careers/{link}"), None).await.expect(200).text();
    assert!(offers(&chosen, times[0]), "{chosen}");
    let french = link.replace("lang=en", "lang=fr");
    let french = world.page(&format!("/careers/{french}"), None).await.expect(200).text();
    assert!(french.contains("Choisissez le moment de votre entretien") && french.contains("Bonjour Grace,"));

    let form = world.form_token(&cookie).await;
    let steps_back = [("form", form.as_str()), ("application", &world.application)];
    world.form("withdraw/", Some(&cookie), &steps_back).await.expect(303);
    assert_eq!(world.record("interviews", &interview).await["status"], "cancelled");
    let shown = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(!shown.contains("/times/"), "{shown}");
}

#[tokio::test]
async fn who_cannot_come_is_offered_other_times_and_the_calendars_follow() {
    let world = world().await;
    let planned = at(&world, 30);
    let interview = propose(&world, &[planned]).await;
    let token = token(&world, 1).await;
    world.send(TIMES, None, &[("token", &token), ("at", &planned.to_string())]).await.expect(303);
    mails(&world, GRACE, "Interview: Line cook", 1).await;
    let other = at(&world, 60);
    world.server.clock.advance(1_000);
    set(&world, &interview, json!({ "status": "proposed", "offered_times": texts(&[other]) })).await;
    let off = mails(&world, GRACE, "Cancelled", 1).await;
    assert!(calendar_of(&off[0]).is_some_and(|text| text.contains("METHOD:CANCEL")));
    mails(&world, GRACE, "Choose a time", 2).await;
    world.server.clock.advance(1_000);
    world.send(TIMES, None, &[("token", &token), ("at", &other.to_string())]).await.expect(303);
    let again = mails(&world, GRACE, "Interview: Line cook", 2).await;
    assert!(off[0].header("Subject").contains(&hour(planned)), "{}", off[0].header("Subject"));
    let text = calendar_of(&again[1]).expect("a calendar");
    assert!(text.contains("METHOD:REQUEST") && text.contains("SEQUENCE:2"), "{text}");
    assert_eq!(
        timeline(&world).await,
        ["interview_proposed", "interview_scheduled", "interview_proposed", "interview_scheduled"]
    );
    // The same times once more: what was asked and answered the last time says nothing of this one.
    world.server.clock.advance(1_000);
    set(&world, &interview, json!({ "status": "proposed" })).await;
    mails(&world, GRACE, "Choose a time", 3).await;
    set(&world, &interview, json!({ "briefing": "Be kind" })).await;
    let off = mails(&world, GRACE, "Cancelled", 2).await;
    assert!(off[1].header("Subject").contains(&hour(other)), "{}", off[1].header("Subject"));
    assert_eq!(
        world.peer.to(GRACE).iter().filter(|m| m.header("Subject").contains("Choose a time")).count(),
        3
    );
}

/// Somebody works every day from midnight to midnight on the clock of UTC, but on these days.
async fn works(world: &World, member: &str, days_off: &[i64]) -> String {
    let week: Vec<Value> =
        (1..=7).map(|day| json!({ "id": format!("{day}a"), "begins": 0, "minutes": 1_440 })).collect();
    let off = days_off.iter().enumerate();
    let off: Vec<Value> = off
        .map(|(at, ms)| {
            let day = &zumodra_shared::kernel::time::rfc3339(*ms)[..10];
            json!({ "id": at.to_string(), "starts_on": day, "days": 1, "label": "Trip" })
        })
        .collect();
    let hours = json!({ "member_id": member, "zone": "UTC", "week": week, "holidays": off });
    world.add("working-hours", hours).await
}

#[tokio::test]
async fn a_time_that_is_on_a_day_off_by_now_is_not_offered_unless_it_was_offered_anyway() {
    let world = world().await;
    let times = [at(&world, 30), at(&world, 60), at(&world, 90)];
    let interview = propose(&world, &times).await;
    let token = token(&world, 1).await;
    assert!(offers(&page(&world, &token).await, times[0]));
    // The owner is away on the days of the first two times, entered after they were offered.
    works(&world, &world.owner.user_id, &times[..2]).await;
    let shown = page(&world, &token).await;
    assert!(!offers(&shown, times[0]) && !offers(&shown, times[1]) && offers(&shown, times[2]), "{shown}");
    let fields = [("token", token.as_str()), ("at", &times[0].to_string())];
    let answer = world.send(TIMES, None, &fields).await.expect(422).text();
    assert!(answer.contains("This time is not free any more.") && offers(&answer, times[2]), "{answer}");
    assert_eq!(world.record("interviews", &interview).await["status"], "proposed");
    // Who was told what stands against it offers it all the same.
    set(&world, &interview, json!({ "offered_anyway": texts(&times[..1]) })).await;
    assert!(offers(&page(&world, &token).await, times[0]));
    world.send(TIMES, None, &fields).await.expect(303);
    assert_eq!(world.record("interviews", &interview).await["starts_at"], times[0]);
}

/// A recruiter of the workspace, once records can name them.
/// Writes down that the owner's own calendar says that they are busy, as a pass over it does.
async fn busy(world: &World, from: i64, until: i64) {
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    let owner: uuid::Uuid = world.owner.user_id.parse().expect("an id");
    sqlx::query(
        "insert into calendar_connections (member, url, name, login, password, due_at, shows_busy)
         values ($1, 'https://calendar.example/', 'Work', 'ada', '', 9000000000000000, true)",
    )
    .bind(owner)
    .execute(&mut *tx)
    .await
    .expect("writes");
    sqlx::query("insert into calendar_busy (member, starts_at, ends_at) values ($1, $2, $3)")
        .bind(owner)
        .bind(from)
        .bind(until)
        .execute(&mut *tx)
        .await
        .expect("writes");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn a_time_at_which_somebody_is_busy_by_their_own_calendar_is_not_offered() {
    let world = world().await;
    let times = [at(&world, 48), at(&world, 72), at(&world, 96)];
    let interview = propose(&world, &times).await;
    let token = token(&world, 1).await;
    busy(&world, times[1] + HOUR_MS / 2, times[1] + 2 * HOUR_MS).await;
    let shown = page(&world, &token).await;
    assert_eq!(times.map(|at| offers(&shown, at)), [true, false, true]);
    // Whoever offers it though they were told has their reasons.
    set(&world, &interview, json!({ "offered_anyway": texts(&times[1..2]) })).await;
    let shown = page(&world, &token).await;
    assert_eq!(times.map(|at| offers(&shown, at)), [true, true, true]);
}

async fn recruiter(world: &World, email: &str) -> String {
    let member = world.server.member(&world.owner, email, "recruiter").await;
    let path = format!("/api/v1/tenants/members/{}/history/", member.user_id);
    until("the recruiter's record", async || {
        let seen = world.server.get(&path, &world.owner).await;
        (seen.status == 200 && seen.json()["count"].as_i64() > Some(0)).then_some(())
    })
    .await;
    member.user_id
}

#[tokio::test]
async fn round_robin_does_not_ignore_absence() {
    let world = world().await;
    let (ada, bob) = (recruiter(&world, "ada@example.com").await, recruiter(&world, "bob@example.com").await);
    let times = [at(&world, 30), at(&world, 60), at(&world, 90), at(&world, 120)];
    // Bob has an interview more, and Ada is away at the first time, both are at the second.
    works(&world, &ada, &times[..2]).await;
    works(&world, &bob, &times[1..2]).await;
    let (_, other) = world.applies("Hedy", "hedy@example.org", &world.job).await;
    let busy =
        json!({ "application_id": other, "starts_at": times[2], "minutes": 30, "interviewer_ids": [bob] });
    world.add("interviews", busy).await;
    let body = json!({
        "application_id": world.application, "status": "proposed", "starts_at": times[0], "minutes": 60,
        "offered_times": texts(&times), "time_zone": "UTC", "interviewer_ids": [world.owner.user_id],
        "any_of_ids": [ada, bob],
    });
    let interview = world.add("interviews", body).await;
    let token = token(&world, 1).await;
    let shown = page(&world, &token).await;
    let offered: Vec<bool> = times.iter().map(|at| offers(&shown, *at)).collect();
    assert_eq!(offered, [true, false, true, true], "a time holds if at least one of them is free");
    let choose = async |at: i64| {
        world.server.clock.advance(1_000);
        world.send(TIMES, None, &[("token", token.as_str()), ("at", &at.to_string())]).await.expect(303);
        let booked = world.record("interviews", &interview).await;
        assert_eq!((&booked["status"], &booked["starts_at"]), (&json!("scheduled"), &json!(at)));
        let mut people: Vec<String> = booked["interviewer_ids"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|id| id.as_str().expect("an id").to_owned())
            .collect();
        people.retain(|id| *id != world.owner.user_id);
        people
    };
    assert_eq!(choose(times[0]).await, std::slice::from_ref(&bob), "Ada is away");
    // A reschedule does not double: Ada takes the place of Bob, who has another interview then.
    set(&world, &interview, json!({ "status": "proposed", "offered_times": texts(&times[2..]) })).await;
    assert_eq!(choose(times[2]).await, std::slice::from_ref(&ada));
    set(&world, &interview, json!({ "status": "proposed", "offered_times": texts(&times[3..]) })).await;
    assert_eq!(choose(times[3]).await, [ada], "both are free, and she had fewer");
}

#[tokio::test]
async fn of_two_candidates_who_choose_at_once_each_gets_somebody() {
    let world = world().await;
    let (ada, bob) = (recruiter(&world, "ada@example.com").await, recruiter(&world, "bob@example.com").await);
    let when = at(&world, 30);
    let (_, other) = world.applies("Hedy", "hedy@example.org", &world.job).await;
    let mut tokens = Vec::new();
    for application in [&world.application, &other] {
        let body = json!({
            "application_id": application, "status": "proposed", "starts_at": when, "minutes": 60,
            "offered_times": texts(&[when]), "interviewer_ids": [], "any_of_ids": [ada, bob],
        });
        let interview = world.add("interviews", body).await;
        let address = if application == &other { "hedy@example.org" } else { GRACE };
        let link = mails(&world, address, "Choose a time", 1).await[0].link("http");
        let token = link.split(['?', '&']).find_map(|pair| pair.strip_prefix("token=")).expect("a token");
        tokens.push((interview, token.to_owned()));
    }
    let at = when.to_string();
    let (one, two) =
        ([("token", tokens[0].1.as_str()), ("at", &at)], [("token", tokens[1].1.as_str()), ("at", &at)]);
    let (one, two) = tokio::join!(world.send(TIMES, None, &one), world.send(TIMES, None, &two));
    one.expect(303);
    two.expect(303);
    let mut people = Vec::new();
    for (interview, _) in &tokens {
        let booked = world.record("interviews", interview).await;
        assert_eq!(booked["status"], "scheduled");
        people.extend(booked["interviewer_ids"].as_array().expect("a list").clone());
    }
    people.sort_by_key(ToString::to_string);
    let mut both = vec![json!(ada), json!(bob)];
    both.sort_by_key(ToString::to_string);
    assert_eq!(people, both);
}

#[tokio::test]
async fn a_time_is_booked_without_its_room_where_that_was_taken() {
    let world = world().await;
    let room = world.add("rooms", json!({ "name": "Laurier", "place": "3rd floor" })).await;
    let times = [at(&world, 30), at(&world, 60)];
    let interview = propose(&world, &times).await;
    set(&world, &interview, json!({ "room_id": room })).await;
    let token = token(&world, 1).await;
    assert!(page(&world, &token).await.contains("Where: Laurier, 3rd floor"));
    let (_, other) = world.applies("Ada", "lovelace@example.org", &world.job).await;
    let busy = json!({ "application_id": other, "starts_at": times[0], "minutes": 60, "interviewer_ids": [], "room_id": room });
    world.add("interviews", busy).await;
    let shown = page(&world, &token).await;
    assert!(offers(&shown, times[0]) && offers(&shown, times[1]), "the time was promised, the room was not");
    world.send(TIMES, None, &[("token", &token), ("at", &times[0].to_string())]).await.expect(303);
    let booked = world.record("interviews", &interview).await;
    assert_eq!((&booked["status"], &booked["room_id"]), (&json!("scheduled"), &Value::Null));
}
