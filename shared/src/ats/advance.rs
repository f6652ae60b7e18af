//! When an application goes on to the next stage by itself: rules of a stage, judged on the records as they are.
//!
//! A rule only ever advances what people asked it to advance: nothing here rejects, nothing passes into a stage of an
//! offer or of an end, and a stage is left by its rule once: who moves somebody back has the last word.

use serde_json::Value;

use super::rules::{self, read, text};
use super::{
    Application, Interview, InterviewStatus, Pipeline, Recommendation, Scorecard, Stage, StageAdvance,
    StageKind,
};
use crate::access::Principal;
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Edit, Fields};

/// The command by which the server moves an application that fulfils the rule of its stage: from `from` to `to`.
pub const ADVANCE: &str = "advance_application";

/// What a rule looks at beside the application.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The application's interviews that are not deleted.
    pub interviews: &'a [Interview],
    /// The scorecards on it that are given, each with who gave it.
    pub scorecards: &'a [(RecordId, Scorecard)],
}

/// The stage that a pipeline has after another, if an application may go there by itself: not beside the way (rejected,
/// withdrawn, on hold), and neither to an offer nor to an end.
#[must_use]
pub fn next_stage<'p>(pipeline: &'p Pipeline, stage_id: &str) -> Option<&'p str> {
    let at = pipeline.stages.0.iter().position(|stage| stage.id == stage_id)?;
    let aside = |kind| matches!(kind, StageKind::Rejected | StageKind::Withdrawn | StageKind::OnHold);
    let next = pipeline.stages.0[at + 1..].iter().find(|stage| !aside(stage.item.kind))?;
    may_be_reached(next.item.kind).then_some(next.id.as_str())
}

/// Whether an application may come into a stage of this kind, or leave one, without a person.
const fn may_be_reached(kind: StageKind) -> bool {
    match kind {
        StageKind::New
        | StageKind::Screening
        | StageKind::Assessment
        | StageKind::Interview
        | StageKind::Reference => true,
        StageKind::Offer
        | StageKind::Hired
        | StageKind::Rejected
        | StageKind::Withdrawn
        | StageKind::OnHold
        | StageKind::Unknown => false,
    }
}

/// The stage of an application, if a rule stands there that can move it on, and the stage to which.
#[must_use]
pub fn ruled<'p>(pipeline: &'p Pipeline, stage_id: &str) -> Option<(&'p Stage, &'p str)> {
    let stage = &pipeline.stages.0.iter().find(|stage| stage.id == stage_id)?.item;
    let stands = match stage.advance {
        StageAdvance::Answers => matches!(stage.kind, StageKind::New | StageKind::Screening),
        StageAdvance::Scorecards => may_be_reached(stage.kind),
        StageAdvance::Never | StageAdvance::Unknown => false,
    };
    stands.then_some(())?;
    Some((stage, next_stage(pipeline, stage_id)?))
}

/// Whether an application fulfils a rule.
#[must_use]
pub fn is_fulfilled(rule: StageAdvance, application: &Application, beside: &Beside<'_>) -> bool {
    match rule {
        StageAdvance::Answers => {
            // Where nothing was asked, nothing speaks for somebody either.
            let answers = &application.answers.0;
            !answers.is_empty() && answers.iter().all(|answer| !answer.item.knocks_out)
        }
        StageAdvance::Scorecards => all_recommend(application, beside),
        StageAdvance::Never | StageAdvance::Unknown => false,
    }
}

/// Whether everybody who owes a scorecard in the present stage gave one, and all that were given recommend to go on.
fn all_recommend(application: &Application, beside: &Beside<'_>) -> bool {
    let since = application.stage_changed_at.map_or(application.applied_at.0, |at| at.0);
    let given: Vec<&(RecordId, Scorecard)> = beside
        .scorecards
        .iter()
        .filter(|(_, card)| !card.is_draft && card.stage_id == application.stage_id)
        .collect();
    let recommends =
        |card: &Scorecard| matches!(card.recommendation, Recommendation::Yes | Recommendation::StrongYes);
    // A conversation that has no time yet is waited for even where nobody is to lead it yet: of several who could, the
    // candidate chooses one with the time.
    let arranged = |interview: &Interview| interview.status != InterviewStatus::Proposed;
    // One that is ahead is owed a scorecard as well: nobody goes on before it.
    let owed = beside.interviews.iter().filter(|interview| match interview.status {
        InterviewStatus::Cancelled | InterviewStatus::NoShow | InterviewStatus::Proposed => false,
        InterviewStatus::Scheduled
        | InterviewStatus::Confirmed
        | InterviewStatus::Completed
        | InterviewStatus::Unknown => interview.starts_at.0 >= since,
    });
    let mut owed = owed.flat_map(|interview| &interview.interviewer_ids.ids);
    !given.is_empty()
        && beside.interviews.iter().all(arranged)
        && given.iter().all(|(_, card)| recommends(card))
        && owed.all(|who| given.iter().any(|(author, _)| author == who))
}

