//! What must hold when everything has come to rest.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, FromRow, PgConnection};
use uuid::Uuid;
use zumodra_shared::access::{Own, Principal, Role};
use zumodra_shared::registry::{self, KINDS};
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::Wall;

use super::desk::Desk;
use super::ledger::{self, Fates, Shown};
use crate::process::nodes::Nodes;

/// Rows that an engine lists at once.
const LISTED: u64 = 500;

#[derive(FromRow)]
struct Logged {
    seq: i64,
    doc: Uuid,
    hash: Vec<u8>,
}

#[derive(FromRow)]
struct Stored {
    doc: Uuid,
    kind: i32,
    scope: String,
    shares: Vec<String>,
    state_hash: i64,
    saved: Vec<u8>,
    created_by: Uuid,
    deleted: bool,
    fields: Json<Fields>,
    wall: Option<Uuid>,
    wall_moves: i32,
}

/// The server's state, checked in itself.
struct Truth {
    tenant: Uuid,
    records: Vec<Stored>,
    /// How often each mark is in what was committed.
    marks: BTreeMap<String, u64>,
    entries: u64,
}

/// Checks everything. Gives the fates of all local changes, and how much was compared.
pub async fn all(nodes: &Nodes, desks: &mut [Desk]) -> Result<(Fates, (u64, u64))> {
    let mut connection = nodes.database.connect().await?;
    let (tenant, schema): (Uuid, String) =
        sqlx::query_as("select id, schema_name from tenants").fetch_one(&mut connection).await?;
    let truth = server(&mut connection, tenant, &schema).await?;
    let mut fates = Fates::default();
    let mut compared = 0;
    for (number, desk) in desks.iter_mut().enumerate() {
        let principal = principal(&mut connection, &truth, &desk.email).await?;
        let items = desk.engine.ask("attention", Value::Null).await?;
        ledger::nothing_twice(&items, &truth.marks).with_context(|| format!("desktop {number}"))?;
        let mut shown = Shown::default();
        shown.read(&items);
        fates += ledger::count(&desk.made, &truth.marks, &shown, &desk.discarded)
            .with_context(|| format!("desktop {number}"))?;
        compared += equals(desk, &truth, &principal).await.with_context(|| format!("desktop {number}"))?;
    }
    Ok((fates, (truth.entries, compared)))
}

/// The log is whole and in every document, the projection shows the documents, and the sums add up.
async fn server(connection: &mut PgConnection, tenant: Uuid, schema: &str) -> Result<Truth> {
    sqlx::raw_sql(AssertSqlSafe(format!("set search_path to {schema}"))).execute(&mut *connection).await?;
    let log: Vec<Logged> =
        sqlx::query_as("select seq, doc, hash from log order by seq").fetch_all(&mut *connection).await?;
    let head: i64 = sqlx::query_scalar("select seq from head").fetch_one(&mut *connection).await?;
    let shares: Vec<i64> = sqlx::query_scalar("select seq from shares").fetch_all(&mut *connection).await?;
    let moves: Vec<i64> =
        sqlx::query_scalar("select seq from scope_moves").fetch_all(&mut *connection).await?;
    let events: BTreeSet<i64> = log.iter().map(|entry| entry.seq).chain(shares.iter().copied()).collect();
    let once = events.len() == log.len() + shares.len();
    let events: BTreeSet<i64> = events.into_iter().chain(moves).collect();
    // What is shared no more leaves the place that the share had.
    let unshared: i64 =
        sqlx::query_scalar("select count(*) from scope_moves where from_scope like 'candidates/%'")
            .fetch_one(&mut *connection)
            .await?;
    let gaps = head - i64::try_from(events.len())?;
    ensure!(
        once && (0..=unshared).contains(&gaps),
        "the log has {gaps} gaps before {head}, and {unshared} are due"
    );
    ensure!(events.range(..1).chain(events.range(head + 1..)).next().is_none(), "the log ends at {head}");
    let records: Vec<Stored> = sqlx::query_as(
        "select d.doc, d.kind, d.scope, array(select s.scope from shares s where s.doc = d.doc) as shares,
                d.state_hash, d.saved, d.created_by, r.deleted, r.fields,
                d.wall, d.wall_moves
         from documents d
         join records r on r.doc = d.doc",
    )
    .fetch_all(&mut *connection)
    .await?;
    let sums: Vec<(String, i64, i64)> =
        sqlx::query_as("select scope, documents, checksum from scopes").fetch_all(&mut *connection).await?;
    sqlx::raw_sql("set search_path to public").execute(&mut *connection).await?;

    let mut hashes: HashMap<Uuid, HashSet<Vec<u8>>> = HashMap::new();
    let mut marks = BTreeMap::new();
    for entry in &log {
        let new = hashes.entry(entry.doc).or_default().insert(entry.hash.clone());
        ensure!(new, "a change of {} is in the log twice", entry.doc);
    }
    let mut added: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for record in &records {
        for mark in document(record, hashes.remove(&record.doc).unwrap_or_default())? {
            *marks.entry(mark).or_default() += 1;
        }
        for scope in record.shares.iter().chain([&record.scope]) {
            let sum = added.entry(scope.clone()).or_default();
            sum.0 += 1;
            sum.1 = sum.1.wrapping_add(record.state_hash);
        }
    }
    ensure!(hashes.is_empty(), "documents of the log are gone: {:?}", hashes.keys());
    let stored: BTreeMap<String, (i64, i64)> = sums
        .into_iter()
        .map(|(scope, documents, checksum)| (scope, (documents, checksum)))
        .filter(|(_, sum)| *sum != (0, 0))
        .collect();
    ensure!(stored == added, "the sums of the scopes do not add up: {stored:?}, {added:?}");
    Ok(Truth { tenant, records, marks, entries: log.len() as u64 })
}

