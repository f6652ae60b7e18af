//! The form filled in from the résumé: what is read, what stays, and what becomes of files that nobody sends.

use serde_json::json;
use zumodra_server::config::Rate;
use zumodra_server::files;
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{Part, World, file, hidden, pdf, text};
use crate::support::config;

fn asking(token: &str, mut more: Vec<Part>) -> Vec<Part> {
    more.extend([text("token", token), text("read_resume", "yes")]);
    more
}

fn value(page: &str, name: &str) -> String {
    let field =
        page.split_once(&format!("name=\"{name}\" value=\"")).map(|(_, rest)| rest).unwrap_or_default();
    field.split('"').next().unwrap_or_default().to_owned()
}

async fn files_of(world: &World) -> i64 {
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a connection");
    sqlx::query_scalar("select count(*) from files").fetch_one(&mut *tx).await.expect("reads")
}

#[tokio::test]
async fn the_form_is_filled_in_from_the_resume_and_then_sent_with_it() {
    let world = World::new().await;
    let slug = world.slug(json!({"require_resume": true})).await;
    // Whoever has the file at hand need not wait before it is read.
    let opened = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    let token = hidden(&opened, "token");
    let parts = asking(&token, vec![text("email", "marcus@private.example"), file("cv.pdf", pdf())]);
    let page = world.send(&slug, &parts).await.expect(200).text();
    assert_eq!(value(&page, "first_name"), "Marcus");
    assert_eq!(value(&page, "last_name"), "Halloway");
    assert_eq!(value(&page, "email"), "marcus@private.example", "what was typed stays");
    assert!(page.contains("fields were filled in from your résumé"), "{page}");
    assert!(page.contains("id=\"first-name-origin\""));
    assert!(!page.contains("id=\"email-origin\""));
    assert!(!page.contains("id=\"errors\""), "nothing is wrong yet, whatever is still empty");
    assert_eq!(world.submissions().await, [], "nothing was sent");

    world.server.clock.advance(5_000);
    let parts = [
        text("token", hidden(&page, "token")),
        text("resume_kept", hidden(&page, "resume_kept")),
        text("first_name", value(&page, "first_name")),
        text("last_name", "Hallowey"),
        text("email", value(&page, "email")),
        text("consent", "yes"),
    ];
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
    let candidate = world.records("candidates").await.remove(0);
    assert_eq!([&candidate["first_name"], &candidate["last_name"]], ["Marcus", "Hallowey"]);
    assert_eq!(candidate["resume_name"], "cv.pdf");
}

#[tokio::test]
async fn without_a_file_or_with_one_that_says_nothing_the_person_is_told() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    let page = world.send(&slug, &asking(&token, vec![text("first_name", "Grace")])).await.expect(422).text();
    assert!(page.contains("id=\"resume-error\""));
    assert!(!page.contains("id=\"consent-error\""), "what is empty is not wrong yet");
    assert_eq!(value(&page, "first_name"), "Grace");

    let wrong = file("cv.exe", b"MZ");
    world.send(&slug, &asking(&token, vec![wrong])).await.expect(422);

    let page = world.send(&slug, &asking(&token, vec![file("cv.txt", b"1 2 3")])).await.expect(200).text();
    assert!(page.contains("found nothing in it"), "{page}");
    assert!(page.contains("We have your file cv.txt"));
}

#[tokio::test]
async fn an_old_form_and_a_trap_read_nothing() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    let trapped = asking(&token, vec![text("fax_number", "1"), file("cv.pdf", pdf())]);
    world.send(&slug, &trapped).await.expect(303);
    world.send(&slug, &asking("nonsense", vec![file("cv.pdf", pdf())])).await.expect(422);
    world.server.clock.advance(DAY_MS + 1);
    world.send(&slug, &asking(&token, vec![file("cv.pdf", pdf())])).await.expect(422);
    assert_eq!(files_of(&world).await, 0);
}

#[tokio::test]
async fn whoever_asks_too_often_or_while_forms_come_in_floods_fills_in_themselves() {
    let rate = Rate { count: std::num::NonZeroU32::MIN, period: std::time::Duration::from_secs(3_600) };
    let mut config = config();
    config.rates.read = rate;
    let world = World::with(config).await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    world.send(&slug, &asking(&token, vec![file("cv.pdf", pdf())])).await.expect(200);
    let again =
        asking(&token, vec![text("first_name", "Grace"), file("other.txt", b"Jane Doe\njane@example.com")]);
    let page = world.send(&slug, &again).await.expect(422).text();
    assert!(page.contains("cannot be read at the moment"));
    assert_eq!(value(&page, "first_name"), "Grace");
    assert_eq!(value(&page, "email"), "");
    assert_eq!(files_of(&world).await, 1, "nothing of a flood is stored");
}

#[tokio::test]
async fn the_file_of_a_form_that_is_never_sent_goes_and_that_of_one_that_was_stays() {
    let world = World::new().await;
    let slug = world.slug(json!({"require_resume": true})).await;
    let token = world.open(&slug).await;
    let left = asking(&token, vec![file("left.txt", b"Jane Doe\njane@example.com")]);
    let kept = hidden(&world.send(&slug, &left).await.expect(200).text(), "resume_kept");
    let mut stale = world.grace(&token);
    stale.push(text("resume_kept", &kept));
    let mut parts = world.grace(&token);
    parts.push(file("sent.pdf", pdf()));
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
    files::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(files_of(&world).await, 2, "a form may be open for a day");
    world.server.clock.advance(2 * DAY_MS + 1);
    files::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(files_of(&world).await, 1);
    // Who comes back later still chooses the file again, and is told so.
    let page = world.send(&slug, &stale).await.expect(422).text();
    world.server.clock.advance(5_000);
    let mut again = world.grace(&hidden(&page, "token"));
    again[3] = text("email", "late@example.org");
    again.push(text("resume_kept", &kept));
    let page = world.send(&slug, &again).await.expect(422).text();
    assert!(page.contains("id=\"resume-error\"") && !page.contains("We have your file"), "{page}");
    let owner = world.server.sign_in("acme@example.com").await;
    let list = world.server.get("/api/v1/ats/candidates/", &owner).await.expect(200).json();
    let hash = list["results"][0]["resume_hash"].as_str().expect("a hash");
    world.server.get(&format!("/api/v1/files/{hash}/link/"), &owner).await.expect(200);
}
