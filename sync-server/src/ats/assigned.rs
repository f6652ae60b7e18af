//! Who is given applications is told by mail, once for all that came together.
//!
//! A row is left in the transaction of the change, and taken up some minutes later: ten that are given one after the other
//! are one mail, and what is taken back meanwhile is told to nobody. The mail names jobs and counts, and no candidate.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::PgConnection;
use zumodra_shared::ats::{Application, Job, Pipeline, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, Fields};

use super::reached::{fields_of, member_name, who_sees};
use crate::accounts::directory::{self, Reached};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::ASSIGNED_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient, Waiting, Waits};
use crate::sync::{Changed, Follower};
use crate::tenants::{self, Tenant};

/// How long after the first that somebody is given they are told of all of them.
const GATHERED_MS: Millis = 5 * 60 * 1_000;
/// People of one workspace who are told in one go; the next sweep takes the others.
const MAX_TOLD: i64 = 200;
/// Applications that are looked at for one mail.
const MAX_LOOKED_AT: usize = 1_000;
/// Lines of one mail.
const MAX_LINES: usize = 20;

/// Follows applications.
pub struct Assigned;

impl Follower for Assigned {
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
            for changed in changed {
                note(tx, changed, app.now() + GATHERED_MS).await?;
            }
            // Nothing of it is taken up before its time.
            Ok(false)
        })
    }

    fn committed(&self, _: &App, _: &Arc<Tenant>) {}
}

fn assignee(fields: Option<&Fields>) -> Option<RecordId> {
    rules::text(fields?, "assigned_to_id").parse().ok()
}

/// Notes who is given an application by somebody else, and forgets whom it was taken from before they were told.
async fn note(connection: &mut PgConnection, changed: &Changed, due_at: Millis) -> sqlx::Result<()> {
    let (was, is) = (assignee(changed.before.as_ref()), assignee(changed.after.as_ref()));
    let restored = !changed.is_new && changed.before.is_none();
    if was == is || restored {
        return Ok(());
    }
    sqlx::query("delete from assignments_due where application = $1")
        .bind(changed.id)
        .execute(&mut *connection)
        .await?;
    let Some(member) = is.filter(|member| *member != changed.by && !changed.by.is_nil()) else {
        return Ok(());
    };
    sqlx::query(
        "insert into assignments_due (application, member, given_by, due_at) values ($1, $2, $3, $4)
         on conflict (application, member) do nothing",
    )
    .bind(changed.id)
    .bind(member)
    .bind(changed.by)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Tells everybody for whom it is time.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    for tenant in tenants::actions::active(app).await? {
        // One workspace that fails keeps no other waiting.
        if let Err(error) = tell(app, &tenant).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not tell the people of a workspace what they were given");
        }
    }
    Ok(())
}

async fn tell(app: &App, tenant: &Tenant) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let people: Vec<RecordId> = sqlx::query_scalar(
        "select member from assignments_due where due_at <= $1 group by member order by min(due_at), member limit $2",
    )
    .bind(now)
    .bind(MAX_TOLD)
    .fetch_all(&mut *tx)
    .await?;
    let mut told = false;
    for person in directory::wanting_assignment_mail(app, &mut tx, tenant.id, &people).await? {
        told |= tell_one(app, tenant, &mut tx, &person).await?;
    }
    // Also of those who want no mail, or are not here any more.
    sqlx::query("delete from assignments_due where member = any($1) and due_at <= $2")
        .bind(&people)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    if told {
        app.mail().ring();
    }
    Ok(())
}

/// Tells one person all that they were given. What two nodes take up at once is told by the first: the second finds no row.
async fn tell_one(app: &App, tenant: &Tenant, tx: &mut TenantTx, person: &Reached) -> Result<bool> {
    let mut given: Vec<(RecordId, RecordId)> =
        sqlx::query_as("delete from assignments_due where member = $1 returning application, given_by")
            .bind(person.user_id)
            .fetch_all(&mut **tx)
            .await?;
    given.sort_unstable();
    given.truncate(MAX_LOOKED_AT);
    let (mut lines, mut by) = (BTreeMap::<(String, RecordId), i64>::new(), BTreeSet::new());
    for (application, given_by) in &given {
        if let Some((title, job)) = still_theirs(app, tenant, tx, *application, person.user_id).await? {
            *lines.entry((title, job)).or_default() += 1;
            by.insert(*given_by);
        }
    }
    let Some((first, _)) = given.first().filter(|_| !lines.is_empty()) else { return Ok(false) };
    // Of several nobody is named: the window says who gave what.
    let only = by.iter().next().filter(|_| by.len() == 1);
    let by = match only {
        Some(who) => member_name(tx, *who).await?,
        None => String::new(),
    };
    let more = lines.len().saturating_sub(MAX_LINES);
    let line = |((title, _), count): ((String, RecordId), i64)| Waiting {
        what: Waits::Given,
        title,
        count,
        days: 0,
        day: String::new(),
    };
    let lines = lines.into_iter().take(MAX_LINES).map(line).collect();
    let told = Mail {
        event_key: format!("assigned/{}/{first}/{}", person.user_id, app.now()),
        to: Recipient { address: person.email.clone(), name: person.name.clone() },
        language: person.language.clone(),
        content: Content::Assigned { by, lines, more },
        about: None,
        attachments: Vec::new(),
        due_at: None,
        worth_ms: ASSIGNED_MAIL_MS,
    };
    mail::enqueue(app, tx, &told).await
}

/// The job of an application that is open, is still assigned to somebody, and is seen by them.
async fn still_theirs(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    member: RecordId,
) -> Result<Option<(String, RecordId)>> {
    let fields: Option<sqlx::types::Json<Fields>> =
        sqlx::query_scalar("select fields from records where doc = $1 and not deleted")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(fields) = fields.map(|fields| fields.0).filter(|fields| assignee(Some(fields)) == Some(member))
    else {
        return Ok(None);
    };
    let Some(application) = rules::read::<Application>(&fields) else { return Ok(None) };
    let pipeline = fields_of(tx, &application.pipeline_id.to_string()).await?;
    let kind =
        pipeline.as_ref().and_then(rules::read::<Pipeline>).and_then(|p| p.kind_of(&application.stage_id));
    if kind.is_some_and(|kind| kind.is_closed())
        || who_sees(app, tenant, tx, (&Application::DEF, id, &fields), &[member]).await?.is_empty()
    {
        return Ok(None);
    }
    let job = fields_of(tx, &application.job_id.to_string()).await?;
    let title = job.as_ref().and_then(rules::read::<Job>).map(|job| job.title).unwrap_or_default();
    Ok(Some((title, application.job_id.record())))
}
