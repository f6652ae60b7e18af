//! Who is mentioned in a note is told by mail, once, if they may see it. The mail says by whom and about which candidate;
//! what the note says stays in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::PgConnection;
use zumodra_shared::ats::rules::{read, text};
use zumodra_shared::ats::{Candidate, Note};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use crate::accounts::directory;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::MENTION_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{Changed, Follower};
use crate::tenants::Tenant;

/// People who are told of one change of a note: more are a mistake or worse.
const MAX_TOLD: usize = 20;

/// Follows notes.
pub struct Mentions;

impl Follower for Mentions {
    fn kind(&self) -> &'static str {
        Note::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            let mut told = false;
            for changed in changed {
                told |= follow(app, tenant, tx, changed).await?;
            }
            Ok(told)
        })
    }

    fn committed(&self, app: &App, _: &Arc<Tenant>) {
        app.mail().ring();
    }
}

fn mentioned(fields: Option<&Fields>) -> BTreeSet<RecordId> {
    fields.and_then(read::<Note>).map(|note| note.mention_ids.ids).unwrap_or_default()
}

async fn follow(app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &Changed) -> Result<bool> {
    let Some(after) = &changed.after else { return Ok(false) };
    let before = mentioned(changed.before.as_ref());
    let new = mentioned(Some(after)).into_iter().filter(|who| !before.contains(who) && *who != changed.by);
    let new: Vec<RecordId> = new.take(MAX_TOLD).collect();
    if new.is_empty() {
        return Ok(false);
    }
    let Some((created_by, wall)) = place(tx, changed.id).await? else { return Ok(false) };
    let scope = Note::DEF.scope.scope(after, created_by, wall);
    let (author, candidate) = names(tx, changed.by, text(after, "candidate_id")).await?;
    let mut told_any = false;
    for reached in directory::active(app, tenant.id, &new).await? {
        let sees = directory::principal(app, tx, tenant.id, reached.user_id)
            .await?
            .is_some_and(|who| who.covers(&scope));
        if !sees {
            continue;
        }
        let told = Mail {
            event_key: format!("mentioned/{}/{}", changed.id, reached.user_id),
            to: Recipient { address: reached.email, name: reached.name },
            language: reached.language,
            content: Content::Mentioned { author: author.clone(), candidate: candidate.clone() },
            about: text(after, "candidate_id").parse().ok(),
            attachments: Vec::new(),
            due_at: None,
            worth_ms: MENTION_MAIL_MS,
        };
        mail::enqueue(app, tx, &told).await?;
        told_any = true;
    }
    Ok(told_any)
}

/// Who made a record, and behind which wall it is.
async fn place(
    connection: &mut PgConnection,
    id: RecordId,
) -> sqlx::Result<Option<(RecordId, Option<RecordId>)>> {
    sqlx::query_as("select created_by, wall from documents where doc = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// The names of a member and of a candidate.
async fn names(
    connection: &mut PgConnection,
    member: RecordId,
    candidate: &str,
) -> sqlx::Result<(String, String)> {
    let of = "select fields->>$2 from records where doc = $1";
    let author: Option<Option<String>> =
        sqlx::query_scalar(of).bind(member).bind("name").fetch_optional(&mut *connection).await?;
    let id: Option<RecordId> = candidate.parse().ok();
    let fields: Option<sqlx::types::Json<Fields>> =
        sqlx::query_scalar("select fields from records where doc = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    let candidate = fields.and_then(|fields| read::<Candidate>(&fields.0)).unwrap_or_default();
    let whole = format!("{} {}", candidate.first_name, candidate.last_name);
    Ok((author.flatten().unwrap_or_default(), whole.trim().to_owned()))
}
