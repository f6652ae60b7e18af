//! What a replica may hold is exactly what the policy table lets its person read.

use std::collections::HashMap;

use automerge::ActorId;
use serde_json::json;
use zumodra_shared::access::scope::{counted_in, is_shared, shared_by};
use zumodra_shared::access::{Action, Given, Own, Principal, Reach, Role, reach};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry::{self, KINDS};
use zumodra_shared::schema::{Edit, EntityDef, FieldKind, Fields, Scalar, crdt};
use zumodra_shared::sync::judge::{self, Judged, Working};
use zumodra_shared::sync::wire::Wall;

fn person(role: Role) -> Principal {
    Principal {
        user_id: RecordId::from_u128(1),
        device_id: RecordId::from_u128(2),
        tenant_id: RecordId::from_u128(3),
        role,
        own: Own::new(
            [RecordId::from_u128(10)],
            [(RecordId::from_u128(20), "candidates"), (RecordId::from_u128(21), "jobs")],
            // Beside a given one of the own job, and one of a job that is no longer an own one.
            [(30, 10, 10), (31, 11, 99)].map(|(record, key, job)| {
                let id = RecordId::from_u128;
                (id(record), Given { key: id(key), job: id(job) })
            }),
        ),
    }
}

/// What shares a record of this kind with a job, as the record that points to both does.
fn share(def: &EntityDef, job: RecordId) -> Option<String> {
    let through = def.scope.through?;
    let by = registry::by_name(through.kind).expect("a declared kind");
    let mut fields = by.defaults();
    let me = RecordId::from_u128(77);
    fields.insert(through.me.to_owned(), json!(me.to_string()));
    fields.insert(through.key.to_owned(), json!(job.to_string()));
    let shared = shared_by(by, &fields);
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0].0, me);
    Some(shared[0].1.clone())
}

#[test]
fn grants_cover_exactly_what_the_policy_lets_read() {
    let authors = [RecordId::from_u128(1), RecordId::from_u128(5)];
    let jobs = [None, Some(RecordId::from_u128(10)), Some(RecordId::from_u128(11))];
    let mut held = 0;
    for role in Role::ALL {
        let person = person(role);
        let grants = person.grants();
        for def in KINDS {
            for (author, job, private) in
                authors.iter().flat_map(|a| jobs.iter().flat_map(move |j| [false, true].map(|p| (*a, *j, p))))
            {
                let mut fields: Fields = def.defaults();
                if let (Some(by), Some(job)) = (def.scope.by, job) {
                    fields.insert(by.to_owned(), json!(job.to_string()));
                }
                let hidden = private && def.scope.private.is_some();
                if let Some(field) = def.scope.private {
                    fields.insert(field.to_owned(), json!(private));
                }
                let shares: Vec<String> = job.and_then(|job| share(def, job)).into_iter().collect();
                let keyed = def.scope.by.and(job).or(job.filter(|_| !shares.is_empty()));
                let may_read = if hidden {
                    author == person.user_id
                } else {
                    person.require(def.name, Action::Read, Some(author), keyed).is_ok()
                };
                let scope = def.scope.scope(&fields, author, None);
                let said = format!("{} {} {scope} {shares:?}", role.name(), def.name);
                let shared = || shares.iter().map(String::as_str);
                assert_eq!(grants.cover(&scope, shared()), may_read, "{said}");
                assert_eq!(person.covers(&scope) || shared().any(|s| person.covers(s)), may_read, "{said}");
                // Who sees it by a share alone is told of that share, and everybody else of nothing.
                let told = grants.told(def, shared()).unwrap_or_default();
                assert_eq!(!told.is_empty(), may_read && !grants.covers(&scope), "{said}");
                held += 1;
            }
        }
    }
    assert_eq!(held, Role::ALL.len() * KINDS.len() * 12);
}

