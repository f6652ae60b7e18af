//! The engine with no server in reach: what works from the second start on.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::kernel::{Code, RecordId};

use super::{Engine, Event};
use crate::replica::{Identity, Key, Random, Replica};
use crate::session::passphrase::Wrapped;
use crate::session::{Account, Home, Person, Protection, SessionState, Vault, Workspace};

const PASSPHRASE: &str = "a bakery at dawn";

/// A data folder as an earlier sign-in left it, last in contact so many days ago. Nothing listens at its server.
fn lived(root: &std::path::Path, days_ago: i64) -> Home {
    let home = Home::at(root.to_owned());
    let key = Key::new([3; 32]);
    let account = Account {
        server: "http://127.0.0.1:9".to_owned(),
        tenant: Workspace { id: RecordId::from_u128(7), slug: "north".to_owned(), name: "North".to_owned() },
        user: Person {
            id: RecordId::from_u128(8),
            name: "Camille".to_owned(),
            email: "c@example.org".to_owned(),
        },
        role: Role::Recruiter,
        device_id: RecordId::from_u128(9),
        protection: Protection::Passphrase(Wrapped::wrap(&key, PASSPHRASE, [1; 16]).expect("wraps")),
    };
    let path = home.replica(&account.own_folder()).expect("makes");
    let mut replica = Replica::open(&path, &key, Random::System).expect("opens").replica;
    let identity = Identity {
        user_id: account.user.id,
        device_id: account.device_id,
        tenant_id: account.tenant.id,
        role: account.role,
    };
    replica.set_identity(&identity).expect("keeps");
    let clock = crate::session::Clock::default();
    replica.contacted(clock.wall() - days_ago * DAY_MS).expect("keeps");
    replica.set_secret("a refresh token").expect("keeps");
    replica.close();
    home.set_account(Some(&account)).expect("keeps");
    home
}

async fn refused(engine: &Engine, name: &str, arguments: Value) -> Code {
    engine.ask(name, arguments).await.expect_err("refuses").code
}

#[tokio::test]
async fn a_second_start_works_without_a_network_behind_its_passphrase() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(lived(folder.path(), 1), Vault::Absent).await.expect("starts");
    let session = engine.session();
    assert_eq!((session.state, session.passphrase), (SessionState::Locked, true));
    assert_eq!(refused(&engine, "jobs", json!({})).await, Code::Locked);
    assert_eq!(refused(&engine, "unlock", json!({ "passphrase": "wrong" })).await, Code::WrongCredentials);
    let session = engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await.expect("opens");
    assert_eq!((&session["state"], &session["role"]), (&json!("ready"), &json!("recruiter")));

    let mut events = engine.subscribe();
    let request = json!({ "kind": "candidates", "fields": { "first_name": "Zoë" } });
    let written = engine.ask("create", json!({ "request": request })).await.expect("makes");
    loop {
        let event = tokio::time::timeout(Duration::from_secs(5), events.recv()).await.expect("in time");
        if let Event::Changed(changed) = event.expect("an event") {
            assert_eq!(changed.kinds["candidates"][0].to_string(), written["id"]);
            assert!(!changed.remote);
            break;
        }
    }
    let list = json!({ "request": { "kind": "candidates", "text": "zo" } });
    assert_eq!(engine.ask("list", list).await.expect("lists")["total"], 1);
    let page = engine.ask("candidate_page", json!({ "id": written["id"] })).await.expect("reads");
    assert_eq!(page["candidate"]["pending"], true);
    assert_eq!(engine.ask("sync_status", json!({})).await.expect("reads")["waiting"], 1);
    assert_eq!(refused(&engine, "sign_out", json!({ "discard": false })).await, Code::UnsentChanges);
    engine.ask("undo", json!({ "token": written["undo"] })).await.expect("undoes");
    let requests = json!([
        { "kind": "candidates", "fields": { "first_name": "Ada" } },
        { "kind": "candidate_contacts", "fields": { "candidate_id": "$0", "email": "ada@example.org" } },
    ]);
    let both =
        engine.ask("create_many", json!({ "requests": requests, "undoable": true })).await.expect("makes");
    let page = engine.ask("candidate_page", json!({ "id": both["id"] })).await.expect("reads");
    assert_eq!(page["contact"]["fields"]["email"], "ada@example.org");
    engine.ask("undo", json!({ "token": both["undo"] })).await.expect("takes both back");
    assert_eq!(engine.ask("sync_status", json!({})).await.expect("reads")["waiting"], 0);
    let session = engine.ask("sign_out", json!({ "discard": false })).await.expect("signs out");
    assert_eq!(session["state"], "signed_out");
    let left = std::fs::read_dir(folder.path().join("replicas")).expect("lists").count();
    assert_eq!(left, 0, "the local copy is gone");
}

