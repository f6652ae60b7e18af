//! What a mail says: its template filled with its values, as text and as HTML, in the language of who gets it.

use anyhow::Context as _;
use askama::Template;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::words::{Words, fill};
use crate::app::App;
use crate::careers::{letters, portal, references, times};
use crate::check::is_hidden;
use crate::error::Result;
use crate::mail::Content;
use crate::tenants::Tenant;

/// Characters of a value in one line.
pub(super) const MAX_VALUE_CHARS: usize = 200;
/// Characters of what a candidate said.
pub(super) const MAX_REASON_CHARS: usize = 500;
/// Characters of one line of a longer text.
pub(super) const MAX_MESSAGE_CHARS: usize = 2_000;
/// Characters of a subject.
const MAX_SUBJECT_CHARS: usize = 250;
/// Characters of a name by which somebody is greeted: what is longer is no name.
const MAX_GREETED_CHARS: usize = 40;

/// Whether links are whole. What is shown and kept has none of the secrets that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// As they are sent.
    Whole,
    /// Without their secrets.
    Masked,
}

/// Something to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it does.
    pub label: &'static str,
    /// Where it leads.
    pub url: String,
}

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language.
    pub lang: &'static str,
    /// The subject.
    pub subject: String,
    /// Whom it comes from.
    pub workspace: String,
    /// How it begins.
    pub greeting: String,
    /// What it says.
    pub paragraphs: Vec<String>,
    /// What to follow.
    pub button: Option<Button>,
    /// Why somebody gets it.
    pub footer: Vec<String>,
    /// What a person wrote, where one did: then nothing stands around it.
    pub typed: Option<Typed>,
    /// Where its reader says that no more of its kind is wanted.
    pub ends: Option<String>,
}

/// A text that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The name of who wrote it, or an empty text.
    pub sender: String,
    /// The text, line by line.
    pub lines: Vec<String>,
    /// The id of the message that it answers, or an empty text.
    pub answers: String,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    lang: &'static str,
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/typed.html")]
struct TypedHtml<'a> {
    lang: &'static str,
    subject: &'a str,
    typed: &'a Typed,
}

impl Letter {
    /// Fills the template of a mail.
    #[must_use]
    pub fn write(app: &App, tenant: &Tenant, language: &str, content: &Content, links: Links) -> Self {
        let words = Words::of(language);
        let workspace = line(&tenant.name, MAX_VALUE_CHARS);
        let secret = |secret: String| if links == Links::Whole { secret } else { "…".to_owned() };
        let mut draft = Draft::new(words, &workspace);
        match content {
            Content::Invitation { .. }
            | Content::PasswordReset { .. }
            | Content::ConsentAsked { .. }
            | Content::JobAlertAsked { .. }
            | Content::JobAlert { .. }
            | Content::PortalLink { .. } => draft.opens(app, (tenant, language), content, secret),
            Content::ApplicationReceived { .. }
            | Content::ApplicationArrived { .. }
            | Content::ApplicationWithdrawn { .. }
            | Content::DocumentArrived { .. }
            | Content::DeletionAsked { .. }
            | Content::ApprovalAsked { .. }
            | Content::Mentioned { .. } => {
                draft.tells_of_application(content, || portal::address(app, tenant, language));
            }
            Content::HostMissing { host, ends_at } => draft.tells_of_host(host, Some(*ends_at)),
            Content::HostLost { host } => draft.tells_of_host(host, None),
            Content::OfferLetter { .. }
            | Content::OfferReminder { .. }
            | Content::OfferSigned { .. }
            | Content::ApprovalRanOut { .. }
            | Content::OfferAnswer { .. } => {
                let link = |letter_id: RecordId| {
                    letters::link(app, tenant, &secret(letters::secret(app, tenant.id, letter_id)))
                };
                draft.tells_of_offer(content, link);
            }
            Content::ReferenceAsked { .. } | Content::ReferenceAnswered { .. } => {
                let link = |id: RecordId| {
                    references::link(app, tenant, language, &secret(references::secret(app, tenant.id, id)))
                };
                draft.tells_of_reference(content, link);
            }
            Content::InterviewPlanned { .. }
            | Content::InterviewReminder { .. }
            | Content::InterviewCancelled { .. }
            | Content::InterviewTimes { .. }
            | Content::InterviewTimesDeclined { .. }
            | Content::InterviewTimeAsked { .. }
            | Content::InterviewDeclined { .. } => {
                let link = |interview: RecordId| {
                    times::link(app, tenant, language, &secret(times::secret(app, tenant.id, interview)))
                };
                draft.tells_of_interview(content, link);
            }
            Content::Written { subject, text, sender, answers, .. } => {
                draft.passes_on(subject, text, sender, answers);
            }
            Content::Waiting { lines, more } => draft.tells_what_waits(lines, *more),
            Content::Assigned { by, lines, more } => draft.tells_what_was_given(by, lines, *more),
            Content::EmailArrived { from, subject, is_new } => draft.tells_of_email(from, subject, *is_new),
            Content::Test => draft.says(words.test_subject, &[words.test_text], words.test_why),
        }
        draft.letter
    }

