//! What happens to claims: they are made, looked for in the DNS, and taken away.

use data_encoding::BASE32_NOPAD;
use futures_util::StreamExt as _;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use tokio::time::timeout;
use url::Host;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::claim::{Claim, Notice, Seen, State};
use super::{dns, host, store};
use crate::app::{App, DomainEvent};
use crate::careers::told;
use crate::check::Check;
use crate::config::Config;
use crate::error::Result;
use crate::limits::{
    DOMAIN_ASK_AGAIN_MS, DOMAIN_LEASE_MS, DOMAIN_WAIT_MS, DOMAINS_SWEPT_WITHIN, MAX_DOMAINS,
    MAX_DOMAINS_AT_ONCE, MAX_DOMAINS_SWEPT,
};
use crate::mail::Content;
use crate::signals;
use crate::tenants;

/// Bytes of a token: enough that nobody finds it in the DNS by chance.
const TOKEN_BYTES: usize = 20;

/// Something to enter in the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `TXT`, `CNAME`, `A` or `AAAA`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// At which name.
    pub name: String,
    /// What.
    pub value: String,
}

/// A claim as its workspace is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its id.
    pub id: RecordId,
    /// The host, in the letters of the DNS.
    pub host: String,
    /// Where it stands.
    pub state: State,
    /// What was seen when the DNS was asked last; null before that.
    pub seen: Option<Seen>,
    /// Whether the host leads to this installation.
    pub points_here: bool,
    /// Whether the operator of the installation vouches for it: then nothing need be entered.
    pub is_vouched: bool,
    /// What to enter in the DNS.
    pub records: Vec<Entry>,
    /// When it was claimed, in milliseconds.
    pub created_at: Millis,
    /// When the DNS was asked last, in milliseconds.
    pub checked_at: Option<Millis>,
    /// When it was verified, in milliseconds.
    pub verified_at: Option<Millis>,
    /// Until when the host leads here though its text is gone, in milliseconds; null while nothing is wrong.
    pub ends_at: Option<Millis>,
}

impl Shown {
    fn of(config: &Config, claim: &Claim) -> Self {
        Self {
            id: claim.id,
            host: claim.host.clone(),
            state: claim.state,
            seen: claim.seen,
            points_here: claim.points_here,
            is_vouched: claim.is_vouched,
            records: if claim.is_vouched { Vec::new() } else { entries(config, claim) },
            created_at: claim.created_at,
            checked_at: claim.checked_at,
            verified_at: claim.verified_at,
            ends_at: claim.ends_at(),
        }
    }
}

fn entries(config: &Config, claim: &Claim) -> Vec<Entry> {
    let (kind, value) = match host::installation(config) {
        Host::Domain(name) => ("CNAME", name),
        Host::Ipv4(address) => ("A", address.to_string()),
        Host::Ipv6(address) => ("AAAA", address.to_string()),
    };
    vec![
        Entry { kind: "TXT", name: claim.proof_name(), value: claim.proof() },
        Entry { kind, name: claim.host.clone(), value },
    ]
}

/// A workspace's claims, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, tenant_id: RecordId) -> Result<Vec<Shown>> {
    let mut tx = app.db().public().await?;
    let claims = store::of_tenant(&mut tx, tenant_id).await?;
    tx.commit().await?;
    Ok(claims.iter().map(|claim| Shown::of(app.config(), claim)).collect())
}

