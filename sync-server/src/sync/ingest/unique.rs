//! What there can be only one of: checked where everything that a workspace writes comes by, one after the other.
//!
//! Two desktops may each plan an interview with the same person at the same time without a network. What comes first is
//! let in; the other comes back to its author, who still has it.

use zumodra_shared::ats::Booked;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::judge::Trial;

use super::Batch;
use crate::error::Result;
use crate::sync::store;

impl Batch<'_> {
    /// Refuses a record where there is one already, and an interview with somebody whose time is taken.
    pub(super) async fn stands_alone(&mut self, trial: &Trial) -> Result<std::result::Result<(), Problem>> {
        let after = &trial.after;
        let was = trial.before.as_ref().filter(|before| !before.deleted).map(|before| &before.fields);
        if after.shown.deleted {
            return Ok(Ok(()));
        }
        match after.def.name {
            "interviews" => self.takes_free_time(after.id, was, &after.shown.fields).await,
            "scorecards" if was.is_none() => {
                self.is_only_one(after.id, after.created_by, &after.shown.fields).await
            }
            _ => Ok(Ok(())),
        }
    }

    async fn takes_free_time(
        &mut self,
        id: RecordId,
        was: Option<&Fields>,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let Some(booked) = Booked::read(fields) else { return Ok(Ok(())) };
        if was.and_then(Booked::read).as_ref() == Some(&booked) {
            return Ok(Ok(()));
        }
        let stored = store::interviews_between(self.tx(), &booked).await?;
        let stored = stored.into_iter().filter(|(other, _)| self.working(*other).is_none());
        let mut others: Vec<(RecordId, Fields)> = stored.map(|(other, fields)| (other, fields.0)).collect();
        let here = self.workings().filter(|held| held.def.name == "interviews" && !held.shown.deleted);
        others.extend(here.map(|held| (held.id, held.shown.fields.clone())));
        let clashes = others
            .iter()
            .filter(|(other, _)| *other != id)
            .any(|(_, other)| Booked::read(other).is_some_and(|other| !booked.clash(&other).is_empty()));
        let message = "Somebody has another interview at that time.";
        Ok(if clashes { Err(Problem::new(Code::DoubleBooked).field("starts_at", message)) } else { Ok(()) })
    }

    /// One scorecard an interviewer, application and stage, and one draft of it.
    async fn is_only_one(
        &mut self,
        id: RecordId,
        author: RecordId,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let same = |other: &Fields| {
            ["application_id", "stage_id", "is_draft"]
                .iter()
                .all(|name| other.get(*name) == fields.get(*name))
        };
        let application = fields.get("application_id").and_then(|id| id.as_str()).unwrap_or_default();
        let stored = store::scorecards_of(self.tx(), application, author).await?;
        let stored = stored
            .iter()
            .filter(|(other, _)| *other != id && self.working(*other).is_none())
            .any(|(_, other)| same(&other.0));
        let here = self
            .workings()
            .filter(|held| held.def.name == "scorecards" && !held.shown.deleted && held.created_by == author)
            .any(|held| held.id != id && same(&held.shown.fields));
        Ok(if stored || here { Err(Problem::new(Code::AlreadyExists)) } else { Ok(()) })
    }
}
