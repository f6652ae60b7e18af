//! A search that not everybody is to know of: a private job and a private candidate for it.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::http::{Http, Signed};

const TITLE: &str = "Chief Financial Officer";

/// Adds the search unless it is there. Only its recruiter is named; the owner sees it anyway.
///
/// # Errors
/// When the server refuses something.
pub async fn fill(http: &Http, owner: &Signed, recruiter: &Signed) -> Result<()> {
    let there = http.call("GET", "/api/v1/ats/jobs/?search=chief%20financial", &owner.access, None).await?;
    let of_that_title = |job: &Value| job["title"] == TITLE && job["is_private"] == true;
    if there["results"].as_array().is_some_and(|jobs| jobs.iter().any(of_that_title)) {
        return Ok(());
    }
    let add = async |segment: &str, body: Value| -> Result<String> {
        let made = http.call("POST", &format!("/api/v1/ats/{segment}/"), &owner.access, Some(&body)).await?;
        Ok(made["id"].as_str().context("a record without id")?.to_owned())
    };
    let job = json!({
        "title": TITLE, "team": "Finance", "is_private": true, "recruiter_id": recruiter.user_id,
        "description": "Succeeds our present CFO, who does not know yet. Please talk to nobody outside this search.",
        "location_city": "Montréal", "location_country": "Canada", "experience_level": "executive",
        "salary_min": 21_000_000, "salary_max": 26_000_000, "salary_currency": "CAD",
    });
    let job = add("jobs", job).await?;
    let candidate = json!({
        "first_name": "Margaret", "last_name": "Okafor", "headline": "CFO of a competitor", "city": "Toronto",
        "current_title": "Chief Financial Officer", "source": "referral", "is_private": true,
        "visible_to_ids": [recruiter.user_id],
    });
    let candidate = add("candidates", candidate).await?;
    add("candidate-contacts", json!({ "candidate_id": candidate, "phone": "+1 416 555 0142" })).await?;
    let application = add("applications", json!({ "candidate_id": candidate, "job_id": job })).await?;
    let note = "Met at the spring conference. Call her at home only.";
    add("notes", json!({ "application_id": application, "body": note })).await.map(drop)
}
