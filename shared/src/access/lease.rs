//! Leases: how long a replica may be read without contact with the server, by class of records.
//!
//! Who may see a record is the server's to say, and a device that is out of contact cannot hear it. So what was granted is
//! granted for a while: contact data for less than the rest. When a lease has run out, reading locks, and what the person
//! wrote and did not send yet stays. The next contact opens it again, or purges it.

use crate::kernel::limits::OFFLINE_GRACE_DAYS;
use crate::kernel::time::{DAY_MS, HOUR_MS, Millis};

/// The lease of everything that has no shorter one: the replica itself locks when it has run out.
pub const LEASE_MS: Millis = OFFLINE_GRACE_DAYS * DAY_MS;
/// Shorter leases, by kind.
const SHORTER: &[(&str, Millis)] = &[("candidate_contacts", 72 * HOUR_MS)];

/// What may not be read any more after some time without contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lapsed {
    /// These kinds; possibly none.
    Kinds(Vec<&'static str>),
    /// The whole replica.
    Everything,
}

/// What may not be read any more so long after the last contact. Without any contact yet there is nothing to read.
#[must_use]
pub fn lapsed(now: Millis, last_contact: Option<Millis>) -> Lapsed {
    let away = last_contact.map_or(0, |contact| now.saturating_sub(contact));
    if away > LEASE_MS {
        return Lapsed::Everything;
    }
    Lapsed::Kinds(SHORTER.iter().filter(|(_, lease)| away > *lease).map(|(kind, _)| *kind).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_after_its_time_and_begins_with_the_first_contact() {
        assert_eq!(lapsed(i64::MAX / 2, None), Lapsed::Kinds(Vec::new()));
        for (kind, lease) in SHORTER {
            assert!(crate::registry::by_name(kind).is_some() && *lease < LEASE_MS, "{kind}");
            assert!(!matches!(lapsed(*lease, Some(0)), Lapsed::Kinds(kinds) if kinds.contains(kind)));
            assert!(matches!(lapsed(lease + 1, Some(0)), Lapsed::Kinds(kinds) if kinds.contains(kind)));
        }
        assert!(matches!(lapsed(LEASE_MS, Some(0)), Lapsed::Kinds(_)));
        assert_eq!(lapsed(LEASE_MS + 1, Some(0)), Lapsed::Everything);
    }
}
