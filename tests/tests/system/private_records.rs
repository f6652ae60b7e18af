//! Private jobs and candidates over the real server: who is inside sees them and all that belongs to them, over sync and
//! REST; for everybody else they are not there, and are gone from the replica that had them.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::wire::Wire;
use zumodra_tests::process::{eventually, temporary};

const OWNER: &str = "owner@private.example";
const INSIDE: &str = "inside@private.example";
const OUTSIDE: &str = "outside@private.example";
const MANAGER: &str = "manager@private.example";
const KINDS: [&str; 6] = ["jobs", "candidates", "candidate_contacts", "applications", "notes", "activities"];
const SOON: Duration = Duration::from_secs(30);

struct World {
    server: Server,
    owner: SignedIn,
    inside: SignedIn,
    outside: SignedIn,
    manager: SignedIn,
    folder: tempfile::TempDir,
}

/// A candidate who applied for a job, with all that belongs to both.
struct Case {
    job: String,
    candidate: String,
    application: String,
}

impl World {
    async fn new(name: &str) -> Result<Self> {
        let folder = temporary(name)?;
        let server = Server::start(folder.path()).await?;
        let owner = server.sign_up("Private Works", OWNER).await?;
        let inside = server.add_member(&owner, "Ines Inside", INSIDE, "recruiter").await?;
        let outside = server.add_member(&owner, "Otto Outside", OUTSIDE, "recruiter").await?;
        let manager = server.add_member(&owner, "Mo Manager", MANAGER, "hiring_manager").await?;
        let world = Self { server, owner, inside, outside, manager, folder };
        eventually("the directory", SOON, async || {
            let job = json!({ "title": "First", "hiring_team_ids": [world.manager.user_id, world.outside.user_id] });
            world.add("jobs", job).await.ok()
        })
        .await?;
        Ok(world)
    }

    async fn add(&self, segment: &str, body: Value) -> Result<String> {
        let path = format!("/api/v1/ats/{segment}/");
        let made = self.server.call("POST", &path, Some(&self.owner.access), Some(body)).await?;
        Ok(made["id"].as_str().context("an id")?.to_owned())
    }

    async fn case(&self, word: &str) -> Result<Case> {
        let job = self
            .add("jobs", json!({ "title": format!("Job {word}"), "hiring_manager_id": self.manager.user_id }))
            .await?;
        let candidate =
            self.add("candidates", json!({ "first_name": format!("Name {word}"), "summary": word })).await?;
        self.add("candidate-contacts", json!({ "candidate_id": candidate, "phone": format!("1 {word}") }))
            .await?;
        let application =
            self.add("applications", json!({ "candidate_id": candidate, "job_id": job })).await?;
        self.add("notes", json!({ "application_id": application, "body": format!("Note {word}") })).await?;
        self.add("notes", json!({ "candidate_id": candidate, "body": format!("More {word}") })).await?;
        Ok(Case { job, candidate, application })
    }

    async fn set(&self, by: &SignedIn, segment: &str, id: &str, body: Value) -> Result<Value> {
        self.server.call("PATCH", &format!("/api/v1/ats/{segment}/{id}/"), Some(&by.access), Some(body)).await
    }

    /// Whether somebody is given a record over REST, and finds it in the list.
    async fn sees(&self, who: &SignedIn, segment: &str, id: &str) -> Result<bool> {
        let path = format!("/api/v1/ats/{segment}/");
        let list = self.server.call("GET", &format!("{path}?page_size=100"), Some(&who.access), None).await?;
        let listed = list["results"].as_array().context("rows")?.iter().any(|row| row["id"] == id);
        let read = self.server.call("GET", &format!("{path}{id}/"), Some(&who.access), None).await;
        ensure!(read.is_ok() == listed, "{segment} {id}: listed {listed}, {read:?}");
        Ok(listed)
    }

    async fn engine(&self, email: &str) -> Result<EngineProcess> {
        let mut engine = EngineProcess::start(&self.folder.path().join(email))?;
        engine.enter(&self.server.url(), email).await?;
        engine.current().await?;
        Ok(engine)
    }

