//! What is legal, beyond the shape of a field: pure functions that the server enforces and the screens ask first.

use serde_json::Value;

use super::{JobStatus, Pipeline, Recommendation, StageKind};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Fields, edit::Edit};

/// Whether an application may go from a stage of one kind to a stage of another.
///
/// Everything that is open may go anywhere. What is rejected or withdrawn may only be reopened: to a stage that is
/// open and neither offer nor hired. What is hired stays hired.
#[must_use]
pub const fn may_move(from: StageKind, to: StageKind) -> bool {
    match from {
        StageKind::Hired => matches!(to, StageKind::Hired),
        StageKind::Rejected | StageKind::Withdrawn => !matches!(to, StageKind::Offer | StageKind::Hired),
        StageKind::New
        | StageKind::Screening
        | StageKind::Assessment
        | StageKind::Interview
        | StageKind::Reference
        | StageKind::Offer
        | StageKind::OnHold
        | StageKind::Unknown => true,
    }
}

/// What a rule may look up beside the record itself: the records that it points to.
pub trait Related {
    /// The fields of a record that exists. A deleted one still counts: it can be restored, and what points to it must
    /// stay editable.
    fn fields(&self, kind: &str, id: RecordId) -> Option<&Fields>;
}

impl Related for std::collections::HashMap<RecordId, Fields> {
    fn fields(&self, _kind: &str, id: RecordId) -> Option<&Fields> {
        self.get(&id)
    }
}

/// Checks the rules of a kind on the merged record, given how it was before the change.
///
/// # Errors
/// The refusal that the rule calls for.
pub fn check(
    kind: &str,
    before: Option<&Fields>,
    after: &Fields,
    deleted: bool,
    related: &dyn Related,
) -> Result<(), Problem> {
    match kind {
        "applications" if !deleted => check_application(before, after, related),
        "jobs" => check_job(after),
        "job_translations" => super::job_translation::check(after),
        "saved_searches" => super::saved_search::check(after),
        "working_hours" => super::working_hours::check(after),
        "custom_fields" => super::custom_field::check(after),
        "approval_rules" => super::approval::check(after),
        "attachments" => super::attachment::check(before, after, related),
        "offer_templates" => super::offer_template::check(after),
        "candidates" => {
            super::past::check(after)?;
            super::merging::check(before, after, related)
        }
        "pipelines" => check_pipeline(after),
        "candidate_contacts" => check_contact(after),
        "interviews" if !deleted => {
            is_about_its_application(before, after, related)?;
            super::interview::check(before, after)
        }
        "scorecards" => {
            is_about_its_application(before, after, related)?;
            check_scorecard(after)
        }
        "emails" => super::email::check(before, after, related),
        "offers" => super::offer::check(before, after, deleted, related),
        "candidate_references" => super::reference::check(before, after, related),
        _ => Ok(()),
    }
}

/// A field's text; none is an empty one.
#[must_use]
pub fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn check_application(before: Option<&Fields>, after: &Fields, related: &dyn Related) -> Result<(), Problem> {
    let pipeline = text(after, "pipeline_id").parse().ok().and_then(|id| related.fields("pipelines", id));
    let Some(pipeline) = pipeline.and_then(read::<Pipeline>) else {
        return Err(Problem::new(Code::UnknownReference).field("pipeline_id", "There is no such pipeline."));
    };
    let Some(to) = pipeline.kind_of(text(after, "stage_id")) else {
        // A stage was taken out while somebody was in it: everything else of the application can still be changed.
        let stays = |before: &Fields| {
            ["stage_id", "pipeline_id"].iter().all(|field| text(before, field) == text(after, field))
        };
        if before.is_some_and(stays) {
            return Ok(());
        }
        return Err(Problem::new(Code::UnknownReference).field("stage_id", "The pipeline has no such stage."));
    };
    let from = match before {
        Some(before) if text(before, "stage_id") == text(after, "stage_id") => to,
        // A stage that was taken out of the pipeline no longer says anything about what is legal.
        Some(before) => pipeline.kind_of(text(before, "stage_id")).unwrap_or(StageKind::Unknown),
        None => StageKind::New,
    };
    if !may_move(from, to) || (before.is_none() && matches!(to, StageKind::Hired)) {
        return Err(Problem::new(Code::TransitionNotAllowed).detail(format!(
            "{} to {}",
            from.name(),
            to.name()
        )));
    }
    if to == StageKind::Rejected && text(after, "rejection_reason").trim().is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("rejection_reason", "A reason is needed."));
    }
    Ok(())
}