#[test]
fn what_is_behind_a_wall_is_granted_to_who_is_inside_it_and_may_see_such_records() {
    let walls =
        [(20, "candidates", true), (21, "jobs", true), (22, "candidates", false), (23, "jobs", false)];
    let mut granted = 0;
    for role in Role::ALL {
        let person = person(role);
        let grants = person.grants();
        for def in KINDS.iter().filter(|def| def.can_be_walled()) {
            for (wall, kind, inside) in walls.into_iter().filter(|(_, kind, _)| def.can_be_behind(kind)) {
                let wall = RecordId::from_u128(wall);
                let scope = def.scope.scope(&def.defaults(), RecordId::from_u128(5), Some(wall));
                let may_read = match reach(role, def.name, Action::ReadPrivate) {
                    Reach::All => true,
                    Reach::OwnJobs => inside,
                    Reach::AfterOwn | Reach::Author | Reach::None => false,
                };
                let said = format!("{} {scope} {kind}", role.name());
                assert_eq!(grants.covers(&scope), may_read, "{said}");
                assert_eq!(person.covers(&scope), may_read, "{said}");
                assert_eq!(person.knowing(wall, kind, false).covers(&scope), may_read && role <= Role::Admin);
                assert!(!grants.clone().understood_by(1).covers(&scope), "{said} to a first version");
                granted += u32::from(may_read);
            }
        }
        let nothing = person.knowing(RecordId::from_u128(20), "candidates", true);
        assert_eq!(*nothing, person, "what is known already changes nothing");
    }
    assert_eq!(granted, 192);
}

#[test]
fn the_first_wall_around_what_a_record_belongs_to_is_around_it() {
    let (candidate, job) = (RecordId::from_u128(20), RecordId::from_u128(21));
    let def = registry::by_name("applications").expect("a declared kind");
    let mut fields = def.defaults();
    fields.insert("candidate_id".to_owned(), json!(candidate.to_string()));
    fields.insert("job_id".to_owned(), json!(job.to_string()));
    let wall = |walled: &[RecordId]| {
        def.wall(RecordId::nil(), &fields, |id| Some(id).filter(|id| walled.contains(id)))
    };
    assert_eq!(wall(&[]), None);
    assert_eq!(wall(&[job]), Some(job));
    assert_eq!(wall(&[job, candidate]), Some(candidate));
}

#[test]
fn what_names_somebody_is_theirs_whoever_made_it_and_what_names_nobody_is_nobodys() {
    let def = registry::by_name("working_hours").expect("a declared kind");
    let try_on = |held: Option<&Working>, edits: &[Edit], by: &Principal| {
        let body = judge::author(def, held, edits, ActorId::from(b"whoever".as_slice()), 0).expect("fits");
        judge::try_change(def, RecordId::from_u128(500), held, &body, by)
    };
    let of = |whose: Option<u128>| {
        let whose = whose.map(|whose| Edit::set("member_id", RecordId::from_u128(whose).to_string()));
        whose.into_iter().chain([Edit::set("zone", "UTC")]).collect::<Vec<_>>()
    };
    let told = |judged: Result<Judged, _>| judged.map(drop).map_err(|problem: Problem| problem.code);
    let (theirs, others, nobodys) = (Some(1), Some(2), None);
    for (role, whose, done) in [
        (Role::Recruiter, theirs, Ok(())),
        (Role::Recruiter, others, Err(Code::Forbidden)),
        (Role::Recruiter, nobodys, Err(Code::Forbidden)),
        (Role::HiringManager, theirs, Ok(())),
        (Role::Viewer, theirs, Err(Code::Forbidden)),
        (Role::Admin, others, Ok(())),
        (Role::Admin, nobodys, Ok(())),
    ] {
        assert_eq!(told(try_on(None, &of(whose), &person(role))), done, "{} makes {whose:?}", role.name());
    }
    let admin = Principal { user_id: RecordId::from_u128(5), ..person(Role::Admin) };
    let same_person = person(Role::Admin);
    for (maker, whose, done) in [
        (&admin, theirs, Ok(())),
        (&admin, others, Err(Code::Forbidden)),
        // Who was an administrator when they made it has no more right to it than anybody.
        (&same_person, others, Err(Code::Forbidden)),
        (&same_person, nobodys, Err(Code::Forbidden)),
    ] {
        let Ok(Judged::Trial(trial)) = try_on(None, &of(whose), maker) else { panic!("is made") };
        for edit in [Edit::set("buffer_after", 10), Edit::deleted(true)] {
            let by_them = try_on(Some(&trial.after), std::slice::from_ref(&edit), &person(Role::Recruiter));
            assert_eq!(told(by_them), done, "{whose:?} {edit:?}");
            assert_eq!(told(try_on(Some(&trial.after), &[edit], &person(Role::Owner))), Ok(()));
        }
    }
}

