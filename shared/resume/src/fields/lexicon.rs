//! Words by which the parts of a résumé are known, in English and French, without accents and in small letters.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A part of a résumé.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    /// What stands before the first heading.
    Head,
    Summary,
    Experience,
    Education,
    Skills,
    Languages,
    Certifications,
    Contact,
    /// Whatever else has a heading.
    Other,
}

impl Section {
    /// The part that the list of headings calls so.
    fn named(name: &str) -> Self {
        match name {
            "summary" => Self::Summary,
            "experience" => Self::Experience,
            "education" => Self::Education,
            "skills" => Self::Skills,
            "languages" => Self::Languages,
            "certifications" => Self::Certifications,
            "contact" => Self::Contact,
            _ => Self::Other,
        }
    }
}

/// Words that are looked up.
pub(crate) type Words = HashSet<&'static str>;

/// The words of a list, which are apart by spaces.
pub(crate) fn words_of(list: &'static str) -> Words {
    list.split_whitespace().collect()
}

/// The names of a list, which are apart by commas.
pub(crate) fn names_of(list: &'static str) -> Words {
    list.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// Small letters without accents.
pub(crate) fn fold(text: &str) -> String {
    text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// The words of a text, folded.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '+' || letter == '#'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words of headings, with the part that they name and how surely.
static HEADING_WORDS: LazyLock<HashMap<&'static str, (Section, u8)>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for line in include_str!("words/headings.txt").lines() {
        let Some((head, words)) = line.split_once(':') else { continue };
        let Some((name, strength)) = head.split_once(' ') else { continue };
        let section = Section::named(name);
        let strength = strength.parse().unwrap_or(1);
        known.extend(words.split_whitespace().map(|word| (word, (section, strength))));
    }
    known
});

/// Words that headings have besides.
static HEADING_FILLERS: LazyLock<Words> =
    LazyLock::new(|| words_of(include_str!("words/heading_fillers.txt")));

/// Words of the longest heading.
const MAX_HEADING_WORDS: usize = 6;

/// The part that a text heads, when it is a heading and nothing else.
pub(crate) fn section_of(text: &str) -> Option<Section> {
    let text = text.trim();
    let is_broken = |letter: char| letter.is_ascii_digit() || ",;.!?@".contains(letter);
    if text.len() > 80 || text.trim_end_matches(['.', ':']).contains(is_broken) {
        return None;
    }
    let mut words = words(text);
    // Letters that are set apart.
    if words.len() >= 5
        && words.iter().filter(|word| word.chars().count() == 1).count() * 10 >= words.len() * 8
    {
        words = whole_words(&words.concat())?;
    }
    if words.is_empty() || words.len() > MAX_HEADING_WORDS {
        return None;
    }
    let mut best: Option<(Section, u8)> = None;
    for word in &words {
        match HEADING_WORDS.get(word.as_str()).copied() {
            Some((section, strength)) if best.is_none_or(|(_, most)| strength > most) => {
                best = Some((section, strength));
            }
            Some(_) => {}
            None if HEADING_FILLERS.contains(word.as_str()) => {}
            None => return None,
        }
    }
    // In French it is about the person, in English about what they presented.
    let is_french = text.contains(['é', 'É']);
    best.map(|(section, _)| section).map(|section| match section {
        Section::Summary if words.iter().any(|word| word == "presentation") && !is_french => Section::Other,
        section => section,
    })
}

/// Letters parted into the words of headings.
fn whole_words(letters: &str) -> Option<Vec<String>> {
    let known = || HEADING_WORDS.keys().chain(HEADING_FILLERS.iter()).copied();
    // From the end: the words of what follows each place.
    let mut ways: Vec<Option<Vec<&str>>> = vec![None; letters.len() + 1];
    ways[letters.len()] = Some(Vec::new());
    for at in (0..letters.len()).rev() {
        if !letters.is_char_boundary(at) {
            continue;
        }
        let fits = known().filter(|word| letters[at..].starts_with(word));
        let way = fits.filter_map(|word| Some((word, ways[at + word.len()].as_ref()?)));
        ways[at] = way.min_by_key(|(_, rest)| rest.len()).map(|(word, rest)| [&[word], &rest[..]].concat());
    }
    ways.swap_remove(0).map(|words| words.into_iter().map(str::to_owned).collect())
}

fn has_word(words: &[String], known: &Words) -> bool {
    words.iter().any(|word| known.contains(word.as_str()))
}

/// Words that end what somebody is called in a job, or stand in it.
static TITLE_WORDS: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/titles.txt")));

/// How surely a text is what somebody is called in a job: 0 is not at all.
pub(crate) fn title_score(text: &str) -> u8 {
    let words = words(text);
    if words.is_empty() || words.len() > 12 {
        return 0;
    }
    // In English the word stands last, in French first.
    let is_title = |word: &String| TITLE_WORDS.contains(word.as_str());
    let edge = words.first().is_some_and(is_title) || words.last().is_some_and(is_title);
    if edge { 2 } else { u8::from(words.iter().any(is_title)) }
}

/// Words of names of companies.
static COMPANY_WORDS: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/companies.txt")));

/// Whether a text has a word of names of companies.
pub(crate) fn is_company(text: &str) -> bool {
    has_word(&words(text), &COMPANY_WORDS)
}

static SCHOOL_WORDS: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/schools.txt")));

/// Whether a text names a school.
pub(crate) fn is_school(text: &str) -> bool {
    has_word(&words(text), &SCHOOL_WORDS)
}

static DEGREE_WORDS: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/degrees.txt")));

/// Whether a text names a degree.
pub(crate) fn is_degree(text: &str) -> bool {
    let joined = fold(text).replace('.', "");
    let words = words(&joined);
    has_word(&words, &DEGREE_WORDS) || joined.starts_with("b s ") || joined.starts_with("ph d")
}

/// Languages that people speak, and how they are called.
static LANGUAGES: LazyLock<Words> = LazyLock::new(|| words_of(include_str!("words/languages.txt")));

/// Whether a text has a language anywhere.
pub(crate) fn has_language(text: &str) -> bool {
    has_word(&words(text), &LANGUAGES)
}

/// The language in a text.
pub(crate) fn language_in(text: &str) -> Option<&str> {
    text.split(|letter: char| !letter.is_alphabetic()).find(|word| LANGUAGES.contains(fold(word).as_str()))
}

/// Whether a text is about grades and honours, whose dates are not those of the school.
pub(crate) fn is_note(text: &str) -> bool {
    words(text).iter().any(|word| ["gpa", "cgpa", "dean", "deans"].contains(&word.as_str()))
}
