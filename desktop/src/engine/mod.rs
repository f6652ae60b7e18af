//! The engine: one account, its workspace, and everything that the window may ask. It needs no window.

mod alerts;
pub mod ask;
pub mod calendar;
pub mod career_site;
mod daily_mail;
pub mod domains;
pub mod exchange;
mod files;
pub mod held;
pub mod job_views;
pub mod mail;
pub mod privacy;
mod sign_in;
pub mod survey;
mod workspace;
pub mod workspace_settings;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use zumodra_shared::access::lease::Lapsed;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use crate::replica::{Changed, Replica};
use crate::session::{Account, Clock, Home, Protection, SessionInfo, SessionState, Vault};
use crate::sync::tokens::blocking;
use crate::sync::{Http, SyncStatus, host, transfer};

pub use workspace::Workspace;

/// Events that a slow listener may have waiting; it then reads everything again.
const EVENTS: usize = 256;

/// What the engine tells its listeners.
#[derive(Debug, Clone)]
pub enum Event {
    /// Rows changed.
    Changed(ChangedEvent),
    /// The indicator changed.
    Sync(SyncStatus),
    /// The session changed.
    Session(SessionInfo),
}

impl Event {
    /// The name under which the window listens.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Changed(_) => "changed",
            Self::Sync(_) => "sync",
            Self::Session(_) => "session",
        }
    }

    /// What the window gets.
    #[must_use]
    pub fn payload(&self) -> Value {
        match self {
            Self::Changed(changed) => json!(changed),
            Self::Sync(status) => json!(status),
            Self::Session(session) => json!(session),
        }
    }
}

/// Rows of these kinds changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedEvent {
    /// By kind, the records; none named means all of the kind.
    pub kinds: std::collections::BTreeMap<&'static str, Vec<RecordId>>,
    /// Whether somebody else changed them.
    pub remote: bool,
}

impl ChangedEvent {
    fn of(changed: &Changed, remote: bool) -> Self {
        let kinds = changed.kinds.iter().map(|(kind, ids)| (*kind, ids.iter().copied().collect()));
        Self { kinds: kinds.collect(), remote }
    }
}

/// A device of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its id.
    pub id: RecordId,
    /// What people call it.
    pub name: String,
    /// Its system.
    pub platform: String,
    /// When it was last seen, in milliseconds.
    pub last_seen_at: Option<i64>,
    /// Whether it is this one.
    pub current: bool,
}

/// An open workspace with the tasks that serve it.
struct Running {
    workspace: Arc<Workspace>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    account: Option<Account>,
    running: Option<Running>,
    /// A keyring runs here.
    keyring: bool,
    /// The data folder is ours while this is open.
    lock: Option<std::fs::File>,
}

struct Inner {
    home: Home,
    vault: Vault,
    http: Http,
    clock: Arc<Clock>,
    events: broadcast::Sender<Event>,
    state: Mutex<State>,
    /// One sign-in, unlocking or sign-out at a time.
    turn: tokio::sync::Mutex<()>,
}

/// The engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

impl Engine {
    /// Starts on a data folder: opens the replica of the account that is signed in, as far as that needs nobody.
    /// Works without a network.
    ///
    /// # Errors
    /// [`Code::AlreadyRunning`] when another engine has the data folder; when the machine's TLS cannot be set up.
    pub async fn start(home: Home, vault: Vault) -> Result<Self, Problem> {
        let lock = Some(home.lock()?);
        let (events, _) = broadcast::channel(EVENTS);
        let account = home.account();
        let keyring = blocking(move || Ok(vault.works())).await?;
        let state = Mutex::new(State { account, running: None, keyring, lock });
        let engine = Self(Arc::new(Inner {
            home,
            vault,
            http: Http::new()?,
            clock: Arc::new(Clock::default()),
            events,
            state,
            turn: tokio::sync::Mutex::new(()),
        }));
        let by_keyring = engine.account().is_some_and(|a| a.protection == Protection::Keyring);
        if by_keyring && let Err(problem) = engine.open(None).await {
            tracing::warn!(code = %problem.code, "the local copy stays locked");
        }
        Ok(engine)
    }