fn check_job(after: &Fields) -> Result<(), Problem> {
    let amount = |name: &str| after.get(name).and_then(Value::as_i64);
    if let (Some(min), Some(max)) = (amount("salary_min"), amount("salary_max"))
        && min > max
    {
        let message = "The highest pay is below the lowest.";
        return Err(Problem::new(Code::InvalidFields).field("salary_max", message));
    }
    if let Some(message) = currency_problem(text(after, "salary_currency"), false) {
        return Err(Problem::new(Code::InvalidFields).field("salary_currency", message));
    }
    check_posting(after)?;
    // A published job keeps what it was published with.
    if JobStatus::from_name(text(after, "status")) == JobStatus::Open { publishable(after) } else { Ok(()) }
}

fn check_posting(after: &Fields) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::InvalidFields);
    let (language, elsewhere) = (text(after, "language"), text(after, "external_apply_url"));
    if let Some(message) = super::job_translation::language_problem(language).filter(|_| !language.is_empty())
    {
        problem = problem.field("language", message);
    }
    if !elsewhere.is_empty() && !is_secure_address(elsewhere) {
        problem = problem.field("external_apply_url", "This is not an address that begins with https://.");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// Whether a text has the form of an address that begins with `https://` and names a host, with nobody's name or password
/// in it.
#[must_use]
pub fn is_secure_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"\\^`{|}".contains(c);
    host.split('.').count() > 1
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && port.parse::<u16>().is_ok()
        && text.chars().all(is_plain)
}

/// What is wrong with the code of a currency (ISO 4217), if anything; none is right where nothing `needs` one.
#[must_use]
pub fn currency_problem(code: &str, needs: bool) -> Option<&'static str> {
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_right = is_code || (code.is_empty() && !needs);
    (!is_right).then_some("This is not a currency code such as CAD.")
}

/// Whether a job has what it needs to be published.
///
/// # Errors
/// [`Code::JobNotPublishable`] with a message for each field that is missing.
pub fn publishable(job: &Fields) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::JobNotPublishable);
    for field in ["title", "description", "pipeline_id"] {
        if text(job, field).trim().is_empty() {
            problem = problem.field(field, "This is required before publishing.");
        }
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

fn check_pipeline(after: &Fields) -> Result<(), Problem> {
    let kinds: Vec<StageKind> =
        read::<Pipeline>(after).map(|p| p.stages.0.iter().map(|s| s.item.kind).collect()).unwrap_or_default();
    if kinds.iter().any(|kind| !kind.is_closed()) {
        return Ok(());
    }
    Err(Problem::new(Code::InvalidFields).field("stages", "A pipeline needs at least one open stage."))
}

/// What is about an application is about its candidate, job and pipeline. Who sees it follows from the job that it names.
fn is_about_its_application(
    before: Option<&Fields>,
    after: &Fields,
    related: &dyn Related,
) -> Result<(), Problem> {
    if before.is_some() { Ok(()) } else { about(after, related).map(drop) }
}

/// The application that a record is about, where the record is about what that one is about.
pub(super) fn about<'r>(fields: &Fields, related: &'r dyn Related) -> Result<&'r Fields, Problem> {
    let id = text(fields, "application_id").parse().ok();
    let unknown = || Problem::new(Code::UnknownReference).field("application_id", "There is no such record.");
    let application = id.and_then(|id| related.fields("applications", id)).ok_or_else(unknown)?;
    for field in ["candidate_id", "job_id", "pipeline_id"] {
        if fields.contains_key(field) && text(application, field) != text(fields, field) {
            let message = "The application is about another one.";
            return Err(Problem::new(Code::InvalidFields).field(field, message));
        }
    }
    Ok(application)
}

