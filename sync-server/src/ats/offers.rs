//! Offers beside their fields: those of which the last day is over.

use std::sync::Arc;

use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Offer, OfferCommand};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, rfc3339};
use zumodra_shared::schema::Entity as _;
use zumodra_shared::sync::wire::Command;

use crate::app::App;
use crate::error::Result;
use crate::sync::writer;
use crate::tenants::{self, State};

/// Offers of one workspace that are ended at once; the next sweep takes the others.
const MAX_ENDED: i64 = 1_000;

/// Ends the offers of which the last day is over. A server that runs late ends none twice: one that is over is none that is
/// with the candidate.
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
        tx.commit().await?;
        let (server, tenant) = (Principal::server(tenant.id), Arc::new(tenant));
        for target in found {
            let name = OfferCommand::Expire.name().to_owned();
            let command = Command { key: app.new_id(), name, target, args: json!({}).to_string() };
            // One that was answered meanwhile is refused and stays as it is.
            writer::run(app, &tenant, command, server.clone()).await?;
        }
    }
    Ok(())
}
