//! Every route of the server, with what each role gets on it. The roles' own policy is in the shared table; this says
//! what HTTP makes of it. A record that a role may not see is 404, one that it sees and may not change is 403.

use serde_json::{Value, json};

use super::Fixtures;

/// What has to have happened to the record of a case before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Nothing,
    Submitted,
    /// An offer waits for those who have to agree.
    OfferSubmitted,
    /// An offer is with the candidate.
    OfferSent,
    /// The candidate asked for something else than what an offer says.
    OfferCountered,
    Published,
    Held,
    Rejected,
    GivenUp,
}

/// What a row asks of the answers.
#[derive(Debug, Clone, Copy)]
pub enum Want {
    /// The same for everybody, signed in or not.
    Public(u16),
    /// Signed in only: owner, admin, hr_manager, recruiter, hiring_manager, employee, viewer.
    Roles([u16; 7]),
}

/// One route.
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    pub want: Want,
    /// What the owner of another workspace gets with this workspace's ids.
    pub foreign: Option<u16>,
    pub before: Before,
    pub body: fn(&Fixtures) -> Option<Value>,
}

/// A route by which nothing has to have happened before.
pub const fn row(method: &'static str, path: &'static str, want: Want) -> Row {
    Row { method, path, want, foreign: None, before: Before::Nothing, body: |_| None }
}

impl Row {
    /// With a body.
    pub const fn body(mut self, body: fn(&Fixtures) -> Option<Value>) -> Self {
        self.body = body;
        self
    }

    /// With another answer for the ids of another workspace.
    pub const fn foreign(mut self, status: u16) -> Self {
        self.foreign = Some(status);
        self
    }

    const fn before(mut self, before: Before) -> Self {
        self.before = before;
        self
    }
}

/// Owner, admin, hr_manager and recruiter; the hiring manager and the viewer see it; the employee does not.
const fn staff(ok: u16) -> Want {
    Want::Roles([ok, ok, ok, ok, 403, 404, 403])
}

/// As [`staff`], for what is made: nothing is there to be hidden.
const fn staff_make(ok: u16) -> Want {
    Want::Roles([ok, ok, ok, ok, 403, 403, 403])
}

/// The same for what viewers do not see.
const fn offers(ok: u16) -> Want {
    Want::Roles([ok, ok, ok, ok, 403, 404, 404])
}

/// Administrators; the others see it, but the employee.
const fn admins(ok: u16) -> Want {
    Want::Roles([ok, ok, 403, 403, 403, 404, 403])
}

pub const EVERYBODY: Want = Want::Roles([200; 7]);
/// What all but the employee see.
const SEEN: Want = Want::Roles([200, 200, 200, 200, 200, 404, 200]);
/// Who sees how to reach candidates.
const CONTACT: Want = Want::Roles([200, 200, 200, 200, 404, 404, 404]);
/// As [`CONTACT`], of what nobody changes.
const CORRESPONDENCE: Want = Want::Roles([403, 403, 403, 403, 404, 404, 404]);
/// Who sees notes.
const NOTES: Want = Want::Roles([200, 200, 200, 200, 200, 404, 404]);
/// Who sees what others found without having said what they found.
const GIVEN: Want = Want::Roles([200, 200, 200, 200, 404, 404, 404]);
/// Administrators, of what neither employees nor viewers see.
const HOURS: Want = Want::Roles([200, 200, 403, 403, 403, 404, 404]);
const MANAGE: Want = Want::Roles([200, 200, 403, 403, 403, 403, 403]);

pub fn empty(_: &Fixtures) -> Option<Value> {
    Some(json!({}))
}

fn ref_of(id: &str) -> Value {
    json!(id)
}

