//! What a scenario plays on: a real server process on an empty folder with its private PostgreSQL, workspaces in it, and
//! a way to that database for what no client can see or would take hours to make.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;
use zumodra_server::accounts::keys::Keys;
use zumodra_server::accounts::token::{self, Claims};
use zumodra_server::config::Config;
use zumodra_server::db::{Embedded, scope};
use zumodra_shared::access::Role;

use super::machine::{self, Memory};
use super::{float, seeder};
use crate::demo::Http;
use crate::process::server::{PASSWORD, Server};
use crate::process::temporary;

/// The server's database.
const DATABASE: &str = "zumodra";
/// How long a token of a measurement lives, in seconds: longer than any.
const TOKEN_SECONDS: i64 = 24 * 3_600;
/// Errors of the server that are shown.
const MAX_TOLD: usize = 5;
/// Devices that are written in one statement.
const DEVICES_AT_ONCE: usize = 5_000;

/// A server with its folder.
#[derive(Debug)]
pub struct Stage {
    /// The server.
    pub server: Server,
    /// Where everything of this stage is.
    pub folder: TempDir,
    keys: Keys,
    /// The next workspace's number.
    next: u64,
}

/// A workspace with its owner.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its number on this stage.
    pub number: u64,
    /// Its id.
    pub id: Uuid,
    /// The schema of its data.
    pub schema: String,
    /// The owner's address.
    pub email: String,
    /// The owner.
    pub user: Uuid,
}

/// A device that is signed in, without the sign-in.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id: the author of its changes.
    pub id: Uuid,
    /// Its access token.
    pub token: String,
}

