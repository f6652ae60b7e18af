//! Candidates for other programs: a list as a table, and one of them as JSON Resume (schema 1.0.0,
//! jsonresume.org). What a person may not see is in neither.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zumodra_shared::ats::past::is_month;
use zumodra_shared::ats::{
    Application, Candidate, CandidateContact, Certificate, Education, Experience, Job, Pool, Tag, rules,
};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Entity, Fields, Items, Named};

use super::own_fields::OwnFields;
use super::table::{Cell, TableFormat, Writer};
use crate::replica::{Filter, ListRequest, Record, get, list};

/// Most candidates of one table.
pub const MAX_ROWS: usize = 100_000;
/// Candidates that are read at once.
const STEP: usize = 500;

/// What the sheet of a workbook is called.
const SHEET: &str = "Candidates";

/// The columns. Their names are those that our own import knows, and other programs with it.
const HEADINGS: [&str; 21] = [
    "First name",
    "Last name",
    "Email",
    "Phone",
    "Headline",
    "Current title",
    "Current company",
    "Years of experience",
    "City",
    "State",
    "Country",
    "Skills",
    "Languages",
    "LinkedIn",
    "GitHub",
    "Portfolio",
    "Website",
    "Tags",
    "Pools",
    "Source",
    "Applied for",
];

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// How many candidates are in it.
    pub rows: usize,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The candidates of a list, all pages of it, as a table.
///
/// # Errors
/// [`Code::TooLarge`] for more than [`MAX_ROWS`]; as [`list`].
pub fn candidates(conn: &Connection, request: &ListRequest, format: TableFormat) -> Result<Table, Problem> {
    // One moment for all pages: nobody is left out because somebody else moved up meanwhile.
    let _moment = conn
        .unchecked_transaction()
        .map_err(|error| Problem::new(Code::Internal).detail(error.to_string()))?;
    let kind = Candidate::NAME.to_owned();
    let mut page = ListRequest { kind, limit: Some(STEP), offset: 0, ..request.clone() };
    let mut own = OwnFields::read(conn)?;
    let mut writer = Writer::new(format, SHEET, HEADINGS.into_iter().chain(own.labels()))?;
    let mut titles = Titles::default();
    loop {
        let found = list(conn, &page)?;
        if found.total > MAX_ROWS as u64 {
            return Err(Problem::new(Code::TooLarge));
        }
        let ids: Vec<Value> = found.rows.iter().map(|row| json!(row.id)).collect();
        let contacts = of(conn, CandidateContact::NAME, &ids)?;
        let applications = of(conn, Application::NAME, &ids)?;
        for row in &found.rows {
            let contact = contacts.get(&row.id).and_then(|all| all.first());
            let applied = applications.get(&row.id).into_iter().flatten();
            let jobs =
                applied.map(|application| titles.of(conn, Job::NAME, text(&application.fields, "job_id")));
            let jobs = jobs.filter(|title| !title.is_empty()).collect::<Vec<_>>().join("; ");
            let mut cells = cells(conn, &mut titles, row, contact, jobs);
            cells.extend(own.cells(conn, &row.fields));
            writer.row(&cells)?;
        }
        page.offset += found.rows.len();
        if found.rows.len() < STEP {
            break;
        }
    }
    let bytes = writer.finish()?;
    Ok(Table { rows: page.offset, bytes })
}

