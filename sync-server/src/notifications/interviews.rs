//! The mails about interviews: planned, moved, called off, offered, declined.

use zumodra_shared::kernel::RecordId;

use super::letter::{Draft, MAX_MESSAGE_CHARS, MAX_REASON_CHARS, MAX_VALUE_CHARS, line};
use crate::careers::{Language, when};
use crate::mail::{Content, Meeting};

impl Draft {
    /// What is told of interviews; the address at which times are chosen is made by `link`.
    pub(super) fn tells_of_interview(&mut self, content: &Content, link: impl Fn(RecordId) -> String) {
        match content {
            Content::InterviewPlanned { meeting, message, is_change } => {
                self.meets(meeting, message, *is_change);
            }
            Content::InterviewReminder { meeting } => self.reminds(meeting),
            Content::InterviewCancelled { meeting, moved: true, .. } => self.moves_away(meeting),
            Content::InterviewCancelled { meeting, reason, .. } => self.calls_off(meeting, reason),
            Content::InterviewTimes { interview_id, first_name, job_title, message } => {
                self.offers_times((first_name, job_title), message, link(*interview_id));
            }
            Content::InterviewTimesDeclined { candidate, job_title, reason } => {
                let words = self.words;
                self.fills("job", job_title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.fills("reason", reason, MAX_REASON_CHARS);
                let texts = [words.no_time_text, words.no_time_reason, words.no_time_next];
                self.says(words.no_time_subject, &texts, words.arrived_why);
            }
            Content::InterviewTimeAsked { meeting, reason } => {
                let words = self.words;
                self.fills("reason", reason, MAX_REASON_CHARS);
                self.knows(meeting);
                let texts = [words.other_time_text, words.no_time_reason, words.other_time_next];
                self.says(words.other_time_subject, &texts, words.planned_why);
            }
            Content::InterviewDeclined { meeting, who } => {
                let words = self.words;
                self.fills("who", who, MAX_VALUE_CHARS);
                self.knows(meeting);
                let texts = [words.declined_text, words.declined_next];
                self.says(words.declined_subject, &texts, words.planned_why);
            }
            _ => {}
        }
    }

    /// Tells of an interview that is planned.
    fn meets(&mut self, meeting: &Meeting, message: &str, is_change: bool) {
        let words = self.words;
        self.knows(meeting);
        let (subject, text, next, why) = match (meeting.to_candidate, is_change) {
            (true, false) => {
                (words.interview_subject, words.interview_text, words.interview_next, words.interview_why)
            }
            (true, true) => (
                words.interview_moved_subject,
                words.interview_moved_text,
                words.interview_next,
                words.interview_why,
            ),
            (false, false) => {
                (words.meeting_subject, words.meeting_text, words.meeting_next, words.meeting_why)
            }
            (false, true) => {
                (words.meeting_moved_subject, words.meeting_moved_text, words.meeting_next, words.meeting_why)
            }
        };
        let mut paragraphs = vec![text, words.meeting_when];
        if !meeting.place.trim().is_empty() {
            paragraphs.push(words.meeting_where);
        }
        paragraphs.extend(self.lets_in(meeting));
        self.says(subject, &paragraphs, why);
        self.quotes(message);
        let next = self.filled(next);
        self.letter.paragraphs.push(next);
        self.leads_online(meeting);
    }

    /// Asks a candidate which of several times suits them.
    fn offers_times(&mut self, (first_name, job_title): (&str, &str), message: &str, url: String) {
        let words = self.words;
        self.fills("job", job_title, MAX_VALUE_CHARS);
        self.greets(first_name);
        self.says(words.times_subject, &[words.times_text], words.interview_why);
        self.quotes(message);
        self.leads_to(words.times_button, url);
    }

    /// What people wrote is no template.
    fn quotes(&mut self, message: &str) {
        let lines = message.lines().map(|text| line(text, MAX_MESSAGE_CHARS)).filter(|text| !text.is_empty());
        self.letter.paragraphs.extend(lines);
    }

    /// Tells that somebody is not expected any more.
    fn calls_off(&mut self, meeting: &Meeting, reason: &str) {
        let words = self.words;
        self.knows(meeting);
        if meeting.to_candidate {
            self.says(words.interview_off_subject, &[words.interview_off_text], words.interview_why);
            return;
        }
        let mut paragraphs = vec![words.meeting_off_text];
        if !reason.trim().is_empty() {
            self.values.push(("reason", line(reason, MAX_VALUE_CHARS)));
            paragraphs.push(words.meeting_off_reason);
        }
        self.says(words.meeting_off_subject, &paragraphs, words.meeting_why);
    }

    /// Tells that an interview begins soon.
    fn reminds(&mut self, meeting: &Meeting) {
        let words = self.words;
        self.knows(meeting);
        let (subject, text, why) = if meeting.to_candidate {
            (words.interview_soon_subject, words.interview_soon_text, words.interview_why)
        } else {
            (words.meeting_soon_subject, words.meeting_soon_text, words.meeting_why)
        };
        let place = if meeting.place.trim().is_empty() { "" } else { words.meeting_where };
        let [number, password] = self.lets_in(meeting);
        self.says(subject, &[text, words.meeting_when, place, number, password], why);
        self.leads_online(meeting);
    }

    /// What a meeting on the network asks for, if it does.
    const fn lets_in(&self, meeting: &Meeting) -> [&'static str; 2] {
        let words = self.words;
        [
            if meeting.meeting_id.is_empty() { "" } else { words.meeting_number },
            if meeting.password.is_empty() { "" } else { words.meeting_password },
        ]
    }

    /// Shows where to meet on the network, if there is such.
    fn leads_online(&mut self, meeting: &Meeting) {
        if meeting.url.starts_with("https://") {
            self.leads_to(self.words.meeting_button, line(&meeting.url, MAX_MESSAGE_CHARS));
        }
    }

    /// Tells an address that it is not used any more: the interview goes on.
    fn moves_away(&mut self, meeting: &Meeting) {
        let words = self.words;
        self.knows(meeting);
        let why = if meeting.to_candidate { words.interview_why } else { words.meeting_why };
        self.says(words.elsewhere_subject, &[words.elsewhere_text], why);
    }

    /// Takes up what fills the texts about an interview.
    fn knows(&mut self, meeting: &Meeting) {
        let language = Language::of_tag(self.words.tag).unwrap_or(Language::En);
        let when = when(language, meeting.starts_at, meeting.minutes, &meeting.time_zone);
        self.values.extend([
            ("candidate", line(&meeting.candidate, MAX_VALUE_CHARS)),
            ("job", line(&meeting.job_title, MAX_VALUE_CHARS)),
            ("when", when),
            ("place", line(&meeting.place, MAX_MESSAGE_CHARS)),
            ("number", line(&meeting.meeting_id, MAX_VALUE_CHARS)),
            ("password", line(&meeting.password, MAX_VALUE_CHARS)),
        ]);
        if meeting.to_candidate {
            self.greets(&meeting.candidate);
        }
    }
}
