//! The SQL of claims on hosts.

use sqlx::FromRow;
use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::claim::{Claim, Seen, State};

#[derive(FromRow)]
struct Row {
    id: RecordId,
    tenant_id: RecordId,
    host: String,
    token: String,
    state: String,
    is_vouched: bool,
    points_here: bool,
    seen: String,
    tries: i32,
    created_at: Millis,
    checked_at: Option<Millis>,
    verified_at: Option<Millis>,
    missing_since: Option<Millis>,
    next_check_at: Option<Millis>,
}

/// A macro, so that the text stays a literal: PostgreSQL is given no text that was put together at run time.
macro_rules! select_claims {
    ($rest:literal) => {
        concat!(
            "select
                 d.id,
                 d.tenant_id,
                 d.host,
                 d.token,
                 d.state,
                 d.is_vouched,
                 d.points_here,
                 d.seen,
                 d.tries,
                 d.created_at,
                 d.checked_at,
                 d.verified_at,
                 d.missing_since,
                 d.next_check_at
             from domains d ",
            $rest
        )
    };
}

fn claim(row: Row) -> Option<Claim> {
    Some(Claim {
        id: row.id,
        tenant_id: row.tenant_id,
        host: row.host,
        token: row.token,
        state: State::from_name(&row.state)?,
        is_vouched: row.is_vouched,
        points_here: row.points_here,
        seen: Seen::from_name(&row.seen),
        tries: row.tries,
        created_at: row.created_at,
        checked_at: row.checked_at,
        verified_at: row.verified_at,
        missing_since: row.missing_since,
        next_check_at: row.next_check_at,
    })
}

/// A workspace's claims, the oldest first.
pub async fn of_tenant(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<Vec<Claim>> {
    let rows: Vec<Row> =
        sqlx::query_as(select_claims!("where d.tenant_id = $1 order by d.created_at, d.host"))
            .bind(tenant_id)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().filter_map(claim).collect())
}

/// Every claim on a host, held until the transaction ends: whoever would verify another one of them waits.
pub async fn hold(connection: &mut PgConnection, host: &str) -> sqlx::Result<Vec<Claim>> {
    let rows: Vec<Row> = sqlx::query_as(select_claims!("where d.host = $1 order by d.id for update"))
        .bind(host)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(claim).collect())
}

/// The claims that are to be looked at, kept from other nodes until their lease is over.
pub async fn due(
    connection: &mut PgConnection,
    now: Millis,
    lease: Millis,
    most: i64,
) -> sqlx::Result<Vec<Claim>> {
    let rows: Vec<Row> = sqlx::query_as(
        "update domains
         set next_check_at = $2
         where id in (
             select d.id
             from domains d
             where d.next_check_at <= $1
             order by d.next_check_at
             limit $3
             for update skip locked
         )
         returning
             id,
             tenant_id,
             host,
             token,
             state,
             is_vouched,
             points_here,
             seen,
             tries,
             created_at,
             checked_at,
             verified_at,
             missing_since,
             next_check_at",
    )
    .bind(now)
    .bind(lease)
    .bind(most)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(claim).collect())
}

/// Writes a new claim; false when the workspace has one on the host.
pub async fn insert(connection: &mut PgConnection, claim: &Claim) -> sqlx::Result<bool> {
    let inserted = sqlx::query(
        "insert into domains
             (id, tenant_id, host, token, state, is_vouched, points_here, created_at, next_check_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict on constraint domains_claim_once do nothing",
    )
    .bind(claim.id)
    .bind(claim.tenant_id)
    .bind(&claim.host)
    .bind(&claim.token)
    .bind(claim.state.name())
    .bind(claim.is_vouched)
    .bind(claim.points_here)
    .bind(claim.created_at)
    .bind(claim.next_check_at)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Writes where a claim stands.
pub async fn update(connection: &mut PgConnection, claim: &Claim) -> sqlx::Result<()> {
    sqlx::query(
        "update domains set
             state = $2,
             is_vouched = $3,
             points_here = $4,
             seen = $5,
             tries = $6,
             checked_at = $7,
             verified_at = $8,
             missing_since = $9,
             next_check_at = $10
         where id = $1",
    )
    .bind(claim.id)
    .bind(claim.state.name())
    .bind(claim.is_vouched)
    .bind(claim.points_here)
    .bind(claim.seen.map_or("", Seen::name))
    .bind(claim.tries)
    .bind(claim.checked_at)
    .bind(claim.verified_at)
    .bind(claim.missing_since)
    .bind(claim.next_check_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a workspace's claim away; false when there is none.
pub async fn delete(connection: &mut PgConnection, tenant_id: RecordId, id: RecordId) -> sqlx::Result<bool> {
    let deleted = sqlx::query("delete from domains where tenant_id = $1 and id = $2")
        .bind(tenant_id)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Makes claims of one workspace wait for each other until the transaction ends.
pub async fn hold_tenant(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<()> {
    sqlx::query("select id from tenants where id = $1 for no key update")
        .bind(tenant_id)
        .execute(connection)
        .await?;
    Ok(())
}
