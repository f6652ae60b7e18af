//! What has to stand in a record for edits to be made: judged with them, after everything that was written before.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;
use zumodra_shared::kernel::{Code, RecordId};

use super::ingest::Batch;
use super::writer::{After, Job, ServerEdit};
use crate::app::App;
use crate::error::Result;
use crate::tenants::Tenant;

/// A field with the value that it was read with.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The record.
    pub id: RecordId,
    /// The field.
    pub field: &'static str,
    /// What stands in it; null for nothing.
    pub value: Value,
}

/// Makes edits as [`super::writer::edit`] does, where something stands in a record: of two at once the second is refused.
///
/// # Errors
/// As [`super::writer::edit`]; [`Code::WrongState`] where something else stands there.
pub async fn edit_where(
    app: &App,
    tenant: &Arc<Tenant>,
    expected: Option<Expected>,
    edits: Vec<ServerEdit>,
    after: Option<After>,
) -> Result<()> {
    let (answer, waiting) = oneshot::channel();
    let writer = app.hub().writer(app, tenant);
    writer.send(Job::Edit { expected, edits, after, answer }).await.map_err(|_| Code::Unavailable)?;
    Ok(waiting.await.map_err(|_| Code::Unavailable)???)
}

impl Expected {
    /// Whether it still does.
    pub(super) async fn stands(&self, batch: &mut Batch<'_>) -> Result<bool> {
        let shown = batch.shown(self.id).await?;
        let value = shown.as_ref().and_then(|(_, shown)| shown.fields.get(self.field));
        Ok(*value.unwrap_or(&Value::Null) == self.value)
    }
}
