//! The cursor: how far a replica has read the tenant's log, sealed so that it tells nothing about what happens out of
//! the replica's sight.
//!
//! A cursor is a pair. While a catch-up is under way, `base` is where it began and `pos` how far its documents (in the
//! order of their last change) were sent; a document that is sent later gets everything past `base`. At rest both are
//! the same. One AES-128 block holds both (48 bits each) beside a check of 32 bits: a pseudo-random permutation of one
//! block needs no nonce, and a forged cursor is caught with a probability of 1 − 2⁻³².

use aes::Aes128;
use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecrypt, BlockEncrypt, KeyInit};

/// A cursor as it is sent.
pub type Sealed = [u8; 16];

/// Largest sequence number that fits.
const MAX_SEQ: u64 = (1 << 48) - 1;
const CHECK: [u8; 4] = *b"zmd1";

/// How far a replica has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Where the catch-up began.
    pub base: u64,
    /// How far it got.
    pub pos: u64,
}

impl Cursor {
    /// A cursor at rest.
    #[must_use]
    pub const fn at(seq: u64) -> Self {
        Self { base: seq, pos: seq }
    }
}

/// Seals and opens the cursors of one tenant.
#[derive(Clone)]
pub struct Sealer {
    cipher: Aes128,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// A sealer with the tenant's key.
    #[must_use]
    pub fn new(key: &[u8; 16]) -> Self {
        Self { cipher: Aes128::new(GenericArray::from_slice(key)) }
    }

    /// Seals a cursor.
    #[must_use]
    pub fn seal(&self, cursor: Cursor) -> Sealed {
        let mut block = [0; 16];
        block[..6].copy_from_slice(&cursor.base.min(MAX_SEQ).to_be_bytes()[2..]);
        block[6..12].copy_from_slice(&cursor.pos.min(MAX_SEQ).to_be_bytes()[2..]);
        block[12..].copy_from_slice(&CHECK);
        let mut block = GenericArray::from(block);
        self.cipher.encrypt_block(&mut block);
        block.into()
    }

    /// Opens a cursor; `None` when it was not sealed with this key.
    #[must_use]
    pub fn open(&self, sealed: &Sealed) -> Option<Cursor> {
        let mut block = GenericArray::from(*sealed);
        self.cipher.decrypt_block(&mut block);
        let number = |bytes: &[u8]| bytes.iter().fold(0, |n, b| (n << 8) | u64::from(*b));
        let cursor = Cursor { base: number(&block[..6]), pos: number(&block[6..12]) };
        (block[12..] == CHECK && cursor.base <= cursor.pos).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_with_its_key_and_no_other() {
        let sealer = Sealer::new(&[7; 16]);
        let cursor = Cursor { base: 3, pos: 1 << 40 };
        assert_eq!(sealer.open(&sealer.seal(cursor)), Some(cursor));
        assert_eq!(Sealer::new(&[8; 16]).open(&sealer.seal(cursor)), None);
        let mut forged = sealer.seal(cursor);
        forged[0] ^= 1;
        assert_eq!(sealer.open(&forged), None);
    }
}
