//! Hostile bytes: mutated changes with correct checksums go through the guard and the judgement. None may escape as a
//! panic, as a change that waits in silence, or as a document that no longer loads or can no longer be edited.

#[path = "support/mutate.rs"]
mod mutate;
#[path = "support/records.rs"]
#[allow(dead_code, reason = "the property tests use all of it")]
mod records;
#[path = "support/victims.rs"]
mod victims;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use automerge::{ActorId, AutoCommit};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use victims::{Victim, examine, let_in, victim};
use zumodra_shared::kernel::Code;
use zumodra_shared::kernel::limits::{MAX_CHANGE_BYTES, MAX_CHANGE_OPS};
use zumodra_shared::schema::{DELETED, Edit, EntityDef, FieldKind, crdt};
use zumodra_shared::sync::judge::{self, Working};
use zumodra_shared::sync::{chunk, guard};

/// Mutated changes that the test feeds, each on a document that is held and on none.
const MUTATIONS: usize = 20_000;
/// What one change may take at most, however hostile, in a debug build on a slow machine.
const LONGEST: Duration = Duration::from_secs(5);

fn silently<T>(work: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    std::panic::set_hook(hook);
    done
}

#[test]
fn mutated_changes_with_right_checksums_do_no_harm() {
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let defs: Vec<&'static EntityDef> =
        zumodra_shared::registry::KINDS.iter().filter(|def| !def.entry && !def.server).collect();
    let victims: Vec<Victim> = (0..24).map(|at| victim(defs[at % defs.len()], &mut rng)).collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut escaped = Vec::new();
    let mut slowest = Duration::ZERO;
    silently(|| {
        for _ in 0..MUTATIONS {
            let victim = &victims[rng.random_range(0..victims.len())];
            let other = &victims[rng.random_range(0..victims.len())].creation;
            let on_new = rng.random_range(0..4) == 0;
            let original = match victim.next.get(rng.random_range(0..victim.next.len().max(1))) {
                Some(next) if !on_new => next,
                _ => &victim.creation,
            };
            let mutated = mutate::mutate(&mut rng, original, other);
            for held in [Some(&victim.held), None] {
                let started = Instant::now();
                let outcome = std::panic::catch_unwind(|| {
                    let outcome = let_in(victim.def, held, &mutated);
                    if let Ok(Some(after)) = &outcome {
                        examine(victim.def, after, &mutated);
                    }
                    outcome.map(|after| after.is_some()).map_err(|code| code.slug())
                });
                slowest = slowest.max(started.elapsed());
                let name = match outcome {
                    Ok(Ok(true)) => "accepted".to_owned(),
                    Ok(Ok(false)) => "known".to_owned(),
                    Ok(Err(code)) => format!("refused: {code}"),
                    Err(panic) => {
                        let said = panic.downcast_ref::<String>().cloned();
                        escaped.push((victim.def.name, held.is_some(), said, mutated.clone()));
                        "escaped".to_owned()
                    }
                };
                *outcomes.entry(name).or_default() += 1;
            }
        }
    });
    println!(
        "{MUTATIONS} mutated changes, each on a held and on a new document; slowest {slowest:?}: {outcomes:?}"
    );
    let (kind, held, said, bytes) = escaped.first().cloned().unwrap_or_default();
    assert!(
        escaped.is_empty(),
        "{} escaped, first on {kind} (held: {held}): {said:?}\n{bytes:02x?}",
        escaped.len()
    );
    assert_eq!(outcomes.values().sum::<usize>(), MUTATIONS * 2);
    assert!(outcomes.contains_key("accepted") && outcomes.len() > 4, "the mutations reach every part");
    assert!(slowest < LONGEST, "{slowest:?}");
}

