//! Names of which there can be only one, as the server will judge them.

use zumodra_shared::ats::{Pool, Tag, pool, rules, tag};
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::schema::{Entity as _, Fields};
use zumodra_shared::sync::judge::Trial;

use super::Tx;
use super::error::Result;

impl Tx<'_> {
    /// Refuses a pool, or a tag, of a name that another one has: when it is made, called otherwise, or put back. The server
    /// merges two tags that got one name without a network; here somebody can be asked.
    pub(super) fn has_own_name(&self, trial: &Trial) -> Result<()> {
        let after = &trial.after;
        let (fields, deleted) = (&after.shown.fields, after.shown.deleted);
        let was = trial.before.as_ref().map(|before| (&before.fields, before.deleted));
        let (taken, message) = match after.def.name {
            Pool::NAME if !deleted => (self.is_pool_taken(trial, was)?, "Another pool has this name."),
            Tag::NAME if tag::is_shown(fields, deleted) => {
                (self.is_tag_taken(trial, was)?, "Another tag has this name.")
            }
            _ => return Ok(()),
        };
        if taken { Err(Problem::new(Code::AlreadyExists).field("name", message).into()) } else { Ok(()) }
    }

    fn is_pool_taken(&self, trial: &Trial, was: Option<(&Fields, bool)>) -> Result<bool> {
        let name = rules::text(&trial.after.shown.fields, "name");
        let was = was.filter(|(_, deleted)| !deleted).map(|(fields, _)| rules::text(fields, "name"));
        if was.is_some_and(|was| pool::is_same_name(was, name)) {
            return Ok(false);
        }
        let sql = "select exists (select 1 from pools \
                   where deleted = 0 and id <> ?1 and trim(name) = ?2 collate nocase)";
        let taken = (trial.after.id.as_bytes(), name.trim());
        Ok(self.conn.prepare_cached(sql)?.query_row(taken, |row| row.get(0))?)
    }

    fn is_tag_taken(&self, trial: &Trial, was: Option<(&Fields, bool)>) -> Result<bool> {
        let name = rules::text(&trial.after.shown.fields, "name");
        let was = was.filter(|(fields, deleted)| tag::is_shown(fields, *deleted));
        if was.is_some_and(|(was, _)| tag::is_same_name(rules::text(was, "name"), name)) {
            return Ok(false);
        }
        let sql = "select name from tags where deleted = 0 and merged_into_id is null and id <> ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let names =
            statement.query_map([trial.after.id.as_bytes()], |row| row.get::<_, Option<String>>(0))?;
        for called in names {
            if called?.is_some_and(|called| tag::is_same_name(&called, name)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
