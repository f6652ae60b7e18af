//! Places as they stand in résumés.

use std::sync::LazyLock;

use super::lexicon::{Words, fold, is_company, names_of, title_score, words, words_of};

/// Abbreviations of states and provinces.
static REGIONS: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/regions.txt")));

/// Countries, and states that are written out.
static COUNTRIES: LazyLock<Words> = LazyLock::new(|| names_of(include_str!("words/countries.txt")));

/// Cities that stand without what they are in.
static CITIES: LazyLock<Words> = LazyLock::new(|| names_of(include_str!("words/cities.txt")));

/// Words for work that has no place.
static NOWHERE: LazyLock<Words> = LazyLock::new(|| names_of(include_str!("words/nowhere.txt")));

/// Whether a text is a region or country by itself.
fn is_region(text: &str) -> bool {
    let text = text
        .trim()
        .trim_end_matches(|letter: char| letter.is_ascii_digit() || " .-)".contains(letter))
        .trim();
    REGIONS.contains(text) || COUNTRIES.contains(fold(text).as_str()) || NOWHERE.contains(fold(text).as_str())
}

fn is_city(text: &str) -> bool {
    let folded = fold(text.trim()).replace('’', "'");
    let without_code = folded.trim_matches(|letter: char| letter.is_ascii_digit() || " ()-".contains(letter));
    // A quarter of a city, or its greater area.
    let without_number = without_code.trim_end_matches(" area").trim_start_matches("greater ");
    let without_cedex = without_number.split(" cedex").next().unwrap_or_default();
    CITIES.contains(without_cedex)
}

/// Whether a text is a place and nothing else.
pub(crate) fn is_place(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', '.']).trim();
    if text.is_empty() || text.chars().count() > 60 || text.contains('@') {
        return false;
    }
    let folded = fold(text);
    if NOWHERE.contains(folded.as_str()) || is_city(text) || COUNTRIES.contains(folded.as_str()) {
        return true;
    }
    // Two places, or a place and a way to work: "Paris / Remote".
    for sign in [" / ", "/", " & ", " and ", " et ", " - ", " – ", " ("] {
        if let Some((one, other)) = text.split_once(sign) {
            let is_half = |half: &str| is_place(half.trim_matches([')', ' ']));
            if is_half(one) && is_half(other) {
                return true;
            }
        }
    }
    let Some((city, region)) = text.rsplit_once(',') else { return false };
    let city = city.trim();
    // The city is a name: no verb, no word of a job.
    let is_name = (!city.contains(',') || is_place(city))
        && city.chars().next().is_some_and(char::is_uppercase)
        && words(city).len() <= 4
        && title_score(city) == 0
        && !is_company(city)
        && !city.contains([':', ';', '|', '(']);
    let region = region.trim();
    is_name && (is_region(region) || is_city(region) && is_city(city))
        || is_city(city) && is_region_like(region)
}

/// Whether a text may be a region that is in no list: a short name.
fn is_region_like(text: &str) -> bool {
    words(text).len() <= 3
        && text.chars().next().is_some_and(|letter| letter.is_uppercase())
        && title_score(text) == 0
        && !is_company(text)
}

/// Words of addresses.
static STREETS: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/streets.txt")));

/// Whether a text is an address: a street with a number, or a city with its code.
pub(crate) fn is_address(text: &str) -> bool {
    let all = words(text);
    let has_number = all.iter().any(|word| word.chars().any(|letter| letter.is_ascii_digit()));
    let is_short = all.len() >= 2 && all.len() <= 16 && text.chars().count() <= 110;
    let has_code =
        all.iter().any(|word| word.len() == 5 && word.chars().all(|letter| letter.is_ascii_digit()));
    let has_street = all.iter().any(|word| STREETS.contains(word.as_str()));
    let has_name = text.chars().any(char::is_uppercase);
    let is_phone = text.chars().filter(char::is_ascii_digit).count() > 9;
    is_short && has_number && has_name && !text.contains('@') && !is_phone && (has_street || has_code)
}

/// Words of a place that is in no list.
const MAX_WORDS: usize = 4;

/// What stands behind the last comma, or in parentheses at the end, where it may be a place: a name of few words.
pub(crate) fn last_part(text: &str) -> Option<(String, String)> {
    let in_parentheses = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    let (name, place) = in_parentheses.or_else(|| text.rsplit_once(", "))?;
    let is_name = words(place).len() <= MAX_WORDS
        && place.starts_with(char::is_uppercase)
        && !place.contains(|letter: char| letter.is_ascii_digit())
        && title_score(place) == 0
        && !is_company(place);
    (is_name && !name.trim().is_empty()).then(|| (name.trim().to_owned(), place.trim().to_owned()))
}

/// Whether a text ends with a region, as the name of a university with several places does.
pub(crate) fn ends_with_region(text: &str) -> bool {
    text.rsplit(" of ").next().is_some_and(|last| COUNTRIES.contains(fold(last).as_str()))
}

/// Parts a text from the place at its end: "Acme Corp, Austin, TX", "Acme Corp (Paris)".
pub(crate) fn parted(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && is_place(inner)
        && !name.trim().is_empty()
    {
        return Some((name.trim().to_owned(), inner.trim().to_owned()));
    }
    let commas: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
    // The longest place first: a city with its region rather than the region alone.
    let from = commas.len().saturating_sub(3);
    commas[from..].iter().find_map(|at| {
        let (name, place) = (text[..*at].trim(), text[at + 1..].trim());
        (is_place(place) && !name.is_empty()).then(|| (name.to_owned(), place.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_companies_and_titles() {
        for place in [
            "Austin, TX",
            "Remote",
            "Paris",
            "Lyon, France",
            "Seoul, S.Korea",
            "Télétravail",
            "75011 Paris",
            "Paris (Remote)",
            "Palo Alto, CA & Ithaca, NY",
            "Kolkata, India",
            "Montréal, QC",
            "Saint-Denis, France",
        ] {
            assert!(is_place(place), "{place}");
        }
        for other in
            ["Acme, Inc.", "Software Engineer, Google", "Northwind Labs", "Office manager, The Phone Company"]
        {
            assert!(!is_place(other), "{other}");
        }
    }

    #[test]
    fn a_place_at_the_end_is_parted() {
        let parts = |text| parted(text).map(|(name, place)| format!("{name}|{place}"));
        assert_eq!(
            parts("University of La Verne, La Verne, CA").as_deref(),
            Some("University of La Verne|La Verne, CA")
        );
        assert_eq!(parts("Acme (Paris)").as_deref(), Some("Acme|Paris"));
        assert_eq!(parts("Acme Cloud, Inc."), None);
    }
}
