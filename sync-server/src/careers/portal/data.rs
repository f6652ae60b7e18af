//! What somebody takes with them: a file with what they gave, what was written to them and what they were offered, and
//! their résumé as they sent it.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use zumodra_shared::ats::rules;
use zumodra_shared::ats::{Attachment, AttachmentKind, Email, EmailStatus, InterviewStatus};
use zumodra_shared::kernel::time::rfc3339;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Items;

use super::enter;
use super::known::{Known, Met, Offered, Person, Sent};
use super::pages::{Asked, known_to, shown_kind, title, to_start};
use super::store;
use super::words::PortalWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::secret::count;
use crate::careers::site::Site;
use crate::error::Result;
use crate::files;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;

fn person(person: &Person) -> Value {
    let Person { candidate, contact, asked_at, .. } = person;
    json!({
        "first_name": candidate.first_name, "last_name": candidate.last_name, "headline": candidate.headline,
        "summary": candidate.summary, "current_company": candidate.current_company,
        "current_title": candidate.current_title, "years_experience": candidate.years_experience,
        "city": candidate.city, "state": candidate.state, "country": candidate.country,
        "willing_to_relocate": candidate.willing_to_relocate, "skills": candidate.skills, "languages": candidate.languages,
        "experience": entries(&candidate.experience), "education": entries(&candidate.education),
        "certificates": entries(&candidate.certificates),
        "source": candidate.source, "source_detail": candidate.source_detail,
        "consent_to_store": candidate.consent_to_store, "consent_on": candidate.consent_on, "consent_until": candidate.consent_until,
        "kept_until": candidate.data_retention_until,
        "asked_to_be_deleted_at": asked_at.map(rfc3339),
        "resume": { "name": candidate.resume_name, "type": candidate.resume_type, "text": candidate.resume_text },
        "email": contact.email, "phone": contact.phone, "linkedin_url": contact.linkedin_url,
        "github_url": contact.github_url, "portfolio_url": contact.portfolio_url, "website_url": contact.website_url,
        "desired_salary_min": contact.desired_salary_min, "desired_salary_max": contact.desired_salary_max,
        "desired_salary_currency": contact.desired_salary_currency,
        "desired_salary_period": contact.desired_salary_period, "available_from": contact.available_from,
        "kept_in_mind_since": candidate.keep_in_mind_at.map(|at| rfc3339(at.0)),
        "kept_in_mind_words": candidate.keep_in_mind_words, "would_change": contact.proposal, "notice_period_days": contact.notice_period_days,
        "work_authorization": contact.work_authorization,
    })
}

/// The entries of a list without the ids that they have here.
fn entries<T: Serialize>(list: &Items<T>) -> Value {
    list.0.iter().map(|entry| json!(entry.item)).collect()
}

fn application(app: &App, words: &PortalWords, known: &Known, sent: &Sent, agreed: Option<&str>) -> Value {
    let answers = sent.application.answers.0.iter();
    let answers: Vec<Value> = answers
        .map(|given| json!({ "question": given.item.question, "answer": given.item.answer }))
        .collect();
    json!({
        "job": title(words, sent), "applied_at": rfc3339(sent.application.applied_at.0),
        "stands": words.stands(shown_kind(known, sent, app.now())).0,
        "cover_letter": sent.application.cover_letter, "answers": answers, "agreed_to": agreed,
    })
}

fn interview(known: &Known, words: &PortalWords, Met { interview: met, place, .. }: &Met) -> Option<Value> {
    let sent = known.applications.iter().find(|sent| sent.id == met.application_id.record())?;
    // One that is offered has no time yet.
    let is_offered = met.status == InterviewStatus::Proposed;
    let offered: Vec<String> = met.offered(0).into_iter().map(rfc3339).collect();
    let starts_at = (!is_offered).then(|| rfc3339(met.starts_at.0));
    Some(json!({
        "job": title(words, sent), "starts_at": starts_at, "offered_times": offered, "minutes": met.minutes,
        "time_zone": met.time_zone, "kind": met.kind, "status": met.status, "place": place,
        "meeting_url": met.meeting_url, "meeting_id": met.meeting_id, "meeting_password": met.meeting_password,
        "message": met.message, "asked_for_another_time": met.wish,
    }))
}

fn offer(offered: &Offered) -> Value {
    let (letter, terms) = (&offered.letter, &offered.letter.terms.offer);
    json!({
        "sent_at": rfc3339(letter.sent_at), "is_signed": letter.is_signed, "title": terms.title,
        "employment": terms.employment, "salary_minor_units": terms.salary, "currency": terms.currency,
        "period": terms.period, "bonus_minor_units": terms.bonus, "signing_bonus_minor_units": terms.signing_bonus,
        "department": terms.department, "weekly_minutes": terms.weekly_minutes, "components": terms.components,
        "equity_kind": terms.equity_kind, "equity_shares": terms.equity_shares,
        "vesting_months": terms.vesting_months, "cliff_months": terms.cliff_months,
        "equity": terms.equity, "days_off": terms.days_off, "benefits": terms.benefits, "place": terms.place,
        "conditions": terms.conditions, "starts_on": terms.starts_on, "expires_on": terms.expires_on,
    })
}

