//! The real window under a virtual display, with a real keyring and a real server: the recruiter's day, with the
//! network gone in the middle and the window killed.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, Locator};
use serde_json::json;
use zumodra_tests::process::desk::Desk;
use zumodra_tests::process::hands::{ARROW_RIGHT, ENTER, SOON, by_id, click, fill, find, focus, press};
use zumodra_tests::process::server::{PASSWORD, Server, SignedIn};
use zumodra_tests::process::{eventually, pictures, temporary};

/// What a screen reader user could not work around.
const GRAVE: [&str; 2] = ["serious", "critical"];

struct Office {
    server: Server,
    recruiter: SignedIn,
    folder: tempfile::TempDir,
}

impl Office {
    /// A workspace with a published job and two applications in its first stage.
    async fn open() -> Result<Self> {
        let folder = temporary("window")?;
        let server = Server::start(&folder.path().join("server")).await?;
        let owner = server.sign_up("Northwind Talent", "owner@window.example").await?;
        let recruiter =
            server.add_member(&owner, "Rita Recruiter", "rita@window.example", "recruiter").await?;
        let token = Some(recruiter.access.as_str());
        let pipelines = server.call("GET", "/api/v1/ats/pipelines/", token, None).await?;
        let pipeline = pipelines["results"][0]["id"].clone();
        let job =
            json!({ "title": "Night baker", "description": "Bread for the town.", "pipeline_id": pipeline });
        let job = server.call("POST", "/api/v1/ats/jobs/", token, Some(job)).await?["id"].clone();
        let path = format!("/api/v1/ats/jobs/{}/publish/", job.as_str().context("an id")?);
        server.call("POST", &path, token, Some(json!({}))).await?;
        for (first, last) in [("Ada", "Lovelace"), ("Grace", "Hopper")] {
            let person = json!({ "first_name": first, "last_name": last, "city": "Lyon" });
            let candidate =
                server.call("POST", "/api/v1/ats/candidates/", token, Some(person)).await?["id"].clone();
            let application = json!({
                "candidate_id": candidate, "job_id": job, "pipeline_id": pipeline, "stage_id": "s0",
            });
            server.call("POST", "/api/v1/ats/applications/", token, Some(application)).await?;
        }
        Ok(Self { server, recruiter, folder })
    }

    async fn stages(&self) -> Result<Vec<String>> {
        let token = Some(self.recruiter.access.as_str());
        let listed = self.server.call("GET", "/api/v1/ats/applications/", token, None).await?;
        let rows = listed["results"].as_array().cloned().unwrap_or_default();
        Ok(rows.iter().map(|row| row["stage_id"].as_str().unwrap_or_default().to_owned()).collect())
    }

    async fn notes(&self) -> Result<Vec<String>> {
        let token = Some(self.recruiter.access.as_str());
        let listed = self.server.call("GET", "/api/v1/ats/notes/", token, None).await?;
        let rows = listed["results"].as_array().cloned().unwrap_or_default();
        Ok(rows.iter().map(|row| row["body"].as_str().unwrap_or_default().to_owned()).collect())
    }
}

async fn sign_in(window: &Client, office: &Office) -> Result<()> {
    fill(window, "sign-in-server", &office.server.url()).await?;
    fill(window, "sign-in-email", "rita@window.example").await?;
    fill(window, "sign-in-password", PASSWORD).await?;
    click(window, &by_id("sign-in-submit")).await
}

/// Waits until the indicator says that everything is on the server.
async fn up_to_date(window: &Client) -> Result<()> {
    let at_rest = "[data-testid=sync-indicator][data-state=up_to_date][data-waiting='0']";
    if find(window, at_rest).await.is_ok() {
        return Ok(());
    }
    let shown = find(window, &by_id("sync-indicator")).await?;
    let (state, waiting) = (shown.attr("data-state").await?, shown.attr("data-waiting").await?);
    anyhow::bail!("not up to date: {state:?}, {waiting:?} waiting")
}

fn picture(desk: &Desk, name: &str) -> Result<()> {
    desk.picture(&pictures()?.join(format!("window-{name}.png")))
}

/// Runs axe in the page and says what it found that is grave.
async fn grave_findings(window: &Client) -> Result<Vec<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&source).context("axe-core is among the packages of ui/")?;
    window.execute(&axe, Vec::new()).await.context("load axe")?;
    let run = "const done = arguments[arguments.length - 1]; axe.run().then((r) => done(r.violations), (e) => done(String(e)));";
    let found = window.execute_async(run, Vec::new()).await.context("run axe")?;
    let found = found.as_array().with_context(|| format!("axe failed: {found}"))?;
    let grave = found.iter().filter(|finding| GRAVE.iter().any(|level| finding["impact"] == *level));
    Ok(grave.map(|finding| format!("{}: {}", finding["id"], finding["nodes"][0]["html"])).collect())
}

async fn write_note(window: &Client, text: &str) -> Result<()> {
    fill(window, "note-input", text).await?;
    let submit = find(window, &by_id("note-submit")).await?;
    focus(window, submit).await?;
    press(window, &ENTER.to_string()).await?;
    let shown = format!("//*[@data-testid='note'][contains(., '{text}')]");
    window.wait().at_most(SOON).for_element(Locator::XPath(&shown)).await.context("the note is not shown")?;
    Ok(())
}

/// Longest that a whole test may take: a driver that no longer answers would hang for ever.
const TEST_WITHIN: Duration = Duration::from_secs(240);

#[tokio::test(flavor = "multi_thread")]
async fn a_recruiters_day_with_the_network_gone_in_the_middle() -> Result<()> {
    tokio::time::timeout(TEST_WITHIN, recruiters_day()).await.context("the test took too long")?
}

