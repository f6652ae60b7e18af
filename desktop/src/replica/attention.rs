//! Needs attention: what was refused, what two people decided differently, and what to do about it.

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zumodra_shared::ats::Attachment;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{DELETED, Edit, EditOp, Entity as _, EntityDef, FieldKind, Fields, Scalar};
use zumodra_shared::sync::judge::Working;

use super::documents::Doc;
use super::error::Result;
use super::shadow::Kept;
use super::{Replica, Tx, rows};

/// Items that are shown at once; more wait behind them.
const MAX_SHOWN: usize = 500;
const REFUSED: &str = "refused";
const CONFLICT: &str = "conflict";
const COMMAND: &str = "command";

/// An item of Needs attention.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttentionItem {
    /// Its id.
    pub id: String,
    /// `refused`, `conflict` or `command`.
    #[serde(rename = "type")]
    pub kind_of_item: String,
    /// The record's kind.
    pub kind: &'static str,
    /// The record.
    pub record_id: RecordId,
    /// The record's name as people say it.
    pub title: String,
    /// The stable code.
    pub code: String,
    /// The sentence for people.
    pub message: String,
    /// When, in milliseconds.
    pub at: i64,
    /// What each side says, field by field.
    pub values: Vec<ValuePair>,
    /// The command's name.
    pub command: Option<String>,
}

/// What each side says of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValuePair {
    /// The field.
    pub field: String,
    /// What was typed here.
    pub mine: Value,
    /// What stands there.
    pub theirs: Value,
    /// Who wrote that.
    pub theirs_by: Option<RecordId>,
    /// When.
    pub theirs_at: Option<i64>,
}

/// What the person decides.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum AttentionChoice {
    /// Forget it.
    Discard,
    /// Do it again.
    Retry,
    /// What was typed here is to stand.
    KeepMine,
    /// What stands there is to stay.
    KeepTheirs,
    /// Something else.
    Edit {
        /// What.
        edits: Vec<Edit>,
    },
}

/// Something that was refused.
pub(crate) struct Refusal<'a> {
    pub kind: u16,
    pub id: RecordId,
    /// The record: its entry, how it was here, how it is now.
    pub record: Option<(&'a Doc, Option<&'a Working>, Option<&'a Working>)>,
    pub edits: Vec<Edit>,
    pub creates: bool,
    pub hashes: Vec<Vec<u8>>,
    pub problem: &'a Problem,
    pub command: Option<&'a str>,
}

struct Stored {
    kind_of_item: String,
    kind: u16,
    doc: RecordId,
    shown: Vec<ValuePair>,
    edits: Vec<Edit>,
    creates: bool,
    command: Option<String>,
}

impl Replica {
    /// What needs attention, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn attention(&self) -> std::result::Result<Vec<AttentionItem>, Problem> {
        Ok(items(&self.conn)?)
    }

    /// Hashes of the changes that lie in Needs attention.
    ///
    /// # Errors
    /// When the store fails.
    pub fn attention_hashes(&self) -> std::result::Result<Vec<Vec<u8>>, Problem> {
        let read = || -> Result<Vec<Vec<u8>>> {
            let mut statement = self.conn.prepare_cached("select hashes from attention order by id")?;
            let texts = statement.query_map([], |row| row.get::<_, String>(0))?;
            let mut hashes = Vec::new();
            for text in texts {
                hashes.extend(serde_json::from_str::<Vec<Vec<u8>>>(&text?)?);
            }
            Ok(hashes)
        };
        Ok(read()?)
    }

    /// Does what the person decided about an item. One that is gone is nobody's concern any more.
    ///
    /// # Errors
    /// The refusal that doing it meets; the item stays then. [`Code::BadRequest`] for a choice that does not fit.
    pub fn resolve(
        &mut self,
        id: &str,
        choice: &AttentionChoice,
        now: i64,
    ) -> std::result::Result<(), Problem> {
        self.write(now, |tx| tx.resolve(id, choice))
    }
}