/// Claims a host for a workspace. Claimed again, the claim is the same.
///
/// # Errors
/// [`Code::InvalidFields`] for what is no host that can be claimed, [`Code::AlreadyExists`] for one that another
/// workspace has verified, [`Code::QuotaReached`] beyond [`MAX_DOMAINS`].
pub async fn claim(app: &App, tenant_id: RecordId, text: &str) -> Result<Shown> {
    let host = claimable(app, text)?;
    let mut tx = app.db().public().await?;
    store::hold_tenant(&mut tx, tenant_id).await?;
    let claims = store::hold(&mut tx, &host).await?;
    if let Some(own) = claims.iter().find(|claim| claim.tenant_id == tenant_id) {
        return Ok(Shown::of(app.config(), own));
    }
    refuse_taken(&claims, tenant_id)?;
    if i64::try_from(store::of_tenant(&mut tx, tenant_id).await?.len()).unwrap_or(i64::MAX) >= MAX_DOMAINS {
        return Err(Problem::new(Code::QuotaReached)
            .detail(format!("A workspace may claim {MAX_DOMAINS} hosts. Remove one of them first."))
            .into());
    }
    let claim = fresh(app, tenant_id, host);
    store::insert(&mut tx, &claim).await?;
    tx.commit().await?;
    tracing::info!(tenant = %tenant_id, host = claim.host, "a host was claimed");
    Ok(Shown::of(app.config(), &claim))
}

/// Gives a workspace a host for which the operator of the installation vouches: the DNS is not asked.
///
/// # Errors
/// As [`claim`].
pub async fn vouch(app: &App, tenant_id: RecordId, text: &str) -> Result<()> {
    let host = claimable(app, text)?;
    let now = app.now();
    let mut tx = app.db().public().await?;
    store::insert(&mut tx, &fresh(app, tenant_id, host.clone())).await?;
    let claims = store::hold(&mut tx, &host).await?;
    refuse_taken(&claims, tenant_id)?;
    for own in claims.into_iter().filter(|claim| claim.tenant_id == tenant_id) {
        let vouched = Claim {
            state: State::Verified,
            is_vouched: true,
            points_here: true,
            verified_at: Some(now),
            missing_since: None,
            next_check_at: None,
            ..own
        };
        store::update(&mut tx, &vouched).await?;
    }
    changed(app, &mut tx, tenant_id).await?;
    tx.commit().await?;
    signals::tell(app, DomainEvent::TenantChanged { tenant_id });
    Ok(())
}

fn claimable(app: &App, text: &str) -> Result<String> {
    let mut check = Check::new();
    let host = host::claimable(text, app.config()).unwrap_or_else(|unfit| {
        check.wrong("host", &unfit.message());
        String::new()
    });
    check.done()?;
    Ok(host)
}

fn refuse_taken(claims: &[Claim], tenant_id: RecordId) -> Result<()> {
    let is_taken = claims.iter().any(|claim| claim.tenant_id != tenant_id && claim.state == State::Verified);
    if is_taken {
        return Err(Problem::new(Code::AlreadyExists)
            .detail("Another workspace has verified this host.")
            .into());
    }
    Ok(())
}

fn fresh(app: &App, tenant_id: RecordId, host: String) -> Claim {
    let now = app.now();
    Claim {
        id: app.new_id(),
        tenant_id,
        host,
        token: BASE32_NOPAD.encode(&app.random::<TOKEN_BYTES>()).to_ascii_lowercase(),
        state: State::Waiting,
        is_vouched: false,
        points_here: false,
        seen: None,
        tries: 0,
        created_at: now,
        checked_at: None,
        verified_at: None,
        missing_since: None,
        next_check_at: Some(now + DOMAIN_WAIT_MS),
    }
}

/// Looks for a claim in the DNS now, because somebody wants to know; who asks again at once is told the same.
///
/// # Errors
/// [`Code::NotFound`] for what is no claim of the workspace.
pub async fn check(app: &App, tenant_id: RecordId, id: RecordId) -> Result<Shown> {
    let mut tx = app.db().public().await?;
    let claims = store::of_tenant(&mut tx, tenant_id).await?;
    tx.commit().await?;
    let claim = claims.into_iter().find(|claim| claim.id == id).ok_or(Code::NotFound)?;
    let is_known = claim.checked_at.is_some_and(|at| app.now() - at < DOMAIN_ASK_AGAIN_MS);
    if is_known || claim.is_vouched {
        return Ok(Shown::of(app.config(), &claim));
    }
    let looked = look(app, &claim).await?.ok_or(Code::NotFound)?;
    Ok(Shown::of(app.config(), &looked))
}

