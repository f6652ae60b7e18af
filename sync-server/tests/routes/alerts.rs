//! Job alerts: asked for, confirmed, told once for each new position, ended with one click.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use zumodra_server::{careers, notifications};
use zumodra_shared::kernel::time::DAY_MS;

use crate::mail::world::sending_to;
use crate::support::smtp::{Arrived, SmtpPeer, until};
use crate::support::{Answer, Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const ALERTS: &str = "/careers/acme/alerts/";
const ZOE: &str = "zoe@example.org";
const A_WHILE: Duration = Duration::from_millis(400);

struct World {
    server: TestServer,
    peer: SmtpPeer,
    owner: Signed,
    pipeline: String,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    async fn new() -> Self {
        let peer = SmtpPeer::start();
        let server = TestServer::with(sending_to(&peer.url())).await;
        let owner = server.workspace("Acme").await;
        let pipeline = json!({"name": "Hiring", "stages": [{"name": "New", "kind": "new"}]});
        let pipeline =
            id(&server.post(&format!("{ATS}/pipelines/"), &owner, pipeline).await.expect(201).json());
        Self { server, peer, owner, pipeline }
    }

    /// Publishes a job a moment later than everything before it.
    async fn publishes(&self, title: &str, fields: Value) -> String {
        self.server.clock.advance(1_000);
        let mut job = json!({
            "title": title, "pipeline_id": self.pipeline, "published_on_career_page": true, "description": "Work.",
        });
        for (name, value) in fields.as_object().expect("fields") {
            job[name] = value.clone();
        }
        let job = id(&self.server.post(&format!("{ATS}/jobs/"), &self.owner, job).await.expect(201).json());
        self.server.post(&format!("{ATS}/jobs/{job}/publish/"), &self.owner, json!({})).await.expect(200);
        job
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.server.send(request.body(Body::from(body.finish())).expect("a request")).await
    }

    async fn page(&self, path: &str) -> Answer {
        self.server.call(Method::GET, path, None, None).await
    }

    /// The mails to somebody, once there are so many.
    async fn mails(&self, address: &str, count: usize) -> Vec<Arrived> {
        until("mail about alerts", async || Some(self.peer.to(address)).filter(|mails| mails.len() == count))
            .await
    }

    /// Somebody asks for a list, follows the link and says yes.
    async fn asks(&self, address: &str, wanted: &str, mails: usize) -> String {
        self.form(ALERTS, &[("email", address), ("wanted", wanted)]).await.expect(303);
        let asked = self.mails(address, mails).await.pop().expect("a mail");
        let token = token(&asked.link("http"));
        self.form(&format!("{ALERTS}on/"), &[("token", &token)]).await.expect(200);
        token
    }

    /// A minute later the server looks what is to be told, and a while passes.
    async fn looks(&self) {
        self.server.clock.advance(60_000);
        careers::sweep(&self.server.app).await.expect("sweeps");
        tokio::time::sleep(A_WHILE).await;
    }

    async fn left(&self) -> i64 {
        let tenant = self.server.tenant(&self.owner).await;
        let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        sqlx::query_scalar("select count(*) from job_alerts").fetch_one(&mut *tx).await.expect("reads")
    }
}

fn token(link: &str) -> String {
    let (_, query) = link.split_once("token=").expect("a token");
    query.split('&').next().expect("a value").to_owned()
}

#[tokio::test]
async fn who_said_yes_hears_once_of_each_new_position_and_once_a_day_at_most() {
    let world = World::new().await;
    world.publishes("Old cook", json!({})).await;
    let list = world.page("/careers/acme/?q=cook&team=Kitchen&page=2&sort=title").await.expect(200).text();
    assert!(
        list.contains("/careers/acme/alerts/?q=cook&#38;team=Kitchen")
            || list.contains("alerts/?q=cook&amp;team=Kitchen"),
        "{list}"
    );
    let form = world.page(&format!("{ALERTS}?q=cook&team=Kitchen")).await.expect(200).text();
    assert!(form.contains("cook, Kitchen"), "{form}");
    world.asks(ZOE, "q=cook", 1).await;
    world.looks().await;
    world.mails(ZOE, 1).await;

    world.publishes("Line cook", json!({"location_city": "Lyon"})).await;
    world.publishes("Waiter", json!({})).await;
    world.publishes("Secret cook", json!({"is_private": true})).await;
    world.looks().await;
    let told = world.mails(ZOE, 2).await.pop().expect("a mail");
    assert_eq!(told.header("Subject"), "New at Acme: Line cook · Lyon");
    assert!(told.text().contains("Line cook") && told.text().contains("q=cook"), "{}", told.text());
    for other in ["Waiter", "Secret", "Old"] {
        assert!(!told.text().contains(other), "{other}");
    }
    // A day at least is between two mails, and nothing is told twice.
    world.publishes("Sous-chef and cook", json!({})).await;
    world.looks().await;
    world.mails(ZOE, 2).await;
    world.server.clock.advance(DAY_MS);
    world.looks().await;
    let told = world.mails(ZOE, 3).await.pop().expect("a mail");
    assert!(told.text().contains("Sous-chef") && !told.text().contains("Line cook"), "{}", told.text());
    world.server.clock.advance(DAY_MS);
    world.looks().await;
    world.mails(ZOE, 3).await;
}

#[tokio::test]
async fn without_a_yes_nothing_comes_and_looking_at_a_link_is_none() {
    let world = World::new().await;
    world.form(ALERTS, &[("email", " Zoe@Example.org ")]).await.expect(303);
    let asked = world.mails(ZOE, 1).await.pop().expect("a mail");
    let link = asked.link("http");
    let path = format!("/careers{}", link.split_once("/careers").expect("a career page").1);
    for _ in 0..2 {
        let page = world.page(&path).await.expect(200);
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    }
    world.publishes("Line cook", json!({})).await;
    world.looks().await;
    world.mails(ZOE, 1).await;
    world.server.clock.advance(2 * DAY_MS + 2_000);
    world.looks().await;
    assert_eq!(world.left().await, 0, "what nobody confirms is forgotten");
    world.form(&format!("{ALERTS}on/"), &[("token", &token(&link))]).await.expect(410);
    world.page(&path).await.expect(410);
}

#[tokio::test]
async fn one_click_ends_it_from_the_page_or_from_the_program_that_reads_the_mail() {
    let world = World::new().await;
    for (number, by_header) in [false, true].into_iter().enumerate() {
        let address = format!("reader{number}@example.org");
        world.asks(&address, "", 1).await;
        world.publishes("Line cook", json!({})).await;
        world.looks().await;
        let told = world.mails(&address, 2).await.pop().expect("a mail");
        assert_eq!(told.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        let link = told.header("List-Unsubscribe");
        let link = link.trim_start_matches('<').trim_end_matches('>');
        assert!(told.text().contains(link), "{link}");
        let path = format!("/careers{}", link.split_once("/careers").expect("a career page").1);
        assert!(world.page(&path).await.expect(200).text().contains("Stop writing to me"));
        assert_eq!(world.left().await, 1, "looking at it ends nothing");
        let fields = [("token", token(link))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if by_header {
            world.form(&path, &[("List-Unsubscribe", "One-Click")]).await.expect(200);
        } else {
            world.form(&format!("{ALERTS}off/"), &fields).await.expect(200);
        }
        assert_eq!(world.left().await, 0);
        world.form(&format!("{ALERTS}off/"), &fields).await.expect(200);
        world.page(&path).await.expect(410);
    }
}

#[tokio::test]
async fn bad_input_and_too_much_of_it_make_no_alert() {
    let world = World::new().await;
    for wrong in ["", "zoe", "zoe@example.org\r\nBcc: x@example.org"] {
        let answer = world.form(ALERTS, &[("email", wrong), ("wanted", "q=cook")]).await.expect(422);
        assert!(answer.text().contains("aria-invalid") && answer.text().contains("cook"), "{wrong}");
    }
    for wrong in ["", "x", "9.x", &"1".repeat(5_000)] {
        world.form(&format!("{ALERTS}on/"), &[("token", wrong)]).await.expect(410);
        world.form(&format!("{ALERTS}off/"), &[("token", wrong)]).await.expect(410);
    }
    for number in 0..7 {
        let wanted = format!("q=word{number}&page=9&sort=title");
        world.form(ALERTS, &[("email", ZOE), ("wanted", &wanted)]).await.expect(303);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.mails(ZOE, 5).await;
    assert_eq!(world.left().await, 5);
    // A list is one list, whatever its order and its page.
    let tenant = world.server.tenant(&world.owner).await;
    assert_eq!(notifications::actions::forget(&world.server.app, &tenant, ZOE).await.expect("forgets"), 5);
    assert_eq!(world.left().await, 0);
}

#[tokio::test]
async fn an_alert_is_told_as_often_as_its_reader_chose_and_not_while_it_is_paused() {
    let mut world = World::new().await;
    let fields = [("email", ZOE), ("wanted", "skill=Rust"), ("every", "weekly")];
    world.form(ALERTS, &fields).await.expect(303);
    let asked = world.mails(ZOE, 1).await.pop().expect("a mail");
    let token = token(&asked.link("http"));
    world.form(&format!("{ALERTS}on/"), &[("token", &token)]).await.expect(200);
    let rust = || json!({"required_skills": ["Rust"]});
    world.publishes("First", rust()).await;
    world.publishes("In COBOL", json!({"required_skills": ["COBOL"]})).await;
    world.looks().await;
    let told = world.mails(ZOE, 2).await.pop().expect("a mail");
    assert!(told.text().contains("First") && !told.text().contains("COBOL"), "{}", told.text());
    world.publishes("Second", rust()).await;
    world.server.clock.advance(2 * DAY_MS);
    world.owner = world.server.sign_in("acme@example.com").await;
    world.looks().await;
    world.mails(ZOE, 2).await;

    let managing = world.page(&format!("{ALERTS}off/?token={token}")).await.expect(200).text();
    assert!(
        managing.contains("<option value=\"weekly\" selected>") && managing.contains("value=\"pause\""),
        "{managing}"
    );
    let change = |deed: &'static str, every: &'static str| {
        [("token", token.clone()), ("deed", deed.to_owned()), ("every", every.to_owned())]
    };
    let does = async |deed: &'static str, every: &'static str| {
        let fields = change(deed, every);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.form(&format!("{ALERTS}change/"), &fields).await.expect(200)
    };
    does("every", "at_once").await;
    world.looks().await;
    let told = world.mails(ZOE, 3).await.pop().expect("a mail");
    assert!(told.text().contains("Second"), "{}", told.text());
    world.publishes("Third", rust()).await;
    world.looks().await;
    world.mails(ZOE, 4).await;

    does("pause", "").await;
    world.publishes("Fourth", rust()).await;
    world.looks().await;
    world.mails(ZOE, 4).await;
    let paused = world.page(&format!("{ALERTS}off/?token={token}")).await.expect(200).text();
    assert!(paused.contains("value=\"resume\"") && paused.contains("It is paused"), "{paused}");
    does("resume", "").await;
    world.publishes("Fifth", rust()).await;
    world.looks().await;
    let told = world.mails(ZOE, 5).await.pop().expect("a mail");
    assert!(told.text().contains("Fifth") && !told.text().contains("Fourth"), "{}", told.text());
    world.form(&format!("{ALERTS}change/"), &[("token", "9.x"), ("deed", "pause")]).await.expect(410);
}
