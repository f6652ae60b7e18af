//! `rebuild`: the projection anew from the documents.

use std::sync::Arc;

use crate::app::App;
use crate::sync::rebuild::rebuild;
use crate::tenants;

/// Rebuilds one workspace or all of them, and says what was done. A running server goes on: its writers wait meanwhile.
pub(super) async fn run(app: &App, workspace: Option<&str>) -> anyhow::Result<()> {
    let tenants = match workspace {
        Some(slug) => vec![super::named(app, slug).await?],
        None => tenants::actions::list(app).await?.into_iter().map(Arc::new).collect(),
    };
    for tenant in tenants {
        let done = rebuild(app, &tenant).await?;
        println!("{}: {} records rebuilt, {} damaged", tenant.slug, done.documents, done.damaged);
    }
    Ok(())
}
