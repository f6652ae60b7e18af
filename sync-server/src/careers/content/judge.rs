//! What may stand on career pages: every field that needs another value is named by where it is, as in
//! `pages.0.sections.2.title`.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::model::{Content, Image, Item, KINDS, Page, Section, SectionKind, Social, Text};
use crate::careers::words::Language;
use crate::check::{Check, is_hidden};
use crate::tenants::logo::Logo;

/// Sections of the list of jobs, and of each page.
pub const MAX_SECTIONS: usize = 20;
/// Items of a section.
pub const MAX_ITEMS: usize = 20;
/// Pages of a workspace's own.
pub const MAX_PAGES: usize = 20;
/// Pages that every page leads to: more would be no navigation.
pub const MAX_IN_NAVIGATION: usize = 6;
/// Characters of a title, and of what stands on a button.
pub const MAX_TITLE_CHARS: usize = 200;
/// See [`MAX_TITLE_CHARS`].
pub const MAX_LABEL_CHARS: usize = 60;
/// Characters of a section's text, and of an item's.
pub const MAX_TEXT_CHARS: usize = 5_000;
/// See [`MAX_TEXT_CHARS`].
pub const MAX_ITEM_CHARS: usize = 2_000;
/// Characters of a number that is shown large.
pub const MAX_NUMBER_CHARS: usize = 20;
/// Characters of what stands below the large title.
pub const MAX_SUBTITLE_CHARS: usize = 500;
/// Characters of a title and of a sentence for those who search: what search engines show.
pub const MAX_META_TITLE_CHARS: usize = 60;
/// See [`MAX_META_TITLE_CHARS`].
pub const MAX_META_DESCRIPTION_CHARS: usize = 160;
/// Characters of what a picture shows.
pub const MAX_ALT_CHARS: usize = 200;
/// Characters of what people agree to.
pub const MAX_CONSENT_CHARS: usize = 1_000;
/// Characters of an address.
pub const MAX_LINK_CHARS: usize = 300;
/// Characters of the last part of a page's address.
pub const MAX_SLUG_CHARS: usize = 60;
/// Pixels of the longest side of the picture in a browser's tab.
pub const MAX_FAVICON_SIDE: u32 = 512;
/// Parts of addresses that are those of other pages: one of these names would be taken for it.
pub const RESERVED_SLUGS: &[&str] = &[
    "admin", "alerts", "api", "applied", "apply", "assets", "careers", "embed", "feed", "home", "index",
    "jobs", "login", "logo", "offer", "p", "pictures", "portal", "preview", "robots", "search", "sitemap",
    "survey", "times",
];
/// Where the pages of a place are: hosts whose subdomains count too.
const HOSTS: &[(&str, &[&str])] = &[
    ("linkedin", &["linkedin.com"]),
    ("x", &["x.com", "twitter.com"]),
    ("facebook", &["facebook.com", "fb.com"]),
    ("instagram", &["instagram.com"]),
    (
        "glassdoor",
        &[
            "glassdoor.com",
            "glassdoor.ca",
            "glassdoor.fr",
            "glassdoor.co.uk",
            "glassdoor.be",
            "glassdoor.ch",
            "glassdoor.de",
        ],
    ),
    ("youtube", &["youtube.com", "youtu.be"]),
];
const NEEDED: &str = "This is needed.";
const COLOR: &str = "Write a colour, as in #1f5f8b.";
const ADDRESS: &str = "Write an address that begins with https://.";

/// Judges everything at once, and brings it into the form in which it is kept.
pub fn judge(check: &mut Check, content: &mut Content, pictures: &HashMap<String, Logo>) {
    let mut judge = Judge { check, pictures };
    judge.line("hero_title", &mut content.hero_title, MAX_TITLE_CHARS);
    judge.line("hero_subtitle", &mut content.hero_subtitle, MAX_SUBTITLE_CHARS);
    judge.line("meta_title", &mut content.meta_title, MAX_META_TITLE_CHARS);
    judge.line("meta_description", &mut content.meta_description, MAX_META_DESCRIPTION_CHARS);
    judge.line("consent", &mut content.consent, MAX_CONSENT_CHARS);
    judge.color("secondary_color", &mut content.secondary_color);
    judge.color("accent_color", &mut content.accent_color);
    judge.social(&mut content.social);
    judge.image("cover", content.cover.as_mut(), Alt::Needed);
    // A tab says its title, and another site the sentence about the page: there the picture needs no words.
    judge.image("favicon", content.favicon.as_mut(), Alt::Free);
    judge.image("share", content.share.as_mut(), Alt::Free);
    judge.favicon(content.favicon.as_ref());
    judge.sections("sections", &mut content.sections);
    judge.pages(&mut content.pages);
}

