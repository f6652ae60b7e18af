//! Every route × nobody, a garbage token, an expired token, another workspace, and each of the seven roles. A route
//! that is not in the table fails the test.

mod bodies;
mod open;
mod people;
mod records;
mod table;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::http::{Method, header};
use open::OPEN;
use people::HR_ROWS;
use records::{a_domain, a_hire, a_mail, a_record, a_submission, attach, prepare};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use table::{HIRING, HISTORY, PEOPLE, Row, Want};
use zumodra_server::http::openapi;
use zumodra_shared::access::{Action, Reach, Role, reach};

use crate::support::{Answer, Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const HR: &str = "/api/v1/hr";
/// How long the test waits for what the server does by itself.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it takes until an access token has run out.
const EXPIRY_MS: i64 = 16 * 60_000;
const GARBAGE: &str = "eyJhbGciOiJFZERTQSJ9.e30.AAAA";

/// A workspace with records that carry its secret, and ids of them.
#[derive(Default)]
pub struct Fixtures {
    owner: Signed,
    secret: &'static str,
    /// The hiring manager's job.
    pub job: String,
    /// A candidate.
    pub candidate: String,
    /// Somebody who has not applied yet.
    pub applicant: String,
    /// The candidate's application for the job.
    pub application: String,
    /// A tag.
    pub tag: String,
    custom_field: String,
    approval_rule: String,
    offer_template: String,
    pool: String,
    working_hours: String,
    job_translation: String,
    rejection_reason: String,
    room: String,
    contact: String,
    note: String,
    attachment: String,
    interview: String,
    offer: String,
    reference: String,
    template: String,
    email: String,
    mail_template: String,
    saved_search: String,
    scorecard: String,
    pipeline: String,
    activity: String,
    employee: String,
    contract: String,
    onboarding: String,
    onboarding_template: String,
    file: String,
    staff: Vec<Signed>,
    fresh: AtomicU32,
}

impl Fixtures {
    /// A key that no field has.
    pub fn fresh_key(&self) -> String {
        format!("key_{}", self.fresh.fetch_add(1, Ordering::SeqCst))
    }

    /// An address that nobody has.
    pub fn fresh_email(&self) -> String {
        format!("fresh{}@example.com", self.fresh.fetch_add(1, Ordering::SeqCst))
    }

    /// An upload that nobody began.
    pub fn upload(&self) -> Value {
        let text = format!("{} {}", self.secret, self.fresh.fetch_add(1, Ordering::SeqCst));
        let hash = format!("{:x}", Sha256::digest(text.as_bytes()));
        json!({"hash": hash, "bytes": text.len(), "name": "cv.txt", "media_type": "text/plain"})
    }

    /// A workspace whose records are still to be made.
    fn of(owner: Signed, staff: Vec<Signed>, secret: &'static str, pipeline: String) -> Self {
        Self { owner, secret, pipeline, staff, ..Self::default() }
    }

    fn id_for(&self, path: &str) -> String {
        let named = [
            ("/ats/jobs/", &self.job),
            ("/ats/candidates/", &self.candidate),
            ("/candidate-contacts/", &self.contact),
            ("/ats/applications/", &self.application),
            ("/ats/notes/", &self.note),
            ("/ats/attachments/", &self.attachment),
            ("/ats/interviews/", &self.interview),
            ("/ats/offers/", &self.offer),
            ("/ats/candidate-references/", &self.reference),
            ("/ats/scorecard-templates/", &self.template),
            ("/ats/scorecards/", &self.scorecard),
            ("/ats/emails/", &self.email),
            ("/ats/mail-templates/", &self.mail_template),
            ("/ats/saved-searches/", &self.saved_search),
            ("/ats/pipelines/", &self.pipeline),
            ("/ats/custom-fields/", &self.custom_field),
            ("/ats/approval-rules/", &self.approval_rule),
            ("/ats/offer-templates/", &self.offer_template),
            ("/ats/pools/", &self.pool),
            ("/ats/working-hours/", &self.working_hours),
            ("/ats/job-translations/", &self.job_translation),
            ("/ats/rejection-reasons/", &self.rejection_reason),
            ("/ats/rooms/", &self.room),
            ("/ats/tags/", &self.tag),
            ("/ats/activities/", &self.activity),
            ("/hr/employees/", &self.employee),
            ("/hr/contracts/", &self.contract),
            ("/hr/onboardings/", &self.onboarding),
            ("/hr/onboarding-templates/", &self.onboarding_template),
            ("/members/", &self.staff.last().unwrap_or(&self.owner).user_id),
        ];
        named.iter().find(|(part, _)| path.contains(part)).map(|(_, id)| (*id).clone()).unwrap_or_default()
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

async fn add(server: &TestServer, by: &Signed, segment: &str, body: Value) -> String {
    add_to(server, by, ATS, segment, body).await
}

async fn add_to(server: &TestServer, by: &Signed, domain: &str, segment: &str, body: Value) -> String {
    id(&server.post(&format!("{domain}/{segment}/"), by, body).await.expect(201).json())
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::task::yield_now().await;
    }
}

/// A job of the hiring manager, ready to be published.
async fn a_job(server: &TestServer, f: &Fixtures) -> String {
    let manager = f.staff.get(4).map(|member| member.user_id.clone());
    let body = json!({"title": f.secret, "description": f.secret, "hiring_manager_id": manager});
    add(server, &f.owner, "jobs", body).await
}

/// Of somebody of its own: there is one of each person for the job.
async fn an_application(server: &TestServer, f: &Fixtures) -> String {
    let candidate = add(server, &f.owner, "candidates", json!({"first_name": f.secret})).await;
    add(server, &f.owner, "applications", json!({"candidate_id": candidate, "job_id": f.job})).await
}

async fn fixtures(server: &TestServer, name: &str, secret: &'static str, with_staff: bool) -> Fixtures {
    let owner = server.workspace(name).await;
    let mut staff = Vec::new();
    if with_staff {
        staff.push(owner.clone());
        for role in &Role::ALL[1..] {
            staff.push(server.member(&owner, &format!("{}@example.com", role.name()), role.name()).await);
        }
        let last = staff.last().expect("somebody").user_id.clone();
        let tenant = server.tenant(&owner).await;
        until("the directory follows", async || {
            let mut tx = server.app.db().tenant(&tenant.schema).await.expect("a transaction");
            let found = sqlx::query_scalar::<_, bool>("select true from records where doc = $1::uuid");
            found.bind(&last).fetch_optional(&mut *tx).await.expect("reads")
        })
        .await;
    }
    let pipeline = until("the default pipeline is made", async || {
        let page = server.get(&format!("{ATS}/pipelines/"), &owner).await.expect(200).json();
        (page["count"] == 1).then(|| id(&page["results"][0]))
    })
    .await;
    let mut f = Fixtures::of(owner, staff, secret, pipeline);
    let manager = f.staff.get(4).map(|member| member.user_id.clone());
    let job = json!({"title": secret, "description": secret, "hiring_manager_id": manager});
    f.job = add(server, &f.owner, "jobs", job).await;
    f.candidate = add(server, &f.owner, "candidates", json!({"first_name": secret})).await;
    let applies = json!({"candidate_id": f.candidate, "job_id": f.job});
    f.application = add(server, &f.owner, "applications", applies).await;
    f.custom_field =
        add(server, &f.owner, "custom-fields", json!({"key": f.fresh_key(), "label": secret})).await;
    f.approval_rule = add(server, &f.owner, "approval-rules", f.approval_rule()).await;
    f.offer_template = add(server, &f.owner, "offer-templates", json!({"name": secret})).await;
    f.pool = add(server, &f.owner, "pools", json!({"name": secret})).await;
    f.job_translation = add(server, &f.owner, "job-translations", f.job_translation("fr")).await;
    f.working_hours = add(server, &f.owner, "working-hours", f.working_hours()).await;
    f.rejection_reason = add(server, &f.owner, "rejection-reasons", json!({"name": secret})).await;
    f.room = add(server, &f.owner, "rooms", json!({"name": secret})).await;
    f.tag = add(server, &f.owner, "tags", json!({"name": secret})).await;
    let contact =
        json!({"candidate_id": f.candidate, "work_authorization": secret, "phone": "contact-secret"});
    f.contact = add(server, &f.owner, "candidate-contacts", contact).await;
    f.note = add(server, &f.owner, "notes", json!({"application_id": f.application, "body": secret})).await;
    f.attachment = add(server, &f.owner, "attachments", f.attachment()).await;
    f.interview = add(server, &f.owner, "interviews", f.interview()).await;
    f.offer = add(server, &f.owner, "offers", f.offer()).await;
    f.reference = add(server, &f.owner, "candidate-references", f.reference()).await;
    f.template = add(server, &f.owner, "scorecard-templates", json!({"name": secret})).await;
    f.email = add(server, &f.owner, "emails", f.email()).await;
    f.mail_template = add(server, &f.owner, "mail-templates", f.mail_template()).await;
    f.saved_search = add(server, &f.owner, "saved-searches", f.saved_search()).await;
    f.scorecard = add(server, &f.owner, "scorecards", f.scorecard(false)).await;
    let activities = server.get(&format!("{ATS}/applications/{}/activities/", f.application), &f.owner).await;
    f.activity = id(&activities.expect(200).json()["results"][0]);
    [f.employee, f.contract, f.onboarding] = a_hire(server, &f).await;
    f.onboarding_template =
        add_to(server, &f.owner, HR, "onboarding-templates", json!({"name": secret})).await;
    f.file = a_file(server, &f).await;
    attach(server, &f, &f.candidate, &f.file).await;
    f
}

async fn a_file(server: &TestServer, f: &Fixtures) -> String {
    let text = format!("{} {}", f.secret, f.fresh.fetch_add(1, Ordering::SeqCst));
    server.upload(&f.owner, "cv.txt", &text).await
}

/// The address of a row for a workspace, with a record of its own where the case changes it.
async fn address(server: &TestServer, f: &mut Fixtures, row: &Row) -> String {
    let mut id = f.id_for(row.path);
    if row.path.contains("/mail/{id}/") {
        id = a_mail(server, f, row.before).await;
    } else if row.path.contains("/domains/{id}/") {
        id = a_domain(server, f).await;
    } else if row.path.contains("/submissions/{id}/") {
        id = a_submission(server, f).await;
    } else if row.path.contains("/invitations/{id}/") {
        let invite = json!({"email": f.fresh_email(), "role": "viewer"});
        id =
            self::id(&server.post("/api/v1/tenants/invitations/", &f.owner, invite).await.expect(201).json());
    } else if row.path.contains("/devices/{id}/") {
        let email = if f.staff.is_empty() { "other@example.com" } else { "employee@example.com" };
        id = server.sign_in(email).await.device_id;
    } else if row.method != "GET"
        && row.path.contains("{id}")
        && [ATS, HR].iter().any(|domain| row.path.starts_with(domain))
    {
        id = a_record(server, f, row.path).await;
    } else if row.path.ends_with("/bulk/") || (row.method == "POST" && row.path.ends_with("/ats/offers/")) {
        f.application = an_application(server, f).await;
    } else if row.method == "POST" && row.path.ends_with("/ats/applications/") {
        f.applicant = add(server, &f.owner, "candidates", json!({"first_name": f.secret})).await;
    }
    prepare(server, f, row.before, &id).await;
    row.path
        .replace("{id}", &id)
        .replace("{hash}", &f.file)
        .replace("{tenant}", &f.owner.slug)
        .replace("{slug}", "no-such-job")
        .replace("{name}", "no-such-asset")
}

/// Who tries.
struct Try<'a> {
    name: String,
    token: Option<&'a str>,
    want: u16,
    /// What must not be in the answer.
    hidden: Vec<&'static str>,
}

struct Report {
    cases: usize,
    wrong: Vec<String>,
}

impl Report {
    async fn run(
        &mut self,
        server: &TestServer,
        row: &Row,
        path: &str,
        body: Option<Value>,
        by: Try<'_>,
    ) -> Answer {
        let method: Method = row.method.parse().expect("a method");
        let answer = server.call(method, path, by.token, body).await;
        self.cases += 1;
        let at = format!("{} {} by {}", row.method, row.path, by.name);
        if answer.status.as_u16() != by.want {
            self.wrong.push(format!(
                "{at}: {} instead of {}: {:.200}",
                answer.status,
                by.want,
                answer.text()
            ));
        }
        for secret in by.hidden {
            if answer.text().contains(secret) {
                self.wrong.push(format!("{at}: tells {secret}"));
            }
        }
        answer
    }
}

const SECRET_A: &str = "SECRET-OF-ACME";
const SECRET_B: &str = "SECRET-OF-OTHER";

/// What a role of the first workspace must never read.
fn hidden_from(role: Role) -> Vec<&'static str> {
    let mut hidden = vec![SECRET_B];
    if reach(role, "candidate_contacts", Action::Read) == Reach::None {
        hidden.push("contact-secret");
    }
    hidden
}

