//! The tables of the replica: what is its own, and what is derived from documents.

use std::collections::HashMap;
use std::sync::LazyLock;

use rusqlite::Connection;
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::sql;

use super::error::Result;

/// Grows with every change of [`OWN`]; a file of an earlier number is brought up to it by [`bring_up`].
pub(crate) const LAYOUT: i64 = 5;

/// What was added to [`OWN`] since the first layout, each with the number that it led to.
const ADDED: &[(i64, &str)] = &[(2, SHARES), (3, STAMPS), (4, WALLS), (5, ALERTS)];

/// What the server said of documents that are in several scopes.
const SHARES: &str = "
create table shares (doc blob not null, scope text not null, primary key (doc, scope)) without rowid;
create index shares_scope on shares (scope);
";

/// What people did and the server said. Never derived, so never rebuilt.
const OWN: &str = "
create table meta (name text primary key, value blob not null) without rowid;
create table docs (
  n integer primary key,
  id blob not null unique,
  kind integer not null,
  scope text not null,
  saved blob not null,
  confirmed integer not null,
  created_at integer not null,
  created_by blob,
  updated_at integer not null,
  updated_by blob,
  state_hash integer not null,
  stale integer not null default 0,
  indexed integer not null default 0
);
create index docs_scope on docs (scope);
create index docs_unindexed on docs (n) where indexed = 0;
create index docs_stale on docs (n) where stale <> 0;
create table scopes (scope text primary key, documents integer not null, checksum integer not null) without rowid;
create table actors (actor blob primary key) without rowid;
create table undo (
  token text not null,
  step integer not null,
  made_at integer not null,
  doc blob not null,
  kind integer not null,
  edits text not null,
  primary key (token, step)
) without rowid;
create index undo_doc on undo (doc);
create table provisional (
  id blob primary key, doc blob not null, hash blob not null, settled integer not null, fields text not null
) without rowid;
create index provisional_hash on provisional (hash);
create table damaged (
  id blob primary key, kind integer not null, waiting integer not null, tries integer not null, needs blob
) without rowid;
create table dismissed (
  doc blob not null, field text not null, fingerprint blob not null, primary key (doc, field)
) without rowid;
";

/// What must survive even the loss of the replica file: kept a second time beside it.
pub(crate) const KEPT: &str = "
create table outbox (
  place integer primary key autoincrement,
  doc blob not null,
  kind integer not null,
  body blob not null,
  edits text not null,
  command text,
  hash blob not null,
  actor blob not null,
  creates integer not null,
  made_at integer not null
);
create index outbox_doc on outbox (doc);
create table attention (
  id text primary key,
  type text not null,
  kind integer not null,
  doc blob not null,
  title text not null,
  code text not null,
  message text not null,
  at integer not null,
  shown text not null,
  edits text not null,
  creates integer not null,
  command text,
  hashes text not null
) without rowid;
create index attention_doc on attention (doc);
create table files (
  hash text primary key,
  name text not null,
  media_type text not null,
  size integer not null,
  waiting integer not null,
  used_at integer not null,
  bytes blob not null
);
";

/// Who made which change of a record and when, as far as the record's own stamps do not say it (see
/// [`super::history`]).
const STAMPS: &str = "
create table stamps (n integer primary key, stamps blob not null);
create trigger stamps_of_docs after delete on docs begin delete from stamps where n = old.n; end;
";

/// The wall around a document, as the server said, and of which of its moves that is.
const WALLS: &str = "
alter table docs add column wall blob;
alter table docs add column wall_moves integer not null default 0;
update docs set scope = 'notes.' || scope where scope like 'own/%';
update scopes set scope = 'notes.' || scope where scope like 'own/%';
update meta set value = cast(replace(cast(value as text), '\"own/', '\"notes.own/') as blob)
where name in ('grants', 'held', 'mismatches');
";

/// Saved searches of whose new matches the person is told, and who matched when it was last looked. Nothing of this is left
/// of a record that goes.
const ALERTS: &str = "
create table alert_searches (search blob primary key, fingerprint text) without rowid;
create table alert_matches (
  search blob not null, candidate blob not null, fresh integer not null, primary key (search, candidate)
) without rowid;
create index alert_matches_candidate on alert_matches (candidate);
create trigger alerts_of_docs after delete on docs begin
  delete from alert_matches where candidate = old.id or search = old.id;
  delete from alert_searches where search = old.id;
end;
";

/// Search over names, skills and other short texts (prefixes match), and over long texts (words match, and their
/// beginnings from four letters on). Where in a long text a word stands is not kept: it is found again in the few texts
/// that are shown, and the index is a third as large.
const SEARCH: &str = "
drop table if exists names;
drop table if exists texts;
create virtual table names using fts5(title, words, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
create virtual table texts using fts5(body, detail = none, prefix = '4 5 6',
                                      tokenize = 'unicode61 remove_diacritics 2');
insert into names (names, rank) values ('secure-delete', 1);
insert into texts (texts, rank) values ('secure-delete', 1);
";

static UPSERTS: LazyLock<HashMap<u16, String>> =
    LazyLock::new(|| KINDS.iter().map(|def| (def.code, sql::upsert(def))).collect());

/// The statement that writes a row of a kind.
pub(crate) fn upsert(code: u16) -> &'static str {
    UPSERTS.get(&code).map_or("", String::as_str)
}

/// Creates what is the replica's own, in an empty file.
pub(crate) fn create_own(conn: &Connection) -> Result<()> {
    conn.execute_batch(OWN)?;
    for (_, added) in ADDED {
        conn.execute_batch(added)?;
    }
    conn.execute_batch(KEPT)?;
    conn.pragma_update(None, "user_version", LAYOUT)?;
    Ok(())
}

/// Brings a file of an earlier layout up to this one.
pub(crate) fn bring_up(conn: &Connection, from: i64) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    for (_, added) in ADDED.iter().filter(|(layout, _)| *layout > from) {
        tx.execute_batch(added)?;
    }
    tx.pragma_update(None, "user_version", LAYOUT)?;
    tx.commit()?;
    Ok(())
}

/// The indexes that the declarations do not ask for: what the screens read by, and the few records behind a wall of their
/// own, among which every local change looks for those that its author is inside of.
fn indexes() -> impl Iterator<Item = String> {
    let walled = KINDS.iter().filter_map(|def| {
        let (name, wall) = (def.name, def.scope.wall?);
        Some(format!("create index if not exists {name}_walled on {name} ({wall}) where {wall}"))
    });
    crate::ats::queries::INDEXES.iter().map(|index| (*index).to_owned()).chain(walled)
}

/// Creates the derived tables anew and empty, without the indexes: they are made in one go once the rows are there.
pub(crate) fn create_derived(conn: &Connection) -> Result<()> {
    for def in KINDS {
        conn.execute_batch(&format!("drop table if exists {};", def.name))?;
        conn.execute_batch(&sql::create_table(def))?;
    }
    conn.execute_batch(SEARCH)?;
    Ok(())
}

/// Creates the indexes that are not there.
pub(crate) fn create_indexes(conn: &Connection) -> Result<()> {
    for def in KINDS {
        conn.execute_batch(&sql::create_indexes(def))?;
    }
    for index in indexes() {
        conn.execute_batch(&index)?;
    }
    Ok(())
}

/// A text that changes when any derived table does.
pub(crate) fn projection() -> String {
    let mut hasher = blake3::Hasher::new();
    for def in KINDS {
        hasher.update(def.projection_hash().as_bytes());
    }
    for index in indexes() {
        hasher.update(index.as_bytes());
    }
    hasher.update(SEARCH.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}
