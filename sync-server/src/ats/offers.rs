//! Offers beside their fields: those of which the last day is over, and those that nobody agreed to in time.

use std::sync::Arc;

use serde_json::json;
use sqlx::types::Json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Offer, OfferCommand, approval, offer_states};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, rfc3339};
use zumodra_shared::schema::{Entity as _, Fields};
use zumodra_shared::sync::wire::Command;

use super::reached::fields_of;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::sync::{approval_rules, writer};
use crate::tenants::{self, State, Tenant};

/// Offers of one workspace that are ended at once; the next sweep takes the others.
const MAX_ENDED: i64 = 1_000;

/// Ends the offers of which the last day is over, and gives those back that nobody agreed to in time. A server that runs late
/// does neither twice: one that is over is none that is with the candidate, and one that was given back waits for nobody.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    // A day is over everywhere on earth twelve hours after it is over in UTC.
    let over = rfc3339(app.now() - DAY_MS - DAY_MS / 2);
    for tenant in tenants::actions::list(app).await? {
        if tenant.state == State::Suspended {
            continue;
        }
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let found: Vec<RecordId> = sqlx::query_scalar(
            "select doc from records
             where kind = $1 and not deleted and fields->>'status' in ('sent', 'viewed')
               and fields->>'expires_on' <= $2
             limit $3",
        )
        .bind(i32::from(Offer::DEF.code))
        .bind(over.get(..10))
        .bind(MAX_ENDED)
        .fetch_all(&mut *tx)
        .await?;
        let unanswered = unanswered(app, &mut tx).await?;
        tx.commit().await?;
        let tenant = Arc::new(tenant);
        for target in found {
            run(app, &tenant, (OfferCommand::Expire, target), json!({})).await?;
        }
        for (target, version) in unanswered {
            let args = json!({ "version": version, "reason": offer_states::APPROVAL_RAN_OUT });
            run(app, &tenant, (OfferCommand::Return, target), args).await?;
        }
    }
    Ok(())
}

/// The server's command on an offer. One that was answered meanwhile is refused and stays as it is.
async fn run(
    app: &App,
    tenant: &Arc<Tenant>,
    (command, target): (OfferCommand, RecordId),
    args: serde_json::Value,
) -> Result<()> {
    let command =
        Command { key: app.new_id(), name: command.name().to_owned(), target, args: args.to_string() };
    writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    Ok(())
}

/// The offers that waited for agreement for longer than a rule lets them, with the version that waited.
async fn unanswered(app: &App, tx: &mut TenantTx) -> Result<Vec<(RecordId, i64)>> {
    let rules: Vec<Fields> = approval_rules(tx).await?.into_iter().map(|(_, rule)| rule.0).collect();
    if !rules.iter().any(|rule| rule.get("expires_hours").is_some_and(|hours| !hours.is_null())) {
        return Ok(Vec::new());
    }
    let waiting: Vec<(RecordId, Json<Fields>)> = sqlx::query_as(
        "select doc, fields from records
         where kind = $1 and not deleted and fields->>'status' = 'pending_approval'
         limit $2",
    )
    .bind(i32::from(Offer::DEF.code))
    .bind(MAX_ENDED)
    .fetch_all(&mut **tx)
    .await?;
    let mut over = Vec::new();
    for (id, Json(offer)) in waiting {
        let job =
            fields_of(tx, zumodra_shared::ats::rules::text(&offer, "job_id")).await?.unwrap_or_default();
        if approval::runs_out(&rules, &offer, &job).is_some_and(|at| at <= app.now()) {
            over.push((id, offer.get("version").and_then(serde_json::Value::as_i64).unwrap_or_default()));
        }
    }
    Ok(over)
}
