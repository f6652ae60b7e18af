//! The routes of people who work here. What somebody is paid, and the templates, are for who looks after people; hiring
//! managers see the employees and onboardings of their jobs.

use serde_json::{Value, json};

use super::Fixtures;
use super::table::{EVERYBODY, Row, Want, row};

/// Who sees employees and onboardings.
const SEEN: Want = seen(200, 200);
/// Who sees what somebody is paid, and the templates.
const CLOSED: Want = Want::Roles([200, 200, 200, 404, 404, 404, 404]);
/// Who makes records.
const MADE: Want = Want::Roles([201, 201, 201, 403, 403, 403, 403]);

/// Who looks after people, and the hiring manager.
const fn seen(ok: u16, manager: u16) -> Want {
    Want::Roles([ok, ok, ok, 404, manager, 404, 404])
}

/// Administrators alone, of what HR and the hiring manager see.
const fn removed(ok: u16) -> Want {
    Want::Roles([ok, ok, 403, 404, 403, 404, 404])
}

fn employee(f: &Fixtures) -> Option<Value> {
    Some(f.of_hr("employees"))
}

fn onboarding(f: &Fixtures) -> Option<Value> {
    Some(f.of_hr("onboardings"))
}

/// People who work here.
pub const HR_ROWS: &[Row] = &[
    row("GET", "/api/v1/hr/employees/", EVERYBODY),
    row("POST", "/api/v1/hr/employees/", MADE).foreign(422).body(employee),
    row("GET", "/api/v1/hr/employees/{id}/", SEEN),
    row("PATCH", "/api/v1/hr/employees/{id}/", seen(200, 403)).body(|_| Some(json!({"team": "T"}))),
    row("DELETE", "/api/v1/hr/employees/{id}/", removed(204)),
    row("POST", "/api/v1/hr/employees/{id}/restore/", removed(200)),
    row("GET", "/api/v1/hr/employees/{id}/history/", SEEN),
    row("GET", "/api/v1/hr/employees/{id}/history/stamps/", SEEN),
    row("GET", "/api/v1/hr/contracts/", EVERYBODY),
    row("GET", "/api/v1/hr/contracts/{id}/", CLOSED),
    row("GET", "/api/v1/hr/contracts/{id}/history/", CLOSED),
    row("GET", "/api/v1/hr/contracts/{id}/history/stamps/", CLOSED),
    row("GET", "/api/v1/hr/onboarding-templates/", EVERYBODY),
    row("POST", "/api/v1/hr/onboarding-templates/", MADE).body(|_| Some(json!({"name": "T"}))),
    row("GET", "/api/v1/hr/onboarding-templates/{id}/", CLOSED),
    row("PATCH", "/api/v1/hr/onboarding-templates/{id}/", CLOSED).body(|_| Some(json!({"name": "U"}))),
    row("DELETE", "/api/v1/hr/onboarding-templates/{id}/", Want::Roles([204, 204, 204, 404, 404, 404, 404])),
    row("POST", "/api/v1/hr/onboarding-templates/{id}/restore/", CLOSED),
    row("GET", "/api/v1/hr/onboarding-templates/{id}/history/", CLOSED),
    row("GET", "/api/v1/hr/onboarding-templates/{id}/history/stamps/", CLOSED),
    row("GET", "/api/v1/hr/onboardings/", EVERYBODY),
    row("POST", "/api/v1/hr/onboardings/", MADE).foreign(422).body(onboarding),
    row("GET", "/api/v1/hr/onboardings/{id}/", SEEN),
    // Tasks are the hiring manager's to tick as well.
    row("PATCH", "/api/v1/hr/onboardings/{id}/", SEEN).body(|_| Some(json!({"notes": "N"}))),
    row("DELETE", "/api/v1/hr/onboardings/{id}/", removed(204)),
    row("POST", "/api/v1/hr/onboardings/{id}/restore/", removed(200)),
    row("GET", "/api/v1/hr/onboardings/{id}/history/", SEEN),
    row("GET", "/api/v1/hr/onboardings/{id}/history/stamps/", SEEN),
];
