//! The address that an answer comes back to: `reply+<secret>@example.com`. The secret names the workspace and the e-mail that
//! is answered, and is signed: who was not written to cannot make one. Nothing of it is kept.

use data_encoding::BASE32_NOPAD;
use zumodra_shared::kernel::RecordId;

use crate::app::App;

/// What the signature is for.
const PURPOSE: &str = "reply address";
/// Bytes that stand for the workspace: the last ones of its id, which are random.
const TENANT_BYTES: usize = 4;
/// Bytes of the signature. Who guesses has to send a mail for each try.
const TAG_BYTES: usize = 8;
const ID_BYTES: usize = 16;

/// What an address says it answers. Only [`Claim::is_of`] a workspace it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    tenant: [u8; TENANT_BYTES],
    /// The e-mail that is answered.
    pub email: RecordId,
    tag: [u8; TAG_BYTES],
}

impl Claim {
    /// Whether this installation made the address for an e-mail of that workspace.
    pub fn is_of(&self, app: &App, tenant_id: RecordId) -> bool {
        self.tenant == short(tenant_id) && self.tag == tag(app, tenant_id, self.email)
    }
}

fn short(tenant_id: RecordId) -> [u8; TENANT_BYTES] {
    let mut last = [0; TENANT_BYTES];
    last.copy_from_slice(&tenant_id.as_bytes()[ID_BYTES - TENANT_BYTES..]);
    last
}

fn tag(app: &App, tenant_id: RecordId, email: RecordId) -> [u8; TAG_BYTES] {
    app.keys().tag(PURPOSE, &format!("{tenant_id} {email}"))
}

/// Where an answer to an e-mail goes; none where answers are not taken.
#[must_use]
pub fn reply_address(app: &App, tenant_id: RecordId, email: RecordId) -> Option<String> {
    let (local, domain) = app.config().mail_replies.as_deref()?.rsplit_once('@')?;
    let tag = tag(app, tenant_id, email);
    let secret = [short(tenant_id).as_slice(), email.as_bytes(), &tag].concat();
    // Mail servers may write addresses in any case.
    Some(format!("{local}+{}@{domain}", BASE32_NOPAD.encode(&secret).to_lowercase()))
}

/// Reads an address; none for one that is no answer's.
pub fn read(replies: &str, address: &str) -> Option<Claim> {
    let (base, domain) = replies.rsplit_once('@')?;
    let (local, at) = address.trim().rsplit_once('@')?;
    let (name, secret) = local.split_once('+')?;
    if !name.eq_ignore_ascii_case(base) || !at.eq_ignore_ascii_case(domain) {
        return None;
    }
    let bytes = BASE32_NOPAD.decode(secret.to_uppercase().as_bytes()).ok()?;
    let (tenant, rest) = bytes.split_first_chunk::<TENANT_BYTES>()?;
    let (email, rest) = rest.split_first_chunk::<ID_BYTES>()?;
    let tag: [u8; TAG_BYTES] = rest.try_into().ok()?;
    Some(Claim { tenant: *tenant, email: RecordId::from_bytes(*email), tag })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_form_of_an_answers_address_is_read() {
        let secret = BASE32_NOPAD.encode(&[7; TENANT_BYTES + ID_BYTES + TAG_BYTES]).to_lowercase();
        let good = format!("reply+{secret}@mail.example");
        let read_one = |address: &str| read("reply@mail.example", address);
        assert_eq!(read_one(&good).map(|claim| claim.email), Some(RecordId::from_bytes([7; 16])));
        assert_eq!(read_one(&good), read_one(&good.to_uppercase()), "in any case");
        // An address has at most 64 characters before the @ (RFC 5321, 4.5.3.1.1).
        assert!(good.rsplit_once('@').is_some_and(|(local, _)| local.len() <= 64));
        let long = format!("reply+{secret}aa@mail.example");
        for other in [
            "reply@mail.example",
            "reply+@mail.example",
            "reply+ä@mail.example",
            "",
            "@",
            "reply+abc",
            &long,
            &good.replace("mail.", ""),
            &good.replace("reply", "replies"),
        ] {
            assert_eq!(read_one(other), None, "{other}");
        }
    }
}
