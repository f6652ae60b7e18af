//! The SQL of files, in the tenant's schema.

use sqlx::postgres::PgConnection;
use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// Which files came with forms that were never sent: `$1` is nobody, `$2` the time since which they lie.
macro_rules! unsent {
    () => {
        "f.state = 'ready'
         and f.created_by = $1
         and f.created_at < $2
         and not exists (select from submissions s where s.resume_hash = f.hash)
         and not exists (select from submissions s where s.file_hashes @> array[f.hash])
         and not exists (select from records r where r.fields->>'resume_hash' = f.hash)
         and not exists (select from records r where r.fields->>'letter_hash' = f.hash)
         and not exists (select from records r where r.fields->>'file_hash' = f.hash)"
    };
}

/// A file as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct File {
    /// SHA-256 in lower-case hexadecimal.
    pub hash: String,
    /// Its whole size.
    pub bytes: i64,
    /// What it was said to be, and when ready what it is.
    pub media_type: String,
    /// Its name.
    pub name: String,
    /// `receiving` or `ready`.
    pub state: String,
}

impl File {
    /// Whether it can be had.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.state == "ready"
    }

    /// The size as the disk counts.
    #[must_use]
    pub fn size(&self) -> u64 {
        u64::try_from(self.bytes).unwrap_or_default()
    }
}

pub async fn find(connection: &mut PgConnection, hash: &str) -> sqlx::Result<Option<File>> {
    sqlx::query_as(
        "select
             hash,
             bytes,
             media_type,
             name,
             state
         from files
         where hash = $1",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await
}

/// Whether a file is the résumé, the letter or an attachment of any record, and whether it is that of one in some scopes.
pub async fn belongs(
    connection: &mut PgConnection,
    grants: &Grants,
    hash: &str,
) -> sqlx::Result<(bool, bool)> {
    sqlx::query_as(
        "select count(*) > 0,
                coalesce(bool_or(
                    d.class = any($2)
                    or d.scope = any($3)
                    or exists (select from shares s where s.doc = d.doc and s.scope = any($4))
                ), false)
         from records r
         join documents d on d.doc = r.doc
         where r.fields->>'resume_hash' = $1
            or r.fields->>'letter_hash' = $1
            or r.fields->>'file_hash' = $1",
    )
    .bind(hash)
    .bind(grants.classes())
    .bind(grants.keyed())
    .bind(grants.shared())
    .fetch_one(connection)
    .await
}

/// Notes that a file is coming. A claim that was never fulfilled gives way to a new one.
pub async fn claim(
    connection: &mut PgConnection,
    file: &File,
    created_by: RecordId,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into files as f
             (hash, bytes, media_type, name, state, created_by, created_at)
         values
             ($1, $2, $3, $4, 'receiving', $5, $6)
         on conflict (hash) do update set
             bytes = excluded.bytes,
             media_type = excluded.media_type,
             name = excluded.name,
             created_at = excluded.created_at
         where f.state = 'receiving'",
    )
    .bind(&file.hash)
    .bind(file.bytes)
    .bind(&file.media_type)
    .bind(&file.name)
    .bind(created_by)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn received(connection: &mut PgConnection, hash: &str, received: i64) -> sqlx::Result<()> {
    sqlx::query("update files set received = $2 where hash = $1 and state = 'receiving'")
        .bind(hash)
        .bind(received)
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes a file that came with a form somebody's: who wants it kept has an account.
pub async fn adopt(connection: &mut PgConnection, hash: &str, by: RecordId) -> sqlx::Result<()> {
    sqlx::query("update files set created_by = $2 where hash = $1 and created_by = $3")
        .bind(hash)
        .bind(by)
        .bind(RecordId::nil())
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a file came with a form again: it is kept for as long as one that came now.
pub async fn came_again(connection: &mut PgConnection, hash: &str, now: Millis) -> sqlx::Result<()> {
    sqlx::query("update files set created_at = $2 where hash = $1 and created_by = $3")
        .bind(hash)
        .bind(now)
        .bind(RecordId::nil())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn ready(connection: &mut PgConnection, hash: &str, media_type: &str) -> sqlx::Result<()> {
    sqlx::query(
        "update files set
             state = 'ready',
             media_type = $2,
             received = bytes
         where hash = $1",
    )
    .bind(hash)
    .bind(media_type)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn forget(connection: &mut PgConnection, hash: &str) -> sqlx::Result<()> {
    sqlx::query("delete from files where hash = $1 and state = 'receiving'")
        .bind(hash)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn forget_stale(connection: &mut PgConnection, before: Millis) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "delete from files
         where state = 'receiving'
           and created_at < $1
         returning hash",
    )
    .bind(before)
    .fetch_all(connection)
    .await
}

/// Files that came with forms and have lain since before a time, of which nothing sent and no record says anything: nobody
/// agreed that they be kept. At most so many.
pub async fn unsent(connection: &mut PgConnection, before: Millis, most: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(concat!("select f.hash from files f where ", unsent!(), " limit $3"))
        .bind(RecordId::nil())
        .bind(before)
        .bind(most)
        .fetch_all(connection)
        .await
}

/// Forgets one of them, and says whether it still was one.
pub async fn forget_unsent(connection: &mut PgConnection, hash: &str, before: Millis) -> sqlx::Result<bool> {
    let gone = sqlx::query(concat!("delete from files f where f.hash = $3 and ", unsent!()))
        .bind(RecordId::nil())
        .bind(before)
        .bind(hash)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected() > 0)
}
