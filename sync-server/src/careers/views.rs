//! How often the page of a job is looked at, its form opened and an application sent: counts by the day, and nothing of who
//! it was. No cookie is set, no address and no program is kept, so that somebody who comes twice is counted twice.
//!
//! A page waits for no database: this node counts in memory and writes the sums down every few seconds, and when it stops.
//! What was counted since is lost with a node that is killed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use zumodra_shared::kernel::time::{DAY_MS, Millis};
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::show::day_of;
use super::site::query;
use crate::app::App;
use crate::ats::resources::JOBS;
use crate::error::Result;
use crate::http::extract::{Actor, PathId, Query};
use crate::http::resource::actions;
use crate::tenants::Tenant;

/// How often the sums are written down.
const FLUSH_EVERY: Duration = Duration::from_secs(20);
/// Sums that are held at once; what is counted beyond them before they are written down is lost.
const MAX_HELD: usize = 50_000;
/// How long they are kept: the same season of the year before can be compared.
const KEPT_MS: Millis = 400 * DAY_MS;
/// Days that are told when nobody says how many.
const USUAL_DAYS: i64 = 30;
/// Days that can be asked for.
pub const MAX_DAYS: i64 = 366;
/// In a query, with which the window opens a page that is not to be counted.
const PREVIEW: &str = "preview";
/// What is in the names of programs that read pages for nobody in particular, in lower case.
const PROGRAMS: [&str; 17] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "facebookexternalhit",
    "embedly",
    "headless",
    "lighthouse",
    "monitor",
    "uptime",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "http-client",
];

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The page was looked at.
    Viewed,
    /// The form was opened.
    Started,
    /// An application was sent.
    Sent,
}

/// How often each of these was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The page was looked at.
    pub views: i64,
    /// The form was opened.
    pub started: i64,
    /// An application was sent.
    pub sent: i64,
}

impl Counts {
    const fn add(&mut self, other: Self) {
        self.views += other.views;
        self.started += other.started;
        self.sent += other.sent;
    }

    const fn of(step: Step) -> Self {
        match step {
            Step::Viewed => Self { views: 1, started: 0, sent: 0 },
            Step::Started => Self { views: 0, started: 1, sent: 0 },
            Step::Sent => Self { views: 0, started: 0, sent: 1 },
        }
    }
}

/// The sums of one workspace, by job and day.
type Sums = HashMap<(RecordId, String), Counts>;

/// What this node counted and has not written down yet.
#[derive(Debug, Default)]
pub struct Views {
    held: Mutex<HashMap<RecordId, (Arc<Tenant>, Sums)>>,
}

impl Views {
    fn add(&self, tenant: &Arc<Tenant>, job: RecordId, day: String, counts: Counts) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count: usize = held.values().map(|(_, sums)| sums.len()).sum();
        let (_, sums) = held.entry(tenant.id).or_insert_with(|| (Arc::clone(tenant), Sums::new()));
        let key = (job, day);
        if count < MAX_HELD || sums.contains_key(&key) {
            sums.entry(key).or_default().add(counts);
        }
    }

    /// Takes the sums of one workspace, or of all of them.
    fn take(&self, only: Option<RecordId>) -> Vec<(Arc<Tenant>, Sums)> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match only {
            Some(tenant) => held.remove(&tenant).into_iter().collect(),
            None => held.drain().map(|(_, sums)| sums).collect(),
        }
    }
}

/// Counts a step, if a person made it as far as can be told: no program that says what it is, no browser that looks ahead,
/// nobody who looks at the page from the window.
pub fn count(app: &App, tenant: &Arc<Tenant>, job: RecordId, step: Step, asked: &Asked<'_>) {
    if asked.is_persons() {
        app.views().add(tenant, job, day_of(app.now()), Counts::of(step));
    }
}

/// What is known of a request.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// How it was asked.
    pub method: &'a Method,
    /// With which headers.
    pub headers: &'a HeaderMap,
    /// With which query.
    pub query: Option<&'a str>,
}

impl Asked<'_> {
    fn is_persons(&self) -> bool {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let program = text("user-agent").unwrap_or_default().to_ascii_lowercase();
        let is_ahead = ["sec-purpose", "purpose", "x-moz"]
            .into_iter()
            .any(|name| text(name).is_some_and(|purpose| purpose.contains("prefetch")));
        *self.method != Method::HEAD
            && !program.is_empty()
            && !PROGRAMS.iter().any(|name| program.contains(name))
            && !is_ahead
            && !query(self.query).any(|(name, _)| name == PREVIEW)
    }
}

/// Writes the sums down now and then, and once more when the server stops.
pub fn start(app: &App) {
    let counting = app.clone();
    app.tasks().spawn(async move {
        loop {
            let is_over = tokio::select! {
                () = counting.shutdown().cancelled() => true,
                () = tokio::time::sleep(FLUSH_EVERY) => false,
            };
            flush(&counting, None).await;
            if is_over {
                return;
            }
        }
    });
}

