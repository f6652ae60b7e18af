//! Which of the times that are offered hold still: everybody who is needed is free and at work, and where any one of several
//! people is enough, who it would be.

use zumodra_shared::ats::availability::{Entered, Person, Planned, obstacle, one_of, person};
use zumodra_shared::ats::{Booked, Interview, InterviewStatus, rules};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{RecordId, Timestamp};

use super::store;
use crate::ats::caldav;
use crate::db::TenantTx;
use crate::error::Result;

/// A time that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Free {
    /// When.
    pub at: Millis,
    /// Who of those of whom any one is enough.
    pub who: Option<RecordId>,
    /// Whether the room is taken then: the time holds without it.
    pub without_room: bool,
}

/// What is known of everybody's time.
struct Around<'a> {
    interview: &'a Interview,
    /// Who interviews in any case.
    fixed: Vec<Person>,
    /// Of whom any one is enough.
    any_of: Vec<Person>,
    /// What other interviews take.
    others: Vec<Booked>,
}

/// Those of the times of an interview that are ahead and hold.
///
/// # Errors
/// When the database cannot be read.
pub async fn free(tx: &mut TenantTx, id: RecordId, interview: &Interview, now: Millis) -> Result<Vec<Free>> {
    let offered = interview.offered(now);
    if offered.is_empty() {
        return Ok(Vec::new());
    }
    let any_of = &interview.any_of_ids.ids;
    let fixed = interview.interviewer_ids.ids.iter().filter(|member| !any_of.contains(member));
    let others = store::interviews_around(tx, id, interview, now).await?;
    let others: Vec<Interview> = others.iter().filter_map(|fields| rules::read(&fields.0)).collect();
    let entered = store::hours(tx).await?.into_iter();
    let entered: Vec<Entered> = entered
        .filter_map(|(id, created_at, fields)| {
            Some(Entered { id, created_at, hours: rules::read(&fields.0)? })
        })
        .collect();
    let whom: Vec<RecordId> = interview.interviewer_ids.ids.iter().chain(any_of).copied().collect();
    let busy = caldav::busy(tx, &whom, &offered, interview.minutes).await?;
    let of = |member: &RecordId| Person {
        busy: busy.iter().filter(|(who, _)| who == member).map(|(_, planned)| *planned).collect(),
        ..person(*member, &entered, &others, now)
    };
    let around = Around {
        interview,
        fixed: fixed.map(of).collect(),
        any_of: any_of.iter().map(of).collect(),
        others: others.iter().filter_map(Booked::of).collect(),
    };
    Ok(offered.into_iter().filter_map(|at| around.holds(at)).collect())
}

