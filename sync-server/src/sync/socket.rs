//! The socket: feeds the session what comes, carries out what it asks, one connection a task.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio::sync::{Mutex, broadcast};
use zumodra_shared::kernel::Problem;
use zumodra_shared::kernel::limits::MAX_FRAME_BYTES;
use zumodra_shared::sync::handshake::{self, HELLO_HEADER};
use zumodra_shared::sync::server::{Action, Authenticated, Input, Session};

use super::hub::Wake;
use super::{presence, read, writer};
use crate::accounts::sessions::{self, Session as SignedIn};
use crate::accounts::token;
use crate::app::App;
use crate::error::Error;

/// How often a session looks at the clock until it is welcomed.
const TICK: Duration = Duration::from_secs(1);
/// How often it does afterwards: most connections are idle, and each look costs a little of everybody's time.
const LIVE_TICK: Duration = Duration::from_secs(15);
/// How long a frame may take to go out; who reads slower is dropped back to catching up.
const SEND_WITHIN: Duration = Duration::from_secs(30);
/// What tungstenite reads at once: small, because most connections are idle (3.2 kB each instead of 134).
const READ_BUFFER_BYTES: usize = 1024;
/// When the server goes down, everybody comes back within this time, each at another moment.
const COME_BACK_WITHIN_MS: u32 = 2_000;

type Pending = Pin<Box<dyn Future<Output = Input> + Send>>;

/// Opens a sync connection. A hello that came with the handshake is heard at once, and the answer says so.
pub async fn open(State(app): State<App>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let hello = said(&headers);
    let taken = hello.is_some();
    let mut response = upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(4 * MAX_FRAME_BYTES)
        .on_upgrade(move |socket| async move {
            let tasks = app.tasks().clone();
            // Counted, so that a shutdown waits for the answers of what was committed.
            tasks.track_future(Connection::new(app, socket).run(hello)).await;
        });
    if taken {
        response.headers_mut().insert(HELLO_HEADER, HeaderValue::from_static("taken"));
    }
    response
}

/// The hello in the headers. Whoever sent something else says it once the socket stands.
fn said(headers: &HeaderMap) -> Option<Vec<u8>> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let hello = text(HeaderName::from_static(HELLO_HEADER))?;
    handshake::frame(text(AUTHORIZATION).unwrap_or_default(), hello)
}

struct Connection {
    app: App,
    socket: WebSocket,
    session: Session,
    who: Option<Arc<SignedIn>>,
    wakes: Option<broadcast::Receiver<Wake>>,
    /// This connection among those of its device; 0 before it is known whose it is.
    connection: u64,
    pending: FuturesUnordered<Pending>,
    /// Who it is is being looked up again.
    looking_up: bool,
    /// The place of an erasure that the device is not known to have reached; 0 for none.
    erasure: u64,
    /// Up to where this connection noted that the device has read.
    noted: u64,
    /// Held by the push that is on its way to the writer.
    order: Arc<Mutex<()>>,
}

impl Connection {
    fn new(app: App, socket: WebSocket) -> Self {
        let session = Session::new(app.now(), &[0; 16]);
        Self {
            app,
            socket,
            session,
            who: None,
            wakes: None,
            connection: 0,
            pending: FuturesUnordered::new(),
            looking_up: false,
            erasure: 0,
            noted: 0,
            order: Arc::default(),
        }
    }

    async fn run(mut self, hello: Option<Vec<u8>>) {
        self.converse(hello).await;
        if let Some(who) = &self.who {
            self.app.hub().disconnected(who.principal.device_id, self.connection);
        }
    }

