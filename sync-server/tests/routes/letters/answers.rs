//! What a candidate does with a letter, and what the workspace learns of it.

use axum::http::header;
use serde_json::json;
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{GRACE, World};
use crate::mail::world::{mail_to, once};
use crate::support::smtp::until;

#[tokio::test]
async fn a_letter_is_sent_opened_and_signed_and_hires() {
    let world = World::new().await;
    let link = world.send().await;
    let mail = world.peer.first(GRACE).await;
    assert_eq!(mail.header("Subject"), "Your offer from Acme: Line cook");
    assert!(
        mail.text().contains("Hello Grace,") && mail.text().contains("24 December 2029"),
        "{}",
        mail.text()
    );
    // The link is of random letters and digits: any may be among them.
    let said: Vec<&str> = mail.text().split_whitespace().filter(|word| !word.starts_with("http")).collect();
    assert!(said.iter().all(|word| !word.contains("52")), "no amount goes by mail: {said:?}");

    // Programs that guard mailboxes follow links: looking opens nothing.
    let page = world.page(&link).await.expect(200);
    assert!(page.text().contains("Acme has an offer for you: Line cook."), "{}", page.text());
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    assert!(!page.text().contains("52,500"));
    assert_eq!(world.offer().await["status"], "sent");

    let letter = world.answer(&link, "open", &[]).await.expect(200).text();
    for said in ["Dear Grace Hopper,", "52,500\u{a0}CAD per year", "January 7, 2030", "Full time", "Montréal"]
    {
        assert!(letter.contains(said), "{said} in {letter}");
    }
    assert!(letter.contains("<li>lunch &lt;b&gt;every&lt;/b&gt; day</li>"), "{letter}");
    assert_eq!(world.offer().await["status"], "viewed");

    let signed =
        world.answer(&link, "sign", &[("name", " Grace  B. Hopper"), ("agree", "yes")]).await.expect(200);
    assert!(signed.text().contains("Thank you, Grace B. Hopper."), "{}", signed.text());
    let offer = world.offer_when("the sealed letter", |offer| {
        offer["status"] == "accepted" && offer["letter_hash"].is_string()
    });
    let offer = offer.await;
    assert_eq!(
        (offer["signed_name"].as_str(), offer["sent_to"].as_str()),
        (Some("Grace B. Hopper"), Some(GRACE))
    );
    assert!(offer["signed_at"].is_number(), "{offer}");
    let path = format!("/api/v1/ats/applications/{}/", world.application);
    let application = world.server.get(&path, &world.owner).await.expect(200).json();
    let pipeline =
        format!("/api/v1/ats/pipelines/{}/", application["pipeline_id"].as_str().expect("a pipeline"));
    let pipeline = world.server.get(&pipeline, &world.owner).await.expect(200).json();
    assert_eq!(application["stage_id"], pipeline["stages"][2]["id"], "hired");

    let told = world.peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "Grace Hopper has signed the offer: Line cook");
    world.link(2).await;
    let mails = world.peer.to(GRACE);
    assert_eq!(mails[1].header("Subject"), "You signed the offer of Acme: Line cook");
    // Who sends the form again, or another answer, sees what became of it, and nothing changes.
    for (form, fields) in
        [("sign", [("name", "Eve"), ("agree", "yes")]), ("decline", [("reason", ""), ("agree", "yes")])]
    {
        let page = world.answer(&link, form, &fields).await.expect(200);
        assert!(page.text().contains("You have signed"), "{}", page.text());
    }
    assert_eq!(world.offer().await["signed_name"], "Grace B. Hopper");
    assert_eq!(world.peer.to(GRACE).len(), 2);
}

#[tokio::test]
async fn a_signature_needs_a_name_and_a_yes() {
    let world = World::new().await;
    let link = world.send().await;
    // Not before the letter was opened.
    let page = world.answer(&link, "sign", &[("name", "Grace Hopper"), ("agree", "yes")]).await;
    assert!(page.text().contains("Read the offer"), "{}", page.text());
    world.answer(&link, "open", &[]).await.expect(200);
    for (name, agree, said) in [
        ("", "yes", "Type your full name"),
        ("?!", "yes", "Type your full name"),
        ("Grace Hopper", "", "Tick the box"),
    ] {
        let page = world.answer(&link, "sign", &[("name", name), ("agree", agree)]).await.expect(422).text();
        assert!(page.contains(said) && page.contains(&format!("value=\"{name}\"")), "{page}");
    }
    assert_eq!(world.offer().await["status"], "viewed");
    let page = world.answer(&link, "counter", &[("reason", " ")]).await.expect(422).text();
    assert!(page.contains("Say what you ask for."), "{page}");
    let page = world.answer(&link, "decline", &[("reason", "Too <far>")]).await.expect(422).text();
    assert!(
        page.contains("Tick the box to say that you decline.") && page.contains("Too &#60;far&#62;"),
        "{page}"
    );
}

