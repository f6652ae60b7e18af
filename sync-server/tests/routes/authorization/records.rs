//! Records for the cases of the table: new ones where a case changes them, and what has to have happened to them before.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use zumodra_server::careers::domains::actions as domains;

use super::table::Before;
use super::{ATS, Fixtures, HR, a_job, add, add_to, an_application, id};
use crate::support::TestServer;

impl Fixtures {
    /// A host that nobody has.
    pub fn fresh_host(&self) -> String {
        format!("fresh{}.example.org", self.fresh.fetch_add(1, Ordering::SeqCst))
    }

    /// An e-mail to the candidate.
    pub fn email(&self) -> Value {
        json!({
            "application_id": self.application, "address": "contact-secret@example.org", "subject": self.secret,
            "body": self.secret,
        })
    }

    /// A file beside the résumé.
    pub fn attachment(&self) -> Value {
        json!({
            "application_id": self.application, "name": format!("{}.pdf", self.secret), "file_hash": "0a".repeat(32),
            "media_type": "application/pdf", "kind": "portfolio",
        })
    }

    /// A text of e-mails.
    pub fn mail_template(&self) -> Value {
        json!({"name": self.secret, "subject": "S", "body": "B"})
    }

    /// A search that its author keeps for everybody.
    pub fn saved_search(&self) -> Value {
        json!({"name": self.secret, "about": "candidates", "request": "{}"})
    }

    /// A rule of approval, for a team that nobody has: the jobs of the other cases need no agreement.
    pub fn approval_rule(&self) -> Value {
        json!({"name": self.secret, "about": "jobs", "teams": ["Nobody's"], "with_hiring_manager": true})
    }

    /// What the job says in another language.
    pub fn job_translation(&self, language: &str) -> Value {
        json!({
            "job_id": self.job, "language": language, "title": self.secret, "description": self.secret,
        })
    }

    /// The workspace's hours.
    pub fn working_hours(&self) -> Value {
        let day = json!({"id": "a", "starts_on": "2030-01-01", "days": 1, "label": self.secret});
        json!({"zone": "UTC", "week": [{"id": "1a", "begins": 540, "minutes": 480}], "holidays": [day]})
    }

    /// A record of people who work here, of the hiring manager's job.
    pub fn of_hr(&self, kind: &str) -> Value {
        match kind {
            "employees" => json!({"first_name": self.secret, "job_id": self.job}),
            "onboardings" => json!({"employee_id": self.employee, "job_id": self.job, "notes": self.secret}),
            _ => json!({"name": self.secret}),
        }
    }
}

/// Makes a file the résumé of a candidate.
pub(super) async fn attach(server: &TestServer, f: &Fixtures, candidate: &str, file: &str) {
    let path = format!("{ATS}/candidates/{candidate}/");
    server.patch(&path, &f.owner, json!({"resume_hash": file})).await.expect(200);
}

/// Lets somebody accept an offer: gives what the hire begins, the employee, the contract and the onboarding.
pub(super) async fn a_hire(server: &TestServer, f: &Fixtures) -> [String; 3] {
    let mut offer = f.offer();
    offer["application_id"] = an_application(server, f).await.into();
    let offer = add(server, &f.owner, "offers", offer).await;
    prepare(server, f, Before::OfferSent, &offer).await;
    server.post(&format!("{ATS}/offers/{offer}/accept/"), &f.owner, json!({})).await.expect(200);
    let only = async |kind: &str| {
        let page = server.get(&format!("{HR}/{kind}/"), &f.owner).await.expect(200).json();
        id(&page["results"][0])
    };
    [only("employees").await, only("contracts").await, only("onboardings").await]
}