    async fn converse(&mut self, hello: Option<Vec<u8>>) {
        if let Some(frame) = hello {
            // Boxed: what it needs would be part of every idle connection.
            let heard = Box::pin(self.feed(Input::Frame(frame))).await;
            if !heard {
                return;
            }
        }
        let mut tick = ticks(TICK);
        let stop = self.app.shutdown().clone();
        let mut stopping = false;
        loop {
            let input = tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Binary(bytes))) => Input::Frame(bytes.into()),
                    Some(Ok(Message::Text(_))) => Input::Frame(Vec::new()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                },
                Some(done) = self.pending.next(), if !self.pending.is_empty() => {
                    match &done {
                        Input::Authenticated(Ok(_)) => tick = ticks(LIVE_TICK),
                        Input::Principal(_) => self.looking_up = false,
                        _ => {}
                    }
                    done
                }
                wake = next_wake(self.wakes.as_mut()) => match self.woken(wake) {
                    Some(input) => input,
                    None => continue,
                },
                _ = tick.tick() => Input::Tick,
                () = stop.cancelled(), if !stopping => {
                    stopping = true;
                    // What was pushed before is answered first: the answer is the promise.
                    Box::pin(self.drain()).await;
                    Input::GoAway(COME_BACK_WITHIN_MS)
                }
            };
            if !self.feed(input).await {
                return;
            }
        }
    }

    /// Lets what is under way end, and sends its answers.
    async fn drain(&mut self) {
        while let Some(done) = self.pending.next().await {
            if matches!(done, Input::Ingested(..) | Input::CommandDone(_)) && !self.feed(done).await {
                return;
            }
        }
    }

    /// Feeds the session and carries out what it asks. `false` when the connection ended.
    async fn feed(&mut self, input: Input) -> bool {
        for action in self.session.handle(self.app.now(), input) {
            if !self.carry_out(action).await {
                return false;
            }
        }
        true
    }

    async fn carry_out(&mut self, action: Action) -> bool {
        match action {
            Action::Send(bytes) => {
                let sent =
                    tokio::time::timeout(SEND_WITHIN, self.socket.send(Message::Binary(bytes.into()))).await;
                return matches!(sent, Ok(Ok(())));
            }
            Action::Close => {
                let frame = CloseFrame { code: close_code::NORMAL, reason: "".into() };
                let _ = tokio::time::timeout(TICK, self.socket.send(Message::Close(Some(frame)))).await;
                let _ = tokio::time::timeout(TICK, self.socket.close()).await;
                return false;
            }
            // Boxed, because what it needs meanwhile would be part of every idle connection.
            Action::Authenticate(token) => Box::pin(self.authenticate(token)).await,
            Action::Purged => {
                if let Some(who) = &self.who {
                    tracing::debug!(device = %who.principal.device_id, "a replica holds nothing but its grants");
                }
            }
            Action::Reached(place) => self.reached(place),
            other => self.start(other),
        }
        true
    }

    /// Who it is must be known before the session is told: the tenant's key seals its cursors.
    async fn authenticate(&mut self, access: String) {
        let app = self.app.clone();
        let found = self.sign_in(&app, &access).await.map_err(|error| told(&error));
        self.pending.push(async move { Input::Authenticated(found) }.boxed());
    }

    async fn sign_in(&mut self, app: &App, access: &str) -> Result<Box<Authenticated>, Error> {
        let mut signed_in = sessions::authenticate(app, access).await?;
        self.session.set_key(&app.keys().cursor_key(signed_in.principal.tenant_id));
        let head = if self.wakes.is_none() {
            let (tenant, device) = (&signed_in.tenant, signed_in.principal.device_id);
            let presence::Arrival { head, erasure } = presence::arrive(app, tenant, device).await?;
            self.erasure = erasure;
            // Older connections are told before this one listens, so that it does not hear of itself.
            self.connection = app.hub().connected(tenant.id, device);
            self.wakes = Some(app.hub().listen(app, tenant));
            // What changed before this connection listened is in what is read now.
            signed_in = sessions::afresh(app, &signed_in).await?;
            head
        } else {
            read::head(app, &signed_in.tenant).await?
        };
        self.who = Some(Arc::clone(&signed_in));
        let expires_at = token::expires_at_ms(app.keys(), access, app.now());
        Ok(Box::new(Authenticated { principal: signed_in.principal.clone(), expires_at, head }))
    }

    /// Notes how far the replica has read, where that is asked: after an erasure that it was not known to have reached.
    fn reached(&mut self, place: u64) {
        let Some(who) = self.who.clone() else { return };
        let is_live = self.session.is_live();
        if place <= self.noted || (!is_live && !(1..=place).contains(&self.erasure)) {
            return;
        }
        self.noted = place;
        let app = self.app.clone();
        self.app.tasks().spawn(async move {
            let device = who.principal.device_id;
            if let Err(error) = presence::reached(&app, &who.tenant, device, place).await {
                tracing::warn!(%device, %error, "how far a device has read could not be noted");
            }
        });
    }

    fn start(&mut self, action: Action) {
        let Some(who) = self.who.clone() else { return };
        let (app, connection, order) = (self.app.clone(), self.connection, Arc::clone(&self.order));
        let work: Pending = match action {
            Action::ReadPage { ticket, cursor, grants, limit, checkpoint, own } => async move {
                let place = ((!own).then_some((who.principal.device_id, connection)), cursor);
                let read = read::page(&app, &who.tenant, place, &grants, limit, checkpoint).await;
                read.map_or_else(|error| failed(&error), |page| Input::Page(ticket, Box::new(page)))
            }
            .boxed(),
            Action::ReadChunk { ticket, grants, scopes, kind, after } => async move {
                let read = read::chunk(&app, &who.tenant, (&grants, &scopes), kind, after).await;
                read.map_or_else(|error| failed(&error), |chunk| Input::Chunk(ticket, Box::new(chunk)))
            }
            .boxed(),
            Action::CountGained(ticket, scopes, lost) => async move {
                let read = read::count(&app, &who.tenant, &scopes, &lost).await;
                read.map_or_else(|error| failed(&error), |total| Input::Counted(ticket, total))
            }
            .boxed(),
            Action::Fetch(ticket, docs, grants) => async move {
                let read = read::fetch(&app, &who.tenant, &docs, &grants).await;
                read.map_or_else(|error| failed(&error), |items| Input::Fetched(ticket, items))
            }
            .boxed(),
            Action::Ingest(batch, changes, principal) => async move {
                let (outcomes, at) =
                    writer::push(&app, &who.tenant, changes, principal, connection, &order).await;
                Input::Ingested(batch, outcomes, at)
            }
            .boxed(),
            Action::Run(command, principal) => async move {
                let key = command.key;
                match writer::run(&app, &who.tenant, command, principal).await {
                    Ok(done) => Input::CommandDone(done),
                    // Nobody knows whether it ran; the replica asks again with the same key.
                    Err(error) => {
                        tracing::warn!(%key, %error, "a command was not answered");
                        failed(&error)
                    }
                }
            }
            .boxed(),
            Action::LookUp => {
                self.looking_up = true;
                look_up(app, who).boxed()
            }
            Action::Send(_)
            | Action::Close
            | Action::Authenticate(_)
            | Action::Purged
            | Action::Reached(_) => return,
        };
        self.pending.push(work);
    }

    fn woken(&mut self, wake: Option<Wake>) -> Option<Input> {
        let who = self.who.clone()?;
        match wake {
            None | Some(Wake::Log) => Some(Input::Wake),
            // Also said to one that fell behind: whatever it missed, everything is looked at again.
            Some(Wake::Everybody) => Some(Input::Stale),
            Some(Wake::Device(device)) => (device == who.principal.device_id).then_some(Input::Stale),
            Some(Wake::People(people)) => people.contains(&who.principal.user_id).then_some(Input::Stale),
            // While it is looked up, for the first time or again, nobody knows what will be believed.
            Some(Wake::Owners(owners)) => {
                let believed = self.session.principal().filter(|_| !self.looking_up);
                let agree = believed.is_some_and(|principal| owners.agree_with(principal));
                (!agree).then_some(Input::Stale)
            }
            Some(Wake::Superseded(device)) if device == who.principal.device_id => {
                let newest = self.app.hub().is_newest(device, self.connection);
                (!newest).then_some(Input::GoAway(0))
            }
            Some(Wake::Superseded(_)) => None,
        }
    }
}

