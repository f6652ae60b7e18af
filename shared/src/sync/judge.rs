//! The judgement of a change: may it enter the log?
//!
//! Two steps, because rules look at other records and looking is input: [`try_change`] does all that needs only the
//! document, the host fetches what [`Trial::needs`] names, and [`Trial::settle`] checks references and rules. The
//! host binds actors to devices, appends to the log and writes document and projection, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ActorId, AutoCommit, ObjType, ROOT, ReadDoc, ScalarValue, legacy};

use super::chunk::{Line, Plain};
use super::document::Document;
use super::guard::{self, Inspected};
use super::wire::Wall;
use super::{project, state};
use crate::access::{Action, Principal};
use crate::ats::rules::{self, Related};
use crate::kernel::limits::{MAX_CHANGE_BYTES, MAX_DOCUMENT_OPS, MAX_UNKNOWN_BYTES};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::crdt::{self, Shown};
use crate::schema::{DELETED, Edit, EntityDef, FieldKind, Fields, Scalar, check};

/// A document in memory, with its projection.
#[derive(Debug, Clone)]
pub struct Working {
    /// The record.
    pub id: RecordId,
    /// Its kind.
    pub def: &'static EntityDef,
    /// The merged document, or the log entry.
    pub doc: Document,
    /// What it shows.
    pub shown: Shown,
    /// Who made it.
    pub created_by: RecordId,
    /// The wall around it.
    pub wall: Wall,
}

impl Working {
    /// Loads a document that this host saved.
    ///
    /// # Errors
    /// [`Code::MalformedChange`] when it does not load: it is quarantined, and the stream goes on.
    pub fn load(
        id: RecordId,
        def: &'static EntityDef,
        saved: Vec<u8>,
        created_by: RecordId,
    ) -> Result<Self, Problem> {
        if def.entry {
            let fields = entry_fields(def, &saved)?;
            let shown = Shown { fields, ..Shown::default() };
            let (doc, wall) = (Document::entry(saved), Wall::default());
            return Ok(Self { id, def, doc, shown, created_by, wall });
        }
        let plain = project::shown(def, &saved);
        let doc = Document::stored(saved)?;
        let shown = plain.map_or_else(|| doc.shown(def), Ok)?;
        Ok(Self { id, def, doc, shown, created_by, wall: Wall::default() })
    }

    /// The record behind this wall.
    #[must_use]
    pub fn behind(self, wall: Wall) -> Self {
        Self { wall, ..self }
    }

    /// The scope that the record is in.
    #[must_use]
    pub fn scope(&self) -> String {
        self.def.scope.scope(&self.shown.fields, self.created_by, self.wall.by)
    }

    /// Puts a record that can have a wall of its own behind it, or takes the wall away: what its fields say.
    fn put_own_wall(&mut self) {
        if self.def.scope.wall.is_some() {
            let wall = self.def.wall(self.id, &self.shown.fields, |_| None);
            self.wall.put(wall);
        }
    }

    /// Refuses who may not see the record. Who is inside a record's own wall is said by the record itself.
    fn seen_by(&self, principal: &Principal) -> Result<(), Problem> {
        let seen = if self.wall.by == Some(self.id) {
            principal.is_inside(self.def, &self.shown.fields)
        } else {
            let own = || principal.sees_own(self.def, &self.shown.fields, self.created_by, self.wall.by);
            principal.is_server() || principal.covers(&self.scope()) || own()
        };
        if seen { Ok(()) } else { Err(Problem::new(Code::OutOfScope)) }
    }

    /// Eight bytes that stand for its state.
    #[must_use]
    pub fn state_hash(&self) -> i64 {
        if self.def.entry {
            state::entry_state_hash(self.id, self.doc.saved())
        } else {
            self.doc.state_hash(self.id)
        }
    }
}

