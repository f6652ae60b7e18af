//! What happened, in order: an immutable entry per fact, written by the server from accepted changes.
//!
//! The stage history of an application is its entries with action `stage_changed`. An entry is no CRDT, so that it can
//! be erased.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Application, Candidate, Job};
use crate::accounts::Member;
use crate::choice;
use crate::kernel::{Id, RecordId, Timestamp};
use crate::schema::{Entity, Fields};

choice! {
    /// What happened.
    pub enum ActivityAction {
        /// A record was made.
        Created = "created",
        /// An application went to another stage.
        StageChanged = "stage_changed",
        /// An application went to the next stage by the rule of its stage: its answers rule nothing out.
        AdvancedByAnswers = "advanced_by_answers",
        /// The same, because everybody who owed a scorecard recommends to go on.
        AdvancedByScorecards = "advanced_by_scorecards",
        /// An application was rejected.
        Rejected = "rejected",
        /// An application was taken up again.
        Reopened = "reopened",
        /// A rating was given.
        Rated = "rated",
        /// Somebody was made responsible.
        Assigned = "assigned",
        /// A note was written.
        NoteAdded = "note_added",
        /// A résumé was attached.
        ResumeAttached = "resume_attached",
        /// A file was attached beside the résumé. Which, only who may see it is told.
        FileAttached = "file_attached",
        /// Such a file was taken away.
        FileRemoved = "file_removed",
        /// A candidate is asked when an interview suits them.
        InterviewProposed = "interview_proposed",
        /// An interview was planned; `to` is when it begins, in milliseconds.
        InterviewScheduled = "interview_scheduled",
        /// An interview went to another time; `from` and `to` are when it begins.
        InterviewMoved = "interview_moved",
        /// An interview went from one state to another.
        InterviewStatusChanged = "interview_status_changed",
        /// Somebody said what they found. What, only who may see it is told.
        ScorecardGiven = "scorecard_given",
        /// An offer went from one status to another.
        OfferStatusChanged = "offer_status_changed",
        /// Somebody wrote to the candidate. What, only who sees how to reach them is told.
        EmailSent = "email_sent",
        /// The candidate wrote.
        EmailReceived = "email_received",
        /// A job was published, paused, closed or reopened.
        StatusChanged = "status_changed",
        /// A record was deleted.
        Deleted = "deleted",
        /// A record was restored.
        Restored = "restored",
    }
}

/// One fact about a candidate, an application or a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "activities",
    code = 9,
    entry,
    server,
    by = "job_id",
    within = "candidate_id, application_id, job_id"
)]
pub struct Activity {
    /// About which candidate.
    #[field(index)]
    pub candidate_id: Option<Id<Candidate>>,
    /// About which application.
    #[field(index)]
    pub application_id: Option<Id<Application>>,
    /// About which job.
    #[field(index)]
    pub job_id: Option<Id<Job>>,
    /// What happened.
    pub action: ActivityAction,
    /// The value before: a stage's name, a status.
    #[field(max = 200)]
    pub from: String,
    /// The value after.
    #[field(max = 200)]
    pub to: String,
    /// More in words: a reason.
    #[field(max = 500)]
    pub detail: String,
    /// Who did it; none for the public form and the server itself.
    pub actor_id: Option<Id<Member>>,
    /// When, by the server's clock.
    pub at: Timestamp,
}

/// An activity entry that an accepted change calls for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewActivity {
    /// The entry's id: the same change always gives the same entries, so that nothing is told twice.
    pub id: RecordId,
    /// The entry's fields.
    pub fields: Fields,
}

/// A record before and after an accepted change.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The record's kind.
    pub kind: &'a str,
    /// The record's id.
    pub id: RecordId,
    /// The record before; none when it was created.
    pub before: Option<&'a Fields>,
    /// Whether it was deleted before.
    pub deleted_before: bool,
    /// The record after.
    pub after: &'a Fields,
    /// Whether it is deleted after.
    pub deleted_after: bool,
    /// The pipeline of an application, to name the stages.
    pub pipeline: Option<&'a Fields>,
    /// Hash of the change: what makes the entries' ids.
    pub change_hash: &'a [u8],
    /// Who did it; none for the server and the public form.
    pub actor: Option<RecordId>,
    /// When, by the server's clock, in milliseconds.
    pub at: i64,
}

