//! What a session reads of the log and the documents.

use std::sync::Arc;

use super::cursor::{Cursor, Sealer};
use super::wire::{ALL_SCOPES, Item, Page, ScopeSum, ServerFrame, encode};
use crate::access::{Grants, scope};
use crate::kernel::RecordId;

/// A page as read from the log.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRead {
    /// The documents, each with everything past the cursor's base.
    pub items: Vec<Item>,
    /// Documents that left the granted scopes.
    pub gone: Vec<RecordId>,
    /// The cursor after it.
    pub cursor: Cursor,
    /// Whether there is more at once.
    pub more: bool,
    /// Sums of the granted scopes, when they were asked for and this is the last page.
    pub checkpoint: Option<Vec<ScopeSum>>,
    /// The page as a frame already (see [`page_frame`]), where many sessions of one tenant with the same grants stand at
    /// the same cursor; `items` is then empty.
    pub encoded: Option<Arc<[u8]>>,
    /// Whether changes were left out because this replica made them: it has them, but not yet a cursor past them.
    pub own: bool,
}

impl PageRead {
    /// A page with nothing in it but a cursor.
    #[must_use]
    pub const fn nothing(cursor: Cursor) -> Self {
        Self {
            items: Vec::new(),
            gone: Vec::new(),
            cursor,
            more: false,
            checkpoint: None,
            encoded: None,
            own: false,
        }
    }
}

/// A page as it goes over the wire. Nothing in it is one session's own.
#[must_use]
pub fn page_frame(sealer: &Sealer, read: PageRead) -> Vec<u8> {
    encode(&ServerFrame::Page(Page {
        items: read.items,
        gone: read.gone,
        cursor: sealer.seal(read.cursor),
        more: read.more,
        checkpoint: read.checkpoint,
    }))
}

impl ScopeSum {
    /// The one sum of all granted scopes. What is granted by key and by class is in the class's already.
    #[must_use]
    pub fn of_all(grants: &Grants, sums: &[Self]) -> Self {
        let counted = sums.iter().filter(|sum| {
            let class = scope::counted_in(&sum.scope);
            class == sum.scope || !grants.covers(class)
        });
        counted.fold(Self { scope: ALL_SCOPES.to_owned(), documents: 0, checksum: 0 }, |all, sum| Self {
            documents: all.documents + sum.documents,
            checksum: all.checksum.wrapping_add(sum.checksum),
            ..all
        })
    }
}

/// A chunk as read from the documents.
#[derive(Debug, Clone, PartialEq)]
pub struct ChunkRead {
    /// The documents.
    pub items: Vec<Item>,
    /// The kind (by its place in the registry) and document after which the next chunk starts; none at the end.
    pub next: Option<(u16, Option<RecordId>)>,
}
