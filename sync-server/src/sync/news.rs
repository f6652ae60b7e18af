//! What other nodes wrote, read once for all sockets of a tenant.
//!
//! A session that is woken reads by itself whatever is not in memory. A thousand sessions of one tenant that each did so
//! at every commit of another node would ask the database a thousand times; so the end of the log is read once, into
//! the same memory that holds what this node committed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use zumodra_shared::access::{Given, Own, Principal};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::chunk::{self, Chunk};
use zumodra_shared::sync::server::POLL_MS;
use zumodra_shared::sync::wire::{Stamp, Wall};

use super::hub::Wake;
use super::store::{self, NewsRow, OwnersRow};
use super::tail::{Commit, Entry};
use crate::app::App;
use crate::error::Result;
use crate::tenants::Tenant;

/// Rows of the log that are read at once; beyond that each session reads what it may see.
const MAX_NEWS: u64 = 1_000;
/// Bytes of changes that are read at once.
const MAX_NEWS_BYTES: i64 = 1 << 20;
/// Jobs whose people are read at once; beyond that everybody is looked up again.
const MAX_OWNERS: i64 = 20_000;

/// Whose some jobs are, and who is inside some walls.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Owners {
    jobs: Of,
    walls: Of,
    /// What its author gave by each record that is of such a kind, if it still does.
    given: BTreeMap<RecordId, Option<(RecordId, Given)>>,
}

/// Records with their kinds, and those of them that are each person's.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Of {
    records: BTreeMap<RecordId, &'static str>,
    people: HashMap<RecordId, BTreeSet<RecordId>>,
}

impl Of {
    fn add(&mut self, record: RecordId, kind: &'static str, people: impl IntoIterator<Item = RecordId>) {
        self.records.insert(record, kind);
        for person in people {
            self.people.entry(person).or_default().insert(record);
        }
    }

    fn is_own(&self, person: RecordId, record: RecordId) -> bool {
        self.people.get(&person).is_some_and(|own| own.contains(&record))
    }

    /// Whether what is believed to be a person's is right, as far as these records go.
    fn agree(&self, person: RecordId, believed: impl Fn(&RecordId) -> bool) -> bool {
        self.records.keys().all(|record| self.is_own(person, *record) == believed(record))
    }

    /// What of these records is a person's.
    fn own(&self, person: RecordId) -> impl Iterator<Item = (RecordId, &'static str)> {
        let own = self.records.iter().filter(move |(record, _)| self.is_own(person, **record));
        own.map(|(record, kind)| (*record, *kind))
    }
}

impl Owners {
    /// From the records as they are.
    fn new(rows: Vec<OwnersRow>) -> Self {
        let mut owners = Self::default();
        for row in rows {
            let Some(def) = def_of(row.kind) else { continue };
            let (fields, people) = (&row.fields.0, def.owners(&row.fields.0));
            if row.kind == jobs() {
                owners.jobs.add(row.doc, def.name, people.iter().copied().filter(|_| !row.deleted));
            }
            let is_walled = def.wall(row.doc, fields, |_| None).is_some();
            owners.walls.add(row.doc, def.name, people.into_iter().filter(|_| is_walled));
            if def.scope.after_own {
                let given = def.given(fields, row.wall).filter(|_| !row.deleted);
                owners.given.insert(row.doc, given.map(|given| (row.created_by, given)));
            }
        }
        owners
    }

