//! What happens when a form is sent: it is read, judged, and kept as a submission, once.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};

use super::form::{
    Consent, EMAIL, Form, HONEYPOT, PATIENCE, PROOF, READ, TOKEN, Typed, kept_field, may_have_file,
};
use super::held::{self, Reason};
use super::job::Target;
use super::prefill;
use super::process;
use super::proof::{self, PROOF_BITS};
use super::site::Site;
use super::standard::Answered;
use super::store::{self, Submission};
use super::survey;
use super::token::{Age, FormToken, Resume};
use super::upload::{self, Sent, SentFile};
use super::words::{Language, Words};
use crate::app::App;
use crate::error::Result;
use crate::files::{FileKind, actions as files};
use crate::http::limit::{Class, Who};

/// Characters kept of what a browser calls itself.
const MAX_USER_AGENT_CHARS: usize = 300;

/// What became of a form that was sent.
#[derive(Debug)]
pub enum Submitted {
    /// It was kept, now or before.
    Kept {
        /// What lets who sent it answer the survey, once; none for a program.
        once: Option<RecordId>,
    },
    /// It has to be sent again.
    Again {
        /// The form with what was typed and what is wrong.
        form: Box<Form>,
        /// The status that says so.
        status: StatusCode,
        /// When to come back.
        retry_after: Option<Duration>,
    },
}

/// Who sent a form.
#[derive(Debug, Clone)]
pub struct Sender {
    /// From which address.
    pub addr: IpAddr,
    /// With which program.
    pub user_agent: String,
}

/// An empty form with a token of its own.
#[must_use]
pub fn open(app: &App, site: &Site, target: Target<'_>) -> Form {
    let mut form = Form::blank(target, &Consent::of(site), site.language);
    form.token = FormToken::open(app).sealed(app, site.tenant.id, target.id());
    form.proof_bits = if is_under_pressure(app, site) { PROOF_BITS } else { 0 };
    form
}

fn is_under_pressure(app: &App, site: &Site) -> bool {
    app.pressure().is_high(site.tenant.id, app.now(), app.config().rates.alarm)
}

/// Takes a form.
///
/// # Errors
/// [`Code::TooLarge`] and [`Code::BadRequest`] for what cannot be read as a form, [`Code::TooManyRequests`] for an
/// address that tries without end.
pub async fn submit(
    app: &App,
    site: &Site,
    target: Target<'_>,
    request: Request,
    from: Sender,
) -> Result<Submitted> {
    app.limiters().count(Class::Anon, Who::address(from.addr))?;
    let sent = upload::read(app, request, may_have_file).await?;
    app.pressure().count(site.tenant.id, app.now(), app.config().rates.alarm);
    let words = site.words();
    let mut form = open(app, site, target);
    if !sent.text(HONEYPOT).trim().is_empty() {
        return keep_spam(app, site, target, &sent, &from).await;
    }
    let Some((token, age)) = carried_token(app, site, target, &sent, &mut form) else {
        return unusable(app, site, &sent, form, words.error_expired).await;
    };
    if !sent.text(READ).is_empty() {
        return prefill::read(app, site, &sent, &from, form).await;
    }
    if age != Age::Ready {
        let again = unusable(app, site, &sent, form, words.error_fast).await?;
        hold_again(app, site, target, (&token, Reason::Fast), &again, &from).await?;
        return Ok(again);
    }
    if let Some(wait) = unproven(app, site, &token, &sent, &mut form) {
        if is_kept(app, site, token.submission(sent.text(EMAIL))).await? {
            return Ok(kept(app, &token, sent.text(EMAIL)));
        }
        // Nothing of a flood is stored, its files least of all.
        form.message = words.error_pressure;
        keep_taken(app, site, &sent, &mut form).await?;
        ask_for_file_again(&mut form, &sent, words);
        form.fill(&sent, words);
        let status = StatusCode::TOO_MANY_REQUESTS;
        let again = Submitted::Again { form: Box::new(form), status, retry_after: Some(wait) };
        hold_again(app, site, target, (&token, Reason::Unproven), &again, &from).await?;
        return Ok(again);
    }
    let is_large = sent.files.values().any(|file| *file == SentFile::TooLarge);
    take_files(app, site, &sent, &mut form, words).await?;
    form.fill(&sent, words);
    if form.is_wrong() {
        let status = if is_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
        return Ok(again(form, status));
    }
    let id = token.submission(&form.email());
    if is_kept(app, site, id).await? {
        return Ok(kept(app, &token, &form.email()));
    }
    if let Err(refused) = app.limiters().count(Class::Apply, Who::address(from.addr)) {
        form.message = words.error_often;
        let (status, retry_after) = (StatusCode::TOO_MANY_REQUESTS, refused.refusal().retry_after);
        let again = Submitted::Again { form: Box::new(form), status, retry_after };
        hold_again(app, site, target, (&token, Reason::Rate), &again, &from).await?;
        return Ok(again);
    }
    keep(app, site, target, &form, id, &from).await?;
    Ok(kept(app, &token, &form.email()))
}