fn items(conn: &rusqlite::Connection) -> Result<Vec<AttentionItem>> {
    let mut statement = conn.prepare_cached(
        "select id, type, kind, doc, title, code, message, at, shown, command from attention order by at desc, id \
         limit ?1",
    )?;
    let read = statement.query_map([MAX_SHOWN], |row| {
        let shown: String = row.get(8)?;
        Ok(AttentionItem {
            id: row.get(0)?,
            kind_of_item: row.get(1)?,
            kind: registry::by_code(row.get(2)?).map_or("", |def| def.name),
            record_id: RecordId::from_bytes(row.get(3)?),
            title: row.get(4)?,
            code: row.get(5)?,
            message: row.get(6)?,
            at: row.get(7)?,
            values: serde_json::from_str(&shown).unwrap_or_default(),
            command: row.get(9)?,
        })
    })?;
    let mut items: Vec<AttentionItem> = read.collect::<rusqlite::Result<_>>()?;
    let me = super::meta::identity(conn)?.map(|me| me.user_id).unwrap_or_default();
    for item in items.iter_mut().filter(|item| item.kind_of_item == CONFLICT) {
        let other = crate::ats::local::last_other(conn, item.record_id, me);
        for pair in item.values.iter_mut().filter(|pair| pair.theirs_by.is_none_or(|by| by == me)) {
            pair.theirs_by = other.map(|(by, _)| by);
            pair.theirs_at = other.map(|(_, at)| at).or(pair.theirs_at);
        }
    }
    Ok(items)
}

/// What was typed last into a field.
fn last_set<'e>(edits: &'e [Edit], field: &str) -> Option<&'e Value> {
    edits.iter().rev().find_map(|edit| match &edit.op {
        EditOp::Set { value } if edit.field == field => Some(value),
        _ => None,
    })
}

/// The sentence for people: what the code says, and what exactly.
pub(crate) fn sentence(problem: &Problem) -> String {
    let mut text = problem.code.english().to_owned();
    for more in problem.detail.iter().chain(problem.fields.values()) {
        text.push(' ');
        text.push_str(more);
    }
    text
}

