//! What the demo asks of the server over HTTP.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// How long one request may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of one piece of an upload.
const PIECE_BYTES: usize = 1 << 20;

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Http {
    /// Where the server is, without a slash at the end.
    pub url: String,
    client: reqwest::Client,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The access token.
    pub access: String,
    /// The person.
    pub user_id: String,
    /// The device.
    pub device_id: String,
    /// The workspace's subdomain.
    pub slug: String,
}

impl Signed {
    fn from(answer: &Value) -> Result<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned).context("a sign-in without its parts");
        Ok(Self {
            access: text(&answer["access"])?,
            user_id: text(&answer["user"]["id"])?,
            device_id: text(&answer["device_id"])?,
            slug: text(&answer["tenant"]["slug"])?,
        })
    }
}

impl Http {
    /// A client.
    ///
    /// # Errors
    /// When the machine cannot make one.
    pub fn new(url: &str) -> Result<Self> {
        let policy = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(policy).timeout(ANSWER_WITHIN).build()?;
        Ok(Self { url: url.trim_end_matches('/').to_owned(), client })
    }

    /// Whether the server is ready.
    pub async fn is_ready(&self) -> bool {
        let answer = self.client.get(format!("{}/health/ready/", self.url)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Sends JSON and reads the status with the JSON that came back.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn try_call(
        &self,
        method: &str,
        path: &str,
        access: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value)> {
        let mut request = self.client.request(method.parse()?, format!("{}{path}", self.url));
        if !access.is_empty() {
            request = request.bearer_auth(access);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// Sends JSON and reads the JSON of a success.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn call(&self, method: &str, path: &str, access: &str, body: Option<&Value>) -> Result<Value> {
        let (status, answer) = self.try_call(method, path, access, body).await?;
        ensure!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        Ok(answer)
    }

    /// Signs somebody in, or says that the address has no account or another password.
    ///
    /// # Errors
    /// When the server refuses for another reason.
    pub async fn sign_in(&self, email: &str, password: &str, device: Option<&str>) -> Result<Option<Signed>> {
        let body = json!({
            "email": email, "password": password, "device_id": device, "device_name": "Demo", "platform": "demo",
        });
        let (status, answer) = self.try_call("POST", "/api/v1/auth/token/", "", Some(&body)).await?;
        match status {
            200 => Signed::from(&answer).map(Some),
            401 => Ok(None),
            _ => anyhow::bail!("sign in as {email}: {status} {answer}"),
        }
    }

    /// Makes a workspace with its owner.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_up(&self, workspace: &str, name: &str, email: &str, password: &str) -> Result<Signed> {
        let body = json!({
            "workspace": workspace, "name": name, "email": email, "password": password, "language": "en",
            "device_name": "Demo", "platform": "demo",
        });
        Signed::from(&self.call("POST", "/api/v1/tenants/", "", Some(&body)).await?)
    }

    /// Invites somebody and accepts for them.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn join(&self, by: &Signed, person: &Value, password: &str) -> Result<Signed> {
        let invite =
            json!({"email": person["email"], "role": person["role"], "job_title": person["job_title"]});
        let invited = self.call("POST", "/api/v1/tenants/invitations/", &by.access, Some(&invite)).await?;
        let accept = json!({
            "token": invited["token"], "name": person["name"], "password": password,
            "device_name": "Demo", "platform": "demo",
        });
        Signed::from(&self.call("POST", "/api/v1/tenants/invitations/accept/", "", Some(&accept)).await?)
    }

    /// Uploads a file in pieces.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn upload(
        &self,
        by: &Signed,
        hash: &str,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let begin = json!({"hash": hash, "bytes": bytes.len(), "name": name, "media_type": media_type});
        let progress = self.call("POST", "/api/v1/files/", &by.access, Some(&begin)).await?;
        let mut offset = usize::try_from(progress["received"].as_u64().unwrap_or_default())?;
        while progress["state"] != "ready" && offset < bytes.len() {
            let piece = &bytes[offset..bytes.len().min(offset + PIECE_BYTES)];
            let request =
                self.client.patch(format!("{}/api/v1/files/{hash}/", self.url)).bearer_auth(&by.access);
            let answer = request.header("upload-offset", offset).body(piece.to_vec()).send().await?;
            ensure!(answer.status().is_success(), "upload of {name}: {}", answer.text().await?);
            offset += piece.len();
        }
        Ok(())
    }

    /// A page as text, with its status.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn page(&self, path: &str) -> Result<(u16, String)> {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Sends an application form: text fields, and a file of one name. Gives the status and the page.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn apply(
        &self,
        path: &str,
        texts: &[(&str, &str)],
        file: (&str, Vec<u8>),
    ) -> Result<(u16, String)> {
        let mut form = Form::new();
        for (name, value) in texts {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let part = Part::bytes(file.1).file_name(file.0.to_owned());
        let request = self.client.post(format!("{}{path}", self.url)).multipart(form.part("resume", part));
        let answer = request.send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }
}