async fn signed_in_row(
    server: &TestServer,
    row: &Row,
    a: &mut Fixtures,
    b: &mut Fixtures,
    expired: &str,
    r: &mut Report,
) {
    let Want::Roles(statuses) = row.want else { return };
    let nobody = vec![SECRET_A, SECRET_B, "contact-secret"];
    for (name, token, want) in
        [("nobody", None, 401), ("garbage", Some(GARBAGE), 401), ("expired", Some(expired), 401)]
    {
        let path = address(server, a, row).await;
        let body = (row.body)(a);
        let by = Try { name: name.to_owned(), token, want, hidden: nobody.clone() };
        r.run(server, row, &path, body, by).await;
    }
    let logout = row.path.ends_with("/logout/");
    for (at, role) in Role::ALL.into_iter().enumerate() {
        let path = address(server, a, row).await;
        let body = (row.body)(a);
        let email =
            if at == 0 { "acme@example.com".to_owned() } else { format!("{}@example.com", role.name()) };
        let own = if logout { server.sign_in(&email).await } else { a.staff[at].clone() };
        let token = Some(own.access.as_str());
        let by = Try { name: role.name().to_owned(), token, want: statuses[at], hidden: hidden_from(role) };
        r.run(server, row, &path, body, by).await;
    }
    let other = if logout { server.sign_in("other@example.com").await } else { b.owner.clone() };
    let path = address(server, b, row).await;
    let body = (row.body)(b);
    let token = Some(other.access.as_str());
    let by =
        Try { name: "another workspace, own ids".into(), token, want: statuses[0], hidden: vec![SECRET_A] };
    r.run(server, row, &path, body, by).await;
    let names_a_record = row.path.contains('{');
    let want = row.foreign.unwrap_or(if names_a_record { 404 } else { statuses[0] });
    let other = if logout { server.sign_in("other@example.com").await } else { b.owner.clone() };
    let path = address(server, a, row).await;
    let body = (row.body)(a);
    let token = Some(other.access.as_str());
    let by = Try { name: "another workspace, these ids".into(), token, want, hidden: vec![SECRET_A] };
    r.run(server, row, &path, body, by).await;
}

