//! What a run tells: its figures, or the law that did not hold.

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::ledger::Ends;

/// Figures of one run, or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Worlds.
    pub seeds: u64,
    /// Events.
    pub steps: u64,
    /// Replicas.
    pub replicas: u64,
    /// Nodes of the server.
    pub nodes: u64,
    /// How local changes ended.
    pub ends: Ends,
    /// Changes in the servers' logs.
    pub log: u64,
    /// Changes that the servers refused.
    pub refused: u64,
    /// Changes that an older node put off.
    pub later: u64,
    /// Connections that were cut.
    pub cuts: u64,
    /// Crashes of replicas and nodes.
    pub crashes: u64,
    /// Crashes of which a replica's file was on a disk.
    pub torn: u64,
    /// Of those: files that were replaced by a new one with what was not sent.
    pub rebuilt: u64,
    /// Writes that a full disk did not take.
    pub unwritten: u64,
    /// Clocks that jumped.
    pub jumps: u64,
    /// Changes of roles.
    pub role_changes: u64,
    /// Records that were erased for good.
    #[serde(default)]
    pub erased: u64,
    /// Hostile changes.
    pub hostile: u64,
    /// Changes by clients of a newer version.
    pub newer: u64,
    /// Scopes that were downloaded again because the sums did not fit.
    pub unequal: u64,
    /// From the last fault until everything was at rest, added up, and at most, in milliseconds.
    pub rest_ms: u64,
    /// At most.
    pub longest_rest_ms: u64,
}

impl Counts {
    /// Notes how long a world took to come to rest.
    pub fn rested(&mut self, took_ms: u64) {
        self.rest_ms += took_ms;
        self.longest_rest_ms = self.longest_rest_ms.max(took_ms);
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.replicas += other.replicas;
        self.nodes += other.nodes;
        self.ends += other.ends;
        self.log += other.log;
        self.refused += other.refused;
        self.later += other.later;
        self.cuts += other.cuts;
        self.crashes += other.crashes;
        self.torn += other.torn;
        self.rebuilt += other.rebuilt;
        self.unwritten += other.unwritten;
        self.jumps += other.jumps;
        self.role_changes += other.role_changes;
        self.erased += other.erased;
        self.hostile += other.hostile;
        self.newer += other.newer;
        self.unequal += other.unequal;
        self.rest_ms += other.rest_ms;
        self.longest_rest_ms = self.longest_rest_ms.max(other.longest_rest_ms);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ends, .. } = self;
        writeln!(
            f,
            "worlds: {} seeds, {} replicas, {} nodes, {} steps, {} changes in the logs",
            self.seeds, self.replicas, self.nodes, self.steps, self.log
        )?;
        writeln!(
            f,
            "ledger: {} local changes = {} acknowledged + {} there already + {} refused and shown + {} dropped \
             with a notice ({} of them were on the server, unanswered) + {} discarded by the person; {} more were \
             written anew as one of these",
            ends.made - ends.rewritten,
            ends.acknowledged,
            ends.moot,
            ends.refused,
            ends.dropped,
            ends.dropped_unanswered,
            ends.discarded,
            ends.rewritten
        )?;
        writeln!(
            f,
            "faults: {} cuts, {} crashes ({} with files, {} of them replaced), {} writes on a full disk, {} clock \
             jumps, {} role changes, {} records erased, {} refusals, {} put off by an older node, {} hostile changes, {} by newer \
             clients, {} scopes downloaded again",
            self.cuts,
            self.crashes,
            self.torn,
            self.rebuilt,
            self.unwritten,
            self.jumps,
            self.role_changes,
            self.erased,
            self.refused,
            self.later,
            self.hostile,
            self.newer,
            self.unequal
        )?;
        write!(
            f,
            "rest: {:.1} s after the last fault on average, {:.1} s at most",
            self.rest_ms as f64 / self.seeds.max(1) as f64 / 1e3,
            self.longest_rest_ms as f64 / 1e3
        )
    }
}

/// A law that did not hold.
#[derive(Debug)]
pub struct Failure {
    /// The seed that shows it.
    pub seed: u64,
    /// What did not hold.
    pub reason: String,
    /// What happened, the last last; empty unless asked for.
    pub trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.reason)
    }
}
