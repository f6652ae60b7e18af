//! Who is let in: whoever reads the mail of the address, once for each link, and nobody else.

use axum::http::header;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{ADA, ATS, GRACE, ME, World};

const A_WHILE: std::time::Duration = std::time::Duration::from_millis(400);

#[tokio::test]
async fn a_link_by_mail_lets_in_once_and_looking_at_it_uses_nothing_up() {
    let world = World::new().await;
    let ask = world.page(ME, None).await.expect(200);
    assert!(ask.text().contains("name=\"email\""), "{}", ask.text());
    assert_eq!(ask.headers[header::CACHE_CONTROL], "no-store");
    world.form("link/", None, &[("email", " Grace@Example.org ")]).await.expect(303);
    let token = world.token(GRACE, 1).await;
    for _ in 0..2 {
        let open = world.page(&format!("{ME}open/?token={token}"), None).await.expect(200);
        assert_eq!(open.headers[header::REFERRER_POLICY], "no-referrer");
        assert!(!open.headers.contains_key(header::SET_COOKIE));
    }
    let answer = world.form("open/", None, &[("token", &token)]).await.expect(303);
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("a cookie").to_owned();
    for part in ["Path=/careers/acme/me/", "HttpOnly", "SameSite=Lax", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().expect("a pair");
    let page = world.page(ME, Some(cookie)).await.expect(200).text();
    assert!(page.contains("Line cook") && page.contains("For grace@example.org"), "{page}");
    assert!(page.contains("noindex"));
    // Used, as a page and as a form.
    world.page(&format!("{ME}open/?token={token}"), None).await.expect(410);
    let again = world.form("open/", None, &[("token", &token)]).await.expect(410);
    assert!(again.text().contains("does not work any more"));
}

#[tokio::test]
async fn whether_an_address_is_known_is_told_to_nobody() {
    let world = World::new().await;
    let known = world.form("link/", None, &[("email", GRACE)]).await.expect(303);
    let unknown = world.form("link/", None, &[("email", "nobody@example.org")]).await.expect(303);
    assert_eq!(known.headers[header::LOCATION], unknown.headers[header::LOCATION]);
    assert_eq!(known.bytes, unknown.bytes);
    world.token(GRACE, 1).await;
    tokio::time::sleep(A_WHILE).await;
    assert!(world.peer.to("nobody@example.org").is_empty());
    for wrong in ["", "grace", "a b@example.org", "grace@example.org\r\nBcc: x@example.org"] {
        let answer = world.form("link/", None, &[("email", wrong)]).await.expect(422);
        assert!(answer.text().contains("aria-invalid"), "{wrong}");
    }
}

#[tokio::test]
async fn an_address_gets_few_links_and_each_runs_out_with_its_session() {
    let world = World::new().await;
    for mails in 1..=3 {
        world.link(GRACE, mails).await;
    }
    world.form("link/", None, &[("email", GRACE)]).await.expect(303);
    tokio::time::sleep(A_WHILE).await;
    let token = world.token(GRACE, 3).await;
    world.server.clock.advance(HOUR_MS / 2);
    world.form("open/", None, &[("token", &token)]).await.expect(410);
    world.server.clock.advance(HOUR_MS / 2 + 1);
    let token = world.link(GRACE, 4).await;
    let cookie = world.enter(&token).await;
    world.server.clock.advance(12 * HOUR_MS - 1);
    assert!(world.page(ME, Some(&cookie)).await.expect(200).text().contains("Line cook"));
    world.server.clock.advance(1);
    assert!(world.page(ME, Some(&cookie)).await.expect(200).text().contains("name=\"email\""));
}

#[tokio::test]
async fn a_secret_that_was_not_given_opens_nothing() {
    let world = World::new().await;
    let token = world.link(GRACE, 1).await;
    let (id, signature) = token.split_once('.').expect("two parts");
    let other = format!("{:032x}", 7);
    let cookie = world.enter(&token).await;
    let secrets = ["", ".", "x", id, &format!("{id}."), &format!("{other}.{signature}"), &"9".repeat(5_000)];
    for secret in secrets {
        world.form("open/", None, &[("token", secret)]).await.expect(410);
        let forged = format!("zumodra_portal={secret}");
        assert!(
            world.page(ME, Some(&forged)).await.expect(200).text().contains("name=\"email\""),
            "{secret}"
        );
    }
    // What opens a link opens no session.
    let as_session = format!("zumodra_portal={token}");
    assert!(world.page(ME, Some(&as_session)).await.expect(200).text().contains("name=\"email\""));
    // Nor does the session of one workspace open another one.
    let other = world.server.workspace("Globex").await;
    world.server.get(&format!("{ATS}/jobs/"), &other).await.expect(200);
    let there = world.page("/careers/globex/me/", Some(&cookie)).await.expect(200).text();
    assert!(there.contains("name=\"email\"") && !there.contains("Line cook"));
    // Without a session nothing is done and nothing is given.
    for path in ["withdraw/", "delete/", "data.json", "resume/"] {
        assert_eq!(world.page(&format!("{ME}{path}"), None).await.expect(303).headers[header::LOCATION], ME);
    }
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let world = World::new().await;
    let cookie = world.grace().await;
    // Another site's form does not know what ours carry.
    world.form("out/", Some(&cookie), &[("form", "forged")]).await.expect(303);
    let form = world.form_token(&cookie).await;
    let answer = world.form("out/", Some(&cookie), &[("form", &form)]).await.expect(303);
    assert!(answer.headers[header::SET_COOKIE].to_str().expect("a cookie").contains("Max-Age=0"));
    assert!(world.page(ME, Some(&cookie)).await.expect(200).text().contains("name=\"email\""));
}

#[tokio::test]
async fn everybody_sees_their_own_in_plain_words_and_no_word_of_others() {
    let world = World::new().await;
    world.applies("Ada", ADA, &world.job).await;
    world
        .edit("applications", &world.application, serde_json::json!({"rating": 2, "stage_id": "talk"}))
        .await;
    world.add("notes", serde_json::json!({"candidate_id": world.candidate, "body": "Zorro doubts"})).await;
    let past = serde_json::json!({
        "experience": [{"id": "a", "title": "Cook", "company": "Navy", "from": "1906-12", "is_current": true}],
        "certificates": [{"id": "a", "name": "Knives", "issuer": "", "year": 1910}],
    });
    world.edit("candidates", &world.candidate, past).await;
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("You are among those whom we want to talk to."), "{page}");
    assert!(page.contains("1906 &#38; ever") || page.contains("1906 &amp; ever"), "{page}");
    assert!(page.contains("I cook") && !page.contains("<b>well</b>"), "{page}");
    for hidden in ["Zorro", "lovelace", "Ada", "doubts"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let french = world.page(&format!("{ME}?lang=fr"), Some(&cookie)).await.expect(200).text();
    assert!(french.contains("Vos candidatures") && french.contains("Vous faites partie"), "{french}");
    let data = world.page(&format!("{ME}data.json"), Some(&cookie)).await.expect(200);
    assert!(data.headers[header::CONTENT_DISPOSITION].to_str().expect("text").starts_with("attachment"));
    assert_eq!(data.json()["people"][0]["first_name"], "Grace");
    let [job, certificate] =
        ["experience", "certificates"].map(|list| data.json()["people"][0][list][0].clone());
    assert_eq!(
        (&job["title"], &job["from"], &certificate["year"]),
        (&"Cook".into(), &"1906-12".into(), &1910.into())
    );
    assert!(job.get("id").is_none());
    assert_eq!(data.json()["applications"][0]["answers"][0]["answer"], "1906 & ever");
    for hidden in ["Zorro", "lovelace", "knocks", "\"rating\""] {
        assert!(!data.text().contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_rejection_shows_a_day_later_with_what_may_be_told() {
    let world = World::new().await;
    let no = serde_json::json!({
        "stage_id": "no", "rejection_reason": "Zorro is too slow", "rejection_feedback": "You cook *well*.",
    });
    world.edit("applications", &world.application, no).await;
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(
        page.contains("Being read") && !page.contains("You cook") && page.contains("withdraw/"),
        "{page}"
    );
    world.server.clock.advance(DAY_MS);
    let token = world.link(GRACE, 2).await;
    let cookie = world.enter(&token).await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Not this time") && page.contains("You cook"), "{page}");
    assert!(!page.contains("Zorro"), "{page}");
}

#[tokio::test]
async fn what_is_confidential_is_there_once_the_person_was_told_of_it() {
    let world = World::new().await;
    let secret = world.job("Successor", true).await;
    let at = world.server.clock.now() + 3 * DAY_MS;
    let (_, sought) = world.applies("Ada", ADA, &secret).await;
    let body = serde_json::json!({"candidate_id": world.candidate, "job_id": secret});
    world.add("applications", body).await;
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Line cook") && !page.contains("Successor"), "{page}");
    assert!(
        !world.page(&format!("{ME}data.json"), Some(&cookie)).await.expect(200).text().contains("Successor")
    );
    let talk = serde_json::json!({
        "application_id": sought, "starts_at": at, "minutes": 45, "kind": "video", "time_zone": "America/Toronto",
        "place": "Room <1>", "meeting_url": "https://meet.example/j/1", "interviewer_ids": [],
    });
    world.add("interviews", talk).await;
    let token = world.link(ADA, 1).await;
    let cookie = world.enter(&token).await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(
        page.contains("Successor") && page.contains("America/Toronto") && page.contains("meet.example"),
        "{page}"
    );
    assert!(!page.contains("Room <1>"));
}

#[tokio::test]
async fn of_who_is_deleted_nothing_is_known() {
    let world = World::new().await;
    let cookie = world.grace().await;
    world.server.delete(&format!("{ATS}/candidates/{}/", world.candidate), &world.owner).await.expect(204);
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(
        page.contains("There is no application under this address.") && !page.contains("Line cook"),
        "{page}"
    );
    world.form("link/", None, &[("email", GRACE)]).await.expect(303);
    tokio::time::sleep(A_WHILE).await;
    world.token(GRACE, 1).await;
}

#[tokio::test]
async fn who_was_turned_down_is_not_told_of_an_interview_that_was_forgotten() {
    let world = World::new().await;
    let at = world.server.clock.now() + 9 * DAY_MS;
    let talk = serde_json::json!({
        "application_id": world.application, "starts_at": at, "minutes": 45, "kind": "video",
        "time_zone": "America/Toronto", "interviewer_ids": [],
    });
    world.add("interviews", talk).await;
    let path = format!("{ATS}/applications/{}/reject/", world.application);
    world.server.post(&path, &world.owner, serde_json::json!({"reason": "Another one"})).await.expect(200);
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("America/Toronto"), "for a day it is as if nothing had been done: {page}");
    world.server.clock.advance(2 * DAY_MS);
    let token = world.link(GRACE, 2).await;
    let cookie = world.enter(&token).await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Line cook") && !page.contains("America/Toronto"), "{page}");
}

#[tokio::test]
async fn what_was_agreed_to_is_taken_along_word_by_word_with_its_application() {
    let world = World::new().await;
    let (_, ada) = world.applies("Ada", ADA, &world.job).await;
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    for (application, consent) in [(&world.application, "I agree to <this>."), (&ada, "Ada agreed.")] {
        sqlx::query(
            "insert into submissions
                 (id, job_id, form, remote_addr, user_agent, state, created_at, application_id)
             values
                 (gen_random_uuid(), gen_random_uuid(), jsonb_build_object('consent', $2::text), '', '', 'processed', 1, $1::uuid)",
        )
        .bind(application)
        .bind(consent)
        .execute(&mut *tx)
        .await
        .expect("writes");
    }
    tx.commit().await.expect("commits");
    let cookie = world.grace().await;
    let data = world.page(&format!("{ME}data.json"), Some(&cookie)).await.expect(200);
    assert_eq!(data.json()["applications"][0]["agreed_to"], "I agree to <this>.");
    assert!(!data.text().contains("Ada agreed."));
}