/// The records of a kind that belong to some candidates.
pub(super) fn of(
    conn: &Connection,
    kind: &str,
    candidates: &[Value],
) -> Result<HashMap<RecordId, Vec<Record>>, Problem> {
    let mut found: HashMap<RecordId, Vec<Record>> = HashMap::new();
    let filters =
        vec![Filter::In { field: "candidate_id".to_owned(), any: candidates.to_vec(), fold: false }];
    let mut page = ListRequest {
        kind: kind.to_owned(),
        filters,
        sort: Some("created_at".to_owned()),
        limit: Some(STEP),
        ..ListRequest::default()
    };
    loop {
        let rows = list(conn, &page)?.rows;
        page.offset += rows.len();
        let is_last = rows.len() < STEP;
        for row in rows {
            if let Ok(candidate) = text(&row.fields, "candidate_id").parse() {
                found.entry(candidate).or_default().push(row);
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// What jobs, tags and pools are called, each looked up once.
#[derive(Default)]
struct Titles(HashMap<String, String>);

impl Titles {
    fn of(&mut self, conn: &Connection, kind: &str, id: &str) -> String {
        if let Some(known) = self.0.get(id) {
            return known.clone();
        }
        let field = if kind == Job::NAME { "title" } else { "name" };
        let row = id.parse().ok().and_then(|id| get(conn, kind, id).ok().flatten());
        let row = row.filter(|row| !row.deleted);
        let title = row.map(|row| text(&row.fields, field).to_owned()).unwrap_or_default();
        self.0.insert(id.to_owned(), title.clone());
        title
    }
}

pub(super) fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn members<'f>(fields: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn cells(
    conn: &Connection,
    titles: &mut Titles,
    row: &Record,
    contact: Option<&Record>,
    jobs: String,
) -> Vec<Cell> {
    let nobody = Fields::new();
    let (fields, contact) = (&row.fields, contact.map_or(&nobody, |contact| &contact.fields));
    let words = |name: &str| members(fields, name).collect::<Vec<_>>().join("; ");
    let mut named = |field: &str, kind: &str| {
        let names = members(fields, field).map(|id| titles.of(conn, kind, id));
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join("; ")
    };
    let (tags, pools) = (named("tag_ids", Tag::NAME), named("pool_ids", Pool::NAME));
    let own = |name: &str| Cell::Text(text(fields, name).to_owned());
    let reached = |name: &str| Cell::Text(text(contact, name).to_owned());
    let source = if text(fields, "source_detail").is_empty() { "source" } else { "source_detail" };
    let years = fields.get("years_experience").and_then(Value::as_i64);
    vec![
        own("first_name"),
        own("last_name"),
        reached("email"),
        reached("phone"),
        own("headline"),
        own("current_title"),
        own("current_company"),
        Cell::Number(years.map(|years| years.to_string()).unwrap_or_default()),
        own("city"),
        own("state"),
        own("country"),
        Cell::Text(words("skills")),
        Cell::Text(words("languages")),
        reached("linkedin_url"),
        reached("github_url"),
        reached("portfolio_url"),
        reached("website_url"),
        Cell::Text(tags),
        Cell::Text(pools),
        own(source),
        Cell::Text(jobs),
    ]
}

/// The past of a candidate, of whom the rest is read elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Past {
    experience: Items<Experience>,
    education: Items<Education>,
    certificates: Items<Certificate>,
}

/// A candidate as JSON Resume: what is known of them as fields, without what nobody said.
///
/// # Errors
/// [`Code::NotFound`] for a candidate that is not here.
pub fn json_resume(conn: &Connection, id: RecordId) -> Result<Value, Problem> {
    let candidate = get(conn, Candidate::NAME, id)?.filter(|row| !row.deleted);
    let candidate = candidate.ok_or_else(|| Problem::new(Code::NotFound))?;
    let contacts = of(conn, CandidateContact::NAME, &[json!(id)])?;
    let nobody = Fields::new();
    let contact = contacts.get(&id).and_then(|all| all.first()).map_or(&nobody, |row| &row.fields);
    let fields = &candidate.fields;
    let name = [text(fields, "first_name"), text(fields, "last_name")].join(" ");
    let website = [text(contact, "website_url"), text(contact, "portfolio_url")];
    let mut basics = said([
        ("name", name.trim()),
        ("label", text(fields, "headline")),
        ("email", text(contact, "email")),
        ("phone", text(contact, "phone")),
        ("url", website.into_iter().find(|url| !url.is_empty()).unwrap_or_default()),
        ("summary", text(fields, "summary")),
    ]);
    let mut location = said([("city", text(fields, "city")), ("region", text(fields, "state"))]);
    let country = text(fields, "country");
    // The schema wants a code of two letters (ISO 3166-1); what is written out stands with the address.
    let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic());
    let place =
        if is_code { ("countryCode", country.to_uppercase()) } else { ("address", country.to_owned()) };
    location.extend(said([(place.0, place.1.as_str())]));
    let profiles = [("LinkedIn", "linkedin_url"), ("GitHub", "github_url")];
    let profiles = profiles.map(|(network, field)| (network, text(contact, field)));
    let profiles: Vec<Value> = profiles
        .into_iter()
        .filter(|(_, url)| !url.is_empty())
        .map(|(network, url)| json!({ "network": network, "url": url }))
        .collect();
    extend(&mut basics, "location", Value::Object(location.clone()), location.is_empty());
    extend(&mut basics, "profiles", json!(profiles), profiles.is_empty());
    let listed = |name: &str, called: &str| -> Vec<Value> {
        members(fields, name).map(|word| Value::Object(said([(called, word)]))).collect()
    };
    let (skills, languages) = (listed("skills", "name"), listed("languages", "language"));
    let mut resume = Map::new();
    resume.insert(
        "$schema".to_owned(),
        json!("https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"),
    );
    resume.insert("basics".to_owned(), Value::Object(basics));
    for (name, entries) in past(fields) {
        let is_empty = entries.is_empty();
        extend(&mut resume, name, Value::Array(entries), is_empty);
    }
    extend(&mut resume, "skills", json!(skills), skills.is_empty());
    extend(&mut resume, "languages", json!(languages), languages.is_empty());
    Ok(Value::Object(resume))
}

/// Where somebody worked, what they learned and what was certified of it. Of whom no job was written down, the present one.
fn past(fields: &Fields) -> [(&'static str, Vec<Value>); 3] {
    let Past { experience, education, certificates } = rules::read(fields).unwrap_or_default();
    let mut work: Vec<Map<String, Value>> = experience.0.iter().map(|entry| job(&entry.item)).collect();
    if work.iter().all(Map::is_empty) {
        let now = [("name", text(fields, "current_company")), ("position", text(fields, "current_title"))];
        work = vec![said(now)];
    }
    let schools = education.0.iter().map(|Named { item, .. }| {
        said([
            ("institution", item.school.as_str()),
            ("studyType", item.degree.as_str()),
            ("area", item.field.as_str()),
            ("startDate", month(&item.from)),
            ("endDate", month(&item.to)),
        ])
    });
    let certified = certificates.0.iter().map(|Named { item, .. }| {
        let year = item.year.map(|year| year.to_string()).unwrap_or_default();
        said([("name", item.name.as_str()), ("issuer", item.issuer.as_str()), ("date", month(&year))])
    });
    let told = |entries: &mut dyn Iterator<Item = Map<String, Value>>| -> Vec<Value> {
        entries.filter(|entry| !entry.is_empty()).map(Value::Object).collect()
    };
    [
        ("work", told(&mut work.into_iter())),
        ("education", told(&mut schools.into_iter())),
        ("certificates", told(&mut certified.into_iter())),
    ]
}

fn job(job: &Experience) -> Map<String, Value> {
    let until = if job.is_current { "" } else { month(&job.to) };
    said([
        ("name", job.company.as_str()),
        ("position", job.title.as_str()),
        ("location", job.place.as_str()),
        ("startDate", month(&job.from)),
        ("endDate", until),
        ("summary", job.words.as_str()),
    ])
}

/// A year or a month as the schema has it: of this millennium or the last.
fn month(text: &str) -> &str {
    if is_month(text) && text.starts_with(['1', '2']) { text } else { "" }
}

/// What has been said of some members.
fn said<'m>(members: impl IntoIterator<Item = (&'m str, &'m str)>) -> Map<String, Value> {
    let said = members.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

fn extend(object: &mut Map<String, Value>, name: &str, value: Value, is_empty: bool) {
    if !is_empty {
        object.insert(name.to_owned(), value);
    }
}
