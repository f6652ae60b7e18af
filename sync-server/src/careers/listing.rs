//! The list of open jobs: search, filters with counts, order, pages.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use zumodra_shared::kernel::RecordId;

use super::site::query;
use super::store::Row;
use super::words::{Language, choice};

/// Jobs on one page.
pub const PAGE_JOBS: usize = 20;
/// Characters of a search.
const MAX_SEARCH_CHARS: usize = 100;
/// Words of a search; the ones beyond are left out.
const MAX_SEARCH_WORDS: usize = 8;
/// Characters of a filter's value: the longest field that is filtered by.
const MAX_FILTER_CHARS: usize = 100;
/// Options of one filter.
const MAX_OPTIONS: usize = 200;

/// The filters: name in the address, and what of a job it looks at.
type Facet = (&'static str, fn(&Row) -> &str);
/// The filters, in their order.
pub const FACETS: [Facet; 4] = [
    ("team", |row| &row.team),
    ("city", |row| &row.city),
    ("remote", |row| &row.remote),
    ("type", |row| &row.job_type),
];

/// An order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What was published last comes first, after what is featured.
    #[default]
    Newest,
    /// By title.
    Title,
    /// What closes first comes first.
    Deadline,
}

impl Sort {
    /// Every order, the usual one first.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Title, Self::Deadline];

    /// Its name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Title => "title",
            Self::Deadline => "deadline",
        }
    }
}

/// What was asked for. Whatever an address says, there is a list for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The search.
    pub search: String,
    /// The value of each filter, empty for all.
    pub filters: [String; 4],
    /// The order.
    pub sort: Sort,
    /// The page, from 1.
    pub page: usize,
}

impl Wanted {
    /// Reads a query.
    #[must_use]
    pub fn read(text: Option<&str>) -> Self {
        let mut wanted = Self { page: 1, ..Self::default() };
        for (name, value) in query(text) {
            let clean = |max: usize| {
                let value: String = value.chars().filter(|c| !c.is_control()).take(max).collect();
                value.trim().to_owned()
            };
            match name.as_str() {
                "q" | "search" => wanted.search = clean(MAX_SEARCH_CHARS),
                "sort" => {
                    wanted.sort = Sort::ALL.into_iter().find(|sort| sort.name() == value).unwrap_or_default()
                }
                "page" => wanted.page = value.parse().unwrap_or(1).max(1),
                name => {
                    if let Some(index) = FACETS.iter().position(|(facet, _)| *facet == name) {
                        wanted.filters[index] = clean(MAX_FILTER_CHARS);
                    }
                }
            }
        }
        wanted
    }

    /// The words to find.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.search.split_whitespace().take(MAX_SEARCH_WORDS).map(str::to_owned).collect()
    }

    /// Whether anything was left out on purpose.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.filters.iter().any(|filter| !filter.is_empty())
    }

    /// The query of a page of the same list.
    #[must_use]
    pub fn query(&self, page: usize, language: Option<Language>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if !self.search.is_empty() {
            query.append_pair("q", &self.search);
        }
        for ((name, _), value) in FACETS.iter().zip(&self.filters).filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if self.sort != Sort::default() {
            query.append_pair("sort", self.sort.name());
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        if let Some(language) = language {
            query.append_pair("lang", language.tag());
        }
        query.finish()
    }
}

/// One value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// In the address.
    pub value: String,
    /// For people.
    pub label: String,
    /// Jobs that choosing it would leave.
    pub count: usize,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// The list that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Open jobs in all.
    pub open: usize,
    /// The jobs that were found, in order.
    pub docs: Vec<RecordId>,
    /// The page.
    pub page: usize,
    /// Pages in all, at least one.
    pub pages: usize,
    /// The values of each filter.
    pub choices: [Vec<Choice>; 4],
}

impl Listing {
    /// Filters, counts, sorts and cuts.
    #[must_use]
    pub fn of(rows: &[Row], wanted: &Wanted, language: Language) -> Self {
        let mut found: Vec<&Row> =
            rows.iter().filter(|row| row.matched && passes(row, wanted, None)).collect();
        match wanted.sort {
            Sort::Newest => found.sort_by_key(|row| (!row.featured, Reverse(row.published_at), row.doc)),
            Sort::Title => found.sort_by_cached_key(|row| (row.title.to_lowercase(), row.doc)),
            Sort::Deadline => {
                found.sort_by_key(|row| {
                    (row.deadline.is_empty(), &row.deadline, Reverse(row.published_at), row.doc)
                });
            }
        }
        let pages = found.len().div_ceil(PAGE_JOBS).max(1);
        let page = wanted.page.clamp(1, pages);
        Self {
            open: rows.len(),
            docs: found.into_iter().map(|row| row.doc).collect(),
            page,
            pages,
            choices: std::array::from_fn(|index| choices(rows, wanted, index, language)),
        }
    }

