//! Where the career pages of a workspace are, as others are told: at its own host if it has one, else below the
//! installation's, which needs no name in the DNS.

use url::Url;

use super::Tenant;
use crate::config::Config;

/// The folder of the pages on every host.
pub const FOLDER: &str = "/careers";

/// The address of a workspace's pages, in its two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Scheme, host and port.
    pub origin: String,
    /// The folder, without a slash at its end.
    pub base: String,
}

impl Home {
    /// Where others find a workspace's pages.
    #[must_use]
    pub fn of(config: &Config, tenant: &Tenant) -> Self {
        let public_url = config.public_url();
        match &tenant.host {
            Some(host) => {
                let port = Url::parse(&public_url).ok().and_then(|url| url.port());
                Self { origin: origin(config, host, port), base: FOLDER.to_owned() }
            }
            None => Self { origin: public_url, base: format!("{FOLDER}/{}", tenant.slug) },
        }
    }

    /// The address of a path below the folder.
    #[must_use]
    pub fn address(&self, rest: &str) -> String {
        format!("{}{}/{rest}", self.origin, self.base)
    }
}

/// Scheme, host and port of a workspace's own host. It is reached as the installation is.
#[must_use]
pub fn origin(config: &Config, host: &str, port: Option<u16>) -> String {
    let scheme = if config.public_url().starts_with("https:") { "https" } else { "http" };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{}{port}", host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_ones_own_is_reached_as_the_installation_is() {
        let at = |public_url: &str| Config { public_url: Some(public_url.into()), ..Config::default() };
        assert_eq!(origin(&at("https://zumodra.example"), "Jobs.acme.org", None), "https://jobs.acme.org");
        assert_eq!(origin(&at("http://localhost:8084"), "a.test", Some(8084)), "http://a.test:8084");
    }
}
