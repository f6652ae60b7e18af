//! What an accepted offer begins: the employee, the contract and the onboarding, all of them with the acceptance or none.

use serde_json::{Value, json};

use crate::letters::world::{World, id};
use crate::support::smtp::until;
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const HR: &str = "/api/v1/hr";

/// What of a kind somebody sees.
async fn all(server: &TestServer, kind: &str, by: &Signed) -> Vec<Value> {
    let page = server.get(&format!("{HR}/{kind}/"), by).await.expect(200).json();
    page["results"].as_array().expect("a list").clone()
}

async fn only(server: &TestServer, kind: &str, by: &Signed) -> Value {
    let mut found = all(server, kind, by).await;
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    found.remove(0)
}

impl World {
    /// Who the job of the offer is for, and what the team is called.
    async fn change_job(&self, fields: Value) {
        let job = self.offer().await["job_id"].as_str().expect("a job").to_owned();
        self.server.patch(&format!("{ATS}/jobs/{job}/"), &self.owner, fields).await.expect(200);
    }

    /// Notes that Grace said yes, without her link.
    async fn accept(&self) {
        self.command("send", json!({})).await.expect(200);
        self.command("accept", json!({})).await.expect(200);
    }

    /// A member whom the directory knows.
    async fn member(&self, email: &str, role: &str) -> Signed {
        let member = self.server.member(&self.owner, email, role).await;
        let path = format!("/api/v1/tenants/members/{}/history/", member.user_id);
        until("the directory follows", async || {
            self.server.get(&path, &self.owner).await.status.is_success().then_some(())
        })
        .await;
        member
    }

    async fn standard_template(&self) -> Value {
        until("the standard template", async || {
            all(&self.server, "onboarding-templates", &self.owner).await.into_iter().next()
        })
        .await
    }
}

#[tokio::test]
async fn a_signature_begins_the_employee_the_contract_and_the_onboarding() {
    let world = World::new().await;
    let template = world.standard_template().await;
    let manager = world.member("manager@example.com", "hiring_manager").await;
    world.change_job(json!({"hiring_manager_id": manager.user_id, "team": "Kitchen"})).await;
    let link = world.send().await;
    assert!(all(&world.server, "employees", &world.owner).await.is_empty(), "nobody is hired yet");
    world.sign(&link).await;

    let offer = world.offer().await;
    let employee = only(&world.server, "employees", &world.owner).await;
    let expected = json!({
        "first_name": "Grace", "last_name": "Hopper", "status": "pending", "job_title": "Line cook",
        "employment": "full_time", "team": "Kitchen", "place": "Montréal", "manager_id": manager.user_id,
        "starts_on": "2030-01-07", "candidate_id": offer["candidate_id"], "application_id": world.application,
        "job_id": offer["job_id"], "offer_id": world.offer,
    });
    for (name, value) in expected.as_object().expect("fields") {
        assert_eq!(&employee[name], value, "{name}");
    }
    let number = employee["number"].as_str().expect("a number");
    assert!(number.starts_with("EMP-") && number.ends_with("-0001"), "{number}");

    let contract = only(&world.server, "contracts", &world.owner).await;
    assert_eq!((&contract["employee_id"], &contract["offer_id"]), (&employee["id"], &json!(world.offer)));
    let terms = ["salary", "currency", "period", "days_off", "benefits", "conditions", "title", "starts_on"];
    for term in terms {
        assert_eq!(contract[term], offer[term], "{term}");
        assert!(!contract[term].is_null(), "{term}");
    }

    let onboarding = only(&world.server, "onboardings", &world.owner).await;
    assert_eq!(onboarding["employee_id"], employee["id"]);
    assert_eq!((&onboarding["template_id"], &onboarding["job_id"]), (&template["id"], &offer["job_id"]));
    let tasks = onboarding["tasks"].as_array().expect("tasks");
    assert_eq!(tasks.len(), template["tasks"].as_array().expect("tasks").len());
    let due: Vec<&str> = tasks.iter().filter_map(|task| task["due_on"].as_str()).collect();
    // Days before the first one, and after it, over the end of the year.
    assert_eq!((due[0], due[6], due[9]), ("2029-12-28", "2030-01-07", "2030-02-06"));
    assert!(tasks.iter().all(|task| task["done"] == false));
}

#[tokio::test]
async fn who_is_hired_twice_over_is_there_once_and_numbers_count_on() {
    let world = World::new().await;
    world.accept().await;
    assert_eq!(world.command("accept", json!({})).await.code(), "wrong-state");
    assert_eq!(all(&world.server, "employees", &world.owner).await.len(), 1);

    let add = async |kind: &str, body: Value| {
        id(&world.server.post(&format!("{ATS}/{kind}/"), &world.owner, body).await.expect(201).json())
    };
    let job = world.offer().await["job_id"].clone();
    let candidate = add("candidates", json!({"first_name": "Ada"})).await;
    let application = add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
    let offer = json!({
        "application_id": application, "salary": 1, "currency": "CAD", "starts_on": "2030-02-01",
    });
    let offer = add("offers", offer).await;
    for command in ["send", "accept"] {
        let path = format!("{ATS}/offers/{offer}/{command}/");
        world.server.post(&path, &world.owner, json!({})).await.expect(200);
    }
    let mut numbers: Vec<String> = all(&world.server, "employees", &world.owner)
        .await
        .iter()
        .map(|employee| employee["number"].as_str().expect("a number").to_owned())
        .collect();
    numbers.sort();
    assert_eq!(numbers.len(), 2);
    assert!(numbers[0].ends_with("-0001") && numbers[1].ends_with("-0002"), "{numbers:?}");
    assert_eq!(all(&world.server, "contracts", &world.owner).await.len(), 2);
}

