//! Interviews of this week, what people found in those of last week, and offers: whoever signs in sees a team at work.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS, rfc3339};

use super::http::{Http, Signed};

const TEMPLATE: &str = "Engineering interview";
/// What is graded, under which heading, and what to listen for.
const ATTRIBUTES: [(&str, &str, &str); 5] = [
    ("Craft", "Skills", "Explains choices and what they cost"),
    ("Debugging", "Skills", "Looks for the cause before the cure"),
    ("Communication", "Ways of working", "Makes hard things plain"),
    ("Working with others", "Ways of working", "Speaks of what others did as well"),
    ("Motivation", "Ways of working", "Knows why this job"),
];
/// Interviews: hours from the present hour, kind, and where.
const INTERVIEWS: [(i64, &str, &str); 7] = [
    (-50, "phone", ""),
    (-26, "technical", "https://meet.northwind.example/atlas"),
    (2, "video", "https://meet.northwind.example/birch"),
    (23, "technical", "https://meet.northwind.example/cedar"),
    (26, "panel", ""),
    (48, "case_study", "https://meet.northwind.example/delta"),
    (72, "final", ""),
];
/// Times that somebody is asked about: hours from the present hour.
const OFFERED_HOURS: [i64; 4] = [50, 54, 74, 97];
/// Days from now until one on which nobody works.
const DAYS_UNTIL_CLOSED: i64 = 12;
/// What the recruiter found: recommendation, summary, grades in the order of the attributes.
const FOUND: [(&str, &str, [&str; 5]); 3] = [
    (
        "strong_yes",
        "The migration story holds up under questions. Would learn from them.",
        ["strong_yes", "yes", "strong_yes", "yes", "yes"],
    ),
    (
        "yes",
        "Solid and kind. Less depth in databases than the letter says.",
        ["yes", "mixed", "yes", "strong_yes", "yes"],
    ),
    (
        "no",
        "Good answers to what was asked, none of their own. Earlier in their career than this job.",
        ["no", "mixed", "yes", "yes", "mixed"],
    ),
];

