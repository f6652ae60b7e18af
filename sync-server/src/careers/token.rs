//! What a form carries so that the server need not remember it: when it was opened and which form it is, and which
//! file was taken already. Both are signed, and only for the workspace and the job that they were made for.

use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::app::App;
use crate::files::FileKind;
use crate::files::actions::is_hash;

const FORM: &str = "application form";
const RESUME: &str = "application résumé";

/// An opened form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormToken {
    /// Which form it is.
    pub nonce: RecordId,
    /// When it was opened.
    pub opened_at: Millis,
}

/// What the age of a form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Age {
    /// It may be sent.
    Ready,
    /// No person is that fast.
    Fast,
    /// It was open for too long.
    Old,
}

fn signed_form(tenant_id: RecordId, job_id: RecordId, token: &FormToken) -> String {
    format!("{tenant_id}\n{job_id}\n{}\n{}", token.nonce, token.opened_at)
}

impl FormToken {
    /// Opens a form.
    #[must_use]
    pub fn open(app: &App) -> Self {
        Self { nonce: app.new_id(), opened_at: app.now() }
    }

    /// The token as text.
    #[must_use]
    pub fn sealed(&self, app: &App, tenant_id: RecordId, job_id: RecordId) -> String {
        let signature = app.keys().sign(FORM, &signed_form(tenant_id, job_id, self));
        format!("{}.{}.{signature}", self.nonce.simple(), self.opened_at)
    }

    /// Reads a token that this installation made for the job.
    #[must_use]
    pub fn read(app: &App, tenant_id: RecordId, job_id: RecordId, text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (nonce, opened_at, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let token = Self { nonce: nonce.parse().ok()?, opened_at: opened_at.parse().ok()? };
        app.keys().is_signed(FORM, &signed_form(tenant_id, job_id, &token), signature).then_some(token)
    }

    /// Judges the time since the form was opened.
    #[must_use]
    pub fn age(&self, now: Millis, min_ms: Millis, max_ms: Millis) -> Age {
        match now.saturating_sub(self.opened_at) {
            age if age > max_ms => Age::Old,
            age if age < min_ms => Age::Fast,
            _ => Age::Ready,
        }
    }

    /// The id of what this form and this address make: sending the form again makes nothing new, while another
    /// person's application from the same form is its own.
    #[must_use]
    pub fn submission(&self, email: &str) -> RecordId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.nonce.as_bytes()).update(email.trim().to_lowercase().as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        // RFC 9562, section 5.8: version 8 is for ids made in a way of one's own.
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }
}

/// A résumé that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// SHA-256 in lower-case hexadecimal.
    pub hash: String,
    /// What it is.
    pub kind: FileKind,
    /// The name that it came with.
    pub name: String,
}

impl Resume {
    fn signed(&self, tenant_id: RecordId) -> String {
        format!("{tenant_id}\n{}\n{}\n{}", self.hash, self.kind.extension(), self.name)
    }

    /// The résumé as text that only this server can make.
    #[must_use]
    pub fn sealed(&self, app: &App, tenant_id: RecordId) -> String {
        let signature = app.keys().sign(RESUME, &self.signed(tenant_id));
        format!("{}:{}:{signature}:{}", self.hash, self.kind.extension(), self.name)
    }

    /// Reads a résumé that this installation took for the workspace.
    #[must_use]
    pub fn read(app: &App, tenant_id: RecordId, text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ':');
        let (hash, extension, signature, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let kind = FileKind::ALL.into_iter().find(|kind| kind.extension() == extension)?;
        let resume = Self { hash: hash.to_owned(), kind, name: name.to_owned() };
        let is_ours = is_hash(hash) && app.keys().is_signed(RESUME, &resume.signed(tenant_id), signature);
        is_ours.then_some(resume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_be_sent_neither_at_once_nor_for_ever() {
        let token = FormToken { nonce: RecordId::from_u128(1), opened_at: 1_000 };
        for (now, age) in [
            (1_000, Age::Fast),
            (3_999, Age::Fast),
            (4_000, Age::Ready),
            (11_000, Age::Ready),
            (11_001, Age::Old),
        ] {
            assert_eq!(token.age(now, 3_000, 10_000), age, "{now}");
        }
        assert_eq!(token.age(0, 3_000, 10_000), Age::Fast, "a clock that went back");
    }

    #[test]
    fn a_form_makes_one_submission_for_one_address() {
        let token = FormToken { nonce: RecordId::from_u128(1), opened_at: 0 };
        assert_eq!(token.submission("A@b.co "), token.submission("a@b.co"));
        assert_ne!(token.submission("a@b.co"), token.submission("c@b.co"));
    }
}
