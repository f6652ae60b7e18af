//! Migrations of the public schema and of every tenant's, and the making of a new tenant's schema.
//!
//! Each file runs in one transaction with the row that says that it ran, under a lock of its schema: a kill at any
//! moment leaves a schema at a whole version, and the next run goes on from there.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::{Db, PublicTx, SchemaName};

/// Schemas that are migrated at the same moment.
const WORKERS: usize = 4;
/// The version table's name for the public schema.
const PUBLIC: &str = "public";
/// How long one migration may take.
const MIGRATION_TIMEOUT: &str = "10min";

/// One file of the migrations folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its place in the order, from 1 without gaps.
    pub version: i32,
    /// The file's name.
    pub name: &'static str,
    /// The file's text.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($folder:literal: $($version:literal $name:literal),* $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../../migrations/postgres/", $folder, "/", $name)),
        }),*]
    };
}

/// Everything the public schema went through.
pub const PUBLIC_MIGRATIONS: &[Migration] = migrations![
    "public":
    1 "0001_foundation.sql",
    2 "0002_signals.sql",
    3 "0003_mail.sql",
    4 "0004_career_sites.sql",
    5 "0005_calendar_feeds.sql",
    6 "0006_survey.sql",
    7 "0007_daily_mail.sql",
    8 "0008_policies.sql",
    9 "0009_own_domains.sql",
    10 "0010_retention.sql",
    11 "0011_site_content.sql",
];

/// Everything a tenant's schema went through.
pub const TENANT_MIGRATIONS: &[Migration] = migrations![
    "tenant":
    1 "0001_log_and_documents.sql",
    2 "0002_lean_log.sql",
    3 "0003_trimmed_log.sql",
    4 "0004_connections.sql",
    5 "0005_stamps.sql",
    6 "0006_shares.sql",
    7 "0007_walls.sql",
    8 "0008_interviews.sql",
    9 "0009_mail.sql",
    10 "0010_offer_letters.sql",
    11 "0011_interview_invitations.sql",
    12 "0012_hires.sql",
    13 "0013_received_mail.sql",
    14 "0014_portal.sql",
    15 "0015_job_alerts.sql",
    16 "0016_erasures.sql",
    17 "0017_survey.sql",
    18 "0018_survey_half_years.sql",
    19 "0019_attachments.sql",
    20 "0020_daily_mail.sql",
    21 "0021_openings.sql",
    22 "0022_calendar_connections.sql",
    23 "0023_job_views.sql",
    24 "0024_interview_answers.sql",
    25 "0025_flow.sql",
    26 "0026_alerts_and_consent.sql",
    27 "0027_held_submissions.sql",
    28 "0028_offer_reminders.sql",
    29 "0029_calendar_busy.sql",
];

/// The tables of a tenant, which its role may use. Named one by one: `all tables` scans the whole catalogue.
pub const TENANT_TABLES: &[&str] = &[
    "head",
    "log",
    "documents",
    "records",
    "scope_moves",
    "scopes",
    "actors",
    "commands",
    "outbox",
    "files",
    "submissions",
    "connections",
    "shares",
    "mail",
    "offer_letters",
    "interview_invitations",
    "mail_received",
    "portal_keys",
    "portal_requests",
    "job_alerts",
    "survey_keys",
    "survey_sums",
    "daily_mail",
    "openings_due",
    "calendar_connections",
    "calendar_events",
    "job_views",
    "interview_answers",
    "advances_due",
    "assignments_due",
    "without_assignment_mail",
    "calendar_busy",
];

