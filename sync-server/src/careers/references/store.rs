//! The SQL of the page on which references are given.

use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{Candidate, Job, Reference};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

/// A reference with the fields of its candidate and its job, and the name of who asks; none when the reference or the
/// candidate is deleted.
#[derive(Debug, sqlx::FromRow)]
pub struct Row {
    /// The reference.
    pub fields: Json<Fields>,
    /// The candidate.
    pub candidate: Json<Fields>,
    /// The job, as far as it is there.
    pub job: Option<Json<Fields>>,
    /// The name of who asks.
    pub asked_by: Option<String>,
}

/// A reference by its id.
pub async fn reference(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Row>> {
    sqlx::query_as(
        "select
             r.fields,
             c.fields as candidate,
             j.fields as job,
             m.fields->>'name' as asked_by
         from records r
         join documents d on d.doc = r.doc
         join records c
             on c.doc = (r.fields->>'candidate_id')::uuid
            and c.kind = $3
            and not c.deleted
         left join records j
             on j.doc = (r.fields->>'job_id')::uuid
            and j.kind = $4
         left join records m on m.doc = d.created_by
         where r.doc = $1
           and r.kind = $2
           and not r.deleted",
    )
    .bind(id)
    .bind(i32::from(Reference::DEF.code))
    .bind(i32::from(Candidate::DEF.code))
    .bind(i32::from(Job::DEF.code))
    .fetch_optional(connection)
    .await
}
