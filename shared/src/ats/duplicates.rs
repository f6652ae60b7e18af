//! Candidates that may be the same person: what two of them have in common, and how much that says.
//!
//! The weights are those of the reference inventory (candidates: e-mail 1.0, name 0.9, telephone 0.85). A name counts
//! for that much with something around it that is the same too; by itself it says something only of people of whom
//! nothing else is known. Nothing is ever merged for being alike: a person decides.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::rules::text;
use crate::kernel::RecordId;
use crate::schema::Fields;

/// Candidates that share an address, a number or a name; of more than these that says nothing (an agency's number, a
/// placeholder).
pub const MAX_SAME: usize = 12;
/// Digits at the end of a telephone number that are compared: what stands before them is written in many ways.
const PHONE_DIGITS: usize = 9;
/// Digits that a telephone number has at least.
const MIN_PHONE_DIGITS: usize = 8;
/// Providers where dots in the name of a mailbox mean nothing.
const DOTLESS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// What two candidates have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The address of their mailbox.
    Email,
    /// The very same résumé file.
    Resume,
    /// A profile on the web.
    Profile,
    /// The name, and a company, a title or a city.
    NameAndMore,
    /// The telephone number.
    Phone,
    /// The name, where one of them has neither an address nor a number.
    Name,
}

impl Likeness {
    /// How much it says, in percent.
    #[must_use]
    pub const fn weight(self) -> u32 {
        match self {
            Self::Email | Self::Resume => 100,
            Self::Profile => 95,
            Self::NameAndMore => 90,
            Self::Phone => 85,
            Self::Name => 50,
        }
    }
}

/// How sure several likenesses make together, in percent: what is left of the doubt is the product of the doubts.
#[must_use]
pub fn score(likenesses: &[Likeness]) -> u32 {
    let doubt = likenesses.iter().fold(10_000u32, |doubt, found| doubt * (100 - found.weight()) / 100);
    100 - doubt.div_ceil(100)
}

/// What of a candidate is compared, in one way of writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    email: Option<String>,
    phone: Option<String>,
    profiles: BTreeSet<String>,
    resume: Option<String>,
    name: Option<String>,
    around: BTreeSet<String>,
}

impl Traits {
    /// Reads a candidate, and their contact where it may be seen.
    #[must_use]
    pub fn read(candidate: &Fields, contact: Option<&Fields>) -> Self {
        let of = |field: &str| contact.map(|contact| text(contact, field)).unwrap_or_default();
        let around = ["current_company", "current_title", "city"];
        let profiles = ["linkedin_url", "github_url", "portfolio_url", "website_url"];
        Self {
            email: mailbox(of("email")),
            phone: number(of("phone")),
            profiles: profiles.iter().filter_map(|field| profile(of(field))).collect(),
            resume: Some(text(candidate, "resume_hash").to_owned()).filter(|hash| !hash.is_empty()),
            name: name(text(candidate, "first_name"), text(candidate, "last_name")),
            around: around
                .iter()
                .map(|field| folded(text(candidate, field)))
                .filter(|it| !it.is_empty())
                .collect(),
        }
    }

    /// What candidates who may be this one have in common with it, at least one of them.
    fn keys(&self) -> Vec<Key> {
        let key = |mark: char, words: &[&str]| Key { hash: hash(mark, words), is_weak: false };
        let own = [('e', &self.email), ('p', &self.phone), ('r', &self.resume)];
        let mut keys: Vec<Key> =
            own.into_iter().filter_map(|(mark, text)| Some(key(mark, &[text.as_deref()?]))).collect();
        keys.extend(self.profiles.iter().map(|profile| key('w', &[profile])));
        if let Some(name) = &self.name {
            keys.extend(self.around.iter().map(|around| key('a', &[name, around])));
            keys.push(Key { is_weak: !self.is_bare(), ..key('n', &[name]) });
        }
        keys
    }

    /// Whether nothing is known by which they could be told from somebody of the same name.
    const fn is_bare(&self) -> bool {
        self.email.is_none() && self.phone.is_none()
    }

    /// What two candidates have in common, in the order of what it says.
    #[must_use]
    pub fn likenesses(&self, other: &Self) -> Vec<Likeness> {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        let named = same(&self.name, &other.name);
        let around = self.around.intersection(&other.around).next().is_some();
        let found = [
            (Likeness::Email, same(&self.email, &other.email)),
            (Likeness::Resume, same(&self.resume, &other.resume)),
            (Likeness::Profile, self.profiles.intersection(&other.profiles).next().is_some()),
            (Likeness::NameAndMore, named && around),
            (Likeness::Phone, same(&self.phone, &other.phone)),
            (Likeness::Name, named && !around && (self.is_bare() || other.is_bare())),
        ];
        found.into_iter().filter(|(_, is)| *is).map(|(likeness, _)| likeness).collect()
    }
}

/// What candidates who may be one person have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    hash: u64,
    /// It says something only together with one of which it is not weak: the mere name of people of whom more is known.
    is_weak: bool,
}

