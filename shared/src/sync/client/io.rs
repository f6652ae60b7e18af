//! What a replica's session is told, and what it wants done.

use crate::access::scope::Digest;
use crate::kernel::{Problem, RecordId};
use crate::sync::cursor::Sealed;
use crate::sync::wire::{ChunkPosition, Command, Item, PushedChange, ScopeSum, Wall};

/// What the store knows when a connection opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// A valid access token.
    pub token: String,
    /// How far the store has read; none for a new replica.
    pub cursor: Option<Sealed>,
    /// The scopes that it holds completely.
    pub scopes: Vec<String>,
    /// A download that was cut.
    pub download: Option<ChunkPosition>,
    /// Instead of the scopes, their digest: for a replica that holds all that was granted, with a server that reads it.
    pub digest: Option<Digest>,
}

/// An entry of the outbox, in the order in which it was made.
#[derive(Debug, Clone, PartialEq)]
pub enum Outgoing {
    /// A change, with its place in the outbox.
    Change(u64, PushedChange),
    /// A command, with its place in the outbox.
    Command(u64, Command),
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The socket opened.
    Connected(Held),
    /// A frame came.
    Frame(Vec<u8>),
    /// The socket closed or could not open. `jitter` is a random number below 1,000.
    Disconnected {
        /// A random number below 1,000, for the wait before the next attempt.
        jitter: i64,
    },
    /// Something was put into the outbox.
    OutboxChanged,
    /// The answer to [`Action::ReadOutbox`]: entries after the asked place, in order; fewer than asked means no more.
    Outbox(Vec<Outgoing>),
    /// The answer to [`Action::ReadScopes`]: the scopes that the store holds completely.
    Scopes(Vec<String>),
    /// A fresh access token for the running session.
    Token(String),
    /// Documents that the store could not merge: to be fetched whole.
    Damaged(Vec<RecordId>),
    /// Time passed.
    Tick,
}

/// What may be held from now on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Granted {
    /// The scopes.
    pub grants: Vec<String>,
    /// The person's role.
    pub role: String,
    /// For a new replica: where its reading starts.
    pub cursor: Option<Sealed>,
    /// What is downloaded next, if anything.
    pub download: Option<ChunkPosition>,
    /// Records in that download.
    pub total: u64,
    /// The server's clock, in milliseconds.
    pub server_now: Option<i64>,
    /// Classes of scopes of which the server is too old to know: not to grant them takes nothing away. What is held of
    /// them stays as it is until a server that knows them says what may be held.
    pub beyond: Vec<&'static str>,
    /// Whether the server reads digests of scopes.
    pub reads_digests: bool,
    /// Records whose wall is no more: what was behind it is, before the purge, where its own fields say.
    pub opened: Vec<RecordId>,
}

/// What the host has to do, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Send a frame.
    Send(Vec<u8>),
    /// Open a connection at this time (milliseconds of the clock that is passed in), and feed
    /// [`Input::Connected`] or [`Input::Disconnected`].
    ConnectAt(i64),
    /// Close the socket, and feed [`Input::Disconnected`].
    Close,
    /// Feed [`Input::Outbox`] with at most `limit` entries whose place is above `after`.
    ReadOutbox {
        /// Place of the last entry that is not wanted.
        after: u64,
        /// Most entries.
        limit: usize,
    },
    /// Feed [`Input::Scopes`].
    ReadScopes,
    /// What may be held is what is held: note the contact.
    Same {
        /// The person's role.
        role: String,
        /// The server's clock, in milliseconds.
        server_now: i64,
    },
    /// In one transaction: purge every document that the grants do not cover (rows, search index, files), remember
    /// the grants, drop what is no longer granted from the held scopes, and keep the download position. Pending edits
    /// of purged documents are dropped with a notice.
    Grants(Granted),
    /// In one transaction: bulk-load the items and remember the position; with none, the download is complete and
    /// its scopes are held.
    Load {
        /// The documents.
        items: Vec<Item>,
        /// Where the next chunk starts; none when complete.
        next: Option<ChunkPosition>,
        /// Records in the whole download.
        total: u64,
    },
    /// In one transaction: merge the items, drop the documents that are gone, remember the cursor. Documents that
    /// cannot be merged are fed back as [`Input::Damaged`], unless they are still to be downloaded.
    Apply {
        /// The documents, each with what is new.
        items: Vec<Item>,
        /// Documents that left the scopes.
        gone: Vec<RecordId>,
        /// The new cursor.
        cursor: Sealed,
    },
    /// Replace or merge documents that were fetched whole; those of `asked` that did not come are dropped, unless
    /// they have pending edits.
    Replace {
        /// What was asked for.
        asked: Vec<RecordId>,
        /// What came.
        items: Vec<Item>,
    },
    /// Compare count and checksum of each granted scope; for one that differs, forget that it is held (it is then
    /// downloaded again at the next hello) and close the connection.
    Verify(Vec<ScopeSum>),
    /// The changes at these places of the outbox are committed on the server, at this instant of its clock: they are
    /// confirmed, and leave the outbox.
    Confirmed(Vec<(u64, Option<Wall>)>, Option<i64>),
    /// The change at this place was refused: rebuild its document without it (see DESIGN 3, "Rejection").
    Refused(u64, Problem),
    /// The command at this place was carried out (none) or refused.
    CommandDone(u64, Option<Problem>),
    /// The session ended for a reason that waiting does not cure: the host acts on the code (refresh the token,
    /// lock, wipe, tell people to update) and starts again with [`Session::start`](super::Session::start).
    Stopped(Problem),
    /// Everything known is applied and nothing waits to be sent.
    UpToDate,
}
