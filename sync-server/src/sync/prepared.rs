//! A pushed change, with as much done as can be done before the head is locked.

use automerge::{ScalarValue, legacy};
use zumodra_shared::access::scope;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::sync::guard::{self, Inspected};
use zumodra_shared::sync::wire::PushedChange;

/// A pushed change that was looked at.
pub struct Prepared {
    change: PushedChange,
    /// None for what is no Automerge change.
    inspected: Option<Result<Inspected, Problem>>,
}

impl Prepared {
    /// Inspects a change: reading it and writing it anew is half of the work of judging it.
    pub fn new(change: PushedChange) -> Self {
        let is_document = registry::by_code(change.kind).is_some_and(|def| !def.entry);
        let inspected = is_document.then(|| guard::inspect(&change.body));
        Self { change, inspected }
    }

    /// The record that it changes.
    pub const fn doc(&self) -> RecordId {
        self.change.doc
    }

    /// The change, and what looking at it came to.
    pub fn into_parts(self) -> (PushedChange, Option<Result<Inspected, Problem>>) {
        (self.change, self.inspected)
    }

    /// The records that it would share.
    pub fn shares(&self) -> Vec<RecordId> {
        let def = registry::by_code(self.change.kind);
        let Some((def, Ok(inspected))) = def.zip(self.inspected.as_ref()) else { return Vec::new() };
        let operations = &inspected.expanded.operations;
        let found = scope::sharing_fields(def).flat_map(|field| {
            operations.iter().filter_map(move |op| match (&op.key, &op.action) {
                (legacy::Key::Map(key), legacy::OpType::Put(ScalarValue::Bytes(id))) if key == field => {
                    RecordId::from_slice(id).ok()
                }
                _ => None,
            })
        });
        found.collect()
    }
    /// The actor that it claims to be of.
    pub fn actor(&self) -> Option<&[u8]> {
        let inspected = self.inspected.as_ref()?.as_ref().ok()?;
        Some(inspected.change.actor_id().to_bytes())
    }
}
