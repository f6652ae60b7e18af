//! What follows from records that changed, in the transaction of their change: a mail, a row that only the server has.
//!
//! This stands left of the domains that know what follows. Whatever way a change comes (a push, REST, a command), it is
//! followed here once a commit, by what the record was before and what it is now. A follower may fail for the database
//! alone: what it gives back as an error takes the whole commit with it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::Fields;

use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::tenants::Tenant;

/// A record that a commit changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The name of its kind.
    pub kind: &'static str,
    /// Which one.
    pub id: RecordId,
    /// Whether this commit made it.
    pub is_new: bool,
    /// What it was before; none for a new one and for one that was deleted.
    pub before: Option<Fields>,
    /// What it is now; none for one that is deleted.
    pub after: Option<Fields>,
    /// Who changed it last; nobody's id for the server.
    pub by: RecordId,
}

/// Somebody who acts on changed records.
pub trait Follower: Send + Sync {
    /// The name of the kind that it acts on.
    fn kind(&self) -> &'static str;

    /// Acts on what changed of that kind, at least one record, before the commit. Says whether it wrote anything.
    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>>;

    /// Is told after the commit that it acted in: what it wrote can be taken up.
    fn committed(&self, app: &App, tenant: &Arc<Tenant>);
}

/// Lets every follower act on what is of its kind. Gives those that wrote something.
///
/// # Errors
/// When the database fails.
pub(super) async fn follow(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    changed: Vec<Changed>,
) -> Result<Vec<&'static dyn Follower>> {
    let mut acted = Vec::new();
    for follower in app.followers() {
        let of_kind: Vec<Changed> =
            changed.iter().filter(|changed| changed.kind == follower.kind()).cloned().collect();
        if !of_kind.is_empty() && follower.follow(app, tenant, tx, &of_kind).await? {
            acted.push(follower);
        }
    }
    Ok(acted)
}
