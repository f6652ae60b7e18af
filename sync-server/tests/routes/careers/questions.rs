//! What a form asks beside a name: standard questions, several answers of a list, documents, and whether somebody is kept in
//! mind for other jobs.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::{Part, World, hidden, pdf, text};

/// A document of a question.
fn document(question: &str, name: &str, bytes: Vec<u8>) -> Part {
    Part { name: format!("question_{question}"), file: Some(name.into()), bytes }
}

fn questions() -> Value {
    json!([
        {"id": "shifts", "label": "When can you work?", "answer": "several", "required": true,
         "options": "Mornings\nEvenings\nNights", "knockout": "", "knockout_without": "Nights"},
        {"id": "diploma", "label": "Your diploma", "answer": "file", "required": true, "options": ""},
    ])
}

#[tokio::test]
async fn standard_questions_become_fields_of_the_new_person_and_no_answers() {
    let world = World::new().await;
    let slug = world
        .slug(json!({
            "ask_linkedin": "no", "ask_github": "required", "ask_salary": "optional", "ask_notice": "optional",
            "ask_start": "optional", "ask_permit": "optional", "ask_place": "optional",
            "salary_currency": "CAD",
        }))
        .await;
    let page = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    assert!(!page.contains("name=\"linkedin_url\"") && page.contains("name=\"github_url\""), "{page}");
    assert!(page.contains("Please do not say what you earn now"), "a wish is asked for as a wish");
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    let wrong = world.send(&slug, &parts).await.expect(422).text();
    assert!(wrong.contains("href=\"#github-url\""), "{wrong}");
    for (name, value) in [
        ("github_url", "github.com/grace"),
        ("city", "Arlington"),
        ("available_from", "2027-01-15"),
        ("notice_period_days", "30"),
        ("work_authorization", "Citizen"),
        ("salary", "65,000.50"),
        ("salary_currency", "usd"),
        ("salary_period", "per year"),
    ] {
        parts.push(text(name, value));
    }
    let mut far = parts.clone();
    far.retain(|part| part.name != "notice_period_days");
    far.push(text("notice_period_days", "731"));
    let far = world.send(&slug, &far).await.expect(422).text();
    assert!(far.contains("whole number from 0 to 730") && far.contains("value=\"65,000.50\""), "{far}");
    world.send(&slug, &parts).await.expect(303);
    let application = world.applications(1).await.remove(0);
    assert_eq!(application["answers"], json!([]), "who sees the job alone does not see the wish");
    let contact = &world.records("candidate-contacts").await[0];
    for (field, value) in [
        ("github_url", json!("https://github.com/grace")),
        ("available_from", json!("2027-01-15")),
        ("notice_period_days", json!(30)),
        ("work_authorization", json!("Citizen")),
        ("desired_salary_min", json!(6_500_050)),
        ("desired_salary_max", Value::Null),
        ("desired_salary_currency", json!("USD")),
        ("desired_salary_period", json!("yearly")),
    ] {
        assert_eq!(contact[field], value, "{field}");
    }
    assert_eq!(world.records("candidates").await[0]["city"], "Arlington");
    let api = format!("/api/v1/careers/jobs/{slug}/?tenant=acme");
    let board = world.server.call(Method::GET, &api, None, None).await.expect(200).json();
    assert_eq!(board["standard_questions"]["github"], "required");
    assert_eq!(board["standard_questions"]["website"], "optional", "as usual");
}

