//! Records as changes that a replica would push: made by one person's device, the same bytes every time, so that
//! seeding again sends what is there already and changes nothing.

use anyhow::{Result, anyhow, bail};
use automerge::{ActorId, AutoCommit};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use uuid::Uuid;
use zumodra_shared::registry;
use zumodra_shared::schema::{Edit, EntityDef, Fields, crdt};
use zumodra_shared::sync::wire::{Outcome, PushedChange};

use crate::process::wire::Wire;

/// Changes in one push.
const PUSH_CHANGES: usize = 200;
/// Bytes of one push.
const PUSH_BYTES: usize = 256 << 10;

/// A record that is being made.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    def: &'static EntityDef,
    doc: AutoCommit,
}

/// Who makes records, and what is still to be sent.
#[derive(Debug)]
pub struct Author {
    actor: ActorId,
    waiting: Vec<PushedChange>,
    /// Changes that were made.
    pub made: usize,
}

/// An id of version 7 out of the seed and an instant.
pub fn id_at(at: i64, rng: &mut ChaCha8Rng) -> Uuid {
    let at = u64::try_from(at).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(at, &rng.random::<[u8; 10]>()).into_uuid()
}

fn told(problem: zumodra_shared::kernel::Problem) -> anyhow::Error {
    anyhow!("{problem} {:?}", problem.fields)
}

impl Author {
    /// Somebody whose device has this id.
    #[must_use]
    pub fn new(device_id: &str) -> Self {
        let actor = Uuid::parse_str(device_id).unwrap_or_default();
        Self { actor: ActorId::from(actor.as_bytes().as_slice()), waiting: Vec::new(), made: 0 }
    }

    fn queue(&mut self, record: &Record, body: Vec<u8>) {
        self.made += 1;
        self.waiting.push(PushedChange { doc: record.id, kind: record.def.code, body });
    }

    /// Makes a record.
    ///
    /// # Errors
    /// When the fields do not fit the kind.
    pub fn create(&mut self, kind: &str, id: Uuid, fields: Value, at: i64) -> Result<Record> {
        let Some(def) = registry::by_name(kind) else { bail!("there is no kind {kind}") };
        let fields: Fields = serde_json::from_value(fields)?;
        let (doc, body) = crdt::create(def, &fields, self.actor.clone(), at).map_err(told)?;
        let record = Record { id, def, doc };
        self.queue(&record, body);
        Ok(record)
    }

    /// Changes a record.
    ///
    /// # Errors
    /// When an edit does not fit.
    pub fn edit(&mut self, record: &mut Record, edits: &[Edit], at: i64) -> Result<()> {
        record.doc.set_actor(self.actor.clone());
        crdt::apply(record.def, &mut record.doc, edits).map_err(told)?;
        if let Some(body) = crdt::commit(&mut record.doc, at) {
            self.queue(record, body);
        }
        Ok(())
    }

    /// Sends what waits. Every change must be accepted.
    ///
    /// # Errors
    /// When one is refused, or the server cannot be reached.
    pub async fn push(&mut self, wire: &mut Wire) -> Result<()> {
        let mut batch: Vec<PushedChange> = Vec::new();
        let mut bytes = 0;
        for change in std::mem::take(&mut self.waiting) {
            bytes += change.body.len();
            batch.push(change);
            if batch.len() == PUSH_CHANGES || bytes > PUSH_BYTES {
                send(wire, std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
        }
        if !batch.is_empty() {
            send(wire, batch).await?;
        }
        Ok(())
    }
}

async fn send(wire: &mut Wire, changes: Vec<PushedChange>) -> Result<()> {
    let kinds: Vec<(u16, Uuid)> = changes.iter().map(|change| (change.kind, change.doc)).collect();
    for (outcome, (kind, doc)) in wire.push(changes).await?.into_iter().zip(kinds) {
        if let Outcome::Refused(problem) | Outcome::Later(problem) = outcome {
            let kind = registry::by_code(kind).map_or("record", |def| def.name);
            bail!("{kind} {doc}: {} {:?} {:?}", problem.code, problem.detail, problem.fields);
        }
    }
    wire.items.clear();
    Ok(())
}