    /// Starts on the person's own data folder with the system's keyring.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub async fn start_for_person() -> Result<Self, Problem> {
        Self::start(Home::of_person()?, Vault::System).await
    }

    /// Listens to what changes.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// The data folder.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn account(&self) -> Option<Account> {
        self.state().account.clone()
    }

    /// The workspace that is open.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] when nobody is signed in, [`Code::Locked`] when the replica is not open.
    pub fn workspace(&self) -> Result<Arc<Workspace>, Problem> {
        let state = self.state();
        match (&state.running, &state.account) {
            (Some(running), _) => Ok(Arc::clone(&running.workspace)),
            (None, Some(_)) => Err(Problem::new(Code::Locked)),
            (None, None) => Err(Problem::new(Code::Unauthenticated)),
        }
    }

    /// The session as the window sees it.
    #[must_use]
    pub fn session(&self) -> SessionInfo {
        let state = self.state();
        let account = match &state.running {
            Some(running) => Some(running.workspace.account()),
            None => state.account.clone(),
        };
        let how = match (&account, &state.running) {
            (None, _) => SessionState::SignedOut,
            (Some(_), None) => SessionState::Locked,
            (Some(_), Some(_)) => SessionState::Ready,
        };
        let passphrase = match &account {
            Some(account) => matches!(account.protection, Protection::Passphrase(_)),
            None => !state.keyring,
        };
        SessionInfo::of(account.as_ref(), how, passphrase)
    }

    fn tell_session(&self) -> SessionInfo {
        let session = self.session();
        // Without listeners there is nobody to tell.
        let _ = self.0.events.send(Event::Session(session.clone()));
        session
    }

    /// Opens the replica of the account that is signed in, and starts to synchronise.
    async fn open(&self, passphrase: Option<String>) -> Result<(), Problem> {
        let account = self.account().ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        let path = self.0.home.replica(&account.own_folder())?;
        let (vault, protection, folder) = (self.0.vault, account.protection.clone(), account.own_folder());
        let key = blocking(move || vault.key(&protection, &folder, passphrase.as_deref())).await?;
        let workspace = Workspace::open(self.parts(), account, path, key, None).await?;
        self.refuse_after_lease(&workspace).await?;
        self.serve(workspace);
        Ok(())
    }

    /// A replica that was out of contact for too long opens only after a sign-in.
    async fn refuse_after_lease(&self, workspace: &Arc<Workspace>) -> Result<(), Problem> {
        let reached = workspace.store(|replica, _| replica.time_reached()).await?;
        self.0.clock.reached(reached);
        if workspace.store(Replica::keep_leases).await? == Lapsed::Everything {
            tracing::info!("the local copy was without contact for too long");
            return Err(Problem::new(Code::Locked)
                .detail("This device was not in contact with the server for too long. Sign in again."));
        }
        Ok(())
    }

    fn parts(&self) -> workspace::Parts {
        workspace::Parts {
            http: self.0.http.clone(),
            clock: Arc::clone(&self.0.clock),
            events: self.0.events.clone(),
            home: self.0.home.clone(),
        }
    }

    fn serve(&self, workspace: Arc<Workspace>) {
        let engine = self.clone();
        let held = Arc::clone(&workspace);
        let sync = tokio::spawn(async move {
            if host::run(held).await == host::Ended::Revoked {
                // The wipe ends this very task, so it is done by another.
                tokio::spawn(async move { engine.wipe_revoked().await });
            }
        });
        let (engine, held) = (self.clone(), Arc::clone(&workspace));
        let leases = tokio::spawn(async move {
            workspace::leases_end(held).await;
            // Locking ends this very task, so it is done by another.
            tokio::spawn(async move { engine.lock().await });
        });
        let tasks = vec![
            sync,
            leases,
            tokio::spawn(transfer::uploads(Arc::clone(&workspace))),
            tokio::spawn(workspace::index(Arc::clone(&workspace))),
        ];
        self.state().running = Some(Running { workspace, tasks });
    }

    /// Closes the replica, which opens only after a sign-in: it was without contact for too long.
    async fn lock(&self) {
        let _turn = self.0.turn.lock().await;
        self.stop().await;
        self.tell_session();
    }

    /// Stops what serves the workspace, and closes the replica in good order.
    async fn stop(&self) {
        let running = self.state().running.take();
        if let Some(running) = running {
            for task in &running.tasks {
                task.abort();
            }
            for task in running.tasks {
                // Ended by us: that it was aborted is no news.
                let _ = task.await;
            }
            running.workspace.close().await;
        }
    }

    /// Ends the engine in good order.
    pub async fn shut_down(&self) {
        self.stop().await;
        self.state().lock = None;
    }

    fn replica_path(&self, account: &Account) -> Result<PathBuf, Problem> {
        self.0.home.replica(&account.own_folder())
    }
}

#[cfg(test)]
mod tests;
