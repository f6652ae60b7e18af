//! The mails of offers and of references.

use zumodra_shared::kernel::RecordId;

use super::letter::{Draft, MAX_REASON_CHARS, MAX_VALUE_CHARS};
use crate::mail::Content;

impl Draft {
    /// What is told of offers; the address of a letter is made by `link`.
    pub(super) fn tells_of_offer(&mut self, content: &Content, link: impl Fn(RecordId) -> String) {
        let words = self.words;
        match content {
            Content::OfferLetter { letter_id, first_name, title, last_day } => {
                self.fills("job", title, MAX_VALUE_CHARS);
                self.fills("day", &words.date(last_day), MAX_VALUE_CHARS);
                self.greets(first_name);
                let until = if last_day.is_empty() { "" } else { words.offer_until };
                self.says(words.offer_subject, &[words.offer_text, until], words.offer_why);
                let url = link(*letter_id);
                self.leads_to(words.offer_button, url);
            }
            Content::OfferReminder { letter_id, first_name, title, last_day } => {
                self.fills("job", title, MAX_VALUE_CHARS);
                self.fills("day", &words.date(last_day), MAX_VALUE_CHARS);
                self.greets(first_name);
                let texts = [words.offer_ends_text, words.offer_until];
                self.says(words.offer_ends_subject, &texts, words.offer_why);
                let url = link(*letter_id);
                self.leads_to(words.offer_button, url);
            }
            Content::ApprovalRanOut { candidate, title } => {
                self.fills("job", title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                let texts = [words.ran_out_text, words.ran_out_next];
                self.says(words.ran_out_subject, &texts, words.ran_out_why);
            }
            Content::OfferSigned { letter_id, first_name, title } => {
                self.fills("job", title, MAX_VALUE_CHARS);
                self.greets(first_name);
                self.says(words.signed_subject, &[words.signed_text], words.offer_why);
                let url = link(*letter_id);
                self.leads_to(words.signed_button, url);
            }
            Content::OfferAnswer { candidate, title, answer, reason } => {
                self.fills("job", title, MAX_VALUE_CHARS);
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.fills("reason", reason, MAX_REASON_CHARS);
                self.fills("answered", words.answered(answer), MAX_VALUE_CHARS);
                let reason = if reason.is_empty() { "" } else { words.answer_reason };
                let texts = [words.answer_text, reason, words.answer_next];
                self.says(words.answer_subject, &texts, words.answer_why);
            }
            _ => {}
        }
    }

    /// What is told of references; the address at which one is given is made by `link`.
    pub(super) fn tells_of_reference(&mut self, content: &Content, link: impl Fn(RecordId) -> String) {
        let words = self.words;
        match content {
            Content::ReferenceAsked {
                reference_id,
                referee,
                candidate,
                job_title,
                by,
                last_day,
                is_reminder,
            } => {
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.fills("job", job_title, MAX_VALUE_CHARS);
                self.fills("author", by, MAX_VALUE_CHARS);
                self.fills("day", &words.date(last_day), MAX_VALUE_CHARS);
                self.greets(referee);
                let subject =
                    if *is_reminder { words.reference_again_subject } else { words.reference_subject };
                let from = if by.is_empty() { "" } else { words.reference_from };
                let until = if last_day.is_empty() { "" } else { words.reference_until };
                self.says(
                    subject,
                    &[words.reference_text, words.reference_consent, from, until],
                    words.reference_why,
                );
                let url = link(*reference_id);
                self.leads_to(words.reference_button, url);
            }
            Content::ReferenceAnswered { candidate, referee, answer } => {
                self.fills("candidate", candidate, MAX_VALUE_CHARS);
                self.fills("referee", referee, MAX_VALUE_CHARS);
                self.fills("answered", words.referred(answer), MAX_VALUE_CHARS);
                let texts = [words.referred_text, words.answer_next_candidate];
                self.says(words.referred_subject, &texts, words.referred_why);
            }
            _ => {}
        }
    }
}
