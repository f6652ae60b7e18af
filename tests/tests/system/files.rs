//! Files of candidates over the real server and real engines: attached without a network, there when it is back, and had by
//! who sees whose they are.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::Server;
use zumodra_tests::process::{eventually, temporary};

use super::interviews::make;

const OWNER: &str = "owner@files.example";
const RITA: &str = "rita@files.example";
const MANAGER: &str = "manager@files.example";
const SOON: Duration = Duration::from_secs(30);
/// A one-page PDF that says something: one of the résumés that the reader is judged by.
const RESUME: &[u8] = include_bytes!("../../assets/resumes/marcus-halloway-pdf-lib.pdf");

async fn desk(server: &Server, folder: &Path, email: &str) -> Result<EngineProcess> {
    let mut engine = EngineProcess::start(&folder.join(email))?;
    engine.enter(&server.url(), email).await?;
    engine.current().await?;
    Ok(engine)
}

async fn page(engine: &mut EngineProcess, candidate: &str) -> Option<Value> {
    engine.ask("candidate_page", json!({ "id": candidate })).await.ok()
}

/// The names of the files beside the résumé, in their order.
fn beside(page: &Value) -> Vec<String> {
    let files = page["attachments"].as_array().into_iter().flatten();
    let mut names: Vec<String> =
        files.filter_map(|file| file["fields"]["name"].as_str().map(str::to_owned)).collect();
    names.sort_unstable();
    names
}

async fn attach(
    engine: &mut EngineProcess,
    to: &str,
    application: Option<&str>,
    name: &str,
) -> Result<Value> {
    let bytes = STANDARD.encode(format!("This is {name}."));
    let asked = json!({ "candidateId": to, "applicationId": application, "kind": "certificate", "name": name, "bytes": bytes });
    engine.ask("attach_file", asked).await
}

async fn saved_as(engine: &mut EngineProcess, page: &Value, name: &str) -> Result<String> {
    let files = page["attachments"].as_array().context("files")?;
    let file = files.iter().find(|file| file["fields"]["name"] == name).context("the file")?;
    let bytes = engine.ask("file", json!({ "hash": file["fields"]["file_hash"] })).await?;
    Ok(String::from_utf8(STANDARD.decode(bytes.as_str().context("bytes")?)?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attached_offline_is_had_by_who_sees_whose_it_is() -> Result<()> {
    let folder = temporary("files")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("File Works", OWNER).await?;
    server.add_member(&owner, "Rita Recruiter", RITA, "recruiter").await?;
    let manager = server.add_member(&owner, "Max Manager", MANAGER, "hiring_manager").await?;
    let mut first = desk(&server, folder.path(), OWNER).await?;
    let mut rita = desk(&server, folder.path(), RITA).await?;
    let mut max = desk(&server, folder.path(), MANAGER).await?;
    let stages = json!([{ "id": "a", "name": "New", "kind": "new" }]);
    let pipeline = make(&mut first, "pipelines", json!({ "name": "P", "stages": stages })).await?;
    let job = json!({ "title": "Cook", "pipeline_id": pipeline, "hiring_manager_id": manager.user_id });
    let job = make(&mut first, "jobs", job).await?;
    let ada = make(&mut first, "candidates", json!({ "first_name": "Ada" })).await?;
    let application = json!({ "candidate_id": ada, "job_id": job, "pipeline_id": pipeline, "stage_id": "a" });
    let application = make(&mut first, "applications", application).await?;
    for engine in [&mut rita, &mut max] {
        let there = async || {
            page(engine, &ada).await.filter(|page| page["applications"][0]["application"].is_object())
        };
        eventually("Ada", SOON, there).await?;
    }

    // Without a server: two résumés, a file about the job and one about her alone, and the desktop is started again.
    server.kill();
    let resume = |name: &str, bytes: &[u8]| json!({ "candidateId": ada, "name": name, "bytes": STANDARD.encode(bytes) });
    first.ask("attach_resume", resume("old.txt", b"Ada Lovelace, Analytical")).await?;
    first.ask("attach_resume", resume("new.pdf", RESUME)).await?;
    attach(&mut first, &ada, Some(&application), "diploma.txt").await?;
    attach(&mut first, &ada, None, "praise.txt").await?;
    let here = page(&mut first, &ada).await.context("the page")?;
    ensure!(beside(&here) == ["diploma.txt", "old.txt", "praise.txt"], "{here}");
    ensure!(saved_as(&mut first, &here, "diploma.txt").await? == "This is diploma.txt.");
    // What a résumé says is searched at once.
    let words = json!({ "request": { "kind": "candidates", "text": "halloway" } });
    ensure!(first.ask("list", words.clone()).await?["total"] == 1, "the words of the résumé are found");

    server.run().await?;
    let all = async || page(&mut rita, &ada).await.filter(|page| beside(page).len() == 3);
    let seen = eventually("the files at the recruiter's", SOON, all).await?;
    ensure!(seen["candidate"]["fields"]["resume_name"] == "new.pdf", "{}", seen["candidate"]);
    ensure!(rita.ask("list", words).await?["total"] == 1);
    for name in ["diploma.txt", "praise.txt"] {
        // The record may be there before its file.
        let had = async || saved_as(&mut rita, &seen, name).await.ok();
        let text = eventually("the file", SOON, had).await?;
        ensure!(text == format!("This is {name}."), "{text}");
    }
    // The manager has what is about the own job, and neither the other one nor its file.
    let own = async || page(&mut max, &ada).await.filter(|page| !beside(page).is_empty());
    let his = eventually("the manager's file", SOON, own).await?;
    ensure!(beside(&his) == ["diploma.txt"], "{his}");
    ensure!(saved_as(&mut max, &his, "diploma.txt").await? == "This is diploma.txt.");
    let praise = seen["attachments"].as_array().context("files")?.iter();
    let praise = praise.filter(|file| file["fields"]["name"] == "praise.txt").collect::<Vec<_>>();
    let hash = praise.first().context("praise")?["fields"]["file_hash"].clone();
    ensure!(max.ask("file", json!({ "hash": hash })).await.is_err(), "a file of what he does not see");
    ensure!(attach(&mut max, &ada, Some(&application), "mine.txt").await.is_err(), "he edits no candidates");
    Ok(())
}
