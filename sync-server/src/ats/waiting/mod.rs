//! What waits for somebody, told once each working day: applications that stay where they are for longer than planned, people
//! whom nobody looked at, scorecards that are missing, offers that end or are not answered, agreements, deadlines, forms that
//! were set apart.
//!
//! A mail names jobs and counts, and nobody: who may see what is decided record by record as for the person's own replica,
//! and what is deleted later was never told. Invariant: a person has one such mail a day, whatever node sends it.

mod find;
mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{HOUR_MS, Millis};

use crate::accounts::directory;
use crate::app::App;
use crate::error::Result;
use crate::mail::{self, Content, Mail, Recipient, Waiting, Waits};
use crate::tenants::{self, Tenant};
use find::Found;

/// The hours of the day, where the workspace is, from and until which people are told.
const FROM_HOUR: i8 = 7;
const UNTIL_HOUR: i8 = 18;
/// Lines of one mail.
const MAX_LINES: usize = 20;
/// How long such a mail is worth sending: until it is another day.
const WORTH_MS: Millis = 12 * HOUR_MS;

/// Tells what waits in every workspace where it is time to.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    for tenant in tenants::actions::active(app).await? {
        let Some(day) = due_day(app.now(), &tenant.settings.timezone) else { continue };
        // One workspace that fails keeps no other waiting.
        if let Err(error) = tell(app, &tenant, &day).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not tell the people of a workspace what waits");
        }
    }
    Ok(())
}

/// The day of which people are told at an instant, by the clock of a zone; none at night and on weekends. A zone that
/// nobody knows is UTC.
fn due_day(now: Millis, zone: &str) -> Option<String> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = Timestamp::from_millisecond(now).ok()?.to_zoned(zone);
    let works = !matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday);
    let is_time = works && (FROM_HOUR..UNTIL_HOUR).contains(&local.hour());
    is_time.then(|| local.date().to_string())
}

async fn tell(app: &App, tenant: &Tenant, day: &str) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if !store::begin_day(&mut tx, day).await? {
        return Ok(());
    }
    let mut found = find::all(&mut tx, app.now(), day).await?;
    found.extend(find::set_apart(&mut tx, app.now(), &admins(app, tenant).await?).await?);
    let people: BTreeSet<RecordId> = found.iter().flat_map(|found| found.who.iter().copied()).collect();
    let mut members = HashMap::new();
    for person in people {
        if let Some(who) = directory::principal(app, &mut tx, tenant.id, person).await? {
            members.insert(person, who);
        }
    }
    found.iter_mut().for_each(|one| settle(one, &members));
    let people: Vec<RecordId> = members.into_keys().collect();
    for person in directory::wanting_daily_mail(app, tenant.id, &people).await? {
        let Some(content) = said_to(person.user_id, &found) else { continue };
        let told = Mail {
            event_key: format!("waiting/{day}/{}", person.user_id),
            to: Recipient { address: person.email, name: person.name },
            language: person.language,
            content,
            about: None,
            attachments: Vec::new(),
            due_at: None,
            worth_ms: WORTH_MS,
        };
        mail::enqueue(app, &mut tx, &told).await?;
    }
    tx.commit().await?;
    app.mail().ring();
    Ok(())
}

/// The owners and admins of a workspace, who let in what was set apart.
async fn admins(app: &App, tenant: &Tenant) -> Result<Vec<RecordId>> {
    let members = directory::entries(app, tenant.id).await?.into_iter();
    let admins =
        members.filter(|member| member.is_active && matches!(member.role, Role::Owner | Role::Admin));
    Ok(admins.map(|member| member.user_id).collect())
}

/// Leaves those who are here and may see what waits, and of people who stand in for each other the first of them: what who
/// left looked after is somebody's all the same. Who wants no mail stays who it is of.
fn settle(one: &mut Found, members: &HashMap<RecordId, Principal>) {
    let scope = &one.scope;
    one.who.retain(|person| members.get(person).is_some_and(|who| who.covers(scope)));
    if one.is_of_first {
        one.who.truncate(1);
    }
}

