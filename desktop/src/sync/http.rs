//! The server's HTTP, as far as the desktop uses it.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::limits::MAX_RESUME_BYTES;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use crate::session::{Person, Workspace};

/// Time until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Time until an answer is complete.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Time that a sign-out may take: it does not depend on the server.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(3);
/// Bytes of an answer that is not a file.
const MAX_ANSWER_BYTES: u64 = 4 << 20;

/// What a sign-in gives.
#[derive(Deserialize)]
pub struct SignedIn {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// This device, as the server named it.
    pub device_id: RecordId,
    /// The workspace.
    pub tenant: Workspace,
    /// The person.
    pub user: Person,
    /// The role.
    pub role: Role,
}

/// A fresh pair of tokens.
#[derive(Deserialize)]
pub struct Refreshed {
    /// The access token.
    pub access: String,
    /// The refresh token; the old one is spent.
    pub refresh: String,
}

/// Where an upload is.
#[derive(Debug, Deserialize)]
pub struct Progress {
    /// `receiving` or `ready`.
    pub state: String,
    /// Bytes that have come.
    pub received: u64,
}

/// A device as the server lists it.
#[derive(Debug, Deserialize)]
pub struct ListedDevice {
    /// Its id.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Its system.
    pub platform: String,
    /// When it was last seen.
    pub last_seen_at: Option<i64>,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_at: Option<i64>,
}

/// Who signs in, and on what.
pub struct Claim<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// The workspace.
    pub workspace: Option<&'a str>,
    /// The id from an earlier sign-in.
    pub device_id: Option<RecordId>,
    /// What people call this machine.
    pub device_name: &'a str,
}

/// A client of one installation's HTTP.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
}

impl Http {
    /// A client.
    ///
    /// # Errors
    /// [`Code::Internal`] when the machine's TLS cannot be set up.
    pub fn new() -> Result<Self, Problem> {
        // Two providers are linked; one has to be chosen before the first use, and twice is no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("zumodra-desktop/", env!("CARGO_PKG_VERSION")))
            .build();
        client.map(|client| Self { client }).map_err(|error| {
            tracing::error!(%error, "no HTTP client");
            Problem::new(Code::Internal)
        })
    }

    fn request(&self, method: Method, server: &str, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{server}/api/v1/{path}"))
    }

    /// Signs in.
    ///
    /// # Errors
    /// The server's refusal; [`Code::Offline`] without an answer.
    pub async fn sign_in(&self, server: &str, claim: &Claim<'_>) -> Result<SignedIn, Problem> {
        let body = json!({
            "email": claim.email,
            "password": claim.password,
            "workspace": claim.workspace,
            "device_id": claim.device_id,
            "device_name": claim.device_name,
            "platform": std::env::consts::OS,
        });
        read(self.request(Method::POST, server, "auth/token/").json(&body)).await
    }

