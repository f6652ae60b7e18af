//! The passage of a text around the words that were searched.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words of a passage.
const WORDS: usize = 16;
/// Words before the first match in a passage.
const BEFORE: usize = 5;
/// Stand around a match.
const MARKS: (char, char) = ('\u{1}', '\u{2}');

/// Without accents and in small letters, as the index has it.
fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The words of a text, each with the place where it begins and the one where it ends.
fn spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut begun = None;
    text.char_indices().chain([(text.len(), ' ')]).filter_map(move |(at, c)| match (begun, is_word(c)) {
        (None, true) => {
            begun = Some(at);
            None
        }
        (Some(from), false) => {
            begun = None;
            Some((from, at))
        }
        _ => None,
    })
}

/// The passage around the first word that begins with one of the words searched, with every such word between marks.
/// None when there is none.
pub(super) fn around(text: &str, words: &[String]) -> Option<String> {
    let words: Vec<String> = words.iter().map(|word| folded(word)).collect();
    let matches = |(from, to): (usize, usize)| {
        let word = folded(&text[from..to]);
        words.iter().any(|searched| word.starts_with(searched.as_str()))
    };
    let mut before = std::collections::VecDeque::with_capacity(BEFORE);
    let mut rest = spans(text);
    let first = loop {
        let span = rest.next()?;
        if matches(span) {
            break span;
        }
        if before.len() == BEFORE {
            before.pop_front();
        }
        before.push_back(span);
    };
    let mut passage = String::new();
    let start = before.front().unwrap_or(&first).0;
    if text[..start].chars().any(char::is_alphanumeric) {
        passage.push('…');
    }
    let mut written = start;
    for span in before.into_iter().chain([first]).chain(rest.by_ref()).take(WORDS) {
        let (from, to) = span;
        passage.push_str(&text[written..from]);
        if matches(span) {
            passage.push(MARKS.0);
            passage.push_str(&text[from..to]);
            passage.push(MARKS.1);
        } else {
            passage.push_str(&text[from..to]);
        }
        written = to;
    }
    if rest.next().is_some() {
        passage.push('…');
    } else {
        passage.push_str(&text[written..]);
    }
    Some(passage)
}

/// Whether some words stand one behind the other in a text, as the index has them.
pub(super) fn has_phrase(text: &str, words: &[String]) -> bool {
    let words: Vec<String> = words.iter().map(|word| folded(word)).collect();
    // How many of the words the text has just said, for each place at which they may have begun.
    let mut begun: Vec<usize> = Vec::new();
    for (from, to) in spans(text) {
        let word = folded(&text[from..to]);
        begun.push(0);
        begun.retain_mut(|at| {
            let goes_on = words.get(*at).is_some_and(|next| *next == word);
            *at += 1;
            goes_on
        });
        if begun.contains(&words.len()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, words: &[&str]) -> Option<String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        around(text, &words).map(|passage| passage.replace(MARKS.0, "[").replace(MARKS.1, "]"))
    }

    #[test]
    fn every_match_of_the_passage_is_marked_whatever_its_accents() {
        assert_eq!(found("A Crème de la creme.", &["CREME"]).as_deref(), Some("A [Crème] de la [creme]."));
        assert_eq!(found("Zoe\u{301} bakes", &["zoé"]).as_deref(), Some("[Zoe\u{301}] bakes"));
        assert_eq!(found("Python, and pythonic.", &["pyth"]).as_deref(), Some("[Python], and [pythonic]."));
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_match() {
        let text = (0..40).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let passage = found(&text, &["w20"]).expect("is there");
        assert!(passage.starts_with("…w15 ") && passage.ends_with(" w30…"), "{passage}");
        assert!(passage.contains(" [w20] "));
        assert!(found(&text, &["w0"]).is_some_and(|passage| passage.starts_with("[w0] ")));
    }

    #[test]
    fn a_phrase_is_its_words_one_behind_the_other() {
        let has = |text: &str, phrase: &[&str]| {
            has_phrase(text, &phrase.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert!(has("She is a Product\n manager, senior.", &["product", "MANAGER"]));
        assert!(has("a a b", &["a", "b"]) && has("b", &["b"]) && has("Chéf de projet", &["chef", "de"]));
        assert!(
            !has("product line manager", &["product", "manager"]) && !has("products manager", &["product"])
        );
        assert!(!has("product", &["product", "manager"]) && !has("", &["a"]));
    }

    #[test]
    fn what_is_not_there_has_no_passage() {
        assert_eq!(found("", &["a"]), None);
        assert_eq!(found("Lamp", &["amp"]), None);
    }
}