fn email(email: &Email) -> Value {
    json!({
        "direction": email.direction, "address": email.address, "subject": email.subject, "body": email.body,
        "at": email.at.map(|at| rfc3339(at.0)), "status": email.status,
    })
}

async fn collected(app: &App, site: &Site, address: &str, known: &Known) -> Result<Value> {
    let words = PortalWords::of(site.language);
    let mut tx = app.db().tenant_snapshot(&site.tenant.schema).await?;
    let emails = store::emails(&mut tx, &known.ids()).await?;
    let attachments = store::attachments(&mut tx, &known.ids()).await?;
    let sent: Vec<RecordId> = known.applications.iter().map(|sent| sent.id).collect();
    let agreed: HashMap<RecordId, String> = store::agreed(&mut tx, &sent).await?.into_iter().collect();
    tx.commit().await?;
    let is_of_theirs =
        |of: Option<RecordId>| of.is_none_or(|of| known.applications.iter().any(|sent| sent.id == of));
    let attachments = attachments.iter().filter_map(|(_, fields)| rules::read::<Attachment>(&fields.0));
    // What people hand in and send of themselves: what others say of them is said in confidence, and what nobody named is not known.
    let attachments = attachments.filter(|file| {
        file.by_candidate
            || matches!(
                file.kind,
                AttachmentKind::Resume
                    | AttachmentKind::CoverLetter
                    | AttachmentKind::Portfolio
                    | AttachmentKind::Certificate
            )
    });
    let attachments =
        attachments.filter(|file| is_of_theirs(file.application_id.as_ref().map(|id| id.record())));
    let files: Vec<Value> = attachments
        .map(|file| json!({ "name": file.name, "kind": file.kind, "type": file.media_type, "asked": file.label }))
        .collect();
    // What waits may be called back yet; another address is another person's, or may be.
    let is_theirs = |email: &Email| {
        matches!(email.status, EmailStatus::Sent | EmailStatus::Received)
            && email.address.trim().to_lowercase() == address
            && is_of_theirs(email.application_id.as_ref().map(|id| id.record()))
    };
    let emails = emails.iter().filter_map(|(_, fields)| rules::read::<Email>(&fields.0));
    let emails: Vec<Value> = emails.filter(is_theirs).map(|one| email(&one)).collect();
    let with = |sent: &Sent| application(app, words, known, sent, agreed.get(&sent.id).map(String::as_str));
    let applications: Vec<Value> = known.applications.iter().map(with).collect();
    let interviews: Vec<Value> =
        known.interviews.iter().filter_map(|met| interview(known, words, met)).collect();
    Ok(json!({
        "workspace": site.tenant.name, "address": address, "made_at": rfc3339(app.now()),
        "people": known.people.iter().map(person).collect::<Vec<_>>(),
        "applications": applications, "interviews": interviews,
        "offers": known.offers.iter().filter(|offered| offered.letter.is_theirs).map(offer).collect::<Vec<_>>(), "emails": emails,
        "files": files, "left_out": words.left_out,
    }))
}

/// The file.
pub async fn download(State(app): State<App>, site: Site, from: ClientAddr, headers: HeaderMap) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else { return Ok(to_start(&site)) };
        let known = known_to(&app, &site, &entered).await?;
        let text = format!("{:#}\n", collected(&app, &site, &entered.address, &known).await?);
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.json\"")),
        ];
        Ok((headers, text).into_response())
    };
    privately(&site, answer.await)
}

/// A résumé as it came.
pub async fn resume(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else { return Ok(to_start(&site)) };
        let known = known_to(&app, &site, &entered).await?;
        let person = asked.candidate.parse().ok().and_then(|id| known.person(id)).ok_or(Code::NotFound)?;
        let hash = person.candidate.resume_hash.as_deref().ok_or(Code::NotFound)?;
        let file = files::actions::find(&app, &site.tenant, hash).await?;
        let bytes = files::actions::read(&app, &site.tenant, &file, 0..file.size()).await?;
        // Always as a file: what somebody sent is not shown as a page of ours.
        let disposition = files::disposition(&person.candidate.resume_name);
        let disposition =
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (header::CONTENT_DISPOSITION, disposition),
        ];
        Ok((headers, bytes).into_response())
    };
    privately(&site, answer.await)
}
