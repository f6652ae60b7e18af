//! The few cookies of the public pages (RFC 6265): no script reads them, and no other site sends them.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::site::Site;

/// A cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: &'static str,
    /// The only folder below the site that gets it; empty for the site.
    pub folder: &'static str,
    /// Seconds that a browser keeps it.
    pub seconds: i64,
}

impl Cookie {
    /// Has a browser keep a value, which is plain ASCII: signatures, numbers and slugs are.
    pub fn set(&self, site: &Site, value: &str, response: &mut Response) {
        self.line(site, value, self.seconds, response);
    }

    /// Has a browser forget it.
    pub fn forget(&self, site: &Site, response: &mut Response) {
        self.line(site, "", 0, response);
    }

    fn line(&self, site: &Site, value: &str, seconds: i64, response: &mut Response) {
        let secure = if site.origin.starts_with("https:") { "; Secure" } else { "" };
        let folder = if self.folder.is_empty() { String::new() } else { format!("{}/", self.folder) };
        let line = format!(
            "{}={value}; Path={}/{folder}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
            self.name, site.base
        );
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    }

    /// The values that a request carries: browsers send the one of the longest path first.
    pub fn carried<'h>(&self, headers: &'h HeaderMap) -> impl Iterator<Item = &'h str> {
        let name = self.name;
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter_map(move |(named, value)| (named == name).then_some(value))
    }
}
