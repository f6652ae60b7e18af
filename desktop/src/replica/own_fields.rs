//! Values of a workspace's own fields, as the server will judge them.

use zumodra_shared::ats::{Candidate, CustomField, CustomFieldKind, custom_field};
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::schema::Entity as _;
use zumodra_shared::sync::judge::Trial;

use super::Tx;
use super::error::Result;

impl Tx<'_> {
    /// Refuses a value that its field does not hold, and a field whose key another one has.
    pub(super) fn fits_own_fields(&self, trial: &Trial) -> Result<()> {
        let (def, fields) = (trial.after.def, &trial.after.shown.fields);
        let before = trial.before.as_ref().map(|shown| &shown.fields);
        if def.name == Candidate::NAME {
            for (key, value) in custom_field::given(before, fields) {
                if self.own_field(key)?.is_some_and(|kind| !kind.holds(value)) {
                    let message = format!("This is no value of {key}.");
                    return Err(Problem::new(Code::InvalidFields).field("custom", message).into());
                }
            }
        }
        let key = fields.get("key").and_then(serde_json::Value::as_str);
        let is_new = def.name == CustomField::NAME && before.is_none();
        if let Some(key) = key.filter(|_| is_new)
            && self.own_field(key)?.is_some()
        {
            let message = "Another field has this key.";
            return Err(Problem::new(Code::AlreadyExists).field("key", message).into());
        }
        Ok(())
    }

    /// The type of the field with this key, if there is one, deleted or not.
    fn own_field(&self, key: &str) -> Result<Option<CustomFieldKind>> {
        let mut statement =
            self.conn.prepare_cached("select kind from custom_fields where key = ?1 limit 1")?;
        let mut rows = statement.query([key])?;
        let kind: Option<String> = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(kind.map(|kind| CustomFieldKind::from_name(&kind)))
    }
}
