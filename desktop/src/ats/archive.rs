//! A ZIP archive of résumés, taken apart: every document of a type that is taken, and the names of everything else. What an
//! archive says of itself is not believed.

use std::io::{Cursor, Read as _};

use serde::Serialize;
use zip::ZipArchive;
use zumodra_shared::kernel::limits::MAX_RESUME_BYTES;
use zumodra_shared::kernel::{Code, Problem};

/// Bytes of the largest archive.
pub const MAX_ARCHIVE_BYTES: usize = 200_000_000;
/// Bytes of all that is taken out of one.
const MAX_UNPACKED_BYTES: u64 = 200_000_000;
/// Entries of an archive.
const MAX_ENTRIES: usize = 2_000;
/// The ends of names of documents that are taken.
const ENDINGS: [&str; 4] = ["pdf", "docx", "odt", "txt"];

/// A document of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file's name, without the folders that it was in.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What is in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The documents, in their order there.
    pub documents: Vec<Entry>,
    /// The names of files that are no documents, or are too large for one.
    pub left_out: Vec<String>,
}

/// The same for the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The documents: name, and content in base64.
    pub documents: Vec<(String, String)>,
    /// As in [`Unpacked`].
    pub left_out: Vec<String>,
}

/// Takes an archive apart.
///
/// # Errors
/// [`Code::UnsupportedFile`] for what is no archive, or one that uses the same bytes twice; [`Code::TooLarge`] for one with
/// more, or more in it, than is taken.
pub fn unpack(bytes: Vec<u8>) -> Result<Unpacked, Problem> {
    let too_large = || Problem::new(Code::TooLarge);
    if bytes.len() > MAX_ARCHIVE_BYTES {
        return Err(too_large());
    }
    let unreadable = |_| Problem::new(Code::UnsupportedFile);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MAX_ENTRIES {
        return Err(too_large());
    }
    if archive.has_overlapping_files().map_err(unreadable)? {
        return Err(Problem::new(Code::UnsupportedFile));
    }
    let mut unpacked = Unpacked::default();
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        // One that is encrypted, or of a method that nobody has, is left out with its name.
        let path = archive.name_for_index(index).and_then(Result::ok).map(std::borrow::Cow::into_owned);
        let path = path.unwrap_or_else(|| (index + 1).to_string());
        let Some(name) = name_of(&path) else { continue };
        match archive.by_index(index).ok().filter(|_| is_document(&name)) {
            Some(entry) => {
                let mut content = Vec::new();
                let read = entry.take(MAX_RESUME_BYTES + 1).read_to_end(&mut content);
                left = left.checked_sub(content.len() as u64).ok_or_else(too_large)?;
                if read.is_err() || content.len() as u64 > MAX_RESUME_BYTES {
                    unpacked.left_out.push(name);
                } else {
                    unpacked.documents.push(Entry { name, bytes: content });
                }
            }
            None => unpacked.left_out.push(name),
        }
    }
    Ok(unpacked)
}

/// The name of a file of an archive; none for a folder, and for what programs put beside files of their own.
fn name_of(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let is_hidden = name.starts_with('.') || folder.split(['/', '\\']).any(|part| part == "__MACOSX");
    (!name.is_empty() && !is_hidden).then(|| name.to_owned())
}

fn is_document(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).expect("starts");
            writer.write_all(bytes).expect("writes");
        }
        writer.finish().expect("finishes").into_inner()
    }

    #[test]
    fn documents_are_taken_out_and_everything_else_is_named() {
        let large = vec![0u8; usize::try_from(MAX_RESUME_BYTES).expect("fits") + 1];
        let bytes = archive(&[
            ("2026/Ada CV.PDF", b"%PDF-"),
            ("../../etc/passwd.txt", b"a"),
            ("old\\Bob.docx", b"b"),
            ("photo.png", b"c"),
            ("large.pdf", &large),
            ("__MACOSX/2026/._Ada CV.PDF", b"d"),
            (".DS_Store", b"e"),
            ("2026/", b""),
            ("noending", b"f"),
        ]);
        let unpacked = unpack(bytes).expect("is one");
        let names: Vec<&str> = unpacked.documents.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["Ada CV.PDF", "passwd.txt", "Bob.docx"]);
        assert_eq!(unpacked.documents[2].bytes, b"b");
        assert_eq!(unpacked.left_out, ["photo.png", "large.pdf", "noending"]);
    }

    #[test]
    fn what_is_no_archive_or_too_much_of_one_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04junk", b"%PDF-1.7"] {
            assert_eq!(unpack(bytes.to_vec()).expect_err("is none").code, Code::UnsupportedFile);
        }
        let names: Vec<String> = (0..=MAX_ENTRIES).map(|n| format!("{n}.txt")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert_eq!(unpack(archive(&parts)).expect_err("too many").code, Code::TooLarge);
        // Much comes of little: these are one document of the largest size more than is taken.
        let zeros = vec![0u8; usize::try_from(MAX_RESUME_BYTES).expect("fits")];
        let most = MAX_UNPACKED_BYTES / MAX_RESUME_BYTES;
        let names: Vec<String> = (0..=most).map(|n| format!("{n}.txt")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
        let bomb = archive(&parts);
        assert!(bomb.len() < 4 << 20, "the bomb is small: {}", bomb.len());
        assert_eq!(unpack(bomb).expect_err("too much").code, Code::TooLarge);
    }
}
