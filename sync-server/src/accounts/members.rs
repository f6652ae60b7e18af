//! Who is in a workspace, in which role. Invariant: a workspace has an active owner.

use serde::Deserialize;
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::{Code, RecordId};

use super::model::Member;
use super::sessions::administers;
use super::{directory, store};
use crate::app::{App, DomainEvent};
use crate::check::Check;
use crate::error::Result;
use crate::http::page::Page;
use crate::limits::MAX_PERSON_CHARS;
use crate::signals;

/// Changes to a member; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct MemberPatch {
    /// The role.
    pub role: Option<Role>,
    /// The job title.
    pub job_title: Option<String>,
    /// Whether the person may sign in.
    pub is_active: Option<bool>,
}

/// The members, by name, and how many there are.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, tenant_id: RecordId, page: &Page) -> Result<(i64, Vec<Member>)> {
    let mut tx = app.db().public().await?;
    let count = store::members::count(&mut tx, tenant_id).await?;
    let members = store::members::page(&mut tx, tenant_id, page.offset(), page.limit()).await?;
    tx.commit().await?;
    Ok((count, members))
}

/// Changes a member. `by` is the server itself for the operator of the installation.
///
/// # Errors
/// [`Code::Forbidden`] when the role is above what `by` may grant, [`Code::LastOwner`], [`Code::NotFound`].
pub async fn patch(app: &App, by: &Principal, user_id: RecordId, patch: MemberPatch) -> Result<Member> {
    let tenant_id = by.tenant_id;
    if !administers(by.role) {
        return Err(Code::Forbidden.into());
    }
    let mut check = Check::new();
    let job_title = patch.job_title.map(|title| check.line("job_title", &title, MAX_PERSON_CHARS));
    check.done()?;
    let mut tx = app.db().public().await?;
    store::members::hold(&mut tx, tenant_id).await?;
    let before = store::members::one(&mut tx, tenant_id, user_id).await?.ok_or(Code::NotFound)?;
    let after = Member {
        role: patch.role.unwrap_or(before.role),
        job_title: job_title.unwrap_or_else(|| before.job_title.clone()),
        is_active: patch.is_active.unwrap_or(before.is_active),
        ..before.clone()
    };
    // Nobody changes a person who stands above what they may grant, nor raises anyone to there.
    if !by.role.may_grant(before.role) || !by.role.may_grant(after.role) {
        return Err(Code::Forbidden.into());
    }
    let was_owner = before.role == Role::Owner && before.is_active;
    let is_owner = after.role == Role::Owner && after.is_active;
    if was_owner
        && !is_owner
        && store::members::others_with_role(&mut tx, tenant_id, Role::Owner, user_id).await? == 0
    {
        return Err(Code::LastOwner.into());
    }
    store::members::update(&mut tx, tenant_id, &after).await?;
    let revoked = if before.is_active && !after.is_active {
        let actor = (!by.is_server()).then_some(by.user_id);
        store::devices::revoke_all(&mut tx, tenant_id, user_id, actor, app.now()).await?
    } else {
        Vec::new()
    };
    directory::record(app, &mut tx, tenant_id, user_id).await?;
    let mut events = Vec::with_capacity(revoked.len());
    for device_id in revoked {
        let event = DomainEvent::DeviceEnded { tenant_id, device_id, revoked: true };
        signals::record(app, &mut tx, event).await?;
        events.push(event);
    }
    tx.commit().await?;
    directory::publish(app, tenant_id, user_id);
    events.into_iter().for_each(|event| signals::tell(app, event));
    Ok(after)
}
