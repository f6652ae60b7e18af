//! Commands on jobs: what only the server may do, because it needs the truth of the moment (a plan's quota, the
//! published state). Each is a pure function from the job as it is to the edits that the server then makes.

use serde_json::Value;

use super::approval::{self, Chain, is_above};
use super::deputies::{Asked, Deputies, Word};
use super::rules::{self, text};
use super::{JobCommand, JobStatus, job_states};
use crate::access::{Action, Principal};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Edit, EditOp, Fields};

/// Characters of the longest reason.
const MAX_REASON_CHARS: usize = 500;

/// What a command may need beside the job.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Who asked.
    pub principal: &'a Principal,
    /// The server's clock, in milliseconds.
    pub now: i64,
    /// The number that the next reference code has.
    pub next_reference: i64,
    /// Jobs that are open now, and how many the plan allows.
    pub open_jobs: i64,
    /// See `open_jobs`.
    pub max_open_jobs: i64,
    /// The workspace's rules of approval.
    pub rules: &'a [Fields],
    /// Who stands in for whom now.
    pub deputies: &'a Deputies,
    /// Who made the job.
    pub author: Option<RecordId>,
}

/// The edits that a command makes on a job, by the table of [`job_states`].
///
/// # Errors
/// [`Code::Forbidden`], [`Code::WrongState`], [`Code::ApprovalNeeded`], [`Code::JobNotPublishable`],
/// [`Code::QuotaReached`], [`Code::ReasonRequired`] or [`Code::UnknownCommand`].
pub fn run(
    name: &str,
    id: RecordId,
    job: &Fields,
    args: &Value,
    ctx: &Context<'_>,
) -> Result<Vec<Edit>, Problem> {
    let command = JobCommand::from_name(name).ok_or_else(|| Problem::new(Code::UnknownCommand))?;
    // As desktops said it before there was a command for it, and as it still waits in the outboxes of some.
    let fills = command == JobCommand::Close && args.get("filled") == Some(&Value::Bool(true));
    let command = if fills { JobCommand::Fill } else { command };
    let asked = approval::asked_on_job(ctx.rules, job, ctx.author);
    may(command, &asked, id, ctx)?;
    let chain = &asked.chain;
    let from = JobStatus::from_name(text(job, "status"));
    let Some(to) = job_states::next(from, command) else {
        return Err(Problem::new(Code::WrongState).detail(format!("The job is {}.", from.name())));
    };
    let reason = reason(args);
    if command.needs_reason() && reason.is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("reason", "A reason is needed."));
    }
    let mut edits = Vec::new();
    if command == JobCommand::Approve {
        let by = ctx.principal.user_id;
        // Who agreed without a network agreed to what stood there then.
        let terms = approval::terms_of(job);
        if args.get("terms").and_then(Value::as_str).is_some_and(|read| read != terms) {
            return Err(Problem::new(Code::WrongState).detail("The job says something else by now."));
        }
        let word = asked.word(by, ctx.deputies).unwrap_or_else(|| by.into());
        edits.push(agreed(terms, word));
        // Who is above those who have to agree agrees for all of them; who is one of them gives their own word.
        let for_all = is_above(ctx.principal) && !chain.names(by);
        if !for_all && !approval::of_job(ctx.rules, job, Some(word)).is_done() {
            return Ok(edits);
        }
    }
    if command.publishes() && !may_publish(from, job, chain, ctx.principal) {
        return Err(Problem::new(Code::ApprovalNeeded));
    }
    match to {
        JobStatus::Open => {
            within_quota(ctx)?;
            rules::publishable(job)?;
            edits.extend(published(id, job, ctx));
        }
        JobStatus::Closed | JobStatus::Filled | JobStatus::Cancelled => {
            edits.extend([Edit::set("closed_at", ctx.now), Edit::set("close_reason", reason)]);
        }
        JobStatus::Draft => edits.push(Edit::set("return_reason", reason)),
        JobStatus::PendingApproval => {
            // Nobody is asked to agree to what could not be published.
            rules::publishable(job)?;
            edits.push(Edit::set("return_reason", ""));
            edits.extend(nobody_agreed(job));
        }
        JobStatus::OnHold | JobStatus::Unknown => {}
    }
    edits.push(Edit::set("status", to.name()));
    Ok(edits)
}