fn hash(mark: char, words: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[u8::try_from(mark).unwrap_or_default()]);
    for word in words {
        hasher.update(word.as_bytes()).update(b"\n");
    }
    let hash = hasher.finalize();
    hash.as_bytes().iter().take(size_of::<u64>()).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Candidates by what they have in common, for very many of them: of each word only a hash is kept.
#[derive(Debug, Default)]
pub struct Groups {
    keys: Vec<(Key, RecordId)>,
}

impl Groups {
    /// Adds a candidate.
    pub fn add(&mut self, id: RecordId, traits: &Traits) {
        self.keys.extend(traits.keys().into_iter().map(|key| (key, id)));
    }

    /// The pairs that share a key, each once, the smaller id first. What more than [`MAX_SAME`] share pairs nobody.
    #[must_use]
    pub fn pairs(mut self) -> BTreeSet<(RecordId, RecordId)> {
        self.keys.sort_unstable();
        self.keys.dedup();
        let groups = self.keys.chunk_by(|(a, _), (b, _)| a.hash == b.hash);
        let mut pairs = BTreeSet::new();
        for group in groups.filter(|group| group.len() <= MAX_SAME) {
            for (at, (key, id)) in group.iter().enumerate() {
                let others = group[..at].iter().filter(|(other, _)| !(key.is_weak && other.is_weak));
                pairs.extend(others.map(|(_, other)| (*id.min(other), *id.max(other))));
            }
        }
        pairs
    }
}

/// The address of a mailbox in one way of writing: what stands behind a plus is not part of whose it is.
fn mailbox(address: &str) -> Option<String> {
    let address = address.trim().to_lowercase();
    let (name, domain) = address.rsplit_once('@')?;
    let name = name.split('+').next().unwrap_or_default();
    let name = if DOTLESS.contains(&domain) { name.replace('.', "") } else { name.to_owned() };
    let domain = if DOTLESS.contains(&domain) { DOTLESS[0] } else { domain };
    (!name.is_empty() && !domain.is_empty()).then(|| format!("{name}@{domain}"))
}

/// The end of a telephone number.
fn number(written: &str) -> Option<String> {
    let digits: Vec<char> = written.chars().filter(char::is_ascii_digit).collect();
    let is_one = digits.len() >= MIN_PHONE_DIGITS && digits.iter().any(|digit| *digit != digits[0]);
    is_one.then(|| digits[digits.len().saturating_sub(PHONE_DIGITS)..].iter().collect())
}

/// The address of a profile without what does not tell profiles apart. A site's front page is nobody's.
fn profile(address: &str) -> Option<String> {
    let address = address.trim().to_lowercase();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (host, path) = rest.split_once('/')?;
    // The site of a country (`de.linkedin.com`) shows the same profile.
    let host = if host.ends_with(".linkedin.com") { "linkedin.com" } else { host };
    (host.contains('.') && !path.is_empty()).then(|| format!("{host}/{path}"))
}

/// A whole name, its parts in one order: some write the family name first.
fn name(first: &str, last: &str) -> Option<String> {
    let folded = folded(&format!("{first} {last}"));
    let parts: BTreeSet<&str> = folded.split(' ').filter(|part| !part.is_empty()).collect();
    let is_whole = parts.len() > 1 && !first.trim().is_empty() && !last.trim().is_empty();
    is_whole.then(|| parts.into_iter().collect::<Vec<_>>().join(" "))
}

