//! A hiring manager sees the candidates of own jobs and no other: over the socket, over REST, and in the engine's files.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use automerge::ActorId;
use serde_json::{Value, json};
use uuid::Uuid;
use zumodra_shared::registry;
use zumodra_shared::schema::{Fields, crdt};
use zumodra_shared::sync::wire::{Body, Item, Outcome, PushedChange, ServerFrame, WireProblem};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::wire::Wire;
use zumodra_tests::process::{eventually, temporary};

const OWNER: &str = "owner@shares.example";
const MANAGER: &str = "manager@shares.example";
/// What stands in records that the hiring manager may not see.
const HIDDEN: &str = "hiddenbird91";
const SOON: Duration = Duration::from_secs(30);

/// A workspace with a hiring manager, a job of theirs and one of somebody else.
struct World {
    server: Server,
    owner: SignedIn,
    manager: SignedIn,
    own: String,
    other: String,
    folder: tempfile::TempDir,
}

impl World {
    async fn new(name: &str) -> Result<Self> {
        let folder = temporary(name)?;
        let server = Server::start(folder.path()).await?;
        let owner = server.sign_up("Share Works", OWNER).await?;
        let manager = server.add_member(&owner, "Mo Manager", MANAGER, "hiring_manager").await?;
        let mut world = Self { server, owner, manager, own: String::new(), other: String::new(), folder };
        // The directory follows the invitation: a job can name a member who is in it.
        let job = json!({ "title": "Own", "hiring_manager_id": world.manager.user_id });
        world.own =
            eventually("the directory", SOON, async || world.add("jobs", job.clone()).await.ok()).await?;
        world.other = world.add("jobs", json!({ "title": "Other" })).await?;
        Ok(world)
    }

    async fn add(&self, segment: &str, body: Value) -> Result<String> {
        let path = format!("/api/v1/ats/{segment}/");
        let made = self.server.call("POST", &path, Some(&self.owner.access), Some(body)).await?;
        Ok(made["id"].as_str().context("an id")?.to_owned())
    }

    async fn candidate(&self, name: &str) -> Result<String> {
        self.add("candidates", json!({ "first_name": name, "resume_text": format!("{name} writes") })).await
    }

    async fn applies(&self, candidate: &str, job: &str) -> Result<String> {
        self.add("applications", json!({ "candidate_id": candidate, "job_id": job })).await
    }

    async fn own_by(&self, job: &str, manager: Option<&str>) -> Result<()> {
        let path = format!("/api/v1/ats/jobs/{job}/");
        let body = json!({ "hiring_manager_id": manager });
        self.server.call("PATCH", &path, Some(&self.owner.access), Some(body)).await.map(drop)
    }

    /// What the hiring manager is answered: the body, or the status and the body without the number of the request.
    async fn asks(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        let answer = self.server.call(method, path, Some(&self.manager.access), body).await;
        answer.map_err(|error| {
            let said = error.to_string();
            let parts = said.split_once("urn:zumodra:request:").map(|(before, rest)| {
                format!("{before}{}", rest.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '-'))
            });
            parts.unwrap_or(said)
        })
    }
}

fn code(kind: &str) -> u16 {
    registry::by_name(kind).map_or(0, |def| def.code)
}

fn id() -> Uuid {
    Uuid::from_u128(rand::random())
}

fn parsed(id: &str) -> Result<Uuid> {
    Ok(id.parse()?)
}

/// The candidates that came, each with what was last said of its scopes.
fn candidates(items: &[Item]) -> BTreeMap<Uuid, Option<Vec<String>>> {
    items
        .iter()
        .filter(|item| item.kind == code("candidates"))
        .map(|item| (item.doc, item.shares.clone()))
        .collect()
}

fn created(kind: &str, value: &Value) -> Result<Vec<u8>> {
    let def = registry::by_name(kind).context("a declared kind")?;
    let fields: Fields = value.as_object().cloned().unwrap_or_default();
    let actor = ActorId::from(*id().as_bytes());
    let made = crdt::create(def, &fields, actor, 0).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    Ok(made.1)
}

async fn refusal(wire: &mut Wire, kind: &str, doc: Uuid, body: Vec<u8>) -> Result<Option<WireProblem>> {
    let outcomes = wire.push(vec![PushedChange { doc, kind: code(kind), body }]).await?;
    Ok(match outcomes.into_iter().next().context("an outcome")? {
        Outcome::Accepted(_) => None,
        Outcome::Refused(problem) | Outcome::Later(problem) => Some(problem),
    })
}

async fn next_page(wire: &mut Wire) -> Result<Vec<Item>> {
    wire.until(|frame| match frame {
        ServerFrame::Page(page) if !page.items.is_empty() => Some(page.items.clone()),
        _ => None,
    })
    .await
}