async fn recruiters_day() -> Result<()> {
    let mut office = Office::open().await?;
    let mut desk = Desk::set_up(office.folder.path(), 1440, 900, true).await?;
    let started = Instant::now();
    let window = desk.open_window().await?;
    find(&window, &by_id("sign-in-server")).await?;
    println!("window: {} ms from spawn to the sign-in screen", started.elapsed().as_millis());
    picture(&desk, "sign-in")?;
    ensure!(grave_findings(&window).await? == Vec::<String>::new());

    let signed = Instant::now();
    sign_in(&window, &office).await?;
    up_to_date(&window).await?;
    println!("window: {} ms from sign-in to up to date", signed.elapsed().as_millis());
    click(&window, &by_id("nav-jobs")).await?;
    picture(&desk, "jobs")?;
    click(&window, &by_id("job-row")).await?;
    let card = find(&window, "[data-testid=board-column][data-stage=s0] [data-testid=card]").await?;
    picture(&desk, "board")?;
    ensure!(grave_findings(&window).await? == Vec::<String>::new());

    // A card is moved with the keyboard alone.
    focus(&window, card).await?;
    press(&window, " ").await?;
    press(&window, &ARROW_RIGHT.to_string()).await?;
    press(&window, " ").await?;
    let moved = find(&window, "[data-testid=board-column][data-stage=s1] [data-testid=card]").await?;
    focus(&window, moved).await?;
    press(&window, &ENTER.to_string()).await?;
    write_note(&window, "Called her, she is kind").await?;
    picture(&desk, "candidate")?;
    ensure!(grave_findings(&window).await? == Vec::<String>::new());
    up_to_date(&window).await?;
    let mut stages = office.stages().await?;
    stages.sort();
    ensure!(stages == ["s0", "s1"], "{stages:?}");
    ensure!(office.notes().await? == ["Called her, she is kind"]);

    // The network goes; work goes on.
    office.server.kill();
    write_note(&window, "Written on the train").await?;
    find(&window, "[data-testid=sync-indicator][data-state=offline]").await?;
    let waiting = find(&window, &by_id("sync-indicator")).await?.attr("data-waiting").await?;
    ensure!(waiting.as_deref() != Some("0"), "{waiting:?}");
    picture(&desk, "offline")?;

    // The window dies and comes back, still without a server.
    desk.kill_window().await?;
    drop(window);
    let started = Instant::now();
    let window = desk.open_window().await?;
    find(&window, &by_id("nav-candidates")).await?;
    println!("window: {} ms from spawn to the workspace, offline", started.elapsed().as_millis());
    click(&window, &by_id("nav-candidates")).await?;
    ensure!(
        window.find_all(Locator::Css("[data-testid=candidate-row]")).await?.len() == 2 || {
            find(&window, &by_id("candidate-row")).await?;
            window.find_all(Locator::Css("[data-testid=candidate-row]")).await?.len() == 2
        }
    );
    picture(&desk, "restarted-offline")?;

    office.server.run().await?;
    up_to_date(&window).await?;
    let arrived = eventually("the note to arrive", SOON, async || {
        office.notes().await.ok().filter(|notes| notes.iter().any(|note| note == "Written on the train"))
    })
    .await?;
    ensure!(arrived.len() == 2, "{arrived:?}");
    for (id, name) in [("nav-attention", "attention"), ("nav-settings", "settings")] {
        click(&window, &by_id(id)).await?;
        picture(&desk, name)?;
        ensure!(grave_findings(&window).await? == Vec::<String>::new(), "{name}");
    }
    window.close().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_passphrase_protects_the_replica() -> Result<()> {
    tokio::time::timeout(TEST_WITHIN, passphrase()).await.context("the test took too long")?
}

async fn passphrase() -> Result<()> {
    let office = Office::open().await?;
    let mut desk = Desk::set_up(office.folder.path(), 1024, 700, false).await?;
    let window = desk.open_window().await?;
    window.set_window_size(1024, 700).await?;
    let passphrase = "seven quiet otters swim";
    find(&window, &by_id("sign-in-passphrase")).await.context("it says that no keyring runs")?;
    fill(&window, "sign-in-passphrase", passphrase).await?;
    fill(&window, "sign-in-passphrase-again", passphrase).await?;
    sign_in(&window, &office).await?;
    up_to_date(&window).await?;
    picture(&desk, "small")?;
    desk.kill_window().await?;
    drop(window);

    let window = desk.open_window().await?;
    fill(&window, "unlock-passphrase", "a wrong one entirely").await?;
    click(&window, &by_id("unlock-submit")).await?;
    window
        .wait()
        .at_most(SOON)
        .for_element(Locator::Css("[aria-invalid=true]"))
        .await
        .context("it says so")?;
    picture(&desk, "unlock")?;
    fill(&window, "unlock-passphrase", passphrase).await?;
    click(&window, &by_id("unlock-submit")).await?;
    up_to_date(&window).await?;
    let replica = std::fs::read_dir(desk.home())?.count();
    ensure!(replica > 0 && !holds_plain_text(desk.home())?, "the replica holds no plain text");
    window.close().await?;
    Ok(())
}

/// Whether any file beneath a folder holds a candidate's name as plain bytes.
fn holds_plain_text(folder: &Path) -> Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            holds_plain_text(&path)?
        } else {
            std::fs::read(&path).is_ok_and(|bytes| bytes.windows(8).any(|window| window == b"Lovelace"))
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[test]
fn a_planted_name_would_be_found() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("a"), json!({ "name": "Ada Lovelace" }).to_string())?;
    ensure!(holds_plain_text(folder.path())?);
    Ok(())
}
