//! A hello that comes with the WebSocket's opening handshake: heard at once, or said again once the socket stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use zumodra_shared::kernel::limits::MAX_HELLO_HEADER_BYTES;
use zumodra_shared::sync::handshake::{HELLO_HEADER, frame, headers};
use zumodra_shared::sync::wire::{ClientFrame, ServerFrame, encode};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::Server;
use zumodra_tests::process::temporary;
use zumodra_tests::process::wire::{Wire, hello};

#[tokio::test(flavor = "multi_thread")]
async fn a_hello_may_come_with_the_handshake() -> Result<()> {
    let folder = temporary("handshake")?;
    let server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Handshakes", "owner@handshake.example").await?;
    let said = |token: &str| URL_SAFE_NO_PAD.encode(encode(&ClientFrame::Hello(hello(token))));
    let url = server.url().to_owned();
    let alone = async |value: &str| Wire::connect_with(&url, &[(HELLO_HEADER, value)]).await;

    // As a desktop says it: the token where tokens are, the rest in a header of ours.
    let whole = encode(&ClientFrame::Hello(hello(&owner.access)));
    let split = headers(&whole).context("a hello fits into headers")?;
    ensure!(frame(&split.authorization, &split.hello) == Some(whole));
    let both = [("authorization", split.authorization.as_str()), (HELLO_HEADER, split.hello.as_str())];
    let (mut wire, taken) = Wire::connect_with(&server.url(), &both).await?;
    ensure!(taken, "the server does not say that it took the hello");
    let ServerFrame::Welcome(welcome) = wire.answer().await? else { anyhow::bail!("no welcome") };
    wire.send(&ClientFrame::Purged).await?;
    wire.download(&welcome).await?;

    // A frame that has its token needs no other header. Said twice, it is one too many.
    let (mut wire, _) = alone(&said(&owner.access)).await?;
    wire.send(&ClientFrame::Hello(hello(&owner.access))).await?;
    ensure!(refusal(&mut wire).await?.as_deref() == Some("unexpected-frame"));

    // A token that is none or is missing, and a frame that is none, are refused as in a frame.
    let (mut wire, taken) = alone(&said("none")).await?;
    ensure!(taken && refusal(&mut wire).await?.as_deref() == Some("unauthenticated"));
    let (mut wire, taken) = alone(&said("")).await?;
    ensure!(taken && refusal(&mut wire).await?.as_deref() == Some("unauthenticated"));
    let (mut wire, taken) = alone("AAAA").await?;
    ensure!(taken && refusal(&mut wire).await?.as_deref() == Some("malformed-frame"));

    // What is no base64, and what is too long, is not taken: the socket waits for a frame.
    for unreadable in ["?".to_owned(), "A".repeat(MAX_HELLO_HEADER_BYTES * 2)] {
        let (mut wire, taken) = alone(&unreadable).await?;
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

/// A proxy before the server that refuses what bears a hello in its head. Gives its address and how often it refused.
async fn narrow_proxy(server: &Server) -> Result<(String, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let behind = server.url().trim_start_matches("http://").to_owned();
    let refused = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&refused);
    tokio::spawn(async move {
        while let Ok((mut outside, _)) = listener.accept().await {
            let (behind, refused) = (behind.clone(), Arc::clone(&counted));
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                    if outside.read_buf(&mut head).await? == 0 {
                        return Ok(());
                    }
                }
                if String::from_utf8_lossy(&head).to_lowercase().contains(&format!("{HELLO_HEADER}:")) {
                    refused.fetch_add(1, Ordering::Relaxed);
                    let answer = "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
                    return outside.write_all(answer.as_bytes()).await;
                }
                let mut inside = TcpStream::connect(&behind).await?;
                inside.write_all(&head).await?;
                copy_bidirectional(&mut outside, &mut inside).await.map(|_| ())
            });
        }
    });
    Ok((url, refused))
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_proxy_refuses_the_header_the_hello_is_said_in_a_frame() -> Result<()> {
    let folder = temporary("narrow-proxy")?;
    let server = Server::start(folder.path()).await?;
    let email = "owner@narrow.example";
    server.sign_up("Narrow", email).await?;
    let (proxy, refused) = narrow_proxy(&server).await?;
    let mut engine = EngineProcess::start(&folder.path().join("desk"))?;
    engine.enter(&proxy, email).await?;
    engine.current().await?;
    ensure!(refused.load(Ordering::Relaxed) > 0, "the proxy saw no hello in a head");
    engine.end().await
}