/// The routes of people and files.
pub const PEOPLE: &[Row] = &[
    row("GET", "/api/v1/tenants/current/", EVERYBODY),
    row("PATCH", "/api/v1/tenants/current/", MANAGE).body(|_| Some(json!({"careers_tagline": "We hire"}))),
    // There is none.
    row("GET", "/api/v1/tenants/current/logo/", Want::Roles([404; 7])),
    row("PUT", "/api/v1/tenants/current/logo/", Want::Roles([415, 415, 403, 403, 403, 403, 403])),
    row("DELETE", "/api/v1/tenants/current/logo/", Want::Roles([204, 204, 403, 403, 403, 403, 403])),
    row("GET", "/api/v1/tenants/current/domains/", MANAGE),
    row("POST", "/api/v1/tenants/current/domains/", Want::Roles([201, 201, 403, 403, 403, 403, 403]))
        .body(|f| Some(json!({"host": f.fresh_host()}))),
    row("POST", "/api/v1/tenants/current/domains/{id}/check/", MANAGE),
    row("DELETE", "/api/v1/tenants/current/domains/{id}/", Want::Roles([204, 204, 403, 403, 403, 403, 403])),
    // Who plans no interviews does not learn when others are busy; who does says whom they mean.
    row("GET", "/api/v1/ats/busy/", Want::Roles([422, 422, 422, 422, 422, 403, 403])),
    row("GET", "/api/v1/careers/submissions/", MANAGE),
    row("POST", "/api/v1/careers/submissions/{id}/admit/", MANAGE),
    row("DELETE", "/api/v1/careers/submissions/{id}/", Want::Roles([204, 204, 403, 403, 403, 403, 403])),
    row("GET", "/api/v1/tenants/current/site/", MANAGE),
    // Nothing is said with a colour that is none.
    row("PUT", "/api/v1/tenants/current/site/", Want::Roles([422, 422, 403, 403, 403, 403, 403]))
        .body(|_| Some(json!({"version": 0, "content": {"accent_color": "red"}}))),
    row("POST", "/api/v1/tenants/current/site/pictures/", Want::Roles([415, 415, 403, 403, 403, 403, 403])),
    // There is none.
    row(
        "GET",
        "/api/v1/tenants/current/site/pictures/{hash}/",
        Want::Roles([404, 404, 403, 403, 403, 403, 403]),
    ),
    row("GET", "/api/v1/ats/survey/", MANAGE),
    row("GET", "/api/v1/tenants/members/", EVERYBODY),
    row("GET", "/api/v1/tenants/members/{id}/", EVERYBODY),
    // To somebody of another workspace, who administers their own, the person is not there.
    row("PATCH", "/api/v1/tenants/members/{id}/", MANAGE).body(|_| Some(json!({"job_title": "Clerk"}))),
    row("GET", "/api/v1/tenants/invitations/", MANAGE),
    row("POST", "/api/v1/tenants/invitations/", Want::Roles([201, 201, 403, 403, 403, 403, 403]))
        .body(|f| Some(json!({"email": f.fresh_email(), "role": "viewer"}))),
    row("DELETE", "/api/v1/tenants/invitations/{id}/", Want::Roles([204, 204, 403, 403, 403, 403, 403])),
    row("GET", "/api/v1/accounts/profile/", EVERYBODY),
    row("PATCH", "/api/v1/accounts/profile/", EVERYBODY).body(|_| Some(json!({"language": "fr"}))),
    row("GET", "/api/v1/accounts/calendar/", EVERYBODY),
    row("POST", "/api/v1/accounts/calendar/", Want::Roles([201; 7])),
    row("DELETE", "/api/v1/accounts/calendar/", Want::Roles([204; 7])),
    row("GET", "/api/v1/accounts/calendar/connection/", EVERYBODY),
    row("PUT", "/api/v1/accounts/calendar/connection/", Want::Roles([422; 7])).body(empty),
    row("PATCH", "/api/v1/accounts/calendar/connection/", Want::Roles([404; 7]))
        .body(|_| Some(json!({"shows_busy": true}))),
    row("DELETE", "/api/v1/accounts/calendar/connection/", Want::Roles([204; 7])),
    row("POST", "/api/v1/accounts/calendar/connection/sync/", Want::Roles([404; 7])),
    row("GET", "/api/v1/accounts/devices/", EVERYBODY),
    // The device is the employee's.
    row("DELETE", "/api/v1/accounts/devices/{id}/", Want::Roles([204, 204, 404, 404, 404, 204, 404])),
    row("POST", "/api/v1/accounts/password/", Want::Roles([422; 7]))
        .body(|_| Some(json!({"current": crate::support::PASSWORD, "password": "short"}))),
    row("GET", "/api/v1/notifications/mail/", MANAGE),
    row("GET", "/api/v1/notifications/mail/{id}/", MANAGE),
    row("POST", "/api/v1/notifications/mail/{id}/retry/", MANAGE).before(Before::GivenUp),
    row("POST", "/api/v1/notifications/mail/{id}/cancel/", MANAGE),
    row("GET", "/api/v1/privacy/erasures/", MANAGE),
    row("POST", "/api/v1/files/", staff_make(200)).body(|f| Some(f.upload())),
    // Without a place for the piece it is refused before the upload is looked for.
    row("PATCH", "/api/v1/files/{hash}/", staff_make(400)).foreign(400),
    row("GET", "/api/v1/files/{hash}/", Want::Roles([200, 200, 200, 200, 200, 403, 200])),
    row("GET", "/api/v1/files/{hash}/link/", Want::Roles([200, 200, 200, 200, 200, 403, 200])),
    row("POST", "/api/v1/auth/logout/", Want::Roles([204; 7])),
];

