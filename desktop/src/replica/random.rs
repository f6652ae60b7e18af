//! Randomness as an argument: the system's for people, a seed's for the simulator.

use uuid::Uuid;
use zumodra_shared::kernel::RecordId;

/// Where ids of records, actors and commands come from.
#[derive(Debug, Clone)]
pub enum Random {
    /// The operating system.
    System,
    /// A seed and how many numbers were drawn from it: the same seed gives the same ids.
    Seeded([u8; 32], u64),
}

impl Random {
    /// Randomness that a seed decides.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(*blake3::hash(&seed.to_be_bytes()).as_bytes(), 0)
    }

    /// Sixteen random bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        match self {
            Self::System => {
                if getrandom::fill(&mut bytes).is_err() {
                    // Without randomness no id is safe; uuid's own source is the last that could work.
                    bytes = *Uuid::now_v7().as_bytes();
                }
            }
            Self::Seeded(seed, drawn) => {
                *drawn += 1;
                let hash = blake3::keyed_hash(seed, &drawn.to_be_bytes());
                bytes.copy_from_slice(&hash.as_bytes()[..16]);
            }
        }
        bytes
    }

    /// A new record id: UUIDv7 (RFC 9562, section 5.7) of this instant.
    pub fn id(&mut self, now: i64) -> RecordId {
        let mut tail = [0; 10];
        tail.copy_from_slice(&self.bytes()[..10]);
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or_default(), &tail).into_uuid()
    }

    /// A random number below 1,000.
    pub fn permille(&mut self) -> i64 {
        let bytes = self.bytes();
        i64::from(u16::from_be_bytes([bytes[0], bytes[1]])) % 1_000
    }
}
