//! Two server nodes over one PostgreSQL: what is done at one is seen at the other at once, with LISTEN and NOTIFY alone
//! and with Redis; what is lost on the way costs time and nothing else; and a node may die.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use automerge::ActorId;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tokio::sync::mpsc;
use uuid::Uuid;
use zumodra_shared::registry;
use zumodra_shared::schema::{Fields, crdt};
use zumodra_shared::sync::server::POLL_MS;
use zumodra_shared::sync::wire::{ClientFrame, Outcome, Push, PushedChange, ServerFrame};
use zumodra_tests::process::balancer::Balancer;
use zumodra_tests::process::engine::{EngineProcess, Told};
use zumodra_tests::process::nodes::Nodes;
use zumodra_tests::process::redis::Redis;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::wire::Wire;
use zumodra_tests::process::{eventually, temporary};

/// The owner of every workspace here.
const OWNER: &str = "owner@nodes.example";
/// Edits whose way is measured.
const EDITS: usize = 40;
/// How long half of the edits may take from one desktop to the other. Without a doorbell it would be seconds.
const AT_ONCE: Duration = Duration::from_millis(300);
/// How long anything may take that was rung.
const SOON: Duration = Duration::from_secs(3);
/// How long anything may take that nobody rang: two looks at the log, on a busy machine.
const UNRUNG: Duration = Duration::from_millis(3 * POLL_MS.unsigned_abs());

/// An engine on a node.
async fn desktop(folder: &Path, name: &str, server: &str, email: &str) -> Result<EngineProcess> {
    let mut engine = EngineProcess::start(&folder.join(name))?;
    engine.enter(server, email).await.with_context(|| name.to_owned())?;
    engine.current().await.with_context(|| name.to_owned())?;
    Ok(engine)
}

async fn create(engine: &mut EngineProcess, kind: &str, fields: Value) -> Result<String> {
    let written = engine.ask("create", json!({ "request": { "kind": kind, "fields": fields } })).await?;
    written["id"].as_str().map(str::to_owned).context("an id")
}

async fn set(engine: &mut EngineProcess, kind: &str, id: &str, field: &str, value: Value) -> Result<Instant> {
    let edits = json!([{ "field": field, "op": "set", "value": value }]);
    let request = json!({ "request": { "kind": kind, "id": id, "edits": edits } });
    engine.timed("edit", request).await.map(|(_, at)| at)
}

/// Waits until an engine says that a record changed elsewhere. Gives when it said so.
async fn told(
    events: &mut mpsc::UnboundedReceiver<Told>,
    kind: &str,
    id: &str,
    within: Duration,
) -> Result<Instant> {
    let waiting = async {
        while let Some(event) = events.recv().await {
            let named = event.payload["kinds"][kind]
                .as_array()
                .is_some_and(|ids| ids.iter().any(|named| named == id));
            if event.name == "changed" && event.payload["remote"] == true && named {
                return Some(event.at);
            }
        }
        None
    };
    tokio::time::timeout(within, waiting).await.context("nothing came")?.context("the engine is gone")
}

/// Edits a candidate on one desktop, again and again, and measures until the other says so.
async fn measure(
    from: &mut EngineProcess,
    to: &mut mpsc::UnboundedReceiver<Told>,
    candidate: &str,
    edits: usize,
) -> Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(edits);
    for number in 0..edits {
        while to.try_recv().is_ok() {}
        let kept =
            set(from, "candidates", candidate, "headline", json!(format!("Writer {number} {}", took.len())))
                .await?;
        let seen =
            told(to, "candidates", candidate, UNRUNG).await.with_context(|| format!("edit {number}"))?;
        took.push(seen.saturating_duration_since(kept));
    }
    took.sort_unstable();
    Ok(took)
}

fn figures(took: &[Duration]) -> String {
    let ms = |at: usize| took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1_000.0);
    format!(
        "p50 {:.1} ms, p95 {:.1} ms, max {:.1} ms",
        ms(took.len() / 2),
        ms(took.len() * 19 / 20),
        ms(took.len() - 1)
    )
}

