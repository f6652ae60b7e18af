//! A reference: what somebody who worked with a candidate says of them, asked by mail and answered on a page of the workspace.
//!
//! Whoever asks writes down how the candidate agreed to it; without that there is no record, and so nothing is sent. What was
//! asked stays as it was. What became of it only the server writes, by the commands of this module.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rules::{about, is_email, read, text};
use super::{Application, Candidate, Job};
use crate::access::Principal;
use crate::choice;
use crate::kernel::{Code, Date, Id, Problem, Timestamp};
use crate::schema::{Edit, EditOp, Entity, Fields, Item, Items};

/// The name of the command by which the server notes what a referee answered; nobody else has it.
pub const ANSWER: &str = "answer_reference";
/// By which it notes that a referee would rather not answer.
pub const DECLINE: &str = "decline_reference";
/// By which it ends a reference of which the last day is over.
pub const EXPIRE: &str = "expire_reference";
/// By which it notes that a referee was reminded.
pub const REMIND: &str = "remind_reference";

/// Questions that a referee is asked at most.
pub const MAX_QUESTIONS: usize = 12;
/// Characters of the longest answer to a question.
pub const MAX_ANSWER_CHARS: usize = 4_000;
/// Characters of the longest reason for not answering.
pub const MAX_REASON_CHARS: usize = 500;

choice! {
    /// How a referee knows the candidate.
    pub enum RefereeRelation {
        /// The candidate worked for them.
        Manager = "manager",
        /// They worked side by side.
        Colleague = "colleague",
        /// They worked for the candidate.
        Report = "report",
        /// The candidate worked for their company.
        Client = "client",
        /// They taught the candidate.
        Teacher = "teacher",
        /// In another way.
        Other = "other",
    }
}

choice! {
    /// What became of a reference. Only the server says so.
    pub enum ReferenceStatus {
        /// Asked for, by mail.
        Asked = "asked",
        /// The referee answered.
        Answered = "answered",
        /// The referee would rather not.
        Declined = "declined",
        /// Nobody answered in time.
        Expired = "expired",
    }
}

/// A question to a referee.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct ReferenceQuestion {
    /// What is asked.
    #[field(max = 300)]
    pub text: String,
}

/// What a referee answered to a question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct ReferenceAnswer {
    /// What was asked.
    #[field(max = 300)]
    pub question: String,
    /// What they said.
    #[field(max = 4000)]
    pub answer: String,
}

/// What somebody who worked with a candidate says of them. What was asked stays as it was; who asked is `created_by`, which is
/// also who noted the candidate's consent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "candidate_references",
    code = 32,
    title = "name",
    by = "job_id",
    within = "candidate_id, application_id, job_id"
)]
pub struct Reference {
    /// About whom.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// For which application.
    #[field(required, immutable, index)]
    pub application_id: Id<Application>,
    /// For which job.
    #[field(required, immutable, index)]
    pub job_id: Id<Job>,
    /// What the referee is called.
    #[field(required, immutable, max = 200)]
    pub name: String,
    /// How they know the candidate.
    #[field(immutable)]
    pub relation: RefereeRelation,
    /// Where they worked together.
    #[field(immutable, max = 200)]
    pub company: String,
    /// The address that they are asked at.
    #[field(required, immutable, max = 254)]
    pub email: String,
    /// How to call them.
    #[field(immutable, max = 50)]
    pub phone: String,
    /// In which language they are asked: `en` or `fr`; empty for the workspace's.
    #[field(immutable, max = 2)]
    pub language: String,
    /// What they are asked.
    #[field(items = 12)]
    pub questions: Items<ReferenceQuestion>,
    /// How and when the candidate agreed that this person is asked, in the words of who asks.
    #[field(required, immutable, max = 500)]
    pub consent: String,
    /// Until when they can answer, that day included.
    #[field(required, immutable)]
    pub answer_by: Date,
    /// What became of it.
    #[field(server, index)]
    pub status: ReferenceStatus,
    /// When they were reminded.
    #[field(server)]
    pub reminded_at: Option<Timestamp>,
    /// When it was answered, or ended otherwise.
    #[field(server)]
    pub closed_at: Option<Timestamp>,
    /// What they answered.
    #[field(server)]
    pub answers: Items<ReferenceAnswer>,
    /// Why they would rather not, in their words.
    #[field(server, max = 500)]
    pub reason: String,
}

