//! Devices and their sessions.

use sqlx::postgres::PgConnection;
use sqlx::{FromRow, QueryBuilder};
use zumodra_shared::access::JOBS;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::{FieldKind, Fields};

use crate::accounts::model::Device;

/// What the check of a session needs.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// The person.
    pub user_id: RecordId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: String,
    /// Whether the member may sign in.
    pub is_active: bool,
    /// Whether the device was revoked.
    pub revoked: bool,
    /// The living chain of refresh tokens.
    pub sid: Option<RecordId>,
    /// When the device was last in contact, about.
    pub last_seen_at: Millis,
}

pub async fn session(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    device_id: RecordId,
) -> sqlx::Result<Option<SessionRow>> {
    sqlx::query_as(
        "select
             u.id as user_id,
             u.email,
             u.name,
             m.role,
             m.is_active,
             d.revoked_at is not null as revoked,
             d.session as sid,
             d.last_seen_at
         from devices d
         join memberships m on m.tenant_id = d.tenant_id and m.user_id = d.user_id
         join users u on u.id = d.user_id
         where d.tenant_id = $1
           and d.id = $2",
    )
    .bind(tenant_id)
    .bind(device_id)
    .fetch_optional(connection)
    .await
}

pub async fn seen(connection: &mut PgConnection, device_id: RecordId, now: Millis) -> sqlx::Result<()> {
    sqlx::query("update devices set last_seen_at = $2 where id = $1")
        .bind(device_id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

type Row = (RecordId, RecordId, String, String, Millis, Millis, Option<Millis>, bool);

fn device(row: Row) -> Device {
    let (id, user_id, name, platform, created_at, last_seen_at, revoked_at, signed_in) = row;
    Device { id, user_id, name, platform, created_at, last_seen_at, revoked_at, signed_in }
}

/// Devices as rows. A macro, so that the text stays a literal.
macro_rules! devices {
    ($rest:literal) => {
        concat!(
            "select
                 id,
                 user_id,
                 name,
                 platform,
                 created_at,
                 last_seen_at,
                 revoked_at,
                 session is not null
             from devices ",
            $rest
        )
    };
}

/// The devices of one person, or of everybody, the one in contact last first.
pub async fn page(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: Option<RecordId>,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<Device>> {
    let rows: Vec<Row> = sqlx::query_as(devices!(
        "where tenant_id = $1
           and ($2::uuid is null or user_id = $2)
         order by
             last_seen_at desc,
             id
         offset $3
         limit $4"
    ))
    .bind(tenant_id)
    .bind(user_id)
    .bind(offset)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(device).collect())
}

/// Those of some devices that are known.
pub async fn among(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    ids: &[RecordId],
) -> sqlx::Result<Vec<Device>> {
    let rows: Vec<Row> = sqlx::query_as(devices!(
        "where tenant_id = $1
           and id = any($2)
         order by
             last_seen_at,
             id"
    ))
    .bind(tenant_id)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(device).collect())
}

pub async fn count(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: Option<RecordId>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select
             count(*)
         from devices
         where tenant_id = $1
           and ($2::uuid is null or user_id = $2)",
    )
    .bind(tenant_id)
    .bind(user_id)
    .fetch_one(connection)
    .await
}

pub async fn one(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    id: RecordId,
) -> sqlx::Result<Option<Device>> {
    let row: Option<Row> = sqlx::query_as(devices!(
        "where tenant_id = $1
           and id = $2"
    ))
    .bind(tenant_id)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(device))
}

