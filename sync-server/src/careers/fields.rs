//! One field of the application form: how it is shown, and what may stand in it.

use zumodra_shared::ats::rules::is_email;
use zumodra_shared::kernel::time::is_date;

use super::show::minor_units;
use super::words::{Language, Words, choice, fill};

/// Digits of the shortest telephone number.
const MIN_PHONE_DIGITS: usize = 5;
/// Characters of the longest number that is typed.
pub const MAX_NUMBER_CHARS: usize = 40;
/// Letters of a currency's code.
pub const CURRENCY_CHARS: usize = 3;
/// Options of one question.
pub const MAX_OPTIONS: usize = 100;
/// The largest amount that is taken, in minor units of a currency that has two digits of them: of one that has three it is
/// what a record has room for.
const MAX_AMOUNT_MINOR: i64 = 100_000_000_000;
/// A currency as most are.
const ORDINARY_CURRENCY: &str = "EUR";

/// What a field is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One line, with the browser's name for what belongs there.
    Line(&'static str),
    /// Several lines.
    Area,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An address on the web.
    Url,
    /// An address on LinkedIn.
    Linkedin,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// A whole number from 0 to this.
    Whole(i64),
    /// An amount of money, in whole units of its currency.
    Amount,
    /// The ISO 4217 code of a currency.
    Currency,
    /// One of the options.
    Choice(Vec<String>),
    /// Any number of the options, one a line.
    Several(Vec<String>),
    /// A day.
    Date,
    /// The résumé.
    File,
    /// Another document.
    Document,
    /// A box that is ticked.
    Check,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the form.
    pub name: String,
    /// Its id in the page.
    pub id: String,
    /// Its label.
    pub label: String,
    /// A hint below the label, or an empty text.
    pub hint: String,
    /// What it is for.
    pub kind: Kind,
    /// Whether it must be filled.
    pub is_required: bool,
    /// Characters of the longest value.
    pub max: usize,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it, or an empty text.
    pub error: String,
    /// Where the value comes from that was not typed, or an empty text.
    pub origin: &'static str,
}

impl Field {
    /// An empty field that need not be filled.
    #[must_use]
    pub fn new(name: &str, label: &str, kind: Kind, max: usize) -> Self {
        Self {
            name: name.to_owned(),
            id: name.replace('_', "-"),
            label: label.to_owned(),
            hint: String::new(),
            kind,
            is_required: false,
            max,
            value: String::new(),
            error: String::new(),
            origin: "",
        }
    }

    /// Says that it must be filled, or not.
    #[must_use]
    pub const fn required(mut self, is_required: bool) -> Self {
        self.is_required = is_required;
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = hint.to_owned();
        self
    }

