//! What of the records makes people be told: the interview itself, and whether the people of it are there.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::Fields;

use super::{invite, store};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::sync::{Changed, Follower};
use crate::tenants::Tenant;

/// Everything that is followed for invitations.
pub static FOLLOWERS: [&dyn Follower; 5] =
    [&Watch::Interviews, &Watch::Candidates, &Watch::Contacts, &Watch::Members, &Watch::Rooms];

/// A kind of record that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watch {
    Interviews,
    Candidates,
    Contacts,
    Members,
    Rooms,
}

fn text<'f>(fields: Option<&'f Fields>, name: &str) -> &'f str {
    fields.and_then(|fields| fields.get(name)).and_then(serde_json::Value::as_str).unwrap_or_default()
}

fn differs(changed: &Changed, field: &str) -> bool {
    let (before, after) = (changed.before.as_ref(), changed.after.as_ref());
    before.and_then(|fields| fields.get(field)) != after.and_then(|fields| fields.get(field))
}

impl Watch {
    /// The ids that the change is about, if it can matter to an invitation.
    fn matters(self, changed: &Changed) -> Option<RecordId> {
        match self {
            Self::Interviews => Some(changed.id),
            // Whoever is new has no interview yet, or one of the same commit, which is followed by itself.
            Self::Candidates => {
                let appears = changed.before.is_some() != changed.after.is_some();
                (appears && !changed.is_new).then_some(changed.id)
            }
            Self::Contacts => {
                let fields = changed.after.as_ref().or(changed.before.as_ref());
                let appears = changed.before.is_some() != changed.after.is_some();
                let candidate = text(fields, "candidate_id").parse().ok();
                // A new way to reach somebody that is no address changes nothing: imports are full of them.
                let says_nothing = changed.is_new && text(fields, "email").trim().is_empty();
                candidate.filter(|_| !says_nothing && (appears || differs(changed, "email")))
            }
            Self::Members => {
                let matters = differs(changed, "is_active") || differs(changed, "email");
                (changed.before.is_some() && matters).then_some(changed.id)
            }
            // Where it is, for those who are to come there.
            Self::Rooms => {
                let matters = differs(changed, "name") || differs(changed, "place");
                (changed.before.is_some() && changed.after.is_some() && matters).then_some(changed.id)
            }
        }
    }

    /// Whether the change takes something away by which a candidate was reached.
    fn vanishes(self, changed: &Changed) -> bool {
        match self {
            Self::Interviews | Self::Members | Self::Rooms => false,
            Self::Candidates => changed.after.is_none(),
            Self::Contacts => text(changed.after.as_ref(), "email").trim().is_empty(),
        }
    }

    async fn act(self, app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &[Changed]) -> Result<bool> {
        let ids: Vec<RecordId> = changed.iter().filter_map(|changed| self.matters(changed)).collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let interviews = match self {
            Self::Interviews => ids.clone(),
            Self::Candidates | Self::Contacts => store::interviews_with(tx, &ids, app.now()).await?,
            Self::Members => store::interviews_by(tx, &ids, app.now()).await?,
            Self::Rooms => store::interviews_in(tx, &ids, app.now()).await?,
        };
        invite::tell(app, tenant, tx, &interviews).await?;
        let vanished = changed.iter().filter(|changed| self.vanishes(changed));
        let vanished: Vec<RecordId> = vanished.filter_map(|changed| self.matters(changed)).collect();
        invite::forget_gone(app, tx, &vanished).await?;
        Ok(true)
    }
}

impl Follower for Watch {
    fn kind(&self) -> &'static str {
        match self {
            Self::Interviews => "interviews",
            Self::Candidates => "candidates",
            Self::Contacts => "candidate_contacts",
            Self::Members => "members",
            Self::Rooms => "rooms",
        }
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(self.act(app, tenant, tx, changed))
    }

    fn committed(&self, app: &App, _: &Arc<Tenant>) {
        app.mail().ring();
    }
}
