//! Who is connected and what they may hold: from hello to welcome, and whenever that changes.

use super::io::{is_within_limits, position, promised, send};
use super::{Action, Authenticated, Counted, Phase, Session};
use crate::access::Grants;
use crate::kernel::{Code, Problem};
use crate::registry::SCHEMA_VERSION;
use crate::sync::cursor::Cursor;
use crate::sync::wire::{Blob, GrantsChanged, Hello, ServerFrame, Welcome};
use crate::sync::{MIN_PROTOCOL, PROTOCOL, SAME_IS_PURGED_SINCE};

impl Session {
    pub(super) fn hello(&mut self, hello: Hello, out: &mut Vec<Action>) {
        if !is_within_limits(&hello) {
            return self.refuse(Problem::new(Code::TooLarge), out);
        }
        if hello.protocol < MIN_PROTOCOL {
            return self.refuse(Problem::new(Code::ProtocolTooOld), out);
        }
        self.renewal = Some(hello.token.clone());
        self.phase = Phase::Authenticating(Box::new(hello));
    }

    pub(super) fn authenticated(&mut self, who: Authenticated, out: &mut Vec<Action>) {
        match std::mem::replace(&mut self.phase, Phase::Closed) {
            Phase::Authenticating(hello) => {
                self.schema = hello.schema;
                self.grants = who.principal.grants().understood_by(self.schema);
                self.by_digest = hello.digest.is_some();
                let held = match &hello.digest {
                    None => Grants::named(hello.scopes.iter().cloned()),
                    Some(Blob(digest)) if digest[..] == self.grants.digest() => self.grants.clone(),
                    Some(_) => {
                        self.phase = Phase::New;
                        return send(out, &ServerFrame::SayNames);
                    }
                };
                let opened = hello.cursor.as_ref().map(|sealed| self.sealer.open(sealed));
                // A cursor of another tenant, or from the future (the server was restored): everything is fetched anew.
                let known = matches!(opened, Some(Some(cursor)) if cursor.pos <= who.head);
                self.cursor = match opened {
                    Some(Some(cursor)) if known && promised(&held, &hello) == self.grants => cursor,
                    // As in `principal_changed`.
                    Some(Some(cursor)) if known => Cursor::at(cursor.base),
                    _ => Cursor::at(who.head),
                };
                let gained = if known {
                    self.grants.minus(&held)
                } else {
                    self.grants.iter().map(str::to_owned).collect()
                };
                let mut hello = hello;
                if !known {
                    hello.cursor = None;
                    hello.download = None;
                }
                // Until the last chunk, what is no more may still be held.
                if known && hello.download.is_none() {
                    out.push(Action::Reached(self.cursor.base));
                }
                self.who = Some(who);
                let lost = held.walls_beyond(&self.grants);
                out.push(Action::CountGained(self.ticket, gained.clone(), lost));
                self.phase = Phase::Counting(hello, gained);
            }
            Phase::Live => {
                // A renewed token must be of the same person, device and tenant.
                self.phase = Phase::Live;
                let same = self.who.as_ref().is_some_and(|old| {
                    let (old, new) = (&old.principal, &who.principal);
                    (old.user_id, old.device_id, old.tenant_id) == (new.user_id, new.device_id, new.tenant_id)
                });
                if same {
                    self.principal_changed(who, out)
                } else {
                    self.refuse(Problem::new(Code::Unauthenticated), out)
                }
            }
            other => self.phase = other,
        }
    }

    pub(super) fn counted(&mut self, now: i64, counted: Counted, out: &mut Vec<Action>) {
        let Counted { total, opened } = counted;
        let opened = opened.iter().map(ToString::to_string).collect::<Vec<_>>();
        let opened = Some(opened).filter(|opened| !opened.is_empty());
        if let Some(gained) = self.regranting.take() {
            self.download_total = total;
            let download = position(gained);
            self.chunk.clone_from(&download);
            let role = self.who.as_ref().map_or("", |who| who.principal.role.name()).to_owned();
            let grants = self.grants.iter().map(str::to_owned).collect();
            let changed = GrantsChanged { role, grants, download, total, opened };
            self.unpurged += 1;
            self.lost.clear();
            return send(out, &ServerFrame::Grants(changed));
        }
        let Phase::Counting(hello, gained) = std::mem::replace(&mut self.phase, Phase::Live) else { return };
        let resumed = hello.download.filter(|cut| cut.scopes == gained);
        let download = resumed.or_else(|| position(gained));
        self.download_total = total;
        self.chunk.clone_from(&download);
        let same = self.by_digest && download.is_none() && hello.cursor.is_some();
        let grants = if same { Vec::new() } else { self.grants.iter().map(str::to_owned).collect() };
        let welcome = Welcome {
            protocol: PROTOCOL,
            schema: SCHEMA_VERSION,
            role: self.who.as_ref().map_or("", |who| who.principal.role.name()).to_owned(),
            now,
            grants,
            cursor: hello.cursor.is_none().then(|| self.sealer.seal(self.cursor)),
            download,
            total,
            opened,
            same: same.then_some(true),
        };
        send(out, &ServerFrame::Welcome(welcome));
        self.unpurged += usize::from(!same || hello.protocol < SAME_IS_PURGED_SINCE);
        self.woken = true;
        // What changed about the person while the records were counted counts from here on.
        if let Some(who) = self.who.take() {
            self.principal_changed(who, out);
        }
    }

    pub(super) fn principal_changed(&mut self, who: Authenticated, out: &mut Vec<Action>) {
        let grants = who.principal.grants().understood_by(self.schema);
        self.who = Some(who);
        if self.phase != Phase::Live || grants == self.grants {
            return;
        }
        let mut gained = grants.minus(&self.grants);
        // A download under way, or announced, goes on with what of it is still granted: by the name that it had, or by
        // that of a part of it.
        let under_way =
            self.chunk.iter().flat_map(|cut| cut.scopes.iter()).chain(self.regranting.iter().flatten());
        let under_way = Grants::named(under_way.cloned());
        let parts = grants.iter().filter(|scope| under_way.holds(scope));
        let wholes = under_way.iter().filter(|scope| grants.holds(scope));
        for scope in parts.chain(wholes) {
            if !gained.iter().any(|known| known == scope) {
                gained.push(scope.to_owned());
            }
        }
        let lost = self.grants.walls_beyond(&grants);
        self.lost.extend(lost);
        self.grants = grants;
        // A catch-up under way begins anew: what was passed over as out of sight may have come into it.
        self.cursor = Cursor::at(self.cursor.base);
        self.ticket = self.ticket.wrapping_add(1);
        self.flights.doubt();
        self.chunk = None;
        self.chunk_asked = false;
        self.fetching.clear();
        self.refetch = false;
        self.checkpoint_due = true;
        if self.held.take().is_some() {
            (self.reading, self.woken, self.overtaken) = (false, true, true);
        }
        let lost = self.lost.iter().copied().collect();
        out.push(Action::CountGained(self.ticket, gained.clone(), lost));
        self.regranting = Some(gained);
    }
}
