//! The key by which one application may answer once. It names the job, and nothing else that is kept: it is made of the form
//! that was sent, which the server does not remember, and tells nobody which application it came with.

use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{Millis, rfc3339};

use crate::app::App;
use crate::careers::token::FormToken;

/// What a key is signed for, and made for.
const KEY: &str = "survey key";
const ONCE: &str = "survey once";
/// Months after the one of the application in which it still works.
const MONTHS: u32 = 1;
/// Characters of a month, as in `2026-01`.
const MONTH_CHARS: usize = 7;
const MONTHS_A_YEAR: u32 = 12;

/// The month of an instant, in UTC.
#[must_use]
pub fn month(at: Millis) -> String {
    rfc3339(at).chars().take(MONTH_CHARS).collect()
}

/// Whether a text is a month.
#[must_use]
pub fn is_month(text: &str) -> bool {
    parts(text).is_some()
}

fn parts(text: &str) -> Option<(u32, u32)> {
    let (year, month) = text.split_once('-')?;
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    (1..=MONTHS_A_YEAR).contains(&month).then_some((year, month))
}

/// A month so many after another one; before it where the number is negative.
#[must_use]
pub fn months_from(text: &str, count: i64) -> String {
    let (year, month) = parts(text).unwrap_or_default();
    let all = (i64::from(year) * i64::from(MONTHS_A_YEAR) + i64::from(month) - 1 + count).max(0);
    let year = i64::from(MONTHS_A_YEAR);
    format!("{:04}-{:02}", all / year, all % year + 1)
}

/// What one form with one address makes, for once; from it nobody finds the form, the address or the application.
#[must_use]
pub fn once(app: &App, token: &FormToken, email: &str) -> RecordId {
    let signed = app.keys().sign(ONCE, &format!("{}\n{}", token.nonce, email.trim().to_lowercase()));
    let mut id = [0; 16];
    id.copy_from_slice(&blake3::hash(signed.as_bytes()).as_bytes()[..16]);
    // RFC 9562, section 5.8: version 8 is for ids made in a way of one's own.
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Which one: it works once.
    pub id: RecordId,
    /// The job that was applied for.
    pub job: RecordId,
    /// The last month in which it works. Not an instant: that would be the application's.
    pub until: String,
}

impl Key {
    /// A key that works from now on.
    #[must_use]
    pub fn new(id: RecordId, job: RecordId, now: Millis) -> Self {
        Self { id, job, until: months_from(&month(now), i64::from(MONTHS)) }
    }

    fn signed(&self, tenant_id: RecordId) -> String {
        format!("{tenant_id}\n{}\n{}\n{}", self.job, self.id, self.until)
    }

    /// The key as text.
    #[must_use]
    pub fn sealed(&self, app: &App, tenant_id: RecordId) -> String {
        let signature = app.keys().sign(KEY, &self.signed(tenant_id));
        format!("{}.{}.{}.{signature}", self.job.simple(), self.id.simple(), self.until)
    }

    /// Reads a key that this installation made for the workspace, and that has not run out.
    #[must_use]
    pub fn read(app: &App, tenant_id: RecordId, text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let (job, id, until, signature) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let key = Self { id: id.parse().ok()?, job: job.parse().ok()?, until: until.to_owned() };
        let is_ours = app.keys().is_signed(KEY, &key.signed(tenant_id), signature);
        (is_ours && key.until >= month(app.now())).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_over_the_end_of_a_year() {
        assert_eq!(months_from("2026-12", 1), "2027-01");
        assert_eq!(months_from("2026-01", -1), "2025-12");
        assert_eq!(months_from("2026-01", -12), "2025-01");
        assert_eq!(month(1_767_268_800_000), "2026-01");
        for bad in ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "2026-01-01", "+026-01"] {
            assert!(!is_month(bad), "{bad}");
        }
    }
}
