//! The SQL of what workspaces say on their career pages, in the public schema.

use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::model::Content;
use crate::tenants::logo::{Logo, LogoKind};

/// What a workspace says, and in which version; none where it never said anything.
pub async fn read(
    connection: &mut PgConnection,
    tenant_id: RecordId,
) -> sqlx::Result<Option<(i32, Json<Content>)>> {
    sqlx::query_as(
        "select
             version,
             content
         from tenant_sites
         where tenant_id = $1",
    )
    .bind(tenant_id)
    .fetch_optional(connection)
    .await
}

/// Writes what a workspace says in the place of the version that was read; 0 is the one before the first. Gives the new
/// version, and none when another one was written meanwhile.
pub async fn write(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    version: i32,
    content: &Content,
    now: Millis,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar(
        "insert into tenant_sites as kept
             (tenant_id, version, content, updated_at)
         select $1, 1, $3, $4
         where $2 = 0 or exists (select from tenant_sites where tenant_id = $1)
         on conflict (tenant_id) do update set
             version = kept.version + 1,
             content = excluded.content,
             updated_at = excluded.updated_at
         where kept.version = $2
         returning version",
    )
    .bind(tenant_id)
    .bind(version)
    .bind(Json(content))
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// The pictures of a workspace, without their bytes.
pub async fn pictures(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<Vec<Logo>> {
    let rows: Vec<(String, String, i32, i32)> = sqlx::query_as(
        "select
             hash,
             kind,
             width,
             height
         from tenant_pictures
         where tenant_id = $1
         order by kept_at, hash",
    )
    .bind(tenant_id)
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().filter_map(|(hash, kind, width, height)| {
        let kind = LogoKind::from_name(&kind)?;
        Some(Logo { hash, kind, width: width.unsigned_abs(), height: height.unsigned_abs() })
    });
    Ok(known.collect())
}

/// Keeps a picture. One that is there already is kept from now on.
pub async fn keep(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    picture: &Logo,
    bytes: &[u8],
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into tenant_pictures
             (tenant_id, hash, kind, width, height, bytes, kept_at)
         values
             ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, hash) do update set
             kept_at = excluded.kept_at",
    )
    .bind(tenant_id)
    .bind(&picture.hash)
    .bind(picture.kind.name())
    .bind(i32::try_from(picture.width).unwrap_or(i32::MAX))
    .bind(i32::try_from(picture.height).unwrap_or(i32::MAX))
    .bind(bytes)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the pictures that are shown nowhere and were kept before an instant.
pub async fn forget_pictures(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    shown: &[&str],
    before: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "delete from tenant_pictures
         where tenant_id = $1
           and kept_at < $3
           and not hash = any($2)",
    )
    .bind(tenant_id)
    .bind(shown)
    .bind(before)
    .execute(connection)
    .await?;
    Ok(())
}

/// The bytes of a picture.
pub async fn bytes(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    hash: &str,
) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar(
        "select bytes
         from tenant_pictures
         where tenant_id = $1
           and hash = $2",
    )
    .bind(tenant_id)
    .bind(hash)
    .fetch_optional(connection)
    .await
}
