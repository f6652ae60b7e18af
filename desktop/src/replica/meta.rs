//! What the replica remembers about itself: whose it is, how far it has read, what it holds.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zumodra_shared::access::scope::{self, Digest};
use zumodra_shared::access::{Grants, JOBS, Own, Principal, Role};
use zumodra_shared::kernel::limits::MAX_RETENTION_MONTHS;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::{EntityDef, FieldKind};
use zumodra_shared::sync::client::Held;
use zumodra_shared::sync::cursor::Sealed;
use zumodra_shared::sync::wire::{self, ChunkPosition};

use super::error::Result;
use super::{Replica, Tx};

/// Names of what is remembered.
pub(crate) mod name {
    pub const IDENTITY: &str = "identity";
    pub const CURSOR: &str = "cursor";
    pub const GRANTS: &str = "grants";
    pub const BEYOND: &str = "beyond";
    pub const HELD: &str = "held";
    pub const DIGEST: &str = "digest";
    pub const READS_DIGESTS: &str = "reads_digests";
    pub const SAY_NAMES: &str = "say_names";
    pub const DOWNLOAD: &str = "download";
    pub const TOTAL: &str = "total";
    pub const INDEXES_LEFT_OFF: &str = "indexes_left_off";
    pub const ACTOR: &str = "actor";
    pub const PROJECTION: &str = "projection";
    pub const SERVER_TIME: &str = "server_time";
    pub const LAST_CONTACT: &str = "last_contact";
    pub const SEEN: &str = "seen";
    pub const SEALED: &str = "sealed";
    pub const MISMATCHES: &str = "mismatches";
    pub const RETENTION_MONTHS: &str = "retention_months";
}

/// Whose replica it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The person.
    pub user_id: RecordId,
    /// The device, as the server named it.
    pub device_id: RecordId,
    /// The workspace.
    pub tenant_id: RecordId,
    /// The person's role in it.
    pub role: Role,
}

/// What the indicator shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Local edits and commands that are not yet on the server, files that wait for their upload included.
    pub waiting: u64,
    /// Items in Needs attention.
    pub attention: u64,
    /// Records of the running download that have come.
    pub done: u64,
    /// Records of the running download.
    pub total: u64,
    /// Last contact with the server, in milliseconds.
    pub last_contact: Option<i64>,
}