impl Tx<'_> {
    /// The record's name for people; of one without a name, the names of whom and what it is about.
    fn title(&self, def: &EntityDef, fields: &Fields) -> Result<String> {
        let mut parts = Vec::new();
        if def.titles.is_empty() || def.field("candidate_id").is_some() {
            for (name, id) in def.references(fields) {
                if let Some(other) = registry::by_name(name).filter(|_| matches!(name, "candidates" | "jobs"))
                    && let Some(row) = rows::get(self.conn, other, id)?
                {
                    parts.push(other.title(&row.fields));
                }
            }
        }
        if parts.is_empty() {
            parts.push(def.title(fields));
        }
        Ok(parts.join(" · "))
    }

    /// Puts a refusal into Needs attention.
    pub(crate) fn attention(&mut self, refusal: &Refusal<'_>) -> Result<()> {
        let def = registry::by_code(refusal.kind);
        let mut title = String::new();
        let mut values: Vec<ValuePair> = Vec::new();
        let (doc, mine, theirs) = refusal.record.map_or((None, None, None), |(d, m, t)| (Some(d), m, t));
        if let (Some(def), Some(shown)) = (def, mine.or(theirs)) {
            title = self.title(def, &shown.shown.fields)?;
        }
        for edit in refusal.edits.iter().filter(|_| refusal.command.is_none()) {
            if edit.field.is_empty() || values.iter().any(|pair| pair.field == edit.field) {
                continue;
            }
            let of = |working: Option<&Working>| match working {
                Some(working) if edit.field == DELETED => Value::Bool(working.shown.deleted),
                Some(working) => working.shown.fields.get(&edit.field).cloned().unwrap_or_default(),
                None => Value::Null,
            };
            let typed = match (&edit.op, mine) {
                // Not what the record showed: somebody else may have written over it before it was refused.
                (EditOp::Set { value }, _) => last_set(&refusal.edits, &edit.field).unwrap_or(value).clone(),
                (EditOp::Text { value }, None) => Value::String(value.clone()),
                (_, mine) => of(mine),
            };
            let known = theirs.and(doc).filter(|doc| doc.confirmed);
            values.push(ValuePair {
                field: edit.field.clone(),
                mine: typed,
                theirs: of(theirs),
                theirs_by: known.map(|doc| doc.stamps.updated_by).filter(|by| !by.is_nil()),
                theirs_at: known.map(|doc| doc.stamps.updated_at),
            });
        }
        let id = self.random.id(self.now).to_string();
        let kind_of_item = if refusal.command.is_some() { COMMAND } else { REFUSED };
        self.put_item(&id, kind_of_item, refusal, &title, &values)
    }

    fn put_item(
        &mut self,
        id: &str,
        kind_of_item: &str,
        refusal: &Refusal<'_>,
        title: &str,
        values: &[ValuePair],
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "insert or replace into attention (id, type, kind, doc, title, code, message, at, shown, edits, \
                 creates, command, hashes) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(rusqlite::params![
                id,
                kind_of_item,
                refusal.kind,
                refusal.id.as_bytes(),
                title,
                refusal.problem.code.slug(),
                sentence(refusal.problem),
                self.now,
                serde_json::to_string(values)?,
                serde_json::to_string(&refusal.edits)?,
                refusal.creates,
                refusal.command,
                serde_json::to_string(&refusal.hashes)?,
            ])?;
        self.attention_changed(id);
        Ok(())
    }

    fn attention_changed(&mut self, id: &str) {
        self.kept.push(Kept::Attention(id.to_owned()));
        self.changed.attention = true;
    }

    /// A notice without content about a record that may no longer be seen.
    pub(crate) fn notice(&mut self, doc: &Doc, problem: &Problem, hashes: &[Vec<u8>]) -> Result<()> {
        let refusal = Refusal {
            kind: doc.def.code,
            id: doc.id,
            record: None,
            edits: Vec::new(),
            creates: false,
            hashes: hashes.to_vec(),
            problem,
            command: None,
        };
        self.attention(&refusal)
    }

    /// A file that the server does not take. Doing it again takes the file off the record.
    pub(crate) fn attend_file(&mut self, doc: &Doc, hash: &str, problem: &Problem) -> Result<()> {
        let shown = self.current(doc, &self.pending(doc.id)?)?;
        let edits = if doc.def.name == Attachment::NAME {
            vec![Edit::deleted(true)]
        } else {
            let texts = ["resume_name", "resume_type"].map(|field| Edit::set(field, ""));
            [Edit::set("resume_hash", Value::Null)].into_iter().chain(texts).collect()
        };
        tracing::warn!(file = hash, code = %problem.code, "the server does not take a file");
        self.attention(&Refusal {
            kind: doc.def.code,
            id: doc.id,
            record: Some((doc, shown.as_ref(), shown.as_ref())),
            edits,
            creates: false,
            hashes: Vec::new(),
            problem,
            command: None,
        })
    }

    /// Drops what Needs attention says about a record. Says whether anything was refused of it.
    pub(crate) fn drop_attention_of(&mut self, id: RecordId) -> Result<bool> {
        let items: Vec<(String, String)> = self
            .conn
            .prepare_cached("delete from attention where doc = ?1 returning id, type")?
            .query_map([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (item, _) in &items {
            self.attention_changed(item);
        }
        Ok(items.iter().any(|(_, kind)| kind != CONFLICT))
    }

    fn drop_item(&mut self, id: &str) -> Result<()> {
        self.conn.prepare_cached("delete from attention where id = ?1")?.execute([id])?;
        self.attention_changed(id);
        Ok(())
    }

    fn item(&self, id: &str) -> Result<Option<Stored>> {
        let sql = "select type, kind, doc, shown, edits, creates, command from attention where id = ?1";
        let read = |row: &rusqlite::Row<'_>| {
            let (shown, edits): (String, String) = (row.get(3)?, row.get(4)?);
            Ok(Stored {
                kind_of_item: row.get(0)?,
                kind: row.get(1)?,
                doc: RecordId::from_bytes(row.get(2)?),
                shown: serde_json::from_str(&shown).unwrap_or_default(),
                edits: serde_json::from_str(&edits).unwrap_or_default(),
                creates: row.get(5)?,
                command: row.get(6)?,
            })
        };
        Ok(self.conn.prepare_cached(sql)?.query_row([id], read).optional()?)
    }

    fn resolve(&mut self, id: &str, choice: &AttentionChoice) -> Result<()> {
        let Some(item) = self.item(id)? else { return Ok(()) };
        let conflict = item.kind_of_item == CONFLICT;
        let edits = match choice {
            AttentionChoice::Discard if conflict => {
                self.dismiss(&item)?;
                None
            }
            AttentionChoice::Discard => None,
            AttentionChoice::KeepTheirs if conflict => Some(chosen(&item, |pair| &pair.theirs)),
            AttentionChoice::KeepMine | AttentionChoice::Retry if conflict => {
                Some(chosen(&item, |pair| &pair.mine))
            }
            AttentionChoice::KeepTheirs => None,
            AttentionChoice::KeepMine | AttentionChoice::Retry => Some(item.edits.clone()),
            AttentionChoice::Edit { edits } if item.creates => {
                Some(item.edits.iter().chain(edits).cloned().collect())
            }
            AttentionChoice::Edit { edits } => Some(edits.clone()),
        };
        if let Some(edits) = edits {
            match &item.command {
                Some(name) => self.repeat_command(name, &item)?,
                None => self.do_again(&item, &edits)?,
            }
        }
        self.drop_item(id)?;
        self.drop_loose_files()
    }

    fn repeat_command(&mut self, name: &str, item: &Stored) -> Result<()> {
        let args = match item.edits.first().map(|edit| &edit.op) {
            Some(zumodra_shared::schema::EditOp::Set { value }) => value.to_string(),
            _ => Value::Object(Fields::new()).to_string(),
        };
        self.queue_command(name, item.doc, args.into_bytes())?;
        Ok(())
    }

    fn do_again(&mut self, item: &Stored, edits: &[Edit]) -> Result<()> {
        let def = registry::by_code(item.kind).ok_or_else(|| Problem::new(Code::UnknownKind))?;
        if edits.is_empty() {
            return Err(Code::BadRequest.into());
        }
        let creates = item.creates && self.doc(item.doc)?.is_none();
        self.change(def, item.doc, edits, creates)?;
        Ok(())
    }

    fn dismiss(&mut self, item: &Stored) -> Result<()> {
        for pair in &item.shown {
            let sql = "insert or replace into dismissed (doc, field, fingerprint) values (?1, ?2, ?3)";
            self.conn.execute(sql, (item.doc.as_bytes(), &pair.field, fingerprint(pair)))?;
        }
        Ok(())
    }

    /// Keeps the conflicts of a record in Needs attention in step with its document.
    pub(crate) fn note_conflicts(&mut self, doc: &Doc, shown: &Working) -> Result<()> {
        let mut open: Vec<String> = Vec::new();
        for (field, contenders) in &shown.shown.conflicts {
            if !is_choice(doc.def, field) {
                continue;
            }
            let mut mine = None;
            let mut theirs = None;
            for contender in contenders {
                let side = if self.is_own(&contender.actor)? { &mut mine } else { &mut theirs };
                side.get_or_insert(&contender.value);
            }
            let (Some(mine), Some(theirs)) = (mine, theirs) else { continue };
            if mine == theirs {
                continue;
            }
            let pair = ValuePair {
                field: field.clone(),
                mine: mine.clone(),
                theirs: theirs.clone(),
                theirs_by: Some(doc.stamps.updated_by).filter(|by| !by.is_nil()),
                theirs_at: Some(doc.stamps.updated_at),
            };
            if self.is_dismissed(doc.id, &pair)? {
                continue;
            }
            let id = format!("conflict-{}-{field}", doc.id);
            open.push(id.clone());
            if self
                .item(&id)?
                .is_none_or(|old| old.shown.first().map(fingerprint) != Some(fingerprint(&pair)))
            {
                let problem = Problem::new(Code::Conflict);
                let refusal = Refusal {
                    kind: doc.def.code,
                    id: doc.id,
                    record: None,
                    edits: Vec::new(),
                    creates: false,
                    hashes: Vec::new(),
                    problem: &problem,
                    command: None,
                };
                let title = self.title(doc.def, &shown.shown.fields)?;
                self.put_item(&id, CONFLICT, &refusal, &title, &[pair])?;
            }
        }
        self.close_conflicts(doc.id, &open)
    }

    fn close_conflicts(&mut self, id: RecordId, open: &[String]) -> Result<()> {
        let known: Vec<String> = self
            .conn
            .prepare_cached("select id from attention where doc = ?1 and type = ?2")?
            .query_map((id.as_bytes(), CONFLICT), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for item in known.iter().filter(|item| !open.contains(item)) {
            self.drop_item(item)?;
        }
        Ok(())
    }

    fn is_own(&self, actor: &[u8]) -> Result<bool> {
        let mut statement =
            self.conn.prepare_cached("select exists (select 1 from actors where actor = ?1)")?;
        Ok(statement.query_row([actor], |row| row.get(0))?)
    }

    fn is_dismissed(&self, id: RecordId, pair: &ValuePair) -> Result<bool> {
        let sql =
            "select exists (select 1 from dismissed where doc = ?1 and field = ?2 and fingerprint = ?3)";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row((id.as_bytes(), &pair.field, fingerprint(pair)), |row| row.get(0))?)
    }
}

/// Whether people should see that two of them chose differently.
fn is_choice(def: &EntityDef, field: &str) -> bool {
    let choice = def.field(field).map(|f| f.kind);
    matches!(choice, Some(FieldKind::Register(Scalar::Choice(_))))
        || (def.name == "applications" && field == "stage_id")
}

fn fingerprint(pair: &ValuePair) -> Vec<u8> {
    blake3::hash(format!("{}\n{}", pair.mine, pair.theirs).as_bytes()).as_bytes()[..16].to_vec()
}

fn chosen(item: &Stored, side: impl Fn(&ValuePair) -> &Value) -> Vec<Edit> {
    item.shown.iter().map(|pair| Edit::set(&pair.field, side(pair).clone())).collect()
}