/// Words in small letters without accents and signs.
fn folded(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    let words: String = letters.map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The candidate that one was merged into in the end. `into` says where a candidate that is there was merged into. Where
/// that leads in a circle (two people merged the same two the other way round, and the server has not answered yet), it
/// is the one of the smallest id.
pub fn merged_into(id: RecordId, into: impl Fn(RecordId) -> Option<RecordId>) -> RecordId {
    let mut seen = HashMap::from([(id, 0)]);
    let mut at = id;
    while let Some(next) = into(at) {
        if let Some(from) = seen.get(&next).copied() {
            let circle = seen.iter().filter(|(_, place)| **place >= from).map(|(id, _)| *id);
            return circle.min().unwrap_or(id);
        }
        seen.insert(next, seen.len());
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn traits(candidate: serde_json::Value, contact: serde_json::Value) -> Traits {
        let fields = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
        Traits::read(&fields(candidate), Some(&fields(contact)))
    }

    fn person(first: &str, last: &str, city: &str, email: &str, phone: &str) -> Traits {
        let candidate = json!({ "first_name": first, "last_name": last, "city": city });
        traits(candidate, json!({ "email": email, "phone": phone }))
    }

    #[test]
    fn what_is_the_same_in_another_way_of_writing_is_the_same() {
        let ada = person("Zoë", "van der Berg", "Köln", "Zoe.Berg+jobs@Gmail.com", "+49 (221) 123 45 67");
        for (other, found) in [
            (person("Z", "", "", "zoeberg@googlemail.com", ""), vec![Likeness::Email]),
            (person("Z", "", "", "", "0221/1234567"), vec![Likeness::Phone]),
            (
                person("Van der Berg", "zoe", "KOLN", "a@b.example", "030 1234 9999"),
                vec![Likeness::NameAndMore],
            ),
            (person("Zoe", "Van-der-Berg", "Ulm", "", ""), vec![Likeness::Name]),
            (person("Zoe", "Van der Berg", "Ulm", "a@b.example", ""), vec![]),
            (person("Zoe", "", "Köln", "", ""), vec![]),
        ] {
            assert_eq!(ada.likenesses(&other), found, "{other:?}");
            assert_eq!(other.likenesses(&ada), found, "{other:?}");
        }
    }

    #[test]
    fn profiles_are_compared_by_what_tells_them_apart() {
        let of = |url: &str| traits(json!({}), json!({ "linkedin_url": url }));
        let ada = of("https://www.linkedin.com/in/Ada/?trk=x");
        assert_eq!(ada.likenesses(&of("de.linkedin.com/in/ada")), vec![Likeness::Profile]);
        assert_eq!(ada.likenesses(&of("https://linkedin.com/in/bob")), vec![]);
        assert_eq!(of("https://linkedin.com").likenesses(&of("https://linkedin.com/")), vec![]);
    }

    #[test]
    fn no_number_and_no_address_make_nobody_alike() {
        let nobody = person("", "", "", "", "");
        assert_eq!(nobody.likenesses(&nobody), vec![]);
        let placeholder = person("", "", "", "@", "0000000000");
        assert_eq!(placeholder.likenesses(&placeholder), vec![]);
        assert_eq!((nobody.keys(), placeholder.keys()), (vec![], vec![]));
    }

    #[test]
    fn doubts_multiply() {
        for (found, sure) in [
            (vec![], 0),
            (vec![Likeness::Name], 50),
            (vec![Likeness::Phone], 85),
            (vec![Likeness::NameAndMore, Likeness::Phone], 98),
            (vec![Likeness::Email, Likeness::Name], 100),
        ] {
            assert_eq!(score(&found), sure, "{found:?}");
        }
    }

    #[test]
    fn people_of_one_name_who_can_be_told_apart_are_no_pair() {
        let id = RecordId::from_u128;
        let of = |city: &str, email: &str| person("John", "Smith", city, email, "");
        let mut groups = Groups::default();
        for (number, (city, email)) in
            [("Ulm", "a@a.example"), ("Bonn", "b@b.example"), ("", ""), ("Bonn", "c@c.example")]
                .into_iter()
                .enumerate()
        {
            groups.add(id(number as u128), &of(city, email));
        }
        let pairs: Vec<_> = groups.pairs().into_iter().map(|(a, b)| (a.as_u128(), b.as_u128())).collect();
        assert_eq!(pairs, [(0, 2), (1, 2), (1, 3), (2, 3)]);
    }

    #[test]
    fn what_very_many_share_pairs_nobody() {
        let id = RecordId::from_u128;
        for (many, pairs) in [(1, 0), (2, 1), (MAX_SAME, MAX_SAME * (MAX_SAME - 1) / 2), (MAX_SAME + 1, 0)] {
            let mut groups = Groups::default();
            for number in 0..many {
                groups.add(id(number as u128), &person("", "", "", "jobs@agency.example", ""));
            }
            assert_eq!(groups.pairs().len(), pairs, "{many}");
        }
    }

    #[test]
    fn a_circle_ends_at_the_same_one_from_wherever() {
        let id = RecordId::from_u128;
        let into = HashMap::from([(id(1), id(2)), (id(2), id(3)), (id(3), id(2)), (id(5), id(6))]);
        let end = |from| merged_into(id(from), |id| into.get(&id).copied());
        assert_eq!([1, 2, 3, 4, 5, 6].map(end), [2, 2, 2, 4, 6, 6].map(id));
    }

    proptest! {
        #[test]
        fn alike_is_alike_both_ways_and_always_found_by_a_key(
            a in proptest::array::uniform5("[a-c ]{0,3}"), b in proptest::array::uniform5("[a-c ]{0,3}"),
        ) {
            let of = |[first, last, city, email, phone]: &[String; 5]| {
                let phone = phone.replace('a', "12345").replace('b', "6789");
                person(first, last, city, &format!("{email}@{city}"), &phone)
            };
            let (a, b) = (of(&a), of(&b));
            let found = a.likenesses(&b);
            prop_assert_eq!(&found, &b.likenesses(&a));
            let (one, other) = (RecordId::from_u128(1), RecordId::from_u128(2));
            let mut groups = Groups::default();
            groups.add(one, &a);
            groups.add(other, &b);
            let pairs = groups.pairs();
            prop_assert!(found.is_empty() || pairs.contains(&(one, other)), "{:?} {:?} {:?}", a, b, found);
        }
    }
}
