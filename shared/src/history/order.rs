//! The order in which changes took effect, and who made each and when.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use automerge::{Change, ChangeHash};

use super::stamps::ChangeName;
use super::{Known, Placed, Source};
use crate::kernel::time::Millis;
use crate::sync::wire::Stamp;

/// A change of which the server's place is not known stands as late as what builds on it lets it.
const NOWHERE: usize = usize::MAX;

/// Puts the changes of a document into the order of the server, as far as it is known, and each behind what it builds
/// on.
pub(super) fn placed(changes: Vec<Change>, known: &Known<'_>) -> Vec<Placed> {
    let stamped = stamped(&changes, known);
    let ranks: Vec<usize> = stamped.iter().map(|found| found.map_or(NOWHERE, |(rank, _)| rank)).collect();
    let order = ordered(&changes, ranks);
    let mut changes: Vec<Option<Change>> = changes.into_iter().map(Some).collect();
    let mut placed: Vec<Placed> = order
        .into_iter()
        .filter_map(|at| {
            let change = changes[at].take()?;
            Some(match stamped[at] {
                Some((_, Stamp { at, by })) => {
                    Placed { change, at, by: Some(by), source: Source::Server, since: at }
                }
                None => claimed(change),
            })
        })
        .collect();
    bound(&mut placed, known);
    placed
}

/// What a change without a stamp says of itself.
fn claimed(change: Change) -> Placed {
    let at = change.timestamp().saturating_mul(1_000);
    Placed { change, at, by: None, source: Source::Claimed, since: at }
}

/// The server's place and stamp of each change, where they are known.
fn stamped(changes: &[Change], known: &Known<'_>) -> Vec<Option<(usize, Stamp)>> {
    let kept: HashMap<&ChangeName, (usize, Stamp)> =
        known.stamps.iter().enumerate().map(|(rank, (name, stamp))| (name, (rank, stamp))).collect();
    let logged: HashMap<ChangeHash, (usize, Stamp)> = known
        .log
        .iter()
        .enumerate()
        .map(|(rank, (hash, stamp))| (*hash, (kept.len() + rank, *stamp)))
        .collect();
    let mut found: Vec<Option<(usize, Stamp)>> = changes
        .iter()
        .map(|change| {
            let in_log = || logged.get(&change.hash()).copied();
            kept.get(&ChangeName::of(change)).copied().or_else(in_log)
        })
        .collect();
    // The stamps of the record itself are those of its first change, and of its last one where that is plain to see:
    // when everything else is before it.
    if let Some(at) = only_head(changes) {
        found[at] = found[at].or(Some((NOWHERE - 1, known.updated)));
    }
    if let Some(at) = changes.iter().position(|change| change.deps().is_empty()) {
        let rank = found[at].map_or(0, |(rank, _)| rank);
        found[at] = Some((rank, known.created));
    }
    found
}

/// The place of the change behind everything else, if there is one.
fn only_head(changes: &[Change]) -> Option<usize> {
    let built_on: HashSet<&ChangeHash> = changes.iter().flat_map(Change::deps).collect();
    let mut heads = (0..changes.len()).filter(|at| !built_on.contains(&changes[*at].hash()));
    heads.next().filter(|_| heads.next().is_none())
}

/// Places by rank, each behind what it builds on. What a change builds on was there when the change came: it takes over
/// the change's rank, if that is lower.
fn ordered(changes: &[Change], mut ranks: Vec<usize>) -> Vec<usize> {
    let places: HashMap<ChangeHash, usize> =
        changes.iter().enumerate().map(|(at, change)| (change.hash(), at)).collect();
    let bases: Vec<Vec<usize>> = changes
        .iter()
        .map(|change| change.deps().iter().filter_map(|dep| places.get(dep).copied()).collect())
        .collect();
    let mut builders: Vec<Vec<usize>> = vec![Vec::new(); changes.len()];
    let mut missing: Vec<usize> = vec![0; changes.len()];
    for (at, bases) in bases.iter().enumerate() {
        missing[at] = bases.len();
        for base in bases {
            builders[*base].push(at);
        }
    }
    // Automerge gives changes behind what they build on, so that one way back sees every builder before its base.
    for at in (0..changes.len()).rev() {
        for base in &bases[at] {
            ranks[*base] = ranks[*base].min(ranks[at]);
        }
    }
    let mut ready: BinaryHeap<Reverse<(usize, usize)>> =
        (0..changes.len()).filter(|at| missing[*at] == 0).map(|at| Reverse((ranks[at], at))).collect();
    let mut order = Vec::with_capacity(changes.len());
    while let Some(Reverse((_, at))) = ready.pop() {
        order.push(at);
        for builder in &builders[at] {
            missing[*builder] -= 1;
            if missing[*builder] == 0 {
                ready.push(Reverse((ranks[*builder], *builder)));
            }
        }
    }
    order
}

/// Holds claimed times within what is known: after the record was made, and before the next change that the server
/// stamped; and finds since when each change is there.
fn bound(placed: &mut [Placed], known: &Known<'_>) {
    let mut latest = known.updated.at;
    for each in placed.iter_mut().rev() {
        match each.source {
            Source::Claimed => each.at = each.at.min(latest).max(known.created.at.min(latest)),
            Source::Server | Source::Pending => latest = latest.min(each.at),
        }
    }
    let mut since = Millis::MIN;
    for each in placed {
        since = since.max(each.at);
        each.since = since;
    }
}
