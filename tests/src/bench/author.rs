//! Somebody who edits as fast as is asked: documents in memory, and a connection with pushes of one change each.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Result, bail};
use automerge::AutoCommit;
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;
use zumodra_shared::schema::{Edit, crdt};
use zumodra_shared::sync::wire::{ClientFrame, Outcome, Push, PushedChange, ServerFrame};

use super::record::{self, CANDIDATE, Style};
use super::seeder;
use super::stage::{Device, Stage, Tenant};
use crate::process::wire::Wire;

/// The values that an edit gives the number it sets: never the same twice in a row.
const VALUES: u64 = 60;

/// Wait before an edit that the server was too busy for is sent again.
const LATER: Duration = Duration::from_millis(200);

/// Documents of one author.
#[derive(Debug)]
pub struct Author {
    docs: Vec<(Uuid, AutoCommit)>,
    edits: u64,
}

impl Author {
    /// An author with new documents, numbered from a number on, and the changes that make them.
    #[must_use]
    pub fn new(tenant: &Tenant, device: &Device, from: u64, count: u64) -> (Self, Vec<PushedChange>) {
        let actor = seeder::actor(device);
        let mut made = Vec::new();
        let docs = (from..from + count)
            .map(|number| {
                let id = record::id(tenant.number, number);
                let fields = record::fields(Style::Plain, number);
                let at = i64::try_from(number).unwrap_or_default();
                let (doc, change) = record::made(CANDIDATE, id, &fields, &actor, at);
                made.push(change);
                (id, doc)
            })
            .collect();
        (Self { docs, edits: 0 }, made)
    }

    /// The document that the next edit changes.
    #[must_use]
    pub fn next(&self) -> Uuid {
        self.docs[usize::try_from(self.edits).unwrap_or_default() % self.docs.len()].0
    }

    /// The next edit: of each document in turn.
    ///
    /// # Panics
    /// Never: the edit fits, and changes something.
    pub fn edit(&mut self) -> PushedChange {
        let count = self.docs.len() as u64;
        let (round, place) = (self.edits / count, self.edits % count);
        self.edits += 1;
        let (doc, document) = &mut self.docs[usize::try_from(place).unwrap_or_default()];
        // The plain record's own value is below five.
        let edit = Edit::set("years_experience", json!(5 + round % VALUES));
        let body = crdt::apply(CANDIDATE, document, &[edit]).ok().and_then(|()| crdt::commit(document, 0));
        let Some(body) = body else { unreachable!("the edit fits, and changes something") };
        PushedChange { doc: *doc, kind: CANDIDATE.code, body }
    }
}

/// An author with a connection.
#[derive(Debug)]
pub struct Writer {
    /// The documents.
    pub author: Author,
    /// Edits that the server was too busy for at first.
    pub later: u64,
    wire: Wire,
    batch: u32,
    waiting: HashMap<u32, PushedChange>,
}

impl Writer {
    /// Connects, and makes the documents.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn new(stage: &Stage, tenant: &Tenant, device: &Device, from: u64, count: u64) -> Result<Self> {
        let url = stage.server.url();
        let (author, made) = Author::new(tenant, device, from, count);
        seeder::push(&url, device, made.into_iter()).await?;
        let (wire, _) = Wire::welcomed(&url, &device.token).await?;
        Ok(Self { author, later: 0, wire, batch: 0, waiting: HashMap::new() })
    }

    /// Pushes the next edit; gives the document and the instant.
    ///
    /// # Errors
    /// When the connection ended.
    pub async fn push(&mut self) -> Result<(Uuid, Instant)> {
        let change = self.author.edit();
        let (doc, at) = (change.doc, Instant::now());
        self.send(change).await?;
        Ok((doc, at))
    }

    async fn send(&mut self, change: PushedChange) -> Result<()> {
        self.batch += 1;
        let push = Push { batch: self.batch, changes: vec![change.clone()] };
        self.waiting.insert(self.batch, change);
        self.wire.send(&ClientFrame::Push(push)).await
    }

    /// Pushes that wait for their answer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Reads until one more push is accepted. One that the server was too busy for is sent again after a while, as a
    /// desktop does.
    ///
    /// # Errors
    /// When the server refused it, or the connection ended.
    pub async fn answer(&mut self) -> Result<()> {
        loop {
            match self.wire.answer().await? {
                ServerFrame::Pushed(pushed) => {
                    let change = self.waiting.remove(&pushed.batch);
                    match (pushed.outcomes.as_slice(), change) {
                        ([Outcome::Accepted(None)], _) => return Ok(()),
                        ([Outcome::Later(_)], Some(change)) => {
                            self.later += 1;
                            tokio::time::sleep(LATER).await;
                            self.send(change).await?;
                        }
                        (other, _) => bail!("an edit was refused: {other:?}"),
                    }
                }
                ServerFrame::Refused(problem) => bail!("the session was refused: {}", problem.code),
                ServerFrame::GoAway(_) => bail!("the server sent the session away"),
                _ => {}
            }
        }
    }
}
