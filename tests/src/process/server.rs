//! A real server process on a data folder of its own, with its private PostgreSQL.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{eventually, free_port, program};

/// How long a server may take until it answers, the making of its cluster included.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// A password that the server takes.
pub const PASSWORD: &str = "correct-horse-battery-7";

/// A running server.
#[derive(Debug)]
pub struct Server {
    data: PathBuf,
    port: u16,
    settings: Vec<(&'static str, OsString)>,
    child: Option<Child>,
    client: reqwest::Client,
}

/// Somebody who signed in over HTTP.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The access token.
    pub access: String,
    /// The person's id.
    pub user_id: String,
    /// The workspace's slug.
    pub slug: String,
}

impl Server {
    /// Starts a server on an empty or used data folder and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready in time.
    pub async fn start(data: &Path) -> Result<Self> {
        let mut server = Self::at(data)?;
        server.run().await?;
        Ok(server)
    }

    /// A server on a data folder, not started yet.
    ///
    /// # Errors
    /// When the machine has no free port.
    pub fn at(data: &Path) -> Result<Self> {
        // The tests speak plain HTTP, but the client's TLS wants to know its provider all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build()?;
        Ok(Self { data: data.to_owned(), port: free_port()?, settings: Vec::new(), child: None, client })
    }

    /// Sets a variable of the environment in which it is started.
    pub fn set(&mut self, name: &'static str, value: &OsStr) {
        self.settings.push((name, value.to_owned()));
    }

    /// Starts the process (again), on the same port and data, and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready in time.
    pub async fn run(&mut self) -> Result<()> {
        self.spawn()?;
        self.ready().await
    }

    /// Starts the process, again and again while it ends because its database is not back yet, as whatever looks after
    /// a service does.
    ///
    /// # Errors
    /// When it does not become ready in time.
    pub async fn run_at_last(&mut self) -> Result<()> {
        let ready = format!("{}/health/ready/", self.url());
        let client = self.client.clone();
        eventually("the server to be ready at last", READY_WITHIN, async || {
            let runs = self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)));
            if !runs {
                self.spawn().ok()?;
            }
            client.get(&ready).send().await.ok().filter(|answer| answer.status().is_success()).map(drop)
        })
        .await
    }

    /// Starts the process without waiting for it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn spawn(&mut self) -> Result<()> {
        std::fs::create_dir_all(&self.data)?;
        let log = File::options().create(true).append(true).open(self.data.join("server.log"))?;
        let mut command = Command::new(program("zumodra-server")?);
        command
            .arg("serve")
            .current_dir(&self.data)
            .env("ZUMODRA_DATA", self.data.join("data"))
            .env("ZUMODRA_LISTEN", format!("127.0.0.1:{}", self.port))
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        for rate in [
            "ANON",
            "USER",
            "AUTH",
            "TOKEN",
            "PASSWORD",
            "REGISTRATION",
            "FILE_UPLOAD",
            "APPLY",
            "ALARM",
            "PATIENT",
        ] {
            command.env(format!("ZUMODRA_RATES__{rate}"), "100000/second");
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        self.child = Some(command.spawn().context("start zumodra-server")?);
        Ok(())
    }

    /// Runs another command of the server's program beside it, on the same data, and gives what it printed.
    ///
    /// # Errors
    /// When it fails; what it said is in the error.
    pub async fn command(&self, args: &[&str]) -> Result<String> {
        let mut command = tokio::process::Command::new(program("zumodra-server")?);
        command
            .args(args)
            .current_dir(&self.data)
            .env("ZUMODRA_DATA", self.data.join("data"))
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null());
        let output = command.output().await.context("start zumodra-server")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "{args:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        Ok(said)
    }

    async fn ready(&self) -> Result<()> {
        let ready = format!("{}/health/ready/", self.url());
        let client = self.client.clone();
        eventually("the server to be ready", READY_WITHIN, async || {
            client.get(&ready).send().await.ok().filter(|answer| answer.status().is_success()).map(drop)
        })
        .await
        .with_context(|| std::fs::read_to_string(self.data.join("server.log")).unwrap_or_default())
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Ends the process with SIGKILL: nothing gets a chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends a request with a JSON body and reads the JSON answer.
    ///
    /// # Errors
    /// When the server cannot be reached or answers with an error; the answer is in the error.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Result<Value> {
        let mut request = self.client.request(method.parse()?, format!("{}{path}", self.url()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Makes a workspace with its owner and signs the owner in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_up(&self, workspace: &str, email: &str) -> Result<SignedIn> {
        let body = json!({
            "workspace": workspace, "name": "Olive Owner", "email": email, "password": PASSWORD, "language": "en",
        });
        self.call("POST", "/api/v1/tenants/", None, Some(body)).await?;
        self.sign_in(email).await
    }

    /// Signs somebody in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(&self, email: &str) -> Result<SignedIn> {
        let body = json!({ "email": email, "password": PASSWORD, "device_name": "test", "platform": "test" });
        let answer = self.call("POST", "/api/v1/auth/token/", None, Some(body)).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(SignedIn {
            access: text(&answer["access"]),
            user_id: text(&answer["user"]["id"]),
            slug: text(&answer["tenant"]["slug"]),
        })
    }

    /// Invites somebody with a role and accepts for them.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn add_member(
        &self,
        owner: &SignedIn,
        name: &str,
        email: &str,
        role: &str,
    ) -> Result<SignedIn> {
        let invitation = json!({ "email": email, "role": role });
        let invited =
            self.call("POST", "/api/v1/tenants/invitations/", Some(&owner.access), Some(invitation)).await?;
        let accept = json!({ "token": invited["token"], "name": name, "password": PASSWORD });
        self.call("POST", "/api/v1/tenants/invitations/accept", None, Some(accept)).await?;
        self.sign_in(email).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
