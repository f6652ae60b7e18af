//! Reading plain changes without Automerge gives what Automerge gives, or gives up.

use automerge::{ActorId, AutoCommit};
use proptest::prelude::*;
use zumodra_shared::schema::crdt;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, EntityDef, FieldKind, Fields};
use zumodra_shared::sync::chunk::{self, Line, Plain};
use zumodra_shared::sync::project;

use crate::records::{Pick, documents, edit, record};

/// A record and edits of it, by one or two who know of each other, as the stored row of their changes.
fn history(def: &EntityDef, seed: u32, picks: &[Pick]) -> Vec<Vec<u8>> {
    let actor = |who: usize| ActorId::from(vec![u8::try_from(who % 3 + 1).unwrap_or(1); 16]);
    let mut doc = crdt::new_document(def, actor(0));
    crdt::apply(def, &mut doc, &edits_for(def, &record(def, seed))).expect("fits");
    let mut changes = vec![crdt::commit(&mut doc, 0).expect("a change")];
    for pick in picks {
        let shown = crdt::read(def, &doc);
        let one = edit(def, &shown, *pick);
        let mut next = doc.clone().with_actor(actor(pick.0));
        if crdt::apply(def, &mut next, &[one]).is_ok()
            && let Some(change) = crdt::commit(&mut next, 0)
        {
            changes.push(change);
            doc = next;
        }
    }
    changes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_row_of_plain_changes_shows_what_the_loaded_document_shows(
        kind in any::<usize>(), seed in any::<u32>(), picks in prop::collection::vec(any::<(usize, u8, u32)>(), 0..8)
    ) {
        let kinds = documents();
        let def = kinds[kind % kinds.len()];
        let changes = history(def, seed, &picks);
        let mut row = Vec::new();
        for change in &changes {
            row.extend_from_slice(change);
            let mut loaded = AutoCommit::load(&row).expect("a row of changes loads");
            prop_assert_eq!(chunk::heads(&row), Some(loaded.get_heads()));
            if let Some(shown) = project::shown(def, &row) {
                prop_assert_eq!(shown, crdt::read(def, &loaded));
            }
        }
        let mut compacted = AutoCommit::load(&row).expect("loads");
        prop_assert_eq!(chunk::heads(&compacted.save()), Some(compacted.get_heads()));
    }
}

#[test]
fn a_new_record_of_every_kind_without_a_list_is_plain() {
    for def in documents() {
        let is_listed = |def: &EntityDef| {
            def.fields.iter().any(|f| matches!(f.kind, FieldKind::List(_) | FieldKind::Counter))
        };
        for seed in 0..50 {
            let change = history(def, seed, &[]).remove(0);
            let plain = Plain::read(&change).is_some_and(|plain| project::created(def, &plain).is_some());
            assert!(plain || is_listed(def), "{} {seed}", def.name);
        }
    }
}

#[test]
fn a_value_that_is_set_is_a_plain_change() {
    let def = zumodra_shared::registry::by_name("candidates").expect("candidates");
    // Where an item of a list stands is not in what a record shows: Automerge is asked.
    let is_list = |name: &str| def.field(name).is_some_and(|field| matches!(field.kind, FieldKind::List(_)));
    let fields = Fields::from_iter(record(def, 4).into_iter().filter(|(name, _)| !is_list(name)));
    let (mut doc, first) = crdt::create(def, &fields, ActorId::from([1; 16]), 0).expect("a candidate");
    crdt::apply(def, &mut doc, &[Edit::set("city", "Lyon"), Edit::set("years_experience", 7)]).expect("fits");
    let next = crdt::commit(&mut doc, 0).expect("a change");
    let shown = project::shown(def, &[first, next].concat()).expect("plain");
    assert_eq!((&shown.fields["city"], &shown.fields["years_experience"]), (&"Lyon".into(), &7.into()));
}

