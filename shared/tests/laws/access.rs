//! What a replica may hold is exactly what the policy table lets its person read.

use std::collections::BTreeSet;

use serde_json::json;
use zumodra_shared::access::{Action, Principal, Role};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::Fields;

fn person(role: Role) -> Principal {
    Principal {
        user_id: RecordId::from_u128(1),
        device_id: RecordId::from_u128(2),
        tenant_id: RecordId::from_u128(3),
        role,
        own_jobs: BTreeSet::from([RecordId::from_u128(10)]),
    }
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
                let keyed = def.scope.by.and(job);
                let may_read = if hidden {
                    author == person.user_id
                } else {
                    person.require(def.name, Action::Read, Some(author), keyed).is_ok()
                };
                let scope = def.scope.scope(&fields, author);
                assert_eq!(grants.covers(&scope), may_read, "{} {} {scope}", role.name(), def.name);
                held += 1;
            }
        }
    }
    assert_eq!(held, Role::ALL.len() * KINDS.len() * 12);
}

#[test]
fn what_is_gained_and_what_is_kept_make_up_the_new_grants() {
    for from in Role::ALL {
        for to in Role::ALL {
            let (old, new) = (person(from).grants(), person(to).grants());
            let gained = new.minus(&old);
            assert!(gained.iter().all(|scope| !old.covers(scope)));
            assert!(new.iter().all(|scope| old.covers(scope) || gained.iter().any(|g| g == scope)));
        }
    }
}
