//! Answers as calendar programs write them, piped to the program as a mail server does.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use sqlx::ConnectOptions as _;

use super::world::{AT, BOB, GRACE, World, calendar_of, checker, invited};
use crate::foundation::program::command;
use crate::support::START_MS;
use crate::support::smtp::{Arrived, until};

/// Pipes a mail to the program.
fn receive(data: &Path, database: &str, mail: &[u8]) -> Output {
    let mut program = command(data)
        .env("DATABASE_URL", database)
        .args(["mail", "receive"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    // A program that refuses early does not read to the end.
    let _ = program.stdin.take().expect("its input").write_all(mail);
    program.wait_with_output().expect("ends")
}

struct Inbox {
    world: World,
    database: String,
}

impl Inbox {
    fn takes(&self, mail: &[u8]) -> (Option<i32>, String) {
        let data = &self.world.server.app.config().data;
        let output = receive(data, &self.database, mail);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    async fn answer_of(&self, interview: &str, audience: &str) -> Value {
        let told = self.world.told(interview).await;
        let one = told.iter().find(|one| one["audience"] == audience);
        one.unwrap_or_else(|| panic!("no {audience}"))["answer"].clone()
    }
}

fn reply(mail: &Arrived, partstat: &str, address: &str, stamp: i64) -> Vec<u8> {
    let calendar = calendar_of(mail).expect("a calendar");
    checker(&["reply", partstat, address, &stamp.to_string()], &calendar)
}

#[tokio::test]
async fn an_answer_is_shown_and_an_old_one_is_not() {
    let (world, peer) = World::start().await;
    let database = world.server.database.to_url_lossy().to_string();
    let inbox = Inbox { world, database };
    let interview = inbox.world.plan(json!({})).await;
    let first = invited(&peer, GRACE, 1).await.swap_remove(0).0;
    let bobs = invited(&peer, BOB, 1).await.swap_remove(0).0;
    assert_eq!(inbox.answer_of(&interview, "candidate").await, Value::Null);

    let (code, said) = inbox.takes(&reply(&first, "ACCEPTED", "Grace@Example.org", START_MS));
    assert_eq!((code, said.contains("written down")), (Some(0), true), "{said}");
    assert_eq!(inbox.answer_of(&interview, "candidate").await, "accepted");
    assert_eq!(inbox.answer_of(&interview, "member").await, Value::Null);
    inbox.takes(&reply(&bobs, "DECLINED", BOB, START_MS));
    assert_eq!(inbox.answer_of(&interview, "member").await, "declined");
    // Nothing but the answer changed.
    let path = format!("{}{interview}/", super::world::INTERVIEWS);
    let record = inbox.world.server.get(&path, &inbox.world.owner).await.expect(200).json();
    assert_eq!(record["status"], "scheduled");

    // Somebody thinks again, and the mails arrive in the other order.
    inbox.takes(&reply(&first, "TENTATIVE", GRACE, START_MS + 5_000));
    let (code, said) = inbox.takes(&reply(&first, "ACCEPTED", GRACE, START_MS + 1_000));
    assert_eq!((code, said.contains("newer answer")), (Some(0), true), "{said}");
    assert_eq!(inbox.answer_of(&interview, "candidate").await, "tentative");

    // Another time asks again; an answer to what was told before answers nothing.
    inbox.world.change(&interview, json!({"starts_at": AT + 3_600_000})).await;
    let second = invited(&peer, GRACE, 2).await.swap_remove(1).0;
    assert_eq!(inbox.answer_of(&interview, "candidate").await, Value::Null);
    inbox.takes(&reply(&first, "ACCEPTED", GRACE, START_MS + 9_000));
    assert_eq!(inbox.answer_of(&interview, "candidate").await, Value::Null);
    inbox.takes(&reply(&second, "DECLINED", GRACE, START_MS + 9_000));
    assert_eq!(inbox.answer_of(&interview, "candidate").await, "declined");
}

/// The interview once it is as it should be.
async fn marked(world: &World, interview: &str, declined: &[&str]) -> Value {
    let path = format!("{}{interview}/", super::world::INTERVIEWS);
    until("the mark", async || {
        let record = world.server.get(&path, &world.owner).await.expect(200).json();
        (record["declined"] == json!(declined)).then_some(record)
    })
    .await
}

#[tokio::test]
async fn who_declines_is_marked_and_who_planned_it_is_told_once() {
    let (world, peer) = World::start().await;
    let database = world.server.database.to_url_lossy().to_string();
    let inbox = Inbox { world, database };
    let world = &inbox.world;
    let interview = world.plan(json!({})).await;
    let hers = invited(&peer, GRACE, 1).await.swap_remove(0).0;
    let his = invited(&peer, BOB, 1).await.swap_remove(0).0;
    inbox.takes(&reply(&his, "DECLINED", BOB, START_MS));
    let bob = world.bob.user_id.as_str();
    let record = marked(world, &interview, &[bob]).await;
    assert_eq!((&record["status"], &record["declined_of"]), (&json!("scheduled"), &record["starts_at"]));
    let told = || -> Vec<Arrived> {
        let mails = peer.to("acme@example.com").into_iter();
        mails
            .filter(|mail| mail.header("Subject").starts_with("Declined: interview with Grace Hopper"))
            .collect()
    };
    until("the planner is told", async || (told().len() == 1).then_some(())).await;
    assert!(told()[0].text().contains("declined the invitation"), "{}", told()[0].text());

    // The same once more, and the candidate: of whom it is told as well.
    inbox.takes(&reply(&his, "DECLINED", BOB, START_MS + 1_000));
    inbox.takes(&reply(&hers, "DECLINED", GRACE, START_MS));
    let mut both = [bob, world.candidate.as_str()];
    both.sort_unstable();
    marked(world, &interview, &both).await;
    until("the planner is told of her", async || (told().len() == 2).then_some(())).await;
    // Somebody thinks again.
    inbox.takes(&reply(&his, "ACCEPTED", BOB, START_MS + 2_000));
    marked(world, &interview, &[world.candidate.as_str()]).await;
    assert_eq!(told().len(), 2);
    // Of another time nobody has said anything.
    world.change(&interview, json!({"starts_at": AT + 3_600_000})).await;
    let second = invited(&peer, BOB, 2).await.swap_remove(1).0;
    inbox.takes(&reply(&second, "DECLINED", BOB, START_MS + 9_000));
    marked(world, &interview, &[bob]).await;
    until("the planner is told again", async || (told().len() == 3).then_some(())).await;
}

#[tokio::test]
async fn what_is_no_answer_says_so_by_its_code() {
    let (world, peer) = World::start().await;
    let database = world.server.database.to_url_lossy().to_string();
    let inbox = Inbox { world, database };
    let interview = inbox.world.plan(json!({})).await;
    let mail = invited(&peer, GRACE, 1).await.swap_remove(0).0;
    let good = reply(&mail, "ACCEPTED", GRACE, START_MS);
    let text = String::from_utf8(good.clone()).expect("text");
    let forged = text.replace("Grace Hopper <grace@example.org>", "Eve <eve@example.org>");
    let eve = reply(&mail, "ACCEPTED", "eve@example.org", START_MS);
    let large = [good.as_slice(), &vec![b'x'; 1 << 20]].concat();
    let tenant = text.split_once('@').map(|_| inbox.world.owner.tenant_id.replace('-', "")).expect("one");
    let elsewhere = text.replace(&tenant[..12], "000000000000");
    assert_ne!(elsewhere, text);
    for (name, bytes, code) in [
        ("no mail", Vec::new(), 65),
        ("another mail", b"From: a@b.example\r\nSubject: Hello\r\n\r\nHello".to_vec(), 0),
        ("half a calendar", text.replace("END:VEVENT", "X").into_bytes(), 65),
        ("a forged sender", forged.into_bytes(), 65),
        ("too large", large, 65),
        ("somebody who is not invited", eve, 0),
        ("a workspace that is not there", elsewhere.into_bytes(), 0),
        ("no decision", reply(&mail, "NEEDS-ACTION", GRACE, START_MS), 0),
    ] {
        let (found, said) = inbox.takes(&bytes);
        assert_eq!((found, said.is_empty()), (Some(code), false), "{name}: {said}");
        assert_eq!(inbox.answer_of(&interview, "candidate").await, Value::Null, "{name}");
    } // Without its database it may be tried again later.
    let data = &inbox.world.server.app.config().data;
    let output = receive(data, "postgres://127.0.0.1:1/nothing", &good);
    assert_eq!(output.status.code(), Some(75), "{}", String::from_utf8_lossy(&output.stderr));
}