#[tokio::test]
async fn an_answer_leads_to_another_letter_and_the_first_one_is_over() {
    let world = World::new().await;
    let first = world.send().await;
    world.answer(&first, "open", &[]).await.expect(200);
    let asked = [("reason", "55,000 & Fridays off"), ("salary", "a lot")];
    let page = world.answer(&first, "counter", &asked).await.expect(422).text();
    assert!(page.contains("Write an amount") && page.contains("55,000 &#38; Fridays off"), "{page}");
    let asked = [("reason", "55,000 & Fridays off"), ("salary", "55,000 CAD")];
    let page = world.answer(&first, "counter", &asked).await.expect(200);
    assert!(page.text().contains("Your answer has arrived"), "{}", page.text());
    let offer = world.offer().await;
    assert_eq!(
        (offer["status"].as_str(), offer["reason"].as_str()),
        (Some("countered"), Some("55,000 & Fridays off"))
    );
    let round = &offer["counters"][0];
    assert_eq!((&round["salary"], &round["version"]), (&json!(5_500_000), &json!(0)), "{offer}");
    let told = world.peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "Grace Hopper asks for something else: Line cook");
    assert!(
        told.text().contains("In their words: 55,000 & Fridays off (55,000 CAD per year)"),
        "{}",
        told.text()
    );

    world.command("revise", json!({})).await.expect(200);
    let offer = world.offer().await;
    assert_eq!((&offer["letter_hash"], offer["sent_to"].as_str()), (&json!(null), Some("")));
    let path = format!("/api/v1/ats/offers/{}/", world.offer);
    world.server.patch(&path, &world.owner, json!({"salary": 5_500_000})).await.expect(200);
    world.command("send", json!({"to": GRACE})).await.expect(200);
    let second = world.link(2).await;
    assert_ne!(first, second);
    let page = world.answer(&first, "sign", &[("name", "Grace Hopper"), ("agree", "yes")]).await.expect(200);
    assert!(page.text().contains("This offer is not open any more"), "{}", page.text());
    let path = first.replace("/offer/?", "/offer/letter.pdf?");
    world.page(&path).await.expect(404);
    let letter = world.answer(&second, "open", &[]).await.expect(200).text();
    assert!(letter.contains("55,000\u{a0}CAD per year"), "{letter}");
    let page = world.answer(&second, "decline", &[("agree", "yes"), ("reason", "")]).await.expect(200);
    assert!(page.text().contains("You have declined this offer"), "{}", page.text());
    let offer = world.offer().await;
    assert_eq!(
        (offer["status"].as_str(), offer["reason"].as_str()),
        (Some("declined"), Some("No reason given"))
    );
}

#[tokio::test]
async fn what_the_workspace_does_meanwhile_shows_on_the_page() {
    let world = World::new().await;
    let link = world.send().await;
    world.answer(&link, "open", &[]).await.expect(200);
    world.command("withdraw", json!({"reason": "The budget is gone"})).await.expect(200);
    for form in ["sign", "counter", "decline"] {
        let fields = [("name", "Grace Hopper"), ("agree", "yes"), ("reason", "x")];
        let page = world.answer(&link, form, &fields).await.expect(200).text();
        assert!(page.contains("This offer is not open any more") && !page.contains("budget"), "{page}");
    }
    assert_eq!(world.offer().await["status"], "withdrawn");

    let world = World::of(json!({"expires_on": "2001-01-01"})).await;
    let refused = world.command("send", json!({"to": GRACE})).await.expect(422).json();
    assert_eq!(refused["errors"]["expires_on"], "This day is over.", "{refused}");

    // Its application is over: nobody signs what is no offer any more.
    let world = World::new().await;
    let link = world.send().await;
    world.answer(&link, "open", &[]).await.expect(200);
    let path = format!("/api/v1/ats/applications/{}/reject/", world.application);
    world.server.post(&path, &world.owner, json!({"reason": "Another one"})).await.expect(200);
    let page = world.answer(&link, "sign", &[("name", "Grace Hopper"), ("agree", "yes")]).await.expect(200);
    assert!(page.text().contains("This offer is not open any more"), "{}", page.text());
}

#[tokio::test]
async fn an_offer_that_runs_out_is_told_and_cannot_be_signed() {
    let world = World::new().await;
    let link = world.send().await;
    world.answer(&link, "open", &[]).await.expect(200);
    world.server.clock.advance(2_000 * DAY_MS);
    let page = world.answer(&link, "sign", &[("name", "Grace Hopper"), ("agree", "yes")]).await;
    assert!(!page.text().contains("You have signed"), "{}", page.text());
    zumodra_server::ats::offers::sweep(&world.server.app).await.expect("sweeps");
    let page = world.page(&link).await.expect(200);
    assert!(page.text().contains("This offer has run out"), "{}", page.text());
    let told = world.peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "Grace Hopper did not answer the offer in time: Line cook");
}

