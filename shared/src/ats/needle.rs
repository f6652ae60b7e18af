//! What people type to search for candidates: words, all of which have to be there, and for who wants more `OR`,
//! `"exact phrases"`, `-excluded` words and parentheses. Whatever is typed is something: what is left open is closed at the
//! end, and an operator without anything beside it says nothing. So there are no mistakes, and nothing of what is typed
//! reaches a database as anything but letters and digits.

/// Words of a needle that count.
pub const MAX_WORDS: usize = 24;
/// Parentheses within parentheses; deeper ones are read as if they were not there.
const MAX_DEPTH: usize = 8;
/// What opens or closes an exact phrase.
const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needle {
    /// A word, as letters and digits.
    Word {
        /// The word.
        word: String,
        /// Whether it may be the beginning of one: the last word that is typed may go on.
        goes_on: bool,
    },
    /// Words that stand one behind the other, as they are.
    Phrase(Vec<String>),
    /// Every one of these.
    All(Vec<Needle>),
    /// At least one of these.
    Any(Vec<Needle>),
    /// Whatever this is not.
    Not(Box<Needle>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    Not,
    /// Words that stand in one: `node.js` are two.
    Words(Vec<String>),
    Phrase(Vec<String>),
}

impl Needle {
    /// Reads what was typed; none where nothing in it can be looked for.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let tokens = tokens(text);
        let goes_on = matches!(tokens.last(), Some(Token::Words(_))) && !text.ends_with(char::is_whitespace);
        let mut reading = Reading { tokens: tokens.into_iter().peekable(), depth: 0 };
        let mut found = Vec::new();
        // What closes something that was never opened ends nothing.
        while reading.tokens.peek().is_some() {
            found.extend(reading.any());
            reading.tokens.next_if_eq(&Token::Close);
        }
        let mut needle = all(found)?;
        if goes_on && let Some(last) = needle.last_word() {
            *last = true;
        }
        Some(needle)
    }

    /// The words, where all that is asked is that each of them is there.
    #[must_use]
    pub fn plain(&self) -> Option<Vec<String>> {
        match self {
            Self::Word { word, .. } => Some(vec![word.clone()]),
            Self::All(parts) => {
                let words = parts.iter().map(|part| match part {
                    Self::Word { word, .. } => Some(word.clone()),
                    _ => None,
                });
                words.collect()
            }
            Self::Phrase(_) | Self::Any(_) | Self::Not(_) => None,
        }
    }

    /// The words that may be there: what a passage shows.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Word { word, .. } => vec![word.clone()],
            Self::Phrase(words) => words.clone(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::words).collect(),
            Self::Not(_) => Vec::new(),
        }
    }

    /// Whether the last word that is looked for goes on, to be said.
    fn last_word(&mut self) -> Option<&mut bool> {
        match self {
            Self::Word { goes_on, .. } => Some(goes_on),
            Self::All(parts) | Self::Any(parts) => parts.last_mut().and_then(Self::last_word),
            Self::Phrase(_) | Self::Not(_) => None,
        }
    }
}

/// The words of a text, as letters and digits.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut found, mut count) = (Vec::new(), 0);
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let behind = &rest[first.len_utf8()..];
        let (token, after) = if QUOTES.contains(&first) {
            let end = behind.find(QUOTES).unwrap_or(behind.len());
            let after = behind[end..].chars().next().map_or("", |quote| &behind[end + quote.len_utf8()..]);
            (Some(Token::Phrase(words(&behind[..end]))), after)
        } else if let Some(token) = sign(first) {
            (Some(token), behind)
        } else if first == '-' {
            let behind = behind.trim_start_matches('-');
            let excludes = behind.chars().next().is_some_and(|next| !next.is_whitespace() && next != ')');
            (excludes.then_some(Token::Not), behind)
        } else {
            let is_end = |c: char| c.is_whitespace() || sign(c).is_some() || QUOTES.contains(&c);
            let end = rest.find(is_end).unwrap_or(rest.len());
            (named(&rest[..end]), &rest[end..])
        };
        if let Some(Token::Words(words) | Token::Phrase(words)) = &token {
            count += words.len();
        }
        if count > MAX_WORDS {
            break;
        }
        found.extend(token.filter(|token| !is_empty(token)));
        rest = after.trim_start();
    }
    found
}

