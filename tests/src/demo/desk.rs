//! A person's desktop without its window: the real engine on a folder of its own, behind a connection that can be cut.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::Value;
use zumodra_desktop::engine::Engine;
use zumodra_desktop::replica::Replica;
use zumodra_desktop::session::{Home, SignInRequest, Vault};
use zumodra_desktop::sync::SyncState;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::{Edit, Fields};

use super::link::Link;
use super::seed::PASSWORD;
use crate::process::eventually;

/// How long a replica may take to have everything.
const CURRENT_WITHIN: Duration = Duration::from_secs(60);
/// What protects the replica's key where no keyring runs.
const PASSPHRASE: &str = "brass kettle under the stairs 7";

/// A desktop.
pub struct Desktop {
    /// Whose.
    pub name: &'static str,
    /// Its connection.
    pub link: Link,
    engine: Engine,
}

fn told(problem: Problem) -> anyhow::Error {
    anyhow!("{problem} {:?}", problem.fields)
}

impl Desktop {
    /// Signs somebody in on a new desktop.
    ///
    /// # Errors
    /// When the sign-in is refused.
    pub async fn sign_in(name: &'static str, email: &str, folder: &Path, port: u16) -> Result<Self> {
        let link = Link::to(port).await?;
        let engine = Engine::start(Home::at(folder.join(name)), Vault::Absent).await.map_err(told)?;
        let request = SignInRequest {
            server: link.url.clone(),
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            workspace: None,
            passphrase: Some(PASSPHRASE.to_owned()),
        };
        engine.sign_in(request).await.map_err(told).with_context(|| format!("sign in as {email}"))?;
        Ok(Self { name, link, engine })
    }

