//! Merging two candidates who are one person, and taking that back.
//!
//! Nothing moves: the one that is merged says into whom, and what belongs to it is shown there. Its document, its
//! applications, its notes stay as they are, so that separating them gives each back what was theirs. The other one takes
//! over what it lacks, or what somebody chose; what stood there before is kept with the merged one.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::past::FIELDS as PAST;
use super::rules::{Related, text};
use super::{Candidate, CandidateContact};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Edit, EditOp, Entity as _, EntityDef, FieldDef, FieldKind, Fields};

/// The field that says into whom a candidate was merged.
pub const INTO: &str = "merged_into_id";
/// The field that keeps what stood in the other one.
pub const BEFORE: &str = "before_merge";
/// Characters of what is kept of how it was before. What does not fit is not put back.
const MAX_BEFORE: usize = 20_000;
/// The field that stands for a résumé, and those that go with it.
const RESUME: [&str; 4] = ["resume_hash", "resume_name", "resume_type", "resume_text"];
/// What a person wishes to earn: amounts and their currency are one thing.
const WISH: [&str; 4] =
    ["desired_salary_min", "desired_salary_max", "desired_salary_currency", "desired_salary_period"];
/// That a person's data is kept: whether they agree, since when and until when.
const CONSENT: [&str; 3] = ["consent_to_store", "consent_on", "consent_until"];
/// That a person is kept in mind, and what they agreed to then.
const IN_MIND: [&str; 2] = ["keep_in_mind_at", "keep_in_mind_words"];
/// The day on which the data has to go.
const RETENTION: &str = "data_retention_until";
/// Fields that are of each record alone.
const OWN: [&str; 8] = [
    INTO,
    BEFORE,
    "distinct_from_ids",
    "is_private",
    "visible_to_ids",
    "candidate_id",
    "proposal",
    // The server alone asks, and takes the answer.
    "consent_asked_on",
];

/// Fields that somebody took from the one that is merged, though the other has a value of its own.
pub type Chosen = BTreeSet<String>;

/// What is done to the records of a merge.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    /// To the record that stays.
    pub kept: Vec<Edit>,
    /// To the record that is merged.
    pub merged: Vec<Edit>,
}

/// What merging a candidate into another one does to both.
#[must_use]
pub fn candidates(kept: &Fields, merged: &Fields, into: RecordId, chosen: &Chosen) -> Plan {
    let mut plan = over(&Candidate::DEF, kept, merged, chosen);
    plan.merged.push(Edit::set(INTO, into.to_string()));
    plan
}

/// What merging two candidates does to their contacts.
#[must_use]
pub fn contacts(kept: &Fields, merged: &Fields, chosen: &Chosen) -> Plan {
    over(&CandidateContact::DEF, kept, merged, chosen)
}

/// What a contact holds that is made for a candidate who had none, from that of the one who is merged.
#[must_use]
pub fn new_contact(candidate: RecordId, merged: &Fields) -> Fields {
    let (nothing, nobody) = (Fields::new(), Chosen::new());
    let taken = shared_fields(&CandidateContact::DEF).filter_map(|field| {
        let is_taken = takes(&nothing, merged, field.name, &nobody);
        let value = merged.get(field.name).filter(|value| is_taken && !is_empty(value))?;
        Some((field.name.to_owned(), value.clone()))
    });
    taken.chain([("candidate_id".to_owned(), json!(candidate))]).collect()
}

/// What separating two candidates does to both.
#[must_use]
pub fn separated_candidates(kept: &Fields, merged: &Fields) -> Plan {
    let mut plan = back(&Candidate::DEF, kept, merged);
    plan.merged.push(Edit::set(INTO, Value::Null));
    plan
}

/// What separating two candidates does to their contacts.
#[must_use]
pub fn separated_contacts(kept: &Fields, merged: &Fields) -> Plan {
    back(&CandidateContact::DEF, kept, merged)
}

