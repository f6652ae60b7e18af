//! Who it is: name, profession, where they live, and how they introduce themselves.

use std::collections::HashSet;

use super::atoms::{parted, trimmed};
use super::lexicon::{self, Section, fold, title_score};
use super::{Text, contact, dates, places, value};
use crate::model::{Fields, Found};

/// Words of a name.
const NAME_WORDS: std::ops::RangeInclusive<usize> = 2..=5;
/// Small words inside of names.
const PARTICLES: [&str; 18] = [
    "de", "da", "di", "du", "van", "von", "der", "den", "la", "le", "el", "al", "bin", "ben", "dos", "y",
    "d'", "des",
];
/// What is behind a name.
const CREDENTIALS: [&str; 14] =
    ["phd", "mba", "md", "cpa", "pmp", "msc", "bsc", "ma", "ba", "rn", "esq", "jr", "sr", "pe"];
/// Words of what a document is called.
const DOCUMENT_WORDS: [&str; 12] = [
    "curriculum",
    "vitae",
    "resume",
    "cv",
    "page",
    "updated",
    "confidential",
    "candidate",
    "profile",
    "lebenslauf",
    "portfolio",
    "contact",
];
/// How many rows of the first page may have the name, where no size shows it.
const FIRST_ROWS: usize = 12;
/// Letters of the shortest paragraph that is an introduction without a heading.
const MIN_SUMMARY: usize = 80;

pub(super) fn read(text: &Text<'_>, fields: &mut Fields) {
    let name = name(text);
    if let Some((found, rest)) = &name {
        fields.name = Some(found.clone());
        if let Some(rest) = rest {
            fields.headline =
                Some(Found::new(value(rest), found.lines.first as usize, found.lines.last as usize));
        }
    }
    let own: Vec<usize> = own_rows(text);
    let name_rows = fields.name.as_ref().map(|name| name.lines);
    let is_name =
        |at: usize| name_rows.is_some_and(|lines| (lines.first..=lines.last).contains(&(at as u32)));
    if fields.headline.is_none() {
        let found = own.iter().copied().filter(|at| !is_name(*at)).find(|at| is_headline(&text.texts[*at]));
        fields.headline = found.map(|at| Found::new(value(&text.texts[at]), at, at));
    }
    let own_but_name = || own.iter().copied().filter(|at| !is_name(*at));
    let found = own_but_name().find_map(|at| Some((location(&text.texts[at])?, at)));
    let contacts: Vec<usize> = text.parts_of(Section::Contact).flat_map(|part| part.rows.clone()).collect();
    let found = found.or_else(|| {
        own_but_name().find_map(|at| Some((unlisted_place(&text.texts[at], contacts.contains(&at))?, at)))
    });
    fields.location = found.map(|(place, at)| Found::new(value(&place), at, at));
    fields.summary = summary(text, &own);
}

fn own_rows(text: &Text<'_>) -> Vec<usize> {
    let parts = text.parts.iter().filter(|part| matches!(part.section, Section::Head | Section::Contact));
    parts.flat_map(|part| part.rows.clone()).collect()
}

/// The name, and what stands behind it on its line.
fn name(text: &Text<'_>) -> Option<(Found<String>, Option<String>)> {
    let first_page = text.rows.first()?.page;
    let rows = text.rows.iter().enumerate().take_while(|(_, row)| row.page == first_page);
    let largest = rows.clone().map(|(_, row)| row.style().size).fold(0.0, f32::max);
    let heads: Vec<usize> = text.parts.iter().filter_map(|part| part.heading).collect();
    let candidates = rows.filter(|(at, row)| !heads.contains(at) && !row.bullet);
    let mut best: Option<(f32, Found<String>, Option<String>)> = None;
    for (at, row) in candidates {
        let size = row.style().size;
        let is_large = largest > 0.0 && size >= largest * 0.8;
        if !is_large && at >= FIRST_ROWS {
            continue;
        }
        let (words, last) = two_lines(text, at, largest);
        let Some((name, rest)) = name_in(&words) else { continue };
        let score = size * 10.0 - at.min(FIRST_ROWS) as f32
            + if title_score(&name) > 0 { -40.0 } else { 0.0 }
            + if has_address_of(text, &name) { 30.0 } else { 0.0 };
        if best.as_ref().is_none_or(|(most, ..)| score > *most) {
            best = Some((score, Found::new(value(&name), at, last), rest));
        }
    }
    best.map(|(_, name, rest)| (name, rest))
}

/// Words of half a name.
const MAX_HALF: usize = 2;

/// A large name may need two lines.
fn two_lines(text: &Text<'_>, at: usize, largest: f32) -> (String, usize) {
    let words = text.texts[at].clone();
    let is_half = |at: usize| {
        text.rows.get(at).is_some_and(|row| {
            let is_large = row.style().size >= largest * 0.95 && largest > 0.0;
            is_large && row.cells.len() == 1 && text.texts[at].split_whitespace().count() <= MAX_HALF
        })
    };
    if !is_half(at) || !is_half(at + 1) || title_score(&text.texts[at + 1]) > 0 {
        return (words, at);
    }
    let sign = if words.ends_with('-') { "" } else { " " };
    (format!("{words}{sign}{}", text.texts[at + 1]), at + 1)
}

/// Whether some address of electronic mail has a word of a name.
fn has_address_of(text: &Text<'_>, name: &str) -> bool {
    let words = lexicon::words(name);
    let own = text.texts.iter().take(FIRST_ROWS * 5).flat_map(|words| contact::emails(words));
    own.into_iter().any(|email| {
        let local = fold(email.split('@').next().unwrap_or_default());
        words.iter().any(|word| word.len() > 2 && local.contains(word.as_str()))
    })
}

