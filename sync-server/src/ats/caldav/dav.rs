//! The questions to a calendar's server: WebDAV (RFC 4918), CalDAV (RFC 4791) and what changed (RFC 6578).

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use quick_xml::escape::escape;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use url::Url;

use super::web::{Answer, Failure, Login, Web};
use super::xml::{self, Multistatus, Space};
use crate::limits::{
    CALENDAR_EVENTS_ASKED, MAX_CALENDAR_EVENT_BYTES, MAX_CALENDAR_PAGES, MAX_CALENDAR_REDIRECTS,
};

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");
const CALENDAR: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");
/// The status of an answer about several addresses (RFC 4918, 11.1).
const MULTI_STATUS: u16 = 207;
/// Bytes of an answer that is read between two other things; a larger one is read where it keeps nobody waiting.
const SMALL_ANSWER_BYTES: usize = 64 << 10;
/// What begins a tag that says only what is similar (RFC 9110, 8.8.1): no condition holds for it.
const WEAK: &str = "W/";
/// The status of a calendar that has more to tell (RFC 6578, 3.6).
const MORE: u16 = 507;

/// How far down is asked (RFC 4918, 10.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The address itself.
    Itself,
    /// And what is in it.
    Members,
}

/// What has to be so for a write to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition<'a> {
    /// There is nothing yet.
    Absent,
    /// What is there has this tag.
    Is(&'a str),
    /// Nothing: the server tells no tags.
    Whatever,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrote {
    /// It is there, with this tag; an empty one when the server tells none.
    Done(String),
    /// What is there is something else.
    Otherwise,
    /// The server takes no such event.
    Refused,
}

/// An event as it is in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its tag.
    pub etag: String,
    /// The whole.
    pub text: String,
}

/// What there is of events: a tag for each that is there, none for one that is not. By the last part of the address, which
/// no server writes in two ways.
pub type Seen = BTreeMap<String, Option<String>>;

/// The server of a calendar, as somebody who signs in there.
#[derive(Debug)]
pub struct Dav<'a> {
    web: &'a Web,
    login: Login,
}

/// The last part of an address, which names an event in its calendar.
#[must_use]
pub fn name(href: &str) -> String {
    let path = href.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    percent_decode_str(path.rsplit('/').next().unwrap_or_default()).decode_utf8_lossy().into_owned()
}

fn named(name: &'static str, value: HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static(name), value), (CONTENT_TYPE, XML)])
}

impl<'a> Dav<'a> {
    /// As somebody.
    #[must_use]
    pub const fn new(web: &'a Web, login: Login) -> Self {
        Self { web, login }
    }

    /// An address that a server named, seen from another one of it.
    ///
    /// # Errors
    /// [`Failure::Address`] for one that may not be asked.
    pub fn address(&self, from: &Url, href: &str) -> Result<Url, Failure> {
        let url = from.join(href).map_err(|_| Failure::Unreadable)?;
        // Whoever was asked in secret is not asked in the open.
        if from.scheme() == "https" && url.scheme() != "https" {
            return Err(Failure::Address);
        }
        self.web.address(url.as_str())
    }

