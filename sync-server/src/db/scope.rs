//! The one door to a connection. Whoever has a connection has a transaction in one scope: the public schema, or one
//! tenant's schema in that tenant's role, so that PostgreSQL itself refuses what belongs to another tenant.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Postgres, Transaction};

use super::SchemaName;
use crate::limits::{ACQUIRE_TIMEOUT, IDLE_IN_TRANSACTION_MS, STATEMENT_TIMEOUT_MS};

/// How long a connection lives: cached plans of many tenants pile up in a backend.
const MAX_LIFETIME: Duration = Duration::from_secs(20 * 60);
/// Prepared statements of one connection: those of [`TenantTx::own`] for some sixty tenants, and the others.
const STATEMENT_CACHE: usize = 320;
/// Ends the transaction that is still open where another one's beginning was given up or failed: sqlx counts a
/// transaction only when it has begun, and gives such a connection back to the pool as it is.
const END_LEFTOVER: &str = "rollback";
/// Most often there is none to end, of which PostgreSQL would warn each time.
const HIDE_WARNINGS: &str = "set client_min_messages to error";

/// One plan for a statement, whatever its parameters, and by an index: one that was made for the empty tables of a new
/// workspace would read all of them for ever.
const GENERIC_PLANS: &str =
    "; set local plan_cache_mode to force_generic_plan; set local enable_seqscan to off";

/// The connections. A tenant always uses the same few, so that a backend caches few tenants' tables.
#[derive(Debug, Clone)]
pub struct Db {
    public: PgPool,
    shards: Vec<PgPool>,
}

/// How the transaction of a tenant sees what others write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    Commit,
    Snapshot,
}

impl Db {
    /// Prepares the pools. Connections are opened when they are first needed.
    #[must_use]
    pub fn new(options: &PgConnectOptions, shards: u32, per_shard: u32) -> Self {
        let options = options.clone().statement_cache_capacity(STATEMENT_CACHE);
        let pool = || {
            PgPoolOptions::new()
                .max_connections(per_shard)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .max_lifetime(MAX_LIFETIME)
                .after_connect(|connection, _| {
                    Box::pin(async move { connection.execute(HIDE_WARNINGS).await.map(|_| ()) })
                })
                .connect_lazy_with(options.clone())
        };
        Self { public: pool(), shards: (0..shards.max(1)).map(|_| pool()).collect() }
    }

    /// A transaction on the public schema.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn public(&self) -> sqlx::Result<PublicTx> {
        let begin = format!(
            "{END_LEFTOVER}; begin; set local search_path to public; \
             set local statement_timeout to {STATEMENT_TIMEOUT_MS}"
        );
        Ok(PublicTx { tx: self.public.begin_with(AssertSqlSafe(begin)).await? })
    }

    /// A transaction in a tenant's schema and role.
    ///
    /// # Errors
    /// When no connection is to be had, or the tenant has no schema.
    pub async fn tenant(&self, schema: &SchemaName) -> sqlx::Result<TenantTx> {
        self.enter(schema, Mode::Write).await
    }

    /// A transaction of a tenant's writer. What it asks, it asks at every commit, of a few records that it names: one plan
    /// serves every time, where PostgreSQL would make one for the values at hand, which takes longer than to carry it out.
    /// The statement that writes a batch ends that.
    ///
    /// # Errors
    /// As [`Db::tenant`].
    pub async fn tenant_commit(&self, schema: &SchemaName) -> sqlx::Result<TenantTx> {
        self.enter(schema, Mode::Commit).await
    }

    /// A transaction that only reads a tenant's data, all of it as of one moment.
    ///
    /// # Errors
    /// When no connection is to be had, or the tenant has no schema.
    pub async fn tenant_snapshot(&self, schema: &SchemaName) -> sqlx::Result<TenantTx> {
        self.enter(schema, Mode::Snapshot).await
    }

    async fn enter(&self, schema: &SchemaName, mode: Mode) -> sqlx::Result<TenantTx> {
        let (begin, plans) = match mode {
            Mode::Write => ("begin", ""),
            Mode::Commit => ("begin", GENERIC_PLANS),
            Mode::Snapshot => ("begin isolation level repeatable read read only", ""),
        };
        // One text, one round trip.
        let begin = format!("{END_LEFTOVER}; {begin}; {}{plans}", settings(schema));
        let tx = self.shard(schema).begin_with(AssertSqlSafe(begin)).await?;
        Ok(TenantTx { tx, schema: schema.clone() })
    }

    fn shard(&self, schema: &SchemaName) -> &PgPool {
        // The end of a name is random, its start is a time.
        let sum =
            schema.as_str().bytes().rev().take(8).fold(0usize, |sum, byte| sum * 31 + usize::from(byte));
        &self.shards[sum % self.shards.len()]
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        sqlx::query("select 1").execute(&self.public).await.is_ok()
    }

    /// What the database says it is, and its time in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn version_and_time(&self) -> sqlx::Result<(String, i64)> {
        sqlx::query_as(
            "select
                 'PostgreSQL ' || current_setting('server_version'),
                 (extract(epoch from clock_timestamp()) * 1000)::bigint",
        )
        .fetch_one(&self.public)
        .await
    }

    /// Whether the public schema was ever migrated.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_set_up(&self) -> sqlx::Result<bool> {
        sqlx::query_scalar("select to_regclass('public.signals') is not null").fetch_one(&self.public).await
    }

    /// A connection in no scope, for what makes schemas: migrations alone.
    pub(super) async fn bare(&self) -> sqlx::Result<sqlx::pool::PoolConnection<Postgres>> {
        self.public.acquire().await
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        self.public.close().await;
        for shard in &self.shards {
            shard.close().await;
        }
    }
}

