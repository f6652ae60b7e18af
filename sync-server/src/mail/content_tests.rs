//! The name of each mail, and what is kept of it.

use super::*;

fn of_offers() -> Vec<Content> {
    let id = RecordId::from_u128(7);
    vec![
        Content::OfferReminder {
            letter_id: id,
            first_name: "Zoé".into(),
            title: "Chef".into(),
            last_day: "2026-12-04".into(),
        },
        Content::ApprovalRanOut { candidate: "Zoé Ng".into(), title: "Chef".into() },
        Content::ReferenceAsked {
            reference_id: id,
            referee: "Bob".into(),
            candidate: "Zoé Ng".into(),
            job_title: "Chef".into(),
            by: "Ada".into(),
            last_day: "2026-12-04".into(),
            is_reminder: true,
        },
        Content::ReferenceAnswered {
            candidate: "Zoé Ng".into(),
            referee: "Bob".into(),
            answer: "answered".into(),
        },
    ]
}

fn of_interviews() -> Vec<Content> {
    let id = RecordId::from_u128(7);
    let meeting = Meeting {
        to_candidate: true,
        candidate: "Zoé".into(),
        job_title: "Chef".into(),
        starts_at: 5,
        minutes: 30,
        time_zone: "UTC".into(),
        place: String::new(),
        url: String::new(),
        meeting_id: String::new(),
        password: String::new(),
    };
    vec![
        Content::InterviewPlanned { meeting: meeting.clone(), message: "M".into(), is_change: true },
        Content::InterviewReminder { meeting: meeting.clone() },
        Content::InterviewTimes {
            interview_id: id,
            first_name: "Zoé".into(),
            job_title: "Chef".into(),
            message: "M".into(),
        },
        Content::InterviewTimesDeclined {
            candidate: "Zoé Ng".into(),
            job_title: "Chef".into(),
            reason: "Away".into(),
        },
        Content::InterviewTimeAsked { meeting: meeting.clone(), reason: "Away".into() },
        Content::InterviewDeclined { meeting: meeting.clone(), who: "Ada".into() },
        Content::InterviewCancelled { meeting, reason: "R".into(), moved: true },
    ]
}

/// Everything that a mail may tell.
fn all() -> Vec<Content> {
    let id = RecordId::from_u128(7);
    vec![
        Content::Invitation {
            invitation_id: id,
            inviter: "Ada".into(),
            role: Role::Recruiter,
            expires_at: 5,
        },
        Content::ApplicationReceived { first_name: "Zoé".into(), job_title: "Chef".into() },
        Content::ApplicationArrived { candidate: "Zoé".into(), job_title: "Chef".into() },
        Content::OfferLetter {
            letter_id: id,
            first_name: "Zoé".into(),
            title: "Chef".into(),
            last_day: "2026-12-04".into(),
        },
        Content::OfferSigned { letter_id: id, first_name: "Zoé".into(), title: "Chef".into() },
        Content::OfferAnswer {
            candidate: "Zoé".into(),
            title: "Chef".into(),
            answer: "declined".into(),
            reason: "Too far".into(),
        },
        Content::Waiting {
            lines: vec![Waiting {
                what: Waits::OfferEnds,
                title: "Chef".into(),
                count: 2,
                days: 4,
                day: "2026-12-04".into(),
            }],
            more: 1,
        },
        Content::Assigned { by: "Ada".into(), lines: Vec::new(), more: 0 },
        Content::PortalLink { link_id: id },
        Content::ApplicationWithdrawn {
            candidate: "Zoé Ng".into(),
            job_title: "Chef".into(),
            reason: "Moved".into(),
        },
        Content::DocumentArrived {
            candidate: "Zoé Ng".into(),
            job_title: "Chef".into(),
            file: "diploma.pdf".into(),
        },
        Content::DeletionAsked { candidate: "Zoé Ng".into() },
        Content::HostMissing { host: "jobs.acme.test".into(), ends_at: 5 },
        Content::HostLost { host: "jobs.acme.test".into() },
        Content::ConsentAsked { candidate_id: id, first_name: "Zoé".into(), is_again: true },
        Content::JobAlertAsked { alert_id: id },
        Content::JobAlert {
            alert_id: id,
            wanted: "q=chef".into(),
            jobs: vec!["Chef · Lyon".into()],
            more: 2,
        },
        Content::ApprovalAsked { by: "Ada".into(), title: "Chef".into(), candidate: "Zoé Ng".into() },
        Content::Mentioned { author: "Ada".into(), candidate: "Zoé Ng".into() },
        Content::Written {
            email_id: id,
            subject: "S".into(),
            text: "T".into(),
            sender: "Ada".into(),
            reply_to: "ada@example.com".into(),
            answers: "<1@example.org>".into(),
        },
        Content::EmailArrived { from: "zoe@example.org".into(), subject: "S".into(), is_new: false },
        Content::PasswordReset { reset_id: id },
        Content::Test,
    ]
}

