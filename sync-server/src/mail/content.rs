//! What mails tell: one case for each template, with the values that fill it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// An interview as a mail tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Whether it is told to the candidate, and not to who interviews.
    pub to_candidate: bool,
    /// What the candidate is called: to the candidate by the given name, to others in full.
    pub candidate: String,
    /// For which job.
    pub job_title: String,
    /// When it begins.
    pub starts_at: Millis,
    /// How long it is, in minutes.
    pub minutes: i64,
    /// The zone of the reader, by its IANA name.
    pub time_zone: String,
    /// Where, or an empty text.
    pub place: String,
    /// Where on the network, or an empty text.
    pub url: String,
    /// The number of the meeting there, or an empty text.
    #[serde(default)]
    pub meeting_id: String,
    /// The word that lets people in, or an empty text.
    #[serde(default)]
    pub password: String,
}

/// What can wait for somebody; what comes first is told first. The names are stored: they are for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// An offer of which the last day comes.
    OfferEnds,
    /// An offer without an answer.
    OfferOpen,
    /// A job or an offer that waits for agreement.
    Agreement,
    /// An interview for which the candidate asks for another time.
    OtherTime,
    /// An interview ahead that somebody declined.
    Declined,
    /// An interview of which the reader has not said how it was.
    Scorecard,
    /// An application of which somebody wanted to be reminded.
    FollowUp,
    /// An application that stays in its stage for so much longer than planned that somebody else is told.
    Escalated,
    /// An application that stays in its stage for longer than planned.
    Late,
    /// An application that will soon be in its stage for longer than planned.
    Soon,
    /// A form that repeats an open application or could not become one.
    SetApart,
    /// An application that nobody looked at.
    New,
    /// Applications that somebody was given.
    Given,
    /// An application that is open though its job is over.
    LeftOver,
    /// A job for which nobody can apply any more.
    Deadline,
}

/// Things of one kind that wait, at one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What waits.
    pub what: Waits,
    /// What the job is called.
    pub title: String,
    /// How many.
    pub count: i64,
    /// For how many days, the first of them.
    pub days: i64,
    /// The day that it is about, as in `2026-01-31`, or an empty text.
    pub day: String,
}

