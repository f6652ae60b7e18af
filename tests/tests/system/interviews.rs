//! Interviews and scorecards over the real server and real engines: what others found is on nobody's device before they said
//! what they found, nobody is in two interviews at once, and all of it works while the server is away.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::wire::Wire;
use zumodra_tests::process::{eventually, temporary};

pub(super) const OWNER: &str = "owner@panel.example";
pub(super) const RITA: &str = "rita@panel.example";
const MO: &str = "mo@panel.example";
pub(super) const NINA: &str = "nina@panel.example";
pub(super) const SOON: Duration = Duration::from_secs(30);
/// When the interviews begin, in milliseconds.
const TEN: i64 = 1_900_000_000_000;
const HOUR_MS: i64 = 3_600_000;

pub(super) struct World {
    pub(super) server: Server,
    pub(super) owner: SignedIn,
    pub(super) rita: SignedIn,
    mo: SignedIn,
    pub(super) nina: SignedIn,
    pub(super) job: String,
    pub(super) candidate: String,
    pub(super) application: String,
    pub(super) folder: tempfile::TempDir,
}

impl World {
    /// A workspace in which somebody applied for the job of two hiring managers.
    pub(super) async fn new(name: &str) -> Result<Self> {
        let folder = temporary(name)?;
        let server = Server::start(folder.path()).await?;
        let owner = server.sign_up("Panel Works", OWNER).await?;
        let rita = server.add_member(&owner, "Rita Recruits", RITA, "recruiter").await?;
        let mo = server.add_member(&owner, "Mo Manager", MO, "hiring_manager").await?;
        let nina = server.add_member(&owner, "Nina Manager", NINA, "hiring_manager").await?;
        let (job, candidate, application) = (String::new(), String::new(), String::new());
        let mut world = Self { server, owner, rita, mo, nina, job, candidate, application, folder };
        let team = json!([world.mo.user_id, world.nina.user_id]);
        world.job = eventually("the directory", SOON, async || {
            let job = json!({ "title": "Engineer", "hiring_team_ids": team });
            world.add(&world.owner, "jobs", job).await.ok()
        })
        .await?;
        world.candidate = world.add(&world.owner, "candidates", json!({ "first_name": "Ada" })).await?;
        let applies = json!({ "candidate_id": world.candidate, "job_id": world.job });
        world.application = world.add(&world.owner, "applications", applies).await?;
        Ok(world)
    }

    pub(super) async fn add(&self, by: &SignedIn, segment: &str, body: Value) -> Result<String> {
        let path = format!("/api/v1/ats/{segment}/");
        let made = self.server.call("POST", &path, Some(&by.access), Some(body)).await?;
        Ok(made["id"].as_str().context("an id")?.to_owned())
    }

    fn scorecard(&self, word: &str, draft: bool) -> Value {
        json!({
            "candidate_id": self.candidate, "application_id": self.application, "job_id": self.job,
            "summary": word, "recommendation": "yes", "is_draft": draft,
        })
    }

    fn interview(&self, word: &str, starts_at: i64, with: &[&SignedIn]) -> Value {
        let with: Vec<&str> = with.iter().map(|member| member.user_id.as_str()).collect();
        json!({
            "candidate_id": self.candidate, "application_id": self.application, "job_id": self.job,
            "title": word, "starts_at": starts_at, "minutes": 60, "interviewer_ids": with,
        })
    }

    pub(super) async fn engine(&self, email: &str) -> Result<EngineProcess> {
        let mut engine = EngineProcess::start(&self.folder.path().join(email))?;
        engine.enter(&self.server.url(), email).await?;
        engine.current().await?;
        Ok(engine)
    }

    pub(super) async fn is_sent(&self, who: &SignedIn, word: &str) -> Result<bool> {
        Wire::brings(&self.server.url(), &who.access, word).await
    }
}

pub(super) async fn make(engine: &mut EngineProcess, kind: &str, fields: Value) -> Result<String> {
    let made = engine.ask("create", json!({ "request": { "kind": kind, "fields": fields } })).await?;
    Ok(made["id"].as_str().context("an id")?.to_owned())
}

