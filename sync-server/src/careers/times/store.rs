//! The SQL of the page on which times are chosen.

use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{Candidate, Interview, Note};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

/// An interview with its candidate's fields; none when one of them is deleted.
pub async fn interview(
    connection: &mut PgConnection,
    id: RecordId,
) -> sqlx::Result<Option<(Json<Fields>, Json<Fields>)>> {
    sqlx::query_as(
        "select i.fields, c.fields
         from records i
         join records c
             on c.doc = (i.fields->>'candidate_id')::uuid
            and c.kind = $3
            and not c.deleted
         where i.doc = $1
           and i.kind = $2
           and not i.deleted",
    )
    .bind(id)
    .bind(i32::from(Interview::DEF.code))
    .bind(i32::from(Candidate::DEF.code))
    .fetch_optional(connection)
    .await
}

/// Whether a note was ever written.
pub async fn has_note(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from documents where doc = $1 and kind = $2)")
        .bind(id)
        .bind(i32::from(Note::DEF.code))
        .fetch_one(connection)
        .await
}
