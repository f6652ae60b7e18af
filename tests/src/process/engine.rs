//! A real desktop engine in a process of its own, driven by JSON lines, that can be killed at any moment.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::server::PASSWORD;
use super::{eventually, program};

/// What protects the replica's key: the process has no keyring.
pub const PASSPHRASE: &str = "brass kettle under the stairs 7";
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long a replica may take to have everything.
const CURRENT_WITHIN: Duration = Duration::from_secs(90);

/// How long an engine that was told to end may take.
const END_WITHIN: Duration = Duration::from_secs(30);

/// What the engine said of its own accord, and when its line was read.
#[derive(Debug, Clone)]
pub struct Told {
    /// When.
    pub at: Instant,
    /// `changed`, `sync` or `session`.
    pub name: String,
    /// As the window gets it.
    pub payload: Value,
}

/// An answer, and when its line was read.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When.
    pub at: Instant,
    /// The number of the question.
    pub id: u64,
    /// What was answered.
    pub answer: std::result::Result<Value, Value>,
}

/// Where the events go, once somebody listens.
type Listener = Arc<Mutex<Option<mpsc::UnboundedSender<Told>>>>;

/// A running engine on a data folder of its own.
#[derive(Debug)]
pub struct EngineProcess {
    home: PathBuf,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::UnboundedReceiver<(Instant, Value)>,
    listener: Listener,
    asked: u64,
}

/// Hands on each line with the instant at which it came: what is measured must not wait for whoever reads.
fn read(
    stdout: std::process::ChildStdout,
    lines: &mpsc::UnboundedSender<(Instant, Value)>,
    listener: &Listener,
) {
    let told = |event: Option<Told>| {
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Some(event) => drop(listener.as_ref().map(|listener| listener.send(event))),
            None => *listener = None,
        }
    };
    for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
        let at = Instant::now();
        // A line that was cut off by a kill is no line.
        let Ok(mut value) = serde_json::from_str::<Value>(&line) else { continue };
        if let Some(name) = value["event"].as_str().map(str::to_owned) {
            told(Some(Told { at, name, payload: value["payload"].take() }));
        } else if lines.send((at, value)).is_err() {
            break;
        }
    }
    told(None);
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
        let listener = Listener::default();
        let told = Arc::clone(&listener);
        std::thread::spawn(move || read(stdout, &sender, &told));
        Ok(Self { home: home.to_owned(), child, stdin: Some(stdin), lines, listener, asked: 0 })
    }

    /// What the engine says of its own accord from now on.
    pub fn events(&mut self) -> mpsc::UnboundedReceiver<Told> {
        let (sender, events) = mpsc::unbounded_channel();
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        events
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
        let stdin = self.stdin.as_mut().context("the engine was told to end")?;
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).context("the engine is gone")?;
        Ok(self.asked)
    }

    /// The next line that is an answer: its number, and what was answered. None when the process is gone.
    pub async fn answer(&mut self) -> Option<(u64, std::result::Result<Value, Value>)> {
        self.answered().await.map(|answered| (answered.id, answered.answer))
    }

    /// The next line that is an answer, with the instant at which it came. None when the process is gone.
    pub async fn answered(&mut self) -> Option<Answered> {
        loop {
            let (at, mut line) = self.lines.recv().await?;
            let Some(id) = line["id"].as_u64() else { continue };
            let error = line["error"].take();
            let answer = if error.is_null() { Ok(line["ok"].take()) } else { Err(error) };
            return Some(Answered { at, id, answer });
        }
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
        let asked = self.say(command, &args)?;
        let answer = async {
            while let Some(answered) = self.answered().await {
                if answered.id == asked {
                    return Some(answered);
                }
            }
            None
        };
        let answer =
            tokio::time::timeout(ANSWER_WITHIN, answer).await.context("the engine does not answer")?;
        match answer.map(|answered| (answered.at, answered.answer)) {
            Some((at, Ok(value))) => Ok((value, at)),
            Some((_, Err(problem))) => bail!("{command}: {problem}"),
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

    /// Lets the engine end in good order, as when the window is closed.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn end(mut self) -> Result<()> {
        drop(self.stdin.take());
        eventually("the engine to end", END_WITHIN, async || self.child.try_wait().ok().flatten()).await?;
        Ok(())
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