/// Reads a log entry: a JSON object with exactly the declared fields that it needs.
///
/// # Errors
/// [`Code::MalformedChange`] when it is no JSON object, [`Code::InvalidFields`] when a field is wrong.
pub fn entry_fields(def: &EntityDef, body: &[u8]) -> Result<Fields, Problem> {
    let read: Fields = serde_json::from_slice(body).map_err(|_| Problem::new(Code::MalformedChange))?;
    let mut fields = def.defaults();
    fields.extend(read.into_iter().filter(|(name, _)| def.field(name).is_some()));
    check::validate(def, &fields)?;
    Ok(fields)
}

/// What trying a change came to.
#[derive(Debug)]
pub enum Judged {
    /// The document has it already: accepted, nothing to do.
    Known,
    /// It fits the document; its references and rules are still to be checked.
    Trial(Box<Trial>),
}

/// A change that fits its document.
#[derive(Debug)]
pub struct Trial {
    /// The document after it.
    pub after: Working,
    /// What the document showed before; none when the change makes the record.
    pub before: Option<Shown>,
    /// The change's hash.
    pub hash: [u8; 32],
    /// The actor that the change claims; empty for a log entry. The host compares it with the device.
    pub actor: Vec<u8>,
}

/// Tries a change on a document.
///
/// # Errors
/// The refusal; nothing was changed.
pub fn try_change(
    def: &'static EntityDef,
    id: RecordId,
    held: Option<&Working>,
    body: &[u8],
    principal: &Principal,
) -> Result<Judged, Problem> {
    if def.server && !principal.is_server() {
        return Err(Problem::new(Code::Forbidden));
    }
    if def.entry {
        return try_entry(def, id, held, body, principal);
    }
    try_inspected(def, id, held, &guard::inspect(body)?, principal)
}

/// As [`try_change`], for a change that went through [`guard::inspect`] before: that needs no document, and so can be
/// done before anything is locked.
///
/// # Errors
/// The refusal; nothing was changed.
pub fn try_inspected(
    def: &'static EntityDef,
    id: RecordId,
    held: Option<&Working>,
    inspected: &Inspected,
    principal: &Principal,
) -> Result<Judged, Problem> {
    if def.server && !principal.is_server() {
        return Err(Problem::new(Code::Forbidden));
    }
    let Some(held) = held else { return first_change(def, id, inspected, principal) };
    if held.def.code != def.code {
        return Err(as_if_new(def, id, inspected, principal).unwrap_or(Problem::new(Code::UnknownKind)));
    }
    let allowed = |texts| {
        let touched = touched_fields(def, texts, inspected)?;
        authorise(def, Some((&held.shown, held.created_by)), &touched, principal)?;
        held.seen_by(principal)
    };
    if let Some(shown) = next_in_line(def, held, inspected) {
        allowed(TextObjects::new())?;
        let doc = held.doc.followed(&inspected.change)?;
        let after = Working { id, def, doc, shown, created_by: held.created_by, wall: held.wall };
        return accepted(after, Some(held.shown.clone()), inspected, principal);
    }
    let mut base = held.doc.automerge()?.clone();
    match in_sequence(&held.doc, &mut base, inspected) {
        Ok(true) => {}
        Ok(false) => return Ok(Judged::Known),
        Err(problem) => {
            // Who may see the record is told what is wrong with a change that does not fit it.
            let seen = held.seen_by(principal).is_ok();
            let refused = as_if_new(def, id, inspected, principal);
            let told = refused.filter(|refused| !seen || refused.code != Code::MissingDependency);
            return Err(told.unwrap_or(problem));
        }
    }
    allowed(text_objects(&base))?;
    let doc = held.doc.with_on(base, std::slice::from_ref(inspected))?;
    let shown = doc.shown(def)?;
    if !does_what_it_says(def, held, inspected.change.raw_bytes(), &shown) {
        return Err(Problem::new(Code::MalformedChange));
    }
    let after = Working { id, def, doc, shown, created_by: held.created_by, wall: held.wall };
    accepted(after, Some(held.shown.clone()), inspected, principal)
}

/// Why somebody may not make a record of this change. What does not fit the record that is there is first refused as if
/// there were none: who may not see it does not learn that it is there.
fn as_if_new(
    def: &'static EntityDef,
    id: RecordId,
    inspected: &Inspected,
    principal: &Principal,
) -> Option<Problem> {
    let refused = first_change(def, id, inspected, principal).err()?;
    matches!(refused.code, Code::Forbidden | Code::OutOfScope | Code::MissingDependency).then_some(refused)
}

