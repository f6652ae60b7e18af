//! Lists over HTTP, in the documented page format: `count`, `next`, `previous`, `results`.

use axum::http::Uri;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zumodra_shared::kernel::{Code, Problem};

use crate::app::App;
use crate::error::Result;
use crate::limits::{MAX_PAGE_SIZE, PAGE_SIZE};

/// The deepest page: what is further back is found by searching.
const MAX_PAGE: i64 = 10_000;

/// The page that was asked for.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct PageQuery {
    /// Its number, from 1.
    pub page: Option<i64>,
    /// Its rows.
    pub page_size: Option<i64>,
}

/// A page within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: i64,
    size: i64,
}

impl Page {
    /// Reads which page is wanted.
    ///
    /// # Errors
    /// [`Code::InvalidFields`] for a page that cannot be.
    pub fn of(query: &PageQuery) -> Result<Self> {
        let (number, size) = (query.page.unwrap_or(1), query.page_size.unwrap_or(PAGE_SIZE));
        let mut problem = Problem::new(Code::InvalidFields);
        if !(1..=MAX_PAGE).contains(&number) {
            problem = problem.field("page", format!("Choose a page between 1 and {MAX_PAGE}."));
        }
        if !(1..=MAX_PAGE_SIZE).contains(&size) {
            problem = problem.field("page_size", format!("Choose between 1 and {MAX_PAGE_SIZE} rows."));
        }
        if problem.fields.is_empty() { Ok(Self { number, size }) } else { Err(problem.into()) }
    }

    /// Rows before the page.
    #[must_use]
    pub const fn offset(&self) -> i64 {
        (self.number - 1) * self.size
    }

    /// Rows of the page.
    #[must_use]
    pub const fn limit(&self) -> i64 {
        self.size
    }

    /// The documented answer. The neighbours keep whatever else the query said.
    #[must_use]
    pub fn answer(&self, app: &App, uri: &Uri, count: i64, rows: &[impl Serialize]) -> Value {
        let has_next = self.offset() + self.size < count;
        let next = has_next.then(|| self.neighbour(app, uri, self.number + 1));
        let previous = (self.number > 1).then(|| self.neighbour(app, uri, self.number - 1));
        json!({"count": count, "next": next, "previous": previous, "results": rows})
    }

    fn neighbour(&self, app: &App, uri: &Uri, number: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            if name != "page" {
                query.append_pair(&name, &value);
            }
        }
        query.append_pair("page", &number.to_string());
        format!("{}{}?{}", app.config().public_url(), uri.path(), query.finish())
    }
}
