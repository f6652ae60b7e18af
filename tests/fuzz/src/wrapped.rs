//! Files around bytes at the fuzzer's choice.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};
use zumodra_resume::FileKind;

/// How many ways there are to wrap bytes.
const WAYS: u8 = 5;

/// A file in one of five ways, and what it is said to be.
#[must_use]
pub fn file(choice: u8, bytes: &[u8]) -> (Vec<u8>, Option<FileKind>) {
    match choice % WAYS {
        0 => (bytes.to_vec(), None),
        1 => (archive("word/document.xml", bytes), None),
        2 => (archive("content.xml", bytes), None),
        3 => (page(bytes), None),
        _ => (bytes.to_vec(), Some(FileKind::Txt)),
    }
}

fn archive(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let written = writer.start_file(name, options).map_err(std::io::Error::other);
    written.and_then(|()| writer.write_all(bytes)).expect("memory takes it");
    writer.finish().expect("memory takes it").into_inner()
}

/// A PDF of one page that the bytes describe. It has no table of its objects: the reader looks for them.
fn page(bytes: &[u8]) -> Vec<u8> {
    let head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj \
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 4 0 R>>>>>>endobj \
        5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj 4 0 obj<</Subtype/Form/BBox[0 0 9 9]/Length ";
    let length = bytes.len().to_string();
    let tail = b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF";
    [&head[..], length.as_bytes(), b">>stream\n", bytes, tail].concat()
}
