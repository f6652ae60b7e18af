//! A page with a few words, and mostly one form to press: that something waits, what became of it, whether it is meant.

use askama::Template;

use super::pages::Frame;
use super::site::Site;

/// The page.
#[derive(Template)]
#[template(path = "careers/notice.html")]
pub struct Notice {
    /// What stands around.
    pub frame: Frame,
    /// What it is about.
    pub title: String,
    /// A few words.
    pub texts: Vec<String>,
    /// Where the form goes; empty without a form.
    pub action: String,
    /// What the form carries.
    pub hidden: Vec<(&'static str, String)>,
    /// The label of the one text that may be written; empty without one.
    pub area: &'static str,
    /// Its characters.
    pub max_area: usize,
    /// What the form's button says.
    pub button: &'static str,
    /// Where else to go, and what that says; empty without.
    pub link: (String, &'static str),
}

impl Notice {
    /// A page that says one thing, and leads on.
    #[must_use]
    pub fn saying(site: &Site, title: &str, text: &str, link: (String, &'static str)) -> Self {
        Self { title: title.to_owned(), texts: vec![text.to_owned()], link, ..Self::bare(site) }
    }

    /// A page with nothing on it. Feeds are none of its business.
    #[must_use]
    pub fn bare(site: &Site) -> Self {
        Self {
            frame: Frame { feeds: Vec::new(), ..Frame::of(site) },
            title: String::new(),
            texts: Vec::new(),
            action: String::new(),
            hidden: Vec::new(),
            area: "",
            max_area: 0,
            button: "",
            link: (String::new(), ""),
        }
    }
}
