//! A client that nobody here compiled: the one in JavaScript under `tests/clients/js`, written from `docs/sync.md`,
//! against a real server and beside a real desktop engine. And the page itself, where it says what the code knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::{EntityDef, FieldDef, FieldKind, Scalar};
use zumodra_shared::sync::wire::{
    ChunkPosition, ClientFrame, Outcome, ServerFrame, WireProblem, decode, encode,
};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::wire::hello;
use zumodra_tests::process::{eventually, temporary};

mod process;

use process::JsClient;

/// How long two replicas may take to show the same.
const CONVERGED_WITHIN: Duration = Duration::from_secs(60);
/// The owner of every workspace here.
const OWNER: &str = "owner@polyglot.example";
/// Records that weigh enough for a download of several chunks, and how much each.
const HEAVY: usize = 24;
const HEAVY_CHARS: usize = 90_000;

/// A server with a workspace, and the owner's desktop on it.
struct World {
    server: Server,
    owner: SignedIn,
    engine: EngineProcess,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Result<Self> {
        let folder = temporary("js")?;
        let server = Server::start(folder.path()).await?;
        let owner = server.sign_up("Polyglot Works", OWNER).await?;
        let mut engine = EngineProcess::start(&folder.path().join("engine"))?;
        engine.enter(&server.url(), OWNER).await?;
        Ok(Self { server, owner, engine, folder })
    }

    fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A client of somebody, with everything downloaded.
    async fn client(&self, name: &str, email: &str) -> Result<JsClient> {
        let mut client = JsClient::start(&self.home(name))?;
        client.sign_in(&self.server.url(), email).await?;
        client.current().await?;
        Ok(client)
    }

    async fn create(&mut self, kind: &str, fields: Value) -> Result<String> {
        let request = json!({ "request": { "kind": kind, "fields": fields } });
        let written = self.engine.ask("create", request).await?;
        written["id"].as_str().map(str::to_owned).context("an id")
    }

    async fn edit(&mut self, kind: &str, id: &str, edits: Value) -> Result<()> {
        let request = json!({ "request": { "kind": kind, "id": id, "edits": edits } });
        self.engine.ask("edit", request).await.map(drop)
    }

    /// What the engine shows: the fields of each record of a kind that is not deleted.
    async fn shown(&mut self, kind: &str) -> Result<Rows> {
        let page = self.engine.ask("list", json!({ "request": { "kind": kind, "limit": 500 } })).await?;
        rows(&page["rows"])
    }

    /// Waits until the engine and a client show the same of every kind. Gives what they show.
    async fn converged(&mut self, client: &mut JsClient) -> Result<BTreeMap<&'static str, Rows>> {
        self.engine.current().await?;
        client.current().await?;
        let mut differing = String::new();
        let same = eventually("both replicas to show the same", CONVERGED_WITHIN, async || {
            let mut all = BTreeMap::new();
            for kind in KINDS {
                let here = self.shown(kind.name).await.ok()?;
                let there = client.shown(kind.name).await.ok()?;
                if here != there {
                    differing = format!("{}: {here:#?}\nhere, and there {there:#?}", kind.name);
                    return None;
                }
                all.insert(kind.name, here);
            }
            Some(all)
        });
        same.await.with_context(|| differing)
    }
}

/// Records by id, each with its fields.
type Rows = BTreeMap<String, Value>;