/// An example of every template.
fn every() -> Vec<Content> {
    all().into_iter().chain(of_interviews()).chain(of_offers()).collect()
}

/// Who reads a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Somebody outside the workspace, and the mail is about a candidate.
    Outsider,
    /// As that, or a member; the mail itself says which.
    Either,
    /// Members, or people in no connection with a candidate.
    Other,
}

/// Who reads what. A new template is to be thought about here.
fn reader(content: &Content) -> Reader {
    match content {
        Content::ApplicationReceived { .. }
        | Content::OfferLetter { .. }
        | Content::OfferSigned { .. }
        | Content::OfferReminder { .. }
        | Content::ReferenceAsked { .. }
        | Content::InterviewTimes { .. }
        | Content::PortalLink { .. }
        | Content::ConsentAsked { .. }
        | Content::Written { .. } => Reader::Outsider,
        Content::InterviewPlanned { .. }
        | Content::InterviewCancelled { .. }
        | Content::InterviewReminder { .. } => Reader::Either,
        Content::Invitation { .. }
        | Content::ApplicationArrived { .. }
        | Content::ApprovalRanOut { .. }
        | Content::ReferenceAnswered { .. }
        | Content::OfferAnswer { .. }
        | Content::InterviewTimesDeclined { .. }
        | Content::InterviewTimeAsked { .. }
        | Content::InterviewDeclined { .. }
        | Content::ApplicationWithdrawn { .. }
        | Content::DocumentArrived { .. }
        | Content::DeletionAsked { .. }
        | Content::HostMissing { .. }
        | Content::HostLost { .. }
        | Content::JobAlertAsked { .. }
        | Content::JobAlert { .. }
        | Content::Mentioned { .. }
        | Content::ApprovalAsked { .. }
        | Content::Waiting { .. }
        | Content::Assigned { .. }
        | Content::EmailArrived { .. }
        | Content::PasswordReset { .. }
        | Content::Test => Reader::Other,
    }
}

/// The names of all templates, as reading one that is none tells them.
fn names() -> Vec<String> {
    let unknown = serde_json::from_value::<Content>(json!({ "template": "?", "values": {} }));
    let told = unknown.expect_err("is no template").to_string();
    told.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_template_about_a_candidate_that_leaves_the_workspace_is_one_of_which_addresses_are_erased() {
    let every = every();
    for name in names() {
        assert!(every.iter().any(|content| content.template() == name), "no example of {name}");
    }
    for content in every {
        let (name, values) = (content.template(), content.values());
        let erased = Content::TO_OUTSIDERS.contains(&name);
        assert_eq!(erased, reader(&content) == Reader::Outsider, "{name}");
        let says = values["meeting"]["to_candidate"].is_boolean();
        assert!(says || reader(&content) != Reader::Either, "{name} says not who reads it");
    }
    assert!(names().len() > 30 && names().contains(&"consent_asked".to_owned()), "{:?}", names());
}

#[test]
fn what_is_stored_is_read() {
    for content in every() {
        let read = Content::read(content.template(), &content.values());
        assert_eq!(read.as_ref(), Some(&content));
    }
    assert_eq!(Content::read("of_a_newer_version", &json!({})), None);
}
