//! The SQL of what waits for people.

use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{Application, Interview, Job, Offer, Pipeline, Scorecard};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

/// Records of one kind that are looked at in one workspace: who has more has more than a mail can tell.
const MAX_LOOKED_AT: i64 = 5_000;

/// A record, with what says who may see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stored {
    /// The id.
    pub doc: RecordId,
    /// Its fields.
    pub fields: Json<Fields>,
    /// Who made it.
    pub created_by: RecordId,
    /// The wall around it.
    pub wall: Option<RecordId>,
    /// When it was changed last.
    pub updated_at: Millis,
}

impl Stored {
    /// Where it is to be seen.
    pub fn scope(&self, def: &EntityDef) -> String {
        def.scope.scope(&self.fields, self.created_by, self.wall)
    }
}

/// A stage in which applications wait for somebody from a time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// The pipeline.
    pub pipeline: String,
    /// The stage.
    pub stage: String,
    /// Who has been there since then or longer.
    pub since: Millis,
}

fn code(def: &EntityDef) -> i32 {
    i32::from(def.code)
}

/// Begins a day, in the transaction of what is told on it. Says whether nobody else did.
pub async fn begin_day(connection: &mut PgConnection, day: &str) -> sqlx::Result<bool> {
    let begun = sqlx::query("insert into daily_mail (day) values ($1::date) on conflict do nothing")
        .bind(day)
        .execute(&mut *connection)
        .await?;
    sqlx::query("delete from daily_mail where day < $1::date").bind(day).execute(connection).await?;
    Ok(begun.rows_affected() == 1)
}

