//! `doctor`: looks at everything that the server needs, one line each, and fails when something is wrong.

use std::path::Path;
use std::process::ExitCode;

use nix::sys::statvfs::statvfs;

use super::table;
use crate::app::{App, Deps};
use crate::config::Config;
use crate::db::binaries::{OLDEST_MAJOR, installed};
use crate::db::migrate::{TENANT_MIGRATIONS, behind};
use crate::mail::Server;

/// Free bytes below which the disk is called full.
const MIN_FREE_BYTES: u64 = 1 << 30;
/// How far the clocks of server and database may differ, in milliseconds.
const MAX_CLOCK_SKEW_MS: i64 = 5_000;

struct Report(Vec<[String; 3]>);

impl Report {
    fn note(&mut self, what: &str, found: Result<String, String>) {
        let (state, text) = match found {
            Ok(text) => ("ok", text),
            Err(text) => ("WRONG", text),
        };
        self.0.push([what.to_owned(), state.to_owned(), text]);
    }
}

pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut report = Report(Vec::new());
    report.note("configuration", Ok(format!("listens on {}, for {}", config.listen, config.public_url())));
    if config.database_url.is_none() {
        report.note("PostgreSQL programs", programs(config));
    }
    report.note("mail", mail(config).await);
    report.note("data folder", folder(&config.data));
    report.note("free disk", disk(&config.data));
    match App::look(config.clone(), Deps::default()).await {
        Ok(app) => {
            database(&app, &mut report).await;
            app.close().await;
        }
        Err(error) => report.note("database", Err(format!("{error:#}"))),
    }
    table::print(["what", "state", "found"], &report.0);
    let all_well = report.0.iter().all(|row| row[1] == "ok");
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn programs(config: &Config) -> Result<String, String> {
    match installed(config.pg_bin.as_deref()).first() {
        Some(found) if found.major >= OLDEST_MAJOR => {
            Ok(format!("{} in {}", found.major, found.folder.display()))
        }
        Some(found) => Err(format!("{} is too old: {OLDEST_MAJOR} or newer is needed", found.major)),
        None => Err("not found: install PostgreSQL or give a DATABASE_URL".to_owned()),
    }
}

/// Without a mail server everything else works, and mail waits: that is told and is not wrong.
async fn mail(config: &Config) -> Result<String, String> {
    match Server::of(config) {
        Ok(None) => Ok("not set (smtp_url, mail_from): mail waits in the outbox".to_owned()),
        Ok(Some(server)) => {
            crate::notifications::reach(&server, &config.base_domain).await?;
            Ok(format!("{}:{} answers, and takes mail from {}", server.host, server.port, server.from))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn folder(data: &Path) -> Result<String, String> {
    std::fs::create_dir_all(data).map_err(|error| error.to_string())?;
    let probe = data.join("doctor.probe");
    std::fs::write(&probe, b"probe")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| error.to_string())?;
    let whole = data.canonicalize().map_err(|error| error.to_string())?;
    Ok(format!("{} can be written", whole.display()))
}

fn disk(data: &Path) -> Result<String, String> {
    let stat = statvfs(data).map_err(|error| error.to_string())?;
    let free = stat.blocks_available().saturating_mul(stat.fragment_size());
    let text = format!("{} MiB", free >> 20);
    if free >= MIN_FREE_BYTES { Ok(text) } else { Err(format!("only {text}")) }
}

async fn database(app: &App, report: &mut Report) {
    match app.db().version_and_time().await {
        Ok((version, time)) => {
            report.note("database", Ok(version));
            let skew = (time - app.now()).abs();
            let text = format!("{skew} ms between server and database");
            report.note("clock", if skew <= MAX_CLOCK_SKEW_MS { Ok(text) } else { Err(text) });
        }
        Err(error) => report.note("database", Err(error.to_string())),
    }
    match app.db().is_set_up().await {
        Ok(true) => {}
        Ok(false) => {
            return report.note("migrations", Ok("nothing is there yet; `serve` sets it up".to_owned()));
        }
        Err(error) => return report.note("migrations", Err(error.to_string())),
    }
    let migrations = match behind(app.db(), TENANT_MIGRATIONS.len()).await {
        Ok(schemas) if schemas.is_empty() => Ok("every workspace is at the present version".to_owned()),
        Ok(schemas) => Err(format!("{} workspaces are behind, the first is {}", schemas.len(), schemas[0])),
        Err(error) => Err(error.to_string()),
    };
    report.note("migrations", migrations);
    match crate::tenants::actions::list(app).await {
        Ok(tenants) => report.note("workspaces", Ok(tenants.len().to_string())),
        Err(error) => report.note("workspaces", Err(error.to_string())),
    }
}
