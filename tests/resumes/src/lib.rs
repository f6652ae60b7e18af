//! Scores the reader of résumés against what a person reads in the same files, and another reader beside it.
//!
//! What is right is written in `tests/assets/resume-truth`. Two values are the same when their letters and digits are,
//! whatever their case, accents and signs. For a single value the score is the part of files in which it is right; for
//! a list it is F1: twice the items that are right, by all that were found and all that there are. A job is right when
//! its title, its company, its start and its end are, a school when its name, its degree and both dates are.

pub mod answer;
pub mod peer;
pub mod score;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

pub use answer::{Answer, Truth};
pub use score::{Field, Tally};

/// Where what is right is written, from the folder of the data.
const TRUTHS: &str = "resume-truth";

/// Where the files and what is right are.
#[must_use]
pub fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets")
}

/// Every file with what is right, in the order of their names.
///
/// # Errors
/// When a file cannot be read.
pub fn truths() -> Result<Vec<Truth>> {
    truths_in(&assets().join(TRUTHS))
}

/// What is right by the files of a folder.
///
/// # Errors
/// When a file cannot be read.
pub fn truths_in(folder: &Path) -> Result<Vec<Truth>> {
    let mut truths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read_to_string(&path)?;
            let truth: Truth =
                serde_json::from_str(&text).with_context(|| format!("read {}", path.display()))?;
            truths.push(truth);
        }
    }
    truths.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(truths)
}

/// What our reader says of a file.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn ours(folder: &Path, file: &str) -> Result<Answer> {
    let bytes = fs::read(folder.join(file)).with_context(|| format!("read {file}"))?;
    let resume = zumodra_resume::read(&bytes, None).with_context(|| format!("read the résumé {file}"))?;
    Ok(Answer::from(&resume.fields))
}