/// Why a schema cannot be brought to the present version.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database refuses or cannot be reached.
    #[error("the database cannot be reached or refuses")]
    Database(#[from] sqlx::Error),
    /// One migration failed; nothing of it remains.
    #[error("migration {name} of {schema} failed")]
    Failed {
        /// Which schema.
        schema: String,
        /// Which file.
        name: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// The database is ahead of this program.
    #[error("{schema} is at version {at}, and this program knows {known}: start a newer one")]
    Ahead {
        /// Which schema.
        schema: String,
        /// Its version.
        at: i32,
        /// The newest that this program knows.
        known: i32,
    },
    /// A file changed after it ran.
    #[error("migration {name} of {schema} is not the one that ran there")]
    Altered {
        /// Which schema.
        schema: String,
        /// Which file.
        name: &'static str,
    },
}

/// What to bring schemas to.
#[derive(Debug, Clone, Copy)]
pub struct Migrator {
    /// The public schema's migrations.
    pub public: &'static [Migration],
    /// The tenants' migrations.
    pub tenant: &'static [Migration],
}

impl Default for Migrator {
    fn default() -> Self {
        Self { public: PUBLIC_MIGRATIONS, tenant: TENANT_MIGRATIONS }
    }
}

impl Migrator {
    /// Brings the public schema to the present version.
    ///
    /// # Errors
    /// [`MigrateError`]; what ran before the failing file stays.
    pub async fn public(&self, db: &Db) -> Result<(), MigrateError> {
        let mut connection = db.bare().await?;
        let mut tx = connection.begin().await?;
        lock(&mut tx, PUBLIC).await?;
        sqlx::raw_sql(
            "create table if not exists public.schema_versions (
                 schema_name text not null,
                 version     int not null,
                 name        text not null,
                 checksum    bytea not null,
                 applied_at  timestamptz not null default now(),
                 primary key (schema_name, version)
             )",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        run(&mut connection, PUBLIC, self.public, None).await
    }

    /// Brings every tenant's schema to the present version, several at a time.
    ///
    /// # Errors
    /// The first [`MigrateError`]; the other tenants are brought on all the same.
    pub async fn tenants(&self, db: &Db) -> Result<(), MigrateError> {
        let behind = behind(db, self.tenant.len()).await?;
        let done = futures_util::stream::iter(behind)
            .map(|schema| async move { self.tenant(db, &schema).await })
            .buffer_unordered(WORKERS)
            .collect::<Vec<_>>()
            .await;
        done.into_iter().collect()
    }

    /// Brings one tenant's schema to the present version.
    ///
    /// # Errors
    /// [`MigrateError`]; what ran before the failing file stays.
    pub async fn tenant(&self, db: &Db, schema: &SchemaName) -> Result<(), MigrateError> {
        let mut connection = db.bare().await?;
        run(&mut connection, schema.as_str(), self.tenant, Some(schema)).await
    }

    /// Makes a new tenant's role and schema at the present version, within the transaction that records the tenant.
    ///
    /// # Errors
    /// [`MigrateError`]; the transaction is then of no more use.
    pub async fn create_tenant(&self, tx: &mut PublicTx, schema: &SchemaName) -> Result<(), MigrateError> {
        // A role is needed before the schema's grants name it; the server must be able to take it on.
        let script = format!(
            "set local statement_timeout to '{MIGRATION_TIMEOUT}';
             create role {schema} nologin;
             grant {schema} to current_user;
             create schema {schema};
             set local search_path to {schema};"
        );
        let failed = |name, source| MigrateError::Failed { schema: schema.to_string(), name, source };
        sqlx::raw_sql(AssertSqlSafe(script))
            .execute(&mut **tx)
            .await
            .map_err(|error| failed("create", error))?;
        for migration in self.tenant {
            sqlx::raw_sql(migration.sql)
                .execute(&mut **tx)
                .await
                .map_err(|error| failed(migration.name, error))?;
            record(tx, schema.as_str(), migration).await?;
        }
        sqlx::raw_sql(AssertSqlSafe(grants(schema)))
            .execute(&mut **tx)
            .await
            .map_err(|error| failed("grant", error))?;
        sqlx::raw_sql("set local search_path to public").execute(&mut **tx).await?;
        Ok(())
    }
}

/// Every tenant's schema that is not at the present version.
///
/// # Errors
/// When the database cannot be reached.
pub async fn behind(db: &Db, present: usize) -> sqlx::Result<Vec<SchemaName>> {
    let mut connection = db.bare().await?;
    let names: Vec<String> = sqlx::query_scalar(
        "select
             t.schema_name
         from public.tenants t
         left join public.schema_versions v on v.schema_name = t.schema_name
         group by t.schema_name
         having coalesce(max(v.version), 0) <> $1
         order by t.schema_name",
    )
    .bind(i32::try_from(present).unwrap_or(i32::MAX))
    .fetch_all(&mut *connection)
    .await?;
    Ok(names.iter().filter_map(|name| SchemaName::parse(name)).collect())
}

fn grants(schema: &SchemaName) -> String {
    format!(
        "grant usage on schema {schema} to {schema};
         grant select, insert, update, delete on {} to {schema};",
        TENANT_TABLES.iter().map(|table| format!("{schema}.{table}")).collect::<Vec<_>>().join(", ")
    )
}

async fn run(
    connection: &mut PgConnection,
    name: &str,
    migrations: &'static [Migration],
    tenant: Option<&SchemaName>,
) -> Result<(), MigrateError> {
    let known = migrations.last().map_or(0, |migration| migration.version);
    for migration in migrations {
        let mut tx = connection.begin().await?;
        lock(&mut tx, name).await?;
        // Read again under the lock: another node may have done it meanwhile.
        let applied = applied(&mut tx, name).await?;
        if let Some(at) = applied.keys().next_back().copied().filter(|at| *at > known) {
            return Err(MigrateError::Ahead { schema: name.to_owned(), at, known });
        }
        if let Some(sum) = applied.get(&migration.version) {
            if *sum != checksum(migration) {
                return Err(MigrateError::Altered { schema: name.to_owned(), name: migration.name });
            }
            continue;
        }
        let failed = |source| MigrateError::Failed { schema: name.to_owned(), name: migration.name, source };
        let prepare =
            format!("set local search_path to {name}; set local statement_timeout to '{MIGRATION_TIMEOUT}'");
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *tx).await.map_err(failed)?;
        sqlx::raw_sql(migration.sql).execute(&mut *tx).await.map_err(failed)?;
        if let Some(schema) = tenant.filter(|_| migration.version == known) {
            sqlx::raw_sql(AssertSqlSafe(grants(schema))).execute(&mut *tx).await.map_err(failed)?;
        }
        record(&mut tx, name, migration).await?;
        tx.commit().await?;
        tracing::info!(schema = name, migration = migration.name, "migrated");
    }
    Ok(())
}

