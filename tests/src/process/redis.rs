//! A real Redis that keeps nothing, and that can be killed.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{eventually, free_port};

/// How long it may take to come up.
const UP_WITHIN: Duration = Duration::from_secs(20);

/// A running Redis. It ends when it is dropped.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    child: Option<Child>,
    folder: tempfile::TempDir,
}

impl Redis {
    /// Starts one on this machine alone.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start() -> Result<Self> {
        let mut redis = Self { port: free_port()?, child: None, folder: tempfile::tempdir()? };
        redis.run().await?;
        Ok(redis)
    }

    /// Starts it (again), on the same port.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn run(&mut self) -> Result<()> {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"])
            .arg(self.port.to_string())
            .arg("--dir")
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start redis-server")?;
        self.child = Some(child);
        let port = self.port;
        eventually("Redis", UP_WITHIN, async || std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            .await?;
        Ok(())
    }

    /// The address for `ZUMODRA_REDIS_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it with SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
