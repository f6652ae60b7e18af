//! `serve`: the server, until it is told to stop.

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::Deps;
use crate::config::Config;

/// Runs the server until SIGTERM or SIGINT.
pub async fn run(config: Config) -> anyhow::Result<()> {
    // The port first: whoever cannot have it need not start a database.
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("listen on {}", config.listen))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (router, app) = crate::build(config, Deps::default()).await?;
    let told = app.shutdown().clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        told.cancel();
    });
    tracing::info!(
        listen = %listener.local_addr().context("the address")?,
        url = app.config().public_url(),
        "Zumodra is ready"
    );
    crate::serve(listener, router, &app).await?;
    tracing::info!("stopped");
    Ok(())
}
