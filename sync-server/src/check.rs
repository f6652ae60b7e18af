//! Reads what people typed: every field that needs another value is named in one answer.

use zumodra_shared::kernel::{Code, Problem};

use crate::error::Result;
use crate::limits::{MAX_EMAIL_CHARS, MAX_PERSON_CHARS};

/// Collects what is wrong with the fields of one request.
#[derive(Debug)]
pub struct Check {
    problem: Problem,
}

impl Default for Check {
    fn default() -> Self {
        Self { problem: Problem::new(Code::InvalidFields) }
    }
}

impl Check {
    /// Nothing wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that a field needs another value.
    pub fn wrong(&mut self, field: &str, message: &str) {
        self.problem.fields.insert(field.to_owned(), message.to_owned());
    }

    /// An e-mail address, in the one form that is stored.
    pub fn email(&mut self, field: &str, text: &str) -> String {
        let email = text.trim().to_lowercase();
        if !is_email(&email) {
            self.wrong(field, "Write an e-mail address, as in name@example.com.");
        }
        email
    }

    /// A name of a person, a workspace or a device.
    pub fn name(&mut self, field: &str, text: &str) -> String {
        let name = self.line(field, text, MAX_PERSON_CHARS);
        if name.is_empty() {
            self.wrong(field, "This is needed.");
        }
        name
    }

    /// One line that may be empty.
    pub fn line(&mut self, field: &str, text: &str, max: usize) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().any(char::is_control) {
            self.wrong(field, "Write plain text.");
        }
        if line.chars().count() > max {
            self.wrong(field, &format!("Write at most {max} characters."));
        }
        line
    }

    /// One of a few words.
    pub fn one_of(&mut self, field: &str, text: &str, choices: &[&str]) -> String {
        if !choices.contains(&text) {
            self.wrong(field, &format!("Choose one of: {}.", choices.join(", ")));
        }
        text.to_owned()
    }

    /// Refuses when anything was wrong.
    ///
    /// # Errors
    /// [`Code::InvalidFields`] with a message per field.
    pub fn done(self) -> Result<()> {
        if self.problem.fields.is_empty() { Ok(()) } else { Err(self.problem.into()) }
    }
}

/// Marks that turn the direction of text, and characters that are not seen at all.
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text has the form of an e-mail address.
#[must_use]
pub fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    email.chars().count() <= MAX_EMAIL_CHARS
        && (1..=64).contains(&local.len())
        && !local.contains('@')
        && local.chars().all(plain)
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["a@b", "ada.lovelace+jobs@example.com", "zoë@exämple.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b@c", "a@-b.c", "a@b..c", "<a@b>", "a@b\n"] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }

    #[test]
    fn all_wrong_fields_are_named_at_once() {
        let mut check = Check::new();
        check.email("email", "nobody");
        check.name("name", "  ");
        let error = check.done().expect_err("two fields are wrong");
        assert_eq!(error.refusal().problem.fields.keys().collect::<Vec<_>>(), ["email", "name"]);
    }
}
