//! What the window may ask, by name: one table for the window's IPC and for the engine without a window.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Fields;

use super::calendar::{BusyRequest, ConnectRequest};
use super::files::read_document;
use super::mail::{MailDeed, MailRequest};
use super::survey::SurveyRequest;
use super::{Engine, Event};
use crate::ats::approvals::{approvals, awaiting};
use crate::ats::cards::{CardRequest, cards};
use crate::ats::duplicates;
use crate::ats::pools;
use crate::ats::queries::{self, JobFilter};
use crate::ats::retention::due_for_deletion;
use crate::ats::tags;
use crate::replica::{
    AttentionChoice, CreateRequest, EditRequest, HistoryRequest, ListRequest, MergeRequest, Replica, as_of,
    get, history, list,
};
use crate::session::{Settings, SignInRequest};
use crate::sync::{SyncStatus, stamps, transfer};

#[derive(Deserialize)]
pub(super) struct Request<T> {
    pub(super) request: T,
}

#[derive(Deserialize)]
struct Chosen {
    form: String,
}

#[derive(Deserialize)]
struct Paged {
    page: u32,
}

#[derive(Deserialize)]
struct Switched {
    on: bool,
}

#[derive(Deserialize)]
struct Requests {
    requests: Vec<EditRequest>,
}

#[derive(Deserialize)]
struct CreateRequests {
    requests: Vec<CreateRequest>,
    undoable: bool,
}

#[derive(Deserialize)]
struct PastRequest {
    kind: String,
    id: RecordId,
    at: i64,
}

#[derive(Deserialize)]
struct RestoreRequest {
    kind: String,
    id: RecordId,
    fields: Fields,
}

/// What is asked of the server alone about the workspace and the person.
const OF_SERVER: &[&str] = &[
    "survey",
    "choose_survey",
    "workspace_settings",
    "change_workspace_settings",
    "logo",
    "put_logo",
    "remove_logo",
    "career_site",
    "save_career_site",
    "career_picture",
    "keep_career_picture",
    "domains",
    "claim_domain",
    "check_domain",
    "remove_domain",
    "held_forms",
    "admit_form",
    "drop_form",
    "daily_mail",
    "set_daily_mail",
    "assignment_mail",
    "set_assignment_mail",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    discard: bool,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    filter: JobFilter,
    #[serde(default)]
    job_id: RecordId,
    #[serde(default)]
    text: String,
    #[serde(default)]
    limit: usize,
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    target: RecordId,
    #[serde(default)]
    args: Value,
    #[serde(default)]
    bytes: String,
    #[serde(default)]
    hash: String,
    #[serde(default)]
    choice: Option<AttentionChoice>,
}

impl Arguments {
    fn record(&self) -> Result<RecordId, Problem> {
        self.id.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| Problem::new(Code::NotFound))
    }

    fn item(&self) -> &str {
        self.id.as_str().unwrap_or_default()
    }
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(arguments: Value) -> Result<T, Problem> {
    serde_json::from_value(arguments)
        .map_err(|error| Problem::new(Code::BadRequest).detail(error.to_string()))
}

pub(super) fn answer<T: serde::Serialize>(value: T) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|_| Problem::new(Code::Internal))
}

/// The bytes of a file that came with a question.
pub(super) fn file_bytes(bytes: &str) -> Result<Vec<u8>, Problem> {
    let wrong = |_| Problem::new(Code::BadRequest).detail("The file is not in base64.");
    STANDARD.decode(bytes).map_err(wrong)
}

