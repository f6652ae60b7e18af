//! Passwords: argon2id, at most a few at the same moment, and the same work for an account that does not exist.

use anyhow::{Context as _, anyhow};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zumodra_shared::kernel::{Code, Problem};

use crate::app::Random;
use crate::error::Result;
use crate::limits::{MAX_HASHES_AT_ONCE, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS};

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// The weakest score of zxcvbn (0 to 4) that is taken.
const MIN_SCORE: u8 = 3;
/// Characters of the shortest word about the person that counts.
const MIN_WORD_CHARS: usize = 3;
/// Characters that must be left of a password without the words about the person.
const MIN_OTHER_CHARS: usize = 8;
/// Characters that the estimate looks at; its cost grows faster than the length.
const MAX_ESTIMATED_CHARS: usize = 72;

/// Hashes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    slots: Semaphore,
    nobody: String,
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| anyhow!("argon2: {error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str, salt: &[u8]) -> Result<String> {
    let hash = hasher()?
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|error| anyhow!("hash a password: {error}"))?;
    Ok(hash.to_string())
}

impl Passwords {
    /// Prepares the hash that stands in for an account that does not exist.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn new(random: &Random) -> anyhow::Result<Self> {
        let mut bytes = [0u8; 32];
        random(&mut bytes);
        let nobody = hash_now("", &bytes).map_err(|error| anyhow!("{error}"))?;
        Ok(Self { slots: Semaphore::new(MAX_HASHES_AT_ONCE), nobody })
    }

    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// When hashing fails.
    pub async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String> {
        let _slot = self.slots.acquire().await.context("wait for a slot")?;
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || hash_now(&password, &salt)).await.context("hash a password")?
    }

    /// Whether a password belongs to a hash. Without a hash it works as long, and says no.
    ///
    /// # Errors
    /// When the stored hash cannot be read.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let _slot = self.slots.acquire().await.context("wait for a slot")?;
        let known = hash.is_some();
        let (password, hash) = (password.to_owned(), hash.unwrap_or(&self.nobody).to_owned());
        let matches = tokio::task::spawn_blocking(move || -> Result<bool> {
            let hash = PasswordHash::new(&hash).map_err(|error| anyhow!("read a stored hash: {error}"))?;
            // A password that is longer than any that was taken is wrong, and not worth the work.
            let fits = password.len() <= MAX_PASSWORD_BYTES;
            let typed = if fits { password.as_bytes() } else { b"" };
            Ok(hasher()?.verify_password(typed, &hash).is_ok() && fits)
        })
        .await
        .context("check a password")??;
        Ok(matches && known)
    }
}

/// Refuses a password that is too short or too easy to guess by somebody who knows the person.
///
/// # Errors
/// [`Code::WeakPassword`] with what would make it better.
pub fn require_strong(password: &str, known: &[&str]) -> Result<()> {
    let weak = |message: String| Err(Problem::new(Code::WeakPassword).field("password", message).into());
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return weak(format!("Use at least {MIN_PASSWORD_CHARS} characters."));
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return weak(format!("Use at most {MAX_PASSWORD_BYTES} bytes."));
    }
    // The estimate takes three words of a name for strong, whoever's name it is.
    let words = known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let words: Vec<String> =
        words.filter(|word| word.chars().count() >= MIN_WORD_CHARS).map(str::to_lowercase).collect();
    let other = words.iter().fold(password.to_lowercase(), |rest, word| rest.replace(word.as_str(), ""));
    if other.chars().count() < MIN_OTHER_CHARS {
        return weak("Do not build it from your name or address.".to_owned());
    }
    let known: Vec<&str> = words.iter().map(String::as_str).collect();
    let start: String = password.chars().take(MAX_ESTIMATED_CHARS).collect();
    let estimate = zxcvbn::zxcvbn(&start, &known);
    if u8::from(estimate.score()) >= MIN_SCORE {
        return Ok(());
    }
    let advice = estimate.feedback().map(|feedback| {
        let warning = feedback.warning().map(|warning| warning.to_string());
        warning
            .into_iter()
            .chain(feedback.suggestions().iter().map(ToString::to_string))
            .collect::<Vec<_>>()
            .join(" ")
    });
    weak(
        advice.filter(|advice| !advice.is_empty()).unwrap_or_else(|| "Use several unusual words.".to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_common_and_personal_passwords_are_refused() {
        for bad in ["short", "password1234", "aaaaaaaaaaaaaaaa", "adalovelace1"] {
            assert!(require_strong(bad, &["Ada Lovelace", "ada@example.com"]).is_err(), "{bad}");
        }
        assert!(require_strong("x".repeat(MAX_PASSWORD_BYTES + 1).as_str(), &[]).is_err());
        assert!(require_strong("violet tractor sings 9", &[]).is_ok());
    }

    #[tokio::test]
    async fn only_the_right_password_of_an_account_matches() {
        let random: Random = std::sync::Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let passwords = Passwords::new(&random).expect("hashes");
        let hash = passwords.hash("violet tractor sings 9", [1; 16]).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("violet tractor sings 9", Some(&hash)).await.expect("verifies"));
        assert!(!passwords.verify("violet tractor sings 8", Some(&hash)).await.expect("verifies"));
        // The empty password is the one of the account that does not exist.
        assert!(!passwords.verify("", None).await.expect("verifies"));
    }
}