async fn public_row(
    server: &TestServer,
    row: &Row,
    a: &mut Fixtures,
    b: &Fixtures,
    expired: &str,
    r: &mut Report,
) {
    let Want::Public(want) = row.want else { return };
    let mut tokens: Vec<(String, Option<String>)> = vec![
        ("nobody".into(), None),
        ("garbage".into(), Some(GARBAGE.into())),
        ("expired".into(), Some(expired.into())),
        ("another workspace".into(), Some(b.owner.access.clone())),
    ];
    tokens.extend(
        Role::ALL.iter().zip(&a.staff).map(|(role, by)| (role.name().into(), Some(by.access.clone()))),
    );
    for (name, token) in tokens {
        let path = address(server, a, row).await;
        let body = (row.body)(a);
        let hidden = vec![SECRET_A, SECRET_B, "contact-secret"];
        r.run(server, row, &path, body, Try { name, token: token.as_deref(), want, hidden }).await;
    }
}

#[tokio::test]
async fn every_route_answers_every_kind_of_caller_as_the_table_says() {
    let server = TestServer::start().await;
    let mut a = fixtures(&server, "Acme", SECRET_A, true).await;
    let mut b = fixtures(&server, "Other", SECRET_B, false).await;
    let expired = a.owner.access.clone();
    server.clock.advance(EXPIRY_MS);
    for (at, role) in Role::ALL.into_iter().enumerate() {
        let email =
            if at == 0 { "acme@example.com".to_owned() } else { format!("{}@example.com", role.name()) };
        a.staff[at] = server.sign_in(&email).await;
    }
    a.owner = a.staff[0].clone();
    b.owner = server.sign_in("other@example.com").await;
    let mut report = Report { cases: 0, wrong: Vec::new() };
    for row in OPEN {
        public_row(&server, row, &mut a, &b, &expired, &mut report).await;
    }
    for row in HIRING.iter().chain(HR_ROWS).chain(HISTORY).chain(PEOPLE) {
        signed_in_row(&server, row, &mut a, &mut b, &expired, &mut report).await;
    }
    let routes = OPEN.len() + HIRING.len() + HR_ROWS.len() + HISTORY.len() + PEOPLE.len();
    println!("{} authorisation cases over {routes} routes", report.cases);
    assert!(report.wrong.is_empty(), "{} wrong:\n{}", report.wrong.len(), report.wrong.join("\n"));
}