impl Engine {
    /// Does what is asked under a name, with arguments and answer as in the window's contract.
    ///
    /// # Errors
    /// [`Code::UnknownCommand`] for a name that is not in the table, [`Code::BadRequest`] for arguments that do not
    /// fit; whatever the deed refuses.
    pub async fn ask(&self, name: &str, arguments: Value) -> Result<Value, Problem> {
        let arguments = if arguments.is_null() { json!({}) } else { arguments };
        match name {
            "sign_in" => {
                let Request { request } = parse::<Request<SignInRequest>>(arguments)?;
                answer(self.sign_in(request).await?)
            }
            "list" | "cards" | "create" | "create_many" | "edit" | "edit_many" | "merge" => {
                self.ask_records(name, arguments).await
            }
            "alerts" | "follow_search" | "check_alerts" => self.ask_alerts(name, arguments).await,
            "history" | "as_of" | "restore" => self.ask_past(name, arguments).await,
            "mails" => {
                let Request { request } = parse::<Request<MailRequest>>(arguments)?;
                answer(self.mails(&request).await?)
            }
            "mail" | "retry_mail" | "cancel_mail" => self.ask_mail(name, &parse(arguments)?).await,
            "invitations" | "calendar_feed" | "make_calendar_feed" | "remove_calendar_feed" => {
                self.ask_calendar(name, &parse(arguments)?).await
            }
            "calendar_connection"
            | "connect_calendar"
            | "compare_calendar"
            | "disconnect_calendar"
            | "show_busy"
            | "busy" => self.ask_connection(name, arguments).await,
            "attach_resume" => answer(self.attach_resume(parse(arguments)?).await?),
            "attach_file" => answer(self.attach_file(parse(arguments)?).await?),
            "export_candidates" => answer(self.export_candidates(parse(arguments)?).await?),
            "export_records" => answer(self.export_records(parse(arguments)?).await?),
            "export_resume" => answer(self.export_resume(parse::<Arguments>(arguments)?.record()?).await?),
            "read_workbook" => {
                let bytes = file_bytes(&parse::<Arguments>(arguments)?.bytes)?;
                answer(self.read_workbook(bytes).await?)
            }
            "unpack" => {
                let bytes = file_bytes(&parse::<Arguments>(arguments)?.bytes)?;
                answer(self.unpack(bytes).await?)
            }
            "read_document" => {
                let bytes = file_bytes(&parse::<Arguments>(arguments)?.bytes)?;
                read_document(bytes).await
            }
            name if OF_SERVER.contains(&name) => self.ask_server(name, arguments).await,
            "erasures" => answer(self.erasures().await?),
            "job_views" => answer(self.job_views(parse::<Arguments>(arguments)?.record()?).await?),
            "erase_candidate" => {
                answer(self.erase_candidate(parse::<Arguments>(arguments)?.record()?).await?)
            }
            "ask_consent" => answer(self.ask_consent(parse::<Arguments>(arguments)?.record()?).await?),
            "session" | "unlock" | "sign_out" | "settings" | "set_settings" | "devices" | "revoke_device" => {
                self.ask_session(name, parse(arguments)?).await
            }
            "get" | "jobs" | "board" | "candidate_page" | "pools" | "tags" | "duplicates"
            | "duplicates_of" | "due_for_deletion" | "search" | "approvals" | "awaiting" => {
                self.ask_screen(name, parse(arguments)?).await
            }
            _ => self.ask_deed(name, parse(arguments)?).await,
        }
    }

    async fn ask_records(&self, name: &str, arguments: Value) -> Result<Value, Problem> {
        let workspace = self.workspace()?;
        match name {
            "list" => {
                let Request { request } = parse::<Request<ListRequest>>(arguments)?;
                answer(workspace.query(move |conn, _| list(conn, &request)).await?)
            }
            "cards" => {
                let Request { request } = parse::<Request<CardRequest>>(arguments)?;
                answer(workspace.query(move |conn, now| cards(conn, &request, now)).await?)
            }
            "create" => {
                let Request { request } = parse::<Request<CreateRequest>>(arguments)?;
                let CreateRequest { kind, fields } = request;
                answer(workspace.store(move |replica, now| replica.create(&kind, &fields, now)).await?)
            }
            "create_many" => {
                let CreateRequests { requests, undoable } = parse(arguments)?;
                let make = move |replica: &mut Replica, now| replica.create_many(&requests, undoable, now);
                answer(workspace.store(make).await?)
            }
            "merge" => {
                let Request { request } = parse::<Request<MergeRequest>>(arguments)?;
                answer(workspace.store(move |replica, now| replica.merge(&request, now)).await?)
            }
            "edit" => {
                let Request { request } = parse::<Request<EditRequest>>(arguments)?;
                answer(workspace.store(move |replica, now| replica.edit_many(&[request], now)).await?)
            }
            _ => {
                let Requests { requests } = parse(arguments)?;
                answer(workspace.store(move |replica, now| replica.edit_many(&requests, now)).await?)
            }
        }
    }

    async fn ask_past(&self, name: &str, arguments: Value) -> Result<Value, Problem> {
        let workspace = self.workspace()?;
        match name {
            "history" => {
                let Request { request } = parse::<Request<HistoryRequest>>(arguments)?;
                let (kind, id) = (request.kind.clone(), request.id);
                let page = workspace.query(move |conn, now| history(conn, &request, now)).await?;
                if page.as_ref().is_some_and(|page| !page.complete) {
                    stamps::ask_soon(&workspace, kind, id);
                }
                answer(page)
            }
            "as_of" => {
                let Request { request } = parse::<Request<PastRequest>>(arguments)?;
                let PastRequest { kind, id, at } = request;
                answer(workspace.query(move |conn, now| as_of(conn, &kind, id, at, now)).await?)
            }
            _ => {
                let Request { request } = parse::<Request<RestoreRequest>>(arguments)?;
                let RestoreRequest { kind, id, fields } = request;
                answer(workspace.store(move |replica, now| replica.restore(&kind, id, &fields, now)).await?)
            }
        }
    }

