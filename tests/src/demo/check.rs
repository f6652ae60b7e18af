//! The whole main job without a display: hire offline on two desktops, apply on the web, kill the server in between,
//! and see that everything meets. Each step prints one line with its figure.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_server::http::resource;
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::{Edit, EntityDef};

use super::colleague::{Colleague, open_stages};
use super::desk::Desktop;
use super::http::{Http, Signed};
use super::{material, seed};
use crate::process::server::Server;
use crate::process::{eventually, temporary};

/// The address that the applicant gives, which a viewer must never hold.
const PLANTED: &str = "planted.applicant@secret-mailbox.example";
/// The recruiter, who has two desktops: a note is its author's to edit.
const RECRUITER: &str = "tom@northwind.example";
/// Who moves what a colleague moves as well.
const OWNER: &str = "claire@northwind.example";
/// The address of the second applicant.
const SECOND: &str = "second.applicant@example.org";
/// How long an application may take to every connected desktop.
const LIVE_WITHIN: Duration = Duration::from_secs(1);
/// How long a step may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than a person needs at least for a form.
const TYPING: Duration = Duration::from_millis(3_200);
/// Jobs that the workspace must have.
const JOBS: u64 = 300;
/// Rows of one page of the REST lists.
const PAGE: usize = 100;

fn step(number: &mut u32, text: &str) {
    *number += 1;
    println!("{number:>2}. {text}");
}

fn ms(since: Instant) -> u128 {
    since.elapsed().as_millis()
}

/// Runs the check.
///
/// # Errors
/// With the first thing that did not hold.
pub async fn run() -> Result<()> {
    let folder = temporary("check")?;
    let (started, mut number) = (Instant::now(), 0);
    let mut server = Server::start(folder.path()).await?;
    step(&mut number, &format!("server ready on an empty data folder: {} ms", ms(started)));

    let http = Http::new(&server.url())?;
    let since = Instant::now();
    let seeded = seed::fill(&http, folder.path()).await?;
    let [jobs, candidates, applications, changes] = seeded.counts;
    ensure!(jobs as u64 == JOBS, "{jobs} jobs were made instead of {JOBS}");
    step(
        &mut number,
        &format!(
            "workspace filled: {jobs} jobs, {candidates} candidates, {applications} applications, {changes} changes in {} ms",
            ms(since)
        ),
    );

    let owner = &seeded.signed[0];
    let since = Instant::now();
    apply(&http, owner, PLANTED).await?;
    await_contact(&http, owner, PLANTED).await?;
    step(
        &mut number,
        &format!("applied over HTTP with a PDF, in the pipeline after {} ms", ms(since) - TYPING.as_millis()),
    );

    let port = port_of(&server.url())?;
    let since = Instant::now();
    let (one, two) = tokio::try_join!(
        Desktop::sign_in("the laptop", RECRUITER, folder.path(), port),
        Desktop::sign_in("the office", RECRUITER, folder.path(), port),
    )?;
    tokio::try_join!(one.current(), two.current())?;
    let (records, bytes) = one.size().await?;
    step(
        &mut number,
        &format!(
            "two replicas downloaded {records} records each, {} kB on disk, in {} ms",
            bytes / 1_000,
            ms(since)
        ),
    );

    viewer(&mut number, folder.path(), port, &two).await?;
    live(&mut number, &http, owner, [&one, &two]).await?;
    let plan = offline(&mut number, &http, owner, &one, &two).await?;

    let since = Instant::now();
    server.kill();
    server.run().await?;
    step(&mut number, &format!("server killed with SIGKILL and ready again after {} ms", ms(since)));

    let since = Instant::now();
    for desktop in [&one, &two] {
        desktop.link.mend();
        desktop.connect_now().await?;
    }
    meet(&mut number, &http, &one, &two, since).await?;
    merged(&mut number, &one, &plan).await?;
    refused(&mut number, &two, &plan).await?;
    one.close().await;
    two.close().await;
    conflict(&mut number, folder.path(), port).await?;
    println!("All of it held, in {:.1} s.", started.elapsed().as_secs_f64());
    Ok(())
}

fn port_of(url: &str) -> Result<u16> {
    url.rsplit(':').next().unwrap_or_default().parse().context("the server's port")
}

