//! The server's side of a session, as a state machine: frames and events in, actions out.
//!
//! The host (the socket task, the simulator) owns the socket and the database. It feeds [`Input`]s and carries out
//! every [`Action`]; reads and writes are answered by further inputs, in any order. At most one page, one chunk and
//! [`MAX_PUSHES_IN_FLIGHT`] pushes are under way at a time, so nothing here grows with a slow replica: what it has not
//! read stays in the log.

mod io;
mod rights;

use std::collections::{BTreeSet, VecDeque};

use io::send;
pub use io::{Action, Authenticated, Counted, Input, Ticket};

use super::cursor::{Cursor, Sealer};
use super::flights::Flights;
pub use super::reads::{ChunkRead, PageRead, page_frame};
use super::wire::{Chunk, ChunkPosition, ClientFrame, Command, Hello, Push, ScopeSum, ServerFrame, decode};
use crate::access::{Grants, Principal};
use crate::kernel::limits::{
    MAX_COMMAND_BYTES, MAX_NAME_BYTES, MAX_PAGE_DOCUMENTS, MAX_PUSH_CHANGES, MAX_PUSHES_IN_FLIGHT,
    MAX_TOKEN_BYTES,
};
use crate::kernel::{Code, Problem, RecordId};
use crate::registry::SCHEMA_VERSION;

/// Time that a connection has to say hello, in milliseconds.
pub const HELLO_WITHIN_MS: i64 = 10_000;
/// Silence after which a connection is given up, in milliseconds. The replica pings three times within it.
pub const DEAD_AFTER_MS: i64 = 75_000;
/// Time without a wake-up after which the log is looked at all the same, in milliseconds: a lost wake-up costs
/// latency, never data.
pub const POLL_MS: i64 = 5_000;

#[derive(Debug, PartialEq)]
enum Phase {
    /// Waiting for hello.
    New,
    /// Hello came; who is it?
    Authenticating(Box<Hello>),
    /// Counting what is to be downloaded, before the welcome.
    Counting(Box<Hello>, Vec<String>),
    /// Welcomed.
    Live,
    /// Closed.
    Closed,
}

/// The server's side of a session.
#[derive(Debug)]
pub struct Session {
    sealer: Sealer,
    phase: Phase,
    opened_at: i64,
    heard_at: i64,
    read_at: i64,
    who: Option<Authenticated>,
    /// The declarations that the replica knows.
    schema: u32,
    /// The replica said a digest of its scopes: it gets one sum for all of them.
    by_digest: bool,
    /// A page was sent.
    paged: bool,
    grants: Grants,
    cursor: Cursor,
    reading: bool,
    woken: bool,
    checkpoint_due: bool,
    chunk: Option<ChunkPosition>,
    /// Whether the chunk from there on is being read.
    chunk_asked: bool,
    /// Documents that are being fetched, in the order of the questions.
    fetching: VecDeque<Vec<RecordId>>,
    /// They are asked for anew, as soon as the rights are known.
    refetch: bool,
    download_total: u64,
    flights: Flights,
    /// Changes of rights that the replica was told of and has not said to have carried out.
    unpurged: usize,
    regranting: Option<Vec<String>>,
    /// Walls that the person was inside of, as far as the replica was told, and is no more.
    lost: BTreeSet<RecordId>,
    ticket: Ticket,
    owes_cursor: bool,
    /// A page, and how many of the flights have to be answered before it is sent: its cursor is past what they did.
    held: Option<(Box<PageRead>, u64)>,
    /// An answer went out while a page was being read.
    overtaken: bool,
    /// Somebody is being looked up. One at a time: an older answer must never replace a newer one.
    looking: bool,
    /// What was looked up may be out of date. Nothing is read meanwhile: what moves to where this person may see it as
    /// well would be told to be gone.
    stale: bool,
    /// Nothing was sent since somebody was looked up.
    sure: bool,
    /// A page took something away on this connection. Nobody knows which pushes were under way when it came: the replica
    /// dropped what was in them, and is sent what it did itself from here on.
    took_away: bool,
    /// A fresh token that waits for its turn.
    renewal: Option<String>,
}

