//! The host of the session: socket, timers and store around the state machine.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use zumodra_shared::kernel::limits::MAX_FRAME_BYTES;
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::sync::client::{Action, BACKOFF_MAX_MS, Granted, Held, Input, Session};
use zumodra_shared::sync::handshake::{self, HELLO_HEADER, Headers};

use super::status::SyncState;
use crate::engine::Workspace;

/// The socket's address below the server's.
const SOCKET_PATH: &str = "/api/v1/sync";
/// How often the session learns that time passes.
const TICK: Duration = Duration::from_millis(500);
/// Time until the socket stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// Time that one frame may take to be written before the connection counts as dead.
const SEND_WITHIN: Duration = Duration::from_secs(30);
/// Wait after the server ended the session for a reason that may pass, in milliseconds.
const STOPPED_WAIT_MS: i64 = 5_000;
/// Wait before a fresh token is tried, in milliseconds.
const TOKEN_WAIT_MS: i64 = 500;
/// How often the instant that was reached is remembered, in milliseconds.
const SEEN_EVERY_MS: i64 = 5 * 60 * 1_000;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a session of the host ended for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The device was revoked: the replica is to be wiped.
    Revoked,
    /// The sign-in has run out: nothing is sent until somebody signs in.
    SignInNeeded,
}

struct Host {
    workspace: Arc<Workspace>,
    session: Session,
    socket: Option<Socket>,
    connect_at: Option<i64>,
    actions: VecDeque<Action>,
    inputs: VecDeque<Input>,
    seen_at: i64,
}

/// Keeps the workspace in step with the server until the sign-in ends.
pub async fn run(workspace: Arc<Workspace>) -> Ended {
    let now = workspace.clock.steady();
    let mut host = Host {
        session: Session::new(),
        socket: None,
        connect_at: None,
        actions: VecDeque::new(),
        inputs: VecDeque::new(),
        seen_at: now,
        workspace,
    };
    host.actions.extend(host.session.start(now));
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if let Some(ended) = host.settle().await {
            return ended;
        }
        let connect_at = host.connect_at;
        let connecting = sleep_until(host.instant(connect_at));
        tokio::select! {
            message = receive(&mut host.socket) => host.received(message).await,
            () = connecting, if connect_at.is_some() => {
                if let Some(ended) = host.connect().await {
                    return ended;
                }
            }
            () = host.workspace.outbox_changed.notified() => host.inputs.push_back(Input::OutboxChanged),
            () = host.workspace.sync_wanted.notified() => host.hurry(),
            _ = ticks.tick() => host.tick().await,
        }
    }
}

async fn receive(socket: &mut Option<Socket>) -> Option<Message> {
    match socket {
        Some(socket) => socket.next().await?.ok(),
        None => std::future::pending().await,
    }
}

/// Opens a socket with a frame in the handshake; says whether the server took it. What stands between here and the server
/// may refuse a header that it does not know, or one so long (RFC 6585, section 5): then the frame stays behind.
async fn shake_hands(address: &str, hello: Option<&[u8]>) -> tungstenite::Result<(Socket, bool)> {
    let hello = hello.and_then(handshake::headers);
    match upgrade(address, hello.as_ref()).await {
        Err(tungstenite::Error::Http(answer)) if hello.is_some() && answer.status().is_client_error() => {
            tracing::info!(status = %answer.status(), "the handshake was refused; it is tried without a frame in it");
            upgrade(address, None).await
        }
        done => done,
    }
}

async fn upgrade(address: &str, hello: Option<&Headers>) -> tungstenite::Result<(Socket, bool)> {
    let mut request = address.into_client_request()?;
    if let Some(hello) = hello {
        let mut token = HeaderValue::from_str(&hello.authorization)?;
        token.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, token);
        request.headers_mut().insert(HELLO_HEADER, HeaderValue::from_str(&hello.hello)?);
    }
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let (socket, answer) = connect_async_with_config(request, Some(limits), true).await?;
    Ok((socket, answer.headers().contains_key(HELLO_HEADER)))
}

impl Host {
    fn now(&self) -> i64 {
        self.workspace.clock.steady()
    }

