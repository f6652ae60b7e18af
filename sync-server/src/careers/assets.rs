//! The style and the script of the pages, from our own origin, and the colour that a workspace chose.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

const STYLE: &str = include_str!("../../assets/careers.css");
const SCRIPT: &str = include_str!("../../assets/careers.js");
const ICON: &str = include_str!("../../assets/icon.svg");
/// What is asked for by its content's name never changes.
pub const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The least contrast of text (WCAG 2.2, 1.4.3).
const MIN_CONTRAST: f64 = 4.5;
/// What stands in the address for a colour that was not chosen.
const NO_COLOR: &str = "x";
/// How many steps a colour is from black or white at most.
const STEPS: u8 = 50;
/// The colours on which the accent is text: the lightest and the darkest of each scheme's backgrounds.
const LIGHT_BACKGROUND: [u8; 3] = [0xf3, 0xf5, 0xf7];
const DARK_BACKGROUND: [u8; 3] = [0x23, 0x28, 0x2e];
const NEAR_BLACK: [u8; 3] = [0x10, 0x13, 0x16];
const WHITE: [u8; 3] = [0xff; 3];

static VERSION: LazyLock<String> =
    LazyLock::new(|| blake3::hash(format!("{STYLE}\n{SCRIPT}\n{ICON}").as_bytes()).to_hex()[..12].to_owned());

/// The address of the style.
#[must_use]
pub fn style() -> String {
    format!("/careers/assets/careers-{}.css", *VERSION)
}

/// The address of the script.
#[must_use]
pub fn script() -> String {
    format!("/careers/assets/careers-{}.js", *VERSION)
}

/// The address of the icon of pages whose workspace has no logo.
#[must_use]
pub fn icon() -> String {
    format!("/careers/assets/careers-{}.svg", *VERSION)
}

/// The address of the colours that a workspace's colours ask for: of links, of what is set off, of marks. The second and
/// the third may be empty texts; what is no colour has no address.
#[must_use]
pub fn theme(colors: [&str; 3]) -> Option<String> {
    let digits =
        |color: &str| color.strip_prefix('#').filter(|digits| parsed(digits).is_some()).map(str::to_owned);
    let [color, secondary, marks] = colors;
    let main = digits(color)?;
    let others = [secondary, marks].map(|color| digits(color).unwrap_or_else(|| NO_COLOR.to_owned()));
    let others = if others.iter().all(|color| color == NO_COLOR) {
        String::new()
    } else {
        format!("-{}", others.join("-"))
    };
    Some(format!("/careers/assets/theme-{main}{others}.css"))
}

/// The style that the name of a theme asks for.
fn themed(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.strip_prefix("theme-")?.strip_suffix(".css")?.split('-').collect();
    let (main, others) = parts.split_first()?;
    let mut style = colors("accent", parsed(main)?);
    match others {
        [] => Some(style),
        [secondary, marks] => {
            for (name, digits) in [("secondary", *secondary), ("mark", *marks)] {
                if digits != NO_COLOR {
                    style.push_str(&colors(name, parsed(digits)?));
                }
            }
            Some(style)
        }
        _ => None,
    }
}

/// Gives a file.
pub async fn asset(name: Result<Path<String>, axum::extract::rejection::PathRejection>) -> Response {
    let Ok(Path(name)) = name else { return StatusCode::NOT_FOUND.into_response() };
    let (media_type, text) = if name == format!("careers-{}.css", *VERSION) {
        ("text/css; charset=utf-8", STYLE.to_owned())
    } else if name == format!("careers-{}.js", *VERSION) {
        ("text/javascript; charset=utf-8", SCRIPT.to_owned())
    } else if name == format!("careers-{}.svg", *VERSION) {
        ("image/svg+xml", ICON.to_owned())
    } else {
        match themed(&name) {
            Some(style) => ("text/css; charset=utf-8", style),
            None => return StatusCode::NOT_FOUND.into_response(),
        }
    };
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CACHE_CONTROL, FOR_EVER)];
    (headers, text).into_response()
}

