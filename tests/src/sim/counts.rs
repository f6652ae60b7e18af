//! What a run tells: its figures, or the law that did not hold.

use std::fmt;
use std::ops::AddAssign;

/// Figures of one run, or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Worlds.
    pub seeds: u64,
    /// Events.
    pub steps: u64,
    /// Replicas.
    pub replicas: u64,
    /// Edits and commands that entered an outbox.
    pub edits: u64,
    /// Changes in the servers' logs.
    pub log: u64,
    /// Changes that the servers refused.
    pub refused: u64,
    /// Connections that were cut.
    pub cuts: u64,
    /// Crashes of replicas and servers.
    pub crashes: u64,
    /// Changes of roles.
    pub role_changes: u64,
    /// Hostile changes.
    pub hostile: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.replicas += other.replicas;
        self.edits += other.edits;
        self.log += other.log;
        self.refused += other.refused;
        self.cuts += other.cuts;
        self.crashes += other.crashes;
        self.role_changes += other.role_changes;
        self.hostile += other.hostile;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} seeds, {} replicas, {} steps, {} edits made, {} changes in the logs, {} refused, {} cuts, \
             {} crashes, {} role changes, {} hostile changes",
            self.seeds,
            self.replicas,
            self.steps,
            self.edits,
            self.log,
            self.refused,
            self.cuts,
            self.crashes,
            self.role_changes,
            self.hostile
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
