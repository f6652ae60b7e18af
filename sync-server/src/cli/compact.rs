//! `compact`: drops what the log need not keep.

use std::sync::Arc;

use zumodra_shared::kernel::time::DAY_MS;

use crate::app::App;
use crate::sync::trim::trim;
use crate::tenants;

/// Trims the log of one workspace or of all of them to so many days, and says what was done. A running server goes on.
pub(super) async fn run(app: &App, workspace: Option<&str>, days: Option<u16>) -> anyhow::Result<()> {
    let tenants = match workspace {
        Some(slug) => vec![super::named(app, slug).await?],
        None => tenants::actions::list(app).await?.into_iter().map(Arc::new).collect(),
    };
    let kept = days.map_or_else(|| app.config().log_ms(), |days| i64::from(days) * DAY_MS);
    for tenant in tenants {
        let done = trim(app, &tenant, app.now() - kept).await?;
        println!(
            "{}: {} changes dropped from the log, {} records condensed; the records keep their history",
            tenant.slug, done.dropped, done.condensed
        );
    }
    Ok(())
}
