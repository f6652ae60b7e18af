//! The running server: what every request and task shares. Time and randomness come from here, so tests move both.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::accounts::keys::Keys;
use crate::accounts::password::Passwords;
use crate::accounts::sessions::Sessions;
use crate::ats::advances;
use crate::ats::approvals;
use crate::ats::assigned::Assigned;
use crate::ats::caldav::{Calendaring, Calendars};
use crate::ats::calendar;
use crate::ats::emails::Emails;
use crate::ats::mentions::Mentions;
use crate::ats::openings::{ClosedOpenings, Openings};
use crate::ats::references::References;
use crate::careers::board::Boards;
use crate::careers::content::Contents;
use crate::careers::letters::{Letters, Seal};
use crate::careers::pressure::Pressure;
use crate::careers::views::Views;
use crate::config::Config;
use crate::db::migrate::Migrator;
use crate::db::{Db, Embedded};
use crate::doorbell::{Doorbell, Way};
use crate::files::blobs::Blobs;
use crate::http::limit::Limiters;
use crate::limits::{DRAIN_TIMEOUT, MAX_EVENTS_BEHIND};
use crate::mail::Bell;
use crate::signals::Signals;
use crate::sync::{Follower, Hub};
use crate::tenants::lookup::Tenants;

/// The database of an installation, on the private cluster.
const DATABASE: &str = "zumodra";

/// Says what time it is, in milliseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;
/// Fills bytes with randomness that nobody can foresee.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What comes from outside: time, randomness, and for tests a database that runs already.
#[derive(Clone)]
pub struct Deps {
    /// The clock.
    pub clock: Clock,
    /// The source of keys, tokens and ids.
    pub random: Random,
    /// A database to use instead of the configured or private one.
    pub database: Option<PgConnectOptions>,
}

impl Default for Deps {
    fn default() -> Self {
        Self {
            clock: Arc::new(|| jiff::Timestamp::now().as_millisecond()),
            // Without randomness no token is safe, and a machine that has none cannot go on.
            random: Arc::new(|bytes| getrandom::fill(bytes).expect("the system gives randomness")),
            database: None,
        }
    }
}

impl std::fmt::Debug for Deps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deps").finish_non_exhaustive()
    }
}

/// Something that other parts of this process act on, told after its transaction was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainEvent {
    /// A member is new or changed: the replicated directory and the member's scopes follow.
    MemberChanged {
        /// The workspace.
        tenant_id: RecordId,
        /// The member.
        user_id: RecordId,
    },
    /// A device's session ended: its socket is closed.
    DeviceEnded {
        /// The workspace.
        tenant_id: RecordId,
        /// The device.
        device_id: RecordId,
        /// The device must wipe its replica, and not only sign in again.
        revoked: bool,
    },
    /// A workspace was suspended: all its sockets are closed.
    TenantSuspended {
        /// The workspace.
        tenant_id: RecordId,
    },
    /// What is told of a workspace changed: it is looked up anew.
    TenantChanged {
        /// The workspace.
        tenant_id: RecordId,
    },
}

