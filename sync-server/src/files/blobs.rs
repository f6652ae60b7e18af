//! The bytes of files: whole ones in the object store under `<tenant>/<first two digits>/<hash>`, half ones beside it.

use std::io::SeekFrom;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStoreExt as _, PutPayload};
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::{Mutex, MutexGuard};
use zumodra_shared::kernel::RecordId;

use crate::error::Result;

/// Locks for the files that are being received; files share them by hash.
const TURNS: usize = 64;

/// Where bytes are kept.
#[derive(Debug)]
pub struct Blobs {
    store: LocalFileSystem,
    parts: PathBuf,
    turns: [Mutex<()>; TURNS],
}

impl Blobs {
    /// Opens the folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let (whole, parts) = (folder.join("whole"), folder.join("parts"));
        for folder in [&whole, &parts] {
            std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        }
        // A file is called ready only when its bytes survive a power cut.
        let store = LocalFileSystem::new_with_prefix(&whole)?.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { store, parts, turns: std::array::from_fn(|_| Mutex::new(())) })
    }

    /// Waits until nobody else writes to a file.
    pub async fn turn(&self, tenant_id: RecordId, hash: &str) -> MutexGuard<'_, ()> {
        let sum = blake3::hash(format!("{tenant_id}/{hash}").as_bytes());
        self.turns[usize::from(sum.as_bytes()[0]) % TURNS].lock().await
    }

    fn part(&self, tenant_id: RecordId, hash: &str) -> PathBuf {
        self.parts.join(format!("{tenant_id}-{hash}"))
    }

    /// How much of a file was received.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn received(&self, tenant_id: RecordId, hash: &str) -> Result<u64> {
        match tokio::fs::metadata(self.part(tenant_id, hash)).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds a piece at its place.
    ///
    /// # Errors
    /// When the disk is full or fails; what was there before stays.
    pub async fn append(&self, tenant_id: RecordId, hash: &str, offset: u64, piece: &[u8]) -> Result<()> {
        let path = self.part(tenant_id, hash);
        let mut file =
            tokio::fs::OpenOptions::new().create(true).write(true).truncate(false).open(path).await?;
        // A piece that was cut by a crash is written over.
        file.set_len(offset).await?;
        file.seek(SeekFrom::Start(offset)).await?;
        file.write_all(piece).await?;
        file.flush().await?;
        Ok(())
    }

    /// The bytes of a half file.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn half(&self, tenant_id: RecordId, hash: &str) -> Result<Vec<u8>> {
        Ok(tokio::fs::read(self.part(tenant_id, hash)).await?)
    }

    /// Throws a half file away.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn discard(&self, tenant_id: RecordId, hash: &str) -> Result<()> {
        match tokio::fs::remove_file(self.part(tenant_id, hash)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Keeps a whole file.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn put(&self, tenant_id: RecordId, hash: &str, bytes: Bytes) -> Result<()> {
        self.store
            .put(&place(tenant_id, hash), PutPayload::from_bytes(bytes))
            .await
            .context("keep a file")?;
        Ok(())
    }

    /// Removes a whole file.
    ///
    /// # Errors
    /// When the disk fails; a file that is not there is removed already.
    pub async fn remove(&self, tenant_id: RecordId, hash: &str) -> Result<()> {
        match self.store.delete(&place(tenant_id, hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).context("remove a file")?,
        }
    }

    /// Part of a whole file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, tenant_id: RecordId, hash: &str, range: Range<u64>) -> Result<Bytes> {
        Ok(self.store.get_range(&place(tenant_id, hash), range).await.context("read a file")?)
    }
}

fn place(tenant_id: RecordId, hash: &str) -> Place {
    Place::from_iter([tenant_id.to_string().as_str(), &hash[..2], hash])
}
