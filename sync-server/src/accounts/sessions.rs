//! Who is signed in. A session is read from the database and believed for a few seconds; what this process changes is
//! forgotten at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};

use super::model::role_from;
use super::store::devices::SessionRow;
use super::{own, store, token};
use crate::app::App;
use crate::error::Result;
use crate::limits::{LAST_SEEN_STEP_MS, MAX_CACHE_ENTRIES, SESSION_CACHE_MS};
use crate::sync::news::Owners;
use crate::tenants::{self, State, Tenant};

/// Locks for the turns of sign-ins; accounts share them by hash.
const TURNS: usize = 64;

/// A signed-in person on a device in a workspace, as the database knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who acts.
    pub principal: Principal,
    /// In which workspace.
    pub tenant: Arc<Tenant>,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The living chain of refresh tokens.
    pub sid: RecordId,
}

#[derive(Debug)]
struct Entry {
    at: Millis,
    session: Arc<Session>,
}

/// The sessions that were read lately.
#[derive(Debug, Default)]
pub struct Sessions {
    entries: Mutex<HashMap<RecordId, Entry>>,
    // Counts what was forgotten, so that a read that began before is not kept after.
    generation: AtomicU64,
    turns: Turns,
    own: own::Cache,
}

/// Locks by which the tries for one account are made one after the other.
#[derive(Debug)]
struct Turns([tokio::sync::Mutex<()>; TURNS]);

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| tokio::sync::Mutex::new(())))
    }
}

impl Sessions {
    fn get(&self, device_id: RecordId, now: Millis) -> Option<Arc<Session>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&device_id)?;
        (now >= entry.at && now - entry.at < SESSION_CACHE_MS).then(|| Arc::clone(&entry.session))
    }

    fn put(&self, at: Millis, generation: u64, session: &Arc<Session>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if self.generation.load(Ordering::SeqCst) != generation {
            return;
        }
        if entries.len() >= MAX_CACHE_ENTRIES {
            entries.clear();
        }
        entries.insert(session.principal.device_id, Entry { at, session: Arc::clone(session) });
    }

    fn forget(&self, which: impl Fn(&Principal) -> bool) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        self.generation.fetch_add(1, Ordering::SeqCst);
        entries.retain(|_, entry| !which(&entry.session.principal));
    }

    /// What is people's own, as it was read last.
    pub(super) const fn own(&self) -> &own::Cache {
        &self.own
    }

    /// Waits until no other sign-in of this address is being checked.
    pub async fn turn(&self, email: &str) -> tokio::sync::MutexGuard<'_, ()> {
        let place = usize::from(blake3::hash(email.as_bytes()).as_bytes()[0]) % TURNS;
        self.turns.0[place].lock().await
    }

    /// Forgets a device that ended or was revoked.
    pub fn forget_device(&self, device_id: RecordId) {
        self.forget(|principal| principal.device_id == device_id);
    }

    /// Forgets a person whose role, name or jobs changed.
    pub fn forget_user(&self, user_id: RecordId) {
        self.forget(|principal| principal.user_id == user_id);
    }

    /// Forgets those in a workspace of whom something wrong is believed about whose own some jobs are.
    pub fn forget_wrong(&self, tenant_id: RecordId, owners: &Owners) {
        self.forget(|principal| principal.tenant_id == tenant_id && !owners.agree_with(principal));
    }

    /// Forgets everybody in a workspace.
    pub fn forget_tenant(&self, tenant_id: RecordId) {
        self.forget(|principal| principal.tenant_id == tenant_id);
    }
}

/// Who an access token stands for, now.
///
/// # Errors
/// [`Code::Unauthenticated`], [`Code::TokenExpired`], [`Code::DeviceRevoked`] (also for a member who was deactivated)
/// or [`Code::TenantSuspended`].
pub async fn authenticate(app: &App, access: &str) -> Result<Arc<Session>> {
    let now = app.now();
    let claims = token::verify(app.keys(), access, now / 1_000)?;
    let session = match app.sessions().get(claims.device_id, now) {
        Some(session) => session,
        None => load(app, claims.tenant_id, claims.device_id, now).await?,
    };
    let same = session.sid == claims.sid
        && session.principal.user_id == claims.user_id
        && session.principal.tenant_id == claims.tenant_id;
    if same { Ok(session) } else { Err(Code::Unauthenticated.into()) }
}

/// Who acts on a device, read anew, for a connection that was authenticated earlier.
///
/// # Errors
/// As [`authenticate`].
pub async fn afresh(app: &App, session: &Session) -> Result<Arc<Session>> {
    let (now, principal) = (app.now(), &session.principal);
    let present = load(app, principal.tenant_id, principal.device_id, now).await?;
    if present.sid == session.sid { Ok(present) } else { Err(Code::Unauthenticated.into()) }
}

async fn load(app: &App, tenant_id: RecordId, device_id: RecordId, now: Millis) -> Result<Arc<Session>> {
    let generation = app.sessions().generation.load(Ordering::SeqCst);
    let tenant = tenants::by_id(app, tenant_id).await?.ok_or(Code::Unauthenticated)?;
    if tenant.state == State::Suspended {
        return Err(Code::TenantSuspended.into());
    }
    let mut tx = app.db().public().await?;
    let row = store::devices::session(&mut tx, tenant_id, device_id).await?.ok_or(Code::Unauthenticated)?;
    if row.revoked || !row.is_active {
        return Err(Code::DeviceRevoked.into());
    }
    let sid = row.sid.ok_or(Code::Unauthenticated)?;
    if now - row.last_seen_at >= LAST_SEEN_STEP_MS {
        store::devices::seen(&mut tx, device_id, now).await?;
    }
    tx.commit().await?;
    let SessionRow { user_id, email, name, role, .. } = row;
    let own = own::of(app, &tenant, user_id).await?;
    let principal = Principal { user_id, device_id, tenant_id, role: role_from(&role), own };
    let session = Arc::new(Session { principal, tenant, email, name, sid });
    app.sessions().put(now, generation, &session);
    Ok(session)
}

/// Whether a role may look after members and devices of others.
#[must_use]
pub const fn administers(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin)
}