    /// The part for programs that show no HTML.
    ///
    /// # Errors
    /// When the template fails.
    pub fn text(&self) -> Result<String> {
        if let Some(typed) = &self.typed {
            return Ok(typed.lines.join("\n"));
        }
        Ok(Text { letter: self }.render().context("write a mail as text")?)
    }

    /// The part for all others.
    ///
    /// # Errors
    /// When the template fails.
    pub fn html(&self) -> Result<String> {
        let html = match &self.typed {
            Some(typed) => TypedHtml { lang: self.lang, subject: &self.subject, typed }.render(),
            None => Html { lang: self.lang, letter: self }.render(),
        };
        Ok(html.context("write a mail as HTML")?)
    }
}

/// A letter that is being written.
pub(super) struct Draft {
    pub(super) words: &'static Words,
    pub(super) values: Vec<(&'static str, String)>,
    pub(super) letter: Letter,
}

impl Draft {
    fn new(words: &'static Words, workspace: &str) -> Self {
        Self {
            words,
            values: vec![("workspace", workspace.to_owned())],
            letter: Letter {
                lang: words.tag,
                subject: String::new(),
                workspace: workspace.to_owned(),
                greeting: words.hello_you.to_owned(),
                paragraphs: Vec::new(),
                button: None,
                footer: Vec::new(),
                typed: None,
                ends: None,
            },
        }
    }

    pub(super) fn filled(&self, text: &str) -> String {
        let values: Vec<(&str, &str)> =
            self.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(text, &values)
    }

    /// Greets by a name that is one. A stranger may type anything as a name and any address to send it to, so what looks
    /// like a message or a link greets nobody.
    pub(super) fn greets(&mut self, name: &str) {
        let name = line(name, MAX_VALUE_CHARS);
        let is_name = (1..=MAX_GREETED_CHARS).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphabetic() || " -'’".contains(c));
        if is_name {
            self.letter.greeting = fill(self.words.hello, &[("name", &name)]);
        }
    }

    /// Invites somebody into the workspace.
    pub(super) fn invites(&mut self, inviter: &str, role: Role, expires_at: Millis, url: String) {
        let words = self.words;
        let inviter = line(inviter, MAX_VALUE_CHARS);
        let (subject, text) = if inviter.is_empty() {
            (words.invitation_subject_plain, words.invitation_text_plain)
        } else {
            (words.invitation_subject, words.invitation_text)
        };
        let (role, day) = (words.role(role).to_owned(), words.day(expires_at));
        self.values.extend([("inviter", inviter), ("role", role), ("day", day)]);
        self.says(subject, &[text, words.invitation_next], words.invitation_why);
        self.leads_to(words.invitation_button, url);
    }

    pub(super) fn fills(&mut self, name: &'static str, value: &str, max_chars: usize) {
        self.values.push((name, line(value, max_chars)));
    }

