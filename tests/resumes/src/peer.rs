//! Another reader of résumés, run beside ours on the same files: openresume-parser, which reads PDF alone. It is
//! installed beneath the folder of build products, and nothing of it is ever part of ours.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use zumodra_resume::{Date, End};

use crate::answer::{Answer, Education, Job};

/// What is installed.
const PACKAGE: &str = "openresume-parser==0.1.6";
/// Prints what it says of the files that it is given, by their names.
const SCRIPT: &str = r#"
import json, sys
from openresume import parse_resume_from_pdf
said = {}
for path in sys.argv[1:]:
    try:
        said[path] = parse_resume_from_pdf(path).get("resume") or {}
    except Exception as error:
        print(path, error, file=sys.stderr)
        said[path] = {}
json.dump(said, sys.stdout)
"#;

/// What the peer says of files, by their names.
///
/// # Errors
/// When it cannot be installed or does not run.
pub fn answers(folder: &Path, files: &[&str]) -> Result<HashMap<String, Answer>> {
    let python = installed()?;
    let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
    let output = Command::new(python)
        .args(["-c", SCRIPT])
        .args(&paths)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("start the peer")?;
    ensure!(output.status.success(), "the peer ended with {}", output.status);
    let said: HashMap<String, Value> =
        serde_json::from_slice(&output.stdout).context("read what the peer says")?;
    let answer = |(file, path): (&&str, PathBuf)| {
        let said = said.get(path.to_string_lossy().as_ref()).map(answer).unwrap_or_default();
        ((*file).to_owned(), said)
    };
    Ok(files.iter().zip(paths).map(answer).collect())
}

/// Installs the peer once, and says where its Python is.
fn installed() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let products = program.ancestors().nth(2).context("the program is in a folder of build products")?;
    let folder = products.join("peers/openresume");
    let python = folder.join("bin/python");
    let run = |program: &Path, arguments: &[&str]| -> Result<()> {
        let status =
            Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status();
        let status = status.with_context(|| format!("start {}", program.display()))?;
        ensure!(status.success(), "{} {} failed", program.display(), arguments.join(" "));
        Ok(())
    };
    if !folder.join("installed").exists() {
        let path = folder.to_string_lossy().into_owned();
        run(Path::new("python3"), &["-m", "venv", "--clear", &path])?;
        run(&python, &["-m", "pip", "install", "--quiet", PACKAGE])?;
        std::fs::write(folder.join("installed"), PACKAGE)?;
    }
    Ok(python)
}

fn answer(said: &Value) -> Answer {
    let text =
        |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let list = |value: &Value| value.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
    let all = |parts: &[&Value]| {
        let parts: Vec<String> = parts.iter().filter_map(|part| text(part)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let jobs = said.pointer("/experience/work_history").and_then(Value::as_array).into_iter().flatten();
    let job = |job: &Value| Job {
        title: text(&job["title"]),
        company: text(&job["company"]),
        place: None,
        start: text(&job["start_date"]).and_then(|date| written(&date)),
        end: if job["current"] == true {
            Some("present".to_owned())
        } else {
            text(&job["end_date"]).and_then(|date| written(&date))
        },
    };
    let school = &said["education"];
    let education = Education {
        school: None,
        degree: all(&[&school["degree_course"], &school["specialization"]]),
        start: None,
        end: school["passing_year"].as_u64().map(|year| year.to_string()),
    };
    Answer {
        name: text(&said["full_name"]),
        headline: text(&said["current_designation"]),
        emails: text(&said["email"]).into_iter().collect(),
        phones: text(&said["phone"]).into_iter().collect(),
        links: text(&said["url"]).into_iter().collect(),
        location: all(&[&said["location"]["city"], &said["location"]["state"]]),
        jobs: jobs.map(job).collect(),
        education: (education.degree.is_some() || education.end.is_some())
            .then_some(education)
            .into_iter()
            .collect(),
        skills: list(&said["skills"]),
        languages: Vec::new(),
        certifications: Vec::new(),
    }
}

/// A date as the peer writes it, in our form: it copies what stands in the file.
fn written(text: &str) -> Option<String> {
    let form =
        |date: Date| date.month.map_or(date.year.to_string(), |month| format!("{}-{month:02}", date.year));
    match zumodra_resume::period(text)? {
        (Some(date), _) | (None, Some(End::At(date))) => Some(form(date)),
        (None, Some(End::Present)) => Some("present".to_owned()),
        (None, None) => None,
    }
}