fn kept(app: &App, token: &FormToken, email: &str) -> Submitted {
    Submitted::Kept { once: Some(survey::once(app, token, email)) }
}

/// A form that has to be sent again.
pub fn again(form: Form, status: StatusCode) -> Submitted {
    Submitted::Again { form: Box::new(form), status, retry_after: None }
}

/// A form whose token does not let it be sent now.
async fn unusable(
    app: &App,
    site: &Site,
    sent: &Sent,
    mut form: Form,
    message: &'static str,
) -> Result<Submitted> {
    form.message = message;
    keep_taken(app, site, sent, &mut form).await?;
    form.fill(sent, site.words());
    Ok(again(form, StatusCode::UNPROCESSABLE_ENTITY))
}

/// Says that the files which were sent have to be chosen again.
pub fn ask_for_file_again(form: &mut Form, sent: &Sent, words: &Words) {
    for name in sent.files.keys() {
        if let Some(field) = form.field_mut(name) {
            words.error_file_again.clone_into(&mut field.error);
        }
    }
}

/// The token that was sent, unless it is too old, and whether it may be used now. The form keeps it.
fn carried_token(
    app: &App,
    site: &Site,
    target: Target<'_>,
    sent: &Sent,
    form: &mut Form,
) -> Option<(FormToken, Age)> {
    let config = app.config();
    let token = FormToken::read(app, site.tenant.id, target.id(), sent.text(TOKEN))?;
    let age = token.age(app.now(), config.form_min_ms, config.form_max_ms);
    if age == Age::Old {
        return None;
    }
    sent.text(TOKEN).clone_into(&mut form.token);
    Some((token, age))
}

/// How long somebody is asked to wait whose form brings neither a proof of work nor enough patience while too many
/// forms arrive; none when it may be taken.
fn unproven(app: &App, site: &Site, token: &FormToken, sent: &Sent, form: &mut Form) -> Option<Duration> {
    let email = sent.text(EMAIL);
    if form.proof_bits == 0 || proof::is_proof(sent.text(TOKEN), email, sent.text(PROOF)) {
        return None;
    }
    let (tenant_id, patience_ms) = (site.tenant.id, app.config().form_patience_ms);
    let Some(since) = proof::waits_since(app, tenant_id, token, email, sent.text(PATIENCE)) else {
        form.patience = proof::wait_from(app, tenant_id, token, email);
        return Some(whole_ms(patience_ms));
    };
    sent.text(PATIENCE).clone_into(&mut form.patience);
    let left = since + patience_ms - app.now();
    if left > 0 {
        return Some(whole_ms(left));
    }
    // Programs can wait too: only so many are taken this way.
    let taken = app.limiters().count(Class::Patient, Who::Workspace(tenant_id));
    taken.err().map(|refused| refused.refusal().retry_after.unwrap_or(whole_ms(patience_ms)))
}

fn whole_ms(ms: Millis) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

/// Keeps in the form the files that were taken with an earlier try and are still there: what nobody sends is removed after
/// a while.
///
/// # Errors
/// When the database cannot be read.
pub async fn keep_taken(app: &App, site: &Site, sent: &Sent, form: &mut Form) -> Result<()> {
    for name in form.file_fields() {
        let text = sent.text(&kept_field(&name));
        let Some(file) = Resume::read(app, site.tenant.id, text) else { continue };
        if files::still_wanted(app, &site.tenant, &file.hash).await? {
            form.keep_file(&name, file, text.to_owned());
        }
    }
    Ok(())
}

/// Takes the files: those that were sent now, and those that were taken with an earlier try.
///
/// # Errors
/// When a file cannot be kept.
pub async fn take_files(app: &App, site: &Site, sent: &Sent, form: &mut Form, words: &Words) -> Result<()> {
    keep_taken(app, site, sent, form).await?;
    for name in form.file_fields() {
        let Some(file) = sent.files.get(&name) else { continue };
        match take_file(app, site, file, words).await? {
            Ok((file, sealed)) => form.keep_file(&name, file, sealed),
            Err(error) => {
                if let Some(field) = form.field_mut(&name) {
                    error.clone_into(&mut field.error);
                }
            }
        }
    }
    Ok(())
}

/// A file that was taken, with the text that carries it.
type Taken = (Resume, String);

