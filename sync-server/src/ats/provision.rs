//! What a new workspace starts with: the default pipeline, texts of e-mails, and reasons of rejections.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use zumodra_shared::access::Principal;
use zumodra_shared::ats::pipeline_templates::{STANDARD, StageTemplate};
use zumodra_shared::ats::{MailTemplate, Pipeline, RejectionReason, STANDARD_MAILS, STANDARD_REASONS};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, Entity as _, Fields, edit::edits_for};

use crate::app::App;
use crate::error::Result;
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::Tenant;

/// Gives a workspace its default pipeline, texts of e-mails and reasons of rejections to begin with.
pub fn provide<'a>(app: &'a App, tenant: &'a Arc<Tenant>) -> BoxFuture<'a, Result<()>> {
    async move {
        default_pipeline(app, tenant).await?;
        standard_mails(app, tenant).await?;
        standard_reasons(app, tenant).await
    }
    .boxed()
}

/// Makes the texts of e-mails to begin with, in the workspace's language. One that was deleted stays so.
///
/// # Errors
/// When they cannot be written.
pub async fn standard_mails(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    for mail in STANDARD_MAILS {
        let [name, subject, body] = if tenant.settings.language == "fr" { mail.fr } else { mail.en };
        let edits = vec![Edit::set("name", name), Edit::set("subject", subject), Edit::text("body", body)];
        let edit = ServerEdit {
            def: &MailTemplate::DEF,
            id: RecordId::new_v5(&tenant.id, format!("mail template {}", mail.key).as_bytes()),
            edits,
            create: true,
            principal: Principal::server(tenant.id),
        };
        match writer::edit(app, tenant, vec![edit], None).await {
            Err(error) if error.code() == Code::AlreadyExists => {}
            done => done?,
        }
    }
    Ok(())
}

/// Makes the reasons of rejections to begin with, in the workspace's language: all of them in one commit, or none where there
/// is one of them already, deleted ones included.
///
/// # Errors
/// When they cannot be written.
pub async fn standard_reasons(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let mut edits = Vec::with_capacity(STANDARD_REASONS.len());
    for (place, reason) in (1_i64..).zip(STANDARD_REASONS) {
        let name = if tenant.settings.language == "fr" { reason.fr } else { reason.en };
        edits.push(ServerEdit {
            def: &RejectionReason::DEF,
            id: RecordId::new_v5(&tenant.id, format!("rejection reason {}", reason.key).as_bytes()),
            edits: vec![
                Edit::set("name", name),
                Edit::set("end", reason.end.name()),
                Edit::set("place", place),
            ],
            create: true,
            principal: Principal::server(tenant.id),
        });
    }
    match writer::edit(app, tenant, edits, None).await {
        Err(error) if error.code() == Code::AlreadyExists => Ok(()),
        done => done,
    }
}

/// Makes the default pipeline in the workspace's language, unless it was made before. Its id follows from the workspace's, so that it is made once.
///
/// # Errors
/// When it cannot be written.
pub async fn default_pipeline(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let edit = ServerEdit {
        def: &Pipeline::DEF,
        id: default_pipeline_id(tenant.id),
        edits: edits_for(&Pipeline::DEF, &fields(&tenant.settings.language)),
        create: true,
        principal: Principal::server(tenant.id),
    };
    match writer::edit(app, tenant, vec![edit], None).await {
        Err(error) if error.code() == Code::AlreadyExists => Ok(()),
        done => done,
    }
}

/// The id of a workspace's default pipeline.
#[must_use]
pub fn default_pipeline_id(tenant_id: RecordId) -> RecordId {
    RecordId::new_v5(&tenant_id, b"default pipeline")
}

fn fields(language: &str) -> Fields {
    let is_french = language == "fr";
    let stages: Vec<Value> = STANDARD
        .iter()
        .enumerate()
        .map(|(at, StageTemplate { name, kind, target_days, color })| {
            json!({
                "id": format!("s{at}"), "name": if is_french { name.fr } else { name.en }, "kind": kind.name(),
                "target_days": target_days, "color": color,
            })
        })
        .collect();
    let mut fields = Fields::new();
    fields.insert("name".to_owned(), json!(if is_french { "Par défaut" } else { "Default" }));
    fields.insert("is_default".to_owned(), json!(true));
    fields.insert("stages".to_owned(), json!(stages));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipeline_speaks_the_language_of_its_workspace() {
        let names = |language: &str| -> Vec<String> {
            let fields = fields(language);
            let stages = fields["stages"].as_array().expect("stages").iter();
            stages.map(|stage| stage["name"].as_str().expect("a name").to_owned()).collect()
        };
        assert_eq!(names("en").len(), names("fr").len());
        assert!(names("fr").contains(&"Nouveau".to_owned()) && names("en").contains(&"New".to_owned()));
        assert_eq!((&fields("fr")["name"], &fields("en")["name"]), (&json!("Par défaut"), &json!("Default")));
    }
}
