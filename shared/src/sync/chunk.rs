//! What a change claims to hold, read from its columns without decoding them.
//!
//! Automerge's change format is run-length encoded, so a few bytes can stand for any number of operations. Here the
//! runs alone are added up, at a cost that grows with the bytes and with nothing else. Whether the columns mean
//! anything is for the decoder to find out.

use crate::kernel::limits::{MAX_CHANGE_KEY_BYTES, MAX_CHANGE_OPS};
use crate::kernel::{Code, Problem};

/// Magic bytes and chunk type of an uncompressed change (Automerge binary format, "chunks").
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const CHANGE_CHUNK: u8 = 1;
const HASH_BYTES: usize = 32;
/// Column numbers: id times sixteen, plus the type ("column specifications").
const KEY_COLUMN: u64 = 1 << 4 | 5;
const ACTION_COLUMN: u64 = 4 << 4 | 2;
const PREDECESSORS_COLUMN: u64 = 7 << 4;

/// Checks that a change holds no more operations, predecessors and key bytes than a change may.
///
/// # Errors
/// [`Code::TooLarge`] beyond the limits, [`Code::MalformedChange`] for anything that is not an uncompressed change.
pub fn measure(bytes: &[u8]) -> Result<(), Problem> {
    let columns = columns(bytes).ok_or_else(|| Problem::new(Code::MalformedChange))?;
    for (column, bytes) in columns {
        let held = match column {
            KEY_COLUMN => keys(bytes),
            ACTION_COLUMN => integers(bytes, |_| 1),
            PREDECESSORS_COLUMN => integers(bytes, |count| count),
            _ => Some(true),
        };
        match held {
            Some(true) => {}
            Some(false) => return Err(Problem::new(Code::TooLarge)),
            None => return Err(Problem::new(Code::MalformedChange)),
        }
    }
    Ok(())
}

/// The columns by number, each with its bytes.
fn columns(bytes: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut input = Reader(bytes);
    (input.take(MAGIC.len())? == MAGIC).then_some(())?;
    input.take(CHECKSUM_BYTES)?;
    (input.take(1)? == [CHANGE_CHUNK]).then_some(())?;
    (input.length()? == input.0.len()).then_some(())?;
    let dependencies = input.length()?;
    input.take(dependencies.checked_mul(HASH_BYTES)?)?;
    input.prefixed()?;
    for _sequence_and_start in 0..2 {
        input.unsigned()?;
    }
    input.signed()?;
    input.prefixed()?;
    for _other_actor in 0..input.length()? {
        input.prefixed()?;
    }
    let mut sizes = Vec::new();
    for _column in 0..input.length()? {
        sizes.push((input.unsigned()?, input.length()?));
    }
    sizes.into_iter().map(|(column, size)| Some((column, input.take(size)?))).collect()
}

/// Whether the entries of a column of integers, each counted by `weight`, are few enough.
fn integers(bytes: &[u8], weight: impl Fn(u64) -> u64) -> Option<bool> {
    let mut input = Reader(bytes);
    let mut sum = 0_u64;
    while !input.0.is_empty() {
        let run = input.signed()?;
        if run > 0 {
            sum = sum.saturating_add(weight(input.unsigned()?).saturating_mul(run.unsigned_abs()));
        } else if run < 0 {
            for _literal in 0..run.unsigned_abs() {
                sum = sum.saturating_add(weight(input.unsigned()?));
            }
        } else {
            sum = sum.saturating_add(input.unsigned()?);
        }
        if sum > MAX_CHANGE_OPS as u64 {
            return Some(false);
        }
    }
    Some(true)
}

/// Whether every key of the key column is short enough.
fn keys(bytes: &[u8]) -> Option<bool> {
    let mut input = Reader(bytes);
    while !input.0.is_empty() {
        let run = input.signed()?;
        let distinct = match run {
            0 => {
                input.unsigned()?;
                0
            }
            run if run > 0 => 1,
            run => run.unsigned_abs(),
        };
        for _key in 0..distinct {
            if input.prefixed()?.len() > MAX_CHANGE_KEY_BYTES {
                return Some(false);
            }
        }
    }
    Some(true)
}

/// Reads numbers and bytes off the front.
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

    fn prefixed(&mut self) -> Option<&'b [u8]> {
        let length = self.length()?;
        self.take(length)
    }
}