pub(super) async fn edit(
    engine: &mut EngineProcess,
    kind: &str,
    id: &str,
    field: &str,
    value: Value,
) -> Result<()> {
    let edits = json!([{ "op": "set", "field": field, "value": value }]);
    engine.ask("edit", json!({ "request": { "kind": kind, "id": id, "edits": edits } })).await?;
    Ok(())
}

/// One text field of every record of a kind that an engine shows, in order.
async fn shown(engine: &mut EngineProcess, kind: &str, field: &str) -> Result<Vec<String>> {
    let page = engine.ask("list", json!({ "request": { "kind": kind, "limit": 100 } })).await?;
    let rows = page["rows"].as_array().context("rows")?;
    let mut words: Vec<String> =
        rows.iter().map(|row| row["fields"][field].as_str().unwrap_or_default().to_owned()).collect();
    words.sort();
    Ok(words)
}

pub(super) async fn until_shown(
    engine: &mut EngineProcess,
    kind: &str,
    field: &str,
    expected: &[&str],
) -> Result<()> {
    let mut last = Vec::new();
    let came = eventually("the records", SOON, async || {
        last = shown(engine, kind, field).await.ok()?;
        (last == expected).then_some(())
    });
    came.await.with_context(|| format!("{kind}: {last:?} instead of {expected:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_found_comes_once_the_own_is_given() -> Result<()> {
    let mut world = World::new("scorecards").await?;
    let given = world.scorecard("ritabird", false);
    world.add(&world.rita, "scorecards", given).await?;
    world.add(&world.rita, "scorecards", world.scorecard("draftbird", true)).await?;
    world.add(&world.nina, "scorecards", world.scorecard("ninabird", false)).await?;
    let twice = world.add(&world.nina, "scorecards", world.scorecard("again", false)).await;
    ensure!(twice.is_err_and(|error| error.to_string().contains("already-exists")), "one an interviewer");

    // Who runs the process sees what was given, and nobody's draft.
    ensure!(
        world.is_sent(&world.owner, "ninabird").await? && !world.is_sent(&world.owner, "draftbird").await?
    );
    ensure!(world.is_sent(&world.rita, "draftbird").await?);
    // Nina gave hers; Mo did not.
    ensure!(world.is_sent(&world.nina, "ritabird").await? && !world.is_sent(&world.mo, "ritabird").await?);
    let mut mo = world.engine(MO).await?;
    until_shown(&mut mo, "scorecards", "summary", &[]).await?;

    // Mo writes and gives it without a server, and the window is closed before it is back.
    world.server.kill();
    let draft = make(&mut mo, "scorecards", world.scorecard("half", true)).await?;
    until_shown(&mut mo, "scorecards", "summary", &["half"]).await?;
    let own = make(&mut mo, "scorecards", world.scorecard("mobird", false)).await?;
    edit(&mut mo, "scorecards", &draft, "$deleted", json!(true)).await?;
    until_shown(&mut mo, "scorecards", "summary", &["mobird"]).await?;
    mo.end().await?;
    world.server.run().await?;
    let mut mo = world.engine(MO).await?;
    until_shown(&mut mo, "scorecards", "summary", &["mobird", "ninabird", "ritabird"]).await?;
    ensure!(mo.ask("attention", Value::Null).await? == json!([]));
    // What comes later comes as well.
    let second = json!({ "stage_id": "second" });
    let mut later = world.scorecard("laterbird", false);
    later.as_object_mut().context("fields")?.extend(second.as_object().cloned().unwrap_or_default());
    world.add(&world.rita, "scorecards", later).await?;
    until_shown(&mut mo, "scorecards", "summary", &["laterbird", "mobird", "ninabird", "ritabird"]).await?;

    // Who takes theirs back is shown nothing any more, and who gives it again is.
    edit(&mut mo, "scorecards", &own, "$deleted", json!(true)).await?;
    until_shown(&mut mo, "scorecards", "summary", &[]).await?;
    ensure!(!world.is_sent(&world.mo, "ritabird").await?);
    make(&mut mo, "scorecards", world.scorecard("mo again", false)).await?;
    until_shown(&mut mo, "scorecards", "summary", &["laterbird", "mo again", "ninabird", "ritabird"]).await?;
    // Nor who hires for the job no more.
    let path = format!("/api/v1/ats/jobs/{}/", world.job);
    let team = json!({ "hiring_team_ids": [world.nina.user_id] });
    world.server.call("PATCH", &path, Some(&world.owner.access), Some(team)).await?;
    until_shown(&mut mo, "scorecards", "summary", &[]).await?;
    ensure!(!world.is_sent(&world.mo, "ritabird").await? && !world.is_sent(&world.mo, "mo again").await?);
    // When Mo comes back, what is held fits the server's sums.
    mo.end().await?;
    world.engine(MO).await?.end().await?;
    let log = std::fs::read_to_string(world.folder.path().join(MO).join("engine.log")).unwrap_or_default();
    ensure!(!log.contains("does not fit"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn scorecards_of_a_private_candidate_are_there_for_who_is_inside() -> Result<()> {
    let world = World::new("walled-scorecards").await?;
    world.add(&world.rita, "scorecards", world.scorecard("ritabird", false)).await?;
    world.add(&world.mo, "scorecards", world.scorecard("mobird", false)).await?;
    let mut mo = world.engine(MO).await?;
    until_shown(&mut mo, "scorecards", "summary", &["mobird", "ritabird"]).await?;
    let path = format!("/api/v1/ats/candidates/{}/", world.candidate);
    let set =
        async |body: Value| world.server.call("PATCH", &path, Some(&world.owner.access), Some(body)).await;
    set(json!({ "is_private": true })).await?;
    until_shown(&mut mo, "scorecards", "summary", &[]).await?;
    ensure!(!world.is_sent(&world.mo, "mobird").await? && !world.is_sent(&world.rita, "ritabird").await?);
    set(json!({ "visible_to_ids": [world.nina.user_id] })).await?;
    ensure!(world.is_sent(&world.nina, "ritabird").await? && !world.is_sent(&world.mo, "ritabird").await?);
    // When the wall is gone, what was given counts again.
    set(json!({ "is_private": false })).await?;
    until_shown(&mut mo, "scorecards", "summary", &["mobird", "ritabird"]).await?;
    ensure!(!world.is_sent(&world.nina, "ritabird").await?);
    mo.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_offered_without_a_network_and_take_nobodys_time() -> Result<()> {
    let mut world = World::new("offered-times").await?;
    let (mut rita, mut mo) = (world.engine(RITA).await?, world.engine(MO).await?);
    world.server.kill();
    let mut offers = world.interview("offered by rita", TEN, &[&world.nina]);
    offers["status"] = json!("proposed");
    offers["offered_times"] = json!([TEN.to_string(), (TEN + HOUR_MS).to_string()]);
    let id = make(&mut rita, "interviews", offers).await?;
    // One desktop adds a time, and another one plans with Nina at one of them.
    let edits = json!([{ "op": "add", "field": "offered_times", "value": (TEN + 5 * HOUR_MS).to_string() }]);
    rita.ask("edit", json!({ "request": { "kind": "interviews", "id": id, "edits": edits } })).await?;
    make(&mut mo, "interviews", world.interview("planned by mo", TEN, &[&world.nina])).await?;
    rita.end().await?;
    world.server.run().await?;
    let mut rita = world.engine(RITA).await?;
    let all = ["offered by rita", "planned by mo"];
    for engine in [&mut rita, &mut mo] {
        until_shown(engine, "interviews", "title", &all).await?;
        ensure!(engine.ask("attention", Value::Null).await? == json!([]), "an offer takes nobody's time");
    }
    // Only the server books for a candidate, and nobody can be booked who is busy.
    let choose = json!({ "name": "choose_interview_time", "target": id, "args": { "at": TEN + HOUR_MS } });
    let refused = rita.ask("command", choose).await;
    ensure!(refused.is_err(), "a desktop chooses for nobody");
    edit(&mut rita, "interviews", &id, "status", json!("scheduled")).await?;
    eventually("the refusal", SOON, async || {
        let items = rita.ask("attention", Value::Null).await.ok()?;
        items.to_string().contains("double-booked").then_some(())
    })
    .await?;
    rita.end().await?;
    mo.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_in_two_interviews_at_once() -> Result<()> {
    let mut world = World::new("double-booking").await?;
    let grace = world.add(&world.owner, "candidates", json!({ "first_name": "Grace" })).await?;
    let applies = json!({ "candidate_id": grace, "job_id": world.job });
    let applied = world.add(&world.owner, "applications", applies).await?;
    let mut with_others = world.interview("with others", TEN, &[&world.mo]);
    (with_others["candidate_id"], with_others["application_id"]) = (json!(grace), json!(applied));
    let (mut rita, mut mo) = (world.engine(RITA).await?, world.engine(MO).await?);
    world.server.kill();
    // Both plan with Nina, without a network.
    make(&mut rita, "interviews", world.interview("by rita", TEN, &[&world.nina])).await?;
    make(&mut rita, "interviews", world.interview("by rita, after it", TEN + HOUR_MS, &[&world.nina]))
        .await?;
    world.server.run().await?;
    rita.current().await?;
    let clash =
        make(&mut mo, "interviews", world.interview("by mo", TEN + HOUR_MS / 2, &[&world.nina])).await?;
    make(&mut mo, "interviews", with_others).await?;
    let attention = eventually("the refusal", SOON, async || {
        let items = mo.ask("attention", Value::Null).await.ok()?;
        items.as_array().filter(|items| !items.is_empty()).cloned()
    })
    .await?;
    ensure!(attention.len() == 1 && attention[0]["code"] == "double-booked", "{attention:?}");
    ensure!(attention[0]["record_id"] == clash.as_str(), "{attention:?}");
    // Nothing is lost: at another time it goes through.
    let later = json!([{ "op": "set", "field": "starts_at", "value": TEN + 3 * HOUR_MS }]);
    let choice = json!({ "choice": "edit", "edits": later });
    mo.ask("resolve_attention", json!({ "id": attention[0]["id"], "choice": choice })).await?;
    let all = ["by mo", "by rita", "by rita, after it", "with others"];
    until_shown(&mut rita, "interviews", "title", &all).await?;
    ensure!(mo.ask("attention", Value::Null).await? == json!([]));

    // Moving one onto another is refused as well, and calling the other one off makes room.
    let path = "/api/v1/ats/interviews/";
    let list = world.server.call("GET", path, Some(&world.owner.access), None).await?;
    let id = |title: &str| {
        let rows = list["results"].as_array().into_iter().flatten();
        rows.filter(|row| row["title"] == title)
            .find_map(|row| row["id"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let patch = async |title: &str, body: Value| {
        let path = format!("{path}{}/", id(title));
        world.server.call("PATCH", &path, Some(&world.owner.access), Some(body)).await
    };
    let refused = patch("by mo", json!({ "starts_at": TEN })).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("double-booked")));
    // The candidate is in no two at once either, whoever interviews.
    let alone = json!({ "starts_at": TEN, "interviewer_ids": [world.rita.user_id] });
    let refused = patch("by rita, after it", alone).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("double-booked")));
    let refused = patch("by rita", json!({ "status": "cancelled" })).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("reason-required")));
    patch("by rita", json!({ "status": "cancelled", "cancel_reason": "Ill" })).await?;
    patch("by mo", json!({ "starts_at": TEN })).await?;
    let refused = patch("by rita", json!({ "status": "scheduled" })).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("interview-step-not-allowed")));
    rita.end().await?;
    mo.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_desktop_changed_offline_is_told_once() -> Result<()> {
    let mut world = World::new("told-once").await?;
    let mut rita = world.engine(RITA).await?;
    let interview = make(&mut rita, "interviews", world.interview("first word", TEN, &[&world.nina])).await?;
    let path = format!("/api/v1/ats/interviews/{interview}/invitations/");
    let told = async |world: &World| -> Option<Value> {
        let list = world.server.call("GET", &path, Some(&world.owner.access), None).await.ok()?;
        list["results"].get(0).cloned()
    };
    let first = eventually("the invitation", SOON, async || told(&world).await).await?;
    ensure!(first["sequence"] == 0 && first["mail"] == "waiting", "{first}");

    world.server.kill();
    for (field, value) in [
        ("starts_at", json!(TEN + HOUR_MS)),
        ("place", json!("Room 1")),
        ("minutes", json!(90)),
        ("starts_at", json!(TEN + 2 * HOUR_MS)),
        ("title", json!("last word")),
    ] {
        edit(&mut rita, "interviews", &interview, field, value).await?;
    }
    world.server.run().await?;
    rita.current().await?;
    let second =
        eventually("the change", SOON, async || told(&world).await.filter(|told| told["sequence"] != 0))
            .await?;
    ensure!(field(&world, "interviews", &interview, "title").await? == "last word");
    let path = "/api/v1/notifications/mail/?page_size=100";
    let mails = world.server.call("GET", path, Some(&world.owner.access), None).await?;
    let mails = mails["results"].as_array().context("mails")?;
    let states: Vec<&Value> = mails
        .iter()
        .filter(|mail| mail["template"] == "interview_planned")
        .map(|mail| &mail["state"])
        .collect();
    // One for what holds now; the one that waited is taken back.
    ensure!(states == ["waiting", "cancelled"], "{mails:?}");
    ensure!(second["sequence"] == 1 && second["name"] == "Nina Manager", "{second}");
    // The desktop asks the server who was told, and has a feed made and taken away.
    let told = rita.ask("invitations", json!({ "id": interview })).await?;
    ensure!(told[0]["name"] == "Nina Manager" && told[0]["answer"].is_null(), "{told}");
    let made = rita.ask("make_calendar_feed", json!({})).await?;
    ensure!(made["url"].as_str().is_some_and(|url| url.ends_with(".ics")), "{made}");
    ensure!(rita.ask("calendar_feed", json!({})).await? == json!({ "exists": true, "url": null }));
    ensure!(rita.ask("remove_calendar_feed", json!({})).await?["exists"] == false);
    rita.end().await
}

/// Runs a command on an offer over REST.
async fn command(world: &World, by: &SignedIn, offer: &str, verb: &str, body: Value) -> Result<Value> {
    let path = format!("/api/v1/ats/offers/{offer}/{verb}/");
    world.server.call("POST", &path, Some(&by.access), Some(body)).await
}

fn offer_for(application: &str) -> Value {
    json!({ "application_id": application, "salary": 9_000_000, "currency": "CAD", "starts_on": "2999-01-01" })
}

async fn field(world: &World, segment: &str, id: &str, name: &str) -> Result<String> {
    let path = format!("/api/v1/ats/{segment}/{id}/");
    let row = world.server.call("GET", &path, Some(&world.owner.access), None).await?;
    Ok(row[name].as_str().unwrap_or_default().to_owned())
}

async fn move_to(world: &World, application: &str, stage: &str) -> Result<Value> {
    let path = format!("/api/v1/ats/applications/{application}/");
    let body = json!({ "stage_id": stage, "rejection_reason": "Not now" });
    world.server.call("PATCH", &path, Some(&world.owner.access), Some(body)).await
}

/// The stages of the one pipeline, by kind.
async fn stage(world: &World, kind: &str) -> Result<String> {
    let list = world.server.call("GET", "/api/v1/ats/pipelines/", Some(&world.owner.access), None).await?;
    let stages = list["results"][0]["stages"].as_array().context("stages")?;
    let found = stages.iter().find(|stage| stage["kind"] == kind).context("a stage")?;
    Ok(found["id"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_whose_application_is_over_has_an_offer_whatever_two_desktops_do_apart() -> Result<()> {
    let mut world = World::new("offers-apart").await?;
    let rejected = stage(&world, "rejected").await?;
    let (mut rita, mut olga) = (world.engine(RITA).await?, world.engine(OWNER).await?);
    let pipeline = field(&world, "jobs", &world.job, "pipeline_id").await?;
    let mut offer = offer_for(&world.application);
    let about = json!({ "candidate_id": world.candidate, "job_id": world.job, "pipeline_id": pipeline, "title": "Engineer" });
    offer.as_object_mut().context("fields")?.extend(about.as_object().cloned().unwrap_or_default());

    // One offers and the other one turns down, both without a network; what the server hears first counts.
    world.server.kill();
    let made = make(&mut rita, "offers", offer.clone()).await?;
    rita.ask("command", json!({ "name": "send_offer", "target": made, "args": {} })).await?;
    let edits = json!([
        { "op": "set", "field": "stage_id", "value": rejected },
        { "op": "set", "field": "rejection_reason", "value": "Not now" },
    ]);
    let rejects = json!({ "request": { "kind": "applications", "id": world.application, "edits": edits } });
    olga.ask("edit", rejects).await?;
    olga.end().await?;
    world.server.run().await?;
    rita.current().await?;
    ensure!(field(&world, "offers", &made, "status").await? == "sent");
    let olga = world.engine(OWNER).await?;
    eventually("the offer is called off", SOON, async || {
        let status = field(&world, "offers", &made, "status").await.ok()?;
        (status == "withdrawn").then_some(())
    })
    .await?;
    until_shown(&mut rita, "offers", "status", &["withdrawn"]).await?;
    until_shown(&mut rita, "offers", "reason", &["application_over"]).await?;
    for verb in ["accept", "send", "view", "revise", "submit", "counter"] {
        let done = command(&world, &world.owner, &made, verb, json!({ "reason": "Please" })).await;
        ensure!(done.is_err_and(|error| error.to_string().contains("wrong-state")), "{verb}");
    }

    // The other way round: who is turned down first gets none, and the offer comes back to its author.
    let second = world.add(&world.owner, "candidates", json!({ "first_name": "Bob" })).await?;
    let applies = json!({ "candidate_id": second, "job_id": world.job });
    let second_application = world.add(&world.owner, "applications", applies).await?;
    until_shown(&mut rita, "candidates", "first_name", &["Ada", "Bob"]).await?;
    rita.current().await?;
    world.server.kill();
    let mut late = offer_for(&second_application);
    let about =
        json!({ "candidate_id": second, "job_id": world.job, "pipeline_id": pipeline, "title": "Engineer" });
    late.as_object_mut().context("fields")?.extend(about.as_object().cloned().unwrap_or_default());
    let late = make(&mut rita, "offers", late).await?;
    rita.ask("command", json!({ "name": "send_offer", "target": late, "args": {} })).await?;
    rita.end().await?;
    world.server.run().await?;
    move_to(&world, &second_application, &rejected).await?;
    let mut rita = EngineProcess::start(&world.folder.path().join(RITA))?;
    rita.enter(&world.server.url(), RITA).await?;
    let attention = eventually("the refusal", SOON, async || {
        let items = rita.ask("attention", Value::Null).await.ok()?;
        items.as_array().filter(|items| !items.is_empty()).cloned()
    })
    .await?;
    ensure!(attention.iter().any(|item| item["code"] == "application-is-over"), "{attention:?}");
    let list = world.server.call("GET", "/api/v1/ats/offers/", Some(&world.owner.access), None).await?;
    ensure!(list["count"] == 1, "{list}");
    rita.end().await?;
    olga.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_goes_by_those_who_have_to_agree_to_a_hire_in_one_step() -> Result<()> {
    let world = World::new("offers-agreed").await?;
    let mut offer = offer_for(&world.application);
    offer["approver_ids"] = json!([world.mo.user_id, world.nina.user_id]);
    let offer = world.add(&world.rita, "offers", offer).await?;
    let again = world.add(&world.rita, "offers", offer_for(&world.application)).await;
    ensure!(again.is_err_and(|error| error.to_string().contains("already-exists")), "one an application");
    let refused = command(&world, &world.rita, &offer, "send", json!({})).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("approval-needed")));
    command(&world, &world.rita, &offer, "submit", json!({})).await?;
    let path = format!("/api/v1/ats/offers/{offer}/");
    let more = json!({ "salary": 12_000_000 });
    let refused = world.server.call("PATCH", &path, Some(&world.rita.access), Some(more)).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("offer-is-out")));
    // One agrees offline, the other one over REST.
    let mut mo = world.engine(MO).await?;
    until_shown(&mut mo, "offers", "status", &["pending_approval"]).await?;
    mo.ask("command", json!({ "name": "approve_offer", "target": offer, "args": {} })).await?;
    mo.current().await?;
    ensure!(field(&world, "offers", &offer, "status").await? == "pending_approval");
    command(&world, &world.nina, &offer, "approve", json!({})).await?;
    until_shown(&mut mo, "offers", "status", &["approved"]).await?;
    command(&world, &world.rita, &offer, "send", json!({})).await?;
    let accepted = command(&world, &world.rita, &offer, "accept", json!({})).await?;
    ensure!(accepted["status"] == "accepted", "{accepted}");
    ensure!(
        field(&world, "applications", &world.application, "stage_id").await?
            == stage(&world, "hired").await?
    );
    let (rejected, again) = (stage(&world, "rejected").await?, offer_for(&world.application));
    ensure!(move_to(&world, &world.application, &rejected).await.is_err(), "who accepted is not turned down");
    let refused = world.add(&world.rita, "offers", again).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("application-is-over")));
    let deleted = world.server.call("DELETE", &path, Some(&world.owner.access), None).await;
    ensure!(
        deleted.is_err_and(|error| error.to_string().contains("offer-is-out")),
        "what was accepted stays"
    );

    // One that lay deleted while its application ended is not restored, and who is hired by hand leaves no open one.
    let mut applications = Vec::new();
    for name in ["Bob", "Cleo"] {
        let candidate = world.add(&world.owner, "candidates", json!({ "first_name": name })).await?;
        let applies = json!({ "candidate_id": candidate, "job_id": world.job });
        applications.push(world.add(&world.owner, "applications", applies).await?);
    }
    let draft = world.add(&world.rita, "offers", offer_for(&applications[0])).await?;
    let path = format!("/api/v1/ats/offers/{draft}/");
    world.server.call("DELETE", &path, Some(&world.owner.access), None).await?;
    move_to(&world, &applications[0], &rejected).await?;
    let restored =
        world.server.call("POST", &format!("{path}restore/"), Some(&world.owner.access), None).await;
    ensure!(restored.is_err_and(|error| error.to_string().contains("application-is-over")));
    let draft = world.add(&world.rita, "offers", offer_for(&applications[1])).await?;
    move_to(&world, &applications[1], &stage(&world, "hired").await?).await?;
    ensure!(field(&world, "offers", &draft, "status").await? == "withdrawn");

    // What is about an application is about its job: who sees it follows from the job that it names.
    let other = world
        .add(&world.owner, "jobs", json!({ "title": "Other", "hiring_team_ids": [world.mo.user_id] }))
        .await?;
    let mut wrong = world.scorecard("wrong", false);
    wrong["job_id"] = json!(other);
    let def = zumodra_shared::registry::by_name("scorecards").context("a kind")?;
    let fields = wrong.as_object().cloned().unwrap_or_default();
    let actor = automerge::ActorId::from(*uuid::Uuid::now_v7().as_bytes());
    let (_, body) =
        zumodra_shared::schema::crdt::create(def, &fields, actor, 0).map_err(|p| anyhow::anyhow!("{p}"))?;
    let (mut wire, _) = Wire::welcomed(&world.server.url(), &world.mo.access).await?;
    let refused = wire.push_one(uuid::Uuid::now_v7(), def.code, body).await?;
    ensure!(refused.as_deref() == Some("invalid-fields"), "{refused:?}");
    mo.end().await
}
