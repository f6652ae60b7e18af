//! Merging is commutative, associative and idempotent, for every kind.

use automerge::{ActorId, AutoCommit, Change};
use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use zumodra_shared::schema::crdt::{self, Shown};
use zumodra_shared::schema::edit::{edits_for, inverse};
use zumodra_shared::schema::{Edit, EntityDef, check};
use zumodra_shared::sync::guard;

use crate::records::{self, Pick, documents, edit, record};

/// Worlds that are generated for each law and kind.
const CASES: u32 = 64;

/// One step of a history: who, which edits, and from whom they take over before.
type Step = (usize, Vec<Pick>, Option<usize>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pick = (any::<usize>(), any::<u8>(), any::<u32>());
    let step = (0..3_usize, prop::collection::vec(pick, 1..4), prop::option::of(0..3_usize));
    prop::collection::vec(step, 1..10)
}

fn actor(at: usize) -> ActorId {
    ActorId::from(vec![at as u8 + 1; 16])
}

fn born(def: &EntityDef, seed: u32) -> AutoCommit {
    let mut doc = crdt::new_document(def, actor(0));
    crdt::apply(def, &mut doc, &edits_for(def, &record(def, seed))).expect("a valid record");
    let _made = crdt::commit(&mut doc, 0);
    doc
}

/// The documents of three people after a history.
fn lived(def: &EntityDef, seed: u32, steps: &[Step]) -> Vec<AutoCommit> {
    let mut first = born(def, seed);
    let mut docs: Vec<AutoCommit> = (0..3).map(|at| first.fork().with_actor(actor(at))).collect();
    for (who, picks, from) in steps {
        if let Some(from) = from.filter(|from| from != who) {
            let mut other = docs[from].fork();
            docs[*who].merge(&mut other).expect("merges");
        }
        for pick in picks {
            let shown = crdt::read(def, &docs[*who]);
            let made = edit(def, &shown, *pick);
            crdt::apply(def, &mut docs[*who], &[made]).expect("a valid edit fits");
        }
        let _unchanged = crdt::commit(&mut docs[*who], 0);
    }
    docs
}

/// Applies changes in an order that a seed decides, some of them twice, each only when what it builds on is there.
fn replayed(def: &EntityDef, mut changes: Vec<Change>, seed: u64) -> Shown {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    changes.shuffle(&mut rng);
    let mut doc = AutoCommit::new();
    let mut waiting = changes;
    while !waiting.is_empty() {
        let ready = |change: &Change, doc: &mut AutoCommit| {
            change.deps().iter().all(|hash| doc.get_change_by_hash(hash).is_some())
        };
        let at = (0..waiting.len()).find(|at| ready(&waiting[*at], &mut doc)).expect("some change is ready");
        let change = waiting.remove(at);
        doc.apply_changes([change.clone()]).expect("applies");
        if rng.random_range(0..3) == 0 {
            doc.apply_changes([change]).expect("applies again");
        }
    }
    let shown = crdt::read(def, &doc);
    let loaded = guard::load(&doc.save()).expect("loads");
    assert_eq!(crdt::read(def, &loaded), shown, "saving and loading changes nothing");
    shown
}

fn everything(docs: &mut [AutoCommit]) -> (AutoCommit, Vec<Change>) {
    let mut all = docs[0].fork();
    for doc in docs.iter_mut() {
        all.merge(doc).expect("merges");
    }
    let changes = all.get_changes(&[]);
    (all, changes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_changes_does_not_matter(seed in any::<u32>(), order in any::<u64>(), steps in steps()) {
        for def in documents() {
            let mut docs = lived(def, seed, &steps);
            let (all, changes) = everything(&mut docs);
            let shown = crdt::read(def, &all);
            for turn in 0..3 {
                let again = replayed(def, changes.clone(), order.wrapping_add(turn));
                prop_assert_eq!(&again, &shown, "{}", def.name);
            }
        }
    }

    #[test]
    fn who_merges_with_whom_first_does_not_matter(seed in any::<u32>(), steps in steps()) {
        for def in documents() {
            let mut docs = lived(def, seed, &steps);
            let shown: Vec<Shown> = [[0, 1, 2], [2, 1, 0], [1, 2, 0]]
                .iter()
                .map(|order| {
                    let mut doc = docs[order[0]].fork();
                    for at in &order[1..] {
                        let mut other = docs[*at].fork();
                        doc.merge(&mut other).expect("merges");
                        doc.merge(&mut other).expect("merges twice");
                    }
                    crdt::read(def, &doc)
                })
                .collect();
            prop_assert_eq!(&shown[0], &shown[1], "{}", def.name);
            prop_assert_eq!(&shown[0], &shown[2], "{}", def.name);
            let (mut left, mut right) = (docs[0].fork(), docs[1].fork());
            left.merge(&mut docs[1]).expect("merges");
            left.merge(&mut docs[2]).expect("merges");
            right.merge(&mut docs[2]).expect("merges");
            let mut outer = docs[0].fork();
            outer.merge(&mut right).expect("merges");
            prop_assert_eq!(crdt::read(def, &left), crdt::read(def, &outer), "{}", def.name);
        }
    }

    /// Sizes are left out on purpose: a list or text that must not be empty can be emptied by two people together.
    /// The server judges the merged record.
    #[test]
    fn any_mix_of_valid_edits_is_valid(seed in any::<u32>(), steps in steps()) {
        for def in documents() {
            let mut docs = lived(def, seed, &steps);
            let (all, _) = everything(&mut docs);
            let shown = crdt::read(def, &all);
            let wrong = check::validate_shown(def, &shown).err().map(|problem| problem.fields).unwrap_or_default();
            let of_size = |message: &String| message == "This is required.";
            prop_assert!(wrong.values().all(of_size), "{} {:?}", def.name, wrong);
        }
    }

    #[test]
    fn taking_edits_back_gives_the_record_as_it_was(
        seed in any::<u32>(),
        picks in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u32>()), 1..6),
    ) {
        for def in documents() {
            let mut doc = born(def, seed);
            let before = crdt::read(def, &doc);
            let mut edits: Vec<Edit> = Vec::new();
            for pick in &picks {
                let made = edit(def, &crdt::read(def, &doc), *pick);
                crdt::apply(def, &mut doc, std::slice::from_ref(&made)).expect("fits");
                edits.push(made);
            }
            let back = inverse(def, &before.fields, before.deleted, &edits);
            crdt::apply(def, &mut doc, &back).expect("the way back fits");
            let after = crdt::read(def, &doc);
            prop_assert_eq!(&after.fields, &before.fields, "{} {:?} {:?}", def.name, edits, back);
            prop_assert_eq!(after.deleted, before.deleted, "{}", def.name);
        }
    }
}

#[test]
fn a_whole_record_is_shown_as_it_was_made() {
    for def in documents() {
        for seed in 0..20 {
            let fields = record(def, seed);
            let (doc, _) = crdt::create(def, &fields, actor(0), 0).expect("is made");
            let shown = crdt::read(def, &doc);
            assert_eq!(shown.fields, fields, "{}", def.name);
            check::validate(def, &shown.fields).unwrap_or_else(|problem| panic!("{}: {problem:?}", def.name));
        }
    }
    assert_eq!(records::SAMPLE.name, "samples");
}
