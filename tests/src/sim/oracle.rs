//! What must hold when a world has come to rest.

use std::collections::BTreeSet;

use zumodra_desktop::replica::get;
use zumodra_shared::access::Grants;
use zumodra_shared::ats::merging;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::KINDS;
use zumodra_shared::sync::client::{Action, Granted};

use super::world::World;
use super::{forge, versions};

/// Holds a world at rest to every law. A timeline entry that a replica expected and the server did not write may stay
/// until the replica has connected anew (`strict`).
///
/// # Errors
/// The first that does not hold, in words.
pub fn check(world: &World, strict: bool) -> Result<(), String> {
    for (at, host) in world.hosts.iter().enumerate() {
        if host.may_differ && !strict {
            // What it lacks shows when it compares its sums, which it does on its next connection.
            continue;
        }
        let principal = world.model.principal(host.user).ok_or("a person is gone")?;
        let grants = principal.grants();
        let told = host.replica.grants().map_err(|problem| problem.to_string())?;
        let told = Grants::named(told.iter().map(|scope| versions::understood(host.older, scope)));
        if told != grants {
            return Err(format!("replica {at} holds to {told:?} and may hold {grants:?}"));
        }
        rows_are_the_servers(world, at, &grants, strict)?;
        nothing_else_is_held(world, at, &grants)?;
        shares_are_as_told(world, at, &grants)?;
    }
    later_fields_are_kept(world)?;
    nobody_is_merged_in_a_circle(world)
}

/// Following whom a candidate was merged into comes to an end.
fn nobody_is_merged_in_a_circle(world: &World) -> Result<(), String> {
    let into = |id: RecordId| {
        let fields = &world.model.docs.get(&id)?.working.shown.fields;
        fields.get(merging::INTO)?.as_str()?.parse::<RecordId>().ok()
    };
    for id in world.model.docs.keys() {
        let (mut seen, mut at) = (BTreeSet::from([*id]), *id);
        while let Some(next) = into(at) {
            if !seen.insert(next) {
                return Err(format!("{id} was merged in a circle"));
            }
            at = next;
        }
    }
    Ok(())
}

/// Closes the books: every local change of every replica has exactly one end.
///
/// # Errors
/// The change that has none, or two that contradict each other.
pub fn close_the_books(world: &mut World) -> Result<(), String> {
    for (at, host) in world.hosts.iter().enumerate() {
        let ends = host.ledger.close(host.replica.connection(), &world.model);
        world.counts.ends += ends.map_err(|reason| format!("replica {at}: {reason}"))?;
    }
    Ok(())
}

/// What a newer version wrote to a field that nobody knows is still there, in the documents that all have (their sums
/// are the same).
fn later_fields_are_kept(world: &World) -> Result<(), String> {
    for (id, values) in &world.model.later_fields {
        let now = world.model.docs.get(id).and_then(|doc| forge::later_field(&doc.working));
        if !now.as_ref().is_some_and(|now| values.contains(now)) {
            return Err(format!("{id} shows {now:?} in a field of which newer clients wrote {values:?}"));
        }
    }
    Ok(())
}

