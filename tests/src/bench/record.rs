//! The records that are measured, made from their number.
//!
//! The plain record carries the values of the peers' record, in the fields of a candidate that come closest. The varied
//! record has the same shape and about the same size, and values drawn by seed, as people's would be: it compresses
//! worse.

use automerge::ActorId;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;
use zumodra_shared::ats::{Candidate, Job};
use zumodra_shared::schema::{Entity, EntityDef, Fields, crdt};
use zumodra_shared::sync::wire::PushedChange;

/// Out of which everything is made.
pub const SEED: u64 = 20_261_122;
/// When the first record was made, in milliseconds since 1970.
const FIRST_AT: i64 = 1_790_000_000_000;

/// The kind of the records.
pub static CANDIDATE: &EntityDef = &Candidate::DEF;
/// The kind of what they apply for.
pub static JOB: &EntityDef = &Job::DEF;

/// How the values of a record are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The peers' values.
    Plain,
    /// Values drawn by seed.
    Varied,
    /// As the varied ones, with 2 kB of a résumé's text.
    Resume,
}

fn rng(number: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(SEED ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn at(number: u64) -> i64 {
    FIRST_AT + i64::try_from(number).unwrap_or_default() * 1_000
}

/// The id of a record of a workspace.
#[must_use]
pub fn id(workspace: u64, number: u64) -> Uuid {
    let mut rng = rng(number ^ workspace << 40);
    let millis = u64::try_from(at(number)).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &rng.random::<[u8; 10]>()).into_uuid()
}

/// The twelve fields of a record.
#[must_use]
pub fn fields(style: Style, number: u64) -> Fields {
    let value = match style {
        Style::Plain => json!({
            "resume_name": format!("cand-{number:08}"),
            "current_company": "acme",
            "first_name": format!("Ada{}", number % 997),
            "last_name": format!("Lovelace{number}"),
            "headline": format!("ada.{number}@example.com"),
            "state": format!("+1514555{:04}", number % 10_000),
            "current_title": "Senior software engineer",
            "city": "screening",
            "source": "career_page",
            "years_experience": number % 5,
            "source_detail": at(number).to_string(),
            "summary": format!("Met at the fair; strong in Rust and distributed systems. {number}"),
        }),
        Style::Varied | Style::Resume => varied(style, number),
    };
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("an object was written above"),
    }
}

fn varied(style: Style, number: u64) -> Value {
    let mut rng = rng(number);
    let (first, last) = (super::words::name(&mut rng), super::words::name(&mut rng));
    let title = super::words::title(&mut rng);
    let sources = ["career_page", "linkedin", "referral", "agency", "direct"];
    let mut value = json!({
        "resume_name": format!("cand-{number:08}"),
        "current_company": super::words::name(&mut rng),
        "headline": format!("{}.{}@example.com", first.to_lowercase(), last.to_lowercase()),
        "first_name": first,
        "last_name": last,
        "state": format!("+1{:010}", rng.random_range(0..10_000_000_000_u64)),
        "current_title": title,
        "city": super::words::name(&mut rng),
        "source": sources[rng.random_range(0..sources.len())],
        "years_experience": rng.random_range(0..40),
        "source_detail": (at(number) + rng.random_range(0..86_400_000)).to_string(),
        "summary": super::words::text(&mut rng, 58),
    });
    if style == Style::Resume {
        value["resume_text"] = json!(super::words::text(&mut rng, 2_000));
    }
    value
}

/// A record as the change that makes it.
///
/// # Panics
/// Never: the fields fit the kind.
#[must_use]
pub fn change(workspace: u64, style: Style, number: u64, actor: &ActorId) -> PushedChange {
    made(CANDIDATE, id(workspace, number), &fields(style, number), actor, at(number)).1
}

/// A job, so that the first screen has something to show.
#[must_use]
pub fn job(workspace: u64, number: u64, actor: &ActorId) -> PushedChange {
    let fields = json!({ "title": format!("Engineer of bridges {number}"), "location_city": "Montréal" });
    let Value::Object(fields) = fields else { unreachable!("an object was written above") };
    made(JOB, id(workspace, number | 1 << 32), &fields, actor, at(number)).1
}

/// A document with the change that made it.
///
/// # Panics
/// When the fields do not fit the kind.
#[must_use]
pub fn made(
    def: &EntityDef,
    doc: Uuid,
    fields: &Fields,
    actor: &ActorId,
    at: i64,
) -> (automerge::AutoCommit, PushedChange) {
    match crdt::create(def, fields, actor.clone(), at) {
        Ok((document, body)) => (document, PushedChange { doc, kind: def.code, body }),
        Err(problem) => panic!("a record of the measurement does not fit: {problem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_the_size_of_the_peers_record() {
        for number in [0, 7, 9_999] {
            let plain = json!(fields(Style::Plain, number)).to_string().len();
            assert!((290..380).contains(&plain), "{plain}");
            let varied = json!(fields(Style::Varied, number)).to_string().len();
            assert!((290..400).contains(&varied), "{varied}");
        }
        assert_eq!(fields(Style::Plain, 1).len(), 12);
        assert_eq!(fields(Style::Varied, 1).len(), 12);
        assert_eq!(fields(Style::Varied, 3), fields(Style::Varied, 3));
    }
}