fn carries(item: &Item, needle: &str) -> bool {
    let parts: Vec<&[u8]> = match &item.body {
        Body::Changes(changes) => changes.iter().map(|change| change.0.as_slice()).collect(),
        Body::Snapshot(bytes) | Body::Entry(bytes) => vec![bytes],
        Body::Loaded(bytes, row) => vec![bytes, row.fields.as_bytes()],
    };
    parts.into_iter().any(|part| part.windows(needle.len()).any(|window| window == needle.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_socket_come_the_candidates_of_own_jobs_with_own_jobs_alone() -> Result<()> {
    let world = World::new("shares-wire").await?;
    let (mine, both) = (world.candidate("Mine").await?, world.candidate("Both").await?);
    let (hidden, nowhere) = (world.candidate(HIDDEN).await?, world.candidate(HIDDEN).await?);
    world.applies(&mine, &world.own).await?;
    world.applies(&both, &world.own).await?;
    world.applies(&both, &world.other).await?;
    world.applies(&hidden, &world.other).await?;
    let (url, own) = (world.server.url(), format!("candidates/{}", world.own));
    let (mut wire, welcome) = Wire::welcomed(&url, &world.manager.access).await?;
    ensure!(welcome.grants.contains(&own) && !welcome.grants.contains(&"candidates".to_owned()));
    wire.download(&welcome).await?;
    let expected = BTreeMap::from([
        (parsed(&mine)?, Some(vec![own.clone()])),
        (parsed(&both)?, Some(vec![own.clone()])),
    ]);
    ensure!(candidates(&wire.items) == expected, "{:?}", candidates(&wire.items));
    let (mut all, welcome) = Wire::welcomed(&url, &world.owner.access).await?;
    all.download(&welcome).await?;
    let everybody = candidates(&all.items);
    ensure!(everybody.len() == 4 && everybody.values().all(Option::is_none), "{everybody:?}");
    // The page with the sums ends both catch-ups: each candidate counts once for who sees all of them.
    for (wire, scope, documents) in [(&mut wire, own.as_str(), 2), (&mut all, "candidates", 4)] {
        let sums = wire.until(|frame| match frame {
            ServerFrame::Page(page) => page.checkpoint.clone(),
            _ => None,
        });
        let sums = sums.await?;
        let sum = sums.iter().find(|sum| sum.scope == scope).context("a sum")?;
        ensure!(sum.documents == documents, "{sum:?}");
    }

    // A change of a shared one comes as a change; an application for an own job brings its candidate whole, to nobody else.
    let path = format!("/api/v1/ats/candidates/{both}/");
    world.server.call("PATCH", &path, Some(&world.owner.access), Some(json!({ "city": "Lyon" }))).await?;
    let page = next_page(&mut wire).await?;
    ensure!(candidates(&page) == BTreeMap::from([(parsed(&both)?, Some(vec![own.clone()]))]), "{page:?}");
    ensure!(page.iter().all(|item| matches!(item.body, Body::Changes(_) | Body::Snapshot(_))));
    ensure!(!wire.items.iter().chain(&page).any(|item| carries(item, HIDDEN)), "what is hidden came");
    next_page(&mut all).await?;
    world.applies(&nowhere, &world.own).await?;
    let page = next_page(&mut wire).await?;
    let came = page.iter().find(|item| item.doc.to_string() == nowhere).context("the candidate came")?;
    ensure!(came.created.is_some() && carries(came, HIDDEN) && came.shares == Some(vec![own]), "{came:?}");
    let page = next_page(&mut all).await?;
    ensure!(
        candidates(&page).is_empty(),
        "an application brings nobody the candidate whom they have: {page:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_answered_as_what_is_not_there() -> Result<()> {
    let world = World::new("shares-hidden").await?;
    let (mine, hidden) = (world.candidate("Mine").await?, world.candidate(HIDDEN).await?);
    world.applies(&mine, &world.own).await?;
    let elsewhere = world.applies(&hidden, &world.other).await?;
    let (mut wire, welcome) = Wire::welcomed(&world.server.url(), &world.manager.access).await?;
    wire.download(&welcome).await?;
    let unknown = id().to_string();
    let note = |candidate: &str, application: Option<&str>| json!({ "candidate_id": candidate, "application_id": application, "job_id": world.own, "body": "fine" });
    let pushed = refusal(&mut wire, "notes", id(), created("notes", &note(&mine, None))?).await?;
    ensure!(pushed.is_none(), "on a candidate of an own job: {pushed:?}");
    let hidden_and_unknown = [
        (note(&hidden, None), note(&unknown, None)),
        (note(&mine, Some(&elsewhere)), note(&mine, Some(&unknown))),
    ];
    for (about_hidden, about_unknown) in hidden_and_unknown {
        let mut answers = Vec::new();
        for note in [&about_hidden, &about_unknown] {
            let over_sync = refusal(&mut wire, "notes", id(), created("notes", note)?).await?;
            let over_sync = over_sync.context("it is refused")?;
            ensure!(over_sync.code == "unknown-reference", "{over_sync:?}");
            let over_rest = world.asks("POST", "/api/v1/ats/notes/", Some(note.clone())).await;
            let over_rest = over_rest.err().context("it is refused")?;
            answers.push((over_sync, over_rest.replace(&hidden, &unknown)));
        }
        ensure!(answers[0] == answers[1], "{answers:?}");
    }
    // A record under an id that is taken, by a kind that a hiring manager does not make.
    for (kind, fields) in [("candidates", json!({ "first_name": "X" })), ("tags", json!({ "name": "x" }))] {
        let mut answers = Vec::new();
        for doc in [&hidden, &unknown] {
            answers.push(refusal(&mut wire, kind, parsed(doc)?, created(kind, &fields)?).await?);
        }
        ensure!(answers[0].is_some() && answers[0] == answers[1], "{answers:?}");
    }
    let mut found = Vec::new();
    for path in ["/api/v1/ats/candidates/", "/api/v1/ats/candidates/?search=writes"] {
        let list = world.asks("GET", path, None).await.map_err(anyhow::Error::msg)?;
        let rows = list["results"].as_array().context("rows")?;
        found.extend(rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)));
        ensure!(list["count"] == 1, "{list}");
    }
    ensure!(found == [mine.clone(), mine.clone()], "{found:?}");
    for path in ["", "applications/"] {
        world
            .asks("GET", &format!("/api/v1/ats/candidates/{mine}/{path}"), None)
            .await
            .map_err(anyhow::Error::msg)?;
        let mut answers = Vec::new();
        for id in [&hidden, &unknown] {
            let answer = world.asks("GET", &format!("/api/v1/ats/candidates/{id}/{path}"), None).await;
            let answer = answer.err().context("it is not there")?;
            ensure!(answer.contains("404"), "{answer}");
            answers.push(answer.replace(&hidden, &unknown));
        }
        ensure!(answers[0] == answers[1], "{answers:?}");
    }
    Ok(())
}

async fn names(engine: &mut EngineProcess) -> Result<Vec<String>> {
    let page = engine.ask("list", json!({ "request": { "kind": "candidates", "limit": 100 } })).await?;
    let rows = page["rows"].as_array().context("rows")?;
    let mut names: Vec<String> =
        rows.iter().filter_map(|row| row["fields"]["first_name"].as_str().map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

async fn until_names(engine: &mut EngineProcess, expected: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let came = eventually("the candidates", SOON, async || {
        last = names(engine).await.ok()?;
        (last == expected).then_some(())
    });
    came.await.with_context(|| format!("{last:?} instead of {expected:?}"))
}

async fn hits(engine: &mut EngineProcess, text: &str) -> Result<usize> {
    let found = engine.ask("search", json!({ "text": text, "limit": 10 })).await?;
    Ok(found.as_array().context("hits")?.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_come_with_an_application_and_go_with_the_job() -> Result<()> {
    let world = World::new("shares-engine").await?;
    let second =
        world.add("jobs", json!({ "title": "Second", "hiring_manager_id": world.manager.user_id })).await?;
    let (one, two) = (world.candidate("Onebird").await?, world.candidate("Twobird").await?);
    let mut engine = EngineProcess::start(&world.folder.path().join("manager"))?;
    engine.enter(&world.server.url(), MANAGER).await?;
    engine.current().await?;
    ensure!(names(&mut engine).await?.is_empty());

    world.applies(&one, &world.own).await?;
    until_names(&mut engine, &["Onebird"]).await?;
    world.applies(&two, &world.other).await?;
    world.applies(&two, &second).await?;
    world.applies(&one, &second).await?;
    until_names(&mut engine, &["Onebird", "Twobird"]).await?;
    engine.current().await?;
    ensure!(hits(&mut engine, "onebird").await? == 1 && hits(&mut engine, "twobird").await? == 1);

    world.own_by(&second, None).await?;
    until_names(&mut engine, &["Onebird"]).await?;
    ensure!(hits(&mut engine, "onebird").await? == 1 && hits(&mut engine, "twobird").await? == 0);
    // What it holds fits the server's sums when it comes back.
    engine.end().await?;
    let mut engine = EngineProcess::start(&world.folder.path().join("manager"))?;
    engine.enter(&world.server.url(), MANAGER).await?;
    engine.current().await?;
    ensure!(names(&mut engine).await? == ["Onebird"]);
    world.own_by(&world.own, None).await?;
    until_names(&mut engine, &[]).await?;
    ensure!(hits(&mut engine, "onebird").await? == 0);
    engine.current().await?;
    world.own_by(&second, Some(&world.manager.user_id)).await?;
    until_names(&mut engine, &["Onebird", "Twobird"]).await?;
    let log = std::fs::read_to_string(world.folder.path().join("manager/engine.log")).unwrap_or_default();
    ensure!(!log.contains("does not fit"), "{log}");
    engine.end().await
}