/// The edits by which an application goes on by the rule of its stage. Only the server says so.
///
/// # Errors
/// [`Code::Forbidden`] for anybody else, [`Code::WrongState`] when somebody moved it meanwhile or the stage has no such
/// rule any more.
pub fn advance(
    application: &Fields,
    pipeline: &Fields,
    args: &Value,
    principal: &Principal,
) -> Result<Vec<Edit>, Problem> {
    if !principal.is_server() {
        return Err(Problem::new(Code::Forbidden));
    }
    let named = |name: &str| args.get(name).and_then(Value::as_str).unwrap_or_default();
    let pipeline: Pipeline = read(pipeline).ok_or_else(|| Problem::new(Code::BadRequest))?;
    let here = text(application, "stage_id");
    match ruled(&pipeline, here) {
        Some((_, to)) if here == named("from") && to == named("to") => Ok(rules::move_to(to)),
        _ => Err(Problem::new(Code::WrongState).detail("The application is in another stage by now.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::Role;

    fn pipeline(stages: &[(&str, &str, &str)]) -> Pipeline {
        let stages: Vec<Value> = stages
            .iter()
            .map(|(id, kind, advance)| json!({"id": id, "name": id, "kind": kind, "advance": advance}))
            .collect();
        serde_json::from_value(json!({"name": "P", "stages": stages})).expect("a pipeline")
    }

    fn application(value: Value) -> Application {
        serde_json::from_value(value).expect("an application")
    }

    #[test]
    fn the_next_stage_is_one_in_which_nothing_is_promised_and_nothing_is_over() {
        let ways = pipeline(&[
            ("a", "new", "answers"),
            ("h", "on_hold", "never"),
            ("x", "rejected", "never"),
            ("b", "interview", "scorecards"),
            ("c", "offer", "scorecards"),
            ("d", "hired", "never"),
        ]);
        assert_eq!(next_stage(&ways, "a"), Some("b"));
        for from in ["b", "c", "d", "gone"] {
            assert_eq!(next_stage(&ways, from), None, "{from}");
        }
        assert_eq!(ruled(&ways, "a").map(|(_, to)| to), Some("b"));
        for without in ["h", "b", "c", "gone"] {
            assert!(ruled(&ways, without).is_none(), "{without}");
        }
        // Answers say something about who arrives, and nothing about who was talked to.
        let late = pipeline(&[("a", "interview", "answers"), ("b", "interview", "never")]);
        assert!(ruled(&late, "a").is_none());
    }

    #[test]
    fn answers_advance_who_gave_some_and_is_ruled_out_by_none() {
        let of = |answers: Value| {
            is_fulfilled(StageAdvance::Answers, &application(json!({"answers": answers})), &Beside::default())
        };
        assert!(!of(json!([])));
        assert!(of(json!([{"id": "1", "question": "Q", "answer": "A", "knocks_out": false}])));
        assert!(!of(json!([
            {"id": "1", "question": "Q", "answer": "A", "knocks_out": false},
            {"id": "2", "question": "Q", "answer": "A", "knocks_out": true},
        ])));
    }

    fn card(stage: &str, recommendation: &str) -> Scorecard {
        serde_json::from_value(json!({"stage_id": stage, "recommendation": recommendation}))
            .expect("a scorecard")
    }

    fn interview(starts_at: i64, status: &str, who: &[RecordId]) -> Interview {
        serde_json::from_value(json!({"starts_at": starts_at, "status": status, "interviewer_ids": who}))
            .expect("an interview")
    }

    #[test]
    fn scorecards_advance_once_nobody_owes_one_and_all_say_yes() {
        let [ada, bo] = [1, 2].map(RecordId::from_u128);
        let who = application(json!({"stage_id": "s", "applied_at": 5, "stage_changed_at": 10}));
        let of = |interviews: &[Interview], scorecards: &[(RecordId, Scorecard)]| {
            is_fulfilled(StageAdvance::Scorecards, &who, &Beside { interviews, scorecards })
        };
        let talk = [interview(20, "completed", &[ada, bo])];
        assert!(!of(&talk, &[]), "nobody said anything");
        assert!(!of(&talk, &[(ada, card("s", "yes"))]), "Bo owes one");
        assert!(of(&talk, &[(ada, card("s", "yes")), (bo, card("s", "strong_yes"))]));
        assert!(!of(&talk, &[(ada, card("s", "yes")), (bo, card("s", "no_decision"))]));
        assert!(!of(&talk, &[(ada, card("s", "yes")), (bo, card("before", "yes"))]), "of another stage");
        // Who interviewed before the stage, or was called off, owes nothing here; one ahead is waited for.
        let said = [(ada, card("s", "yes"))];
        assert!(of(&[interview(9, "completed", &[bo])], &said));
        assert!(of(&[interview(20, "cancelled", &[bo])], &said));
        assert!(!of(&[interview(90, "scheduled", &[bo])], &said));
        assert!(!of(&[interview(0, "proposed", &[bo])], &said));
        assert!(!of(&[interview(0, "proposed", &[])], &said), "the candidate has yet to choose who");
        assert!(!of(&[interview(0, "proposed", &[ada])], &said), "still to come, though Ada said yes before");
        assert!(!of(&[], &[]), "without any scorecard nothing speaks for somebody");
    }

    #[test]
    fn only_the_server_advances_and_only_who_is_still_there() {
        let ways = pipeline(&[("a", "new", "answers"), ("b", "interview", "never")]);
        let Value::Object(ways) = json!(ways) else { panic!("fields") };
        let Value::Object(here) = json!({"stage_id": "a"}) else { panic!("fields") };
        let server = Principal::server(RecordId::from_u128(7));
        let args = json!({"from": "a", "to": "b"});
        assert_eq!(advance(&here, &ways, &args, &server).expect("goes on"), [Edit::set("stage_id", "b")]);
        let Value::Object(moved) = json!({"stage_id": "b"}) else { panic!("fields") };
        assert_eq!(advance(&moved, &ways, &args, &server).expect_err("is elsewhere").code, Code::WrongState);
        let other = json!({"from": "a", "to": "z"});
        assert_eq!(advance(&here, &ways, &other, &server).expect_err("no such way").code, Code::WrongState);
        let owner = Principal { user_id: RecordId::from_u128(1), role: Role::Owner, ..server };
        assert_eq!(advance(&here, &ways, &args, &owner).expect_err("a person").code, Code::Forbidden);
    }
}
