//! Search, boards and pages over local rows.

use serde_json::json;
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::schema::{Edit, EditOp};

use super::*;
use crate::ats::cards::{Card, CardRequest, cards};
use crate::ats::queries::{board, candidate_page, jobs, search};
use crate::replica::{ListRequest, find, get, list};

#[test]
fn names_match_by_prefix_and_without_accents_and_texts_by_word() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let ids = |needle: &str| -> Vec<RecordId> {
        find(replica.connection(), &["candidates"], needle, 20)
            .expect("finds")
            .iter()
            .map(|hit| hit.id)
            .collect()
    };
    for needle in
        ["zo", "Zoë", "zoe", "mull", "sourd", "zoe sourd", "laminated", "lami", "zo laminated", "\"zoe\" *"]
    {
        assert_eq!(ids(needle), [made.candidate], "{needle}");
    }
    for needle in ["lam", "pizza", "zoe pizza", "", "\"*("] {
        assert!(ids(needle).is_empty(), "{needle}");
    }
    let hits = search(replica.connection(), "laminated", 10).expect("finds");
    assert!(hits[0].snippet.contains("\u{1}laminated\u{2}"), "{}", hits[0].snippet);
    assert_eq!((hits[0].title.as_str(), hits[0].subtitle.as_str()), ("Zoë Müller", "Baker"));
}

#[test]
fn titles_companies_and_schools_of_the_past_are_found_and_what_is_said_of_them_is_not() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let put = |field: &str, values: serde_json::Value| {
        let values = values.as_object().cloned().expect("an object").into_iter().collect();
        Edit { field: field.to_owned(), op: EditOp::ItemPut { item: "a".to_owned(), after: None, values } }
    };
    let job = json!({ "title": "Pastry chef", "company": "Boulangerie Nord", "from": "2019-03", "words": "Croissants." });
    let edits = [
        put("experience", job),
        put("education", json!({ "school": "Ferrandi", "degree": "CAP" })),
        put("certificates", json!({ "name": "Hygiene", "issuer": "Ville", "year": 2020 })),
    ];
    replica.edit("candidates", made.candidate, &edits, T0 + 1).expect("edits");
    let found = |needle: &str| find(replica.connection(), &["candidates"], needle, 20).expect("finds").len();
    for needle in ["past", "boulangerie", "ferrandi", "hygi", "zoe nord"] {
        assert_eq!(found(needle), 1, "{needle}");
    }
    for needle in ["croissants", "2019"] {
        assert_eq!(found(needle), 0, "{needle}");
    }
    let wrong = [put("experience", json!({ "from": "March" }))];
    let refused = replica.edit("candidates", made.candidate, &wrong, T0 + 2).expect_err("is no month");
    assert_eq!(refused.code, zumodra_shared::kernel::Code::InvalidFields);
}