/// A change of one register with a column of the test's choice in the place of the real one.
fn with_column(number: u64, bytes: &[u8]) -> (&'static EntityDef, Working, Vec<u8>) {
    let def = zumodra_shared::registry::by_name("tags").expect("tags");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let victim = victim(def, &mut rng);
    let edits = [Edit::set("name", "a"), Edit::set("color", "#fff")];
    let change = judge::author(def, Some(&victim.held), &edits, ActorId::from(vec![7; 16]), 0).expect("made");
    let mut parts = mutate::Parts::of(&mutate::data(&change)).expect("parts");
    let column = parts.columns.iter_mut().find(|(column, _)| *column == number).expect("the column is there");
    column.1 = bytes.to_vec();
    (def, victim.held, mutate::chunk(1, &parts.join()))
}

/// A run of equal values.
fn run(count: u64, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A signed number of so many bits ends with a clear sign bit.
    let mut rest = count;
    loop {
        let byte = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 && byte & 0x40 == 0 {
            bytes.push(byte);
            break;
        }
        bytes.push(byte | 0x80);
    }
    bytes.extend_from_slice(value);
    bytes
}

const ACTION: u64 = 66;
const PREDECESSORS: u64 = 112;

#[test]
fn a_few_bytes_that_claim_endless_operations_are_refused_at_once() {
    for (column, bytes) in [
        (ACTION, run(1 << 62, &[1])),
        (ACTION, run(MAX_CHANGE_OPS as u64 + 1, &[1])),
        (ACTION, vec![0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        (PREDECESSORS, run(2, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])),
        (PREDECESSORS, run(1 << 62, &[1])),
    ] {
        let (def, held, change) = with_column(column, &bytes);
        let started = Instant::now();
        let refused = let_in(def, Some(&held), &change).map(|_| ()).expect_err("is refused");
        assert!(matches!(refused, Code::TooLarge | Code::MalformedChange), "{refused}");
        assert!(started.elapsed() < Duration::from_secs(1), "column {column}: {:?}", started.elapsed());
    }
}

#[test]
fn the_smallest_and_largest_signed_counts_are_refused() {
    for count in [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], [0xff; 10]] {
        let (def, held, change) = with_column(ACTION, &count);
        assert!(let_in(def, Some(&held), &change).is_err());
    }
}

#[test]
fn as_many_operations_as_a_change_may_have_are_judged_in_bounded_time() {
    let def = zumodra_shared::registry::by_name("jobs").expect("jobs");
    let mut doc = AutoCommit::new().with_actor(ActorId::from(vec![1; 16]));
    for field in def.fields.iter().filter(|field| field.kind == FieldKind::Text) {
        use automerge::transaction::Transactable;
        doc.put_object(&automerge::ROOT, field.name, automerge::ObjType::Text).expect("put");
    }
    let title = Edit::set("title", "A job");
    let text = "x".repeat(19_000);
    let texts = ["description", "responsibilities", "requirements", "nice_to_have", "benefits"];
    let mut edits = vec![title];
    edits.extend(texts.iter().map(|field| Edit::text(field, &text)));
    let creation = judge::author(def, None, &edits, ActorId::from(vec![1; 16]), 0).expect("made");
    assert!(creation.len() < MAX_CHANGE_BYTES);
    let started = Instant::now();
    let held = let_in(def, None, &creation).expect("a long job is let in").expect("new");
    assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
    let wiped: Vec<Edit> = texts.iter().map(|field| Edit::text(field, "short")).collect();
    let change = judge::author(def, Some(&held), &wiped, ActorId::from(vec![2; 16]), 0).expect("made");
    assert!(let_in(def, Some(&held), &change).expect("is let in").is_some());
}

