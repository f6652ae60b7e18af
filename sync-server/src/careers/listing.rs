//! The list of open jobs: search, filters with counts, distance, order, pages.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::board::{Board, Listed};
use super::job::PublicJob;
use super::places::{self, City, folded};
use super::show::grouped;
use super::site::query;
use super::words::{Language, choice, fill};

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
/// The distances from a place that can be chosen, in kilometres.
pub const DISTANCES_KM: [u16; 5] = [10, 25, 50, 100, 250];
/// The distance when none was chosen.
const USUAL_KM: u16 = 50;
/// Skills that may be asked for at once; the ones beyond are left out.
const MAX_SKILLS: usize = 5;
/// Skills that can be chosen: the ones that most jobs ask for.
const MAX_SKILL_OPTIONS: usize = 40;
/// Amounts of pay that can be chosen.
const MAX_PAY_OPTIONS: i64 = 8;
/// The filters by one value.
pub const FILTERS: usize = 5;

/// The filters: name in the address, and what of a job it looks at.
type Facet = (&'static str, fn(&PublicJob) -> &str);
/// The filters, in their order.
pub const FACETS: [Facet; FILTERS] = [
    ("team", |public| &public.job.team),
    ("city", |public| &public.job.location_city),
    ("remote", |public| known(public.job.remote_policy.name())),
    ("type", |public| known(public.job.job_type.name())),
    ("level", |public| known(public.job.experience_level.name())),
];

/// Whether a filter's values are choices that have words of their own.
#[must_use]
pub fn is_named(filter: &str) -> bool {
    matches!(filter, "remote" | "type" | "level")
}

/// A choice's wire name, of those that this version knows.
fn known(name: &str) -> &str {
    if name == "unknown" { "" } else { name }
}

/// An order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// What was published last comes first, after what is featured.
    Newest,
    /// By title.
    Title,
    /// What closes first comes first.
    Deadline,
    /// What is nearest comes first.
    Distance,
}

impl Sort {
    /// Every order, the usual one first.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Title, Self::Deadline, Self::Distance];

    /// Its name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Title => "title",
            Self::Deadline => "deadline",
            Self::Distance => "distance",
        }
    }
}

/// What was asked for. Whatever an address says, there is a list for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The search.
    pub search: String,
    /// The value of each filter, empty for all.
    pub filters: [String; FILTERS],
    /// The skills that a job has to ask for, each of them.
    pub skills: Vec<String>,
    /// What a job has to pay in a year at least, in whole units of the board's currency; 0 for anything.
    pub salary: i64,
    /// The place to be near to, as it was typed.
    pub near: String,
    /// How near, in kilometres; 0 for the usual.
    km: u16,
    /// The order; none for the usual one.
    sort: Option<Sort>,
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
                "sort" => wanted.sort = Sort::ALL.into_iter().find(|sort| sort.name() == value),
                "near" => wanted.near = clean(MAX_FILTER_CHARS),
                "salary" => wanted.salary = pay(&value).unwrap_or_default(),
                "skill" => {
                    let skill = clean(MAX_FILTER_CHARS);
                    let is_new = wanted.skills.iter().all(|other| folded(other) != folded(&skill));
                    if is_new && !skill.is_empty() && wanted.skills.len() < MAX_SKILLS {
                        wanted.skills.push(skill);
                    }
                }
                "km" => {
                    let km = value.parse().ok().filter(|km| DISTANCES_KM.contains(km));
                    wanted.km = km.unwrap_or_default();
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
    fn words(&self) -> Vec<String> {
        self.search.split_whitespace().take(MAX_SEARCH_WORDS).map(folded).collect()
    }

    /// How near, in kilometres.
    #[must_use]
    pub const fn km(&self) -> u16 {
        if self.km == 0 { USUAL_KM } else { self.km }
    }

    /// The order. Who looks near a place wants what is nearest.
    #[must_use]
    pub fn sort(&self) -> Sort {
        match self.sort {
            Some(Sort::Distance) if self.near.is_empty() => Sort::Newest,
            Some(sort) => sort,
            None if self.near.is_empty() => Sort::Newest,
            None => Sort::Distance,
        }
    }

    /// The same list in the usual order.
    #[must_use]
    pub fn unsorted(self) -> Self {
        Self { sort: None, ..self }
    }

    /// Whether anything was left out on purpose.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let texts = self.filters.iter().chain([&self.search, &self.near]);
        texts.into_iter().any(|text| !text.is_empty()) || !self.skills.is_empty() || self.salary > 0
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
        for skill in &self.skills {
            query.append_pair("skill", skill);
        }
        if self.salary > 0 {
            query.append_pair("salary", &self.salary.to_string());
        }
        if !self.near.is_empty() {
            query.append_pair("near", &self.near);
            query.append_pair("km", &self.km().to_string());
        }
        if let Some(sort) = self.sort {
            query.append_pair("sort", sort.name());
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

/// An amount that an address asks for.
#[must_use]
pub fn pay(text: &str) -> Option<i64> {
    /// Digits of the longest amount.
    const MAX_DIGITS: usize = 12;
    let is_amount = (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_amount)
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

/// What became of the place to be near to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// None was asked for.
    Anywhere,
    /// Nobody here knows where it is: the list leaves it aside.
    Unknown,
    /// It is this one.
    City(&'static City),
}

/// A job that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<'b> {
    /// The job.
    pub public: &'b PublicJob,
    /// How far away it is, when a place was asked for.
    pub km: Option<f64>,
}

/// The list that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing<'b> {
    /// Open jobs in all.
    pub open: usize,
    /// The jobs that were found, in order.
    pub hits: Vec<Hit<'b>>,
    /// The page.
    pub page: usize,
    /// Pages in all, at least one.
    pub pages: usize,
    /// The values of each filter.
    pub choices: [Vec<Choice>; FILTERS],
    /// The skills that can be asked for.
    pub skills: Vec<Choice>,
    /// The amounts of pay that can be asked for.
    pub salaries: Vec<Choice>,
    /// The place.
    pub near: Near,
    /// Whether the place of any job is known, so that asking for what is near makes sense.
    pub has_places: bool,
    /// The order: by distance only from a place that is known.
    pub order: Sort,
}

/// A job with what the search and the place say about it.
struct Judged<'b> {
    listed: &'b Listed,
    is_match: bool,
    km: Option<f64>,
}

