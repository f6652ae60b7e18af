//! Places as they stand in résumés.

use super::lexicon::{fold, is_company, title_score, words};

/// Abbreviations of states and provinces.
const REGIONS: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
    "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "ST", "AB", "BC", "MB", "NB", "NL",
    "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT", "UK", "USA", "US", "UAE", "NSW", "VIC", "QLD",
];

/// Countries, and states that are written out.
const COUNTRIES: &[&str] = &[
    "france", "canada", "united states", "united kingdom", "england", "scotland", "wales", "ireland", "germany",
    "spain", "italy", "portugal", "belgium", "netherlands", "switzerland", "austria", "luxembourg", "poland", "sweden",
    "norway", "denmark", "finland", "greece", "turkey", "romania", "hungary", "czech republic", "czechia", "slovakia",
    "bulgaria", "croatia", "serbia", "ukraine", "russia", "india", "china", "japan", "korea", "south korea", "s.korea",
    "singapore", "malaysia", "thailand", "vietnam", "indonesia", "philippines", "australia", "new zealand", "brazil",
    "argentina", "chile", "mexico", "colombia", "peru", "morocco", "algeria", "tunisia", "egypt", "senegal", "nigeria",
    "kenya", "ghana", "cameroon", "south africa", "israel", "lebanon", "pakistan", "bangladesh", "nepal", "estonia",
    "latvia", "lithuania", "slovenia", "iceland", "etats-unis", "royaume-uni", "allemagne", "espagne", "italie",
    "belgique", "pays-bas", "suisse", "autriche", "pologne", "suede", "norvege", "danemark", "finlande", "grece",
    "turquie", "roumanie", "hongrie", "inde", "chine", "japon", "coree du sud", "singapour", "australie", "bresil",
    "argentine", "chili", "mexique", "colombie", "perou", "maroc", "algerie", "tunisie", "egypte", "cameroun",
    "cote d'ivoire", "liban", "quebec", "ontario", "alberta", "british columbia", "manitoba", "nova scotia",
    "california", "texas", "florida", "washington", "massachusetts", "illinois", "colorado", "oregon", "georgia",
    "virginia", "michigan", "ohio", "pennsylvania", "new jersey", "north carolina", "arizona", "minnesota", "utah",
    "qc", "usa", "uk", "u.s.a", "u.s.a.", "bavaria", "catalonia", "karnataka", "maharashtra",
];

/// Cities that stand without what they are in.
const CITIES: &[&str] = &[
    "paris", "lyon", "marseille", "toulouse", "bordeaux", "lille", "nantes", "strasbourg", "rennes", "montpellier",
    "nice", "grenoble", "rouen", "toulon", "dijon", "angers", "reims", "le mans", "brest", "tours", "amiens", "limoges",
    "metz", "nancy", "orleans", "caen", "perpignan", "besancon", "mulhouse", "clermont-ferrand", "saint-etienne",
    "aix-en-provence", "villeurbanne", "poitiers", "pau", "annecy", "la rochelle", "saint-denis", "versailles",
    "la defense", "montreal", "quebec", "toronto", "ottawa", "vancouver", "calgary", "edmonton", "winnipeg", "halifax",
    "laval", "gatineau", "sherbrooke", "longueuil", "trois-rivieres", "new york", "san francisco", "los angeles",
    "chicago", "boston", "seattle", "austin", "denver", "atlanta", "miami", "dallas", "houston", "philadelphia",
    "phoenix", "portland", "san diego", "san jose", "washington dc", "washington", "detroit", "minneapolis",
    "nashville", "salt lake city", "london", "manchester", "birmingham", "leeds", "glasgow", "edinburgh", "bristol",
    "liverpool", "cardiff", "belfast", "cambridge", "oxford", "brighton", "sheffield", "newcastle", "nottingham",
    "dublin", "cork", "galway", "berlin", "munich", "hamburg", "frankfurt", "cologne", "stuttgart", "dusseldorf",
    "leipzig", "vienna", "vienne", "zurich", "geneva", "geneve", "lausanne", "bern", "berne", "basel", "bale",
    "brussels", "bruxelles", "liege", "namur", "gand", "ghent", "antwerp", "anvers", "amsterdam", "rotterdam",
    "the hague", "utrecht", "eindhoven", "luxembourg", "madrid", "barcelona", "barcelone", "valencia", "seville",
    "lisbon", "lisbonne", "porto", "rome", "milan", "turin", "naples", "florence", "bologna", "stockholm", "gothenburg",
    "malmo", "oslo", "bergen", "copenhagen", "copenhague", "aarhus", "helsinki", "tallinn", "riga", "vilnius", "warsaw",
    "krakow", "wroclaw", "prague", "brno", "budapest", "bucharest", "sofia", "athens", "athenes", "istanbul", "ankara",
    "moscow", "kyiv", "kiev", "tokyo", "osaka", "seoul", "beijing", "shanghai", "shenzhen", "hong kong", "taipei",
    "singapore", "kuala lumpur", "bangkok", "hanoi", "jakarta", "manila", "mumbai", "bangalore", "bengaluru", "delhi",
    "new delhi", "hyderabad", "chennai", "pune", "kolkata", "karachi", "lahore", "dubai", "abu dhabi", "doha",
    "tel aviv", "beirut", "beyrouth", "cairo", "casablanca", "rabat", "tunis", "alger", "algiers", "dakar", "abidjan",
    "lagos", "nairobi", "accra", "johannesburg", "cape town", "sydney", "melbourne", "brisbane", "perth", "auckland",
    "wellington", "sao paulo", "rio de janeiro", "buenos aires", "santiago", "bogota", "lima", "mexico city",
    "guadalajara", "douala", "yaounde", "bamako",
];

