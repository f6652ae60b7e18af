//! What a new workspace starts with: a template of what is to be done when somebody begins.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use zumodra_shared::access::Principal;
use zumodra_shared::hr::{OnboardingTemplate, standard};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Entity as _;
use zumodra_shared::schema::edit::edits_for;

use crate::app::App;
use crate::error::Result;
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::Tenant;

/// Gives a workspace its standard template; see [`standard_template`].
pub fn provide<'a>(app: &'a App, tenant: &'a Arc<Tenant>) -> BoxFuture<'a, Result<()>> {
    standard_template(app, tenant).boxed()
}

/// Makes the standard template, in the workspace's language, unless it was made before: one that was deleted stays so.
///
/// # Errors
/// When it cannot be written.
pub async fn standard_template(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let template = serde_json::to_value(standard(&tenant.settings.language)).unwrap_or_default();
    let edit = ServerEdit {
        def: &OnboardingTemplate::DEF,
        id: RecordId::new_v5(&tenant.id, b"standard onboarding"),
        edits: edits_for(&OnboardingTemplate::DEF, template.as_object().unwrap_or(&serde_json::Map::new())),
        create: true,
        principal: Principal::server(tenant.id),
    };
    match writer::edit(app, tenant, vec![edit], None).await {
        Err(error) if error.code() == Code::AlreadyExists => Ok(()),
        done => done,
    }
}