fn parsed(digits: &str) -> Option<[u8; 3]> {
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return None;
    }
    let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}

/// A colour of the workspace in both schemes, darkened or lightened until it can be read, and the colour of text on it.
fn colors(name: &str, color: [u8; 3]) -> String {
    let light = readable(color, [0; 3], LIGHT_BACKGROUND);
    let dark = readable(color, WHITE, DARK_BACKGROUND);
    let on = |accent| if contrast(accent, WHITE) >= MIN_CONTRAST { WHITE } else { NEAR_BLACK };
    format!(
        ":root{{--{name}:{};--on-{name}:{}}}\n@media (prefers-color-scheme:dark){{:root{{--{name}:{};--on-{name}:{}}}}}\n",
        hex(light),
        hex(on(light)),
        hex(dark),
        hex(on(dark)),
    )
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The first mixture of a colour with black or white that has enough contrast to a background.
fn readable(color: [u8; 3], towards: [u8; 3], background: [u8; 3]) -> [u8; 3] {
    let mixed = |step: u8| -> [u8; 3] {
        std::array::from_fn(|channel| {
            let (from, to, step, steps) =
                (u16::from(color[channel]), u16::from(towards[channel]), u16::from(step), u16::from(STEPS));
            u8::try_from((from * (steps - step) + to * step) / steps).unwrap_or(u8::MAX)
        })
    };
    (0..=STEPS).map(mixed).find(|mixed| contrast(*mixed, background) >= MIN_CONTRAST).unwrap_or(towards)
}

/// The contrast of two colours as WCAG 2 defines it.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: [u8; 3]) -> f64 {
    let [red, green, blue] = color.map(|channel| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_the_standard_says() {
        assert!((contrast(WHITE, [0; 3]) - 21.0).abs() < 0.01);
        assert!((contrast([0x77; 3], WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn every_colour_can_be_read_in_both_schemes() {
        for step in 0..=15u32 {
            for other in 0..=15u32 {
                let color = [step * 17, other * 17, (step * 7 + other * 31) % 256]
                    .map(|c| u8::try_from(c).expect("small"));
                let light = readable(color, [0; 3], LIGHT_BACKGROUND);
                let dark = readable(color, WHITE, DARK_BACKGROUND);
                assert!(contrast(light, LIGHT_BACKGROUND) >= MIN_CONTRAST, "{color:?}");
                assert!(contrast(dark, DARK_BACKGROUND) >= MIN_CONTRAST, "{color:?}");
                for accent in [light, dark] {
                    let best = contrast(accent, WHITE).max(contrast(accent, NEAR_BLACK));
                    assert!(best >= MIN_CONTRAST, "{color:?}");
                }
            }
        }
    }

    #[test]
    fn only_a_colour_makes_an_address() {
        assert_eq!(theme(["#1f5f8b", "", ""]).as_deref(), Some("/careers/assets/theme-1f5f8b.css"));
        let three = theme(["#1f5f8b", "", "#10b981"]);
        assert_eq!(three.as_deref(), Some("/careers/assets/theme-1f5f8b-x-10b981.css"));
        for bad in ["", "1f5f8b", "#1f5f8", "#1f5f8g", "#é5f8b", "#1F5F8B"] {
            assert_eq!(theme([bad, "", ""]), None, "{bad}");
        }
    }

    #[test]
    fn a_theme_has_the_colours_of_its_name_and_no_others() {
        let one = themed("theme-1f5f8b.css").expect("a theme");
        assert!(one.contains("--accent:#1f5f8b;--on-accent:#ffffff") && !one.contains("--mark"), "{one}");
        let three = themed("theme-1f5f8b-x-10b981.css").expect("a theme");
        assert!(
            three.starts_with(&one) && three.contains("--mark:") && !three.contains("--secondary"),
            "{three}"
        );
        for bad in [
            "theme-.css",
            "theme-1f5f8b-x.css",
            "theme-x-x-x.css",
            "theme-1f5f8b-x-x-x.css",
            "theme-1f5f8b-x-red.css",
        ] {
            assert_eq!(themed(bad), None, "{bad}");
        }
    }
}
