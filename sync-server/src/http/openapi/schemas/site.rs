//! The schemas of what a workspace says on its career pages.

use serde_json::{Value, json};

use super::{number, object, or_null, reference, text, yes_no};
use crate::careers::content::KINDS;

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let said = || reference("SiteText");
    let image = || or_null(reference("SiteImage"));
    let social =
        ["linkedin", "x", "facebook", "instagram", "glassdoor", "youtube"].map(|name| (name, text()));
    let section = object([
        ("kind", json!({ "type": "string", "enum": KINDS })),
        ("is_hidden", yes_no()),
        ("title", said()),
        ("text", said()),
        ("items", list(object([("title", said()), ("text", said()), ("picture", image())]))),
        ("picture", image()),
        ("link", text()),
        ("link_label", said()),
    ]);
    let page = object([
        ("slug", text()),
        ("title", said()),
        ("meta_title", said()),
        ("meta_description", said()),
        ("in_navigation", yes_no()),
        ("is_published", yes_no()),
        ("sections", list(reference("SiteSection"))),
    ]);
    let content_schema = object([
        ("hero_title", said()),
        ("hero_subtitle", said()),
        ("meta_title", said()),
        ("meta_description", said()),
        ("secondary_color", text()),
        ("accent_color", text()),
        ("cover", image()),
        ("favicon", image()),
        ("share", image()),
        ("social", object(social)),
        ("consent", said()),
        ("sections", list(reference("SiteSection"))),
        ("pages", list(page)),
    ]);
    let content = || reference("SiteContent");
    let told = object([
        ("version!", number()),
        ("content!", content()),
        ("pictures!", list(reference("Logo"))),
        ("url!", text()),
        ("preview!", text()),
    ]);
    vec![
        ("SiteText", object([("en", text()), ("fr", text())])),
        ("SiteImage", object([("hash", text()), ("alt", said())])),
        ("SiteSection", section),
        ("SiteContent", content_schema),
        ("Site", told),
        ("SiteWanted", object([("version!", number()), ("content!", content())])),
    ]
}