#[tokio::test]
async fn a_hiring_manager_sees_the_applications_of_own_jobs_alone() {
    let server = TestServer::start().await;
    let f = fixtures(&server, "Acme", SECRET_A, true).await;
    let manager = &f.staff[4];
    let job = add(&server, &f.owner, "jobs", json!({"title": "Not theirs"})).await;
    let body = json!({"candidate_id": f.candidate, "job_id": job});
    let hidden = add(&server, &f.owner, "applications", body).await;
    let note = add(&server, &f.owner, "notes", json!({"application_id": hidden, "body": "hush"})).await;
    let seen = server.get(&format!("{ATS}/applications/"), manager).await.expect(200).json();
    let of: BTreeSet<&str> =
        seen["results"].as_array().expect("rows").iter().filter_map(|row| row["job_id"].as_str()).collect();
    assert_eq!(of, BTreeSet::from([f.job.as_str()]), "and of no other");
    for path in ["applications/{a}/", "applications/{a}/notes/", "applications/{a}/activities/", "notes/{n}/"]
    {
        let path = path.replace("{a}", &hidden).replace("{n}", &note);
        server.get(&format!("{ATS}/{path}"), manager).await.expect(404);
    }
    let write = json!({"application_id": hidden, "body": "mine"});
    server.post(&format!("{ATS}/notes/"), manager, write).await.expect(422);
    server
        .post(&format!("{ATS}/applications/{hidden}/rate/"), manager, json!({"rating": 1}))
        .await
        .expect(404);
    let nested = server.get(&format!("{ATS}/candidates/{}/applications/", f.candidate), manager).await;
    assert_eq!(nested.expect(200).json()["count"], 1);
    let board = server.get(&format!("{ATS}/jobs/{job}/kanban/"), manager).await.expect(200).json();
    let cards =
        board["stages"].as_array().expect("stages").iter().filter(|stage| stage["count"] != 0).count();
    assert_eq!(cards, 0);
}