/// Applies to an open job as somebody with a browser would.
async fn apply(http: &Http, owner: &Signed, email: &str) -> Result<()> {
    let list = format!("/api/v1/careers/jobs/?tenant={}&page_size={PAGE}", owner.slug);
    let list = http.call("GET", &list, "", None).await?;
    for row in list["results"].as_array().context("a list of jobs")? {
        let slug = row["slug"].as_str().context("a slug")?;
        let job = http
            .call("GET", &format!("/api/v1/careers/jobs/{slug}/?tenant={}", owner.slug), "", None)
            .await?;
        let is_short =
            job["questions"].as_array().is_some_and(Vec::is_empty) && job["require_cover_letter"] == false;
        if !is_short {
            continue;
        }
        let path = format!("/careers/{}/jobs/{slug}/apply/", owner.slug);
        let (status, page) = http.page(&path).await?;
        ensure!(status == 200, "{path}: {status}");
        let token = page.split_once("name=\"token\" value=\"").and_then(|(_, rest)| rest.split('"').next());
        let token = token.context("a form without a token")?.to_owned();
        tokio::time::sleep(TYPING).await;
        let texts = [
            ("token", token.as_str()),
            ("first_name", "Ada"),
            ("last_name", "Quill"),
            ("email", email),
            ("phone", "+1 514 555 0199"),
            ("consent", "yes"),
        ];
        let resume = std::fs::read(material::folder().join("resumes/jordan-avery-google-docs.pdf"))?;
        let (status, page) = http.apply(&path, &texts, ("Ada Quill.pdf", resume)).await?;
        ensure!(status == 303, "the form was not taken: {status} {page}");
        return Ok(());
    }
    anyhow::bail!("no open job has a short form")
}

/// The contact of an applicant, once it is there.
async fn await_contact(http: &Http, owner: &Signed, email: &str) -> Result<Value> {
    let path = format!("/api/v1/ats/candidate-contacts/?email={email}");
    eventually("the application", PATIENCE, async || {
        let list = http.call("GET", &path, &owner.access, None).await.ok()?;
        list["results"].get(0).cloned()
    })
    .await
}

/// A viewer's replica has no contact data anywhere, which a recruiter's has.
async fn viewer(number: &mut u32, folder: &std::path::Path, port: u16, recruiter: &Desktop) -> Result<()> {
    let since = Instant::now();
    let viewer = Desktop::sign_in("the viewer", "sam@northwind.example", folder, port).await?;
    viewer.current().await?;
    let (_, held) = recruiter.places_of(PLANTED).await?;
    ensure!(!held.is_empty(), "the search for the planted address does not find it where it must be");
    let (values, found) = viewer.places_of(PLANTED).await?;
    ensure!(found.is_empty(), "a viewer's replica holds the planted address in {found:?}");
    let contacts = viewer.rows("candidate_contacts").await?.len();
    ensure!(contacts == 0, "a viewer's replica holds {contacts} contacts");
    let (records, _) = viewer.size().await?;
    viewer.close().await;
    step(
        number,
        &format!(
            "a viewer's replica: {records} records, no contact data in {values} values, {} ms",
            ms(since)
        ),
    );
    Ok(())
}

/// An application reaches both connected desktops within a second.
async fn live(number: &mut u32, http: &Http, owner: &Signed, desktops: [&Desktop; 2]) -> Result<()> {
    let count = async |desktop: &Desktop| desktop.rows("applications").await.map(|rows| rows.len());
    let before = count(desktops[0]).await?;
    apply(http, owner, SECOND).await?;
    let since = Instant::now();
    for desktop in desktops {
        let what = format!("the application on {}'s desktop", desktop.name);
        eventually(&what, PATIENCE, async || {
            let now = count(desktop).await.ok()?;
            (now > before).then_some(())
        })
        .await?;
    }
    let took = since.elapsed();
    ensure!(took < LIVE_WITHIN, "the application took {} ms to the desktops", took.as_millis());
    step(number, &format!("a second application was on both desktops after {} ms", took.as_millis()));
    Ok(())
}

/// What was edited without a connection.
struct Plan {
    application: String,
    note: String,
    stage: String,
    refused: String,
}

