//! The client in JavaScript as a process, driven by JSON lines.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use zumodra_tests::process::eventually;
use zumodra_tests::process::server::PASSWORD;

use super::{Rows, rows};

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long a replica may take to have everything.
const CURRENT_WITHIN: Duration = Duration::from_secs(90);

/// A running client on a folder of its own. It ends when it is dropped.
pub struct JsClient {
    home: PathBuf,
    child: Child,
    stdin: ChildStdin,
    lines: mpsc::UnboundedReceiver<Value>,
    asked: u64,
    cut_after_chunks: Option<u64>,
}

impl JsClient {
    /// Starts the client on a folder, new or used. On a used one it connects by itself.
    pub fn start(home: &Path) -> Result<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/js");
        let installed = program.join("node_modules").is_dir();
        ensure!(installed, "`cargo xtask test --only setup` installs the packages of {}", program.display());
        std::fs::create_dir_all(home)?;
        let log = File::options().create(true).append(true).open(home.with_extension("log"))?;
        let mut child = Command::new("node")
            .arg(program.join("main.mjs"))
            .arg(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("start node")?;
        let stdin = child.stdin.take().context("its standard input")?;
        let stdout = child.stdout.take().context("its standard output")?;
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
                // A line that was cut off by a kill is no line.
                let Ok(value) = serde_json::from_str(&line) else { continue };
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        Ok(Self { home: home.to_owned(), child, stdin, lines, asked: 0, cut_after_chunks: None })
    }

    /// Lets the connection be cut after so many chunks of the download that follows the next sign-in.
    pub fn cut_after_chunks(&mut self, chunks: u64) -> &mut Self {
        self.cut_after_chunks = Some(chunks);
        self
    }

    /// Asks and waits for the answer.
    async fn ask(&mut self, command: &str, args: Value) -> Result<Value> {
        self.asked += 1;
        let line = json!({ "id": self.asked, "command": command, "args": args });
        writeln!(self.stdin, "{line}").and_then(|()| self.stdin.flush()).context("the client is gone")?;
        loop {
            let line = tokio::time::timeout(ANSWER_WITHIN, self.lines.recv()).await;
            let Some(mut line) = line.context("the client does not answer")? else {
                bail!("{command}: the client is gone: {}", self.log());
            };
            if line["id"] == self.asked {
                ensure!(line["error"].is_null(), "{command}: {line}\n{}", self.log());
                return Ok(line["ok"].take());
            }
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.home.with_extension("log")).unwrap_or_default()
    }

    /// Signs in, which connects.
    pub async fn sign_in(&mut self, server: &str, email: &str) -> Result<()> {
        let args = json!({
            "server": server, "email": email, "password": PASSWORD, "cut_after_chunks": self.cut_after_chunks,
        });
        self.ask("sign_in", args).await.map(drop)
    }

    /// Where it stands.
    pub async fn status(&mut self) -> Result<Value> {
        self.ask("status", Value::Null).await
    }

    /// Waits until it has everything and nothing waits to be sent.
    pub async fn current(&mut self) -> Result<()> {
        let mut last = Value::Null;
        let current = eventually("the client to be up to date", CURRENT_WITHIN, async || {
            last = self.status().await.ok()?;
            (last["state"] == "up_to_date").then_some(())
        })
        .await;
        current.with_context(|| format!("{last}\n{}", self.log()))
    }

    /// Ends the connection, opens another one, and waits until everything is there.
    pub async fn reconnect(&mut self) -> Result<()> {
        self.ask("go_offline", Value::Null).await?;
        self.ask("go_online", Value::Null).await?;
        self.current().await
    }

    /// Makes a record and gives its id.
    pub async fn create(&mut self, kind: &str, fields: Value) -> Result<String> {
        let made = self.ask("create", json!({ "kind": kind, "fields": fields })).await?;
        made["id"].as_str().map(str::to_owned).context("an id")
    }

    /// Edits a record.
    pub async fn edit(&mut self, kind: &str, id: &str, edits: Value) -> Result<()> {
        self.ask("edit", json!({ "kind": kind, "id": id, "edits": edits })).await.map(drop)
    }

    /// Gives a command without arguments.
    pub async fn command(&mut self, name: &str, target: &str) -> Result<()> {
        self.ask("command", json!({ "name": name, "target": target, "args": {} })).await.map(drop)
    }

    /// What it shows: the fields of each record of a kind that is not deleted.
    pub async fn shown(&mut self, kind: &str) -> Result<Rows> {
        rows(&self.ask("list", json!({ "kind": kind })).await?)
    }

    /// Ends the process with SIGKILL: nothing gets a chance to tidy up.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for JsClient {
    fn drop(&mut self) {
        self.kill();
    }
}
