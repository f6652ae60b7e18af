//! Candidates go to other programs and come from them, without the server: tables are written and read by programs that nobody
//! here wrote, and nothing in them begins a formula.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zumodra_tests::process::checker::{resume_errors, tables};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::temporary;

use super::interviews::{NINA, RITA, World, make};

async fn read_workbook(engine: &mut EngineProcess, path: &Path) -> Result<Value> {
    engine.ask("read_workbook", json!({ "bytes": STANDARD.encode(fs::read(path)?) })).await
}

/// Has a file written, which must be in the engine's own folder of downloads. Gives its place.
async fn saved(
    engine: &mut EngineProcess,
    home: &Path,
    command: &str,
    args: Value,
) -> Result<(PathBuf, u64)> {
    let saved = engine.ask(command, args).await?;
    let path = PathBuf::from(saved["path"].as_str().context("a path")?);
    ensure!(path.starts_with(home.join("Downloads")), "{}", path.display());
    Ok((path, saved["rows"].as_u64().context("rows")?))
}

/// Somebody with a past, whose name is a formula.
fn grace(tag: &str) -> Value {
    json!({
        "first_name": "Grace", "last_name": "=cmd|' /C calc'!A0", "city": "Lyon, \"left\" bank", "country": "fr",
        "skills": ["COBOL", "Compilers"], "tag_ids": [tag], "summary": "First line\nsecond line",
        "current_company": "Navy", "current_title": "Rear admiral", "years_experience": 37, "languages": ["English"],
        "experience": [
            { "id": "a", "title": "Rear admiral", "company": "Navy", "from": "1985-11", "is_current": true, "words": "Ships." },
            { "id": "b", "title": "Professor", "company": "Vassar", "from": "1931", "to": "1943" },
            { "id": "c", "title": "", "company": "", "from": "0001" },
        ],
        "education": [{ "id": "a", "school": "Yale", "degree": "PhD", "field": "Mathematics", "from": "1928", "to": "1934" }],
        "certificates": [{ "id": "a", "name": "Compiler", "issuer": "Navy", "year": 1952 }],
    })
}