fn is_empty(token: &Token) -> bool {
    matches!(token, Token::Words(words) | Token::Phrase(words) if words.is_empty())
}

const fn sign(c: char) -> Option<Token> {
    match c {
        '(' => Some(Token::Open),
        ')' => Some(Token::Close),
        '|' => Some(Token::Or),
        _ => None,
    }
}

/// A word, or an operator where it is written in capitals: `OR` and `NOT`, in French `OU` and `SAUF`. Words are all looked for,
/// so that `AND` and `ET` say nothing more.
fn named(word: &str) -> Option<Token> {
    match word {
        "OR" | "OU" => Some(Token::Or),
        "NOT" | "SAUF" => Some(Token::Not),
        "AND" | "ET" | "&" | "&&" => None,
        _ => Some(Token::Words(words(word))),
    }
}

struct Reading<I: Iterator<Item = Token>> {
    tokens: std::iter::Peekable<I>,
    depth: usize,
}

impl<I: Iterator<Item = Token>> Reading<I> {
    /// Alternatives, up to what closes them.
    fn any(&mut self) -> Option<Needle> {
        let mut parts = Vec::new();
        loop {
            let mut together = Vec::new();
            while self.tokens.peek().is_some_and(|token| !matches!(token, Token::Or | Token::Close)) {
                together.extend(self.one());
            }
            parts.extend(all(together));
            if self.tokens.next_if_eq(&Token::Or).is_none() {
                break;
            }
        }
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Needle::Any(parts)),
        }
    }

    /// One thing that is looked for.
    fn one(&mut self) -> Option<Needle> {
        let mut excludes = false;
        while self.tokens.next_if_eq(&Token::Not).is_some() {
            excludes = true;
        }
        // An operator that nothing follows says nothing.
        if self.tokens.peek().is_some_and(|token| matches!(token, Token::Or | Token::Close)) {
            return None;
        }
        let found = match self.tokens.next()? {
            Token::Words(words) => {
                all(words.into_iter().map(|word| Needle::Word { word, goes_on: false }).collect())
            }
            Token::Phrase(words) => Some(Needle::Phrase(words)),
            Token::Open if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let inner = self.any();
                self.depth -= 1;
                self.tokens.next_if_eq(&Token::Close);
                inner
            }
            Token::Open | Token::Close | Token::Or | Token::Not => None,
        }?;
        Some(match found {
            found if !excludes => found,
            Needle::Not(inner) => *inner,
            found => Needle::Not(Box::new(found)),
        })
    }
}

