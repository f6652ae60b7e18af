//! Walls in the tenant as it is kept in memory: who is inside which, and what moves with one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use zumodra_shared::access::{Principal, scope};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::sync::wire::Wall;

use super::server::Model;

impl Model {
    /// The wall around a record.
    pub(super) fn wall_around(&self, id: RecordId) -> Option<RecordId> {
        self.docs.get(&id)?.working.wall.by
    }

    /// Whether somebody may see a record.
    pub(super) fn is_seen(&self, id: RecordId, by: &Principal) -> bool {
        let Some(held) = self.docs.get(&id).map(|doc| &doc.working) else { return false };
        by.is_server()
            || match held.wall.by {
                Some(_) => self.knowing(id, by).covers(&held.scope()),
                None => {
                    by.sees_own(held.def, &held.shown.fields, held.created_by, None)
                        || by.covers(&held.scope())
                        || self.shared(id).any(|scope| by.covers(scope))
                }
            }
    }

    /// Somebody with what is known of the wall around a record.
    pub(super) fn knowing<'p>(&self, id: RecordId, by: &'p Principal) -> Cow<'p, Principal> {
        let wall = self.wall_around(id).filter(|_| !by.is_server());
        let Some(held) = wall.and_then(|wall| Some(&self.docs.get(&wall)?.working)) else {
            return Cow::Borrowed(by);
        };
        by.knowing(held.id, held.def.name, held.def.owners(&held.shown.fields).contains(&by.user_id))
    }

    /// What is told of the wall around a record to who pushed a change of it.
    pub(super) fn wall_told(&self, id: RecordId, by: &Principal) -> Option<Wall> {
        Some(self.docs.get(&id)?.working.wall.told()?.to(self.is_seen(id, by)))
    }

    /// Moves what belongs to a record whose own wall was put up or taken down.
    pub(super) fn rehome(&mut self, id: RecordId) {
        self.reshare(id);
        // What belongs to an application follows it.
        while let Some((id, wall)) = self.docs.values().find_map(|doc| {
            let held = &doc.working;
            let mut moved = held.wall;
            let right = held.def.wall(held.id, &held.shown.fields, |owner| self.wall_around(owner));
            moved.put(right).then_some((held.id, moved))
        }) {
            self.move_behind(id, wall);
        }
    }

    fn move_behind(&mut self, id: RecordId, wall: Wall) {
        let Some(doc) = self.docs.get_mut(&id) else { return };
        let left = doc.working.scope();
        doc.working.wall = wall;
        let (now, hash) = (doc.working.scope(), doc.state_hash);
        self.touched.extend(doc.working.def.scope.after_own.then_some(doc.working.created_by));
        if left != now {
            let seq = self.silent(id);
            if let Some(doc) = self.docs.get_mut(&id) {
                doc.seq = seq;
            }
            self.moves.push((seq, id, left.clone()));
            self.add_to(&left, -1, hash.wrapping_neg());
            self.add_to(&now, 1, hash);
        }
    }

    fn reshare(&mut self, id: RecordId) {
        let Some(doc) = self.docs.get(&id) else { return };
        let (hash, walled) = (doc.state_hash, doc.working.wall.by.is_some());
        let Some(through) = doc.working.def.scope.through else { return };
        if walled {
            for (scope, _) in self.shares.remove(&id).unwrap_or_default() {
                let seq = self.silent(id);
                self.add_to(&scope, -1, hash.wrapping_neg());
                self.moves.push((seq, id, scope));
            }
            return;
        }
        let sharing = self.docs.values().map(|doc| &doc.working).filter(|held| {
            held.def.name == through.kind
                && scope::shared_by(held.def, &held.shown.fields).iter().any(|(doc, _)| *doc == id)
        });
        let sharing: BTreeMap<RecordId, _> =
            sharing.map(|held| (held.id, (held.def.name, held.shown.fields.clone()))).collect();
        for (kind, fields) in sharing.into_values() {
            if let Some(def) = registry::by_name(kind) {
                self.share(def, &fields);
            }
        }
    }
}
