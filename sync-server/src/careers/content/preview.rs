//! Links that show what is hidden and what is a draft, for a day, to whoever has one.

use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, Millis};

use crate::app::App;

/// The name in the address.
pub const PREVIEW: &str = "preview";
/// What the links are signed for.
const SECRET: &str = "career preview";
/// How long a link shows what nobody else sees.
const SHOWN_MS: Millis = DAY_MS;

fn signed(tenant_id: RecordId, until: Millis) -> String {
    format!("{tenant_id}\n{until}")
}

/// A secret that previews a workspace's pages, made with a key of the installation and kept nowhere.
#[must_use]
pub fn made(app: &App, tenant_id: RecordId) -> String {
    let until = app.now() + SHOWN_MS;
    format!("{until}.{}", app.keys().sign(SECRET, &signed(tenant_id, until)))
}

/// Whether a text is such a secret for the workspace, and still shows something.
#[must_use]
pub fn is_preview(app: &App, tenant_id: RecordId, text: &str) -> bool {
    let Some((until, signature)) = text.split_once('.') else { return false };
    let Ok(until) = until.parse::<Millis>() else { return false };
    app.now() < until && app.keys().is_signed(SECRET, &signed(tenant_id, until), signature)
}
