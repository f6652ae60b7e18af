//! The sync protocol against a real server over a real socket: who may do what, and what bad input gets.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use automerge::ActorId;
use serde_json::{Value, json};
use uuid::Uuid;
use zumodra_shared::access::{Action, Reach, Role, reach};
use zumodra_shared::kernel::limits::{MAX_CHANGE_BYTES, MAX_FRAME_BYTES};
use zumodra_shared::registry::{self, KINDS};
use zumodra_shared::schema::{Edit, EntityDef, Fields, crdt};
use zumodra_shared::sync::judge::{self, Working};
use zumodra_shared::sync::wire::{
    Body, ClientFrame, Command, Item, Outcome, Push, PushedChange, ServerFrame,
};
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::temporary;
use zumodra_tests::process::wire::{Wire, hello};

fn id() -> Uuid {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes[..]);
    uuid::Builder::from_unix_timestamp_millis(1_780_000_000_000, bytes[6..].try_into().expect("ten bytes"))
        .into_uuid()
}

fn actor() -> ActorId {
    ActorId::from(*id().as_bytes())
}

fn def(kind: &str) -> &'static EntityDef {
    registry::by_name(kind).expect("a declared kind")
}

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

fn created(kind: &str, value: Value, actor: ActorId) -> Vec<u8> {
    crdt::create(def(kind), &fields(value), actor, 0).expect("fits").1
}

/// A workspace with a member of each role, and one record of each kind that a recruiter may make.
struct World {
    server: Server,
    owner: SignedIn,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Result<Self> {
        let folder = temporary("wire")?;
        let server = Server::start(folder.path()).await?;
        let owner = server.sign_up("Wire Works", "owner@wire.example").await?;
        Ok(Self { server, owner, _folder: folder })
    }

    /// Somebody accepts an offer: what only the server makes is there.
    async fn hire(&self) -> Result<()> {
        let post = async |path: &str, body: Value| {
            self.server
                .call("POST", &format!("/api/v1/ats/{path}/"), Some(&self.owner.access), Some(body))
                .await
        };
        let stages = json!([{ "name": "New", "kind": "new" }, { "name": "Hired", "kind": "hired" }]);
        let pipeline = post("pipelines", json!({ "name": "Hires", "stages": stages })).await?;
        let job = post("jobs", json!({ "title": "Cook", "pipeline_id": pipeline["id"] })).await?;
        let candidate = post("candidates", json!({ "first_name": "Grace" })).await?;
        let applies = json!({ "candidate_id": candidate["id"], "job_id": job["id"] });
        let application = post("applications", applies).await?;
        let terms = json!({
            "application_id": application["id"], "salary": 1, "currency": "EUR", "starts_on": "2030-01-07",
        });
        let offer = post("offers", terms).await?;
        for command in ["send", "accept"] {
            let path = format!("offers/{}/{command}", offer["id"].as_str().context("an id")?);
            post(&path, json!({})).await?;
        }
        Ok(())
    }

    async fn member(&self, role: Role) -> Result<SignedIn> {
        if role == Role::Owner {
            return Ok(self.owner.clone());
        }
        let email = format!("{}@wire.example", role.name());
        self.server.add_member(&self.owner, "Mo Member", &email, role.name()).await
    }
}