/// Whether a picture has to be described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alt {
    Needed,
    Free,
}

struct Judge<'a> {
    check: &'a mut Check,
    pictures: &'a HashMap<String, Logo>,
}

/// A text without what would not be seen, and with single line ends.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect()
}

impl Judge<'_> {
    fn each(&mut self, field: &str, text: &mut Text, mut read: impl FnMut(&mut Check, &str, &str) -> String) {
        for (language, value) in [(Language::En, &mut text.en), (Language::Fr, &mut text.fr)] {
            let field = format!("{field}.{}", language.tag());
            if value.chars().any(is_hidden) {
                self.check.wrong(&field, "Write plain text.");
            }
            *value = read(self.check, &field, value);
        }
    }

    /// One line in each language; each may be empty.
    fn line(&mut self, field: &str, text: &mut Text, max: usize) {
        self.each(field, text, |check, field, value| check.line(field, value, max));
    }

    /// Several lines in each language; each may be empty.
    fn lines(&mut self, field: &str, text: &mut Text, max: usize) {
        self.each(field, text, |check, field, value| {
            let value = plain(value).trim().to_owned();
            if value.chars().count() > max {
                check.wrong(field, &format!("Write at most {max} characters."));
            }
            value
        });
    }

    fn needed(&mut self, field: &str, text: &Text) {
        if text.is_empty() {
            self.check.wrong(&format!("{field}.en"), NEEDED);
        }
    }

    fn color(&mut self, field: &str, color: &mut String) {
        *color = color.trim().to_ascii_lowercase();
        let digits = color.strip_prefix('#').unwrap_or_default();
        let is_color = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !color.is_empty() && !is_color {
            self.check.wrong(field, COLOR);
        }
    }

    fn social(&mut self, social: &mut Social) {
        let places = [
            ("linkedin", &mut social.linkedin),
            ("x", &mut social.x),
            ("facebook", &mut social.facebook),
            ("instagram", &mut social.instagram),
            ("glassdoor", &mut social.glassdoor),
            ("youtube", &mut social.youtube),
        ];
        for (name, address) in places {
            if address.trim().is_empty() {
                address.clear();
                continue;
            }
            let hosts = HOSTS.iter().find(|(place, _)| *place == name).map_or(&[][..], |(_, hosts)| *hosts);
            match secure(address).filter(|url| is_at(url, hosts)) {
                Some(url) => *address = url.into(),
                None => {
                    let first = hosts.first().copied().unwrap_or_default();
                    self.check.wrong(
                        &format!("social.{name}"),
                        &format!("Write an address of {first} that begins with https://."),
                    );
                }
            }
        }
    }

    fn image(&mut self, field: &str, image: Option<&mut Image>, alt: Alt) {
        let Some(image) = image else { return };
        if !self.pictures.contains_key(&image.hash) {
            self.check.wrong(field, "This picture is gone. Choose it again.");
        }
        self.line(&format!("{field}.alt"), &mut image.alt, MAX_ALT_CHARS);
        if alt == Alt::Needed && image.alt.is_empty() {
            self.check.wrong(&format!("{field}.alt.en"), "Say what the picture shows.");
        }
    }

    fn favicon(&mut self, favicon: Option<&Image>) {
        let Some(picture) = favicon.and_then(|image| self.pictures.get(&image.hash)) else { return };
        if picture.width != picture.height || picture.width > MAX_FAVICON_SIDE {
            let wanted = format!("Choose a square picture of at most {MAX_FAVICON_SIDE} pixels a side.");
            self.check.wrong("favicon", &wanted);
        }
    }

    fn sections(&mut self, field: &str, sections: &mut [Section]) {
        if sections.len() > MAX_SECTIONS {
            self.check.wrong(field, &format!("Up to {MAX_SECTIONS} sections."));
        }
        for (at, section) in sections.iter_mut().take(MAX_SECTIONS).enumerate() {
            self.section(&format!("{field}.{at}"), section);
        }
    }

    fn section(&mut self, field: &str, section: &mut Section) {
        let at = |name: &str| format!("{field}.{name}");
        let kind = section.kind;
        self.line(&at("title"), &mut section.title, MAX_TITLE_CHARS);
        self.lines(&at("text"), &mut section.text, MAX_TEXT_CHARS);
        self.line(&at("link_label"), &mut section.link_label, MAX_LABEL_CHARS);
        self.image(&at("picture"), section.picture.as_mut(), Alt::Needed);
        match kind {
            SectionKind::Text => self.needed(&at("text"), &section.text),
            SectionKind::Image if section.picture.is_none() => {
                self.check.wrong(&at("picture"), "Choose a picture.")
            }
            SectionKind::Cta => {
                self.needed(&at("title"), &section.title);
                self.needed(&at("link_label"), &section.link_label);
            }
            SectionKind::Video => self.needed(&at("title"), &section.title),
            SectionKind::Unknown => {
                self.check.wrong(&at("kind"), &format!("Choose one of: {}.", KINDS.join(", ")));
            }
            SectionKind::Values
            | SectionKind::Benefits
            | SectionKind::Stats
            | SectionKind::Faq
            | SectionKind::Testimonials
            | SectionKind::Image
            | SectionKind::Gallery => {}
        }
        self.link(&at("link"), section);
        self.items(&at("items"), kind, &mut section.items);
    }

    fn link(&mut self, field: &str, section: &mut Section) {
        let is_free = section.kind == SectionKind::Cta && section.link.trim().is_empty();
        if !section.kind.has_link() || is_free {
            section.link.clear();
            return;
        }
        match secure(&section.link) {
            Some(url) => section.link = url.into(),
            None => self.check.wrong(field, ADDRESS),
        }
    }

    fn items(&mut self, field: &str, kind: SectionKind, items: &mut Vec<Item>) {
        if !kind.has_items() {
            items.clear();
            return;
        }
        if items.is_empty() || items.len() > MAX_ITEMS {
            self.check.wrong(field, &format!("From 1 to {MAX_ITEMS} of them."));
        }
        for (at, item) in items.iter_mut().take(MAX_ITEMS).enumerate() {
            let at = |name: &str| format!("{field}.{at}.{name}");
            let max = if kind == SectionKind::Stats { MAX_NUMBER_CHARS } else { MAX_TITLE_CHARS };
            self.line(&at("title"), &mut item.title, max);
            self.lines(&at("text"), &mut item.text, MAX_ITEM_CHARS);
            self.image(&at("picture"), item.picture.as_mut(), Alt::Needed);
            if kind == SectionKind::Gallery {
                if item.picture.is_none() {
                    self.check.wrong(&at("picture"), "Choose a picture.");
                }
            } else {
                self.needed(&at("title"), &item.title);
            }
            if matches!(kind, SectionKind::Stats | SectionKind::Faq | SectionKind::Testimonials) {
                self.needed(&at("text"), &item.text);
            }
        }
    }

    fn pages(&mut self, pages: &mut [Page]) {
        if pages.len() > MAX_PAGES {
            self.check.wrong("pages", &format!("Up to {MAX_PAGES} pages."));
        }
        let mut taken: HashSet<String> = HashSet::new();
        let mut in_navigation = 0;
        for (at, page) in pages.iter_mut().take(MAX_PAGES).enumerate() {
            let field = |name: &str| format!("pages.{at}.{name}");
            page.slug = page.slug.trim().to_ascii_lowercase();
            if !is_slug(&page.slug) {
                let most = format!(
                    "Write up to {MAX_SLUG_CHARS} letters and digits, joined by single hyphens, as in life-here."
                );
                self.check.wrong(&field("slug"), &most);
            } else if RESERVED_SLUGS.contains(&page.slug.as_str()) {
                self.check.wrong(&field("slug"), "Another page has this address. Write another one.");
            } else if !taken.insert(page.slug.clone()) {
                self.check.wrong(&field("slug"), "Two pages cannot have one address. Write another one.");
            }
            self.line(&field("title"), &mut page.title, MAX_TITLE_CHARS);
            self.needed(&field("title"), &page.title);
            self.line(&field("meta_title"), &mut page.meta_title, MAX_META_TITLE_CHARS);
            self.line(&field("meta_description"), &mut page.meta_description, MAX_META_DESCRIPTION_CHARS);
            self.sections(&field("sections"), &mut page.sections);
            in_navigation += usize::from(page.in_navigation);
            if page.in_navigation && in_navigation > MAX_IN_NAVIGATION {
                self.check.wrong(
                    &field("in_navigation"),
                    &format!("Up to {MAX_IN_NAVIGATION} pages are in the navigation."),
                );
            }
        }
    }
}