#[tokio::test]
async fn a_letter_that_is_handed_over_is_made_and_mailed_to_nobody() {
    let world = World::new().await;
    let refused = world.command("send", json!({"to": "no address"})).await.expect(422).json();
    assert_eq!(refused["errors"]["to"], "This is not an e-mail address.", "{refused}");
    world.command("send", json!({})).await.expect(200);
    let offer = world.offer_when("the letter", |offer| offer["letter_hash"].is_string()).await;
    let path = format!("/api/v1/files/{}/", offer["letter_hash"].as_str().expect("a hash"));
    let file = world.server.get(&path, &world.owner).await.expect(200);
    assert!(file.bytes.starts_with(b"%PDF-"));
    assert!(world.peer.all().is_empty());
    // Who notes that the candidate accepted signs for nobody.
    world.command("accept", json!({"signed_name": "Grace Hopper"})).await.expect(200);
    assert_eq!(world.offer().await["signed_name"], "");
}

#[tokio::test]
async fn only_the_whole_secret_opens_a_letter() {
    let world = World::new().await;
    let link = world.send().await;
    let (start, token) = link.split_once("token=").expect("a token");
    let (letter, signature) = token.split_once('.').expect("two parts");
    let other = World::new().await.send().await;
    let other = other.split_once("token=").expect("a token").1.to_owned();
    let long = "x".repeat(5_000);
    let cut = &token[..token.len() - 1];
    let swapped = format!("{}.{signature}", uuid::Uuid::nil().simple());
    for wrong in ["", ".", letter, signature, cut, &swapped, &other, &long, "%00", "é"] {
        for path in [start.to_owned(), start.replace("/offer/?", "/offer/letter.pdf?")] {
            let answer = world.page(&format!("{path}token={}", wrong.replace('é', "%C3%A9"))).await;
            assert!(answer.status.is_client_error(), "{wrong}: {}", answer.status);
        }
        for form in ["open", "sign", "decline", "counter"] {
            let link = format!("token={wrong}");
            let fields = [("name", "Eve"), ("agree", "y"), ("reason", "x")];
            let answer = world.answer(&link, form, &fields).await;
            assert!(answer.status.is_client_error(), "{wrong}");
        }
    }
    for body in ["", "token", "%ff%fe=%", "token=a&token=b", "name=x"] {
        let answer = world.post("/careers/acme/offer/sign/", body).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
    }
    let large = format!("token={token}&name={}", "x".repeat(20_000));
    assert!(world.post("/careers/acme/offer/sign/", large).await.status.is_client_error());
    assert_eq!(world.offer().await["status"], "sent");
    // A letter of another workspace is none here, whatever the folder says.
    world.server.workspace("Beta").await;
    assert!(world.page(&link.replace("/acme/", "/beta/")).await.status.is_client_error());
}

#[tokio::test]
async fn a_mail_that_did_not_go_out_goes_with_its_offer() {
    let world = World::new().await;
    let server = world.server;
    let server = server.with_settings(crate::support::config()).await;
    let owner = server.sign_in("acme@example.com").await;
    let path = format!("/api/v1/ats/offers/{}", world.offer);
    server.post(&format!("{path}/send/"), &owner, json!({"to": GRACE})).await.expect(200);
    until("the mail", async || {
        let found = crate::mail::world::mails(&server, &owner).await;
        found.iter().any(|mail| mail["to"] == GRACE).then_some(())
    })
    .await;
    let text = {
        let mail = mail_to(&server, &owner, GRACE).await;
        let one = format!("{}{}/", crate::mail::world::MAIL, mail["id"].as_str().expect("an id"));
        server.get(&one, &owner).await.expect(200).json()["text"].as_str().expect("a text").to_owned()
    };
    assert!(text.contains("token=…"), "who looks at mail does not get the link: {text}");
    server.post(&format!("{path}/withdraw/"), &owner, json!({"reason": "No"})).await.expect(200);
    once(&server, &owner, GRACE, "cancelled").await;
}

#[tokio::test]
async fn a_name_that_turns_the_text_around_is_signed_as_it_reads() {
    let world = World::new().await;
    let link = world.send().await;
    world.answer(&link, "open", &[]).await.expect(200);
    let name = [("name", "\u{202e}tariffs \u{200f}Grace"), ("agree", "yes")];
    world.answer(&link, "sign", &name).await.expect(200);
    world.link(2).await;
    assert_eq!(world.offer().await["signed_name"], "tariffs Grace");
}