fn rows(list: &Value) -> Result<Rows> {
    let present = list.as_array().context("a list of rows")?.iter().filter(|row| row["deleted"] != true);
    present.map(|row| Ok((row["id"].as_str().context("an id")?.to_owned(), row["fields"].clone()))).collect()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether a client compared every scope that it was granted, and each fitted. The sums come with the last page, which
/// may be a moment after everything else.
async fn sums_fit(client: &mut JsClient) -> Result<()> {
    let status = eventually("the sums", CONVERGED_WITHIN, async || {
        let status = client.status().await.ok()?;
        status["sums"].as_array().is_some_and(|sums| !sums.is_empty()).then_some(status)
    });
    let status = status.await?;
    let sums = status["sums"].as_array().context("sums")?;
    let compared: BTreeSet<&str> = sums.iter().filter_map(|sum| sum["scope"].as_str()).collect();
    ensure!(compared == texts(&status["grants"]), "not every scope: {status}");
    ensure!(sums.iter().all(|sum| sum["fits"] == true) && status["misfits"] == 0, "a misfit: {status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_made_apart_meet_in_the_desktop_and_in_the_client() -> Result<()> {
    let mut world = World::new().await?;
    let tag = world.create("tags", json!({ "name": "gold", "color": "#FFCC00" })).await?;
    let fields = json!({
        "first_name": "Ada", "last_name": "Byron", "summary": "Writes programs.", "skills": ["rust", "sql"],
        "years_experience": 9, "tag_ids": [tag],
    });
    let ada = world.create("candidates", fields).await?;
    let grace = world.create("candidates", json!({ "first_name": "Grace" })).await?;
    world.create("candidate_contacts", json!({ "candidate_id": ada, "email": "ada@engine.example" })).await?;
    world.create("notes", json!({ "candidate_id": ada, "body": "Call back.", "is_private": true })).await?;
    world.create("notes", json!({ "candidate_id": ada, "body": "Plays chess." })).await?;
    world.engine.current().await?;

    // The download: everything is there, and it is what the server has.
    let mut client = world.client("js", OWNER).await?;
    let status = client.status().await?;
    ensure!(status["received"].as_u64() > Some(6), "nothing was downloaded: {status}");
    sums_fit(&mut client).await?;
    let before = world.converged(&mut client).await?;
    ensure!(before["candidates"].len() == 2 && before["notes"].len() == 2 && before["pipelines"].len() == 1);
    ensure!(before["activities"].len() == 1, "the note that is not private left no entry: {before:#?}");

    // Both are cut off, and go on working.
    world.server.kill();
    let engines = json!([
        { "op": "set", "field": "city", "value": "Lyon" },
        { "op": "add", "field": "skills", "value": "go" },
        { "op": "text", "field": "summary", "value": "Writes fast programs." },
        { "op": "set", "field": "current_title", "value": "Lead" },
    ]);
    world.edit("candidates", &ada, engines).await?;
    let clients = json!([
        { "op": "set", "field": "headline", "value": "Analyst" },
        { "op": "set", "field": "years_experience", "value": null },
        { "op": "add", "field": "skills", "value": "node" },
        { "op": "remove", "field": "skills", "value": "sql" },
        { "op": "text", "field": "summary", "value": "Writes programs for engines." },
        { "op": "set", "field": "current_title", "value": "Countess" },
    ]);
    client.edit("candidates", &ada, clients).await?;
    client.edit("candidates", &grace, json!([{ "op": "set", "field": "$deleted", "value": true }])).await?;
    let stages = json!([{ "id": "a", "name": "New", "kind": "new" }, { "id": "b", "name": "Out", "kind": "rejected" }]);
    let pipeline = client.create("pipelines", json!({ "name": "Short", "stages": stages })).await?;
    let item = json!({ "op": "item_put", "field": "stages", "item": "m", "after": "a", "values": { "name": "Middle" } });
    client.edit("pipelines", &pipeline, json!([item])).await?;
    let status = client.status().await?;
    ensure!(status["state"] == "offline" && status["waiting"] == 4, "{status}");
    let (here, there) = (world.shown("candidates").await?, client.shown("candidates").await?);
    ensure!(here[&ada] != there[&ada] && here.contains_key(&grace), "they are not apart");

    // Back again: every edit of both is in both.
    world.server.run().await?;
    let after = world.converged(&mut client).await?;
    let met = &after["candidates"][&ada];
    ensure!(
        met["city"] == "Lyon" && met["headline"] == "Analyst" && met["years_experience"].is_null(),
        "{met}"
    );
    ensure!(met["current_title"] == "Lead" || met["current_title"] == "Countess", "{met}");
    ensure!(texts(&met["skills"]) == BTreeSet::from(["go", "node", "rust"]), "{met}");
    ensure!(met["summary"] == "Writes fast programs for engines.", "{met}");
    ensure!(!after["candidates"].contains_key(&grace), "the deleted candidate is still there");
    ensure!(after["activities"].len() == 2, "the deletion left no entry: {after:#?}");
    let names = after["pipelines"][&pipeline]["stages"].as_array().context("stages")?.iter();
    ensure!(names.map(|stage| &stage["name"]).eq(["New", "Middle", "Out"]), "{:?}", after["pipelines"]);
    let path = format!("/api/v1/ats/candidates/{ada}/");
    let served = world.server.call("GET", &path, Some(&world.owner.access), None).await?;
    ensure!(served["headline"] == "Analyst" && served["summary"] == met["summary"], "{served}");

    // With a new connection and nothing to send, the sums of all that was merged fit.
    client.reconnect().await?;
    let status = client.status().await?;
    sums_fit(&mut client).await?;
    ensure!(status["attention"] == json!([]), "{status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_comes_back_with_its_code_and_the_others_go_on() -> Result<()> {
    let mut world = World::new().await?;
    let ada = world.create("candidates", json!({ "first_name": "Ada", "summary": "Counts." })).await?;
    world.engine.current().await?;
    let mut client = world.client("js", OWNER).await?;
    let pipelines = world.shown("pipelines").await?;
    let pipeline = pipelines.keys().next().context("a pipeline")?;

    world.server.kill();
    let nobody = "0192f0c1-2345-7abc-8def-0123456789ab";
    for edits in [
        json!([{ "op": "set", "field": "city", "value": "Lyon" }]),
        json!([{ "op": "add", "field": "tag_ids", "value": nobody }]),
        json!([{ "op": "text", "field": "summary", "value": "Counts and weaves." }]),
    ] {
        client.edit("candidates", &ada, edits).await?;
    }
    let job = client.create("jobs", json!({ "title": "Weaver", "pipeline_id": pipeline })).await?;
    client.edit("jobs", &job, json!([{ "op": "set", "field": "status", "value": "open" }])).await?;
    client.command("publish_job", &job).await?;
    world.server.run().await?;

    let after = world.converged(&mut client).await?;
    let status = client.status().await?;
    let codes: BTreeSet<(&str, &str)> = status["attention"]
        .as_array()
        .context("attention")?
        .iter()
        .filter_map(|item| Some((item["doc"].as_str()?, item["code"].as_str()?)))
        .collect();
    let expected = BTreeSet::from([
        (ada.as_str(), "unknown-reference"),
        (job.as_str(), "field-not-writable"),
        (job.as_str(), "job-not-publishable"),
    ]);
    ensure!(codes == expected, "{status}");
    let kept = &after["candidates"][&ada];
    ensure!(kept["city"] == "Lyon" && kept["summary"] == "Counts and weaves.", "{kept}");
    ensure!(kept["tag_ids"] == json!([]) && after["jobs"][&job]["status"] == "draft", "{after:#?}");

    // The records whose changes were refused take further ones, and the job what it lacked.
    client.edit("candidates", &ada, json!([{ "op": "set", "field": "city", "value": "Paris" }])).await?;
    client.edit("jobs", &job, json!([{ "op": "text", "field": "description", "value": "Weave." }])).await?;
    client.command("publish_job", &job).await?;
    let published = eventually("the job to be published", CONVERGED_WITHIN, async || {
        let jobs = client.shown("jobs").await.ok()?;
        (jobs[&job]["status"] == "open").then_some(jobs[&job].clone())
    });
    ensure!(published.await?["published_at"].is_i64());
    let last = world.converged(&mut client).await?;
    ensure!(last["candidates"][&ada]["city"] == "Paris", "{last:#?}");
    ensure!(client.status().await?["attention"].as_array().map(Vec::len) == Some(3));
    client.reconnect().await?;
    sums_fit(&mut client).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_holds_what_its_role_may_see_and_purges_the_rest() -> Result<()> {
    let mut world = World::new().await?;
    let ada = world.create("candidates", json!({ "first_name": "Ada" })).await?;
    let secret = "ada@canary-contact.example";
    world.create("candidate_contacts", json!({ "candidate_id": ada, "email": secret })).await?;
    world.engine.current().await?;
    let email = "vera@polyglot.example";
    let vera = world.server.add_member(&world.owner, "Vera Viewer", email, "viewer").await?;
    let home = world.home("js");
    let mut client = world.client("js", email).await?;

    let status = client.status().await?;
    sums_fit(&mut client).await?;
    ensure!(
        status["role"] == "viewer" && !texts(&status["grants"]).contains("candidate_contacts"),
        "{status}"
    );
    ensure!(client.shown("candidates").await?.contains_key(&ada));
    ensure!(client.shown("candidate_contacts").await?.is_empty() && !holds(&home, secret)?);

    // An edit that the role does not allow is refused, and taken back.
    client.edit("candidates", &ada, json!([{ "op": "set", "field": "city", "value": "Rome" }])).await?;
    let refused = eventually("the refusal", CONVERGED_WITHIN, async || {
        let status = client.status().await.ok()?;
        (status["waiting"] == 0).then_some(status)
    });
    ensure!(refused.await?["attention"][0]["code"] == "forbidden");
    ensure!(client.shown("candidates").await?[&ada]["city"] == "");

    // More rights: the contact comes over the connection that stands.
    let path = format!("/api/v1/tenants/members/{}/", vera.user_id);
    let promote = Some(json!({ "role": "recruiter" }));
    world.server.call("PATCH", &path, Some(&world.owner.access), promote).await?;
    eventually("the contact to come", CONVERGED_WITHIN, async || {
        let contacts = client.shown("candidate_contacts").await.ok()?;
        contacts.values().any(|contact| contact["email"] == secret).then_some(())
    })
    .await?;
    ensure!(holds(&home, secret)?, "the search for the secret is blind");

    // Fewer rights again: it is gone, from the disk too.
    let demote = Some(json!({ "role": "viewer" }));
    world.server.call("PATCH", &path, Some(&world.owner.access), demote).await?;
    eventually("the contact to go", CONVERGED_WITHIN, async || {
        client.shown("candidate_contacts").await.ok()?.is_empty().then_some(())
    })
    .await?;
    ensure!(!holds(&home, secret)?, "the secret is still on the disk");
    client.reconnect().await?;
    let status = client.status().await?;
    ensure!(status["hellos"].as_array().map(Vec::len) == Some(2), "{status}");
    sums_fit(&mut client).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_a_hiring_manager_holds_what_belongs_to_their_jobs_alone() -> Result<()> {
    let mut world = World::new().await?;
    let email = "hank@polyglot.example";
    let hank = world.server.add_member(&world.owner, "Hank Manager", email, "hiring_manager").await?;
    let pipelines = world.shown("pipelines").await?;
    let pipeline = pipelines.keys().next().context("a pipeline")?;
    eventually("the new member", CONVERGED_WITHIN, async || {
        world.shown("members").await.ok()?.contains_key(&hank.user_id).then_some(())
    })
    .await?;
    let (mut applications, mut candidates, mut jobs) = (Vec::new(), Vec::new(), Vec::new());
    for manager in [json!(hank.user_id), Value::Null] {
        let job = json!({ "title": "Weaver", "pipeline_id": pipeline, "hiring_manager_id": manager });
        let job = world.create("jobs", job).await?;
        let candidate = world.create("candidates", json!({ "first_name": "Ada" })).await?;
        let fields = json!({
            "candidate_id": candidate, "job_id": job, "pipeline_id": pipeline, "stage_id": "s0", "applied_at": 1,
        });
        applications.push(world.create("applications", fields).await?);
        candidates.push(candidate);
        jobs.push(job);
    }
    world.engine.current().await?;

    let mut client = world.client("js", email).await?;
    let status = client.status().await?;
    sums_fit(&mut client).await?;
    ensure!(texts(&status["grants"]).contains(format!("applications/{}", jobs[0]).as_str()), "{status}");
    ensure!(client.shown("jobs").await?.len() == 2);
    ensure!(client.shown("applications").await?.into_keys().eq([applications[0].clone()]));
    ensure!(client.shown("candidates").await?.into_keys().eq([candidates[0].clone()]));

    // The jobs change hands: one application goes with its candidate, the others come.
    for (job, manager) in jobs.iter().zip([Value::Null, json!(hank.user_id)]) {
        let edit = json!([{ "op": "set", "field": "hiring_manager_id", "value": manager }]);
        world.edit("jobs", job, edit).await?;
    }
    let mut last = String::new();
    let exchanged = eventually("the applications to be exchanged", CONVERGED_WITHIN, async || {
        let shown = client.shown("applications").await.ok()?;
        let theirs = client.shown("candidates").await.ok()?;
        let status = client.status().await.ok()?;
        last = format!(
            "{:?} of {applications:?}, {:?} of {candidates:?}; {status}",
            shown.keys(),
            theirs.keys()
        );
        let exchanged = shown.into_keys().eq([applications[1].clone()]);
        (exchanged && theirs.into_keys().eq([candidates[1].clone()])).then_some(())
    });
    exchanged.await.with_context(|| last)?;
    ensure!(client.shown("activities").await?.len() == 1, "whose entry is it?");
    client.reconnect().await?;
    sums_fit(&mut client).await?;
    // Who applies for their job comes, though nothing of the candidate changes.
    let again = json!({
        "candidate_id": candidates[0], "job_id": jobs[1], "pipeline_id": pipeline, "stage_id": "s0", "applied_at": 2,
    });
    world.create("applications", again).await?;
    eventually("the candidate", CONVERGED_WITHIN, async || {
        (client.shown("candidates").await.ok()?.len() == 2).then_some(())
    })
    .await?;
    client.reconnect().await?;
    sums_fit(&mut client).await
}

/// Whether a file of a folder has a text in it. The client writes each file beside the old one and puts it in its place: one
/// that is gone when it is read means that the folder is another one by now.
fn holds(folder: &Path, text: &str) -> Result<bool> {
    loop {
        match holds_now(folder, text) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            looked => return Ok(looked?),
        }
    }
}

fn holds_now(folder: &Path, text: &str) -> std::io::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let bytes = std::fs::read(entry?.path())?;
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_was_cut_goes_on_where_it_stopped() -> Result<()> {
    let mut world = World::new().await?;
    let mut last = String::new();
    for number in 0..HEAVY {
        let fields =
            json!({ "first_name": format!("P{number}"), "resume_text": "résumé ".repeat(HEAVY_CHARS / 7) });
        last = world.create("candidates", fields).await?;
    }
    world.engine.current().await?;

    let mut client = JsClient::start(&world.home("js"))?;
    client.cut_after_chunks(1).sign_in(&world.server.url(), OWNER).await?;
    let cut = eventually("the first chunk", CONVERGED_WITHIN, async || {
        let status = client.status().await.ok()?;
        (status["chunks"] == 1).then_some(status)
    });
    let cut = cut.await?;
    let (done, total) = (cut["download"]["done"].as_u64(), cut["download"]["total"].as_u64());
    let (done, total) = (done.context("a place")?, total.context("a total")?);
    ensure!(done > 0 && done < total && cut["received"] == done, "the cut was not in the middle: {cut}");
    ensure!(client.shown("candidates").await?.len() < HEAVY);
    client.kill();
    world.edit("candidates", &last, json!([{ "op": "set", "field": "city", "value": "Nice" }])).await?;
    world.engine.current().await?;

    // Another process on the same folder knows who it is and where it was.
    let mut client = JsClient::start(&world.home("js"))?;
    client.current().await?;
    let status = client.status().await?;
    ensure!(status["hellos"][0]["done"] == done && status["chunks"].as_u64() > Some(1), "{status}");
    ensure!(
        status["received"].as_u64() == Some(total - done),
        "it came twice, or not: {done} {total} {status}"
    );
    sums_fit(&mut client).await?;
    let all = world.converged(&mut client).await?;
    ensure!(all["candidates"].len() == HEAVY && all["candidates"][&last]["city"] == "Nice");
    Ok(())
}

fn page() -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sync.md");
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// The row of the page's table that tells of a kind.
fn row(def: &EntityDef) -> String {
    let named = |wanted: &dyn Fn(&FieldDef) -> Option<String>| -> String {
        def.fields.iter().filter_map(wanted).collect::<Vec<_>>().join(", ")
    };
    let columns = [
        def.name.to_owned(),
        def.code.to_string(),
        named(&|field| (field.kind == FieldKind::Text).then(|| field.name.to_owned())),
        named(&|field| match field.kind {
            FieldKind::Set(Scalar::Ref(kind)) => Some(format!("{} → {kind}", field.name)),
            FieldKind::Set(_) => Some(field.name.to_owned()),
            _ => None,
        }),
        named(&|field| match field.kind {
            FieldKind::List(items) => {
                let items: Vec<&str> = items.iter().map(|item| item.name).collect();
                Some(format!("{} ({})", field.name, items.join(", ")))
            }
            _ => None,
        }),
        named(&|field| match field.kind {
            FieldKind::Register(Scalar::Ref(kind)) => Some(format!("{} → {kind}", field.name)),
            _ => None,
        }),
        named(&|field| (field.kind == FieldKind::Register(Scalar::Instant)).then(|| field.name.to_owned())),
        named(&|field| field.immutable.then(|| field.name.to_owned())),
    ];
    let cells: Vec<String> = columns
        .iter()
        .map(|cell| if cell.is_empty() { " ".to_owned() } else { format!(" {cell} ") })
        .collect();
    format!("|{}|", cells.join("|"))
}

#[test]
fn the_page_says_how_every_field_merges() -> Result<()> {
    let page = page()?;
    let missing: Vec<String> = KINDS.iter().map(row).filter(|row| !page.contains(row.as_str())).collect();
    ensure!(missing.is_empty(), "docs/sync.md does not have these rows:\n{}", missing.join("\n"));
    ensure!(KINDS.iter().all(|def| def.fields.iter().all(|field| field.kind != FieldKind::Counter)));
    Ok(())
}

/// The row of the page's table that tells how records of a kind fall into scopes, if it has one.
fn scope_row(def: &EntityDef) -> Option<String> {
    let rule = def.scope;
    let columns = [rule.private.unwrap_or_default(), rule.by.unwrap_or_default(), &rule.within.join(", ")];
    let cells = columns.map(|cell| if cell.is_empty() { " ".to_owned() } else { format!(" {cell} ") });
    columns.iter().any(|cell| !cell.is_empty()).then(|| format!("| {} |{}|", def.name, cells.join("|")))
}

#[test]
fn the_page_says_into_which_scope_every_record_falls() -> Result<()> {
    let page = page()?;
    let rows: Vec<String> = KINDS.iter().filter_map(scope_row).collect();
    let missing: Vec<&String> = rows.iter().filter(|row| !page.contains(row.as_str())).collect();
    ensure!(missing.is_empty(), "docs/sync.md does not have these rows: {missing:#?}");
    Ok(())
}

#[test]
fn the_page_shows_frames_as_they_are() -> Result<()> {
    let position = ChunkPosition { scopes: vec!["tags".to_owned()], kind: 0, after: None, done: 0 };
    let said = [
        ClientFrame::Hello(hello("T")),
        ClientFrame::NextChunk(position),
        ClientFrame::Renew("T".to_owned()),
        ClientFrame::Ping,
    ];
    let page = page()?;
    let hexadecimal = |name: &str| {
        let line = page.lines().find(|line| line.starts_with("00") && line.ends_with(name));
        line.and_then(|line| line.split_whitespace().next()).context("an example")
    };
    for (name, frame) in ["Hello, new", "NextChunk", "Renew", "Ping"].into_iter().zip(&said) {
        let bytes = encode(frame).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        ensure!(hexadecimal(name)? == bytes, "docs/sync.md has another {name} than {bytes}");
    }
    let shown = hexadecimal("Pushed")?;
    let digits =
        shown.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?));
    let bytes = digits.collect::<Result<Vec<u8>>>()?;
    let Ok(ServerFrame::Pushed(pushed)) = decode(&bytes) else { anyhow::bail!("no Pushed: {shown}") };
    let problem = WireProblem { code: "forbidden".to_owned(), detail: None, fields: Vec::new() };
    ensure!(pushed.batch == 7 && pushed.outcomes == [Outcome::Accepted(None), Outcome::Refused(problem)]);
    Ok(())
}
