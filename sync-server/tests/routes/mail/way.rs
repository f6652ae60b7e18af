//! The way to the mail server: encrypted, signed in, or neither.

use std::path::{Path, PathBuf};
use std::process::Command;

use zumodra_server::Config;
use zumodra_server::config::Secret;

use super::world::{invite, once, sending_to};
use crate::support::smtp::SmtpPeer;
use crate::support::{TestServer, folder};

/// A certificate of this machine's address, and its key.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.example"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

fn encrypted(scheme: &str, peer: &SmtpPeer, authorities: Option<PathBuf>) -> Config {
    let url = format!("{scheme}://127.0.0.1:{}", peer.port());
    let password = Some(Secret::new("p@ss word/1"));
    Config {
        smtp_user: Some("mailer".into()),
        smtp_password: password,
        smtp_ca: authorities,
        ..sending_to(&url)
    }
}

#[tokio::test]
async fn mail_goes_out_encrypted_and_signed_in() {
    for (way, scheme) in [("starttls", "smtp"), ("wrapped", "smtps")] {
        let (certificate, key) = certificate(&folder("certificate"));
        let file = |path: &Path| path.to_str().expect("a path").to_owned();
        let options = [
            "--tls",
            way,
            "--certificate",
            &file(&certificate),
            "--key",
            &file(&key),
            "--login",
            "mailer:p@ss word/1",
        ];
        let peer = SmtpPeer::with(&options);
        let server = TestServer::with(encrypted(scheme, &peer, Some(certificate))).await;
        let owner = server.workspace("Acme").await;
        invite(&server, &owner, "bob@example.com").await;
        let mail = peer.first("bob@example.com").await;
        assert_eq!(
            (mail.0["encrypted"].as_bool(), mail.0["signed_in"].as_bool()),
            (Some(true), Some(true)),
            "{way}"
        );

        // Nobody that this machine trusts vouches for that certificate.
        let server = TestServer::with(encrypted(scheme, &peer, None)).await;
        let owner = server.workspace("Acme").await;
        invite(&server, &owner, "eve@example.com").await;
        let mail = once(&server, &owner, "eve@example.com", "deferred").await;
        assert!(mail["problem"].as_str().is_some_and(|said| said.contains("certificate")), "{mail}");
        assert_eq!(peer.all().len(), 1);
    }
}

#[tokio::test]
async fn a_server_without_encryption_gets_neither_password_nor_mail() {
    let peer = SmtpPeer::start();
    let server = TestServer::with(encrypted("smtp", &peer, None)).await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "bob@example.com").await;
    let mail = once(&server, &owner, "bob@example.com", "deferred").await;
    assert!(mail["problem"].as_str().is_some_and(|said| said.contains("STARTTLS")), "{mail}");
    assert_eq!(peer.all().len(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_the_settings_fault_and_no_mail_is_given_up() {
    let peer = SmtpPeer::with(&["--login", "mailer:right"]);
    let url = format!("smtp://mailer:wrong@127.0.0.1:{}?tls=none", peer.port());
    let server = TestServer::with(sending_to(&url)).await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "bob@example.com").await;
    let mail = once(&server, &owner, "bob@example.com", "deferred").await;
    assert!(mail["problem"].as_str().is_some_and(|said| said.starts_with("535")), "{mail}");
}

#[tokio::test]
async fn addresses_of_other_scripts_arrive() {
    let peer = SmtpPeer::start();
    let server = TestServer::with(sending_to(&peer.url())).await;
    let owner = server.workspace("Café Zoë").await;
    invite(&server, &owner, "bob@exämple.org").await;
    invite(&server, &owner, "zoë@example.org").await;
    let mail = peer.first("bob@xn--exmple-cua.org").await;
    assert_eq!(mail.header("From"), format!("Café Zoë <{}>", super::world::FROM));
    assert!(!mail.0["options"].to_string().contains("SMTPUTF8"));
    let mail = peer.first("zoë@example.org").await;
    assert!(mail.0["options"].to_string().contains("SMTPUTF8"), "{}", mail.0["options"]);
}
