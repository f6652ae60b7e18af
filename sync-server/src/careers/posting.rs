//! A job as search engines read it: schema.org `JobPosting` in JSON-LD.

use serde_json::{Map, Value, json};
use zumodra_shared::ats::{JobType, RemotePolicy, SalaryPeriod};
use zumodra_shared::kernel::currency::minor_digits;
use zumodra_shared::kernel::time::rfc3339;

use super::job::PublicJob;
use super::site::Site;
use super::text::{blocks, escaped, html};
use super::words::Language;

/// The posting as text that can stand inside a `script` element: nothing in it can end the element or open a comment.
#[must_use]
pub fn embedded(posting: &Value) -> String {
    let mut text = String::new();
    for letter in posting.to_string().chars() {
        match letter {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            letter => text.push(letter),
        }
    }
    text
}

/// The posting. A job that is neither remote nor anywhere has none: search engines refuse a posting without a place, and
/// hold it against the site.
#[must_use]
pub fn posting(site: &Site, public: &PublicJob) -> Option<Value> {
    let places = place(public);
    if places.is_empty() {
        return None;
    }
    let (tenant, job) = (&site.tenant, &public.job);
    let mut posting = Map::new();
    let mut put = |name: &str, value: Value| {
        posting.insert(name.to_owned(), value);
    };
    put("@context", json!("https://schema.org/"));
    put("@type", json!("JobPosting"));
    put("title", json!(site.posted(public).title.text));
    put("description", json!(description(site, public)));
    put("url", json!(address(site, public)));
    if let Some(at) = job.published_at {
        put("datePosted", json!(rfc3339(at.0)));
    }
    if let Some(day) = public.deadline() {
        // The last minute of the day in the last zone that has it.
        put("validThrough", json!(format!("{day}T23:59:59-12:00")));
    }
    if let Some(kind) = employment_type(job.job_type) {
        put("employmentType", json!(kind));
    }
    put("hiringOrganization", organization(site));
    let reference = job.reference_code.clone().unwrap_or_else(|| public.id.to_string());
    put("identifier", json!({"@type": "PropertyValue", "name": tenant.name, "value": reference}));
    put("directApply", json!(public.elsewhere().is_none()));
    put("totalJobOpenings", json!(public.positions()));
    for (name, value) in places {
        put(name, value);
    }
    if let Some(salary) = base_salary(public) {
        put("baseSalary", salary);
    }
    let skills: Vec<&str> = job.required_skills.0.iter().map(String::as_str).collect();
    if !skills.is_empty() {
        put("skills", json!(skills.join(", ")));
    }
    Some(Value::Object(posting))
}

/// The address of a job where others are told of it: that of the language in which it is told, if there are several.
#[must_use]
pub fn address(site: &Site, public: &PublicJob) -> String {
    let own = site.alternates(public).into_iter().find(|(tag, _)| *tag == site.language.tag());
    own.map_or_else(|| site.job_address(public), |(_, address)| address)
}

/// Everything that the job says in the language of the page, as HTML in which nothing that was written is markup.
#[must_use]
pub fn description(site: &Site, public: &PublicJob) -> String {
    let posted = site.posted(public);
    // Headings are in the language of what stands below them, as far as it is one of ours.
    let words = Language::of_tag(posted.description.lang).unwrap_or(site.language).words();
    let sections = [
        ("", posted.description.text),
        (words.responsibilities, posted.responsibilities.text),
        (words.requirements, posted.requirements.text),
        (words.nice_to_have, posted.nice_to_have.text),
        (words.benefits, posted.benefits.text),
    ];
    let mut text = String::new();
    for (title, section) in sections {
        if section.trim().is_empty() {
            continue;
        }
        if !title.is_empty() {
            text.push_str(&format!("<h2>{}</h2>", escaped(title)));
        }
        text.push_str(&html(&blocks(section)));
    }
    text
}

const fn employment_type(job_type: JobType) -> Option<&'static str> {
    match job_type {
        JobType::FullTime => Some("FULL_TIME"),
        JobType::PartTime => Some("PART_TIME"),
        JobType::Contract | JobType::Freelance => Some("CONTRACTOR"),
        JobType::Internship => Some("INTERN"),
        JobType::Temporary => Some("TEMPORARY"),
        JobType::Unknown => None,
    }
}

fn organization(site: &Site) -> Value {
    let mut found = json!({"@type": "Organization", "name": site.tenant.name, "sameAs": site.address("")});
    if let Some(logo) = site.logo_address() {
        found["logo"] = json!(logo);
    }
    found
}

/// Where the work is done. A remote job names where people may live; every other one names its place.
fn place(public: &PublicJob) -> Vec<(&'static str, Value)> {
    let job = &public.job;
    let mut address = Map::from_iter([("@type".to_owned(), json!("PostalAddress"))]);
    for (name, value) in [
        ("addressLocality", &job.location_city),
        ("addressRegion", &job.location_state),
        ("addressCountry", &job.location_country),
    ] {
        if !value.trim().is_empty() {
            address.insert(name.to_owned(), json!(value));
        }
    }
    let has_address = address.len() > 1;
    let mut found = Vec::new();
    if job.remote_policy == RemotePolicy::Remote {
        found.push(("jobLocationType", json!("TELECOMMUTE")));
        let country =
            if job.location_country.trim().is_empty() { "Worldwide" } else { &job.location_country };
        found.push(("applicantLocationRequirements", json!({"@type": "Country", "name": country})));
    }
    if has_address {
        found.push(("jobLocation", json!({"@type": "Place", "address": address})));
    }
    found
}

/// An amount in whole units of its currency: search engines know no minor ones. Whole amounts stay whole numbers.
#[must_use]
pub fn major_units(minor: i64, currency: &str) -> Value {
    let divisor = 10_i64.pow(minor_digits(currency));
    if minor % divisor == 0 { json!(minor / divisor) } else { json!(minor as f64 / divisor as f64) }
}

fn base_salary(public: &PublicJob) -> Option<Value> {
    let job = &public.job;
    let unit = match job.salary_period {
        SalaryPeriod::Yearly => "YEAR",
        SalaryPeriod::Monthly => "MONTH",
        SalaryPeriod::Weekly => "WEEK",
        SalaryPeriod::Daily => "DAY",
        SalaryPeriod::Hourly => "HOUR",
        SalaryPeriod::Unknown => return None,
    };
    if !job.show_salary
        || job.salary_currency.is_empty()
        || (job.salary_min.is_none() && job.salary_max.is_none())
    {
        return None;
    }
    let number = |minor: i64| major_units(minor, &job.salary_currency);
    let mut value = Map::from_iter([
        ("@type".to_owned(), json!("QuantitativeValue")),
        ("unitText".to_owned(), json!(unit)),
    ]);
    match (job.salary_min, job.salary_max) {
        (Some(min), Some(max)) if min == max => {
            value.insert("value".into(), number(min));
        }
        (min, max) => {
            value.extend(min.map(|min| ("minValue".to_owned(), number(min))));
            value.extend(max.map(|max| ("maxValue".to_owned(), number(max))));
        }
    }
    Some(json!({"@type": "MonetaryAmount", "currency": job.salary_currency, "value": value}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_posting_can_end_its_script_element() {
        let text = embedded(&json!({"title": "</script><script>alert(1)</script><!--"}));
        assert!(!text.contains('<') && !text.contains('>'));
        let back: Value = serde_json::from_str(&text).expect("still JSON");
        assert_eq!(back["title"], "</script><script>alert(1)</script><!--");
    }
}
