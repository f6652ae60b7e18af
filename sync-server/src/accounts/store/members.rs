//! Memberships.

use sqlx::postgres::PgConnection;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::accounts::model::{Member, role_from};

type Row = (RecordId, String, String, String, String, bool);

fn member(row: Row) -> Member {
    let (user_id, email, name, role, job_title, is_active) = row;
    Member { user_id, email, name, role: role_from(&role), job_title, is_active }
}

/// A workspace that a person is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The workspace.
    pub tenant_id: RecordId,
    /// Its subdomain.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The person's role there.
    pub role: Role,
}

/// The workspaces in which a person is active.
pub async fn places(connection: &mut PgConnection, user_id: RecordId) -> sqlx::Result<Vec<Place>> {
    let rows: Vec<(RecordId, String, String, String)> = sqlx::query_as(
        "select
             t.id,
             t.slug,
             t.name,
             m.role
         from memberships m
         join tenants t on t.id = m.tenant_id
         where m.user_id = $1
           and m.is_active
         order by t.slug",
    )
    .bind(user_id)
    .fetch_all(connection)
    .await?;
    let place = |(tenant_id, slug, name, role): (RecordId, String, String, String)| Place {
        tenant_id,
        slug,
        name,
        role: role_from(&role),
    };
    Ok(rows.into_iter().map(place).collect())
}

pub async fn one(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: RecordId,
) -> sqlx::Result<Option<Member>> {
    let row: Option<Row> = sqlx::query_as(
        "select
             u.id,
             u.email,
             u.name,
             m.role,
             m.job_title,
             m.is_active
         from memberships m
         join users u on u.id = m.user_id
         where m.tenant_id = $1
           and m.user_id = $2",
    )
    .bind(tenant_id)
    .bind(user_id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(member))
}

/// The members after a name and id, in the order of names.
pub async fn page(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<Member>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select
             u.id,
             u.email,
             u.name,
             m.role,
             m.job_title,
             m.is_active
         from memberships m
         join users u on u.id = m.user_id
         where m.tenant_id = $1
         order by
             u.name,
             u.id
         offset $2
         limit $3",
    )
    .bind(tenant_id)
    .bind(offset)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(member).collect())
}

pub async fn count(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from memberships where tenant_id = $1")
        .bind(tenant_id)
        .fetch_one(connection)
        .await
}

/// Active members of a role, other than one person.
pub async fn others_with_role(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    role: Role,
    but: RecordId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select
             count(*)
         from memberships
         where tenant_id = $1
           and role = $2
           and is_active
           and user_id <> $3",
    )
    .bind(tenant_id)
    .bind(role.name())
    .bind(but)
    .fetch_one(connection)
    .await
}

/// Holds the workspace's members still until the transaction ends: what was counted stays true.
pub async fn hold(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<()> {
    sqlx::query("select id from tenants where id = $1 for update")
        .bind(tenant_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes somebody a member, or an inactive member active again.
pub async fn put(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: RecordId,
    role: Role,
    job_title: &str,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into memberships
             (tenant_id, user_id, role, job_title, created_at)
         values
             ($1, $2, $3, $4, $5)
         on conflict (tenant_id, user_id) do update set
             role = excluded.role,
             job_title = excluded.job_title,
             is_active = true",
    )
    .bind(tenant_id)
    .bind(user_id)
    .bind(role.name())
    .bind(job_title)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn update(connection: &mut PgConnection, tenant_id: RecordId, member: &Member) -> sqlx::Result<()> {
    sqlx::query(
        "update memberships set
             role = $3,
             job_title = $4,
             is_active = $5
         where tenant_id = $1
           and user_id = $2",
    )
    .bind(tenant_id)
    .bind(member.user_id)
    .bind(member.role.name())
    .bind(&member.job_title)
    .bind(member.is_active)
    .execute(connection)
    .await?;
    Ok(())
}

/// The workspaces of a person, active there or not.
pub async fn tenants_of(connection: &mut PgConnection, user_id: RecordId) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar("select tenant_id from memberships where user_id = $1")
        .bind(user_id)
        .fetch_all(connection)
        .await
}

/// A member whom mail reaches: person, address, name, language.
pub type Reached = (RecordId, String, String, String);

/// The active ones of some people, in their order: person, address, name, language.
pub async fn reached(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    people: &[RecordId],
    limit: i64,
) -> sqlx::Result<Vec<Reached>> {
    sqlx::query_as(
        "select
             u.id,
             u.email,
             u.name,
             u.language
         from unnest($2::uuid[]) with ordinality as wanted (id, place)
         join memberships m on m.user_id = wanted.id
         join users u on u.id = m.user_id
         where m.tenant_id = $1
           and m.is_active
         order by wanted.place
         limit $3",
    )
    .bind(tenant_id)
    .bind(people)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Those of some people who want no daily mail.
pub async fn without_daily_mail(
    connection: &mut PgConnection,
    people: &[RecordId],
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar("select id from users where id = any($1) and not daily_mail")
        .bind(people)
        .fetch_all(connection)
        .await
}

/// Those of some people who want no mail about what they are given in a workspace, by the workspace's own schema.
pub async fn without_assignment_mail(
    connection: &mut PgConnection,
    people: &[RecordId],
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar("select member from without_assignment_mail where member = any($1)")
        .bind(people)
        .fetch_all(connection)
        .await
}

/// Chooses whether somebody is mailed what they are given in a workspace, by the workspace's own schema.
pub async fn set_assignment_mail(
    connection: &mut PgConnection,
    id: RecordId,
    wanted: bool,
) -> sqlx::Result<()> {
    let sql = if wanted {
        "delete from without_assignment_mail where member = $1"
    } else {
        "insert into without_assignment_mail (member) values ($1) on conflict do nothing"
    };
    sqlx::query(sql).bind(id).execute(connection).await?;
    Ok(())
}

/// The active owners, the first first: person, address, name, language.
pub async fn owners_reached(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    limit: i64,
) -> sqlx::Result<Vec<Reached>> {
    sqlx::query_as(
        "select
             u.id,
             u.email,
             u.name,
             u.language
         from memberships m
         join users u on u.id = m.user_id
         where m.tenant_id = $1
           and m.role = $2
           and m.is_active
         order by
             m.created_at,
             u.id
         limit $3",
    )
    .bind(tenant_id)
    .bind(Role::Owner.name())
    .bind(limit)
    .fetch_all(connection)
    .await
}
