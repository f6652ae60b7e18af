//! Each field merges as its declaration says, whichever kind it is in.

use automerge::transaction::Transactable;
use automerge::{ActorId, AutoCommit, ROOT, ReadDoc};
use serde_json::{Value, json};
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::crdt::{self, Shown};
use zumodra_shared::schema::edit::{edits_for, inverse};
use zumodra_shared::schema::{Edit, EditOp, EntityDef, FieldDef, FieldKind, Scalar};
use zumodra_shared::sync::judge::{self, Judged, Working};

use crate::records::{documents, id, record, register};

fn actor(at: u8) -> ActorId {
    ActorId::from(vec![at; 16])
}

fn born(def: &EntityDef) -> AutoCommit {
    crdt::create(def, &record(def, 3), actor(1), 0).expect("is made").0
}

/// What both show after each made edits without knowing of the other's; the same whoever takes over first.
fn merged(def: &EntityDef, base: &AutoCommit, one: &[Edit], two: &[Edit]) -> Shown {
    let branch = |actor_at: u8, edits: &[Edit]| {
        let mut doc = base.clone().with_actor(actor(actor_at));
        crdt::apply(def, &mut doc, edits).expect("fits");
        let _unchanged = crdt::commit(&mut doc, 0);
        doc
    };
    let (mut left, mut right) = (branch(2, one), branch(3, two));
    let (mut left_too, mut right_too) = (left.clone(), right.clone());
    left.merge(&mut right_too).expect("merges");
    right.merge(&mut left_too).expect("merges");
    let shown = crdt::read(def, &left);
    assert_eq!(shown, crdt::read(def, &right), "{}", def.name);
    shown
}

fn each(kind: impl Fn(&FieldDef) -> bool, law: impl Fn(&'static EntityDef, &'static FieldDef)) -> usize {
    let mut held = 0;
    for def in documents() {
        for field in def.fields.iter().filter(|field| kind(field)) {
            law(def, field);
            held += 1;
        }
    }
    held
}

fn op(field: &FieldDef, op: EditOp) -> Edit {
    Edit { field: field.name.to_owned(), op }
}

#[test]
fn a_register_has_one_winner_and_the_loser_stays_readable() {
    let held = each(
        |field| matches!(field.kind, FieldKind::Register(_)),
        |def, field| {
            let FieldKind::Register(scalar) = field.kind else { return };
            let (one, two) = (register(field, scalar, 8), register(field, scalar, 9));
            let shown = merged(
                def,
                &born(def),
                &[Edit::set(field.name, one.clone())],
                &[Edit::set(field.name, two.clone())],
            );
            let winner = &shown.fields[field.name];
            assert!(*winner == one || *winner == two, "{}.{}", def.name, field.name);
            if one != two && ![&one, &two].contains(&&record(def, 3)[field.name]) {
                let values: Vec<&Value> = shown.conflicts[field.name].iter().map(|c| &c.value).collect();
                assert_eq!(values[0], winner, "{}.{}: the winner comes first", def.name, field.name);
                assert!(values.contains(&&one) && values.contains(&&two), "{}.{}", def.name, field.name);
            }
        },
    );
    assert!(held > 60, "{held}");
}

#[test]
fn a_text_keeps_what_both_put_in() {
    let held = each(
        |field| field.kind == FieldKind::Text,
        |def, field| {
            let old = record(def, 3)[field.name].as_str().expect("a text").to_owned();
            let one = Edit::text(field.name, format!("before {old}"));
            let two = Edit::text(field.name, format!("{old} after"));
            let shown = merged(def, &born(def), &[one], &[two]);
            assert_eq!(
                shown.fields[field.name],
                format!("before {old} after"),
                "{}.{}",
                def.name,
                field.name
            );
        },
    );
    assert!(held > 6, "{held}");
}

fn member(scalar: Scalar, at: u32) -> String {
    if matches!(scalar, Scalar::Ref(_)) { id(at).to_string() } else { format!("word {at}") }
}

