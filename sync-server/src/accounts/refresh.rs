//! Refresh tokens: each is spent by its first use and replaced. A spent one that comes back means that two hold it, so
//! the whole chain ends; only an answer that was lost on the way is forgiven, once and at once.

use zumodra_shared::access::Role;
use zumodra_shared::kernel::{Code, RecordId};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::model::User;
use super::store::tokens::{NewToken, Token};
use super::token::{Claims, digest, sign};
use super::{sessions, store};
use crate::app::{App, DomainEvent};
use crate::db::PublicTx;
use crate::error::Result;
use crate::limits::{ACCESS_TOKEN_MS, REFRESH_GRACE_MS, REFRESH_TOKEN_MS};
use crate::signals;
use crate::tenants::{self, State};

/// Whom tokens are made for.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    pub tenant_id: RecordId,
    pub user: &'a User,
    pub role: Role,
    pub device_id: RecordId,
    pub sid: RecordId,
    pub parent: Option<RecordId>,
}

/// A secret of 32 bytes, as text that fits into an address.
pub(super) fn secret(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.random::<32>())
}

/// Makes an access token and a refresh token.
pub(super) async fn issue(app: &App, tx: &mut PublicTx, grant: &Grant<'_>) -> Result<(String, String)> {
    let now = app.now();
    let refresh = secret(app);
    let token = NewToken {
        id: app.new_id(),
        session: grant.sid,
        device_id: grant.device_id,
        parent: grant.parent,
        hash: &digest(&refresh),
        expires_at: now + REFRESH_TOKEN_MS,
    };
    store::tokens::insert(tx, &token, now).await?;
    let claims = Claims {
        user_id: grant.user.id,
        email: grant.user.email.clone(),
        tenant_id: grant.tenant_id,
        role: grant.role,
        device_id: grant.device_id,
        sid: grant.sid,
        iat: now / 1_000,
        exp: (now + ACCESS_TOKEN_MS) / 1_000,
    };
    Ok((sign(app.keys(), &claims)?, refresh))
}

/// Spends a refresh token and gives the next pair.
///
/// # Errors
/// [`Code::Unauthenticated`], [`Code::TokenExpired`], [`Code::RefreshReused`], [`Code::DeviceRevoked`] or
/// [`Code::TenantSuspended`].
pub async fn refresh(app: &App, presented: &str) -> Result<(String, String)> {
    let now = app.now();
    let mut tx = app.db().public().await?;
    let token = store::tokens::find(&mut tx, &digest(presented)).await?.ok_or(Code::Unauthenticated)?;
    if token.device_revoked {
        return Err(Code::DeviceRevoked.into());
    }
    let replayed = token.revoked_at.is_some() && token.living == Some(token.session);
    if replayed || spent_before(&mut tx, &token, now).await? {
        // A chain that has ended already has nothing left to end.
        if token.living == Some(token.session) {
            end(app, tx, token.tenant_id, token.device_id).await?;
            tracing::warn!(device = %token.device_id, user = %token.user_id, "a spent refresh token came back");
        }
        return Err(Code::RefreshReused.into());
    }
    if token.expires_at <= now {
        return Err(Code::TokenExpired.into());
    }
    if token.revoked_at.is_some() || token.living != Some(token.session) {
        return Err(Code::Unauthenticated.into());
    }
    let tenant = tenants::by_id(app, token.tenant_id).await?.ok_or(Code::Unauthenticated)?;
    if tenant.state == State::Suspended {
        return Err(Code::TenantSuspended.into());
    }
    let member =
        store::members::one(&mut tx, token.tenant_id, token.user_id).await?.ok_or(Code::Unauthenticated)?;
    if !member.is_active {
        return Err(Code::DeviceRevoked.into());
    }
    let user = store::users::by_id(&mut tx, token.user_id).await?.ok_or(Code::Unauthenticated)?;
    store::tokens::spend(&mut tx, &token, now).await?;
    let grant = Grant {
        tenant_id: token.tenant_id,
        user: &user,
        role: member.role,
        device_id: token.device_id,
        sid: token.session,
        parent: Some(token.id),
    };
    let pair = issue(app, &mut tx, &grant).await?;
    tx.commit().await?;
    Ok(pair)
}

/// Whether a token was spent, other than just now by somebody who never got the answer.
async fn spent_before(tx: &mut PublicTx, token: &Token, now: i64) -> Result<bool> {
    let Some(used_at) = token.used_at else { return Ok(false) };
    if now - used_at > REFRESH_GRACE_MS {
        return Ok(true);
    }
    Ok(store::tokens::successor_was_used(tx, token.id).await?)
}

/// Ends the session of a device, commits, and tells.
async fn end(app: &App, mut tx: PublicTx, tenant_id: RecordId, device_id: RecordId) -> Result<()> {
    let event = DomainEvent::DeviceEnded { tenant_id, device_id, revoked: false };
    store::tokens::revoke_device(&mut tx, device_id, app.now()).await?;
    store::devices::set_session(&mut tx, device_id, None, app.now()).await?;
    signals::record(app, &mut tx, event).await?;
    tx.commit().await?;
    signals::tell(app, event);
    Ok(())
}

/// Signs a device out, by its refresh token or by who is signed in. A token that is not known is signed out already.
///
/// # Errors
/// [`Code::Unauthenticated`] with neither.
pub async fn sign_out(app: &App, presented: Option<&str>, access: Option<&str>) -> Result<()> {
    if let Some(presented) = presented {
        let mut tx = app.db().public().await?;
        let token = store::tokens::find(&mut tx, &digest(presented)).await?;
        let Some(token) = token.filter(|token| token.living == Some(token.session)) else { return Ok(()) };
        return end(app, tx, token.tenant_id, token.device_id).await;
    }
    let session = sessions::authenticate(app, access.ok_or(Code::Unauthenticated)?).await?;
    end(app, app.db().public().await?, session.principal.tenant_id, session.principal.device_id).await
}