/// Whether a candidate may be merged as it is after a change. That nobody is merged into themselves is said of every
/// reference.
///
/// # Errors
/// [`Code::InvalidFields`] for one that is private or merged into one that is (what fewer may see would be shown to
/// more), and for one into whom nobody can be merged, because they were merged themselves: so there are no circles.
pub fn check(before: Option<&Fields>, after: &Fields, related: &dyn Related) -> Result<(), Problem> {
    let refused = |why: &str| Err(Problem::new(Code::InvalidFields).field(INTO, why));
    let is_private = |fields: &Fields| fields.get("is_private").is_some_and(|value| *value == true);
    let into = |fields: &Fields| text(fields, INTO).parse::<RecordId>().ok();
    let Some(other) = into(after) else { return Ok(()) };
    let stays = before.is_some_and(|before| into(before) == Some(other));
    if is_private(after) && !(stays && before.is_some_and(is_private)) {
        return refused("Somebody who was merged cannot be made private: separate them first.");
    }
    if stays {
        return Ok(());
    }
    match related.fields(Candidate::DEF.name, other) {
        Some(other) if is_private(other) => refused("Nobody is merged into a private candidate."),
        Some(other) if into(other).is_some() => refused("That candidate was merged into somebody else."),
        _ => Ok(()),
    }
}

/// The fields that one record can take over from another.
fn shared_fields(def: &EntityDef) -> impl Iterator<Item = &'static FieldDef> {
    def.fields.iter().filter(|field| !OWN.contains(&field.name))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(members) => members.is_empty(),
        _ => false,
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether somebody said no to being kept, or not any more: there is a day, and no consent. Without a day nobody was asked.
fn says_no(fields: &Fields) -> bool {
    let agrees = fields.get(CONSENT[0]).is_some_and(|value| *value == true);
    !agrees && CONSENT[1..].iter().any(|name| !fields.get(*name).is_none_or(is_empty))
}

/// Whether the record that stays takes over what one of the two says who does not want to be kept: a no holds, whichever
/// record stays and whatever was chosen, and so does the earlier day on which the data has to go. None where that is no matter.
fn takes_no(kept: &Fields, merged: &Fields, name: &str) -> Option<bool> {
    let refusals = (says_no(kept), says_no(merged));
    if CONSENT.contains(&name) || IN_MIND.contains(&name) {
        return (refusals.0 != refusals.1).then_some(refusals.1);
    }
    let (was, is) = (text(kept, RETENTION), text(merged, RETENTION));
    let is_matter = name == RETENTION && (refusals.0 || refusals.1) && !was.is_empty() && !is.is_empty();
    is_matter.then_some(is < was)
}

/// Whether the record that stays takes a field over: it has none, or somebody chose that.
fn takes(kept: &Fields, merged: &Fields, name: &str, chosen: &Chosen) -> bool {
    if let Some(takes) = takes_no(kept, merged, name) {
        return takes;
    }
    // A résumé is its file: name, type and text go with it. A wish without amounts is none.
    let (those, told_by): (&[&str], &[&str]) = match name {
        _ if RESUME.contains(&name) => (&RESUME, &RESUME[..1]),
        _ if WISH.contains(&name) => (&WISH, &WISH[..2]),
        _ if CONSENT.contains(&name) => (&CONSENT, &CONSENT),
        _ if IN_MIND.contains(&name) => (&IN_MIND, &IN_MIND[..1]),
        _ => (&[name], &[name]),
    };
    // A consent that nobody gave is none.
    let nothing = |name: &str, value: &Value| is_empty(value) || (name == CONSENT[0] && *value == false);
    let empty = |fields: &Fields| {
        told_by.iter().all(|name| fields.get(*name).is_none_or(|value| nothing(name, value)))
    };
    !empty(merged) && (empty(kept) || those.iter().any(|name| chosen.contains(*name)))
}

