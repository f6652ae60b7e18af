//! The replica's side of a session, as a state machine: frames and events in, actions out.
//!
//! The host (the desktop, the simulator) owns the socket and the store. It feeds [`Input`]s, one at a time, and carries
//! out every [`Action`] in order before it feeds the next input. Time is passed in. Nothing in the store is deleted
//! from the outbox before the server answered that it was committed.

mod io;

use std::collections::VecDeque;

pub use io::{Action, Granted, Held, Input, Outgoing};

use super::wire::{
    Blob, Chunk, ChunkPosition, ClientFrame, CommandDone, GrantsChanged, Hello, Outcome, Page, Push, Pushed,
    ServerFrame, Welcome, decode, encode,
};
use super::{DIGESTS_SINCE, MIN_PROTOCOL, PROTOCOL, REACHED_SINCE, SAME_IS_PURGED_SINCE};
use crate::kernel::limits::{MAX_PUSH_CHANGES, MAX_PUSHES_IN_FLIGHT, PUSH_TARGET_BYTES};
use crate::kernel::{Code, Problem, RecordId};
use crate::registry::{self, SCHEMA_VERSION};

/// First wait before a new connection, in milliseconds; doubles with each failure.
pub const BACKOFF_FIRST_MS: i64 = 200;
/// Longest wait before a new connection, in milliseconds.
pub const BACKOFF_MAX_MS: i64 = 30_000;
/// Silence after which the replica asks whether the server is still there, in milliseconds.
pub const PING_AFTER_MS: i64 = 20_000;
/// Silence after which the connection is given up, in milliseconds.
pub const DEAD_AFTER_MS: i64 = 60_000;
/// Time until what the server put off is sent again, in milliseconds.
pub const LATER_MS: i64 = 60_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not started, or stopped.
    Stopped,
    /// Waiting for a socket.
    Waiting,
    /// Hello was sent.
    Greeting,
    /// Welcomed.
    Live,
}

#[derive(Debug)]
struct Flight {
    batch: u32,
    places: Vec<u64>,
}

