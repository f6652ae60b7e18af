//! The demo's candidates: the persons of the data, the persons of the résumés, and made-up ones.

use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use zumodra_shared::ats::past::{MAX_EDUCATION, MAX_EXPERIENCE, MAX_WORDS, is_month};

use super::material::{Material, country};

const FIRST: &[&str] = &[
    "Amara", "Léa", "Noah", "Priya", "Mateo", "Yuki", "Chloé", "Omar", "Sofia", "Liam", "Ngozi", "Emma",
    "Hugo", "Aisha", "Lucas", "Mei", "Camille", "Diego", "Fatima", "Jonas", "Zoë", "Ravi", "Élise", "Kofi",
    "Anna", "Tomás", "Leïla", "Samuel", "Ingrid", "Thiago", "Hana", "Victor", "Nadia", "Arjun", "Marta",
    "Felix", "Salma", "Oscar", "Linh", "Paul",
];
const LAST: &[&str] = &[
    "Okafor",
    "Tremblay",
    "Nguyen",
    "Sharma",
    "García",
    "Tanaka",
    "Dubois",
    "Haddad",
    "Rossi",
    "Murphy",
    "Mensah",
    "Roy",
    "Schmidt",
    "Khan",
    "Silva",
    "Chen",
    "Lefebvre",
    "Fernández",
    "Benali",
    "Larsen",
    "Kowalska",
    "Patel",
    "Gagnon",
    "Asante",
    "Novak",
    "Pereira",
    "Cohen",
    "Bouchard",
    "Andersson",
    "Costa",
    "Suzuki",
    "Petit",
    "Ivanova",
    "Reddy",
    "Moreau",
    "Weber",
    "Osei",
    "Lindqvist",
    "Tran",
    "Bélanger",
];
const COMPANIES: &[&str] = &[
    "Globex",
    "Initech",
    "Umbrella Logistics",
    "Stark Rail",
    "Hooli",
    "Vandelay Imports",
    "Wayne Foundation",
    "Soylent Foods",
    "Massive Dynamic",
    "Cyberdyne",
    "Wonka Sweets",
    "Tyrell Labs",
];

/// What a résumé says of its person.
struct Filed {
    last_name: &'static str,
    title: &'static str,
    company: &'static str,
    city: &'static str,
    years: i64,
    skills: &'static [&'static str],
}

/// The résumés whose persons are filled in; the others show what a recruiter has still to type.
const FILED: [Filed; 2] = [
    Filed {
        last_name: "Avery",
        title: "Staff Software Engineer",
        company: "Northwind Labs",
        city: "Austin",
        years: 10,
        skills: &["Go", "Python", "Kubernetes", "PostgreSQL", "Kafka"],
    },
    Filed {
        last_name: "Halloway",
        title: "Software Engineer",
        company: "Globex Corporation",
        city: "San Francisco",
        years: 5,
        skills: &["billing", "caching"],
    },
];

/// A candidate, and how to reach them.
#[derive(Debug, Clone)]
pub struct Person {
    /// The fields of the candidate.
    pub candidate: Value,
    /// The fields of the contact, without whose it is.
    pub contact: Value,
    /// The résumé, by its place in the data.
    pub resume: Option<usize>,
}

