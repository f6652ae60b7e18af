//! What a server's session is told, and what it wants done.

use crate::access::{Grants, Principal};
use crate::kernel::limits::{MAX_HELLO_SCOPES, MAX_SCOPE_BYTES, MAX_TOKEN_BYTES};
use crate::kernel::{Problem, RecordId};
use crate::sync::cursor::Cursor;
use crate::sync::reads::{ChunkRead, PageRead};
use crate::sync::wire::{
    ChunkPosition, Command, CommandDone, Hello, Item, Outcome, PushedChange, ServerFrame, encode,
};

/// Says under which grants a read was asked for: what was read under older ones is never sent.
pub type Ticket = u32;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A frame came.
    Frame(Vec<u8>),
    /// The answer to [`Action::Authenticate`].
    Authenticated(Result<Box<Authenticated>, Problem>),
    /// The answer to [`Action::ReadPage`], with its ticket.
    Page(Ticket, Box<PageRead>),
    /// The answer to [`Action::ReadChunk`], with its ticket.
    Chunk(Ticket, Box<ChunkRead>),
    /// The answer to [`Action::Ingest`], after the commit, with its time.
    Ingested(u32, Vec<Outcome>, i64),
    /// The answer to [`Action::Run`], after the commit.
    CommandDone(CommandDone),
    /// The answer to [`Action::Fetch`], with its ticket.
    Fetched(Ticket, Vec<Item>),
    /// The answer to [`Action::CountGained`], with its ticket.
    Counted(Ticket, Counted),
    /// The tenant's log advanced.
    Wake,
    /// The person's role, jobs or devices may have changed, or the connection missed what it was told.
    Stale,
    /// The answer to [`Action::LookUp`].
    Principal(Result<Box<Authenticated>, Problem>),
    /// Time passed.
    Tick,
    /// The server goes down; come back after so many milliseconds.
    GoAway(u32),
}

/// What changed about somebody's scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Documents to be downloaded.
    pub total: u64,
    /// Of the records whose walls this person was inside of, those that have none any more.
    pub opened: Vec<RecordId>,
}

impl From<u64> for Counted {
    fn from(total: u64) -> Self {
        Self { total, opened: Vec::new() }
    }
}

/// Who is connected, by the server's own knowledge.
#[derive(Debug, Clone, PartialEq)]
pub struct Authenticated {
    /// The person, device, tenant and role.
    pub principal: Principal,
    /// When the access token runs out, in milliseconds.
    pub expires_at: i64,
    /// The head of the tenant's log now.
    pub head: u64,
}

/// What the host has to do, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Send a frame.
    Send(Vec<u8>),
    /// Verify the token and look up who it is; feed [`Input::Authenticated`]. The host listens to changes of the person
    /// before it reads: what it reads may be older than a change, and then [`Input::Stale`] must follow.
    Authenticate(String),
    /// Read again who is connected, from where it is written down and not from what is believed for a while; feed
    /// [`Input::Principal`].
    LookUp,
    /// Read what changed past the cursor in these scopes; feed [`Input::Page`].
    ReadPage {
        /// Echoed in the answer.
        ticket: Ticket,
        /// From where.
        cursor: Cursor,
        /// The granted scopes.
        grants: Grants,
        /// Most documents.
        limit: usize,
        /// Whether the last page is to carry the scopes' sums.
        checkpoint: bool,
        /// Whether what this replica did itself is wanted too: a page that was read before it may have come after the
        /// answer that told of it.
        own: bool,
    },
    /// Read documents of these scopes; feed [`Input::Chunk`].
    ReadChunk {
        /// Echoed in the answer.
        ticket: Ticket,
        /// The granted scopes.
        grants: Grants,
        /// Those of them that are downloaded.
        scopes: Vec<String>,
        /// The kind by its place in the registry.
        kind: u16,
        /// The last document of that kind that was sent.
        after: Option<RecordId>,
    },
    /// Count the documents of these scopes, and see which of these records have no wall any more; feed
    /// [`Input::Counted`].
    CountGained(Ticket, Vec<String>, Vec<RecordId>),
    /// Judge and commit the changes; feed [`Input::Ingested`] after the commit.
    Ingest(u32, Vec<PushedChange>, Principal),
    /// Run the command once; feed [`Input::CommandDone`] after the commit.
    Run(Command, Principal),
    /// Read these documents as they are, as far as the grants cover them; feed [`Input::Fetched`].
    Fetch(Ticket, Vec<RecordId>, Grants),
    /// Remember that this device holds nothing but its grants.
    Purged,
    /// Remember that this replica did everything that the log says up to this place: what was erased before is gone there.
    Reached(u64),
    /// Close the socket. No input is wanted any more.
    Close,
}

/// The beginning of a download of some scopes; none of nothing.
pub(super) fn position(scopes: Vec<String>) -> Option<ChunkPosition> {
    (!scopes.is_empty()).then_some(ChunkPosition { scopes, kind: 0, after: None, done: 0 })
}

pub(super) fn send(out: &mut Vec<Action>, frame: &ServerFrame) {
    out.push(Action::Send(encode(frame)));
}

/// Whether a hello is no larger than one may be.
pub(super) fn is_within_limits(hello: &Hello) -> bool {
    let names = [Some(&hello.scopes), hello.download.as_ref().map(|download| &download.scopes)];
    let fits = |scopes: &Vec<String>| {
        scopes.len() <= MAX_HELLO_SCOPES && scopes.iter().all(|scope| scope.len() <= MAX_SCOPE_BYTES)
    };
    hello.token.len() <= MAX_TOKEN_BYTES && names.into_iter().flatten().all(fits)
}

/// What a replica was granted when it was last told: what it holds, and what it was still downloading.
pub(super) fn promised(held: &Grants, hello: &Hello) -> Grants {
    let under_way = hello.download.iter().flat_map(|download| download.scopes.iter().cloned());
    Grants::named(held.iter().map(str::to_owned).chain(under_way))
}
