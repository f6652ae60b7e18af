//! What a file is, judged by its bytes: PDF, DOCX, ODT or plain text, and nothing else.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zumodra_shared::kernel::{Code, Problem};

use crate::limits::{MAX_ZIP_ENTRIES, MAX_ZIP_INFLATED_BYTES};

/// A type that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Plain text in UTF-8.
    Txt,
}

const ODT_MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.text";
/// How far into a file a PDF may begin, and how much of its end is searched for its end mark.
const PDF_SLACK_BYTES: usize = 1_024;
/// How much of an archive is inflated at a time.
const INFLATE_STEP_BYTES: usize = 64 << 10;

impl FileKind {
    /// Every type that is taken.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Docx, Self::Odt, Self::Txt];

    /// The media type that a download has.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => ODT_MEDIA_TYPE,
            Self::Txt => "text/plain",
        }
    }

    /// The end of such a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Txt => "txt",
        }
    }

    /// Reads a media type.
    #[must_use]
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|kind| kind.media_type() == essence)
    }

    /// The type that a name claims.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|kind| kind.extension().eq_ignore_ascii_case(extension))
    }
}

fn refused(detail: &str) -> Problem {
    Problem::new(Code::UnsupportedFile).detail(detail)
}

/// Judges a file by its bytes. Call it where blocking is allowed: an archive is inflated to be measured.
///
/// # Errors
/// [`Code::UnsupportedFile`] for everything else, and for an archive that grows beyond all reason.
pub fn sniff(bytes: &[u8]) -> Result<FileKind, Problem> {
    let start = &bytes[..bytes.len().min(PDF_SLACK_BYTES)];
    if contains(start, b"%PDF-") {
        // Trailing bytes after the mark are common; a file without it was cut or only pretends.
        return if contains(bytes, b"%%EOF") {
            Ok(FileKind::Pdf)
        } else {
            Err(refused("This PDF has no end."))
        };
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return sniff_archive(bytes);
    }
    if let Some(other) = infer::get(bytes) {
        return Err(refused(&format!("This is {}.", other.mime_type())));
    }
    let is_text = !bytes.is_empty() && std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    if is_text { Ok(FileKind::Txt) } else { Err(refused("This is no document that is taken.")) }
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

fn sniff_archive(bytes: &[u8]) -> Result<FileKind, Problem> {
    let broken = |_| refused("This archive is damaged.");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_ZIP_ENTRIES {
        return Err(refused("This archive has too many parts."));
    }
    if archive.has_overlapping_files().map_err(broken)? {
        return Err(refused("This archive uses the same bytes twice."));
    }
    measure(&mut archive)?;
    if archive.by_name("[Content_Types].xml").is_ok() && archive.by_name("word/document.xml").is_ok() {
        return Ok(FileKind::Docx);
    }
    let mut media_type = String::new();
    let is_odt = archive.by_name("mimetype").is_ok_and(|entry| {
        let limit = u64::try_from(ODT_MEDIA_TYPE.len()).unwrap_or_default() + 1;
        entry.take(limit).read_to_string(&mut media_type).is_ok() && media_type == ODT_MEDIA_TYPE
    });
    if is_odt && archive.by_name("content.xml").is_ok() {
        return Ok(FileKind::Odt);
    }
    Err(refused("This archive is no text document."))
}

/// Refuses an archive that says or turns out to be larger than any document. What it says is not believed.
fn measure(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Problem> {
    let bomb = || refused("This archive grows too large.");
    let broken = |_| refused("This archive is damaged.");
    let mut declared = 0u64;
    for index in 0..archive.len() {
        declared = declared.saturating_add(archive.by_index(index).map_err(broken)?.size());
    }
    if declared > MAX_ZIP_INFLATED_BYTES {
        return Err(bomb());
    }
    let mut left = MAX_ZIP_INFLATED_BYTES;
    let mut step = vec![0; INFLATE_STEP_BYTES];
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        loop {
            let read = entry.read(&mut step).map_err(|_| refused("This archive is damaged."))?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read as u64).ok_or_else(bomb)?;
        }
    }
    Ok(())
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
    fn each_type_is_known_by_its_bytes() {
        assert_eq!(sniff(b"%PDF-1.7\n...\n%%EOF\n"), Ok(FileKind::Pdf));
        let docx = archive(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]);
        assert_eq!(sniff(&docx), Ok(FileKind::Docx));
        let odt = archive(&[("mimetype", ODT_MEDIA_TYPE.as_bytes()), ("content.xml", b"<x/>")]);
        assert_eq!(sniff(&odt), Ok(FileKind::Odt));
        assert_eq!(sniff("Résumé".as_bytes()), Ok(FileKind::Txt));
    }

    #[test]
    fn everything_else_is_refused() {
        let zip = archive(&[("a.txt", b"a")]);
        let cases: [&[u8]; 7] = [
            b"",
            b"\xff\xfe\x00",
            b"a\0b",
            b"%PDF-1.7 cut",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
            b"PK\x03\x04junk",
            &zip,
        ];
        for bytes in cases {
            assert_eq!(sniff(bytes).expect_err("refused").code, Code::UnsupportedFile, "{bytes:?}");
        }
    }

    #[test]
    fn an_archive_that_grows_beyond_reason_is_refused() {
        let zeros = vec![0u8; usize::try_from(MAX_ZIP_INFLATED_BYTES).expect("fits") + 1];
        let bomb = archive(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", &zeros)]);
        assert!(bomb.len() < 1 << 20, "the bomb is small");
        assert!(sniff(&bomb).is_err());
    }

    #[test]
    fn an_archive_of_too_many_parts_is_refused() {
        let names: Vec<String> = (0..=MAX_ZIP_ENTRIES).map(|n| n.to_string()).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert!(sniff(&archive(&parts)).is_err());
    }
}