/// A document holds exactly what the log has of it, and its projection shows it. Gives the marks in its changes.
fn document(record: &Stored, logged: HashSet<Vec<u8>>) -> Result<Vec<String>> {
    let Stored { doc, kind, scope, state_hash, saved, created_by, deleted, fields, wall, wall_moves, .. } =
        record;
    let def = registry::by_code(u16::try_from(*kind)?).context("a known kind")?;
    let working = Working::load(*doc, def, saved.clone(), *created_by)
        .map_err(|problem| anyhow::anyhow!("{} {doc}: {problem}", def.name))?;
    let working = working.behind(Wall { moves: wall_moves.unsigned_abs(), by: *wall });
    ensure!(working.state_hash() == *state_hash, "the hash of {} {doc} is another", def.name);
    ensure!(working.scope() == *scope, "{} {doc} is in {scope}", def.name);
    let shown = &working.shown;
    ensure!(
        shown.fields == fields.0 && shown.deleted == *deleted,
        "the projection of {} {doc} shows something else",
        def.name
    );
    if def.entry {
        return Ok(Vec::new());
    }
    let mut whole = automerge::AutoCommit::load(saved).with_context(|| format!("{} {doc}", def.name))?;
    let changes = whole.get_changes(&[]);
    let held: HashSet<Vec<u8>> = changes.iter().map(|change| change.hash().0.to_vec()).collect();
    ensure!(held == logged, "{} {doc} holds {} changes, the log {}", def.name, held.len(), logged.len());
    Ok(changes.iter().flat_map(|change| ledger::marks(change.raw_bytes())).collect())
}

/// Who somebody is by the server's own tables.
async fn principal(connection: &mut PgConnection, truth: &Truth, email: &str) -> Result<Principal> {
    let (user_id, role): (Uuid, String) = sqlx::query_as(
        "select u.id, m.role from users u join memberships m on m.user_id = u.id where u.email = $1",
    )
    .bind(email)
    .fetch_one(connection)
    .await?;
    let jobs = registry::by_name("jobs").context("jobs")?;
    let (mut own_jobs, mut own_walls, mut given) = (Vec::new(), Vec::new(), Vec::new());
    for Stored { doc, kind, deleted, fields, wall, created_by, .. } in &truth.records {
        let def = registry::by_code(u16::try_from(*kind)?).context("a known kind")?;
        let opened = def.given(&fields.0, *wall).filter(|_| *created_by == user_id && !deleted);
        given.extend(opened.map(|opened| (*doc, opened)));
        if !def.owners(&fields.0).contains(&user_id) {
            continue;
        }
        if def.code == jobs.code && !deleted {
            own_jobs.push(*doc);
        }
        if *wall == Some(*doc) {
            own_walls.push((*doc, def.name));
        }
    }
    Ok(Principal {
        user_id,
        device_id: Uuid::nil(),
        tenant_id: truth.tenant,
        role: Role::from_name(&role).context("a role")?,
        own: Own::new(own_jobs, own_walls, given),
    })
}

/// The desktop shows exactly what its person may see, as the server has it.
async fn equals(desk: &mut Desk, truth: &Truth, principal: &Principal) -> Result<u64> {
    let grants = principal.grants();
    let mut compared = 0;
    for def in KINDS {
        let mut here: BTreeMap<String, Value> = BTreeMap::new();
        for deleted in [false, true] {
            here.extend(listed(desk, def.name, deleted).await?);
        }
        let visible = truth.records.iter().filter(|record| {
            let shares = record.shares.iter().map(String::as_str);
            record.kind == i32::from(def.code) && grants.cover(&record.scope, shares)
        });
        let there: BTreeMap<String, &Stored> =
            visible.map(|record| (record.doc.to_string(), record)).collect();
        let (held, expected): (BTreeSet<&String>, BTreeSet<&String>) =
            (here.keys().collect(), there.keys().collect());
        ensure!(
            held == expected,
            "{}: {} are held and {} are to be; {:?}",
            def.name,
            held.len(),
            expected.len(),
            held.symmetric_difference(&expected).take(5).collect::<Vec<_>>()
        );
        for (id, row) in &here {
            let record = there[id];
            ensure!(
                row["fields"].as_object() == Some(&record.fields.0)
                    && row["deleted"] == record.deleted
                    && row["pending"] == false,
                "{} {id} is shown as {row}, the server has {}",
                def.name,
                json!(record.fields)
            );
        }
        compared += here.len() as u64;
    }
    Ok(compared)
}

async fn listed(desk: &mut Desk, kind: &str, deleted: bool) -> Result<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    let mut offset = 0;
    loop {
        let request = json!({
            "kind": kind, "offset": offset, "limit": LISTED, "sort": "created_at", "deleted": deleted,
        });
        let mut page = desk.engine.ask("list", json!({ "request": request })).await?;
        let rows = page["rows"].as_array_mut().map(std::mem::take).unwrap_or_default();
        if rows.is_empty() {
            return Ok(found);
        }
        offset += rows.len();
        found.extend(rows.into_iter().map(|row| (row["id"].as_str().unwrap_or_default().to_owned(), row)));
    }
}
