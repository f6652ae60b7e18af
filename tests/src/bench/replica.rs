//! A desktop that is measured: a real engine process behind a counting link, with the instants of what it says.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::link::Link;
use super::machine;
use super::stage::{Stage, Tenant};
use crate::process::engine::{EngineProcess, PASSPHRASE, Told};
use crate::process::server::PASSWORD;

/// After so long without a word the engine is asked.
const QUIET: Duration = Duration::from_secs(1);
/// The longest that anything here may take.
const WITHIN: Duration = Duration::from_secs(1_800);

/// A desktop.
#[derive(Debug)]
pub struct Replica {
    /// The engine.
    pub engine: EngineProcess,
    /// What the engine says of its own accord.
    pub events: UnboundedReceiver<Told>,
    /// Where it meets the server; none when it is directly connected.
    pub link: Option<Link>,
    home: PathBuf,
    server: String,
}

impl Replica {
    /// A new desktop that has not signed in.
    ///
    /// # Errors
    /// When the engine does not start.
    pub async fn new(stage: &Stage, name: &str, linked: bool) -> Result<Self> {
        let home = stage.folder.path().join(name);
        let mut engine = EngineProcess::start(&home)?;
        let events = engine.events();
        let link = if linked { Some(Link::to(&stage.server.url()).await?) } else { None };
        let server = link.as_ref().map_or_else(|| stage.server.url(), |link| link.url.clone());
        Ok(Self { engine, events, link, home, server })
    }

    /// A new desktop that has everything, and has nothing left to do in the background.
    ///
    /// # Errors
    /// As [`Replica::new`] and [`Replica::ready`].
    pub async fn settled(stage: &Stage, tenant: &Tenant, name: &str, linked: bool) -> Result<Self> {
        let mut replica = Self::new(stage, name, linked).await?;
        replica.ready(tenant).await?;
        machine::rest(replica.engine.pid(), WITHIN).await;
        Ok(replica)
    }

    /// Signs in as the owner; gives the instant of the answer.
    ///
    /// # Errors
    /// When the server or the engine refuses.
    pub async fn sign_in(&mut self, tenant: &Tenant) -> Result<Instant> {
        let request = json!({
            "server": self.server, "email": tenant.email, "password": PASSWORD, "passphrase": PASSPHRASE,
        });
        let (_, at) = self.engine.timed("sign_in", json!({ "request": request })).await?;
        Ok(at)
    }

    /// Signs in and waits until everything is here.
    ///
    /// # Errors
    /// As the two.
    pub async fn ready(&mut self, tenant: &Tenant) -> Result<()> {
        let from = self.sign_in(tenant).await?;
        self.up_to_date(from).await.map(drop)
    }

    /// The link, which must be there.
    ///
    /// # Errors
    /// When it is directly connected.
    pub fn link(&self) -> Result<&Link> {
        self.link.as_ref().context("this desktop has no link")
    }

    /// The instant after `from` at which the engine said that it has everything and nothing waits.
    ///
    /// # Errors
    /// When it is not so in time.
    pub async fn up_to_date(&mut self, from: Instant) -> Result<Instant> {
        let current = |status: &Value| status["state"] == "up_to_date" && status["waiting"] == 0;
        let start = Instant::now();
        while start.elapsed() < WITHIN {
            match tokio::time::timeout(QUIET, self.events.recv()).await {
                Ok(told) => {
                    let told = told.context("the engine is gone")?;
                    if told.at >= from && told.name == "sync" && current(&told.payload) {
                        return Ok(told.at);
                    }
                }
                // An event that was lost by a slow reader is no reason to wait for ever.
                Err(_) => {
                    let (status, at) = self.engine.timed("sync_status", Value::Null).await?;
                    if current(&status) {
                        return Ok(at);
                    }
                }
            }
        }
        anyhow::bail!("the desktop was not up to date within {WITHIN:?}")
    }

    /// Cuts the link and waits until the engine knows.
    ///
    /// # Errors
    /// When it does not learn of it.
    pub async fn go_offline(&mut self) -> Result<()> {
        self.link()?.cut();
        while let Some(told) = self.events.recv().await {
            if told.name == "sync" && told.payload["state"] == "offline" {
                return Ok(());
            }
        }
        anyhow::bail!("the engine is gone")
    }

    /// Mends the link and says so to the engine; gives the instant before.
    ///
    /// # Errors
    /// When the engine is gone.
    pub async fn go_online(&mut self) -> Result<Instant> {
        while self.events.try_recv().is_ok() {}
        self.link()?.mend();
        let at = Instant::now();
        self.engine.ask("sync_now", Value::Null).await?;
        Ok(at)
    }

    /// Asks many things without waiting for one after the other; every one must be done.
    ///
    /// # Errors
    /// When one is refused.
    pub async fn ask_all(
        &mut self,
        command: &str,
        arguments: impl Iterator<Item = Value>,
    ) -> Result<Duration> {
        const AT_ONCE: usize = 64;
        let start = Instant::now();
        let mut waiting = 0;
        for args in arguments {
            self.engine.say(command, &args)?;
            waiting += 1;
            if waiting >= AT_ONCE {
                self.done(command).await?;
                waiting -= 1;
            }
        }
        for _ in 0..waiting {
            self.done(command).await?;
        }
        Ok(start.elapsed())
    }

    async fn done(&mut self, command: &str) -> Result<()> {
        let answered = self.engine.answered().await.context("the engine is gone")?;
        ensure!(answered.answer.is_ok(), "{command}: {:?}", answered.answer);
        Ok(())
    }

    /// Bytes of everything that the engine keeps on the disk.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        super::machine::file_bytes(&self.home.join("zumodra"))
    }

    /// Ends the process, in good order or by a kill, and starts it again; gives the instant of the start. The engine
    /// is then locked.
    ///
    /// # Errors
    /// When it does not end or start.
    pub async fn start_again(self, kill: bool) -> Result<(Self, Instant)> {
        let Self { mut engine, link, home, server, .. } = self;
        if kill {
            engine.kill();
        } else {
            engine.end().await?;
        }
        let start = Instant::now();
        let mut engine = EngineProcess::start(&home)?;
        let events = engine.events();
        Ok((Self { engine, events, link, home, server }, start))
    }
}