/// The routes of hiring.
pub const HIRING: &[Row] = &[
    row("GET", "/api/v1/ats/jobs/", EVERYBODY),
    row("POST", "/api/v1/ats/jobs/", staff_make(201)).body(|_| Some(json!({"title": "A job"}))),
    row("GET", "/api/v1/ats/jobs/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/jobs/{id}/", staff(200)).body(|_| Some(json!({"team": "Blue"}))),
    row("DELETE", "/api/v1/ats/jobs/{id}/", admins(204)),
    row("POST", "/api/v1/ats/jobs/{id}/restore/", admins(200)),
    row("POST", "/api/v1/ats/jobs/{id}/publish/", staff(200)),
    row("POST", "/api/v1/ats/jobs/{id}/submit/", staff(200)),
    row("POST", "/api/v1/ats/jobs/{id}/approve/", admins(200)).before(Before::Submitted),
    row("POST", "/api/v1/ats/jobs/{id}/return/", staff(200))
        .before(Before::Submitted)
        .body(|_| Some(json!({"reason": "No pay"}))),
    row("POST", "/api/v1/ats/jobs/{id}/fill/", staff(200)).before(Before::Published),
    row("POST", "/api/v1/ats/jobs/{id}/cancel/", staff(200)).body(|_| Some(json!({"reason": "No budget"}))),
    row("POST", "/api/v1/ats/jobs/{id}/hold/", staff(200)).before(Before::Published),
    row("POST", "/api/v1/ats/jobs/{id}/close/", staff(200))
        .before(Before::Published)
        .body(|_| Some(json!({"reason": "Done"}))),
    row("POST", "/api/v1/ats/jobs/{id}/reopen/", staff(200)).before(Before::Held),
    row("POST", "/api/v1/ats/jobs/{id}/clone/", staff(201)).body(empty),
    row("GET", "/api/v1/ats/jobs/{id}/applications/", SEEN),
    row("GET", "/api/v1/ats/jobs/{id}/kanban/", SEEN),
    row("GET", "/api/v1/ats/candidates/", EVERYBODY),
    row("POST", "/api/v1/ats/candidates/", staff_make(201)).body(|_| Some(json!({"first_name": "A"}))),
    row("GET", "/api/v1/ats/candidates/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/candidates/{id}/", staff(200)).body(|_| Some(json!({"city": "Paris"}))),
    row("DELETE", "/api/v1/ats/candidates/{id}/", admins(204)),
    row("POST", "/api/v1/ats/candidates/{id}/restore/", admins(200)),
    row("POST", "/api/v1/ats/candidates/{id}/erase/", MANAGE),
    // The candidate has no address to ask.
    row("POST", "/api/v1/ats/candidates/{id}/ask_consent/", staff(422)),
    row("GET", "/api/v1/ats/candidates/{id}/applications/", SEEN),
    row("POST", "/api/v1/ats/candidates/{id}/add_tag/", staff(200)).body(|f| Some(json!({"tag": f.tag}))),
    row("POST", "/api/v1/ats/candidates/{id}/remove_tag/", staff(200)).body(|f| Some(json!({"tag": f.tag}))),
    row("GET", "/api/v1/ats/candidate-contacts/", EVERYBODY),
    row("POST", "/api/v1/ats/candidate-contacts/", staff_make(201))
        .foreign(422)
        .body(|f| Some(json!({"candidate_id": f.candidate, "phone": "1"}))),
    row("GET", "/api/v1/ats/candidate-contacts/{id}/", Want::Roles([200, 200, 200, 200, 404, 404, 404])),
    row("PATCH", "/api/v1/ats/candidate-contacts/{id}/", Want::Roles([200, 200, 200, 200, 404, 404, 404]))
        .body(|_| Some(json!({"phone": "2"}))),
    row("DELETE", "/api/v1/ats/candidate-contacts/{id}/", Want::Roles([204, 204, 403, 403, 404, 404, 404])),
    row(
        "POST",
        "/api/v1/ats/candidate-contacts/{id}/restore/",
        Want::Roles([200, 200, 403, 403, 404, 404, 404]),
    ),
    row("GET", "/api/v1/ats/applications/", EVERYBODY),
    row("POST", "/api/v1/ats/applications/", staff_make(201))
        .foreign(422)
        .body(|f| Some(json!({"candidate_id": f.applicant, "job_id": f.job}))),
    row("GET", "/api/v1/ats/applications/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/applications/{id}/", staff(200)).body(|_| Some(json!({"rating": 3}))),
    row("DELETE", "/api/v1/ats/applications/{id}/", admins(204)),
    row("POST", "/api/v1/ats/applications/{id}/restore/", admins(200)),
    row("POST", "/api/v1/ats/applications/bulk/", staff_make(200))
        .body(|f| Some(json!({"action": "reject", "reason": "No", "ids": [ref_of(&f.application)]}))),
    row("POST", "/api/v1/ats/applications/{id}/move_stage/", staff(200))
        .body(|_| Some(json!({"stage": "s1"}))),
    row("POST", "/api/v1/ats/applications/{id}/reject/", staff(200)).body(|_| Some(json!({"reason": "No"}))),
    row("POST", "/api/v1/ats/applications/{id}/reopen/", staff(200)).before(Before::Rejected),
    row("POST", "/api/v1/ats/applications/{id}/advance/", staff(200)),
    row("POST", "/api/v1/ats/applications/{id}/assign/", staff(200))
        .body(|_| Some(json!({"assigned_to_id": null}))),
    row("POST", "/api/v1/ats/applications/{id}/rate/", staff(200)).body(|_| Some(json!({"rating": 5}))),
    row("GET", "/api/v1/ats/applications/{id}/notes/", SEEN),
    row("POST", "/api/v1/ats/applications/{id}/notes/", Want::Roles([201, 201, 201, 201, 201, 404, 403]))
        .body(|_| Some(json!({"body": "Good"}))),
    row("GET", "/api/v1/ats/applications/{id}/activities/", SEEN),
    row("GET", "/api/v1/ats/notes/", EVERYBODY),
    row("POST", "/api/v1/ats/notes/", Want::Roles([201, 201, 201, 201, 201, 403, 403]))
        .foreign(422)
        .body(|f| Some(json!({"application_id": f.application, "body": "Good"}))),
    // The note is the owner's.
    row("GET", "/api/v1/ats/notes/{id}/", Want::Roles([200, 200, 200, 200, 200, 404, 404])),
    row("PATCH", "/api/v1/ats/notes/{id}/", Want::Roles([200, 403, 403, 403, 403, 404, 404]))
        .body(|_| Some(json!({"body": "Better"}))),
    row("DELETE", "/api/v1/ats/notes/{id}/", Want::Roles([204, 204, 403, 403, 403, 404, 404])),
    row("POST", "/api/v1/ats/notes/{id}/restore/", Want::Roles([200, 200, 403, 403, 403, 404, 404])),
    row("GET", "/api/v1/ats/attachments/", EVERYBODY),
    row("POST", "/api/v1/ats/attachments/", staff_make(201)).foreign(422).body(|f| Some(f.attachment())),
    row("GET", "/api/v1/ats/attachments/{id}/", NOTES),
    row("PATCH", "/api/v1/ats/attachments/{id}/", offers(200)).body(|_| Some(json!({"kind": "certificate"}))),
    row("DELETE", "/api/v1/ats/attachments/{id}/", offers(204)),
    row("POST", "/api/v1/ats/attachments/{id}/restore/", offers(200)),
    row("GET", "/api/v1/ats/interviews/", EVERYBODY),
    row("POST", "/api/v1/ats/interviews/", Want::Roles([201, 201, 201, 201, 201, 403, 403]))
        .foreign(422)
        .body(|f| Some(f.interview())),
    row("GET", "/api/v1/ats/interviews/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/interviews/{id}/", Want::Roles([200, 200, 200, 200, 200, 404, 403]))
        .body(|_| Some(json!({"minutes": 45}))),
    row("DELETE", "/api/v1/ats/interviews/{id}/", staff(204)),
    row("POST", "/api/v1/ats/interviews/{id}/restore/", staff(200)),
    row("GET", "/api/v1/ats/offers/", EVERYBODY),
    row("POST", "/api/v1/ats/offers/", Want::Roles([201, 201, 201, 201, 403, 403, 403]))
        .foreign(422)
        .body(|f| Some(f.offer())),
    row("GET", "/api/v1/ats/offers/{id}/", NOTES),
    row("PATCH", "/api/v1/ats/offers/{id}/", offers(200)).body(|_| Some(json!({"place": "Here"}))),
    row("DELETE", "/api/v1/ats/offers/{id}/", Want::Roles([204, 204, 403, 403, 403, 404, 404])),
    row("POST", "/api/v1/ats/offers/{id}/restore/", Want::Roles([200, 200, 403, 403, 403, 404, 404])),
    row("POST", "/api/v1/ats/offers/{id}/submit/", offers(200)),
    // The hiring manager is who has to agree, and owners and admins agree for everybody.
    row("POST", "/api/v1/ats/offers/{id}/approve/", Want::Roles([200, 200, 403, 403, 200, 404, 404]))
        .before(Before::OfferSubmitted),
    row("POST", "/api/v1/ats/offers/{id}/return/", Want::Roles([200, 200, 200, 200, 200, 404, 404]))
        .before(Before::OfferSubmitted)
        .body(|_| Some(json!({"reason": "Too much"}))),
    row("POST", "/api/v1/ats/offers/{id}/send/", offers(409)),
    row("POST", "/api/v1/ats/offers/{id}/view/", offers(200)).before(Before::OfferSent),
    row("POST", "/api/v1/ats/offers/{id}/accept/", offers(200)).before(Before::OfferSent),
    row("POST", "/api/v1/ats/offers/{id}/decline/", offers(200))
        .before(Before::OfferSent)
        .body(|_| Some(json!({"reason": "Another offer"}))),
    row("POST", "/api/v1/ats/offers/{id}/counter/", offers(200))
        .before(Before::OfferSent)
        .body(|_| Some(json!({"reason": "More"}))),
    row("POST", "/api/v1/ats/offers/{id}/revise/", offers(200)).before(Before::OfferCountered),
    row("POST", "/api/v1/ats/offers/{id}/expire/", offers(409)).before(Before::OfferSent),
    row("POST", "/api/v1/ats/offers/{id}/withdraw/", offers(200))
        .before(Before::OfferSent)
        .body(|_| Some(json!({"reason": "The budget is gone"}))),
    row("GET", "/api/v1/ats/candidate-references/", EVERYBODY),
    row("POST", "/api/v1/ats/candidate-references/", staff_make(201))
        .foreign(422)
        .body(|f| Some(f.reference())),
    row("GET", "/api/v1/ats/candidate-references/{id}/", NOTES),
    // What was asked stays as it was: nobody changes it.
    row("PATCH", "/api/v1/ats/candidate-references/{id}/", Want::Roles([403, 403, 403, 403, 403, 404, 404]))
        .body(|_| Some(json!({"company": "Another one"}))),
    row("DELETE", "/api/v1/ats/candidate-references/{id}/", offers(204)),
    row("POST", "/api/v1/ats/candidate-references/{id}/restore/", offers(200)),
    row("GET", "/api/v1/ats/candidate-references/{id}/history/", NOTES),
    row("GET", "/api/v1/ats/candidate-references/{id}/history/stamps/", NOTES),
    row("GET", "/api/v1/ats/emails/", EVERYBODY),
    row("POST", "/api/v1/ats/emails/", staff_make(201)).foreign(422).body(|f| Some(f.email())),
    row("GET", "/api/v1/ats/emails/{id}/", CONTACT),
    // What was written stays as it was.
    row("PATCH", "/api/v1/ats/emails/{id}/", CORRESPONDENCE).body(|_| Some(json!({"subject": "T"}))),
    // The e-mail is the owner's.
    row("DELETE", "/api/v1/ats/emails/{id}/", Want::Roles([204, 204, 403, 403, 404, 404, 404])),
    row("POST", "/api/v1/ats/emails/{id}/restore/", Want::Roles([200, 200, 403, 403, 404, 404, 404])),
    row("GET", "/api/v1/ats/emails/{id}/history/", CONTACT),
    row("GET", "/api/v1/ats/emails/{id}/history/stamps/", CONTACT),
    row("GET", "/api/v1/ats/saved-searches/", EVERYBODY),
    row("POST", "/api/v1/ats/saved-searches/", Want::Roles([201, 201, 201, 201, 201, 403, 201]))
        .body(|_| Some(json!({"name": "S", "about": "candidates", "request": "{}"}))),
    // The search is the owner's.
    row("GET", "/api/v1/ats/saved-searches/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/saved-searches/{id}/", Want::Roles([200, 200, 403, 403, 403, 404, 403]))
        .body(|_| Some(json!({"name": "T"}))),
    row("DELETE", "/api/v1/ats/saved-searches/{id}/", Want::Roles([204, 204, 403, 403, 403, 404, 403])),
    row("POST", "/api/v1/ats/saved-searches/{id}/restore/", Want::Roles([200, 200, 403, 403, 403, 404, 403])),
    row("GET", "/api/v1/ats/saved-searches/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/saved-searches/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/mail-templates/", EVERYBODY),
    row("POST", "/api/v1/ats/mail-templates/", staff_make(201))
        .body(|_| Some(json!({"name": "N", "subject": "S", "body": "B"}))),
    row("GET", "/api/v1/ats/mail-templates/{id}/", CONTACT),
    row("PATCH", "/api/v1/ats/mail-templates/{id}/", CONTACT).body(|_| Some(json!({"name": "T"}))),
    row("DELETE", "/api/v1/ats/mail-templates/{id}/", Want::Roles([204, 204, 204, 204, 404, 404, 404])),
    row("POST", "/api/v1/ats/mail-templates/{id}/restore/", CONTACT),
    row("GET", "/api/v1/ats/mail-templates/{id}/history/", CONTACT),
    row("GET", "/api/v1/ats/mail-templates/{id}/history/stamps/", CONTACT),
    row("GET", "/api/v1/ats/offer-templates/", EVERYBODY),
    row("POST", "/api/v1/ats/offer-templates/", staff_make(201)).body(|_| Some(json!({"name": "N"}))),
    row("GET", "/api/v1/ats/offer-templates/{id}/", CONTACT),
    row("PATCH", "/api/v1/ats/offer-templates/{id}/", CONTACT).body(|_| Some(json!({"name": "T"}))),
    row("DELETE", "/api/v1/ats/offer-templates/{id}/", Want::Roles([204, 204, 204, 204, 404, 404, 404])),
    row("POST", "/api/v1/ats/offer-templates/{id}/restore/", CONTACT),
    row("GET", "/api/v1/ats/offer-templates/{id}/history/", CONTACT),
    row("GET", "/api/v1/ats/offer-templates/{id}/history/stamps/", CONTACT),
    row("GET", "/api/v1/ats/scorecard-templates/", EVERYBODY),
    row("POST", "/api/v1/ats/scorecard-templates/", staff_make(201)).body(|_| Some(json!({"name": "S"}))),
    row("GET", "/api/v1/ats/scorecard-templates/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/scorecard-templates/{id}/", staff(200)).body(|_| Some(json!({"name": "T"}))),
    row("DELETE", "/api/v1/ats/scorecard-templates/{id}/", admins(204)),
    row("POST", "/api/v1/ats/scorecard-templates/{id}/restore/", admins(200)),
    // A draft: who gives one sees those of others from then on.
    row("GET", "/api/v1/ats/scorecards/", EVERYBODY),
    row("POST", "/api/v1/ats/scorecards/", Want::Roles([201, 201, 201, 201, 201, 403, 403]))
        .foreign(422)
        .body(|f| Some(f.scorecard(true))),
    // The scorecard is the owner's, and the hiring manager gave none.
    row("GET", "/api/v1/ats/scorecards/{id}/", GIVEN),
    row("PATCH", "/api/v1/ats/scorecards/{id}/", Want::Roles([200, 403, 403, 403, 404, 404, 404]))
        .body(|_| Some(json!({"summary": "Better"}))),
    row("DELETE", "/api/v1/ats/scorecards/{id}/", Want::Roles([204, 403, 403, 403, 404, 404, 404])),
    row("POST", "/api/v1/ats/scorecards/{id}/restore/", Want::Roles([200, 403, 403, 403, 404, 404, 404])),
    row("GET", "/api/v1/ats/pipelines/", EVERYBODY),
    row("POST", "/api/v1/ats/pipelines/", staff_make(201))
        .body(|_| Some(json!({"name": "P", "stages": [{"name": "In", "kind": "new"}]}))),
    row("GET", "/api/v1/ats/pipelines/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/pipelines/{id}/", staff(200)).body(|_| Some(json!({"name": "Q"}))),
    row("DELETE", "/api/v1/ats/pipelines/{id}/", admins(204)),
    row("POST", "/api/v1/ats/pipelines/{id}/restore/", admins(200)),
    row("POST", "/api/v1/ats/pipelines/{id}/set_default/", staff(200)),
    row("GET", "/api/v1/ats/custom-fields/", EVERYBODY),
    row("POST", "/api/v1/ats/custom-fields/", Want::Roles([201, 201, 403, 403, 403, 403, 403]))
        .body(|f| Some(json!({"key": f.fresh_key(), "label": "F"}))),
    row("GET", "/api/v1/ats/custom-fields/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/custom-fields/{id}/", Want::Roles([200, 200, 403, 403, 403, 404, 403]))
        .body(|_| Some(json!({"label": "G"}))),
    row("DELETE", "/api/v1/ats/custom-fields/{id}/", Want::Roles([204, 204, 403, 403, 403, 404, 403])),
    row("POST", "/api/v1/ats/custom-fields/{id}/restore/", Want::Roles([200, 200, 403, 403, 403, 404, 403])),
    row("GET", "/api/v1/ats/custom-fields/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/custom-fields/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/approval-rules/", EVERYBODY),
    row("POST", "/api/v1/ats/approval-rules/", Want::Roles([201, 201, 403, 403, 403, 403, 403]))
        .body(|_| Some(json!({"name": "R", "about": "offers", "with_hiring_manager": true}))),
    row("GET", "/api/v1/ats/approval-rules/{id}/", NOTES),
    row("PATCH", "/api/v1/ats/approval-rules/{id}/", Want::Roles([200, 200, 403, 403, 403, 404, 404]))
        .body(|_| Some(json!({"name": "S"}))),
    row("DELETE", "/api/v1/ats/approval-rules/{id}/", Want::Roles([204, 204, 403, 403, 403, 404, 404])),
    row("POST", "/api/v1/ats/approval-rules/{id}/restore/", Want::Roles([200, 200, 403, 403, 403, 404, 404])),
    row("GET", "/api/v1/ats/approval-rules/{id}/history/", NOTES),
    row("GET", "/api/v1/ats/approval-rules/{id}/history/stamps/", NOTES),
    row("GET", "/api/v1/ats/pools/", EVERYBODY),
    row("POST", "/api/v1/ats/pools/", staff_make(201)).body(|f| Some(json!({"name": f.fresh_key()}))),
    row("GET", "/api/v1/ats/pools/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/pools/{id}/", staff(200)).body(|f| Some(json!({"name": f.fresh_key()}))),
    row("DELETE", "/api/v1/ats/pools/{id}/", staff(204)),
    row("POST", "/api/v1/ats/pools/{id}/restore/", staff(200)),
    row("GET", "/api/v1/ats/pools/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/pools/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/job-translations/", EVERYBODY),
    row("POST", "/api/v1/ats/job-translations/", staff_make(201))
        .foreign(422)
        .body(|f| Some(f.job_translation("de"))),
    row("GET", "/api/v1/ats/job-translations/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/job-translations/{id}/", staff(200)).body(|_| Some(json!({"title": "T"}))),
    row("DELETE", "/api/v1/ats/job-translations/{id}/", staff(204)),
    row("POST", "/api/v1/ats/job-translations/{id}/restore/", staff(200)),
    row("GET", "/api/v1/ats/job-translations/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/job-translations/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/jobs/{id}/views/", SEEN),
    // The workspace's hours: one's own are tried in `hours.rs`.
    row("GET", "/api/v1/ats/working-hours/", EVERYBODY),
    row("POST", "/api/v1/ats/working-hours/", Want::Roles([201, 201, 403, 403, 403, 403, 403]))
        .body(|_| Some(json!({"zone": "UTC", "week": [{"id": "1a", "begins": 540, "minutes": 480}]}))),
    row("GET", "/api/v1/ats/working-hours/{id}/", NOTES),
    row("PATCH", "/api/v1/ats/working-hours/{id}/", HOURS).body(|_| Some(json!({"buffer_after": 10}))),
    row("DELETE", "/api/v1/ats/working-hours/{id}/", Want::Roles([204, 204, 403, 403, 403, 404, 404])),
    row("POST", "/api/v1/ats/working-hours/{id}/restore/", HOURS),
    row("GET", "/api/v1/ats/working-hours/{id}/history/", NOTES),
    row("GET", "/api/v1/ats/working-hours/{id}/history/stamps/", NOTES),
    row("GET", "/api/v1/ats/rejection-reasons/", EVERYBODY),
    row("POST", "/api/v1/ats/rejection-reasons/", staff_make(201)).body(|_| Some(json!({"name": "R"}))),
    row("GET", "/api/v1/ats/rejection-reasons/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/rejection-reasons/{id}/", staff(200)).body(|_| Some(json!({"name": "S"}))),
    row("DELETE", "/api/v1/ats/rejection-reasons/{id}/", admins(204)),
    row("POST", "/api/v1/ats/rejection-reasons/{id}/restore/", admins(200)),
    row("GET", "/api/v1/ats/rejection-reasons/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/rejection-reasons/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/rooms/", EVERYBODY),
    row("POST", "/api/v1/ats/rooms/", staff_make(201)).body(|_| Some(json!({"name": "R"}))),
    row("GET", "/api/v1/ats/rooms/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/rooms/{id}/", staff(200)).body(|_| Some(json!({"seats": 4}))),
    row("DELETE", "/api/v1/ats/rooms/{id}/", admins(204)),
    row("POST", "/api/v1/ats/rooms/{id}/restore/", admins(200)),
    row("GET", "/api/v1/ats/rooms/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/rooms/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/tags/", EVERYBODY),
    row("POST", "/api/v1/ats/tags/", staff_make(201)).body(|_| Some(json!({"name": "T"}))),
    row("GET", "/api/v1/ats/tags/{id}/", SEEN),
    row("PATCH", "/api/v1/ats/tags/{id}/", staff(200)).body(|_| Some(json!({"name": "U"}))),
    row("DELETE", "/api/v1/ats/tags/{id}/", staff(204)),
    row("POST", "/api/v1/ats/tags/{id}/restore/", staff(200)),
    row("GET", "/api/v1/ats/activities/", EVERYBODY),
    row("GET", "/api/v1/ats/activities/{id}/", SEEN),
];

