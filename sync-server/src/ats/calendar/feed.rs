//! The interviews of one person as a calendar that other programs subscribe to, at a secret address.
//!
//! Invariant: only a hash of the secret is kept, so whoever reads the database cannot subscribe. There is nothing in a
//! feed by which a candidate can be reached: the address may be pasted into a program of somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zumodra_shared::ats::{Interview, Room, rules, whereabouts};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Fields;

use super::event::{self, Occasion};
use super::store::{self, Fed};
use super::words;
use crate::accounts::token::digest;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::limits::{FEED_BACK_MS, MAX_FEED_INTERVIEWS};
use crate::tenants::{self, State};

/// What the address of a feed ends with, for programs that look at it.
const ENDING: &str = ".ics";
const MS_PER_MINUTE: Millis = 60_000;

/// Makes a secret address for a person in a workspace. An older one works no more.
///
/// # Errors
/// When the database cannot be written.
pub async fn make(app: &App, actor: &Actor) -> Result<(String, Millis)> {
    let secret = URL_SAFE_NO_PAD.encode(app.random::<32>());
    let now = app.now();
    let mut tx = app.db().public().await?;
    store::put_feed(&mut tx, actor.tenant_id, actor.user_id, &digest(&secret), now).await?;
    tx.commit().await?;
    Ok((format!("{}/calendar/{secret}{ENDING}", app.config().public_url()), now))
}

/// Since when a person has an address.
///
/// # Errors
/// When the database cannot be read.
pub async fn since(app: &App, actor: &Actor) -> Result<Option<Millis>> {
    let mut tx = app.db().public().await?;
    let since = store::feed_since(&mut tx, actor.tenant_id, actor.user_id).await?;
    tx.commit().await?;
    Ok(since)
}

/// Takes the address of a person away.
///
/// # Errors
/// When the database cannot be written.
pub async fn remove(app: &App, actor: &Actor) -> Result<()> {
    let mut tx = app.db().public().await?;
    store::drop_feed(&mut tx, actor.tenant_id, actor.user_id).await?;
    Ok(tx.commit().await?)
}

/// The calendar at an address.
///
/// # Errors
/// [`Code::NotFound`] for every other address, without a difference: for no address of ours, and for that of somebody
/// who is not in the workspace any more.
pub async fn read(app: &App, name: &str) -> Result<String> {
    // Every name is hashed and looked up, so that the time says nothing of what is wrong with it.
    let hash = digest(name.strip_suffix(ENDING).unwrap_or(name));
    let mut tx = app.db().public().await?;
    let found = store::feed_of(&mut tx, &hash).await?;
    tx.commit().await?;
    let (tenant_id, member, language) = found.ok_or(Code::NotFound)?;
    let tenant = tenants::by_id(app, tenant_id).await?.filter(|tenant| tenant.state == State::Active);
    let tenant = tenant.ok_or(Code::NotFound)?;
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let occasions = occasions(&mut tx, member, &language, app.now()).await?;
    tx.commit().await?;
    Ok(event::feed(tenant.id, &words::feed(&language, &tenant.name), &occasions))
}

/// The interviews of a person as that person's calendars show them, from some time back on.
///
/// # Errors
/// When the database cannot be read.
pub async fn occasions(
    tx: &mut TenantTx,
    member: RecordId,
    language: &str,
    now: Millis,
) -> Result<Vec<Occasion>> {
    let fed = store::of_member(tx, member, now - FEED_BACK_MS, MAX_FEED_INTERVIEWS).await?;
    Ok(fed.iter().filter_map(|fed| occasion(fed, language)).collect())
}

fn text<'f>(fields: Option<&'f Fields>, name: &str) -> &'f str {
    fields.and_then(|fields| fields.get(name)).and_then(serde_json::Value::as_str).unwrap_or_default()
}

fn occasion(fed: &Fed, language: &str) -> Option<Occasion> {
    let interview: Interview = serde_json::from_value(fed.fields.0.clone().into()).ok()?;
    let candidate = fed.candidate.as_ref().map(|fields| &fields.0);
    let name = format!("{} {}", text(candidate, "first_name"), text(candidate, "last_name"));
    let (name, job) = (name.trim(), text(fed.job.as_ref().map(|fields| &fields.0), "title"));
    let id: RecordId = fed.doc;
    let room = fed.room.as_ref().and_then(|fields| rules::read::<Room>(&fields.0));
    Some(Occasion {
        id,
        sequence: fed.sequence.unwrap_or_default(),
        // The same as long as nothing changed, so that a reader is told that nothing did.
        stamp: fed.updated_at.max(fed.room_updated_at.unwrap_or_default()),
        start: interview.starts_at.0,
        end: interview.starts_at.0.saturating_add(interview.minutes.saturating_mul(MS_PER_MINUTE)),
        summary: words::summary(language, &interview.title, interview.kind, &[name, job]),
        description: words::with_meeting(language, &words::for_members(language, name, job), &interview),
        place: whereabouts(room.as_ref(), &interview.place),
        url: interview.meeting_url,
        organizer: None,
        attendees: Vec::new(),
    })
}