/// Adds them unless they are there.
///
/// # Errors
/// When the server refuses something.
pub async fn fill(http: &Http, owner: &Signed, recruiter: &Signed, manager: &Signed) -> Result<()> {
    let add = async |by: &Signed, segment: &str, body: Value| -> Result<String> {
        let made = http.call("POST", &format!("/api/v1/ats/{segment}/"), &by.access, Some(&body)).await?;
        Ok(made["id"].as_str().context("a record without id")?.to_owned())
    };
    let there = http.call("GET", "/api/v1/ats/scorecard-templates/", &owner.access, None).await?;
    if there["count"] != 0 {
        return Ok(());
    }
    let attributes =
        ATTRIBUTES.map(|(name, group, hint)| json!({ "name": name, "group": group, "hint": hint }));
    let guide = "Begin with something that they are proud of, and ask for what they did themselves.\n\
                 Leave ten minutes for their questions.";
    let template = json!({ "name": TEMPLATE, "guide": guide, "attributes": attributes });
    let template = add(owner, "scorecard-templates", template).await?;
    let list =
        format!("/api/v1/ats/jobs/?status=open&hiring_manager_id={}&ordering=created_at", manager.user_id);
    let jobs = http.call("GET", &list, &owner.access, None).await?;
    let applications = going_on(http, owner, &jobs).await?;
    let applications: Vec<&Value> = applications.iter().collect();
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let hour = now - now % HOUR_MS;
    let room = rooms(http, owner).await?;
    for (at, (hours, kind, link)) in INTERVIEWS.into_iter().enumerate() {
        let Some(application) = applications.get(at) else { break };
        let interview = json!({
            "application_id": application["id"], "kind": kind, "starts_at": hour + hours * HOUR_MS, "minutes": 45,
            "time_zone": if at % 2 == 0 { "America/Toronto" } else { "Europe/Paris" }, "meeting_url": link,
            "room_id": if link.is_empty() && kind != "phone" { json!(room) } else { Value::Null }, "template_id": template,
            "interviewer_ids": if at % 3 == 1 { json!([recruiter.user_id]) } else { json!([recruiter.user_id, manager.user_id]) },
            "message": "You will meet the people whom you would work with. Bring questions.",
        });
        add(owner, "interviews", interview).await?;
    }
    // Somebody is asked when it suits them.
    if let Some(application) = applications.get(INTERVIEWS.len()) {
        let offered: Vec<i64> = OFFERED_HOURS.iter().map(|hours| hour + hours * HOUR_MS).collect();
        let interview = json!({
            "application_id": application["id"], "kind": "video", "status": "proposed", "starts_at": offered[0],
            "offered_times": texts(&offered), "offered_anyway": texts(&offered), "minutes": 60,
            "time_zone": "Europe/Paris", "meeting_url": "https://meet.northwind.example/elm", "template_id": template,
            "interviewer_ids": [manager.user_id], "any_of_ids": [owner.user_id, recruiter.user_id],
            "message": "An hour with two of the people whom you would work with most.",
        });
        add(owner, "interviews", interview).await?;
    }
    found(http, recruiter, &template, &applications).await?;
    hours(http, now, owner, recruiter, manager).await?;
    stage_that_says(http, recruiter, now, &applications).await?;
    offers(http, recruiter, manager, &applications).await?;
    correspondence(http, recruiter, &applications).await?;
    if let Some(application) = applications.first() {
        add(recruiter, "candidate-references", reference(application)).await?;
    }
    // The manager began one, and has not given it: what the recruiter found is not there yet.
    if let Some(application) = applications.get(1) {
        let card = json!({
            "application_id": application["id"], "stage_id": application["stage_id"], "template_id": template,
            "summary": "Asked about the on-call rota twice.", "is_draft": true,
        });
        add(manager, "scorecards", card).await?;
    }
    offer_templates(http, recruiter).await?;
    posting(http, recruiter, &jobs["results"][0]).await?;
    approvals(http, owner, recruiter, manager).await
}

/// What the recruiter found of some of them.
async fn found(http: &Http, recruiter: &Signed, template: &str, applications: &[&Value]) -> Result<()> {
    for (application, (recommendation, summary, grades)) in applications.iter().zip(FOUND) {
        let grades: Vec<Value> = ATTRIBUTES
            .iter()
            .zip(grades)
            .map(|((name, group, _), grade)| json!({ "name": name, "group": group, "grade": grade }))
            .collect();
        let card = json!({
            "application_id": application["id"], "stage_id": application["stage_id"], "template_id": template,
            "recommendation": recommendation, "summary": summary, "grades": grades,
        });
        http.call("POST", "/api/v1/ats/scorecards/", &recruiter.access, Some(&card)).await?;
    }
    Ok(())
}

/// A stage that says what happens in it and when who is told, with the e-mail that goes with it; and somebody of whom the
/// recruiter wants to be reminded today.
async fn stage_that_says(http: &Http, recruiter: &Signed, now: i64, applications: &[&Value]) -> Result<()> {
    let Some(application) = applications.first() else { return Ok(()) };
    let pipeline = application["pipeline_id"].as_str().context("a pipeline")?;
    let path = format!("/api/v1/ats/pipelines/{pipeline}/");
    let mut stages = http.call("GET", &path, &recruiter.access, None).await?["stages"].clone();
    let mails =
        http.call("GET", "/api/v1/ats/mail-templates/?ordering=name", &recruiter.access, None).await?;
    let mail = mails["results"].as_array().into_iter().flatten().find_map(|mail| mail["id"].as_str());
    let talk = stages.as_array_mut().into_iter().flatten().find(|stage| stage["kind"] == "interview");
    if let Some(talk) = talk {
        talk["description"] =
            "Half an hour by phone: what they look for, when they could begin, what they expect.".into();
        talk["email_template_id"] = mail.unwrap_or_default().into();
        talk["warn_days"] = 1.into();
        http.call("PATCH", &path, &recruiter.access, Some(&json!({ "stages": stages }))).await?;
    }
    let path = format!("/api/v1/ats/applications/{}/", application["id"].as_str().context("an application")?);
    let reminder = json!({
        "follow_up_on": &rfc3339(now)[..10], "follow_up_note": "Ask for the second reference",
        "follow_up_for_id": recruiter.user_id,
    });
    http.call("PATCH", &path, &recruiter.access, Some(&reminder)).await?;
    Ok(())
}

