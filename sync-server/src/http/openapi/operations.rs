//! The operations: the resources' from their declarations, the others from a table.

mod calendar;
mod jobs;
mod mail;
mod offers;
mod privacy;
mod workspace;

use serde_json::{Map, Value, json};
use zumodra_shared::kernel::limits::MAX_BULK;
use zumodra_shared::schema::{EntityDef, FieldKind, Scalar};

use crate::ats::resources::{ACTIVITIES, APPLICATIONS, NOTES};
use crate::http::resource::query::{endings, is_filter};
use crate::http::resource::{self, Resource};
use crate::limits::MAX_PAGE_SIZE;

/// The groups of operations.
pub const TAGS: [&str; 9] =
    ["auth", "tenants", "accounts", "files", "ats", "hr", "notifications", "privacy", "server"];

/// What an operation takes beside its path and body.
#[derive(Debug, Clone, Copy)]
pub enum Query {
    /// Nothing.
    None,
    /// A page.
    Page,
    /// A page, and whether everybody's devices are wanted.
    Devices,
    /// The filters, search, order and page of a kind.
    List(&'static EntityDef),
    /// A page of the mails of a state.
    Mail,
    /// A signed address.
    Signed,
    /// Of which time a record is wanted.
    AsOf,
    /// A job, months, a form and a language.
    Survey,
    /// Whose busy times, and between which instants.
    Busy,
    /// How many days.
    Views,
}

/// What the body is.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// There is none.
    Nothing,
    /// JSON of a named schema, which must be there.
    Json(String),
    /// JSON of a named schema; without a body it is an empty object.
    Maybe(String),
    /// Bytes, with their place in a header.
    Bytes,
    /// A small picture.
    Picture,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// In lower case.
    pub method: &'static str,
    /// With its parameters in braces.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// Whether it needs a token.
    pub signed_in: bool,
    tag: &'static str,
    query: Query,
    sent: Sent,
    /// The status of success, and the schema of its body.
    answers: (u16, Option<String>),
    /// Further statuses with a body that is no problem.
    more_answers: Vec<(u16, Option<String>)>,
    /// Refusals beside those that every operation of its form has.
    refusals: Vec<u16>,
    idempotency_key: bool,
}

impl Operation {
    fn new(
        method: &'static str,
        path: impl Into<String>,
        tag: &'static str,
        summary: impl Into<String>,
    ) -> Self {
        Self {
            method,
            path: path.into(),
            summary: summary.into(),
            signed_in: true,
            tag,
            query: Query::None,
            sent: Sent::Nothing,
            answers: (200, None),
            more_answers: Vec::new(),
            refusals: Vec::new(),
            idempotency_key: false,
        }
    }

    fn public(mut self) -> Self {
        self.signed_in = false;
        self
    }

    fn asks(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    fn takes(mut self, schema: impl Into<String>) -> Self {
        self.sent = Sent::Json(schema.into());
        self
    }

    fn may_take(mut self, schema: impl Into<String>) -> Self {
        self.sent = Sent::Maybe(schema.into());
        self
    }

    fn gives(mut self, status: u16, schema: &str) -> Self {
        self.answers = (status, (!schema.is_empty()).then(|| schema.to_owned()));
        self
    }

    fn or_gives(mut self, status: u16, schema: &str) -> Self {
        self.more_answers.push((status, Some(schema.to_owned())));
        self
    }

    fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }

    /// A command: a client may send it again with the same key.
    fn once(mut self) -> Self {
        self.idempotency_key = true;
        self.refuses(&[402, 409])
    }

