//! Names of which there can be only one, as the server will judge them.

use zumodra_shared::ats::{Pool, pool, rules};
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::schema::Entity as _;
use zumodra_shared::sync::judge::Trial;

use super::Tx;
use super::error::Result;

impl Tx<'_> {
    /// Refuses a pool of a name that another one has: when it is made, called otherwise, or put back.
    pub(super) fn has_own_name(&self, trial: &Trial) -> Result<()> {
        let after = &trial.after;
        if after.def.name != Pool::NAME || after.shown.deleted {
            return Ok(());
        }
        let name = rules::text(&after.shown.fields, "name");
        let was = trial.before.as_ref().filter(|before| !before.deleted);
        if was.is_some_and(|was| pool::is_same_name(rules::text(&was.fields, "name"), name)) {
            return Ok(());
        }
        let taken: bool = self
            .conn
            .prepare_cached(
                "select exists (select 1 from pools \
                 where deleted = 0 and id <> ?1 and trim(name) = ?2 collate nocase)",
            )?
            .query_row((after.id.as_bytes(), name.trim()), |row| row.get(0))?;
        if taken {
            let message = "Another pool has this name.";
            return Err(Problem::new(Code::AlreadyExists).field("name", message).into());
        }
        Ok(())
    }
}
