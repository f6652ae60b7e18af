//! Reading plain changes without Automerge gives what Automerge gives, or gives up.

use automerge::{ActorId, AutoCommit};
use proptest::prelude::*;
use zumodra_shared::schema::crdt;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, EntityDef, FieldKind};
use zumodra_shared::sync::chunk::{self, Plain};
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
    let (mut doc, first) =
        crdt::create(def, &record(def, 4), ActorId::from([1; 16]), 0).expect("a candidate");
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
