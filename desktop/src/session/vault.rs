//! Where secrets are kept: the system's keyring, or under a passphrase where none runs. Never in plain text.

use keyring::v1::{Entry, Error};
use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Code, Problem};

use super::passphrase::Wrapped;
use crate::replica::Key;

/// The name under which the keyring shows our entries.
const SERVICE: &str = "app.zumodra.desktop";

/// The field of a sign-in that protects the local copy where no keyring does.
pub const PASSPHRASE: &str = "passphrase";

/// How an account's replica key is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Protection {
    /// In the keyring.
    Keyring,
    /// Under a passphrase.
    Passphrase(Wrapped),
}

/// The keyring of this machine, if it is to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vault {
    /// The system's.
    System,
    /// None: a passphrase is asked for.
    Absent,
    /// One that answers and keeps nothing.
    #[cfg(test)]
    Full,
}

impl Vault {
    /// Whether a keyring runs and is open. Blocks for some milliseconds.
    #[must_use]
    pub fn works(self) -> bool {
        match self {
            Self::Absent => false,
            #[cfg(test)]
            Self::Full => true,
            Self::System => {
                let probe = Entry::new(SERVICE, "probe").and_then(|entry| match entry.get_password() {
                    Err(Error::NoEntry) | Ok(_) => Ok(()),
                    Err(error) => Err(error),
                });
                if let Err(error) = &probe {
                    tracing::info!(%error, "no keyring runs here; a passphrase is asked for");
                }
                probe.is_ok()
            }
        }
    }

    /// Reads a secret. Blocks.
    ///
    /// # Errors
    /// [`Code::Locked`] when the keyring does not answer.
    pub fn read(self, name: &str) -> Result<Option<String>, Problem> {
        match Entry::new(SERVICE, name).and_then(|entry| entry.get_password()) {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    /// Keeps a secret. Blocks.
    ///
    /// # Errors
    /// [`Code::Locked`] when the keyring does not take it.
    pub fn keep(self, name: &str, secret: &str) -> Result<(), Problem> {
        #[cfg(test)]
        if self == Self::Full {
            return Err(Problem::new(Code::Locked));
        }
        Entry::new(SERVICE, name)
            .and_then(|entry| entry.set_password(secret))
            .map_err(|error| refused(&error))
    }

    /// Forgets a secret. Blocks. One that is not there is forgotten already.
    pub fn forget(self, name: &str) {
        if self == Self::Absent {
            return;
        }
        if let Err(error) = Entry::new(SERVICE, name).and_then(|entry| entry.delete_credential())
            && !matches!(error, Error::NoEntry | Error::NoDefaultStore)
        {
            tracing::warn!(%error, "a secret stays in the keyring");
        }
    }

    /// The replica's key of an account.
    ///
    /// # Errors
    /// [`Code::Locked`] without a keyring or passphrase, [`Code::WrongCredentials`] for the wrong passphrase.
    pub fn key(
        self,
        protection: &Protection,
        folder: &str,
        passphrase: Option<&str>,
    ) -> Result<Key, Problem> {
        match protection {
            Protection::Keyring => {
                let text = self.read(&key_name(folder))?;
                text.and_then(|text| Key::from_hex(&text)).ok_or_else(|| Problem::new(Code::Locked))
            }
            Protection::Passphrase(wrapped) => {
                wrapped.unwrap_with(passphrase.ok_or_else(|| Problem::new(Code::Locked))?)
            }
        }
    }

    /// Keeps a new key.
    ///
    /// # Errors
    /// [`Code::InvalidFields`] when no keyring keeps it and there is no passphrase.
    pub fn keep_key(self, key: &Key, folder: &str, passphrase: Option<&str>) -> Result<Protection, Problem> {
        // One that answers may keep nothing all the same: where nobody has unlocked it, or has made one yet.
        if self.works() && self.keep(&key_name(folder), &key.to_hex()).is_ok() {
            return Ok(Protection::Keyring);
        }
        let Some(passphrase) = passphrase.filter(|text| !text.is_empty()) else {
            let message = "No keyring runs here, so a passphrase has to protect the local copy.";
            return Err(Problem::new(Code::InvalidFields).field(PASSPHRASE, message));
        };
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| Problem::new(Code::Internal))?;
        Ok(Protection::Passphrase(Wrapped::wrap(key, passphrase, salt)?))
    }
}

/// The name of a replica's key.
#[must_use]
pub fn key_name(folder: &str) -> String {
    format!("{folder}/key")
}

/// The name of an account's refresh token.
#[must_use]
pub fn refresh_name(folder: &str) -> String {
    format!("{folder}/refresh")
}

fn refused(error: &Error) -> Problem {
    tracing::warn!(%error, "the keyring does not answer");
    Problem::new(Code::Locked)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bus runs, a keyring answers, and nobody has ever made the collection that it would keep anything in: the desktop
    /// said that the local copy was locked, and asked for nothing.
    #[test]
    fn a_keyring_that_keeps_nothing_is_none() {
        let key = Key::new([7; 32]);
        let problem = Vault::Full.keep_key(&key, "folder", None).expect_err("a passphrase is needed");
        assert_eq!(problem.code, Code::InvalidFields);
        assert!(problem.fields.contains_key(PASSPHRASE));
        let kept = Vault::Full.keep_key(&key, "folder", Some("a passphrase of some length"));
        let Ok(Protection::Passphrase(wrapped)) = kept else { panic!("{kept:?}") };
        assert!(wrapped.unwrap_with("a passphrase of some length").is_ok());
        assert!(wrapped.unwrap_with("another").is_err());
    }
}