    /// The statuses with a problem as their body.
    fn problems(&self) -> Vec<u16> {
        let mut statuses = vec![500, 503];
        if self.tag != "server" {
            // The rates count every request of the API.
            statuses.push(429);
        }
        if self.signed_in {
            statuses.extend([401, 403, 404]);
        }
        if self.path.contains('{') {
            statuses.push(404);
        }
        if !matches!(self.query, Query::None) || self.idempotency_key {
            statuses.extend([400, 422]);
        }
        if self.sent != Sent::Nothing {
            statuses.extend([400, 413, 422]);
        }
        statuses.extend(&self.refusals);
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    /// The operation as OpenAPI has it.
    #[must_use]
    pub fn described(&self) -> Value {
        let mut responses = json!({});
        for status in self.problems() {
            let body = json!({ "application/problem+json": { "schema": reference("Problem") } });
            responses[status.to_string()] = json!({ "description": "Refused.", "content": body });
        }
        // Some statuses have a body of the operation's own instead of a problem.
        for (status, schema) in std::iter::once(&self.answers).chain(&self.more_answers) {
            let mut answer = json!({ "description": "Answered." });
            match schema.as_deref() {
                None => {}
                Some("bytes") => answer["content"] = json!({ "*/*": { "schema": {} } }),
                Some("calendar") => answer["content"] = json!({ "text/calendar": { "schema": text() } }),
                Some("page") => answer["content"] = json!({ "text/html": { "schema": text() } }),
                Some("json") => answer["content"] = json!({ "application/json": { "schema": {} } }),
                Some(name) => {
                    answer["content"] = json!({ "application/json": { "schema": reference(name) } })
                }
            }
            responses[status.to_string()] = answer;
        }
        let mut described = json!({
            "operationId": self.name(),
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": self.parameters(),
            "responses": responses,
        });
        if !self.signed_in {
            described["security"] = json!([]);
        }
        match &self.sent {
            Sent::Nothing => {}
            Sent::Json(name) | Sent::Maybe(name) => {
                described["requestBody"] = json!({
                    "required": matches!(self.sent, Sent::Json(_)),
                    "content": { "application/json": { "schema": reference(name) } },
                });
            }
            Sent::Bytes => {
                described["requestBody"] =
                    json!({ "required": true, "content": { "application/octet-stream": { "schema": {} } } });
            }
            Sent::Picture => {
                let content: Map<String, Value> = ["image/png", "image/jpeg", "image/webp"]
                    .map(|media_type| (media_type.to_owned(), json!({ "schema": {} })))
                    .into_iter()
                    .collect();
                described["requestBody"] = json!({ "required": true, "content": content });
            }
        }
        described
    }

    fn name(&self) -> String {
        let path = self.path.replace("/api/v1", "").replace(['{', '}'], "");
        let mut name = self.method.to_owned();
        for part in path.split(['/', '-', '.']).filter(|part| !part.is_empty()) {
            name.push('_');
            name.push_str(part);
        }
        if self.path.ends_with('/') { name } else { format!("{name}_bare") }
    }

    fn parameters(&self) -> Vec<Value> {
        let named = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut parameters: Vec<Value> = named
            .map(|name| {
                let schema =
                    if name == "id" { json!({ "type": "string", "format": "uuid" }) } else { text() };
                json!({ "name": name, "in": "path", "required": true, "schema": schema })
            })
            .collect();
        match self.query {
            Query::None => {}
            Query::Page => parameters.extend(page()),
            Query::Devices => {
                parameters.extend(page());
                parameters.push(query("all", json!({ "type": "boolean" })));
            }
            Query::Mail => parameters.extend(mail::parameters()),
            Query::List(def) => parameters.extend(list(def)),
            Query::AsOf => {
                parameters.push(query("as_of", json!({ "type": "string", "format": "date-time" })));
            }
            Query::Survey => parameters.extend(privacy::survey()),
            Query::Busy => parameters.extend(calendar::busy()),
            Query::Views => parameters.push(jobs::days()),
            Query::Signed => {
                parameters.push(query("tenant", json!({ "type": "string", "format": "uuid" })));
                parameters.push(query("exp", json!({ "type": "integer" })));
                parameters.push(query("sig", text()));
            }
        }
        if self.idempotency_key {
            let schema = json!({ "type": "string", "pattern": "^[!-~]{1,200}$" });
            parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "schema": schema }));
        }
        if self.sent == Sent::Bytes {
            let schema = json!({ "type": "integer", "minimum": 0 });
            parameters
                .push(json!({ "name": "Upload-Offset", "in": "header", "required": true, "schema": schema }));
        }
        parameters
    }
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn query(name: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "schema": schema })
}

