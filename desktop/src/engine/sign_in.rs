//! Signing in, unlocking, signing out, and the wipe of a revoked device.

use std::sync::Arc;

use zumodra_shared::kernel::{Code, Problem};

use super::{Device, Engine, Event, Workspace};
use crate::replica::{Key, Replica};
use crate::session::account::server_address;
use crate::session::vault::{PASSPHRASE, key_name, refresh_name};
use crate::session::{Account, Protection, SessionInfo, SignInRequest};
use crate::sync::SyncStatus;
use crate::sync::http::{Claim, SignedIn};
use crate::sync::tokens::{self, blocking};

/// Bytes of the longest machine name that is sent.
const MAX_DEVICE_NAME_CHARS: usize = 100;

fn device_name() -> String {
    let named = std::fs::read_to_string("/etc/hostname").ok();
    let name = named.or_else(|| std::env::var("COMPUTERNAME").ok()).unwrap_or_default();
    let name: String = name.trim().chars().take(MAX_DEVICE_NAME_CHARS).collect();
    if name.is_empty() { std::env::consts::OS.to_owned() } else { name }
}

impl Engine {
    /// Signs in and opens the replica: a new one, or the one that this account has here.
    ///
    /// # Errors
    /// The server's refusal; [`Code::Offline`]; [`Code::UnsentChanges`] when another account has edits that wait;
    /// [`Code::InvalidFields`] or [`Code::WrongCredentials`] for the passphrase.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<SessionInfo, Problem> {
        let _turn = self.0.turn.lock().await;
        let server = server_address(&request.server)?;
        let email = request.email.trim().to_owned();
        let name = device_name();
        let claim = Claim {
            email: &email,
            password: &request.password,
            workspace: request.workspace.as_deref().filter(|slug| !slug.is_empty()),
            device_id: self.0.home.device(&server, &email),
            device_name: &name,
        };
        let signed_in = self.0.http.sign_in(&server, &claim).await?;
        self.leave_other(&server, &signed_in).await?;
        let folder = Account::folder(&server, signed_in.tenant.id, signed_in.user.id);
        let (key, protection) = match self.key_for(&folder, request.passphrase).await {
            Ok(kept) => kept,
            Err(problem) => {
                if problem.fields.contains_key(PASSPHRASE) {
                    // The window asks for one from now on, whatever the keyring said before.
                    self.state().keyring = false;
                    self.tell_session();
                }
                return Err(problem);
            }
        };
        let account = Account {
            server,
            tenant: signed_in.tenant,
            user: signed_in.user,
            role: signed_in.role,
            device_id: signed_in.device_id,
            protection,
        };
        self.stop().await;
        let path = self.replica_path(&account)?;
        let workspace =
            Workspace::open(self.parts(), account.clone(), path, key, Some(signed_in.access)).await?;
        tokens::keep_refresh(&workspace, signed_in.refresh).await?;
        // A sign-in is contact: the grace begins anew, by the clock as it is now.
        self.0.clock.reset();
        workspace.store(|replica, now| replica.contacted(now)).await?;
        self.0.home.set_account(Some(&account))?;
        self.state().account = Some(account);
        self.serve(workspace);
        Ok(self.tell_session())
    }

    /// Another account's replica is removed before a new one is made; edits that wait in it are not lost silently.
    async fn leave_other(&self, server: &str, signed_in: &SignedIn) -> Result<(), Problem> {
        let Some(old) = self.account() else { return Ok(()) };
        if old.own_folder() == Account::folder(server, signed_in.tenant.id, signed_in.user.id) {
            return Ok(());
        }
        // A replica that is locked cannot say whether edits wait in it; it is kept for its owner's next sign-in.
        let Ok(workspace) = self.workspace() else { return Ok(()) };
        if workspace.store(|replica, _| replica.counts()).await?.waiting > 0 {
            return Err(Problem::new(Code::UnsentChanges));
        }
        self.wipe(&old).await
    }

    /// The key of the account's replica: the one that is kept, or a new one.
    async fn key_for(&self, folder: &str, passphrase: Option<String>) -> Result<(Key, Protection), Problem> {
        let vault = self.0.vault;
        let known = self.account().filter(|account| account.own_folder() == folder);
        let folder = folder.to_owned();
        blocking(move || {
            if let Some(account) = known {
                match vault.key(&account.protection, &folder, passphrase.as_deref()) {
                    Ok(key) => return Ok((key, account.protection)),
                    // The keyring lost the key: what the old file holds cannot be read by anybody any more.
                    Err(problem) if account.protection == Protection::Keyring => {
                        tracing::warn!(code = %problem.code, "the key of the local copy is gone");
                    }
                    Err(problem) if problem.code == Code::Locked => {
                        let message = "The passphrase of the local copy is needed.";
                        return Err(Problem::new(Code::InvalidFields).field(PASSPHRASE, message));
                    }
                    Err(problem) => return Err(problem),
                }
            } else if vault.works()
                && let Some(text) = vault.read(&key_name(&folder))?
                && let Some(key) = Key::from_hex(&text)
            {
                return Ok((key, Protection::Keyring));
            }
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|_| Problem::new(Code::Internal))?;
            let key = Key::new(bytes);
            let protection = vault.keep_key(&key, &folder, passphrase.as_deref())?;
            Ok((key, protection))
        })
        .await
    }

    /// Opens the locked replica.
    ///
    /// # Errors
    /// [`Code::WrongCredentials`] for the wrong passphrase; [`Code::Locked`] when only a sign-in helps.
    pub async fn unlock(&self, passphrase: String) -> Result<SessionInfo, Problem> {
        let _turn = self.0.turn.lock().await;
        if self.workspace().is_err() {
            self.open(Some(passphrase)).await?;
        }
        Ok(self.tell_session())
    }

    /// Signs out and removes the local replica.
    ///
    /// # Errors
    /// [`Code::UnsentChanges`] when edits wait and `discard` was not said.
    pub async fn sign_out(&self, discard: bool) -> Result<SessionInfo, Problem> {
        let _turn = self.0.turn.lock().await;
        if let Some(account) = self.account() {
            match self.workspace() {
                Ok(workspace) => {
                    let waiting = workspace.store(|replica, _| replica.counts()).await?.waiting;
                    if waiting > 0 && !discard {
                        return Err(Problem::new(Code::UnsentChanges));
                    }
                    tokens::sign_out(&self.0.http, &workspace).await;
                }
                // What waits in a locked replica cannot be counted.
                Err(_) if !discard => return Err(Problem::new(Code::UnsentChanges)),
                Err(_) => {}
            }
            self.wipe(&account).await?;
        }
        Ok(self.tell_session())
    }

    /// Removes an account's replica, key and tokens from this device.
    async fn wipe(&self, account: &Account) -> Result<(), Problem> {
        self.stop().await;
        let path = self.replica_path(account)?;
        let (vault, folder) = (self.0.vault, account.own_folder());
        blocking(move || {
            let wiped = Replica::wipe(&path);
            vault.forget(&key_name(&folder));
            vault.forget(&refresh_name(&folder));
            wiped
        })
        .await?;
        self.0.home.remove(&account.own_folder());
        self.0.home.set_account(None)?;
        self.state().account = None;
        let _ = self.0.events.send(Event::Sync(SyncStatus::signed_out()));
        Ok(())
    }

    /// The device was revoked: nothing of the workspace stays here.
    pub(super) async fn wipe_revoked(&self) {
        let _turn = self.0.turn.lock().await;
        let Some(account) = self.account() else { return };
        if let Err(problem) = self.wipe(&account).await {
            tracing::error!(code = %problem.code, "the revoked replica could not be removed");
            return;
        }
        if let Err(problem) = self.0.home.forget_device(&account.server, &account.user.email) {
            tracing::warn!(code = %problem.code, "the revoked device is still remembered");
        }
        tracing::info!("this device was revoked; its local copy is gone");
        self.tell_session();
    }

    /// The person's devices.
    ///
    /// # Errors
    /// [`Code::Offline`]; the server's refusal.
    pub async fn devices(&self) -> Result<Vec<Device>, Problem> {
        let workspace = self.workspace()?;
        let account = workspace.account();
        let token = workspace.tokens.access(&workspace).await?;
        let devices = self.0.http.devices(&account.server, &token).await?;
        let shown = devices.into_iter().map(|device| Device {
            current: device.id == account.device_id,
            id: device.id,
            name: device.name,
            platform: device.platform,
            last_seen_at: device.last_seen_at,
        });
        Ok(shown.collect())
    }

    /// Revokes a device of the person: it wipes its replica at its next contact.
    ///
    /// # Errors
    /// As [`Engine::devices`].
    pub async fn revoke_device(&self, id: zumodra_shared::kernel::RecordId) -> Result<Vec<Device>, Problem> {
        let workspace: Arc<Workspace> = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.revoke_device(&workspace.account().server, &token, id).await?;
        if workspace.account().device_id == id {
            workspace.sync_wanted.notify_one();
            return Ok(Vec::new());
        }
        self.devices().await
    }
}