/// Words for work that has no place.
const NOWHERE: &[&str] = &[
    "remote", "teletravail", "a distance", "hybrid", "hybride", "on site", "onsite", "sur site", "remote us",
    "full remote", "worldwide", "home office", "100% remote", "distanciel",
];

/// Whether a text is a region or country by itself.
fn is_region(text: &str) -> bool {
    let text = text.trim().trim_end_matches(|letter: char| letter.is_ascii_digit() || " .-)".contains(letter)).trim();
    REGIONS.contains(&text) || COUNTRIES.contains(&fold(text).as_str()) || NOWHERE.contains(&fold(text).as_str())
}

fn is_city(text: &str) -> bool {
    let folded = fold(text.trim()).replace('’', "'");
    let without_code = folded.trim_matches(|letter: char| letter.is_ascii_digit() || " ()-".contains(letter));
    // A quarter of a city, or its greater area.
    let without_number = without_code.trim_end_matches(" area").trim_start_matches("greater ");
    let without_cedex = without_number.split(" cedex").next().unwrap_or_default();
    CITIES.contains(&without_cedex)
}

/// Whether a text is a place and nothing else.
pub(crate) fn is_place(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', '.']).trim();
    if text.is_empty() || text.chars().count() > 60 || text.contains('@') {
        return false;
    }
    let folded = fold(text);
    if NOWHERE.contains(&folded.as_str()) || is_city(text) || COUNTRIES.contains(&folded.as_str()) {
        return true;
    }
    // Two places, or a place and a way to work: "Paris / Remote".
    for sign in [" / ", "/", " & ", " and ", " et ", " - ", " – ", " ("] {
        if let Some((one, other)) = text.split_once(sign) {
            let is_half = |half: &str| is_place(half.trim_matches([')', ' ']));
            if is_half(one) && is_half(other) {
                return true;
            }
        }
    }
    let Some((city, region)) = text.rsplit_once(',') else { return false };
    let city = city.trim();
    // The city is a name: no verb, no word of a job.
    let is_name = (!city.contains(',') || is_place(city))
        && city.chars().next().is_some_and(char::is_uppercase)
        && words(city).len() <= 4
        && title_score(city) == 0
        && !is_company(city)
        && !city.contains([':', ';', '|', '(']);
    let region = region.trim();
    is_name && (is_region(region) || is_city(region) && is_city(city)) || is_city(city) && is_region_like(region)
}

