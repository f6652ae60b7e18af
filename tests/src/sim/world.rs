//! The world: what happens when, and what it does to whom.

use std::collections::{BTreeMap, VecDeque};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use zumodra_shared::access::{Grants, Principal};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::sync::cursor::Cursor;
use zumodra_shared::sync::wire::{Command, PushedChange};
use zumodra_shared::sync::{client, server};

use super::counts::{Counts, Failure};
use super::host::Host;
use super::server::Model;
use super::{oracle, person, setup};

/// The key that seals cursors.
const CURSOR_KEY: [u8; 16] = *b"simulated cursor";
/// How long people work and things go wrong, in milliseconds.
const TROUBLE_MS: i64 = 30_000;
/// Within which time everything must be quiet afterwards, in milliseconds.
const QUIET_WITHIN_MS: i64 = 400_000;
/// Time between two ticks, in milliseconds.
const TICK_MS: i64 = 2_000;
/// Within which time a page comes even when its wake-up was lost, in milliseconds.
const PAGES_WITHIN_MS: i64 = server::POLL_MS + 3 * TICK_MS;
/// Edits, commands and the like of each person.
const DEEDS: i64 = 9;
/// Steps after which something runs in circles.
const MAX_STEPS: u64 = 100_000;

enum Job {
    Authenticate(String),
    Page {
        ticket: u32,
        cursor: Cursor,
        grants: Grants,
        limit: usize,
        checkpoint: bool,
    },
    Chunk {
        ticket: u32,
        grants: Grants,
        scopes: Vec<String>,
        kind: u16,
        after: Option<RecordId>,
    },
    Count(u32, Vec<String>),
    Ingest(u32, Vec<PushedChange>, Principal),
    Run(Command, Principal),
    Fetch(u32, Vec<RecordId>, Grants),
    /// Who is connected is looked up anew.
    Principal,
    /// What is known of who is connected is out of date.
    Stale,
    Wake,
}

enum Event {
    Connect(usize, u32),
    /// A frame arrives at the server.
    Up(usize, Vec<u8>),
    /// A frame arrives at the replica.
    Down(usize, Vec<u8>),
    /// The replica notices that the connection is gone.
    LostBelow(usize),
    /// The server notices that the connection is gone.
    LostAbove(usize),
    Job(usize, Job),
    Deed(usize),
    Trouble,
    Tick,
}

struct Link {
    host: usize,
    session: server::Session,
    below: bool,
    above: bool,
    up_at: i64,
    down_at: i64,
    write_at: i64,
}

/// A tenant with everything around it.
pub struct World {
    /// The seed.
    pub seed: u64,
    /// Where every accident comes from.
    pub rng: ChaCha8Rng,
    /// The server's clock, in milliseconds.
    pub now: i64,
    /// The tenant on the server.
    pub model: Model,
    /// The replicas.
    pub hosts: Vec<Host>,
    /// Figures.
    pub counts: Counts,
    started: i64,
    links: Vec<Link>,
    queue: BTreeMap<(i64, u64), Event>,
    planned: u64,
    server_up_at: i64,
    written_at: i64,
    /// Everything has come to rest once.
    rested: bool,
    trace: Option<Vec<String>>,
    broken: Option<String>,
}

/// Lives one world through.
///
/// # Errors
/// The first law that did not hold.
pub fn run(seed: u64, trace: bool) -> Result<Counts, Box<Failure>> {
    let mut world = World::new(seed, trace);
    let outcome = world.live();
    world.counts.log = world.model.head();
    world.counts.refused = world.model.refusals.values().sum();
    world.counts.edits = world.hosts.iter().map(|host| host.made.len() as u64).sum();
    match outcome {
        Ok(()) => Ok(world.counts),
        Err(reason) => Err(Box::new(Failure { seed, reason, trace: world.trace.unwrap_or_default() })),
    }
}

