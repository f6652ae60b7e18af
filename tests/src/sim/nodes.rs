//! The server's nodes: what each of them knows by itself, and how it hears what another one committed.

use std::collections::HashMap;

use rand::Rng;
use zumodra_server::limits::SESSION_CACHE_MS;
use zumodra_server::sync::tail::{Reader, Tail};
use zumodra_shared::access::{Grants, Principal};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::cursor::{Cursor, Sealer};
use zumodra_shared::sync::server::{Authenticated, Input, PageRead};

use super::links::Link;
use super::read::PAGE_DOCUMENTS;
use super::server::Model;
use super::world::{Event, Sabotage, World};

/// Within which time a wake-up from another node arrives, in milliseconds.
const RING_WITHIN_MS: i64 = 3_000;

/// A node of the server.
#[derive(Debug, Default)]
pub struct Node {
    /// When it is up again.
    pub up_at: i64,
    /// Until when its database does not answer.
    pub stalled_until: i64,
    /// How wrong its clock is, in milliseconds.
    pub skew_ms: i64,
    /// A kind that this node is too old to know.
    pub older: Option<&'static EntityDef>,
    /// When it next looks by itself what others committed.
    pub look_at: i64,
    /// The end of the log as this node holds it: the real one.
    tail: Tail,
    /// How many of the changes of people it has heard of.
    people: usize,
    /// Another node's wake-up is on its way: more are one.
    ringing: bool,
    /// People as they were read lately, by device.
    sessions: HashMap<RecordId, (i64, Principal)>,
    /// The newest connection of each device on this node, and how many there were.
    newest: HashMap<RecordId, u64>,
    connections: u64,
}

impl Node {
    /// A node that has heard of so many of the changes of people.
    pub fn begin(older: Option<&'static EntityDef>, look_at: i64, people: usize) -> Self {
        Self { older, look_at, people, ..Self::default() }
    }
}

impl World {
    /// A node's clock, in milliseconds.
    pub fn clock(&self, node: usize) -> i64 {
        self.now + self.nodes[node].skew_ms
    }

    /// Whether a node can be reached.
    pub fn is_up(&self, node: usize) -> bool {
        self.now >= self.nodes[node].up_at
    }

    /// Who holds this token, as a node knows it.
    pub fn authenticate(&mut self, node: usize, token: &str) -> Result<Box<Authenticated>, Problem> {
        let (user, expires_at) = Model::claims(token, self.clock(node))?;
        self.look_up(node, user, expires_at)
    }

    /// Who a person is, as a node knows it: what was read lately is believed for a while.
    pub fn look_up(
        &mut self,
        node: usize,
        user: RecordId,
        expires_at: i64,
    ) -> Result<Box<Authenticated>, Problem> {
        let now = self.clock(node);
        let device = self.model.device(user).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        let known = self.nodes[node].sessions.get(&device);
        let known = known.filter(|(at, _)| (0..SESSION_CACHE_MS).contains(&(now - at)));
        let principal = match known {
            Some((_, principal)) => principal.clone(),
            None => {
                let read = self.model.principal(user).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
                self.nodes[node].sessions.insert(device, (now, read.clone()));
                read
            }
        };
        Ok(Box::new(Authenticated { principal, expires_at, head: self.model.head() }))
    }

    /// Who a person is will be read anew.
    pub fn forget_session(&mut self, node: usize, host: usize) {
        if let Some(device) = self.model.device(self.hosts[host].user) {
            self.nodes[node].sessions.remove(&device);
        }
    }

    /// A connection is now known to be of a device: the device is on this node now, this is its newest connection here,
    /// and older ones here end.
    pub fn welcome_in(&mut self, link: usize, device: RecordId) {
        if self.links[link].number > 0 {
            return;
        }
        let node = self.links[link].node;
        self.model.arrive(device, node);
        let known = &mut self.nodes[node];
        known.connections += 1;
        self.links[link].number = known.connections;
        known.newest.insert(device, known.connections);
        for older in self.open.clone() {
            let other = &self.links[older];
            if older != link && other.above && other.node == node && other.host == self.links[link].host {
                self.answer(older, Input::GoAway(0));
            }
        }
    }

    /// A connection has ended, as its node sees it.
    pub fn ended(&mut self, link: usize) {
        // What a node that crashed held is gone, and a number of it may be another connection's by now.
        if !std::mem::take(&mut self.links[link].above) {
            return;
        }
        let Link { node, host, number, .. } = self.links[link];
        let device = self.model.device(self.hosts[host].user).unwrap_or_default();
        if self.nodes[node].newest.get(&device) == Some(&number) {
            self.nodes[node].newest.remove(&device);
        }
    }

    /// Whether a device is on another node by now, as the database knows.
    pub fn is_elsewhere(&self, link: usize, device: RecordId) -> bool {
        self.sabotage != Sabotage::NewestByNode && self.model.node_of(device) != Some(self.links[link].node)
    }