/// The entries that an accepted change calls for.
#[must_use]
pub fn activities(step: &Step<'_>) -> Vec<NewActivity> {
    let mut facts: Vec<(ActivityAction, String, String, String)> = Vec::new();
    let told = [
        "applications",
        "candidates",
        "jobs",
        "notes",
        "interviews",
        "scorecards",
        "offers",
        "emails",
        "attachments",
    ];
    let is = |field: &str| step.after.get(field).is_some_and(|v| v == true);
    // What is its author's alone is told to nobody.
    if !told.contains(&step.kind) || (step.kind == "notes" && is("is_private")) || is("is_draft") {
        return Vec::new();
    }
    match step.before {
        None if step.kind == "attachments" => facts.push(fact(ActivityAction::FileAttached)),
        None if step.kind == "notes" => facts.push(fact(ActivityAction::NoteAdded)),
        None if step.kind == "emails"
            && text(step.after, "direction") == super::EmailDirection::In.name() =>
        {
            facts.push(fact(ActivityAction::EmailReceived));
        }
        None if step.kind == "emails" => facts.push(fact(ActivityAction::EmailSent)),
        None if step.kind == "scorecards" => facts.push(fact(ActivityAction::ScorecardGiven)),
        None if step.kind == "interviews" && is_proposed(step.after) => {
            facts.push(fact(ActivityAction::InterviewProposed));
        }
        None if step.kind == "interviews" => facts.push(planned(step)),
        // Who made a candidate or a job, and when, is on the record itself.
        None if step.kind != "applications" => {}
        None => {
            facts.push((ActivityAction::Created, String::new(), stage_name(step, step.after), String::new()))
        }
        Some(before) => changed(step, before, &mut facts),
    }
    let tells_of_deletion = !matches!(step.kind, "notes" | "scorecards" | "interviews" | "offers" | "emails");
    if step.kind == "attachments" && step.before.is_some() && step.deleted_before != step.deleted_after {
        let action =
            if step.deleted_after { ActivityAction::FileRemoved } else { ActivityAction::FileAttached };
        facts.push(fact(action));
    } else if tells_of_deletion && step.before.is_some() && step.deleted_before != step.deleted_after {
        facts.push(fact(if step.deleted_after { ActivityAction::Deleted } else { ActivityAction::Restored }));
    }
    facts.into_iter().map(|(action, from, to, detail)| entry(step, action, from, to, detail)).collect()
}

fn fact(action: ActivityAction) -> (ActivityAction, String, String, String) {
    (action, String::new(), String::new(), String::new())
}

fn is_proposed(interview: &Fields) -> bool {
    text(interview, "status") == super::InterviewStatus::Proposed.name()
}

fn planned(step: &Step<'_>) -> (ActivityAction, String, String, String) {
    (ActivityAction::InterviewScheduled, String::new(), text(step.after, "starts_at"), String::new())
}

