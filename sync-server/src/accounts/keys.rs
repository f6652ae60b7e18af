//! The keys in the data folder: one signs access tokens (EdDSA), one signs addresses and forms, and seals what
//! has to be told to other servers.
//!
//! To change the signing key, rename `signing.key` to `signing-<anything>.key`: tokens of the old key are still taken,
//! and a new one is made at the next start.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use hmac::{Hmac, Mac as _};
use jsonwebtoken::{DecodingKey, EncodingKey};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest as _, Sha256};
use zumodra_shared::kernel::RecordId;

use crate::app::Random;
use crate::config::Config;
use crate::db::cluster::write_private;

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// Files of old signing keys that are read.
const MAX_OLD_KEYS: usize = 16;

/// The keys of this installation.
pub struct Keys {
    kid: String,
    encoding: EncodingKey,
    decoding: HashMap<String, DecodingKey>,
    secret: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads the keys, making those that are not there yet.
    ///
    /// # Errors
    /// When a file cannot be read, is no key, or cannot be written.
    pub fn open(config: &Config, random: &Random) -> anyhow::Result<Self> {
        let folder = config.data.join("keys");
        std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let seed = read_or_make(&folder.join("signing.key"), random)?;
        let (kid, encoding, public) = pair(&seed);
        let mut decoding = HashMap::from([(kid.clone(), public)]);
        for old in old_keys(&folder)? {
            let (kid, _, public) = pair(&old);
            decoding.insert(kid, public);
        }
        let secret = match &config.secret_key {
            Some(secret) => blake3::derive_key("zumodra 2026 configured secret", secret.expose().as_bytes()),
            None => read_or_make(&folder.join("secret.key"), random)?,
        };
        Ok(Self { kid, encoding, decoding, secret })
    }

    /// The name of the present signing key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The present signing key.
    #[must_use]
    pub const fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    /// The key that checks what the named key signed.
    #[must_use]
    pub fn decoding(&self, kid: &str) -> Option<&DecodingKey> {
        self.decoding.get(kid)
    }

    /// Signs a text for one purpose; a signature for one purpose says nothing for another.
    #[must_use]
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, text).finalize().into_bytes())
    }

    /// Whether this installation signed the text for the purpose. Takes the same time for every wrong signature.
    #[must_use]
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|signature| self.mac(purpose, text).verify_slice(&signature).is_ok())
    }

    /// A short signature, for where there is little room: who has to try each guess in the open guesses for ever.
    #[must_use]
    pub fn tag(&self, purpose: &str, text: &str) -> [u8; 8] {
        let mut tag = [0; 8];
        tag.copy_from_slice(&self.mac(purpose, text).finalize().into_bytes()[..8]);
        tag
    }

    /// The key that seals a workspace's sync cursors.
    #[must_use]
    pub fn cursor_key(&self, tenant_id: RecordId) -> [u8; 16] {
        let purpose = [b"sync cursor ".as_slice(), tenant_id.as_bytes()].concat();
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::keyed_hash(&self.secret, &purpose).as_bytes()[..16]);
        key
    }

    /// What the key is made of that seals documents.
    #[must_use]
    pub fn seal_seed(&self) -> [u8; 32] {
        *blake3::keyed_hash(&self.secret, b"document seal").as_bytes()
    }

    /// Seals a secret that has to be read again (AEAD, RFC 8439), for one purpose and the one row that it stands in: what
    /// is copied into another row opens nothing there.
    #[must_use]
    pub fn seal(&self, purpose: &str, row: &str, secret: &str, nonce: [u8; NONCE_LEN]) -> Vec<u8> {
        let mut text = secret.as_bytes().to_vec();
        let (once, about) = (Nonce::assume_unique_for_key(nonce), Aad::from(row.as_bytes()));
        self.aead(purpose).seal_in_place_append_tag(once, about, &mut text).expect("a short text is sealed");
        [nonce.as_slice(), &text].concat()
    }

    /// Opens what was sealed for the purpose and the row; none for everything else.
    #[must_use]
    pub fn unseal(&self, purpose: &str, row: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let (once, about) = (Nonce::assume_unique_for_key(*nonce), Aad::from(row.as_bytes()));
        let mut text = text.to_vec();
        let secret = self.aead(purpose).open_in_place(once, about, &mut text).ok()?;
        String::from_utf8(secret.to_vec()).ok()
    }

    fn aead(&self, purpose: &str) -> LessSafeKey {
        let key = blake3::keyed_hash(&self.secret, format!("seal {purpose}").as_bytes());
        let key = UnboundKey::new(&CHACHA20_POLY1305, key.as_bytes()).expect("a key of 32 bytes");
        LessSafeKey::new(key)
    }

    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        let key = blake3::keyed_hash(&self.secret, purpose.as_bytes());
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("every length is a key");
        mac.update(text.as_bytes());
        mac
    }
}

