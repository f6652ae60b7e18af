//! Invitations: a secret that makes its holder a member once, within a week.

use serde::Deserialize;
use serde_json::json;
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::model::Invitation;
use super::sessions::administers;
use super::sign_in::{DeviceClaim, SignedIn, open_in};
use super::token::digest;
use super::{directory, sign_up, store};
use crate::app::App;
use crate::check::Check;
use crate::error::Result;
use crate::http::page::Page;
use crate::limits::{INVITATION_MS, MAX_PERSON_CHARS};
use crate::mail::{self, Content, Mail, Recipient};
use crate::tenants::{self, State, Tenant};

/// The event for whoever acts on it later.
pub const CREATED: &str = "invitation.created";
/// What the secrets of invitations are signed for.
const SECRET: &str = "invitation";

/// An invitation as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Invite {
    /// Whom.
    pub email: String,
    /// Into which role.
    pub role: Option<Role>,
    /// With which job title.
    pub job_title: String,
}

/// An acceptance as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Accept {
    /// The secret.
    pub token: String,
    /// The person's name.
    pub name: String,
    /// A new password, or the right one when the address has an account.
    pub password: String,
    /// The device.
    #[serde(flatten)]
    pub device: DeviceClaim,
}

/// The secret of an invitation. It is made of the id and a key of the installation, and kept nowhere: so it is in the
/// answer to who invites and in the mail that goes out later, and in no table.
#[must_use]
pub fn secret(app: &App, id: RecordId) -> String {
    app.keys().sign(SECRET, &id.to_string())
}

/// Where an invitation is accepted.
#[must_use]
pub fn link(app: &App, secret: &str) -> String {
    format!("{}/account/invitation/?token={secret}", app.config().public_url())
}

/// What a mail of an invitation is about, for once.
fn mail_key(id: RecordId) -> String {
    format!("invitation/{id}")
}

/// Invites somebody: a mail with the link goes out, and the secret is in the answer, so that who invites can pass it on.
/// An earlier invitation of the address ends.
///
/// # Errors
/// [`Code::Forbidden`] for who may not grant the role, [`Code::AlreadyExists`] for an active member.
pub async fn invite(
    app: &App,
    by: &Principal,
    tenant: &Tenant,
    input: Invite,
) -> Result<(Invitation, String)> {
    let mut check = Check::new();
    let email = check.email("email", &input.email);
    let job_title = check.line("job_title", &input.job_title, MAX_PERSON_CHARS);
    if input.role.is_none() {
        check.wrong("role", "This is needed.");
    }
    check.done()?;
    let role = input.role.unwrap_or(Role::Viewer);
    if !administers(by.role) || !by.role.may_grant(role) {
        return Err(Code::Forbidden.into());
    }
    let now = app.now();
    let invitation = Invitation {
        id: app.new_id(),
        email,
        role,
        job_title,
        invited_by: (!by.is_server()).then_some(by.user_id),
        created_at: now,
        expires_at: now + INVITATION_MS,
        accepted_at: None,
        revoked_at: None,
    };
    let token = secret(app, invitation.id);
    let mut tx = app.db().public().await?;
    let mut language = tenant.settings.language.clone();
    if let Some(user) = store::users::by_email(&mut tx, &invitation.email).await? {
        let member = store::members::one(&mut tx, tenant.id, user.id).await?;
        if member.is_some_and(|member| member.is_active) {
            return Err(Problem::new(Code::AlreadyExists)
                .field("email", "This person is a member already.")
                .into());
        }
        language = user.language;
    }
    let inviter = match invitation.invited_by {
        Some(id) => store::users::by_id(&mut tx, id).await?.map(|user| user.name),
        None => None,
    };
    let earlier = store::invitations::revoke_of(&mut tx, tenant.id, &invitation.email, now).await?;
    store::invitations::insert(&mut tx, tenant.id, &invitation, &digest(&token)).await?;
    // The fact is in public, the event in the tenant's outbox, and both are in one transaction.
    let mut tx = tx.into_tenant(&tenant.schema).await?;
    let payload = json!({"invitation_id": invitation.id, "email": invitation.email, "role": invitation.role});
    store::invitations::enqueue(&mut tx, CREATED, &payload, now).await?;
    for id in earlier {
        mail::cancel(app, &mut tx, &mail_key(id)).await?;
    }
    mail::enqueue(app, &mut tx, &told(&invitation, inviter.unwrap_or_default(), language)).await?;
    tx.commit().await?;
    app.mail().ring();
    Ok((invitation, token))
}

