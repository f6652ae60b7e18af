//! The data in `tests/assets`, as the demo reads it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Cities, the largest first, in which candidates live, and in which the company has an office.
const LARGE_CITIES: usize = 40;
/// See [`LARGE_CITIES`].
const OFFICES: usize = 14;

/// A row of `jobs.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct JobRow {
    /// The title.
    pub title: String,
    /// The place as it was advertised.
    #[serde(default)]
    pub location: String,
}

/// A row of `occupations.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Occupation {
    /// What it is called.
    pub title: String,
    /// What it is.
    pub description: String,
}

/// A row of `cities.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct City {
    /// Its name.
    pub name: String,
    /// The country's code.
    pub country: String,
    /// People in it.
    pub population: u64,
}

/// A résumé file.
#[derive(Debug, Clone)]
pub struct ResumeFile {
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Everything.
#[derive(Debug)]
pub struct Material {
    /// Jobs.
    pub jobs: Vec<JobRow>,
    /// Occupations.
    pub occupations: Vec<Occupation>,
    /// Cities, the largest first.
    pub cities: Vec<City>,
    /// Skills.
    pub skills: Vec<String>,
    /// Persons in JSON Resume form.
    pub persons: Vec<serde_json::Value>,
    /// Résumés.
    pub resumes: Vec<ResumeFile>,
}

/// The folder of the data.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("read {}", path.display()))
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    Ok(paths)
}

impl Material {
    /// Reads it.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be.
    pub fn read() -> Result<Self> {
        let folder = folder();
        #[derive(Deserialize)]
        struct Skill {
            label: String,
        }
        let skills: Vec<Skill> = read(&folder.join("skills-esco.json"))?;
        let mut cities: Vec<City> = read(&folder.join("cities.json"))?;
        cities.retain(|city| country(&city.country).len() > 2);
        cities.sort_by_key(|city| std::cmp::Reverse(city.population));
        let resumes = sorted(&folder.join("resumes"))?.into_iter().map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let media_type = if name.ends_with(".pdf") {
                "application/pdf"
            } else {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            };
            Ok(ResumeFile { bytes: std::fs::read(&path)?, name, media_type })
        });
        Ok(Self {
            jobs: read(&folder.join("jobs.json"))?,
            occupations: read(&folder.join("occupations.json"))?,
            cities,
            skills: skills.into_iter().map(|skill| skill.label).collect(),
            persons: sorted(&folder.join("persons"))?.iter().map(|path| read(path)).collect::<Result<_>>()?,
            resumes: resumes.collect::<Result<_>>()?,
        })
    }

    /// The occupation whose title has most words of a job's title, or any one.
    #[must_use]
    pub fn occupation(&self, title: &str, rng: &mut ChaCha8Rng) -> &Occupation {
        let words = words_of(title);
        let score = |occupation: &Occupation| {
            let theirs = words_of(&occupation.title);
            theirs.iter().filter(|word| words.contains(word)).count()
        };
        let best = self.occupations.iter().max_by_key(|occupation| score(occupation));
        match best.filter(|occupation| score(occupation) > 0) {
            Some(best) => best,
            None => &self.occupations[rng.random_range(0..self.occupations.len())],
        }
    }

    /// One of the large cities.
    #[must_use]
    pub fn city(&self, rng: &mut ChaCha8Rng) -> &City {
        &self.cities[rng.random_range(0..self.cities.len().min(LARGE_CITIES))]
    }

    /// One of the few cities in which the company has an office.
    #[must_use]
    pub fn office(&self, rng: &mut ChaCha8Rng) -> &City {
        &self.cities[rng.random_range(0..self.cities.len().min(OFFICES))]
    }

    /// Some skills.
    #[must_use]
    pub fn some_skills(&self, count: usize, rng: &mut ChaCha8Rng) -> Vec<String> {
        self.skills.choose_multiple(rng, count).cloned().collect()
    }
}

/// The words of a title that say something.
fn words_of(title: &str) -> Vec<String> {
    let words = title.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words
        .filter(|word| {
            word.len() > 3 && !matches!(word.as_str(), "senior" | "staff" | "lead" | "with" | "junior")
        })
        .collect()
}

/// A country's name in English, for the codes of the cities that are used.
#[must_use]
pub fn country(code: &str) -> &str {
    const NAMES: &[(&str, &str)] = &[
        ("AR", "Argentina"),
        ("AU", "Australia"),
        ("BE", "Belgium"),
        ("BR", "Brazil"),
        ("CA", "Canada"),
        ("CH", "Switzerland"),
        ("CN", "China"),
        ("DE", "Germany"),
        ("EG", "Egypt"),
        ("ES", "Spain"),
        ("FR", "France"),
        ("GB", "United Kingdom"),
        ("ID", "Indonesia"),
        ("IN", "India"),
        ("IR", "Iran"),
        ("IT", "Italy"),
        ("JP", "Japan"),
        ("KR", "South Korea"),
        ("MA", "Morocco"),
        ("MX", "Mexico"),
        ("NG", "Nigeria"),
        ("NL", "Netherlands"),
        ("PH", "Philippines"),
        ("PL", "Poland"),
        ("PT", "Portugal"),
        ("RU", "Russia"),
        ("TR", "Turkey"),
        ("UA", "Ukraine"),
        ("US", "United States"),
        ("VN", "Vietnam"),
        ("ZA", "South Africa"),
    ];
    NAMES.iter().find(|(found, _)| *found == code).map_or(code, |(_, name)| name)
}