#[test]
fn whoever_makes_a_record_private_is_among_those_who_see_it_or_above_all_walls() {
    let def = registry::by_name("jobs").expect("a declared kind");
    let (held, ..) = authored(def, "held");
    let private = Edit::set("is_private", true);
    let name = Edit::add("hiring_team_ids", RecordId::from_u128(1).to_string());
    let judged = |held: &Working, edits: &[Edit], role| {
        let body =
            judge::author(def, Some(held), edits, ActorId::from(b"other".as_slice()), 0).expect("fits");
        judge::try_change(def, held.id, Some(held), &body, &person(role))
    };
    let told = |edits: &[Edit], role| judged(&held, edits, role).map(drop).map_err(|problem| problem.code);
    assert_eq!(told(std::slice::from_ref(&private), Role::Owner), Ok(()));
    assert_eq!(told(std::slice::from_ref(&private), Role::Recruiter), Err(Code::OutOfScope));
    assert_eq!(told(&[private.clone(), name.clone()], Role::Recruiter), Ok(()));
    let Ok(Judged::Trial(trial)) = judged(&held, &[private, name.clone()], Role::Recruiter) else {
        panic!("fits")
    };
    let walled = trial.after;
    assert_eq!(walled.wall, Wall { moves: 1, by: Some(walled.id) });
    let title = [Edit::set("title", "New")];
    assert!(judged(&walled, &title, Role::Recruiter).is_ok(), "named");
    let leave = [Edit::remove("hiring_team_ids", RecordId::from_u128(1).to_string())];
    assert!(judged(&walled, &leave, Role::Recruiter).is_err(), "nobody shuts themselves out");
    let Ok(Judged::Trial(trial)) = judged(&walled, &leave, Role::Admin) else { panic!("fits") };
    assert!(judged(&trial.after, &title, Role::Recruiter).is_err(), "no longer named");
    let Ok(Judged::Trial(trial)) = judged(&walled, &[Edit::set("is_private", false)], Role::Recruiter) else {
        panic!("fits")
    };
    assert_eq!(trial.after.wall, Wall { moves: 2, by: None });
    assert_eq!(trial.after.scope(), "jobs");
}

#[test]
fn what_is_gained_and_what_is_kept_make_up_the_new_grants() {
    for from in Role::ALL {
        for to in Role::ALL {
            let (old, new) = (person(from).grants(), person(to).grants());
            let gained = new.minus(&old);
            assert!(gained.iter().all(|scope| !old.holds(scope)));
            assert!(new.iter().all(|scope| old.holds(scope) || gained.iter().any(|g| g == scope)));
        }
    }
}

/// Who held all candidates was never told which of them are shared into a job: that is downloaded.
#[test]
fn whoever_keeps_but_a_part_of_a_shared_kind_is_sent_that_part() {
    let gained = person(Role::HiringManager).grants().minus(&person(Role::Recruiter).grants());
    let candidates: Vec<&String> = gained
        .iter()
        .filter(|scope| zumodra_shared::access::scope::parts(scope).0.starts_with("candidates"))
        .collect();
    assert_eq!(candidates, [&format!("candidates/{}", RecordId::from_u128(10))]);
}

