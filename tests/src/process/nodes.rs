//! Two server nodes over one database, as an installation runs them: one data folder for keys and files.

use std::path::Path;

use anyhow::Result;

use super::database::Database;
use super::server::Server;

/// Two nodes and their database.
#[derive(Debug)]
pub struct Nodes {
    /// The nodes.
    pub nodes: [Server; 2],
    /// Their database.
    pub database: Database,
}

impl Nodes {
    /// Starts both, the first one first, so that it makes the keys and the tables. With the address of a Redis they wake
    /// each other by it, else by the database.
    ///
    /// # Errors
    /// When one does not become ready.
    pub async fn start(folder: &Path, redis: Option<&str>) -> Result<Self> {
        let database = Database::start(&folder.join("database")).await?;
        let node = |name: &str| -> Result<Server> {
            let mut node = Server::at(&folder.join(name))?;
            node.set("ZUMODRA_DATA", folder.join("shared").as_os_str());
            node.set("DATABASE_URL", database.url().as_ref());
            if let Some(redis) = redis {
                node.set("ZUMODRA_REDIS_URL", redis.as_ref());
            }
            Ok(node)
        };
        let mut nodes = [node("node-1")?, node("node-2")?];
        for node in &mut nodes {
            node.run().await?;
        }
        Ok(Self { nodes, database })
    }
}
