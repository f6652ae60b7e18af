//! How nodes wake each other.
//!
//! After a commit a node wakes its own connections in process. The others hear of it through one bell per node, which
//! sends what was rung together and never within a writing transaction: over PostgreSQL's NOTIFY, or over Redis where
//! that is configured. A ring carries no data. The log, the table of signals and the table of connections are the
//! truth, and each of them is looked at now and then all the same, so a lost ring costs time and nothing else.
//!
//! A server with its private database is the only node there is, and rings for nobody.

mod redis;
mod ring;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use zumodra_shared::kernel::RecordId;

pub use ring::Ring;

use crate::app::App;
use crate::config::Secret;
use crate::db::notify;
use crate::signals;

/// The shortest time between two messages of a node: what is rung meanwhile goes together.
const COALESCE: Duration = Duration::from_millis(2);
/// How often a node says that it is here when it has nothing else to say. It hears itself, and so knows that it hears.
const HERE_EVERY: Duration = Duration::from_secs(10);
/// Silence after which the way is laid anew.
const DEAF_AFTER: Duration = Duration::from_secs(25);
/// How long connecting and sending may take.
const WITHIN: Duration = Duration::from_secs(5);
/// How long after a failure the next attempt is made.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Rings that wait to be sent; beyond that everything is looked at.
const MAX_WAITING: usize = 10_000;

/// By which way nodes hear each other.
#[derive(Clone)]
pub enum Way {
    /// This is the only node.
    Alone,
    /// LISTEN and NOTIFY of the database.
    Postgres(Box<PgConnectOptions>),
    /// Publish and subscribe of a Redis.
    Redis(::redis::Client),
}

impl Way {
    /// The way that a configuration asks for. `database` is the one that other nodes may use too, if there is such.
    ///
    /// # Errors
    /// When the address of the Redis cannot be used.
    pub fn of(redis: Option<&Secret>, database: Option<&PgConnectOptions>) -> Result<Self> {
        if let Some(url) = redis {
            // The error would show the address, and with it the password.
            let client = ::redis::Client::open(url.expose()).ok();
            return client
                .map(Self::Redis)
                .context("redis_url is no address of a Redis, as in redis://host:6379");
        }
        Ok(database.map_or(Self::Alone, |options| Self::Postgres(Box::new(options.clone()))))
    }
}

/// A node's bell.
pub struct Doorbell {
    way: Way,
    node: RecordId,
    waiting: Mutex<BTreeSet<Ring>>,
    rung: Notify,
}

impl std::fmt::Debug for Doorbell {
    /// The ways have passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doorbell").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Doorbell {
    /// The bell of a node, with an id that it has for as long as its process lives.
    #[must_use]
    pub fn new(way: Way, node: RecordId) -> Self {
        Self { way, node, waiting: Mutex::default(), rung: Notify::new() }
    }

    /// The id of this node.
    #[must_use]
    pub const fn node(&self) -> RecordId {
        self.node
    }

    /// Whether there can be no other node.
    #[must_use]
    pub const fn is_alone(&self) -> bool {
        matches!(self.way, Way::Alone)
    }

