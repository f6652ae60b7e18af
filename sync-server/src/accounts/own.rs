//! What is each person's own, as it was read last. It is never believed without the database: what changed since is read,
//! and that is little where everything would be much.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use zumodra_shared::access::{JOBS, Own};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::limits::{MAX_CACHE_ENTRIES, MAX_CACHED_OWN};
use crate::sync::news::Owners;
use crate::tenants::Tenant;

/// What is people's own, by workspace and person, each with the place of the log up to which it is right.
#[derive(Debug, Default)]
pub struct Cache(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    entries: HashMap<(RecordId, RecordId), (i64, Arc<Own>)>,
    /// Records in all entries.
    records: usize,
}

impl Cache {
    fn get(&self, whose: (RecordId, RecordId)) -> Option<(i64, Arc<Own>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.get(&whose).cloned()
    }

    fn put(&self, whose: (RecordId, RecordId), at: i64, own: &Arc<Own>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = &mut *held;
        if held.entries.len() >= MAX_CACHE_ENTRIES || held.records + own.len() > MAX_CACHED_OWN {
            *held = Held::default();
        }
        let old = held.entries.insert(whose, (at, Arc::clone(own)));
        held.records = held.records + own.len() - old.map_or(0, |(_, old)| old.len());
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
    // A head that went back is another past, of which nothing is known.
    let known = cache.get(whose).filter(|(at, _)| *at <= head);
    let since = match &known {
        Some((at, _)) => Owners::since(&mut tx, *at, head).await?,
        None => None,
    };
    let own = match known.zip(since) {
        Some(((_, before), owners)) => owners.own(user_id, before),
        None => all(store::devices::naming(&mut tx, user_id).await?),
    };
    tx.commit().await?;
    cache.put(whose, head, &own);
    Ok(own)
}

fn all(rows: Vec<store::devices::NamingRow>) -> Arc<Own> {
    let def = |kind: i32| registry::by_code(u16::try_from(kind).ok()?);
    let known = || rows.iter().filter_map(|row| Some((row, def(row.kind)?)));
    let jobs = known().filter(|(row, def)| def.name == JOBS && !row.deleted);
    let walls = known().filter(|(row, _)| row.walled);
    Own::new(jobs.map(|(row, _)| row.doc), walls.map(|(row, def)| (row.doc, def.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> RecordId {
        RecordId::from_u128(number as u128)
    }

    fn own(records: usize) -> Arc<Own> {
        Own::new((0..records).map(id), [])
    }

    #[test]
    fn a_full_cache_is_emptied_and_what_is_read_anew_counts_once() {
        let cache = Cache::default();
        let half = own(MAX_CACHED_OWN / 2);
        for at in 0..5 {
            cache.put((id(1), id(1)), at, &half);
        }
        cache.put((id(1), id(2)), 7, &half);
        assert_eq!(cache.get((id(1), id(1))).map(|(at, _)| at), Some(4));
        cache.put((id(1), id(3)), 8, &own(2));
        assert!(cache.get((id(1), id(1))).is_none() && cache.get((id(1), id(2))).is_none());
        assert_eq!(cache.get((id(1), id(3))), Some((8, own(2))));
        assert!(cache.get((id(2), id(3))).is_none(), "another workspace");
    }
}
