//! Every address of the server in one place, each with its rate.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, patch, post};

use zumodra_shared::accounts::Member;
use zumodra_shared::schema::Entity as _;

use super::limit::{Class, by_address};
use super::resource::routes as resource;
use super::{health, observe, problem};
use crate::app::App;
use crate::limits::{MAX_BODY_BYTES, MAX_PIECE_BYTES};
use crate::{accounts, ats, careers, files, hr, notifications, privacy, tenants};

/// The whole server as a router.
pub fn router(app: &App) -> Router {
    let api = Router::new()
        .merge(auth(app))
        .merge(people(app))
        .merge(uploads())
        .merge(mail())
        .merge(ats::routes::router())
        .merge(hr::resources::router())
        .merge(privacy::routes::router())
        .merge(careers::survey::router())
        .merge(careers::domains::router())
        .merge(careers::views::router())
        .merge(careers::held::router())
        .merge(careers::content::router())
        .route("/sync", get(crate::sync::socket::open));
    Router::new()
        .merge(probes())
        .merge(super::openapi::router())
        .merge(careers::routes(app))
        .merge(accounts::pages::router())
        .route("/calendar/{name}", limited(app, Class::Feed, get(ats::calendar::routes::feed)))
        .nest("/api/v1", api)
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app.clone())
}

/// Lets an address call a route only so often.
fn limited(app: &App, class: Class, route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(from_fn_with_state((app.clone(), class), by_address))
}

fn probes() -> Router<App> {
    Router::new()
        .route("/health/", get(health::health))
        .route("/health/live/", get(health::live))
        .route("/health/ready/", get(health::ready))
}

fn auth(app: &App) -> Router<App> {
    use accounts::routes as r;
    Router::new()
        .route("/auth/token/", limited(app, Class::Auth, post(r::obtain_token)))
        .route("/auth/token/refresh/", limited(app, Class::Token, post(r::refresh_token)))
        .route("/auth/token/verify/", limited(app, Class::Token, post(r::verify_token)))
        .route("/auth/logout/", limited(app, Class::Auth, post(r::logout)))
}

fn people(app: &App) -> Router<App> {
    use accounts::routes as r;
    use ats::caldav::routes as dav;
    use ats::calendar::routes as c;
    Router::new()
        .route("/tenants/", limited(app, Class::Registration, post(r::create_tenant)))
        .route("/tenants/current/", get(tenants::routes::current).patch(tenants::routes::patch))
        .route(
            "/tenants/current/logo/",
            get(tenants::routes::read_logo)
                .put(tenants::routes::put_logo)
                .delete(tenants::routes::remove_logo),
        )
        .route("/tenants/members/", get(r::list_members))
        .route("/tenants/members/{id}/", get(r::one_member).patch(r::patch_member))
        .route("/tenants/members/{id}/history/", resource::steps(&Member::DEF))
        .route("/tenants/members/{id}/history/stamps/", resource::stamps(&Member::DEF))
        .route("/tenants/invitations/", get(r::list_invitations).post(r::invite))
        .route("/tenants/invitations/{id}/", delete(r::revoke_invitation))
        .route("/tenants/invitations/accept", limited(app, Class::Auth, post(r::accept_invitation)))
        .route("/tenants/invitations/accept/", limited(app, Class::Auth, post(r::accept_invitation)))
        .route("/accounts/profile/", get(r::own_profile).patch(r::patch_profile))
        .route("/accounts/password/", limited(app, Class::Password, post(r::change_password)))
        .route("/accounts/password/reset/", limited(app, Class::Password, post(r::ask_password_reset)))
        .route("/accounts/password/reset/confirm/", limited(app, Class::Password, post(r::reset_password)))
        .route("/accounts/calendar/", get(c::feed_state).post(c::make_feed).delete(c::remove_feed))
        .route(
            "/accounts/calendar/connection/",
            get(dav::state).put(dav::connect).patch(dav::change).delete(dav::disconnect),
        )
        .route("/accounts/calendar/connection/sync/", post(dav::compare))
        .route("/ats/busy/", get(dav::busy))
        .route("/accounts/devices/", get(r::list_devices))
        .route("/accounts/devices/{id}/", delete(r::revoke_device))
}

fn mail() -> Router<App> {
    use notifications::routes as r;
    Router::new()
        .route("/notifications/mail/", get(r::list))
        .route("/notifications/mail/{id}/", get(r::one))
        .route("/notifications/mail/{id}/retry/", post(r::retry))
        .route("/notifications/mail/{id}/cancel/", post(r::cancel))
}

fn uploads() -> Router<App> {
    use files::routes as r;
    let piece = patch(r::append).layer(DefaultBodyLimit::max(MAX_PIECE_BYTES));
    Router::new()
        .route("/files/", post(r::begin))
        .route("/files/{hash}/", piece.get(r::download))
        .route("/files/{hash}/link/", get(r::link))
}
