//! What a change claims to hold, read from its columns without decoding them.
//!
//! Automerge's change format is run-length encoded, so a few bytes can stand for any number of operations. Here the
//! runs alone are added up, at a cost that grows with the bytes and with nothing else. Whether the columns mean
//! anything is for the decoder to find out.

use super::{Change, Reader, column};
use crate::kernel::limits::{MAX_CHANGE_KEY_BYTES, MAX_CHANGE_OPS};
use crate::kernel::{Code, Problem};

/// Checks that a change holds no more operations, predecessors and key bytes than a change may.
///
/// # Errors
/// [`Code::TooLarge`] beyond the limits, [`Code::MalformedChange`] for anything that is not an uncompressed change.
pub fn measure(bytes: &[u8]) -> Result<(), Problem> {
    let change = Change::parse(bytes).ok_or_else(|| Problem::new(Code::MalformedChange))?;
    for (number, bytes) in change.columns {
        let held = match number {
            column::KEY_TEXT => keys(bytes),
            column::ACTION => integers(bytes, |_| 1),
            column::PREDECESSOR_COUNT => integers(bytes, |count| count),
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
