//! The SQL of connected calendars and of what is in them of ours.

use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::Interview;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, Fields};

use super::busy::Span;
use super::read::Slot;
use crate::limits::MAX_BUSY_READ;

/// A connected calendar.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Connection {
    /// Whose.
    pub member: RecordId,
    /// Its address.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Who signs in.
    pub login: String,
    /// The sealed password.
    pub password: Vec<u8>,
    /// Where it stood when it was read last.
    pub mark: String,
    /// When it was in step last.
    pub in_step_at: Option<Millis>,
    /// The code of why it is not.
    pub problem: String,
    /// How often that was tried.
    pub tries: i32,
    /// The code of why a move was not taken.
    pub refused: String,
    /// Of which interview.
    pub refused_interview: Option<RecordId>,
    /// When.
    pub refused_at: Option<Millis>,
    /// What may have to be written, counted.
    pub changes: i64,
    /// Whether those who plan are told when its person is busy.
    pub shows_busy: bool,
    /// When it said so last.
    pub busy_at: Option<Millis>,
    /// The code of why it does not say so.
    pub busy_problem: String,
}

/// An event of ours in somebody's calendar.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EventRow {
    /// Of which interview.
    pub interview: RecordId,
    /// Its address.
    pub href: String,
    /// Its tag.
    pub etag: String,
    /// When it is there.
    pub starts_at: Millis,
    /// How long.
    pub minutes: i64,
    /// Of what was written.
    pub content_hash: String,
    /// Whether it is not there, as far as is known: its person took it out, or it was begun and not seen yet.
    pub left_out: bool,
    /// When it is there if what was begun to be written arrived.
    pub begun_starts_at: Option<Millis>,
    /// How long, then.
    pub begun_minutes: Option<i64>,
}

impl EventRow {
    /// When it is there.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        Slot { starts_at: self.starts_at, minutes: self.minutes }
    }

    /// When it is there if what was begun to be written arrived.
    #[must_use]
    pub fn begun(&self) -> Option<Slot> {
        Some(Slot { starts_at: self.begun_starts_at?, minutes: self.begun_minutes? })
    }

    /// Whether it is there at a time, or may be.
    #[must_use]
    pub fn may_be_after(&self, instant: Millis) -> bool {
        let is_kept_after = !self.left_out && self.starts_at > instant;
        is_kept_after || self.begun_starts_at.is_some_and(|begun| begun > instant)
    }

    /// The same, when it is known whether what was begun arrived.
    #[must_use]
    pub fn known(self) -> Self {
        Self { begun_starts_at: None, begun_minutes: None, ..self }
    }
}

/// What became of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Where the calendar stands; none leaves it.
    pub mark: Option<String>,
    /// When it was found in step; none if it was not.
    pub in_step_at: Option<Millis>,
    /// The code of why it is not.
    pub problem: String,
    /// How often that was tried.
    pub tries: i32,
    /// A move that was not taken: of which interview, and the code of why.
    pub refused: Option<(RecordId, String)>,
    /// When to look again.
    pub due_at: Millis,
}

/// Forgets somebody's calendar, unless it has an address, and gives what it was with our events in it. Whoever is passing
/// over it has it no more.
pub async fn leave(
    connection: &mut PgConnection,
    member: RecordId,
    but: Option<&str>,
) -> sqlx::Result<Option<(Connection, Vec<EventRow>)>> {
    let left: Option<Connection> = sqlx::query_as(
        "select *
         from calendar_connections
         where member = $1
           and ($2::text is null or url <> $2)
         for update",
    )
    .bind(member)
    .bind(but)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(left) = left else { return Ok(None) };
    let inside = events(connection, member).await?;
    drop_of(connection, member).await?;
    Ok(Some((left, inside)))
}

/// Connects a calendar in the place of one that was left. Of the same one nothing is forgotten: what was moved in it
/// meanwhile is a move still.
pub async fn connect(
    connection: &mut PgConnection,
    member: RecordId,
    (url, name, login, password): (&str, &str, &str, &[u8]),
    shows_busy: bool,
    due_at: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into calendar_connections
             (member, url, name, login, password, due_at, shows_busy)
         values
             ($1, $2, $3, $4, $5, $6, $7)
         on conflict (member) do update set
             name = excluded.name,
             login = excluded.login,
             password = excluded.password,
             shows_busy = excluded.shows_busy,
             problem = '',
             tries = 0,
             due_at = excluded.due_at,
             claim = null,
             claimed_until = 0",
    )
    .bind(member)
    .bind(url)
    .bind(name)
    .bind(login)
    .bind(password)
    .bind(due_at)
    .bind(shows_busy)
    .execute(&mut *connection)
    .await?;
    if !shows_busy {
        forget_busy(connection, member).await?;
    }
    Ok(())
}

/// Forgets somebody's calendar. Says whether there was one.
pub async fn drop_of(connection: &mut PgConnection, member: RecordId) -> sqlx::Result<bool> {
    let dropped = sqlx::query("delete from calendar_connections where member = $1")
        .bind(member)
        .execute(connection)
        .await?;
    Ok(dropped.rows_affected() > 0)
}