    async fn ask(
        &self,
        method: &str,
        url: &Url,
        headers: HeaderMap,
        body: String,
    ) -> Result<Answer, Failure> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| Failure::Unreadable)?;
        self.web.ask(&self.login, method, url, headers, body).await
    }

    /// Properties of an address, and of what is in it. Follows where the server sends on to, each time as if it had been
    /// typed, and says where that was.
    ///
    /// # Errors
    /// Why there is no such answer.
    pub async fn properties(
        &self,
        url: &Url,
        depth: Depth,
        wanted: &str,
    ) -> Result<(Url, Multistatus), Failure> {
        let body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{wanted}");
        let mut url = url.clone();
        for _ in 0..=MAX_CALENDAR_REDIRECTS {
            let depth = if depth == Depth::Itself { "0" } else { "1" };
            let headers = named("depth", HeaderValue::from_static(depth));
            let answer = self.ask("PROPFIND", &url, headers, body.clone()).await?;
            match answer.status {
                301 | 302 | 307 | 308 if !answer.location.is_empty() => {
                    url = self.address(&url, &answer.location)?;
                }
                _ => return Ok((url, several(answer).await?)),
            }
        }
        Err(Failure::Unreadable)
    }

    pub(super) async fn report(
        &self,
        calendar: &Url,
        depth: &'static str,
        body: String,
    ) -> Result<Answer, Failure> {
        self.ask("REPORT", calendar, named("depth", HeaderValue::from_static(depth)), body).await
    }

    /// What changed in a calendar since it stood so, and how it stands now. None when the server cannot tell: it knows
    /// nothing of this, or no longer what was then.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn changes(&self, calendar: &Url, since: &str) -> Result<Option<(Seen, String)>, Failure> {
        let (mut seen, mut token) = (Seen::new(), since.to_owned());
        for _ in 0..MAX_CALENDAR_PAGES {
            let body = format!(
                "<sync-collection xmlns=\"DAV:\"><sync-token>{}</sync-token><sync-level>1</sync-level>\
                 <prop><getetag/></prop></sync-collection>",
                escape(token.as_str())
            );
            let answer = match self.report(calendar, "0", body).await {
                Ok(answer) => answer,
                // More than is taken: what is ours is asked for by itself.
                Err(Failure::Unreadable) => return Ok(None),
                Err(failure) => return Err(failure),
            };
            if matches!(answer.status, 401 | 429 | 500 | 502..=504) {
                return Err(Failure::of(answer.status));
            }
            let Ok(page) = several(answer).await else { return Ok(None) };
            let Some(next) = page.sync_token else { return Ok(None) };
            let is_more = page.found.iter().any(|found| found.status == Some(MORE));
            let news = page.found.iter().filter(|found| found.status != Some(MORE));
            seen.extend(
                news.map(|found| (name(&found.href), (!found.is_gone()).then(|| found.etag().to_owned()))),
            );
            if !is_more {
                return Ok(Some((seen, next)));
            }
            token = next;
        }
        Ok(None)
    }

    /// The tags of some events.
    ///
    /// # Errors
    /// When the server does not tell.
    pub async fn tags(&self, calendar: &Url, hrefs: &[String]) -> Result<Seen, Failure> {
        let mut seen = Seen::new();
        for hrefs in hrefs.chunks(CALENDAR_EVENTS_ASKED) {
            let all: String =
                hrefs.iter().map(|href| format!("<D:href>{}</D:href>", escape(href.as_str()))).collect();
            let body = format!(
                "<C:calendar-multiget xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
                 <D:prop><D:getetag/></D:prop>{all}</C:calendar-multiget>"
            );
            let found = several(self.report(calendar, "1", body).await?).await?.found;
            seen.extend(
                found
                    .iter()
                    .map(|found| (name(&found.href), (!found.is_gone()).then(|| found.etag().to_owned()))),
            );
        }
        Ok(seen)
    }

    /// Where an event of a UID is in a calendar.
    ///
    /// # Errors
    /// When the server does not tell.
    pub async fn find(&self, calendar: &Url, uid: &str) -> Result<Option<Url>, Failure> {
        let body = format!(
            "<C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
             <D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
             <C:prop-filter name=\"UID\"><C:text-match collation=\"i;octet\">{}</C:text-match></C:prop-filter>\
             </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>",
            escape(uid)
        );
        let found = several(self.report(calendar, "1", body).await?).await?.found;
        let first =
            found.iter().find(|found| !found.is_gone() && found.status.is_none_or(|status| status < 300));
        first.map(|found| self.address(calendar, &found.href)).transpose()
    }

    /// An event; none when it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read(&self, event: &Url) -> Result<Option<Kept>, Failure> {
        let answer = self.ask("GET", event, HeaderMap::new(), String::new()).await?;
        match answer.status {
            404 | 410 => Ok(None),
            200..=299 if answer.body.len() <= MAX_CALENDAR_EVENT_BYTES => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                Ok(Some(Kept { etag: answer.etag, text }))
            }
            200..=299 => Ok(Some(Kept { etag: answer.etag, text: String::new() })),
            status => Err(Failure::of(status)),
        }
    }

    /// Writes an event.
    ///
    /// # Errors
    /// When it cannot be written for a reason that every other event has as well.
    pub async fn write(&self, event: &Url, condition: Condition<'_>, text: &str) -> Result<Wrote, Failure> {
        let condition_said = match condition {
            Condition::Absent => Some((IF_NONE_MATCH, "*")),
            Condition::Is(etag) => Some((IF_MATCH, etag)),
            Condition::Whatever => None,
        };
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, CALENDAR)]);
        if let Some((name, value)) = condition_said {
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| Failure::Unreadable)?);
        }
        let answer = self.ask("PUT", event, headers, text.to_owned()).await?;
        match answer.status {
            200..=299 => Ok(Wrote::Done(answer.etag)),
            409 | 412 => Ok(Wrote::Otherwise),
            // Somebody else's event has the UID: what servers say then differs (RFC 4791, 5.3.2.1).
            403 if says(&answer, "no-uid-conflict") => Ok(Wrote::Otherwise),
            // The calendar is gone, and not the event in it.
            404 | 410 if condition != Condition::Absent => Ok(Wrote::Otherwise),
            400 | 413 | 415 | 422 => Ok(Wrote::Refused),
            status => Err(Failure::of(status)),
        }
    }

    /// Takes an event out, if it has a tag still; whatever it is where none is known. Says whether it is out: one that is
    /// not there is.
    ///
    /// # Errors
    /// When it cannot be taken out.
    pub async fn remove(&self, event: &Url, etag: &str) -> Result<bool, Failure> {
        let mut headers = HeaderMap::new();
        if !etag.is_empty() && !etag.starts_with(WEAK) {
            headers.insert(IF_MATCH, HeaderValue::from_str(etag).map_err(|_| Failure::Unreadable)?);
        }
        let answer = self.ask("DELETE", event, headers, String::new()).await?;
        match answer.status {
            200..=299 | 404 | 410 => Ok(true),
            409 | 412 => Ok(false),
            status => Err(Failure::of(status)),
        }
    }
}

