//! Who is mentioned in a note is told by mail, once, if they may see it. The mail says by whom and about which candidate;
//! what the note says stays in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::ats::Note;
use zumodra_shared::ats::rules::{read, text};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use super::reached::{candidate_name, member_name, who_sees};
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
    let author = member_name(tx, changed.by).await?;
    let candidate = candidate_name(tx, text(after, "candidate_id")).await?;
    let people = who_sees(app, tenant, tx, (&Note::DEF, changed.id, after), &new).await?;
    let told_any = !people.is_empty();
    for reached in people {
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
    }
    Ok(told_any)
}