    fn instant(&self, at: Option<i64>) -> Instant {
        let wait = at.unwrap_or(i64::MAX).saturating_sub(self.now()).clamp(0, BACKOFF_MAX_MS * 10);
        Instant::now() + Duration::from_millis(wait.unsigned_abs())
    }

    /// Carries out every action and feeds every input that follows from them.
    async fn settle(&mut self) -> Option<Ended> {
        loop {
            while let Some(action) = self.actions.pop_front() {
                if let Some(ended) = self.act(action).await {
                    return Some(ended);
                }
            }
            let input = self.inputs.pop_front()?;
            let now = self.now();
            self.actions.extend(self.session.handle(now, input));
        }
    }

    async fn act(&mut self, action: Action) -> Option<Ended> {
        match action {
            Action::Send(frame) => self.send(frame).await,
            Action::ConnectAt(at) => self.connect_at = Some(at),
            Action::Close => self.drop_socket().await,
            Action::Stopped(problem) => return self.stopped(problem).await,
            Action::UpToDate => self.workspace.set_state(SyncState::UpToDate, None).await,
            stored => self.store(stored).await,
        }
        None
    }

    async fn store(&mut self, action: Action) {
        // Between two catch-ups the state stays: what waits in the outbox shows by itself.
        let state = match &action {
            Action::Grants(Granted { download: Some(_), .. }) | Action::Load { next: Some(_), .. } => {
                Some(SyncState::Downloading)
            }
            Action::Grants(_) | Action::Same { .. } | Action::Load { .. } => Some(SyncState::Syncing),
            _ => None,
        };
        let remote = matches!(
            action,
            Action::Grants(_) | Action::Load { .. } | Action::Apply { .. } | Action::Replace { .. }
        );
        let regranted = matches!(action, Action::Grants(_) | Action::Same { .. });
        // While a download goes on, the index would take turns with it.
        let loaded = matches!(action, Action::Load { next: None, .. } | Action::Apply { .. });
        if let Action::Grants(Granted { server_now: Some(at), .. }) | Action::Same { server_now: at, .. } =
            &action
        {
            self.workspace.clock.reached(*at);
        }
        let carried = self.workspace.carry_out(action, remote).await;
        match carried {
            Ok(carried) => {
                self.inputs.extend(carried.inputs);
                if regranted {
                    self.workspace.role_changed().await;
                }
                if loaded {
                    self.workspace.index_wanted.notify_one();
                }
                if carried.close {
                    self.drop_socket().await;
                } else if let Some(state) = state {
                    self.workspace.set_state(state, None).await;
                }
            }
            Err(problem) => {
                tracing::error!(code = %problem.code, "the store could not take what the server sent");
                self.workspace.mend(&problem).await;
                // What follows builds on what was not stored.
                self.actions.clear();
                self.drop_socket().await;
                let message = Some(problem.code.english().to_owned());
                self.workspace.set_state(SyncState::Offline, message).await;
            }
        }
    }

    async fn send(&mut self, frame: Vec<u8>) {
        let Some(socket) = &mut self.socket else { return };
        let sent = timeout(SEND_WITHIN, socket.send(Message::Binary(frame.into()))).await;
        if !matches!(sent, Ok(Ok(()))) {
            self.drop_socket().await;
        }
    }

    async fn drop_socket(&mut self) {
        if let Some(mut socket) = self.socket.take() {
            let _ = timeout(Duration::from_millis(500), socket.close(None)).await;
            self.disconnected().await;
        }
    }

    async fn disconnected(&mut self) {
        // A download that was cut may go on only tomorrow.
        self.workspace.index_wanted.notify_one();
        let jitter = self.workspace.store(|replica, _| Ok(replica.jitter())).await.unwrap_or_default();
        self.inputs.push_back(Input::Disconnected { jitter });
        self.workspace.set_state(SyncState::Offline, None).await;
    }