fn page() -> [Value; 2] {
    let number = |max: i64| json!({ "type": "integer", "minimum": 1, "maximum": max });
    [query("page", number(10_000)), query("page_size", number(MAX_PAGE_SIZE))]
}

fn list(def: &EntityDef) -> Vec<Value> {
    let several = |items: Value| json!({ "type": "array", "items": items });
    let id = || json!({ "type": "string", "format": "uuid" });
    let moment = || json!({ "type": "string", "format": "date-time" });
    let mut parameters: Vec<Value> = page().into();
    parameters.push(query("search", json!({ "type": "string", "maxLength": 200 })));
    parameters.push(query("ordering", json!({ "type": "string", "examples": ["-created_at"] })));
    parameters.push(query("deleted", json!({ "type": "boolean" })));
    for name in ["id", "created_by", "updated_by"] {
        parameters.push(query(name, several(id())));
    }
    for name in ["created_at__gte", "created_at__lte", "updated_at__gte", "updated_at__lte"] {
        parameters.push(query(name, moment()));
    }
    for field in def.fields.iter().filter(|field| is_filter(field.kind)) {
        let (one, many) = match field.kind {
            FieldKind::Register(Scalar::Bool) => (json!({ "type": "boolean" }), false),
            FieldKind::Register(Scalar::Int) | FieldKind::Counter => (json!({ "type": "integer" }), false),
            FieldKind::Register(Scalar::Instant) => (moment(), false),
            FieldKind::Register(Scalar::Date) => (json!({ "type": "string", "format": "date" }), false),
            FieldKind::Register(Scalar::Ref(_)) | FieldKind::Set(Scalar::Ref(_)) => (id(), true),
            FieldKind::Register(Scalar::Choice(known)) => (json!({ "type": "string", "enum": known }), true),
            _ => (text(), true),
        };
        parameters.push(query(field.name, if many { several(one.clone()) } else { one.clone() }));
        for ending in endings(field.kind, field.nullable) {
            let schema = match *ending {
                "isnull" => json!({ "type": "boolean" }),
                "any" => several(one.clone()),
                _ => one.clone(),
            };
            parameters.push(query(&format!("{}__{ending}", field.name), schema));
        }
    }
    parameters
}

/// Every operation.
#[must_use]
pub fn all() -> Vec<Operation> {
    let mut all = server();
    all.extend(auth());
    all.extend(tenants());
    all.extend(accounts());
    all.extend(files());
    all.extend(mail::all());
    all.extend(calendar::all());
    all.extend(privacy::all());
    all.extend(resource::all().flat_map(|resource| of_resource(&resource)));
    all.extend(jobs::all());
    all.extend(offers::all());
    all.extend(application_actions());
    all
}

fn server() -> Vec<Operation> {
    let get = |path: &str, summary: &str| Operation::new("get", path, "server", summary).public();
    vec![
        get("/api/", "The versions, and where the description is.").gives(200, "ApiRoot"),
        get("/api/docs/", "The operations as a page.").gives(200, "page"),
        get(super::ADDRESS, "This description.").gives(200, "json"),
        get("/health/", "The health of the server.").gives(200, "Health").or_gives(503, "Health"),
        get("/health/live/", "Whether the process answers.").gives(200, "Health"),
        get("/health/ready/", "Whether the server can take requests.")
            .gives(200, "Health")
            .or_gives(503, "Health"),
    ]
}

fn auth() -> Vec<Operation> {
    let post =
        |path: &str, summary: &str| Operation::new("post", path, "auth", summary).public().refuses(&[401]);
    vec![
        post("/api/v1/auth/token/", "Signs in.")
            .takes("SignIn")
            .gives(200, "SignedIn")
            .refuses(&[403, 404, 409]),
        post("/api/v1/auth/token/refresh/", "Spends a refresh token for new tokens.")
            .takes("Refresh")
            .gives(200, "Tokens")
            .refuses(&[403]),
        post("/api/v1/auth/token/verify/", "Says whether an access token works.")
            .takes("Verify")
            .gives(200, "Verified")
            .refuses(&[403]),
        post("/api/v1/auth/logout/", "Signs out, by the refresh token or by the access token.")
            .may_take("Refresh")
            .gives(204, "")
            .refuses(&[403]),
    ]
}