    /// The control's type in HTML.
    #[must_use]
    pub const fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Phone => "tel",
            Kind::Date => "date",
            // An address without its https:// is completed here, which a control of type `url` would refuse.
            _ => "text",
        }
    }

    /// Which keys a telephone shows.
    #[must_use]
    pub const fn input_mode(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Phone => "tel",
            Kind::Url | Kind::Linkedin => "url",
            Kind::Number | Kind::Amount => "decimal",
            Kind::Whole(_) => "numeric",
            _ => "text",
        }
    }

    /// What the browser may fill in by itself.
    #[must_use]
    pub const fn autocomplete(&self) -> &'static str {
        match self.kind {
            Kind::Line(autocomplete) => autocomplete,
            Kind::Email => "email",
            Kind::Phone => "tel",
            Kind::Url => "url",
            _ => "off",
        }
    }

    /// Whether it has several lines.
    #[must_use]
    pub const fn is_area(&self) -> bool {
        matches!(self.kind, Kind::Area)
    }

    /// Whether it is a file.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self.kind, Kind::File | Kind::Document)
    }

    /// Whether it is the résumé.
    #[must_use]
    pub const fn is_resume(&self) -> bool {
        matches!(self.kind, Kind::File)
    }

    /// Whether it is a box to tick.
    #[must_use]
    pub const fn is_check(&self) -> bool {
        matches!(self.kind, Kind::Check)
    }

    /// Whether it is answered with yes or no.
    #[must_use]
    pub const fn is_yes_no(&self) -> bool {
        matches!(self.kind, Kind::YesNo)
    }

    /// The options, if there are any.
    #[must_use]
    pub fn options(&self) -> &[String] {
        if let Kind::Choice(options) | Kind::Several(options) = &self.kind { options } else { &[] }
    }

    /// Whether any number of options is chosen.
    #[must_use]
    pub const fn is_several(&self) -> bool {
        matches!(self.kind, Kind::Several(_))
    }

    /// Whether an option is chosen.
    #[must_use]
    pub fn has(&self, option: &str) -> bool {
        self.value.lines().any(|line| line == option)
    }

    /// That a file is here already, in words: a control for files cannot show it.
    #[must_use]
    pub fn kept(&self, words: &Words) -> String {
        if self.value.is_empty() { String::new() } else { fill(words.resume_kept, &[&self.value]) }
    }

    /// Whether it is chosen from a list.
    #[must_use]
    pub const fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Choice(_))
    }

    /// The ids of what describes the field, for `aria-describedby`; empty when nothing does.
    #[must_use]
    pub fn described_by(&self) -> String {
        let parts = [(self.error.as_str(), "error"), (self.origin, "origin"), (self.hint.as_str(), "hint")];
        let ids =
            parts.iter().filter(|(text, _)| !text.is_empty()).map(|(_, what)| format!("{}-{what}", self.id));
        ids.collect::<Vec<_>>().join(" ")
    }

    /// The id to which a link to the field leads: of a group its first control.
    #[must_use]
    pub fn target(&self) -> String {
        match self.kind {
            Kind::YesNo => format!("{}-yes", self.id),
            Kind::Several(_) => format!("{}-1", self.id),
            _ => self.id.clone(),
        }
    }

    /// What is wrong with the field, for the list at the top of the page: its label and the error.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.is_check() {
            // The sentence that is agreed to is too long to stand before its error.
            return self.error.clone();
        }
        let colon = if self.label.ends_with(['?', '!', '.', ':']) { "" } else { ":" };
        format!("{}{colon} {}", self.label, self.error)
    }

    /// Takes a value as it was sent, in the form in which it is kept.
    pub fn take(&mut self, text: &str) {
        let text = text.trim();
        self.value = match self.kind {
            Kind::Area => text.to_owned(),
            Kind::Url | Kind::Linkedin => completed(text),
            Kind::Choice(_) => text.to_owned(),
            Kind::Several(_) => options(text).join("\n"),
            Kind::Currency => text.to_uppercase(),
            _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
        };
    }

    /// What is wrong with the value, in words.
    #[must_use]
    pub fn complaint(&self, words: &Words) -> Option<String> {
        if self.value.is_empty() {
            let message = match self.kind {
                Kind::File => words.error_resume,
                Kind::Document => words.error_document,
                Kind::Several(_) => words.error_several,
                Kind::Check => words.error_consent,
                Kind::YesNo | Kind::Choice(_) => words.error_choice,
                _ => words.error_required,
            };
            return self.is_required.then(|| message.to_owned());
        }
        if self.value.chars().count() > self.max {
            return Some(fill(words.error_too_long, &[&self.max.to_string()]));
        }
        let value = self.value.as_str();
        let (is_right, message) = match &self.kind {
            Kind::Line(_) | Kind::Area | Kind::File | Kind::Document | Kind::Check => (true, ""),
            Kind::Email => (is_email(value), words.error_email),
            Kind::Phone => (is_phone(value), words.error_phone),
            Kind::Url => (is_address(value), words.error_url),
            Kind::Linkedin => (is_address(value) && value.contains("linkedin."), words.error_linkedin),
            Kind::Number => (number(value).is_some(), words.error_number),
            Kind::Whole(most) => {
                let is_within = number(value)
                    .and_then(|text| text.parse().ok())
                    .is_some_and(|found: i64| (0..=*most).contains(&found));
                return (!is_within).then(|| fill(words.error_whole, &[&most.to_string()]));
            }
            Kind::Amount => (is_amount(value), words.error_amount),
            Kind::Currency => (is_currency(value), words.error_currency),
            Kind::Several(options) => {
                (value.lines().all(|line| options.iter().any(|option| option == line)), words.error_several)
            }
            Kind::YesNo => (matches!(value, "yes" | "no"), words.error_choice),
            Kind::Choice(options) => (options.iter().any(|option| option == value), words.error_choice),
            Kind::Date => (is_date(value), words.error_date),
        };
        (!is_right).then(|| message.to_owned())
    }

    /// The value in the one form that programs compare.
    #[must_use]
    pub fn sent(&self) -> String {
        match self.kind {
            Kind::Number | Kind::Whole(_) => number(&self.value).unwrap_or_default(),
            _ => self.value.clone(),
        }
    }

    /// The value as an answer that people read.
    #[must_use]
    pub fn answer(&self, language: Language) -> String {
        match (&self.kind, self.value.as_str()) {
            (Kind::YesNo, "yes") => language.words().yes.to_owned(),
            (Kind::YesNo, "no") => language.words().no.to_owned(),
            (Kind::Number, value) => number(value).unwrap_or_default(),
            (Kind::Several(_), value) => value.lines().collect::<Vec<_>>().join("; "),
            (_, value) => value.to_owned(),
        }
    }
}

