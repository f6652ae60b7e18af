//! A change that somebody pushes, tried on a document of some kind or as the first change of a new one. The first byte
//! chooses which. What is let in must load, show the same and can be edited on; a checksum is made right, because it
//! would keep everything else from being tried.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use zumodra_fuzz::{chosen, contained, mutate, ready, victims};

/// What an input has at its front: the choice.
const CHOICE_BYTES: usize = 1;
/// What a chunk has before its type: magic and checksum.
const HEADER_BYTES: usize = 8;

fuzz_target!(init: ready(), |input: &[u8]| contained(|| {
    let Some((choice, change)) = input.split_first() else { return };
    let (victim, on_held) = chosen(*choice);
    let held = on_held.then_some(&victim.held);
    if let Ok(Some(after)) = victims::let_in(victim.def, held, change) {
        victims::examine(victim.def, &after, change);
    }
}));

fuzz_mutator!(|input: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
    if size < CHOICE_BYTES + HEADER_BYTES + 2 {
        return fuzzer_mutate(input, size, max_size);
    }
    let (victim, _) = chosen(input[0]);
    let changed = match rng.random_range(0..4) {
        // Bytes at the fuzzer's choice within the chunk, whose checksum is made right again.
        0..2 => {
            let mut bytes = input[CHOICE_BYTES..size].to_vec();
            let room = max_size.saturating_sub(CHOICE_BYTES);
            let length = bytes.len();
            bytes.resize(room.max(length), 0);
            let length = fuzzer_mutate(&mut bytes, length, room);
            bytes.truncate(length);
            repaired(&bytes)
        }
        // Another document, or another place.
        2 => {
            input[0] = rng.random();
            return size;
        }
        // A change that fits this document, made wrong in ways that only somebody who knows the format would think of.
        _ => {
            let originals: Vec<&Vec<u8>> = victim.next.iter().chain([&victim.creation]).collect();
            let original = originals[rng.random_range(0..originals.len())];
            mutate::mutate(&mut rng, original, &victim.creation)
        }
    };
    let length = changed.len().min(max_size.saturating_sub(CHOICE_BYTES));
    input[CHOICE_BYTES..CHOICE_BYTES + length].copy_from_slice(&changed[..length]);
    CHOICE_BYTES + length
});

/// The bytes with the checksum of what stands behind it.
fn repaired(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    let mut bytes = bytes.to_vec();
    if bytes.len() > HEADER_BYTES {
        let sum = sha2::Sha256::digest(&bytes[HEADER_BYTES..]);
        bytes[4..HEADER_BYTES].copy_from_slice(&sum[..4]);
    }
    bytes
}
