//! What a session asks of the store: each action is one transaction.

mod apply;
mod bulk;
mod load;
mod scopes;

use zumodra_shared::kernel::limits::MAX_PAGE_DOCUMENTS;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::sync::client::{Action, Input, Outgoing};
use zumodra_shared::sync::wire::{Command, PushedChange};

use super::error::Result;
use super::{Replica, Tx, documents, meta};

/// What carrying out an action leaves for the host to do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Carried {
    /// To be fed to the session, in order.
    pub inputs: Vec<Input>,
    /// The connection is to be closed.
    pub close: bool,
}

impl Replica {
    /// Carries out an action of the session as far as it concerns the store. The host does the rest: sending,
    /// connecting, closing, stopping.
    ///
    /// # Errors
    /// When the store fails; the action had no effect then, and the host closes the connection.
    pub fn carry_out(&mut self, action: &Action, now: i64) -> std::result::Result<Carried, Problem> {
        let mut carried = Carried::default();
        match action {
            Action::ReadOutbox { after, limit } => {
                carried.inputs.push(Input::Outbox(self.outbox(*after, *limit)?));
            }
            Action::ReadScopes => carried.inputs.push(Input::Scopes(self.scopes()?)),
            Action::Same { role, server_now } => {
                self.write_repeatable(now, |tx| tx.note_contact(role, Some(*server_now)))?;
                self.feed_damaged(&mut carried)?;
            }
            Action::Grants(granted) => {
                if self.write_repeatable(now, |tx| tx.grants(granted))? {
                    self.scrub();
                }
                self.feed_damaged(&mut carried)?;
            }
            Action::Load { items, next, total } => {
                self.write_repeatable(now, |tx| tx.load(items, next.as_ref(), *total))?;
                self.feed_damaged(&mut carried)?;
            }
            Action::Apply { items, gone, cursor } => {
                let purged = self.write_repeatable(now, |tx| tx.apply(items, gone, cursor))?;
                if purged {
                    self.scrub();
                }
                self.feed_damaged(&mut carried)?;
            }
            Action::Replace { asked, items } => {
                self.write_repeatable(now, |tx| tx.replace(asked, items))?;
                self.feed_damaged(&mut carried)?;
            }
            Action::Verify(sums) => carried.close = self.write_repeatable(now, |tx| tx.verify(sums))?,
            Action::Confirmed(places, at) => {
                self.write_repeatable(now, |tx| tx.confirm(places, *at))?;
                self.feed_damaged(&mut carried)?;
            }
            Action::Refused(place, problem) => {
                self.write_repeatable(now, |tx| tx.refuse(*place, problem))?;
                self.feed_damaged(&mut carried)?;
            }
            Action::CommandDone(place, problem) => {
                self.write_repeatable(now, |tx| tx.command_done(*place, problem.as_ref()))?;
                self.feed_damaged(&mut carried)?;
            }
            Action::Send(_)
            | Action::ConnectAt(_)
            | Action::Close
            | Action::Stopped(_)
            | Action::UpToDate => {}
        }
        Ok(carried)
    }

    /// Entries of the outbox after a place, in order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox(&mut self, after: u64, limit: usize) -> std::result::Result<Vec<Outgoing>, Problem> {
        let entries =
            documents::pending_where(&self.conn, "place > ?1 order by place limit ?2", (after, limit))?;
        if let Some(last) = entries.last() {
            self.handed_to = self.handed_to.max(last.place);
        }
        let outgoing = entries.into_iter().map(|entry| match entry.command {
            None => Outgoing::Change(
                entry.place,
                PushedChange { doc: entry.doc, kind: entry.kind, body: entry.body },
            ),
            Some(name) => Outgoing::Command(
                entry.place,
                Command {
                    key: RecordId::from_slice(&entry.hash).unwrap_or_default(),
                    name,
                    target: entry.doc,
                    args: String::from_utf8(entry.body).unwrap_or_default(),
                },
            ),
        });
        Ok(outgoing.collect())
    }

    fn feed_damaged(&self, carried: &mut Carried) -> std::result::Result<(), Problem> {
        let docs = damaged(&self.conn)?;
        if !docs.is_empty() {
            carried.inputs.push(Input::Damaged(docs));
        }
        Ok(())
    }
}

/// What a damaged document waits for before it is fetched.
pub(super) mod waits_for {
    pub const NOTHING: i64 = 0;
    /// The end of the download, which may bring it.
    pub const DOWNLOAD: i64 = 1;
    /// The next page, which may bring it.
    pub const PAGE: i64 = 2;
    /// Nothing: it is asked for, unless a change of rights comes first that lets it be held.
    pub const RIGHTS: i64 = 3;
    /// The answers to what waits of it: the server does not let it be seen, and what was done to it is judged first.
    pub const JUDGEMENT: i64 = 4;
}

/// How often a document is fetched within one connection before it is left alone.
const MAX_TRIES: i64 = 2;

fn damaged(conn: &rusqlite::Connection) -> Result<Vec<RecordId>> {
    let sql = "select id from damaged where waiting in (?3, ?4) and tries < ?1 order by id limit ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let asked = (MAX_TRIES, MAX_PAGE_DOCUMENTS, waits_for::NOTHING, waits_for::RIGHTS);
    let ids = statement.query_map(asked, |row| row.get::<_, [u8; 16]>(0))?;
    Ok(ids.map(|id| id.map(RecordId::from_bytes)).collect::<rusqlite::Result<_>>()?)
}

impl Tx<'_> {
    /// Marks a document that could not be read: it is fetched whole, and the stream goes on.
    pub(crate) fn quarantine(&mut self, id: RecordId, kind: u16) -> Result<()> {
        self.note_damaged(id, kind, waits_for::NOTHING, None)
    }

    /// Notes that a document has to be fetched, at once or after what it waits for.
    fn note_damaged(&mut self, id: RecordId, kind: u16, waiting: i64, needs: Option<&[u8]>) -> Result<()> {
        let sql = "insert into damaged (id, kind, waiting, tries, needs) values (?1, ?2, ?3, 0, ?4) \
                   on conflict (id) do update set waiting = min(waiting, excluded.waiting), needs = excluded.needs";
        self.conn.prepare_cached(sql)?.execute((id.as_bytes(), kind, waiting, needs))?;
        Ok(())
    }

    /// What a document waits for that the download, if there is one, may bring.
    fn may_be_downloaded(&self) -> Result<i64> {
        Ok(if meta::download(self.conn)?.is_some() { waits_for::DOWNLOAD } else { waits_for::NOTHING })
    }
}
