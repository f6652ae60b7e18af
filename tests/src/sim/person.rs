//! What people do: edits of every kind, commands, taking back, and dealing with what needs their attention.

use std::collections::BTreeSet;

use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};
use zumodra_desktop::replica::{AttentionChoice, MergeRequest, Record, get};
use zumodra_shared::ats::{JobCommand, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::{Edit, EditOp, EntityDef, FieldKind, Fields, Scalar};

use super::setup::{PIPELINE, member, stage};
use super::world::World;
use super::{ledger, records};

/// Things that a person tries until something comes of one.
const THOUGHTS: usize = 4;
/// Kinds that people edit, the most edited more than once.
const EDITED: [&str; 10] = [
    "applications",
    "applications",
    "candidates",
    "notes",
    "notes",
    "jobs",
    "candidate_contacts",
    "tags",
    "pipelines",
    "scorecards",
];

/// The records of a kind that a replica shows.
fn ids(world: &World, host: usize, kind: &str) -> Vec<RecordId> {
    let conn = world.hosts[host].replica.connection();
    let sql = format!("select id from {kind} order by id");
    let read = || -> rusqlite::Result<Vec<RecordId>> {
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(RecordId::from_bytes(row.get(0)?)))?;
        rows.collect()
    };
    read().unwrap_or_default()
}

fn some(world: &mut World, host: usize, kind: &str) -> Option<Record> {
    let id = *ids(world, host, kind).choose(&mut world.rng)?;
    get(world.hosts[host].replica.connection(), kind, id).ok().flatten()
}

/// Tries what a person may think of until something comes of it.
fn something(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let mut done = Ok("thinks".to_owned());
    for _ in 0..THOUGHTS {
        let before = world.hosts[host].replica.counts()?.waiting;
        done = one_thing(world, host, now);
        let full = done.as_ref().is_err_and(|problem| problem.code == Code::DiskFull);
        if full || world.hosts[host].replica.counts()?.waiting != before {
            break;
        }
    }
    done
}

fn one_thing(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    match world.rng.random_range(0..24) {
        0..8 => edit(world, host, now),
        8..11 => move_application(world, host, now),
        11..15 => create(world, host, now),
        15 => delete(world, host, now),
        16 | 17 => command(world, host, now),
        18 => undo(world, host, now),
        19 => deal_with(world, host, now),
        20 | 21 => privacy(world, host, now),
        22 => merge(world, host, now),
        _ => own_jobs(world, host, now),
    }
}

/// Something that a person does at their desktop.
pub fn act(world: &mut World, host: usize) {
    let now = world.hosts[host].wall(world.now);
    let before = world.hosts[host].full.then(|| world.hosts[host].waiting_hashes());
    let done = something(world, host, now);
    match done {
        Ok(what) => world.note(|| format!("person {host} {what}")),
        Err(problem) if problem.code == Code::Internal || problem.code == Code::ReplicaDamaged => {
            world.fail(format!("replica {host} refused an edit: {problem}"));
        }
        Err(problem) if problem.code == Code::DiskFull => not_saved(world, host, before),
        // What the rules refuse at once was never made.
        Err(problem) => world.note(|| format!("person {host} may not: {problem}")),
    }
    match world.hosts[host].observe().and_then(|()| world.hosts[host].waiting()) {
        Ok(waiting) => world.hosts[host].up_to_date &= waiting == 0,
        Err(error) => world.fail(format!("replica {host}: {error}")),
    }
}

/// The disk is full: the person is told, and nothing of what they did is there in halves.
fn not_saved(world: &mut World, host: usize, before: Option<rusqlite::Result<BTreeSet<Vec<u8>>>>) {
    world.counts.unwritten += 1;
    world.note(|| format!("person {host} is told that the disk is full"));
    match (before, world.hosts[host].waiting_hashes()) {
        (Some(Ok(before)), Ok(after)) if before == after => {}
        (None, _) => world.fail(format!("replica {host} says that its disk is full, and it is not")),
        (before, after) => {
            world.fail(format!("replica {host} has {after:?} after a full disk, and had {before:?}"));
        }
    }
}

fn write(
    world: &mut World,
    host: usize,
    kind: &str,
    id: RecordId,
    edits: &[Edit],
    now: i64,
) -> Result<(), Problem> {
    let written = world.hosts[host].replica.edit(kind, id, edits, now)?;
    if !written.undo.is_empty() {
        world.hosts[host].undo.push(written.undo);
    }
    Ok(())
}

fn edit(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let kind = *EDITED.choose(&mut world.rng).unwrap_or(&"jobs");
    let (Some(def), Some(record)) = (registry::by_name(kind), some(world, host, kind)) else {
        return Ok(format!("sees no {kind}"));
    };
    let shown = Shown { fields: record.fields, ..Shown::default() };
    let edits: Vec<Edit> =
        (0..world.rng.random_range(1..3)).filter_map(|_| sensible(world, def, &shown)).collect();
    if edits.is_empty() {
        return Ok("thinks".to_owned());
    }
    write(world, host, kind, record.id, &edits, now)?;
    Ok(format!("edits {kind} {}: {edits:?}", record.id))
}

