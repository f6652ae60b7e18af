//! Mail on its way out: what causes wrote (`crate::mail`) is put into words, sent by SMTP, shown to administrators, and
//! forgotten in time.

mod bells;
mod consent;
mod host;
mod interviews;
mod letter;
mod links;
mod message;
mod offers;
mod relay;
mod smtp;
mod store;
mod waiting;
mod words;

pub mod actions;
pub mod routes;

use crate::app::App;
use crate::error::Result;
use crate::limits::MAIL_ROW_MS;
use crate::mail::Server;
use crate::tenants;

/// How long something may be due before its bell counts as lost.
const LOST_BELL_MS: i64 = 60_000;

/// Starts sending, where a mail server is set.
pub fn start(app: &App) {
    let server = match Server::of(app.config()) {
        Ok(Some(server)) => server,
        Ok(None) => {
            tracing::warn!("no mail server is set (smtp_url, mail_from): mail waits in the outbox");
            return;
        }
        Err(error) => {
            tracing::error!(%error, "mail waits in the outbox");
            return;
        }
    };
    match relay::Relay::new(app, &server) {
        Ok(relay) => {
            let alone = app.doorbell().is_alone();
            app.tasks().spawn(relay.run(alone));
        }
        Err(error) => tracing::error!("mail waits in the outbox: {error:#}"),
    }
}

/// Connects to a mail server and signs in, and does no more. `name` is what this server calls itself.
///
/// # Errors
/// Why it cannot be used, in words.
pub async fn reach(server: &Server, name: &str) -> std::result::Result<(), String> {
    let way = smtp::Way::to(server, name).map_err(|error| format!("{error:#}"))?;
    let line = way.connect().await.map_err(|failure| failure.said().to_owned())?;
    line.close().await;
    Ok(())
}

/// Gives up what waited for too long, removes texts that were kept for long enough, and rings where a bell was lost.
///
/// # Errors
/// When a workspace's data cannot be written.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.now();
    for tenant in tenants::actions::list(app).await? {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        store::give_up_late(&mut tx, relay::TOO_LATE, now).await?;
        store::forget_old(&mut tx, now - app.config().mail_ms(), now - MAIL_ROW_MS).await?;
        let is_overdue = store::is_overdue(&mut tx, now - LOST_BELL_MS).await?;
        tx.commit().await?;
        if is_overdue {
            let mut tx = app.db().public().await?;
            bells::ring(&mut tx, &tenant.schema, now).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