/// Somebody who is asked how a candidate works.
fn reference(application: &Value) -> Value {
    json!({
        "application_id": application["id"], "name": "Margaret Hamilton", "relation": "manager",
        "company": "Software Engineering Inc.", "email": "margaret@example.com", "language": "en",
        "consent": "On the telephone after the second interview.", "answer_by": "2027-01-31",
        "questions": [
            {"id": "role", "text": "In which role, and for how long, did you work together?"},
            {"id": "again", "text": "Would you work with them again? Why?"},
        ],
    })
}

/// Applications for some jobs that are not over, enough for everything here.
async fn going_on(http: &Http, owner: &Signed, jobs: &Value) -> Result<Vec<Value>> {
    let pipelines = http.call("GET", "/api/v1/ats/pipelines/", &owner.access, None).await?;
    let over = |kind: &Value| ["hired", "rejected", "withdrawn"].iter().any(|word| kind == word);
    let stages =
        pipelines["results"].as_array().into_iter().flatten().flat_map(|row| row["stages"].as_array());
    let closed: Vec<&Value> =
        stages.flatten().filter(|stage| over(&stage["kind"])).map(|stage| &stage["id"]).collect();
    let mut found = Vec::new();
    for job in jobs["results"].as_array().into_iter().flatten() {
        let id = job["id"].as_str().context("a job without id")?;
        let list = format!("/api/v1/ats/applications/?job_id={id}&ordering=applied_at&page_size=100");
        let page = http.call("GET", &list, &owner.access, None).await?;
        let rows = page["results"].as_array().into_iter().flatten();
        found.extend(rows.filter(|row| !closed.contains(&&row["stage_id"])).cloned());
        if found.len() > INTERVIEWS.len() + 1 {
            break;
        }
    }
    Ok(found)
}

/// The candidate's address; empty where there is none.
async fn address(http: &Http, by: &Signed, application: &Value) -> Result<String> {
    let candidate = application["candidate_id"].as_str().context("an application without a candidate")?;
    let path = format!("/api/v1/ats/candidate-contacts/?candidate_id={candidate}");
    let page = http.call("GET", &path, &by.access, None).await?;
    Ok(page["results"][0]["email"].as_str().unwrap_or_default().to_owned())
}

/// An e-mail to a candidate: it waits until a mail server is set.
async fn correspondence(http: &Http, recruiter: &Signed, applications: &[&Value]) -> Result<()> {
    for application in applications {
        let to = address(http, recruiter, application).await?;
        if to.is_empty() {
            continue;
        }
        let email = json!({
            "application_id": application["id"], "address": to, "subject": "A first talk",
            "body": "Hello,\n\nthank you for your application. When would half an hour suit you this week?\n\nBest regards",
        });
        http.call("POST", "/api/v1/ats/emails/", &recruiter.access, Some(&email)).await?;
        return Ok(());
    }
    Ok(())
}

/// Times as interviews hold them. They are offered whatever hours the demonstration is begun at.
fn texts(times: &[i64]) -> Vec<String> {
    times.iter().map(ToString::to_string).collect()
}