    /// The jobs of the page.
    #[must_use]
    pub fn shown(&self) -> &[RecordId] {
        self.cut((self.page - 1) * PAGE_JOBS, PAGE_JOBS)
    }

    /// Some of the jobs that were found.
    #[must_use]
    pub fn cut(&self, offset: usize, limit: usize) -> &[RecordId] {
        let start = offset.min(self.docs.len());
        &self.docs[start..start.saturating_add(limit).min(self.docs.len())]
    }
}

/// Whether a job passes the filters, one of them left out.
fn passes(row: &Row, wanted: &Wanted, but: Option<usize>) -> bool {
    FACETS
        .iter()
        .zip(&wanted.filters)
        .enumerate()
        .all(|(index, ((_, value), filter))| filter.is_empty() || but == Some(index) || value(row) == filter)
}

/// The values of one filter, each with the jobs that it would leave while the other filters stay.
fn choices(rows: &[Row], wanted: &Wanted, facet: usize, language: Language) -> Vec<Choice> {
    let (name, value) = FACETS[facet];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| !value(row).is_empty()) {
        *counts.entry(value(row)).or_default() +=
            usize::from(row.matched && passes(row, wanted, Some(facet)));
    }
    let is_named = matches!(name, "remote" | "type");
    let mut choices: Vec<Choice> = counts
        .into_iter()
        .map(|(value, count)| Choice {
            value: value.to_owned(),
            label: if is_named { choice(language, value) } else { value.to_owned() },
            count,
            is_chosen: wanted.filters[facet] == value,
        })
        .collect();
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
    choices.truncate(MAX_OPTIONS);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u128, team: &str, city: &str) -> Row {
        Row {
            doc: RecordId::from_u128(number),
            title: format!("Job {number}"),
            team: team.into(),
            city: city.into(),
            remote: "on_site".into(),
            job_type: "full_time".into(),
            featured: false,
            published_at: i64::try_from(number).expect("small"),
            deadline: String::new(),
            matched: true,
        }
    }

    #[test]
    fn a_filter_counts_what_it_would_leave_while_the_others_stay() {
        let rows = [row(1, "Sales", "Lyon"), row(2, "Sales", "Paris"), row(3, "Data", "Lyon")];
        let wanted = Wanted::read(Some("team=Sales"));
        let listing = Listing::of(&rows, &wanted, Language::En);
        assert_eq!((listing.open, listing.docs.len()), (3, 2));
        let counts = |index: usize| -> Vec<(String, usize)> {
            listing.choices[index].iter().map(|c| (c.value.clone(), c.count)).collect()
        };
        assert_eq!(counts(0), [("Data".into(), 1), ("Sales".into(), 2)]);
        assert_eq!(counts(1), [("Lyon".into(), 1), ("Paris".into(), 1)]);
    }

    #[test]
    fn every_address_has_a_list() {
        let rows: Vec<Row> = (0..45).map(|n| row(n, "a", "b")).collect();
        for (query, page, docs) in [
            ("", 1, 20),
            ("page=3", 3, 5),
            ("page=99999", 3, 5),
            ("page=-1", 1, 20),
            ("page=x&sort=y&team=%ff", 1, 0),
        ] {
            let listing = Listing::of(&rows, &Wanted::read(Some(query)), Language::En);
            assert_eq!((listing.page, listing.shown().len()), (page, docs), "{query}");
        }
    }

    #[test]
    fn featured_jobs_come_first_and_then_the_newest() {
        let mut rows = [row(1, "", ""), row(2, "", ""), row(3, "", "")];
        rows[0].featured = true;
        let listing = Listing::of(&rows, &Wanted::read(None), Language::En);
        assert_eq!(listing.docs, [1, 3, 2].map(RecordId::from_u128));
    }

    #[test]
    fn a_query_reads_back() {
        let wanted = Wanted::read(Some("q=a+%26+b&city=S%C3%A3o+Paulo&sort=title&page=2"));
        assert_eq!(Wanted::read(Some(&wanted.query(2, None))), wanted);
    }
}
