//! An open workspace: the replica with its readers, and what has to be told when it changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Notify, broadcast};
use zumodra_shared::access::lease::Lapsed;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::sync::client::Action;

use super::{ChangedEvent, Event};
use crate::replica::{Carried, Identity, Key, Random, Reader, Replica};
use crate::session::{Account, Clock, Home, SessionInfo, SessionState};
use crate::sync::tokens::{Tokens, blocking};
use crate::sync::{Http, SyncState, SyncStatus};

/// Reader connections that are kept.
const MAX_READERS: usize = 3;
/// Documents that are indexed for search in one go.
const INDEX_SLICE: usize = 200;
/// How often an open workspace looks whether a lease has run out.
const LEASES_EVERY: Duration = Duration::from_secs(60);
/// Rest between two slices, so that nobody waits for the writer.
const INDEX_REST: Duration = Duration::from_millis(5);

/// Time after which the server may be asked again for the stamps of a record, in milliseconds.
const ASK_AGAIN_MS: i64 = 10_000;
/// Records of which it is remembered that they were asked for.
const MAX_ASKED: usize = 1_000;

/// What a workspace needs of the engine.
pub(super) struct Parts {
    pub http: Http,
    pub clock: Arc<Clock>,
    pub events: broadcast::Sender<Event>,
    pub home: Home,
}

/// An open workspace.
pub struct Workspace {
    /// The server's HTTP.
    pub http: Http,
    /// Time.
    pub clock: Arc<Clock>,
    /// The account's tokens.
    pub tokens: Tokens,
    /// Something was put into the outbox.
    pub outbox_changed: Notify,
    /// Somebody asked to synchronise now.
    pub sync_wanted: Notify,
    /// A file waits for its upload.
    pub files_waiting: Notify,
    /// Rows wait to be indexed for search.
    pub index_wanted: Notify,
    events: broadcast::Sender<Event>,
    home: Home,
    account: Mutex<Account>,
    path: PathBuf,
    key: Key,
    replica: Mutex<Option<Replica>>,
    readers: Mutex<Vec<Reader>>,
    shown: Mutex<(SyncState, Option<String>)>,
    told: Mutex<Option<SyncStatus>>,
    /// When the server was last asked for the stamps of a record, by the steady clock.
    stamps_asked: Mutex<HashMap<RecordId, i64>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Workspace {
    /// Opens the replica of an account.
    pub(super) async fn open(
        parts: Parts,
        account: Account,
        path: PathBuf,
        key: Key,
        access: Option<String>,
    ) -> Result<Arc<Self>, Problem> {
        let identity = Identity {
            user_id: account.user.id,
            device_id: account.device_id,
            tenant_id: account.tenant.id,
            role: account.role,
        };
        let (file, file_key) = (path.clone(), key.clone());
        let opened = blocking(move || {
            let opened = Replica::open(&file, &file_key, Random::System)?;
            let mut replica = opened.replica;
            replica.set_identity(&identity)?;
            Ok((replica, opened.rescued, opened.unchecked))
        });
        let (replica, rescued, unchecked) = opened.await?;
        let message = rescued.map(|_| Code::ReplicaDamaged.english().to_owned());
        let steady = parts.clock.steady();
        let workspace = Arc::new(Self {
            http: parts.http,
            clock: parts.clock,
            tokens: Tokens::new(access, steady),
            outbox_changed: Notify::new(),
            sync_wanted: Notify::new(),
            files_waiting: Notify::new(),
            index_wanted: Notify::new(),
            events: parts.events,
            home: parts.home,
            account: Mutex::new(account),
            path,
            key,
            replica: Mutex::new(Some(replica)),
            readers: Mutex::new(Vec::new()),
            shown: Mutex::new((SyncState::Connecting, message)),
            told: Mutex::new(None),
            stamps_asked: Mutex::new(HashMap::new()),
        });
        workspace.index_wanted.notify_one();
        if unchecked {
            tokio::spawn(check(Arc::clone(&workspace)));
        }
        Ok(workspace)
    }

    /// The account whose workspace it is.
    pub fn account(&self) -> Account {
        locked(&self.account).clone()
    }

    /// Runs a query on a reader: it waits for no writer.
    ///
    /// # Errors
    /// What the query gives; [`Code::Locked`] when the workspace was closed.
    pub async fn query<T: Send + 'static>(
        self: &Arc<Self>,
        ask: impl FnOnce(&Connection, i64) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let workspace = Arc::clone(self);
        blocking(move || {
            if locked(&workspace.replica).is_none() {
                return Err(Problem::new(Code::Locked));
            }
            let reader = locked(&workspace.readers).pop();
            let reader = match reader {
                Some(reader) => reader,
                None => Reader::open(&workspace.path, &workspace.key)?,
            };
            let answer = ask(reader.connection(), workspace.clock.now());
            let mut readers = locked(&workspace.readers);
            // A reader that met damage is not used again.
            let sound = answer.as_ref().err().is_none_or(|problem| problem.code != Code::ReplicaDamaged);
            if sound && readers.len() < MAX_READERS {
                readers.push(reader);
            }
            answer
        })
        .await
    }

