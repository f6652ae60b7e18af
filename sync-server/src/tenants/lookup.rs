//! Finds the workspace of a request: by subdomain, by verified domain, or by the id in a token. What was found is believed
//! for a few seconds; what this process changes, and what another one signals, is forgotten at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};

use super::model::Tenant;
use super::store;
use crate::app::App;
use crate::error::Result;
use crate::limits::{MAX_CACHE_ENTRIES, TENANT_CACHE_MS};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Id(RecordId),
    Slug(String),
    Host(String),
}

/// The workspaces that were looked up lately.
#[derive(Debug, Default)]
pub struct Tenants {
    found: Mutex<HashMap<Key, (Millis, Arc<Tenant>)>>,
}

impl Tenants {
    fn get(&self, key: &Key, now: Millis) -> Option<Arc<Tenant>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, tenant) = found.get(key)?;
        (now - at < TENANT_CACHE_MS && now >= *at).then(|| Arc::clone(tenant))
    }

    fn put(&self, key: Key, now: Millis, tenant: &Arc<Tenant>) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= MAX_CACHE_ENTRIES {
            found.clear();
        }
        found.insert(key, (now, Arc::clone(tenant)));
    }

    /// Forgets a workspace that was changed.
    pub fn forget(&self, tenant_id: RecordId) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.retain(|_, (_, tenant)| tenant.id != tenant_id);
    }
}

async fn find(app: &App, key: Key) -> Result<Option<Arc<Tenant>>> {
    let now = app.now();
    if let Some(tenant) = app.tenants().get(&key, now) {
        return Ok(Some(tenant));
    }
    let mut tx = app.db().public().await?;
    let found = match &key {
        Key::Id(id) => store::by_id(&mut tx, *id).await?,
        Key::Slug(slug) => store::by_slug(&mut tx, slug).await?,
        Key::Host(host) => store::by_host(&mut tx, host).await?,
    };
    tx.commit().await?;
    let Some(tenant) = found.map(Arc::new) else { return Ok(None) };
    app.tenants().put(key, now, &tenant);
    Ok(Some(tenant))
}

/// The workspace of an id.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_id(app: &App, id: RecordId) -> Result<Option<Arc<Tenant>>> {
    find(app, Key::Id(id)).await
}

/// The workspace of a slug.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_slug(app: &App, slug: &str) -> Result<Option<Arc<Tenant>>> {
    find(app, Key::Slug(slug.to_ascii_lowercase())).await
}

/// The workspace that a `Host` header names, or none when it names the installation itself.
///
/// # Errors
/// [`Code::TenantUnknown`] for a subdomain or foreign domain that is no workspace's.
pub async fn from_host(app: &App, host: &str) -> Result<Option<Arc<Tenant>>> {
    let base = &app.config().base_domain;
    let key = match named(host, base) {
        Named::Installation => return Ok(None),
        Named::Subdomain(slug) => Key::Slug(slug),
        Named::Domain(host) => Key::Host(host),
    };
    find(app, key).await?.map(Some).ok_or_else(|| Code::TenantUnknown.into())
}

/// Whether a `Host` header names the installation or a subdomain of it, and not a host of a workspace's own.
#[must_use]
pub fn is_installations(app: &App, host: &str) -> bool {
    !matches!(named(host, &app.config().base_domain), Named::Domain(_))
}

#[derive(Debug, PartialEq, Eq)]
enum Named {
    Installation,
    Subdomain(String),
    Domain(String),
}

fn named(host: &str, base: &str) -> Named {
    // An IPv6 address stands in brackets, before the port.
    let name = match host.strip_prefix('[') {
        Some(_) => return Named::Installation,
        None => host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase(),
    };
    if name.is_empty() || name == base || name == "localhost" || name.parse::<IpAddr>().is_ok() {
        return Named::Installation;
    }
    match name.strip_suffix(base).and_then(|rest| rest.strip_suffix('.')) {
        Some("www") => Named::Installation,
        Some(slug) => Named::Subdomain(slug.to_owned()),
        None => Named::Domain(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_names_the_installation_a_workspace_or_a_domain() {
        for (host, wanted) in [
            ("localhost:8084", Named::Installation),
            ("127.0.0.1:8084", Named::Installation),
            ("[::1]:8084", Named::Installation),
            ("", Named::Installation),
            ("zumodra.example", Named::Installation),
            ("www.zumodra.example", Named::Installation),
            ("ACME.zumodra.example:443", Named::Subdomain("acme".into())),
            ("evilzumodra.example", Named::Domain("evilzumodra.example".into())),
            ("jobs.acme.org.", Named::Domain("jobs.acme.org".into())),
        ] {
            assert_eq!(named(host, "zumodra.example"), wanted, "{host}");
        }
        assert_eq!(named("acme.localhost:8084", "localhost"), Named::Subdomain("acme".into()));
    }
}