    async fn ask_calendar(&self, name: &str, arguments: &Arguments) -> Result<Value, Problem> {
        match name {
            "invitations" => answer(self.invitations(arguments.record()?).await?),
            "calendar_feed" => answer(self.calendar_feed().await?),
            "make_calendar_feed" => answer(self.make_calendar_feed().await?),
            _ => answer(self.remove_calendar_feed().await?),
        }
    }

    async fn ask_connection(&self, name: &str, arguments: Value) -> Result<Value, Problem> {
        match name {
            "calendar_connection" => answer(self.calendar_connection().await?),
            "connect_calendar" => {
                let Request { request } = parse::<Request<ConnectRequest>>(arguments)?;
                answer(self.connect_calendar(&request).await?)
            }
            "compare_calendar" => answer(self.compare_calendar().await?),
            "show_busy" => {
                let Request { request } = parse::<Request<bool>>(arguments)?;
                answer(self.show_busy(request).await?)
            }
            "busy" => {
                let Request { request } = parse::<Request<BusyRequest>>(arguments)?;
                answer(self.busy(&request).await?)
            }
            _ => answer(self.disconnect_calendar().await?),
        }
    }

    /// What the server alone keeps of the workspace and of the person.
    async fn ask_server(&self, name: &str, arguments: Value) -> Result<Value, Problem> {
        match name {
            "survey" => {
                let Request { request } = parse::<Request<SurveyRequest>>(arguments)?;
                answer(self.survey(&request).await?)
            }
            "choose_survey" => answer(self.choose_survey(&parse::<Chosen>(arguments)?.form).await?),
            "workspace_settings" => answer(self.workspace_settings().await?),
            "change_workspace_settings" => {
                let Request { request } = parse::<Request<Map<String, Value>>>(arguments)?;
                answer(self.change_workspace_settings(request).await?)
            }
            "logo" => Ok(json!(STANDARD.encode(self.logo().await?))),
            "put_logo" => {
                let picture = file_bytes(&parse::<Arguments>(arguments)?.bytes)?;
                answer(self.put_logo(picture).await?)
            }
            "remove_logo" => answer(self.remove_logo().await?),
            "career_site" => answer(self.career_site().await?),
            "save_career_site" => {
                answer(self.save_career_site(&parse::<Request<Value>>(arguments)?.request).await?)
            }
            "career_picture" => {
                let picture = self.career_picture(&parse::<Arguments>(arguments)?.hash).await?;
                Ok(json!(STANDARD.encode(picture)))
            }
            "keep_career_picture" => {
                let picture = file_bytes(&parse::<Arguments>(arguments)?.bytes)?;
                answer(self.keep_career_picture(picture).await?)
            }
            "domains" => answer(self.domains().await?),
            "claim_domain" => answer(self.claim_domain(&parse::<Arguments>(arguments)?.name).await?),
            "check_domain" => answer(self.check_domain(parse::<Arguments>(arguments)?.record()?).await?),
            "remove_domain" => answer(self.remove_domain(parse::<Arguments>(arguments)?.record()?).await?),
            "held_forms" => answer(self.held_forms(parse::<Paged>(arguments)?.page).await?),
            "admit_form" => answer(self.admit_form(parse::<Arguments>(arguments)?.record()?).await?),
            "drop_form" => answer(self.drop_form(parse::<Arguments>(arguments)?.record()?).await?),
            "daily_mail" => answer(self.daily_mail().await?),
            "assignment_mail" => answer(self.assignment_mail().await?),
            "set_assignment_mail" => {
                answer(self.set_assignment_mail(parse::<Switched>(arguments)?.on).await?)
            }
            _ => answer(self.set_daily_mail(parse::<Switched>(arguments)?.on).await?),
        }
    }

    async fn ask_mail(&self, name: &str, arguments: &Arguments) -> Result<Value, Problem> {
        let id = arguments.record()?;
        match name {
            "mail" => answer(self.mail(id).await?),
            "retry_mail" => answer(self.change_mail(id, MailDeed::Retry).await?),
            _ => answer(self.change_mail(id, MailDeed::Cancel).await?),
        }
    }

    async fn ask_session(&self, name: &str, arguments: Arguments) -> Result<Value, Problem> {
        match name {
            "session" => answer(self.session()),
            "unlock" => answer(self.unlock(arguments.passphrase).await?),
            "sign_out" => answer(self.sign_out(arguments.discard).await?),
            "settings" => answer(self.home().settings()),
            "set_settings" => {
                arguments.settings.check()?;
                self.home().set_settings(&arguments.settings)?;
                answer(arguments.settings)
            }
            "devices" => answer(self.devices().await?),
            _ => answer(self.revoke_device(arguments.record()?).await?),
        }
    }