fn settings(schema: &SchemaName) -> String {
    format!(
        "set local role {schema}; set local search_path to {schema}; \
         set local statement_timeout to {STATEMENT_TIMEOUT_MS}; \
         set local idle_in_transaction_session_timeout to {IDLE_IN_TRANSACTION_MS}"
    )
}

/// A transaction on the public schema. Dropped without [`PublicTx::commit`], it changes nothing.
#[derive(Debug)]
pub struct PublicTx {
    tx: Transaction<'static, Postgres>,
}

impl PublicTx {
    /// Makes what was written last.
    ///
    /// # Errors
    /// When PostgreSQL refuses or cannot be reached.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.tx.commit().await
    }

    /// Goes on in a tenant's schema and role within the same transaction: for a fact in public and its event in the
    /// tenant's outbox.
    ///
    /// # Errors
    /// When the tenant has no schema.
    pub async fn into_tenant(mut self, schema: &SchemaName) -> sqlx::Result<TenantTx> {
        sqlx::raw_sql(AssertSqlSafe(settings(schema))).execute(&mut *self.tx).await?;
        Ok(TenantTx { tx: self.tx, schema: schema.clone() })
    }
}

impl Deref for PublicTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for PublicTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// A transaction in one tenant's schema and role. Dropped without [`TenantTx::commit`], it changes nothing.
#[derive(Debug)]
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    schema: SchemaName,
}

impl TenantTx {
    /// Makes what was written last.
    ///
    /// # Errors
    /// When PostgreSQL refuses or cannot be reached.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.tx.commit().await
    }

    /// A statement with a text of this tenant's own. PostgreSQL keeps a plan for one search path, and plans anew when it
    /// meets another one: on a connection that many tenants use in turn that is at every statement. What every commit asks
    /// is therefore prepared for each tenant; what is rare would only crowd out the others.
    #[must_use]
    pub fn own(&self, sql: &'static str) -> AssertSqlSafe<String> {
        AssertSqlSafe(format!("{sql} -- {}", self.schema))
    }

    /// Whose data this is.
    #[must_use]
    pub const fn schema(&self) -> &SchemaName {
        &self.schema
    }
}

impl Deref for TenantTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for TenantTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// Makes a database on a cluster unless it is there, and says how to connect to it.
///
/// # Errors
/// When the cluster cannot be reached or refuses.
pub async fn with_database(cluster: &PgConnectOptions, name: &str) -> sqlx::Result<PgConnectOptions> {
    let mut connection = PgConnection::connect_with(cluster).await?;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut connection)
        .await?;
    if !there {
        let name = name.replace('"', "\"\"");
        sqlx::raw_sql(AssertSqlSafe(format!("create database \"{name}\""))).execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(cluster.clone().database(name))
}
