//! Where places are, without asking anybody: the cities of the world with 15,000 people or more, the countries and the
//! states of North America by their names in English and French, and the distance between two points.
//!
//! The data is GeoNames' (CC BY 4.0); `assets/README.md` tells how it came here.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

const CITIES: &[u8] = include_bytes!("../../assets/places.tsv.zst");
const COUNTRIES: &str = include_str!("../../assets/countries.tsv");
/// Mean radius of the Earth.
const EARTH_KM: f64 = 6_371.0;
/// Parts of a place that somebody typed: city, state, country.
const MAX_PARTS: usize = 4;

/// A point on the Earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// North of the equator.
    pub lat: f64,
    /// East of Greenwich.
    pub lon: f64,
}

impl Point {
    /// Kilometres to another point, along the surface (haversine).
    #[must_use]
    pub fn km_to(self, other: Self) -> f64 {
        let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
        let (lat, other_lat) = (self.lat.to_radians(), other.lat.to_radians());
        let chord = half(self.lat, other.lat) + lat.cos() * other_lat.cos() * half(self.lon, other.lon);
        2.0 * EARTH_KM * chord.sqrt().min(1.0).asin()
    }
}

/// A city.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct City {
    /// What it is called.
    pub name: &'static str,
    /// The code of its country (ISO 3166-1).
    pub country: &'static str,
    /// The code of its state, where the data tells it.
    pub state: &'static str,
    /// Where it is.
    pub at: Point,
}

/// Cities by their folded names, the largest of a name first.
struct Cities {
    all: Vec<City>,
    by_name: HashMap<String, Vec<u32>>,
}

static CITY_LIST: LazyLock<Cities> = LazyLock::new(|| {
    let bytes = zstd::decode_all(CITIES).unwrap_or_default();
    // Names are lent for as long as the program runs: they are read once and never change.
    let text: &'static str = Box::leak(String::from_utf8(bytes).unwrap_or_default().into_boxed_str());
    let mut cities = Cities { all: Vec::new(), by_name: HashMap::new() };
    for line in text.lines() {
        let mut columns = line.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        let (lat, lon, country, state, names) = (next(), next(), next(), next(), next());
        let (Ok(lat), Ok(lon)) = (lat.parse(), lon.parse()) else { continue };
        let name = names.split('|').next().unwrap_or_default();
        let index = u32::try_from(cities.all.len()).unwrap_or(u32::MAX);
        cities.all.push(City { name, country, state, at: Point { lat, lon } });
        for name in names.split('|') {
            cities.by_name.entry(plain(name)).or_default().push(index);
        }
    }
    cities
});

/// The codes of countries, and of states as `US-ME`, by their folded names.
static CODES: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut codes: HashMap<String, Vec<&'static str>> = HashMap::new();
    for line in COUNTRIES.lines() {
        let Some((code, names)) = line.split_once('\t') else { continue };
        let short = code.rsplit('-').next().unwrap_or(code);
        for name in names.split('|').chain([short]) {
            codes.entry(plain(name)).or_default().push(code);
        }
    }
    codes
});

/// Reads the data, so that the first visitor does not wait for it.
pub fn warm() {
    LazyLock::force(&CITY_LIST);
    LazyLock::force(&CODES);
}

/// A text without case and accents, for comparing.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// A name without case, accents and punctuation.
fn plain(name: &str) -> String {
    let folded = folded(name);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn codes(text: &str) -> &'static [&'static str] {
    CODES.get(&plain(text)).map_or(&[], Vec::as_slice)
}

/// The code of a country (ISO 3166-1, two letters) from its code or its name in English or French.
#[must_use]
pub fn country_code(text: &str) -> Option<&'static str> {
    codes(text).iter().find(|code| code.len() == 2).copied()
}

/// Whether a city lies where a text says: in that country or that state. An empty text says nothing; a text that names
/// neither is not held against a city.
fn agrees(city: &City, text: &str) -> bool {
    let codes = codes(text);
    codes.is_empty()
        || codes.iter().any(|code| match code.split_once('-') {
            Some((country, state)) => {
                city.country == country && (city.state.is_empty() || city.state == state)
            }
            None => city.country == *code,
        })
}

/// The largest city of a name that lies where the other texts say.
#[must_use]
pub fn city(name: &str, within: &[&str]) -> Option<&'static City> {
    let found = CITY_LIST.by_name.get(&plain(name))?;
    let mut cities = found.iter().filter_map(|index| CITY_LIST.all.get(usize::try_from(*index).ok()?));
    cities.find(|city| within.iter().all(|text| agrees(city, text)))
}

/// The city that somebody typed, as in `Lyon` or `Portland, Maine`.
#[must_use]
pub fn typed(text: &str) -> Option<&'static City> {
    let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let name = parts.next()?;
    let within: Vec<&str> = parts.take(MAX_PARTS).collect();
    city(name, &within)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<(&'static str, &'static str, &'static str)> {
        typed(text).map(|city| (city.name, city.country, city.state))
    }

    #[test]
    fn a_city_is_found_by_its_names_in_both_languages_and_without_accents() {
        for (text, found) in [
            ("montreal", ("Montréal", "CA", "QC")),
            ("MONTRÉAL, Québec, Canada", ("Montréal", "CA", "QC")),
            ("Londres", ("London", "GB", "")),
            ("london, ontario", ("London", "CA", "ON")),
            ("Portland", ("Portland", "US", "OR")),
            ("Portland, ME", ("Portland", "US", "ME")),
            ("Portland, Maine, USA", ("Portland", "US", "ME")),
            ("new york", ("New York City", "US", "NY")),
            ("Genève, Suisse", name("Geneva").expect("Geneva")),
        ] {
            assert_eq!(name(text), Some(found), "{text}");
        }
        for unknown in ["", ",", "Nowhereville", "Lyon, Japan"] {
            assert_eq!(name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let km = |from: &str, to: &str| {
            typed(from).expect("a city").at.km_to(typed(to).expect("a city").at).round()
        };
        // Great circles between the centres, from an atlas, within two per cent.
        for (from, to, atlas) in
            [("Paris", "Lyon", 392.0), ("Montréal", "Toronto", 504.0), ("London", "New York", 5_570.0)]
        {
            let measured = km(from, to);
            assert!((measured - atlas).abs() / atlas < 0.02, "{from} to {to}: {measured}");
        }
        assert_eq!(km("Lyon", "Lyon"), 0.0);
        let poles = Point { lat: 90.0, lon: 0.0 }.km_to(Point { lat: -90.0, lon: 77.0 });
        assert!((poles - EARTH_KM * std::f64::consts::PI).abs() < 1.0);
    }

    #[test]
    fn a_country_has_one_code_in_both_languages() {
        for (text, code) in [
            ("Canada", "CA"),
            ("ca", "CA"),
            ("États-Unis", "US"),
            ("united states", "US"),
            ("Allemagne", "DE"),
        ] {
            assert_eq!(country_code(text), Some(code), "{text}");
        }
        // A state is no country: GA is Gabon, and only then Georgia.
        assert_eq!(country_code("GA"), Some("GA"));
        assert_eq!(country_code("Maine"), None);
    }
}
