//! The SQL of invitations and of feeds.

use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{Candidate, CandidateContact, Interview, Job, Room};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, Fields};

use crate::check::is_email;

/// Ways to reach a candidate that are looked at.
const MAX_CONTACTS: i64 = 20;

/// What was told to one person of one interview.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// The id of the member or of the candidate.
    pub attendee: RecordId,
    /// `member` or `candidate`.
    pub audience: String,
    /// The address, or an empty text.
    pub address: String,
    /// The name, or an empty text.
    pub name: String,
    /// The number of what was told last.
    pub sequence: i32,
    /// Of what was told last.
    pub content_hash: String,
    /// `invited` or `cancelled`.
    pub state: String,
    /// Whether anything went out before what was told last.
    pub reached: bool,
    /// What the person answered, or an empty text.
    pub answer: String,
    /// DTSTAMP of the answer.
    pub answer_stamp: Option<Millis>,
    /// When the answer came.
    pub answered_at: Option<Millis>,
}

/// An invitation with the state of its mail.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Shown {
    /// What was told.
    #[sqlx(flatten)]
    pub row: Row,
    /// What became of the mail; none when the mail was removed.
    pub mail_state: Option<String>,
}

/// A record as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stored {
    /// The id.
    pub doc: RecordId,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Its fields.
    pub fields: Json<Fields>,
}

fn code(code: u16) -> i32 {
    i32::from(code)
}

/// Some records of any kind, deleted or not.
pub async fn records(connection: &mut PgConnection, ids: &[RecordId]) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as("select doc, deleted, fields from records where doc = any($1)")
        .bind(ids)
        .fetch_all(connection)
        .await
}