/// The name that a text is or begins with.
fn name_in(text: &str) -> Option<(String, Option<String>)> {
    let folded = fold(text);
    let labelled = ["name:", "nom :", "nom:", "name :"].iter().find(|label| folded.starts_with(**label));
    let text = labelled.map_or(text, |label| text[label.len()..].trim());
    let parts = parted(text);
    let (first, others) = parts.split_first()?;
    let mut first = first.trim();
    while let Some((name, behind)) = first.rsplit_once(',') {
        if !CREDENTIALS.contains(&fold(behind.trim()).replace('.', "").as_str()) {
            break;
        }
        first = name.trim();
    }
    if !is_name(first) {
        return None;
    }
    let rest = others.join(" ");
    Some((first.to_owned(), is_headline(&rest).then(|| rest.trim().to_owned())))
}

fn is_name(text: &str) -> bool {
    let all: Vec<&str> = text.split_whitespace().collect();
    let is_word = |word: &&str| {
        let is_letters = word.chars().all(|letter| letter.is_alphabetic() || ".'’-".contains(letter));
        let begins = word.chars().next().is_some_and(char::is_uppercase);
        is_letters && (begins || PARTICLES.contains(&fold(word).as_str()))
    };
    let folded = lexicon::words(text);
    NAME_WORDS.contains(&all.len())
        && all.iter().all(is_word)
        && all.first().is_some_and(|word| word.chars().next().is_some_and(char::is_uppercase))
        && !folded.iter().any(|word| DOCUMENT_WORDS.contains(&word.as_str()))
        && lexicon::section_of(text).is_none()
        && !places::is_place(text)
}

fn is_headline(text: &str) -> bool {
    title_score(text) > 0 && is_label(text)
        || parted(text).iter().any(|part| title_score(part) == 2) && is_label(text)
}

fn is_label(text: &str) -> bool {
    lexicon::words(text).len() <= 14
        && !text.contains(['@', ':'])
        && !text.trim_end().ends_with('.')
        && dates::find(text).is_none()
        && contact::phones(text).is_empty()
        && contact::links(text).is_empty()
}

/// Words before where somebody lives.
const LABELS: [&str; 12] = [
    "address",
    "adresse",
    "location",
    "based in",
    "lives in",
    "city",
    "ville",
    "lieu",
    "localisation",
    "domicile",
    "residence",
    "home",
];

fn location(text: &str) -> Option<String> {
    let place_of = |part: &str| {
        let part = trimmed(part);
        let folded = fold(&part);
        let label = LABELS.iter().find(|label| folded.starts_with(**label));
        // What is folded may be shorter than what it was.
        let part = label.map_or(part.clone(), |label| trimmed(part.get(label.len()..).unwrap_or_default()));
        let is_known = places::is_place(&part) || places::is_address(&part);
        (is_known || label.is_some() && !part.is_empty() && part.chars().count() < 100).then_some(part)
    };
    parted(text).iter().find_map(|part| place_of(part))
}

/// Words beside which contacts stand.
const CONTACT_WORDS: [&str; 24] = [
    "phone",
    "telephone",
    "tel",
    "mobile",
    "portable",
    "email",
    "e",
    "mail",
    "courriel",
    "website",
    "web",
    "site",
    "linkedin",
    "github",
    "portfolio",
    "birth",
    "naissance",
    "nationality",
    "nationalite",
    "permis",
    "driving",
    "ans",
    "skype",
    "twitter",
];
/// Words of a place that is in no list.
const MAX_PLACE_WORDS: usize = 4;

/// A place that is in no list: what is left of a line with addresses and numbers, or of one under a heading of contact.
fn unlisted_place(text: &str, is_contact: bool) -> Option<String> {
    let parts: Vec<String> = parted(text).iter().map(|part| trimmed(part)).collect();
    let is_way = |part: &str| {
        !(contact::emails(part).is_empty()
            && contact::phones(part).is_empty()
            && contact::links(part).is_empty())
    };
    if !is_contact && !parts.iter().any(|part| is_way(part)) {
        return None;
    }
    parts.into_iter().find(|part| {
        let words = lexicon::words(part);
        !is_way(part)
            && (1..=MAX_PLACE_WORDS).contains(&words.len())
            && part.starts_with(char::is_uppercase)
            && !part.contains(|letter: char| letter.is_ascii_digit() || letter == ':' || letter == '@')
            && !words.iter().any(|word| CONTACT_WORDS.contains(&word.as_str()))
            && title_score(part) == 0
    })
}

/// Where the person lives, as other lines may name it.
pub(super) fn places_of(fields: &Fields) -> HashSet<String> {
    let Some(location) = &fields.location else { return HashSet::new() };
    let whole = location.value.as_str();
    let city = whole.split(',').next().unwrap_or_default();
    let is_code = |letter: char| letter.is_ascii_digit() || letter == ' ';
    [whole, city, city.trim_matches(is_code)].into_iter().map(|place| fold(place.trim())).collect()
}

fn summary(text: &Text<'_>, own: &[usize]) -> Option<Found<String>> {
    let part = text.parts_of(Section::Summary).find(|part| !part.rows.is_empty());
    let paragraphs = match part {
        Some(part) => text.paragraphs(part.rows.clone()),
        None => {
            let all = text.paragraphs(own.iter().copied());
            all.into_iter()
                .filter(|(_, _, said)| said.chars().count() >= MIN_SUMMARY && !said.contains('@'))
                .collect()
        }
    };
    let (first, last) = (paragraphs.first()?.0, paragraphs.last()?.1);
    let all: Vec<String> = paragraphs.into_iter().map(|(_, _, said)| said).collect();
    Some(Found::new(value(&all.join("\n")), first, last))
}