    /// Tells the other nodes, soon. Called after the commit of what they are to look at.
    pub fn ring(&self, ring: Ring) {
        if matches!(self.way, Way::Alone) {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MAX_WAITING {
            waiting.clear();
            waiting.insert(Ring::Everything);
        } else {
            waiting.insert(ring);
        }
        drop(waiting);
        self.rung.notify_one();
    }

    fn take(&self) -> BTreeSet<Ring> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

enum Bell {
    Postgres(notify::Bell),
    Redis(redis::Bell),
}

enum Ear {
    Postgres(notify::Ear),
    Redis(redis::Ear),
}

/// The channel on a Redis, which other installations may use as well: those who share the keys share the channel.
fn channel(app: &App) -> String {
    format!("zumodra:{}", app.keys().sign("doorbell", "channel"))
}

impl Bell {
    async fn connect(app: &App) -> Result<Option<Self>> {
        Ok(match &app.doorbell().way {
            Way::Alone => None,
            Way::Postgres(options) => Some(Self::Postgres(notify::Bell::connect(options).await?)),
            Way::Redis(client) => Some(Self::Redis(redis::Bell::connect(client, &channel(app)).await?)),
        })
    }

    async fn ring(&mut self, messages: &[String]) -> Result<()> {
        match self {
            Self::Postgres(bell) => bell.ring(messages).await?,
            Self::Redis(bell) => bell.ring(messages).await?,
        }
        Ok(())
    }
}

impl Ear {
    async fn connect(app: &App) -> Result<Option<Self>> {
        Ok(match &app.doorbell().way {
            Way::Alone => None,
            Way::Postgres(options) => Some(Self::Postgres(notify::Ear::connect(options, WITHIN).await?)),
            Way::Redis(client) => Some(Self::Redis(redis::Ear::connect(client, &channel(app)).await?)),
        })
    }

    async fn next(&mut self) -> Result<Option<String>> {
        Ok(match self {
            Self::Postgres(ear) => ear.next().await?,
            Self::Redis(ear) => ear.next().await?,
        })
    }
}

/// Starts ringing and hearing, until the server stops.
pub fn start(app: &App) {
    if matches!(app.doorbell().way, Way::Alone) {
        return;
    }
    for ringing in [true, false] {
        let app = app.clone();
        app.tasks().clone().spawn(async move {
            let stop = app.shutdown().clone();
            let work = async {
                loop {
                    let done = if ringing { ring(&app).await } else { hear(&app).await };
                    let what = if ringing { "send to" } else { "hear" };
                    if let Err(error) = done {
                        tracing::warn!("this node cannot {what} the others: {error:#}");
                    }
                    sleep(TRY_AGAIN_AFTER).await;
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }
}

/// Sends what is rung, until the connection fails.
async fn ring(app: &App) -> Result<()> {
    let doorbell = app.doorbell();
    let Some(mut bell) = timeout(WITHIN, Bell::connect(app)).await.context("connecting took too long")??
    else {
        return Ok(());
    };
    loop {
        let rings = doorbell.take();
        let messages = ring::messages(doorbell.node, &rings);
        let sent_at = Instant::now();
        let sent = timeout(WITHIN, bell.ring(&messages)).await;
        if !matches!(sent, Ok(Ok(()))) {
            // Nobody knows what arrived: the next connection tells them to look at everything.
            doorbell.ring(Ring::Everything);
            sent.context("sending took too long")??;
        }
        let _ = timeout(HERE_EVERY, doorbell.rung.notified()).await;
        sleep_until(sent_at + COALESCE).await;
    }
}

/// Acts on what others ring, until the connection fails.
async fn hear(app: &App) -> Result<()> {
    let Some(mut ear) = timeout(WITHIN, Ear::connect(app)).await.context("connecting took too long")?? else {
        return Ok(());
    };
    // What was rung before this connection stood was not heard.
    heard(app, Ring::Everything);
    loop {
        let message = timeout(DEAF_AFTER, ear.next()).await.context("nothing was heard for too long")??;
        let message = message.context("the connection was lost")?;
        match ring::read(&message) {
            Some((from, rings)) if from != app.doorbell().node => {
                rings.into_iter().for_each(|ring| heard(app, ring));
            }
            Some(_) => {}
            None => tracing::debug!("something that is no ring was heard"),
        }
    }
}

fn heard(app: &App, ring: Ring) {
    match ring {
        Ring::Everything => {
            app.hub().rung_all();
            signals::look_now(app);
        }
        Ring::Signals => signals::look_now(app),
        Ring::Log(tenant_id) => app.hub().rung(tenant_id),
        Ring::Arrived(tenant_id, device_id) => app.hub().arrived_elsewhere(app, tenant_id, device_id),
    }
}
