//! Plain changes, read without Automerge.
//!
//! Most changes write whole values to keys of the document's root: a record is made, a field is set, a tag is added.
//! What such a change does, on a document that stands exactly where the change was made, is what it says: nothing has
//! to be merged. Reading that from the columns costs a few microseconds where loading a document costs a hundred.
//! Everything else (texts that are edited, counters, concurrent changes) is no plain change and goes through
//! Automerge. A property test holds the two ways to the same result.

use automerge::ChangeHash;

use super::{Change, Chunk, Reader, column};
use crate::kernel::limits::MAX_CHANGE_OPS;

/// Actions ("operations").
const PUT: u64 = 1;
const DELETE: u64 = 3;
const MAKE_TEXT: u64 = 4;

/// What happens to a key of the root.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect<'b> {
    /// It is put to null.
    Null,
    /// It is put to a truth value.
    Bool(bool),
    /// It is put to a whole number or an instant.
    Int(i64),
    /// It is put to a string.
    Str(&'b str),
    /// It is put to bytes.
    Bytes(&'b [u8]),
    /// It becomes a new text that reads so.
    Text(String),
    /// It is taken away.
    Delete,
}

/// The name of an operation: its number and its actor.
pub type Operation<'b> = (u64, &'b [u8]);

/// The writing of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Write<'b> {
    /// The key.
    pub key: &'b str,
    /// What happens to it.
    pub effect: Effect<'b>,
    /// The number of the operation that does it.
    pub number: u64,
    /// The operations that it overwrites.
    pub overwrites: Vec<Operation<'b>>,
}

/// A plain change.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain<'b> {
    /// The change's hash.
    pub hash: ChangeHash,
    /// What it builds on, sorted.
    pub deps: Vec<ChangeHash>,
    /// Whose it is.
    pub actor: &'b [u8],
    /// Its place among its actor's changes.
    pub seq: u64,
    /// The number of its first operation.
    pub start_op: u64,
    /// The number after that of its last one.
    pub end_op: u64,
    /// Each key that it writes, once.
    pub writes: Vec<Write<'b>>,
}

impl<'b> Plain<'b> {
    /// Reads a change. None when it is not plain.
    #[must_use]
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let change = Change::parse(bytes)?;
        let known =
            change.columns.iter().all(|(column, bytes)| column::ALL.contains(column) || bytes.is_empty());
        known.then_some(())?;
        let hash = Chunk::change(bytes)?.hash();
        let (writes, end_op) = Operations::of(&change).read(&change)?;
        let Change { actor, seq, start_op, mut deps, .. } = change;
        deps.sort_unstable();
        Some(Self { hash, deps, actor, seq, start_op, end_op, writes })
    }

    /// Whether it was made with all of these heads in sight. (It names its author's own last change as well, seen by
    /// others or not.)
    #[must_use]
    pub fn is_on(&self, heads: &[ChangeHash]) -> bool {
        heads.iter().all(|head| self.deps.contains(head))
    }

    /// Whether it overwrites nothing: as the first change of a document does.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.writes.iter().all(|write| write.overwrites.is_empty())
    }
}

/// The columns of a change's operations, read side by side.
struct Operations<'b> {
    object_actor: Runs<'b>,
    object_counter: Runs<'b>,
    key_actor: Runs<'b>,
    key_counter: Runs<'b>,
    key_text: Texts<'b>,
    insert: Flags<'b>,
    action: Runs<'b>,
    value_meta: Runs<'b>,
    value: Reader<'b>,
    predecessors: Runs<'b>,
    predecessor_actor: Runs<'b>,
    predecessor_counter: Runs<'b>,
}

/// A text that is being made: the operation that made it, its place among the writes, and its last character.
struct Writing {
    object: u64,
    write: usize,
    last: u64,
}

