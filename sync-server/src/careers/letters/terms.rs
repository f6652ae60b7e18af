//! What a letter says: the offer as it was sent, in blocks that the page shows and the file prints. One source for both,
//! so that a candidate signs what they read.

use serde::{Deserialize, Serialize};
use zumodra_shared::ats::{EquityKind, JobType, Offer, PaidHow, RemotePolicy, SalaryPeriod};
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
    let first = [
        (words.position, offer.title.clone()),
        (words.department, offer.department.clone()),
        (words.employment, named(offer.employment.name(), offer.employment != JobType::Unknown)),
        (words.hours, offer.weekly_minutes.map(|minutes| hours(language, minutes)).unwrap_or_default()),
        (words.starts_on, on(offer.starts_on.as_ref())),
        (words.ends_on, on(offer.ends_on.as_ref())),
        (words.probation, months(words, offer.probation_months)),
        (words.place, offer.place.clone()),
        (words.remote, remote),
        (words.reports_to, offer.reports_to.clone()),
        (words.salary, salary),
        (words.bonus, money(offer.bonus)),
        (words.signing_bonus, money(offer.signing_bonus)),
    ];
    let components = offer.components.0.iter().map(|component| &component.item).map(|part| {
        let paid = named(part.paid.name(), part.paid != PaidHow::Unknown);
        let how = (!part.guaranteed).then(|| words.not_guaranteed.to_owned());
        let said = [money(Some(part.amount)), paid].join(" ");
        (part.name.clone(), [Some(said), how].into_iter().flatten().collect::<Vec<_>>().join(", "))
    });
    let last = [
        (words.equity, equity(offer, language)),
        (words.days_off, offer.days_off.map(|days| days.to_string()).unwrap_or_default()),
    ];
    let fixed = |(name, value): (&str, String)| (name.to_owned(), value);
    let written = first.into_iter().map(fixed).chain(components);
    let written = written.chain(totals(offer, words).into_iter().map(|(name, sum)| (name, money(Some(sum)))));
    written.chain(last.into_iter().map(fixed)).filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// What a year comes to, where that is more than the salary says by itself.
fn totals(offer: &Offer, words: &LetterWords) -> Vec<(String, i64)> {
    let Some(total) = offer.total() else { return Vec::new() };
    if total.first_year != total.usual_year {
        let rows = [(words.total_first, total.first_year), (words.total_usual, total.usual_year)];
        return rows.map(|(name, sum)| (name.to_owned(), sum)).to_vec();
    }
    let says_it = offer.period == SalaryPeriod::Yearly && offer.salary == Some(total.usual_year);
    if says_it { Vec::new() } else { vec![(words.total_year.to_owned(), total.usual_year)] }
}

/// A share of the company: its numbers, and the words beside them. What it is worth is not said.
fn equity(offer: &Offer, language: Language) -> String {
    let words = LetterWords::of(language);
    let kind = offer.equity_kind.filter(|kind| !matches!(kind, EquityKind::Other | EquityKind::Unknown));
    let counted = |text: &str, count: Option<i64>| {
        count.filter(|count| *count > 0).map(|count| fill(text, &[&count.to_string()]))
    };
    let parts = [
        kind.map(|kind| choice(language, kind.name())),
        counted(words.shares, offer.equity_shares),
        counted(words.vesting, offer.vesting_months),
        counted(words.cliff, offer.cliff_months),
        Some(offer.equity.trim().to_owned()),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Hours with at most two digits after the point, as they are written in the language.
fn hours(language: Language, minutes: i64) -> String {
    const HOUR: i64 = 60;
    const HUNDRED: i64 = 100;
    let (whole, rest) = (minutes / HOUR, minutes % HOUR * HUNDRED / HOUR);
    if rest == 0 {
        return whole.to_string();
    }
    let point = match language {
        Language::En => '.',
        Language::Fr => ',',
    };
    let digits = format!("{rest:02}");
    format!("{whole}{point}{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use zumodra_shared::ats::PayComponent;
    use zumodra_shared::schema::{Items, Named};

    use super::*;

    fn written(offer: Offer, language: Language) -> Vec<(String, String)> {
        let facts = facts(&Terms { offer, ..Terms::default() }, language);
        // Amounts stand before a space that does not break.
        facts.into_iter().map(|(name, value)| (name, value.replace(['\u{a0}', '\u{202f}'], " "))).collect()
    }

    #[test]
    fn a_letter_says_what_a_year_comes_to_and_never_what_a_share_is_worth() {
        let part = PayComponent {
            name: "Company car".to_owned(),
            amount: 50_000,
            paid: PaidHow::Monthly,
            guaranteed: false,
        };
        let offer = Offer {
            title: "Chef".to_owned(),
            department: "Kitchen".to_owned(),
            salary: Some(6_000_000),
            currency: "CAD".to_owned(),
            signing_bonus: Some(100_000),
            weekly_minutes: Some(2_250),
            components: Items(vec![Named { id: "a".to_owned(), item: part }]),
            equity_kind: Some(EquityKind::Options),
            equity_shares: Some(400),
            vesting_months: Some(48),
            cliff_months: Some(12),
            equity: "As the plan says".to_owned(),
            ..Offer::default()
        };
        let facts = written(offer, Language::En);
        let of = |name: &str| {
            let found = facts.iter().find(|(written, _)| written == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert_eq!((of("Department"), of("Hours a week")), ("Kitchen", "37.5"));
        assert_eq!(of("Company car"), "500 CAD per month, not guaranteed");
        assert_eq!(of("In the first whole year, in all"), "67,000 CAD");
        assert_eq!(of("In every year after it"), "66,000 CAD");
        let equity = "Stock options, 400 shares, over 48 months, the first after 12 months, As the plan says";
        assert_eq!(of("Share of the company"), equity);
    }

    #[test]
    fn a_total_that_the_salary_says_already_or_that_nobody_can_know_is_not_said() {
        let yearly = Offer { salary: Some(6_000_000), currency: "CAD".to_owned(), ..Offer::default() };
        let hourly = Offer { period: SalaryPeriod::Hourly, ..yearly.clone() };
        let monthly = Offer { period: SalaryPeriod::Monthly, ..yearly.clone() };
        let says =
            |offer: Offer| written(offer, Language::En).iter().any(|(name, _)| name.contains("in all"));
        assert_eq!((says(yearly), says(hourly), says(monthly)), (false, false, true));
    }

    #[test]
    fn hours_are_written_as_people_of_the_language_do() {
        let of = |minutes| (hours(Language::En, minutes), hours(Language::Fr, minutes));
        assert_eq!(of(2_400), ("40".to_owned(), "40".to_owned()));
        assert_eq!(of(2_250), ("37.5".to_owned(), "37,5".to_owned()));
        assert_eq!(of(2_115), ("35.25".to_owned(), "35,25".to_owned()));
    }
}
