//! Many desktops at once, each with its own device: sockets that have said hello and listen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _, stream};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use zumodra_shared::kernel::limits::MAX_FRAME_BYTES;
use zumodra_shared::sync::wire::{ClientFrame, Hello, ServerFrame, Welcome, decode, encode};

use super::stage::{Device, Stage, Tenant};
use crate::process::wire::{Wire, hello};

/// How often a desktop that has nothing to say pings.
const PING_EVERY: Duration = Duration::from_secs(25);
/// Sockets that are being opened at the same moment.
const OPENED_AT_ONCE: usize = 64;
/// What a socket here reads at once: there are thousands, and nearly nothing comes.
const READ_BUFFER_BYTES: usize = 1024;
/// How long a hello may take.
const WELCOME_WITHIN: Duration = Duration::from_secs(60);
/// Descriptors that are asked for.
const DESCRIPTORS: u64 = 65_536;

/// A socket of the crowd.
pub type Socket = WebSocketStream<TcpStream>;

/// Raises this process's limit of descriptors, which the programs that it starts inherit; gives what it is then.
///
/// # Errors
/// When the limit cannot be read.
pub fn raise_descriptors() -> Result<u64> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    // Above the hard limit only where the account may.
    if setrlimit(Resource::RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS.max(hard)).is_err() {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    }
    Ok(getrlimit(Resource::RLIMIT_NOFILE)?.0)
}

/// Where a replica that has everything stands: the cursor at the log's head, and every scope held.
///
/// # Errors
/// When the server does not welcome it.
pub async fn standing(stage: &Stage, tenant: &Tenant) -> Result<Welcome> {
    let device = stage.device(tenant).await?;
    let (_, welcome) = Wire::welcomed(&stage.server.url(), &device.token).await?;
    Ok(welcome)
}

/// Opens a socket and says hello as a replica that has everything; gives it after the welcome.
///
/// # Errors
/// When the server does not welcome it.
pub async fn open(server: &str, device: &Device, standing: &Welcome) -> Result<Socket> {
    let address = server.trim_start_matches("http://");
    let stream = TcpStream::connect(address).await.context("connect")?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let request = format!("ws://{address}/api/v1/sync");
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
    let hello = Hello { cursor: standing.cursor, scopes: standing.grants.clone(), ..hello(&device.token) };
    socket.send(Message::Binary(encode(&ClientFrame::Hello(hello)).into())).await?;
    loop {
        let message = tokio::time::timeout(WELCOME_WITHIN, socket.next()).await.context("no welcome")?;
        if let Message::Binary(bytes) = message.context("the connection ended")?? {
            match decode::<ServerFrame>(&bytes) {
                Ok(ServerFrame::Welcome(_)) => return Ok(socket),
                other => bail!("no welcome: {other:?}"),
            }
        }
    }
}

/// Sockets that only listen.
#[derive(Debug, Default)]
pub struct Crowd {
    tasks: JoinSet<()>,
    pages: Arc<AtomicU64>,
    lost: Arc<AtomicU64>,
}

impl Crowd {
    /// Opens a socket for each device.
    ///
    /// # Errors
    /// When one is not welcomed.
    pub async fn join(&mut self, server: &str, devices: &[Device], standing: &Welcome) -> Result<()> {
        let mut opening = stream::iter(devices)
            .map(|device| open(server, device, standing))
            .buffer_unordered(OPENED_AT_ONCE);
        while let Some(socket) = opening.next().await {
            let (pages, lost) = (Arc::clone(&self.pages), Arc::clone(&self.lost));
            self.tasks.spawn(listen(socket?, pages, lost));
        }
        Ok(())
    }

    /// Sockets that are open.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.tasks.len() as u64 - self.lost.load(Ordering::SeqCst)
    }

    /// Frames that came, the answers to pings left out.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::SeqCst)
    }
}

async fn listen(mut socket: Socket, pages: Arc<AtomicU64>, lost: Arc<AtomicU64>) {
    let mut pings = tokio::time::interval(PING_EVERY);
    pings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pings.reset();
    let ping = encode(&ClientFrame::Ping);
    let pong = encode(&ServerFrame::Pong);
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Binary(bytes))) if bytes[..] == pong[..] => {}
                Some(Ok(Message::Binary(_))) => { pages.fetch_add(1, Ordering::SeqCst); }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
            _ = pings.tick() => if socket.send(Message::Binary(ping.clone().into())).await.is_err() { break },
        }
    }
    lost.fetch_add(1, Ordering::SeqCst);
}
