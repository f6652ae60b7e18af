//! Messages between a candidate and the people who hire, in the portal: both see the same conversation, and nobody else's.

use axum::http::header;
use serde_json::{Value, json};
use zumodra_server::ats::emails;

use super::world::{ADA, ATS, GRACE, ME, World};
use crate::mail::world::{in_the_directory, sending_to};
use crate::support::Answer;
use crate::support::smtp::{Arrived, SmtpPeer, until};

/// The address of the workspace's owner.
const OWNER: &str = "acme@example.com";
/// Characters of the longest message.
const LONGEST: usize = 20_000;

impl World {
    /// The owner writes to an address about an application, and the mail is out.
    async fn writes(&self, application: &str, address: &str, subject: &str, body: &str) -> String {
        let email =
            json!({"application_id": application, "address": address, "subject": subject, "body": body});
        let email = self.add("emails", email).await;
        until("sent", async || (self.record("emails", &email).await["status"] == "sent").then_some(())).await;
        email
    }

    /// The e-mails that came.
    async fn came(&self) -> Vec<Value> {
        let page = self.server.get(&format!("{ATS}/emails/?ordering=created_at"), &self.owner).await;
        let rows = page.expect(200).json()["results"].as_array().expect("rows").clone();
        rows.into_iter().filter(|email| email["direction"] == "in").collect()
    }

    /// Grace sends a form with a message.
    async fn says(&self, cookie: &str, application: &str, key: &str, text: &str) -> Answer {
        self.server.clock.advance(1);
        let form = self.form_token(cookie).await;
        let fields = [("form", form.as_str()), ("application", application), ("key", key), ("text", text)];
        self.form("message/", Some(cookie), &fields).await
    }

    /// The mail to the owner with this in its subject.
    async fn told(&self, subject: &str) -> Arrived {
        until(subject, async || {
            self.peer.to(OWNER).into_iter().find(|mail| mail.header("Subject").contains(subject))
        })
        .await
    }
}

