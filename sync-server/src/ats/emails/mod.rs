//! E-mail with candidates: what the window wrote goes out, what they answer comes back, and each record says what became
//! of it. Why it is so is in `docs/decisions/0026-email-with-candidates.md`.

mod address;
mod arrived;
mod follow;
mod note;
mod store;

pub mod receive;

pub use address::reply_address;
pub use arrived::{arrived, line, plain};
pub use follow::Emails;
pub use note::{note, sweep};
pub use receive::take_up;
pub use store::Received;

use zumodra_shared::kernel::RecordId;

/// What a mail is about that somebody wrote, for once.
#[must_use]
pub fn event_key(email: RecordId) -> String {
    format!("email/{email}")
}

/// The e-mail that a mail is of, if it is of one; see [`event_key`].
#[must_use]
pub fn of_event(event_key: &str) -> Option<RecordId> {
    event_key.strip_prefix("email/")?.parse().ok()
}
