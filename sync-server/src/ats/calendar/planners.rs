//! Who is told of what became of an interview: who planned it, else who looks after the job.

use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{Interview, Job, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use crate::accounts::directory;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::tenants::Tenant;

/// Of those who planned an interview, or look after its job, the ones who may see it; who planned it comes first.
///
/// # Errors
/// When the database cannot be read.
pub async fn planners(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    interview: RecordId,
) -> Result<Vec<RecordId>> {
    let Some((fields, made_by, wall, job)) = planned(tx, interview).await? else { return Ok(Vec::new()) };
    let scope = Interview::DEF.scope.scope(&fields.0, made_by, wall);
    let job = job.and_then(|fields| rules::read::<Job>(&fields.0)).unwrap_or_default();
    let look_after = [&job.recruiter_id, &job.hiring_manager_id].into_iter().flatten();
    let mut found = Vec::new();
    for person in [made_by].into_iter().chain(look_after.map(|member| member.record())) {
        let is_new = !found.contains(&person);
        if is_new && directory::sees(app, tx, tenant.id, person, &scope).await? {
            found.push(person);
        }
    }
    Ok(found)
}

/// An interview with who made it, the wall around it, and its job.
type Planned = (Json<Fields>, RecordId, Option<RecordId>, Option<Json<Fields>>);

async fn planned(connection: &mut PgConnection, interview: RecordId) -> sqlx::Result<Option<Planned>> {
    sqlx::query_as(
        "select r.fields, d.created_by, d.wall, j.fields
         from records r
         join documents d on d.doc = r.doc
         left join records j
             on j.doc = (r.fields->>'job_id')::uuid
            and j.kind = $3
         where r.doc = $1
           and r.kind = $2
           and not r.deleted",
    )
    .bind(interview)
    .bind(i32::from(Interview::DEF.code))
    .bind(i32::from(Job::DEF.code))
    .fetch_optional(connection)
    .await
}
