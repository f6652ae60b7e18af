//! A history ends in what the record shows, and every step of it is what loading the changes up to there gives.

use std::collections::BTreeSet;

use automerge::{ActorId, AutoCommit, Change, ChangeHash};
use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use zumodra_shared::history::{Author, ChangeName, Deed, History, Known, Source, Stamps, Step, Unsent};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::crdt::{self, Shown};
use zumodra_shared::schema::edit::{edits_between, edits_for};
use zumodra_shared::schema::{Edit, EntityDef, FieldKind};
use zumodra_shared::sync::guard;
use zumodra_shared::sync::wire::Stamp;

use crate::records::{Pick, documents, edit, record};

/// Worlds that are generated for each law.
const CASES: u32 = 16;
/// When the records are made.
const T0: i64 = 1_795_348_800_000;
/// Time between two changes, as the server sees them.
const PACE_MS: i64 = 61_234;

/// One step of a life: who, which edits, and from whom they take over before.
type Lived = (usize, Vec<Pick>, Option<usize>);

fn lives() -> impl Strategy<Value = Vec<Lived>> {
    let pick = (any::<usize>(), any::<u8>(), any::<u32>());
    let step = (0..3_usize, prop::collection::vec(pick, 1..4), prop::option::of(0..3_usize));
    prop::collection::vec(step, 1..10)
}

fn actor(at: usize) -> ActorId {
    ActorId::from(vec![at as u8 + 1; 16])
}

fn person(of: &Change) -> RecordId {
    RecordId::from_u128(u128::from(of.actor_id().to_bytes()[0]))
}

/// A record with its changes in the order in which a server took them up.
struct World {
    def: &'static EntityDef,
    doc: AutoCommit,
    order: Vec<Change>,
}

impl World {
    /// Three people edit a record, now and then taking over what another did.
    fn lived(def: &'static EntityDef, seed: u32, lives: &[Lived]) -> Self {
        let mut first = crdt::new_document(def, actor(0));
        crdt::apply(def, &mut first, &edits_for(def, &record(def, seed))).expect("a valid record");
        let made = crdt::commit(&mut first, T0);
        if made.is_none() {
            crdt::apply(def, &mut first, &[Edit::deleted(false)]).expect("fits");
            let _made = crdt::commit(&mut first, T0);
        }
        let mut docs: Vec<AutoCommit> = (0..3).map(|at| first.fork().with_actor(actor(at))).collect();
        for (who, picks, from) in lives {
            if let Some(from) = from.filter(|from| from != who) {
                let mut other = docs[from].fork();
                docs[*who].merge(&mut other).expect("merges");
            }
            for pick in picks {
                let made = edit(def, &crdt::read(def, &docs[*who]), *pick);
                crdt::apply(def, &mut docs[*who], &[made]).expect("a valid edit fits");
            }
            let _unchanged = crdt::commit(&mut docs[*who], T0);
        }
        let mut doc = docs[0].fork();
        for other in &mut docs {
            doc.merge(other).expect("merges");
        }
        let order = taken_up(doc.get_changes(&[]), u64::from(seed));
        Self { def, doc, order }
    }

    fn log(&self) -> Vec<(ChangeHash, Stamp)> {
        let stamped = self.order.iter().enumerate();
        stamped.map(|(at, change)| (change.hash(), Stamp { at: time(at), by: person(change) })).collect()
    }

    fn history(&self, stamps: &Stamps, log: &[(ChangeHash, Stamp)]) -> History {
        let last = self.order.len() - 1;
        let known = Known {
            created: Stamp { at: time(0), by: person(&self.order[0]) },
            updated: Stamp { at: time(last), by: person(&self.order[last]) },
            stamps,
            log,
        };
        History::read(self.def, &self.doc.clone().save(), &known).expect("reads")
    }

    fn shown(&self) -> Shown {
        crdt::read(self.def, &self.doc)
    }

