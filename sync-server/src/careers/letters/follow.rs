//! What follows from an offer that changed: a letter to write, a signed one to seal, one that is over, and a mail to who
//! sent it when the candidate answered.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::ats::{Candidate, Offer, OfferStatus, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use super::terms::Terms;
use super::work;
use super::{remind, store};
use crate::app::App;
use crate::careers::show::amount;
use crate::careers::words::{Language, choice};
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::OFFER_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{Changed, Follower};
use crate::tenants::Tenant;

/// Follows offers.
pub struct Letters;

impl Follower for Letters {
    fn kind(&self) -> &'static str {
        Offer::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            for offer in changed {
                follow(app, tenant, tx, offer).await?;
            }
            Ok(true)
        })
    }

    fn committed(&self, app: &App, tenant: &Arc<Tenant>) {
        work::spawn(app, tenant);
        app.mail().ring();
    }
}

fn status(fields: &Fields) -> OfferStatus {
    OfferStatus::from_name(rules::text(fields, "status"))
}

/// Whether the candidate has, or had, this version of an offer.
const fn was_sent(status: OfferStatus) -> bool {
    match status {
        OfferStatus::Sent
        | OfferStatus::Viewed
        | OfferStatus::Countered
        | OfferStatus::Accepted
        | OfferStatus::Declined
        | OfferStatus::Expired => true,
        // Called off before it was sent, or after: what was sent has its letter by then.
        OfferStatus::Draft
        | OfferStatus::PendingApproval
        | OfferStatus::Approved
        | OfferStatus::Withdrawn
        | OfferStatus::Unknown => false,
    }
}

async fn follow(app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &Changed) -> Result<()> {
    let Some(after) = &changed.after else { return end(app, tx, changed.id).await };
    let Some(offer) = rules::read::<Offer>(after) else {
        tracing::error!(id = %changed.id, "an offer cannot be read; it has no letter");
        return Ok(());
    };
    let before = changed.before.as_ref();
    let had = before.and_then(|before| before.get("letter_hash"));
    if let Some(hash) = offer.letter_hash.as_ref().filter(|_| had != after.get("letter_hash")) {
        noted(app, tx, changed.id, &offer, hash).await?;
    }
    if before
        .is_some_and(|before| status(before) == offer.status && before.get("version") == after.get("version"))
    {
        return Ok(());
    }
    // Sent and answered may both be new: a desktop that was offline notes one after the other.
    let had_it = before
        .is_some_and(|before| was_sent(status(before)) && before.get("version") == after.get("version"));
    if was_sent(offer.status) && !had_it {
        end(app, tx, changed.id).await?;
        insert(app, tenant, tx, changed, &offer).await?;
    }
    match offer.status {
        OfferStatus::Sent | OfferStatus::Viewed => {}
        OfferStatus::Accepted => {
            // What somebody typed and could not send signs nothing.
            if offer.signed_at.is_some() {
                store::to_seal(tx, changed.id, offer.version).await?;
            }
            end(app, tx, changed.id).await?;
        }
        _ => end(app, tx, changed.id).await?,
    }
    let is_answer = matches!(
        offer.status,
        OfferStatus::Accepted | OfferStatus::Declined | OfferStatus::Countered | OfferStatus::Expired
    );
    if is_answer && changed.by.is_nil() {
        tell_sender(app, tenant, tx, changed.id, &offer).await?;
    }
    Ok(())
}

/// Notes the file that a letter waited for, and tells the candidate.
async fn noted(app: &App, tx: &mut TenantTx, id: RecordId, offer: &Offer, hash: &str) -> Result<()> {
    let found = store::of_offer(tx, id).await?.into_iter().find(|row| row.version == offer.version);
    let Some(row) = found else { return Ok(()) };
    let seals = row.state == "to_seal";
    let is_noted =
        if seals { store::sealed(tx, row.id, hash).await? } else { store::written(tx, row.id, hash).await? };
    if let (true, Some(told)) = (is_noted, work::mail(&row, seals)) {
        mail::enqueue(app, tx, &told).await?;
    }
    Ok(())
}

/// Ends what the candidate cannot answer any more, and takes back the mail that did not go out yet.
async fn end(app: &App, tx: &mut TenantTx, offer: RecordId) -> Result<()> {
    for letter in store::end(tx, offer).await? {
        mail::cancel(app, tx, &event_key(letter)).await?;
        mail::cancel(app, tx, &remind::event_key(letter)).await?;
    }
    Ok(())
}

/// What the mail with a letter's link is known by.
pub(super) fn event_key(letter: RecordId) -> String {
    format!("offer_letter/{letter}")
}

async fn insert(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    changed: &Changed,
    offer: &Offer,
) -> Result<()> {
    let candidate = store::candidate(tx, offer.candidate_id.record()).await?;
    let candidate: Candidate = candidate.as_ref().and_then(rules::read).unwrap_or_default();
    let sent_by = offer.sent_by.as_ref().map(|sender| sender.record()).unwrap_or_default();
    let sender = store::member(tx, sent_by).await?.filter(|sender| !sender.name.is_empty());
    let terms = Terms {
        offer: offer.clone(),
        workspace: tenant.name.clone(),
        candidate: candidate.name(),
        first_name: candidate.first_name,
        sender: sender.map_or_else(|| tenant.name.clone(), |sender| sender.name),
    };
    let sent = (sent_by, offer.sent_to.as_str(), app.now());
    let language = &tenant.settings.language;
    let language = if language == "fr" { "fr" } else { "en" };
    store::insert(tx, app.new_id(), (changed.id, offer.version), sent, language, &terms).await?;
    Ok(())
}

/// What the candidate said, with the salary that they asked for if they named one.
fn answered(offer: &Offer, language: &str) -> String {
    let language = Language::of_tag(language).unwrap_or(Language::En);
    let rounds = offer.counters.0.iter().map(|round| &round.item);
    let round =
        rounds.filter(|_| offer.status == OfferStatus::Countered).find(|r| r.version == offer.version);
    match round.and_then(|round| round.salary.map(|salary| (salary, round))) {
        Some((salary, round)) => {
            let figure = amount(language, salary, &round.currency);
            let per = choice(language, round.period.name());
            format!("{} ({figure} {} {per})", offer.reason, round.currency)
        }
        None => offer.reason.clone(),
    }
}

/// Tells who sent an offer what the candidate said, or that it ran out.
async fn tell_sender(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    offer: &Offer,
) -> Result<()> {
    let Some(letter) = store::of_offer(tx, id).await?.into_iter().find(|row| row.version == offer.version)
    else {
        return Ok(());
    };
    let Some(sender) = store::reached(tx, letter.sent_by).await? else { return Ok(()) };
    let content = Content::OfferAnswer {
        candidate: letter.terms.0.candidate.clone(),
        title: offer.title.clone(),
        answer: offer.status.name().to_owned(),
        reason: answered(offer, &tenant.settings.language),
    };
    let told = Mail {
        event_key: format!("offer_answer/{}/{}", letter.id, offer.status.name()),
        to: Recipient { address: sender.email, name: sender.name },
        language: tenant.settings.language.clone(),
        content,
        about: Some(offer.candidate_id.record()),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: OFFER_MAIL_MS,
    };
    mail::enqueue(app, tx, &told).await?;
    Ok(())
}
