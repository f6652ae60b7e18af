//! A further document for an application: the same types, sizes and checks as in the form. It becomes an attachment of the
//! application, and who looks after the job is told once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::{Value, json};
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Attachment, AttachmentKind};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Entity as _, Fields};

use super::enter;
use super::known::{Known, Sent};
use super::pages::{handed, known_to, over, shown_kind, to_start, undelivered};
use super::store;
use super::words::PortalWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::secret::count;
use crate::careers::site::Site;
use crate::careers::token::Resume;
use crate::careers::{apply, told, upload};
use crate::error::{Error, Result};
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;
use crate::limits::MAX_PORTAL_DOCUMENTS;
use crate::mail::Content;
use crate::sync::ServerEdit;
use crate::sync::writer;

/// The file's field.
pub const DOCUMENT: &str = "document";

/// What somebody hands in of themselves.
pub const KINDS: [AttachmentKind; 5] = [
    AttachmentKind::Certificate,
    AttachmentKind::CoverLetter,
    AttachmentKind::Portfolio,
    AttachmentKind::Resume,
    AttachmentKind::Other,
];

/// A document as it was sent.
struct Handed<'a> {
    about: &'a Sent,
    kind: AttachmentKind,
    file: Resume,
    bytes: i64,
    /// What tells this form from others: sent twice, it makes one document.
    key: &'a str,
}

/// Whether a document can be handed in for an application: to the candidate it is not over.
#[must_use]
pub fn is_open(app: &App, known: &Known, sent: &Sent) -> bool {
    !shown_kind(known, sent, app.now()).is_closed()
}

/// Takes a document for an application of theirs.
pub async fn hand_in(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else { return Ok(to_start(&site)) };
        let sent = upload::read(&app, request, |name| name == DOCUMENT).await?;
        if !enter::is_theirs(&app, &entered, sent.text("form")) {
            return Ok(to_start(&site));
        }
        // What is sent twice at once is sent once, and each is counted before the next.
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let about = known.application(sent.text("application")).ok_or(Code::NotFound)?;
        if !is_open(&app, &known, about) {
            return Ok(over(&site));
        }
        match take(&app, &site, (&known, about), &sent).await? {
            Ok(()) => Ok(Redirect::to(&handed(&site, about.id)).into_response()),
            Err(refused) => undelivered(&app, &site, &entered, about.id, refused).await,
        }
    };
    privately(&site, answer.await)
}

/// Takes the file, or says in words why not.
async fn take(
    app: &App,
    site: &Site,
    (known, about): (&Known, &Sent),
    sent: &upload::Sent,
) -> Result<std::result::Result<(), (StatusCode, &'static str)>> {
    let (words, portal) = (site.words(), PortalWords::of(site.language));
    let Some(file) = sent.files.get(DOCUMENT) else {
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, words.error_document)));
    };
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let count = store::documents(&mut tx, &about.id.to_string()).await?;
    tx.commit().await?;
    if count >= MAX_PORTAL_DOCUMENTS {
        return Ok(Err((StatusCode::CONFLICT, portal.document_many)));
    }
    let bytes = match file {
        upload::SentFile::Whole { bytes, .. } => i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        upload::SentFile::TooLarge => 0,
    };
    let file = match apply::take_file(app, site, file, words).await? {
        Ok((file, _)) => file,
        Err(wrong) => return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, wrong))),
    };
    let kind = AttachmentKind::from_name(sent.text("kind"));
    let kind = if KINDS.contains(&kind) { kind } else { AttachmentKind::Other };
    let handed = Handed { about, kind, file, bytes, key: sent.text("key") };
    attach(app, site, known, &handed).await.map(Ok)
}

/// Makes the record, and tells who looks after the job, in one commit.
async fn attach(app: &App, site: &Site, known: &Known, handed: &Handed<'_>) -> Result<()> {
    let (tenant, about) = (&site.tenant, handed.about);
    let candidate = about.application.candidate_id.record();
    let id = document_id(about.id, handed.key, &handed.file.hash);
    let fields = json!({
        "candidate_id": candidate, "application_id": about.id, "job_id": about.application.job_id.record(),
        "kind": handed.kind.name(), "name": handed.file.name, "file_hash": handed.file.hash,
        "media_type": handed.file.kind.media_type(), "bytes": handed.bytes, "by_candidate": true,
    });
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    };
    let edit = ServerEdit {
        def: &Attachment::DEF,
        id,
        edits: edits_for(&Attachment::DEF, &fields),
        create: true,
        principal: Principal::server(tenant.id),
    };
    let content = Content::DocumentArrived {
        candidate: known.person(candidate).map(|person| person.candidate.name()).unwrap_or_default(),
        job_title: about.job.title.clone(),
        file: handed.file.name.clone(),
    };
    let people = told::look_after(app, tenant, &about.job, &about.scope).await?;
    let event = (format!("document_arrived/{id}"), candidate);
    let mails = told::mails(app, tenant, &people, event, &content).await?;
    let after = app.clone();
    let after: writer::After =
        Box::new(move |tx| Box::pin(async move { told::post(&after, tx, &mails).await }));
    match writer::edit(app, &Arc::clone(tenant), vec![edit], Some(after)).await {
        Err(Error::Refused(refusal)) if refusal.problem.code == Code::AlreadyExists => {}
        done => done?,
    }
    app.mail().ring();
    Ok(())
}

/// The id of a document: the same file of the same form is one document.
fn document_id(application: RecordId, key: &str, hash: &str) -> RecordId {
    let hash = blake3::hash(format!("document\n{key}\n{hash}").as_bytes());
    RecordId::new_v5(&application, hash.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_file_of_the_same_form_is_one_document() {
        let one = RecordId::from_u128(1);
        let id = document_id(one, "k", "aa");
        assert_eq!(id, document_id(one, "k", "aa"));
        for other in [
            document_id(RecordId::from_u128(2), "k", "aa"),
            document_id(one, "l", "aa"),
            document_id(one, "k", "bb"),
        ] {
            assert_ne!(id, other);
        }
    }
}
