//! What follows from a reference: a mail to who is asked, one reminder, an end, and a mail to who asked.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::json;
use sqlx::PgConnection;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Reference, ReferenceStatus, reference, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, Millis, rfc3339};
use zumodra_shared::schema::{Entity as _, Fields};
use zumodra_shared::sync::wire::Command;

use super::reached::{candidate_name, fields_of, member_name, who_sees};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::REFERENCE_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{Changed, Follower, writer};
use crate::tenants::{self, Tenant};

/// After how long somebody who was asked is reminded, once.
const REMIND_AFTER_MS: Millis = 5 * DAY_MS;
/// How much later than in UTC a day ends where it ends last.
const LAST_ZONE_MS: Millis = DAY_MS / 2;
/// References of one workspace that a sweep takes up; the next one takes the others.
const MAX_SWEPT: i64 = 500;

/// Follows references.
pub struct References;

impl Follower for References {
    fn kind(&self) -> &'static str {
        Reference::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            for changed in changed {
                follow(app, tenant, tx, changed).await?;
            }
            Ok(true)
        })
    }

    fn committed(&self, app: &App, _: &Arc<Tenant>) {
        app.mail().ring();
    }
}

/// What the mail that asks is known by, and the one that reminds.
fn event_key(id: RecordId, is_reminder: bool) -> String {
    if is_reminder { format!("reference_reminder/{id}") } else { format!("reference/{id}") }
}

async fn follow(app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &Changed) -> Result<()> {
    let Some(after) = &changed.after else { return call_back(app, tx, changed.id).await };
    let Some(known) = rules::read::<Reference>(after) else {
        tracing::error!(id = %changed.id, "a reference cannot be read");
        return Ok(());
    };
    let Some(before) = &changed.before else {
        if changed.is_new {
            return ask(app, tenant, tx, changed, &known, false).await;
        }
        // Restored: what was called back goes out after all.
        return mail::revive(app, tx, &event_key(changed.id, false)).await;
    };
    let is_open = known.status == ReferenceStatus::Asked;
    if is_open && known.reminded_at.is_some() && before.get("reminded_at") != after.get("reminded_at") {
        return ask(app, tenant, tx, changed, &known, true).await;
    }
    if before.get("status") != after.get("status") && !is_open {
        call_back(app, tx, changed.id).await?;
        return tell(app, tenant, tx, changed.id, (after, &known)).await;
    }
    Ok(())
}

/// Takes back what did not go out yet.
async fn call_back(app: &App, tx: &mut TenantTx, id: RecordId) -> Result<()> {
    for is_reminder in [false, true] {
        mail::cancel(app, tx, &event_key(id, is_reminder)).await?;
    }
    Ok(())
}

/// Asks the referee, or reminds them.
async fn ask(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    changed: &Changed,
    known: &Reference,
    is_reminder: bool,
) -> Result<()> {
    let author = author(tx, changed.id).await?.unwrap_or(changed.by);
    let by = member_name(tx, author).await?;
    let candidate = candidate_name(tx, &known.candidate_id.to_string()).await?;
    let job = fields_of(tx, &known.job_id.to_string()).await?.unwrap_or_default();
    let language = if known.language.is_empty() { &tenant.settings.language } else { &known.language };
    let asked = Mail {
        event_key: event_key(changed.id, is_reminder),
        to: Recipient { address: known.email.clone(), name: known.name.clone() },
        language: language.clone(),
        content: Content::ReferenceAsked {
            reference_id: changed.id,
            referee: known.name.clone(),
            candidate,
            job_title: rules::text(&job, "title").to_owned(),
            by,
            last_day: known.answer_by.0.clone(),
            is_reminder,
        },
        about: Some(known.candidate_id.record()),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: REFERENCE_MAIL_MS,
    };
    mail::enqueue(app, tx, &asked).await?;
    Ok(())
}

/// Tells who asked what became of it, if they may still see it.
async fn tell(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    (after, known): (&Fields, &Reference),
) -> Result<()> {
    let Some(author) = author(tx, id).await? else { return Ok(()) };
    let candidate = candidate_name(tx, &known.candidate_id.to_string()).await?;
    for reached in who_sees(app, tenant, tx, (&Reference::DEF, id, after), &[author]).await? {
        let told = Mail {
            event_key: format!("reference_answered/{id}"),
            to: Recipient { address: reached.email, name: reached.name },
            language: reached.language,
            content: Content::ReferenceAnswered {
                candidate: candidate.clone(),
                referee: known.name.clone(),
                answer: known.status.name().to_owned(),
            },
            about: Some(known.candidate_id.record()),
            attachments: Vec::new(),
            due_at: None,
            worth_ms: REFERENCE_MAIL_MS,
        };
        mail::enqueue(app, tx, &told).await?;
    }
    Ok(())
}

/// Who made a record; none for the server.
async fn author(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<RecordId>> {
    let made: Option<RecordId> = sqlx::query_scalar("select created_by from documents where doc = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(made.filter(|made| !made.is_nil()))
}

/// Ends the references of which the last day is over, and reminds those who did not answer for some days. A server that runs
/// late does neither twice: one that is over is not asked for any more, and who was reminded is not reminded again.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let day = |at: Millis| rfc3339(at).chars().take(10).collect::<String>();
    let over = day(app.now() - DAY_MS - LAST_ZONE_MS);
    for tenant in tenants::actions::active(app).await? {
        // One workspace that fails keeps no other waiting.
        if let Err(error) = sweep_one(app, &tenant, &over).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not end the references of a workspace, or remind of them");
        }
    }
    Ok(())
}

/// The same in one workspace. `over` is the last day that is over everywhere.
async fn sweep_one(app: &App, tenant: &Arc<Tenant>, over: &str) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let ended = due(&mut tx, "", over, app.now(), MAX_SWEPT).await?;
    let waiting = due(&mut tx, over, LAST_DAY, app.now() - REMIND_AFTER_MS, MAX_SWEPT).await?;
    tx.commit().await?;
    for (id, _) in ended {
        run(app, tenant, reference::EXPIRE, id).await?;
    }
    for (id, _) in waiting.into_iter().filter(|(_, reminded)| !reminded) {
        run(app, tenant, reference::REMIND, id).await?;
    }
    Ok(())
}

/// A day after every other.
const LAST_DAY: &str = "9999-12-31";

/// The references that are asked for, with a last day after `first` and up to `last`, and made at `made` at the latest; those
/// first that nobody was reminded of.
async fn due(
    tx: &mut TenantTx,
    first: &str,
    last: &str,
    made: Millis,
    limit: i64,
) -> sqlx::Result<Vec<(RecordId, bool)>> {
    sqlx::query_as(
        "select r.doc, r.fields->>'reminded_at' is not null
         from records r
         join documents d on d.doc = r.doc
         where r.kind = $1 and not r.deleted and r.fields->>'status' = 'asked'
           and r.fields->>'answer_by' > $2 and r.fields->>'answer_by' <= $3
           and d.created_at <= $4
         order by r.fields->>'reminded_at' is not null, r.doc
         limit $5",
    )
    .bind(i32::from(Reference::DEF.code))
    .bind(first)
    .bind(last)
    .bind(made)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

/// The server's command on a reference. One that was answered meanwhile is refused and stays as it is.
async fn run(app: &App, tenant: &Arc<Tenant>, name: &str, target: RecordId) -> Result<()> {
    let command = Command { key: app.new_id(), name: name.to_owned(), target, args: json!({}).to_string() };
    writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    Ok(())
}
