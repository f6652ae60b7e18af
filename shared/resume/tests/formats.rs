//! What becomes of files of each format: the right text, or the right error.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};
use zumodra_resume::{FileKind, ReadError, Resume, limits, read};

fn lines(resume: &Resume) -> Vec<&str> {
    resume.text.iter().map(|line| line.text.as_str()).collect()
}

fn read_lines(bytes: &[u8]) -> Vec<String> {
    let resume = read(bytes, None).expect("it is read");
    lines(&resume).into_iter().map(str::to_owned).collect()
}

/// A PDF of one page with that description.
fn pdf(content: &[u8]) -> Vec<u8> {
    let head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R/B 6 0 R>>\
        /XObject<</X 7 0 R/I 8 0 R>>>>>>endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
        6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>endobj\n\
        8 0 obj<</Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\n0\nendstream endobj\n";
    let form = b"7 0 obj<</Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 7 0 R>>>>/Length 12>>stream\n/X Do /X Do \nendstream endobj\n";
    let length = format!("4 0 obj<</Length {}>>stream\n", content.len());
    let tail = b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF";
    [&head[..], form, length.as_bytes(), content, tail].concat()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, options).expect("memory takes it");
        writer.write_all(bytes).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let xml = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    archive(&[("word/document.xml", xml.as_bytes())])
}

fn odt(body: &str) -> Vec<u8> {
    let xml = format!(
        "<o:document-content xmlns:o=\"o\" xmlns:text=\"t\" xmlns:table=\"b\"><o:body><o:text>{body}</o:text></o:body></o:document-content>"
    );
    archive(&[("content.xml", xml.as_bytes())])
}

#[test]
fn columns_are_read_down_and_dates_at_the_margin_across() {
    let mut page = String::from("BT /B 20 Tf 1 0 0 1 40 800 Tm (Jane Doe) Tj ");
    let mut put = |x: u32, y: u32, font: &str, text: &str| {
        page.push_str(&format!("/{font} 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj "));
    };
    for (row, text) in ["SKILLS", "Rust", "SQL", "Baking"].iter().enumerate() {
        put(40, 760 - row as u32 * 17, if row == 0 { "B" } else { "F" }, text);
    }
    for (row, (text, date)) in [
        ("EXPERIENCE", ""),
        ("Engineer, Acme", "2019 - 2021"),
        ("Built things.", ""),
        ("Intern, Globex", "2018"),
    ]
    .iter()
    .enumerate()
    {
        put(220, 760 - row as u32 * 14, if row == 0 { "B" } else { "F" }, text);
        put(480, 760 - row as u32 * 14, "F", date);
    }
    let page = page + "ET";
    assert_eq!(
        read_lines(&pdf(page.as_bytes())),
        [
            "Jane Doe",
            "SKILLS",
            "Rust",
            "SQL",
            "Baking",
            "EXPERIENCE",
            "Engineer, Acme\t2019 - 2021",
            "Built things.",
            "Intern, Globex\t2018"
        ]
    );
}

#[test]
fn words_that_are_cut_at_the_end_of_a_line_are_put_together() {
    let page = b"BT /F 10 Tf 50 700 Td (Jane Doe leads the infra-) Tj 0 -12 Td (structure group of a well-) Tj 0 -12 Td (known company) Tj ET";
    assert_eq!(
        read_lines(&pdf(page)),
        ["Jane Doe leads the infrastructure", "group of a well-known", "company"]
    );
}

#[test]
fn an_address_that_is_too_long_for_its_column_is_whole() {
    let page =
        b"BT /F 10 Tf 50 700 Td (linkedin.com/in/janedo) Tj 0 -12 Td (e) Tj 0 -12 Td (Springfield) Tj ET";
    assert_eq!(read_lines(&pdf(page)), ["linkedin.com/in/janedoe", "Springfield"]);
}

#[test]
fn a_page_of_pictures_is_a_scan() {
    assert_eq!(read(&pdf(b"q 595 0 0 842 0 0 cm /I Do Q"), None), Err(ReadError::Scan));
    assert_eq!(
        read(&pdf(b"/I Do BT /F 9 Tf (1) Tj ET"), None),
        Err(ReadError::Scan),
        "a number of a page is no text"
    );
    assert_eq!(read(&pdf(b""), None), Err(ReadError::Empty));
}

#[test]
fn a_password_is_asked_for_only_where_there_is_one() {
    assert_eq!(read(include_bytes!("files/encrypted.pdf"), None), Err(ReadError::Encrypted));
    let free =
        read(include_bytes!("files/owner-password.pdf"), None).expect("nobody is asked for a password");
    assert_eq!(free.fields.emails[0].value, "marcus.halloway@example.com");
}