/// Somebody's calendar.
pub async fn of(connection: &mut PgConnection, member: RecordId) -> sqlx::Result<Option<Connection>> {
    sqlx::query_as("select * from calendar_connections where member = $1")
        .bind(member)
        .fetch_optional(connection)
        .await
}

/// Notes that something may have to be written into the calendars of some people. One that cannot be reached is asked when
/// it is due, and not sooner. Says whether anybody has one.
pub async fn note(connection: &mut PgConnection, members: &[RecordId], now: Millis) -> sqlx::Result<bool> {
    let noted = sqlx::query(
        "update calendar_connections set
             changes = changes + 1,
             due_at = case when problem = '' then least(due_at, $2) else due_at end
         where member = any($1)",
    )
    .bind(members)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() > 0)
}

/// Has somebody's calendar compared now. Says whether there is one.
pub async fn hurry(connection: &mut PgConnection, member: RecordId, now: Millis) -> sqlx::Result<bool> {
    let hurried = sqlx::query(
        "update calendar_connections set
             changes = changes + 1,
             due_at = least(due_at, $2)
         where member = $1",
    )
    .bind(member)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(hurried.rows_affected() > 0)
}

/// Whether a calendar is due that nobody has.
pub async fn is_due(connection: &mut PgConnection, now: Millis) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (
             select 1
             from calendar_connections
             where due_at <= $1
               and (claim is null or claimed_until <= $1)
         )",
    )
    .bind(now)
    .fetch_one(connection)
    .await
}

/// Takes a calendar that is due and that nobody has, of anybody or of one member, for a pass of its own until an instant.
pub async fn claim(
    connection: &mut PgConnection,
    claim: RecordId,
    of: Option<RecordId>,
    (now, until): (Millis, Millis),
) -> sqlx::Result<Option<Connection>> {
    sqlx::query_as(
        "update calendar_connections set
             claim = $1,
             claimed_until = $3
         where member = (
             select member
             from calendar_connections
             where due_at <= $2
               and (claim is null or claimed_until <= $2)
               and ($4::uuid is null or member = $4)
             order by
                 due_at,
                 member
             limit 1
             for update skip locked
         )
         returning *",
    )
    .bind(claim)
    .bind(now)
    .bind(until)
    .bind(of)
    .fetch_optional(connection)
    .await
}

