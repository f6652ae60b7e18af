//! The local full-text index: names, skills and other short texts by prefix, long texts by word.
//!
//! After a bulk load the index is filled in slices behind the first screen; a local or live edit is indexed at once.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use zumodra_shared::ats::needle::Needle;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{EntityDef, FieldDef, FieldKind, Fields};

use super::error::Result;
use super::{Replica, documents, snippet};

/// A field that may be longer than this is searched by word, not by prefix.
const SHORT_CHARS: i64 = 1_000;
/// A last word of at least so many characters also matches as the beginning of a word in long texts.
const TEXT_PREFIX_CHARS: usize = 4;
/// Rows that are read at once from the index: few at first, because most searches are content with them.
const FIRST_STEP: usize = 32;
const LARGEST_STEP: usize = 1_024;

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

fn words_of(field: &FieldDef, value: Option<&Value>) -> String {
    match (value, field.kind) {
        (Some(Value::String(text)), _) => text.clone(),
        (Some(Value::Array(list)), FieldKind::List(items)) => {
            let searched = |item: &'_ Value| -> Vec<String> {
                let parts =
                    items.iter().filter(|part| part.search).filter_map(|part| item[part.name].as_str());
                parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
            };
            list.iter().flat_map(searched).collect::<Vec<_>>().join(", ")
        }
        (Some(Value::Array(members)), _) => {
            members.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

fn joined(def: &EntityDef, fields: &Fields, wanted: impl Fn(&FieldDef) -> bool) -> String {
    let searched = def.fields.iter().filter(|field| field.search && wanted(field));
    let parts = searched.map(|field| words_of(field, fields.get(field.name))).filter(|text| !text.is_empty());
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

fn beginning(word: &str) -> String {
    format!("\"{word}\"*")
}

fn exactly(words: &[String]) -> String {
    format!("\"{}\"", words.join(" "))
}

/// What is looked for in names and in long texts for a word.
fn needles(word: &str, goes_on: bool) -> [String; 2] {
    let goes_on = goes_on && word.chars().count() >= TEXT_PREFIX_CHARS;
    [beginning(word), if goes_on { beginning(word) } else { format!("\"{word}\"") }]
}

/// The condition on a column of `docs.n` that a needle is somewhere in the record, with its parameters.
pub(crate) fn condition(conn: &Connection, needle: &Needle, column: &str) -> Result<(String, Vec<String>)> {
    let joined = |parts: &[Needle], sign: &str| -> Result<(String, Vec<String>)> {
        let parts = parts.iter().map(|part| condition(conn, part, column)).collect::<Result<Vec<_>>>()?;
        let (conditions, params): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Ok((format!("({})", conditions.join(sign)), params.concat()))
    };
    match needle {
        Needle::Word { word, goes_on } => {
            let [name, text] = needles(word, *goes_on);
            let (mut places, mut params) = (Vec::new(), Vec::new());
            for (table, needle) in [("names", name), ("texts", text)] {
                if can_be_asked(conn, table, &needle)? {
                    places.push(format!("select rowid from {table} where {table} match ?"));
                    params.push(needle);
                }
            }
            Ok((format!("{column} in ({})", places_or_none(&places)), params))
        }
        Needle::Phrase(words) => {
            let name = exactly(words);
            let (mut places, mut params) = (Vec::new(), Vec::new());
            if can_be_asked(conn, "names", &name)? {
                places.push("select rowid from names where names match ?".to_owned());
                params.push(name);
            }
            // Where in a long text a word stands is not kept: the few that have all of them are read.
            places.push("select value from json_each(?)".to_owned());
            params.push(serde_json::to_string(&texts_with(conn, words)?).unwrap_or_default());
            Ok((format!("{column} in ({})", places_or_none(&places)), params))
        }
        Needle::All(parts) => joined(parts, " and "),
        Needle::Any(parts) => joined(parts, " or "),
        Needle::Not(inner) => {
            let (condition, params) = condition(conn, inner, column)?;
            Ok((format!("not {condition}"), params))
        }
    }
}

fn places_or_none(places: &[String]) -> String {
    if places.is_empty() { "select null where 0".to_owned() } else { places.join(" union ") }
}

/// Whether a table can be asked for a word. One that its tokenizer takes for several (a script whose vowels are marks) cannot
/// be looked for where places are not kept.
fn can_be_asked(conn: &Connection, table: &str, needle: &str) -> Result<bool> {
    let sql = format!("select 1 from {table} where {table} match ?1 limit 1");
    match conn.prepare_cached(&sql)?.query_row([needle], |_| Ok(())).optional() {
        Ok(_) => Ok(true),
        Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::Unknown => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// The records in whose long text some words stand one behind the other.
fn texts_with(conn: &Connection, words: &[String]) -> Result<Vec<i64>> {
    let mut asked: Vec<String> = Vec::new();
    for word in words.iter().map(|word| format!("\"{word}\"")) {
        if !can_be_asked(conn, "texts", &word)? {
            return Ok(Vec::new());
        }
        asked.push(word);
    }
    let mut statement = conn.prepare_cached("select rowid, body from texts where texts match ?1")?;
    let mut rows = statement.query([asked.join(" AND ")])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if snippet::has_phrase(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, words) {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
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
    let Some(needle) = Needle::read(text) else { return Ok(Vec::new()) };
    let codes = kinds.iter().filter_map(|kind| registry::by_name(kind)).map(|def| def.code.to_string());
    let codes = codes.collect::<Vec<_>>().join(", ");
    let Some(words) = needle.plain() else { return find_any(conn, &codes, &needle, limit) };
    let named = words.iter().map(|word| beginning(word)).collect::<Vec<_>>().join(" AND ");
    let mut found = Vec::new();
    let mut names = Descent::new(conn, "names", &codes, named);
    let mut bound = i64::MAX;
    while found.len() < limit
        && let Some(n) = names.at_most(bound)?
    {
        found.push(n);
        bound = n - 1;
    }
    if found.len() < limit {
        anywhere(conn, &codes, &words, limit, &mut found)?;
    }
    found.into_iter().filter_map(|n| matched(conn, n, &words).transpose()).collect()
}

/// Records that a needle with operators matches, the newest first.
fn find_any(conn: &Connection, codes: &str, needle: &Needle, limit: usize) -> Result<Vec<Match>> {
    let (condition, params) = condition(conn, needle, "n")?;
    // Who is deleted is in no index, and would be found by what excludes alone.
    let sql = format!(
        "select n from docs where kind in ({codes}) and {condition} \
         and (n in (select rowid from names) or n in (select rowid from texts)) order by n desc limit {limit}"
    );
    let words = needle.words();
    let mut statement = conn.prepare(&sql)?;
    let found = statement.query_map(rusqlite::params_from_iter(params), |row| row.get(0))?;
    let found: Vec<i64> = found.collect::<rusqlite::Result<_>>()?;
    found.into_iter().filter_map(|n| matched(conn, n, &words).transpose()).collect()
}

/// Records in which every word matches somewhere, the newest first, besides those that were found already.
fn anywhere(
    conn: &Connection,
    codes: &str,
    words: &[String],
    limit: usize,
    found: &mut Vec<i64>,
) -> Result<()> {
    let mut places: Vec<[Descent<'_>; 2]> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let [name, text] = needles(word, at + 1 == words.len());
            [Descent::new(conn, "names", codes, name), Descent::new(conn, "texts", codes, text)]
        })
        .collect();
    let named = found.len();
    let mut bound = i64::MAX;
    'next: while found.len() < limit {
        // Each word's next record may be further down; only where all stop at the same one do all words match.
        let mut agreed = bound;
        for place in &mut places {
            let [in_names, in_texts] = place.each_mut().map(|descent| descent.at_most(agreed));
            let Some(n) = in_names?.max(in_texts?) else { return Ok(()) };
            agreed = n;
        }
        for place in &mut places {
            let [in_names, in_texts] = place.each_mut().map(|descent| descent.at_most(agreed));
            if in_names?.max(in_texts?) != Some(agreed) {
                bound = agreed;
                continue 'next;
            }
        }
        if !found[..named].contains(&agreed) {
            found.push(agreed);
        }
        bound = agreed - 1;
    }
    Ok(())
}

/// The records that match in one of the tables, from the newest down, read a few at a time. The index gives them by
/// number, and can begin at any: nothing is read that is passed over.
struct Descent<'c> {
    conn: &'c Connection,
    sql: String,
    needle: String,
    /// What was read and not passed yet, the newest last.
    read: Vec<i64>,
    step: usize,
    ended: bool,
}

impl<'c> Descent<'c> {
    fn new(conn: &'c Connection, table: &str, codes: &str, needle: String) -> Self {
        let sql = format!(
            "select docs.n from {table} join docs on docs.n = {table}.rowid where {table} match ?1 \
             and {table}.rowid <= ?2 and docs.kind in ({codes}) order by {table}.rowid desc limit ?3"
        );
        Self { conn, sql, needle, read: Vec::new(), step: FIRST_STEP, ended: false }
    }

    /// The newest record that is not newer than one. The bound never rises from call to call.
    fn at_most(&mut self, bound: i64) -> Result<Option<i64>> {
        while self.read.last().is_some_and(|n| *n > bound) {
            self.read.pop();
        }
        if self.read.is_empty() && !self.ended {
            let mut statement = self.conn.prepare_cached(&self.sql)?;
            let read = statement.query_map((&self.needle, bound, self.step), |row| row.get(0));
            self.read = match read.and_then(Iterator::collect) {
                Ok(read) => read,
                // A word that this tokenizer takes for several cannot be looked for where places are not kept.
                Err(rusqlite::Error::SqliteFailure(error, _))
                    if error.code == rusqlite::ErrorCode::Unknown =>
                {
                    Vec::new()
                }
                Err(error) => return Err(error.into()),
            };
            self.ended = self.read.len() < self.step;
            self.step = (self.step * 2).min(LARGEST_STEP);
            self.read.reverse();
        }
        Ok(self.read.last().copied())
    }
}

fn matched(conn: &Connection, n: i64, words: &[String]) -> Result<Option<Match>> {
    let mut of = conn.prepare_cached("select id, kind from docs where n = ?1")?;
    let (id, code): ([u8; 16], u16) = of.query_row([n], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(def) = registry::by_code(code) else { return Ok(None) };
    let mut passage = String::new();
    for sql in ["select body from texts where rowid = ?1", "select words from names where rowid = ?1"] {
        let text: Option<String> = conn.prepare_cached(sql)?.query_row([n], |row| row.get(0)).optional()?;
        if let Some(found) = text.and_then(|text| snippet::around(&text, words)) {
            passage = found;
            break;
        }
    }
    Ok(Some(Match { kind: def.name, id: RecordId::from_bytes(id), snippet: passage }))
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