#[test]
fn what_is_cut_off_or_bent_is_not_plain_and_does_not_panic() {
    let def = zumodra_shared::registry::by_name("candidates").expect("candidates");
    let change = history(def, 9, &[]).remove(0);
    for length in 0..change.len() {
        assert!(Plain::read(&change[..length]).is_none(), "{length}");
    }
    for at in 0..change.len() {
        for bit in 0..8 {
            let mut bent = change.clone();
            bent[at] ^= 1 << bit;
            // Whatever it reads, it ends and does not panic.
            let _ = Plain::read(&bent).map(|plain| project::created(def, &plain));
            let _ = chunk::heads(&bent);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_change_that_is_next_in_line_does_what_automerge_does(
        kind in any::<usize>(), seed in any::<u32>(), picks in prop::collection::vec(any::<(usize, u8, u32)>(), 1..12)
    ) {
        let kinds = documents();
        let def = kinds[kind % kinds.len()];
        let mut row = Vec::new();
        for change in history(def, seed, &picks) {
            let line = Line::read(&row);
            let plain = Plain::read(&change);
            let before = project::shown(def, &row);
            if let (Some(line), Some(plain), Some(mut shown)) = (line, plain, before)
                && line.takes(&plain)
                && project::absorb(def, &mut shown, &plain).is_some()
            {
                let mut loaded = AutoCommit::load(&row).expect("loads");
                let change = automerge::Change::try_from(change.as_slice()).expect("a change");
                loaded.apply_changes([change.clone()]).expect("fits");
                prop_assert_eq!(loaded.get_heads(), vec![change.hash()]);
                prop_assert!(loaded.get_missing_deps(&[]).is_empty());
                prop_assert_eq!(shown, crdt::read(def, &loaded));
            }
            row.extend_from_slice(&change);
        }
    }
}

/// Changes of one candidate by two actors in turn, each a city.
fn cities(count: u8) -> Vec<Vec<u8>> {
    let def = zumodra_shared::registry::by_name("candidates").expect("candidates");
    let (mut doc, first) =
        crdt::create(def, &record(def, 4), ActorId::from([1; 16]), 0).expect("a candidate");
    let mut changes = vec![first];
    for number in 0..count {
        doc = doc.with_actor(ActorId::from([number % 2 + 1; 16]));
        crdt::apply(def, &mut doc, &[Edit::set("city", format!("City {number}"))]).expect("fits");
        changes.push(crdt::commit(&mut doc, 0).expect("a change"));
    }
    changes
}

#[test]
fn only_the_next_change_in_line_is_taken() {
    let changes = cities(6);
    let row = changes[..4].concat();
    let line = Line::read(&row).expect("a line");
    for (at, change) in changes.iter().enumerate() {
        let plain = Plain::read(change).expect("plain");
        assert_eq!(line.takes(&plain), at == 4, "{at}");
    }
    // One that claims to have seen less than there is, or to overwrite something else, has to be merged.
    let next = Plain::read(&changes[4]).expect("plain");
    let mut blind = next.clone();
    blind.writes[0].overwrites.clear();
    assert!(!line.takes(&blind));
    let mut other = next.clone();
    other.writes[0].overwrites[0].0 -= 1;
    assert!(!line.takes(&other));
    let mut gap = next.clone();
    gap.seq += 1;
    assert!(!line.takes(&gap));
    let mut early = next;
    early.start_op -= 1;
    assert!(!line.takes(&early));
}

#[test]
fn a_row_with_two_that_did_not_know_of_each_other_is_no_line() {
    let def = zumodra_shared::registry::by_name("candidates").expect("candidates");
    let (doc, first) = crdt::create(def, &record(def, 4), ActorId::from([1; 16]), 0).expect("a candidate");
    let apart = |actor: u8| {
        let mut doc = doc.clone().with_actor(ActorId::from([actor; 16]));
        crdt::apply(def, &mut doc, &[Edit::set("city", "Lyon")]).expect("fits");
        crdt::commit(&mut doc, 0).expect("a change")
    };
    assert!(Line::read(&[first.clone(), apart(2)].concat()).is_some());
    assert!(Line::read(&[first, apart(2), apart(3)].concat()).is_none());
}