/// Looks up again who this is: the role, the jobs, or whether they may still be here.
async fn look_up(app: App, who: Arc<SignedIn>) -> Input {
    let found = match sessions::afresh(&app, &who).await {
        // The token's own end does not change.
        Ok(signed_in) => authenticated(&app, &signed_in, i64::MAX).await,
        Err(error) => Err(error),
    };
    Input::Principal(found.map_err(|error| told(&error)))
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    ticks
}

async fn next_wake(wakes: Option<&mut broadcast::Receiver<Wake>>) -> Option<Wake> {
    let Some(wakes) = wakes else { return std::future::pending().await };
    match wakes.recv().await {
        Ok(wake) => Some(wake),
        Err(broadcast::error::RecvError::Lagged(_)) => Some(Wake::Everybody),
        Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
    }
}

async fn authenticated(
    app: &App,
    signed_in: &SignedIn,
    expires_at: i64,
) -> Result<Box<Authenticated>, Error> {
    let head = read::head(app, &signed_in.tenant).await?;
    Ok(Box::new(Authenticated { principal: signed_in.principal.clone(), expires_at, head }))
}

fn told(error: &Error) -> Problem {
    if let Error::Failed(cause) = error {
        tracing::error!(error = format!("{cause:#}"), "a sync session failed");
    }
    error.refusal().problem
}

/// A read failed: the connection ends, and the replica comes back.
fn failed(error: &Error) -> Input {
    // Logged there; what exactly failed is nothing for the replica.
    let _ = told(error);
    Input::GoAway(COME_BACK_WITHIN_MS)
}
