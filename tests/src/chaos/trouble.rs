//! Everything that goes wrong on the side of the servers: nodes, PostgreSQL and its backends are killed, a node stands
//! still for a while, a person's role goes and comes back, and jobs and candidates become private and open again.

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
    /// Walls that were put up or taken down, or that let somebody in or out.
    pub walls: u64,
}

impl std::fmt::Display for Troubles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { nodes, stills, postmasters, backends, roles, walls } = self;
        write!(
            f,
            "{nodes} nodes, {postmasters} postmasters, {backends} backends; {stills} nodes stood still, {roles} changes \
             of a role, {walls} of who sees a job or a candidate"
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
            14..17 => {
                let seen = (rng.random(), rng.random_range(0..3) > 0, rng.random());
                done.walls += u64::from(set_privacy(&nodes, at, seen).await.is_ok());
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

/// Makes a job or a candidate private or not, for some of the people. Those who do not see it any more may be at work on it.
async fn set_privacy(nodes: &Nodes, at: usize, (which, private, people): (u64, bool, u8)) -> Result<()> {
    let node = &nodes.nodes[at];
    let owner = node.sign_in(OWNER).await?;
    let (segment, field) =
        if which.is_multiple_of(2) { ("jobs", "hiring_team_ids") } else { ("candidates", "visible_to_ids") };
    let path = format!("/api/v1/ats/{segment}/");
    let listed =
        node.call("GET", &format!("{path}?page_size=100&ordering=id"), Some(&owner.access), None).await?;
    let rows = listed["results"].as_array().context("rows")?;
    let row = rows.get(usize::try_from(which / 2)? % rows.len().max(1)).context("a record")?;
    let members = node.call("GET", "/api/v1/tenants/members/", Some(&owner.access), None).await?;
    let ids = members["results"].as_array().context("members")?.iter().map(|member| &member["user_id"]);
    let named: Vec<_> =
        ids.enumerate().filter(|(place, _)| people >> place & 1 == 1).map(|(_, id)| id).collect();
    let path = format!("{path}{}/", row["id"].as_str().context("an id")?);
    let body = json!({ "is_private": private, field: named });
    node.call("PATCH", &path, Some(&owner.access), Some(body)).await.map(drop)
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