/// A record of its own for a case: the address says of which kind.
pub(super) async fn a_record(server: &TestServer, f: &Fixtures, path: &str) -> String {
    let mut parts = path.trim_start_matches("/api/v1/").split('/');
    let (domain, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if domain == "hr" {
        return add_to(server, &f.owner, HR, kind, f.of_hr(kind)).await;
    }
    match kind {
        "jobs" => a_job(server, f).await,
        "applications" => an_application(server, f).await,
        "notes" => {
            add(server, &f.owner, "notes", json!({"application_id": f.application, "body": f.secret})).await
        }
        "candidate-contacts" => {
            add(server, &f.owner, kind, json!({"candidate_id": f.candidate, "phone": "contact-secret"})).await
        }
        "candidates" => {
            let candidate = add(server, &f.owner, kind, json!({"first_name": f.secret})).await;
            // The hiring manager sees those who applied for the own job.
            let applies = json!({"candidate_id": candidate, "job_id": f.job});
            add(server, &f.owner, "applications", applies).await;
            candidate
        }
        "offers" => {
            let mut offer = f.offer();
            offer["application_id"] = an_application(server, f).await.into();
            add(server, &f.owner, kind, offer).await
        }
        "interviews" => add(server, &f.owner, kind, f.interview()).await,
        "attachments" => add(server, &f.owner, kind, f.attachment()).await,
        "emails" => add(server, &f.owner, kind, f.email()).await,
        "candidate-references" => add(server, &f.owner, kind, f.reference()).await,
        "mail-templates" => add(server, &f.owner, kind, f.mail_template()).await,
        "saved-searches" => add(server, &f.owner, kind, f.saved_search()).await,
        "custom-fields" => {
            add(server, &f.owner, kind, json!({"key": f.fresh_key(), "label": f.secret})).await
        }
        "approval-rules" => add(server, &f.owner, kind, f.approval_rule()).await,
        "pools" => add(server, &f.owner, kind, json!({"name": f.fresh_key(), "description": f.secret})).await,
        "working-hours" => add(server, &f.owner, kind, f.working_hours()).await,
        "job-translations" => add(server, &f.owner, kind, f.job_translation("fr")).await,
        "scorecards" => add(server, &f.owner, kind, f.scorecard(false)).await,
        "tags" | "rooms" | "scorecard-templates" | "offer-templates" | "rejection-reasons" => {
            add(server, &f.owner, kind, json!({"name": f.secret})).await
        }
        _ => {
            let stages = json!([{"name": "In", "kind": "new"}]);
            add(server, &f.owner, "pipelines", json!({"name": f.secret, "stages": stages})).await
        }
    }
}

/// Lets happen what has to have happened to the record of a case before.
pub(super) async fn prepare(server: &TestServer, f: &Fixtures, before: Before, id: &str) {
    let steps: &[(&str, Value)] = match before {
        Before::Nothing | Before::GivenUp => &[],
        Before::Submitted => &[("jobs/{id}/submit/", json!({}))],
        Before::Published => &[("jobs/{id}/publish/", json!({}))],
        Before::Held => &[("jobs/{id}/publish/", json!({})), ("jobs/{id}/hold/", json!({}))],
        Before::OfferSubmitted => &[("offers/{id}/submit/", json!({}))],
        Before::OfferSent => &[
            ("offers/{id}/submit/", json!({})),
            ("offers/{id}/approve/", json!({})),
            ("offers/{id}/send/", json!({})),
        ],
        Before::OfferCountered => &[
            ("offers/{id}/submit/", json!({})),
            ("offers/{id}/approve/", json!({})),
            ("offers/{id}/send/", json!({})),
            ("offers/{id}/counter/", json!({"reason": "More"})),
        ],
        Before::Rejected => &[("applications/{id}/reject/", json!({"reason": "No"}))],
    };
    for (path, body) in steps {
        server.post(&format!("{ATS}/{}", path.replace("{id}", id)), &f.owner, body.clone()).await.expect(200);
    }
}

/// A claim on a host, the only one of the workspace. The operator vouches for it, so that nobody asks the DNS.
pub async fn a_domain(server: &TestServer, f: &Fixtures) -> String {
    let path = "/api/v1/tenants/current/domains/";
    let list = async || server.get(path, &f.owner).await.expect(200).json()["results"].clone();
    for claim in list().await.as_array().expect("claims") {
        server.delete(&format!("{path}{}/", id(claim)), &f.owner).await.expect(204);
    }
    let tenant = server.tenant(&f.owner).await;
    domains::vouch(&server.app, tenant.id, &f.fresh_host()).await.expect("vouches");
    id(&list().await[0])
}

/// A form that was not taken, for a job that is not there any more.
pub async fn a_submission(server: &TestServer, f: &Fixtures) -> String {
    let tenant = server.tenant(&f.owner).await;
    let id = server.app.new_id();
    let form = json!({"first_name": f.secret, "email": f.fresh_email(), "consent": "I agree."});
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query(
        "insert into submissions (id, job_id, form, remote_addr, user_agent, state, reason, created_at)
         values ($1, $2, $3, '', '', 'refused', 'fast', $4)",
    )
    .bind(id)
    .bind(server.app.new_id())
    .bind(form)
    .bind(server.clock.now())
    .execute(&mut *tx)
    .await
    .expect("writes");
    tx.commit().await.expect("commits");
    id.to_string()
}

/// A mail that waits, or that was given up.
pub async fn a_mail(server: &TestServer, f: &Fixtures, before: Before) -> String {
    server.clock.advance(1);
    let invite = json!({"email": f.fresh_email(), "role": "viewer"});
    server.post("/api/v1/tenants/invitations/", &f.owner, invite).await.expect(201);
    let newest = server.get("/api/v1/notifications/mail/?page_size=1", &f.owner).await.expect(200).json();
    let id = id(&newest["results"][0]);
    if before == Before::GivenUp {
        let tenant = server.tenant(&f.owner).await;
        let mut tx = server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        sqlx::query("update mail set state = 'given_up' where id = $1::uuid")
            .bind(&id)
            .execute(&mut *tx)
            .await
            .expect("writes");
        tx.commit().await.expect("commits");
    }
    id
}
