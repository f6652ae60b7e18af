//! What a workspace says, as pages show it: in the language of the reader, each text escaped, each picture with its size.

use std::collections::HashMap;

use askama::Template;

use super::actions::Showing;
use super::model::{Image, Item, Section, SectionKind, Text};
use super::pictures::file;
use crate::careers::site::Site;
use crate::careers::text::{blocks, html};
use crate::careers::words::Language;
use crate::tenants::logo::Logo;

/// A text with the language that it is in, where that is not the page's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// ` lang="fr"` and the like, or an empty text.
    pub lang: &'static str,
}

impl Said {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

fn attribute(language: Language, page: Language) -> &'static str {
    match language {
        _ if language == page => "",
        Language::En => " lang=\"en\"",
        Language::Fr => " lang=\"fr\"",
    }
}

/// A text for a reader.
#[must_use]
pub fn said(text: &Text, page: Language) -> Said {
    let (text, language) = text.read(page);
    Said { text: text.to_owned(), lang: attribute(language, page) }
}

/// What is said for a page or, where nothing is, what the settings say in the workspace's language.
#[must_use]
pub fn or_settings(site: &Site, text: &Text, setting: &str) -> Said {
    let said = said(text, site.language);
    let lang = attribute(site.content_language(), site.language);
    if said.is_empty() { Said { text: setting.to_owned(), lang } } else { said }
}

/// As [`said`], with paragraphs and lists as HTML in which nothing that was written is markup.
fn written(text: &Text, page: Language) -> Said {
    let said = said(text, page);
    Said { text: html(&blocks(&said.text)), lang: said.lang }
}

/// A picture as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictured {
    /// Where it is.
    pub path: String,
    /// Pixels from left to right, and from top to bottom: a page does not move when the picture arrives.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// What it shows.
    pub alt: Said,
}

/// One of several things of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartItem {
    /// Its title.
    pub title: Said,
    /// Its text as HTML.
    pub html: Said,
    /// Its picture.
    pub picture: Option<Pictured>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: SectionKind,
    /// The id of its title in the page.
    pub id: String,
    /// Its title.
    pub title: Said,
    /// Its text as HTML.
    pub html: Said,
    /// What it is made of.
    pub items: Vec<PartItem>,
    /// Its picture.
    pub picture: Option<Pictured>,
    /// Where it leads, or an empty text.
    pub link: String,
    /// What stands on the way there.
    pub label: Said,
}

impl Part {
    /// Whether it is of the kind of this name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.kind.name() == name
    }
}

/// Sections without a page around them.
#[derive(Template)]
#[template(path = "careers/parts.html")]
pub struct Alone<'a> {
    /// The sections.
    pub parts: &'a [Part],
}

/// Where sections are shown.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The folder of the pages.
    pub base: &'a str,
    /// The list of jobs.
    pub jobs: String,
    /// The language of the page.
    pub language: Language,
    /// Whether what is hidden is shown too.
    pub with_hidden: bool,
}

impl<'a> Place<'a> {
    /// A page of a site.
    #[must_use]
    pub fn of(site: &'a Site) -> Self {
        let with_hidden = !site.preview.is_empty();
        Self { base: &site.base, jobs: site.home(), language: site.language, with_hidden }
    }

    fn picture(&self, image: Option<&Image>, pictures: &HashMap<String, Logo>) -> Option<Pictured> {
        let image = image?;
        let picture = pictures.get(&image.hash)?;
        Some(Pictured {
            path: format!("{}/pictures/{}", self.base, file(picture)),
            width: picture.width,
            height: picture.height,
            alt: said(&image.alt, self.language),
        })
    }

    fn item(&self, item: &Item, pictures: &HashMap<String, Logo>) -> PartItem {
        PartItem {
            title: said(&item.title, self.language),
            html: written(&item.text, self.language),
            picture: self.picture(item.picture.as_ref(), pictures),
        }
    }

    fn part(&self, at: usize, section: &Section, pictures: &HashMap<String, Logo>) -> Part {
        let link = match section.kind {
            SectionKind::Cta if section.link.is_empty() => self.jobs.clone(),
            _ => section.link.clone(),
        };
        let label = match section.kind {
            SectionKind::Video if section.link_label.is_empty() => {
                Said { text: self.language.words().film.to_owned(), lang: "" }
            }
            _ => said(&section.link_label, self.language),
        };
        Part {
            kind: section.kind,
            id: format!("part-{}", at + 1),
            title: said(&section.title, self.language),
            html: written(&section.text, self.language),
            items: section.items.iter().map(|item| self.item(item, pictures)).collect(),
            picture: self.picture(section.picture.as_ref(), pictures),
            link,
            label,
        }
    }
}

