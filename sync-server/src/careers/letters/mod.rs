//! Letters of offers: written when an offer is sent, read and answered by the candidate on a page of the workspace, signed
//! by both sides and sealed.
//!
//! Invariant: a candidate signs what was sent, word for word: the terms are kept with the letter, and page and file are
//! both made of them. What the candidate answers is a command on the offer like any other, judged by the same table.

mod answer;
mod follow;
mod pages;
mod pdf;
mod remind;
mod seal;
mod store;
mod terms;
mod typeset;
mod words;
mod work;

use zumodra_shared::kernel::RecordId;

pub use follow::Letters;
pub use pages::{add_routes, certificate};
pub use remind::sweep as sweep_reminders;
pub use seal::Seal;
pub use store::{Sent, forget, of_candidates};
pub use terms::Terms;
pub use work::sweep;

use super::secret::made;
use crate::app::App;
use crate::tenants::{Home, Tenant};

/// What the secrets of links are signed for.
const SECRET: &str = "offer letter";

/// The secret of a letter's link, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, tenant_id: RecordId, letter_id: RecordId) -> String {
    made(app, SECRET, tenant_id, letter_id)
}

/// Where a candidate reads and answers a letter.
#[must_use]
pub fn link(app: &App, tenant: &Tenant, secret: &str) -> String {
    Home::of(app.config(), tenant).address(&format!("offer/?token={secret}"))
}