fn may(command: JobCommand, asked: &Asked, id: RecordId, ctx: &Context<'_>) -> Result<(), Problem> {
    let principal = ctx.principal;
    let who = principal.user_id;
    match command {
        JobCommand::Approve if is_above(principal) || asked.word(who, ctx.deputies).is_some() => Ok(()),
        JobCommand::Approve => Err(Problem::new(Code::Forbidden)),
        JobCommand::Return if asked.returning(who, ctx.deputies).is_some() => Ok(()),
        _ => principal.require("jobs", Action::Publish, None, Some(id)),
    }
}

/// Whether nobody has to agree any more before a job is published.
fn may_publish(from: JobStatus, job: &Fields, chain: &Chain, principal: &Principal) -> bool {
    let is_free = match from {
        JobStatus::PendingApproval => chain.is_done(),
        // What was agreed to before it was given back, or called off, is asked for anew.
        _ => chain.is_empty(),
    };
    let was_public = job.get("published_at").is_some_and(|at| !at.is_null());
    was_public || is_free || is_above(principal)
}

/// That somebody agreed, as an item of its own for each of them.
fn agreed(terms: String, word: Word) -> Edit {
    let in_place = word.of != word.by;
    let of = if in_place { word.of.to_string() } else { String::new() };
    let item = if in_place { format!("d-{}", word.by.simple()) } else { word.by.to_string() };
    let values = [("by", word.by.to_string()), ("terms", terms), ("instead_of", of)];
    let values = values.map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect();
    Edit { field: "approvals".to_owned(), op: EditOp::ItemPut { item, after: None, values } }
}

fn nobody_agreed(job: &Fields) -> impl Iterator<Item = Edit> {
    let said = approval::given(job).0.into_iter();
    said.map(|said| Edit { field: "approvals".to_owned(), op: EditOp::ItemRemove { item: said.id } })
}

fn reason(args: &Value) -> String {
    let reason = args.get("reason").and_then(Value::as_str).unwrap_or_default();
    reason.trim().chars().take(MAX_REASON_CHARS).collect()
}

/// What a job that becomes public has. What it was published with stays: its address and its number are known to people.
fn published(id: RecordId, job: &Fields, ctx: &Context<'_>) -> Vec<Edit> {
    let is_missing = |name: &str| job.get(name).is_none_or(Value::is_null);
    let mut edits = Vec::new();
    if !is_missing("closed_at") {
        edits.push(Edit::set("closed_at", Value::Null));
    }
    for reason in ["close_reason", "return_reason"] {
        if !text(job, reason).is_empty() {
            edits.push(Edit::set(reason, ""));
        }
    }
    if is_missing("published_at") {
        edits.push(Edit::set("published_at", ctx.now));
    }
    if is_missing("slug") {
        edits.push(Edit::set("slug", slug(text(job, "title"), id)));
    }
    if is_missing("reference_code") {
        edits.push(Edit::set("reference_code", format!("JOB-{:06}", ctx.next_reference)));
    }
    edits
}

fn within_quota(ctx: &Context<'_>) -> Result<(), Problem> {
    if ctx.open_jobs < ctx.max_open_jobs {
        return Ok(());
    }
    Err(Problem::new(Code::QuotaReached)
        .detail(format!("The plan allows {} published jobs.", ctx.max_open_jobs)))
}

/// The last part of a job's public address: its title in plain letters, and enough of its id to be unique.
#[must_use]
pub fn slug(title: &str, id: RecordId) -> String {
    const MAX_SLUG_CHARS: usize = 80;
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if slug.len() >= MAX_SLUG_CHARS {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let id = id.simple().to_string();
    format!("{}-{}", slug.trim_end_matches('-'), &id[id.len() - 8..]).trim_start_matches('-').to_owned()
}