fn put(field: &FieldDef, value: &Value) -> Edit {
    match field.kind {
        FieldKind::Text => Edit::text(field.name, value.as_str().unwrap_or_default()),
        _ => Edit::set(field.name, value.clone()),
    }
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn id(item: &Value) -> Option<&str> {
    item.get("id")?.as_str()
}

/// Whether an item has nothing but its id.
fn says_nothing(item: &Value) -> bool {
    item.as_object().is_none_or(|item| item.iter().all(|(name, value)| name == "id" || is_empty(value)))
}

/// The items of a list by their ids alone: which of them were there is all that separating asks, and what they say is long.
fn named(list: &Value) -> Value {
    let there = items(Some(list)).filter(|item| !says_nothing(item)).filter_map(id);
    there.map(|id| json!({ "id": id, "is_there": true })).collect()
}

/// Whether two items differ by nothing but their ids, the case of letters and spaces.
fn says_the_same(one: &Value, other: &Value) -> bool {
    let values = |item: &Value| {
        let values = item.as_object().into_iter().flatten().filter(|(name, _)| *name != "id");
        let plain = |value: &Value| match value {
            Value::String(text) => json!(text.trim().to_lowercase()),
            other => other.clone(),
        };
        values.map(|(name, value)| (name.clone(), plain(value))).collect::<Fields>()
    };
    values(one) == values(other)
}

fn remove_item(field: &str, item: &str) -> Edit {
    Edit { field: field.to_owned(), op: EditOp::ItemRemove { item: item.to_owned() } }
}

/// The edits that give a list the items of another one which it lacks.
fn lacking(field: &FieldDef, was: Option<&Value>, is: Option<&Value>) -> Vec<Edit> {
    let had: Vec<&str> = items(was).filter(|item| !says_nothing(item)).filter_map(id).collect();
    let room = field.items.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    // The same job read out of two résumés has two ids and is one. What a value is of, its id says.
    let is_twice =
        |item: &Value| PAST.contains(&field.name) && items(was).any(|other| says_the_same(item, other));
    let new = items(is).filter(|item| !says_nothing(item) && id(item).is_some_and(|id| !had.contains(&id)));
    let new = new.filter(|item| !is_twice(item));
    let put = |item: &Value| {
        let values = item.as_object()?.iter().filter(|(name, _)| *name != "id");
        let values = values.map(|(name, value)| (name.clone(), value.clone())).collect();
        let op = EditOp::ItemPut { item: id(item)?.to_owned(), after: None, values };
        Some(Edit { field: field.name.to_owned(), op })
    };
    new.filter_map(put).take(room.saturating_sub(had.len())).collect()
}

fn over(def: &EntityDef, kept: &Fields, merged: &Fields, chosen: &Chosen) -> Plan {
    let (mut plan, mut before, mut room) = (Plan::default(), Fields::new(), MAX_BEFORE);
    for field in shared_fields(def) {
        let name = field.name;
        let (was, is) = (kept.get(name), merged.get(name));
        let edits: Vec<Edit> = match field.kind {
            FieldKind::Set(_) => {
                let had: BTreeSet<&str> = members(was).collect();
                let room = field.items.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
                let lacking = members(is).filter(|member| !had.contains(member));
                lacking.take(room.saturating_sub(had.len())).map(|member| Edit::add(name, member)).collect()
            }
            FieldKind::List(_) => lacking(field, was, is),
            FieldKind::Register(_) | FieldKind::Text if takes(kept, merged, name, chosen) && was != is => {
                is.map(|value| put(field, value)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        if edits.is_empty() {
            continue;
        }
        plan.kept.extend(edits);
        let was = was.cloned().unwrap_or_else(|| field.default_value());
        let was = if PAST.contains(&name) { named(&was) } else { was };
        let size = name.len() + was.to_string().chars().count() + 8;
        // A résumé that somebody chose another one for stays that: its text alone may have no room here.
        let is_replaced = RESUME.contains(&name) && !kept.get(RESUME[0]).is_none_or(is_empty);
        if size <= room && !is_replaced {
            room -= size;
            before.insert(name.to_owned(), was);
        }
    }
    plan.merged.push(Edit::set(BEFORE, Value::Object(before).to_string()));
    plan
}

/// Puts back what the kept record took over and what nobody has changed since.
fn back(def: &EntityDef, kept: &Fields, merged: &Fields) -> Plan {
    let before: Fields = serde_json::from_str(text(merged, BEFORE)).unwrap_or_default();
    let mut plan = Plan::default();
    for field in shared_fields(def) {
        let name = field.name;
        let Some(was) = before.get(name) else { continue };
        match field.kind {
            FieldKind::Set(_) => {
                let had: BTreeSet<&str> = members(Some(was)).collect();
                let theirs: BTreeSet<&str> = members(merged.get(name)).collect();
                let taken =
                    members(kept.get(name)).filter(|member| theirs.contains(member) && !had.contains(member));
                plan.kept.extend(taken.map(|member| Edit::remove(name, member)));
            }
            FieldKind::List(_) => {
                let had: Vec<&str> =
                    items(Some(was)).filter(|item| !says_nothing(item)).filter_map(id).collect();
                let theirs: Vec<&Value> = items(merged.get(name)).collect();
                let taken = items(kept.get(name)).filter(|item| theirs.contains(item));
                let taken = taken.filter_map(id).filter(|item| !had.contains(item));
                plan.kept.extend(taken.map(|item| remove_item(name, item)));
            }
            _ if kept.get(name) == merged.get(name) => plan.kept.push(put(field, was)),
            _ => {}
        }
    }
    plan.merged.push(Edit::set(BEFORE, ""));
    plan
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::schema::crdt;

    fn fields(value: Value) -> Fields {
        let mut all = Candidate::DEF.defaults();
        all.extend(value.as_object().cloned().unwrap_or_default());
        all
    }

    /// A candidate after edits, as the documents merge them.
    fn after(def: &EntityDef, before: &Fields, edits: &[Edit]) -> Fields {
        let (mut doc, _) = crdt::create(def, before, automerge::ActorId::random(), 0).expect("fits");
        crdt::apply(def, &mut doc, edits).expect("edits that fit");
        crdt::read(def, &doc).fields
    }

    const INTO_ID: RecordId = RecordId::from_u128(7);

    #[test]
    fn what_is_lacking_is_taken_over_and_what_is_chosen_too() {
        let kept =
            fields(json!({ "first_name": "Ada", "city": "Paris", "skills": ["rust"], "headline": " " }));
        let merged = fields(json!({
            "first_name": "A.", "city": "Lyon", "headline": "Engineer", "skills": ["rust", "sql"],
            "resume_hash": "aa", "resume_text": "text", "summary": "Long.",
        }));
        let chosen = Chosen::from(["city".to_owned()]);
        let plan = candidates(&kept, &merged, INTO_ID, &chosen);
        let whole = after(&Candidate::DEF, &kept, &plan.kept);
        for (name, value) in [
            ("first_name", json!("Ada")),
            ("city", json!("Lyon")),
            ("headline", json!("Engineer")),
            ("skills", json!(["rust", "sql"])),
            ("resume_hash", json!("aa")),
            ("resume_text", json!("text")),
            ("summary", json!("Long.")),
            (INTO, Value::Null),
        ] {
            assert_eq!(whole[name], value, "{name}");
        }
        let gone = after(&Candidate::DEF, &merged, &plan.merged);
        assert_eq!(gone[INTO], json!(INTO_ID));
        assert_eq!(gone["city"], "Lyon", "the one that is merged stays as it is");
    }

    #[test]
    fn values_of_own_fields_are_taken_over_one_by_one_and_given_back() {
        let value = |id: &str, value: &str| json!({ "id": id, "value": value });
        let kept =
            fields(json!({ "first_name": "Ada", "custom": [value("visa", "yes"), value("badge", "")] }));
        let theirs = json!([value("visa", "no"), value("badge", "12"), value("team", "a")]);
        let merged = fields(json!({ "first_name": "A.", "custom": theirs }));
        let plan = candidates(&kept, &merged, INTO_ID, &Chosen::new());
        let mut whole = after(&Candidate::DEF, &kept, &plan.kept);
        let all = json!([value("visa", "yes"), value("badge", "12"), value("team", "a")]);
        assert_eq!(whole["custom"], all);
        let gone = after(&Candidate::DEF, &merged, &plan.merged);
        // What somebody changed since stays; the rest goes back.
        whole.insert(
            "custom".to_owned(),
            json!([value("visa", "yes"), value("badge", "13"), value("team", "a")]),
        );
        let back = separated_candidates(&whole, &gone);
        let again = after(&Candidate::DEF, &whole, &back.kept);
        assert_eq!(again["custom"], json!([value("visa", "yes"), value("badge", "13")]));
    }

    #[test]
    fn two_pasts_are_joined_and_what_stands_in_both_stands_once() {
        let job = |id: &str, title: &str, company: &str| json!({ "id": id, "title": title, "company": company, "from": "2019" });
        let kept = fields(json!({ "experience": [job("a", "Baker", "Mill")] }));
        let merged = fields(json!({
            "experience": [job("b", "baker ", "MILL"), job("c", "Cook", "Mill")],
            "certificates": [{ "id": "d", "name": "CPA", "issuer": "", "year": 2020 }],
        }));
        let plan = candidates(&kept, &merged, INTO_ID, &Chosen::new());
        let whole = after(&Candidate::DEF, &kept, &plan.kept);
        let ids = |fields: &Fields, name: &str| {
            items(fields.get(name)).filter_map(id).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            (ids(&whole, "experience"), ids(&whole, "certificates")),
            (vec!["a".into(), "c".into()], vec!["d".to_owned()])
        );
        let gone = after(&Candidate::DEF, &merged, &plan.merged);
        let apart = after(&Candidate::DEF, &whole, &separated_candidates(&whole, &gone).kept);
        assert_eq!((ids(&apart, "experience"), ids(&apart, "certificates")), (vec!["a".to_owned()], vec![]));
    }

    #[test]
    fn a_resume_is_taken_whole_or_not_at_all() {
        let kept = fields(json!({ "resume_hash": "aa", "resume_name": "", "resume_text": "mine" }));
        let merged = fields(json!({ "resume_hash": "bb", "resume_name": "b.pdf", "resume_text": "theirs" }));
        let none = candidates(&kept, &merged, INTO_ID, &Chosen::new());
        assert!(none.kept.is_empty(), "{:?}", none.kept);
        let chosen = candidates(&kept, &merged, INTO_ID, &Chosen::from(["resume_hash".to_owned()]));
        let whole = after(&Candidate::DEF, &kept, &chosen.kept);
        assert_eq!((&whole["resume_hash"], &whole["resume_text"]), (&json!("bb"), &json!("theirs")));
    }

    #[test]
    fn a_wish_is_taken_with_its_currency_or_not_at_all() {
        let contact = |wish: Value| {
            let mut all = CandidateContact::DEF.defaults();
            all.extend(wish.as_object().cloned().unwrap_or_default());
            all
        };
        let euros = contact(
            json!({ "desired_salary_min": 5, "desired_salary_currency": "EUR", "desired_salary_period": "monthly" }),
        );
        let pounds = contact(json!({ "desired_salary_max": 9, "desired_salary_currency": "GBP" }));
        let none = contact(json!({ "desired_salary_currency": "USD" }));
        let wish = |kept: &Fields, merged: &Fields, chosen: &[&str]| {
            let chosen = chosen.iter().map(|name| (*name).to_owned()).collect();
            let whole = after(&CandidateContact::DEF, kept, &contacts(kept, merged, &chosen).kept);
            WISH.map(|name| whole[name].clone())
        };
        assert_eq!(wish(&euros, &pounds, &[]), [json!(5), Value::Null, json!("EUR"), json!("monthly")]);
        assert_eq!(
            wish(&euros, &pounds, &["desired_salary_max"]),
            [Value::Null, json!(9), json!("GBP"), json!("yearly")]
        );
        assert_eq!(wish(&none, &pounds, &[]), [Value::Null, json!(9), json!("GBP"), json!("yearly")]);
        assert_eq!(wish(&euros, &none, &[]), [json!(5), Value::Null, json!("EUR"), json!("monthly")]);
    }

    /// What a person agrees to, after one is merged into the other.
    fn agreed(kept: &Value, merged: &Value, chosen: &[&str]) -> [Value; 6] {
        let (kept, merged) = (fields(kept.clone()), fields(merged.clone()));
        let chosen = chosen.iter().map(|name| (*name).to_owned()).collect();
        let whole = after(&Candidate::DEF, &kept, &candidates(&kept, &merged, INTO_ID, &chosen).kept);
        let [agrees, on, until] = CONSENT.map(|name| whole[name].clone());
        let [at, words] = IN_MIND.map(|name| whole[name].clone());
        [agrees, on, until, at, words, whole[RETENTION].clone()]
    }

    #[test]
    fn a_consent_is_taken_with_its_days_or_not_at_all() {
        let nothing = json!({});
        let old =
            json!({ "consent_to_store": true, "consent_on": "2024-01-01", "consent_until": "2026-01-01" });
        let new = json!({
            "consent_to_store": true, "consent_on": "2025-01-01", "keep_in_mind_at": 5, "keep_in_mind_words": "New.",
        });
        let mind = json!({ "keep_in_mind_at": 3, "keep_in_mind_words": "Old." });
        let is = |a: Value, b: Value, c: Value| [a, b, c];
        let of_old = is(json!(true), json!("2024-01-01"), json!("2026-01-01"));
        let of_new = is(json!(true), json!("2025-01-01"), Value::Null);
        let consent = |kept: &Value, merged: &Value, chosen: &[&str]| {
            let [a, b, c, ..] = agreed(kept, merged, chosen);
            [a, b, c]
        };
        assert_eq!(consent(&nothing, &old, &[]), of_old);
        assert_eq!(consent(&old, &nothing, &["consent_to_store"]), of_old, "nobody said no");
        assert_eq!(consent(&new, &old, &[]), of_new, "no day of another consent");
        assert_eq!(consent(&old, &new, &["consent_until"]), of_new);
        let words = |kept: &Value, merged: &Value, chosen: &[&str]| {
            let [.., at, words, _] = agreed(kept, merged, chosen);
            (at, words)
        };
        assert_eq!(words(&mind, &new, &[]), (json!(3), json!("Old.")));
        assert_eq!(words(&mind, &new, &["keep_in_mind_words"]), (json!(5), json!("New.")));
        assert_eq!(words(&nothing, &new, &[]), (json!(5), json!("New.")));
    }

    #[test]
    fn a_no_holds_whichever_record_stays_and_whatever_was_chosen() {
        let no = json!({ "consent_until": "2026-03-01", "data_retention_until": "2026-03-01" });
        let yes = json!({
            "consent_to_store": true, "consent_on": "2025-01-01", "consent_until": "2027-01-01",
            "keep_in_mind_at": 5, "keep_in_mind_words": "Yes.", "data_retention_until": "2027-01-01",
        });
        let day = json!("2026-03-01");
        let held = [json!(false), Value::Null, day.clone(), Value::Null, json!(""), day];
        for chosen in [&[][..], &["consent_to_store", "keep_in_mind_at", "data_retention_until"]] {
            assert_eq!(agreed(&no, &yes, chosen), held);
            assert_eq!(agreed(&yes, &no, chosen), held);
        }
        // Who was never asked takes over the no, and a day that comes sooner stays.
        let sooner = json!({ "data_retention_until": "2026-01-01" });
        for (kept, merged) in [(&sooner, &no), (&no, &sooner)] {
            let [agrees, _, until, .., retention] = agreed(kept, merged, &[]);
            assert_eq!((agrees, until, retention), (json!(false), json!("2026-03-01"), json!("2026-01-01")));
        }
    }

    #[test]
    fn a_full_set_stays_within_its_limit() {
        let many = |from: usize| (from..from + 150).map(|n| format!("s{n:04}")).collect::<Vec<_>>();
        let kept = fields(json!({ "skills": many(0) }));
        let plan = candidates(&kept, &fields(json!({ "skills": many(100) })), INTO_ID, &Chosen::new());
        let whole = after(&Candidate::DEF, &kept, &plan.kept);
        assert_eq!(whole["skills"].as_array().map(Vec::len), Some(200));
    }

    #[test]
    fn a_contact_for_who_had_none_holds_what_is_there() {
        let mut theirs = CandidateContact::DEF.defaults();
        theirs.insert("candidate_id".into(), json!("of somebody else"));
        theirs.insert("email".into(), json!("ada@a.example"));
        let made = new_contact(INTO_ID, &theirs);
        assert_eq!(Value::Object(made), json!({ "candidate_id": INTO_ID, "email": "ada@a.example" }));
    }

    #[test]
    fn who_is_private_is_not_merged_and_nobody_into_who_was_merged() {
        let (open, private) = (fields(json!({})), fields(json!({ "is_private": true })));
        let gone = fields(json!({ INTO: RecordId::from_u128(9) }));
        let into = |mut of: Fields| {
            of.insert(INTO.into(), json!(INTO_ID));
            of
        };
        let found = |other: &Fields| HashMap::from([(INTO_ID, other.clone())]);
        let ask = |before: &Fields, after: &Fields, other: &Fields| check(Some(before), after, &found(other));
        assert_eq!(ask(&open, &into(open.clone()), &open), Ok(()));
        for (before, other) in [(&private, &open), (&open, &private), (&open, &gone)] {
            let refused = ask(before, &into(before.clone()), other).expect_err("is not allowed");
            assert_eq!(refused.code, Code::InvalidFields);
        }
        let merged = into(open.clone());
        assert!(ask(&merged, &into(private.clone()), &open).is_err(), "made private while merged");
        assert_eq!(
            ask(&merged, &merged, &gone),
            Ok(()),
            "whatever became of the other one, this one can be edited"
        );
        assert_eq!(ask(&merged, &open, &gone), Ok(()), "and separated");
    }

    fn some_candidate() -> impl Strategy<Value = Fields> {
        let word = || proptest::sample::select(vec!["", "a", "b"]);
        let words = || proptest::collection::btree_set(proptest::sample::select(vec!["x", "y", "z"]), 0..3);
        let day = || proptest::sample::select(vec![Value::Null, json!("2026-01-01"), json!("2027-01-01")]);
        let consent = (proptest::bool::ANY, day(), day(), day());
        let said = (word(), word(), word(), words(), words(), 0..3i64, consent);
        said.prop_map(|(city, headline, summary, skills, tags, years, (agrees, on, until, retention))| {
            fields(json!({
                "consent_to_store": agrees, "consent_on": on, "consent_until": until, "data_retention_until": retention,
                "city": city, "headline": headline, "summary": summary, "skills": skills, "languages": tags,
                "years_experience": (years > 0).then_some(years), "first_name": "A",
            }))
        })
    }

    proptest! {
        /// Whatever the two are and whatever was chosen: nothing that either had in a set is lost, an empty field is
        /// filled, and separating them gives both back as they were.
        #[test]
        fn separating_gives_both_back(
            kept in some_candidate(), merged in some_candidate(),
            chosen in proptest::collection::btree_set(proptest::sample::select(vec!["city", "headline", "summary"]), 0..3),
        ) {
            let chosen: Chosen = chosen.into_iter().map(str::to_owned).collect();
            let def = &Candidate::DEF;
            let plan = candidates(&kept, &merged, INTO_ID, &chosen);
            let (whole, gone) = (after(def, &kept, &plan.kept), after(def, &merged, &plan.merged));
            for name in ["skills", "languages"] {
                let all: BTreeSet<&str> = members(kept.get(name)).chain(members(merged.get(name))).collect();
                prop_assert_eq!(members(whole.get(name)).collect::<BTreeSet<_>>(), all);
            }
            for name in ["city", "headline", "summary", "years_experience"] {
                prop_assert!(!is_empty(&whole[name]) || (is_empty(&kept[name]) && is_empty(&merged[name])), "{}", name);
            }
            let apart = separated_candidates(&whole, &gone);
            prop_assert_eq!(after(def, &whole, &apart.kept), kept);
            prop_assert_eq!(after(def, &gone, &apart.merged), merged);
        }

        /// What somebody wrote after the merge is theirs and stays.
        #[test]
        fn what_was_changed_since_stays(kept in some_candidate(), merged in some_candidate()) {
            let def = &Candidate::DEF;
            let plan = candidates(&kept, &merged, INTO_ID, &Chosen::from(["city".to_owned()]));
            let gone = after(def, &merged, &plan.merged);
            let whole = after(def, &after(def, &kept, &plan.kept), &[Edit::set("city", "Rome")]);
            let apart = separated_candidates(&whole, &gone);
            prop_assert_eq!(&after(def, &whole, &apart.kept)["city"], "Rome");
        }
    }
}
