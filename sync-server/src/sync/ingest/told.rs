//! What the batch tells: an entry of the timeline per fact.

use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::Activity;
use zumodra_shared::ats::activity::NewActivity;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};
use zumodra_shared::sync::judge::{self, Judged};

use super::{Batch, Made};

/// What an entry may be about; the first that it names has the timeline where it is read.
const SUBJECTS: [&str; 3] = ["candidate_id", "application_id", "job_id"];

impl Batch<'_> {
    /// Writes an entry. Facts about one subject that arrive together, as after a day offline, are a millisecond apart, so
    /// that a timeline shows them in the order in which they were made.
    pub(super) fn tell(&mut self, entry: NewActivity, server: &Principal) {
        let NewActivity { id, mut fields } = entry;
        let turn = self.told.entry(subject(&fields)).or_default();
        fields.insert("at".to_owned(), json!(self.now + *turn));
        *turn += 1;
        // Its id is made of the change that calls for it: that one is new, so the entry is too.
        let body = serde_json::to_vec(&fields).unwrap_or_default();
        let held = self.slots.get(&id).and_then(|slot| slot.working.as_ref());
        match judge::try_change(&Activity::DEF, id, held, &body, server) {
            Ok(Judged::Trial(mut trial)) => {
                trial.enclose(|id| self.wall_around(id));
                let hash = trial.hash;
                self.append(trial.after, &hash, Made { principal: server, body, pushed: None });
            }
            Ok(Judged::Known) => {}
            Err(problem) => tracing::error!(%id, %problem, "an activity could not be written"),
        }
    }
}

fn subject(fields: &Fields) -> RecordId {
    SUBJECTS.iter().find_map(|field| fields.get(*field)?.as_str()?.parse().ok()).unwrap_or_default()
}
