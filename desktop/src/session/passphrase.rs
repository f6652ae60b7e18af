//! The passphrase: where no keyring runs, it wraps the replica's random key.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Code, Problem};

use crate::replica::Key;

/// Cost of one try: memory in KiB, passes, lanes.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// Characters of the shortest passphrase.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// A key under a passphrase: everything here may be read by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapped {
    salt: [u8; 16],
    /// The key, masked with what the passphrase gives under the salt. Each salt is used once.
    masked: Vec<u8>,
    /// Tells whether a passphrase is the right one.
    verifier: Vec<u8>,
}

impl Wrapped {
    /// Wraps a key.
    ///
    /// # Errors
    /// [`Code::InvalidFields`] for a passphrase that is too short.
    pub fn wrap(key: &Key, passphrase: &str, salt: [u8; 16]) -> Result<Self, Problem> {
        if passphrase.chars().count() < MIN_PASSPHRASE_CHARS {
            let message = format!("At least {MIN_PASSPHRASE_CHARS} characters.");
            return Err(Problem::new(Code::InvalidFields).field("passphrase", message));
        }
        let wrapping = derive(passphrase, &salt)?;
        let masked = mask(&wrapping, key.bytes());
        let verifier = verifier(&wrapping, &salt, &masked);
        Ok(Self { salt, masked, verifier })
    }

    /// Gives the key back.
    ///
    /// # Errors
    /// [`Code::WrongCredentials`] for the wrong passphrase.
    pub fn unwrap_with(&self, passphrase: &str) -> Result<Key, Problem> {
        let wrapping = derive(passphrase, &self.salt)?;
        let expected = blake3::hash(&verifier(&wrapping, &self.salt, &self.masked));
        // Hashes compare in constant time.
        if expected != blake3::hash(&self.verifier) || self.masked.len() != 32 {
            return Err(Problem::new(Code::WrongCredentials).field("passphrase", "The passphrase is wrong."));
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&mask(&wrapping, &self.masked));
        Ok(Key::new(bytes))
    }
}

fn derive(passphrase: &str, salt: &[u8]) -> Result<[u8; 32], Problem> {
    let mut key = [0; 32];
    let failed = |_| Problem::new(Code::Internal);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(key.len())).map_err(failed)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(passphrase.as_bytes(), salt, &mut key).map_err(failed)?;
    Ok(key)
}

fn mask(wrapping: &[u8; 32], bytes: &[u8]) -> Vec<u8> {
    let stream = blake3::keyed_hash(wrapping, b"zumodra replica key");
    bytes.iter().zip(stream.as_bytes()).map(|(a, b)| a ^ b).collect()
}

fn verifier(wrapping: &[u8; 32], salt: &[u8], masked: &[u8]) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new_keyed(wrapping);
    hasher.update(b"zumodra verifier").update(salt).update(masked);
    hasher.finalize().as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passphrase_gives_the_key_back_and_another_one_is_told_so() {
        let key = Key::new([5; 32]);
        let wrapped = Wrapped::wrap(&key, "a long passphrase", [1; 16]).expect("wraps");
        assert_eq!(wrapped.unwrap_with("a long passphrase"), Ok(key.clone()));
        let refused = wrapped.unwrap_with("a long passphrasf").expect_err("refuses");
        assert_eq!(refused.code, Code::WrongCredentials);
        assert!(refused.fields.contains_key("passphrase"));
        assert!(Wrapped::wrap(&key, "short", [1; 16]).is_err_and(|p| p.code == Code::InvalidFields));
        let text = serde_json::to_string(&wrapped).expect("writes");
        assert!(!text.contains(&key.to_hex()));
        assert_eq!(serde_json::from_str::<Wrapped>(&text).expect("reads"), wrapped);
    }
}