#[tokio::test]
async fn a_replica_without_contact_for_too_long_opens_only_after_a_sign_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(lived(folder.path(), 15), Vault::Absent).await.expect("starts");
    assert_eq!(refused(&engine, "unlock", json!({ "passphrase": PASSPHRASE })).await, Code::Locked);
    assert_eq!(engine.session().state, SessionState::Locked);
}

#[tokio::test]
async fn what_the_server_alone_keeps_is_neither_told_nor_changed_without_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(lived(folder.path(), 0), Vault::Absent).await.expect("starts");
    engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await.expect("opens");
    for alone in [
        "workspace_settings",
        "logo",
        "remove_logo",
        "daily_mail",
        "assignment_mail",
        "calendar_connection",
        "compare_calendar",
        "disconnect_calendar",
        "domains",
        "career_site",
    ] {
        assert_eq!(refused(&engine, alone, json!({})).await, Code::Offline, "{alone}");
    }
    assert_eq!(refused(&engine, "claim_domain", json!({ "name": "jobs.acme.test" })).await, Code::Offline);
    assert_eq!(refused(&engine, "held_forms", json!({ "page": 1 })).await, Code::Offline);
    for of_one in ["check_domain", "remove_domain", "admit_form", "drop_form"] {
        assert_eq!(
            refused(&engine, of_one, json!({ "id": RecordId::nil() })).await,
            Code::Offline,
            "{of_one}"
        );
        assert_eq!(refused(&engine, of_one, json!({ "id": "?" })).await, Code::NotFound, "{of_one}");
    }
    let change = json!({ "request": { "name": "South" } });
    assert_eq!(refused(&engine, "change_workspace_settings", change).await, Code::Offline);
    assert_eq!(
        refused(&engine, "change_workspace_settings", json!({ "request": [] })).await,
        Code::BadRequest
    );
    assert_eq!(refused(&engine, "put_logo", json!({ "bytes": "?" })).await, Code::BadRequest);
    for switch in ["set_daily_mail", "set_assignment_mail"] {
        assert_eq!(refused(&engine, switch, json!({})).await, Code::BadRequest, "{switch}");
    }
    let wanted = json!({ "request": { "version": 0, "content": {} } });
    assert_eq!(refused(&engine, "save_career_site", wanted).await, Code::Offline);
    assert_eq!(refused(&engine, "career_picture", json!({ "hash": "a".repeat(64) })).await, Code::Offline);
    for wrong in ["", "../logo", &"g".repeat(64)] {
        assert_eq!(
            refused(&engine, "career_picture", json!({ "hash": wrong })).await,
            Code::NotFound,
            "{wrong}"
        );
    }
    assert_eq!(refused(&engine, "keep_career_picture", json!({ "bytes": "?" })).await, Code::BadRequest);
    let typed = json!({ "request": { "url": "https://a.example", "login": "bob", "password": "secret" } });
    assert_eq!(refused(&engine, "connect_calendar", typed).await, Code::Offline);
    assert_eq!(refused(&engine, "connect_calendar", json!({ "request": {} })).await, Code::BadRequest);
}

