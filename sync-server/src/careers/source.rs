//! What led somebody to the pages: a mark in the address, else the site whose link was followed. It is carried from page
//! to page in their addresses, so nothing is stored with the reader, and kept with what is sent in the end.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::site::query;

/// The mark's name in addresses.
pub const SOURCE: &str = "source";
/// Other names by which marks come: those of campaigns, and what is usual on job boards.
const NAMES: [&str; 3] = [SOURCE, "utm_source", "ref"];
/// Characters of a mark.
const MAX_SOURCE_CHARS: usize = 60;
/// Sites that have many hosts, and what they are called here.
const SITES: [(&str, &str); 6] = [
    ("linkedin.", "linkedin"),
    ("indeed.", "indeed"),
    ("glassdoor.", "glassdoor"),
    ("google.", "google"),
    ("bing.", "bing"),
    ("duckduckgo.", "duckduckgo"),
];

/// What led to a request, or an empty text.
#[must_use]
pub fn of(parts: &Parts, origin: &str) -> String {
    let marked = query(parts.uri.query()).find(|(name, _)| NAMES.contains(&name.as_str()));
    match marked.map(|(_, text)| clean(&text)) {
        Some(mark) if !mark.is_empty() => mark,
        _ => referrer(&parts.headers, origin),
    }
}

/// A mark in the one form that is kept: lower case, letters and digits and what joins them.
fn clean(text: &str) -> String {
    let joined = text.trim().to_lowercase();
    let kept = joined.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' });
    let kept: String = kept.take(MAX_SOURCE_CHARS).collect();
    kept.trim_matches(['-', '.', '_']).to_owned()
}

/// The site whose link was followed, unless that is this one.
fn referrer(headers: &HeaderMap, origin: &str) -> String {
    let Some(referrer) = headers.get(header::REFERER).and_then(|value| value.to_str().ok()) else {
        return String::new();
    };
    let Ok(referrer) = url::Url::parse(referrer) else { return String::new() };
    let own = url::Url::parse(origin).ok();
    let own = own.as_ref().and_then(url::Url::host_str).unwrap_or_default();
    let host = referrer.host_str().unwrap_or_default().to_lowercase();
    if host == own {
        return String::new();
    }
    let is_of = |part: &str| host.starts_with(part) || host.contains(&format!(".{part}"));
    if let Some((_, name)) = SITES.iter().find(|(part, _)| is_of(part)) {
        return (*name).to_owned();
    }
    // Programs on telephones name themselves too; which they are is known of the sites above alone.
    let is_page = matches!(referrer.scheme(), "http" | "https");
    if is_page { clean(host.strip_prefix("www.").unwrap_or(&host)) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn source(address: &str, referrer: &str) -> String {
        let mut request = Request::get(address);
        if !referrer.is_empty() {
            request = request.header(header::REFERER, referrer);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        of(&parts, "https://acme.example.com")
    }

    #[test]
    fn a_mark_goes_before_the_site_whose_link_was_followed() {
        for (address, referrer, expected) in [
            ("/careers/", "", ""),
            ("/careers/?source=Job+fair+2026", "", "job-fair-2026"),
            ("/careers/?utm_source=indeed", "https://www.linkedin.com/", "indeed"),
            ("/careers/?source=", "https://ca.linkedin.com/jobs", "linkedin"),
            ("/careers/", "https://www.google.co.uk/", "google"),
            ("/careers/", "https://notgoogle.example/", "notgoogle.example"),
            ("/careers/", "https://news.example.org/x?y=secret", "news.example.org"),
            ("/careers/", "https://acme.example.com/careers/", ""),
            ("/careers/", "android-app://com.linkedin.android", "linkedin"),
            ("/careers/", "android-app://com.example", ""),
            ("/careers/", "not an address", ""),
            ("/careers/?source=%3Cscript%3E%22", "", "script"),
        ] {
            assert_eq!(source(address, referrer), expected, "{address} {referrer}");
        }
        let long = source(&format!("/careers/?source={}", "x".repeat(200)), "");
        assert_eq!(long.chars().count(), MAX_SOURCE_CHARS);
    }
}