impl World {
    fn new(seed: u64, trace: bool) -> Self {
        let started = 1_780_000_000_000;
        let mut world = Self {
            seed,
            rng: ChaCha8Rng::seed_from_u64(seed),
            now: started,
            model: Model::new(RecordId::from_u128(0x7e)),
            hosts: Vec::new(),
            counts: Counts { seeds: 1, ..Counts::default() },
            started,
            links: Vec::new(),
            queue: BTreeMap::new(),
            planned: 0,
            server_up_at: started,
            written_at: started,
            rested: false,
            trace: trace.then(Vec::new),
            broken: None,
        };
        setup::furnish(&mut world);
        world.counts.replicas = world.hosts.len() as u64;
        world
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
            self.start(host);
            for _ in 0..DEEDS {
                let at = self.now + self.rng.random_range(500..TROUBLE_MS);
                self.plan(at, Event::Deed(host));
            }
        }
        self.plan(self.now + 1_000, Event::Trouble);
        self.plan(self.now + TICK_MS, Event::Tick);
        while let Some(((at, _), event)) = self.queue.pop_first() {
            self.now = at;
            self.counts.steps += 1;
            if matches!(event, Event::Tick) && !self.in_trouble() && self.is_quiet()? {
                oracle::check(self, self.rested)?;
                if std::mem::replace(&mut self.rested, true) {
                    return Ok(());
                }
                self.part();
            }
            self.happen(event);
            if let Some(reason) = self.broken.take() {
                return Err(reason);
            }
            if at > self.started + TROUBLE_MS + QUIET_WITHIN_MS || self.counts.steps > MAX_STEPS {
                return Err(format!("not quiet after {} steps: {}", self.counts.steps, self.unrest()));
            }
        }
        Err("nothing happens any more".to_owned())
    }

    /// Whether things may still go wrong.
    pub fn in_trouble(&self) -> bool {
        self.now < self.started + TROUBLE_MS
    }

    /// Closes every connection once more: on the next one all sums are compared, and nothing waits any longer.
    fn part(&mut self) {
        self.note(|| "everybody is at rest and connects once more".to_owned());
        for link in 0..self.links.len() {
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

    fn plan(&mut self, at: i64, event: Event) {
        self.planned += 1;
        self.queue.insert((at, self.planned), event);
    }

    fn soon(&mut self, up_to_ms: i64, event: Event) {
        let at = self.now + self.rng.random_range(1..=up_to_ms);
        self.plan(at, event);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Connect(host, era) if self.hosts[host].era == era => self.connect(host),
            Event::Connect(..) => {}
            Event::Up(link, bytes) if self.links[link].above => {
                self.serve(link, server::Input::Frame(bytes));
            }
            Event::Down(link, bytes) if self.links[link].below => {
                self.feed(self.links[link].host, client::Input::Frame(bytes));
            }
            Event::Up(..) | Event::Down(..) => {}
            Event::LostAbove(link) => self.links[link].above = false,
            Event::LostBelow(link) => self.lost_below(link),
            Event::Job(link, job) => self.work(link, job),
            Event::Deed(host) => {
                person::act(self, host);
                self.feed(host, client::Input::OutboxChanged);
            }
            Event::Trouble => self.trouble(),
            Event::Tick => self.tick(),
        }
    }

    fn tick(&mut self) {
        for host in 0..self.hosts.len() {
            self.feed(host, client::Input::Tick);
        }
        for link in 0..self.links.len() {
            if self.links[link].above {
                self.serve(link, server::Input::Tick);
            }
        }
        self.plan(self.now + TICK_MS, Event::Tick);
    }

    fn trouble(&mut self) {
        if !self.in_trouble() {
            return;
        }
        match self.rng.random_range(0..20) {
            0..8 if !self.links.is_empty() => {
                let link = self.rng.random_range(0..self.links.len());
                self.cut(link);
            }
            8 => self.crash_server(),
            9..12 => setup::change_role(self),
            12..15 => person::forge(self),
            _ => {}
        }
        self.soon(1_000, Event::Trouble);
    }

    /// Cuts a connection: either side notices in its own time, or only by the silence.
    fn cut(&mut self, link: usize) {
        if !self.links[link].below && !self.links[link].above {
            return;
        }
        self.counts.cuts += 1;
        self.note(|| format!("connection {link} is cut"));
        self.soon(3_000, Event::LostAbove(link));
        if self.rng.random_range(0..10) > 0 {
            self.soon(500, Event::LostBelow(link));
        }
    }

    fn crash_server(&mut self) {
        self.counts.crashes += 1;
        self.note(|| "the server crashes".to_owned());
        self.server_up_at = self.now + self.rng.random_range(1..4_000);
        for link in 0..self.links.len() {
            self.links[link].above = false;
            if self.links[link].below {
                self.soon(500, Event::LostBelow(link));
            }
        }
        // What the server had not done yet is forgotten with it.
        self.queue.retain(|_, event| !matches!(event, Event::Job(..)));
    }

    fn crash_host(&mut self, host: usize) {
        self.counts.crashes += 1;
        self.note(|| format!("replica {host} crashes"));
        let crashed = &mut self.hosts[host];
        crashed.era += 1;
        crashed.up_to_date = false;
        if let Some(link) = crashed.link.take() {
            self.links[link].below = false;
            self.soon(2_000, Event::LostAbove(link));
        }
        self.start(host);
    }

    fn start(&mut self, host: usize) {
        let now = self.now + self.hosts[host].skew_ms;
        let start = self.hosts[host].session.start(now);
        self.carry_out(host, start);
    }

    fn connect(&mut self, host: usize) {
        if self.hosts[host].link.is_some() {
            return;
        }
        let fails = self.now < self.server_up_at || (self.in_trouble() && self.rng.random_range(0..6) == 0);
        if fails {
            let jitter = self.hosts[host].replica.jitter();
            return self.feed(host, client::Input::Disconnected { jitter });
        }
        let link = self.links.len();
        self.links.push(Link {
            host,
            session: server::Session::new(self.now, &CURSOR_KEY),
            below: true,
            above: true,
            up_at: self.now,
            down_at: self.now,
            write_at: self.now,
        });
        self.hosts[host].link = Some(link);
        let token = self.token(host);
        match self.hosts[host].replica.held(token) {
            Ok(held) => self.feed(host, client::Input::Connected(held)),
            Err(problem) => self.fail(format!("replica {host}: {problem}")),
        }
    }

    fn token(&mut self, host: usize) -> String {
        let lasts = if self.in_trouble() { self.rng.random_range(3_000..60_000) } else { 3_600_000 };
        format!("{} {}", self.hosts[host].user, self.now + lasts)
    }

    fn lost_below(&mut self, link: usize) {
        if !std::mem::take(&mut self.links[link].below) {
            return;
        }
        self.soon(2_000, Event::LostAbove(link));
        let host = self.links[link].host;
        self.hosts[host].link = None;
        let jitter = self.hosts[host].replica.jitter();
        self.feed(host, client::Input::Disconnected { jitter });
    }

    /// Feeds a replica's session and carries out what it says.
    fn feed(&mut self, host: usize, input: client::Input) {
        let mut inputs = VecDeque::from([input]);
        let era = self.hosts[host].era;
        while let Some(input) = inputs.pop_front() {
            let now = self.now + self.hosts[host].skew_ms;
            let actions = self.hosts[host].session.handle(now, input);
            inputs.extend(self.carry_out(host, actions));
            if self.hosts[host].era != era || self.broken.is_some() {
                return;
            }
        }
    }

    /// Carries out actions in order; gives what is to be fed next.
    fn carry_out(&mut self, host: usize, actions: Vec<client::Action>) -> Vec<client::Input> {
        let mut inputs = Vec::new();
        for action in actions {
            if self.in_trouble() && self.rng.random_range(0..400) == 0 {
                self.crash_host(host);
                return Vec::new();
            }
            match action {
                client::Action::Send(bytes) => self.send_up(host, bytes),
                client::Action::ConnectAt(at) => {
                    let era = self.hosts[host].era;
                    let at = (at - self.hosts[host].skew_ms).max(self.now + 1);
                    self.plan(at, Event::Connect(host, era));
                }
                client::Action::Close => self.close_below(host),
                client::Action::Stopped(problem) => self.stopped(host, &problem),
                client::Action::UpToDate => self.hosts[host].up_to_date = true,
                action => self.store(host, &action, &mut inputs),
            }
        }
        inputs
    }

    fn store(&mut self, host: usize, action: &client::Action, inputs: &mut Vec<client::Input>) {
        if let client::Action::Confirmed(places, _) = action
            && let Some(reason) = self.hosts[host].falsely_confirmed(places, &self.model)
        {
            self.fail(format!("replica {host}: {reason}"));
        }
        if self.trace.is_some() {
            let brief = oracle::brief(action);
            self.note(|| format!("replica {host} {brief}"));
        }
        let now = self.now + self.hosts[host].skew_ms;
        let quiet = matches!(action, client::Action::ReadOutbox { .. });
        if !quiet {
            self.hosts[host].up_to_date = false;
        }
        let carried = self.hosts[host].replica.carry_out(action, now);
        let observed = if quiet { Ok(()) } else { self.hosts[host].observe() };
        match (carried, observed) {
            (Ok(carried), Ok(())) => {
                inputs.extend(carried.inputs);
                if carried.close {
                    self.fail(format!("replica {host}: the sums of a scope do not fit"));
                }
            }
            (Err(problem), _) => {
                self.fail(format!("replica {host}: {problem} from {}", oracle::brief(action)));
            }
            (_, Err(error)) => self.fail(format!("replica {host}: {error}")),
        }
    }

    fn stopped(&mut self, host: usize, problem: &Problem) {
        self.note(|| format!("replica {host} stops: {problem}"));
        if problem.code != Code::TokenExpired {
            return self.fail(format!("replica {host} was stopped: {problem}"));
        }
        self.start(host);
    }

    fn close_below(&mut self, host: usize) {
        if let Some(link) = self.hosts[host].link {
            self.soon(50, Event::LostBelow(link));
        }
    }

    fn send_up(&mut self, host: usize, bytes: Vec<u8>) {
        let Some(link) = self.hosts[host].link else { return };
        self.links[link].up_at = self.links[link].up_at.max(self.now + self.rng.random_range(1..60));
        self.plan(self.links[link].up_at, Event::Up(link, bytes));
    }

    /// Feeds the server's session and carries out what it says.
    fn serve(&mut self, link: usize, input: server::Input) {
        for action in self.links[link].session.handle(self.now, input) {
            let job = match action {
                server::Action::Send(bytes) => {
                    let at = self.now + self.rng.random_range(1..60);
                    self.links[link].down_at = self.links[link].down_at.max(at);
                    self.plan(self.links[link].down_at, Event::Down(link, bytes));
                    continue;
                }
                server::Action::Close => {
                    self.links[link].above = false;
                    self.plan(self.links[link].down_at.max(self.now) + 1, Event::LostBelow(link));
                    continue;
                }
                server::Action::Purged => continue,
                server::Action::Authenticate(token) => Job::Authenticate(token),
                server::Action::LookUp => Job::Principal,
                server::Action::ReadPage { ticket, cursor, grants, limit, checkpoint } => {
                    Job::Page { ticket, cursor, grants, limit, checkpoint }
                }
                server::Action::ReadChunk { ticket, grants, scopes, kind, after } => {
                    Job::Chunk { ticket, grants, scopes, kind, after }
                }
                server::Action::CountGained(ticket, scopes) => Job::Count(ticket, scopes),
                server::Action::Fetch(ticket, docs, grants) => Job::Fetch(ticket, docs, grants),
                server::Action::Ingest(batch, changes, who) => {
                    self.write_next(link, Job::Ingest(batch, changes, who));
                    continue;
                }
                server::Action::Run(command, who) => {
                    self.write_next(link, Job::Run(command, who));
                    continue;
                }
            };
            self.soon(40, Event::Job(link, job));
        }
    }

    /// What one connection writes is written in its order.
    fn write_next(&mut self, link: usize, job: Job) {
        self.links[link].write_at = self.links[link].write_at.max(self.now + self.rng.random_range(1..60));
        self.plan(self.links[link].write_at, Event::Job(link, job));
    }

    fn work(&mut self, link: usize, job: Job) {
        let above = self.links[link].above;
        let answer = match job {
            Job::Ingest(batch, changes, who) => {
                let outcomes = self.model.ingest(&changes, &who, self.now);
                self.note(|| format!("the server judges batch {batch} of connection {link}: {outcomes:?}"));
                server::Input::Ingested(batch, outcomes, self.now)
            }
            Job::Run(command, who) => {
                let done = self.model.run(&command, &who, self.now);
                self.note(|| {
                    format!("the server runs {} of connection {link}: {:?}", command.name, done.problem)
                });
                server::Input::CommandDone(done)
            }
            _ if !above => return,
            Job::Authenticate(token) => {
                server::Input::Authenticated(self.model.authenticate(&token, self.now).map(Box::new))
            }
            Job::Page { ticket, cursor, grants, limit, checkpoint } => {
                let page = self.model.page(cursor, &grants, limit, checkpoint);
                server::Input::Page(ticket, Box::new(page))
            }
            Job::Chunk { ticket, grants, scopes, kind, after } => {
                server::Input::Chunk(ticket, Box::new(self.model.chunk((&grants, &scopes), kind, after)))
            }
            Job::Count(ticket, scopes) => server::Input::Counted(ticket, self.model.count(&scopes)),
            Job::Fetch(ticket, docs, grants) => {
                server::Input::Fetched(ticket, self.model.fetch(&docs, &grants))
            }
            Job::Principal => {
                let Some(user) = self.links[link].session.principal().map(|who| who.user_id) else { return };
                let token = format!("{user} {}", i64::MAX);
                server::Input::Principal(self.model.authenticate(&token, self.now).map(Box::new))
            }
            Job::Stale => server::Input::Stale,
            Job::Wake => server::Input::Wake,
        };
        if matches!(answer, server::Input::Ingested(..) | server::Input::CommandDone(_)) {
            self.tell();
            if self.in_trouble() && self.rng.random_range(0..60) == 0 {
                // Committed, and nobody was told.
                return self.crash_server();
            }
        }
        if above {
            self.serve(link, answer);
        }
    }

    /// Wakes the connections after something was committed.
    pub fn tell(&mut self) {
        self.written_at = self.now;
        let touched = self.model.take_touched();
        for link in 0..self.links.len() {
            if !self.links[link].above {
                continue;
            }
            let user = self.hosts[self.links[link].host].user;
            if touched.contains(&user) {
                self.soon(60, Event::Job(link, Job::Stale));
            }
            // A wake-up that is lost costs time and nothing else.
            if self.rng.random_range(0..8) > 0 {
                self.soon(60, Event::Job(link, Job::Wake));
            }
        }
    }
}
