//! The local full-text index: names, skills and other short texts by prefix, long texts by word.
//!
//! After a bulk load the index is filled in slices behind the first screen; a local or live edit is indexed at once.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{EntityDef, FieldDef, FieldKind, Fields};

use super::error::Result;
use super::{Replica, documents};

/// Words of a needle that count.
const MAX_WORDS: usize = 8;
/// A field that may be longer than this is searched by word, not by prefix.
const SHORT_CHARS: i64 = 1_000;
/// A last word of at least so many characters also matches as the beginning of a word in long texts.
const TEXT_PREFIX_CHARS: usize = 4;
/// Words around a match in a snippet.
const SNIPPET_WORDS: i64 = 16;

/// A record that matches a needle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The record's kind.
    pub kind: &'static str,
    /// The record.
    pub id: RecordId,
    /// The passage, with the match between U+0001 and U+0002.
    pub snippet: String,
}

fn is_long(field: &FieldDef) -> bool {
    field.kind == FieldKind::Text || field.max.is_some_and(|max| max > SHORT_CHARS)
}

fn words_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(members)) => {
            members.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

fn joined(def: &EntityDef, fields: &Fields, wanted: impl Fn(&FieldDef) -> bool) -> String {
    let searched = def.fields.iter().filter(|field| field.search && wanted(field));
    let parts = searched.map(|field| words_of(fields.get(field.name))).filter(|text| !text.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

/// Takes a document out of the index.
pub(crate) fn unindex(conn: &Connection, n: i64) -> Result<()> {
    conn.prepare_cached("delete from names where rowid = ?1")?.execute([n])?;
    conn.prepare_cached("delete from texts where rowid = ?1")?.execute([n])?;
    Ok(())
}

/// Brings a document's entry in the index up to date. One that says the same already is left alone: taking words out
/// of the index is the dearest part of an edit.
pub(crate) fn index(
    conn: &Connection,
    n: i64,
    def: &EntityDef,
    fields: &Fields,
    deleted: bool,
) -> Result<()> {
    if def.fields.iter().any(|field| field.search) {
        let words = joined(def, fields, |f| !is_long(f) && !def.titles.contains(&f.name));
        let name = [def.title(fields), words];
        let name = (!deleted && name.iter().any(|part| !part.is_empty())).then_some(name);
        let known = conn
            .prepare_cached("select title, words from names where rowid = ?1")?
            .query_row([n], |row| Ok([row.get(0)?, row.get(1)?]))
            .optional()?;
        if known != name {
            conn.prepare_cached("delete from names where rowid = ?1")?.execute([n])?;
            if let Some([title, words]) = name {
                let sql = "insert into names (rowid, title, words) values (?1, ?2, ?3)";
                conn.prepare_cached(sql)?.execute((n, title, words))?;
            }
        }
        let body = joined(def, fields, is_long);
        let body = (!deleted && !body.is_empty()).then_some(body);
        let known: Option<String> = conn
            .prepare_cached("select body from texts where rowid = ?1")?
            .query_row([n], |row| row.get(0))
            .optional()?;
        if known != body {
            conn.prepare_cached("delete from texts where rowid = ?1")?.execute([n])?;
            if let Some(body) = body {
                conn.prepare_cached("insert into texts (rowid, body) values (?1, ?2)")?.execute((n, body))?;
            }
        }
    }
    conn.prepare_cached("update docs set indexed = 1 where n = ?1 and indexed = 0")?.execute([n])?;
    Ok(())
}

/// The words of a needle, each ready to stand in a query.
pub(crate) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MAX_WORDS).map(str::to_owned).collect()
}

/// The condition on `docs.n` that every word matches somewhere in the record, with its parameters.
pub(crate) fn condition(words: &[String], column: &str) -> (String, Vec<String>) {
    let mut parts = Vec::new();
    let mut params = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let last = at + 1 == words.len() && word.chars().count() >= TEXT_PREFIX_CHARS;
        params.push(format!("\"{word}\"*"));
        params.push(if last { format!("\"{word}\"*") } else { format!("\"{word}\"") });
        parts.push(format!(
            "{column} in (select rowid from names where names match ? union select rowid from texts where texts \
             match ?)"
        ));
    }
    (parts.join(" and "), params)
}