/// The interviews with some candidates that begin after an instant, or have no time yet.
pub async fn interviews_with(
    connection: &mut PgConnection,
    candidates: &[RecordId],
    now: Millis,
) -> sqlx::Result<Vec<RecordId>> {
    let texts: Vec<String> = candidates.iter().map(ToString::to_string).collect();
    sqlx::query_scalar(
        "select doc
         from records
         where kind = $1
           and fields->>'candidate_id' = any($2)
           and ((fields->>'starts_at')::bigint > $3 or fields->>'status' = 'proposed')
         order by doc",
    )
    .bind(code(Interview::DEF.code))
    .bind(texts)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// The interviews of some members that begin after an instant.
pub async fn interviews_by(
    connection: &mut PgConnection,
    members: &[RecordId],
    now: Millis,
) -> sqlx::Result<Vec<RecordId>> {
    let texts: Vec<String> = members.iter().map(ToString::to_string).collect();
    sqlx::query_scalar(
        "select doc
         from records
         where kind = $1
           and not deleted
           and fields ? 'interviewer_ids'
           and fields->'interviewer_ids' ?| $2
           and (fields->>'starts_at')::bigint > $3
         order by doc",
    )
    .bind(code(Interview::DEF.code))
    .bind(texts)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// The interviews in some rooms that begin after an instant.
pub async fn interviews_in(
    connection: &mut PgConnection,
    rooms: &[RecordId],
    now: Millis,
) -> sqlx::Result<Vec<RecordId>> {
    let texts: Vec<String> = rooms.iter().map(ToString::to_string).collect();
    sqlx::query_scalar(
        "select doc
         from records
         where kind = $1
           and not deleted
           and fields ? 'interviewer_ids'
           and fields->>'room_id' = any($2)
           and (fields->>'starts_at')::bigint > $3
         order by doc",
    )
    .bind(code(Interview::DEF.code))
    .bind(texts)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// The address of a candidate: the first among the ways to reach them that is one.
pub async fn address_of(connection: &mut PgConnection, candidate: RecordId) -> sqlx::Result<Option<String>> {
    let written: Vec<String> = sqlx::query_scalar(
        "select lower(trim(r.fields->>'email'))
         from records r
         join documents d on d.doc = r.doc
         where r.kind = $1
           and not r.deleted
           and r.fields->>'candidate_id' = $2
           and coalesce(trim(r.fields->>'email'), '') <> ''
         order by
             d.created_at,
             r.doc
         limit $3",
    )
    .bind(code(CandidateContact::DEF.code))
    .bind(candidate.to_string())
    .bind(MAX_CONTACTS)
    .fetch_all(connection)
    .await?;
    Ok(written.into_iter().find(|address| is_email(address)))
}

/// The application of an interview and its pipeline, as far as they are there and not deleted.
pub async fn application_of(
    connection: &mut PgConnection,
    interview: RecordId,
) -> sqlx::Result<Option<(Fields, Fields)>> {
    let found: Option<(Json<Fields>, Option<Json<Fields>>)> = sqlx::query_as(
        "select a.fields, p.fields
         from records i
         join records a on a.doc = (i.fields->>'application_id')::uuid and not a.deleted
         left join records p on p.doc = (a.fields->>'pipeline_id')::uuid
         where i.doc = $1 and i.kind = $2",
    )
    .bind(interview)
    .bind(code(Interview::DEF.code))
    .fetch_optional(connection)
    .await?;
    Ok(found
        .map(|(application, pipeline)| (application.0, pipeline.map(|fields| fields.0).unwrap_or_default())))
}

/// What was told of an interview, held until the transaction ends.
pub async fn told(connection: &mut PgConnection, interview: RecordId) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        "select
             attendee,
             audience,
             address,
             name,
             sequence,
             content_hash,
             state,
             reached,
             answer,
             answer_stamp,
             answered_at
         from interview_invitations
         where interview = $1
         order by
             audience desc,
             name,
             attendee
         for update",
    )
    .bind(interview)
    .fetch_all(connection)
    .await
}

/// How often an interview was told of, by the numbers that were used: one that is planned and offered again has another.
pub async fn round(connection: &mut PgConnection, interview: RecordId) -> sqlx::Result<i32> {
    sqlx::query_scalar(
        "select coalesce(max(sequence) + 1, 0) from interview_invitations where interview = $1",
    )
    .bind(interview)
    .fetch_one(connection)
    .await
}

/// Writes down what somebody is told now. An answer to what was told before counts no more.
pub async fn put(
    connection: &mut PgConnection,
    interview: RecordId,
    row: &Row,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into interview_invitations
             (interview, attendee, audience, address, name, sequence, content_hash, state, reached, updated_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (interview, attendee) do update set
             audience = excluded.audience,
             address = excluded.address,
             name = excluded.name,
             sequence = excluded.sequence,
             content_hash = excluded.content_hash,
             state = excluded.state,
             reached = excluded.reached,
             answer = '',
             answer_stamp = null,
             answered_at = null,
             updated_at = excluded.updated_at",
    )
    .bind(interview)
    .bind(row.attendee)
    .bind(&row.audience)
    .bind(&row.address)
    .bind(&row.name)
    .bind(row.sequence)
    .bind(&row.content_hash)
    .bind(&row.state)
    .bind(row.reached)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an address, and that of candidates, from what was told.
pub async fn forget(
    connection: &mut PgConnection,
    address: &str,
    candidates: &[RecordId],
    now: Millis,
) -> sqlx::Result<u64> {
    let forgotten = sqlx::query(
        "update interview_invitations set
             address = '',
             name = '',
             state = 'cancelled',
             updated_at = $3
         where (address = $1 and $1 <> '')
            or (attendee = any($2) and (address <> '' or name <> ''))",
    )
    .bind(address)
    .bind(candidates)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(forgotten.rows_affected())
}

/// What was told of an interview, with what became of each mail.
pub async fn shown(connection: &mut PgConnection, interview: RecordId) -> sqlx::Result<Vec<Shown>> {
    sqlx::query_as(
        "select
             i.attendee,
             i.audience,
             i.address,
             i.name,
             i.sequence,
             i.content_hash,
             i.state,
             i.reached,
             i.answer,
             i.answer_stamp,
             i.answered_at,
             m.state as mail_state
         from interview_invitations i
         left join mail m
             on m.event_key = 'interview/' || i.interview || '/' || i.attendee || '/' || i.sequence
         where i.interview = $1
         order by
             i.audience desc,
             i.name,
             i.attendee",
    )
    .bind(interview)
    .fetch_all(connection)
    .await
}

/// An answer that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<'a> {
    /// Of which interview.
    pub interview: RecordId,
    /// Of whom.
    pub address: &'a str,
    /// To what was told with this number.
    pub sequence: i32,
    /// What.
    pub answer: &'static str,
    /// Its DTSTAMP.
    pub stamp: Millis,
}

/// Writes an answer down, unless it is to something else than what was told last, or older than the answer that is there. What
/// follows from it waits for the server.
pub async fn answer(
    connection: &mut PgConnection,
    answered: &Answered<'_>,
    now: Millis,
) -> sqlx::Result<bool> {
    let attendees: Vec<RecordId> = sqlx::query_scalar(
        "update interview_invitations set
             answer = $4,
             answer_stamp = $5,
             answered_at = $6,
             updated_at = $6
         where interview = $1
           and address = $2
           and state = 'invited'
           and sequence = $3
           and (answer_stamp is null or answer_stamp <= $5)
         returning attendee",
    )
    .bind(answered.interview)
    .bind(answered.address)
    .bind(answered.sequence)
    .bind(answered.answer)
    .bind(answered.stamp)
    .bind(now)
    .fetch_all(&mut *connection)
    .await?;
    for attendee in &attendees {
        // Written anew and not over: what rings is an insertion.
        sqlx::query("delete from interview_answers where interview = $1 and attendee = $2")
            .bind(answered.interview)
            .bind(attendee)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "insert into interview_answers (interview, attendee, sequence, answer) values ($1, $2, $3, $4)",
        )
        .bind(answered.interview)
        .bind(attendee)
        .bind(answered.sequence)
        .bind(answered.answer)
        .execute(&mut *connection)
        .await?;
    }
    Ok(!attendees.is_empty())
}

