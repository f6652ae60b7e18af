//! E-mail with candidates: what is written goes out once, what they answer comes back, and the record says what became of it.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use zumodra_server::config::Config;

use crate::foundation::program::command;
use crate::mail::world::{in_the_directory, sending_to};

use crate::support::smtp::{Arrived, SmtpPeer, until};
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const GRACE: &str = "grace@example.org";
const REPLIES: &str = "reply@mail.example";

struct World {
    server: TestServer,
    peer: SmtpPeer,
    owner: Signed,
    application: String,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let peer = SmtpPeer::start();
        let mut config = sending_to(&peer.url());
        config.mail_replies = Some(REPLIES.to_owned());
        change(&mut config);
        let server = TestServer::with(config).await;
        let owner = server.workspace("Acme").await;
        let add = async |kind: &str, body: Value| {
            id(&server.post(&format!("{ATS}/{kind}/"), &owner, body).await.expect(201).json())
        };
        let stages = json!([{"name": "New", "kind": "new"}]);
        let pipeline = add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        let job = add("jobs", json!({"title": "Line cook", "pipeline_id": pipeline})).await;
        let candidate = add("candidates", json!({"first_name": "Grace"})).await;
        let application = add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
        let world = Self { server, peer, owner, application };
        world.knows(&world.owner).await;
        world
    }

    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Waits until the directory has a member.
    async fn knows(&self, member: &Signed) {
        in_the_directory(&self.server, &self.owner, &[member]).await;
    }

    async fn write(&self, by: &Signed, fields: Value) -> Value {
        let mut email = json!({
            "application_id": self.application, "address": GRACE, "subject": "Your application",
            "body": "Hello Grace,\n\n  when can we talk?\n\n<b>Ada</b>",
        });
        for (name, value) in fields.as_object().expect("fields") {
            email[name] = value.clone();
        }
        self.server.post(&format!("{ATS}/emails/"), by, email).await.expect(201).json()
    }

    async fn email(&self, id: &str) -> Value {
        self.server.get(&format!("{ATS}/emails/{id}/"), &self.owner).await.expect(200).json()
    }

    async fn all(&self) -> Vec<Value> {
        let page = self.server.get(&format!("{ATS}/emails/?ordering=created_at"), &self.owner).await;
        page.expect(200).json()["results"].as_array().expect("rows").clone()
    }

    async fn once(&self, id: &str, status: &str) -> Value {
        until(status, async || Some(self.email(id).await).filter(|email| email["status"] == status)).await
    }

    /// A mail as a mail server pipes it in.
    fn receives(&self, mail: &str, to: Option<&str>) -> (Option<i32>, String) {
        let output = self.pipe(mail.replace('\n', "\r\n").as_bytes(), to);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn pipe(&self, mail: &[u8], to: Option<&str>) -> Output {
        let mut program = command(&self.server.app.config().data);
        program
            .env("DATABASE_URL", self.server.database.to_url_lossy().to_string())
            .env("ZUMODRA_MAIL_REPLIES", REPLIES)
            .args(["mail", "receive"]);
        if let Some(to) = to {
            program.args(["--to", to]);
        }
        let program = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = program.spawn().expect("starts");
        let _ = program.stdin.take().expect("its input").write_all(mail);
        program.wait_with_output().expect("ends")
    }
}

/// The address that a mail asks answers to go to.
fn reply_to(mail: &Arrived) -> String {
    let header = mail.header("Reply-To");
    header.rsplit_once('<').map_or(header.clone(), |(_, rest)| rest.trim_end_matches('>').to_owned())
}