/// What a record shows after a plain change that is the next one in a line of such: what it says, without Automerge.
fn next_in_line(def: &EntityDef, held: &Working, inspected: &Inspected) -> Option<Shown> {
    let plain = Plain::read(inspected.change.raw_bytes()).filter(|plain| plain.is_on(held.doc.heads()))?;
    let fits = Line::read(held.doc.saved())?.takes(&plain) && plain.end_op <= MAX_DOCUMENT_OPS;
    fits.then_some(())?;
    let mut shown = held.shown.clone();
    project::absorb(def, &mut shown, &plain)?;
    Some(shown)
}

/// Whether a change that reads as a plain one did what it says. Replicas that stand where it was made do what it says
/// without merging; one that says something else (by overwriting less than it saw) would make them differ from here.
fn does_what_it_says(def: &EntityDef, held: &Working, body: &[u8], after: &Shown) -> bool {
    let Some(plain) = Plain::read(body).filter(|plain| plain.is_on(held.doc.heads())) else { return true };
    let mut said = held.shown.clone();
    project::absorb(def, &mut said, &plain).is_none()
        || (said.fields == after.fields && said.deleted == after.deleted)
}

/// The change that makes a record. A plain one is what it says: Automerge need not be asked.
fn first_change(
    def: &'static EntityDef,
    id: RecordId,
    inspected: &Inspected,
    principal: &Principal,
) -> Result<Judged, Problem> {
    let change = &inspected.change;
    if !change.deps().is_empty() || change.seq() != 1 {
        return Err(Problem::new(Code::MissingDependency));
    }
    if change.start_op().get() > 1 {
        return Err(Problem::new(Code::MalformedChange));
    }
    let touched = touched_fields(def, TextObjects::new(), inspected)?;
    let plain = Plain::read(change.raw_bytes()).and_then(|plain| project::created(def, &plain));
    let (doc, shown) = match plain {
        Some(shown) => (Document::created(change.raw_bytes(), change.hash()), shown),
        None => {
            let doc = Document::default().with_on(AutoCommit::new(), std::slice::from_ref(inspected))?;
            let shown = doc.shown(def)?;
            (doc, shown)
        }
    };
    authorise_creation(def, &shown, &touched, principal)?;
    let after = Working { id, def, doc, shown, created_by: principal.user_id, wall: Wall::default() };
    accepted(after, None, inspected, principal)
}

fn accepted(
    mut after: Working,
    before: Option<Shown>,
    inspected: &Inspected,
    principal: &Principal,
) -> Result<Judged, Problem> {
    check::validate_shown(after.def, &after.shown)?;
    after.put_own_wall();
    after.seen_by(principal).map_err(|problem| match after.def.scope.wall {
        Some(field) if after.wall.by == Some(after.id) => {
            problem.field(field, "Whoever makes it private must be among those who see it.")
        }
        _ => problem,
    })?;
    let mut hash = [0; 32];
    hash.copy_from_slice(inspected.change.hash().as_ref());
    let actor = inspected.change.actor_id().to_bytes().to_vec();
    Ok(Judged::Trial(Box::new(Trial { after, before, hash, actor })))
}

fn try_entry(
    def: &'static EntityDef,
    id: RecordId,
    held: Option<&Working>,
    body: &[u8],
    principal: &Principal,
) -> Result<Judged, Problem> {
    if body.len() > MAX_CHANGE_BYTES {
        return Err(Problem::new(Code::TooLarge));
    }
    if let Some(held) = held {
        let same = held.doc.saved() == body;
        return if same { Ok(Judged::Known) } else { Err(Problem::new(Code::FieldNotWritable)) };
    }
    let fields = entry_fields(def, body)?;
    principal.require(def.name, Action::Create, None, job_of(&fields))?;
    let shown = Shown { fields, ..Shown::default() };
    let (doc, wall) = (Document::entry(body.to_vec()), Wall::default());
    let after = Working { id, def, doc, shown, created_by: principal.user_id, wall };
    after.seen_by(principal)?;
    let hash = state::entry_hash(body);
    Ok(Judged::Trial(Box::new(Trial { after, before: None, hash, actor: Vec::new() })))
}

