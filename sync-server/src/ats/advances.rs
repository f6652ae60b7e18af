//! Applications that go on by the rule of their stage, right after the change that fulfils it.
//!
//! The change itself leaves a row, in its own transaction; once it is committed the row is looked at, by a sweep where the
//! node died meanwhile. What moves is a command whose key follows from the application and the stage: it runs once, so that
//! whoever moves somebody back is not overruled.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::advance::{ADVANCE, Beside, is_fulfilled, ruled};
use zumodra_shared::ats::{Application, Interview, Job, JobStatus, Pipeline, Scorecard, StageAdvance, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};
use zumodra_shared::sync::wire::Command;

use super::reached::fields_of;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::sync::{Changed, Follower, writer};
use crate::tenants::{self, Tenant};

/// Applications of one workspace that are looked at in one go; the next sweep takes the others.
const MAX_LOOKED_AT: i64 = 500;
/// Interviews and scorecards of one application that are looked at.
const MAX_BESIDE: i64 = 500;

/// Follows what the rules of stages wait for.
pub struct Advances(&'static EntityDef);

/// One for each kind that can fulfil a rule.
pub const FOLLOWERS: [&Advances; 3] =
    [&Advances(&Application::DEF), &Advances(&Scorecard::DEF), &Advances(&Interview::DEF)];

impl Follower for Advances {
    fn kind(&self) -> &'static str {
        self.0.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        _: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            let mut noted = false;
            for changed in changed {
                let found = if self.0.name == Application::DEF.name {
                    arrived(tx, changed).await?.then_some(changed.id)
                } else {
                    beside(tx, changed).await?
                };
                if let Some(application) = found {
                    note(tx, application, app.now()).await?;
                    noted = true;
                }
            }
            Ok(noted)
        })
    }

    fn committed(&self, app: &App, tenant: &Arc<Tenant>) {
        let (app, tenant) = (app.clone(), Arc::clone(tenant));
        app.tasks().clone().spawn(async move {
            if let Err(error) = take_up(&app, &tenant).await {
                tracing::warn!(tenant = %tenant.id, %error, "could not advance applications by the rules of their stages");
            }
        });
    }
}

/// Whether an application came into a stage with a rule: newly, or forwards. Who moves somebody back has decided.
async fn arrived(tx: &mut TenantTx, changed: &Changed) -> Result<bool> {
    let Some(after) = &changed.after else { return Ok(false) };
    let stage = |fields: &Fields| rules::text(fields, "stage_id").to_owned();
    let from = changed.before.as_ref().map(stage);
    if !changed.is_new && from.as_ref().is_none_or(|from| *from == stage(after)) {
        return Ok(false);
    }
    let Some(pipeline) = pipeline_of(tx, after).await? else { return Ok(false) };
    let place = |id: &str| pipeline.stages.0.iter().position(|stage| stage.id == id);
    let forwards = from.is_none_or(|from| place(&from) < place(&stage(after)));
    Ok(forwards && ruled(&pipeline, &stage(after)).is_some())
}

/// The application beside which a scorecard or an interview changed, if a rule of its stage waits for such.
async fn beside(tx: &mut TenantTx, changed: &Changed) -> Result<Option<RecordId>> {
    let Some(fields) = changed.after.as_ref().or(changed.before.as_ref()) else { return Ok(None) };
    let id = rules::text(fields, "application_id");
    let Some(application) = fields_of(tx, id).await? else { return Ok(None) };
    let Some(pipeline) = pipeline_of(tx, &application).await? else { return Ok(None) };
    let rule = ruled(&pipeline, rules::text(&application, "stage_id"));
    let waits = rule.is_some_and(|(stage, _)| stage.advance == StageAdvance::Scorecards);
    Ok(id.parse().ok().filter(|_| waits))
}

async fn pipeline_of(connection: &mut PgConnection, application: &Fields) -> Result<Option<Pipeline>> {
    let pipeline = fields_of(connection, rules::text(application, "pipeline_id")).await?;
    Ok(pipeline.as_ref().and_then(rules::read))
}