    /// Whose what changed between two places of the log is. None when that is too much to be told one by one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn since(tx: &mut crate::db::TenantTx, from: i64, to: i64) -> Result<Option<Self>> {
        if from >= to {
            return Ok(Some(Self::default()));
        }
        let rows = store::owners(tx, from, MAX_OWNERS + 1).await?;
        let few = rows.len() <= usize::try_from(MAX_OWNERS).unwrap_or(usize::MAX);
        Ok(few.then(|| Self::new(rows)))
    }

    /// Whether what is believed of a person is right, as far as these records go.
    #[must_use]
    pub fn agree_with(&self, principal: &Principal) -> bool {
        self.is_right(principal.user_id, &principal.own)
    }

    /// Whether nothing changed.
    fn is_empty(&self) -> bool {
        self.jobs.records.is_empty() && self.walls.records.is_empty() && self.given.is_empty()
    }

    fn is_right(&self, person: RecordId, own: &Own) -> bool {
        self.jobs.agree(person, |job| own.jobs().contains(job))
            && self.walls.agree(person, |wall| own.walls().contains_key(wall))
            && self
                .given
                .iter()
                .all(|(record, _)| self.given_by(person, record) == own.given().get(record).copied())
    }

    /// What a person gave by a record that changed.
    fn given_by(&self, person: RecordId, record: &RecordId) -> Option<Given> {
        let (author, given) = (*self.given.get(record)?)?;
        (author == person).then_some(given)
    }

    /// What is a person's own, where so much of it was right before these records changed.
    #[must_use]
    pub fn own(&self, person: RecordId, before: Arc<Own>) -> Arc<Own> {
        if self.is_right(person, &before) {
            return before;
        }
        let jobs = before.jobs().iter().copied().filter(|job| !self.jobs.records.contains_key(job));
        let walls = before.walls().iter().filter(|(wall, _)| !self.walls.records.contains_key(*wall));
        let walls = walls.map(|(wall, kind)| (*wall, *kind));
        let given = before.given().iter().filter(|(record, _)| !self.given.contains_key(*record));
        let given = given.map(|(record, given)| (*record, *given));
        let new = self.given.keys().filter_map(|record| Some((*record, self.given_by(person, record)?)));
        Own::new(
            jobs.chain(self.jobs.own(person).map(|(job, _)| job)),
            walls.chain(self.walls.own(person)),
            given.chain(new),
        )
    }
}

fn def_of(kind: i32) -> Option<&'static EntityDef> {
    registry::by_code(u16::try_from(kind).ok()?)
}

/// Looks at a tenant's log whenever another node rings, and now and then without.
pub(super) async fn watch(app: App, tenant: Arc<Tenant>, rung: Arc<Notify>) {
    let every = Duration::from_millis(POLL_MS.unsigned_abs());
    loop {
        tokio::select! {
            () = rung.notified() => {}
            () = tokio::time::sleep(every) => {}
            () = app.shutdown().cancelled() => return,
        }
        if app.hub().is_listened_to(tenant.id)
            && let Err(error) = look(&app, &tenant).await
        {
            tracing::warn!(tenant = %tenant.id, %error, "the log could not be looked at");
        }
    }
}

async fn look(app: &App, tenant: &Tenant) -> Result<()> {
    let hub = app.hub();
    let Some((known, owners_at)) = hub.tail(tenant.id, |tail| tail.reached()) else { return Ok(()) };
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let head = store::head(&mut tx).await?.seq.unsigned_abs();
    let news = match known {
        Some(known) if known < head && head - known <= MAX_NEWS => read(&mut tx, known, head).await?,
        _ => None,
    };
    let owners = Owners::since(&mut tx, owners_at.cast_signed(), head.cast_signed()).await?;
    tx.commit().await?;
    // Who may see less is told before anybody is told that there is more to see.
    match owners {
        None => {
            app.sessions().forget_tenant(tenant.id);
            hub.wake(tenant.id, Wake::Everybody);
        }
        Some(owners) if owners.is_empty() => {}
        Some(owners) => {
            app.sessions().forget_wrong(tenant.id, &owners);
            hub.wake(tenant.id, Wake::Owners(Arc::new(owners)));
        }
    }
    if hub.tail(tenant.id, |tail| tail.take_up(head, news, app.now())) == Some(true) {
        hub.wake(tenant.id, Wake::Log);
    }
    Ok(())
}