/// A new device of a person, without a session yet.
pub async fn insert(connection: &mut PgConnection, tenant_id: RecordId, device: &Device) -> sqlx::Result<()> {
    sqlx::query(
        "insert into devices
             (id, tenant_id, user_id, name, platform, created_at, last_seen_at)
         values
             ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(device.id)
    .bind(tenant_id)
    .bind(device.user_id)
    .bind(&device.name)
    .bind(&device.platform)
    .bind(device.created_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Begins a session on a device, or ends the one it has.
pub async fn set_session(
    connection: &mut PgConnection,
    id: RecordId,
    sid: Option<RecordId>,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query("update devices set session = $2, last_seen_at = $3 where id = $1")
        .bind(id)
        .bind(sid)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn revoke(
    connection: &mut PgConnection,
    id: RecordId,
    by: Option<RecordId>,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "update devices set
             session = null,
             revoked_at = coalesce(revoked_at, $2),
             revoked_by = coalesce(revoked_by, $3)
         where id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Revokes every device of a member and names them.
pub async fn revoke_all(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: RecordId,
    by: Option<RecordId>,
    now: Millis,
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "update devices set
             session = null,
             revoked_at = $3,
             revoked_by = $4
         where tenant_id = $1
           and user_id = $2
           and revoked_at is null
         returning id",
    )
    .bind(tenant_id)
    .bind(user_id)
    .bind(now)
    .bind(by)
    .fetch_all(connection)
    .await
}

/// Forgets devices that were not in contact for long.
pub async fn forget_unseen(connection: &mut PgConnection, before: Millis) -> sqlx::Result<()> {
    sqlx::query("delete from devices where last_seen_at < $1").bind(before).execute(connection).await?;
    Ok(())
}

/// Ends every session of a person but one, in all workspaces, and names the devices.
pub async fn end_others(
    connection: &mut PgConnection,
    user_id: RecordId,
    but: RecordId,
) -> sqlx::Result<Vec<(RecordId, RecordId)>> {
    sqlx::query_as(
        "update devices set
             session = null
         where user_id = $1
           and id <> $2
           and session is not null
         returning
             tenant_id,
             id",
    )
    .bind(user_id)
    .bind(but)
    .fetch_all(connection)
    .await
}

/// The last place of a tenant's log.
pub async fn head(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("select seq from head").fetch_one(connection).await
}

/// A record that may let its author see those of others.
#[derive(Debug, Clone, FromRow)]
pub struct GivenRow {
    /// The record.
    pub doc: RecordId,
    /// Its kind.
    pub kind: i32,
    /// The wall around it.
    pub wall: Option<RecordId>,
    /// The fields that say so.
    pub fields: sqlx::types::Json<Fields>,
}

/// What a person made that lets them see what others made.
pub async fn given(connection: &mut PgConnection, user_id: RecordId) -> sqlx::Result<Vec<GivenRow>> {
    let mut sql = QueryBuilder::new("");
    for (at, def) in KINDS.iter().filter(|def| def.scope.after_own).enumerate() {
        sql.push(if at == 0 { "" } else { " union all " });
        sql.push("select r.doc, r.kind, d.wall, jsonb_build_object(");
        for (at, field) in def.said_by().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            sql.push(format_args!("{comma}'{field}', r.fields->'{field}'"));
        }
        // The class is written out, for the index of exactly these.
        sql.push(format_args!(
            ") as fields
             from documents d
             join records r on r.doc = d.doc
             where d.class = '{}' and not r.deleted and d.created_by = ",
            def.scope.class
        ));
        sql.push_bind(user_id);
    }
    sql.build_query_as().fetch_all(connection).await
}

/// A record that names a person.
#[derive(Debug, Clone, FromRow)]
pub struct NamingRow {
    /// The record.
    pub doc: RecordId,
    /// Its kind.
    pub kind: i32,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether it has a wall of its own.
    pub walled: bool,
}

/// The jobs that are a person's own, and the walls that the person is inside of, from the tenant's projection.
pub async fn naming(connection: &mut PgConnection, user_id: RecordId) -> sqlx::Result<Vec<NamingRow>> {
    let mut sql = QueryBuilder::new("");
    for (at, def) in KINDS.iter().filter(|def| !def.scope.owners.is_empty()).enumerate() {
        sql.push(if at == 0 { "" } else { " union all " });
        sql.push(
            "select r.doc, r.kind, r.deleted, coalesce(d.wall = d.doc, false) as walled
             from records r
             join documents d on d.doc = r.doc
             where ",
        );
        // Only jobs are somebody's own without a wall, and there are few; of the others those with a wall have an index.
        sql.push(if def.name == JOBS { "r.kind = " } else { "d.wall = d.doc and d.kind = " });
        sql.push_bind(i32::from(def.code)).push(" and (false");
        for owner in def.scope.owners {
            let is_set = def.field(owner).is_some_and(|field| matches!(field.kind, FieldKind::Set(_)));
            let arrow = if is_set { "->" } else { "->>" };
            let equals = if is_set { "?" } else { "=" };
            sql.push(format_args!(" or r.fields{arrow}'{owner}' {equals} ")).push_bind(user_id.to_string());
        }
        sql.push(")");
    }
    sql.build_query_as().fetch_all(connection).await
}
