//! Asks the server who made the changes of a record, and when, where the stream did not say it. Nobody waits for it:
//! the history is shown with what is known here, and read again when the answer has come.

use std::sync::Arc;

use zumodra_shared::accounts::Member;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::Entity as _;

use crate::engine::Workspace;

/// Asks, unless that was done a moment ago.
pub fn ask_soon(workspace: &Arc<Workspace>, kind: String, id: RecordId) {
    if !workspace.may_ask_stamps(id) {
        return;
    }
    let workspace = Arc::clone(workspace);
    tokio::spawn(async move {
        if let Err(problem) = ask(&workspace, &kind, id).await {
            tracing::info!(%id, code = %problem.code, "a history stays without the server's stamps");
        }
    });
}

async fn ask(workspace: &Arc<Workspace>, kind: &str, id: RecordId) -> Result<(), Problem> {
    let token = workspace.tokens.access(workspace).await?;
    let bytes = workspace.http.stamps(&workspace.account().server, &token, &address(kind), id).await?;
    workspace.store(move |replica, now| replica.take_stamps(id, &bytes, now)).await
}

/// Where the records of a kind are, below the API.
fn address(kind: &str) -> String {
    if kind == Member::DEF.name {
        "tenants/members".to_owned()
    } else {
        format!("ats/{}", kind.replace('_', "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_address() {
        assert_eq!(address("candidate_contacts"), "ats/candidate-contacts");
        assert_eq!(address("members"), "tenants/members");
    }
}