    /// Does something with the replica.
    ///
    /// # Errors
    /// What the replica refuses.
    pub async fn with<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Replica, i64) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T> {
        self.engine.workspace().map_err(told)?.store(step).await.map_err(told)
    }

    /// Waits until the replica has everything and nothing waits to be sent.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn current(&self) -> Result<()> {
        let what = format!("{}'s replica to be up to date", self.name);
        let current = eventually(&what, CURRENT_WITHIN, async || {
            let status = self.engine.sync_status().await.ok()?;
            (status.state == SyncState::UpToDate && status.waiting == 0).then_some(())
        });
        match current.await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("{:?}", self.engine.sync_status().await))),
        }
    }

    /// Waits until the replica noticed that it has no connection.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn offline(&self) -> Result<()> {
        let what = format!("{}'s replica to be offline", self.name);
        eventually(&what, CURRENT_WITHIN, async || {
            let status = self.engine.sync_status().await.ok()?;
            (status.state != SyncState::UpToDate).then_some(())
        })
        .await
    }

    /// Asks to connect now rather than when the pause between two tries is over.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub async fn connect_now(&self) -> Result<()> {
        self.engine.ask("sync_now", Value::Null).await.map(drop).map_err(told)
    }

    /// A row.
    ///
    /// # Errors
    /// When the replica does not have it.
    pub async fn row(&self, kind: &'static str, id: &str) -> Result<Value> {
        let rows = self.rows(kind).await?;
        rows.into_iter()
            .find(|row| row["id"] == id)
            .with_context(|| format!("{} has no {kind} {id}", self.name))
    }

    /// Every row of a kind.
    ///
    /// # Errors
    /// When the replica fails.
    pub async fn rows(&self, kind: &'static str) -> Result<Vec<Value>> {
        self.with(move |replica, _| replica.dump_rows(kind)).await
    }

    /// Makes a record.
    ///
    /// # Errors
    /// What the replica refuses.
    pub async fn create(&self, kind: &'static str, fields: Value) -> Result<RecordId> {
        let fields: Fields = serde_json::from_value(fields)?;
        Ok(self.with(move |replica, now| replica.create(kind, &fields, now)).await?.id)
    }

    /// Edits a record.
    ///
    /// # Errors
    /// What the replica refuses.
    pub async fn edit(&self, kind: &'static str, id: &str, edits: Vec<Edit>) -> Result<()> {
        let id: RecordId = id.parse()?;
        self.with(move |replica, now| replica.edit(kind, id, &edits, now)).await.map(drop)
    }

    /// Edits that wait.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub async fn waiting(&self) -> Result<u64> {
        Ok(self.engine.sync_status().await.map_err(told)?.waiting)
    }

    /// Records that the replica holds, and the size of its file in bytes.
    ///
    /// # Errors
    /// When the replica fails.
    pub async fn size(&self) -> Result<(u64, u64)> {
        self.with(|replica, _| {
            let mut records = 0;
            for def in KINDS {
                records += replica.count(def.name)?;
            }
            // What was written last may stand in the log beside the file alone.
            let files = ["", "-wal"].map(|end| {
                let path = replica.path().map(|path| format!("{}{end}", path.display()));
                path.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |file| file.len())
            });
            let bytes = files.iter().sum();
            Ok((records, bytes))
        })
        .await
    }

    /// Where a text stands in any table of the replica's database, in rows, documents or search index.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn places_of(&self, text: &str) -> Result<(usize, Vec<String>)> {
        let needle = text.to_lowercase().into_bytes();
        let found = self.with(move |replica, _| Ok(places(replica.connection(), &needle))).await?;
        found.context("read the replica's tables")
    }

    /// A hash over every row.
    ///
    /// # Errors
    /// When the replica fails.
    pub async fn rows_hash(&self) -> Result<String> {
        self.with(|replica, _| replica.rows_hash()).await
    }

    /// The refused edits in Needs attention, as (record, code).
    ///
    /// # Errors
    /// When the replica fails.
    pub async fn refused(&self) -> Result<Vec<(RecordId, String)>> {
        let items = self.with(|replica, _| replica.attention()).await?;
        let refused = items.into_iter().filter(|item| item.kind_of_item == "refused");
        Ok(refused.map(|item| (item.record_id, item.code)).collect())
    }

    /// What two people chose differently and nobody has settled, as (record, mine, theirs).
    ///
    /// # Errors
    /// When the replica fails.
    pub async fn conflicts(&self) -> Result<Vec<(RecordId, Value, Value)>> {
        let items = self.with(|replica, _| replica.attention()).await?;
        let conflicts = items.into_iter().filter(|item| item.kind_of_item == "conflict");
        let pairs = conflicts.flat_map(|item| {
            item.values.into_iter().map(move |pair| (item.record_id, pair.mine, pair.theirs))
        });
        Ok(pairs.collect())
    }

    /// Ends the desktop in good order.
    pub async fn close(self) {
        self.engine.shut_down().await;
    }
}

/// Looks through every value of every table; gives how many values there were, and the tables with the text.
fn places(connection: &rusqlite::Connection, needle: &[u8]) -> Result<(usize, Vec<String>)> {
    let mut tables = connection.prepare("select name from sqlite_master where type = 'table'")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    ensure!(!tables.is_empty(), "the replica has no tables");
    let (mut values, mut found) = (0, Vec::new());
    for table in tables {
        // A virtual table whose content is elsewhere cannot be read row by row; its shadow tables are.
        let Ok(mut all) = connection.prepare(&format!("select * from \"{table}\"")) else { continue };
        let columns = all.column_count();
        let Ok(mut rows) = all.query([]) else { continue };
        while let Ok(Some(row)) = rows.next() {
            for column in 0..columns {
                let bytes = match row.get_ref(column)? {
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => bytes,
                    _ => continue,
                };
                values += 1;
                let lower = bytes.to_ascii_lowercase();
                if lower.windows(needle.len()).any(|window| window == needle) {
                    found.push(table.clone());
                }
            }
        }
    }
    Ok((values, found))
}
