//! What is each person's own, as it was read last. It is never believed without the database: what changed since is read,
//! and that is little where everything would be much.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use zumodra_shared::access::{JOBS, Own};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::registry;

use super::store;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::{MAX_CACHE_ENTRIES, MAX_CACHED_OWN, OWN_CACHE_MS};
use crate::sync::news::Owners;
use crate::tenants::Tenant;

/// What is people's own, by workspace and person, each with the place of the log up to which it is right.
#[derive(Debug, Default)]
pub struct Cache(Mutex<Held>);

/// What is somebody's own, as it was read.
#[derive(Debug, Clone)]
struct Read {
    /// When all of it was read.
    since: Millis,
    /// Up to which place of the log it is right.
    at: i64,
    own: Arc<Own>,
}

#[derive(Debug, Default)]
struct Held {
    entries: HashMap<(RecordId, RecordId), Read>,
    /// Records in all entries.
    records: usize,
}

impl Cache {
    fn get(&self, whose: (RecordId, RecordId)) -> Option<Read> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.get(&whose).cloned()
    }

    fn put(&self, whose: (RecordId, RecordId), read: Read) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (held, records) = (&mut *held, read.own.len());
        if held.entries.len() >= MAX_CACHE_ENTRIES || held.records + records > MAX_CACHED_OWN {
            *held = Held::default();
        }
        let old = held.entries.insert(whose, read);
        held.records = held.records + records - old.map_or(0, |old| old.own.len());
    }
}

/// What is a person's own now, up to the last commit of the workspace.
///
/// # Errors
/// When the database fails.
pub async fn of(app: &App, tenant: &Tenant, user_id: RecordId) -> Result<Arc<Own>> {
    let (cache, whose) = (app.sessions().own(), (tenant.id, user_id));
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let head = store::devices::head(&mut tx).await?;
    // A head that went back is another past, of which nothing is known. And what is wrong for a reason that the log does not
    // tell (a projection that was mended) is not believed for ever.
    let now = app.now();
    let known =
        cache.get(whose).filter(|known| known.at <= head && (0..OWN_CACHE_MS).contains(&(now - known.since)));
    let news = match &known {
        Some(known) => Owners::since(&mut tx, known.at, head).await?,
        None => None,
    };
    let read = match known.zip(news) {
        Some((known, owners)) => Read { at: head, own: owners.own(user_id, known.own), ..known },
        None => {
            let naming = store::devices::naming(&mut tx, user_id).await?;
            let given = store::devices::given(&mut tx, user_id).await?;
            Read { since: now, at: head, own: all(&naming, given) }
        }
    };
    tx.commit().await?;
    let own = Arc::clone(&read.own);
    cache.put(whose, read);
    Ok(own)
}

/// What is a person's own as a transaction sees it: nothing is remembered, because it may come to nothing.
///
/// # Errors
/// When the database fails.
pub async fn within(tx: &mut TenantTx, user_id: RecordId) -> Result<Arc<Own>> {
    let naming = store::devices::naming(tx, user_id).await?;
    let given = store::devices::given(tx, user_id).await?;
    Ok(all(&naming, given))
}

fn all(rows: &[store::devices::NamingRow], given: Vec<store::devices::GivenRow>) -> Arc<Own> {
    let def = |kind: i32| registry::by_code(u16::try_from(kind).ok()?);
    let known = || rows.iter().filter_map(|row| Some((row, def(row.kind)?)));
    let jobs = known().filter(|(row, def)| def.name == JOBS && !row.deleted);
    let walls = known().filter(|(row, _)| row.walled);
    let given = given.into_iter().filter_map(|row| {
        let given = def(row.kind)?.given(&row.fields.0, row.wall)?;
        Some((row.doc, given))
    });
    Own::new(jobs.map(|(row, _)| row.doc), walls.map(|(row, def)| (row.doc, def.name)), given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> RecordId {
        RecordId::from_u128(number as u128)
    }

    fn own(records: usize) -> Arc<Own> {
        Own::new((0..records).map(id), [], [])
    }

    #[test]
    fn a_full_cache_is_emptied_and_what_is_read_anew_counts_once() {
        let cache = Cache::default();
        let read = |at, own: &Arc<Own>| Read { since: 0, at, own: Arc::clone(own) };
        let half = own(MAX_CACHED_OWN / 2);
        for at in 0..5 {
            cache.put((id(1), id(1)), read(at, &half));
        }
        cache.put((id(1), id(2)), read(7, &half));
        assert_eq!(cache.get((id(1), id(1))).map(|read| read.at), Some(4));
        cache.put((id(1), id(3)), read(8, &own(2)));
        assert!(cache.get((id(1), id(1))).is_none() && cache.get((id(1), id(2))).is_none());
        assert_eq!(cache.get((id(1), id(3))).map(|read| (read.at, read.own)), Some((8, own(2))));
        assert!(cache.get((id(2), id(3))).is_none(), "another workspace");
    }
}