fn check_scorecard(after: &Fields) -> Result<(), Problem> {
    let is_draft = after.get("is_draft").and_then(Value::as_bool).unwrap_or_default();
    let recommendation = Recommendation::from_name(text(after, "recommendation"));
    if is_draft || recommendation != Recommendation::NotGiven {
        return Ok(());
    }
    let message = "Say what you recommend.";
    Err(Problem::new(Code::InvalidFields).field("recommendation", message))
}

fn check_contact(after: &Fields) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::InvalidFields);
    let email = text(after, "email");
    if !email.is_empty() && !is_email(email) {
        problem = problem.field("email", "This is not an e-mail address.");
    }
    for field in ["linkedin_url", "github_url", "portfolio_url", "website_url"] {
        let address = text(after, field);
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        if !address.is_empty() && !is_web {
            problem = problem.field(field, "This is not an address that begins with https://.");
        }
    }
    let linkedin = text(after, "linkedin_url");
    if !linkedin.is_empty() && !linkedin.contains("linkedin.") {
        problem = problem.field("linkedin_url", "This address is not on LinkedIn.");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// Whether a text has the form of an e-mail address: one `@`, something before it, a dotted name after it, no spaces
/// or control characters, and the length that RFC 5321 section 4.5.3.1 allows.
#[must_use]
pub fn is_email(text: &str) -> bool {
    const MAX_ADDRESS_BYTES: usize = 254;
    const MAX_LOCAL_BYTES: usize = 64;
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= MAX_ADDRESS_BYTES
        && (1..=MAX_LOCAL_BYTES).contains(&local.len())
        && !local.contains('@')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"()[]\\".contains(c))
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

/// The edits that move an application to another stage.
#[must_use]
pub fn move_to(stage_id: &str) -> Vec<Edit> {
    vec![Edit::set("stage_id", stage_id)]
}

/// The edits that reject an application, with the reason that the rule asks for, in words of one's own.
///
/// # Errors
/// [`Code::ReasonRequired`] without a reason.
pub fn reject(stage_id: &str, reason: &str, feedback: &str) -> Result<Vec<Edit>, Problem> {
    if reason.trim().is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("rejection_reason", "A reason is needed."));
    }
    Ok(vec![
        Edit::set("stage_id", stage_id),
        Edit::set("rejection_reason", reason.trim()),
        Edit::set("rejection_reason_id", Value::Null),
        Edit::set("rejection_feedback", feedback.trim()),
    ])
}

/// Reads projected fields into the declared struct.
#[must_use]
pub fn read<T: serde::de::DeserializeOwned>(fields: &Fields) -> Option<T> {
    serde_json::from_value(Value::Object(fields.clone())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rejected_or_withdrawn_never_goes_to_an_offer() {
        for from in ["rejected", "withdrawn"].map(StageKind::from_name) {
            for to in ["offer", "hired"].map(StageKind::from_name) {
                assert!(!may_move(from, to));
            }
            assert!(may_move(from, StageKind::Screening), "reopening is allowed");
        }
    }

    #[test]
    fn secure_addresses_are_told_from_what_is_none() {
        for good in
            ["https://jobs.example.com", "https://a-b.example:8443/apply?x=1&y=2#z", "https://exämple.org/ä"]
        {
            assert!(is_secure_address(good), "{good}");
        }
        for bad in [
            "",
            "http://example.com",
            "https://",
            "https:///apply",
            "https://localhost/",
            "https://example.com:port/",
            "https://example.com:99999/",
            "https://me:secret@example.com/",
            "https://example..com/",
            "https://example.com/a b",
            "https://example.com/\"><script>",
            "javascript:alert(1)//https://example.com",
            " https://example.com",
        ] {
            assert!(!is_secure_address(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for good in ["a@b.co", "jean.du-pont+cv@exämple.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "a b@c.de", "a@b..c", "@b.c", "a@@b.c", "a@-b.c", "a@b.c\n"] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
