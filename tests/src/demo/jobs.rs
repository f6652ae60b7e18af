//! The demo's jobs: titles of real rows, descriptions of occupations, places, pay, questions.

use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::{DAY_MS, rfc3339};

use super::material::{City, JobRow, Material, country};

/// What a job's team is called, by words of its title.
const TEAMS: &[(&str, &[&str])] = &[
    (
        "Engineering",
        &["engineer", "developer", "software", "frontend", "backend", "devops", "platform", "architect"],
    ),
    ("Data", &["data", "analyst", "analytics", "scientist", "machine"]),
    ("Design", &["design", "designer", "ux", "creative"]),
    ("Sales", &["sales", "account", "business", "partner"]),
    ("Marketing", &["marketing", "content", "brand", "communications", "growth"]),
    ("People", &["recruiter", "people", "talent", "hr"]),
    ("Finance", &["finance", "financial", "accountant", "accounting", "tax", "audit"]),
    ("Product", &["product", "program", "project"]),
    ("Support", &["support", "customer", "success", "service"]),
];

/// The team of a title.
#[must_use]
pub fn team(title: &str) -> &'static str {
    let title = title.to_lowercase();
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
    let found = TEAMS.iter().find(|(_, marks)| marks.iter().any(|mark| words.contains(mark)));
    found.map_or("Operations", |(team, _)| team)
}

/// Whether a team's jobs go through the technical pipeline.
#[must_use]
pub fn is_technical(team: &str) -> bool {
    matches!(team, "Engineering" | "Data")
}

/// The fields of a job, for a new record. `base` is the instant of the seeding.
#[must_use]
pub fn fields(material: &Material, row: &JobRow, base: i64, rng: &mut ChaCha8Rng) -> Value {
    let title: String = row.title.trim().chars().take(200).collect();
    let occupation = material.occupation(&title, rng);
    let city = material.office(rng);
    let remote = remote_policy(row, rng);
    let lower = title.to_lowercase();
    let level = if lower.contains("senior") || lower.contains("sr.") || lower.contains("staff") {
        "senior"
    } else if lower.contains("lead") || lower.contains("manager") || lower.contains("head") {
        "lead"
    } else if lower.contains("intern") || lower.contains("graduate") {
        "entry"
    } else {
        "mid"
    };
    let job_type = if lower.contains("intern") {
        "internship"
    } else {
        ["full_time", "full_time", "full_time", "part_time", "contract"][rng.random_range(0..5)]
    };
    let (min, max) = pay(level, rng);
    let skills = material.some_skills(rng.random_range(3..7), rng);
    let mut fields = json!({
        "title": title,
        "description": format!("{}\n\nYou will join the {} team at Northwind Talent.", occupation.description, team(&row.title)),
        "responsibilities": responsibilities(&occupation.description),
        "requirements": requirements(&skills, level),
        "benefits": "- Flexible hours, and a written answer to every applicant\n- A budget for learning\n- 25 days of holiday",
        "job_type": job_type,
        "experience_level": level,
        "remote_policy": remote,
        "salary_min": min,
        "salary_max": max,
        "salary_currency": currency(city),
        "show_salary": rng.random_bool(0.6),
        "required_skills": skills,
        "positions_count": if rng.random_bool(0.15) { 2 } else { 1 },
        "team": team(&row.title),
        "require_resume": rng.random_bool(0.8),
        "require_cover_letter": rng.random_bool(0.2),
        "is_featured": rng.random_bool(0.03),
        "published_on_career_page": true,
        "location_city": city.name,
        "location_country": country(&city.country),
    });
    if rng.random_bool(0.25) {
        let day = rfc3339(base + rng.random_range(14..90) * DAY_MS);
        fields["application_deadline"] = json!(&day[..10]);
    }
    if rng.random_bool(0.3) {
        fields["questions"] = questions();
        for asked in ["ask_github", "ask_salary", "ask_start", "ask_place"] {
            fields[asked] = json!("optional");
        }
    }
    fields
}

fn remote_policy(row: &JobRow, rng: &mut ChaCha8Rng) -> &'static str {
    if row.location.to_lowercase().contains("remote") {
        return "remote";
    }
    ["on_site", "on_site", "hybrid", "hybrid", "flexible"].choose(rng).copied().unwrap_or("on_site")
}

/// Yearly pay in minor units, in round figures.
fn pay(level: &str, rng: &mut ChaCha8Rng) -> (i64, i64) {
    let thousands = match level {
        "entry" => rng.random_range(36..46),
        "mid" => rng.random_range(52..74),
        "senior" => rng.random_range(78..110),
        _ => rng.random_range(90..130),
    };
    (thousands * 100_000, (thousands + rng.random_range(8..24)) * 100_000)
}

fn currency(city: &City) -> &'static str {
    match city.country.as_str() {
        "CA" => "CAD",
        "US" => "USD",
        "GB" => "GBP",
        _ => "EUR",
    }
}

fn responsibilities(description: &str) -> String {
    let sentences = description.split(". ").map(|sentence| sentence.trim().trim_end_matches('.'));
    let items: Vec<String> = sentences.filter(|s| s.len() > 30).skip(1).map(|s| format!("- {s}")).collect();
    items.join("\n")
}

fn requirements(skills: &[String], level: &str) -> String {
    let years = match level {
        "entry" => "No experience is needed",
        "mid" => "Two years of experience or more",
        "senior" => "Five years of experience or more",
        _ => "Eight years of experience or more",
    };
    let mut items = vec![format!("- {years}")];
    items.extend(skills.iter().take(3).map(|skill| format!("- Practice in: {skill}")));
    items.join("\n")
}

fn questions() -> Value {
    json!([
        {"id": "q1", "label": "Why would you like to work with us?", "answer": "long_text", "required": true, "options": ""},
        {"id": "q2", "label": "How long is your notice period?", "answer": "choice", "required": true,
         "options": "None\nUp to one month\nUp to three months\nLonger", "knockout": "Longer"},
        {"id": "q3", "label": "May you work in the country of this position?", "answer": "yes_no", "required": true,
         "options": "", "knockout": "no"},
        {"id": "q4", "label": "When can you work?", "answer": "several", "required": false,
         "options": "Mornings\nAfternoons\nEvenings\nWeekends"},
        {"id": "q5", "label": "A certificate that you would like to show", "answer": "file", "required": false, "options": ""},
    ])
}