#[tokio::test]
async fn what_is_written_goes_out_as_its_author_wrote_it() {
    let world = World::new().await;
    let written = world.write(&world.owner, json!({})).await;
    assert_eq!((&written["status"], &written["direction"]), (&json!("waiting"), &json!("out")));
    let mail = world.peer.first(GRACE).await;
    assert_eq!(mail.header("Subject"), "Your application");
    assert!(mail.header("From").contains("(Acme)"), "{}", mail.header("From"));
    let text = mail.text().replace("\r\n", "\n");
    assert!(text.starts_with("Hello Grace,\n\n  when can we talk?"), "{text:?}");
    assert!(!mail.text().contains("Zumodra"), "nothing stands around it: {}", mail.text());
    let html = mail.html();
    assert!(!html.contains("<b>Ada") && html.contains("b&#62;Ada"), "what was typed is no HTML: {html}");
    let headers = mail.0["headers"].to_string().to_lowercase();
    assert!(!headers.contains("auto-submitted"), "a person typed it: {headers}");
    let address = reply_to(&mail);
    assert!(address.starts_with("reply+") && address.ends_with("@mail.example"), "{address}");

    let sent = world.once(&id(&written), "sent").await;
    assert!(sent["at"].is_number(), "{sent}");
    let path = format!("{ATS}/applications/{}/activities/", world.application);
    let told = world.server.get(&path, &world.owner).await.expect(200).json();
    assert!(told["results"].as_array().expect("rows").iter().any(|entry| entry["action"] == "email_sent"));

    // Nothing of it changes afterwards.
    let path = format!("{ATS}/emails/{}/", id(&written));
    for change in [json!({"body": "other"}), json!({"address": "x@example.org"}), json!({"status": "failed"})]
    {
        assert_eq!(world.server.patch(&path, &world.owner, change).await.status, 403);
    }
    assert_eq!(world.peer.to(GRACE).len(), 1);
}

#[tokio::test]
async fn an_answer_comes_back_is_told_and_is_answered_in_the_same_conversation() {
    let world = World::new().await;
    let written = world.write(&world.owner, json!({})).await;
    let address = reply_to(&world.peer.first(GRACE).await);
    let answer = format!(
        "From: Grace Hopper <Grace@Example.org>\nTo: Ada <{}>\nSubject: Re: Your application\nMessage-ID: <7@example.org>\n\n\
         Tomorrow at ten.\n\n> when can we talk?\n",
        address.to_uppercase()
    );
    assert_eq!(world.receives(&answer, None).0, Some(0));
    let came =
        until("the answer", async || world.all().await.into_iter().find(|email| email["direction"] == "in"))
            .await;
    assert_eq!((&came["direction"], &came["status"]), (&json!("in"), &json!("received")));
    assert_eq!((&came["address"], &came["message_id"]), (&json!(GRACE), &json!("<7@example.org>")));
    assert_eq!(came["body"], "Tomorrow at ten.\n\n> when can we talk?");
    assert_eq!((&came["answers_id"], &came["application_id"]), (&written["id"], &json!(world.application)));
    let told = world.peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "grace@example.org answered: Re: Your application");
    assert!(!told.text().contains("Tomorrow"), "what was said stays here: {}", told.text());

    // The same mail again is none; another one is.
    let (code, said) = world.receives(&answer, None);
    assert_eq!((code, said.contains("came before")), (Some(0), true), "{said}");
    assert_eq!(world.receives("From: x@y.example\n\nAlso\n", Some(&address)).0, Some(0));
    until("the second answer", async || (world.all().await.len() == 3).then_some(())).await;

    let back = json!({"subject": "Re: Your application", "body": "Good.", "answers_id": came["id"]});
    world.write(&world.owner, back).await;
    let second = until("the second mail", async || world.peer.to(GRACE).into_iter().nth(1)).await;
    assert_eq!(second.header("In-Reply-To"), "<7@example.org>");
    assert_eq!(second.header("References"), "<7@example.org>");
    assert_ne!(reply_to(&second), address, "each has an address of its own");
}

