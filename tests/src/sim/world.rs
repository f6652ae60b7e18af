//! The world: what happens when, and when everything has come to rest.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::sync::client::{self, BACKOFF_MAX_MS};
use zumodra_shared::sync::server::{self, POLL_MS};

use super::counts::{Counts, Failure};
use super::host::Host;
use super::links::{Job, Link};
use super::nodes::Node;
use super::server::Model;
use super::{faults, oracle, person, setup};

/// How long people work and things go wrong, in milliseconds.
pub const TROUBLE_MS: i64 = 30_000;
/// Time between two ticks, in milliseconds.
pub const TICK_MS: i64 = 2_000;
/// Within which time a page comes even when its wake-up was lost, in milliseconds: nothing that is at rest for so long
/// moves again by itself.
const PAGES_WITHIN_MS: i64 = POLL_MS + 3 * TICK_MS;
/// Within which time after the last fault everything has come to rest, in milliseconds. A replica that was not told
/// that its connection is gone finds out by silence, comes back within the longest wait, and then needs the look at
/// the log that a lost wake-up leaves it with.
const REST_WITHIN_MS: i64 = client::DEAD_AFTER_MS + BACKOFF_MAX_MS + PAGES_WITHIN_MS + TICK_MS;
/// Within which time everything is at rest again when all connect once more with nothing left to do, in milliseconds.
const REST_AGAIN_WITHIN_MS: i64 = 2 * PAGES_WITHIN_MS;
/// Edits, commands and the like of each person.
const DEEDS: i64 = 9;
/// Steps after which something runs in circles.
const MAX_STEPS: u64 = 100_000;

/// Something that is done wrong on purpose, to see that the simulator notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing is.
    None,
    /// A node judges by itself which connection of a device is the newest.
    NewestByNode,
    /// A node hears of changed roles and jobs by its own commits and by the doorbell, and does not look itself.
    NobodyLooksForPeople,
    /// The server answers a push before it is committed, and a crash in between loses it.
    AnswersBeforeCommit,
}

impl Sabotage {
    /// The sabotage of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "newest-by-node" => Self::NewestByNode,
            "nobody-looks-for-people" => Self::NobodyLooksForPeople,
            "answers-before-commit" => Self::AnswersBeforeCommit,
            _ => return None,
        })
    }
}

/// What happens.
pub enum Event {
    /// A replica's wait is over.
    Connect(usize, u32),
    /// A frame arrives at the server.
    Up(usize, Vec<u8>),
    /// A frame arrives at the replica.
    Down(usize, Vec<u8>),
    /// The replica notices that the connection is gone.
    LostBelow(usize),
    /// The server notices that the connection is gone.
    LostAbove(usize),
    /// The server's database does something for a connection.
    Job(usize, Job),
    /// What it did reaches the connection's session.
    Answer(usize, Box<server::Input>),
    /// Another node's wake-up arrives at a node.
    Ring(usize),
    /// A person does something.
    Deed(usize),
    /// Something may go wrong.
    Trouble,
    /// Nobody reaches a node for a while.
    CutOff(usize),
    /// Somebody's role changes.
    RoleChange,
    /// A candidate is erased for good.
    Erase,
    /// A replica's disk has room again.
    Room(usize),
    /// Nothing goes wrong any more.
    Peace,
    /// Time passes.
    Tick,
}

/// A tenant with everything around it.
pub struct World {
    /// The seed.
    pub seed: u64,
    /// Where every accident comes from.
    pub rng: ChaCha8Rng,
    /// The true time, in milliseconds.
    pub now: i64,
    /// The tenant in the database.
    pub model: Model,
    /// The server's nodes.
    pub nodes: Vec<Node>,
    /// Every connection there ever was.
    pub links: Vec<Link>,
    /// Connections of which at least one side is open.
    pub open: Vec<usize>,
    /// The replicas.
    pub hosts: Vec<Host>,
    /// Figures.
    pub counts: Counts,
    /// What is done wrong on purpose.
    pub sabotage: Sabotage,
    /// When the world began.
    pub started: i64,
    /// When something was last committed, or the clocks were set right: nobody looks for it before some silence.
    pub written_at: i64,
    queue: BTreeMap<(i64, u64), Event>,
    planned: u64,
    /// When everything came to rest for the first time.
    rested_at: Option<i64>,
    trace: Option<Vec<String>>,
    pub(super) broken: Option<String>,
}

