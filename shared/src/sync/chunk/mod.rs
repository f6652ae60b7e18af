//! Automerge's binary chunks (Automerge binary format, "chunks"), read as far as can be done without Automerge: where
//! one ends, what it is, which heads a row of them leads to, and what a plain change does.
//!
//! A document is stored as a row of chunks: one that holds a whole document or its first change, and then each further
//! change as it came. Automerge loads such a row, and appending to it costs nothing.

mod line;
mod measure;
mod plain;

use std::collections::HashSet;

use automerge::ChangeHash;
use sha2::{Digest as _, Sha256};

pub use line::Line;
pub use measure::measure;
pub use plain::{Effect, Operation, Plain, Write};

/// The first bytes of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const DOCUMENT_CHUNK: u8 = 0;
const CHANGE_CHUNK: u8 = 1;
const HASH_BYTES: usize = 32;

/// Column numbers of a change's operations: id times sixteen, plus the type ("column specifications").
mod column {
    pub const OBJECT_ACTOR: u64 = 1;
    pub const OBJECT_COUNTER: u64 = 2;
    pub const KEY_ACTOR: u64 = 1 << 4 | 1;
    pub const KEY_COUNTER: u64 = 1 << 4 | 3;
    pub const KEY_TEXT: u64 = 1 << 4 | 5;
    pub const INSERT: u64 = 3 << 4 | 4;
    pub const ACTION: u64 = 4 << 4 | 2;
    pub const VALUE_META: u64 = 5 << 4 | 6;
    pub const VALUE: u64 = 5 << 4 | 7;
    pub const PREDECESSOR_COUNT: u64 = 7 << 4;
    pub const PREDECESSOR_ACTOR: u64 = 7 << 4 | 1;
    pub const PREDECESSOR_COUNTER: u64 = 7 << 4 | 3;
    /// Every column that a plain change may have.
    pub const ALL: [u64; 12] = [
        OBJECT_ACTOR,
        OBJECT_COUNTER,
        KEY_ACTOR,
        KEY_COUNTER,
        KEY_TEXT,
        INSERT,
        ACTION,
        VALUE_META,
        VALUE,
        PREDECESSOR_COUNT,
        PREDECESSOR_ACTOR,
        PREDECESSOR_COUNTER,
    ];
}

/// One chunk of a row.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'b> {
    /// All of it.
    pub bytes: &'b [u8],
    kind: u8,
    body: &'b [u8],
}

impl<'b> Chunk<'b> {
    /// Takes the first chunk off a row.
    fn take(row: &mut &'b [u8]) -> Option<Self> {
        let whole = *row;
        let mut input = Reader(whole);
        (input.take(MAGIC.len())? == MAGIC).then_some(())?;
        input.take(CHECKSUM_BYTES)?;
        let kind = *input.take(1)?.first()?;
        let body = input.prefixed()?;
        let (bytes, rest) = whole.split_at_checked(whole.len() - input.0.len())?;
        *row = rest;
        Some(Self { bytes, kind, body })
    }

    /// Reads exactly one uncompressed change.
    fn change(mut bytes: &'b [u8]) -> Option<Self> {
        let chunk = Self::take(&mut bytes)?;
        (bytes.is_empty() && chunk.is_change()).then_some(chunk)
    }

    /// Whether it is one change, uncompressed.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        self.kind == CHANGE_CHUNK
    }

    /// The hash that names a change: SHA-256 of everything behind the checksum.
    #[must_use]
    pub fn hash(&self) -> ChangeHash {
        let hashed = &self.bytes[MAGIC.len() + CHECKSUM_BYTES..];
        ChangeHash(Sha256::digest(hashed).into())
    }

    /// The heads of a whole document.
    fn document_heads(&self) -> Option<Vec<ChangeHash>> {
        let mut input = Reader(self.body);
        for _actor in 0..input.length()? {
            input.prefixed()?;
        }
        input.hashes()
    }
}

/// The chunks of a stored document, in order. None when the bytes are not a row of whole chunks.
#[must_use]
pub fn chunks(mut row: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut chunks = Vec::new();
    while !row.is_empty() {
        chunks.push(Chunk::take(&mut row)?);
    }
    Some(chunks)
}

