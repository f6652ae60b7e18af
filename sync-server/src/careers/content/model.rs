//! What there is to say on career pages, as it is kept and as it is sent.

use serde::{Deserialize, Serialize};

use crate::careers::words::Language;

/// A text in each language of the pages; where one is missing the other stands for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Text {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl Text {
    /// The text of exactly this language.
    #[must_use]
    pub fn own(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }

    /// The text for a reader of this language, and the language that it is in.
    #[must_use]
    pub fn read(&self, language: Language) -> (&str, Language) {
        let own = self.own(language);
        if own.is_empty() { (self.own(language.other()), language.other()) } else { (own, language) }
    }

    /// Whether it says nothing in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.fr.is_empty()
    }
}

/// A picture where it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    /// Which picture: SHA-256 in lower-case hexadecimal.
    pub hash: String,
    /// What it shows, for those who do not see it.
    pub alt: Text,
}

/// What a section is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// A title and a text.
    #[default]
    Text,
    /// What the workspace stands for.
    Values,
    /// What those who work there get.
    Benefits,
    /// Numbers with what each counts.
    Stats,
    /// Questions with answers.
    Faq,
    /// What people say, and who.
    Testimonials,
    /// A picture with words beside it.
    Image,
    /// Several pictures.
    Gallery,
    /// A button that leads somewhere.
    Cta,
    /// A link to a film: it is never loaded here.
    Video,
    /// One that a newer version wrote: it is passed over, and nobody writes it here.
    #[serde(other)]
    Unknown,
}

impl SectionKind {
    /// Every kind that this version knows.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Values,
        Self::Benefits,
        Self::Stats,
        Self::Faq,
        Self::Testimonials,
        Self::Image,
        Self::Gallery,
        Self::Cta,
        Self::Video,
    ];

    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Values => "values",
            Self::Benefits => "benefits",
            Self::Stats => "stats",
            Self::Faq => "faq",
            Self::Testimonials => "testimonials",
            Self::Image => "image",
            Self::Gallery => "gallery",
            Self::Cta => "cta",
            Self::Video => "video",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is made of items.
    #[must_use]
    pub const fn has_items(self) -> bool {
        match self {
            Self::Values | Self::Benefits | Self::Stats | Self::Faq | Self::Testimonials | Self::Gallery => {
                true
            }
            Self::Text | Self::Image | Self::Cta | Self::Video | Self::Unknown => false,
        }
    }

    /// Whether it may lead somewhere.
    #[must_use]
    pub const fn has_link(self) -> bool {
        matches!(self, Self::Cta | Self::Video)
    }
}

/// The wire name of every kind of section.
pub const KINDS: [&str; SectionKind::ALL.len()] = {
    let mut names = [""; SectionKind::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = SectionKind::ALL[at].name();
        at += 1;
    }
    names
};

/// One of several things of a section: a value, a number, a question, somebody who says something, a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// The value, the number, the question, who says it, or what stands below the picture.
    pub title: Text,
    /// What is said of it.
    pub text: Text,
    /// A picture.
    pub picture: Option<Image>,
}

/// A part of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// What it is.
    pub kind: SectionKind,
    /// Whether only a preview shows it.
    pub is_hidden: bool,
    /// Its title.
    pub title: Text,
    /// Its text.
    pub text: Text,
    /// What it is made of.
    pub items: Vec<Item>,
    /// Its picture.
    pub picture: Option<Image>,
    /// Where it leads; an empty text for the open positions.
    pub link: String,
    /// What stands on the way there.
    pub link_label: Text,
}

/// A page of the workspace's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: Text,
    /// Its title where it is searched for; its own where this is empty.
    pub meta_title: Text,
    /// A sentence about it for those who search.
    pub meta_description: Text,
    /// Whether every page leads to it.
    pub in_navigation: bool,
    /// Whether anybody may read it.
    pub is_published: bool,
    /// What it is made of.
    pub sections: Vec<Section>,
}

/// Where else the workspace is found; an empty text for nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Social {
    /// LinkedIn.
    pub linkedin: String,
    /// X.
    pub x: String,
    /// Facebook.
    pub facebook: String,
    /// Instagram.
    pub instagram: String,
    /// Glassdoor.
    pub glassdoor: String,
    /// YouTube.
    pub youtube: String,
}

impl Social {
    /// Every place: its field, its name, and the address.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &'static str, &str); 6] {
        [
            ("linkedin", "LinkedIn", &self.linkedin),
            ("x", "X", &self.x),
            ("facebook", "Facebook", &self.facebook),
            ("instagram", "Instagram", &self.instagram),
            ("glassdoor", "Glassdoor", &self.glassdoor),
            ("youtube", "YouTube", &self.youtube),
        ]
    }
}

/// Everything that a workspace says on its career pages besides its jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// What stands above the list of jobs; the title of the career page where this is empty.
    pub hero_title: Text,
    /// What stands below that; the line below the title where this is empty.
    pub hero_subtitle: Text,
    /// The title of the list where it is searched for.
    pub meta_title: Text,
    /// A sentence about the list for those who search.
    pub meta_description: Text,
    /// The colour of what is set off, `#rrggbb`; an empty text for the colour of links.
    pub secondary_color: String,
    /// The colour of marks, `#rrggbb`; an empty text for the colour of links.
    pub accent_color: String,
    /// The picture above the list.
    pub cover: Option<Image>,
    /// The picture that stands for the pages in a browser's tab; the logo where there is none.
    pub favicon: Option<Image>,
    /// The picture that other sites show beside a link to the pages; the cover where there is none.
    pub share: Option<Image>,
    /// Where else the workspace is found.
    pub social: Social,
    /// What those who apply agree to; the product's own sentence in a language in which this is empty.
    pub consent: Text,
    /// What stands below the list of jobs.
    pub sections: Vec<Section>,
    /// The pages of the workspace's own, in the order of the navigation.
    pub pages: Vec<Page>,
}

impl Content {
    /// Every picture that is shown somewhere.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        let sections = self.sections.iter().chain(self.pages.iter().flat_map(|page| &page.sections));
        let shown = sections.flat_map(|section| {
            section.picture.iter().chain(section.items.iter().filter_map(|item| item.picture.as_ref()))
        });
        [&self.cover, &self.favicon, &self.share].into_iter().flatten().chain(shown)
    }

    /// The page of an address.
    #[must_use]
    pub fn page(&self, slug: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.slug == slug)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_that_is_missing_in_a_language_is_read_in_the_other() {
        let text = Text { en: "Hello".into(), fr: String::new() };
        assert_eq!(text.read(Language::Fr), ("Hello", Language::En));
        assert_eq!(text.read(Language::En), ("Hello", Language::En));
        assert_eq!(text.own(Language::Fr), "");
    }

    #[test]
    fn the_names_of_kinds_are_those_that_are_sent() {
        for kind in SectionKind::ALL {
            assert_eq!(json!(kind), json!(kind.name()));
        }
        let newer: SectionKind = serde_json::from_value(json!("hologram")).expect("a kind");
        assert_eq!(newer, SectionKind::Unknown);
    }

    #[test]
    fn what_an_older_version_kept_is_read_with_nothing_in_what_is_new() {
        let content: Content =
            serde_json::from_value(json!({ "sections": [{ "kind": "faq" }] })).expect("content");
        assert_eq!(content.sections[0].kind, SectionKind::Faq);
        assert_eq!(Content { sections: Vec::new(), ..content }, Content::default());
    }
}