pub(crate) fn read(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    let mut statement = conn.prepare_cached("select value from meta where name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn write(conn: &Connection, name: &str, value: &[u8]) -> Result<()> {
    conn.prepare_cached("insert or replace into meta (name, value) values (?1, ?2)")?
        .execute((name, value))?;
    Ok(())
}

/// Brings everything that was committed to the disk, by a commit that waits for it.
pub(crate) fn flush(conn: &Connection) -> Result<()> {
    conn.execute("update meta set value = value where name = ?1", [name::IDENTITY])?;
    Ok(())
}

pub(crate) fn forget(conn: &Connection, name: &str) -> Result<()> {
    conn.prepare_cached("delete from meta where name = ?1")?.execute([name])?;
    Ok(())
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(conn: &Connection, name: &str) -> Result<Option<T>> {
    read(conn, name)?.map(|bytes| Ok(serde_json::from_slice(&bytes)?)).transpose()
}

pub(crate) fn write_json<T: Serialize>(conn: &Connection, name: &str, value: &T) -> Result<()> {
    write(conn, name, &serde_json::to_vec(value)?)
}

pub(crate) fn cursor(conn: &Connection) -> Result<Option<Sealed>> {
    Ok(read(conn, name::CURSOR)?.and_then(|bytes| bytes.try_into().ok()))
}

pub(crate) fn held(conn: &Connection) -> Result<BTreeSet<String>> {
    Ok(read_json(conn, name::HELD)?.unwrap_or_default())
}

/// Remembers what is held. Its digest is worked out when a download or a change of rights has ended.
pub(crate) fn set_held(conn: &Connection, held: &BTreeSet<String>) -> Result<()> {
    write_json(conn, name::HELD, held)?;
    forget(conn, name::DIGEST)
}

/// Works out the digest that the next hello may say: of what is held, if that is all that was granted, of kinds that are
/// known here, nothing is being downloaded or put aside, the server reads digests, and no scope has to be compared by its
/// name.
pub(crate) fn settle_digest(conn: &Connection) -> Result<()> {
    let beyond: Vec<String> = read_json(conn, name::BEYOND)?.unwrap_or_default();
    let is_read = read_json(conn, name::READS_DIGESTS)?.unwrap_or(false);
    let by_names = read_json(conn, name::SAY_NAMES)?.unwrap_or(false);
    if !is_read || by_names || !beyond.is_empty() || download(conn)?.is_some() {
        return forget(conn, name::DIGEST);
    }
    let held = Grants::named(held(conn)?);
    let known = held.iter().all(|scope| scope::kind_of_class(scope::parts(scope).0).is_some());
    if known && held == grants(conn)? {
        write(conn, name::DIGEST, &held.digest())
    } else {
        forget(conn, name::DIGEST)
    }
}

/// The digest of what is held, where it may be said.
pub(crate) fn digest(conn: &Connection) -> Result<Option<Digest>> {
    Ok(read(conn, name::DIGEST)?.and_then(|bytes| bytes.try_into().ok()))
}

pub(crate) fn grants(conn: &Connection) -> Result<Grants> {
    let scopes: Vec<String> = read_json(conn, name::GRANTS)?.unwrap_or_default();
    Ok(Grants::named(scopes))
}

pub(crate) fn download(conn: &Connection) -> Result<Option<ChunkPosition>> {
    Ok(read(conn, name::DOWNLOAD)?.and_then(|bytes| wire::decode(&bytes).ok()))
}

pub(crate) fn set_download(conn: &Connection, position: Option<&ChunkPosition>) -> Result<()> {
    match position {
        Some(position) => write(conn, name::DOWNLOAD, &wire::encode(position)),
        None => forget(conn, name::DOWNLOAD),
    }
}

pub(crate) fn identity(conn: &Connection) -> Result<Option<Identity>> {
    read_json(conn, name::IDENTITY)
}

/// Who acts here, as far as this device knows: the server decides by its own knowledge.
pub(crate) fn principal(conn: &Connection) -> Result<Principal> {
    let me = identity(conn)?.ok_or_else(|| Problem::new(Code::Locked))?;
    let Identity { user_id, device_id, tenant_id, role } = me;
    let (mut jobs, mut walls) = (Vec::new(), Vec::new());
    for def in KINDS.iter().filter(|def| !def.scope.owners.is_empty()) {
        let mut statement = conn.prepare_cached(&naming(def))?;
        let mut rows = statement.query([user_id.to_string()])?;
        while let Some(row) = rows.next()? {
            let record = RecordId::from_bytes(row.get(0)?);
            if def.name == JOBS {
                jobs.push(record);
            }
            if row.get(1)? {
                walls.push((record, def.name));
            }
        }
    }
    // What others gave is not judged here: nobody changes it.
    Ok(Principal { user_id, device_id, tenant_id, role, own: Own::new(jobs, walls, []) })
}

/// The statement that finds the records of a kind that may be a person's own, and whether each has a wall. Only jobs are
/// somebody's own without one.
pub(super) fn naming(def: &EntityDef) -> String {
    let names = def.scope.owners.iter().map(|owner| match def.field(owner).map(|field| field.kind) {
        Some(FieldKind::Set(_)) => format!("exists (select 1 from json_each({owner}) where value = ?1)"),
        _ => format!("{owner} = ?1"),
    });
    let named = names.collect::<Vec<_>>().join(" or ");
    let walled = def.scope.wall.unwrap_or("0");
    let only = if def.name == JOBS { "1" } else { walled };
    format!("select id, {walled} from {} where {only} and ({named})", def.name)
}

impl Replica {
    /// Says whose replica this is; called after every sign-in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_identity(&mut self, identity: &Identity) -> std::result::Result<(), Problem> {
        self.write(0, |tx| write_json(tx.conn, name::IDENTITY, identity))
    }

    /// Whose replica this is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn identity(&self) -> std::result::Result<Option<Identity>, Problem> {
        Ok(identity(&self.conn)?)
    }

    /// What a session says when its connection opens.
    ///
    /// # Errors
    /// When the store fails.
    pub fn held(&mut self, token: String) -> std::result::Result<Held, Problem> {
        // A new connection is a new chance for what could not be fetched before.
        self.write(0, |tx| {
            tx.conn.execute("update damaged set tries = 0 where tries > 0", [])?;
            Ok(())
        })?;
        let download = download(&self.conn)?;
        let digest = digest(&self.conn)?.filter(|_| download.is_none());
        let scopes = if digest.is_some() { Vec::new() } else { self.scopes()? };
        Ok(Held { token, cursor: cursor(&self.conn)?, scopes, download, digest })
    }

    /// The scopes that it holds completely.
    pub(super) fn scopes(&self) -> Result<Vec<String>> {
        Ok(held(&self.conn)?.into_iter().collect())
    }

    /// The scopes that the server granted last.
    ///
    /// # Errors
    /// When the store fails.
    pub fn grants(&self) -> std::result::Result<Grants, Problem> {
        Ok(grants(&self.conn)?)
    }

    /// Figures for the sync indicator.
    ///
    /// # Errors
    /// When the store fails.
    pub fn counts(&self) -> std::result::Result<Counts, Problem> {
        Ok(counts(&self.conn)?)
    }

    /// Remembers contact with the server at this instant.
    ///
    /// # Errors
    /// When the store fails.
    pub fn contacted(&mut self, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| {
            write_json(tx.conn, name::LAST_CONTACT, &now)?;
            write_json(tx.conn, name::SEEN, &now)?;
            tx.unseal()
        })
    }

    /// Remembers that this instant was reached: a clock that is set back later does not undo it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn seen(&mut self, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| write_json(tx.conn, name::SEEN, &now))
    }

    /// The latest instant that is known to have been reached.
    ///
    /// # Errors
    /// When the store fails.
    pub fn time_reached(&self) -> std::result::Result<i64, Problem> {
        let read = |name| -> Result<Option<i64>> { read_json(&self.conn, name) };
        let known = [read(name::SEEN)?, read(name::SERVER_TIME)?, read(name::LAST_CONTACT)?];
        Ok(known.into_iter().flatten().max().unwrap_or_default())
    }

    /// Remembers for how many months the workspace keeps candidates, as the server told.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_retention_months(&mut self, months: i64, now: i64) -> std::result::Result<(), Problem> {
        let months = months.clamp(0, MAX_RETENTION_MONTHS);
        self.write(now, |tx| write_json(tx.conn, name::RETENTION_MONTHS, &months))
    }

    /// Keeps a small secret inside the encrypted file, where no keyring runs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_secret(&mut self, secret: &str) -> std::result::Result<(), Problem> {
        self.write(0, |tx| write_json(tx.conn, "secret", &json!(secret)))
    }

    /// The secret that [`Replica::set_secret`] kept.
    ///
    /// # Errors
    /// When the store fails.
    pub fn secret(&self) -> std::result::Result<Option<String>, Problem> {
        Ok(read_json(&self.conn, "secret")?)
    }
}