    /// Spends a refresh token.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn refresh(&self, server: &str, refresh: &str) -> Result<Refreshed, Problem> {
        let body = json!({ "refresh": refresh });
        read(self.request(Method::POST, server, "auth/token/refresh/").json(&body)).await
    }

    /// Ends a sign-in on the server, as far as it can be reached.
    pub async fn sign_out(&self, server: &str, refresh: &str) {
        let body = json!({ "refresh": refresh });
        let request = self.request(Method::POST, server, "auth/logout/").json(&body).timeout(SIGN_OUT_WITHIN);
        if let Err(problem) = answer(request).await {
            tracing::info!(code = %problem.code, "the server was not told of the sign-out");
        }
    }

    /// The person's devices.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn devices(&self, server: &str, token: &str) -> Result<Vec<ListedDevice>, Problem> {
        let request = self.request(Method::GET, server, "accounts/devices/").bearer_auth(token);
        let body: Value = read(request).await?;
        let list = if body.is_array() { body } else { body["results"].clone() };
        let devices: Vec<ListedDevice> =
            serde_json::from_value(list).map_err(|_| Problem::new(Code::MalformedFrame))?;
        Ok(devices.into_iter().filter(|device| device.revoked_at.is_none()).collect())
    }

    /// Revokes a device.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn revoke_device(&self, server: &str, token: &str, id: RecordId) -> Result<(), Problem> {
        let path = format!("accounts/devices/{id}/");
        self.remove_at(server, token, &path).await
    }

    /// Reads what is at an address of the server and is not kept here.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn read_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
    ) -> Result<T, Problem> {
        read(self.request(Method::GET, server, address).bearer_auth(token)).await
    }

    /// Reads the bytes that are at an address of the server, and no file of the workspace.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn bytes_at(&self, server: &str, token: &str, address: &str) -> Result<Vec<u8>, Problem> {
        let request = self.request(Method::GET, server, address).bearer_auth(token);
        bounded(answer(request).await?, MAX_ANSWER_BYTES).await
    }

    /// Does what an address of the server is for.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn do_at(&self, server: &str, token: &str, address: &str) -> Result<(), Problem> {
        answer(self.request(Method::POST, server, address).bearer_auth(token)).await.map(drop)
    }

    /// Makes what an address of the server is for, and reads what came of it.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn make_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
    ) -> Result<T, Problem> {
        read(self.request(Method::POST, server, address).bearer_auth(token)).await
    }

    /// Sends something to an address of the server, and reads what came of it.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn send_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
        sent: &Value,
    ) -> Result<T, Problem> {
        read(self.request(Method::POST, server, address).bearer_auth(token).json(sent)).await
    }

    /// Changes what is at an address of the server, and reads what it is then.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn change_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
        change: &Value,
    ) -> Result<T, Problem> {
        read(self.request(Method::PATCH, server, address).bearer_auth(token).json(change)).await
    }

    /// Puts bytes at an address of the server, and reads what came of it.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn put_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
        bytes: Vec<u8>,
    ) -> Result<T, Problem> {
        read(self.request(Method::PUT, server, address).bearer_auth(token).body(bytes)).await
    }

    /// Puts something else in the place of what is at an address of the server, and reads what it is then.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn replace_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
        wanted: &Value,
    ) -> Result<T, Problem> {
        read(self.request(Method::PUT, server, address).bearer_auth(token).json(wanted)).await
    }

    /// Adds bytes to those at an address of the server, and reads what came of it.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn add_at<T: serde::de::DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        address: &str,
        bytes: Vec<u8>,
    ) -> Result<T, Problem> {
        read(self.request(Method::POST, server, address).bearer_auth(token).body(bytes)).await
    }

    /// Takes away what is at an address of the server.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn remove_at(&self, server: &str, token: &str, address: &str) -> Result<(), Problem> {
        answer(self.request(Method::DELETE, server, address).bearer_auth(token)).await.map(drop)
    }

    /// Who made the changes of a record and when, as the replica keeps it.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn stamps(
        &self,
        server: &str,
        token: &str,
        records: &str,
        id: RecordId,
    ) -> Result<Vec<u8>, Problem> {
        self.bytes_at(server, token, &format!("{records}/{id}/history/stamps/")).await
    }

    /// Begins an upload, or learns how far it is.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn begin_upload(
        &self,
        server: &str,
        token: &str,
        hash: &str,
        bytes: usize,
        name: &str,
        media_type: &str,
    ) -> Result<Progress, Problem> {
        let body = json!({ "hash": hash, "bytes": bytes, "name": name, "media_type": media_type });
        read(self.request(Method::POST, server, "files/").bearer_auth(token).json(&body)).await
    }

    /// Sends a piece of a file.
    ///
    /// # Errors
    /// As [`Http::sign_in`].
    pub async fn send_piece(
        &self,
        server: &str,
        token: &str,
        hash: &str,
        offset: usize,
        piece: Vec<u8>,
    ) -> Result<Progress, Problem> {
        let request = self
            .request(Method::PATCH, server, &format!("files/{hash}/"))
            .bearer_auth(token)
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .body(piece);
        read(request).await
    }

    /// Fetches a file and checks that it is the one that was asked for. Gives its bytes and media type.
    ///
    /// # Errors
    /// As [`Http::sign_in`]; [`Code::FileMismatch`] when the content is another.
    pub async fn download(
        &self,
        server: &str,
        token: &str,
        hash: &str,
    ) -> Result<(Vec<u8>, String), Problem> {
        let request = self.request(Method::GET, server, &format!("files/{hash}/")).bearer_auth(token);
        let response = answer(request).await?;
        let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("application/octet-stream").to_owned();
        let bytes = bounded(response, MAX_RESUME_BYTES).await?;
        if sha256(&bytes) != hash {
            return Err(Problem::new(Code::FileMismatch));
        }
        Ok((bytes, media_type))
    }
}

/// SHA-256 of bytes, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sends a request; an answer that is a refusal becomes one.
async fn answer(request: RequestBuilder) -> Result<Response, Problem> {
    let response = request.send().await.map_err(|error| {
        tracing::info!(error = %error.without_url(), "the server did not answer");
        Problem::new(Code::Offline)
    })?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status().as_u16();
    let bytes = bounded(response, MAX_ANSWER_BYTES).await.unwrap_or_default();
    Err(refusal(status, &serde_json::from_slice(&bytes).unwrap_or_default()))
}

async fn read<T: serde::de::DeserializeOwned>(request: RequestBuilder) -> Result<T, Problem> {
    let bytes = bounded(answer(request).await?, MAX_ANSWER_BYTES).await?;
    serde_json::from_slice(&bytes).map_err(|_| Problem::new(Code::MalformedFrame))
}

async fn bounded(mut response: Response, limit: u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|_| Problem::new(Code::Offline))? {
        if (bytes.len() + piece.len()) as u64 > limit {
            return Err(Problem::new(Code::TooLarge));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Reads problem details (RFC 9457) with our codes.
fn refusal(status: u16, body: &Value) -> Problem {
    let code = body["code"].as_str().and_then(Code::from_slug).unwrap_or(match status {
        401 => Code::Unauthenticated,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        413 => Code::TooLarge,
        429 => Code::TooManyRequests,
        400..=499 => Code::BadRequest,
        _ => Code::Unavailable,
    });
    let mut problem = Problem::new(code);
    if let Some(detail) = body["detail"].as_str() {
        problem = problem.detail(detail);
    }
    for (field, message) in body["errors"].as_object().into_iter().flatten() {
        problem = problem.field(field, message.as_str().unwrap_or_default());
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_details_become_our_refusals() {
        let body = json!({ "code": "invalid-fields", "detail": "No.", "errors": { "email": "Wrong." } });
        let problem = refusal(422, &body);
        assert_eq!((problem.code, problem.fields["email"].as_str()), (Code::InvalidFields, "Wrong."));
        assert_eq!(refusal(502, &Value::Null).code, Code::Unavailable);
        assert_eq!(refusal(429, &Value::Null).code, Code::TooManyRequests);
    }

    #[test]
    fn a_files_name_is_the_hash_of_its_content() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), empty);
    }
}
