//! The real window, screen by screen and state by state, as a recruiter of the demonstration sees it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::{Figures, REST, SCHEMES, SIZES, file, memory};
use crate::demo::link::Link;
use crate::demo::{Http, seed};
use crate::process::desk::Desk;
use crate::process::eventually;
use crate::process::hands::{
    ARROW_RIGHT, CONTROL, ESCAPE, by_id, click, fill, find, focus, press, press_with,
};
use crate::process::server::Server;

/// The recruiter whose window it is.
const RECRUITER: &str = "tom@northwind.example";
/// How long the first download or a catch-up may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Longer than the pages of a PDF take to be drawn.
const DRAWN: Duration = Duration::from_millis(900);
/// How long the window is left alone before its memory is measured.
const QUIET: Duration = Duration::from_secs(5);
/// Candidates that are looked through for one whose page is full.
const LOOKED_THROUGH: u32 = 120;
/// The indicator when everything is on the server.
const AT_REST: &str = "[data-testid=sync-indicator][data-state=up_to_date][data-waiting='0']";

/// What the pictures are of.
struct Found {
    /// A private job.
    private: String,
    /// The job with the most active applications.
    job: String,
    /// A candidate with a PDF.
    candidate: String,
    /// A candidate with notes, tags and applications, and no file.
    plain: String,
    /// A candidate whose file is shown by its words.
    words: String,
}

/// A walk through the window.
struct Walk<'a> {
    out: &'a Path,
    desk: Desk,
    window: Client,
    scheme: &'static str,
    size: (u32, u32),
    taken: usize,
}

/// Takes every screen, and gives how many pictures that made.
pub(super) async fn walk(
    out: &Path,
    folder: &Path,
    server: &Server,
    http: &Http,
    owner: &str,
    figures: &mut Figures,
) -> Result<usize> {
    let port = server.url().rsplit(':').next().unwrap_or_default().parse().context("the server's port")?;
    let link = Link::to(port).await?;
    // The pointer rests in the middle of the display: beside the window there, no tooltip of it hangs over a picture.
    let (width, height) = SIZES[0];
    let desk = Desk::set_up(folder, 2 * width + 2, 2 * height + 2, true).await?;
    let (started, at) = (Instant::now(), now_ms()?);
    let window = desk.open_window().await?;
    appears(&window, &by_id("sign-in-server")).await?;
    let shown = started.elapsed().as_millis();
    if let Some(painted) = first_paint(&window).await? {
        figures.ms("spawn to first paint", painted.saturating_sub(at));
    }
    figures.ms("spawn to the sign-in screen", shown);
    let mut walk = Walk { out, desk, window, scheme: SCHEMES[0], size: SIZES[0], taken: 0 };
    walk.signing_in(&link.url, figures).await?;

    let found = walk.find_full_ones().await?;
    for scheme in SCHEMES {
        walk.choose("theme", scheme).await?;
        walk.scheme = scheme;
        for size in SIZES {
            walk.resize(size).await?;
            walk.quiet_screens(&found).await.with_context(|| format!("{scheme}, {} px", size.0))?;
            walk.busy_screens(&found).await.with_context(|| format!("{scheme}, {} px", size.0))?;
        }
    }
    figures.mb("memory of the desktop after the walk (PSS)", walk.memory().await?);
    walk.french(&found).await?;
    walk.cut_off(&link, http, owner, &found).await?;
    walk.start_again(figures).await?;
    walk.window.close().await?;
    Ok(walk.taken)
}

fn now_ms() -> Result<u128> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())
}

/// When something was painted first, in milliseconds since 1970, where the web view tells.
async fn first_paint(window: &Client) -> Result<Option<u128>> {
    let script = "const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
                  return paint ? Math.round(performance.timeOrigin + paint.startTime) : null;";
    Ok(window.execute(script, Vec::new()).await?.as_u64().map(u128::from))
}

/// Waits for an element and looks often: the wait is measured.
async fn appears(window: &Client, css: &str) -> Result<()> {
    let there = async || window.find(Locator::Css(css)).await.ok().map(drop);
    eventually(css, PATIENCE, there).await
}