/// The résumé of that person has what is known of them.
fn says_all(resume: &Value) -> Result<()> {
    ensure!(
        resume["basics"]["email"] == "grace@example.org" && resume["work"][0]["name"] == "Navy",
        "{resume}"
    );
    ensure!(
        resume["work"].as_array().map(Vec::len) == Some(2) && resume["work"][1]["endDate"] == "1943",
        "{resume}"
    );
    ensure!(
        resume["education"][0]["area"] == "Mathematics" && resume["certificates"][0]["date"] == "1952",
        "{resume}"
    );
    ensure!(resume["basics"]["location"]["countryCode"] == "FR", "{resume}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_a_table_and_a_candidate_a_resume_for_others() -> Result<()> {
    let mut world = World::new("exchange").await?;
    let mut rita = world.engine(RITA).await?;
    let mut nina = world.engine(NINA).await?;
    world.server.kill();
    let tag = make(&mut rita, "tags", json!({ "name": "Star" })).await?;
    let grace = make(&mut rita, "candidates", grace(&tag)).await?;
    let contact = json!({
        "candidate_id": grace, "email": "grace@example.org", "phone": "+1 202", "website_url": "https://navy.example/",
        "linkedin_url": "https://www.linkedin.com/in/grace",
    });
    make(&mut rita, "candidate_contacts", contact).await?;

    // A table: as many rows as the list has, whatever its pages.
    let home = world.folder.path().join(RITA);
    let request = json!({ "request": { "kind": "candidates", "sort": "first_name", "limit": 1 } });
    let (path, rows) = saved(&mut rita, &home, "export_candidates", request.clone()).await?;
    let table = tables("table", &path)?;
    let table = table.as_array().context("rows")?;
    ensure!(rows == 2 && table.len() == 3, "{rows} of {table:?}");
    let cell = |row: usize, name: &str| -> Result<&str> {
        let names = table[0].as_array().context("headings")?;
        let column =
            names.iter().position(|each| each == name).with_context(|| format!("a column {name}"))?;
        table[row][column].as_str().context("a cell")
    };
    ensure!(cell(1, "First name")? == "Ada" && cell(1, "Applied for")? == "Engineer", "{table:?}");
    ensure!(cell(2, "Last name")? == "'=cmd|' /C calc'!A0", "a formula: {table:?}");
    ensure!(cell(2, "Phone")? == "'+1 202" && cell(2, "City")? == "Lyon, \"left\" bank", "{table:?}");
    ensure!(cell(2, "Skills")? == "COBOL; Compilers" && cell(2, "Tags")? == "Star", "{table:?}");
    let (again, _) = saved(&mut rita, &home, "export_candidates", request.clone()).await?;
    ensure!(again != path && fs::read(&again)? == fs::read(&path)?, "nobody writes over what is there");
    // The same as a workbook: texts are texts, a number is a number, and the headings stay in sight.
    let mut asked = request.clone();
    asked["format"] = json!("xlsx");
    let (path, rows) = saved(&mut rita, &home, "export_candidates", asked).await?;
    let sheet = tables("sheet", &path)?;
    ensure!(rows == 2 && path.extension().is_some_and(|ending| ending == "xlsx"), "{}", path.display());
    ensure!(sheet["name"] == "Candidates" && sheet["frozen"] == "A2", "{sheet}");
    let typed = |row: usize, name: &str| -> Result<Value> {
        let headings = sheet["rows"][0].as_array().context("headings")?;
        let column = headings.iter().position(|each| each[1] == name).context("a column")?;
        Ok(sheet["rows"][row][column].clone())
    };
    ensure!(typed(2, "Last name")? == json!(["s", "=cmd|' /C calc'!A0"]), "a formula: {sheet}");
    ensure!(typed(2, "Phone")? == json!(["s", "+1 202"]) && typed(2, "Tags")? == json!(["s", "Star"]));
    ensure!(typed(2, "Years of experience")? == json!(["n", "37"]), "{sheet}");
    // Who may not see contacts exports none.
    let (path, rows) =
        saved(&mut nina, &world.folder.path().join(NINA), "export_candidates", request).await?;
    let seen = fs::read_to_string(path)?;
    ensure!(rows == 1 && seen.contains("Ada") && !seen.contains('@'), "{seen}");
    let none = json!({ "request": { "kind": "candidates", "text": "nobody at all" } });
    ensure!(saved(&mut rita, &home, "export_candidates", none).await?.1 == 0);

    // A résumé that the validator of its own project takes.
    for candidate in [&grace, &world.candidate] {
        let (path, _) = saved(&mut rita, &home, "export_resume", json!({ "id": candidate })).await?;
        let text = fs::read_to_string(path)?;
        ensure!(resume_errors(&text)? == json!([]), "{text}");
    }
    let (path, _) = saved(&mut rita, &home, "export_resume", json!({ "id": grace })).await?;
    says_all(&serde_json::from_slice(&fs::read(path)?)?)?;
    ensure!(rita.ask("export_resume", json!({ "id": world.job })).await.is_err(), "a job has no résumé");
    nina.end().await?;
    rita.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_of_another_program_is_read_and_what_is_none_is_not() -> Result<()> {
    let folder = temporary("workbook")?;
    let mut engine = EngineProcess::start(&folder.path().join("desk"))?;
    // The first sheet with something in it, as people read it.
    let file = folder.path().join("people.xlsx");
    tables("workbook", &file)?;
    let sheet = read_workbook(&mut engine, &file).await?;
    let expected = json!({ "name": "People", "rows": [
        ["First name", "Last name", "Email", "Phone", "City", "Since"],
        ["Grace", "Hopper", "grace@example.org", "33612345678", "New York", "2026-11-28"],
        ["Zoë", "Ng", "zoe@example.org", "+33 6 12", "Évry"],
        [],
        ["Ada", "", "", "1.5", "", "true"],
    ] });
    ensure!(sheet == expected, "{sheet}");
    tables("bomb", &file)?;
    let refused = read_workbook(&mut engine, &file).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("too-large")), "a billion cells");
    for bytes in [&b""[..], b"PK\x03\x04 no archive", b"First name,Last name\nAda,Lovelace\n"] {
        fs::write(&file, bytes)?;
        let refused = read_workbook(&mut engine, &file).await;
        ensure!(refused.is_err_and(|error| error.to_string().contains("unsupported-file")), "{bytes:?}");
    }
    engine.end().await
}
