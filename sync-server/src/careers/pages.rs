//! The pages: what each of them shows, and the headers that all of them have.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::alerts;
use super::assets;
use super::content::{self, Part, Pictured, Place, Said, Shared, Way, said};
use super::feeds::Feed;
use super::fields::named;
use super::form::Form;
use super::job::Target;
use super::listing::{Choice, DISTANCES_KM, FACETS, Hit, Listing, Near, Sort, Wanted};
use super::portal;
use super::show::{day, day_of, salary};
use super::site::Site;
use super::survey::Offer;
use super::text::{blocks, html, linked, teaser};
use super::words::{Language, Words, fill};
use crate::error::Error;
use crate::tenants::Settings;

/// What a page may load and do: its own style, script, picture and form, and nothing else from anywhere; asking its own
/// origin is what checkers of pages do in its name. A macro, so that the policy of most pages is made when the program is.
macro_rules! policy {
    () => {
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors "
    };
}
/// The policy of a page that stands alone.
const POLICY: &str = concat!(policy!(), "'none'");
/// Characters of a page's description.
pub const MAX_DESCRIPTION_CHARS: usize = 160;

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The texts.
    pub words: &'static Words,
    /// The language's tag.
    pub lang: &'static str,
    /// The language of what the workspace wrote.
    pub content_lang: String,
    /// The other language's tag.
    pub other_lang: &'static str,
    /// The language as OpenGraph names it.
    pub locale: &'static str,
    /// The title of the site.
    pub site_title: String,
    /// The list of jobs; empty when there is no site.
    pub home: String,
    /// Where candidates see their own; empty when there is no site.
    pub portal: String,
    /// The same page in the other language; empty when there is none.
    pub switch: String,
    /// The page's own address; empty when it is not to be found by searching.
    pub canonical: String,
    /// The whole addresses of the page in each of its languages, with the tag of each; empty where it has but one.
    pub alternates: Vec<(&'static str, String)>,
    /// A sentence about the page.
    pub description: String,
    /// The style, the script and the colours.
    pub style: String,
    /// See `style`.
    pub script: String,
    /// See `style`.
    pub theme: String,
    /// The page's icon.
    pub icon: String,
    /// The workspace's logo.
    pub logo: Option<Picture>,
    /// How to reach the people who hire, with its addresses as links.
    pub contact: String,
    /// What the workspace has people read: address and name.
    pub policies: Vec<(String, &'static str)>,
    /// The feeds of the site: address, media type, title.
    pub feeds: Vec<(String, &'static str, &'static str)>,
    /// The ways to pages of the workspace's own.
    pub ways: Vec<Way>,
    /// Where else the workspace is found: address and name.
    pub elsewhere: Vec<(String, &'static str)>,
    /// The picture that other sites show beside a link.
    pub shared: Option<Shared>,
    /// Whether what is shown is not all for everybody.
    pub is_preview: bool,
}

/// A picture of our own origin.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Where it is.
    pub path: String,
    /// Pixels from left to right, and from top to bottom: a page does not move when the picture arrives.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

impl Frame {
    /// Around a page of no site.
    #[must_use]
    pub fn bare(language: Language) -> Self {
        Self {
            words: language.words(),
            lang: language.tag(),
            content_lang: language.tag().to_owned(),
            other_lang: language.other().tag(),
            locale: language.open_graph(),
            site_title: String::new(),
            home: String::new(),
            portal: String::new(),
            switch: String::new(),
            canonical: String::new(),
            alternates: Vec::new(),
            description: String::new(),
            style: assets::style(),
            script: assets::script(),
            theme: String::new(),
            icon: assets::icon(),
            logo: None,
            contact: String::new(),
            policies: Vec::new(),
            feeds: Vec::new(),
            ways: Vec::new(),
            elsewhere: Vec::new(),
            shared: None,
            is_preview: false,
        }
    }

    /// Around a page of a site.
    #[must_use]
    pub fn of(site: &Site) -> Self {
        let settings = &site.tenant.settings;
        Self {
            content_lang: settings.language.clone(),
            site_title: site.title().to_owned(),
            home: site.home(),
            portal: portal::path(site, ""),
            theme: site.theme(),
            icon: site.icon().unwrap_or_else(assets::icon),
            logo: settings.careers_logo.as_ref().zip(site.logo()).map(|(logo, path)| Picture {
                path,
                width: logo.width,
                height: logo.height,
            }),
            contact: linked(&settings.careers_contact),
            policies: policies(settings, site.words()),
            feeds: Feed::ALL
                .iter()
                .map(|feed| (site.address(feed.file()), feed.bare_type(), feed.title()))
                .collect(),
            ways: content::ways(site),
            elsewhere: content::elsewhere(site),
            shared: content::shared(site),
            is_preview: !site.preview.is_empty(),
            ..Self::bare(site.language)
        }
    }

    /// Names the same page in the other language, by its path below the site's folder and its query.
    #[must_use]
    pub fn switched(mut self, site: &Site, rest: &str, query: &str) -> Self {
        let joint = if query.is_empty() { "" } else { "&" };
        let other = site.language.other().tag();
        self.switch = site.way_with(rest, &format!("{query}{joint}lang={other}"));
        self
    }
}

/// What a workspace has people read.
fn policies(settings: &Settings, words: &'static Words) -> Vec<(String, &'static str)> {
    let named = [(&settings.careers_privacy_url, words.privacy), (&settings.careers_terms_url, words.terms)];
    let given = named.into_iter().filter(|(address, _)| !address.is_empty());
    given.map(|(address, name)| (address.clone(), name)).collect()
}

/// The policy of a page that others may frame.
#[must_use]
pub fn page_policy(ancestors: &str) -> String {
    format!("{}{ancestors}", policy!())
}

/// A page as an answer.
pub fn answer(status: StatusCode, page: &impl Template) -> Response {
    let text = match page.render() {
        Ok(text) => text,
        Err(error) => return Error::Failed(error.into()).into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept-language")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    (status, headers, text).into_response()
}

/// A refusal.
#[derive(Template)]
#[template(path = "careers/error.html")]
pub struct ErrorPage {
    /// What stands around.
    pub frame: Frame,
    /// What happened.
    pub title: &'static str,
    /// What to do.
    pub text: &'static str,
    /// What was typed and could not be taken, to be copied; empty where nothing was.
    pub kept: String,
}

/// One job in the list.
pub struct Card {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The language of the title.
    pub lang: String,
    /// Team, place, and so on.
    pub facts: Vec<String>,
    /// When it was published.
    pub posted: String,
    /// The last day, or an empty text.
    pub deadline: String,
    /// Whether it is shown first.
    pub is_featured: bool,
}

impl Card {
    /// A job that was found.
    #[must_use]
    pub fn of(site: &Site, hit: &Hit<'_>, near: &Near) -> Self {
        let (public, job, language) = (hit.public, &hit.public.job, site.language);
        let distance = match (hit.km, near) {
            (Some(km), Near::City(city)) => fill(site.words().distance, &[&format!("{km:.0}"), city.name]),
            _ => String::new(),
        };
        let facts = [
            job.team.clone(),
            public.place(),
            distance,
            named(language, job.remote_policy.name()),
            named(language, job.job_type.name()),
            salary(language, job).unwrap_or_default(),
        ];
        let title = site.posted(public).title;
        Self {
            href: site.job(&public.slug),
            title: title.text.to_owned(),
            lang: title.lang.to_owned(),
            facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(),
            posted: job.published_at.map(|at| day(language, &day_of(at.0))).unwrap_or_default(),
            deadline: public.deadline().map(|date| day(language, date)).unwrap_or_default(),
            is_featured: job.is_featured,
        }
    }
}

/// A filter of the list.
pub struct Filter<'a> {
    /// Its name in the address.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What stands for all.
    pub any: &'static str,
    /// Its values.
    pub choices: &'a [Choice],
}

/// The list of jobs.
#[derive(Template)]
#[template(path = "careers/list.html")]
pub struct ListPage<'a> {
    frame: Frame,
    page_title: String,
    hero: Said,
    tagline: Said,
    cover: Option<Pictured>,
    parts: Vec<Part>,
    about: String,
    wanted: &'a Wanted,
    lang: &'static str,
    source: &'a str,
    filters: Vec<Filter<'a>>,
    salaries: &'a [Choice],
    skills: &'a [Choice],
    has_skills: bool,
    has_places: bool,
    distances: Vec<(u16, String, bool)>,
    unknown_place: String,
    spontaneous: String,
    alert: String,
    sorts: Vec<(&'static str, &'static str, bool)>,
    is_empty: bool,
    count: String,
    cards: Vec<Card>,
    page_of: String,
    previous: String,
    next: String,
}

impl<'a> ListPage<'a> {
    /// The page of a list.
    #[must_use]
    pub fn of(site: &'a Site, wanted: &'a Wanted, listing: &'a Listing<'_>) -> Self {
        let (words, settings) = (site.words(), &site.tenant.settings);
        let said_here = &site.content.content;
        // Who looks for something in particular finds the list alone.
        let is_whole = !wanted.is_narrowed() && listing.page == 1;
        let sections = if is_whole { said_here.sections.as_slice() } else { &[] };
        let asked = site.is_asked.then_some(site.language);
        let link = |page: usize| site.way_with("", &wanted.query(page, asked));
        let unknown_place = match listing.near {
            Near::Unknown => fill(words.place_unknown, &[&wanted.near]),
            Near::Anywhere | Near::City(_) => String::new(),
        };
        Self {
            frame: list_frame(site, wanted, listing),
            page_title: said(&said_here.meta_title, site.language).text,
            hero: content::or_settings(site, &said_here.hero_title, site.title()),
            tagline: content::or_settings(site, &said_here.hero_subtitle, &settings.careers_tagline),
            cover: content::pictured(site, said_here.cover.as_ref()).filter(|_| is_whole),
            parts: content::parts(&Place::of(site), sections, &site.content.pictures),
            about: html(&blocks(&settings.careers_about)),
            wanted,
            lang: asked.map(Language::tag).unwrap_or_default(),
            source: &site.source,
            filters: filters(words, listing),
            salaries: &listing.salaries,
            skills: &listing.skills,
            has_skills: !wanted.skills.is_empty(),
            has_places: listing.has_places || !wanted.near.is_empty(),
            distances: distances(words, wanted),
            unknown_place,
            spontaneous: if settings.careers_spontaneous { site.way("apply/") } else { String::new() },
            alert: alerts::place(site, wanted),
            sorts: sorts(words, listing),
            is_empty: listing.open == 0,
            count: counted(words, wanted.is_narrowed(), listing.hits.len()),
            cards: listing.shown().iter().map(|hit| Card::of(site, hit, &listing.near)).collect(),
            page_of: fill(words.page_of, &[&listing.page.to_string(), &listing.pages.to_string()]),
            previous: if listing.page > 1 { link(listing.page - 1) } else { String::new() },
            next: if listing.page < listing.pages { link(listing.page + 1) } else { String::new() },
        }
    }
}

fn list_frame(site: &Site, wanted: &Wanted, listing: &Listing<'_>) -> Frame {
    let settings = &site.tenant.settings;
    let mut frame = Frame::of(site).switched(site, "", &wanted.query(listing.page, None));
    let about =
        teaser(&format!("{} {}", settings.careers_tagline, settings.careers_about), MAX_DESCRIPTION_CHARS);
    frame.description = if about.is_empty() { frame.site_title.clone() } else { about };
    let description = said(&site.content.content.meta_description, site.language).text;
    if !description.is_empty() {
        frame.description = description;
    }
    if !wanted.is_narrowed() && site.preview.is_empty() {
        let query = if listing.page > 1 { format!("?page={}", listing.page) } else { String::new() };
        frame.canonical = site.address(&query);
    }
    frame
}

fn filters<'a>(words: &'static Words, listing: &'a Listing<'_>) -> Vec<Filter<'a>> {
    let labels = [
        (words.team, words.any_f),
        (words.city, words.any_f),
        (words.remote, words.any),
        (words.job_type, words.any),
        (words.experience, words.any),
    ];
    let all = FACETS.iter().zip(labels).zip(&listing.choices);
    let shown = all.filter(|(_, choices)| !choices.is_empty());
    shown.map(|(((name, _), (label, any)), choices)| Filter { name, label, any, choices }).collect()
}

