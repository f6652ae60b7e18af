//! The SQL of the candidates' portal, in the tenant's schema.

use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use zumodra_shared::accounts::Member;
use zumodra_shared::ats::{Application, Attachment, Candidate, CandidateContact, Email, Interview, Room};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{HOUR_MS, Millis};
use zumodra_shared::schema::{Entity as _, Fields};

/// Records of people with one address that are looked at.
const MAX_PEOPLE: i64 = 20;
/// Records of each further kind that are shown.
const MAX_RECORDS: i64 = 500;
/// Messages that are shown of an application, the newest: the others are in the mailbox, and in the file of one's data.
pub const MAX_MESSAGES: usize = 50;
/// Messages that are shown of all applications.
pub const MAX_ALL_MESSAGES: usize = 1_000;

/// Keeps a key. `kind` is `link` or `session`.
pub async fn keep(
    connection: &mut PgConnection,
    id: RecordId,
    kind: &str,
    address: &str,
    (now, until): (Millis, Millis),
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into portal_keys
             (id, kind, address, created_at, expires_at)
         values
             ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(kind)
    .bind(address)
    .bind(now)
    .bind(until)
    .execute(connection)
    .await?;
    Ok(())
}

/// Links that were made for an address since an instant. Others that ask at the same time wait, and count this one.
pub async fn links_since(connection: &mut PgConnection, address: &str, since: Millis) -> sqlx::Result<i64> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('zumodra.portal.' || $1, 0))")
        .bind(address)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar(
        "select count(*) from portal_keys where address = $1 and kind = 'link' and created_at > $2",
    )
    .bind(address)
    .bind(since)
    .fetch_one(connection)
    .await
}

/// The address of a link that works, which works no more. The row stays: links are counted.
pub async fn take(connection: &mut PgConnection, id: RecordId, now: Millis) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "update portal_keys set expires_at = $2
         where id = $1 and kind = 'link' and expires_at > $2
         returning address",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// The address that a key is for, while it works.
pub async fn address(
    connection: &mut PgConnection,
    id: RecordId,
    kind: &str,
    now: Millis,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("select address from portal_keys where id = $1 and kind = $2 and expires_at > $3")
        .bind(id)
        .bind(kind)
        .bind(now)
        .fetch_optional(connection)
        .await
}