/// Where each text stands in a page, in their order there.
fn in_order(page: &str, texts: &[&str]) {
    let places: Vec<Option<usize>> = texts.iter().map(|text| page.find(text)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{texts:?}: {places:?}\n{page}");
}

#[tokio::test]
async fn both_sides_write_and_read_one_conversation() {
    let world = World::new().await;
    let first =
        world.writes(&world.application, GRACE, "When can we talk?", "Hello,\n\n  <b>soon</b>?").await;
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    in_order(
        &page,
        &[
            "Ada Lovelace</strong>",
            "When can we talk?",
            "Hello,\n\n  &#60;b&#62;soon&#60;/b&#62;?",
            "Write to the team",
        ],
    );

    let sent = world.says(&cookie, &world.application, "k1", "Tomorrow\r\nat ten.").await.expect(303);
    let next = sent.headers[header::LOCATION].to_str().expect("an address").to_owned();
    assert_eq!(next, format!("{ME}?said={0}#messages-{0}", world.application));
    let page = world.page(next.split('#').next().expect("a path"), Some(&cookie)).await.expect(200).text();
    in_order(&page, &["When can we talk?", "You</strong>", "Tomorrow\nat ten.", "Your message was sent."]);

    let came = world.came().await;
    let (answers, about) = (&came[0]["answers_id"], &came[0]["application_id"]);
    assert_eq!((came.len(), answers, about), (1, &json!(first), &json!(world.application)));
    let told = world.told("grace@example.org answered: Re: When can we talk?").await;
    assert!(!told.text().contains("Tomorrow"), "what was said stays here: {}", told.text());
    let path = format!("{ATS}/applications/{}/activities/", world.application);
    let entries = world.server.get(&path, &world.owner).await.expect(200).json();
    let entries = entries["results"].as_array().expect("rows").clone();
    assert!(entries.iter().any(|entry| entry["action"] == "email_received"), "{entries:?}");

    world.server.clock.advance(1);
    // What is answered goes out as a mail in the same conversation, and stands here as well.
    let back = json!({
        "application_id": world.application, "address": GRACE, "subject": "Re: When can we talk?", "body": "Good.",
        "answers_id": came[0]["id"],
    });
    world.add("emails", back).await;
    let mails = until("the answer", async || {
        let mails = world.peer.to(GRACE).into_iter().filter(|mail| mail.header("Subject").contains("talk?"));
        Some(mails.collect::<Vec<_>>()).filter(|mails| mails.len() == 2)
    })
    .await;
    assert_eq!(mails[1].header("In-Reply-To"), mails[0].header("Message-ID"));
    let page = until("the answer in the portal", async || {
        let page = world.page(ME, Some(&cookie)).await.expect(200).text();
        Some(page).filter(|page| page.contains("Good."))
    })
    .await;
    in_order(&page, &["Tomorrow\nat ten.", "Re: When can we talk?", "Good."]);
}

#[tokio::test]
async fn a_message_is_the_record_that_a_mail_would_be() {
    let peer = SmtpPeer::start();
    let mut config = sending_to(&peer.url());
    config.mail_replies = Some("reply@mail.example".to_owned());
    let world = World::with(peer, config).await;
    let first = world.writes(&world.application, GRACE, "When?", "Hello").await;
    let tenant = world.server.tenant(&world.owner).await;
    let to = emails::reply_address(&world.server.app, tenant.id, first.parse().expect("an id")).expect("one");
    let mail = format!(
        "From: {GRACE}\r\nTo: {to}\r\nSubject: Re: When?\r\nMessage-ID: <7@example.org>\r\n\r\nNow.\r\n"
    );
    let read =
        emails::receive::read("reply@mail.example", None, mail.as_bytes()).expect("a mail").expect("ours");
    read.keep(&world.server.app).await.expect("kept");
    emails::take_up(&world.server.app, &tenant).await.expect("taken up");
    until("the mail", async || (world.came().await.len() == 1).then_some(())).await;
    let cookie = world.grace().await;
    world.says(&cookie, &world.application, "k1", "Now.").await.expect(303);
    let mut came = world.came().await;
    assert_eq!(came.len(), 2, "{came:?}");
    for one in &mut came {
        let one = one.as_object_mut().expect("a record");
        for own in ["id", "at", "created_at", "updated_at", "message_id", "version"] {
            one.remove(own);
        }
    }
    assert_eq!(came[0], came[1]);
    until("both are told of", async || {
        let told = world
            .peer
            .to(OWNER)
            .into_iter()
            .filter(|mail| mail.header("Subject").contains("answered: Re: When?"));
        (told.count() == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_was_never_written_to_writes_first_and_somebody_is_told() {
    let world = World::new().await;
    let recruiter = world.server.member(&world.owner, "ruth@example.com", "recruiter").await;
    in_the_directory(&world.server, &world.owner, &[&recruiter]).await;
    let cookie = world.grace().await;
    world.says(&cookie, &world.application, "k", "Is it still open?").await.expect(303);
    let came = world.came().await;
    assert_eq!(
        (&came[0]["subject"], &came[0]["answers_id"]),
        (&json!("About the position: Line cook"), &Value::Null)
    );
    let told = world.told("grace@example.org wrote: About the position: Line cook").await;
    assert!(told.text().contains("wrote to Acme"), "{}", told.text());
    // The recruiter of the job, once there is one.
    world.edit("jobs", &world.job, json!({"recruiter_id": recruiter.user_id})).await;
    world.says(&cookie, &world.application, "k2", "Hello?").await.expect(303);
    until("the recruiter", async || {
        let told = world.peer.to("ruth@example.com").into_iter();
        told.map(|mail| mail.header("Subject")).find(|subject| subject.contains("wrote: About"))
    })
    .await;
    // Behind a wall that the recruiter is outside of, they hear nothing, and neither does anybody outside.
    let talk = json!({
        "application_id": world.application, "starts_at": world.server.clock.now() + 86_400_000, "minutes": 45,
        "kind": "video", "time_zone": "UTC", "interviewer_ids": [world.owner.user_id],
    });
    world.add("interviews", talk).await;
    world.edit("candidates", &world.candidate, json!({"is_private": true})).await;
    world.says(&cookie, &world.application, "k3", "In private").await.expect(303);
    until("the owner", async || {
        let told =
            world.peer.to(OWNER).into_iter().filter(|mail| mail.header("Subject").contains("wrote: About"));
        (told.count() == 2).then_some(())
    })
    .await;
    let about = |mails: Vec<Arrived>| {
        mails.into_iter().filter(|mail| mail.header("Subject").contains("wrote:")).count()
    };
    assert_eq!(about(world.peer.to("ruth@example.com")), 1);
}

#[tokio::test]
async fn what_is_sent_twice_is_one_message_and_what_cannot_be_sent_is_kept_in_the_form() {
    let world = World::new().await;
    let cookie = world.grace().await;
    for _ in 0..2 {
        world.says(&cookie, &world.application, "k", "Once").await.expect(303);
    }
    assert_eq!(world.came().await.len(), 1);
    // Who goes back and writes something else meant something else.
    world.says(&cookie, &world.application, "k", "Twice").await.expect(303);
    assert_eq!(world.came().await.len(), 2);

    for nothing in ["", " \r\n\t", "\u{200b}\u{202e}"] {
        let page = world.says(&cookie, &world.application, "k", nothing).await.expect(422).text();
        assert!(page.contains("Write something before") && page.contains("aria-invalid=\"true\""), "{page}");
    }
    let long = "é".repeat(LONGEST + 1);
    let page = world.says(&cookie, &world.application, "k", &long).await.expect(422).text();
    assert!(page.contains("up to 20,000 characters") && page.contains(&long), "what was typed is kept");
    world.says(&cookie, &world.application, "k", &"é".repeat(LONGEST)).await.expect(303);
    let page =
        world.says(&cookie, &world.application, "k", &"é".repeat(3 * LONGEST)).await.expect(413).text();
    assert!(page.contains("up to 20,000 characters"), "{page}");

    // Nothing that is typed becomes a header or markup.
    let hostile = "\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\u{202e}gnp";
    world.says(&cookie, &world.application, "k", hostile).await.expect(303);
    let came = world.came().await;
    let last = came.last().expect("one");
    assert_eq!(last["body"], "Bcc: all@example.org\n\n<script>alert(1)</script>gnp");
    assert_eq!((came.len(), &last["subject"]), (4, &json!("About the position: Line cook")));
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("&#60;script&#62;") && !page.contains("<script>alert"), "{page}");
    assert!(world.peer.to("all@example.org").is_empty());
}

#[tokio::test]
async fn there_are_only_so_many_in_an_hour() {
    let world = World::new().await;
    let cookie = world.grace().await;
    for at in 0..20 {
        world.says(&cookie, &world.application, &format!("k{at}"), "Hello").await.expect(303);
    }
    let page = world.says(&cookie, &world.application, "k20", "Hello once more").await.expect(429).text();
    assert!(page.contains("Nothing is lost") && page.contains("Hello once more"), "{page}");
    // The last one, sent again, was sent.
    world.says(&cookie, &world.application, "k19", "Hello").await.expect(303);
    assert_eq!(world.came().await.len(), 20);
    world.server.clock.advance(60 * 60_000 + 1);
    world.says(&cookie, &world.application, "k20", "Hello once more").await.expect(303);
}

#[tokio::test]
async fn nobody_reads_or_writes_in_what_is_anothers() {
    let world = World::new().await;
    let (ada, other) = world.applies("Ada", ADA, &world.job).await;
    let hidden = world.job("Head of Zorro", true).await;
    let secret = json!({"candidate_id": world.candidate, "job_id": hidden});
    let secret = world.add("applications", secret).await;
    world.writes(&other, ADA, "Ada only", "For Ada").await;
    world.writes(&world.application, "forwarded@example.org", "Elsewhere", "To another address").await;
    world.writes(&secret, GRACE, "Confidential", "Of a job that is private").await;
    let note = json!({"candidate_id": world.candidate, "application_id": world.application, "body": "Internal of Zorro"});
    world.add("notes", note).await;
    let never = json!({"application_id": world.application, "address": "never@example.org", "subject": "S", "body": "Bounced"});
    world.add("emails", never).await;
    world.writes(&world.application, "Grace@Example.org", "Mine", "For Grace").await;

    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("For Grace"), "{page}");
    for not in ["For Ada", "To another address", "Of a job that is private", "Zorro", "Bounced"] {
        assert!(!page.contains(not), "{not}: {page}");
    }
    for none in ["", "x", &other, &secret, &world.job] {
        world.says(&cookie, none, "k", "Let me in").await.expect(404);
    }
    // Without what our forms carry, and without being in, nothing is sent.
    let bare = [("application", world.application.as_str()), ("key", "k"), ("text", "Forged")];
    world.form("message/", Some(&cookie), &bare).await.expect(409);
    world.form("message/", None, &bare).await.expect(403);
    world.form("message/", None, &bare[..2]).await.expect(303);
    let form = world.form_token(&cookie).await;
    let token = world.link(ADA, 1).await;
    let adas = world.enter(&token).await;
    let with_hers =
        [("form", form.as_str()), ("application", other.as_str()), ("key", "k"), ("text", "Forged")];
    // Somebody else is in by now, and it is not about anything of theirs: the text is theirs who typed it.
    let graces =
        [("form", form.as_str()), ("application", &world.application), ("key", "k"), ("text", "Forged")];
    let page = world.form("message/", Some(&adas), &graces).await.expect(404).text();
    in_order(&page, &["What you wrote", "Forged"]);
    let page = world.form("message/", Some(&adas), &with_hers).await.expect(409).text();
    assert!(page.contains("Forged"), "{page}");
    assert_eq!(world.came().await, Vec::<Value>::new());
    let theirs = world.page(ME, Some(&adas)).await.expect(200).text();
    assert!(theirs.contains("For Ada") && !theirs.contains("For Grace"), "{theirs}");

    // Who is merged into somebody is still who has the address.
    world.edit("candidates", &ada, json!({"merged_into_id": world.candidate})).await;
    let theirs = world.page(ME, Some(&adas)).await.expect(200).text();
    assert!(theirs.contains("For Ada") && !theirs.contains("For Grace"), "{theirs}");
    let mine = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(!mine.contains("For Ada"), "{mine}");
}

#[tokio::test]
async fn what_was_typed_is_given_back_when_the_session_ended_or_is_another() {
    let mut world = World::new().await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let typed = "I typed <b>this</b>\nfor an hour";
    let fields =
        [("form", form.as_str()), ("application", &world.application), ("key", "k"), ("text", typed)];
    // She followed another link meanwhile: what she typed is in the form again.
    let anew = world.enter(&world.link(GRACE, 2).await).await;
    let page = world.form("message/", Some(&anew), &fields).await.expect(409).text();
    assert!(page.contains("Please send this once more") && page.contains("I typed &#60;b&#62;"), "{page}");
    world.says(&anew, &world.application, "k", typed).await.expect(303);
    assert_eq!(world.came().await.len(), 1);
    // The session ran out: it is on the page, to be copied.
    world.server.clock.advance(13 * 60 * 60_000);
    let ended = world.form("message/", Some(&anew), &fields).await.expect(403);
    assert_eq!(ended.headers[header::CACHE_CONTROL], "no-store");
    let page = ended.text();
    in_order(
        &page,
        &["You were signed out", "What you wrote", "I typed &#60;b&#62;this&#60;/b&#62;\nfor an hour"],
    );
    assert!(!page.contains("<b>this"), "{page}");
    world.owner = world.server.sign_in(OWNER).await;
    assert_eq!(world.came().await.len(), 1);
}

#[tokio::test]
async fn a_busy_application_hides_no_other() {
    let world = World::new().await;
    let waiter = world.job("Waiter", false).await;
    let quiet = world.add("applications", json!({"candidate_id": world.candidate, "job_id": waiter})).await;
    let cookie = world.grace().await;
    world.says(&cookie, &quiet, "k", "Only this").await.expect(303);
    for at in 0..51 {
        world.server.clock.advance(4 * 60_000);
        world
            .says(&cookie, &world.application, &format!("k{at}"), &format!("Number {at}."))
            .await
            .expect(303);
    }
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(
        page.contains("Only this") && page.contains("Number 50.") && page.contains("Number 1."),
        "{page}"
    );
    assert!(!page.contains("Number 0.") && page.matches("Earlier messages").count() == 1, "{page}");
}

#[tokio::test]
async fn what_is_over_is_still_talked_about_until_it_is_erased() {
    let world = World::new().await;
    let cookie = world.grace().await;
    world.edit("applications", &world.application, json!({"stage_id": "hired"})).await;
    world.says(&cookie, &world.application, "k1", "Where do I go on Monday?").await.expect(303);
    let waiter = world.job("Waiter", false).await;
    let gone = json!({"candidate_id": world.candidate, "job_id": waiter});
    let gone = world.add("applications", gone).await;
    world.edit("applications", &gone, json!({"stage_id": "gone"})).await;
    world.says(&cookie, &gone, "k2", "I changed my mind again").await.expect(303);
    assert_eq!(world.came().await.len(), 2);
    let data = world.page(&format!("{ME}data.json"), Some(&cookie)).await.expect(200).text();
    assert!(data.contains("Where do I go on Monday?"), "{data}");
    let form = world.form_token(&cookie).await;
    let path = format!("{ATS}/candidates/{}/erase/", world.candidate);
    world.server.post(&path, &world.owner, Value::Null).await.expect(200);
    assert_eq!(world.came().await, Vec::<Value>::new());
    let fields =
        [("form", form.as_str()), ("application", &world.application), ("key", "k3"), ("text", "Hello?")];
    let after = world.form("message/", Some(&cookie), &fields).await;
    assert!(matches!(after.status.as_u16(), 403 | 404), "{after:?}");
    assert_eq!(world.came().await, Vec::<Value>::new());
}

#[tokio::test]
async fn it_speaks_french() {
    let world = World::new().await;
    let cookie = world.grace().await;
    let page = world.page(&format!("{ME}?lang=fr"), Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Écrire à l&#39;équipe") && page.contains("Votre message"), "{page}");
}
