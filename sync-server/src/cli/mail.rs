//! `mail`: the outbox of a workspace from the command line.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use zumodra_shared::access::Principal;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::rfc3339;

use super::tenant::told;
use super::{named, table};
use crate::app::{App, Deps};
use crate::ats::calendar::receive;
use crate::ats::emails;
use crate::config::Config;
use crate::http::page::{Page, PageQuery};
use crate::limits::{MAX_PAGE_SIZE, MAX_RECEIVED_BYTES};
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
    /// Read a mail from the input that may answer to an invitation or to an e-mail, as a mail server pipes it. Says by its
    /// code whether it could be read (sysexits.h).
    Receive {
        /// The address that it was delivered to, where the mail server says so.
        #[arg(long)]
        to: Option<String>,
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

/// The input cannot be read as what it should be: to try again is no use.
const EX_DATAERR: u8 = 65;
/// It may be tried again later.
const EX_TEMPFAIL: u8 = 75;

/// What came.
enum Came {
    /// An answer to an invitation.
    Answer(receive::Mail),
    /// An answer to an e-mail.
    Email(Box<emails::receive::Incoming>),
    /// Something else, and what.
    Other(&'static str),
}

/// Reads what came: an answer to an invitation, else an answer to an e-mail.
fn read(config: &Config, to: Option<&str>, bytes: &[u8]) -> Result<Came, String> {
    let answer = receive::read(bytes);
    if let Ok(mail) = &answer
        && mail.is_other().is_none()
    {
        return Ok(Came::Answer(mail.clone()));
    }
    if let Some(replies) = &config.mail_replies {
        let email = emails::receive::read(replies, to, bytes).map_err(|error| error.to_string())?;
        if let Some(email) = email {
            return Ok(Came::Email(Box::new(email)));
        }
    }
    let other = answer.map_err(|error| error.to_string())?;
    Ok(Came::Other(other.is_other().unwrap_or_default()))
}

/// Takes up the mail in the input. The database is opened only for an answer: most mail is none.
pub async fn receive(config: Config, to: Option<String>) -> ExitCode {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_RECEIVED_BYTES + 1).unwrap_or(u64::MAX);
    if let Err(error) = std::io::stdin().take(limit).read_to_end(&mut bytes) {
        eprintln!("the input cannot be read: {error}");
        return ExitCode::from(EX_TEMPFAIL);
    }
    let came = match read(&config, to.as_deref(), &bytes) {
        Ok(Came::Other(why)) => {
            eprintln!("nothing is done: {why}");
            return ExitCode::SUCCESS;
        }
        Ok(came) => came,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(EX_DATAERR);
        }
    };
    let taken = async {
        let app = App::beside(config, Deps::default()).await?;
        let taken = match &came {
            Came::Answer(mail) => mail.take_up(&app).await,
            Came::Email(email) => email.keep(&app).await,
            Came::Other(why) => Ok(*why),
        };
        let taken = taken.map_err(told);
        app.close().await;
        taken
    };
    match taken.await {
        Ok(what) => {
            eprintln!("{what}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(EX_TEMPFAIL)
        }
    }
}

pub async fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Receive { .. } => bail!("this reads its input before it opens the database"),
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