/// Lives one world through; gives its figures and, when asked for, what happened.
///
/// # Errors
/// The first law that did not hold.
pub fn run(seed: u64, trace: bool, sabotage: Sabotage) -> Result<(Counts, Vec<String>), Box<Failure>> {
    let mut world = World::new(seed, trace, sabotage);
    let outcome = world.live();
    world.counts.log = world.model.head();
    world.counts.refused = world.model.refusals.values().sum();
    let trace = world.trace.unwrap_or_default();
    match outcome {
        Ok(()) => Ok((world.counts, trace)),
        Err(reason) => Err(Box::new(Failure { seed, reason, trace })),
    }
}

impl World {
    fn new(seed: u64, trace: bool, sabotage: Sabotage) -> Self {
        let started = 1_780_000_000_000;
        let mut world = Self {
            seed,
            rng: ChaCha8Rng::seed_from_u64(seed),
            now: started,
            model: Model::new(RecordId::from_u128(0x7e)),
            nodes: Vec::new(),
            links: Vec::new(),
            open: Vec::new(),
            hosts: Vec::new(),
            counts: Counts { seeds: 1, ..Counts::default() },
            sabotage,
            started,
            written_at: started,
            queue: BTreeMap::new(),
            planned: 0,
            rested_at: None,
            trace: trace.then(Vec::new),
            broken: None,
        };
        setup::furnish(&mut world);
        world.counts.replicas = world.hosts.len() as u64;
        world.counts.nodes = world.nodes.len() as u64;
        world
    }

