//! What happens to records over HTTP: read within the grants, written by the tenant's writer.

use serde_json::{Map, Value, json};
use zumodra_shared::access::{Action, Grants, Principal, Reach, reach};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, EntityDef, Fields, edit::edits_for};

use super::query::List;
use super::store::{self, Row};
use super::{Resource, body};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::sync::writer::{self, ServerEdit};

/// A page of records, and how many there are in all.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, actor: &Actor, def: &EntityDef, list: &List) -> Result<(i64, Vec<Row>)> {
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let found = store::list(&mut tx, def, &actor.grants(), list).await?;
    tx.commit().await?;
    Ok(found)
}

/// One record, deleted or not.
///
/// # Errors
/// [`Code::NotFound`] for what is not there and for what the person may not see, without a difference.
pub async fn read(app: &App, actor: &Actor, def: &EntityDef, id: RecordId) -> Result<Row> {
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let row = store::one(&mut tx, def, &actor.grants(), id).await?;
    tx.commit().await?;
    Ok(row.ok_or(Code::NotFound)?)
}

/// Some records, deleted or not, as far as the person may see them.
///
/// # Errors
/// When the database cannot be read.
pub async fn some(app: &App, actor: &Actor, def: &EntityDef, ids: &[RecordId]) -> Result<Vec<Row>> {
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let rows = store::some(&mut tx, def, &actor.grants(), ids).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Refuses what the policy table does not let the person do to a record that they see.
///
/// # Errors
/// [`Code::Forbidden`].
pub fn require(actor: &Actor, def: &EntityDef, action: Action, row: &Row) -> Result<()> {
    let job = if def.name == "jobs" { Some(row.doc) } else { row.reference("job_id") };
    Ok(actor.require(def.name, action, Some(def.whose(&row.fields.0, row.created_by)), job)?)
}

/// A record that the person sees, may edit, and that is not deleted.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] for a deleted one.
pub async fn editable(app: &App, actor: &Actor, def: &EntityDef, id: RecordId) -> Result<Row> {
    let row = read(app, actor, def, id).await?;
    require(actor, def, Action::Edit, &row)?;
    if row.deleted {
        return Err(Problem::new(Code::WrongState).detail("The record is deleted. Restore it first.").into());
    }
    Ok(row)
}

/// Makes a record.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::InvalidFields`], [`Code::FieldNotWritable`], [`Code::AlreadyExists`], and what the rules
/// of the kind say.
pub async fn create(app: &App, actor: &Actor, resource: &Resource, given: Map<String, Value>) -> Result<Row> {
    let def = resource.def;
    // Who may make none of the kind is told so, whatever the body says.
    if reach(actor.role, def.name, Action::Create) == Reach::None {
        return Err(Code::Forbidden.into());
    }
    let creation = body::creation(def, given, &mut || item_id(app))?;
    let fields = match resource.complete {
        Some(complete) => complete(app.clone(), actor.clone(), creation.fields).await?,
        None => creation.fields,
    };
    let job = fields.get("job_id").and_then(Value::as_str).and_then(|job| job.parse().ok());
    actor.require(def.name, Action::Create, Some(def.whose(&fields, actor.user_id)), job)?;
    body::validated(def, &fields)?;
    insert(app, actor, def, creation.id.unwrap_or_else(|| app.new_id()), &fields).await
}

/// Makes a record of fields that were validated.
///
/// # Errors
/// As the writer.
pub async fn insert(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    id: RecordId,
    fields: &Fields,
) -> Result<Row> {
    let edit =
        ServerEdit { def, id, edits: edits_for(def, fields), create: true, principal: (**actor).clone() };
    writer::edit(app, actor.tenant(), vec![edit], None).await?;
    written(app, actor, def, id).await
}

/// A record as somebody has just written it. What is believed of their rights is from before: who made it private is let in
/// by what they wrote.
///
/// # Errors
/// [`Code::NotFound`] for what nobody may see who wrote it.
pub async fn written(app: &App, actor: &Actor, def: &EntityDef, id: RecordId) -> Result<Row> {
    let (all, own) = (Principal::server(actor.tenant_id).grants(), actor.grants());
    let everything = Grants::named(all.iter().chain(own.iter()).map(str::to_owned));
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let row = store::one(&mut tx, def, &everything, id).await?;
    tx.commit().await?;
    Ok(row.ok_or(Code::NotFound)?)
}

/// Changes some fields of a record; the others stay, whoever changes them meanwhile.
///
/// # Errors
/// As [`editable`] and [`body::changes`], and what the rules of the kind say.
pub async fn patch(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    id: RecordId,
    given: Map<String, Value>,
) -> Result<Row> {
    let row = editable(app, actor, def, id).await?;
    let mut present = def.defaults();
    present.extend(row.fields.0);
    let edits = body::changes(def, given, &present, &mut || item_id(app))?;
    edit(app, actor, def, id, edits).await
}

/// Makes edits of a record that [`editable`] gave.
///
/// # Errors
/// As the writer.
pub async fn edit(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    id: RecordId,
    edits: Vec<Edit>,
) -> Result<Row> {
    if edits.is_empty() {
        return read(app, actor, def, id).await;
    }
    let edit = ServerEdit { def, id, edits, create: false, principal: (**actor).clone() };
    writer::edit(app, actor.tenant(), vec![edit], None).await?;
    written(app, actor, def, id).await
}

/// Deletes a record, or restores it. What is so already stays so.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], and what the rules of the kind say.
pub async fn set_deleted(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    id: RecordId,
    deleted: bool,
) -> Result<Row> {
    let row = read(app, actor, def, id).await?;
    require(actor, def, Action::Delete, &row)?;
    let edits = if row.deleted == deleted { Vec::new() } else { vec![Edit::deleted(deleted)] };
    edit(app, actor, def, id, edits).await
}

/// An id for an item of a list.
#[must_use]
pub fn item_id(app: &App) -> String {
    app.random::<8>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Records as clients read them.
#[must_use]
pub fn shown(def: &EntityDef, rows: &[Row]) -> Vec<Value> {
    rows.iter().map(|row| json!(row.shown(def))).collect()
}
