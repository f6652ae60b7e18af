//! Files: résumés and what is attached beside them, in the encrypted replica, cached from the server or waiting for their upload.

use rusqlite::{Connection, OptionalExtension};
use zumodra_shared::ats::{Attachment, Candidate};
use zumodra_shared::kernel::limits::MAX_RESUME_BYTES;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Entity as _;

use super::error::Result;
use super::shadow::Kept;
use super::{CreateRequest, EditRequest, Replica, Tx, Written};

/// Bytes of cached files that are kept; the longest unused go first.
const MAX_CACHED_BYTES: i64 = 512 << 20;

/// What people attach: the kinds of records that name a file of theirs, each with the field.
const NAMING: [(&str, &str); 2] = [(Candidate::NAME, "resume_hash"), (Attachment::NAME, "file_hash")];

/// A file of the replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// SHA-256 of the content, in hexadecimal.
    pub hash: String,
    /// The name that the person knows.
    pub name: String,
    /// The media type.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl Replica {
    /// Stores a file, if one is new here, queues its upload, and writes what points to it, in one step.
    ///
    /// # Errors
    /// [`Code::TooLarge`] beyond [`MAX_RESUME_BYTES`]; as [`Replica::edit_many`] and [`Replica::create_many`].
    pub fn attach(
        &mut self,
        file: Option<&StoredFile>,
        edits: &[EditRequest],
        made: &[CreateRequest],
        now: i64,
    ) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| tx.attach(file, edits, made))
    }

    /// Keeps a file that came from the server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn cache(&mut self, file: &StoredFile, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| {
            let room = MAX_CACHED_BYTES.saturating_sub(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX));
            tx.trim_cache(room)?;
            tx.put_file(file, false)
        })
    }

    /// The next file that waits for its upload.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next_upload(&self) -> std::result::Result<Option<StoredFile>, Problem> {
        Ok(one(&self.conn, "waiting = 1 order by used_at limit 1", [])?)
    }

    /// The server has the file now, or will never take it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn uploaded(&mut self, hash: &str, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| tx.no_upload(hash))
    }

    /// The server will never take the file: it stays here, and Needs attention says why.
    ///
    /// # Errors
    /// When the store fails.
    pub fn upload_refused(
        &mut self,
        hash: &str,
        problem: &Problem,
        now: i64,
    ) -> std::result::Result<(), Problem> {
        self.write(now, |tx| {
            tx.no_upload(hash)?;
            for (table, field) in NAMING {
                let sql = format!("select id from {table} where {field} = ?1 and deleted = 0");
                let ids: Vec<[u8; 16]> = tx
                    .conn
                    .prepare(&sql)?
                    .query_map([hash], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                for id in ids {
                    if let Some(doc) = tx.doc(RecordId::from_bytes(id))? {
                        tx.attend_file(&doc, hash, problem)?;
                    }
                }
            }
            Ok(())
        })
    }
}

/// The file of this hash, if it is here.
///
/// # Errors
/// When the store fails.
pub fn file(conn: &Connection, hash: &str) -> std::result::Result<Option<StoredFile>, Problem> {
    Ok(one(conn, "hash = ?1", [hash])?)
}

fn one(conn: &Connection, rest: &str, params: impl rusqlite::Params) -> Result<Option<StoredFile>> {
    let sql = format!("select hash, name, media_type, bytes from files where {rest}");
    let read = |row: &rusqlite::Row<'_>| {
        Ok(StoredFile { hash: row.get(0)?, name: row.get(1)?, media_type: row.get(2)?, bytes: row.get(3)? })
    };
    Ok(conn.prepare_cached(&sql)?.query_row(params, read).optional()?)
}

impl Tx<'_> {
    /// As [`Replica::attach`].
    pub(crate) fn attach(
        &mut self,
        file: Option<&StoredFile>,
        edits: &[EditRequest],
        made: &[CreateRequest],
    ) -> Result<Written> {
        if let Some(file) = file {
            if file.bytes.len() as u64 > MAX_RESUME_BYTES {
                return Err(Problem::new(Code::TooLarge).into());
            }
            self.put_file(file, true)?;
            self.changed.files = true;
        }
        self.write_together(edits, made)
    }

    fn no_upload(&mut self, hash: &str) -> Result<()> {
        self.conn.execute("update files set waiting = 0, used_at = ?2 where hash = ?1", (hash, self.now))?;
        self.kept.push(Kept::File(hash.to_owned()));
        self.changed.files = true;
        Ok(())
    }

    fn put_file(&mut self, file: &StoredFile, waiting: bool) -> Result<()> {
        self.conn.execute(
            "insert into files (hash, name, media_type, size, waiting, used_at, bytes) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (hash) do update set used_at = excluded.used_at",
            (&file.hash, &file.name, &file.media_type, file.bytes.len(), waiting, self.now, &file.bytes),
        )?;
        self.kept.push(Kept::File(file.hash.clone()));
        Ok(())
    }

    /// Drops cached files, the longest unused first, until they fit.
    fn trim_cache(&mut self, room: i64) -> Result<()> {
        let sql = "delete from files where waiting = 0 and hash in (select hash from (select hash, sum(size) over \
                   (order by used_at desc, hash rows unbounded preceding) as so_far from files where waiting = 0) \
                   where so_far > ?1)";
        self.conn.execute(sql, [room])?;
        Ok(())
    }

    /// Drops files to which nothing that is still here points.
    pub(crate) fn drop_loose_files(&mut self) -> Result<()> {
        let sql = "delete from files where not exists (select 1 from candidates where resume_hash = files.hash) \
                   and not exists (select 1 from attachments where file_hash = files.hash) \
                   and not exists (select 1 from offers where letter_hash = files.hash) \
                   and not exists (select 1 from attention where instr(edits, files.hash) > 0) returning hash, waiting";
        let dropped: Vec<(String, bool)> = self
            .conn
            .prepare_cached(sql)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (hash, waiting) in dropped {
            self.changed.files |= waiting;
            self.kept.push(Kept::File(hash));
        }
        Ok(())
    }
}
