//! The HTTP of the survey's sums, for owners and admins.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};

use super::report::{self, Report, Wanted};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Query};
use crate::tenants;

/// The route of the sums, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new().route("/ats/survey/", get(sums))
}

/// # Errors
/// For all but owners and admins, and for what is no form, language or half-year that is over.
async fn sums(State(app): State<App>, actor: Actor, Query(wanted): Query<Wanted>) -> Result<Json<Report>> {
    tenants::routes::administers(&actor)?;
    let report = report::of(&app, actor.tenant(), &wanted).await?;
    tracing::info!(tenant = %actor.tenant().id, user = %actor.user_id, form = report.form, half_year = report.half_year, "the sums of the survey were read");
    Ok(Json(report))
}
