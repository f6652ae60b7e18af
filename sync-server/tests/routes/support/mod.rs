//! A server for tests: the real routes over a real PostgreSQL, with a clock that the test moves.
//!
//! The tests of one program share a cluster; each server has a database and a data folder of its own.

pub mod dns;
pub mod peer;
pub mod smtp;

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgConnectOptions;
use tower::ServiceExt as _;
use zumodra_server::config::{Config, Rates};
use zumodra_server::db::{Embedded, scope};
use zumodra_server::{App, Deps};

/// A password that is strong enough.
pub const PASSWORD: &str = "violet tractor sings 9";
/// When the tests' clocks start: 2026-11-22T12:00:00Z.
pub const START_MS: i64 = 1_795_348_800_000;
/// The program itself.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_zumodra-server");

static CLUSTER: LazyLock<Mutex<Embedded>> = LazyLock::new(|| {
    let folder = folder("cluster");
    Mutex::new(Embedded::start(&folder, None).expect("the cluster starts"))
});
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Where the folders of tests are. In a target folder that only its owner may enter, the clusters of root would go
/// to a place that nobody sweeps.
fn all_folders() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let open = |folder: &Path| folder.metadata().is_ok_and(|metadata| metadata.mode() & 0o001 != 0);
    if target.ancestors().all(open) { target.to_owned() } else { std::env::temp_dir() }
}

/// A fresh folder that the database account can reach. Folders of test programs that ended are swept away.
pub fn folder(name: &str) -> PathBuf {
    let all = all_folders();
    for entry in std::fs::read_dir(&all).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("zumodra-server-").and_then(|rest| rest.split('-').next());
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let folder = all.join(format!("zumodra-server-{}-{name}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o711)).expect("permissions");
    folder
}

/// An empty database on the shared cluster.
pub async fn database() -> PgConnectOptions {
    let cluster = CLUSTER.lock().expect("the cluster").options().clone();
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::SeqCst));
    scope::with_database(&cluster, &name).await.expect("a database")
}

/// A client for servers in processes of their own.
pub fn client() -> reqwest::Client {
    // The second test to come here finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A clock that stands until it is moved.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Moves the clock.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// What it shows.
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A server in this process.
pub struct TestServer {
    pub router: Router,
    pub app: App,
    pub clock: TestClock,
    pub database: PgConnectOptions,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{:?}", self.text());
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Fails the test unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Signed {
    pub access: String,
    pub refresh: String,
    pub device_id: String,
    pub user_id: String,
    pub tenant_id: String,
    pub slug: String,
}

impl Signed {
    fn from(body: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self {
            access: text(&body["access"]),
            refresh: text(&body["refresh"]),
            device_id: text(&body["device_id"]),
            user_id: text(&body["user"]["id"]),
            tenant_id: text(&body["tenant"]["id"]),
            slug: text(&body["tenant"]["slug"]),
        }
    }
}

/// A configuration for tests: generous rates, and this program as extractor.
pub fn config() -> Config {
    Config {
        data: folder("data"),
        rates: Rates::generous(),
        extractor: Some(PROGRAM.into()),
        ..Config::default()
    }
}

impl TestServer {
    /// A server with an empty database.
    pub async fn start() -> Self {
        Self::with(config()).await
    }

    /// A server with an empty database and this configuration.
    pub async fn with(config: Config) -> Self {
        let database = database().await;
        Self::on(config, database, TestClock(Arc::new(AtomicI64::new(START_MS)))).await
    }

    /// Stops this server and starts another on the same data.
    pub async fn restart(self) -> Self {
        let config = self.app.config().clone();
        self.with_settings(config).await
    }

    /// Stops this server and starts another on the same data with these settings.
    pub async fn with_settings(self, config: Config) -> Self {
        self.app.close().await;
        Self::on(config, self.database, self.clock).await
    }

    /// Another server on the same database, as a second node is: the same keys, its own memory.
    pub async fn beside(&self) -> Self {
        Self::on(self.app.config().clone(), self.database.clone(), self.clock.clone()).await
    }

    async fn on(config: Config, database: PgConnectOptions, clock: TestClock) -> Self {
        let shown = clock.clone();
        let deps = Deps {
            clock: Arc::new(move || shown.now()),
            database: Some(database.clone()),
            ..Deps::default()
        };
        let (router, app) = zumodra_server::build(config, deps).await.expect("the server starts");
        Self { router, app, clock, database }
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.expect("a body").to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Sends JSON, as somebody or as nobody.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        access: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(access) = access {
            request = request.header(header::AUTHORIZATION, format!("Bearer {access}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).expect("a request")).await
    }

    /// GET as somebody.
    pub async fn get(&self, path: &str, by: &Signed) -> Answer {
        self.call(Method::GET, path, Some(&by.access), None).await
    }

    /// POST as somebody.
    pub async fn post(&self, path: &str, by: &Signed, body: Value) -> Answer {
        self.call(Method::POST, path, Some(&by.access), Some(body)).await
    }

    /// PATCH as somebody.
    pub async fn patch(&self, path: &str, by: &Signed, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(&by.access), Some(body)).await
    }

    /// DELETE as somebody.
    pub async fn delete(&self, path: &str, by: &Signed) -> Answer {
        self.call(Method::DELETE, path, Some(&by.access), None).await
    }

    /// POST as nobody.
    pub async fn post_anon(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, None, Some(body)).await
    }

    /// A new workspace with its owner, `<workspace>@example.com`.
    pub async fn workspace(&self, name: &str) -> Signed {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let body = json!({"workspace": name, "name": "Ada Lovelace", "email": email, "password": PASSWORD});
        Signed::from(&self.post_anon("/api/v1/tenants/", body).await.expect(201).json())
    }

    /// A try to sign in.
    pub async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        self.post_anon("/api/v1/auth/token/", json!({"username": email, "password": password})).await
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, email: &str) -> Signed {
        Signed::from(&self.try_sign_in(email, PASSWORD).await.expect(200).json())
    }

    /// A new member of somebody's workspace, invited and accepted.
    pub async fn member(&self, by: &Signed, email: &str, role: &str) -> Signed {
        let invited = self
            .post("/api/v1/tenants/invitations/", by, json!({"email": email, "role": role}))
            .await
            .expect(201)
            .json();
        let body = json!({"token": invited["token"], "name": email, "password": PASSWORD});
        Signed::from(&self.post_anon("/api/v1/tenants/invitations/accept", body).await.expect(201).json())
    }

    /// Uploads a text file. Gives its hash.
    pub async fn upload(&self, by: &Signed, name: &str, text: &str) -> String {
        let hash = format!("{:x}", Sha256::digest(text.as_bytes()));
        let file = json!({"hash": hash, "bytes": text.len(), "name": name, "media_type": "text/plain"});
        self.post("/api/v1/files/", by, file).await.expect(200);
        let piece = Request::builder()
            .method(Method::PATCH)
            .uri(format!("/api/v1/files/{hash}/"))
            .header(header::AUTHORIZATION, format!("Bearer {}", by.access))
            .header("upload-offset", "0")
            .body(Body::from(text.to_owned()))
            .expect("a request");
        self.send(piece).await.expect(200);
        hash
    }

    /// The workspace of somebody, as the server knows it.
    pub async fn tenant(&self, by: &Signed) -> Arc<zumodra_server::tenants::Tenant> {
        zumodra_server::tenants::by_slug(&self.app, &by.slug).await.expect("reads").expect("is there")
    }
}