    /// Runs a step on the writer and tells what it changed.
    ///
    /// # Errors
    /// What the step gives; [`Code::Locked`] when the workspace was closed.
    pub async fn store<T: Send + 'static>(
        self: &Arc<Self>,
        step: impl FnOnce(&mut Replica, i64) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.write(step, false).await
    }

    async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        step: impl FnOnce(&mut Replica, i64) -> Result<T, Problem> + Send + 'static,
        remote: bool,
    ) -> Result<T, Problem> {
        let workspace = Arc::clone(self);
        blocking(move || {
            let mut held = locked(&workspace.replica);
            let replica = held.as_mut().ok_or_else(|| Problem::new(Code::Locked))?;
            let answer = step(replica, workspace.clock.now());
            let changed = replica.take_changed();
            if changed.outbox {
                workspace.outbox_changed.notify_one();
            }
            if changed.files {
                workspace.files_waiting.notify_one();
            }
            if !changed.kinds.is_empty() {
                let event = ChangedEvent::of(&changed, remote);
                // Without listeners there is nobody to tell.
                let _ = workspace.events.send(Event::Changed(event));
            }
            if changed.outbox || changed.answered || changed.attention || changed.files {
                workspace.tell_status(replica);
            }
            answer
        })
        .await
    }

    /// Carries out what the session asks of the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn carry_out(self: &Arc<Self>, action: Action, remote: bool) -> Result<Carried, Problem> {
        self.write(move |replica, now| replica.carry_out(&action, now), remote).await
    }

    /// Shows another state.
    pub async fn set_state(self: &Arc<Self>, state: SyncState, message: Option<String>) {
        *locked(&self.shown) = (state, message);
        let workspace = Arc::clone(self);
        let told = blocking(move || {
            if let Some(replica) = locked(&workspace.replica).as_ref() {
                workspace.tell_status(replica);
            }
            Ok(())
        });
        if let Err(problem) = told.await {
            tracing::warn!(code = %problem.code, "the state could not be shown");
        }
    }

    /// Whether the server may be asked for the stamps of a record now; it is then taken to be asked.
    pub fn may_ask_stamps(&self, id: RecordId) -> bool {
        let now = self.clock.steady();
        let mut asked = locked(&self.stamps_asked);
        if asked.get(&id).is_some_and(|at| now - at < ASK_AGAIN_MS) {
            return false;
        }
        if asked.len() >= MAX_ASKED {
            asked.clear();
        }
        asked.insert(id, now);
        true
    }

    fn status_of(&self, replica: &Replica) -> Result<SyncStatus, Problem> {
        let counts = replica.counts()?;
        let (mut state, message) = locked(&self.shown).clone();
        if state == SyncState::UpToDate && counts.waiting > 0 {
            state = SyncState::Syncing;
        }
        Ok(SyncStatus {
            state,
            waiting: counts.waiting,
            attention: counts.attention,
            done: counts.done,
            total: counts.total,
            last_contact: counts.last_contact,
            sealed: replica.sealed()?,
            message,
        })
    }

    fn tell_status(&self, replica: &Replica) {
        let Ok(status) = self.status_of(replica) else { return };
        let mut told = locked(&self.told);
        if told.as_ref() != Some(&status) {
            *told = Some(status.clone());
            let _ = self.events.send(Event::Sync(status));
        }
    }

    /// What the indicator shows.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn status(self: &Arc<Self>) -> Result<SyncStatus, Problem> {
        let workspace = Arc::clone(self);
        self.store(move |replica, _| workspace.status_of(replica)).await
    }

    /// The server may have given the person another role.
    pub async fn role_changed(self: &Arc<Self>) {
        let Ok(Some(identity)) = self.store(|replica, _| replica.identity()).await else { return };
        let account = {
            let mut account = locked(&self.account);
            if account.role == identity.role {
                return;
            }
            account.role = identity.role;
            account.clone()
        };
        if let Err(problem) = self.home.set_account(Some(&account)) {
            tracing::warn!(code = %problem.code, "the new role is not remembered");
        }
        let passphrase = matches!(account.protection, crate::session::Protection::Passphrase(_));
        let session = SessionInfo::of(Some(&account), SessionState::Ready, passphrase);
        let _ = self.events.send(Event::Session(session));
    }

    /// After damage: sets the file aside and opens a new one with everything that was not sent.
    pub async fn mend(self: &Arc<Self>, problem: &Problem) {
        if problem.code != Code::ReplicaDamaged {
            return;
        }
        let workspace = Arc::clone(self);
        let mended = blocking(move || {
            let mut held = locked(&workspace.replica);
            let identity = held.as_ref().map(Replica::identity).and_then(Result::ok).flatten();
            locked(&workspace.readers).clear();
            // Dropped without closing: the mark that stays makes the next opening look closely.
            drop(held.take());
            let mut replica = Replica::open(&workspace.path, &workspace.key, Random::System)?.replica;
            let account = locked(&workspace.account).clone();
            replica.set_identity(&identity.unwrap_or(Identity {
                user_id: account.user.id,
                device_id: account.device_id,
                tenant_id: account.tenant.id,
                role: account.role,
            }))?;
            *held = Some(replica);
            Ok(())
        });
        if let Err(problem) = mended.await {
            tracing::error!(code = %problem.code, "the local copy could not be mended");
        }
    }

    /// Indexes for search what has arrived, slice by slice, so that nobody waits long for the writer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn index_all(self: &Arc<Self>) -> Result<(), Problem> {
        while self.store(|replica, now| replica.index_slice(INDEX_SLICE, now)).await? {}
        Ok(())
    }

    /// Closes the replica in good order.
    pub(super) async fn close(self: &Arc<Self>) {
        let workspace = Arc::clone(self);
        let closed = blocking(move || {
            locked(&workspace.readers).clear();
            if let Some(replica) = locked(&workspace.replica).take() {
                replica.close();
            }
            Ok(())
        });
        if let Err(problem) = closed.await {
            tracing::warn!(code = %problem.code, "the local copy was not closed in good order");
        }
    }
}

