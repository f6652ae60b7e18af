//! The openings of a job: when as many were hired as are wanted, the job is filled, and takes no more applications. Openings
//! that were closed by themselves are not wanted any more.
//!
//! Not at once: a card that was put into the wrong column is taken back with a key, and a job that left the career page
//! for a moment has left it. Once an hour is over, what is so then counts. A job that somebody opens again afterwards
//! stays open, until somebody more is hired.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Application, Job, JobCommand, StageKind, rules, stage_of};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{HOUR_MS, Millis};
use zumodra_shared::schema::{Entity as _, Fields};
use zumodra_shared::sync::wire::Command;

use super::reached::fields_of;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::sync::{Changed, Follower, writer};
use crate::tenants::{self, Tenant};

/// How long a hire has to stand before it fills the job.
const STANDS_MS: Millis = HOUR_MS;
/// Jobs of one workspace that are looked at in one go; the next sweep takes the others.
const MAX_LOOKED_AT: i64 = 500;

/// Follows applications.
pub struct Openings;

/// Follows jobs: where an opening was closed by itself, those who were hired may be all that are wanted.
pub struct ClosedOpenings;

impl Follower for ClosedOpenings {
    fn kind(&self) -> &'static str {
        Job::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        _: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            let closed =
                |fields: &Fields| fields.get("closed_openings").and_then(Value::as_array).map_or(0, Vec::len);
            for changed in changed {
                let (Some(before), Some(after)) = (&changed.before, &changed.after) else { continue };
                if closed(after) > closed(before) {
                    note(tx, Some(changed.id), app.now() + STANDS_MS).await?;
                }
            }
            // Nothing of it is taken up before its time.
            Ok(false)
        })
    }

    fn committed(&self, _: &App, _: &Arc<Tenant>) {}
}

impl Follower for Openings {
    fn kind(&self) -> &'static str {
        Application::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        _: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            let stage = |fields: &Fields| rules::text(fields, "stage_id").to_owned();
            let moved = changed.iter().filter_map(|changed| {
                let after = changed.after.as_ref()?;
                let stays = changed.before.as_ref().is_some_and(|before| stage(before) == stage(after));
                (!stays).then_some((changed.before.as_ref(), after))
            });
            for (before, application) in moved {
                // Who goes from one stage for those who were hired to another is not hired again.
                let was_hired = match before {
                    Some(before) => kind_of(tx, before).await? == StageKind::Hired,
                    None => false,
                };
                if !was_hired && kind_of(tx, application).await? == StageKind::Hired {
                    let job: Option<RecordId> = rules::text(application, "job_id").parse().ok();
                    note(tx, job, app.now() + STANDS_MS).await?;
                }
            }
            // Nothing of it is taken up before its time.
            Ok(false)
        })
    }

    fn committed(&self, _: &App, _: &Arc<Tenant>) {}
}

/// What the stage of an application means.
async fn kind_of(connection: &mut PgConnection, application: &Fields) -> sqlx::Result<StageKind> {
    let pipeline = fields_of(connection, rules::text(application, "pipeline_id")).await?;
    Ok(stage_of(application, &pipeline.unwrap_or_default()))
}

async fn note(connection: &mut PgConnection, job: Option<RecordId>, due_at: Millis) -> sqlx::Result<()> {
    let Some(job) = job else { return Ok(()) };
    sqlx::query(
        "insert into openings_due (job, due_at) values ($1, $2) on conflict (job) do update set due_at = $2",
    )
    .bind(job)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Fills the jobs of which every opening has been taken for long enough.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    for tenant in tenants::actions::active(app).await? {
        // One workspace that fails keeps no other waiting.
        if let Err(error) = fill(app, &tenant).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not fill the jobs of a workspace");
        }
    }
    Ok(())
}

async fn fill(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let due: Vec<RecordId> =
        sqlx::query_scalar("select job from openings_due where due_at <= $1 order by due_at, job limit $2")
            .bind(app.now())
            .bind(MAX_LOOKED_AT)
            .fetch_all(&mut *tx)
            .await?;
    let mut full = Vec::new();
    for job in &due {
        if is_full(&mut tx, *job).await? {
            full.push(*job);
        }
    }
    tx.commit().await?;
    for target in full {
        let name = JobCommand::Fill.name().to_owned();
        let command = Command { key: app.new_id(), name, target, args: json!({}).to_string() };
        // One that ended otherwise meanwhile is refused and stays as it is.
        writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    }
    // Only what was due is forgotten: somebody may have been hired since.
    let mut tx = app.db().tenant(&tenant.schema).await?;
    sqlx::query("delete from openings_due where job = any($1) and due_at <= $2")
        .bind(&due)
        .bind(app.now())
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Whether as many were hired for a job as are wanted.
async fn is_full(connection: &mut PgConnection, job: RecordId) -> Result<bool> {
    let fields: Option<Json<Fields>> =
        sqlx::query_scalar("select fields from records where doc = $1 and not deleted")
            .bind(job)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(job_as_it_is) = fields.and_then(|Json(fields)| rules::read::<Job>(&fields)) else {
        return Ok(false);
    };
    let hired: i64 = sqlx::query_scalar(
        "select count(*)
         from records a
         join records p on p.doc = (a.fields->>'pipeline_id')::uuid
         where a.kind = $1 and not a.deleted and a.fields->>'job_id' = $2
           and exists (
               select from jsonb_array_elements(p.fields->'stages') stage
               where stage->>'id' = a.fields->>'stage_id' and stage->>'kind' = 'hired')",
    )
    .bind(i32::from(Application::DEF.code))
    .bind(job.to_string())
    .fetch_one(connection)
    .await?;
    // A job of which every opening was closed is over for a reason that a person gives.
    Ok(hired >= job_as_it_is.wanted().max(1))
}
