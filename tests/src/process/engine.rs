//! A real desktop engine in a process of its own, driven by JSON lines, that can be killed at any moment.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::server::PASSWORD;
use super::{eventually, program};

/// What protects the replica's key: the process has no keyring.
const PASSPHRASE: &str = "brass kettle under the stairs 7";
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long a replica may take to have everything.
const CURRENT_WITHIN: Duration = Duration::from_secs(90);

/// A running engine on a data folder of its own.
#[derive(Debug)]
pub struct EngineProcess {
    home: PathBuf,
    child: Child,
    stdin: ChildStdin,
    lines: mpsc::UnboundedReceiver<Value>,
    asked: u64,
}

impl EngineProcess {
    /// Starts the engine on a data folder, new or used.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(home: &Path) -> Result<Self> {
        std::fs::create_dir_all(home)?;
        let log = File::options().create(true).append(true).open(home.join("engine.log"))?;
        let mut child = Command::new(program("zumodra-engine")?)
            .env("ZUMODRA_HOME", home.join("zumodra"))
            .env("HOME", home)
            // No bus, and so no keyring.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("start zumodra-engine")?;
        let stdin = child.stdin.take().context("its standard input")?;
        let stdout = child.stdout.take().context("its standard output")?;
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
                // A line that was cut off by a kill is no line.
                let Ok(value) = serde_json::from_str(&line) else { continue };
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        Ok(Self { home: home.to_owned(), child, stdin, lines, asked: 0 })
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks without waiting for the answer; gives the number that the answer will bear.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn say(&mut self, command: &str, args: &Value) -> Result<u64> {
        self.asked += 1;
        let line = json!({ "id": self.asked, "command": command, "args": args });
        writeln!(self.stdin, "{line}").and_then(|()| self.stdin.flush()).context("the engine is gone")?;
        Ok(self.asked)
    }

    /// The next line that is an answer: its number, and what was answered. None when the process is gone.
    pub async fn answer(&mut self) -> Option<(u64, std::result::Result<Value, Value>)> {
        loop {
            let mut line = self.lines.recv().await?;
            let Some(id) = line["id"].as_u64() else { continue };
            let error = line["error"].take();
            return Some((id, if error.is_null() { Ok(line["ok"].take()) } else { Err(error) }));
        }
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// When the engine refuses, is gone, or takes too long.
    pub async fn ask(&mut self, command: &str, args: Value) -> Result<Value> {
        let asked = self.say(command, &args)?;
        let answer = async {
            while let Some((id, answer)) = self.answer().await {
                if id == asked {
                    return Some(answer);
                }
            }
            None
        };
        match tokio::time::timeout(ANSWER_WITHIN, answer).await.context("the engine does not answer")? {
            Some(Ok(value)) => Ok(value),
            Some(Err(problem)) => bail!("{command}: {problem}"),
            None => {
                bail!(
                    "{command}: the engine is gone: {}",
                    std::fs::read_to_string(self.home.join("engine.log"))?
                )
            }
        }
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

    /// Ends the process with SIGKILL: nothing gets a chance to tidy up.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for EngineProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