/// The options of a question: one a line, each once, the first [`MAX_OPTIONS`].
#[must_use]
pub fn options(text: &str) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if options.len() < MAX_OPTIONS && !options.iter().any(|option| option == line) {
            options.push(line.to_owned());
        }
    }
    options
}

/// An address that somebody typed without its scheme.
fn completed(text: &str) -> String {
    let is_bare = !text.is_empty() && !text.contains("://") && text.contains('.');
    if is_bare { format!("https://{text}") } else { text.to_owned() }
}

fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_plain =
            url.username().is_empty() && url.password().is_none() && !text.contains(char::is_whitespace);
        let written = text.starts_with("https://") || text.starts_with("http://");
        is_web && is_plain && written && url.host_str().is_some_and(|host| host.contains('.'))
    })
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= MIN_PHONE_DIGITS && text.chars().all(|c| c.is_ascii_digit() || "+ ().-/#x".contains(c))
}

/// A number in the one form that is kept: digits, with a point before the fraction. A comma is taken for a point.
fn number(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(',', ".");
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(fraction)).then(|| plain.trim_start_matches('+').to_owned())
}

fn is_currency(text: &str) -> bool {
    text.len() == CURRENCY_CHARS && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether an amount can be kept, whatever currency it is in.
fn is_amount(text: &str) -> bool {
    minor_units(text, ORDINARY_CURRENCY).is_some_and(|minor| minor <= MAX_AMOUNT_MINOR)
}

/// The words of a choice for the places that show a job.
#[must_use]
pub fn named(language: Language, wire: &str) -> String {
    if wire == "unknown" { String::new() } else { choice(language, wire) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(kind: Kind, text: &str) -> bool {
        let mut field = Field::new("a", "A", kind, 100);
        field.take(text);
        field.complaint(Language::En.words()).is_some()
    }

    #[test]
    fn values_are_told_from_what_is_none() {
        for (kind, good, bad) in [
            (Kind::Phone, vec!["+1 514 555 0100", "(0)20.7946-0018"], vec!["call me", "123", "+1 <script>"]),
            (
                Kind::Url,
                vec!["https://a.example/x?y=1", "a.example/portfolio"],
                vec![
                    "javascript:alert(1)",
                    "javascript://a.example/%0aalert(1)",
                    "https://",
                    "https://a b.example",
                    "https://u:p@a.example",
                ],
            ),
            (Kind::Linkedin, vec!["www.linkedin.com/in/ada"], vec!["https://example.com/ada"]),
            (Kind::Number, vec!["3", "-2.5", "1 200,50"], vec!["three", "1.2.3", ".", "1e9", "NaN"]),
            (Kind::Date, vec!["2026-02-28"], vec!["2026-02-30", "28/02/2026"]),
            (Kind::YesNo, vec!["yes", "no"], vec!["maybe"]),
            (Kind::Choice(options("a\n b \na\n\n")), vec!["a", "b"], vec!["c", "a\nb"]),
            (Kind::Several(options("a\nb")), vec!["a", "b", "a\nb", "b\na\na"], vec!["c", "a\nc"]),
            (Kind::Whole(730), vec!["0", "730", " 30 "], vec!["731", "-1", "1.5", "a month"]),
            (Kind::Amount, vec!["65000", "65 000", "65,000.50"], vec!["-1", "a lot", "1e9", "1000000001"]),
            (Kind::Currency, vec!["EUR", "cad"], vec!["€", "EURO", "E1R"]),
        ] {
            for text in good {
                assert!(!complaint(kind.clone(), text), "{kind:?} {text}");
            }
            for text in bad {
                assert!(complaint(kind.clone(), text), "{kind:?} {text}");
            }
        }
    }

    #[test]
    fn a_value_is_measured_at_the_edge() {
        assert!(!complaint(Kind::Area, &"é".repeat(100)));
        assert!(complaint(Kind::Area, &"é".repeat(101)));
    }

    #[test]
    fn several_are_kept_once_each_and_said_in_one_line() {
        let mut field = Field::new("a", "A", Kind::Several(options("a\nb\nc")), 100).required(true);
        assert!(field.complaint(Language::En.words()).is_some(), "none is chosen");
        field.take("c\na\nc");
        assert_eq!(field.complaint(Language::En.words()), None);
        assert!(field.has("a") && !field.has("b"));
        assert_eq!((field.sent(), field.answer(Language::En)), ("c\na".to_owned(), "c; a".to_owned()));
        assert_eq!(field.target(), "a-1");
    }
}
