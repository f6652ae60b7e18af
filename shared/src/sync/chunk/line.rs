//! A document that is a row of plain changes, each made exactly on the one before: what the next change has to fit.
//!
//! Such a document holds at most one value a key, written by one operation. A plain change that was made on its head,
//! bears the next numbers, and overwrites exactly what is there does what it says, and Automerge would do nothing else:
//! nothing has to be loaded to let it in.

use std::collections::HashMap;

use automerge::ChangeHash;

use super::chunks;
use super::plain::{Effect, Operation, Plain};

/// What a row of plain changes leads to.
#[derive(Debug)]
pub struct Line<'b> {
    /// Its changes; the last one is the head.
    hashes: Vec<ChangeHash>,
    /// The number of the last operation.
    top: u64,
    /// Each actor's last sequence number.
    seqs: HashMap<&'b [u8], u64>,
    /// The operation that wrote what each key holds.
    written: HashMap<&'b str, Operation<'b>>,
}

impl<'b> Line<'b> {
    /// Reads a stored document. None when it is more than a row of plain changes one after the other.
    #[must_use]
    pub fn read(row: &'b [u8]) -> Option<Self> {
        let mut line: Option<Self> = None;
        for chunk in chunks(row)? {
            let change = Plain::read(chunk.bytes)?;
            match &mut line {
                Some(line) => {
                    line.takes(&change).then_some(())?;
                    line.take(change);
                }
                None => line = Some(Self::begun(change)?),
            }
        }
        line
    }

    fn begun(first: Plain<'b>) -> Option<Self> {
        let begins = first.deps.is_empty() && first.seq == 1 && first.start_op == 1 && first.is_fresh();
        begins.then_some(())?;
        let mut line = Self { hashes: Vec::new(), top: 0, seqs: HashMap::new(), written: HashMap::new() };
        line.take(first);
        Some(line)
    }

    /// Whether a change is the next one: made on the head, numbered on, and overwriting exactly what is there.
    #[must_use]
    pub fn takes(&self, change: &Plain<'_>) -> bool {
        let overwrites_what_is_there = || {
            change.writes.iter().all(|write| match self.written.get(write.key) {
                // A text that is made anew has nothing of the old one.
                Some(held) => write.overwrites == [*held] && !matches!(write.effect, Effect::Text(_)),
                None => write.overwrites.is_empty() && write.effect != Effect::Delete,
            })
        };
        self.hashes.last().is_some_and(|head| change.deps.contains(head))
            && change.deps.iter().all(|dep| self.hashes.contains(dep))
            && change.start_op == self.top + 1
            && change.seq == self.seqs.get(change.actor).copied().unwrap_or(0) + 1
            && overwrites_what_is_there()
    }

    fn take(&mut self, change: Plain<'b>) {
        self.hashes.push(change.hash);
        self.top = change.end_op - 1;
        self.seqs.insert(change.actor, change.seq);
        for write in change.writes {
            if write.effect == Effect::Delete {
                self.written.remove(write.key);
            } else {
                self.written.insert(write.key, (write.number, change.actor));
            }
        }
    }
}
