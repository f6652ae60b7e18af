//! A server of calendars in a process of its own, what another program does in it, and somebody who connects to it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Child;

use axum::http::Method;
use reqwest::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use zumodra_server::Config;

use crate::calendar::world::{INTERVIEWS, World};
use crate::support::smtp::until;
use crate::support::{Answer, Signed, client, config, folder, peer};

/// Where somebody connects a calendar.
pub const CONNECTION: &str = "/api/v1/accounts/calendar/connection/";
/// Where they have it compared.
pub const SYNC: &str = "/api/v1/accounts/calendar/connection/sync/";
/// Who signs in at the server of calendars.
pub const LOGIN: &str = "bob";
/// The password there.
pub const SECRET: &str = "app password 7";

/// How long a node that is gone has a calendar for itself.
pub const LEASE_MS: i64 = 300_000;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Radicale,
    Xandikos,
}

/// A running server of calendars; it ends when it is dropped.
pub struct Peer {
    kind: Kind,
    child: Option<Child>,
    folder: PathBuf,
    port: Option<String>,
    client: Client,
}

impl Peer {
    /// Starts a server with an empty calendar.
    pub async fn start(kind: Kind) -> Self {
        let folder = folder("calendars");
        let mut peer = Self { kind, child: None, folder, port: None, client: client() };
        peer.password(SECRET);
        peer.again().await;
        if kind == Kind::Radicale {
            peer.make("office").await;
        }
        peer
    }

    /// Makes a calendar (RFC 4791, 5.3.1).
    pub async fn make(&self, name: &str) {
        let method = reqwest::Method::from_bytes(b"MKCALENDAR").expect("a method");
        let url = format!("{}/bob/{name}/", self.url());
        let made = self.client.request(method, url).basic_auth(LOGIN, Some(SECRET)).send().await;
        assert_eq!(made.expect("an answer").status().as_u16(), 201);
    }

    /// Lets one password in from now on.
    pub fn password(&self, password: &str) {
        std::fs::write(self.folder.join("users"), format!("{LOGIN}:{password}\n")).expect("writes");
    }

    /// Starts the server, at the port that it had.
    pub async fn again(&mut self) {
        let kind = if self.kind == Kind::Radicale { "radicale" } else { "xandikos" };
        let port = self.port.clone();
        let port = port.as_deref().map(OsStr::new);
        let arguments = [OsStr::new(kind), self.folder.as_os_str()];
        let (child, listens) = peer::start("caldav_peer.py", arguments.into_iter().chain(port));
        self.port = Some(listens.to_string());
        self.child = Some(child);
        until("the server of calendars", async || self.client.get(self.url()).send().await.ok()).await;
    }