/// Writes down what was counted. What cannot be written is kept for the next time.
async fn flush(app: &App, only: Option<RecordId>) {
    for (tenant, sums) in app.views().take(only) {
        if let Err(error) = write(app, &tenant, &sums).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not write down how often jobs were looked at");
            for ((job, day), counts) in sums {
                app.views().add(&tenant, job, day, counts);
            }
        }
    }
}

async fn write(app: &App, tenant: &Tenant, sums: &Sums) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let mut rows: Vec<_> = sums.iter().collect();
    // Two nodes that write at once lock the rows in one order.
    rows.sort_unstable_by_key(|(key, _)| *key);
    let column = |of: fn(&Counts) -> i64| rows.iter().map(|(_, counts)| of(counts)).collect::<Vec<_>>();
    sqlx::query(
        "insert into job_views (job, day, views, started, sent)
         select job, day::date, views, started, sent
         from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
             as counted (job, day, views, started, sent)
         on conflict (job, day) do update set
             views = job_views.views + excluded.views,
             started = job_views.started + excluded.started,
             sent = job_views.sent + excluded.sent",
    )
    .bind(rows.iter().map(|((job, _), _)| *job).collect::<Vec<_>>())
    .bind(rows.iter().map(|((_, day), _)| day.clone()).collect::<Vec<_>>())
    .bind(column(|counts| counts.views))
    .bind(column(|counts| counts.started))
    .bind(column(|counts| counts.sent))
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Forgets what is older than is kept.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App, tenant: &Tenant) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    sqlx::query("delete from job_views where day < $1::text::date")
        .bind(day_of(app.now() - KEPT_MS))
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// The route of the counts, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new().route("/ats/jobs/{id}/views/", get(told))
}

/// How many days are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    days: Option<i64>,
}

/// The counts of one day.
#[derive(Debug, Serialize)]
struct OfDay {
    day: String,
    #[serde(flatten)]
    counts: Counts,
}

/// The counts of a job: of all days that were asked for together, and of each on which something was.
#[derive(Debug, Serialize)]
struct Told {
    /// The first of the days that were asked for.
    since: String,
    #[serde(flatten)]
    total: Counts,
    days: Vec<OfDay>,
}

/// # Errors
/// [`Code::NotFound`] for a job that the person does not see, [`Code::InvalidFields`] for more days than are told.
async fn told(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Told>> {
    actions::read(&app, &actor, JOBS.def, id).await?;
    let days = wanted.days.unwrap_or(USUAL_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        let message = format!("Ask for 1 to {MAX_DAYS} days.");
        return Err(Problem::new(Code::InvalidFields).field("days", message).into());
    }
    flush(&app, Some(actor.tenant().id)).await;
    let since = day_of(app.now() - (days - 1) * DAY_MS);
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let days = counted(&mut tx, id, &since).await?;
    tx.commit().await?;
    let mut total = Counts::default();
    for day in &days {
        total.add(day.counts);
    }
    Ok(Json(Told { since, total, days }))
}

async fn counted(connection: &mut PgConnection, job: RecordId, since: &str) -> sqlx::Result<Vec<OfDay>> {
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "select
             day::text,
             views,
             started,
             sent
         from job_views
         where job = $1
           and day >= $2::text::date
         order by day",
    )
    .bind(job)
    .bind(since)
    .fetch_all(connection)
    .await?;
    let of_day = |(day, views, started, sent)| OfDay { day, counts: Counts { views, started, sent } };
    Ok(rows.into_iter().map(of_day).collect())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn is_counted(method: &Method, headers: &[(&'static str, &'static str)], query: Option<&str>) -> bool {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let headers: HeaderMap = pairs.collect();
        Asked { method, headers: &headers, query }.is_persons()
    }

    #[test]
    fn people_are_counted_and_programs_previews_and_looks_ahead_are_not() {
        const BROWSER: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
        assert!(is_counted(&Method::GET, &[BROWSER], None));
        assert!(is_counted(&Method::POST, &[BROWSER], Some("lang=fr&source=indeed")));
        assert!(!is_counted(&Method::HEAD, &[BROWSER], None));
        assert!(!is_counted(&Method::GET, &[], None), "who says nothing of itself is a program");
        assert!(!is_counted(&Method::GET, &[BROWSER], Some("lang=fr&preview=1")));
        assert!(!is_counted(&Method::GET, &[BROWSER, ("sec-purpose", "prefetch;prerender")], None));
        for program in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "facebookexternalhit/1.1",
            "curl/8.5.0",
            "python-requests/2.32",
            "Mozilla/5.0 HeadlessChrome/120",
        ] {
            assert!(!is_counted(&Method::GET, &[("user-agent", program)], None), "{program}");
        }
    }
}
