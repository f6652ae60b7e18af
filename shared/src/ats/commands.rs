//! Commands on jobs: what only the server may do, because it needs the truth of the moment (a plan's quota, the
//! published state). Each is a pure function from the job as it is to the edits that the server then makes.

use serde_json::Value;

use super::{JobStatus, rules};
use crate::access::{Action, Principal};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Edit, Fields};

/// The commands, by wire name.
pub const COMMANDS: [&str; 4] = ["publish_job", "hold_job", "close_job", "reopen_job"];

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
}

/// The edits that a command makes on a job.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::WrongState`], [`Code::JobNotPublishable`], [`Code::QuotaReached`],
/// [`Code::ReasonRequired`] or [`Code::UnknownCommand`].
pub fn run(
    name: &str,
    id: RecordId,
    job: &Fields,
    args: &Value,
    ctx: &Context<'_>,
) -> Result<Vec<Edit>, Problem> {
    ctx.principal.require("jobs", Action::Publish, None, Some(id))?;
    let status = JobStatus::from_name(job.get("status").and_then(Value::as_str).unwrap_or_default());
    match name {
        "publish_job" => publish(id, job, status, ctx),
        "hold_job" => {
            expect(status, &[JobStatus::Open])?;
            Ok(vec![Edit::set("status", JobStatus::OnHold.name())])
        }
        "close_job" => close(status, args, ctx),
        "reopen_job" => {
            expect(status, &[JobStatus::OnHold, JobStatus::Closed, JobStatus::Filled, JobStatus::Cancelled])?;
            within_quota(ctx)?;
            rules::publishable(job)?;
            Ok(vec![
                Edit::set("status", JobStatus::Open.name()),
                Edit::set("closed_at", Value::Null),
                Edit::set("close_reason", ""),
            ])
        }
        _ => Err(Problem::new(Code::UnknownCommand)),
    }
}

fn publish(id: RecordId, job: &Fields, status: JobStatus, ctx: &Context<'_>) -> Result<Vec<Edit>, Problem> {
    expect(status, &[JobStatus::Draft, JobStatus::PendingApproval])?;
    within_quota(ctx)?;
    rules::publishable(job)?;
    let title = job.get("title").and_then(Value::as_str).unwrap_or_default();
    let mut edits = vec![
        Edit::set("status", JobStatus::Open.name()),
        Edit::set("published_at", ctx.now),
        Edit::set("slug", slug(title, id)),
    ];
    if job.get("reference_code").is_none_or(Value::is_null) {
        edits.push(Edit::set("reference_code", format!("JOB-{:06}", ctx.next_reference)));
    }
    Ok(edits)
}

fn close(status: JobStatus, args: &Value, ctx: &Context<'_>) -> Result<Vec<Edit>, Problem> {
    expect(status, &[JobStatus::Open, JobStatus::OnHold])?;
    let reason = args.get("reason").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    if reason.is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("reason", "A reason is needed."));
    }
    let filled = args.get("filled").and_then(Value::as_bool).unwrap_or_default();
    let status = if filled { JobStatus::Filled } else { JobStatus::Closed };
    Ok(vec![
        Edit::set("status", status.name()),
        Edit::set("closed_at", ctx.now),
        Edit::set("close_reason", reason.chars().take(500).collect::<String>()),
    ])
}

fn expect(status: JobStatus, allowed: &[JobStatus]) -> Result<(), Problem> {
    if allowed.contains(&status) {
        return Ok(());
    }
    Err(Problem::new(Code::WrongState).detail(format!("The job is {}.", status.name())))
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