    /// Ends the server; what is in its calendars stays.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The address of the server.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.as_deref().unwrap_or_default())
    }

    /// The path of its calendar.
    pub const fn path(&self) -> &'static str {
        match self.kind {
            Kind::Radicale => "/bob/office/",
            Kind::Xandikos => "/user/calendars/calendar/",
        }
    }

    async fn ask(&self, method: reqwest::Method, interview: &str, tag: &str, body: String) -> Response {
        let url = format!("{}{}{interview}.ics", self.url(), self.path());
        let mut request = self.client.request(method, url).basic_auth(LOGIN, Some(SECRET));
        if !tag.is_empty() {
            request = request.header(IF_MATCH, tag);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "text/calendar");
        }
        request.body(body).send().await.expect("an answer")
    }

    /// The event of an interview with its tag, if there is one.
    pub async fn event(&self, interview: &str) -> Option<(String, String)> {
        let answer = self.ask(reqwest::Method::GET, interview, "", String::new()).await;
        if answer.status().as_u16() == 404 {
            return None;
        }
        let tag = answer.headers()[ETAG].to_str().expect("a tag").to_owned();
        Some((answer.text().await.expect("a text").replace("\r\n ", ""), tag))
    }

    /// Waits until an event has a line.
    pub async fn has(&self, interview: &str, line: &str) -> String {
        let found = async || {
            let (text, tag) = self.event(interview).await?;
            text.lines().any(|found| found.trim_end() == line).then_some(tag)
        };
        until(&format!("an event with {line}"), found).await
    }

    /// Waits until there is no event of an interview.
    pub async fn has_not(&self, interview: &str) {
        until("an event to be gone", async || self.event(interview).await.is_none().then_some(())).await;
    }

    /// Changes an event as another program does: what it was is written with something replaced, if it is still that.
    pub async fn change(&self, interview: &str, replaced: &[(&str, &str)]) {
        let (mut text, tag) = self.event(interview).await.expect("is there");
        for (old, new) in replaced {
            assert!(text.contains(old), "no {old} in {text}");
            text = text.replace(old, new);
        }
        let answer = self.ask(reqwest::Method::PUT, interview, &tag, text).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Puts an event where that of an interview was, as another program does.
    pub async fn put(&self, interview: &str, text: &str) {
        let answer = self.ask(reqwest::Method::PUT, interview, "", text.to_owned()).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Takes an event out as another program does.
    pub async fn take_out(&self, interview: &str) {
        let answer = self.ask(reqwest::Method::DELETE, interview, "", String::new()).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A configuration with which calendars of this machine may be connected.
pub fn nearby() -> Config {
    Config { calendars_nearby: true, ..config() }
}

/// Tries to connect a calendar.
pub async fn try_connect(world: &World, by: &Signed, body: Value) -> Answer {
    world.server.call(Method::PUT, CONNECTION, Some(&by.access), Some(body)).await
}

/// What connects the peer's calendar.
pub fn typed(peer: &Peer) -> Value {
    json!({"url": format!("{}{}", peer.url(), peer.path()), "login": LOGIN, "password": SECRET})
}

/// A workspace in which Bob has connected his calendar.
pub async fn connected(kind: Kind) -> (World, Peer) {
    let peer = Peer::start(kind).await;
    let world = World::with(nearby()).await;
    let state = try_connect(&world, &world.bob, typed(&peer)).await.expect(200).json();
    assert_eq!(state["connected"], true, "{state}");
    (world, peer)
}

/// Has a calendar compared, until something is so of how it stands.
pub async fn compared(world: &World, by: &Signed, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let look = async || {
        let state = world.server.post(SYNC, by, json!({})).await.expect(200).json();
        is_so(&state).then_some(state)
    };
    until(what, look).await
}

/// Has Bob's calendar compared until it is in step and nobody is at it any more.
pub async fn in_step(world: &World) {
    let is_so = |state: &Value| state["problem"].is_null() && state["in_step_at"].is_string();
    compared(world, &world.bob, "a calendar in step", is_so).await;
    idle(world).await;
}

/// Waits until no calendar is due or being compared.
pub async fn idle(world: &World) {
    let tenant = world.server.tenant(&world.owner).await;
    until("the calendars to rest", async || {
        let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        let busy: i64 = sqlx::query_scalar(
            "select count(*) from calendar_connections where claim is not null or due_at <= $1",
        )
        .bind(world.server.clock.now())
        .fetch_one(&mut *tx)
        .await
        .expect("counts");
        (busy == 0).then_some(())
    })
    .await;
}

/// Leaves a calendar as a node does that died in a pass over it: its lease lasts for [`LEASE_MS`], and what is written down of
/// its events is what a statement makes of it.
pub async fn left(world: &World, statement: &'static str) {
    let tenant = world.server.tenant(&world.owner).await;
    let until_ms = world.server.clock.now() + LEASE_MS;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query("update calendar_connections set mark = '', claim = gen_random_uuid(), claimed_until = $1")
        .bind(until_ms)
        .execute(&mut *tx)
        .await
        .expect("writes");
    sqlx::query(statement).execute(&mut *tx).await.expect("writes");
    tx.commit().await.expect("commits");
}

/// When an interview is: its begin and its length.
pub async fn slot(world: &World, interview: &str) -> (i64, i64) {
    let path = format!("{INTERVIEWS}{interview}/");
    let read = world.server.get(&path, &world.owner).await.expect(200).json();
    (read["starts_at"].as_i64().expect("a time"), read["minutes"].as_i64().expect("a length"))
}

/// Compares until an interview is then.
pub async fn moved_to(world: &World, interview: &str, wanted: (i64, i64)) {
    until("the interview to be moved", async || {
        world.server.post(SYNC, &world.bob, json!({})).await.expect(200);
        (slot(world, interview).await == wanted).then_some(())
    })
    .await;
}