#[tokio::test]
async fn an_acceptance_that_is_refused_begins_nothing() {
    let world = World::new().await;
    world.command("send", json!({})).await.expect(200);
    let stages = json!([{"name": "New", "kind": "new"}]);
    let pipeline = world.offer().await["pipeline_id"].as_str().expect("a pipeline").to_owned();
    let path = format!("{ATS}/pipelines/{pipeline}/");
    world.server.patch(&path, &world.owner, json!({"stages": stages})).await.expect(200);
    assert_eq!(world.command("accept", json!({})).await.code(), "wrong-state");
    for kind in ["employees", "contracts", "onboardings"] {
        assert!(all(&world.server, kind, &world.owner).await.is_empty(), "{kind}");
    }
    assert_eq!(world.offer().await["status"], "sent");
}

#[tokio::test]
async fn the_template_that_fits_best_says_what_is_to_be_done() {
    for (team, form, expected) in [
        ("Kitchen", "full_time", Some("Kitchen, full time")),
        (" kitchen ", "part_time", Some("Kitchen")),
        ("Bar", "full_time", Some("Full time")),
        ("Bar", "part_time", None),
    ] {
        let world = World::of(json!({"employment": form})).await;
        let standard = world.standard_template().await;
        let path = format!("{HR}/onboarding-templates/{}/", id(&standard));
        world.server.delete(&path, &world.owner).await.expect(204);
        for (name, team, form) in [
            ("Full time", "", json!("full_time")),
            ("Kitchen", "Kitchen", Value::Null),
            ("Kitchen, full time", "Kitchen", json!("full_time")),
        ] {
            let tasks = json!([{"title": name, "due_days": -3}]);
            let template = json!({"name": name, "team": team, "employment": form, "tasks": tasks});
            let path = format!("{HR}/onboarding-templates/");
            world.server.post(&path, &world.owner, template).await.expect(201);
        }
        world.change_job(json!({"team": team})).await;
        world.accept().await;
        let onboarding = only(&world.server, "onboardings", &world.owner).await;
        let tasks = onboarding["tasks"].as_array().expect("tasks");
        let titles: Vec<Option<&str>> = tasks.iter().map(|task| task["title"].as_str()).collect();
        assert_eq!(titles, Vec::from_iter(expected.map(Some)), "{team}, {form}");
        assert_eq!(onboarding["template_id"].is_null(), expected.is_none());
    }
}

#[tokio::test]
async fn pay_is_for_who_looks_after_people_and_tasks_are_for_the_manager_too() {
    let world = World::new().await;
    let hr = world.member("hr@example.com", "hr_manager").await;
    let recruiter = world.member("recruiter@example.com", "recruiter").await;
    let manager = world.member("manager@example.com", "hiring_manager").await;
    let other = world.member("other@example.com", "hiring_manager").await;
    world.change_job(json!({"hiring_manager_id": manager.user_id})).await;
    world.accept().await;
    for (who, by, employees, contracts, onboardings) in [
        ("hr", &hr, 1, 1, 1),
        ("recruiter", &recruiter, 0, 0, 0),
        ("manager", &manager, 1, 0, 1),
        ("other", &other, 0, 0, 0),
    ] {
        for (kind, expected) in
            [("employees", employees), ("contracts", contracts), ("onboardings", onboardings)]
        {
            assert_eq!(all(&world.server, kind, by).await.len(), expected, "{who}: {kind}");
        }
    }
    let onboarding = only(&world.server, "onboardings", &manager).await;
    let mut tasks = onboarding["tasks"].clone();
    tasks[4]["done"] = json!(true);
    let path = format!("{HR}/onboardings/{}/", id(&onboarding));
    world.server.patch(&path, &manager, json!({"tasks": tasks})).await.expect(200);
    assert_eq!(only(&world.server, "onboardings", &hr).await["tasks"][4]["done"], true);
    assert_eq!(world.server.patch(&path, &other, json!({"notes": "x"})).await.status, 404);

    // What somebody is paid is written by nobody.
    let contract = only(&world.server, "contracts", &hr).await;
    let path = format!("{HR}/contracts/{}/", id(&contract));
    let refused = world.server.patch(&path, &hr, json!({"salary": 1})).await;
    assert_eq!(refused.status, 405);
    let employee = only(&world.server, "employees", &hr).await;
    let path = format!("{HR}/employees/{}/", id(&employee));
    for field in [json!({"status": "active"}), json!({"number": "EMP-1"})] {
        assert_eq!(world.server.patch(&path, &hr, field).await.status, 403);
    }
    world.server.patch(&path, &hr, json!({"team": "Kitchen"})).await.expect(200);
    assert_eq!(world.server.patch(&path, &manager, json!({"team": "Bar"})).await.status, 403);
}

#[tokio::test]
async fn who_is_hired_behind_a_wall_stays_behind_it() {
    let world = World::new().await;
    let outside = world.member("outside@example.com", "hr_manager").await;
    let inside = world.member("inside@example.com", "hr_manager").await;
    world.change_job(json!({"is_private": true, "hiring_team_ids": [inside.user_id]})).await;
    world.accept().await;
    for kind in ["employees", "contracts", "onboardings"] {
        assert!(all(&world.server, kind, &outside).await.is_empty(), "{kind}");
        assert_eq!(all(&world.server, kind, &inside).await.len(), 1, "{kind}");
    }
    world.change_job(json!({"is_private": false})).await;
    for kind in ["employees", "contracts", "onboardings"] {
        assert_eq!(all(&world.server, kind, &outside).await.len(), 1, "{kind}");
    }
}
