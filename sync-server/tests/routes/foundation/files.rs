//! Uploads that are resumed, refused, and given out.

use std::io::{Cursor, Write as _};

use axum::body::Body;
use axum::http::{Method, Request, header};
use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zumodra_server::files::text::Unreadable;
use zumodra_server::files::{self, FileKind};
use zumodra_shared::kernel::time::DAY_MS;

use crate::support::{Answer, Signed, TestServer, config};

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn claim(bytes: &[u8], name: &str) -> Value {
    let kind = FileKind::from_name(name).map_or("application/x-unknown", FileKind::media_type);
    json!({"hash": hash(bytes), "bytes": bytes.len(), "name": name, "media_type": kind})
}

fn pdf(filler: usize) -> Vec<u8> {
    [b"%PDF-1.7\n".as_slice(), &vec![b'x'; filler], b"\n%%EOF\n"].concat()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}

async fn begin(server: &TestServer, by: &Signed, body: Value) -> Answer {
    server.post("/api/v1/files/", by, body).await
}

async fn piece(server: &TestServer, by: &Signed, hash: &str, offset: usize, bytes: &[u8]) -> Answer {
    let request = Request::patch(format!("/api/v1/files/{hash}/"))
        .header(header::AUTHORIZATION, format!("Bearer {}", by.access))
        .header("upload-offset", offset)
        .body(Body::from(bytes.to_vec()))
        .expect("a request");
    server.send(request).await
}

/// Uploads a whole file and gives the last answer.
async fn upload(server: &TestServer, by: &Signed, name: &str, bytes: &[u8]) -> Answer {
    begin(server, by, claim(bytes, name)).await.expect(200);
    piece(server, by, &hash(bytes), 0, bytes).await
}

#[tokio::test]
async fn an_upload_goes_on_where_it_was_cut() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let bytes = pdf(6 << 20);
    let name = hash(&bytes);
    let cut = 4 << 20;
    begin(&server, &owner, claim(&bytes, "cv.pdf")).await.expect(200);
    let first = piece(&server, &owner, &name, 0, &bytes[..cut]).await.expect(200).json();
    assert_eq!(first, json!({"state": "receiving", "received": cut}));
    server.get(&format!("/api/v1/files/{name}/"), &owner).await.expect(404);

    let server = server.restart().await;
    let again = begin(&server, &owner, claim(&bytes, "cv.pdf")).await.expect(200).json();
    assert_eq!(again, json!({"state": "receiving", "received": cut}));
    let elsewhere = piece(&server, &owner, &name, 5, b"x").await.expect(409);
    assert_eq!(
        (elsewhere.code().as_str(), elsewhere.json()["received"].as_u64()),
        ("conflict", Some(cut as u64))
    );
    let last = piece(&server, &owner, &name, cut, &bytes[cut..]).await.expect(200).json();
    assert_eq!(last, json!({"state": "ready", "received": bytes.len()}));

    // The same content is here already.
    let same = begin(&server, &owner, claim(&bytes, "other.pdf")).await.expect(200).json();
    assert_eq!(same["state"], "ready");
    let got = server.get(&format!("/api/v1/files/{name}/"), &owner).await.expect(200);
    assert!(got.bytes == bytes);
    assert_eq!(got.headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(got.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(got.headers[header::CONTENT_SECURITY_POLICY], "sandbox; default-src 'none'");
    assert!(
        got.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .expect("text")
            .starts_with("attachment; filename=\"cv.pdf\"")
    );
}

#[tokio::test]
async fn a_piece_or_file_that_is_too_large_is_refused() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let mut body = claim(&pdf(10), "cv.pdf");
    body["bytes"] = json!(100 << 20);
    assert_eq!(begin(&server, &owner, body).await.expect(413).code(), "too-large");
    let bytes = pdf(5 << 20);
    begin(&server, &owner, claim(&bytes, "cv.pdf")).await.expect(200);
    assert_eq!(piece(&server, &owner, &hash(&bytes), 0, &bytes).await.expect(413).code(), "too-large");
    let small = pdf(10);
    begin(&server, &owner, claim(&small, "cv.pdf")).await.expect(200);
    let longer = [small.as_slice(), b"more"].concat();
    assert_eq!(piece(&server, &owner, &hash(&small), 0, &longer).await.expect(413).code(), "too-large");
}

