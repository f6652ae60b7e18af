//! Addresses, numbers and pages by which a person is reached.

use super::lexicon::{Section, fold};
use super::{Text, dates};
use crate::limits::MAX_ITEMS;
use crate::model::{Fields, Found};

/// Digits of a telephone number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Ends of the names of hosts that are written without anything before or behind.
const ENDS: &[&str] = &[
    "com", "org", "net", "io", "dev", "fr", "ca", "me", "co", "eu", "uk", "de", "ch", "be", "info", "tech",
    "app", "ai", "xyz", "design", "us", "page", "site", "edu", "blog", "work", "works", "pro", "es", "it",
    "nl", "se", "no", "dk", "in", "au", "nz", "ie", "pl", "at", "lu", "quebec", "paris", "studio", "codes",
    "online", "cloud", "rocks", "bzh",
];
/// Hosts of pages of persons, which count wherever they stand.
const PERSONAL: [&str; 8] = [
    "linkedin.com/in",
    "github.com/",
    "gitlab.com/",
    "stackoverflow.com/users",
    "behance.net/",
    "dribbble.com/",
    "medium.com/@",
    "orcid.org/",
];

pub(super) fn read(text: &Text<'_>, fields: &mut Fields) {
    for (at, words) in text.texts.iter().enumerate() {
        for email in emails(words) {
            add(&mut fields.emails, email, at, |value| value.to_lowercase());
        }
    }
    for (at, address) in pointers(text, |_| true) {
        if let Some(email) = address.strip_prefix("mailto:") {
            for email in emails(email) {
                add(&mut fields.emails, email, at, |value| value.to_lowercase());
            }
        }
    }
    let own: Vec<usize> = own_rows(text);
    for at in &own {
        for phone in phones(&text.texts[*at]) {
            add(&mut fields.phones, phone, *at, digits);
        }
    }
    if fields.phones.is_empty() {
        for (at, words) in text.texts.iter().enumerate() {
            for phone in phones(words) {
                add(&mut fields.phones, phone, at, digits);
            }
        }
    }
    read_links(text, &own, fields);
}

/// The rows that speak of the person: before the first heading, and under one of contact.
fn own_rows(text: &Text<'_>) -> Vec<usize> {
    let parts = text.parts.iter().filter(|part| matches!(part.section, Section::Head | Section::Contact));
    parts.flat_map(|part| part.rows.clone()).collect()
}

fn pointers<'t>(text: &'t Text<'_>, on: impl Fn(usize) -> bool) -> Vec<(usize, &'t str)> {
    let rows = text.rows.iter().enumerate().filter(|(at, _)| on(*at));
    rows.flat_map(|(at, row)| row.links.iter().map(move |link| (at, link.as_str()))).collect()
}

fn read_links(text: &Text<'_>, own: &[usize], fields: &mut Fields) {
    let is_personal = |link: &str| PERSONAL.iter().any(|host| plain_link(link).contains(host));
    let mut written: Vec<(usize, String)> = Vec::new();
    for (at, words) in text.texts.iter().enumerate() {
        let is_own = own.contains(&at);
        let all = links(words).into_iter().filter(|link| is_own || is_personal(link));
        written.extend(all.map(|link| (at, link)));
    }
    for (at, link) in pointers(text, |_| true) {
        let is_page = link.starts_with("http://") || link.starts_with("https://");
        if is_page && (own.contains(&at) || is_personal(link)) {
            // What is shown is often a shorter form of where it leads.
            written.retain(|(_, shown)| !plain_link(link).starts_with(&plain_link(shown)));
            written.push((at, link.to_owned()));
        }
    }
    written.sort_by_key(|(at, _)| *at);
    for (at, link) in written {
        add(&mut fields.links, link, at, plain_link);
    }
}

