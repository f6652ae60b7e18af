//! A hello that comes with the WebSocket's opening handshake: heard at once, or said again once the socket stands.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zumodra_shared::kernel::limits::MAX_HELLO_HEADER_BYTES;
use zumodra_shared::sync::HELLO_HEADER;
use zumodra_shared::sync::wire::{ClientFrame, ServerFrame, encode};
use zumodra_tests::process::server::Server;
use zumodra_tests::process::temporary;
use zumodra_tests::process::wire::{Wire, hello};

#[tokio::test(flavor = "multi_thread")]
async fn a_hello_may_come_with_the_handshake() -> Result<()> {
    let folder = temporary("handshake")?;
    let server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Handshakes", "owner@handshake.example").await?;
    let said = |token: &str| URL_SAFE_NO_PAD.encode(encode(&ClientFrame::Hello(hello(token))));

    let (mut wire, taken) = Wire::connect_with(&server.url(), HELLO_HEADER, &said(&owner.access)).await?;
    ensure!(taken, "the server does not say that it took the hello");
    let ServerFrame::Welcome(welcome) = wire.answer().await? else { anyhow::bail!("no welcome") };
    wire.send(&ClientFrame::Purged).await?;
    wire.download(&welcome).await?;

    // Said twice, it is one too many.
    let (mut wire, _) = Wire::connect_with(&server.url(), HELLO_HEADER, &said(&owner.access)).await?;
    wire.send(&ClientFrame::Hello(hello(&owner.access))).await?;
    ensure!(refusal(&mut wire).await?.as_deref() == Some("unexpected-frame"));

    // A token that is none, and a frame that is none, are refused as in a frame.
    let (mut wire, taken) = Wire::connect_with(&server.url(), HELLO_HEADER, &said("none")).await?;
    ensure!(taken && refusal(&mut wire).await?.as_deref() == Some("unauthenticated"));
    let (mut wire, taken) = Wire::connect_with(&server.url(), HELLO_HEADER, "AAAA").await?;
    ensure!(taken && refusal(&mut wire).await?.as_deref() == Some("malformed-frame"));

    // What is no base64, and what is too long, is not taken: the socket waits for a frame.
    for unreadable in ["?".to_owned(), "A".repeat(MAX_HELLO_HEADER_BYTES * 2)] {
        let (mut wire, taken) = Wire::connect_with(&server.url(), HELLO_HEADER, &unreadable).await?;
        ensure!(!taken, "{} bytes were taken", unreadable.len());
        wire.send(&ClientFrame::Hello(hello(&owner.access))).await?;
        ensure!(matches!(wire.answer().await?, ServerFrame::Welcome(_)));
    }
    Ok(())
}

/// The code with which the connection ends, if no welcome comes before.
async fn refusal(wire: &mut Wire) -> Result<Option<String>> {
    loop {
        match wire.answer().await.context("neither welcome nor refusal")? {
            ServerFrame::Refused(problem) => return Ok(Some(problem.code)),
            ServerFrame::Welcome(_) | ServerFrame::Page(_) => {}
            _ => return Ok(None),
        }
    }
}