#[tokio::test]
async fn a_whole_that_is_not_what_was_said_is_refused_and_forgotten() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let (said, sent) = (pdf(100), [pdf(99), b"y".to_vec()].concat());
    begin(&server, &owner, claim(&said, "cv.pdf")).await.expect(200);
    assert_eq!(piece(&server, &owner, &hash(&said), 0, &sent).await.expect(422).code(), "file-mismatch");
    piece(&server, &owner, &hash(&said), 0, &said).await.expect(404);
    assert_eq!(upload(&server, &owner, "cv.pdf", &said).await.expect(200).json()["state"], "ready");
}

#[tokio::test]
async fn files_that_pretend_are_refused() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let bomb_part = vec![0u8; 65 << 20];
    let bomb = archive(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", &bomb_part)]);
    assert!(bomb.len() < 1 << 20);
    let program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0".to_vec();
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    let cases = [
        ("a text that says it is a PDF", "cv.pdf", b"hello".to_vec()),
        ("a program that says it is a PDF", "cv.pdf", program),
        ("a page that says it is a PDF", "cv.pdf", html),
        ("a zip bomb", "cv.docx", bomb),
        ("an archive that is no document", "cv.docx", archive(&[("a", b"a")])),
        ("a PDF that says it is a text", "cv.txt", pdf(10)),
        ("bytes that are no text", "cv.txt", vec![0xff, 0xfe, 0xfd]),
    ];
    for (what, name, bytes) in cases {
        assert_eq!(
            upload(&server, &owner, name, &bytes).await.expect(415).code(),
            "unsupported-file",
            "{what}"
        );
    }
    let exe = claim(b"MZ", "cv.exe");
    assert_eq!(begin(&server, &owner, exe).await.expect(415).code(), "unsupported-file");
    let mut lying = claim(&pdf(1), "cv.pdf");
    lying["name"] = json!("cv.docx");
    begin(&server, &owner, lying).await.expect(415);
    let mut folder = claim(&pdf(1), "cv.pdf");
    folder["name"] = json!("../cv.pdf");
    folder["hash"] = json!("XYZ");
    let refused = begin(&server, &owner, folder).await.expect(422).json();
    assert_eq!(refused["errors"].as_object().map(serde_json::Map::len), Some(2));
}

#[tokio::test]
async fn a_file_is_given_to_who_may_read_candidates_in_its_workspace() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let viewer = server.member(&owner, "viewer@example.com", "viewer").await;
    let employee = server.member(&owner, "employee@example.com", "employee").await;
    let stranger = server.workspace("Beta").await;
    let bytes = pdf(50);
    upload(&server, &owner, "cv.pdf", &bytes).await.expect(200);
    let path = format!("/api/v1/files/{}/", hash(&bytes));
    server.get(&path, &viewer).await.expect(200);
    server.get(&path, &employee).await.expect(403);
    server.get(&path, &stranger).await.expect(404);
    begin(&server, &viewer, claim(&bytes, "cv.pdf")).await.expect(403);

    let request = Request::get(&path)
        .header(header::AUTHORIZATION, format!("Bearer {}", owner.access))
        .header(header::RANGE, "bytes=1-3")
        .body(Body::empty())
        .expect("a request");
    let part = server.send(request).await.expect(206);
    assert_eq!(
        (part.bytes.as_slice(), part.headers[header::CONTENT_RANGE].to_str().ok()),
        (b"PDF".as_slice(), Some("bytes 1-3/66"))
    );
}