#[test]
fn drawings_that_contain_themselves_end() {
    let resume = read(&pdf(b"/X Do BT /F 10 Tf 50 700 Td (Jane Doe) Tj ET"), None).expect("the text is read");
    assert_eq!(lines(&resume), ["Jane Doe"]);
}

#[test]
fn a_page_with_more_glyphs_than_the_limit_is_refused() {
    let page = |count: usize| {
        let text = "abcdefghij".repeat(count / 10);
        pdf(format!("BT /F 1 Tf 50 700 Td ({text}) Tj ET").as_bytes())
    };
    assert!(read(&page(limits::MAX_GLYPHS), None).is_ok());
    assert_eq!(read(&page(limits::MAX_GLYPHS + 10), None), Err(ReadError::TooComplex));
}

#[test]
fn paragraphs_tabs_lists_and_tables_of_a_docx_are_kept() {
    let file = docx(
        "<w:p><w:r><w:t>R&amp;D &#233;t&#xe9;</w:t></w:r></w:p>\
         <w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>First</w:t></w:r></w:p>\
         <w:p><w:r><w:t>Acme</w:t><w:tab/><w:t>2019</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>2018</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Globex</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>\
         <w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p><w:p><w:r><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    assert_eq!(read_lines(&file), ["R&D été", "• First", "Acme\t2019", "2018\tGlobex", "a", "b", "c", "d"]);
}

#[test]
fn paragraphs_and_lists_of_an_odt_are_kept() {
    let file = odt(
        "<text:h>Jane</text:h><text:list><text:list-item><text:p>Rust<text:s text:c=\"2\"/>and<text:tab/>Go</text:p>\
         </text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>2018</text:p>\
         </table:table-cell><table:table-cell><text:p>Globex</text:p></table:table-cell></table:table-row></table:table>",
    );
    assert_eq!(read_lines(&file), ["Jane", "• Rust and\tGo", "2018\tGlobex"]);
}

#[test]
fn archives_that_inflate_without_end_are_refused() {
    let spaces = vec![b' '; limits::MAX_PART_BYTES as usize + 1];
    assert_eq!(read(&archive(&[("word/document.xml", &spaces)]), None), Err(ReadError::TooComplex));
    let deep = "<a>".repeat(limits::MAX_XML_DEPTH + 1);
    assert_eq!(read(&docx(&deep), None), Err(ReadError::TooComplex));
}

#[test]
fn plain_text_is_read_in_its_encoding() {
    let text = "Zoé Müller\nCompétences : été";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let windows: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    for bytes in [text.as_bytes(), &[b"\xef\xbb\xbf", text.as_bytes()].concat(), &utf16, &windows] {
        assert_eq!(read_lines(bytes), ["Zoé Müller", "Compétences : été"]);
    }
}

#[test]
fn of_a_text_that_is_too_long_the_beginning_is_read() {
    for text in ["Jane Doe\n".repeat(limits::MAX_LINES + 1), "Jane ".repeat(limits::MAX_TEXT_CHARS)] {
        let resume = read(text.as_bytes(), None).expect("it is read");
        assert!(resume.text.len() <= limits::MAX_LINES);
        let letters: usize = lines(&resume).iter().map(|line| line.chars().count()).sum();
        assert!((20_000..=limits::MAX_TEXT_CHARS).contains(&letters), "{letters} letters");
    }
}

#[test]
fn what_is_none_of_the_formats_says_so() {
    assert_eq!(read(b"", None), Err(ReadError::Empty));
    assert_eq!(read(b" \n ", None), Err(ReadError::Empty));
    assert_eq!(read(&vec![b'a'; limits::MAX_FILE_BYTES + 1], None), Err(ReadError::TooLarge));
    assert_eq!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old document", None), Err(ReadError::Unsupported));
    assert_eq!(read(br"{\rtf1 text}", None), Err(ReadError::Unsupported));
    assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\0", None), Err(ReadError::Unsupported));
    assert_eq!(read(&archive(&[("a.txt", b"a")]), None), Err(ReadError::Unsupported));
    assert_eq!(read(b"PK\x03\x04 and no more", None), Err(ReadError::Broken));
    assert_eq!(read(b"not a pdf", Some(FileKind::Pdf)), Err(ReadError::Broken));
    assert_eq!(read(b"%PDF-1.7 and no more", None), Err(ReadError::Broken));
}

#[test]
fn a_resume_is_written_and_read_as_json() {
    let resume = read(b"Jane Doe\njane@example.com\n\nSKILLS\nRust", None).expect("it is read");
    let json = serde_json::to_string(&resume).expect("it is written");
    assert_eq!(serde_json::from_str::<Resume>(&json).expect("it is read again"), resume);
}
