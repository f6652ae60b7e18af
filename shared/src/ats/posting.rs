//! What a job posting had better not say, and what it must say where. Data: the window checks as somebody writes, and
//! whoever publishes over REST is told ([`super::posting_check`]). It is help for who writes and no advice of a lawyer, and so nothing here is refused by the server.

use super::pipeline_templates::Name;

/// Why a word is pointed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// It is read as meant for men, or for women.
    Gender,
    /// It is read as meant for people of some age.
    Age,
    /// It keeps people out for what has nothing to do with the work.
    Exclusion,
}

impl Concern {
    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gender => "gender",
            Self::Age => "age",
            Self::Exclusion => "exclusion",
        }
    }
}

/// A word or phrase, as it is written in lower case; a `*` at its end stands for any ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// What is pointed out.
    pub said: &'static str,
    /// Why.
    pub concern: Concern,
    /// What could be said instead; nothing for what is best left out.
    pub instead: &'static str,
}

const fn word(said: &'static str, concern: Concern, instead: &'static str) -> Word {
    Word { said, concern, instead }
}

/// The words, in English and French.
///
/// Sources: the kinds and numbers are those of the reference inventory, annex 16.4. Gender-coded words after Gaucher,
/// Friesen and Kay, "Evidence That Gendered Wording in Job Advertisements Exists and Sustains Gender Inequality" (2011).
pub const WORDS: &[Word] = &[
    word("aggressive*", Concern::Gender, "proactive"),
    word("assertive*", Concern::Gender, "confident"),
    word("chairman", Concern::Gender, "chair"),
    word("competitive spirit", Concern::Gender, "motivation"),
    word("craftsman", Concern::Gender, "craftsperson"),
    word("dominant", Concern::Gender, "leading"),
    word("dominate", Concern::Gender, "lead"),
    word("fearless", Concern::Gender, "confident"),
    word("foreman", Concern::Gender, "supervisor"),
    word("guru", Concern::Gender, "expert"),
    word("guys", Concern::Gender, "team"),
    word("he/she", Concern::Gender, "they"),
    word("headstrong", Concern::Gender, "persistent"),
    word("his/her", Concern::Gender, "their"),
    word("manpower", Concern::Gender, "workforce"),
    word("ninja*", Concern::Gender, "expert"),
    word("rockstar*", Concern::Gender, "skilled professional"),
    word("rock star*", Concern::Gender, "skilled professional"),
    word("salesman", Concern::Gender, "salesperson"),
    word("superhero*", Concern::Gender, "skilled professional"),
    word("waitress*", Concern::Gender, "server"),
    word("digital native*", Concern::Age, "at ease with technology"),
    word("energetic", Concern::Age, "motivated"),
    word("high-energy", Concern::Age, "motivated"),
    word("mature", Concern::Age, "experienced"),
    word("old-school", Concern::Age, "traditional"),
    word("overqualified", Concern::Age, ""),
    word("recent graduate*", Concern::Age, "people at the start of their career"),
    word("seasoned", Concern::Age, "experienced"),
    word("young", Concern::Age, ""),
    word("youthful", Concern::Age, ""),
    word("jeune et dynamique*", Concern::Age, ""),
    word("able-bodied", Concern::Exclusion, ""),
    word("attractive appearance", Concern::Exclusion, ""),
    word("cultural fit", Concern::Exclusion, "what you add to the team"),
    word("culture fit", Concern::Exclusion, "what you add to the team"),
    word("marital status", Concern::Exclusion, ""),
    word("native speaker*", Concern::Exclusion, "fluent speaker"),
    word("work hard, play hard", Concern::Exclusion, ""),
    word("bonne présentation", Concern::Exclusion, ""),
    word("langue maternelle", Concern::Exclusion, "courant"),
    word("situation familiale", Concern::Exclusion, ""),
];

/// What a posting needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The pay, as a range that people see.
    PayRange,
    /// A word on whether a machine takes part in choosing people.
    AiStatement,
    /// No question about what people earned before.
    NoPayHistory,
    /// No asking for experience in the country.
    NoLocalExperience,
}

