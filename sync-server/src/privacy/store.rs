//! The SQL of erasure beside the log: what there is of somebody, and what was erased.

use sqlx::postgres::PgConnection;
use sqlx::{FromRow, query, query_as, query_scalar};
use zumodra_shared::ats::{CandidateContact, Email, Interview, Offer};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::Entity as _;

/// What was asked for, and what was done.
#[derive(Debug, Clone, FromRow)]
pub struct ErasureRow {
    /// The candidate that there was.
    pub record: RecordId,
    /// When the person asked for it; none if they did not.
    pub asked_at: Option<Millis>,
    /// When it was done; none if it was not.
    pub erased_at: Option<Millis>,
    /// Who did it.
    pub erased_by: Option<RecordId>,
    /// Up to where a replica must have read the log to have done it too.
    pub seq: Option<i64>,
    /// Records that were erased.
    pub documents: Option<i32>,
    /// Files that were erased.
    pub files: Option<i32>,
}

/// Whether a record of a kind is there, deleted or not.
pub async fn is_there(connection: &mut PgConnection, record: RecordId, kind: i32) -> sqlx::Result<bool> {
    query_scalar("select exists (select from records where doc = $1 and kind = $2)")
        .bind(record)
        .bind(kind)
        .fetch_one(connection)
        .await
}

/// Records of one person: this candidate, whoever it was merged into, and all who were.
pub async fn same_person(connection: &mut PgConnection, candidate: RecordId) -> sqlx::Result<Vec<RecordId>> {
    query_scalar(
        "with recursive person (doc) as (
             select $1::uuid
             union
             select other.doc
             from person p
             cross join lateral (
                 select (r.fields->>'merged_into_id')::uuid as doc
                 from records r
                 where r.doc = p.doc
                   and r.fields->>'merged_into_id' is not null
                 union all
                 select r.doc
                 from records r
                 where r.fields->>'merged_into_id' = p.doc::text
             ) other
         )
         select doc from person",
    )
    .bind(candidate)
    .fetch_all(connection)
    .await
}

/// Every e-mail address under which somebody was reached, as far as some records and what was sent about them tell it, in
/// lower case; not those that somebody else has too.
pub async fn addresses(connection: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "select distinct a.address
         from (
             select lower(trim(fields->>'email')) as address from records where doc = any($1) and kind = $2
             union all
             select lower(trim(fields->>'address')) from records where doc = any($1) and kind = $3
             union all
             select lower(address)
             from interview_invitations
             where interview = any($1)
               and audience = 'candidate'
             union all
             select lower(sent_to) from offer_letters where terms->'offer'->>'candidate_id' = any($4)
             union all
             select lower(form->>'email') from submissions where application_id = any($1)
         ) a
         where a.address <> ''
           and not exists (
               select
               from records o
               where lower(o.fields->>'email') = a.address
                 and o.kind = $2
                 and not o.deleted
                 and o.doc <> all($1)
           )",
    )
    .bind(docs)
    .bind(i32::from(CandidateContact::DEF.code))
    .bind(i32::from(Email::DEF.code))
    .bind(docs.iter().map(ToString::to_string).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
}

/// Whether an interview is ahead, an offer waits for an answer, and one was accepted, among some records.
pub async fn under_way(
    connection: &mut PgConnection,
    docs: &[RecordId],
    now: Millis,
) -> sqlx::Result<(bool, bool, bool)> {
    query_as(
        "select
             coalesce(bool_or(
                 kind = $2
                 and (
                     fields->>'status' in ('scheduled', 'confirmed')
                     and (fields->>'starts_at')::bigint > $4
                     or fields->>'status' = 'proposed'
                     and exists (
                         select
                         from jsonb_array_elements_text(fields->'offered_times') offered
                         where case when offered ~ '^[0-9]{1,15}$' then offered::bigint > $4 else false end
                     )
                 )
             ), false),
             coalesce(bool_or(kind = $3 and fields->>'status' in ('sent', 'viewed')), false),
             coalesce(bool_or(kind = $3 and fields->>'status' = 'accepted'), false)
         from records
         where doc = any($1)
           and not deleted",
    )
    .bind(docs)
    .bind(i32::from(Interview::DEF.code))
    .bind(i32::from(Offer::DEF.code))
    .bind(now)
    .fetch_one(connection)
    .await
}