/// What a mail tells. The names of the cases and of their fields are stored: they are for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", content = "values", rename_all = "snake_case")]
pub enum Content {
    /// Somebody is invited into the workspace.
    Invitation {
        /// Which invitation; the link is made of it.
        invitation_id: RecordId,
        /// The name of who invites, or an empty text for the operator of the installation.
        inviter: String,
        /// The role that the person will have.
        role: Role,
        /// Until when it can be accepted.
        expires_at: Millis,
    },
    /// To a candidate: the application arrived.
    ApplicationReceived {
        /// What the candidate is called.
        first_name: String,
        /// For which job; an empty text for none in particular.
        job_title: String,
    },
    /// To who looks after the job: somebody applied.
    ApplicationArrived {
        /// Who applied.
        candidate: String,
        /// For which job.
        job_title: String,
    },
    /// To a candidate: an offer is there, behind a link.
    OfferLetter {
        /// Which letter; the link is made of it.
        letter_id: RecordId,
        /// What the candidate is called.
        first_name: String,
        /// What the position is called.
        title: String,
        /// The last day to say yes, as in `2026-01-31`, or an empty text.
        last_day: String,
    },
    /// To a candidate: the letter that they signed.
    OfferSigned {
        /// Which letter; the link is made of it.
        letter_id: RecordId,
        /// What the candidate is called.
        first_name: String,
        /// What the position is called.
        title: String,
    },
    /// To a candidate who did not answer: the last day of an offer is near.
    OfferReminder {
        /// Which letter; the link is made of it.
        letter_id: RecordId,
        /// What the candidate is called.
        first_name: String,
        /// What the position is called.
        title: String,
        /// The last day to say yes, as in `2026-01-31`.
        last_day: String,
    },
    /// To who asked for agreement to an offer: nobody answered in time.
    ApprovalRanOut {
        /// The candidate.
        candidate: String,
        /// What the position is called.
        title: String,
    },
    /// To a referee who was named: what is asked of them, behind a link.
    ReferenceAsked {
        /// Which reference; the link is made of it.
        reference_id: RecordId,
        /// What the referee is called.
        referee: String,
        /// About whom.
        candidate: String,
        /// For which job.
        job_title: String,
        /// The name of who asks, or an empty text.
        by: String,
        /// The last day to answer, as in `2026-01-31`.
        last_day: String,
        /// Whether they were asked before.
        #[serde(default)]
        is_reminder: bool,
    },
    /// To who asked for a reference: what became of it.
    ReferenceAnswered {
        /// The candidate.
        candidate: String,
        /// Who was asked.
        referee: String,
        /// Where it stands now, by its wire name.
        answer: String,
    },
    /// To who sent an offer: what became of it.
    OfferAnswer {
        /// The candidate.
        candidate: String,
        /// What the position is called.
        title: String,
        /// Where the offer stands now, by its wire name.
        answer: String,
        /// What the candidate said, or an empty text.
        reason: String,
    },
    /// To who interviews and to the candidate: an interview is planned, or something of it changed.
    InterviewPlanned {
        /// Which one.
        meeting: Meeting,
        /// What the candidate is told beforehand; to others an empty text.
        message: String,
        /// Whether the reader was told something else before.
        is_change: bool,
    },
    /// To the same: they are not expected any more.
    InterviewCancelled {
        /// Which one.
        meeting: Meeting,
        /// Why, for who interviews; for the candidate an empty text.
        reason: String,
        /// Whether they are, and at another address from now on.
        #[serde(default)]
        moved: bool,
    },
    /// To the same: it begins soon.
    InterviewReminder {
        /// Which one.
        meeting: Meeting,
    },
    /// To a candidate: several times are offered for an interview.
    InterviewTimes {
        /// Which one; the link is made of it.
        interview_id: RecordId,
        /// What the candidate is called.
        first_name: String,
        /// For which job.
        job_title: String,
        /// What the candidate is told beforehand, or an empty text.
        message: String,
    },
    /// To those who look after a job: none of the times that were offered suits the candidate.
    InterviewTimesDeclined {
        /// The candidate's name.
        candidate: String,
        /// For which job.
        job_title: String,
        /// What they say, or an empty text.
        reason: String,
    },
    /// To who planned an interview: the candidate asks for another time.
    InterviewTimeAsked {
        /// Which one.
        meeting: Meeting,
        /// What they say.
        reason: String,
    },
    /// To the same: somebody who was invited declined.
    InterviewDeclined {
        /// Which one.
        meeting: Meeting,
        /// The name of who declined.
        who: String,
    },
    /// To a candidate who asked for it: a way into the portal.
    PortalLink {
        /// Which link; its address is made of it.
        link_id: RecordId,
    },
    /// To those who look after a job: somebody stepped back.
    ApplicationWithdrawn {
        /// The candidate's name.
        candidate: String,
        /// For which job.
        job_title: String,
        /// Why, in their words, or an empty text.
        reason: String,
    },
    /// To those who look after a job: a candidate handed in a document.
    DocumentArrived {
        /// The candidate's name.
        candidate: String,
        /// For which job.
        job_title: String,
        /// The file's name.
        file: String,
    },
    /// To the owners: somebody asks to be deleted.
    DeletionAsked {
        /// The candidate's name.
        candidate: String,
    },
    /// To the owners: the proof of a host of the workspace's own is gone from the DNS.
    HostMissing {
        /// The host.
        host: String,
        /// From when on it leads nowhere.
        ends_at: Millis,
    },
    /// To the owners: a host of the workspace's own leads nowhere any more.
    HostLost {
        /// The host.
        host: String,
    },
    /// To a candidate: whether they may be kept for longer.
    ConsentAsked {
        /// Who is asked; the link is made of it.
        candidate_id: RecordId,
        /// What they are called.
        first_name: String,
        /// Whether they were asked before and have not answered.
        is_again: bool,
    },
    /// To an address: whether it asked to hear of new positions.
    JobAlertAsked {
        /// Which alert; the links are made of it.
        alert_id: RecordId,
    },
    /// To who said yes: positions that are new.
    JobAlert {
        /// Which alert; the links are made of it.
        alert_id: RecordId,
        /// The list, as a query.
        wanted: String,
        /// A line for each position.
        jobs: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// To a member: a note mentions them.
    Mentioned {
        /// The name of who wrote it, or an empty text.
        author: String,
        /// The candidate's name.
        candidate: String,
    },
    /// To a member: a job or an offer waits for their agreement.
    ApprovalAsked {
        /// The name of who asks, or an empty text.
        by: String,
        /// What the position is called.
        title: String,
        /// To whom, for an offer; an empty text for a job.
        candidate: String,
    },
    /// To a member: what waits for them on a working day.
    Waiting {
        /// A line for each job and thing that waits.
        lines: Vec<Waiting>,
        /// How many lines more there are.
        more: usize,
    },
    /// To a member: the applications that somebody else gave them.
    Assigned {
        /// Who, where it was one person; else an empty text.
        by: String,
        /// A line for each job.
        lines: Vec<Waiting>,
        /// How many lines more there are.
        more: usize,
    },
    /// To a candidate: what somebody wrote.
    Written {
        /// Which e-mail; the address of an answer is made of it.
        email_id: RecordId,
        /// Its subject.
        subject: String,
        /// What it says.
        text: String,
        /// The name of who wrote it, or an empty text.
        sender: String,
        /// The address of who wrote it, or an empty text: where answers go that the server does not take.
        reply_to: String,
        /// The id of the message that it answers, or an empty text.
        answers: String,
    },
    /// To who wrote, or looks after the job: the candidate wrote.
    EmailArrived {
        /// From where.
        from: String,
        /// About what.
        subject: String,
        /// Whether it answers nothing of who is told.
        #[serde(default)]
        is_new: bool,
    },
    /// A new password can be chosen.
    PasswordReset {
        /// Which reset; the link is made of it.
        reset_id: RecordId,
    },
    /// To see whether mail goes out.
    Test,
}

impl Content {
    /// The templates of what is about a candidate and goes to nobody but them, or to somebody else who is outside the
    /// workspace: who is erased leaves no address in such a mail.
    pub const TO_OUTSIDERS: &[&str] = &[
        "application_received",
        "offer_letter",
        "offer_reminder",
        "offer_signed",
        "reference_asked",
        "consent_asked",
        "portal_link",
        "written",
        "interview_times",
    ];