impl Session {
    /// A session on a socket that has just opened. `key` seals the tenant's cursors.
    #[must_use]
    pub fn new(now: i64, key: &[u8; 16]) -> Self {
        Self {
            sealer: Sealer::new(key),
            phase: Phase::New,
            opened_at: now,
            heard_at: now,
            read_at: now,
            who: None,
            schema: SCHEMA_VERSION,
            by_digest: false,
            paged: false,
            grants: Grants::default(),
            cursor: Cursor::default(),
            reading: false,
            woken: false,
            checkpoint_due: true,
            chunk: None,
            chunk_asked: false,
            fetching: VecDeque::new(),
            refetch: false,
            download_total: 0,
            flights: Flights::default(),
            unpurged: 0,
            regranting: None,
            lost: BTreeSet::new(),
            ticket: 0,
            owes_cursor: false,
            held: None,
            overtaken: false,
            looking: false,
            stale: false,
            sure: false,
            took_away: false,
            renewal: None,
        }
    }

    /// Sets the key that seals this tenant's cursors, once the token has said which tenant it is.
    pub fn set_key(&mut self, key: &[u8; 16]) {
        self.sealer = Sealer::new(key);
    }

    /// Whether the replica was welcomed.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live)
    }

    /// Who is connected, once known.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.who.as_ref().map(|who| &who.principal)
    }

    /// Takes one input and says what has to be done.
    pub fn handle(&mut self, now: i64, input: Input) -> Vec<Action> {
        let mut out = Vec::new();
        if self.phase == Phase::Closed {
            return out;
        }
        self.clock_is(now);
        if matches!(input, Input::Authenticated(_) | Input::Principal(_)) {
            self.looking = false;
        }
        match input {
            Input::Frame(bytes) => {
                self.heard_at = now;
                match decode::<ClientFrame>(&bytes) {
                    Ok(frame) => self.frame(frame, &mut out),
                    Err(problem) => self.refuse(problem, &mut out),
                }
            }
            Input::Authenticated(Ok(who)) => self.authenticated(*who, &mut out),
            Input::Principal(Ok(mut who)) => {
                self.sure = true;
                // Looking a person up again does not make their token live longer.
                who.expires_at = self.who.as_ref().map_or(who.expires_at, |old| old.expires_at);
                self.principal_changed(*who, &mut out);
            }
            Input::Authenticated(Err(problem)) | Input::Principal(Err(problem)) => {
                self.refuse(problem, &mut out)
            }
            Input::Counted(ticket, counted) if ticket == self.ticket => self.counted(now, counted, &mut out),
            // The scopes changed again meanwhile: those are being counted.
            Input::Counted(..) => {}
            Input::Page(ticket, page) if ticket == self.ticket && !self.in_doubt(&page) => {
                self.page(now, page, &mut out);
            }
            Input::Page(..) => {
                self.reading = false;
                (self.woken, self.overtaken) = (true, true);
            }
            Input::Chunk(ticket, chunk) if ticket == self.ticket => self.send_chunk(*chunk, &mut out),
            Input::Chunk(..) => {}
            Input::Ingested(batch, outcomes, at) => {
                self.overtaken |= self.reading;
                for (pushed, doubt) in self.flights.pushed(batch, outcomes, at) {
                    self.overtaken |= doubt;
                    self.woken |= doubt;
                    send(&mut out, &ServerFrame::Pushed(pushed));
                }
            }
            Input::CommandDone(done) => {
                self.flights.command_done();
                send(&mut out, &ServerFrame::CommandDone(done));
            }
            // Read by rights that may be out of date, like a page.
            Input::Fetched(..) if self.stale || self.looking => self.refetch = true,
            Input::Fetched(ticket, items) if ticket == self.ticket => {
                self.fetching.pop_front();
                send(&mut out, &ServerFrame::Fetched(items));
            }
            // The replica asks again after the change of grants that is on its way.
            Input::Fetched(..) => {}
            Input::Wake => self.woken = true,
            Input::Stale => {
                self.stale = true;
                self.woken = true;
            }
            Input::Tick => self.tick(now, &mut out),
            Input::GoAway(after_ms) => {
                send(&mut out, &ServerFrame::GoAway(after_ms));
                self.close(&mut out);
            }
        }
        self.release(now, &mut out);
        self.look_up(&mut out);
        self.read_on(now, &mut out);
        out
    }

    /// Whether a page was read with rights that may be out of date. What it takes away is told only once the rights were
    /// looked up again.
    fn in_doubt(&mut self, page: &PageRead) -> bool {
        self.stale |= !page.gone.is_empty() && !self.sure;
        self.stale || self.looking
    }

    /// A clock that was set back starts every silence anew: else none would end before it has caught up.
    fn clock_is(&mut self, now: i64) {
        self.opened_at = self.opened_at.min(now);
        self.heard_at = self.heard_at.min(now);
        self.read_at = self.read_at.min(now);
    }

    fn frame(&mut self, frame: ClientFrame, out: &mut Vec<Action>) {
        match (&self.phase, frame) {
            (Phase::New, ClientFrame::Hello(hello)) => self.hello(hello, out),
            (Phase::Live, ClientFrame::Push(push)) => self.push(push, out),
            (Phase::Live, ClientFrame::Command(command)) => self.command(command, out),
            (Phase::Live, ClientFrame::Renew(token)) if token.len() <= MAX_TOKEN_BYTES => {
                self.renewal = Some(token);
            }
            // Asked before a change of rights that is on its way, and may purge what came: the replica asks anew after it.
            (Phase::Live, ClientFrame::Fetch(_) | ClientFrame::NextChunk(_))
                if self.unpurged > 0 || self.regranting.is_some() => {}
            (Phase::Live, ClientFrame::NextChunk(position)) => self.next_chunk(position, out),
            (Phase::Live, ClientFrame::Fetch(docs)) if docs.len() <= MAX_PAGE_DOCUMENTS => {
                if self.fetching.len() >= MAX_PUSHES_IN_FLIGHT {
                    return self.refuse(Problem::new(Code::TooLarge), out);
                }
                self.fetching.push_back(docs.clone());
                out.push(Action::Fetch(self.ticket, docs, self.grants.clone()));
            }
            (Phase::Live, ClientFrame::Purged) => {
                self.unpurged = self.unpurged.saturating_sub(1);
                out.push(Action::Purged);
            }
            (Phase::Live, ClientFrame::Reached(sealed)) => {
                if let Some(cursor) = self.sealer.open(&sealed) {
                    out.push(Action::Reached(cursor.base));
                }
            }
            (_, ClientFrame::Ping) => send(out, &ServerFrame::Pong),
            _ => self.refuse(Problem::new(Code::UnexpectedFrame), out),
        }
    }

    fn push(&mut self, push: Push, out: &mut Vec<Action>) {
        let Some(who) = &self.who else { return };
        if push.changes.len() > MAX_PUSH_CHANGES || self.flights.len() >= MAX_PUSHES_IN_FLIGHT {
            return self.refuse(Problem::new(Code::TooLarge), out);
        }
        let in_doubt = self.unpurged > 0 || self.regranting.is_some() || self.took_away;
        self.flights.push(push.batch, in_doubt);
        out.push(Action::Ingest(push.batch, push.changes, who.principal.clone()));
    }

    fn command(&mut self, command: Command, out: &mut Vec<Action>) {
        let Some(who) = &self.who else { return };
        let oversized = command.args.len() > MAX_COMMAND_BYTES || command.name.len() > MAX_NAME_BYTES;
        if oversized || self.flights.len() >= MAX_PUSHES_IN_FLIGHT {
            return self.refuse(Problem::new(Code::TooLarge), out);
        }
        self.flights.command();
        out.push(Action::Run(command, who.principal.clone()));
    }

    fn next_chunk(&mut self, position: ChunkPosition, out: &mut Vec<Action>) {
        if self.chunk.as_ref().is_some_and(|expected| expected.scopes == position.scopes) {
            self.chunk = Some(position);
            self.read_chunk(out);
        }
    }

    fn read_chunk(&mut self, out: &mut Vec<Action>) {
        let Some(position) = self.chunk.clone() else { return };
        self.chunk_asked = true;
        let ChunkPosition { scopes, kind, after, .. } = position;
        let (ticket, grants) = (self.ticket, self.grants.clone());
        out.push(Action::ReadChunk { ticket, grants, scopes, kind, after });
    }

    /// Reads anew what is being read: it may have been read before what a page takes away was taken away, and would bring
    /// it back.
    fn read_anew(&mut self, out: &mut Vec<Action>) {
        self.ticket = self.ticket.wrapping_add(1);
        if self.chunk_asked {
            self.read_chunk(out);
        }
        for docs in &self.fetching {
            out.push(Action::Fetch(self.ticket, docs.clone(), self.grants.clone()));
        }
    }

    fn send_chunk(&mut self, read: ChunkRead, out: &mut Vec<Action>) {
        let Some(current) = self.chunk.take() else { return };
        self.chunk_asked = false;
        let done = current.done + read.items.len() as u64;
        let next = read.next.map(|(kind, after)| ChunkPosition { scopes: current.scopes, kind, after, done });
        self.chunk.clone_from(&next);
        // When the last chunk is in, the sums must fit: the next page carries them.
        self.checkpoint_due |= next.is_none();
        self.woken |= next.is_none();
        send(
            out,
            &ServerFrame::Chunk(Chunk { items: read.items, next, total: self.download_total.max(done) }),
        );
    }

    /// A page that leaves out what this replica did itself waits for the answers that tell of it: if one of them is
    /// lost, the replica's cursor must still be before what it was to tell.
    fn page(&mut self, now: i64, read: Box<PageRead>, out: &mut Vec<Action>) {
        if (read.own || self.owes_cursor) && self.flights.len() > 0 {
            self.held = Some((read, self.flights.begun()));
        } else {
            self.send_page(now, *read, out);
        }
    }

    fn release(&mut self, now: i64, out: &mut Vec<Action>) {
        if self.stale || self.looking {
            return;
        }
        if let Some((read, _)) = self.held.take_if(|(_, answers)| self.flights.answered() >= *answers) {
            self.send_page(now, *read, out);
        }
    }

    fn send_page(&mut self, now: i64, mut read: PageRead, out: &mut Vec<Action>) {
        self.reading = false;
        self.sure = false;
        self.read_at = now;
        let nothing = read.items.is_empty()
            && read.gone.is_empty()
            && read.checkpoint.is_none()
            && read.encoded.is_none();
        // A page that holds nothing for this replica is not sent, so that its timing tells nothing either.
        let first = self.checkpoint_due && !read.more;
        self.cursor = read.cursor;
        self.owes_cursor = (self.owes_cursor || read.own) && nothing;
        self.woken |= read.more;
        // Who had everything is up to date with its first page: to add up many scopes takes time, and comes after it.
        self.woken |= !std::mem::replace(&mut self.paged, true) && self.by_digest;
        if let Some(sums) = &mut read.checkpoint {
            self.checkpoint_due = false;
            if self.by_digest {
                *sums = vec![ScopeSum::of_all(&self.grants, sums)];
            }
        }
        if nothing && !first {
            return;
        }
        if !read.gone.is_empty() {
            self.took_away = true;
            self.flights.doubt();
            self.read_anew(out);
        }
        out.push(Action::Send(match &read.encoded {
            Some(frame) => frame.to_vec(),
            None => page_frame(&self.sealer, read),
        }));
    }

    fn tick(&mut self, now: i64, out: &mut Vec<Action>) {
        let waiting = self.phase != Phase::Live;
        if waiting && now - self.opened_at >= HELLO_WITHIN_MS || now - self.heard_at >= DEAD_AFTER_MS {
            return self.close(out);
        }
        if self.who.as_ref().is_some_and(|who| now >= who.expires_at) {
            return self.refuse(Problem::new(Code::TokenExpired), out);
        }
        self.woken |= now - self.read_at >= POLL_MS;
        // Only after the answers to what it pushed: a cursor past them would hide what an answer that is lost had told.
        let settled = self.phase == Phase::Live && !self.reading && self.flights.len() == 0;
        if settled && std::mem::take(&mut self.owes_cursor) {
            // Only what this replica did itself moved it: that tells nothing of what others do.
            out.push(Action::Send(page_frame(&self.sealer, PageRead::nothing(self.cursor))));
        }
    }

    /// Looks up who is connected, when it is time and nobody is being looked up.
    fn look_up(&mut self, out: &mut Vec<Action>) {
        if self.looking || matches!(self.phase, Phase::New | Phase::Closed) {
            return;
        }
        if let Some(token) = self.renewal.take() {
            out.push(Action::Authenticate(token));
        } else if std::mem::take(&mut self.stale) {
            out.push(Action::LookUp);
        } else {
            return;
        }
        self.looking = true;
    }

    fn read_on(&mut self, now: i64, out: &mut Vec<Action>) {
        let known = !self.stale && !self.looking && self.regranting.is_none();
        if known && std::mem::take(&mut self.refetch) {
            self.read_anew(out);
        }
        if self.phase == Phase::Live && self.woken && !self.reading && known {
            self.woken = false;
            self.reading = true;
            self.read_at = now;
            let checkpoint = self.checkpoint_due && self.chunk.is_none() && (self.paged || !self.by_digest);
            let grants = self.grants.clone();
            let (ticket, cursor, limit) = (self.ticket, self.cursor, MAX_PAGE_DOCUMENTS);
            let in_doubt = self.unpurged > 0 || self.took_away || self.flights.any_doubt();
            let own = std::mem::take(&mut self.overtaken) || in_doubt;
            out.push(Action::ReadPage { ticket, cursor, grants, limit, checkpoint, own });
        }
    }

    fn refuse(&mut self, problem: Problem, out: &mut Vec<Action>) {
        send(out, &ServerFrame::Refused(problem.into()));
        self.close(out);
    }

    fn close(&mut self, out: &mut Vec<Action>) {
        self.phase = Phase::Closed;
        out.push(Action::Close);
    }
}