/// Whether a change is new. It must then build on changes that are here, and be its actor's next one: a gap would
/// stall that actor's document silently and for good (SYNC 2).
fn in_sequence(held: &Document, base: &mut AutoCommit, inspected: &Inspected) -> Result<bool, Problem> {
    let change = &inspected.change;
    if base.get_change_meta_by_hash(&change.hash()).is_some() {
        return Ok(false);
    }
    let mut before = 0;
    for dep in change.deps() {
        let Some(meta) = base.get_change_meta_by_hash(dep) else {
            return Err(Problem::new(Code::MissingDependency));
        };
        before = before.max(meta.max_op);
    }
    let counted = held.counted()?;
    let last = counted.last.get(change.actor_id()).copied().unwrap_or_default();
    let ops = counted.ops.saturating_add(change.len() as u64);
    let is_first = counted.last.is_empty();
    // A second root would be another document under the same id. Operations are numbered on from those that a change
    // builds on: a jump would use up the numbers of everybody's later changes, and a compacted document, which does not
    // store where a change begins, would be read as another one.
    let second_root = is_first != change.deps().is_empty();
    if second_root || change.start_op().get() != before + 1 {
        return Err(Problem::new(Code::MalformedChange));
    }
    if ops > MAX_DOCUMENT_OPS {
        return Err(Problem::new(Code::TooLarge));
    }
    if change.seq() == last + 1 { Ok(true) } else { Err(Problem::new(Code::MissingDependency)) }
}

/// The fields that a change touches, by decoding it: nothing is applied to learn this.
fn touched_fields(
    def: &EntityDef,
    mut texts: TextObjects,
    inspected: &Inspected,
) -> Result<BTreeSet<String>, Problem> {
    let refused = || Problem::new(Code::MalformedChange);
    let mut touched = BTreeSet::new();
    let mut written: BTreeMap<&str, legacy::OpId> = BTreeMap::new();
    let actor = inspected.change.actor_id();
    for (index, op) in inspected.expanded.operations.iter().enumerate() {
        let number = inspected.change.start_op().get() + index as u64;
        match (&op.obj, &op.key) {
            (legacy::ObjectId::Root, legacy::Key::Map(key)) => {
                let (name, rest) = key.split_once('/').map_or((key.as_str(), None), |(n, r)| (n, Some(r)));
                if op.insert || !fits(def, name, rest, &op.action) {
                    return Err(refused());
                }
                // Who writes a key twice in one change overwrites it: anything else only piles up contenders.
                if written.remove(key.as_str()).is_some_and(|earlier| !op.pred.iter().any(|p| *p == earlier))
                {
                    return Err(refused());
                }
                match op.action {
                    legacy::OpType::Delete => {}
                    legacy::OpType::Increment(_) => {
                        written.extend(
                            op.pred.iter().find(|p| p.1 == *actor).map(|p| (key.as_str(), p.clone())),
                        );
                    }
                    _ => drop(written.insert(key, legacy::OpId::new(number, actor))),
                }
                if matches!(op.action, legacy::OpType::Make(_)) {
                    texts.insert((number, actor.clone()), name.to_owned());
                }
                touched.insert(name.to_owned());
            }
            (legacy::ObjectId::Id(object), legacy::Key::Seq(_)) => {
                let name = texts.get(&(object.0, object.1.clone())).ok_or_else(refused)?;
                let allowed = match &op.action {
                    legacy::OpType::Put(ScalarValue::Str(_)) => op.insert,
                    legacy::OpType::Delete => !op.insert,
                    _ => false,
                };
                if !allowed {
                    return Err(refused());
                }
                touched.insert(name.clone());
            }
            _ => return Err(refused()),
        }
    }
    if touched.is_empty() { Err(refused()) } else { Ok(touched) }
}

