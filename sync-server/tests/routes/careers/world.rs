//! A workspace with an open job, and a person who applies.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::{Answer, Signed, TestServer, config};
use zumodra_server::Config;

/// Longer than a person needs at least for a form.
pub const TYPING_MS: i64 = 5_000;
/// How long a test waits for what happens beside a request.
const PATIENCE: Duration = Duration::from_secs(20);
pub const BOUNDARY: &str = "zumodra-test-boundary";

/// A server with a workspace.
pub struct World {
    pub server: TestServer,
    pub owner: Signed,
}

/// One part of a form.
#[derive(Clone)]
pub struct Part {
    pub name: String,
    pub file: Option<String>,
    pub bytes: Vec<u8>,
}

/// A text field.
pub fn text(name: &str, value: impl AsRef<[u8]>) -> Part {
    Part { name: name.into(), file: None, bytes: value.as_ref().to_vec() }
}

/// A file.
pub fn file(name: &str, bytes: impl AsRef<[u8]>) -> Part {
    Part { name: "resume".into(), file: Some(name.into()), bytes: bytes.as_ref().to_vec() }
}

/// A real résumé.
pub fn pdf() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/assets/resumes/marcus-halloway-pdf-lib.pdf");
    std::fs::read(path).expect("the résumé")
}

/// The parts as a body.
pub fn body(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let file = part.file.as_ref().map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n\r\n", part.name);
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let marked = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&marked).map(|(_, rest)| rest).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().replace("&#38;", "&")
}

impl World {
    pub async fn new() -> Self {
        Self::with(config()).await
    }

    pub async fn with(config: Config) -> Self {
        let server = TestServer::with(config).await;
        let owner = server.workspace("Acme").await;
        Self { server, owner }
    }

    /// The workspace's default pipeline.
    async fn pipeline(&self) -> Value {
        let stages = json!([
            {"name": "Old", "kind": "rejected"},
            {"name": "New", "kind": "new"},
            {"name": "Interview", "kind": "interview"},
        ]);
        let body = json!({"name": "Default", "is_default": true, "stages": stages});
        self.server.post("/api/v1/ats/pipelines/", &self.owner, body).await.expect(201).json()
    }

    /// An open job with some fields of its own. Gives the job.
    pub async fn job(&self, fields: Value) -> Value {
        let pipeline = self.pipeline().await;
        let mut body = json!({
            "title": "Platform Engineer",
            "description": "Keep the lights on.\n\n- one\n- two",
            "pipeline_id": pipeline["id"],
            "published_on_career_page": true,
            "location_city": "Montréal",
            "location_country": "Canada",
            "team": "Platform",
        });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let job = self.server.post("/api/v1/ats/jobs/", &self.owner, body).await.expect(201).json();
        let path = format!("/api/v1/ats/jobs/{}/publish/", job["id"].as_str().expect("an id"));
        self.server.post(&path, &self.owner, json!({})).await.expect(200).json()
    }

    /// The slug of a new open job.
    pub async fn slug(&self, fields: Value) -> String {
        self.job(fields).await["slug"].as_str().expect("a slug").to_owned()
    }

    /// A page at the installation's own host.
    pub async fn page(&self, path: &str) -> Answer {
        self.server.call(Method::GET, &format!("/careers/acme/{path}"), None, None).await
    }

    /// A request with a host of its own.
    pub async fn at(&self, host: &str, path: &str, language: &str) -> Answer {
        let request =
            Request::builder().uri(path).header(header::HOST, host).header(header::ACCEPT_LANGUAGE, language);
        self.server.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Opens a form and lets the time of typing pass.
    pub async fn open(&self, slug: &str) -> String {
        let page = self.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
        self.server.clock.advance(TYPING_MS);
        hidden(&page, "token")
    }

    /// Sends a form.
    pub async fn send(&self, slug: &str, parts: &[Part]) -> Answer {
        self.send_carrying(slug, parts, "").await
    }

    /// Sends a form with a cookie.
    pub async fn send_carrying(&self, slug: &str, parts: &[Part], cookie: &str) -> Answer {
        let request = Request::builder()
            .header(header::COOKIE, cookie)
            .method(Method::POST)
            .uri(format!("/careers/acme/jobs/{slug}/apply/"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        self.server.send(request.body(Body::from(body(parts))).expect("a request")).await
    }

    /// What Grace types, with a token.
    pub fn grace(&self, token: &str) -> Vec<Part> {
        vec![
            text("token", token),
            text("first_name", "Grace"),
            text("last_name", "Hopper"),
            text("email", "grace@example.org"),
            text("phone", "+1 514 555 0100"),
            text("website_url", "grace.example.org"),
            text("consent", "yes"),
        ]
    }

    /// The records of a kind.
    pub async fn records(&self, kind: &str) -> Vec<Value> {
        let list = self.server.get(&format!("/api/v1/ats/{kind}/"), &self.owner).await.expect(200).json();
        list["results"].as_array().expect("a list").clone()
    }

    /// The applications, once there are as many.
    pub async fn applications(&self, count: usize) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let found = self.records("applications").await;
            if found.len() >= count || started.elapsed() > PATIENCE {
                assert_eq!(found.len(), count, "applications");
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The states of the submissions, with how many there are.
    pub async fn submissions(&self) -> Vec<(String, i64)> {
        let tenant = self.server.tenant(&self.owner).await;
        let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a connection");
        sqlx::query_as("select state, count(*) from submissions group by state order by state")
            .fetch_all(&mut *tx)
            .await
            .expect("reads")
    }
}