fn distances(words: &Words, wanted: &Wanted) -> Vec<(u16, String, bool)> {
    let label = |km: u16| fill(words.within, &[&km.to_string()]);
    DISTANCES_KM.iter().map(|km| (*km, label(*km), *km == wanted.km())).collect()
}

fn sorts(words: &Words, listing: &Listing<'_>) -> Vec<(&'static str, &'static str, bool)> {
    let label = |sort| match sort {
        Sort::Newest => words.sort_newest,
        Sort::Title => words.sort_title,
        Sort::Deadline => words.sort_deadline,
        Sort::Distance => words.sort_distance,
    };
    let is_near = matches!(listing.near, Near::City(_));
    // The usual order has no name in the form, so that it follows from what else is asked for.
    let usual = if is_near { Sort::Distance } else { Sort::Newest };
    let others = Sort::ALL.into_iter().filter(|sort| *sort != usual && (is_near || *sort != Sort::Distance));
    let name = |sort: Sort| if sort == usual { "" } else { sort.name() };
    let all = std::iter::once(usual).chain(others);
    all.map(|sort| (name(sort), label(sort), listing.order == sort)).collect()
}

/// How many jobs there are, in words.
#[must_use]
pub fn counted(words: &Words, is_narrowed: bool, count: usize) -> String {
    match (is_narrowed, count) {
        (false, 1) => words.count_one.to_owned(),
        (false, count) => fill(words.count_many, &[&count.to_string()]),
        (true, 1) => words.found_one.to_owned(),
        (true, count) => fill(words.found_many, &[&count.to_string()]),
    }
}

