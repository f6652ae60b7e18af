//! The client in JavaScript as a process, driven by JSON lines.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::eventually;
use zumodra_tests::process::lines::Lines;
use zumodra_tests::process::server::PASSWORD;

use super::{Rows, rows};

/// How long a replica may take to have everything.
const CURRENT_WITHIN: Duration = Duration::from_secs(90);

/// A running client on a folder of its own. It ends when it is dropped.
pub struct JsClient {
    lines: Lines,
    cut_after_chunks: Option<u64>,
}

impl JsClient {
    /// Starts the client on a folder, new or used. On a used one it connects by itself.
    pub fn start(home: &Path) -> Result<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/js");
        let installed = program.join("node_modules").is_dir();
        ensure!(installed, "`cargo xtask test --only setup` installs the packages of {}", program.display());
        std::fs::create_dir_all(home)?;
        let mut command = Command::new("node");
        command.arg(program.join("main.mjs")).arg(home);
        let lines = Lines::start(&mut command, &home.with_extension("log"))?;
        Ok(Self { lines, cut_after_chunks: None })
    }

    /// Lets the connection be cut after so many chunks of the download that follows the next sign-in.
    pub fn cut_after_chunks(&mut self, chunks: u64) -> &mut Self {
        self.cut_after_chunks = Some(chunks);
        self
    }

    /// Asks and waits for the answer.
    async fn ask(&mut self, command: &str, args: Value) -> Result<Value> {
        self.lines.ask(command, &args).await.map(|(value, _)| value)
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
        current.with_context(|| format!("{last}\n{}", self.lines.log()))
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
        self.lines.kill();
    }
}