/// The way of edits from a desktop on one node to a desktop on the other, both ways.
async fn edits_cross(
    folder: &Path,
    nodes: &Nodes,
    way: &str,
) -> Result<(EngineProcess, EngineProcess, String)> {
    nodes.nodes[0].sign_up("Node Works", OWNER).await?;
    let mut one = desktop(folder, "one", &nodes.nodes[0].url(), OWNER).await?;
    let mut two = desktop(folder, "two", &nodes.nodes[1].url(), OWNER).await?;
    let candidate =
        create(&mut one, "candidates", json!({ "first_name": "Ada", "last_name": "Quill" })).await?;
    one.current().await?;
    eventually("the candidate on the other node", UNRUNG, async || {
        (two.count("candidates").await.ok()? == 1).then_some(())
    })
    .await?;
    let mut at_two = two.events();
    let there = measure(&mut one, &mut at_two, &candidate, EDITS).await?;
    let mut at_one = one.events();
    let back = measure(&mut two, &mut at_one, &candidate, EDITS).await?;
    println!("{way}: from node 1 to node 2 {}; back {}", figures(&there), figures(&back));
    for took in [&there, &back] {
        ensure!(took[took.len() / 2] < AT_ONCE, "{way}: {}", figures(took));
    }
    Ok((one, two, candidate))
}

