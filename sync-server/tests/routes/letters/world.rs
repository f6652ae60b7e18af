//! An offer to Grace, who gets her letter by mail.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::mail::world::sending_to;
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Answer, Signed, TestServer};

pub const GRACE: &str = "grace@example.org";
const ATS: &str = "/api/v1/ats";

/// A workspace with an offer that is a draft.
pub struct World {
    pub server: TestServer,
    pub peer: SmtpPeer,
    pub owner: Signed,
    pub offer: String,
    pub application: String,
}

pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    pub async fn new() -> Self {
        Self::of(json!({})).await
    }

    /// With further terms.
    pub async fn of(terms: Value) -> Self {
        let peer = SmtpPeer::start();
        let server = TestServer::with(sending_to(&peer.url())).await;
        let owner = server.workspace("Acme").await;
        let add = async |kind: &str, body: Value| {
            id(&server.post(&format!("{ATS}/{kind}/"), &owner, body).await.expect(201).json())
        };
        let stages = json!([
            {"name": "New", "kind": "new"},
            {"name": "Offer", "kind": "offer"},
            {"name": "Hired", "kind": "hired"},
            {"name": "Turned down", "kind": "rejected"},
        ]);
        let pipeline = add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        let job = add("jobs", json!({"title": "Line cook", "pipeline_id": pipeline})).await;
        let candidate = add("candidates", json!({"first_name": "Grace", "last_name": "Hopper"})).await;
        let application = add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
        let mut offer = json!({
            "application_id": application, "title": "Line cook", "salary": 5_250_000, "currency": "CAD",
            "employment": "full_time", "period": "yearly", "days_off": 25, "place": "Montréal",
            "starts_on": "2030-01-07", "expires_on": "2029-12-24",
            "benefits": "You get:\n\n- lunch <b>every</b> day\n- a knife",
            "conditions": "Three months on trial.",
        });
        for (name, value) in terms.as_object().expect("terms") {
            offer[name] = value.clone();
        }
        let offer = add("offers", offer).await;
        let world = Self { server, peer, owner, offer, application };
        until("the directory knows the owner", async || {
            let members = world.server.get("/api/v1/tenants/members/", &world.owner).await;
            let tenant = world.server.tenant(&world.owner).await;
            let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
            let found = sqlx::query_scalar::<_, bool>("select true from records where doc = $1::uuid");
            let found = found.bind(&world.owner.user_id).fetch_optional(&mut *tx).await.expect("reads");
            found.filter(|_| members.status.is_success())
        })
        .await;
        world
    }

    /// A command on the offer.
    pub async fn command(&self, name: &str, args: Value) -> Answer {
        self.server.post(&format!("{ATS}/offers/{}/{name}/", self.offer), &self.owner, args).await
    }

    pub async fn offer(&self) -> Value {
        self.server.get(&format!("{ATS}/offers/{}/", self.offer), &self.owner).await.expect(200).json()
    }

    /// The offer once it is like this.
    pub async fn offer_when(&self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        until(what, async || Some(self.offer().await).filter(|offer| is(offer))).await
    }

    /// Sends the offer to Grace. Gives the path of her link.
    pub async fn send(&self) -> String {
        self.command("send", json!({"to": GRACE})).await.expect(200);
        self.link(1).await
    }

    /// The path of the link in the newest of so many mails to Grace.
    pub async fn link(&self, mails: usize) -> String {
        let arrived = until("Grace's mail", async || {
            Some(self.peer.to(GRACE)).filter(|arrived| arrived.len() == mails)
        })
        .await;
        let link = arrived.last().expect("a mail").link("http");
        link.split_once("/careers/").map(|(_, path)| format!("/careers/{path}")).expect("a career page")
    }

    /// Grace's page.
    pub async fn page(&self, path: &str) -> Answer {
        self.server.call(Method::GET, path, None, None).await
    }

    /// Sends one of the forms of Grace's page. Gives the page that it leads to.
    pub async fn answer(&self, link: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let token = link.split_once("token=").map(|(_, token)| token).expect("a token");
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("token", token);
        body.extend_pairs(fields);
        let answer = self.post(&format!("/careers/acme/offer/{form}/"), body.finish()).await;
        if answer.status.is_redirection() {
            let to = answer.headers[header::LOCATION].to_str().expect("an address").to_owned();
            return self.page(&to).await;
        }
        answer
    }

    /// Sends a form as it is.
    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::USER_AGENT, "Navigator 3.0")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.server.send(request.body(body.into()).expect("a request")).await
    }

    /// Grace opens her letter and signs it.
    pub async fn sign(&self, link: &str) -> Answer {
        self.answer(link, "open", &[]).await.expect(200);
        self.answer(link, "sign", &[("name", "Grace B. Hopper"), ("agree", "yes")]).await.expect(200)
    }

    /// The file of a letter behind a link.
    pub async fn file(&self, link: &str) -> Vec<u8> {
        let path = link.replace("/offer/?", "/offer/letter.pdf?");
        let answer = self.page(&path).await.expect(200);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/pdf");
        answer.bytes
    }
}
