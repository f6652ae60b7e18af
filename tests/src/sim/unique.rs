//! What there can be only one of, in the tenant as it is kept in memory.

use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::sync::judge::Trial;

use super::server::Model;

impl Model {
    /// Refuses a second scorecard of somebody on an application, as the server does.
    pub(super) fn stands_alone(&self, trial: &Trial) -> Result<(), Problem> {
        let after = &trial.after;
        let was_there = trial.before.as_ref().is_some_and(|before| !before.deleted);
        if after.def.name != "scorecards" || was_there || after.shown.deleted {
            return Ok(());
        }
        let taken = self.docs.values().map(|doc| &doc.working).any(|held| {
            let same = |name: &&str| held.shown.fields.get(*name) == after.shown.fields.get(*name);
            held.def.name == "scorecards"
                && held.id != after.id
                && !held.shown.deleted
                && held.created_by == after.created_by
                && ["application_id", "stage_id", "is_draft"].iter().all(same)
        });
        if taken { Err(Problem::new(Code::AlreadyExists)) } else { Ok(()) }
    }
}