fn tenants() -> Vec<Operation> {
    let op = |method, path: &str, summary: &str| Operation::new(method, path, "tenants", summary);
    let accept = |path: &str| {
        op("post", path, "Accepts an invitation.")
            .public()
            .takes("Accept")
            .gives(201, "SignedIn")
            .refuses(&[401, 403, 409])
    };
    let mut all = vec![
        op("post", "/api/v1/tenants/", "Makes a workspace with its owner.")
            .public()
            .takes("SignUp")
            .gives(201, "SignedIn")
            .refuses(&[401, 409]),
        op("get", "/api/v1/tenants/members/", "The members.").asks(Query::Page).gives(200, "MembershipPage"),
        op("get", "/api/v1/tenants/members/{id}/", "A member.").gives(200, "Membership"),
        op("patch", "/api/v1/tenants/members/{id}/", "Changes a member.")
            .takes("MembershipPatch")
            .gives(200, "Membership")
            .refuses(&[409]),
        op("get", "/api/v1/tenants/invitations/", "The invitations.")
            .asks(Query::Page)
            .gives(200, "InvitationPage"),
        op("post", "/api/v1/tenants/invitations/", "Invites somebody.")
            .takes("InvitationCreate")
            .gives(201, "Invitation")
            .refuses(&[409]),
        op("delete", "/api/v1/tenants/invitations/{id}/", "Takes an invitation back.").gives(204, ""),
        accept("/api/v1/tenants/invitations/accept"),
        accept("/api/v1/tenants/invitations/accept/"),
    ];
    all.extend(workspace::all());
    all.extend(history("/api/v1/tenants/members/{id}/", "a member", "tenants"));
    all
}

fn accounts() -> Vec<Operation> {
    let op = |method, path: &str, summary: &str| Operation::new(method, path, "accounts", summary);
    vec![
        op("get", "/api/v1/accounts/profile/", "One's own profile.").gives(200, "Profile"),
        op("patch", "/api/v1/accounts/profile/", "Changes one's own profile.")
            .takes("ProfilePatch")
            .gives(200, "Profile"),
        op("post", "/api/v1/accounts/password/", "Changes one's own password.")
            .takes("PasswordChange")
            .gives(204, ""),
        op("get", "/api/v1/accounts/devices/", "The devices.").asks(Query::Devices).gives(200, "DevicePage"),
        op("delete", "/api/v1/accounts/devices/{id}/", "Revokes a device.").gives(204, ""),
    ]
}

fn files() -> Vec<Operation> {
    let op = |method, path: &str, summary: &str| Operation::new(method, path, "files", summary);
    let mut piece = op("patch", "/api/v1/files/{hash}/", "Adds a piece to an upload.")
        .gives(200, "FileProgress")
        .refuses(&[409, 415]);
    piece.sent = Sent::Bytes;
    vec![
        op("post", "/api/v1/files/", "Begins an upload, or says how far it is.")
            .takes("FileBegin")
            .gives(200, "FileProgress")
            .refuses(&[415]),
        piece,
        op("get", "/api/v1/files/{hash}/", "The bytes of a file.")
            .asks(Query::Signed)
            .gives(200, "bytes")
            .or_gives(206, "bytes"),
        op("get", "/api/v1/files/{hash}/link/", "An address that works for a few minutes without a sign-in.")
            .gives(200, "FileLink"),
    ]
}

