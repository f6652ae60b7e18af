//! `tenant`: workspaces from the command line.

use anyhow::{Context as _, anyhow};
use clap::Subcommand;

use super::{named, table};
use crate::accounts::sign_in::DeviceClaim;
use crate::accounts::sign_up::{SignUp, sign_up};
use crate::app::App;
use crate::careers::domains::actions as domains;
use crate::tenants::{State, actions};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace with its owner.
    Create {
        /// The workspace's name.
        name: String,
        /// The owner's e-mail address.
        #[arg(long)]
        email: String,
        /// The owner's name.
        #[arg(long)]
        owner: String,
        /// The owner's password; better given in the environment than as an argument.
        #[arg(long, env = "ZUMODRA_PASSWORD", hide_env_values = true)]
        password: String,
        /// en or fr.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Show the workspaces.
    List,
    /// Let nobody in. Nothing is lost.
    Suspend {
        /// The workspace's subdomain.
        slug: String,
    },
    /// Let people in again.
    Activate {
        /// The workspace's subdomain.
        slug: String,
    },
    /// Give a workspace a host name of its own without asking the DNS: you vouch for it.
    Domain {
        /// The workspace's subdomain.
        slug: String,
        /// The host name, as in careers.example.com.
        host: String,
        /// Take it away instead.
        #[arg(long)]
        remove: bool,
    },
    /// Show the host names that a workspace has or waits for.
    Domains {
        /// The workspace's subdomain.
        slug: String,
    },
}

pub async fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create { name, email, owner, password, language } => {
            let input = SignUp {
                workspace: name,
                name: owner,
                email,
                password,
                language: Some(language),
                device: DeviceClaim { device_name: "command line".into(), ..DeviceClaim::default() },
            };
            let signed_in = sign_up(app, input).await.map_err(told)?;
            // Nobody uses that session: the owner signs in with the password.
            crate::accounts::refresh::sign_out(app, Some(&signed_in.refresh), None).await?;
            println!("{} {}", signed_in.tenant.slug, signed_in.tenant.id);
        }
        Command::List => {
            let tenants = actions::list(app).await?;
            let rows: Vec<_> = tenants
                .into_iter()
                .map(|t| [t.slug, t.name, t.state.name().to_owned(), t.id.to_string(), t.schema.to_string()])
                .collect();
            table::print(["slug", "name", "state", "id", "schema"], &rows);
        }
        Command::Suspend { slug } => {
            actions::set_state(app, named(app, &slug).await?.id, State::Suspended).await?
        }
        Command::Activate { slug } => {
            actions::set_state(app, named(app, &slug).await?.id, State::Active).await?
        }
        Command::Domain { slug, host, remove: false } => {
            let tenant = named(app, &slug).await?;
            domains::vouch(app, tenant.id, &host).await.map_err(told).context("add the domain")?;
        }
        Command::Domain { slug, host, remove: true } => {
            let tenant = named(app, &slug).await?;
            let claims = domains::list(app, tenant.id).await?;
            let claim = claims.into_iter().find(|claim| claim.host == host);
            let claim = claim.with_context(|| format!("`{slug}` has no host `{host}`"))?;
            domains::remove(app, tenant.id, claim.id).await.map_err(told)?;
        }
        Command::Domains { slug } => {
            let tenant = named(app, &slug).await?;
            let rows: Vec<_> = domains::list(app, tenant.id).await?.into_iter().map(row).collect();
            table::print(["host", "state", "leads here", "vouched for", "proof"], &rows);
        }
    }
    Ok(())
}

/// A claim on a host as a line.
fn row(claim: domains::Shown) -> [String; 5] {
    let yes_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let proof = claim.records.into_iter().find(|record| record.kind == "TXT");
    let proof = proof.map(|record| record.value).unwrap_or_default();
    [claim.host, claim.state.name().to_owned(), yes_no(claim.points_here), yes_no(claim.is_vouched), proof]
}

/// A refusal in words, with each field.
pub fn told(error: crate::error::Error) -> anyhow::Error {
    let problem = error.refusal().problem;
    if let crate::error::Error::Failed(cause) = error {
        return cause;
    }
    let fields =
        problem.fields.iter().map(|(field, message)| format!("\n  {field}: {message}")).collect::<String>();
    let detail = problem.detail.map(|detail| format!("\n  {detail}")).unwrap_or_default();
    anyhow!("{}{detail}{fields}", problem.code.english())
}