    /// What the record showed after its first changes, as Automerge itself goes back.
    fn shown_after(&self, count: usize) -> Shown {
        let mut heads: BTreeSet<ChangeHash> = BTreeSet::new();
        for change in &self.order[..count] {
            heads.retain(|head| !change.deps().contains(head));
            heads.insert(change.hash());
        }
        let heads: Vec<ChangeHash> = heads.into_iter().collect();
        crdt::read(self.def, &self.doc.clone().fork_at(&heads).expect("goes back"))
    }
}

/// When the server took up the change of a place.
fn time(place: usize) -> i64 {
    T0 + place as i64 * PACE_MS
}

/// Changes in an order that a seed decides, each behind what it builds on.
fn taken_up(mut waiting: Vec<Change>, seed: u64) -> Vec<Change> {
    waiting.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut order: Vec<Change> = Vec::new();
    while !waiting.is_empty() {
        let ready = |change: &Change| change.deps().iter().all(|dep| order.iter().any(|c| c.hash() == *dep));
        let at = waiting.iter().position(ready).expect("some change is ready");
        order.push(waiting.remove(at));
    }
    order
}

/// The steps of a history, the earliest first.
fn steps(history: &History) -> Vec<Step> {
    let mut steps = history.steps(0..history.len()).expect("steps");
    steps.reverse();
    steps
}

fn hashes(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| change.hash().to_string()).collect()
}

