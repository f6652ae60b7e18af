//! Everything that goes wrong on the side of the servers: nodes, PostgreSQL and its backends are killed, a node stands
//! still for a while, and a person's role goes and comes back.

use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use sqlx::Connection as _;
use tokio::sync::watch;
use tokio::time::sleep;

use super::{OWNER, PEOPLE, TRAINEE};
use crate::process::nodes::Nodes;

/// The longest peace between two troubles.
const MAX_PEACE_MS: u64 = 4_000;
/// The longest that a node stays dead.
const MAX_DEAD_MS: u64 = 3_000;
/// The longest that a node stands still: longer than PostgreSQL waits for a transaction's next statement.
const MAX_STILL_MS: u64 = 16_000;

/// What was done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Troubles {
    /// Kills of a node.
    pub nodes: u64,
    /// Nodes that stood still for a while.
    pub stills: u64,
    /// Kills of PostgreSQL as a whole.
    pub postmasters: u64,
    /// Kills of one backend, after which PostgreSQL ends all others and recovers.
    pub backends: u64,
    /// Changes of a person's role.
    pub roles: u64,
}

impl std::fmt::Display for Troubles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { nodes, stills, postmasters, backends, roles } = self;
        write!(
            f,
            "{nodes} nodes, {postmasters} postmasters, {backends} backends; {stills} nodes stood still, {roles} changes \
             of a role"
        )
    }
}

/// Makes trouble until it is stopped, then mends everything.
pub async fn make(
    mut nodes: Nodes,
    seed: u64,
    mut stopped: watch::Receiver<bool>,
) -> Result<(Nodes, Troubles)> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut done = Troubles::default();
    let mut demoted = false;
    while !*stopped.borrow() {
        let peace = Duration::from_millis(rng.random_range(200..MAX_PEACE_MS));
        tokio::select! {
            () = sleep(peace) => {}
            _ = stopped.changed() => break,
        }
        let at: usize = rng.random_range(0..2);
        match rng.random_range(0..20) {
            0..7 => {
                done.nodes += 1;
                nodes.nodes[at].kill();
                sleep(Duration::from_millis(rng.random_range(1..MAX_DEAD_MS))).await;
                nodes.nodes[at].run_at_last().await?;
            }
            7..9 => {
                done.stills += 1;
                let still = Duration::from_millis(rng.random_range(1_000..MAX_STILL_MS));
                stand_still(&nodes, at, still).await?;
            }
            9..11 => {
                done.postmasters += 1;
                nodes.database.kill()?;
                nodes.database.run_again().await?;
            }
            11..14 => {
                // There may be none at this moment, or the database may be recovering from the last one.
                done.backends += u64::from(nodes.database.kill_backend().await.is_ok());
            }
            _ => {
                if set_role(&nodes, at, if demoted { PEOPLE[TRAINEE].1 } else { "viewer" }).await.is_ok() {
                    demoted = !demoted;
                    done.roles += 1;
                }
            }
        }
    }
    mend(&mut nodes).await?;
    Ok((nodes, done))
}

async fn stand_still(nodes: &Nodes, at: usize, still: Duration) -> Result<()> {
    let pid = Pid::from_raw(nodes.nodes[at].pid().context("a node runs")?.cast_signed());
    kill(pid, Signal::SIGSTOP)?;
    sleep(still).await;
    Ok(kill(pid, Signal::SIGCONT)?)
}

async fn set_role(nodes: &Nodes, at: usize, role: &str) -> Result<()> {
    let node = &nodes.nodes[at];
    let owner = node.sign_in(OWNER).await?;
    let trainee: uuid::Uuid = sqlx::query_scalar("select id from users where email = $1")
        .bind(PEOPLE[TRAINEE].0)
        .fetch_one(&mut nodes.database.connect().await?)
        .await?;
    let path = format!("/api/v1/tenants/members/{trainee}/");
    node.call("PATCH", &path, Some(&owner.access), Some(json!({ "role": role }))).await.map(drop)
}

/// Everything runs, and the database answers.
async fn mend(nodes: &mut Nodes) -> Result<()> {
    for node in &mut nodes.nodes {
        node.kill();
    }
    let mut connection = nodes.database.connect().await.ok();
    let answers = match &mut connection {
        Some(connection) => connection.ping().await.is_ok(),
        None => false,
    };
    if !answers {
        nodes.database.run_again().await?;
    }
    for node in &mut nodes.nodes {
        node.run_at_last().await?;
    }
    Ok(())
}
