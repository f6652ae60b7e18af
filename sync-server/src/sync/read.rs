//! What a session reads: pages past a cursor, chunks of a download, single documents. Each in one snapshot.

use std::collections::HashMap;

use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::limits::{MAX_CHUNK_DOCUMENTS, PAGE_TARGET_BYTES};
use zumodra_shared::registry::{self, KINDS};
use zumodra_shared::sync::cursor::{Cursor, Sealer};
use zumodra_shared::sync::server::{ChunkRead, Counted, PageRead};
use zumodra_shared::sync::wire::{Blob, Body, Item, Row, ScopeSum, Stamp, Wall};

use super::store::{self, Changed, Event, LoadRow};
use super::tail::{Pusher, Reader};
use crate::app::App;
use crate::error::Result;
use crate::tenants::Tenant;

/// The head of a tenant's log.
pub async fn head(app: &App, tenant: &Tenant) -> Result<u64> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let head = store::head(&mut tx).await?;
    tx.commit().await?;
    Ok(head.seq.unsigned_abs())
}

/// What changed past a cursor in the granted scopes.
pub async fn page(
    app: &App,
    tenant: &Tenant,
    (connection, cursor): (Option<Pusher>, Cursor),
    grants: &Grants,
    limit: usize,
    checkpoint: bool,
) -> Result<PageRead> {
    let sealer = || Sealer::new(&app.keys().cursor_key(tenant.id));
    let reader = Reader { connection, grants, limit, now: app.now() };
    let known = app.hub().tail(tenant.id, |tail| tail.page(cursor, &reader, sealer));
    if let Some(Some(page)) = known.filter(|_| !checkpoint) {
        return Ok(page);
    }
    let (base, pos) = (cursor.base.cast_signed(), cursor.pos.cast_signed());
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let store::Head { seq: head, horizon } = store::head(&mut tx).await?;
    if app.hub().tail(tenant.id, |tail| tail.looked(head.unsigned_abs(), app.now())) == Some(true) {
        app.hub().rung(tenant.id);
    }
    if head == pos && base == pos && !checkpoint {
        tx.commit().await?;
        return Ok(PageRead::nothing(cursor));
    }
    let news = head > base;
    let (mut changed, mut more) =
        if news { changed(&mut tx, (base, pos), grants, limit).await? } else { Default::default() };
    // What the log does not tell any more is told by whole documents.
    let sizes =
        if base < horizon { HashMap::new() } else { store::log_sizes(&mut tx, &ids(&changed), base).await? };
    let kept = within_target(&changed, &sizes);
    more |= kept < changed.len();
    changed.truncate(kept);
    let items = bodies(&mut tx, &changed, &sizes, base, grants).await?;
    let gone = if news && !more { store::gone(&mut tx, base, grants).await? } else { Vec::new() };
    let sums = if checkpoint && !more { Some(sums(&mut tx, grants).await?) } else { None };
    tx.commit().await?;
    let cursor = match changed.last() {
        Some(last) if more => Cursor { base: cursor.base, pos: last.seq.unsigned_abs() },
        _ => Cursor::at(head.unsigned_abs()),
    };
    Ok(PageRead { items, gone, more, checkpoint: sums, ..PageRead::nothing(cursor) })
}

/// The first documents of the grants with an event past a cursor, and whether there are more.
async fn changed(
    tx: &mut crate::db::TenantTx,
    (base, pos): (i64, i64),
    grants: &Grants,
    limit: usize,
) -> Result<(Vec<Changed>, bool)> {
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let shared = grants.shared();
    if shared.is_empty() {
        let mut changed = store::changed(tx, base, pos, grants, wanted).await?;
        let more = changed.len() > limit;
        changed.truncate(limit);
        return Ok((changed, more));
    }
    let changes = store::changes(tx, pos, grants, wanted).await?;
    let shares = store::newly_shared(tx, pos, &shared, wanted).await?;
    let (events, more) = first_events(&changes, &shares, limit);
    Ok((store::stamps(tx, base, &events, grants).await?, more))
}

/// The first documents of two lists of events, each of which ends early when it has more than `limit`: every document at
/// its last event, in order, and whether there are more. What lies past the end of a list is not known, so that nothing is
/// taken from there.
fn first_events(changes: &[Event], shares: &[Event], limit: usize) -> (Vec<Event>, bool) {
    let end = |events: &[Event]| events.last().filter(|_| events.len() > limit).map(|last| last.seq);
    let known = end(changes).into_iter().chain(end(shares)).min();
    let mut last: HashMap<RecordId, i64> = HashMap::new();
    for event in changes.iter().chain(shares).filter(|event| known.is_none_or(|known| event.seq <= known)) {
        let seq = last.entry(event.doc).or_default();
        *seq = event.seq.max(*seq);
    }
    let mut events: Vec<Event> = last.into_iter().map(|(doc, seq)| Event { seq, doc }).collect();
    events.sort_by_key(|event| event.seq);
    let more = known.is_some() || events.len() > limit;
    events.truncate(limit);
    (events, more)
}