/// Whether steps are the changes in an order in which each is behind what it builds on.
fn is_possible(steps: &[Step], order: &[Change]) -> bool {
    let place = |hash: String| steps.iter().position(|step| step.change == hash);
    steps.len() == order.len()
        && order.iter().all(|change| {
            let at = place(change.hash().to_string());
            change.deps().iter().all(|dep| place(dep.to_string()) < at) && at.is_some()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn the_steps_lead_from_nothing_to_what_the_record_shows(seed in any::<u32>(), lives in lives()) {
        for def in documents() {
            let world = World::lived(def, seed, &lives);
            let history = world.history(&Stamps::default(), &world.log());
            let steps = steps(&history);
            let (mut fields, mut deleted) = (def.defaults(), false);
            for (at, step) in steps.iter().enumerate() {
                prop_assert_eq!(step.deed == Deed::Created, at == 0);
                for change in &step.fields {
                    prop_assert_eq!(&fields[&change.field], &change.before, "{} {}", def.name, &change.field);
                    prop_assert!(change.before != change.after || change.overruled.is_some());
                    fields.insert(change.field.clone(), change.after.clone());
                }
                deleted = match step.deed {
                    Deed::Deleted => true,
                    Deed::Restored => false,
                    Deed::Created => history.shown(1).expect("shows").expect("there").0.deleted,
                    Deed::Changed => deleted,
                };
            }
            let shown = world.shown();
            prop_assert_eq!(&fields, &shown.fields, "{}", def.name);
            prop_assert_eq!(deleted, shown.deleted, "{}", def.name);
        }
    }

    #[test]
    fn each_step_is_what_loading_the_changes_up_to_there_gives(seed in any::<u32>(), lives in lives()) {
        for def in documents() {
            let world = World::lived(def, seed, &lives);
            let history = world.history(&Stamps::default(), &world.log());
            prop_assert_eq!(steps(&history).iter().map(|s| s.change.clone()).collect::<Vec<_>>(), hashes(&world.order));
            for count in 1..=history.len() {
                let (shown, stamp) = history.shown(count).expect("shows").expect("is there");
                prop_assert_eq!(&shown, &world.shown_after(count), "{} {}", def.name, count);
                prop_assert_eq!(stamp, Stamp { at: time(count - 1), by: person(&world.order[count - 1]) });
            }
        }
    }

    #[test]
    fn as_of_now_is_the_record_and_before_its_creation_there_is_none(seed in any::<u32>(), lives in lives()) {
        for def in documents() {
            let world = World::lived(def, seed, &lives);
            let history = world.history(&Stamps::default(), &world.log());
            prop_assert_eq!(history.until(T0 - 1), 0);
            prop_assert_eq!(history.shown(0).expect("shows"), None);
            for place in 0..history.len() {
                prop_assert_eq!(history.until(time(place)), place + 1);
                prop_assert_eq!(history.until(time(place) - 1), place);
                prop_assert_eq!(history.before(time(place)), place);
            }
            let now = history.shown(history.until(i64::MAX)).expect("shows").expect("is there").0;
            prop_assert_eq!(now, world.shown());
        }
    }

    #[test]
    fn stamps_that_were_kept_say_all_that_the_log_said(seed in any::<u32>(), lives in lives(), trimmed in 0..20_usize) {
        for def in documents() {
            let world = World::lived(def, seed, &lives);
            let log = world.log();
            let whole = world.history(&Stamps::default(), &log);
            let bytes = whole.stamps().encode();
            let kept = Stamps::decode(&bytes).expect("decodes");
            prop_assert_eq!(&kept, &whole.stamps());
            prop_assert_eq!(steps(&world.history(&kept, &[])), steps(&whole));
            // The log is trimmed from the front: what was taken off is kept as stamps.
            let trimmed = trimmed.min(log.len());
            let mut front = Stamps::default();
            kept.iter().take(trimmed).for_each(|(name, stamp)| front.append(name.clone(), stamp));
            prop_assert_eq!(steps(&world.history(&front, &log[trimmed..])), steps(&whole));
        }
    }

    #[test]
    fn what_nobody_stamped_is_marked_and_stands_within_what_is_known(seed in any::<u32>(), lives in lives()) {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
        for def in documents() {
            let world = World::lived(def, seed, &lives);
            let some: Vec<_> = world.log().into_iter().filter(|_| rng.random_range(0..2) == 0).collect();
            let history = world.history(&Stamps::default(), &some);
            let steps = steps(&history);
            prop_assert!(is_possible(&steps, &world.order));
            prop_assert_eq!(history.shown(history.len()).expect("shows").expect("there").0, world.shown());
            let last = time(world.order.len() - 1);
            for step in &steps {
                prop_assert!((T0..=last).contains(&step.at), "{}", step.at);
                let stamped = some.iter().any(|(hash, _)| hash.to_string() == step.change);
                prop_assert!(!stamped || step.source == Source::Server);
                prop_assert_eq!(step.source == Source::Claimed, step.author == Author::Unknown);
            }
            let times: Vec<i64> = steps.iter().filter(|s| s.source == Source::Server).map(|s| s.at).collect();
            prop_assert!(times.is_sorted(), "the server's order");
            let named = history.clone().attributed(|actor| Some(RecordId::from_u128(u128::from(actor[0]))));
            prop_assert!(named.unknown_actors().is_empty());
            prop_assert_eq!(named.is_stamped(), steps.iter().all(|step| step.source == Source::Server));
        }
    }

    #[test]
    fn the_edits_to_an_earlier_state_lead_there(seed in any::<u32>(), lives in lives()) {
        for def in documents() {
            let world = World::lived(def, seed, &lives);
            let history = world.history(&Stamps::default(), &world.log());
            for count in 1..=history.len() {
                let (then, now) = (history.shown(count).expect("shows").expect("there").0, world.shown());
                let mut doc = world.doc.clone().with_actor(actor(9));
                for field in def.fields {
                    let (was, is) = (&then.fields[field.name], &now.fields[field.name]);
                    if was != is {
                        crdt::apply(def, &mut doc, &edits_between(field, is, was)).expect("fits");
                    }
                }
                let back = crdt::read(def, &doc);
                // Fields of an item that was removed and comes back are those of the item; an empty text is none.
                prop_assert_eq!(&back.fields, &then.fields, "{} {}", def.name, count);
            }
        }
    }
}

fn candidates() -> &'static EntityDef {
    zumodra_shared::registry::by_name("candidates").expect("candidates")
}

#[test]
fn who_wrote_at_the_same_time_and_lost_is_told_so() {
    let def = candidates();
    let (mut doc, _) = crdt::create(def, &record(def, 4), actor(0), T0).expect("a candidate");
    let mut docs: Vec<AutoCommit> = (1..3).map(|at| doc.fork().with_actor(actor(at))).collect();
    for (at, city) in ["Lyon", "Nice"].into_iter().enumerate() {
        crdt::apply(def, &mut docs[at], &[Edit::set("city", city)]).expect("fits");
        let _made = crdt::commit(&mut docs[at], T0);
    }
    docs.iter_mut().for_each(|other| drop(doc.merge(other).expect("merges")));
    let winner = crdt::read(def, &doc).fields["city"].clone();
    for turn in 0..8 {
        let world = World { def, doc: doc.clone(), order: taken_up(doc.get_changes(&[]), turn) };
        let history = world.history(&Stamps::default(), &world.log());
        let steps = steps(&history);
        let (second, third) = (&steps[1].fields[0], &steps[2].fields[0]);
        assert_eq!(second.overruled, None, "nobody else had written yet");
        if second.after == winner {
            assert_eq!((&third.before, &third.after), (&winner, &winner));
            assert!(third.overruled.as_ref().is_some_and(|lost| *lost != winner));
        } else {
            assert_eq!((&third.before, &third.after, &third.overruled), (&second.after, &winner, &None));
        }
    }
}

#[test]
fn an_unsent_change_comes_last_and_one_that_has_no_base_here_is_left_out() {
    let def = candidates();
    let world = World::lived(def, 3, &[]);
    let mut mine = world.doc.clone().with_actor(actor(5));
    crdt::apply(def, &mut mine, &[Edit::set("city", "Lyon")]).expect("fits");
    let body = crdt::commit(&mut mine, T0).expect("a change");
    crdt::apply(def, &mut mine, &[Edit::set("city", "Nice")]).expect("fits");
    let later = crdt::commit(&mut mine, T0).expect("a change");
    let made = Stamp { at: T0 - 5, by: RecordId::from_u128(5) };
    let history = world.history(&Stamps::default(), &world.log());
    let unsent = |body| Unsent { body, made };
    let both = history.clone().followed_by(&[unsent(&body), unsent(&later)]).expect("reads");
    let last = both.steps(0..3).expect("steps").remove(0);
    assert_eq!(
        (last.source, last.by, last.fields[0].after.as_str()),
        (Source::Pending, Some(made.by), Some("Nice"))
    );
    assert!(both.is_stamped(), "what is not sent needs no stamp");
    assert_eq!(both.until(T0 - 1), 0, "a clock that is behind takes nothing away");
    assert_eq!(both.until(T0), 3);
    assert_eq!(history.clone().followed_by(&[unsent(&later)]).expect("reads").len(), 1);
    assert_eq!(history.followed_by(&[unsent(&body), unsent(&body)]).expect("reads").len(), 2);
}

#[test]
fn a_log_entry_has_no_history() {
    let def = zumodra_shared::registry::by_name("activities").expect("activities");
    let nobody = Stamp { at: 0, by: RecordId::nil() };
    let known = Known { created: nobody, updated: nobody, stamps: &Stamps::default(), log: &[] };
    assert_eq!(History::read(def, b"{}", &known).expect_err("has none").code, Code::NotFound);
    assert_eq!(History::unconfirmed(def).expect_err("has none").code, Code::NotFound);
}

#[test]
fn values_for_which_there_is_no_room_are_left_out_of_the_earlier_steps() {
    let def = candidates();
    let mut doc = World::lived(def, 1, &[]).doc;
    let large = "x".repeat(90_000);
    for turn in 0..12 {
        crdt::apply(def, &mut doc, &[Edit::set("resume_text", format!("{turn}{large}"))]).expect("fits");
        let _made = crdt::commit(&mut doc, T0);
    }
    let world = World { def, order: doc.get_changes(&[]), doc };
    let latest = world.history(&Stamps::default(), &[]).steps(2..13).expect("steps");
    let omitted: Vec<bool> = latest.iter().map(|step| step.fields[0].omitted).collect();
    assert!(!omitted[0] && omitted.is_sorted() && omitted[10], "{omitted:?}");
    assert!(latest[10].fields[0].before.is_null() && latest[10].fields[0].after.is_null());
    assert!(serde_json::to_string(&latest).expect("writes").len() < (1 << 20) + 10_000);
}

#[test]
fn stamps_take_a_few_bytes_a_change() {
    let stamp = |at: i64, by: u128| Stamp { at, by: RecordId::from_u128(by) };
    let name = |actor: u8, seq: u64| ChangeName { actor: vec![actor; 16], seq };
    let (mut burst, mut talk) = (Stamps::default(), Stamps::default());
    for turn in 0..1_000_u64 {
        burst.append(name(1, turn + 1), stamp(T0 + turn as i64 * 7, 1));
        let who = turn % 2;
        let at = T0 + (turn * 137_911 + turn % 13 * 991) as i64;
        talk.append(name(who as u8, turn / 2 + 1), stamp(at, u128::from(who)));
    }
    let (burst, talk) = (burst.encode().len(), talk.encode().len());
    println!("1,000 changes: {burst} bytes in one go, {talk} bytes by two in turn");
    assert!(burst <= 1_000 && talk <= 6_000, "{burst} {talk}");
}

#[test]
fn stamps_stand_in_the_order_of_their_times_when_nothing_else_is_known() {
    let mut stamps = Stamps::default();
    let name = |seq| ChangeName { actor: vec![7; 16], seq };
    for (seq, at) in [(1, 10), (2, 30), (3, 20), (4, 20), (2, 99)] {
        stamps.insert(name(seq), Stamp { at, by: RecordId::nil() });
    }
    let order: Vec<(u64, i64)> = stamps.iter().map(|(name, stamp)| (name.seq, stamp.at)).collect();
    assert_eq!(order, [(1, 10), (3, 20), (4, 20), (2, 30)]);
}

#[test]
fn bent_stamps_are_refused_or_read_and_never_a_panic() {
    let world = World::lived(candidates(), 9, &[(0, vec![(3, 1, 1)], None), (1, vec![(4, 2, 2)], None)]);
    let bytes = world.history(&Stamps::default(), &world.log()).stamps().encode();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bent = bytes.clone();
            bent[at] ^= 1 << bit;
            let read = guard::contained(|| Some(Stamps::decode(&bent).map(|stamps| stamps.len())));
            assert!(read.is_ok(), "{at} {bit}");
        }
        assert!(Stamps::decode(&bytes[..at]).is_err(), "{at}");
    }
}

#[test]
fn a_set_says_who_came_and_who_went() {
    let def = candidates();
    let field = def.fields.iter().find(|field| field.name == "skills").expect("skills");
    assert!(matches!(field.kind, FieldKind::Set(_)));
    let (mut doc, _) = crdt::create(def, &record(def, 4), actor(0), T0).expect("a candidate");
    let before = crdt::read(def, &doc).fields["skills"].clone();
    let wanted = serde_json::json!(["Rust", "SQL"]);
    crdt::apply(def, &mut doc, &edits_between(field, &before, &wanted)).expect("fits");
    let _made = crdt::commit(&mut doc, T0);
    let world = World { def, order: doc.get_changes(&[]), doc };
    let step = world.history(&Stamps::default(), &world.log()).steps(1..2).expect("steps").remove(0);
    let json = serde_json::to_value(&step).expect("writes");
    assert_eq!((&json["fields"][0]["type"], &json["fields"][0]["added"]), (&"set".into(), &wanted));
    assert_eq!(json["fields"][0]["removed"], before);
    assert_eq!(
        (&json["deed"], &json["source"], &json["author"]),
        (&"changed".into(), &"server".into(), &"person".into())
    );
}