impl Walk<'_> {
    /// The sign-in screen, empty and with its errors; then the first download.
    async fn signing_in(&mut self, url: &str, figures: &mut Figures) -> Result<()> {
        for size in SIZES {
            self.resize(size).await?;
            for scheme in SCHEMES {
                // Nobody is signed in, so nobody has chosen: the page itself is told.
                let script = "document.documentElement.dataset.theme = arguments[0]";
                self.window.execute(script, vec![json!(scheme)]).await?;
                self.scheme = scheme;
                self.picture("sign-in").await?;
            }
        }
        self.resize(SIZES[0]).await?;
        click(&self.window, &by_id("sign-in-submit")).await?;
        find(&self.window, "[aria-invalid=true]").await?;
        self.picture("sign-in-errors").await?;
        fill(&self.window, "sign-in-server", url).await?;
        fill(&self.window, "sign-in-email", RECRUITER).await?;
        fill(&self.window, "sign-in-password", seed::PASSWORD).await?;
        let started = Instant::now();
        click(&self.window, &by_id("sign-in-submit")).await?;
        let mut first = None;
        loop {
            if first.is_none() && self.is_there(&by_id("first-download")).await? {
                first = Some(started.elapsed());
                self.desk
                    .picture_of(self.size, &file(self.out, "first-download", self.scheme, self.size.0))?;
                self.taken += 1;
            }
            if self.is_there(AT_REST).await? {
                break;
            }
            ensure!(started.elapsed() < PATIENCE, "the first download did not end");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        if let Some(first) = first {
            figures.ms("sign-in to the first sight of the download", first.as_millis());
        }
        figures.ms("sign-in to up to date (first download)", started.elapsed().as_millis());
        figures.mb("memory of the desktop after the first download (PSS)", self.memory().await?);
        Ok(())
    }

    async fn memory(&self) -> Result<f64> {
        tokio::time::sleep(QUIET).await;
        Ok(memory::share_mb(&self.desk.window_processes()?))
    }

    async fn is_there(&self, css: &str) -> Result<bool> {
        Ok(!self.window.find_all(Locator::Css(css)).await?.is_empty())
    }

    async fn resize(&mut self, size: (u32, u32)) -> Result<()> {
        self.window.set_window_rect(0, 0, size.0, size.1).await?;
        let width = async || {
            let width = self.window.execute("return innerWidth", Vec::new()).await.ok()?;
            (width == size.0).then_some(())
        };
        eventually("the window's new size", PATIENCE, width).await?;
        self.size = size;
        Ok(())
    }

    async fn picture(&mut self, name: &str) -> Result<()> {
        tokio::time::sleep(REST).await;
        let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.window.execute(over, Vec::new()).await?.as_i64().unwrap_or_default();
        ensure!(over <= 0, "{name} is {over} px wider than the window");
        self.taken += 1;
        self.desk.picture_of(self.size, &self.file(name))
    }

    fn file(&self, name: &str) -> PathBuf {
        file(self.out, name, self.scheme, self.size.0)
    }

    async fn go(&self, place: &str, ready: &str) -> Result<()> {
        self.window.execute("location.hash = arguments[0]", vec![json!(format!("#/{place}"))]).await?;
        find(&self.window, ready).await.with_context(|| format!("at #/{place}")).map(drop)
    }

    async fn look(&mut self, name: &str, place: &str, ready: &str) -> Result<()> {
        self.go(place, ready).await?;
        self.picture(name).await
    }

    /// Chooses one of the settings, which stays for the screens after it.
    async fn choose(&self, setting: &str, value: &str) -> Result<()> {
        let radio = format!("[data-testid={setting}] input[value={value}]");
        self.go("settings", &radio).await?;
        click(&self.window, &radio).await
    }

    /// Asks the engine as the window does.
    async fn ask(&self, command: &str, arguments: Value) -> Result<Value> {
        let script = "const [command, given, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke(command, given).then((answer) => done({ answer }), (error) => done({ error }));";
        let told = self.window.execute_async(script, vec![json!(command), arguments]).await?;
        if !told["error"].is_null() {
            bail!("{command}: {}", told["error"]);
        }
        Ok(told["answer"].clone())
    }

    /// The fullest job, and candidates of three kinds with the fullest pages.
    async fn find_full_ones(&self) -> Result<Found> {
        let jobs = self.ask("jobs", json!({"filter": {"text": "", "status": null}})).await?;
        let jobs = jobs.as_array().context("jobs")?;
        let fullest = jobs.iter().max_by_key(|job| job["active"].as_u64()).context("a job")?;
        let private = jobs.iter().find(|job| job["job"]["fields"]["is_private"] == true);
        Ok(Found {
            private: private.and_then(|job| job["job"]["id"].as_str()).context("a private job")?.to_owned(),
            job: fullest["job"]["id"].as_str().context("an id")?.to_owned(),
            candidate: self.fullest(json!([{"field": "resume_type", "is": "application/pdf"}])).await?,
            plain: self.fullest(json!([{"field": "resume_type", "is": ""}])).await?,
            words: self.fullest(json!([{"field": "resume_name", "is": "ats-resume-example.docx"}])).await?,
        })
    }

    async fn fullest(&self, filters: Value) -> Result<String> {
        let request = json!({"request": {"kind": "candidates", "filters": filters, "limit": LOOKED_THROUGH}});
        let list = self.ask("list", request).await?;
        let mut best: (usize, Option<String>) = (0, None);
        for row in list["rows"].as_array().context("rows")? {
            let id = row["id"].as_str().context("an id")?;
            let page = self.ask("candidate_page", json!({"id": id})).await?;
            let count = |part: &str| page[part].as_array().map_or(0, Vec::len);
            let is_known =
                page["candidate"]["fields"]["skills"].as_array().is_some_and(|skills| !skills.is_empty());
            let full = 1
                + 8 * usize::from(is_known)
                + 4 * count("notes").min(2)
                + 3 * count("applications").min(2)
                + 2 * count("tags");
            if full > best.0 {
                best = (full, Some(id.to_owned()));
            }
        }
        best.1.with_context(|| format!("no candidate fits {filters}"))
    }

    /// Screens that are only looked at.
    async fn quiet_screens(&mut self, found: &Found) -> Result<()> {
        self.look("jobs", "jobs", &by_id("job-row")).await?;
        self.look("job-new", "jobs/new", &by_id("job-title")).await?;
        self.look("job-edit", &format!("jobs/{}/edit", found.job), &by_id("job-title")).await?;
        self.look("list", &format!("jobs/{}/list", found.job), &by_id("application-row")).await?;
        self.look("board", &format!("jobs/{}/board", found.job), &by_id("card")).await?;
        self.look("candidates", "candidates", &by_id("candidate-row")).await?;
        self.look("due", "candidates/due", "main [aria-live]").await?;
        self.go(&format!("candidates/{}", found.candidate), "[data-testid=resume] canvas[data-drawn]")
            .await?;
        tokio::time::sleep(DRAWN).await;
        self.picture("candidate").await?;
        let script = "document.querySelector('[data-testid=note-input]').scrollIntoView({ block: 'start' })";
        self.window.execute(script, Vec::new()).await?;
        self.picture("candidate-below").await?;
        self.look("candidate-plain", &format!("candidates/{}", found.plain), &by_id("note")).await?;
        self.look("candidate-words", &format!("candidates/{}", found.words), "[data-testid=resume] pre")
            .await?;
        self.look("search-start", "search/", &by_id("search-input")).await?;
        self.look("search", "search/engineer", &by_id("search-hit")).await?;
        self.look("search-nothing", "search/zzzzqq", &by_id("search-input")).await?;
        self.look("attention-empty", "attention", "main h1").await?;
        self.look("settings", "settings", &by_id("sign-out")).await
    }

    /// Screens in the middle of something.
    async fn busy_screens(&mut self, found: &Found) -> Result<()> {
        click(&self.window, &by_id("sign-out")).await?;
        find(&self.window, "dialog[open]").await?;
        self.picture("sign-out").await?;
        self.escape().await?;
        self.go(&format!("jobs/{}/board", found.job), &by_id("card")).await?;
        let card = find(&self.window, &by_id("card")).await?;
        focus(&self.window, card).await?;
        press(&self.window, &format!(" {ARROW_RIGHT}")).await?;
        self.picture("board-carry").await?;
        press(&self.window, &ESCAPE.to_string()).await?;
        press(&self.window, "r").await?;
        find(&self.window, &by_id("reject-reason")).await?;
        self.picture("board-reject").await?;
        self.escape().await?;
        let card = find(&self.window, &by_id("card")).await?;
        focus(&self.window, card).await?;
        press(&self.window, "xjxjx").await?;
        self.picture("board-bulk").await?;
        press(&self.window, "m").await?;
        find(&self.window, "dialog[open]").await?;
        self.picture("board-stages").await?;
        self.escape().await?;
        press(&self.window, &ESCAPE.to_string()).await?;
        press_with(&self.window, CONTROL, 'k').await?;
        find(&self.window, &by_id("palette-input")).await?;
        self.picture("palette").await?;
        press(&self.window, "leila").await?;
        self.picture("palette-typed").await?;
        self.escape().await?;
        press(&self.window, "?").await?;
        find(&self.window, "dialog[open]").await?;
        self.picture("keys").await?;
        self.escape().await?;
        self.go("candidates", &by_id("candidate-row")).await?;
        click(&self.window, &by_id("candidate-new")).await?;
        find(&self.window, &by_id("candidate-name")).await?;
        self.picture("candidate-new").await?;
        self.escape().await?;
        self.privacy(found).await?;
        self.note(found).await
    }

    /// Who sees a private job, and who sees a candidate whom all see.
    async fn privacy(&mut self, found: &Found) -> Result<()> {
        for (name, place) in [
            ("job-private", format!("jobs/{}/board", found.private)),
            ("candidate-open", format!("candidates/{}", found.plain)),
        ] {
            self.go(&place, &by_id("privacy")).await?;
            click(&self.window, &by_id("privacy")).await?;
            find(&self.window, &by_id("privacy-switch")).await?;
            self.picture(name).await?;
            click(&self.window, &by_id("privacy-add")).await?;
            find(&self.window, "[role=listbox] [role=option]").await?;
            self.picture(&format!("{name}-add")).await?;
            press(&self.window, &ESCAPE.to_string()).await?;
            self.escape().await?;
        }
        Ok(())
    }

    /// Writes three notes one after the other, looks at the messages, and takes the notes back.
    async fn note(&mut self, found: &Found) -> Result<()> {
        self.go(&format!("candidates/{}", found.plain), &by_id("note-input")).await?;
        let before = self.window.find_all(Locator::Css(&by_id("note"))).await?.len();
        for (count, text) in ["Called back.", "Free on Monday.", "Will send a portfolio."].iter().enumerate()
        {
            fill(&self.window, "note-input", text).await?;
            click(&self.window, &by_id("note-submit")).await?;
            let there = async || {
                let notes = self.window.find_all(Locator::Css(&by_id("note"))).await.ok()?;
                (notes.len() == before + count + 1).then_some(())
            };
            eventually("the note", PATIENCE, there).await?;
        }
        self.picture("candidate-noted").await?;
        for _ in 0..3 {
            let left = self.window.find_all(Locator::Css(&by_id("note"))).await?.len();
            let script = "document.activeElement?.blur()";
            self.window.execute(script, Vec::new()).await?;
            press_with(&self.window, CONTROL, 'z').await?;
            let gone = async || {
                let notes = self.window.find_all(Locator::Css(&by_id("note"))).await.ok()?;
                (notes.len() < left).then_some(())
            };
            eventually("the note to go", PATIENCE, gone).await?;
        }
        let script = "for (const toast of document.querySelectorAll('[data-testid=toast]')) \
                      [...toast.querySelectorAll('button')].at(-1).click()";
        self.window.execute(script, Vec::new()).await?;
        Ok(())
    }

    async fn escape(&self) -> Result<()> {
        press(&self.window, &ESCAPE.to_string()).await?;
        let closed = async || {
            let open = self.window.find_all(Locator::Css("dialog[open]")).await.ok()?;
            open.is_empty().then_some(())
        };
        eventually("the dialog to close", PATIENCE, closed).await
    }

    /// The screens whose words are the longest, in French.
    async fn french(&mut self, found: &Found) -> Result<()> {
        self.choose("theme", SCHEMES[0]).await?;
        self.choose("language", "fr").await?;
        self.scheme = SCHEMES[0];
        for size in SIZES {
            self.resize(size).await?;
            self.look("french-jobs", "jobs", &by_id("job-row")).await?;
            self.look("french-job-edit", &format!("jobs/{}/edit", found.job), &by_id("job-title")).await?;
            self.look("french-board", &format!("jobs/{}/board", found.job), &by_id("card")).await?;
            self.look("french-list", &format!("jobs/{}/list", found.job), &by_id("application-row")).await?;
            self.look("french-candidates", "candidates", &by_id("candidate-row")).await?;
            self.look("french-candidate", &format!("candidates/{}", found.plain), &by_id("note")).await?;
            self.look("french-settings", "settings", &by_id("sign-out")).await?;
        }
        self.choose("language", "en").await
    }

    /// Loses the network, goes on working, and comes back to a server that refuses one of the edits.
    async fn cut_off(&mut self, link: &Link, http: &Http, owner: &str, found: &Found) -> Result<()> {
        let board = self.ask("board", json!({"jobId": found.job})).await?;
        let columns = board["columns"].as_array().context("columns")?;
        let application = columns[0]["cards"][0]["application"]["id"].clone();
        let pipeline = board["job"]["fields"]["pipeline_id"].as_str().context("a pipeline")?;
        let removed = columns[3]["stage_id"].clone();
        link.cut();
        self.go("jobs", "[data-testid=sync-indicator][data-state=offline]").await?;
        let edits = json!([{"op": "set", "field": "stage_id", "value": removed}]);
        self.ask("edit", json!({"request": {"kind": "applications", "id": application, "edits": edits}}))
            .await?;
        self.everywhere(async |walk| {
            walk.look("offline-board", &format!("jobs/{}/board", found.job), &by_id("card")).await
        })
        .await?;
        let path = format!("/api/v1/ats/pipelines/{pipeline}/");
        let held = http.call("GET", &path, owner, None).await?;
        let stages = held["stages"].as_array().context("stages")?;
        let left: Vec<&Value> = stages.iter().filter(|stage| stage["id"] != removed).collect();
        http.call("PATCH", &path, owner, Some(&json!({"stages": left}))).await?;
        link.mend();
        self.ask("sync_now", json!({})).await?;
        self.go("attention", &by_id("attention-item")).await?;
        self.everywhere(async |walk| walk.look("attention", "attention", &by_id("attention-item")).await)
            .await?;
        self.choose("language", "fr").await?;
        self.look("french-attention", "attention", &by_id("attention-item")).await?;
        self.choose("language", "en").await?;
        self.go("jobs", "[data-testid=sync-indicator][data-state=up_to_date]").await
    }

    /// Does the same in both schemes and sizes.
    async fn everywhere(&mut self, look: impl AsyncFn(&mut Self) -> Result<()>) -> Result<()> {
        for scheme in SCHEMES {
            self.choose("theme", scheme).await?;
            self.scheme = scheme;
            for size in SIZES {
                self.resize(size).await?;
                look(self).await?;
            }
        }
        Ok(())
    }

    /// The second start, which needs no network and no password.
    async fn start_again(&mut self, figures: &mut Figures) -> Result<()> {
        self.desk.kill_window().await?;
        let (started, at) = (Instant::now(), now_ms()?);
        self.window = self.desk.open_window().await?;
        appears(&self.window, &by_id("job-row")).await?;
        let shown = started.elapsed().as_millis();
        if let Some(painted) = first_paint(&self.window).await? {
            figures.ms("second start: spawn to first paint", painted.saturating_sub(at));
        }
        figures.ms("second start: spawn to the jobs on the screen", shown);
        Ok(())
    }
}