async fn lock(connection: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('zumodra.migrate.' || $1, 0))")
        .bind(name)
        .execute(connection)
        .await?;
    Ok(())
}

async fn applied(connection: &mut PgConnection, name: &str) -> sqlx::Result<BTreeMap<i32, Vec<u8>>> {
    let rows: Vec<(i32, Vec<u8>)> = sqlx::query_as(
        "select
             version,
             checksum
         from public.schema_versions
         where schema_name = $1",
    )
    .bind(name)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

async fn record(connection: &mut PgConnection, name: &str, migration: &Migration) -> sqlx::Result<()> {
    sqlx::query(
        "insert into public.schema_versions
             (schema_name, version, name, checksum)
         values
             ($1, $2, $3, $4)",
    )
    .bind(name)
    .bind(migration.version)
    .bind(migration.name)
    .bind(checksum(migration))
    .execute(connection)
    .await?;
    Ok(())
}

fn checksum(migration: &Migration) -> Vec<u8> {
    Sha256::digest(migration.sql.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_migrations_folder_is_listed_once_in_order() {
        for (folder, listed) in [("public", PUBLIC_MIGRATIONS), ("tenant", TENANT_MIGRATIONS)] {
            let path = format!("{}/../migrations/postgres/{folder}", env!("CARGO_MANIFEST_DIR"));
            let mut files: Vec<String> = std::fs::read_dir(path)
                .expect("the folder")
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
                .collect();
            files.sort();
            let names: Vec<String> = listed.iter().map(|migration| migration.name.to_owned()).collect();
            assert_eq!(files, names, "{folder}");
            let versions: Vec<i32> = listed.iter().map(|migration| migration.version).collect();
            assert_eq!(versions, (1..=i32::try_from(listed.len()).expect("few")).collect::<Vec<_>>());
        }
    }

    #[test]
    fn every_table_of_a_tenant_is_granted() {
        let text: String = TENANT_MIGRATIONS.iter().map(|migration| migration.sql).collect();
        let named = |what: &str| -> Vec<&str> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(what));
            lines.filter_map(|rest| rest.split([' ', ';']).next()).collect()
        };
        let dropped = named("drop table ");
        let mut made = named("create table ");
        made.retain(|table| !dropped.contains(table));
        assert_eq!(made, TENANT_TABLES);
    }
}