/// Ends a session.
pub async fn end(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<()> {
    sqlx::query("delete from portal_keys where id = $1 and kind = 'session'")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes what ran out and is not counted any more.
pub async fn sweep(connection: &mut PgConnection, now: Millis) -> sqlx::Result<()> {
    sqlx::query("delete from portal_keys where expires_at < $1 and created_at < $1")
        .bind(now - HOUR_MS)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes an address and that these candidates asked to be deleted.
pub async fn forget(
    connection: &mut PgConnection,
    address: &str,
    candidates: &[RecordId],
) -> sqlx::Result<()> {
    sqlx::query("delete from portal_keys where address = $1").bind(address).execute(&mut *connection).await?;
    sqlx::query(
        "delete from portal_requests
         where record = any($1)
            or record in (select doc from records where fields->>'candidate_id' = any($2))",
    )
    .bind(candidates)
    .bind(candidates.iter().map(ToString::to_string).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// A record of somebody, with how they are reached.
#[derive(Debug, FromRow)]
pub struct PersonRow {
    /// The candidate.
    pub id: RecordId,
    /// The record of how they are reached.
    pub contact_id: RecordId,
    /// The candidate's fields.
    pub candidate: Json<Fields>,
    /// The fields of how they are reached.
    pub contact: Json<Fields>,
    /// When they asked to be deleted.
    pub asked_at: Option<Millis>,
}

/// Everybody who is reached at an address, in the order in which they came.
pub async fn people(connection: &mut PgConnection, address: &str) -> sqlx::Result<Vec<PersonRow>> {
    sqlx::query_as(
        "select distinct on (c.doc)
             c.doc as id,
             k.doc as contact_id,
             c.fields as candidate,
             k.fields as contact,
             d.asked_at
         from records k
         join records c on c.doc = (k.fields->>'candidate_id')::uuid
         left join portal_requests d on d.record = c.doc
         where k.kind = $2
           and lower(k.fields->>'email') = $1
           and not k.deleted
           and c.kind = $3
           and not c.deleted
         order by c.doc, k.doc
         limit $4",
    )
    .bind(address)
    .bind(i32::from(CandidateContact::DEF.code))
    .bind(i32::from(Candidate::DEF.code))
    .bind(MAX_PEOPLE)
    .fetch_all(connection)
    .await
}

/// An application with what it is for.
#[derive(Debug, FromRow)]
pub struct ApplicationRow {
    /// The application.
    pub id: RecordId,
    /// Its fields.
    pub fields: Json<Fields>,
    /// The job's fields.
    pub job: Json<Fields>,
    /// The pipeline's fields.
    pub pipeline: Json<Fields>,
    /// Who made it.
    pub created_by: RecordId,
    /// Behind which wall it is.
    pub wall: Option<RecordId>,
    /// When it was asked that people withdraw it.
    pub asked_at: Option<Millis>,
}

/// The applications of some candidates, the newest first. What the job and its stages are is known even when they are
/// deleted.
pub async fn applications(
    connection: &mut PgConnection,
    candidates: &[String],
) -> sqlx::Result<Vec<ApplicationRow>> {
    sqlx::query_as(
        "select
             a.doc as id,
             a.fields,
             j.fields as job,
             p.fields as pipeline,
             d.created_by,
             d.wall,
             q.asked_at
         from records a
         join documents d on d.doc = a.doc
         left join portal_requests q on q.record = a.doc
         join records j on j.doc = (a.fields->>'job_id')::uuid
         join records p on p.doc = (a.fields->>'pipeline_id')::uuid
         where a.kind = $1
           and not a.deleted
           and a.fields->>'candidate_id' = any($2)
         order by (a.fields->>'applied_at')::bigint desc, a.doc
         limit $3",
    )
    .bind(i32::from(Application::DEF.code))
    .bind(candidates)
    .bind(MAX_RECORDS)
    .fetch_all(connection)
    .await
}

/// The interviews of some candidates.
pub async fn interviews(
    connection: &mut PgConnection,
    candidates: &[String],
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    of_candidates(connection, Interview::DEF.code, candidates).await
}

/// Some rooms; one that was deleted is where it was.
pub async fn rooms(
    connection: &mut PgConnection,
    ids: &[RecordId],
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as("select doc, fields from records where doc = any($1) and kind = $2")
        .bind(ids)
        .bind(i32::from(Room::DEF.code))
        .fetch_all(connection)
        .await
}

/// What was written to some candidates and what they answered, the oldest first.
pub async fn emails(
    connection: &mut PgConnection,
    candidates: &[String],
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    of_candidates(connection, Email::DEF.code, candidates).await
}

/// The files beside the résumés of some candidates, the oldest first.
pub async fn attachments(
    connection: &mut PgConnection,
    candidates: &[String],
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    of_candidates(connection, Attachment::DEF.code, candidates).await
}

/// Documents that a candidate handed in for an application, also those that were taken away since.
pub async fn documents(connection: &mut PgConnection, application: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*) from records
         where kind = $1
           and fields->>'application_id' = $2
           and fields->>'by_candidate' = 'true'",
    )
    .bind(i32::from(Attachment::DEF.code))
    .bind(application)
    .fetch_one(connection)
    .await
}

/// What stood at the boxes that some candidates ticked when they applied, and when that was, the newest first.
pub async fn consents(
    connection: &mut PgConnection,
    candidates: &[String],
) -> sqlx::Result<Vec<(String, Millis)>> {
    sqlx::query_as(
        "select form->>'consent', created_at
         from submissions
         where form->>'candidate_id' = any($1)
           and state = 'processed'
           and form->>'consent' <> ''
         order by created_at desc, id
         limit $2",
    )
    .bind(candidates)
    .bind(MAX_RECORDS)
    .fetch_all(connection)
    .await
}

/// What was agreed to with some applications, word by word; of one that came another way nothing is known.
pub async fn agreed(
    connection: &mut PgConnection,
    applications: &[RecordId],
) -> sqlx::Result<Vec<(RecordId, String)>> {
    sqlx::query_as(
        "select
             application_id,
             coalesce(form->>'consent', '')
         from submissions
         where application_id = any($1)
         limit $2",
    )
    .bind(applications)
    .bind(MAX_RECORDS)
    .fetch_all(connection)
    .await
}

async fn of_candidates(
    connection: &mut PgConnection,
    kind: u16,
    candidates: &[String],
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as(
        "select doc, fields from records
         where kind = $1 and not deleted and fields->>'candidate_id' = any($2)
         order by doc
         limit $3",
    )
    .bind(i32::from(kind))
    .bind(candidates)
    .bind(MAX_RECORDS)
    .fetch_all(connection)
    .await
}

/// A message with who wrote it.
#[derive(Debug, FromRow)]
pub struct MessageRow {
    /// The e-mail's fields.
    pub fields: Json<Fields>,
    /// The name of the member who wrote it.
    pub author: Option<String>,
}

/// What went to an address, or came from it, about some applications of some candidates, the newest first: of each
/// application one more than [`MAX_MESSAGES`] at most. What waits may be called back yet, and what could not be sent was
/// never said.
pub async fn messages(
    connection: &mut PgConnection,
    candidates: &[String],
    applications: &[String],
    address: &str,
) -> sqlx::Result<Vec<MessageRow>> {
    sqlx::query_as(
        "select
             r.fields,
             m.fields->>'name' as author
         from (
             select
                 doc,
                 fields,
                 row_number() over (
                     partition by fields->>'application_id'
                     order by (fields->>'at')::bigint desc, doc desc
                 ) as nth
             from records
             where kind = $1
               and not deleted
               and fields->>'candidate_id' = any($3)
               and fields->>'application_id' = any($4)
               and lower(trim(fields->>'address')) = $5
               and fields->>'status' in ('sent', 'received')
         ) r
         join documents d on d.doc = r.doc
         left join records m
             on m.doc = d.created_by
            and m.kind = $2
         where r.nth <= $6
         order by (r.fields->>'at')::bigint desc, r.doc desc
         limit $7",
    )
    .bind(i32::from(Email::DEF.code))
    .bind(i32::from(Member::DEF.code))
    .bind(candidates)
    .bind(applications)
    .bind(address)
    .bind(i64::try_from(MAX_MESSAGES + 1).unwrap_or(i64::MAX))
    .bind(i64::try_from(MAX_ALL_MESSAGES).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await
}

/// Messages that came from an address about an application since an instant.
pub async fn messages_since(
    connection: &mut PgConnection,
    application: &str,
    address: &str,
    since: Millis,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*) from records
         where kind = $1
           and fields->>'application_id' = $2
           and fields->>'direction' = 'in'
           and lower(trim(fields->>'address')) = $3
           and (fields->>'at')::bigint > $4",
    )
    .bind(i32::from(Email::DEF.code))
    .bind(application)
    .bind(address)
    .bind(since)
    .fetch_one(connection)
    .await
}

/// The last e-mail that went to an address about an application, with its subject.
pub async fn last_sent(
    connection: &mut PgConnection,
    application: &str,
    address: &str,
) -> sqlx::Result<Option<(RecordId, String)>> {
    sqlx::query_as(
        "select doc, fields->>'subject' from records
         where kind = $1
           and not deleted
           and fields->>'application_id' = $2
           and fields->>'status' = 'sent'
           and lower(trim(fields->>'address')) = $3
         order by (fields->>'at')::bigint desc, doc desc
         limit 1",
    )
    .bind(i32::from(Email::DEF.code))
    .bind(application)
    .bind(address)
    .fetch_optional(connection)
    .await
}

/// Whether a message was ever written.
pub async fn is_written(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from documents where doc = $1 and kind = $2)")
        .bind(id)
        .bind(i32::from(Email::DEF.code))
        .fetch_one(connection)
        .await
}

/// Notes that something is asked for about a record.
pub async fn request(connection: &mut PgConnection, record: RecordId, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "insert into portal_requests
             (record, asked_at)
         values
             ($1, $2)
         on conflict (record) do nothing",
    )
    .bind(record)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