/// The log between two heads. None when that is too much to be held, or is not to be had as changes any more.
async fn read(tx: &mut crate::db::TenantTx, from: u64, to: u64) -> Result<Option<Commit>> {
    let rows = store::news(tx, from.cast_signed(), MAX_NEWS_BYTES).await?;
    if rows.len() as u64 != to - from {
        return Ok(None);
    }
    let moved = store::moved_past(tx, from.cast_signed()).await?;
    let shares = shares(tx, &rows).await?;
    let entries: Option<Vec<Entry>> = rows
        .into_iter()
        .map(|row| {
            let shares = shares.get(&row.doc).cloned();
            entry(row, shares.unwrap_or_default())
        })
        .collect();
    Ok(entries.map(|entries| Commit { from, to, entries, moved, ..Commit::default() }))
}

/// The scopes that the documents of some rows are shared into. What was shared since has no row, and so is never here.
async fn shares(tx: &mut crate::db::TenantTx, rows: &[NewsRow]) -> Result<HashMap<RecordId, Shares>> {
    let is_shared = |row: &&NewsRow| def_of(row.kind).is_some_and(|def| def.scope.through.is_some());
    let docs: Vec<RecordId> = rows.iter().filter(is_shared).map(|row| row.doc).collect();
    if docs.is_empty() {
        return Ok(HashMap::new());
    }
    let found = store::shared(tx, &docs).await?;
    Ok(found.into_iter().map(|row| (row.doc, row.shares.into_iter().map(Into::into).collect())).collect())
}

/// The scopes that a document is shared into.
type Shares = Arc<[Arc<str>]>;

/// None when the change that made the document is no longer by itself in it.
fn entry(row: NewsRow, shares: Shares) -> Option<Entry> {
    let kind = u16::try_from(row.kind).unwrap_or_default();
    let body = match row.saved {
        None => row.body,
        Some(saved) if registry::by_code(kind).is_some_and(|def| def.entry) => saved,
        Some(saved) => {
            let first = chunk::chunks(&saved)?.into_iter().next().filter(Chunk::is_change)?;
            first.bytes.to_vec()
        }
    };
    Some(Entry {
        doc: row.doc,
        kind,
        scope: row.scope.into(),
        shares,
        wall: Wall::from(row.wall).told(),
        body,
        // A device that was connected there and is here now may not have been answered.
        pushed: None,
        created: row.is_new.then_some(Stamp { at: row.created_at, by: row.created_by }),
        updated: Stamp { at: row.updated_at, by: row.updated_by },
    })
}

/// The number of the kind whose records are people's own.
pub(super) fn jobs() -> i32 {
    registry::by_name("jobs").map_or(0, |def| i32::from(def.code))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sqlx::types::Json;
    use zumodra_shared::access::Role;

    use super::*;

    fn id(number: u128) -> RecordId {
        RecordId::from_u128(number)
    }

    fn person(user: u128, own: &[u128]) -> Principal {
        Principal {
            user_id: id(user),
            device_id: id(0),
            tenant_id: id(0),
            role: Role::HiringManager,
            own: Own::new(own.iter().copied().map(id), [], []),
        }
    }

    #[test]
    fn only_those_are_looked_up_again_whose_jobs_are_believed_wrongly() {
        let row = |job: u128, manager: Option<u128>, recruiter: Option<u128>| {
            let text = |person: Option<u128>| person.map(|person| id(person).to_string());
            let fields = json!({ "hiring_manager_id": text(manager), "recruiter_id": text(recruiter) });
            let fields = serde_json::from_value(fields).expect("an object");
            let (created_by, wall) = (id(90), None);
            OwnersRow { doc: id(job), kind: jobs(), deleted: false, created_by, wall, fields: Json(fields) }
        };
        let owners =
            Owners::new(vec![row(1, Some(10), None), row(2, Some(10), Some(11)), row(3, None, None)]);
        for (user, own, right) in [
            (10, &[1, 2][..], true),
            (10, &[1, 2, 9], true),
            (10, &[1], false),
            (11, &[2], true),
            (11, &[1, 2], false),
            (11, &[], false),
            (12, &[], true),
            (12, &[9], true),
            (12, &[3], false),
        ] {
            assert_eq!(owners.agree_with(&person(user, own)), right, "{user} {own:?}");
        }
    }
}
