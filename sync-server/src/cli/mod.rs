//! The commands of `zumodra-server`. Those beside `serve` work while a server runs on the same data folder.

mod compact;
mod device;
mod doctor;
mod mail;
mod member;
mod rebuild;
mod serve;
mod table;
mod tenant;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::app::{App, Deps};
use crate::config::{Config, LogFormat};
use crate::files::FileKind;
use crate::tenants::{self, Tenant};

/// The server of Zumodra.
#[derive(Debug, Parser)]
#[command(
    name = "zumodra-server",
    version,
    about = "The server of Zumodra: workspaces, sync, REST and career pages."
)]
pub struct Cli {
    /// The configuration file; without it `zumodra.toml` of this folder is read when there is one.
    #[arg(long, global = true, env = "ZUMODRA_CONFIG")]
    config: Option<PathBuf>,
    /// The data folder.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve {
        /// Where to listen.
        #[arg(long)]
        listen: Option<std::net::SocketAddr>,
    },
    /// Workspaces.
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Members of a workspace.
    #[command(subcommand)]
    Member(member::Command),
    /// Devices of a workspace.
    #[command(subcommand)]
    Device(device::Command),
    /// Mail of a workspace.
    #[command(subcommand)]
    Mail(mail::Command),
    /// Make the projection of a workspace, or of all of them, anew from its documents.
    Rebuild {
        /// The workspace's slug; all without it.
        workspace: Option<String>,
    },
    /// Drop what the log need not keep of a workspace, or of all of them. The server does so by itself now and then.
    Compact {
        /// The workspace's slug; all without it.
        workspace: Option<String>,
        /// Keep so many days; as configured without it.
        #[arg(long)]
        days: Option<u16>,
    },
    /// Look at everything that the server needs, and say what is wrong.
    Doctor,
    /// Read a document from the input and write what it says, as JSON.
    #[command(hide = true)]
    ReadResume {
        /// pdf, docx, odt or txt.
        kind: String,
    },
}

impl Cli {
    /// Runs the command.
    #[must_use]
    pub fn run(self) -> ExitCode {
        match self.dispatch() {
            Ok(code) => code,
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn dispatch(self) -> anyhow::Result<ExitCode> {
        if let Command::ReadResume { kind } = &self.command {
            let kind = FileKind::from_name(&format!("document.{kind}")).context("no such type")?;
            crate::files::text::read_here(kind)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(data) = self.data {
            config.data = data;
        }
        let quiet = !matches!(self.command, Command::Serve { .. });
        log(&config, quiet);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
        runtime.block_on(async {
            match self.command {
                Command::Serve { listen } => {
                    if let Some(listen) = listen {
                        config.listen = listen;
                    }
                    serve::run(config).await.map(|()| ExitCode::SUCCESS)
                }
                Command::Doctor => doctor::run(&config).await,
                Command::Tenant(command) => beside(config, async |app| tenant::run(app, command).await).await,
                Command::Member(command) => beside(config, async |app| member::run(app, command).await).await,
                Command::Device(command) => beside(config, async |app| device::run(app, command).await).await,
                Command::Mail(mail::Command::Receive { to }) => Ok(mail::receive(config, to).await),
                Command::Mail(command) => beside(config, async |app| mail::run(app, command).await).await,
                Command::Rebuild { workspace } => {
                    beside(config, async |app| rebuild::run(app, workspace.as_deref()).await).await
                }
                Command::Compact { workspace, days } => {
                    beside(config, async |app| compact::run(app, workspace.as_deref(), days).await).await
                }
                // Handled before the runtime: that process must stay small.
                Command::ReadResume { .. } => Ok(ExitCode::SUCCESS),
            }
        })
    }
}

/// Runs a command with the database, beside a server or without one, and closes it in order.
async fn beside(
    config: Config,
    run: impl AsyncFnOnce(&App) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let app = App::beside(config, Deps::default()).await?;
    let done = run(&app).await;
    app.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// Sets up the log lines: on the error output for commands, whose own output is for people and scripts.
fn log(config: &Config, quiet: bool) {
    let filter = if quiet { "warn".to_owned() } else { config.log_filter.clone() };
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let set = match config.log {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Pretty => lines.with_target(false).try_init(),
    };
    if set.is_err() {
        eprintln!("the log was set up already");
    }
}

/// The workspace that a command names.
async fn named(app: &App, slug: &str) -> anyhow::Result<Arc<Tenant>> {
    tenants::by_slug(app, slug).await?.with_context(|| format!("there is no workspace `{slug}`"))
}
