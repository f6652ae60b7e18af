//! Moving applications: the table of what is legal, and two desktops that disagree while offline.

use automerge::ActorId;
use serde_json::json;
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::ats::StageKind;
use zumodra_shared::ats::pipeline_templates::STANDARD;
use zumodra_shared::ats::rules::{Related, may_move, move_to, reject};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::registry::by_name;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, EntityDef, Fields};
use zumodra_shared::sync::judge::{self, Judged, Working};

#[test]
fn the_whole_table_of_moves() {
    let kinds = StageKind::NAMES.iter().map(|name| StageKind::from_name(name)).chain([StageKind::Unknown]);
    let kinds: Vec<StageKind> = kinds.collect();
    assert_eq!(kinds.len(), 11);
    for from in &kinds {
        for to in &kinds {
            let legal = match (from.name(), to.name()) {
                ("hired", to) => to == "hired",
                ("rejected" | "withdrawn", to) => !["offer", "hired"].contains(&to),
                _ => true,
            };
            assert_eq!(may_move(*from, *to), legal, "{} to {}", from.name(), to.name());
        }
    }
}

fn person(at: u128) -> Principal {
    Principal {
        user_id: RecordId::from_u128(at),
        device_id: RecordId::from_u128(at + 100),
        tenant_id: RecordId::from_u128(3),
        role: Role::Recruiter,
        own: std::sync::Arc::default(),
    }
}

/// The records that an application points to.
struct World(Fields);

impl Related for World {
    fn fields(&self, _kind: &str, _id: RecordId) -> Option<&Fields> {
        Some(&self.0)
    }
}

fn world() -> World {
    let stages: Vec<serde_json::Value> = STANDARD
        .iter()
        .map(|stage| json!({ "id": stage.name.en, "name": stage.name.en, "kind": stage.kind.name() }))
        .collect();
    let fields = json!({ "name": "Hiring", "stages": stages });
    World(fields.as_object().cloned().unwrap_or_default())
}

/// What the server says to a change.
fn arrive(
    def: &'static EntityDef,
    held: Option<&Working>,
    body: &[u8],
    from: &Principal,
) -> Result<Working, Code> {
    let judged = judge::try_change(def, RecordId::from_u128(50), held, body, from).map_err(|p| p.code)?;
    let Judged::Trial(trial) = judged else { panic!("a new change") };
    trial.settle(&world()).map_err(|p| p.code)?;
    Ok(trial.after)
}

fn application() -> (&'static EntityDef, Working) {
    let def = by_name("applications").expect("applications");
    let id = RecordId::from_u128(60).to_string();
    let fields = json!({ "candidate_id": id, "job_id": id, "pipeline_id": id, "stage_id": "Screening" });
    let edits = edits_for(def, fields.as_object().expect("fields"));
    let body = judge::author(def, None, &edits, ActorId::from(vec![9; 16]), 0).expect("made");
    let held = arrive(def, None, &body, &person(9)).expect("let in");
    (def, held)
}

#[test]
fn of_two_who_disagree_offline_an_offer_after_a_rejection_is_refused() {
    let (def, base) = application();
    let edit =
        |who: u8, edits: &[Edit]| judge::author(def, Some(&base), edits, ActorId::from(vec![who; 16]), 0);
    for (one, two) in [(1_u8, 2_u8), (2, 1)] {
        for closing in ["Rejected", "Withdrawn"] {
            let closed = reject(closing, "Not now", "").expect("a reason");
            let closed = edit(one, &closed).expect("an edit");
            let offered = edit(two, &move_to("Offer")).expect("an edit");
            let (closer, offerer) = (person(u128::from(one)), person(u128::from(two)));

            // The rejection comes first. When the merge shows the offer, the offer is what is refused; when it shows
            // the rejection, the offer is a loser that changes nothing.
            let after = arrive(def, Some(&base), &closed, &closer).expect("a rejection is legal");
            match arrive(def, Some(&after), &offered, &offerer) {
                Err(code) => assert_eq!(code, Code::TransitionNotAllowed),
                Ok(merged) => assert_eq!(merged.shown.fields["stage_id"], closing),
            }
            // The offer comes first: it may be rejected or withdrawn afterwards.
            let after = arrive(def, Some(&base), &offered, &offerer).expect("an offer is legal");
            let merged = arrive(def, Some(&after), &closed, &closer).expect("rejecting an offer is legal");
            assert!(["Offer", closing].iter().any(|stage| merged.shown.fields["stage_id"] == **stage));
        }
    }
}

#[test]
fn a_rejection_needs_its_reason_and_a_new_application_is_not_hired() {
    let (def, base) = application();
    let who = person(1);
    let bare =
        judge::author(def, Some(&base), &move_to("Rejected"), ActorId::from(vec![1; 16]), 0).expect("edit");
    assert_eq!(arrive(def, Some(&base), &bare, &who).map(|_| ()).err(), Some(Code::ReasonRequired));
    let id = RecordId::from_u128(60).to_string();
    let fields = json!({ "candidate_id": id, "job_id": id, "pipeline_id": id, "stage_id": "Hired" });
    let edits = edits_for(def, fields.as_object().expect("fields"));
    let body = judge::author(def, None, &edits, ActorId::from(vec![1; 16]), 0).expect("made");
    assert_eq!(arrive(def, None, &body, &who).map(|_| ()).err(), Some(Code::TransitionNotAllowed));
}

/// A stage is taken out while somebody is in it, by who did not see them.
#[test]
fn who_is_in_a_stage_that_is_gone_can_be_changed_and_moved_and_nobody_comes_into_one() {
    let (def, base) = application();
    let mut pipeline = world().0;
    let stages = pipeline["stages"].as_array_mut().expect("stages");
    stages.retain(|stage| stage["id"] != "Screening");
    let gone = World(pipeline);
    let arrive = |edits: &[Edit]| {
        let body = judge::author(def, Some(&base), edits, ActorId::from(vec![1; 16]), 0).expect("an edit");
        let judged = judge::try_change(def, RecordId::from_u128(50), Some(&base), &body, &person(1));
        let Ok(Judged::Trial(trial)) = judged else { panic!("{judged:?}") };
        trial.settle(&gone).err().map(|problem| problem.code)
    };
    assert_eq!(arrive(&[Edit::set("rating", 4)]), None);
    assert_eq!(arrive(&move_to("Offer")), None);
    assert_eq!(arrive(&reject("Rejected", "Not now", "").expect("a reason")), None);
    assert_eq!(arrive(&move_to("Elsewhere")), Some(Code::UnknownReference));
}