fn ids(changed: &[Changed]) -> Vec<RecordId> {
    changed.iter().map(|c| c.doc).collect()
}

/// Whether the document is sent whole: when that is no more than its changes, or when the replica may not have it. Only
/// the document has its first change.
fn whole(changed: &Changed, sizes: &HashMap<RecordId, i64>) -> bool {
    changed.moved
        || !changed.older
        || sizes.get(&changed.doc).is_none_or(|bytes| *bytes >= i64::from(changed.saved_bytes))
}

/// How many documents fit into a page; at least one.
fn within_target(changed: &[Changed], sizes: &HashMap<RecordId, i64>) -> usize {
    let target = i64::try_from(PAGE_TARGET_BYTES).unwrap_or(i64::MAX);
    let mut total = 0;
    let fit = changed.iter().take_while(|c| {
        total += if whole(c, sizes) { i64::from(c.saved_bytes) } else { sizes[&c.doc] };
        total <= target
    });
    fit.count().max(1).min(changed.len())
}

async fn bodies(
    tx: &mut crate::db::TenantTx,
    changed: &[Changed],
    sizes: &HashMap<RecordId, i64>,
    base: i64,
    grants: &Grants,
) -> Result<Vec<Item>> {
    let entry = |kind: i32| def_of(kind).is_some_and(|def| def.entry);
    let (whole_docs, partial): (Vec<&Changed>, Vec<&Changed>) =
        changed.iter().partition(|c| entry(c.kind) || whole(c, sizes));
    let whole_ids: Vec<RecordId> = whole_docs.iter().map(|c| c.doc).collect();
    let partial_ids: Vec<RecordId> = partial.iter().map(|c| c.doc).collect();
    let mut saved: HashMap<RecordId, Vec<u8>> = HashMap::new();
    if !whole_ids.is_empty() {
        saved = store::documents(tx, &whole_ids).await?.into_iter().map(|row| (row.doc, row.saved)).collect();
    }
    let mut logs: HashMap<RecordId, Vec<Blob>> = HashMap::new();
    if !partial_ids.is_empty() {
        for (doc, body) in store::log_of(tx, &partial_ids, base).await? {
            logs.entry(doc).or_default().push(Blob(body));
        }
    }
    let items = changed.iter().filter_map(|c| {
        let body = match (logs.remove(&c.doc), saved.remove(&c.doc)) {
            (Some(changes), _) => Body::Changes(changes),
            (None, Some(saved)) if entry(c.kind) => Body::Entry(saved),
            (None, Some(saved)) => Body::Snapshot(saved),
            (None, None) => return None,
        };
        // A document that the replica had at its base is known to it with its creation.
        let known = c.older && !c.moved;
        Some(Item {
            doc: c.doc,
            kind: u16::try_from(c.kind).unwrap_or_default(),
            body,
            updated: Stamp { at: c.updated_at, by: c.updated_by },
            created: (!known).then_some(Stamp { at: c.created_at, by: c.created_by }),
            shares: told(grants, c.kind, &c.shares),
            wall: Wall::from(c.wall).told(),
        })
    });
    Ok(items.collect())
}

async fn sums(tx: &mut crate::db::TenantTx, grants: &Grants) -> Result<Vec<ScopeSum>> {
    let mut sums: HashMap<&str, (i64, i64)> = grants.iter().map(|scope| (scope, (0, 0))).collect();
    let rows = store::sums(tx, grants).await?;
    for (scope, class, documents, checksum) in &rows {
        // A scope that is granted by key and by class counts in both; one that documents are shared into has no class.
        for granted in [scope.as_str(), class.as_str()] {
            if let Some(sum) = sums.get_mut(granted) {
                sum.0 += documents;
                sum.1 = sum.1.wrapping_add(*checksum);
            }
            if scope == class {
                break;
            }
        }
    }
    let mut sums: Vec<ScopeSum> = sums
        .into_iter()
        .map(|(scope, (documents, checksum))| ScopeSum {
            scope: scope.to_owned(),
            documents: documents.unsigned_abs(),
            checksum,
        })
        .collect();
    sums.sort_by(|a, b| a.scope.cmp(&b.scope));
    Ok(sums)
}