/// Asks the DNS about a claim and writes what came of it. None when the claim was taken away meanwhile.
async fn look(app: &App, claim: &Claim) -> Result<Option<Claim>> {
    let answer = dns::ask(app.config(), claim).await;
    let (now, tenant_id) = (app.now(), claim.tenant_id);
    let mut tx = app.db().public().await?;
    let claims = store::hold(&mut tx, &claim.host).await?;
    let Some(before) = claims.iter().find(|held| held.id == claim.id) else { return Ok(None) };
    // The operator vouched for it meanwhile.
    if before.is_vouched {
        return Ok(Some(before.clone()));
    }
    let taken = claims.iter().any(|other| other.id != claim.id && other.state == State::Verified);
    let after = before.after(answer, taken, now);
    store::update(&mut tx, &after).await?;
    let serves_otherwise = after.serves_otherwise(before);
    if serves_otherwise {
        changed(app, &mut tx, tenant_id).await?;
    }
    tx.commit().await?;
    if serves_otherwise {
        let state = after.state.name();
        tracing::info!(tenant = %tenant_id, host = after.host, state, points_here = after.points_here, "a host changed");
        signals::tell(app, DomainEvent::TenantChanged { tenant_id });
    }
    if let Some(notice) = after.notice(now) {
        tell_owners(app, &after, notice).await?;
    }
    Ok(Some(after))
}

/// Tells every node, in the transaction of what changed.
async fn changed(app: &App, tx: &mut PgConnection, tenant_id: RecordId) -> Result<()> {
    signals::record(app, tx, DomainEvent::TenantChanged { tenant_id }).await
}

/// Tells the owners what is wrong with a host: once, however often it is looked at.
async fn tell_owners(app: &App, claim: &Claim, notice: Notice) -> Result<()> {
    let Some(tenant) = tenants::by_id(app, claim.tenant_id).await? else { return Ok(()) };
    let since = claim.missing_since.unwrap_or_default();
    let (event, content) = match notice {
        Notice::Missing { ends_at } => {
            ("host_missing", Content::HostMissing { host: claim.host.clone(), ends_at })
        }
        Notice::Lost => ("host_lost", Content::HostLost { host: claim.host.clone() }),
    };
    let event = (format!("{event}/{}/{since}", claim.id), claim.id);
    let mails = told::mails(app, &tenant, &[], event, &content).await?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    told::post(app, &mut tx, &mails).await?;
    tx.commit().await?;
    app.mail().ring();
    Ok(())
}

/// Takes a workspace's claim away: its host leads nowhere from now on, on every node.
///
/// # Errors
/// [`Code::NotFound`] for what is no claim of the workspace.
pub async fn remove(app: &App, tenant_id: RecordId, id: RecordId) -> Result<()> {
    let mut tx = app.db().public().await?;
    if !store::delete(&mut tx, tenant_id, id).await? {
        return Err(Code::NotFound.into());
    }
    changed(app, &mut tx, tenant_id).await?;
    tx.commit().await?;
    signals::tell(app, DomainEvent::TenantChanged { tenant_id });
    tracing::info!(tenant = %tenant_id, claim = %id, "a claim on a host was taken away");
    Ok(())
}

/// Looks at the claims whose time has come.
///
/// # Errors
/// When the database cannot be read.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().public().await?;
    let due = store::due(&mut tx, now, now + DOMAIN_LEASE_MS, MAX_DOMAINS_SWEPT).await?;
    tx.commit().await?;
    let looking =
        futures_util::stream::iter(due).for_each_concurrent(MAX_DOMAINS_AT_ONCE, |claim| async move {
            if let Err(error) = look(app, &claim).await {
                tracing::warn!(tenant = %claim.tenant_id, host = claim.host, %error, "a host could not be looked at");
            }
        });
    tokio::select! {
        () = app.shutdown().cancelled() => {}
        // Name servers that never answer keep no other sweep waiting: what is left is looked at after its lease.
        _ = timeout(DOMAINS_SWEPT_WITHIN, looking) => {}
    }
    Ok(())
}