#[tokio::test]
async fn a_letter_that_cannot_be_made_holds_up_no_other_one() {
    let world = World::new().await;
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query(
        "insert into offer_letters (id, offer, version, language, terms, sent_by, sent_to, sent_at, state)
         values (gen_random_uuid(), gen_random_uuid(), 0, 'en', '{\"offer\": 7}', gen_random_uuid(), '', 0, 'to_write')",
    )
    .execute(&mut *tx)
    .await
    .expect("writes");
    tx.commit().await.expect("commits");
    let link = world.send().await;
    world.sign(&link).await;
    world.link(2).await;
}

#[tokio::test]
async fn what_nobody_could_accept_is_not_sent() {
    let world = World::new().await;
    let path = format!("/api/v1/ats/applications/{}/", world.application);
    let application = world.server.get(&path, &world.owner).await.expect(200).json();
    let pipeline =
        format!("/api/v1/ats/pipelines/{}/", application["pipeline_id"].as_str().expect("a pipeline"));
    let mut stages = world.server.get(&pipeline, &world.owner).await.expect(200).json()["stages"].clone();
    stages[2]["kind"] = json!("screening");
    world.server.patch(&pipeline, &world.owner, json!({"stages": stages})).await.expect(200);
    let refused = world.command("send", json!({"to": GRACE})).await.expect(409).json();
    assert_eq!(refused["detail"], "The pipeline has no stage for who is hired.", "{refused}");
}

#[tokio::test]
async fn who_is_forgotten_has_no_letter_but_the_one_they_signed() {
    for signs in [false, true] {
        let world = World::new().await;
        let candidate = world.offer().await["candidate_id"].clone();
        let contact = json!({"candidate_id": candidate, "email": GRACE});
        world.server.post("/api/v1/ats/candidate-contacts/", &world.owner, contact).await.expect(201);
        world.command("send", json!({"to": "Grace@example.org"})).await.expect(200);
        let mail = world.peer.first("Grace@example.org").await;
        let link = mail
            .link("http")
            .split_once("/careers/")
            .map(|(_, path)| format!("/careers/{path}"))
            .expect("a path");
        if signs {
            world.sign(&link).await;
            world.offer_when("the seal", |offer| offer["signed_at"].is_number()).await;
        }
        let tenant = world.server.tenant(&world.owner).await;
        until("the file", async || {
            let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
            let waiting = "select count(*) from offer_letters where state in ('to_write', 'to_seal')";
            let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&mut *tx).await.expect("reads");
            (waiting == 0).then_some(())
        })
        .await;
        zumodra_server::notifications::actions::forget(&world.server.app, &tenant, GRACE)
            .await
            .expect("forgets");
        for mail in crate::mail::world::mails(&world.server, &world.owner).await {
            assert!(!mail.to_string().to_lowercase().contains("grace"), "{mail}");
        }
        let page = world.page(&link).await;
        assert_eq!(page.status.as_u16(), if signs { 200 } else { 404 }, "{}", page.text());
    }
}

#[tokio::test]
async fn a_candidate_is_reminded_once_before_the_last_day_if_the_offer_says_so_and_has_no_answer() {
    let ends = json!({"expires_on": "2026-11-30", "remind_candidate": true});
    let world = World::of(ends).await;
    let link = world.send().await;
    let sweep = async || {
        zumodra_server::careers::letters::sweep_reminders(&world.server.app).await.expect("sweeps");
    };
    world.server.clock.advance(4 * DAY_MS);
    sweep().await;
    world.server.clock.advance(2 * DAY_MS);
    sweep().await;
    sweep().await;
    let again = world.link(2).await;
    assert_eq!(again, link, "it leads to the same page");
    let mails = world.peer.to(GRACE);
    let last = mails.last().expect("a mail");
    assert_eq!(last.header("Subject"), "The offer of Acme ends soon: Line cook");
    assert!(last.text().contains("30 November 2026"), "{}", last.text());

    // Who answered hears no more of it, and nobody hears of an offer that does not ask for it.
    for (terms, answers) in [
        (json!({"expires_on": "2026-11-30", "remind_candidate": true}), true),
        (json!({"expires_on": "2026-11-30"}), false),
    ] {
        let world = World::of(terms).await;
        let link = world.send().await;
        if answers {
            world.answer(&link, "open", &[]).await.expect(200);
            world.answer(&link, "decline", &[("agree", "yes")]).await.expect(200);
        }
        world.server.clock.advance(6 * DAY_MS);
        zumodra_server::careers::letters::sweep_reminders(&world.server.app).await.expect("sweeps");
        let tenant = world.server.tenant(&world.owner).await;
        let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        let reminded = "select count(*) from mail where event_key like 'offer_reminder/%'";
        let count: i64 = sqlx::query_scalar(reminded).fetch_one(&mut *tx).await.expect("reads");
        assert_eq!(count, 0, "{answers}");
    }
}
