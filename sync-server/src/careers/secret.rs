//! What the public pages share where nobody is signed in: secrets of links, their queries, and the count of requests.

use zumodra_shared::kernel::RecordId;

use super::site::Site;
use crate::app::App;
use crate::error::Result;
use crate::http::limit::{Class, Who};
use crate::http::observe::ClientAddr;

/// The secret of a link to a record, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn made(app: &App, purpose: &str, tenant_id: RecordId, id: RecordId) -> String {
    let signature = app.keys().sign(purpose, &format!("{tenant_id}\n{id}"));
    format!("{}.{signature}", id.simple())
}

/// The record that a secret is of, if this installation made it for the workspace and the purpose.
#[must_use]
pub fn read(app: &App, purpose: &str, tenant_id: RecordId, secret: &str) -> Option<RecordId> {
    let (id, signature) = secret.split_once('.')?;
    let id: RecordId = id.parse().ok()?;
    app.keys().is_signed(purpose, &format!("{tenant_id}\n{id}"), signature).then_some(id)
}

/// The query that names what a secret is of, and the language when it was asked for.
#[must_use]
pub fn query(site: &Site, secret: &str) -> String {
    let lang = if site.is_asked { format!("&lang={}", site.language.tag()) } else { String::new() };
    format!("?token={secret}{lang}")
}

/// Counts a request of an address.
///
/// # Errors
/// `TooManyRequests` beyond what the class allows.
pub fn count(app: &App, ClientAddr(addr): &ClientAddr, class: Class) -> Result<()> {
    app.limiters().count(class, Who::address(*addr))
}
