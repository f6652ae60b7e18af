//! Merging two candidates who are one person, and separating them again: local writes like any other.

use serde::Deserialize;
use zumodra_shared::ats::merging::{self, Chosen, Plan};
use zumodra_shared::ats::{Candidate, CandidateContact, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

use super::error::Result;
use super::rows::{self, Record};
use super::write::Step;
use super::{Replica, Tx, Written};
use crate::ats::duplicates::contact_of;

static CANDIDATE: &EntityDef = &Candidate::DEF;
static CONTACT: &EntityDef = &CandidateContact::DEF;

/// Which candidate is merged into which.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MergeRequest {
    /// The one that stays.
    pub kept: RecordId,
    /// The one that is shown there from now on.
    pub merged: RecordId,
    /// Fields that are taken from the merged one though the other has a value.
    #[serde(default)]
    pub chosen: Chosen,
}

impl Replica {
    /// Merges a candidate into another one, as one undo step.
    ///
    /// # Errors
    /// [`Code::NotFound`] for one that is not here or is deleted; as [`Replica::edit`].
    pub fn merge(&mut self, request: &MergeRequest, now: i64) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| tx.merge(request))
    }

    /// Separates a candidate from the one that it was merged into, as one undo step.
    ///
    /// # Errors
    /// As [`Replica::merge`]; [`Code::WrongState`] for one that was not merged.
    pub fn separate(&mut self, merged: RecordId, now: i64) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| tx.separate(merged))
    }
}

impl Tx<'_> {
    fn merge(&mut self, request: &MergeRequest) -> Result<Written> {
        let MergeRequest { kept, merged, ref chosen } = *request;
        let (into, from) = (self.candidate(kept)?, self.candidate(merged)?);
        let mut steps = Vec::new();
        if let Some(theirs) = contact_of(self.conn, merged)? {
            match contact_of(self.conn, kept)? {
                Some(own) => {
                    let plan = merging::contacts(&own.fields, &theirs.fields, chosen);
                    self.carry_out(CONTACT, (own.id, theirs.id), plan, &mut steps)?;
                }
                None => {
                    let fields = merging::new_contact(kept, &theirs.fields);
                    let id = self.random.id(self.now);
                    steps.extend(self.change(CONTACT, id, &edits_for(CONTACT, &fields), true)?);
                }
            }
        }
        let plan = merging::candidates(&into.fields, &from.fields, kept, chosen);
        self.carry_out(CANDIDATE, (kept, merged), plan, &mut steps)?;
        Ok(Written { id: kept, undo: self.remember_undo(steps)? })
    }

    fn separate(&mut self, merged: RecordId) -> Result<Written> {
        let from = self.candidate(merged)?;
        let kept: RecordId =
            rules::text(&from.fields, merging::INTO).parse().map_err(|_| Problem::new(Code::WrongState))?;
        let mut steps = Vec::new();
        if let (Some(own), Some(theirs)) = (contact_of(self.conn, kept)?, contact_of(self.conn, merged)?) {
            let plan = merging::separated_contacts(&own.fields, &theirs.fields);
            self.carry_out(CONTACT, (own.id, theirs.id), plan, &mut steps)?;
        }
        // Whoever may not see the other one, or finds it deleted, still gets this one back.
        let into = rows::get(self.conn, CANDIDATE, kept)?.filter(|row| !row.deleted);
        let plan = match &into {
            Some(into) => merging::separated_candidates(&into.fields, &from.fields),
            None => merging::separated_candidates(&Fields::new(), &from.fields),
        };
        self.carry_out(CANDIDATE, (kept, merged), plan, &mut steps)?;
        Ok(Written { id: merged, undo: self.remember_undo(steps)? })
    }

    fn candidate(&self, id: RecordId) -> Result<Record> {
        let row = rows::get(self.conn, CANDIDATE, id)?.filter(|row| !row.deleted);
        row.ok_or_else(|| Code::NotFound.into())
    }

    fn carry_out(
        &mut self,
        def: &'static EntityDef,
        (kept, merged): (RecordId, RecordId),
        plan: Plan,
        steps: &mut Vec<Step>,
    ) -> Result<()> {
        for (id, edits) in [(kept, plan.kept), (merged, plan.merged)] {
            if !edits.is_empty() {
                steps.extend(self.change(def, id, &edits, false)?);
            }
        }
        Ok(())
    }
}
