//! The door from memberships to the replicated directory: who listens writes a `members` record for each change.

use zumodra_shared::access::Principal;
use zumodra_shared::kernel::RecordId;

use super::model::Member;
use super::{own, store};
use crate::app::{App, DomainEvent};
use crate::db::{PublicTx, TenantTx};
use crate::error::Result;
use crate::signals;

/// Members that are read at once.
const BATCH: i64 = 500;

/// Tells that a member is new or changed, after the transaction was committed. It also forgets what is believed about
/// the person, so the next request sees the change.
pub fn publish(app: &App, tenant_id: RecordId, user_id: RecordId) {
    signals::tell(app, DomainEvent::MemberChanged { tenant_id, user_id });
}

/// Writes down in the transaction of the change that a member is new or changed, for other processes.
///
/// # Errors
/// When the database cannot be written.
pub async fn record(app: &App, tx: &mut PublicTx, tenant_id: RecordId, user_id: RecordId) -> Result<()> {
    signals::record(app, tx, DomainEvent::MemberChanged { tenant_id, user_id }).await
}

/// One member as it is now, for the record that mirrors it.
///
/// # Errors
/// When the database cannot be read.
pub async fn entry(app: &App, tenant_id: RecordId, user_id: RecordId) -> Result<Option<Member>> {
    let mut tx = app.db().public().await?;
    let member = store::members::one(&mut tx, tenant_id, user_id).await?;
    tx.commit().await?;
    Ok(member)
}

/// Those of some addresses, in lower case, that members of a workspace have, active or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn members_among(app: &App, tenant_id: RecordId, addresses: &[String]) -> Result<Vec<String>> {
    let mut tx = app.db().public().await?;
    let found = store::users::members_among(&mut tx, tenant_id, addresses).await?;
    tx.commit().await?;
    Ok(found)
}

/// Who an active member of a workspace is, with their role and what is their own as the transaction sees it; without a
/// device.
///
/// # Errors
/// When the database cannot be read.
pub async fn principal(
    app: &App,
    tx: &mut TenantTx,
    tenant_id: RecordId,
    user_id: RecordId,
) -> Result<Option<Principal>> {
    let Some(member) = entry(app, tenant_id, user_id).await?.filter(|member| member.is_active) else {
        return Ok(None);
    };
    let own = own::within(tx, user_id).await?;
    let device_id = RecordId::nil();
    Ok(Some(Principal { user_id, device_id, tenant_id, role: member.role, own }))
}

/// Whether somebody is an active member who may see what is in a scope.
///
/// # Errors
/// When the database cannot be read.
pub async fn sees(
    app: &App,
    tx: &mut TenantTx,
    tenant_id: RecordId,
    user_id: RecordId,
    scope: &str,
) -> Result<bool> {
    Ok(principal(app, tx, tenant_id, user_id).await?.is_some_and(|who| who.covers(scope)))
}

/// Owners that are told what nobody looks after.
const MAX_OWNERS_TOLD: i64 = 3;

/// A member whom mail reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The person.
    pub user_id: RecordId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// `en` or `fr`.
    pub language: String,
}

/// Whom something of a workspace is told by mail: the first of these people who is an active member, and without one the
/// owners, so that it does not go unseen.
///
/// # Errors
/// When the database cannot be read.
pub async fn reached(app: &App, tenant_id: RecordId, people: &[RecordId]) -> Result<Vec<Reached>> {
    let mut tx = app.db().public().await?;
    let mut found = store::members::reached(&mut tx, tenant_id, people, 1).await?;
    if found.is_empty() {
        found = store::members::owners_reached(&mut tx, tenant_id, MAX_OWNERS_TOLD).await?;
    }
    tx.commit().await?;
    Ok(found.into_iter().map(as_reached).collect())
}

/// The active members among these people, in their order.
///
/// # Errors
/// When the database cannot be read.
pub async fn active(app: &App, tenant_id: RecordId, people: &[RecordId]) -> Result<Vec<Reached>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = app.db().public().await?;
    let limit = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let found = store::members::reached(&mut tx, tenant_id, people, limit).await?;
    tx.commit().await?;
    Ok(found.into_iter().map(as_reached).collect())
}

/// The active members among these people who want to be told by mail what waits for them.
///
/// # Errors
/// When the database cannot be read.
pub async fn wanting_daily_mail(app: &App, tenant_id: RecordId, people: &[RecordId]) -> Result<Vec<Reached>> {
    let mut wanting = active(app, tenant_id, people).await?;
    let mut tx = app.db().public().await?;
    let without = store::members::without_daily_mail(&mut tx, people).await?;
    tx.commit().await?;
    wanting.retain(|person| !without.contains(&person.user_id));
    Ok(wanting)
}

/// The active members among these people who want to be told by mail what they are given in this workspace.
///
/// # Errors
/// When the database cannot be read.
pub async fn wanting_assignment_mail(
    app: &App,
    tx: &mut TenantTx,
    tenant_id: RecordId,
    people: &[RecordId],
) -> Result<Vec<Reached>> {
    let without = store::members::without_assignment_mail(tx, people).await?;
    let mut wanting = active(app, tenant_id, people).await?;
    wanting.retain(|person| !without.contains(&person.user_id));
    Ok(wanting)
}

fn as_reached((user_id, email, name, language): store::members::Reached) -> Reached {
    Reached { user_id, email, name, language }
}

/// Every member of a workspace as it is now: what a listener compares with at its start, or when it lagged.
///
/// # Errors
/// When the database cannot be read.
pub async fn entries(app: &App, tenant_id: RecordId) -> Result<Vec<Member>> {
    let mut tx = app.db().public().await?;
    let mut members = Vec::new();
    loop {
        let offset = i64::try_from(members.len()).unwrap_or(i64::MAX);
        let batch = store::members::page(&mut tx, tenant_id, offset, BATCH).await?;
        let is_last = batch.len() < usize::try_from(BATCH).unwrap_or_default();
        members.extend(batch);
        if is_last {
            break;
        }
    }
    tx.commit().await?;
    Ok(members)
}