/// Whether a pass has the calendar still, for the rest of the transaction.
pub async fn holds(connection: &mut PgConnection, member: RecordId, claim: RecordId) -> sqlx::Result<bool> {
    let held: Option<bool> = sqlx::query_scalar(
        "select true from calendar_connections where member = $1 and claim = $2 for update",
    )
    .bind(member)
    .bind(claim)
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

/// Writes down what became of a pass, and gives the calendar back. What changed since it began is looked at at once, unless
/// the calendar cannot be used.
pub async fn settle(
    connection: &mut PgConnection,
    (member, claim): (RecordId, RecordId),
    seen: i64,
    settled: &Settled,
    now: Millis,
) -> sqlx::Result<()> {
    let (interview, refused) = settled.refused.clone().unzip();
    sqlx::query(
        "update calendar_connections set
             mark = coalesce($4, mark),
             in_step_at = coalesce($5, in_step_at),
             problem = $6,
             tries = $7,
             refused = coalesce($8::text, refused),
             refused_interview = coalesce($9::uuid, refused_interview),
             refused_at = case when $8::text is null then refused_at else $11 end,
             due_at = case when changes <> $3 and $6 = '' then $11 else $10 end,
             claim = null,
             claimed_until = 0
         where member = $1
           and claim = $2",
    )
    .bind(member)
    .bind(claim)
    .bind(seen)
    .bind(&settled.mark)
    .bind(settled.in_step_at)
    .bind(&settled.problem)
    .bind(settled.tries)
    .bind(refused)
    .bind(interview)
    .bind(settled.due_at)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that a move was not taken, whoever has the calendar now, if it is connected still.
pub async fn tell(
    connection: &mut PgConnection,
    (member, url): (RecordId, &str),
    (interview, refused): (RecordId, &str),
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "update calendar_connections set
             refused = $4,
             refused_interview = $3,
             refused_at = $5
         where member = $1
           and url = $2",
    )
    .bind(member)
    .bind(url)
    .bind(interview)
    .bind(refused)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Our events in somebody's calendar.
pub async fn events(connection: &mut PgConnection, member: RecordId) -> sqlx::Result<Vec<EventRow>> {
    sqlx::query_as(
        "select
             interview,
             href,
             etag,
             starts_at,
             minutes,
             content_hash,
             left_out,
             begun_starts_at,
             begun_minutes
         from calendar_events
         where member = $1
         order by interview",
    )
    .bind(member)
    .fetch_all(connection)
    .await
}

/// Writes down how an event of ours is in somebody's calendar.
pub async fn put(connection: &mut PgConnection, member: RecordId, row: &EventRow) -> sqlx::Result<()> {
    sqlx::query(
        "insert into calendar_events
             (member, interview, href, etag, starts_at, minutes, content_hash, left_out, begun_starts_at, begun_minutes)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (member, interview) do update set
             href = excluded.href,
             etag = excluded.etag,
             starts_at = excluded.starts_at,
             minutes = excluded.minutes,
             content_hash = excluded.content_hash,
             left_out = excluded.left_out,
             begun_starts_at = excluded.begun_starts_at,
             begun_minutes = excluded.begun_minutes",
    )
    .bind(member)
    .bind(row.interview)
    .bind(&row.href)
    .bind(&row.etag)
    .bind(row.starts_at)
    .bind(row.minutes)
    .bind(&row.content_hash)
    .bind(row.left_out)
    .bind(row.begun_starts_at)
    .bind(row.begun_minutes)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets events that are not in the calendar any more, or are over for long.
pub async fn forget(
    connection: &mut PgConnection,
    member: RecordId,
    interviews: &[RecordId],
) -> sqlx::Result<()> {
    sqlx::query("delete from calendar_events where member = $1 and interview = any($2)")
        .bind(member)
        .bind(interviews)
        .execute(connection)
        .await?;
    Ok(())
}

/// Those of some interviews that are neither deleted nor erased.
pub async fn interviews(
    connection: &mut PgConnection,
    ids: &[RecordId],
) -> sqlx::Result<Vec<(RecordId, Interview)>> {
    let found: Vec<(RecordId, Json<Fields>)> =
        sqlx::query_as("select doc, fields from records where doc = any($1) and kind = $2 and not deleted")
            .bind(ids)
            .bind(i32::from(Interview::DEF.code))
            .fetch_all(connection)
            .await?;
    let read =
        |(id, fields): (RecordId, Json<Fields>)| Some((id, serde_json::from_value(fields.0.into()).ok()?));
    Ok(found.into_iter().filter_map(read).collect())
}

/// Writes down when somebody is busy, in the place of what was known, if they show that still.
pub async fn put_busy(
    connection: &mut PgConnection,
    member: RecordId,
    spans: &[Span],
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query("delete from calendar_busy where member = $1").bind(member).execute(&mut *connection).await?;
    let (from, until): (Vec<Millis>, Vec<Millis>) = spans.iter().map(|span| (span.from, span.until)).unzip();
    sqlx::query(
        "insert into calendar_busy (member, starts_at, ends_at)
         select $1, told.starts_at, told.ends_at
         from unnest($2::bigint[], $3::bigint[]) as told (starts_at, ends_at)
         where exists (
             select 1
             from calendar_connections
             where member = $1
               and shows_busy
         )",
    )
    .bind(member)
    .bind(from)
    .bind(until)
    .execute(&mut *connection)
    .await?;
    asked_busy(connection, member, "", now).await
}

/// Writes down that a calendar does not say when its person is busy, and why.
pub async fn leave_busy(
    connection: &mut PgConnection,
    member: RecordId,
    problem: &str,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query("delete from calendar_busy where member = $1").bind(member).execute(&mut *connection).await?;
    asked_busy(connection, member, problem, now).await
}

async fn asked_busy(
    connection: &mut PgConnection,
    member: RecordId,
    problem: &str,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query("update calendar_connections set busy_at = $2, busy_problem = $3 where member = $1")
        .bind(member)
        .bind(now)
        .bind(problem)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets when somebody is busy; if they show it again, they are asked about anew.
async fn forget_busy(connection: &mut PgConnection, member: RecordId) -> sqlx::Result<()> {
    sqlx::query("delete from calendar_busy where member = $1").bind(member).execute(&mut *connection).await?;
    sqlx::query("update calendar_connections set busy_at = null, busy_problem = '' where member = $1")
        .bind(member)
        .execute(connection)
        .await?;
    Ok(())
}

/// Has those who plan told from now on when somebody is busy, or not told. Says whether they have a calendar.
pub async fn show_busy(
    connection: &mut PgConnection,
    member: RecordId,
    shows: bool,
    now: Millis,
) -> sqlx::Result<bool> {
    let shown = sqlx::query(
        "update calendar_connections set
             shows_busy = $2,
             due_at = case when $2 and problem = '' then least(due_at, $3) else due_at end
         where member = $1",
    )
    .bind(member)
    .bind(shows)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if !shows {
        forget_busy(connection, member).await?;
    }
    Ok(shown.rows_affected() > 0)
}

/// Somebody's busy time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct BusyRow {
    /// Whose.
    pub member: RecordId,
    /// When it begins.
    pub starts_at: Millis,
    /// When it is over.
    pub ends_at: Millis,
}

/// When some people are busy between two instants, in order.
pub async fn busy(
    connection: &mut PgConnection,
    members: &[RecordId],
    (from, until): (Millis, Millis),
) -> sqlx::Result<Vec<BusyRow>> {
    sqlx::query_as(
        "select
             member,
             starts_at,
             ends_at
         from calendar_busy
         where member = any($1)
           and starts_at < $3
           and ends_at > $2
         order by
             starts_at,
             member
         limit $4",
    )
    .bind(members)
    .bind(from)
    .bind(until)
    .bind(MAX_BUSY_READ)
    .fetch_all(connection)
    .await
}