/// For how many months the workspace keeps candidates, as the server told last; 0 where it told of no period, or nothing.
pub(crate) fn retention_months(conn: &Connection) -> Result<i64> {
    Ok(read_json(conn, name::RETENTION_MONTHS)?.unwrap_or_default())
}

/// Figures for the sync indicator.
pub(crate) fn counts(conn: &Connection) -> Result<Counts> {
    let count = |sql: &str| -> Result<u64> {
        Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
    };
    let download = download(conn)?;
    Ok(Counts {
        waiting: count("select count(*) from outbox")?
            + count("select count(*) from files where waiting = 1")?,
        attention: count("select count(*) from attention")?,
        done: download.as_ref().map_or(0, |position| position.done),
        total: if download.is_some() { read_json(conn, name::TOTAL)?.unwrap_or(0) } else { 0 },
        last_contact: read_json(conn, name::LAST_CONTACT)?,
    })
}

impl Tx<'_> {
    /// The actor that writes new changes.
    pub(crate) fn actor(&mut self) -> Result<automerge::ActorId> {
        if let Some(actor) = read(self.conn, name::ACTOR)? {
            return Ok(automerge::ActorId::from(actor));
        }
        self.new_actor()
    }

    /// Takes up a new actor. One of whose changes something was refused or dropped is never used again: the server
    /// may know a change of it that this replica no longer has, and its sequence would not fit.
    pub(crate) fn new_actor(&mut self) -> Result<automerge::ActorId> {
        let actor = self.random.bytes();
        write(self.conn, name::ACTOR, &actor)?;
        self.conn.execute("insert or ignore into actors (actor) values (?1)", [&actor[..]])?;
        Ok(automerge::ActorId::from(actor))
    }

    /// Gives up an actor, if it is still in use.
    pub(crate) fn retire_actor(&mut self, actor: &[u8]) -> Result<()> {
        if read(self.conn, name::ACTOR)?.as_deref() == Some(actor) {
            self.new_actor()?;
        }
        Ok(())
    }
}