    /// What is told of people who apply; `place` is where they see their own.
    fn tells_of_application(&mut self, content: &Content, place: impl Fn() -> String) {
        let words = self.words;
        match content {
            Content::ApplicationReceived { first_name, job_title } => {
                self.greets(first_name);
                if job_title.is_empty() {
                    let texts = [words.received_any_text, words.received_next];
                    return self.says(words.received_any_subject, &texts, words.received_why);
                }
                self.fills("job", job_title, MAX_VALUE_CHARS);
                let texts = [words.received_text, words.received_next];
                self.says(words.received_subject, &texts, words.received_why);
                self.leads_to(words.received_button, place());
            }
            Content::ApplicationArrived { candidate, job_title } => {
                self.fills("job", job_title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                let texts = [words.arrived_text, words.arrived_next];
                self.says(words.arrived_subject, &texts, words.arrived_why);
            }
            Content::ApplicationWithdrawn { candidate, job_title, reason } => {
                self.fills("job", job_title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.fills("reason", reason, MAX_REASON_CHARS);
                let reason = if reason.is_empty() { "" } else { words.withdrawn_reason };
                self.says(words.withdrawn_subject, &[words.withdrawn_text, reason], words.arrived_why);
            }
            Content::DocumentArrived { candidate, job_title, file } => {
                self.fills("job", job_title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.fills("reason", file, MAX_VALUE_CHARS);
                let texts = [words.document_text, words.document_next];
                self.says(words.document_subject, &texts, words.arrived_why);
            }
            Content::DeletionAsked { candidate } => {
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.says(
                    words.deletion_subject,
                    &[words.deletion_text, words.deletion_next],
                    words.deletion_why,
                );
            }
            Content::ApprovalAsked { by, title, candidate } => {
                self.fills("author", by, MAX_VALUE_CHARS);
                self.fills("job", title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                let (subject, text) = if candidate.is_empty() {
                    (words.approve_job_subject, words.approve_job_text)
                } else {
                    (words.approve_offer_subject, words.approve_offer_text)
                };
                let from = if by.is_empty() { "" } else { words.approve_from };
                self.says(subject, &[text, from, words.approve_next], words.approve_why);
            }
            Content::Mentioned { author, candidate } => {
                self.fills("author", author, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.says(
                    words.mentioned_subject,
                    &[words.mentioned_text, words.mentioned_next],
                    words.mentioned_why,
                );
            }
            _ => {}
        }
    }

    /// Lets somebody choose a new password.
    pub(super) fn resets(&mut self, url: String) {
        let words = self.words;
        self.says(words.reset_subject, &[words.reset_text, words.reset_next], words.reset_why);
        self.leads_to(words.reset_button, url);
    }

    /// Asks whether an address wants to hear of new positions.
    pub(super) fn asks_for_alert(&mut self, url: String) {
        let words = self.words;
        self.says(words.alert_asked_subject, &[words.alert_asked_text], words.alert_asked_why);
        self.leads_to(words.alert_asked_button, url);
    }

    /// Leads into the portal.
    pub(super) fn opens_portal(&mut self, url: String) {
        let words = self.words;
        self.says(words.portal_subject, &[words.portal_text, words.portal_next], words.portal_why);
        self.leads_to(words.portal_button, url);
    }

    /// Names positions; `ends` is where the reader ends that.
    pub(super) fn lists(&mut self, jobs: &[String], more: usize, ends: String) {
        let words = self.words;
        self.fills("job", jobs.first().map_or("", String::as_str), MAX_VALUE_CHARS);
        self.fills("count", &more.to_string(), MAX_VALUE_CHARS);
        self.fills("url", &ends, MAX_MESSAGE_CHARS);
        self.says(words.alert_subject, &[words.alert_text], words.alert_why);
        self.letter.paragraphs.extend(jobs.iter().map(|job| line(job, MAX_VALUE_CHARS)));
        if more > 0 {
            let more = self.filled(words.alert_more);
            self.letter.paragraphs.push(more);
        }
        self.letter.ends = Some(ends);
    }

    /// Tells that somebody wrote, in answer or out of their own.
    fn tells_of_email(&mut self, from: &str, about: &str, is_new: bool) {
        let words = self.words;
        self.fills("from", from, MAX_VALUE_CHARS);
        self.fills("about", about, MAX_VALUE_CHARS);
        let (subject, text, why) = if is_new {
            (words.wrote_new_subject, words.wrote_new_text, words.wrote_new_why)
        } else {
            (words.wrote_subject, words.wrote_text, words.wrote_why)
        };
        self.says(subject, &[text, words.wrote_next], why);
    }

    /// Passes on what a person wrote, as it is.
    fn passes_on(&mut self, subject: &str, text: &str, sender: &str, answers: &str) {
        self.letter.subject = line(subject, MAX_SUBJECT_CHARS);
        self.letter.typed = Some(Typed {
            sender: line(sender, MAX_VALUE_CHARS),
            lines: text.lines().map(written).collect(),
            answers: answers.to_owned(),
        });
    }

    pub(super) fn says(&mut self, subject: &str, paragraphs: &[&str], why: &str) {
        self.letter.subject = line(&self.filled(subject), MAX_SUBJECT_CHARS);
        let paragraphs = paragraphs.iter().filter(|text| !text.is_empty());
        self.letter.paragraphs = paragraphs.map(|text| self.filled(text)).collect();
        self.letter.footer = vec![self.filled(why), self.filled(self.words.sent_by)];
    }

    pub(super) fn leads_to(&mut self, label: &'static str, url: String) {
        self.letter.button = Some(Button { label, url });
    }
}

/// A value in one line of plain characters: nothing in it ends a header, turns the direction of the text around it, or
/// hides.
#[must_use]
pub fn line(text: &str, max_chars: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() || is_break(c) { ' ' } else { c }).collect();
    let kept: String = plain.chars().filter(|c| !is_hidden(*c)).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= max_chars {
        return words;
    }
    let mut cut: String = words.chars().take(max_chars.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A line of a text that a person wrote: with its indentation, and nothing in it that ends a line or hides.
fn written(text: &str) -> String {
    let kept = text.chars().filter(|c| *c == '\t' || !(c.is_control() || is_hidden(*c)));
    kept.map(|c| if is_break(c) { ' ' } else { c }).collect()
}

/// Line and paragraph separators.
const fn is_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_line() {
        assert_eq!(line("a\r\nBcc: b\u{2028}c\u{202e}d\t e", 99), "a Bcc: b cd e");
        assert_eq!(line("abcdef", 4), "abc…");
        assert_eq!(line("abcd", 4), "abcd");
    }

    #[test]
    fn only_a_name_greets() {
        let words = Words::of("en");
        let greeted = |name: &str| {
            let mut draft = Draft::new(words, "Acme");
            draft.greets(name);
            draft.letter.greeting
        };
        assert_eq!(greeted("Zoë-Ann O'Brien"), "Hello Zoë-Ann O'Brien,");
        for no_name in ["", "http://evil.example", "Win 100 €!", "a\nb.example", &"x".repeat(41)] {
            assert_eq!(greeted(no_name), "Hello,", "{no_name}");
        }
    }
}
