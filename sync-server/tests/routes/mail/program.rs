//! The program, killed while it sends, and its commands.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use zumodra_server::limits::MAIL_CONNECTIONS;

use crate::foundation::program::{Server, command, run, serve_with, text, wait_until_ready};
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{PASSWORD, client, database, folder};

fn settings(peer: &SmtpPeer) -> [(&'static str, String); 3] {
    [
        ("ZUMODRA_SMTP_URL", peer.url()),
        ("ZUMODRA_MAIL_FROM", super::world::FROM.to_owned()),
        ("ZUMODRA_SMTP_TIMEOUT_S", "60".to_owned()),
    ]
}

async fn post(server: &Server, path: &str, token: Option<&str>, body: Value) -> Value {
    let mut request = client().post(format!("http://127.0.0.1:{}{path}", server.port)).json(&body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.expect("answers").json().await.expect("JSON")
}

/// Waits until so many mails are written down as sent.
async fn sent(data: &Path, count: usize) {
    until(&format!("{count} sent mails"), async || {
        let listed = text(&run(data, &["mail", "list", "acme"]));
        (listed.lines().filter(|line| line.contains(" sent ")).count() == count).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_killed_while_it_sends_sends_again_at_its_next_start() {
    let peer = SmtpPeer::start();
    let data = folder("mail-killed");
    let settings = settings(&peer);
    let mut server = serve_with(&data, &settings);
    wait_until_ready(&mut server).await;
    let body = json!({"workspace": "Acme", "name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let owner = post(&server, "/api/v1/tenants/", None, body).await;
    let access = owner["access"].as_str().expect("a token").to_owned();
    let invite = async |server: &Server, address: &str| {
        let body = json!({"email": address, "role": "viewer"});
        post(server, "/api/v1/tenants/invitations/", Some(&access), body).await;
    };
    // The peer takes the bytes of the first, keeps nothing and does not answer; the others wait their turn, or are on
    // their way on another connection.
    for address in ["hang@example.com", "a@example.com", "b@example.com", "c@example.com"] {
        invite(&server, address).await;
    }
    peer.reached("hang@example.com").await;
    server.child.kill().expect("kills");
    server.child.wait().expect("ends");
    let begun = std::time::Instant::now();
    let mut server = serve_with(&data, &settings);
    wait_until_ready(&mut server).await;
    for address in ["hang@example.com", "a@example.com", "b@example.com", "c@example.com"] {
        let first = peer.first(address).await.header("Message-ID");
        let arrived: Vec<String> = peer.to(address).iter().map(|mail| mail.header("Message-ID")).collect();
        // What was in the air when the process died may come twice, as the same message.
        let twice = usize::from(address != "hang@example.com");
        assert!(
            arrived.len() <= 1 + twice && arrived.iter().all(|id| *id == first),
            "{address}: {arrived:?}"
        );
    }
    // What the dead process was sending need not wait for its lease: nobody else can be sending it.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());

    // The one window: the peer kept the message, and the node died before it heard so. It comes twice, as the same
    // message.
    invite(&server, "lost@example.com").await;
    peer.reached("lost@example.com").await;
    server.child.kill().expect("kills");
    server.child.wait().expect("ends");
    let mut server = serve_with(&data, &settings);
    wait_until_ready(&mut server).await;
    let twice = until("the second copy", async || {
        Some(peer.to("lost@example.com")).filter(|copies| copies.len() == 2)
    })
    .await;
    assert_eq!(twice[0].header("Message-ID"), twice[1].header("Message-ID"));
    sent(&data, 5).await;
}

#[tokio::test]
async fn when_a_node_is_killed_another_sends_what_it_was_sending() {
    /// Mails behind the one at which the first node dies.
    const BEHIND: usize = 30;
    let peer = SmtpPeer::start();
    let data = folder("mail-nodes");
    let database = database().await.to_url_lossy().to_string();
    let mut settings = settings(&peer).to_vec();
    settings[2].1 = "3".to_owned();
    settings.push(("DATABASE_URL", database));
    settings.push(("ZUMODRA_RATES__USER", "100000/second".to_owned()));
    let mut first = serve_with(&data, &settings);
    wait_until_ready(&mut first).await;
    let body = json!({"workspace": "Acme", "name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let owner = post(&first, "/api/v1/tenants/", None, body).await;
    let access = owner["access"].as_str().expect("a token").to_owned();
    let invite = async |address: &str| {
        let body = json!({"email": address, "role": "viewer"});
        post(&first, "/api/v1/tenants/invitations/", Some(&access), body).await;
    };
    invite("hang@example.com").await;
    peer.reached("hang@example.com").await;
    for at in 0..BEHIND {
        invite(&format!("a{at}@example.com")).await;
    }
    first.child.kill().expect("kills");
    first.child.wait().expect("ends");
    let mut second = serve_with(&data, &settings);
    wait_until_ready(&mut second).await;
    until("one mail for each", async || {
        let to: BTreeSet<String> = peer.all().iter().map(|mail| mail.to().to_owned()).collect();
        (to.len() == BEHIND + 1).then_some(())
    })
    .await;
    tokio::time::sleep(super::world::A_WHILE).await;
    let arrived = peer.all();
    let messages: BTreeSet<String> = arrived.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(messages.len(), BEHIND + 1, "none goes out as another message");
    // The peer had taken what was on the other connections, and the node was killed before it could write so down: of
    // each connection one mail at most comes again, as the same message.
    let again = arrived.len() - messages.len();
    println!("{again} came again");
    assert!(again < MAIL_CONNECTIONS, "{again}");
}

#[tokio::test]
async fn commands_show_try_and_test_mail() {
    let peer = SmtpPeer::start();
    let data = folder("mail-commands");
    let with = |arguments: &[&str]| {
        let mut command = command(&data);
        command.envs(settings(&peer)).args(arguments).output().expect("runs")
    };
    text(&run(&data, &["tenant", "create", "Acme", "--owner", "Ada", "--email", "ada@example.com"]));
    let doctor = text(&run(&data, &["doctor"]));
    assert!(doctor.contains("mail waits in the outbox"), "{doctor}");
    assert!(!run(&data, &["mail", "test", "acme", "bob@example.com"]).status.success());

    let sent = text(&with(&["mail", "test", "acme", "bob@example.com"]));
    let mail = peer.first("bob@example.com").await;
    assert!(sent.contains(&mail.header("Message-ID")), "{sent}");
    assert_eq!(mail.header("Subject"), "Mail from Acme works");
    let failed = with(&["mail", "test", "acme", "never@example.com"]);
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(!failed.status.success() && said.contains("550 5.1.1"), "{said}");
    let given_up = text(&with(&["mail", "list", "acme", "--state", "given_up"]));
    let id =
        given_up.lines().nth(1).and_then(|row| row.split_whitespace().next()).expect("a mail").to_owned();
    assert!(given_up.contains("There is no such mailbox"), "{given_up}");
    text(&with(&["mail", "retry", "acme", &id]));
    assert!(text(&with(&["mail", "list", "acme", "--state", "waiting"])).contains(&id));
    assert_eq!(text(&with(&["mail", "forget", "acme", "never@example.com"])).trim(), "1");
    assert!(!text(&with(&["mail", "list", "acme"])).contains("never@example.com"));
    let doctor = text(&with(&["doctor"]));
    assert!(doctor.contains("answers, and takes mail from"), "{doctor}");
    drop(peer);
    let gone = command(&data)
        .envs([("ZUMODRA_SMTP_URL", "smtp://127.0.0.1:1?tls=none"), ("ZUMODRA_MAIL_FROM", "a@b.example")])
        .arg("doctor")
        .output()
        .expect("runs");
    assert!(!gone.status.success() && String::from_utf8_lossy(&gone.stdout).contains("WRONG"));
}