#[test]
fn one_key_written_over_and_over_in_one_change_is_judged_in_bounded_time() {
    let def = zumodra_shared::registry::by_name("tags").expect("tags");
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let held = victim(def, &mut rng).held;
    let one = judge::author(def, Some(&held), &[Edit::set("name", "b")], ActorId::from(vec![8; 16]), 0);
    let mut change = automerge::Change::try_from(&one.expect("made")[..]).expect("reads").decode();
    let mut op = change.operations[0].clone();
    op.pred = Vec::new().into();
    change.operations = vec![op; MAX_CHANGE_OPS];
    let bytes = automerge::Change::from(change).raw_bytes().to_vec();
    let started = Instant::now();
    let outcome = let_in(def, Some(&held), &bytes);
    println!("{MAX_CHANGE_OPS} writes of one key in {} bytes: {:?}", bytes.len(), started.elapsed());
    assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
    assert_eq!(
        outcome.map(|_| ()).err(),
        Some(Code::MalformedChange),
        "nobody writes a key twice without a reason"
    );
}

#[test]
fn a_jump_in_the_numbers_of_operations_is_refused() {
    let def = zumodra_shared::registry::by_name("tags").expect("tags");
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let held = victim(def, &mut rng).held;
    let edits = [Edit::deleted(!held.shown.deleted)];
    let one = judge::author(def, Some(&held), &edits, ActorId::from(vec![8; 16]), 0).expect("made");
    let mut change = automerge::Change::try_from(&one[..]).expect("reads").decode();
    assert_eq!(change.operations[0].key, automerge::legacy::Key::Map(DELETED.into()));
    change.start_op = change.start_op.saturating_add(u64::from(u32::MAX) - 1_000);
    let jumped = automerge::Change::from(change).raw_bytes().to_vec();
    assert_eq!(let_in(def, Some(&held), &jumped).map(|_| ()).err(), Some(Code::MalformedChange));
    assert!(let_in(def, Some(&held), &one).expect("the honest one is let in").is_some());
}

/// Found by the mutations: Automerge dropped the unknown predecessor in silence, the saved document then gave back
/// another change than the one that was let in, and asking for that change panicked.
#[test]
fn a_change_that_overwrites_an_operation_that_never_was_is_refused() {
    for kind in ["candidate_contacts", "tags", "jobs"] {
        let def = zumodra_shared::registry::by_name(kind).expect("kind");
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let victim = victim(def, &mut rng);
        for (held, body) in [(None, &victim.creation), (Some(&victim.held), &victim.next[0])] {
            let mut change = automerge::Change::try_from(&body[..]).expect("reads").decode();
            let nobody = automerge::legacy::OpId::new(35_000, &change.actor_id.clone());
            change.operations[0].pred = vec![nobody].into();
            let forged = automerge::Change::from(change).raw_bytes().to_vec();
            assert_eq!(let_in(def, held, &forged).map(|_| ()).err(), Some(Code::MalformedChange), "{kind}");
        }
    }
}

/// Found by fuzzing: operations that are numbered below those which the change builds on were let in, and the document
/// could then never be compacted, because a compacted one counts them through.
#[test]
fn operations_that_are_not_numbered_on_from_what_the_change_builds_on_are_refused() {
    for kind in ["jobs", "tags"] {
        let def = zumodra_shared::registry::by_name(kind).expect("kind");
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let Victim { held, creation, .. } = victim(def, &mut rng);
        let first = let_in(def, None, &creation).expect("is let in").expect("is new");
        // One made on all that is there, and one beside what others did since the record was made.
        for on in [&held, &first] {
            let edits = [Edit::deleted(!on.shown.deleted)];
            let honest = judge::author(def, Some(on), &edits, ActorId::from(vec![8; 16]), 0).expect("made");
            let change = automerge::Change::try_from(&honest[..]).expect("reads").decode();
            for by in [-7, -1, 1] {
                let mut change = change.clone();
                let number = change.start_op.get().saturating_add_signed(by).max(1);
                change.start_op = number.try_into().expect("at least one");
                let forged = automerge::Change::from(change).raw_bytes().to_vec();
                let outcome = let_in(def, Some(&held), &forged).map(|_| ()).err();
                assert_eq!(outcome, Some(Code::MalformedChange), "{kind}, {by}");
            }
            let after = let_in(def, Some(&held), &honest).expect("is let in").expect("is new");
            examine(def, &after, &honest);
        }
    }
}

