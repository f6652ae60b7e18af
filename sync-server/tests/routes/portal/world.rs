//! A workspace with two people who applied, and their mail.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use zumodra_server::Config;

use crate::mail::world::sending_to;
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Answer, Signed, TestServer};

pub const GRACE: &str = "grace@example.org";
pub const ADA: &str = "lovelace@example.org";
pub const ATS: &str = "/api/v1/ats";
pub const ME: &str = "/careers/acme/me/";

pub struct World {
    pub server: TestServer,
    pub peer: SmtpPeer,
    pub owner: Signed,
    pub pipeline: String,
    pub job: String,
    pub candidate: String,
    pub application: String,
}

pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    pub async fn new() -> Self {
        let peer = SmtpPeer::start();
        let config = sending_to(&peer.url());
        Self::with(peer, config).await
    }

    pub async fn with(peer: SmtpPeer, config: Config) -> Self {
        let server = TestServer::with(config).await;
        let owner = server.workspace("Acme").await;
        let mut world = Self {
            server,
            peer,
            owner,
            pipeline: String::new(),
            job: String::new(),
            candidate: String::new(),
            application: String::new(),
        };
        let stages = json!([
            {"id": "new", "name": "Inbox of Zorro", "kind": "new"},
            {"id": "talk", "name": "Zorro talks", "kind": "interview"},
            {"id": "offer", "name": "Zorro pays", "kind": "offer"},
            {"id": "hired", "name": "Zorro is glad", "kind": "hired"},
            {"id": "no", "name": "Zorro says no", "kind": "rejected"},
            {"id": "gone", "name": "Zorro lost them", "kind": "withdrawn"},
        ]);
        world.pipeline = world.add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        world.job = world.job("Line cook", false).await;
        (world.candidate, world.application) = world.applies("Grace", GRACE, &world.job).await;
        world
    }

    /// Makes a record. Gives its id.
    pub async fn add(&self, kind: &str, body: Value) -> String {
        id(&self.server.post(&format!("{ATS}/{kind}/"), &self.owner, body).await.expect(201).json())
    }

    pub async fn edit(&self, kind: &str, record: &str, body: Value) {
        self.server.patch(&format!("{ATS}/{kind}/{record}/"), &self.owner, body).await.expect(200);
    }

    pub async fn job(&self, title: &str, is_private: bool) -> String {
        self.add("jobs", json!({"title": title, "pipeline_id": self.pipeline, "is_private": is_private}))
            .await
    }

    /// Somebody with an address who applied for a job. Gives the candidate and the application.
    pub async fn applies(&self, name: &str, email: &str, job: &str) -> (String, String) {
        let candidate = self.add("candidates", json!({"first_name": name, "last_name": "Hopper"})).await;
        self.add("candidate-contacts", json!({"candidate_id": candidate, "email": email})).await;
        let application = json!({
            "candidate_id": candidate, "job_id": job, "cover_letter": "I cook <b>well</b>.",
            "answers": [{"id": "a01", "question": "Since when?", "answer": "1906 & ever", "knocks_out": true}],
        });
        (candidate.clone(), self.add("applications", application).await)
    }

    /// A page with a cookie or without.
    pub async fn page(&self, path: &str, cookie: Option<&str>) -> Answer {
        let mut request = Request::builder().uri(path).header(header::HOST, "localhost");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, format!("other=1; {cookie}; last=2"));
        }
        self.server.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a form of the portal.
    pub async fn form(&self, rest: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        self.send(&format!("{ME}{rest}"), cookie, fields).await
    }

    /// Sends a form.
    pub async fn send(&self, path: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.server.send(request.body(Body::from(body.finish())).expect("a request")).await
    }

    /// Asks for a link. Gives the token of it, which comes as one of so many mails to the address.
    pub async fn link(&self, address: &str, mails: usize) -> String {
        self.form("link/", None, &[("email", address)]).await.expect(303);
        self.token(address, mails).await
    }

    /// The token in the newest of so many mails with a link to an address.
    pub async fn token(&self, address: &str, mails: usize) -> String {
        let arrived = until("the link", async || {
            let links =
                self.peer.to(address).into_iter().filter(|mail| mail.header("Subject").contains("Your way"));
            Some(links.collect::<Vec<_>>()).filter(|links| links.len() == mails)
        })
        .await;
        let link = arrived.last().expect("a mail").link("http");
        let (path, query) = link.split_once('?').expect("a query");
        assert!(path.ends_with("/careers/acme/me/open/"), "{path}");
        let token = query.split('&').find_map(|pair| pair.strip_prefix("token="));
        token.expect("a token").to_owned()
    }

    /// The cookie that a link is traded for.
    pub async fn enter(&self, token: &str) -> String {
        let answer = self.form("open/", None, &[("token", token)]).await.expect(303);
        assert_eq!(answer.headers[header::LOCATION], ME);
        let cookie = answer.headers[header::SET_COOKIE].to_str().expect("a cookie");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// Grace is in. Gives her cookie.
    pub async fn grace(&self) -> String {
        let token = self.link(GRACE, 1).await;
        self.enter(&token).await
    }

    /// What the forms of who is in carry.
    pub async fn form_token(&self, cookie: &str) -> String {
        let page = self.page(ME, Some(cookie)).await.expect(200).text();
        let (_, rest) = page.split_once("name=\"form\" value=\"").expect("a form");
        rest.split('"').next().expect("a value").to_owned()
    }

    /// A record by its id.
    pub async fn record(&self, kind: &str, record: &str) -> Value {
        self.server.get(&format!("{ATS}/{kind}/{record}/"), &self.owner).await.expect(200).json()
    }

    /// The notes on a candidate, as texts.
    pub async fn notes(&self, candidate: &str) -> Vec<String> {
        let path = format!("{ATS}/notes/?candidate_id={candidate}");
        let list = self.server.get(&path, &self.owner).await.expect(200).json();
        let bodies = list["results"].as_array().expect("a list").iter();
        bodies.map(|note| note["body"].as_str().expect("a text").to_owned()).collect()
    }
}
