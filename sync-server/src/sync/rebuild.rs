//! Makes the projection and the scopes' sums anew from the documents: rebuild equals incremental, and a test says so.

use std::collections::HashMap;

use serde_json::Value;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::sync::judge::Working;

use super::store::{self, ERASED, RecordRow};
use crate::app::App;
use crate::error::Result;
use crate::tenants::Tenant;

/// Documents in one step of the walk.
const STEP: i64 = 500;

/// What a rebuild did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Documents that were projected.
    pub documents: u64,
    /// Documents that do not load; their rows are left as they were.
    pub damaged: u64,
}

/// Projects every document of a tenant anew, in one transaction under the head's lock.
///
/// # Errors
/// When the database cannot be read or written; nothing is changed then.
pub async fn rebuild(app: &App, tenant: &Tenant) -> Result<Rebuilt> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let head = store::lock_head(&mut tx).await?;
    store::clear_scopes(&mut tx).await?;
    let mut done = Rebuilt::default();
    let mut sums: HashMap<String, (i64, i64)> = HashMap::new();
    let mut after = RecordId::nil();
    loop {
        let rows = store::walk(&mut tx, after, STEP).await?;
        let Some(last) = rows.last() else { break };
        after = last.doc;
        let mut records = Vec::with_capacity(rows.len());
        for row in rows.into_iter().filter(|row| row.scope != ERASED) {
            for scope in std::iter::once(&row.scope).chain(&row.shares) {
                let sum = sums.entry(scope.clone()).or_default();
                sum.0 += 1;
                sum.1 = sum.1.wrapping_add(row.state_hash);
            }
            let def = registry::by_code(u16::try_from(row.kind).unwrap_or_default());
            let working = def.map(|def| Working::load(row.doc, def, row.saved, row.created_by));
            if let Some(Ok(working)) = working {
                done.documents += 1;
                let (deleted, fields) = (working.shown.deleted, Value::Object(working.shown.fields));
                records.push(RecordRow { doc: row.doc, kind: row.kind, deleted, fields });
            } else {
                done.damaged += 1;
                tracing::warn!(doc = %row.doc, "a document does not load");
            }
        }
        store::write(&mut tx, head, &[], &[], &records, &[], &HashMap::new()).await?;
    }
    store::write(&mut tx, head, &[], &[], &[], &[], &sums).await?;
    tx.commit().await?;
    Ok(done)
}