/// The fuzzer's find: Automerge takes bytes behind a change's columns for an author, whose changes it counts apart. A second
/// change of somebody was let in as the first one of an author, and the record could not be read any more.
#[test]
fn a_change_with_something_behind_its_columns_is_refused() {
    for kind in ["jobs", "tags"] {
        let def = zumodra_shared::registry::by_name(kind).expect("kind");
        let Victim { held, creation, .. } = victim(def, &mut ChaCha8Rng::seed_from_u64(8));
        let edits = [Edit::deleted(true)];
        let honest = judge::author(def, Some(&held), &edits, ActorId::from(vec![1; 16]), 0).expect("made");
        for (on, change) in [(Some(&held), honest), (None, creation)] {
            // An author without a name, an author with one, and what means nothing.
            for behind in [[&[1][..], &[0; 17]].concat(), b"\x01\x03abc".to_vec(), vec![0], vec![7; 40]] {
                let mut change = automerge::Change::try_from(&change[..]).expect("reads").decode();
                change.extra_bytes = behind;
                let forged = automerge::Change::from(change).raw_bytes().to_vec();
                let outcome = let_in(def, on, &forged).map(|_| ()).err();
                assert_eq!(outcome, Some(Code::MalformedChange), "{kind}");
                assert_eq!(chunk::heads(&[held.doc.saved(), &forged].concat()), None, "{kind}");
            }
        }
    }
}

/// The fuzzer's find: the change waited in silence, and was a head for who reads the row and none for Automerge.
#[test]
fn a_stored_document_with_a_change_whose_base_is_missing_does_not_load() {
    let def = zumodra_shared::registry::by_name("candidates").expect("candidates");
    let victim = victim(def, &mut ChaCha8Rng::seed_from_u64(1));
    let held = victim.held.doc.automerge().expect("loads").clone();
    let mut elsewhere = held.clone().with_actor(ActorId::from(vec![9; 16]));
    let [first, second] = ["Lyon", "Nice"].map(|city| {
        crdt::apply(victim.def, &mut elsewhere, &[Edit::set("city", city)]).expect("fits");
        crdt::commit(&mut elsewhere, 0).expect("a change")
    });
    let saved = held.clone().save();
    assert_eq!(
        guard::load(&[saved.clone(), second.clone()].concat()).err().map(|p| p.code),
        Some(Code::MalformedChange)
    );
    assert!(guard::load(&[saved, first, second].concat()).is_ok());
}

/// The fuzzer's find: the heads that are read from the chunks named a change as often as it was there.
#[test]
fn a_stored_document_that_repeats_a_change_has_each_head_once() {
    let def = zumodra_shared::registry::by_name("candidates").expect("candidates");
    let victim = victim(def, &mut ChaCha8Rng::seed_from_u64(1));
    let mut doc = victim.held.doc.automerge().expect("loads").clone();
    let whole = doc.save();
    let [first, second] = ["Lyon", "Nice"].map(|city| {
        crdt::apply(victim.def, &mut doc, &[Edit::set("city", city)]).expect("fits");
        crdt::commit(&mut doc, 0).expect("a change")
    });
    for row in [[&first, &second, &second], [&first, &second, &first], [&second, &first, &second]] {
        let row = [&whole, row[0], row[1], row[2]].map(Vec::as_slice).concat();
        assert_eq!(chunk::heads(&row), Some(doc.get_heads()));
        assert!(guard::load(&row).is_ok());
    }
    // Within the one chunk of a document, a change cannot be told without loading it.
    let row = [doc.save(), first].concat();
    assert_eq!(guard::load(&row).err().map(|p| p.code), Some(Code::MalformedChange));
}
