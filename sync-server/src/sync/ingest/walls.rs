//! Walls in a batch: who is inside which, and what moves when one is put up or taken down.
//!
//! Who is inside a wall is said by the walled record as it is under the head's lock, not by what a session believes: who
//! makes a private job and its first application pushes both at once, before anybody could look them up again.

use std::borrow::Cow;
use std::collections::HashSet;

use zumodra_shared::access::{Principal, scope};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{EntityDef, Fields};
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::Wall;

use super::{Batch, Seen, touch};
use crate::error::Result;
use crate::sync::store;

/// Records that may belong to one that becomes private, or no longer is: they are moved in one transaction.
const MAX_BELONGING: i64 = 50_000;

impl Batch<'_> {
    /// Shares the records that a new one points to, where its kind does that.
    pub(super) async fn share(&mut self, def: &EntityDef, fields: &Fields) -> Result<()> {
        for (doc, into) in scope::shared_by(def, fields) {
            self.prefetch_shared(&[doc]).await?;
            // What is behind a wall is shared with nobody.
            if self.wall_around(doc).is_none() && !self.shares.of(doc).any(|known| known == into) {
                self.seq += 1;
                self.shares.add(self.seq, doc, into);
            }
        }
        Ok(())
    }

    /// A loaded record.
    pub(super) fn working(&self, id: RecordId) -> Option<&Working> {
        self.slots.get(&id)?.working.as_ref()
    }

    /// Every loaded record.
    pub(super) fn workings(&self) -> impl Iterator<Item = &Working> {
        self.slots.values().filter_map(|slot| slot.working.as_ref())
    }

    /// A record that was looked up: its kind, its fields and the wall around it.
    pub(super) fn looked_up(&self, id: RecordId) -> Option<(&'static str, &Fields, Option<RecordId>)> {
        self.seen.get(&id)?.as_ref().map(|seen| (seen.kind, &seen.fields, seen.wall))
    }

    /// Puts a loaded record behind a wall, or behind none. If that moves it, it has a place in the log of its own.
    pub(super) fn move_behind(&mut self, id: RecordId, wall: Wall) {
        let slot = touch(&mut self.slots, &mut self.group, id);
        if slot.working.is_none() {
            return;
        }
        slot.touch();
        let Some(working) = &mut slot.working else { return };
        let left = working.scope();
        working.wall = wall;
        if left != working.scope() {
            self.seq += 1;
            slot.seq = self.seq;
            self.moves.push((self.seq, id, left));
        }
    }

    /// Shares a record with nobody any more.
    pub(super) fn unshare(&mut self, id: RecordId) {
        for scope in self.shares.drop(id) {
            self.seq += 1;
            self.moves.push((self.seq, id, scope));
        }
    }

    /// The scopes that a loaded record is in.
    pub(super) fn scopes(&self, id: RecordId) -> impl Iterator<Item = String> {
        let home = self.slots.get(&id).and_then(|slot| slot.working.as_ref()).map(Working::scope);
        home.into_iter().chain(self.shares.of(id).map(str::to_owned))
    }

    /// Loads what is not known of some records that others point to, in one query.
    pub(super) async fn look_up(&mut self, ids: impl Iterator<Item = RecordId>) -> Result<()> {
        let missing: Vec<RecordId> = ids
            .filter(|id| !self.seen.contains_key(id))
            .filter(|id| self.slots.get(id).is_none_or(|slot| slot.working.is_none()))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let rows = store::seen(self.tx, &missing).await?;
        self.seen.extend(missing.into_iter().map(|id| (id, None)));
        for row in rows {
            if let Some(def) = registry::by_code(u16::try_from(row.kind).unwrap_or_default()) {
                self.seen
                    .insert(row.doc, Some(Seen { kind: def.name, fields: row.fields.0, wall: row.wall }));
            }
        }
        Ok(())
    }

    /// The wall around a record that was loaded or looked up.
    pub(super) fn wall_around(&self, id: RecordId) -> Option<RecordId> {
        match self.working(id) {
            Some(working) => working.wall.by,
            None => self.looked_up(id).and_then(|(.., wall)| wall),
        }
    }

    /// Somebody with what is known here of a wall: the walled record says who is inside.
    fn known<'p>(&self, wall: RecordId, by: &'p Principal) -> Cow<'p, Principal> {
        let walled = self.working(wall).map(|held| (held.def.name, &held.shown.fields));
        let walled = walled.or_else(|| self.looked_up(wall).map(|(kind, fields, _)| (kind, fields)));
        let Some((kind, fields)) = walled else { return Cow::Borrowed(by) };
        let inside = registry::by_name(kind).is_some_and(|def| def.owners(fields).contains(&by.user_id));
        by.knowing(wall, kind, inside)
    }

    /// Whether somebody may see records of a kind behind a wall.
    pub(super) fn is_inside(&self, by: &Principal, kind: &str, wall: RecordId) -> bool {
        let class = registry::by_name(kind).map(scope::walled_class).unwrap_or_default();
        self.known(wall, by).covers(&format!("{class}/{wall}"))
    }

    /// Whether somebody may see a loaded record.
    pub fn is_seen(&self, id: RecordId, by: &Principal) -> bool {
        let Some(held) = self.working(id) else { return false };
        by.is_server()
            || match held.wall.by {
                Some(wall) => self.known(wall, by).covers(&held.scope()),
                None => {
                    by.sees_own(held.def, &held.shown.fields, held.created_by, None)
                        || self.scopes(id).any(|scope| by.covers(&scope))
                }
            }
    }

    /// Somebody with what is known of the wall around a record, which is loaded for that.
    pub(super) async fn knowing<'p>(
        &mut self,
        id: RecordId,
        by: &'p Principal,
    ) -> Result<Cow<'p, Principal>> {
        let Some(wall) = self.wall_around(id).filter(|_| !by.is_server()) else {
            return Ok(Cow::Borrowed(by));
        };
        self.prefetch(&[wall]).await?;
        Ok(self.known(wall, by))
    }

    /// What is told of the wall around a record to who pushed a change of it.
    pub(super) fn wall_told(&self, id: RecordId, by: &Principal) -> Option<Wall> {
        Some(self.working(id)?.wall.told()?.to(self.is_seen(id, by)))
    }

    /// Refuses to move more than a transaction should.
    pub(super) async fn can_move(&mut self, id: RecordId) -> Result<std::result::Result<(), Problem>> {
        let found = store::belonging(self.tx(), &[id], MAX_BELONGING + 1).await?.len();
        let too_many = i64::try_from(found).unwrap_or(i64::MAX) > MAX_BELONGING;
        let problem = || {
            Problem::new(Code::TooLarge).detail(format!("More than {MAX_BELONGING} records belong to it."))
        };
        Ok(if too_many { Err(problem()) } else { Ok(()) })
    }

    /// Moves what belongs to a record whose own wall was put up or taken down.
    pub(super) async fn rehome(&mut self, id: RecordId) -> Result<()> {
        self.reshare(id).await?;
        let mut owners = vec![id];
        while !owners.is_empty() {
            let mut found = store::belonging(self.tx(), &owners, i64::MAX).await?;
            found.extend(self.belonging(&owners));
            found.sort_unstable();
            found.dedup();
            self.prefetch(&found).await?;
            let around: Vec<RecordId> = found.iter().flat_map(|doc| self.belongs_to(*doc)).collect();
            self.look_up(around.into_iter()).await?;
            owners = found.into_iter().filter(|doc| self.enclose(*doc)).collect();
        }
        Ok(())
    }

    /// Shares a record anew whose wall was taken down, and no longer what has a wall now.
    async fn reshare(&mut self, id: RecordId) -> Result<()> {
        let Some(held) = self.working(id) else { return Ok(()) };
        let (def, walled) = (held.def, held.wall.by.is_some());
        let Some(through) = def.scope.through else { return Ok(()) };
        if walled {
            self.unshare(id);
            return Ok(());
        }
        let mut sharing = store::belonging(self.tx(), &[id], i64::MAX).await?;
        sharing.extend(self.belonging(&[id]));
        sharing.sort_unstable();
        sharing.dedup();
        self.prefetch(&sharing).await?;
        for record in sharing {
            let Some(held) = self.working(record).filter(|held| held.def.name == through.kind) else {
                continue;
            };
            let (def, fields) = (held.def, held.shown.fields.clone());
            self.share(def, &fields).await?;
        }
        Ok(())
    }

    /// The records that a loaded one belongs to.
    fn belongs_to(&self, id: RecordId) -> Vec<RecordId> {
        self.working(id).map(|held| held.def.belongs_to(&held.shown.fields).collect()).unwrap_or_default()
    }

    /// Records of the batch that belong to some others.
    fn belonging(&self, owners: &[RecordId]) -> Vec<RecordId> {
        let owners: HashSet<&RecordId> = owners.iter().collect();
        let belongs =
            |held: &&Working| held.def.belongs_to(&held.shown.fields).any(|owner| owners.contains(&owner));
        self.workings().filter(belongs).map(|held| held.id).collect()
    }

    /// Puts a record behind the wall around what it belongs to. Says whether that moved it.
    fn enclose(&mut self, id: RecordId) -> bool {
        let Some(held) = self.working(id) else { return false };
        let wall = held.def.wall(id, &held.shown.fields, |owner| self.wall_around(owner));
        let mut moved = held.wall;
        let author = held.def.scope.after_own.then_some(held.created_by);
        moved.put(wall) && {
            self.effects.people.extend(author);
            self.move_behind(id, moved);
            true
        }
    }
}
