//! What a form brings while too many arrive: a proof of work that the page's script makes while a person types, or,
//! where no script runs, the patience to send it again after a minute.
//!
//! Neither is stored. A proof belongs to one form and one e-mail address, for which it makes one application; patience
//! is a signed text that says since when somebody waits.

use sha2::{Digest as _, Sha256};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::token::FormToken;
use crate::app::App;

/// Zero bits at the start of the hash: some hundred thousand tries, a second of a telephone.
pub const PROOF_BITS: u32 = 17;
/// Characters of the longest number that is tried.
const MAX_PROOF_CHARS: usize = 20;
/// What the signature of patience is for.
const PATIENCE: &str = "application patience";

/// The address as the proof has it: the form in which the script sees it too.
fn plain(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Whether a number proves that work was done for this form and this address.
#[must_use]
pub fn is_proof(token: &str, email: &str, number: &str) -> bool {
    if number.is_empty() || number.len() > MAX_PROOF_CHARS || !number.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let hash = Sha256::digest(format!("{token}:{}:{number}", plain(email)));
    let first = hash.first_chunk().map_or(u32::MAX, |bytes| u32::from_be_bytes(*bytes));
    first.leading_zeros() >= PROOF_BITS
}

fn signed(tenant_id: RecordId, token: &FormToken, email: &str, since: Millis) -> String {
    format!("{tenant_id}\n{}\n{}\n{since}", token.nonce, plain(email))
}

/// A text that says since when somebody waits with this form.
#[must_use]
pub fn wait_from(app: &App, tenant_id: RecordId, token: &FormToken, email: &str) -> String {
    let since = app.now();
    format!("{since}.{}", app.keys().sign(PATIENCE, &signed(tenant_id, token, email, since)))
}

/// Since when somebody waits with this form, if that is true.
#[must_use]
pub fn waits_since(
    app: &App,
    tenant_id: RecordId,
    token: &FormToken,
    email: &str,
    text: &str,
) -> Option<Millis> {
    let (since, signature) = text.split_once('.')?;
    let since = since.parse().ok()?;
    app.keys().is_signed(PATIENCE, &signed(tenant_id, token, email, since), signature).then_some(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_work_for_one_form_and_one_address() {
        let proves = |number: &u64| is_proof("token", "ada@example.org", &number.to_string());
        let found = (0..u64::MAX).find(proves).expect("there is one").to_string();
        assert!(is_proof("token", " ADA@example.org", &found), "as the script sees the address");
        for (token, email, number) in [
            ("other", "ada@example.org", found.as_str()),
            ("token", "eve@example.org", &found),
            ("token", "ada@example.org", ""),
            ("token", "ada@example.org", "-1"),
            ("token", "ada@example.org", "123456789012345678901"),
        ] {
            assert!(!is_proof(token, email, number), "{token} {email} {number}");
        }
    }
}