/// The address that a text names, if nobody on the way can change what is read there.
fn secure(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let is_secure = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    (is_secure && url.as_str().len() <= MAX_LINK_CHARS).then_some(url)
}

/// Whether an address is at one of the hosts or below it, at the usual port.
fn is_at(url: &Url, hosts: &[&str]) -> bool {
    let Some(host) = url.domain() else { return false };
    let is_below = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    url.port().is_none() && hosts.iter().any(|known| host == *known || is_below(known))
}

/// Whether a text may be the last part of an address: small letters and digits, joined by single hyphens.
fn is_slug(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= MAX_SLUG_CHARS && text.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::tenants::logo::LogoKind;

    fn picture(hash: &str, width: u32, height: u32) -> (String, Logo) {
        (hash.to_owned(), Logo { hash: hash.to_owned(), kind: LogoKind::Png, width, height })
    }

    /// What is wrong with a content, by field.
    fn wrong(content: Value) -> Vec<String> {
        let mut content: Content = serde_json::from_value(content).expect("content");
        let pictures = HashMap::from([picture("a", 800, 400), picture("b", 64, 64)]);
        let mut check = Check::new();
        judge(&mut check, &mut content, &pictures);
        match check.done() {
            Ok(()) => Vec::new(),
            Err(error) => error.refusal().problem.fields.keys().cloned().collect(),
        }
    }

    #[test]
    fn every_kind_of_section_says_what_it_lacks() {
        for (section, field) in [
            (json!({"kind": "hologram"}), "sections.0.kind"),
            (json!({"kind": "text"}), "sections.0.text.en"),
            (json!({"kind": "values"}), "sections.0.items"),
            (json!({"kind": "benefits", "items": [{}]}), "sections.0.items.0.title.en"),
            (json!({"kind": "stats", "items": [{"title": {"en": "120"}}]}), "sections.0.items.0.text.en"),
            (json!({"kind": "faq", "items": [{"title": {"fr": "Où ?"}}]}), "sections.0.items.0.text.en"),
            (
                json!({"kind": "testimonials", "items": [{"text": {"en": "x"}}]}),
                "sections.0.items.0.title.en",
            ),
            (json!({"kind": "image"}), "sections.0.picture"),
            (json!({"kind": "image", "picture": {"hash": "a"}}), "sections.0.picture.alt.en"),
            (json!({"kind": "image", "picture": {"hash": "z", "alt": {"en": "x"}}}), "sections.0.picture"),
            (json!({"kind": "gallery", "items": [{}]}), "sections.0.items.0.picture"),
            (json!({"kind": "cta", "title": {"en": "x"}}), "sections.0.link_label.en"),
            (json!({"kind": "video", "title": {"en": "x"}}), "sections.0.link"),
            (json!({"kind": "video", "title": {"en": "x"}, "link": "http://a.example/"}), "sections.0.link"),
        ] {
            assert_eq!(wrong(json!({ "sections": [section] })), [field], "{section}");
        }
    }

    #[test]
    fn what_is_whole_is_taken_in_one_language_or_both() {
        let sections = json!([
            {"kind": "text", "text": {"fr": "Bonjour"}},
            {"kind": "stats", "items": [{"title": {"en": "120"}, "text": {"en": "people"}}]},
            {"kind": "image", "picture": {"hash": "a", "alt": {"fr": "Le bureau"}}},
            {"kind": "gallery", "items": [{"picture": {"hash": "a", "alt": {"en": "x"}}}]},
            {"kind": "cta", "title": {"en": "x"}, "link_label": {"en": "Look"}},
            {"kind": "video", "title": {"en": "x"}, "link": "https://video.example/1"},
        ]);
        assert_eq!(wrong(json!({ "sections": sections })), Vec::<String>::new());
    }

    #[test]
    fn a_text_is_measured_at_the_edge_in_each_language() {
        let text = |chars: usize| json!({"sections": [{"text": {"en": "x", "fr": "é".repeat(chars)}}]});
        assert_eq!(wrong(text(MAX_TEXT_CHARS)), Vec::<String>::new());
        assert_eq!(wrong(text(MAX_TEXT_CHARS + 1)), ["sections.0.text.fr"]);
        assert_eq!(wrong(json!({"hero_title": {"fr": "x".repeat(MAX_TITLE_CHARS + 1)}})), ["hero_title.fr"]);
        assert_eq!(wrong(json!({"consent": {"en": "a\u{202e}b"}})), ["consent.en"]);
        let many = |count: usize| json!({"sections": vec![json!({"text": {"en": "x"}}); count]});
        assert_eq!(wrong(many(MAX_SECTIONS)), Vec::<String>::new());
        assert_eq!(wrong(many(MAX_SECTIONS + 1)), ["sections"]);
    }

    #[test]
    fn a_link_to_another_place_is_at_that_place() {
        for (place, good, bad) in [
            ("linkedin", "https://www.linkedin.com/company/acme", "https://linkedin.com.evil.example/"),
            ("x", "https://twitter.com/acme", "https://netx.com/"),
            ("facebook", "https://fr-fr.facebook.com/acme", "http://facebook.com/acme"),
            ("instagram", "https://instagram.com/acme", "https://u@instagram.com/"),
            ("glassdoor", "https://www.glassdoor.co.uk/x", "https://glassdoor.com:8443/"),
            ("youtube", "https://youtu.be/x", "javascript:alert(1)"),
        ] {
            assert_eq!(wrong(json!({"social": {place: good}})), Vec::<String>::new(), "{good}");
            assert_eq!(wrong(json!({"social": {place: bad}})), [format!("social.{place}")], "{bad}");
        }
    }

    #[test]
    fn a_page_has_an_address_of_its_own() {
        let page = |slug: &str| json!({"slug": slug, "title": {"en": "x"}});
        assert_eq!(wrong(json!({"pages": [page("life-here"), page("Team2")]})), Vec::<String>::new());
        let longest = "x".repeat(MAX_SLUG_CHARS);
        assert_eq!(wrong(json!({"pages": [page(&longest)]})), Vec::<String>::new());
        for bad in ["", "a--b", "-a", "a-", "a/b", "é", "apply", "Jobs", "sitemap", &format!("{longest}x")] {
            assert_eq!(wrong(json!({"pages": [page(bad)]})), ["pages.0.slug"], "{bad}");
        }
        assert_eq!(wrong(json!({"pages": [page("a"), page(" A ")]})), ["pages.1.slug"]);
        assert_eq!(wrong(json!({"pages": [{"slug": "a"}]})), ["pages.0.title.en"]);
        let in_navigation: Vec<Value> = (0..=MAX_IN_NAVIGATION)
            .map(|at| json!({"slug": format!("p{at}"), "title": {"en": "x"}, "in_navigation": true}))
            .collect();
        assert_eq!(
            wrong(json!({ "pages": in_navigation })),
            [format!("pages.{MAX_IN_NAVIGATION}.in_navigation")]
        );
    }

    #[test]
    fn colours_and_the_picture_of_the_tab_are_what_they_have_to_be() {
        assert_eq!(wrong(json!({"secondary_color": "#ABCDEF", "accent_color": ""})), Vec::<String>::new());
        assert_eq!(wrong(json!({"accent_color": "red"})), ["accent_color"]);
        assert_eq!(wrong(json!({"favicon": {"hash": "b"}})), Vec::<String>::new());
        assert_eq!(wrong(json!({"favicon": {"hash": "a"}})), ["favicon"]);
        assert_eq!(wrong(json!({"cover": {"hash": "a"}})), ["cover.alt.en"]);
    }
}