#[test]
fn a_kind_that_is_shared_is_at_home_in_its_class_and_shared_by_what_is_written_once() {
    let mut shared = 0;
    for def in KINDS {
        let Some(through) = def.scope.through else { continue };
        assert!(def.scope.by.is_none() && def.scope.private.is_none(), "{}", def.name);
        let by = registry::by_name(through.kind).expect("a declared kind");
        for (field, to) in [(through.me, Some(def.name)), (through.key, None)] {
            let field = by.field(field).expect("a field");
            assert!(field.immutable, "{}", field.name);
            let FieldKind::Register(Scalar::Ref(kind)) = field.kind else { panic!("{}", field.name) };
            assert!(to.is_none_or(|to| to == kind), "{}", field.name);
        }
        let scope = format!("{}/{}", def.name, RecordId::nil());
        assert!(is_shared(&scope) && !is_shared(def.name));
        assert_eq!((counted_in(&scope), counted_in(def.name)), (scope.as_str(), def.name));
        shared += 1;
    }
    assert_eq!(shared, 1);
    assert!(!is_shared("applications/1") && !is_shared("notes.own/1") && !is_shared("unknown/1"));
    assert_eq!(counted_in("applications/1"), "applications");
}

/// A record of a kind with its first two changes, as its author made it.
fn authored(def: &'static EntityDef, name: &str) -> (Working, Vec<u8>, Vec<u8>) {
    let actor = ActorId::from(name.as_bytes());
    let (field, later) = (def.titles[0], format!("{name} later"));
    let mut fields = Fields::new();
    fields.insert(field.to_owned(), json!(name));
    let (_, first) = crdt::create(def, &fields, actor.clone(), 0).expect("fits");
    let held = Working::load(RecordId::from_u128(50), def, first.clone(), RecordId::nil()).expect("loads");
    let second = judge::author(def, Some(&held), &[Edit::set(field, later)], actor, 0).expect("fits");
    (held, first, second)
}

#[test]
fn who_may_not_make_a_record_is_answered_the_same_whether_its_id_is_taken_or_not() {
    let manager = person(Role::HiringManager);
    let mut refused = 0;
    for taken_by in ["candidates", "jobs"] {
        let (held, ..) = authored(registry::by_name(taken_by).expect("a declared kind"), "held");
        for kind in ["candidates", "tags", "jobs"] {
            let def = registry::by_name(kind).expect("a declared kind");
            let (_, first, second) = authored(def, "mine");
            for body in [first, second] {
                let answer = |held: Option<&Working>| {
                    let judged = judge::try_change(def, RecordId::from_u128(50), held, &body, &manager);
                    judged.map(drop).map_err(|problem| problem.code)
                };
                assert_eq!(answer(Some(&held)), answer(None), "{kind} in the place of {taken_by}");
                refused += u32::from(answer(None).is_err());
            }
        }
    }
    assert_eq!(refused, 12);
}

#[test]
fn a_reference_to_nothing_is_told_at_the_field_that_holds_it() {
    let def = registry::by_name("jobs").expect("a declared kind");
    let (held, ..) = authored(def, "held");
    for field in ["recruiter_id", "hiring_manager_id", "hiring_team_ids"] {
        let nobody = RecordId::from_u128(99).to_string();
        let edit = if field.ends_with("ids") { Edit::add(field, nobody) } else { Edit::set(field, nobody) };
        let actor = ActorId::from(b"other".as_slice());
        let body = judge::author(def, Some(&held), &[edit], actor, 0).expect("fits");
        let judged = judge::try_change(def, held.id, Some(&held), &body, &person(Role::Owner));
        let Ok(Judged::Trial(trial)) = judged else { panic!("fits") };
        let related: HashMap<RecordId, Fields> = HashMap::new();
        let refused = trial.settle(&related).expect_err("there is nobody");
        assert_eq!(refused.fields.keys().collect::<Vec<_>>(), [field]);
    }
}