#[test]
fn operators_are_understood_wherever_candidates_are_searched() {
    let mut replica = owner(1);
    let zoe = make(&mut replica, T0).candidate;
    let person = |replica: &mut Replica, name: &str, text: &str| {
        let made = json!({ "first_name": name, "headline": text, "resume_text": format!("Long ago: {text}. The end.") });
        replica.create("candidates", &fields(made), T0).expect("makes").id
    };
    let ada = person(&mut replica, "Ada", "Product manager in Lyon");
    let bob = person(&mut replica, "Bob", "Manager of a product line");
    let cid = person(&mut replica, "Cid", "Rust developer");
    let gone = person(&mut replica, "Dan", "Rust developer");
    replica.edit("candidates", gone, &[Edit::deleted(true)], T0).expect("deletes");
    let found = |text: &str| {
        let request = json!({ "kind": "candidates", "sort": "first_name", "text": text });
        let request = serde_json::from_value(request).expect("a request");
        let listed = list(replica.connection(), &request).expect("lists");
        let mut ids: Vec<RecordId> = listed.rows.iter().map(|row| row.id).collect();
        assert_eq!(listed.total, ids.len() as u64, "{text}");
        let hits = find(replica.connection(), &["candidates"], text, 20).expect("finds");
        let mut hits: Vec<RecordId> = hits.iter().map(|hit| hit.id).collect();
        let shown = ids.clone();
        ids.sort_unstable();
        hits.sort_unstable();
        assert_eq!(hits, ids, "{text}");
        shown
    };
    for (text, expected) in [
        ("rust OR baker", vec![cid, zoe]),
        ("\"product manager\"", vec![ada]),
        ("\"long ago\" manager", vec![ada, bob]),
        ("manager -lyon", vec![bob]),
        ("manager -\"product manager\"", vec![bob]),
        ("(rust OR manager) -line", vec![ada, cid]),
        ("-manager", vec![cid, zoe]),
        ("lyon AND manager", vec![ada]),
        ("\"laminated dough\"", vec![zoe]),
        ("\"dough laminated\"", vec![]),
        ("\"zoe\" OR (", vec![zoe]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

/// Whatever somebody types is looked for, and is never a mistake of the index.
#[test]
fn nothing_that_is_typed_is_a_mistake() {
    const PARTS: [&str; 32] = [
        "(",
        ")",
        "\"",
        "-",
        "OR",
        "NOT",
        "AND",
        "NEAR(",
        "zoe",
        "title:",
        "*",
        "^",
        "{",
        "}",
        "col : ",
        "हिन्दी",
        "ﬁ",
        "²",
        "\u{1}",
        "\0",
        "é",
        "|",
        "'",
        ";",
        "--",
        "\\",
        "«",
        "”",
        "日本",
        "Ⅷ",
        "a",
        "%",
    ];
    let mut replica = owner(1);
    make(&mut replica, T0);
    // Numbers that follow one another in no order (Knuth's constants), so that a failure can be had again.
    let mut number = 1_u64;
    let mut next = |below: usize| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(number >> 33).unwrap_or_default() % below
    };
    for _ in 0..1_500 {
        let parts: Vec<&str> = (0..next(12)).map(|_| PARTS[next(PARTS.len())]).collect();
        for text in [parts.join(" "), parts.concat()] {
            let request =
                ListRequest { kind: "candidates".to_owned(), text: Some(text.clone()), ..Default::default() };
            let listed = list(replica.connection(), &request);
            assert!(listed.is_ok(), "{text:?} {listed:?}");
            let hits = find(replica.connection(), &["candidates"], &text, 5);
            assert!(hits.is_ok(), "{text:?} {hits:?}");
        }
    }
}

#[test]
fn what_was_bulk_loaded_is_found_after_it_was_indexed_in_slices() {
    let mut author = owner(2);
    make(&mut author, T0);
    let mut server = Server::default();
    server.exchange(&mut author, T0);
    let mut reader = replica_of(&person(2, zumodra_shared::access::Role::Recruiter), 3);
    server.bootstrap(&mut reader, T0);
    let found = |replica: &Replica| search(replica.connection(), "zoe", 10).expect("finds").len();
    assert_eq!(found(&reader), 0);
    while reader.index_slice(2, T0).expect("indexes") {}
    assert_eq!(found(&reader), 1);
}

#[test]
fn an_edit_and_a_deletion_reach_the_index() {
    let mut replica = owner(3);
    let made = make(&mut replica, T0);
    let found = |replica: &Replica, needle: &str| {
        search(replica.connection(), needle, 10)
            .expect("finds")
            .iter()
            .filter(|hit| hit.kind == "candidates")
            .count()
    };
    replica.edit("candidates", made.candidate, &[Edit::set("first_name", "Ada")], T0).expect("edits");
    assert_eq!((found(&replica, "zoe"), found(&replica, "ada")), (0, 1));
    replica.edit("candidates", made.candidate, &[Edit::deleted(true)], T0).expect("edits");
    assert_eq!(found(&replica, "ada"), 0);
}

#[test]
fn a_board_a_page_and_the_job_list_show_what_was_made() {
    let mut replica = owner(4);
    let made = make(&mut replica, T0);
    let note = json!({ "candidate_id": made.candidate.to_string(), "body": "Call her." });
    replica.create("notes", &fields(note), T0).expect("makes");
    let day = 86_400_000;
    let shown = board(replica.connection(), made.job, T0 + 3 * day + 5).expect("reads");
    assert_eq!(shown.columns.iter().map(|c| c.total).collect::<Vec<_>>(), [1, 0, 0, 0]);
    let card = &shown.columns[0].cards[0];
    assert_eq!((card.candidate_name.as_deref(), card.days_in_stage, card.notes), (Some("Zoë Müller"), 3, 1));
    let page = candidate_page(replica.connection(), made.candidate).expect("reads");
    assert_eq!((page.applications.len(), page.notes.len()), (1, 1));
    assert_eq!(page.applications[0].stage.as_ref().map(|s| s.kind.as_str()), Some("new"));
    assert!(page.activities.len() >= 2);
    let list = jobs(replica.connection(), &Default::default()).expect("reads");
    assert_eq!((list[0].active, list[0].total), (1, 1));
    // A stage that is taken out takes nobody with it.
    let pipeline =
        get(replica.connection(), "jobs", made.job).expect("reads").expect("is here").fields["pipeline_id"]
            .clone();
    let pipeline = pipeline.as_str().expect("an id").parse().expect("an id");
    let gone = Edit { field: "stages".to_owned(), op: EditOp::ItemRemove { item: "new".to_owned() } };
    replica.edit("pipelines", pipeline, &[gone], T0 + 1).expect("edits");
    let shown = board(replica.connection(), made.job, T0).expect("reads");
    let columns =
        shown.columns.iter().map(|c| (c.stage_id.as_str(), c.kind.as_str(), c.total)).collect::<Vec<_>>();
    assert_eq!((columns.len(), columns[3]), (4, ("new", "unknown", 1)));
    replica
        .edit("applications", made.application, &[Edit::set("rating", 3)], T0 + 2)
        .expect("can be changed");
    replica
        .edit("applications", made.application, &[Edit::set("stage_id", "talk")], T0 + 3)
        .expect("can be moved");
    assert_eq!(board(replica.connection(), made.job, T0).expect("reads").columns.len(), 3);
    let none = board(replica.connection(), RecordId::from_u128(5), T0).expect_err("is not there");
    assert_eq!(none.code, Code::NotFound);
}

#[test]
fn cards_are_read_over_all_jobs_without_what_is_over_and_of_one_job_with_it() {
    let mut server = Server::default();
    let me = person(1, Role::Owner);
    let mut replica = replica_of(&me, 9);
    server.bootstrap(&mut replica, T0);
    let member = me.user_id;
    server.employ(member, "Ada", Role::Owner);
    server.pull(&mut replica, T0);
    let (first, second) = (make(&mut replica, T0), make(&mut replica, T0 + 1));
    let read = |replica: &Replica, job_id: Option<RecordId>, assigned_to_id: Option<RecordId>| {
        let wanted = CardRequest { job_id, assigned_to_id };
        let found = cards(replica.connection(), &wanted, T0 + 3 * DAY_MS + 5).expect("reads");
        assert_eq!(usize::try_from(found.total), Ok(found.cards.len()));
        found.cards
    };
    let ids = |found: Vec<Card>| found.iter().map(|card| card.application.id).collect::<Vec<_>>();
    assert_eq!(ids(read(&replica, None, None)), [first.application, second.application]);
    assert_eq!(ids(read(&replica, Some(second.job), None)), [second.application]);
    let mine = Edit::set("assigned_to_id", member.to_string());
    replica.edit("applications", second.application, &[mine], T0 + 2).expect("edits");
    assert_eq!(ids(read(&replica, None, Some(member))), [second.application]);
    let over = [Edit::set("stage_id", "no"), Edit::set("rejection_reason", "Too far")];
    replica.edit("applications", second.application, &over, T0 + 3).expect("edits");
    assert_eq!(ids(read(&replica, None, None)), [first.application]);
    assert_eq!(ids(read(&replica, Some(second.job), None)), [second.application]);
    assert!(read(&replica, None, Some(member)).is_empty());
    replica.edit("jobs", first.job, &[Edit::deleted(true)], T0 + 4).expect("edits");
    assert!(read(&replica, None, None).is_empty());
}

#[test]
fn a_card_says_what_lies_beside_it_and_carries_no_letter() {
    let mut replica = owner(10);
    let made = make(&mut replica, T0);
    let job = get(replica.connection(), "jobs", made.job).expect("reads").expect("is here");
    let pipeline = job.fields["pipeline_id"].clone();
    let answer = |id: &str, knocks_out: bool| json!({ "id": id, "question": "?", "answer": "!", "knocks_out": knocks_out });
    let application = json!({ "candidate_id": made.candidate.to_string(), "job_id": made.job.to_string(),
        "pipeline_id": pipeline, "stage_id": "talk", "applied_at": T0, "cover_letter": "Dear all",
        "answers": [answer("a", true), answer("b", false)] });
    let application = replica.create("applications", &fields(application), T0).expect("makes").id;
    let plan = |starts_at: i64| {
        fields(json!({ "candidate_id": made.candidate.to_string(), "job_id": made.job.to_string(),
            "application_id": application.to_string(), "starts_at": starts_at, "minutes": 45 }))
    };
    for day in [-1, 9, 4] {
        replica.create("interviews", &plan(T0 + day * DAY_MS), T0).expect("plans");
    }
    let shown = board(replica.connection(), made.job, T0).expect("reads");
    let card = &shown.columns[1].cards[0];
    assert_eq!((card.knockouts, card.interview_at), (1, Some(T0 + 4 * DAY_MS)));
    assert_eq!(
        (&card.application.fields["cover_letter"], &card.application.fields["answers"]),
        (&json!(""), &json!([]))
    );
    assert_eq!((shown.columns[0].cards[0].knockouts, shown.columns[0].cards[0].interview_at), (0, None));
}

#[test]
fn an_address_is_found_whatever_its_capitals() {
    let mut replica = owner(8);
    let made = make(&mut replica, T0);
    let contact = json!({ "candidate_id": made.candidate.to_string(), "email": "Zoe@Example.org" });
    replica.create("candidate_contacts", &fields(contact), T0).expect("makes");
    let found = |fold: bool| {
        let request = json!({ "kind": "candidate_contacts",
            "filters": [{ "field": "email", "in": ["x@y.org", "zoe@example.ORG"], "fold": fold }] });
        let request = serde_json::from_value(request).expect("a request");
        list(replica.connection(), &request).expect("lists").total
    };
    assert_eq!((found(true), found(false)), (1, 0));
}

/// Whether a word of a text is the needle, or begins with it.
fn has(text: &str, needle: &str, beginning: bool) -> bool {
    let mut words = text.split(' ');
    words.any(|word| if beginning { word.starts_with(needle) } else { word == needle })
}

/// What a search must find, told in the plainest way: those whose names match first, each the newest first.
fn expected(people: &[(RecordId, String, String)], needle: &str, limit: usize) -> Vec<RecordId> {
    let words: Vec<&str> = needle.split(' ').collect();
    let named = |name: &str| words.iter().all(|word| has(name, word, true));
    let anywhere = |(_, name, text): &(RecordId, String, String)| {
        words.iter().enumerate().all(|(at, word)| {
            let beginning = at + 1 == words.len() && word.len() >= 4;
            has(name, word, true) || has(text, word, beginning)
        })
    };
    let newest = || people.iter().rev();
    let first = newest().filter(|(_, name, _)| named(name));
    let then = newest().filter(|person| !named(&person.1) && anywhere(person));
    first.chain(then).map(|(id, ..)| *id).take(limit).collect()
}

#[test]
fn a_search_finds_what_reading_everything_would_find() {
    let mut replica = owner(5);
    // A small generator of its own, so that the same people come every time.
    let mut state = 7_u64;
    let mut pick = |of: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("fits") % of
    };
    let vocabulary = ["an", "ana", "anabel", "brew", "brewer", "brewing", "cat", "cater", "dune", "duneside"];
    let mut people = Vec::new();
    for _ in 0..150 {
        let mut some = |count: usize| -> String {
            (0..count).map(|_| vocabulary[pick(vocabulary.len())]).collect::<Vec<_>>().join(" ")
        };
        let (name, text) = (some(2), some(4));
        let made = json!({ "first_name": name, "resume_text": text });
        people.push((replica.create("candidates", &fields(made), T0).expect("makes").id, name, text));
    }
    for _ in 0..400 {
        let whole: Vec<&str> = (0..1 + pick(3)).map(|_| vocabulary[pick(vocabulary.len())]).collect();
        let whole = whole.join(" ");
        let cut = whole.len() - pick(3).min(whole.len() - 1);
        let (needle, limit) = (whole[..cut].trim(), 1 + pick(40));
        let found = find(replica.connection(), &["candidates"], needle, limit).expect("finds");
        let found: Vec<RecordId> = found.iter().map(|hit| hit.id).collect();
        assert_eq!(found, expected(&people, needle, limit), "{needle}, {limit}");
    }
    for table in ["names", "texts"] {
        let check = format!("insert into {table} ({table}) values ('integrity-check')");
        replica.connection().execute(&check, []).expect("the index is sound");
    }
}

/// Candidates of many sorts, and which of them each condition lets through.
#[test]
fn conditions_let_through_what_they_say() {
    let mut replica = owner(8);
    let made = make(&mut replica, T0);
    let mut named = BTreeMap::from([(made.candidate, "zoe")]);
    for (name, more) in [
        (
            "ada",
            json!({ "city": "Lyon", "years_experience": 12, "skills": ["rust", "sql"], "headline": "100% Rust_ace" }),
        ),
        ("bob", json!({ "city": "lyon", "years_experience": 3, "data_retention_until": "2027-03-01" })),
        (
            "cy",
            json!({ "source": "referral", "skills": ["SQL"], "headline": "1000 rusty aces", "consent_to_store": true }),
        ),
    ] {
        let mut candidate = fields(more);
        candidate.insert("first_name".to_owned(), json!(name));
        named.insert(replica.create("candidates", &candidate, T0 + 1).expect("makes").id, name);
    }
    let ask = |filters: Value| {
        let request = json!({ "kind": "candidates", "filters": filters });
        let request = serde_json::from_value(request).expect("is a request");
        let page = list(replica.connection(), &request).map_err(|problem| problem.code)?;
        assert_eq!(page.total, page.rows.len() as u64);
        let mut names: Vec<&str> = page.rows.iter().map(|row| named[&row.id]).collect();
        names.sort_unstable();
        Ok::<_, Code>(names.join(" "))
    };
    for (filters, found) in [
        (json!([{ "field": "city", "is": "Lyon" }]), "ada"),
        (json!([{ "field": "city", "not": "Lyon" }]), "bob cy zoe"),
        (json!([{ "field": "city", "in": ["LYON"], "fold": true }]), "ada bob"),
        (json!([{ "field": "years_experience", "not": 3 }]), "ada cy zoe"),
        (json!([{ "field": "years_experience", "not": null }]), "ada bob"),
        (json!([{ "field": "skills", "has": "sql" }]), "ada"),
        (json!([{ "field": "skills", "has_any": ["SQL", "rye"] }]), "cy zoe"),
        (json!([{ "field": "skills", "lacks": "rust" }]), "bob cy zoe"),
        (json!([{ "field": "skills", "empty": true }]), "bob"),
        (json!([{ "field": "city", "empty": false }]), "ada bob"),
        (json!([{ "field": "years_experience", "empty": true }]), "cy zoe"),
        (json!([{ "field": "headline", "contains": "RUST" }]), "ada cy"),
        (json!([{ "field": "headline", "contains": "100%" }]), "ada"),
        (json!([{ "field": "headline", "contains": "t_a" }]), "ada"),
        (json!([{ "field": "headline", "contains": "\\" }]), ""),
        (json!([{ "field": "years_experience", "least": 3, "most": 11 }]), "bob"),
        (json!([{ "field": "years_experience", "least": 4, "most": null }]), "ada"),
        (json!([{ "field": "data_retention_until", "least": null, "most": "2027-03-01" }]), "bob"),
        (json!([{ "field": "created_at", "least": T0 + 1, "most": null }]), "ada bob cy"),
        (json!([{ "field": "consent_to_store", "is": true }]), "cy"),
        (json!([{ "field": "source", "in": ["referral"] }, { "field": "skills", "has": "SQL" }]), "cy"),
        (json!([{ "of": "applications", "where": [] }]), "zoe"),
        (json!([{ "of": "applications", "where": [], "none": true }]), "ada bob cy"),
        (
            json!([{ "of": "applications", "where": [{ "field": "job_id", "is": made.job.to_string() }] }]),
            "zoe",
        ),
        (json!([{ "of": "applications", "where": [{ "field": "stage_id", "is": "talk" }] }]), ""),
    ] {
        assert_eq!(ask(filters.clone()).as_deref(), Ok(found), "{filters}");
    }
    for (filters, refused) in [
        (json!([{ "field": "nothing", "is": 1 }]), Code::BadRequest),
        (json!([{ "field": "nothing\" or 1", "contains": "x" }]), Code::BadRequest),
        (json!([{ "field": "city", "has": "x" }]), Code::BadRequest),
        (json!([{ "of": "tags", "where": [] }]), Code::BadRequest),
        (json!([{ "of": "secrets", "where": [] }]), Code::UnknownKind),
        (json!([{ "of": "applications", "where": [{ "of": "notes", "where": [] }] }]), Code::BadRequest),
        (json!([{ "field": "skills", "has_any": vec!["x"; 501] }]), Code::TooLarge),
    ] {
        assert_eq!(ask(filters.clone()), Err(refused), "{filters}");
    }
}
