//! Erasure for good: what belongs to somebody leaves the documents, the log and the projection in one transaction, and
//! every replica, which says when it is gone there too.
//!
//! To replicas it is a move, into a scope that nobody is granted: they drop what left, as they do when rights change. The
//! row of a document stays without its content, so that what a replica pushes late makes nothing anew.

use std::collections::{BTreeSet, HashMap};

use automerge::legacy::{Key, OpType};
use automerge::{Automerge, ScalarValue};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::guard::contained;

use super::hub::Wake;
use super::store::{self, Erasable};
use super::tail::Commit;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::tenants::Tenant;

/// Documents that are read at once.
const READ_AT_ONCE: usize = 100;

/// Records with everything that belongs to them, under the lock of the log's head.
#[derive(Debug)]
pub struct Closure {
    head: i64,
    documents: Vec<Erasable>,
}

/// Where an erasure stands in the log. It is told after the commit.
#[derive(Debug)]
pub struct Erased {
    from: i64,
    to: i64,
}

/// The log's head, locked until the transaction ends: what is found from then on is what is there.
#[derive(Debug)]
pub struct Locked(i64);

/// Locks the log's head.
///
/// # Errors
/// When the database cannot be read.
pub async fn lock(tx: &mut TenantTx) -> Result<Locked> {
    Ok(Locked(store::lock_head(tx).await?))
}

impl Closure {
    /// Finds what belongs to some records, and to that.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of(tx: &mut TenantTx, Locked(head): Locked, roots: &[RecordId]) -> Result<Self> {
        let mut all: BTreeSet<RecordId> = roots.iter().copied().collect();
        let mut owners = roots.to_vec();
        while !owners.is_empty() {
            let found = store::belonging(tx, &owners, i64::MAX).await?;
            owners = found.into_iter().filter(|doc| all.insert(*doc)).collect();
        }
        let docs: Vec<RecordId> = all.into_iter().collect();
        Ok(Self { head, documents: store::erasable(tx, &docs).await? })
    }

    /// The documents.
    #[must_use]
    pub fn docs(&self) -> Vec<RecordId> {
        self.documents.iter().map(|document| document.doc).collect()
    }

    /// Every text that ever was the value of some fields of theirs, as far as their history goes back.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn ever(
        &self,
        tx: &mut TenantTx,
        kinds: &[&EntityDef],
        fields: &[&str],
    ) -> Result<BTreeSet<String>> {
        let wanted = |document: &&Erasable| kinds.iter().any(|def| i32::from(def.code) == document.kind);
        let docs: Vec<RecordId> = self.documents.iter().filter(wanted).map(|document| document.doc).collect();
        let mut found = BTreeSet::new();
        for docs in docs.chunks(READ_AT_ONCE) {
            for row in store::documents(tx, docs).await? {
                found.extend(values(&row.saved, fields));
            }
        }
        Ok(found)
    }

    /// Whether a record of some kind is among them.
    #[must_use]
    pub fn has(&self, kinds: &[&EntityDef]) -> bool {
        self.documents.iter().any(|document| kinds.iter().any(|def| i32::from(def.code) == document.kind))
    }

    /// Takes everything out of them. The caller commits, and then [tells](Erased::tell) it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn erase(self, tx: &mut TenantTx) -> Result<Erased> {
        let mut seq = self.head;
        let mut next = || {
            seq += 1;
            seq
        };
        let (mut places, mut moves) = (Vec::new(), Vec::new());
        let mut sums: HashMap<String, (i64, i64)> = HashMap::new();
        for document in self.documents {
            let Erasable { doc, scope: home, state_hash, shares, .. } = document;
            let place = next();
            places.push((doc, place));
            moves.push((place, doc, home.clone()));
            moves.extend(shares.iter().map(|shared| (next(), doc, shared.clone())));
            for left in std::iter::once(home).chain(shares) {
                let sum = sums.entry(left).or_default();
                sum.0 -= 1;
                sum.1 = sum.1.wrapping_sub(state_hash);
            }
        }
        store::note_moves(tx, &moves).await?;
        store::empty(tx, &places).await?;
        store::write(tx, seq, &[], &[], &[], &[], &sums).await?;
        Ok(Erased { from: self.head, to: seq })
    }
}

/// The texts that the changes of a stored document put into some of its fields; none of one that does not load.
fn values(saved: &[u8], fields: &[&str]) -> Vec<String> {
    let loaded = contained(|| Automerge::load(saved).ok());
    let Ok(document) = loaded else { return Vec::new() };
    let changes = document.get_changes(&[]);
    let operations = changes.into_iter().flat_map(|change| change.decode().operations);
    let texts = operations.filter_map(|op| match (op.key, op.action) {
        (Key::Map(name), OpType::Put(ScalarValue::Str(text))) if fields.contains(&name.as_str()) => {
            Some(text.to_string())
        }
        _ => None,
    });
    texts.filter(|text| !text.is_empty()).collect()
}

impl Erased {
    /// Up to where a replica must have read the log to have done it too.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.to
    }

    /// Tells it, here and to the other nodes, after the commit. Whose rights followed from something erased is looked up
    /// again: that somebody is inside the wall of what is not there.
    pub fn tell(&self, app: &App, tenant: &Tenant) {
        app.sessions().forget_tenant(tenant.id);
        app.hub().wake(tenant.id, Wake::Everybody);
        let (from, to) = (self.from.unsigned_abs(), self.to.unsigned_abs());
        app.hub().committed(app, tenant.id, Commit { from, to, moved: true, ..Commit::default() });
    }
}

/// The devices that ever connected, and how far each is known to have read the log.
///
/// # Errors
/// When the database cannot be read.
pub async fn devices(tx: &mut TenantTx) -> Result<Vec<(RecordId, i64)>> {
    Ok(store::devices(tx).await?)
}
