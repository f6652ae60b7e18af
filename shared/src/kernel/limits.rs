//! Every limit that both halves hold to. A limit that only one side has lives on that side.

/// A WebSocket frame of the sync protocol, in bytes, before decompression.
pub const MAX_FRAME_BYTES: usize = 1 << 20;
/// What a compressed frame may grow to, in bytes.
pub const MAX_FRAME_INFLATED_BYTES: usize = 8 << 20;
/// A frame body above this size, in bytes, is compressed.
pub const COMPRESS_ABOVE_BYTES: usize = 256;
/// One Automerge change or log entry, in bytes.
pub const MAX_CHANGE_BYTES: usize = 256 << 10;
/// Operations in one Automerge change.
pub const MAX_CHANGE_OPS: usize = 100_000;
/// Bytes of a key in a document's root.
pub const MAX_CHANGE_KEY_BYTES: usize = 500;
/// Operations in one document, over its whole history.
pub const MAX_DOCUMENT_OPS: u64 = 2_000_000;
/// One saved document, in bytes. Below a frame, so that every document can be sent.
pub const MAX_DOCUMENT_BYTES: usize = 512 << 10;
/// Changes that a stored document has behind its first chunk before they are compacted into it: each costs something at
/// every loading, and compaction costs more than one of them.
pub const MAX_TAIL_CHANGES: usize = 24;
/// Changes in one push.
pub const MAX_PUSH_CHANGES: usize = 500;
/// What a replica puts into one push, in bytes.
pub const PUSH_TARGET_BYTES: usize = 256 << 10;
/// Pushes that a connection may have waiting for their answer.
pub const MAX_PUSHES_IN_FLIGHT: usize = 4;
/// Documents in one page of a catch-up.
pub const MAX_PAGE_DOCUMENTS: usize = 500;
/// What the server puts into one page or chunk, in bytes, before compression.
pub const PAGE_TARGET_BYTES: usize = 512 << 10;
/// Bytes of a hello that comes with the WebSocket's handshake, before it is written in base64: what a proxy lets through as
/// one header.
pub const MAX_HELLO_HEADER_BYTES: usize = 3 << 10;
/// Documents in one chunk of a first download.
pub const MAX_CHUNK_DOCUMENTS: usize = 2_000;
/// Scopes that a hello may name: ten thousand own jobs in each of the kinds that are seen by job.
pub const MAX_HELLO_SCOPES: usize = 50_000;
/// Bytes of a scope's name.
pub const MAX_SCOPE_BYTES: usize = 80;
/// Bytes of an access token.
pub const MAX_TOKEN_BYTES: usize = 4 << 10;
/// Bytes of a command's arguments.
pub const MAX_COMMAND_BYTES: usize = 16 << 10;
/// Bytes of a command's name.
pub const MAX_NAME_BYTES: usize = 60;
/// Fields that a newer version wrote and this one does not know, in one record.
pub const MAX_UNKNOWN_FIELDS: usize = 64;
/// Bytes of one such field's value.
pub const MAX_UNKNOWN_BYTES: usize = 4 << 10;
/// Characters of a register where a declaration says nothing.
pub const MAX_REGISTER_CHARS: i64 = 500;
/// Characters of a merging text where a declaration says nothing.
pub const MAX_TEXT_CHARS: i64 = 20_000;
/// Members of a set where a declaration says nothing.
pub const MAX_SET_MEMBERS: usize = 100;
/// Characters of a member of a set.
pub const MAX_MEMBER_CHARS: usize = 100;
/// Items of an ordered list where a declaration says nothing.
pub const MAX_LIST_ITEMS: usize = 60;
/// Characters of an item's id.
pub const MAX_ITEM_ID_CHARS: usize = 40;
/// Records in one bulk action.
pub const MAX_BULK: usize = 100;
/// Days that a replica stays open without contact.
pub const OFFLINE_GRACE_DAYS: i64 = 14;
/// A résumé, in bytes.
pub const MAX_RESUME_BYTES: u64 = 10 << 20;
/// Characters kept of a résumé's text.
pub const MAX_RESUME_TEXT_CHARS: i64 = 100_000;
/// Steps of a record's history in one answer.
pub const MAX_HISTORY_STEPS: usize = 100;
/// What the values of one answer about a history may take, in bytes of JSON; those of the latest steps come first.
pub const MAX_HISTORY_BYTES: usize = 1 << 20;
/// The longest period for which a workspace can choose to keep candidates after their last application, in months.
pub const MAX_RETENTION_MONTHS: i64 = 120;
/// Days for which a record's history is shown, until a workspace can set its own retention.
pub const HISTORY_DAYS: i64 = 730;
/// Stamps that are kept of one record: a document has no more changes than operations.
pub const MAX_STAMPS: usize = 2_000_000;