fn pair(seed: &[u8; 32]) -> (String, EncodingKey, DecodingKey) {
    let public = SigningKey::from_bytes(seed).verifying_key().to_bytes();
    let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..8]);
    let private = [PKCS8_PREFIX.as_slice(), seed.as_slice()].concat();
    (kid, EncodingKey::from_ed_der(&private), DecodingKey::from_ed_der(&public))
}

fn old_keys(folder: &Path) -> anyhow::Result<Vec<[u8; 32]>> {
    let mut keys = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("signing-") && name.ends_with(".key") && keys.len() < MAX_OLD_KEYS {
            keys.push(read(&path)?.with_context(|| format!("read {}", path.display()))?);
        }
    }
    Ok(keys)
}

fn read(path: &Path) -> anyhow::Result<Option<[u8; 32]>> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
            bytes.map(Some).with_context(|| format!("{} holds no key", path.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
    }
}

/// Reads a key, or makes it. Of several nodes that start on an empty folder at once, all get the one that was first.
fn read_or_make(path: &Path, random: &Random) -> anyhow::Result<[u8; 32]> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let (mut key, mut name) = ([0; 32], [0; 8]);
    random(&mut key);
    random(&mut name);
    let made = path.with_file_name(format!("made-{}", URL_SAFE_NO_PAD.encode(name)));
    write_private(&made, URL_SAFE_NO_PAD.encode(key).as_bytes())
        .with_context(|| format!("write {}", made.display()))?;
    let placed = std::fs::hard_link(&made, path);
    std::fs::remove_file(&made).with_context(|| format!("remove {}", made.display()))?;
    match placed {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.with_context(|| format!("{} came and went", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("write {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_purpose_and_its_row_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let random: Random = Arc::new(|bytes| getrandom::fill(bytes).expect("randomness"));
        let keys = Keys::open(&config, &random).expect("keys");
        let sealed = keys.seal("calendar", "a/b", "pa\u{df}word", [7; NONCE_LEN]);
        assert!(!sealed.windows(4).any(|part| part == b"word"));
        assert_ne!(sealed, keys.seal("calendar", "a/b", "pa\u{df}word", [8; NONCE_LEN]));
        assert_eq!(keys.unseal("calendar", "a/b", &sealed).as_deref(), Some("pa\u{df}word"));
        assert_eq!(keys.unseal("calendar", "a/c", &sealed), None);
        assert_eq!(keys.unseal("mail", "a/b", &sealed), None);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(keys.unseal("calendar", "a/b", &altered), None, "byte {at}");
            assert_eq!(keys.unseal("calendar", "a/b", &sealed[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn nodes_that_start_at_once_on_an_empty_folder_have_the_same_keys() {
        const NODES: usize = 8;
        let folder = tempfile::tempdir().expect("a folder");
        let together = Barrier::new(NODES);
        let open = || {
            let config = Config { data: folder.path().to_owned(), ..Config::default() };
            let random: Random = Arc::new(|bytes| getrandom::fill(bytes).expect("randomness"));
            together.wait();
            let keys = Keys::open(&config, &random).expect("keys");
            (keys.kid().to_owned(), keys.cursor_key(RecordId::nil()))
        };
        let opened: Vec<_> = std::thread::scope(|scope| {
            let nodes: Vec<_> = (0..NODES).map(|_| scope.spawn(open)).collect();
            nodes.into_iter().map(|node| node.join().expect("a node")).collect()
        });
        assert!(opened.windows(2).all(|pair| pair[0] == pair[1]), "{opened:?}");
        let left: Vec<_> = std::fs::read_dir(folder.path().join("keys")).expect("the folder").collect();
        assert_eq!(left.len(), 2, "the two keys and nothing else");
    }
}