/// Every row of a replica is as the server has it, and every record that it may hold has one. Replicas of equal scope
/// are then equal too.
fn rows_are_the_servers(world: &World, at: usize, grants: &Grants, strict: bool) -> Result<(), String> {
    let conn = world.hosts[at].replica.connection();
    let expected_here = if strict { BTreeSet::new() } else { ids(conn, "provisional")? };
    for def in KINDS.iter().filter(|def| world.hosts[at].older.is_none_or(|older| older.code != def.code)) {
        let mut held: BTreeSet<RecordId> = ids(conn, def.name)?;
        let docs = world.model.docs.values().filter(|doc| doc.working.def.code == def.code);
        let expected: Vec<_> = docs.filter(|doc| world.model.covered(doc, grants)).collect();
        for doc in &expected {
            let (id, shown) = (doc.working.id, &doc.working.shown);
            let row = get(conn, def.name, id).map_err(|problem| problem.to_string())?;
            let row = row.ok_or_else(|| format!("replica {at} lacks {} {id}", def.name))?;
            if row.fields != shown.fields || row.deleted != shown.deleted {
                return Err(format!(
                    "replica {at} shows {} {id} otherwise: {:?}, the server: {:?}",
                    def.name, row.fields, shown.fields
                ));
            }
            let stamps = (row.created_at, row.created_by.unwrap_or_default(), row.updated_at);
            if stamps != (doc.created.at, doc.created.by, doc.updated.at) || row.pending {
                return Err(format!(
                    "replica {at} stamps {} {id} {stamps:?} (pending {}), the server {:?} {:?}",
                    def.name, row.pending, doc.created, doc.updated
                ));
            }
        }
        held.retain(|id| !expected_here.contains(id));
        let right: BTreeSet<RecordId> = expected.iter().map(|doc| doc.working.id).collect();
        if let Some(extra) = held.difference(&right).next() {
            return Err(format!(
                "replica {at} shows {} {extra}, which the server has not or hides",
                def.name
            ));
        }
    }
    Ok(())
}

/// No document is kept beside the rows that show it.
fn nothing_else_is_held(world: &World, at: usize, grants: &Grants) -> Result<(), String> {
    let held = ids(world.hosts[at].replica.connection(), "docs")?;
    let covered =
        |id: &RecordId| world.model.docs.get(id).is_some_and(|doc| world.model.covered(doc, grants));
    match held.iter().find(|id| !covered(id)) {
        Some(id) => Err(format!("replica {at} keeps document {id} out of its scopes")),
        None => Ok(()),
    }
}

/// A replica knows of every share that is granted to it, and of no other.
fn shares_are_as_told(world: &World, at: usize, grants: &Grants) -> Result<(), String> {
    let conn = world.hosts[at].replica.connection();
    let read = || -> rusqlite::Result<BTreeSet<(RecordId, String)>> {
        let mut statement = conn.prepare_cached("select doc, scope from shares")?;
        let rows = statement.query_map([], |row| Ok((RecordId::from_bytes(row.get(0)?), row.get(1)?)))?;
        rows.collect()
    };
    let known = read().map_err(|error| error.to_string())?;
    let docs = world.model.docs.values().map(|doc| &doc.working);
    let told = docs.flat_map(|doc| {
        let told = grants.told(doc.def, world.model.shared(doc.id)).unwrap_or_default();
        told.into_iter().map(|scope| (doc.id, scope))
    });
    let told: BTreeSet<(RecordId, String)> = told.collect();
    match known.symmetric_difference(&told).next() {
        Some((id, scope)) => Err(format!("replica {at} and the server differ about {id} in {scope}")),
        None => Ok(()),
    }
}

fn ids(conn: &rusqlite::Connection, table: &str) -> Result<BTreeSet<RecordId>, String> {
    let read = || -> rusqlite::Result<BTreeSet<RecordId>> {
        let mut statement = conn.prepare_cached(&format!("select id from {table}"))?;
        let rows = statement.query_map([], |row| Ok(RecordId::from_bytes(row.get(0)?)))?;
        rows.collect()
    };
    read().map_err(|error| error.to_string())
}

/// An action in a few words.
#[must_use]
pub fn brief(action: &Action) -> String {
    match action {
        Action::Send(bytes) => format!("sends {} bytes", bytes.len()),
        Action::Load { items, next, .. } => {
            format!("loads {} records, more: {}", items.len(), next.is_some())
        }
        Action::Apply { items, gone, .. } => {
            let docs: Vec<String> = items.iter().map(|item| item.doc.to_string()).collect();
            format!("applies {docs:?}, gone {gone:?}")
        }
        Action::Replace { asked, items } => format!("replaces {asked:?} by {} records", items.len()),
        Action::Grants(Granted { grants, role, download, .. }) => {
            let scopes = download.as_ref().map(|d| &d.scopes);
            format!("is {role}, may hold {grants:?}, downloads {scopes:?}")
        }
        Action::Verify(sums) => format!("verifies {} scopes", sums.len()),
        other => format!("{other:?}"),
    }
}