#[tokio::test]
async fn a_hiring_manager_has_the_candidates_of_own_jobs_and_their_files_alone() {
    let server = TestServer::start().await;
    let f = fixtures(&server, "Acme", SECRET_A, true).await;
    let (owner, manager) = (&f.owner, &f.staff[4]);
    let job = add(&server, owner, "jobs", json!({"title": "Not theirs"})).await;
    let hidden = add(&server, owner, "candidates", json!({"first_name": SECRET_A})).await;
    let applies = json!({"candidate_id": hidden, "job_id": job});
    let application = add(&server, owner, "applications", applies).await;
    let file = a_file(&server, &f).await;
    attach(&server, &f, &hidden, &file).await;
    let nowhere = "ab".repeat(32);
    let paths = [
        (format!("{ATS}/candidates/{{}}/"), &f.candidate, &hidden),
        (format!("{ATS}/candidates/{{}}/applications/"), &f.candidate, &hidden),
        ("/api/v1/files/{}/".to_owned(), &f.file, &file),
        ("/api/v1/files/{}/".to_owned(), &f.file, &nowhere),
        ("/api/v1/files/{}/link/".to_owned(), &f.file, &file),
    ];
    for (path, theirs, not_theirs) in &paths {
        server.get(&path.replace("{}", theirs), manager).await.expect(200);
        let answer = server.get(&path.replace("{}", not_theirs), manager).await.expect(404);
        assert!(!answer.text().contains(SECRET_A));
    }
    let list = async |query: &str| {
        let page = server.get(&format!("{ATS}/candidates/{query}"), manager).await.expect(200).json();
        let ids = page["results"].as_array().expect("rows").iter().map(id).collect::<Vec<_>>();
        assert_eq!(page["count"], ids.len());
        ids
    };
    // Those who applied for the own job: this one, and who was hired.
    let are_theirs = |ids: &[String]| ids.len() == 2 && ids.contains(&f.candidate) && !ids.contains(&hidden);
    for query in ["", "?ordering=first_name", "?search=SECRET"] {
        let ids = list(query).await;
        assert!(are_theirs(&ids), "{query}: {ids:?}");
    }
    // An application that was deleted shares as it did before.
    let path = format!("{ATS}/applications/{}/", f.application);
    server.delete(&path, owner).await.expect(204);
    assert!(are_theirs(&list("").await));
    // The job changes hands, and with it what may be seen.
    let own = |job: &str, manager: Value| {
        let path = format!("{ATS}/jobs/{job}/");
        let body = json!({"hiring_manager_id": manager});
        let server = &server;
        async move { server.patch(&path, owner, body).await.expect(200) }
    };
    own(&f.job, Value::Null).await;
    assert_eq!(list("").await, Vec::<String>::new());
    server.get(&format!("/api/v1/files/{}/", f.file), manager).await.expect(404);
    own(&job, json!(manager.user_id)).await;
    assert_eq!(list("").await, [hidden]);
    server.get(&format!("{ATS}/applications/{application}/"), manager).await.expect(200);
}