#[tokio::test]
async fn a_signed_address_works_for_a_while_and_for_its_file_alone() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let (one, two) = (pdf(1), pdf(2));
    for bytes in [&one, &two] {
        upload(&server, &owner, "cv.pdf", bytes).await.expect(200);
    }
    let link = server.get(&format!("/api/v1/files/{}/link/", hash(&one)), &owner).await.expect(200).json();
    let url = link["url"].as_str().expect("a url").to_owned();
    let path = url.strip_prefix("http://localhost:8084").expect("ours");
    server.call(Method::GET, path, None, None).await.expect(200);
    let other = path.replace(&hash(&one), &hash(&two));
    server.call(Method::GET, &other, None, None).await.expect(403);
    server.call(Method::GET, &path.replace("exp=1", "exp=2"), None, None).await.expect(403);
    server.clock.advance(10 * 60_000);
    server.call(Method::GET, path, None, None).await.expect(403);
}

#[tokio::test]
async fn half_uploads_are_swept_after_a_day() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let bytes = pdf(1_000);
    begin(&server, &owner, claim(&bytes, "cv.pdf")).await.expect(200);
    piece(&server, &owner, &hash(&bytes), 0, &bytes[..10]).await.expect(200);
    files::sweep(&server.app).await.expect("sweeps");
    assert_eq!(begin(&server, &owner, claim(&bytes, "cv.pdf")).await.expect(200).json()["received"], 10);
    server.clock.advance(DAY_MS + 1);
    files::sweep(&server.app).await.expect("sweeps");
    let owner = server.sign_in("acme@example.com").await;
    piece(&server, &owner, &hash(&bytes), 10, &bytes[10..]).await.expect(404);
    assert_eq!(begin(&server, &owner, claim(&bytes, "cv.pdf")).await.expect(200).json()["received"], 0);
}

#[tokio::test]
async fn text_is_extracted_in_a_process_of_its_own() {
    let server = TestServer::start().await;
    let docx = archive(&[
        ("[Content_Types].xml", b"<x/>"),
        (
            "word/document.xml",
            "<w:document><w:body><w:p><w:r><w:t>Zoë &amp; Söhne</w:t></w:r></w:p></w:body></w:document>"
                .as_bytes(),
        ),
    ]);
    let read = async |kind, bytes| files::text::read(&server.app, kind, bytes).await.expect("is told");
    assert_eq!(read(FileKind::Docx, Bytes::from(docx)).await.expect("reads").text, "Zoë & Söhne");
    let plain =
        read(FileKind::Txt, Bytes::from_static(b"Jane Doe\r\njane@example.com")).await.expect("reads");
    assert_eq!(plain.text, "Jane Doe\njane@example.com");
    assert_eq!(
        (plain.person.name.as_str(), &*plain.person.emails),
        ("Jane Doe", &["jane@example.com".to_owned()][..])
    );
    assert_eq!(read(FileKind::Pdf, Bytes::from(pdf(10))).await, Err(Unreadable::Beyond));
}

#[tokio::test]
async fn a_reader_that_breaks_down_ends_its_own_process_alone() {
    let mut config = config();
    config.extractor = Some("/bin/false".into());
    let server = TestServer::with(config).await;
    assert!(files::text::read(&server.app, FileKind::Txt, Bytes::from_static(b"plain")).await.is_err());
}

#[tokio::test]
async fn the_text_of_real_resumes_is_found() {
    let server = TestServer::start().await;
    let folder = format!("{}/../tests/assets", env!("CARGO_MANIFEST_DIR"));
    let (mut seen, mut read) = (0, 0);
    for path in pdfs(std::path::Path::new(&folder)) {
        let bytes = Bytes::from(std::fs::read(&path).expect("reads"));
        assert_eq!(files::kind::sniff(&bytes), Ok(FileKind::Pdf), "{}", path.display());
        seen += 1;
        let reading =
            files::text::read(&server.app, FileKind::Pdf, bytes).await.expect("is told").unwrap_or_default();
        read += usize::from(reading.text.chars().count() > 200);
    }
    assert!(seen == 0 || read * 4 >= seen * 3, "{read} of {seen} had text");
}

fn pdfs(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(pdfs(&path));
        } else if path.extension().is_some_and(|extension| extension == "pdf") {
            found.push(path);
        }
    }
    found
}
