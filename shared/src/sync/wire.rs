//! The frames. CBOR (RFC 8949) arrays, so that a newer version may add to the end of one; one byte before says whether
//! the rest is compressed with zstd (RFC 8878).

mod wall;

use minicbor::{Decode, Encode};
use uuid::Uuid;

use crate::kernel::limits::{COMPRESS_ABOVE_BYTES, MAX_FRAME_BYTES, MAX_FRAME_INFLATED_BYTES};
use crate::kernel::{Code, Problem, RecordId};
use crate::sync::chunk;
use crate::sync::cursor::Sealed;

pub use wall::Wall;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
const ZSTD_LEVEL: i32 = 3;

/// What a replica sends.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum ClientFrame {
    /// The first frame.
    #[n(0)]
    Hello(#[n(0)] Hello),
    /// Changes from the outbox.
    #[n(1)]
    Push(#[n(0)] Push),
    /// A command from the outbox.
    #[n(2)]
    Command(#[n(0)] Command),
    /// Asks for the next chunk of a download.
    #[n(3)]
    NextChunk(#[n(0)] ChunkPosition),
    /// A fresh access token for the same session.
    #[n(4)]
    Renew(#[n(0)] String),
    /// Asks for documents as they are now.
    #[n(5)]
    Fetch(#[cbor(n(0), with = "ids")] Vec<RecordId>),
    /// Says that what the last welcome or grants frame took away is gone from this replica.
    #[n(6)]
    Purged,
    /// Keeps the connection alive.
    #[n(7)]
    Ping,
    /// Says that a page which took documents away was carried out: its cursor (protocol 4).
    #[n(8)]
    Reached(#[cbor(n(0), with = "bytes16")] Sealed),
}

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum ServerFrame {
    /// The answer to hello.
    #[n(0)]
    Welcome(#[n(0)] Welcome),
    /// What changed past the cursor.
    #[n(1)]
    Page(#[n(0)] Page),
    /// A chunk of a download.
    #[n(2)]
    Chunk(#[n(0)] Chunk),
    /// The answer to a push, after the commit.
    #[n(3)]
    Pushed(#[n(0)] Pushed),
    /// The answer to a command, after the commit.
    #[n(4)]
    CommandDone(#[n(0)] CommandDone),
    /// The scopes that the replica may hold changed.
    #[n(5)]
    Grants(#[n(0)] GrantsChanged),
    /// The connection ends, and why.
    #[n(6)]
    Refused(#[n(0)] WireProblem),
    /// The server goes down; come back after so many milliseconds.
    #[n(7)]
    GoAway(#[n(0)] u32),
    /// Documents that were asked for. One that is absent is not there or not to be seen.
    #[n(8)]
    Fetched(#[n(0)] Vec<Item>),
    /// Answers a ping.
    #[n(9)]
    Pong,
    /// The digest does not fit: say hello again, with the names of the scopes.
    #[n(10)]
    SayNames,
}

/// Who says hello, what it holds and how far it has read.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Hello {
    /// The protocol that the replica speaks.
    #[n(0)]
    pub protocol: u16,
    /// The declarations that it knows.
    #[n(1)]
    pub schema: u32,
    /// The access token. Who the user and the device are is in there, and nowhere else.
    #[n(2)]
    pub token: String,
    /// How far it has read; none for a new replica.
    #[cbor(n(3), with = "opt_bytes16")]
    pub cursor: Option<Sealed>,
    /// The scopes that it holds completely.
    #[n(4)]
    pub scopes: Vec<String>,
    /// A download that was cut: where it stopped, and of which scopes it was.
    #[n(5)]
    pub download: Option<ChunkPosition>,
    /// Instead of the scopes, their digest (protocol 2). The sums are then one for all of them.
    #[n(6)]
    pub digest: Option<Blob>,
}

/// A place in a download.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct ChunkPosition {
    /// The scopes that are being downloaded.
    #[n(0)]
    pub scopes: Vec<String>,
    /// The kind that comes next, by its place in the registry.
    #[n(1)]
    pub kind: u16,
    /// The last document of that kind that has come.
    #[cbor(n(2), with = "opt_id")]
    pub after: Option<RecordId>,
    /// Records that have come.
    #[n(3)]
    pub done: u64,
}

/// Changes from the outbox.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Push {
    /// Chosen by the replica, echoed in the answer.
    #[n(0)]
    pub batch: u32,
    /// In the order in which they were made.
    #[n(1)]
    pub changes: Vec<PushedChange>,
}

/// One change (or log entry) of one document.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct PushedChange {
    /// The record.
    #[cbor(n(0), with = "id")]
    pub doc: RecordId,
    /// The record's kind, by its wire number.
    #[n(1)]
    pub kind: u16,
    /// The Automerge change, uncompressed; or the entry.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// The answer to a push: one outcome a change, in order.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Pushed {
    /// The batch that this answers.
    #[n(0)]
    pub batch: u32,
    /// What became of each change.
    #[n(1)]
    pub outcomes: Vec<Outcome>,
    /// When the accepted ones were committed, by the server's clock, in milliseconds. What a replica changed itself is
    /// not sent back to it in a page.
    #[n(2)]
    pub at: Option<i64>,
}

/// What became of a pushed change.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Outcome {
    /// It is in the log, committed. The wall around the record: one that hides it takes the record away.
    #[n(0)]
    Accepted(#[n(0)] Option<Wall>),
    /// It never enters the log.
    #[n(1)]
    Refused(#[n(0)] WireProblem),
    /// Not now (the server is too old for it, or busy): keep it and send it again later.
    #[n(2)]
    Later(#[n(0)] WireProblem),
}

/// A command from the outbox.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Command {
    /// Idempotency key.
    #[cbor(n(0), with = "id")]
    pub key: Uuid,
    /// What is to be done.
    #[n(1)]
    pub name: String,
    /// To which record.
    #[cbor(n(2), with = "id")]
    pub target: RecordId,
    /// JSON.
    #[n(3)]
    pub args: String,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct CommandDone {
    /// The command's key.
    #[cbor(n(0), with = "id")]
    pub key: Uuid,
    /// Why it was refused; none when it was done.
    #[n(1)]
    pub problem: Option<WireProblem>,
}

/// The answer to hello.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Welcome {
    /// The protocol that the server speaks.
    #[n(0)]
    pub protocol: u16,
    /// The declarations that it knows.
    #[n(1)]
    pub schema: u32,
    /// The person's role, by its wire name.
    #[n(2)]
    pub role: String,
    /// The server's clock, in milliseconds.
    #[n(3)]
    pub now: i64,
    /// What the replica may hold. It purges everything else before it does anything else.
    #[n(4)]
    pub grants: Vec<String>,
    /// For a replica without a cursor that the server accepts: where its reading starts.
    #[cbor(n(5), with = "opt_bytes16")]
    pub cursor: Option<Sealed>,
    /// What has to be downloaded, and from where on.
    #[n(6)]
    pub download: Option<ChunkPosition>,
    /// Records in that download, for the progress bar.
    #[n(7)]
    pub total: u64,
    /// Private records whose wall the replica was inside of, and that have none any more. What was behind it is at home
    /// where its own fields say.
    #[n(8)]
    pub opened: Option<Vec<String>>,
    /// For a replica that said a digest: it holds exactly what it may, and nothing has to be downloaded.
    #[n(9)]
    pub same: Option<bool>,
}

/// The scopes that the replica may hold changed while it was connected.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct GrantsChanged {
    /// The person's role, by its wire name.
    #[n(0)]
    pub role: String,
    /// What the replica may hold now.
    #[n(1)]
    pub grants: Vec<String>,
    /// What has to be downloaded.
    #[n(2)]
    pub download: Option<ChunkPosition>,
    /// Records in that download.
    #[n(3)]
    pub total: u64,
    /// Private records whose wall the replica was inside of, and that have none any more.
    #[n(4)]
    pub opened: Option<Vec<String>>,
}

/// What changed past the cursor.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Page {
    /// The documents, each with everything that is new in it.
    #[n(0)]
    pub items: Vec<Item>,
    /// Documents that left the replica's scopes.
    #[cbor(n(1), with = "ids")]
    pub gone: Vec<RecordId>,
    /// Where the replica is after this page.
    #[cbor(n(2), with = "bytes16")]
    pub cursor: Sealed,
    /// Whether another page follows at once.
    #[n(3)]
    pub more: bool,
    /// At the end of a catch-up: count and checksum of each granted scope.
    #[n(4)]
    pub checkpoint: Option<Vec<ScopeSum>>,
}

/// Count and order-free checksum of one granted scope, or, by the name [`ALL_SCOPES`], of all.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct ScopeSum {
    /// The scope as granted.
    #[n(0)]
    pub scope: String,
    /// Documents in it.
    #[n(1)]
    pub documents: u64,
    /// Wrapping sum of the documents' state hashes.
    #[n(2)]
    pub checksum: i64,
}

/// The name of the one sum for who said a digest: over all scopes in which something granted is, each once.
pub const ALL_SCOPES: &str = "";

/// A document, or what is new in it.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Item {
    /// The record.
    #[cbor(n(0), with = "id")]
    pub doc: RecordId,
    /// The record's kind, by its wire number.
    #[n(1)]
    pub kind: u16,
    /// What is new.
    #[n(2)]
    pub body: Body,
    /// Who changed it last, and when, by the server's clock.
    #[n(3)]
    pub updated: Stamp,
    /// Who made it, and when; left out where the replica knows it.
    #[n(4)]
    pub created: Option<Stamp>,
    /// The scopes that it is shared into, as far as they are granted; left out for what is never shared, and for who may
    /// see all of the kind.
    #[n(5)]
    pub shares: Option<Vec<String>>,
    /// The wall around it; left out for what was never behind one.
    #[n(6)]
    pub wall: Option<Wall>,
}

/// Who and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Stamp {
    /// The server's clock, in milliseconds.
    #[n(0)]
    pub at: i64,
    /// The person; nil for the server itself.
    #[cbor(n(1), with = "id")]
    pub by: RecordId,
}

/// What is new in a document.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Body {
    /// Automerge changes, in causal order.
    #[n(0)]
    Changes(#[n(0)] Vec<Blob>),
    /// The whole saved document.
    #[n(1)]
    Snapshot(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// A log entry.
    #[n(2)]
    Entry(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// The whole saved document with its projected row (JSON), for bulk loading.
    #[n(3)]
    Loaded(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>, #[n(1)] Row),
}

impl Body {
    /// A whole document for bulk loading: with its row, unless the row can be read from the document's changes.
    #[must_use]
    pub fn whole(saved: Vec<u8>, row: impl FnOnce() -> Row) -> Self {
        if chunk::begins_with_change(&saved) { Self::Snapshot(saved) } else { Self::Loaded(saved, row()) }
    }
}

/// A projected row.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Row {
    /// The fields, JSON.
    #[n(0)]
    pub fields: String,
    /// Whether the record is deleted.
    #[n(1)]
    pub deleted: bool,
}

/// Bytes in a list.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(transparent)]
pub struct Blob(#[cbor(n(0), with = "minicbor::bytes")] pub Vec<u8>);

/// A chunk of a download.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Chunk {
    /// The documents.
    #[n(0)]
    pub items: Vec<Item>,
    /// Where the next chunk starts; none when this was the last one.
    #[n(1)]
    pub next: Option<ChunkPosition>,
    /// Records in the whole download.
    #[n(2)]
    pub total: u64,
}

/// A refusal over the wire: the code by name, so that a newer code survives an older reader.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct WireProblem {
    /// The code's wire name.
    #[n(0)]
    pub code: String,
    /// What exactly.
    #[n(1)]
    pub detail: Option<String>,
    /// A message per field.
    #[n(2)]
    pub fields: Vec<(String, String)>,
}

impl From<Problem> for WireProblem {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code.slug().to_owned(),
            detail: problem.detail,
            fields: problem.fields.into_iter().collect(),
        }
    }
}

impl From<WireProblem> for Problem {
    fn from(wire: WireProblem) -> Self {
        Self {
            code: Code::from_slug(&wire.code).unwrap_or(Code::Internal),
            detail: wire.detail,
            fields: wire.fields.into_iter().collect(),
        }
    }
}

/// Encodes a frame.
///
/// # Panics
/// Never: writing CBOR to memory cannot fail, and neither can compressing it.
#[must_use]
pub fn encode<T: Encode<()>>(frame: &T) -> Vec<u8> {
    let mut bytes = vec![PLAIN];
    if minicbor::encode(frame, &mut bytes).is_err() {
        unreachable!("memory takes every byte");
    }
    if bytes.len() > COMPRESS_ABOVE_BYTES
        && let Ok(packed) = zstd::bulk::compress(&bytes[1..], ZSTD_LEVEL)
        && packed.len() + 1 < bytes.len()
    {
        bytes.clear();
        bytes.push(ZSTD);
        bytes.extend_from_slice(&packed);
    }
    bytes
}

/// Decodes a frame.
///
/// # Errors
/// [`Code::TooLarge`] beyond the frame limits, [`Code::MalformedFrame`] for anything that is not a frame.
pub fn decode<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.len() > MAX_FRAME_BYTES {
        return Err(Problem::new(Code::TooLarge));
    }
    let malformed = || Problem::new(Code::MalformedFrame);
    let (flag, body) = bytes.split_first().ok_or_else(malformed)?;
    match *flag {
        PLAIN => minicbor::decode(body).map_err(|_| malformed()),
        ZSTD => {
            let inflated = zstd::bulk::decompress(body, MAX_FRAME_INFLATED_BYTES).map_err(|_| malformed())?;
            minicbor::decode(&inflated).map_err(|_| malformed())
        }
        _ => Err(malformed()),
    }
}

/// A record id as 16 bytes.
mod id {
    use minicbor::decode::{Decoder, Error};
    use minicbor::encode::{self, Encoder, Write};
    use uuid::Uuid;

    pub fn encode<C, W: Write>(
        id: &Uuid,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(id.as_bytes())?;
        Ok(())
    }

    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Uuid, Error> {
        Uuid::from_slice(d.bytes()?).map_err(|_| Error::message("an id has 16 bytes"))
    }
}

/// A list of record ids, as one byte string.
mod ids {
    use minicbor::decode::{Decoder, Error};
    use minicbor::encode::{self, Encoder, Write};
    use uuid::Uuid;

    pub fn encode<C, W: Write>(
        ids: &[Uuid],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&ids.iter().flat_map(|id| *id.as_bytes()).collect::<Vec<_>>())?;
        Ok(())
    }

    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Vec<Uuid>, Error> {
        let bytes = d.bytes()?;
        if bytes.len() % 16 != 0 {
            return Err(Error::message("an id has 16 bytes"));
        }
        Ok(bytes.chunks_exact(16).filter_map(|id| Uuid::from_slice(id).ok()).collect())
    }
}

/// An optional record id: an empty byte string is none.
mod opt_id {
    use minicbor::decode::{Decoder, Error};
    use minicbor::encode::{self, Encoder, Write};
    use uuid::Uuid;

    pub fn encode<C, W: Write>(
        id: &Option<Uuid>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(id.as_ref().map_or(&[][..], |id| id.as_bytes()))?;
        Ok(())
    }

    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Option<Uuid>, Error> {
        match d.bytes()? {
            [] => Ok(None),
            id => Uuid::from_slice(id).map(Some).map_err(|_| Error::message("an id has 16 bytes")),
        }
    }
}

/// A cursor as 16 bytes.
mod bytes16 {
    use minicbor::decode::{Decoder, Error};
    use minicbor::encode::{self, Encoder, Write};

    pub fn encode<C, W: Write>(
        bytes: &[u8; 16],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(bytes)?;
        Ok(())
    }

    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<[u8; 16], Error> {
        d.bytes()?.try_into().map_err(|_| Error::message("a cursor has 16 bytes"))
    }
}

/// An optional cursor: an empty byte string is none.
mod opt_bytes16 {
    use minicbor::decode::{Decoder, Error};
    use minicbor::encode::{self, Encoder, Write};

    pub fn encode<C, W: Write>(
        bytes: &Option<[u8; 16]>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(bytes.as_ref().map_or(&[][..], |b| b.as_slice()))?;
        Ok(())
    }

    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Option<[u8; 16]>, Error> {
        match d.bytes()? {
            [] => Ok(None),
            bytes => bytes.try_into().map(Some).map_err(|_| Error::message("a cursor has 16 bytes")),
        }
    }
}