    /// Whether somebody wants to read what happens.
    pub const fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// Writes down what happens, when somebody wants to read it.
    pub fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>7} {}", self.now - self.started, what()));
        }
    }

    /// Remembers the first law that did not hold.
    pub fn fail(&mut self, reason: String) {
        self.broken.get_or_insert(reason);
    }

    fn live(&mut self) -> Result<(), String> {
        for host in 0..self.hosts.len() {
            self.start(host, 0);
            for _ in 0..DEEDS {
                let at = self.now + self.rng.random_range(500..TROUBLE_MS);
                self.plan(at, Event::Deed(host));
            }
        }
        self.plan(self.now + 1_000, Event::Trouble);
        if let Some(after_ms) = faults::erasure(self.seed) {
            self.plan(self.now + after_ms, Event::Erase);
        }
        self.plan(self.started + TROUBLE_MS, Event::Peace);
        self.plan(self.now + TICK_MS, Event::Tick);
        while let Some(((at, _), event)) = self.queue.pop_first() {
            self.now = at;
            self.counts.steps += 1;
            if matches!(event, Event::Tick) && !self.in_trouble() && self.is_quiet()? {
                oracle::check(self, self.rested_at.is_some())?;
                if self.rested_at.is_some() {
                    return oracle::close_the_books(self);
                }
                self.rest();
            }
            self.happen(event);
            if let Some(reason) = self.broken.take() {
                return Err(reason);
            }
            self.is_in_time()?;
        }
        Err("nothing happens any more".to_owned())
    }

    /// Whether things may still go wrong.
    pub const fn in_trouble(&self) -> bool {
        self.now < self.started + TROUBLE_MS
    }

    fn is_in_time(&self) -> Result<(), String> {
        let until = match self.rested_at {
            Some(at) => at + REST_AGAIN_WITHIN_MS,
            None => self.started + TROUBLE_MS + REST_WITHIN_MS,
        };
        if self.now <= until && self.counts.steps <= MAX_STEPS {
            return Ok(());
        }
        Err(format!("not at rest after {} steps: {}", self.counts.steps, self.unrest()))
    }

    /// Closes every connection once more: on the next one all sums are compared, and nothing waits any longer.
    fn rest(&mut self) {
        let took = (self.now - PAGES_WITHIN_MS).max(self.started + TROUBLE_MS) - self.started - TROUBLE_MS;
        self.counts.rested(took.unsigned_abs());
        self.rested_at = Some(self.now);
        self.note(|| "everybody is at rest and connects once more".to_owned());
        for link in self.open.clone() {
            self.links[link].above = false;
            self.lost_below(link);
        }
    }

    fn is_quiet(&self) -> Result<bool, String> {
        if !self.queue.is_empty() || self.now < self.written_at + PAGES_WITHIN_MS {
            return Ok(false);
        }
        for host in &self.hosts {
            let waiting = host.waiting().map_err(|error| error.to_string())?;
            // A replica that has not noticed yet that its connection is gone is not at rest.
            let connected = host.link.is_some_and(|link| self.links[link].above);
            if waiting > 0 || !host.up_to_date || !host.session.is_live() || !connected {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn unrest(&self) -> String {
        let states = self.hosts.iter().enumerate().map(|(at, host)| {
            let waiting = host.waiting().unwrap_or(usize::MAX);
            format!(
                "replica {at}: {waiting} waiting, live {}, up to date {}",
                host.session.is_live(),
                host.up_to_date
            )
        });
        format!("{} events planned; {}", self.queue.len(), states.collect::<Vec<_>>().join("; "))
    }

    /// Plans something for an instant.
    pub fn plan(&mut self, at: i64, event: Event) {
        self.planned += 1;
        self.queue.insert((at, self.planned), event);
    }

    /// Plans something for within so many milliseconds.
    pub fn soon(&mut self, up_to_ms: i64, event: Event) {
        let at = self.now + self.rng.random_range(1..=up_to_ms);
        self.plan(at, event);
    }

    /// Forgets what was planned and is not to be kept.
    pub fn forget_plans(&mut self, keep: impl Fn(&Event, &[Link]) -> bool) {
        let links = &self.links;
        self.queue.retain(|_, event| keep(event, links));
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Connect(host, era) if self.hosts[host].era == era => self.connect(host),
            Event::Connect(..) => {}
            Event::Up(link, bytes) if self.links[link].above => self.receive(link, bytes),
            Event::Down(link, bytes) if self.links[link].below => {
                self.feed(self.links[link].host, client::Input::Frame(bytes));
            }
            Event::Up(..) | Event::Down(..) => {}
            Event::LostAbove(link) => self.lost_above(link),
            Event::LostBelow(link) => self.lost_below(link),
            Event::Job(link, job) => self.work(link, job),
            Event::Answer(link, input) if self.links[link].above => self.serve(link, *input),
            Event::Answer(..) => {}
            Event::Ring(node) => self.ring(node),
            Event::Deed(host) => {
                person::act(self, host);
                self.feed(host, client::Input::OutboxChanged);
            }
            Event::Trouble => faults::trouble(self),
            Event::CutOff(node) => faults::isolate(self, node),
            Event::RoleChange => setup::change_role(self),
            Event::Erase => faults::erase(self),
            Event::Room(host) => faults::room(self, host),
            Event::Peace => faults::peace(self),
            Event::Tick => self.tick(),
        }
    }

    fn tick(&mut self) {
        for host in 0..self.hosts.len() {
            self.feed(host, client::Input::Tick);
        }
        let links = &self.links;
        self.open.retain(|link| links[*link].above || links[*link].below);
        for link in self.open.clone() {
            if self.links[link].above {
                self.serve(link, server::Input::Tick);
            }
        }
        for node in 0..self.nodes.len() {
            if self.now >= self.nodes[node].look_at {
                self.nodes[node].look_at = self.now + POLL_MS;
                self.look(node);
            }
        }
        self.plan(self.now + TICK_MS, Event::Tick);
    }
}
