//! Who of some people may see a record, and where a mail reaches them.

use sqlx::PgConnection;
use zumodra_shared::ats::{Candidate, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{EntityDef, Fields};

use crate::accounts::directory::{self, Reached};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::tenants::Tenant;

/// The active members among `people` who see a record.
///
/// # Errors
/// When the database fails.
pub async fn who_sees(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    (def, id, fields): (&EntityDef, RecordId, &Fields),
    people: &[RecordId],
) -> Result<Vec<Reached>> {
    let Some((created_by, wall)) = place(tx, id).await? else { return Ok(Vec::new()) };
    let scope = def.scope.scope(fields, created_by, wall);
    let mut seeing = Vec::new();
    for reached in directory::active(app, tenant.id, people).await? {
        if directory::sees(app, tx, tenant.id, reached.user_id, &scope).await? {
            seeing.push(reached);
        }
    }
    Ok(seeing)
}

/// Who made a record, and behind which wall it is.
async fn place(
    connection: &mut PgConnection,
    id: RecordId,
) -> sqlx::Result<Option<(RecordId, Option<RecordId>)>> {
    sqlx::query_as("select created_by, wall from documents where doc = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// The name of a member, or an empty text.
///
/// # Errors
/// When the database fails.
pub async fn member_name(connection: &mut PgConnection, member: RecordId) -> sqlx::Result<String> {
    let name: Option<Option<String>> =
        sqlx::query_scalar("select fields->>'name' from records where doc = $1")
            .bind(member)
            .fetch_optional(connection)
            .await?;
    Ok(name.flatten().unwrap_or_default())
}

/// The fields of a record; none where there is no such record.
///
/// # Errors
/// When the database fails.
pub async fn fields_of(connection: &mut PgConnection, id: &str) -> sqlx::Result<Option<Fields>> {
    let id: Option<RecordId> = id.parse().ok();
    let fields: Option<sqlx::types::Json<Fields>> =
        sqlx::query_scalar("select fields from records where doc = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    Ok(fields.map(|fields| fields.0))
}

/// What a candidate is called, or an empty text.
///
/// # Errors
/// When the database fails.
pub async fn candidate_name(connection: &mut PgConnection, candidate: &str) -> sqlx::Result<String> {
    let fields = fields_of(connection, candidate).await?;
    let candidate = fields.as_ref().and_then(rules::read::<Candidate>).unwrap_or_default();
    Ok(candidate.name())
}