/// Reads a large file through after a crash, beside the work.
async fn check(workspace: Arc<Workspace>) {
    let (path, key) = (workspace.path.clone(), workspace.key.clone());
    if let Err(problem) = blocking(move || Reader::open(&path, &key)?.check()).await {
        workspace.mend(&problem).await;
        workspace.sync_wanted.notify_one();
    }
}

/// Keeps the leases of a workspace that is open, until that of everything has run out.
pub(super) async fn leases_end(workspace: Arc<Workspace>) {
    loop {
        tokio::time::sleep(LEASES_EVERY).await;
        match workspace.store(Replica::keep_leases).await {
            Ok(Lapsed::Everything) => return,
            Ok(Lapsed::Kinds(_)) => {}
            Err(problem) => tracing::warn!(code = %problem.code, "the leases could not be looked at"),
        }
    }
}

/// Fills the search index behind the first screen.
pub(super) async fn index(workspace: Arc<Workspace>) {
    loop {
        workspace.index_wanted.notified().await;
        let mut filled = false;
        loop {
            match workspace.store(|replica, now| replica.index_slice(INDEX_SLICE, now)).await {
                Ok(true) => {
                    filled = true;
                    tokio::time::sleep(INDEX_REST).await;
                }
                Ok(false) => break,
                Err(problem) => {
                    tracing::warn!(code = %problem.code, "the search index waits");
                    break;
                }
            }
        }
        if filled {
            let settle = |replica: &mut Replica, _: i64| {
                replica.settle();
                Ok(())
            };
            workspace.store(settle).await.unwrap_or_default();
        }
    }
}