impl Need {
    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PayRange => "pay_range",
            Self::AiStatement => "ai_statement",
            Self::NoPayHistory => "no_pay_history",
            Self::NoLocalExperience => "no_local_experience",
        }
    }
}

/// A place with rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jurisdiction {
    /// The place, for people.
    pub name: Name,
    /// What its country is called, in lower case.
    pub countries: &'static [&'static str],
    /// What its province or state is called, in lower case; empty for the whole country.
    pub regions: &'static [&'static str],
    /// What a posting there needs, each with the law that asks for it.
    pub needs: &'static [(Need, &'static str)],
}

const CANADA: &[&str] = &["canada", "ca", "can"];
const UNITED_STATES: &[&str] = &["united states", "united states of america", "usa", "us", "états-unis"];
/// Where the directive on pay transparency holds.
const EUROPEAN_UNION: &[&str] = &[
    "austria",
    "österreich",
    "autriche",
    "belgium",
    "belgique",
    "bulgaria",
    "bulgarie",
    "croatia",
    "croatie",
    "cyprus",
    "chypre",
    "czechia",
    "tchéquie",
    "denmark",
    "danemark",
    "estonia",
    "estonie",
    "finland",
    "finlande",
    "france",
    "germany",
    "deutschland",
    "allemagne",
    "greece",
    "grèce",
    "hungary",
    "hongrie",
    "ireland",
    "irlande",
    "italy",
    "italia",
    "italie",
    "latvia",
    "lettonie",
    "lithuania",
    "lituanie",
    "luxembourg",
    "malta",
    "malte",
    "netherlands",
    "pays-bas",
    "poland",
    "pologne",
    "portugal",
    "romania",
    "roumanie",
    "slovakia",
    "slovaquie",
    "slovenia",
    "slovénie",
    "spain",
    "españa",
    "espagne",
    "sweden",
    "suède",
    "czech republic",
    "the netherlands",
    "republic of ireland",
    "at",
    "be",
    "bg",
    "hr",
    "cy",
    "cz",
    "dk",
    "ee",
    "fi",
    "fr",
    "de",
    "gr",
    "hu",
    "ie",
    "it",
    "lv",
    "lt",
    "lu",
    "mt",
    "nl",
    "pl",
    "pt",
    "ro",
    "sk",
    "si",
    "es",
    "se",
];

const fn place(
    (en, fr): (&'static str, &'static str),
    countries: &'static [&'static str],
    regions: &'static [&'static str],
    needs: &'static [(Need, &'static str)],
) -> Jurisdiction {
    Jurisdiction { name: Name { en, fr }, countries, regions, needs }
}