/// The rooms of the workspace, one of them retired. Gives the one that is booked.
async fn rooms(http: &Http, owner: &Signed) -> Result<String> {
    let mut booked = None;
    for room in [
        json!({"name": "Laurier", "place": "3rd floor", "seats": 6, "equipment": "Screen, whiteboard"}),
        json!({"name": "Papineau", "place": "2nd floor", "seats": 2}),
        json!({"name": "Old library", "is_archived": true}),
    ] {
        let made = http.call("POST", "/api/v1/ats/rooms/", &owner.access, Some(&room)).await?;
        booked = booked.or_else(|| made["id"].as_str().map(str::to_owned));
    }
    booked.context("a room without id")
}

/// Terms that offers begin with.
async fn offer_templates(http: &Http, recruiter: &Signed) -> Result<()> {
    let message =
        "Dear {{first_name}},\n\nwe would be glad to have you with us as {{job}}.\n\n{{sender}}, {{company}}";
    let benefits = "Health and dental insurance from the first day, and a day a week from where you like.";
    let common = json!({
        "currency": "CAD", "employment": "full_time", "days_off": 25, "answer_days": 14, "benefits": benefits,
        "conditions": "A trial period of three months.", "message": message,
    });
    for (name, levels, least, most) in [
        ("Juniors", json!(["entry", "junior"]), 6_000_000, 8_000_000),
        ("Experienced", json!(["mid", "senior"]), 8_000_000, 12_000_000),
        ("Leads", json!(["lead", "executive"]), 11_000_000, 16_000_000),
    ] {
        let mut template = common.clone();
        let more = json!({"name": name, "levels": levels, "salary_min": least, "salary_max": most});
        for (field, value) in more.as_object().into_iter().flatten() {
            template[field] = value.clone();
        }
        http.call("POST", "/api/v1/ats/offer-templates/", &recruiter.access, Some(&template)).await?;
    }
    Ok(())
}

/// The workspace's hours with a day off, and those of two who work elsewhere and at other times.
async fn hours(http: &Http, now: i64, owner: &Signed, recruiter: &Signed, manager: &Signed) -> Result<()> {
    let week = |times: &[(&str, i64, i64)]| -> Vec<Value> {
        let days = (1..=5).flat_map(|day| times.iter().map(move |time| (day, *time)));
        days.map(|(day, (letter, begins, minutes))| {
            json!({"id": format!("{day}{letter}"), "begins": begins, "minutes": minutes})
        })
        .collect()
    };
    let closed = rfc3339(now + DAYS_UNTIL_CLOSED * DAY_MS);
    let closed = json!([{"id": "closed", "starts_on": &closed[..10], "days": 1, "label": "Office closed"}]);
    let (whole, parted) = (week(&[("a", 540, 480)]), week(&[("a", 510, 210), ("b", 780, 270)]));
    for (by, hours) in [
        (owner, json!({"zone": "America/Toronto", "week": whole, "holidays": closed})),
        (
            recruiter,
            json!({"member_id": recruiter.user_id, "zone": "America/Toronto", "week": parted, "buffer_after": 15}),
        ),
        (
            manager,
            json!({"member_id": manager.user_id, "zone": "Europe/Paris", "week": whole, "most_a_day": 3}),
        ),
    ] {
        http.call("POST", "/api/v1/ats/working-hours/", &by.access, Some(&hours)).await?;
    }
    Ok(())
}

/// A job that can be read in French as well, of which one opening was given up.
async fn posting(http: &Http, recruiter: &Signed, job: &Value) -> Result<()> {
    let (Some(id), Some(title)) = (job["id"].as_str(), job["title"].as_str()) else { return Ok(()) };
    let closed = json!({
        "id": "given-up", "reason": "no_budget", "note": "Asked for again next year", "by": recruiter.user_id,
        "at": i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?,
    });
    let fields = json!({
        "language": "en", "positions_count": 3, "closed_openings": [closed], "equity_offered": true,
        "equity_range": "0.05 – 0.1 %",
    });
    http.call("PATCH", &format!("/api/v1/ats/jobs/{id}/"), &recruiter.access, Some(&fields)).await?;
    let french = json!({
        "job_id": id, "language": "fr", "title": format!("{title} (F/H)"),
        "description": "Vous rejoignez une petite équipe qui livre chaque semaine, et qui explique ses choix.\n\nNous travaillons en français et en anglais.",
        "responsibilities": "- Concevoir avec les personnes qui s’en servent\n- Relire le travail des autres, et faire relire le vôtre",
        "benefits": "- Horaires souples, et une réponse écrite à chaque candidature\n- Un budget de formation\n- 25 jours de congé",
    });
    http.call("POST", "/api/v1/ats/job-translations/", &recruiter.access, Some(&french)).await?;
    Ok(())
}

