//! What clients push that the desktop never would: hostile ones, and those of a newer version.

use automerge::transaction::Transactable;
use automerge::{ActorId, ROOT, ReadDoc};
use rand::Rng;
use rand::seq::IndexedRandom;
use zumodra_shared::access::Principal;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::crdt;
use zumodra_shared::schema::{Edit, EntityDef, FieldKind, Scalar};
use zumodra_shared::sync::judge::{self, Working};
use zumodra_shared::sync::wire::{Outcome, PushedChange};

use super::records;
use super::setup::stage;
use super::world::World;

/// A field that no declaration here has.
pub const LATER_FIELD: &str = "later_field";

/// Somebody, and a record that somebody could change.
fn target(world: &mut World) -> Option<(usize, Principal, Working)> {
    let host = world.rng.random_range(0..world.hosts.len());
    // Another device of the person: what a replica's own device pushed, the replica has.
    let device_id = RecordId::from_u128(0x3000 + host as u128);
    let principal = Principal { device_id, ..world.model.principal(world.hosts[host].user)? };
    let docs: Vec<RecordId> =
        world.model.docs.values().filter(|doc| !doc.working.def.entry).map(|doc| doc.working.id).collect();
    let doc = world.model.docs.get(docs.choose(&mut world.rng)?)?;
    Some((host, principal, doc.working.clone()))
}

/// Pushes a change past every session.
fn push(world: &mut World, principal: &Principal, held: &Working, body: Vec<u8>) -> Outcome {
    let node = world.rng.random_range(0..world.nodes.len());
    let (now, from) = (world.clock(node), world.model.head());
    let change = PushedChange { doc: held.id, kind: held.def.code, body };
    let outcome = world.model.ingest(&change, principal, 1, now);
    world.tell(node, from);
    outcome
}

/// A hostile client pushes something.
pub fn hostile(world: &mut World) {
    let Some((host, principal, held)) = target(world) else { return };
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
        0 => world.hosts.iter().flat_map(|host| host.ledger.made.keys()).next().cloned().unwrap_or_default(),
        _ => roll.to_be_bytes().repeat(4),
    };
    let edits: Vec<Edit> = edits.into_iter().collect();
    let Ok(body) = judge::author(held.def, Some(&held), &edits, ActorId::from(actor), world.now) else {
        return;
    };
    world.counts.hostile += 1;
    let outcome = push(world, &principal, &held, body);
    world.note(|| format!("a client of person {host} pushes {edits:?} of {}: {outcome:?}", held.id));
    if roll % 4 < 2 && !edits.is_empty() && matches!(outcome, Outcome::Accepted(_)) {
        world.fail(format!("the server took {edits:?} of {} {}", held.def.name, held.id));
    }
}

fn forbidden(def: &'static EntityDef) -> Option<Edit> {
    let field = def.fields.iter().find(|field| (field.server || field.immutable) && is_text(field.kind))?;
    Some(Edit::set(field.name, "forged"))
}

fn is_text(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Register(Scalar::Str | Scalar::Choice(_)))
}

/// A client of a newer version writes a field that nobody here knows: everybody keeps it, and nobody drops it.
pub fn newer(world: &mut World) {
    let Some((host, principal, held)) = target(world) else { return };
    let actor: [u8; 16] = world.rng.random();
    let value = format!("{}", world.rng.random::<u16>());
    let Ok(doc) = held.doc.automerge() else { return };
    let mut doc = doc.clone().with_actor(ActorId::from(actor));
    if doc.put(&ROOT, LATER_FIELD, value.as_str()).is_err() {
        return;
    }
    let Some(body) = crdt::commit(&mut doc, world.now) else { return };
    world.counts.newer += 1;
    let outcome = push(world, &principal, &held, body);
    world.note(|| format!("a newer client of person {host} writes {value} to {}: {outcome:?}", held.id));
    if matches!(outcome, Outcome::Accepted(_)) {
        world.model.later_fields.entry(held.id).or_default().insert(value);
    }
}

/// What a document has in the field that nobody here knows.
pub fn later_field(working: &Working) -> Option<String> {
    let (value, _) = working.doc.automerge().ok()?.get(&ROOT, LATER_FIELD).ok()??;
    value.into_string().ok()
}