/// The replica's side of a session.
#[derive(Debug)]
pub struct Session {
    phase: Phase,
    failures: u32,
    heard_at: i64,
    pinged: bool,
    /// Sent and not yet answered, oldest first.
    flights: VecDeque<Flight>,
    command: Option<(u64, uuid::Uuid)>,
    /// Entries that were read and wait for room.
    ready: VecDeque<Outgoing>,
    /// Place of the last entry that was read.
    read_to: u64,
    reading: bool,
    /// The outbox may hold more than was read.
    unread: bool,
    next_batch: u32,
    retry_at: Option<i64>,
    /// An answer came since hello: a checkpoint taken before it does not fit.
    answered: bool,
    caught_up: bool,
    downloading: bool,
    fetching: Option<Vec<RecordId>>,
    told_up_to_date: bool,
    /// Something may have been taken away, and the server was not told up to where.
    took_away: bool,
    /// The declarations that the server knows.
    server_schema: u32,
    /// The protocol that it speaks.
    server_protocol: u16,
    /// The hello that said a digest and is not answered.
    hello_by_digest: Option<Box<Hello>>,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session that does nothing until [`Session::start`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            phase: Phase::Stopped,
            failures: 0,
            heard_at: 0,
            pinged: false,
            flights: VecDeque::new(),
            command: None,
            ready: VecDeque::new(),
            read_to: 0,
            reading: false,
            unread: true,
            next_batch: 0,
            retry_at: None,
            answered: false,
            caught_up: false,
            downloading: false,
            fetching: None,
            told_up_to_date: false,
            took_away: false,
            server_schema: SCHEMA_VERSION,
            server_protocol: PROTOCOL,
            hello_by_digest: None,
        }
    }

    /// Starts connecting.
    pub fn start(&mut self, now: i64) -> Vec<Action> {
        *self = Self { phase: Phase::Waiting, heard_at: now, ..Self::new() };
        vec![Action::ConnectAt(now)]
    }

    /// Whether the server has welcomed this session.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.phase == Phase::Live
    }

    /// Whether a download is under way.
    #[must_use]
    pub const fn is_downloading(&self) -> bool {
        self.downloading
    }

    /// Takes one input and says what has to be done.
    pub fn handle(&mut self, now: i64, input: Input) -> Vec<Action> {
        let mut out = Vec::new();
        match input {
            Input::Connected(held) => self.connected(now, held, &mut out),
            Input::Disconnected { jitter } => self.disconnected(now, jitter, &mut out),
            Input::Frame(bytes) => {
                self.heard_at = now;
                self.pinged = false;
                match decode::<ServerFrame>(&bytes) {
                    Ok(frame) => self.frame(now, frame, &mut out),
                    Err(problem) => self.stop(problem, &mut out),
                }
            }
            Input::OutboxChanged => self.unread = true,
            Input::Outbox(entries) => self.outbox(entries),
            Input::Scopes(scopes) => self.say_names(scopes, &mut out),
            Input::Token(token) if self.is_live() => {
                out.push(Action::Send(encode(&ClientFrame::Renew(token))))
            }
            Input::Token(_) => {}
            Input::Damaged(docs) if self.is_live() && !docs.is_empty() && self.fetching.is_none() => {
                out.push(Action::Send(encode(&ClientFrame::Fetch(docs.clone()))));
                self.fetching = Some(docs);
            }
            Input::Damaged(_) => {}
            Input::Tick => self.tick(now, &mut out),
        }
        self.pump(&mut out);
        out
    }

    fn connected(&mut self, now: i64, held: Held, out: &mut Vec<Action>) {
        if self.phase != Phase::Waiting {
            return;
        }
        self.forget_connection();
        self.phase = Phase::Greeting;
        self.heard_at = now;
        let hello = Hello {
            protocol: PROTOCOL,
            schema: SCHEMA_VERSION,
            token: held.token,
            cursor: held.cursor,
            scopes: held.scopes,
            download: held.download,
            digest: held.digest.map(|digest| Blob(digest.to_vec())),
        };
        self.hello_by_digest = hello.digest.is_some().then(|| Box::new(hello.clone()));
        out.push(Action::Send(encode(&ClientFrame::Hello(hello))));
    }

    /// Says hello once more, with names: the digest does not fit.
    fn say_names(&mut self, scopes: Vec<String>, out: &mut Vec<Action>) {
        if let Some(hello) = self.hello_by_digest.take() {
            let hello = Hello { scopes, digest: None, ..*hello };
            out.push(Action::Send(encode(&ClientFrame::Hello(hello))));
        }
    }

    fn disconnected(&mut self, now: i64, jitter: i64, out: &mut Vec<Action>) {
        if self.phase == Phase::Stopped {
            return;
        }
        self.forget_connection();
        self.phase = Phase::Waiting;
        let wait = (BACKOFF_FIRST_MS << self.failures.min(16)).min(BACKOFF_MAX_MS);
        self.failures += 1;
        // Full jitter: everybody comes back at another time.
        out.push(Action::ConnectAt(now + wait * jitter.clamp(0, 999) / 1_000 + 1));
    }

    /// What was sent and not answered is sent again on the next connection: sending twice changes nothing.
    fn forget_connection(&mut self) {
        self.flights.clear();
        self.command = None;
        self.ready.clear();
        self.read_to = 0;
        self.reading = false;
        self.unread = true;
        self.retry_at = None;
        self.answered = false;
        self.caught_up = false;
        self.downloading = false;
        self.fetching = None;
        self.pinged = false;
        self.told_up_to_date = false;
        self.hello_by_digest = None;
    }

    fn stop(&mut self, problem: Problem, out: &mut Vec<Action>) {
        self.forget_connection();
        self.phase = Phase::Stopped;
        out.push(Action::Close);
        out.push(Action::Stopped(problem));
    }

    fn frame(&mut self, now: i64, frame: ServerFrame, out: &mut Vec<Action>) {
        match (self.phase, frame) {
            (Phase::Greeting, ServerFrame::Welcome(welcome)) => self.welcome(welcome, out),
            (Phase::Greeting, ServerFrame::SayNames) if self.hello_by_digest.is_some() => {
                out.push(Action::ReadScopes)
            }
            (Phase::Greeting | Phase::Live, ServerFrame::Refused(problem)) => self.stop(problem.into(), out),
            (Phase::Greeting | Phase::Live, ServerFrame::GoAway(_)) => out.push(Action::Close),
            (Phase::Live, ServerFrame::Page(page)) => self.page(page, out),
            (Phase::Live, ServerFrame::Chunk(chunk)) => self.chunk(chunk, out),
            (Phase::Live, ServerFrame::Pushed(pushed)) => self.pushed(now, pushed, out),
            (Phase::Live, ServerFrame::CommandDone(done)) => self.command_done(now, done, out),
            (Phase::Live, ServerFrame::Grants(changed)) => self.grants(changed, out),
            (Phase::Live, ServerFrame::Fetched(items)) => {
                if let Some(asked) = self.fetching.take() {
                    out.push(Action::Replace { asked, items });
                }
            }
            (Phase::Live, ServerFrame::Pong) => {}
            _ => self.stop(Problem::new(Code::UnexpectedFrame), out),
        }
    }

    fn welcome(&mut self, welcome: Welcome, out: &mut Vec<Action>) {
        if welcome.protocol < MIN_PROTOCOL {
            return self.stop(Problem::new(Code::ProtocolTooOld), out);
        }
        self.phase = Phase::Live;
        self.failures = 0;
        self.server_schema = welcome.schema;
        self.server_protocol = welcome.protocol;
        let by_digest = self.hello_by_digest.take().is_some();
        if welcome.same == Some(true) {
            if !by_digest {
                return self.stop(Problem::new(Code::UnexpectedFrame), out);
            }
            out.push(Action::Same { role: welcome.role, server_now: welcome.now });
            if self.server_protocol < SAME_IS_PURGED_SINCE {
                out.push(Action::Send(encode(&ClientFrame::Purged)));
            }
            return self.download(None, out);
        }
        let granted = Granted {
            grants: welcome.grants,
            role: welcome.role,
            cursor: welcome.cursor,
            download: welcome.download,
            total: welcome.total,
            server_now: Some(welcome.now),
            opened: ids(welcome.opened),
            ..Granted::default()
        };
        self.take_up(granted, out);
    }

    fn grants(&mut self, changed: GrantsChanged, out: &mut Vec<Action>) {
        // A fetch that was under way was dropped with the old grants: the store feeds what is still damaged again.
        self.fetching = None;
        // What the purge dropped from the outbox must not be taken for waiting.
        self.ready.clear();
        self.read_to = self.flights.back().and_then(|f| f.places.last().copied()).unwrap_or(0);
        self.unread = true;
        let granted = Granted {
            grants: changed.grants,
            role: changed.role,
            download: changed.download,
            total: changed.total,
            opened: ids(changed.opened),
            ..Granted::default()
        };
        self.take_up(granted, out);
    }

    /// Has the store carry out what was granted, and downloads what was gained.
    fn take_up(&mut self, granted: Granted, out: &mut Vec<Action>) {
        let download = granted.download.clone();
        self.took_away = true;
        out.push(Action::Grants(Granted {
            beyond: registry::classes_beyond(self.server_schema),
            reads_digests: self.server_protocol >= DIGESTS_SINCE,
            ..granted
        }));
        out.push(Action::Send(encode(&ClientFrame::Purged)));
        self.download(download, out);
    }

    fn download(&mut self, position: Option<ChunkPosition>, out: &mut Vec<Action>) {
        self.downloading = position.is_some();
        self.told_up_to_date = false;
        if let Some(position) = position {
            out.push(Action::Send(encode(&ClientFrame::NextChunk(position))));
        }
    }

    fn chunk(&mut self, chunk: Chunk, out: &mut Vec<Action>) {
        if !self.downloading {
            // A chunk of a download that a change of grants has replaced.
            return;
        }
        // Asked for before this one is stored: the server reads on while this replica writes.
        self.download(chunk.next.clone(), out);
        out.push(Action::Load { items: chunk.items, next: chunk.next, total: chunk.total });
    }

    fn page(&mut self, page: Page, out: &mut Vec<Action>) {
        self.told_up_to_date = false;
        self.took_away |= !page.gone.is_empty();
        out.push(Action::Apply { items: page.items, gone: page.gone, cursor: page.cursor });
        if self.took_away && !page.more && !self.downloading {
            self.took_away = false;
            if self.server_protocol >= REACHED_SINCE {
                out.push(Action::Send(encode(&ClientFrame::Reached(page.cursor))));
            }
        }
        self.caught_up = !page.more;
        if let Some(sums) = page.checkpoint
            && !self.answered
            && !self.downloading
        {
            out.push(Action::Verify(sums));
        }
    }

    fn pushed(&mut self, now: i64, pushed: Pushed, out: &mut Vec<Action>) {
        let Pushed { batch, outcomes, at } = pushed;
        let Some(place) = self.flights.iter().position(|flight| flight.batch == batch) else { return };
        let Some(flight) = self.flights.remove(place) else { return };
        if flight.places.len() != outcomes.len() {
            return self.stop(Problem::new(Code::MalformedFrame), out);
        }
        self.answered = true;
        let mut confirmed = Vec::new();
        let mut refused = Vec::new();
        for (place, outcome) in flight.places.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Accepted(wall) => confirmed.push((place, wall)),
                Outcome::Refused(problem) => refused.push(Action::Refused(place, problem.into())),
                Outcome::Later(_) => self.retry_at = Some(now + LATER_MS),
            }
        }
        if !confirmed.is_empty() {
            out.push(Action::Confirmed(confirmed, at));
        }
        // A refusal makes the store write surviving edits anew, at new places of the outbox.
        self.unread |= !refused.is_empty();
        out.append(&mut refused);
    }

    fn command_done(&mut self, now: i64, done: CommandDone, out: &mut Vec<Action>) {
        let Some((place, key)) = self.command.take() else { return };
        if key != done.key {
            self.command = Some((place, key));
            return;
        }
        self.answered = true;
        let problem: Option<Problem> = done.problem.map(Into::into);
        if problem.as_ref().is_some_and(|p| p.code == Code::UnknownCommand) {
            // The server is older than this action: it stays in the outbox.
            self.retry_at = Some(now + LATER_MS);
        } else {
            out.push(Action::CommandDone(place, problem));
        }
    }

    fn outbox(&mut self, entries: Vec<Outgoing>) {
        self.reading = false;
        self.unread = entries.len() >= MAX_PUSH_CHANGES;
        for entry in entries {
            let (Outgoing::Change(place, _) | Outgoing::Command(place, _)) = &entry;
            if *place > self.read_to {
                self.read_to = *place;
                self.ready.push_back(entry);
            }
        }
    }

    fn tick(&mut self, now: i64, out: &mut Vec<Action>) {
        if matches!(self.phase, Phase::Greeting | Phase::Live) {
            let silence = now.saturating_sub(self.heard_at);
            if silence >= DEAD_AFTER_MS {
                out.push(Action::Close);
                self.heard_at = now;
            } else if silence >= PING_AFTER_MS && !self.pinged && self.is_live() {
                self.pinged = true;
                out.push(Action::Send(encode(&ClientFrame::Ping)));
            }
        }
        if self.retry_at.is_some_and(|at| now >= at) && self.flights.is_empty() && self.command.is_none() {
            self.retry_at = None;
            self.ready.clear();
            self.read_to = 0;
            self.unread = true;
        }
    }

    /// Sends what may be sent, reads what may be read, and says when there is nothing left to do.
    fn pump(&mut self, out: &mut Vec<Action>) {
        if !self.is_live() {
            return;
        }
        while self.command.is_none() && self.flights.len() < MAX_PUSHES_IN_FLIGHT && !self.ready.is_empty() {
            if let Some(Outgoing::Command(..)) = self.ready.front() {
                // A command is judged after everything that was made before it.
                if self.flights.is_empty()
                    && let Some(Outgoing::Command(place, command)) = self.ready.pop_front()
                {
                    self.command = Some((place, command.key));
                    self.told_up_to_date = false;
                    out.push(Action::Send(encode(&ClientFrame::Command(command))));
                }
                break;
            }
            self.send_batch(out);
        }
        if self.unread && !self.reading && self.ready.is_empty() {
            self.reading = true;
            self.unread = false;
            out.push(Action::ReadOutbox { after: self.read_to, limit: MAX_PUSH_CHANGES });
        }
        let idle =
            self.flights.is_empty() && self.command.is_none() && self.ready.is_empty() && !self.reading;
        if idle && self.caught_up && !self.downloading && !self.told_up_to_date {
            self.told_up_to_date = true;
            out.push(Action::UpToDate);
        }
    }

    fn send_batch(&mut self, out: &mut Vec<Action>) {
        let mut places = Vec::new();
        let mut changes = Vec::new();
        let mut bytes = 0;
        while let Some(Outgoing::Change(_, change)) = self.ready.front() {
            if !changes.is_empty()
                && (changes.len() >= MAX_PUSH_CHANGES || bytes + change.body.len() > PUSH_TARGET_BYTES)
            {
                break;
            }
            bytes += change.body.len();
            if let Some(Outgoing::Change(place, change)) = self.ready.pop_front() {
                places.push(place);
                changes.push(change);
            }
        }
        let batch = self.next_batch;
        self.next_batch = self.next_batch.wrapping_add(1);
        self.told_up_to_date = false;
        self.flights.push_back(Flight { batch, places });
        out.push(Action::Send(encode(&ClientFrame::Push(Push { batch, changes }))));
    }
}

/// Ids as they are told.
fn ids(told: Option<Vec<String>>) -> Vec<RecordId> {
    told.iter().flatten().filter_map(|id| id.parse().ok()).collect()
}