/// Everything together: one thing as it is, and what is together already as part of it.
fn all(parts: Vec<Needle>) -> Option<Needle> {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Needle::All(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 | 1 => flat.pop(),
        _ => Some(Needle::All(flat)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A needle as text, so that what was read can be compared: `(a & b*) | !"c d"`.
    fn said(needle: &Needle) -> String {
        let list = |parts: &[Needle], sign: &str| {
            format!("({})", parts.iter().map(said).collect::<Vec<_>>().join(sign))
        };
        match needle {
            Needle::Word { word, goes_on } => format!("{word}{}", if *goes_on { "*" } else { "" }),
            Needle::Phrase(words) => format!("\"{}\"", words.join(" ")),
            Needle::All(parts) => list(parts, " & "),
            Needle::Any(parts) => list(parts, " | "),
            Needle::Not(inner) => format!("!{}", said(inner)),
        }
    }

    fn read(text: &str) -> String {
        Needle::read(text).map_or_else(String::new, |needle| said(&needle))
    }

    #[test]
    fn words_are_all_looked_for_and_operators_say_what_else() {
        for (text, expected) in [
            ("rust go", "(rust & go*)"),
            ("rust go ", "(rust & go)"),
            ("rust OR go", "(rust | go*)"),
            ("rust | go", "(rust | go*)"),
            ("rust OU go", "(rust | go*)"),
            ("senior rust OR go lead", "((senior & rust) | (go & lead*))"),
            ("senior (rust OR go)", "(senior & (rust | go))"),
            ("senior AND rust ET go", "(senior & rust & go*)"),
            ("\"product manager\" paris", "(\"product manager\" & paris*)"),
            ("«chef de projet»", "\"chef de projet\""),
            ("rust -intern", "(rust & !intern)"),
            ("rust NOT intern", "(rust & !intern)"),
            ("-\"very junior\" rust", "(!\"very junior\" & rust*)"),
            ("rust -(intern OR junior)", "(rust & !(intern | junior))"),
            ("-rust", "!rust"),
            ("node.js", "(node & js*)"),
            ("full-stack", "(full & stack*)"),
            ("-node.js", "!(node & js)"),
            ("or not and", "(or & not & and*)"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_left_open_is_closed_and_what_says_nothing_is_passed_over() {
        for (text, expected) in [
            ("", ""),
            (" \t\n", ""),
            ("\"", ""),
            ("\"\"", ""),
            ("()", ""),
            ("((((((((((((((((((((", ""),
            (")))", ""),
            ("OR", ""),
            ("OR OR NOT -", ""),
            ("- rust", "rust*"),
            ("rust -", "rust*"),
            ("rust OR", "rust"),
            ("OR rust", "rust*"),
            ("rust NOT OR go", "(rust | go*)"),
            ("(rust OR", "rust"),
            ("rust) go", "(rust & go*)"),
            ("\"product man", "\"product man\""),
            ("\"*(", ""),
            ("--rust", "!rust"),
            ("NOT NOT rust", "!rust"),
            ("-(-rust)", "rust"),
            ("C++ AND/OR NEAR(a b)", "(C & AND & OR & NEAR & a & b)"),
            ("title:rust^2 {x}*", "(title & rust & 2 & x*)"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let deep = format!("{}rust{}", "(".repeat(500), ")".repeat(500));
        assert_eq!(read(&deep), "rust");
        let many = vec!["word"; 500].join(" ");
        assert_eq!(Needle::read(&many).map(|needle| needle.words().len()), Some(MAX_WORDS));
    }

    #[test]
    fn words_alone_are_plain_and_excluded_ones_are_in_no_passage() {
        let needle = |text: &str| Needle::read(text).expect("something");
        assert_eq!(needle("rust go").plain(), Some(vec!["rust".to_owned(), "go".to_owned()]));
        assert_eq!(needle("(rust go)").plain().map(|words| words.len()), Some(2));
        for text in ["rust OR go", "\"rust\"", "-rust", "go -rust"] {
            assert_eq!(needle(text).plain(), None, "{text}");
        }
        assert_eq!(needle("go OR \"a b\" -rust").words(), ["go", "a", "b"]);
    }

    fn is_sound(needle: &Needle, depth: usize) -> bool {
        let is_word = |word: &String| !word.is_empty() && word.chars().all(char::is_alphanumeric);
        depth <= 4 * MAX_DEPTH
            && match needle {
                Needle::Word { word, .. } => is_word(word),
                Needle::Phrase(words) => !words.is_empty() && words.iter().all(is_word),
                Needle::All(parts) | Needle::Any(parts) => {
                    parts.len() > 1 && parts.iter().all(|part| is_sound(part, depth + 1))
                }
                Needle::Not(inner) => is_sound(inner, depth + 1),
            }
    }

    proptest! {
        /// Whatever is typed: nothing but words of letters and digits comes of it, not too many, and not too deep.
        #[test]
        fn whatever_is_typed_is_words(text in "\\PC{0,200}") {
            if let Some(needle) = Needle::read(&text) {
                prop_assert!(is_sound(&needle, 0), "{needle:?}");
                prop_assert!(needle.words().len() <= MAX_WORDS);
            }
        }

        #[test]
        fn operators_in_any_order_are_no_mistake(
            parts in proptest::collection::vec(
                proptest::sample::select(vec!["(", ")", "\"", "-", "OR", "NOT", "AND", "a", "b c", "|", " ", "«", "*"]), 0..60,
            ),
        ) {
            let text = parts.join(" ");
            for text in [text.clone(), text.replace(' ', "")] {
                if let Some(needle) = Needle::read(&text) {
                    prop_assert!(is_sound(&needle, 0), "{text} {needle:?}");
                }
            }
        }
    }
}
