//! A server that sends its mail to a real peer, and what tests ask of it.

use std::time::Duration;

use serde_json::{Value, json};
use zumodra_server::Config;
use zumodra_server::config::Secret;

use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Signed, TestServer, config};

/// Where administrators look at mail.
pub const MAIL: &str = "/api/v1/notifications/mail/";
/// The address that mail comes from.
pub const FROM: &str = "jobs@zumodra.example";
/// Long enough for a mail to arrive that must not.
pub const A_WHILE: Duration = Duration::from_millis(700);

/// A configuration that sends mail to an address.
pub fn sending_to(url: &str) -> Config {
    Config {
        smtp_url: Some(Secret::new(url)),
        mail_from: Some(FROM.to_owned()),
        smtp_timeout_s: 2,
        ..config()
    }
}

/// A server and its mail server.
pub async fn start() -> (TestServer, SmtpPeer) {
    let peer = SmtpPeer::start();
    (TestServer::with(sending_to(&peer.url())).await, peer)
}

/// Waits until the directory has these members of a workspace.
pub async fn in_the_directory(server: &TestServer, owner: &Signed, members: &[&Signed]) {
    for member in members {
        let path = format!("/api/v1/tenants/members/{}/history/", member.user_id);
        until("the directory", async || server.get(&path, owner).await.status.is_success().then_some(()))
            .await;
    }
}

/// Invites somebody. Gives the answer.
pub async fn invite(server: &TestServer, by: &Signed, email: &str) -> Value {
    let body = json!({"email": email, "role": "recruiter"});
    server.post("/api/v1/tenants/invitations/", by, body).await.expect(201).json()
}

/// The mails of a workspace, the newest first.
pub async fn mails(server: &TestServer, by: &Signed) -> Vec<Value> {
    let page = server.get(&format!("{MAIL}?page_size=100"), by).await.expect(200).json();
    page["results"].as_array().expect("a list").clone()
}

/// The newest mail to an address.
pub async fn mail_to(server: &TestServer, by: &Signed, address: &str) -> Value {
    let found = mails(server, by).await.into_iter().find(|mail| mail["to"] == address);
    found.unwrap_or_else(|| panic!("no mail to {address}"))
}

/// The newest mail to an address, once it has this state.
pub async fn once(server: &TestServer, by: &Signed, address: &str, state: &str) -> Value {
    until(&format!("{state} of the mail to {address}"), async || {
        Some(mail_to(server, by, address).await).filter(|mail| mail["state"] == state)
    })
    .await
}
