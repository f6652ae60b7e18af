//! The SQL of workspaces.

use sqlx::FromRow;
use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::logo::{Logo, LogoKind};
use super::model::{Settings, State, Tenant};
use crate::db::SchemaName;

#[derive(FromRow)]
struct Row {
    id: RecordId,
    slug: String,
    name: String,
    schema_name: String,
    state: String,
    host: Option<String>,
    language: String,
    currency: String,
    timezone: String,
    careers_title: String,
    careers_tagline: String,
    careers_about: String,
    careers_color: String,
    careers_contact: String,
    careers_email: String,
    careers_linkedin_id: String,
    careers_spontaneous: bool,
    careers_survey: String,
    careers_privacy_url: String,
    careers_terms_url: String,
    careers_embed_origins: Vec<String>,
    mail_reply_to: String,
    retention_months: i32,
    logo_hash: Option<String>,
    logo_kind: Option<String>,
    logo_width: Option<i32>,
    logo_height: Option<i32>,
}

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
                 (
                     select h.host
                     from domains h
                     where h.tenant_id = t.id
                       and h.state = 'verified'
                       and h.points_here
                     order by h.verified_at, h.host
                     limit 1
                 ) as host,
                 s.language,
                 s.currency,
                 s.timezone,
                 s.careers_title,
                 s.careers_tagline,
                 s.careers_about,
                 s.careers_color,
                 s.mail_reply_to,
                 s.careers_contact,
                 s.careers_email,
                 s.careers_linkedin_id,
                 s.careers_spontaneous,
                 s.careers_survey,
                 s.careers_privacy_url,
                 s.careers_terms_url,
                 s.careers_embed_origins,
                 s.retention_months,
                 l.hash as logo_hash,
                 l.kind as logo_kind,
                 l.width as logo_width,
                 l.height as logo_height
             from tenants t
             join tenant_settings s on s.tenant_id = t.id
             left join tenant_logos l on l.tenant_id = t.id ",
            $rest
        )
    };
}

fn logo(row: &Row) -> Option<Logo> {
    Some(Logo {
        hash: row.logo_hash.clone()?,
        kind: LogoKind::from_name(row.logo_kind.as_deref()?)?,
        width: row.logo_width?.unsigned_abs(),
        height: row.logo_height?.unsigned_abs(),
    })
}

fn tenant(row: Row) -> Option<Tenant> {
    let careers_logo = logo(&row);
    Some(Tenant {
        id: row.id,
        slug: row.slug,
        name: row.name,
        schema: SchemaName::parse(&row.schema_name)?,
        state: State::from_name(&row.state),
        host: row.host,
        settings: Settings {
            language: row.language,
            currency: row.currency,
            timezone: row.timezone,
            careers_title: row.careers_title,
            careers_tagline: row.careers_tagline,
            careers_about: row.careers_about,
            careers_color: row.careers_color,
            careers_contact: row.careers_contact,
            careers_email: row.careers_email,
            careers_linkedin_id: row.careers_linkedin_id,
            careers_spontaneous: row.careers_spontaneous,
            careers_survey: row.careers_survey,
            careers_privacy_url: row.careers_privacy_url,
            careers_terms_url: row.careers_terms_url,
            careers_embed_origins: row.careers_embed_origins,
            careers_logo,
            mail_reply_to: row.mail_reply_to,
            retention_months: row.retention_months,
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
         where d.host = $1
           and d.state = 'verified'"
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
              careers_contact, careers_email, careers_linkedin_id, careers_spontaneous, careers_embed_origins,
              mail_reply_to, updated_at, careers_survey, careers_privacy_url, careers_terms_url, retention_months)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (tenant_id) do update set
             language = excluded.language,
             currency = excluded.currency,
             timezone = excluded.timezone,
             careers_title = excluded.careers_title,
             careers_tagline = excluded.careers_tagline,
             careers_about = excluded.careers_about,
             careers_color = excluded.careers_color,
             careers_contact = excluded.careers_contact,
             careers_email = excluded.careers_email,
             careers_linkedin_id = excluded.careers_linkedin_id,
             careers_spontaneous = excluded.careers_spontaneous,
             careers_embed_origins = excluded.careers_embed_origins,
             mail_reply_to = excluded.mail_reply_to,
             updated_at = excluded.updated_at,
             careers_survey = excluded.careers_survey,
             careers_privacy_url = excluded.careers_privacy_url,
             careers_terms_url = excluded.careers_terms_url,
             retention_months = excluded.retention_months",
    )
    .bind(tenant_id)
    .bind(&settings.language)
    .bind(&settings.currency)
    .bind(&settings.timezone)
    .bind(&settings.careers_title)
    .bind(&settings.careers_tagline)
    .bind(&settings.careers_about)
    .bind(&settings.careers_color)
    .bind(&settings.careers_contact)
    .bind(&settings.careers_email)
    .bind(&settings.careers_linkedin_id)
    .bind(settings.careers_spontaneous)
    .bind(&settings.careers_embed_origins)
    .bind(&settings.mail_reply_to)
    .bind(now)
    .bind(&settings.careers_survey)
    .bind(&settings.careers_privacy_url)
    .bind(&settings.careers_terms_url)
    .bind(settings.retention_months)
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

/// Writes a workspace's logo in the place of an earlier one.
pub(super) async fn write_logo(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    logo: &Logo,
    bytes: &[u8],
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into tenant_logos
             (tenant_id, hash, kind, width, height, bytes, updated_at)
         values
             ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id) do update set
             hash = excluded.hash,
             kind = excluded.kind,
             width = excluded.width,
             height = excluded.height,
             bytes = excluded.bytes,
             updated_at = excluded.updated_at",
    )
    .bind(tenant_id)
    .bind(&logo.hash)
    .bind(logo.kind.name())
    .bind(i32::try_from(logo.width).unwrap_or(i32::MAX))
    .bind(i32::try_from(logo.height).unwrap_or(i32::MAX))
    .bind(bytes)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove_logo(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<()> {
    sqlx::query("delete from tenant_logos where tenant_id = $1").bind(tenant_id).execute(connection).await?;
    Ok(())
}

/// The bytes of a workspace's logo, if it is the one of this hash.
pub(super) async fn logo_bytes(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    hash: &str,
) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar(
        "select bytes
         from tenant_logos
         where tenant_id = $1
           and hash = $2",
    )
    .bind(tenant_id)
    .bind(hash)
    .fetch_optional(connection)
    .await
}
