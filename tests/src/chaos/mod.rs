//! A history checker over real processes. Desktops work through a bad network on two server nodes over one PostgreSQL,
//! and anything is killed at any moment. Then everything is mended, comes to rest, and is compared: what was
//! acknowledged is there once, every copy equals the server in its scope, and each local change ended in exactly one
//! way.

mod check;
mod desk;
mod ledger;
mod trouble;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::join_all;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tokio::sync::watch;

pub use ledger::Fates;
pub use trouble::Troubles;

use crate::process::balancer::{Balancer, Harm};
use crate::process::nodes::Nodes;
use crate::process::server::{Server, SignedIn};
use desk::Desk;

/// The owner of the workspace.
const OWNER: &str = "owner@chaos.example";
/// Who sits at the desktops. The recruiter who is somebody's trainee now and then loses the role for a while.
const PEOPLE: [(&str, &str); 4] = [
    (OWNER, "owner"),
    ("rita@chaos.example", "recruiter"),
    ("tom@chaos.example", "recruiter"),
    ("hans@chaos.example", "hiring_manager"),
];
/// Who loses and regains the role.
const TRAINEE: usize = 2;

/// What to live through.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Where the randomness begins. The processes and the network have their own time, so a seed is no replay.
    pub seed: u64,
    /// How long things go wrong.
    pub length: Duration,
    /// Desktops.
    pub desktops: usize,
}

/// What happened.
#[derive(Debug)]
pub struct Report {
    /// How long things went wrong.
    pub length: Duration,
    /// How long it took afterwards until everything was at rest.
    pub rest: Duration,
    /// What became of the local changes.
    pub fates: Fates,
    /// What was killed and stopped.
    pub troubles: Troubles,
    /// What the network did.
    pub harm: Vec<Harm>,
    /// Kills of engines.
    pub engine_kills: u64,
    /// Sign-ins that were needed because a refresh token was spent on the way.
    pub sign_ins: u64,
    /// Entries of the server's log, and records that were compared on the desktops.
    pub compared: (u64, u64),
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total = |what: fn(&Harm) -> u64| self.harm.iter().map(what).sum::<u64>();
        writeln!(
            f,
            "{:.0} s of trouble, at rest {:.1} s later",
            self.length.as_secs_f64(),
            self.rest.as_secs_f64()
        )?;
        writeln!(f, "  local changes: {}", self.fates)?;
        writeln!(f, "  killed: {} engines, {}", self.engine_kills, self.troubles)?;
        writeln!(
            f,
            "  network: {} connections, {} cut, {} truncated, {} doubled, {} delayed; {} sign-ins anew",
            total(|harm| harm.connections),
            total(|harm| harm.cut),
            total(|harm| harm.truncated),
            total(|harm| harm.doubled),
            total(|harm| harm.delayed),
            self.sign_ins
        )?;
        write!(f, "  compared: {} log entries, {} records on desktops", self.compared.0, self.compared.1)
    }
}

/// The workspace, its people, and a few records to begin with.
async fn settle(server: &Server) -> Result<SignedIn> {
    let owner = server.sign_up("Chaos Works", OWNER).await?;
    let mut manager = String::new();
    for (email, role) in &PEOPLE[1..] {
        let member = server.add_member(&owner, "Mo Member", email, role).await?;
        if *role == "hiring_manager" {
            manager = member.user_id;
        }
    }
    let make = async |kind: &str, body: serde_json::Value| -> Result<String> {
        let path = format!("/api/v1/ats/{kind}/");
        let made = server.call("POST", &path, Some(&owner.access), Some(body)).await?;
        made["id"].as_str().map(str::to_owned).context("an id")
    };
    let pipelines = server.call("GET", "/api/v1/ats/pipelines/", Some(&owner.access), None).await?;
    let pipeline = pipelines["results"][0]["id"].as_str().context("the default pipeline")?.to_owned();
    for number in 0..4 {
        let his = if number == 0 { json!(manager) } else { json!(null) };
        let job =
            json!({ "title": format!("Job {number}"), "pipeline_id": pipeline, "hiring_manager_id": his });
        let job = make("jobs", job).await?;
        for _ in 0..5 {
            let candidate = make("candidates", json!({ "first_name": "Ada" })).await?;
            make("candidate-contacts", json!({ "candidate_id": candidate })).await?;
            let application = json!({
                "candidate_id": candidate, "job_id": job, "pipeline_id": pipeline, "stage_id": "s0",
            });
            make("applications", application).await?;
        }
    }
    Ok(owner)
}

/// Lives through a plan in an empty folder, and checks what is left.
///
/// # Errors
/// The first thing that does not hold, or that could not be started.
pub async fn run(folder: &Path, plan: Plan) -> Result<Report> {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let nodes = Nodes::start(folder, None).await?;
    settle(&nodes.nodes[0]).await?;
    let addresses = nodes.nodes.each_ref().map(Server::url);
    let mut desks = Vec::new();
    for number in 0..plan.desktops {
        let network = Balancer::before(&addresses, rng.random()).await?;
        let (email, _) = PEOPLE[number % PEOPLE.len()];
        desks.push(Desk::open(folder, number, email, network, rng.random()).await?);
    }
    let (stop, stopped) = watch::channel(false);
    let started = Instant::now();
    let working = join_all(desks.into_iter().map(|desk| desk.work(stopped.clone())));
    let ending = async {
        tokio::time::sleep(plan.length).await;
        stop.send(true).map(|()| Instant::now())
    };
    let trouble = trouble::make(nodes, rng.random(), stopped.clone());
    let (worked, trouble, resting) = tokio::join!(working, trouble, ending);
    let ((nodes, troubles), resting) = (trouble?, resting?);
    let length = resting - started;
    let mut desks = Vec::new();
    for (number, desk) in worked.into_iter().enumerate() {
        let mut desk = desk.with_context(|| format!("desktop {number}"))?;
        desk.rest().await.with_context(|| format!("desktop {number} does not come to rest"))?;
        desks.push(desk);
    }
    // What others did while the last one came to rest.
    for desk in &mut desks {
        desk.rest().await?;
    }
    let rest = resting.elapsed();
    let (fates, compared) = check::all(&nodes, &mut desks).await?;
    Ok(Report {
        length,
        rest,
        fates,
        troubles,
        harm: desks.iter().map(|desk| desk.network.harm()).collect(),
        engine_kills: desks.iter().map(|desk| desk.kills).sum(),
        sign_ins: desks.iter().map(|desk| desk.sign_ins).sum(),
        compared,
    })
}
