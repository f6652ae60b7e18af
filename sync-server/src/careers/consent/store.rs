//! The SQL of the question, in the tenant's schema.

use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{Candidate, CandidateContact};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

/// A candidate that is there.
pub async fn candidate(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Json<Fields>>> {
    sqlx::query_scalar("select fields from records where doc = $1 and kind = $2 and not deleted")
        .bind(id)
        .bind(i32::from(Candidate::DEF.code))
        .fetch_optional(connection)
        .await
}

/// The address of a candidate, if one is known.
pub async fn address(connection: &mut PgConnection, candidate: RecordId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "select fields->>'email'
         from records
         where fields->>'candidate_id' = $1 and kind = $2 and not deleted and fields->>'email' <> ''
         order by doc
         limit 1",
    )
    .bind(candidate.to_string())
    .bind(i32::from(CandidateContact::DEF.code))
    .fetch_optional(connection)
    .await
}