/// The sections that are shown in a place.
#[must_use]
pub fn parts(place: &Place<'_>, sections: &[Section], pictures: &HashMap<String, Logo>) -> Vec<Part> {
    let known = sections.iter().filter(|section| section.kind != SectionKind::Unknown);
    let shown = known.filter(|section| place.with_hidden || !section.is_hidden).enumerate();
    shown.map(|(at, section)| place.part(at, section, pictures)).collect()
}

/// A picture of a site, if it is there.
#[must_use]
pub fn pictured(site: &Site, image: Option<&Image>) -> Option<Pictured> {
    Place::of(site).picture(image, &site.content.pictures)
}

/// A way to a page of the workspace's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The last part of its address.
    pub slug: String,
    /// Where it is.
    pub href: String,
    /// Its title.
    pub title: Said,
    /// Whether it is the page that is read.
    pub is_current: bool,
}

/// The picture that other sites show beside a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Its whole address.
    pub address: String,
    /// Pixels from left to right, and from top to bottom.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// The ways that every page has.
#[must_use]
pub fn ways(site: &Site) -> Vec<Way> {
    let is_shown = |is_published: bool| is_published || !site.preview.is_empty();
    let pages = site.content.content.pages.iter();
    let shown = pages.filter(|page| page.in_navigation && is_shown(page.is_published));
    shown
        .map(|page| Way {
            slug: page.slug.clone(),
            href: site.way(&format!("p/{}/", page.slug)),
            title: said(&page.title, site.language),
            is_current: false,
        })
        .collect()
}

/// Where else the workspace is found: address and name.
#[must_use]
pub fn elsewhere(site: &Site) -> Vec<(String, &'static str)> {
    let all = site.content.content.social.all().into_iter();
    all.filter(|(_, _, address)| !address.is_empty())
        .map(|(_, name, address)| (address.to_owned(), name))
        .collect()
}

/// The picture for other sites, if there is one.
#[must_use]
pub fn shared(site: &Site) -> Option<Shared> {
    let Showing { content, pictures, .. } = &*site.content;
    let picture = pictures.get(&content.share.as_ref().or(content.cover.as_ref())?.hash)?;
    let address = site.address(&format!("pictures/{}", file(picture)));
    Some(Shared { address, width: picture.width, height: picture.height })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rendered(sections: serde_json::Value, language: Language) -> String {
        let sections: Vec<Section> = serde_json::from_value(sections).expect("sections");
        let hash = "ab".repeat(32);
        let picture =
            Logo { hash: hash.clone(), kind: crate::tenants::logo::LogoKind::Webp, width: 640, height: 480 };
        let pictures = HashMap::from([(hash, picture)]);
        let place =
            Place { base: "/careers/acme", jobs: "/careers/acme/".into(), language, with_hidden: false };
        Alone { parts: &parts(&place, &sections, &pictures) }.render().expect("renders")
    }

    #[test]
    fn nothing_that_was_written_is_markup() {
        let bad = "<script>alert(1)</script>\" onload=\"x";
        let both = json!({"en": bad});
        for kind in SectionKind::ALL {
            let section = json!({
                "kind": kind.name(), "title": both, "text": both, "link_label": both, "link": "https://a.example/?a=1&b=2",
                "picture": {"hash": "ab".repeat(32), "alt": both},
                "items": [{"title": both, "text": both, "picture": {"hash": "ab".repeat(32), "alt": both}}],
            });
            let html = rendered(json!([section]), Language::En);
            assert!(!html.contains("<script") && !html.contains("\" onload"), "{}: {html}", kind.name());
        }
    }

    #[test]
    fn a_picture_has_its_size_and_is_loaded_when_it_is_reached() {
        let section =
            json!({"kind": "image", "picture": {"hash": "ab".repeat(32), "alt": {"fr": "Le bureau"}}});
        let html = rendered(json!([section]), Language::En);
        let wanted =
            format!("src=\"/careers/acme/pictures/{}.webp\" width=\"640\" height=\"480\"", "ab".repeat(8));
        assert!(html.contains(&wanted) && html.contains("loading=\"lazy\""), "{html}");
        assert!(html.contains(" lang=\"fr\"") && html.contains("alt=\"Le bureau\""), "{html}");
    }

    #[test]
    fn what_is_hidden_is_not_shown_and_a_film_is_only_linked_to() {
        let html = rendered(
            json!([
                {"text": {"en": "Secret"}, "is_hidden": true},
                {"kind": "video", "title": {"en": "A day"}, "link": "https://video.example/1"},
                {"kind": "cta", "title": {"en": "Join"}, "link_label": {"en": "Look"}},
            ]),
            Language::En,
        );
        assert!(!html.contains("Secret") && !html.contains("iframe") && !html.contains("<video"), "{html}");
        assert!(
            html.contains("href=\"https://video.example/1\"") && html.contains("href=\"/careers/acme/\""),
            "{html}"
        );
    }
}
