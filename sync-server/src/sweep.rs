//! Sweeps away what has run out, every few minutes, until the server stops.

use crate::app::App;
use crate::limits::SWEEP_EVERY;
use crate::{accounts, ats, careers, files, notifications, signals, sync};

/// Starts the sweeping.
pub fn start(app: &App) {
    let sweeping = app.clone();
    app.tasks().spawn(async move {
        loop {
            tokio::select! {
                () = sweeping.shutdown().cancelled() => return,
                () = tokio::time::sleep(SWEEP_EVERY) => {}
            }
            sweeping.limiters().sweep();
            if let Err(error) = accounts::sweep(&sweeping).await {
                tracing::warn!(%error, "could not sweep accounts");
            }
            if let Err(error) = signals::sweep(&sweeping).await {
                tracing::warn!(%error, "could not sweep signals");
            }
            if let Err(error) = files::sweep(&sweeping).await {
                tracing::warn!(%error, "could not sweep files");
            }
            if let Err(error) = sync::trim::sweep(&sweeping).await {
                tracing::warn!(%error, "could not trim the logs");
            }
            if let Err(error) = ats::offers::sweep(&sweeping).await {
                tracing::warn!(%error, "could not end the offers that ran out");
            }
            if let Err(error) = ats::advances::sweep(&sweeping).await {
                tracing::warn!(%error, "could not advance applications by the rules of their stages");
            }
            if let Err(error) = ats::openings::sweep(&sweeping).await {
                tracing::warn!(%error, "could not fill the jobs of which every opening is taken");
            }
            if let Err(error) = ats::references::sweep(&sweeping).await {
                tracing::warn!(%error, "could not end the references that nobody gave");
            }
            if let Err(error) = ats::waiting::sweep(&sweeping).await {
                tracing::warn!(%error, "could not tell people what waits for them");
            }
            if let Err(error) = ats::assigned::sweep(&sweeping).await {
                tracing::warn!(%error, "could not tell people what they were given");
            }
            if let Err(error) = ats::emails::sweep(&sweeping).await {
                tracing::warn!(%error, "could not note what became of e-mails");
            }
            if let Err(error) = careers::sweep(&sweeping).await {
                tracing::warn!(%error, "could not take up the applications that wait");
            }
            if let Err(error) = careers::letters::sweep_reminders(&sweeping).await {
                tracing::warn!(%error, "could not remind candidates of offers that end soon");
            }
            if let Err(error) = careers::domains::sweep(&sweeping).await {
                tracing::warn!(%error, "could not look at the hosts of workspaces");
            }
            if let Err(error) = notifications::sweep(&sweeping).await {
                tracing::warn!(%error, "could not sweep the mail");
            }
        }
    });
}