/// The addresses that the router has, as it prints itself.
fn addresses(server: &TestServer) -> BTreeSet<String> {
    let printed = format!("{:?}", server.router);
    let paths = printed.split('"').skip(1).step_by(2).filter(|text| text.starts_with('/'));
    // A wildcard inside is how the router holds a fallback; it is no route.
    paths.filter(|path| !path.contains("{*") && *path != "/").map(str::to_owned).collect()
}

#[tokio::test]
async fn every_route_is_in_the_table_and_every_documented_one_is_a_route() {
    let server = TestServer::start().await;
    let mut routes = BTreeSet::new();
    for path in addresses(&server) {
        let probe = path.replace(['{', '}'], "");
        let answer = server.call(Method::TRACE, &probe, None, None).await.expect(405);
        let allowed = answer.headers[header::ALLOW].to_str().expect("text").to_owned();
        let methods = allowed.split(',').filter(|method| *method != "HEAD");
        routes.extend(methods.map(|method| (method.to_owned(), path.clone())));
    }
    assert!(routes.len() > 80, "the router prints its routes: {}", routes.len());
    let rows = OPEN.iter().chain(PEOPLE).chain(HIRING).chain(HR_ROWS).chain(HISTORY);
    let listed: BTreeSet<(String, String)> = rows.map(|row| (row.method.into(), row.path.into())).collect();
    assert_eq!(
        routes.difference(&listed).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "without a row"
    );
    assert_eq!(
        listed.difference(&routes).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "without a route"
    );
    let documented: BTreeSet<(String, String)> = openapi::documented().into_iter().collect();
    // Pages for people, the socket, and the machine-readable career pages are described elsewhere.
    let elsewhere = |path: &str| {
        let pages = ["/careers", "/account/", "/robots.txt", "/sitemap.xml", "/.well-known/"];
        let api = ["/api/v1/careers/jobs", "/api/v1/sync"];
        pages.iter().chain(&api).any(|start| path.starts_with(start))
    };
    let rest: BTreeSet<_> = routes.iter().filter(|(_, path)| !elsewhere(path)).cloned().collect();
    assert_eq!(rest.symmetric_difference(&documented).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
}
