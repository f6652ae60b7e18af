//! Dates as they are written in English and French, with no more precision than is written.

use super::lexicon::fold;
use crate::model::{Date, End};

/// Years that a résumé speaks of.
const YEARS: std::ops::RangeInclusive<u16> = 1940..=2060;

/// A time in a text: one date or from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub start: Option<Date>,
    pub end: Option<End>,
    /// Whether it says from when to when.
    pub is_range: bool,
    /// Where it is written, in bytes, with the words that lead to it.
    pub from: usize,
    pub to: usize,
}

/// What one word of a text may be in a date.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    Month(u8),
    Season,
    Year(u16),
    /// A year of which only the century is written, as templates do.
    SomeYear,
    Exact(Date),
    Short(u16),
    Present,
    Dash,
    To,
    Since,
    Lead,
    Comma,
    Other,
}

struct Token {
    mark: Mark,
    from: usize,
    to: usize,
}

const MONTHS: [(&str, u8); 40] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("sept", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("janvier", 1),
    ("fevrier", 2),
    ("mars", 3),
    ("avril", 4),
    ("mai", 5),
    ("juin", 6),
    ("juillet", 7),
    ("aout", 8),
    ("septembre", 9),
    ("octobre", 10),
    ("novembre", 11),
    ("decembre", 12),
    ("janv", 1),
    ("fevr", 2),
    ("fev", 2),
    ("juil", 7),
];
const SEASONS: [&str; 9] =
    ["spring", "summer", "fall", "autumn", "winter", "printemps", "ete", "automne", "hiver"];
const PRESENT: [&str; 14] = [
    "present",
    "current",
    "currently",
    "now",
    "today",
    "ongoing",
    "aujourd'hui",
    "actuel",
    "actuellement",
    "actuelle",
    "maintenant",
    "cours",
    "jour",
    "date",
];
const TO: [&str; 8] = ["to", "until", "till", "through", "a", "au", "jusqu'a", "jusqu'en"];
const SINCE: [&str; 4] = ["since", "depuis", "des", "starting"];
/// Words before a date that belong to it.
const LEADS: [&str; 27] = [
    "from",
    "de",
    "du",
    "d'",
    "en",
    "in",
    "expected",
    "anticipated",
    "graduation",
    "graduated",
    "grad",
    "graduating",
    "prevu",
    "prevue",
    "obtenu",
    "obtenue",
    "obtention",
    "issued",
    "class",
    "of",
    "delivre",
    "delivree",
    "completed",
    "awarded",
    "promotion",
    "le",
    "exp",
];

/// The first time in a text, a range before a single date.
pub(crate) fn find(text: &str) -> Option<Period> {
    all(text).into_iter().max_by_key(|period| (period.is_range, std::cmp::Reverse(period.from)))
}