/// An answer of which follows what the server writes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    /// Of which interview.
    pub interview: RecordId,
    /// Of whom.
    pub attendee: RecordId,
    /// To what was told with this number.
    pub sequence: i32,
    /// What.
    pub answer: String,
    /// Their name, as they were invited.
    pub name: String,
}

/// Answers that wait, of those who are invited still.
pub async fn waiting(connection: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as(
        "select a.interview, a.attendee, a.sequence, a.answer, coalesce(i.name, '') as name
         from interview_answers a
         left join interview_invitations i using (interview, attendee)
         order by a.interview, a.attendee
         limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Forgets an answer of which everything followed; not one that came meanwhile.
pub async fn taken_up(connection: &mut PgConnection, answer: &Waiting) -> sqlx::Result<()> {
    sqlx::query(
        "delete from interview_answers
         where interview = $1 and attendee = $2 and sequence = $3 and answer = $4",
    )
    .bind(answer.interview)
    .bind(answer.attendee)
    .bind(answer.sequence)
    .bind(&answer.answer)
    .execute(connection)
    .await?;
    Ok(())
}

/// An interview for a feed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Fed {
    /// The id.
    pub doc: RecordId,
    /// When it was last changed.
    pub updated_at: Millis,
    /// Its fields.
    pub fields: Json<Fields>,
    /// With whom, when the candidate is there.
    pub candidate: Option<Json<Fields>>,
    /// For which job, when it is there.
    pub job: Option<Json<Fields>>,
    /// In which room.
    pub room: Option<Json<Fields>>,
    /// When that was last changed.
    pub room_updated_at: Option<Millis>,
    /// The number of what the person was told last.
    pub sequence: Option<i32>,
}

/// The interviews of a member since an instant that have a time and were not called off.
pub async fn of_member(
    connection: &mut PgConnection,
    member: RecordId,
    since: Millis,
    limit: i64,
) -> sqlx::Result<Vec<Fed>> {
    sqlx::query_as(
        "select
             r.doc,
             d.updated_at,
             r.fields,
             c.fields as candidate,
             j.fields as job,
             o.fields as room,
             od.updated_at as room_updated_at,
             i.sequence
         from records r
         join documents d on d.doc = r.doc
         left join records c
             on c.doc = (r.fields->>'candidate_id')::uuid
            and c.kind = $5
            and not c.deleted
         left join records j
             on j.doc = (r.fields->>'job_id')::uuid
            and j.kind = $6
            and not j.deleted
         left join records o
             on o.doc = (r.fields->>'room_id')::uuid
            and o.kind = $7
         left join documents od on od.doc = o.doc
         left join interview_invitations i
             on i.interview = r.doc
            and i.attendee = $2
         where r.kind = $1
           and not r.deleted
           and r.fields ? 'interviewer_ids'
           and r.fields->'interviewer_ids' ? $2::text
           and (r.fields->>'starts_at')::bigint >= $3
           and r.fields->>'status' not in ('cancelled', 'proposed')
         order by
             (r.fields->>'starts_at')::bigint,
             r.doc
         limit $4",
    )
    .bind(code(Interview::DEF.code))
    .bind(member)
    .bind(since)
    .bind(limit)
    .bind(code(Candidate::DEF.code))
    .bind(code(Job::DEF.code))
    .bind(code(Room::DEF.code))
    .fetch_all(connection)
    .await
}

/// Gives a member of a workspace another secret address; an older one works no more.
pub async fn put_feed(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: RecordId,
    hash: &[u8],
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into calendar_feeds
             (tenant_id, user_id, secret_hash, created_at)
         values
             ($1, $2, $3, $4)
         on conflict (tenant_id, user_id) do update set
             secret_hash = excluded.secret_hash,
             created_at = excluded.created_at",
    )
    .bind(tenant_id)
    .bind(user_id)
    .bind(hash)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the address of a member away.
pub async fn drop_feed(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: RecordId,
) -> sqlx::Result<()> {
    sqlx::query("delete from calendar_feeds where tenant_id = $1 and user_id = $2")
        .bind(tenant_id)
        .bind(user_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Since when a member has an address.
pub async fn feed_since(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    user_id: RecordId,
) -> sqlx::Result<Option<Millis>> {
    sqlx::query_scalar("select created_at from calendar_feeds where tenant_id = $1 and user_id = $2")
        .bind(tenant_id)
        .bind(user_id)
        .fetch_optional(connection)
        .await
}

/// Whose address a secret is, if that person is in the workspace still: the workspace, the person, the language.
pub async fn feed_of(
    connection: &mut PgConnection,
    hash: &[u8],
) -> sqlx::Result<Option<(RecordId, RecordId, String)>> {
    sqlx::query_as(
        "select
             f.tenant_id,
             f.user_id,
             u.language
         from calendar_feeds f
         join memberships m
             on m.tenant_id = f.tenant_id
            and m.user_id = f.user_id
         join users u on u.id = f.user_id
         where f.secret_hash = $1
           and m.is_active",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await
}