/// The smallest valid record of a kind, given the ids of what it points to.
fn sample(kind: &str, [pipeline, job, candidate, application, employee]: [Uuid; 5]) -> Value {
    match kind {
        "pipelines" => json!({ "name": "P", "stages": [{ "id": "a", "name": "New", "kind": "new" }] }),
        "tags" => json!({ "name": "rust" }),
        "jobs" => json!({ "title": "Engineer" }),
        "job_translations" => {
            json!({ "job_id": job.to_string(), "language": "fr", "title": "Ingénierie", "description": "x" })
        }
        "candidates" => json!({ "first_name": "Ada" }),
        "candidate_contacts" => {
            json!({ "candidate_id": candidate.to_string(), "email": "ada@canary-contact.example" })
        }
        "applications" => json!({
            "candidate_id": candidate.to_string(), "job_id": job.to_string(),
            "pipeline_id": pipeline.to_string(), "stage_id": "a",
        }),
        // At an hour of its own: the candidate is in no two at once.
        "interviews" => json!({
            "candidate_id": candidate.to_string(), "job_id": job.to_string(), "minutes": 30,
            "application_id": application.to_string(), "starts_at": some_hour(),
        }),
        "offers" => json!({
            "candidate_id": candidate.to_string(), "job_id": job.to_string(), "title": "Engineer",
            "pipeline_id": pipeline.to_string(), "application_id": application.to_string(),
        }),
        // One of each person and stage.
        "scorecards" => json!({
            "candidate_id": candidate.to_string(), "job_id": job.to_string(), "stage_id": id().to_string(),
            "application_id": application.to_string(), "recommendation": "yes",
        }),
        "notes" => json!({ "candidate_id": candidate.to_string(), "body": "fine" }),
        "attachments" => json!({
            "candidate_id": candidate.to_string(), "name": "x", "file_hash": "0a".repeat(32), "media_type": "text/plain",
        }),
        "candidate_references" => json!({
            "candidate_id": candidate.to_string(), "job_id": job.to_string(),
            "application_id": application.to_string(), "name": "Bob", "email": "bob@referee.example",
            "consent": "By telephone.", "answer_by": "2999-01-01",
            "questions": [{ "id": "a", "text": "How was it?" }],
        }),
        "mail_templates" => json!({ "name": "x", "subject": "x", "body": "x" }),
        "emails" => json!({
            "candidate_id": candidate.to_string(), "address": "ada@canary-contact.example", "subject": "x", "body": "x",
        }),
        "saved_searches" => json!({ "name": "x", "about": "candidates", "request": "{}" }),
        "custom_fields" => json!({ "key": format!("k{}", &id().simple().to_string()[..30]), "label": "x" }),
        // For a team that nobody has: the jobs of the other cases need no agreement.
        "approval_rules" => {
            json!({ "name": "x", "about": "jobs", "teams": [id().to_string()], "with_hiring_manager": true })
        }
        "pools" => json!({ "name": id().to_string() }),
        "working_hours" => json!({ "zone": "UTC", "week": [{ "id": "1a", "begins": 540, "minutes": 480 }] }),
        "employees" => json!({ "first_name": "Ada" }),
        "onboardings" => json!({ "employee_id": employee.to_string() }),
        _ => json!({ "name": "x" }),
    }
}

/// An hour in which nothing else is likely to be planned.
fn some_hour() -> i64 {
    const HOURS: u128 = 100_000;
    1_900_000_000_000 + i64::try_from(id().as_u128() % HOURS).unwrap_or_default() * 3_600_000
}

/// Every kind × every role: making and editing over sync answer as the policy table says, and what arrives is exactly
/// what may be read.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_and_role_over_sync_follows_the_policy() -> Result<()> {
    let world = World::new().await?;
    let (mut owner, _) = Wire::welcomed(&world.server.url(), &world.owner.access).await?;
    let ids = [id(), id(), id(), id(), id()];
    let [pipeline, job, candidate, application, employee] = ids;
    let author = actor();
    let mut bodies = Vec::new();
    for (kind, doc) in [
        ("pipelines", pipeline),
        ("jobs", job),
        ("job_translations", id()),
        ("candidates", candidate),
        ("tags", id()),
        ("candidate_contacts", id()),
        ("applications", application),
        ("interviews", id()),
        ("offers", id()),
        ("candidate_references", id()),
        ("scorecard_templates", id()),
        ("scorecards", id()),
        ("notes", id()),
        ("attachments", id()),
        ("mail_templates", id()),
        ("emails", id()),
        ("saved_searches", id()),
        ("custom_fields", id()),
        ("approval_rules", id()),
        ("offer_templates", id()),
        ("pools", id()),
        ("working_hours", id()),
        ("rejection_reasons", id()),
        ("rooms", id()),
        ("onboarding_templates", id()),
        ("employees", employee),
        ("onboardings", id()),
    ] {
        let body = created(kind, sample(kind, ids), author.clone());
        let refused = owner.push_one(doc, def(kind).code, body.clone()).await?;
        ensure!(refused.is_none(), "the owner could not make {kind}: {refused:?}");
        bodies.push((kind, doc, body));
    }
    world.hire().await?;
    let mut cases = 0;
    for role in Role::ALL {
        let member = world.member(role).await?;
        let (mut wire, welcome) = Wire::welcomed(&world.server.url(), &member.access).await?;
        wire.download(&welcome).await?;
        let seen: BTreeSet<u16> = wire.items.iter().map(|item| item.kind).collect();
        for kind in KINDS {
            let readable = reach(role, kind.name, Action::Read) == Reach::All;
            ensure!(seen.contains(&kind.code) == readable, "{} sees {}: {seen:?}", role.name(), kind.name);
            cases += 1;
        }
        let contacts = reach(role, "candidate_contacts", Action::Read) == Reach::All;
        let carried = wire.items.iter().any(|item| carries(item, b"canary-contact"));
        ensure!(carried == contacts, "{} and contact data", role.name());
        cases += writes(&mut wire, role, &bodies, ids).await?;
        for kind in ["members", "activities", "contracts"] {
            let refused =
                wire.push_one(id(), def(kind).code, created("tags", json!({ "name": "x" }), actor())).await?;
            ensure!(refused.is_some(), "{} writes {kind}", role.name());
            cases += 1;
        }
    }
    cases += own_job(&world, job, &bodies).await?;
    println!("authorisation over sync: {cases} cases");
    Ok(())
}

