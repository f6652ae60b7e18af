//! The server of Zumodra: workspaces, accounts, files, sync, REST, career pages and mail over PostgreSQL.
//!
//! `build` gives the whole of it as a router, for the program and for tests alike.

pub mod app;
pub mod backoff;
pub mod check;
pub mod config;
pub mod error;
pub mod limits;

pub mod db;

pub mod doorbell;

pub mod signals;

pub mod mail;

pub mod tenants;

pub mod accounts;

pub mod files;

pub mod sync;

pub mod ats;

pub mod hr;

pub mod careers;

pub mod notifications;

pub mod privacy;

pub mod http;

pub mod cli;
mod sweep;

use anyhow::Context as _;
use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

pub use app::{App, Clock, Deps, DomainEvent, Random};
pub use config::Config;
pub use error::{Error, Result};

/// Starts everything but the listening: database, migrations, background tasks; gives the routes.
///
/// # Errors
/// In words for the person who starts the server.
pub async fn build(config: Config, deps: Deps) -> anyhow::Result<(Router, App)> {
    let app = App::start(config, deps).await?;
    sweep::start(&app);
    signals::start(&app).await.context("listen to signals")?;
    doorbell::start(&app);
    careers::start(&app);
    notifications::start(&app);
    ats::caldav::start(&app);
    accounts::mirror::start(&app);
    tenants::provision::start(&app, &[ats::provision::provide, hr::provision::provide]);
    Ok((http::router::router(&app), app))
}

/// Serves until the app is told to shut down, then lets open requests end.
///
/// # Errors
/// When the socket fails.
pub async fn serve(listener: TcpListener, router: Router, app: &App) -> anyhow::Result<()> {
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    // Answers are small and waited for: held back for more to come (RFC 896), each would cost some 40 ms.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(app.shutdown().clone().cancelled_owned());
    let drained = async {
        app.shutdown().cancelled().await;
        tokio::time::sleep(limits::DRAIN_TIMEOUT).await;
    };
    tokio::select! {
        served = async { serving.await } => served.context("serve")?,
        () = drained => tracing::warn!("some requests did not end in time"),
    }
    app.close().await;
    Ok(())
}