#[tokio::test]
async fn who_wrote_hears_of_the_answer_only_while_they_may_see_it() {
    let world = World::new().await;
    let ruth = world.server.member(&world.owner, "ruth@example.com", "recruiter").await;
    world.knows(&ruth).await;
    world.write(&ruth, json!({})).await;
    let address = reply_to(&world.peer.first(GRACE).await);
    let answer = |n: u8| {
        format!(
            "From: Grace <{GRACE}>\nTo: {address}\nSubject: Re: {n}\nMessage-ID: <{n}@example.org>\n\nYes\n"
        )
    };
    assert_eq!(world.receives(&answer(1), None).0, Some(0));
    let hers = || {
        world.peer.to("ruth@example.com").into_iter().filter(|mail| mail.header("Subject").contains("Re: "))
    };
    let first = until("her mail", async || hers().next()).await;
    assert!(first.header("Subject").contains("answered: Re: 1"), "{}", first.header("Subject"));
    // Behind a wall that she is outside of, those who are inside hear of it.
    let path = format!("{ATS}/applications/{}/", world.application);
    let application = world.server.get(&path, &world.owner).await.expect(200).json();
    let candidate = format!("{ATS}/candidates/{}/", application["candidate_id"].as_str().expect("an id"));
    world.server.patch(&candidate, &world.owner, json!({"is_private": true})).await.expect(200);
    world.server.get(&candidate, &ruth).await.expect(404);
    assert_eq!(world.receives(&answer(2), None).0, Some(0));
    let to_owner = async || {
        world.peer.to("acme@example.com").into_iter().find(|mail| mail.header("Subject").contains("Re: "))
    };
    let told = until("the owner's mail", to_owner).await;
    assert!(told.header("Subject").contains("wrote: Re: 2"), "{}", told.header("Subject"));
    assert_eq!(hers().count(), 1);
}

#[tokio::test]
async fn what_is_no_answer_of_ours_is_taken_by_nobody() {
    let world = World::new().await;
    let written = world.write(&world.owner, json!({})).await;
    let address = reply_to(&world.peer.first(GRACE).await);
    let (local, domain) = address.split_once('@').expect("an address");
    // One letter of the signature is another one.
    let at = local.len() - 3;
    let other = if local[at..].starts_with('a') { "b" } else { "a" };
    let forged = format!("{}{other}{}@{domain}", &local[..at], &local[at + 1..]);
    for (to, said) in [
        (forged.as_str(), "no such address"),
        ("reply@mail.example", "no calendar"),
        ("jobs@mail.example", "no calendar"),
    ] {
        let (code, told) = world.receives(&format!("From: a@b.example\nTo: {to}\n\nx\n"), None);
        assert_eq!((code, told.contains(said)), (Some(0), true), "{to}: {told}");
    }
    let output = world.pipe(b"", Some(&address));
    assert_eq!(output.status.code(), Some(65), "no mail");
    // What it would answer is gone, and with it who would read the answer.
    let path = format!("{ATS}/emails/{}/", id(&written));
    world.once(&id(&written), "sent").await;
    world.server.delete(&path, &world.owner).await.expect(204);
    let (code, told) = world.receives(&format!("From: a@b.example\nTo: {address}\n\nx\n"), None);
    assert_eq!((code, told.contains("gone")), (Some(0), true), "{told}");
    assert!(world.all().await.is_empty());
}

#[tokio::test]
async fn one_that_cannot_be_sent_says_why() {
    let world = World::new().await;
    let written = world.write(&world.owner, json!({"address": "never@example.org"})).await;
    let failed = world.once(&id(&written), "failed").await;
    assert!(failed["problem"].as_str().is_some_and(|said| said.contains("no such mailbox")), "{failed}");
    for (field, value) in [("address", "nobody"), ("subject", " "), ("body", "")] {
        let mut email = json!({
            "application_id": world.application, "address": GRACE, "subject": "S", "body": "B",
        });
        email[field] = json!(value);
        let refused = world.server.post(&format!("{ATS}/emails/"), &world.owner, email).await.expect(422);
        assert!(refused.json()["errors"][field].is_string() || refused.text().contains(field), "{field}");
    }
}