/// An edit that a person could want to make: of a field that people write, leading to records that exist.
fn sensible(world: &mut World, def: &'static EntityDef, shown: &Shown) -> Option<Edit> {
    let pick = (world.rng.random::<u32>() as usize, world.rng.random(), world.rng.random());
    let mut edit = records::edit(def, shown, pick);
    let field = def.field(&edit.field)?;
    if field.immutable || field.server {
        return None;
    }
    match (field.name, field.kind) {
        ("stage_id", _) => return None,
        ("pipeline_id", _) => return Some(Edit::set("pipeline_id", PIPELINE.to_string())),
        ("email", _) => return Some(Edit::set("email", format!("a{}@example.org", pick.2 % 50))),
        ("salary_currency", _) => return Some(Edit::set("salary_currency", "CAD")),
        (name, _) if name.ends_with("_url") => return Some(Edit::set(name, "https://www.linkedin.com/in/x")),
        (_, FieldKind::Register(Scalar::Ref("members"))) => {
            return Some(Edit::set(field.name, member(pick.2 as usize % world.hosts.len()).to_string()));
        }
        (_, FieldKind::Set(Scalar::Ref("members"))) => {
            let value = member(pick.2 as usize % world.hosts.len()).to_string();
            edit.op = if pick.1 % 3 == 0 { EditOp::Remove { value } } else { EditOp::Add { value } };
        }
        (_, FieldKind::Set(Scalar::Ref(_))) => return None,
        _ => {}
    }
    Some(edit)
}

fn move_application(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let Some(application) = some(world, host, "applications") else {
        return Ok("sees no applications".to_owned());
    };
    let to = stage(world.rng.random_range(0..9));
    let edits = match to.as_str() {
        "s7" => rules::reject("s7", "Not now", "Thank you")?,
        _ => rules::move_to(&to),
    };
    write(world, host, "applications", application.id, &edits, now)?;
    Ok(format!("moves {} to {to}", application.id))
}

fn create(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let number = world.rng.random_range(0..1_000);
    let candidate = some(world, host, "candidates").map(|record| record.id.to_string());
    let (kind, fields) = match (world.rng.random_range(0..8), candidate) {
        (0, _) => ("candidates", json!({ "first_name": format!("New {number}"), "skills": ["rust"] })),
        (1, _) => ("tags", json!({ "name": format!("tag {number}") })),
        (2, Some(candidate)) => ("candidate_contacts", json!({ "candidate_id": candidate, "phone": "1" })),
        (3, Some(candidate)) => {
            let Some(job) = some(world, host, "jobs") else { return Ok("sees no jobs".to_owned()) };
            let fields = json!({
                "candidate_id": candidate,
                "job_id": job.id.to_string(),
                "pipeline_id": PIPELINE.to_string(),
                "stage_id": stage(0),
            });
            ("applications", fields)
        }
        (4, Some(candidate)) => {
            let private = world.rng.random_range(0..2) == 0;
            (
                "notes",
                json!({ "candidate_id": candidate, "body": format!("note {number}"), "is_private": private }),
            )
        }
        (5 | 6, _) => {
            let Some(application) = some(world, host, "applications") else { return Ok("thinks".to_owned()) };
            let draft = world.rng.random_range(0..3) == 0;
            let fields = json!({
                "candidate_id": application.fields["candidate_id"],
                "application_id": application.id.to_string(),
                "job_id": application.fields["job_id"],
                "recommendation": if draft { "not_given" } else { "yes" },
                "summary": format!("found {number}"),
                "is_draft": draft,
            });
            ("scorecards", fields)
        }
        (7, _) => {
            let Some(application) = some(world, host, "applications") else { return Ok("thinks".to_owned()) };
            let fields = json!({
                "candidate_id": application.fields["candidate_id"],
                "application_id": application.id.to_string(),
                "job_id": application.fields["job_id"],
                "body": format!("about the application {number}"),
            });
            ("notes", fields)
        }
        _ => ("jobs", json!({ "title": format!("Job {number}"), "pipeline_id": PIPELINE.to_string() })),
    };
    if world.hosts[host].older.is_some_and(|older| older.name == kind) {
        return Ok(format!("does not know {kind} yet"));
    }
    let mut fields: Fields = fields.as_object().cloned().unwrap_or_default();
    let people = registry::by_name(kind).and_then(|def| def.scope.owners.last());
    if let Some(people) = people.filter(|_| world.rng.random_range(0..3) == 0) {
        fields.insert("is_private".to_owned(), json!(true));
        fields.insert((*people).to_owned(), json!([member(host).to_string()]));
    }
    let written = world.hosts[host].replica.create(kind, &fields, now)?;
    world.hosts[host].undo.push(written.undo);
    Ok(format!("makes {kind} {}", written.id))
}