impl<'b> Listing<'b> {
    /// Filters, counts, sorts and cuts.
    #[must_use]
    pub fn of(board: &'b Board, wanted: &Wanted, language: Language) -> Self {
        let near = match (wanted.near.is_empty(), places::typed(&wanted.near)) {
            (true, _) => Near::Anywhere,
            (false, Some(city)) => Near::City(city),
            (false, None) => Near::Unknown,
        };
        let words = wanted.words();
        let judged: Vec<Judged<'b>> =
            board.jobs.iter().map(|listed| judged(listed, &words, near, wanted.km())).collect();
        let narrow = Narrow::of(board, wanted);
        let passing = judged.iter().filter(|job| job.is_match && narrow.passes(job.listed, But::Nothing));
        let mut hits: Vec<Hit<'b>> =
            passing.map(|job| Hit { public: &job.listed.public, km: job.km }).collect();
        let order = match (near, wanted.sort()) {
            (Near::Anywhere | Near::Unknown, Sort::Distance) => Sort::Newest,
            (_, order) => order,
        };
        sort(&mut hits, order, language);
        let pages = hits.len().div_ceil(PAGE_JOBS).max(1);
        Self {
            open: board.jobs.len(),
            hits,
            page: wanted.page.clamp(1, pages),
            pages,
            choices: std::array::from_fn(|index| choices(&judged, &narrow, index, language)),
            skills: skills(&judged, &narrow),
            salaries: salaries(&judged, &narrow, language),
            near,
            order,
            has_places: board.jobs.iter().any(|listed| listed.city.is_some()),
        }
    }

    /// The jobs of the page.
    #[must_use]
    pub fn shown(&self) -> &[Hit<'b>] {
        self.cut((self.page - 1) * PAGE_JOBS, PAGE_JOBS)
    }

    /// Some of the jobs that were found.
    #[must_use]
    pub fn cut(&self, offset: usize, limit: usize) -> &[Hit<'b>] {
        let start = offset.min(self.hits.len());
        &self.hits[start..start.saturating_add(limit).min(self.hits.len())]
    }
}

fn judged<'b>(listed: &'b Listed, words: &[String], near: Near, max_km: u16) -> Judged<'b> {
    let is_found = words.iter().all(|word| listed.text.contains(word.as_str()));
    let km = match (near, listed.city) {
        (Near::City(city), Some(at)) => Some(city.at.km_to(at.at)),
        _ => None,
    };
    let is_near = !matches!(near, Near::City(_)) || km.is_some_and(|km| km <= f64::from(max_km));
    Judged { listed, is_match: is_found && is_near, km }
}

fn sort(hits: &mut [Hit<'_>], sort: Sort, language: Language) {
    let published = |hit: &Hit<'_>| Reverse(hit.public.job.published_at.map_or(0, |at| at.0));
    match sort {
        Sort::Newest => {
            hits.sort_by_key(|hit| (!hit.public.job.is_featured, published(hit), hit.public.id));
        }
        Sort::Title => hits.sort_by_cached_key(|hit| {
            // Where nobody says which language a job is in, what is written in that of the page comes first.
            (folded(hit.public.posted(language.tag(), "").title.text), hit.public.id)
        }),
        Sort::Deadline => hits.sort_by_key(|hit| {
            let day = hit.public.deadline().unwrap_or_default();
            (day.is_empty(), day, published(hit), hit.public.id)
        }),
        Sort::Distance => hits.sort_by(|one, other| {
            let km = |hit: &Hit<'_>| hit.km.unwrap_or(f64::MAX);
            let later = || (published(one), one.public.id).cmp(&(published(other), other.public.id));
            km(one).total_cmp(&km(other)).then_with(later)
        }),
    }
}

/// A filter that is left out, to count what choosing in it would leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum But {
    Nothing,
    Facet(usize),
    Pay,
}

