//! `member`: the people of a workspace from the command line.

use anyhow::Context as _;
use clap::Subcommand;
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::RecordId;

use super::tenant::told;
use super::{named, table};
use crate::accounts::invitations::{Invite, invite};
use crate::accounts::members::{MemberPatch, patch};
use crate::accounts::sign_in::DeviceClaim;
use crate::accounts::{directory, invitations, refresh};
use crate::app::App;
use crate::tenants::Tenant;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the members.
    List {
        /// The workspace's subdomain.
        slug: String,
    },
    /// Invite somebody, and print the secret.
    Invite {
        /// The workspace's subdomain.
        slug: String,
        /// The e-mail address.
        email: String,
        /// owner, admin, hr_manager, recruiter, hiring_manager, employee or viewer.
        #[arg(long)]
        role: String,
    },
    /// Add somebody at once.
    Add {
        /// The workspace's subdomain.
        slug: String,
        /// The e-mail address.
        email: String,
        /// owner, admin, hr_manager, recruiter, hiring_manager, employee or viewer.
        #[arg(long)]
        role: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// The password; better given in the environment than as an argument.
        #[arg(long, env = "ZUMODRA_PASSWORD", hide_env_values = true)]
        password: String,
    },
    /// Give somebody another role.
    Role {
        /// The workspace's subdomain.
        slug: String,
        /// The e-mail address.
        email: String,
        /// The role.
        role: String,
    },
    /// Let somebody in no longer, and revoke their devices.
    Deactivate {
        /// The workspace's subdomain.
        slug: String,
        /// The e-mail address.
        email: String,
    },
}

fn role(name: &str) -> anyhow::Result<Role> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::from_name(name).with_context(|| format!("choose one of: {names}"))
}

async fn member(app: &App, tenant: &Tenant, email: &str) -> anyhow::Result<RecordId> {
    let members = directory::entries(app, tenant.id).await?;
    let found = members.into_iter().find(|member| member.email.eq_ignore_ascii_case(email));
    Ok(found.with_context(|| format!("{email} is no member of {}", tenant.slug))?.user_id)
}

pub async fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { slug } => {
            let tenant = named(app, &slug).await?;
            let rows: Vec<_> = directory::entries(app, tenant.id)
                .await?
                .into_iter()
                .map(|m| {
                    let active = if m.is_active { "yes" } else { "no" };
                    [m.email, m.name, m.role.name().to_owned(), active.to_owned(), m.user_id.to_string()]
                })
                .collect();
            table::print(["email", "name", "role", "active", "id"], &rows);
        }
        Command::Invite { slug, email, role: name } => {
            println!("{}", invited(app, &*named(app, &slug).await?, email, &name).await?);
        }
        Command::Add { slug, email, role: name, name: person, password } => {
            let token = invited(app, &*named(app, &slug).await?, email, &name).await?;
            let device = DeviceClaim { device_name: "command line".into(), ..DeviceClaim::default() };
            let input = invitations::Accept { token, name: person, password, device };
            let signed_in = invitations::accept(app, input).await.map_err(told)?;
            // Nobody uses that session: the person signs in with the password.
            refresh::sign_out(app, Some(&signed_in.refresh), None).await?;
            println!("{}", signed_in.user.id);
        }
        Command::Role { slug, email, role: name } => {
            let change = MemberPatch { role: Some(role(&name)?), ..MemberPatch::default() };
            changed(app, &slug, &email, change).await?;
        }
        Command::Deactivate { slug, email } => {
            let change = MemberPatch { is_active: Some(false), ..MemberPatch::default() };
            changed(app, &slug, &email, change).await?;
        }
    }
    Ok(())
}

async fn invited(app: &App, tenant: &Tenant, email: String, name: &str) -> anyhow::Result<String> {
    let input = Invite { email, role: Some(role(name)?), job_title: String::new() };
    let (_, token) = invite(app, &Principal::server(tenant.id), tenant, input).await.map_err(told)?;
    Ok(token)
}

async fn changed(app: &App, slug: &str, email: &str, change: MemberPatch) -> anyhow::Result<()> {
    let tenant = named(app, slug).await?;
    let user_id = member(app, &tenant, email).await?;
    patch(app, &Principal::server(tenant.id), user_id, change).await.map_err(told)?;
    Ok(())
}
