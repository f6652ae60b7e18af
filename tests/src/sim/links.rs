//! Connections as the server sees them: the real session, and what it asks of the database.

use rand::Rng;
use zumodra_shared::access::{Grants, Principal};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::sync::cursor::Cursor;
use zumodra_shared::sync::server::{Action, Input, Session};
use zumodra_shared::sync::wire::{Command, Outcome, PushedChange};

use super::versions::{self, Stranger};
use super::world::{Event, Sabotage, World};

/// Most time that something takes in the database or on its way, in milliseconds.
const WORK_MS: i64 = 40;
/// Most time that a frame is under way, in milliseconds; on a bad connection.
const WIRE_MS: i64 = 60;
const BAD_WIRE_MS: i64 = 1_500;
/// One in so many connections is bad.
const BAD_WIRES: u32 = 6;

/// A connection between a replica and a node.
pub struct Link {
    /// The replica.
    pub host: usize,
    /// The node.
    pub node: usize,
    /// The real session.
    pub session: Session,
    /// This connection among those of its device, in order; 0 before it is known whose it is.
    pub number: u64,
    /// Open, as the replica sees it.
    pub below: bool,
    /// Open, as the node sees it.
    pub above: bool,
    /// What one end knows and the other does not.
    stranger: Option<Stranger>,
    delay_ms: i64,
    up_at: i64,
    down_at: i64,
    write_at: i64,
}

/// Something that the database does for a connection.
pub enum Job {
    /// Whose is this token?
    Authenticate(String),
    /// Who is connected now?
    LookUp,
    /// What changed past a cursor.
    Page {
        /// Echoed in the answer.
        ticket: u32,
        /// From where.
        cursor: Cursor,
        /// The granted scopes.
        grants: Grants,
        /// Whether the sums are wanted.
        checkpoint: bool,
        /// Whether what the replica did itself is wanted too.
        own: bool,
    },
    /// A chunk of a download.
    Chunk {
        /// Echoed in the answer.
        ticket: u32,
        /// The granted scopes.
        grants: Grants,
        /// The scopes.
        scopes: Vec<String>,
        /// The kind.
        kind: u16,
        /// After which document.
        after: Option<RecordId>,
    },
    /// How many documents these scopes have.
    Count(u32, Vec<String>, Vec<RecordId>),
    /// Changes are judged and committed.
    Ingest(u32, Vec<PushedChange>, Principal),
    /// A command runs.
    Run(Command, Principal),
    /// Single documents.
    Fetch(u32, Vec<RecordId>, Grants),
}

impl World {
    /// Opens a connection between a replica and a node.
    pub fn connected(&mut self, host: usize, node: usize) -> usize {
        let bad = self.in_trouble() && self.rng.random_range(0..BAD_WIRES) == 0;
        let delay_ms = if bad { BAD_WIRE_MS } else { WIRE_MS };
        let session = Session::new(self.clock(node), &super::CURSOR_KEY);
        let stranger = Stranger::between(self.hosts[host].older, self.nodes[node].older);
        let (up_at, down_at, write_at) = (self.now, self.now, self.now);
        let link = self.links.len();
        self.links.push(Link {
            host,
            node,
            session,
            number: 0,
            below: true,
            above: true,
            stranger,
            delay_ms,
            up_at,
            down_at,
            write_at,
        });
        self.open.push(link);
        self.hosts[host].link = Some(link);
        link
    }