/// Whether a stored document begins with its first change: it is then nothing but changes, and all that it ever was can
/// be read from it without Automerge.
#[must_use]
pub fn begins_with_change(row: &[u8]) -> bool {
    let mut rest = row;
    Chunk::take(&mut rest).is_some_and(|first| first.is_change())
}

/// The heads of a stored document, read from its chunks alone: in whatever order its changes are, and however often one
/// is there. None for what is not a row of one document or first change and further changes.
#[must_use]
pub fn heads(row: &[u8]) -> Option<Vec<ChangeHash>> {
    let mut heads: Vec<ChangeHash> = Vec::new();
    let mut built_on: HashSet<ChangeHash> = HashSet::new();
    for (at, chunk) in chunks(row)?.iter().enumerate() {
        match chunk.kind {
            DOCUMENT_CHUNK if at == 0 => heads = chunk.document_heads()?,
            CHANGE_CHUNK => {
                built_on.extend(Change::parse(chunk.bytes)?.deps);
                heads.push(chunk.hash());
            }
            _ => return None,
        }
    }
    heads.retain(|head| !built_on.contains(head));
    heads.sort_unstable();
    heads.dedup();
    Some(heads)
}

/// The hash of exactly one uncompressed change.
#[must_use]
pub fn change_hash(bytes: &[u8]) -> Option<ChangeHash> {
    Some(Chunk::change(bytes)?.hash())
}

/// The actor of exactly one uncompressed change, and its place among the actor's changes.
#[must_use]
pub fn change_author(bytes: &[u8]) -> Option<(&[u8], u64)> {
    let change = Change::parse(bytes)?;
    Some((change.actor, change.seq))
}

/// The head of a change, with its columns unread.
#[derive(Debug, Clone)]
struct Change<'b> {
    deps: Vec<ChangeHash>,
    actor: &'b [u8],
    /// The other actors whose operations it names.
    others: Vec<&'b [u8]>,
    seq: u64,
    start_op: u64,
    columns: Vec<(u64, &'b [u8])>,
}

impl<'b> Change<'b> {
    /// Reads exactly one uncompressed change. One with something behind its columns is none: Automerge reads an author out
    /// of that, and counts the changes of one author apart.
    fn parse(bytes: &'b [u8]) -> Option<Self> {
        let mut input = Reader(Chunk::change(bytes)?.body);
        let deps = input.hashes()?;
        let actor = input.prefixed()?;
        let (seq, start_op) = (input.unsigned()?, input.unsigned()?);
        let _time = input.signed()?;
        let _message = input.prefixed()?;
        let mut others = Vec::new();
        for _other in 0..input.length()? {
            others.push(input.prefixed()?);
        }
        let mut sizes = Vec::new();
        for _column in 0..input.length()? {
            sizes.push((input.unsigned()?, input.length()?));
        }
        let columns = sizes.into_iter().map(|(column, size)| Some((column, input.take(size)?)));
        let columns = columns.collect::<Option<_>>()?;
        input.0.is_empty().then_some(Self { deps, actor, others, seq, start_op, columns })
    }

    /// The actor that the columns call by this number.
    fn actor(&self, number: usize) -> Option<&'b [u8]> {
        match number.checked_sub(1) {
            None => Some(self.actor),
            Some(other) => self.others.get(other).copied(),
        }
    }

    fn column(&self, number: u64) -> Reader<'b> {
        let found = self.columns.iter().find(|(column, _)| *column == number);
        Reader(found.map_or(&[], |(_, bytes)| bytes))
    }
}

/// Reads numbers and bytes off the front.
#[derive(Debug, Clone, Copy)]
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// LEB128.
    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// LEB128 of a number with a sign.
    fn signed(&mut self) -> Option<i64> {
        let mut value = 0_i64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let unfilled = u64::BITS.saturating_sub(shift + 7);
                return Some(value << unfilled >> unfilled);
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok()
    }

    fn hashes(&mut self) -> Option<Vec<ChangeHash>> {
        let count = self.length()?;
        let bytes = self.take(count.checked_mul(HASH_BYTES)?)?;
        Some(bytes.chunks_exact(HASH_BYTES).filter_map(|hash| ChangeHash::try_from(hash).ok()).collect())
    }

    fn prefixed(&mut self) -> Option<&'b [u8]> {
        let length = self.length()?;
        self.take(length)
    }
}
