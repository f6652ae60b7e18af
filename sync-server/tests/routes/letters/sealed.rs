//! The files, judged by programs that nobody here wrote: pyHanko, and poppler's pdfsig and pdftotext.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;

use super::world::World;
use crate::support::folder;

/// pyHanko, which `cargo xtask test --only setup` installs.
fn pyhanko() -> PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools");
    let tools = std::env::var_os("ZUMODRA_TOOLS").map_or(ours, PathBuf::from);
    let program = tools.join("checkers/bin/pyhanko");
    assert!(program.exists(), "{} is missing: run `cargo xtask test --only setup`", program.display());
    program
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What both programs say of a file: whether the signature is good, and in words.
fn judged(folder: &Path, pdf: &[u8]) -> ((bool, String), (bool, String)) {
    let path = folder.join("letter.pdf");
    std::fs::write(&path, pdf).expect("writes");
    let hanko = Command::new(pyhanko())
        .args(["sign", "validate", "--pretty-print", "--trust"])
        .arg(folder.join("seal.pem"))
        .arg("--trust-replace")
        .arg(&path)
        .output()
        .expect("runs");
    let poppler = Command::new("pdfsig").arg("-nocert").arg(&path).output().expect("runs");
    let poppler = said(&poppler);
    let is_good = poppler.contains("Signature is Valid") && poppler.contains("Total document signed");
    ((hanko.status.success(), said(&hanko)), (is_good, poppler))
}

/// The text of a file, page by page.
fn pages(folder: &Path, pdf: &[u8]) -> Vec<String> {
    let path = folder.join("read.pdf");
    std::fs::write(&path, pdf).expect("writes");
    let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().expect("runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(str::to_owned).collect()
}

/// Where the signature stands in a file.
fn signature_at(pdf: &[u8]) -> std::ops::Range<usize> {
    let mark = b"/Contents <";
    let at = pdf.windows(mark.len()).rposition(|window| window == mark).expect("a signature") + mark.len();
    let length = pdf[at..].iter().position(|byte| *byte == b'>').expect("its end");
    at..at + length
}

#[tokio::test]
async fn a_signed_letter_is_sealed_and_a_changed_byte_breaks_the_seal() {
    let world = World::new().await;
    let folder = folder("letters-sealed");
    let pem = world.page("/careers/assets/seal.pem").await.expect(200).text();
    std::fs::write(folder.join("seal.pem"), pem).expect("writes");
    let link = world.send().await;
    world.answer(&link, "open", &[]).await.expect(200);
    let sent = world.file(&link).await;
    let sent_hash = world.offer().await["letter_hash"].as_str().expect("a hash").to_owned();
    world.sign(&link).await;
    world.link(2).await;
    let sealed = world.file(&link).await;
    let offer = world.offer().await;
    assert_ne!(offer["letter_hash"], sent_hash.as_str());

    let ((by_hanko, hanko), (by_poppler, poppler)) = judged(&folder, &sealed);
    assert!(by_hanko && hanko.contains("The signature is judged VALID"), "{hanko}");
    assert!(hanko.contains("The signature covers the entire file"), "{hanko}");
    assert!(by_poppler && poppler.contains("ETSI.CAdES.detached"), "{poppler}");
    // Unsigned, it has no signature that anybody could take for one.
    let (_, (is_signed, poppler)) = judged(&folder, &sent);
    assert!(!is_signed && poppler.contains("does not contain any signatures"), "{poppler}");

    // A byte at several places of what is signed, and one of the signature itself. Between the two parts that are signed
    // stands the seal: certificate, signature, and behind it only room that was not needed.
    let hole = signature_at(&sealed);
    let (first, last) = (hole.start, sealed.len());
    let signature =
        hole.start + sealed[hole.clone()].iter().rposition(|digit| *digit != b'0').expect("digits");
    for at in [20, first / 4, first / 2, first - 60, signature - 8, hole.end + 20, last - 12] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let ((by_hanko, hanko), (by_poppler, poppler)) = judged(&folder, &changed);
        assert!(!by_hanko, "byte {at}: {hanko}");
        assert!(!by_poppler, "byte {at}: {poppler}");
    }
    let mut longer = sealed.clone();
    longer.extend_from_slice(b"\n%more\n");
    let (_, (by_poppler, poppler)) = judged(&folder, &longer);
    assert!(!by_poppler, "{poppler}");

    let pages = pages(&folder, &sealed);
    assert_eq!(pages.len(), 2, "{pages:#?}");
    for part in
        ["Offer of employment", "Dear Grace Hopper,", "52,500 CAD per year", "• a knife", "Grace B. Hopper"]
    {
        assert!(pages[0].contains(part), "{part} in {}", pages[0]);
    }
    for part in [
        "Record of the signatures",
        &sent_hash[..30],
        "Navigator 3.0",
        "Grace B. Hopper",
        "grace@example.org",
    ] {
        let unbroken: String = pages[1].split_whitespace().collect();
        let part: String = part.split_whitespace().collect();
        assert!(unbroken.contains(&part), "{part} in {}", pages[1]);
    }
}

#[tokio::test]
async fn a_long_letter_in_french_has_every_word_in_its_order() {
    let clauses: Vec<String> = (1..=120)
        .map(|n| format!("Clause {n} : l'employé·e s'engage à respecter l'article {n} du règlement intérieur, sans réserve."))
        .collect();
    let world = World::of(json!({"conditions": clauses.join("\n\n"), "currency": "EUR", "message": "Bonjour,\n\nbienvenue à l'œuvre !"})).await;
    let path = "/api/v1/tenants/current/";
    world.server.patch(path, &world.owner, json!({"language": "fr"})).await.expect(200);
    let folder = folder("letters-long");
    world.command("send", json!({})).await.expect(200);
    let offer = world.offer_when("the letter", |offer| offer["letter_hash"].is_string()).await;
    let path = format!("/api/v1/files/{}/", offer["letter_hash"].as_str().expect("a hash"));
    let file = world.server.get(&path, &world.owner).await.expect(200);
    let pages = pages(&folder, &file.bytes);
    assert!(pages.len() >= 4, "{}", pages.len());
    assert!(pages[0].contains("Offre d'emploi") && pages[0].contains("52 500 EUR par an"), "{}", pages[0]);
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} sur {}", at + 1, pages.len())), "{page}");
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let foot = |page: &str| {
        page.lines().filter(|line| !line.trim().starts_with("Page ")).collect::<Vec<_>>().join("\n")
    };
    let whole = words(&pages.iter().map(|page| foot(page)).collect::<Vec<_>>().join("\n"));
    let mut rest = whole.as_str();
    for clause in &clauses {
        let (_, after) = rest.split_once(&words(clause)).unwrap_or_else(|| panic!("{clause} in {rest}"));
        rest = after;
    }
}