#[tokio::test]
async fn a_resume_is_stored_here_and_read_again_without_a_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(lived(folder.path(), 0), Vault::Absent).await.expect("starts");
    engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await.expect("opens");
    let request = json!({ "kind": "candidates", "fields": { "first_name": "Ada" } });
    let id = engine.ask("create", json!({ "request": request })).await.expect("makes")["id"].clone();
    let attach = |name: &str, bytes: &str| json!({ "candidateId": id, "name": name, "bytes": bytes });
    assert_eq!(refused(&engine, "attach_resume", attach("cv.pdf", "SGVsbG8=")).await, Code::UnsupportedFile);
    assert_eq!(refused(&engine, "attach_resume", attach("cv.txt", "?")).await, Code::BadRequest);
    engine.ask("attach_resume", attach("cv.txt", "SGVsbG8=")).await.expect("attaches");
    let row = engine.ask("get", json!({ "kind": "candidates", "id": id })).await.expect("reads");
    assert_eq!(
        (&row["fields"]["resume_name"], &row["fields"]["resume_text"]),
        (&json!("cv.txt"), &json!("Hello"))
    );
    let file = engine.ask("file", json!({ "hash": row["fields"]["resume_hash"] })).await.expect("reads");
    assert_eq!(file, "SGVsbG8=");
    // What it says is read here as well; what cannot be read says why.
    let read = async |name: &str, bytes: &str| {
        engine.ask("attach_resume", attach(name, &STANDARD.encode(bytes))).await.expect("attaches");
        let row = engine.ask("get", json!({ "kind": "candidates", "id": id })).await.expect("reads");
        engine.ask("read_resume", json!({ "hash": row["fields"]["resume_hash"] })).await.expect("reads")
    };
    let jane = read("jane.txt", "Jane Doe\njane@example.com\n\nSKILLS\nRust, SQL\n").await;
    assert_eq!(jane["fields"]["name"]["value"], "Jane Doe");
    assert_eq!(jane["fields"]["emails"][0]["value"], "jane@example.com");
    let torn = read("torn.pdf", "%PDF-1.7\n1 0 obj").await;
    assert_eq!((&torn["fields"], &torn["why"]), (&Value::Null, &json!("broken")));
    assert_eq!(refused(&engine, "file", json!({ "hash": "ab".repeat(32) })).await, Code::Offline);
    assert_eq!(refused(&engine, "nonsense", json!({})).await, Code::UnknownCommand);
}