#[tokio::test(flavor = "multi_thread")]
async fn with_listen_and_notify_an_edit_on_one_node_is_seen_on_the_other_at_once() -> Result<()> {
    let folder = temporary("nodes")?;
    let nodes = Nodes::start(folder.path(), None).await?;
    edits_cross(folder.path(), &nodes, "LISTEN and NOTIFY").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_redis_too_and_without_it_everything_still_comes_only_later() -> Result<()> {
    let folder = temporary("nodes")?;
    let mut redis = Redis::start().await?;
    let nodes = Nodes::start(folder.path(), Some(&redis.url())).await?;
    let (mut one, mut two, candidate) = edits_cross(folder.path(), &nodes, "Redis").await?;
    redis.kill();
    let mut events = two.events();
    let took = measure(&mut one, &mut events, &candidate, 3).await?;
    println!("Redis is dead: {}", figures(&took));
    redis.run().await?;
    let back = Instant::now();
    eventually("Redis to be used again", UNRUNG, async || {
        let took = measure(&mut one, &mut events, &candidate, 5).await.ok()?;
        (took[4] < AT_ONCE).then_some(())
    })
    .await?;
    println!("Redis is back: used again after {:.1} s", back.elapsed().as_secs_f64());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_about_a_person_on_one_node_is_acted_on_at_the_other() -> Result<()> {
    let folder = temporary("nodes")?;
    let nodes = Nodes::start(folder.path(), None).await?;
    let [first, second] = &nodes.nodes;
    let owner = first.sign_up("Node Works", OWNER).await?;
    let recruiter = first.add_member(&owner, "Rita", "rita@nodes.example", "recruiter").await?;
    let manager = first.add_member(&owner, "Hans", "hans@nodes.example", "hiring_manager").await?;
    let (candidate, job) = application(first, &owner).await?;
    let mut rita = desktop(folder.path(), "rita", &second.url(), "rita@nodes.example").await?;
    let mut hans = desktop(folder.path(), "hans", &second.url(), "hans@nodes.example").await?;
    ensure!(rita.count("candidate_contacts").await? == 1 && rita.count("applications").await? == 1);
    ensure!(hans.count("applications").await? == 0, "it is not his job");

    let start = Instant::now();
    let his = json!({ "hiring_manager_id": manager.user_id });
    first.call("PATCH", &format!("/api/v1/ats/jobs/{job}/"), Some(&owner.access), Some(his)).await?;
    shows(&mut hans, "applications", 1).await.context("the hiring manager's own job")?;
    println!("a job becomes somebody's on the other node: {:.0} ms", ms(start));

    let start = Instant::now();
    let nobody = json!({ "hiring_manager_id": null });
    first.call("PATCH", &format!("/api/v1/ats/jobs/{job}/"), Some(&owner.access), Some(nobody)).await?;
    shows(&mut hans, "applications", 0).await.context("a job that is taken away")?;
    println!("a job is taken away on the other node: {:.0} ms", ms(start));

    let start = Instant::now();
    let viewer = json!({ "role": "viewer" });
    let member = format!("/api/v1/tenants/members/{}/", recruiter.user_id);
    first.call("PATCH", &member, Some(&owner.access), Some(viewer)).await?;
    shows(&mut rita, "candidate_contacts", 0).await.context("the rows of a role that is gone")?;
    println!("a member is demoted on the other node: {:.0} ms", ms(start));
    ensure!(rita.ask("get", json!({ "kind": "candidate_contacts", "id": candidate })).await? == Value::Null);

    let start = Instant::now();
    let inactive = json!({ "is_active": false });
    first.call("PATCH", &member, Some(&owner.access), Some(inactive)).await?;
    eventually("the replica of somebody who left to be wiped", SOON, async || {
        let session = rita.ask("session", Value::Null).await.ok()?;
        (session["state"] == "signed_out").then_some(())
    })
    .await?;
    println!("a member is deactivated on the other node, and the replica wiped: {:.0} ms", ms(start));
    Ok(())
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}

async fn shows(engine: &mut EngineProcess, kind: &str, count: u64) -> Result<()> {
    let what = format!("{count} {kind}");
    eventually(&what, SOON, async || (engine.count(kind).await.ok()? == count).then_some(())).await
}

/// A candidate with contact data and an application for a job. Gives the contact and the job.
async fn application(server: &Server, owner: &SignedIn) -> Result<(String, String)> {
    let make = async |kind: &str, body: Value| -> Result<String> {
        let made =
            server.call("POST", &format!("/api/v1/ats/{kind}/"), Some(&owner.access), Some(body)).await?;
        made["id"].as_str().map(str::to_owned).context("an id")
    };
    let pipelines = server.call("GET", "/api/v1/ats/pipelines/", Some(&owner.access), None).await?;
    let pipeline = pipelines["results"][0]["id"].as_str().context("the default pipeline")?.to_owned();
    let job = make("jobs", json!({ "title": "Writer", "pipeline_id": pipeline })).await?;
    let candidate = make("candidates", json!({ "first_name": "Ada" })).await?;
    let contact =
        make("candidate-contacts", json!({ "candidate_id": candidate, "email": "ada@example.org" })).await?;
    let body = json!({ "candidate_id": candidate, "job_id": job, "pipeline_id": pipeline, "stage_id": "s0" });
    make("applications", body).await?;
    Ok((contact, job))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_dies_and_its_desktops_move_to_the_other_with_nothing_lost() -> Result<()> {
    let folder = temporary("nodes")?;
    let mut nodes = Nodes::start(folder.path(), None).await?;
    let balancer = Balancer::before(&nodes.nodes.each_ref().map(Server::url), 1).await?;
    nodes.nodes[0].sign_up("Node Works", OWNER).await?;
    let mut desktops = Vec::new();
    for number in 0..4 {
        desktops.push(desktop(folder.path(), &format!("desktop-{number}"), &balancer.url, OWNER).await?);
    }
    let mut made = BTreeSet::new();
    for round in 0..6 {
        for (number, engine) in desktops.iter_mut().enumerate() {
            for edit in 0..10 {
                let name = format!("tag {round} {number} {edit}");
                engine
                    .say("create", &json!({ "request": { "kind": "tags", "fields": { "name": &name } } }))?;
                made.insert(name);
            }
        }
        // In the middle of it.
        tokio::time::sleep(Duration::from_millis(20 * round)).await;
        let at = usize::try_from(round % 2)?;
        nodes.nodes[at].kill();
        for engine in &mut desktops {
            for _ in 0..10 {
                let (_, answer) = engine.answer().await.context("the engine is gone")?;
                ensure!(answer.is_ok(), "{answer:?}");
            }
        }
        let start = Instant::now();
        for engine in &mut desktops {
            engine.current().await.with_context(|| format!("round {round}"))?;
        }
        println!(
            "node {} killed: all desktops are up to date on the other after {:.0} ms",
            at + 1,
            ms(start)
        );
        nodes.nodes[at].run().await?;
    }
    let owner = nodes.nodes[1].sign_in(OWNER).await?;
    let listed =
        nodes.nodes[1].call("GET", "/api/v1/ats/tags/?page_size=1", Some(&owner.access), None).await?;
    ensure!(listed["count"] == made.len(), "{} tags of {} made", listed["count"], made.len());
    for engine in &mut desktops {
        let count = u64::try_from(made.len())?;
        eventually("every tag", UNRUNG, async || (engine.count("tags").await.ok()? == count).then_some(()))
            .await?;
        ensure!(engine.ask("attention", Value::Null).await? == json!([]));
    }
    Ok(())
}

fn id() -> Uuid {
    let mut bytes = [0; 10];
    rand::fill(&mut bytes[..]);
    uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &bytes).into_uuid()
}

fn tag(name: &str) -> Result<PushedChange> {
    let def = registry::by_name("tags").context("tags")?;
    let mut fields = Fields::new();
    fields.insert("name".to_owned(), json!(name));
    let (_, body) = crdt::create(def, &fields, ActorId::from(*id().as_bytes()), 0)
        .map_err(|problem| anyhow::anyhow!("{problem}"))?;
    Ok(PushedChange { doc: id(), kind: def.code, body })
}

/// A device leaves a connection whose push waits at the writer of one node, and is welcomed by the other: nothing of the
/// older connection is accepted after that, because the device acts on what the newer one says.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_waits_on_the_node_that_its_device_left_is_not_judged_any_more() -> Result<()> {
    let folder = temporary("nodes")?;
    let nodes = Nodes::start(folder.path(), None).await?;
    let [first, second] = &nodes.nodes;
    let owner = first.sign_up("Node Works", OWNER).await?;
    let mut holder = nodes.database.connect().await?;
    let schema: String = sqlx::query_scalar("select schema_name from tenants where slug = $1")
        .bind(&owner.slug)
        .fetch_one(&mut holder)
        .await?;
    let (mut older, _) = Wire::welcomed(&first.url(), &owner.access).await?;
    let waiting = tag("left behind")?;

    // Somebody holds the head of the log: the writer of the first node waits with the push in its hands.
    let hold = format!("begin; select seq from {schema}.head for update");
    sqlx::raw_sql(AssertSqlSafe(hold)).execute(&mut holder).await?;
    older.send(&ClientFrame::Push(Push { batch: 1, changes: vec![waiting.clone()] })).await?;
    let mut looker = nodes.database.connect().await?;
    eventually("the first node's writer to wait", SOON, async || {
        let waits: bool = sqlx::query_scalar("select exists (select from pg_locks where not granted)")
            .fetch_one(&mut looker)
            .await
            .ok()?;
        waits.then_some(())
    })
    .await?;
    let (mut newer, _) = Wire::welcomed(&second.url(), &owner.access).await?;
    sqlx::raw_sql("commit").execute(&mut holder).await?;

    let answer = older
        .until(|frame| match frame {
            ServerFrame::Pushed(pushed) => Some(pushed.outcomes.clone()),
            ServerFrame::GoAway(_) => Some(Vec::new()),
            _ => None,
        })
        .await
        .unwrap_or_default();
    ensure!(!answer.contains(&Outcome::Accepted(None)), "the older connection was told: {answer:?}");
    let seen = Instant::now();
    let ended = async { while older.answer().await.is_ok() {} };
    tokio::time::timeout(SOON, ended).await.context("the older connection goes on")?;
    println!("a device that moved: its older connection ended within {:.0} ms", ms(seen));
    newer.send(&ClientFrame::Fetch(vec![waiting.doc])).await?;
    let there = newer
        .until(|frame| match frame {
            ServerFrame::Fetched(items) => Some(items.len()),
            _ => None,
        })
        .await?;
    ensure!(there == 0, "a push of the older connection was accepted after the newer one was welcomed");
    ensure!(newer.push(vec![waiting]).await? == [Outcome::Accepted(None)], "and can be sent again");
    Ok(())
}

/// Each node keeps a large document loaded. What one keeps is out of date as soon as the other one writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_document_is_edited_at_both_nodes_by_turns_and_nothing_of_it_is_lost() -> Result<()> {
    const EDITS: usize = 600;
    const TURNS: usize = 12;
    let folder = temporary("large-document")?;
    let nodes = Nodes::start(folder.path(), None).await?;
    let owner = nodes.nodes[0].sign_up("Node Works", OWNER).await?;
    let body = json!({ "first_name": "Ada", "last_name": "Quill" });
    let made =
        nodes.nodes[0].call("POST", "/api/v1/ats/candidates/", Some(&owner.access), Some(body)).await?;
    let path = format!("/api/v1/ats/candidates/{}/", made["id"].as_str().context("an id")?);
    let mut one = desktop(folder.path(), "one", &nodes.nodes[0].url(), OWNER).await?;
    let id = made["id"].as_str().context("an id")?.to_owned();
    for number in 0..EDITS {
        set(&mut one, "candidates", &id, "headline", json!(format!("Writer {number}"))).await?;
    }
    one.current().await?;
    let mut skills = BTreeSet::new();
    for turn in 0..TURNS {
        // Twice at one node, so that what it keeps is used, and then at the other, so that it is out of date.
        let node = &nodes.nodes[turn / 2 % 2];
        skills.insert(format!("skill {turn}"));
        let body = json!({ "skills": skills, "city": format!("City {turn}") });
        let shown = node.call("PATCH", &path, Some(&owner.access), Some(body)).await?;
        ensure!(shown["city"] == json!(format!("City {turn}")), "turn {turn}: {shown}");
        ensure!(
            shown["skills"] == json!(skills) && shown["headline"] == "Writer 599",
            "turn {turn}: {shown}"
        );
    }
    eventually("the last turn on the desktop", UNRUNG, async || {
        let shown = one.ask("get", json!({ "kind": "candidates", "id": id })).await.ok()?;
        (shown["fields"]["city"] == json!(format!("City {}", TURNS - 1))).then_some(())
    })
    .await?;
    let shown = one.ask("get", json!({ "kind": "candidates", "id": id })).await?;
    ensure!(shown["fields"]["skills"] == json!(skills), "{shown}");
    one.end().await
}