#[tokio::test]
async fn one_that_waits_can_be_called_back_and_taken_up_again() {
    // Nobody is there who would send it.
    let world = World::with(|config| config.smtp_url = None).await;
    let written = world.write(&world.owner, json!({})).await;
    let outbox = async || {
        let page = world.server.get("/api/v1/notifications/mail/", &world.owner).await.expect(200).json();
        page["results"][0]["state"].clone()
    };
    assert_eq!(outbox().await, "waiting");
    let path = format!("{ATS}/emails/{}/", id(&written));
    world.server.delete(&path, &world.owner).await.expect(204);
    assert_eq!(outbox().await, "cancelled");
    world.server.post(&format!("{path}restore/"), &world.owner, json!({})).await.expect(200);
    assert_eq!(outbox().await, "waiting");
}

#[tokio::test]
async fn one_that_an_administrator_takes_out_of_the_outbox_is_said_to_be() {
    let world = World::with(|config| config.smtp_url = None).await;
    let written = world.write(&world.owner, json!({})).await;
    let page = world.server.get("/api/v1/notifications/mail/", &world.owner).await.expect(200).json();
    let path = format!("/api/v1/notifications/mail/{}/cancel/", id(&page["results"][0]));
    world.server.post(&path, &world.owner, json!({})).await.expect(200);
    zumodra_server::ats::emails::sweep(&world.server.app).await.expect("sweeps");
    let failed = world.email(&id(&written)).await;
    assert_eq!(
        (&failed["status"], failed["problem"].as_str()),
        (&json!("failed"), Some("An administrator called it back."))
    );
    // Once.
    zumodra_server::ats::emails::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(world.email(&id(&written)).await["updated_at"], failed["updated_at"]);
}

#[tokio::test]
async fn without_an_address_for_answers_they_go_to_who_wrote() {
    let world = World::with(|config| config.mail_replies = None).await;
    let recruiter = world.server.member(&world.owner, "ruth@example.com", "recruiter").await;
    world.knows(&recruiter).await;
    world.write(&recruiter, json!({})).await;
    assert_eq!(reply_to(&world.peer.first(GRACE).await), "ruth@example.com");
}

#[tokio::test]
async fn correspondence_is_for_who_sees_how_to_reach_candidates() {
    let world = World::new().await;
    let written = world.write(&world.owner, json!({})).await;
    let job = world.email(&id(&written)).await["job_id"].as_str().expect("a job").to_owned();
    let mut people = Vec::new();
    for role in ["hr_manager", "recruiter", "hiring_manager", "viewer"] {
        let member = world.server.member(&world.owner, &format!("{role}@example.com"), role).await;
        world.knows(&member).await;
        people.push((role, member));
    }
    let team = json!({"hiring_manager_id": people[2].1.user_id});
    world.server.patch(&format!("{ATS}/jobs/{job}/"), &world.owner, team).await.expect(200);
    let path = format!("{ATS}/emails/{}/", id(&written));
    for (role, member) in &people {
        let sees = matches!(*role, "hr_manager" | "recruiter");
        let answer = world.server.get(&path, member).await;
        assert_eq!(answer.status.as_u16(), if sees { 200 } else { 404 }, "{role}");
        assert!(sees || !answer.text().contains("when can we talk"), "{role}");
    }
    // Behind a wall only for who is inside.
    world
        .server
        .patch(&format!("{ATS}/jobs/{job}/"), &world.owner, json!({"is_private": true}))
        .await
        .expect(200);
    assert_eq!(world.server.get(&path, &people[1].1).await.status, 404);
    assert_eq!(world.server.get(&path, &world.owner).await.status, 200);
}

#[tokio::test]
async fn a_workspace_begins_with_texts_in_its_language() {
    let world = World::new().await;
    let templates = until("the texts", async || {
        let page = world.server.get(&format!("{ATS}/mail-templates/"), &world.owner).await.expect(200).json();
        (page["count"] == 3).then(|| page["results"].clone())
    })
    .await;
    let named = |name: &str| templates.as_array().expect("rows").iter().any(|one| one["name"] == name);
    assert!(named("Rejection") && named("Invitation to talk") && named("We need more time"), "{templates}");
}