impl<'b> Operations<'b> {
    fn of(change: &Change<'b>) -> Self {
        Self {
            object_actor: Runs::of(change.column(column::OBJECT_ACTOR)),
            object_counter: Runs::of(change.column(column::OBJECT_COUNTER)),
            key_actor: Runs::of(change.column(column::KEY_ACTOR)),
            key_counter: Runs::deltas(change.column(column::KEY_COUNTER)),
            key_text: Texts::of(change.column(column::KEY_TEXT)),
            insert: Flags::of(change.column(column::INSERT)),
            action: Runs::of(change.column(column::ACTION)),
            value_meta: Runs::of(change.column(column::VALUE_META)),
            value: change.column(column::VALUE),
            predecessors: Runs::of(change.column(column::PREDECESSOR_COUNT)),
            predecessor_actor: Runs::of(change.column(column::PREDECESSOR_ACTOR)),
            predecessor_counter: Runs::deltas(change.column(column::PREDECESSOR_COUNTER)),
        }
    }

    /// The keys that are written, and the number after that of the last operation.
    fn read(mut self, change: &Change<'b>) -> Option<(Vec<Write<'b>>, u64)> {
        let mut writes: Vec<Write<'b>> = Vec::new();
        let mut texts: Vec<Writing> = Vec::new();
        for at in 0..=MAX_CHANGE_OPS {
            let number = change.start_op.checked_add(u64::try_from(at).ok()?)?;
            if self.action.is_done() {
                // Two writes of one key in one change are somebody else's business.
                let mut keys: Vec<&str> = writes.iter().map(|write| write.key).collect();
                keys.sort_unstable();
                let once = keys.windows(2).all(|pair| pair[0] != pair[1]);
                return (once && !writes.is_empty() && self.value.0.is_empty()).then_some((writes, number));
            }
            let action = self.action.next()??;
            let object = (self.object_actor.next()?, self.object_counter.next()?);
            let element = (self.key_actor.next()?, self.key_counter.next()?);
            let key = self.key_text.next()?;
            let insert = self.insert.next()?;
            let value = self.value()?;
            let overwrites = self.overwritten(change)?;
            let mut write = |key, effect, overwrites| writes.push(Write { key, effect, number, overwrites });
            match (object, key, insert, action) {
                ((None, None), Some(key), false, PUT) => write(key, value, overwrites),
                ((None, None), Some(key), false, DELETE) => write(key, Effect::Delete, overwrites),
                ((None, None), Some(key), false, MAKE_TEXT) => {
                    write(key, Effect::Text(String::new()), overwrites);
                    texts.push(Writing { object: number, write: writes.len() - 1, last: 0 });
                }
                // The text was made by this very change, and this character comes after its last one.
                ((Some(0), Some(object)), None, true, PUT) if overwrites.is_empty() => {
                    let writing = texts.iter_mut().find(|text| text.object == object)?;
                    let follows = match element {
                        (None, Some(0)) => writing.last == 0,
                        (Some(0), Some(last)) => writing.last == last,
                        _ => false,
                    };
                    let (true, Effect::Str(part)) = (follows, value) else { return None };
                    writing.last = number;
                    let Effect::Text(text) = &mut writes.get_mut(writing.write)?.effect else { return None };
                    text.push_str(part);
                }
                _ => return None,
            }
        }
        None
    }

    /// The operations that the present one overwrites.
    fn overwritten(&mut self, change: &Change<'b>) -> Option<Vec<Operation<'b>>> {
        let count = self.predecessors.next()?.unwrap_or(0);
        let mut overwritten = Vec::new();
        for _predecessor in 0..count {
            let (actor, number) = (self.predecessor_actor.next()??, self.predecessor_counter.next()??);
            overwritten.push((number, change.actor(usize::try_from(actor).ok()?)?));
        }
        Some(overwritten)
    }

    fn value(&mut self) -> Option<Effect<'b>> {
        let meta = self.value_meta.next()?.unwrap_or(0);
        let bytes = self.value.take(usize::try_from(meta >> 4).ok()?)?;
        let mut number = Reader(bytes);
        let value = match meta & 0xf {
            0 => Effect::Null,
            1 => Effect::Bool(false),
            2 => Effect::Bool(true),
            4 | 9 => Effect::Int(number.signed()?),
            6 => return Some(Effect::Str(std::str::from_utf8(bytes).ok()?)),
            7 => return Some(Effect::Bytes(bytes)),
            _ => return None,
        };
        number.0.is_empty().then_some(value)
    }
}

