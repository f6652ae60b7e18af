//! What a letter says: the offer as it was sent, in blocks that the page shows and the file prints. One source for both,
//! so that a candidate signs what they read.

use serde::{Deserialize, Serialize};
use zumodra_shared::ats::{JobType, Offer, RemotePolicy, SalaryPeriod};
use zumodra_shared::kernel::time::Millis;

use super::words::LetterWords;
use crate::careers::show::{amount, day, day_and_time};
use crate::careers::text::{self, Block};
use crate::careers::words::{Language, choice, fill};

/// An offer as it was sent, with the names that stand in its letter. Stored: fields are only added, with a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// The offer.
    pub offer: Offer,
    /// Who offers.
    pub workspace: String,
    /// To whom: given and family name.
    pub candidate: String,
    /// By which name the candidate is greeted.
    pub first_name: String,
    /// Who sent it.
    pub sender: String,
}

/// A piece of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// What follows is called this.
    Heading(String),
    /// A text.
    Text(Block),
    /// Names and values.
    Facts(Vec<(String, String)>),
}

/// Who signed, when, and with which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// For whom.
    pub for_whom: String,
    /// The name.
    pub name: String,
    /// When; empty for a line to sign on.
    pub when: String,
}

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language.
    pub language: Language,
    /// What it is.
    pub title: String,
    /// Who offers.
    pub workspace: String,
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Who signed.
    pub signatures: Vec<Signature>,
    /// Whether its paper is that of North America rather than A4.
    pub is_us_letter: bool,
}

/// Currencies of places whose paper is US Letter.
const US_LETTER: &[&str] = &["USD", "CAD", "MXN", "PHP", "CLP", "COP"];

impl Letter {
    /// Puts an offer into words. The candidate signs with a name at a time, or has not signed.
    #[must_use]
    pub fn of(terms: &Terms, language: Language, sent_at: Millis, signed: Option<(&str, Millis)>) -> Self {
        let (words, offer) = (LetterWords::of(language), &terms.offer);
        let mut pieces = vec![paragraph(fill(words.dear, &[&terms.candidate]))];
        if offer.message.0.trim().is_empty() {
            pieces.push(paragraph(fill(words.pleased, &[&offer.title, &terms.workspace])));
        } else {
            pieces.extend(blocks(&offer.message.0));
        }
        pieces.push(Piece::Facts(facts(terms, language)));
        for (heading, written) in
            [(words.benefits, &offer.benefits.0), (words.conditions, &offer.conditions.0)]
        {
            if !written.trim().is_empty() {
                pieces.push(Piece::Heading(heading.to_owned()));
                pieces.extend(blocks(written));
            }
        }
        if let Some(last) = &offer.expires_on {
            pieces.push(paragraph(fill(words.until, &[&day(language, &last.0)])));
        }
        let when = |at: Millis| day_and_time(language, at);
        let (name, signed_at) =
            signed.map_or((terms.candidate.as_str(), String::new()), |(name, at)| (name, when(at)));
        let signatures = vec![
            Signature { for_whom: terms.workspace.clone(), name: terms.sender.clone(), when: when(sent_at) },
            Signature { for_whom: words.candidate.to_owned(), name: name.to_owned(), when: signed_at },
        ];
        Self {
            language,
            title: words.title.to_owned(),
            workspace: terms.workspace.clone(),
            pieces,
            signatures,
            is_us_letter: US_LETTER.contains(&offer.currency.as_str()),
        }
    }
}

fn paragraph(text: String) -> Piece {
    Piece::Text(Block::Paragraph(vec![text]))
}

fn blocks(written: &str) -> impl Iterator<Item = Piece> {
    text::blocks_up_to(written, usize::MAX).into_iter().map(Piece::Text)
}

fn months(words: &LetterWords, count: Option<i64>) -> String {
    match count {
        None | Some(0) => String::new(),
        Some(1) => fill(words.months_one, &["1"]),
        Some(count) => fill(words.months, &[&count.to_string()]),
    }
}

/// What is offered, by name and value; what is not offered has no line.
fn facts(terms: &Terms, language: Language) -> Vec<(String, String)> {
    let (words, offer) = (LetterWords::of(language), &terms.offer);
    let money = |minor: Option<i64>| match minor {
        Some(minor) => format!("{}\u{a0}{}", amount(language, minor, &offer.currency), offer.currency),
        None => String::new(),
    };
    let named = |name: &str, is_known: bool| if is_known { choice(language, name) } else { String::new() };
    let per = named(offer.period.name(), offer.period != SalaryPeriod::Unknown);
    let salary = [money(offer.salary), per];
    let salary = salary.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let on = |date: Option<&zumodra_shared::kernel::Date>| {
        date.map(|date| day(language, &date.0)).unwrap_or_default()
    };
    let remote = offer.remote_policy.filter(|policy| *policy != RemotePolicy::Unknown);
    let remote = remote.map(|policy| choice(language, policy.name())).unwrap_or_default();
    let rows = [
        (words.position, offer.title.clone()),
        (words.employment, named(offer.employment.name(), offer.employment != JobType::Unknown)),
        (words.starts_on, on(offer.starts_on.as_ref())),
        (words.ends_on, on(offer.ends_on.as_ref())),
        (words.probation, months(words, offer.probation_months)),
        (words.place, offer.place.clone()),
        (words.remote, remote),
        (words.reports_to, offer.reports_to.clone()),
        (words.salary, salary),
        (words.bonus, money(offer.bonus)),
        (words.signing_bonus, money(offer.signing_bonus)),
        (words.equity, offer.equity.clone()),
        (words.days_off, offer.days_off.map(|days| days.to_string()).unwrap_or_default()),
    ];
    let written = rows.into_iter().filter(|(_, value)| !value.trim().is_empty());
    written.map(|(name, value)| (name.to_owned(), value)).collect()
}
