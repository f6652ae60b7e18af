//! Who is to be told what, as a pure function of who should know of an interview and what was told before.

use zumodra_shared::ats::{Interview, Room, whereabouts};
use zumodra_shared::kernel::RecordId;

use super::event::Party;
use super::store::Row;

/// Digits of a hash that are kept.
const HASH_DIGITS: usize = 32;

/// Whom a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Who interviews.
    Member,
    /// Who is interviewed.
    Candidate,
}

impl Audience {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Candidate => "candidate",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        if name == Self::Candidate.name() { Self::Candidate } else { Self::Member }
    }
}

/// Somebody who should know of an interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The id of the member or of the candidate.
    pub attendee: RecordId,
    /// Which of them.
    pub audience: Audience,
    /// The name and the address.
    pub party: Party,
    /// `en` or `fr`.
    pub language: String,
    /// Of what this person is told.
    pub hash: String,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody is invited, or told of a change.
    Invite {
        /// Whom.
        wanted: Wanted,
        /// What was told before.
        before: Option<Row>,
    },
    /// Somebody is not expected any more, or not at this address.
    Release {
        /// What was told before.
        before: Row,
        /// Whether the person is invited at another address at the same time.
        moved: bool,
    },
}

/// The numbers of what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Of what takes an event away.
    pub release: i32,
    /// Of what brings one.
    pub invite: i32,
}

/// What is to be told, and the numbers that it has. Numbers are common to an interview: each is higher than all that
/// were used, so that no reader can take what is new for what is old (RFC 5546, 2.1.5). Who is called off at one address
/// and invited at another may read both in one mailbox, in any order: the invitation has the higher number.
#[must_use]
pub fn steps(rows: &[Row], wanted: Vec<Wanted>) -> (Numbers, Vec<Step>) {
    let next = rows.iter().map(|row| row.sequence).max().map_or(0, |last| last.saturating_add(1));
    let mut steps = Vec::new();
    for row in rows.iter().filter(|row| row.state == "invited") {
        if !wanted.iter().any(|wanted| wanted.attendee == row.attendee) {
            steps.push(Step::Release { before: row.clone(), moved: false });
        }
    }
    for wanted in wanted {
        let before = rows.iter().find(|row| row.attendee == wanted.attendee);
        let invited = before.filter(|row| row.state == "invited");
        if invited.is_some_and(|row| row.content_hash == wanted.hash && row.address == wanted.party.address) {
            continue;
        }
        if let Some(row) = invited.filter(|row| row.address != wanted.party.address) {
            steps.push(Step::Release { before: row.clone(), moved: true });
        }
        steps.push(Step::Invite { wanted, before: before.cloned() });
    }
    let moves = steps.iter().any(|step| matches!(step, Step::Release { moved: true, .. }));
    (Numbers { release: next, invite: next.saturating_add(i32::from(moves)) }, steps)
}

