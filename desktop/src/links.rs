//! Links that lead out of the window open in the person's own browser or mail program. The window itself never goes
//! anywhere else: a page from outside must not sit where our own pages may call the engine.

use tauri::Runtime;
use tauri::plugin::{Builder, TauriPlugin};
use url::Url;

/// What becomes of an address that the window is asked to go to.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// One of our own pages, or something that they made themselves.
    Stay,
    /// Somebody else's page or address.
    Browser,
    /// Nothing that a link may do.
    Nowhere,
}

fn way(url: &Url) -> Way {
    match (url.scheme(), url.host_str()) {
        ("tauri", _) | ("about" | "blob", None) | ("http" | "https", Some("tauri.localhost")) => Way::Stay,
        ("http" | "https" | "mailto", _) => Way::Browser,
        _ => Way::Nowhere,
    }
}

/// Watches where the window goes.
#[must_use]
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("links")
        .on_navigation(|_, url| match way(url) {
            Way::Stay => true,
            Way::Browser => {
                if let Err(error) = open::that_detached(url.as_str()) {
                    tracing::warn!(%error, "no program opens a link");
                }
                false
            }
            Way::Nowhere => {
                tracing::warn!(scheme = url.scheme(), "a link leads nowhere");
                false
            }
        })
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_pages_stay_in_the_window_and_others_leave_it() {
        let cases = [
            ("tauri://localhost/index.html#/jobs", Way::Stay),
            ("http://tauri.localhost/", Way::Stay),
            ("about:blank", Way::Stay),
            ("blob:tauri://localhost/5f1c", Way::Stay),
            ("https://www.linkedin.com/in/somebody", Way::Browser),
            ("http://tauri.localhost.example/", Way::Browser),
            ("mailto:ada@example.com", Way::Browser),
            ("file:///etc/passwd", Way::Nowhere),
            ("javascript:alert(1)", Way::Nowhere),
            ("data:text/html,hello", Way::Nowhere),
        ];
        for (address, expected) in cases {
            assert_eq!(Url::parse(address).map(|url| way(&url)), Ok(expected), "{address}");
        }
    }
}
