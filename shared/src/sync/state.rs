//! A document's state in eight bytes: what a scope's order-free checksum adds up.

use automerge::{AutoCommit, ChangeHash};

use crate::kernel::RecordId;

/// Eight bytes that stand for a document at its heads.
#[must_use]
pub fn state_hash(doc: RecordId, heads: &[ChangeHash]) -> i64 {
    let mut heads: Vec<&[u8]> = heads.iter().map(AsRef::as_ref).collect();
    heads.sort_unstable();
    hash_parts(doc, &heads)
}

/// Eight bytes that stand for a log entry.
#[must_use]
pub fn entry_state_hash(doc: RecordId, body: &[u8]) -> i64 {
    hash_parts(doc, &[&entry_hash(body)])
}

/// The hash of a log entry: what makes sending it twice a no-op.
#[must_use]
pub fn entry_hash(body: &[u8]) -> [u8; 32] {
    *blake3::hash(body).as_bytes()
}

fn hash_parts(doc: RecordId, parts: &[&[u8]]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(doc.as_bytes());
    for part in parts {
        hasher.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_be_bytes(first)
}

/// Eight bytes that stand for a loaded document.
#[must_use]
pub fn document_state_hash(id: RecordId, doc: &mut AutoCommit) -> i64 {
    state_hash(id, &doc.get_heads())
}
