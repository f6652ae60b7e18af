//! `mail`: the outbox of a workspace from the command line.

use anyhow::bail;
use clap::Subcommand;
use zumodra_shared::access::Principal;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::rfc3339;

use super::tenant::told;
use super::{named, table};
use crate::app::App;
use crate::http::page::{Page, PageQuery};
use crate::limits::MAX_PAGE_SIZE;
use crate::notifications::actions;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the newest mails.
    List {
        /// The workspace's subdomain.
        slug: String,
        /// waiting, sending, deferred, sent, given_up or cancelled; all without it.
        #[arg(long)]
        state: Option<String>,
    },
    /// Try a mail again that was not sent.
    Retry {
        /// The workspace's subdomain.
        slug: String,
        /// The mail.
        id: RecordId,
    },
    /// Send a test now, and say what became of it.
    Test {
        /// The workspace's subdomain.
        slug: String,
        /// To whom.
        address: String,
    },
    /// Remove everything about a person from the mail: what went to the address, and what was told about candidates who
    /// have it.
    Forget {
        /// The workspace's subdomain.
        slug: String,
        /// The address.
        address: String,
    },
}

pub async fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { slug, state } => list(app, &slug, state.as_deref()).await,
        Command::Retry { slug, id } => {
            let tenant = named(app, &slug).await?;
            actions::retry(app, &Principal::server(tenant.id), &tenant, id).await.map_err(told)?;
            Ok(())
        }
        Command::Test { slug, address } => {
            let tenant = named(app, &slug).await?;
            let mail = actions::test(app, &tenant, &address).await.map_err(told)?;
            if mail.state != "sent" {
                bail!("the test was not sent ({}): {}", mail.state, mail.problem);
            }
            println!("sent to {} as {}", mail.to, mail.message_id);
            Ok(())
        }
        Command::Forget { slug, address } => {
            let tenant = named(app, &slug).await?;
            println!("{}", actions::forget(app, &tenant, &address).await.map_err(told)?);
            Ok(())
        }
    }
}

async fn list(app: &App, slug: &str, state: Option<&str>) -> anyhow::Result<()> {
    let tenant = named(app, slug).await?;
    let page = Page::of(&PageQuery { page: None, page_size: Some(MAX_PAGE_SIZE) })?;
    let by = Principal::server(tenant.id);
    let (count, mails) = actions::list(app, &by, &tenant, state, &page).await.map_err(told)?;
    let shown = mails.len();
    let rows: Vec<_> = mails
        .into_iter()
        .map(|mail| {
            let (id, tries) = (mail.id.to_string(), mail.tries.to_string());
            [id, rfc3339(mail.created_at), mail.to, mail.template, mail.state, tries, mail.problem]
        })
        .collect();
    table::print(["id", "written", "to", "what", "state", "tries", "problem"], &rows);
    if count > i64::try_from(shown).unwrap_or(i64::MAX) {
        println!("… {count} in all");
    }
    if !actions::is_configured(app) {
        println!("No mail server is set (smtp_url, mail_from): mail waits.");
    }
    Ok(())
}
