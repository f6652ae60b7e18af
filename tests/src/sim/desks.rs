//! The replicas' hosts: what a desktop does around the real session and the real store.

use std::collections::VecDeque;

use rand::Rng;
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::sync::client::{Action, Input};

use super::oracle;
use super::world::{Event, World};

/// Inputs that follow from one another before something runs in circles.
const MAX_INPUTS: usize = 1_000;
/// Wait before a session that was stopped starts again, in milliseconds.
const AGAIN_MS: i64 = 500;

impl World {
    /// A replica's clock that never jumps, in milliseconds: what its session counts by.
    fn steady(&self) -> i64 {
        self.now - self.started
    }

    /// Starts a replica's session, after a wait.
    pub fn start(&mut self, host: usize, wait_ms: i64) {
        let now = self.steady() + wait_ms;
        let start = self.hosts[host].session.start(now);
        self.carry_out(host, start);
    }

    /// A replica stops in the middle of what it does, and is started anew.
    pub fn crash_host(&mut self, host: usize) {
        self.counts.crashes += 1;
        self.note(|| format!("replica {host} crashes"));
        let crashed = &mut self.hosts[host];
        crashed.era += 1;
        crashed.up_to_date = false;
        if let Some(link) = crashed.link.take() {
            self.links[link].below = false;
            self.soon(2_000, Event::LostAbove(link));
        }
        match self.hosts[host].reopen(&mut self.rng) {
            Ok(None) => {}
            Ok(Some(told)) => {
                self.counts.torn += 1;
                self.counts.rebuilt += u64::from(told.rescued.is_some());
                self.note(|| format!("replica {host}: {}, rescued {:?}", told.damage, told.rescued));
            }
            Err(problem) => return self.fail(format!("replica {host} does not open again: {problem}")),
        }
        if let Err(error) = self.hosts[host].observe() {
            return self.fail(format!("replica {host}: {error}"));
        }
        self.start(host, 0);
    }

    /// Connects to one of the nodes: there is one address for all of them.
    pub fn connect(&mut self, host: usize) {
        if self.hosts[host].link.is_some() {
            return;
        }
        let node = self.rng.random_range(0..self.nodes.len());
        let fails = !self.is_up(node) || (self.in_trouble() && self.rng.random_range(0..6) == 0);
        if fails {
            return self.disconnected(host);
        }
        let token = self.token(host);
        match self.hosts[host].replica.held(token) {
            Ok(held) => {
                self.connected(host, node);
                self.feed(host, Input::Connected(held));
            }
            Err(problem) => {
                self.store_failed(host, &problem, "the beginning of a connection");
                self.disconnected(host);
            }
        }
    }

    /// A fresh token, from whichever node was asked.
    fn token(&mut self, host: usize) -> String {
        let lasts = if self.in_trouble() { self.rng.random_range(3_000..60_000) } else { 3_600_000 };
        let node = self.rng.random_range(0..self.nodes.len());
        format!("{} {}", self.hosts[host].user, self.clock(node) + lasts)
    }

    fn disconnected(&mut self, host: usize) {
        let jitter = self.hosts[host].replica.jitter();
        self.feed(host, Input::Disconnected { jitter });
    }

    /// A replica notices that a connection is gone.
    pub fn lost_below(&mut self, link: usize) {
        if !std::mem::take(&mut self.links[link].below) {
            return;
        }
        self.soon(2_000, Event::LostAbove(link));
        let host = self.links[link].host;
        self.hosts[host].link = None;
        self.disconnected(host);
    }

    /// Feeds a replica's session and carries out what it says.
    pub fn feed(&mut self, host: usize, input: Input) {
        let mut inputs = VecDeque::from([input]);
        let era = self.hosts[host].era;
        let mut fed = 0;
        while let Some(input) = inputs.pop_front() {
            fed += 1;
            if fed > MAX_INPUTS {
                return self.fail(format!("replica {host} runs in circles: {input:?}"));
            }
            let now = self.steady();
            let actions = self.hosts[host].session.handle(now, input);
            inputs.extend(self.carry_out(host, actions));
            if self.hosts[host].era != era || self.broken.is_some() {
                return;
            }
        }
    }