#[test]
fn adding_to_a_set_beats_removing_at_the_same_time() {
    let held = each(
        |field| matches!(field.kind, FieldKind::Set(_)),
        |def, field| {
            let FieldKind::Set(scalar) = field.kind else { return };
            let (mine, other) = (member(scalar, 3), member(scalar, 4));
            let (add, remove) = (Edit::add(field.name, &mine), Edit::remove(field.name, &mine));
            let mut base = born(def);
            crdt::apply(def, &mut base, std::slice::from_ref(&add)).expect("fits");
            let _made = crdt::commit(&mut base, 0);
            let again = [remove.clone(), add];
            let shown = merged(def, &base, std::slice::from_ref(&remove), &again);
            let has = |shown: &Shown, member: &str| {
                shown.fields[field.name].as_array().is_some_and(|all| all.iter().any(|m| m == member))
            };
            assert!(has(&shown, &mine), "{}.{}", def.name, field.name);
            let both = merged(def, &base, &[Edit::add(field.name, &other)], std::slice::from_ref(&remove));
            assert!(has(&both, &other) && !has(&both, &mine), "{}.{}", def.name, field.name);
        },
    );
    assert!(held > 5, "{held}");
}

#[test]
fn a_counter_adds_up() {
    let held = each(
        |field| field.kind == FieldKind::Counter,
        |def, field| {
            let before = record(def, 3)[field.name].as_i64().expect("a number");
            let by = |by| op(field, EditOp::Increment { by });
            let shown = merged(def, &born(def), &[by(5), by(-1)], &[by(7)]);
            assert_eq!(shown.fields[field.name], json!(before + 11), "{}.{}", def.name, field.name);
        },
    );
    assert!(held > 0);
}

fn put(field: &FieldDef, item: &str, after: Option<&str>, sub: Option<(&FieldDef, u32)>) -> Edit {
    let values = sub.into_iter().filter_map(|(sub, value)| match sub.kind {
        FieldKind::Register(scalar) => Some((sub.name.to_owned(), register(sub, scalar, value))),
        _ => None,
    });
    let (item, after) = (item.to_owned(), after.map(str::to_owned));
    op(field, EditOp::ItemPut { item, after, values: values.collect() })
}

fn items(shown: &Shown, field: &FieldDef) -> Vec<String> {
    let list = shown.fields[field.name].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect()
}

#[test]
fn the_fields_of_an_item_merge_on_their_own_and_a_removed_item_stays_removed() {
    let held = each(
        |field| matches!(field.kind, FieldKind::List(_)),
        |def, field| {
            let FieldKind::List(subs) = field.kind else { return };
            let base = born(def);
            let (first, last) = (&subs[0], &subs[subs.len() - 1]);
            let one = put(field, "item-0", None, Some((first, 8)));
            let two = put(field, "item-0", None, Some((last, 9)));
            // Of two who write the only field that items have, one wins.
            if subs.len() > 1 {
                let shown = merged(def, &base, std::slice::from_ref(&one), &[two]);
                let item = &shown.fields[field.name][0];
                for (sub, value) in [(first, 8), (last, 9)] {
                    let FieldKind::Register(scalar) = sub.kind else { return };
                    assert_eq!(item[sub.name], register(sub, scalar, value), "{}.{}", def.name, field.name);
                }
            }
            let gone = op(field, EditOp::ItemRemove { item: "item-0".to_owned() });
            let shown = merged(def, &base, &[one], &[gone]);
            assert_eq!(items(&shown, field), ["item-1"], "{}.{}", def.name, field.name);
        },
    );
    assert!(held > 3, "{held}");
}

#[test]
fn items_put_at_one_place_at_the_same_time_stand_in_one_order_everywhere() {
    each(
        |field| matches!(field.kind, FieldKind::List(_)),
        |def, field| {
            let base = born(def);
            let one = [put(field, "item-a", Some("item-0"), None), put(field, "item-1", Some(""), None)];
            let two = [put(field, "item-b", Some("item-0"), None), put(field, "item-c", None, None)];
            let shown = merged(def, &base, &one, &two);
            let mut all = items(&shown, field);
            assert_eq!(all[0], "item-1", "{}.{}", def.name, field.name);
            all.sort();
            assert_eq!(
                all,
                ["item-0", "item-1", "item-a", "item-b", "item-c"],
                "{}.{}",
                def.name,
                field.name
            );
        },
    );
}