/// A hiring manager who gets a job sees its candidates and applications besides, and what happened to those.
async fn own_job(world: &World, job: Uuid, bodies: &[(&str, Uuid, Vec<u8>)]) -> Result<u32> {
    let (mut owner, _) = Wire::welcomed(&world.server.url(), &world.owner.access).await?;
    let manager = world.server.sign_in("hiring_manager@wire.example").await?;
    let (_, _, body) = bodies.iter().find(|(kind, ..)| *kind == "jobs").context("a job")?;
    let held = Working::load(job, def("jobs"), saved("jobs", body)?, Uuid::nil())
        .map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let edit = [Edit::set("hiring_manager_id", manager.user_id.as_str())];
    let change =
        judge::author(def("jobs"), Some(&held), &edit, actor(), 0).map_err(|p| anyhow::anyhow!("{p}"))?;
    let refused = owner.push_one(job, def("jobs").code, change).await?;
    ensure!(refused.is_none(), "{refused:?}");
    let (mut wire, welcome) = Wire::welcomed(&world.server.url(), &manager.access).await?;
    wire.download(&welcome).await?;
    let seen: BTreeSet<u16> = wire.items.iter().map(|item| item.kind).collect();
    let mut cases = 0;
    for kind in KINDS {
        let of_the_job =
            ["candidates", "applications", "interviews", "offers", "candidate_references", "activities"]
                .contains(&kind.name);
        let readable = match reach(Role::HiringManager, kind.name, Action::Read) {
            Reach::All => true,
            Reach::OwnJobs => of_the_job,
            Reach::AfterOwn | Reach::Author | Reach::None => false,
        };
        ensure!(seen.contains(&kind.code) == readable, "with an own job, {}: {seen:?}", kind.name);
        cases += 1;
    }
    Ok(cases)
}

/// Whether the bytes of a document that came have others in them.
fn carries(item: &Item, needle: &[u8]) -> bool {
    let parts: Vec<&[u8]> = match &item.body {
        Body::Changes(changes) => changes.iter().map(|change| change.0.as_slice()).collect(),
        Body::Snapshot(bytes) | Body::Entry(bytes) => vec![bytes],
        Body::Loaded(bytes, row) => vec![bytes, row.fields.as_bytes()],
    };
    parts.into_iter().any(|part| part.windows(needle.len()).any(|window| window == needle))
}

/// Tries to make and to edit a record of each kind, and counts what was tried.
async fn writes(
    wire: &mut Wire,
    role: Role,
    bodies: &[(&str, Uuid, Vec<u8>)],
    ids: [Uuid; 5],
) -> Result<u32> {
    let own = actor();
    let mut cases = 0;
    for (kind, doc, body) in bodies {
        let made = wire.push_one(id(), def(kind).code, created(kind, sample(kind, ids), own.clone())).await?;
        let may = reach(role, kind, Action::Create) == Reach::All;
        // There is an application of the candidate, and an offer for it: who may make one is told so.
        let there_is_one =
            ["applications", "offers"].contains(kind) && made.as_deref() == Some("already-exists");
        ensure!((made.is_none() || there_is_one) == may, "{} makes {kind}: {made:?}", role.name());
        let held = Working::load(*doc, def(kind), saved(kind, body)?, Uuid::nil())
            .map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let edit = match *kind {
            "jobs" => Edit::set("team", role.name()),
            "job_translations" => Edit::set("title", role.name()),
            "candidates" => Edit::set("city", role.name()),
            "candidate_contacts" => Edit::set("phone", role.name()),
            "applications" => Edit::set("rating", 3),
            "interviews" => Edit::set("minutes", 45),
            "custom_fields" => Edit::set("label", role.name()),
            "offers" => Edit::set("place", role.name()),
            "scorecards" => Edit::text("summary", "changed"),
            "notes" => Edit::text("body", "changed"),
            "emails" => Edit::set("subject", role.name()),
            "working_hours" => Edit::set("buffer_after", 10),
            "employees" => Edit::set("team", role.name()),
            "onboardings" => Edit::text("notes", "changed"),
            _ => Edit::set("name", role.name()),
        };
        let change = judge::author(def(kind), Some(&held), &[edit], actor(), 0)
            .map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let edited = wire.push_one(*doc, def(kind).code, change).await?;
        let may = match reach(role, kind, Action::Edit) {
            Reach::All => true,
            Reach::Author => role == Role::Owner,
            Reach::OwnJobs | Reach::AfterOwn | Reach::None => false,
        };
        ensure!(edited.is_none() == may, "{} edits {kind}: {edited:?}", role.name());
        cases += 2;
    }
    Ok(cases)
}

