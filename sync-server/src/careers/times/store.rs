//! The SQL of the page on which times are chosen.

use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::availability::COUNTED_MS;
use zumodra_shared::ats::{Booked, Candidate, Interview, Note, Room, WorkingHours};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
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

/// Interviews that are looked at around one: those of twenty people, of a month and ahead.
const MAX_AROUND: i64 = 5_000;
/// Records of hours that are looked at.
const MAX_HOURS: i64 = 5_000;

/// The other interviews of anybody who is in an interview or may be, of its candidate, and in its room, from as far back as
/// they are counted on.
pub async fn interviews_around(
    connection: &mut PgConnection,
    id: RecordId,
    interview: &Interview,
    now: Millis,
) -> sqlx::Result<Vec<Json<Fields>>> {
    let any_of = interview.any_of_ids.ids.iter().map(ToString::to_string);
    let people: Vec<String> = Booked::people_of(interview).into_iter().chain(any_of).collect();
    sqlx::query_scalar(
        "select fields
         from records
         where kind = $1
           and not deleted
           and doc <> $2
           and fields ? 'interviewer_ids'
           and (fields->>'starts_at')::bigint > $3
           and (fields->'interviewer_ids' ?| $4 or fields->>'candidate_id' = any($4) or fields->>'room_id' = $5)
         order by (fields->>'starts_at')::bigint
         limit $6",
    )
    .bind(i32::from(Interview::DEF.code))
    .bind(id)
    .bind(now.saturating_sub(COUNTED_MS))
    .bind(people)
    .bind(interview.room_id.as_ref().map(ToString::to_string))
    .bind(MAX_AROUND)
    .fetch_all(connection)
    .await
}

/// When people work, and the workspace does.
pub async fn hours(connection: &mut PgConnection) -> sqlx::Result<Vec<(RecordId, Millis, Json<Fields>)>> {
    sqlx::query_as(
        "select r.doc, d.created_at, r.fields
         from records r
         join documents d on d.doc = r.doc
         where r.kind = $1
           and not r.deleted
         order by d.created_at desc
         limit $2",
    )
    .bind(i32::from(WorkingHours::DEF.code))
    .bind(MAX_HOURS)
    .fetch_all(connection)
    .await
}

/// The room of an interview; one that was deleted is where it was.
pub async fn room(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Json<Fields>>> {
    sqlx::query_scalar("select fields from records where doc = $1 and kind = $2")
        .bind(id)
        .bind(i32::from(Room::DEF.code))
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
