//! The career pages as a visitor sees them, page by page.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{SCHEMES, file};
use crate::demo::Http;
use crate::process::browser::Browser;
use crate::process::hands::find;

/// Longer than a person needs at least for a form.
const TYPING: Duration = Duration::from_millis(3_200);
/// Widths and heights that are looked at: a laptop, the least of one, and a telephone.
const SIZES: [(u32, u32); 3] = [(1440, 900), (1024, 700), (390, 844)];
/// Jobs of one page of the public list.
const PAGE: usize = 100;

/// Takes every page in both schemes and sizes, and gives how many pictures that made.
pub(super) async fn walk(out: &Path, http: &Http, slug: &str) -> Result<usize> {
    let job = asking_job(http, slug).await?;
    let pages = [
        ("careers-list", String::new()),
        ("careers-list-last", "?page=12".to_owned()),
        ("careers-search", "?q=engineer".to_owned()),
        ("careers-nothing", "?q=nothing+like+this".to_owned()),
        ("careers-near", "?near=Toronto&km=250".to_owned()),
        ("careers-nowhere", "?near=Nowhereville".to_owned()),
        ("careers-page", "p/life-here/".to_owned()),
        ("careers-skills", "?skill=SQL&level=senior".to_owned()),
        ("careers-embed", "embed/".to_owned()),
        ("careers-form-any", "apply/?lang=fr".to_owned()),
        ("careers-job", format!("jobs/{job}/")),
        ("careers-form", format!("jobs/{job}/apply/")),
        ("careers-thanks", format!("jobs/{job}/applied/")),
        ("careers-not-found", "jobs/nothing-here/".to_owned()),
        ("careers-list-french", "?lang=fr".to_owned()),
        ("careers-form-french", format!("jobs/{job}/apply/?lang=fr")),
    ];
    let mut taken = 0;
    for scheme in SCHEMES {
        let browser = Browser::open(scheme, true).await?;
        for (width, height) in SIZES {
            browser.size(width, height).await?;
            for (name, path) in &pages {
                browser.client.goto(&format!("{}/careers/{slug}/{path}", http.url)).await?;
                picture(&browser, &file(out, name, scheme, width)).await?;
            }
            let form = format!("{}/careers/{slug}/jobs/{job}/apply/", http.url);
            browser.client.goto(&form).await?;
            tokio::time::sleep(TYPING).await;
            browser.submit("form.apply button[type=submit]").await?;
            find(&browser.client, "#errors").await?;
            picture(&browser, &file(out, "careers-form-errors", scheme, width)).await?;
            taken += pages.len() + 1;
        }
        browser.close().await?;
    }
    Ok(taken)
}

async fn picture(browser: &Browser, file: &Path) -> Result<()> {
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let over = browser.client.execute(wide, Vec::new()).await?.as_i64().unwrap_or_default();
    ensure!(over <= 0, "{} is {over} px wider than the window", file.display());
    std::fs::write(file, browser.client.screenshot().await?)
        .with_context(|| format!("write {}", file.display()))
}

/// The first open job whose form asks questions.
async fn asking_job(http: &Http, slug: &str) -> Result<String> {
    let list = format!("/api/v1/careers/jobs/?tenant={slug}&page_size={PAGE}");
    let list = http.call("GET", &list, "", None).await?;
    for row in list["results"].as_array().context("a list of jobs")? {
        let job = row["slug"].as_str().context("a slug")?;
        let found = http.call("GET", &format!("/api/v1/careers/jobs/{job}/?tenant={slug}"), "", None).await?;
        if found["questions"].as_array().is_some_and(|questions: &Vec<Value>| !questions.is_empty()) {
            return Ok(job.to_owned());
        }
    }
    anyhow::bail!("no open job asks a question")
}