/// The pasts of records: for whoever may read the record.
pub const HISTORY: &[Row] = &[
    row("GET", "/api/v1/ats/jobs/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/jobs/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/candidates/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/candidates/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/candidate-contacts/{id}/history/", CONTACT),
    row("GET", "/api/v1/ats/candidate-contacts/{id}/history/stamps/", CONTACT),
    row("GET", "/api/v1/ats/applications/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/applications/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/interviews/{id}/invitations/", SEEN),
    row("GET", "/api/v1/ats/interviews/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/interviews/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/offers/{id}/history/", NOTES),
    row("GET", "/api/v1/ats/offers/{id}/history/stamps/", NOTES),
    row("GET", "/api/v1/ats/scorecard-templates/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/scorecard-templates/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/scorecards/{id}/history/", GIVEN),
    row("GET", "/api/v1/ats/scorecards/{id}/history/stamps/", GIVEN),
    row("GET", "/api/v1/ats/notes/{id}/history/", NOTES),
    row("GET", "/api/v1/ats/notes/{id}/history/stamps/", NOTES),
    row("GET", "/api/v1/ats/attachments/{id}/history/", NOTES),
    row("GET", "/api/v1/ats/attachments/{id}/history/stamps/", NOTES),
    row("GET", "/api/v1/ats/pipelines/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/pipelines/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/ats/tags/{id}/history/", SEEN),
    row("GET", "/api/v1/ats/tags/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/tenants/members/{id}/history/", EVERYBODY),
    row("GET", "/api/v1/tenants/members/{id}/history/stamps/", EVERYBODY),
];
