//! The key by which one application may answer once. It names nothing that is kept: it is made of the form that was sent,
//! which the server does not remember, and tells nobody which application it came with. A browser carries it in a cookie, as
//! no address is: addresses stand in the logs of every proxy on the way, beside the application's.

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

/// The month so many after the one of an instant.
fn months_after(at: Millis, count: u32) -> String {
    let text = month(at);
    let (year, month) = text.split_once('-').unwrap_or_default();
    let (year, month): (u32, u32) = (year.parse().unwrap_or_default(), month.parse().unwrap_or(1));
    let all = year * MONTHS_A_YEAR + month - 1 + count;
    format!("{:04}-{:02}", all / MONTHS_A_YEAR, all % MONTHS_A_YEAR + 1)
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
    /// The last month in which it works. Not an instant: that would be the application's.
    pub until: String,
}

impl Key {
    /// A key that works from now on.
    #[must_use]
    pub fn new(id: RecordId, now: Millis) -> Self {
        Self { id, until: months_after(now, MONTHS) }
    }

    fn signed(&self, tenant_id: RecordId) -> String {
        format!("{tenant_id}\n{}\n{}", self.id, self.until)
    }

    /// The key as text.
    #[must_use]
    pub fn sealed(&self, app: &App, tenant_id: RecordId) -> String {
        let signature = app.keys().sign(KEY, &self.signed(tenant_id));
        format!("{}.{}.{signature}", self.id.simple(), self.until)
    }

    /// Reads a key that this installation made for the workspace, and that has not run out.
    #[must_use]
    pub fn read(app: &App, tenant_id: RecordId, text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (id, until, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let key = Self { id: id.parse().ok()?, until: until.to_owned() };
        let is_ours = app.keys().is_signed(KEY, &key.signed(tenant_id), signature);
        (is_ours && key.until >= month(app.now())).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_over_the_end_of_a_year() {
        let january = 1_767_268_800_000;
        assert_eq!(month(january), "2026-01");
        assert_eq!(months_after(january, 1), "2026-02");
        assert_eq!(months_after(january, 12), "2027-01");
        assert_eq!(months_after(january - 2 * 86_400_000, 1), "2026-01");
    }
}