/// So many candidates, the ones with a résumé of their own first.
#[must_use]
pub fn people(material: &Material, titles: &[String], count: usize, rng: &mut ChaCha8Rng) -> Vec<Person> {
    let mut people: Vec<Person> = material.persons.iter().filter_map(of_resume).collect();
    for (index, resume) in material.resumes.iter().enumerate() {
        people.push(of_file(&resume.name, index));
    }
    // The samples of several packages are the same person.
    let mut seen = std::collections::BTreeSet::new();
    people.retain(|person| person.resume.is_some() || seen.insert(person.contact["email"].to_string()));
    while people.len() < count {
        let number = people.len();
        people.push(invented(material, titles, number, rng));
    }
    people
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A person in JSON Resume form.
fn of_resume(resume: &Value) -> Option<Person> {
    let basics = &resume["basics"];
    let name = text(&basics["name"]);
    let (first, last) = name.rsplit_once(' ')?;
    let skills: Vec<String> =
        resume["skills"].as_array().into_iter().flatten().map(|skill| text(&skill["name"])).collect();
    let work = &resume["work"][0];
    let cut = |value: &Value, max: usize| text(value).chars().take(max).collect::<String>();
    let month = |value: &Value| Some(cut(value, 7)).filter(|text| is_month(text)).unwrap_or_default();
    let list = |name: &str| resume[name].as_array().cloned().unwrap_or_default();
    let jobs: Vec<Value> = (0..).zip(list("work")).take(MAX_EXPERIENCE).map(|(at, job)| json!({
        "id": format!("job-{at}"), "title": cut(&job["position"], 200), "company": cut(&job["name"], 200),
        "place": cut(&job["location"], 200), "from": month(&job["startDate"]), "to": month(&job["endDate"]),
        "is_current": text(&job["endDate"]).is_empty(), "words": cut(&job["summary"], MAX_WORDS),
    })).collect();
    let schools: Vec<Value> = (0..).zip(list("education")).take(MAX_EDUCATION).map(|(at, school)| json!({
        "id": format!("school-{at}"), "school": cut(&school["institution"], 200), "degree": cut(&school["studyType"], 200),
        "field": cut(&school["area"], 200), "from": month(&school["startDate"]), "to": month(&school["endDate"]),
    })).collect();
    let address =
        |value: &Value| Some(text(value)).filter(|text| text.starts_with("http")).unwrap_or_default();
    Some(Person {
        candidate: json!({
            "first_name": first.trim_start_matches("Dr. "),
            "last_name": last,
            "headline": cut(&basics["label"], 200),
            "summary": cut(&basics["summary"], 5_000),
            "current_company": cut(&work["name"], 200),
            "current_title": cut(&work["position"], 200),
            "city": cut(&basics["location"]["city"], 100),
            "country": country(&text(&basics["location"]["countryCode"])),
            "skills": skills,
            "experience": jobs,
            "education": schools,
            "source": "imported",
            "consent_to_store": true,
        }),
        contact: json!({
            "email": cut(&basics["email"], 254),
            "phone": cut(&basics["phone"], 30),
            "website_url": address(&basics["url"]),
        }),
        resume: None,
    })
}

/// The person of a résumé file: `jordan-avery-google-docs.pdf`.
fn of_file(name: &str, index: usize) -> Person {
    let mut parts = name.split(['-', '.']);
    let mut capital = || {
        let part = parts.next().unwrap_or_default();
        let mut letters = part.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    let (mut first, mut last) = (capital(), capital());
    if first == "Ats" {
        (first, last) = ("Alex".to_owned(), "Rivera".to_owned());
    }
    let mut candidate = json!({
        "first_name": first,
        "last_name": last,
        "headline": "See the résumé",
        "source": "career_page",
        "consent_to_store": true,
    });
    if let Some(filed) = FILED.iter().find(|filed| filed.last_name == last) {
        candidate["headline"] = json!(format!("{}, {}", filed.title, filed.company));
        candidate["current_title"] = json!(filed.title);
        candidate["current_company"] = json!(filed.company);
        candidate["city"] = json!(filed.city);
        candidate["country"] = json!("United States");
        candidate["years_experience"] = json!(filed.years);
        candidate["skills"] = json!(filed.skills);
        candidate["languages"] = json!(["English"]);
    }
    Person {
        contact: json!({
            "email": format!("{}.{}.{}@example.com", first.to_lowercase(), last.to_lowercase(), index + 1),
            "phone": format!("+1 514 555 01{:02}", index),
        }),
        candidate,
        resume: Some(index),
    }
}

fn invented(material: &Material, titles: &[String], number: usize, rng: &mut ChaCha8Rng) -> Person {
    let (first, last) =
        (FIRST.choose(rng).copied().unwrap_or("Ada"), LAST.choose(rng).copied().unwrap_or("Roy"));
    let title = titles.choose(rng).cloned().unwrap_or_default();
    let years = rng.random_range(0..25);
    let city = material.city(rng);
    let company = COMPANIES.choose(rng).copied().unwrap_or_default();
    let skills = material.some_skills(rng.random_range(3..9), rng);
    let plain =
        |text: &str| text.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>();
    let summary = format!(
        "{years} years in the field, the last ones at {company}. Knows {}.",
        skills.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
    );
    let source = ["career_page", "linkedin", "referral", "direct", "indeed", "agency"].choose(rng).copied();
    let languages: &[&str] = [&["English"][..], &["English", "French"], &["French"], &["English", "Spanish"]]
        .choose(rng)
        .copied()
        .unwrap_or_default();
    Person {
        candidate: json!({
            "first_name": first,
            "last_name": last,
            "headline": title.chars().take(200).collect::<String>(),
            "summary": summary,
            "current_company": company,
            "current_title": title.chars().take(200).collect::<String>(),
            "years_experience": years,
            "city": city.name,
            "country": country(&city.country),
            "willing_to_relocate": rng.random_bool(0.4),
            "skills": skills,
            "languages": languages,
            "source": source,
            "consent_to_store": true,
        }),
        contact: json!({
            "email": format!("{}.{}{number}@example.com", plain(first), plain(last)),
            "phone": format!("+1 514 555 {:04}", rng.random_range(0..10_000)),
            "linkedin_url": format!("https://www.linkedin.com/in/{}-{}-{number}", plain(first), plain(last)),
        }),
        resume: None,
    }
}
