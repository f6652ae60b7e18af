//! Mutations of an Automerge change whose checksum is right again afterwards.

use automerge::{ActorId, Change, ChangeHash, ExpandedChange, legacy};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

const HEADER_BYTES: usize = 9;
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Appends a number as LEB128.
pub fn leb128(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

fn read_leb128(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Wraps the data of a chunk with magic, a correct checksum, its type and its length.
pub fn chunk(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut tail = vec![kind];
    leb128(data.len() as u64, &mut tail);
    tail.extend_from_slice(data);
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&Sha256::digest(&tail)[..4]);
    bytes.extend_from_slice(&tail);
    bytes
}

/// The data of a chunk.
pub fn data(bytes: &[u8]) -> Vec<u8> {
    let mut at = HEADER_BYTES;
    read_leb128(bytes, &mut at).expect("a chunk has a length");
    bytes[at..].to_vec()
}

/// The parts of a change's data: what stands before the columns, the columns with their numbers, what follows.
pub struct Parts {
    /// Dependencies, actor, numbers, message, other actors.
    pub head: Vec<u8>,
    /// Each column's number and bytes.
    pub columns: Vec<(u64, Vec<u8>)>,
    /// What follows the columns.
    pub rest: Vec<u8>,
}

impl Parts {
    /// Takes the data of a change apart.
    pub fn of(data: &[u8]) -> Option<Self> {
        let mut at = 0;
        at += read_leb128(data, &mut at)? as usize * 32;
        at += read_leb128(data, &mut at)? as usize;
        for _number in 0..3 {
            read_leb128(data, &mut at)?;
        }
        at += read_leb128(data, &mut at)? as usize;
        for _other in 0..read_leb128(data, &mut at)? {
            at += read_leb128(data, &mut at)? as usize;
        }
        let head = data[..at].to_vec();
        let mut sizes = Vec::new();
        for _column in 0..read_leb128(data, &mut at)? {
            sizes.push((read_leb128(data, &mut at)?, read_leb128(data, &mut at)? as usize));
        }
        let mut columns = Vec::new();
        for (column, size) in sizes {
            columns.push((column, data.get(at..at + size)?.to_vec()));
            at += size;
        }
        Some(Self { head, columns, rest: data[at..].to_vec() })
    }

    /// Puts the parts together again.
    pub fn join(&self) -> Vec<u8> {
        let mut data = self.head.clone();
        leb128(self.columns.len() as u64, &mut data);
        for (column, bytes) in &self.columns {
            leb128(*column, &mut data);
            leb128(bytes.len() as u64, &mut data);
        }
        data.extend(self.columns.iter().flat_map(|(_, bytes)| bytes));
        data.extend_from_slice(&self.rest);
        data
    }
}

/// A mutated change; `other` lends bytes to splice in.
pub fn mutate(rng: &mut ChaCha8Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    match rng.random_range(0..10) {
        0..4 => chunk(1, &scribbled(rng, data(bytes))),
        4..6 => chunk(1, &moved(rng, data(bytes), &data(other))),
        6..8 => match Parts::of(&data(bytes)) {
            Some(parts) => chunk(1, &recolumned(rng, parts, other).join()),
            None => chunk(1, &[]),
        },
        8 => chunk(rng.random_range(0..5), &scribbled(rng, data(bytes))),
        _ => reworded(rng, bytes),
    }
}

fn scribbled(rng: &mut ChaCha8Rng, mut data: Vec<u8>) -> Vec<u8> {
    for _ in 0..rng.random_range(1..4) {
        if data.is_empty() {
            break;
        }
        let at = rng.random_range(0..data.len());
        data[at] = match rng.random_range(0..6) {
            0 => 0,
            1 => 0x7f,
            2 => 0x80,
            3 => 0xff,
            4 => data[at] ^ (1 << rng.random_range(0..8)),
            _ => rng.random(),
        };
    }
    data
}

fn moved(rng: &mut ChaCha8Rng, mut data: Vec<u8>, other: &[u8]) -> Vec<u8> {
    let (from, to) = (rng.random_range(0..=data.len()), rng.random_range(0..=data.len()));
    let (from, to) = (from.min(to), from.max(to));
    match rng.random_range(0..5) {
        0 => data.truncate(from),
        1 => drop(data.drain(from..to)),
        2 => {
            let slice = data[from..to].to_vec();
            data.splice(from..from, slice);
        }
        3 => data.extend((0..rng.random_range(1..20)).map(|_| 0_u8)),
        _ => {
            let start = rng.random_range(0..=other.len());
            let slice = other[start..(start + 12).min(other.len())].to_vec();
            data.splice(from..to, slice);
        }
    }
    data
}

fn recolumned(rng: &mut ChaCha8Rng, mut parts: Parts, other: &[u8]) -> Parts {
    if parts.columns.is_empty() {
        return parts;
    }
    let count = parts.columns.len();
    let (one, two) = (rng.random_range(0..count), rng.random_range(0..count));
    match rng.random_range(0..7) {
        0 => {
            let taken = std::mem::take(&mut parts.columns[one].1);
            parts.columns[one].1 = std::mem::replace(&mut parts.columns[two].1, taken);
        }
        1 => drop(parts.columns.remove(one)),
        2 => parts.columns.insert(one, parts.columns[two].clone()),
        3 => parts.columns.swap(one, two),
        4 => parts.columns[one].0 = rng.random_range(0..180),
        5 => parts.columns[one].1 = scribbled(rng, parts.columns[one].1.clone()),
        _ => {
            let lent = Parts::of(&data(other)).map(|p| p.columns).unwrap_or_default();
            let column = parts.columns[one].0;
            if let Some((_, bytes)) = lent.into_iter().find(|(number, _)| *number == column) {
                parts.columns[one].1 = bytes;
            }
        }
    }
    parts
}

/// A change that is well encoded and says something else.
fn reworded(rng: &mut ChaCha8Rng, bytes: &[u8]) -> Vec<u8> {
    let mut change = Change::try_from(bytes).expect("the original reads").decode();
    match rng.random_range(0..8) {
        0 => change.deps = Vec::new(),
        1 => change.deps = vec![ChangeHash([rng.random(); 32])],
        2 => change.seq = change.seq.wrapping_add(rng.random_range(1..4)),
        3 => change.seq = rng.random_range(0..3),
        4 => change.actor_id = ActorId::from(vec![rng.random(); rng.random_range(0..40)]),
        5 => {
            let jump = rng.random_range(1..u64::from(u32::MAX));
            change.start_op = change.start_op.saturating_add(jump);
        }
        6 => change.deps.extend(change.deps.clone()),
        _ => reworded_op(rng, &mut change),
    }
    let built = std::panic::catch_unwind(|| Change::from(change).raw_bytes().to_vec());
    built.unwrap_or_else(|_| chunk(1, &[]))
}

fn reworded_op(rng: &mut ChaCha8Rng, change: &mut ExpandedChange) {
    let count = change.operations.len();
    if count == 0 {
        return;
    }
    let somebody = legacy::OpId::new(rng.random_range(0..40), &change.actor_id.clone());
    let at = rng.random_range(0..count);
    let copy = change.operations[rng.random_range(0..count)].clone();
    let op = &mut change.operations[at];
    match rng.random_range(0..8) {
        0 => op.obj = legacy::ObjectId::Id(somebody),
        1 => op.key = legacy::Key::Map("status".into()),
        2 => op.key = legacy::Key::Seq(legacy::ElementId::Id(somebody)),
        3 => op.pred = vec![somebody].into(),
        4 => op.pred = Vec::new().into(),
        5 => op.insert = !op.insert,
        6 => op.action = copy.action,
        _ => change.operations.push(copy),
    }
}
