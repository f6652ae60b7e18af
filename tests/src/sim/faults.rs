//! What goes wrong: cut connections, dead nodes, jumping clocks, full disks, changed roles, hostile and newer clients.

use rand::Rng;

use super::setup::{self, TEN_YEARS_MS};
use super::world::{Event, World};
use super::{forge, links::Link};

/// How long a database does not answer, before and after its node is cut off, at most, in milliseconds.
const STALLED_MS: i64 = 4_000;
/// How long a disk stays full, at most, in milliseconds.
const FULL_MS: i64 = 8_000;

/// In one of so many worlds, this one of them, a candidate is erased. Drawn from the seed itself, so that the accidents of
/// all other worlds stay what they are.
const WORLDS_PER_ERASURE: u64 = 8;
const WORLD_WITH_ERASURE: u64 = 3;
/// Within how long that happens, in milliseconds.
const ERASED_WITHIN_MS: u64 = 20_000;

/// After how long a candidate is erased in a world, if one is.
pub fn erasure(seed: u64) -> Option<i64> {
    let at = 1_000 + seed / WORLDS_PER_ERASURE * 997 % ERASED_WITHIN_MS;
    (seed % WORLDS_PER_ERASURE == WORLD_WITH_ERASURE).then_some(at.cast_signed())
}

/// Erases a candidate with all that belongs to them, on some node.
pub fn erase(world: &mut World) {
    let candidates: Vec<_> =
        world.model.docs.iter().filter(|(_, doc)| doc.working.def.name == "candidates").collect();
    let picked = usize::try_from(world.seed / WORLDS_PER_ERASURE).unwrap_or_default();
    let Some((id, _)) = candidates.get(picked % candidates.len().max(1)) else { return };
    let (id, from) = (**id, world.model.head());
    let node = picked % world.nodes.len();
    world.note(|| format!("candidate {id} is erased on node {node}"));
    world.counts.erased += world.model.erase(id);
    world.tell(node, from);
}

/// Something goes wrong, or nothing.
pub fn trouble(world: &mut World) {
    if !world.in_trouble() {
        return;
    }
    match world.rng.random_range(0..24) {
        0..8 if !world.open.is_empty() => {
            let link = world.open[world.rng.random_range(0..world.open.len())];
            cut(world, link);
        }
        8 => {
            let node = world.rng.random_range(0..world.nodes.len());
            world.crash_node(node);
        }
        9..12 => setup::change_role(world),
        12..15 => forge::hostile(world),
        15 => forge::newer(world),
        16 => jump(world),
        17 | 18 => fill(world),
        19 => update(world),
        20 => cut_off(world),
        _ => {}
    }
    world.soon(1_000, Event::Trouble);
}

/// Cuts a connection: either side notices in its own time, or only by the silence.
fn cut(world: &mut World, link: usize) {
    let Link { below, above, .. } = world.links[link];
    if !below && !above {
        return;
    }
    world.counts.cuts += 1;
    world.note(|| format!("connection {link} is cut"));
    world.soon(3_000, Event::LostAbove(link));
    if world.rng.random_range(0..10) > 0 {
        world.soon(500, Event::LostBelow(link));
    }
}

/// A node's database does not answer, and then the node is cut off from everybody and lives on: its replicas go to the
/// other one, and what they had pushed here is judged whenever the database answers again. People work on meanwhile.
fn cut_off(world: &mut World) {
    let node = world.rng.random_range(0..world.nodes.len());
    world.note(|| format!("node {node} stalls and is cut off"));
    let cut_at = world.now + world.rng.random_range(1..STALLED_MS);
    world.nodes[node].stalled_until = cut_at + world.rng.random_range(1..STALLED_MS);
    world.plan(cut_at, Event::CutOff(node));
    for link in world.open.clone() {
        let Link { node: of, host, below, .. } = world.links[link];
        if of == node && below && world.rng.random_range(0..2) == 0 {
            world.soon(cut_at - world.now, Event::Deed(host));
        }
    }
    if world.rng.random_range(0..2) == 0 {
        world.soon(STALLED_MS, Event::RoleChange);
    }
}

/// Nobody reaches a node for a while; it does not know.
pub fn isolate(world: &mut World, node: usize) {
    world.note(|| format!("node {node} is cut off"));
    world.nodes[node].up_at = world.now + world.rng.random_range(1..STALLED_MS);
    for link in world.open.clone() {
        if world.links[link].node == node {
            world.counts.cuts += 1;
            world.soon(100, Event::LostBelow(link));
            world.soon(STALLED_MS, Event::LostAbove(link));
        }
    }
}

/// A clock jumps, that of a replica or of a node.
fn jump(world: &mut World) {
    world.counts.jumps += 1;
    let skew_ms = match world.rng.random_range(0..3) {
        0 => 0,
        1 => world.rng.random_range(-120_000..120_000),
        _ => world.rng.random_range(-TEN_YEARS_MS..TEN_YEARS_MS),
    };
    if world.rng.random_range(0..2) == 0 {
        let host = world.rng.random_range(0..world.hosts.len());
        world.hosts[host].skew_ms = skew_ms;
        world.note(|| format!("the clock of replica {host} is wrong by {skew_ms} ms"));
    } else {
        let node = world.rng.random_range(0..world.nodes.len());
        world.nodes[node].skew_ms = skew_ms;
        world.note(|| format!("the clock of node {node} is wrong by {skew_ms} ms"));
    }
}

/// A replica's disk is full for a while.
fn fill(world: &mut World) {
    let host = world.rng.random_range(0..world.hosts.len());
    if world.hosts[host].full {
        return;
    }
    world.note(|| format!("the disk of replica {host} is full"));
    match world.hosts[host].set_full(true) {
        Ok(()) => world.soon(FULL_MS, Event::Room(host)),
        Err(error) => world.fail(format!("replica {host}: {error}")),
    }
}

/// A replica's disk has room again.
pub fn room(world: &mut World, host: usize) {
    if !world.hosts[host].full {
        return;
    }
    world.note(|| format!("the disk of replica {host} has room again"));
    if let Err(error) = world.hosts[host].set_full(false) {
        world.fail(format!("replica {host}: {error}"));
    }
}

/// A newer version is installed on a replica that was older.
fn update(world: &mut World) {
    let old = world.hosts.iter().position(|host| host.older.is_some() && !host.full);
    let Some(host) = old else { return };
    world.note(|| format!("replica {host} is updated"));
    if let Err(error) = world.hosts[host].update() {
        return world.fail(format!("replica {host}: {error}"));
    }
    world.crash_host(host);
}

/// Nothing goes wrong any more: disks have room, the server's clocks are right and its nodes of one version. The clocks
/// of replicas stay as wrong as they are, and old replicas old.
pub fn peace(world: &mut World) {
    world.note(|| "nothing goes wrong any more".to_owned());
    // By a clock that is set back every silence begins anew, that after which a page is looked for as well.
    world.written_at = world.now;
    for host in 0..world.hosts.len() {
        room(world, host);
    }
    for node in 0..world.nodes.len() {
        world.nodes[node].skew_ms = 0;
        if world.nodes[node].older.is_some() {
            world.crash_node(node);
            world.nodes[node].older = None;
        }
    }
}