/// Every time in a text.
pub(crate) fn all(text: &str) -> Vec<Period> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match period(&tokens, at) {
            Some((mut period, next)) => {
                widen(&tokens, at, &mut period);
                found.push(period);
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// A text without a time in it, and without the signs that held it.
pub(crate) fn without(text: &str, period: &Period) -> (String, String) {
    let is_edge = |letter: char| letter.is_whitespace() || ",;|·•–—-:()[]/".contains(letter);
    let opened = text[..period.from].trim_end();
    // A parenthesis that closes what stands before is kept.
    let is_loose = |letter: char| is_edge(letter) && letter != ')';
    let mut before = opened.trim_end_matches(is_loose).to_owned();
    if before.matches(')').count() > before.matches('(').count() {
        before = opened.trim_end_matches(is_edge).to_owned();
    }
    let mut after = text[period.to..].trim_start_matches(is_edge);
    // How long it was, as some sites write behind it.
    let folded = fold(after);
    let is_length = folded.starts_with(|letter: char| letter.is_ascii_digit())
        && folded.split(|letter: char| !letter.is_alphabetic()).any(|word| {
            ["yr", "yrs", "year", "years", "mo", "mos", "month", "months", "an", "ans", "mois"]
                .contains(&word)
        });
    if is_length && folded.chars().count() < 25 {
        after = "";
    }
    (before, after.trim_end().to_owned())
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((from, first)) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        let is_word = |letter: char| letter.is_alphabetic() || letter == '\'' || letter == '’';
        let mut to = from + first.len_utf8();
        let mark = if first.is_ascii_digit() {
            while let Some((at, letter)) = rest.next_if(|(at, letter)| {
                letter.is_ascii_digit()
                    || (['/', '.', '-', 'X', 'x'].contains(letter)
                        && digit_follows(text, *at)
                        && !year_follows(text, from, *at))
            }) {
                to = at + letter.len_utf8();
            }
            number(&text[from..to])
        } else if is_word(first) {
            while let Some((at, letter)) = rest.next_if(|(_, letter)| is_word(*letter)) {
                to = at + letter.len_utf8();
            }
            // A short year with its apostrophe.
            if first == '\'' || first == '’' {
                while let Some((at, _)) = rest.next_if(|(_, letter)| letter.is_ascii_digit()) {
                    to = at + 1;
                }
            }
            let mark = word(&text[from..to]);
            if matches!(mark, Mark::Month(_) | Mark::Lead)
                && let Some((at, _)) = rest.next_if(|(_, letter)| *letter == '.')
            {
                to = at + 1;
            }
            mark
        } else {
            match first {
                '-' | '–' | '—' | '−' | '‐' | '→' | '>' | '~' | '/' => Mark::Dash,
                ',' => Mark::Comma,
                ':' | '(' | '[' => Mark::Lead,
                _ => Mark::Other,
            }
        };
        tokens.push(Token { mark, from, to });
    }
    tokens
}

/// Whether a sign inside of a number is followed by more of it.
fn digit_follows(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let sign = rest.chars().next();
    if matches!(sign, Some('X' | 'x')) {
        return true;
    }
    rest.chars().nth(1).is_some_and(|letter| letter.is_ascii_digit())
}

/// Whether a year is whole before a sign, and another one stands behind it.
fn year_follows(text: &str, from: usize, at: usize) -> bool {
    let behind: String = text[at..].chars().skip(1).take_while(char::is_ascii_digit).collect();
    year(&text[from..at]).is_some() && year(&behind).is_some()
}

fn year(text: &str) -> Option<u16> {
    (text.len() == 4).then(|| text.parse().ok())?.filter(|year| YEARS.contains(year))
}

fn month(text: &str) -> Option<u8> {
    (text.len() <= 2).then(|| text.parse().ok())?.filter(|month| (1..=12).contains(month))
}

fn number(text: &str) -> Mark {
    if let Some(year) = year(text) {
        return Mark::Year(year);
    }
    if text.len() == 4 && text[2..].eq_ignore_ascii_case("xx") && ["19", "20"].contains(&&text[..2]) {
        return Mark::SomeYear;
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let date = |year, month| Mark::Exact(Date { year, month });
    match parts[..] {
        [first, second] => match (year(first), year(second)) {
            (Some(_), Some(_)) => Mark::Other,
            (Some(year), None) if second.len() == 2 => match month(second) {
                Some(month) => date(year, Some(month)),
                None => Mark::Other,
            },
            (None, Some(year)) => month(first).map_or(Mark::Other, |month| date(year, Some(month))),
            _ => Mark::Other,
        },
        [first, second, third] => match (year(first), year(third)) {
            (Some(year), _) => month(second).map_or(Mark::Other, |month| date(year, Some(month))),
            // The day stands first, but where that cannot be.
            (_, Some(year)) => {
                month(second).or_else(|| month(first)).map_or(Mark::Other, |month| date(year, Some(month)))
            }
            _ => Mark::Other,
        },
        [only] if only.len() <= 2 => only.parse().map_or(Mark::Other, Mark::Short),
        _ => Mark::Other,
    }
}

fn word(text: &str) -> Mark {
    let folded = fold(text).replace('’', "'");
    if let Some(short) = folded.strip_prefix('\'')
        && short.len() == 2
        && let Ok(short) = short.parse::<u16>()
    {
        return Mark::Year(if short < 60 { 2000 + short } else { 1900 + short });
    }
    let folded = folded.trim_matches('\'');
    if let Some((_, month)) = MONTHS.iter().find(|(name, _)| *name == folded) {
        return Mark::Month(*month);
    }
    let is_in = |words: &[&str]| words.contains(&folded);
    if is_in(&SEASONS) {
        Mark::Season
    } else if is_in(&PRESENT) {
        Mark::Present
    } else if is_in(&TO) {
        Mark::To
    } else if is_in(&SINCE) {
        Mark::Since
    } else if is_in(&LEADS) {
        Mark::Lead
    } else {
        Mark::Other
    }
}

/// One date: what it says, the month where it says no year, and the token behind it.
#[derive(Clone, Copy)]
struct One {
    date: Option<Date>,
    month: Option<u8>,
    next: usize,
}

fn one(tokens: &[Token], at: usize) -> Option<One> {
    let mark = |at: usize| tokens.get(at).map(|token| token.mark);
    let year_at = |at: usize| match mark(at) {
        Some(Mark::Year(year)) => Some(Some(year)),
        Some(Mark::SomeYear) => Some(None),
        _ => None,
    };
    let dated =
        |year: Option<u16>, month, next| One { date: year.map(|year| Date { year, month }), month, next };
    match mark(at)? {
        Mark::Exact(date) => Some(One { date: Some(date), month: date.month, next: at + 1 }),
        Mark::Year(year) => Some(dated(Some(year), None, at + 1)),
        Mark::SomeYear => Some(dated(None, None, at + 1)),
        Mark::Month(month) => {
            let mut next = at + 1;
            // A day, a comma or "of" may stand between.
            while next < at + 4 && matches!(mark(next), Some(Mark::Short(_) | Mark::Comma | Mark::Lead)) {
                next += 1;
            }
            match year_at(next) {
                Some(year) => Some(dated(year, Some(month), next + 1)),
                None => Some(One { date: None, month: Some(month), next: at + 1 }),
            }
        }
        Mark::Season => {
            let next = if matches!(mark(at + 1), Some(Mark::Comma | Mark::Lead)) { at + 2 } else { at + 1 };
            year_at(next).map(|year| dated(year, None, next + 1))
        }
        Mark::Short(day) if (1..=31).contains(&day) && matches!(mark(at + 1), Some(Mark::Month(_))) => {
            one(tokens, at + 1).filter(|one| one.date.is_some())
        }
        _ => None,
    }
}

fn period(tokens: &[Token], at: usize) -> Option<(Period, usize)> {
    let mark = |at: usize| tokens.get(at).map(|token| token.mark);
    let first = one(tokens, at)?;
    let ends = |start, end, is_range, next: usize| {
        let period = Period { start, end, is_range, from: tokens[at].from, to: tokens[next - 1].to };
        Some((period, next))
    };
    let since = at > 0 && mark(at - 1) == Some(Mark::Since);
    let mut next = first.next;
    let joint = mark(next);
    while matches!(mark(next), Some(Mark::Dash | Mark::To)) && next < first.next + 2 {
        next += 1;
    }
    // "en cours", "à ce jour", "to date": a word or two before the one that says so.
    let present = (next..next + 3).find(|at| mark(*at) == Some(Mark::Present)).filter(|at| {
        (next..*at).all(|between| matches!(mark(between), Some(Mark::Lead | Mark::To | Mark::Other)))
    });
    if next > first.next {
        if let Some(present) = present {
            return ends(first.date, Some(End::Present), true, present + 1);
        }
        let leads = tokens[next..].iter().take(2).take_while(|token| token.mark == Mark::Lead).count();
        let skipped = next + leads;
        if let Some(second) =
            one(tokens, skipped).filter(|second| second.date.is_some() || first.date.is_none())
        {
            let year = second.date.map(|date| date.year);
            // The first takes the year of the second where it has none.
            let start = first.date.or_else(|| Some(Date { year: year?, month: Some(first.month?) }));
            let start = start.filter(|start| second.date.is_none_or(|end| start.year <= end.year));
            return ends(start, second.date.map(End::At), true, second.next);
        }
        if let (Some(Date { year, month: None }), Some(Mark::Short(short)), Some(Mark::Dash)) =
            (first.date, mark(next), joint)
            && short > year % 100
        {
            let end = Date { year: year - year % 100 + short, month: None };
            return ends(first.date, Some(End::At(end)), true, next + 1);
        }
    }
    if since && first.date.is_some() {
        return ends(first.date, Some(End::Present), true, first.next);
    }
    let is_some_year = tokens[at..first.next].iter().any(|token| token.mark == Mark::SomeYear);
    if first.date.is_none() && !is_some_year {
        return None;
    }
    // Summers of several years.
    if mark(at) == Some(Mark::Season)
        && mark(first.next) == Some(Mark::Comma)
        && let Some(Mark::Year(year)) = mark(first.next + 1)
    {
        let end = End::At(Date { year, month: None });
        return ends(first.date, Some(end), true, first.next + 2);
    }
    ends(None, first.date.map(End::At), false, first.next)
}

/// Takes the words before a time that belong to it.
fn widen(tokens: &[Token], at: usize, period: &mut Period) {
    for token in tokens[..at].iter().rev() {
        if !matches!(token.mark, Mark::Lead | Mark::Since) {
            break;
        }
        period.from = token.from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8) -> Option<Date> {
        Some(Date { year, month: (month > 0).then_some(month) })
    }

    fn at(year: u16, month: u8) -> Option<End> {
        date(year, month).map(End::At)
    }

    #[test]
    fn ranges_are_read_in_both_languages_with_their_precision() {
        let now = Some(End::Present);
        for (text, start, end) in [
            ("Mar 2021 - Present", date(2021, 3), now),
            ("Jun 2017 – Feb 2021", date(2017, 6), at(2021, 2)),
            ("03/2021 – 06/2022", date(2021, 3), at(2022, 6)),
            ("2014 - 2018", date(2014, 0), at(2018, 0)),
            ("2014–2018", date(2014, 0), at(2018, 0)),
            ("2014-2018", date(2014, 0), at(2018, 0)),
            ("2014/2015", date(2014, 0), at(2015, 0)),
            ("2015–17", date(2015, 0), at(2017, 0)),
            ("janv. 2018 à févr. 2020", date(2018, 1), at(2020, 2)),
            ("de septembre 2016 à aujourd'hui", date(2016, 9), now),
            ("depuis mars 2020", date(2020, 3), now),
            ("Since 2019", date(2019, 0), now),
            ("2019-03 – 2020-11", date(2019, 3), at(2020, 11)),
            ("Jan – Mar 2019", date(2019, 1), at(2019, 3)),
            ("juin 2021 – en cours", date(2021, 6), now),
            ("Sept. 2010 to date", date(2010, 9), now),
            ("01.2018 - 12.2019", date(2018, 1), at(2019, 12)),
            ("12/03/2019 - 30/04/2020", date(2019, 3), at(2020, 4)),
            ("Summer 2013, 2014", date(2013, 0), at(2014, 0)),
            ("Jan '19 - Feb '21", date(2019, 1), at(2021, 2)),
        ] {
            let found = find(text).unwrap_or_else(|| panic!("nothing in {text}"));
            assert_eq!((found.start, found.end, found.is_range), (start, end, true), "{text}");
        }
    }

    #[test]
    fn a_single_date_is_an_end() {
        for (text, end) in [
            ("Expected May 2019", at(2019, 5)),
            ("Expected Graduation: June 2016", at(2016, 6)),
            ("2013", at(2013, 0)),
            ("15 mars 2020", at(2020, 3)),
            ("March 3, 2020", at(2020, 3)),
        ] {
            let found = find(text).unwrap_or_else(|| panic!("nothing in {text}"));
            assert_eq!((found.start, found.end, found.is_range), (None, end, false), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["Served 30,000 people", "(312) 555-0123", "may improve", "Room 4567", "cut 20%", "12 march"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_parted_around_its_date() {
        let text = "Acme (Remote), Jan 2019 – Present (2 yrs 3 mos)";
        let found = find(text).expect("a date");
        assert_eq!(without(text, &found), ("Acme (Remote)".to_owned(), String::new()));
    }

    #[test]
    fn a_year_that_a_template_leaves_open_is_no_year() {
        let found = find("January 20XX - Current").expect("a period");
        assert_eq!((found.start, found.end), (None, Some(End::Present)));
    }
}