/// Rules that ask for agreement, and a job that waits for the owner's.
async fn approvals(http: &Http, owner: &Signed, recruiter: &Signed, manager: &Signed) -> Result<()> {
    let rule = async |rule: Value| {
        http.call("POST", "/api/v1/ats/approval-rules/", &owner.access, Some(&rule)).await
    };
    let (mine, theirs) = (json!([owner.user_id]), json!([manager.user_id]));
    rule(json!({"name": "Head of talent", "about": "jobs", "step": 1, "approver_ids": mine})).await?;
    rule(json!({
        "name": "Leads and executives", "about": "jobs", "step": 2, "levels": ["lead", "executive"],
        "with_hiring_manager": true, "approver_ids": theirs,
    }))
    .await?;
    rule(json!({
        "name": "Pay above the band", "about": "offers", "step": 1, "pay_from": 12_000_000, "pay_currency": "CAD",
        "approver_ids": mine,
    }))
    .await?;
    let list = "/api/v1/ats/jobs/?status=draft&ordering=created_at";
    let drafts = http.call("GET", list, &recruiter.access, None).await?;
    let Some(draft) = drafts["results"].as_array().and_then(|rows| rows.first()) else { return Ok(()) };
    let path = format!("/api/v1/ats/jobs/{}/submit/", draft["id"].as_str().context("a job without id")?);
    http.call("POST", &path, &recruiter.access, Some(&json!({}))).await?;
    Ok(())
}

/// An offer whose letter waits to be signed, one to which the manager has to agree, and one that was accepted.
async fn offers(http: &Http, recruiter: &Signed, manager: &Signed, applications: &[&Value]) -> Result<()> {
    let base = "/api/v1/ats/offers/";
    let post =
        async |path: String, body: Value| http.call("POST", &path, &recruiter.access, Some(&body)).await;
    let (mut steps, agrees) = (vec!["submit", "send", "accept"], [true, false, false]);
    for application in applications.iter().rev() {
        let Some(step) = steps.last() else { break };
        let needed = agrees[steps.len() - 1];
        let offer = json!({
            "application_id": application["id"], "salary": 11_800_000, "currency": "CAD", "bonus": 600_000, "days_off": 25,
            "starts_on": "2027-02-01", "expires_on": "2027-01-15", "place": "Montréal", "department": "Engineering",
            "weekly_minutes": 2_250, "remind_candidate": true, "equity_kind": "options", "equity_shares": 2_000,
            "vesting_months": 48, "cliff_months": 12, "components": [
                {"id": "pension", "name": "Pension plan", "amount": 45_000, "paid": "monthly", "guaranteed": true},
                {"id": "move", "name": "Moving", "amount": 500_000, "paid": "once", "guaranteed": true},
            ],
            "benefits": "Health, dental, and a day a week from where you like.",
            "approver_ids": if needed { json!([manager.user_id]) } else { json!([]) },
        });
        let offer = post(base.to_owned(), offer).await?;
        let id = offer["id"].as_str().context("an offer without id")?;
        let to = if *step == "send" { address(http, recruiter, application).await? } else { String::new() };
        if *step == "accept" {
            post(format!("{base}{id}/send/"), json!({})).await?;
        }
        post(format!("{base}{id}/{step}/"), json!({ "to": to })).await?;
        steps.pop();
    }
    Ok(())
}
