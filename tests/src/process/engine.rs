//! A real desktop engine in a process of its own, driven by JSON lines, that can be killed at any moment.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::lines::Lines;
use super::server::PASSWORD;
use super::{eventually, program};

pub use super::lines::{Answered, Told};

/// What protects the replica's key: the process has no keyring.
pub const PASSPHRASE: &str = "brass kettle under the stairs 7";
/// How long a replica may take to have everything.
const CURRENT_WITHIN: Duration = Duration::from_secs(90);

/// A running engine on a data folder of its own.
#[derive(Debug)]
pub struct EngineProcess {
    lines: Lines,
}

impl EngineProcess {
    /// Starts the engine on a data folder, new or used.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(home: &Path) -> Result<Self> {
        std::fs::create_dir_all(home)?;
        let mut command = Command::new(program("zumodra-engine")?);
        command
            .env("ZUMODRA_HOME", home.join("zumodra"))
            .env("HOME", home)
            // No bus, and so no keyring.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        Ok(Self { lines: Lines::start(&mut command, &home.join("engine.log"))? })
    }

    /// What the engine says of its own accord from now on: `changed`, `sync`, `session`, as the window gets it.
    pub fn events(&mut self) -> mpsc::UnboundedReceiver<Told> {
        self.lines.events()
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.lines.pid()
    }

    /// Asks without waiting for the answer; gives the number that the answer will bear.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn say(&mut self, command: &str, args: &Value) -> Result<u64> {
        self.lines.say(command, args)
    }

    /// The next line that is an answer: its number, and what was answered. None when the process is gone.
    pub async fn answer(&mut self) -> Option<(u64, std::result::Result<Value, Value>)> {
        self.answered().await.map(|answered| (answered.id, answered.answer))
    }

    /// The next line that is an answer, with the instant at which it came. None when the process is gone.
    pub async fn answered(&mut self) -> Option<Answered> {
        self.lines.answered().await
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// When the engine refuses, is gone, or takes too long.
    pub async fn ask(&mut self, command: &str, args: Value) -> Result<Value> {
        self.timed(command, args).await.map(|(value, _)| value)
    }

    /// Asks and waits for the answer; gives the instant at which it came besides.
    ///
    /// # Errors
    /// As [`EngineProcess::ask`].
    pub async fn timed(&mut self, command: &str, args: Value) -> Result<(Value, Instant)> {
        self.lines.ask(command, &args).await
    }

    /// Signs in, or opens the replica of the account that is signed in already.
    ///
    /// # Errors
    /// When the server or the engine refuses.
    pub async fn enter(&mut self, server: &str, email: &str) -> Result<()> {
        let session = self.ask("session", Value::Null).await?;
        if session["state"] == "locked" {
            self.ask("unlock", json!({ "passphrase": PASSPHRASE })).await?;
        } else {
            let request = json!({
                "server": server, "email": email, "password": PASSWORD, "passphrase": PASSPHRASE,
            });
            self.ask("sign_in", json!({ "request": request })).await?;
        }
        Ok(())
    }

    /// Waits until the replica has everything and nothing waits to be sent.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn current(&mut self) -> Result<()> {
        let mut last = Value::Null;
        let current = eventually("the engine to be up to date", CURRENT_WITHIN, async || {
            last = self.ask("sync_status", Value::Null).await.ok()?;
            (last["state"] == "up_to_date" && last["waiting"] == 0).then_some(())
        });
        current.await.with_context(|| last.to_string())
    }

    /// How many records of a kind the replica shows.
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn count(&mut self, kind: &str) -> Result<u64> {
        let page = self.ask("list", json!({ "request": { "kind": kind, "limit": 1 } })).await?;
        page["total"].as_u64().context("a total")
    }

    /// Lets the engine end in good order, as when the window is closed.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn end(self) -> Result<()> {
        self.lines.end().await
    }

    /// Ends the process with SIGKILL: nothing gets a chance to tidy up.
    pub fn kill(&mut self) {
        self.lines.kill();
    }
}