/// Both desktops lose the network and edit the same application and the same note; meanwhile a stage is taken away that
/// one of them moves another application to.
async fn offline(
    number: &mut u32,
    http: &Http,
    owner: &Signed,
    one: &Desktop,
    two: &Desktop,
) -> Result<Plan> {
    let pipelines = http.call("GET", "/api/v1/ats/pipelines/?is_default=true", &owner.access, None).await?;
    let pipeline = pipelines["results"].get(0).cloned().context("a default pipeline")?;
    let stages = pipeline["stages"].as_array().cloned().context("stages")?;
    let stage =
        |at: usize| stages.get(at).and_then(|s| s["id"].as_str()).map(str::to_owned).context("a stage");
    let (wanted, removed) = (stage(1)?, stage(3)?);
    let of_pipeline: Vec<Value> = one
        .rows("applications")
        .await?
        .into_iter()
        .filter(|row| {
            row["fields"]["pipeline_id"] == pipeline["id"] && row["fields"]["stage_id"] == stages[0]["id"]
        })
        .collect();
    let id = |at: usize| {
        of_pipeline.get(at).and_then(|row| row["id"].as_str()).map(str::to_owned).context("an application")
    };
    let (application, refused) = (id(0)?, id(1)?);
    let row = &of_pipeline[0]["fields"];
    let body = "Spoke for ten minutes.";
    let fields = json!({
        "candidate_id": row["candidate_id"], "application_id": application, "job_id": row["job_id"], "body": body,
    });
    let note = one.create("notes", fields).await?.to_string();
    one.current().await?;
    eventually("the note on the other desktop", PATIENCE, async || two.row("notes", &note).await.ok())
        .await?;

    for desktop in [one, two] {
        desktop.link.cut();
        desktop.offline().await?;
    }
    one.edit("applications", &application, vec![Edit::set("rating", 5)]).await?;
    one.edit("notes", &note, vec![Edit::text("body", format!("Monday. {body}"))]).await?;
    two.edit("applications", &application, vec![Edit::set("stage_id", wanted.as_str())]).await?;
    two.edit("notes", &note, vec![Edit::text("body", format!("{body} Call again."))]).await?;
    two.edit("applications", &refused, vec![Edit::set("stage_id", removed.as_str())]).await?;
    let waiting = [one.waiting().await?, two.waiting().await?];
    ensure!(waiting.iter().all(|count| *count > 0), "nothing waits: {waiting:?}");

    let left: Vec<&Value> = stages.iter().filter(|s| s["id"] != removed.as_str()).collect();
    let path = format!("/api/v1/ats/pipelines/{}/", pipeline["id"].as_str().unwrap_or_default());
    http.call("PATCH", &path, &owner.access, Some(&json!({"stages": left}))).await?;
    step(
        number,
        &format!(
            "both desktops offline, {} and {} edits wait; a stage was taken away meanwhile",
            waiting[0], waiting[1]
        ),
    );
    Ok(Plan { application, note, stage: wanted, refused })
}

/// All three have the same rows.
async fn meet(number: &mut u32, http: &Http, one: &Desktop, two: &Desktop, since: Instant) -> Result<()> {
    tokio::try_join!(one.current(), two.current())?;
    let hash = eventually("both replicas to be equal", PATIENCE, async || {
        let (one, two) = (one.rows_hash().await.ok()?, two.rows_hash().await.ok()?);
        (one == two).then_some(one)
    })
    .await?;
    let took = ms(since);
    let recruiter = http.sign_in(RECRUITER, seed::PASSWORD, None).await?.context("the recruiter signs in")?;
    let mut compared = 0;
    for def in KINDS.iter().filter(|def| def.name != "members") {
        let server = server_rows(http, &recruiter, def).await?;
        let local: BTreeMap<String, Value> = one
            .rows(def.name)
            .await?
            .into_iter()
            .map(|row| (row["id"].as_str().unwrap_or_default().to_owned(), row))
            .collect();
        let deleted = local.values().filter(|row| row["deleted"] == true).count();
        ensure!(
            server.len() == local.len() - deleted,
            "{}: {} on the server, {} here",
            def.name,
            server.len(),
            local.len()
        );
        for row in &server {
            let id = row["id"].as_str().unwrap_or_default();
            let here = local.get(id).with_context(|| format!("{} {id} is missing here", def.name))?;
            for field in def.fields {
                let (there, here) = (&row[field.name], &here["fields"][field.name]);
                ensure!(
                    there == here,
                    "{} {id} {}: {there} on the server, {here} here",
                    def.name,
                    field.name
                );
            }
            compared += 1;
        }
    }
    step(
        number,
        &format!(
            "reconnected: {compared} rows are the same on the server and both desktops ({}), {took} ms",
            &hash[..8]
        ),
    );
    Ok(())
}

