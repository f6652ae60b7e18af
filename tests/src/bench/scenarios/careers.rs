//! The career pages under load, beside what axum alone does on the same machine with the same bytes. The load is made by
//! wrk, which nobody here wrote.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::bench::measure::Report;
use crate::bench::record::SEED;
use crate::demo::Http;
use crate::demo::material::{Material, country};
use crate::process::server::Server;
use crate::process::{eventually, free_port, program, temporary};

/// How long one address is asked at one load.
const SECONDS: u32 = 6;
/// How long each is asked before it is measured.
const WARM_SECONDS: u32 = 1;
/// Connections at once: enough to keep both sides busy.
const CONNECTIONS: u32 = 16;
/// How long a program may take to listen.
const UP_WITHIN: Duration = Duration::from_secs(20);
/// The first byte of a warm page, in milliseconds.
const FIRST_BYTE_MS: f64 = 20.0;

/// The program that is nothing but axum. It ends when it is dropped.
struct Bare {
    child: Child,
    url: String,
}

impl Bare {
    /// Starts it with a page.
    async fn start(page: &Path) -> Result<Self> {
        let port = free_port()?;
        let child = Command::new(program("zumodra-bare")?)
            .arg(port.to_string())
            .arg(page)
            .stdin(Stdio::null())
            .spawn()
            .context("start zumodra-bare")?;
        let bare = Self { child, url: format!("http://127.0.0.1:{port}/") };
        eventually("bare axum", UP_WITHIN, async || std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            .await?;
        Ok(bare)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What wrk measured.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Load {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
}

/// Reads what wrk prints.
fn read(text: &str) -> Result<Load> {
    if let Some(failed) = text.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors"))
    {
        bail!("not every request was answered: {}", failed.trim());
    }
    let after = |start: &str| {
        let line = text.lines().map(str::trim).find_map(|line| line.strip_prefix(start));
        line.map(str::trim).with_context(|| format!("wrk says nothing of {start}"))
    };
    Ok(Load {
        rate: after("Requests/sec:")?.parse()?,
        p50_ms: ms(after("50%")?)?,
        p99_ms: ms(after("99%")?)?,
    })
}

/// A time as wrk writes it.
fn ms(text: &str) -> Result<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1_000.0)];
    let found = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)));
    let (number, factor) = found.with_context(|| format!("{text} is no time"))?;
    Ok(number.trim().parse::<f64>()? * factor)
}

fn wrk(url: &str, connections: u32, seconds: u32) -> Result<Load> {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--latency", "--connections", &connections.to_string()])
        .args(["--duration", &format!("{seconds}s"), url])
        .output()
        .context("start wrk; `cargo xtask bench careers` installs it")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {text}{}", String::from_utf8_lossy(&output.stderr));
    read(&text).with_context(|| url.to_owned())
}

/// Fills a workspace with open jobs; gives its slug and the address of one job below it.
async fn fill(http: &Http, jobs: usize) -> Result<(String, String)> {
    let owner = http.sign_up("Northwind", "Ada", "ada@example.com", "correct-horse-battery-7").await?;
    let pipeline = eventually("the default pipeline", UP_WITHIN, async || {
        let list = http.call("GET", "/api/v1/ats/pipelines/", &owner.access, None).await.ok()?;
        list["results"].get(0).map(|pipeline| pipeline["id"].clone())
    });
    let pipeline = pipeline.await?;
    let material = Material::read()?;
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut last = String::new();
    for row in material.jobs.iter().cycle().take(jobs) {
        let (occupation, city) = (material.occupation(&row.title, &mut rng), material.city(&mut rng));
        let body = json!({
            "title": row.title, "pipeline_id": pipeline, "team": occupation.title, "description": occupation.description.repeat(3),
            "requirements": "- Patience\n- A good ear", "benefits": "- Four weeks off",
            "location_city": city.name, "location_country": country(&city.country),
            "required_skills": material.some_skills(4, &mut rng), "published_on_career_page": true,
            "salary_min": 5_200_000, "salary_max": 6_400_000, "salary_currency": "CAD", "show_salary": true,
        });
        let job = http.call("POST", "/api/v1/ats/jobs/", &owner.access, Some(&body)).await?;
        let publish = format!("/api/v1/ats/jobs/{}/publish/", job["id"].as_str().context("an id")?);
        let job = http.call("POST", &publish, &owner.access, Some(&json!({}))).await?;
        job["slug"].as_str().context("a slug")?.clone_into(&mut last);
    }
    Ok((owner.slug, format!("jobs/{last}/")))
}

/// Asks each kind of page.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, jobs: usize) -> Result<()> {
    let folder = temporary("careers")?;
    let server = Server::start(folder.path()).await?;
    let http = Http::new(&server.url())?;
    let (slug, job) = fill(&http, jobs).await?;
    let site = format!("/careers/{slug}/");
    let (status, list) = http.page(&site).await?;
    ensure!(status == 200, "the list answers {status}");
    report.less("careers-list: page", crate::bench::float(list.len()) / 1_000.0, "kB");
    let page = folder.path().join("list.html");
    std::fs::write(&page, &list)?;
    let bare = Bare::start(&page).await?;
    let own = |path: &str| format!("{}{path}", server.url());
    let pages = [
        ("bare-axum", bare.url.clone()),
        ("careers-list", own(&site)),
        ("careers-search", own(&format!("{site}?q=engineer&near=Tokyo&km=250"))),
        ("careers-job", own(&format!("{site}{job}"))),
        ("careers-form", own(&format!("{site}{job}apply/"))),
        ("careers-api", own(&format!("/api/v1/careers/jobs/?tenant={slug}"))),
        ("careers-rss", own(&format!("{site}feed.xml"))),
    ];
    let mut limit = 0.0;
    for (name, url) in &pages {
        wrk(url, CONNECTIONS, WARM_SECONDS)?;
        let alone = wrk(url, 1, SECONDS)?;
        let busy = wrk(url, CONNECTIONS, SECONDS)?;
        report.more(&format!("{name}: rate"), busy.rate, "requests/s");
        report.less(&format!("{name}: p50, {CONNECTIONS} at once"), busy.p50_ms, "ms");
        report.less(&format!("{name}: p99, {CONNECTIONS} at once"), busy.p99_ms, "ms");
        report.less(&format!("{name}: p50, one alone"), alone.p50_ms, "ms");
        report.at_most(&format!("{name}: p99, one alone"), alone.p99_ms, "ms", FIRST_BYTE_MS);
        if limit > 0.0 {
            report.more(&format!("{name}: share of bare axum"), busy.rate / limit * 100.0, "%");
        } else {
            limit = busy.rate;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "Running 6s test @ http://127.0.0.1:1/\n  1 threads and 16 connections\n  Thread Stats   Avg\n  \
        Latency Distribution\n     50%  712.00us\n     75%    1.10ms\n     90%    1.90ms\n     99%    2.35ms\n  \
        1 requests in 6.00s, 1.00MB read\nRequests/sec:  21804.51\nTransfer/sec:     10.00MB\n";

    #[test]
    fn what_wrk_prints_is_read() {
        let load = read(PRINTED).expect("it is read");
        assert_eq!(load, Load { rate: 21_804.51, p50_ms: 0.712, p99_ms: 2.35 });
        assert!(read(&format!("{PRINTED}  Non-2xx or 3xx responses: 7\n")).is_err());
        assert!(read("nothing").is_err());
        assert!((ms("1.5s").expect("a time") - 1_500.0).abs() < 1e-9);
    }
}