fn add(list: &mut Vec<Found<String>>, value: String, at: usize, key: impl Fn(&str) -> String) {
    let is_new = list.iter().all(|found| key(&found.value) != key(&value));
    if is_new && list.len() < MAX_ITEMS {
        list.push(Found::new(value, at, at));
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// An address without what may be left out of it.
fn plain_link(link: &str) -> String {
    let link = fold(link);
    let link = link.split_once("://").map_or(link.as_str(), |(_, rest)| rest);
    link.strip_prefix("www.").unwrap_or(link).trim_end_matches('/').to_owned()
}

/// The addresses of electronic mail in a text.
pub(super) fn emails(text: &str) -> Vec<String> {
    let is_local = |letter: char| letter.is_ascii_alphanumeric() || "._%+-'".contains(letter);
    let is_host = |letter: char| letter.is_alphanumeric() || ".-".contains(letter);
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = &text[..at];
        let local_from = before
            .rfind(|letter| !is_local(letter))
            .map_or(0, |from| from + before[from..].chars().next().map_or(0, char::len_utf8));
        let local = before[local_from..].trim_start_matches(['.', '-', '\'']);
        let after = &text[at + 1..];
        let host_to = after.find(|letter| !is_host(letter)).unwrap_or(after.len());
        let host = after[..host_to].trim_end_matches(['.', '-']);
        let end = host.rsplit('.').next().unwrap_or_default();
        let is_whole = host.contains('.') && end.len() >= 2 && end.chars().all(char::is_alphabetic);
        if !local.is_empty() && !host.starts_with(['.', '-']) && is_whole && local.len() + host.len() < 254 {
            found.push(format!("{local}@{host}"));
        }
    }
    found
}

/// The telephone numbers in a text.
pub(super) fn phones(text: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_ascii_digit() || " +().-‑–/\u{a0}".contains(letter);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(from) = text[at..].find(|letter: char| letter.is_ascii_digit() || "+(".contains(letter))
        else {
            break;
        };
        let from = at + from;
        let to = text[from..].find(|letter| !is_part(letter)).map_or(text.len(), |to| from + to);
        at = to.max(from + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        let is_inside = text[..from]
            .ends_with(|letter: char| letter.is_alphanumeric() || "@/_-.=".contains(letter))
            || text[to..].starts_with(|letter: char| letter.is_alphabetic() || "@_".contains(letter));
        let candidate = text[from..to].trim_matches(|letter: char| " .-–/".contains(letter));
        let opened = candidate.matches('(').count();
        let candidate = if candidate.matches(')').count() == opened {
            candidate
        } else {
            candidate.trim_end_matches([')', '(', ' '])
        };
        let count = digits(candidate).len();
        let is_date = dates::find(candidate).is_some() && !candidate.starts_with(['+', '(']);
        if !is_inside && PHONE_DIGITS.contains(&count) && !is_date {
            found.push(candidate.trim().to_owned());
        }
    }
    found
}

/// The addresses of pages in a text.
pub(super) fn links(text: &str) -> Vec<String> {
    let is_edge = |letter: char| letter.is_whitespace() || "|·•,;<>()[]\"“”".contains(letter);
    let words = text.split(is_edge).map(|word| word.trim_matches(['.', ':', '\'', '/', '–', '—']));
    words.filter(|word| is_link(word)).map(str::to_owned).collect()
}

fn is_link(word: &str) -> bool {
    let word = fold(word);
    if word.contains('@') && !word.contains('/') {
        return false;
    }
    let (scheme, rest) = word.split_once("://").map_or(("", word.as_str()), |(scheme, rest)| (scheme, rest));
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let labels: Vec<&str> = host.split('.').collect();
    let is_host = labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        });
    let end = labels.last().copied().unwrap_or_default();
    let is_known = ENDS.contains(&end) && labels.iter().rev().nth(1).is_some_and(|label| label.len() > 1);
    is_host
        && (scheme == "http" || scheme == "https" || host.starts_with("www.") || is_known)
        && end.chars().all(char::is_alphabetic)
        && path.is_none_or(|path| !path.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_what_is_around_them() {
        assert_eq!(emails("Austin, TX | jane.smith@example.com | x"), ["jane.smith@example.com"]);
        assert_eq!(emails("mail:<a+b@mail.example.co.uk>."), ["a+b@mail.example.co.uk"]);
        assert!(emails("@janesmith, a@b").is_empty());
    }

    #[test]
    fn numbers_are_told_from_years() {
        assert_eq!(phones("Austin, TX | P: (312) 555-0123 | x"), ["(312) 555-0123"]);
        assert_eq!(phones("Tél. : +33 6 12 34 56 78"), ["+33 6 12 34 56 78"]);
        assert_eq!(phones("06.12.34.56.78"), ["06.12.34.56.78"]);
        assert_eq!(phones("(+1) 312-555-0123"), ["(+1) 312-555-0123"]);
        assert_eq!(phones("+44 (0)20 7946 0958"), ["+44 (0)20 7946 0958"]);
        assert!(phones("2014 - 2018").is_empty());
        assert!(phones("03/2021 – 06/2022").is_empty());
        assert!(phones("City, ST 98052").is_empty());
    }

    #[test]
    fn pages_are_told_from_words_with_dots() {
        assert_eq!(
            links("linkedin.com/in/jane · github.com/jane"),
            ["linkedin.com/in/jane", "github.com/jane"]
        );
        assert_eq!(links("see https://jane.example.org/a."), ["https://jane.example.org/a"]);
        assert_eq!(links("www.interestingsite.com"), ["www.interestingsite.com"]);
        assert!(links("Node.js, B.S., jane@example.com").is_empty());
    }
}