/// What somebody is told: a line for each job and thing that waits, the first things first.
fn said_to(person: RecordId, found: &[Found]) -> Option<Content> {
    let mut lines: BTreeMap<(Waits, &str, RecordId), Waiting> = BTreeMap::new();
    for one in found.iter().filter(|found| found.who.contains(&person)) {
        let line = lines.entry((one.what, &one.title, one.job)).or_insert_with(|| Waiting {
            what: one.what,
            title: one.title.clone(),
            count: 0,
            days: 0,
            day: one.day.clone(),
        });
        line.count += 1;
        line.days = line.days.max(one.days);
        if one.day < line.day {
            line.day.clone_from(&one.day);
        }
    }
    let more = lines.len().saturating_sub(MAX_LINES);
    let lines: Vec<Waiting> = lines.into_values().take(MAX_LINES).collect();
    (!lines.is_empty()).then_some(Content::Waiting { lines, more })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY_NOON: Millis = 1_796_040_000_000; // 2026-11-30T12:00:00Z

    #[test]
    fn a_day_is_begun_in_the_morning_of_the_workspace_and_not_on_a_weekend() {
        assert_eq!(due_day(MONDAY_NOON, "UTC").as_deref(), Some("2026-11-30"));
        assert_eq!(due_day(MONDAY_NOON, "no such zone").as_deref(), Some("2026-11-30"));
        // Seven in the morning of Toronto, and a minute before.
        assert_eq!(due_day(MONDAY_NOON, "America/Toronto").as_deref(), Some("2026-11-30"));
        assert_eq!(due_day(MONDAY_NOON - 60_000, "America/Toronto"), None);
        // Night in Tokyo, already Tuesday in Auckland and before seven there.
        assert_eq!(due_day(MONDAY_NOON, "Asia/Tokyo"), None);
        assert_eq!(due_day(MONDAY_NOON + 8 * HOUR_MS, "Pacific/Auckland").as_deref(), Some("2026-12-01"));
        assert_eq!(due_day(MONDAY_NOON - 24 * HOUR_MS, "UTC"), None);
    }

    fn found(what: Waits, job: u128, title: &str, days: i64, who: &[RecordId]) -> Found {
        Found {
            what,
            who: who.to_vec(),
            is_of_first: true,
            job: RecordId::from_u128(job),
            title: title.to_owned(),
            days,
            day: String::new(),
            scope: "jobs".into(),
        }
    }

    #[test]
    fn who_is_told_reads_one_line_for_each_job_and_nothing_that_is_not_theirs() {
        let (me, other) = (RecordId::from_u128(1), RecordId::from_u128(9));
        assert_eq!(said_to(me, &[]), None);
        let all = [
            found(Waits::New, 5, "Chef", 3, &[me]),
            found(Waits::Late, 5, "Chef", 4, &[me]),
            found(Waits::Late, 5, "Chef", 9, &[me]),
            // Another job of the same name is another line.
            found(Waits::Late, 6, "Chef", 2, &[me]),
            found(Waits::Late, 5, "Chef", 30, &[other]),
        ];
        let Some(Content::Waiting { lines, more }) = said_to(me, &all) else { panic!("says something") };
        let told: Vec<_> = lines.iter().map(|line| (line.what, line.count, line.days)).collect();
        assert_eq!(told, [(Waits::Late, 2, 9), (Waits::Late, 1, 2), (Waits::New, 1, 3)]);
        assert_eq!(more, 0);
        let many: Vec<Found> = (0..25).map(|job| found(Waits::Late, job, "Chef", 1, &[me])).collect();
        let Some(Content::Waiting { lines, more }) = said_to(me, &many) else { panic!("says something") };
        assert_eq!((lines.len(), more), (MAX_LINES, 5));
    }

    #[test]
    fn what_waits_is_of_the_first_who_is_here_and_may_see_it() {
        let [gone, stranger, recruiter, manager] = [1, 2, 3, 4].map(RecordId::from_u128);
        let member = |user_id, role| {
            let (device_id, tenant_id) = (RecordId::nil(), RecordId::from_u128(7));
            (user_id, Principal { user_id, device_id, tenant_id, role, own: std::sync::Arc::default() })
        };
        let members = HashMap::from([
            member(stranger, Role::Employee),
            member(recruiter, Role::Recruiter),
            member(manager, Role::Recruiter),
        ]);
        let mut one = found(Waits::Late, 5, "Chef", 4, &[gone, stranger, recruiter, manager]);
        settle(&mut one, &members);
        assert_eq!(one.who, [recruiter]);
        let mut all = Found {
            is_of_first: false,
            ..found(Waits::Agreement, 5, "Chef", 4, &[gone, recruiter, manager])
        };
        settle(&mut all, &members);
        assert_eq!(all.who, [recruiter, manager]);
        let mut nobody = found(Waits::Late, 5, "Chef", 4, &[gone, stranger]);
        settle(&mut nobody, &members);
        assert!(nobody.who.is_empty());
    }
}