fn of_resource(resource: &Resource) -> Vec<Operation> {
    let (def, base, kind) = (resource.def, resource.address, resource.def.type_name);
    let what = def.name.replace('_', " ");
    let one = format!("{base}{{id}}/");
    let domain = resource.domain();
    let op = |method, path: &str, summary: String| Operation::new(method, path, domain, summary);
    let mut all = vec![
        op("get", base, format!("The {what} that one may see."))
            .asks(Query::List(def))
            .gives(200, &format!("{kind}Page")),
        op("get", &one, format!("One of the {what}, deleted or not.")).gives(200, kind),
    ];
    if !def.entry {
        all[1].query = Query::AsOf;
        all.extend(history(&one, &format!("one of the {what}"), domain));
    }
    if def.server {
        return all;
    }
    all.extend([
        op("post", base, format!("Adds to the {what}."))
            .takes(format!("{kind}Create"))
            .gives(201, kind)
            .refuses(&[409]),
        op(
            "patch",
            &one,
            format!("Changes some fields of one of the {what}; sets and lists are given whole."),
        )
        .takes(format!("{kind}Patch"))
        .gives(200, kind)
        .refuses(&[409]),
        op("delete", &one, format!("Deletes one of the {what}; it can be restored."))
            .gives(204, "")
            .refuses(&[409, 422]),
        op("post", &format!("{one}restore/"), format!("Restores one of the {what}."))
            .gives(200, kind)
            .refuses(&[409, 422]),
    ]);
    all
}

/// What can be asked of the past of a record.
fn history(one: &str, what: &str, tag: &'static str) -> [Operation; 2] {
    let get = |path: &str, summary: String| Operation::new("get", format!("{one}{path}"), tag, summary);
    [
        get("history/", format!("Who changed what of {what} and when, the latest first."))
            .asks(Query::Page)
            .gives(200, "HistoryStepPage"),
        get("history/stamps/", format!("By whom and when each change of {what} was made, for replicas."))
            .gives(200, "bytes"),
    ]
}

fn application_actions() -> Vec<Operation> {
    let base = "/api/v1/ats/";
    let op =
        |method, path: &str, summary: &str| Operation::new(method, format!("{base}{path}"), "ats", summary);
    let step = |name: &str, summary: &str| {
        op("post", &format!("applications/{{id}}/{name}/"), summary)
            .gives(200, "Application")
            .refuses(&[409, 422])
    };
    let bulk = format!(
        "Moves, rejects or assigns up to {MAX_BULK} applications. Each stands for itself: the answer says of each \
         whether it was done, and why not."
    );
    vec![
        step("move_stage", "Moves an application to a stage of its pipeline.").takes("MoveStage"),
        step("reject", "Rejects an application, with a reason.").takes("Reject"),
        step("reopen", "Takes an application up again that was over.").may_take("Reopen"),
        step("advance", "Moves an application to the next stage.").may_take("Arguments"),
        step("assign", "Says who works on an application.").takes("Assign"),
        step("rate", "Says how good an application is.").takes("Rate"),
        op("post", "applications/bulk/", &bulk).takes("Bulk").gives(200, "BulkResult"),
        op("get", "applications/{id}/notes/", "The notes on an application.")
            .asks(Query::List(NOTES.def))
            .gives(200, "NotePage"),
        op("post", "applications/{id}/notes/", "Writes a note on an application.")
            .takes("ApplicationNote")
            .gives(201, "Note")
            .refuses(&[409]),
        op("get", "applications/{id}/activities/", "What happened to an application.")
            .asks(Query::List(ACTIVITIES.def))
            .gives(200, "ActivityPage"),
        op("get", "candidates/{id}/applications/", "The applications of a candidate.")
            .asks(Query::List(APPLICATIONS.def))
            .gives(200, "ApplicationPage"),
        op("post", "candidates/{id}/add_tag/", "Puts a tag on a candidate.")
            .takes("TagChange")
            .gives(200, "Candidate")
            .refuses(&[409]),
        op("post", "candidates/{id}/remove_tag/", "Takes a tag from a candidate.")
            .takes("TagChange")
            .gives(200, "Candidate")
            .refuses(&[409]),
        op("post", "pipelines/{id}/set_default/", "Makes a pipeline the default one.")
            .gives(200, "Pipeline")
            .refuses(&[409, 422]),
    ]
}