    /// Whether no newer connection of the device is or was on this node.
    pub fn is_newest(&self, link: usize, device: RecordId) -> bool {
        let Link { node, number, .. } = self.links[link];
        self.nodes[node].newest.get(&device) == Some(&number)
    }

    /// What a node reads past a cursor: from the end of the log that it holds, or from the database.
    pub fn page(
        &mut self,
        link: usize,
        (cursor, own): (Cursor, bool),
        grants: &Grants,
        checkpoint: bool,
    ) -> PageRead {
        let Link { node, host, number, .. } = self.links[link];
        let (now, head) = (self.clock(node), self.model.head());
        let device = self.model.device(self.hosts[host].user).unwrap_or_default();
        let connection = (!own).then_some((device, number));
        let reader = Reader { connection, grants, limit: PAGE_DOCUMENTS, now };
        let known = &mut self.nodes[node];
        // An older node has no such thing.
        if known.older.is_none() && !checkpoint {
            let held = known.tail.page(cursor, &reader, || Sealer::new(&super::CURSOR_KEY));
            if let Some(page) = held {
                return page;
            }
        }
        if known.tail.looked(head, now) {
            self.soon(RING_WITHIN_MS, Event::Ring(node));
        }
        if Cursor::at(head) == cursor && !checkpoint {
            return PageRead::nothing(cursor);
        }
        self.model.page(cursor, grants, checkpoint)
    }

    /// A node committed something past a place of the log: it wakes its own connections, and rings at the other nodes.
    pub fn tell(&mut self, node: usize, from: u64) {
        self.written_at = self.now;
        let commit = self.model.commit(from);
        let advanced = self.model.head() > from;
        if advanced && !self.nodes[node].tail.push(commit) {
            // What another node wrote in between is read first.
            self.nodes[node].tail.doubt();
            self.soon(RING_WITHIN_MS, Event::Ring(node));
        }
        self.hear(node, advanced);
        for other in (0..self.nodes.len()).filter(|other| *other != node) {
            // A wake-up that is lost costs time and nothing else; further ones while one is under way are one.
            if !self.nodes[other].ringing && self.rng.random_range(0..3) > 0 {
                self.nodes[other].ringing = true;
                self.soon(RING_WITHIN_MS, Event::Ring(other));
            }
        }
    }

    /// Another node's wake-up arrives.
    pub fn ring(&mut self, node: usize) {
        self.nodes[node].ringing = false;
        self.look(node);
    }

    /// A node looks what others committed, because another one rang or by itself: whatever was lost on the way is found
    /// here.
    pub fn look(&mut self, node: usize) {
        if !self.is_up(node) {
            return;
        }
        if self.sabotage == Sabotage::NobodyLooksForPeople {
            self.nodes[node].people = self.model.people_changes().len();
        }
        let (head, now) = (self.model.head(), self.clock(node));
        let (known, _) = self.nodes[node].tail.reached();
        let news = known.filter(|known| *known < head).map(|known| self.model.news(known));
        let advanced = self.nodes[node].tail.take_up(head, news, now);
        self.hear(node, advanced);
    }

    /// Takes up what was committed, and tells the node's connections what is news.
    fn hear(&mut self, node: usize, advanced: bool) {
        if !self.is_up(node) {
            return;
        }
        let known = &mut self.nodes[node];
        let touched: Vec<RecordId> = self.model.people_changes()[known.people..].to_vec();
        known.people += touched.len();
        known.sessions.retain(|_, (_, principal)| !touched.contains(&principal.user_id));
        if !advanced && touched.is_empty() {
            return;
        }
        for link in self.open.clone() {
            if !self.links[link].above || self.links[link].node != node {
                continue;
            }
            if touched.contains(&self.hosts[self.links[link].host].user) {
                self.answer(link, Input::Stale);
            }
            if self.rng.random_range(0..8) > 0 {
                self.answer(link, Input::Wake);
            }
        }
    }

    /// A node dies alone: what it had not done yet is forgotten with it, and its replicas go elsewhere.
    pub fn crash_node(&mut self, node: usize) {
        self.counts.crashes += 1;
        self.note(|| format!("node {node} crashes"));
        let up_at = self.now + self.rng.random_range(1..4_000);
        let old = &self.nodes[node];
        // It may come back as a newer version.
        let older = old.older.filter(|_| self.rng.random_range(0..2) == 0);
        let skew_ms = old.skew_ms;
        let fresh = Node::begin(older, up_at, self.model.people_changes().len());
        self.nodes[node] = Node { up_at, skew_ms, ..fresh };
        for link in self.open.clone() {
            if self.links[link].node == node {
                self.links[link].above = false;
                if self.links[link].below {
                    self.soon(500, Event::LostBelow(link));
                }
            }
        }
        self.forget_plans(|event, links| match event {
            Event::Job(link, _) | Event::Answer(link, _) => links[*link].node != node,
            Event::Ring(ringing) => *ringing != node,
            _ => true,
        });
    }
}