/// The rules, as of 2026. Sources: the laws that are named.
pub const JURISDICTIONS: &[Jurisdiction] = &[
    place(
        ("Ontario", "Ontario"),
        CANADA,
        &["ontario", "on"],
        &[
            (Need::PayRange, "Employment Standards Act, 2000, s. 8.2"),
            (Need::AiStatement, "Employment Standards Act, 2000, s. 8.4"),
            (Need::NoLocalExperience, "Employment Standards Act, 2000, s. 8.3"),
        ],
    ),
    place(
        ("British Columbia", "Colombie-Britannique"),
        CANADA,
        &["british columbia", "colombie-britannique", "bc"],
        &[(Need::PayRange, "Pay Transparency Act, s. 4"), (Need::NoPayHistory, "Pay Transparency Act, s. 2")],
    ),
    place(
        ("Prince Edward Island", "Île-du-Prince-Édouard"),
        CANADA,
        &["prince edward island", "île-du-prince-édouard", "pe", "pei"],
        &[
            (Need::PayRange, "Employment Standards Act, s. 5.7"),
            (Need::NoPayHistory, "Employment Standards Act, s. 5.7"),
        ],
    ),
    place(
        ("California", "Californie"),
        UNITED_STATES,
        &["california", "californie", "ca"],
        &[(Need::PayRange, "Labor Code § 432.3"), (Need::NoPayHistory, "Labor Code § 432.3")],
    ),
    place(
        ("Colorado", "Colorado"),
        UNITED_STATES,
        &["colorado", "co"],
        &[
            (Need::PayRange, "Equal Pay for Equal Work Act, C.R.S. 8-5-201"),
            (Need::NoPayHistory, "Equal Pay for Equal Work Act, C.R.S. 8-5-102"),
        ],
    ),
    place(
        ("Illinois", "Illinois"),
        UNITED_STATES,
        &["illinois", "il"],
        &[
            (Need::PayRange, "Equal Pay Act of 2003, 820 ILCS 112/10"),
            (Need::NoPayHistory, "Equal Pay Act of 2003, 820 ILCS 112/10"),
            (Need::AiStatement, "Human Rights Act, 775 ILCS 5/2-102(L)"),
        ],
    ),
    place(
        ("Massachusetts", "Massachusetts"),
        UNITED_STATES,
        &["massachusetts", "ma"],
        &[(Need::PayRange, "M.G.L. c. 149, § 105F"), (Need::NoPayHistory, "M.G.L. c. 149, § 105A")],
    ),
    place(
        ("New York", "New York"),
        UNITED_STATES,
        &["new york", "ny"],
        &[(Need::PayRange, "Labor Law § 194-b"), (Need::NoPayHistory, "Labor Law § 194-a")],
    ),
    place(
        ("Washington", "Washington"),
        UNITED_STATES,
        &["washington", "wa"],
        &[(Need::PayRange, "RCW 49.58.110"), (Need::NoPayHistory, "RCW 49.58.100")],
    ),
    place(
        ("the European Union", "l’Union européenne"),
        EUROPEAN_UNION,
        &[],
        &[
            (Need::PayRange, "Directive (EU) 2023/970, art. 5"),
            (Need::NoPayHistory, "Directive (EU) 2023/970, art. 5"),
        ],
    ),
];

/// How people ask what somebody earned before, in lower case.
pub const PAY_HISTORY: &[&str] = &[
    "current salary",
    "previous salary",
    "last salary",
    "salary history",
    "current pay",
    "previous pay",
    "current compensation",
    "salaire actuel",
    "salaire précédent",
    "dernier salaire",
    "rémunération actuelle",
    "ancien salaire",
];

/// How people ask for experience in the country, in lower case.
pub const LOCAL_EXPERIENCE: &[&str] = &["canadian experience", "expérience canadienne"];

/// What a machine that takes part in choosing people is called, in lower case. The short forms are told by their capitals.
pub const AI_WORDS: &[&str] = &["artificial intelligence", "intelligence artificielle"];

/// What choosing people is called, in lower case: a sentence about a machine that has one of these says whether it takes
/// part, and one about the work has none.
pub const CHOOSING: &[&str] = &[
    "application*",
    "applicant*",
    "assess*",
    "candidat*",
    "hiring",
    "recruit*",
    "résumé*",
    "screen*",
    "select*",
    "sélection*",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_written_as_the_checks_read_them() {
        let phrases = [PAY_HISTORY, LOCAL_EXPERIENCE, AI_WORDS, CHOOSING].concat();
        let said = WORDS.iter().map(|word| word.said).chain(phrases);
        let places =
            JURISDICTIONS.iter().flat_map(|place| place.countries.iter().chain(place.regions)).copied();
        for text in said.clone().chain(places) {
            assert_eq!(text.trim().to_lowercase(), text);
            assert!(
                !text.trim_end_matches('*').is_empty() && !text.trim_end_matches('*').contains('*'),
                "{text}"
            );
        }
        for (at, word) in WORDS.iter().enumerate() {
            assert!(!WORDS[..at].iter().any(|other| other.said == word.said), "{} twice", word.said);
            let again = WORDS.iter().any(|other| word.instead == other.said.trim_end_matches('*'));
            assert!(!again, "{} is pointed out itself", word.instead);
        }
        for place in JURISDICTIONS {
            assert!(
                !place.needs.is_empty() && place.needs.iter().all(|(_, law)| !law.is_empty()),
                "{:?}",
                place.name
            );
            for (at, (need, _)) in place.needs.iter().enumerate() {
                assert!(!place.needs[..at].iter().any(|(other, _)| other == need), "{:?} twice", need);
            }
        }
    }
}