/// The mail of an invitation.
fn told(invitation: &Invitation, inviter: String, language: String) -> Mail {
    Mail {
        event_key: mail_key(invitation.id),
        to: Recipient { address: invitation.email.clone(), name: String::new() },
        language,
        content: Content::Invitation {
            invitation_id: invitation.id,
            inviter,
            role: invitation.role,
            expires_at: invitation.expires_at,
        },
        about: None,
        attachments: Vec::new(),
        due_at: None,
        worth_ms: INVITATION_MS,
    }
}

/// The invitations, the newest first.
///
/// # Errors
/// [`Code::Forbidden`] for all but administrators.
pub async fn list(app: &App, by: &Principal, page: &Page) -> Result<(i64, Vec<Invitation>)> {
    if !administers(by.role) {
        return Err(Code::Forbidden.into());
    }
    let mut tx = app.db().public().await?;
    let count = store::invitations::count(&mut tx, by.tenant_id).await?;
    let invitations = store::invitations::page(&mut tx, by.tenant_id, page.offset(), page.limit()).await?;
    tx.commit().await?;
    Ok((count, invitations))
}

/// Takes an open invitation back.
///
/// # Errors
/// [`Code::Forbidden`] for all but administrators, [`Code::NotFound`] when none is open.
pub async fn revoke(app: &App, by: &Principal, id: RecordId) -> Result<()> {
    if !administers(by.role) {
        return Err(Code::Forbidden.into());
    }
    let tenant = tenants::by_id(app, by.tenant_id).await?.ok_or(Code::NotFound)?;
    let mut tx = app.db().public().await?;
    if !store::invitations::revoke(&mut tx, by.tenant_id, id, app.now()).await? {
        return Err(Code::NotFound.into());
    }
    let mut tx = tx.into_tenant(&tenant.schema).await?;
    mail::cancel(app, &mut tx, &mail_key(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the holder of an invitation a member and signs them in.
///
/// # Errors
/// [`Code::InvitationUsed`], [`Code::TenantSuspended`], and those of a sign-up.
pub async fn accept(app: &App, input: Accept) -> Result<SignedIn> {
    let hash = digest(&input.token);
    let mut tx = app.db().public().await?;
    let (tenant_id, invitation) = open_invitation(app, &mut tx, &hash).await?;
    tx.commit().await?;
    let tenant = tenants::by_id(app, tenant_id).await?.ok_or(Code::InvitationUsed)?;
    if tenant.state == State::Suspended {
        return Err(Code::TenantSuspended.into());
    }
    let mut check = Check::new();
    let name = check.name("name", &input.name);
    check.done()?;
    let (user, is_new) =
        sign_up::account(app, &invitation.email, &name, &input.password, &tenant.settings.language).await?;
    let mut tx = app.db().public().await?;
    // Read again under a lock: hashing took a while, and the secret works once.
    let (_, invitation) = open_invitation(app, &mut tx, &hash).await?;
    if is_new {
        sign_up::insert(app, &mut tx, &user).await?;
    }
    let now = app.now();
    store::members::put(&mut tx, tenant.id, user.id, invitation.role, &invitation.job_title, now).await?;
    store::invitations::accepted(&mut tx, invitation.id, now).await?;
    let signed_in = open_in(app, &mut tx, &tenant, &user, invitation.role, &input.device).await?;
    directory::record(app, &mut tx, tenant.id, user.id).await?;
    tx.commit().await?;
    directory::publish(app, tenant.id, user.id);
    Ok(signed_in)
}

/// The address and the workspace of an invitation that can be accepted.
///
/// # Errors
/// [`Code::InvitationUsed`].
pub async fn opened(app: &App, token: &str) -> Result<(String, String)> {
    let mut tx = app.db().public().await?;
    let (tenant_id, invitation) = open_invitation(app, &mut tx, &digest(token)).await?;
    tx.commit().await?;
    let tenant = tenants::by_id(app, tenant_id).await?.ok_or(Code::InvitationUsed)?;
    Ok((invitation.email, tenant.name.clone()))
}

async fn open_invitation(
    app: &App,
    tx: &mut crate::db::PublicTx,
    hash: &[u8],
) -> Result<(RecordId, Invitation)> {
    let (tenant_id, invitation) = store::invitations::find(tx, hash).await?.ok_or(Code::InvitationUsed)?;
    let is_open = invitation.accepted_at.is_none()
        && invitation.revoked_at.is_none()
        && invitation.expires_at > app.now();
    if is_open { Ok((tenant_id, invitation)) } else { Err(Code::InvitationUsed.into()) }
}
