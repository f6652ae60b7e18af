//! What one node tells the others, and how it is written: short texts that carry no data, only where to look.

use std::collections::BTreeSet;

use zumodra_shared::kernel::RecordId;

/// Bytes of one message: PostgreSQL takes 8,000.
const MAX_MESSAGE_BYTES: usize = 7_000;

/// Something that another node is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// Rings were lost: everything is looked at.
    Everything,
    /// Somebody wrote a signal.
    Signals,
    /// The log of a workspace advanced.
    Log(RecordId),
    /// A device of a workspace opened a connection on the node that says so.
    Arrived(RecordId, RecordId),
}

impl Ring {
    fn word(self) -> String {
        match self {
            Self::Everything => "e".to_owned(),
            Self::Signals => "s".to_owned(),
            Self::Log(tenant_id) => format!("l{}", tenant_id.simple()),
            Self::Arrived(tenant_id, device_id) => {
                format!("a{}{}", tenant_id.simple(), device_id.simple())
            }
        }
    }

    /// None for what only a newer node says.
    fn read(word: &str) -> Option<Self> {
        let (kind, rest) = word.split_at_checked(1)?;
        Some(match (kind, rest.len()) {
            ("e", 0) => Self::Everything,
            ("s", 0) => Self::Signals,
            ("l", 32) => Self::Log(rest.parse().ok()?),
            ("a", 64) => {
                let (tenant_id, device_id) = rest.split_at_checked(32)?;
                Self::Arrived(tenant_id.parse().ok()?, device_id.parse().ok()?)
            }
            _ => return None,
        })
    }
}

/// Writes rings as messages of one node, as few as hold them. No rings are one message: it says that the node is here.
pub fn messages(node: RecordId, rings: &BTreeSet<Ring>) -> Vec<String> {
    let from = node.simple().to_string();
    let mut messages = Vec::new();
    let mut message = from.clone();
    for ring in rings {
        let word = ring.word();
        if message.len() + 1 + word.len() > MAX_MESSAGE_BYTES {
            messages.push(std::mem::replace(&mut message, from.clone()));
        }
        message.push(' ');
        message.push_str(&word);
    }
    messages.push(message);
    messages
}

/// Reads a message: who sent it, and the rings. None for what is no message.
pub fn read(message: &str) -> Option<(RecordId, Vec<Ring>)> {
    let mut words = message.split(' ');
    let from = words.next()?.parse().ok()?;
    Some((from, words.filter_map(Ring::read).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> RecordId {
        RecordId::from_u128(number)
    }

    #[test]
    fn what_is_written_is_read() {
        let rings =
            BTreeSet::from([Ring::Everything, Ring::Signals, Ring::Log(id(5)), Ring::Arrived(id(6), id(7))]);
        let written = messages(id(1), &rings);
        assert_eq!(written.len(), 1);
        assert_eq!(read(&written[0]), Some((id(1), rings.into_iter().collect())));
        assert_eq!(messages(id(1), &BTreeSet::new()), [id(1).simple().to_string()]);
    }

    #[test]
    fn many_rings_are_several_messages_that_postgresql_takes() {
        let rings: BTreeSet<Ring> = (0..1_000).map(|number| Ring::Log(id(number))).collect();
        let written = messages(id(1), &rings);
        assert!(written.len() > 4 && written.iter().all(|message| message.len() <= MAX_MESSAGE_BYTES));
        let back: BTreeSet<Ring> =
            written.iter().flat_map(|message| read(message).expect("a message").1).collect();
        assert_eq!(back, rings);
    }

    #[test]
    fn what_a_newer_node_says_is_passed_over() {
        let message = format!("{} z12 l12 s", id(1).simple());
        assert_eq!(read(&message), Some((id(1), vec![Ring::Signals])));
        for nothing in ["", "x", "a b c", "é"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
    }
}