    /// Carries out actions in order; gives what is to be fed next.
    fn carry_out(&mut self, host: usize, actions: Vec<Action>) -> Vec<Input> {
        let mut inputs = Vec::new();
        for action in actions {
            if self.in_trouble() && self.rng.random_range(0..400) == 0 {
                self.crash_host(host);
                return Vec::new();
            }
            match action {
                Action::Send(bytes) => self.send_up(host, bytes),
                Action::ConnectAt(at) => {
                    let (era, wait) = (self.hosts[host].era, at - self.steady());
                    self.plan(self.now + wait.max(0), Event::Connect(host, era));
                }
                Action::Close => self.close_below(host),
                Action::Stopped(problem) => self.stopped(host, &problem),
                Action::UpToDate => self.hosts[host].up_to_date = true,
                mut action => {
                    if let Action::Grants(granted) = &mut action {
                        granted.beyond.extend(self.unheard_of(host));
                    }
                    if !self.store(host, &action, &mut inputs) {
                        return inputs;
                    }
                }
            }
        }
        inputs
    }

    /// Lets the store carry an action out. `false` when it could not: what follows builds on what was not stored.
    fn store(&mut self, host: usize, action: &Action, inputs: &mut Vec<Input>) -> bool {
        if let Action::Confirmed(places, _) = action
            && let places = places.iter().map(|(place, _)| *place).collect::<Vec<_>>()
            && let Some(reason) = self.hosts[host].falsely_confirmed(&places, &self.model)
        {
            self.fail(format!("replica {host}: {reason}"));
        }
        if self.is_traced() {
            let brief = oracle::brief(action);
            self.note(|| format!("replica {host} {brief}"));
        }
        // The session says anew that nothing is left to do after these.
        if matches!(
            action,
            Action::Grants(_) | Action::Same { .. } | Action::Load { .. } | Action::Apply { .. }
        ) {
            self.hosts[host].up_to_date = false;
        }
        let now = self.hosts[host].wall(self.now);
        let carried = self.hosts[host].replica.carry_out(action, now);
        if let Err(error) = self.hosts[host].observe() {
            self.fail(format!("replica {host}: {error}"));
        }
        match carried {
            Ok(carried) => {
                inputs.extend(carried.inputs);
                if carried.close {
                    self.unequal(host);
                }
                true
            }
            Err(problem) => {
                self.store_failed(host, &problem, &oracle::brief(action));
                self.drop_socket(host, inputs);
                false
            }
        }
    }

    /// The sums of a scope do not fit: right only where the replica was given a reason to compare.
    fn unequal(&mut self, host: usize) {
        if !self.hosts[host].may_differ {
            return self.fail(format!("replica {host}: the sums of a scope do not fit"));
        }
        self.counts.unequal += 1;
        self.note(|| format!("replica {host} downloads a scope again"));
        self.close_below(host);
    }

    /// A store may fail only while its disk is full, and then it says so.
    fn store_failed(&mut self, host: usize, problem: &Problem, what: &str) {
        self.note(|| format!("replica {host} cannot store {what}: {problem}"));
        if problem.code == Code::DiskFull && self.hosts[host].full {
            self.counts.unwritten += 1;
            return;
        }
        self.fail(format!("replica {host}: {problem} from {what}"));
    }

    fn drop_socket(&mut self, host: usize, inputs: &mut Vec<Input>) {
        let Some(link) = self.hosts[host].link.take() else { return };
        self.links[link].below = false;
        self.soon(2_000, Event::LostAbove(link));
        let jitter = self.hosts[host].replica.jitter();
        inputs.push(Input::Disconnected { jitter });
    }

    fn stopped(&mut self, host: usize, problem: &Problem) {
        self.note(|| format!("replica {host} stops: {problem}"));
        if problem.code != Code::TokenExpired {
            return self.fail(format!("replica {host} was stopped: {problem}"));
        }
        if let Some(link) = self.hosts[host].link.take() {
            self.links[link].below = false;
            self.soon(2_000, Event::LostAbove(link));
        }
        self.start(host, AGAIN_MS);
    }

    fn close_below(&mut self, host: usize) {
        if let Some(link) = self.hosts[host].link {
            self.soon(50, Event::LostBelow(link));
        }
    }
}