    async fn is_sent(&self, who: &SignedIn, word: &str) -> Result<bool> {
        Wire::brings(&self.server.url(), &who.access, word).await
    }
}

/// How many records of each kind an engine shows in which a word stands.
async fn found(engine: &mut EngineProcess, word: &str) -> Result<Vec<usize>> {
    let mut counts = Vec::new();
    for kind in KINDS {
        let page = engine.ask("list", json!({ "request": { "kind": kind, "limit": 100 } })).await?;
        let rows = page["rows"].as_array().context("rows")?;
        counts.push(rows.iter().filter(|row| row.to_string().contains(word)).count());
    }
    Ok(counts)
}

async fn until_found(engine: &mut EngineProcess, word: &str, expected: &[usize]) -> Result<()> {
    let mut last = Vec::new();
    let came = eventually("the records", SOON, async || {
        last = found(engine, word).await.ok()?;
        (last == expected).then_some(())
    });
    came.await.with_context(|| format!("{word}: {last:?} instead of {expected:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_job_is_there_for_who_hires_for_it_and_gone_for_everybody_else() -> Result<()> {
    let world = World::new("private-job").await?;
    let case = world.case("jobbird").await?;
    let mut inside = world.engine(INSIDE).await?;
    let mut outside = world.engine(OUTSIDE).await?;
    // Job, candidate, contact, application, two notes; what else names the job is told by its id.
    until_found(&mut outside, "jobbird", &[1, 1, 1, 0, 2, 0]).await?;
    until_found(&mut outside, &case.job, &[1, 0, 0, 1, 1, 2]).await?;

    let refused = world.set(&world.inside, "jobs", &case.job, json!({ "is_private": true })).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("out-of-scope")), "who is not named");
    let named = json!({ "is_private": true, "hiring_team_ids": [world.inside.user_id] });
    world.set(&world.inside, "jobs", &case.job, named).await?;
    until_found(&mut outside, &case.job, &[0, 0, 0, 0, 0, 0]).await?;
    until_found(&mut outside, "jobbird", &[0, 1, 1, 0, 1, 0]).await?;
    until_found(&mut inside, &case.job, &[1, 0, 0, 1, 1, 2]).await?;
    for (segment, id) in [("jobs", &case.job), ("applications", &case.application)] {
        for (who, sees) in
            [(&world.owner, true), (&world.inside, true), (&world.manager, true), (&world.outside, false)]
        {
            ensure!(world.sees(who, segment, id).await? == sees, "{segment}");
        }
    }
    ensure!(world.is_sent(&world.inside, "jobbird").await?);
    // A reference to it is refused as one to nothing, and so is a command.
    let candidate = world.add("candidates", json!({ "first_name": "Other" })).await?;
    let apply = json!({ "candidate_id": candidate, "job_id": case.job });
    let path = "/api/v1/ats/applications/";
    let refused = world.server.call("POST", path, Some(&world.outside.access), Some(apply.clone())).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("unknown-reference")));
    world.server.call("POST", path, Some(&world.inside.access), Some(apply)).await?;
    until_found(&mut inside, &candidate, &[0, 1, 0, 1, 0, 1]).await?;

    // Who is let in gets it all; who is let out loses it; and when the wall goes everybody has it again.
    let both = json!({ "hiring_team_ids": [world.inside.user_id, world.outside.user_id] });
    world.set(&world.inside, "jobs", &case.job, both).await?;
    until_found(&mut outside, &case.job, &[1, 0, 0, 2, 1, 3]).await?;
    world
        .set(&world.outside, "jobs", &case.job, json!({ "hiring_team_ids": [world.outside.user_id] }))
        .await?;
    until_found(&mut inside, &case.job, &[0, 0, 0, 0, 0, 0]).await?;
    world.set(&world.outside, "jobs", &case.job, json!({ "is_private": false })).await?;
    until_found(&mut inside, &case.job, &[1, 0, 0, 2, 1, 3]).await?;
    fits(&world, [inside, outside]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_candidate_is_there_for_whom_it_names_and_gone_for_everybody_else() -> Result<()> {
    let world = World::new("private-candidate").await?;
    let case = world.case("personbird").await?;
    let mut outside = world.engine(OUTSIDE).await?;
    let mut manager = world.engine(MANAGER).await?;
    until_found(&mut manager, &case.candidate, &[0, 1, 0, 1, 1, 2]).await?;

    let named = json!({ "is_private": true, "visible_to_ids": [world.inside.user_id] });
    world.set(&world.inside, "candidates", &case.candidate, named).await?;
    // The manager hires for the job and is not named.
    until_found(&mut manager, &case.candidate, &[0, 0, 0, 0, 0, 0]).await?;
    until_found(&mut outside, &case.candidate, &[0, 0, 0, 0, 0, 0]).await?;
    until_found(&mut outside, "personbird", &[1, 0, 0, 0, 0, 0]).await?;
    for segment in ["candidates", "applications"] {
        let id = if segment == "candidates" { &case.candidate } else { &case.application };
        for (who, sees) in
            [(&world.owner, true), (&world.inside, true), (&world.manager, false), (&world.outside, false)]
        {
            ensure!(world.sees(who, segment, id).await? == sees, "{segment}");
        }
    }
    let summary = world.case("otherbird").await?;
    ensure!(!world.is_sent(&world.manager, "Note personbird").await?);
    ensure!(!world.is_sent(&world.outside, "Name personbird").await?);
    ensure!(world.is_sent(&world.inside, "Name personbird").await?);
    ensure!(
        world.is_sent(&world.manager, "Name otherbird").await?,
        "the word would be found: {}",
        summary.job
    );

    // A hiring manager who is named has the candidate and still no contact data.
    let also = json!({ "visible_to_ids": [world.inside.user_id, world.manager.user_id] });
    world.set(&world.inside, "candidates", &case.candidate, also).await?;
    until_found(&mut manager, &case.candidate, &[0, 1, 0, 1, 2, 3]).await?;
    world.set(&world.inside, "candidates", &case.candidate, json!({ "is_private": false })).await?;
    until_found(&mut outside, &case.candidate, &[0, 1, 1, 1, 2, 3]).await?;
    until_found(&mut manager, &case.candidate, &[0, 1, 0, 1, 1, 2]).await?;
    fits(&world, [outside, manager]).await
}

/// What somebody keeps for themselves about a candidate stays theirs, whoever may see the candidate.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_note_stays_with_its_author_when_its_candidate_becomes_private() -> Result<()> {
    let world = World::new("private-note").await?;
    let candidate = world.add("candidates", json!({ "first_name": "Nora" })).await?;
    let note = json!({ "candidate_id": candidate, "body": "Mine", "is_private": true });
    let path = "/api/v1/ats/notes/";
    let note = world.server.call("POST", path, Some(&world.outside.access), Some(note)).await?;
    let note = note["id"].as_str().context("an id")?.to_owned();
    let mut outside = world.engine(OUTSIDE).await?;
    until_found(&mut outside, &note, &[0, 0, 0, 0, 1, 0]).await?;
    world.set(&world.owner, "candidates", &candidate, json!({ "is_private": true })).await?;
    until_found(&mut outside, "Nora", &[0; 6]).await?;
    for body in ["Mine, once more", "Mine, and again"] {
        let edits = json!([{ "op": "text", "field": "body", "value": body }]);
        let request = json!({ "kind": "notes", "id": note, "edits": edits });
        outside.ask("edit", json!({ "request": request })).await?;
        outside.current().await?;
        until_found(&mut outside, body, &[0, 0, 0, 0, 1, 0]).await?;
    }
    let attention = outside.ask("attention", Value::Null).await?;
    ensure!(attention == json!([]), "{attention}");
    outside.end().await
}

/// When they come back, what they hold fits the server's sums.
async fn fits(world: &World, engines: [EngineProcess; 2]) -> Result<()> {
    for engine in engines {
        engine.end().await?;
    }
    for email in [INSIDE, OUTSIDE, MANAGER] {
        let home = world.folder.path().join(email);
        if home.exists() {
            world.engine(email).await?.end().await?;
            let log = std::fs::read_to_string(home.join("engine.log")).unwrap_or_default();
            ensure!(!log.contains("does not fit"), "{email}: {log}");
        }
    }
    Ok(())
}