    /// The classes of scopes of which a replica's node has never heard.
    pub fn unheard_of(&self, host: usize) -> Vec<&'static str> {
        let stranger = self.hosts[host].link.and_then(|link| self.links[link].stranger);
        stranger.map(Stranger::unknown_above).unwrap_or_default()
    }

    /// A replica sends a frame.
    pub fn send_up(&mut self, host: usize, bytes: Vec<u8>) {
        let Some(link) = self.hosts[host].link else { return };
        let at = self.now + self.rng.random_range(1..self.links[link].delay_ms);
        self.links[link].up_at = self.links[link].up_at.max(at);
        self.plan(self.links[link].up_at, Event::Up(link, bytes));
    }

    /// A frame arrives at a node.
    pub fn receive(&mut self, link: usize, bytes: Vec<u8>) {
        let bytes = match self.links[link].stranger {
            Some(stranger) => versions::up(stranger, bytes),
            None => bytes,
        };
        self.serve(link, Input::Frame(bytes));
    }

    fn send_down(&mut self, link: usize, bytes: Vec<u8>) {
        let bytes = match self.links[link].stranger {
            Some(stranger) => versions::down(stranger, bytes, &self.model),
            None => bytes,
        };
        let at = self.now + self.rng.random_range(1..self.links[link].delay_ms);
        self.links[link].down_at = self.links[link].down_at.max(at);
        self.plan(self.links[link].down_at, Event::Down(link, bytes));
    }

    /// The node notices that the connection is gone.
    pub fn lost_above(&mut self, link: usize) {
        self.ended(link);
    }

    /// Gives a session an answer, in a moment.
    pub fn answer(&mut self, link: usize, input: Input) {
        self.soon(WORK_MS, Event::Answer(link, Box::new(input)));
    }

    /// Feeds the server's session and carries out what it says.
    pub fn serve(&mut self, link: usize, input: Input) {
        let now = self.clock(self.links[link].node);
        for action in self.links[link].session.handle(now, input) {
            let job = match action {
                Action::Send(bytes) => {
                    self.send_down(link, bytes);
                    continue;
                }
                Action::Close => {
                    self.ended(link);
                    self.plan(self.links[link].down_at.max(self.now) + 1, Event::LostBelow(link));
                    continue;
                }
                Action::Purged | Action::Reached(_) => continue,
                Action::Authenticate(token) => Job::Authenticate(token),
                Action::LookUp => Job::LookUp,
                Action::ReadPage { ticket, cursor, grants, checkpoint, own, limit: _ } => {
                    Job::Page { ticket, cursor, grants, checkpoint, own }
                }
                Action::ReadChunk { ticket, grants, scopes, kind, after } => {
                    Job::Chunk { ticket, grants, scopes, kind, after }
                }
                Action::CountGained(ticket, scopes, lost) => Job::Count(ticket, scopes, lost),
                Action::Fetch(ticket, docs, grants) => Job::Fetch(ticket, docs, grants),
                Action::Ingest(batch, changes, who) => {
                    self.write_next(link, Job::Ingest(batch, changes, who));
                    continue;
                }
                Action::Run(command, who) => {
                    self.write_next(link, Job::Run(command, who));
                    continue;
                }
            };
            self.soon(WORK_MS, Event::Job(link, job));
        }
    }

    /// What one connection writes is written in its order.
    fn write_next(&mut self, link: usize, job: Job) {
        let at = self.now + self.rng.random_range(1..self.links[link].delay_ms);
        let stalled_until = self.nodes[self.links[link].node].stalled_until;
        self.links[link].write_at = self.links[link].write_at.max(at).max(stalled_until);
        self.plan(self.links[link].write_at, Event::Job(link, job));
    }

    /// Does something in the database. What is read is told later: meanwhile it may have changed.
    pub fn work(&mut self, link: usize, job: Job) {
        let (node, host, above) = (self.links[link].node, self.links[link].host, self.links[link].above);
        let answer = match job {
            Job::Ingest(batch, changes, who) => return self.ingest(link, batch, &changes, &who),
            Job::Run(command, who) => return self.run_command(link, &command, &who),
            _ if !above => return,
            Job::Authenticate(token) => {
                if self.links[link].number == 0 {
                    self.forget_session(node, host);
                }
                let found = self.authenticate(node, &token);
                if let Ok(who) = &found {
                    self.welcome_in(link, who.principal.device_id);
                }
                Input::Authenticated(found)
            }
            Job::LookUp => {
                self.forget_session(node, host);
                Input::Principal(self.look_up(node, self.hosts[host].user, i64::MAX))
            }
            Job::Page { ticket, cursor, grants, checkpoint, own } => {
                Input::Page(ticket, Box::new(self.page(link, (cursor, own), &grants, checkpoint)))
            }
            Job::Chunk { ticket, grants, scopes, kind, after } => {
                Input::Chunk(ticket, Box::new(self.model.chunk((&grants, &scopes), kind, after)))
            }
            Job::Count(ticket, scopes, lost) => Input::Counted(ticket, self.model.counted(&scopes, &lost)),
            Job::Fetch(ticket, docs, grants) => Input::Fetched(ticket, self.model.fetch(&docs, &grants)),
        };
        self.answer(link, answer);
    }

    fn ingest(&mut self, link: usize, batch: u32, changes: &[PushedChange], who: &Principal) {
        let node = self.links[link].node;
        let now = self.clock(node);
        if self.sabotage == Sabotage::AnswersBeforeCommit && self.in_trouble() && self.crashes_now() {
            let accepted = changes.iter().map(|_| Outcome::Accepted(None)).collect();
            return self.serve(link, Input::Ingested(batch, accepted, now));
        }
        let elsewhere = self.is_elsewhere(link, who.device_id);
        if elsewhere || !self.is_newest(link, who.device_id) {
            self.note(|| format!("node {node} does not judge batch {batch} of old connection {link}"));
            let later = changes.iter().map(|_| Outcome::Later(Problem::new(Code::Unavailable).into()));
            self.answer(link, Input::Ingested(batch, later.collect(), now));
            if elsewhere {
                self.answer(link, Input::GoAway(0));
            }
            return;
        }
        let (older, number, from) = (self.nodes[node].older, self.links[link].number, self.model.head());
        let outcomes: Vec<Outcome> = changes
            .iter()
            .map(|change| match older.filter(|older| older.code == change.kind) {
                Some(_) => Outcome::Later(Problem::new(Code::UnknownKind).into()),
                None => self.model.ingest(change, who, number, now),
            })
            .collect();
        self.counts.later += outcomes.iter().filter(|o| matches!(o, Outcome::Later(_))).count() as u64;
        self.note(|| format!("node {node} judges batch {batch} of connection {link}: {outcomes:?}"));
        self.committed(link, from, Input::Ingested(batch, outcomes, now));
    }

    fn run_command(&mut self, link: usize, command: &Command, who: &Principal) {
        let node = self.links[link].node;
        let (now, from) = (self.clock(node), self.model.head());
        let done = self.model.run(command, who, now);
        self.note(|| format!("node {node} runs {} of connection {link}: {:?}", command.name, done.problem));
        self.committed(link, from, Input::CommandDone(done));
    }

    fn committed(&mut self, link: usize, from: u64, answer: Input) {
        let node = self.links[link].node;
        self.tell(node, from);
        if self.in_trouble() && self.crashes_now() {
            // Committed, and nobody was told.
            return self.crash_node(node);
        }
        self.answer(link, answer);
    }

    fn crashes_now(&mut self) -> bool {
        self.rng.random_range(0..60) == 0
    }
}
