//! The open jobs as JSON, for anybody: what the pages show and nothing more. At the installation's own host the query
//! names the workspace: `?tenant=acme`.

use axum::extract::{OriginalUri, RawPathParams, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::rfc3339;
use zumodra_shared::kernel::{Code, Problem};

use super::board::board;
use super::error::PageError;
use super::listing::{DISTANCES_KM, Hit, Listing, Near, Sort, Wanted, pay};
use super::reply::tagged;
use super::routes::open_job;
use super::site::{Site, query};
use super::standard::Standard;
use crate::app::App;
use crate::error::Result;
use crate::http::page::{Page, PageQuery};

const JSON: &str = "application/json";

/// The open jobs: `search`, `team`, `city`, `remote`, `type`, `level`, `skill` (several), `salary`, `near`, `km`, `sort`,
/// `lang`, `page`, `page_size`.
///
/// # Errors
/// For a workspace that is not there, for a page, a distance, an amount or an order that cannot be, and for a place that
/// nobody here knows.
pub async fn list(
    State(app): State<App>,
    site: Result<Site, PageError>,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Result<Response> {
    let site = site.map_err(PageError::into_error)?;
    let number = |wanted: &str| {
        query(uri.query()).find(|(name, _)| name == wanted).map(|(_, value)| value.parse().unwrap_or(0))
    };
    let page = Page::of(&PageQuery { page: number("page"), page_size: number("page_size") })?;
    let board = board(&app, &site.tenant).await?;
    let board = board.without(|job| job.not_on_json);
    let wanted = Wanted::read(uri.query());
    let listing = Listing::of(&board, &wanted, site.language);
    understood(uri.query(), &wanted, &listing)?;
    let as_size = |number: i64| usize::try_from(number).unwrap_or_default();
    let found = listing.cut(as_size(page.offset()), as_size(page.limit()));
    let rows: Vec<Value> = found.iter().map(|hit| row(&site, hit)).collect();
    let count = i64::try_from(listing.hits.len()).unwrap_or(i64::MAX);
    Ok(tagged(&headers, JSON, page.answer(&app, &uri, count, &rows).to_string()))
}

/// Refuses what the pages leave aside: a program is to know that it was not understood.
fn understood(query_text: Option<&str>, wanted: &Wanted, listing: &Listing<'_>) -> Result<()> {
    let mut problem = Problem::new(Code::InvalidFields);
    for (name, value) in query(query_text).filter(|(_, value)| !value.is_empty()) {
        let is_sort = Sort::ALL.iter().any(|sort| sort.name() == value);
        if name == "sort" && !is_sort {
            let names = Sort::ALL.map(Sort::name).join(", ");
            problem = problem.field("sort", format!("Choose one of: {names}."));
        }
        if name == "salary" && pay(&value).is_none() {
            problem = problem.field("salary", "Write a whole number, as in 60000.");
        }
        if name == "km" && value != wanted.km().to_string() {
            let known = DISTANCES_KM.map(|km| km.to_string()).join(", ");
            problem = problem.field("km", format!("Choose one of: {known}."));
        }
    }
    if listing.near == Near::Unknown {
        problem = problem.field("near", "No such place is known. Name a city, as in Portland, Maine.");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem.into()) }
}

/// One open job with its texts and the questions of its form.
///
/// # Errors
/// For what is not open to the public.
pub async fn one(
    State(app): State<App>,
    site: Result<Site, PageError>,
    params: RawPathParams,
    headers: HeaderMap,
) -> Result<Response> {
    let site = site.map_err(PageError::into_error)?;
    let slug = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug).unwrap_or_default();
    let public = open_job(&app, &site, slug).await?;
    if public.job.not_on_json {
        return Err(Code::NotFound.into());
    }
    let (job, posted) = (&public.job, site.posted(&public));
    let mut shown = row(&site, &Hit { public: &public, km: None });
    let questions: Vec<Value> = job
        .questions
        .0
        .iter()
        .map(|question| {
            let item = &question.item;
            let options = super::fields::options(&item.options);
            json!({"id": question.id, "label": item.label, "answer": item.answer, "required": item.required, "options": options})
        })
        .collect();
    for (name, value) in [
        ("description", json!(posted.description.text)),
        ("responsibilities", json!(posted.responsibilities.text)),
        ("requirements", json!(posted.requirements.text)),
        ("nice_to_have", json!(posted.nice_to_have.text)),
        ("benefits", json!(posted.benefits.text)),
        ("education_requirements", json!(job.education_requirements)),
        ("required_skills", json!(job.required_skills)),
        ("preferred_skills", json!(job.preferred_skills)),
        ("languages_required", json!(job.languages_required)),
        ("require_resume", json!(job.require_resume)),
        ("require_cover_letter", json!(job.require_cover_letter)),
        ("standard_questions", json!(Standard::of(Some(job)))),
        ("questions", json!(questions)),
    ] {
        shown[name] = value;
    }
    Ok(tagged(&headers, JSON, shown.to_string()))
}

fn row(site: &Site, hit: &Hit<'_>) -> Value {
    let (public, job) = (hit.public, &hit.public.job);
    let usual = &site.tenant.settings.language;
    let (title, languages) = (site.posted(public).title, public.languages(usual).collect::<Vec<_>>());
    let equity = job.equity_offered.then_some(&job.equity_range);
    let salary = job.show_salary.then(|| {
        json!({
            "min": job.salary_min,
            "max": job.salary_max,
            "currency": job.salary_currency,
            "period": job.salary_period,
        })
    });
    json!({
        "slug": public.slug,
        "url": site.address(&format!("jobs/{}/", public.slug)),
        "apply_url": public.elsewhere().map_or_else(
            || site.address(&format!("jobs/{}/apply/", public.slug)),
            str::to_owned,
        ),
        "reference_code": job.reference_code,
        "title": title.text,
        "language": title.lang,
        "languages": languages,
        "team": job.team,
        "location_city": job.location_city,
        "location_state": job.location_state,
        "location_country": job.location_country,
        "distance_km": hit.km.map(f64::round),
        "remote_policy": job.remote_policy,
        "job_type": job.job_type,
        "experience_level": job.experience_level,
        "salary": salary,
        "equity": equity,
        "positions_count": public.positions(),
        "is_featured": job.is_featured,
        "published_at": job.published_at.map(|at| rfc3339(at.0)),
        "application_deadline": public.deadline(),
    })
}
