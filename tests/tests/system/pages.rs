//! The career pages in a real browser: applying with and without JavaScript, both colour schemes, from the width of a
//! telephone on; axe finds nothing serious on any page; what search engines read is read back.
//!
//! Screenshots go to `tests/screenshots`, which is not kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use zumodra_tests::process::browser::Browser;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::{eventually, temporary};

pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than a person needs at least for a form.
pub(super) const TYPING: Duration = Duration::from_millis(3_200);
/// Widths and heights that are looked at.
pub(super) const SIZES: [(u32, u32); 4] = [(1440, 900), (1024, 700), (390, 844), (320, 700)];
pub(super) const SCHEMES: [&str; 2] = ["light", "dark"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn resume() -> String {
    root().join("assets/resumes/jane-smith-lualatex.pdf").display().to_string()
}

/// A server with a workspace whose jobs make the pages full.
pub(super) struct World {
    pub(super) server: Server,
    pub(super) owner: SignedIn,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Result<Self> {
        Self::with(&[]).await
    }

    /// With variables of the server's environment.
    pub(super) async fn with(settings: &[(&'static str, &str)]) -> Result<Self> {
        let folder = temporary("pages")?;
        let mut server = Server::at(folder.path())?;
        for (name, value) in settings {
            server.set(name, value.as_ref());
        }
        server.run().await?;
        let owner = server.sign_up("Northwind", "owner@example.com").await?;
        let settings = json!({
            "careers_title": "Careers at Northwind", "careers_tagline": "Work that leaves things in order.",
            "careers_about": "We find people for companies that build and repair.\n\n- 40 people\n- Montréal and Lyon",
            "careers_color": "#f2c230", "careers_contact": "Questions? Write to jobs@northwind.example",
            "careers_email": "jobs@northwind.example", "careers_linkedin_id": "12345", "careers_spontaneous": true,
        });
        server.call("PATCH", "/api/v1/tenants/current/", Some(&owner.access), Some(settings)).await?;
        let logo = std::fs::read(root().join("../desktop/icons/icon.png"))?;
        let put = format!("{}/api/v1/tenants/current/logo/", server.url());
        let put =
            reqwest::Client::builder().no_proxy().build()?.put(put).bearer_auth(&owner.access).body(logo);
        put.send().await?.error_for_status()?;
        Ok(Self { server, owner, _folder: folder })
    }

    /// Has the workspace say something of every kind, on the list and on a page of its own.
    async fn says_everything(&self) -> Result<()> {
        let site = "/api/v1/tenants/current/site/";
        let picture = std::fs::read(root().join("../desktop/icons/icon.png"))?;
        let kept = reqwest::Client::builder()
            .no_proxy()
            .build()?
            .post(format!("{}{site}pictures/", self.server.url()))
            .bearer_auth(&self.owner.access)
            .body(picture);
        let kept: Value = kept.send().await?.error_for_status()?.json().await?;
        let said = |text: &str| json!({"en": text, "fr": format!("{text} (fr)")});
        let picture = || json!({"hash": kept["hash"], "alt": said("A drawing of our office")});
        let item =
            || json!({"title": said("12"), "text": said("Some words, with\n- a list"), "picture": picture()});
        let kinds = [
            "text",
            "values",
            "benefits",
            "stats",
            "faq",
            "testimonials",
            "image",
            "gallery",
            "cta",
            "video",
        ];
        let sections: Vec<Value> = kinds
            .iter()
            .map(|kind| {
                json!({
                    "kind": kind, "title": said(kind), "text": said("A paragraph of text.\n\n- one\n- two"),
                    "items": [item(), item(), item()], "picture": picture(), "link_label": said("Look"),
                    "link": "https://video.example/watch",
                })
            })
            .collect();
        let content = json!({
            "hero_title": said("Come and build"), "cover": picture(), "secondary_color": "#ffd0d0", "accent_color": "#00ff00",
            "social": {"linkedin": "https://www.linkedin.com/company/x", "x": "https://x.com/x"},
            "consent": {"en": "I agree that Northwind keeps this for its searches."},
            "sections": sections,
            "pages": [
                {"slug": "life-here", "title": said("Life here"), "in_navigation": true, "is_published": true, "sections": sections},
                {"slug": "english", "title": {"en": "Only in English"}, "in_navigation": true, "is_published": true, "sections": []},
            ],
        });
        let wanted = json!({"version": 0, "content": content});
        self.server.call("PUT", site, Some(&self.owner.access), Some(wanted)).await.map(drop)
    }

    async fn pipeline(&self) -> Result<Value> {
        eventually("the default pipeline", PATIENCE, async || {
            let list = self
                .server
                .call("GET", "/api/v1/ats/pipelines/", Some(&self.owner.access), None)
                .await
                .ok()?;
            list["results"].get(0).map(|pipeline| pipeline["id"].clone())
        })
        .await
    }

    /// Publishes a job and gives its slug.
    pub(super) async fn job(&self, fields: Value) -> Result<Value> {
        let token = Some(self.owner.access.as_str());
        let mut body = json!({
            "pipeline_id": self.pipeline().await?, "published_on_career_page": true,
            "description": "Keep trains on time and passengers informed.\n\nYou will:\n- answer the phone\n- write it down",
            "requirements": "1. Patience\n2. A good ear", "team": "Operations", "location_city": "Montréal",
            "location_country": "Canada", "required_skills": ["listening", "writing"],
        });
        for (name, value) in fields.as_object().context("fields")? {
            body[name] = value.clone();
        }
        let job = self.server.call("POST", "/api/v1/ats/jobs/", token, Some(body)).await?;
        let path = format!("/api/v1/ats/jobs/{}/publish/", job["id"].as_str().context("an id")?);
        self.server.call("POST", &path, token, Some(json!({}))).await
    }

    /// A job with every kind of question.
    pub(super) async fn full_job(&self) -> Result<String> {
        let questions = json!([
            {"id": "q1", "label": "Why here?", "answer": "long_text", "required": true, "options": ""},
            {"id": "q2", "label": "Notice period", "answer": "choice", "required": true, "options": "None\nOne month"},
            {"id": "q3", "label": "May you work in Canada?", "answer": "yes_no", "required": true, "options": ""},
            {"id": "q4", "label": "Years of experience", "answer": "number", "required": false, "options": ""},
            {"id": "q5", "label": "Which day could you start?", "answer": "date", "required": false, "options": ""},
        ]);
        let job = self
            .job(json!({
                "title": "Dispatcher", "require_resume": true, "require_cover_letter": true, "questions": questions,
                "salary_min": 5_200_000, "salary_max": 6_400_000, "salary_currency": "CAD", "show_salary": true,
                "is_featured": true, "application_deadline": "2099-12-31",
            }))
            .await?;
        job["slug"].as_str().map(str::to_owned).context("a slug")
    }

    pub(super) fn page(&self, path: &str) -> String {
        format!("{}/careers/{}/{path}", self.server.url(), self.owner.slug)
    }

    pub(super) async fn applications(&self, count: usize) -> Result<Vec<Value>> {
        eventually("the application", PATIENCE, async || {
            let list = self
                .server
                .call("GET", "/api/v1/ats/applications/", Some(&self.owner.access), None)
                .await
                .ok()?;
            let rows = list["results"].as_array()?.clone();
            (rows.len() == count).then_some(rows)
        })
        .await
    }
}

pub(super) async fn text_of(client: &Client, selector: &str) -> Result<String> {
    Ok(client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await?.text().await?)
}

/// Types the form as a person does: first with mistakes, then right.
async fn apply(browser: &Browser, form: &str, email: &str) -> Result<()> {
    let client = &browser.client;
    let fill = async |selector: &'static str, text: &str| -> Result<()> {
        let field = client.find(Locator::Css(selector)).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    };
    let click = async |selector: &'static str| -> Result<()> {
        Ok(client.find(Locator::Css(selector)).await?.click().await?)
    };
    client.goto(form).await?;
    client.find(Locator::Css("#resume")).await?.send_keys(&resume()).await?;
    browser.submit(".read button").await?;
    let note = text_of(client, "#note").await?;
    ensure!(note.contains("filled in from your résumé"), "{note}");
    let read = client.find(Locator::Css("#last-name")).await?.prop("value").await?;
    ensure!(read.as_deref() == Some("Smith"), "the name that was read: {read:?}");

    tokio::time::sleep(TYPING).await;
    fill("#first-name", "Jane").await?;
    fill("#cover-letter", "Dear all,\nI like trains.").await?;
    // The Enter key sends the form, and does not have the résumé read again.
    fill("#email", "not an address\u{e007}").await?;

    let summary = text_of(client, "#errors").await?;
    ensure!(summary.contains("E-mail address") && summary.contains("Why here?"), "{summary}");
    let kept = client.find(Locator::Css("#first-name")).await?.prop("value").await?;
    ensure!(kept.as_deref() == Some("Jane"), "what was typed is gone: {kept:?}");
    ensure!(text_of(client, ".kept").await?.contains("jane-smith-lualatex.pdf"), "the file is gone");

    fill("#email", email).await?;
    fill("#question-1", "Because of the trains.").await?;
    client.find(Locator::Css("#question-2")).await?.select_by_value("One month").await?;
    click("#question-3-yes").await?;
    fill("#question-4", "7").await?;
    click("#consent").await?;
    browser.submit("form.apply .send").await?;
    let title = eventually("the confirmation", PATIENCE, async || {
        let title = text_of(client, "h1").await.ok()?;
        title.contains("has arrived").then_some(title)
    });
    title.await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_take_an_application_with_and_without_javascript() -> Result<()> {
    let world = World::new().await?;
    let slug = world.full_job().await?;
    let form = world.page(&format!("jobs/{slug}/apply/"));
    let mut count = 0;
    for (scheme, javascript) in [("light", true), ("dark", false)] {
        let browser = Browser::open(scheme, javascript).await?;
        // What stands in `noscript` is an element only where scripts do not run.
        browser.client.goto("data:text/html,<noscript><p>without</p></noscript>").await?;
        let without = browser.client.find_all(Locator::Css("p")).await?.len();
        ensure!((without == 0) == javascript, "scripts run although they must not, or the other way round");
        let email = format!("jane.{scheme}@example.org");
        apply(&browser, &form, &email).await.with_context(|| format!("{scheme}, scripts: {javascript}"))?;
        count += 1;
        let applications = world.applications(count).await?;
        let answers: Vec<&Value> =
            applications.iter().flat_map(|a| a["answers"].as_array()).flatten().collect();
        ensure!(answers.iter().any(|answer| answer["answer"] == "Because of the trains."), "{answers:?}");
        let contacts = format!("/api/v1/ats/candidate-contacts/?email={email}");
        let found = world.server.call("GET", &contacts, Some(&world.owner.access), None).await?;
        ensure!(found["count"] == 1, "{found}");
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_ones_own_are_read_without_javascript_and_load_nothing_from_elsewhere() -> Result<()> {
    let world = World::new().await?;
    world.full_job().await?;
    world.says_everything().await?;
    let browser = Browser::open("light", false).await?;
    browser.client.goto(&world.page("")).await?;
    ensure!(text_of(&browser.client, "h1").await? == "Come and build", "the large title");
    for image in browser.client.find_all(Locator::Css("img")).await? {
        let source = image.attr("src").await?.context("a source")?;
        ensure!(source.starts_with("/careers/"), "{source}");
        ensure!(image.attr("width").await?.is_some() && image.attr("height").await?.is_some(), "{source}");
    }
    ensure!(
        browser.client.find_all(Locator::Css("iframe, video, embed, object")).await?.is_empty(),
        "an embed"
    );
    let way =
        browser.client.find(Locator::Css("nav.ways a")).await?.attr("href").await?.context("an address")?;
    browser.client.goto(&format!("{}{way}", world.server.url())).await?;
    ensure!(text_of(&browser.client, "h1").await? == "Life here", "the page");
    let open = Locator::Css(".part.faq details[open]");
    ensure!(browser.client.find_all(open).await?.is_empty(), "an answer that nobody asked for");
    browser.client.find(Locator::Css(".part.faq summary")).await?.click().await?;
    ensure!(browser.client.find_all(open).await?.len() == 1, "the answer");
    browser.close().await
}

/// What axe finds that is serious or critical, one line each.
pub async fn serious(client: &Client) -> Result<Vec<String>> {
    let axe = root().join("../ui/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&axe).context("read axe-core; `npm ci` in ui installs it")?;
    client.execute(&axe, Vec::new()).await?;
    let script = "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']})
        .then((found) => done(found.violations), (error) => done([{id: String(error), impact: 'critical', nodes: []}]));";
    let found = client.execute_async(script, Vec::new()).await?;
    let mut lines = Vec::new();
    for violation in found.as_array().context("axe's answer")? {
        if matches!(violation["impact"].as_str(), Some("serious" | "critical")) {
            let nodes: Vec<&str> = violation["nodes"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|n| n["html"].as_str())
                .take(3)
                .collect();
            lines.push(format!("{}: {nodes:?}", violation["id"]));
        }
    }
    Ok(lines)
}

async fn look(browser: &Browser, name: &str) -> Result<()> {
    let folder = root().join("screenshots");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("careers-{name}.png")), browser.client.screenshot().await?)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_no_serious_finding_of_axe_in_any_scheme_and_size() -> Result<()> {
    let world = World::new().await?;
    world.says_everything().await?;
    let slug = world.full_job().await?;
    world.job(json!({"title": "A very long title of a position that goes on and on until nobody reads it any more, really"})).await?;
    for number in 0..24 {
        world.job(json!({"title": format!("Conductor {number:02}"), "remote_policy": "remote", "team": "Trains"})).await?;
    }
    let closed = world.job(json!({"title": "Closed"})).await?;
    let close = format!("/api/v1/ats/jobs/{}/close/", closed["id"].as_str().context("an id")?);
    world.server.call("POST", &close, Some(&world.owner.access), Some(json!({"reason": "x"}))).await?;
    let pages = [
        ("list", String::new()),
        ("list-fr-page-2", "?lang=fr&page=2".into()),
        ("list-nothing", "?q=nothing+like+this".into()),
        ("job", format!("jobs/{slug}/")),
        ("form", format!("jobs/{slug}/apply/")),
        ("own", "p/life-here/".into()),
        ("own-fr", "p/english/?lang=fr".into()),
        ("list-skills", "?skill=Rust&salary=50000&level=senior".into()),
        ("form-fr", format!("jobs/{slug}/apply/?lang=fr")),
        ("list-near", "?near=Toronto&km=250".into()),
        ("list-nowhere", "?near=Nowhereville".into()),
        ("form-any", "apply/".into()),
        ("embed", "embed/".into()),
        ("alert", "alerts/?q=train&team=Trains".into()),
        ("alert-fr", "alerts/?lang=fr".into()),
        ("alert-sent", "alerts/sent/".into()),
        ("alert-gone", "alerts/on/?token=nothing".into()),
        ("applied", format!("jobs/{slug}/applied/")),
        ("not-found", "jobs/nothing-here/".into()),
        ("gone", format!("jobs/{}/", closed["slug"].as_str().context("a slug")?)),
    ];
    let (mut problems, mut looked) = (Vec::new(), 0);
    for scheme in SCHEMES {
        let browser = Browser::open(scheme, true).await?;
        for (width, height) in SIZES {
            browser.size(width, height).await?;
            for (name, path) in &pages {
                browser.client.goto(&world.page(path)).await?;
                let name = format!("{name}-{scheme}-{width}");
                judge(&browser, &name, scheme, &mut problems).await?;
                looked += 1;
            }
            browser.client.goto(&world.page(&pages[4].1)).await?;
            browser.client.find(Locator::Css("#resume")).await?.send_keys(&resume()).await?;
            browser.submit(".read button").await?;
            text_of(&browser.client, "#note").await?;
            judge(&browser, &format!("form-read-{scheme}-{width}"), scheme, &mut problems).await?;
            browser.client.goto(&world.page(&pages[4].1)).await?;
            browser.submit("form.apply .send").await?;
            text_of(&browser.client, "#errors").await?;
            judge(&browser, &format!("form-errors-{scheme}-{width}"), scheme, &mut problems).await?;
            looked += 2;
        }
        browser.close().await?;
    }
    println!("axe looked at {looked} pages");
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// Looks at the page that is open: the scheme is the right one, nothing is wider than the window, axe finds nothing.
pub(super) async fn judge(
    browser: &Browser,
    name: &str,
    scheme: &str,
    problems: &mut Vec<String>,
) -> Result<()> {
    let client = &browser.client;
    let is_dark =
        client.execute("return matchMedia('(prefers-color-scheme: dark)').matches", Vec::new()).await?;
    ensure!(is_dark == (scheme == "dark"), "the browser is not {scheme}");
    look(browser, name).await?;
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    if client.execute(wide, Vec::new()).await?.as_i64().unwrap_or(1) > 0 {
        problems.push(format!("{name}: wider than the window"));
    }
    let foreign = "return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith(location.origin))";
    let foreign = client.execute(foreign, Vec::new()).await?;
    if foreign != json!([]) {
        problems.push(format!("{name}: asks another host: {foreign}"));
    }
    problems.extend(serious(client).await?.into_iter().map(|line| format!("{name}: {line}")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_say_to_search_engines_what_they_say_to_people() -> Result<()> {
    let world = World::new().await?;
    let slug = world.full_job().await?;
    let browser = Browser::open("light", true).await?;
    let client = &browser.client;
    client.goto(&world.page(&format!("jobs/{slug}/"))).await?;
    let script = "return document.querySelector('script[type=\"application/ld+json\"]').textContent";
    let text = client.execute(script, Vec::new()).await?;
    let posting: Value = serde_json::from_str(text.as_str().context("JSON-LD")?)?;
    ensure!(posting["@type"] == "JobPosting" && posting["@context"] == "https://schema.org/", "{posting}");
    let title = text_of(client, "h1").await?;
    ensure!(posting["title"] == title.as_str() && title == "Dispatcher", "{title}");
    ensure!(posting["hiringOrganization"]["name"] == "Northwind", "{posting}");
    ensure!(
        posting["description"].as_str().is_some_and(|html| html.contains("<li>answer the phone</li>")),
        "{posting}"
    );
    let posted = posting["datePosted"].as_str().context("datePosted")?;
    ensure!(posted.parse::<jiff::Timestamp>().is_ok(), "{posted}");
    let through = posting["validThrough"].as_str().context("validThrough")?;
    ensure!(through.parse::<jiff::Timestamp>().is_ok(), "{through}");
    ensure!(posting["employmentType"] == "FULL_TIME", "{posting}");
    ensure!(posting["jobLocation"]["address"]["addressLocality"] == "Montréal", "{posting}");
    ensure!(posting["baseSalary"]["currency"] == "CAD", "{posting}");
    ensure!(posting["baseSalary"]["value"]["minValue"] == 52_000, "{posting}");
    ensure!(posting["baseSalary"]["value"]["unitText"] == "YEAR", "{posting}");
    ensure!(
        posting["identifier"]["value"].as_str().is_some_and(|code| code.starts_with("JOB-")),
        "{posting}"
    );
    ensure!(posting["directApply"] == true, "{posting}");
    let body = text_of(client, "main").await?;
    ensure!(body.contains("52,000 – 64,000 CAD per year") && body.contains("December 31, 2099"), "{body}");
    browser.close().await
}
