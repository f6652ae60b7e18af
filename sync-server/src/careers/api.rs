//! The open jobs as JSON, for anybody: what the pages show and nothing more. At the installation's own host the query
//! names the workspace: `?tenant=acme`.

use axum::Json;
use axum::extract::{OriginalUri, RawPathParams, State};
use serde_json::{Value, json};
use zumodra_shared::kernel::time::rfc3339;

use super::error::PageError;
use super::job::PublicJob;
use super::listing::Wanted;
use super::routes::{jobs, listing, open_job};
use super::site::{Site, query};
use crate::app::App;
use crate::error::Result;
use crate::http::page::{Page, PageQuery};

/// The open jobs: `search`, `team`, `city`, `remote`, `type`, `sort`, `page`, `page_size`.
///
/// # Errors
/// For a workspace that is not there, and for a page that cannot be.
pub async fn list(
    State(app): State<App>,
    site: Result<Site, PageError>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Value>> {
    let site = site.map_err(PageError::into_error)?;
    let number = |wanted: &str| {
        query(uri.query()).find(|(name, _)| name == wanted).map(|(_, value)| value.parse().unwrap_or(0))
    };
    let page = Page::of(&PageQuery { page: number("page"), page_size: number("page_size") })?;
    let listing = listing(&app, &site, &Wanted::read(uri.query())).await?;
    let as_size = |number: i64| usize::try_from(number).unwrap_or_default();
    let found = jobs(&app, &site, listing.cut(as_size(page.offset()), as_size(page.limit()))).await?;
    let rows: Vec<Value> = found.iter().map(|public| row(&site, public)).collect();
    let count = i64::try_from(listing.docs.len()).unwrap_or(i64::MAX);
    Ok(Json(page.answer(&app, &uri, count, &rows)))
}

/// One open job with its texts and the questions of its form.
///
/// # Errors
/// For what is not open to the public.
pub async fn one(
    State(app): State<App>,
    site: Result<Site, PageError>,
    params: RawPathParams,
) -> Result<Json<Value>> {
    let site = site.map_err(PageError::into_error)?;
    let slug = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug).unwrap_or_default();
    let public = open_job(&app, &site, slug).await?;
    let job = &public.job;
    let mut shown = row(&site, &public);
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
        ("description", json!(job.description)),
        ("responsibilities", json!(job.responsibilities)),
        ("requirements", json!(job.requirements)),
        ("nice_to_have", json!(job.nice_to_have)),
        ("benefits", json!(job.benefits)),
        ("education_requirements", json!(job.education_requirements)),
        ("required_skills", json!(job.required_skills)),
        ("preferred_skills", json!(job.preferred_skills)),
        ("languages_required", json!(job.languages_required)),
        ("require_resume", json!(job.require_resume)),
        ("require_cover_letter", json!(job.require_cover_letter)),
        ("questions", json!(questions)),
    ] {
        shown[name] = value;
    }
    Ok(Json(shown))
}

fn row(site: &Site, public: &PublicJob) -> Value {
    let job = &public.job;
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
        "apply_url": site.address(&format!("jobs/{}/apply/", public.slug)),
        "reference_code": job.reference_code,
        "title": job.title,
        "team": job.team,
        "location_city": job.location_city,
        "location_state": job.location_state,
        "location_country": job.location_country,
        "remote_policy": job.remote_policy,
        "job_type": job.job_type,
        "experience_level": job.experience_level,
        "salary": salary,
        "positions_count": public.positions(),
        "is_featured": job.is_featured,
        "published_at": job.published_at.map(|at| rfc3339(at.0)),
        "application_deadline": public.deadline(),
    })
}
