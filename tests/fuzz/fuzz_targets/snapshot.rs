//! A stored document as a replica reads it from a server that may be bad: its chunks, its heads, what it shows, and what
//! becomes of it when it meets the document that is held. The first byte chooses which that is.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest as _, Sha256};
use zumodra_fuzz::{chosen, contained, mutate, ready};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::sync::chunk::{self, Plain};
use zumodra_shared::sync::document::Document;
use zumodra_shared::sync::judge::{Working, entry_fields};
use zumodra_shared::sync::{guard, project};

/// Most bytes that a stored document grows to here.
const MAX_BYTES: usize = 64 << 10;

fuzz_target!(init: ready(), |input: &[u8]| contained(|| {
    let Some((choice, saved)) = input.split_first() else { return };
    if saved.len() > MAX_BYTES {
        return;
    }
    let (victim, _) = chosen(*choice);
    for chunk in chunk::chunks(saved).unwrap_or_default() {
        let _ = (chunk.hash(), Plain::read(chunk.bytes), guard::inspect(chunk.bytes).is_ok());
    }
    let _ = (chunk::begins_with_change(saved), chunk::change_hash(saved), project::shown(victim.def, saved));
    let _ = entry_fields(victim.def, saved);
    let heads = chunk::heads(saved);
    if let Ok(mut loaded) = guard::load(saved) {
        let mut found = loaded.get_heads();
        found.sort_unstable();
        if let Some(heads) = heads {
            assert_eq!(heads, found, "the heads that are read from the chunks");
        }
    }
    let id = RecordId::from_u128(5);
    if let Ok(working) = Working::load(id, victim.def, saved.to_vec(), RecordId::from_u128(77)) {
        let _ = (working.scope(), working.state_hash());
        if let Ok(compacted) = working.doc.clone().compacted() {
            assert_eq!(compacted.heads(), working.doc.heads());
        }
    }
    if let Ok(merged) = victim.held.doc.merged(saved) {
        let stored = Document::stored(merged.saved().to_vec()).expect("what was merged is stored");
        assert_eq!(stored.heads(), merged.heads());
        stored.automerge().expect("what was merged loads");
        let _ = merged.shown(victim.def);
    }
}));

fuzz_mutator!(|input: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
    if size < 2 {
        return fuzzer_mutate(input, size, max_size);
    }
    let (victim, _) = chosen(input[0]);
    let saved = input[1..size].to_vec();
    let changed = match rng.random_range(0..5) {
        0..3 => {
            let (length, room) = (saved.len(), max_size.saturating_sub(1));
            let mut bytes = saved;
            bytes.resize(room.max(length), 0);
            let length = fuzzer_mutate(&mut bytes, length, room);
            bytes.truncate(length);
            repaired(bytes)
        }
        // A further change, good or bad, behind what is there.
        3 => {
            let next = &victim.next[rng.random_range(0..victim.next.len())];
            let behind =
                if rng.random() { next.clone() } else { mutate::mutate(&mut rng, next, &victim.creation) };
            [saved, behind].concat()
        }
        _ => {
            input[0] = rng.random();
            return size;
        }
    };
    let length = changed.len().min(max_size.saturating_sub(1));
    input[1..1 + length].copy_from_slice(&changed[..length]);
    1 + length
});

/// The row with the right checksum in each of its chunks.
fn repaired(mut row: Vec<u8>) -> Vec<u8> {
    let lengths: Vec<usize> =
        chunk::chunks(&row).unwrap_or_default().iter().map(|chunk| chunk.bytes.len()).collect();
    let mut at = 0;
    for length in lengths {
        let sum = Sha256::digest(&row[at + 8..at + length]);
        row[at + 4..at + 8].copy_from_slice(&sum[..4]);
        at += length;
    }
    row
}