fn delete(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let kind = *EDITED.choose(&mut world.rng).unwrap_or(&"jobs");
    let Some(record) = some(world, host, kind) else { return Ok(format!("sees no {kind}")) };
    write(world, host, kind, record.id, &[Edit::deleted(!record.deleted)], now)?;
    Ok(format!("deletes or restores {kind} {}", record.id))
}

fn command(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let Some(job) = some(world, host, "jobs") else { return Ok("sees no jobs".to_owned()) };
    let name = JobCommand::ALL.choose(&mut world.rng).unwrap_or(&JobCommand::Publish).name();
    let args = json!({ "reason": "Enough people" });
    world.hosts[host].replica.command(name, job.id, &args, now)?;
    Ok(format!("asks for {name} of {}", job.id))
}

fn undo(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let Some(token) = world.hosts[host].undo.pop().filter(|token| !token.is_empty()) else {
        return Ok("has nothing to take back".to_owned());
    };
    let broken = |error: rusqlite::Error| Problem::new(Code::Internal).detail(error.to_string());
    let before = world.hosts[host].waiting_hashes().map_err(broken)?;
    world.hosts[host].replica.undo(&token, now)?;
    world.hosts[host].observe_undo(&before).map_err(broken)?;
    Ok("takes the last write back".to_owned())
}

/// Deals with something that needs attention: drops it, or does it again.
fn deal_with(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let items = world.hosts[host].replica.attention()?;
    let Some(item) = items.choose(&mut world.rng) else { return Ok("has nothing to deal with".to_owned()) };
    let choice = match world.rng.random_range(0..4) {
        0 | 1 => AttentionChoice::Discard,
        2 => AttentionChoice::KeepTheirs,
        _ => AttentionChoice::Retry,
    };
    let about = ledger::about(world.hosts[host].replica.connection(), Some(&item.id));
    let about = about.map_err(|error| Problem::new(Code::Internal).detail(error.to_string()))?;
    world.hosts[host].replica.resolve(&item.id, &choice, now)?;
    world.hosts[host].ledger.settle(about);
    Ok(format!("deals with {} by {choice:?}", item.id))
}

/// Makes a job somebody's own, or nobody's: their scopes follow.
fn own_jobs(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let Some(job) = some(world, host, "jobs") else { return Ok("sees no jobs".to_owned()) };
    let person = world.rng.random_range(0..world.hosts.len() + 1);
    let value = if person < world.hosts.len() { json!(member(person).to_string()) } else { Value::Null };
    write(world, host, "jobs", job.id, &[Edit::set("hiring_manager_id", value)], now)?;
    Ok(format!("makes job {} that of {person}", job.id))
}

/// Merges two candidates, or separates one from who they were merged into.
fn merge(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let (Some(kept), Some(merged)) = (some(world, host, "candidates"), some(world, host, "candidates"))
    else {
        return Ok("sees no candidates".to_owned());
    };
    let (kept, merged) = (kept.id, merged.id);
    if world.rng.random_range(0..3) == 0 {
        let written = world.hosts[host].replica.separate(merged, now)?;
        world.hosts[host].undo.push(written.undo);
        return Ok(format!("separates {merged}"));
    }
    let chosen = ["headline", "city"].iter().filter(|_| world.rng.random()).map(|name| (*name).to_owned());
    let request = MergeRequest { kept, merged, chosen: chosen.collect() };
    let written = world.hosts[host].replica.merge(&request, now)?;
    world.hosts[host].undo.push(written.undo);
    Ok(format!("merges {merged} into {kept}"))
}

/// Puts a wall around a job or a candidate, lets somebody in or out, or takes it away.
fn privacy(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let kind = if world.rng.random_range(0..3) == 0 { "candidates" } else { "jobs" };
    let (Some(def), Some(record)) = (registry::by_name(kind), some(world, host, kind)) else {
        return Ok(format!("sees no {kind}"));
    };
    let people = def.scope.owners.last().copied().unwrap_or_default();
    let me = member(host).to_string();
    let other = member(world.rng.random_range(0..world.hosts.len())).to_string();
    let mut edits = vec![if world.rng.random_range(0..4) == 0 {
        Edit::remove(people, other)
    } else {
        Edit::add(people, other)
    }];
    if world.rng.random_range(0..3) > 0 {
        let private = world.rng.random_range(0..3) > 0;
        edits.extend([Edit::add(people, me), Edit::set("is_private", private)]);
    }
    write(world, host, kind, record.id, &edits, now)?;
    Ok(format!("closes or opens {kind} {}: {edits:?}", record.id))
}