/// Checks a reference.
///
/// # Errors
/// The refusal that the rule calls for.
pub(super) fn check(
    before: Option<&Fields>,
    after: &Fields,
    related: &dyn super::rules::Related,
) -> Result<(), Problem> {
    // What somebody is asked does not change under them.
    if let Some(before) = before {
        let same = before.get("questions") == after.get("questions");
        let detail = "What was asked stays as it was.";
        return if same { Ok(()) } else { Err(Problem::new(Code::WrongState).detail(detail)) };
    }
    about(after, related)?;
    let mut problem = Problem::new(Code::InvalidFields);
    if !is_email(text(after, "email")) {
        problem = problem.field("email", "This is not an e-mail address.");
    }
    if text(after, "consent").trim().is_empty() {
        problem = problem.field("consent", "Say how the candidate agreed to it.");
    }
    if !["", "en", "fr"].contains(&text(after, "language")) {
        problem = problem.field("language", "Write en or fr.");
    }
    let questions: Reference = read(after).unwrap_or_default();
    let asks = |question: &str| !question.trim().is_empty();
    if !questions.questions.0.iter().any(|question| asks(&question.item.text)) {
        problem = problem.field("questions", "Ask at least one question.");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// The edits that a command of the server makes on a reference.
///
/// # Errors
/// [`Code::UnknownCommand`] for everybody but the server, [`Code::WrongState`] for a reference that is not open, or was reminded
/// of already, and [`Code::InvalidFields`] for answers that say nothing or too much.
pub fn run(
    name: &str,
    reference: &Fields,
    args: &Value,
    principal: &Principal,
    now: i64,
) -> Result<Vec<Edit>, Problem> {
    if !principal.is_server() {
        return Err(Problem::new(Code::UnknownCommand));
    }
    let known: Reference = read(reference).ok_or_else(|| Problem::new(Code::Internal))?;
    if known.status != ReferenceStatus::Asked || (name == REMIND && known.reminded_at.is_some()) {
        return Err(Problem::new(Code::WrongState).detail("The reference is not asked for any more."));
    }
    let closed =
        |status: ReferenceStatus| vec![Edit::set("status", status.name()), Edit::set("closed_at", now)];
    match name {
        ANSWER => Ok([answers(&known, args)?, closed(ReferenceStatus::Answered)].concat()),
        DECLINE => {
            let reason = said(args.get("reason").and_then(Value::as_str).unwrap_or_default());
            if reason.chars().count() > MAX_REASON_CHARS {
                return Err(Problem::new(Code::InvalidFields).field("reason", "This is too long."));
            }
            Ok([closed(ReferenceStatus::Declined), vec![Edit::set("reason", reason)]].concat())
        }
        EXPIRE => Ok(closed(ReferenceStatus::Expired)),
        REMIND => Ok(vec![Edit::set("reminded_at", now)]),
        _ => Err(Problem::new(Code::UnknownCommand)),
    }
}

/// What somebody typed as it is kept and counted: without space around it, and with one character for the end of a line, of
/// which browsers send two.
#[must_use]
pub fn said(typed: &str) -> String {
    typed.trim().replace("\r\n", "\n").replace('\r', "\n")
}

/// The answers, by the ids of the questions; those that say nothing are left out.
fn answers(known: &Reference, args: &Value) -> Result<Vec<Edit>, Problem> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut before = String::new();
    for question in &known.questions.0 {
        let typed = args.get("answers").and_then(|all| all.get(&question.id)).and_then(Value::as_str);
        let answer = said(typed.unwrap_or_default());
        if answer.is_empty() {
            continue;
        }
        if answer.chars().count() > MAX_ANSWER_CHARS {
            return Err(Problem::new(Code::InvalidFields).field("answers", "An answer is too long."));
        }
        let values = [("question", json!(question.item.text)), ("answer", json!(answer))];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        let after = Some(std::mem::replace(&mut before, question.id.clone()));
        let op = EditOp::ItemPut { item: question.id.clone(), after, values };
        edits.push(Edit { field: "answers".to_owned(), op });
    }
    if edits.is_empty() {
        return Err(Problem::new(Code::InvalidFields).field("answers", "Answer at least one question."));
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::access::Role;
    use crate::kernel::RecordId;

    const NOW: i64 = 1_780_000_000_000;

    fn id(number: u128) -> RecordId {
        RecordId::from_u128(number)
    }

    fn asked(more: Value) -> Fields {
        let mut fields = Reference::DEF.defaults();
        let asked = json!({
            "candidate_id": id(1), "application_id": id(2), "job_id": id(3), "name": "Bob", "email": "bob@example.org",
            "consent": "By telephone on Monday.", "answer_by": "2026-07-01", "questions": [
                { "id": "a", "text": "How was it?" }, { "id": "b", "text": "What else?" },
            ],
        });
        for values in [asked, more] {
            fields.extend(values.as_object().cloned().unwrap_or_default());
        }
        fields
    }

    fn checked(more: Value) -> Vec<String> {
        let application = json!({ "candidate_id": id(1), "job_id": id(3) });
        let related: HashMap<RecordId, Fields> =
            HashMap::from([(id(2), application.as_object().cloned().unwrap_or_default())]);
        let checked = check(None, &asked(more), &related);
        checked.err().map(|problem| problem.fields.into_keys().collect()).unwrap_or_default()
    }

    #[test]
    fn nobody_is_asked_without_consent_an_address_and_a_question() {
        assert!(checked(json!({})).is_empty());
        assert_eq!(checked(json!({ "consent": "  " })), ["consent"]);
        assert_eq!(checked(json!({ "email": "bob" })), ["email"]);
        assert_eq!(checked(json!({ "questions": [] })), ["questions"]);
        assert_eq!(checked(json!({ "questions": [{ "id": "a", "text": " " }] })), ["questions"]);
        assert_eq!(checked(json!({ "language": "de" })), ["language"]);
        assert_eq!(checked(json!({ "candidate_id": id(9) })), ["candidate_id"]);
    }

    #[test]
    fn what_was_asked_stays_as_it_was() {
        let related: HashMap<RecordId, Fields> = HashMap::new();
        let before = asked(json!({}));
        assert!(check(Some(&before), &asked(json!({ "status": "answered" })), &related).is_ok());
        let other = asked(json!({ "questions": [{ "id": "a", "text": "Was it bad?" }] }));
        let refused = check(Some(&before), &other, &related).expect_err("is refused");
        assert_eq!(refused.code, Code::WrongState);
    }

    #[test]
    fn only_the_server_answers_and_what_is_answered_is_answered_once() {
        let server = Principal::server(id(7));
        let owner = Principal { user_id: id(8), role: Role::Owner, ..Principal::server(id(7)) };
        let code = |name: &str, fields: &Fields, args: Value, by: &Principal| {
            run(name, fields, &args, by, NOW).map(drop).map_err(|problem| problem.code)
        };
        let open = asked(json!({}));
        let answer = json!({ "answers": { "b": " Nothing. ", "c": "Whatever" } });
        assert_eq!(code(ANSWER, &open, answer.clone(), &owner), Err(Code::UnknownCommand));
        let edits = run(ANSWER, &open, &answer, &server, NOW).expect("is legal");
        let put = edits.iter().find(|edit| edit.field == "answers").expect("an answer");
        let EditOp::ItemPut { item, values, .. } = &put.op else { panic!("{put:?}") };
        assert_eq!(
            (item.as_str(), &values["question"], &values["answer"]),
            ("b", &json!("What else?"), &json!("Nothing."))
        );
        assert_eq!(edits.iter().filter(|edit| edit.field == "answers").count(), 1, "no question, no answer");
        assert_eq!(
            code(ANSWER, &open, json!({ "answers": { "a": " " } }), &server),
            Err(Code::InvalidFields)
        );
        // A line ends with one character, and what is too long is refused and not cut.
        let exact = "a".repeat(MAX_ANSWER_CHARS - 2);
        let fits = run(ANSWER, &open, &json!({ "answers": { "a": format!("{exact}\r\nb") } }), &server, NOW);
        let fits = serde_json::to_string(&fits.expect("is legal")).expect("text");
        assert!(fits.contains(&format!("{exact}\\nb")), "the whole answer is kept");
        let long = json!({ "answers": { "a": format!("{exact}\r\nbc") } });
        assert_eq!(code(ANSWER, &open, long, &server), Err(Code::InvalidFields));
        let reason = |chars: usize| json!({ "reason": "é".repeat(chars) });
        assert_eq!(code(DECLINE, &open, reason(MAX_REASON_CHARS), &server), Ok(()));
        assert_eq!(code(DECLINE, &open, reason(MAX_REASON_CHARS + 1), &server), Err(Code::InvalidFields));
        for status in ["answered", "declined", "expired", "of_a_newer_version"] {
            let over = asked(json!({ "status": status }));
            for name in [ANSWER, DECLINE, EXPIRE, REMIND] {
                assert_eq!(
                    code(name, &over, answer.clone(), &server),
                    Err(Code::WrongState),
                    "{name} {status}"
                );
            }
        }
        let reminded = asked(json!({ "reminded_at": NOW }));
        assert_eq!(code(REMIND, &reminded, json!({}), &server), Err(Code::WrongState));
        assert!(code(EXPIRE, &reminded, json!({}), &server).is_ok());
        assert_eq!(code("publish_job", &open, json!({}), &server), Err(Code::UnknownCommand));
    }
}
