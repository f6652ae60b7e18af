//! Documents that hostile changes are tried on, and what must hold of every change that is let in.

use automerge::ActorId;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, EntityDef};
use zumodra_shared::sync::judge::{self, Judged, Working};
use zumodra_shared::sync::{guard, state};

use super::records;

fn principal() -> Principal {
    Principal {
        user_id: RecordId::from_u128(77),
        device_id: RecordId::from_u128(78),
        tenant_id: RecordId::from_u128(79),
        role: Role::Owner,
        own: std::sync::Arc::default(),
    }
}

/// How often an edit is drawn until one may be made.
const MAX_TRIES: usize = 1_000;

/// A document with the changes that made it and changes that would fit it next.
pub struct Victim {
    /// Its kind.
    pub def: &'static EntityDef,
    /// The document.
    pub held: Working,
    /// The change that made it.
    pub creation: Vec<u8>,
    /// Changes that might come next.
    pub next: Vec<Vec<u8>>,
}

/// Lets a change in as the server does, but for references and rules, which are about other records.
pub fn let_in(def: &'static EntityDef, held: Option<&Working>, body: &[u8]) -> Result<Option<Working>, Code> {
    let judged = judge::try_change(def, RecordId::from_u128(5), held, body, &principal());
    match judged.map_err(|problem| problem.code)? {
        Judged::Known => Ok(None),
        Judged::Trial(trial) => Ok(Some(trial.after)),
    }
}

/// A document of a kind.
pub fn victim(def: &'static EntityDef, rng: &mut ChaCha8Rng) -> Victim {
    let mut fields = records::record(def, rng.random());
    for field in def.fields.iter().filter(|field| field.server) {
        fields.remove(field.name);
    }
    let edits = zumodra_shared::schema::edit::edits_for(def, &fields);
    let creation = judge::author(def, None, &edits, ActorId::from(vec![1; 16]), 0).expect("is made");
    let mut held = let_in(def, None, &creation).expect("is let in").expect("is new");
    for step in 0..3_u8 {
        let change = authored(def, &held, rng, 2 + step % 2).expect("a change");
        held = let_in(def, Some(&held), &change).ok().flatten().unwrap_or(held);
    }
    let next = (0..8).filter_map(|_| authored(def, &held, rng, rng.clone().random_range(1..5))).collect();
    Victim { def, held, creation, next }
}

/// A change that the actor might make next.
fn authored(def: &EntityDef, held: &Working, rng: &mut ChaCha8Rng, actor: u8) -> Option<Vec<u8>> {
    let may = |edit: &Edit| def.field(&edit.field).is_none_or(|field| !field.immutable && !field.server);
    // Of a kind that is written once there is little that may change.
    (0..MAX_TRIES).find_map(|_| {
        let edits: Vec<Edit> = (0..rng.random_range(1..4))
            .map(|_| {
                records::edit(def, &held.shown, (rng.random::<u32>() as usize, rng.random(), rng.random()))
            })
            .filter(may)
            .collect();
        judge::author(def, Some(held), &edits, ActorId::from(vec![actor; 16]), 0).ok()
    })
}

/// Holds a document that was let in to what it promises.
pub fn examine(def: &EntityDef, after: &Working, body: &[u8]) {
    let mut loaded = guard::load(after.doc.saved()).expect("what was let in loads again");
    let mut doc = after.doc.automerge().expect("it loads").clone();
    assert_eq!(loaded.get_heads(), after.doc.heads(), "the heads that were read from its chunks");
    guard::save(loaded.clone()).expect("it can be compacted");
    assert_eq!(loaded.get_heads(), doc.get_heads());
    assert!(doc.get_missing_deps(&[]).is_empty(), "a change waits in silence");
    let change = automerge::Change::try_from(body).expect("reads");
    assert!(loaded.get_change_by_hash(&change.hash()).is_some(), "it is in there");
    assert_eq!(zumodra_shared::schema::crdt::read(def, &loaded), after.shown);
    let id = after.id;
    assert_eq!(state::document_state_hash(id, &mut loaded), after.state_hash());
    assert_eq!(state::document_state_hash(id, &mut doc), after.state_hash());
    for edits in [vec![Edit::deleted(true)], vec![Edit::deleted(false)]] {
        if let Ok(next) = judge::author(def, Some(after), &edits, ActorId::from(vec![9; 16]), 0) {
            after.doc.with(&[guard::inspect(&next).expect("ours")]).expect("it can be edited on");
        }
    }
}