/// A run-length encoded column of numbers; of differences, when they are deltas.
struct Runs<'b> {
    input: Reader<'b>,
    state: Run,
    delta: bool,
    sum: i64,
}

#[derive(Clone, Copy)]
enum Run {
    Ended,
    Same(u64, i64),
    Literal(u64),
    Nothing(u64),
}

impl<'b> Runs<'b> {
    const fn of(input: Reader<'b>) -> Self {
        Self { input, state: Run::Ended, delta: false, sum: 0 }
    }

    const fn deltas(input: Reader<'b>) -> Self {
        Self { input, state: Run::Ended, delta: true, sum: 0 }
    }

    fn is_done(&self) -> bool {
        matches!(self.state, Run::Ended) && self.input.0.is_empty()
    }

    fn number(&mut self) -> Option<i64> {
        if self.delta { self.input.signed() } else { i64::try_from(self.input.unsigned()?).ok() }
    }

    /// The next value; inside, none is an absent one. A column that has ended has absent values without end.
    fn next(&mut self) -> Option<Option<u64>> {
        if let Run::Ended = self.state {
            if self.input.0.is_empty() {
                return Some(None);
            }
            let run = self.input.signed()?;
            self.state = match run {
                0 => Run::Nothing(self.input.unsigned()?),
                run if run > 0 => Run::Same(run.unsigned_abs(), self.number()?),
                run => Run::Literal(run.unsigned_abs()),
            };
        }
        let (left, value) = match self.state {
            Run::Ended => return None,
            Run::Same(left, value) => (left, Some(value)),
            Run::Literal(left) => (left, Some(self.number()?)),
            Run::Nothing(left) => (left, None),
        };
        let left = left.checked_sub(1)?;
        self.state = match self.state {
            _ if left == 0 => Run::Ended,
            Run::Same(_, value) => Run::Same(left, value),
            Run::Literal(_) => Run::Literal(left),
            Run::Nothing(_) | Run::Ended => Run::Nothing(left),
        };
        let Some(value) = value else { return Some(None) };
        let value = if self.delta {
            self.sum = self.sum.checked_add(value)?;
            self.sum
        } else {
            value
        };
        Some(Some(u64::try_from(value).ok()?))
    }
}

/// A run-length encoded column of texts.
struct Texts<'b> {
    input: Reader<'b>,
    same: Option<&'b str>,
    left: u64,
    literal: bool,
}

impl<'b> Texts<'b> {
    const fn of(input: Reader<'b>) -> Self {
        Self { input, same: None, left: 0, literal: false }
    }

    fn text(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.input.prefixed()?).ok()
    }

    fn next(&mut self) -> Option<Option<&'b str>> {
        if self.left == 0 {
            if self.input.0.is_empty() {
                return Some(None);
            }
            let run = self.input.signed()?;
            self.literal = run < 0;
            (self.left, self.same) = match run {
                0 => (self.input.unsigned()?, None),
                run if run > 0 => (run.unsigned_abs(), Some(self.text()?)),
                run => (run.unsigned_abs(), None),
            };
        }
        self.left = self.left.checked_sub(1)?;
        if self.literal { Some(Some(self.text()?)) } else { Some(self.same) }
    }
}

/// A column of truth values: the lengths of runs, the first of them false.
struct Flags<'b> {
    input: Reader<'b>,
    value: bool,
    left: u64,
}

impl<'b> Flags<'b> {
    const fn of(input: Reader<'b>) -> Self {
        Self { input, value: true, left: 0 }
    }

    fn next(&mut self) -> Option<bool> {
        while self.left == 0 {
            if self.input.0.is_empty() {
                return Some(false);
            }
            self.left = self.input.unsigned()?;
            self.value = !self.value;
        }
        self.left -= 1;
        Some(self.value)
    }
}
