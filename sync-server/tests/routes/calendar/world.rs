//! A workspace with a candidate and people who interview, and readers of calendars that nobody here wrote.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use zumodra_server::Config;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use crate::mail::world::sending_to;
use crate::support::smtp::{Arrived, SmtpPeer, until};
use crate::support::{START_MS, Signed, TestServer};

/// Where interviews are.
pub const INTERVIEWS: &str = "/api/v1/ats/interviews/";
/// The candidate's address.
pub const GRACE: &str = "grace@example.org";
/// The address of who interviews.
pub const BOB: &str = "bob@example.com";
/// When the interview begins: 2026-11-27T14:00:00Z.
pub const AT: i64 = START_MS + 5 * DAY_MS + 2 * HOUR_MS;
/// What nobody but the team may read.
pub const BRIEFING: &str = "Ask about the gap in 2019";

/// A server with a workspace in which somebody applied.
pub struct World {
    pub server: TestServer,
    pub owner: Signed,
    pub bob: Signed,
    pub candidate: String,
    pub contact: String,
    pub application: String,
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

impl World {
    /// One that sends to a peer.
    pub async fn start() -> (Self, SmtpPeer) {
        let peer = SmtpPeer::start();
        // The clock is moved by days: leases have to last for longer.
        let config = Config { smtp_timeout_s: 60, ..sending_to(&peer.url()) };
        (Self::with(config).await, peer)
    }

    pub async fn with(config: Config) -> Self {
        let server = TestServer::with(config).await;
        let owner = server.workspace("Acme").await;
        let bob = server.member(&owner, BOB, "recruiter").await;
        until("the default pipeline", async || {
            let page = server.get("/api/v1/ats/pipelines/", &owner).await.expect(200).json();
            (page["count"] == 1).then_some(())
        })
        .await;
        let add = async |what: &str, body: Value| {
            let path = format!("/api/v1/ats/{what}/");
            id(&server.post(&path, &owner, body).await.expect(201).json())
        };
        let job = add("jobs", json!({"title": "Chef; pâtissier, \"R&D\""})).await;
        let name = json!({"first_name": "Grace", "last_name": "Hopper"});
        let candidate = add("candidates", name).await;
        let contact =
            json!({"candidate_id": candidate, "email": "Grace@Example.org", "phone": "+1 555 0100"});
        let contact = add("candidate-contacts", contact).await;
        let application = add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
        let world = Self { server, owner, bob, candidate, contact, application };
        world.recorded(&world.bob).await;
        world.recorded(&world.owner).await;
        world
    }

    /// Waits until records can point to a member.
    pub async fn recorded(&self, member: &Signed) {
        let path = format!("/api/v1/tenants/members/{}/history/", member.user_id);
        until("the member's record", async || {
            let seen = self.server.get(&path, &self.owner).await;
            (seen.status == 200 && seen.json()["count"].as_i64() > Some(0)).then_some(())
        })
        .await;
    }

    /// Plans an interview by Bob, with some fields of its own. Gives its id.
    pub async fn plan(&self, fields: Value) -> String {
        let mut body = json!({
            "application_id": self.application, "starts_at": AT, "minutes": 45, "kind": "video",
            "time_zone": "America/Toronto", "place": "Room 1; 2nd floor, left",
            "meeting_url": "https://meet.example/j/1?pwd=a,b;c", "interviewer_ids": [self.bob.user_id],
            "message": "Bring a pen,\nand a smile; ça ira.", "briefing": BRIEFING,
        });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        id(&self.server.post(INTERVIEWS, &self.owner, body).await.expect(201).json())
    }

    /// Changes an interview.
    pub async fn change(&self, interview: &str, fields: Value) {
        self.server.patch(&format!("{INTERVIEWS}{interview}/"), &self.owner, fields).await.expect(200);
    }

    /// Who was told of an interview.
    pub async fn told(&self, interview: &str) -> Vec<Value> {
        let path = format!("{INTERVIEWS}{interview}/invitations/");
        let list = self.server.get(&path, &self.owner).await.expect(200).json();
        list["results"].as_array().expect("a list").clone()
    }

    /// The addresses that the table of invitations holds.
    pub async fn addresses(&self) -> Vec<String> {
        let tenant = self.server.tenant(&self.owner).await;
        let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        sqlx::query_scalar("select address from interview_invitations where address <> '' order by address")
            .fetch_all(&mut *tx)
            .await
            .expect("reads")
    }
}

/// Python with the readers, which `cargo xtask test --only setup` installs.
fn python() -> PathBuf {
    let tools = || {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools");
        std::env::var_os("ZUMODRA_TOOLS").map_or(ours, PathBuf::from).join("checkers")
    };
    std::env::var_os("ZUMODRA_CHECKERS").map_or_else(tools, PathBuf::from).join("bin/python")
}

/// Has the readers do something with a calendar.
pub fn checker(arguments: &[&str], calendar: &str) -> Vec<u8> {
    let mut reader = Command::new(python())
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/checkers/calendars.py"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts: `cargo xtask test --only setup` installs it");
    reader.stdin.take().expect("its input").write_all(calendar.as_bytes()).expect("writes");
    let answer = reader.wait_with_output().expect("ends");
    assert!(answer.status.success(), "cannot be read: {calendar}");
    answer.stdout
}

/// What the readers find in a calendar, whose lines have to be as they should.
pub fn read(calendar: &str) -> Value {
    let read: Value = serde_json::from_slice(&checker(&["read"], calendar)).expect("JSON");
    assert!(read["longest_line"].as_u64() <= Some(75), "{calendar}");
    assert_eq!(read["bare_newlines"], 0, "{calendar:?}");
    assert_eq!(read["version"], "2.0");
    for (event, uid) in
        read["events"].as_array().expect("events").iter().zip(read["vobject"].as_array().expect("all"))
    {
        assert_eq!((&event["errors"], &event["uid"]), (&json!([]), uid));
    }
    read
}

/// The calendar of a mail, which is a form of the message and a file alike.
pub fn calendar_of(mail: &Arrived) -> Option<String> {
    let all = |name: &str| mail.0[name].as_array().expect("a list").clone();
    let calendar = all("calendars").into_iter().next()?;
    let text = calendar["text"].as_str().expect("a text").to_owned();
    let method = format!("METHOD:{}\r\n", calendar["method"].as_str().expect("a method"));
    assert!(text.contains(&method), "{text}");
    assert_eq!(all("attachments"), [json!({"name": "invite.ics", "type": "application/ics", "text": text})]);
    Some(text)
}

/// The mails with a calendar to an address, once there are so many: each with what is read in it.
pub async fn invited(peer: &SmtpPeer, address: &str, count: usize) -> Vec<(Arrived, Value)> {
    let calendars = || peer.to(address).into_iter().filter(|mail| calendar_of(mail).is_some());
    until(&format!("{count} calendars for {address}"), async || (calendars().count() >= count).then_some(()))
        .await;
    let mails = calendars().map(|mail| {
        let read = read(&calendar_of(&mail).expect("a calendar"));
        assert_eq!((&mail.0["defects"], mail.0["bare_newlines"].as_u64()), (&json!([]), Some(0)));
        (mail, read)
    });
    mails.collect()
}

/// What an event was said to be: method, SEQUENCE, begin.
pub fn essence(read: &Value) -> (String, i64, String) {
    let event = &read["events"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&read["method"]), event["sequence"].as_i64().expect("a number"), text(&event["start"]))
}