/// Documents of some scopes in the stored sums, and which of some records have no wall any more.
pub async fn count(app: &App, tenant: &Tenant, scopes: &[String], lost: &[RecordId]) -> Result<Counted> {
    let grants = Grants::named(scopes.iter().cloned());
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let rows = store::sums(&mut tx, &grants).await?;
    let opened = if lost.is_empty() { Vec::new() } else { store::opened(&mut tx, lost).await? };
    tx.commit().await?;
    let total = rows.iter().map(|(_, _, documents, _)| documents.unsigned_abs()).sum();
    Ok(Counted { total, opened })
}

/// A chunk of a download: documents of one kind or several, up to the limits of a frame.
pub async fn chunk(
    app: &App,
    tenant: &Tenant,
    (grants, scopes): (&Grants, &[String]),
    kind: u16,
    after: Option<RecordId>,
) -> Result<ChunkRead> {
    let scopes = Grants::named(scopes.iter().cloned());
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let mut items = Vec::new();
    let mut bytes = 0;
    let mut place = (usize::from(kind), after);
    let mut next = None;
    while let Some(def) = KINDS.get(place.0) {
        let of_kind = scopes.of_kind(def);
        if of_kind.iter().next().is_none() {
            place = (place.0 + 1, None);
            continue;
        }
        let room = MAX_CHUNK_DOCUMENTS.saturating_sub(items.len());
        let (code, limit) = (i32::from(def.code), i64::try_from(room).unwrap_or(i64::MAX));
        let rows = if def.scope.through.is_some() && !scopes.covers(def.scope.class) {
            store::load_shared(&mut tx, &of_kind, grants, code, place.1, limit).await?
        } else {
            store::load(&mut tx, &of_kind, code, place.1, limit).await?
        };
        let exhausted = rows.len() < room;
        let mut cut = false;
        for row in rows {
            let size = row.saved.len() + row.fields.as_ref().map_or(0, String::len);
            if bytes + size > PAGE_TARGET_BYTES && !items.is_empty() {
                cut = true;
                break;
            }
            bytes += size;
            place.1 = Some(row.doc);
            items.push(loaded(row, grants));
        }
        if cut || !exhausted {
            next = Some((u16::try_from(place.0).unwrap_or(u16::MAX), place.1));
            break;
        }
        place = (place.0 + 1, None);
    }
    tx.commit().await?;
    Ok(ChunkRead { items, next })
}

/// Some documents as they are, as far as the grants cover them.
pub async fn fetch(app: &App, tenant: &Tenant, docs: &[RecordId], grants: &Grants) -> Result<Vec<Item>> {
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let rows = store::fetch(&mut tx, docs, grants).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|row| loaded(row, grants)).collect())
}

fn loaded(row: LoadRow, grants: &Grants) -> Item {
    let shares = told(grants, row.kind, &row.shares);
    let body = match row.fields {
        _ if def_of(row.kind).is_some_and(|def| def.entry) => Body::Entry(row.saved),
        Some(fields) => Body::Loaded(row.saved, Row { fields, deleted: row.deleted.unwrap_or_default() }),
        None => Body::Snapshot(row.saved),
    };
    Item {
        doc: row.doc,
        kind: u16::try_from(row.kind).unwrap_or_default(),
        body,
        updated: Stamp { at: row.updated_at, by: row.updated_by },
        created: Some(Stamp { at: row.created_at, by: row.created_by }),
        shares,
        wall: Wall::from(row.wall).told(),
    }
}

/// What is told of the scopes that a document is shared into.
fn told(grants: &Grants, kind: i32, shares: &[String]) -> Option<Vec<String>> {
    grants.told(def_of(kind)?, shares.iter().map(String::as_str))
}

fn def_of(kind: i32) -> Option<&'static zumodra_shared::schema::EntityDef> {
    registry::by_code(u16::try_from(kind).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(events: &[(i64, u128)]) -> Vec<Event> {
        events.iter().map(|(seq, doc)| Event { seq: *seq, doc: RecordId::from_u128(*doc) }).collect()
    }

    #[test]
    fn a_document_comes_once_at_its_last_event() {
        let (changes, shares) = (events(&[(1, 1), (4, 2)]), events(&[(2, 3), (6, 1)]));
        let (first, more) = first_events(&changes, &shares, 10);
        assert_eq!((first, more), (events(&[(2, 3), (4, 2), (6, 1)]), false));
    }

    #[test]
    fn a_page_never_ends_behind_an_event_that_was_not_read() {
        // Two of the changes were read, and there may be one with the number 4.
        let (changes, shares) = (events(&[(1, 1), (3, 2)]), events(&[(2, 3), (5, 4)]));
        let (first, more) = first_events(&changes, &shares, 1);
        assert_eq!((first, more), (events(&[(1, 1)]), true));
        let (first, more) = first_events(&changes, &[], 1);
        assert_eq!((first, more), (events(&[(1, 1)]), true));
        assert_eq!(first_events(&[], &[], 1), (Vec::new(), false));
    }
}
