//! Who has to agree to a job or an offer is told by mail when it is their turn, if they may see it.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::ats::{Job, JobStatus, Offer, OfferStatus, approval, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

use super::reached::{candidate_name, fields_of, member_name, who_sees};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::APPROVAL_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{Changed, Follower, approval_rules};
use crate::tenants::Tenant;

/// People who are told of one change: more are a mistake or worse.
const MAX_TOLD: usize = 50;

/// Follows what waits for agreement.
pub struct Approvals(&'static EntityDef);

/// One for each kind that waits for agreement.
pub const FOLLOWERS: [&Approvals; 2] = [&Approvals(&Job::DEF), &Approvals(&Offer::DEF)];

impl Follower for Approvals {
    fn kind(&self) -> &'static str {
        self.0.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            let waiting = |changed: &'t Changed| changed.after.as_ref().filter(|after| waits(self.0, after));
            let waiting: Vec<_> = changed.iter().filter_map(|each| Some((each, waiting(each)?))).collect();
            if waiting.is_empty() {
                return Ok(false);
            }
            let rules = approval_rules(tx).await?;
            let rules: Vec<Fields> = rules.into_iter().map(|(_, rule)| rule.0).collect();
            let mut told = false;
            for changed in waiting {
                told |= follow(app, tenant, tx, (self.0, &rules), changed).await?;
            }
            Ok(told)
        })
    }

    fn committed(&self, app: &App, _: &Arc<Tenant>) {
        app.mail().ring();
    }
}

fn waits(def: &EntityDef, fields: &Fields) -> bool {
    let status = rules::text(fields, "status");
    if def.name == Job::DEF.name {
        JobStatus::from_name(status) == JobStatus::PendingApproval
    } else {
        OfferStatus::from_name(status) == OfferStatus::PendingApproval
    }
}

/// Who is asked to agree now.
pub(super) fn asked(
    def: &EntityDef,
    fields: &Fields,
    job: &Fields,
    in_force: &[Fields],
) -> BTreeSet<RecordId> {
    if def.name == Job::DEF.name {
        return approval::of_job(in_force, fields, None).asked();
    }
    let named = rules::read::<Offer>(fields).unwrap_or_default();
    let chained = approval::of_offer(in_force, fields, job, None).asked();
    named.awaits().chain(chained).collect()
}

async fn follow(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    (def, in_force): (&EntityDef, &[Fields]),
    (changed, after): (&Changed, &Fields),
) -> Result<bool> {
    let job = fields_of(tx, rules::text(after, "job_id")).await?.unwrap_or_default();
    let before = changed.before.as_ref().filter(|before| waits(def, before));
    let before = before.map(|before| asked(def, before, &job, in_force)).unwrap_or_default();
    let new = asked(def, after, &job, in_force).into_iter();
    let new = new.filter(|who| !before.contains(who) && *who != changed.by);
    let new: Vec<RecordId> = new.take(MAX_TOLD).collect();
    if new.is_empty() {
        return Ok(false);
    }
    let by = member_name(tx, changed.by).await?;
    let candidate = candidate_name(tx, rules::text(after, "candidate_id")).await?;
    let people = who_sees(app, tenant, tx, (def, changed.id, after), &new).await?;
    let told_any = !people.is_empty();
    for reached in people {
        let told = Mail {
            // Asked again, after it was given back or changed, is another event.
            event_key: format!("approval/{}/{}/{}", changed.id, reached.user_id, app.new_id()),
            to: Recipient { address: reached.email, name: reached.name },
            language: reached.language,
            content: Content::ApprovalAsked {
                by: by.clone(),
                title: rules::text(after, "title").to_owned(),
                candidate: candidate.clone(),
            },
            about: rules::text(after, "candidate_id").parse().ok(),
            attachments: Vec::new(),
            due_at: None,
            worth_ms: APPROVAL_MAIL_MS,
        };
        mail::enqueue(app, tx, &told).await?;
    }
    Ok(told_any)
}