    async fn ask_screen(&self, name: &str, arguments: Arguments) -> Result<Value, Problem> {
        let workspace = self.workspace()?;
        match name {
            "get" => {
                let Ok(id) = arguments.record() else { return Ok(Value::Null) };
                answer(workspace.query(move |conn, _| get(conn, &arguments.kind, id)).await?)
            }
            "jobs" => answer(workspace.query(move |conn, _| queries::jobs(conn, &arguments.filter)).await?),
            "board" => {
                let id = arguments.job_id;
                answer(workspace.query(move |conn, now| queries::board(conn, id, now)).await?)
            }
            "candidate_page" => {
                let id = arguments.record()?;
                answer(workspace.query(move |conn, _| queries::candidate_page(conn, id)).await?)
            }
            "approvals" => {
                let id = arguments.record()?;
                answer(workspace.query(move |conn, _| approvals(conn, &arguments.kind, id)).await?)
            }
            "awaiting" => answer(workspace.query(awaiting).await?),
            "tags" => answer(workspace.query(|conn, _| tags::tags(conn)).await?),
            "pools" => answer(workspace.query(|conn, _| pools::pools(conn)).await?),
            "duplicates" => answer(workspace.query(|conn, _| duplicates::duplicates(conn)).await?),
            "due_for_deletion" => answer(workspace.query(due_for_deletion).await?),
            "duplicates_of" => {
                let id = arguments.record()?;
                answer(workspace.query(move |conn, _| duplicates::duplicates_of(conn, id)).await?)
            }
            _ => {
                let Arguments { text, limit, .. } = arguments;
                answer(workspace.query(move |conn, _| queries::search(conn, &text, limit)).await?)
            }
        }
    }

    async fn ask_deed(&self, name: &str, arguments: Arguments) -> Result<Value, Problem> {
        match name {
            "sync_status" => return answer(self.sync_status().await?),
            "attention" if self.workspace().is_err() => return Ok(json!([])),
            _ => {}
        }
        let workspace = self.workspace()?;
        match name {
            "undo" => {
                workspace.store(move |replica, now| replica.undo(&arguments.token, now)).await?;
                Ok(Value::Null)
            }
            "see_alert" => {
                let id = arguments.record()?;
                answer(workspace.store(move |replica, now| replica.see_alert(id, now)).await?)
            }
            "separate" => {
                let id = arguments.record()?;
                answer(workspace.store(move |replica, now| replica.separate(id, now)).await?)
            }
            "command" => {
                let Arguments { name, target, args, .. } = arguments;
                let key = workspace.store(move |replica, now| replica.command(&name, target, &args, now));
                answer(key.await?)
            }
            "use_as_resume" => answer(self.use_as_resume(arguments.record()?).await?),
            "read_resume" => self.read_resume(arguments.hash).await,
            "save_file" => answer(self.save_file(arguments.hash, &arguments.name).await?),
            "file" => Ok(json!(STANDARD.encode(transfer::fetch(&workspace, arguments.hash).await?))),
            "sync_now" => {
                workspace.sync_wanted.notify_one();
                workspace.files_waiting.notify_one();
                Ok(Value::Null)
            }
            "attention" => answer(workspace.store(|replica, _| replica.attention()).await?),
            "resolve_attention" => {
                let id = arguments.item().to_owned();
                let choice = arguments.choice.ok_or_else(|| Problem::new(Code::BadRequest))?;
                workspace.store(move |replica, now| replica.resolve(&id, &choice, now)).await?;
                Ok(Value::Null)
            }
            _ => Err(Problem::new(Code::UnknownCommand)),
        }
    }

    /// What the indicator shows.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sync_status(&self) -> Result<SyncStatus, Problem> {
        match self.workspace() {
            Ok(workspace) => workspace.status().await,
            Err(problem) if problem.code == Code::Locked => {
                let state = crate::sync::SyncState::Locked;
                Ok(SyncStatus {
                    state,
                    message: Some(Code::Locked.english().to_owned()),
                    ..SyncStatus::signed_out()
                })
            }
            Err(_) => Ok(SyncStatus::signed_out()),
        }
    }

    /// An event as the window's listeners get it, for a listener that fell behind: read everything again.
    #[must_use]
    pub fn everything_changed() -> Event {
        let kinds = zumodra_shared::registry::KINDS.iter().map(|def| (def.name, Vec::new())).collect();
        Event::Changed(super::ChangedEvent { kinds, remote: true })
    }
}

/// A failure as the window sees it: code, sentence, and a message per field.
#[must_use]
pub fn shown(problem: &Problem) -> Value {
    let mut message = problem.code.english().to_owned();
    if let Some(detail) = &problem.detail {
        message.push(' ');
        message.push_str(detail);
    }
    json!({ "code": problem.code.slug(), "message": message, "fields": problem.fields })
}