/// Records of some kinds that match every word, those whose names match first, the newest first.
///
/// # Errors
/// When the store fails.
pub fn find(
    conn: &Connection,
    kinds: &[&str],
    text: &str,
    limit: usize,
) -> std::result::Result<Vec<Match>, Problem> {
    Ok(find_in(conn, kinds, text, limit)?)
}

fn find_in(conn: &Connection, kinds: &[&str], text: &str, limit: usize) -> Result<Vec<Match>> {
    let words = words(text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let codes = kinds.iter().filter_map(|kind| registry::by_name(kind)).map(|def| def.code.to_string());
    let codes = codes.collect::<Vec<_>>().join(", ");
    let every = |prefixed: bool| {
        let end = if prefixed { "*" } else { "" };
        words.iter().map(|word| format!("\"{word}\"{end}")).collect::<Vec<_>>().join(" and ")
    };
    // The index gives rows by number: the newest come first without looking at the others.
    let of = |table: &str| {
        format!(
            "select docs.n, docs.id, docs.kind from {table} join docs on docs.n = {table}.rowid where {table} match ? \
             and docs.kind in ({codes}) order by {table}.rowid desc limit ?"
        )
    };
    let mut found: Vec<(i64, RecordId, u16)> = Vec::new();
    rows(conn, &of("names"), &[every(true)], limit, &mut found)?;
    if found.len() < limit {
        let (_, params) = condition(&words, "n");
        let (last, whole) = (params.last().cloned().unwrap_or_default(), every(false));
        let alone = if words.len() == 1 { last } else { whole };
        rows(conn, &of("texts"), &[alone], limit, &mut found)?;
    }
    if found.len() < limit && words.len() > 1 {
        let (condition, params) = condition(&words, "n");
        let anywhere = format!(
            "select n, id, kind from docs where kind in ({codes}) and {condition} order by n desc limit ?"
        );
        rows(conn, &anywhere, &params, limit, &mut found)?;
    }
    found.truncate(limit);
    let any = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" or ");
    let mut matches = Vec::with_capacity(found.len());
    for (n, id, code) in found {
        let Some(def) = registry::by_code(code) else { continue };
        matches.push(Match { kind: def.name, id, snippet: snippet(conn, n, &any)? });
    }
    Ok(matches)
}

fn rows(
    conn: &Connection,
    sql: &str,
    params: &[String],
    limit: usize,
    found: &mut Vec<(i64, RecordId, u16)>,
) -> Result<()> {
    let mut statement = conn.prepare_cached(sql)?;
    for (at, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, param)?;
    }
    statement.raw_bind_parameter(params.len() + 1, limit)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let n: i64 = row.get(0)?;
        if !found.iter().any(|(known, ..)| *known == n) {
            found.push((n, RecordId::from_bytes(row.get(1)?), row.get(2)?));
        }
    }
    Ok(())
}

fn snippet(conn: &Connection, n: i64, any: &str) -> Result<String> {
    for sql in [
        "select snippet(texts, 0, char(1), char(2), '…', ?3) from texts where rowid = ?1 and texts match ?2",
        "select snippet(names, 1, char(1), char(2), '…', ?3) from names where rowid = ?1 and names match ?2",
    ] {
        let found: Option<String> =
            conn.prepare_cached(sql)?.query_row((n, any, SNIPPET_WORDS), |row| row.get(0)).optional()?;
        if let Some(found) = found.filter(|text| !text.is_empty()) {
            return Ok(found);
        }
    }
    Ok(String::new())
}

impl Replica {
    /// Indexes some of the documents that a bulk load left for later; says whether there are more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn index_slice(&mut self, limit: usize, now: i64) -> std::result::Result<bool, Problem> {
        self.write(now, |tx| {
            let docs = documents::page(tx.conn, "indexed = 0", 0, limit)?;
            let more = docs.len() == limit;
            for doc in docs {
                match super::rows::get(tx.conn, doc.def, doc.id)? {
                    Some(row) => index(tx.conn, doc.n, doc.def, &row.fields, row.deleted)?,
                    None => {
                        tx.conn.execute("update docs set indexed = 1 where n = ?1", [doc.n])?;
                    }
                }
            }
            Ok(more)
        })
    }
}
