//! What goes to other programs and comes from them: tables and résumés are written into the person's own folder of
//! downloads, and never over a file that is there.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::Engine;
use crate::ats::sheets::{self, SheetKind, Wanted};
use crate::ats::table::TableFormat;
use crate::ats::{archive, export, workbook};
use crate::replica::ListRequest;

/// How often another name is tried for a file whose name is taken.
const MAX_TRIES: u32 = 1_000;
/// Characters of a file's name before its ending.
const MAX_STEM_CHARS: usize = 80;
/// Characters of the ending.
const MAX_ENDING_CHARS: usize = 10;

/// Candidates that are written as a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExportRequest {
    /// The list, all pages of it.
    pub request: ListRequest,
    /// What it is written as.
    #[serde(default)]
    pub format: TableFormat,
}

/// Applications or offers that are written as a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SheetRequest {
    /// Which of both.
    pub kind: SheetKind,
    /// Which of them.
    pub wanted: Wanted,
    /// What they are written as.
    #[serde(default)]
    pub format: TableFormat,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// Where it is.
    pub path: String,
    /// How many records are in it.
    pub rows: usize,
}

impl Engine {
    /// Writes the candidates of a list as a table.
    ///
    /// # Errors
    /// [`Code::TooLarge`] for very many; [`Code::DiskFull`]; when the store fails.
    pub async fn export_candidates(&self, asked: ExportRequest) -> Result<Saved, Problem> {
        let workspace = self.workspace()?;
        let ExportRequest { request, format } = asked;
        let table = workspace.query(move |conn, _| export::candidates(conn, &request, format)).await?;
        let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let path = save(&downloads()?, &format!("candidates-{day}"), format.ending(), &table.bytes)?;
        Ok(Saved { path, rows: table.rows })
    }

    /// Writes applications, or offers, as a table.
    ///
    /// # Errors
    /// As [`Engine::export_candidates`].
    pub(super) async fn export_records(&self, asked: SheetRequest) -> Result<Saved, Problem> {
        let workspace = self.workspace()?;
        let SheetRequest { kind, wanted, format } = asked;
        let table = workspace.query(move |conn, _| sheets::sheet(conn, kind, &wanted, format)).await?;
        let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let path = save(&downloads()?, &format!("{}-{day}", kind.name()), format.ending(), &table.bytes)?;
        Ok(Saved { path, rows: table.rows })
    }

    /// Writes a candidate as JSON Resume.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::DiskFull`]; when the store fails.
    pub async fn export_resume(&self, id: RecordId) -> Result<Saved, Problem> {
        let workspace = self.workspace()?;
        let resume = workspace.query(move |conn, _| export::json_resume(conn, id)).await?;
        let name = resume["basics"]["name"].as_str().unwrap_or_default().to_owned();
        let bytes = serde_json::to_vec_pretty(&resume).unwrap_or_default();
        let path = save(&downloads()?, &name, "json", &bytes)?;
        Ok(Saved { path, rows: 1 })
    }

    /// The first sheet of a workbook that has something in it.
    ///
    /// # Errors
    /// As [`workbook::read`].
    pub async fn read_workbook(&self, bytes: Vec<u8>) -> Result<workbook::Sheet, Problem> {
        let read = tokio::task::spawn_blocking(move || workbook::read(bytes)).await;
        // A file at which the reader panics is no workbook.
        read.unwrap_or_else(|_| Err(Problem::new(Code::UnsupportedFile)))
    }
}

impl Engine {
    /// The documents of an archive.
    ///
    /// # Errors
    /// As [`archive::unpack`].
    pub(super) async fn unpack(&self, bytes: Vec<u8>) -> Result<archive::Told, Problem> {
        let unpacked = tokio::task::spawn_blocking(move || archive::unpack(bytes)).await;
        // A file at which the reader panics is no archive.
        let unpacked = unpacked.unwrap_or_else(|_| Err(Problem::new(Code::UnsupportedFile)))?;
        let documents =
            unpacked.documents.into_iter().map(|entry| (entry.name, STANDARD.encode(entry.bytes)));
        Ok(archive::Told { documents: documents.collect(), left_out: unpacked.left_out })
    }
}

/// Writes a file under its own name, as far as it can have that. Says where it is.
pub(super) fn save_as(name: &str, bytes: &[u8]) -> Result<String, Problem> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(MAX_ENDING_CHARS).collect();
    save(&downloads()?, stem, if ending.is_empty() { "bin" } else { &ending }, bytes)
}

/// The folder where the person looks for what came.
fn downloads() -> Result<PathBuf, Problem> {
    let home = || dirs::home_dir().map(|home| home.join("Downloads"));
    let folder = dirs::download_dir().or_else(home).ok_or_else(|| Problem::new(Code::Internal))?;
    std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
    Ok(folder)
}

/// Writes a new file. Says where it is.
fn save(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> Result<String, Problem> {
    let stem = stem(name);
    for number in 1..=MAX_TRIES {
        let again = if number == 1 { String::new() } else { format!(" ({number})") };
        let path = folder.join(format!("{stem}{again}.{ending}"));
        let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(failed(&error)),
        };
        if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
            // Half a file is worse than none.
            let _ = std::fs::remove_file(&path);
            return Err(failed(&error));
        }
        return Ok(path.display().to_string());
    }
    Err(Problem::new(Code::AlreadyExists))
}

/// A name that a file can have on every system.
fn stem(name: &str) -> String {
    let allowed = |letter: &char| !letter.is_control() && !r#"/\:*?"<>|"#.contains(*letter);
    let stem: String = name.chars().filter(allowed).take(MAX_STEM_CHARS).collect();
    let stem = stem.trim_matches(['.', ' ']);
    if stem.is_empty() { "export".to_owned() } else { stem.to_owned() }
}

fn failed(error: &std::io::Error) -> Problem {
    tracing::warn!(%error, "a file could not be written");
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Problem::new(Code::DiskFull),
        _ => Problem::new(Code::Internal).detail(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_a_name_that_is_free_and_that_every_system_takes() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths: Vec<String> =
            (0..3).map(|_| save(folder.path(), "../Ada: Lovelace?", "json", b"{}").expect("saves")).collect();
        let names: Vec<_> = paths.iter().filter_map(|path| path.rsplit('/').next()).collect();
        assert_eq!(names, ["Ada Lovelace.json", "Ada Lovelace (2).json", "Ada Lovelace (3).json"]);
        assert!(paths.iter().all(|path| path.starts_with(&folder.path().display().to_string())));
        for nothing in ["", "...", "///", "\u{7}"] {
            assert_eq!(stem(nothing), "export");
        }
        assert_eq!(stem(&"é".repeat(500)).chars().count(), MAX_STEM_CHARS);
        save(&folder.path().join("not there"), "a", "csv", b"").expect_err("no such folder");
    }
}