async fn of_kind(
    connection: &mut PgConnection,
    def: &EntityDef,
    condition: &str,
    order: &str,
) -> sqlx::Result<Vec<Stored>> {
    let sql = format!(
        "select r.doc, r.fields, d.created_by, d.wall, d.updated_at
         from records r join documents d on d.doc = r.doc
         where r.kind = $1 and not r.deleted and {condition}
         order by {order}, r.doc limit $2"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(code(def)).bind(MAX_LOOKED_AT).fetch_all(connection).await
}

/// Every pipeline.
pub async fn pipelines(connection: &mut PgConnection) -> sqlx::Result<Vec<Stored>> {
    of_kind(connection, &Pipeline::DEF, "true", "d.created_at").await
}

/// The jobs that are worked on: open, on hold, or asked to be agreed to.
pub async fn jobs(connection: &mut PgConnection) -> sqlx::Result<Vec<Stored>> {
    let worked_on = "r.fields->>'status' in ('open', 'on_hold', 'pending_approval')";
    of_kind(connection, &Job::DEF, worked_on, "d.created_at").await
}

/// The jobs that ended after an instant.
pub async fn ended_jobs(connection: &mut PgConnection, since: Millis) -> sqlx::Result<Vec<Stored>> {
    let ended = format!(
        "r.fields->>'status' in ('filled', 'closed', 'cancelled') and (r.fields->>'closed_at')::bigint >= {since}"
    );
    of_kind(connection, &Job::DEF, &ended, "d.created_at").await
}

/// The offers that wait for somebody.
pub async fn offers(connection: &mut PgConnection) -> sqlx::Result<Vec<Stored>> {
    let open = "r.fields->>'status' in ('pending_approval', 'sent', 'viewed')";
    of_kind(connection, &Offer::DEF, open, "d.updated_at").await
}

/// The interviews that began between two instants and were not called off.
pub async fn interviews(
    connection: &mut PgConnection,
    from: Millis,
    until: Millis,
) -> sqlx::Result<Vec<Stored>> {
    let held = format!(
        "r.fields->>'status' in ('scheduled', 'confirmed', 'completed')
         and (r.fields->>'starts_at')::bigint between {from} and {until}"
    );
    of_kind(connection, &Interview::DEF, &held, "(r.fields->>'starts_at')::bigint").await
}

/// The interviews ahead for which another time is asked, or that somebody declined.
pub async fn unsettled(connection: &mut PgConnection, now: Millis) -> sqlx::Result<Vec<Stored>> {
    let unsettled = format!(
        "r.fields->>'status' in ('scheduled', 'confirmed')
         and (r.fields->>'starts_at')::bigint > {now}
         and (r.fields->>'wish_of' = r.fields->>'starts_at' or r.fields->>'declined_of' = r.fields->>'starts_at')"
    );
    of_kind(connection, &Interview::DEF, &unsettled, "(r.fields->>'starts_at')::bigint").await
}

/// The scorecards on some applications that are given, and not drafts.
pub async fn scorecards(
    connection: &mut PgConnection,
    applications: &[RecordId],
) -> sqlx::Result<Vec<Stored>> {
    let applications: Vec<String> = applications.iter().map(ToString::to_string).collect();
    sqlx::query_as(
        "select r.doc, r.fields, d.created_by, d.wall, d.updated_at
         from records r join documents d on d.doc = r.doc
         where r.kind = $1 and not r.deleted and r.fields->>'application_id' = any($2)
           and coalesce(r.fields->>'is_draft', 'false') <> 'true'",
    )
    .bind(code(&Scorecard::DEF))
    .bind(applications)
    .fetch_all(connection)
    .await
}

/// The applications for some jobs that have been in one of some stages for long enough, those that wait longest first.
pub async fn applications(
    connection: &mut PgConnection,
    jobs: &[RecordId],
    stages: &[Waits],
) -> sqlx::Result<Vec<Stored>> {
    let jobs: Vec<String> = jobs.iter().map(ToString::to_string).collect();
    let column = |of: fn(&Waits) -> &str| stages.iter().map(|waits| of(waits).to_owned()).collect::<Vec<_>>();
    sqlx::query_as(
        "select r.doc, r.fields, d.created_by, d.wall, d.updated_at
         from records r
         join documents d on d.doc = r.doc
         join unnest($2::text[], $3::text[], $4::bigint[]) as waits (pipeline, stage, since)
           on waits.pipeline = r.fields->>'pipeline_id' and waits.stage = r.fields->>'stage_id'
         where r.kind = $1 and not r.deleted and r.fields->>'job_id' = any($6)
           and coalesce((r.fields->>'stage_changed_at')::bigint, (r.fields->>'applied_at')::bigint) <= waits.since
         order by coalesce((r.fields->>'stage_changed_at')::bigint, (r.fields->>'applied_at')::bigint), r.doc
         limit $5",
    )
    .bind(code(&Application::DEF))
    .bind(column(|waits| &waits.pipeline))
    .bind(column(|waits| &waits.stage))
    .bind(stages.iter().map(|waits| waits.since).collect::<Vec<_>>())
    .bind(MAX_LOOKED_AT)
    .bind(jobs)
    .fetch_all(connection)
    .await
}

/// The applications of which somebody wants to be reminded by a day and that are in none of some stages, those that came due
/// last first: reminders that nobody cleared for years keep out no new one.
pub async fn follow_ups(
    connection: &mut PgConnection,
    today: &str,
    closed: &[Waits],
) -> sqlx::Result<Vec<Stored>> {
    let column = |of: fn(&Waits) -> &str| closed.iter().map(|stage| of(stage).to_owned()).collect::<Vec<_>>();
    sqlx::query_as(
        "select r.doc, r.fields, d.created_by, d.wall, d.updated_at
         from records r join documents d on d.doc = r.doc
         where r.kind = $1 and not r.deleted
           and r.fields->>'follow_up_on' <> '' and r.fields->>'follow_up_on' <= $2
           and not exists (
               select from unnest($4::text[], $5::text[]) as closed (pipeline, stage)
               where closed.pipeline = r.fields->>'pipeline_id' and closed.stage = r.fields->>'stage_id'
           )
         order by r.fields->>'follow_up_on' desc, r.doc limit $3",
    )
    .bind(code(&Application::DEF))
    .bind(today)
    .bind(MAX_LOOKED_AT)
    .bind(column(|stage| &stage.pipeline))
    .bind(column(|stage| &stage.stage))
    .fetch_all(connection)
    .await
}

/// The records of a kind of these ids that are there.
pub async fn these(
    connection: &mut PgConnection,
    def: &EntityDef,
    ids: &[RecordId],
) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as(
        "select r.doc, r.fields, d.created_by, d.wall, d.updated_at
         from records r join documents d on d.doc = r.doc
         where r.kind = $1 and not r.deleted and r.doc = any($2)",
    )
    .bind(code(def))
    .bind(ids)
    .fetch_all(connection)
    .await
}

/// A form of the career page that was set apart.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SetApart {
    /// For which job.
    pub job_id: RecordId,
    /// What that job is called; empty for no job, and for one that is gone.
    pub job_title: String,
}

/// The forms that repeat an application or could not become records, that came since an instant, and that nobody let in or
/// dropped. The table is that of the career pages, which know of what waits and not the other way round: of it no more is read
/// than that there is something.
pub async fn set_apart(connection: &mut PgConnection, since: Millis) -> sqlx::Result<Vec<SetApart>> {
    sqlx::query_as(
        "select
             s.job_id,
             coalesce(j.fields->>'title', '') as job_title
         from submissions s
         left join records j on j.doc = s.job_id
         where s.state in ('duplicate', 'error')
           and s.created_at >= $1
         order by s.created_at desc, s.id
         limit $2",
    )
    .bind(since)
    .bind(MAX_LOOKED_AT)
    .fetch_all(connection)
    .await
}