    /// The stored name of the template.
    #[must_use]
    pub const fn template(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::ApplicationReceived { .. } => "application_received",
            Self::ApplicationArrived { .. } => "application_arrived",
            Self::OfferLetter { .. } => "offer_letter",
            Self::OfferSigned { .. } => "offer_signed",
            Self::OfferReminder { .. } => "offer_reminder",
            Self::ApprovalRanOut { .. } => "approval_ran_out",
            Self::ReferenceAsked { .. } => "reference_asked",
            Self::ReferenceAnswered { .. } => "reference_answered",
            Self::OfferAnswer { .. } => "offer_answer",
            Self::InterviewPlanned { .. } => "interview_planned",
            Self::InterviewCancelled { .. } => "interview_cancelled",
            Self::InterviewReminder { .. } => "interview_reminder",
            Self::InterviewTimes { .. } => "interview_times",
            Self::InterviewTimesDeclined { .. } => "interview_times_declined",
            Self::InterviewTimeAsked { .. } => "interview_time_asked",
            Self::InterviewDeclined { .. } => "interview_declined",
            Self::PortalLink { .. } => "portal_link",
            Self::ApplicationWithdrawn { .. } => "application_withdrawn",
            Self::DocumentArrived { .. } => "document_arrived",
            Self::DeletionAsked { .. } => "deletion_asked",
            Self::HostMissing { .. } => "host_missing",
            Self::HostLost { .. } => "host_lost",
            Self::ConsentAsked { .. } => "consent_asked",
            Self::JobAlertAsked { .. } => "job_alert_asked",
            Self::JobAlert { .. } => "job_alert",
            Self::Mentioned { .. } => "mentioned",
            Self::ApprovalAsked { .. } => "approval_asked",
            Self::Waiting { .. } => "waiting",
            Self::Assigned { .. } => "assigned",
            Self::Written { .. } => "written",
            Self::EmailArrived { .. } => "email_arrived",
            Self::PasswordReset { .. } => "password_reset",
            Self::Test => "test",
        }
    }

    /// The values as they are stored beside the template's name.
    #[must_use]
    pub fn values(&self) -> Value {
        json!(self).get("values").cloned().unwrap_or_else(|| json!({}))
    }

    /// Reads what was stored. None for a template of a newer version.
    #[must_use]
    pub fn read(template: &str, values: &Value) -> Option<Self> {
        let whole = match template {
            "test" => json!({ "template": template }),
            _ => json!({ "template": template, "values": values }),
        };
        serde_json::from_value(whole).ok()
    }

    /// Whether a stranger makes it be sent, as often as they like, to an address that need not be theirs. Links for a
    /// new password and into the portal are counted by themselves: who is mailed one may use it, whoever asked.
    #[must_use]
    pub const fn is_asked_for_by_strangers(&self) -> bool {
        match self {
            Self::ApplicationReceived { .. } | Self::JobAlertAsked { .. } => true,
            Self::Invitation { .. }
            | Self::ApplicationArrived { .. }
            | Self::OfferLetter { .. }
            | Self::OfferSigned { .. }
            | Self::OfferReminder { .. }
            | Self::ApprovalRanOut { .. }
            | Self::ReferenceAsked { .. }
            | Self::ReferenceAnswered { .. }
            | Self::OfferAnswer { .. }
            | Self::InterviewPlanned { .. }
            | Self::InterviewCancelled { .. }
            | Self::InterviewReminder { .. }
            | Self::InterviewTimes { .. }
            | Self::InterviewTimesDeclined { .. }
            | Self::InterviewTimeAsked { .. }
            | Self::InterviewDeclined { .. }
            | Self::PortalLink { .. }
            | Self::ApplicationWithdrawn { .. }
            | Self::DocumentArrived { .. }
            | Self::DeletionAsked { .. }
            | Self::HostMissing { .. }
            | Self::HostLost { .. }
            | Self::ConsentAsked { .. }
            | Self::JobAlert { .. }
            | Self::Mentioned { .. }
            | Self::ApprovalAsked { .. }
            | Self::Waiting { .. }
            | Self::Assigned { .. }
            | Self::Written { .. }
            | Self::EmailArrived { .. }
            | Self::PasswordReset { .. }
            | Self::Test => false,
        }
    }
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