/// Takes a file that somebody sent, or says in words why not.
///
/// # Errors
/// When the file cannot be kept.
pub async fn take_file(
    app: &App,
    site: &Site,
    file: &SentFile,
    words: &Words,
) -> Result<std::result::Result<Taken, &'static str>> {
    let SentFile::Whole { name, bytes } = file else { return Ok(Err(words.error_file_large)) };
    let tenant = &site.tenant;
    match files::keep(app, tenant, RecordId::nil(), name, bytes.clone()).await {
        Ok(kept) => {
            let kind = FileKind::from_media_type(&kept.media_type).ok_or(Code::UnsupportedFile)?;
            let taken = Resume { hash: kept.hash, kind, name: name.clone() };
            let sealed = taken.sealed(app, tenant.id);
            Ok(Ok((taken, sealed)))
        }
        Err(refused) => match refused.code() {
            Code::TooLarge => Ok(Err(words.error_file_large)),
            Code::UnsupportedFile | Code::InvalidFields => Ok(Err(words.error_file_type)),
            _ => Err(refused),
        },
    }
}

async fn is_kept(app: &App, site: &Site, id: RecordId) -> Result<bool> {
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let is_kept = store::is_kept(&mut tx, id).await?;
    tx.commit().await?;
    Ok(is_kept)
}

/// What was typed, with the ids of the records that it becomes.
fn typed(app: &App, site: &Site, target: Target<'_>, form: &Form) -> Typed {
    let settings = &site.tenant.settings;
    let workspace = Language::of_tag(&settings.language).unwrap_or(Language::En);
    let mut typed = form.typed(target, site.language, workspace);
    let currency = target.job().map(|public| public.job.salary_currency.as_str());
    let currency = currency.filter(|currency| !currency.is_empty()).unwrap_or(&settings.currency);
    typed.standard = Answered::of(form, site.language, currency);
    typed.source = site.source.clone();
    typed.candidate_id = app.new_id();
    typed.contact_id = app.new_id();
    typed.application_id = app.new_id();
    for document in &mut typed.documents {
        document.id = app.new_id();
    }
    typed
}

fn submission(
    app: &App,
    site: &Site,
    target: Target<'_>,
    form: &Form,
    id: RecordId,
    from: &Sender,
) -> Result<Submission> {
    let typed = typed(app, site, target, form);
    Ok(Submission {
        id,
        job_id: target.id(),
        resume_hash: form.resume.as_ref().map(|(resume, _)| resume.hash.clone()),
        file_hashes: typed.documents.iter().map(|document| document.hash.clone()).collect(),
        form: serde_json::to_value(&typed).map_err(anyhow::Error::from)?,
        remote_addr: from.addr.to_string(),
        user_agent: from.user_agent.chars().take(MAX_USER_AGENT_CHARS).collect(),
        state: "pending".to_owned(),
        reason: String::new(),
        created_at: app.now(),
        admitted_at: None,
    })
}

async fn keep(
    app: &App,
    site: &Site,
    target: Target<'_>,
    form: &Form,
    id: RecordId,
    from: &Sender,
) -> Result<()> {
    let submission = submission(app, site, target, form, id, from)?;
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let is_new = store::keep(&mut tx, &submission).await?;
    tx.commit().await?;
    if is_new {
        tracing::info!(tenant = %site.tenant.id, submission = %id, job = %target.id(), "an application arrived");
        process::spawn(app, &site.tenant, id);
    }
    Ok(())
}

/// Keeps what a program sent, for people to look at, and answers as always: the program learns nothing. Of whom did not agree
/// nothing is kept.
async fn keep_spam(
    app: &App,
    site: &Site,
    target: Target<'_>,
    sent: &Sent,
    from: &Sender,
) -> Result<Submitted> {
    let mut form = open(app, site, target);
    form.fill(sent, site.words());
    if !form.is_agreed_to() {
        return Ok(Submitted::Kept { once: None });
    }
    let submission = submission(app, site, target, &form, app.new_id(), from)?;
    held::keep(app, &site.tenant, submission, Reason::Honeypot).await?;
    tracing::info!(tenant = %site.tenant.id, client = %from.addr, "spam was set apart");
    Ok(Submitted::Kept { once: None })
}

/// Keeps a form that has to be sent again, for people to look at, if nothing else is wrong with it: they agreed to that. Its
/// sender sends it again, which takes its place, or was no person.
async fn hold_again(
    app: &App,
    site: &Site,
    target: Target<'_>,
    (token, reason): (&FormToken, Reason),
    again: &Submitted,
    from: &Sender,
) -> Result<()> {
    let Submitted::Again { form, .. } = again else { return Ok(()) };
    // Files were not kept, so their fields are empty.
    if form.wrong().iter().any(|field| !field.is_file()) {
        return Ok(());
    }
    let id = token.submission(&form.email());
    held::keep(app, &site.tenant, submission(app, site, target, form, id, from)?, reason).await
}
