//! What a connection has under way: pushes and commands that are not answered yet.
//!
//! Pushes are answered in the order in which they came, whatever order their commits are told in: a change builds on those
//! of earlier pushes, and a replica that is told of it first does not have what it builds on. A push is in *doubt* while
//! the replica may have dropped its changes unanswered, because its rights changed meanwhile: its answer then tells the
//! replica nothing, and what it did has to be sent back.

use std::collections::VecDeque;

use super::wire::{Outcome, Pushed};

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct Flights {
    pushes: VecDeque<Flight>,
    commands: usize,
    /// How many there have been.
    begun: u64,
}

#[derive(Debug)]
struct Flight {
    batch: u32,
    answer: Option<(Vec<Outcome>, i64)>,
    doubt: bool,
}

impl Flights {
    /// How many are not answered.
    pub fn len(&self) -> usize {
        self.pushes.len() + self.commands
    }

    /// How many there have been.
    pub const fn begun(&self) -> u64 {
        self.begun
    }

    /// How many were answered.
    pub fn answered(&self) -> u64 {
        self.begun - self.len() as u64
    }

    /// A push came.
    pub fn push(&mut self, batch: u32, doubt: bool) {
        self.begun += 1;
        self.pushes.push_back(Flight { batch, answer: None, doubt });
    }

    /// A command came.
    pub const fn command(&mut self) {
        self.begun += 1;
        self.commands += 1;
    }

    /// A command is answered.
    pub const fn command_done(&mut self) {
        self.commands = self.commands.saturating_sub(1);
    }

    /// Every push under way is in doubt from here on.
    pub fn doubt(&mut self) {
        self.pushes.iter_mut().for_each(|flight| flight.doubt = true);
    }

    /// Whether a push is in doubt.
    pub fn any_doubt(&self) -> bool {
        self.pushes.iter().any(|flight| flight.doubt)
    }

    /// A push was committed. Gives the answers that are due, in their order, each with whether its push is in doubt.
    pub fn pushed(&mut self, batch: u32, outcomes: Vec<Outcome>, at: i64) -> Vec<(Pushed, bool)> {
        let unanswered = |flight: &&mut Flight| flight.batch == batch && flight.answer.is_none();
        if let Some(flight) = self.pushes.iter_mut().find(unanswered) {
            flight.answer = Some((outcomes, at));
        }
        let mut due = Vec::new();
        while let Some(flight) = self.pushes.pop_front() {
            let Flight { batch, answer: Some((outcomes, at)), doubt } = flight else {
                self.pushes.push_front(flight);
                break;
            };
            due.push((Pushed { batch, outcomes, at: Some(at) }, doubt));
        }
        due
    }
}