#[test]
fn taking_several_moves_back_gives_the_old_order() {
    each(
        |field| matches!(field.kind, FieldKind::List(_)),
        |def, field| {
            let mut doc = born(def);
            crdt::apply(def, &mut doc, &[put(field, "item-2", None, None)]).expect("fits");
            let before = crdt::read(def, &doc);
            assert_eq!(items(&before, field), ["item-0", "item-1", "item-2"]);
            let moves =
                [put(field, "item-0", Some("item-2"), None), put(field, "item-1", Some("item-0"), None)];
            crdt::apply(def, &mut doc, &moves).expect("fits");
            assert_eq!(items(&crdt::read(def, &doc), field), ["item-2", "item-0", "item-1"]);
            crdt::apply(def, &mut doc, &inverse(def, &before.fields, false, &moves)).expect("fits");
            assert_eq!(crdt::read(def, &doc).fields, before.fields, "{}.{}", def.name, field.name);
        },
    );
}

#[test]
fn what_a_newer_version_wrote_survives_edits_of_this_one() {
    let owner = Principal {
        user_id: RecordId::from_u128(1),
        device_id: RecordId::from_u128(2),
        tenant_id: RecordId::from_u128(3),
        role: Role::Owner,
        own: std::sync::Arc::default(),
    };
    let writable = |def: &EntityDef| !def.server && zumodra_shared::registry::by_name(def.name).is_some();
    for def in documents().into_iter().filter(|def| writable(def)) {
        let mut fields = record(def, 3);
        fields.retain(|name, _| def.field(name).is_some_and(|field| !field.server));
        let mut doc = crdt::new_document(def, actor(1));
        crdt::apply(def, &mut doc, &edits_for(def, &fields)).expect("fits");
        doc.put(&ROOT, "from_the_future", "kept").expect("put");
        let list = def.fields.iter().find(|field| matches!(field.kind, FieldKind::List(_)) && !field.server);
        if let Some(list) = list {
            doc.put(&ROOT, format!("{}/item-0/from_the_future", list.name), 7).expect("put");
        }
        let mut body = crdt::commit(&mut doc, 0).expect("a change");
        let mut held: Option<Working> = None;
        let title = def
            .fields
            .iter()
            .find(|f| f.kind == FieldKind::Register(Scalar::Str) && !f.immutable && !f.server);
        for step in 0..3_u32 {
            let judged = judge::try_change(def, RecordId::from_u128(9), held.as_ref(), &body, &owner);
            let Judged::Trial(trial) = judged.unwrap_or_else(|p| panic!("{}: {p:?}", def.name)) else {
                panic!()
            };
            held = Some(trial.after);
            let edits: Vec<Edit> = match title {
                Some(title) => {
                    vec![Edit::set(title.name, format!("step {step}").get(..6).unwrap_or_default())]
                }
                None => vec![Edit::deleted(step % 2 == 0)],
            };
            body = judge::author(def, held.as_ref(), &edits, actor(4), 0).expect("an edit");
        }
        let held = held.expect("is held");
        let loaded = held.doc.automerge().expect("loads");
        let value = |key: String| loaded.get(&ROOT, key).expect("reads").map(|(value, _)| value.into_owned());
        assert_eq!(
            value("from_the_future".to_owned()).and_then(|v| v.into_string().ok()),
            Some("kept".to_owned())
        );
        if let Some(list) = list {
            let sub = value(format!("{}/item-0/from_the_future", list.name)).and_then(|v| v.as_i64());
            assert_eq!(sub, Some(7), "{}", def.name);
        }
        for field in def.fields.iter().filter(|f| matches!(f.kind, FieldKind::Register(Scalar::Choice(_)))) {
            let newer = Edit::set(field.name, "from_a_newer_version");
            let shown = merged(def, loaded, &[newer], &[Edit::deleted(true)]);
            assert_eq!(shown.fields[field.name], "from_a_newer_version", "{}.{}", def.name, field.name);
        }
    }
}
