//! Who has to agree to a job or an offer is told by mail when it is their turn, if they may see it.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::ats::{Deputies, Job, JobStatus, Offer, OfferStatus, approval, offer_states, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

use super::reached::{candidate_name, fields_of, member_name, who_sees};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::APPROVAL_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{Changed, Follower, approval_rules, hours_with_deputies};
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
            let mut told = false;
            for changed in changed.iter().filter(|changed| ran_out(self.0, changed)) {
                told |= tell_ran_out(app, tenant, tx, changed).await?;
            }
            let waiting: Vec<_> = changed.iter().filter_map(|each| Some((each, waiting(each)?))).collect();
            if waiting.is_empty() {
                return Ok(told);
            }
            let rules = approval_rules(tx).await?;
            let rules: Vec<Fields> = rules.into_iter().map(|(_, rule)| rule.0).collect();
            let deputies = deputies(tx, app.now()).await?;
            for changed in waiting {
                told |= follow(app, tenant, tx, (self.0, &rules, &deputies), changed).await?;
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

/// Whether an offer was given back because nobody agreed in time.
fn ran_out(def: &EntityDef, changed: &Changed) -> bool {
    let waited = changed.before.as_ref().is_some_and(|before| waits(def, before));
    let says_so = |after: &Fields| rules::text(after, "reason") == offer_states::APPROVAL_RAN_OUT;
    def.name == Offer::DEF.name && waited && changed.after.as_ref().is_some_and(says_so)
}

/// Tells who asked for agreement that nobody answered in time, if they may still see the offer.
async fn tell_ran_out(app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &Changed) -> Result<bool> {
    let Some(after) = &changed.after else { return Ok(false) };
    let Ok(asked_by) = rules::text(after, "asked_by").parse() else { return Ok(false) };
    let candidate = candidate_name(tx, rules::text(after, "candidate_id")).await?;
    let people = who_sees(app, tenant, tx, (&Offer::DEF, changed.id, after), &[asked_by]).await?;
    let told_any = !people.is_empty();
    for reached in people {
        let version = after.get("version").and_then(serde_json::Value::as_i64).unwrap_or_default();
        let told = Mail {
            event_key: format!("approval_ran_out/{}/{version}", changed.id),
            to: Recipient { address: reached.email, name: reached.name },
            language: reached.language,
            content: Content::ApprovalRanOut {
                candidate: candidate.clone(),
                title: rules::text(after, "title").to_owned(),
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

/// Who stands in for whom at an instant.
pub(super) async fn deputies(tx: &mut TenantTx, now: Millis) -> Result<Deputies> {
    let hours = hours_with_deputies(tx).await?;
    Ok(Deputies::at(hours.iter().map(|(id, created_at, hours)| (*id, *created_at, &hours.0)), now))
}

/// These people, and who stands in for them.
pub(super) fn with_deputies(people: BTreeSet<RecordId>, deputies: &Deputies) -> BTreeSet<RecordId> {
    let instead: Vec<RecordId> = people.iter().filter_map(|who| deputies.of(*who)).collect();
    people.into_iter().chain(instead).collect()
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
    (def, in_force, deputies): (&EntityDef, &[Fields], &Deputies),
    (changed, after): (&Changed, &Fields),
) -> Result<bool> {
    let job = fields_of(tx, rules::text(after, "job_id")).await?.unwrap_or_default();
    let before = changed.before.as_ref().filter(|before| waits(def, before));
    let before = before.map(|before| asked(def, before, &job, in_force)).unwrap_or_default();
    let before = with_deputies(before, deputies);
    let new = with_deputies(asked(def, after, &job, in_force), deputies).into_iter();
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