fn now_s() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Stage {
    /// Starts a server on an empty folder.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn new() -> Result<Self> {
        let folder = temporary("bench")?;
        let server = Server::start(folder.path()).await?;
        let config = Config { data: folder.path().join("data"), ..Config::default() };
        let fill: zumodra_server::Random = Arc::new(|bytes: &mut [u8]| rand::fill(bytes));
        let keys = Keys::open(&config, &fill)?;
        Ok(Self { server, folder, keys, next: 0 })
    }

    /// Makes a workspace.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn tenant(&mut self) -> Result<Tenant> {
        self.timed_tenant().await.map(|(tenant, _)| tenant)
    }

    /// Makes a workspace, and says how long the server took for it.
    ///
    /// # Errors
    /// As [`Stage::tenant`].
    pub async fn timed_tenant(&mut self) -> Result<(Tenant, Duration)> {
        self.next += 1;
        let number = self.next;
        let email = format!("owner{number}@bench.example");
        let http = Http::new(&self.server.url())?;
        let start = Instant::now();
        let signed = http.sign_up(&format!("Bench {number}"), "Olive Owner", &email, PASSWORD).await?;
        let took = start.elapsed();
        let mut database = self.database().await?;
        let (id, schema): (Uuid, String) =
            sqlx::query_as("select id, schema_name from tenants where slug = $1")
                .bind(&signed.slug)
                .fetch_one(&mut database)
                .await?;
        Ok((Tenant { number, id, schema, email, user: signed.user_id.parse()? }, took))
    }

    /// A connection to the server's database as its superuser.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn database(&self) -> Result<PgConnection> {
        let data = self.folder.path().join("data");
        let cluster = tokio::task::spawn_blocking(move || Embedded::attach_or_start(&data, None)).await??;
        let options = scope::with_database(cluster.options(), DATABASE).await?;
        Ok(PgConnection::connect_with(&options).await?)
    }

    /// Devices that are signed in as the owner. Thousands of sign-ins would take hours, because every one hashes a
    /// password; the rows that they leave behind, and the tokens, are the same.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn devices(&self, tenant: &Tenant, count: usize) -> Result<Vec<Device>> {
        let mut database = self.database().await?;
        let ids: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
        let now = jiff::Timestamp::now().as_millisecond();
        for ids in ids.chunks(DEVICES_AT_ONCE) {
            sqlx::query(
                "insert into devices (id, tenant_id, user_id, name, platform, session, created_at, last_seen_at)
                 select id, $2, $3, 'bench', 'bench', id, $4, $4 from unnest($1) id",
            )
            .bind(ids)
            .bind(tenant.id)
            .bind(tenant.user)
            .bind(now)
            .execute(&mut database)
            .await?;
        }
        ids.into_iter().map(|id| Ok(Device { id, token: self.token(tenant, id)? })).collect()
    }

    fn token(&self, tenant: &Tenant, device: Uuid) -> Result<String> {
        let claims = Claims {
            user_id: tenant.user,
            email: tenant.email.clone(),
            tenant_id: tenant.id,
            role: Role::Owner,
            device_id: device,
            sid: device,
            iat: now_s(),
            exp: now_s() + TOKEN_SECONDS,
        };
        token::sign(&self.keys, &claims).map_err(|error| anyhow::anyhow!("sign a token: {error}"))
    }

    /// One device.
    ///
    /// # Errors
    /// As [`Stage::devices`].
    pub async fn device(&self, tenant: &Tenant) -> Result<Device> {
        self.devices(tenant, 1).await?.pop().context("one device was asked for")
    }

    /// The server's process id.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pid(&self) -> Result<u32> {
        self.server.pid().context("the server does not run")
    }

    /// Memory of the server without its database.
    ///
    /// # Errors
    /// When it does not run.
    pub fn memory(&self) -> Result<Memory> {
        machine::memory(self.pid()?)
    }

    /// MiB of the server's database: all its processes.
    ///
    /// # Errors
    /// When it does not run.
    pub fn database_memory(&self) -> Result<f64> {
        Ok(machine::memory_below(self.pid()?))
    }

    /// Documents of a kind in a workspace, as committed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn documents(&self, tenant: &Tenant, kind: u16) -> Result<u64> {
        let sql = format!("select count(*) from {}.documents where kind = $1", tenant.schema);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(i32::from(kind))
            .fetch_one(&mut self.database().await?)
            .await?;
        Ok(count.unsigned_abs())
    }

    /// Bytes of each table of a workspace with its indexes and its long values.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn table_bytes(&self, tenant: &Tenant) -> Result<BTreeMap<String, f64>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select c.relname, pg_total_relation_size(c.oid)
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = $1 and c.relkind in ('r', 'p', 'm')",
        )
        .bind(&tenant.schema)
        .fetch_all(&mut self.database().await?)
        .await?;
        Ok(rows.into_iter().map(|(name, bytes)| (name, float(bytes.unsigned_abs()))).collect())
    }

    /// Rewrites the tables of a workspace without what is dead in them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn vacuum(&self, tenant: &Tenant) -> Result<()> {
        let tables = self.table_bytes(tenant).await?;
        let mut database = self.database().await?;
        for table in tables.keys() {
            let sql = format!("vacuum (full) {}.\"{table}\"", tenant.schema);
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await?;
        }
        Ok(())
    }

    /// Fills a workspace with jobs and records, as a device that pushes them.
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn fill(&self, tenant: &Tenant, style: super::record::Style, records: u64) -> Result<Duration> {
        let device = self.device(tenant).await?;
        let actor = seeder::actor(&device);
        let (workspace, author) = (tenant.number, actor.clone());
        let jobs = (0..JOBS).map(move |number| super::record::job(workspace, number, &author));
        seeder::push(&self.server.url(), &device, jobs).await?;
        let made = (0..records).map(move |number| super::record::change(workspace, style, number, &actor));
        let took = seeder::push(&self.server.url(), &device, made).await?;
        let there = self.documents(tenant, super::record::CANDIDATE.code).await?;
        ensure!(there == records, "{there} of {records} records are on the server");
        Ok(took)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // The folder goes with the stage: what went wrong in the server is told before.
        let log = std::fs::read(self.folder.path().join("server.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        for line in log.lines().filter(|line| line.contains("ERROR")).take(MAX_TOLD) {
            println!("    the server: {line}");
        }
    }
}

/// Jobs of a filled workspace.
pub const JOBS: u64 = 8;
