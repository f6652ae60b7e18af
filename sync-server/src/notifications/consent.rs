//! The mail that asks somebody whether they may be kept for longer.

use super::letter::Draft;

impl Draft {
    /// Asks somebody whether they may be kept for longer.
    pub(super) fn asks_consent(&mut self, first_name: &str, is_again: bool, url: String) {
        let words = self.words;
        self.greets(first_name);
        let before = if is_again { words.consent_again } else { "" };
        let subject = if is_again { words.consent_again_subject } else { words.consent_subject };
        self.says(subject, &[before, words.consent_text, words.consent_next], words.consent_why);
        self.leads_to(words.consent_button, url);
    }
}
