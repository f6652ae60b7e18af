//! `device`: the devices of a workspace from the command line.

use clap::Subcommand;
use zumodra_shared::access::Principal;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::rfc3339;

use super::tenant::told;
use super::{named, table};
use crate::accounts::devices;
use crate::app::App;
use crate::http::page::{Page, PageQuery};
use crate::limits::MAX_PAGE_SIZE;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the devices.
    List {
        /// The workspace's subdomain.
        slug: String,
    },
    /// Refuse a device from now on; it wipes its copy at its next contact.
    Revoke {
        /// The workspace's subdomain.
        slug: String,
        /// The device.
        id: RecordId,
    },
}

pub async fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { slug } => list(app, named(app, &slug).await?.id).await,
        Command::Revoke { slug, id } => {
            let tenant = named(app, &slug).await?;
            devices::revoke(app, &Principal::server(tenant.id), id).await.map_err(told)
        }
    }
}

async fn list(app: &App, tenant_id: RecordId) -> anyhow::Result<()> {
    let (mut rows, mut number) = (Vec::new(), 1);
    loop {
        let page = Page::of(&PageQuery { page: Some(number), page_size: Some(MAX_PAGE_SIZE) })?;
        let (count, devices) = devices::list(app, &Principal::server(tenant_id), true, &page).await?;
        rows.extend(devices.into_iter().map(|device| {
            let state = match (device.revoked_at, device.signed_in) {
                (Some(_), _) => "revoked",
                (None, true) => "signed in",
                (None, false) => "signed out",
            };
            let (id, user) = (device.id.to_string(), device.user_id.to_string());
            [id, device.name, device.platform, state.to_owned(), rfc3339(device.last_seen_at), user]
        }));
        if page.offset() + page.limit() >= count {
            break;
        }
        number += 1;
    }
    table::print(["id", "name", "platform", "state", "last seen", "person"], &rows);
    Ok(())
}
