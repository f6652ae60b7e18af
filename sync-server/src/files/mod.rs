//! Files by content: uploaded in pieces that can be resumed, checked before anyone can have them, named by their
//! SHA-256. The same content is kept once in a workspace.

pub mod actions;
pub mod blobs;
pub mod kind;
pub mod routes;
mod store;
pub mod text;

pub use kind::FileKind;
pub use routes::disposition;

use crate::app::App;
use crate::error::Result;
use crate::limits::{HALF_UPLOAD_MS, MAX_UNSENT_A_SWEEP, UNSENT_FILE_MS};
use crate::tenants;

/// Forgets uploads that nobody went on with, and files of forms that were never sent.
///
/// # Errors
/// When a workspace's data cannot be read or written.
pub async fn sweep(app: &App) -> Result<()> {
    let (half, unsent) =
        (app.now() - HALF_UPLOAD_MS, app.now() - UNSENT_FILE_MS.max(app.config().form_max_ms));
    for tenant in tenants::actions::list(app).await? {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let stale = store::forget_stale(&mut tx, half).await?;
        let left = store::unsent(&mut tx, unsent, MAX_UNSENT_A_SWEEP).await?;
        tx.commit().await?;
        for hash in stale {
            app.blobs().discard(tenant.id, &hash).await?;
        }
        for hash in left {
            // What goes wrong with one file holds up no other, and the next sweep finds it again.
            if let Err(error) = actions::remove_unsent(app, &tenant, &hash, unsent).await {
                tracing::warn!(tenant = %tenant.id, hash, %error, "the file of a form that was not sent stays");
            }
        }
    }
    Ok(())
}