impl Around<'_> {
    /// A time, if it holds. What somebody offers though they were told what stands against it holds whatever the hours say.
    fn holds(&self, at: Millis) -> Option<Free> {
        let wanted = Planned { starts_at: at, minutes: self.interview.minutes };
        let anyway = self.interview.offered_anyway.0.contains(&at.to_string());
        let booked = self.booked(at)?;
        if self.others.iter().any(|other| !booked.clash(other).is_empty()) {
            return None;
        }
        if !anyway && self.fixed.iter().any(|person| obstacle(person, wanted).is_some()) {
            return None;
        }
        let who = if self.any_of.is_empty() { None } else { Some(self.one_of_them(wanted, anyway)?) };
        let without_room = self.others.iter().any(|other| booked.shares_room(other));
        Some(Free { at, who, without_room })
    }

    /// Who of those of whom any one is enough; where the time was offered all the same, whatever their hours say.
    fn one_of_them(&self, wanted: Planned, anyway: bool) -> Option<RecordId> {
        if let Some(person) = one_of(&self.any_of, wanted) {
            return Some(person.id);
        }
        let without_hours =
            self.any_of.iter().map(|person| Person { hours: None, busy: Vec::new(), ..person.clone() });
        let without_hours: Vec<Person> = without_hours.filter(|_| anyway).collect();
        one_of(&without_hours, wanted).map(|person| person.id)
    }

    /// What the interview would take at a time, of those who are in it in any case.
    fn booked(&self, at: Millis) -> Option<Booked> {
        let mut planned = Interview {
            status: InterviewStatus::Scheduled,
            starts_at: Timestamp(at),
            ..self.interview.clone()
        };
        planned.interviewer_ids.ids.retain(|member| !self.interview.any_of_ids.ids.contains(member));
        Booked::of(&planned)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use zumodra_shared::kernel::time::HOUR_MS;

    use super::*;

    /// 2026-11-27T10:00:00Z, a Friday.
    const TEN: Millis = 1_795_773_600_000;

    fn id(number: u128) -> RecordId {
        RecordId::from_u128(number)
    }

    fn interview(fields: serde_json::Value) -> Interview {
        rules::read(fields.as_object().expect("is an object")).expect("is an interview")
    }

    fn working(member: u128, from_hour: i64, hours: i64) -> Person {
        let fields = json!({
            "member_id": id(member), "zone": "UTC", "week": [{ "id": "5a", "begins": from_hour * 60, "minutes": hours * 60 }],
        });
        let hours = rules::read(fields.as_object().expect("is an object"));
        Person { id: id(member), hours, ..Person::default() }
    }

    fn around<'a>(interview: &'a Interview, fixed: &[Person], any_of: &[Person]) -> Around<'a> {
        Around { interview, fixed: fixed.to_vec(), any_of: any_of.to_vec(), others: Vec::new() }
    }

    #[test]
    fn a_time_outside_of_hours_holds_only_if_it_was_offered_anyway() {
        let plain = interview(json!({ "minutes": 60, "offered_times": [TEN.to_string()] }));
        let anyway = interview(json!({
            "minutes": 60, "offered_times": [TEN.to_string()], "offered_anyway": [TEN.to_string()],
        }));
        let (works, sleeps) = (working(1, 9, 8), working(2, 14, 4));
        let free = Free { at: TEN, who: None, without_room: false };
        assert_eq!(around(&plain, std::slice::from_ref(&works), &[]).holds(TEN), Some(free));
        assert_eq!(around(&plain, &[works.clone(), sleeps.clone()], &[]).holds(TEN), None);
        assert_eq!(around(&anyway, &[works, sleeps], &[]).holds(TEN), Some(free));
    }

    #[test]
    fn a_time_holds_if_one_of_several_is_free_and_names_who() {
        let asked = json!({ "minutes": 60, "any_of_ids": [id(1), id(2)] });
        let plain = interview(asked.clone());
        let mut late = asked;
        late["offered_anyway"] = json!([(TEN - 5 * HOUR_MS).to_string()]);
        let late = interview(late);
        let (mut ada, bob) = (working(1, 9, 8), working(2, 14, 4));
        let who = |around: &Around<'_>, at: Millis| around.holds(at).map(|free| free.who);
        assert_eq!(who(&around(&plain, &[], &[ada.clone(), bob.clone()]), TEN), Some(Some(id(1))));
        ada.interviews.push(Planned { starts_at: TEN, minutes: 30 });
        assert_eq!(who(&around(&plain, &[], &[ada.clone(), bob.clone()]), TEN), None, "nobody is free");
        assert_eq!(
            who(&around(&plain, &[], &[ada.clone(), bob.clone()]), TEN + 4 * HOUR_MS),
            Some(Some(id(1)))
        );
        ada.recent = 3;
        let both = [ada, bob];
        assert_eq!(who(&around(&plain, &[], &both), TEN + 4 * HOUR_MS), Some(Some(id(2))), "who had fewer");
        assert_eq!(who(&around(&late, &[], &both), TEN - 5 * HOUR_MS), Some(Some(id(2))), "offered anyway");
    }

    #[test]
    fn a_time_holds_without_the_room_where_that_is_taken() {
        let asked = interview(json!({ "minutes": 60, "room_id": id(9), "candidate_id": id(7) }));
        let mut around = around(&asked, &[], &[]);
        let other = json!({ "minutes": 60, "room_id": id(9), "candidate_id": id(8), "starts_at": TEN });
        around.others.extend(Booked::of(&interview(other)));
        assert!(around.holds(TEN).is_some_and(|free| free.without_room));
        assert!(around.holds(TEN + HOUR_MS).is_some_and(|free| !free.without_room));
        let theirs = json!({ "minutes": 60, "candidate_id": id(7), "starts_at": TEN });
        around.others.extend(Booked::of(&interview(theirs)));
        assert_eq!(around.holds(TEN), None, "the candidate is in another interview");
    }
}
