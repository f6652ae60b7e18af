//! Many seeds of a small world: three replicas, one server, edits and refusals at random.

use serde_json::json;
use zumodra_shared::access::Role;

use super::*;

const SEEDS: u64 = 40;
const STEPS: usize = 60;

struct Dice(Random);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(u16::from_be_bytes([self.0.bytes()[0], self.0.bytes()[1]])) % limit
    }
}

fn random_edit(dice: &mut Dice, made: &Made, replica: &mut Replica, now: i64) {
    let words = ["oat", "rye", "spelt", "corn"];
    let word = words[dice.below(words.len())];
    let stages = ["new", "talk", "offer"];
    let edit = |replica: &mut Replica, kind: &str, id, edits: &[Edit]| {
        // A refusal at once is as good an answer as any here.
        let _ = replica.edit(kind, id, edits, now);
    };
    match dice.below(8) {
        0 => edit(replica, "candidates", made.candidate, &[Edit::set("headline", word)]),
        1 => edit(replica, "candidates", made.candidate, &[Edit::add("skills", word)]),
        2 => edit(replica, "candidates", made.candidate, &[Edit::remove("skills", word)]),
        3 => edit(replica, "jobs", made.job, &[Edit::text("description", format!("{word} bread {word}"))]),
        4 => edit(replica, "applications", made.application, &[Edit::set("stage_id", stages[dice.below(3)])]),
        5 => edit(replica, "applications", made.application, &[Edit::set("rating", dice.below(6) as i64)]),
        6 => drop(replica.create("tags", &fields(json!({ "name": word })), now)),
        _ => {
            let note = json!({ "candidate_id": made.candidate.to_string(), "body": word });
            let _ = replica.create("notes", &fields(note), now);
        }
    }
}

fn run(seed: u64) {
    let mut dice = Dice(Random::seeded(seed));
    let mut server = Server::default();
    let mut first = owner(seed * 10);
    let made = make(&mut first, T0);
    server.exchange(&mut first, T0);
    let mut replicas = vec![first];
    for number in 2..4_u64 {
        let mut replica = replica_of(&person(u128::from(number), Role::Recruiter), seed * 10 + number);
        server.bootstrap(&mut replica, T0);
        replicas.push(replica);
    }
    let mut written: Vec<Vec<Vec<u8>>> = vec![Vec::new(); replicas.len()];
    let mut fates: Vec<Vec<Fate>> = vec![Vec::new(); replicas.len()];
    for (at, replica) in replicas.iter_mut().enumerate() {
        written[at].extend(replica.outbox_hashes().expect("reads"));
        replica.take_changed();
    }
    for step in 0..STEPS {
        let now = T0 + step as i64 * 1_000;
        let at = dice.below(replicas.len());
        let targets = [made.candidate, made.job, made.application];
        server.forbidden = if dice.below(4) == 0 { vec![targets[dice.below(3)]] } else { Vec::new() };
        let replica = &mut replicas[at];
        match dice.below(5) {
            0 => server.push(replica, now),
            1 => server.pull(replica, now),
            _ => random_edit(&mut dice, &made, replica, now),
        }
        for hash in replica.outbox_hashes().expect("reads") {
            if !written[at].contains(&hash) {
                written[at].push(hash);
            }
        }
        fates[at].extend(replica.take_changed().fates);
    }
    server.forbidden.clear();
    for _ in 0..2 {
        for (at, replica) in replicas.iter_mut().enumerate() {
            server.exchange(replica, T0 + 900_000);
            fates[at].extend(replica.take_changed().fates);
        }
    }
    let expected = replicas[0].rows_hash().expect("hashes");
    for (at, replica) in replicas.iter_mut().enumerate() {
        assert_eq!(replica.counts().expect("counts").waiting, 0, "seed {seed}, replica {at}");
        assert!(!server.verify(replica, T0), "seed {seed}, replica {at}: the sums fit");
        assert_eq!(replica.rows_hash().expect("hashes"), expected, "seed {seed}, replica {at}: same rows");
        assert_every_fate_is_told(&written[at], &fates[at], replica);
        replica.rebuild(T0).expect("rebuilds");
        assert_eq!(replica.rows_hash().expect("hashes"), expected, "seed {seed}, replica {at}: rebuild");
    }
}

#[test]
fn replicas_converge_and_every_change_has_one_fate_for_many_seeds() {
    for seed in 0..SEEDS {
        run(seed);
    }
}