async fn note(connection: &mut PgConnection, application: RecordId, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "insert into advances_due (application, noted_at) values ($1, $2)
         on conflict (application) do update set noted_at = $2",
    )
    .bind(application)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes up what is left of nodes that died.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    for tenant in tenants::actions::active(app).await? {
        // One workspace that fails keeps no other waiting.
        if let Err(error) = take_up(app, &tenant).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not advance applications by the rules of their stages");
        }
    }
    Ok(())
}

/// An application that goes on.
struct Goes {
    id: RecordId,
    from: String,
    to: String,
}

/// Looks at the applications of which something changed, and moves those that fulfil the rule of their stage.
async fn take_up(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let due: Vec<RecordId> =
        sqlx::query_scalar("select application from advances_due order by application limit $1")
            .bind(MAX_LOOKED_AT)
            .fetch_all(&mut *tx)
            .await?;
    let mut going = Vec::new();
    for id in &due {
        going.extend(decide(&mut tx, *id).await?);
    }
    tx.commit().await?;
    for Goes { id, from, to } in going {
        let key = RecordId::new_v5(&id, format!("advance {from}").as_bytes());
        let args = json!({ "from": from, "to": to }).to_string();
        let command = Command { key, name: ADVANCE.to_owned(), target: id, args };
        // One that somebody moved meanwhile is refused and stays where they put it.
        writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    }
    // Only what was due is forgotten: something may have changed since.
    let mut tx = app.db().tenant(&tenant.schema).await?;
    sqlx::query("delete from advances_due where application = any($1) and noted_at <= $2")
        .bind(&due)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

async fn decide(tx: &mut TenantTx, id: RecordId) -> Result<Option<Goes>> {
    let fields: Option<Json<Fields>> =
        sqlx::query_scalar("select fields from records where doc = $1 and not deleted")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(application) = fields.and_then(|fields| rules::read::<Application>(&fields.0)) else {
        return Ok(None);
    };
    let Some(pipeline) = fields_of(tx, &application.pipeline_id.to_string()).await? else { return Ok(None) };
    let Some(pipeline) = rules::read::<Pipeline>(&pipeline) else { return Ok(None) };
    let Some((stage, to)) = ruled(&pipeline, &application.stage_id) else { return Ok(None) };
    let job = fields_of(tx, &application.job_id.to_string()).await?;
    let job = job.as_ref().and_then(rules::read::<Job>);
    if !job.is_some_and(|job| matches!(job.status, JobStatus::Open | JobStatus::OnHold)) {
        return Ok(None);
    }
    let (interviews, scorecards) = match stage.advance {
        StageAdvance::Scorecards => (interviews(tx, id).await?, scorecards(tx, id).await?),
        StageAdvance::Never | StageAdvance::Answers | StageAdvance::Unknown => (Vec::new(), Vec::new()),
    };
    let beside = Beside { interviews: &interviews, scorecards: &scorecards };
    let goes = is_fulfilled(stage.advance, &application, &beside);
    Ok(goes.then(|| Goes { id, from: application.stage_id.clone(), to: to.to_owned() }))
}

async fn interviews(connection: &mut PgConnection, application: RecordId) -> Result<Vec<Interview>> {
    let rows = about(connection, &Interview::DEF, application).await?;
    Ok(rows.iter().filter_map(|(_, fields)| rules::read(&fields.0)).collect())
}

async fn scorecards(
    connection: &mut PgConnection,
    application: RecordId,
) -> Result<Vec<(RecordId, Scorecard)>> {
    let rows = about(connection, &Scorecard::DEF, application).await?;
    Ok(rows.iter().filter_map(|(author, fields)| Some((*author, rules::read(&fields.0)?))).collect())
}

/// The records of a kind that are about an application, each with who made it.
async fn about(
    connection: &mut PgConnection,
    def: &EntityDef,
    application: RecordId,
) -> Result<Vec<(RecordId, Json<Fields>)>> {
    let found = sqlx::query_as(
        "select d.created_by, r.fields
         from records r join documents d on d.doc = r.doc
         where r.kind = $1 and not r.deleted and r.fields->>'application_id' = $2
         order by r.doc limit $3",
    )
    .bind(i32::from(def.code))
    .bind(application.to_string())
    .bind(MAX_BESIDE)
    .fetch_all(connection)
    .await?;
    Ok(found)
}
