//! The interviews ahead in the portal: where and when they are, a file for a calendar, and another time that is asked for.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Interview, interview_wish};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Entity as _;

use super::enter;
use super::known::{Met, Sent};
use super::pages::{Asked, known_to, path, path_of, shown_kind, to_start};
use super::words::PortalWords;
use crate::app::App;
use crate::ats::calendar;
use crate::careers::error::privately;
use crate::careers::notice::Notice;
use crate::careers::pages;
use crate::careers::secret::count;
use crate::careers::site::Site;
use crate::careers::told;
use crate::careers::when::when;
use crate::careers::words::{Language, fill};
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;
use crate::mail::Content;
use crate::sync::ServerEdit;
use crate::sync::writer::{self, After};
use crate::tenants::Tenant;

/// What a file for a calendar is.
const MEDIA_TYPE: &str = "text/calendar; charset=utf-8; method=PUBLISH";

/// An interview as the page shows it.
pub struct ShownMeeting {
    /// Which one.
    pub id: String,
    /// When, in words.
    pub when: String,
    /// Where, in words, or an empty text.
    pub place: String,
    /// Where on the network, or an empty text.
    pub url: String,
    /// What the network asks for.
    pub facts: Vec<String>,
    /// Where its file is.
    pub file: String,
    /// What was asked for, in words, or an empty text.
    pub wished: String,
    /// Whether another time can be asked for.
    pub can_ask: bool,
}

impl ShownMeeting {
    /// An interview at an instant.
    #[must_use]
    pub fn of(site: &Site, met: &Met, now: Millis) -> Self {
        let (words, next) = (PortalWords::of(site.language), &met.interview);
        let id = met.id.to_string();
        let facts =
            [(words.meeting_number, &next.meeting_id), (words.meeting_password, &next.meeting_password)];
        let wished = next.wished();
        Self {
            when: when(site.language, next.starts_at.0, next.minutes, &next.time_zone),
            place: if met.place.is_empty() {
                String::new()
            } else {
                fill(words.meeting_where, &[&met.place])
            },
            url: Some(next.meeting_url.clone()).filter(|url| url.starts_with("https://")).unwrap_or_default(),
            facts: facts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(label, value)| fill(label, &[value]))
                .collect(),
            file: path_of(site, "interview.ics", "interview", &id),
            wished: wished.map_or_else(String::new, |wish| fill(words.time_asked, &[&format!("“{wish}”.")])),
            can_ask: wished.is_none() && next.starts_at.0 > now,
            id,
        }
    }
}

/// Where it is seen that another time was asked for.
pub fn asked(site: &Site, application: RecordId) -> String {
    format!("{}#of-{application}", path(site, ""))
}

/// A note that a few words are needed.
pub fn wordless(site: &Site) -> Response {
    let words = PortalWords::of(site.language);
    let back = (path(site, ""), words.back);
    let page = Notice::saying(site, words.time_empty_title, words.time_empty_text, back);
    pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Asks for another time: it is written at the interview and on the timeline, and who planned it is told, once for the time
/// that does not suit.
///
/// # Errors
/// [`Code::ReasonRequired`] without a word, [`Code::WrongState`] for an interview that is not ahead, else why it cannot be
/// written.
pub async fn ask(app: &App, tenant: &Arc<Tenant>, (met, sent): (&Met, &Sent), says: &str) -> Result<()> {
    let words = PortalWords::of(Language::of_tag(&tenant.settings.language).unwrap_or(Language::En));
    let (reason, interview) = (told::line(says), &met.interview);
    let candidate = interview.candidate_id.record();
    let edit = ServerEdit {
        def: &Interview::DEF,
        id: met.id,
        edits: interview_wish(interview, &reason, app.now())?,
        create: false,
        principal: Principal::server(tenant.id),
    };
    let about = json!({
        "candidate_id": candidate, "application_id": sent.id, "job_id": sent.application.job_id.record(),
        "body": format!("{} {}", words.note_other_time, fill(words.note_reason, &[&reason])),
    });
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let people = calendar::planners(app, tenant, &mut tx, met.id).await?;
    let meeting = calendar::told_to_planners(app, tenant, &mut tx, met.id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    let content = Content::InterviewTimeAsked { meeting: meeting.meeting, reason };
    let event = (format!("interview_time_asked/{}/{}", met.id, interview.starts_at.0), candidate);
    let mails = told::mails(app, tenant, &people, event, &content).await?;
    let own = app.clone();
    let post: After = Box::new(move |tx| Box::pin(async move { told::post(&own, tx, &mails).await }));
    let edits = vec![edit, told::note(tenant, app.new_id(), about)];
    writer::edit(app, tenant, edits, Some(post)).await?;
    app.mail().ring();
    Ok(())
}

/// An interview ahead as a file for a calendar.
pub async fn file(
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
        let (met, sent) = known.next(&asked.interview, app.now()).ok_or(Code::NotFound)?;
        if shown_kind(&known, sent, app.now()).is_closed() {
            return Err(Code::NotFound.into());
        }
        // The rows of what was told are read as they are written: with a lock.
        let mut tx = app.db().tenant(&site.tenant.schema).await?;
        let language = site.language.tag();
        let text = calendar::file_for_candidate(&app, &site.tenant, &mut tx, met.id, language).await?;
        tx.commit().await?;
        let text = text.ok_or(Code::NotFound)?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"interview.ics\"")),
        ];
        Ok((headers, text).into_response())
    };
    privately(&site, answer.await)
}