/// Whether a refusal names a condition of CalDAV. What is longer than a refusal is none.
fn says(answer: &Answer, condition: &str) -> bool {
    answer.body.len() <= SMALL_ANSWER_BYTES && xml::names(&answer.body, Space::Caldav, condition)
}

async fn read_several(body: Vec<u8>) -> Option<Multistatus> {
    if body.len() <= SMALL_ANSWER_BYTES {
        return xml::multistatus(&body);
    }
    tokio::task::spawn_blocking(move || xml::multistatus(&body)).await.ok()?
}

async fn several(answer: Answer) -> Result<Multistatus, Failure> {
    match answer.status {
        MULTI_STATUS => read_several(answer.body).await.ok_or(Failure::Unreadable),
        // A page for people, as every other web server has one.
        200..=399 | 405 | 501 => Err(Failure::NotFound),
        status => Err(Failure::of(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_known_by_the_last_part_of_its_address() {
        for href in ["/c/a%40b.ics", "https://x.example/d/a@b.ics", "a@b.ics?x=1", "/c/a%40b.ics/"] {
            assert_eq!(name(href), "a@b.ics", "{href}");
        }
        assert_eq!(name("/"), "");
    }

    #[test]
    fn nobody_is_sent_from_the_encrypted_into_the_open() {
        let (near, far) = (Web::new(true), Web::new(false));
        let login = || Login { name: String::new(), password: String::new() };
        let from = Url::parse("https://a.example/dav/").expect("an address");
        let near = Dav::new(&near, login());
        assert_eq!(near.address(&from, "http://a.example/").err(), Some(Failure::Address));
        assert_eq!(near.address(&from, "/x/").map(String::from).as_deref(), Ok("https://a.example/x/"));
        let far = Dav::new(&far, login());
        for bad in ["http://b.example/", "https://10.0.0.1/", "//127.0.0.1/", "file:///etc/passwd"] {
            assert_eq!(far.address(&from, bad).err(), Some(Failure::Address), "{bad}");
        }
        assert!(far.address(&from, "https://p01.b.example/home/").is_ok());
    }
}