    async fn connect(&mut self) -> Option<Ended> {
        self.connect_at = None;
        self.workspace.set_state(SyncState::Connecting, None).await;
        let workspace = Arc::clone(&self.workspace);
        let token = match workspace.tokens.access(&workspace).await {
            Ok(token) => token,
            Err(problem) if problem.code == Code::Offline => {
                self.disconnected().await;
                return None;
            }
            // A refresh token that is refused stays refused.
            Err(problem) if problem.code.status() == 401 && problem.code != Code::DeviceRevoked => {
                let message = Some(problem.code.english().to_owned());
                self.workspace.set_state(SyncState::SignedOut, message).await;
                return Some(Ended::SignInNeeded);
            }
            Err(problem) => return self.stopped(problem).await,
        };
        let address = workspace.account().server.replacen("http", "ws", 1) + SOCKET_PATH;
        match workspace.store(move |replica, _| replica.held(token)).await {
            Ok(held) => self.open(&address, held).await,
            Err(problem) => {
                workspace.mend(&problem).await;
                self.disconnected().await;
            }
        }
        None
    }

    /// Opens the socket. The session's first frame goes with the handshake, unless it is too large for that or the server
    /// does not know how to take it.
    async fn open(&mut self, address: &str, held: Held) {
        let now = self.now();
        let mut actions = VecDeque::from(self.session.handle(now, Input::Connected(held)));
        let hello = match actions.front() {
            Some(Action::Send(frame)) => Some(frame.as_slice()),
            _ => None,
        };
        match timeout(CONNECT_WITHIN, shake_hands(address, hello)).await {
            Ok(Ok((socket, taken))) => {
                self.socket = Some(socket);
                if taken {
                    actions.pop_front();
                }
                self.actions.append(&mut actions);
            }
            failed => {
                if let Ok(Err(error)) = failed {
                    tracing::info!(%error, "the server cannot be reached");
                }
                self.disconnected().await;
            }
        }
    }

    async fn received(&mut self, message: Option<Message>) {
        match message {
            Some(Message::Binary(bytes)) => self.inputs.push_back(Input::Frame(bytes.to_vec())),
            Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
            Some(Message::Text(_) | Message::Close(_)) | None => {
                self.socket = None;
                self.disconnected().await;
            }
        }
    }

    /// Somebody asked to synchronise now.
    fn hurry(&mut self) {
        if self.connect_at.is_some() {
            self.connect_at = Some(self.now());
        }
        self.inputs.push_back(Input::OutboxChanged);
    }

    async fn tick(&mut self) {
        self.inputs.push_back(Input::Tick);
        let now = self.now();
        if self.session.is_live() && self.workspace.tokens.is_due(now).await {
            let workspace = Arc::clone(&self.workspace);
            match workspace.tokens.access(&workspace).await {
                Ok(token) => self.inputs.push_back(Input::Token(token)),
                Err(problem) => tracing::info!(code = %problem.code, "the token could not be renewed yet"),
            }
        }
        if now - self.seen_at >= SEEN_EVERY_MS {
            self.seen_at = now;
            let live = self.session.is_live();
            let noted = self
                .workspace
                .store(move |replica, now| if live { replica.contacted(now) } else { replica.seen(now) });
            if let Err(problem) = noted.await {
                tracing::warn!(code = %problem.code, "the time of contact could not be kept");
            }
        }
    }

    /// The session ended for a reason that waiting alone does not cure.
    async fn stopped(&mut self, problem: Problem) -> Option<Ended> {
        tracing::info!(code = %problem.code, "the session with the server ended");
        self.socket = None;
        self.inputs.clear();
        self.actions.clear();
        self.workspace.tokens.refused().await;
        let message = Some(problem.code.english().to_owned());
        match problem.code {
            Code::DeviceRevoked => return Some(Ended::Revoked),
            // A fresh token decides: when there is none to be had, the sign-in has run out.
            Code::TokenExpired | Code::Unauthenticated => self.again(TOKEN_WAIT_MS),
            Code::ProtocolTooOld => {
                self.workspace.set_state(SyncState::NeedsUpdate, message).await;
                self.again(BACKOFF_MAX_MS);
            }
            Code::Forbidden | Code::TenantSuspended | Code::TenantUnknown => {
                self.workspace.set_state(SyncState::Locked, message).await;
                self.again(BACKOFF_MAX_MS);
            }
            _ => {
                self.workspace.set_state(SyncState::Offline, message).await;
                self.again(STOPPED_WAIT_MS);
            }
        }
        None
    }

    fn again(&mut self, wait_ms: i64) {
        let now = self.now();
        let _ = self.session.start(now);
        self.connect_at = Some(now + wait_ms);
    }
}