#[tokio::test]
async fn several_answers_and_a_document_arrive_and_stay_after_an_error() {
    let world = World::new().await;
    let slug = world.slug(json!({"questions": questions()})).await;
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    let bare = world.send(&slug, &parts).await.expect(422).text();
    for target in ["href=\"#question-1-1\"", "href=\"#question-2\"", "Choose a file."] {
        assert!(bare.contains(target), "{target} in {bare}");
    }
    parts.push(document("diploma", "diploma.pdf", pdf()));
    parts.push(text("question_shifts", "Mornings"));
    parts.push(text("question_shifts", "Evenings"));
    let mut nameless = parts.clone();
    nameless.retain(|part| part.name != "first_name");
    let kept = world.send(&slug, &nameless).await.expect(422).text();
    assert!(kept.contains("We have your file diploma.pdf"), "{kept}");
    assert_eq!(kept.matches(" checked").count(), 3, "two answers and the consent: {kept}");
    // Sent again, the file need not travel again.
    parts.retain(|part| part.file.is_none());
    parts.push(text("kept_question_diploma", hidden(&kept, "kept_question_diploma")));
    world.send(&slug, &parts).await.expect(303);
    let application = world.applications(1).await.remove(0);
    let answers = &application["answers"];
    assert_eq!(
        (&answers[0]["answer"], &answers[0]["knocks_out"]),
        (&json!("Mornings; Evenings"), &json!(true))
    );
    assert_eq!((&answers[1]["answer"], &answers[1]["knocks_out"]), (&json!("diploma.pdf"), &json!(false)));
    let files = world.records("attachments").await;
    assert_eq!(files.len(), 1);
    for (field, value) in [
        ("label", json!("Your diploma")),
        ("name", json!("diploma.pdf")),
        ("application_id", application["id"].clone()),
        ("job_id", application["job_id"].clone()),
        ("by_candidate", json!(true)),
        ("bytes", json!(pdf().len())),
    ] {
        assert_eq!(files[0][field], value, "{field}");
    }
    let hash = files[0]["file_hash"].as_str().expect("a hash");
    world.server.get(&format!("/api/v1/files/{hash}/"), &world.owner).await.expect(200);
}

#[tokio::test]
async fn a_document_is_judged_as_every_file_is() {
    let world = World::new().await;
    let slug = world.slug(json!({"questions": questions()})).await;
    let token = world.open(&slug).await;
    for (name, bytes) in [("diploma.exe", b"MZ".to_vec()), ("diploma.pdf", b"no PDF".to_vec())] {
        let mut parts = world.grace(&token);
        parts.push(text("question_shifts", "Nights"));
        parts.push(document("diploma", name, bytes));
        let page = world.send(&slug, &parts).await.expect(422).text();
        assert!(
            page.contains("This file was not taken") && page.contains("href=\"#question-2\""),
            "{name}: {page}"
        );
    }
    // A field that the form does not have takes none.
    let mut parts = world.grace(&token);
    parts.push(text("question_shifts", "Nights"));
    parts.push(document("other", "diploma.pdf", pdf()));
    world.send(&slug, &parts).await.expect(422);
    assert!(world.submissions().await.is_empty());
}

#[tokio::test]
async fn who_asks_to_be_kept_in_mind_is_and_comes_into_the_pools_for_it() {
    let world = World::new().await;
    let pool = json!({"name": "Later", "takes_kept_in_mind": true});
    let pool = world.server.post("/api/v1/ats/pools/", &world.owner, pool).await.expect(201).json();
    world.server.post("/api/v1/ats/pools/", &world.owner, json!({"name": "Other"})).await.expect(201);
    let slug = world.slug(json!({})).await;
    let page = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    let ticked = page.split("name=\"keep_in_mind\"").nth(1).and_then(|rest| rest.split('>').next());
    assert!(ticked.is_some_and(|rest| !rest.contains("checked")), "nobody agrees without doing so: {page}");
    for (email, agrees) in [("yes@example.org", true), ("no@example.org", false)] {
        let token = world.open(&slug).await;
        let mut parts = world.grace(&token);
        parts[1] = text("first_name", if agrees { "Yes" } else { "No" });
        parts[3] = text("email", email);
        if agrees {
            parts.push(text("keep_in_mind", "yes"));
        }
        world.send(&slug, &parts).await.expect(303);
    }
    world.applications(2).await;
    for candidate in world.records("candidates").await {
        let agrees = candidate["first_name"] == "Yes";
        let pools = if agrees { json!([pool["id"]]) } else { json!([]) };
        assert_eq!(candidate["pool_ids"], pools, "{candidate}");
        assert_eq!(candidate["keep_in_mind_at"].is_null(), !agrees);
        let words = if agrees { "Acme may keep me in mind for other positions too." } else { "" };
        assert_eq!(candidate["keep_in_mind_words"], words);
    }
}

#[tokio::test]
async fn the_form_says_how_long_somebody_is_kept_in_mind() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let said = async || world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    assert!(said().await.contains("You can take it back at any time"));
    let months = json!({"retention_months": 18});
    world.server.patch("/api/v1/tenants/current/", &world.owner, months).await.expect(200);
    assert!(said().await.contains("at the latest 18 months after your last application is over"));
}
