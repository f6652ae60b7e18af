//! A PostgreSQL that several servers use, and that can be killed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use zumodra_server::db::{Embedded, scope};

use super::eventually;

/// The servers' database.
const DATABASE: &str = "zumodra";
/// How long a killed database may take to be open again, its recovery included.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// A cluster on a folder of its own, reached over a socket. It ends when it is dropped.
#[derive(Debug)]
pub struct Database {
    folder: PathBuf,
    cluster: Option<Embedded>,
    options: PgConnectOptions,
}

impl Database {
    /// Starts a new cluster with an empty database.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(folder: &Path) -> Result<Self> {
        let cluster = open(folder).await?;
        let options = scope::with_database(cluster.options(), DATABASE).await?;
        Ok(Self { folder: folder.to_owned(), cluster: Some(cluster), options })
    }

    /// The address for `DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.options.to_url_lossy().into()
    }

    /// A connection as the superuser.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn connect(&self) -> Result<PgConnection> {
        Ok(PgConnection::connect_with(&self.options).await?)
    }

    /// Ends the postmaster with SIGKILL; its backends end when they notice.
    ///
    /// # Errors
    /// When the postmaster is not found.
    pub fn kill(&self) -> Result<()> {
        Ok(kill(self.postmaster()?, Signal::SIGKILL)?)
    }

    /// Ends one backend with SIGKILL: PostgreSQL then ends all the others and recovers.
    ///
    /// # Errors
    /// When the database cannot be asked for one.
    pub async fn kill_backend(&self) -> Result<()> {
        let mut connection = self.connect().await?;
        let pid: i32 = sqlx::query_scalar(
            "select pid from pg_stat_activity
             where application_name = 'zumodra' and pid <> pg_backend_pid()
             order by random()
             limit 1",
        )
        .fetch_one(&mut connection)
        .await?;
        Ok(kill(Pid::from_raw(pid), Signal::SIGKILL)?)
    }

    fn postmaster(&self) -> Result<Pid> {
        let file = self.folder.join("postgres/cluster/postmaster.pid");
        let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        Ok(Pid::from_raw(text.lines().next().context("a number")?.trim().parse()?))
    }

    /// Starts a killed cluster again.
    ///
    /// # Errors
    /// When it does not open in time.
    pub async fn run_again(&mut self) -> Result<()> {
        drop(self.cluster.take());
        let cluster =
            eventually("the database to be back", BACK_WITHIN, async || open(&self.folder).await.ok());
        self.cluster = Some(cluster.await?);
        Ok(())
    }
}

async fn open(folder: &Path) -> Result<Embedded> {
    let folder = folder.to_owned();
    Ok(tokio::task::spawn_blocking(move || Embedded::start(&folder, None)).await??)
}