/// Whether a text may be a region that is in no list: a short name.
fn is_region_like(text: &str) -> bool {
    words(text).len() <= 3
        && text.chars().next().is_some_and(|letter| letter.is_uppercase())
        && title_score(text) == 0
        && !is_company(text)
}

/// Words of addresses.
const STREETS: &[&str] = &[
    "street", "st", "road", "rd", "avenue", "ave", "av", "lane", "ln", "drive", "dr", "boulevard", "blvd", "bd", "rue",
    "place", "chemin", "allee", "impasse", "quai", "cours", "route", "way", "court", "square", "strasse", "apt",
    "suite", "crescent", "terrace", "close", "passage", "montee",
];

/// Whether a text is an address: a street with a number, or a city with its code.
pub(crate) fn is_address(text: &str) -> bool {
    let all = words(text);
    let has_number = all.iter().any(|word| word.chars().any(|letter| letter.is_ascii_digit()));
    let is_short = all.len() >= 2 && all.len() <= 16 && text.chars().count() <= 110;
    let has_code = all.iter().any(|word| word.len() == 5 && word.chars().all(|letter| letter.is_ascii_digit()));
    let has_street = all.iter().any(|word| STREETS.contains(&word.as_str()));
    let has_name = text.chars().any(char::is_uppercase);
    let is_phone = text.chars().filter(char::is_ascii_digit).count() > 9;
    is_short && has_number && has_name && !text.contains('@') && !is_phone && (has_street || has_code)
}

/// Words of a place that is in no list.
const MAX_WORDS: usize = 4;

/// What stands behind the last comma, or in parentheses at the end, where it may be a place: a name of few words.
pub(crate) fn last_part(text: &str) -> Option<(String, String)> {
    let in_parentheses = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    let (name, place) = in_parentheses.or_else(|| text.rsplit_once(", "))?;
    let is_name = words(place).len() <= MAX_WORDS
        && place.starts_with(char::is_uppercase)
        && !place.contains(|letter: char| letter.is_ascii_digit())
        && title_score(place) == 0
        && !is_company(place);
    (is_name && !name.trim().is_empty()).then(|| (name.trim().to_owned(), place.trim().to_owned()))
}

/// Whether a text ends with a region, as the name of a university with several places does.
pub(crate) fn ends_with_region(text: &str) -> bool {
    text.rsplit(" of ").next().is_some_and(|last| COUNTRIES.contains(&fold(last).as_str()))
}

/// Parts a text from the place at its end: "Acme Corp, Austin, TX", "Acme Corp (Paris)".
pub(crate) fn parted(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && is_place(inner)
        && !name.trim().is_empty()
    {
        return Some((name.trim().to_owned(), inner.trim().to_owned()));
    }
    let commas: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
    // The longest place first: a city with its region rather than the region alone.
    let from = commas.len().saturating_sub(3);
    commas[from..].iter().find_map(|at| {
        let (name, place) = (text[..*at].trim(), text[at + 1..].trim());
        (is_place(place) && !name.is_empty()).then(|| (name.to_owned(), place.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_companies_and_titles() {
        for place in [
            "Austin, TX", "Remote", "Paris", "Lyon, France", "Seoul, S.Korea", "Télétravail", "75011 Paris", "Paris (Remote)",
            "Palo Alto, CA & Ithaca, NY", "Kolkata, India", "Montréal, QC", "Saint-Denis, France",
        ] {
            assert!(is_place(place), "{place}");
        }
        for other in ["Acme, Inc.", "Software Engineer, Google", "Northwind Labs", "Office manager, The Phone Company"] {
            assert!(!is_place(other), "{other}");
        }
    }

    #[test]
    fn a_place_at_the_end_is_parted() {
        let parts = |text| parted(text).map(|(name, place)| format!("{name}|{place}"));
        assert_eq!(parts("University of La Verne, La Verne, CA").as_deref(), Some("University of La Verne|La Verne, CA"));
        assert_eq!(parts("Acme (Paris)").as_deref(), Some("Acme|Paris"));
        assert_eq!(parts("Acme Cloud, Inc."), None);
    }
}