/// The field of each text object, by the operation that made it.
type TextObjects = BTreeMap<(u64, ActorId), String>;

/// Every text object of a document, conflicting ones included.
fn text_objects(doc: &AutoCommit) -> TextObjects {
    let mut objects = TextObjects::new();
    for entry in doc.map_range(&ROOT, ..) {
        for (value, id) in doc.get_all(&ROOT, entry.key.as_ref()).unwrap_or_default() {
            if let (automerge::Value::Object(ObjType::Text), automerge::ObjId::Id(counter, actor, _)) =
                (value, id)
            {
                objects.insert((counter, actor), entry.key.to_string());
            }
        }
    }
    objects
}

/// Whether an operation on the root fits the field that its key names.
fn fits(def: &EntityDef, name: &str, rest: Option<&str>, action: &legacy::OpType) -> bool {
    use legacy::OpType;
    let Some(field) = def.field(name) else {
        return name == DELETED && rest.is_none() && is_bool(action) || foreign(name, action);
    };
    match (field.kind, rest, action) {
        (FieldKind::Register(scalar), None, OpType::Put(value)) => holds(scalar, value),
        (FieldKind::Text, None, OpType::Make(ObjType::Text)) => true,
        (FieldKind::Counter, None, OpType::Put(ScalarValue::Counter(_)) | OpType::Increment(_)) => true,
        (FieldKind::Set(_), Some(_), OpType::Put(ScalarValue::Boolean(true)) | OpType::Delete) => true,
        (FieldKind::List(items), Some(rest), action) => match (rest.split_once('/'), action) {
            (None, OpType::Put(ScalarValue::Str(_)) | OpType::Delete) => true,
            (Some((_, sub)), OpType::Put(value)) => {
                match items.iter().find(|f| f.name == sub).map(|f| f.kind) {
                    Some(FieldKind::Register(scalar)) => holds(scalar, value),
                    _ => foreign(sub, action),
                }
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_bool(action: &legacy::OpType) -> bool {
    matches!(action, legacy::OpType::Put(ScalarValue::Boolean(_)))
}

/// What a newer version may write to a field that this one does not know: small, plain values and texts.
fn foreign(name: &str, action: &legacy::OpType) -> bool {
    use legacy::OpType;
    let named =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    named
        && match action {
            OpType::Put(ScalarValue::Str(text)) => text.len() <= MAX_UNKNOWN_BYTES,
            OpType::Put(ScalarValue::Bytes(bytes)) => bytes.len() <= MAX_UNKNOWN_BYTES,
            OpType::Put(ScalarValue::Unknown { .. }) => false,
            OpType::Put(_) | OpType::Delete | OpType::Increment(_) | OpType::Make(ObjType::Text) => true,
            _ => false,
        }
}

fn holds(scalar: Scalar, value: &ScalarValue) -> bool {
    match (scalar, value) {
        (_, ScalarValue::Null)
        | (Scalar::Str | Scalar::Date | Scalar::Choice(_), ScalarValue::Str(_))
        | (Scalar::Int | Scalar::Instant, ScalarValue::Int(_))
        | (Scalar::Bool, ScalarValue::Boolean(_)) => true,
        (Scalar::Ref(_), ScalarValue::Bytes(bytes)) => bytes.len() == 16,
        _ => false,
    }
}

fn job_of(fields: &Fields) -> Option<RecordId> {
    fields.get("job_id")?.as_str()?.parse().ok()
}

fn authorise(
    def: &EntityDef,
    held: Option<(&Shown, RecordId)>,
    touched: &BTreeSet<String>,
    principal: &Principal,
) -> Result<(), Problem> {
    let Some((shown, created_by)) = held else { return Ok(()) };
    let (whose, job) = (def.whose(&shown.fields, created_by), job_of(&shown.fields));
    if touched.contains(DELETED) {
        principal.require(def.name, Action::Delete, Some(whose), job)?;
    }
    if touched.iter().any(|name| name != DELETED) {
        principal.require(def.name, Action::Edit, Some(whose), job)?;
    }
    for name in touched {
        let Some(field) = def.field(name) else { continue };
        if field.immutable || (field.server && !principal.is_server()) {
            return Err(
                Problem::new(Code::FieldNotWritable).field(field.name, "This cannot be changed by hand.")
            );
        }
    }
    Ok(())
}

fn authorise_creation(
    def: &EntityDef,
    shown: &Shown,
    touched: &BTreeSet<String>,
    principal: &Principal,
) -> Result<(), Problem> {
    let whose = def.whose(&shown.fields, principal.user_id);
    principal.require(def.name, Action::Create, Some(whose), job_of(&shown.fields))?;
    for name in touched {
        if def.field(name).is_some_and(|field| field.server) && !principal.is_server() {
            return Err(Problem::new(Code::FieldNotWritable).field(name, "This cannot be changed by hand."));
        }
    }
    Ok(())
}

impl Trial {
    /// The records that [`Trial::settle`] has to see: everything that this record points to.
    #[must_use]
    pub fn needs(&self) -> Vec<(&'static str, RecordId)> {
        self.after.def.references(&self.after.shown.fields)
    }

    /// Puts a new record behind the wall around what it belongs to. `around` says which wall is around a record.
    pub fn enclose(&mut self, around: impl Fn(RecordId) -> Option<RecordId>) {
        if self.before.is_none() {
            let wall = self.after.def.wall(self.after.id, &self.after.shown.fields, around);
            self.after.wall.put(wall);
        }
    }

    /// Checks references and rules.
    ///
    /// # Errors
    /// [`Code::UnknownReference`] for a new reference to something that is not in `related`, or to the record itself, and
    /// what the rules of the kind say.
    pub fn settle(&self, related: &dyn Related) -> Result<(), Problem> {
        let def = self.after.def;
        let old: BTreeSet<(&str, RecordId)> =
            self.before.iter().flat_map(|before| def.references(&before.fields)).collect();
        for (kind, id) in self.needs() {
            let is_there = id != self.after.id && related.fields(kind, id).is_some();
            if !old.contains(&(kind, id)) && !is_there {
                let text = serde_json::Value::from(id.to_string());
                let holds = |value: &serde_json::Value| {
                    *value == text || value.as_array().is_some_and(|ids| ids.contains(&text))
                };
                let fields = &self.after.shown.fields;
                let field = def.fields.iter().find(|f| {
                    matches!(f.kind, FieldKind::Register(Scalar::Ref(k)) | FieldKind::Set(Scalar::Ref(k)) if k == kind)
                        && fields.get(f.name).is_some_and(holds)
                });
                let name = field.map_or(kind, |f| f.name);
                return Err(Problem::new(Code::UnknownReference).field(name, "There is no such record."));
            }
        }
        let before = self.before.as_ref().map(|shown| &shown.fields);
        rules::check(def.name, before, &self.after.shown.fields, self.after.shown.deleted, related)
    }
}

/// Writes edits as a change of an actor on top of a document: what a server-side edit (REST, a command, a form) and a
/// local edit of the desktop both do. `None` makes the record. Gives the change's bytes; the document is not changed,
/// so that the change goes the same way as one from outside.
///
/// # Errors
/// [`Code::InvalidFields`] when an edit does not fit; [`Code::BadRequest`] when the edits change nothing.
pub fn author(
    def: &EntityDef,
    held: Option<&Working>,
    edits: &[Edit],
    actor: ActorId,
    at: i64,
) -> Result<Vec<u8>, Problem> {
    let Some(held) = held else {
        let mut doc = crdt::new_document(def, actor);
        crdt::apply(def, &mut doc, edits)?;
        return match crdt::commit(&mut doc, at) {
            Some(bytes) => Ok(bytes),
            None => crdt::create(def, &Fields::new(), doc.get_actor().clone(), at).map(|(_, bytes)| bytes),
        };
    };
    let mut doc = held.doc.automerge()?.clone().with_actor(actor);
    crdt::apply(def, &mut doc, edits)?;
    crdt::commit(&mut doc, at).ok_or_else(|| Problem::new(Code::BadRequest).detail("Nothing was changed."))
}