/// The files of some records, and of what was sent to become them.
pub async fn files(
    connection: &mut PgConnection,
    docs: &[RecordId],
    addresses: &[String],
) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "select fields->>'resume_hash' from records where doc = any($1) and fields->>'resume_hash' <> ''
         union
         select fields->>'letter_hash' from records where doc = any($1) and fields->>'letter_hash' <> ''
         union
         select fields->>'file_hash' from records where doc = any($1) and fields->>'file_hash' <> ''
         union
         select hash
         from submissions, unnest(array_append(file_hashes, resume_hash)) hash
         where hash <> ''
           and (application_id = any($1)
                or (form->>'candidate_id')::uuid = any($1)
                or (lower(form->>'email') = any($2) and state <> 'pending'))
         union
         select hash
         from offer_letters, unnest(array[sent_hash, sealed_hash]) hash
         where hash <> ''
           and terms->'offer'->>'candidate_id' = any($3)",
    )
    .bind(docs)
    .bind(addresses)
    .bind(docs.iter().map(ToString::to_string).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
}

/// Removes what came in to become some records, what was told about them, and what still waits to become one.
pub async fn remove_traces(
    connection: &mut PgConnection,
    docs: &[RecordId],
    addresses: &[String],
) -> sqlx::Result<()> {
    query(
        "delete from submissions
         where application_id = any($1)
            or (form->>'candidate_id')::uuid = any($1)
            or (lower(form->>'email') = any($2) and state <> 'pending')",
    )
    .bind(docs)
    .bind(addresses)
    .execute(&mut *connection)
    .await?;
    query("delete from interview_invitations where interview = any($1)")
        .bind(docs)
        .execute(&mut *connection)
        .await?;
    query("delete from interview_answers where interview = any($1)")
        .bind(docs)
        .execute(&mut *connection)
        .await?;
    query("delete from mail_received where answers = any($1) or lower(address) = any($2)")
        .bind(docs)
        .bind(addresses)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes those of some files that belong to nothing any more, and names them.
pub async fn remove_files(connection: &mut PgConnection, hashes: &[String]) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "delete from files f
         where f.hash = any($1)
           and not exists (select from records r where r.fields->>'resume_hash' = f.hash)
           and not exists (select from records r where r.fields->>'letter_hash' = f.hash)
           and not exists (select from records r where r.fields->>'file_hash' = f.hash)
           and not exists (select from submissions s where s.resume_hash = f.hash or f.hash = any(s.file_hashes))
         returning f.hash",
    )
    .bind(hashes)
    .fetch_all(connection)
    .await
}

/// When somebody asked to be erased, as any of some candidates.
pub async fn asked_at(connection: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Option<Millis>> {
    query_scalar("select min(asked_at) from portal_requests where record = any($1)")
        .bind(docs)
        .fetch_one(connection)
        .await
}

/// Notes an erasure.
pub async fn note(connection: &mut PgConnection, row: &ErasureRow) -> sqlx::Result<()> {
    query(
        "insert into portal_requests (record, asked_at, erased_at, erased_by, seq, documents, files)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (record) do update set
             erased_at = excluded.erased_at,
             erased_by = excluded.erased_by,
             seq = excluded.seq,
             documents = excluded.documents,
             files = excluded.files",
    )
    .bind(row.record)
    .bind(row.asked_at)
    .bind(row.erased_at)
    .bind(row.erased_by)
    .bind(row.seq)
    .bind(row.documents)
    .bind(row.files)
    .execute(connection)
    .await?;
    Ok(())
}

/// What was erased of a candidate that there was.
pub async fn erased(connection: &mut PgConnection, record: RecordId) -> sqlx::Result<Option<ErasureRow>> {
    query_as("select * from portal_requests where record = $1 and erased_at is not null")
        .bind(record)
        .fetch_optional(connection)
        .await
}

/// Who asks to be erased and is there still, deleted or not, the oldest first.
pub async fn asked(connection: &mut PgConnection, kind: i32, limit: i64) -> sqlx::Result<Vec<ErasureRow>> {
    query_as(
        "select q.*
         from portal_requests q
         join records r on r.doc = q.record
         where q.erased_at is null
           and r.kind = $1
         order by q.asked_at, q.record
         limit $2",
    )
    .bind(kind)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// What was erased, the newest first.
pub async fn done(connection: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<ErasureRow>> {
    query_as(
        "select *
         from portal_requests
         where erased_at is not null
         order by erased_at desc, record
         limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await
}