/// The application form.
#[derive(Template)]
#[template(path = "careers/apply.html")]
pub struct ApplyPage {
    frame: Frame,
    title: String,
    back: String,
    back_label: &'static str,
    action: String,
    form: Form,
    honeypot: &'static str,
    read: &'static str,
    ticked: &'static str,
}

impl ApplyPage {
    /// The page of a form.
    #[must_use]
    pub fn of(site: &Site, target: Target<'_>, form: Form) -> Self {
        let words = site.words();
        let mut frame = Frame::of(site).switched(site, &target.form(), "");
        let (title, back, back_label) = match target {
            Target::Job(public) => {
                let title = site.posted(public).title.text;
                (fill(words.apply_for, &[title]), site.job(&public.slug), words.back_to_job)
            }
            Target::AnyWork => (words.spontaneous_title.to_owned(), site.home(), words.back_to_jobs),
        };
        frame.description = format!("{title} · {}", words.form_intro);
        // The form of a job is found as the job.
        frame.canonical = match target {
            Target::Job(public) => site.job_address(public),
            Target::AnyWork => site.address(&target.form()),
        };
        Self {
            frame,
            title,
            back,
            back_label,
            action: site.way(&target.form()),
            form,
            honeypot: super::form::HONEYPOT,
            read: super::form::READ,
            ticked: super::form::ticked(),
        }
    }
}

/// The confirmation.
#[derive(Template)]
#[template(path = "careers/sent.html")]
pub struct SentPage {
    frame: Frame,
    text: String,
    survey: Offer,
}

impl SentPage {
    /// The confirmation of an application, with the survey that is offered.
    #[must_use]
    pub fn of(site: &Site, target: Target<'_>, offer: Option<Offer>) -> Self {
        let (words, company) = (site.words(), site.tenant.name.as_str());
        let text = match target {
            Target::Job(public) => fill(words.sent_text, &[company, site.posted(public).title.text]),
            Target::AnyWork => fill(words.sent_spontaneous, &[company]),
        };
        let frame = Frame::of(site).switched(site, &target.sent(), "");
        Self { frame, text, survey: offer.unwrap_or_default() }
    }
}