/// The hash of what an audience is told. What is in no calendar is not in it: a briefing, a template, a confirmation. `room` is
/// where the interview is.
#[must_use]
pub fn hash(interview: &Interview, room: Option<&Room>, audience: Audience, attendees: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(&interview.starts_at.0.to_string());
    add(&interview.minutes.to_string());
    // Without a title it is called by its kind.
    add(if interview.title.trim().is_empty() { interview.kind.name() } else { interview.title.trim() });
    // What stands in no room is hashed as it always was.
    add(&if room.is_some() { whereabouts(room, &interview.place) } else { interview.place.clone() });
    add(&interview.meeting_url);
    for (name, of_meeting) in [("id", &interview.meeting_id), ("password", &interview.meeting_password)] {
        if !of_meeting.is_empty() {
            add(name);
            add(of_meeting);
        }
    }
    if audience == Audience::Candidate {
        add(&interview.message);
    }
    for attendee in attendees {
        add(attendee);
    }
    hasher.finalize().to_hex()[..HASH_DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use zumodra_shared::ats::InterviewStatus;
    use zumodra_shared::kernel::Timestamp;
    use zumodra_shared::schema::RichText;

    use super::*;

    fn wanted(who: u128, address: &str, hash: &str) -> Wanted {
        Wanted {
            attendee: RecordId::from_u128(who),
            audience: Audience::Member,
            party: Party { name: "A".into(), address: address.into() },
            language: "en".into(),
            hash: hash.into(),
        }
    }

    fn row(who: u128, address: &str, hash: &str, sequence: i32, state: &str) -> Row {
        Row {
            attendee: RecordId::from_u128(who),
            audience: "member".into(),
            address: address.into(),
            name: "A".into(),
            sequence,
            content_hash: hash.into(),
            state: state.into(),
            reached: true,
            answer: String::new(),
            answer_stamp: None,
            answered_at: None,
        }
    }

    fn said(steps: &[Step]) -> Vec<String> {
        let said = |step: &Step| match step {
            Step::Invite { wanted, .. } => format!("invite {}", wanted.party.address),
            Step::Release { before, moved } => format!("release {} {moved}", before.address),
        };
        steps.iter().map(said).collect()
    }

    #[test]
    fn the_first_number_is_zero_and_what_is_known_is_not_told_again() {
        let (next, first) = steps(&[], vec![wanted(1, "a@x", "h")]);
        assert_eq!((next.invite, said(&first)), (0, vec!["invite a@x".to_owned()]));
        let (_, none) = steps(&[row(1, "a@x", "h", 0, "invited")], vec![wanted(1, "a@x", "h")]);
        assert!(none.is_empty());
    }

    #[test]
    fn numbers_grow_past_all_that_were_used() {
        let rows = [row(1, "a@x", "h", 3, "invited"), row(2, "", "h", 7, "cancelled")];
        let (next, told) = steps(&rows, vec![wanted(1, "a@x", "new"), wanted(2, "b@x", "h")]);
        assert_eq!((next.invite, said(&told)), (8, vec!["invite a@x".to_owned(), "invite b@x".to_owned()]));
    }

    #[test]
    fn who_is_not_wanted_is_released_once() {
        let (next, told) = steps(&[row(1, "a@x", "h", 0, "invited")], vec![]);
        assert_eq!((next.release, said(&told)), (1, vec!["release a@x false".to_owned()]));
        assert!(steps(&[row(1, "", "h", 1, "cancelled")], vec![]).1.is_empty());
    }

    #[test]
    fn another_address_is_invited_and_the_old_one_released() {
        let (next, told) = steps(&[row(1, "old@x", "h", 0, "invited")], vec![wanted(1, "new@x", "h2")]);
        assert_eq!((next.release, next.invite), (1, 2), "whichever is read last");
        assert_eq!(said(&told), ["release old@x true", "invite new@x"]);
    }

    #[test]
    fn what_nobody_is_told_changes_no_hash() {
        let interview = Interview { starts_at: Timestamp(5), minutes: 30, ..Interview::default() };
        let of = |interview: &Interview| {
            [Audience::Member, Audience::Candidate].map(|audience| hash(interview, None, audience, &[]))
        };
        let silent = [
            Interview { briefing: RichText("Ask about the gap".into()), ..interview.clone() },
            Interview { status: InterviewStatus::Confirmed, ..interview.clone() },
            Interview { time_zone: "America/Toronto".into(), ..interview.clone() },
            Interview { moves: 3, wish: "Later".into(), ..interview.clone() },
        ];
        for changed in &silent {
            assert_eq!(of(changed), of(&interview));
        }
        let told = [
            Interview { starts_at: Timestamp(6), ..interview.clone() },
            Interview { minutes: 31, ..interview.clone() },
            Interview { title: "Final".into(), ..interview.clone() },
            Interview { place: "Room 1".into(), ..interview.clone() },
            Interview { meeting_url: "https://a.example".into(), ..interview.clone() },
            Interview { meeting_id: "123 456".into(), ..interview.clone() },
            Interview { meeting_password: "plum".into(), ..interview.clone() },
        ];
        for changed in &told {
            assert!(of(changed).iter().zip(of(&interview)).all(|(new, old)| *new != old));
        }
        let room = Room { name: "Laurier".into(), ..Room::default() };
        let moved = Room { place: "3rd floor".into(), ..room.clone() };
        let inside = |room| hash(&interview, Some(room), Audience::Member, &[]);
        assert_ne!(inside(&room), of(&interview)[0]);
        assert_ne!(inside(&room), inside(&moved), "the room moved");
        let message = of(&Interview { message: "Bring a pen".into(), ..interview.clone() });
        assert_eq!(message[0], of(&interview)[0]);
        assert_ne!(message[1], of(&interview)[1]);
    }
}