/// What jobs have to be.
struct Narrow<'w> {
    wanted: &'w Wanted,
    board: &'w Board,
    /// The places of the skills on the board; none for one that no job asks for.
    skills: Vec<Option<usize>>,
}

impl<'w> Narrow<'w> {
    fn of(board: &'w Board, wanted: &'w Wanted) -> Self {
        let skills = wanted.skills.iter().map(|skill| board.skill(skill)).collect();
        Self { wanted, board, skills }
    }

    /// What a job pays, where that can be compared.
    fn pay(&self, listed: &Listed) -> Option<i64> {
        listed.pay.filter(|_| listed.public.job.salary_currency == self.board.currency)
    }

    /// Whether a job passes the filters, one of them left out.
    fn passes(&self, listed: &Listed, but: But) -> bool {
        let mut facets = FACETS.iter().zip(&self.wanted.filters).enumerate();
        let is_paid = || self.pay(listed).is_some_and(|pay| pay >= self.wanted.salary);
        facets.all(|(index, ((_, value), filter))| {
            filter.is_empty() || but == But::Facet(index) || value(&listed.public) == filter
        }) && self.skills.iter().all(|skill| skill.is_some_and(|at| listed.skills.contains(&at)))
            && (self.wanted.salary == 0 || but == But::Pay || is_paid())
    }
}

/// The values of one filter, each with the jobs that it would leave while the other filters stay.
fn choices(jobs: &[Judged<'_>], narrow: &Narrow<'_>, facet: usize, language: Language) -> Vec<Choice> {
    let (name, value) = FACETS[facet];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for job in jobs.iter().filter(|job| !value(&job.listed.public).is_empty()) {
        *counts.entry(value(&job.listed.public)).or_default() +=
            usize::from(job.is_match && narrow.passes(job.listed, But::Facet(facet)));
    }
    let mut choices: Vec<Choice> = counts
        .into_iter()
        .map(|(value, count)| Choice {
            value: value.to_owned(),
            label: if is_named(name) { choice(language, value) } else { value.to_owned() },
            count,
            is_chosen: narrow.wanted.filters[facet] == value,
        })
        .collect();
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
    choices.truncate(MAX_OPTIONS);
    choices
}

/// The skills, each with the jobs that asking for it too would leave; what is asked for first, then what leaves most.
fn skills(jobs: &[Judged<'_>], narrow: &Narrow<'_>) -> Vec<Choice> {
    let known = &narrow.board.skills;
    let mut counts = vec![0_usize; known.len()];
    for job in jobs.iter().filter(|job| job.is_match && narrow.passes(job.listed, But::Nothing)) {
        for at in &job.listed.skills {
            counts[*at] += 1;
        }
    }
    let mut choices: Vec<Choice> = known
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(at, (skill, count))| Choice {
            value: skill.written.clone(),
            label: skill.written.clone(),
            count,
            is_chosen: narrow.skills.contains(&Some(at)),
        })
        .filter(|choice| choice.is_chosen || choice.count > 0)
        .collect();
    choices
        .sort_by_cached_key(|choice| (!choice.is_chosen, Reverse(choice.count), choice.label.to_lowercase()));
    choices.truncate(MAX_SKILL_OPTIONS);
    choices
}

/// Amounts of pay, each with the jobs that pay as much while the other filters stay.
fn salaries(jobs: &[Judged<'_>], narrow: &Narrow<'_>, language: Language) -> Vec<Choice> {
    let Some(most) = jobs.iter().filter_map(|job| narrow.pay(job.listed)).max() else { return Vec::new() };
    let step = round_step(most / MAX_PAY_OPTIONS);
    let steps = (1..=MAX_PAY_OPTIONS).map(|times| step.saturating_mul(times));
    let mut amounts: Vec<i64> = steps.filter(|amount| *amount <= most).collect();
    let chosen = narrow.wanted.salary;
    if chosen > 0 && !amounts.contains(&chosen) {
        amounts.push(chosen);
        amounts.sort_unstable();
    }
    let others = jobs.iter().filter(|job| job.is_match && narrow.passes(job.listed, But::Pay));
    let pays: Vec<i64> = others.filter_map(|job| narrow.pay(job.listed)).collect();
    let label =
        |amount| fill(language.words().salary_from, &[&grouped(language, amount), &narrow.board.currency]);
    amounts
        .into_iter()
        .map(|amount| Choice {
            value: amount.to_string(),
            label: label(amount),
            count: pays.iter().filter(|pay| **pay >= amount).count(),
            is_chosen: amount == chosen,
        })
        .collect()
}

/// The first of 1, 2, 5, 10, 20, 50 and so on that is no less than an amount.
fn round_step(amount: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for step in [unit, unit.saturating_mul(2), unit.saturating_mul(5)] {
            if step >= amount {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