/// A handle on the running server; clones are the same server.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    deps: Deps,
    db: Db,
    embedded: Mutex<Option<Embedded>>,
    keys: Keys,
    seal: Seal,
    passwords: Passwords,
    sessions: Sessions,
    tenants: Tenants,
    boards: Boards,
    views: Views,
    contents: Contents,
    pressure: Pressure,
    limiters: Limiters,
    blobs: Blobs,
    hub: Hub,
    signals: Signals,
    doorbell: Doorbell,
    mail: Bell,
    calendars: Calendars,
    events: broadcast::Sender<DomainEvent>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl App {
    /// Opens the data folder and the database, and brings every schema to the present version.
    ///
    /// # Errors
    /// In words for the person who starts the server.
    pub async fn start(config: Config, deps: Deps) -> anyhow::Result<Self> {
        let app = Self::open(config, deps, false).await?;
        app.migrate().await?;
        Ok(app)
    }

    /// Like [`App::start`], beside a server that may be running on the same data folder.
    ///
    /// # Errors
    /// In words for the person who runs the command.
    pub async fn beside(config: Config, deps: Deps) -> anyhow::Result<Self> {
        let app = Self::open(config, deps, true).await?;
        app.migrate().await?;
        Ok(app)
    }

    /// Like [`App::beside`], and leaves every schema as it is.
    ///
    /// # Errors
    /// In words for the person who runs the command.
    pub async fn look(config: Config, deps: Deps) -> anyhow::Result<Self> {
        Self::open(config, deps, true).await
    }

    async fn migrate(&self) -> anyhow::Result<()> {
        let (migrator, db) = (Migrator::default(), self.db());
        migrator.public(db).await.context("bring the public schema to the present version")?;
        migrator.tenants(db).await.context("bring the workspaces to the present version")
    }

    async fn open(config: Config, deps: Deps, beside: bool) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("make the data folder {}", config.data.display()))?;
        let (options, embedded) = database(&config, &deps, beside).await?;
        let db = Db::new(&options, config.db_shards.get(), config.db_shard_connections.get());
        let keys = Keys::open(&config, &deps.random).context("open the keys in the data folder")?;
        let (events, _) = broadcast::channel(MAX_EVENTS_BEHIND);
        // Only this process uses a private database.
        let way = Way::of(config.redis_url.as_ref(), embedded.is_none().then_some(&options))?;
        let mut node = [0; 16];
        (deps.random)(&mut node);
        let inner = Inner {
            seal: Seal::of(&keys.seal_seed(), &config.base_domain)?,
            passwords: Passwords::new(&deps.random)?,
            sessions: Sessions::default(),
            tenants: Tenants::default(),
            boards: Boards::default(),
            views: Views::default(),
            contents: Contents::default(),
            pressure: Pressure::default(),
            limiters: Limiters::new(&config.rates),
            hub: Hub::default(),
            blobs: Blobs::open(&config.data.join("files"))?,
            embedded: Mutex::new(embedded),
            signals: Signals::default(),
            doorbell: Doorbell::new(way, uuid::Builder::from_random_bytes(node).into_uuid()),
            mail: Bell::default(),
            calendars: Calendars::new(config.calendars_nearby),
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            config,
            deps,
            db,
            keys,
            events,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Tells everything to stop, lets it end, and closes the database last.
    pub async fn close(&self) {
        self.inner.shutdown.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(DRAIN_TIMEOUT, self.inner.tasks.wait()).await.is_err() {
            tracing::warn!("some tasks did not end in time");
        }
        if tokio::time::timeout(DRAIN_TIMEOUT, self.inner.db.close()).await.is_err() {
            tracing::warn!("some database connections were still in use");
        }
        let embedded = self.inner.embedded.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut embedded) = embedded {
            let _ = tokio::task::spawn_blocking(move || embedded.stop()).await;
        }
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The door to the database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Signing keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// Hashing of passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    /// Who is signed in.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.inner.sessions
    }

    /// The workspaces that were looked up lately.
    #[must_use]
    pub fn tenants(&self) -> &Tenants {
        &self.inner.tenants
    }

    /// What the public may see of the workspaces that were looked at lately.
    #[must_use]
    pub fn boards(&self) -> &Boards {
        &self.inner.boards
    }

    /// How often jobs were looked at, as far as that is not written down yet.
    #[must_use]
    pub fn views(&self) -> &Views {
        &self.inner.views
    }

    /// What the workspaces say on their career pages, of those that were looked at lately.
    #[must_use]
    pub fn contents(&self) -> &Contents {
        &self.inner.contents
    }

    /// How many forms arrive at the career pages.
    #[must_use]
    pub fn pressure(&self) -> &Pressure {
        &self.inner.pressure
    }

    /// What was heard of other processes.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }

    /// This node, and how it wakes the others.
    #[must_use]
    pub fn doorbell(&self) -> &Doorbell {
        &self.inner.doorbell
    }

    /// The bell of this node's relay of mail.
    #[must_use]
    pub fn mail(&self) -> &Bell {
        &self.inner.mail
    }

    /// The calendars that members keep elsewhere.
    #[must_use]
    pub fn calendars(&self) -> &Calendars {
        &self.inner.calendars
    }

    /// How often things may be done.
    #[must_use]
    pub fn limiters(&self) -> &Limiters {
        &self.inner.limiters
    }

    /// The bytes of files.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// The writers and sockets of the workspaces in use.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.inner.hub
    }

    /// Cancelled when the server was told to stop: long-lived tasks and sockets watch it.
    #[must_use]
    pub fn shutdown(&self) -> &CancellationToken {
        &self.inner.shutdown
    }

    /// Tasks that are waited for when the server stops.
    #[must_use]
    pub fn tasks(&self) -> &TaskTracker {
        &self.inner.tasks
    }

    /// The time in milliseconds since 1970 UTC.
    #[must_use]
    pub fn now(&self) -> Millis {
        (self.inner.deps.clock)()
    }

    /// Bytes that nobody can foresee.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.inner.deps.random)(&mut bytes);
        bytes
    }

    /// A new id, ordered by time.
    #[must_use]
    pub fn new_id(&self) -> RecordId {
        let now = u64::try_from(self.now()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(now, &self.random::<10>()).into_uuid()
    }

    /// What seals documents.
    #[must_use]
    pub fn seal(&self) -> &Seal {
        &self.inner.seal
    }

    /// Who acts on changed records, in the transaction of their change.
    pub fn followers(&self) -> impl Iterator<Item = &'static dyn Follower> {
        let one_each: [&'static dyn Follower; 8] =
            [&Letters, &Emails, &Mentions, &Openings, &ClosedOpenings, &Assigned, &Calendaring, &References];
        let asking = approvals::FOLLOWERS.iter().map(|follower| *follower as &'static dyn Follower);
        let advancing = advances::FOLLOWERS.iter().map(|follower| *follower as &'static dyn Follower);
        one_each.into_iter().chain(asking).chain(advancing).chain(calendar::FOLLOWERS.iter().copied())
    }

    /// Tells the other parts of this process; `signals` calls it. Nobody listening is no failure: who starts later reads the whole state.
    pub fn tell(&self, event: DomainEvent) {
        let _ = self.inner.events.send(event);
    }

    /// Listens to what happens from now on. A listener that is told it lagged reads the whole state again.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<DomainEvent> {
        self.inner.events.subscribe()
    }
}

/// Finds or starts the database.
async fn database(
    config: &Config,
    deps: &Deps,
    beside: bool,
) -> anyhow::Result<(PgConnectOptions, Option<Embedded>)> {
    if let Some(options) = &deps.database {
        return Ok((options.clone(), None));
    }
    if let Some(url) = &config.database_url {
        let options: PgConnectOptions = url
            .expose()
            .parse()
            .map_err(|_| anyhow::anyhow!("DATABASE_URL is no address of a PostgreSQL database"))?;
        return Ok((options.application_name("zumodra"), None));
    }
    let (data, pg_bin): (PathBuf, Option<PathBuf>) = (config.data.clone(), config.pg_bin.clone());
    let embedded = tokio::task::spawn_blocking(move || {
        if beside {
            Embedded::attach_or_start(&data, pg_bin.as_deref())
        } else {
            Embedded::start(&data, pg_bin.as_deref())
        }
    })
    .await??;
    let options = crate::db::scope::with_database(embedded.options(), DATABASE)
        .await
        .context("open the database of the private cluster")?;
    Ok((options, Some(embedded)))
}
