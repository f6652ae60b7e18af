//! What can be done to a pushed change before the head of the log is locked.

use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::sync::guard::{self, Inspected};
use zumodra_shared::sync::wire::PushedChange;

/// A pushed change, with as much done as can be done before the head is locked.
pub struct Prepared {
    pub(super) change: PushedChange,
    /// None for what is no Automerge change.
    pub(super) inspected: Option<Result<Inspected, Problem>>,
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
    /// The actor that it claims to be of.
    pub fn actor(&self) -> Option<&[u8]> {
        let inspected = self.inspected.as_ref()?.as_ref().ok()?;
        Some(inspected.change.actor_id().to_bytes())
    }
}
