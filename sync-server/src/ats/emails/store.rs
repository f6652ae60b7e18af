//! The SQL of e-mail with candidates.

use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use zumodra_shared::accounts::Member;
use zumodra_shared::ats::{Email, Job};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, Fields};

/// What a candidate wrote: a mail that came and waits to be taken up, or a message from a page of theirs.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Received {
    /// The id that its record will have.
    pub id: RecordId,
    /// The e-mail that it answers, if it answers one.
    pub answers: Option<RecordId>,
    /// Whom it says it is from.
    pub address: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// Its own id, or an empty text.
    pub message_id: String,
    /// Names of the files that came with it.
    pub left_out: String,
    /// Whether more came.
    pub is_cut: bool,
    /// When it came.
    pub received_at: Millis,
}

/// An e-mail's fields and who wrote it, unless it or its candidate is deleted.
pub async fn email(
    connection: &mut PgConnection,
    id: RecordId,
) -> sqlx::Result<Option<(Json<Fields>, RecordId)>> {
    sqlx::query_as(
        "select r.fields, d.created_by
         from records r
         join documents d on d.doc = r.doc
         join records c on c.doc = (r.fields->>'candidate_id')::uuid
         where r.doc = $1 and r.kind = $2 and not r.deleted and not c.deleted",
    )
    .bind(id)
    .bind(i32::from(Email::DEF.code))
    .fetch_optional(connection)
    .await
}

/// A member who is active.
pub async fn member(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Json<Fields>>> {
    sqlx::query_scalar(
        "select fields from records
         where doc = $1 and kind = $2 and not deleted and fields->>'is_active' = 'true'",
    )
    .bind(id)
    .bind(i32::from(Member::DEF.code))
    .fetch_optional(connection)
    .await
}

/// The recruiter who looks after a job.
pub async fn recruiter(connection: &mut PgConnection, job: RecordId) -> sqlx::Result<Option<RecordId>> {
    let found: Option<Option<String>> =
        sqlx::query_scalar("select fields->>'recruiter_id' from records where doc = $1 and kind = $2")
            .bind(job)
            .bind(i32::from(Job::DEF.code))
            .fetch_optional(connection)
            .await?;
    Ok(found.flatten().and_then(|id| id.parse().ok()))
}

/// Where an e-mail belongs: who may see it.
pub async fn scope(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<String>> {
    let found: Option<(Json<Fields>, RecordId, Option<RecordId>)> = sqlx::query_as(
        "select r.fields, d.created_by, d.wall
         from records r
         join documents d on d.doc = r.doc
         where r.doc = $1 and r.kind = $2",
    )
    .bind(id)
    .bind(i32::from(Email::DEF.code))
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|(fields, created_by, wall)| Email::DEF.scope.scope(&fields.0, created_by, wall)))
}

/// Keeps a mail that came, once. Says whether it is new: one that was taken up is none.
pub async fn keep(connection: &mut PgConnection, mail: &Received) -> sqlx::Result<bool> {
    let kept = sqlx::query(
        "insert into mail_received
             (id, answers, address, subject, body, message_id, left_out, is_cut, received_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9
         where not exists (select from records where doc = $1)
         on conflict (id) do nothing",
    )
    .bind(mail.id)
    .bind(mail.answers)
    .bind(&mail.address)
    .bind(&mail.subject)
    .bind(&mail.body)
    .bind(&mail.message_id)
    .bind(&mail.left_out)
    .bind(mail.is_cut)
    .bind(mail.received_at)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// How many answers an e-mail has, those that wait included.
pub async fn answers(connection: &mut PgConnection, email: RecordId) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select (select count(*) from mail_received where answers = $1)
              + (select count(*) from records where kind = $2 and fields->>'answers_id' = $1::text)",
    )
    .bind(email)
    .bind(i32::from(Email::DEF.code))
    .fetch_one(connection)
    .await
}

/// Mails that came and wait, the oldest first.
pub async fn waiting(connection: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Received>> {
    sqlx::query_as(
        "select id, answers, address, subject, body, message_id, left_out, is_cut, received_at
         from mail_received
         order by received_at, id
         limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Removes a mail that was taken up, or that nobody waits for.
pub async fn taken_up(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<()> {
    sqlx::query("delete from mail_received where id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// E-mails whose mail was written since an instant, and that say something else than what became of it: the id, the mail's
/// state, when it was sent, and why not.
pub async fn untold(
    connection: &mut PgConnection,
    since: Millis,
    limit: i64,
) -> sqlx::Result<Vec<(RecordId, String, Option<Millis>, String)>> {
    sqlx::query_as(
        "select r.doc, m.state, m.sent_at, m.problem
         from mail m
         join records r on r.doc = substring(m.event_key from 7)::uuid
         where m.template = 'written'
           and m.created_at > $3
           and r.kind = $1
           and not r.deleted
           and (r.fields->>'status', m.state) in
               (('waiting', 'sent'), ('waiting', 'given_up'), ('waiting', 'cancelled'), ('failed', 'sent'),
                ('failed', 'waiting'))
         limit $2",
    )
    .bind(i32::from(Email::DEF.code))
    .bind(limit)
    .bind(since)
    .fetch_all(connection)
    .await
}
