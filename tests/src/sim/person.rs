//! What people do: edits of every kind, commands, taking back; and what a hostile or old client pushes.

use automerge::ActorId;
use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};
use zumodra_desktop::replica::{Record, get};
use zumodra_shared::ats::{commands, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::{Edit, EditOp, EntityDef, FieldKind, Fields, Scalar};
use zumodra_shared::sync::judge;
use zumodra_shared::sync::wire::{Outcome, PushedChange};

use super::records;
use super::setup::{PIPELINE, member, stage};
use super::world::World;

/// Kinds that people edit, the most edited more than once.
const EDITED: [&str; 9] = [
    "applications",
    "applications",
    "candidates",
    "notes",
    "notes",
    "jobs",
    "candidate_contacts",
    "tags",
    "pipelines",
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

/// Something that a person does at their desktop.
pub fn act(world: &mut World, host: usize) {
    let now = world.now + world.hosts[host].skew_ms;
    let done = match world.rng.random_range(0..20) {
        0..8 => edit(world, host, now),
        8..11 => move_application(world, host, now),
        11..15 => create(world, host, now),
        15 => delete(world, host, now),
        16 | 17 => command(world, host, now),
        18 => undo(world, host, now),
        _ => own_jobs(world, host, now),
    };
    match done {
        Ok(what) => world.note(|| format!("person {host} {what}")),
        Err(problem) if problem.code == Code::Internal || problem.code == Code::ReplicaDamaged => {
            world.fail(format!("replica {host} refused an edit: {problem}"));
        }
        // What the rules refuse at once was never made.
        Err(problem) => world.note(|| format!("person {host} may not: {problem}")),
    }
    world.hosts[host].up_to_date = false;
    if let Err(error) = world.hosts[host].observe() {
        world.fail(format!("replica {host}: {error}"));
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
    let (kind, fields) = match (world.rng.random_range(0..6), candidate) {
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
        (5, _) => {
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
    let fields: Fields = fields.as_object().cloned().unwrap_or_default();
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
    let name = *commands::COMMANDS.choose(&mut world.rng).unwrap_or(&"publish_job");
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

/// Makes a job somebody's own, or nobody's: their scopes follow.
fn own_jobs(world: &mut World, host: usize, now: i64) -> Result<String, Problem> {
    let Some(job) = some(world, host, "jobs") else { return Ok("sees no jobs".to_owned()) };
    let person = world.rng.random_range(0..world.hosts.len() + 1);
    let value = if person < world.hosts.len() { json!(member(person).to_string()) } else { Value::Null };
    write(world, host, "jobs", job.id, &[Edit::set("hiring_manager_id", value)], now)?;
    Ok(format!("makes job {} that of {person}", job.id))
}

/// A hostile or old client pushes something that the desktop never would.
pub fn forge(world: &mut World) {
    let host = world.rng.random_range(0..world.hosts.len());
    let Some(principal) = world.model.principal(world.hosts[host].user) else { return };
    let docs: Vec<RecordId> =
        world.model.docs.values().filter(|doc| !doc.working.def.entry).map(|doc| doc.working.id).collect();
    let Some(doc) = docs.choose(&mut world.rng).and_then(|id| world.model.docs.get(id)) else { return };
    let held = doc.working.clone();
    let roll: u32 = world.rng.random();
    let pick = (roll as usize, roll.to_be_bytes()[0], roll / 3);
    let edits = match roll % 4 {
        // A field that only the server writes, or that is written once.
        0 => forbidden(held.def),
        // A value that is too long.
        1 => held.def.titles.first().map(|title| Edit::set(title, "x".repeat(3_000))),
        2 => Some(Edit::set("stage_id", stage(pick.0))),
        _ => Some(records::edit(held.def, &held.shown, pick)),
    };
    let actor = match roll % 5 {
        0 => world.hosts.iter().flat_map(|host| host.made.keys()).next().cloned().unwrap_or_default(),
        _ => roll.to_be_bytes().repeat(4),
    };
    let edits: Vec<Edit> = edits.into_iter().collect();
    let Ok(body) = judge::author(held.def, Some(&held), &edits, ActorId::from(actor), world.now) else {
        return;
    };
    world.counts.hostile += 1;
    let change = PushedChange { doc: held.id, kind: held.def.code, body };
    let now = world.now;
    let outcomes = world.model.ingest(&[change], &principal, now);
    world.note(|| format!("a client of person {host} pushes {edits:?} of {}: {outcomes:?}", held.id));
    if roll % 4 < 2 && !edits.is_empty() && outcomes == [Outcome::Accepted] {
        world.fail(format!("the server took {edits:?} of {} {}", held.def.name, held.id));
    }
    world.tell();
}

fn forbidden(def: &'static EntityDef) -> Option<Edit> {
    let field = def.fields.iter().find(|field| (field.server || field.immutable) && is_text(field.kind))?;
    Some(Edit::set(field.name, "forged"))
}

fn is_text(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Register(Scalar::Str | Scalar::Choice(_)))
}
