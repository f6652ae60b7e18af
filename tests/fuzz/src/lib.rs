//! What the fuzz targets share: the panics that the guard is there to contain, and documents to try changes on.

pub mod wrapped;

#[path = "../../../shared/tests/support/mutate.rs"]
pub mod mutate;
#[path = "../../../shared/tests/support/records.rs"]
#[allow(missing_docs, reason = "said where the tests use it")]
pub mod records;
#[path = "../../../shared/tests/support/victims.rs"]
pub mod victims;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::EntityDef;

use victims::Victim;

static HOOK: Once = Once::new();
static LAST: Mutex<String> = Mutex::new(String::new());

/// Runs a target's work. libFuzzer ends the process at every panic, and the guard contains those of Automerge: only one
/// that escapes is a finding.
pub fn contained(work: impl FnOnce()) {
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|said| {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = said.to_string();
        }));
    });
    if catch_unwind(AssertUnwindSafe(work)).is_err() {
        eprintln!("escaped: {}", LAST.lock().unwrap_or_else(PoisonError::into_inner));
        std::process::abort();
    }
}

/// One document of each kind that people write, always the same.
pub static VICTIMS: LazyLock<Vec<Victim>> = LazyLock::new(|| {
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let defs = KINDS.iter().filter(|def: &&EntityDef| !def.entry && !def.server);
    defs.map(|def| victims::victim(def, &mut rng)).collect()
});

/// Makes the documents before the first input is timed.
pub fn ready() {
    LazyLock::force(&VICTIMS);
}

/// The document that an input's first byte chooses, and whether a change is tried on it or as the first of a new one.
#[must_use]
pub fn chosen(byte: u8) -> (&'static Victim, bool) {
    let victim = &VICTIMS[usize::from(byte >> 1) % VICTIMS.len()];
    (victim, byte & 1 == 1)
}