fn text(fields: &Fields, name: &str) -> String {
    match fields.get(name) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

fn stage_name(step: &Step<'_>, fields: &Fields) -> String {
    stage(step, fields, "name")
}

fn stage(step: &Step<'_>, fields: &Fields, what: &str) -> String {
    let id = text(fields, "stage_id");
    let stages = step.pipeline.and_then(|p| p.get("stages")).and_then(|s| s.as_array());
    let found = stages.and_then(|stages| stages.iter().find(|s| s["id"] == id));
    found.and_then(|s| s[what].as_str()).unwrap_or_default().to_owned()
}

fn changed(step: &Step<'_>, before: &Fields, facts: &mut Vec<(ActivityAction, String, String, String)>) {
    let differs = |name: &str| before.get(name) != step.after.get(name);
    if step.kind == "applications" && differs("stage_id") {
        let was_closed = super::StageKind::from_name(&stage(step, before, "kind")).is_closed();
        let is_closed = super::StageKind::from_name(&stage(step, step.after, "kind"));
        let action = match is_closed {
            super::StageKind::Rejected => ActivityAction::Rejected,
            kind if was_closed && !kind.is_closed() => ActivityAction::Reopened,
            kind if step.actor.is_none() && !kind.is_closed() => by_rule(step, before),
            _ => ActivityAction::StageChanged,
        };
        let detail = if action == ActivityAction::Rejected {
            text(step.after, "rejection_reason")
        } else {
            String::new()
        };
        facts.push((action, stage_name(step, before), stage_name(step, step.after), detail));
    }
    if step.kind == "interviews" {
        match (is_proposed(before), is_proposed(step.after)) {
            (false, false) => {}
            (false, true) => return facts.push(fact(ActivityAction::InterviewProposed)),
            // Before it has its time, none is moved.
            (true, true) => return,
            (true, false) if text(step.after, "status") == super::InterviewStatus::Scheduled.name() => {
                return facts.push(planned(step));
            }
            (true, false) => {}
        }
    }
    for (kind, field, action) in [
        ("applications", "rating", ActivityAction::Rated),
        ("applications", "assigned_to_id", ActivityAction::Assigned),
        ("candidates", "resume_hash", ActivityAction::ResumeAttached),
        ("jobs", "status", ActivityAction::StatusChanged),
        ("interviews", "starts_at", ActivityAction::InterviewMoved),
        ("interviews", "status", ActivityAction::InterviewStatusChanged),
        ("offers", "status", ActivityAction::OfferStatusChanged),
    ] {
        if step.kind == kind && differs(field) {
            let unnamed = matches!(action, ActivityAction::Assigned | ActivityAction::ResumeAttached);
            let value = |fields| if unnamed { String::new() } else { text(fields, field) };
            let detail = match action {
                ActivityAction::StatusChanged => text(step.after, "close_reason"),
                ActivityAction::InterviewStatusChanged => text(step.after, "cancel_reason"),
                _ => String::new(),
            };
            facts.push((action, value(before), value(step.after), detail));
        }
    }
}

/// What the server does to an application that is open, it does by the rule of the stage.
fn by_rule(step: &Step<'_>, before: &Fields) -> ActivityAction {
    match super::StageAdvance::from_name(&stage(step, before, "advance")) {
        super::StageAdvance::Answers => ActivityAction::AdvancedByAnswers,
        super::StageAdvance::Scorecards => ActivityAction::AdvancedByScorecards,
        super::StageAdvance::Never | super::StageAdvance::Unknown => ActivityAction::StageChanged,
    }
}

fn entry(step: &Step<'_>, action: ActivityAction, from: String, to: String, detail: String) -> NewActivity {
    let mut hasher = blake3::Hasher::new();
    hasher.update(step.change_hash).update(step.id.as_bytes()).update(action.name().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    let own = |kind: &str, field: &str| {
        if step.kind == kind {
            json!(step.id.to_string())
        } else {
            step.after.get(field).cloned().unwrap_or_default()
        }
    };
    let fields = json!({
        "candidate_id": own("candidates", "candidate_id"),
        "application_id": own("applications", "application_id"),
        "job_id": own("jobs", "job_id"),
        "action": action.name(),
        "from": from,
        "to": to,
        "detail": detail,
        "actor_id": step.actor.map(|a| a.to_string()),
        "at": step.at,
    });
    let serde_json::Value::Object(fields) = fields else {
        return NewActivity { id: RecordId::nil(), fields: Fields::new() };
    };
    // RFC 9562, section 5.8: version 8 is for ids made in a way of one's own.
    NewActivity { id: uuid::Builder::from_custom_bytes(id).into_uuid(), fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of an application that goes from one stage to another.
    fn told(from: &str, to: &str, actor: Option<RecordId>) -> (String, String) {
        let object = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
        let pipeline = object(json!({"stages": [
            {"id": "a", "name": "New", "kind": "new", "advance": "answers"},
            {"id": "b", "name": "Talk", "kind": "interview", "advance": "scorecards"},
            {"id": "c", "name": "Second", "kind": "interview", "advance": "never"},
            {"id": "d", "name": "Away", "kind": "withdrawn", "advance": "never"},
        ]}));
        let (before, after) = (object(json!({"stage_id": from})), object(json!({"stage_id": to})));
        let step = Step {
            kind: "applications",
            id: RecordId::from_u128(1),
            before: Some(&before),
            deleted_before: false,
            after: &after,
            deleted_after: false,
            pipeline: Some(&pipeline),
            change_hash: b"change",
            actor,
            at: 5,
        };
        let entries = activities(&step);
        let fields = &entries.first().expect("an entry").fields;
        (text(fields, "action"), text(fields, "to"))
    }

    #[test]
    fn what_a_rule_moves_is_told_as_the_rule_and_what_a_person_moves_as_theirs() {
        let said = |action: &str, to: &str| (action.to_owned(), to.to_owned());
        assert_eq!(told("a", "b", None), said("advanced_by_answers", "Talk"));
        assert_eq!(told("b", "c", None), said("advanced_by_scorecards", "Second"));
        assert_eq!(told("a", "b", Some(RecordId::from_u128(9))), said("stage_changed", "Talk"));
        // Who steps back in the portal is moved by the server as well, and by no rule.
        assert_eq!(told("a", "d", None), said("stage_changed", "Away"));
        assert_eq!(told("d", "a", None), said("reopened", "New"));
    }
}