fn saved(kind: &str, body: &[u8]) -> Result<Vec<u8>> {
    let mut doc = automerge::AutoCommit::new();
    doc.apply_changes([automerge::Change::try_from(body)?])?;
    ensure!(!crdt::read(def(kind), &doc).fields.is_empty());
    Ok(doc.save())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_frame_or_out_of_turn_gets_a_code_and_the_server_lives_on() -> Result<()> {
    let world = World::new().await?;
    let url = world.server.url();
    let token = world.owner.access.clone();
    let refusal = async |bytes: Vec<u8>| -> Result<String> {
        let mut wire = Wire::connect(&url).await?;
        wire.send_bytes(bytes).await?;
        wire.until(|frame| match frame {
            ServerFrame::Refused(problem) => Some(problem.code.clone()),
            _ => None,
        })
        .await
    };
    let frame = |frame: &ClientFrame| zumodra_shared::sync::wire::encode(frame);
    let mut old = hello(&token);
    old.protocol = 0;
    let mut many = hello(&token);
    many.scopes = vec!["x".repeat(200)];
    let bomb = {
        let mut bytes = vec![1];
        bytes.extend(zstd::bulk::compress(&vec![0; 64 << 20], 3)?);
        bytes
    };
    for (what, bytes, code) in [
        ("nothing", Vec::new(), "malformed-frame"),
        ("noise", vec![0xff; 40], "malformed-frame"),
        ("a cut frame", frame(&ClientFrame::Hello(hello(&token)))[..20].to_vec(), "malformed-frame"),
        ("a bomb", bomb, "malformed-frame"),
        ("an old protocol", frame(&ClientFrame::Hello(old)), "protocol-too-old"),
        ("a long scope", frame(&ClientFrame::Hello(many)), "too-large"),
        ("no token", frame(&ClientFrame::Hello(hello(""))), "unauthenticated"),
        ("a forged token", frame(&ClientFrame::Hello(hello(&format!("{token}x")))), "unauthenticated"),
        ("out of turn", frame(&ClientFrame::Purged), "unexpected-frame"),
    ] {
        let got = refusal(bytes).await.with_context(|| what.to_owned())?;
        ensure!(got == code, "{what}: {got} instead of {code}");
    }
    // A frame beyond the limit ends the connection without an answer.
    let mut wire = Wire::connect(&url).await?;
    let _ = wire.send_bytes(vec![0; MAX_FRAME_BYTES + 1]).await;
    ensure!(wire.answer().await.is_err());
    Wire::welcomed(&url, &token).await.context("the server lives on")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_change_is_refused_alone_and_a_good_one_beside_it_is_taken() -> Result<()> {
    let world = World::new().await?;
    let (mut wire, _) = Wire::welcomed(&world.server.url(), &world.owner.access).await?;
    let code = def("tags").code;
    let mine = actor();
    let good = created("tags", json!({ "name": "good" }), mine.clone());
    let doc = id();
    ensure!(wire.push_one(doc, code, good.clone()).await?.is_none());
    ensure!(wire.push_one(doc, code, good.clone()).await?.is_none(), "the same change again is no change");
    let held = Working::load(doc, def("tags"), saved("tags", &good)?, Uuid::nil())
        .map_err(|p| anyhow::anyhow!("{p}"))?;
    let second =
        judge::author(def("tags"), Some(&held), &[Edit::set("name", "b")], mine.clone(), 0).expect("fits");
    let row = [held.doc.saved(), &second].concat();
    let held = Working::load(held.id, held.def, row, Uuid::nil()).map_err(|p| anyhow::anyhow!("{p}"))?;
    let third =
        judge::author(def("tags"), Some(&held), &[Edit::set("name", "c")], mine.clone(), 0).expect("fits");
    for (what, doc, kind, body, expected) in [
        ("a missing dependency", doc, code, third, "missing-dependency"),
        ("noise", id(), code, vec![7; 60], "malformed-change"),
        ("too much", id(), code, vec![0; MAX_CHANGE_BYTES + 1], "too-large"),
        ("a kind of tomorrow", id(), 999, good.clone(), "unknown-kind"),
        ("another kind under the same id", doc, def("jobs").code, good.clone(), "unknown-kind"),
        (
            "an empty name",
            id(),
            code,
            created("tags", json!({ "color": "#000000" }), mine.clone()),
            "invalid-fields",
        ),
        (
            "a server's field",
            id(),
            def("jobs").code,
            created("jobs", json!({ "title": "x", "status": "open" }), mine.clone()),
            "field-not-writable",
        ),
        (
            "a reference to nothing",
            id(),
            def("jobs").code,
            created("jobs", json!({ "title": "x", "pipeline_id": id().to_string() }), mine.clone()),
            "unknown-reference",
        ),
    ] {
        let got = wire.push_one(doc, kind, body).await?;
        ensure!(got.as_deref() == Some(expected), "{what}: {got:?} instead of {expected}");
    }
    // Another device may not go on under this device's actor.
    let other = world.server.sign_in("owner@wire.example").await?;
    let (mut forger, _) = Wire::welcomed(&world.server.url(), &other.access).await?;
    let forged = forger.push_one(id(), code, created("tags", json!({ "name": "forged" }), mine)).await?;
    ensure!(forged.as_deref() == Some("forged-actor"), "{forged:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_once_however_often_it_is_sent() -> Result<()> {
    let world = World::new().await?;
    let (mut wire, welcome) = Wire::welcomed(&world.server.url(), &world.owner.access).await?;
    wire.download(&welcome).await?;
    let pipeline =
        wire.items.iter().find(|item| item.kind == def("pipelines").code).context("the default")?.doc;
    let job = id();
    let body = created(
        "jobs",
        json!({ "title": "Baker", "description": "Bread.", "pipeline_id": pipeline.to_string() }),
        actor(),
    );
    ensure!(wire.push_one(job, def("jobs").code, body).await?.is_none());
    let run = async |wire: &mut Wire, key: Uuid, name: &str, target: Uuid| -> Result<Option<String>> {
        let command = Command { key, name: name.to_owned(), target, args: "{}".to_owned() };
        wire.send(&ClientFrame::Command(command)).await?;
        wire.until(|frame| match frame {
            ServerFrame::CommandDone(done) if done.key == key => {
                Some(done.problem.as_ref().map(|p| p.code.clone()))
            }
            _ => None,
        })
        .await
    };
    let key = id();
    for _ in 0..3 {
        ensure!(
            run(&mut wire, key, "publish_job", job).await?.is_none(),
            "the same key gives the same answer"
        );
    }
    let again = run(&mut wire, id(), "publish_job", job).await?;
    ensure!(again.as_deref() == Some("wrong-state"), "{again:?}");
    let nowhere = run(&mut wire, id(), "publish_job", id()).await?;
    ensure!(nowhere.as_deref() == Some("not-found"), "{nowhere:?}");
    // Who may not see the job does not learn that it is there.
    let employee = world.member(Role::Employee).await?;
    let (mut blind, _) = Wire::welcomed(&world.server.url(), &employee.access).await?;
    for target in [job, id()] {
        let hidden = run(&mut blind, id(), "hold_job", target).await?;
        ensure!(hidden.as_deref() == Some("not-found"), "{hidden:?}");
    }
    let unknown = run(&mut wire, id(), "launch_rocket", job).await?;
    ensure!(unknown.as_deref() == Some("unknown-command"), "{unknown:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_and_another_tenants_cursor_get_nothing() -> Result<()> {
    let world = World::new().await?;
    let url = world.server.url();
    let other = world.server.sign_up("Other Works", "owner@other.example").await?;
    let (_, welcome) = Wire::welcomed(&url, &other.access).await?;
    let mut foreign = hello(&world.owner.access);
    foreign.cursor = welcome.cursor;
    foreign.scopes = welcome.grants.clone();
    let mut wire = Wire::connect(&url).await?;
    wire.send(&ClientFrame::Hello(foreign)).await?;
    let answer = match wire.answer().await? {
        ServerFrame::Welcome(answer) => answer,
        other => anyhow::bail!("no welcome: {other:?}"),
    };
    ensure!(answer.cursor.is_some() && answer.download.is_some(), "a foreign cursor starts anew");

    let member = world.server.add_member(&world.owner, "Rita", "rita@wire.example", "recruiter").await?;
    let (mut rita, _) = Wire::welcomed(&url, &member.access).await?;
    let devices = world.server.call("GET", "/api/v1/accounts/devices/", Some(&member.access), None).await?;
    let rows = devices.get("results").unwrap_or(&devices);
    let device = rows[0]["id"].as_str().context("a device")?.to_owned();
    let path = format!("/api/v1/accounts/devices/{device}/");
    world.server.call("DELETE", &path, Some(&world.owner.access), None).await?;
    let code = rita
        .until(|frame| match frame {
            ServerFrame::Refused(problem) => Some(problem.code.clone()),
            _ => None,
        })
        .await?;
    ensure!(code == "device-revoked", "{code}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_changes_of_one_record_in_one_push_is_taken_whole() -> Result<()> {
    let world = World::new().await?;
    let (mut wire, _) = Wire::welcomed(&world.server.url(), &world.owner.access).await?;
    let (doc, mine, tags) = (id(), actor(), def("tags"));
    let mut document = automerge::AutoCommit::new();
    let first = created("tags", json!({ "name": "0" }), mine.clone());
    document.apply_changes([automerge::Change::try_from(&first[..])?])?;
    let mut bodies = vec![first];
    for name in 1..6 {
        let held =
            Working::load(doc, tags, document.save(), Uuid::nil()).map_err(|p| anyhow::anyhow!("{p}"))?;
        let edits = [Edit::set("name", name.to_string())];
        let body =
            judge::author(tags, Some(&held), &edits, mine.clone(), 0).map_err(|p| anyhow::anyhow!("{p}"))?;
        document.apply_changes([automerge::Change::try_from(&body[..])?])?;
        bodies.push(body);
    }
    let changes = bodies.into_iter().map(|body| PushedChange { doc, kind: tags.code, body }).collect();
    let outcomes = wire.push(changes).await?;
    ensure!(outcomes.iter().all(|outcome| *outcome == Outcome::Accepted(None)), "{outcomes:?}");
    Ok(())
}

/// Found by the measurement of histories: large pushes were prepared side by side, and a later one overtook an earlier.
#[tokio::test(flavor = "multi_thread")]
async fn pushes_that_build_on_each_other_are_judged_in_their_order() -> Result<()> {
    const PUSHES: u32 = 4;
    let world = World::new().await?;
    let (mut wire, _) = Wire::welcomed(&world.server.url(), &world.owner.access).await?;
    let (mine, tags) = (actor(), def("tags"));
    for round in 0..10 {
        let doc = id();
        let mut row = created("tags", json!({ "name": "0" }), mine.clone());
        let mut bodies = vec![row.clone()];
        for number in 1..200 {
            let held =
                Working::load(doc, tags, row.clone(), Uuid::nil()).map_err(|p| anyhow::anyhow!("{p}"))?;
            let edits = [Edit::set("name", number.to_string())];
            let body = judge::author(tags, Some(&held), &edits, mine.clone(), 0)
                .map_err(|p| anyhow::anyhow!("{p}"))?;
            row.extend_from_slice(&body);
            bodies.push(body);
        }
        // The first push is the largest, so that the others would be ready before it.
        let sizes = [120, 40, 25, 15];
        let mut rest = bodies.into_iter();
        for (push, size) in (0..PUSHES).zip(sizes) {
            let changes = rest.by_ref().take(size);
            let changes = changes.map(|body| PushedChange { doc, kind: tags.code, body }).collect();
            wire.send(&ClientFrame::Push(Push { batch: round * PUSHES + push, changes })).await?;
        }
        for _ in 0..PUSHES {
            let outcomes = wire
                .until(|frame| match frame {
                    ServerFrame::Pushed(pushed) => Some(pushed.outcomes.clone()),
                    _ => None,
                })
                .await?;
            ensure!(
                outcomes.iter().all(|outcome| *outcome == Outcome::Accepted(None)),
                "{round}: {outcomes:?}"
            );
        }
    }
    Ok(())
}
