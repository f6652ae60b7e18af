//! The SQL of workspaces.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::model::{Settings, State, Tenant};
use crate::db::SchemaName;

type Row = (
    RecordId,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
);

/// A macro, so that the text stays a literal: PostgreSQL is given no text that was put together at run time.
macro_rules! select_tenants {
    ($rest:literal) => {
        concat!(
            "select
                 t.id,
                 t.slug,
                 t.name,
                 t.schema_name,
                 t.state,
                 s.language,
                 s.currency,
                 s.timezone,
                 s.careers_title,
                 s.careers_tagline,
                 s.careers_about,
                 s.careers_color,
                 s.mail_reply_to
             from tenants t
             join tenant_settings s on s.tenant_id = t.id ",
            $rest
        )
    };
}

fn tenant(row: Row) -> Option<Tenant> {
    let (id, slug, name, schema, state, language, currency, timezone, title, tagline, about, color, reply_to) =
        row;
    Some(Tenant {
        id,
        slug,
        name,
        schema: SchemaName::parse(&schema)?,
        state: State::from_name(&state),
        settings: Settings {
            language,
            currency,
            timezone,
            careers_title: title,
            careers_tagline: tagline,
            careers_about: about,
            careers_color: color,
            mail_reply_to: reply_to,
        },
    })
}

pub(super) async fn by_id(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Tenant>> {
    let row: Option<Row> =
        sqlx::query_as(select_tenants!("where t.id = $1")).bind(id).fetch_optional(connection).await?;
    Ok(row.and_then(tenant))
}

pub(super) async fn by_slug(connection: &mut PgConnection, slug: &str) -> sqlx::Result<Option<Tenant>> {
    let row: Option<Row> =
        sqlx::query_as(select_tenants!("where t.slug = $1")).bind(slug).fetch_optional(connection).await?;
    Ok(row.and_then(tenant))
}

pub(super) async fn by_host(connection: &mut PgConnection, host: &str) -> sqlx::Result<Option<Tenant>> {
    let row: Option<Row> = sqlx::query_as(select_tenants!(
        "join domains d on d.tenant_id = t.id
         where d.host = $1"
    ))
    .bind(host)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(tenant))
}

pub(super) async fn all(connection: &mut PgConnection) -> sqlx::Result<Vec<Tenant>> {
    let rows: Vec<Row> = sqlx::query_as(select_tenants!("order by t.slug")).fetch_all(connection).await?;
    Ok(rows.into_iter().filter_map(tenant).collect())
}

/// Writes a new workspace; false when the slug is taken.
pub(super) async fn insert(
    connection: &mut PgConnection,
    tenant: &Tenant,
    now: Millis,
) -> sqlx::Result<bool> {
    let inserted = sqlx::query(
        "insert into tenants
             (id, slug, name, schema_name, state, created_at)
         values
             ($1, $2, $3, $4, $5, $6)
         on conflict on constraint tenants_slug_once do nothing",
    )
    .bind(tenant.id)
    .bind(&tenant.slug)
    .bind(&tenant.name)
    .bind(tenant.schema.as_str())
    .bind(tenant.state.name())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn write_settings(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    settings: &Settings,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into tenant_settings
             (tenant_id, language, currency, timezone, careers_title, careers_tagline, careers_about, careers_color,
              mail_reply_to, updated_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (tenant_id) do update set
             language = excluded.language,
             currency = excluded.currency,
             timezone = excluded.timezone,
             careers_title = excluded.careers_title,
             careers_tagline = excluded.careers_tagline,
             careers_about = excluded.careers_about,
             careers_color = excluded.careers_color,
             mail_reply_to = excluded.mail_reply_to,
             updated_at = excluded.updated_at",
    )
    .bind(tenant_id)
    .bind(&settings.language)
    .bind(&settings.currency)
    .bind(&settings.timezone)
    .bind(&settings.careers_title)
    .bind(&settings.careers_tagline)
    .bind(&settings.careers_about)
    .bind(&settings.careers_color)
    .bind(&settings.mail_reply_to)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn rename(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    name: &str,
) -> sqlx::Result<()> {
    sqlx::query("update tenants set name = $2 where id = $1")
        .bind(tenant_id)
        .bind(name)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn set_state(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    state: State,
) -> sqlx::Result<()> {
    sqlx::query("update tenants set state = $2 where id = $1")
        .bind(tenant_id)
        .bind(state.name())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert_domain(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    host: &str,
    now: Millis,
) -> sqlx::Result<bool> {
    let inserted = sqlx::query(
        "insert into domains
             (host, tenant_id, created_at)
         values
             ($1, $2, $3)
         on conflict (host) do nothing",
    )
    .bind(host)
    .bind(tenant_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