#[tokio::test]
async fn files_are_kept_beside_the_resume_and_take_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(lived(folder.path(), 0), Vault::Absent).await.expect("starts");
    engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await.expect("opens");
    let request = json!({ "kind": "candidates", "fields": { "first_name": "Ada" } });
    let id = engine.ask("create", json!({ "request": request })).await.expect("makes")["id"].clone();
    let put = |name: &str, text: &str| json!({ "candidateId": id, "name": name, "bytes": STANDARD.encode(text), "kind": "portfolio", "applicationId": null });
    let page = async || engine.ask("candidate_page", json!({ "id": id })).await.expect("reads");
    let names = async || {
        let page = page().await;
        let files = page["attachments"].as_array().expect("a list").clone();
        let name = |of: &Value| of["fields"]["name"].as_str().expect("a name").to_owned();
        (page["candidate"]["fields"]["resume_name"].clone(), files.iter().map(name).collect::<Vec<_>>())
    };
    let made = engine.ask("attach_file", put("works/../of:mine.txt", "Engines")).await.expect("attaches");
    let first = page().await;
    let [file] = &first["attachments"].as_array().expect("a list")[..] else { panic!("one file") };
    assert_eq!(file["id"], made["id"]);
    let of = |field: &str| file["fields"][field].clone();
    assert_eq!(
        (of("name"), of("kind"), of("bytes")),
        (json!("works..of:mine.txt"), json!("portfolio"), json!(7))
    );
    assert_eq!(of("file_hash"), crate::sync::http::sha256(b"Engines"));
    assert_eq!(refused(&engine, "attach_file", put("a.exe", "x")).await, Code::UnsupportedFile);
    let mut of_nobody = put("a.txt", "x");
    of_nobody["applicationId"] = id.clone();
    assert_eq!(refused(&engine, "attach_file", of_nobody).await, Code::NotFound);

    // A résumé that is put in keeps the one before; the same one again keeps nothing twice.
    engine.ask("attach_resume", put("one.txt", "One")).await.expect("attaches");
    engine.ask("attach_resume", put("two.txt", "Two")).await.expect("attaches");
    engine.ask("attach_resume", put("two.txt", "Two")).await.expect("attaches");
    assert_eq!(
        names().await,
        (json!("two.txt"), vec!["one.txt".to_owned(), "works..of:mine.txt".to_owned()])
    );
    let use_it = json!({ "id": made["id"] });
    assert_eq!(
        refused(&engine, "use_as_resume", use_it.clone()).await,
        Code::WrongState,
        "it is a portfolio"
    );
    let edit = json!({ "kind": "attachments", "id": made["id"], "edits": [{ "op": "set", "field": "kind", "value": "resume" }] });
    engine.ask("edit", json!({ "request": edit })).await.expect("is called a résumé");
    let used = engine.ask("use_as_resume", use_it).await.expect("takes its place");
    assert_eq!(
        names().await,
        (json!("works..of:mine.txt"), vec!["two.txt".to_owned(), "one.txt".to_owned()])
    );
    let candidate = page().await["candidate"]["fields"].clone();
    assert_eq!(
        (&candidate["resume_text"], &candidate["resume_type"]),
        (&json!("Engines"), &json!("text/plain"))
    );
    engine.ask("undo", json!({ "token": used["undo"] })).await.expect("takes it back");
    assert_eq!(
        names().await,
        (json!("two.txt"), vec!["one.txt".to_owned(), "works..of:mine.txt".to_owned()])
    );
    assert_eq!(page().await["candidate"]["fields"]["resume_text"], "Two");

    // A file of somebody who was merged into her is hers: so it is the résumé where it is shown.
    let request =
        json!({ "kind": "candidates", "fields": { "first_name": "A.", "resume_hash": "not a hash" } });
    let twin = engine.ask("create", json!({ "request": request })).await.expect("makes")["id"].clone();
    let hers = json!({ "candidateId": twin, "name": "cv.txt", "bytes": STANDARD.encode("Three"), "kind": "resume", "applicationId": null });
    let hers = engine.ask("attach_file", hers).await.expect("attaches");
    let into = json!({ "kind": "candidates", "id": twin, "edits": [{ "op": "set", "field": "merged_into_id", "value": id }] });
    engine.ask("edit", json!({ "request": into })).await.expect("is merged");
    engine.ask("use_as_resume", json!({ "id": hers["id"] })).await.expect("takes its place");
    let (resume, beside) = names().await;
    assert_eq!((&resume, beside.contains(&"two.txt".to_owned())), (&json!("cv.txt"), true), "{beside:?}");
    // What names no file is not kept, and is in nobody's way.
    let put_in = json!({ "candidateId": twin, "name": "b.txt", "bytes": STANDARD.encode("Four") });
    engine.ask("attach_resume", put_in).await.expect("attaches");
}

#[tokio::test]
async fn a_sign_in_that_reaches_nobody_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(Home::at(folder.path().to_owned()), Vault::Absent).await.expect("starts");
    assert!(engine.session().passphrase, "no keyring runs here");
    let request = json!({ "server": "http://127.0.0.1:9", "email": "c@example.org", "password": "x",
        "workspace": null, "passphrase": PASSPHRASE });
    assert_eq!(refused(&engine, "sign_in", json!({ "request": request })).await, Code::Offline);
    assert_eq!(refused(&engine, "jobs", json!({})).await, Code::Unauthenticated);
    assert_eq!(engine.ask("attention", json!({})).await.expect("answers"), json!([]));
    assert_eq!(engine.ask("sync_status", json!({})).await.expect("answers")["state"], "signed_out");
}
