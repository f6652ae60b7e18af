//! People who work here as REST resources.

use axum::Router;
use zumodra_shared::hr::{Contract, Employee, Onboarding, OnboardingTemplate};
use zumodra_shared::schema::Entity as _;

use crate::app::App;
use crate::http::resource::{Resource, resource, routes};

/// Every resource of people who work here.
pub const RESOURCES: [Resource; 4] = [
    resource!("hr", "employees", Employee, None),
    resource!("hr", "contracts", Contract, None),
    resource!("hr", "onboarding-templates", OnboardingTemplate, None),
    resource!("hr", "onboardings", Onboarding, None),
];

/// Every route of people who work here, below `/api/v1`.
pub fn router() -> Router<App> {
    let hr = RESOURCES.into_iter().fold(Router::new(), |all, resource| all.merge(routes::router(resource)));
    Router::new().nest("/hr", hr)
}