/// Every row of a kind as the server has it.
async fn server_rows(http: &Http, who: &Signed, def: &EntityDef) -> Result<Vec<Value>> {
    let resource = resource::all().find(|resource| resource.def.code == def.code);
    let address = resource.with_context(|| format!("{} has no address", def.name))?.address;
    let (mut rows, mut page) = (Vec::new(), 1);
    loop {
        let path = format!("{address}?page={page}&page_size={PAGE}");
        let list = http.call("GET", &path, &who.access, None).await?;
        rows.extend(list["results"].as_array().cloned().unwrap_or_default());
        if list["next"].is_null() {
            return Ok(rows);
        }
        page += 1;
    }
}

/// What both wrote is there.
async fn merged(number: &mut u32, one: &Desktop, plan: &Plan) -> Result<()> {
    let application = one.row("applications", &plan.application).await?;
    let fields = &application["fields"];
    ensure!(
        fields["rating"] == 5 && fields["stage_id"] == plan.stage.as_str(),
        "an edit is missing: {fields}"
    );
    let note = one.row("notes", &plan.note).await?;
    let body = note["fields"]["body"].as_str().unwrap_or_default();
    ensure!(body == "Monday. Spoke for ten minutes. Call again.", "the note reads: {body}");
    step(number, "both edits of the application are there, and both sentences in the note");
    Ok(())
}

/// The edit that could not be done is told to its author, and to nobody else's harm.
async fn refused(number: &mut u32, two: &Desktop, plan: &Plan) -> Result<()> {
    let refused = two.refused().await?;
    let found = refused.iter().find(|(record, _)| record.to_string() == plan.refused);
    let (_, code) =
        found.with_context(|| format!("the refused edit is not in Needs attention: {refused:?}"))?;
    step(number, &format!("one edit was refused ({code}) and waits in Needs attention"));
    Ok(())
}

/// Two people moved the same application to different stages, one of them without a network: nobody's answer is lost, and
/// one of them is asked.
async fn conflict(number: &mut u32, folder: &std::path::Path, port: u16) -> Result<()> {
    let since = Instant::now();
    let colleague = Colleague::on_a_train(folder, port).await?;
    let owner = Desktop::sign_in("the owner", OWNER, folder, port).await?;
    owner.current().await?;
    let pipelines = owner.rows("pipelines").await?;
    let going_on = owner.rows("applications").await?.into_iter().find_map(|row| {
        let pipeline = pipelines.iter().find(|other| other["id"] == row["fields"]["pipeline_id"])?;
        let stages = open_stages(pipeline);
        let at = stages.iter().position(|id| row["fields"]["stage_id"] == **id)?;
        Some((row["id"].as_str()?.to_owned(), stages[(at + 1) % stages.len()].to_owned()))
    });
    let (application, mine) = going_on.context("an application that goes on")?;
    owner.edit("applications", &application, vec![Edit::set("stage_id", mine.as_str())]).await?;
    owner.current().await?;
    let theirs = colleague.arrives().await?;
    ensure!(theirs.application == application, "the colleague moved {theirs:?}");
    let (_, left, right) = eventually("the conflict in Needs attention", PATIENCE, async || {
        let open = owner.conflicts().await.ok()?;
        open.into_iter().find(|(record, ..)| record.to_string() == application)
    })
    .await?;
    ensure!(
        left == mine.as_str() && right == theirs.stage.as_str(),
        "{left} and {right} instead of {mine} and {theirs:?}"
    );
    owner.close().await;
    step(
        number,
        &format!("one application moved by two people: both stages to choose from, {} ms", ms(since)),
    );
    Ok(())
}
